/* itg_call.c - layer 3: running a measure: options checked, roles bound to columns, provenance written. */
#include "itg_call.h"
#include "itg_reshape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "itg_tree.h"

static const itg_field common_fields[] = {
    {"columns", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL, "map from role to column name"},
    {"by", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "columns to group by"},
    {"keep", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "columns to carry into row results"},
    {"missing", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "codes that are missing, or map from code to reason"},
    {"long", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, itg_long_fields,
     "data hold an answer per row: id, item, answer"},
    {"wide", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, itg_wide_fields,
     "data hold a column per element: columns, name, value"},
    {"seed", ITG_FIELD_INTEGER, false, "1", NULL, 0, 9007199254740991.0, NULL, "seed of the random numbers"},
    {0}};

/* ---- options ---- */

static const itg_field *find_field(const itg_measure *measure, const char *key) {
  for (const itg_field *f = measure->options; f && f->key; f++)
    if (strcmp(f->key, key) == 0) return f;
  return NULL;
}

static itg_status check_options(itg_call *call, itg_error *error) {
  size_t own = 0, common = ITG_COUNT(common_fields) - 1;
  for (const itg_field *f = call->measure->options; f && f->key; f++) own++;
  itg_field *all = itg_arena_alloc(call->arena, own + common + 1, sizeof *all);
  char *what = itg_arena_print(call->arena, "measure %s", call->measure->name);
  if (!all || !what) return itg_fail_memory(error);
  if (own) memcpy(all, call->measure->options, own * sizeof *all);
  memcpy(all + own, common_fields, common * sizeof *all);
  ITG_TRY(itg_schema_check(call->options, all, what, ITG_ERR_OPTION, ITG_ERR_OPTION, error));
  if (!call->measure->groups && itg_node_get(call->options, "by"))
    return itg_fail(error, ITG_ERR_OPTION, "measure %s does not group; remove the option 'by'", call->measure->name);
  const itg_node *seed = itg_node_get(call->options, "seed");
  int64_t value = 1;
  if (!itg_node_is_null(seed)) itg_node_integer(seed, &value);
  call->seed = (uint64_t)value;
  return ITG_OK;
}

/* An option that is there, and is not 0, false or a word that is its default anyway. */
static bool is_asked_for(const itg_field *field, const itg_node *node) {
  double number;
  if (itg_node_is_null(node)) return false;
  if (node->kind != ITG_NODE_SCALAR) return true;
  if (field->type == ITG_FIELD_TEXT) return !itg_text_equal(node->text, field->fallback);
  return strcmp(node->text, "false") != 0 && !(itg_node_number(node, &number) && number == 0);
}

static bool is_one_of(const char *text, const char *values) {
  size_t size = strlen(text);
  for (const char *at = values; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
    if (strncmp(at, text, size) == 0 && (at[size] == '|' || !at[size])) return true;
  return false;
}

static itg_status check_needs(const itg_call *call, itg_error *error) {
  for (const itg_need *need = call->measure->needs; need && need->option; need++) {
    const itg_node *node = itg_call_node(call, need->option);
    const char *is = itg_call_text(call, need->other);
    bool any = need->values && strcmp(need->values, "*") == 0;
    bool met = any            ? itg_call_given(call, need->other)
               : need->values ? is && is_one_of(is, need->values) : itg_call_number(call, need->other) > 0;
    if (met || !is_asked_for(find_field(call->measure, need->option), node)) continue;
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%s", any ? "given" : need->values ? need->values : "above 0");
    for (char *bar = strchr(wanted, '|'); bar; bar = strchr(bar, '|')) *bar = '/';
    return itg_fail_node(error, ITG_ERR_OPTION, node,
                         "option '%s' does nothing unless '%s' is %s, and it is %s; leave it out, or change '%s'",
                         need->option, need->other, wanted, is ? is : "not given", need->other);
  }
  return ITG_OK;
}

static itg_status add_code(itg_call *call, const itg_node *code, const char *text, const itg_node *word,
                           itg_error *error) {
  itg_missing_code *out = &call->state->codes[call->state->n_codes];
  out->text = text;
  out->is_number = itg_number_parse(text, strlen(text), &out->number);
  out->reason = ITG_REASON_MISSING;
  if (word) {
    const char *words[ITG_REASON_COUNT] = {NULL};
    int found = 0;
    for (int r = ITG_REASON_MISSING; r <= ITG_REASON_INVALID; r++) {
      words[r - 1] = itg_reason_text((itg_reason)r);
      if (word->kind == ITG_NODE_SCALAR && strcmp(word->text, words[r - 1]) == 0) found = r;
    }
    if (!found) {
      const char *near =
          word->kind == ITG_NODE_SCALAR ? itg_suggest(word->text, words, ITG_REASON_INVALID) : NULL;
      return itg_fail_node(
          error, ITG_ERR_OPTION, word,
          "reason of missing code '%.60s' must be one of missing, not applicable, refused, not asked, "
          "don't know, out of range, invalid%s%s%s",
          text, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    out->reason = (itg_reason)found;
  }
  (void)code;
  call->state->n_codes++;
  return ITG_OK;
}

static itg_status read_missing(itg_call *call, itg_error *error) {
  const itg_node *missing = itg_node_get(call->options, "missing");
  if (itg_node_is_null(missing)) return ITG_OK;
  int32_t count = missing->kind == ITG_NODE_SCALAR ? 1 : missing->count;
  call->state->codes = itg_arena_alloc(call->arena, (size_t)count, sizeof *call->state->codes);
  if (!call->state->codes) return itg_fail_memory(error);
  if (missing->kind == ITG_NODE_SCALAR) return add_code(call, missing, missing->text, NULL, error);
  for (int32_t i = 0; i < count; i++) {
    const itg_node *item = &missing->items[i];
    if (missing->kind == ITG_NODE_MAP) {
      ITG_TRY(add_code(call, item, missing->keys[i], item, error));
    } else {
      if (item->kind != ITG_NODE_SCALAR)
        return itg_fail_node(error, ITG_ERR_OPTION, item,
                             "'missing' must be a list of codes or a map from code to reason");
      ITG_TRY(add_code(call, item, item->text, NULL, error));
    }
  }
  return ITG_OK;
}

/* ---- inputs and roles ---- */

static const char *main_input(const itg_measure *measure) {
  return measure->roles && measure->roles[0].name ? measure->roles[0].input : "data";
}

static int count_inputs(const itg_measure *measure) {
  int count = 0;
  for (const itg_role *r = measure->roles; r && r->name; r++) {
    bool seen = false;
    for (const itg_role *s = measure->roles; s != r; s++) seen = seen || strcmp(s->input, r->input) == 0;
    count += !seen;
  }
  return count;
}

const itg_table *itg_call_table(const itg_call *call, const char *input) {
  if (count_inputs(call->measure) == 1 && call->n_tables == 1) return &call->tables[0];
  const char *first = main_input(call->measure);
  for (int i = 0; i < call->n_tables; i++) {
    const char *name = call->tables[i].name;
    if (name ? strcmp(name, input) == 0 : strcmp(first, input) == 0) return &call->tables[i];
  }
  return NULL;
}

static itg_status check_tables(itg_call *call, itg_error *error) {
  int inputs = count_inputs(call->measure);
  if (call->n_tables > inputs)
    return itg_fail(error, ITG_ERR_ARGUMENT, "measure %s takes %d input%s, but %d tables were given",
                    call->measure->name, inputs, inputs == 1 ? "" : "s", call->n_tables);
  for (int i = 0; i < call->n_tables; i++) {
    ITG_TRY(itg_table_check(&call->tables[i], error));
    const char *name = call->tables[i].name;
    if (!name || inputs == 1) continue;
    bool known = false;
    for (const itg_role *r = call->measure->roles; r->name; r++) known = known || strcmp(r->input, name) == 0;
    if (!known) {
      itg_text all = ITG_TEXT_EMPTY;
      const char *last = "";
      for (const itg_role *r = call->measure->roles; r->name; r++) {
        if (strcmp(r->input, last) != 0) itg_text_print(&all, "%s%s", all.size ? ", " : "", r->input);
        last = r->input;
      }
      itg_status status = itg_fail(error, ITG_ERR_ARGUMENT, "measure %s has no input '%.80s'; allowed: %s",
                                   call->measure->name, name, all.data ? all.data : "");
      itg_text_clear(&all);
      return status;
    }
    for (int j = 0; j < i; j++)
      if (call->tables[j].name && strcmp(call->tables[j].name, name) == 0)
        return itg_fail(error, ITG_ERR_DUPLICATE, "input '%.80s' was given twice", name);
  }
  return ITG_OK;
}

itg_binding *itg_call_binding(const itg_call *call, const char *role) {
  const char *dot = strchr(role, '.');
  size_t input = dot ? (size_t)(dot - role) : 0;
  const char *name = dot ? dot + 1 : role;
  for (int i = 0; i < call->state->n_bindings; i++) {
    itg_binding *b = &call->state->bindings[i];
    if (strcmp(b->role->name, name) != 0) continue;
    if (!dot || (strlen(b->role->input) == input && memcmp(b->role->input, role, input) == 0)) return b;
  }
  return NULL;
}

const itg_node *itg_call_map(const itg_call *call) {
  const itg_node *map = itg_node_get(call->options, "columns");
  return itg_node_is_null(map) ? NULL : map;
}

static itg_status fail_column(const itg_table *table, const char *name, const char *role, itg_error *error) {
  const char **names = itg_alloc((size_t)table->n_columns, sizeof *names);
  if (!names) return itg_fail_memory(error);
  for (int32_t i = 0; i < table->n_columns; i++) names[i] = table->columns[i].name;
  const char *near = itg_suggest(name, names, (size_t)table->n_columns);
  itg_text list = ITG_TEXT_EMPTY;
  for (int32_t i = 0; i < table->n_columns && i < 12; i++)
    itg_text_print(&list, "%s%.40s", i ? ", " : "", names[i]);
  if (table->n_columns > 12) itg_text_print(&list, ", and %d more", (int)table->n_columns - 12);
  itg_status status =
      near ? itg_fail_at(error, ITG_ERR_COLUMN, table, -1, NULL,
                         "no column '%.80s' for role '%s'; did you mean '%s'?", name, role, near)
           : itg_fail_at(error, ITG_ERR_COLUMN, table, -1, NULL,
                         "no column '%.80s' for role '%s'; name it in `columns`; columns are: %s", name, role,
                         list.data ? list.data : "none");
  if (error && strlen(name) < sizeof error->column) strcpy(error->column, name);
  itg_text_clear(&list);
  free(names);
  return status;
}

static bool role_is_plural(const itg_role *role) {
  return role->kind == ITG_ROLE_NUMBERS || role->kind == ITG_ROLE_TEXTS;
}

static itg_status push_column(itg_call *call, itg_binding *b, int index, itg_error *error) {
  const itg_column *column = &b->table->columns[index];
  for (int i = 0; i < b->n; i++)
    if (b->columns[i] == column)
      return itg_fail_at(error, ITG_ERR_COLUMN, b->table, -1, column->name, "given twice for role '%s'",
                         b->role->name);
  if (!b->columns) {
    b->columns = itg_arena_alloc(call->arena, (size_t)b->table->n_columns, sizeof *b->columns);
    b->n_missing = itg_arena_alloc(call->arena, (size_t)b->table->n_columns, sizeof *b->n_missing);
    if (!b->columns || !b->n_missing) return itg_fail_memory(error);
  }
  b->n_missing[b->n] = -1;
  b->columns[b->n++] = column;
  return ITG_OK;
}

/* "/pattern/": every matching column, in the order of the table. */
static itg_status bind_pattern(itg_call *call, itg_binding *b, const char *text, itg_error *error) {
  char *inner = itg_arena_text(call->arena, text + 1, strlen(text) - 2);
  itg_pattern *pattern = NULL;
  if (!inner) return itg_fail_memory(error);
  ITG_TRY(itg_pattern_new(inner, &pattern, error));
  itg_status status = ITG_OK;
  for (int32_t i = 0; i < b->table->n_columns && !status; i++)
    if (itg_pattern_match(pattern, b->table->columns[i].name)) status = push_column(call, b, i, error);
  itg_pattern_free(pattern);
  if (!status && !b->n) status = fail_column(b->table, text, b->role->name, error);
  return status;
}

/* The number that a column has in the place of the hole of a template; -1: it is none of it. */
static int64_t number_in(const char *name, const char *text, const char *hole) {
  size_t before = (size_t)(hole - text), after = strlen(hole + 3), length = strlen(name);
  int64_t number = -1;
  if (length <= before + after || memcmp(name, text, before) != 0 || strcmp(name + length - after, hole + 3) != 0)
    return -1;
  size_t digits = length - before - after;
  if (strspn(name + before, "0123456789") < digits || !itg_integer_parse(name + before, digits, &number)) return -1;
  return number;
}

/* Columns of a template that its count from 1 does not reach would be left out without a word. */
static itg_status check_template(const itg_binding *b, int first, const char *text, const char *hole, const char *end,
                                 itg_error *error) {
  int n = b->n - first;
  for (int32_t i = 0; i < b->table->n_columns; i++) {
    const itg_column *column = &b->table->columns[i];
    int64_t number = number_in(column->name, text, hole);
    bool bound = number < 0;
    for (int k = 0; !bound && k < b->n; k++) bound = b->columns[k] == column;
    if (bound) continue;
    if (number >= 1 && number <= n)
      return itg_fail_at(error, ITG_ERR_COLUMN, b->table, -1, column->name,
                         "'%.60s' fits it as well as '%.60s'; rename or drop one, or list the columns of role '%s'", text,
                         b->columns[first + number - 1]->name, b->role->name);
    return itg_fail_at(error, ITG_ERR_COLUMN, b->table, -1, column->name,
                       "'%.60s' fits it, but counts from 1 to %d%s%.60s%s; rename it, or list the columns of role '%s'", text,
                       n, number ? ": there is no column '" : "", number ? end : "", number ? "'" : "", b->role->name);
  }
  return ITG_OK;
}

/* "prefix_{n}": prefix_1, prefix_2, ... as far as they go; prefix_01 or prefix_001 where these are the names. */
static itg_status bind_template(itg_call *call, itg_binding *b, const char *text, const char *hole,
                                itg_error *error) {
  const char *first = NULL;
  int digits = 1, n_before = b->n;
  for (int n = 1;; n++) {
    char *name = itg_arena_print(call->arena, "%.*s%0*d%s", (int)(hole - text), text, digits, n, hole + 3);
    if (!name) return itg_fail_memory(error);
    if (!first) first = name;
    int index = itg_table_column(b->table, name);
    if (index < 0 && n > 1) return check_template(b, n_before, text, hole, name, error);
    if (index < 0 && digits == 3) return fail_column(b->table, first, b->role->name, error);
    if (index < 0) {
      digits++;
      n = 0;
      continue;
    }
    ITG_TRY(push_column(call, b, index, error));
  }
}

static itg_status bind_name(itg_call *call, itg_binding *b, const itg_node *node, itg_error *error) {
  if (node->kind != ITG_NODE_SCALAR || !node->text[0])
    return itg_fail_node(error, ITG_ERR_OPTION, node,
                         "'columns' maps role '%s' to something that is not a column name", b->role->name);
  const char *text = node->text;
  int index = itg_table_column(b->table, text);
  if (index >= 0) return push_column(call, b, index, error);
  size_t length = strlen(text);
  if (role_is_plural(b->role)) {
    const char *hole = strstr(text, "{n}");
    if (length > 2 && text[0] == '/' && text[length - 1] == '/') return bind_pattern(call, b, text, error);
    if (hole) return bind_template(call, b, text, hole, error);
  }
  return fail_column(b->table, text, b->role->name, error);
}

static const itg_node *mapped(const itg_call *call, const itg_role *role) {
  const itg_node *map = itg_call_map(call);
  char *qualified = itg_arena_print(call->arena, "%s.%s", role->input, role->name);
  const itg_node *node = qualified ? itg_node_get(map, qualified) : NULL;
  if (node) return node;
  /* The plain name belongs to the first input that has such a role. */
  itg_binding *first = itg_call_binding(call, role->name);
  return first && first->role == role ? itg_node_get(map, role->name) : NULL;
}

/* A column of a template that nobody filled in: the role has its name, may be left out, and no cell is there. */
static bool is_unused(const itg_measure *measure, const itg_role *role, const itg_table *table, int index) {
  if (role->required || role->kind != ITG_ROLE_TEXT || !table->n_rows) return false;
  if (!itg_instrument_kind(measure->name)) return false;
  for (int64_t row = 0; row < table->n_rows; row++)
    if (!itg_column_reason(&table->columns[index], row)) return false;
  return true;
}

static itg_status bind_role(itg_call *call, itg_binding *b, itg_error *error) {
  const itg_role *role = b->role;
  const itg_node *node = mapped(call, role);
  b->table = itg_call_table(call, role->input);
  if (!b->table) {
    if (role->required)
      return itg_fail(error, ITG_ERR_ARGUMENT, "measure %s needs the input '%s' (it holds '%s': %s)",
                      call->measure->name, role->input, role->name, role->help ? role->help : "");
    return ITG_OK;
  }
  if (node && itg_node_is_null(node)) node = NULL;
  else if (!node) {
    int index = itg_table_column(b->table, role->name);
    if (index >= 0 && is_unused(call->measure, role, b->table, index))
      return itg_result_note(call->result, error, "Column '%.60s' is blank and was taken for one that is not there.",
                             role->name);
    if (index >= 0) return push_column(call, b, index, error);
    if (role->required) return fail_column(b->table, role->name, role->name, error);
    return ITG_OK;
  }
  if (!node) {
    if (role->required)
      return itg_fail(error, ITG_ERR_OPTION, "role '%s' of measure %s is required; map it to a column", role->name,
                      call->measure->name);
    return ITG_OK;
  }
  if (node->kind != ITG_NODE_LIST) return bind_name(call, b, node, error);
  if (!role_is_plural(role) && node->count != 1)
    return itg_fail_node(error, ITG_ERR_OPTION, node, "role '%s' of measure %s takes one column, not %d", role->name,
                         call->measure->name, (int)node->count);
  for (int32_t i = 0; i < node->count; i++) ITG_TRY(bind_name(call, b, &node->items[i], error));
  return ITG_OK;
}

static itg_status check_map_keys(const itg_call *call, itg_error *error) {
  const itg_node *map = itg_call_map(call);
  if (!map) return ITG_OK;
  if (map->kind != ITG_NODE_MAP)
    return itg_fail_node(error, ITG_ERR_OPTION, map, "'columns' must be a map from role to column name");
  const char *names[64] = {NULL};
  size_t count = 0;
  for (const itg_role *r = call->measure->roles; r && r->name && count < ITG_COUNT(names); r++) {
    if (strcmp(r->name, "items") == 0) return ITG_OK;
    names[count++] = r->name;
  }
  for (int32_t i = 0; i < map->count; i++) {
    if (itg_call_binding(call, map->keys[i])) continue;
    const char *near = itg_suggest(map->keys[i], names, count);
    itg_text all = ITG_TEXT_EMPTY;
    for (size_t k = 0; k < count; k++) itg_text_print(&all, "%s%s", k ? ", " : "", names[k]);
    itg_status status =
        itg_fail_node(error, ITG_ERR_OPTION, &map->items[i], "measure %s has no role '%.80s'; %s%s%s",
                      call->measure->name, map->keys[i], near ? "did you mean '" : "roles are: ",
                      near       ? near
                      : all.data ? all.data
                                 : "none",
                      near ? "'?" : "");
    itg_text_clear(&all);
    return status;
  }
  return ITG_OK;
}

static itg_status bind_roles(itg_call *call, itg_error *error) {
  int count = 0;
  for (const itg_role *r = call->measure->roles; r && r->name; r++) count++;
  call->state->bindings = itg_arena_alloc(call->arena, (size_t)count, sizeof *call->state->bindings);
  if (!call->state->bindings) return itg_fail_memory(error);
  call->state->n_bindings = count;
  for (int i = 0; i < count; i++) call->state->bindings[i].role = &call->measure->roles[i];
  ITG_TRY(check_map_keys(call, error));
  for (int i = 0; i < count; i++) ITG_TRY(bind_role(call, &call->state->bindings[i], error));
  return ITG_OK;
}

/* ---- provenance ---- */

static json_t *resolved_options(const itg_call *call) {
  json_t *options = itg_node_tree(call->options);
  for (const itg_field *f = call->measure->options; f && f->key; f++)
    if (f->fallback && !json_object_get(options, f->key)) itg_tree_set(&options, f->key, json_string(f->fallback));
  return options;
}

static json_t *inputs_json(const itg_call *call) {
  json_t *inputs = json_array();
  for (int t = 0; t < call->n_tables; t++) {
    const itg_table *table = &call->tables[t];
    json_t *columns = json_array();
    for (int i = 0; i < call->state->n_bindings; i++) {
      const itg_binding *b = &call->state->bindings[i];
      if (b->table != table) continue;
      for (int c = 0; c < b->n; c++)
        itg_tree_append(&columns, json_pack("{s:s,s:s,s:o}", "role", b->role->name, "column", b->columns[c]->name,
                                            "missing",
                                            b->n_missing[c] < 0 ? json_null() : json_integer(b->n_missing[c])));
    }
    itg_tree_append(&inputs, json_pack("{s:s,s:o,s:I,s:o}", "input", table->name ? table->name : "data", "source",
                                       itg_tree_text(table->source), "rows", (json_int_t)table->n_rows, "columns",
                                       columns));
  }
  return inputs;
}

static json_t *definition_json(const itg_definition *d) {
  return d ? json_pack("{s:s,s:s,s:s,s:s}", "id", d->id, "version", d->version, "kind", d->kind, "sha256", d->hash)
           : json_null();
}

/* The definition of each value, where a column says which a row uses. */
static json_t *versions_json(const itg_versions *v) {
  json_t *list = json_array();
  for (int32_t i = 0; i < v->n_values; i++) {
    json_t *one = definition_json(&v->definitions[v->of_value[i]]);
    itg_tree_set(&one, "column", json_string(v->column));
    itg_tree_set(&one, "value", json_string(v->values[i]));
    itg_tree_append(&list, one);
  }
  return list;
}

static itg_status write_provenance(itg_call *call, itg_error *error) {
  json_t *definition = definition_json(call->state->definition);
  json_t *root =
      json_pack("{s:s,s:s,s:s,s:o,s:o,s:I,s:s,s:o}", "library", "integrade", "version", ITG_VERSION,
                "measure", call->measure->name, "definition", definition, "options", resolved_options(call),
                "seed", (json_int_t)call->seed, "generator", "Philox4x32-10", "inputs", inputs_json(call));
  if (call->state->versions.column) itg_tree_set(&root, "versions", versions_json(&call->state->versions));
  return itg_result_set_provenance(call->result, root, error);
}

/* ---- few replicates ---- */

/* A percentile limit at level L leaves (1-L)/2 of the draws outside: with fewer than 2/(1-L) draws that is less than
 * one, and the limit is all but the most extreme draw. */
static itg_status note_few_draws(itg_call *call, itg_error *error) {
  const char *key = find_field(call->measure, "replicates") ? "replicates" : "draws", *interval;
  const itg_field *level = find_field(call->measure, "conf_level");
  if (!find_field(call->measure, key) || (!level && strcmp(key, "replicates") == 0)) return ITG_OK;
  interval = find_field(call->measure, "interval") ? itg_call_text(call, "interval") : "percentile";
  if (strcmp(interval, "analytic") == 0 || strcmp(interval, "normal") == 0 || strcmp(interval, "t") == 0)
    return ITG_OK;
  double outside = 1 - (level ? itg_call_number(call, "conf_level") : 0.95);
  int64_t n = itg_call_integer(call, key);
  if (n <= 0 || (double)n * outside >= 2 - 1e-9) return ITG_OK;
  return itg_result_note(
      call->result, error,
      "Limits from %lld %s are all but the extreme ones drawn: at this level they need %lld or more "
      "(2 / (1 - level)).",
      (long long)n, key, (long long)ceil(2 / outside - 1e-9));
}

/* ---- running ---- */

/* Options `long` and `wide`: the main input in another shape, once for a call and those it is forwarded to. */
static itg_status reshape(itg_call *call, itg_error *error) {
  const itg_node *spec[2] = {itg_node_get(call->options, "long"), itg_node_get(call->options, "wide")};
  if (call->shaped || (itg_node_is_null(spec[0]) && itg_node_is_null(spec[1]))) return ITG_OK;
  if (!itg_node_is_null(spec[0]) && !itg_node_is_null(spec[1]))
    return itg_fail_node(error, ITG_ERR_OPTION, spec[1], "give either 'long' or 'wide'");
  const itg_table *table = itg_call_table(call, main_input(call->measure));
  if (!table)
    return itg_fail_node(error, ITG_ERR_OPTION, spec[0] ? spec[0] : spec[1], "there is no table to reshape");
  itg_table *tables = itg_arena_alloc(call->arena, (size_t)call->n_tables, sizeof *tables);
  if (!tables) return itg_fail_memory(error);
  memcpy(tables, call->tables, (size_t)call->n_tables * sizeof *tables);
  ITG_TRY(itg_node_is_null(spec[0]) ? itg_reshape_wide(table, spec[1], call->arena, &call->shaped, error)
                                    : itg_reshape_long(table, spec[0], call->arena, &call->shaped, error));
  tables[table - call->tables] = *itg_frame_table(call->shaped);
  call->tables = tables;
  return ITG_OK;
}

/* A column of option `by` or `keep` that a table of the result has anyway is no fault of the data. */
static itg_status explain_clash(const itg_call *call, itg_status status, itg_error *error) {
  static const char *const keys[] = {"by", "keep"};
  if (status != ITG_ERR_DUPLICATE || !error || error->row || !itg_result_find(call->result, error->source))
    return status;
  for (size_t k = 0; k < ITG_COUNT(keys); k++) {
    const itg_node *list = itg_node_get(call->options, keys[k]);
    for (int32_t i = 0; i < itg_node_length(list); i++) {
      const itg_node *item = itg_node_element(list, i);
      if (strcmp(item->text, error->column) != 0) continue;
      char table[sizeof error->source];
      memcpy(table, error->source, sizeof table);
      return itg_fail_node(
          error, ITG_ERR_OPTION, item,
          "option '%s' cannot hold '%.80s': table %.80s of the result has a column of that name; leave it "
          "out, or rename it in the input",
          keys[k], item->text, table);
    }
  }
  return status;
}

static itg_status prepare_and_run(itg_call *call, itg_error *error) {
  call->state = itg_arena_alloc(call->arena, 1, sizeof *call->state);
  if (!call->state) return itg_fail_memory(error);
  ITG_TRY(check_options(call, error));
  ITG_TRY(check_needs(call, error));
  ITG_TRY(read_missing(call, error));
  ITG_TRY(check_tables(call, error));
  ITG_TRY(reshape(call, error));
  ITG_TRY(bind_roles(call, error));
  ITG_TRY(explain_clash(call, call->measure->run(call, error), error));
  const itg_table *first = itg_result_table(call->result, 0);
  if (!first || !itg_text_equal(first->name, "estimates"))
    return itg_fail(error, ITG_ERR_INTERNAL, "measure %s gave no table of estimates", call->measure->name);
  /* A forwarded call has written the provenance of the measure that did the work. */
  if (itg_result_provenance_tree(call->result)) return ITG_OK;
  ITG_TRY(note_few_draws(call, error));
  return write_provenance(call, error);
}

itg_status itg_call_forward(itg_call *call, const char *measure, itg_error *error) {
  itg_call inner = *call;
  ITG_TRY(itg_measure_need(measure, &inner.measure, error));
  return prepare_and_run(&inner, error);
}

/* Run with options that are already a tree. */
itg_status itg_measure_run_node(const char *measure, const itg_table *tables, int n_tables, const itg_node *options,
                                itg_arena *arena, const itg_control *control, itg_result **out, itg_error *error) {
  itg_call call = {.tables = tables, .n_tables = n_tables, .options = options, .arena = arena};
  itg_meter meter;
  itg_pace pace = {&call.control, 0}, *before = itg_arena_pace(arena);
  *out = NULL;
  if (n_tables < 0 || (n_tables && !tables))
    return itg_fail(error, ITG_ERR_ARGUMENT, "tables are NULL, but %d were announced", n_tables);
  itg_meter_start(&meter, control);
  call.control = meter.control;
  call.pace = &pace;
  ITG_TRY(itg_measure_need(measure, &call.measure, error));
  itg_status status = itg_result_new(&call.result, error);
  itg_arena_set_pace(arena, &pace);
  if (!status) {
    itg_result_set_pace(call.result, &pace);
    status = prepare_and_run(&call, error);
    itg_result_set_pace(call.result, NULL);
  }
  if (!status && control) status = itg_check_stop(control, 1, error);
  itg_arena_set_pace(arena, before);
  itg_frame_free(call.shaped);
  if (status) itg_result_free(call.result);
  else *out = call.result;
  return status;
}

itg_status itg_measure_run(const char *measure, const itg_table *tables, int n_tables, const char *options,
                           const itg_control *control, itg_result **out, itg_error *error) {
  const itg_node *node = NULL;
  *out = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = itg_node_parse(options, options ? strlen(options) : 0, "options", arena, &node, error);
  if (!status) status = itg_measure_run_node(measure, tables, n_tables, node, arena, control, out, error);
  itg_arena_free(arena);
  return status;
}
