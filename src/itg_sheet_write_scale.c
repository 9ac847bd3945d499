/* itg_sheet_write_scale.c - layer 3: the spreadsheets of a scale as the text of its definition: responses,
 * items, scores. */
#include <string.h>

#include "itg_sheet_book.h"

/* What the reasons of a set of responses count as, each once. */
static void write_counted(const itg_sheet *options, int64_t row, const char *set, itg_text *out) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE], c[ITG_NUMBER_SIZE];
  bool open = false;
  for (int64_t i = row; i < options->table->n_rows; i++) {
    const char *answer = itg_sheet_cell(options, i, "count_as", a),
               *reason = itg_sheet_cell(options, i, "reason", b);
    if (!*answer || strcmp(itg_sheet_cell(options, i, "responses", c), set) != 0) continue;
    bool before = false;
    for (int64_t j = row; j < i && !before; j++)
      before = strcmp(itg_sheet_cell(options, j, "responses", c), set) == 0 &&
               strcmp(itg_sheet_cell(options, j, "reason", c), reason) == 0 &&
               *itg_sheet_cell(options, j, "count_as", c);
    if (before) continue;
    itg_sheet_mark(options, i, out);
    itg_text_add(out, open ? ", " : "    count_as: {");
    open = true;
    itg_sheet_add_quoted(out, reason);
    itg_text_print(out, ": %s", answer);
  }
  if (open) itg_text_add(out, "}\n");
}

/* responses: each set once, its codes as options or as missing. */
static void write_responses(const itg_sheet *options, itg_text *out) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE], c[ITG_NUMBER_SIZE];
  itg_text_add(out, "responses:\n");
  for (int64_t row = 0; row < options->table->n_rows; row++) {
    const char *set = itg_sheet_cell(options, row, "responses", a);
    if (itg_sheet_seen(options, row, "responses", set)) continue;
    itg_sheet_mark(options, row, out);
    itg_text_add(out, "  ");
    itg_sheet_add_quoted(out, set);
    itg_text_add(out, ":\n");
    for (int missing = 0; missing < 2; missing++) {
      bool open = false;
      for (int64_t i = row; i < options->table->n_rows; i++) {
        if (strcmp(itg_sheet_cell(options, i, "responses", b), set) != 0) continue;
        const char *reason = itg_sheet_cell(options, i, "reason", c);
        if ((*reason != '\0') != missing) continue;
        const char *code = itg_sheet_cell(options, i, "code", b), *between = strstr(code, ITG_SHEET_BETWEEN);
        itg_sheet_mark(options, i, out);
        if (between) {
          itg_text_add(out, "    min: ");
          itg_text_append(out, code, (size_t)(between - code));
          itg_text_print(out, "\n    max: %s\n", between + strlen(ITG_SHEET_BETWEEN));
          continue;
        }
        itg_text_add(out, open ? ", " : missing ? "    missing: {" : "    options: {");
        open = true;
        itg_sheet_add_quoted(out, itg_sheet_cell(options, i, "code", b));
        itg_text_add(out, ": ");
        itg_sheet_add_quoted(out, missing ? reason : itg_sheet_cell(options, i, "word", b));
      }
      if (open) itg_text_add(out, "}\n");
    }
    write_counted(options, row, set, out);
  }
}

static void write_items(const itg_sheet *items, itg_text *out) {
  static const char *const keys[] = {"label", "responses", "reverse", "weight"};
  char buffer[ITG_NUMBER_SIZE];
  itg_text_add(out, "items:\n");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    itg_sheet_mark(items, row, out);
    itg_text_add(out, "  - {id: ");
    itg_sheet_add_quoted(out, itg_sheet_cell(items, row, "id", buffer));
    for (size_t k = 0; k < ITG_COUNT(keys); k++) {
      const char *text = itg_sheet_cell(items, row, keys[k], buffer);
      if (!*text) continue;
      itg_text_print(out, ", %s: ", keys[k]);
      if (k < 2)
        itg_sheet_add_quoted(out, text);
      else
        itg_text_add(out, text);
    }
    itg_text_add(out, "}\n");
  }
}

/* ---- scores ---- */

static bool belongs(const itg_sheet *items, int64_t row, const char *score, itg_arena *arena) {
  char buffer[ITG_NUMBER_SIZE];
  const char *at = itg_sheet_cell(items, row, "scores", buffer);
  for (char *name; (name = itg_sheet_next_name(&at, arena));)
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
static void write_members(const itg_sheet *items, const char *score, itg_arena *arena, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  bool any = false;
  itg_text_add(out, ", of: [");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    if (itg_table_column(items->table, "scores") >= 0 && !belongs(items, row, score, arena)) continue;
    if (any) itg_text_add(out, ", ");
    itg_sheet_mark(items, row, out);
    itg_sheet_add_quoted(out, itg_sheet_cell(items, row, "id", buffer));
    any = true;
  }
  itg_text_add(out, "]");
}

/* A mean of complete answers: what is made of a score of which nothing else is said. */
static void write_mean(const itg_sheet *items, const char *score, const itg_scale_plan *plan,
                       itg_arena *arena, itg_text *out) {
  itg_text_add(out, "  - {id: ");
  itg_sheet_add_quoted(out, score);
  write_members(items, score, arena, out);
  itg_text_add(out, ", method: mean");
  write_range(plan, score, out);
  itg_text_add(out, "}\n");
}

/* A mean for each name in the column scores of the items; one of all items when there is none. */
static void write_means(const itg_sheet *items, const itg_scale_plan *plan, itg_arena *arena, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  bool any = false;
  itg_text_add(out, "scores:\n");
  for (int64_t row = 0; row < items->table->n_rows; row++) {
    const char *at = itg_sheet_cell(items, row, "scores", buffer);
    for (char *name; (name = itg_sheet_next_name(&at, arena));) {
      bool known = false;
      for (int64_t i = 0; i < row && !known; i++) known = belongs(items, i, name, arena);
      if (!known) itg_sheet_mark(items, row, out);
      if (!known) write_mean(items, name, plan, arena, out);
      any = true;
    }
  }
  itg_sheet_mark(items, -1, out);
  if (!any) write_mean(items, "total", plan, arena, out);
}

/* One cell of the sheet of scores as the value of its key. */
static void write_cell(const char *text, bool list, itg_arena *arena, itg_text *out) {
  if (!list) {
    itg_sheet_add_value(out, text);
    return;
  }
  bool any = false;
  itg_text_add(out, "[");
  for (char *entry; (entry = itg_sheet_next_name(&text, arena));) {
    if (any) itg_text_add(out, ", ");
    itg_sheet_add_value(out, entry);
    any = true;
  }
  itg_text_add(out, "]");
}

/* Keys of a row whose columns begin with `map` and a dot ("" for those without), as ", key: value". */
static bool write_keys(const itg_sheet *scores, int64_t row, const char *map, itg_arena *arena,
                       itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  size_t size = strlen(map);
  bool any = false;
  for (size_t k = 0; itg_sheet_scores[k].name; k++) {
    const char *name = itg_sheet_scores[k].name, *dot = strchr(name, '.'),
               *text = itg_sheet_cell(scores, row, name, buffer);
    if (!*text || (size ? strncmp(name, map, size) != 0 || name[size] != '.' : dot != NULL)) continue;
    itg_text_print(out, "%s%s: ", any || !size ? ", " : "", dot ? dot + 1 : name);
    write_cell(text, itg_sheet_scores[k].list, arena, out);
    any = true;
  }
  return any;
}

static bool has_keys(const itg_sheet *scores, int64_t row, const char *map, itg_arena *arena) {
  itg_text nothing = ITG_TEXT_EMPTY;
  bool any = write_keys(scores, row, map, arena, &nothing);
  itg_text_clear(&nothing);
  return any;
}

/* The scores as their own sheet has them; bands bear the name of their score. */
static void write_scores(const itg_sheet *items, const itg_sheet *scores, const itg_scale_plan *plan,
                         itg_arena *arena, itg_text *out) {
  static const char *const maps[] = {"criterion", "missing", "rescale", "lookup"};
  char buffer[ITG_NUMBER_SIZE];
  bool bands = false;
  for (int64_t row = 0; row < scores->table->n_rows; row++) {
    if (!has_keys(scores, row, "bands", arena)) continue;
    itg_sheet_mark(scores, row, out);
    itg_text_add(out, bands ? "  " : "bands:\n  ");
    bands = true;
    itg_sheet_add_quoted(out, itg_sheet_cell(scores, row, "id", buffer));
    itg_text_add(out, ": {");
    write_keys(scores, row, "bands", arena, out);
    itg_text_add(out, "}\n");
  }
  itg_text_add(out, "scores:\n");
  for (int64_t row = 0; row < scores->table->n_rows; row++) {
    itg_text own = ITG_TEXT_EMPTY;
    itg_sheet_mark(scores, row, out);
    write_keys(scores, row, "", arena, &own);
    out->failed |= own.failed;
    itg_text_print(out, "  - {%s", own.data ? own.data + 2 : ""); /* without the first comma */
    itg_text_clear(&own);
    if (!*itg_sheet_cell(scores, row, "of", buffer))
      write_members(items, itg_sheet_cell(scores, row, "id", buffer), arena, out);
    itg_sheet_mark(scores, row, out);
    for (size_t k = 0; k < ITG_COUNT(maps); k++) {
      if (!has_keys(scores, row, maps[k], arena)) continue;
      itg_text_print(out, ", %s: {", maps[k]);
      write_keys(scores, row, maps[k], arena, out);
      itg_text_add(out, "}");
    }
    if (!*itg_sheet_cell(scores, row, "range", buffer))
      write_range(plan, itg_sheet_cell(scores, row, "id", buffer), out);
    if (has_keys(scores, row, "bands", arena)) {
      itg_text_add(out, ", bands: ");
      itg_sheet_add_quoted(out, itg_sheet_cell(scores, row, "id", buffer));
    }
    itg_text_add(out, "}\n");
  }
}

void itg_sheet_write_scale(const itg_sheet_book *b, const itg_scale_plan *plan, itg_arena *arena,
                           itg_text *out) {
  write_responses(&b->options, out);
  write_items(&b->items, out);
  if (b->scores.frame)
    write_scores(&b->items, &b->scores, plan, arena, out);
  else
    write_means(&b->items, plan, arena, out);
}
