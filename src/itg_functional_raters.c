/* itg_functional_raters.c - layer 3: how many raters each figure of functional integration rests on: n counts
 * pairs of units, and the disclosure rule is about persons. */
#include <string.h>

#include "itg_functional.h"

static int64_t least(int64_t a, int64_t b) { return !a ? b : !b || a < b ? a : b; }

/* Counted votes say how many raters gave them, not who: a dyad rests on those of its fullest category. */
static int64_t count_votes(const itg_dyads *s, const itg_panel *p, int64_t d) {
  int64_t most = 0;
  for (int64_t c = s->dyad_cell[d]; c < s->dyad_cell[d + 1]; c++) {
    int64_t n = 0;
    for (int64_t v = p->cell_start[c]; v < p->cell_start[c + 1]; v++) n += p->votes[v].count;
    if (n > most) most = n;
  }
  return most;
}

/* So a unit rests on those of the fullest dyad at least. */
static void count_counted(const itg_dyads *s, const itg_panel *p, int which, itg_raters *out) {
  for (int32_t u = 0; u < s->n_units; u++) {
    for (int64_t d = s->unit_start[u]; d < s->unit_start[u + 1]; d++) {
      const itg_dyad *dyad = &s->dyads[d];
      int64_t count = count_votes(s, p, d);
      out->of_dyad[d] = least(out->of_dyad[d], count);
      if (!which) out->about[dyad->partner] += count;
      for (int t = 0; t < ITG_PARTNERS_COUNT; t++)
        if ((t == ITG_PARTNERS_ALL || t == dyad->direction || t == dyad->organisation) &&
            count > out->of_unit[u][which][t])
          out->of_unit[u][which][t] = count;
    }
    for (int t = 0; t < ITG_PARTNERS_COUNT; t++)
      out->of_unit[s->n_units][which][t] += out->of_unit[u][which][t];
  }
}

/* Raters of one dyad; marks each with the partner types of the dyad. */
static int64_t count_dyad(const itg_dyads *s, const itg_panel *p, int64_t d, uint8_t *types, int64_t *seen) {
  const itg_dyad *dyad = &s->dyads[d];
  int64_t count = 0, first = p->cell_start[s->dyad_cell[d]], end = p->cell_start[s->dyad_cell[d + 1]];
  for (int64_t v = first; v < end; v++) {
    int32_t rater = p->votes[v].rater;
    types[rater] |= (uint8_t)(1u | 1u << dyad->direction | 1u << dyad->organisation); /* 0: among all only */
    count += seen[rater] != d + 1;
    seen[rater] = d + 1;
  }
  return count;
}

static void count_panel(const itg_dyads *s, const itg_panel *p, int which, uint8_t *types, int64_t *seen,
                        int32_t most, itg_raters *out) {
  memset(seen, 0, (size_t)most * sizeof *seen);
  for (int32_t u = 0; u < s->n_units; u++) {
    memset(types, 0, (size_t)most * sizeof *types);
    for (int64_t d = s->unit_start[u]; d < s->unit_start[u + 1]; d++) {
      int64_t count = count_dyad(s, p, d, types, seen);
      out->of_dyad[d] = least(out->of_dyad[d], count);
      if (!which) out->about[s->dyads[d].partner] += count;
    }
    for (int32_t r = 0; r < s->unit_raters[u]; r++)
      for (int t = 0; t < ITG_PARTNERS_COUNT; t++) out->of_unit[u][which][t] += types[r] >> t & 1;
    for (int t = 0; t < ITG_PARTNERS_COUNT; t++)
      out->of_unit[s->n_units][which][t] += out->of_unit[u][which][t];
  }
}

itg_status itg_raters_count(const itg_dyads *s, bool counted, itg_arena *arena, itg_raters *out,
                            itg_error *error) {
  int32_t most = 1;
  for (int32_t u = 0; u < s->n_units; u++)
    if (s->unit_raters[u] > most) most = s->unit_raters[u];
  out->of_unit = itg_arena_alloc(arena, (size_t)s->n_units + 1, sizeof *out->of_unit);
  out->about = itg_arena_alloc(arena, (size_t)s->n_units, sizeof *out->about);
  out->of_dyad = itg_arena_alloc(arena, (size_t)s->n_dyads, sizeof *out->of_dyad);
  uint8_t *types = itg_arena_alloc(arena, (size_t)most, sizeof *types);
  int64_t *seen = itg_arena_alloc(arena, (size_t)most, sizeof *seen);
  if (!out->of_unit || !out->about || !out->of_dyad || !types || !seen) return itg_fail_memory(error);
  if (counted) {
    count_counted(s, &s->actual, 0, out);
    count_counted(s, &s->optimum, 1, out);
    return ITG_OK;
  }
  count_panel(s, &s->actual, 0, types, seen, most, out);
  count_panel(s, &s->optimum, 1, types, seen, most, out);
  return ITG_OK;
}

int64_t itg_raters_of(const itg_raters *raters, int32_t unit, int type, int scale) {
  int64_t actual = raters->of_unit[unit][0][type], optimum = raters->of_unit[unit][1][type];
  return scale <= ITG_DYAD_RANK ? actual : scale == ITG_DYAD_OPTIMUM ? optimum : least(actual, optimum);
}

int64_t itg_raters_of_views(const itg_raters *raters, int32_t unit) {
  return least(raters->of_unit[unit][0][ITG_PARTNERS_ALL], raters->about[unit]);
}

int64_t itg_raters_of_pair(const itg_raters *raters, const itg_dyads *s, int64_t dyad) {
  int64_t mutual = s->dyads[dyad].mutual;
  return least(raters->of_dyad[dyad], mutual >= 0 ? raters->of_dyad[mutual] : 0);
}
