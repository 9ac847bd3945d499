/* itg_cea_fit.c - increments by regression, their covariance, and the influence of each patient. */
#include <math.h>
#include <string.h>

#include "itg_cea.h"
#include "itg_sum.h"

/* A pivot below this share of the column's own length counts as 0. */
static const double TINY = 1e-10;

bool itg_solve(double *a, int n, double *b, int n_b, int *dependent) {
  for (int j = 0; j < n; j++) {
    double own = a[j * n + j], pivot = own;
    for (int k = 0; k < j; k++) pivot -= a[j * n + k] * a[j * n + k];
    if (!(pivot > TINY * own)) {
      if (dependent) *dependent = j;
      return false;
    }
    pivot = a[j * n + j] = sqrt(pivot);
    for (int i = j + 1; i < n; i++) {
      double sum = a[i * n + j];
      for (int k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = sum / pivot;
    }
  }
  for (int c = 0; c < n_b; c++) {
    for (int i = 0; i < n; i++) {
      double sum = b[i * n_b + c];
      for (int k = 0; k < i; k++) sum -= a[i * n + k] * b[k * n_b + c];
      b[i * n_b + c] = sum / a[i * n + i];
    }
    for (int i = n - 1; i >= 0; i--) {
      double sum = b[i * n_b + c];
      for (int k = i + 1; k < n; k++) sum -= a[k * n + i] * b[k * n_b + c];
      b[i * n_b + c] = sum / a[i * n + i];
    }
  }
  return true;
}

/* ---- deviations ---- */

static double weighted_sum(const itg_study *s, const double *a, const double *b) {
  itg_sum sum = {0, 0};
  for (int64_t i = 0; i < s->n; i++) itg_sum_add(&sum, s->weight[i] * a[i] * (b ? b[i] : 1));
  return itg_sum_value(&sum);
}

/* Means by arm; a second pass takes what rounding left. */
static void arm_means(const itg_study *s, const double *values, const double *total, double *means) {
  memset(means, 0, (size_t)s->n_arms * sizeof *means);
  for (int pass = 0; pass < 2; pass++)
    for (int a = 0; a < s->n_arms; a++) {
      itg_sum sum = {0, 0};
      for (int64_t i = 0; i < s->n; i++)
        if (s->arm[i] == a) itg_sum_add(&sum, s->weight[i] * (values[i] - means[a]));
      means[a] += itg_sum_value(&sum) / total[a];
    }
}

/* Does column k have to be free of column j?  Within an equation yes; columns of two different equations are
 * left alone, so that each equation keeps its own span. */
static bool shares_equation(const itg_study *s, int k, int j) {
  bool common = s->use[ITG_COST][j] && s->use[ITG_EFFECT][j];
  return common ||
         (s->use[ITG_COST][j] == s->use[ITG_COST][k] && s->use[ITG_EFFECT][j] == s->use[ITG_EFFECT][k]);
}

/* Modified Gram-Schmidt, twice; common covariates come first (itg_cea_read.c); the arms' means go through the
 * same transformation. */
static itg_status orthogonalise(const itg_study *s, itg_fit *fit, double *means, itg_error *error) {
  for (int k = 0; k < s->n_covariates; k++) {
    double before = weighted_sum(s, fit->u[k], fit->u[k]);
    for (int pass = 0; pass < 2; pass++)
      for (int j = 0; j < k; j++) {
        if (!shares_equation(s, k, j)) continue;
        double c = weighted_sum(s, fit->u[k], fit->u[j]) / weighted_sum(s, fit->u[j], fit->u[j]);
        for (int64_t i = 0; i < s->n; i++) fit->u[k][i] -= c * fit->u[j][i];
        for (int a = 0; a < s->n_arms; a++) means[k * s->n_arms + a] -= c * means[j * s->n_arms + a];
      }
    double after = weighted_sum(s, fit->u[k], fit->u[k]);
    if (!(after > TINY * before))
      return itg_fail(
          error, ITG_ERR_SINGULAR, "covariate '%.80s' %s; leave it out of the regression", s->names[k],
          before > 0 ? "follows from the arms and the covariates before it" : "does not vary within arms");
    double scale = sqrt((double)s->n / after);
    for (int64_t i = 0; i < s->n; i++) fit->u[k][i] *= scale;
    for (int a = 0; a < s->n_arms; a++) means[k * s->n_arms + a] *= scale;
  }
  return ITG_OK;
}

/* ---- regression of one outcome ---- */

/* Columns of one equation, the inverse of their products, and its slopes. */
typedef struct equation {
  int n, *columns;
  double *inverse, *slopes;
} equation;

static itg_status make_equation(itg_call *call, const itg_study *s, const itg_fit *fit, int g, equation *out,
                                itg_error *error) {
  int p = s->n_covariates;
  out->columns = itg_call_alloc(call, (size_t)p, sizeof *out->columns, error);
  out->slopes = itg_call_alloc(call, (size_t)p, sizeof *out->slopes, error);
  out->inverse = itg_call_alloc(call, (size_t)p * (size_t)p, sizeof *out->inverse, error);
  double *products = itg_call_alloc(call, (size_t)p * (size_t)p, sizeof *products, error);
  if (!out->columns || !out->slopes || !out->inverse || !products) return ITG_ERR_MEMORY;
  for (int k = 0; k < p; k++)
    if (s->use[g][k]) out->columns[out->n++] = k;
  int n = out->n, dependent = 0;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j <= i; j++)
      products[i * n + j] = products[j * n + i] =
          weighted_sum(s, fit->u[out->columns[i]], fit->u[out->columns[j]]);
    out->inverse[i * n + i] = 1;
  }
  if (!itg_solve(products, n, out->inverse, n, &dependent))
    return itg_fail(error, ITG_ERR_SINGULAR, "covariate '%.80s' follows from the others; leave it out",
                    s->names[out->columns[dependent]]);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      out->slopes[i] += out->inverse[i * n + j] * weighted_sum(s, fit->u[out->columns[j]], fit->d[g]);
  return ITG_OK;
}

/* Coefficient of each patient's outcome in the increment of `arm`, and what it leaves out of itself. */
static void weigh_patients(const itg_study *s, const itg_fit *fit, const equation *q, const double *total,
                           const double *means, int arm, double *coefficient) {
  double slope[ITG_MOST_COVARIATES];
  for (int i = 0; i < q->n; i++) {
    slope[i] = 0;
    for (int j = 0; j < q->n; j++) {
      const double *m = means + q->columns[j] * s->n_arms;
      slope[i] += q->inverse[i * q->n + j] * (m[arm] - m[s->reference]);
    }
  }
  for (int64_t i = 0; i < s->n; i++) {
    double c = s->arm[i] == arm ? 1 / total[arm] : s->arm[i] == s->reference ? -1 / total[s->reference] : 0;
    for (int k = 0; k < q->n; k++) c -= slope[k] * fit->u[q->columns[k]][i];
    coefficient[i] = c * s->weight[i];
  }
}

static void leverages(const itg_study *s, const itg_fit *fit, const equation *q, const double *total,
                      double *out) {
  for (int64_t i = 0; i < s->n; i++) {
    double h = 1 / total[s->arm[i]];
    for (int a = 0; a < q->n; a++)
      for (int b = 0; b < q->n; b++)
        h += q->inverse[a * q->n + b] * fit->u[q->columns[a]][i] * fit->u[q->columns[b]][i];
    out[i] = h * s->weight[i];
  }
}

static void residuals(const itg_study *s, const itg_fit *fit, const equation *q, int g, double *out) {
  for (int64_t i = 0; i < s->n; i++) {
    double e = fit->d[g][i];
    for (int k = 0; k < q->n; k++) e -= q->slopes[k] * fit->u[q->columns[k]][i];
    out[i] = e;
  }
}

typedef struct part {
  equation q[ITG_OUTCOMES];
  double sigma[4], precision[4], *slope_covariance; /* when both equations are solved together */
  double *coefficient[ITG_OUTCOMES], *leverage[ITG_OUTCOMES], *residual[ITG_OUTCOMES];
} part;

/* ---- both outcomes together ---- */

/* Replaces the slopes of least squares. */
static itg_status solve_together(itg_call *call, const itg_study *s, const itg_fit *fit, part *p,
                                 itg_error *error) {
  size_t n = (size_t)s->n_covariates, size = (size_t)(s->n_used[ITG_COST] + s->n_used[ITG_EFFECT]);
  itg_within w = {.p = s->n_covariates};
  w.xx = itg_call_alloc(call, n * n, sizeof *w.xx, error);
  w.xy = itg_call_alloc(call, 2 * n, sizeof *w.xy, error);
  double *slopes = itg_call_alloc(call, 2 * n, sizeof *slopes, error);
  double *room = itg_call_alloc(call, (size_t)itg_slopes_room(w.p), sizeof *room, error);
  p->slope_covariance = itg_call_alloc(call, size * size, sizeof *p->slope_covariance, error);
  if (!w.xx || !w.xy || !slopes || !room || !p->slope_covariance) return ITG_ERR_MEMORY;
  for (int k = 0; k < w.p; k++) {
    for (int l = 0; l < w.p; l++) w.xx[k * w.p + l] = weighted_sum(s, fit->u[k], fit->u[l]);
    for (int g = 0; g < ITG_OUTCOMES; g++) w.xy[2 * k + g] = weighted_sum(s, fit->u[k], fit->d[g]);
  }
  for (int g = 0; g < ITG_OUTCOMES; g++)
    for (int h = 0; h <= g; h++) w.yy[g + h] = weighted_sum(s, fit->d[g], fit->d[h]);
  double total = 0;
  for (int a = 0; a < s->n_arms; a++) total += fit->total[a];
  if (!itg_slopes_find(s, &w, total, true, slopes, p->sigma, p->slope_covariance, room))
    return itg_fail(error, ITG_ERR_SINGULAR,
                    "cost and effect follow from each other, so that their equations cannot be "
                    "solved together; set method: ols");
  double determinant = p->sigma[0] * p->sigma[3] - p->sigma[1] * p->sigma[2];
  p->precision[0] = p->sigma[3] / determinant;
  p->precision[3] = p->sigma[0] / determinant;
  p->precision[1] = p->precision[2] = -p->sigma[1] / determinant;
  for (int g = 0; g < ITG_OUTCOMES; g++)
    for (int i = 0; i < p->q[g].n; i++) p->q[g].slopes[i] = slopes[g * w.p + p->q[g].columns[i]];
  return ITG_OK;
}

static double mean_difference(const itg_study *s, const itg_fit *fit, const part *p, int g, int i, int arm) {
  const double *m = fit->u_mean + p->q[g].columns[i] * s->n_arms;
  return m[arm] - m[s->reference];
}

/* Covariance of two increments, from that of the slopes. */
static double covariance_together(const itg_study *s, const itg_fit *fit, const part *p, int arm, int g,
                                  int h) {
  int size = p->q[0].n + p->q[1].n, row = g ? p->q[0].n : 0, column = h ? p->q[0].n : 0;
  double sum = p->sigma[2 * g + h] * (1 / fit->total[arm] + 1 / fit->total[s->reference]);
  for (int i = 0; i < p->q[g].n; i++)
    for (int j = 0; j < p->q[h].n; j++)
      sum += mean_difference(s, fit, p, g, i, arm) * p->slope_covariance[(row + i) * size + column + j] *
             mean_difference(s, fit, p, h, j, arm);
  return sum;
}

/* First-order influence of each patient (or cluster) on both increments. */
static void influence_together(const itg_study *s, itg_fit *fit, const part *p, int arm) {
  int64_t n = s->cluster ? s->n_clusters : s->n;
  int size = p->q[0].n + p->q[1].n;
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    double pull[2 * ITG_MOST_COVARIATES] = {0}; /* mean differences times the covariance of slopes */
    for (int i = 0; i < p->q[g].n; i++)
      for (int j = 0; j < size; j++)
        pull[j] +=
            mean_difference(s, fit, p, g, i, arm) * p->slope_covariance[((g ? p->q[0].n : 0) + i) * size + j];
    for (int64_t i = 0; i < s->n; i++) {
      double own = s->arm[i] == arm            ? 1 / fit->total[arm]
                   : s->arm[i] == s->reference ? -1 / fit->total[s->reference]
                                               : 0;
      double term = own * p->residual[g][i];
      for (int h = 0, j = 0; h < ITG_OUTCOMES; h++) {
        double score = p->precision[2 * h] * p->residual[0][i] + p->precision[2 * h + 1] * p->residual[1][i];
        for (int k = 0; k < p->q[h].n; k++) term -= pull[j++] * fit->u[p->q[h].columns[k]][i] * score;
      }
      fit->influence[g][arm * n + (s->cluster ? s->cluster[i] : i)] += s->weight[i] * term;
    }
  }
}

/* ---- covariance of the increments ---- */

typedef enum { WELCH, CLASSICAL, ROBUST, CLUSTERED } errors;

static errors which_errors(itg_call *call, const itg_study *s) {
  const char *asked = itg_call_text(call, "errors");
  if (s->cluster) return CLUSTERED;
  if (strcmp(asked, "robust") == 0 || itg_call_has(call, "weight")) return ROBUST;
  return strcmp(asked, "classical") == 0 || s->n_covariates ? CLASSICAL : WELCH;
}

/* Sum of products of two outcomes' influences; within clusters they are added first. */
static double influence_product(const itg_study *s, const double *a, const double *b) {
  itg_sum sum = {0, 0};
  int64_t n = s->cluster ? s->n_clusters : s->n;
  for (int64_t i = 0; i < n; i++) itg_sum_add(&sum, a[i] * b[i]);
  return itg_sum_value(&sum);
}

/* Jackknife differences: exact for patients; for clusters the sum of their patients' first-order terms. */
static void set_influence(const itg_study *s, itg_fit *fit, const part *p, int arm) {
  int64_t n = s->cluster ? s->n_clusters : s->n;
  if (s->together) {
    influence_together(s, fit, p, arm);
    return;
  }
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    double *out = fit->influence[g] + arm * n;
    for (int64_t i = 0; i < s->n; i++) {
      double term = p->coefficient[g][i] * p->residual[g][i], rest = 1 - p->leverage[g][i];
      if (s->cluster)
        out[s->cluster[i]] += term;
      else
        out[i] = rest > 1e-12 ? term / rest : 0;
    }
  }
}

static double covariance_of(const itg_study *s, const itg_fit *fit, const part *p, errors kind, int arm,
                            int g, int h) {
  itg_sum squares = {0, 0}, products = {0, 0};
  int64_t n = s->cluster ? s->n_clusters : s->n;
  double df = sqrt((double)(s->n - s->n_arms - p->q[g].n) * (double)(s->n - s->n_arms - p->q[h].n));
  if (s->together && kind == CLASSICAL) return covariance_together(s, fit, p, arm, g, h);
  if (s->together && kind == ROBUST)
    return (double)s->n / df * influence_product(s, fit->influence[g] + arm * n, fit->influence[h] + arm * n);
  if (kind == CLUSTERED) {
    double correction = s->n_clusters / (s->n_clusters - 1.0) * ((double)s->n - 1) / df;
    return correction * influence_product(s, fit->influence[g] + arm * n, fit->influence[h] + arm * n);
  }
  for (int64_t i = 0; i < s->n; i++) {
    double e = p->residual[g][i] * p->residual[h][i], c = p->coefficient[g][i] * p->coefficient[h][i];
    if (kind == CLASSICAL) {
      itg_sum_add(&squares, e);
      itg_sum_add(&products, c);
    } else if (c != 0) { /* HC2, which without covariates is Welch's */
      itg_sum_add(&squares, e * c / sqrt((1 - p->leverage[g][i]) * (1 - p->leverage[h][i])));
    }
  }
  return kind == CLASSICAL ? itg_sum_value(&squares) / df * itg_sum_value(&products)
                           : itg_sum_value(&squares);
}

/* Welch and Satterthwaite's degrees of freedom of one outcome, else those of the regression. */
static double degrees(const itg_study *s, const itg_fit *fit, const part *p, errors kind, int arm, int g) {
  if (kind == CLUSTERED) return s->n_clusters - s->n_arms;
  if (kind != WELCH) return (double)(s->n - s->n_arms - p->q[g].n);
  double n1 = (double)s->n_in[arm], n0 = (double)s->n_in[s->reference];
  double v1 = fit->sd[g][arm] * fit->sd[g][arm] / n1,
         v0 = fit->sd[g][s->reference] * fit->sd[g][s->reference] / n0;
  return (v1 + v0) * (v1 + v0) / (v1 * v1 / (n1 - 1) + v0 * v0 / (n0 - 1));
}

static itg_status fit_arm(itg_call *call, const itg_study *s, itg_fit *fit, part *p, const double *total,
                          const double *means, int arm, itg_error *error) {
  errors kind = which_errors(call, s);
  itg_increment *x = &fit->increments[arm];
  double increment[ITG_OUTCOMES];
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    increment[g] = fit->mean[g][arm] - fit->mean[g][s->reference];
    for (int k = 0; k < p->q[g].n; k++) {
      const double *m = means + p->q[g].columns[k] * s->n_arms;
      increment[g] -= p->q[g].slopes[k] * (m[arm] - m[s->reference]);
    }
    p->coefficient[g] = fit->coefficient[g] + arm * s->n;
    ITG_TRY(itg_pace_step(call->pace, error));
    weigh_patients(s, fit, &p->q[g], total, means, arm, p->coefficient[g]);
    fit->df[g * s->n_arms + arm] = degrees(s, fit, p, kind, arm, g);
  }
  ITG_TRY(itg_pace_step(call->pace, error));
  set_influence(s, fit, p, arm);
  ITG_TRY(itg_pace_step(call->pace, error));
  *x = (itg_increment){increment[ITG_EFFECT], increment[ITG_COST],
                       covariance_of(s, fit, p, kind, arm, ITG_EFFECT, ITG_EFFECT),
                       covariance_of(s, fit, p, kind, arm, ITG_COST, ITG_COST),
                       covariance_of(s, fit, p, kind, arm, ITG_COST, ITG_EFFECT)};
  bool known = isfinite(x->var_effect) && isfinite(x->var_cost) && isfinite(x->covariance);
  if (!known) x->var_effect = x->var_cost = x->covariance = NAN;
  return itg_pace_step(call->pace, error);
}

static itg_status allocate(itg_call *call, const itg_study *s, itg_fit *fit, part *p, itg_error *error) {
  size_t n = (size_t)s->n, arms = (size_t)s->n_arms, units = s->cluster ? (size_t)s->n_clusters : n;
  bool fine = true;
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    fine = fine && (fit->mean[g] = itg_call_alloc(call, arms, sizeof(double), error));
    fine = fine && (fit->sd[g] = itg_call_alloc(call, arms, sizeof(double), error));
    fine = fine && (fit->d[g] = itg_call_alloc(call, n, sizeof(double), error));
    fine = fine && (fit->influence[g] = itg_call_alloc(call, arms * units, sizeof(double), error));
    fine = fine && (fit->coefficient[g] = itg_call_alloc(call, arms * n, sizeof(double), error));
    fine = fine && (p->leverage[g] = itg_call_alloc(call, n, sizeof(double), error));
    fine = fine && (p->residual[g] = fit->residual[g] = itg_call_alloc(call, n, sizeof(double), error));
  }
  fine = fine && (fit->increments = itg_call_alloc(call, arms, sizeof *fit->increments, error));
  fine = fine && (fit->df = itg_call_alloc(call, ITG_OUTCOMES * arms, sizeof *fit->df, error));
  fine = fine && (fit->u = itg_call_alloc(call, (size_t)s->n_covariates, sizeof *fit->u, error));
  fine = fine &&
         (fit->u_mean = itg_call_alloc(call, (size_t)s->n_covariates * arms, sizeof *fit->u_mean, error));
  fine = fine && (fit->total = itg_call_alloc(call, arms, sizeof *fit->total, error));
  for (int k = 0; fine && k < s->n_covariates; k++)
    fine = (fit->u[k] = itg_call_alloc(call, n, sizeof(double), error)) != NULL;
  return fine ? ITG_OK : ITG_ERR_MEMORY;
}

static itg_status describe_arms(itg_call *call, const itg_study *s, itg_fit *fit, itg_error *error) {
  for (int64_t i = 0; i < s->n; i++) fit->total[s->arm[i]] += s->weight[i];
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    arm_means(s, s->y[g], fit->total, fit->mean[g]);
    for (int64_t i = 0; i < s->n; i++) fit->d[g][i] = s->y[g][i] - fit->mean[g][s->arm[i]];
    for (int a = 0; a < s->n_arms; a++) {
      itg_sum squares = {0, 0};
      ITG_TRY(itg_pace_step(call->pace, error));
      for (int64_t i = 0; i < s->n; i++)
        if (s->arm[i] == a) itg_sum_add(&squares, s->weight[i] * fit->d[g][i] * fit->d[g][i]);
      double n = (double)s->n_in[a];
      fit->sd[g][a] = n > 1 ? sqrt(itg_sum_value(&squares) / fit->total[a] * n / (n - 1)) : NAN;
    }
  }
  for (int k = 0; k < s->n_covariates; k++) {
    arm_means(s, s->x[k], fit->total, fit->u_mean + k * s->n_arms);
    for (int64_t i = 0; i < s->n; i++) fit->u[k][i] = s->x[k][i] - fit->u_mean[k * s->n_arms + s->arm[i]];
    ITG_TRY(itg_pace_step(call->pace, error));
  }
  return ITG_OK;
}

itg_status itg_fit_make(itg_call *call, const itg_study *s, itg_fit *fit, itg_error *error) {
  part p = {0};
  *fit = (itg_fit){0};
  if (s->n_covariates > ITG_MOST_COVARIATES)
    return itg_fail(error, ITG_ERR_LIMIT, "%d covariate columns; at most %d are possible", s->n_covariates,
                    ITG_MOST_COVARIATES);
  ITG_TRY(allocate(call, s, fit, &p, error));
  ITG_TRY(describe_arms(call, s, fit, error));
  ITG_TRY(orthogonalise(s, fit, fit->u_mean, error));
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    ITG_TRY(make_equation(call, s, fit, g, &p.q[g], error));
    if (p.q[g].n && s->n <= s->n_arms + p.q[g].n)
      return itg_fail(error, ITG_ERR_DATA, "%lld patients are too few for %d arms and %d covariates",
                      (long long)s->n, s->n_arms, p.q[g].n);
    ITG_TRY(itg_pace_step(call->pace, error));
    leverages(s, fit, &p.q[g], fit->total, p.leverage[g]);
  }
  if (s->together) ITG_TRY(solve_together(call, s, fit, &p, error));
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    ITG_TRY(itg_pace_step(call->pace, error));
    residuals(s, fit, &p.q[g], g, p.residual[g]);
  }
  for (int a = 0; a < s->n_arms; a++)
    if (a != s->reference) ITG_TRY(fit_arm(call, s, fit, &p, fit->total, fit->u_mean, a, error));
  return ITG_OK;
}
