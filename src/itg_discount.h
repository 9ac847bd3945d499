/* itg_discount.h - layer 3: what a later cost or health effect is worth today.
 *
 * Times are in years; nothing before time 0 is discounted.  The rate may change over time (the UK Green Book:
 * 3.5% to year 30, 3.0% after).  D(t) = product of (1 + rate)^-years up to t; the conventions are D taken at
 *   step        floor(t): the first year is free, then year by year
 *   end         floor(t) + 1: at the end of each year
 *   mid         floor(t) + 1/2: in the middle of each year
 *   continuous  t itself */
#ifndef ITG_DISCOUNT_H
#define ITG_DISCOUNT_H

#include "itg_measure.h"

typedef enum itg_timing {
  ITG_TIMING_NONE = 0,
  ITG_TIMING_STEP,
  ITG_TIMING_END,
  ITG_TIMING_MID,
  ITG_TIMING_CONTINUOUS
} itg_timing;

typedef struct itg_discount {
  itg_timing timing;
  int n;              /* rates; 0: no discounting */
  const double *from; /* year from which each holds, rising, the first 0 */
  const double *rate; /* per year */
} itg_discount;

/* The words of itg_timing, "|" between them, for the choices of an option. */
#define ITG_TIMINGS "none|step|end|mid|continuous"

/* Read options `rate_key` (one rate or several), `from_key` (their first years) and `timing_key`. */
itg_status itg_discount_read(itg_call *call, const char *rate_key, const char *from_key,
                             const char *timing_key, itg_discount *out, itg_error *error);

/* Factor for something that happens at time t. */
double itg_discount_factor(const itg_discount *discount, double t);

/* Discounted area under the straight line from (t0, u0) to (t1, u1), t0 <= t1; exact for every convention. */
double itg_discount_area(const itg_discount *discount, double t0, double u0, double t1, double u1);

/* The convention in words, for notes: "3.5% a year, continuous". */
const char *itg_discount_words(itg_call *call, const itg_discount *discount, itg_error *error);

#endif
