/* itg_random.h - layer 0: the one random number generator, Philox4x32-10.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.  A draw is a pure
 * function of (seed, purpose, replicate, index), so it does not depend on order, threads or machine. */
#ifndef ITG_RANDOM_H
#define ITG_RANDOM_H

#include <stdint.h>

/* What the draws are for: part of the counter, so that two uses of one seed never share draws.  Numbers
 * are part of every stored result: never change or reuse one. */
enum {
  ITG_PURPOSE_TEST = 0,
  ITG_PURPOSE_BOOTSTRAP = 1,        /* bootstrap of rows; + stratum number times 256 */
  ITG_PURPOSE_BOOTSTRAP_CLUSTER = 2,
  ITG_PURPOSE_POISSON = 3,          /* weights keyed by record id */
  ITG_PURPOSE_RANK = 4,             /* Monte-Carlo ranks */
  ITG_PURPOSE_COMPOSITE = 12,       /* choices of a composite indicator; + group times 256 */
  ITG_PURPOSE_STUDY = 20,           /* simulated studies */
  ITG_PURPOSE_PARAMETER = 21,       /* parameters of a model; replicate: place in the table */
  ITG_PURPOSE_BOOTSTRAP_MEMBER = 28 /* members of drawn clusters; + stratum number times 256 */
};

void itg_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* A stream of draws for one (seed, purpose, replicate). */
typedef struct itg_random {
  uint32_t counter[4], key[2], block[4];
  int used;
} itg_random;

void itg_random_init(itg_random *random, uint64_t seed, uint32_t purpose, uint32_t replicate);
uint32_t itg_random_word(itg_random *random);
double itg_random_uniform(itg_random *random);               /* open interval (0, 1), 53 bits */
double itg_random_normal(itg_random *random);                /* by inverse of the normal distribution */
uint32_t itg_random_below(itg_random *random, uint32_t n);   /* 0 .. n-1 without bias; n >= 1 */

/* n_draws indices below n, the same as n_draws calls of itg_random_below, faster. */
void itg_random_indices(itg_random *random, uint32_t n, uint32_t *out, int64_t n_draws);

/* Number of successes of n trials with probability p (0 .. 1). */
int64_t itg_random_binomial(itg_random *random, int64_t n, double p);

/* Poisson(1) weight of record `id` in replicate `replicate`: keyed by the record, whatever the order. */
uint32_t itg_random_poisson1(uint64_t seed, uint64_t id, uint32_t replicate);

/* The same for n records and replicates 8 * octet .. 8 * octet + 7, faster: out[8 * record + r]. */
void itg_random_poisson8(uint64_t seed, const uint64_t *ids, int64_t n, uint32_t octet, uint8_t *out);

#endif
