/* itg_sheet_write.c - layer 3: spreadsheets as the text of a definition: its head, and the lists of kinds
 * without scores. */
#include <string.h>

#include "itg_sheet_book.h"

void itg_sheet_mark(const itg_sheet *s, int64_t row, const itg_text *out) {
  const itg_sheet_origin o = {out->size, row < 0 ? NULL : s->table, row};
  if (s->origins) itg_text_append(s->origins, (const char *)&o, sizeof o);
}

/* What YAML takes for the end of a line within quotes, and folds to a space, is written as an escape. */
void itg_sheet_add_quoted(itg_text *out, const char *text) {
  static const struct {
    const char *bytes, *escape;
  } folded[] = {{"\"", "\\\""},          {"\\", "\\\\"},          {"\n", "\\n"}, {"\r", "\\r"}, {"\t", "\\t"},
                {"\xC2\x85", "\\N"}, {"\xE2\x80\xA8", "\\L"}, {"\xE2\x80\xA9", "\\P"}};
  itg_text_add(out, "\"");
  for (const char *c = text; *c;) {
    size_t i = 0, size = 1;
    while (i < ITG_COUNT(folded) && strncmp(c, folded[i].bytes, strlen(folded[i].bytes)) != 0) i++;
    if (i < ITG_COUNT(folded)) {
      itg_text_add(out, folded[i].escape);
      size = strlen(folded[i].bytes);
    } else {
      itg_text_append(out, c, 1);
    }
    c += size;
  }
  itg_text_add(out, "\"");
}

void itg_sheet_add_value(itg_text *out, const char *text) {
  double number;
  if (itg_number_parse(text, strlen(text), &number))
    itg_text_add(out, text);
  else
    itg_sheet_add_quoted(out, text);
}

void itg_sheet_add_key(itg_text *out, const char *key) {
  if (strspn(key, "abcdefghijklmnopqrstuvwxyz_") == strlen(key))
    itg_text_add(out, key);
  else
    itg_sheet_add_quoted(out, key);
  itg_text_add(out, ": ");
}

/* ---- what stands above the lists ---- */

static void write_text(const itg_sheet_book *b, const char *key, const char *fallback, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  const char *value = itg_sheet_head_value(b, key, buffer);
  itg_sheet_mark(&b->head, itg_sheet_head_row(b, key), out);
  itg_text_print(out, "%s: ", key);
  itg_sheet_add_quoted(out, value && *value ? value : fallback);
  itg_text_add(out, "\n");
}

/* The keys behind "map." as one map; `need` is there in any case. */
static void write_map(const itg_sheet_book *b, const char *map, const char *need_key, itg_text *out) {
  char own[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  size_t size = strlen(map);
  bool any = false, has = false;
  itg_text_print(out, "%s: {", map);
  for (int64_t row = 0; b->head.table && row < b->head.table->n_rows; row++) {
    const char *key = itg_sheet_cell(&b->head, row, "key", own),
               *value = itg_sheet_cell(&b->head, row, "value", buffer);
    if (strncmp(key, map, size) != 0 || key[size] != '.' || !*value) continue;
    has = has || strcmp(key + size + 1, need_key) == 0;
    itg_sheet_mark(&b->head, row, out);
    itg_text_print(out, "%s%s: ", any ? ", " : "", key + size + 1);
    itg_sheet_add_value(out, value);
    any = true;
  }
  if (!has) itg_text_print(out, "%s%s: to be written", any ? ", " : "", need_key);
  itg_text_add(out, "}\n");
  itg_sheet_mark(&b->head, -1, out);
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
static double points_of(const itg_sheet_book *b, const char *group) {
  char own[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  double sum = 0, value;
  for (int64_t row = 0; row < b->items.table->n_rows; row++) {
    const char *points = itg_sheet_cell(&b->items, row, "points", buffer);
    if ((!group || strcmp(itg_sheet_cell(&b->items, row, "component", own), group) == 0) &&
        itg_number_parse(points, strlen(points), &value))
      sum += value;
  }
  return sum;
}

static void write_head(const itg_sheet_book *b, itg_text *out) {
  char own[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  bool scale = strcmp(b->kind, "scale") == 0, range = false;
  itg_text_print(out, "# Made from %s.  Complete title, source, licence and examples%s.\n",
                 !scale && b->scores.frame ? "definition.csv, items.csv, options.csv and scores.csv"
                 : !scale                  ? "definition.csv, items.csv and options.csv"
                 : b->scores.frame         ? "items.csv, options.csv and scores.csv"
                                           : "items.csv and options.csv",
                 scale && !b->scores.frame
                     ? "; scores are\n# means of complete answers until you change method and missing"
                     : "");
  itg_text_add(out, "schema: integrade-instrument/1\nid: ");
  itg_text_add(out, b->id);
  itg_text_add(out, "\n");
  write_text(b, "version", "1.0.0", out);
  itg_text_print(out, "kind: %s\n", b->kind);
  if (itg_sheet_head_value(b, "group", buffer)) write_text(b, "group", "", out);
  write_text(b, "title", b->id, out);
  write_text(b, "unit", "respondent", out);
  write_map(b, "source", "citation", out);
  write_map(b, "licence", "items", out);
  if (scale && !b->scores.frame) itg_text_add(out, means);
  for (int64_t row = 0; b->head.table && row < b->head.table->n_rows; row++) {
    const char *key = itg_sheet_cell(&b->head, row, "key", own),
               *value = itg_sheet_cell(&b->head, row, "value", buffer);
    if (!*key || !*value || is_shared(key)) continue;
    if (strncmp(key, "range.", 6) == 0) {
      if (!range) write_map(b, "range", "min", out);
      range = true;
      continue;
    }
    itg_sheet_mark(&b->head, row, out);
    itg_sheet_add_key(out, key);
    itg_sheet_add_value(out, value);
    itg_text_add(out, "\n");
  }
  itg_sheet_mark(&b->head, -1, out);
  if (strcmp(b->kind, "points") != 0 || itg_sheet_head_value(b, "total", buffer)) return;
  itg_text_add(out, "total: ");
  itg_text_number(out, points_of(b, NULL));
  itg_text_add(out, "\n");
}

/* ---- kinds without scores ---- */

static void write_group(const itg_sheet_book *b, const char *id, const char *title, const char *basis,
                        itg_text *out) {
  itg_text_add(out, "  - {id: ");
  itg_sheet_add_quoted(out, id);
  itg_text_add(out, ", title: ");
  itg_sheet_add_quoted(out, *title ? title : id);
  if (*basis) itg_text_print(out, ", basis: %s", basis);
  if (strcmp(b->kind, "points") == 0) {
    itg_text_add(out, ", maximum: ");
    itg_text_number(out, points_of(b, id));
  }
  itg_text_add(out, "}\n");
}

/* The groups as options.csv has them; without it, as the items name them. */
static void write_groups(const itg_sheet_book *b, const itg_sheet_kind *kind, itg_text *out) {
  char own[ITG_NUMBER_SIZE], code[ITG_NUMBER_SIZE], word[ITG_NUMBER_SIZE], basis[ITG_NUMBER_SIZE];
  bool any = false;
  itg_text_print(out, "%s:\n", kind->groups);
  for (int64_t row = 0; b->options.table && row < b->options.table->n_rows; row++) {
    if (strcmp(itg_sheet_cell(&b->options, row, "responses", own), kind->group) != 0) continue;
    itg_sheet_mark(&b->options, row, out);
    write_group(b, itg_sheet_cell(&b->options, row, "code", code),
                itg_sheet_cell(&b->options, row, "word", word),
                itg_sheet_cell(&b->options, row, "basis", basis), out);
    any = true;
  }
  for (int64_t row = 0; !any && row < b->items.table->n_rows; row++) {
    const char *id = itg_sheet_cell(&b->items, row, kind->group, code);
    if (!*id || itg_sheet_seen(&b->items, row, kind->group, id)) continue;
    itg_sheet_mark(&b->items, row, out);
    write_group(b, id, "", "", out);
  }
}

/* Labels of yes and no, as options.csv has them. */
static void write_labels(const itg_sheet_book *b, itg_text *out) {
  static const char *const keys[] = {"yes", "no"};
  char own[ITG_NUMBER_SIZE], code[ITG_NUMBER_SIZE];
  bool any = false;
  for (size_t k = 0; k < ITG_COUNT(keys); k++) {
    bool open = false;
    for (int64_t row = 0; b->options.table && row < b->options.table->n_rows; row++) {
      if (strcmp(itg_sheet_cell(&b->options, row, "responses", own), keys[k]) != 0) continue;
      if (!open) itg_text_print(out, "%s%s: [", any ? ", " : "responses: {", keys[k]);
      if (open) itg_text_add(out, ", ");
      itg_sheet_mark(&b->options, row, out);
      itg_sheet_add_quoted(out, itg_sheet_cell(&b->options, row, "code", code));
      any = open = true;
    }
    if (open) itg_text_add(out, "]");
  }
  if (any) itg_text_add(out, "}\n");
}

/* A row per entry, a key per column. */
static void write_list(const itg_sheet *items, const char *list, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  itg_text_print(out, "%s:\n", list);
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    bool any = false;
    itg_sheet_mark(items, row, out);
    itg_text_add(out, "  - {");
    for (int32_t c = 0; c < items->table->n_columns; c++) {
      const char *key = items->table->columns[c].name, *text = itg_sheet_cell(items, row, key, buffer);
      if (!*text) continue;
      if (any) itg_text_add(out, ", ");
      itg_sheet_add_key(out, key);
      itg_sheet_add_value(out, text);
      any = true;
    }
    itg_text_add(out, "}\n");
  }
}

/* ---- all of it ---- */

void itg_sheet_write(const itg_sheet_book *b, const itg_scale_plan *plan, itg_arena *arena, itg_text *out) {
  const itg_sheet_kind *kind = itg_sheet_kind_find(b->kind);
  itg_text_clear(out);
  itg_text_clear(b->items.origins);
  write_head(b, out);
  if (strcmp(b->kind, "scale") == 0) {
    itg_sheet_write_scale(b, plan, arena, out);
  } else if (strcmp(b->kind, "map") == 0) {
    itg_sheet_write_map(b, arena, out);
  } else {
    if (strcmp(b->kind, "checklist") == 0) write_labels(b, out);
    if (kind->groups) write_groups(b, kind, out);
    write_list(&b->items, kind->list, out);
  }
  itg_sheet_mark(&b->items, -1, out);
  itg_text_add(out, "examples: []\n");
  out->failed |= b->items.origins->failed;
}
