/* itg_vector.h - layer 0: two doubles, or four whole numbers, at a time.
 *
 * The vectors of 16 bytes that gcc and clang have on every machine: fast under plain -O2 too, and with the
 * bits of the same operations one by one.  Code that uses them stands under #if defined(__GNUC__), beside a
 * loop without. */
#ifndef ITG_VECTOR_H
#define ITG_VECTOR_H

#include <stdint.h>

#if defined(__GNUC__)
typedef double itg_pair __attribute__((vector_size(16)));
typedef int64_t itg_mask __attribute__((vector_size(16))); /* what comparing pairs gives: all bits, or none */
typedef uint32_t itg_quad __attribute__((vector_size(16)));
typedef int32_t itg_signed_quad __attribute__((vector_size(16)));

typedef uint8_t itg_bytes __attribute__((vector_size(16)));
typedef uint16_t itg_shorts __attribute__((vector_size(32)));

/* The same where they lie in memory, as values and to be assigned to; addresses need no alignment. */
typedef double itg_loose_pair __attribute__((vector_size(16), aligned(8), may_alias));
typedef int64_t itg_loose_mask __attribute__((vector_size(16), aligned(8), may_alias));
typedef uint32_t itg_loose_quad __attribute__((vector_size(16), aligned(4), may_alias));
typedef uint8_t itg_loose_bytes __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint16_t itg_loose_shorts __attribute__((vector_size(32), aligned(2), may_alias));
#define ITG_PAIR(at) ((itg_pair)(*(const itg_loose_pair *)(at)))
#define ITG_QUAD(at) ((itg_quad)(*(const itg_loose_quad *)(at)))
#define ITG_PAIR_SET(at, value) (*(itg_loose_pair *)(at) = (value))
#define ITG_QUAD_SET(at, value) (*(itg_loose_quad *)(at) = (value))
#endif

/* How many of n numbers lie outside low..high; *unknown are NaN, which lie nowhere. */
static inline int64_t itg_count_outside(const double *x, int64_t n, double low, double high,
                                        int64_t *unknown) {
  int64_t outside = 0, nan = 0, i = 0;
#if defined(__GNUC__)
  const itg_pair lows = {low, low}, highs = {high, high};
  itg_mask bad = {0, 0}, none = {0, 0};
  for (; i + 4 <= n; i += 4) {
    const itg_pair a = ITG_PAIR(x + i), b = ITG_PAIR(x + i + 2);
    bad -= ((a < lows) + (a > highs)) + ((b < lows) + (b > highs));
    none -= (a != a) + (b != b);
  }
  outside = bad[0] + bad[1];
  nan = none[0] + none[1];
#endif
  for (; i < n; i++) {
    outside += x[i] < low || x[i] > high;
    nan += x[i] != x[i];
  }
  *unknown = nan;
  return outside;
}

/* sum[i] += x[i], known[i] += 1 wherever x[i] is a number. */
static inline void itg_add_known(double *sum, int64_t *known, const double *x, int64_t n) {
  int64_t i = 0;
#if defined(__GNUC__)
  for (; i + 2 <= n; i += 2) {
    const itg_pair v = ITG_PAIR(x + i);
    const itg_mask is = v == v;
    ITG_PAIR_SET(sum + i, ITG_PAIR(sum + i) + (itg_pair)((itg_mask)v & is));
    *(itg_loose_mask *)(known + i) -= is;
  }
#endif
  for (; i < n; i++) {
    sum[i] += x[i] == x[i] ? x[i] : 0;
    known[i] += x[i] == x[i];
  }
}

/* sum[i] += x[i]; count[i] += 1 wherever x[i] is not 0. */
static inline void itg_add_bytes(uint16_t *sum, uint16_t *count, const uint8_t *x, int n) {
  int i = 0;
#if defined(__GNUC__)
  for (; i + 16 <= n; i += 16) {
    const itg_bytes v = *(const itg_loose_bytes *)(x + i), one = (itg_bytes)(v != 0) & 1;
    *(itg_loose_shorts *)(sum + i) += __builtin_convertvector(v, itg_shorts);
    *(itg_loose_shorts *)(count + i) += __builtin_convertvector(one, itg_shorts);
  }
#endif
  for (; i < n; i++) {
    sum[i] = (uint16_t)(sum[i] + x[i]);
    count[i] = (uint16_t)(count[i] + (x[i] != 0));
  }
}

#endif
