/* itg_scale_items.h - layer 3: answers to the items of a definition of kind scale, for measures that do not
 * score. */
#ifndef ITG_SCALE_ITEMS_H
#define ITG_SCALE_ITEMS_H

#include "itg_measure.h"
#include "itg_scale_plan.h"

/* Answers of the items that are `used` (n_rows each; NaN missing; NULL for other items), with the codes,
 * words and range of the definition and the labels of option `labels`; option `out_of_range` may turn others
 * into missing; missing cells are counted for provenance.  Errors: ITG_ERR_RANGE, ITG_ERR_TYPE with row and
 * column; ITG_ERR_OPTION. */
itg_status itg_scale_items_read(itg_call *call, const itg_scale_plan *plan, const bool *used,
                                const itg_column *const *columns, int64_t n_rows, double ***values,
                                itg_error *error);

#endif
