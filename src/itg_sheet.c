/* itg_sheet.c - layer 3: a definition as a pair of spreadsheets, items and options, and a scale made from
 * one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_measure.h"
#include "itg_scale_plan.h"

/* Kinds and the list that holds what their form asks. */
static const struct {
  const char *kind, *list;
} lists[] = {{"scale", "items"},   {"checklist", "items"},       {"points", "items"},
             {"stages", "phases"}, {"ladder", "levels"},         {"map", "dimensions"},
             {"matrix", "states"}, {"scorecard", "perspectives"}};

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
  itg_text_add(out, "\n");
}

/* A map from code to word, or a list of codes. */
static void print_codes(itg_text *out, const char *set, const itg_node *codes, bool missing) {
  for (int32_t i = 0; codes && codes->kind != ITG_NODE_SCALAR && i < codes->count; i++) {
    bool map = codes->kind == ITG_NODE_MAP;
    const char *word = map && !itg_node_is_null(&codes->items[i]) ? codes->items[i].text : NULL;
    print_option(out, set, map ? codes->keys[i] : codes->items[i].text, missing ? NULL : word,
                 missing ? word ? word : "missing" : NULL);
  }
}

static itg_status print_options(const itg_definition *d, itg_arena *arena, itg_text *out, itg_error *error) {
  const itg_node *responses = itg_node_get(d->root, "responses"),
                 *dimensions = itg_node_get(d->root, "dimensions");
  itg_text_add(out, "responses,code,word,reason\n");
  for (int32_t i = 0; responses && i < responses->count; i++) {
    const itg_node *r = &responses->items[i];
    print_codes(out, responses->keys[i], itg_node_get(r, "options"), false);
    if (!itg_node_get(r, "options")) {
      char *range =
          itg_arena_print(arena, "%s" BETWEEN "%s", itg_node_text(r, "min", ""), itg_node_text(r, "max", ""));
      if (!range) return itg_fail_memory(error);
      print_option(out, responses->keys[i], range, NULL, NULL);
    }
    print_codes(out, responses->keys[i], itg_node_get(r, "missing"), true);
  }
  for (int32_t i = 0; dimensions && i < dimensions->count; i++)
    print_codes(out, itg_node_text(&dimensions->items[i], "id", ""),
                itg_node_get(&dimensions->items[i], "categories"), false);
  return ITG_OK;
}

/* One of the two sheets of a definition. */
static itg_status make_sheet(const char *instrument, bool options, char **csv, itg_error *error) {
  itg_definition d;
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
  if (!status && !options) status = print_items(&d, list, arena, &text, error);
  if (!status && options) status = print_options(&d, arena, &text, error);
  if (!status) status = itg_text_take(&text, csv, error);
  itg_text_clear(&text);
  itg_arena_free(arena);
  return status;
}

itg_status itg_instrument_items(const char *instrument, char **csv, itg_error *error) {
  return make_sheet(instrument, false, csv, error);
}

itg_status itg_instrument_options(const char *instrument, char **csv, itg_error *error) {
  return make_sheet(instrument, true, csv, error);
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

/* Lowest and highest code of a set of responses. */
static void range_of(const sheet *options, const char *set, double *low, double *high) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  double code;
  *low = HUGE_VAL;
  *high = -HUGE_VAL;
  for (int64_t i = 0; i < options->table->n_rows; i++) {
    const char *text = cell(options, i, "code", b), *between = strstr(text, BETWEEN);
    if ((*set && strcmp(cell(options, i, "responses", a), set) != 0) || *cell(options, i, "reason", a))
      continue;
    if (itg_number_parse(text, between ? (size_t)(between - text) : strlen(text), &code) && code < *low)
      *low = code;
    if (between) text = between + strlen(BETWEEN);
    if (itg_number_parse(text, strlen(text), &code) && code > *high) *high = code;
  }
}

static bool belongs(const sheet *items, int64_t row, const char *score, itg_arena *arena) {
  char buffer[ITG_NUMBER_SIZE];
  const char *at = cell(items, row, "scores", buffer);
  for (char *name; (name = next_name(&at, arena));)
    if (strcmp(name, score) == 0) return true;
  return false;
}

/* One mean for each name in the column scores; one of all items when there is none. */
static void write_score(const sheet *items, const sheet *options, const char *score, itg_arena *arena,
                        itg_text *out) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  double low = 0, high = 0, n = 0;
  itg_text_add(out, "  - {id: ");
  add_quoted(out, score);
  itg_text_add(out, ", of: [");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    double least, most;
    if (itg_table_column(items->table, "scores") >= 0 && !belongs(items, row, score, arena)) continue;
    itg_text_add(out, n ? ", " : "");
    add_quoted(out, cell(items, row, "id", a));
    range_of(options, cell(items, row, "responses", b), &least, &most);
    low += least;
    high += most;
    n++;
  }
  if (!(low < high) || isinf(low) || isinf(high))
    low = 0, high = n; /* the check below will say what is wrong */
  itg_text_add(out, "], method: mean, range: [");
  itg_text_number(out, low / n);
  itg_text_add(out, ", ");
  itg_text_number(out, high / n);
  itg_text_add(out, "]}\n");
}

static void write_scores(const sheet *items, const sheet *options, itg_arena *arena, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  bool any = false;
  itg_text_add(out, "scores:\n");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    const char *at = cell(items, row, "scores", buffer);
    for (char *name; (name = next_name(&at, arena));) {
      bool known = false;
      for (int64_t i = 0; i < row && !known; i++) known = belongs(items, i, name, arena);
      if (!known) write_score(items, options, name, arena, out);
      any = true;
    }
  }
  if (!any) write_score(items, options, "total", arena, out);
}

static const char head[] =
    "# Made from items.csv and options.csv.  Complete source, licence and examples; scores are means of "
    "complete answers\n"
    "# until you change method and missing.\n"
    "schema: integrade-instrument/1\nid: %s\nversion: 1.0.0\nkind: scale\ntitle: %s\nunit: respondent\n"
    "source: {citation: to be written}\nlicence: {items: to be written}\n"
    "choices:\n  - {rule: Scores are means of complete answers., why: The sheets hold no scoring rule.}\n";

itg_status itg_instrument_import(const char *folder, char **yaml, itg_error *error) {
  sheet items = {NULL, NULL}, options = {NULL, NULL};
  itg_text text = ITG_TEXT_EMPTY;
  itg_scale_plan plan;
  itg_definition d;
  const itg_node *root = NULL;
  itg_status status;
  *yaml = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  size_t size = strlen(folder);
  while (size > 1 && folder[size - 1] == '/') size--;
  char *base = itg_arena_text(arena, folder, size), *first = itg_arena_print(arena, "%s/items.csv", folder),
       *second = itg_arena_print(arena, "%s/options.csv", folder);
  if (!base || !first || !second) {
    status = itg_fail_memory(error);
    goto out;
  }
  const char *id = strrchr(base, '/') ? strrchr(base, '/') + 1 : base;
  if ((status = open_sheet(first, &items, error))) goto out;
  if ((status = open_sheet(second, &options, error))) goto out;
  if ((status = need(&items, "id", error))) goto out;
  if ((status = need(&options, "responses", error))) goto out;
  if ((status = need(&options, "code", error))) goto out;
  itg_text_print(&text, head, id, id);
  write_responses(&options, &text);
  write_items(&items, &text);
  write_scores(&items, &options, arena, &text);
  itg_text_add(&text, "examples: []\n");
  if (text.failed) {
    status = itg_fail_memory(error);
    goto out;
  }
  /* It must read and mean something as it is. */
  if ((status = itg_node_parse(text.data, text.size, "the imported definition", arena, &root, error)))
    goto out;
  if ((status = itg_definition_find(root, arena, &d, error))) goto out;
  if ((status = itg_scale_plan_make(&d, NULL, arena, &plan, error))) goto out;
  status = itg_text_take(&text, yaml, error);
out:
  itg_text_clear(&text);
  itg_frame_free(items.frame);
  itg_frame_free(options.frame);
  itg_arena_free(arena);
  return status;
}
