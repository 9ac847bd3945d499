/* itg_psa_write.h - layer 3: what the files of measure psa share: one group of samples and its figures. */
#ifndef ITG_PSA_WRITE_H
#define ITG_PSA_WRITE_H

#include "itg_frontier.h"
#include "itg_psa_rows.h"
#include "itg_psa_spread.h"

typedef enum itg_psa_table {
  ITG_PSA_FRONTIER,
  ITG_PSA_CEAC,
  ITG_PSA_EVPI,
  ITG_PSA_INCREMENTS,
  ITG_PSA_PLANE,
  ITG_PSA_RISK,
  ITG_PSA_CONTOURS,
  ITG_PSA_TABLES
} itg_psa_table;

typedef struct itg_psa_writer {
  itg_call *call;
  const itg_psa *all;        /* samples of every group */
  itg_psa psa;               /* its samples */
  itg_frontier frontier;
  itg_tidy tidy;
  itg_frame *tables[ITG_PSA_TABLES]; /* NULL: not opened yet */
  double *thresholds;
  int n_thresholds;
  int32_t n_strategies;
  double *cost, *effect;                                                      /* means by strategy */
  itg_spread_job *jobs, *cost_jobs, *effect_jobs, *extra_cost, *extra_effect; /* by strategy */
  itg_spread_job *benefit, *extra_benefit, *loss; /* threshold x strategy; loss: threshold */
  const double *shares;
  double people; /* NaN: no population */
  int64_t n_breaks,
      n_rows; /* of the exact curves of all groups, and how far a row is from the next at most */
  double apart;
} itg_psa_writer;

/* Expected net benefit of strategy d at threshold k; and what is lost by using it, by uncertainty, by a mix;
 * `gain` is the mean over samples of the largest net benefit less that of strategy 0 (itg_ceac_at). */
double itg_psa_benefit(const itg_psa_writer *w, int32_t d, double k);
double itg_psa_loss(const itg_psa_writer *w, int32_t d, double k, double gain);
double itg_psa_evpi(const itg_psa_writer *w, double k, double gain);
double itg_psa_mix_loss(const itg_psa_writer *w, double k, double gain);

itg_status itg_psa_means(itg_psa_writer *w, itg_error *error); /* cost, effect and the frontier */

/* Rows of this group in the tables (itg_psa_tables.c). */
itg_status itg_psa_write_frontier(itg_psa_writer *w, itg_error *error);
itg_status itg_psa_write_curves(itg_psa_writer *w, itg_error *error);
itg_status itg_psa_note_curves(const itg_psa_writer *w, itg_error *error); /* once for all groups */
itg_status itg_psa_write_increments(itg_psa_writer *w, itg_error *error);
itg_status itg_psa_write_plane(itg_psa_writer *w, itg_error *error);
itg_status itg_psa_write_contours(itg_psa_writer *w, itg_error *error);
itg_status itg_psa_write_risk(itg_psa_writer *w, itg_error *error);

/* The value of choosing for each group, when option group_weights is given (itg_psa_groups.c). */
itg_status itg_psa_write_heterogeneity(itg_psa_writer *w, itg_error *error);

#endif
