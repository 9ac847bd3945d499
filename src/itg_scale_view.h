/* itg_scale_view.h - layer 3: blocks of answers brought into view, checked, for the scores
 * (itg_scale_kernel.c). */
#ifndef ITG_SCALE_VIEW_H
#define ITG_SCALE_VIEW_H

#include "itg_scale_block.h"
#include "itg_scale_kernel.h"

/* The values of an item or score in the present block: one of the two. */
typedef struct itg_scale_view {
  const int32_t *ints;
  const double *doubles;
} itg_scale_view;

/* How a column is read. */
typedef struct itg_scale_lane {
  bool dense_ints, dense_doubles; /* the column can be read where it lies */
  bool whole;                     /* options are all whole numbers from min to max */
  bool cell_by_cell; /* a code lies in the range or counts, or the options have gaps, or the column is text */
} itg_scale_lane;

/* One task: a range of rows. */
typedef struct itg_scale_work {
  const itg_scale_job *job;
  const itg_scale_lane *lanes;
  itg_scale_view *views; /* n_items + n_scores */
  double *buffers;       /* ITG_SCALE_BLOCK for each of them */
  double *num, *answers, *below, *spare, *nan;
  uint32_t *int_num, *int_lost;
  int32_t *int_nan;
  int64_t *item_missing, out_of_range;
} itg_scale_work;

itg_scale_lane itg_scale_lane_of(const itg_scale_job *job, int32_t item);

/* Bring the block of one item into view, checked. */
itg_status itg_scale_view_item(itg_scale_work *work, int32_t item, int64_t first, int count,
                               itg_error *error);

/* The block of an item or score as doubles; the room for it. */
const double *itg_scale_doubles(itg_scale_work *work, int32_t source);
double *itg_scale_buffer(const itg_scale_work *work, int32_t source);

/* One answer as it stands: its number (NaN for text) and text (NULL for a number), and why it is missing, by
 * its column or as a code of the call or the definition. */
itg_reason itg_scale_look_at(const itg_scale_work *work, int32_t item, int64_t row, char *buffer,
                             double *value, const char **text);

#endif
