/* itg_cea_impute.c - several completed data sets brought to one answer by Rubin's rules, cost and effect
 * together.
 *
 * Rubin, Multiple Imputation for Nonresponse in Surveys, 1987; degrees of freedom of Barnard & Rubin,
 * Biometrika 1999;86:948. */
#include <math.h>

#include "itg_cea.h"

/* Mean of the estimates, and mean within plus (1 + 1/m) times between as covariance. */
static double mean_at(const itg_fit *fits, int m, double (*value)(const itg_fit *, int, int), int g,
                      int arm) {
  double sum = 0;
  for (int k = 0; k < m; k++) sum += value(&fits[k], g, arm) / m;
  return sum;
}

static double increment_at(const itg_fit *fit, int g, int arm) {
  return g == ITG_COST ? fit->increments[arm].cost : fit->increments[arm].effect;
}

static double arm_mean_at(const itg_fit *fit, int g, int arm) { return fit->mean[g][arm]; }

static double between(const itg_fit *fits, int m, double (*value)(const itg_fit *, int, int), int g, int h,
                      int arm) {
  double mean_g = mean_at(fits, m, value, g, arm), mean_h = mean_at(fits, m, value, h, arm), sum = 0;
  for (int k = 0; k < m; k++) sum += (value(&fits[k], g, arm) - mean_g) * (value(&fits[k], h, arm) - mean_h);
  return sum / (m - 1);
}

static double within(const itg_fit *fits, int m, int g, int h, int arm) {
  double sum = 0;
  for (int k = 0; k < m; k++) {
    const itg_increment *x = &fits[k].increments[arm];
    sum += (g != h ? x->covariance : g == ITG_COST ? x->var_cost : x->var_effect) / m;
  }
  return sum;
}

static double degrees(double complete, double w, double b, int m) {
  double more = (1 + 1.0 / m) * b, share = more / (w + more);
  double observed = (complete + 1) / (complete + 3) * complete * (1 - share);
  return more > 0 ? 1 / (share * share / (m - 1) + 1 / observed) : observed;
}

itg_status itg_fit_pool(itg_call *call, const itg_study *s, const itg_fit *fits, int m, itg_fit *out,
                        itg_error *error) {
  size_t arms = (size_t)s->n_arms;
  *out = (itg_fit){.u = NULL};
  out->increments = itg_call_alloc(call, arms, sizeof *out->increments, error);
  out->df = itg_call_alloc(call, ITG_OUTCOMES * arms, sizeof *out->df, error);
  if (!out->increments || !out->df) return ITG_ERR_MEMORY;
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    out->mean[g] = itg_call_alloc(call, arms, sizeof(double), error);
    out->sd[g] = itg_call_alloc(call, arms, sizeof(double), error);
    if (!out->mean[g] || !out->sd[g]) return ITG_ERR_MEMORY;
    for (int a = 0; a < s->n_arms; a++) {
      double n = (double)s->n_in[a], variance = 0;
      for (int k = 0; k < m; k++) variance += fits[k].sd[g][a] * fits[k].sd[g][a] / n / m;
      variance += (1 + 1.0 / m) * between(fits, m, arm_mean_at, g, g, a);
      out->mean[g][a] = mean_at(fits, m, arm_mean_at, g, a);
      out->sd[g][a] = sqrt(n * variance); /* so that sd / sqrt(n) is the pooled error of the mean */
    }
  }
  for (int a = 0; a < s->n_arms; a++) {
    double total[ITG_OUTCOMES + 1];
    if (a == s->reference) continue;
    for (int g = 0; g < ITG_OUTCOMES; g++)
      for (int h = 0; h <= g; h++)
        total[g + h] = within(fits, m, g, h, a) + (1 + 1.0 / m) * between(fits, m, increment_at, g, h, a);
    out->increments[a] =
        (itg_increment){mean_at(fits, m, increment_at, ITG_EFFECT, a),
                        mean_at(fits, m, increment_at, ITG_COST, a), total[2], total[0], total[1]};
    for (int g = 0; g < ITG_OUTCOMES; g++) {
      int at = g * s->n_arms + a;
      double complete = 0;
      for (int k = 0; k < m; k++) complete += fits[k].df[at] / m;
      out->df[at] = degrees(complete, within(fits, m, g, g, a), between(fits, m, increment_at, g, g, a), m);
    }
  }
  return ITG_OK;
}
