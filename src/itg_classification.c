/* itg_classification.c - layer 3: the measure `classification`: rows crossed by their dimensions and sorted
 * into cells or tiers by rule. */
#include "itg_classification.h"

#include <math.h>
#include <string.h>

#include "itg_call.h"
#include "itg_score.h"
#include "itg_sum.h"
#include "itg_thread.h"

enum { ALL_CELLS = 256 }; /* so many are listed even where nothing lies in them */

typedef struct classification {
  itg_call *call;
  itg_map map;
  itg_groups groups;
  itg_lists rows; /* by group */
  int64_t n;
  int32_t *categories[ITG_MAP_DIMENSIONS]; /* of each row; -1 missing */
  int32_t *outcomes, *actual;              /* of each row; -1 unknown; actual NULL: not given */
  const double *weights;                   /* NULL: none */
  double conf_level;
  itg_tidy tidy;
} classification;

/* ---- rows ---- */

static int32_t find_category(const itg_map_dimension *d, const char *text) {
  for (int32_t i = 0; i < d->n; i++)
    if (strcmp(d->categories[i], text) == 0) return i;
  bool yes_no = d->n == 2 && strcmp(d->categories[0], "no") == 0 && strcmp(d->categories[1], "yes") == 0;
  return yes_no ? itg_flag_of(text) : -1; /* such a dimension takes the other ways of writing them */
}

static itg_status fail_word(const classification *c, const itg_table *table, const itg_column *column,
                            const itg_factor *factor, int32_t level, const char *what,
                            const char *const *words, int32_t n, itg_error *error) {
  int64_t row = 0;
  itg_text all = ITG_TEXT_EMPTY;
  for (int32_t i = 0; i < n; i++) itg_text_print(&all, "%s%s", i ? ", " : "", words[i]);
  while (factor->codes[row] != level) row++;
  const char *near = itg_suggest(factor->levels[level], words, (size_t)n);
  itg_status status = itg_fail_at(error, ITG_ERR_RANGE, table, row, column->name,
                                  "'%.60s' is no %s of '%.60s'; allowed: %.400s%s%s%s", factor->levels[level],
                                  what, c->map.id, all.data ? all.data : "", near ? "; did you mean '" : "",
                                  near ? near : "", near ? "'?" : "");
  itg_text_clear(&all);
  return status;
}

static itg_status read_words(classification *c, int32_t d, const itg_column *column, itg_error *error) {
  const itg_map_dimension *x = &c->map.dimensions[d];
  itg_factor factor;
  ITG_TRY(itg_call_factor_at(c->call, "items", d, &factor, error));
  int32_t *category = itg_call_alloc(c->call, (size_t)factor.n_levels, sizeof *category, error);
  if (!category) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < factor.n_levels; i++) {
    category[i] = find_category(x, factor.levels[i]);
    if (category[i] < 0)
      return fail_word(c, itg_call_table(c->call, "data"), column, &factor, i, "category", x->categories,
                       x->n, error);
  }
  for (int64_t i = 0; i < c->n; i++)
    c->categories[d][i] = factor.codes[i] < 0 ? -1 : category[factor.codes[i]];
  return ITG_OK;
}

static itg_status read_numbers(classification *c, int32_t d, const itg_column *column, itg_error *error) {
  const itg_map_dimension *x = &c->map.dimensions[d];
  double *values;
  uint8_t *reasons;
  ITG_TRY(itg_call_numbers_at(c->call, "items", d, &values, &reasons, error));
  for (int64_t i = 0; i < c->n; i++) {
    c->categories[d][i] = -1;
    if (reasons[i]) continue;
    if (!(values[i] >= x->min && values[i] <= x->max)) {
      char found[ITG_NUMBER_SIZE], low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
      itg_number_print(values[i], found);
      itg_number_print(x->min, low);
      itg_number_print(x->max, high);
      return itg_fail_at(error, ITG_ERR_RANGE, itg_call_table(c->call, "data"), i, column->name,
                         "%s is impossible for '%.60s'; it must be at least %s%s%s", found, x->id, low,
                         isinf(x->max) ? "" : " and at most ", isinf(x->max) ? "" : high);
    }
    int32_t at = 0;
    while (at + 1 < x->n && values[i] >= x->from[at + 1]) at++;
    c->categories[d][i] = at;
  }
  return ITG_OK;
}

/* Outcome of a row; with missing dimensions only when it is the same whatever they are. */
static int32_t outcome_of(const classification *c, int64_t row) {
  const itg_map *map = &c->map;
  int32_t cell[ITG_MAP_DIMENSIONS], outcome = -1;
  for (int32_t d = 0; d < map->n_dimensions; d++)
    cell[d] = c->categories[d][row] < 0 ? 0 : c->categories[d][row];
  for (;;) {
    int32_t index = 0, d = map->n_dimensions - 1;
    for (int32_t k = 0; k < map->n_dimensions; k++) index = index * map->dimensions[k].n + cell[k];
    if (outcome >= 0 && map->cells[index] != outcome) return -1;
    outcome = map->cells[index];
    /* The next combination of what is missing. */
    for (; d >= 0; d--) {
      if (c->categories[d][row] >= 0) continue;
      if (++cell[d] < map->dimensions[d].n) break;
      cell[d] = 0;
    }
    if (d < 0) return outcome;
  }
}

static itg_status read_actual(classification *c, itg_error *error) {
  itg_factor factor;
  const char **ids = itg_call_alloc(c->call, (size_t)c->map.n_outcomes, sizeof *ids, error);
  if (!ids) return ITG_ERR_MEMORY;
  if (!itg_call_has(c->call, "actual")) return ITG_OK;
  ITG_TRY(itg_call_factor(c->call, "actual", &factor, error));
  int32_t *index = itg_call_alloc(c->call, (size_t)factor.n_levels, sizeof *index, error);
  c->actual = itg_call_alloc(c->call, (size_t)c->n, sizeof *c->actual, error);
  if (!index || !c->actual) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < c->map.n_outcomes; i++) ids[i] = c->map.outcomes[i].id;
  for (int32_t i = 0; i < factor.n_levels; i++) {
    index[i] = -1;
    for (int32_t o = 0; o < c->map.n_outcomes; o++)
      if (strcmp(ids[o], factor.levels[i]) == 0 || strcmp(c->map.outcomes[o].title, factor.levels[i]) == 0)
        index[i] = o;
    if (index[i] < 0)
      return fail_word(c, itg_call_table(c->call, "data"), itg_call_column(c->call, "actual"), &factor, i,
                       "outcome", ids, c->map.n_outcomes, error);
  }
  for (int64_t i = 0; i < c->n; i++) c->actual[i] = factor.codes[i] < 0 ? -1 : index[factor.codes[i]];
  return ITG_OK;
}

static itg_status read_weights(classification *c, itg_error *error) {
  double *weights;
  uint8_t *reasons;
  if (!itg_call_has(c->call, "weight")) return ITG_OK;
  ITG_TRY(itg_call_numbers(c->call, "weight", &weights, &reasons, error));
  for (int64_t i = 0; i < c->n; i++)
    if (reasons[i])
      return itg_call_fail(c->call, error, ITG_ERR_DATA, "weight", i,
                           "a row without its weight; give it, or leave out the role 'weight'");
  c->weights = weights;
  return ITG_OK;
}

static itg_status read_rows(classification *c, itg_error *error) {
  const char *ids[ITG_MAP_DIMENSIONS];
  const itg_column **columns;
  int64_t known = 0;
  for (int32_t d = 0; d < c->map.n_dimensions; d++) ids[d] = c->map.dimensions[d].id;
  ITG_TRY(itg_items_bind(c->call, "items", ids, NULL, c->map.n_dimensions, &columns, error));
  c->n = itg_call_rows(c->call, "data");
  ITG_TRY(itg_call_groups(c->call, &c->groups, error));
  ITG_TRY(itg_codes_lists(c->groups.codes, c->groups.n_groups, NULL, c->n, c->call->arena, &c->rows, error));
  c->outcomes = itg_call_alloc(c->call, (size_t)c->n, sizeof *c->outcomes, error);
  if (!c->outcomes) return ITG_ERR_MEMORY;
  for (int32_t d = 0; d < c->map.n_dimensions; d++) {
    c->categories[d] = itg_call_alloc(c->call, (size_t)c->n, sizeof **c->categories, error);
    if (!c->categories[d]) return ITG_ERR_MEMORY;
    ITG_TRY(c->map.dimensions[d].from ? read_numbers(c, d, columns[d], error)
                                      : read_words(c, d, columns[d], error));
  }
  ITG_TRY(read_actual(c, error));
  ITG_TRY(read_weights(c, error));
  for (int64_t i = 0; i < c->n; i++) {
    bool any = false;
    for (int32_t d = 0; d < c->map.n_dimensions; d++) any = any || c->categories[d][i] >= 0;
    c->outcomes[i] = any ? outcome_of(c, i) : -1;
    known += any;
    if (i % 1024 == 0) ITG_TRY(itg_check_stop(&c->call->control, (double)i / (double)c->n, error));
  }
  if (!known)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(c->call, "data"), -1, NULL,
                       "every value of every dimension is missing");
  return ITG_OK;
}

/* ---- estimates ---- */

/* Rows of a group and their number. */
static const int64_t *rows_of(const classification *c, int32_t g, int64_t *n) {
  *n = c->rows.start[g + 1] - c->rows.start[g];
  return c->rows.rows + c->rows.start[g];
}

/* Rows of a group that are hits, of those that are judged at all (hit of a row of it: -1 not judged). */
static itg_status add_percent(classification *c, int32_t g, const char *scale, const int8_t *hit,
                              const char *level, const itg_map_outcome *reference, itg_error *error) {
  itg_estimate row = itg_estimate_of("classification", scale, c->groups.labels[g], "percent");
  itg_sum all = {0, 0}, own = {0, 0};
  int64_t hits = 0, n = 0, n_missing = 0, n_rows;
  const int64_t *rows = rows_of(c, g, &n_rows);
  for (int64_t i = 0; i < n_rows; i++) {
    n_missing += hit[i] < 0;
    if (hit[i] < 0) continue;
    n++;
    hits += hit[i];
    if (!c->weights) continue;
    itg_sum_add(&all, c->weights[rows[i]]);
    if (hit[i]) itg_sum_add(&own, c->weights[rows[i]]);
  }
  if (!c->weights) {
    itg_estimate_set_percent(&row, hits, n, c->conf_level);
  } else {
    row.n = n;
    if (itg_sum_value(&all) > 0) row.estimate = 100 * itg_sum_value(&own) / itg_sum_value(&all);
  }
  row.n_missing = n_missing;
  row.level = level;
  if (reference && !isnan(reference->reference_low) && !isnan(row.estimate))
    row.level = row.estimate < reference->reference_low    ? "below reference"
                : row.estimate > reference->reference_high ? "above reference"
                                                           : "within reference";
  return itg_tidy_add(&c->tidy, &row, error);
}

/* Lowest of the dimensions of a row; -1 when one is missing. */
static int32_t lowest_of(const classification *c, int64_t row) {
  int32_t lowest = INT32_MAX;
  for (int32_t d = 0; d < c->map.n_dimensions; d++)
    if (c->categories[d][row] < lowest) lowest = c->categories[d][row];
  return lowest;
}

static itg_status add_weakest(classification *c, int32_t g, int8_t *hit, itg_error *error) {
  int64_t n;
  const int64_t *rows = rows_of(c, g, &n);
  for (int32_t d = 0; d < c->map.n_dimensions; d++) {
    char *scale = itg_arena_print(c->call->arena, "weakest.%s", c->map.dimensions[d].id);
    if (!scale) return itg_fail_memory(error);
    for (int64_t i = 0; i < n; i++) {
      int32_t lowest = lowest_of(c, rows[i]);
      hit[i] = lowest < 0 ? -1 : lowest + 1 < c->map.n_outcomes && c->categories[d][rows[i]] == lowest;
    }
    ITG_TRY(add_percent(c, g, scale, hit, NULL, NULL, error));
  }
  return ITG_OK;
}

static itg_status add_mismatch(classification *c, int32_t g, int8_t *hit, itg_error *error) {
  static const char *const scales[] = {"as_mapped", "below", "above"};
  int64_t n;
  const int64_t *rows = rows_of(c, g, &n);
  for (int k = 0; k < (c->map.ordered ? 3 : 1); k++) {
    for (int64_t i = 0; i < n; i++) {
      int32_t actual = c->actual[rows[i]], outcome = c->outcomes[rows[i]], step = actual - outcome;
      hit[i] = actual < 0 || outcome < 0 ? -1 : k == 0 ? step == 0 : k == 1 ? step < 0 : step > 0;
    }
    ITG_TRY(add_percent(c, g, scales[k], hit, NULL, NULL, error));
  }
  return ITG_OK;
}

static itg_status add_estimates(classification *c, itg_error *error) {
  int8_t *hit = itg_call_alloc(c->call, (size_t)c->n, sizeof *hit, error);
  if (!hit) return ITG_ERR_MEMORY;
  for (int32_t g = 0; g < c->groups.n_groups; g++) {
    int64_t n;
    const int64_t *rows = rows_of(c, g, &n);
    for (int32_t o = 0; o < c->map.n_outcomes; o++) {
      for (int64_t i = 0; i < n; i++) hit[i] = c->outcomes[rows[i]] < 0 ? -1 : c->outcomes[rows[i]] == o;
      ITG_TRY(add_percent(c, g, c->map.outcomes[o].id, hit, NULL, &c->map.outcomes[o], error));
      ITG_TRY(itg_check_stop(&c->call->control, (double)g / (double)c->groups.n_groups, error));
    }
    if (c->map.weakest) ITG_TRY(add_weakest(c, g, hit, error));
    if (c->actual) ITG_TRY(add_mismatch(c, g, hit, error));
  }
  return ITG_OK;
}

/* ---- the cross table ---- */

static itg_status open_cells(classification *c, itg_frame **out, itg_error *error) {
  ITG_TRY(itg_result_add_table(c->call->result, "cells", out, error));
  for (int i = 0; i < c->groups.n_columns; i++)
    ITG_TRY(itg_frame_add_column(*out, c->groups.names[i], ITG_TYPE_STRING, NULL, error));
  for (int32_t d = 0; d < c->map.n_dimensions; d++)
    ITG_TRY(itg_frame_add_column(*out, c->map.dimensions[d].id, ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(*out, "outcome", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(*out, "n", ITG_TYPE_INT64, NULL, error));
  ITG_TRY(itg_frame_add_column(*out, "percent", ITG_TYPE_DOUBLE, NULL, error));
  return c->weights ? itg_frame_add_column(*out, "percent_weight", ITG_TYPE_DOUBLE, NULL, error) : ITG_OK;
}

static itg_status add_cell(classification *c, itg_frame *frame, int32_t g, int32_t cell, int64_t n,
                           int64_t all, double heavy, double heavy_all, itg_error *error) {
  const itg_map *map = &c->map;
  int64_t row = itg_frame_rows(frame);
  int column = c->groups.n_columns + map->n_dimensions;
  ITG_TRY(itg_frame_resize(frame, row + 1, error));
  for (int i = 0; i < c->groups.n_columns; i++)
    ITG_TRY(itg_frame_set_text(frame, row, i, c->groups.labels[g][i], error));
  ITG_TRY(itg_frame_set_text(frame, row, column, map->outcomes[map->cells[cell]].id, error));
  itg_frame_set_int(frame, row, column + 1, n);
  if (all) itg_frame_set_double(frame, row, column + 2, 100 * (double)n / (double)all);
  if (c->weights && heavy_all > 0) itg_frame_set_double(frame, row, column + 3, 100 * heavy / heavy_all);
  for (int32_t d = map->n_dimensions - 1; d >= 0; d--) {
    const itg_map_dimension *x = &map->dimensions[d];
    ITG_TRY(itg_frame_set_text(frame, row, c->groups.n_columns + d, x->categories[cell % x->n], error));
    cell /= x->n;
  }
  return ITG_OK;
}

static itg_status add_cells(classification *c, itg_error *error) {
  const itg_map *map = &c->map;
  itg_frame *frame;
  int64_t *counts = itg_call_alloc(c->call, (size_t)map->n_cells, sizeof *counts, error);
  itg_sum *sums = itg_call_alloc(c->call, (size_t)map->n_cells, sizeof *sums, error);
  if (!counts || !sums) return ITG_ERR_MEMORY;
  ITG_TRY(open_cells(c, &frame, error));
  for (int32_t g = 0; g < c->groups.n_groups; g++) {
    itg_sum heavy = {0, 0};
    int64_t all = 0, n;
    const int64_t *rows = rows_of(c, g, &n);
    memset(counts, 0, (size_t)map->n_cells * sizeof *counts);
    memset(sums, 0, (size_t)map->n_cells * sizeof *sums);
    for (int64_t i = 0; i < n; i++) {
      int32_t cell = 0;
      bool whole = true;
      for (int32_t d = 0; d < map->n_dimensions && whole; d++) {
        whole = c->categories[d][rows[i]] >= 0;
        cell = cell * map->dimensions[d].n + c->categories[d][rows[i]];
      }
      if (!whole) continue;
      counts[cell]++;
      all++;
      if (!c->weights) continue;
      itg_sum_add(&sums[cell], c->weights[rows[i]]);
      itg_sum_add(&heavy, c->weights[rows[i]]);
    }
    for (int32_t cell = 0; cell < map->n_cells; cell++)
      if (counts[cell] || map->n_cells <= ALL_CELLS)
        ITG_TRY(add_cell(c, frame, g, cell, counts[cell], all, itg_sum_value(&sums[cell]),
                         itg_sum_value(&heavy), error));
    ITG_TRY(itg_check_stop(&c->call->control, (double)g / (double)c->groups.n_groups, error));
  }
  return ITG_OK;
}

/* ---- rows ---- */

static const char *weakest_of(const classification *c, int64_t row, itg_error *error) {
  int32_t lowest = lowest_of(c, row);
  itg_text text = ITG_TEXT_EMPTY;
  for (int32_t d = 0; lowest >= 0 && lowest + 1 < c->map.n_outcomes && d < c->map.n_dimensions; d++)
    if (c->categories[d][row] == lowest)
      itg_text_print(&text, "%s%s", text.size ? ", " : "", c->map.dimensions[d].id);
  const char *words =
      text.failed ? NULL : itg_arena_text(c->call->arena, text.data ? text.data : "", text.size);
  itg_text_clear(&text);
  if (!words) itg_fail_memory(error);
  return words;
}

static itg_status add_cases(classification *c, itg_error *error) {
  static const char *const names[] = {"outcome", "title", "response", "weakest", "actual"};
  int columns[ITG_COUNT(names)] = {-1, -1, -1, -1, -1};
  const itg_map *map = &c->map;
  itg_frame *frame;
  bool responses = false;
  ITG_TRY(itg_result_add_table(c->call->result, "cases", &frame, error));
  ITG_TRY(itg_frame_resize(frame, c->n, error));
  ITG_TRY(itg_call_keep(c->call, frame, error));
  for (int32_t o = 0; o < map->n_outcomes; o++) responses = responses || map->outcomes[o].response;
  for (size_t i = 0; i < ITG_COUNT(names); i++)
    if (i < 2 || (i == 2 && responses) || (i == 3 && map->weakest) || (i == 4 && c->actual))
      ITG_TRY(itg_frame_add_column(frame, names[i], ITG_TYPE_STRING, &columns[i], error));
  for (int64_t i = 0; i < c->n; i++) {
    const itg_map_outcome *o = c->outcomes[i] < 0 ? NULL : &map->outcomes[c->outcomes[i]];
    if (o) ITG_TRY(itg_frame_set_text(frame, i, columns[0], o->id, error));
    if (o) ITG_TRY(itg_frame_set_text(frame, i, columns[1], o->title, error));
    if (o && o->response) ITG_TRY(itg_frame_set_text(frame, i, columns[2], o->response, error));
    if (map->weakest) {
      const char *words = weakest_of(c, i, error);
      if (!words) return ITG_ERR_MEMORY;
      if (*words) ITG_TRY(itg_frame_set_text(frame, i, columns[3], words, error));
    }
    if (c->actual && o && c->actual[i] >= 0)
      ITG_TRY(itg_frame_set_text(frame, i, columns[4],
                                 c->actual[i] == c->outcomes[i]  ? "as mapped"
                                 : !map->ordered                 ? "other"
                                 : c->actual[i] < c->outcomes[i] ? "below"
                                                                 : "above",
                                 error));
    if (i % 1024 == 0) ITG_TRY(itg_check_stop(&c->call->control, (double)i / (double)c->n, error));
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status run(itg_call *call, itg_error *error) {
  itg_definition definition;
  classification c = {.call = call, .conf_level = itg_call_number(call, "conf_level")};
  ITG_TRY(itg_call_definition(call, "instrument", "map", &definition, error));
  ITG_TRY(itg_map_make(&definition, itg_call_node(call, "cuts"), call->arena, &c.map, error));
  ITG_TRY(read_rows(&c, error));
  ITG_TRY(itg_tidy_open(call->result, c.groups.names, c.groups.n_columns, &c.tidy, error));
  ITG_TRY(add_estimates(&c, error));
  ITG_TRY(add_cells(&c, error));
  ITG_TRY(add_cases(&c, error));
  if (c.weights)
    ITG_TRY(itg_result_note(call->result, error, "percentages are of the weight; they have no interval"));
  return itg_groups_note(call, &c.groups, error);
}

static const itg_role roles[] = {
    {"data", "items", ITG_ROLE_TEXTS, false, 0, 0,
     "columns of the dimensions in the order of the definition; default: the columns named as they are"},
    {"data", "actual", ITG_ROLE_TEXT, false, 0, 0,
     "outcome that the row really has, to be held against the rule"},
    {"data", "weight", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "people or money behind the row; percentages are of it"},
    {0}};

static const itg_field options[] = {
    ITG_OPTION_INSTRUMENT("merger-coordination"), ITG_OPTION_CONF_LEVEL, ITG_CLASSIFICATION_OPTIONS, {0}};

static const itg_output outputs[] = {
    {"cells", "the cross table: every combination of categories with its outcome, count and percent"},
    {"cases",
     "one row per row: kept columns, outcome, what it calls for, weakest dimensions, actual against mapped"},
    {NULL, NULL}};

const itg_measure itg_classification_measure = {
    .name = "classification",
    .title = "Classifications: cells and tiers by rule",
    .summary =
        "Sorts one row per person, service or system into the outcome of its cell, by the decision table or "
        "the weakest-link rule of a definition of kind map; numbers fall into categories by lower bounds "
        "(option cuts). Scales: percent in each outcome (Wilson interval; level says below, within or above "
        "the reference share where there is one), weakest.<dimension> under the weakest-link rule, and with "
        "the role actual as_mapped, below and above. A row with a missing dimension has an outcome only when "
        "it would be the same whatever the answer; others are counted in n_missing and are in no cell.",
    .source = "The definition names its source. Deciding around missing answers is our choice.",
    .counts = "rows of the input",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "cases",
    .groups = true,
    .run = run,
};
