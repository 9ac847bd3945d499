/* itg_sheet.h - layer 3: what definitions have in common with the spreadsheets that hold them. */
#ifndef ITG_SHEET_H
#define ITG_SHEET_H

#include "itg_base.h"
#include "itg_definition.h"

/* Kinds, the list that holds what their form asks, and what groups the items of it (NULL: nothing): the
 * definition's list of groups, and the key of an item that names its own. */
typedef struct itg_sheet_kind {
  const char *kind, *list, *groups, *group;
} itg_sheet_kind;
const itg_sheet_kind *itg_sheet_kind_find(const char *kind); /* NULL: sheets do not hold it */

/* Columns of the sheet of scores: keys of a score, and behind the dot those of a map; what has several
 * entries has | between them.  Entries of one map stand together. */
typedef struct itg_sheet_column {
  const char *name; /* NULL ends the list */
  bool list;
} itg_sheet_column;
enum { ITG_SHEET_SCORES = 24 };
extern const itg_sheet_column itg_sheet_scores[ITG_SHEET_SCORES + 1];

/* Between the lowest and the highest of an answer that may be any number, in the place of its code. */
#define ITG_SHEET_BETWEEN " to "

/* Options and table of a map. */
itg_status itg_sheet_print_map_options(const itg_node *root, itg_text *out, itg_error *error);
itg_status itg_sheet_print_map_table(const itg_node *root, itg_text *out, itg_error *error);

/* A cell of a CSV text, quoted where it must be; NULL is empty. */
void itg_sheet_add_cell(itg_text *out, bool first, const char *text);

/* A cell of one name or several, with | between (NULL: empty); refused where it would be read back as others. */
itg_status itg_sheet_add_listed(itg_text *out, bool first, const itg_node *names, itg_error *error);
itg_status itg_sheet_check_name(const itg_node *node, const char *name, itg_error *error);

#endif
