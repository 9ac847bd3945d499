/* itg_sheet.c - layer 3: a definition as spreadsheets (items, options, and the scores of a scale), and a
 * scale made from them. */
#include <stdio.h>
#include <string.h>

#include "itg_measure.h"
#include "itg_scale_plan.h"

/* Kinds and the list that holds what their form asks. */
static const struct {
  const char *kind, *list;
} lists[] = {{"scale", "items"},   {"checklist", "items"},       {"points", "items"},
             {"stages", "phases"}, {"ladder", "levels"},         {"map", "dimensions"},
             {"matrix", "states"}, {"scorecard", "perspectives"}, {"codebook", "codes"}};

static void add_cell(itg_text *out, bool first, const char *text) {
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

/* ---- export ---- */

enum { MOST_KEYS = 32 };

/* Between the lowest and the highest of an answer that may be any number, in the place of its code. */
#define BETWEEN " to "

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
static char *scores_of(const itg_node *scores, const char *item, itg_arena *arena) {
  itg_text text = ITG_TEXT_EMPTY;
  for (int32_t s = 0; scores && s < scores->count; s++) {
    const itg_node *of = itg_node_get(&scores->items[s], "of");
    for (int32_t i = 0; of && i < (of->kind == ITG_NODE_SCALAR ? 1 : of->count); i++)
      if (strcmp(of->kind == ITG_NODE_SCALAR ? of->text : of->items[i].text, item) == 0)
        itg_text_print(&text, "%s%s", text.size ? "|" : "", itg_node_text(&scores->items[s], "id", ""));
  }
  char *out = text.failed ? NULL : itg_arena_text(arena, text.data ? text.data : "", text.size);
  itg_text_clear(&text);
  return out;
}

static itg_status print_items(const itg_definition *d, const itg_node *list, itg_arena *arena, itg_text *out,
                              itg_error *error) {
  const char *keys[MOST_KEYS];
  int n = keys_of(list, keys);
  const itg_node *scores = itg_node_get(d->root, "scores");
  for (int k = 0; k < n; k++) add_cell(out, !k, keys[k]);
  if (scores) add_cell(out, false, "scores");
  itg_text_add(out, "\n");
  for (int32_t i = 0; i < list->count; i++) {
    for (int k = 0; k < n; k++) add_cell(out, !k, itg_node_text(&list->items[i], keys[k], NULL));
    if (scores) {
      char *own = scores_of(scores, itg_node_text(&list->items[i], "id", ""), arena);
      if (!own) return itg_fail_memory(error);
      add_cell(out, false, own);
    }
    itg_text_add(out, "\n");
  }
  return ITG_OK;
}

static void print_option(itg_text *out, const char *set, const char *code, const char *word,
                         const char *reason) {
  add_cell(out, true, set);
  add_cell(out, false, code);
  add_cell(out, false, word);
  add_cell(out, false, reason);
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
    if (counted) add_cell(out, false, missing ? itg_node_text(counted, word, NULL) : NULL);
    itg_text_add(out, "\n");
  }
}

static itg_status print_options(const itg_definition *d, itg_arena *arena, itg_text *out, itg_error *error) {
  const itg_node *responses = itg_node_get(d->root, "responses"),
                 *dimensions = itg_node_get(d->root, "dimensions"), *counted = NULL;
  for (int32_t i = 0; responses && i < responses->count && !counted; i++)
    counted = itg_node_get(&responses->items[i], "count_as");
  itg_text_print(out, "responses,code,word,reason%s\n", counted ? ",count_as" : "");
  for (int32_t i = 0; responses && i < responses->count; i++) {
    const itg_node *r = &responses->items[i], *own = itg_node_get(r, "count_as");
    if (counted) counted = own ? own : r; /* which has no reason among its keys */
    print_codes(out, responses->keys[i], itg_node_get(r, "options"), false, counted);
    if (!itg_node_get(r, "options")) {
      char *range =
          itg_arena_print(arena, "%s" BETWEEN "%s", itg_node_text(r, "min", ""), itg_node_text(r, "max", ""));
      if (!range) return itg_fail_memory(error);
      print_option(out, responses->keys[i], range, NULL, NULL);
      itg_text_add(out, counted ? ",\n" : "\n");
    }
    print_codes(out, responses->keys[i], itg_node_get(r, "missing"), true, counted);
  }
  for (int32_t i = 0; dimensions && i < dimensions->count; i++)
    print_codes(out, itg_node_text(&dimensions->items[i], "id", ""),
                itg_node_get(&dimensions->items[i], "categories"), false, NULL);
  return ITG_OK;
}

/* Columns of the sheet of scores: keys of a score, and behind the dot those of a map; what has several
 * entries has | between them.  Entries of one map stand together. */
static const struct score_column {
  const char *name;
  bool list;
} score_columns[] = {{"id", false},
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
                     {"bands.decimals", false}};

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

static void add_list(itg_text *out, bool first, const itg_node *list, itg_text *cell) {
  itg_text_clear(cell);
  for (int32_t i = 0; i < list->count; i++) itg_text_print(cell, "%s%s", i ? "|" : "", list->items[i].text);
  out->failed |= cell->failed;
  add_cell(out, first, cell->data);
}

static itg_status print_scores(const itg_definition *d, itg_text *out, itg_error *error) {
  const itg_node *scores = itg_node_get(d->root, "scores");
  bool used[ITG_COUNT(score_columns)] = {false};
  itg_text text = ITG_TEXT_EMPTY;
  for (int32_t i = 0; i < scores->count; i++)
    for (size_t k = 0; k < ITG_COUNT(score_columns); k++)
      used[k] |= !itg_node_is_null(score_cell(d->root, &scores->items[i], score_columns[k].name));
  for (int32_t i = -1; i < scores->count; i++) {
    bool first = true;
    for (size_t k = 0; k < ITG_COUNT(score_columns); k++) {
      if (!used[k]) continue;
      const itg_node *own = i < 0 ? NULL : score_cell(d->root, &scores->items[i], score_columns[k].name);
      if (own && own->kind == ITG_NODE_LIST)
        add_list(out, first, own, &text);
      else
        add_cell(out, first, i < 0 ? score_columns[k].name : itg_node_is_null(own) ? NULL : own->text);
      first = false;
    }
    itg_text_add(out, "\n");
  }
  itg_text_clear(&text);
  return out->failed ? itg_fail_memory(error) : ITG_OK;
}

typedef enum sheet_kind { ITEMS, OPTIONS, SCORES } sheet_kind;

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
  for (size_t i = 0; !status && i < ITG_COUNT(lists); i++)
    if (strcmp(lists[i].kind, d.kind) == 0) list = itg_node_get(d.root, lists[i].list);
  if (!status && (!list || list->kind != ITG_NODE_LIST))
    status = itg_fail_node(error, ITG_ERR_INSTRUMENT, d.root,
                           "instrument '%s' of kind %s has no items to export", d.id, d.kind);
  bool scale = !status && strcmp(d.kind, "scale") == 0;
  if (scale) status = itg_scale_plan_make(&d, NULL, arena, &plan, error); /* its form is as it should be */
  if (!status && kind == ITEMS) status = print_items(&d, list, arena, &text, error);
  if (!status && kind == OPTIONS) status = print_options(&d, arena, &text, error);
  if (!status && kind == SCORES && scale) status = print_scores(&d, &text, error);
  if (!status) status = itg_text_take(&text, csv, error);
  itg_text_clear(&text);
  itg_arena_free(arena);
  return status;
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

/* ---- import ---- */

typedef struct sheet {
  itg_frame *frame;
  const itg_table *table;
} sheet;

static itg_status open_sheet(const char *path, sheet *out, itg_error *error) {
  ITG_TRY(itg_frame_read(path, "na: []", &out->frame, error));
  out->table = itg_frame_table(out->frame);
  if (out->table->n_rows) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_EMPTY, out->table, -1, NULL, "there are no rows");
}

/* Cell as text, "" when it is empty or the column is absent. */
static const char *cell(const sheet *s, int64_t row, const char *column, char *buffer) {
  int at = itg_table_column(s->table, column);
  const char *text = at < 0 ? NULL : itg_column_text(&s->table->columns[at], row, buffer);
  return text ? text : "";
}

static itg_status need(const sheet *s, const char *column, itg_error *error) {
  if (itg_table_column(s->table, column) >= 0) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_COLUMN, s->table, -1, column, "the sheet needs the column '%s'", column);
}

/* A YAML text in double quotes. */
static void add_quoted(itg_text *out, const char *text) {
  itg_text_add(out, "\"");
  for (const char *c = text; *c; c++) {
    if (*c == '"' || *c == '\\') itg_text_add(out, "\\");
    if (*c == '\n')
      itg_text_add(out, "\\n");
    else
      itg_text_append(out, c, 1);
  }
  itg_text_add(out, "\"");
}

static bool seen_before(const sheet *s, int64_t row, const char *column, const char *text) {
  char buffer[ITG_NUMBER_SIZE];
  for (int64_t i = 0; i < row; i++)
    if (strcmp(cell(s, i, column, buffer), text) == 0) return true;
  return false;
}

/* What the reasons of a set of responses count as, each once. */
static void write_counted(const sheet *options, int64_t row, const char *set, itg_text *out) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE], c[ITG_NUMBER_SIZE];
  bool open = false;
  for (int64_t i = row; i < options->table->n_rows; i++) {
    const char *answer = cell(options, i, "count_as", a), *reason = cell(options, i, "reason", b);
    if (!*answer || strcmp(cell(options, i, "responses", c), set) != 0) continue;
    bool before = false;
    for (int64_t j = row; j < i && !before; j++)
      before = strcmp(cell(options, j, "responses", c), set) == 0 &&
               strcmp(cell(options, j, "reason", c), reason) == 0 && *cell(options, j, "count_as", c);
    if (before) continue;
    itg_text_add(out, open ? ", " : "    count_as: {");
    open = true;
    add_quoted(out, reason);
    itg_text_print(out, ": %s", answer);
  }
  if (open) itg_text_add(out, "}\n");
}

/* responses: each set once, its codes as options or as missing. */
static void write_responses(const sheet *options, itg_text *out) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE], c[ITG_NUMBER_SIZE];
  itg_text_add(out, "responses:\n");
  for (int64_t row = 0; row < options->table->n_rows; row++) {
    const char *set = cell(options, row, "responses", a);
    if (seen_before(options, row, "responses", set)) continue;
    itg_text_add(out, "  ");
    add_quoted(out, set);
    itg_text_add(out, ":\n");
    for (int missing = 0; missing < 2; missing++) {
      bool open = false;
      for (int64_t i = row; i < options->table->n_rows; i++) {
        if (strcmp(cell(options, i, "responses", b), set) != 0) continue;
        const char *reason = cell(options, i, "reason", c);
        if ((*reason != '\0') != missing) continue;
        const char *code = cell(options, i, "code", b), *between = strstr(code, BETWEEN);
        if (between) {
          itg_text_add(out, "    min: ");
          itg_text_append(out, code, (size_t)(between - code));
          itg_text_print(out, "\n    max: %s\n", between + strlen(BETWEEN));
          continue;
        }
        itg_text_add(out, open ? ", " : missing ? "    missing: {" : "    options: {");
        open = true;
        add_quoted(out, cell(options, i, "code", b));
        itg_text_add(out, ": ");
        add_quoted(out, missing ? reason : cell(options, i, "word", b));
      }
      if (open) itg_text_add(out, "}\n");
    }
    write_counted(options, row, set, out);
  }
}

static void write_items(const sheet *items, itg_text *out) {
  static const char *const keys[] = {"label", "responses", "reverse", "weight"};
  char buffer[ITG_NUMBER_SIZE];
  itg_text_add(out, "items:\n");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    itg_text_add(out, "  - {id: ");
    add_quoted(out, cell(items, row, "id", buffer));
    for (size_t k = 0; k < ITG_COUNT(keys); k++) {
      const char *text = cell(items, row, keys[k], buffer);
      if (!*text) continue;
      itg_text_print(out, ", %s: ", keys[k]);
      if (k < 2)
        add_quoted(out, text);
      else
        itg_text_add(out, text);
    }
    itg_text_add(out, "}\n");
  }
}

/* A name between | at `*at`, moved behind it; NULL at the end. */
static char *next_name(const char **at, itg_arena *arena) {
  while (*at && (**at == '|' || **at == ' ')) ++*at;
  if (!*at || !**at) return NULL;
  size_t size = strcspn(*at, "|");
  char *name = itg_arena_text(arena, *at, size);
  *at += size;
  return name;
}

static bool belongs(const sheet *items, int64_t row, const char *score, itg_arena *arena) {
  char buffer[ITG_NUMBER_SIZE];
  const char *at = cell(items, row, "scores", buffer);
  for (char *name; (name = next_name(&at, arena));)
    if (strcmp(name, score) == 0) return true;
  return false;
}

/* The lowest and highest score as computed, once they are known. */
static void write_range(const itg_scale_plan *plan, const char *score, itg_text *out) {
  for (int32_t i = 0; plan && i < plan->n_scores; i++) {
    if (strcmp(plan->scores[i].id, score) != 0) continue;
    itg_text_add(out, ", range: [");
    itg_text_number(out, plan->scores[i].low);
    itg_text_add(out, ", ");
    itg_text_number(out, plan->scores[i].high);
    itg_text_add(out, "]");
  }
}

/* The items that name a score in their column scores; all items when there is no such column. */
static void write_members(const sheet *items, const char *score, itg_arena *arena, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  bool any = false;
  itg_text_add(out, ", of: [");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    if (itg_table_column(items->table, "scores") >= 0 && !belongs(items, row, score, arena)) continue;
    if (any) itg_text_add(out, ", ");
    add_quoted(out, cell(items, row, "id", buffer));
    any = true;
  }
  itg_text_add(out, "]");
}

/* A mean of complete answers: what is made of a score of which nothing else is said. */
static void write_mean(const sheet *items, const char *score, const itg_scale_plan *plan, itg_arena *arena,
                       itg_text *out) {
  itg_text_add(out, "  - {id: ");
  add_quoted(out, score);
  write_members(items, score, arena, out);
  itg_text_add(out, ", method: mean");
  write_range(plan, score, out);
  itg_text_add(out, "}\n");
}

/* A mean for each name in the column scores of the items; one of all items when there is none. */
static void write_means(const sheet *items, const itg_scale_plan *plan, itg_arena *arena, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  bool any = false;
  itg_text_add(out, "scores:\n");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    const char *at = cell(items, row, "scores", buffer);
    for (char *name; (name = next_name(&at, arena));) {
      bool known = false;
      for (int64_t i = 0; i < row && !known; i++) known = belongs(items, i, name, arena);
      if (!known) write_mean(items, name, plan, arena, out);
      any = true;
    }
  }
  if (!any) write_mean(items, "total", plan, arena, out);
}

static void add_value(itg_text *out, const char *text) {
  double number;
  if (itg_number_parse(text, strlen(text), &number))
    itg_text_add(out, text);
  else
    add_quoted(out, text);
}

/* One cell of the sheet of scores as the value of its key. */
static void write_cell(const char *text, bool list, itg_arena *arena, itg_text *out) {
  if (!list) {
    add_value(out, text);
    return;
  }
  bool any = false;
  itg_text_add(out, "[");
  for (char *entry; (entry = next_name(&text, arena));) {
    if (any) itg_text_add(out, ", ");
    add_value(out, entry);
    any = true;
  }
  itg_text_add(out, "]");
}

/* Keys of a row whose columns begin with `map` and a dot ("" for those without), as ", key: value". */
static bool write_keys(const sheet *scores, int64_t row, const char *map, itg_arena *arena, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  size_t size = strlen(map);
  bool any = false;
  for (size_t k = 0; k < ITG_COUNT(score_columns); k++) {
    const char *name = score_columns[k].name, *dot = strchr(name, '.'),
               *text = cell(scores, row, name, buffer);
    if (!*text || (size ? strncmp(name, map, size) != 0 || name[size] != '.' : dot != NULL)) continue;
    itg_text_print(out, "%s%s: ", any || !size ? ", " : "", dot ? dot + 1 : name);
    write_cell(text, score_columns[k].list, arena, out);
    any = true;
  }
  return any;
}

static bool has_keys(const sheet *scores, int64_t row, const char *map, itg_arena *arena) {
  itg_text nothing = ITG_TEXT_EMPTY;
  bool any = write_keys(scores, row, map, arena, &nothing);
  itg_text_clear(&nothing);
  return any;
}

/* The scores as their own sheet has them; bands bear the name of their score. */
static void write_scores(const sheet *items, const sheet *scores, const itg_scale_plan *plan,
                         itg_arena *arena, itg_text *out) {
  static const char *const maps[] = {"criterion", "missing", "rescale", "lookup"};
  char buffer[ITG_NUMBER_SIZE];
  bool bands = false;
  for (int64_t row = 0; row < scores->table->n_rows; row++) {
    if (!has_keys(scores, row, "bands", arena)) continue;
    itg_text_add(out, bands ? "  " : "bands:\n  ");
    bands = true;
    add_quoted(out, cell(scores, row, "id", buffer));
    itg_text_add(out, ": {");
    write_keys(scores, row, "bands", arena, out);
    itg_text_add(out, "}\n");
  }
  itg_text_add(out, "scores:\n");
  for (int64_t row = 0; row < scores->table->n_rows; row++) {
    itg_text own = ITG_TEXT_EMPTY;
    write_keys(scores, row, "", arena, &own);
    out->failed |= own.failed;
    itg_text_print(out, "  - {%s", own.data ? own.data + 2 : ""); /* without the first comma */
    itg_text_clear(&own);
    if (!*cell(scores, row, "of", buffer)) write_members(items, cell(scores, row, "id", buffer), arena, out);
    for (size_t k = 0; k < ITG_COUNT(maps); k++) {
      if (!has_keys(scores, row, maps[k], arena)) continue;
      itg_text_print(out, ", %s: {", maps[k]);
      write_keys(scores, row, maps[k], arena, out);
      itg_text_add(out, "}");
    }
    if (!*cell(scores, row, "range", buffer)) write_range(plan, cell(scores, row, "id", buffer), out);
    if (has_keys(scores, row, "bands", arena)) {
      itg_text_add(out, ", bands: ");
      add_quoted(out, cell(scores, row, "id", buffer));
    }
    itg_text_add(out, "}\n");
  }
}

/* Every column is known, every score has a method, and items name scores that there are. */
static itg_status check_scores(const sheet *items, const sheet *scores, itg_arena *arena, itg_error *error) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  const char *names[ITG_COUNT(score_columns)];
  for (size_t k = 0; k < ITG_COUNT(score_columns); k++) names[k] = score_columns[k].name;
  for (int i = 0; i < scores->table->n_columns; i++) {
    const char *name = scores->table->columns[i].name;
    size_t k = 0;
    while (k < ITG_COUNT(names) && strcmp(names[k], name) != 0) k++;
    if (k < ITG_COUNT(names)) continue;
    const char *near = itg_suggest(name, names, ITG_COUNT(names));
    return itg_fail_at(error, ITG_ERR_COLUMN, scores->table, -1, name, "a score has no key '%.60s'%s%s%s",
                       name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  ITG_TRY(need(scores, "id", error));
  for (int64_t row = 0; row < scores->table->n_rows; row++)
    for (int k = 0; k < 2; k++)
      if (!*cell(scores, row, k ? "method" : "id", a))
        return itg_fail_at(
            error, ITG_ERR_VALUE, scores->table, row, k ? "method" : "id",
            k ? "a score needs a method: sum, mean, weighted-mean, ..." : "a score needs an id");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    const char *at = cell(items, row, "scores", a);
    for (char *name; (name = next_name(&at, arena));) {
      bool known = false;
      for (int64_t i = 0; i < scores->table->n_rows && !known; i++)
        known = strcmp(cell(scores, i, "id", b), name) == 0;
      if (!known)
        return itg_fail_at(error, ITG_ERR_REFERENCE, items->table, row, "scores",
                           "'%.60s' is no score of scores.csv; add it there, or correct one of them", name);
    }
  }
  return ITG_OK;
}

static const char head[] =
    "# Made from %s.  Complete title, source, licence and examples%s.\n"
    "schema: integrade-instrument/1\nid: %s\nversion: 1.0.0\nkind: scale\ntitle: %s\nunit: respondent\n"
    "source: {citation: to be written}\nlicence: {items: to be written}\n";

static const char means[] =
    "choices:\n  - {rule: Scores are means of complete answers., why: The sheets hold no scoring rule., "
    "override: a sheet scores.csv}\n";

/* The definition as text; with the ranges of its scores where a plan gives them. */
static void write_definition(const char *id, const sheet *items, const sheet *options, const sheet *scores,
                             const itg_scale_plan *plan, itg_arena *arena, itg_text *out) {
  itg_text_clear(out);
  itg_text_print(
      out, head, scores->frame ? "items.csv, options.csv and scores.csv" : "items.csv and options.csv",
      scores->frame ? "" : "; scores are\n# means of complete answers until you change method and missing",
      id, id);
  if (!scores->frame) itg_text_add(out, means);
  write_responses(options, out);
  write_items(items, out);
  if (scores->frame)
    write_scores(items, scores, plan, arena, out);
  else
    write_means(items, plan, arena, out);
  itg_text_add(out, "examples: []\n");
}

/* It must read and mean something as it is. */
static itg_status plan_of(const itg_text *text, itg_arena *arena, itg_scale_plan *plan, itg_error *error) {
  const itg_node *root = NULL;
  itg_definition d;
  if (text->failed) return itg_fail_memory(error);
  ITG_TRY(itg_node_parse(text->data, text->size, "the imported definition", arena, &root, error));
  ITG_TRY(itg_definition_find(root, arena, &d, error));
  return itg_scale_plan_make(&d, NULL, arena, plan, error);
}

static bool exists(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file) fclose(file);
  return file != NULL;
}

itg_status itg_instrument_import(const char *folder, char **yaml, itg_error *error) {
  sheet items = {NULL, NULL}, options = {NULL, NULL}, scores = {NULL, NULL};
  itg_text text = ITG_TEXT_EMPTY;
  itg_scale_plan plan;
  itg_status status;
  *yaml = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  size_t size = strlen(folder);
  while (size > 1 && folder[size - 1] == '/') size--;
  char *base = itg_arena_text(arena, folder, size), *first = itg_arena_print(arena, "%s/items.csv", folder),
       *second = itg_arena_print(arena, "%s/options.csv", folder),
       *third = itg_arena_print(arena, "%s/scores.csv", folder);
  if (!base || !first || !second || !third) {
    status = itg_fail_memory(error);
    goto out;
  }
  const char *id = strrchr(base, '/') ? strrchr(base, '/') + 1 : base;
  if ((status = open_sheet(first, &items, error))) goto out;
  if ((status = open_sheet(second, &options, error))) goto out;
  if ((status = need(&items, "id", error))) goto out;
  if ((status = need(&options, "responses", error))) goto out;
  if ((status = need(&options, "code", error))) goto out;
  if (exists(third)) {
    if ((status = open_sheet(third, &scores, error))) goto out;
    if ((status = check_scores(&items, &scores, arena, error))) goto out;
  }
  write_definition(id, &items, &options, &scores, NULL, arena, &text);
  if ((status = plan_of(&text, arena, &plan, error))) goto out;
  write_definition(id, &items, &options, &scores, &plan, arena, &text);
  if ((status = plan_of(&text, arena, &plan, error))) goto out;
  status = itg_text_take(&text, yaml, error);
out:
  itg_text_clear(&text);
  itg_frame_free(items.frame);
  itg_frame_free(options.frame);
  itg_frame_free(scores.frame);
  itg_arena_free(arena);
  return status;
}
