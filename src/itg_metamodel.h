/* itg_metamodel.h - layer 3: costs and effects as polynomials of one or two parameters of a model. */
#ifndef ITG_METAMODEL_H
#define ITG_METAMODEL_H

#include "itg_psa.h"

enum { ITG_MOST_DEGREE = 6, ITG_MOST_TERMS = (ITG_MOST_DEGREE + 1) * (ITG_MOST_DEGREE + 1) };

typedef struct itg_metamodel {
  int p, degree, n_terms; /* with two parameters every product x^a y^b, a and b up to degree */
  int32_t n_strategies;
  double middle[2], half[2]; /* parameters are taken to -1 .. 1 */
  double *coefficients;      /* [response][term]; responses are costs, then effects, by strategy */
  double *triangle;          /* m x m, m = n_terms + 2 n_strategies: of terms and responses */
} itg_metamodel;

/* Least squares over the samples, weighted as they are.  `names` of the parameters, for messages.
 * ITG_ERR_DATA: a parameter has too few different values; ITG_ERR_NUMERIC: the parameters are tied. */
itg_status itg_metamodel_fit(itg_call *call, const itg_psa *psa, const double *const *x,
                             const char *const *names, int p, int degree, itg_metamodel *out,
                             itg_error *error);

/* Why the samples cannot tell a polynomial in x: ITG_REASON_TOO_FEW, ITG_REASON_NO_VARIANCE (too few different values), or
 * ITG_REASON_PRESENT where they can. */
itg_reason itg_metamodel_reason(const itg_psa *psa, const double *x, int p, int degree);

/* Fitted cost and effect of each strategy at one value of each parameter. */
void itg_metamodel_at(const itg_metamodel *fit, const double *at, double *cost, double *effect);

/* Share of the variance of k * effect - cost of a strategy that the polynomial explains; NaN: it is constant.
 */
double itg_metamodel_share(const itg_metamodel *fit, int32_t strategy, double k);

/* ---- ranges of parameters ---- */

#define ITG_METAMODEL_OPTIONS(points_text)                                                     \
  {"degree",                                                                                   \
   ITG_FIELD_INTEGER,                                                                          \
   false,                                                                                      \
   "2",                                                                                        \
   NULL,                                                                                       \
   1,                                                                                          \
   ITG_MOST_DEGREE,                                                                            \
   NULL,                                                                                       \
   "degree of the polynomial in each parameter"},                                              \
      {"points",                                                                               \
       ITG_FIELD_INTEGER,                                                                      \
       false,                                                                                  \
       points_text,                                                                            \
       NULL,                                                                                   \
       2,                                                                                      \
       1000,                                                                                   \
       NULL,                                                                                   \
       "values of a parameter, at equal steps from one end of its range to the other"},        \
      {"quantiles",                                                                            \
       ITG_FIELD_NUMBERS,                                                                      \
       false,                                                                                  \
       "0.025, 0.975",                                                                         \
       NULL,                                                                                   \
       0,                                                                                      \
       1,                                                                                      \
       NULL,                                                                                   \
       "the range of a parameter: these quantiles of its samples (type 7)"},                   \
  {                                                                                            \
    "ranges", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,                                    \
        "map from a parameter to the low and the high end of its range, in place of quantiles" \
  }

/* Ends of the ranges by options quantiles and ranges: low and high of each of n parameters.  Where the quantiles are the
 * same it is an error, or ITG_REASON_NO_VARIANCE in `reasons` (NULL: none are taken), one of each parameter. */
itg_status itg_metamodel_ranges(itg_call *call, const itg_psa *psa, const double *const *x,
                                const char *const *names, int n, double (*out)[2], itg_reason *reasons,
                                itg_error *error);

/* Value i of n from low to high. */
double itg_metamodel_step(const double range[2], int64_t i, int64_t n);

#endif
