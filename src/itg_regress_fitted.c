/* itg_regress_fitted.c - layer 3: fitted values of a regression: of some samples, of all, at one value of the parameter. */
#include "itg_regress_fit.h"
#include "itg_thread.h"
#include "itg_vector.h"

/* The row of a sample by a spline: r pairs of polynomials of the place. */
static inline void spline_row(const double *powers, int r, double u, double *row) {
#if defined(__GNUC__)
  const itg_pair at = {u, u};
  for (int c = 0; c < 2 * r; c += 2) {
    const double *p = powers + c;
    const itg_pair high = ITG_PAIR(p + 6 * r) * at + ITG_PAIR(p + 4 * r);
    ITG_PAIR_SET(row + c, (high * at + ITG_PAIR(p + 2 * r)) * at + ITG_PAIR(p));
  }
#else
  for (int c = 0; c < 2 * r; c++) {
    const double *p = powers + c;
    row[c] = ((p[6 * r] * u + p[4 * r]) * u + p[2 * r]) * u + p[0];
  }
#endif
}

const double *itg_regression_rows(const itg_regression *fit, int64_t from, int64_t count, double *room) {
  int r = fit->r;
  if (fit->rows) return fit->rows + 2 * from * r;
  for (int f = 0; f < ITG_FOLDS; f++) { /* fold by fold, as their tables would drive out each other */
    const double *table = fit->fits + (size_t)f * itg_fit_size(fit);
    for (int64_t i = from + (f + ITG_FOLDS - from % ITG_FOLDS) % ITG_FOLDS; i < from + count; i += ITG_FOLDS) {
      double u;
      int piece = itg_basis_place(&fit->basis, fit->x[0][i], &u);
      spline_row(table + (size_t)piece * 8 * (size_t)r, r, u, room + 2 * (i - from) * r);
    }
  }
  return room;
}

void itg_regression_at(const itg_regression *fit, double x, double *out) {
  double u, row[4 * ITG_MOST_STRATEGIES];
  int piece = itg_basis_place(&fit->basis, x, &u);
  spline_row(fit->fits + (size_t)piece * 8 * (size_t)fit->r, fit->r, u, row);
  for (int c = 0; c < fit->r; c++) out[c] = row[2 * c];
}

typedef struct columns {
  const itg_regression *fit;
  double **to;
} columns;

static itg_status fill_columns(void *payload, int64_t block, itg_error *error) {
  const columns *task = payload;
  int r = task->fit->r;
  int64_t n = task->fit->n, most = ITG_ROOM / (2 * r);
  int64_t end = (block + 1) * ITG_REGRESS_ROWS < n ? (block + 1) * ITG_REGRESS_ROWS : n;
  double room[ITG_ROOM];
  (void)error;
  for (int64_t from = block * ITG_REGRESS_ROWS; from < end; from += most) {
    int64_t count = end - from < most ? end - from : most;
    const double *rows = itg_regression_rows(task->fit, from, count, room);
    for (int64_t i = 0; i < count; i++)
      for (int c = 0; c < r; c++) task->to[c][from + i] = rows[2 * (i * r + c)];
  }
  return ITG_OK;
}

itg_status itg_regression_columns(const itg_regression *fit, itg_arena *arena, const itg_control *control,
                                  double ***out, itg_error *error) {
  columns task = {fit, itg_arena_alloc(arena, (size_t)fit->r, sizeof *task.to)};
  if (!task.to) return itg_fail_memory(error);
  for (int c = 0; c < fit->r; c++)
    if (!(task.to[c] = itg_arena_take(arena, (size_t)fit->n, sizeof **task.to))) return itg_fail_memory(error);
  *out = task.to;
  return itg_parallel(control, (fit->n + ITG_REGRESS_ROWS - 1) / ITG_REGRESS_ROWS, fill_columns, &task, error);
}
