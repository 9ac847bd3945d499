/* itg_classification.h - layer 3: a definition of kind map: dimensions, outcomes and the rule between them.
 */
#ifndef ITG_CLASSIFICATION_H
#define ITG_CLASSIFICATION_H

#include "itg_definition.h"

enum { ITG_MAP_DIMENSIONS = 16, ITG_MAP_CELLS = 65536 };

typedef struct itg_map_dimension {
  const char *id, *title; /* the id first: itg_items_bind takes lists of them */
  int32_t n;
  const char *const *categories; /* from the lowest to the highest where they have an order */
  const double *from;            /* numbers: lower bounds of the categories; NULL: words */
  double min, max;
} itg_map_dimension;

typedef struct itg_map_outcome {
  const char *id, *title, *response;
  double reference_low, reference_high; /* percent; NaN: none */
} itg_map_outcome;

typedef struct itg_map {
  const char *id;
  int32_t n_dimensions, n_outcomes, n_cells;
  itg_map_dimension *dimensions;
  itg_map_outcome *outcomes; /* from the lowest to the highest when ordered */
  bool ordered, weakest;
  int32_t *cells; /* outcome of each combination of categories, the last dimension running fastest */
} itg_map;

/* Compile a definition.  `cuts` (map from dimension to lower bounds, or NULL) replaces bounds of number
 * dimensions.  Every cell has one outcome: rules that overlap or leave a cell open are refused.
 * Errors: ITG_ERR_VALUE, ITG_ERR_KEY, ITG_ERR_REFERENCE, ITG_ERR_LIMIT; ITG_ERR_OPTION for cuts. */
itg_status itg_map_make(const itg_definition *definition, const itg_node *cuts, itg_arena *arena,
                        itg_map *out, itg_error *error);

#endif
