/* itg_state.h - layer 2: the format of states that merge, for the files that fill their bodies.  A new kind is one
 * file with one itg_state_kind and one line in ITG_STATE_KINDS.
 *
 * A state is a row of 8-byte little-endian words: a head, which repeats the specification, and a body.
 *
 *   0 magic   1 version and kind   2 size in bytes   3 checksum of all other words
 *   4 rows    5 columns p          6 levels or replicates   7 seed, or most patterns
 *   8 bytes of the texts
 *   9 ... words of the kind's own: bounds, as exponents (bootstrap); keys, and levels or bounds of the columns
 *         (cells); groups (rankings)
 *     ... texts: what the values are about, then no name or p names, each ended by a zero byte; zeros up to a word
 *
 * Body:  counts      p x levels integers
 *        moments     p sums, p sums of squared deviations, each as two doubles
 *        products    p sums, p (p + 1) / 2 sums of products of deviations, each as two doubles
 *        integers    p sums, p (p + 1) / 2 sums of products, each an integer
 *        bootstrap   for each replicate: sum of weights, p x (upper, lower half) of the weighted sum
 *        cells, rankings   see itg_state_cells.c, itg_state_rankings.c
 *        patterns    (pattern, rows with it) in order of the pattern, then zeros; a pattern is one number
 * whose digits to the base levels + 1 are the columns, the first highest, 0 missing */
#ifndef ITG_STATE_H
#define ITG_STATE_H

#include <string.h>

#include "itg_frame.h"
#include "itg_node.h"

/* The place of a kind, from 1, is its number in the head: new kinds go to the end. */
#define ITG_STATE_KINDS(X) \
  X(COUNTS, counts)        \
  X(MOMENTS, moments)      \
  X(PRODUCTS, products)    \
  X(BOOTSTRAP, bootstrap)  \
  X(INTEGERS, integers)    \
  X(PATTERNS, patterns)    \
  X(CELLS, cells)          \
  X(RANKINGS, rankings)    \
  /* one line per kind */

#define ITG_STATE_NUMBER(NAME, name) ITG_STATE_##NAME,
enum { ITG_STATE_NONE, ITG_STATE_KINDS(ITG_STATE_NUMBER) ITG_STATE_END };

enum {
  ITG_STATE_MAGIC,
  ITG_STATE_KIND,
  ITG_STATE_SIZE,
  ITG_STATE_CHECKSUM,
  ITG_STATE_ROWS,
  ITG_STATE_COLUMNS,
  ITG_STATE_EACH,
  ITG_STATE_EXTRA,
  ITG_STATE_TEXT,
  ITG_STATE_HEAD
};

/* What the head says. */
typedef struct itg_shape {
  uint64_t kind, p, each, extra; /* each: levels or replicates; extra: seed, or most patterns */
  uint64_t keys, cells;          /* cells: key columns, and their combinations; rankings: cells are groups */
  uint64_t text;                 /* bytes of the texts */
  uint64_t texts, body, words;   /* first word of the texts, of the body; words of the whole state */
  int64_t rows;
} itg_shape;

/* A word of the kind's own in the head: a number of `name`, or `name` of a column (from 1). */
typedef struct itg_own_word {
  const char *name;
  uint64_t column;
  bool power; /* it is the exponent of a power of two */
} itg_own_word;

/* A kind of state; what it lacks is 0.  add and merge do all or, failing, nothing; the rows in the head are
 * kept for them. */
typedef struct itg_state_kind {
  const char *name;
  const itg_field *fields;  /* of the specification; NULL: kind and columns */
  const char *each, *extra; /* fields that are the words of this name; NULL: the kind has none */
  const char *impossible;   /* why a shape may be; NULL: it is too large */
  bool keyed;               /* rows come with record ids */
  bool plain;               /* the fronts give plain numbers, no table */
  bool covariances;         /* finish gives n, means, covariances; as a table a row per column */
  bool by_column;           /* finish gives the same numbers for each column of the data */

  /* Words of its own in the head: how many, out of the specification, into the shape (NULL: not needed there;
   * words that are impossible give no cells), and what the one at `index` is. */
  uint64_t (*own)(const itg_shape *shape);
  itg_status (*read_own)(const itg_node *spec, const itg_shape *shape, int64_t *own, itg_error *error);
  void (*take_own)(itg_shape *shape, const int64_t *own);
  itg_own_word (*own_at)(const itg_shape *shape, uint64_t index);

  uint64_t (*words)(const itg_shape *shape); /* of the body; UINT64_MAX: the shape is impossible */
  bool (*holds)(const void *state,
                const itg_shape *shape); /* rows like those in the head can give this body */
  itg_status (*add)(void *state, const itg_shape *shape, const double *values, const uint64_t *ids,
                    uint64_t n, itg_error *error);
  itg_status (*merge)(void *state, const itg_shape *shape, const void *other, const itg_shape *other_shape,
                      itg_error *error);
  uint64_t (*values)(const void *state, const itg_shape *shape); /* how many finish gives */
  void (*finish)(const void *state, const itg_shape *shape, double *values);
  itg_status (*columns)(const itg_shape *shape, itg_frame *table,
                        itg_error *error); /* name those of the results */
} itg_state_kind;

#define ITG_STATE_DECLARE(NAME, name) extern const itg_state_kind itg_##name##_kind;
ITG_STATE_KINDS(ITG_STATE_DECLARE)

/* What the checked head of a state says. */
itg_status itg_state_shape(const void *state, size_t size, itg_shape *out, itg_error *error);

/* The first bytes of a file are of no state, or more than a state of theirs has. */
bool itg_state_is_more(const void *bytes, size_t size);

/* Make the checksum anew after words were set. */
void itg_state_seal(void *state);

/* Kinds by number, from ITG_STATE_NONE + 1 to ITG_STATE_END - 1; NULL beyond. */
const itg_state_kind *itg_state_kind_at(uint64_t kind);

/* ---- specification ---- */

enum { ITG_STATE_MOST = 1 << 20 };

#define ITG_STATE_CHOICE(NAME, name) "|" #name
#define ITG_STATE_SIZE(key) {key, ITG_FIELD_INTEGER, true, NULL, NULL, 1, ITG_STATE_MOST, NULL, NULL}

/* The first fields of every kind, those of several, and the last. */
#define ITG_STATE_FIELDS                                                                             \
  {"kind", ITG_FIELD_TEXT, true, NULL, &(ITG_STATE_KINDS(ITG_STATE_CHOICE))[1], 0, 0, NULL, NULL}, \
      {"columns", ITG_FIELD_INTEGER, false, "0", NULL, 1, ITG_STATE_MOST, NULL, NULL},             \
      {"names", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, NULL},                             \
      {"about", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, NULL}
#define ITG_STATE_BOUNDS {"bounds", ITG_FIELD_NUMBERS, true, NULL, NULL, 0, 0, NULL, NULL}
#define ITG_STATE_SEED {"seed", ITG_FIELD_INTEGER, false, "1", NULL, 0, 9007199254740991.0, NULL, NULL}
#define ITG_STATE_DRAWS \
  {"replicates", ITG_FIELD_INTEGER, false, "0", NULL, 0, ITG_STATE_MOST, NULL, NULL}, ITG_STATE_SEED
#define ITG_STATE_FIELDS_END {NULL, ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL, NULL}

/* A number of a specification that was checked against `fields`, or what it is by default. */
uint64_t itg_state_number(const itg_node *spec, const itg_field *fields, const char *key);

/* Exponents of the bounds of n columns: powers of two that stay far from where doubles end. */
itg_status itg_state_read_bounds(const itg_node *spec, uint64_t n, int64_t *exponents, itg_error *error);

/* ---- texts: what the values are about, and the names of the columns (itg_state_texts.c) ---- */

/* The bytes of the texts, in the arena; none where a specification, whose columns are p, has neither. */
itg_status itg_state_read_texts(const itg_node *spec, uint64_t p, itg_arena *arena, const char **bytes,
                                uint64_t *size, itg_error *error);

/* The texts of a state are what the format says. */
bool itg_state_texts_hold(const void *state, const itg_shape *shape);

/* The first of p names, which follow each other in memory; NULL: the columns have none. */
const char *itg_state_first_name(const void *state, const itg_shape *shape);

/* ITG_ERR_DATA unless both states are about the same, in the same columns. */
itg_status itg_state_check_texts(const void *state, const itg_shape *shape, const void *other,
                                 const itg_shape *other_shape, itg_error *error);

/* ---- columns of the results ---- */

/* name, or name_number unless that is 0. */
itg_status itg_state_add_column(itg_frame *table, const char *name, uint64_t number, itg_error *error);

/* name_1 to name_n. */
itg_status itg_state_add_columns(itg_frame *table, const char *name, uint64_t n, itg_error *error);

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

/* Bodies of integers that are added up, with a sum of weights in every step-th word: add `more`, of that
 * layout, or refuse it all where such a sum would reach `most`, a power of two; the same of another state. */
itg_status itg_state_add_sums(void *state, const itg_shape *shape, const int64_t *more, uint64_t step,
                              uint64_t most, itg_error *error);
itg_status itg_state_merge_sums(void *state, const itg_shape *shape, const void *other, uint64_t step,
                                uint64_t most, itg_error *error);

/* (upper 2^26 + lower) / weight in units of 2^(exponent - 52), rounded once; NaN without weight. */
double itg_state_mean(int64_t upper, int64_t lower, int64_t weight, int exponent);

/* ITG_ERR_RANGE unless all values are whole numbers from 1 to `each`, or NaN where `gaps` are allowed. */
itg_status itg_state_check_levels(const itg_shape *shape, const double *values, uint64_t n, bool gaps,
                                  itg_error *error);

#endif
