/* itg_change.c - layer 3: the measure `change`: scores of two waves, paired or not, and who changed for sure.
 */
#include <math.h>
#include <string.h>

#include "itg_score.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"
#include "itg_waves.h"

/* A score column in both waves. */
typedef struct scored {
  const char *name;
  double *values;
  double minimal, reliability; /* NaN: not given */
} scored;

typedef struct change {
  itg_call *call;
  itg_groups groups;
  const char *from, *to; /* waves */
  bool paired, lower_better;
  double conf_level;
  int n_scores;
  scored *scores;
  int64_t n_rows;
  int8_t *wave; /* of each row: 0 from, 1 to, -1 another */
  int32_t n_persons;
  const char *const *persons;
  int64_t *first, *last; /* rows of each person; -1: none */
  itg_lists members;     /* by group: persons, or unpaired rows */
  double *a, *b, *d;     /* scratch: values of a group in both waves, differences */
  itg_tidy tidy;
  itg_frame *rows;
} change;

/* ---- input ---- */

static itg_status read_waves(change *c, itg_error *error) {
  itg_factor waves;
  int32_t from, to;
  ITG_TRY(itg_call_factor(c->call, "wave", &waves, error));
  c->n_rows = waves.n;
  ITG_TRY(itg_waves_find(c->call, &waves, "first", "last", &from, &to, error));
  c->from = waves.levels[from];
  c->to = waves.levels[to];
  c->wave = itg_call_alloc(c->call, (size_t)c->n_rows, sizeof *c->wave, error);
  if (!c->wave) return ITG_ERR_MEMORY;
  int64_t others = 0;
  for (int64_t i = 0; i < c->n_rows; i++) {
    c->wave[i] = waves.codes[i] == from ? 0 : waves.codes[i] == to ? 1 : -1;
    others += c->wave[i] < 0;
  }
  if (!others) return ITG_OK;
  return itg_result_note(c->call->result, error, "%lld rows belong to neither wave '%.60s' nor '%.60s'",
                         (long long)others, c->from, c->to);
}

static itg_status read_persons(change *c, itg_error *error) {
  const char *design = itg_call_text(c->call, "design");
  bool known = itg_call_has(c->call, "person");
  itg_factor persons;
  c->paired = strcmp(design, "unpaired") != 0 && known;
  if (strcmp(design, "paired") == 0 && !known)
    return itg_fail(error, ITG_ERR_OPTION,
                    "a paired design needs the role 'person'; name its column in `columns`");
  if (!c->paired) return ITG_OK;
  ITG_TRY(itg_call_factor(c->call, "person", &persons, error));
  c->n_persons = persons.n_levels;
  c->persons = persons.levels;
  c->first = itg_call_alloc(c->call, (size_t)persons.n_levels, sizeof *c->first, error);
  c->last = itg_call_alloc(c->call, (size_t)persons.n_levels, sizeof *c->last, error);
  if (!c->first || !c->last) return ITG_ERR_MEMORY;
  for (int32_t p = 0; p < persons.n_levels; p++) c->first[p] = c->last[p] = -1;
  for (int64_t i = 0; i < c->n_rows; i++) {
    if (persons.codes[i] < 0 || c->wave[i] < 0) continue;
    int64_t *row = (c->wave[i] ? c->last : c->first) + persons.codes[i];
    if (*row >= 0)
      return itg_call_fail(c->call, error, ITG_ERR_DUPLICATE, "person", i,
                           "person '%.60s' stands twice in wave '%.60s', first in row %lld",
                           persons.levels[persons.codes[i]], c->wave[i] ? c->to : c->from,
                           (long long)*row + 1);
    *row = i;
  }
  return ITG_OK;
}

/* Option `key`: one number for all scores, or a map from score to number. */
static itg_status read_numbers(change *c, const char *key, double low, double high, itg_error *error) {
  const itg_node *node = itg_call_node(c->call, key);
  for (int s = 0; s < c->n_scores; s++) {
    double *out = strcmp(key, "minimal") == 0 ? &c->scores[s].minimal : &c->scores[s].reliability;
    const itg_node *value = node && node->kind == ITG_NODE_MAP ? itg_node_get(node, c->scores[s].name) : node;
    *out = NAN;
    if (itg_node_is_null(value)) continue;
    if (!itg_node_number(value, out) || !(*out > low && *out < high))
      return itg_fail_node(error, ITG_ERR_OPTION, value,
                           "'%s' must be %s, or a map from scores to such numbers", key,
                           isinf(high) ? "a number above 0" : "a number between 0 and 1");
  }
  for (int32_t i = 0; node && node->kind == ITG_NODE_MAP && i < node->count; i++) {
    const char **names = itg_call_alloc(c->call, (size_t)c->n_scores, sizeof *names, error);
    bool known = false;
    if (!names) return ITG_ERR_MEMORY;
    for (int s = 0; s < c->n_scores; s++) {
      names[s] = c->scores[s].name;
      known = known || strcmp(names[s], node->keys[i]) == 0;
    }
    if (known) continue;
    const char *near = itg_suggest(node->keys[i], names, (size_t)c->n_scores);
    return itg_fail_node(error, ITG_ERR_OPTION, &node->items[i],
                         "'%s' names '%.60s', which is no score%s%s%s", key, node->keys[i],
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  return ITG_OK;
}

static itg_status read_scores(change *c, itg_error *error) {
  const itg_column *const *columns;
  c->n_scores = itg_call_columns(c->call, "scores", &columns);
  c->scores = itg_call_alloc(c->call, (size_t)c->n_scores, sizeof *c->scores, error);
  if (!c->scores) return ITG_ERR_MEMORY;
  bool any = false;
  for (int s = 0; s < c->n_scores; s++) {
    uint8_t *reasons;
    c->scores[s].name = columns[s]->name;
    ITG_TRY(itg_call_numbers_at(c->call, "scores", s, &c->scores[s].values, &reasons, error));
    for (int64_t i = 0; i < c->n_rows; i++) any = any || !isnan(c->scores[s].values[i]);
  }
  if (!any)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(c->call, "data"), -1, NULL,
                       "every score is missing");
  ITG_TRY(read_numbers(c, "minimal", 0, INFINITY, error));
  return read_numbers(c, "reliability", 0, 1, error);
}

/* ---- estimates ---- */

static itg_status add(change *c, int32_t g, const scored *s, const char *statistic, itg_estimate row,
                      const char *unit, itg_error *error) {
  row.measure = "change";
  row.scale = itg_arena_print(c->call->arena, "%s.%s", s->name, statistic);
  row.group = c->groups.labels[g];
  row.unit = unit;
  return row.scale ? itg_tidy_add(&c->tidy, &row, error) : itg_fail_memory(error);
}

static itg_status add_mean(change *c, int32_t g, const scored *s, const char *statistic, const double *values,
                           int64_t n, int64_t n_missing, itg_error *error) {
  itg_estimate row = itg_estimate_of(NULL, NULL, NULL, NULL);
  itg_estimate_set_mean_of(&row, values, n, c->conf_level);
  row.n_missing = n_missing;
  return add(c, g, s, statistic, row, "points", error);
}

/* A standardised mean with its large-sample error (Hedges and Olkin 1985) and normal interval. */
static itg_status add_standardised(change *c, int32_t g, const scored *s, const char *statistic, double value,
                                   double variance, int64_t n, int64_t n_missing, itg_error *error) {
  itg_estimate row = itg_estimate_of(NULL, NULL, NULL, NULL);
  row.n = n;
  row.n_missing = n_missing;
  row.reason = n < 2 ? ITG_REASON_TOO_FEW : isfinite(value) ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
  if (!row.reason) {
    row.estimate = value;
    row.std_error = sqrt(variance);
    double half = itg_normal_quantile(0.5 + c->conf_level / 2) * row.std_error;
    row.conf_low = isnan(half) ? NAN : value - half;
    row.conf_high = isnan(half) ? NAN : value + half;
  }
  return add(c, g, s, statistic, row, "coefficient", error);
}

static itg_status add_percent(change *c, int32_t g, const scored *s, const char *statistic, int64_t hits,
                              int64_t n, int64_t n_missing, itg_error *error) {
  itg_estimate row = itg_estimate_of(NULL, NULL, NULL, NULL);
  itg_estimate_set_percent(&row, hits, n, c->conf_level);
  row.n_missing = n_missing;
  return add(c, g, s, statistic, row, "percent", error);
}

static itg_status add_points(change *c, int32_t g, const scored *s, const char *statistic, double value,
                             int64_t n, int64_t n_missing, itg_error *error) {
  itg_estimate row = itg_estimate_of(NULL, NULL, NULL, NULL);
  row.n = n;
  row.n_missing = n_missing;
  row.estimate = value;
  row.reason = isnan(value) ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
  return add(c, g, s, statistic, row, "points", error);
}

static double correlation(const double *x, const double *y, int64_t n) {
  double mx = itg_mean_of(x, n), my = itg_mean_of(y, n);
  itg_sum xy = {0, 0}, xx = {0, 0}, yy = {0, 0};
  for (int64_t i = 0; i < n; i++) {
    itg_sum_add(&xy, (x[i] - mx) * (y[i] - my));
    itg_sum_add(&xx, (x[i] - mx) * (x[i] - mx));
    itg_sum_add(&yy, (y[i] - my) * (y[i] - my));
  }
  double r = itg_sum_value(&xy) / sqrt(itg_sum_value(&xx) * itg_sum_value(&yy));
  return r > 1 ? 1 : r < -1 ? -1 : r;
}

/* Steps as good as the threshold count: differences of decimal scores carry rounding. */
static int direction_of(const change *c, double d, double threshold) {
  double better = c->lower_better ? -d : d;
  if (isnan(threshold)) return 0;
  return better >= threshold * (1 - 1e-12) ? 1 : better <= -threshold * (1 - 1e-12) ? -1 : 0;
}

/* Changes of at least (strict: more than) a threshold. */
static itg_status add_verdicts(change *c, int32_t g, const scored *s, double threshold, const char *up,
                               const char *down, int64_t n, int64_t n_missing, itg_error *error) {
  int64_t better = 0, worse = 0;
  for (int64_t i = 0; i < n; i++) {
    int way = direction_of(c, c->d[i], threshold);
    better += way > 0;
    worse += way < 0;
  }
  ITG_TRY(add_percent(c, g, s, up, better, n, n_missing, error));
  return add_percent(c, g, s, down, worse, n, n_missing, error);
}

/* Error of measurement from the spread of the first wave, and the change that exceeds it. */
static double error_of(const scored *s, const double *first, int64_t n) {
  return sqrt(itg_variance_of(first, n)) * sqrt(1 - s->reliability);
}
static double detectable(const change *c, double error) {
  return itg_normal_quantile(0.5 + c->conf_level / 2) * sqrt(2) * error;
}

static const char *verdict_of(int way) { return way > 0 ? "improved" : way < 0 ? "worsened" : "unchanged"; }

static itg_status add_rows(change *c, int32_t g, const scored *s, const int32_t *who, int64_t n, double sem,
                           itg_error *error) {
  int64_t at = itg_frame_rows(c->rows);
  ITG_TRY(itg_frame_resize(c->rows, at + n, error));
  for (int64_t i = 0; i < n; i++, at++) {
    int column = 0;
    for (; column < c->groups.n_columns; column++)
      ITG_TRY(itg_frame_set_text(c->rows, at, column, c->groups.labels[g][column], error));
    ITG_TRY(itg_frame_set_text(c->rows, at, column++, c->persons[who[i]], error));
    ITG_TRY(itg_frame_set_text(c->rows, at, column++, s->name, error));
    itg_frame_set_double(c->rows, at, column++, c->a[i]);
    itg_frame_set_double(c->rows, at, column++, c->b[i]);
    itg_frame_set_double(c->rows, at, column++, c->d[i]);
    if (!isnan(s->minimal))
      ITG_TRY(
          itg_frame_set_text(c->rows, at, column, verdict_of(direction_of(c, c->d[i], s->minimal)), error));
    column++;
    if (isnan(s->reliability) || !(sem > 0)) continue;
    itg_frame_set_double(c->rows, at, column++, c->d[i] / (sqrt(2) * sem));
    ITG_TRY(itg_frame_set_text(c->rows, at, column, verdict_of(direction_of(c, c->d[i], detectable(c, sem))),
                               error));
  }
  return ITG_OK;
}

static itg_status add_paired(change *c, int32_t g, const scored *s, int32_t *who, itg_error *error) {
  int64_t n = 0, alone = 0;
  for (int64_t at = c->members.start[g]; at < c->members.start[g + 1]; at++) {
    int32_t p = (int32_t)c->members.rows[at];
    int64_t first = c->first[p], last = c->last[p];
    double a = first >= 0 ? s->values[first] : NAN, b = last >= 0 ? s->values[last] : NAN;
    if (isnan(a) || isnan(b)) {
      alone++;
      continue;
    }
    who[n] = p;
    c->a[n] = a;
    c->b[n] = b;
    c->d[n++] = b - a;
  }
  double mean = itg_mean_of(c->d, n), spread = sqrt(itg_variance_of(c->d, n)),
         base = sqrt(itg_variance_of(c->a, n)), r = correlation(c->a, c->b, n), srm = mean / spread,
         es = mean / base;
  ITG_TRY(add_mean(c, g, s, "from", c->a, n, alone, error));
  ITG_TRY(add_mean(c, g, s, "to", c->b, n, alone, error));
  ITG_TRY(add_mean(c, g, s, "change", c->d, n, alone, error));
  ITG_TRY(add_standardised(c, g, s, "standardised_response_mean", srm,
                           1 / (double)n + srm * srm / (2 * (double)n), n, alone, error));
  ITG_TRY(add_standardised(c, g, s, "effect_size", es, 2 * (1 - r) / (double)n + es * es / (2 * (double)n), n,
                           alone, error));
  itg_estimate row = itg_estimate_of(NULL, NULL, NULL, NULL);
  row.n = n;
  row.n_missing = alone;
  row.estimate = r;
  row.reason = n < 2 ? ITG_REASON_TOO_FEW : isnan(r) ? ITG_REASON_NO_VARIANCE : ITG_REASON_PRESENT;
  ITG_TRY(add(c, g, s, "correlation", row, "coefficient", error));
  if (!isnan(s->minimal)) ITG_TRY(add_verdicts(c, g, s, s->minimal, "improved", "worsened", n, alone, error));
  double sem = isnan(s->reliability) ? NAN : error_of(s, c->a, n);
  if (!isnan(s->reliability)) {
    ITG_TRY(add_points(c, g, s, "error_of_measurement", sem, n, alone, error));
    ITG_TRY(add_points(c, g, s, "smallest_detectable_change", detectable(c, sem), n, alone, error));
    ITG_TRY(add_verdicts(c, g, s, detectable(c, sem), "reliably_improved", "reliably_worsened",
                         sem > 0 ? n : 0, alone, error));
  }
  return add_rows(c, g, s, who, n, sem, error);
}

/* Welch's interval for the difference of two means; standardised by the pooled spread. */
static itg_status add_unpaired(change *c, int32_t g, const scored *s, itg_error *error) {
  int64_t n[2] = {0, 0}, missing[2] = {0, 0};
  double *values[2] = {c->a, c->b}, mean[2], variance[2];
  for (int64_t at = c->members.start[g]; at < c->members.start[g + 1]; at++) {
    int64_t i = c->members.rows[at];
    int w = c->wave[i];
    if (w < 0) continue;
    if (isnan(s->values[i]))
      missing[w]++;
    else
      values[w][n[w]++] = s->values[i];
  }
  for (int w = 0; w < 2; w++) {
    mean[w] = itg_mean_of(values[w], n[w]);
    variance[w] = itg_variance_of(values[w], n[w]);
    ITG_TRY(add_mean(c, g, s, w ? "to" : "from", values[w], n[w], missing[w], error));
  }
  itg_estimate row = itg_estimate_of(NULL, NULL, NULL, NULL);
  row.n = n[0] + n[1];
  row.n_missing = missing[0] + missing[1];
  row.estimate = mean[1] - mean[0];
  row.reason = n[0] < 2 || n[1] < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
  double x = variance[0] / (double)n[0], y = variance[1] / (double)n[1];
  if (!row.reason && !(x + y > 0)) row.reason = ITG_REASON_NO_VARIANCE;
  if (!row.reason) {
    double df = (x + y) * (x + y) / (x * x / (double)(n[0] - 1) + y * y / (double)(n[1] - 1));
    row.std_error = sqrt(x + y);
    double half = itg_t_quantile(0.5 + c->conf_level / 2, df) * row.std_error;
    row.conf_low = row.estimate - half;
    row.conf_high = row.estimate + half;
  }
  ITG_TRY(add(c, g, s, "change", row, "points", error));
  double pooled = sqrt(((double)(n[0] - 1) * variance[0] + (double)(n[1] - 1) * variance[1]) /
                       (double)(row.n - 2)),
         size = row.estimate / pooled, total = (double)row.n;
  return add_standardised(c, g, s, "standardised_difference", size,
                          total / ((double)n[0] * (double)n[1]) + size * size / (2 * total),
                          row.reason == ITG_REASON_TOO_FEW ? 0 : row.n, row.n_missing, error);
}

/* ---- the measure ---- */

static itg_status open_rows(change *c, itg_error *error) {
  static const char *const names[] = {
      "person", "score", "from", "to", "change", "verdict", "reliable_change_index", "reliable_verdict"};
  ITG_TRY(itg_result_add_table(c->call->result, "persons", &c->rows, error));
  for (int i = 0; i < c->groups.n_columns; i++)
    ITG_TRY(itg_frame_add_column(c->rows, c->groups.names[i], ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(names); i++)
    ITG_TRY(itg_frame_add_column(c->rows, names[i],
                                 i < 2 || i == 5 || i == 7 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE, NULL, error));
  return ITG_OK;
}

/* Persons belong to the group of their first wave. */
static itg_status list_members(change *c, itg_error *error) {
  const itg_groups *groups = &c->groups;
  itg_arena *arena = c->call->arena;
  if (!c->paired) return itg_codes_lists(groups->codes, groups->n_groups, NULL, c->n_rows, arena, &c->members, error);
  int32_t *group_of = itg_call_alloc(c->call, (size_t)c->n_persons, sizeof *group_of, error);
  if (!group_of) return ITG_ERR_MEMORY;
  for (int32_t p = 0; p < c->n_persons; p++) {
    int64_t home = c->first[p] >= 0 ? c->first[p] : c->last[p];
    group_of[p] = home < 0 ? -1 : groups->codes[home];
  }
  return itg_codes_lists(group_of, groups->n_groups, NULL, c->n_persons, arena, &c->members, error);
}

static itg_status run(itg_call *call, itg_error *error) {
  change c = {.call = call,
              .conf_level = itg_call_number(call, "conf_level"),
              .lower_better = strcmp(itg_call_text(call, "direction"), "lower-better") == 0};
  ITG_TRY(read_waves(&c, error));
  ITG_TRY(read_persons(&c, error));
  ITG_TRY(read_scores(&c, error));
  ITG_TRY(itg_call_groups(call, &c.groups, error));
  ITG_TRY(list_members(&c, error));
  size_t most = (size_t)(c.n_rows > c.n_persons ? c.n_rows : c.n_persons);
  int32_t *who = itg_call_alloc(call, most, sizeof *who, error);
  c.a = itg_call_alloc(call, most, sizeof *c.a, error);
  c.b = itg_call_alloc(call, most, sizeof *c.b, error);
  c.d = itg_call_alloc(call, most, sizeof *c.d, error);
  if (!who || !c.a || !c.b || !c.d) return ITG_ERR_MEMORY;
  ITG_TRY(itg_tidy_open(call->result, c.groups.names, c.groups.n_columns, &c.tidy, error));
  if (c.paired) ITG_TRY(open_rows(&c, error));
  for (int32_t g = 0; g < c.groups.n_groups; g++)
    for (int s = 0; s < c.n_scores; s++) {
      ITG_TRY(c.paired ? add_paired(&c, g, &c.scores[s], who, error)
                       : add_unpaired(&c, g, &c.scores[s], error));
      ITG_TRY(itg_check_stop(&call->control, (double)g / (double)c.groups.n_groups, error));
    }
  ITG_TRY(itg_result_note(call->result, error, "change from wave '%.60s' to wave '%.60s', %s", c.from, c.to,
                          c.paired ? "paired by person" : "unpaired"));
  return itg_groups_note(call, &c.groups, error);
}

static const itg_role roles[] = {
    {"data", "wave", ITG_ROLE_TEXT, true, 0, 0,
     "time of the score: 1, 2; 3 months, 12 months; 2019-12, 2020-01; or words, named in first and last"},
    {"data", "scores", ITG_ROLE_NUMBERS, true, 0, 0, "one or more columns of scores"},
    {"data", "person", ITG_ROLE_TEXT, false, 0, 0,
     "who has the score, once in each wave; makes the design paired"},
    {0}};

static const itg_field options[] = {
    {"first", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "the earlier wave; default: the first by the numbers in their names, none where these do not tell"},
    {"last", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "the later wave; default: the last by the numbers in their names, or the other of two"},
    {"design", ITG_FIELD_TEXT, false, "auto", "auto|paired|unpaired", 0, 0, NULL,
     "auto: paired when there is a person"},
    {"direction", ITG_FIELD_TEXT, false, "higher-better", "higher-better|lower-better", 0, 0, NULL,
     "which way is an improvement"},
    {"minimal", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "minimal important change in points: a number, or a map from score to number"},
    {"reliability", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "reliability of the score, 0 to 1: a number, or a map from score to number; for reliable change"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_output outputs[] = {
    {"persons",
     "paired: one row per person with both values and score: these, change, verdict by the minimal important change, "
     "reliable change index and its verdict"},
    {NULL, NULL}};

const itg_measure itg_change_measure = {
    .name = "change",
    .title = "Change of scores between two waves",
    .summary =
        "Scales by score: from, to (means), change (paired or Welch t interval); paired: "
        "standardised_response_mean (mean change by its own spread), effect_size (by the spread of the first "
        "wave), correlation, improved and worsened (percent, by at least the minimal important change), "
        "error_of_measurement, smallest_detectable_change at conf_level, reliably_improved and "
        "reliably_worsened (percent, by at least that; with a reliability); unpaired: "
        "standardised_difference (by the pooled spread). A person without both values is counted in "
        "n_missing and belongs to the group of the first wave.",
    .source =
        "Standardised response mean and effect size: Liang et al. 1990, Kazis et al. 1989; reliable change: "
        "Jacobson and Truax 1991, with the spread of the first wave of the group; smallest detectable "
        "change: de Vet et al. 2006. Errors of standardised means are the large-sample ones of Hedges and "
        "Olkin 1985 (paired effect size: Becker 1988).",
    .counts = "persons with both values, or of one wave",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "persons",
    .groups = true,
    .run = run,
};
