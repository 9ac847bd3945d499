/* itg_reshape.h - layer 3: tables turned from long answers to a column per item, and back. */
#ifndef ITG_RESHAPE_H
#define ITG_RESHAPE_H

#include "itg_measure.h"

/* Shapes of the options `long` and `wide`. */
extern const itg_field itg_long_fields[], itg_wide_fields[];

/* `long` (map id, item, answer): one row per value of the column id, in order of first appearance; a column
 * per value of the column item, holding the answer; other columns that do not vary within an id are kept.
 * Errors: ITG_ERR_COLUMN, ITG_ERR_DUPLICATE (an item answered twice by one id), ITG_ERR_EMPTY. */
itg_status itg_reshape_long(const itg_table *table, const itg_node *spec, itg_arena *arena, itg_frame **out,
                            itg_error *error);

/* `wide` (map columns, name, value): a row per row and matched column.  `columns` is a list of names, or
 * "prefix_{id}" (the name is what stands for {id}), or "/PCRE2 pattern/".
 * Errors: ITG_ERR_COLUMN, ITG_ERR_EMPTY. */
itg_status itg_reshape_wide(const itg_table *table, const itg_node *spec, itg_arena *arena, itg_frame **out,
                            itg_error *error);

#endif
