/* itg_scale.c - layer 3: the measure `scale`: answers of respondents to scores, their means and bands. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_call.h"
#include "itg_scale_kernel.h"
#include "itg_score.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"

/* ---- moments by group ---- */

/* Four sums in turn: the additions of one need not wait for those of the other. */
enum { LANES = 4 };

typedef struct moments {
  int64_t n, n_missing, floor, ceiling;
  double mean, variance;
  double error, effective, at_floor,
      at_ceiling; /* weighted: error of the mean, Kish's n, shares of the weight */
  itg_sum sum[LANES];
} moments;

typedef struct summary {
  const itg_scale_plan *plan;
  const itg_groups *groups;
  const double *weights; /* design weights of the rows; NULL: none */
  double **scores;
  moments *moments; /* n_groups per score */
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
static itg_status weigh(const summary *s, const itg_scale_score *score, const double *values, moments *m,
                        itg_error *error) {
  enum { W, WY, WW, FLOOR, CEILING, SPREAD, SUMS };
  int32_t n_groups = s->groups->n_groups;
  const double slack = 1e-9 * (score->high - score->low);
  itg_sum(*sums)[SUMS] = itg_alloc((size_t)n_groups, sizeof *sums);
  if (!sums) return itg_fail_memory(error);
  for (int64_t i = 0; i < s->groups->n; i++) {
    int32_t g = s->groups->codes[i];
    double w = s->weights[i], y = values[i];
    if (g < 0 || isnan(y)) continue;
    itg_sum_add(&sums[g][W], w);
    itg_sum_add(&sums[g][WY], w * y);
    itg_sum_add(&sums[g][WW], w * w);
    if (y <= score->low + slack) itg_sum_add(&sums[g][FLOOR], w);
    if (y >= score->high - slack) itg_sum_add(&sums[g][CEILING], w);
  }
  for (int32_t g = 0; g < n_groups; g++) {
    double all = itg_sum_value(&sums[g][W]);
    m[g].mean = itg_sum_value(&sums[g][WY]) / all;
    m[g].effective = all * all / itg_sum_value(&sums[g][WW]);
    m[g].at_floor = itg_sum_value(&sums[g][FLOOR]) / all;
    m[g].at_ceiling = itg_sum_value(&sums[g][CEILING]) / all;
  }
  for (int64_t i = 0; i < s->groups->n; i++) {
    int32_t g = s->groups->codes[i];
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

/* All groups of one score, in two passes over memory of this task's own (threads would hinder each other in
 * neighbouring bytes). */
static itg_status summarise(void *payload, int64_t index, itg_error *error) {
  summary *s = payload;
  const itg_scale_score *score = &s->plan->scores[index];
  const double *values = s->scores[index], slack = 1e-9 * (score->high - score->low);
  const double low = score->low + slack, high = score->high - slack;
  const int32_t *codes = s->groups->codes, n_groups = s->groups->n_groups;
  int64_t n = s->groups->n;
  if (!score->wanted) return ITG_OK;
  moments *m = itg_alloc((size_t)n_groups, sizeof *m);
  if (!m) return itg_fail_memory(error);
  for (int64_t i = 0; i < n; i++) {
    if (codes[i] < 0) continue;
    moments *g = &m[codes[i]];
    g->floor += values[i] <= low;
    g->ceiling += values[i] >= high;
    if (isnan(values[i])) {
      g->n_missing++;
    } else {
      g->n++;
      itg_sum_add(&g->sum[i % LANES], values[i]);
    }
  }
  for (int32_t g = 0; g < n_groups; g++) m[g].mean = m[g].n ? sum_of(&m[g]) / (double)m[g].n : NAN;
  for (int64_t i = 0; i < n; i++) {
    if (codes[i] < 0 || isnan(values[i])) continue;
    moments *g = &m[codes[i]];
    double d = values[i] - g->mean;
    itg_sum_add(&g->sum[i % LANES], d * d);
  }
  for (int32_t g = 0; g < n_groups; g++)
    m[g].variance = m[g].n > 1 ? sum_of(&m[g]) / (double)(m[g].n - 1) : NAN;
  for (int32_t g = 0; g < n_groups; g++) m[g].effective = NAN;
  itg_status status = s->weights ? weigh(s, score, values, m, error) : ITG_OK;
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

static itg_status add_end(itg_call *call, itg_tidy *tidy, const itg_scale_score *score, const char *end,
                          int64_t at_end, double share, const moments *m, const char *const *group,
                          itg_error *error) {
  char *scale = itg_arena_print(call->arena, "%s.%s", score->id, end);
  if (!scale) return itg_fail_memory(error);
  itg_estimate row = itg_estimate_of("scale", scale, group, "percent");
  if (isnan(m->effective))
    itg_estimate_set_percent(&row, at_end, m->n, itg_call_number(call, "conf_level"));
  else
    set_weighted_percent(&row, share, m, itg_call_number(call, "conf_level"));
  row.n_missing = m->n_missing;
  return itg_tidy_add(tidy, &row, error);
}

static itg_status add_estimates(itg_call *call, itg_tidy *tidy, const summary *s, itg_error *error) {
  const itg_groups *groups = s->groups;
  for (int32_t g = 0; g < groups->n_groups; g++)
    for (int32_t i = 0; i < s->plan->n_scores; i++) {
      const itg_scale_score *score = &s->plan->scores[i];
      const moments *m = &s->moments[(int64_t)i * groups->n_groups + g];
      if (!score->wanted) continue;
      itg_estimate row = itg_estimate_of("scale", score->id, groups->labels[g], score->unit);
      if (s->weights)
        set_weighted_mean(&row, m, itg_call_number(call, "conf_level"));
      else
        itg_estimate_set_mean(&row, m->n, m->mean, m->variance, itg_call_number(call, "conf_level"));
      itg_estimate_clip(&row, score->low, score->high);
      row.n_missing = m->n_missing;
      row.level = itg_scale_level(score, row.estimate);
      ITG_TRY(itg_tidy_add(tidy, &row, error));
      ITG_TRY(add_end(call, tidy, score, "floor", m->floor, m->at_floor, m, groups->labels[g], error));
      ITG_TRY(add_end(call, tidy, score, "ceiling", m->ceiling, m->at_ceiling, m, groups->labels[g], error));
    }
  return ITG_OK;
}

/* ---- rows ---- */

#define STATUS "%s_status"

/* Kept columns, then for every wanted score its value, the number of missing answers and, if asked, its
 * status. */
static itg_status open_rows(itg_call *call, itg_scale_job *job, itg_frame **out, itg_error *error) {
  const itg_scale_plan *plan = job->plan;
  itg_frame *frame;
  size_t n = (size_t)plan->n_scores;
  int column;
  ITG_TRY(itg_result_add_table(call->result, "scores", &frame, error));
  ITG_TRY(itg_frame_resize(frame, job->table->n_rows, error));
  ITG_TRY(itg_call_keep(call, frame, error));
  job->scores = itg_call_alloc(call, n, sizeof *job->scores, error);
  job->reasons = itg_call_alloc(call, n, sizeof *job->reasons, error);
  job->n_missing = itg_call_alloc(call, n, sizeof *job->n_missing, error);
  if (!job->scores || !job->reasons || !job->n_missing) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < plan->n_scores; i++) {
    if (!plan->scores[i].wanted) continue;
    char *name = itg_arena_print(call->arena, "%s_missing", plan->scores[i].id);
    if (!name) return itg_fail_memory(error);
    ITG_TRY(itg_frame_add_column(frame, plan->scores[i].id, ITG_TYPE_DOUBLE, &column, error));
    job->scores[i] = itg_frame_doubles(frame, column);
    job->reasons[i] = itg_frame_reasons(frame, column);
    ITG_TRY(itg_frame_add_column(frame, name, ITG_TYPE_INT64, &column, error));
    job->n_missing[i] = itg_frame_ints(frame, column);
    memset(itg_frame_reasons(frame, column), ITG_REASON_PRESENT, (size_t)job->table->n_rows);
    if (!itg_call_flag(call, "status")) continue;
    if (!(name = itg_arena_print(call->arena, STATUS, plan->scores[i].id))) return itg_fail_memory(error);
    ITG_TRY(itg_frame_add_column(frame, name, ITG_TYPE_STRING, &column, error));
  }
  *out = frame;
  return ITG_OK;
}

/* Missing codes of the option `missing` in the form of the definition's. */
static itg_status read_codes(itg_call *call, itg_scale_job *job, itg_error *error) {
  const itg_call_state *state = call->state;
  itg_answer_code *codes = itg_call_alloc(call, (size_t)state->n_codes, sizeof *codes, error);
  if (!codes) return ITG_ERR_MEMORY;
  for (int i = 0; i < state->n_codes; i++)
    codes[i] =
        (itg_answer_code){state->codes[i].text, state->codes[i].is_number ? state->codes[i].number : NAN,
                          state->codes[i].reason};
  job->codes = codes;
  job->n_codes = state->n_codes;
  return ITG_OK;
}

/* Option `status`: "scored", or why there is no score. */
static itg_status add_status(itg_call *call, const itg_scale_job *job, itg_frame *frame, itg_error *error) {
  for (int32_t s = 0; s < job->plan->n_scores && itg_call_flag(call, "status"); s++) {
    if (!job->plan->scores[s].wanted) continue;
    const char *name = itg_arena_print(call->arena, STATUS, job->plan->scores[s].id);
    if (!name) return itg_fail_memory(error);
    int column = itg_table_column(itg_frame_table(frame), name);
    for (int64_t i = 0; i < job->table->n_rows; i++) {
      itg_reason reason = job->reasons[s][i];
      ITG_TRY(itg_frame_set_text(frame, i, column, reason ? itg_reason_text(reason) : "scored", error));
    }
  }
  return ITG_OK;
}

/* ---- answers given ---- */

static const char *word_of(const itg_responses *r, const char *answer) {
  double number;
  if (!answer || !itg_number_parse(answer, strlen(answer), &number)) return NULL;
  for (int32_t i = 0; i < r->n_options; i++)
    if (r->options[i] == number) return r->words[i];
  return NULL;
}

static itg_status add_answer(itg_frame *frame, const itg_groups *groups, int32_t group,
                             const itg_scale_item *item, const char *answer, int64_t count, int64_t total,
                             itg_error *error) {
  int64_t at = itg_frame_rows(frame);
  int column = 0;
  ITG_TRY(itg_frame_resize(frame, at + 1, error));
  for (; column < groups->n_columns; column++)
    ITG_TRY(itg_frame_set_text(frame, at, column, groups->labels[group][column], error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, item->id, error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, item->label, error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, answer, error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, word_of(item->responses, answer), error));
  itg_frame_set_int(frame, at, column++, count);
  itg_frame_set_double(frame, at, column, 100 * (double)count / (double)total);
  return ITG_OK;
}

/* How often each answer was given to each item, by group: the raw material of a profile. */
static itg_status add_responses(itg_call *call, const itg_scale_job *job, const itg_groups *groups,
                                itg_error *error) {
  static const char *const names[] = {"item", "label", "answer", "word", "n", "percent"};
  itg_frame *frame;
  ITG_TRY(itg_result_add_table(call->result, "responses", &frame, error));
  for (int i = 0; i < groups->n_columns; i++)
    ITG_TRY(itg_frame_add_column(frame, groups->names[i], ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(names); i++) {
    itg_type type = i < 4 ? ITG_TYPE_STRING : i < 5 ? ITG_TYPE_INT64 : ITG_TYPE_DOUBLE;
    ITG_TRY(itg_frame_add_column(frame, names[i], type, NULL, error));
  }
  for (int32_t item = 0; item < job->plan->n_items; item++) {
    itg_factor factor;
    if (!job->columns[item]) continue;
    ITG_TRY(itg_factor_make(job->columns[item], job->table->n_rows, call->arena, &factor, error));
    int64_t levels = (int64_t)factor.n_levels + 1; /* the last: missing */
    int64_t *counts = itg_call_alloc(call, (size_t)(levels * groups->n_groups), sizeof *counts, error);
    if (!counts) return ITG_ERR_MEMORY;
    for (int64_t i = 0; i < factor.n; i++)
      if (groups->codes[i] >= 0)
        counts[groups->codes[i] * levels + (factor.codes[i] < 0 ? factor.n_levels : factor.codes[i])]++;
    for (int32_t g = 0; g < groups->n_groups; g++) {
      const int64_t *own = counts + g * levels;
      int64_t total = 0;
      for (int64_t k = 0; k < levels; k++) total += own[k];
      for (int64_t k = 0; k < levels; k++)
        if (own[k])
          ITG_TRY(add_answer(frame, groups, g, &job->plan->items[item],
                             k < factor.n_levels ? factor.levels[k] : NULL, own[k], total, error));
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
  itg_definition definition;
  itg_scale_plan plan;
  itg_groups groups;
  const itg_column **columns;
  ITG_TRY(itg_call_definition(call, "instrument", "scale", &definition, error));
  ITG_TRY(itg_scale_plan_make(&definition, itg_call_node(call, "scores"), call->arena, &plan, error));
  const char **ids = itg_call_alloc(call, (size_t)plan.n_items, sizeof *ids, error);
  itg_scale_job job = {.plan = &plan,
                       .keep_going = strcmp(itg_call_text(call, "out_of_range"), "missing") == 0,
                       .item_missing = itg_call_alloc(call, (size_t)plan.n_items, sizeof(int64_t), error)};
  if (!ids || !job.item_missing) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < plan.n_items; i++) ids[i] = plan.items[i].id;
  ITG_TRY(itg_items_bind(call, "items", ids, plan.used, plan.n_items, &columns, error));
  job.table = itg_call_table(call, "data");
  job.columns = columns;
  ITG_TRY(read_codes(call, &job, error));
  ITG_TRY(itg_call_groups(call, &groups, error));

  itg_tidy tidy; /* the first table, though filled last */
  itg_frame *rows = NULL;
  ITG_TRY(itg_tidy_open(call->result, groups.names, groups.n_columns, &tidy, error));
  summary s = {.plan = &plan, .groups = &groups};
  s.moments = itg_call_alloc(call, (size_t)plan.n_scores * (size_t)groups.n_groups, sizeof *s.moments, error);
  if (!s.moments) return ITG_ERR_MEMORY;
  ITG_TRY(open_rows(call, &job, &rows, error));
  ITG_TRY(itg_scale_score_rows(&job, &call->control, error));
  ITG_TRY(add_status(call, &job, rows, error));
  bool any = false;
  for (int32_t i = 0; i < plan.n_items; i++)
    any = any || (columns[i] && job.item_missing[i] < job.table->n_rows);
  if (!any) return itg_fail_at(error, ITG_ERR_EMPTY, job.table, -1, NULL, "every answer is missing");
  s.scores = job.scores;
  ITG_TRY(read_weights(call, &s.weights, error));
  itg_control here = call->control;
  if ((double)job.table->n_rows * plan.n_scores < 2e5) here.threads = 1; /* below a millisecond */
  ITG_TRY(itg_parallel(&here, plan.n_scores, summarise, &s, error));
  ITG_TRY(add_estimates(call, &tidy, &s, error));
  if (itg_call_flag(call, "responses")) ITG_TRY(add_responses(call, &job, &groups, error));

  for (int32_t i = 0; i < plan.n_items; i++)
    if (columns[i]) itg_items_count_missing(call, "items", columns[i], job.item_missing[i]);
  ITG_TRY(itg_groups_note(call, &groups, error));
  if (job.out_of_range)
    ITG_TRY(itg_result_note(call->result, error,
                            "%lld answers that the definition does not know were taken as missing",
                            (long long)job.out_of_range));
  return ITG_OK;
}

static const itg_role roles[] = {
    {"data", "items", ITG_ROLE_TEXTS, false, 0, 0,
     "columns of the items in the order of the definition; default: the columns named as its items"},
    {"data", "weight", ITG_ROLE_NUMBER, false, 0, INFINITY, "design weight of the respondent"},
    {0}};

static const itg_field options[] = {
    ITG_OPTION_INSTRUMENT(NULL), ITG_OPTION_CONF_LEVEL, ITG_SCALE_OPTIONS, {0}};

static const itg_output outputs[] = {
    {"scores",
     "one row per respondent: kept columns, each score and <score>_missing, the answers it lacks; "
     "option status: <score>_status"},
    {"responses", "option responses: how often each answer was given to each item"},
    {NULL, NULL}};

const itg_measure itg_scale_measure = {
    .name = "scale",
    .title = "Scales: items to scores",
    .summary =
        "Scores one row per respondent by a definition of kind scale: items reversed and weighted, scores "
        "over items "
        "or over earlier scores, a missing rule for each. Estimates are the mean of each score by group with "
        "its t "
        "interval (within the range of the score) and band, and the percent of respondents at the lowest "
        "(.floor) and highest (.ceiling) score. A "
        "score that lacks too many answers is missing in its row and counted in n_missing. With design "
        "weights "
        "means and shares are weighted: error by linearisation (sample with replacement), Wilson's interval "
        "at "
        "Kish's effective number.",
    .source =
        "Reversal by the range of the responses, never by what was observed; prorated sums are the mean of "
        "the answers times the number of items. Rules of single instruments: their definition.",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "scores",
    .groups = true,
    .run = run,
};
