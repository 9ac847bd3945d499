/* itg_regress.h - layer 3: what costs and effects are expected to be, given some of the parameters. */
#ifndef ITG_REGRESS_H
#define ITG_REGRESS_H

#include "itg_basis.h"
#include "itg_psa.h"

/* Fitted increments against strategy 0, for every sample; those of strategy 0 are 0.  `crossed`: by the fit
 * to the four fifths of the samples that do not hold the sample. */
typedef struct itg_regression {
  itg_basis basis;
  int32_t n_strategies;
  double **cost, **effect, **crossed_cost, **crossed_effect; /* [strategy][sample] */
  double *coefficients;            /* q x 2 (n_strategies - 1): effects, then costs, less their means */
  double *mean;                    /* of each response */
  double *mean_cost, *mean_effect; /* of the fitted increments, by strategy */
  double edf;                      /* largest effective degrees of freedom of a response */
} itg_regression;

/* x: p parameters by sample.  p = 1: penalised spline; more: low-rank Gaussian process, fitted to at most
 * 100000 samples evenly chosen.  Results live in the arena. */
itg_status itg_regress(const itg_psa *psa, const double *const *x, int p, itg_arena *arena,
                       const itg_control *control, itg_regression *out, itg_error *error);

/* Fitted increments against strategy 0 at one value of a single parameter: effects, then costs. */
void itg_regression_at(const itg_regression *fit, double x, double *out);

/* Value of information of a fit: gain[k] is the expected net benefit with the best strategy for each sample's
 * parameters less that of strategy 0. */
typedef struct itg_information {
  double value, std_error; /* per person; the error is that of the samples */
  double crossed;          /* the rule of one part of the samples applied to the others: no optimism */
} itg_information;

/* At thresholds, ascending. */
itg_status itg_regression_value(const itg_psa *psa, const itg_regression *fit, const double *thresholds,
                                int n, const itg_control *control, itg_information *out, itg_error *error);
/* The exact curve over all thresholds, with about `most` rows. */
itg_status itg_regression_curve(const itg_psa *psa, const itg_regression *fit, int64_t most,
                                const itg_control *control, itg_curve *out, itg_error *error);

#endif
