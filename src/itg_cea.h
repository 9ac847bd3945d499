/* itg_cea.h - layer 3: what the parts of measure cea share.
 *
 *   itg_cea_read.c       patients, complete cases, covariates               -> itg_study
 *   itg_cea_fit.c        increments, their covariance, patients' influence  -> itg_fit
 *   itg_cea_slopes.c     slopes on covariates, one equation or both at once
 *   itg_cea_impute.c     several completed data sets as one
 *   itg_cea_bootstrap.c  the same increments in every replicate             -> itg_replicates
 *   itg_cea_twostage.c   replicates of clusters, then of patients, shrunk
 *   itg_cea_limits.c     limits of figures and of the ratio                 -> itg_limits
 *   itg_cea_curve.c      curves over thresholds                             -> tables
 *   itg_cea.c            the measure and its estimates
 *
 * Within each arm costs, effects and covariates are taken as deviations from the arm's mean; what is left of
 * the regression are sums of products, which is all that a replicate needs. */
#ifndef ITG_CEA_H
#define ITG_CEA_H

#include "itg_icer.h"
#include "itg_measure.h"
#include "itg_threshold.h"

enum { ITG_COST = 0, ITG_EFFECT = 1, ITG_OUTCOMES = 2, ITG_MOST_COVARIATES = 100, ITG_MOST_ARMS = 64 };

/* Patients with everything known; rows are those of one group of option `by`, arms those that have such
 * patients there. */
typedef struct itg_study {
  int n_arms, reference;
  const char *const *arms;
  int64_t n, *n_in, *n_missing; /* patients in all; by arm, and those left out */
  int32_t *arm;                 /* of each patient */
  double *y[ITG_OUTCOMES], *weight;
  int n_covariates;
  double **x; /* by covariate */
  const char **names;
  bool *use[ITG_OUTCOMES]; /* covariate stands in the equation */
  int n_used[ITG_OUTCOMES];
  bool together; /* seemingly unrelated regressions; least squares where both have the same covariates */
  int32_t *cluster, n_clusters; /* NULL: patients are independent */
  int32_t *stratum, n_strata;   /* strata of the randomisation; NULL: none */
} itg_study;

/* Everything read once, to be cut into groups. */
typedef struct itg_study_columns itg_study_columns;
itg_status itg_study_columns_read(itg_call *call, const itg_groups *groups, itg_study_columns **out,
                                  itg_error *error);
/* Completed data sets in the table (role imputation), 1 without that role. */
int itg_study_columns_imputations(const itg_study_columns *columns);

/* Every arm of the table, with what one group has of it in one data set. */
typedef struct itg_arm_counts {
  int n_arms, reference;
  const char *const *arms;
  int64_t *n_in, *n_missing; /* patients with everything known, and others */
} itg_arm_counts;
itg_status itg_study_count(itg_call *call, const itg_study_columns *columns, int32_t group, int imputation,
                           itg_arm_counts *out, itg_error *error);

/* Patients of group `group` in data set `imputation`, in time that depends on these alone.  Without groups an
 * arm without patients is an error; with groups only the reference, or all others, being without. */
itg_status itg_study_make(itg_call *call, const itg_study_columns *columns, int32_t group, int imputation,
                          itg_study *out, itg_error *error);

/* A regression of cost and effect on arm and covariates, and what its bootstrap starts from. */
typedef struct itg_fit {
  double *mean[ITG_OUTCOMES], *sd[ITG_OUTCOMES]; /* of each arm, as observed */
  itg_increment *increments;                     /* by arm against the reference, with analytic covariance */
  double *df;                                    /* of t limits, [outcome * n_arms + arm] */
  double *
      influence[ITG_OUTCOMES]; /* [arm * n + patient]: increment less that without the patient (or cluster) */
  double **u;                  /* covariates as orthogonal deviations, spread about 1 */
  double *u_mean, *total;      /* means of the same, [covariate * n_arms + arm]; weights by arm */
  double *d[ITG_OUTCOMES];     /* outcomes as deviations from their arm's mean */
  double *residual[ITG_OUTCOMES],
      *coefficient[ITG_OUTCOMES]; /* of each patient; [arm * n + patient]: increment
                                                                 per unit of the outcome, by least squares */
} itg_fit;

itg_status itg_fit_make(itg_call *call, const itg_study *study, itg_fit *out, itg_error *error);

/* Fits of m >= 2 completed data sets as one, by Rubin's rules; it has no influence. */
itg_status itg_fit_pool(itg_call *call, const itg_study *study, const itg_fit *fits, int m, itg_fit *out,
                        itg_error *error);

/* Solve A x = b for a symmetric positive definite A of order n (row-major; destroyed), b in place with n_b
 * columns (row-major n x n_b).  False: singular, with the first column that depends on those before it. */
bool itg_solve(double *a, int n, double *b, int n_b, int *dependent);

/* Sums of products of deviations from the arms' means: covariates xx (p x p), with the outcomes xy (p x 2),
 * and outcomes yy: cost squared, cost times effect, effect squared (needed when both equations are solved
 * together). */
typedef struct itg_within {
  int p;
  double *xx, *xy, yy[3];
} itg_within;

/* Slopes [outcome * p + covariate] of n patients, 0 where a covariate does not stand in the equation.
 * Together: also the residual covariance `sigma` (2 x 2), and that of the used slopes, cost's first, when
 * `covariance` is not NULL. `room` holds itg_slopes_room(p) doubles.  False: singular. */
int itg_slopes_room(int p);
bool itg_slopes_find(const itg_study *study, const itg_within *within, double n, bool together,
                     double *slopes, double *sigma, double *covariance, double *room);

typedef struct itg_replicates {
  int64_t n; /* 0: none */
  int n_arms;
  double *cost, *effect; /* [arm * n + replicate], increments; 0 for the reference; NaN: singular */
  int64_t n_singular;
} itg_replicates;

/* Room for n replicates, and `count` of them from `first` on, of one (completed) data set. */
itg_status itg_replicates_open(itg_call *call, int n_arms, int64_t n, itg_replicates *out, itg_error *error);
itg_status itg_replicates_fill(itg_call *call, const itg_study *study, const itg_fit *fit, int64_t first,
                               int64_t count, itg_replicates *out, itg_error *error);

/* The same by two-stage resampling with shrinkage. */
itg_status itg_replicates_twostage(itg_call *call, const itg_study *study, const itg_fit *fit, int64_t first,
                                   int64_t count, itg_replicates *out, itg_error *error);

/* Limits of one figure by every method; a method that has none says why. */
enum {
  ITG_LIMITS_PERCENTILE,
  ITG_LIMITS_BCA,
  ITG_LIMITS_NORMAL, /* with the standard error of the replicates */
  ITG_LIMITS_T,      /* with that of the regression */
  ITG_LIMITS_DELTA,  /* of the ratio alone, as is Fieller's set where it is an interval */
  ITG_LIMITS_FIELLER,
  ITG_LIMITS
};
typedef struct itg_limits {
  double std_error, low, high;
  itg_reason reason;
} itg_limits;
typedef struct itg_limits_of {
  const itg_study *study;
  const itg_fit *fit;
  const itg_replicates *replicates;
  double conf_level, *scratch; /* as many as replicates */
} itg_limits_of;

/* Of a * effect + b * cost of one arm. */
void itg_limits_linear(const itg_limits_of *of, int arm, double a, double b, itg_limits out[ITG_LIMITS]);
/* Of the ratio; Fieller's set in any case.  `regression`: from the covariance of the regression and its t
 * distribution, else from that of the replicates. */
itg_fieller_shape itg_limits_ratio(const itg_limits_of *of, int arm, bool regression,
                                   itg_limits out[ITG_LIMITS], double *low, double *high);
itg_increment itg_limits_increment(const itg_limits_of *of,
                                   int arm); /* with the covariance of the replicates */

/* Curves: tables ceac, best, ceaf, inb of one group, appended. */
typedef struct itg_curves {
  itg_frame *plane, *contours, *ceac, *best, *ceaf, *inb; /* contours NULL: not asked for */
} itg_curves;
itg_status itg_curves_open(itg_call *call, const itg_groups *groups, itg_curves *out, itg_error *error);
itg_status itg_curves_add(itg_call *call, const itg_curves *curves, const itg_study *study,
                          const itg_fit *fit, const itg_replicates *replicates, const itg_thresholds *at,
                          const char *const *labels, int n_labels, itg_error *error);

/* Share of replicates with net benefit above 0, share in which each arm is best (ties go to the reference,
 * then to the first), and expected value of perfect information, at one threshold. */
double itg_replicates_probability(const itg_replicates *replicates, int arm, double threshold);
void itg_replicates_best(const itg_replicates *replicates, int reference, double threshold, double *shares,
                         double *evpi);

#endif
