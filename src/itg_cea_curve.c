/* itg_cea_curve.c - replicates as curves over thresholds: acceptability, frontier, net benefit. */
#include <math.h>
#include <string.h>

#include "itg_cea.h"
#include "itg_contour.h"
#include "itg_ceac.h"
#include "itg_frontier.h"
#include "itg_special.h"
#include "itg_sum.h"

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
  out->contours = NULL;
  if (itg_call_given(call, "contours"))
    ITG_TRY(open_table(call, groups, "contours", WORDS("arm", "versus"),
                       WORDS("level", "share", "density", "relative", "line", "effect", "cost"),
                       &out->contours, error));
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

/* The first replicates, singular ones too (as missing). */
static itg_status add_plane(itg_call *call, const itg_curves *c, const itg_replicates *r, int arm,
                            const char *const *texts, const char *const *labels, int n_labels,
                            itg_error *error) {
  int64_t row = itg_frame_rows(c->plane), n = r->n;
  int column = n_labels + 2;
  if (itg_call_given(call, "plane") && itg_call_integer(call, "plane") < n)
    n = itg_call_integer(call, "plane");
  ITG_TRY(itg_frame_resize(c->plane, row + n, error));
  for (int64_t i = 0; i < n; i++, row++) {
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

static itg_status add_contours(itg_call *call, const itg_curves *tables, const itg_replicates *r, int arm,
                               const char *const *texts, const char *const *labels, int n_labels,
                               itg_error *error) {
  itg_contours c;
  ITG_TRY(itg_contours_make(call, r->effect + arm * r->n, r->cost + arm * r->n, NULL, r->n, &c, error));
  for (int l = 0; l < c.n_lines; l++)
    for (int64_t i = c.lines[l].first; i < c.lines[l].first + c.lines[l].n; i++) {
      int k = c.lines[l].level;
      ITG_TRY(add_row(
          tables->contours, labels, n_labels, texts,
          (double[]){c.level[k], c.share[k], c.density[k], c.relative[k], c.lines[l].line, c.x[i], c.y[i]}, 7,
          error));
    }
  return ITG_OK;
}

/* Replicates that could be computed as samples, the reference first: ties go to it, then to the first arm. */
typedef struct cloud {
  itg_samples samples;
  int order[ITG_MOST_ARMS]; /* arm of each strategy */
  const double *cost[ITG_MOST_ARMS], *effect[ITG_MOST_ARMS];
  double mean_cost[ITG_MOST_ARMS], mean_effect[ITG_MOST_ARMS];
} cloud;

static itg_status make_cloud(itg_call *call, const itg_study *s, const itg_replicates *r, cloud *out,
                             itg_error *error) {
  out->samples = (itg_samples){r->n - r->n_singular, s->n_arms, out->cost, out->effect, NULL};
  for (int d = 0; d < s->n_arms; d++) {
    int arm = out->order[d] = d == 0 ? s->reference : d <= s->reference ? d - 1 : d;
    double *cost = itg_call_alloc(call, (size_t)out->samples.n, sizeof *cost, error);
    double *effect = itg_call_alloc(call, (size_t)out->samples.n, sizeof *effect, error);
    if (!cost || !effect) return ITG_ERR_MEMORY;
    itg_sum costs = {0, 0}, effects = {0, 0};
    int64_t n = 0;
    for (int64_t i = 0; i < r->n; i++) {
      if (isnan(r->effect[i])) continue;
      cost[n] = r->cost[arm * r->n + i];
      effect[n] = r->effect[arm * r->n + i];
      itg_sum_add(&costs, cost[n]);
      itg_sum_add(&effects, effect[n++]);
    }
    out->cost[d] = cost;
    out->effect[d] = effect;
    out->mean_cost[d] = itg_sum_value(&costs) / (double)n;
    out->mean_effect[d] = itg_sum_value(&effects) / (double)n;
  }
  return ITG_OK;
}

/* Expected gain of perfect information: that of the best of each replicate less that of the best on average.
 */
static double evpi_of(const cloud *c, double threshold, double gain) {
  double top = 0;
  for (int d = 1; d < c->samples.n_strategies; d++)
    top = fmax(top, threshold * c->mean_effect[d] - c->mean_cost[d]);
  return fmax(0, gain - top);
}

/* The arms that the estimates make optimal, as strategies of the cloud. */
static itg_status make_frontier(itg_call *call, const itg_fit *fit, const cloud *c, itg_frontier *out,
                                itg_error *error) {
  double cost[ITG_MOST_ARMS], effect[ITG_MOST_ARMS];
  for (int d = 0; d < c->samples.n_strategies; d++) {
    cost[d] = d ? fit->increments[c->order[d]].cost : 0;
    effect[d] = d ? fit->increments[c->order[d]].effect : 0;
  }
  return itg_frontier_make(cost, effect, c->samples.n_strategies, call->arena, out, error);
}

/* Highest expected net benefit by the estimates; the reference, then the first, on equal terms. */
static int optimal_at(const itg_fit *fit, const cloud *c, double threshold) {
  int best = 0;
  double most = 0;
  for (int d = 1; d < c->samples.n_strategies; d++) {
    double benefit = itg_increment_benefit(&fit->increments[c->order[d]], threshold);
    if (benefit > most) most = benefit, best = d;
  }
  return best;
}

/* ---- writing ---- */

typedef struct writer {
  itg_call *call;
  const itg_curves *tables;
  const itg_study *study;
  const itg_fit *fit;
  const itg_thresholds *at;
  const char *const *labels;
  int n_labels;
} writer;

/* Rows of a curve over thresholds; those beyond `curve_to` are left out where it was given. */
static int64_t shown(const writer *w, const double *thresholds, int64_t n) {
  double to = itg_call_number(w->call, "curve_to");
  while (n > 1 && thresholds[n - 1] > to) n--; /* a NaN ends it at once */
  return n;
}

static itg_status write_pair(const writer *w, int arm, const double *thresholds, const double *above,
                             int64_t n, double total, itg_error *error) {
  const itg_study *s = w->study;
  for (int64_t k = 0; k < n; k++)
    ITG_TRY(add_row(w->tables->ceac, w->labels, w->n_labels, WORDS(s->arms[arm], s->arms[s->reference]),
                    (double[]){thresholds[k], above[k] / total}, 2, error));
  return ITG_OK;
}

/* `exact`: rows hold up to the next, so that the optimal arm at a switch is that above it. */
static itg_status write_best(const writer *w, const cloud *c, const itg_frontier *exact,
                             const double *thresholds, const double *best, const double *gain, int64_t n,
                             itg_error *error) {
  const itg_study *s = w->study;
  int D = c->samples.n_strategies;
  double total = (double)c->samples.n;
  for (int a = 0; a < D; a++) {
    int d = a == s->reference ? 0 : a < s->reference ? a + 1 : a;
    for (int64_t k = 0; k < n; k++)
      ITG_TRY(add_row(w->tables->best, w->labels, w->n_labels, WORDS(s->arms[a]),
                      (double[]){thresholds[k], best[k * D + d] / total}, 2, error));
  }
  for (int64_t k = 0; k < n; k++) {
    int d = exact ? itg_frontier_best(exact, thresholds[k]) : optimal_at(w->fit, c, thresholds[k]);
    ITG_TRY(add_row(w->tables->ceaf, w->labels, w->n_labels, WORDS(s->arms[c->order[d]]),
                    (double[]){thresholds[k], best[k * D + d] / total, evpi_of(c, thresholds[k], gain[k])}, 3,
                    error));
  }
  return ITG_OK;
}

static itg_status write_grid(const writer *w, const cloud *c, itg_error *error) {
  size_t n = (size_t)w->at->n_grid, D = (size_t)c->samples.n_strategies;
  double *best = itg_call_alloc(w->call, n * D, sizeof *best, error);
  double *gain = itg_call_alloc(w->call, n, sizeof *gain, error);
  if (!best || !gain) return ITG_ERR_MEMORY;
  for (int a = 0, d = 1; a < w->study->n_arms; a++) {
    if (a == w->study->reference) continue;
    ITG_TRY(itg_ceac_pair(&c->samples, 0, d++, w->at->grid, w->at->n_grid, false, gain, error));
    ITG_TRY(write_pair(w, a, w->at->grid, gain, w->at->n_grid, (double)c->samples.n, error));
  }
  ITG_TRY(itg_ceac_at(&c->samples, w->at->grid, w->at->n_grid, ITG_TIES_FIRST, &w->call->control, best, gain,
                      error));
  return write_best(w, c, NULL, w->at->grid, best, gain, w->at->n_grid, error);
}

/* Thresholds that have a row in any case: those asked for, and where the optimal arm changes. */
static itg_status extra_rows(const writer *w, const itg_frontier *f, double **out, int64_t *n,
                             itg_error *error) {
  double *extra = itg_call_alloc(w->call, (size_t)(w->at->n + f->n_on), sizeof *extra, error);
  int64_t count = 0;
  int asked = 0, on = 1;
  if (!extra) return ITG_ERR_MEMORY;
  while (asked < w->at->n || on < f->n_on) {
    double one = asked < w->at->n ? w->at->values[asked] : INFINITY,
           other = on < f->n_on ? f->icer[f->on[on]] : INFINITY, next = fmin(one, other);
    if (one == next) asked++;
    if (other == next) on++;
    if (next > 0 && isfinite(next)) extra[count++] = next;
  }
  *out = extra;
  *n = count;
  return ITG_OK;
}

static itg_status write_exact(const writer *w, const cloud *c, itg_error *error) {
  itg_frontier frontier;
  itg_curve curve;
  double *extra, total = (double)c->samples.n;
  int64_t n_extra, most = itg_call_integer(w->call, "points");
  ITG_TRY(make_frontier(w->call, w->fit, c, &frontier, error));
  ITG_TRY(extra_rows(w, &frontier, &extra, &n_extra, error));
  for (int a = 0, d = 1; a < w->study->n_arms; a++) {
    if (a == w->study->reference) continue;
    itg_samples pair = {c->samples.n, 2, (const double *[]){c->cost[0], c->cost[d]},
                        (const double *[]){c->effect[0], c->effect[d]}, NULL};
    d++;
    ITG_TRY(itg_ceac_exact(&pair, extra, n_extra, most, &w->call->control, &curve, error));
    for (int64_t k = 0; k < curve.n_rows; k++) curve.best[k] = curve.best[2 * k + 1];
    itg_status status =
        write_pair(w, a, curve.threshold, curve.best, shown(w, curve.threshold, curve.n_rows), total, error);
    itg_curve_clear(&curve);
    ITG_TRY(status);
  }
  ITG_TRY(itg_ceac_exact(&c->samples, extra, n_extra, most, &w->call->control, &curve, error));
  itg_status status = write_best(w, c, &frontier, curve.threshold, curve.best, curve.gain,
                                 shown(w, curve.threshold, curve.n_rows), error);
  itg_curve_clear(&curve);
  return status;
}

/* What the normal distribution says, on the grid; the curve of acceptability only without replicates. */
static itg_status write_normal(const writer *w, int arm, bool ceac, itg_error *error) {
  const itg_study *s = w->study;
  const itg_increment *increment = &w->fit->increments[arm];
  const char *const *texts = WORDS(s->arms[arm], s->arms[s->reference]);
  double quantile = itg_normal_quantile(0.5 + itg_call_number(w->call, "conf_level") / 2);
  for (int g = 0; g < w->at->n_grid; g++) {
    double t = w->at->grid[g], benefit = itg_increment_benefit(increment, t),
           se = itg_increment_benefit_error(increment, t);
    if (ceac)
      ITG_TRY(add_row(w->tables->ceac, w->labels, w->n_labels, texts,
                      (double[]){t, itg_increment_probability(increment, t)}, 2, error));
    ITG_TRY(add_row(w->tables->inb, w->labels, w->n_labels, texts,
                    (double[]){t, benefit, se, benefit - quantile * se, benefit + quantile * se,
                               t > 0 ? benefit / t : NAN},
                    6, error));
  }
  return ITG_OK;
}

itg_status itg_curves_add(itg_call *call, const itg_curves *tables, const itg_study *s, const itg_fit *fit,
                          const itg_replicates *r, const itg_thresholds *at, const char *const *labels,
                          int n_labels, itg_error *error) {
  writer w = {call, tables, s, fit, at, labels, n_labels};
  bool drawn = r->n > r->n_singular;
  cloud c;
  for (int a = 0; a < s->n_arms; a++) {
    if (a == s->reference) continue;
    const char *const *texts = WORDS(s->arms[a], s->arms[s->reference]);
    if (r->n) ITG_TRY(add_plane(call, tables, r, a, texts, labels, n_labels, error));
    if (r->n) ITG_TRY(add_contours(call, tables, r, a, texts, labels, n_labels, error));
    ITG_TRY(write_normal(&w, a, !r->n, error));
  }
  if (!drawn || !at->n_grid) return ITG_OK;
  ITG_TRY(make_cloud(call, s, r, &c, error));
  return itg_call_given(call, "curve_points") ? write_grid(&w, &c, error) : write_exact(&w, &c, error);
}
