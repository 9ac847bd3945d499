/* itg_threshold.c - reads the thresholds of an economic measure. */
#include "itg_threshold.h"

#include <math.h>

itg_status itg_thresholds_read(itg_call *call, itg_thresholds *out, itg_error *error) {
  double *values = NULL;
  ITG_TRY(itg_call_list(call, "thresholds", &values, &out->n, error));
  const char **labels = itg_call_alloc(call, (size_t)out->n, sizeof *labels, error);
  if (!labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < out->n; i++) {
    char text[ITG_NUMBER_SIZE];
    if (i && !(values[i] > values[i - 1]))
      return itg_fail(error, ITG_ERR_OPTION,
                      "option 'thresholds' must rise; put its numbers in order, each once");
    itg_number_print(values[i], text);
    labels[i] = itg_arena_print(call->arena, "%s", text);
    if (!labels[i]) return itg_fail_memory(error);
  }
  double to = itg_call_number(call, "curve_to");
  if (isnan(to)) to = out->n ? fmax(50000, values[out->n - 1]) : 50000;
  if (!(to > 0))
    return itg_fail(error, ITG_ERR_OPTION, "option 'curve_to' must be above 0: curves begin there");
  int64_t points = itg_call_given(call, "curve_points") ? itg_call_integer(call, "curve_points") : 501;
  if (points == 1)
    return itg_fail(error, ITG_ERR_OPTION, "option 'curve_points' must be 2 or more, or 0 for no curves");
  double *grid = itg_call_alloc(call, (size_t)points, sizeof *grid, error);
  if (!grid) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < points; i++) grid[i] = to * (double)i / (double)(points - 1);
  out->values = values;
  out->labels = labels;
  out->n_grid = (int)points;
  out->grid = grid;
  return ITG_OK;
}
