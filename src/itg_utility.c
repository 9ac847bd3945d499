/* itg_utility.c - layer 3: measure eq5d_utility: EQ-5D profiles to utilities by a value set.
 *
 * Few values are possible, so all that is said of a group is computed from its counts of profiles: no
 * rounding grows with the rows, their order does not matter, and it costs a fraction of sums over rows. */
#include "itg_utility.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_eq5d.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"

enum {
  BLOCK = ITG_EQ5D_BLOCK,
  TASK_ROWS = 64 * BLOCK,
  MOST_COUNTS = 1 << 22 /* counted in one pass over the rows: as many groups as fit */
};

static const itg_role roles[] = {
    ITG_EQ5D_ROLES,
    {"data", "stratum", ITG_ROLE_TEXT, false, 0, 0, "whose values apply, where input values has strata"},
    {"values", "profile", ITG_ROLE_ANY, false, 0, 0, "each profile once (in each stratum)"},
    {"values", "value", ITG_ROLE_NUMBER, false, 0, 0, "its value"},
    {"values", "stratum", ITG_ROLE_TEXT, false, 0, 0,
     "to whom it applies: an age band and sex, for instance"},
    {0}};

static const itg_field options[] = {
    ITG_UTILITY_OPTIONS,
    ITG_EQ5D_INVALID,
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "confidence level"},
    {0}};

static const itg_output outputs[] = {
    {"utilities",
     "one row per input row: the kept columns, the valueset where option valueset_by chooses it, profile "
     "(21232), utility"},
    {0}};

/* ---- a utility for each row ---- */

typedef struct job {
  itg_eq5d source;
  itg_utility_values set;
  itg_frame *frame;
  int profile, utility; /* columns of the frame */
  int32_t *profiles, *digits;
  double *utilities;
  int64_t *n_invalid; /* of each task */
} job;

/* Rows without a profile, or without a stratum. */
static itg_status explain_rows(job *j, int64_t first, int count, const int32_t *index, int64_t *n_invalid,
                               itg_error *error) {
  for (int i = 0; i < count; i++) {
    const int64_t row = first + i;
    itg_reason reason = ITG_REASON_MISSING;
    if (!isnan(j->utilities[row])) continue;
    if (index[i] == j->source.n_states) {
      ITG_TRY(itg_eq5d_explain(&j->source, row, &reason, error));
      itg_frame_set_missing(j->frame, row, j->profile, reason);
      *n_invalid += reason == ITG_REASON_INVALID;
    }
    itg_frame_set_missing(j->frame, row, j->utility, reason);
  }
  return ITG_OK;
}

static itg_status value_rows(void *payload, int64_t task, itg_error *error) {
  job *j = payload;
  const int32_t width = j->set.n_states + 1;
  const double *value = j->set.value;
  const int64_t start = task * TASK_ROWS, n = j->source.table->n_rows,
                end = n - start < TASK_ROWS ? n : start + TASK_ROWS;
  for (int64_t first = start; first < end; first += BLOCK) {
    const int count = end - first < BLOCK ? (int)(end - first) : BLOCK;
    int32_t index[BLOCK], *profiles = j->profiles + first;
    double *utilities = j->utilities + first;
    int without = itg_eq5d_read(&j->source, first, count, index);
    for (int i = 0; i < count; i++) {
      profiles[i] = j->digits[index[i]];
      utilities[i] = value[index[i]];
    }
    for (int i = 0; j->set.stratum && i < count; i++) {
      const int32_t stratum = j->set.stratum[first + i];
      utilities[i] = stratum < 0 ? NAN : value[stratum * width + index[i]];
      without += stratum < 0;
    }
    if (without) ITG_TRY(explain_rows(j, first, count, index, &j->n_invalid[task], error));
  }
  return ITG_OK;
}

static itg_status name_sets(job *j, itg_error *error) {
  int column;
  if (itg_table_column(itg_frame_table(j->frame), "valueset") >= 0)
    return ITG_OK; /* kept: the ids themselves */
  ITG_TRY(itg_frame_add_column(j->frame, "valueset", ITG_TYPE_STRING, &column, error));
  for (int64_t row = 0; row < j->source.table->n_rows; row++)
    if (j->set.stratum[row] >= 0)
      ITG_TRY(itg_frame_set_text(j->frame, row, column, j->set.names[j->set.stratum[row]], error));
  return ITG_OK;
}

static itg_status write_utilities(job *j, itg_error *error) {
  itg_call *call = j->source.call;
  const int64_t n = j->source.table->n_rows, n_tasks = (n + TASK_ROWS - 1) / TASK_ROWS;
  ITG_TRY(itg_result_add_table(call->result, "utilities", &j->frame, error));
  ITG_TRY(itg_frame_resize(j->frame, n, error));
  ITG_TRY(itg_call_keep(call, j->frame, error));
  if (j->set.names) ITG_TRY(name_sets(j, error));
  ITG_TRY(itg_frame_add_filled(j->frame, "profile", ITG_TYPE_INT32, &call->control, &j->profile, error));
  ITG_TRY(itg_frame_add_filled(j->frame, "utility", ITG_TYPE_DOUBLE, &call->control, &j->utility, error));
  j->profiles = itg_frame_int32s(j->frame, j->profile);
  j->utilities = itg_frame_doubles(j->frame, j->utility);
  j->digits = itg_call_alloc(call, (size_t)j->source.n_states + 1, sizeof *j->digits, error);
  j->n_invalid = itg_call_alloc(call, (size_t)n_tasks, sizeof *j->n_invalid, error);
  if (!j->digits || !j->n_invalid) return ITG_ERR_MEMORY;
  itg_eq5d_digits(j->source.levels, j->digits);
  ITG_TRY(itg_parallel(&call->control, n_tasks, value_rows, j, error));
  for (int64_t task = 1; task < n_tasks; task++) j->n_invalid[0] += j->n_invalid[task];
  return n ? itg_eq5d_note_invalid(&j->source, j->n_invalid[0], error) : ITG_OK;
}

/* ---- estimates ---- */

/* A value and how often it occurs; groups share the cells and their order. */
typedef struct tally {
  int32_t n_cells;
  int32_t *order; /* cells by value */
  const double *value;
  int64_t *counts; /* of one group, by cell */
} tally;

typedef struct summary {
  int64_t n, n_missing, full, below;
  double mean, sd, quartile[3];
} summary;

static int compare_cells(const void *a, const void *b) {
  const double *x = *(const double *const *)a, *y = *(const double *const *)b;
  if (*x != *y) return *x < *y ? -1 : 1;
  return (x > y) - (x < y);
}

static itg_status order_cells(itg_call *call, const itg_utility_values *set, tally *out, itg_error *error) {
  int32_t n = set->n_strata * (set->n_states + 1), kept = 0;
  const double **cells = itg_call_alloc(call, (size_t)n, sizeof *cells, error);
  out->order = itg_call_alloc(call, (size_t)n, sizeof *out->order, error);
  if (!cells || !out->order) return ITG_ERR_MEMORY;
  for (int32_t c = 0; c < n; c++)
    if (!isnan(set->value[c])) cells[kept++] = &set->value[c];
  qsort(cells, (size_t)kept, sizeof *cells, compare_cells);
  for (int32_t c = 0; c < kept; c++) out->order[c] = (int32_t)(cells[c] - set->value);
  out->n_cells = kept;
  out->value = set->value;
  return ITG_OK;
}

/* The value of rank `rank` from 0. */
static double value_of_rank(const tally *t, int64_t rank) {
  int64_t passed = 0;
  for (int32_t i = 0; i < t->n_cells; i++) {
    passed += t->counts[t->order[i]];
    if (passed > rank) return t->value[t->order[i]];
  }
  return NAN;
}

static void summarise(const tally *t, int64_t n_rows, int32_t n_states, summary *out) {
  itg_sum sum = {0, 0}, squares = {0, 0};
  *out = (summary){.sd = NAN};
  for (int32_t i = 0; i < t->n_cells; i++) {
    const int32_t cell = t->order[i];
    const int64_t count = t->counts[cell];
    out->n += count;
    out->full += cell % (n_states + 1) ? 0 : count;
    out->below += t->value[cell] < 0 ? count : 0;
    if (count) itg_sum_add(&sum, (double)count * t->value[cell]);
  }
  out->n_missing = n_rows - out->n;
  if (!out->n) return;
  out->mean = itg_sum_value(&sum) / (double)out->n;
  for (int32_t i = 0; i < t->n_cells; i++) {
    const double d = t->value[t->order[i]] - out->mean, count = (double)t->counts[t->order[i]];
    if (count > 0) itg_sum_add(&squares, count * (d * d));
  }
  if (out->n > 1) out->sd = sqrt(itg_sum_value(&squares) / (double)(out->n - 1));
  if (value_of_rank(t, 0) == value_of_rank(t, out->n - 1)) out->sd = out->n > 1 ? 0 : NAN;
  for (int q = 0; q < 3; q++) {
    /* Linear between order statistics (R's type 7). */
    const double at = (double)(out->n - 1) * (q + 1) / 4, part = at - floor(at);
    const double low = value_of_rank(t, (int64_t)at);
    out->quartile[q] = part > 0 ? low + part * (value_of_rank(t, (int64_t)at + 1) - low) : low;
  }
}

static void add_share(itg_estimate *e, int64_t count, double conf_level) {
  /* Wilson's interval. */
  double n = (double)e->n, p = (double)count / n, z = itg_normal_quantile(0.5 + conf_level / 2);
  double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  e->estimate = 100 * p;
  e->std_error = 100 * sqrt(p * (1 - p) / n);
  e->conf_low = count ? 100 * (middle - half) : 0;
  e->conf_high = count < e->n ? 100 * (middle + half) : 100;
}

static itg_status add_group(itg_tidy *tidy, const summary *s, const char *const *labels, double conf_level,
                            itg_error *error) {
  static const char *const scales[] = {"utility",        "utility_sd",  "lower_quartile", "median",
                                       "upper_quartile", "full_health", "worse_than_dead"};
  for (int i = 0; i < (int)ITG_COUNT(scales); i++) {
    itg_estimate e = itg_estimate_of("eq5d_utility", scales[i], labels, i < 5 ? "utility" : "percent");
    e.n = s->n;
    e.n_missing = s->n_missing;
    if (!s->n) {
      e.reason = ITG_REASON_MISSING;
    } else if (i == 0) {
      e.estimate = s->mean;
      e.std_error = s->sd / sqrt((double)s->n);
      double half = s->n > 1 ? itg_t_quantile(0.5 + conf_level / 2, (double)s->n - 1) * e.std_error : NAN;
      if (s->sd > 0) e.conf_low = e.estimate - half, e.conf_high = e.estimate + half;
      e.reason = s->n < 2 ? ITG_REASON_TOO_FEW : s->sd > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
    } else if (i == 1) {
      e.estimate = s->sd;
      e.reason = s->n < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
    } else if (i < 5) {
      e.estimate = s->quartile[i - 2];
    } else {
      add_share(&e, i == 5 ? s->full : s->below, conf_level);
    }
    ITG_TRY(itg_tidy_add(tidy, &e, error));
  }
  return ITG_OK;
}

/* The place in set.value of a row's value; without one: a place that holds NaN. */
static inline int32_t cell_of(const job *j, const uint16_t *index_of, int64_t row) {
  const int32_t index = index_of[j->profiles[row]], last = j->set.n_strata * (j->set.n_states + 1) - 1;
  if (!j->set.stratum) return index;
  return j->set.stratum[row] < 0 ? last : j->set.stratum[row] * (j->set.n_states + 1) + index;
}

/* Index of each profile by its digits; of 0, which stands for none, n_states. */
static uint16_t *index_digits(job *j, itg_error *error) {
  uint16_t *out = itg_call_alloc(j->source.call, 55556, sizeof *out, error);
  for (int32_t s = 0; out && s <= j->source.n_states; s++) out[j->digits[s]] = (uint16_t)s;
  return out;
}

static itg_status write_estimates(job *j, itg_tidy *tidy, const itg_groups *groups, itg_error *error) {
  itg_call *call = j->source.call;
  const int32_t width = j->set.n_strata * (j->set.n_states + 1);
  const int32_t step = width < MOST_COUNTS ? MOST_COUNTS / width : 1;
  const int32_t held = groups->n_groups < step ? groups->n_groups : step;
  tally t;
  ITG_TRY(order_cells(call, &j->set, &t, error));
  int64_t *counts = itg_call_alloc(call, (size_t)held * (size_t)width, sizeof *counts, error);
  const uint16_t *index_of = index_digits(j, error);
  if (!counts || !index_of) return ITG_ERR_MEMORY;
  for (int32_t from = 0; from < groups->n_groups; from += step) {
    const int32_t here = groups->n_groups - from < step ? groups->n_groups - from : step;
    memset(counts, 0, (size_t)here * (size_t)width * sizeof *counts);
    for (int64_t row = 0; row < groups->n; row++) {
      const uint32_t g = groups->codes ? (uint32_t)groups->codes[row] - (uint32_t)from : 0;
      if (g < (uint32_t)here) counts[(size_t)g * (size_t)width + (size_t)cell_of(j, index_of, row)]++;
    }
    for (int32_t g = 0; g < here; g++) {
      int64_t n_rows = 0;
      summary s;
      t.counts = counts + (size_t)g * (size_t)width;
      for (int32_t c = 0; c < width; c++) n_rows += t.counts[c];
      summarise(&t, n_rows, j->set.n_states, &s);
      ITG_TRY(add_group(tidy, &s, groups->labels ? groups->labels[from + g] : NULL,
                        itg_call_number(call, "conf_level"), error));
    }
    ITG_TRY(itg_check_stop(&call->control, (double)from / groups->n_groups, error));
  }
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  job j = {0};
  itg_tidy tidy;
  if (!itg_call_table(call, "data"))
    return itg_fail(error, ITG_ERR_ARGUMENT, "measure eq5d_utility needs a table of profiles");
  itg_groups groups = {.n = itg_call_rows(call, "data"), .n_groups = 1};
  if (!itg_node_is_null(itg_node_get(call->options, "by"))) ITG_TRY(itg_call_groups(call, &groups, error));
  ITG_TRY(itg_tidy_open(call->result, groups.names, groups.n_columns, &tidy, error));
  ITG_TRY(itg_utility_values_find(call, &j.set, error));
  ITG_TRY(itg_eq5d_open(call, j.set.levels, j.set.what, &j.source, error));
  ITG_TRY(write_utilities(&j, error));
  int64_t n = j.source.table->n_rows, valued = 0;
  for (int64_t row = 0; row < n && !valued; row++) valued += !isnan(j.utilities[row]);
  if (!valued)
    return itg_fail_at(error, ITG_ERR_EMPTY, j.source.table, -1, j.source.columns[0].name,
                       n ? "all %lld profiles are missing; at least one is needed" : "the table has no rows",
                       (long long)n);
  return write_estimates(&j, &tidy, &groups, error);
}

const itg_measure itg_eq5d_utility_measure = {
    .name = "eq5d_utility",
    .title = "EQ-5D profiles to utilities",
    .summary =
        "Values each EQ-5D profile (five columns of levels, or one column such as 21232) by a national value "
        "set, or by a table of the user with a row per profile (input values), which may differ by stratum: "
        "so a mapping by age and sex can be used. Patients of several countries may each have the value set "
        "of their own (option valueset_by). Table utilities has a row per input row; estimates are the mean "
        "utility with t interval, its standard deviation, quartiles and median (linear between order "
        "statistics), and the percentages in full health (11111) and below 0 with Wilson intervals, by "
        "group. A profile with any missing level has no utility; a level that does not exist is an error "
        "unless invalid is missing. Values have all digits of the published coefficients; crosswalks are not "
        "rounded.",
    .source =
        "Value sets: the reference of each definition. The profile with all levels 1 has the value of the "
        "model even where it is not 1.",
    .counts = "profiles, a row of the input each",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "utilities",
    .groups = true,
    .run = run};
