/* itg_sheet.c - layer 3: a definition as spreadsheets: what stands above the lists, items, options, and the
 * scores of a scale, the table of a map or the values of a value set. */
#include "itg_sheet.h"

#include <stdio.h>
#include <string.h>

#include "itg_classification.h"
#include "itg_measure.h"
#include "itg_scale_plan.h"
#include "itg_valueset.h"

static const itg_sheet_kind kinds[] = {{"scale", "items", NULL, NULL},
                                       {"checklist", "items", "clusters", "cluster"},
                                       {"points", "items", "components", "component"},
                                       {"stages", "phases", NULL, NULL},
                                       {"ladder", "levels", NULL, NULL},
                                       {"map", "dimensions", NULL, NULL},
                                       {"matrix", "states", NULL, NULL},
                                       {"scorecard", "perspectives", NULL, NULL}};

const itg_sheet_kind *itg_sheet_kind_find(const char *kind) {
  for (size_t i = 0; i < ITG_COUNT(kinds); i++)
    if (strcmp(kinds[i].kind, kind) == 0) return &kinds[i];
  return NULL;
}

void itg_sheet_add_cell(itg_text *out, bool first, const char *text) {
  if (!first) itg_text_add(out, ",");
  if (!text) return;
  if (!strpbrk(text, ",\"\r\n") && *text != ' ') {
    itg_text_add(out, text);
    return;
  }
  itg_text_add(out, "\"");
  for (const char *c = text; *c; c++) itg_text_append(out, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
  itg_text_add(out, "\"");
}

itg_status itg_sheet_check_name(const itg_node *node, const char *name, itg_error *error) {
  if (*name != ' ' && !strchr(name, '|')) return ITG_OK;
  return itg_fail_node(error, ITG_ERR_VALUE, node,
                       "sheets list names with | between, so that they cannot hold '%.60s'; write it without | and "
                       "without a space in front", name);
}

itg_status itg_sheet_add_listed(itg_text *out, bool first, const itg_node *names, itg_error *error) {
  itg_text cell = ITG_TEXT_EMPTY;
  itg_status status = ITG_OK;
  for (int32_t i = 0; names && !status && i < itg_node_length(names); i++) {
    const itg_node *name = itg_node_element(names, i);
    status = itg_sheet_check_name(name, name->text, error);
    itg_text_print(&cell, "%s%s", i ? "|" : "", name->text);
  }
  itg_sheet_add_cell(out, first, cell.data);
  out->failed |= cell.failed;
  itg_text_clear(&cell);
  return status;
}

/* ---- export ---- */

enum { MOST_KEYS = 32 };

/* Scalar keys of the maps of a list, in order of appearance. */
static int keys_of(const itg_node *list, const char **keys) {
  int n = 0;
  for (int32_t i = 0; i < list->count; i++)
    for (int32_t k = 0; k < list->items[i].count && n < MOST_KEYS; k++) {
      int at = 0;
      while (at < n && strcmp(keys[at], list->items[i].keys[k]) != 0) at++;
      if (at == n && list->items[i].items[k].kind == ITG_NODE_SCALAR) keys[n++] = list->items[i].keys[k];
    }
  return n;
}

/* Scores of a scale that an item belongs to, with | between. */
static itg_status print_scores_of(const itg_node *scores, const char *item, itg_text *out, itg_error *error) {
  itg_text text = ITG_TEXT_EMPTY;
  itg_status status = ITG_OK;
  for (int32_t s = 0; s < scores->count && !status; s++) {
    const itg_node *of = itg_node_get(&scores->items[s], "of");
    const char *id = itg_node_text(&scores->items[s], "id", "");
    for (int32_t i = 0; of && i < itg_node_length(of) && !status; i++) {
      if (strcmp(itg_node_element(of, i)->text, item) != 0) continue;
      status = itg_sheet_check_name(&scores->items[s], id, error);
      itg_text_print(&text, "%s%s", text.size ? "|" : "", id);
    }
  }
  itg_sheet_add_cell(out, false, text.data);
  out->failed |= text.failed;
  itg_text_clear(&text);
  return status;
}

static itg_status print_items(const itg_definition *d, const itg_node *list, itg_text *out, itg_error *error) {
  const char *keys[MOST_KEYS];
  int n = keys_of(list, keys);
  const itg_node *scores = itg_node_get(d->root, "scores");
  for (int k = 0; k < n; k++) itg_sheet_add_cell(out, !k, keys[k]);
  if (scores) itg_sheet_add_cell(out, false, "scores");
  itg_text_add(out, "\n");
  for (int32_t i = 0; i < list->count; i++) {
    for (int k = 0; k < n; k++) itg_sheet_add_cell(out, !k, itg_node_text(&list->items[i], keys[k], NULL));
    if (scores) ITG_TRY(print_scores_of(scores, itg_node_text(&list->items[i], "id", ""), out, error));
    itg_text_add(out, "\n");
  }
  return ITG_OK;
}

static void print_option(itg_text *out, const char *set, const char *code, const char *word,
                         const char *reason) {
  itg_sheet_add_cell(out, true, set);
  itg_sheet_add_cell(out, false, code);
  itg_sheet_add_cell(out, false, word);
  itg_sheet_add_cell(out, false, reason);
}

/* A map from code to word, or a list of codes; `counted` (NULL: no such column) tells what a reason counts
 * as. */
static void print_codes(itg_text *out, const char *set, const itg_node *codes, bool missing,
                        const itg_node *counted) {
  for (int32_t i = 0; codes && codes->kind != ITG_NODE_SCALAR && i < codes->count; i++) {
    bool map = codes->kind == ITG_NODE_MAP;
    const char *word = map && !itg_node_is_null(&codes->items[i]) ? codes->items[i].text : NULL;
    if (missing && !word) word = "missing";
    print_option(out, set, map ? codes->keys[i] : codes->items[i].text, missing ? NULL : word,
                 missing ? word : NULL);
    if (counted) itg_sheet_add_cell(out, false, missing ? itg_node_text(counted, word, NULL) : NULL);
    itg_text_add(out, "\n");
  }
}

/* Clusters and components: what the cells of the items' column of that name can be.  Their sizes and maxima
 * follow from the items. */
static itg_status print_groups(const itg_sheet_kind *kind, const itg_node *root, itg_text *out,
                               itg_error *error) {
  const itg_node *groups = itg_node_get(root, kind->groups), *labels = itg_node_get(root, "responses");
  bool based = false;
  for (int32_t i = 0; groups && i < groups->count; i++)
    based = based || itg_node_get(&groups->items[i], "basis");
  itg_text_print(out, "responses,code,word%s\n", based ? ",basis" : "");
  for (int32_t i = 0; groups && i < groups->count; i++) {
    itg_sheet_add_cell(out, true, kind->group);
    itg_sheet_add_cell(out, false, itg_node_text(&groups->items[i], "id", ""));
    itg_sheet_add_cell(out, false, itg_node_text(&groups->items[i], "title", ""));
    if (based) itg_sheet_add_cell(out, false, itg_node_text(&groups->items[i], "basis", NULL));
    itg_text_add(out, "\n");
  }
  for (int32_t i = 0; labels && labels->kind == ITG_NODE_MAP && i < labels->count; i++)
    for (int32_t k = 0; k < itg_node_length(&labels->items[i]); k++) {
      itg_sheet_add_cell(out, true, labels->keys[i]);
      itg_sheet_add_cell(out, false, itg_node_element(&labels->items[i], k)->text);
      itg_text_add(out, based ? ",,\n" : ",\n");
    }
  return out->failed ? itg_fail_memory(error) : ITG_OK;
}

/* What stands above the lists: single values, and those within a map behind a dot. */
static void print_head(const itg_node *map, const char *before, itg_text *out) {
  for (int32_t i = 0; i < map->count; i++) {
    const itg_node *value = &map->items[i];
    itg_text key = ITG_TEXT_EMPTY;
    itg_text_print(&key, "%s%s", before, map->keys[i]);
    if (value->kind == ITG_NODE_SCALAR && strcmp(key.data ? key.data : "", "schema") != 0 &&
        !itg_node_is_null(value)) {
      itg_sheet_add_cell(out, true, key.data);
      itg_sheet_add_cell(out, false, value->text);
      itg_text_add(out, "\n");
    } else if (value->kind == ITG_NODE_MAP && !*before &&
               (strcmp(map->keys[i], "source") == 0 || strcmp(map->keys[i], "licence") == 0 ||
                strcmp(map->keys[i], "range") == 0)) {
      itg_text_add(&key, ".");
      print_head(value, key.data ? key.data : "", out);
    }
    out->failed |= key.failed;
    itg_text_clear(&key);
  }
}

static itg_status print_options(const itg_definition *d, itg_arena *arena, itg_text *out, itg_error *error) {
  const itg_node *responses = itg_node_get(d->root, "responses"), *counted = NULL;
  const itg_sheet_kind *kind = itg_sheet_kind_find(d->kind);
  if (strcmp(d->kind, "map") == 0) return itg_sheet_print_map_options(d->root, out, error);
  if (kind && kind->groups) return print_groups(kind, d->root, out, error);
  for (int32_t i = 0; responses && i < responses->count && !counted; i++)
    counted = itg_node_get(&responses->items[i], "count_as");
  itg_text_print(out, "responses,code,word,reason%s\n", counted ? ",count_as" : "");
  for (int32_t i = 0; responses && i < responses->count; i++) {
    const itg_node *r = &responses->items[i], *own = itg_node_get(r, "count_as");
    if (counted) counted = own ? own : r; /* which has no reason among its keys */
    print_codes(out, responses->keys[i], itg_node_get(r, "options"), false, counted);
    if (!itg_node_get(r, "options")) {
      char *range = itg_arena_print(arena, "%s" ITG_SHEET_BETWEEN "%s", itg_node_text(r, "min", ""),
                                    itg_node_text(r, "max", ""));
      if (!range) return itg_fail_memory(error);
      print_option(out, responses->keys[i], range, NULL, NULL);
      itg_text_add(out, counted ? ",\n" : "\n");
    }
    print_codes(out, responses->keys[i], itg_node_get(r, "missing"), true, counted);
  }
  return ITG_OK;
}

const itg_sheet_column itg_sheet_scores[ITG_SHEET_SCORES + 1] = {{"id", false},
                                                                 {"title", false},
                                                                 {"of", true},
                                                                 {"method", false},
                                                                 {"weights", true},
                                                                 {"direction", false},
                                                                 {"criterion.at_least", false},
                                                                 {"criterion.at_most", false},
                                                                 {"missing.rule", false},
                                                                 {"missing.min_valid", false},
                                                                 {"missing.share", false},
                                                                 {"missing.max_missing", false},
                                                                 {"missing.of", false},
                                                                 {"missing.fill", false},
                                                                 {"rescale.from", true},
                                                                 {"rescale.to", true},
                                                                 {"lookup.from", true},
                                                                 {"lookup.to", true},
                                                                 {"lookup.between", false},
                                                                 {"range", true},
                                                                 {"unit", false},
                                                                 {"bands.from", true},
                                                                 {"bands.levels", true},
                                                                 {"bands.decimals", false},
                                                                 {NULL, false}};

/* What a column says of a score; NULL: nothing.  Bands are looked up by their name. */
static const itg_node *score_cell(const itg_node *root, const itg_node *score, const char *column) {
  const char *dot = strchr(column, '.');
  if (!dot) return itg_node_get(score, column);
  char key[32] = "";
  memcpy(key, column, (size_t)(dot - column));
  const itg_node *map = itg_node_get(score, key);
  if (map && map->kind == ITG_NODE_SCALAR) map = itg_node_get(itg_node_get(root, key), map->text);
  return map && map->kind == ITG_NODE_MAP ? itg_node_get(map, dot + 1) : NULL;
}

static itg_status print_scores(const itg_definition *d, itg_text *out, itg_error *error) {
  const itg_node *scores = itg_node_get(d->root, "scores");
  bool used[ITG_SHEET_SCORES] = {false};
  for (int32_t i = 0; i < scores->count; i++)
    for (size_t k = 0; k < ITG_SHEET_SCORES; k++)
      used[k] |= !itg_node_is_null(score_cell(d->root, &scores->items[i], itg_sheet_scores[k].name));
  for (int32_t i = -1; i < scores->count; i++) {
    bool first = true;
    for (size_t k = 0; k < ITG_SHEET_SCORES; k++) {
      if (!used[k]) continue;
      const itg_sheet_column *column = &itg_sheet_scores[k];
      const itg_node *own = i < 0 ? NULL : score_cell(d->root, &scores->items[i], column->name);
      if (i < 0)
        itg_sheet_add_cell(out, first, column->name);
      else if (column->list)
        ITG_TRY(itg_sheet_add_listed(out, first, itg_node_is_null(own) ? NULL : own, error));
      else
        itg_sheet_add_cell(out, first, itg_node_is_null(own) ? NULL : own->text);
      first = false;
    }
    itg_text_add(out, "\n");
  }
  return out->failed ? itg_fail_memory(error) : ITG_OK;
}

typedef enum sheet_kind { HEAD, ITEMS, OPTIONS, SCORES } sheet_kind;

/* Every profile of a value set with its value. */
static itg_status print_values(const itg_definition *d, itg_arena *arena, itg_text *out, itg_error *error) {
  itg_valueset set;
  ITG_TRY(itg_valueset_make(d, arena, &set, error));
  itg_text_add(out, "profile,level_sum,value\n");
  for (int32_t s = 0; s < set.n_states; s++) {
    int level[ITG_EQ5D_DIMENSIONS], sum = 0;
    itg_valueset_levels(&set, s, level);
    for (int i = 0; i < ITG_EQ5D_DIMENSIONS; i++) {
      itg_text_print(out, "%d", level[i]);
      sum += level[i];
    }
    itg_text_print(out, ",%d,", sum);
    itg_text_number(out, set.values[s]);
    itg_text_add(out, "\n");
  }
  return ITG_OK;
}

/* One of the sheets of a definition. */
static itg_status make_sheet(const char *instrument, sheet_kind kind, char **csv, itg_error *error) {
  itg_definition d;
  itg_scale_plan plan;
  itg_text text = ITG_TEXT_EMPTY;
  const itg_node *list = NULL;
  *csv = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = itg_definition_load(instrument, arena, &d, error);
  const itg_sheet_kind *own = status ? NULL : itg_sheet_kind_find(d.kind);
  if (own) list = itg_node_get(d.root, own->list);
  const bool values = !status && kind == SCORES && strcmp(d.kind, "valueset") == 0;
  if (values) status = print_values(&d, arena, &text, error);
  if (!status && !values && (!list || list->kind != ITG_NODE_LIST))
    status = itg_fail_node(
        error, ITG_ERR_INSTRUMENT, d.root,
        "instrument '%s' of kind %s has no items that sheets could hold; take its text (`integrade "
        "instruments show %s`) and edit that",
        d.id, d.kind, d.id);
  const bool scale = !status && strcmp(d.kind, "scale") == 0, map = !status && strcmp(d.kind, "map") == 0;
  itg_map made;
  if (scale) status = itg_scale_plan_make(&d, NULL, arena, &plan, error); /* its form is as it should be */
  if (map) status = itg_map_make(&d, NULL, arena, &made, error);
  if (!status && kind == HEAD) {
    itg_text_add(&text, "key,value\n");
    print_head(d.root, "", &text);
  }
  if (!status && kind == ITEMS) status = print_items(&d, list, &text, error);
  if (!status && kind == OPTIONS) status = print_options(&d, arena, &text, error);
  if (!status && kind == SCORES && map) status = itg_sheet_print_map_table(d.root, &text, error);
  if (!status && kind == SCORES && scale) status = print_scores(&d, &text, error);
  if (!status) status = itg_text_take(&text, csv, error);
  itg_text_clear(&text);
  itg_arena_free(arena);
  return status;
}

itg_status itg_instrument_head(const char *instrument, char **csv, itg_error *error) {
  return make_sheet(instrument, HEAD, csv, error);
}

itg_status itg_instrument_items(const char *instrument, char **csv, itg_error *error) {
  return make_sheet(instrument, ITEMS, csv, error);
}

itg_status itg_instrument_options(const char *instrument, char **csv, itg_error *error) {
  return make_sheet(instrument, OPTIONS, csv, error);
}

itg_status itg_instrument_scores(const char *instrument, char **csv, itg_error *error) {
  return make_sheet(instrument, SCORES, csv, error);
}
