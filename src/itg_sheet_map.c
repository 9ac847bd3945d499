/* itg_sheet_map.c - layer 3: a map as spreadsheets and back: its dimensions are the items; categories and
 * outcomes stand among the options; the rows of its table are its scores, a column per dimension and `then`.
 */
#include <string.h>

#include "itg_sheet_book.h"

static const char outcomes[] = "outcomes", then[] = "then"; /* a set of the options, a column of the table */

/* ---- to sheets ---- */

itg_status itg_sheet_print_map_options(const itg_node *root, itg_text *out, itg_error *error) {
  const itg_node *dimensions = itg_node_get(root, "dimensions"), *list = itg_node_get(root, outcomes);
  itg_text_add(out, "responses,code,word,from,response,reference\n");
  for (int32_t i = 0; i < dimensions->count; i++) {
    const itg_node *categories = itg_node_get(&dimensions->items[i], "categories"),
                   *from = itg_node_get(&dimensions->items[i], "from");
    const char *id = itg_node_text(&dimensions->items[i], "id", "");
    if (strcmp(id, outcomes) == 0 || strcmp(id, then) == 0)
      return itg_fail_node(error, ITG_ERR_VALUE, &dimensions->items[i],
                           "sheets cannot hold a dimension of the name '%s'; give it another", id);
    for (int32_t k = 0; k < itg_node_length(categories); k++) {
      const itg_node *category = itg_node_element(categories, k);
      ITG_TRY(itg_sheet_check_name(category, category->text, error)); /* the table lists them */
      itg_sheet_add_cell(out, true, id);
      itg_sheet_add_cell(out, false, category->text);
      itg_sheet_add_cell(out, false, NULL);
      itg_sheet_add_cell(out, false, k < itg_node_length(from) ? itg_node_element(from, k)->text : NULL);
      itg_text_add(out, ",,\n");
    }
  }
  for (int32_t i = 0; list && i < list->count; i++) {
    itg_sheet_add_cell(out, true, outcomes);
    itg_sheet_add_cell(out, false, itg_node_text(&list->items[i], "id", NULL));
    itg_sheet_add_cell(out, false, itg_node_text(&list->items[i], "title", NULL));
    itg_sheet_add_cell(out, false, NULL);
    itg_sheet_add_cell(out, false, itg_node_text(&list->items[i], "response", NULL));
    ITG_TRY(itg_sheet_add_listed(out, false, itg_node_get(&list->items[i], "reference"), error));
    itg_text_add(out, "\n");
  }
  return ITG_OK;
}

itg_status itg_sheet_print_map_table(const itg_node *root, itg_text *out, itg_error *error) {
  const itg_node *dimensions = itg_node_get(root, "dimensions"), *table = itg_node_get(root, "table");
  if (!table) return ITG_OK;
  for (int32_t k = 0; k < dimensions->count; k++)
    itg_sheet_add_cell(out, !k, itg_node_text(&dimensions->items[k], "id", NULL));
  itg_sheet_add_cell(out, false, then);
  itg_text_add(out, "\n");
  for (int32_t i = 0; i < table->count; i++) {
    const itg_node *rule = &table->items[i], *when = itg_node_get(rule, "when");
    for (int32_t k = 0; k < dimensions->count; k++) {
      const char *id = itg_node_text(&dimensions->items[k], "id", "");
      ITG_TRY(itg_sheet_add_listed(out, !k, when ? itg_node_get(when, id) : NULL, error));
    }
    itg_sheet_add_cell(out, false, itg_node_text(rule, then, itg_node_text(rule, "else", NULL)));
    itg_text_add(out, "\n");
  }
  return ITG_OK;
}

/* ---- and back ---- */

static bool of_set(const itg_sheet *options, int64_t row, const char *set) {
  char own[ITG_NUMBER_SIZE];
  return strcmp(itg_sheet_cell(options, row, "responses", own), set) == 0;
}

/* "a|b" as [a, b], one name as it is. */
static void write_listed(const char *names, bool number, itg_arena *arena, itg_text *out) {
  const bool several = strchr(names, '|') != NULL;
  bool any = false;
  if (several) itg_text_add(out, "[");
  for (char *name; (name = itg_sheet_next_name(&names, arena)); any = true) {
    if (any) itg_text_add(out, ", ");
    (number ? itg_sheet_add_value : itg_sheet_add_quoted)(out, name);
  }
  if (several) itg_text_add(out, "]");
}

/* A column of the options of one set as a list; nothing where all its cells are empty. */
static void write_column(const itg_sheet *options, const char *set, const char *key, const char *column,
                         itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  bool any = false;
  for (int64_t row = 0; row < options->table->n_rows; row++) {
    const char *cell = of_set(options, row, set) ? itg_sheet_cell(options, row, column, buffer) : "";
    if (!*cell) continue;
    itg_sheet_mark(options, row, out);
    if (any)
      itg_text_add(out, ", ");
    else
      itg_text_print(out, ", %s: [", key);
    (strcmp(column, "from") == 0 ? itg_sheet_add_value : itg_sheet_add_quoted)(out, cell);
    any = true;
  }
  if (any) itg_text_add(out, "]");
}

static void write_key(const itg_sheet *s, int64_t row, const char *column, const char *key, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  const char *cell = itg_sheet_cell(s, row, column, buffer);
  if (!*cell) return;
  itg_text_print(out, ", %s: ", key);
  itg_sheet_add_quoted(out, cell);
}

static void write_outcomes(const itg_sheet *options, itg_arena *arena, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  itg_text_add(out, "outcomes:\n");
  for (int64_t row = 0; row < options->table->n_rows; row++) {
    if (!of_set(options, row, outcomes)) continue;
    itg_sheet_mark(options, row, out);
    itg_text_add(out, "  - {id: ");
    itg_sheet_add_quoted(out, itg_sheet_cell(options, row, "code", buffer));
    write_key(options, row, "word", "title", out);
    write_key(options, row, "response", "response", out);
    const char *reference = itg_sheet_cell(options, row, "reference", buffer);
    if (*reference) itg_text_add(out, ", reference: ");
    write_listed(reference, true, arena, out);
    itg_text_add(out, "}\n");
  }
}

/* A row without any category is for all that is left. */
static void write_table(const itg_sheet_book *b, itg_arena *arena, itg_text *out) {
  char own[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  itg_text_add(out, "table:\n");
  for (int64_t row = 0; row < b->scores.table->n_rows; row++) {
    bool any = false;
    itg_sheet_mark(&b->scores, row, out);
    itg_text_add(out, "  - {");
    for (int64_t i = 0; i < b->items.table->n_rows; i++) {
      const char *id = itg_sheet_cell(&b->items, i, "id", own),
                 *cell = itg_sheet_cell(&b->scores, row, id, buffer);
      if (!*cell) continue;
      itg_text_add(out, any ? ", " : "when: {");
      itg_sheet_add_quoted(out, id);
      itg_text_add(out, ": ");
      write_listed(cell, false, arena, out);
      any = true;
    }
    itg_text_add(out, any ? "}, then: " : "else: ");
    itg_sheet_add_quoted(out, itg_sheet_cell(&b->scores, row, then, buffer));
    itg_text_add(out, "}\n");
  }
}

void itg_sheet_write_map(const itg_sheet_book *b, itg_arena *arena, itg_text *out) {
  char own[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  itg_text_add(out, "dimensions:\n");
  for (int64_t row = 0; row < b->items.table->n_rows; row++) {
    const char *id = itg_sheet_cell(&b->items, row, "id", own);
    itg_sheet_mark(&b->items, row, out);
    itg_text_add(out, "  - {id: ");
    itg_sheet_add_quoted(out, id);
    write_key(&b->items, row, "title", "title", out);
    const char *most = itg_sheet_cell(&b->items, row, "max", buffer);
    if (*most) {
      itg_text_add(out, ", max: ");
      itg_sheet_add_value(out, most);
    }
    write_column(&b->options, id, "categories", "code", out);
    write_column(&b->options, id, "from", "from", out);
    itg_sheet_mark(&b->items, row, out);
    itg_text_add(out, "}\n");
  }
  write_outcomes(&b->options, arena, out);
  if (b->scores.frame) write_table(b, arena, out);
}

itg_status itg_sheet_check_map(const itg_sheet_book *b, itg_arena *arena, itg_error *error) {
  static const char *const of_dimension[] = {"id", "title", "max"}, *const of_option[] = {
                                                                        "responses", "code",     "word",
                                                                        "from",      "response", "reference"};
  char own[ITG_NUMBER_SIZE];
  const int64_t n = b->items.table->n_rows;
  ITG_TRY(itg_sheet_check_columns(&b->items, "a dimension", of_dimension, ITG_COUNT(of_dimension), error));
  ITG_TRY(itg_sheet_check_columns(&b->options, "an option", of_option, ITG_COUNT(of_option), error));
  const char **names = itg_arena_room(arena, (size_t)n + 1, sizeof *names, error);
  if (!names) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < n; row++) {
    const char *id = itg_sheet_cell(&b->items, row, "id", own);
    if (itg_sheet_seen(&b->items, row, "id", id))
      return itg_fail_at(error, ITG_ERR_DUPLICATE, b->items.table, row, "id",
                         "dimension '%.60s' stands in an earlier row, too; keep one", id);
    if (!(names[row] = itg_arena_text(arena, id, strlen(id)))) return itg_fail_memory(error);
  }
  names[n] = then;
  if (b->scores.frame) ITG_TRY(itg_sheet_check_columns(&b->scores, "the table", names, (size_t)n + 1, error));
  names[n] = outcomes;
  for (int64_t row = 0; row < b->options.table->n_rows; row++) {
    const char *set = itg_sheet_cell(&b->options, row, "responses", own);
    bool known = false;
    for (int64_t k = 0; k <= n; k++) known = known || strcmp(names[k], set) == 0;
    if (!known)
      return itg_fail_at(error, ITG_ERR_REFERENCE, b->options.table, row, "responses",
                         "'%.60s' is no dimension of items.csv, nor '%s'; correct one of them", set,
                         outcomes);
  }
  return ITG_OK;
}
