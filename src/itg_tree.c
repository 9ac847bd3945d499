/* itg_tree.c - layer 1: JSON trees and their text.
 *
 * jansson builds and escapes; its own numbers have 17 digits always (0.10000000000000001), so the text is
 * passed on with every such number printed anew in its shortest form. */
#include "itg_tree.h"

#include <string.h>

void itg_tree_set(json_t **map, const char *key, json_t *json) {
  if (!json_object_set_new(*map, key, json)) return;
  json_decref(*map);
  *map = NULL;
}

void itg_tree_append(json_t **list, json_t *json) {
  if (!json_array_append_new(*list, json)) return;
  json_decref(*list);
  *list = NULL;
}

json_t *itg_tree_text(const char *text) { return text ? json_string(text) : json_null(); }

/* ---- the text ---- */

typedef struct writer {
  itg_text out;
  char number[64]; /* a number on its way */
  size_t n;
  bool quoted, escaped; /* inside a string; after a backslash in it */
} writer;

static void flush_number(writer *w) {
  double value;
  bool real = memchr(w->number, '.', w->n) || memchr(w->number, 'e', w->n);
  if (real && itg_number_parse(w->number, w->n, &value))
    itg_text_number(&w->out, value);
  else
    itg_text_append(&w->out, w->number, w->n);
  w->n = 0;
}

static bool is_number_byte(char c) { return (c >= '0' && c <= '9') || (c && strchr("+-.eE", c)); }

/* A letter e outside strings that follows no digit belongs to true or false. */
static int pass_on(const char *bytes, size_t size, void *payload) {
  writer *w = payload;
  for (size_t i = 0; i < size; i++) {
    char c = bytes[i];
    if (!w->quoted && is_number_byte(c) && (w->n || c == '-' || (c >= '0' && c <= '9')) &&
        w->n < sizeof w->number) {
      w->number[w->n++] = c;
      continue;
    }
    if (w->n) flush_number(w);
    if (c == '"' && !w->escaped) w->quoted = !w->quoted;
    w->escaped = w->quoted && c == '\\' && !w->escaped;
    itg_text_append(&w->out, &c, 1);
  }
  return w->out.failed ? -1 : 0;
}

/* What could not be passed on shows in the writer: jansson does not look at it for the keys of a map. */
itg_status itg_tree_print(const json_t *tree, int indent, char **out, itg_error *error) {
  writer w = {.out = ITG_TEXT_EMPTY};
  size_t flags = JSON_PRESERVE_ORDER | (indent ? JSON_INDENT((size_t)indent) : JSON_COMPACT);
  *out = NULL;
  if (tree && json_dump_callback(tree, pass_on, &w, flags) == 0) return itg_text_take(&w.out, out, error);
  itg_text_clear(&w.out);
  return itg_fail_memory(error);
}
