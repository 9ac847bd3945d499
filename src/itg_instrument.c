/* itg_instrument.c - layer 3: instruments for users: their text, and their check by worked examples. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "itg_label.h"
#include "itg_measure.h"
#include "itg_tree.h"

/* Which measure computes a kind. */
static const struct kind {
  const char *kind, *measure;
} kinds[] = {
    {"scale", "scale"},
    {"checklist", "checklist"},
    {"points", "points"},
    {"stages", "stages"},
    {"matrix", "functional_integration"},
    {"scorecard", "scorecard"},
    {"valueset", "eq5d_utility"},
    {"ladder", "ladder"},
    {"map", "classification"},
    {"codebook", "coding"},
};

static const struct kind *find_kind(const char *kind) {
  for (size_t i = 0; i < ITG_COUNT(kinds); i++)
    if (strcmp(kinds[i].kind, kind) == 0) return &kinds[i];
  return NULL;
}

const char *itg_instrument_measure(const char *kind) {
  const struct kind *k = find_kind(kind);
  return k ? k->measure : NULL;
}

const char *itg_instrument_kind(const char *measure) {
  for (size_t i = 0; i < ITG_COUNT(kinds); i++)
    if (strcmp(kinds[i].measure, measure) == 0) return kinds[i].kind;
  return NULL;
}

itg_status itg_instrument_need(const itg_definition *d, const itg_measure **out, itg_error *error) {
  const struct kind *kind = find_kind(d->kind);
  if (kind) return itg_measure_need(kind->measure, out, error);
  const char *known[ITG_COUNT(kinds)];
  itg_text all = ITG_TEXT_EMPTY;
  for (size_t i = 0; i < ITG_COUNT(kinds); i++) {
    known[i] = kinds[i].kind;
    itg_text_print(&all, "%s%s", i ? ", " : "", known[i]);
  }
  const char *near = itg_suggest(d->kind, known, ITG_COUNT(kinds));
  itg_status status =
      itg_fail_node(error, ITG_ERR_INSTRUMENT, itg_node_get(d->root, "kind"),
                    "kind '%.60s' has no engine in version %s; kinds are %s%s%s%s", d->kind, ITG_VERSION,
                    all.data ? all.data : "", near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  itg_text_clear(&all);
  return status;
}

/* ---- worked examples ---- */

static itg_type type_of_list(const itg_node *list) {
  itg_type type = ITG_TYPE_INT64;
  for (int32_t i = 0; i < list->count; i++) {
    const itg_node *cell = &list->items[i];
    double number;
    int64_t integer;
    if (itg_node_is_null(cell)) continue;
    if (cell->kind != ITG_NODE_SCALAR || cell->quoted || !itg_node_number(cell, &number))
      return ITG_TYPE_STRING;
    if (!itg_node_integer(cell, &integer)) type = ITG_TYPE_DOUBLE;
  }
  return type;
}

static itg_status fill_column(itg_frame *frame, int column, itg_type type, const itg_node *list,
                              itg_error *error) {
  for (int32_t i = 0; i < list->count; i++) {
    const itg_node *cell = &list->items[i];
    double number = NAN;
    int64_t integer = 0;
    if (itg_node_is_null(cell)) continue;
    if (cell->kind != ITG_NODE_SCALAR)
      return itg_fail_node(error, ITG_ERR_VALUE, cell, "a cell of an example must be one value");
    if (type == ITG_TYPE_STRING) ITG_TRY(itg_frame_set_text(frame, i, column, cell->text, error));
    else if (type == ITG_TYPE_DOUBLE && itg_node_number(cell, &number))
      itg_frame_set_double(frame, i, column, number);
    else if (itg_node_integer(cell, &integer)) itg_frame_set_int(frame, i, column, integer);
  }
  return ITG_OK;
}

static itg_status need_map(const itg_node *node, const char *what, itg_error *error) {
  if (!node || itg_node_is_null(node) || node->kind == ITG_NODE_MAP) return ITG_OK;
  return itg_fail_node(error, ITG_ERR_VALUE, node, "%s must be a map (key: value)", what);
}

/* The shape alone, so that what follows may take keys and texts for given. */
static itg_status check_shape(const itg_node *example, itg_error *error) {
  const itg_node *tables = itg_node_get(example, "tables"), *expect = itg_node_get(example, "expect");
  if (!expect || expect->kind != ITG_NODE_LIST || !itg_node_get(example, "source"))
    return itg_fail_node(error, ITG_ERR_KEY, example, "an example needs a source and a list 'expect'");
  ITG_TRY(need_map(itg_node_get(example, "options"), "'options' of an example", error));
  ITG_TRY(need_map(tables, "'tables' of an example", error));
  for (int32_t i = 0; tables && i < tables->count; i++)
    ITG_TRY(need_map(&tables->items[i], "a table of an example", error));
  for (int32_t i = 0; i < expect->count; i++) {
    const itg_node *row = &expect->items[i];
    ITG_TRY(need_map(row, "a row that an example expects", error));
    for (int32_t k = 0; k < row->count; k++)
      if (row->items[k].kind != ITG_NODE_SCALAR)
        return itg_fail_node(error, ITG_ERR_VALUE, &row->items[k],
                             "'%.60s' that an example expects must be one value", row->keys[k]);
  }
  return ITG_OK;
}

/* {column: [cells], ...} as a frame. */
static itg_status frame_of_map(const char *name, const itg_node *map, itg_frame **out, itg_error *error) {
  ITG_TRY(itg_frame_new(name, map->source, out, error));
  itg_status status = ITG_OK;
  for (int32_t i = 0; i < map->count && !status; i++) {
    const itg_node *list = &map->items[i];
    int column;
    if (list->kind != ITG_NODE_LIST) {
      status = itg_fail_node(error, ITG_ERR_VALUE, list,
                             "column '%.60s' of an example must be a list of cells", map->keys[i]);
      break;
    }
    if (list->count != map->items[0].count) {
      status =
          itg_fail_node(error, ITG_ERR_VALUE, list, "column '%s' of an example must be a list of %d cells",
                        map->keys[i], (int)map->items[0].count);
      break;
    }
    itg_type type = type_of_list(list);
    status = itg_frame_add_column(*out, map->keys[i], type, &column, error);
    if (!status && i == 0) status = itg_frame_resize(*out, list->count, error);
    if (!status) status = fill_column(*out, column, type, list, error);
  }
  if (!status) return ITG_OK;
  itg_frame_free(*out);
  *out = NULL;
  return status;
}

static bool is_outcome(const char *column) {
  return strcmp(column, "level") == 0 || strcmp(column, "reason") == 0;
}

/* Row of the table whose text columns equal those named in `expect` ("row" counts from 1). */
static int64_t find_row(const itg_table *table, const itg_node *expect) {
  int64_t wanted = 0;
  if (itg_node_integer(itg_node_get(expect, "row"), &wanted))
    return wanted >= 1 && wanted <= table->n_rows ? wanted - 1 : -1;
  for (int64_t row = 0; row < table->n_rows; row++) {
    bool match = true;
    for (int32_t k = 0; k < expect->count && match; k++) {
      int index = itg_table_column(table, expect->keys[k]);
      if (index < 0 || is_outcome(expect->keys[k]) || table->columns[index].type != ITG_TYPE_STRING) continue;
      char buffer[ITG_NUMBER_SIZE];
      match = itg_text_equal(itg_column_text(&table->columns[index], row, buffer), expect->items[k].text);
    }
    if (match) return row;
  }
  return -1;
}

static itg_status compare_row(const itg_table *table, const itg_node *expect, const char *source,
                              itg_error *error) {
  int64_t row = find_row(table, expect);
  if (row < 0)
    return itg_fail_node(error, ITG_ERR_EXAMPLE, expect, "example '%.100s': the result has no such row",
                         source);
  double tolerance = 1e-9;
  int compared = 0;
  bool by_number =
      itg_node_get(expect, "row") != NULL; /* then text tells nothing of the row: it is compared */
  itg_node_number(itg_node_get(expect, "tolerance"), &tolerance);
  for (int32_t k = 0; k < expect->count; k++) {
    const char *key = expect->keys[k];
    const itg_node *value = &expect->items[k];
    int index = itg_table_column(table, key);
    if (strcmp(key, "tolerance") == 0 || strcmp(key, "row") == 0) continue;
    if (index < 0)
      return itg_fail_node(error, ITG_ERR_EXAMPLE, value, "example '%.100s': the result has no column '%s'",
                           source, key);
    const itg_column *column = &table->columns[index];
    char buffer[ITG_NUMBER_SIZE];
    const char *found = itg_column_text(column, row, buffer);
    bool same;
    if (column->type == ITG_TYPE_STRING) {
      if (!is_outcome(key) && !by_number) continue;
      same = itg_text_equal(found ? found : "", itg_node_is_null(value) ? "" : value->text);
    } else if (itg_node_is_null(value)) {
      same = !found;
    } else {
      double got = NAN, want = NAN;
      if (found) itg_number_parse(found, strlen(found), &got);
      itg_node_number(value, &want);
      same = fabs(got - want) <= tolerance;
    }
    compared++;
    if (!same)
      return itg_fail_node(error, ITG_ERR_EXAMPLE, value, "example '%.100s': %s is %s, expected %s", source,
                           key, found ? found : "missing", itg_node_is_null(value) ? "missing" : value->text);
  }
  if (!compared)
    return itg_fail_node(error, ITG_ERR_EXAMPLE, expect,
                         "example '%.100s' compares nothing; give an estimate", source);
  return ITG_OK;
}

/* Options of an example with `instrument` set to the definition itself. */
static itg_status example_options(const itg_node *given, const itg_node *definition, itg_arena *arena,
                                  const itg_node **out, itg_error *error) {
  int32_t count = given ? given->count : 0;
  itg_node *map = itg_arena_alloc(arena, 1, sizeof *map);
  if (map) map->items = itg_arena_alloc(arena, (size_t)count + 1, sizeof *map->items);
  if (map) map->keys = itg_arena_alloc(arena, (size_t)count + 1, sizeof *map->keys);
  if (!map || !map->items || !map->keys) return itg_fail_memory(error);
  map->kind = ITG_NODE_MAP;
  map->source = definition->source;
  map->line = given ? given->line : definition->line;
  map->column = 1;
  map->count = count + 1;
  map->items[0] = *definition;
  map->keys[0] = "instrument";
  for (int32_t i = 0; i < count; i++) {
    map->items[i + 1] = given->items[i];
    map->keys[i + 1] = given->keys[i];
  }
  *out = map;
  return ITG_OK;
}

static itg_status run_example(const itg_definition *d, const char *measure, const itg_node *example,
                              itg_arena *arena, itg_error *error) {
  enum { MOST = 4 };
  const itg_node *tables = itg_node_get(example, "tables"), *expect = itg_node_get(example, "expect"),
                 *options = NULL;
  const char *source = itg_node_text(example, "source", "");
  itg_frame *frames[MOST] = {NULL};
  itg_table lent[MOST];
  itg_result *result = NULL;
  int n = 0;
  itg_status status = example_options(itg_node_get(example, "options"), d->root, arena, &options, error);
  for (int32_t i = 0; !status && tables && i < tables->count; i++) {
    if (n == MOST) {
      status = itg_fail_node(error, ITG_ERR_LIMIT, tables, "an example has at most %d tables", MOST);
      break;
    }
    status = frame_of_map(tables->keys[i], &tables->items[i], &frames[n], error);
    if (!status) lent[n] = *itg_frame_table(frames[n]), n++;
  }
  const itg_control alone = {.threads = 1}; /* an example is small */
  if (!status) status = itg_measure_run_node(measure, lent, n, options, arena, &alone, &result, error);
  if (!status) {
    const char *name = itg_node_text(example, "table", "estimates");
    const itg_table *table = itg_result_find(result, name);
    if (!table)
      status = itg_fail_node(error, ITG_ERR_EXAMPLE, example,
                             "example '%.100s': the result has no table '%s'", source, name);
    for (int32_t i = 0; !status && i < expect->count; i++)
      status = compare_row(table, &expect->items[i], source, error);
    if (!status && !expect->count)
      status = itg_fail_node(error, ITG_ERR_EXAMPLE, expect, "example '%.100s' expects nothing", source);
  }
  itg_result_free(result);
  for (int i = 0; i < MOST; i++) itg_frame_free(frames[i]);
  return status;
}

/* Without an example nothing has read the meaning of the definition: its measure does when it is run on the empty
 * template, and faults of the definition come before those of a table without rows. */
static itg_status fail_without_example(const itg_definition *d, const itg_measure *measure, const char *instrument,
                                       itg_arena *arena, itg_error *error) {
  const itg_node *options = NULL, *examples = itg_node_get(d->root, "examples");
  itg_frame *frame = NULL;
  itg_result *result = NULL;
  itg_error fault = {0};
  char *csv = NULL;
  const itg_control alone = {.threads = 1};
  itg_status status = itg_instrument_template(instrument, NULL, &csv, error);
  /* Items without a name, or two of one, make no table; then any other brings the measure to the definition. */
  if (!status && itg_frame_parse(csv, strlen(csv), "template", NULL, &frame, NULL))
    status = itg_frame_parse("respondent\n", 11, "template", NULL, &frame, error);
  if (!status) status = example_options(NULL, d->root, arena, &options, error);
  if (!status && itg_measure_run_node(measure->name, itg_frame_table(frame), 1, options, arena, &alone, &result, &fault) &&
      (fault.status == ITG_ERR_MEMORY || fault.status / 100 == ITG_ERR_SYNTAX / 100)) {
    if (error) *error = fault;
    status = fault.status;
  }
  if (!status)
    status = itg_fail_node(error, ITG_ERR_EXAMPLE, examples ? examples : d->root,
                           "a definition needs at least one worked example to be checked: key 'examples', a list of "
                           "source, tables and expect; without one it can be scored all the same");
  itg_result_free(result);
  itg_frame_free(frame);
  itg_text_free(csv);
  return status;
}

/* ---- the public functions ---- */

/* The definition as JSON: as written, with its hash, the number of examples in place of the examples. */
static itg_status describe(const itg_definition *d, const itg_measure *measure, int n_examples, char **json,
                           itg_error *error) {
  json_t *tables = json_array();
  json_t *root = itg_node_tree(d->root);
  itg_tree_set(&root, "examples", json_integer(n_examples));
  itg_tree_set(&root, "sha256", json_string(d->hash));
  itg_tree_set(&root, "measure", json_string(measure->name));
  for (const itg_role *r = measure->roles; r->name; r++)
    if (r == measure->roles || strcmp(r->input, r[-1].input) != 0) itg_tree_append(&tables, json_string(r->input));
  itg_tree_set(&root, "tables", tables);
  int32_t n_items, n_numbers;
  if (itg_labels_count(d, &n_items, &n_numbers)) {
    itg_tree_set(&root, "n_items", json_integer(n_items));
    itg_tree_set(&root, "numbers_only", json_integer(n_numbers));
  }
  itg_status status = itg_tree_print(root, 1, json, error);
  json_decref(root);
  return status;
}

itg_status itg_instrument_describe(const char *instrument, char **json, itg_error *error) {
  itg_definition d;
  const itg_measure *measure;
  *json = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = itg_definition_load(instrument, arena, &d, error);
  if (!status) status = itg_instrument_need(&d, &measure, error);
  if (!status) status = describe(&d, measure, itg_node_length(itg_node_get(d.root, "examples")), json, error);
  itg_arena_free(arena);
  return status;
}

itg_status itg_instrument_check(const char *instrument, char **json, itg_error *error) {
  itg_definition d;
  const itg_measure *measure;
  if (json) *json = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = itg_definition_load(instrument, arena, &d, error);
  if (!status) status = itg_instrument_need(&d, &measure, error);
  const itg_node *examples = status ? NULL : itg_node_get(d.root, "examples");
  if (!status && (!examples || examples->kind != ITG_NODE_LIST || !examples->count))
    status = fail_without_example(&d, measure, instrument, arena, error);
  for (int32_t i = 0; !status && i < examples->count; i++) {
    const itg_node *example = &examples->items[i];
    status = check_shape(example, error);
    if (!status) status = run_example(&d, measure->name, example, arena, error);
  }
  if (!status && json) status = describe(&d, measure, (int)examples->count, json, error);
  itg_arena_free(arena);
  return status;
}

itg_status itg_instrument_text(const char *instrument, char **text, itg_error *error) {
  itg_definition d;
  *text = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = itg_definition_load(instrument, arena, &d, error);
  if (!status && strncmp(d.source, "built-in ", 9) == 0) {
    for (int i = 0; i < itg_builtin_count; i++)
      if (strcmp(itg_builtins[i].id, d.id) == 0) *text = itg_copy_text(itg_builtins[i].text);
    if (!*text) status = itg_fail_memory(error);
  } else if (!status) {
    /* Read above, so it exists and is small. */
    itg_text whole = ITG_TEXT_EMPTY;
    char piece[4096];
    size_t got;
    FILE *file = fopen(instrument, "rb");
    while (file && (got = fread(piece, 1, sizeof piece, file)) > 0) itg_text_append(&whole, piece, got);
    if (file) fclose(file);
    else status = itg_fail(error, ITG_ERR_FILE, "%s cannot be opened", instrument);
    if (!status) status = itg_text_take(&whole, text, error);
    itg_text_clear(&whole);
  }
  itg_arena_free(arena);
  return status;
}
