/* itg_study.c - layer 3: simulated studies of common designs. */
#include "itg_study.h"

#include <math.h>

#include "itg_special.h"

int itg_study_groups(itg_design design) { return design == ITG_DESIGN_TWO_ARM ? 2 : 1; }

void itg_study_draw(const itg_study *study, const double *theta, itg_random *random, double *summary) {
  for (int g = 0; g < itg_study_groups(study->design); g++) {
    if (study->design == ITG_DESIGN_NORMAL)
      summary[g] = theta[g] + study->sd / sqrt(study->n) * itg_random_normal(random);
    else
      summary[g] = itg_binomial_quantile(itg_random_uniform(random), study->n, theta[g]) / study->n;
  }
}

/* events * log(p), where no events in nobody's way make log(0) nothing. */
static double times_log(double events, double p) { return events > 0 ? events * log(p) : 0; }

double itg_study_likelihood(const itg_study *study, const double *theta, const double *summary) {
  double sum = 0;
  for (int g = 0; g < itg_study_groups(study->design); g++) {
    if (study->design == ITG_DESIGN_NORMAL) {
      double z = (summary[g] - theta[g]) / study->sd;
      sum -= study->n * z * z / 2;
    } else {
      sum +=
          times_log(study->n * summary[g], theta[g]) + times_log(study->n * (1 - summary[g]), 1 - theta[g]);
    }
  }
  return sum;
}
