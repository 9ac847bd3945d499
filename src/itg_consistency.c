/* itg_consistency.c - layer 3: alpha with its intervals, Guttman's lambdas, split halves, item figures. */
#include "itg_consistency.h"

#include <math.h>
#include <stdlib.h>

#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"

/* ---- sums of a matrix ---- */

static double trace_of(const double *c, int p) {
  itg_sum sum = {0, 0};
  for (int i = 0; i < p; i++) itg_sum_add(&sum, c[i * p + i]);
  return itg_sum_value(&sum);
}

static double row_of(const double *c, int p, int row) { return itg_sum_of(c + (int64_t)row * p, p); }

static double ratio(double a, double b) { return b > 0 ? a / b : NAN; }

static double alpha_of(double trace, double sum, int p) {
  return p > 1 && sum > 0 ? (double)p / (p - 1) * (1 - trace / sum) : NAN;
}

double itg_alpha(const double *cov, int p) {
  return alpha_of(trace_of(cov, p), itg_sum_of(cov, (int64_t)p * p), p);
}

/* ---- intervals of alpha ---- */

itg_alpha_interval itg_alpha_feldt(double alpha, int p, int64_t n, double conf_level) {
  itg_alpha_interval out = {NAN, NAN, NAN};
  if (isnan(alpha) || n < 2 || p < 2) return out;
  double df1 = (double)(n - 1), df2 = df1 * (p - 1);
  out.low = 1 - (1 - alpha) * itg_f_quantile(0.5 + conf_level / 2, df1, df2);
  out.high = 1 - (1 - alpha) * itg_f_quantile(0.5 - conf_level / 2, df1, df2);
  return out;
}

itg_alpha_interval itg_alpha_bonett(double alpha, int p, int64_t n, double conf_level) {
  itg_alpha_interval out = {NAN, NAN, NAN};
  if (!(alpha < 1) || n < 3 || p < 2) return out;
  out.std_error = sqrt(2.0 * p / ((p - 1) * (double)(n - 2)));
  double half = itg_normal_quantile(0.5 + conf_level / 2) * out.std_error;
  out.low = 1 - (1 - alpha) * exp(half);
  out.high = 1 - (1 - alpha) * exp(-half);
  return out;
}

itg_alpha_interval itg_alpha_duhachek(const double *c, int p, int64_t n, double conf_level) {
  itg_alpha_interval out = {NAN, NAN, NAN};
  double alpha = itg_alpha(c, p), t = trace_of(c, p), s = itg_sum_of(c, (int64_t)p * p);
  if (isnan(alpha) || n < 2) return out;
  itg_sum squares = {0, 0}, rows = {0, 0}; /* the trace, and the sum of all entries, of the matrix square */
  for (int i = 0; i < p; i++) {
    double r = row_of(c, p, i);
    itg_sum_add(&rows, r * r);
    for (int j = 0; j < p; j++) itg_sum_add(&squares, c[i * p + j] * c[i * p + j]);
  }
  double k = (double)p / (p - 1);
  double q = 2 * k * k / (s * s * s) * (s * (itg_sum_value(&squares) + t * t) - 2 * t * itg_sum_value(&rows));
  out.std_error = sqrt(fmax(q, 0) / (double)n);
  double half = itg_normal_quantile(0.5 + conf_level / 2) * out.std_error;
  out.low = alpha - half;
  out.high = alpha + half;
  return out;
}

/* ---- squared multiple correlations ---- */

/* Invert a positive definite matrix in place by Gauss and Jordan, without pivots; false when singular. */
static bool invert(double *a, int p) {
  for (int k = 0; k < p; k++) {
    double pivot = a[k * p + k];
    if (!(pivot > 1e-11)) return false;
    a[k * p + k] = 1;
    for (int j = 0; j < p; j++) a[k * p + j] /= pivot;
    for (int i = 0; i < p; i++) {
      double factor = a[i * p + k];
      if (i == k || factor == 0) continue;
      a[i * p + k] = 0;
      for (int j = 0; j < p; j++) a[i * p + j] -= factor * a[k * p + j];
    }
  }
  return true;
}

/* ---- the figures ---- */

/* Guttman 1945; [3] is alpha. */
static void guttman(const double *c, int p, double alpha, const itg_item_figures *items, double *lambda) {
  double s = itg_sum_of(c, (int64_t)p * p);
  itg_sum squares = {0, 0}, unique = {0, 0}, between = {0, 0};
  double largest = 0;
  for (int i = 0; i < p; i++) {
    itg_sum own = {0, 0};
    for (int j = 0; j < p; j++) {
      if (j != i) itg_sum_add(&own, c[i * p + j] * c[i * p + j]);
      if ((i + j) % 2) itg_sum_add(&between, c[i * p + j]);
    }
    itg_sum_add(&squares, itg_sum_value(&own));
    itg_sum_add(&unique, c[i * p + i] * (1 - items[i].smc));
    if (itg_sum_value(&own) > largest) largest = itg_sum_value(&own);
  }
  lambda[1] = 1 - ratio(trace_of(c, p), s);
  lambda[2] = lambda[1] + ratio(sqrt((double)p / (p - 1) * itg_sum_value(&squares)), s);
  lambda[3] = alpha;
  lambda[4] = ratio(2 * itg_sum_value(&between), s); /* each pair stands twice in the matrix */
  lambda[5] = lambda[1] + ratio(2 * sqrt(largest), s);
  lambda[6] = 1 - ratio(itg_sum_value(&unique), s);
}

static double spearman_brown(const double *c, int p) {
  itg_sum odd = {0, 0}, even = {0, 0}, between = {0, 0};
  for (int i = 0; i < p; i++)
    for (int j = 0; j < p; j++) itg_sum_add((i + j) % 2 ? &between : i % 2 ? &even : &odd, c[i * p + j]);
  double a = itg_sum_value(&odd), b = itg_sum_value(&even);
  if (!(a > 0) || !(b > 0)) return NAN;
  double r = itg_sum_value(&between) / 2 / sqrt(a * b);
  return 2 * r / (1 + r);
}

static double alpha_without(const double *c, int p, int item, double trace, double sum) {
  double own = c[item * p + item];
  return alpha_of(trace - own, sum - 2 * row_of(c, p, item) + own, p - 1);
}

static void item_figures(const double *c, const double *cor, int p, itg_item_figures *items) {
  double t = trace_of(c, p), s = itg_sum_of(c, (int64_t)p * p), s_cor = itg_sum_of(cor, (int64_t)p * p);
  for (int i = 0; i < p; i++) {
    double own = c[i * p + i], row = row_of(c, p, i), rest = s - 2 * row + own;
    items[i].r_total = own > 0 && s > 0 ? row / sqrt(own * s) : NAN;
    items[i].r_rest = own > 0 && rest > 1e-12 * s ? (row - own) / sqrt(own * rest) : NAN;
    items[i].alpha_dropped = alpha_without(c, p, i, t, s);
    items[i].alpha_std_dropped = alpha_without(cor, p, i, p, s_cor);
  }
}

static void omega(const double *c, int p, itg_consistency *out, itg_item_figures *items,
                  const double *loadings) {
  itg_sum common = {0, 0}, unique = {0, 0}, common_std = {0, 0}, unique_std = {0, 0};
  for (int i = 0; i < p; i++) {
    double l = loadings[i], sd = sqrt(c[i * p + i]);
    items[i].loading = l;
    itg_sum_add(&common, l * sd);
    itg_sum_add(&unique, (1 - l * l) * sd * sd);
    itg_sum_add(&common_std, l);
    itg_sum_add(&unique_std, 1 - l * l);
  }
  double a = itg_sum_value(&common), b = itg_sum_value(&common_std);
  out->omega = a * a / (a * a + itg_sum_value(&unique));
  out->omega_std = b * b / (b * b + itg_sum_value(&unique_std));
}

itg_status itg_consistency_of(const double *c, int p, itg_factoring factoring, itg_consistency *out,
                              itg_item_figures *items, itg_error *error) {
  size_t n = (size_t)p;
  *out = (itg_consistency){NAN, NAN, NAN, {NAN, NAN, NAN, NAN, NAN, NAN, NAN}, NAN, NAN, NAN, false};
  double *room = itg_alloc(n, (3 * n + 5) * sizeof *room);
  if (!room) return itg_fail_memory(error);
  double *cor = room, *inverse = cor + n * n, *scratch = inverse + n * n, *loadings = scratch + n * (n + 3);
  bool varies = true;
  for (int i = 0; i < p; i++) varies = varies && c[i * p + i] > 0;
  for (int i = 0; i < p; i++)
    for (int j = 0; j < p; j++)
      inverse[i * p + j] = cor[i * p + j] =
          i == j && varies ? 1 : c[i * p + j] / sqrt(c[i * p + i] * c[j * p + j]);
  bool regular = varies && invert(inverse, p);
  for (int i = 0; i < p; i++) {
    items[i].smc = regular ? 1 - 1 / inverse[i * p + i] : NAN;
    items[i].loading = NAN;
  }
  item_figures(c, cor, p, items);
  out->alpha = itg_alpha(c, p);
  guttman(c, p, out->alpha, items, out->lambda);
  out->split_half = spearman_brown(c, p);
  if (varies) {
    out->alpha_std = itg_alpha(cor, p);
    out->mean_r = p > 1 ? (itg_sum_of(cor, (int64_t)p * p) - p) / ((double)p * (p - 1)) : NAN;
  }
  if (varies && p > 2) {
    bool found = factoring == ITG_FACTORING_ML ? itg_factor_ml(cor, p, loadings, scratch)
                                               : itg_factor_minres(cor, p, loadings, scratch);
    out->improper = !found;
    if (found) omega(c, p, out, items, loadings);
  }
  free(room);
  return ITG_OK;
}

/* ---- all splits ---- */

typedef struct search {
  const double *c, *rows; /* rows: sums of the rows */
  int p, half;            /* items in the first half */
  int chosen[ITG_SPLIT_ITEMS];
  itg_splits *out;
  itg_sum total;
  double sum;
  const itg_control *control;
  double all; /* splits expected */
} search;

/* Choose the items of the first half from `from` on.  `within` is the sum of covariances among the chosen,
 * `out_of` the sum of their rows: their difference lies between the halves. */
static itg_status choose(search *s, int from, int n, double within, double out_of, itg_error *error) {
  if (n == s->half) {
    double value = 4 * (out_of - within) / s->sum;
    if (!s->out->n || value > s->out->max) s->out->max = value;
    if (!s->out->n || value < s->out->min) s->out->min = value;
    itg_sum_add(&s->total, value);
    s->out->n++;
    return s->out->n % 65536 ? ITG_OK : itg_check_stop(s->control, (double)s->out->n / s->all, error);
  }
  /* Halves of equal size would come twice: the first item always stands in the first. */
  int last = n || s->p % 2 ? s->p - (s->half - n) : 0;
  for (int i = from; i <= last; i++) {
    const double *row = s->c + (int64_t)i * s->p;
    double with = row[i];
    for (int k = 0; k < n; k++) with += 2 * row[s->chosen[k]];
    s->chosen[n] = i;
    ITG_TRY(choose(s, i + 1, n + 1, within + with, out_of + s->rows[i], error));
  }
  return ITG_OK;
}

itg_status itg_splits_of(const double *cov, int p, const itg_control *control, itg_splits *out,
                         itg_error *error) {
  double rows[ITG_SPLIT_ITEMS];
  *out = (itg_splits){0, NAN, NAN, NAN};
  if (p < 2 || p > ITG_SPLIT_ITEMS) return ITG_OK;
  search s = {.c = cov, .rows = rows, .p = p, .half = p / 2, .out = out, .control = control, .all = 1};
  s.sum = itg_sum_of(cov, (int64_t)p * p);
  if (!(s.sum > 0)) return ITG_OK;
  for (int i = 0; i < p; i++) rows[i] = row_of(cov, p, i);
  for (int i = 1; i <= s.half; i++) s.all *= (double)(p - s.half + i) / i;
  if (p % 2 == 0) s.all /= 2;
  ITG_TRY(choose(&s, 0, 0, 0, 0, error));
  out->mean = itg_sum_value(&s.total) / (double)out->n;
  return ITG_OK;
}
