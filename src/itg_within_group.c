/* itg_within_group.c - layer 3: the measure `within_group`: do members of a team agree enough to speak for
 * it?
 *
 * Answers in -> rows of each team together -> figures of each team -> teams and their summary out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_measure.h"
#include "itg_rwg.h"
#include "itg_score.h"
#include "itg_side_table.h"
#include "itg_spread.h"
#include "itg_sum.h"
#include "itg_team_variance.h"
#include "itg_thread.h"
#include "itg_vector.h"

static const itg_role roles[] = {
    {"data", "team", ITG_ROLE_TEXT, true, 0, 0, "team of the member who answers"},
    {"data", "items", ITG_ROLE_NUMBERS, true, 0, 0, "answers, one column per item, all on one scale"},
    {0}};

static const itg_field options[] = {
    {"low", ITG_FIELD_NUMBER, true, NULL, NULL, -1e6, 1e6, NULL, "lowest possible answer of the scale"},
    {"high", ITG_FIELD_NUMBER, true, NULL, NULL, -1e6, 1e6, NULL,
     "highest possible answer; answers go in steps of 1"},
    {"null", ITG_FIELD_TEXTS, false, "uniform", "uniform|triangular|slight_skew|moderate_skew|heavy_skew|normal",
     0, 0, NULL, "distributions of answers without agreement; the last four are known for 5 to 11 options"},
    {"null_shares", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 1, NULL,
     "own distribution beside them: the share of each option from low to high, sum 1"},
    {"negative", ITG_FIELD_TEXT, false, "zero", "zero|keep", 0, 0, NULL,
     "what an rwg below 0 is (variance above that of the null distribution); rwg(J) is 0 then in any case"},
    {"cutoff", ITG_FIELD_NUMBER, false, "0.7", NULL, 0, 1, NULL, "agreement that is enough to aggregate"},
    {"min_members", ITG_FIELD_INTEGER, false, "2", NULL, 2, 1e6, NULL, "least answers of a team to an item"},
    {"team_size", ITG_FIELD_TEXT, false, "adjusted", "adjusted|mean", 0, 0, NULL,
     "size of teams in ICC(1): (N - sum n^2 / N) / (teams - 1), or their mean"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_output outputs[] = {
    {"teams",
     "one row per team and null distribution: members, n (items with an agreement), n_missing (answers), "
     "mean, "
     "variance (mean over items), rwg (rwg(J) with several items), rwg_lindell (r*wg(J)), a_wg, ad (points), "
     "level (agreement or no agreement, by the cutoff)"},
    {"aggregation",
     "one row per item and of the scale: teams, members, mean squares between and within teams, size of "
     "teams, icc_1, icc_2, f, df_1, df_2, p_value"},
    {0}};

typedef struct null_kind {
  const char *name;
  double variance;
} null_kind;

/* ---- the plan ---- */

typedef struct cohesion {
  itg_call *call;
  itg_groups groups;
  itg_factor teams;
  int n_items;
  const char **items;
  double *answers; /* by row, the items side by side */
  int64_t *rows;   /* by group, by team */
  int32_t *team_of; /* of each of these rows */
  int64_t n_members; /* of the group at hand */
  int64_t n_rows;
  double low, high, cutoff, conf_level;
  int n_options, min_members;
  bool keep_negative, mean_size;
  null_kind *nulls;
  int n_nulls;
  itg_tidy tidy;
  itg_frame *team_table, *aggregation;
  const char **labels; /* by columns, item, null */
  int64_t n_small;
} cohesion;

static itg_status read_scale(cohesion *c, itg_error *error) {
  char low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  c->low = itg_call_number(c->call, "low");
  c->high = itg_call_number(c->call, "high");
  double steps = c->high - c->low;
  if (!(steps >= 1) || steps != floor(steps) || steps >= ITG_NULL_MOST_OPTIONS) {
    itg_number_print(c->low, low);
    itg_number_print(c->high, high);
    return itg_fail_node(
        error, ITG_ERR_OPTION, itg_call_node(c->call, "high"),
        "a scale from %s to %s is impossible: 'high' must be 'low' plus a whole number from 1 to %d", low,
        high, ITG_NULL_MOST_OPTIONS - 1);
  }
  c->n_options = (int)steps + 1;
  c->cutoff = itg_call_number(c->call, "cutoff");
  c->conf_level = itg_call_number(c->call, "conf_level");
  c->min_members = (int)itg_call_integer(c->call, "min_members");
  c->keep_negative = strcmp(itg_call_text(c->call, "negative"), "keep") == 0;
  c->mean_size = strcmp(itg_call_text(c->call, "team_size"), "mean") == 0;
  return ITG_OK;
}

static itg_status add_null(cohesion *c, const itg_node *node, const char *name, itg_error *error) {
  for (int i = 0; i < c->n_nulls; i++)
    if (strcmp(c->nulls[i].name, name) == 0)
      return itg_fail_node(error, ITG_ERR_OPTION, node, "null distribution '%s' is listed twice", name);
  c->nulls[c->n_nulls] = (null_kind){name, itg_null_variance(name, c->n_options)};
  if (isnan(c->nulls[c->n_nulls++].variance))
    return itg_fail_node(
        error, ITG_ERR_OPTION, node,
        "null distribution '%s' is known for 5 to 11 options, not %d; give its shares in 'null_shares'", name,
        c->n_options);
  return ITG_OK;
}

static itg_status read_nulls(cohesion *c, itg_error *error) {
  const itg_node *list = itg_call_node(c->call, "null"), *own = itg_call_node(c->call, "null_shares");
  int n = !list ? 1 : list->kind == ITG_NODE_LIST ? list->count : 1, n_shares;
  double *shares, sum = 0;
  c->nulls = itg_call_alloc(c->call, (size_t)n + 1, sizeof *c->nulls, error);
  if (!c->nulls) return ITG_ERR_MEMORY;
  if (!list && !own) ITG_TRY(add_null(c, NULL, "uniform", error));
  for (int i = 0; list && i < n; i++) {
    const itg_node *item = list->kind == ITG_NODE_LIST ? &list->items[i] : list;
    ITG_TRY(add_null(c, item, item->text, error));
  }
  if (!own) return ITG_OK;
  ITG_TRY(itg_call_list(c->call, "null_shares", &shares, &n_shares, error));
  for (int i = 0; i < n_shares; i++) sum += shares[i];
  if (n_shares != c->n_options || fabs(sum - 1) > 1e-6)
    return itg_fail_node(error, ITG_ERR_OPTION, own,
                         "'null_shares' must hold %d shares, one per option of the scale, that sum to 1",
                         c->n_options);
  for (int i = 0; i < n_shares; i++) shares[i] /= sum;
  double variance = itg_null_variance_of_shares(shares, n_shares);
  if (!(variance > 0))
    return itg_fail_node(error, ITG_ERR_OPTION, own,
                         "'null_shares' put everything on one option: no variance");
  c->nulls[c->n_nulls++] = (null_kind){"own", variance};
  return ITG_OK;
}

static itg_status fail_answer(const cohesion *c, int item, int64_t row, double x, itg_error *error) {
  char found[ITG_NUMBER_SIZE], low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  itg_number_print(x, found);
  itg_number_print(c->low, low);
  itg_number_print(c->high, high);
  return itg_fail_at(error, ITG_ERR_RANGE, itg_call_table(c->call, "data"), row, c->items[item],
                     "%s is outside the scale; allowed: %s to %s, see the options 'low' and 'high'", found, low,
                     high);
}

/* The answers of a team in one place: columns are read in blocks of rows, each row is written once, to place[row];
 * -1: it has none. */
static itg_status gather_answers(cohesion *c, const int64_t *place, int64_t n_all, itg_error *error) {
  enum { BLOCK = 512 };
  double *values = itg_call_alloc(c->call, (size_t)c->n_items * BLOCK, sizeof *values, error);
  c->answers = itg_arena_take(c->call->arena, (size_t)c->n_rows, (size_t)c->n_items * sizeof *c->answers);
  c->team_of = itg_arena_take(c->call->arena, (size_t)c->n_rows, sizeof *c->team_of);
  if (!values || !c->answers || !c->team_of) return itg_fail_memory(error);
  int64_t present = 0, unknown;
  for (int64_t first = 0; first < n_all; first += BLOCK) {
    const int count = n_all - first < BLOCK ? (int)(n_all - first) : BLOCK;
    for (int i = 0; i < c->n_items; i++) {
      uint8_t reasons[BLOCK];
      double *x = values + i * BLOCK;
      ITG_TRY(itg_call_numbers_rows(c->call, "items", i, first, count, x, reasons, error));
      const int64_t outside = itg_count_outside(x, count, c->low, c->high, &unknown);
      present += count - unknown;
      for (int k = 0; outside && k < count; k++)
        if (x[k] < c->low || x[k] > c->high) return fail_answer(c, i, first + k, x[k], error);
    }
    for (int k = 0; k < count; k++) {
      const int64_t to = place[first + k];
      if (to < 0) continue;
      c->team_of[to] = c->teams.codes[first + k];
      for (int i = 0; i < c->n_items; i++) c->answers[to * c->n_items + i] = values[i * BLOCK + k];
    }
  }
  if (present) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(c->call, "data"), -1, NULL, "all answers are missing");
}

/* Stable counting sort of rows by code; rows without a code go. */
static itg_status sort_by(cohesion *c, const int32_t *codes, int32_t n_codes, int64_t *n, itg_error *error) {
  int64_t *start = itg_alloc((size_t)n_codes + 1, sizeof *start), kept = 0;
  int64_t *sorted = itg_call_alloc(c->call, (size_t)*n, sizeof *sorted, error);
  if (!start || !sorted) {
    free(start);
    return itg_fail_memory(error);
  }
  for (int64_t i = 0; i < *n; i++)
    if (codes[c->rows[i]] >= 0) start[codes[c->rows[i]] + 1]++, kept++;
  for (int32_t k = 0; k < n_codes; k++) start[k + 1] += start[k];
  for (int64_t i = 0; i < *n; i++)
    if (codes[c->rows[i]] >= 0) sorted[start[codes[c->rows[i]]]++] = c->rows[i];
  free(start);
  c->rows = sorted;
  *n = kept;
  return ITG_OK;
}

static itg_status read_input(cohesion *c, itg_error *error) {
  const itg_table *table = itg_call_table(c->call, "data");
  c->n_rows = itg_call_rows(c->call, "data");
  if (!c->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  ITG_TRY(read_scale(c, error));
  ITG_TRY(read_nulls(c, error));
  ITG_TRY(itg_call_groups(c->call, &c->groups, error));
  ITG_TRY(itg_groups_note(c->call, &c->groups, error));
  ITG_TRY(itg_call_factor(c->call, "team", &c->teams, error));
  const itg_column *const *columns;
  c->n_items = itg_call_columns(c->call, "items", &columns);
  c->items = itg_call_alloc(c->call, (size_t)c->n_items, sizeof *c->items, error);
  if (!c->items) return ITG_ERR_MEMORY;
  for (int i = 0; i < c->n_items; i++) c->items[i] = columns[i]->name;
  c->rows = itg_call_alloc(c->call, (size_t)c->n_rows, sizeof *c->rows, error);
  if (!c->rows) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < c->n_rows; i++) c->rows[i] = i;
  int64_t n = c->n_rows, n_all = n;
  ITG_TRY(sort_by(c, c->teams.codes, c->teams.n_levels, &n, error));
  if (n < c->n_rows)
    ITG_TRY(itg_result_note(c->call->result, error, "%lld rows lack a team and are left out",
                            (long long)(c->n_rows - n)));
  if (c->groups.n_columns) ITG_TRY(sort_by(c, c->groups.codes, c->groups.n_groups, &n, error));
  c->n_rows = n;
  if (!n) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "no row has a team");
  int64_t *place = itg_arena_take(c->call->arena, (size_t)n_all, sizeof *place);
  if (!place) return itg_fail_memory(error);
  for (int64_t row = 0; row < n_all; row++) place[row] = -1;
  for (int64_t i = 0; i < n; i++) place[c->rows[i]] = i;
  return gather_answers(c, place, n_all, error);
}

/* ---- a group of teams ---- */

/* Figures of teams, for the summary; one array per figure. */
typedef struct gathered {
  int64_t n, n_missing;
  double *values;
} gathered;

static itg_status gather_new(cohesion *c, size_t n, gathered *out, itg_error *error) {
  *out = (gathered){0, 0, itg_call_alloc(c->call, n, sizeof *out->values, error)};
  return out->values ? ITG_OK : ITG_ERR_MEMORY;
}

static void gather(gathered *g, double value) {
  if (isnan(value))
    g->n_missing++;
  else
    g->values[g->n++] = value;
}

static itg_status add_estimate(cohesion *c, const char *scale, const char *item, const char *null,
                               const char *unit, const gathered *g, double value, double error_of, double low,
                               double high, itg_reason reason, itg_error *error) {
  int n_by = c->groups.n_columns;
  c->labels[n_by] = item;
  c->labels[n_by + 1] = null;
  itg_estimate row = itg_estimate_of("within_group", scale, c->labels, unit);
  row.n = g->n;
  row.n_missing = g->n_missing;
  row.estimate = value;
  row.std_error = error_of;
  row.conf_low = low;
  row.conf_high = high;
  row.reason = reason;
  ITG_TRY(itg_tidy_add(&c->tidy, &row, error));
  return itg_frame_set_persons(c->tidy.frame, c->tidy.rows - 1, c->n_members, error);
}

/* Mean over teams with the interval of t. */
static itg_status add_mean(cohesion *c, const char *scale, const char *item, const char *null,
                           const char *unit, gathered *g, itg_error *error) {
  itg_estimate row = itg_estimate_of("within_group", scale, NULL, unit);
  itg_estimate_set_mean_of(&row, g->values, g->n, c->conf_level);
  if (!g->n) row.reason = ITG_REASON_TOO_FEW;
  return add_estimate(c, scale, item, null, unit, g, row.estimate, row.std_error, row.conf_low, row.conf_high,
                      row.reason, error);
}

/* Percent of teams that agree enough, and the median team. */
static itg_status add_enough(cohesion *c, const char *item, const char *null, gathered *g, itg_error *error) {
  int64_t enough = 0;
  for (int64_t i = 0; i < g->n; i++) enough += g->values[i] >= c->cutoff;
  itg_reason none = g->n ? ITG_REASON_PRESENT : ITG_REASON_TOO_FEW;
  ITG_TRY(add_estimate(c, c->n_items > 1 ? "rwg_j_enough" : "rwg_enough", item, null, "percent", g,
                       g->n ? 100 * (double)enough / (double)g->n : NAN, NAN, NAN, NAN, none, error));
  double median = g->n ? itg_quantile(g->values, g->n, 0.5) : NAN; /* reorders: last */
  return add_estimate(c, c->n_items > 1 ? "rwg_j_median" : "rwg_median", item, null, "coefficient", g, median,
                      NAN, NAN, NAN, none, error);
}

static itg_status add_aggregation(cohesion *c, const char *item, const itg_team_sums *b, itg_error *error) {
  itg_team_variance a = itg_team_sums_finish(b, c->mean_size, c->conf_level);
  gathered g = {b->teams, 0, NULL};
  ITG_TRY(add_estimate(c, "icc_1", item, NULL, "coefficient", &g, a.icc_1, NAN, a.low_1, a.high_1, a.reason,
                       error));
  ITG_TRY(add_estimate(c, "icc_2", item, NULL, "coefficient", &g, a.icc_2, NAN, a.low_2, a.high_2, a.reason,
                       error));
  int64_t at = itg_frame_rows(c->aggregation);
  int column = c->groups.n_columns;
  const double numbers[] = {a.ms_between, a.ms_within, a.size, a.icc_1,  a.icc_2,
                            a.f,          a.df_1,      a.df_2, a.p_value};
  ITG_TRY(itg_frame_resize(c->aggregation, at + 1, error));
  ITG_TRY(itg_frame_set_persons(c->aggregation, at, b->members, error));
  ITG_TRY(itg_side_table_label(c->aggregation, at, c->labels, column, error));
  ITG_TRY(itg_frame_set_text(c->aggregation, at, column++, item, error));
  itg_frame_set_int(c->aggregation, at, column++, b->teams);
  itg_frame_set_int(c->aggregation, at, column++, b->members);
  for (size_t i = 0; i < ITG_COUNT(numbers); i++)
    itg_frame_set_double(c->aggregation, at, column++, numbers[i]);
  return ITG_OK;
}

/* What a group of teams is brought to. */
typedef struct summary {
  gathered *rwg, *lindell; /* per null, over all items */
  gathered *item_rwg;      /* per item and null */
  gathered *item_a_wg, *item_ad;
  gathered a_wg, ad;
  itg_team_sums *by_item, scale;
  itg_answers *answers; /* of one team, per item */
} summary;

static itg_status summary_new(cohesion *c, size_t most, summary *s, itg_error *error) {
  size_t items = (size_t)c->n_items, nulls = (size_t)c->n_nulls;
  memset(s, 0, sizeof *s);
  s->rwg = itg_call_alloc(c->call, nulls, sizeof *s->rwg, error);
  s->lindell = itg_call_alloc(c->call, nulls, sizeof *s->lindell, error);
  s->item_rwg = itg_call_alloc(c->call, nulls * items, sizeof *s->item_rwg, error);
  s->item_a_wg = itg_call_alloc(c->call, items, sizeof *s->item_a_wg, error);
  s->item_ad = itg_call_alloc(c->call, items, sizeof *s->item_ad, error);
  s->by_item = itg_call_alloc(c->call, items, sizeof *s->by_item, error);
  s->answers = itg_call_alloc(c->call, items, sizeof *s->answers, error);
  if (!s->answers || !s->rwg || !s->lindell || !s->item_rwg || !s->item_a_wg || !s->item_ad || !s->by_item)
    return ITG_ERR_MEMORY;
  for (size_t k = 0; k < nulls; k++) {
    ITG_TRY(gather_new(c, most, &s->rwg[k], error));
    ITG_TRY(gather_new(c, most, &s->lindell[k], error));
  }
  for (size_t k = 0; k < nulls * items; k++) ITG_TRY(gather_new(c, most, &s->item_rwg[k], error));
  for (size_t i = 0; i < items; i++) {
    ITG_TRY(gather_new(c, most, &s->item_a_wg[i], error));
    ITG_TRY(gather_new(c, most, &s->item_ad[i], error));
    s->by_item[i].shift = (c->low + c->high) / 2;
  }
  s->scale.shift = (c->low + c->high) / 2;
  ITG_TRY(gather_new(c, most, &s->a_wg, error));
  return gather_new(c, most, &s->ad, error);
}

/* A row of the table of teams. */
static itg_status write_team(cohesion *c, const char *team, int null, int64_t members, int items,
                             int64_t n_missing, double mean, double variance, double rwg, double lindell,
                             double a_wg, double ad, int64_t row, itg_error *error) {
  itg_frame *frame = c->team_table;
  const double numbers[] = {mean, variance, rwg, lindell, a_wg, ad};
  int column = c->groups.n_columns;
  ITG_TRY(itg_frame_set_persons(frame, row, members, error));
  ITG_TRY(itg_side_table_label(frame, row, c->labels, column, error));
  ITG_TRY(itg_frame_set_text(frame, row, column++, team, error));
  ITG_TRY(itg_frame_set_text(frame, row, column++, c->nulls[null].name, error));
  itg_frame_set_int(frame, row, column++, members);
  itg_frame_set_int(frame, row, column++, items);
  itg_frame_set_int(frame, row, column++, n_missing);
  for (size_t i = 0; i < ITG_COUNT(numbers); i++, column++) {
    if (isnan(numbers[i]))
      itg_frame_set_missing(frame, row, column, items ? ITG_REASON_UNDEFINED : ITG_REASON_TOO_FEW);
    else
      itg_frame_set_double(frame, row, column, numbers[i]);
  }
  if (isnan(rwg)) return ITG_OK;
  return itg_frame_set_text(frame, row, column, rwg >= c->cutoff ? "agreement" : "no agreement", error);
}

/* All figures of the team of rows [first, first + n); `means` is scratch for a number per member. */
static itg_status run_team(cohesion *c, summary *s, int64_t first, int64_t n, double *means, int64_t first_row,
                           itg_error *error) {
  int items = 0, bounded = 0;
  int64_t answered = 0;
  double variance = 0, a_wg = 0, ad = 0;
  itg_answers of_scale;
  itg_answers_of_team(c->answers + first * c->n_items, n, c->n_items, s->answers, &of_scale, means);
  for (int i = 0; i < c->n_items; i++) {
    const itg_answers *a = &s->answers[i];
    answered += a->n;
    itg_team_sums_add(&s->by_item[i], a->n, a->mean, a->squares);
    bool enough = a->n >= c->min_members;
    double own = enough ? a->squares / (double)(a->n - 1) : NAN;
    double own_a_wg = enough ? itg_a_wg(a, c->low, c->high) : NAN;
    for (int k = 0; k < c->n_nulls; k++)
      gather(&s->item_rwg[i * c->n_nulls + k],
             enough ? itg_rwg(1, own, c->nulls[k].variance, c->keep_negative) : NAN);
    gather(&s->item_a_wg[i], own_a_wg);
    gather(&s->item_ad[i], enough ? a->deviation : NAN);
    if (!enough) continue;
    items++;
    variance += own;
    if (!isnan(own_a_wg)) a_wg += own_a_wg, bounded++;
    ad += a->deviation;
  }
  itg_team_sums_add(&s->scale, of_scale.n, of_scale.mean, of_scale.squares);
  c->n_small += !items;
  variance = items ? variance / items : NAN;
  a_wg = bounded ? a_wg / bounded : NAN;
  ad = items ? ad / items : NAN;
  gather(&s->a_wg, a_wg);
  gather(&s->ad, ad);
  const char *team = c->teams.levels[c->team_of[first]];
  for (int k = 0; k < c->n_nulls; k++) {
    double null_variance = c->nulls[k].variance;
    double rwg = items ? itg_rwg(items, variance, null_variance, c->keep_negative) : NAN;
    double lindell = items ? 1 - variance / null_variance : NAN;
    gather(&s->rwg[k], rwg);
    gather(&s->lindell[k], lindell);
    ITG_TRY(write_team(c, team, k, n, items, n * c->n_items - answered, of_scale.mean, variance, rwg, lindell, a_wg,
                       ad, first_row + k, error));
  }
  return ITG_OK;
}

static itg_status write_summary(cohesion *c, summary *s, itg_error *error) {
  bool many = c->n_items > 1;
  for (int k = 0; k < c->n_nulls; k++) {
    const char *null = c->nulls[k].name;
    ITG_TRY(add_mean(c, many ? "rwg_j" : "rwg", "all", null, "coefficient", &s->rwg[k], error));
    ITG_TRY(add_enough(c, "all", null, &s->rwg[k], error));
    if (many) ITG_TRY(add_mean(c, "rwg_lindell", "all", null, "coefficient", &s->lindell[k], error));
  }
  ITG_TRY(add_mean(c, "a_wg", "all", NULL, "coefficient", &s->a_wg, error));
  ITG_TRY(add_mean(c, "ad", "all", NULL, "points", &s->ad, error));
  int64_t near = 0;
  for (int64_t i = 0; i < s->ad.n; i++) near += s->ad.values[i] <= c->n_options / 6.0;
  ITG_TRY(add_estimate(c, "ad_enough", "all", NULL, "percent", &s->ad,
                       s->ad.n ? 100 * (double)near / (double)s->ad.n : NAN, NAN, NAN, NAN,
                       s->ad.n ? ITG_REASON_PRESENT : ITG_REASON_TOO_FEW, error));
  ITG_TRY(add_aggregation(c, "all", &s->scale, error));
  for (int i = 0; i < c->n_items && many; i++) {
    for (int k = 0; k < c->n_nulls; k++)
      ITG_TRY(add_mean(c, "rwg", c->items[i], c->nulls[k].name, "coefficient",
                       &s->item_rwg[i * c->n_nulls + k], error));
    ITG_TRY(add_mean(c, "a_wg", c->items[i], NULL, "coefficient", &s->item_a_wg[i], error));
    ITG_TRY(add_mean(c, "ad", c->items[i], NULL, "points", &s->item_ad[i], error));
    ITG_TRY(add_aggregation(c, c->items[i], &s->by_item[i], error));
  }
  return ITG_OK;
}

/* Row after the last of the team of row `first`. */
static int64_t team_end(const cohesion *c, int64_t first, int64_t last) {
  int64_t end = first + 1;
  while (end < last && c->team_of[end] == c->team_of[first]) end++;
  return end;
}

/* Rows [first, last) are those of the group. */
static itg_status run_group(cohesion *c, int32_t group, int64_t first, int64_t last, itg_error *error) {
  summary s;
  int64_t n_teams = 0, most = 0, row = itg_frame_rows(c->team_table);
  for (int64_t i = first, end; i < last; i = end, n_teams++) {
    end = team_end(c, i, last);
    if (end - i > most) most = end - i;
  }
  c->n_members = last - first;
  for (int i = 0; i < c->groups.n_columns; i++) c->labels[i] = c->groups.labels[group][i];
  double *means = itg_call_alloc(c->call, (size_t)most, sizeof *means, error);
  if (!means) return ITG_ERR_MEMORY;
  ITG_TRY(summary_new(c, (size_t)n_teams, &s, error));
  ITG_TRY(itg_frame_resize(c->team_table, row + n_teams * c->n_nulls, error));
  for (int64_t i = first, end, t = 0; i < last; i = end, t++, row += c->n_nulls) {
    end = team_end(c, i, last);
    ITG_TRY(run_team(c, &s, i, end - i, means, row, error));
    if (t % 1024 == 0) ITG_TRY(itg_check_stop(&c->call->control, (double)i / (double)c->n_rows, error));
  }
  return write_summary(c, &s, error);
}

/* ---- tables ---- */

static itg_status open_tables(cohesion *c, itg_error *error) {
  static const itg_side_column teams[] = {
      {"team", ITG_TYPE_STRING},     {"null", ITG_TYPE_STRING},     {"members", ITG_TYPE_INT64},
      {"n", ITG_TYPE_INT64},         {"n_missing", ITG_TYPE_INT64}, {"mean", ITG_TYPE_DOUBLE},
      {"variance", ITG_TYPE_DOUBLE}, {"rwg", ITG_TYPE_DOUBLE},      {"rwg_lindell", ITG_TYPE_DOUBLE},
      {"a_wg", ITG_TYPE_DOUBLE},     {"ad", ITG_TYPE_DOUBLE},       {"level", ITG_TYPE_STRING}};
  static const itg_side_column aggregation[] = {
      {"item", ITG_TYPE_STRING},       {"teams", ITG_TYPE_INT64},      {"members", ITG_TYPE_INT64},
      {"ms_between", ITG_TYPE_DOUBLE}, {"ms_within", ITG_TYPE_DOUBLE}, {"team_size", ITG_TYPE_DOUBLE},
      {"icc_1", ITG_TYPE_DOUBLE},      {"icc_2", ITG_TYPE_DOUBLE},     {"f", ITG_TYPE_DOUBLE},
      {"df_1", ITG_TYPE_DOUBLE},       {"df_2", ITG_TYPE_DOUBLE},      {"p_value", ITG_TYPE_DOUBLE}};
  int n_by = c->groups.n_columns;
  const char **names = itg_call_alloc(c->call, (size_t)n_by + 2, sizeof *names, error);
  c->labels = itg_call_alloc(c->call, (size_t)n_by + 2, sizeof *c->labels, error);
  if (!names || !c->labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < n_by; i++) names[i] = c->groups.names[i];
  names[n_by] = "item";
  names[n_by + 1] = "null";
  ITG_TRY(itg_tidy_open(c->call->result, names, n_by + 2, &c->tidy, error));
  ITG_TRY(itg_side_table_open(c->call, &c->groups, "teams", teams, ITG_COUNT(teams), &c->team_table, error));
  return itg_side_table_open(c->call, &c->groups, "aggregation", aggregation, ITG_COUNT(aggregation),
                             &c->aggregation, error);
}

static itg_status run(itg_call *call, itg_error *error) {
  cohesion c = {.call = call};
  ITG_TRY(read_input(&c, error));
  ITG_TRY(open_tables(&c, error));
  for (int64_t i = 0, end; i < c.n_rows; i = end) {
    int32_t group = c.groups.codes[c.rows[i]];
    for (end = c.groups.n_columns ? i + 1 : c.n_rows; end < c.n_rows && c.groups.codes[c.rows[end]] == group;) end++;
    ITG_TRY(run_group(&c, group, i, end, error));
  }
  if (!c.n_small) return ITG_OK;
  return itg_result_note(call->result, error,
                         "%lld teams have fewer than %d answers to every item: their agreement is missing",
                         (long long)c.n_small, c.min_members);
}

const itg_measure itg_within_group_measure = {
    .name = "within_group",
    .title = "Agreement within teams, and whether scores may be aggregated to them",
    .summary =
        "A row per member, a column per item, all items on one scale of whole steps from low to high. Per "
        "team, by null "
        "distribution: rwg (one item) or rwg(J), r*wg(J) of Lindell, a_wg, and the average deviation about "
        "the mean (AD, "
        "points). Over teams: their mean with interval (t), median, percent with rwg at the cutoff or above "
        "(0.7) and "
        "percent with AD at most A/6 (A options); ICC(1) (share of variance between teams; one member) and "
        "ICC(2) (the "
        "team's mean) with exact F limits. Members, items and answers that are missing are counted: an item "
        "counts for a "
        "team with `min_members` answers at least, and J is the number of such items.",
    .source =
        "James, Demaree & Wolf, J Appl Psychol 1984;69:85-98 (rwg, rwg(J)); Lindell, Brandt & Whitney, Appl "
        "Psychol Meas "
        "1999;23:127-35 (r*wg(J)); Brown & Hauenstein, Organ Res Methods 2005;8:165-84 (a_wg; it is 1 where "
        "all answers "
        "are equal); Burke & Dunlap, Organ Res Methods 2002;5:159-72 (AD, A/6); Bliese 2000 (ICC(1), "
        "ICC(2)). Variances "
        "of the skewed and the normal null distribution, 5 to 11 options: LeBreton & Senter, Organ Res Methods "
        "2008;11:815-52, table 2, as a public R program quotes it; the triangular one has shares 1, 2, 3, 2, 1 (theirs "
        "is another beyond five options). Choices of ours: agreement "
        "below 0 is 0 "
        "(option negative); a member is on the scale with half the items answered; limits of the ICCs take "
        "the size of "
        "teams as one number (exact where all teams have one size); the R package multilevel takes the mean "
        "size (option "
        "team_size).",
    .counts = "teams, or items; the disclosure rule counts the members behind them",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
