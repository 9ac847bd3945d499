/* itg_resample.c - bootstrap weights and weighted sums.
 *
 * Weights are bytes, made for a batch of replicates at a time; sums go over blocks of records that stay in
 * the first cache, four replicates at once, so that a column is read once for four.  Vectors of the compiler
 * keep four lanes in a fixed order: the second version, for processors with AVX2, gives the same bits. */
#include "itg_resample.h"

#include <stdlib.h>
#include <string.h>

#include "itg_random.h"

enum { LANES = ITG_RESAMPLE_LANES, BATCH = ITG_RESAMPLE_BATCH, QUAD = 4, BLOCK = 512, DRAWS = 1024 };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(8), may_alias));
typedef int32_t whole __attribute__((vector_size(LANES * sizeof(int32_t))));

int64_t itg_resample_stride(int64_t n) { return (n + LANES - 1) / LANES * LANES; }

/* Clusters, then members of each. */
static void cluster_weights(const itg_resample *plan, int stratum, uint32_t replicate, uint8_t *weights) {
  const itg_stratum *s = &plan->strata[stratum];
  itg_random clusters, members;
  itg_random_init(&clusters, plan->seed, ITG_PURPOSE_BOOTSTRAP_CLUSTER + 256u * (uint32_t)stratum, replicate);
  itg_random_init(&members, plan->seed, ITG_PURPOSE_BOOTSTRAP_MEMBER + 256u * (uint32_t)stratum, replicate);
  for (int64_t c = 0; c < s->n_clusters; c++) {
    uint32_t drawn = itg_random_below(&clusters, (uint32_t)s->n_clusters);
    int64_t first = s->start[drawn], size = s->start[drawn + 1] - first;
    for (int64_t i = 0; i < size; i++) weights[first + itg_random_below(&members, (uint32_t)size)]++;
  }
}

/* A count above 255 has a probability below 1e-500, and none with 255 records or fewer. */
void itg_resample_weights(const itg_resample *plan, int stratum, uint32_t replicate, uint8_t *weights) {
  uint32_t drawn[DRAWS];
  int64_t n = plan->strata[stratum].n;
  itg_random random;
  itg_random_init(&random, plan->seed, plan->purpose + 256u * (uint32_t)stratum, replicate);
  memset(weights, 0, (size_t)n);
  if (plan->strata[stratum].n_clusters) {
    cluster_weights(plan, stratum, replicate, weights);
    return;
  }
  for (int64_t at = 0; at < n; at += DRAWS) {
    int64_t count = n - at < DRAWS ? n - at : DRAWS;
    itg_random_indices(&random, (uint32_t)n, drawn, count);
    for (int64_t i = 0; i < count; i++) weights[drawn[i]]++;
  }
}

/* Sums of one block of records for four replicates, two columns at a time. */
static inline __attribute__((always_inline)) void add_block(const uint8_t *weights, int64_t pitch,
                                                            int64_t count, const double *x, int64_t stride,
                                                            int n_columns, double *sums, int64_t row) {
  lanes w[QUAD][BLOCK / LANES];
  int64_t steps = count / LANES;
  for (int r = 0; r < QUAD; r++)
    for (int64_t i = 0; i < steps; i++) {
      const uint8_t *byte = weights + r * pitch + i * LANES;
      whole four = {byte[0], byte[1], byte[2], byte[3]};
      w[r][i] = __builtin_convertvector(four, lanes);
    }
  for (int c = 0; c < n_columns; c += 2) {
    const lanes *a = (const lanes *)(x + c * stride),
                *b = c + 1 < n_columns ? (const lanes *)(x + (c + 1) * stride) : a;
    lanes a0 = {0}, a1 = {0}, a2 = {0}, a3 = {0}, b0 = {0}, b1 = {0}, b2 = {0}, b3 = {0};
    for (int64_t i = 0; i < steps; i++) {
      lanes xa = a[i], xb = b[i];
      a0 += w[0][i] * xa, a1 += w[1][i] * xa, a2 += w[2][i] * xa, a3 += w[3][i] * xa;
      b0 += w[0][i] * xb, b1 += w[1][i] * xb, b2 += w[2][i] * xb, b3 += w[3][i] * xb;
    }
    lanes first[QUAD] = {a0, a1, a2, a3}, second[QUAD] = {b0, b1, b2, b3};
    for (int r = 0; r < QUAD; r++) {
      sums[r * row + c] += (first[r][0] + first[r][1]) + (first[r][2] + first[r][3]);
      if (c + 1 < n_columns)
        sums[r * row + c + 1] += (second[r][0] + second[r][1]) + (second[r][2] + second[r][3]);
    }
  }
}

static void add_block_plain(const uint8_t *weights, int64_t pitch, int64_t count, const double *x,
                            int64_t stride, int n_columns, double *sums, int64_t row) {
  add_block(weights, pitch, count, x, stride, n_columns, sums, row);
}

typedef void add_function(const uint8_t *, int64_t, int64_t, const double *, int64_t, int, double *, int64_t);

#if defined(__GNUC__) && defined(__x86_64__)
__attribute__((target("avx2"))) static void add_block_avx2(const uint8_t *weights, int64_t pitch,
                                                           int64_t count, const double *x, int64_t stride,
                                                           int n_columns, double *sums, int64_t row) {
  add_block(weights, pitch, count, x, stride, n_columns, sums, row);
}
static add_function *choose(void) {
  return __builtin_cpu_supports("avx2") ? add_block_avx2 : add_block_plain;
}
#else
static add_function *choose(void) { return add_block_plain; }
#endif

itg_status itg_resample_sums(const itg_resample *plan, uint32_t first, int count, double *sums,
                             itg_error *error) {
  add_function *add = choose();
  int64_t most = 0, row = (int64_t)plan->n_strata * plan->n_columns;
  for (int s = 0; s < plan->n_strata; s++)
    if (plan->strata[s].stride > most) most = plan->strata[s].stride;
  uint8_t *weights = itg_alloc((size_t)most, BATCH);
  double *spare = itg_alloc((size_t)row, BATCH * sizeof *spare);
  if (!weights || !spare) {
    free(weights);
    free(spare);
    return itg_fail_memory(error);
  }
  for (int s = 0; s < plan->n_strata; s++) {
    const itg_stratum *stratum = &plan->strata[s];
    for (int r = 0; r < count; r++) itg_resample_weights(plan, s, first + (uint32_t)r, weights + r * most);
    for (int64_t at = 0; at < stratum->stride; at += BLOCK) {
      int64_t size = stratum->stride - at < BLOCK ? stratum->stride - at : BLOCK;
      for (int r = 0; r < count; r += QUAD)
        add(weights + r * most + at, most, size, stratum->columns + at, stratum->stride, plan->n_columns,
            spare + r * row + (int64_t)s * plan->n_columns, row);
    }
  }
  memcpy(sums, spare, (size_t)(count * row) * sizeof *sums);
  free(weights);
  free(spare);
  return ITG_OK;
}
