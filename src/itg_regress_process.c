/* itg_regress_process.c - layer 3: sums over the samples for a low-rank Gaussian process over several parameters, and what
 * it fits to each sample. */
#include <math.h>

#include "itg_regress_fit.h"
#include "itg_sum.h"
#include "itg_thread.h"
#include "itg_vector.h"

enum { BLOCK = 256 }; /* rows of the basis that are added at a time */

/* to += factor * from, n numbers; n is even. */
static inline void add_multiple(double *to, double factor, const double *from, int n) {
#if defined(__GNUC__)
  const itg_pair factors = {factor, factor};
  for (int c = 0; c < n; c += 2) ITG_PAIR_SET(to + c, ITG_PAIR(to + c) + factors * ITG_PAIR(from + c));
#else
  for (int c = 0; c < n; c++) to[c] += factor * from[c];
#endif
}

/* Response c of sample i, less its mean. */
static inline double response_at(const itg_fit *fit, int c, int64_t i) {
  const itg_response *to = &fit->responses[c];
  return to->values[i] - to->against[i] - fit->out->mean[c];
}

static void add_responses(const itg_fit *fit, itg_smooth_sums *sums, int64_t i, const double *basis) {
  double weight = fit->psa->samples.weight ? fit->psa->samples.weight[i] : 1, y[2 * ITG_MOST_STRATEGIES];
  for (int c = 0; c < fit->r; c++) {
    y[c] = response_at(fit, c, i);
    sums->square[c] += weight * y[c] * y[c];
  }
  for (int u = 0; u < fit->q; u++) add_multiple(sums->cross + u * fit->r, weight * basis[u], y, fit->r);
  sums->n += weight;
}

/* gram (lower half) += the products of every two functions, row after row.  BLAS would be quicker, but takes
 * rows in an order that goes by the processor, and the last bits with it. */
static void add_products(double *gram, const double *rows, int count, int q) {
  for (int u = 0; u < q; u++) {
    double *to = gram + (size_t)u * (size_t)q;
    int v = 0;
#if defined(__GNUC__)
    for (; v + 4 <= u + 1; v += 4) {
      const double *row = rows;
      itg_pair low = ITG_PAIR(to + v), high = ITG_PAIR(to + v + 2);
      for (int k = 0; k < count; k++, row += q) {
        low += row[u] * ITG_PAIR(row + v);
        high += row[u] * ITG_PAIR(row + v + 2);
      }
      ITG_PAIR_SET(to + v, low);
      ITG_PAIR_SET(to + v + 2, high);
    }
#endif
    for (; v <= u; v++)
      for (int k = 0; k < count; k++) to[v] += rows[k * q + u] * rows[k * q + v];
  }
}

/* Rows of one fold after another, in blocks. */
itg_status itg_process_sum(itg_fit *fit, itg_arena *arena, itg_error *error) {
  int64_t n = fit->out->n, step = fit->out->step;
  int q = fit->q;
  double *rows = itg_arena_alloc(arena, (size_t)BLOCK * (size_t)q, sizeof *rows);
  if (!rows) return itg_fail_memory(error);
  for (int f = 0; f < ITG_FOLDS; f++) {
    int count = 0;
    for (int64_t i = f * step; i < n; i += ITG_FOLDS * step) {
      double *row = rows + (size_t)count * (size_t)q;
      itg_basis_process(&fit->out->basis, fit->out->x, i, row);
      add_responses(fit, &fit->folds[f], i, row);
      double root = fit->psa->samples.weight ? sqrt(fit->psa->samples.weight[i]) : 1;
      for (int u = 0; u < q; u++) row[u] *= root;
      count++;
      if (count < BLOCK && i + ITG_FOLDS * step < n) continue;
      add_products(fit->folds[f].gram, rows, count, q);
      ITG_TRY(itg_check_stop(fit->control, (f + (double)i / (double)n) / (2 * ITG_FOLDS), error));
      count = 0;
    }
    double *gram = fit->folds[f].gram;
    for (int u = 0; u < q; u++)
      for (int v = 0; v < u; v++) gram[v * q + u] = gram[u * q + v];
  }
  return ITG_OK;
}

static itg_status fill_rows(void *payload, int64_t block, itg_error *error) {
  itg_regression *out = payload;
  int q = out->basis.q, r = out->r;
  int64_t end = (block + 1) * ITG_REGRESS_ROWS < out->n ? (block + 1) * ITG_REGRESS_ROWS : out->n;
  double basis[ITG_MOST_BASIS];
  (void)error;
  for (int64_t i = block * ITG_REGRESS_ROWS; i < end; i++) {
    const double *from = out->fits + (size_t)(i / out->step % ITG_FOLDS) * itg_fit_size(out);
    double *row = out->rows + 2 * i * r;
    itg_basis_process(&out->basis, out->x, i, basis);
    for (int c = 0; c < 2 * r; c++) row[c] = out->mean[c / 2];
    for (int u = 0; u < q; u++, from += 2 * r) add_multiple(row, basis[u], from, 2 * r);
  }
  return ITG_OK;
}

itg_status itg_process_fill(itg_fit *fit, itg_arena *arena, itg_error *error) {
  itg_regression *out = fit->out;
  out->rows = itg_arena_take(arena, (size_t)out->n * 2 * (size_t)out->r, sizeof *out->rows);
  if (!out->rows) return itg_fail_memory(error);
  return itg_parallel(fit->control, (out->n + ITG_REGRESS_ROWS - 1) / ITG_REGRESS_ROWS, fill_rows, out, error);
}

double itg_process_mean(const itg_fit *fit, int c) {
  const double *weights = fit->psa->samples.weight;
  itg_sum sum = {0, 0};
  for (int64_t i = 0; i < fit->out->n; i++)
    itg_sum_add(&sum, (weights ? weights[i] : 1) * fit->out->rows[2 * (i * fit->r + c)]);
  return itg_sum_value(&sum) / itg_samples_total(&fit->psa->samples);
}
