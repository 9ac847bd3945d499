/* itg_metamodel.c - layer 3: costs and effects as polynomials of one or two parameters of a model. */
#include <math.h>
#include <string.h>

#include "itg_metamodel.h"
#include "itg_spread.h"
#include "itg_thread.h"

enum { BLOCK = 512 };

static void terms_at(const itg_metamodel *fit, const double *at, double *out) {
  double power[2][ITG_MOST_DEGREE + 1] = {{1}, {1}};
  for (int j = 0; j < fit->p; j++) {
    double x = (at[j] - fit->middle[j]) / fit->half[j];
    for (int a = 1; a <= fit->degree; a++) power[j][a] = power[j][a - 1] * x;
  }
  for (int b = 0, t = 0; b <= (fit->p > 1 ? fit->degree : 0); b++)
    for (int a = 0; a <= fit->degree; a++) out[t++] = power[0][a] * power[1][b];
}

/* Householder reflections make `rows` x m (row-major) upper triangular in its first m rows. */
static void triangulate(double *a, int rows, int m) {
  for (int k = 0; k < m && k < rows; k++) {
    double square = 0, pivot = a[k * m + k];
    for (int i = k; i < rows; i++) square += a[i * m + k] * a[i * m + k];
    double norm = pivot > 0 ? -sqrt(square) : sqrt(square);
    if (norm == 0) continue;
    double head = pivot - norm, scale = square - pivot * norm; /* of v = column - norm e: half of v'v */
    double dot[ITG_MOST_TERMS + 2 * ITG_MOST_STRATEGIES];
    for (int j = k + 1; j < m; j++) dot[j] = head * a[k * m + j];
    for (int i = k + 1; i < rows; i++)
      for (int j = k + 1; j < m; j++) dot[j] += a[i * m + k] * a[i * m + j];
    for (int j = k + 1; j < m; j++) a[k * m + j] -= (dot[j] /= scale) * head;
    for (int i = k + 1; i < rows; i++)
      for (int j = k + 1; j < m; j++) a[i * m + j] -= dot[j] * a[i * m + k];
    a[k * m + k] = norm;
    for (int i = k + 1; i < rows; i++) a[i * m + k] = 0;
  }
}

/* The triangle of terms and responses, block after block under the triangle so far: memory does not grow with
 * n. */
static itg_status reduce(itg_call *call, const itg_psa *psa, const double *const *x, itg_metamodel *fit,
                         itg_error *error) {
  const itg_samples *s = &psa->samples;
  int32_t D = s->n_strategies;
  int m = fit->n_terms + 2 * D;
  double *rows = itg_call_alloc(call, (size_t)(m + BLOCK) * (size_t)m, sizeof *rows, error);
  if (!rows) return ITG_ERR_MEMORY;
  for (int64_t start = 0; start < s->n; start += BLOCK) {
    int count = (int)(s->n - start < BLOCK ? s->n - start : BLOCK);
    ITG_TRY(itg_check_stop(&call->control, (double)start / (double)s->n, error));
    for (int i = 0; i < count; i++) {
      double at[2] = {0}, *row = rows + (int64_t)(m + i) * m, root = 1;
      for (int j = 0; j < fit->p; j++) at[j] = x[j][start + i];
      terms_at(fit, at, row);
      for (int32_t d = 0; d < D; d++) {
        row[fit->n_terms + d] = s->cost[d][start + i];
        row[fit->n_terms + D + d] = s->effect[d][start + i];
      }
      if (s->weight) root = sqrt(s->weight[start + i]);
      for (int c = 0; s->weight && c < m; c++) row[c] *= root;
    }
    triangulate(rows, m + count, m);
  }
  fit->triangle = rows;
  return ITG_OK;
}

/* Different values of x, as far as a polynomial needs them. */
static int count_values(const double *x, int64_t n, int degree) {
  double seen[ITG_MOST_DEGREE + 1];
  int count = 0;
  for (int64_t i = 0; i < n && count <= degree; i++) {
    int k = 0;
    while (k < count && seen[k] != x[i]) k++;
    if (k == count) seen[count++] = x[i];
  }
  return count;
}

static int terms_of(int p, int degree) { return p > 1 ? (degree + 1) * (degree + 1) : degree + 1; }

itg_reason itg_metamodel_reason(const itg_psa *psa, const double *x, int p, int degree) {
  if (psa->samples.n <= terms_of(p, degree)) return ITG_REASON_TOO_FEW;
  return count_values(x, psa->samples.n, degree) > degree ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
}

static itg_status check_values(itg_call *call, const double *x, int64_t n, const char *name, int degree,
                               itg_error *error) {
  int count = count_values(x, n, degree);
  if (count > degree) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, "data"), -1, name,
                     "%d different value%s; a polynomial of degree %d needs %d or more: lower 'degree', or "
                     "leave the parameter out",
                     count, count == 1 ? "" : "s", degree, degree + 1);
}

itg_status itg_metamodel_fit(itg_call *call, const itg_psa *psa, const double *const *x,
                             const char *const *names, int p, int degree, itg_metamodel *out,
                             itg_error *error) {
  const itg_samples *s = &psa->samples;
  int terms = terms_of(p, degree);
  *out = (itg_metamodel){.p = p, .degree = degree, .n_terms = terms, .n_strategies = s->n_strategies};
  int m = terms + 2 * s->n_strategies;
  if (s->n <= terms)
    return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, "data"), -1, NULL,
                       "%lld samples are too few for the %d terms of a polynomial of degree %d",
                       (long long)s->n, terms, degree);
  for (int j = 0; j < p; j++) {
    double low = INFINITY, high = -INFINITY;
    ITG_TRY(check_values(call, x[j], s->n, names[j], degree, error));
    for (int64_t i = 0; i < s->n; i++) low = fmin(low, x[j][i]), high = fmax(high, x[j][i]);
    out->middle[j] = low / 2 + high / 2;
    out->half[j] = high / 2 - low / 2;
  }
  ITG_TRY(reduce(call, psa, x, out, error));
  const double *r = out->triangle;
  for (int t = 0; t < terms; t++) {
    double norm = 0;
    for (int i = 0; i <= t; i++) norm = hypot(norm, r[i * m + t]);
    if (fabs(r[t * m + t]) <= 1e-9 * norm)
      return itg_fail_at(error, ITG_ERR_NUMERIC, itg_call_table(call, "data"), -1, names[0],
                         "'%.60s' and '%.60s' are tied so closely that a polynomial of degree %d cannot tell "
                         "them apart; lower 'degree', or choose another pair",
                         names[0], names[p - 1], degree);
  }
  out->coefficients = itg_call_alloc(call, (size_t)(2 * s->n_strategies * terms), sizeof(double), error);
  if (!out->coefficients) return ITG_ERR_MEMORY;
  for (int c = 0; c < 2 * s->n_strategies; c++)
    for (int t = terms - 1; t >= 0; t--) {
      double value = r[t * m + terms + c];
      for (int u = t + 1; u < terms; u++) value -= r[t * m + u] * out->coefficients[c * terms + u];
      out->coefficients[c * terms + t] = value / r[t * m + t];
    }
  return ITG_OK;
}

void itg_metamodel_at(const itg_metamodel *fit, const double *at, double *cost, double *effect) {
  double terms[ITG_MOST_TERMS];
  terms_at(fit, at, terms);
  for (int32_t c = 0; c < 2 * fit->n_strategies; c++) {
    double value = 0;
    for (int t = 0; t < fit->n_terms; t++) value += terms[t] * fit->coefficients[c * fit->n_terms + t];
    *(c < fit->n_strategies ? &cost[c] : &effect[c - fit->n_strategies]) = value;
  }
}

double itg_metamodel_share(const itg_metamodel *fit, int32_t d, double k) {
  int terms = fit->n_terms, m = terms + 2 * fit->n_strategies;
  double all = 0, rest = 0, size = 0;
  for (int i = 0; i < m; i++) {
    const double *row = fit->triangle + (int64_t)i * m + terms;
    double cost = row[d], effect = k * row[fit->n_strategies + d], value = effect - cost;
    size = hypot(size, hypot(cost, effect));
    if (i > 0) all += value * value;
    if (i >= terms) rest += value * value;
  }
  return all > 1e-24 * size * size ? fmax(0, 1 - rest / all) : NAN;
}

/* ---- ranges ---- */

static itg_status read_range(const char *const *names, int n, const itg_node *list, const char *key,
                             double (*out)[2], itg_error *error) {
  int j = 0;
  while (j < n && strcmp(names[j], key) != 0) j++;
  if (j == n) {
    const char *near = itg_suggest(key, names, (size_t)n);
    return itg_fail_node(error, ITG_ERR_OPTION, list, "'ranges' names '%.60s', which is no parameter%s%s%s",
                         key, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  if (list->kind != ITG_NODE_LIST || list->count != 2 || !itg_node_number(&list->items[0], &out[j][0]) ||
      !itg_node_number(&list->items[1], &out[j][1]) || !isfinite(out[j][0]) || !isfinite(out[j][1]) ||
      !(out[j][0] < out[j][1]))
    return itg_fail_node(error, ITG_ERR_OPTION, list,
                         "the range of '%.60s' must be two numbers, the lower first: [low, high]", key);
  return ITG_OK;
}

itg_status itg_metamodel_ranges(itg_call *call, const itg_psa *psa, const double *const *x,
                                const char *const *names, int n, double (*out)[2], itg_reason *reasons,
                                itg_error *error) {
  double *ends;
  int count;
  int64_t size = psa->samples.n;
  const itg_node *map = itg_call_node(call, "ranges");
  ITG_TRY(itg_call_list(call, "quantiles", &ends, &count, error));
  if (count != 2 || !(ends[0] < ends[1]))
    return itg_fail(error, ITG_ERR_OPTION,
                    "'quantiles' must be two shares, the lower first, such as [0.025, 0.975]");
  double *copy = itg_call_alloc(call, (size_t)size, sizeof *copy, error);
  if (!copy) return ITG_ERR_MEMORY;
  for (int j = 0; j < n; j++)
    for (int end = 0; end < 2; end++) {
      memcpy(copy, x[j], (size_t)size * sizeof *copy);
      ITG_TRY(itg_pace_step(call->pace, error));
      out[j][end] = itg_quantile(copy, size, ends[end]);
    }
  if (map && map->kind != ITG_NODE_MAP)
    return itg_fail_node(error, ITG_ERR_OPTION, map,
                         "'ranges' must be a map from a parameter to [low, high]");
  for (int i = 0; map && i < map->count; i++)
    ITG_TRY(read_range(names, n, &map->items[i], map->keys[i], out, error));
  for (int j = 0; j < n; j++) {
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < size; i++) low = fmin(low, x[j][i]), high = fmax(high, x[j][i]);
    if (reasons && !reasons[j] && !(out[j][0] < out[j][1])) reasons[j] = ITG_REASON_NO_VARIANCE;
    if (reasons && reasons[j]) continue;
    if (!(out[j][0] < out[j][1]))
      return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, "data"), -1, names[j],
                         "its quantiles are the same; give its range in 'ranges'");
    if (out[j][0] < low || out[j][1] > high)
      ITG_TRY(itg_result_note(call->result, error,
                              "The range of '%.60s' reaches beyond its samples; there the polynomial is "
                              "extrapolated.",
                              names[j]));
  }
  return ITG_OK;
}

double itg_metamodel_step(const double range[2], int64_t i, int64_t n) {
  return i + 1 == n ? range[1] : range[0] + (double)i * ((range[1] - range[0]) / (double)(n - 1));
}
