/* itg_sheet_import.c - layer 3: a definition made from the spreadsheets of a folder. */
#include <stdio.h>
#include <string.h>

#include "itg_measure.h"
#include "itg_scale_plan.h"
#include "itg_sheet.h"

typedef struct sheet {
  itg_frame *frame;
  const itg_table *table;
  itg_text *origins; /* of all the sheets: `origin`s in a row */
} sheet;

/* From byte `at` on the definition was made of this row (table NULL: of none), so that what is wrong with it is told
 * at its row. */
typedef struct origin {
  size_t at;
  const itg_table *table;
  int64_t row;
} origin;

static void mark(const sheet *s, int64_t row, const itg_text *out) {
  const origin o = {out->size, row < 0 ? NULL : s->table, row};
  if (s->origins) itg_text_append(s->origins, (const char *)&o, sizeof o);
}

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
    mark(options, i, out);
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
    mark(options, row, out);
    itg_text_add(out, "  ");
    add_quoted(out, set);
    itg_text_add(out, ":\n");
    for (int missing = 0; missing < 2; missing++) {
      bool open = false;
      for (int64_t i = row; i < options->table->n_rows; i++) {
        if (strcmp(cell(options, i, "responses", b), set) != 0) continue;
        const char *reason = cell(options, i, "reason", c);
        if ((*reason != '\0') != missing) continue;
        const char *code = cell(options, i, "code", b), *between = strstr(code, ITG_SHEET_BETWEEN);
        mark(options, i, out);
        if (between) {
          itg_text_add(out, "    min: ");
          itg_text_append(out, code, (size_t)(between - code));
          itg_text_print(out, "\n    max: %s\n", between + strlen(ITG_SHEET_BETWEEN));
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
    mark(items, row, out);
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
    mark(items, row, out);
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
      if (!known) mark(items, row, out);
      if (!known) write_mean(items, name, plan, arena, out);
      any = true;
    }
  }
  mark(items, -1, out);
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
  for (size_t k = 0; itg_sheet_scores[k].name; k++) {
    const char *name = itg_sheet_scores[k].name, *dot = strchr(name, '.'),
               *text = cell(scores, row, name, buffer);
    if (!*text || (size ? strncmp(name, map, size) != 0 || name[size] != '.' : dot != NULL)) continue;
    itg_text_print(out, "%s%s: ", any || !size ? ", " : "", dot ? dot + 1 : name);
    write_cell(text, itg_sheet_scores[k].list, arena, out);
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
    mark(scores, row, out);
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
    mark(scores, row, out);
    write_keys(scores, row, "", arena, &own);
    out->failed |= own.failed;
    itg_text_print(out, "  - {%s", own.data ? own.data + 2 : ""); /* without the first comma */
    itg_text_clear(&own);
    if (!*cell(scores, row, "of", buffer)) write_members(items, cell(scores, row, "id", buffer), arena, out);
    mark(scores, row, out);
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

/* A column that nothing reads is a slip (revers for reverse), which would change scores in silence. */
static itg_status check_columns(const sheet *s, const char *what, const char *const *names, size_t n,
                                itg_error *error) {
  for (int i = 0; i < s->table->n_columns; i++) {
    const char *name = s->table->columns[i].name;
    size_t k = 0;
    while (k < n && strcmp(names[k], name) != 0) k++;
    if (k < n) continue;
    const char *near = itg_suggest(name, names, n);
    return itg_fail_at(error, ITG_ERR_COLUMN, s->table, -1, name, "%s has no key '%.60s'; %s%s%s", what, name,
                       near ? "did you mean '" : "remove the column", near ? near : "", near ? "'?" : "");
  }
  return ITG_OK;
}

/* Every column is known, every score has a method, and items name scores that there are. */
static itg_status check_scores(const sheet *items, const sheet *scores, itg_arena *arena, itg_error *error) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  const char *names[ITG_SHEET_SCORES];
  for (size_t k = 0; itg_sheet_scores[k].name; k++) names[k] = itg_sheet_scores[k].name;
  ITG_TRY(check_columns(scores, "a score", names, ITG_COUNT(names), error));
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

/* ---- what stands above the lists ---- */

/* The sheets of a folder; those that are not there have no frame. */
typedef struct book {
  const char *id, *kind, *folder;
  sheet head, items, options, scores;
} book;

/* Row of a key of definition.csv, -1 where there is none. */
static int64_t head_row(const book *b, const char *key) {
  char own[ITG_NUMBER_SIZE];
  for (int64_t row = 0; b->head.table && row < b->head.table->n_rows; row++)
    if (strcmp(cell(&b->head, row, "key", own), key) == 0) return row;
  return -1;
}

static const char *head_value(const book *b, const char *key, char *buffer) {
  int64_t row = head_row(b, key);
  return row < 0 ? NULL : cell(&b->head, row, "value", buffer);
}

static void write_text(const book *b, const char *key, const char *fallback, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  const char *value = head_value(b, key, buffer);
  mark(&b->head, head_row(b, key), out);
  itg_text_print(out, "%s: ", key);
  add_quoted(out, value && *value ? value : fallback);
  itg_text_add(out, "\n");
}

/* The keys behind "map." as one map; `need` is there in any case. */
static void write_map(const book *b, const char *map, const char *need_key, itg_text *out) {
  char own[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  size_t size = strlen(map);
  bool any = false, has = false;
  itg_text_print(out, "%s: {", map);
  for (int64_t row = 0; b->head.table && row < b->head.table->n_rows; row++) {
    const char *key = cell(&b->head, row, "key", own), *value = cell(&b->head, row, "value", buffer);
    if (strncmp(key, map, size) != 0 || key[size] != '.' || !*value) continue;
    has = has || strcmp(key + size + 1, need_key) == 0;
    mark(&b->head, row, out);
    itg_text_print(out, "%s%s: ", any ? ", " : "", key + size + 1);
    add_value(out, value);
    any = true;
  }
  if (!has) itg_text_print(out, "%s%s: to be written", any ? ", " : "", need_key);
  itg_text_add(out, "}\n");
  mark(&b->head, -1, out);
}

static bool is_shared(const char *key) {
  static const char *const keys[] = {"schema", "id", "version", "kind", "group", "title", "unit"};
  for (size_t i = 0; i < ITG_COUNT(keys); i++)
    if (strcmp(keys[i], key) == 0) return true;
  return strncmp(key, "source.", 7) == 0 || strncmp(key, "licence.", 8) == 0;
}

static const char means[] =
    "choices:\n  - {rule: Scores are means of complete answers., why: The sheets hold no scoring rule., "
    "override: a sheet scores.csv}\n";

/* The points of a component (NULL: of all): the sum of its items'. */
static double points_of(const book *b, const char *group) {
  char own[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  double sum = 0, value;
  for (int64_t row = 0; row < b->items.table->n_rows; row++) {
    const char *points = cell(&b->items, row, "points", buffer);
    if ((!group || strcmp(cell(&b->items, row, "component", own), group) == 0) &&
        itg_number_parse(points, strlen(points), &value))
      sum += value;
  }
  return sum;
}

/* A key as it stands, in quotes where it must be. */
static void add_key(itg_text *out, const char *key) {
  if (strspn(key, "abcdefghijklmnopqrstuvwxyz_") == strlen(key))
    itg_text_add(out, key);
  else
    add_quoted(out, key);
  itg_text_add(out, ": ");
}

static void write_head(const book *b, itg_text *out) {
  char own[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  bool scale = strcmp(b->kind, "scale") == 0, range = false;
  itg_text_print(out, "# Made from %s.  Complete title, source, licence and examples%s.\n",
                 !scale            ? "definition.csv, items.csv and options.csv"
                 : b->scores.frame ? "items.csv, options.csv and scores.csv"
                                   : "items.csv and options.csv",
                 scale && !b->scores.frame
                     ? "; scores are\n# means of complete answers until you change method and missing"
                     : "");
  itg_text_add(out, "schema: integrade-instrument/1\nid: ");
  if (strspn(b->id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(b->id))
    itg_text_add(out, b->id);
  else
    add_quoted(out, b->id); /* refused as an id, not as YAML */
  itg_text_add(out, "\n");
  write_text(b, "version", "1.0.0", out);
  itg_text_print(out, "kind: %s\n", b->kind);
  if (head_value(b, "group", buffer)) write_text(b, "group", "", out);
  write_text(b, "title", b->id, out);
  write_text(b, "unit", "respondent", out);
  write_map(b, "source", "citation", out);
  write_map(b, "licence", "items", out);
  if (scale && !b->scores.frame) itg_text_add(out, means);
  for (int64_t row = 0; b->head.table && row < b->head.table->n_rows; row++) {
    const char *key = cell(&b->head, row, "key", own), *value = cell(&b->head, row, "value", buffer);
    if (!*key || !*value || is_shared(key)) continue;
    if (strncmp(key, "range.", 6) == 0) {
      if (!range) write_map(b, "range", "min", out);
      range = true;
      continue;
    }
    mark(&b->head, row, out);
    add_key(out, key);
    add_value(out, value);
    itg_text_add(out, "\n");
  }
  mark(&b->head, -1, out);
  if (strcmp(b->kind, "points") != 0 || head_value(b, "total", buffer)) return;
  itg_text_add(out, "total: ");
  itg_text_number(out, points_of(b, NULL));
  itg_text_add(out, "\n");
}

/* ---- kinds without scores ---- */

static void write_group(const book *b, const char *id, const char *title, const char *basis, itg_text *out) {
  itg_text_add(out, "  - {id: ");
  add_quoted(out, id);
  itg_text_add(out, ", title: ");
  add_quoted(out, *title ? title : id);
  if (*basis) itg_text_print(out, ", basis: %s", basis);
  if (strcmp(b->kind, "points") == 0) {
    itg_text_add(out, ", maximum: ");
    itg_text_number(out, points_of(b, id));
  }
  itg_text_add(out, "}\n");
}

/* The groups as options.csv has them; without it, as the items name them. */
static void write_groups(const book *b, const itg_sheet_kind *kind, itg_text *out) {
  char own[ITG_NUMBER_SIZE], code[ITG_NUMBER_SIZE], word[ITG_NUMBER_SIZE], basis[ITG_NUMBER_SIZE];
  bool any = false;
  itg_text_print(out, "%s:\n", kind->groups);
  for (int64_t row = 0; b->options.table && row < b->options.table->n_rows; row++) {
    if (strcmp(cell(&b->options, row, "responses", own), kind->group) != 0) continue;
    mark(&b->options, row, out);
    write_group(b, cell(&b->options, row, "code", code), cell(&b->options, row, "word", word),
                cell(&b->options, row, "basis", basis), out);
    any = true;
  }
  for (int64_t row = 0; !any && row < b->items.table->n_rows; row++) {
    const char *id = cell(&b->items, row, kind->group, code);
    if (!*id || seen_before(&b->items, row, kind->group, id)) continue;
    mark(&b->items, row, out);
    write_group(b, id, "", "", out);
  }
}

/* Labels of yes and no, as options.csv has them. */
static void write_labels(const book *b, itg_text *out) {
  static const char *const keys[] = {"yes", "no"};
  char own[ITG_NUMBER_SIZE], code[ITG_NUMBER_SIZE];
  bool any = false;
  for (size_t k = 0; k < ITG_COUNT(keys); k++) {
    bool open = false;
    for (int64_t row = 0; b->options.table && row < b->options.table->n_rows; row++) {
      if (strcmp(cell(&b->options, row, "responses", own), keys[k]) != 0) continue;
      if (!open) itg_text_print(out, "%s%s: [", any ? ", " : "responses: {", keys[k]);
      if (open) itg_text_add(out, ", ");
      mark(&b->options, row, out);
      add_quoted(out, cell(&b->options, row, "code", code));
      any = open = true;
    }
    if (open) itg_text_add(out, "]");
  }
  if (any) itg_text_add(out, "}\n");
}

/* A row per entry, a key per column. */
static void write_list(const sheet *items, const char *list, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  itg_text_print(out, "%s:\n", list);
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    bool any = false;
    mark(items, row, out);
    itg_text_add(out, "  - {");
    for (int32_t c = 0; c < items->table->n_columns; c++) {
      const char *key = items->table->columns[c].name, *text = cell(items, row, key, buffer);
      if (!*text) continue;
      if (any) itg_text_add(out, ", ");
      add_key(out, key);
      add_value(out, text);
      any = true;
    }
    itg_text_add(out, "}\n");
  }
}

/* The definition as text; with the ranges of its scores where a plan gives them. */
static void write_definition(const book *b, const itg_scale_plan *plan, itg_arena *arena, itg_text *out) {
  const itg_sheet_kind *kind = itg_sheet_kind_find(b->kind);
  itg_text_clear(out);
  itg_text_clear(b->items.origins);
  write_head(b, out);
  if (strcmp(b->kind, "scale") == 0) {
    write_responses(&b->options, out);
    write_items(&b->items, out);
    if (b->scores.frame)
      write_scores(&b->items, &b->scores, plan, arena, out);
    else
      write_means(&b->items, plan, arena, out);
  } else {
    if (strcmp(b->kind, "checklist") == 0) write_labels(b, out);
    if (kind->groups) write_groups(b, kind, out);
    write_list(&b->items, kind->list, out);
  }
  mark(&b->items, -1, out);
  itg_text_add(out, "examples: []\n");
  out->failed |= b->items.origins->failed;
}

/* ---- what is wrong, at its row ---- */

static const char made[] = "the imported definition";

/* Byte of a line and column (characters) of a text, both from 1. */
static size_t place_of(const itg_text *text, int64_t line, int64_t column) {
  size_t at = 0;
  for (; line > 1 && at < text->size; at++) line -= text->data[at] == '\n';
  for (; column > 1 && at < text->size && text->data[at] != '\n'; at++)
    column -= ((unsigned char)text->data[at + 1] & 0xC0) != 0x80;
  return at;
}

/* A message that names a line of the definition in the making names the row that made it; one about the row on which
 * it was tried out, the first row of the items. */
static itg_status at_its_row(const book *b, const itg_text *text, itg_status status, itg_error *error) {
  if (!status || !error || strcmp(error->source, made) != 0) return status;
  char *body = strstr(error->message, ": "), *code = strstr(error->message, " (ITG_");
  const char *column = strstr(error->message, "column ");
  const itg_table *table = b->items.table;
  int64_t row = 0;
  if (!body) return status;
  if (code) *code = '\0';
  if (!error->row) {
    const itg_text *all = b->items.origins;
    long long number = 1;
    if (column && column < body) sscanf(column, "column %lld", &number);
    size_t at = place_of(text, error->line, number);
    origin o = {0, NULL, 0};
    for (size_t i = 0; !all->failed && i + sizeof o <= all->size; i += sizeof o) {
      origin next;
      memcpy(&next, all->data + i, sizeof next);
      if (next.at <= at) o = next;
    }
    table = o.table;
    row = o.row;
  }
  itg_error old = *error;
  body = old.message + (body - error->message) + 2;
  return table ? itg_fail_at(error, status, table, row, NULL, "%s", body)
               : itg_fail_file(error, status, b->folder, 0, 0, "%s", body);
}

/* ---- it must read and mean something as it is ---- */

static itg_status parse(const itg_text *text, itg_arena *arena, itg_definition *d, itg_error *error) {
  const itg_node *root = NULL;
  if (text->failed) return itg_fail_memory(error);
  ITG_TRY(itg_node_parse(text->data, text->size, made, arena, &root, error));
  return itg_definition_find(root, arena, d, error);
}

static itg_status plan_of(const itg_text *text, itg_arena *arena, itg_scale_plan *plan, itg_error *error) {
  itg_definition d;
  ITG_TRY(parse(text, arena, &d, error));
  return itg_scale_plan_make(&d, NULL, arena, plan, error);
}

/* The measure of the kind on a row about the first item: what it says of the definition counts, not its
 * figures. */
static itg_status try_out(const book *b, const itg_text *text, itg_arena *arena, itg_error *error) {
  static const struct {
    const char *kind, *columns, *values;
  } rows[] = {{"checklist", "element,present,service", ",yes,a"},
              {"points", "indicator,value", ",0"},
              {"ladder", "level", ""},
              {"stages", "service,phase", ",1"}};
  char buffer[ITG_NUMBER_SIZE];
  itg_definition d;
  itg_frame *frame = NULL;
  itg_result *result = NULL;
  itg_text csv = ITG_TEXT_EMPTY;
  itg_status status = parse(text, arena, &d, error);
  for (size_t i = 0; !status && i < ITG_COUNT(rows); i++) {
    if (strcmp(rows[i].kind, b->kind) != 0) continue;
    itg_text_print(&csv, "%s\n", rows[i].columns);
    itg_sheet_add_cell(&csv, true, cell(&b->items, 0, "id", buffer));
    itg_text_print(&csv, "%s\n", rows[i].values);
    const char *key = "instrument";
    itg_node options = {.kind = ITG_NODE_MAP,
                        .count = 1,
                        .keys = &key,
                        .items = (itg_node *)d.root,
                        .source = d.root->source};
    status = csv.failed
                 ? itg_fail_memory(error)
                 : itg_frame_parse(csv.data, csv.size, made, "na: []", &frame, error);
    if (!status)
      status = itg_measure_run_node(itg_instrument_measure(b->kind), itg_frame_table(frame), 1, &options,
                                    arena, NULL, &result, error);
  }
  itg_result_free(result);
  itg_frame_free(frame);
  itg_text_clear(&csv);
  return status;
}

/* ---- the folder ---- */

static itg_status open_optional(const char *folder, const char *name, bool needed, sheet *out,
                                itg_arena *arena, itg_error *error) {
  char *path = itg_arena_print(arena, "%s/%s", folder, name);
  if (!path) return itg_fail_memory(error);
  FILE *file = fopen(path, "rb");
  if (file) fclose(file);
  return file || needed ? open_sheet(path, out, error) : ITG_OK;
}

static itg_status check_kind(const book *b, itg_error *error) {
  static const char *const kinds[] = {"scale",  "checklist", "points", "stages",
                                      "ladder", "scorecard", "matrix"};
  for (size_t i = 0; i < ITG_COUNT(kinds); i++)
    if (strcmp(kinds[i], b->kind) == 0) return ITG_OK;
  const char *near = itg_suggest(b->kind, kinds, ITG_COUNT(kinds));
  return itg_fail_at(
      error, ITG_ERR_INSTRUMENT, b->head.table, -1, "kind",
      "sheets do not hold a definition of kind '%.40s'; they hold scale, checklist, points, stages, "
      "ladder, scorecard and matrix%s%s%s; for others edit the text of a like one (`integrade instruments "
      "show`)",
      b->kind, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static itg_status open_book(const char *folder, book *b, itg_arena *arena, itg_error *error) {
  size_t size = strlen(folder);
  while (size > 1 && folder[size - 1] == '/') size--;
  char *base = itg_arena_text(arena, folder, size);
  if (!base) return itg_fail_memory(error);
  b->id = strrchr(base, '/') ? strrchr(base, '/') + 1 : base;
  b->kind = "scale";
  ITG_TRY(open_optional(folder, "definition.csv", false, &b->head, arena, error));
  if (b->head.frame) {
    char buffer[ITG_NUMBER_SIZE];
    ITG_TRY(need(&b->head, "key", error));
    ITG_TRY(need(&b->head, "value", error));
    for (int64_t row = 0; row < b->head.table->n_rows; row++) {
      const char *key = cell(&b->head, row, "key", buffer);
      if (*key && seen_before(&b->head, row, "key", key))
        return itg_fail_at(error, ITG_ERR_DUPLICATE, b->head.table, row, "key",
                           "'%.60s' stands in an earlier row, too; keep one", key);
    }
    const char *kind = head_value(b, "kind", buffer);
    if (kind && *kind && !(b->kind = itg_arena_text(arena, kind, strlen(kind))))
      return itg_fail_memory(error);
    ITG_TRY(check_kind(b, error));
  }
  bool scale = strcmp(b->kind, "scale") == 0;
  ITG_TRY(open_optional(folder, "items.csv", true, &b->items, arena, error));
  ITG_TRY(need(&b->items, "id", error));
  if (scale || itg_sheet_kind_find(b->kind)->groups)
    ITG_TRY(open_optional(folder, "options.csv", scale, &b->options, arena, error));
  if (b->options.frame) ITG_TRY(need(&b->options, "responses", error));
  if (b->options.frame) ITG_TRY(need(&b->options, "code", error));
  if (!scale) return ITG_OK;
  static const char *const of_item[] = {"id", "label", "responses", "reverse", "weight", "scores"},
                          *const of_answer[] = {"responses", "code", "word", "reason", "count_as"};
  ITG_TRY(check_columns(&b->items, "an item", of_item, ITG_COUNT(of_item), error));
  ITG_TRY(check_columns(&b->options, "an answer", of_answer, ITG_COUNT(of_answer), error));
  ITG_TRY(open_optional(folder, "scores.csv", false, &b->scores, arena, error));
  return b->scores.frame ? check_scores(&b->items, &b->scores, arena, error) : ITG_OK;
}

itg_status itg_instrument_import(const char *folder, char **yaml, itg_error *error) {
  itg_text text = ITG_TEXT_EMPTY, origins = ITG_TEXT_EMPTY;
  book b = {.folder = folder};
  b.head.origins = b.items.origins = b.options.origins = b.scores.origins = &origins;
  itg_scale_plan plan;
  *yaml = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = open_book(folder, &b, arena, error);
  if (!status) write_definition(&b, NULL, arena, &text);
  if (!status && strcmp(b.kind, "scale") == 0) {
    status = plan_of(&text, arena, &plan, error);
    if (!status) write_definition(&b, &plan, arena, &text); /* now with the ranges */
    if (!status) status = plan_of(&text, arena, &plan, error);
  } else if (!status) {
    status = try_out(&b, &text, arena, error);
  }
  status = at_its_row(&b, &text, status, error);
  if (!status) status = itg_text_take(&text, yaml, error);
  itg_text_clear(&text);
  itg_text_clear(&origins);
  itg_frame_free(b.head.frame);
  itg_frame_free(b.items.frame);
  itg_frame_free(b.options.frame);
  itg_frame_free(b.scores.frame);
  itg_arena_free(arena);
  return status;
}
