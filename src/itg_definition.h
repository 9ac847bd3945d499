/* itg_definition.h - layer 2: an instrument definition as data: read, checked in shape, hashed. */
#ifndef ITG_DEFINITION_H
#define ITG_DEFINITION_H

#include "itg_frame.h"
#include "itg_node.h"

/* Fields that definitions of every kind share; a kind adds its own (see instruments/ and CONTRIBUTING). */
typedef struct itg_definition {
  const char *id, *version, *kind, *title, *unit;
  const itg_node *root;
  const char *source; /* file name, or "built-in <id>" */
  char hash[65];      /* SHA-256 of the canonical JSON of the definition, lower-case hex */
} itg_definition;

bool itg_definition_takes_id(const char *id); /* 1 to 64 small letters, digits and hyphens */

/* Find and read a definition: id of a built-in, path of a .yaml/.yml/.json file, or (node is a map)
 * inline.  Checks the shared shape; the kind's own shape is checked by the measure that uses it.
 * Errors: ITG_ERR_INSTRUMENT (unknown id: the nearest is suggested), ITG_ERR_SYNTAX, ITG_ERR_KEY, ... */
itg_status itg_definition_find(const itg_node *which, itg_arena *arena, itg_definition *out,
                               itg_error *error);
itg_status itg_definition_load(const char *id_or_path, itg_arena *arena, itg_definition *out,
                               itg_error *error);

/* Check the definition's own fields: `fields` are those of its kind, beside the shared ones. */
itg_status itg_definition_check(const itg_definition *definition, const itg_field *fields, itg_error *error);

/* Built-ins, generated from instruments/ into itg_builtin.c, sorted by id. */
typedef struct itg_builtin {
  const char *id;
  const char *text;
} itg_builtin;
extern const itg_builtin itg_builtins[];
extern const int itg_builtin_count;
extern const char itg_catalogue_text[]; /* instruments/catalogue.csv */

#endif
