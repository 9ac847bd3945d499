/* itg_utility.c - layer 3: measure eq5d_utility: EQ-5D profiles to utilities by a value set. */
#include <math.h>
#include <string.h>

#include "itg_measure.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_valueset.h"

#define DIMENSIONS ITG_EQ5D_DIMENSIONS

static const itg_role roles[] = {
    {"data", "mobility", ITG_ROLE_NUMBER, false, 0, 0, "level of mobility"},
    {"data", "self_care", ITG_ROLE_NUMBER, false, 0, 0, "level of self-care"},
    {"data", "usual_activities", ITG_ROLE_NUMBER, false, 0, 0, "level of usual activities"},
    {"data", "pain", ITG_ROLE_NUMBER, false, 0, 0, "level of pain or discomfort"},
    {"data", "anxiety", ITG_ROLE_NUMBER, false, 0, 0, "level of anxiety or depression"},
    {"data", "profile", ITG_ROLE_ANY, false, 0, 0, "the five levels as one text or integer, such as 21232"},
    {0}};

static const itg_field options[] = {
    {"valueset", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "value set: id of a built-in (eq5d-5l-england), path of a definition, or a definition"},
    {"instrument", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "the same, under the name all definitions share"},
    {"invalid", ITG_FIELD_TEXT, false, "error", "error|missing", 0, 0, NULL,
     "what a level that does not exist does: stop, or count as missing"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "confidence level"},
    {0}};

static const itg_output outputs[] = {
    {"utilities", "one row per input row: the kept columns, profile (21232), utility"}, {0}};

enum { BLOCK = 512 };

/* Where the levels come from, checked once, so that blocks of rows are plain loops. */
typedef struct source {
  itg_call *call;
  itg_valueset set;
  const char *id;
  const itg_table *table;
  bool is_profile, skip_invalid;
  itg_column columns[DIMENSIONS]; /* profile: the first only */
  const int32_t *codes;           /* profile with missing codes: level of each row, and index of each level */
  int32_t *code_index;
} source;

/* ---- rows to indices ---- */

/* index = index * levels + level - 1 for a block of one column; *bad collects rows where that fails. */
#define ADD_LEVELS(name, type, is_between, is_level)                                                \
  static void name(const itg_column *column, int64_t first, int count, int levels, uint32_t *index, \
                   uint8_t *bad) {                                                                  \
    ptrdiff_t stride = column->stride ? column->stride : (ptrdiff_t)sizeof(type);                   \
    const char *at = (const char *)column->data + first * stride;                                   \
    for (int i = 0; i < count; i++, at += stride) {                                                 \
      type value = *(const type *)at;                                                               \
      bool fine = is_level;                                                                         \
      uint32_t level = fine ? (uint32_t)value - 1u : 0u;                                            \
      bad[i] |= !fine || is_between;                                                                \
      index[i] = index[i] * (uint32_t)levels + level;                                               \
    }                                                                                               \
  }
ADD_LEVELS(add_int32, int32_t, false, value >= 1 && value <= levels)
ADD_LEVELS(add_int64, int64_t, false, value >= 1 && value <= levels)
ADD_LEVELS(add_double, double, (double)(level + 1u) != value, value >= 1 && value <= levels)

static void index_levels(const source *s, int64_t first, int count, int32_t *out) {
  uint32_t index[BLOCK] = {0};
  uint8_t bad[BLOCK] = {0};
  for (int d = 0; d < DIMENSIONS; d++) {
    const itg_column *column = &s->columns[d];
    if (column->type == ITG_TYPE_INT32)
      add_int32(column, first, count, s->set.levels, index, bad);
    else if (column->type == ITG_TYPE_INT64)
      add_int64(column, first, count, s->set.levels, index, bad);
    else
      add_double(column, first, count, s->set.levels, index, bad);
    for (int i = 0; column->reason && i < count; i++) bad[i] |= column->reason[first + i];
  }
  for (int i = 0; i < count; i++) out[i] = bad[i] ? s->set.n_states : (int32_t)index[i];
}

/* 21232 as a number. */
static int32_t index_of_number(const itg_valueset *set, double value) {
  if (!(value >= 11111 && value <= 55555) || value != floor(value)) return -1;
  int32_t digits = (int32_t)value;
  char text[DIMENSIONS + 1] = {0};
  for (int d = DIMENSIONS - 1; d >= 0; d--, digits /= 10) text[d] = (char)('0' + digits % 10);
  return itg_valueset_find(set, text);
}

static void index_profiles(const source *s, int64_t first, int count, int32_t *out) {
  const itg_column *column = &s->columns[0];
  double numbers[BLOCK];
  uint8_t reasons[BLOCK];
  bool is_number = !s->codes && itg_column_is_number(column);
  if (is_number) itg_column_doubles(column, first, count, numbers, reasons);
  for (int i = 0; i < count; i++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *text = NULL;
    int32_t index = -1;
    if (s->codes)
      index = s->codes[first + i] < 0 ? -1 : s->code_index[s->codes[first + i]];
    else if (is_number)
      index = reasons[i] ? -1 : index_of_number(&s->set, numbers[i]);
    else if ((text = itg_column_text(column, first + i, buffer)))
      index = itg_valueset_find(&s->set, text);
    out[i] = index < 0 ? s->set.n_states : index;
  }
}

/* Why a row has no index: the reason of its first missing cell, or a level that does not exist. */
static itg_status explain(const source *s, int64_t row, itg_reason *out, itg_error *error) {
  *out = ITG_REASON_PRESENT;
  for (int d = 0; d < (s->is_profile ? 1 : DIMENSIONS); d++) {
    const itg_column *column = &s->columns[d];
    char buffer[ITG_NUMBER_SIZE];
    itg_reason reason = itg_column_reason(column, row);
    if (!reason && s->codes && s->codes[row] < 0) reason = ITG_REASON_MISSING;
    if (reason) {
      if (!*out) *out = reason;
      continue;
    }
    const char *text = itg_column_text(column, row, buffer);
    double level = NAN;
    if (!s->is_profile && itg_number_parse(text, strlen(text), &level) && level >= 1 &&
        level <= s->set.levels && level == floor(level))
      continue;
    if (s->skip_invalid) {
      *out = ITG_REASON_INVALID;
      continue;
    }
    const char *what = s->is_profile ? "profile" : "level";
    const char *allowed = s->is_profile ? "a profile has five digits of" : "levels are";
    return itg_fail_at(
        error, ITG_ERR_RANGE, s->table, row, column->name,
        "'%.40s' is no %s of value set %s; %s 1 to %d; correct it, declare it in `missing`, or set "
        "invalid: missing",
        text, what, s->id, allowed, (int)s->set.levels);
  }
  return ITG_OK;
}

/* ---- the source of levels ---- */

static itg_status use_column(source *s, const char *role, int d, itg_error *error) {
  const itg_column *column = itg_call_column(s->call, role);
  s->columns[d] = *column;
  if (itg_column_is_number(column) && column->type != ITG_TYPE_BOOL &&
      !itg_node_get(s->call->options, "missing"))
    return ITG_OK;
  double *values;
  uint8_t *reasons;
  ITG_TRY(itg_call_numbers(s->call, role, &values, &reasons, error));
  s->columns[d] =
      (itg_column){.name = column->name, .type = ITG_TYPE_DOUBLE, .data = values, .reason = reasons};
  return ITG_OK;
}

static itg_status use_profile(source *s, itg_error *error) {
  s->is_profile = true;
  s->columns[0] = *itg_call_column(s->call, "profile");
  if (!itg_node_get(s->call->options, "missing")) return ITG_OK;
  itg_factor factor;
  ITG_TRY(itg_call_factor(s->call, "profile", &factor, error));
  s->codes = factor.codes;
  s->code_index = itg_call_alloc(s->call, (size_t)factor.n_levels, sizeof *s->code_index, error);
  if (!s->code_index) return ITG_ERR_MEMORY;
  for (int32_t l = 0; l < factor.n_levels; l++)
    s->code_index[l] = itg_valueset_find(&s->set, factor.levels[l]);
  return ITG_OK;
}

static itg_status use_columns(source *s, itg_error *error) {
  int given = 0;
  for (int d = 0; d < DIMENSIONS; d++) given += itg_call_has(s->call, roles[d].name);
  bool profile = itg_call_has(s->call, "profile");
  if (profile && given < DIMENSIONS) return use_profile(s, error);
  for (int d = 0; d < DIMENSIONS; d++) {
    if (!itg_call_has(s->call, roles[d].name))
      return itg_call_fail(
          s->call, error, ITG_ERR_COLUMN, roles[d].name, -1,
          "not found; EQ-5D needs mobility, self_care, usual_activities, pain and anxiety, or one "
          "column profile; name them in `columns`");
    ITG_TRY(use_column(s, roles[d].name, d, error));
  }
  return ITG_OK;
}

/* ---- the table of utilities ---- */

static void number_profiles(const itg_valueset *set, int64_t *out) {
  for (int32_t s = 0; s < set->n_states; s++) {
    int level[DIMENSIONS];
    itg_valueset_levels(set, s, level);
    for (int d = 0; d < DIMENSIONS; d++) out[s] = out[s] * 10 + level[d];
  }
}

static itg_status write_utilities(source *s, const double **utilities_out, const int64_t **profiles_out,
                                  int64_t *n_invalid, itg_error *error) {
  itg_frame *frame;
  int profile, utility;
  int64_t n = s->table->n_rows, missing = 0;
  ITG_TRY(itg_result_add_table(s->call->result, "utilities", &frame, error));
  ITG_TRY(itg_frame_resize(frame, n, error));
  ITG_TRY(itg_call_keep(s->call, frame, error));
  ITG_TRY(itg_frame_add_column(frame, "profile", ITG_TYPE_INT64, &profile, error));
  ITG_TRY(itg_frame_add_column(frame, "utility", ITG_TYPE_DOUBLE, &utility, error));
  int64_t *digits = itg_call_alloc(s->call, (size_t)s->set.n_states + 1, sizeof *digits, error);
  if (!digits) return ITG_ERR_MEMORY;
  number_profiles(&s->set, digits);
  double *utilities = itg_frame_doubles(frame, utility);
  int64_t *profiles = itg_frame_ints(frame, profile);
  uint8_t *why = itg_frame_reasons(frame, utility), *why_profile = itg_frame_reasons(frame, profile);
  memset(why, ITG_REASON_PRESENT, (size_t)n);
  memset(why_profile, ITG_REASON_PRESENT, (size_t)n);
  for (int64_t first = 0; first < n; first += BLOCK) {
    int count = n - first < BLOCK ? (int)(n - first) : BLOCK;
    int32_t index[BLOCK];
    if (s->is_profile)
      index_profiles(s, first, count, index);
    else
      index_levels(s, first, count, index);
    int bad = 0;
    for (int i = 0; i < count; i++) {
      utilities[first + i] = s->set.values[index[i]];
      profiles[first + i] = digits[index[i]];
      bad += index[i] == s->set.n_states;
    }
    for (int i = 0; bad && i < count; i++) {
      if (index[i] < s->set.n_states) continue;
      itg_reason reason;
      ITG_TRY(explain(s, first + i, &reason, error));
      itg_frame_set_missing(frame, first + i, utility, reason);
      itg_frame_set_missing(frame, first + i, profile, reason);
      missing++;
      *n_invalid += reason == ITG_REASON_INVALID;
    }
  }
  if (missing == n)
    return itg_fail_at(error, ITG_ERR_EMPTY, s->table, -1, s->columns[0].name,
                       n ? "all %lld profiles are missing; at least one is needed" : "the table has no rows",
                       (long long)n);
  *utilities_out = utilities;
  *profiles_out = profiles;
  return ITG_OK;
}

/* ---- estimates ---- */

typedef struct group {
  int64_t n, n_missing, full, below;
  itg_sum sum, squares;
} group;

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

static itg_status add_group(itg_tidy *tidy, const group *g, const char *const *labels, double conf_level,
                            itg_error *error) {
  const char *const scales[] = {"utility", "utility_sd", "full_health", "worse_than_dead"};
  for (size_t i = 0; i < ITG_COUNT(scales); i++) {
    itg_estimate e = itg_estimate_of("eq5d_utility", scales[i], labels, i < 2 ? "utility" : "percent");
    double n = (double)g->n, sd = g->n > 1 ? sqrt(itg_sum_value(&g->squares) / (n - 1)) : NAN;
    e.n = g->n;
    e.n_missing = g->n_missing;
    if (!g->n) {
      e.reason = ITG_REASON_MISSING;
    } else if (i == 0) {
      e.estimate = itg_sum_value(&g->sum) / n;
      e.std_error = sd / sqrt(n);
      double half = g->n > 1 ? itg_t_quantile(0.5 + conf_level / 2, n - 1) * e.std_error : NAN;
      if (sd > 0) e.conf_low = e.estimate - half, e.conf_high = e.estimate + half;
      e.reason = g->n < 2 ? ITG_REASON_TOO_FEW : sd > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
    } else if (i == 1) {
      e.estimate = sd;
      e.reason = g->n < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
    } else {
      add_share(&e, i == 2 ? g->full : g->below, conf_level);
    }
    ITG_TRY(itg_tidy_add(tidy, &e, error));
  }
  return ITG_OK;
}

/* Two passes: means, then squares around them. */
static void sum_groups(const itg_groups *groups, const double *values, const int64_t *profiles, group *out) {
  for (int64_t row = 0; row < groups->n; row++) {
    if (groups->codes[row] < 0) continue;
    group *g = &out[groups->codes[row]];
    double value = values[row];
    if (isnan(value)) {
      g->n_missing++;
      continue;
    }
    g->n++;
    g->full += profiles[row] == 11111;
    g->below += value < 0;
    itg_sum_add(&g->sum, value);
  }
  for (int64_t row = 0; row < groups->n; row++) {
    if (groups->codes[row] < 0 || isnan(values[row])) continue;
    group *g = &out[groups->codes[row]];
    double d = values[row] - itg_sum_value(&g->sum) / (double)g->n;
    itg_sum_add(&g->squares, d * d);
  }
}

static itg_status write_estimates(source *s, itg_tidy *tidy, const itg_groups *groups,
                                  const double *utilities, const int64_t *profiles, itg_error *error) {
  group *sums = itg_call_alloc(s->call, (size_t)groups->n_groups, sizeof *sums, error);
  if (!sums) return ITG_ERR_MEMORY;
  sum_groups(groups, utilities, profiles, sums);
  for (int32_t g = 0; g < groups->n_groups; g++)
    ITG_TRY(add_group(tidy, &sums[g], groups->labels ? groups->labels[g] : NULL,
                      itg_call_number(s->call, "conf_level"), error));
  return ITG_OK;
}

static itg_status note_valueset(const source *s, const itg_definition *definition, itg_error *error) {
  const itg_node *reference = itg_node_get(definition->root, "source");
  const char *doi = itg_node_text(reference, "doi", NULL);
  return itg_result_note(s->call->result, error, "Value set: %s: %s%s%s.", definition->id,
                         itg_node_text(reference, "citation", definition->title), doi ? "; doi " : "",
                         doi ? doi : "");
}

static itg_status run(itg_call *call, itg_error *error) {
  source s = {.call = call, .table = itg_call_table(call, "data")};
  itg_definition definition;
  itg_groups groups;
  itg_tidy tidy;
  const double *utilities = NULL;
  const int64_t *profiles = NULL;
  int64_t n_invalid = 0;
  ITG_TRY(itg_call_definition(call, itg_call_given(call, "instrument") ? "instrument" : "valueset",
                              "valueset", &definition, error));
  ITG_TRY(itg_valueset_make(&definition, call->arena, &s.set, error));
  if (!s.table) return itg_fail(error, ITG_ERR_ARGUMENT, "measure eq5d_utility needs a table of profiles");
  s.id = definition.id;
  s.skip_invalid = strcmp(itg_call_text(call, "invalid"), "missing") == 0;
  ITG_TRY(use_columns(&s, error));
  ITG_TRY(itg_call_groups(call, &groups, error));
  ITG_TRY(itg_tidy_open(call->result, groups.names, groups.n_columns, &tidy, error));
  ITG_TRY(write_utilities(&s, &utilities, &profiles, &n_invalid, error));
  ITG_TRY(write_estimates(&s, &tidy, &groups, utilities, profiles, error));
  ITG_TRY(note_valueset(&s, &definition, error));
  if (n_invalid)
    ITG_TRY(itg_result_note(call->result, error,
                            "%lld profiles that do not exist count as missing (invalid: missing).",
                            (long long)n_invalid));
  return ITG_OK;
}

const itg_measure itg_eq5d_utility_measure = {
    .name = "eq5d_utility",
    .title = "EQ-5D profiles to utilities",
    .summary =
        "Values each EQ-5D profile (five columns of levels, or one column such as 21232) by a national value "
        "set. Table utilities has a row per input row; estimates are the mean utility with t interval, its "
        "standard deviation, and the percentages in full health (11111) and below 0 with Wilson intervals, "
        "by "
        "group. A profile with any missing level has no utility; a level that does not exist is an error "
        "unless invalid is missing. Values are those of the published model, not rounded unless the value "
        "set says so.",
    .source =
        "Value sets: the reference of each definition. The profile with all levels 1 has the value of the "
        "model even where it is not 1.",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "utilities",
    .groups = true,
    .run = run};
