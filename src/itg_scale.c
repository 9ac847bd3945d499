/* itg_scale.c - layer 3: the measure `scale`: answers of respondents to scores, their means and bands. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_call.h"
#include "itg_scale_versions.h"
#include "itg_score.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"
#include "itg_vector.h"

/* ---- moments by group ---- */

/* Four sums in turn: the additions of one need not wait for those of the other. */
enum { LANES = 4 };

typedef struct moments {
  double low, high; /* at the floor: up to low; at the ceiling: from high */
  int64_t n, n_missing, floor, ceiling;
  double mean, variance;
  double error, effective, at_floor,
      at_ceiling; /* weighted: error of the mean, Kish's n, shares of the weight */
  itg_sum sum[LANES];
} moments;

typedef struct summary {
  const itg_scale_run *run;
  const double *weights; /* design weights of the rows; NULL: none */
  moments *moments;      /* n_groups per outcome */
  const itg_scale_score **rules;
  bool *same_bands;
} summary;

static double sum_of(moments *m) {
  itg_sum all = {0, 0};
  for (int k = 0; k < LANES; k++) {
    itg_sum_add(&all, m->sum[k].total);
    itg_sum_add(&all, m->sum[k].error);
    m->sum[k] = (itg_sum){0, 0};
  }
  return itg_sum_value(&all);
}

/* With design weights: the mean sum wy / sum w and its error by linearisation, as of a sample with
 * replacement: n / (n - 1) x sum w^2 (y - mean)^2 / (sum w)^2. */
static itg_status weigh(const summary *s, const double *values, moments *m, itg_error *error) {
  enum { W, WY, WW, FLOOR, CEILING, SPREAD, SUMS };
  const itg_groups *groups = &s->run->groups;
  int32_t n_groups = groups->n_groups;
  itg_sum(*sums)[SUMS] = itg_alloc((size_t)n_groups, sizeof *sums);
  if (!sums) return itg_fail_memory(error);
  for (int64_t i = 0; i < groups->n; i++) {
    int32_t g = groups->codes[i];
    double w = s->weights[i], y = values[i];
    if (g < 0 || isnan(y)) continue;
    itg_sum_add(&sums[g][W], w);
    itg_sum_add(&sums[g][WY], w * y);
    itg_sum_add(&sums[g][WW], w * w);
    if (y <= m[g].low) itg_sum_add(&sums[g][FLOOR], w);
    if (y >= m[g].high) itg_sum_add(&sums[g][CEILING], w);
  }
  for (int32_t g = 0; g < n_groups; g++) {
    double all = itg_sum_value(&sums[g][W]);
    m[g].mean = itg_sum_value(&sums[g][WY]) / all;
    m[g].effective = all * all / itg_sum_value(&sums[g][WW]);
    m[g].at_floor = itg_sum_value(&sums[g][FLOOR]) / all;
    m[g].at_ceiling = itg_sum_value(&sums[g][CEILING]) / all;
  }
  for (int64_t i = 0; i < groups->n; i++) {
    int32_t g = groups->codes[i];
    if (g < 0 || isnan(values[i])) continue;
    double d = s->weights[i] * (values[i] - m[g].mean);
    itg_sum_add(&sums[g][SPREAD], d * d);
  }
  for (int32_t g = 0; g < n_groups; g++) {
    double n = (double)m[g].n;
    m[g].error = sqrt(n / (n - 1) * itg_sum_value(&sums[g][SPREAD])) / itg_sum_value(&sums[g][W]);
  }
  free(sums);
  return ITG_OK;
}

/* Where all rows are one group: the same counts and sums, two lanes at a time.  A missing value adds 0, which
 * leaves every bit of a sum.  Returns how many rows are done: the rest is fewer than the lanes. */
#if defined(__GNUC__)
typedef struct pair_sum {
  itg_pair total, error;
} pair_sum;

static inline void add_pair(pair_sum *sum, itg_pair value) {
  const itg_pair next = sum->total + value, part = next - sum->total;
  sum->error += (sum->total - (next - part)) + (value - part);
  sum->total = next;
}

static inline itg_pair known_or_zero(itg_pair v) { return (itg_pair)((itg_mask)v & (v == v)); }

static void set_lanes(moments *m, const pair_sum *low, const pair_sum *high) {
  for (int k = 0; k < 2; k++) {
    m->sum[k] = (itg_sum){low->total[k], low->error[k]};
    m->sum[2 + k] = (itg_sum){high->total[k], high->error[k]};
  }
}

static int64_t add_all(const double *values, int64_t n, moments *m) {
  const itg_pair floors = {m->low, m->low}, ceilings = {m->high, m->high};
  const int64_t whole = n - n % LANES;
  pair_sum low = {{0, 0}, {0, 0}}, high = low;
  itg_mask at_floor = {0, 0}, at_ceiling = {0, 0}, known = {0, 0};
  for (int64_t i = 0; i < whole; i += LANES) {
    const itg_pair a = ITG_PAIR(values + i), b = ITG_PAIR(values + i + 2);
    at_floor -= (a <= floors) + (b <= floors);
    at_ceiling -= (a >= ceilings) + (b >= ceilings);
    known -= (a == a) + (b == b);
    add_pair(&low, known_or_zero(a));
    add_pair(&high, known_or_zero(b));
  }
  m->floor = at_floor[0] + at_floor[1];
  m->ceiling = at_ceiling[0] + at_ceiling[1];
  m->n = known[0] + known[1];
  m->n_missing = whole - m->n;
  set_lanes(m, &low, &high);
  return whole;
}

static int64_t add_squares_of_all(const double *values, int64_t n, moments *m) {
  const itg_pair mean = {m->mean, m->mean};
  const int64_t whole = n - n % LANES;
  pair_sum low = {{0, 0}, {0, 0}}, high = low;
  for (int64_t i = 0; i < whole; i += LANES) {
    const itg_pair a = known_or_zero(ITG_PAIR(values + i) - mean),
                   b = known_or_zero(ITG_PAIR(values + i + 2) - mean);
    add_pair(&low, a * a);
    add_pair(&high, b * b);
  }
  set_lanes(m, &low, &high);
  return whole;
}
#else
static int64_t add_all(const double *values, int64_t n, moments *m) {
  (void)values, (void)n, (void)m;
  return 0;
}

static int64_t add_squares_of_all(const double *values, int64_t n, moments *m) {
  return add_all(values, n, m);
}
#endif

/* All groups of one score, in two passes over memory of this task's own (threads would hinder each other in
 * neighbouring bytes). */
static itg_status summarise(void *payload, int64_t index, itg_error *error) {
  summary *s = payload;
  const double *values = s->run->outcomes[index].values;
  const int32_t *codes = s->run->groups.codes, n_groups = s->run->groups.n_groups;
  const bool one_group = !s->run->groups.n_columns;
  int64_t n = s->run->groups.n;
  moments *m = itg_alloc((size_t)n_groups, sizeof *m);
  if (!m) return itg_fail_memory(error);
  for (int32_t g = 0; g < n_groups; g++) {
    const itg_scale_score *score = s->rules[index * n_groups + g];
    double slack = score ? 1e-9 * (score->high - score->low) : 0;
    m[g].low = score ? score->low + slack : 0;
    m[g].high = score ? score->high - slack : 0;
  }
  for (int64_t i = one_group ? add_all(values, n, m) : 0; i < n; i++) {
    if (codes[i] < 0) continue;
    moments *g = &m[codes[i]];
    g->floor += values[i] <= g->low;
    g->ceiling += values[i] >= g->high;
    if (isnan(values[i])) {
      g->n_missing++;
    } else {
      g->n++;
      itg_sum_add(&g->sum[i % LANES], values[i]);
    }
  }
  for (int32_t g = 0; g < n_groups; g++) m[g].mean = m[g].n ? sum_of(&m[g]) / (double)m[g].n : NAN;
  for (int64_t i = one_group ? add_squares_of_all(values, n, m) : 0; i < n; i++) {
    if (codes[i] < 0 || isnan(values[i])) continue;
    moments *g = &m[codes[i]];
    double d = values[i] - g->mean;
    itg_sum_add(&g->sum[i % LANES], d * d);
  }
  for (int32_t g = 0; g < n_groups; g++)
    m[g].variance = m[g].n > 1 ? sum_of(&m[g]) / (double)(m[g].n - 1) : NAN;
  for (int32_t g = 0; g < n_groups; g++) m[g].effective = NAN;
  itg_status status = s->weights ? weigh(s, values, m, error) : ITG_OK;
  memcpy(s->moments + index * n_groups, m, (size_t)n_groups * sizeof *m);
  free(m);
  return status;
}

/* ---- estimates ---- */

static void set_weighted_mean(itg_estimate *row, const moments *m, double conf_level) {
  row->n = m->n;
  row->estimate = m->mean;
  if (isnan(m->mean)) return;
  row->reason = m->n < 2 ? ITG_REASON_TOO_FEW : m->error > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
  if (m->n < 2) return;
  row->std_error = m->error;
  if (row->reason) return;
  double half = itg_t_quantile(0.5 + conf_level / 2, (double)(m->n - 1)) * m->error;
  row->conf_low = m->mean - half;
  row->conf_high = m->mean + half;
}

/* A share of the weight; Wilson's interval at Kish's effective number. */
static void set_weighted_percent(itg_estimate *row, double share, const moments *m, double conf_level) {
  row->n = m->n;
  row->reason = m->n ? ITG_REASON_PRESENT : ITG_REASON_TOO_FEW;
  if (isnan(share)) return;
  row->estimate = 100 * share;
  row->std_error = 100 * sqrt(share * (1 - share) / m->effective);
  itg_wilson(share * m->effective, m->effective, conf_level, &row->conf_low, &row->conf_high);
  row->conf_low *= 100;
  row->conf_high *= 100;
}

static itg_status add_end(itg_call *call, itg_tidy *tidy, const char *id, const char *end, int64_t at_end,
                          double share, const moments *m, const char *const *group, itg_error *error) {
  char *scale = itg_arena_print(call->arena, "%s.%s", id, end);
  if (!scale) return itg_fail_memory(error);
  itg_estimate row = itg_estimate_of("scale", scale, group, "percent");
  if (isnan(m->effective))
    itg_estimate_set_percent(&row, at_end, m->n, itg_call_number(call, "conf_level"));
  else
    set_weighted_percent(&row, share, m, itg_call_number(call, "conf_level"));
  row.n_missing = m->n_missing;
  return itg_tidy_add(tidy, &row, error);
}

/* Any rule of an outcome: what a group without one is told by. */
static const itg_scale_score *any_rule(const itg_scale_run *run, const itg_scale_outcome *outcome) {
  const itg_scale_score *rule = NULL;
  for (int32_t v = 0; v < run->n_versions && !rule; v++) rule = itg_scale_rule(run, outcome, v);
  return rule;
}

static itg_status add_estimates(itg_call *call, itg_tidy *tidy, const summary *s, itg_error *error) {
  const itg_groups *groups = &s->run->groups;
  for (int32_t g = 0; g < groups->n_groups; g++)
    for (int32_t o = 0; o < s->run->n_outcomes; o++) {
      const int64_t at = (int64_t)o * groups->n_groups + g;
      const itg_scale_outcome *outcome = &s->run->outcomes[o];
      const itg_scale_score *own = s->rules[at], *score = own ? own : any_rule(s->run, outcome);
      const moments *m = &s->moments[at];
      itg_estimate row = itg_estimate_of("scale", outcome->id, groups->labels[g], score->unit);
      if (s->weights)
        set_weighted_mean(&row, m, itg_call_number(call, "conf_level"));
      else
        itg_estimate_set_mean(&row, m->n, m->mean, m->variance, itg_call_number(call, "conf_level"));
      itg_estimate_clip(&row, score->low, score->high);
      row.n_missing = m->n_missing;
      row.level = s->same_bands[at] ? itg_scale_level(score, row.estimate) : NULL;
      if (!own) row.reason = ITG_REASON_NOT_ASKED;
      ITG_TRY(itg_tidy_add(tidy, &row, error));
      ITG_TRY(add_end(call, tidy, outcome->id, "floor", m->floor, m->at_floor, m, groups->labels[g], error));
      ITG_TRY(add_end(call, tidy, outcome->id, "ceiling", m->ceiling, m->at_ceiling, m, groups->labels[g],
                      error));
    }
  return ITG_OK;
}

/* ---- rows ---- */

static itg_status add_named(itg_call *call, itg_frame *frame, const char *score, const char *what,
                            itg_type type, int *column, itg_error *error) {
  char *name = itg_arena_print(call->arena, "%s%s", score, what);
  if (!name) return itg_fail_memory(error);
  return type == ITG_TYPE_STRING ? itg_frame_add_column(frame, name, type, column, error)
                                 : itg_frame_add_filled(frame, name, type, &call->control, column, error);
}

/* Option `reasons`: the columns that count why answers lack. */
static const struct {
  const char *name;
  itg_reason reason;
} counted[] = {{"_not_applicable", ITG_REASON_NOT_APPLICABLE},
               {"_refused", ITG_REASON_REFUSED},
               {"_not_asked", ITG_REASON_NOT_ASKED},
               {"_dont_know", ITG_REASON_UNKNOWN}};

/* Kept columns, the definition where there are several, then for every outcome its value, the number of
 * missing answers and, if asked for, these by reason and its status. */
static itg_status open_rows(itg_scale_run *run, itg_frame **out, itg_error *error) {
  itg_call *call = run->call;
  int64_t n = run->table->n_rows;
  itg_frame *frame;
  int column;
  ITG_TRY(itg_result_add_table(call->result, "scores", &frame, error));
  ITG_TRY(itg_frame_resize(frame, n, error));
  ITG_TRY(itg_call_keep(call, frame, error));
  if (run->version_of && itg_table_column(itg_frame_table(frame), "instrument") < 0) { /* else it is kept */
    ITG_TRY(itg_frame_add_column(frame, "instrument", ITG_TYPE_STRING, &column, error));
    for (int64_t row = 0; row < n; row++)
      if (run->version_of[row] >= 0)
        ITG_TRY(itg_frame_set_text(frame, row, column, run->versions[run->version_of[row]].id, error));
  }
  for (int32_t o = 0; o < run->n_outcomes; o++) {
    itg_scale_outcome *outcome = &run->outcomes[o];
    ITG_TRY(add_named(call, frame, outcome->id, "", ITG_TYPE_DOUBLE, &column, error));
    outcome->values = itg_frame_doubles(frame, column);
    outcome->reasons = itg_frame_reasons(frame, column);
    ITG_TRY(add_named(call, frame, outcome->id, "_missing", ITG_TYPE_INT32, &column, error));
    outcome->n_missing = itg_frame_int32s(frame, column);
    if (itg_call_flag(call, "reasons")) {
      outcome->lacking = itg_call_alloc(call, (size_t)n, sizeof *outcome->lacking, error);
      if (!outcome->lacking) return ITG_ERR_MEMORY;
      for (size_t k = 0; k < ITG_COUNT(counted); k++)
        ITG_TRY(add_named(call, frame, outcome->id, counted[k].name, ITG_TYPE_INT32, &column, error));
    }
    if (itg_call_flag(call, "status"))
      ITG_TRY(add_named(call, frame, outcome->id, "_status", ITG_TYPE_STRING, &column, error));
  }
  *out = frame;
  return ITG_OK;
}

static int find_named(itg_call *call, itg_frame *frame, const char *score, const char *what) {
  const char *name = itg_arena_print(call->arena, "%s%s", score, what);
  return name ? itg_table_column(itg_frame_table(frame), name) : -1;
}

/* What the options ask for of each row: counts by reason; "scored", or why there is no score. */
static itg_status explain_rows(const itg_scale_run *run, itg_frame *frame, itg_error *error) {
  itg_call *call = run->call;
  int64_t n = run->table->n_rows;
  for (int32_t o = 0; o < run->n_outcomes; o++) {
    const itg_scale_outcome *outcome = &run->outcomes[o];
    for (size_t k = 0; k < ITG_COUNT(counted) && outcome->lacking; k++) {
      int column = find_named(call, frame, outcome->id, counted[k].name);
      if (column < 0) return itg_fail_memory(error);
      int32_t *counts = itg_frame_int32s(frame, column);
      for (int64_t i = 0; i < n; i++) counts[i] = outcome->lacking[i][counted[k].reason - 1];
    }
    if (!itg_call_flag(call, "status")) continue;
    int column = find_named(call, frame, outcome->id, "_status");
    if (column < 0) return itg_fail_memory(error);
    for (int64_t i = 0; i < n; i++) {
      itg_reason reason = outcome->reasons[i];
      ITG_TRY(itg_frame_set_text(frame, i, column, reason ? itg_reason_text(reason) : "scored", error));
    }
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status read_weights(itg_call *call, const double **out, itg_error *error) {
  double *weights;
  uint8_t *reasons;
  *out = NULL;
  if (!itg_call_has(call, "weight")) return ITG_OK;
  ITG_TRY(itg_call_numbers(call, "weight", &weights, &reasons, error));
  for (int64_t i = 0; i < itg_call_rows(call, "data"); i++)
    if (reasons[i])
      return itg_call_fail(call, error, ITG_ERR_DATA, "weight", i,
                           "a respondent without a weight; give it, or leave out the role 'weight'");
  *out = weights;
  return itg_result_note(call->result, error,
                         "means and shares are weighted; errors are those of a sample with replacement");
}

static itg_status run(itg_call *call, itg_error *error) {
  itg_scale_run scales;
  itg_tidy tidy; /* the first table, though filled last */
  itg_frame *rows = NULL;
  ITG_TRY(itg_scale_open(call, &scales, error));
  const itg_groups *groups = &scales.groups;
  size_t n = (size_t)scales.n_outcomes * (size_t)groups->n_groups;
  ITG_TRY(itg_tidy_open(call->result, groups->names, groups->n_columns, &tidy, error));
  summary s = {.run = &scales};
  s.moments = itg_call_alloc(call, n, sizeof *s.moments, error);
  s.rules = itg_call_alloc(call, n, sizeof *s.rules, error);
  s.same_bands = itg_call_alloc(call, n, sizeof *s.same_bands, error);
  if (!s.moments || !s.rules || !s.same_bands) return ITG_ERR_MEMORY;
  for (int32_t o = 0; o < scales.n_outcomes; o++)
    ITG_TRY(itg_scale_group_rules(&scales, &scales.outcomes[o], s.rules + (int64_t)o * groups->n_groups,
                                  s.same_bands + (int64_t)o * groups->n_groups, error));
  ITG_TRY(open_rows(&scales, &rows, error));
  ITG_TRY(itg_scale_fill(&scales, error));
  ITG_TRY(explain_rows(&scales, rows, error));
  ITG_TRY(read_weights(call, &s.weights, error));
  itg_control here = call->control;
  if ((double)scales.table->n_rows * scales.n_outcomes < 2e5) here.threads = 1; /* below a millisecond */
  ITG_TRY(itg_parallel(&here, scales.n_outcomes, summarise, &s, error));
  ITG_TRY(add_estimates(call, &tidy, &s, error));
  ITG_TRY(itg_scale_add_responses(&scales, error));
  ITG_TRY(itg_scale_add_missing(&scales, error));
  return itg_groups_note(call, groups, error);
}

static const itg_role roles[] = {
    {"data", "items", ITG_ROLE_TEXTS, false, 0, 0,
     "columns of the items in the order of the definition; default: the columns named as its items"},
    {"data", "weight", ITG_ROLE_NUMBER, false, 0, INFINITY, "design weight of the respondent"},
    {0}};

static const itg_field options[] = {
    ITG_OPTION_INSTRUMENT(NULL), ITG_OPTION_CONF_LEVEL, ITG_SCALE_OPTIONS, ITG_OPTION_ANSWER_LABELS(""), {0}};

static const itg_output outputs[] = {
    {"scores",
     "one row per respondent: kept columns, the instrument where option instrument_by chooses it, each score "
     "and <score>_missing, the answers it lacks; option reasons: these by reason; option status: "
     "<score>_status"},
    {"responses", "option responses: how often each answer was given to each item, and why others lack"},
    {"missing",
     "option reasons: by group, score and reason how many answers lack, of how many respondents, and which "
     "percent of the answers to the score that is"},
    {NULL, NULL}};

const itg_measure itg_scale_measure = {
    .name = "scale",
    .title = "Scales: items to scores",
    .summary =
        "Scores one row per respondent by a definition of kind scale: items reversed and weighted, scores "
        "over items or over earlier scores, a missing rule for each. Estimates are the mean of each score by "
        "group with its t interval (within the range of the score) and band, and the percent of respondents "
        "at the lowest (.floor) and highest (.ceiling) score. A score that lacks too many answers is missing "
        "in its row and counted in n_missing. With design weights means and shares are weighted: error by "
        "linearisation (sample with replacement), Wilson's interval at Kish's effective number. Rows may use "
        "versions of an instrument (option instrument_by): scores of one id are one score, and where a group "
        "mixes versions these must agree in its range and unit. A missing rule counts answers among all "
        "items or among those applicable to the respondent.",
    .source =
        "Reversal by the range of the responses, never by what was observed; prorated sums are the mean of "
        "the answers times the number of items. Rules of single instruments: their definition. With design weights "
        "the error in a group is that of its n respondents as a sample of their own, n / (n - 1), our choice; svyby of "
        "the R package survey takes the group as a domain of all N, N / (N - 1), and so gives sqrt(1 - 1 / n) of it "
        "where N is large: 2.5 percent less at n = 20, 0.5 at 100. The whole sample's error is the same.",
    .counts = "respondents with a score",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "scores",
    .groups = true,
    .run = run,
};
