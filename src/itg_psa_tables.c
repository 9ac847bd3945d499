/* itg_psa_tables.c - layer 3: the tables of measure psa beside its estimates. */
#include <math.h>
#include <string.h>

#include "itg_contour.h"
#include "itg_icer.h"
#include "itg_psa_write.h"
#include "itg_thread.h"

static itg_status open_rows(itg_psa_writer *w, itg_psa_table which, const itg_psa_column *columns, int n,
                            int64_t rows, itg_psa_rows *out, itg_error *error) {
  static const char *const names[] = {"frontier", "ceac",          "evpi",    "increments",
                                      "plane",    "risk_aversion", "contours"};
  return itg_psa_rows_add(w->call, &w->psa, names[which], columns, n, rows, &w->tables[which], out, error);
}

/* ---- frontier ---- */

itg_status itg_psa_write_frontier(itg_psa_writer *w, itg_error *error) {
  static const itg_psa_column columns[] = {{"strategy", ITG_TYPE_STRING},
                                        {"status", ITG_TYPE_STRING},
                                        {"cost", ITG_TYPE_DOUBLE},
                                        {"cost_low", ITG_TYPE_DOUBLE},
                                        {"cost_high", ITG_TYPE_DOUBLE},
                                        {"effect", ITG_TYPE_DOUBLE},
                                        {"effect_low", ITG_TYPE_DOUBLE},
                                        {"effect_high", ITG_TYPE_DOUBLE},
                                        {"compared_with", ITG_TYPE_STRING},
                                        {"incremental_cost", ITG_TYPE_DOUBLE},
                                        {"incremental_effect", ITG_TYPE_DOUBLE},
                                        {"icer", ITG_TYPE_DOUBLE},
                                        {"threshold_from", ITG_TYPE_DOUBLE},
                                        {"threshold_to", ITG_TYPE_DOUBLE}};
  const itg_frontier *f = &w->frontier;
  itg_psa_rows frame;
  ITG_TRY(open_rows(w, ITG_PSA_FRONTIER, columns, ITG_COUNT(columns), w->n_strategies, &frame, error));
  for (int32_t row = 0; row < w->n_strategies; row++) {
    int32_t d = f->order[row], against = f->against[d];
    const itg_spread_job *cost = &w->cost_jobs[d], *effect = &w->effect_jobs[d];
    const double numbers[] = {cost->mean, cost->low, cost->high, effect->mean, effect->low, effect->high};
    ITG_TRY(itg_psa_put_text(&frame, row, 0, w->psa.names[d], error));
    ITG_TRY(itg_psa_put_text(&frame, row, 1, itg_dominance_text(f->dominance[d]), error));
    for (int i = 0; i < 6; i++) itg_psa_put(&frame, row, 2 + i, numbers[i]);
    if (against >= 0) {
      ITG_TRY(itg_psa_put_text(&frame, row, 8, w->psa.names[against], error));
      itg_psa_put(&frame, row, 9, w->cost[d] - w->cost[against]);
      itg_psa_put(&frame, row, 10, w->effect[d] - w->effect[against]);
    }
    itg_psa_put(&frame, row, 11, f->icer[d]);
    if (f->dominance[d] != ITG_ON_FRONTIER) continue;
    int32_t place = 0;
    while (f->on[place] != d) place++;
    itg_psa_put(&frame, row, 12, place ? f->icer[d] : 0);
    itg_psa_put(&frame, row, 13, place + 1 < f->n_on ? f->icer[f->on[place + 1]] : INFINITY);
  }
  return ITG_OK;
}

/* ---- curves ---- */

static itg_status write_curve_rows(itg_psa_writer *w, const double *thresholds, int64_t n, const double *best,
                                   const double *gain, bool above, itg_error *error) {
  static const itg_psa_column ceac_columns[] = {{"threshold", ITG_TYPE_DOUBLE},
                                             {"strategy", ITG_TYPE_STRING},
                                             {"nmb", ITG_TYPE_DOUBLE},
                                             {"probability_best", ITG_TYPE_DOUBLE},
                                             {"probability_cost_effective", ITG_TYPE_DOUBLE},
                                             {"expected_loss", ITG_TYPE_DOUBLE},
                                             {"optimal", ITG_TYPE_BOOL}};
  static const itg_psa_column evpi_columns[] = {
      {"threshold", ITG_TYPE_DOUBLE},        {"optimal", ITG_TYPE_STRING},
      {"probability_best", ITG_TYPE_DOUBLE}, {"evpi", ITG_TYPE_DOUBLE},
      {"population_evpi", ITG_TYPE_DOUBLE},  {"mix_loss", ITG_TYPE_DOUBLE}};
  int32_t D = w->n_strategies;
  double total = itg_samples_total(&w->psa.samples);
  itg_psa_rows ceac, evpi;
  double *pair = itg_call_alloc(w->call, (size_t)n, sizeof *pair, error);
  if (!pair) return ITG_ERR_MEMORY;
  ITG_TRY(open_rows(w, ITG_PSA_CEAC, ceac_columns, ITG_COUNT(ceac_columns), n * D, &ceac, error));
  ITG_TRY(open_rows(w, ITG_PSA_EVPI, evpi_columns, w->shares ? 6 : 5, n, &evpi, error));
  for (int32_t d = 0; d < D; d++) {
    ITG_TRY(itg_check_stop(&w->call->control, 0.7 + 0.3 * d / D, error));
    bool is_reference = d == w->psa.reference;
    if (!is_reference)
      ITG_TRY(itg_ceac_pair(&w->psa.samples, w->psa.reference, d, thresholds, n, above, pair, error));
    for (int64_t k = 0; k < n; k++) {
      int64_t row = k * D + d;
      double threshold = thresholds[k];
      bool optimal = itg_frontier_best(&w->frontier, threshold) == d;
      itg_psa_put(&ceac, row, 0, threshold);
      ITG_TRY(itg_psa_put_text(&ceac, row, 1, w->psa.names[d], error));
      itg_psa_put(&ceac, row, 2, itg_psa_benefit(w, d, threshold));
      itg_psa_put(&ceac, row, 3, best[row] / total);
      if (!is_reference) itg_psa_put(&ceac, row, 4, pair[k] / total);
      itg_psa_put(&ceac, row, 5, itg_psa_loss(w, d, threshold, gain[k]));
      itg_psa_put_flag(&ceac, row, 6, optimal);
      if (!optimal) continue;
      itg_psa_put(&evpi, k, 0, threshold);
      ITG_TRY(itg_psa_put_text(&evpi, k, 1, w->psa.names[d], error));
      itg_psa_put(&evpi, k, 2, best[row] / total);
      itg_psa_put(&evpi, k, 3, itg_psa_evpi(w, threshold, gain[k]));
      if (!isnan(w->people)) itg_psa_put(&evpi, k, 4, w->people * itg_psa_evpi(w, threshold, gain[k]));
      if (w->shares) itg_psa_put(&evpi, k, 5, itg_psa_mix_loss(w, threshold, gain[k]));
    }
  }
  return ITG_OK;
}

static itg_status write_grid(itg_psa_writer *w, itg_error *error) {
  double from = itg_call_number(w->call, "grid_from"), to = itg_call_number(w->call, "grid_to");
  double step = itg_call_number(w->call, "grid_step");
  itg_ties ties = strcmp(itg_call_text(w->call, "ties"), "share") == 0 ? ITG_TIES_SHARE : ITG_TIES_FIRST;
  if (isnan(to)) return itg_fail(error, ITG_ERR_OPTION, "a grid needs 'grid_to', its last threshold");
  if (!(to > from)) return itg_fail(error, ITG_ERR_OPTION, "'grid_to' must be above 'grid_from'");
  if (isnan(step)) step = (to - from) / 500;
  double steps = floor((to - from) / step + 1e-9);
  if (!(step > 0 && steps < 1e6))
    return itg_fail(error, ITG_ERR_OPTION,
                    "'grid_step' must be above 0 and give fewer than a million thresholds");
  int64_t n = (int64_t)steps + 1, D = w->n_strategies;
  double *thresholds = itg_call_alloc(w->call, (size_t)n, sizeof *thresholds, error);
  double *best = itg_call_alloc(w->call, (size_t)(n * D), sizeof *best, error);
  double *gain = itg_call_alloc(w->call, (size_t)n, sizeof *gain, error);
  if (!thresholds || !best || !gain) return ITG_ERR_MEMORY;
  for (int64_t k = 0; k < n; k++) thresholds[k] = from + (double)k * step;
  ITG_TRY(itg_ceac_at(&w->psa.samples, thresholds, n, ties, &w->call->control, best, gain, error));
  return write_curve_rows(w, thresholds, n, best, gain, false, error);
}

static itg_status write_exact(itg_psa_writer *w, itg_error *error) {
  itg_curve curve;
  int32_t n_extra = 0;
  double *extra = itg_call_alloc(w->call, (size_t)w->frontier.n_on, sizeof *extra, error);
  if (!extra) return ITG_ERR_MEMORY;
  for (int32_t i = 1; i < w->frontier.n_on; i++) extra[n_extra++] = w->frontier.icer[w->frontier.on[i]];
  ITG_TRY(itg_ceac_exact(&w->psa.samples, extra, n_extra, itg_call_integer(w->call, "points"),
                         &w->call->control, &curve, error));
  itg_status status = write_curve_rows(w, curve.threshold, curve.n_rows, curve.best, curve.gain, true, error);
  w->n_breaks += curve.n_breaks;
  w->n_rows += curve.n_rows;
  w->apart = fmax(w->apart, curve.apart / itg_samples_total(&w->psa.samples));
  itg_curve_clear(&curve);
  return status;
}

itg_status itg_psa_note_curves(const itg_psa_writer *w, itg_error *error) {
  if (!w->n_rows) return ITG_OK; /* a grid */
  if (w->apart == 0)
    return itg_result_note(
        w->call->result, error,
        "Curves are exact: the best strategy of a sample changes at %lld thresholds in all; each of "
        "the %lld rows of tables ceac and evpi holds up to the next.",
        (long long)w->n_breaks, (long long)w->n_rows);
  char text[ITG_NUMBER_SIZE];
  itg_number_print(w->apart, text);
  return itg_result_note(
      w->call->result, error,
      "Curves are exact at each of the %lld rows of tables ceac and evpi; the best strategy of a sample "
      "changes at %lld thresholds in all, and up to the next row probability_best is never further "
      "from that of the row than %s (option points).",
      (long long)w->n_rows, (long long)w->n_breaks, text);
}

itg_status itg_psa_write_curves(itg_psa_writer *w, itg_error *error) {
  bool grid = itg_call_given(w->call, "grid_to") || itg_call_given(w->call, "grid_step");
  return grid ? write_grid(w, error) : write_exact(w, error);
}

/* ---- the plane ---- */

itg_status itg_psa_write_increments(itg_psa_writer *w, itg_error *error) {
  static const itg_psa_column columns[] = {
      {"comparison", ITG_TYPE_STRING},     {"against", ITG_TYPE_STRING},
      {"effect", ITG_TYPE_DOUBLE},         {"cost", ITG_TYPE_DOUBLE},
      {"sd_effect", ITG_TYPE_DOUBLE},      {"sd_cost", ITG_TYPE_DOUBLE},
      {"correlation", ITG_TYPE_DOUBLE},    {"dearer_better", ITG_TYPE_DOUBLE},
      {"cheaper_better", ITG_TYPE_DOUBLE}, {"cheaper_worse", ITG_TYPE_DOUBLE},
      {"dearer_worse", ITG_TYPE_DOUBLE}};
  int32_t D = w->n_strategies, reference = w->psa.reference;
  const itg_samples *s = &w->psa.samples;
  double total = itg_samples_total(s);
  itg_psa_rows frame;
  ITG_TRY(open_rows(w, ITG_PSA_INCREMENTS, columns, ITG_COUNT(columns), D - 1, &frame, error));
  for (int32_t d = 0, row = 0; d < D; d++) {
    if (d == reference) continue;
    ITG_TRY(itg_check_stop(&w->call->control, 1, error));
    const itg_spread_job *cost = &w->extra_cost[d], *effect = &w->extra_effect[d];
    double shares[4] = {0}, product = 0;
    for (int64_t i = 0; i < s->n; i++) {
      double c = s->cost[d][i] - s->cost[reference][i], e = s->effect[d][i] - s->effect[reference][i];
      double weight = s->weight ? s->weight[i] : 1;
      shares[itg_increment_quadrant(e, c)] += weight;
      product += weight * (c - cost->mean) * (e - effect->mean);
    }
    ITG_TRY(itg_psa_put_text(&frame, row, 0, w->psa.names[d], error));
    ITG_TRY(itg_psa_put_text(&frame, row, 1, w->psa.names[reference], error));
    double n = (double)s->n;
    const double numbers[] = {effect->mean, cost->mean, effect->sd, cost->sd,
                              product / total * n / (n - 1) / (effect->sd * cost->sd)};
    for (int i = 0; i < 5; i++)
      if (isfinite(numbers[i])) itg_psa_put(&frame, row, 2 + i, numbers[i]);
    for (int q = 0; q < 4; q++) itg_psa_put(&frame, row, 7 + q, 100 * shares[q] / total);
    row++;
  }
  return ITG_OK;
}

itg_status itg_psa_write_plane(itg_psa_writer *w, itg_error *error) {
  static const itg_psa_column columns[] = {{"comparison", ITG_TYPE_STRING},
                                        {"sample", ITG_TYPE_INT64},
                                        {"effect", ITG_TYPE_DOUBLE},
                                        {"cost", ITG_TYPE_DOUBLE}};
  const itg_samples *s = &w->psa.samples;
  int32_t D = w->n_strategies, reference = w->psa.reference;
  int64_t n = itg_call_integer(w->call, "plane"), row = 0;
  itg_psa_rows frame;
  if (n > s->n) n = s->n;
  ITG_TRY(open_rows(w, ITG_PSA_PLANE, columns, ITG_COUNT(columns), n * (D - 1), &frame, error));
  for (int32_t d = 0; d < D; d++) {
    if (d == reference) continue;
    for (int64_t k = 0; k < n; k++, row++) {
      int64_t i = (int64_t)((double)k * ((double)s->n / (double)n));
      ITG_TRY(itg_psa_put_text(&frame, row, 0, w->psa.names[d], error));
      itg_frame_set_int(frame.frame, frame.row + row, frame.column + 1, i + 1);
      itg_psa_put(&frame, row, 2, s->effect[d][i] - s->effect[reference][i]);
      itg_psa_put(&frame, row, 3, s->cost[d][i] - s->cost[reference][i]);
    }
  }
  return ITG_OK;
}

itg_status itg_psa_write_contours(itg_psa_writer *w, itg_error *error) {
  static const itg_psa_column columns[] = {{"comparison", ITG_TYPE_STRING}, {"level", ITG_TYPE_DOUBLE},
                                        {"share", ITG_TYPE_DOUBLE},      {"density", ITG_TYPE_DOUBLE},
                                        {"relative", ITG_TYPE_DOUBLE},   {"line", ITG_TYPE_DOUBLE},
                                        {"effect", ITG_TYPE_DOUBLE},     {"cost", ITG_TYPE_DOUBLE}};
  const itg_samples *s = &w->psa.samples;
  int32_t reference = w->psa.reference;
  double *extra[2];
  for (int k = 0; k < 2; k++)
    if (!(extra[k] = itg_call_alloc(w->call, (size_t)s->n, sizeof **extra, error))) return ITG_ERR_MEMORY;
  for (int32_t d = 0; d < w->n_strategies; d++) {
    itg_contours c;
    itg_psa_rows frame;
    if (d == reference) continue;
    for (int64_t i = 0; i < s->n; i++) {
      extra[0][i] = s->effect[d][i] - s->effect[reference][i];
      extra[1][i] = s->cost[d][i] - s->cost[reference][i];
    }
    ITG_TRY(itg_contours_make(w->call, extra[0], extra[1], s->weight, s->n, &c, error));
    if (!itg_call_given(w->call, "contours")) return ITG_OK;
    int64_t n = c.n_lines ? c.lines[c.n_lines - 1].first + c.lines[c.n_lines - 1].n : 0;
    ITG_TRY(open_rows(w, ITG_PSA_CONTOURS, columns, ITG_COUNT(columns), n, &frame, error));
    for (int l = 0; l < c.n_lines; l++)
      for (int64_t row = c.lines[l].first; row < c.lines[l].first + c.lines[l].n; row++) {
        int k = c.lines[l].level;
        const double numbers[] = {c.level[k], c.share[k], c.density[k], c.relative[k]};
        ITG_TRY(itg_psa_put_text(&frame, row, 0, w->psa.names[d], error));
        for (int j = 0; j < 4; j++) itg_psa_put(&frame, row, 1 + j, numbers[j]);
        itg_psa_put(&frame, row, 5, c.lines[l].line);
        itg_psa_put(&frame, row, 6, c.x[row]);
        itg_psa_put(&frame, row, 7, c.y[row]);
      }
  }
  return ITG_OK;
}

/* ---- risk aversion ---- */

/* Mean of (1 - exp(-r b)) / r and its certainty equivalent -log(mean exp(-r b)) / r over samples of b; r = 0:
 * the mean.  d = -1: the best strategy of each sample.  Shifted by the worst b, so that exp cannot overflow
 * there. */
static void utility_of(const itg_samples *s, int32_t d, double k, double r, double *utility,
                       double *equivalent) {
  double worst = INFINITY, sum = 0, total = itg_samples_total(s);
  for (int pass = 0; pass < 2; pass++)
    for (int64_t i = 0; i < s->n; i++) {
      double b = -INFINITY;
      for (int32_t o = d < 0 ? 0 : d; o < (d < 0 ? s->n_strategies : d + 1); o++)
        b = fmax(b, k * s->effect[o][i] - s->cost[o][i]);
      if (!pass)
        worst = fmin(worst, b);
      else
        sum += (s->weight ? s->weight[i] : 1) * (r > 0 ? exp(-r * (b - worst)) : b - worst);
    }
  double mean = sum / total;
  *equivalent = r > 0 ? worst - log(mean) / r : worst + mean;
  *utility = r > 0 ? -expm1(-r * *equivalent) / r : *equivalent;
}

itg_status itg_psa_write_risk(itg_psa_writer *w, itg_error *error) {
  static const itg_psa_column columns[] = {{"risk_aversion", ITG_TYPE_DOUBLE},
                                        {"threshold", ITG_TYPE_DOUBLE},
                                        {"strategy", ITG_TYPE_STRING},
                                        {"expected_utility", ITG_TYPE_DOUBLE},
                                        {"certainty_equivalent", ITG_TYPE_DOUBLE},
                                        {"optimal", ITG_TYPE_BOOL},
                                        {"evpi", ITG_TYPE_DOUBLE}};
  double *aversion, utility[ITG_MOST_STRATEGIES], equivalent[ITG_MOST_STRATEGIES], perfect, sure;
  int count;
  itg_psa_rows frame;
  int32_t D = w->n_strategies;
  int64_t row = 0;
  ITG_TRY(itg_call_list(w->call, "risk_aversion", &aversion, &count, error));
  ITG_TRY(open_rows(w, ITG_PSA_RISK, columns, ITG_COUNT(columns), (int64_t)count * w->n_thresholds * D,
                     &frame, error));
  for (int a = 0; a < count; a++)
    for (int k = 0; k < w->n_thresholds; k++) {
      int32_t best = 0;
      for (int32_t d = 0; d < D; d++) {
        ITG_TRY(itg_check_stop(&w->call->control, 1, error));
        utility_of(&w->psa.samples, d, w->thresholds[k], aversion[a], &utility[d], &equivalent[d]);
        if (equivalent[d] > equivalent[best]) best = d;
      }
      utility_of(&w->psa.samples, -1, w->thresholds[k], aversion[a], &perfect, &sure);
      for (int32_t d = 0; d < D; d++, row++) {
        itg_psa_put(&frame, row, 0, aversion[a]);
        itg_psa_put(&frame, row, 1, w->thresholds[k]);
        ITG_TRY(itg_psa_put_text(&frame, row, 2, w->psa.names[d], error));
        itg_psa_put(&frame, row, 3, utility[d]);
        itg_psa_put(&frame, row, 4, equivalent[d]);
        itg_psa_put_flag(&frame, row, 5, d == best);
        itg_psa_put(&frame, row, 6, fmax(0, perfect - utility[best]));
      }
    }
  return ITG_OK;
}
