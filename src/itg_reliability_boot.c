/* itg_reliability_boot.c - layer 3: alpha in bootstrap replicates.
 *
 * Alpha needs the variance of each item and of the total; so of every row only the answers, the sum of their
 * squares and the square of their total: weighted sums of p + 2 numbers, where the weight is how often the
 * row was drawn. */
#include <math.h>
#include <stdlib.h>

#include "itg_random.h"
#include "itg_reliability.h"
#include "itg_thread.h"

enum { REPLICATES_PER_TASK = 16, ROWS = 256 };

typedef struct job {
  const double
      *rows; /* n x width: answers less the first row's, squares, square of the total, 0 to fill up */
  uint32_t n;
  int p, width;
  uint64_t seed;
  uint32_t purpose;
  int replicates;
  double *alphas;
} job;

#if defined(__GNUC__)
typedef double pair __attribute__((vector_size(16)));
typedef double loose_pair __attribute__((vector_size(16), aligned(8), may_alias));
#define LOAD(from) ((pair)(*(const loose_pair *)(from)))
#define STORE(to, value) (*(loose_pair *)(to) = (value))
#endif

/* sums[c] += weight of each row x its value in column c, for eight columns; weights of a whole block. */
static void add_eight(const double *rows, int width, const double *weights, int n, double *sums) {
#if defined(__GNUC__)
  pair s0 = LOAD(sums), s1 = LOAD(sums + 2), s2 = LOAD(sums + 4), s3 = LOAD(sums + 6);
  for (int i = 0; i < n; i++, rows += width) {
    const pair w = {weights[i], weights[i]};
    s0 += w * LOAD(rows);
    s1 += w * LOAD(rows + 2);
    s2 += w * LOAD(rows + 4);
    s3 += w * LOAD(rows + 6);
  }
  STORE(sums, s0);
  STORE(sums + 2, s1);
  STORE(sums + 4, s2);
  STORE(sums + 6, s3);
#else
  for (int i = 0; i < n; i++, rows += width)
    for (int c = 0; c < 8; c++) sums[c] += weights[i] * rows[c];
#endif
}

/* From weighted sums to alpha. */
static double alpha_of(const job *j, const double *sums) {
  double n = j->n, total = 0, squares = 0;
  for (int c = 0; c < j->p; c++) {
    total += sums[c];
    squares += sums[c] * sums[c];
  }
  double items = sums[j->p] - squares / n, all = sums[j->p + 1] - total * total / n;
  if (!(all > 1e-12 * sums[j->p + 1])) return NAN;
  return (double)j->p / (j->p - 1) * (1 - items / all);
}

static itg_status run_task(void *payload, int64_t index, itg_error *error) {
  const job *j = payload;
  itg_status status = ITG_OK;
  double *weights = itg_alloc(j->n, sizeof *weights), *sums = itg_alloc((size_t)j->width, sizeof *sums);
  uint32_t *drawn = itg_alloc(j->n, sizeof *drawn);
  if (!weights || !sums || !drawn) {
    status = itg_fail_memory(error);
    goto out;
  }
  int64_t from = index * REPLICATES_PER_TASK, to = from + REPLICATES_PER_TASK;
  for (int64_t b = from; b < to && b < j->replicates; b++) {
    itg_random random;
    itg_random_init(&random, j->seed, j->purpose, (uint32_t)b);
    itg_random_indices(&random, j->n, drawn, j->n);
    for (uint32_t i = 0; i < j->n; i++) weights[i] = 0;
    for (uint32_t i = 0; i < j->n; i++) weights[drawn[i]]++;
    for (int c = 0; c < j->width; c++) sums[c] = 0;
    for (uint32_t first = 0; first < j->n; first += ROWS) {
      int n = j->n - first < ROWS ? (int)(j->n - first) : ROWS;
      for (int c = 0; c < j->width; c += 8)
        add_eight(j->rows + (size_t)first * (size_t)j->width + c, j->width, weights + first, n, sums + c);
    }
    j->alphas[b] = alpha_of(j, sums);
  }
out:
  free(weights);
  free(sums);
  free(drawn);
  return status;
}

/* Complete rows of the group, less the answers of the first. */
static uint32_t fill_rows(const itg_reliability_data *data, const itg_reliability_scale *scale,
                          const int32_t *codes, int32_t group, int width, double *rows) {
  uint32_t n = 0;
  for (int64_t row = 0; row < data->n_rows; row++) {
    double *out = rows + (size_t)n * (size_t)width, squares = 0, total = 0;
    bool complete = !codes || codes[row] == group;
    for (int i = 0; complete && i < scale->p; i++) {
      out[i] = itg_reliability_value(data, scale, i, row);
      complete = !isnan(out[i]);
    }
    if (!complete) continue;
    for (int i = 0; i < scale->p; i++) {
      if (n) out[i] -= rows[i];
      squares += n ? out[i] * out[i] : 0;
      total += n ? out[i] : 0;
    }
    out[scale->p] = squares;
    out[scale->p + 1] = total * total;
    n++;
  }
  for (int i = 0; i < scale->p; i++) rows[i] = 0;
  return n;
}

itg_status itg_reliability_boot(itg_call *call, const itg_reliability_data *data,
                                const itg_reliability_scale *scale, const int32_t *codes, int32_t group,
                                uint32_t stream, int replicates, double *alphas, itg_error *error) {
  int64_t most = 0;
  int width = (scale->p + 2 + 7) / 8 * 8;
  for (int64_t row = 0; row < data->n_rows; row++) most += !codes || codes[row] == group;
  if (most > UINT32_MAX)
    return itg_fail(error, ITG_ERR_LIMIT, "the bootstrap takes at most %llu rows",
                    (unsigned long long)UINT32_MAX);
  double *rows = itg_alloc((size_t)most + 1, (size_t)width * sizeof *rows);
  if (!rows) return itg_fail_memory(error);
  job j = {.rows = rows,
           .p = scale->p,
           .width = width,
           .seed = call->seed,
           .purpose = ITG_PURPOSE_BOOTSTRAP + 256u * stream,
           .replicates = replicates,
           .alphas = alphas};
  j.n = fill_rows(data, scale, codes, group, width, rows);
  itg_status status = ITG_OK;
  itg_control here = call->control;
  if ((double)j.n * replicates * width < 1e6) here.threads = 1; /* below a millisecond */
  for (int b = 0; b < replicates; b++) alphas[b] = NAN;
  if (j.n > 1)
    status = itg_parallel(&here, (replicates + REPLICATES_PER_TASK - 1) / REPLICATES_PER_TASK, run_task, &j,
                          error);
  free(rows);
  return status;
}
