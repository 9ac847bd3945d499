/* itg_evaluation.c - layer 4: reading and running an evaluation file. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "itg_evaluation.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "integrade-evaluation/1"

/* ---- the shape of the file ---- */

#define TEXT(key, required, fallback, choices, help) \
  { key, ITG_FIELD_TEXT, required, fallback, choices, 0, 0, NULL, help }

static const itg_field input_fields[] = {
    TEXT("id", true, NULL, NULL, "letters, digits, - and _"),
    TEXT("path", true, NULL, NULL, "CSV file, relative to this file"),
    TEXT("label", false, NULL, NULL, "what it is, in words"),
    TEXT("origin", false, "collected", "collected|published|reconstructed|synthetic",
         "where the numbers come from"),
    TEXT("source", false, NULL, NULL, "citation"),
    {"persons", ITG_FIELD_FLAG, false, NULL, NULL, 0, 0, NULL,
     "rows are about persons; default: true for collected data, false otherwise"},
    TEXT("sha256", false, NULL, NULL, "pin: the run stops when the file has another hash"),
    TEXT("separator", false, NULL, NULL, "one character"),
    {"na", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "cells that are missing, or map from cell to reason"},
    {"text", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "columns that stay text"},
    {0}};

static const itg_field analysis_fields[] = {
    TEXT("id", true, NULL, NULL, "letters, digits, - and _"),
    TEXT("title", false, NULL, NULL, "heading in the report"),
    TEXT("about", false, NULL, NULL, "a sentence for the reader of the report"),
    TEXT("measure", true, NULL, NULL, "name of a measure"),
    {"instrument", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL, "id, path of a definition, or a definition"},
    {"input", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "id of an input, or <analysis>.<table>, or a map: from, join (from, by, take, unmatched)"},
    {"inputs", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL, "the measure's input name to the same"},
    {"columns", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL, "map from role to column name"},
    {"by", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "columns to group by"},
    {"keep", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "columns to carry into row results"},
    {"missing", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL, "codes that are missing"},
    {"seed", ITG_FIELD_INTEGER, false, NULL, NULL, 0, 9007199254740991.0, NULL,
     "instead of the evaluation's seed"},
    {"options", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, NULL, "options of the measure"},
    {0}};

/* Below five persons a group can often be recognised, so that is the default; data that are public,
 * synthetic or not about persons are not masked (ecosystem practice: <5 to <11, set it to the data
 * owner's rule). */
static const itg_field privacy_fields[] = {
    {"min_n", ITG_FIELD_INTEGER, false, "5", NULL, 0, 1000000, NULL,
     "fewest persons an estimate may rest on; 0: off"},
    TEXT("action", false, "mask", "mask|refuse", "what happens to the others"),
    {"rows", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL, "write tables with one row per person"},
    {0}};

static const itg_field quality_fields[] = {
    {"max_missing", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 1, NULL, "largest share missing in a column that is used"},
    {"min_rows", ITG_FIELD_INTEGER, false, "1", NULL, 1, 1000000000, NULL,
     "fewest rows of a table that the gate looks at: in a few rows one gap is a large share"},
    {0}};

static const itg_field output_fields[] = {
    TEXT("folder", false, NULL, NULL, "where to write, relative to this file"),
    {"tables", ITG_FIELD_TEXTS, false, "csv, json", "csv|json", 0, 0, NULL, "forms of the tables"},
    TEXT("report", false, "html", "html|none", "the page"),
    {0}};

static const itg_field evaluation_fields[] = {
    TEXT("schema", true, NULL, NULL, "the text " SCHEMA),
    TEXT("id", true, NULL, NULL, "letters, digits, - and _"),
    TEXT("title", true, NULL, NULL, "heading of the report"),
    TEXT("about", false, NULL, NULL, "what is evaluated and for whom"),
    TEXT("author", false, NULL, NULL, "who evaluates"),
    TEXT("date", false, NULL, NULL, "as it shall be printed; no clock is read"),
    {"seed", ITG_FIELD_INTEGER, false, "1", NULL, 0, 9007199254740991.0, NULL, "seed of the random numbers"},
    {"allow_outside", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL,
     "read files outside this file's folder"},
    {"inputs", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, input_fields, "data files"},
    {"analyses", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, analysis_fields, "computations, in order"},
    {"privacy", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, privacy_fields, "disclosure rule"},
    {"quality", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, quality_fields, "quality gates"},
    {"output", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, output_fields, "what is written"},
    {0}};

static bool flag_of(const itg_node *map, const char *key, bool fallback) {
  bool value;
  return itg_node_flag(itg_node_get(map, key), &value) ? value : fallback;
}

static int64_t integer_of(const itg_node *map, const char *key, int64_t fallback) {
  int64_t value;
  return itg_node_integer(itg_node_get(map, key), &value) ? value : fallback;
}

/* Ids become names of files. */
static itg_status check_id(const itg_node *map, const char **out, itg_error *error) {
  const itg_node *node = itg_node_get(map, "id");
  size_t length = strlen(node->text);
  if (!length || length > 64 ||
      strspn(node->text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != length ||
      node->text[0] == '-')
    return itg_fail_node(error, ITG_ERR_VALUE, node, "id '%.80s' must be 1 to 64 letters, digits, - and _",
                         node->text);
  *out = node->text;
  return ITG_OK;
}

static const itg_input *find_input(const itg_evaluation *e, const char *id, size_t length) {
  for (int i = 0; i < e->n_inputs; i++)
    if (strlen(e->inputs[i].id) == length && memcmp(e->inputs[i].id, id, length) == 0) return &e->inputs[i];
  return NULL;
}

static int small_letter(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

/* Many file systems take Cost.json for cost.json. */
static bool is_one_file(const char *a, const char *b) {
  while (*a && small_letter(*a) == small_letter(*b)) a++, b++;
  return !*a && !*b;
}

static const itg_analysis *find_analysis(const itg_evaluation *e, const char *id) {
  for (int i = 0; i < e->n_analyses; i++)
    if (is_one_file(e->analyses[i].id, id)) return &e->analyses[i];
  return NULL;
}

static itg_status read_input(itg_evaluation *e, const itg_node *node, itg_error *error) {
  itg_input *input = &e->inputs[e->n_inputs];
  input->node = node;
  ITG_TRY(check_id(node, &input->id, error));
  if (find_input(e, input->id, strlen(input->id)))
    return itg_fail_node(error, ITG_ERR_DUPLICATE, node, "two inputs have the id '%s'; rename one",
                         input->id);
  input->path = itg_node_text(node, "path", "");
  input->label = itg_node_text(node, "label", input->id);
  input->origin = itg_node_text(node, "origin", "collected");
  input->source = itg_node_text(node, "source", NULL);
  input->persons = flag_of(node, "persons", strcmp(input->origin, "collected") == 0);
  e->n_inputs++;
  return ITG_OK;
}

static itg_status read_analysis(itg_evaluation *e, const itg_node *node, itg_error *error) {
  itg_analysis *a = &e->analyses[e->n_analyses];
  itg_error inner;
  a->node = node;
  ITG_TRY(check_id(node, &a->id, error));
  if (is_one_file(a->id, "provenance"))
    return itg_fail_node(
        error, ITG_ERR_VALUE, node,
        "an analysis cannot have the id 'provenance': its file would be provenance.json; choose another");
  const itg_analysis *other = find_analysis(e, a->id);
  if (other && strcmp(other->id, a->id) == 0)
    return itg_fail_node(error, ITG_ERR_DUPLICATE, node, "two analyses have the id '%s'; rename one", a->id);
  if (other)
    return itg_fail_node(error, ITG_ERR_DUPLICATE, node,
                         "the ids '%s' and '%s' differ in capitals only, so that their files would overwrite each "
                         "other on some file systems; rename one",
                         other->id, a->id);
  const itg_node *measure = itg_node_get(node, "measure");
  itg_status status = itg_measure_need(measure->text, &a->measure, &inner);
  if (status) { /* the same words, at their place */
    char *code = strstr(inner.message, " (ITG_");
    if (code) *code = '\0';
    return itg_fail_node(error, status, measure, "%s", inner.message);
  }
  a->title = itg_node_text(node, "title", a->measure->title);
  a->about = itg_node_text(node, "about", NULL);
  ITG_TRY(itg_references_read(e, a, error));
  e->n_analyses++;
  return ITG_OK;
}

static bool has_word(const itg_node *node, const char *word) {
  if (node->kind == ITG_NODE_SCALAR) return strcmp(node->text, word) == 0;
  for (int32_t i = 0; i < node->count; i++)
    if (strcmp(node->items[i].text, word) == 0) return true;
  return false;
}

static itg_status read_settings(itg_evaluation *e, itg_error *error) {
  const itg_node *schema = itg_node_get(e->root, "schema"), *privacy = itg_node_get(e->root, "privacy"),
                 *output = itg_node_get(e->root, "output"), *tables = itg_node_get(output, "tables");
  if (strcmp(schema->text, SCHEMA) != 0)
    return itg_fail_node(error, ITG_ERR_VALUE, schema, "schema is '%.60s'; this version reads %s",
                         schema->text, SCHEMA);
  ITG_TRY(check_id(e->root, &e->id, error));
  e->title = itg_node_text(e->root, "title", e->id);
  e->about = itg_node_text(e->root, "about", NULL);
  e->author = itg_node_text(e->root, "author", NULL);
  e->date = itg_node_text(e->root, "date", NULL);
  e->seed = integer_of(e->root, "seed", 1);
  e->allow_outside = flag_of(e->root, "allow_outside", false);
  e->privacy.min_n = integer_of(privacy, "min_n", 5);
  e->privacy.refuse = strcmp(itg_node_text(privacy, "action", "mask"), "refuse") == 0;
  e->privacy.rows = flag_of(privacy, "rows", false);
  if (!itg_node_number(itg_node_get(itg_node_get(e->root, "quality"), "max_missing"), &e->max_missing))
    e->max_missing = NAN;
  e->min_rows = integer_of(itg_node_get(e->root, "quality"), "min_rows", 1);
  const char *folder = itg_node_text(output, "folder", NULL);
  e->csv = itg_node_is_null(tables) || has_word(tables, "csv");
  e->json = itg_node_is_null(tables) || has_word(tables, "json");
  e->html = strcmp(itg_node_text(output, "report", "html"), "html") == 0;
  if (folder &&
      !(e->folder = *folder == '/' ? folder : itg_arena_print(e->arena, "%s%s", e->folder_of, folder)))
    return itg_fail_memory(error);
  return ITG_OK;
}

static itg_status read_file(itg_evaluation *e, const char *path, itg_error *error) {
  const char *slash = strrchr(path, '/');
  e->path = itg_arena_text(e->arena, path, strlen(path));
  e->folder_of = itg_arena_text(e->arena, path, slash ? (size_t)(slash - path) + 1 : 0);
  if (!e->path || !e->folder_of) return itg_fail_memory(error);
  ITG_TRY(itg_node_read(path, e->arena, &e->root, error));
  ITG_TRY(itg_schema_check(e->root, evaluation_fields, "the evaluation", ITG_ERR_KEY, ITG_ERR_VALUE, error));
  if (!SHA256File(path, e->hash))
    return itg_fail(error, ITG_ERR_FILE, "%s cannot be read: %s", path, strerror(errno));
  ITG_TRY(read_settings(e, error));

  const itg_node *inputs = itg_node_get(e->root, "inputs"), *analyses = itg_node_get(e->root, "analyses");
  if (!analyses->count)
    return itg_fail_node(error, ITG_ERR_EMPTY, analyses, "no analyses; state at least one");
  e->inputs = itg_arena_alloc(e->arena, (size_t)inputs->count, sizeof *e->inputs);
  e->analyses = itg_arena_alloc(e->arena, (size_t)analyses->count, sizeof *e->analyses);
  if (!e->inputs || !e->analyses) return itg_fail_memory(error);
  for (int32_t i = 0; i < inputs->count; i++) ITG_TRY(read_input(e, &inputs->items[i], error));
  for (int32_t i = 0; i < analyses->count; i++) ITG_TRY(read_analysis(e, &analyses->items[i], error));
  return ITG_OK;
}

/* ---- files that the evaluation names ---- */

/* A path of the evaluation as this process opens it.  Links are followed before the comparison, so that
 * neither "..", nor an absolute path, nor a link leads out of the folder unless that is allowed. */
static itg_status resolve(const itg_evaluation *e, const itg_node *node, const char *path, const char **out,
                          itg_error *error) {
  const char *opened = *path == '/' ? path : itg_arena_print(e->arena, "%s%s", e->folder_of, path);
  if (!opened) return itg_fail_memory(error);
  *out = opened;
  if (e->allow_outside) return ITG_OK;
  char *folder = realpath(*e->folder_of ? e->folder_of : ".", NULL), *file = realpath(opened, NULL);
  size_t length = folder ? strlen(folder) : 0;
  bool inside =
      !file || !folder || (strncmp(file, folder, length) == 0 && (file[length] == '/' || length == 1));
  if (!file && (*path == '/' || strncmp(path, "../", 3) == 0)) inside = false;
  free(folder);
  free(file);
  if (inside) return ITG_OK;
  return itg_fail_node(error, ITG_ERR_VALUE, node,
                       "'%.200s' lies outside the folder of the evaluation file; move it there, or set "
                       "`allow_outside: true`",
                       path);
}

static bool is_definition_path(const char *text) {
  size_t length = strlen(text);
  return strchr(text, '/') || (length > 5 && strcmp(text + length - 5, ".yaml") == 0) ||
         (length > 4 && strcmp(text + length - 4, ".yml") == 0) ||
         (length > 5 && strcmp(text + length - 5, ".json") == 0);
}

static itg_status load_input(itg_evaluation *e, itg_input *input, const itg_control *control, itg_error *error) {
  static const char *const keys[] = {"separator", "na", "text"};
  const char *opened;
  itg_text options = ITG_TEXT_EMPTY;
  ITG_TRY(resolve(e, itg_node_get(input->node, "path"), input->path, &opened, error));
  for (size_t i = 0; i < ITG_COUNT(keys); i++) {
    const itg_node *node = itg_node_get(input->node, keys[i]);
    if (itg_node_is_null(node)) continue;
    itg_text_print(&options, "%s\"%s\":", options.size ? "," : "{", keys[i]);
    itg_node_print_json(node, &options);
  }
  if (options.size) itg_text_add(&options, "}");
  itg_status status =
      options.failed ? itg_fail_memory(error)
                     : itg_frame_read_under(opened, options.data, control, &input->frame, error);
  itg_text_clear(&options);
  if (status) return status;
  if (!SHA256File(opened, input->hash))
    return itg_fail(error, ITG_ERR_FILE, "%s cannot be read: %s", opened, strerror(errno));
  const char *pin = itg_node_text(input->node, "sha256", NULL);
  if (pin && strcmp(pin, input->hash) != 0)
    return itg_fail_node(error, ITG_ERR_DATA, itg_node_get(input->node, "sha256"),
                         "%.200s has the SHA-256 %s; it is not the file that was pinned", input->path,
                         input->hash);
  const itg_table *table = itg_frame_table(input->frame);
  input->n_rows = table->n_rows;
  input->n_columns = table->n_columns;
  for (int32_t c = 0; c < table->n_columns; c++)
    for (int64_t r = 0; r < table->n_rows; r++)
      input->n_missing += itg_column_reason(&table->columns[c], r) != 0;
  return ITG_OK;
}

static bool takes_definition(const itg_measure *measure, const char *key) {
  for (const itg_field *f = measure->options; f && f->key; f++)
    if (strcmp(f->key, key) == 0)
      return f->type == ITG_FIELD_ANY && (strcmp(key, "instrument") == 0 || strcmp(key, "valueset") == 0);
  return false;
}

/* ---- running ---- */

/* A map from versions to definitions gets entries of its own, with their paths resolved. */
static itg_status resolve_versions(itg_evaluation *e, itg_node *map, itg_error *error) {
  itg_node *items = itg_arena_alloc(e->arena, (size_t)map->count, sizeof *items);
  if (!items) return itg_fail_memory(error);
  for (int32_t i = 0; i < map->count; i++) {
    items[i] = map->items[i];
    if (items[i].kind == ITG_NODE_SCALAR && is_definition_path(items[i].text))
      ITG_TRY(resolve(e, &items[i], items[i].text, &items[i].text, error));
  }
  map->items = items;
  return ITG_OK;
}

/* The options of a measure, as nodes that still know their line: what stands beside `measure` in the
 * file, and what stands in `options`. */
static itg_status gather_options(itg_evaluation *e, itg_analysis *a, const itg_node **out, itg_error *error) {
  static const char *const beside[] = {"instrument", "columns", "by", "keep", "missing", "seed"};
  const itg_node *own = itg_node_get(a->node, "options");
  size_t most = ITG_COUNT(beside) + (own ? (size_t)own->count : 0);
  itg_node *map = itg_arena_alloc(e->arena, 1, sizeof *map);
  itg_node *items = itg_arena_alloc(e->arena, most, sizeof *items);
  const char **keys = itg_arena_alloc(e->arena, most, sizeof *keys);
  if (!map || !items || !keys) return itg_fail_memory(error);
  int32_t count = 0;
  for (size_t i = 0; i < ITG_COUNT(beside); i++) {
    const itg_node *node = itg_node_get(a->node, beside[i]);
    if (itg_node_is_null(node)) continue;
    if (itg_node_get(own, beside[i]))
      return itg_fail_node(error, ITG_ERR_KEY, itg_node_get(own, beside[i]),
                           "'%s' is given twice in analysis '%s'", beside[i], a->id);
    keys[count] = beside[i];
    items[count++] = *node;
  }
  for (int32_t i = 0; own && i < own->count; i++) {
    keys[count] = own->keys[i];
    items[count++] = own->items[i];
  }
  *map = *a->node;
  map->count = count;
  map->keys = keys;
  map->items = items;
  if (!itg_node_get(map, "seed")) {
    char *seed = itg_arena_print(e->arena, "%lld", (long long)e->seed);
    if (!seed) return itg_fail_memory(error);
    keys[count] = "seed";
    items[count] = *a->node;
    items[count].kind = ITG_NODE_SCALAR;
    items[count].text = seed;
    items[count].count = 0;
    map->count = count + 1;
  }
  for (int32_t i = 0; i < map->count; i++) { /* definitions by path are relative to the file, too */
    if (!takes_definition(a->measure, keys[i])) continue;
    bool several = items[i].kind == ITG_NODE_MAP && !itg_node_get(&items[i], "schema");
    if (items[i].kind != ITG_NODE_SCALAR && !several) continue;
    itg_node *written = itg_arena_alloc(e->arena, 1, sizeof *written);
    if (!written) return itg_fail_memory(error);
    *written = items[i];
    a->instrument_key = keys[i];
    a->instrument_written = written;
    if (several) {
      ITG_TRY(resolve_versions(e, &items[i], error));
      a->versions = &items[i];
      continue;
    }
    if (is_definition_path(items[i].text))
      ITG_TRY(resolve(e, &items[i], items[i].text, &items[i].text, error));
    a->instrument = items[i].text;
  }
  *out = map;
  return ITG_OK;
}

/* The share of the whole; it never falls, though a measure may begin anew with each of its parts. */
typedef struct share {
  const itg_control *outer;
  int index, count;
  double most;
} share;

static int progress_of(void *payload, double done) {
  share *s = payload;
  double all = (s->index + done) / s->count;
  if (all > s->most) s->most = all;
  return s->outer->progress(s->outer->payload, s->most);
}

/* Reading is quick beside computing: it is no share. */
static int progress_of_reading(void *payload, double done) {
  share *s = payload;
  (void)done;
  return s->outer->progress(s->outer->payload, s->most);
}

/* The evaluation's place before the deeper message, which stays as it is. */
static itg_status with_context(const itg_analysis *a, itg_status status, itg_error *error) {
  if (!error || status == ITG_ERR_INTERRUPTED) return status;
  itg_error deeper = *error;
  char *code = strstr(deeper.message, " (ITG_");
  if (code) *code = '\0';
  size_t length = strlen(a->node->source);
  if (strncmp(deeper.message, a->node->source, length) == 0 && deeper.message[length] == ',') return status;
  itg_fail(error, status, "%s, line %d, analysis '%s': %s", a->node->source, (int)a->node->line, a->id,
           deeper.message);
  error->row = deeper.row;
  error->line = deeper.line;
  memcpy(error->source, deeper.source, sizeof error->source);
  memcpy(error->column, deeper.column, sizeof error->column);
  return status;
}

/* From the provenance: the name of the intervals (their level is an option of the measures that have any). To
 * it: the path of a definition as it was written, for where the folder lies on this machine is nobody's
 * business. */
static itg_status settle_provenance(itg_evaluation *e, itg_analysis *a, itg_error *error) {
  json_t *root = itg_result_provenance_tree(a->result), *options = json_object_get(root, "options");
  const json_t *level = json_object_get(options, "conf_level");
  double value = json_number_value(level);
  itg_text text = ITG_TEXT_EMPTY;
  if (json_is_string(level)) itg_number_parse(json_string_value(level), json_string_length(level), &value);
  if (value > 0) {
    itg_text_significant(&text, 100 * value, 4);
    itg_text_add(&text, "% ");
  }
  itg_text_add(&text, "interval");
  a->interval = text.failed ? NULL : itg_arena_text(e->arena, text.data, text.size);
  itg_text_clear(&text);
  itg_status status = a->interval ? ITG_OK : itg_fail_memory(error);
  if (!status && a->instrument_written && json_object_get(options, a->instrument_key)) {
    int failed = json_object_set_new(options, a->instrument_key, itg_node_tree(a->instrument_written));
    status = failed ? itg_fail_memory(error) : itg_result_set_provenance(a->result, json_incref(root), error);
  }
  return status;
}

/* The gate looks at the columns that were used, as the provenance counts them: each once, whoever used it. */
static itg_status add_gaps(itg_evaluation *e, const itg_analysis *a, itg_error *error) {
  if (isnan(e->max_missing)) return ITG_OK;
  json_t *root = itg_result_provenance_tree(a->result), *input, *column;
  size_t i, c;
  json_array_foreach(json_object_get(root, "inputs"), i, input) {
    double rows = json_number_value(json_object_get(input, "rows"));
    if (rows < (double)e->min_rows) continue;
    json_array_foreach(json_object_get(input, "columns"), c, column) {
      double missing = json_number_value(json_object_get(column, "missing"));
      if (missing / rows <= e->max_missing) continue;
      const char *entry = itg_arena_print(e->arena, "'%.80s' of %.80s (%lld of %lld)",
                                          json_string_value(json_object_get(column, "column")),
                                          json_string_value(json_object_get(input, "source")), (long long)missing,
                                          (long long)rows);
      if (!entry) return itg_fail_memory(error);
      if (e->gaps.data && strstr(e->gaps.data, entry)) continue;
      itg_text_print(&e->gaps, "%s%s", e->n_gaps++ ? ", " : "", entry);
    }
  }
  return e->gaps.failed ? itg_fail_memory(error) : ITG_OK;
}

static itg_status check_gate(const itg_evaluation *e, itg_error *error) {
  enum { MOST = 640 }; /* of a message, which is one line */
  char allowed[ITG_NUMBER_SIZE];
  if (!e->n_gaps) return ITG_OK;
  bool all = e->gaps.size <= MOST;
  size_t shown = all ? e->gaps.size : MOST;
  while (!all && strncmp(e->gaps.data + shown, ", '", 3) != 0) shown--; /* whole entries */
  int n_shown = 1;
  for (size_t at = 0; at + 3 <= shown; at++) n_shown += strncmp(e->gaps.data + at, "), '", 4) == 0;
  itg_number_print(e->max_missing, allowed);
  itg_text more = ITG_TEXT_EMPTY;
  if (!all) itg_text_print(&more, " and %d more", e->n_gaps - n_shown);
  itg_status status =
      itg_fail(error, ITG_ERR_GATE,
               "%.200s: %d column%s missed more values than the share of %s that the quality gate `max_missing` allows: "
               "%.*s%s; complete %s, allow more, or pass over small tables by `min_rows`",
               e->path, e->n_gaps, e->n_gaps > 1 ? "s" : "", allowed, (int)shown, e->gaps.data,
               more.data ? more.data : "", e->n_gaps > 1 ? "them" : "it");
  itg_text_clear(&more);
  return status;
}

/* An analysis without a title bears that of its instrument: alone where the measure only scores it, else with
 * the name of the measure. */
static itg_status settle_title(itg_evaluation *e, itg_analysis *a, itg_error *error) {
  const itg_node *which = itg_node_get(a->node, "instrument");
  itg_definition definition;
  if (itg_node_get(a->node, "title") || !which) return ITG_OK;
  itg_status status = a->instrument ? itg_definition_load(a->instrument, e->arena, &definition, NULL)
                      : itg_node_get(which, "schema")
                          ? itg_definition_find(which, e->arena, &definition, NULL)
                          : ITG_ERR_VALUE; /* several */
  if (status) return status == ITG_ERR_MEMORY ? itg_fail_memory(error) : ITG_OK;
  const char *measure = a->measure->name;
  a->title = strcmp(measure, "score") == 0 || strcmp(measure, definition.kind) == 0
                 ? definition.title
                 : itg_arena_print(e->arena, "%s: %s", definition.title, measure);
  return a->title ? ITG_OK : itg_fail_memory(error);
}

static itg_status run_measure(itg_evaluation *e, itg_analysis *a, const itg_tables *tables,
                              const itg_control *control, itg_error *error) {
  const itg_node *options = NULL;
  ITG_TRY(gather_options(e, a, &options, error));
  itg_arena *scratch = itg_arena_new();
  if (!scratch) return itg_fail_memory(error);
  itg_status status = itg_measure_run_node(a->measure->name, tables->tables, tables->n, options, scratch, control,
                                           &a->result, error);
  itg_arena_free(scratch);
  for (int i = 0; !status && i < tables->n_notes; i++)
    status = itg_result_note(a->result, error, "%s", tables->notes[i]);
  if (!status) status = settle_title(e, a, error);
  if (!status) status = settle_provenance(e, a, error);
  return status ? status : add_gaps(e, a, error);
}

static itg_status run_analysis(itg_evaluation *e, itg_analysis *a, const itg_control *control,
                               itg_error *error) {
  itg_tables tables;
  itg_status status = itg_tables_open(e, a, &tables, error);
  if (!status) status = run_measure(e, a, &tables, control, error);
  itg_tables_close(&tables);
  return status ? status : itg_privacy_apply(&e->privacy, a, error);
}

/* What only the run needs. */
static void drop_sources(itg_evaluation *e) {
  for (int i = 0; i < e->n_inputs; i++) {
    itg_frame_free(e->inputs[i].frame);
    e->inputs[i].frame = NULL;
  }
  for (int i = 0; i < e->n_analyses; i++) {
    itg_result_free(e->analyses[i].whole);
    e->analyses[i].whole = NULL;
  }
}

static itg_status run_all(itg_evaluation *e, const itg_control *control, itg_error *error) {
  share part = {control, 0, e->n_analyses, 0};
  itg_control inner = {0}, reading = {0};
  if (control) inner.threads = control->threads;
  if (control && control->progress) {
    inner.progress = progress_of;
    reading.progress = progress_of_reading;
    inner.payload = reading.payload = &part;
  }
  for (int i = 0; i < e->n_inputs; i++) ITG_TRY(load_input(e, &e->inputs[i], &reading, error));
  for (int i = 0; i < e->n_analyses; i++) {
    part.index = i;
    if (control && control->progress) {
      if (progress_of(&part, 0))
        return itg_fail(error, ITG_ERR_INTERRUPTED, "stopped before analysis '%s'", e->analyses[i].id);
    }
    itg_status status = run_analysis(e, &e->analyses[i], &inner, error);
    if (status) return with_context(&e->analyses[i], status, error);
  }
  drop_sources(e);
  ITG_TRY(check_gate(e, error));
  return itg_privacy_warn(e, error);
}

itg_status itg_evaluation_run(const char *path, const itg_control *control, itg_evaluation **out,
                              itg_error *error) {
  *out = NULL;
  if (!path) return itg_fail(error, ITG_ERR_ARGUMENT, "the path of the evaluation file is NULL");
  itg_evaluation *e = itg_alloc(1, sizeof *e);
  if (!e) return itg_fail_memory(error);
  e->arena = itg_arena_new();
  itg_status status = e->arena ? read_file(e, path, error) : itg_fail_memory(error);
  if (!status) status = run_all(e, control, error);
  if (status)
    itg_evaluation_free(e);
  else
    *out = e;
  return status;
}

/* ---- asking ---- */

const char *itg_evaluation_title(const itg_evaluation *evaluation) { return evaluation->title; }

int itg_evaluation_count(const itg_evaluation *evaluation) { return evaluation->n_analyses; }

const char *itg_evaluation_id(const itg_evaluation *evaluation, int index) {
  return index >= 0 && index < evaluation->n_analyses ? evaluation->analyses[index].id : NULL;
}

const itg_result *itg_evaluation_result(const itg_evaluation *evaluation, int index) {
  return index >= 0 && index < evaluation->n_analyses ? evaluation->analyses[index].result : NULL;
}

const char *itg_evaluation_folder(const itg_evaluation *evaluation) { return evaluation->folder; }

itg_status itg_evaluation_html(const itg_evaluation *evaluation, char **html, itg_error *error) {
  itg_text page = ITG_TEXT_EMPTY;
  *html = NULL;
  itg_status status = itg_report_print(evaluation, &page, error);
  if (!status) status = itg_text_take(&page, html, error);
  itg_text_clear(&page);
  return status;
}

void itg_evaluation_free(itg_evaluation *evaluation) {
  if (!evaluation) return;
  drop_sources(evaluation);
  for (int i = 0; i < evaluation->n_analyses; i++) itg_result_free(evaluation->analyses[i].result);
  itg_text_clear(&evaluation->gaps);
  itg_arena_free(evaluation->arena);
  free(evaluation);
}
