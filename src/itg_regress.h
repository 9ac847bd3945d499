/* itg_regress.h - layer 3: what costs and effects are expected to be, given some of the parameters. */
#ifndef ITG_REGRESS_H
#define ITG_REGRESS_H

#include "itg_basis.h"
#include "itg_psa.h"

enum { ITG_FOLDS = 5 };

/* Fitted increments of effect, then of cost, of every strategy but the first against the first: the r responses.  For
 * each sample they lie as r pairs: by the fit to all samples, and by that to the four fifths of the samples that do
 * not hold the sample. */
typedef struct itg_regression {
  itg_basis basis;
  const double *const *x; /* borrowed */
  int64_t n, step;        /* samples; every step-th is fitted */
  int32_t n_strategies;
  int r;
  double *mean;       /* of each response */
  double *fits;       /* [fold]: process: function x r pairs, without the mean; spline: piece x power of the place x r */
  double *rows;       /* process: n x r pairs; NULL: a spline is fast enough to be worked out when asked */
  double *mean_cost, *mean_effect; /* of the fitted increments, by strategy */
  double edf;                      /* largest effective degrees of freedom of a response */
} itg_regression;

/* x: p parameters by sample, which outlive the fit; names: theirs, for messages.  p = 1: penalised spline; more: low-rank Gaussian process, fitted to at most
 * 100000 samples evenly chosen.  Results live in the arena. */
itg_status itg_regress(const itg_psa *psa, const double *const *x, const char *const *names, int p, itg_arena *arena,
                       const itg_control *control, itg_regression *out, itg_error *error);

/* The rows of samples from .. from + count - 1, in `room` or where they lie already; room for ITG_ROOM numbers holds
 * ITG_ROOM / (2 r) rows. */
enum { ITG_ROOM = 4096 };
const double *itg_regression_rows(const itg_regression *fit, int64_t from, int64_t count, double *room);

/* Fitted values of all samples: a column of each response. */
itg_status itg_regression_columns(const itg_regression *fit, itg_arena *arena, const itg_control *control,
                                  double ***out, itg_error *error);

/* Fitted increments against strategy 0 at one value of a single parameter: effects, then costs. */
void itg_regression_at(const itg_regression *fit, double x, double *out);

/* Value of information of a fit: gain[k] is the expected net benefit with the best strategy for each sample's
 * parameters less that of strategy 0. */
typedef struct itg_information {
  double value, std_error; /* per person; the error is that of the samples */
  double crossed;          /* the rule of one part of the samples applied to the others: no optimism */
} itg_information;

/* At thresholds, ascending; and the exact curve over all of them, with about `most` rows, unless curve is NULL. */
itg_status itg_regression_value(const itg_psa *psa, const itg_regression *fit, const double *thresholds,
                                int n, int64_t most, const itg_control *control, itg_information *out,
                                itg_curve *curve, itg_error *error);

#endif
