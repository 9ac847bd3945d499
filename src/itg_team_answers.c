/* itg_team_answers.c - layer 3: answers of all teams.
 *
 * Items side by side, each in blocks of rows -> answers that are options counted by team, others read twice ->
 * means of the members. */
#include "itg_team_answers.h"

#include <math.h>
#include <string.h>

#include "itg_vector.h"

enum { BLOCK = 512, PART = 16 * BLOCK };

static int block_size(int64_t first, int64_t end) { return end - first < BLOCK ? (int)(end - first) : BLOCK; }

/* ---- one item ---- */

static itg_status fail_answer(const itg_team_answers *a, int item, int64_t row, double x, itg_error *error) {
  char found[ITG_NUMBER_SIZE], low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  const itg_column *const *columns;
  itg_call_columns(a->call, "items", &columns);
  itg_number_print(x, found);
  itg_number_print(a->low, low);
  itg_number_print(a->high, high);
  return itg_fail_at(error, ITG_ERR_RANGE, itg_call_table(a->call, "data"), row, columns[item]->name,
                     "%s is outside the scale; allowed: %s to %s, see the options 'low' and 'high'", found, low,
                     high);
}

/* Missing answers are NaN; others must be on the scale. */
static itg_status read_numbers(itg_team_answers *a, int i, int64_t first, int count, double *x, itg_error *error) {
  uint8_t reasons[BLOCK];
  int64_t missing;
  ITG_TRY(itg_call_numbers_again(a->call, "items", i, first, count, x, reasons, error));
  const int64_t outside = itg_count_outside(x, count, a->low, a->high, &missing);
  if (!outside && !missing) return ITG_OK;
  ITG_TRY(itg_call_numbers_block(a->call, "items", i, first, count, x, reasons, &missing, error));
  a->items[i].n_missing += missing;
  for (int k = 0; outside && k < count; k++)
    if (x[k] < a->low || x[k] > a->high) return fail_answer(a, i, first + k, x[k], error);
  return ITG_OK;
}

/* A block of answers; options are counted until one lies between two: then the item has none. */
static itg_status read_block(itg_team_answers *a, int i, int64_t first, int count, const int32_t *integers,
                             itg_error *error) {
  itg_item_answers *item = &a->items[i];
  const int width = itg_options_width(a->n_options);
  const int32_t *team = a->teams->team + first;
  double x[BLOCK];
  if (integers && item->options) {
    const int64_t missing = itg_options_of_integers(integers + first, count, (int32_t)a->low, a->n_options,
                                                    item->options + first, item->counts, width, team);
    if (missing >= 0) {
      item->n_missing += missing;
      return ITG_OK;
    }
  }
  ITG_TRY(read_numbers(a, i, first, count, x, error)); /* says which is off the scale */
  if (!item->options) return ITG_OK;
  if (itg_options_of(x, count, a->low, item->options + first))
    itg_options_count(item->counts, width, team, item->options + first, count);
  else
    item->options = NULL;
  return ITG_OK;
}

static itg_status read_item(void *payload, int64_t i, itg_error *error) {
  itg_team_answers *a = payload;
  itg_pace pace = {&a->watch->inner, 0};
  const int64_t n_rows = a->teams->n_rows;
  const int32_t *integers = a->low == floor(a->low) ? itg_call_integers_lent(a->call, "items", (int)i) : NULL;
  if (a->items[i].options) {
    const size_t counts = ((size_t)a->teams->n_teams + 1) * (size_t)itg_options_width(a->n_options);
    memset(a->items[i].counts, 0, counts * sizeof *a->items[i].counts);
    memset(a->items[i].options + n_rows, 0, BLOCK); /* the last block may be longer than its rows */
  }
  for (int64_t first = 0; first < n_rows; first += BLOCK) {
    ITG_TRY(read_block(a, (int)i, first, block_size(first, n_rows), integers, error));
    if (first % PART == 0) ITG_TRY(itg_pace_stop(&pace, 0, error));
  }
  return ITG_OK;
}

/* Answers to item i (the means of the members where there is none) by team: sums first, then what deviates. */
static itg_status read_twice(itg_team_answers *a, int i, itg_answers *by_team, itg_error *error) {
  itg_pace pace = {&a->watch->inner, 0};
  const int64_t n_rows = a->teams->n_rows;
  double read[BLOCK];
  uint8_t reasons[BLOCK];
  memset(by_team, 0, ((size_t)a->teams->n_teams + 1) * sizeof *by_team);
  for (int pass = 0; pass < 2; pass++) {
    for (int64_t first = 0; first < n_rows; first += BLOCK) {
      const int count = block_size(first, n_rows);
      const double *x = a->member_means + first;
      if (i < a->n_items) {
        ITG_TRY(itg_call_numbers_again(a->call, "items", i, first, count, read, reasons, error));
        x = read;
      }
      (pass ? itg_answers_add_deviations : itg_answers_add)(by_team, a->teams->team + first, x, count);
      if (first % PART == 0) ITG_TRY(itg_pace_stop(&pace, 0, error));
    }
    (pass ? itg_answers_finish : itg_answers_set_means)(by_team, a->teams->n_teams);
  }
  return ITG_OK;
}

static itg_status read_item_twice(void *payload, int64_t i, itg_error *error) {
  itg_team_answers *a = payload;
  return a->items[i].options ? ITG_OK : read_twice(a, (int)i, a->items[i].by_team, error);
}

/* ---- members, in parts of the rows ---- */

/* Means over items that all are options, of BLOCK members. */
static void average_options(const itg_team_answers *a, int64_t first, double *mean) {
  uint16_t sum[BLOCK] = {0}, answered[BLOCK] = {0};
  for (int i = 0; i < a->n_items; i++) itg_add_bytes(sum, answered, a->items[i].options + first, BLOCK);
  for (int k = 0; k < BLOCK; k++) {
    const double n = answered[k];
    mean[k] = 2 * answered[k] < a->n_items ? NAN : ((a->low - 1) * n + sum[k]) / n;
  }
}

static itg_status average_numbers(const itg_team_answers *a, int64_t first, double *mean, itg_error *error) {
  const int count = block_size(first, a->teams->n_rows);
  double x[BLOCK];
  int64_t answered[BLOCK] = {0};
  uint8_t reasons[BLOCK];
  memset(mean, 0, (size_t)count * sizeof *mean);
  for (int i = 0; i < a->n_items; i++) {
    ITG_TRY(itg_call_numbers_again(a->call, "items", i, first, count, x, reasons, error));
    itg_add_known(mean, answered, x, count);
  }
  for (int k = 0; k < count; k++)
    mean[k] = 2 * answered[k] < a->n_items ? NAN : mean[k] / (double)answered[k];
  return ITG_OK;
}

static itg_status average_members(void *payload, int64_t part, itg_error *error) {
  itg_team_answers *a = payload;
  const int64_t n_rows = a->teams->n_rows, end = (part + 1) * PART < n_rows ? (part + 1) * PART : n_rows;
  bool options = true;
  for (int i = 0; i < a->n_items; i++) options &= a->items[i].options != NULL;
  for (int64_t first = part * PART; first < end; first += BLOCK) {
    if (options)
      average_options(a, first, a->member_means + first);
    else
      ITG_TRY(average_numbers(a, first, a->member_means + first, error));
  }
  return ITG_OK;
}

itg_status itg_team_answers_average(itg_team_answers *a, itg_error *error) {
  return read_twice(a, a->n_items, a->of_means, error);
}

/* ---- all ---- */

/* Counts take room and time for every option of every team: too much where teams are small and options many. */
static bool are_counted(const itg_team_answers *a) {
  const double counts = (double)a->teams->n_teams * itg_options_width(a->n_options);
  if (a->n_options > ITG_OPTIONS_MOST || a->n_items * a->n_options > UINT16_MAX) return false;
  for (int32_t t = 0; t <= a->teams->n_teams; t++)
    if (a->teams->members[t] > ITG_OPTIONS_MOST_MEMBERS) return false;
  return counts <= 8 * (double)(a->teams->n_rows + BLOCK);
}

static itg_status alloc_counts(itg_team_answers *a, itg_error *error) {
  const size_t rows = (size_t)a->teams->n_rows + BLOCK,
               counts = ((size_t)a->teams->n_teams + 1) * (size_t)itg_options_width(a->n_options);
  itg_arena *arena = a->call->arena;
  if (!itg_arena_reserve(arena, (size_t)a->n_items * (rows + counts * sizeof(uint16_t) + 64)))
    return itg_fail_memory(error);
  for (int i = 0; i < a->n_items; i++) {
    a->items[i].options = itg_arena_take(arena, rows, 1);
    a->items[i].counts = itg_arena_take(arena, counts, sizeof *a->items[i].counts);
    if (!a->items[i].options || !a->items[i].counts) return itg_fail_memory(error);
  }
  return ITG_OK;
}

static itg_status count_missing(const itg_team_answers *a, itg_error *error) {
  int64_t present = 0;
  for (int i = 0; i < a->n_items; i++) {
    itg_call_count_missing(a->call, "items", i, a->items[i].n_missing);
    present += a->teams->n_rows - a->items[i].n_missing;
  }
  if (present) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(a->call, "data"), -1, NULL, "all answers are missing");
}

itg_status itg_team_answers_read(itg_call *call, const itg_teams *teams, double low, double high,
                                 const itg_watch *watch, itg_team_answers *a, itg_error *error) {
  const itg_column *const *columns;
  *a = (itg_team_answers){.call = call, .teams = teams, .watch = watch, .low = low, .high = high};
  a->n_options = (int)(high - low) + 1;
  a->n_items = itg_call_columns(call, "items", &columns);
  const size_t rows = ((size_t)teams->n_rows + BLOCK - 1) / BLOCK * BLOCK, n_teams = (size_t)teams->n_teams + 1;
  a->items = itg_call_alloc(call, (size_t)a->n_items, sizeof *a->items, error);
  if (!a->items) return ITG_ERR_MEMORY;
  if (are_counted(a)) ITG_TRY(alloc_counts(a, error));
  ITG_TRY(itg_parallel(&watch->outer, a->n_items, read_item, a, error));
  ITG_TRY(count_missing(a, error));
  for (int i = 0; i < a->n_items; i++)
    if (!a->items[i].options && !(a->items[i].by_team = itg_arena_take(call->arena, n_teams, sizeof(itg_answers))))
      return itg_fail_memory(error);
  ITG_TRY(itg_parallel(&watch->outer, a->n_items, read_item_twice, a, error));
  a->member_means = itg_arena_take(call->arena, rows, sizeof *a->member_means);
  a->of_means = itg_arena_take(call->arena, n_teams, sizeof *a->of_means);
  if (!a->member_means || !a->of_means) return itg_fail_memory(error);
  return itg_parallel(&watch->outer, (teams->n_rows + PART - 1) / PART, average_members, a, error);
}

const itg_answers *itg_team_answers_of(const itg_team_answers *a, int item, int32_t first, int32_t n,
                                       itg_answers *room) {
  const itg_item_answers *answers = &a->items[item];
  if (!answers->options) return answers->by_team + first;
  itg_options_finish(answers->counts + (int64_t)first * itg_options_width(a->n_options), a->n_options, a->low, n,
                     room);
  return room;
}
