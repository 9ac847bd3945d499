/* itg_functional_drawn.c - layer 3: intervals of functional integration from replicates that stand in the
 * data, as merged states of cells give them: every replicate is a slice of its own, whose figures are those
 * of the slice drawn anew. */
#include <math.h>
#include <stdlib.h>

#include "itg_functional.h"
#include "itg_spread.h"
#include "itg_thread.h"

enum { FIGURES = ITG_PARTNERS_COUNT * ITG_DYAD_SCALE_COUNT };

static bool is_wanted(const itg_dyad_plan *plan, int type, int scale) {
  return scale <= ITG_DYAD_OVER ? plan->types[type] : type == ITG_PARTNERS_ALL && plan->two_views;
}

/* The figures of one replicate into column b of values[entry][figure][b]. */
static itg_status run_replicate(const itg_functional *f, const itg_rating *ratings, int64_t n,
                                int32_t profession, int32_t category, bool median, int32_t b, double *values,
                                itg_arena *arena, itg_error *error) {
  const size_t entries = (size_t)f->n_units + 2;
  itg_dyads dyads;
  itg_dyad_plan plan = {.types = {true}};
  int by_raters, by_dyads;
  itg_dyad_figures *figures = itg_arena_alloc(arena, entries, sizeof *figures);
  if (!figures) return itg_fail_memory(error);
  ITG_TRY(itg_dyads_make(ratings, n, profession, category, f->n_units, f->n_raters, median, arena, &dyads,
                         error));
  ITG_TRY(itg_dyads_estimate(&dyads, &plan, figures, &by_raters, &by_dyads, error));
  for (size_t e = 0; e < entries; e++)
    for (int k = 0; k < FIGURES; k++)
      values[(e * FIGURES + (size_t)k) * (size_t)f->n_replicates + (size_t)b] =
          figures[e].by[k / ITG_DYAD_SCALE_COUNT][k % ITG_DYAD_SCALE_COUNT].value;
  return ITG_OK;
}

static itg_status collect(const itg_functional *f, int32_t group, int32_t profession, int32_t category,
                          const itg_dyad_plan *plan, bool median, double *values, itg_error *error) {
  for (int32_t b = 0; b < f->n_replicates; b++) {
    int64_t n;
    const itg_rating *ratings = itg_functional_slot(f, group, b + 1, &n);
    itg_arena *arena = itg_arena_new();
    if (!arena) return itg_fail_memory(error);
    itg_status status = run_replicate(f, ratings, n, profession, category, median, b, values, arena, error);
    itg_arena_free(arena);
    if (!status && b % 16 == 0) status = itg_check_stop(plan->control, (double)b / f->n_replicates, error);
    if (status) return status;
  }
  return ITG_OK;
}

itg_status itg_functional_spread(const itg_functional *f, int32_t group, int32_t profession, int32_t category,
                                 const itg_dyad_plan *plan, bool median, itg_dyad_figures *figures,
                                 itg_error *error) {
  const size_t entries = (size_t)f->n_units + 2, B = (size_t)f->n_replicates;
  ITG_TRY(itg_call_need((double)entries * FIGURES * (double)B, "figures of replicates",
                        "use fewer replicates, or a part of the units", error));
  double *values = itg_alloc(entries * FIGURES, B * sizeof *values);
  if (!values) return itg_fail_memory(error);
  itg_status status = collect(f, group, profession, category, plan, median, values, error);
  for (size_t e = 0; e < entries && !status; e++)
    for (int t = 0; t < ITG_PARTNERS_COUNT; t++)
      for (int scale = 0; scale < ITG_DYAD_SCALE_COUNT; scale++) {
        itg_figure *figure = &figures[e].by[t][scale];
        if (!is_wanted(plan, t, scale)) continue;
        itg_spread spread = itg_spread_of(
            values + (e * FIGURES + (size_t)(t * ITG_DYAD_SCALE_COUNT + scale)) * B, (int64_t)B, plan->level);
        figure->std_error = spread.std_error;
        figure->low = spread.low;
        figure->high = spread.high;
        figure->reason = spread.reason;
      }
  free(values);
  return status;
}
