/* itg_state.h - layer 2: the format of states that merge, for the files that fill their bodies.
 *
 * A state is a row of 8-byte little-endian words: a head, which repeats the specification, and a body.
 *
 *   0 magic   1 version and kind   2 size in bytes   3 hash of words 1, 5, 6, 7 and the bounds
 *   4 rows    5 columns p          6 levels or replicates   7 seed, or most patterns
 *   8 ... bounds, as exponents (bootstrap); keys, and levels or bounds of the columns (cells); groups (rankings)
 *
 * Body:  counts      p x levels integers
 *        moments     p means, p sums of squared deviations, each as two doubles
 *        products    p means, p (p + 1) / 2 sums of products of deviations, each as two doubles
 *        integers    p sums, p (p + 1) / 2 sums of products, each an integer
 *        bootstrap   for each replicate: sum of weights, p x (upper, lower half) of the weighted sum
 *        cells, rankings   see itg_state_cells.c, itg_state_rankings.c
 *        patterns    (pattern, rows with it) in order of the pattern, then zeros; a pattern is one number
 * whose digits to the base levels + 1 are the columns, the first highest, 0 missing */
#ifndef ITG_STATE_H
#define ITG_STATE_H

#include <string.h>

#include "itg_base.h"

enum {
  ITG_STATE_COUNTS = 1,
  ITG_STATE_MOMENTS,
  ITG_STATE_PRODUCTS,
  ITG_STATE_BOOTSTRAP,
  ITG_STATE_INTEGERS,
  ITG_STATE_PATTERNS,
  ITG_STATE_CELLS,
  ITG_STATE_RANKINGS,
  ITG_STATE_END
};

enum {
  ITG_STATE_MAGIC,
  ITG_STATE_KIND,
  ITG_STATE_SIZE,
  ITG_STATE_HASH,
  ITG_STATE_ROWS,
  ITG_STATE_COLUMNS,
  ITG_STATE_EACH,
  ITG_STATE_EXTRA,
  ITG_STATE_HEAD
};

/* What the head says. */
typedef struct itg_shape {
  uint64_t kind, p, each, extra; /* each: levels or replicates; extra: seed, or most patterns */
  uint64_t keys, cells;          /* cells: key columns, and their combinations; rankings: cells are groups */
  uint64_t body, words;          /* first word of the body, words of the whole state */
  int64_t rows;
} itg_shape;

/* A kind of state.  add and merge do all or, failing, nothing; the rows in the head are kept for them. */
typedef struct itg_state_kind {
  const char *name;
  const char *each, *extra; /* what the specification calls them; NULL: the kind has none */
  bool keyed;               /* rows come with record ids */
  uint64_t (*words)(const itg_shape *shape); /* of the body; UINT64_MAX: the shape is impossible */
  bool (*holds)(const void *state, const itg_shape *shape); /* rows like those in the head can give this body */
  itg_status (*add)(void *state, const itg_shape *shape, const double *values, const uint64_t *ids, uint64_t n,
                    itg_error *error);
  itg_status (*merge)(void *state, const itg_shape *shape, const void *other, const itg_shape *other_shape,
                      itg_error *error);
  uint64_t (*values)(const void *state, const itg_shape *shape); /* how many finish gives */
  void (*finish)(const void *state, const itg_shape *shape, double *values);
} itg_state_kind;

extern const itg_state_kind itg_counts_kind, itg_moments_kind, itg_products_kind, itg_bootstrap_kind,
    itg_integers_kind, itg_patterns_kind, itg_cells_kind, itg_rankings_kind;

/* What the checked head of a state says. */
itg_status itg_state_shape(const void *state, size_t size, itg_shape *out, itg_error *error);

/* Kinds by number, from ITG_STATE_COUNTS to ITG_STATE_END - 1; NULL beyond. */
const itg_state_kind *itg_state_kind_at(uint64_t kind);

/* ---- words ---- */

static inline uint64_t itg_word_get(const void *state, uint64_t index) {
  const unsigned char *b = (const unsigned char *)state + 8 * index;
  return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
         (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

static inline void itg_word_set(void *state, uint64_t index, uint64_t word) {
  unsigned char *b = (unsigned char *)state + 8 * index;
  for (int i = 0; i < 8; i++) b[i] = (unsigned char)(word >> 8 * i);
}

static inline int64_t itg_word_integer(const void *state, uint64_t index) {
  uint64_t word = itg_word_get(state, index);
  return word >> 63 ? -(int64_t)~word - 1 : (int64_t)word;
}

static inline double itg_word_double(const void *state, uint64_t index) {
  uint64_t word = itg_word_get(state, index);
  double value;
  memcpy(&value, &word, sizeof value);
  return value;
}

static inline void itg_word_set_double(void *state, uint64_t index, double value) {
  uint64_t word;
  memcpy(&word, &value, sizeof word);
  itg_word_set(state, index, word);
}

/* ITG_ERR_RANGE at a value; row and column from 0. */
itg_status itg_state_fail_value(itg_error *error, uint64_t row, uint64_t column, double value,
                                const char *why);

/* Bodies of integers that are added up, with a sum of weights in every step-th word: add `more`, of that layout, or
 * refuse it all where such a sum would reach `most`, a power of two; the same of another state. */
itg_status itg_state_add_sums(void *state, const itg_shape *shape, const int64_t *more, uint64_t step, uint64_t most,
                              itg_error *error);
itg_status itg_state_merge_sums(void *state, const itg_shape *shape, const void *other, uint64_t step, uint64_t most,
                                itg_error *error);

/* (upper 2^26 + lower) / weight in units of 2^(exponent - 52), rounded once; NaN without weight. */
double itg_state_mean(int64_t upper, int64_t lower, int64_t weight, int exponent);

/* ITG_ERR_RANGE unless all values are whole numbers from 1 to `each`, or NaN where `gaps` are allowed. */
itg_status itg_state_check_levels(const itg_shape *shape, const double *values, uint64_t n, bool gaps,
                                  itg_error *error);

#endif
