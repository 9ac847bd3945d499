/* itg_rating_patterns.h - layer 3: units with the same ratings are one pattern with a count.
 *
 * Raters that may change places make units with the same number of ratings in each category one: 10,000 units
 * of five raters and five categories leave a few hundred patterns, and every coefficient of agreement, its
 * error and its bootstrap are sums over these.  Patterns are sorted, so that nothing depends on the order of
 * the units, and counts of two parts of the data add up to those of the whole. */
#ifndef ITG_RATING_PATTERNS_H
#define ITG_RATING_PATTERNS_H

#include "itg_alias.h"
#include "itg_thread.h"

/* A category of a pattern and how many ratings fall in it. */
typedef struct itg_pattern_cell {
  int32_t category, count;
} itg_pattern_cell;

typedef struct itg_rating_patterns {
  int64_t n_units;
  int32_t n_patterns, width;
  int32_t *codes;   /* n_patterns x width; by rater (-1 missing), or sorted with the missing ones last */
  int64_t *counts;  /* units of each pattern */
  int32_t *ratings; /* ratings of each pattern */
  int32_t *start;   /* cells of pattern p: start[p] .. start[p + 1] - 1 */
  itg_pattern_cell *cells;
} itg_rating_patterns;

/* Patterns of n rows with `width` codes each; codes below 0 are missing, rows without a rating are left out.
 * `counts`: how many units each row stands for (NULL: one).  `by_rater`: who gave which rating matters.
 * Errors: ITG_ERR_MEMORY, ITG_ERR_INTERRUPTED. */
itg_status itg_rating_patterns_make(const int32_t *codes, const int64_t *counts, int64_t n, int32_t width,
                                    bool by_rater, const itg_control *control, itg_arena *arena,
                                    itg_rating_patterns *out, itg_error *error);

/* How replicates of the counts are drawn; made once for all of them. */
typedef struct itg_rating_draws {
  const itg_rating_patterns *patterns;
  const itg_alias *poisson; /* most of each pattern's count; NULL: one binomial draw per pattern is quicker */
  itg_alias one;            /* pattern of one more unit */
} itg_rating_draws;

/* Errors: ITG_ERR_MEMORY. */
itg_status itg_rating_draws_make(const itg_rating_patterns *patterns, itg_arena *arena, itg_rating_draws *out,
                                 itg_error *error);

/* Draw as many units as there are, with replacement: how often each pattern is drawn in a replicate
 * (multinomial). */
void itg_rating_draws_count(const itg_rating_draws *draws, uint64_t seed, uint32_t replicate,
                            int64_t *counts);

#endif
