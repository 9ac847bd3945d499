/* itg_valueset.h - layer 3: an EQ-5D value set, compiled from its definition into one table of values. */
#ifndef ITG_VALUESET_H
#define ITG_VALUESET_H

#include "itg_definition.h"

#define ITG_EQ5D_DIMENSIONS 5

/* The profile with levels l1 .. l5 (1 .. levels) has index ((l1-1)*levels + l2-1)*levels + ... + l5-1. */
typedef struct itg_valueset {
  int32_t levels;   /* 3 or 5 */
  int32_t n_states; /* levels^5: 243 or 3125 */
  double *values;   /* n_states values, and NaN at index n_states, the place of every missing profile */
} itg_valueset;

/* Fields of a definition of kind valueset, beside the shared ones. */
extern const itg_field itg_valueset_fields[];

/* Compile; memory from the arena.  Errors: the 400 family with file, line and key. */
itg_status itg_valueset_make(const itg_definition *definition, itg_arena *arena, itg_valueset *out,
                             itg_error *error);

/* To so many decimals; halves go away from 0, also those that sums of decimals miss by their last bits. */
double itg_valueset_round(double value, int64_t decimals);

/* Levels of a profile index, most significant (mobility) first. */
void itg_valueset_levels(const itg_valueset *set, int32_t index, int levels[ITG_EQ5D_DIMENSIONS]);

/* Index of a profile written as five digits ("21232"), or -1. */
int32_t itg_valueset_find(const itg_valueset *set, const char *profile);

#endif
