/* itg_node.h - layer 2: a YAML or JSON text as a tree, and the one schema checker for all of them.
 *
 * Scalars keep the text that was written; the schema, not the reader, says whether `012` is a number.
 * Refused: duplicate keys, anchors, aliases, tags, several documents, more than 16 MiB, depth over 32. */
#ifndef ITG_NODE_H
#define ITG_NODE_H

#include "itg_base.h"

typedef enum itg_node_kind { ITG_NODE_SCALAR = 1, ITG_NODE_LIST = 2, ITG_NODE_MAP = 3 } itg_node_kind;

typedef struct itg_node {
  itg_node_kind kind;
  const char *text;  /* scalar: as written, unquoted */
  bool quoted;       /* scalar: stood in quotes, so "null" and "~" are text */
  int32_t count;     /* list, map */
  const char **keys; /* map */
  struct itg_node *items;
  const char *source; /* file name for messages */
  int32_t line, column;
} itg_node;

/* Parse; the tree lives in the arena. An empty text is an empty map.  Errors: ITG_ERR_SYNTAX, ITG_ERR_KEY,
 * ITG_ERR_LIMIT with source, line and column. */
itg_status itg_node_parse(const char *text, size_t size, const char *source, itg_arena *arena,
                          const itg_node **out, itg_error *error);
/* Read a whole file, then parse.  ITG_ERR_FILE also for a directory. */
itg_status itg_node_read(const char *path, itg_arena *arena, const itg_node **out, itg_error *error);

const itg_node *itg_node_get(const itg_node *map, const char *key); /* NULL: absent (or map is NULL) */
bool itg_node_is_null(const itg_node *node); /* NULL pointer, or unquoted empty, "~", "null" */
bool itg_node_number(const itg_node *node, double *out);
bool itg_node_integer(const itg_node *node, int64_t *out);
bool itg_node_flag(const itg_node *node, bool *out); /* true, false (also yes, no) */
/* A list, or one scalar standing for a list of one: its length (0: NULL) and its elements. */
int32_t itg_node_length(const itg_node *node);
const itg_node *itg_node_element(const itg_node *node, int32_t i);
/* Text of key in a map, or `fallback`. */
const char *itg_node_text(const itg_node *map, const char *key, const char *fallback);

/* "file, line l, column c: message (CODE)" at the node. */
itg_status itg_fail_node(itg_error *error, itg_status status, const itg_node *node, const char *format, ...)
    ITG_PRINTF(4, 5);

/* ---- schema (itg_schema.c) ---- */

typedef enum itg_field_type {
  ITG_FIELD_TEXT = 1, /* any scalar */
  ITG_FIELD_NUMBER,   /* within min .. max */
  ITG_FIELD_INTEGER,
  ITG_FIELD_FLAG,
  ITG_FIELD_TEXTS,      /* a list of scalars, or one scalar */
  ITG_FIELD_NUMBERS,    /* a list of numbers, or one */
  ITG_FIELD_MAP,        /* a map of `child` shape */
  ITG_FIELD_MAPS,       /* a list of maps of `child` shape */
  ITG_FIELD_NAMED,      /* a map from any key to maps of `child` shape */
  ITG_FIELD_NUMBER_MAP, /* a map from any key to numbers */
  ITG_FIELD_TEXT_MAP,   /* a map from any key to scalars */
  ITG_FIELD_ANY
} itg_field_type;

typedef struct itg_field {
  const char *key; /* NULL ends the list */
  itg_field_type type;
  bool required;
  const char *fallback; /* default as text, for the manual and itg_call_*; NULL: none */
  const char *choices;  /* TEXT, TEXTS: "a|b|c"; NULL: anything */
  double min, max;      /* NUMBER, INTEGER, NUMBERS: used when min < max */
  const struct itg_field *child;
  const char *help;
} itg_field;

/* Check a map against fields; an unknown key names the nearest known one.  `what` names the map in
 * messages ("the evaluation", "option of measure cea").  Status for a bad key: key_status, for a bad value:
 * value_status (definitions: ITG_ERR_KEY and ITG_ERR_VALUE; options: ITG_ERR_OPTION twice). */
itg_status itg_schema_check(const itg_node *map, const itg_field *fields, const char *what,
                            itg_status key_status, itg_status value_status, itg_error *error);

/* Canonical JSON of a tree (sorted keys, scalars as text unless they are canonical numbers, true, false
 * or null unquoted), for hashes and provenance. */
void itg_node_print_json(const itg_node *node, itg_text *out);
/* The same as a tree of jansson, yours (json_decref); NULL when memory is out. */
struct json_t *itg_node_tree(const itg_node *node);

#endif
