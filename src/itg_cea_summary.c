/* itg_cea_summary.c - layer 3: measure cea_summary: cost-effectiveness from printed figures alone. */
#include <math.h>
#include <string.h>

#include "itg_icer.h"
#include "itg_measure.h"
#include "itg_special.h"
#include "itg_threshold.h"

static const itg_role roles[] = {
    {"data", "scenario", ITG_ROLE_TEXT, false, 0, 0, "name of the row: a scenario, subgroup or study"},
    {"data", "effect", ITG_ROLE_NUMBER, true, 0, 0, "incremental effect per person"},
    {"data", "cost", ITG_ROLE_NUMBER, false, 0, 0, "incremental cost per person"},
    {"data", "icer", ITG_ROLE_NUMBER, false, 0, 0,
     "printed ratio, where the cost is not printed: cost = icer x effect"},
    {"data", "se_effect", ITG_ROLE_NUMBER, false, 0, INFINITY, "standard error of the incremental effect"},
    {"data", "effect_low", ITG_ROLE_NUMBER, false, 0, 0,
     "lower limit of the effect, where no standard error is printed"},
    {"data", "effect_high", ITG_ROLE_NUMBER, false, 0, 0, "upper limit of the effect"},
    {"data", "p_effect", ITG_ROLE_NUMBER, false, 0, 1,
     "two-sided p value of the effect, where neither is printed"},
    {"data", "se_cost", ITG_ROLE_NUMBER, false, 0, INFINITY, "standard error of the incremental cost"},
    {"data", "cost_low", ITG_ROLE_NUMBER, false, 0, 0,
     "lower limit of the cost, where no standard error is printed"},
    {"data", "cost_high", ITG_ROLE_NUMBER, false, 0, 0, "upper limit of the cost"},
    {"data", "p_cost", ITG_ROLE_NUMBER, false, 0, 1,
     "two-sided p value of the cost, where neither is printed"},
    {"data", "correlation", ITG_ROLE_NUMBER, false, -1, 1,
     "correlation of the two increments; missing: 0, with a note"},
    {"data", "at_threshold", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "threshold of a printed point of the acceptability curve"},
    {"data", "probability", ITG_ROLE_NUMBER, false, 0, 1,
     "printed probability of being cost-effective there"},
    {"data", "n", ITG_ROLE_NUMBER, false, 0, INFINITY, "persons in the comparison"},
    {"data", "df", ITG_ROLE_NUMBER, false, 0, INFINITY, "degrees of freedom, for t instead of normal limits"},
    {0}};

static const itg_field options[] = {
    ITG_THRESHOLD_FIELDS,
    {"curve_points", ITG_FIELD_INTEGER, false, "501", NULL, 2, 100001, NULL, "points of a curve, from 0"},
    {"printed_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL,
     "confidence level of printed limits"},
    {"unit", ITG_FIELD_TEXT, false, "QALY", NULL, 0, 0, NULL, "unit of the effect"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "confidence level"},
    {0}};

static const itg_output outputs[] = {
    {"ceac", "a row per scenario and threshold: probability of being cost-effective"},
    {"inb",
     "a row per scenario and threshold: net monetary benefit with standard error and limits, net benefit in "
     "units of effect, expected value of perfect information per decision"},
    {"fieller", "a row per scenario: the set of ratios not excluded: low, high, shape"},
    {0}};

typedef struct row {
  const char *scenario;
  itg_increment x;
  double level_error; /* the same standard error of net benefit at every threshold; NaN: from the variances */
  double quantile;
  bool from_ratio; /* the cost is the printed ratio times the effect */
  int64_t n;
} row;

typedef struct reader {
  itg_call *call;
  int64_t n;
  double *values[ITG_COUNT(roles)]; /* by role; NULL: not given */
} reader;

enum {
  SCENARIO,
  EFFECT,
  COST,
  ICER,
  SE_EFFECT,
  EFFECT_LOW,
  EFFECT_HIGH,
  P_EFFECT,
  SE_COST,
  COST_LOW,
  COST_HIGH,
  P_COST,
  CORRELATION,
  AT,
  PROBABILITY,
  N,
  DF
};

static double value_of(const reader *r, int role, int64_t row) {
  return r->values[role] ? r->values[role][row] : NAN;
}

/* ---- from what is printed to variances ---- */

/* Standard error as printed, else from limits, else from the p value of the estimate. */
static itg_status find_error(const reader *r, int se, double estimate, int64_t at, double *out,
                             itg_error *error) {
  double printed = value_of(r, se, at), low = value_of(r, se + 1, at), high = value_of(r, se + 2, at),
         p = value_of(r, se + 3, at);
  double z = itg_normal_quantile(0.5 + itg_call_number(r->call, "printed_level") / 2);
  *out = printed;
  if (!isnan(low) && !isnan(high) && !(low <= estimate && estimate <= high))
    return itg_call_fail(r->call, error, ITG_ERR_DATA, roles[se + 1].name, at,
                         "the limits do not hold the estimate between them; check the three figures");
  if (!isnan(printed)) return ITG_OK;
  if (!isnan(low) && !isnan(high)) {
    *out = (high - low) / (2 * z);
  } else if (!isnan(p)) {
    if (!(p > 0 && p < 1) || estimate == 0)
      return itg_call_fail(
          r->call, error, ITG_ERR_DATA, roles[se + 3].name, at,
          "no standard error follows from a p value of 0 or 1, or from an estimate of 0; give a "
          "standard error or limits");
    *out = fabs(estimate) / itg_normal_quantile(1 - p / 2);
  }
  return ITG_OK;
}

/* A printed point of the curve fixes the standard error of net benefit at its threshold. */
static itg_status use_point(const reader *r, int64_t at, row *out, double se_effect, double correlation,
                            itg_error *error) {
  double threshold = value_of(r, AT, at), p = value_of(r, PROBABILITY, at);
  double benefit = itg_increment_benefit(&out->x, threshold), z = itg_normal_quantile(p);
  if (!(p > 0 && p < 1) || z * benefit <= 0)
    return itg_call_fail(
        r->call, error, ITG_ERR_DATA, "probability", at,
        "contradicts the increments: net benefit at that threshold asks for a probability %s 0.5; "
        "check the point, the effect and the cost or ratio",
        benefit > 0   ? "above"
        : benefit < 0 ? "below"
                      : "of");
  double se = benefit / z;
  out->level_error = se;
  if (isnan(se_effect)) return ITG_OK;
  /* threshold^2 Ve + Vc - 2 threshold r sqrt(Ve Vc) = se^2, for sqrt(Vc). */
  double b = correlation * threshold * se_effect, c = threshold * threshold * se_effect * se_effect - se * se,
         inside = b * b - c;
  double se_cost = inside >= 0 ? b + sqrt(inside) : NAN;
  if (!(se_cost >= 0))
    return itg_call_fail(
        r->call, error, ITG_ERR_DATA, "probability", at,
        "contradicts the standard error of the effect, which alone is more than the point allows; "
        "leave one of them out");
  out->level_error = NAN;
  out->x.var_effect = se_effect * se_effect;
  out->x.var_cost = se_cost * se_cost;
  out->x.covariance = correlation * se_effect * se_cost;
  return ITG_OK;
}

static itg_status read_row(const reader *r, int64_t at, row *out, bool *assumed, itg_error *error) {
  double effect = value_of(r, EFFECT, at), cost = value_of(r, COST, at), ratio = value_of(r, ICER, at);
  double df = value_of(r, DF, at), n = value_of(r, N, at), level = itg_call_number(r->call, "conf_level");
  if (isnan(effect) || (isnan(cost) && isnan(ratio)))
    return itg_call_fail(r->call, error, ITG_ERR_DATA, "effect", at,
                         "needs a number, and beside it cost or icer; leave the row out or complete it");
  out->from_ratio = isnan(cost);
  if (out->from_ratio) cost = ratio * effect;
  out->x = (itg_increment){effect, cost, NAN, NAN, NAN};
  out->level_error = NAN;
  out->n = isnan(n) ? 0 : (int64_t)n;
  out->quantile = isnan(df) ? itg_normal_quantile(0.5 + level / 2) : itg_t_quantile(0.5 + level / 2, df);
  double se_effect, se_cost, correlation = value_of(r, CORRELATION, at);
  ITG_TRY(find_error(r, SE_EFFECT, effect, at, &se_effect, error));
  ITG_TRY(find_error(r, SE_COST, cost, at, &se_cost, error));
  bool point = !isnan(value_of(r, AT, at)) && !isnan(value_of(r, PROBABILITY, at));
  if (isnan(correlation) && !isnan(se_effect) && (!isnan(se_cost) || point)) *assumed = true;
  if (isnan(correlation)) correlation = 0;
  if (isnan(se_cost) && point) return use_point(r, at, out, se_effect, correlation, error);
  out->x.var_effect = se_effect * se_effect;
  out->x.var_cost = se_cost * se_cost;
  out->x.covariance = correlation * se_effect * se_cost;
  return ITG_OK;
}

/* ---- results ---- */

/* The row as it stands at one threshold. */
static itg_increment at_threshold(const row *r) {
  itg_increment x = r->x;
  if (!isnan(r->level_error)) x.var_effect = x.covariance = 0, x.var_cost = r->level_error * r->level_error;
  return x;
}

static itg_status add(itg_tidy *tidy, const row *r, bool named, const char *threshold, const char *scale,
                      const char *unit, double estimate, double se, const char *level, itg_reason reason,
                      itg_error *error) {
  const char *labels[2];
  int k = 0;
  if (named) labels[k++] = r->scenario;
  labels[k] = threshold;
  itg_estimate e = itg_estimate_of("cea_summary", scale, labels, unit);
  e.n = r->n;
  e.estimate = estimate;
  e.std_error = se;
  e.conf_low = estimate - r->quantile * se;
  e.conf_high = estimate + r->quantile * se;
  e.level = level;
  e.reason = reason;
  return itg_tidy_add(tidy, &e, error);
}

static itg_status add_row(itg_tidy *tidy, const row *r, bool named, const char *unit,
                          const itg_thresholds *at, itg_error *error) {
  itg_reason reason;
  const char *words = itg_increment_words(r->x.effect, r->x.cost);
  double ratio = itg_increment_ratio(&r->x, &reason);
  ITG_TRY(add(tidy, r, named, NULL, "incremental_cost", "currency", r->x.cost, sqrt(r->x.var_cost), NULL,
              ITG_REASON_PRESENT, error));
  ITG_TRY(add(tidy, r, named, NULL, "incremental_effect", unit, r->x.effect, sqrt(r->x.var_effect), NULL,
              ITG_REASON_PRESENT, error));
  ITG_TRY(add(tidy, r, named, NULL, "icer", "currency", ratio, NAN, words, reason, error));
  itg_increment x = at_threshold(r);
  for (int i = 0; i < at->n; i++) {
    double t = at->values[i], benefit = itg_increment_benefit(&x, t), se = itg_increment_benefit_error(&x, t);
    double p = itg_increment_probability(&x, t), loss = itg_increment_evpi(&x, t);
    itg_reason unknown = isnan(se) ? ITG_REASON_MISSING : ITG_REASON_PRESENT;
    ITG_TRY(
        add(tidy, r, named, at->labels[i], "inmb", "currency", benefit, se, NULL, ITG_REASON_PRESENT, error));
    if (t > 0)
      ITG_TRY(add(tidy, r, named, at->labels[i], "inhb", unit, benefit / t, se / t, NULL, ITG_REASON_PRESENT,
                  error));
    ITG_TRY(
        add(tidy, r, named, at->labels[i], "p_cost_effective", "probability", p, NAN, NULL, unknown, error));
    ITG_TRY(add(tidy, r, named, at->labels[i], "evpi", "currency", loss, NAN, NULL, unknown, error));
  }
  return ITG_OK;
}

static itg_status write_curves(itg_call *call, const row *rows, int64_t n, bool named,
                               const itg_thresholds *at, itg_error *error) {
  itg_frame *ceac, *inb;
  int shift = named ? 1 : 0, column;
  static const char *const names[] = {"threshold", "inmb", "std_error", "conf_low",
                                      "conf_high", "inhb", "evpi"};
  ITG_TRY(itg_result_add_table(call->result, "ceac", &ceac, error));
  ITG_TRY(itg_result_add_table(call->result, "inb", &inb, error));
  for (int k = 0; k < 2; k++) {
    itg_frame *frame = k ? inb : ceac;
    ITG_TRY(itg_frame_resize(frame, n * at->n_grid, error));
    if (named) ITG_TRY(itg_frame_add_column(frame, "scenario", ITG_TYPE_STRING, &column, error));
    for (size_t c = 0; c < (k ? ITG_COUNT(names) : 2); c++)
      ITG_TRY(itg_frame_add_column(frame, k == 0 && c == 1 ? "probability" : names[c], ITG_TYPE_DOUBLE,
                                   &column, error));
  }
  for (int64_t i = 0, place = 0; i < n; i++) {
    itg_increment x = at_threshold(&rows[i]);
    for (int g = 0; g < at->n_grid; g++, place++) {
      double t = at->grid[g], benefit = itg_increment_benefit(&x, t), se = itg_increment_benefit_error(&x, t);
      const double cells[] = {t,
                              benefit,
                              se,
                              benefit - rows[i].quantile * se,
                              benefit + rows[i].quantile * se,
                              t > 0 ? benefit / t : NAN,
                              itg_increment_evpi(&x, t)};
      if (named) {
        ITG_TRY(itg_frame_set_text(ceac, place, 0, rows[i].scenario, error));
        ITG_TRY(itg_frame_set_text(inb, place, 0, rows[i].scenario, error));
      }
      itg_frame_set_double(ceac, place, shift, t);
      itg_frame_set_double(ceac, place, shift + 1, itg_increment_probability(&x, t));
      for (int c = 0; c < (int)ITG_COUNT(cells); c++) itg_frame_set_double(inb, place, shift + c, cells[c]);
    }
  }
  return ITG_OK;
}

static itg_status write_fieller(itg_call *call, const row *rows, int64_t n, bool named, itg_error *error) {
  itg_frame *frame;
  int shift = named ? 1 : 0;
  ITG_TRY(itg_result_add_table(call->result, "fieller", &frame, error));
  ITG_TRY(itg_frame_resize(frame, n, error));
  if (named) ITG_TRY(itg_frame_add_column(frame, "scenario", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "conf_low", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "conf_high", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "shape", ITG_TYPE_STRING, NULL, error));
  for (int64_t i = 0; i < n; i++) {
    double low, high;
    itg_fieller_shape shape = itg_increment_fieller(&rows[i].x, rows[i].quantile, &low, &high);
    if (named) ITG_TRY(itg_frame_set_text(frame, i, 0, rows[i].scenario, error));
    itg_frame_set_double(frame, i, shift, low);
    itg_frame_set_double(frame, i, shift + 1, high);
    if (shape) ITG_TRY(itg_frame_set_text(frame, i, shift + 2, itg_fieller_words(shape), error));
  }
  return ITG_OK;
}

static itg_status note_assumptions(itg_call *call, const row *rows, int64_t n, bool assumed,
                                   itg_error *error) {
  int64_t level = 0, from_ratio = 0;
  for (int64_t i = 0; i < n; i++) {
    level += !isnan(rows[i].level_error);
    from_ratio += rows[i].from_ratio;
  }
  if (from_ratio)
    ITG_TRY(itg_result_note(
        call->result, error,
        "%lld rows have no incremental cost: it is the printed ratio times the effect, and carries "
        "their rounding over.",
        (long long)from_ratio));
  if (assumed)
    ITG_TRY(
        itg_result_note(call->result, error,
                        "No correlation of the increments is given, so 0 is assumed; it moves the curve."));
  if (level)
    ITG_TRY(itg_result_note(
        call->result, error,
        "One printed point of the curve gives the standard error of net benefit at its threshold; "
        "with no standard error of the effect it is taken to be the same at every threshold."));
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  reader r = {.call = call, .n = itg_call_rows(call, "data")};
  itg_thresholds at;
  itg_tidy tidy;
  itg_factor names = {0};
  bool assumed = false, named = itg_call_has(call, "scenario");
  ITG_TRY(itg_thresholds_read(call, &at, error));
  if (!r.n) return itg_fail(error, ITG_ERR_EMPTY, "measure cea_summary needs at least one row of figures");
  for (int k = EFFECT; k <= DF; k++) {
    uint8_t *reasons;
    if (itg_call_has(call, roles[k].name))
      ITG_TRY(itg_call_numbers(call, roles[k].name, &r.values[k], &reasons, error));
  }
  if (named) ITG_TRY(itg_call_factor(call, "scenario", &names, error));
  if (!named && r.n > 1)
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "scenario", -1,
                         "not found; %lld rows of figures need names to tell them apart", (long long)r.n);
  row *rows = itg_call_alloc(call, (size_t)r.n, sizeof *rows, error);
  bool *seen = itg_call_alloc(call, (size_t)names.n_levels, sizeof *seen, error);
  if (!rows || !seen) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < r.n; i++) {
    ITG_PACE(call->pace, i, error);
    ITG_TRY(read_row(&r, i, &rows[i], &assumed, error));
    if (!named) continue;
    if (names.codes[i] < 0) return itg_call_fail(call, error, ITG_ERR_DATA, "scenario", i, "needs a name");
    rows[i].scenario = names.levels[names.codes[i]];
    if (seen[names.codes[i]])
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "scenario", i, "'%.60s' stands twice", rows[i].scenario);
    seen[names.codes[i]] = true;
  }
  const char *groups[] = {"scenario", "threshold"};
  ITG_TRY(itg_tidy_open(call->result, groups + !named, 1 + named, &tidy, error));
  for (int64_t i = 0; i < r.n; i++)
    ITG_TRY(add_row(&tidy, &rows[i], named, itg_call_text(call, "unit"), &at, error));
  ITG_TRY(write_curves(call, rows, r.n, named, &at, error));
  ITG_TRY(write_fieller(call, rows, r.n, named, error));
  return note_assumptions(call, rows, r.n, assumed, error);
}

const itg_measure itg_cea_summary_measure = {
    .name = "cea_summary",
    .title = "Cost-effectiveness from published summary figures",
    .summary =
        "From an incremental effect and cost per person (or the printed ratio), their standard errors (or "
        "limits, or p values) and correlation, or one printed point of the acceptability curve, taken as "
        "bivariate normal: ratio with its quadrant in words, Fieller's set, net monetary and health "
        "benefit, acceptability curve and expected value of perfect information, a row of figures per "
        "scenario. Costs are in the currency of the input, effects in unit.",
    .source =
        "Net benefit: Stinnett & Mullahy, Med Decis Making 1998;18:S68. Fieller's set: Willan & O'Brien, "
        "Health Econ 1996;5:297; Heitjan, Health Econ 2000. Acceptability: Fenwick, O'Brien, Briggs, "
        "Health Econ 2004;13:405. The ratio is left out where one side dominates, as equal negative ratios "
        "mean opposite things (O'Brien & Briggs, Stat Methods Med Res 2002;11:455). Our choices: a "
        "correlation that is not given is 0; a curve point without a standard error of the effect gives "
        "one standard error of net benefit for all thresholds. A printed ratio need not be the ratio of "
        "printed costs and effects: adjustment, other periods and rounding come between, as in the Whole "
        "Systems Demonstrator telehealth trial (BMJ 2013;346:f1035), whose costs of the last three months "
        "differ by 206 (824 a year) while its ratio of 92000 with 0.012 QALY over a year means 1104.",
    .counts = "persons of the study, where given",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .run = run};
