/* itg_node.c - layer 2: YAML and JSON text to a tree, through libyaml. */
#include "itg_node.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

enum { MAX_SIZE = 16 << 20, MAX_DEPTH = 32, MAX_NODES = 2000000 };

typedef struct reader {
  yaml_parser_t parser;
  itg_arena *arena;
  const char *source;
  int64_t nodes;
  itg_error *error;
} reader;

static itg_status fail_mark(reader *r, itg_status status, yaml_mark_t mark, const char *what) {
  return itg_fail_file(r->error, status, r->source, (int64_t)mark.line + 1, (int64_t)mark.column + 1, "%s",
                       what);
}

/* What is wrong in words of this project: the reader's own are of use to who writes readers. */
static const char *plain_words(const char *problem) {
  static const struct {
    const char *theirs, *ours;
  } words[] = {
      {"cannot start any token",
       "a character that cannot begin a value (such as @, ` or a tab); put the value in quotes"},
      {"expected ',' or ']'", "a list [a, b] lacks a comma or its closing bracket"},
      {"expected ',' or '}'", "a map {a: 1, b: 2} lacks a comma or its closing brace"},
      {"mapping values are not allowed", "a second ': ' in one line; put a value that holds it in quotes"},
      {"could not find expected ':'", "a key without ': ' and a value"},
      {"did not find expected key",
       "a line that is no 'key: value', or does not stand below the lines of its map"},
      {"'-' indicator", "a line that does not stand below the entries '- ' of its list"},
      {"block sequence entries are not allowed", "a list '- ' that must begin in a line of its own"},
      {"unexpected end of stream", "a quotation mark that is not closed"},
      {"unknown escape character", "a \\ within double quotes; use single quotes"},
      {"indentation", "a tab before the text; indent with spaces"},
  };
  for (size_t i = 0; i < ITG_COUNT(words); i++)
    if (strstr(problem, words[i].theirs)) return words[i].ours;
  return problem;
}

static itg_status next_event(reader *r, yaml_event_t *event) {
  if (yaml_parser_parse(&r->parser, event)) return ITG_OK;
  if (r->parser.error == YAML_MEMORY_ERROR) return itg_fail_memory(r->error);
  const char *problem = r->parser.problem ? r->parser.problem : "not readable as YAML or JSON";
  if (r->parser.error == YAML_READER_ERROR)
    return itg_fail_file(r->error, ITG_ERR_SYNTAX, r->source, 0, 0, "not UTF-8 text (byte %llu): %s",
                         (unsigned long long)r->parser.problem_offset, problem);
  yaml_mark_t mark = r->parser.problem_mark;
  return itg_fail_file(r->error, ITG_ERR_SYNTAX, r->source, (int64_t)mark.line + 1, (int64_t)mark.column + 1,
                       "not readable as YAML or JSON: %s", plain_words(problem));
}

static itg_status read_node(reader *r, yaml_event_t *event, int depth, itg_node *out);

/* Items of a list or map gather in a growing array and are copied to the arena once their number is
 * known. */
typedef struct gather {
  itg_node *items;
  const char **keys;
  int32_t count, capacity;
} gather;

static itg_status gather_room(reader *r, gather *g, bool map) {
  if (g->count < g->capacity) return ITG_OK;
  int32_t capacity = g->capacity ? 2 * g->capacity : 8;
  itg_node *items = itg_grow(g->items, (size_t)capacity, sizeof *items);
  if (!items) return itg_fail_memory(r->error);
  g->items = items;
  if (map) {
    const char **keys = itg_grow(g->keys, (size_t)capacity, sizeof *keys);
    if (!keys) return itg_fail_memory(r->error);
    g->keys = keys;
  }
  g->capacity = capacity;
  return ITG_OK;
}

static int compare_keys(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static itg_status check_unique(reader *r, const gather *g, yaml_mark_t mark) {
  if (g->count < 2) return ITG_OK;
  const char **sorted = itg_alloc((size_t)g->count, sizeof *sorted);
  if (!sorted) return itg_fail_memory(r->error);
  memcpy(sorted, g->keys, (size_t)g->count * sizeof *sorted);
  qsort(sorted, (size_t)g->count, sizeof *sorted, compare_keys);
  const char *twice = NULL;
  for (int32_t i = 1; i < g->count && !twice; i++)
    if (strcmp(sorted[i - 1], sorted[i]) == 0) twice = sorted[i];
  free(sorted);
  if (!twice) return ITG_OK;
  int64_t line = (int64_t)mark.line + 1, column = (int64_t)mark.column + 1;
  for (int32_t i = 0, seen = 0; i < g->count; i++)
    if (strcmp(g->keys[i], twice) == 0 && ++seen == 2) line = g->items[i].line, column = g->items[i].column;
  return itg_fail_file(r->error, ITG_ERR_KEY, r->source, line, column,
                       "key '%s' stands twice in one map; keep one", twice);
}

static itg_status read_collection(reader *r, bool map, yaml_mark_t start, int depth, itg_node *out) {
  itg_status status = ITG_OK;
  gather g = {NULL, NULL, 0, 0};
  yaml_event_t event;
  if (depth >= MAX_DEPTH) return fail_mark(r, ITG_ERR_LIMIT, start, "nested more than 32 levels deep");
  for (;;) {
    status = next_event(r, &event);
    if (status) break;
    if (event.type == (map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT)) {
      yaml_event_delete(&event);
      break;
    }
    status = gather_room(r, &g, map);
    if (!status && map) {
      if (event.type != YAML_SCALAR_EVENT || event.data.scalar.anchor || event.data.scalar.tag)
        status = fail_mark(r, ITG_ERR_SYNTAX, event.start_mark, "a key must be plain text");
      else {
        g.keys[g.count] =
            itg_arena_text(r->arena, (const char *)event.data.scalar.value, event.data.scalar.length);
        if (!g.keys[g.count]) status = itg_fail_memory(r->error);
        else if (strlen(g.keys[g.count]) != event.data.scalar.length)
          status = fail_mark(r, ITG_ERR_SYNTAX, event.start_mark, "a key holds a NUL character");
      }
      yaml_event_delete(&event);
      if (!status) status = next_event(r, &event);
      if (status) break;
    } else if (status) {
      yaml_event_delete(&event);
      break;
    }
    status = read_node(r, &event, depth + 1, &g.items[g.count]);
    if (status) break;
    g.count++;
  }
  if (!status && map) status = check_unique(r, &g, start);
  if (!status) {
    out->kind = map ? ITG_NODE_MAP : ITG_NODE_LIST;
    out->count = g.count;
    out->items = itg_arena_alloc(r->arena, (size_t)g.count, sizeof *out->items);
    out->keys = map ? itg_arena_alloc(r->arena, (size_t)g.count, sizeof *out->keys) : NULL;
    if (!out->items || (map && !out->keys)) status = itg_fail_memory(r->error);
    else if (g.count) {
      memcpy(out->items, g.items, (size_t)g.count * sizeof *out->items);
      if (map) memcpy(out->keys, g.keys, (size_t)g.count * sizeof *out->keys);
    }
  }
  free(g.items);
  free(g.keys);
  return status;
}

/* Consumes the event. */
static itg_status read_node(reader *r, yaml_event_t *event, int depth, itg_node *out) {
  itg_status status = ITG_OK;
  yaml_mark_t mark = event->start_mark;
  const yaml_char_t *anchor = NULL, *tag = NULL;
  memset(out, 0, sizeof *out);
  out->source = r->source;
  out->line = (int32_t)mark.line + 1;
  out->column = (int32_t)mark.column + 1;
  if (++r->nodes > MAX_NODES) {
    yaml_event_delete(event);
    return fail_mark(r, ITG_ERR_LIMIT, mark, "more than 2000000 values");
  }
  yaml_event_type_t type = event->type;
  if (type == YAML_SCALAR_EVENT) {
    anchor = event->data.scalar.anchor;
    tag = event->data.scalar.tag;
    out->kind = ITG_NODE_SCALAR;
    out->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    out->text = itg_arena_text(r->arena, (const char *)event->data.scalar.value, event->data.scalar.length);
    if (!out->text) status = itg_fail_memory(r->error);
    else if (strlen(out->text) != event->data.scalar.length)
      status = fail_mark(r, ITG_ERR_SYNTAX, mark, "text holds a NUL character");
  } else if (type == YAML_SEQUENCE_START_EVENT) {
    anchor = event->data.sequence_start.anchor;
    tag = event->data.sequence_start.tag;
  } else if (type == YAML_MAPPING_START_EVENT) {
    anchor = event->data.mapping_start.anchor;
    tag = event->data.mapping_start.tag;
  } else
    status = fail_mark(r, ITG_ERR_SYNTAX, mark,
                       type == YAML_ALIAS_EVENT ? "aliases (*name) are not accepted; write the value out"
                                                : "a value was expected");
  if (!status && anchor) status = fail_mark(r, ITG_ERR_SYNTAX, mark, "anchors (&name) are not accepted");
  if (!status && tag)
    status = fail_mark(r, ITG_ERR_SYNTAX, mark, "tags (!name) are not accepted; put text in quotes");
  yaml_event_delete(event);
  if (status || type == YAML_SCALAR_EVENT) return status;
  return read_collection(r, type == YAML_MAPPING_START_EVENT, mark, depth, out);
}

itg_status itg_node_parse(const char *text, size_t size, const char *source, itg_arena *arena,
                          const itg_node **out, itg_error *error) {
  reader r = {.arena = arena, .source = NULL, .nodes = 0, .error = error};
  yaml_event_t event;
  *out = NULL;
  if (size > MAX_SIZE)
    return itg_fail_file(error, ITG_ERR_LIMIT, source, 0, 0,
                         "larger than 16 MiB; this is not a definition file");
  r.source = itg_arena_text(arena, source ? source : "options", strlen(source ? source : "options"));
  itg_node *root = itg_arena_alloc(arena, 1, sizeof *root);
  if (!r.source || !root) return itg_fail_memory(error);
  if (!yaml_parser_initialize(&r.parser)) return itg_fail_memory(error);
  yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text ? text : ""), size);
  *root = (itg_node){.kind = ITG_NODE_MAP, .source = r.source, .line = 1, .column = 1};

  itg_status status = ITG_OK;
  bool seen = false;
  for (bool done = false; !status && !done;) {
    status = next_event(&r, &event);
    if (status) break;
    switch (event.type) {
      case YAML_STREAM_START_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        yaml_event_delete(&event);
        break;
      case YAML_DOCUMENT_START_EVENT:
        if (seen)
          status = fail_mark(&r, ITG_ERR_SYNTAX, event.start_mark,
                             "a second document begins; one per file is accepted");
        yaml_event_delete(&event);
        break;
      case YAML_STREAM_END_EVENT:
        done = true;
        yaml_event_delete(&event);
        break;
      default:
        status = read_node(&r, &event, 0, root);
        seen = true;
    }
  }
  yaml_parser_delete(&r.parser);
  if (!status) *out = root;
  return status;
}

itg_status itg_node_read(const char *path, itg_arena *arena, const itg_node **out, itg_error *error) {
  itg_status status = ITG_OK;
  char *text = NULL;
  struct stat info;
  *out = NULL;
  FILE *file = fopen(path, "rb");
  if (!file) return itg_fail(error, ITG_ERR_FILE, "%s cannot be opened: %s", path, strerror(errno));
  if (fstat(fileno(file), &info) == 0 && S_ISDIR(info.st_mode))
    status = itg_fail(error, ITG_ERR_FILE, "%s is a directory; a file is needed", path);
  if (!status && !(text = itg_alloc((size_t)MAX_SIZE + 2, 1))) status = itg_fail_memory(error);
  if (!status) {
    size_t size = fread(text, 1, (size_t)MAX_SIZE + 1, file);
    if (ferror(file)) status = itg_fail(error, ITG_ERR_FILE, "%s cannot be read: %s", path, strerror(errno));
    else status = itg_node_parse(text, size, path, arena, out, error);
  }
  free(text);
  fclose(file);
  return status;
}

const itg_node *itg_node_get(const itg_node *map, const char *key) {
  if (!map || map->kind != ITG_NODE_MAP) return NULL;
  for (int32_t i = 0; i < map->count; i++)
    if (strcmp(map->keys[i], key) == 0) return &map->items[i];
  return NULL;
}

bool itg_node_is_null(const itg_node *node) {
  if (!node) return true;
  if (node->kind != ITG_NODE_SCALAR || node->quoted) return false;
  return node->text[0] == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0;
}

bool itg_node_number(const itg_node *node, double *out) {
  return node && node->kind == ITG_NODE_SCALAR && itg_number_parse(node->text, strlen(node->text), out);
}

bool itg_node_integer(const itg_node *node, int64_t *out) {
  if (!node || node->kind != ITG_NODE_SCALAR) return false;
  if (itg_integer_parse(node->text, strlen(node->text), out)) return true;
  double value; /* 1e4 and 5.0 are integers too: R and Python print them so */
  if (!itg_number_parse(node->text, strlen(node->text), &value)) return false;
  if (!(value >= -9007199254740992.0 && value <= 9007199254740992.0) || value != (double)(int64_t)value)
    return false;
  *out = (int64_t)value;
  return true;
}

bool itg_node_flag(const itg_node *node, bool *out) {
  static const char *const words[] = {"false", "true", "no", "yes", "False", "True", "FALSE", "TRUE"};
  if (!node || node->kind != ITG_NODE_SCALAR) return false;
  for (size_t i = 0; i < ITG_COUNT(words); i++)
    if (strcmp(node->text, words[i]) == 0) {
      *out = i % 2;
      return true;
    }
  return false;
}

int32_t itg_node_length(const itg_node *node) {
  return !node ? 0 : node->kind == ITG_NODE_SCALAR ? 1 : node->count;
}

const itg_node *itg_node_element(const itg_node *node, int32_t i) {
  return node->kind == ITG_NODE_SCALAR ? node : &node->items[i];
}

const char *itg_node_text(const itg_node *map, const char *key, const char *fallback) {
  const itg_node *node = itg_node_get(map, key);
  return node && node->kind == ITG_NODE_SCALAR && !itg_node_is_null(node) ? node->text : fallback;
}

itg_status itg_fail_node(itg_error *error, itg_status status, const itg_node *node, const char *format, ...) {
  char body[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(body, sizeof body, format, args);
  va_end(args);
  if (!node) return itg_fail(error, status, "%s", body);
  return itg_fail_file(error, status, node->source, node->line, node->column, "%s", body);
}
