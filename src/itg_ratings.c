/* itg_ratings.c - layer 3: ratings read into one matrix of categories per group. */
#include "itg_ratings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_score.h"
#include "itg_thread.h"

static const int64_t MOST_CELLS = INT64_C(1) << 28;

enum { UNSEEN = -2, MISSING = -1 };

/* What is being read: columns of ratings as factors, and the category of each of their levels. */
typedef struct reading {
  itg_call *call;
  itg_ratings *out;
  const char *role; /* of the ratings: "ratings" or "value" */
  int n_columns;
  const itg_column *const *columns;
  itg_factor *factors;
  int32_t **to; /* category of each level of each column */
  int64_t n_rows;
} reading;

/* ---- categories ---- */

typedef struct entry {
  const char *text;
  double number; /* NaN: none */
} entry;

static entry entry_of(const char *text) {
  entry e = {text, NAN};
  if (!itg_number_parse(text, strlen(text), &e.number)) e.number = NAN;
  return e;
}

static int by_number(const void *a, const void *b) {
  double x = ((const entry *)a)->number, y = ((const entry *)b)->number;
  return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b) {
  return strcmp(((const entry *)a)->text, ((const entry *)b)->text);
}

static itg_status take_categories(reading *r, const entry *entries, int32_t n, itg_error *error) {
  itg_ratings *out = r->out;
  const char **names = itg_call_alloc(r->call, (size_t)n, sizeof *names, error);
  out->scores = itg_call_alloc(r->call, (size_t)n, sizeof *out->scores, error);
  if (!names || !out->scores) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    names[i] = entries[i].text;
    out->scores[i] = out->numbers ? entries[i].number : i + 1;
  }
  out->n_categories = n;
  out->categories = names;
  return ITG_OK;
}

/* The order that option `categories` states. */
static itg_status stated_categories(reading *r, const itg_node *node, itg_error *error) {
  int32_t n = node->kind == ITG_NODE_LIST ? node->count : 1;
  entry *entries = itg_call_alloc(r->call, (size_t)n, sizeof *entries, error);
  if (!entries) return ITG_ERR_MEMORY;
  r->out->numbers = r->out->ordered = true;
  for (int32_t i = 0; i < n; i++) {
    const itg_node *item = node->kind == ITG_NODE_LIST ? &node->items[i] : node;
    entries[i] = entry_of(item->text);
    r->out->numbers = r->out->numbers && !isnan(entries[i].number);
  }
  for (int32_t i = 0; i < n; i++)
    for (int32_t k = 0; k < i; k++)
      if (entries[i].number == entries[k].number || strcmp(entries[i].text, entries[k].text) == 0)
        return itg_fail_node(error, ITG_ERR_OPTION, node->kind == ITG_NODE_LIST ? &node->items[i] : node,
                             "category '%.60s' stands twice in option 'categories'", entries[i].text);
  if (n < 2) return itg_fail_node(error, ITG_ERR_OPTION, node, "'categories' must list two at least");
  return take_categories(r, entries, n, error);
}

/* Those that occur, numbers by size or texts by bytes. */
static itg_status found_categories(reading *r, itg_error *error) {
  int64_t n = 0;
  for (int c = 0; c < r->n_columns; c++) n += r->factors[c].n_levels;
  entry *entries = itg_call_alloc(r->call, (size_t)n, sizeof *entries, error);
  if (!entries) return ITG_ERR_MEMORY;
  r->out->numbers = n > 0;
  n = 0;
  for (int c = 0; c < r->n_columns; c++)
    for (int32_t i = 0; i < r->factors[c].n_levels; i++) {
      entries[n] = entry_of(r->factors[c].levels[i]);
      r->out->numbers = r->out->numbers && !isnan(entries[n].number);
      n++;
    }
  r->out->ordered = r->out->numbers;
  int (*order)(const void *, const void *) = r->out->numbers ? by_number : by_text;
  qsort(entries, (size_t)n, sizeof *entries, order);
  int32_t kept = 0;
  for (int64_t i = 0; i < n; i++)
    if (!kept || order(&entries[i], &entries[kept - 1]) != 0) entries[kept++] = entries[i];
  return take_categories(r, entries, kept, error);
}

static int32_t find_category(const itg_ratings *out, const char *level) {
  entry sought = entry_of(level);
  if (out->numbers && isnan(sought.number)) return -1;
  for (int32_t i = 0; i < out->n_categories; i++)
    if (out->numbers ? out->scores[i] == sought.number : strcmp(out->categories[i], level) == 0) return i;
  return -1;
}

static int32_t search_category(const itg_ratings *out, const char *level) {
  entry sought = entry_of(level);
  int32_t low = 0, high = out->n_categories - 1;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    entry e = {out->categories[middle], out->scores[middle]};
    if ((out->numbers ? by_number : by_text)(&sought, &e) <= 0)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static itg_status fail_category(const reading *r, int column, int32_t level, itg_error *error) {
  const itg_factor *f = &r->factors[column];
  int64_t row = 0;
  itg_text list = ITG_TEXT_EMPTY;
  while (row < f->n - 1 && f->codes[row] != level) row++;
  for (int32_t i = 0; i < r->out->n_categories && i < 20; i++)
    itg_text_print(&list, "%s%.40s", i ? ", " : "", r->out->categories[i]);
  itg_status status =
      itg_fail_at(error, ITG_ERR_RANGE, itg_call_table(r->call, "data"), row, r->columns[column]->name,
                  "'%.60s' is not among the categories; allowed: %s%s", f->levels[level],
                  list.data ? list.data : "", r->out->n_categories > 20 ? ", ..." : "");
  itg_text_clear(&list);
  return status;
}

static itg_status code_categories(reading *r, itg_error *error) {
  const itg_node *stated = itg_call_node(r->call, "categories");
  ITG_TRY(stated ? stated_categories(r, stated, error) : found_categories(r, error));
  for (int c = 0; c < r->n_columns; c++) {
    const itg_factor *f = &r->factors[c];
    r->to[c] = itg_call_alloc(r->call, (size_t)f->n_levels, sizeof **r->to, error);
    if (!r->to[c]) return ITG_ERR_MEMORY;
    for (int32_t i = 0; i < f->n_levels; i++) {
      r->to[c][i] = stated ? find_category(r->out, f->levels[i]) : search_category(r->out, f->levels[i]);
      bool infinite = itg_column_is_number(r->columns[c]) && strstr(f->levels[i], "Inf");
      if (r->to[c][i] < 0 || infinite) return fail_category(r, c, i, error);
    }
  }
  return ITG_OK;
}

static itg_status read_columns(reading *r, itg_error *error) {
  r->n_columns = itg_call_columns(r->call, r->role, &r->columns);
  r->factors = itg_call_alloc(r->call, (size_t)r->n_columns, sizeof *r->factors, error);
  r->to = itg_call_alloc(r->call, (size_t)r->n_columns, sizeof *r->to, error);
  if (!r->factors || !r->to) return ITG_ERR_MEMORY;
  for (int c = 0; c < r->n_columns; c++)
    ITG_TRY(itg_call_factor_at(r->call, r->role, c, &r->factors[c], error));
  return code_categories(r, error);
}

/* ---- places: the units or raters of each group, in order of first sight ---- */

typedef struct places {
  int32_t n_levels;
  int32_t *at;      /* place of a level in the group that was seen last */
  int32_t *stamp;   /* that group + 1 */
  int32_t *n_group; /* places of each group */
} places;

static itg_status places_new(reading *r, int32_t n_levels, places *out, itg_error *error) {
  size_t n = (size_t)n_levels;
  *out = (places){n_levels, itg_call_alloc(r->call, n, sizeof *out->at, error),
                  itg_call_alloc(r->call, n, sizeof *out->stamp, error), NULL};
  return out->at && out->stamp ? ITG_OK : ITG_ERR_MEMORY;
}

static int32_t place_of(places *p, int32_t level, int32_t group, int32_t *n) {
  if (p->stamp[level] != group + 1) {
    p->stamp[level] = group + 1;
    p->at[level] = (*n)++;
  }
  return p->at[level];
}

static itg_status set_new(reading *r, itg_rating_set *set, int32_t n_units, int32_t n_raters,
                          itg_error *error) {
  int64_t cells = (int64_t)n_units * n_raters;
  if (cells > MOST_CELLS)
    return itg_fail_at(error, ITG_ERR_LIMIT, itg_call_table(r->call, "data"), -1, NULL,
                       "%d units by %d raters are more than 2^28 ratings; split the data by `by`",
                       (int)n_units, (int)n_raters);
  set->n_all = set->n_units = n_units;
  set->n_raters = n_raters;
  set->codes = itg_call_alloc(r->call, (size_t)cells, sizeof *set->codes, error);
  set->units = itg_call_alloc(r->call, (size_t)n_units, sizeof *set->units, error);
  set->raters = itg_call_alloc(r->call, (size_t)n_raters, sizeof *set->raters, error);
  if (!set->codes || !set->units || !set->raters) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < cells; i++) set->codes[i] = UNSEEN;
  return itg_pace_step(r->call->pace, error);
}

/* ---- long ---- */

static itg_status fail_twice(const reading *r, int64_t row, const char *unit, const char *rater,
                             itg_error *error) {
  return itg_call_fail(
      r->call, error, ITG_ERR_DUPLICATE, r->out->unit_role, row,
      "%s '%.60s' is rated by '%.60s' in another row too; remove one, or separate the occasions "
      "by `by`",
      r->out->unit_role, unit, rater);
}

static itg_status read_long(reading *r, itg_error *error) {
  itg_ratings *out = r->out;
  itg_factor units, raters;
  places unit_places, rater_places;
  itg_lists lists;
  int64_t lost = 0;
  ITG_TRY(itg_call_factor(r->call, out->unit_role, &units, error));
  ITG_TRY(itg_call_factor(r->call, "rater", &raters, error));
  ITG_TRY(read_columns(r, error));
  ITG_TRY(places_new(r, units.n_levels, &unit_places, error));
  ITG_TRY(places_new(r, raters.n_levels, &rater_places, error));
  ITG_TRY(itg_codes_lists(out->groups.codes, out->groups.n_groups, NULL, r->n_rows, r->call->arena, &lists, error));
  const int64_t *rows = lists.rows, *start = lists.start;
  for (int32_t g = 0; g < out->groups.n_groups; g++) {
    itg_rating_set *set = &out->sets[g];
    int32_t n_units = 0, n_raters = 0;
    for (int64_t i = start[g]; i < start[g + 1]; i++) {
      bool known = units.codes[rows[i]] >= 0 && raters.codes[rows[i]] >= 0;
      ITG_PACE(r->call->pace, i, error);
      lost += !known;
      if (!known) continue;
      place_of(&unit_places, units.codes[rows[i]], g, &n_units);
      place_of(&rater_places, raters.codes[rows[i]], g, &n_raters);
    }
    ITG_TRY(set_new(r, set, n_units, n_raters, error));
    for (int64_t i = start[g]; i < start[g + 1]; i++) {
      int32_t unit = units.codes[rows[i]], rater = raters.codes[rows[i]],
              level = r->factors[0].codes[rows[i]];
      ITG_PACE(r->call->pace, i, error);
      if (unit < 0 || rater < 0) continue;
      int32_t *cell = &set->codes[(int64_t)unit_places.at[unit] * n_raters + rater_places.at[rater]];
      if (*cell != UNSEEN) return fail_twice(r, rows[i], units.levels[unit], raters.levels[rater], error);
      *cell = level < 0 ? MISSING : r->to[0][level];
      set->units[unit_places.at[unit]] = units.levels[unit];
      set->raters[rater_places.at[rater]] = raters.levels[rater];
    }
  }
  if (!lost) return ITG_OK;
  return itg_result_note(r->call->result, error, "%lld rows lack a %s or a rater and are left out",
                         (long long)lost, out->unit_role);
}

/* ---- wide ---- */

/* Role `count`: rows that stand for many units. */
static itg_status read_counts(reading *r, const int64_t *rows, const int64_t *start, itg_error *error) {
  double *values;
  uint8_t *reasons;
  int64_t all = 0;
  if (!itg_call_has(r->call, "count")) return ITG_OK;
  ITG_TRY(itg_call_numbers(r->call, "count", &values, &reasons, error));
  int64_t *counts = itg_call_alloc(r->call, (size_t)r->n_rows, sizeof *counts, error);
  if (!counts) return ITG_ERR_MEMORY;
  for (int32_t g = 0; g < r->out->groups.n_groups; g++) {
    itg_rating_set *set = &r->out->sets[g];
    set->counts = counts + start[g];
    set->n_all = 0;
    for (int64_t i = start[g]; i < start[g + 1]; i++) {
      double count = values[rows[i]];
      if (!(count == floor(count)))
        return itg_call_fail(r->call, error, ITG_ERR_RANGE, "count", rows[i],
                             "the count of a row must be a whole number from 0; leave out rows without one");
      counts[i] = (int64_t)count;
      set->n_all += counts[i];
      all += counts[i];
      if (all > INT64_C(1) << 53)
        return itg_call_fail(r->call, error, ITG_ERR_LIMIT, "count", rows[i],
                             "up to this row more than 2^53 units are counted; correct the counts");
    }
  }
  return itg_result_note(r->call->result, error, "%lld rows stand for %lld units, by their counts",
                         (long long)start[r->out->groups.n_groups], (long long)all);
}

static itg_status read_wide(reading *r, itg_error *error) {
  itg_ratings *out = r->out;
  itg_factor units = {0};
  places named = {0};
  itg_lists lists;
  bool has_units = itg_call_has(r->call, out->unit_role);
  ITG_TRY(read_columns(r, error));
  if (has_units) {
    ITG_TRY(itg_call_factor(r->call, out->unit_role, &units, error));
    ITG_TRY(places_new(r, units.n_levels, &named, error));
  }
  ITG_TRY(itg_codes_lists(out->groups.codes, out->groups.n_groups, NULL, r->n_rows, r->call->arena, &lists, error));
  const int64_t *rows = lists.rows, *start = lists.start;
  for (int32_t g = 0; g < out->groups.n_groups; g++) {
    itg_rating_set *set = &out->sets[g];
    ITG_TRY(set_new(r, set, (int32_t)(start[g + 1] - start[g]), r->n_columns, error));
    set->rows = rows + start[g];
    for (int c = 0; c < r->n_columns; c++) set->raters[c] = r->columns[c]->name;
    for (int32_t u = 0; u < set->n_units; u++) {
      int64_t row = set->rows[u];
      ITG_PACE(r->call->pace, u, error);
      int32_t unit = has_units ? units.codes[row] : -1, seen = 0;
      if (unit >= 0 && named.stamp[unit] == g + 1)
        return itg_call_fail(r->call, error, ITG_ERR_DUPLICATE, out->unit_role, row,
                             "%s '%.60s' stands in another row too; in wide data a row is a %s",
                             out->unit_role, units.levels[unit], out->unit_role);
      if (unit >= 0) place_of(&named, unit, g, &seen);
      set->units[u] = unit >= 0 ? units.levels[unit] : NULL;
      for (int c = 0; c < r->n_columns; c++) {
        int32_t level = r->factors[c].codes[row];
        set->codes[(int64_t)u * r->n_columns + c] = level < 0 ? MISSING : r->to[c][level];
      }
    }
  }
  return read_counts(r, rows, start, error);
}

/* ---- both ---- */

itg_status itg_ratings_need_two_raters(const itg_call *call, const itg_ratings *ratings, int32_t *most,
                                       itg_error *error) {
  int32_t n = 0;
  for (int32_t g = 0; g < ratings->groups.n_groups; g++)
    if (ratings->sets[g].n_raters > n) n = ratings->sets[g].n_raters;
  if (most) *most = n;
  if (n > 1) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, "data"), -1, NULL,
                     "there is one rater only; %s needs two or more", call->measure->name);
}

itg_status itg_ratings_by_group(itg_call *call, const itg_ratings *ratings,
                                itg_status (*run)(void *payload, int32_t group, itg_error *error), void *payload,
                                itg_error *error) {
  for (int32_t g = 0; g < ratings->groups.n_groups; g++) {
    ITG_TRY(run(payload, g, error));
    ITG_TRY(itg_check_stop(&call->control, (double)(g + 1) / ratings->groups.n_groups, error));
  }
  return ITG_OK;
}

const char *itg_rating_set_unit(const itg_rating_set *set, int32_t unit, char *room) {
  if (set->units[unit]) return set->units[unit];
  itg_number_print((double)(set->rows[unit] + 1), room);
  return room;
}

static itg_status count_missing(reading *r, itg_error *error) {
  int64_t present = 0;
  for (int32_t g = 0; g < r->out->groups.n_groups; g++) {
    itg_rating_set *set = &r->out->sets[g];
    int64_t cells = (int64_t)set->n_units * set->n_raters, missing = 0;
    for (int64_t i = 0; i < cells; i++) {
      missing += set->codes[i] < 0;
      if (set->codes[i] < 0) set->codes[i] = MISSING;
    }
    set->n_missing = missing;
    present += cells - missing;
    ITG_TRY(itg_pace_step(r->call->pace, error));
  }
  if (present) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(r->call, "data"), -1, NULL,
                     "no rating is present: all are missing");
}

itg_status itg_ratings_read(itg_call *call, const char *unit_role, itg_ratings *out, itg_error *error) {
  const itg_table *table = itg_call_table(call, "data");
  bool wide = itg_call_has(call, "ratings"), has_value = itg_call_has(call, "value");
  memset(out, 0, sizeof *out);
  out->unit_role = unit_role;
  if (!table)
    return itg_fail(error, ITG_ERR_ARGUMENT, "measure %s needs the input 'data'", call->measure->name);
  if (!table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  if (wide && itg_node_get(itg_call_map(call), "value"))
    return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, NULL,
                       "both 'ratings' (wide) and 'value' (long) are given; give one of them");
  if (!wide && !(has_value && itg_call_has(call, unit_role) && itg_call_has(call, "rater")))
    return itg_fail_at(
        error, ITG_ERR_COLUMN, table, -1, NULL,
        "no ratings; in `columns` name the raters' columns as 'ratings' (wide data), or '%s', 'rater' "
        "and 'value' (long data)",
        unit_role);
  if (!wide && itg_node_get(itg_call_map(call), "count"))
    return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, NULL,
                       "'count' belongs to wide data; in long data a row is one rating");
  ITG_TRY(itg_call_groups(call, &out->groups, error));
  ITG_TRY(itg_groups_note(call, &out->groups, error));
  if (!out->groups.n_groups)
    return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "every row lacks a grouping value");
  out->sets = itg_call_alloc(call, (size_t)out->groups.n_groups, sizeof *out->sets, error);
  if (!out->sets) return ITG_ERR_MEMORY;
  reading r = {.call = call, .out = out, .role = wide ? "ratings" : "value", .n_rows = table->n_rows};
  ITG_TRY(wide ? read_wide(&r, error) : read_long(&r, error));
  return count_missing(&r, error);
}
