/* itg_label.h - layer 3: which labels of a definition are numbers only. */
#ifndef ITG_LABEL_H
#define ITG_LABEL_H

#include "itg_definition.h"

/* Items of a definition, and those whose label is a number only: their names were not found (basis placeholder)
 * or may not be printed ("item 3").  False where the kind has no items. */
bool itg_labels_count(const itg_definition *definition, int32_t *n_items, int32_t *n_numbers);

#endif
