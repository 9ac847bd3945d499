/* itg_waves.h - layer 3: the two waves between which something changes. */
#ifndef ITG_WAVES_H
#define ITG_WAVES_H

#include "itg_measure.h"

/* Indices of the waves of role 'wave' that the two options name, the earlier first; defaults: the first and the last by
 * the numbers in their names (3 months, 12 months; 2019-12, 2020-01).  Words have no such default, since the alphabet puts
 * after before 'before' and post before 'pre', nor have dates whose year is not first: one of two waves must be named, or
 * both of more.  Errors: ITG_ERR_DATA for less than two waves; ITG_ERR_OPTION for a wave that there is not, the same twice,
 * or waves whose order is not plain without an option. */
itg_status itg_waves_find(itg_call *call, const itg_factor *waves, const char *earlier, const char *later, int32_t *from,
                          int32_t *to, itg_error *error);

#endif
