/* itg_functional_read.c - layer 3: the ratings of functional integration: scale, units, ranks, all checked.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_functional.h"
#include "itg_sort.h"

enum { MOST_SLICES = 100 }; /* professions, categories: more is a wrong column */

static const itg_field range_fields[] = {
    {"min", ITG_FIELD_NUMBER, true, NULL, NULL, 0, 0, NULL, "rank of no integration"},
    {"max", ITG_FIELD_NUMBER, true, NULL, NULL, 0, 0, NULL, "rank of full integration"},
    {0}};

static const itg_field state_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "the word that stands in the data"},
    {"title", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "short label"},
    {"anchor", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 0, NULL, "its rank, where a source states it"},
    {0}};

const itg_field itg_functional_fields[] = {
    {"range", ITG_FIELD_MAP, true, NULL, NULL, 0, 0, range_fields, "possible ranks"},
    {"states", ITG_FIELD_MAPS, false, NULL, NULL, 0, 0, state_fields, "states from least to most integrated"},
    {0}};

/* ---- the scale ---- */

static itg_status check_anchor(const itg_functional *f, const itg_node *node, itg_status status, double value,
                               itg_error *error) {
  if (value >= f->min && value <= f->max) return ITG_OK;
  char found[ITG_NUMBER_SIZE], low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  itg_number_print(value, found);
  itg_number_print(f->min, low);
  itg_number_print(f->max, high);
  return itg_fail_node(error, status, node, "anchor %s lies outside the scale; ranks are %s to %s", found,
                       low, high);
}

static itg_status read_states(itg_call *call, const itg_definition *definition, itg_functional *f,
                              itg_error *error) {
  const itg_node *states = itg_node_get(definition->root, "states");
  f->n_states = states ? states->count : 0;
  f->states = itg_call_alloc(call, (size_t)f->n_states, sizeof *f->states, error);
  f->anchors = itg_call_alloc(call, (size_t)f->n_states, sizeof *f->anchors, error);
  if (!f->states || !f->anchors) return ITG_ERR_MEMORY;
  for (int i = 0; i < f->n_states; i++) {
    const itg_node *state = &states->items[i], *anchor = itg_node_get(state, "anchor");
    f->states[i] = itg_node_text(state, "id", "");
    f->anchors[i] = NAN;
    for (int j = 0; j < i; j++)
      if (strcmp(f->states[i], f->states[j]) == 0)
        return itg_fail_node(error, ITG_ERR_VALUE, state, "state '%.60s' is stated twice", f->states[i]);
    if (!itg_node_number(anchor, &f->anchors[i])) continue;
    ITG_TRY(check_anchor(f, anchor, ITG_ERR_VALUE, f->anchors[i], error));
  }
  return ITG_OK;
}

/* Option `anchors`: the user's number of each state, rising with the states. */
static itg_status read_anchors(itg_call *call, itg_functional *f, itg_error *error) {
  const itg_node *map = itg_call_node(call, "anchors");
  for (int32_t k = 0; map && k < map->count; k++) {
    const itg_node *item = &map->items[k];
    int at = 0;
    double value = NAN;
    while (at < f->n_states && strcmp(f->states[at], map->keys[k]) != 0) at++;
    if (at == f->n_states) {
      const char *near = itg_suggest(map->keys[k], f->states, (size_t)f->n_states);
      return itg_fail_node(error, ITG_ERR_OPTION, item,
                           "option 'anchors': the instrument has no state '%.60s'%s%s%s", map->keys[k],
                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    itg_node_number(item, &value);
    ITG_TRY(check_anchor(f, item, ITG_ERR_OPTION, value, error));
    f->anchors[at] = value;
  }
  double last = -INFINITY;
  for (int i = 0; i < f->n_states; i++) {
    if (isnan(f->anchors[i])) continue;
    if (f->anchors[i] <= last)
      return itg_fail_node(error, ITG_ERR_OPTION, map,
                           "anchors must rise from state to state; '%.60s' does not", f->states[i]);
    last = f->anchors[i];
  }
  return ITG_OK;
}

static itg_status read_scale(itg_call *call, itg_functional *f, itg_error *error) {
  itg_definition definition;
  ITG_TRY(itg_call_definition(call, "instrument", "matrix", &definition, error));
  ITG_TRY(itg_definition_check(&definition, itg_functional_fields, error));
  const itg_node *range = itg_node_get(definition.root, "range");
  itg_node_number(itg_node_get(range, "min"), &f->min);
  itg_node_number(itg_node_get(range, "max"), &f->max);
  if (!(f->min < f->max)) return itg_fail_node(error, ITG_ERR_VALUE, range, "'min' must be below 'max'");
  ITG_TRY(read_states(call, &definition, f, error));
  return read_anchors(call, f, error);
}

/* ---- ranks: numbers, or the words of states ---- */

static itg_status fail_range(itg_call *call, const itg_functional *f, const char *role, int64_t row,
                             double value, itg_error *error) {
  char found[ITG_NUMBER_SIZE], low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  itg_number_print(value, found);
  itg_number_print(f->min, low);
  itg_number_print(f->max, high);
  return itg_call_fail(call, error, ITG_ERR_RANGE, role, row,
                       "%s is no rank of this scale; ranks are %s to %s", found, low, high);
}

static itg_status fail_word(itg_call *call, const itg_functional *f, const char *role, int64_t row,
                            const char *word, itg_error *error) {
  bool any = false;
  for (int i = 0; i < f->n_states; i++) {
    if (strcmp(f->states[i], word) == 0)
      return itg_call_fail(
          call, error, ITG_ERR_TYPE, role, row,
          "'%.60s' is a state without a number: none was published for this scale; give the number of each "
          "state in option 'anchors', or ranks as numbers",
          word);
    any = any || !isnan(f->anchors[i]);
  }
  const char *near = itg_suggest(word, f->states, (size_t)f->n_states);
  return itg_call_fail(call, error, ITG_ERR_TYPE, role, row,
                       "'%.60s' is no rank: neither a number nor a state of the instrument%s%s%s", word,
                       near  ? "; did you mean '"
                       : any ? ""
                             : "; ranks are numbers",
                       near ? near : "", near ? "'?" : "");
}

static double rank_of_word(const itg_functional *f, const char *word) {
  double value = NAN;
  if (itg_number_parse(word, strlen(word), &value)) return value;
  for (int i = 0; i < f->n_states; i++)
    if (strcmp(f->states[i], word) == 0) return f->anchors[i];
  return NAN;
}

static itg_status read_words(itg_call *call, itg_functional *f, const char *role, double *values,
                             itg_error *error) {
  itg_factor words;
  ITG_TRY(itg_call_factor(call, role, &words, error));
  double *ranks = itg_call_alloc(call, (size_t)words.n_levels, sizeof *ranks, error);
  if (!ranks) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < words.n_levels; i++) ranks[i] = rank_of_word(f, words.levels[i]);
  for (int64_t row = 0; row < words.n; row++) {
    int32_t code = words.codes[row];
    values[row] = code < 0 ? NAN : ranks[code];
    if (code < 0) continue;
    if (isnan(values[row])) return fail_word(call, f, role, row, words.levels[code], error);
    f->n_words += !itg_number_parse(words.levels[code], strlen(words.levels[code]), &(double){0});
  }
  return ITG_OK;
}

static itg_status read_ranks(itg_call *call, itg_functional *f, const char *role, double **out,
                             itg_error *error) {
  const itg_column *column = itg_call_column(call, role);
  int64_t n = itg_call_rows(call, "data");
  if (itg_column_is_number(column)) {
    uint8_t *reasons;
    ITG_TRY(itg_call_numbers(call, role, out, &reasons, error));
  } else {
    if (!(*out = itg_call_alloc(call, (size_t)n, sizeof **out, error))) return ITG_ERR_MEMORY;
    ITG_TRY(read_words(call, f, role, *out, error));
  }
  for (int64_t row = 0; row < n; row++)
    if ((*out)[row] < f->min || (*out)[row] > f->max)
      return fail_range(call, f, role, row, (*out)[row], error);
  return ITG_OK;
}

/* ---- units ---- */

typedef struct named {
  const char *text;
  int32_t code;
} named;

static int compare_named(const void *a, const void *b) {
  return strcmp(((const named *)a)->text, ((const named *)b)->text);
}

static int32_t find_named(const named *names, int32_t n, const char *text) {
  named key = {text, 0};
  const named *found = bsearch(&key, names, (size_t)n, sizeof *names, compare_named);
  return found ? found->code : -1;
}

static bool is_reserved(const char *name) {
  return strcmp(name, "all") == 0 || strcmp(name, "mean of units") == 0;
}

/* Levels of a factor to codes of units; an unlisted unit fails at its first row. */
static itg_status code_units(itg_call *call, const itg_functional *f, const named *names, const char *role,
                             const itg_factor *factor, int32_t *codes, itg_error *error) {
  for (int32_t i = 0; i < factor->n_levels; i++) {
    codes[i] = find_named(names, f->n_units, factor->levels[i]);
    if (codes[i] >= 0 && !is_reserved(factor->levels[i])) continue;
    int64_t row = 0;
    while (row < factor->n - 1 && factor->codes[row] != i) row++;
    if (codes[i] >= 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, role, row,
                           "a unit cannot be called '%.60s': results bear that word; rename it",
                           factor->levels[i]);
    const char *near = itg_suggest(factor->levels[i], f->units, (size_t)f->n_units);
    return itg_call_fail(call, error, ITG_ERR_DATA, role, row,
                         "'%.60s' is not among the option 'units'%s%s%s", factor->levels[i],
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  return ITG_OK;
}

/* Units in the order of the option, else those that rate, then those that are only rated. */
static itg_status read_units(itg_call *call, itg_functional *f, const itg_factor *own,
                             const itg_factor *partner, int32_t **own_codes, int32_t **partner_codes,
                             itg_error *error) {
  const itg_node *list = itg_call_node(call, "units");
  int32_t most = own->n_levels + partner->n_levels;
  if (list) most = list->kind == ITG_NODE_LIST ? list->count : 1;
  f->listed = list != NULL;
  f->units = itg_call_alloc(call, (size_t)most, sizeof *f->units, error);
  named *names = itg_call_alloc(call, (size_t)most, sizeof *names, error);
  *own_codes = itg_call_alloc(call, (size_t)own->n_levels, sizeof **own_codes, error);
  *partner_codes = itg_call_alloc(call, (size_t)partner->n_levels, sizeof **partner_codes, error);
  if (!f->units || !names || !*own_codes || !*partner_codes) return ITG_ERR_MEMORY;
  if (list) {
    for (f->n_units = 0; f->n_units < most; f->n_units++)
      f->units[f->n_units] = list->kind == ITG_NODE_LIST ? list->items[f->n_units].text : list->text;
  } else {
    for (int32_t i = 0; i < own->n_levels; i++) f->units[f->n_units++] = own->levels[i];
    for (int32_t i = 0; i < partner->n_levels; i++)
      if (itg_factor_find(own, partner->levels[i]) < 0) f->units[f->n_units++] = partner->levels[i];
  }
  for (int32_t i = 0; i < f->n_units; i++) names[i] = (named){f->units[i], i};
  qsort(names, (size_t)f->n_units, sizeof *names, compare_named);
  for (int32_t i = 1; i < f->n_units; i++)
    if (strcmp(names[i - 1].text, names[i].text) == 0)
      return itg_fail_node(error, ITG_ERR_OPTION, list, "unit '%.60s' stands twice in option 'units'",
                           names[i].text);
  ITG_TRY(code_units(call, f, names, "unit", own, *own_codes, error));
  return code_units(call, f, names, "partner", partner, *partner_codes, error);
}

/* ---- the other columns ---- */

/* A role of two words to partner types per row, 0 unknown. */
static itg_status read_type(itg_call *call, const char *role, const char *first, const char *second, int type,
                            int8_t **out, itg_error *error) {
  itg_factor factor;
  const char *words[] = {first, second};
  *out = NULL;
  if (!itg_call_has(call, role)) return ITG_OK;
  ITG_TRY(itg_call_factor(call, role, &factor, error));
  if (!(*out = itg_call_alloc(call, (size_t)factor.n, sizeof **out, error))) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < factor.n; row++) {
    if (factor.codes[row] < 0) continue;
    const char *word = factor.levels[factor.codes[row]];
    (*out)[row] = (int8_t)(strcmp(word, first) == 0 ? type : strcmp(word, second) == 0 ? type + 1 : 0);
    if ((*out)[row]) continue;
    const char *near = itg_suggest(word, words, 2);
    return itg_call_fail(call, error, ITG_ERR_TYPE, role, row, "'%.60s' is neither %s nor %s%s%s%s", word,
                         first, second, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  return ITG_OK;
}

static itg_status read_slices(itg_call *call, const char *role, itg_factor *out, itg_error *error) {
  *out = (itg_factor){0};
  if (!itg_call_has(call, role)) return ITG_OK;
  ITG_TRY(itg_call_factor(call, role, out, error));
  if (out->n_levels > MOST_SLICES)
    return itg_call_fail(call, error, ITG_ERR_LIMIT, role, -1,
                         "holds %d different values; at most %d are analysed apart", (int)out->n_levels,
                         MOST_SLICES);
  for (int32_t i = 0; i < out->n_levels; i++)
    if (is_reserved(out->levels[i]))
      return itg_call_fail(call, error, ITG_ERR_DATA, role, -1,
                           "a %s cannot be called '%.60s': results bear that word", role, out->levels[i]);
  return ITG_OK;
}

/* ---- sorted ratings: duplicates, one direction per dyad, groups ---- */

static bool same_dyad(const itg_rating *a, const itg_rating *b) {
  return a->group == b->group && a->unit == b->unit && a->partner == b->partner;
}

static bool is_blank(const itg_rating *r) { return isnan(r->actual) && isnan(r->optimum); }

static itg_status check_duplicates(itg_call *call, const itg_functional *f, int64_t n, itg_error *error) {
  int64_t row = -1;
  if (f->counted) return ITG_OK; /* rows are raters of one opinion */
  const itg_rating *twice = NULL, *last = NULL;
  for (itg_rating *r = f->ratings; r < f->ratings + n; r++) {
    if (is_blank(r)) continue;
    if (last && same_dyad(last, r) && last->category == r->category && last->rater == r->rater) {
      int64_t later = r->row > last->row ? r->row : last->row;
      if (row < 0 || later < row) row = later, twice = r;
    }
    last = r;
  }
  if (row < 0) return ITG_OK;
  return itg_call_fail(
      call, error, ITG_ERR_DUPLICATE, "rank", row, "a second rating of '%.60s' by '%.60s'%s; %s",
      f->units[twice->partner], f->units[twice->unit], f->n_categories ? " in this category" : "",
      f->has_rater ? "keep one rating for each rater"
                   : "several raters need the column 'rater', several categories the column 'category'");
}

/* Rows of a dyad that state a type must agree; those that do not, follow. */
static itg_status settle_type(itg_call *call, const itg_functional *f, const char *role, itg_rating *first,
                              const itg_rating *end, int8_t *(*field)(itg_rating *), itg_error *error) {
  int8_t type = 0;
  for (itg_rating *r = first; r < end; r++) {
    int8_t own = *field(r);
    if (own && type && own != type)
      return itg_call_fail(call, error, ITG_ERR_DATA, role, r->row,
                           "contradicts another row of '%.60s' with '%.60s'; a pair of units has one %s",
                           f->units[r->unit], f->units[r->partner], role);
    if (own) type = own;
  }
  for (itg_rating *r = first; r < end; r++) *field(r) = type;
  return ITG_OK;
}

static int8_t *direction_of(itg_rating *r) { return &r->direction; }
static int8_t *organisation_of(itg_rating *r) { return &r->organisation; }

/* Into their dyads by counting, then in order within each dyad, which is short.  The order is total, so that it
 * does not matter how it is reached: where dyads by far outnumber ratings, all are compared. */
static itg_status sort_ratings(itg_call *call, itg_functional *f, int64_t n, itg_error *error) {
  double dyads = (double)f->groups.n_groups * (f->n_replicates + 1) * f->n_units * f->n_units;
  if (dyads > 4.0 * (double)n + 65536)
    return itg_sort(f->ratings, (size_t)n, sizeof *f->ratings, itg_rating_compare, call->pace, error);
  int64_t n_dyads = (int64_t)dyads;
  int64_t *end = itg_call_alloc(call, (size_t)n_dyads + 1, sizeof *end, error);
  itg_rating *sorted = itg_call_alloc(call, (size_t)n, sizeof *sorted, error);
  if (!end || !sorted) return ITG_ERR_MEMORY;
#define DYAD_OF(r) (((int64_t)(r)->group * f->n_units + (r)->unit) * f->n_units + (r)->partner)
  for (int64_t i = 0; i < n; i++) {
    ITG_PACE(call->pace, i, error);
    end[DYAD_OF(&f->ratings[i]) + 1]++;
  }
  for (int64_t d = 0; d < n_dyads; d++) end[d + 1] += end[d];
  for (int64_t i = 0; i < n; i++) {
    ITG_PACE(call->pace, i, error);
    sorted[end[DYAD_OF(&f->ratings[i])]++] = f->ratings[i];
  }
#undef DYAD_OF
  for (int64_t d = 0, first = 0; d < n_dyads; first = end[d++]) {
    if (d % 64 == 0) ITG_TRY(itg_pace_step(call->pace, error));
    ITG_TRY(itg_sort(sorted + first, (size_t)(end[d] - first), sizeof *sorted, itg_rating_compare, call->pace, error));
  }
  f->ratings = sorted;
  return ITG_OK;
}

static itg_status settle_ratings(itg_call *call, itg_functional *f, int64_t n, itg_error *error) {
  ITG_TRY(sort_ratings(call, f, n, error));
  ITG_TRY(check_duplicates(call, f, n, error));
  for (int64_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && same_dyad(&f->ratings[first], &f->ratings[end]);) end++;
    ITG_TRY(itg_pace_step(call->pace, error));
    ITG_TRY(settle_type(call, f, "direction", f->ratings + first, f->ratings + end, direction_of, error));
    ITG_TRY(
        settle_type(call, f, "organisation", f->ratings + first, f->ratings + end, organisation_of, error));
  }
  const int64_t slots = (int64_t)f->groups.n_groups * (f->n_replicates + 1);
  f->slot_start = itg_call_alloc(call, (size_t)slots + 1, sizeof *f->slot_start, error);
  if (!f->slot_start) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) f->slot_start[f->ratings[i].group + 1] = i + 1;
  for (int64_t k = 0; k < slots; k++)
    if (f->slot_start[k + 1] < f->slot_start[k]) f->slot_start[k + 1] = f->slot_start[k];
  return ITG_OK;
}

/* ---- counted ratings ---- */

/* Rows that stand for several raters, and for a replicate of them. */
typedef struct counted {
  double *actual, *optimum, *replicate; /* NULL: one rater; as `actual`; none */
} counted;

static itg_status read_whole(itg_call *call, const char *role, double **out, itg_error *error) {
  uint8_t *reasons;
  *out = NULL;
  if (!itg_call_has(call, role)) return ITG_OK;
  ITG_TRY(itg_call_numbers(call, role, out, &reasons, error));
  for (int64_t i = 0; i < itg_call_rows(call, "data"); i++)
    if (!((*out)[i] == floor((*out)[i])))
      return itg_call_fail(call, error, ITG_ERR_RANGE, role, i, "must be a whole number from 0");
  return ITG_OK;
}

static itg_status read_counted(itg_call *call, itg_functional *f, counted *out, itg_error *error) {
  ITG_TRY(read_whole(call, "count", &out->actual, error));
  ITG_TRY(read_whole(call, "count_optimum", &out->optimum, error));
  ITG_TRY(read_whole(call, "replicate", &out->replicate, error));
  f->counted = out->actual != NULL;
  if (!f->counted && (out->optimum || out->replicate))
    return itg_fail(error, ITG_ERR_COLUMN,
                    "the roles count_optimum and replicate go with the role count; state_finish of cells gives all three");
  if (f->counted && itg_call_has(call, "rater"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "rater", -1,
                         "a row with a count stands for several raters; leave out the role rater or the role count");
  if (f->counted && !out->optimum) out->optimum = out->actual;
  for (int64_t i = 0; out->replicate && i < itg_call_rows(call, "data"); i++)
    if (out->replicate[i] > f->n_replicates) f->n_replicates = (int32_t)out->replicate[i];
  return ITG_OK;
}

/* Nobody's opinion is no rating. */
static void count_rating(const counted *c, int64_t row, itg_rating *r) {
  r->n_actual = c->actual ? (int32_t)c->actual[row] : 1;
  r->n_optimum = c->optimum ? (int32_t)c->optimum[row] : 1;
  if (!r->n_actual) r->actual = NAN;
  if (!r->n_optimum) r->optimum = NAN;
}

/* ---- rows to ratings ---- */

static itg_status need_present(itg_call *call, const char *role, const itg_factor *factor, int64_t row,
                               itg_error *error) {
  if (!factor->codes || factor->codes[row] >= 0) return ITG_OK;
  return itg_call_fail(call, error, ITG_ERR_DATA, role, row, "a rating must name its %s", role);
}

itg_status itg_functional_read(itg_call *call, itg_functional *f, itg_error *error) {
  itg_factor unit, partner, profession, category, rater = {0};
  counted counts = {NULL, NULL, NULL};
  int32_t *units, *partners;
  int8_t *direction, *organisation;
  double *actual, *optimum = NULL;
  int64_t rows = itg_call_rows(call, "data"), n = 0, n_ranks = 0;
  *f = (itg_functional){0};
  ITG_TRY(read_scale(call, f, error));
  ITG_TRY(itg_call_factor(call, "unit", &unit, error));
  ITG_TRY(itg_call_factor(call, "partner", &partner, error));
  ITG_TRY(read_units(call, f, &unit, &partner, &units, &partners, error));
  ITG_TRY(read_ranks(call, f, "rank", &actual, error));
  if ((f->has_optimum = itg_call_has(call, "optimum")))
    ITG_TRY(read_ranks(call, f, "optimum", &optimum, error));
  ITG_TRY(read_slices(call, "profession", &profession, error));
  ITG_TRY(read_slices(call, "category", &category, error));
  if ((f->has_rater = itg_call_has(call, "rater"))) ITG_TRY(itg_call_factor(call, "rater", &rater, error));
  ITG_TRY(read_type(call, "direction", "vertical", "horizontal", ITG_PARTNERS_VERTICAL, &direction, error));
  ITG_TRY(read_type(call, "organisation", "intra", "inter", ITG_PARTNERS_INTRA, &organisation, error));
  ITG_TRY(itg_call_groups(call, &f->groups, error));
  ITG_TRY(read_counted(call, f, &counts, error));
  f->has_direction = direction != NULL;
  f->has_organisation = organisation != NULL;
  f->professions = profession.levels, f->n_professions = profession.n_levels;
  f->categories = category.levels, f->n_categories = category.n_levels;
  /* Without raters, a profession speaks with one voice; without both, a unit does. */
  f->n_raters = f->has_rater ? rater.n_levels : profession.n_levels + 1;

  if (!(f->ratings = itg_call_alloc(call, (size_t)rows, sizeof *f->ratings, error))) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < rows; row++) {
    ITG_PACE(call->pace, row, error);
    itg_rating r = {.row = row, .actual = actual[row], .optimum = optimum ? optimum[row] : NAN};
    count_rating(&counts, row, &r);
    ITG_TRY(need_present(call, "unit", &unit, row, error));
    ITG_TRY(need_present(call, "partner", &partner, row, error));
    r.group = f->groups.codes[row];
    r.unit = units[unit.codes[row]];
    r.partner = partners[partner.codes[row]];
    if (r.unit == r.partner && is_blank(&r)) continue;
    if (r.unit == r.partner)
      return itg_call_fail(call, error, ITG_ERR_DATA, "partner", row,
                           "'%.60s' rates itself; leave the diagonal of the matrix empty", f->units[r.unit]);
    if (!is_blank(&r)) {
      ITG_TRY(need_present(call, "category", &category, row, error));
      ITG_TRY(need_present(call, "rater", &rater, row, error));
    }
    r.profession = profession.codes ? profession.codes[row] : -1;
    r.category = category.codes ? category.codes[row] : 0;
    r.rater = rater.codes ? rater.codes[row] : r.profession + 1;
    if (r.rater < 0) r.rater = 0; /* blank */
    r.direction = direction ? direction[row] : 0;
    r.organisation = organisation ? organisation[row] : 0;
    if (r.group < 0) {
      f->n_ungrouped++;
      continue;
    }
    r.group = r.group * (f->n_replicates + 1) + (counts.replicate ? (int32_t)counts.replicate[row] : 0);
    n_ranks += !isnan(r.actual);
    f->ratings[n++] = r;
  }
  if (!n_ranks)
    return itg_call_fail(call, error, ITG_ERR_EMPTY, "rank", -1,
                         "no rank is present; at least one rating is needed");
  return settle_ratings(call, f, n, error);
}
