/* itg_design.c - layer 3: analysis of variance of balanced designs, and what follows for generalisability. */
#include "itg_design.h"

#include <math.h>
#include <stdlib.h>

#include "itg_sum.h"

static unsigned all_of(const itg_effect *e) { return e->own | e->nest; }

static double product(const itg_design *d, unsigned facets) {
  double n = 1;
  for (int f = 0; f < d->n_facets; f++)
    if (facets >> f & 1) n *= (double)d->levels[f];
  return n;
}

static int count_bits(unsigned set) {
  int n = 0;
  for (; set; set &= set - 1) n++;
  return n;
}

void itg_design_effects(itg_design *d) {
  d->n_effects = 0;
  for (int size = 1; size <= d->n_facets; size++)
    for (unsigned own = 1; own < 1u << d->n_facets; own++) {
      itg_effect e = {.own = own, .df = 1};
      for (int f = 0; f < d->n_facets; f++)
        if (own >> f & 1) e.nest |= d->nests[f];
      if ((e.own & e.nest) || count_bits(all_of(&e)) != size) continue;
      for (int f = 0; f < d->n_facets; f++)
        if (own >> f & 1) e.df *= (double)d->levels[f] - 1;
      e.df *= product(d, e.nest);
      d->effects[d->n_effects++] = e;
    }
}

/* Sum over the cells of a margin of (mean of the cell)^2 x its size; values are around the grand mean. */
static itg_status square_means(const itg_design *d, const double *values, int64_t n, unsigned margin,
                               itg_sum *cells, double *out, itg_pace *pace, itg_error *error) {
  int64_t places = (int64_t)product(d, margin);
  for (int64_t c = 0; c < places; c++) cells[c] = (itg_sum){0, 0};
  for (int64_t i = 0; i < n; i++) {
    int64_t rest = i, at = 0, step = 1;
    ITG_PACE(pace, i, error);
    for (int f = d->n_facets - 1; f >= 0; f--) {
      if (margin >> f & 1) {
        at += rest % d->levels[f] * step;
        step *= d->levels[f];
      }
      rest /= d->levels[f];
    }
    itg_sum_add(&cells[at], values[i]);
  }
  itg_sum squares = {0, 0};
  for (int64_t c = 0; c < places; c++) {
    double sum = itg_sum_value(&cells[c]);
    itg_sum_add(&squares, sum * sum);
  }
  *out = itg_sum_value(&squares) * (double)places / (double)n;
  return itg_pace_step(pace, error);
}

itg_status itg_design_squares(itg_design *d, const double *values, itg_pace *pace, itg_error *error) {
  itg_status status = ITG_OK;
  unsigned whole = (1u << d->n_facets) - 1;
  int64_t n = (int64_t)product(d, whole);
  double margins[1u << ITG_DESIGN_FACETS] = {0};
  double *around = itg_alloc((size_t)n, sizeof *around);
  itg_sum *cells = itg_alloc((size_t)n, sizeof *cells);
  if (!around || !cells) {
    status = itg_fail_memory(error);
    goto out;
  }
  double mean = itg_mean_of(values, n);
  for (int64_t i = 0; i < n; i++) around[i] = values[i] - mean;
  for (unsigned margin = 0; margin <= whole && !status; margin++)
    status = square_means(d, around, n, margin, cells, &margins[margin], pace, error);
  for (int k = 0; k < d->n_effects; k++) {
    itg_effect *e = &d->effects[k];
    e->ss = 0;
    for (unsigned part = e->own;; part = (part - 1) & e->own) { /* every subset, down to the empty one */
      e->ss += (count_bits(e->own ^ part) % 2 ? -1 : 1) * margins[part | e->nest];
      if (!part) break;
    }
    /* What rounding leaves of nothing is nothing. */
    if (fabs(e->ss) < 1e-13 * margins[whole]) e->ss = 0;
    e->ms = e->df > 0 ? e->ss / e->df : NAN;
  }
out:
  free(around);
  free(cells);
  return status;
}

void itg_design_components(itg_design *d) {
  unsigned whole = (1u << d->n_facets) - 1;
  for (int k = d->n_effects - 1; k >= 0;
       k--) { /* the large ones first: they stand in the others' expectations */
    itg_effect *e = &d->effects[k];
    double rest = e->ms;
    for (int m = k + 1; m < d->n_effects; m++) {
      unsigned larger = all_of(&d->effects[m]);
      if ((larger & all_of(e)) == all_of(e)) rest -= d->effects[m].variance * product(d, whole & ~larger);
    }
    e->variance = rest / product(d, whole & ~all_of(e));
  }
}

itg_generalisability itg_design_study(const itg_design *d, const double *numbers) {
  itg_generalisability out = {NAN, 0, 0, NAN, NAN};
  unsigned object = 1u | d->nests[0];
  for (int k = 0; k < d->n_effects; k++) {
    const itg_effect *e = &d->effects[k];
    double n = 1, variance = e->variance < 0 ? 0 : e->variance;
    if (all_of(e) == object) {
      out.universe = variance;
      continue;
    }
    if (!(all_of(e) & ~object)) continue; /* between the places that objects are nested in */
    for (int f = 1; f < d->n_facets; f++)
      if ((all_of(e) & ~object) >> f & 1) n *= numbers[f];
    out.absolute += variance / n;
    if (all_of(e) & 1) out.relative += variance / n;
  }
  if (out.universe + out.relative > 0) out.g = out.universe / (out.universe + out.relative);
  if (out.universe + out.absolute > 0) out.phi = out.universe / (out.universe + out.absolute);
  return out;
}
