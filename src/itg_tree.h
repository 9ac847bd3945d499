/* itg_tree.h - layer 1: JSON trees of jansson whose failures stick, and their text.
 *
 * jansson tells a failed allocation by NULL or -1, once for every value; here the failure stays with the
 * tree, so that only the end needs a check.  The core builds and prints trees, but never reads text through
 * jansson: its reader loses a byte without a word when its buffer cannot grow. */
#ifndef ITG_TREE_H
#define ITG_TREE_H

#include <jansson.h>

#include "itg_base.h"

/* `json` is taken over; when it or the tree is NULL, the whole tree goes and is NULL from then on. */
void itg_tree_set(json_t **map, const char *key, json_t *json);
void itg_tree_append(json_t **list, json_t *json);
json_t *itg_tree_text(const char *text); /* null when NULL */

/* The tree as text, yours (itg_text_free): in the order it was built in, numbers with the fewest digits that
 * read back to the same bits; in lines indented by `indent`, on one line when that is 0.  A NULL tree is out
 * of memory. */
itg_status itg_tree_print(const json_t *tree, int indent, char **out, itg_error *error);

#endif
