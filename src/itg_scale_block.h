/* itg_scale_block.h - layer 3: a block of answers at a time, four items per pass: the innermost loops of
 * scale scoring. Vectors have ITG_SCALE_BLOCK numbers; NaN, or INT32_MIN, is missing. */
#ifndef ITG_SCALE_BLOCK_H
#define ITG_SCALE_BLOCK_H

#include "itg_base.h"

enum { ITG_SCALE_BLOCK = 1024 };

/* num += start + slope * x and answers += 1 wherever x is a number. */
void itg_scale_add_four(const double *const x[4], const double start[4], const double slope[4], double *num,
                        double *answers);

/* num += x modulo 2^32, and lost += 1 where x is missing. */
void itg_scale_add_four_ints(const int32_t *const x[4], uint32_t *num, uint32_t *lost);

/* The same for reversed items: num -= x, and -= start where x is missing. */
void itg_scale_take_four_ints(const int32_t *const x[4], const int32_t start[4], uint32_t *num,
                              uint32_t *lost);

/* What was added up to sums and answers; `start` is that of all parts together. */
void itg_scale_finish_ints(const uint32_t *num, const uint32_t *lost, uint32_t start, int32_t n_added,
                           double *sum, double *answers);

/* Numbers outside low..high; those missing are counted apart.  INT32_MIN lies below every low. */
int64_t itg_scale_check_range(const double *x, double low, double high, int64_t *missing);
int64_t itg_scale_check_ints(const int32_t *x, int32_t low, int32_t high, int64_t *missing);

/* Numbers with a fraction. */
int64_t itg_scale_count_fractions(const double *x);

/* value = intercept + slope * num / below; a row with fewer answers than `least` has no value.  Returns the
 * number of these. */
int64_t itg_scale_finish_values(const double *num, const double *below, const double *answers, double least,
                                double slope, double intercept, double *value);

void itg_scale_count_missing(const double *answers, double parts, int32_t *missing);

#endif
