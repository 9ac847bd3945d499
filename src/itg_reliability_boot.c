/* itg_reliability_boot.c - layer 3: alpha in bootstrap replicates.
 *
 * Alpha needs the variance of each item and of the total; so of every row only the answers, the sum of their
 * squares and the square of their total: sums of p + 2 columns over the rows that are drawn. */
#include <math.h>
#include <stdlib.h>

#include "itg_random.h"
#include "itg_reliability.h"
#include "itg_resample.h"
#include "itg_thread.h"

typedef struct job {
  itg_stratum rows; /* answers less the first row's, sum of their squares, square of their total */
  itg_resample resample;
  int p, replicates;
  double *alphas;
} job;

/* From weighted sums to alpha. */
static double alpha_of(const job *j, const double *sums) {
  double n = (double)j->rows.n, total = 0, squares = 0;
  for (int c = 0; c < j->p; c++) {
    total += sums[c];
    squares += sums[c] * sums[c];
  }
  double items = sums[j->p] - squares / n, all = sums[j->p + 1] - total * total / n;
  if (!(all > 1e-12 * sums[j->p + 1])) return NAN;
  return (double)j->p / (j->p - 1) * (1 - items / all);
}

static itg_status run_batch(void *payload, int64_t index, itg_error *error) {
  const job *j = payload;
  int64_t first = index * ITG_RESAMPLE_BATCH, count = j->replicates - first;
  if (count > ITG_RESAMPLE_BATCH) count = ITG_RESAMPLE_BATCH;
  int width = j->resample.n_columns;
  double *sums = itg_alloc((size_t)width, (size_t)count * sizeof *sums);
  if (!sums) return itg_fail_memory(error);
  itg_status status = itg_resample_sums(&j->resample, (uint32_t)first, (int)count, sums, error);
  for (int64_t b = 0; b < count && !status; b++) j->alphas[first + b] = alpha_of(j, sums + b * width);
  free(sums);
  return status;
}

/* Complete rows, less the answers of the first; *n_out says how many. */
static itg_status fill_rows(const itg_reliability_data *data, const itg_reliability_scale *scale, const int64_t *rows,
                            int64_t n_rows, int64_t stride, double *columns, int64_t *n_out, itg_pace *pace,
                            itg_error *error) {
  int64_t n = 0;
  for (int64_t r = 0; r < n_rows; r++) {
    int64_t row = rows ? rows[r] : r;
    ITG_PACE(pace, r, error);
    double squares = 0, total = 0;
    bool complete = true;
    for (int i = 0; complete && i < scale->p; i++) {
      columns[i * stride + n] = itg_reliability_value(data, scale, i, row);
      complete = !isnan(columns[i * stride + n]);
    }
    for (int i = 0; i < scale->p; i++) {
      double *at = &columns[i * stride + n];
      if (!complete) *at = 0;
      if (!complete || !n) continue;
      *at -= columns[i * stride];
      squares += *at * *at;
      total += *at;
    }
    if (!complete) continue;
    columns[scale->p * stride + n] = squares;
    columns[(scale->p + 1) * stride + n] = total * total;
    n++;
  }
  for (int i = 0; i < scale->p; i++) columns[i * stride] = 0;
  *n_out = n;
  return itg_pace_step(pace, error);
}

itg_status itg_reliability_boot(itg_call *call, const itg_reliability_data *data,
                                const itg_reliability_scale *scale, const int64_t *rows, int64_t n,
                                uint32_t stream, int replicates, double *alphas, itg_error *error) {
  int width = scale->p + 2;
  if (n > INT32_MAX)
    return itg_fail(error, ITG_ERR_LIMIT, "the bootstrap takes at most %d rows", (int)INT32_MAX);
  int64_t stride = itg_resample_stride(n + 1); /* one more: a row that is found incomplete */
  double *columns = itg_alloc((size_t)stride, (size_t)width * sizeof *columns);
  if (!columns) return itg_fail_memory(error);
  job j = {.p = scale->p, .replicates = replicates, .alphas = alphas};
  j.rows = (itg_stratum){.stride = stride, .columns = columns};
  itg_status status = fill_rows(data, scale, rows, n, stride, columns, &j.rows.n, call->pace, error);
  j.resample = (itg_resample){call->seed, ITG_PURPOSE_BOOTSTRAP + 256u * stream, 1, width, &j.rows};
  itg_control here = call->control;
  if ((double)j.rows.n * replicates * width < 1e6) here.threads = 1; /* below a millisecond */
  for (int b = 0; b < replicates; b++) alphas[b] = NAN;
  if (!status && j.rows.n > 1)
    status = itg_parallel(&here, (replicates + ITG_RESAMPLE_BATCH - 1) / ITG_RESAMPLE_BATCH, run_batch, &j, error);
  free(columns);
  return status;
}
