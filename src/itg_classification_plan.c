/* itg_classification_plan.c - layer 3: a definition of kind map, read and compiled to one outcome per cell.
 */
#include <math.h>
#include <string.h>

#include "itg_classification.h"

static const itg_field dimension_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "name of its column in the data"},
    {"title", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "title"},
    {"categories", ITG_FIELD_TEXTS, true, NULL, NULL, 0, 0, NULL,
     "categories, from the lowest where they have an order"},
    {"from", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 0, NULL,
     "numbers in the data: the lower bound of each category, the first being the lowest number allowed"},
    {"max", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 0, NULL, "the highest number allowed; default: none"},
    {0}};

static const itg_field outcome_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "short name"},
    {"title", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "title"},
    {"response", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "what it calls for"},
    {"reference", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 100, NULL,
     "percent of all, or lowest and highest"},
    {0}};

static const itg_field rule_fields[] = {
    {"when", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "map from dimensions to a category or a list of them; a dimension left out may be anything"},
    {"then", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "outcome of these cells"},
    {"else", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "outcome of all other cells; the last rule"},
    {0}};

static const itg_field map_fields[] = {
    {"dimensions", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, dimension_fields, "what is crossed"},
    {"outcomes", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, outcome_fields, "cells or tiers"},
    {"ordered", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL,
     "outcomes stand from the lowest to the highest"},
    {"rule", ITG_FIELD_TEXT, true, NULL, "table|weakest-link", 0, 0, NULL,
     "table: by the decision table; weakest-link: the outcome of the lowest category of any dimension"},
    {"table", ITG_FIELD_MAPS, false, NULL, NULL, 0, 0, rule_fields,
     "rules that do not overlap and leave no cell open"},
    {0}};

typedef struct maker {
  itg_arena *arena;
  itg_map *map;
  itg_error *error;
} maker;


static itg_status fail_unknown(maker *m, const itg_node *node, const char *word, const char *what,
                               const char *const *words, int32_t n) {
  const char *near = itg_suggest(word, words, (size_t)n);
  itg_text all = ITG_TEXT_EMPTY;
  for (int32_t i = 0; i < n; i++) itg_text_print(&all, "%s%s", i ? ", " : "", words[i]);
  itg_status status = itg_fail_node(
      m->error, ITG_ERR_REFERENCE, node, "there is no %s '%.60s'; allowed: %.400s%s%s%s", what, word,
      all.data ? all.data : "", near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  itg_text_clear(&all);
  return status;
}

/* ---- dimensions and outcomes ---- */

static itg_status read_bounds(maker *m, itg_map_dimension *d, const itg_node *from, itg_status status) {
  double *bounds = itg_arena_room(m->arena, (size_t)d->n, sizeof *bounds, m->error);
  if (!bounds) return ITG_ERR_MEMORY;
  if (itg_node_length(from) != d->n)
    return itg_fail_node(m->error, status, from,
                         "dimension '%.60s' has %d categories and needs as many lower bounds", d->id,
                         (int)d->n);
  for (int32_t i = 0; i < d->n; i++) {
    const itg_node *bound = itg_node_element(from, i);
    if (bound->kind != ITG_NODE_SCALAR || !itg_node_number(bound, &bounds[i]) ||
        (i && !(bounds[i] > bounds[i - 1])))
      return itg_fail_node(m->error, status, bound,
                           "the lower bounds of dimension '%.60s' must be numbers that rise", d->id);
  }
  if (!(bounds[d->n - 1] <= d->max)) {
    char most[ITG_NUMBER_SIZE];
    itg_number_print(d->max, most);
    return itg_fail_node(m->error, status, from,
                         "a lower bound of dimension '%.60s' (%.80s) lies above its max %s; write bounds as its numbers are",
                         d->id, d->title ? d->title : d->id, most);
  }
  d->from = bounds;
  d->min = bounds[0];
  return ITG_OK;
}

static itg_status read_dimensions(maker *m, const itg_node *list) {
  itg_map *map = m->map;
  int64_t cells = 1;
  if (!list->count || list->count > ITG_MAP_DIMENSIONS)
    return itg_fail_node(m->error, ITG_ERR_VALUE, list, "there must be 1 to %d dimensions",
                         ITG_MAP_DIMENSIONS);
  map->dimensions = itg_arena_room(m->arena, (size_t)list->count, sizeof *map->dimensions, m->error);
  if (!map->dimensions) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < list->count; i++) {
    const itg_node *node = &list->items[i], *words = itg_node_get(node, "categories"),
                   *from = itg_node_get(node, "from");
    itg_map_dimension *d = &map->dimensions[i];
    d->id = itg_node_text(node, "id", "");
    d->title = itg_node_text(node, "title", "");
    d->n = itg_node_length(words);
    d->min = -INFINITY;
    d->max = INFINITY;
    itg_node_number(itg_node_get(node, "max"), &d->max);
    for (int32_t k = 0; k < i; k++)
      if (strcmp(map->dimensions[k].id, d->id) == 0)
        return itg_fail_node(m->error, ITG_ERR_VALUE, node, "the dimension '%.60s' is given twice", d->id);
    if (d->n < 2)
      return itg_fail_node(m->error, ITG_ERR_VALUE, words, "dimension '%.60s' needs two categories at least",
                           d->id);
    const char **categories = itg_arena_room(m->arena, (size_t)d->n, sizeof *categories, m->error);
    if (!categories) return ITG_ERR_MEMORY;
    for (int32_t c = 0; c < d->n; c++) {
      categories[c] = itg_node_element(words, c)->text;
      for (int32_t k = 0; k < c; k++)
        if (strcmp(categories[k], categories[c]) == 0)
          return itg_fail_node(m->error, ITG_ERR_VALUE, itg_node_element(words, c),
                               "the category '%.60s' is given twice", categories[c]);
    }
    d->categories = categories;
    if (!itg_node_is_null(from)) ITG_TRY(read_bounds(m, d, from, ITG_ERR_VALUE));
    cells *= d->n;
    if (cells > ITG_MAP_CELLS)
      return itg_fail_node(m->error, ITG_ERR_LIMIT, list, "the categories make more than %d cells",
                           ITG_MAP_CELLS);
    map->n_dimensions = i + 1;
  }
  map->n_cells = (int32_t)cells;
  return ITG_OK;
}

static itg_status read_outcomes(maker *m, const itg_node *list) {
  itg_map *map = m->map;
  if (!list->count) return itg_fail_node(m->error, ITG_ERR_VALUE, list, "a map needs at least one outcome");
  map->outcomes = itg_arena_room(m->arena, (size_t)list->count, sizeof *map->outcomes, m->error);
  if (!map->outcomes) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < list->count; i++) {
    const itg_node *node = &list->items[i], *reference = itg_node_get(node, "reference");
    itg_map_outcome *o = &map->outcomes[i];
    *o = (itg_map_outcome){itg_node_text(node, "id", ""), itg_node_text(node, "title", ""),
                           itg_node_text(node, "response", NULL), NAN, NAN};
    for (int32_t k = 0; k < i; k++)
      if (strcmp(map->outcomes[k].id, o->id) == 0)
        return itg_fail_node(m->error, ITG_ERR_VALUE, node, "the outcome '%.60s' is given twice", o->id);
    map->n_outcomes = i + 1;
    if (itg_node_is_null(reference)) continue;
    int32_t n = itg_node_length(reference);
    if (n == 1 || n == 2) {
      itg_node_number(itg_node_element(reference, 0), &o->reference_low);
      itg_node_number(itg_node_element(reference, n - 1), &o->reference_high);
    }
    if (!(o->reference_low <= o->reference_high))
      return itg_fail_node(m->error, ITG_ERR_VALUE, reference,
                           "'reference' must be one percentage, or the lowest and the highest");
  }
  return ITG_OK;
}

/* ---- the rule ---- */

static int32_t find_outcome(const itg_map *map, const char *id) {
  for (int32_t i = 0; i < map->n_outcomes; i++)
    if (strcmp(map->outcomes[i].id, id) == 0) return i;
  return -1;
}

static itg_status read_outcome(maker *m, const itg_node *node, int32_t *out) {
  const itg_map *map = m->map;
  *out = find_outcome(map, node->text);
  if (*out >= 0) return ITG_OK;
  const char **ids = itg_arena_room(m->arena, (size_t)map->n_outcomes, sizeof *ids, m->error);
  if (!ids) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < map->n_outcomes; i++) ids[i] = map->outcomes[i].id;
  return fail_unknown(m, node, node->text, "outcome", ids, map->n_outcomes);
}

/* Category of every dimension in a cell. */
static void open_cell(const itg_map *map, int32_t cell, int32_t *categories) {
  for (int32_t d = map->n_dimensions - 1; d >= 0; d--) {
    categories[d] = cell % map->dimensions[d].n;
    cell /= map->dimensions[d].n;
  }
}

static const char *cell_words(maker *m, int32_t cell) {
  int32_t categories[ITG_MAP_DIMENSIONS];
  itg_text text = ITG_TEXT_EMPTY;
  open_cell(m->map, cell, categories);
  for (int32_t d = 0; d < m->map->n_dimensions; d++)
    itg_text_print(&text, "%s%s %s", d ? ", " : "", m->map->dimensions[d].id,
                   m->map->dimensions[d].categories[categories[d]]);
  const char *words = text.data ? itg_arena_text(m->arena, text.data, text.size) : NULL;
  itg_text_clear(&text);
  return words ? words : "";
}

/* Mark which categories of each dimension a rule takes: all of those that it does not name. */
static itg_status read_when(maker *m, const itg_node *when, bool **taken) {
  const itg_map *map = m->map;
  const char *ids[ITG_MAP_DIMENSIONS];
  if (when->kind != ITG_NODE_MAP || !when->count)
    return itg_fail_node(m->error, ITG_ERR_VALUE, when, "'when' must be a map from dimensions to categories");
  for (int32_t d = 0; d < map->n_dimensions; d++) {
    ids[d] = map->dimensions[d].id;
    taken[d] = itg_arena_room(m->arena, (size_t)map->dimensions[d].n, sizeof **taken, m->error);
    if (!taken[d]) return ITG_ERR_MEMORY;
    memset(taken[d], !itg_node_get(when, ids[d]), (size_t)map->dimensions[d].n);
  }
  for (int32_t i = 0; i < when->count; i++) {
    const itg_node *words = &when->items[i];
    int32_t d = 0;
    while (d < map->n_dimensions && strcmp(ids[d], when->keys[i]) != 0) d++;
    if (d == map->n_dimensions)
      return fail_unknown(m, words, when->keys[i], "dimension", ids, map->n_dimensions);
    for (int32_t k = 0; k < itg_node_length(words); k++) {
      const itg_node *word = itg_node_element(words, k);
      const itg_map_dimension *x = &map->dimensions[d];
      int32_t c = 0;
      while (c < x->n && !(word->kind == ITG_NODE_SCALAR && strcmp(x->categories[c], word->text) == 0)) c++;
      if (c == x->n)
        return fail_unknown(m, word, word->kind == ITG_NODE_SCALAR ? word->text : "a list", "category",
                            x->categories, x->n);
      taken[d][c] = true;
    }
  }
  return ITG_OK;
}

static itg_status apply_rule(maker *m, const itg_node *rule, int32_t *owner, int32_t index, int32_t outcome) {
  itg_map *map = m->map;
  bool *taken[ITG_MAP_DIMENSIONS];
  int32_t categories[ITG_MAP_DIMENSIONS], n = 0;
  ITG_TRY(read_when(m, itg_node_get(rule, "when"), taken));
  for (int32_t cell = 0; cell < map->n_cells; cell++) {
    bool match = true;
    open_cell(map, cell, categories);
    for (int32_t d = 0; d < map->n_dimensions; d++) match = match && taken[d][categories[d]];
    if (!match) continue;
    n++;
    if (owner[cell] >= 0)
      return itg_fail_node(m->error, ITG_ERR_VALUE, rule,
                           "rules %d and %d overlap at the cell %.300s; narrow one", (int)owner[cell] + 1,
                           (int)index + 1, cell_words(m, cell));
    owner[cell] = index;
    map->cells[cell] = outcome;
  }
  return n ? ITG_OK : itg_fail_node(m->error, ITG_ERR_VALUE, rule, "rule %d takes no cell", (int)index + 1);
}

static itg_status read_table(maker *m, const itg_node *at, const itg_node *table) {
  itg_map *map = m->map;
  int32_t fallback = -1, *owner = itg_arena_room(m->arena, (size_t)map->n_cells, sizeof *owner, m->error);
  bool *reached = itg_arena_room(m->arena, (size_t)map->n_outcomes, sizeof *reached, m->error);
  if (!owner || !reached) return ITG_ERR_MEMORY;
  if (itg_node_is_null(table))
    return itg_fail_node(m->error, ITG_ERR_KEY, at, "rule table needs the key 'table'");
  for (int32_t c = 0; c < map->n_cells; c++) owner[c] = -1;
  for (int32_t i = 0; i < table->count; i++) {
    const itg_node *rule = &table->items[i], *when = itg_node_get(rule, "when"),
                   *then = itg_node_get(rule, "then"), *other = itg_node_get(rule, "else");
    int32_t outcome;
    if (other ? when || then || i + 1 < table->count : !when || !then)
      return itg_fail_node(m->error, ITG_ERR_KEY, rule,
                           "a rule has 'when' and 'then'; the last one may be 'else' alone");
    ITG_TRY(read_outcome(m, other ? other : then, &outcome));
    if (other)
      fallback = outcome;
    else
      ITG_TRY(apply_rule(m, rule, owner, i, outcome));
  }
  int32_t left = 0;
  for (int32_t c = 0; c < map->n_cells; c++) {
    if (owner[c] < 0 && fallback < 0)
      return itg_fail_node(m->error, ITG_ERR_VALUE, table,
                           "no rule takes the cell %.300s; add one, or an 'else'", cell_words(m, c));
    if (owner[c] < 0) map->cells[c] = fallback, left++;
    reached[map->cells[c]] = true;
  }
  if (fallback >= 0 && !left)
    return itg_fail_node(m->error, ITG_ERR_VALUE, table,
                         "the rules take every cell, so the 'else' never does; remove it");
  for (int32_t o = 0; o < map->n_outcomes; o++)
    if (!reached[o])
      return itg_fail_node(m->error, ITG_ERR_VALUE, table, "no rule leads to the outcome '%.60s'",
                           map->outcomes[o].id);
  return ITG_OK;
}

/* The chain is as strong as its weakest link: every dimension has one category per outcome. */
static itg_status read_weakest(maker *m, const itg_node *at, const itg_node *table) {
  itg_map *map = m->map;
  int32_t categories[ITG_MAP_DIMENSIONS];
  if (!itg_node_is_null(table))
    return itg_fail_node(m->error, ITG_ERR_KEY, table, "rule weakest-link has no table; remove it");
  for (int32_t d = 0; d < map->n_dimensions; d++)
    if (map->dimensions[d].n != map->n_outcomes)
      return itg_fail_node(
          m->error, ITG_ERR_VALUE, at,
          "rule weakest-link needs a category of each dimension per outcome; '%.60s' has %d, there "
          "are %d outcomes",
          map->dimensions[d].id, (int)map->dimensions[d].n, (int)map->n_outcomes);
  for (int32_t c = 0; c < map->n_cells; c++) {
    open_cell(map, c, categories);
    map->cells[c] = categories[0];
    for (int32_t d = 1; d < map->n_dimensions; d++)
      if (categories[d] < map->cells[c]) map->cells[c] = categories[d];
  }
  map->ordered = map->weakest = true;
  return ITG_OK;
}

static itg_status apply_cuts(maker *m, const itg_node *cuts) {
  itg_map *map = m->map;
  if (itg_node_is_null(cuts)) return ITG_OK;
  if (cuts->kind != ITG_NODE_MAP)
    return itg_fail_node(m->error, ITG_ERR_OPTION, cuts,
                         "'cuts' must be a map from dimensions to lower bounds");
  for (int32_t i = 0; i < cuts->count; i++) {
    int32_t d = 0;
    while (d < map->n_dimensions && strcmp(map->dimensions[d].id, cuts->keys[i]) != 0) d++;
    if (d == map->n_dimensions)
      return itg_fail_node(m->error, ITG_ERR_OPTION, &cuts->items[i],
                           "instrument '%.60s' has no dimension '%.60s'", map->id, cuts->keys[i]);
    ITG_TRY(read_bounds(m, &map->dimensions[d], &cuts->items[i], ITG_ERR_OPTION));
  }
  return ITG_OK;
}

itg_status itg_map_make(const itg_definition *definition, const itg_node *cuts, itg_arena *arena,
                        itg_map *out, itg_error *error) {
  maker m = {arena, out, error};
  memset(out, 0, sizeof *out);
  out->id = definition->id;
  ITG_TRY(itg_definition_check(definition, map_fields, error));
  const itg_node *root = definition->root, *rule = itg_node_get(root, "rule"),
                 *table = itg_node_get(root, "table");
  ITG_TRY(read_dimensions(&m, itg_node_get(root, "dimensions")));
  ITG_TRY(read_outcomes(&m, itg_node_get(root, "outcomes")));
  ITG_TRY(apply_cuts(&m, cuts));
  itg_node_flag(itg_node_get(root, "ordered"), &out->ordered);
  out->cells = itg_arena_room(arena, (size_t)out->n_cells, sizeof *out->cells, error);
  if (!out->cells) return ITG_ERR_MEMORY;
  return strcmp(rule->text, "table") == 0 ? read_table(&m, rule, table) : read_weakest(&m, rule, table);
}
