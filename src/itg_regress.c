/* itg_regress.c - layer 3: one smooth of all costs and effects on parameters serves every threshold: sums over the samples
 * by fold, coefficients of all samples and of those without each fold, and what they give for each sample. */
#include "itg_regress.h"

#include <math.h>

#include "itg_regress_fit.h"
#include "itg_thread.h"

enum { MOST_ROWS = 100000 }; /* samples that a process is fitted to */

/* What is solved: the sums of all samples, and those without each fold. */
typedef struct solution {
  const itg_fit *fit;
  itg_smooth_sums sums[1 + ITG_FOLDS];
  double *coefficients[1 + ITG_FOLDS]; /* q x r */
  double *edf;                         /* by response, with all samples */
} solution;

/* ---- coefficients ---- */

static void add_sums(const itg_fit *fit, itg_smooth_sums *to, const itg_smooth_sums *from, double sign) {
  for (int k = 0; k < fit->q * fit->q; k++) to->gram[k] += sign * from->gram[k];
  for (int k = 0; k < fit->q * fit->r; k++) to->cross[k] += sign * from->cross[k];
  for (int c = 0; c < fit->r; c++) to->square[c] += sign * from->square[c];
  to->n += sign * from->n;
}

static itg_status make_sums(const itg_fit *fit, itg_arena *arena, itg_smooth_sums *out, itg_error *error) {
  size_t q = (size_t)fit->q, r = (size_t)fit->r;
  out->n = 0;
  out->gram = itg_arena_alloc(arena, q * q, sizeof *out->gram);
  out->cross = itg_arena_alloc(arena, q * r, sizeof *out->cross);
  out->square = itg_arena_alloc(arena, r, sizeof *out->square);
  return out->gram && out->cross && out->square ? ITG_OK : itg_fail_memory(error);
}

static itg_status solve_one(void *payload, int64_t index, itg_error *error) {
  solution *s = payload;
  return itg_smooth_solve(&s->sums[index], s->fit->out->basis.penalty, s->fit->q, s->fit->r, s->coefficients[index],
                          index ? NULL : s->edf, error);
}

static itg_status solve(const itg_fit *fit, itg_arena *arena, solution *out, itg_error *error) {
  out->fit = fit;
  out->edf = itg_arena_alloc(arena, (size_t)fit->r, sizeof *out->edf);
  if (!out->edf) return itg_fail_memory(error);
  for (int f = 0; f <= ITG_FOLDS; f++) {
    ITG_TRY(make_sums(fit, arena, &out->sums[f], error));
    out->coefficients[f] = itg_arena_alloc(arena, (size_t)fit->q * (size_t)fit->r, sizeof *out->coefficients[f]);
    if (!out->coefficients[f]) return itg_fail_memory(error);
  }
  for (int k = 0; k < ITG_FOLDS; k++) add_sums(fit, out->sums, &fit->folds[k], 1);
  for (int f = 1; f <= ITG_FOLDS; f++) {
    add_sums(fit, &out->sums[f], out->sums, 1);
    add_sums(fit, &out->sums[f], &fit->folds[f - 1], -1);
  }
  ITG_TRY(itg_parallel(fit->control, 1 + ITG_FOLDS, solve_one, out, error));
  for (int c = 0; c < fit->r; c++) fit->out->edf = fmax(fit->out->edf, out->edf[c]);
  return ITG_OK;
}

/* Coefficients with all samples beside those without the fold; a spline as powers of the place in each piece. */
static itg_status tell_fits(const itg_fit *fit, const solution *s, itg_arena *arena, itg_error *error) {
  itg_regression *out = fit->out;
  const itg_basis *basis = &out->basis;
  int r = fit->r;
  out->fits = itg_arena_alloc(arena, ITG_FOLDS * itg_fit_size(out), sizeof *out->fits);
  if (!out->fits) return itg_fail_memory(error);
  for (int f = 0; f < ITG_FOLDS; f++)
    for (int side = 0; side < 2; side++) {
      const double *solved = s->coefficients[side ? 1 + f : 0];
      double *to = out->fits + (size_t)f * itg_fit_size(out) + side;
      for (int k = 0; k < fit->q * r && basis->p > 1; k++) to[2 * k] = solved[k];
      for (int i = 0; i < basis->n_pieces; i++)
        for (int k = 0; k < 4; k++)
          for (int c = 0; c < r; c++, to += 2) {
            *to = k ? 0 : out->mean[c];
            for (int u = 0; u < 4; u++) *to += basis->pieces[i].power[u][k] * solved[(i + u) * r + c];
          }
    }
  return ITG_OK;
}

/* ---- running ---- */

static itg_status make_responses(itg_fit *fit, itg_arena *arena, itg_error *error) {
  const itg_samples *s = &fit->psa->samples;
  fit->responses = itg_arena_alloc(arena, (size_t)fit->r, sizeof *fit->responses);
  fit->out->mean = itg_arena_alloc(arena, (size_t)fit->r, sizeof *fit->out->mean);
  if (!fit->responses || !fit->out->mean) return itg_fail_memory(error);
  for (int c = 0, half = fit->r / 2; c < fit->r; c++) {
    int d = 1 + c % half;
    const double *mean = c < half ? fit->psa->mean_effect : fit->psa->mean_cost;
    fit->out->mean[c] = mean[d] - mean[0];
    fit->responses[c] = c < half ? (itg_response){s->effect[d], s->effect[0]} : (itg_response){s->cost[d], s->cost[0]};
  }
  return ITG_OK;
}

static itg_status find_means(const itg_fit *fit, itg_arena *arena, itg_error *error) {
  itg_regression *out = fit->out;
  int half = fit->r / 2;
  out->mean_effect = itg_arena_alloc(arena, (size_t)half + 1, sizeof *out->mean_effect);
  out->mean_cost = itg_arena_alloc(arena, (size_t)half + 1, sizeof *out->mean_cost);
  if (!out->mean_cost || !out->mean_effect) return itg_fail_memory(error);
  for (int c = 0; c < fit->r; c++) {
    double *to = c < half ? &out->mean_effect[1 + c] : &out->mean_cost[1 + c - half];
    *to = out->rows ? itg_process_mean(fit, c) : itg_spline_mean(fit, c);
    ITG_TRY(itg_check_stop(fit->control, 1, error));
  }
  return ITG_OK;
}

itg_status itg_regress(const itg_psa *psa, const double *const *x, const char *const *names, int p, itg_arena *arena,
                       const itg_control *control, itg_regression *out, itg_error *error) {
  const itg_samples *s = &psa->samples;
  itg_fit fit = {.psa = psa, .control = control, .out = out, .r = 2 * (s->n_strategies - 1)};
  solution solved = {0};
  *out = (itg_regression){.n = s->n, .step = 1, .n_strategies = s->n_strategies, .r = fit.r};
  out->x = x;
  ITG_TRY(itg_basis_make(x, names, p, s->n, arena, &out->basis, error));
  ITG_TRY(itg_check_stop(control, 0, error));
  fit.q = out->basis.q;
  if (p > 1) out->step = 1 + (s->n - 1) / MOST_ROWS;
  ITG_TRY(make_responses(&fit, arena, error));
  for (int f = 0; f < ITG_FOLDS; f++) ITG_TRY(make_sums(&fit, arena, &fit.folds[f], error));
  ITG_TRY(p == 1 ? itg_spline_sum(&fit, arena, error) : itg_process_sum(&fit, arena, error));
  ITG_TRY(itg_check_stop(control, 0.5, error));
  ITG_TRY(solve(&fit, arena, &solved, error));
  ITG_TRY(tell_fits(&fit, &solved, arena, error));
  ITG_TRY(itg_check_stop(control, 0.6, error));
  if (p > 1) ITG_TRY(itg_process_fill(&fit, arena, error));
  return find_means(&fit, arena, error);
}
