/* itg_costing_use.c - layer 3: who used how much: a column per resource, or a row per person and resource. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_call.h"
#include "itg_costing.h"

/* ---- resources ---- */

static itg_status unknown_resource(itg_call *call, const itg_unit_costs *costs, const char *role, int64_t row,
                                   const char *name, itg_error *error) {
  const char *near = itg_suggest(name, costs->names, (size_t)costs->n);
  return itg_call_fail(call, error, ITG_ERR_DATA, role, row, "'%.60s' has no unit cost; %s%s%s", name,
                       near ? "did you mean '" : "add a row to unit_costs (0 if it costs "
                                                 "nothing)", near ? near : "",
                       near ? "'?" : "");
}

/* Without role quantities: every column that has the name of a resource. */
static itg_status bind_quantities(itg_call *call, const itg_unit_costs *costs, const itg_table *table,
                                  itg_error *error) {
  itg_binding *b = itg_call_binding(call, "quantities");
  if (b->n) return ITG_OK;
  b->columns = itg_call_alloc(call, (size_t)table->n_columns, sizeof *b->columns, error);
  b->n_missing = itg_call_alloc(call, (size_t)table->n_columns, sizeof *b->n_missing, error);
  if (!b->columns || !b->n_missing) return ITG_ERR_MEMORY;
  for (int32_t c = 0; c < table->n_columns; c++)
    if (itg_unit_costs_find(costs, table->columns[c].name) >= 0) b->columns[b->n++] = &table->columns[c];
  if (b->n) return ITG_OK;
  return itg_fail_at(
      error, ITG_ERR_COLUMN, table, -1, NULL,
      "no column has the name of a resource of unit_costs, such as '%.60s', and there are no columns id, "
      "resource and quantity; rename the columns, or name them in `columns`",
      costs->names[0]);
}

static itg_status read_wide(itg_call *call, itg_unit_costs *costs, itg_use *use, itg_error *error) {
  const itg_column *const *columns;
  if (itg_call_has(call, "quantity"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "quantity", -1,
                         "given without resource; a row per resource needs id, resource and quantity");
  ITG_TRY(bind_quantities(call, costs, use->table, error));
  int n = use->n_resources = itg_call_columns(call, "quantities", &columns);
  int32_t *unit_cost = itg_call_alloc(call, (size_t)n, sizeof *unit_cost, error);
  use->values = itg_call_alloc(call, (size_t)n, sizeof *use->values, error);
  use->reasons = itg_call_alloc(call, (size_t)n, sizeof *use->reasons, error);
  if (!unit_cost || !use->values || !use->reasons) return ITG_ERR_MEMORY;
  for (int r = 0; r < n; r++) {
    unit_cost[r] = itg_unit_costs_find(costs, columns[r]->name);
    if (unit_cost[r] < 0) return unknown_resource(call, costs, "quantities", -1, columns[r]->name, error);
    costs->rows[unit_cost[r]].used = true;
    ITG_TRY(itg_call_numbers_lent(call, "quantities", r, &use->values[r], &use->reasons[r], error));
  }
  use->unit_cost = unit_cost;
  return ITG_OK;
}

static itg_status read_long(itg_call *call, itg_unit_costs *costs, itg_use *use, itg_error *error) {
  itg_factor resource;
  double *quantities;
  uint8_t *why;
  if (!itg_call_has(call, "id") || !itg_call_has(call, "quantity"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, itg_call_has(call, "id") ? "quantity" : "id", -1,
                         "not found; a row per resource needs id, resource and quantity");
  if (itg_call_has(call, "quantities"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "quantities", -1,
                         "given beside resource; a row is either of one resource or of all");
  ITG_TRY(itg_call_factor(call, "data.resource", &resource, error));
  ITG_TRY(itg_call_numbers(call, "quantity", &quantities, &why, error));
  use->n_resources = resource.n_levels;
  int32_t *unit_cost = itg_call_alloc(call, (size_t)resource.n_levels, sizeof *unit_cost, error);
  if (!unit_cost) return ITG_ERR_MEMORY;
  for (int32_t r = 0; r < resource.n_levels; r++)
    if ((unit_cost[r] = itg_unit_costs_find(costs, resource.levels[r])) >= 0)
      costs->rows[unit_cost[r]].used = true;
  for (int64_t row = 0; row < use->n_rows; row++) {
    int32_t r = resource.codes[row];
    if (r >= 0 && unit_cost[r] < 0)
      return unknown_resource(call, costs, "data.resource", row, resource.levels[r], error);
    if (r < 0 && !why[row])
      return itg_call_fail(
          call, error, ITG_ERR_DATA, "data.resource", row,
          "a quantity without a resource; name it, or leave both empty for a person who used nothing");
  }
  if (!resource.n_levels)
    return itg_call_fail(call, error, ITG_ERR_EMPTY, "data.resource", -1, "no row names a resource");
  use->unit_cost = unit_cost;
  use->resource_of = resource.codes;
  use->quantities = quantities;
  use->why = why;
  return ITG_OK;
}

/* ---- persons ---- */

static itg_status read_persons(itg_call *call, itg_use *use, itg_factor *ids, itg_error *error) {
  int64_t n = use->n_rows;
  use->n_persons = n;
  *ids = (itg_factor){0};
  if (!itg_call_has(call, "id")) return ITG_OK;
  ITG_TRY(itg_call_factor(call, "id", ids, error));
  for (int64_t row = 0; row < n; row++)
    if (ids->codes[row] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "id", row, "a row without a person; give its id");
  if (ids->n_levels == n && use->values) return ITG_OK;
  use->n_persons = ids->n_levels;
  size_t persons = (size_t)use->n_persons;
  int64_t *place = itg_call_alloc(call, persons, sizeof *place, error);
  int64_t *row_of = itg_call_alloc(call, persons, sizeof *row_of, error);
  int64_t *start = itg_call_alloc(call, persons + 2, sizeof *start, error);
  int64_t *rows = itg_call_alloc(call, (size_t)n, sizeof *rows, error);
  if (!place || !row_of || !start || !rows) return ITG_ERR_MEMORY;
  /* In order of appearance; place counts from 1, as 0 is not seen yet. */
  int64_t seen = 0;
  for (int64_t row = 0; row < n; row++) {
    int64_t *at = &place[ids->codes[row]];
    if (!*at) {
      row_of[seen] = row;
      *at = ++seen;
    }
    start[*at + 1]++;
  }
  for (int64_t i = 1; i < seen + 2; i++) start[i] += start[i - 1];
  /* start[i + 1] is where the next row of person i goes, and ends as the start of person i + 1. */
  for (int64_t row = 0; row < n; row++) rows[start[place[ids->codes[row]]]++] = row;
  use->row_of = row_of;
  use->start = start;
  use->rows = rows;
  return ITG_OK;
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* A second row of a person is another period, and tells its time. */
static itg_status check_periods(itg_call *call, const itg_use *use, const itg_factor *ids,
                                const double *times, const uint8_t *why, itg_error *error) {
  int64_t most = 0, least = INT64_MAX;
  for (int64_t i = 0; use->start && i < use->n_persons; i++) {
    int64_t count = use->start[i + 1] - use->start[i];
    most = count > most ? count : most;
    least = count < least ? count : least;
  }
  double *own = itg_call_alloc(call, (size_t)most, sizeof *own, error);
  if (!own) return ITG_ERR_MEMORY;
  for (int64_t i = 0; use->start && i < use->n_persons; i++) {
    const int64_t *rows = use->rows + use->start[i], count = use->start[i + 1] - use->start[i];
    const char *person = ids->levels[ids->codes[rows[0]]];
    if (count > 1 && !times)
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "id", rows[1],
                           "person %.60s stands in two rows; keep one, or give the time of each period as "
                           "role time",
                           person);
    for (int64_t a = 0; a < count && count > 1; a++) {
      own[a] = times[rows[a]];
      if (why[rows[a]])
        return itg_call_fail(call, error, ITG_ERR_DATA, "time", rows[a],
                             "blank, and person %.60s has other rows; give the time that tells the periods "
                             "apart",
                             person);
    }
    if (count > 1) qsort(own, (size_t)count, sizeof *own, compare_doubles);
    for (int64_t a = 1; a < count; a++)
      if (own[a] == own[a - 1]) {
        int64_t at = count - 1;
        while (times[rows[at]] != own[a]) at--;
        return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "id", rows[at],
                             "person %.60s has two rows of one time; keep one", person);
      }
  }
  if (most > least)
    return itg_result_note(call->result, error,
                           "Persons have %lld to %lld rows: a period without a row adds nothing to a "
                           "person's cost.",
                           (long long)least, (long long)most);
  return ITG_OK;
}

static itg_status read_factors(itg_call *call, const itg_discount *discount, const double *times,
                               const uint8_t *why, itg_use *use, itg_error *error) {
  static const char *const units[] = {"years", "months", "weeks", "days"};
  static const double per_year[] = {1, 12, 365.25 / 7, 365.25};
  double scale = 1;
  if (!discount->n || discount->timing == ITG_TIMING_NONE) return ITG_OK;
  if (!times)
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "time", -1,
                         "not found; discounting needs the time of each row since the start");
  const char *unit = itg_call_text(call, "time_unit");
  if (!unit)
    return itg_fail(error, ITG_ERR_OPTION,
                    "discounting needs the unit of the times, which is not guessed; set time_unit to years, "
                    "months, weeks or days");
  for (size_t k = 0; k < ITG_COUNT(units); k++)
    if (strcmp(unit, units[k]) == 0) scale = per_year[k];
  double *factors = itg_call_alloc(call, (size_t)use->n_rows, sizeof *factors, error);
  if (!factors) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < use->n_rows; row++) {
    bool idle = use->resource_of && use->resource_of[row] < 0;
    if (why[row] && !idle)
      return itg_call_fail(call, error, ITG_ERR_DATA, "time", row,
                           "blank; discounting needs the time of every row, so give it");
    factors[row] = why[row] ? 1 : itg_discount_factor(discount, times[row] / scale);
  }
  use->factors = factors;
  return ITG_OK;
}

itg_status itg_use_read(itg_call *call, itg_unit_costs *costs, const itg_discount *discount, itg_use *out,
                        itg_error *error) {
  double *times = NULL;
  uint8_t *why = NULL;
  itg_factor ids;
  *out = (itg_use){.table = itg_call_table(call, "data"),
                   .n_rows = itg_call_rows(call, "data"),
                   .blank_is_zero = strcmp(itg_call_text(call, "blank"), "zero") == 0,
                   .absent_is_zero = strcmp(itg_call_text(call, "absent"), "zero") == 0};
  if (!out->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, out->table, -1, NULL, "there are no rows");
  ITG_TRY(itg_call_has(call, "data.resource") ? read_long(call, costs, out, error)
                                              : read_wide(call, costs, out, error));
  ITG_TRY(read_persons(call, out, &ids, error));
  if (itg_call_has(call, "time")) ITG_TRY(itg_call_numbers(call, "time", &times, &why, error));
  if (out->values) ITG_TRY(check_periods(call, out, &ids, times, why, error));
  return read_factors(call, discount, times, why, out, error);
}

/* ---- persons by resource ---- */

/* A quantity of a row goes into a cell of place j of the tile. */
static inline void take(const itg_use *use, int64_t row, double value, uint8_t reason, int64_t cell, int j,
                        itg_use_tile *tile) {
  if (reason) {
    tile->blank++;
    if (use->blank_is_zero) return;
    if (!tile->reasons[j]) tile->reasons[j] = reason;
    tile->missing[j]++;
    value = NAN;
  }
  tile->quantity[cell] += value;
  if (use->factors) tile->discounted[cell] += value * use->factors[row];
}

static inline uint8_t reason_of(const uint8_t *reasons, double value, int64_t row) {
  return reasons ? reasons[row] : isnan(value) ? ITG_REASON_MISSING : ITG_REASON_PRESENT;
}

static void fill_wide(const itg_use *use, const int64_t *persons, int count, itg_use_tile *tile) {
  for (int32_t r = 0; r < use->n_resources; r++) {
    const double *values = use->values[r];
    const uint8_t *why = use->reasons[r];
    int64_t cell = (int64_t)r * ITG_USE_TILE;
    for (int j = 0; j < count; j++, cell++) {
      if (!use->start) {
        double value = values[persons[j]];
        take(use, persons[j], value, reason_of(why, value, persons[j]), cell, j, tile);
        continue;
      }
      for (int64_t at = use->start[persons[j]]; at < use->start[persons[j] + 1]; at++) {
        double value = values[use->rows[at]];
        take(use, use->rows[at], value, reason_of(why, value, use->rows[at]), cell, j, tile);
      }
    }
  }
}

static void fill_long(const itg_use *use, const int64_t *persons, int count, itg_use_tile *tile) {
  memset(tile->seen, 0, (size_t)use->n_resources * ITG_USE_TILE);
  for (int j = 0; j < count; j++)
    for (int64_t at = use->start[persons[j]]; at < use->start[persons[j] + 1]; at++) {
      int64_t row = use->rows[at], cell = use->resource_of[row] * (int64_t)ITG_USE_TILE + j;
      if (use->resource_of[row] < 0) continue;
      tile->seen[cell] = 1;
      take(use, row, use->quantities[row], use->why[row], cell, j, tile);
    }
  for (int32_t r = 0; r < use->n_resources; r++)
    for (int j = 0; j < count; j++) {
      int64_t cell = (int64_t)r * ITG_USE_TILE + j;
      if (tile->seen[cell]) continue;
      tile->absent++;
      if (use->absent_is_zero) continue;
      if (!tile->reasons[j]) tile->reasons[j] = ITG_REASON_MISSING;
      tile->missing[j]++;
      tile->quantity[cell] = tile->discounted[cell] = NAN;
    }
}

itg_status itg_use_tile_open(const itg_use *use, itg_arena *arena, itg_use_tile *out, itg_error *error) {
  size_t cells = (size_t)use->n_resources * ITG_USE_TILE;
  *out = (itg_use_tile){.quantity = itg_arena_alloc(arena, cells, sizeof(double)),
                        .seen = use->values ? NULL : itg_arena_alloc(arena, cells, 1)};
  out->discounted = use->factors ? itg_arena_alloc(arena, cells, sizeof(double)) : out->quantity;
  return out->quantity && out->discounted && (out->seen || use->values) ? ITG_OK : itg_fail_memory(error);
}

void itg_use_fill(const itg_use *use, const int64_t *persons, int count, itg_use_tile *tile) {
  size_t size = (size_t)use->n_resources * ITG_USE_TILE * sizeof(double);
  memset(tile->quantity, 0, size);
  if (use->factors) memset(tile->discounted, 0, size);
  memset(tile->reasons, 0, sizeof tile->reasons);
  memset(tile->missing, 0, sizeof tile->missing);
  if (use->values)
    fill_wide(use, persons, count, tile);
  else
    fill_long(use, persons, count, tile);
}
