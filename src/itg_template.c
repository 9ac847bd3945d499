/* itg_template.c - layer 3: empty tables to collect the data of an instrument with. */
#include <string.h>

#include "itg_measure.h"

/* What has a row each in a table: entries of a list of the definition; of the checklist that it names where `other`. */
static const struct rows {
  const char *kind, *input, *role, *list;
  bool other;
} all_rows[] = {
    {"checklist", "data", "element", "items", false},   {"checklist", "phases", "element", "items", false},
    {"stages", "elements", "element", "items", true},   {"stages", "phases", "element", "items", true},
    {"points", "data", "indicator", "items", false},    {"scorecard", "indicators", "perspective", "perspectives", false},
};

static const struct rows *find_rows(const char *kind, const char *input) {
  for (size_t i = 0; i < ITG_COUNT(all_rows); i++)
    if (strcmp(all_rows[i].kind, kind) == 0 && strcmp(all_rows[i].input, input) == 0) return &all_rows[i];
  return NULL;
}

/* The list, NULL where there is none. */
static itg_status find_list(const struct rows *rows, const itg_definition *d, itg_arena *arena, const itg_node **out,
                            itg_error *error) {
  itg_definition other = *d;
  const itg_node *named = itg_node_get(d->root, "checklist");
  *out = NULL;
  if (rows->other && !named) return ITG_OK;
  if (rows->other) ITG_TRY(itg_definition_find(named, arena, &other, error));
  *out = itg_node_get(other.root, rows->list);
  return ITG_OK;
}

/* The name of the table that is wanted, as the roles have it. */
static itg_status find_table(const itg_measure *measure, const itg_definition *d, const char *wanted, const char **out,
                             itg_error *error) {
  enum { MOST = 8 };
  const char *known[MOST];
  size_t n = 0;
  itg_text all = ITG_TEXT_EMPTY;
  *out = NULL;
  for (const itg_role *r = measure->roles; r->name; r++) {
    if (n && strcmp(known[n - 1], r->input) == 0) continue;
    if (n < MOST) known[n++] = r->input;
    itg_text_print(&all, "%s%s", all.size ? ", " : "", r->input);
    if (!*out && (!wanted || strcmp(wanted, r->input) == 0)) *out = r->input;
  }
  const char *near = *out ? NULL : itg_suggest(wanted, known, n);
  itg_status status =
      *out ? ITG_OK
           : itg_fail(error, ITG_ERR_ARGUMENT, "instrument %.64s (kind %s) has no table '%.60s'; allowed: %s%s%s%s", d->id,
                      d->kind, wanted, all.data ? all.data : "", near ? "; did you mean '" : "", near ? near : "",
                      near ? "'?" : "");
  itg_text_clear(&all);
  return status;
}

/* A cell of CSV text, after a comma unless it is the first. */
static void add_cell(itg_text *out, bool first, const char *text) {
  if (!first) itg_text_add(out, ",");
  if (!strpbrk(text, ",;\"\t\n")) {
    itg_text_add(out, text);
    return;
  }
  itg_text_add(out, "\"");
  for (const char *c = text; *c; c++) itg_text_append(out, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
  itg_text_add(out, "\"");
}

/* A line of the columns that are roles of the input: the entry where `role` is, else what the entry says under their name
 * (the phase of an element); without an entry the head. */
static void add_line(const itg_measure *measure, const char *input, const struct rows *rows, const itg_node *entry,
                     bool with_label, itg_text *out) {
  bool first = true;
  for (const itg_role *r = measure->roles; r->name; r++) {
    if (strcmp(r->input, input) != 0 || r->kind == ITG_ROLE_NUMBERS || r->kind == ITG_ROLE_TEXTS) continue;
    const char *cell = r->name;
    if (entry)
      cell = strcmp(r->name, rows->role) == 0 ? itg_node_text(entry, "id", "")
             : strcmp(r->name, "phase") == 0  ? itg_node_text(entry, "phase", "")
                                              : "";
    add_cell(out, first, cell);
    first = false;
  }
  /* Who fills it in reads what the item is; the measure does not. */
  if (with_label) add_cell(out, false, entry ? itg_node_text(entry, "label", itg_node_text(entry, "title", "")) : "label");
  itg_text_add(out, "\n");
}

static bool have_labels(const itg_node *list) {
  for (int32_t i = 0; list && i < list->count; i++)
    if (itg_node_get(&list->items[i], "label") || itg_node_get(&list->items[i], "title")) return true;
  return false;
}

/* A column per item, a row per respondent. */
static void add_wide_head(const itg_node *items, itg_text *out) {
  add_cell(out, true, "respondent");
  for (int32_t i = 0; items && i < items->count; i++) add_cell(out, false, itg_node_text(&items->items[i], "id", ""));
  itg_text_add(out, "\n");
}

static itg_status write_template(const itg_definition *d, const char *table, itg_arena *arena, itg_text *out,
                                 itg_error *error) {
  const itg_measure *measure;
  const char *input;
  const itg_node *list = NULL;
  ITG_TRY(itg_instrument_need(d, &measure, error));
  ITG_TRY(find_table(measure, d, table, &input, error));
  for (const itg_role *r = measure->roles; r->name; r++)
    if (strcmp(r->input, input) == 0 && strcmp(r->name, "items") == 0) {
      const itg_node *items = itg_node_get(d->root, "items");
      add_wide_head(items ? items : itg_node_get(d->root, "dimensions"), out);
      return ITG_OK;
    }
  const struct rows *rows = find_rows(d->kind, input);
  if (rows) ITG_TRY(find_list(rows, d, arena, &list, error));
  const bool with_label = have_labels(list);
  add_line(measure, input, rows, NULL, with_label, out);
  for (int32_t i = 0; list && i < list->count; i++) add_line(measure, input, rows, &list->items[i], with_label, out);
  return ITG_OK;
}

itg_status itg_instrument_template(const char *instrument, const char *table, char **csv, itg_error *error) {
  itg_definition d;
  itg_text out = ITG_TEXT_EMPTY;
  *csv = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = itg_definition_load(instrument, arena, &d, error);
  if (!status) status = write_template(&d, table, arena, &out, error);
  if (!status) status = itg_text_take(&out, csv, error);
  itg_text_clear(&out);
  itg_arena_free(arena);
  return status;
}
