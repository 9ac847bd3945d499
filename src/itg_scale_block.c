/* itg_scale_block.c - layer 3: the innermost loops of scale scoring.  Missing answers are masked, not
 * branched on. */
#include "itg_scale_block.h"

#include <math.h>

#include "itg_vector.h"

#if defined(__GNUC__)
void itg_scale_add_four(const double *const x[4], const double start[4], const double slope[4], double *num,
                        double *answers) {
  const double *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
  const itg_pair a0 = {start[0], start[0]}, a1 = {start[1], start[1]}, a2 = {start[2], start[2]},
                 a3 = {start[3], start[3]}, b0 = {slope[0], slope[0]}, b1 = {slope[1], slope[1]},
                 b2 = {slope[2], slope[2]}, b3 = {slope[3], slope[3]}, one = {1, 1};
  for (int i = 0; i < ITG_SCALE_BLOCK; i += 2) {
    itg_pair sum = ITG_PAIR(num + i), count = ITG_PAIR(answers + i);
#define ADD(k)                                           \
  {                                                      \
    itg_pair v = ITG_PAIR(x##k + i);                     \
    itg_mask is = v == v;                                \
    sum += (itg_pair)((itg_mask)(a##k + b##k * v) & is); \
    count += (itg_pair)((itg_mask)one & is);             \
  }
    ADD(0)
    ADD(1)
    ADD(2)
    ADD(3)
#undef ADD
    ITG_PAIR_SET(num + i, sum);
    ITG_PAIR_SET(answers + i, count);
  }
}

/* With many columns the hardware loses sight of what comes next in each: what the next block will read is
 * fetched while this one is checked, into the second cache, for the first has no room for a block of all
 * columns. */
#define FETCH_NEXT(at) __builtin_prefetch((at) + ITG_SCALE_BLOCK, 0, 2)

int64_t itg_scale_check_range(const double *x, double low, double high, int64_t *missing) {
  itg_mask bad = {0, 0}, none = {0, 0};
  const itg_pair lows = {low, low}, highs = {high, high};
  for (int i = 0; i < ITG_SCALE_BLOCK; i += 8) {
    FETCH_NEXT(x + i);
    for (int k = 0; k < 8; k += 2) {
      itg_pair v = ITG_PAIR(x + i + k);
      bad -= v < lows;
      bad -= v > highs;
      none -= v != v;
    }
  }
  *missing = none[0] + none[1];
  return bad[0] + bad[1];
}

/* Adding 1.5 x 2^52 rounds to whole numbers. */
int64_t itg_scale_count_fractions(const double *x) {
  const double shift = 6755399441055744.0;
  itg_mask broken = {0, 0};
  const itg_pair shifts = {shift, shift};
  for (int i = 0; i < ITG_SCALE_BLOCK; i += 2) {
    itg_pair v = ITG_PAIR(x + i);
    broken -= ((v + shifts) - shifts != v) & (v == v);
  }
  return broken[0] + broken[1];
}

int64_t itg_scale_finish_values(const double *num, const double *below, const double *answers, double least,
                                double slope, double intercept, double *value) {
  itg_mask few = {0, 0};
  const itg_pair leasts = {least, least}, slopes = {slope, slope}, intercepts = {intercept, intercept},
                 nan = {NAN, NAN};
  for (int i = 0; i < ITG_SCALE_BLOCK; i += 2) {
    itg_mask ok = ITG_PAIR(answers + i) >= leasts;
    itg_pair v = intercepts + slopes * (ITG_PAIR(num + i) / ITG_PAIR(below + i));
    ITG_PAIR_SET(value + i, (itg_pair)(((itg_mask)v & ok) | ((itg_mask)nan & ~ok)));
    few -= ~ok;
  }
  return few[0] + few[1];
}

void itg_scale_add_four_ints(const int32_t *const x[4], uint32_t *num, uint32_t *lost) {
  const int32_t *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
  const itg_signed_quad least = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  for (int i = 0; i < ITG_SCALE_BLOCK; i += 4) {
    itg_quad v0 = ITG_QUAD(x0 + i), v1 = ITG_QUAD(x1 + i), v2 = ITG_QUAD(x2 + i), v3 = ITG_QUAD(x3 + i);
    itg_signed_quad none = (((itg_signed_quad)v0 == least) + ((itg_signed_quad)v1 == least)) +
                           (((itg_signed_quad)v2 == least) + ((itg_signed_quad)v3 == least));
    ITG_QUAD_SET(num + i, ITG_QUAD(num + i) + ((v0 + v1) + (v2 + v3)));
    ITG_QUAD_SET(lost + i, ITG_QUAD(lost + i) - (itg_quad)none);
  }
}

void itg_scale_take_four_ints(const int32_t *const x[4], const int32_t start[4], uint32_t *num,
                              uint32_t *lost) {
  const itg_signed_quad least = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  for (int i = 0; i < ITG_SCALE_BLOCK; i += 4) {
    itg_quad sum = ITG_QUAD(num + i), count = ITG_QUAD(lost + i);
    for (int k = 0; k < 4; k++) {
      const uint32_t s = (uint32_t)start[k];
      const itg_quad starts = {s, s, s, s}, v = ITG_QUAD(x[k] + i),
                     none = (itg_quad)((itg_signed_quad)v == least);
      sum -= v + (starts & none);
      count -= none;
    }
    ITG_QUAD_SET(num + i, sum);
    ITG_QUAD_SET(lost + i, count);
  }
}

int64_t itg_scale_check_ints(const int32_t *x, int32_t low, int32_t high, int64_t *missing) {
  const itg_signed_quad lows = {low, low, low, low}, highs = {high, high, high, high},
                        least = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  itg_signed_quad bad = {0, 0, 0, 0}, none = {0, 0, 0, 0};
  for (int i = 0; i < ITG_SCALE_BLOCK; i += 16) {
    FETCH_NEXT(x + i);
    for (int k = 0; k < 16; k += 4) {
      const itg_signed_quad v = (itg_signed_quad)ITG_QUAD(x + i + k);
      bad -= (v < lows) + (v > highs);
      none -= v == least;
    }
  }
  *missing = none[0] + none[1] + none[2] + none[3];
  return bad[0] + bad[1] + bad[2] + bad[3] - *missing;
}
#else
void itg_scale_add_four(const double *const x[4], const double start[4], const double slope[4], double *num,
                        double *answers) {
  for (int i = 0; i < ITG_SCALE_BLOCK; i++)
    for (int k = 0; k < 4; k++)
      if (x[k][i] == x[k][i]) {
        num[i] += start[k] + slope[k] * x[k][i];
        answers[i] += 1;
      }
}

int64_t itg_scale_check_range(const double *x, double low, double high, int64_t *missing) {
  int64_t bad = 0;
  *missing = 0;
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) {
    *missing += x[i] != x[i];
    bad += x[i] < low || x[i] > high;
  }
  return bad;
}

int64_t itg_scale_count_fractions(const double *x) {
  int64_t broken = 0;
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) broken += x[i] == x[i] && x[i] != floor(x[i]);
  return broken;
}

int64_t itg_scale_finish_values(const double *num, const double *below, const double *answers, double least,
                                double slope, double intercept, double *value) {
  int64_t few = 0;
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) {
    bool ok = answers[i] >= least;
    value[i] = ok ? intercept + slope * (num[i] / below[i]) : NAN;
    few += !ok;
  }
  return few;
}

void itg_scale_add_four_ints(const int32_t *const x[4], uint32_t *num, uint32_t *lost) {
  for (int k = 0; k < 4; k++)
    for (int i = 0; i < ITG_SCALE_BLOCK; i++) {
      num[i] += (uint32_t)x[k][i];
      lost[i] += x[k][i] == INT32_MIN;
    }
}

void itg_scale_take_four_ints(const int32_t *const x[4], const int32_t start[4], uint32_t *num,
                              uint32_t *lost) {
  for (int k = 0; k < 4; k++)
    for (int i = 0; i < ITG_SCALE_BLOCK; i++) {
      num[i] -= (uint32_t)x[k][i] + (x[k][i] == INT32_MIN ? (uint32_t)start[k] : 0);
      lost[i] += x[k][i] == INT32_MIN;
    }
}

int64_t itg_scale_check_ints(const int32_t *x, int32_t low, int32_t high, int64_t *missing) {
  int64_t bad = 0;
  *missing = 0;
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) {
    *missing += x[i] == INT32_MIN;
    bad += x[i] != INT32_MIN && (x[i] < low || x[i] > high);
  }
  return bad;
}
#endif

/* What was added up to sums and answers: INT32_MIN is 2^31 by either sign, so that a missing answer turns the
 * top bit of the sum and nothing else, and `lost` tells how often it was turned.  `start` is that of all
 * parts together. */
void itg_scale_finish_ints(const uint32_t *num, const uint32_t *lost, uint32_t start, int32_t n_added,
                           double *sum, double *answers) {
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) sum[i] = (int32_t)((num[i] + start) ^ (lost[i] << 31));
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) answers[i] = n_added - (int32_t)lost[i];
}

void itg_scale_count_missing(const double *restrict answers, double parts, int32_t *restrict missing) {
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) missing[i] = (int32_t)(parts - answers[i]);
}
