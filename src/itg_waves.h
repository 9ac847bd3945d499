/* itg_waves.h - layer 3: the order in time of waves, periods and rounds, by the numbers in their names. */
#ifndef ITG_WAVES_H
#define ITG_WAVES_H

#include "itg_measure.h"

/* -1: a is earlier, 1: b is; 0 where their numbers do not tell.  3 months is before 12 months, 2019-12 before 2020-01, Q4
 * 2019 before Q1 2020 and 31/12/2019 before 01/01/2020; but words are open, since the alphabet puts after before 'before'
 * and post before 'pre', and so are 01/02/2019 and 02/01/2019. */
int itg_waves_compare(const char *a, const char *b);

/* The column of a role, its levels from the first to the last: as `option`, a list, says; without it by their numbers.
 * ITG_ERR_OPTION when two or more are in no plain order, or the list lacks one or repeats one.  option NULL: the order
 * matters for the eye alone, and what is not plain stays in the order of text. */
itg_status itg_waves_factor(itg_call *call, const char *role, const char *option, itg_factor *out, itg_error *error);

/* Indices of the waves of role 'wave' that the two options name, the earlier first; defaults: the first and the last by
 * the numbers in their names.  Where these do not tell one of two waves must be named, or both of more.  Errors:
 * ITG_ERR_DATA for less than two waves; ITG_ERR_OPTION for a wave that there is not, the same twice, or waves whose order
 * is not plain without an option. */
itg_status itg_waves_find(itg_call *call, const itg_factor *waves, const char *earlier, const char *later, int32_t *from,
                          int32_t *to, itg_error *error);

#endif
