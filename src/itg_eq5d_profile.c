/* itg_eq5d_profile.c - layer 3: measure eq5d_profile: EQ-5D answers described without a value set. */
#include "itg_eq5d_profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_score.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"
#include "itg_waves.h"

#define DIMENSIONS ITG_EQ5D_DIMENSIONS
enum { MOST_LEVELS = 5, MOST_STATES = 3125 };

static const itg_role roles[] = {
    ITG_EQ5D_ROLES,
    {"data", "wave", ITG_ROLE_TEXT, false, 0, 0, "time of the answer, by the numbers in the names; grouped by"},
    {"data", "person", ITG_ROLE_TEXT, false, 0, 0,
     "who answers, once in each wave; for change between waves"},
    {0}};

static const itg_field options[] = {
    {"levels", ITG_FIELD_TEXT, true, NULL, "3|5", 0, 0, NULL, "3 (EQ-5D-3L, Y-3L) or 5 (EQ-5D-5L)"},
    {"before", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "the earlier wave; default: the first by the numbers in their names, none where these do not tell"},
    {"after", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "the later wave; default: the last by the numbers in their names, or the other of two"},
    ITG_EQ5D_INVALID,
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_output outputs[] = {
    {"dimensions",
     "one row per group, dimension and level: n, n_missing, count, percent with Wilson interval"},
    {"profiles",
     "one row per group and profile that occurs, the most frequent first (then the better): count, percent, "
     "cumulative_percent, level_sum"},
    {"diversity",
     "one row per group and dimension, and the whole profile: n, shannon (bits), evenness (0 to 1)"},
    {"rows",
     "one row per input row: the kept columns, profile, level_sum, level_frequency (how many dimensions are "
     "at level 1, at 2, ...)"},
    {"change",
     "with person and wave: one row per group, dimension (and the whole profile) and class (no problems, "
     "same, better, worse, mixed): n pairs, n_missing persons without both, count, percent of pairs, "
     "percent_problems of those with a problem in either wave"},
    {"persons",
     "with person and wave: one row per person with both waves: profiles, class, change of level_sum"},
    {0}};

const char *const itg_eq5d_dimensions[DIMENSIONS] = {"mobility", "self_care", "usual_activities", "pain",
                                                     "anxiety"};

typedef struct job {
  itg_eq5d source;
  itg_groups groups; /* by option `by`, and wave */
  uint16_t *index;   /* profile of each row */
  uint8_t *reasons;
  double z, conf_level;
  int32_t digits[MOST_STATES + 1];
  uint8_t level[MOST_STATES][DIMENSIONS], level_sum[MOST_STATES];
} job;

/* One group: how often each profile occurs, and each level of each dimension (0: missing), whole or not. */
typedef struct tally {
  int64_t states[MOST_STATES + 1];
  int64_t levels[DIMENSIONS][MOST_LEVELS + 1];
} tally;

/* ---- groups ---- */

/* The groups of `by` split by wave, which becomes their last column. */
static itg_status split_by_wave(itg_call *call, const itg_groups *by, itg_groups *out, itg_error *error) {
  itg_factor factors[2], waves;
  ITG_TRY(itg_waves_factor(call, "wave", NULL, &waves, error));
  const char **by_labels = itg_call_alloc(call, (size_t)by->n_groups, sizeof *by_labels, error);
  if (!by_labels) return ITG_ERR_MEMORY;
  for (int32_t g = 0; g < by->n_groups; g++) by_labels[g] = "";
  factors[0] = (itg_factor){.n = by->n, .n_levels = by->n_groups, .codes = by->codes, .levels = by_labels};
  factors[1] = waves;
  const char *const names[] = {"", ""};
  ITG_TRY(itg_groups_make(factors, names, 2, by->n, call->arena, out, error));
  const int columns = by->n_columns + 1;
  int64_t *row_of = itg_call_alloc(call, (size_t)out->n_groups, sizeof *row_of, error);
  const char **cells = itg_call_alloc(call, (size_t)out->n_groups * (size_t)columns, sizeof *cells, error);
  const char *const **labels = itg_call_alloc(call, (size_t)out->n_groups, sizeof *labels, error);
  const char **column_names = itg_call_alloc(call, (size_t)columns, sizeof *column_names, error);
  if (!row_of || !cells || !labels || !column_names) return ITG_ERR_MEMORY;
  for (int64_t row = by->n - 1; row >= 0; row--)
    if (out->codes[row] >= 0) row_of[out->codes[row]] = row;
  for (int32_t g = 0; g < out->n_groups; g++) {
    const char **own = cells + (size_t)g * (size_t)columns;
    labels[g] = own;
    for (int c = 0; c < by->n_columns; c++) own[c] = by->labels[by->codes[row_of[g]]][c];
    own[columns - 1] = waves.levels[waves.codes[row_of[g]]];
  }
  for (int c = 0; c < by->n_columns; c++) column_names[c] = by->names[c];
  column_names[columns - 1] = itg_call_column(call, "wave")->name;
  out->n_columns = columns;
  out->names = column_names;
  out->labels = labels;
  return ITG_OK;
}

static itg_status add_group_columns(itg_frame *frame, const itg_groups *groups, itg_error *error) {
  for (int c = 0; c < groups->n_columns; c++)
    ITG_TRY(itg_frame_add_column(frame, groups->names[c], ITG_TYPE_STRING, NULL, error));
  return ITG_OK;
}

static itg_status set_group(itg_frame *frame, int64_t row, const itg_groups *groups, int32_t g,
                            itg_error *error) {
  for (int c = 0; c < groups->n_columns; c++)
    ITG_TRY(itg_frame_set_text(frame, row, c, groups->labels[g][c], error));
  return ITG_OK;
}

/* Append a row that belongs to group g. */
static itg_status append(itg_frame *frame, const itg_groups *groups, int32_t g, int64_t *row,
                         itg_error *error) {
  *row = itg_frame_table(frame)->n_rows;
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  return set_group(frame, *row, groups, g, error);
}

/* ---- tallies ---- */

static void list_states(job *j) {
  itg_eq5d_digits(j->source.levels, j->digits);
  for (int32_t s = 0; s < j->source.n_states; s++) {
    int32_t digits = j->digits[s];
    for (int d = DIMENSIONS - 1; d >= 0; d--, digits /= 10) {
      j->level[s][d] = (uint8_t)(digits % 10);
      j->level_sum[s] = (uint8_t)(j->level_sum[s] + digits % 10);
    }
  }
}

static void count_group(const job *j, const int64_t *rows, int64_t n, tally *out) {
  memset(out, 0, sizeof *out);
  for (int64_t i = 0; i < n; i++) {
    const uint16_t state = j->index[rows[i]];
    out->states[state]++;
    if (state == j->source.n_states)
      for (int d = 0; d < DIMENSIONS; d++) out->levels[d][itg_eq5d_level(&j->source, rows[i], d)]++;
  }
  for (int32_t s = 0; s < j->source.n_states; s++)
    for (int d = 0; out->states[s] && d < DIMENSIONS; d++) out->levels[d][j->level[s][d]] += out->states[s];
}

static int64_t count_profiles(const job *j, const tally *t) {
  int64_t n = 0;
  for (int32_t s = 0; s < j->source.n_states; s++) n += t->states[s];
  return n;
}

/* ---- tables ---- */

static void wilson(int64_t count, int64_t total, double z, double *low, double *high) {
  const double n = (double)total, p = (double)count / n, middle = (p + z * z / (2 * n)) / (1 + z * z / n),
               half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  *low = count ? 100 * (middle - half) : 0;
  *high = count < total ? 100 * (middle + half) : 100;
}

static itg_status write_dimensions(const job *j, itg_frame *frame, int32_t g, const tally *t,
                                   itg_error *error) {
  const int c = j->groups.n_columns;
  for (int d = 0; d < DIMENSIONS; d++) {
    int64_t n = 0;
    for (int l = 1; l <= j->source.levels; l++) n += t->levels[d][l];
    for (int l = 1; l <= j->source.levels; l++) {
      int64_t row;
      double low, high;
      ITG_TRY(append(frame, &j->groups, g, &row, error));
      ITG_TRY(itg_frame_set_text(frame, row, c, itg_eq5d_dimensions[d], error));
      itg_frame_set_int(frame, row, c + 1, l);
      itg_frame_set_int(frame, row, c + 2, n);
      itg_frame_set_int(frame, row, c + 3, t->levels[d][0]);
      itg_frame_set_int(frame, row, c + 4, t->levels[d][l]);
      if (!n) continue;
      wilson(t->levels[d][l], n, j->z, &low, &high);
      itg_frame_set_double(frame, row, c + 5, 100 * (double)t->levels[d][l] / (double)n);
      itg_frame_set_double(frame, row, c + 6, low);
      itg_frame_set_double(frame, row, c + 7, high);
    }
  }
  return ITG_OK;
}

typedef struct frequency {
  int32_t state;
  int64_t count;
} frequency;

/* The most frequent first, then the better one. */
static int compare_frequencies(const void *a, const void *b) {
  const frequency *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return x->state - y->state;
}

static int32_t sort_states(const job *j, const tally *t, frequency *out) {
  int32_t n = 0;
  for (int32_t s = 0; s < j->source.n_states; s++)
    if (t->states[s]) out[n++] = (frequency){s, t->states[s]};
  qsort(out, (size_t)n, sizeof *out, compare_frequencies);
  return n;
}

static itg_status write_profiles(const job *j, itg_frame *frame, int32_t g, const frequency *states,
                                 int32_t n_states, int64_t n, itg_error *error) {
  const int c = j->groups.n_columns;
  int64_t passed = 0;
  for (int32_t i = 0; i < n_states; i++) {
    int64_t row;
    ITG_TRY(append(frame, &j->groups, g, &row, error));
    passed += states[i].count;
    ITG_TRY(itg_frame_set_persons(frame, row, states[i].count,
                                  error)); /* who is alone with a profile is known by it */
    itg_frame_set_int(frame, row, c, j->digits[states[i].state]);
    itg_frame_set_int(frame, row, c + 1, states[i].count);
    itg_frame_set_double(frame, row, c + 2, 100 * (double)states[i].count / (double)n);
    itg_frame_set_double(frame, row, c + 3, 100 * (double)passed / (double)n);
    itg_frame_set_int(frame, row, c + 4, j->level_sum[states[i].state]);
  }
  return ITG_OK;
}

/* Shannon's entropy in bits of `n` answers over the counts. */
static double shannon(const int64_t *counts, int n_counts, int64_t n) {
  itg_sum sum = {0, 0};
  for (int i = 0; i < n_counts; i++) {
    const double p = (double)counts[i] / (double)n;
    if (counts[i]) itg_sum_add(&sum, -p * log2(p));
  }
  return fmax(0, itg_sum_value(&sum));
}

static itg_status write_diversity(const job *j, itg_frame *frame, int32_t g, const tally *t,
                                  itg_error *error) {
  const int c = j->groups.n_columns;
  for (int d = 0; d <= DIMENSIONS; d++) {
    const bool whole = d == DIMENSIONS;
    const int64_t *counts = whole ? t->states : t->levels[d] + 1;
    const int n_counts = whole ? j->source.n_states : j->source.levels;
    int64_t row, n = 0;
    for (int i = 0; i < n_counts; i++) n += counts[i];
    ITG_TRY(append(frame, &j->groups, g, &row, error));
    ITG_TRY(itg_frame_set_text(frame, row, c, whole ? "profile" : itg_eq5d_dimensions[d], error));
    itg_frame_set_int(frame, row, c + 1, n);
    if (!n) continue;
    const double bits = shannon(counts, n_counts, n);
    itg_frame_set_double(frame, row, c + 2, bits);
    itg_frame_set_double(frame, row, c + 3, bits / log2(n_counts));
  }
  return ITG_OK;
}

static itg_status write_rows(const job *j, itg_error *error) {
  itg_frame *frame;
  int profile, sum, frequency;
  const int64_t n = j->source.table->n_rows;
  ITG_TRY(itg_result_add_table(j->source.call->result, "rows", &frame, error));
  ITG_TRY(itg_frame_resize(frame, n, error));
  ITG_TRY(itg_call_keep(j->source.call, frame, error));
  ITG_TRY(itg_frame_add_column(frame, "profile", ITG_TYPE_INT32, &profile, error));
  ITG_TRY(itg_frame_add_column(frame, "level_sum", ITG_TYPE_INT32, &sum, error));
  ITG_TRY(itg_frame_add_column(frame, "level_frequency", ITG_TYPE_STRING, &frequency, error));
  for (int64_t row = 0; row < n; row++) {
    const uint16_t state = j->index[row];
    if (state == j->source.n_states) {
      for (int c = profile; c <= frequency; c++)
        itg_frame_set_missing(frame, row, c, (itg_reason)j->reasons[row]);
      continue;
    }
    char counts[MOST_LEVELS + 1] = {0};
    for (int l = 0; l < j->source.levels; l++) counts[l] = '0';
    for (int d = 0; d < DIMENSIONS; d++) counts[j->level[state][d] - 1]++;
    itg_frame_set_int(frame, row, profile, j->digits[state]);
    itg_frame_set_int(frame, row, sum, j->level_sum[state]);
    ITG_TRY(itg_frame_set_text(frame, row, frequency, counts, error));
  }
  return ITG_OK;
}

/* ---- estimates ---- */

static itg_status add_share(const job *j, itg_tidy *tidy, itg_estimate e, int64_t count, itg_error *error) {
  e.unit = "percent";
  if (!e.n) {
    e.reason = ITG_REASON_MISSING;
    return itg_tidy_add(tidy, &e, error);
  }
  const double n = (double)e.n, p = (double)count / n;
  e.estimate = 100 * p;
  e.std_error = 100 * sqrt(p * (1 - p) / n);
  wilson(count, e.n, j->z, &e.conf_low, &e.conf_high);
  return itg_tidy_add(tidy, &e, error);
}

/* Mean of the level sums with t interval. */
static itg_status add_level_sum(const job *j, itg_tidy *tidy, itg_estimate e, const tally *t,
                                itg_error *error) {
  int64_t total = 0;
  double squares = 0;
  const double n = (double)e.n;
  e.unit = "points";
  e.reason = !e.n ? ITG_REASON_MISSING : e.n < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
  for (int32_t s = 0; s < j->source.n_states; s++) total += t->states[s] * j->level_sum[s];
  if (e.n) e.estimate = (double)total / n;
  for (int32_t s = 0; s < j->source.n_states; s++) {
    const double d = j->level_sum[s] - e.estimate;
    if (t->states[s]) squares += (double)t->states[s] * d * d;
  }
  if (e.n > 1) {
    e.std_error = sqrt(squares / (n - 1) / n);
    const double half = itg_t_quantile(0.5 + j->conf_level / 2, n - 1) * e.std_error;
    if (squares > 0)
      e.conf_low = e.estimate - half, e.conf_high = e.estimate + half;
    else
      e.reason = ITG_REASON_NO_VARIANCE;
  }
  return itg_tidy_add(tidy, &e, error);
}

/* Area under the curve of the share of profiles over the share of people, the most frequent profiles first,
 * twice (Zamora et al. 2018): 1 when all profiles are equally frequent, near 0 when few hold nearly
 * everybody. */
static double density_index(const frequency *states, int32_t n_states, int64_t n) {
  itg_sum sum = {0, 0};
  for (int32_t i = 0; i < n_states; i++)
    itg_sum_add(&sum, (double)states[i].count / (double)n * (2 * i + 1) / n_states);
  return itg_sum_value(&sum);
}

static itg_status write_estimates(const job *j, itg_tidy *tidy, int32_t g, const tally *t,
                                  const frequency *states, int32_t n_states, itg_error *error) {
  itg_estimate e = itg_estimate_of("eq5d_profile", "full_health", j->groups.labels[g], "count");
  const int32_t last = j->source.n_states - 1;
  int64_t extreme = 0;
  e.n = count_profiles(j, t);
  e.n_missing = t->states[j->source.n_states];
  for (int32_t s = 0; s <= last; s++)
    for (int d = 0; d < DIMENSIONS; d++)
      if (j->level[s][d] == j->source.levels) {
        extreme += t->states[s];
        break;
      }
  ITG_TRY(add_share(j, tidy, e, t->states[0], error));
  e.scale = "worst_health";
  ITG_TRY(add_share(j, tidy, e, t->states[last], error));
  e.scale = "extreme_problem";
  ITG_TRY(add_share(j, tidy, e, extreme, error));
  for (int d = 0; d < DIMENSIONS; d++) {
    static const char *const scales[DIMENSIONS] = {"problem_mobility", "problem_self_care",
                                                   "problem_usual_activities", "problem_pain",
                                                   "problem_anxiety"};
    itg_estimate one = e;
    int64_t problems = 0;
    for (int l = 2; l <= j->source.levels; l++) problems += t->levels[d][l];
    one.scale = scales[d];
    one.n = problems + t->levels[d][1];
    one.n_missing = t->levels[d][0];
    ITG_TRY(add_share(j, tidy, one, problems, error));
  }
  e.scale = "level_sum";
  ITG_TRY(add_level_sum(j, tidy, e, t, error));
  e.scale = "distinct_profiles";
  e.reason = e.n ? ITG_REASON_PRESENT : ITG_REASON_MISSING;
  if (e.n) e.estimate = n_states;
  ITG_TRY(itg_tidy_add(tidy, &e, error));
  e.scale = "density_index";
  e.unit = "proportion";
  if (e.n) e.estimate = density_index(states, n_states, e.n);
  return itg_tidy_add(tidy, &e, error);
}

/* ---- run ---- */

static itg_status open_tables(const job *j, itg_frame *tables[3], itg_error *error) {
  static const struct {
    const char *name;
    itg_type type;
  } columns[3][9] = {{{"dimension", ITG_TYPE_STRING},
                      {"level", ITG_TYPE_INT64},
                      {"n", ITG_TYPE_INT64},
                      {"n_missing", ITG_TYPE_INT64},
                      {"count", ITG_TYPE_INT64},
                      {"percent", ITG_TYPE_DOUBLE},
                      {"conf_low", ITG_TYPE_DOUBLE},
                      {"conf_high", ITG_TYPE_DOUBLE}},
                     {{"profile", ITG_TYPE_INT64},
                      {"count", ITG_TYPE_INT64},
                      {"percent", ITG_TYPE_DOUBLE},
                      {"cumulative_percent", ITG_TYPE_DOUBLE},
                      {"level_sum", ITG_TYPE_INT64}},
                     {{"dimension", ITG_TYPE_STRING},
                      {"n", ITG_TYPE_INT64},
                      {"shannon", ITG_TYPE_DOUBLE},
                      {"evenness", ITG_TYPE_DOUBLE}}};
  for (int t = 0; t < 3; t++) {
    ITG_TRY(itg_result_add_table(j->source.call->result, outputs[t].name, &tables[t], error));
    ITG_TRY(add_group_columns(tables[t], &j->groups, error));
    for (int c = 0; columns[t][c].name; c++)
      ITG_TRY(itg_frame_add_column(tables[t], columns[t][c].name, columns[t][c].type, NULL, error));
  }
  return ITG_OK;
}

static itg_status describe(job *j, itg_error *error) {
  itg_call *call = j->source.call;
  itg_tidy tidy;
  itg_frame *tables[3];
  itg_lists lists;
  tally *t = itg_call_alloc(call, 1, sizeof *t, error);
  frequency *states = itg_call_alloc(call, MOST_STATES, sizeof *states, error);
  if (!t || !states) return ITG_ERR_MEMORY;
  ITG_TRY(itg_tidy_open(call->result, j->groups.names, j->groups.n_columns, &tidy, error));
  ITG_TRY(open_tables(j, tables, error));
  ITG_TRY(itg_codes_lists(j->groups.codes, j->groups.n_groups, NULL, j->groups.n, call->arena, &lists, error));
  const int64_t *start = lists.start;
  for (int32_t g = 0; g < j->groups.n_groups; g++) {
    count_group(j, lists.rows + start[g], start[g + 1] - start[g], t);
    const int32_t n_states = sort_states(j, t, states);
    ITG_TRY(write_estimates(j, &tidy, g, t, states, n_states, error));
    ITG_TRY(write_dimensions(j, tables[0], g, t, error));
    ITG_TRY(write_profiles(j, tables[1], g, states, n_states, count_profiles(j, t), error));
    ITG_TRY(write_diversity(j, tables[2], g, t, error));
    ITG_TRY(itg_check_stop(&call->control, (double)g / j->groups.n_groups, error));
  }
  return write_rows(j, error);
}

static itg_status run(itg_call *call, itg_error *error) {
  job *j = itg_call_alloc(call, 1, sizeof *j, error);
  itg_groups by;
  int64_t n_missing, n_invalid;
  if (!j) return ITG_ERR_MEMORY;
  const bool three = strcmp(itg_call_text(call, "levels"), "3") == 0;
  const bool paired = itg_call_has(call, "person");
  ITG_TRY(itg_eq5d_open(call, three ? 3 : 5, three ? "EQ-5D-3L" : "EQ-5D-5L", &j->source, error));
  if (paired && !itg_call_has(call, "wave"))
    return itg_call_fail(
        call, error, ITG_ERR_COLUMN, "wave", -1,
        "not found; change of persons needs the wave of each answer; name its column or none for "
        "person");
  if (!paired && (itg_call_given(call, "before") || itg_call_given(call, "after")))
    return itg_fail(error, ITG_ERR_OPTION, "options before and after go with the roles person and wave");
  const int64_t n = j->source.table->n_rows;
  j->conf_level = itg_call_number(call, "conf_level");
  j->z = itg_normal_quantile(0.5 + j->conf_level / 2);
  j->index = itg_call_alloc(call, (size_t)n, sizeof *j->index, error);
  j->reasons = itg_call_alloc(call, (size_t)n, sizeof *j->reasons, error);
  if (!j->index || !j->reasons) return ITG_ERR_MEMORY;
  list_states(j);
  ITG_TRY(itg_eq5d_index(&j->source, j->index, j->reasons, &n_missing, &n_invalid, error));
  if (n_missing == n)
    return itg_fail_at(error, ITG_ERR_EMPTY, j->source.table, -1, j->source.columns[0].name,
                       n ? "all %lld profiles are missing; at least one is needed" : "the table has no rows",
                       (long long)n);
  ITG_TRY(itg_call_groups(call, &by, error));
  j->groups = by;
  if (itg_call_has(call, "wave")) ITG_TRY(split_by_wave(call, &by, &j->groups, error));
  ITG_TRY(describe(j, error));
  ITG_TRY(itg_eq5d_note_invalid(&j->source, n_invalid, error));
  return paired ? itg_eq5d_change_write(&j->source, j->index, &by, error) : ITG_OK;
}

const itg_measure itg_eq5d_profile_measure = {
    .name = "eq5d_profile",
    .title = "EQ-5D answers: levels, profiles and change",
    .summary =
        "Describes EQ-5D answers without a value set, by group and wave. Scales: full_health (11111, the "
        "ceiling), worst_health (33333 or 55555, the floor), extreme_problem (any dimension at the worst "
        "level) and problem_<dimension> (any problem), percent with Wilson intervals; level_sum (5 to 15 "
        "or 25, t interval); distinct_profiles; density_index (0 to 1). Levels and profiles are counted in "
        "tables. With person and wave, table change is the Paretian classification of health change "
        "between two waves: better when no dimension is worse and one is better, worse the other way "
        "round, mixed when there is both, same when the profile is the same, no problems when it is 11111 "
        "both times. A dimension is counted wherever it was answered; profiles, and change, need all five.",
    .source =
        "Paretian classification: Devlin, Parkin and Browne, Health Econ 2010;19:886. Tables: Devlin, "
        "Parkin and Janssen, Methods for analysing and reporting EQ-5D data, Springer 2020. Shannon "
        "indices: H' in bits, J' = H' / log2 of all possible levels or profiles. Density index: Zamora et "
        "al., New methods for analysing the distribution of EQ-5D observations, as the R package eq5d "
        "computes it: twice the area under the curve of profiles over people. Our choices: profiles "
        "equally frequent are listed from 11111 upwards; a dimension counts wherever it was answered; a "
        "person belongs to the group of the first wave.",
    .counts = "profiles, a row of the input each, or persons with both waves",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "rows|persons",
    .groups = true,
    .run = run};
