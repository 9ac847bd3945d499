/* itg_sheet_import.c - layer 3: a definition made from the spreadsheets of a folder, tried out as it is. */
#include <stdio.h>
#include <string.h>

#include "itg_classification.h"
#include "itg_sheet_book.h"

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

/* A message that names a line of the definition in the making names the row that made it; one about the row
 * on which it was tried out, the first row of the items. */
static itg_status at_its_row(const itg_sheet_book *b, const itg_text *text, itg_status status,
                             itg_error *error) {
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
    itg_sheet_origin o = {0, NULL, 0};
    for (size_t i = 0; !all->failed && i + sizeof o <= all->size; i += sizeof o) {
      itg_sheet_origin next;
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
static itg_status try_out(const itg_sheet_book *b, const itg_text *text, itg_arena *arena, itg_error *error) {
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
  if (!status && strcmp(b->kind, "map") == 0) {
    itg_map map;
    return itg_map_make(&d, NULL, arena, &map, error);
  }
  for (size_t i = 0; !status && i < ITG_COUNT(rows); i++) {
    if (strcmp(rows[i].kind, b->kind) != 0) continue;
    itg_text_print(&csv, "%s\n", rows[i].columns);
    itg_sheet_add_cell(&csv, true, itg_sheet_cell(&b->items, 0, "id", buffer));
    itg_text_print(&csv, "%s\n", rows[i].values);
    const char *key = "instrument";
    itg_node options = {.kind = ITG_NODE_MAP,
                        .count = 1,
                        .keys = &key,
                        .items = (itg_node *)d.root,
                        .source = d.root->source};
    status = csv.failed ? itg_fail_memory(error)
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

/* ---- the whole ---- */

itg_status itg_instrument_import(const char *folder, char **yaml, itg_error *error) {
  itg_text text = ITG_TEXT_EMPTY, origins = ITG_TEXT_EMPTY;
  itg_sheet_book b = {.folder = folder};
  b.head.origins = b.items.origins = b.options.origins = b.scores.origins = &origins;
  itg_scale_plan plan;
  *yaml = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = itg_sheet_open_book(&b, arena, error);
  if (!status && !itg_definition_takes_id(b.id))
    status = itg_fail(error, ITG_ERR_VALUE,
                      "%s: the name of the folder becomes the id, which must be 1 to 64 small letters, digits and hyphens; "
                      "rename the folder", folder);
  if (!status) itg_sheet_write(&b, NULL, arena, &text);
  if (!status && strcmp(b.kind, "scale") == 0) {
    status = plan_of(&text, arena, &plan, error);
    if (!status) itg_sheet_write(&b, &plan, arena, &text); /* now with the ranges */
    if (!status) status = plan_of(&text, arena, &plan, error);
  } else if (!status) {
    status = try_out(&b, &text, arena, error);
  }
  status = at_its_row(&b, &text, status, error);
  if (!status) status = itg_text_take(&text, yaml, error);
  itg_text_clear(&text);
  itg_text_clear(&origins);
  itg_sheet_close_book(&b);
  itg_arena_free(arena);
  return status;
}
