/* itg_icer.c - ratio, net benefit, Fieller's set, acceptability and value of information of one increment. */
#include "itg_icer.h"

#include <math.h>

#include "itg_special.h"

const char *itg_increment_words(double effect, double cost) {
  if (isnan(effect) || isnan(cost)) return NULL;
  if (effect == 0)
    return cost > 0   ? "dominated: dearer, no better"
           : cost < 0 ? "dominant: cheaper, no worse"
                      : "no difference";
  if (effect > 0)
    return cost > 0   ? "dearer and better"
           : cost < 0 ? "dominant: cheaper and better"
                      : "dominant: better at no cost";
  return cost < 0   ? "cheaper and worse"
         : cost > 0 ? "dominated: dearer and worse"
                    : "dominated: worse at equal cost";
}

int itg_increment_quadrant(double effect, double cost) { return effect >= 0 ? cost <= 0 : 2 + (cost > 0); }

double itg_increment_ratio(const itg_increment *i, itg_reason *reason) {
  *reason = ITG_REASON_PRESENT;
  if (isnan(i->effect) || isnan(i->cost)) {
    *reason = ITG_REASON_MISSING;
    return NAN;
  }
  if (i->effect == 0) {
    *reason = ITG_REASON_UNDEFINED;
    return NAN;
  }
  double ratio = i->cost / i->effect;
  if (ratio > 0 || (i->cost == 0 && i->effect > 0)) return ratio;
  *reason = ITG_REASON_NOT_APPLICABLE;
  return NAN;
}

double itg_increment_ratio_error(const itg_increment *i) {
  double ratio = i->cost / i->effect;
  return itg_increment_benefit_error(i, ratio) / fabs(i->effect);
}

double itg_increment_benefit(const itg_increment *i, double threshold) {
  return threshold * i->effect - i->cost;
}

double itg_increment_benefit_error(const itg_increment *i, double threshold) {
  double variance = threshold * threshold * i->var_effect + i->var_cost - 2 * threshold * i->covariance;
  return isnan(variance) ? NAN : sqrt(fmax(0, variance));
}

itg_fieller_shape itg_increment_fieller(const itg_increment *i, double t, double *low, double *high) {
  double t2 = t * t, a = i->effect * i->effect - t2 * i->var_effect,
         m = i->cost * i->effect - t2 * i->covariance, q = i->cost * i->cost - t2 * i->var_cost,
         inside = m * m - a * q;
  *low = *high = NAN;
  if (isnan(inside)) return ITG_FIELLER_UNKNOWN;
  if (a > 0 || inside > 0) {
    /* Citardauq form of the smaller root, as m - root cancels. */
    double root = sqrt(fmax(0, inside)), big = m + (m >= 0 ? root : -root);
    double one = a != 0 ? big / a : m >= 0 ? INFINITY : -INFINITY, other = big != 0 ? q / big : one;
    *low = fmin(one, other);
    *high = fmax(one, other);
    return a > 0 ? ITG_FIELLER_WITHIN : ITG_FIELLER_OUTSIDE;
  }
  return ITG_FIELLER_ALL;
}

const char *itg_fieller_words(itg_fieller_shape shape) {
  static const char *const words[] = {NULL, "from conf_low to conf_high",
                                      "below conf_low and above conf_high", "every ratio"};
  return words[shape];
}

double itg_increment_probability(const itg_increment *i, double threshold) {
  double benefit = itg_increment_benefit(i, threshold), error = itg_increment_benefit_error(i, threshold);
  if (isnan(benefit) || isnan(error)) return NAN;
  if (error == 0) return benefit > 0;
  return itg_normal_cdf(benefit / error);
}

double itg_increment_evpi(const itg_increment *i, double threshold) {
  double benefit = itg_increment_benefit(i, threshold), error = itg_increment_benefit_error(i, threshold);
  if (isnan(benefit) || isnan(error)) return NAN;
  if (error == 0) return 0;
  double z = fabs(benefit) / error;
  return error * itg_normal_density(z) - fabs(benefit) * itg_normal_cdf(-z);
}
