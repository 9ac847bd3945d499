/* itg_reliability_matrix.c - layer 3: reliability from a table of covariances in place of answers: published
 * matrices, and what merged states of partitions give.
 *
 * A row and a column per item; rows are named in the column `item`, or else in the order of the columns. */
#include <math.h>
#include <string.h>

#include "itg_reliability.h"

/* How far two cells that mirror each other may lie apart, and an eigenvalue below 0, as correlations. */
static const double slack = 1e-8;

typedef struct grid {
  itg_call *call;
  const itg_table *table;
  const itg_column **columns; /* of the items */
  int64_t *rows;              /* row of each item */
  itg_reliability_matrix *out;
} grid;

/* ---- which rows and columns ---- */

static itg_status find_columns(grid *g, itg_error *error) {
  const itg_column *const others[] = {itg_call_column(g->call, "item"), itg_call_column(g->call, "mean"),
                                      itg_call_column(g->call, "count")};
  size_t most = (size_t)g->table->n_columns;
  g->columns = itg_call_alloc(g->call, most, sizeof *g->columns, error);
  g->out->names = itg_call_alloc(g->call, most, sizeof *g->out->names, error);
  if (!g->columns || !g->out->names) return ITG_ERR_MEMORY;
  for (size_t c = 0; c < most; c++) {
    const itg_column *column = &g->table->columns[c];
    if (column == others[0] || column == others[1] || column == others[2]) continue;
    if (!itg_column_is_number(column))
      return itg_fail_at(error, ITG_ERR_TYPE, g->table, -1, column->name,
                         "not numbers; beside `item`, `mean` and `count` every column is an item, with its "
                         "covariances");
    g->columns[g->out->p] = column;
    g->out->names[g->out->p++] = column->name;
  }
  if (g->out->p < 2)
    return itg_fail_at(error, ITG_ERR_COLUMN, g->table, -1, NULL,
                       "covariances need a column for each of at least two items");
  if (g->table->n_rows != g->out->p)
    return itg_fail_at(error, ITG_ERR_DATA, g->table, -1, NULL,
                       "the covariances are not square: %lld rows and %d columns of items; give a row and a "
                       "column for each item",
                       (long long)g->table->n_rows, g->out->p);
  return ITG_OK;
}

static itg_status find_rows(grid *g, itg_error *error) {
  const itg_column *item = itg_call_column(g->call, "item");
  char buffer[ITG_NUMBER_SIZE];
  int p = g->out->p;
  g->rows = itg_call_alloc(g->call, (size_t)p, sizeof *g->rows, error);
  if (!g->rows) return ITG_ERR_MEMORY;
  for (int i = 0; i < p; i++) g->rows[i] = item ? -1 : i;
  for (int64_t row = 0; item && row < p; row++) {
    const char *name = itg_column_text(item, row, buffer);
    if (!name)
      return itg_fail_at(error, ITG_ERR_COLUMN, g->table, row, item->name,
                         "a row of covariances has no name");
    int32_t i = itg_reliability_matrix_find(g->out, name);
    if (i < 0) {
      const char *near = itg_suggest(name, g->out->names, (size_t)p);
      return itg_fail_at(error, ITG_ERR_COLUMN, g->table, row, item->name,
                         "no column is called '%.80s'%s%s%s; rows and columns bear the same names", name,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    if (g->rows[i] >= 0)
      return itg_fail_at(error, ITG_ERR_DUPLICATE, g->table, row, item->name, "a second row of '%.80s'",
                         name);
    g->rows[i] = row;
  }
  return ITG_OK;
}

/* ---- the cells ---- */

static double cell(const grid *g, int i, int j) {
  double value;
  uint8_t reason;
  itg_column_doubles(g->columns[j], g->rows[i], 1, &value, &reason);
  return reason ? NAN : value;
}

static itg_status fail_cell(const grid *g, int i, int j, itg_status status, const char *what, double other,
                            itg_error *error) {
  char found[ITG_NUMBER_SIZE], text[ITG_NUMBER_SIZE] = "";
  itg_number_print(cell(g, i, j), found);
  if (!isnan(other)) itg_number_print(other, text);
  return itg_fail_at(error, status, g->table, g->rows[i], g->columns[j]->name, "%s %s%s", found, what, text);
}

/* A published triangle is enough: a cell that is empty is its mirror's. */
static itg_status read_cells(grid *g, itg_error *error) {
  const int p = g->out->p;
  double *cov = g->out->cov = itg_call_alloc(g->call, (size_t)p, (size_t)p * sizeof *cov, error);
  if (!cov) return ITG_ERR_MEMORY;
  for (int i = 0; i < p; i++) {
    double own = cov[i * p + i] = cell(g, i, i);
    if (isnan(own))
      return itg_fail_at(error, ITG_ERR_DATA, g->table, g->rows[i], g->out->names[i],
                         "no variance; of correlations it is 1");
    if (isinf(own) || own < 0)
      return fail_cell(g, i, i, ITG_ERR_RANGE, "is no variance; it is a number from 0", NAN, error);
  }
  for (int i = 0; i < p; i++)
    for (int j = 0; j < i; j++) {
      double below = cell(g, i, j), above = cell(g, j, i), most = sqrt(cov[i * p + i]) * sqrt(cov[j * p + j]);
      if (isnan(below) && isnan(above))
        return itg_fail_at(error, ITG_ERR_DATA, g->table, g->rows[i], g->out->names[j],
                           "no covariance of these two items, and none in the cell that mirrors this one");
      if (fabs(below - above) > slack * most)
        return fail_cell(g, i, j, ITG_ERR_DATA,
                         "but the covariances are symmetric, and the cell that mirrors this one "
                         "holds ", above,
                         error);
      cov[i * p + j] = cov[j * p + i] = isnan(below) ? above : isnan(above) ? below : below / 2 + above / 2;
      if (!(fabs(cov[i * p + j]) <= most * (1 + slack)))
        return fail_cell(g, isnan(below) ? j : i, isnan(below) ? i : j, ITG_ERR_DATA,
                         "cannot be: by the two variances the covariance is at most ", most, error);
    }
  return ITG_OK;
}

/* No sum of items has a variance below 0: Cholesky, with the largest variance that is left taken first. */
static itg_status check_definite(grid *g, itg_error *error) {
  const int p = g->out->p;
  double *left = itg_call_alloc(g->call, (size_t)p, (size_t)p * sizeof *left, error);
  bool *done = itg_call_alloc(g->call, (size_t)p, sizeof *done, error), fine = true;
  if (!left || !done) return ITG_ERR_MEMORY;
  for (int i = 0; i < p; i++)
    for (int j = 0; j < p; j++) {
      double most = sqrt(g->out->cov[i * p + i]) * sqrt(g->out->cov[j * p + j]);
      left[i * p + j] = most > 0 ? g->out->cov[i * p + j] / most : 0;
    }
  for (int step = 0; step < p && fine; step++) {
    int k = -1;
    for (int i = 0; i < p; i++)
      if (!done[i] && (k < 0 || left[i * p + i] > left[k * p + k])) k = i;
    double pivot = left[k * p + k];
    done[k] = true;
    fine = pivot > -slack * p;
    for (int i = 0; i < p && fine; i++) {
      if (done[i]) continue;
      if (pivot <= slack * p) { /* nothing is left to explain: neither must be covariances */
        fine = fabs(left[i * p + k]) <= slack * p;
        continue;
      }
      for (int j = 0; j < p; j++)
        if (!done[j]) left[i * p + j] -= left[i * p + k] * left[k * p + j] / pivot;
    }
  }
  if (fine) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_DATA, g->table, -1, NULL,
                     "the covariances are not positive semidefinite: some sum of items would vary less than "
                     "nothing; take more digits, or covariances of complete rows");
}

/* ---- means, and respondents ---- */

static itg_status read_means(grid *g, itg_error *error) {
  const int p = g->out->p;
  double *values = NULL, *means = g->out->means = itg_call_alloc(g->call, (size_t)p, sizeof *means, error);
  uint8_t *reasons;
  if (!means) return ITG_ERR_MEMORY;
  if (itg_call_has(g->call, "mean")) ITG_TRY(itg_call_numbers(g->call, "mean", &values, &reasons, error));
  for (int i = 0; i < p; i++) means[i] = values ? values[g->rows[i]] : NAN;
  return ITG_OK;
}

static itg_status read_count(grid *g, itg_error *error) {
  double *counts = NULL, n = itg_call_given(g->call, "n") ? (double)itg_call_integer(g->call, "n") : NAN;
  uint8_t *reasons;
  if (itg_call_has(g->call, "count")) ITG_TRY(itg_call_numbers(g->call, "count", &counts, &reasons, error));
  for (int64_t row = 0; counts && row < g->out->p; row++) {
    if (isnan(counts[row])) continue;
    if (counts[row] != floor(counts[row]))
      return itg_call_fail(g->call, error, ITG_ERR_RANGE, "count", row, "no whole number of respondents");
    if (!isnan(n) && counts[row] != n)
      return itg_call_fail(g->call, error, ITG_ERR_DATA, "count", row,
                           "another number of respondents than %s; all covariances rest on the same",
                           itg_call_given(g->call, "n") ? "option 'n'" : "in the rows before");
    n = counts[row];
  }
  if (isnan(n))
    return itg_fail(error, ITG_ERR_OPTION,
                    "covariances need the option 'n', how many respondents they rest on (or a column "
                    "`count`)");
  g->out->n = (int64_t)n;
  return ITG_OK;
}

/* ---- the whole ---- */

/* What speaks of answers has no meaning here. */
static itg_status check_options(const itg_call *call, itg_error *error) {
  static const char *const keys[] = {"by", "incomplete", "replicates", "out_of_range", "labels"};
  if (itg_call_table(call, "data"))
    return itg_fail(error, ITG_ERR_ARGUMENT, "give either answers (data) or covariances of items, not both");
  for (size_t i = 0; i < ITG_COUNT(keys); i++)
    if (!itg_node_is_null(itg_node_get(call->options, keys[i])))
      return itg_fail(error, ITG_ERR_OPTION,
                      "option '%s' is for rows of answers, and covariances have none; leave it out", keys[i]);
  const char *interval = itg_call_text(call, "interval"); /* NULL: the measure has no such option */
  if (interval && strcmp(interval, "bootstrap") == 0)
    return itg_fail(error, ITG_ERR_OPTION,
                    "the bootstrap draws rows of answers, and covariances have none; interval: feldt, bonett "
                    "or duhachek");
  if (itg_node_get(itg_call_map(call), "items"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "every column of covariances is an item; choose among them with the option 'scales'");
  return ITG_OK;
}

itg_status itg_reliability_matrix_read(itg_call *call, itg_reliability_matrix *out, itg_error *error) {
  grid g = {.call = call, .table = itg_call_table(call, "covariance"), .out = out};
  *out = (itg_reliability_matrix){0};
  ITG_TRY(check_options(call, error));
  ITG_TRY(find_columns(&g, error));
  ITG_TRY(find_rows(&g, error));
  ITG_TRY(read_count(&g, error));
  ITG_TRY(read_cells(&g, error));
  ITG_TRY(check_definite(&g, error));
  ITG_TRY(read_means(&g, error));
  out->correlations = true;
  for (int i = 0; i < out->p; i++) out->correlations = out->correlations && out->cov[i * out->p + i] == 1;
  return ITG_OK;
}

int32_t itg_reliability_matrix_find(const itg_reliability_matrix *matrix, const char *name) {
  for (int32_t i = 0; i < matrix->p; i++)
    if (strcmp(matrix->names[i], name) == 0) return i;
  return -1;
}

void itg_reliability_matrix_cut(const itg_reliability_matrix *matrix, const int32_t *at, int p,
                                itg_cross_group *out) {
  out->n = out->least = matrix->n;
  for (int i = 0; i < p; i++) {
    out->counts[i] = matrix->n;
    out->means[i] = matrix->means[at[i]];
    for (int j = 0; j < p; j++) out->cov[i * p + j] = matrix->cov[at[i] * matrix->p + at[j]];
  }
}
