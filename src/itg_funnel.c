/* itg_funnel.c - layer 3: the measure `funnel`: sites against a common target, within the limits of chance.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_score.h"
#include "itg_special.h"
#include "itg_spread.h"
#include "itg_sum.h"
#include "itg_thread.h"

typedef enum kind { KIND_PROPORTION, KIND_RATE, KIND_RATIO, KIND_MEAN } kind;
enum { MOST_LEVELS = 8, CURVE = 60 };

/* A site: what it shows, and how large it is (n, expected events, or 1/se^2). */
typedef struct site {
  int64_t row;
  double events, size, value, error; /* error: standard deviation of the value at the target */
  double z, z_adjusted;
} site;

typedef struct funnel {
  itg_call *call;
  kind kind;
  double per, level;
  double levels[MOST_LEVELS];
  int n_levels;
  bool exact, multiplicative, additive;
  itg_factor sites;
  itg_groups groups;
  int64_t n_rows;
  double *events, *size; /* of the rows; mean: value and standard error */
  itg_tidy tidy;
  itg_frame *limits, *curve;
  int64_t n_lacking;
} funnel;

/* What holds for a group. */
typedef struct state {
  site *sites;
  int n;
  int64_t n_lacking;
  double target, phi, tau2;
} state;

/* ---- input ---- */

static itg_status need(const funnel *f, const char *role, itg_error *error) {
  if (itg_call_has(f->call, role)) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(f->call, "data"), -1, NULL,
                     "no column for role '%s'; name it in `columns`, or choose another kind", role);
}

static itg_status choose_kind(funnel *f, itg_error *error) {
  static const char *const names[] = {"proportion", "rate", "ratio", "mean"};
  const char *word = itg_call_text(f->call, "kind");
  f->kind = itg_call_has(f->call, "value")      ? KIND_MEAN
            : itg_call_has(f->call, "expected") ? KIND_RATIO
                                                : KIND_PROPORTION;
  for (int k = 0; k < 4; k++)
    if (strcmp(word, names[k]) == 0) f->kind = (kind)k;
  ITG_TRY(need(f, f->kind == KIND_MEAN ? "value" : "events", error));
  return need(f, f->kind == KIND_MEAN ? "se" : f->kind == KIND_RATIO ? "expected" : "n", error);
}

static itg_status read_levels(funnel *f, itg_error *error) {
  double *levels;
  int n;
  ITG_TRY(itg_call_list(f->call, "limits", &levels, &n, error));
  if (n < 1 || n > MOST_LEVELS)
    return itg_fail(error, ITG_ERR_OPTION, "option 'limits' takes 1 to %d levels, such as [0.95, 0.998]",
                    (int)MOST_LEVELS);
  for (int k = 0; k < n; k++) {
    f->levels[k] = levels[k];
    if (!(levels[k] > 0 && levels[k] < 1) || (k && !(levels[k] > levels[k - 1])))
      return itg_fail(error, ITG_ERR_OPTION,
                      "option 'limits': levels rise, between 0 and 1, such as [0.95, 0.998]");
  }
  f->n_levels = n;
  return ITG_OK;
}

static itg_status read_rows(funnel *f, itg_error *error) {
  const itg_table *table = itg_call_table(f->call, "data");
  const char *size = f->kind == KIND_MEAN ? "se" : f->kind == KIND_RATIO ? "expected" : "n";
  uint8_t *reasons;
  f->n_rows = table->n_rows;
  if (!f->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  ITG_TRY(itg_call_factor(f->call, "site", &f->sites, error));
  ITG_TRY(itg_call_groups(f->call, &f->groups, error));
  ITG_TRY(itg_call_numbers(f->call, f->kind == KIND_MEAN ? "value" : "events", &f->events, &reasons, error));
  ITG_TRY(itg_call_numbers(f->call, size, &f->size, &reasons, error));
  bool any = false;
  for (int64_t i = 0; i < f->n_rows; i++) {
    if (isnan(f->events[i]) || isnan(f->size[i])) continue;
    any = true;
    if (!(f->size[i] > 0))
      return itg_call_fail(f->call, error, ITG_ERR_RANGE, size, i, "0 is impossible; it must be above 0");
    if (f->kind == KIND_PROPORTION && f->events[i] > f->size[i])
      return itg_call_fail(f->call, error, ITG_ERR_RANGE, "events", i,
                           "more events than n; use kind: rate for events per time");
  }
  if (!any) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "every value is missing");
  return ITG_OK;
}

/* Sites of a group, one row each. */
static itg_status find_sites(funnel *f, int32_t g, state *s, itg_error *error) {
  bool *seen = itg_call_alloc(f->call, (size_t)f->sites.n_levels, sizeof *seen, error);
  s->sites = itg_call_alloc(f->call, (size_t)f->n_rows, sizeof *s->sites, error);
  if (!seen || !s->sites) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < f->n_rows; i++) {
    int32_t code = f->sites.codes[i];
    if (f->groups.codes[i] != g) continue;
    if (code < 0)
      return itg_call_fail(f->call, error, ITG_ERR_DATA, "site", i,
                           "a row without a site; name it, or remove the row");
    if (seen[code])
      return itg_call_fail(
          f->call, error, ITG_ERR_DUPLICATE, "site", i,
          "'%.60s' stands in another row too; add the rows up, or group by what tells them apart",
          f->sites.levels[code]);
    seen[code] = true;
    if (isnan(f->events[i]) || isnan(f->size[i])) {
      s->n_lacking++;
      continue;
    }
    double size = f->kind == KIND_MEAN ? 1 / (f->size[i] * f->size[i]) : f->size[i];
    double value = f->kind == KIND_MEAN ? f->events[i] : f->events[i] / f->size[i];
    s->sites[s->n++] = (site){i, f->events[i], size, value, NAN, NAN, NAN};
  }
  return ITG_OK;
}

/* ---- target and spread ---- */

static double error_at(const funnel *f, double target, double size) {
  if (f->kind == KIND_MEAN) return 1 / sqrt(size);
  return sqrt(target * (f->kind == KIND_PROPORTION ? 1 - target : 1) / size);
}

static double find_target(const funnel *f, const state *s) {
  itg_sum above = {0, 0}, below = {0, 0};
  if (itg_call_given(f->call, "target")) return itg_call_number(f->call, "target") / f->per;
  if (f->kind == KIND_RATIO) return 1;
  for (int i = 0; i < s->n; i++) {
    itg_sum_add(&above, s->sites[i].value * s->sites[i].size);
    itg_sum_add(&below, s->sites[i].size);
  }
  return s->n ? itg_sum_value(&above) / itg_sum_value(&below) : NAN;
}

/* Over-dispersion (Spiegelhalter 2005): z drawn in to their quantiles at `share` and 1 - share. */
static itg_status find_spread(const funnel *f, state *s, itg_error *error) {
  double *z = itg_call_alloc(f->call, (size_t)s->n + 1, sizeof *z, error);
  double share = itg_call_number(f->call, "winsorise"), w = 0, w2 = 0;
  if (!z) return ITG_ERR_MEMORY;
  s->phi = NAN;
  s->tau2 = 0;
  for (int i = 0; i < s->n; i++) {
    site *x = &s->sites[i];
    x->error = error_at(f, s->target, x->size);
    x->z = x->error > 0 ? (x->value - s->target) / x->error : NAN;
    z[i] = x->z;
    w += 1 / (x->error * x->error);
    w2 += 1 / (x->error * x->error * x->error * x->error);
  }
  if (s->n > 1 && s->sites[0].error > 0) {
    double low = itg_quantile(z, s->n, share), high = itg_quantile(z, s->n, 1 - share);
    itg_sum squares = {0, 0};
    for (int i = 0; i < s->n; i++) {
      double v = s->sites[i].z < low ? low : s->sites[i].z > high ? high : s->sites[i].z;
      itg_sum_add(&squares, v * v);
    }
    s->phi = itg_sum_value(&squares) / s->n;
    double tau2 = (s->n * s->phi - (s->n - 1)) / (w - w2 / w);
    if (f->additive && tau2 > 0) s->tau2 = tau2;
  }
  for (int i = 0; i < s->n; i++) {
    site *x = &s->sites[i];
    double widen = f->multiplicative && s->phi > 1 ? sqrt(s->phi) : 1;
    if (x->error > 0) x->z_adjusted = (x->value - s->target) / (sqrt(x->error * x->error + s->tau2) * widen);
  }
  return ITG_OK;
}

/* ---- limits ---- */

/* Limits around the target for a site of a size, as multiples of the scale of the values. */
static void limits_at(const funnel *f, const state *s, double size, double level, double *low, double *high) {
  double tail = (1 - level) / 2, target = s->target, expected = target * size;
  if (f->exact && !f->multiplicative && !f->additive && f->kind != KIND_MEAN) {
    if (f->kind == KIND_PROPORTION) {
      *low = expected > 0 ? itg_beta_quantile(tail, expected, size - expected + 1) : 0;
      *high = expected < size ? itg_beta_quantile(1 - tail, expected + 1, size - expected) : 1;
    } else {
      *low = expected > 0 ? itg_gamma_quantile(tail, expected, 1) / size : 0;
      *high = itg_gamma_quantile(1 - tail, expected + 1, 1) / size;
    }
    return;
  }
  double error = error_at(f, target, size), widen = f->multiplicative && s->phi > 1 ? sqrt(s->phi) : 1;
  double half = itg_normal_quantile(1 - tail) * widen * sqrt(error * error + s->tau2);
  *low = target - half;
  *high = target + half;
  if (f->kind != KIND_MEAN && *low < 0) *low = 0;
  if (f->kind == KIND_PROPORTION && *high > 1) *high = 1;
}

/* The interval of the site's own value. */
static void own_interval(const funnel *f, const site *x, double *low, double *high) {
  double tail = (1 - f->level) / 2;
  if (f->kind == KIND_PROPORTION) {
    itg_wilson(x->events, x->size, f->level, low, high);
  } else if (f->kind == KIND_MEAN) {
    double half = itg_normal_quantile(1 - tail) / sqrt(x->size);
    *low = x->value - half;
    *high = x->value + half;
  } else {
    *low = x->events > 0 ? itg_gamma_quantile(tail, x->events, 1) / x->size : 0;
    *high = itg_gamma_quantile(1 - tail, x->events + 1, 1) / x->size;
  }
}

/* Where the value lies: by the innermost and the outermost limits. */
static const char *place_of(const funnel *f, const state *s, const site *x) {
  double low, high, far_low, far_high;
  limits_at(f, s, x->size, f->levels[0], &low, &high);
  limits_at(f, s, x->size, f->levels[f->n_levels - 1], &far_low, &far_high);
  if (f->n_levels > 1 && x->value > far_high) return "far above";
  if (f->n_levels > 1 && x->value < far_low) return "far below";
  return x->value > high ? "above" : x->value < low ? "below" : "within";
}

/* ---- results ---- */

static itg_status open_row(const funnel *f, itg_frame *frame, int32_t g, const char *name, int64_t *row,
                           int *at, itg_error *error) {
  *row = itg_frame_rows(frame);
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  for (*at = 0; *at < f->groups.n_columns; ++*at)
    ITG_TRY(itg_frame_set_text(frame, *row, *at, f->groups.labels[g][*at], error));
  return name ? itg_frame_set_text(frame, *row, (*at)++, name, error) : ITG_OK;
}

/* Proportions are of persons; of other values their number is not known. */
static itg_status state_persons(const funnel *f, itg_frame *frame, double persons, itg_error *error) {
  if (f->kind != KIND_PROPORTION) return ITG_OK;
  return itg_frame_set_persons(frame, itg_frame_rows(frame) - 1, (int64_t)persons, error);
}

static double all_persons(const state *s) {
  double sum = 0;
  for (int i = 0; i < s->n; i++) sum += s->sites[i].size;
  return sum;
}

static itg_status add_limits(funnel *f, int32_t g, const state *s, itg_frame *frame, const char *name,
                             double size, double value, double z, double adjusted, itg_error *error) {
  int64_t row;
  int at;
  ITG_TRY(open_row(f, frame, g, name, &row, &at, error));
  ITG_TRY(state_persons(f, frame, name ? size : all_persons(s), error));
  itg_frame_set_double(frame, row, at++, size);
  if (name) {
    itg_frame_set_double(frame, row, at++, f->per * value);
    itg_frame_set_double(frame, row, at++, z);
    itg_frame_set_double(frame, row, at++, adjusted);
  }
  itg_frame_set_double(frame, row, at++, f->per * s->target);
  for (int k = 0; k < f->n_levels; k++) {
    double low = NAN, high = NAN;
    if (!isnan(s->target)) limits_at(f, s, size, f->levels[k], &low, &high);
    itg_frame_set_double(frame, row, at++, f->per * low);
    itg_frame_set_double(frame, row, at++, f->per * high);
  }
  return ITG_OK;
}

/* Sizes for a curve: from half the smallest to a tenth above the largest, evenly in their square root. */
static itg_status add_curve(funnel *f, int32_t g, const state *s, itg_error *error) {
  double least = INFINITY, most = 0;
  for (int i = 0; i < s->n; i++) {
    least = fmin(least, s->sites[i].size);
    most = fmax(most, s->sites[i].size);
  }
  double from = sqrt(least / 2), to = sqrt(most * 1.1);
  for (int k = 0; s->n && k < CURVE; k++) {
    double root = from + (to - from) * k / (CURVE - 1);
    ITG_TRY(add_limits(f, g, s, f->curve, NULL, root * root, NAN, NAN, NAN, error));
  }
  return ITG_OK;
}

static itg_status add_estimates(funnel *f, int32_t g, const state *s, itg_error *error) {
  static const char *const units[] = {"proportion", "count", "ratio", "points"};
  const char **labels = itg_call_alloc(f->call, (size_t)f->groups.n_columns + 1, sizeof *labels, error);
  if (!labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < f->groups.n_columns; i++) labels[i] = f->groups.labels[g][i];
  for (int i = 0; i < s->n; i++) {
    const site *x = &s->sites[i];
    const char *name = f->sites.levels[f->sites.codes[x->row]];
    labels[f->groups.n_columns] = name;
    itg_estimate row = itg_estimate_of("funnel", "value", labels, units[f->kind]);
    row.n = f->kind == KIND_PROPORTION ? (int64_t)x->size : 1;
    row.estimate = f->per * x->value;
    row.std_error = f->per * x->error;
    own_interval(f, x, &row.conf_low, &row.conf_high);
    row.conf_low *= f->per;
    row.conf_high *= f->per;
    row.level = place_of(f, s, x);
    ITG_TRY(itg_tidy_add(&f->tidy, &row, error));
    ITG_TRY(state_persons(f, f->tidy.frame, x->size, error));
    ITG_TRY(add_limits(f, g, s, f->limits, name, x->size, x->value, x->z, x->z_adjusted, error));
  }
  labels[f->groups.n_columns] = "all";
  const struct {
    const char *scale, *unit;
    double value;
  } lines[] = {{"target", units[f->kind], f->per * s->target},
               {"phi", "coefficient", s->phi},
               {"tau", units[f->kind], f->per * sqrt(s->tau2)}};
  for (size_t i = 0; i < (f->additive ? 3 : 2); i++) {
    itg_estimate row = itg_estimate_of("funnel", lines[i].scale, labels, lines[i].unit);
    row.n = s->n;
    row.n_missing = s->n_lacking;
    row.estimate = lines[i].value;
    if (isnan(row.estimate)) row.reason = s->n < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_NO_VARIANCE;
    ITG_TRY(itg_tidy_add(&f->tidy, &row, error));
    ITG_TRY(state_persons(f, f->tidy.frame, all_persons(s), error));
  }
  return add_curve(f, g, s, error);
}

/* ---- the measure ---- */

static itg_status add_columns(const funnel *f, itg_frame *frame, bool sites, itg_error *error) {
  static const char *const of_sites[] = {"size", "value", "z", "z_adjusted", "target"};
  for (int i = 0; i < f->groups.n_columns; i++)
    ITG_TRY(itg_frame_add_column(frame, f->groups.names[i], ITG_TYPE_STRING, NULL, error));
  if (sites) ITG_TRY(itg_frame_add_column(frame, "site", ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(of_sites); i++)
    if (sites || i == 0 || i == 4)
      ITG_TRY(itg_frame_add_column(frame, of_sites[i], ITG_TYPE_DOUBLE, NULL, error));
  for (int k = 0; k < 2 * f->n_levels; k++) {
    char level[ITG_NUMBER_SIZE];
    itg_number_print(round(f->levels[k / 2] * 1e8) / 1e6, level);
    char *name = itg_arena_print(f->call->arena, "%s_%s", k % 2 ? "high" : "low", level);
    if (!name) return itg_fail_memory(error);
    ITG_TRY(itg_frame_add_column(frame, name, ITG_TYPE_DOUBLE, NULL, error));
  }
  return ITG_OK;
}

static itg_status open_tables(funnel *f, itg_error *error) {
  int n = f->groups.n_columns;
  const char **names = itg_call_alloc(f->call, (size_t)n + 1, sizeof *names, error);
  if (!names) return ITG_ERR_MEMORY;
  for (int i = 0; i < n; i++) names[i] = f->groups.names[i];
  names[n] = "site";
  ITG_TRY(itg_tidy_open(f->call->result, names, n + 1, &f->tidy, error));
  ITG_TRY(itg_result_add_table(f->call->result, "limits", &f->limits, error));
  ITG_TRY(itg_result_add_table(f->call->result, "curve", &f->curve, error));
  ITG_TRY(add_columns(f, f->limits, true, error));
  return add_columns(f, f->curve, false, error);
}

static itg_status check_target(const funnel *f, const state *s, itg_error *error) {
  bool possible = f->kind == KIND_MEAN || (s->target >= 0 && (f->kind != KIND_PROPORTION || s->target <= 1));
  if (isnan(s->target) || possible) return ITG_OK;
  return itg_fail(error, ITG_ERR_OPTION, "option 'target' is impossible for a %s",
                  f->kind == KIND_PROPORTION ? "proportion; it lies between 0 and 1"
                                             : "rate or ratio; it is not below 0");
}

static itg_status run(itg_call *call, itg_error *error) {
  const char *spread = itg_call_text(call, "overdispersion");
  funnel f = {.call = call,
              .per = 1,
              .level = itg_call_number(call, "conf_level"),
              .exact = strcmp(itg_call_text(call, "method"), "exact") == 0,
              .multiplicative = strcmp(spread, "multiplicative") == 0,
              .additive = strcmp(spread, "additive") == 0};
  ITG_TRY(choose_kind(&f, error));
  if (f.kind == KIND_RATE) f.per = itg_call_number(call, "per");
  ITG_TRY(read_levels(&f, error));
  ITG_TRY(read_rows(&f, error));
  ITG_TRY(open_tables(&f, error));
  for (int32_t g = 0; g < f.groups.n_groups; g++) {
    state s = {0};
    ITG_TRY(find_sites(&f, g, &s, error));
    s.target = find_target(&f, &s);
    ITG_TRY(check_target(&f, &s, error));
    ITG_TRY(find_spread(&f, &s, error));
    ITG_TRY(add_estimates(&f, g, &s, error));
    f.n_lacking += s.n_lacking;
    ITG_TRY(itg_check_stop(&call->control, (double)(g + 1) / f.groups.n_groups, error));
  }
  ITG_TRY(itg_groups_note(call, &f.groups, error));
  if (f.n_lacking)
    ITG_TRY(itg_result_note(call->result, error, "%lld sites lack a value and are left out",
                            (long long)f.n_lacking));
  return ITG_OK;
}

static const itg_role roles[] = {
    {"data", "site", ITG_ROLE_TEXT, true, 0, 0, "name of the site; one row each"},
    {"data", "events", ITG_ROLE_NUMBER, false, 0, INFINITY, "proportion, rate, ratio: events observed"},
    {"data", "n", ITG_ROLE_NUMBER, false, 0, INFINITY, "proportion: persons; rate: time at risk"},
    {"data", "expected", ITG_ROLE_NUMBER, false, 0, INFINITY, "ratio: events expected"},
    {"data", "value", ITG_ROLE_NUMBER, false, 0, 0, "mean: the mean of the site"},
    {"data", "se", ITG_ROLE_NUMBER, false, 0, INFINITY, "mean: its standard error"},
    {0}};

static const itg_field options[] = {
    {"kind", ITG_FIELD_TEXT, false, "auto", "auto|proportion|rate|ratio|mean", 0, 0, NULL,
     "auto: mean when there is a value, ratio when there are expected events, else proportion"},
    {"target", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 0, NULL,
     "target (rate: in its own unit); default: all sites together, by size (mean: by 1/se^2); ratio: 1"},
    {"limits", ITG_FIELD_NUMBERS, false, "0.95, 0.998", NULL, 0, 0, NULL, "levels of the limits, rising"},
    {"method", ITG_FIELD_TEXT, false, "exact", "exact|normal", 0, 0, NULL,
     "limits of counts: exact (gamma, beta) around the expected number, or normal; means and "
     "over-dispersion: normal"},
    {"overdispersion", ITG_FIELD_TEXT, false, "none", "none|multiplicative|additive", 0, 0, NULL,
     "widen the limits by the spread of all sites: sqrt(phi) times, or a variance tau^2 between sites added"},
    {"winsorise", ITG_FIELD_NUMBER, false, "0.1", NULL, 0, 0.49, NULL,
     "share of z at each end that is drawn in before phi is found"},
    {"per", ITG_FIELD_NUMBER, false, "1", NULL, 1e-9, 1e12, NULL,
     "rate: events per so much time at risk, such as 1000"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_output outputs[] = {
    {"limits",
     "one row per site: size (n, expected events, or 1/se^2), value, z against the target, z_adjusted for "
     "over-dispersion, target, and low_<level>, high_<level> in percent"},
    {"curve", "target and limits over a range of sizes, to be drawn"},
    {NULL, NULL}};

const itg_measure itg_funnel_measure = {
    .name = "funnel",
    .title = "Funnel limits: sites against a target, and what chance would do",
    .summary =
        "One row per site: events of n (proportion), events in time at risk (rate), events against those "
        "expected (ratio), or a mean with its standard error. Estimates: value with its own interval "
        "(Wilson; exact Poisson; normal), std_error its standard deviation were the site at the target, "
        "level where it lies against the innermost and the outermost limits (within, above, below, far "
        "above, far below); for all sites (site all) the target, phi (mean square of the drawn-in z) and "
        "tau. Sites without a value are left out and counted.",
    .source =
        "Spiegelhalter, Stat Med 2005;24:1185-202. Exact limits are those of a count equal to the expected "
        "one: by chi-square for Poisson counts, as PHEindicatormethods and FunnelPlotR have them; for "
        "proportions by the beta distribution, which is our choice and slightly wide. z are not transformed "
        "before phi is found: our choice.",
    .counts = "persons of a site for proportions, else sites; the disclosure rule counts the "
              "persons of proportions",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
