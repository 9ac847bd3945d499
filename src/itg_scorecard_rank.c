/* itg_scorecard_rank.c - layer 3: how sure scores and ranks are: values are drawn from normal distributions
 * around what was measured, and the whole scorecard is computed for each draw. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_random.h"
#include "itg_scorecard.h"
#include "itg_sort.h"
#include "itg_spread.h"
#include "itg_thread.h"

typedef struct itg_score_spread spread;

/* One period: the draws of its cells. */
typedef struct job {
  const itg_scorecard *card;
  const int32_t *cells; /* of the period */
  int32_t n_cells;
  int draws;
  uint64_t seed;
  double *scores; /* [cell of the period][level][draw] */
  spread *levels; /* [cell][level] */
  itg_watch watch;
} job;

static double *draws_of(const job *j, int32_t k, int level) {
  return j->scores + ((int64_t)k * (j->card->n_perspectives + 1) + level) * j->draws;
}

static spread *spread_of(const job *j, int32_t k, int level) {
  return &j->levels[(int64_t)j->cells[k] * (j->card->n_perspectives + 1) + level];
}

/* ---- scores of a cell ---- */

static itg_status draw_cell(void *payload, int64_t k, itg_error *error) {
  const job *j = payload;
  itg_pace pace = {&j->watch.inner, 0};
  const itg_scorecard *card = j->card;
  int n_perspectives = card->n_perspectives;
  const itg_observation *observed = &card->observations[(int64_t)j->cells[k] * card->n_indicators];
  double *scores = itg_alloc((size_t)card->n_indicators, sizeof *scores);
  double *of_perspectives = itg_alloc((size_t)n_perspectives, sizeof *of_perspectives);
  itg_status status = scores && of_perspectives ? ITG_OK : itg_fail_memory(error);
  for (int32_t i = 0; !status && i < card->n_indicators; i++)
    scores[i] = itg_indicator_score(&card->indicators[i], observed[i].value, card->clip);
  for (int b = 0; !status && b < j->draws; b++) {
    itg_random random;
    if (b % 256 == 255 && (status = itg_pace_step(&pace, error))) break;
    itg_random_init(&random, j->seed, ITG_PURPOSE_RANK + 256u * (uint32_t)j->cells[k], (uint32_t)b);
    for (int32_t i = 0; i < card->n_indicators; i++) {
      if (!(observed[i].draw_error > 0)) continue;
      double value = observed[i].value + observed[i].draw_error * itg_random_normal(&random);
      scores[i] = itg_indicator_score(&card->indicators[i], value, card->clip);
    }
    for (int p = 0; p < n_perspectives; p++) {
      of_perspectives[p] = itg_perspective_score(card, &card->perspectives[p], scores, NULL);
      draws_of(j, (int32_t)k, p)[b] = of_perspectives[p];
    }
    draws_of(j, (int32_t)k, n_perspectives)[b] = itg_total_score(card, of_perspectives);
  }
  free(scores);
  free(of_perspectives);
  return status;
}

/* ---- ranks of a level ---- */

typedef struct place {
  double score;
  int32_t k;
} place;

/* Equal up to rounding is a tie: weights of missing indicators shift the last bits. */
static double rounded(double score) { return round(score * 1e9); }

static int best_first(const void *a, const void *b) {
  const place *x = a, *y = b;
  return x->score > y->score ? -1 : x->score < y->score ? 1 : (x->k > y->k) - (x->k < y->k);
}

/* Mid-ranks, 1 the highest score, into ranks[place.k * stride]. */
static itg_status rank_places(place *places, int32_t n, double *ranks, int64_t stride, itg_pace *pace,
                              itg_error *error) {
  ITG_TRY(itg_sort(places, (size_t)n, sizeof *places, best_first, pace, error));
  for (int32_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && places[end].score == places[i].score;) end++;
    for (int32_t k = i; k < end; k++) ranks[places[k].k * stride] = (i + 1 + end) / 2.0;
  }
  return itg_pace_step(pace, error);
}

static itg_status rank_level(void *payload, int64_t level, itg_error *error) {
  const job *j = payload;
  itg_pace pace = {&j->watch.inner, 0};
  int32_t n = 0;
  size_t draws = j->draws ? (size_t)j->draws : 1;
  place *places = itg_alloc((size_t)j->n_cells, sizeof *places);
  double *ranks = itg_alloc((size_t)j->n_cells * draws, sizeof *ranks); /* [cell of the period][draw] */
  int32_t *ranked = itg_alloc((size_t)j->n_cells, sizeof *ranked);
  itg_status status = places && ranks && ranked ? ITG_OK : itg_fail_memory(error);
  if (status) goto out;

  bool varies = false;
  for (int32_t k = 0; k < j->n_cells; k++) {
    const spread *s = spread_of(j, k, (int)level);
    if (isnan(s->score)) continue;
    ranked[n] = k;
    places[n++] = (place){rounded(s->score), k};
    varies = varies || s->varies;
  }
  if ((status = rank_places(places, n, ranks, 1, &pace, error))) goto out;
  for (int32_t i = 0; i < n; i++) {
    spread *s = spread_of(j, ranked[i], (int)level);
    s->rank = ranks[ranked[i]];
    s->n_ranked = n;
  }
  for (int b = 0; varies && b < j->draws; b++) {
    for (int32_t i = 0; i < n; i++)
      places[i] = (place){rounded(draws_of(j, ranked[i], (int)level)[b]), ranked[i]};
    if ((status = rank_places(places, n, ranks + b, j->draws, &pace, error))) goto out;
  }
  for (int32_t i = 0; varies && j->draws && i < n; i++) {
    if (i % 256 == 0 && (status = itg_pace_step(&pace, error))) goto out;
    spread *s = spread_of(j, ranked[i], (int)level);
    double *own = ranks + (int64_t)ranked[i] * j->draws;
    double tail = (1 - j->card->level) / 2;
    itg_spread all = itg_spread_of(own, j->draws, j->card->level);
    s->rank_error = isnan(all.std_error) ? 0 : all.std_error;
    s->rank_low = itg_quantile_attained(own, j->draws, tail);
    s->rank_high = itg_quantile_attained(own, j->draws, 1 - tail);
  }
out:
  free(places);
  free(ranks);
  free(ranked);
  return status;
}

/* ---- the whole ---- */

/* Spreads last: they reorder the draws. */
static itg_status spread_cells(const job *j, itg_pace *pace, itg_error *error) {
  for (int32_t k = 0; k < j->n_cells; k++) {
    if (k % 256 == 0) ITG_TRY(itg_pace_step(pace, error));
    for (int level = 0; level <= j->card->n_perspectives; level++) {
      spread *s = spread_of(j, k, level);
      if (isnan(s->score) || !s->varies || !j->draws) continue;
      itg_spread all = itg_spread_of(draws_of(j, k, level), j->draws, j->card->level);
      s->std_error = all.std_error;
      s->low = all.low;
      s->high = all.high;
    }
  }
  return ITG_OK;
}

static itg_status draw_period(job *j, itg_call *call, itg_error *error) {
  itg_control here = call->control;
  if ((double)j->n_cells * j->card->n_indicators * j->draws < 2e4) here.threads = 1; /* below a millisecond */
  itg_watch_start(&j->watch, &here);
  if (j->draws) ITG_TRY(itg_parallel(&j->watch.outer, j->n_cells, draw_cell, j, error));
  if (j->card->has_site)
    ITG_TRY(itg_parallel(&j->watch.outer, j->card->n_perspectives + 1, rank_level, j, error));
  return spread_cells(j, call->pace, error);
}

/* Does a value with an error enter the score of this level? */
static bool level_varies(const itg_scorecard *card, int32_t cell, int level) {
  const itg_observation *observed = &card->observations[(int64_t)cell * card->n_indicators];
  for (int32_t i = 0; i < card->n_indicators; i++) {
    int32_t p = card->indicators[i].perspective;
    bool inside = level == p || (level == card->n_perspectives && card->perspectives[p].weight > 0);
    if (inside && observed[i].draw_error > 0 && card->indicators[i].weight > 0 &&
        !isnan(itg_indicator_score(&card->indicators[i], observed[i].value, card->clip)))
      return true;
  }
  return false;
}

itg_status itg_scorecard_draw(itg_call *call, const itg_scorecard *card, const double *scores, int draws,
                              itg_score_draws *out, itg_error *error) {
  int n_levels = card->n_perspectives + 1;
  int32_t n_periods = 0, most = 0, *members = NULL;
  itg_status status = ITG_OK;
  out->levels = itg_call_alloc(call, (size_t)card->n_cells * (size_t)n_levels, sizeof *out->levels, error);
  if (!out->levels) return ITG_ERR_MEMORY;
  for (int32_t c = 0; c < card->n_cells; c++) {
    ITG_PACE(call->pace, c, error);
    if (card->cells[c].period >= n_periods) n_periods = card->cells[c].period + 1;
    for (int level = 0; level < n_levels; level++) {
      int64_t at = (int64_t)c * n_levels + level;
      out->levels[at] =
          (spread){scores[at], NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0, level_varies(card, c, level)};
    }
  }
  int32_t *counts = itg_call_alloc(call, (size_t)n_periods, sizeof *counts, error);
  if (!counts) return ITG_ERR_MEMORY;
  for (int32_t c = 0; c < card->n_cells; c++) counts[card->cells[c].period]++;
  for (int32_t t = 0; t < n_periods; t++) most = counts[t] > most ? counts[t] : most;

  job j = {.card = card, .draws = draws, .seed = call->seed, .levels = out->levels};
  members = itg_alloc((size_t)most, sizeof *members);
  j.scores = itg_alloc((size_t)most * (size_t)n_levels, (size_t)draws * sizeof *j.scores);
  if (!members || !j.scores) {
    status = itg_fail_memory(error);
    goto out;
  }
  j.cells = members;
  for (int32_t t = 0; t < n_periods && !status; t++) {
    j.n_cells = 0;
    for (int32_t c = 0; c < card->n_cells; c++)
      if (card->cells[c].period == t) members[j.n_cells++] = c;
    status = draw_period(&j, call, error);
  }
out:
  free(members);
  free(j.scores);
  return status;
}
