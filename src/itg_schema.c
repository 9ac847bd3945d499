/* itg_schema.c - layer 2: the one checker of shapes: definitions, evaluations and options of measures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_node.h"
#include "itg_tree.h"

typedef struct check {
  const char *what;
  itg_status key_status, value_status;
  itg_faults *faults; /* all that are found: a fault is added where the check goes on after it */
  itg_error *error;   /* of the one at hand */
} check;

static const char *type_words(itg_field_type type) {
  switch (type) {
    case ITG_FIELD_TEXT: return "text";
    case ITG_FIELD_NUMBER: return "a number";
    case ITG_FIELD_INTEGER: return "a whole number";
    case ITG_FIELD_FLAG: return "true or false";
    case ITG_FIELD_TEXTS: return "text or a list of texts";
    case ITG_FIELD_NUMBERS: return "a number or a list of numbers";
    case ITG_FIELD_MAP: return "a map (key: value)";
    case ITG_FIELD_MAPS: return "a list of maps";
    case ITG_FIELD_NAMED: return "a map of maps";
    case ITG_FIELD_NUMBER_MAP: return "a map of numbers";
    case ITG_FIELD_TEXT_MAP: return "a map of texts";
    case ITG_FIELD_ANY: return "anything";
  }
  return "anything";
}

static itg_status wrong_type(const check *c, const itg_node *node, const itg_field *field) {
  const char *found = node->kind == ITG_NODE_SCALAR ? node->text
                      : node->kind == ITG_NODE_LIST ? "a list"
                                                    : "a map";
  return itg_fail_node(c->error, c->value_status, node, "'%s' of %s must be %s, not %.80s", field->key,
                       c->what, type_words(field->type), found[0] ? found : "empty");
}

static itg_status check_choice(const check *c, const itg_node *node, const itg_field *field) {
  if (!field->choices) return ITG_OK;
  size_t length = strlen(node->text), count = 1;
  for (const char *at = field->choices;;) {
    const char *end = strchr(at, '|');
    size_t size = end ? (size_t)(end - at) : strlen(at);
    if (size == length && memcmp(at, node->text, size) == 0) return ITG_OK;
    if (!end) break;
    at = end + 1;
    count++;
  }
  /* Not one of them: say which is nearest. */
  char *copy = itg_copy_text(field->choices);
  const char **words = itg_alloc(count, sizeof *words);
  itg_status status = ITG_ERR_MEMORY;
  if (copy && words) {
    count = 0;
    for (char *at = copy; at;) {
      char *end = strchr(at, '|');
      if (end) *end++ = '\0';
      words[count++] = at;
      at = end;
    }
    const char *near = itg_suggest(node->text, words, count);
    itg_text allowed = ITG_TEXT_EMPTY;
    for (size_t i = 0; i < count; i++) itg_text_print(&allowed, "%s%s", i ? ", " : "", words[i]);
    status = itg_fail_node(c->error, c->value_status, node, "'%s' of %s is '%.80s'; allowed: %s%s%s%s",
                           field->key, c->what, node->text, allowed.data ? allowed.data : "",
                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    itg_text_clear(&allowed);
  } else
    itg_fail_memory(c->error);
  free(words);
  free(copy);
  return status;
}

static itg_status check_number(const check *c, const itg_node *node, const itg_field *field, bool whole) {
  double value;
  int64_t integer;
  if (!itg_node_number(node, &value)) return wrong_type(c, node, field);
  if (whole && !itg_node_integer(node, &integer)) return wrong_type(c, node, field);
  if (!isfinite(value)) return wrong_type(c, node, field);
  if (field->min < field->max && !(value >= field->min && value <= field->max)) {
    char low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
    itg_number_print(field->min, low);
    itg_number_print(field->max, high);
    if (isinf(field->max) && isinf(field->min)) return ITG_OK;
    if (isinf(field->max))
      return itg_fail_node(c->error, c->value_status, node, "'%s' of %s is %.40s; it must be at least %s",
                           field->key, c->what, node->text, low);
    return itg_fail_node(c->error, c->value_status, node, "'%s' of %s is %.40s; allowed: %s to %s",
                         field->key, c->what, node->text, low, high);
  }
  return ITG_OK;
}

static itg_status check_map(const check *c, const itg_node *map, const itg_field *fields);

/* A fault is kept and the check goes on, unless it had better not. */
static itg_status after(const check *c, itg_status status) { return itg_faults_add(c->faults, status) ? ITG_OK : status; }

static itg_status check_child(const check *c, const itg_node *node, const itg_field *field) {
  if (node->kind != ITG_NODE_MAP) return wrong_type(c, node, field);
  if (!field->child) return ITG_OK;
  check inner = *c;
  inner.what = field->key;
  return check_map(&inner, node, field->child);
}

/* A list, or the single thing standing for a list of one. */
static itg_status check_each(const check *c, const itg_node *node, const itg_field *field,
                             itg_status (*one)(const check *, const itg_node *, const itg_field *)) {
  if (node->kind != ITG_NODE_LIST) return one(c, node, field);
  itg_status status = ITG_OK;
  for (int32_t i = 0; i < node->count && !status; i++) status = after(c, one(c, &node->items[i], field));
  return status;
}

static itg_status check_text(const check *c, const itg_node *node, const itg_field *field) {
  if (node->kind != ITG_NODE_SCALAR) return wrong_type(c, node, field);
  return check_choice(c, node, field);
}

static itg_status check_plain_number(const check *c, const itg_node *node, const itg_field *field) {
  return check_number(c, node, field, false);
}

static itg_status check_value(const check *c, const itg_node *node, const itg_field *field) {
  bool flag;
  switch (field->type) {
    case ITG_FIELD_TEXT: return check_text(c, node, field);
    case ITG_FIELD_NUMBER: return check_number(c, node, field, false);
    case ITG_FIELD_INTEGER: return check_number(c, node, field, true);
    case ITG_FIELD_FLAG: return itg_node_flag(node, &flag) ? ITG_OK : wrong_type(c, node, field);
    case ITG_FIELD_TEXTS: return check_each(c, node, field, check_text);
    case ITG_FIELD_NUMBERS: return check_each(c, node, field, check_plain_number);
    case ITG_FIELD_MAP: return check_child(c, node, field);
    case ITG_FIELD_MAPS:
      if (node->kind != ITG_NODE_LIST) return wrong_type(c, node, field);
      return check_each(c, node, field, check_child);
    case ITG_FIELD_NAMED:
    case ITG_FIELD_NUMBER_MAP:
    case ITG_FIELD_TEXT_MAP:
      if (node->kind != ITG_NODE_MAP) return wrong_type(c, node, field);
      for (int32_t i = 0; i < node->count; i++)
        ITG_TRY(after(c, field->type == ITG_FIELD_NAMED        ? check_child(c, &node->items[i], field)
                         : field->type == ITG_FIELD_NUMBER_MAP ? check_number(c, &node->items[i], field, false)
                                                               : check_text(c, &node->items[i], field)));
      return ITG_OK;
    case ITG_FIELD_ANY: return ITG_OK;
  }
  return ITG_OK;
}

static itg_status unknown_key(const check *c, const itg_node *map, int32_t index, const itg_field *fields) {
  enum { MOST = 128 };
  const char *known[MOST] = {NULL};
  size_t count = 0;
  for (const itg_field *f = fields; f->key && count < MOST; f++) known[count++] = f->key;
  const char *near = itg_suggest(map->keys[index], known, count);
  itg_text allowed = ITG_TEXT_EMPTY;
  for (size_t i = 0; i < count; i++) itg_text_print(&allowed, "%s%s", i ? ", " : "", known[i]);
  itg_status status =
      near ? itg_fail_node(c->error, c->key_status, &map->items[index],
                           "%s has no key '%.80s'; did you mean '%s'?", c->what, map->keys[index], near)
           : itg_fail_node(c->error, c->key_status, &map->items[index], "%s has no key '%.80s'; allowed: %s",
                           c->what, map->keys[index], allowed.data ? allowed.data : "none");
  itg_text_clear(&allowed);
  if (c->error && status == c->key_status && strlen(map->keys[index]) < sizeof c->error->column)
    strcpy(c->error->column, map->keys[index]);
  return status;
}

static itg_status check_map(const check *c, const itg_node *map, const itg_field *fields) {
  bool unknown = false; /* a key that is lacking may be the one that was misspelt */
  for (int32_t i = 0; i < map->count; i++) {
    const itg_field *field = fields;
    while (field->key && strcmp(field->key, map->keys[i]) != 0) field++;
    unknown = unknown || !field->key;
    if (!field->key) ITG_TRY(after(c, unknown_key(c, map, i, fields)));
    if (!field->key || itg_node_is_null(&map->items[i])) continue; /* null: as if absent */
    ITG_TRY(after(c, check_value(c, &map->items[i], field)));
  }
  for (const itg_field *field = fields; field->key && !unknown; field++)
    if (field->required && itg_node_is_null(itg_node_get(map, field->key)))
      ITG_TRY(after(c, itg_fail_node(c->error, c->key_status, map, "%s lacks the key '%s': %s", c->what, field->key,
                                     field->help ? field->help : type_words(field->type))));
  return ITG_OK;
}

itg_status itg_schema_check(const itg_node *map, const itg_field *fields, const char *what,
                            itg_status key_status, itg_status value_status, itg_error *error) {
  itg_faults faults = {.all = error};
  check c = {what, key_status, value_status, &faults, &faults.one};
  if (!map || map->kind != ITG_NODE_MAP)
    return itg_fail_node(error, value_status, map, "%s must be a map (key: value)", what);
  if (check_map(&c, map, fields)) return faults.status;
  return itg_faults_end(&faults);
}

/* ---- canonical JSON ---- */

static void print_string(const char *string, itg_text *out) {
  itg_text_add(out, "\"");
  for (const char *c = string; *c; c++) {
    if (*c == '"' || *c == '\\') itg_text_print(out, "\\%c", *c);
    else if ((unsigned char)*c < ' ') itg_text_print(out, "\\u%04x", (unsigned)(unsigned char)*c);
    else itg_text_append(out, c, 1);
  }
  itg_text_add(out, "\"");
}

/* A plain scalar that JSON itself would read as the same number stays a number. */
static bool is_json_number(const char *text) {
  const char *c = text;
  if (*c == '-') c++;
  if (*c == '0') c++;
  else if (*c >= '1' && *c <= '9')
    while (*c >= '0' && *c <= '9') c++;
  else return false;
  if (*c == '.') {
    if (!(c[1] >= '0' && c[1] <= '9')) return false;
    for (c++; *c >= '0' && *c <= '9'; c++) {}
  }
  if (*c == 'e' || *c == 'E') {
    c++;
    if (*c == '+' || *c == '-') c++;
    if (!(*c >= '0' && *c <= '9')) return false;
    while (*c >= '0' && *c <= '9') c++;
  }
  return *c == '\0';
}

/* The least key above `last` (NULL: above all), -1 at the end: maps are small. */
static int32_t next_key(const itg_node *map, const char *last) {
  int32_t next = -1;
  for (int32_t i = 0; i < map->count; i++)
    if ((!last || strcmp(map->keys[i], last) > 0) && (next < 0 || strcmp(map->keys[i], map->keys[next]) < 0))
      next = i;
  return next;
}

static bool is_json_flag(const char *text) { return strcmp(text, "true") == 0 || strcmp(text, "false") == 0; }

void itg_node_print_json(const itg_node *node, itg_text *out) {
  if (itg_node_is_null(node)) {
    itg_text_add(out, "null");
  } else if (node->kind == ITG_NODE_SCALAR) {
    if (!node->quoted && (is_json_number(node->text) || is_json_flag(node->text)))
      itg_text_add(out, node->text);
    else print_string(node->text, out);
  } else if (node->kind == ITG_NODE_LIST) {
    itg_text_add(out, "[");
    for (int32_t i = 0; i < node->count; i++) {
      if (i) itg_text_add(out, ",");
      itg_node_print_json(&node->items[i], out);
    }
    itg_text_add(out, "]");
  } else {
    itg_text_add(out, "{");
    const char *last = NULL;
    for (int32_t at; (at = next_key(node, last)) >= 0; last = node->keys[at]) {
      if (last) itg_text_add(out, ",");
      print_string(node->keys[at], out);
      itg_text_add(out, ":");
      itg_node_print_json(&node->items[at], out);
    }
    itg_text_add(out, "}");
  }
}

/* ---- the same as a tree ---- */

/* A number that JSON cannot hold stays text, as it was written. */
static json_t *scalar_tree(const itg_node *node) {
  if (itg_node_is_null(node)) return json_null();
  double number;
  int64_t integer;
  size_t size = strlen(node->text);
  if (!node->quoted && is_json_flag(node->text)) return json_boolean(node->text[0] == 't');
  if (!node->quoted && is_json_number(node->text)) {
    if (!strpbrk(node->text, ".eE") && itg_integer_parse(node->text, size, &integer))
      return json_integer(integer);
    if (itg_number_parse(node->text, size, &number) && isfinite(number)) return json_real(number);
  }
  return json_string(node->text);
}

json_t *itg_node_tree(const itg_node *node) {
  if (!node || node->kind == ITG_NODE_SCALAR) return scalar_tree(node);
  json_t *tree = node->kind == ITG_NODE_LIST ? json_array() : json_object();
  if (node->kind == ITG_NODE_LIST) {
    for (int32_t i = 0; i < node->count; i++) itg_tree_append(&tree, itg_node_tree(&node->items[i]));
    return tree;
  }
  const char *last = NULL;
  for (int32_t at; (at = next_key(node, last)) >= 0; last = node->keys[at])
    itg_tree_set(&tree, node->keys[at], itg_node_tree(&node->items[at]));
  return tree;
}
