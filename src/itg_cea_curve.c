/* itg_cea_curve.c - replicates as curves over thresholds: acceptability, frontier, net benefit. */
#include <math.h>
#include <string.h>

#include "itg_cea.h"
#include "itg_special.h"
#include "itg_thread.h"

/* ---- at one threshold ---- */

double itg_replicates_probability(const itg_replicates *r, int arm, double threshold) {
  const double *effect = r->effect + arm * r->n, *cost = r->cost + arm * r->n;
  int64_t above = 0, n = 0;
  for (int64_t i = 0; i < r->n; i++) {
    n += !isnan(effect[i]);
    above += threshold * effect[i] > cost[i];
  }
  return n ? (double)above / (double)n : NAN;
}

void itg_replicates_best(const itg_replicates *r, int reference, double threshold, double *shares,
                         double *evpi) {
  double sum_best = 0, best_sum = 0, sums[ITG_MOST_ARMS] = {0};
  int64_t n = 0;
  memset(shares, 0, (size_t)r->n_arms * sizeof *shares);
  for (int64_t i = 0; i < r->n; i++) {
    if (isnan(r->effect[i])) continue;
    int best = reference;
    double most = 0;
    for (int a = 0; a < r->n_arms; a++) {
      double benefit = threshold * r->effect[a * r->n + i] - r->cost[a * r->n + i];
      sums[a] += benefit;
      if (benefit > most) most = benefit, best = a;
    }
    shares[best]++;
    sum_best += most;
    n++;
  }
  for (int a = 0; a < r->n_arms; a++) {
    shares[a] = n ? shares[a] / (double)n : NAN;
    best_sum = fmax(best_sum, sums[a]);
  }
  *evpi = n ? fmax(0, sum_best - best_sum) / (double)n : NAN;
}

/* ---- at all thresholds ---- */

/* Of one arm: replicates with net benefit above 0 at each threshold of the grid, and their sums of effect and
 * cost.  Net benefit changes its sign once over thresholds, so that each replicate begins or ends in one
 * place: found by the very comparison that counting at each threshold would make. */
typedef struct crossings {
  double *count, *effect, *cost; /* n_grid + 1 differences, then their running sums */
} crossings;

static void find_crossings(const itg_replicates *r, int arm, const itg_thresholds *at, crossings *out) {
  const double *effect = r->effect + arm * r->n, *cost = r->cost + arm * r->n;
  for (int64_t i = 0; i < r->n; i++) {
    double e = effect[i], c = cost[i];
    if (isnan(e)) continue;
    bool first = at->grid[0] * e > c;
    int low = 0, high = at->n_grid; /* the first place whose answer is not that of the first threshold */
    while (low < high) {
      int middle = low + (high - low) / 2;
      if ((at->grid[middle] * e > c) == first)
        low = middle + 1;
      else
        high = middle;
    }
    int from = first ? 0 : low, to = first ? low : at->n_grid;
    if (from >= at->n_grid) continue;
    out->count[from]++, out->count[to]--;
    out->effect[from] += e, out->effect[to] -= e;
    out->cost[from] += c, out->cost[to] -= c;
  }
  for (int g = 1; g < at->n_grid; g++) {
    out->count[g] += out->count[g - 1];
    out->effect[g] += out->effect[g - 1];
    out->cost[g] += out->cost[g - 1];
  }
}

/* ---- tables ---- */

static itg_status open_table(itg_call *call, const itg_groups *groups, const char *name,
                             const char *const *texts, const char *const *numbers, itg_frame **out,
                             itg_error *error) {
  ITG_TRY(itg_result_add_table(call->result, name, out, error));
  for (int g = 0; g < groups->n_columns; g++)
    ITG_TRY(itg_frame_add_column(*out, groups->names[g], ITG_TYPE_STRING, NULL, error));
  for (; *texts; texts++) ITG_TRY(itg_frame_add_column(*out, *texts, ITG_TYPE_STRING, NULL, error));
  for (; *numbers; numbers++)
    ITG_TRY(itg_frame_add_column(
        *out, *numbers, strcmp(*numbers, "replicate") ? ITG_TYPE_DOUBLE : ITG_TYPE_INT64, NULL, error));
  return ITG_OK;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

itg_status itg_curves_open(itg_call *call, const itg_groups *groups, itg_curves *out, itg_error *error) {
  ITG_TRY(open_table(call, groups, "plane", WORDS("arm", "versus"), WORDS("replicate", "effect", "cost"),
                     &out->plane, error));
  ITG_TRY(open_table(call, groups, "ceac", WORDS("arm", "versus"), WORDS("threshold", "probability"),
                     &out->ceac, error));
  ITG_TRY(
      open_table(call, groups, "best", WORDS("arm"), WORDS("threshold", "probability"), &out->best, error));
  ITG_TRY(open_table(call, groups, "ceaf", WORDS("arm"), WORDS("threshold", "probability", "evpi"),
                     &out->ceaf, error));
  return open_table(call, groups, "inb", WORDS("arm", "versus"),
                    WORDS("threshold", "inmb", "std_error", "conf_low", "conf_high", "inhb"), &out->inb,
                    error);
}

/* Append a row: group labels, texts, numbers. */
static itg_status add_row(itg_frame *frame, const char *const *labels, int n_labels, const char *const *texts,
                          const double *numbers, int n_numbers, itg_error *error) {
  int64_t row = itg_frame_rows(frame);
  int column = 0;
  ITG_TRY(itg_frame_resize(frame, row + 1, error));
  for (int i = 0; i < n_labels; i++, column++)
    if (labels[i]) ITG_TRY(itg_frame_set_text(frame, row, column, labels[i], error));
  for (; *texts; texts++) ITG_TRY(itg_frame_set_text(frame, row, column++, *texts, error));
  for (int i = 0; i < n_numbers; i++, column++) itg_frame_set_double(frame, row, column, numbers[i]);
  return ITG_OK;
}

static itg_status add_plane(const itg_curves *c, const itg_replicates *r, int arm, const char *const *texts,
                            const char *const *labels, int n_labels, itg_error *error) {
  int64_t row = itg_frame_rows(c->plane);
  int column = n_labels + 2;
  ITG_TRY(itg_frame_resize(c->plane, row + r->n, error));
  for (int64_t i = 0; i < r->n; i++, row++) {
    for (int l = 0; l < n_labels; l++)
      if (labels[l]) ITG_TRY(itg_frame_set_text(c->plane, row, l, labels[l], error));
    ITG_TRY(itg_frame_set_text(c->plane, row, n_labels, texts[0], error));
    ITG_TRY(itg_frame_set_text(c->plane, row, n_labels + 1, texts[1], error));
    itg_frame_set_int(c->plane, row, column, i + 1);
    itg_frame_set_double(c->plane, row, column + 1, r->effect[arm * r->n + i]);
    itg_frame_set_double(c->plane, row, column + 2, r->cost[arm * r->n + i]);
  }
  return ITG_OK;
}

/* Highest expected net benefit by the estimates; the reference, then the first, on equal terms. */
static int optimal_arm(const itg_study *s, const itg_fit *fit, double threshold) {
  int best = s->reference;
  double most = 0;
  for (int a = 0; a < s->n_arms; a++) {
    double benefit = a == s->reference ? 0 : itg_increment_benefit(&fit->increments[a], threshold);
    if (benefit > most) most = benefit, best = a;
  }
  return best;
}

static itg_status add_pairwise(const itg_curves *c, const itg_study *s, const itg_fit *fit,
                               const itg_replicates *r, const itg_thresholds *at, const crossings *x, int arm,
                               double quantile, const char *const *labels, int n_labels, itg_error *error) {
  const char *const *texts = WORDS(s->arms[arm], s->arms[s->reference]);
  const itg_increment *increment = &fit->increments[arm];
  double valid = (double)(r->n - r->n_singular);
  if (r->n) ITG_TRY(add_plane(c, r, arm, texts, labels, n_labels, error));
  for (int g = 0; g < at->n_grid; g++) {
    double t = at->grid[g], benefit = itg_increment_benefit(increment, t),
           se = itg_increment_benefit_error(increment, t);
    double p = r->n ? x->count[g] / valid : itg_increment_probability(increment, t);
    ITG_TRY(add_row(c->ceac, labels, n_labels, texts, (double[]){t, p}, 2, error));
    ITG_TRY(add_row(c->inb, labels, n_labels, texts,
                    (double[]){t, benefit, se, benefit - quantile * se, benefit + quantile * se,
                               t > 0 ? benefit / t : NAN},
                    6, error));
  }
  return ITG_OK;
}

/* Two arms: everything follows from the crossings of one.  More: count at each threshold. */
static itg_status add_best(itg_call *call, const itg_curves *c, const itg_study *s, const itg_fit *fit,
                           const itg_replicates *r, const itg_thresholds *at, const crossings *x,
                           const char *const *labels, int n_labels, itg_error *error) {
  double shares[ITG_MOST_ARMS], evpi, valid = (double)(r->n - r->n_singular);
  int other = s->reference == 0 ? 1 : 0;
  double *all = itg_call_alloc(call, (size_t)at->n_grid * (size_t)(s->n_arms + 1), sizeof *all, error);
  if (!all) return ITG_ERR_MEMORY;
  for (int g = 0; g < at->n_grid; g++) {
    double t = at->grid[g];
    if (s->n_arms > 2) {
      ITG_TRY(itg_check_stop(&call->control, 0.9, error));
      itg_replicates_best(r, s->reference, t, shares, &evpi);
    } else {
      double gain = (t * x->effect[g] - x->cost[g]) / valid;
      double mean = (t * x->effect[at->n_grid] - x->cost[at->n_grid]) / valid;
      shares[other] = x->count[g] / valid;
      shares[s->reference] = (valid - x->count[g]) / valid;
      evpi = fmax(0, gain - fmax(0, mean));
    }
    memcpy(all + (int64_t)g * (s->n_arms + 1), shares, (size_t)s->n_arms * sizeof *shares);
    all[(int64_t)g * (s->n_arms + 1) + s->n_arms] = evpi;
  }
  for (int a = 0; a < s->n_arms; a++)
    for (int g = 0; g < at->n_grid; g++)
      ITG_TRY(add_row(c->best, labels, n_labels, WORDS(s->arms[a]),
                      (double[]){at->grid[g], all[(int64_t)g * (s->n_arms + 1) + a]}, 2, error));
  for (int g = 0; g < at->n_grid; g++) {
    const double *row = all + (int64_t)g * (s->n_arms + 1);
    int best = optimal_arm(s, fit, at->grid[g]);
    ITG_TRY(add_row(c->ceaf, labels, n_labels, WORDS(s->arms[best]),
                    (double[]){at->grid[g], row[best], row[s->n_arms]}, 3, error));
  }
  return ITG_OK;
}

itg_status itg_curves_add(itg_call *call, const itg_curves *c, const itg_study *s, const itg_fit *fit,
                          const itg_replicates *r, const itg_thresholds *at, const char *const *labels,
                          int n_labels, itg_error *error) {
  double quantile = itg_normal_quantile(0.5 + itg_call_number(call, "conf_level") / 2);
  crossings x = {NULL};
  for (int a = 0; a < s->n_arms; a++) {
    if (a == s->reference) continue;
    size_t size = (size_t)at->n_grid + 2;
    x.count = itg_call_alloc(call, size, sizeof(double), error);
    x.effect = itg_call_alloc(call, size, sizeof(double), error);
    x.cost = itg_call_alloc(call, size, sizeof(double), error);
    if (!x.count || !x.effect || !x.cost) return ITG_ERR_MEMORY;
    find_crossings(r, a, at, &x);
    x.effect[at->n_grid] = x.cost[at->n_grid] = 0; /* from here on: sums over all replicates */
    for (int64_t i = 0; i < r->n; i++) {
      double e = r->effect[a * r->n + i];
      if (isnan(e)) continue;
      x.effect[at->n_grid] += e;
      x.cost[at->n_grid] += r->cost[a * r->n + i];
    }
    ITG_TRY(add_pairwise(c, s, fit, r, at, &x, a, quantile, labels, n_labels, error));
  }
  return r->n ? add_best(call, c, s, fit, r, at, &x, labels, n_labels, error) : ITG_OK;
}
