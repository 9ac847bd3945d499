/* itg_dyad.c - layer 3: consensus of dyads, figures of units, bootstrap.
 *
 * Ranks lie within a short range and a unit has few partners, so plain sums in fixed order serve here: the
 * error of a sum of n such numbers stays below n units in the last place. */
#include "itg_dyad.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_random.h"
#include "itg_sort.h"
#include "itg_spread.h"
#include "itg_thread.h"

#define BLOCK 64          /* replicates of one task */
#define SERIAL_WORK 3.0e5 /* additions below which threads do not pay */
#define ROUNDING 1e-9     /* a mean of thirds is not over-integration */

typedef itg_panel panel;
typedef itg_vote vote;

int itg_rating_compare(const void *a, const void *b) {
  const itg_rating *x = a, *y = b;
#define ORDER(field) \
  if (x->field != y->field) return x->field < y->field ? -1 : 1
  ORDER(group);
  ORDER(unit);
  ORDER(partner);
  ORDER(category);
  ORDER(rater);
  ORDER(profession);
  ORDER(row);
#undef ORDER
  return 0;
}

static int compare_votes(const void *a, const void *b) {
  const vote *x = a, *y = b;
  return x->value < y->value ? -1 : x->value > y->value ? 1 : (x->rater > y->rater) - (x->rater < y->rater);
}

/* ---- consensus ---- */

static double weight_of(const vote *v, const double *weights) { return weights[v->rater] * v->count; }

/* Median of votes sorted by value, each counted `weight` times; NaN without weight. */
static double weighted_median(const vote *votes, int64_t n, const double *weights) {
  double total = 0, below = 0;
  for (int64_t i = 0; i < n; i++) total += weight_of(&votes[i], weights);
  if (total == 0) return NAN;
  for (int64_t i = 0; i < n; i++) {
    below += weight_of(&votes[i], weights);
    if (2 * below > total) return votes[i].value;
    if (2 * below == total) {
      int64_t next = i + 1;
      while (weight_of(&votes[next], weights) == 0) next++;
      return (votes[i].value + votes[next].value) / 2;
    }
  }
  return NAN;
}

static double weighted_mean(const vote *votes, int64_t n, const double *weights) {
  double sum = 0, total = 0;
  if (n == 1) return weight_of(votes, weights) > 0 ? votes->value : NAN; /* no rounding of w x / w */
  for (int64_t i = 0; i < n; i++) {
    double w = weight_of(&votes[i], weights);
    total += w;
    sum += w * votes[i].value;
  }
  return total > 0 ? sum / total : NAN;
}

/* Consensus of the raters in each cell, then the mean over the dyad's cells. */
static double consensus(const itg_dyads *s, const panel *p, int64_t dyad, const double *weights) {
  double sum = 0;
  int64_t n = 0;
  for (int64_t c = s->dyad_cell[dyad]; c < s->dyad_cell[dyad + 1]; c++) {
    const vote *votes = p->votes + p->cell_start[c];
    int64_t count = p->cell_start[c + 1] - p->cell_start[c];
    double value = s->median ? weighted_median(votes, count, weights) : weighted_mean(votes, count, weights);
    if (isnan(value)) continue;
    sum += value;
    n++;
  }
  return n ? sum / (double)n : NAN;
}

/* ---- building ---- */

static itg_status allocate(itg_dyads *s, int64_t n, itg_arena *arena, itg_error *error) {
  size_t most = (size_t)n;
  s->dyads = itg_arena_alloc(arena, most, sizeof *s->dyads);
  s->unit_start = itg_arena_alloc(arena, (size_t)s->n_units + 1, sizeof *s->unit_start);
  s->unit_raters = itg_arena_alloc(arena, (size_t)s->n_units, sizeof *s->unit_raters);
  s->dyad_cell = itg_arena_alloc(arena, most + 1, sizeof *s->dyad_cell);
  s->actual.votes = itg_arena_alloc(arena, most, sizeof *s->actual.votes);
  s->optimum.votes = itg_arena_alloc(arena, most, sizeof *s->optimum.votes);
  s->actual.cell_start = itg_arena_alloc(arena, most + 1, sizeof *s->actual.cell_start);
  s->optimum.cell_start = itg_arena_alloc(arena, most + 1, sizeof *s->optimum.cell_start);
  bool ok = s->dyads && s->unit_start && s->unit_raters && s->dyad_cell && s->actual.votes &&
            s->optimum.votes && s->actual.cell_start && s->optimum.cell_start;
  return ok ? ITG_OK : itg_fail_memory(error);
}

static itg_status sort_cells(panel *p, int64_t n_cells, itg_pace *pace, itg_error *error) {
  for (int64_t c = 0; c < n_cells; c++) {
    if (c % 64 == 0) ITG_TRY(itg_pace_step(pace, error));
    ITG_TRY(itg_sort(p->votes + p->cell_start[c], (size_t)(p->cell_start[c + 1] - p->cell_start[c]),
                     sizeof *p->votes, compare_votes, pace, error));
  }
  return ITG_OK;
}

/* Dyad of `unit` with `partner`, by bisection; -1 none. */
static int64_t find_dyad(const itg_dyads *s, int32_t unit, int32_t partner) {
  int64_t low = s->unit_start[unit], high = s->unit_start[unit + 1];
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (s->dyads[middle].partner < partner)
      low = middle + 1;
    else
      high = middle;
  }
  return low < s->unit_start[unit + 1] && s->dyads[low].partner == partner ? low : -1;
}

static itg_status settle_dyads(itg_dyads *s, int32_t n_raters, itg_arena *arena, itg_error *error) {
  double *ones = itg_arena_alloc(arena, (size_t)n_raters, sizeof *ones);
  if (!ones) return itg_fail_memory(error);
  for (int32_t i = 0; i < n_raters; i++) ones[i] = 1;
  for (int64_t d = 0; d < s->n_dyads; d++) {
    if (d % 64 == 0) ITG_TRY(itg_pace_step(itg_arena_pace(arena), error));
    s->dyads[d].actual = consensus(s, &s->actual, d, ones);
    s->dyads[d].optimum = consensus(s, &s->optimum, d, ones);
  }
  for (int64_t d = 0; d < s->n_dyads; d++) {
    int64_t other = find_dyad(s, s->dyads[d].partner, s->dyads[d].unit);
    bool both = other >= 0 && !isnan(s->dyads[d].actual) && !isnan(s->dyads[other].actual);
    s->dyads[d].mutual = both ? other : -1;
  }
  return ITG_OK;
}

itg_status itg_dyads_make(const itg_rating *ratings, int64_t n, int32_t profession, int32_t category,
                          int32_t n_units, int32_t n_raters, bool median, itg_arena *arena, itg_dyads *s,
                          itg_error *error) {
  *s = (itg_dyads){.n_units = n_units, .median = median};
  ITG_TRY(allocate(s, n, arena, error));
  /* Raters are numbered within their unit, so that a resample of a unit is a short array of weights. */
  int32_t *local = itg_arena_alloc(arena, (size_t)n_raters, sizeof *local);
  int32_t *local_unit = itg_arena_alloc(arena, (size_t)n_raters, sizeof *local_unit); /* unit + 1 */
  if (!local || !local_unit) return itg_fail_memory(error);

  int64_t n_cells = 0, n_actual = 0, n_optimum = 0;
  const itg_rating *last = NULL, *last_vote = NULL;
  for (const itg_rating *r = ratings; r < ratings + n; r++) {
    ITG_PACE(itg_arena_pace(arena), r - ratings, error);
    if ((profession >= 0 && r->profession != profession) || (category >= 0 && r->category != category))
      continue;
    if (!last || last->unit != r->unit || last->partner != r->partner) {
      s->dyad_cell[s->n_dyads] = n_cells;
      s->dyads[s->n_dyads++] = (itg_dyad){.unit = r->unit,
                                          .partner = r->partner,
                                          .direction = r->direction,
                                          .organisation = r->organisation,
                                          .actual = NAN,
                                          .optimum = NAN};
      s->unit_start[r->unit + 1] = s->n_dyads;
      last_vote = NULL;
    }
    last = r;
    if (isnan(r->actual) && isnan(r->optimum)) continue;
    if (!last_vote || last_vote->category != r->category) {
      s->actual.cell_start[n_cells] = n_actual;
      s->optimum.cell_start[n_cells++] = n_optimum;
    }
    last_vote = r;
    if (local_unit[r->rater] != r->unit + 1) {
      local_unit[r->rater] = r->unit + 1;
      local[r->rater] = s->unit_raters[r->unit]++;
    }
    if (!isnan(r->actual)) {
      s->actual.votes[n_actual++] = (vote){r->actual, local[r->rater], r->n_actual};
      s->dyads[s->n_dyads - 1].n_ratings += r->n_actual;
    }
    if (!isnan(r->optimum)) s->optimum.votes[n_optimum++] = (vote){r->optimum, local[r->rater], r->n_optimum};
  }
  s->dyad_cell[s->n_dyads] = n_cells;
  s->actual.cell_start[n_cells] = n_actual;
  s->optimum.cell_start[n_cells] = n_optimum;
  for (int32_t u = 0; u < n_units; u++)
    if (s->unit_start[u + 1] < s->unit_start[u]) s->unit_start[u + 1] = s->unit_start[u];
  if (median) {
    ITG_TRY(sort_cells(&s->actual, n_cells, itg_arena_pace(arena), error));
    ITG_TRY(sort_cells(&s->optimum, n_cells, itg_arena_pace(arena), error));
  }
  return settle_dyads(s, n_raters, arena, error);
}

/* ---- tallies: what the figures are made of ---- */

typedef struct tally {
  double n, linked, rank;    /* dyads with a rank, those above 0, sum of ranks */
  double n_optimum, optimum; /* dyads with an optimum, sum */
  double n_both, gap, over;  /* dyads with both, sum of optimum - actual, those over-integrated */
} tally;

/* What others say of a unit, and what both sides say where both do. */
typedef struct views {
  double n_received, received;
  double n_own, own;     /* reciprocated dyads, as declared */
  double n_other, other; /* the same dyads, as received */
} views;

static void tally_add(tally *t, double weight, double actual, double optimum) {
  if (!isnan(actual)) {
    t->n += weight;
    t->rank += weight * actual;
    if (actual > 0) t->linked += weight;
  }
  if (isnan(optimum)) return;
  t->n_optimum += weight;
  t->optimum += weight * optimum;
  if (isnan(actual)) return;
  t->n_both += weight;
  t->gap += weight * (optimum - actual);
  if (actual - optimum > ROUNDING) t->over += weight;
}

static void tally_merge(tally *into, const tally *from) {
  double *a = (double *)into;
  const double *b = (const double *)from;
  for (size_t i = 0; i < sizeof *into / sizeof *a; i++) a[i] += b[i];
}

static double ratio(double sum, double n) { return n > 0 ? sum / n : NAN; }

static double tally_value(const tally *t, int scale) {
  switch (scale) {
    case ITG_DYAD_SCOPE:
      return ratio(100 * t->linked, t->n);
    case ITG_DYAD_RANK:
      return ratio(t->rank, t->n);
    case ITG_DYAD_OPTIMUM:
      return ratio(t->optimum, t->n_optimum);
    case ITG_DYAD_GAP:
      return ratio(t->gap, t->n_both);
    case ITG_DYAD_OVER:
      return ratio(100 * t->over, t->n_both);
    default:
      return NAN;
  }
}

static double tally_count(const tally *t, int scale) {
  return scale <= ITG_DYAD_RANK ? t->n : scale == ITG_DYAD_OPTIMUM ? t->n_optimum : t->n_both;
}

static double views_value(const views *v, int scale) {
  if (scale == ITG_DYAD_RECEIVED) return ratio(v->received, v->n_received);
  return ratio(v->own, v->n_own) - ratio(v->other, v->n_other);
}

/* One dyad with its (resampled) figures into the tallies of its unit and the views of both sides. */
static void dyad_add(const itg_dyad *d, double weight, double actual, double optimum,
                     tally types[ITG_PARTNERS_COUNT], views *of_units) {
  tally_add(&types[ITG_PARTNERS_ALL], weight, actual, optimum);
  if (d->direction) tally_add(&types[d->direction], weight, actual, optimum);
  if (d->organisation) tally_add(&types[d->organisation], weight, actual, optimum);
  if (!of_units || isnan(actual)) return;
  of_units[d->partner].n_received += weight;
  of_units[d->partner].received += weight * actual;
  if (d->mutual < 0) return;
  of_units[d->unit].n_own += weight;
  of_units[d->unit].own += weight * actual;
  of_units[d->partner].n_other += weight;
  of_units[d->partner].other += weight * actual;
}

/* ---- bootstrap of one unit ---- */

typedef struct resample {
  const itg_dyads *dyads;
  int32_t unit;
  bool by_raters;
  const int64_t *rated; /* the unit's dyads that are not blank */
  int64_t n_rated;
  int replicates;
  uint64_t seed;
  tally (*tallies)[ITG_PARTNERS_COUNT]; /* per replicate */
  views *views;                         /* replicate x unit; NULL: not wanted */
} resample;

/* One replicate: figures of the unit from resampled raters, or its figures with resampled dyads. */
static void resample_once(const resample *job, int replicate, int64_t n, uint32_t *draws, double *weights) {
  const itg_dyads *s = job->dyads;
  uint32_t purpose = job->by_raters ? ITG_PURPOSE_BOOTSTRAP_CLUSTER : ITG_PURPOSE_BOOTSTRAP;
  itg_random random;
  itg_random_init(&random, job->seed, purpose + 256u * (uint32_t)job->unit, (uint32_t)replicate);
  itg_random_indices(&random, (uint32_t)n, draws, n);
  memset(weights, 0, (size_t)n * sizeof *weights);
  for (int64_t i = 0; i < n; i++) weights[draws[i]] += 1;

  tally *types = job->tallies[replicate];
  views *of_units = job->views ? job->views + (int64_t)replicate * s->n_units : NULL;
  memset(types, 0, sizeof job->tallies[replicate]);
  for (int64_t i = 0; i < job->n_rated; i++) {
    int64_t d = job->rated[i];
    const itg_dyad *dyad = &s->dyads[d];
    if (job->by_raters)
      dyad_add(dyad, 1, consensus(s, &s->actual, d, weights), consensus(s, &s->optimum, d, weights), types,
               of_units);
    else
      dyad_add(dyad, weights[i], dyad->actual, dyad->optimum, types, of_units);
  }
}

static itg_status resample_block(void *payload, int64_t block, itg_error *error) {
  const resample *job = payload;
  int64_t n = job->by_raters ? job->dyads->unit_raters[job->unit] : job->n_rated;
  double *weights = itg_alloc((size_t)n, sizeof *weights);
  uint32_t *draws = itg_alloc((size_t)n, sizeof *draws);
  itg_status status = weights && draws ? ITG_OK : itg_fail_memory(error);
  int first = (int)block * BLOCK, end = first + BLOCK < job->replicates ? first + BLOCK : job->replicates;
  for (int b = first; b < end && !status; b++) resample_once(job, b, n, draws, weights);
  free(weights);
  free(draws);
  return status;
}

/* A unit that cannot be resampled adds the same figures to every replicate of the whole. */
static void repeat_unit(const resample *job) {
  const itg_dyads *s = job->dyads;
  for (int b = 0; b < job->replicates; b++) {
    views *of_units = job->views ? job->views + (int64_t)b * s->n_units : NULL;
    memset(job->tallies[b], 0, sizeof job->tallies[b]);
    for (int64_t i = 0; i < job->n_rated; i++) {
      const itg_dyad *dyad = &s->dyads[job->rated[i]];
      dyad_add(dyad, 1, dyad->actual, dyad->optimum, job->tallies[b], of_units);
    }
  }
}

/* The share of one unit reported as a share of all. */
typedef struct part {
  const itg_control *control;
  double done, share;
} part;

static int report_part(void *payload, double done) {
  const part *p = payload;
  return p->control->progress(p->control->payload, p->done + p->share * done);
}

static itg_status resample_unit(resample *job, const itg_control *control, itg_error *error) {
  const itg_dyads *s = job->dyads;
  int64_t from = s->dyad_cell[s->unit_start[job->unit]], to = s->dyad_cell[s->unit_start[job->unit + 1]];
  double work = (double)job->n_rated;
  if (job->by_raters)
    work += (double)(s->actual.cell_start[to] - s->actual.cell_start[from]) +
            (double)(s->optimum.cell_start[to] - s->optimum.cell_start[from]);
  itg_control here = control ? *control : (itg_control){0};
  part unit = {control, (double)job->unit / s->n_units, 1.0 / s->n_units};
  if (here.progress) {
    here.progress = report_part;
    here.payload = &unit;
  }
  if (work * job->replicates < SERIAL_WORK) here.threads = 1;
  return itg_parallel(&here, (job->replicates + BLOCK - 1) / BLOCK, resample_block, job, error);
}

/* ---- from replicates to figures ---- */

static void set_spread(itg_figure *figure, double *values, const itg_dyad_plan *plan) {
  itg_spread spread = itg_spread_of(values, plan->replicates, plan->level);
  figure->std_error = spread.std_error;
  figure->low = spread.low;
  figure->high = spread.high;
  figure->reason = spread.reason;
}

/* ---- the whole ---- */

typedef struct totals { /* over units, per replicate and once for the point figures */
  tally (*pooled)[ITG_PARTNERS_COUNT];
  double (*sum)[ITG_PARTNERS_COUNT][ITG_DYAD_OVER + 1];
  double (*count)[ITG_PARTNERS_COUNT][ITG_DYAD_OVER + 1];
} totals;

static void totals_add(totals *all, int at, tally types[ITG_PARTNERS_COUNT]) {
  for (int t = 0; t < ITG_PARTNERS_COUNT; t++) {
    tally_merge(&all->pooled[at][t], &types[t]);
    for (int scale = 0; scale <= ITG_DYAD_OVER; scale++) {
      double value = tally_value(&types[t], scale);
      if (isnan(value)) continue;
      all->sum[at][t][scale] += value;
      all->count[at][t][scale] += 1;
    }
  }
}

static double totals_mean(const totals *all, int at, int type, int scale) {
  return ratio(all->sum[at][type][scale], all->count[at][type][scale]);
}

static void count_dyad(itg_dyad_figures *figures, const itg_dyad *d) {
  figures->n_dyads[ITG_PARTNERS_ALL]++;
  if (d->direction) figures->n_dyads[d->direction]++;
  if (d->organisation) figures->n_dyads[d->organisation]++;
}

static const itg_figure no_figure = {0, NAN, NAN, NAN, NAN, ITG_REASON_TOO_FEW};

static void fill_figures(itg_dyad_figures *out, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    memset(&out[i], 0, sizeof out[i]);
    for (int t = 0; t < ITG_PARTNERS_COUNT; t++)
      for (int scale = 0; scale < ITG_DYAD_SCALE_COUNT; scale++) out[i].by[t][scale] = no_figure;
  }
}

/* Figures without intervals. */
static itg_status point_figures(const itg_dyads *s, itg_dyad_figures *out, itg_error *error) {
  totals all = {itg_alloc(1, sizeof *all.pooled), itg_alloc(1, sizeof *all.sum),
                itg_alloc(1, sizeof *all.count)};
  views *of_units = itg_alloc((size_t)s->n_units, sizeof *of_units);
  itg_dyad_figures *pooled = &out[s->n_units], *mean = &out[s->n_units + 1];
  itg_status status = all.pooled && all.sum && all.count && of_units ? ITG_OK : itg_fail_memory(error);
  for (int32_t u = 0; u < s->n_units && !status; u++) {
    tally types[ITG_PARTNERS_COUNT] = {{0}};
    for (int64_t d = s->unit_start[u]; d < s->unit_start[u + 1]; d++) {
      const itg_dyad *dyad = &s->dyads[d];
      dyad_add(dyad, 1, dyad->actual, dyad->optimum, types, of_units);
      count_dyad(&out[u], dyad);
      count_dyad(pooled, dyad);
    }
    for (int t = 0; t < ITG_PARTNERS_COUNT; t++)
      for (int scale = 0; scale <= ITG_DYAD_OVER; scale++) {
        out[u].by[t][scale].n = (int64_t)tally_count(&types[t], scale);
        out[u].by[t][scale].value = tally_value(&types[t], scale);
      }
    totals_add(&all, 0, types);
  }
  for (int32_t u = 0; u < s->n_units && !status; u++)
    for (int scale = ITG_DYAD_RECEIVED; scale <= ITG_DYAD_DISAGREEMENT; scale++) {
      itg_figure *figure = &out[u].by[ITG_PARTNERS_ALL][scale];
      figure->n = (int64_t)(scale == ITG_DYAD_RECEIVED ? of_units[u].n_received : of_units[u].n_own);
      figure->value = views_value(&of_units[u], scale);
    }
  for (int t = 0; t < ITG_PARTNERS_COUNT && !status; t++)
    for (int scale = 0; scale <= ITG_DYAD_OVER; scale++) {
      pooled->by[t][scale].n = (int64_t)tally_count(&all.pooled[0][t], scale);
      pooled->by[t][scale].value = tally_value(&all.pooled[0][t], scale);
      mean->by[t][scale].n = (int64_t)all.count[0][t][scale];
      mean->by[t][scale].value = totals_mean(&all, 0, t, scale);
    }
  free(all.pooled);
  free(all.sum);
  free(all.count);
  free(of_units);
  return status;
}

static itg_status spread_units(const itg_dyads *s, const itg_dyad_plan *plan, const resample *job, double *values,
                               itg_dyad_figures *out, itg_pace *pace, itg_error *error) {
  for (int32_t u = 0; u < s->n_units; u++)
    for (int scale = ITG_DYAD_RECEIVED; scale <= ITG_DYAD_DISAGREEMENT; scale++) {
      for (int b = 0; b < plan->replicates; b++)
        values[b] = views_value(&job->views[(int64_t)b * s->n_units + u], scale);
      set_spread(&out[u].by[ITG_PARTNERS_ALL][scale], values, plan);
      ITG_TRY(itg_pace_stop(pace, 1, error));
    }
  return ITG_OK;
}

static itg_status spread_totals(const itg_dyads *s, const itg_dyad_plan *plan, const totals *all, double *values,
                                itg_dyad_figures *out, itg_pace *pace, itg_error *error) {
  for (int t = 0; t < ITG_PARTNERS_COUNT; t++)
    for (int scale = 0; scale <= ITG_DYAD_OVER && plan->types[t]; scale++) {
      for (int b = 0; b < plan->replicates; b++) values[b] = tally_value(&all->pooled[b][t], scale);
      set_spread(&out[s->n_units].by[t][scale], values, plan);
      ITG_TRY(itg_pace_stop(pace, 1, error));
      for (int b = 0; b < plan->replicates; b++) values[b] = totals_mean(all, b, t, scale);
      set_spread(&out[s->n_units + 1].by[t][scale], values, plan);
      ITG_TRY(itg_pace_stop(pace, 1, error));
    }
  return ITG_OK;
}

/* The intervals of one unit, and its replicates added to those of the whole. */
static itg_status spread_unit(const resample *job, const itg_dyad_plan *plan, bool resampled, double *values,
                              totals *all, itg_dyad_figures *out, itg_pace *pace, itg_error *error) {
  double done = (job->unit + 1.0) / job->dyads->n_units;
  for (int t = 0; t < ITG_PARTNERS_COUNT && resampled; t++)
    for (int scale = 0; scale <= ITG_DYAD_OVER && plan->types[t]; scale++) {
      for (int b = 0; b < plan->replicates; b++) values[b] = tally_value(&job->tallies[b][t], scale);
      set_spread(&out[job->unit].by[t][scale], values, plan);
      ITG_TRY(itg_pace_stop(pace, done, error));
    }
  for (int b = 0; b < plan->replicates; b++) {
    totals_add(all, b, job->tallies[b]);
    if (b % 1024 == 0) ITG_TRY(itg_pace_stop(pace, done, error));
  }
  return itg_pace_stop(pace, done, error);
}

itg_status itg_dyads_estimate(const itg_dyads *s, const itg_dyad_plan *plan, itg_dyad_figures *out,
                              int *by_raters, int *by_dyads, itg_error *error) {
  size_t B = (size_t)plan->replicates;
  totals all = {NULL, NULL, NULL};
  resample job = {.dyads = s, .replicates = plan->replicates, .seed = plan->seed};
  int64_t *rated = NULL;
  double *values = NULL;
  itg_pace pace = {plan->control, 0};
  itg_status status;
  *by_raters = *by_dyads = 0;
  fill_figures(out, (int64_t)s->n_units + 2);
  if ((status = point_figures(s, out, error)) || !B) goto out;

  all.pooled = itg_alloc(B, sizeof *all.pooled);
  all.sum = itg_alloc(B, sizeof *all.sum);
  all.count = itg_alloc(B, sizeof *all.count);
  job.tallies = itg_alloc(B, sizeof *job.tallies);
  job.views = plan->two_views ? itg_alloc(B, (size_t)s->n_units * sizeof *job.views) : NULL;
  job.rated = rated = itg_alloc((size_t)s->n_dyads, sizeof *rated);
  values = itg_alloc(B, sizeof *values);
  if (!all.pooled || !all.sum || !all.count || !job.tallies || (plan->two_views && !job.views) || !rated ||
      !values) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (job.unit = 0; job.unit < s->n_units; job.unit++) {
    job.n_rated = 0;
    for (int64_t d = s->unit_start[job.unit]; d < s->unit_start[job.unit + 1]; d++)
      if (!isnan(s->dyads[d].actual) || !isnan(s->dyads[d].optimum)) rated[job.n_rated++] = d;
    if (!job.n_rated) continue;
    job.by_raters = s->unit_raters[job.unit] >= 2;
    bool resampled = job.by_raters || job.n_rated >= 2;
    if (resampled) {
      if ((status = resample_unit(&job, plan->control, error))) goto out;
      ++*(job.by_raters ? by_raters : by_dyads);
    } else
      repeat_unit(&job);
    if ((status = spread_unit(&job, plan, resampled, values, &all, out, &pace, error))) goto out;
  }
  status = spread_totals(s, plan, &all, values, out, &pace, error);
  if (!status && job.views) status = spread_units(s, plan, &job, values, out, &pace, error);
out:
  free(all.pooled);
  free(all.sum);
  free(all.count);
  free(job.tallies);
  free(job.views);
  free(rated);
  free(values);
  return status;
}
