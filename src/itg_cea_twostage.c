/* itg_cea_twostage.c - two-stage bootstrap of clustered designs with shrinkage.
 *
 * Davison & Hinkley, Bootstrap Methods and their Application, 1997, section 3.8; Ng, Grieve, Carpenter, Stata
 * Journal 2013;13:141.  Within each arm (and stratum) a clusters with means m_k and patients' deviations from
 * them are resampled apart: first means, shrunk towards their centre, then deviations, blown up, from all
 * clusters of the arm.  With S_B the sum of squares of means, S_W that of deviations and b the cluster size,
 *     (1 - c)^2 = a / (a - 1) - S_W / (b (b - 1) S_B), c = 1 where that is below 0,
 *     mean: centre + (1 - c)(m_k - mean of means), deviation: / sqrt(1 - 1/b).
 * A resampled patient then varies by the unbiased estimates of the variance between and within clusters, and
 * the mean of an arm of equal clusters by S_B / (a (a - 1)).
 *
 * It is made of residuals of the regression, so that covariates keep their places: an increment is linear in
 * the outcome, and a replicate adds the patients' coefficients times their resampled residuals.  Without
 * covariates this is the difference of the means of resampled patients. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_cea.h"
#include "itg_random.h"
#include "itg_resample.h"
#include "itg_thread.h"

/* Clusters of an arm and stratum. */
typedef struct cell {
  int64_t first, n;            /* patients, in the order of the plan */
  int64_t first_unit, n_units; /* clusters */
} cell;

typedef struct plan {
  itg_call *call;
  const itg_study *study;
  const itg_fit *fit;
  itg_replicates *out;
  int64_t first, count;
  int64_t *order;      /* patients by cell, then cluster, then row */
  int64_t *unit_start; /* of each cluster among them, and the end of the last */
  int n_cells;
  cell *cells;
  double *mean[ITG_OUTCOMES];   /* of each cluster, shrunk */
  double *within[ITG_OUTCOMES]; /* deviation of each patient in the order of the plan, blown up */
} plan;

/* ---- the plan ---- */

typedef struct place {
  int64_t cell, cluster, patient;
} place;

static int compare_places(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->cell != y->cell) return x->cell < y->cell ? -1 : 1;
  if (x->cluster != y->cluster) return x->cluster < y->cluster ? -1 : 1;
  return x->patient < y->patient ? -1 : 1;
}

static itg_status sort_patients(plan *p, itg_error *error) {
  const itg_study *s = p->study;
  int64_t n = s->n, units = 0;
  int strata = s->stratum ? s->n_strata : 1;
  place *places = itg_call_alloc(p->call, (size_t)n, sizeof *places, error);
  p->order = itg_call_alloc(p->call, (size_t)n, sizeof *p->order, error);
  p->unit_start = itg_call_alloc(p->call, (size_t)n + 1, sizeof *p->unit_start, error);
  p->cells = itg_call_alloc(p->call, (size_t)s->n_arms * (size_t)strata, sizeof *p->cells, error);
  if (!places || !p->order || !p->unit_start || !p->cells) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++)
    places[i] = (place){(int64_t)s->arm[i] * strata + (s->stratum ? s->stratum[i] : 0), s->cluster[i], i};
  qsort(places, (size_t)n, sizeof *places, compare_places);
  for (int64_t k = 0; k < n; k++) {
    bool new_cell = !k || places[k].cell != places[k - 1].cell;
    if (new_cell) p->cells[p->n_cells++] = (cell){.first = k, .first_unit = units};
    cell *c = &p->cells[p->n_cells - 1];
    p->order[k] = places[k].patient;
    c->n++;
    if (!new_cell && places[k].cluster == places[k - 1].cluster) continue;
    p->unit_start[units++] = k;
    c->n_units++;
  }
  p->unit_start[units] = n;
  return ITG_OK;
}

static int compare_sizes(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* One size for clusters of unequal sizes, as option cluster_size says. */
static double cluster_size(const char *rule, double *sizes, int64_t a) {
  double sum = 0, squares = 0, inverse = 0;
  for (int64_t k = 0; k < a; k++) sum += sizes[k], inverse += 1 / sizes[k];
  double n = (double)a, mean = sum / n;
  for (int64_t k = 0; k < a; k++) squares += (sizes[k] - mean) * (sizes[k] - mean);
  if (strcmp(rule, "mean") == 0) return mean;
  if (strcmp(rule, "harmonic") == 0) return n / inverse;
  if (strcmp(rule, "dk") == 0) return mean - squares / ((n - 1) * sum);
  qsort(sizes, (size_t)a, sizeof *sizes, compare_sizes);
  return (sizes[(a - 1) / 2] + sizes[a / 2]) / 2;
}

/* Means and deviations of one cell and outcome, shrunk and blown up. */
static void shrink(const plan *p, const cell *c, int g, double b, bool harmonic) {
  const double *e = p->fit->residual[g];
  double a = (double)c->n_units, n = (double)c->n, centre = 0, middle = 0, between = 0, inside = 0;
  double *mean = p->mean[g] + c->first_unit;
  for (int64_t u = 0; u < c->n_units; u++) {
    int64_t from = p->unit_start[c->first_unit + u], to = p->unit_start[c->first_unit + u + 1];
    double sum = 0;
    for (int64_t k = from; k < to; k++) sum += e[p->order[k]];
    mean[u] = sum / (double)(to - from);
    for (int64_t k = from; k < to; k++) {
      p->within[g][k] = e[p->order[k]] - mean[u];
      inside += p->within[g][k] * p->within[g][k];
    }
    centre += sum / n;
    middle += mean[u] / a;
  }
  for (int64_t u = 0; u < c->n_units; u++) between += (mean[u] - middle) * (mean[u] - middle);
  /* The size of `harmonic` is that of the means alone; deviations have n - a degrees of freedom. */
  double excess = harmonic ? a * inside / (n - a) / b : inside / (b * (b - 1));
  double square = inside > 0 ? a / (a - 1) - excess / between : a / (a - 1);
  double keep = between > 0 && square > 0 ? sqrt(square) : 0;
  double blow = inside > 0 ? sqrt(harmonic ? n / (n - a) : b / (b - 1)) : 0;
  for (int64_t u = 0; u < c->n_units; u++) mean[u] = centre + keep * (mean[u] - middle);
  for (int64_t k = c->first; k < c->first + c->n; k++) p->within[g][k] *= blow;
}

static itg_status make_plan(plan *p, itg_error *error) {
  const char *rule = itg_call_text(p->call, "cluster_size");
  ITG_TRY(sort_patients(p, error));
  double *sizes = itg_call_alloc(p->call, (size_t)p->study->n, sizeof *sizes, error);
  if (!sizes) return ITG_ERR_MEMORY;
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    p->mean[g] = itg_call_alloc(p->call, (size_t)p->study->n, sizeof *p->mean[g], error);
    p->within[g] = itg_call_alloc(p->call, (size_t)p->study->n, sizeof *p->within[g], error);
    if (!p->mean[g] || !p->within[g]) return ITG_ERR_MEMORY;
  }
  for (int i = 0; i < p->n_cells; i++) {
    const cell *c = &p->cells[i];
    if (c->n_units < 2)
      return itg_call_fail(
          p->call, error, ITG_ERR_DATA, "cluster", -1,
          "arm '%.60s' has one cluster in a stratum; means of clusters are shrunk within arm and "
          "stratum, which takes two; leave role 'stratum' out, or set bootstrap: cluster",
          p->study->arms[p->study->arm[p->order[c->first]]]);
    for (int64_t u = 0; u < c->n_units; u++)
      sizes[u] = (double)(p->unit_start[c->first_unit + u + 1] - p->unit_start[c->first_unit + u]);
    double b = cluster_size(rule, sizes, c->n_units);
    /* clusters of one or nearly: the formula of a size has no meaning there */
    bool harmonic = strcmp(rule, "harmonic") == 0 || !(b > 1);
    if (harmonic) b = cluster_size("harmonic", sizes, c->n_units);
    for (int g = 0; g < ITG_OUTCOMES; g++) shrink(p, c, g, b, harmonic);
  }
  return ITG_OK;
}

/* ---- one replicate ---- */

/* Residuals of both outcomes: the same clusters and the same patients serve both. */
static void draw(const plan *p, uint32_t replicate, uint32_t *index, double *const *residual) {
  uint64_t seed = p->call->seed;
  for (int i = 0; i < p->n_cells; i++) {
    const cell *c = &p->cells[i];
    itg_random clusters, members;
    itg_random_init(&clusters, seed, ITG_PURPOSE_BOOTSTRAP_CLUSTER + 256u * (uint32_t)i, replicate);
    itg_random_init(&members, seed, ITG_PURPOSE_BOOTSTRAP_MEMBER + 256u * (uint32_t)i, replicate);
    itg_random_indices(&members, (uint32_t)c->n, index, c->n);
    for (int64_t u = c->first_unit; u < c->first_unit + c->n_units; u++) {
      int64_t drawn = c->first_unit + itg_random_below(&clusters, (uint32_t)c->n_units);
      for (int64_t k = p->unit_start[u]; k < p->unit_start[u + 1]; k++)
        for (int g = 0; g < ITG_OUTCOMES; g++)
          residual[g][p->order[k]] = p->mean[g][drawn] + p->within[g][c->first + index[k - c->first]];
    }
  }
}

static itg_status make_batch(void *payload, int64_t batch, itg_error *error) {
  const plan *p = payload;
  const itg_study *s = p->study;
  int64_t from = p->first + batch * ITG_RESAMPLE_BATCH, end = p->first + p->count, n = s->n;
  if (end > from + ITG_RESAMPLE_BATCH) end = from + ITG_RESAMPLE_BATCH;
  uint32_t *index = itg_alloc((size_t)n, sizeof *index);
  double *room = itg_alloc((size_t)n, ITG_OUTCOMES * sizeof *room);
  itg_status status = index && room ? ITG_OK : itg_fail_memory(error);
  for (int64_t r = from; !status && r < end; r++) {
    double *residual[ITG_OUTCOMES] = {room, room + n};
    draw(p, (uint32_t)r, index, residual);
    for (int a = 0; a < s->n_arms; a++)
      for (int g = 0; g < ITG_OUTCOMES; g++) {
        const itg_increment *x = &p->fit->increments[a];
        const double *coefficient = p->fit->coefficient[g] + a * n;
        double sum = 0, *out = g == ITG_COST ? p->out->cost : p->out->effect;
        for (int64_t i = 0; i < n; i++) sum += coefficient[i] * residual[g][i];
        out[a * p->out->n + r] = a == s->reference ? 0 : (g == ITG_COST ? x->cost : x->effect) + sum;
      }
  }
  free(index);
  free(room);
  return status;
}

itg_status itg_replicates_twostage(itg_call *call, const itg_study *study, const itg_fit *fit, int64_t first,
                                   int64_t count, itg_replicates *out, itg_error *error) {
  plan p = {.call = call, .study = study, .fit = fit, .out = out, .first = first, .count = count};
  if (study->together)
    return itg_fail(error, ITG_ERR_OPTION,
                    "shrinkage is of one regression per outcome; set method: ols, or shrinkage: false");
  for (int64_t i = 0; i < study->n; i++)
    if (study->weight[i] != 1)
      return itg_call_fail(
          call, error, ITG_ERR_OPTION, "weight", -1,
          "weights have no place in the shrinkage of cluster means; set shrinkage: false, or "
          "bootstrap: cluster");
  ITG_TRY(make_plan(&p, error));
  return itg_parallel(&call->control, (count + ITG_RESAMPLE_BATCH - 1) / ITG_RESAMPLE_BATCH, make_batch, &p,
                      error);
}
