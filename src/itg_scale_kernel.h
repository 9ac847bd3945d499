/* itg_scale_kernel.h - layer 3: answers in columns to scores in columns, in blocks of rows. */
#ifndef ITG_SCALE_KERNEL_H
#define ITG_SCALE_KERNEL_H

#include "itg_frame.h"
#include "itg_scale_plan.h"

/* Why single answers lack: the reasons of cells, and of an earlier score that could not be computed. */
enum { ITG_SCALE_REASONS = ITG_REASON_TOO_FEW };

typedef struct itg_scale_job {
  const itg_scale_plan *plan;
  const itg_table *table; /* of the data, for messages */
  int64_t n_rows;         /* to score */
  const int64_t *rows;    /* where they stand in the table; NULL: one after the other */
  const itg_column *const *columns; /* of each item; NULL where the plan does not use it */
  const itg_answer_code *codes;     /* missing codes of the call, before those of the definition */
  int32_t n_codes;
  bool keep_going; /* an answer out of range is missing, not an error */
  /* Out: for every wanted score n_rows values, reasons (all present before), and counts of missing
   * answers. */
  double **scores;
  uint8_t **reasons;
  int32_t **n_missing;
  /* NULL, or for every wanted score n_rows times how many answers lack for each reason (from 1: at [reason -
   * 1]). */
  uint16_t (**lacking)[ITG_SCALE_REASONS];
  int64_t *item_missing; /* n_items */
  int64_t out_of_range;  /* answers that were taken as missing */
} itg_scale_job;

/* Errors: ITG_ERR_RANGE, ITG_ERR_TYPE with row and column; ITG_ERR_MEMORY, ITG_ERR_INTERRUPTED. */
itg_status itg_scale_score_rows(itg_scale_job *job, const itg_control *control, itg_error *error);

#endif
