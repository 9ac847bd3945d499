/* itg_sheet_read.c - layer 3: the spreadsheets of a folder, read and checked. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "itg_sheet_book.h"

/* ---- cells ---- */

const char *itg_sheet_cell(const itg_sheet *s, int64_t row, const char *column, char *buffer) {
  int at = itg_table_column(s->table, column);
  const char *text = at < 0 ? NULL : itg_column_text(&s->table->columns[at], row, buffer);
  return text ? text : "";
}

bool itg_sheet_seen(const itg_sheet *s, int64_t row, const char *column, const char *text) {
  char buffer[ITG_NUMBER_SIZE];
  for (int64_t i = 0; i < row; i++)
    if (strcmp(itg_sheet_cell(s, i, column, buffer), text) == 0) return true;
  return false;
}

char *itg_sheet_next_name(const char **at, itg_arena *arena) {
  while (*at && (**at == '|' || **at == ' ')) ++*at;
  if (!*at || !**at) return NULL;
  size_t size = strcspn(*at, "|");
  char *name = itg_arena_text(arena, *at, size);
  *at += size;
  return name;
}

int64_t itg_sheet_head_row(const itg_sheet_book *b, const char *key) {
  char own[ITG_NUMBER_SIZE];
  for (int64_t row = 0; b->head.table && row < b->head.table->n_rows; row++)
    if (strcmp(itg_sheet_cell(&b->head, row, "key", own), key) == 0) return row;
  return -1;
}

const char *itg_sheet_head_value(const itg_sheet_book *b, const char *key, char *buffer) {
  int64_t row = itg_sheet_head_row(b, key);
  return row < 0 ? NULL : itg_sheet_cell(&b->head, row, "value", buffer);
}

/* ---- checks ---- */

static itg_status need(const itg_sheet *s, const char *column, itg_error *error) {
  if (itg_table_column(s->table, column) >= 0) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_COLUMN, s->table, -1, column, "the sheet needs the column '%s'", column);
}

itg_status itg_sheet_check_columns(const itg_sheet *s, const char *what, const char *const *names, size_t n,
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
static itg_status check_scores(const itg_sheet *items, const itg_sheet *scores, itg_arena *arena,
                               itg_error *error) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  const char *names[ITG_SHEET_SCORES];
  for (size_t k = 0; itg_sheet_scores[k].name; k++) names[k] = itg_sheet_scores[k].name;
  ITG_TRY(itg_sheet_check_columns(scores, "a score", names, ITG_COUNT(names), error));
  ITG_TRY(need(scores, "id", error));
  for (int64_t row = 0; row < scores->table->n_rows; row++)
    for (int k = 0; k < 2; k++)
      if (!*itg_sheet_cell(scores, row, k ? "method" : "id", a))
        return itg_fail_at(
            error, ITG_ERR_VALUE, scores->table, row, k ? "method" : "id",
            k ? "a score needs a method: sum, mean, weighted-mean, ..." : "a score needs an id");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    const char *at = itg_sheet_cell(items, row, "scores", a);
    for (char *name; (name = itg_sheet_next_name(&at, arena));) {
      bool known = false;
      for (int64_t i = 0; i < scores->table->n_rows && !known; i++)
        known = strcmp(itg_sheet_cell(scores, i, "id", b), name) == 0;
      if (!known)
        return itg_fail_at(error, ITG_ERR_REFERENCE, items->table, row, "scores",
                           "'%.60s' is no score of scores.csv; add it there, or correct one of them", name);
    }
  }
  return ITG_OK;
}

static itg_status check_kind(const itg_sheet_book *b, itg_error *error) {
  static const char *const kinds[] = {"scale",  "checklist", "points", "stages",
                                      "ladder", "map",       "scorecard", "matrix"};
  for (size_t i = 0; i < ITG_COUNT(kinds); i++)
    if (strcmp(kinds[i], b->kind) == 0) return ITG_OK;
  const char *near = itg_suggest(b->kind, kinds, ITG_COUNT(kinds));
  return itg_fail_at(
      error, ITG_ERR_INSTRUMENT, b->head.table, -1, "kind",
      "sheets do not hold a definition of kind '%.40s'; they hold scale, checklist, points, stages, "
      "ladder, map, scorecard and matrix%s%s%s; for others edit the text of a like one (`integrade instruments "
      "show`)",
      b->kind, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- the folder ---- */

static itg_status open_sheet(const char *path, const char *how, itg_sheet *out, itg_error *error) {
  ITG_TRY(itg_frame_read(path, how, &out->frame, error));
  out->table = itg_frame_table(out->frame);
  if (out->table->n_rows) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_EMPTY, out->table, -1, NULL, "there are no rows");
}

static const char as_it_comes[] = "na: []";

static itg_status open_optional(const char *folder, const char *name, const char *how, bool needed,
                                itg_sheet *out, itg_arena *arena, itg_error *error) {
  char *path = itg_arena_print(arena, "%s/%s", folder, name);
  if (!path) return itg_fail_memory(error);
  FILE *file = fopen(path, "rb");
  if (file) fclose(file);
  else if (needed && errno == ENOENT)
    return itg_fail(error, ITG_ERR_FILE, "%s: there is no such file; it lists the %s", path,
                    strcmp(name, "items.csv") == 0 ? "items, in the columns id, label, ..."
                                                   : "answers, in the columns responses, code, word, ...");
  return file || needed ? open_sheet(path, how, out, error) : ITG_OK;
}

/* Categories of a map are words, whatever they look like: 1.0 is not 1, and 1e3 not 1000. */
static const char in_words[] = "{na: [], text_if: [id, responses, code, response]}";

static itg_status open_map(itg_sheet_book *b, itg_arena *arena, itg_error *error) {
  char buffer[ITG_NUMBER_SIZE];
  itg_text how = ITG_TEXT_EMPTY;
  ITG_TRY(open_optional(b->folder, "items.csv", in_words, true, &b->items, arena, error));
  ITG_TRY(open_optional(b->folder, "options.csv", in_words, true, &b->options, arena, error));
  ITG_TRY(need(&b->items, "id", error));
  itg_text_add(&how, "{na: [], text_if: [then");
  for (int64_t row = 0; row < b->items.table->n_rows; row++) {
    itg_text_add(&how, ", ");
    itg_sheet_add_quoted(&how, itg_sheet_cell(&b->items, row, "id", buffer));
  }
  itg_text_add(&how, "]}");
  itg_status status = how.failed ? itg_fail_memory(error)
                                 : open_optional(b->folder, "scores.csv", how.data, false, &b->scores, arena, error);
  itg_text_clear(&how);
  return status;
}

itg_status itg_sheet_open_book(itg_sheet_book *b, itg_arena *arena, itg_error *error) {
  const char *folder = b->folder;
  size_t size = strlen(folder);
  while (size > 1 && folder[size - 1] == '/') size--;
  char *base = itg_arena_text(arena, folder, size);
  if (!base) return itg_fail_memory(error);
  b->id = strrchr(base, '/') ? strrchr(base, '/') + 1 : base;
  b->kind = "scale";
  ITG_TRY(open_optional(folder, "definition.csv", as_it_comes, false, &b->head, arena, error));
  if (b->head.frame) {
    char buffer[ITG_NUMBER_SIZE];
    ITG_TRY(need(&b->head, "key", error));
    ITG_TRY(need(&b->head, "value", error));
    for (int64_t row = 0; row < b->head.table->n_rows; row++) {
      const char *key = itg_sheet_cell(&b->head, row, "key", buffer);
      if (*key && itg_sheet_seen(&b->head, row, "key", key))
        return itg_fail_at(error, ITG_ERR_DUPLICATE, b->head.table, row, "key",
                           "'%.60s' stands in an earlier row, too; keep one", key);
    }
    const char *kind = itg_sheet_head_value(b, "kind", buffer);
    if (kind && *kind && !(b->kind = itg_arena_text(arena, kind, strlen(kind))))
      return itg_fail_memory(error);
    ITG_TRY(check_kind(b, error));
  }
  const bool scale = strcmp(b->kind, "scale") == 0, map = strcmp(b->kind, "map") == 0;
  if (map)
    ITG_TRY(open_map(b, arena, error));
  else
    ITG_TRY(open_optional(folder, "items.csv", as_it_comes, true, &b->items, arena, error));
  ITG_TRY(need(&b->items, "id", error));
  if (!map && (scale || itg_sheet_kind_find(b->kind)->groups))
    ITG_TRY(open_optional(folder, "options.csv", as_it_comes, scale, &b->options, arena, error));
  if (b->options.frame) ITG_TRY(need(&b->options, "responses", error));
  if (b->options.frame) ITG_TRY(need(&b->options, "code", error));
  if (scale) ITG_TRY(open_optional(folder, "scores.csv", as_it_comes, false, &b->scores, arena, error));
  if (map) return itg_sheet_check_map(b, arena, error);
  if (!scale) return ITG_OK;
  static const char *const of_item[] = {"id", "label", "responses", "reverse", "weight", "scores"},
                           *const of_answer[] = {"responses", "code", "word", "reason", "count_as"};
  ITG_TRY(itg_sheet_check_columns(&b->items, "an item", of_item, ITG_COUNT(of_item), error));
  ITG_TRY(itg_sheet_check_columns(&b->options, "an answer", of_answer, ITG_COUNT(of_answer), error));
  return b->scores.frame ? check_scores(&b->items, &b->scores, arena, error) : ITG_OK;
}

void itg_sheet_close_book(itg_sheet_book *b) {
  itg_frame_free(b->head.frame);
  itg_frame_free(b->items.frame);
  itg_frame_free(b->options.frame);
  itg_frame_free(b->scores.frame);
}
