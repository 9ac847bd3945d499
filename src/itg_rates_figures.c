/* itg_rates_figures.c - layer 3: the figures of the measure `rates`, each with its limits. */
#include <math.h>

#include "itg_agreement.h"
#include "itg_rates_plan.h"
#include "itg_special.h"

/* Pearson's chi-square of rows around the figure of their cell, by its degrees of freedom. */
void itg_rates_find_spread(itg_rates_plan *s, const itg_rates_span *here) {
  itg_sum squares = {0, 0};
  int64_t rows = 0;
  for (const itg_rates_cell *c = here->cells; c < here->cells + here->n_cells; c++) {
    double share = itg_sum_value(&c->events) / itg_sum_value(&c->size);
    rows += c->end - c->first;
    for (int64_t i = c->first; i < c->end; i++) {
      double expected = share * s->size[s->order[i]], over = s->events[s->order[i]] - expected;
      double variance = s->share ? expected * (1 - share) : expected;
      if (variance > 0) itg_sum_add(&squares, over * over / variance);
    }
  }
  s->df = (double)(rows - here->n_cells);
  s->phi = s->df > 0 ? itg_sum_value(&squares) / s->df : NAN;
}

/* By how much limits widen: not at all where rows spread less than chance. */
double itg_rates_widening(const itg_rates_plan *s) { return s->quasi && s->phi > 1 ? s->phi : 1; }

static double quantile(const itg_rates_plan *s) {
  return s->quasi && s->df > 0 ? itg_t_quantile(0.5 + s->level / 2, s->df)
                               : itg_normal_quantile(0.5 + s->level / 2);
}

/* Rate or proportion of a group, with its own limits. */
itg_interval itg_rates_crude(const itg_rates_plan *s, const itg_rates_side *x) {
  itg_interval out = {x->events / x->size, NAN, NAN, NAN};
  double phi = itg_rates_widening(s);
  if (!(x->size > 0)) return (itg_interval){NAN, NAN, NAN, NAN};
  if (s->share) {
    out.error = sqrt(phi * out.value * (1 - out.value) / x->size);
    itg_wilson(x->events / phi, x->size / phi, s->level, &out.low, &out.high);
    return out;
  }
  out.error = sqrt(phi * x->events) / x->size;
  if (s->quasi && s->df > 0 && x->events > 0) {
    double half = quantile(s) * sqrt(phi / x->events);
    out.low = out.value * exp(-half);
    out.high = out.value * exp(half);
  } else {
    itg_count_limits(x->events, s->method, s->level, &out.low, &out.high);
    out.low /= x->size;
    out.high /= x->size;
  }
  return out;
}

/* Shares of the standard: its population, or everybody's time. */
itg_status itg_rates_find_weights(itg_rates_plan *s, const itg_rates_span *here, itg_error *error) {
  itg_sum total = {0, 0};
  for (int32_t k = 0; k < s->strata.n_levels; k++) s->totals[k] = (itg_sum){0, 0};
  for (const itg_rates_cell *c = here->cells; c < here->cells + here->n_cells; c++)
    itg_sum_add(&s->totals[c->stratum], itg_sum_value(&c->size));
  for (int32_t k = 0; k < s->strata.n_levels; k++) {
    s->weights[k] = s->standard ? s->population[k] : itg_sum_value(&s->totals[k]);
    itg_sum_add(&total, s->weights[k]);
  }
  if (!(itg_sum_value(&total) > 0))
    return itg_fail(error, ITG_ERR_DATA,
                    "the populations of the standard are all 0; at least one must be above 0");
  for (int32_t k = 0; k < s->strata.n_levels; k++) s->weights[k] /= itg_sum_value(&total);
  return ITG_OK;
}

itg_interval itg_rates_direct(const itg_rates_plan *s, const itg_rates_span *here, const itg_rates_side *x) {
  for (int32_t k = 0; k < s->strata.n_levels; k++) s->direct[k] = (itg_stratum_rate){0, 0, s->weights[k]};
  for (const itg_rates_cell *c = here->cells + x->first; c < here->cells + x->end; c++) {
    s->direct[c->stratum].events = itg_sum_value(&c->events);
    s->direct[c->stratum].time = itg_sum_value(&c->size);
  }
  return itg_rate_direct(s->direct, s->strata.n_levels, s->gamma, s->method, s->level);
}

/* Events over those expected at the rates of the standard. */
itg_interval itg_rates_indirect(const itg_rates_plan *s, const itg_rates_span *here,
                                const itg_rates_side *x) {
  itg_sum expected = {0, 0};
  itg_interval smr = {NAN, NAN, NAN, NAN};
  for (const itg_rates_cell *c = here->cells + x->first; c < here->cells + x->end; c++)
    itg_sum_add(&expected, itg_sum_value(&c->size) * s->standard_rate[c->stratum]);
  double e = itg_sum_value(&expected);
  if (!(e > 0)) return smr;
  smr.value = x->events / e;
  smr.error = sqrt(x->events) / e;
  itg_count_limits(x->events, s->method, s->level, &smr.low, &smr.high);
  smr.low /= e;
  smr.high /= e;
  return smr;
}

/* Ratio from two values and the variance of its logarithm. */
itg_interval itg_rates_log_ratio(const itg_rates_plan *s, double value, double variance) {
  itg_interval out = {NAN, NAN, NAN, NAN};
  if (!isfinite(value) || !isfinite(variance)) return out;
  double half = quantile(s) * sqrt(variance);
  out.value = value;
  out.error = value * sqrt(variance);
  out.low = value * exp(-half);
  out.high = value * exp(half);
  return out;
}

itg_interval itg_rates_crude_ratio(const itg_rates_plan *s, const itg_rates_side *a,
                                   const itg_rates_side *b) {
  if (!s->quasi || !(s->df > 0)) return itg_rate_ratio(a->events, a->size, b->events, b->size, s->level);
  return itg_rates_log_ratio(s, a->crude.value / b->crude.value,
                             itg_rates_widening(s) * (1 / a->events + 1 / b->events));
}

itg_interval itg_rates_difference(const itg_interval *a, const itg_interval *b) {
  itg_interval out = {a->value - b->value, hypot(a->error, b->error), NAN, NAN};
  itg_difference_limits(a, b, &out.low, &out.high);
  return out;
}
