/* itg_functional_integration.c - layer 3: measure functional_integration: how far units work together, as
 * each sees it.
 *
 * Ahgren & Axelsson, Int J Integr Care 2005;5:e01.  Rows in -> itg_functional_read.c -> dyads (itg_dyad.c) of
 * all ratings and of each profession and category -> figures out. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "itg_functional.h"

static const itg_role roles[] = {
    {"data", "unit", ITG_ROLE_TEXT, true, 0, 0, "unit that rates (own unit)"},
    {"data", "partner", ITG_ROLE_TEXT, true, 0, 0, "unit that is rated (other unit)"},
    {"data", "rank", ITG_ROLE_ANY, true, 0, 0,
     "actual integration: a number within the scale (0 to 100), or the word of a state with option "
     "`anchors`"},
    {"data", "optimum", ITG_ROLE_ANY, false, 0, 0, "integration that the unit thinks best, as `rank`"},
    {"data", "rater", ITG_ROLE_TEXT, false, 0, 0, "person who rates; unique within the unit"},
    {"data", "profession", ITG_ROLE_TEXT, false, 0, 0, "profession of the rater"},
    {"data", "category", ITG_ROLE_TEXT, false, 0, 0, "what is integrated: referrals, shared resources, ..."},
    {"data", "direction", ITG_ROLE_TEXT, false, 0, 0,
     "vertical or horizontal: levels of care of the two units"},
    {"data", "organisation", ITG_ROLE_TEXT, false, 0, 0,
     "intra or inter: within one organisation or between two"},
    {"data", "count", ITG_ROLE_NUMBER, false, 0, 2147483647,
     "raters that a row stands for, in place of rater: `rank` is their mean, or one opinion of several; merged states of "
     "cells or of patterns give such rows"},
    {"data", "count_optimum", ITG_ROLE_NUMBER, false, 0, 2147483647, "the same for `optimum`; default: as count"},
    {"data", "replicate", ITG_ROLE_NUMBER, false, 0, 100000,
     "with count: 0 for the ratings, above for those of a bootstrap replicate, from which the intervals are taken"},
    {0}};

static const itg_field options[] = {
    {"instrument", ITG_FIELD_ANY, false, "functional-integration", NULL, 0, 0, NULL,
     "definition of kind matrix: id, path or map"},
    {"anchors", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL,
     "number of each state, needed when ranks are words: none was published"},
    {"units", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL,
     "all units; others are errors, and pairs without a row count as missing"},
    {"consensus", ITG_FIELD_TEXT, false, "mean", "mean|median", 0, 0, NULL,
     "how raters of one pair and category are brought to one figure"},
    {"replicates", ITG_FIELD_INTEGER, false, "1000", NULL, 0, 100000, NULL,
     "bootstrap replicates; 0: no intervals"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "confidence level"},
    {0}};

static const itg_output outputs[] = {
    {"matrix",
     "one row per pair of units: unit, partner, direction, organisation, n (ratings), actual, optimum, gap "
     "(optimum - actual), received (what the partner says of the unit), disagreement (actual - received)"},
    {"professions",
     "one row per two professions: n (pairs of units rated by both), mean_difference (first - second), "
     "mean_absolute_difference; only with the role profession"},
    {0}};

static const struct {
  const char *name, *unit;
} scales[] = {
    {"scope", "percent"},           {"rank", "points"},     {"optimum", "points"},     {"gap", "points"},
    {"over_integrated", "percent"}, {"received", "points"}, {"disagreement", "points"}};

static const char *const type_names[] = {"all", "vertical", "horizontal", "intra", "inter"};

/* ---- rows of the table of estimates ---- */

typedef struct writer {
  itg_call *call;
  const itg_functional *f;
  itg_tidy tidy;
  itg_frame *matrix, *professions;
  const char **labels; /* by columns, own_unit, partners, [profession], [category] */
  int unit_at, partners_at, profession_at, category_at, n_labels;
  itg_dyad_plan plan;
  itg_raters raters;               /* of the slice at work */
  const int64_t *profession_raters; /* of the group at work */
  bool median;
  int by_raters, by_dyads; /* units by what was resampled */
  int64_t n_dyads, n_blank, n_untyped, n_silent;
} writer;

static itg_status write_row(writer *w, const char *unit, const char *partners, const char *scale,
                            const char *of, const itg_figure *figure, int64_t n_missing, int64_t n_raters,
                            itg_error *error) {
  w->labels[w->unit_at] = unit;
  w->labels[w->partners_at] = partners;
  itg_estimate row = itg_estimate_of("functional_integration", scale, w->labels, of);
  row.n = figure->n;
  row.n_missing = n_missing;
  row.estimate = figure->value;
  row.std_error = figure->std_error;
  row.conf_low = figure->low;
  row.conf_high = figure->high;
  if (isnan(figure->value))
    row.reason = figure->n ? figure->reason : n_missing ? ITG_REASON_MISSING : ITG_REASON_NOT_APPLICABLE;
  else if (isnan(figure->low) && (w->plan.replicates || w->f->n_replicates))
    row.reason = figure->reason;
  ITG_TRY(itg_tidy_add(&w->tidy, &row, error));
  return itg_frame_set_persons(w->tidy.frame, w->tidy.rows - 1, n_raters, error);
}

static bool is_wanted(const writer *w, int scale) {
  bool needs_optimum = scale >= ITG_DYAD_OPTIMUM && scale <= ITG_DYAD_OVER;
  return w->f->has_optimum || !needs_optimum;
}

/* Scope to over-integration of one unit (or of the whole: `u` n_units), by partner type. */
static itg_status write_types(writer *w, const char *unit, int32_t u, const itg_dyad_figures *figures,
                              const int64_t *possible, itg_error *error) {
  for (int t = 0; t < ITG_PARTNERS_COUNT; t++)
    for (int scale = ITG_DYAD_SCOPE; scale <= ITG_DYAD_OVER && w->plan.types[t]; scale++) {
      const itg_figure *figure = &figures->by[t][scale];
      if (!is_wanted(w, scale)) continue;
      ITG_TRY(write_row(w, unit, type_names[t], scales[scale].name, scales[scale].unit, figure,
                        possible[t] - figure->n, itg_raters_of(&w->raters, u, t, scale), error));
    }
  return ITG_OK;
}

/* Mean |declared - received| over reciprocated dyads of a unit; unit -1: over pairs of units. */
static itg_figure absolute_disagreement(const itg_dyads *s, int32_t unit) {
  itg_figure figure = {0, NAN, NAN, NAN, NAN, ITG_REASON_PRESENT};
  int64_t first = unit < 0 ? 0 : s->unit_start[unit], end = unit < 0 ? s->n_dyads : s->unit_start[unit + 1];
  double sum = 0;
  for (int64_t d = first; d < end; d++) {
    const itg_dyad *dyad = &s->dyads[d];
    if (dyad->mutual < 0 || (unit < 0 && dyad->mutual < d)) continue;
    sum += fabs(dyad->actual - s->dyads[dyad->mutual].actual);
    figure.n++;
  }
  if (figure.n) figure.value = sum / (double)figure.n;
  return figure;
}

static itg_status write_views(writer *w, const itg_dyads *s, int32_t u, const itg_dyad_figures *figures,
                              int64_t declared, int64_t about, itg_error *error) {
  const itg_figure *received = &figures->by[ITG_PARTNERS_ALL][ITG_DYAD_RECEIVED];
  const itg_figure *signed_gap = &figures->by[ITG_PARTNERS_ALL][ITG_DYAD_DISAGREEMENT];
  itg_figure absolute = absolute_disagreement(s, u);
  const char *unit = w->f->units[u];
  int64_t both = itg_raters_of_views(&w->raters, u);
  ITG_TRY(write_row(w, unit, "all", "received", "points", received, about - received->n, w->raters.about[u], error));
  ITG_TRY(write_row(w, unit, "all", "disagreement", "points", signed_gap, declared - signed_gap->n, both, error));
  return write_row(w, unit, "all", "disagreement_absolute", "points", &absolute, declared - absolute.n, both,
                   error);
}

/* All rows of a slice; the whole has both views, and unlisted pairs count as missing in it. */
static itg_status write_slice(writer *w, const itg_dyads *s, const itg_dyad_figures *figures, bool whole,
                              itg_error *error) {
  const itg_functional *f = w->f;
  int64_t n_rating = 0;
  bool views = false; /* some unit is seen from both sides */
  int64_t *about = itg_call_alloc(w->call, (size_t)s->n_units, sizeof *about, error);
  if (!about) return ITG_ERR_MEMORY;
  for (int64_t d = 0; d < s->n_dyads; d++) {
    int32_t partner = s->dyads[d].partner;
    about[partner]++;
    views = views || (whole && (f->listed || s->unit_start[partner] < s->unit_start[partner + 1]));
  }

  itg_dyad_figures whole_figures = figures[s->n_units];
  for (int32_t u = 0; u < s->n_units; u++) {
    int64_t possible[ITG_PARTNERS_COUNT];
    bool rates = s->unit_start[u] < s->unit_start[u + 1];
    if (!rates && !(f->listed && whole)) {
      w->n_silent += whole && about[u];
      continue;
    }
    memcpy(possible, figures[u].n_dyads, sizeof possible);
    if (f->listed && whole) {
      possible[ITG_PARTNERS_ALL] = about[u] = f->n_units - 1;
      whole_figures.n_dyads[ITG_PARTNERS_ALL] += f->n_units - 1 - figures[u].n_dyads[ITG_PARTNERS_ALL];
    }
    n_rating++;
    ITG_TRY(write_types(w, f->units[u], u, &figures[u], possible, error));
    if (views) ITG_TRY(write_views(w, s, u, &figures[u], possible[ITG_PARTNERS_ALL], about[u], error));
  }
  ITG_TRY(write_types(w, "all", s->n_units, &whole_figures, whole_figures.n_dyads, error));
  if (views) {
    itg_figure absolute = absolute_disagreement(s, -1);
    ITG_TRY(write_row(w, "all", "all", "disagreement_absolute", "points", &absolute, 0,
                      w->raters.of_unit[s->n_units][0][ITG_PARTNERS_ALL], error));
  }
  int64_t units[] = {n_rating, n_rating, n_rating, n_rating, n_rating};
  return write_types(w, "mean of units", s->n_units, &figures[s->n_units + 1], units, error);
}

/* ---- agreement between professions ---- */

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Kendall's coefficient of concordance of m judges over n things, values[judge * n + thing], mid-ranks and
 * correction for ties: W = 12 S / (m^2 (n^3 - n) - m sum T) (Kendall & Babington Smith, Ann Math Stat
 * 1939;10:275-87).  NaN when every judge ties everything.  `scratch` holds 2 n numbers. */
static double kendall_w(const double *values, int m, int64_t n, double *scratch) {
  double *sums = scratch, *sorted = scratch + n, ties = 0, s = 0;
  memset(sums, 0, (size_t)n * sizeof *sums);
  for (int j = 0; j < m; j++) {
    const double *judge = values + (int64_t)j * n;
    memcpy(sorted, judge, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, compare_doubles);
    for (int64_t i = 0, end; i < n; i = end) {
      for (end = i + 1; end < n && sorted[end] == sorted[i];) end++;
      double t = (double)(end - i);
      ties += t * t * t - t;
    }
    for (int64_t i = 0; i < n; i++) {
      const double *first = bsearch(&judge[i], sorted, (size_t)n, sizeof *sorted, compare_doubles),
                   *last = first;
      while (first > sorted && first[-1] == judge[i]) first--;
      while (last < sorted + n - 1 && last[1] == judge[i]) last++;
      sums[i] += (double)((first - sorted) + (last - sorted)) / 2 + 1;
    }
  }
  double mean = m * ((double)n + 1) / 2, k = (double)n;
  for (int64_t i = 0; i < n; i++) s += (sums[i] - mean) * (sums[i] - mean);
  double most = (double)m * m * (k * k * k - k) - m * ties;
  return most > 0 ? 12 * s / most : NAN;
}

/* Two professions: mean difference and mean absolute difference over the dyads that both rated. */
static itg_status write_pair(writer *w, int32_t p, int32_t q, const double *views, int64_t n, double *sum,
                             int64_t *count, itg_error *error) {
  double difference = 0, absolute = 0;
  int64_t both = 0, row = itg_frame_rows(w->professions);
  int n_by = w->f->groups.n_columns;
  for (int64_t d = 0; d < n; d++) {
    double gap = views[p * n + d] - views[q * n + d];
    if (isnan(gap)) continue;
    difference += gap;
    absolute += fabs(gap);
    both++;
  }
  *sum += absolute;
  *count += both;
  ITG_TRY(itg_frame_resize(w->professions, row + 1, error));
  for (int i = 0; i < n_by; i++)
    if (w->labels[i]) ITG_TRY(itg_frame_set_text(w->professions, row, i, w->labels[i], error));
  ITG_TRY(itg_frame_set_text(w->professions, row, n_by, w->f->professions[p], error));
  ITG_TRY(itg_frame_set_text(w->professions, row, n_by + 1, w->f->professions[q], error));
  itg_frame_set_int(w->professions, row, n_by + 2, both);
  itg_frame_set_double(w->professions, row, n_by + 3, both ? difference / (double)both : NAN);
  itg_frame_set_double(w->professions, row, n_by + 4, both ? absolute / (double)both : NAN);
  const int64_t *raters = w->profession_raters;
  return itg_frame_set_persons(w->professions, row, raters[p] < raters[q] ? raters[p] : raters[q], error);
}

/* views[profession * n_dyads + dyad]: what each profession says of each dyad of the slice of all ratings. */
static itg_status write_agreement(writer *w, const itg_dyads *s, const double *views, itg_error *error) {
  int64_t n = s->n_dyads, complete = 0, rated = 0, count = 0;
  int32_t m = w->f->n_professions;
  double sum = 0;
  itg_figure concordance = {0, NAN, NAN, NAN, NAN, ITG_REASON_PRESENT}, difference = concordance;
  double *scratch = itg_call_alloc(w->call, (size_t)n * 2, sizeof *scratch, error);
  double *all = itg_call_alloc(w->call, (size_t)n * (size_t)m, sizeof *all, error);
  int64_t *chosen = itg_call_alloc(w->call, (size_t)n, sizeof *chosen, error);
  if (!scratch || !all || !chosen) return ITG_ERR_MEMORY;
  for (int32_t p = 0; p < m; p++)
    for (int32_t q = p + 1; q < m; q++) ITG_TRY(write_pair(w, p, q, views, n, &sum, &count, error));
  for (int64_t d = 0; d < n; d++) {
    bool by_all = true;
    for (int32_t p = 0; p < m; p++) by_all = by_all && !isnan(views[p * n + d]);
    rated += !isnan(s->dyads[d].actual);
    if (by_all) chosen[complete++] = d;
  }
  for (int32_t p = 0; p < m; p++)
    for (int64_t i = 0; i < complete; i++) all[p * complete + i] = views[p * n + chosen[i]];
  concordance.n = complete;
  if (complete >= 2) concordance.value = kendall_w(all, m, complete, scratch);
  concordance.reason = complete < 2               ? ITG_REASON_TOO_FEW
                       : isnan(concordance.value) ? ITG_REASON_NO_VARIANCE
                                                  : 0;
  difference.n = count;
  if (count) difference.value = sum / (double)count;
  int64_t raters = 0;
  for (int32_t p = 0; p < m; p++) raters += w->profession_raters[p];
  ITG_TRY(write_row(w, "all", "all", "profession_difference", "points", &difference, 0, raters, error));
  return write_row(w, "all", "all", "kendall_w", "coefficient", &concordance, rated - complete, raters, error);
}

/* The figures of one profession, at the place of each dyad in the slice of all ratings. */
static void place_views(const itg_dyads *all, const itg_dyads *one, double *views) {
  int64_t at = 0;
  for (int64_t d = 0; d < all->n_dyads; d++) {
    views[d] = NAN;
    if (at < one->n_dyads && one->dyads[at].unit == all->dyads[d].unit &&
        one->dyads[at].partner == all->dyads[d].partner)
      views[d] = one->dyads[at++].actual;
  }
}

/* ---- the matrix ---- */

static itg_status open_frames(writer *w, itg_error *error) {
  const itg_functional *f = w->f;
  static const char *const texts[] = {"unit", "partner", "direction", "organisation"};
  static const char *const numbers[] = {"actual", "optimum", "gap", "received", "disagreement"};
  ITG_TRY(itg_result_add_table(w->call->result, "matrix", &w->matrix, error));
  for (int i = 0; i < f->groups.n_columns; i++)
    ITG_TRY(itg_frame_add_column(w->matrix, f->groups.names[i], ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(texts); i++)
    ITG_TRY(itg_frame_add_column(w->matrix, texts[i], ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(w->matrix, "n", ITG_TYPE_INT64, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(numbers); i++)
    ITG_TRY(itg_frame_add_column(w->matrix, numbers[i], ITG_TYPE_DOUBLE, NULL, error));
  if (!f->n_professions) return ITG_OK;
  ITG_TRY(itg_result_add_table(w->call->result, "professions", &w->professions, error));
  for (int i = 0; i < f->groups.n_columns; i++)
    ITG_TRY(itg_frame_add_column(w->professions, f->groups.names[i], ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(w->professions, "profession", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(w->professions, "other_profession", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(w->professions, "n", ITG_TYPE_INT64, NULL, error));
  ITG_TRY(itg_frame_add_column(w->professions, "mean_difference", ITG_TYPE_DOUBLE, NULL, error));
  return itg_frame_add_column(w->professions, "mean_absolute_difference", ITG_TYPE_DOUBLE, NULL, error);
}

static itg_status write_matrix(writer *w, const itg_dyads *s, itg_error *error) {
  const itg_functional *f = w->f;
  int64_t row = itg_frame_rows(w->matrix);
  ITG_TRY(itg_frame_resize(w->matrix, row + s->n_dyads, error));
  for (int64_t d = 0; d < s->n_dyads; d++, row++) {
    const itg_dyad *dyad = &s->dyads[d];
    double received = dyad->mutual >= 0 ? s->dyads[dyad->mutual].actual : NAN;
    const double numbers[] = {dyad->actual, dyad->optimum, dyad->optimum - dyad->actual, received,
                              dyad->actual - received};
    int column = 0;
    for (; column < f->groups.n_columns; column++)
      if (w->labels[column]) ITG_TRY(itg_frame_set_text(w->matrix, row, column, w->labels[column], error));
    ITG_TRY(itg_frame_set_text(w->matrix, row, column++, f->units[dyad->unit], error));
    ITG_TRY(itg_frame_set_text(w->matrix, row, column++, f->units[dyad->partner], error));
    if (dyad->direction)
      ITG_TRY(itg_frame_set_text(w->matrix, row, column, type_names[dyad->direction], error));
    column++;
    if (dyad->organisation)
      ITG_TRY(itg_frame_set_text(w->matrix, row, column, type_names[dyad->organisation], error));
    column++;
    itg_frame_set_int(w->matrix, row, column++, dyad->n_ratings);
    ITG_TRY(itg_frame_set_persons(w->matrix, row, itg_raters_of_pair(&w->raters, s, d), error));
    for (size_t i = 0; i < ITG_COUNT(numbers); i++)
      itg_frame_set_double(w->matrix, row, column++, numbers[i]);
    w->n_blank += isnan(dyad->actual);
    w->n_untyped += (f->has_direction && !dyad->direction) || (f->has_organisation && !dyad->organisation);
  }
  w->n_dyads += s->n_dyads;
  return ITG_OK;
}

/* ---- groups and slices ---- */

/* Ratings of one profession or category (or all, -1): dyads, figures, rows. */
static itg_status run_slice(writer *w, int32_t group, int32_t profession, int32_t category, itg_arena *arena,
                            itg_dyads *out, itg_error *error) {
  const itg_functional *f = w->f;
  int64_t n;
  const itg_rating *ratings = itg_functional_slot(f, group, 0, &n);
  bool whole = profession < 0 && category < 0;
  int by_raters, by_dyads;
  if (f->n_professions) w->labels[w->profession_at] = profession < 0 ? "all" : f->professions[profession];
  if (f->n_categories) w->labels[w->category_at] = category < 0 ? "all" : f->categories[category];
  w->plan.two_views = whole;
  w->plan.types[ITG_PARTNERS_VERTICAL] = w->plan.types[ITG_PARTNERS_HORIZONTAL] = whole && f->has_direction;
  w->plan.types[ITG_PARTNERS_INTRA] = w->plan.types[ITG_PARTNERS_INTER] = whole && f->has_organisation;

  ITG_TRY(itg_dyads_make(ratings, n, profession, category, f->n_units, f->n_raters, w->median, arena, out,
                         error));
  itg_dyad_figures *figures = itg_arena_alloc(arena, (size_t)f->n_units + 2, sizeof *figures);
  if (!figures) return itg_fail_memory(error);
  ITG_TRY(itg_dyads_estimate(out, &w->plan, figures, &by_raters, &by_dyads, error));
  if (whole) w->by_raters += by_raters, w->by_dyads += by_dyads;
  if (f->n_replicates) ITG_TRY(itg_functional_spread(f, group, profession, category, &w->plan, w->median, figures, error));
  ITG_TRY(itg_raters_count(out, f->counted, arena, &w->raters, error));
  return write_slice(w, out, figures, whole, error);
}

/* A slice whose dyads are needed for its views at most; its memory goes with it. */
static itg_status run_part(writer *w, int32_t group, int32_t profession, int32_t category,
                           const itg_dyads *all, double *views, int64_t *raters, itg_error *error) {
  itg_dyads part;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_arena_set_pace(arena, w->call->pace);
  itg_status status = run_slice(w, group, profession, category, arena, &part, error);
  if (!status && views) {
    place_views(all, &part, views);
    raters[profession] = w->raters.of_unit[part.n_units][0][ITG_PARTNERS_ALL];
  }
  itg_arena_free(arena);
  return status;
}

static itg_status run_group(writer *w, int32_t group, itg_error *error) {
  const itg_functional *f = w->f;
  itg_dyads all;
  for (int i = 0; i < f->groups.n_columns; i++) w->labels[i] = f->groups.labels[group][i];
  ITG_TRY(run_slice(w, group, -1, -1, w->call->arena, &all, error));
  ITG_TRY(write_matrix(w, &all, error));
  double *views =
      itg_call_alloc(w->call, (size_t)f->n_professions * (size_t)all.n_dyads, sizeof *views, error);
  int64_t *raters = itg_call_alloc(w->call, (size_t)f->n_professions, sizeof *raters, error);
  if (!views || !raters) return ITG_ERR_MEMORY;
  w->profession_raters = raters;
  for (int32_t p = 0; p < f->n_professions; p++)
    ITG_TRY(run_part(w, group, p, -1, &all, views + (int64_t)p * all.n_dyads, raters, error));
  for (int32_t c = 0; c < f->n_categories; c++) ITG_TRY(run_part(w, group, -1, c, &all, NULL, NULL, error));
  if (f->n_professions) w->labels[w->profession_at] = "all";
  if (f->n_categories) w->labels[w->category_at] = "all";
  return f->n_professions >= 2 ? write_agreement(w, &all, views, error) : ITG_OK;
}

/* Columns of the estimates between `scale` and `n`. */
static itg_status open_estimates(writer *w, itg_error *error) {
  const itg_functional *f = w->f;
  static const char *const own[] = {"own_unit", "partners", "profession", "category", "unit", "partner", "direction",
                                   "organisation"};
  const char **names = itg_call_alloc(w->call, (size_t)f->groups.n_columns + 4, sizeof *names, error);
  w->labels = itg_call_alloc(w->call, (size_t)f->groups.n_columns + 4, sizeof *w->labels, error);
  if (!names || !w->labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < f->groups.n_columns; i++) {
    names[w->n_labels++] = f->groups.names[i];
    for (size_t k = 0; k < ITG_COUNT(own); k++)
      if (strcmp(f->groups.names[i], own[k]) == 0)
        return itg_fail(error, ITG_ERR_OPTION,
                        "'by' cannot hold '%s': results are by unit, partners (vertical, horizontal, intra, "
                        "inter), profession and category already; rename the column or leave it out of 'by'",
                        own[k]);
  }
  names[w->unit_at = w->n_labels++] = "own_unit";
  names[w->partners_at = w->n_labels++] = "partners";
  if (f->n_professions) names[w->profession_at = w->n_labels++] = "profession";
  if (f->n_categories) names[w->category_at = w->n_labels++] = "category";
  return itg_tidy_open(w->call->result, names, w->n_labels, &w->tidy, error);
}

static itg_status write_notes(const writer *w, itg_error *error) {
  const itg_functional *f = w->f;
  itg_result *result = w->call->result;
  ITG_TRY(itg_result_note(result, error,
                          "A pair of units counts with the %s over raters of each category, then the mean "
                          "over categories; rank is the mean over all rated partners, zeros included.",
                          w->median ? "median" : "mean"));
  if (w->n_blank)
    ITG_TRY(itg_result_note(result, error,
                            "%lld of %lld pairs of units are blank and leave every denominator.",
                            (long long)w->n_blank, (long long)w->n_dyads));
  if (w->n_untyped)
    ITG_TRY(itg_result_note(result, error,
                            "%lld pairs of units lack a direction or organisation and count among all "
                            "partners only.",
                            (long long)w->n_untyped));
  if (w->n_silent)
    ITG_TRY(itg_result_note(result, error,
                            "%lld units are rated but rate nobody; they stand in the matrix only.",
                            (long long)w->n_silent));
  if (f->n_words)
    ITG_TRY(itg_result_note(result, error,
                            "%lld ranks are words; their numbers are the user's, as none was published.",
                            (long long)f->n_words));
  if (f->n_ungrouped)
    ITG_TRY(itg_result_note(result, error, "%lld ratings lack a value of 'by' and were left out.",
                            (long long)f->n_ungrouped));
  if (f->n_replicates)
    ITG_TRY(itg_result_note(result, error,
                            "Intervals are percentiles of the %d replicates in the data, in which raters are drawn.",
                            (int)f->n_replicates));
  else if (f->counted)
    ITG_TRY(itg_result_note(result, error,
                            "Ratings are counts without raters, so there are no intervals; a state of cells with "
                            "replicates gives them."));
  if (w->plan.replicates)
    ITG_TRY(itg_result_note(result, error,
                            "Intervals are bootstrap percentiles of %d replicates within units: raters "
                            "resampled in %d units (two raters or more), partners in %d.",
                            w->plan.replicates, w->by_raters, w->by_dyads));
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  itg_functional f;
  writer w = {.call = call, .f = &f};
  ITG_TRY(itg_functional_read(call, &f, error));
  w.median = strcmp(itg_call_text(call, "consensus"), "median") == 0;
  if (f.counted && itg_call_given(call, "replicates") && itg_call_integer(call, "replicates"))
    return itg_fail_node(error, ITG_ERR_OPTION, itg_call_node(call, "replicates"),
                         "replicates cannot be drawn from counted ratings, which do not say who gave them; leave the "
                         "option out: intervals come from the role replicate");
  if (f.n_replicates && w.median)
    return itg_fail_node(error, ITG_ERR_OPTION, itg_call_node(call, "consensus"),
                         "rows with replicates hold means of raters; consensus: median needs the ratings, or a count of "
                         "each rank");
  w.plan = (itg_dyad_plan){.types = {true},
                           .replicates = f.counted ? 0 : (int)itg_call_integer(call, "replicates"),
                           .level = itg_call_number(call, "conf_level"),
                           .seed = call->seed,
                           .control = &call->control};
  ITG_TRY(open_estimates(&w, error));
  ITG_TRY(open_frames(&w, error));
  for (int32_t g = 0; g < f.groups.n_groups; g++) ITG_TRY(run_group(&w, g, error));
  return write_notes(&w, error);
}

const itg_measure itg_functional_integration_measure = {
    .name = "functional_integration",
    .title = "Scale of functional integration: how far units work together, as each of them sees it",
    .summary =
        "Takes a long table of ratings (one row per rater, unit, partner and category) and gives, for each "
        "unit, for all pairs of units pooled and as mean of units, and by type of partner: scope (percent "
        "of partners with a rank above 0), rank (mean over all rated partners, zeros included), optimum, "
        "gap (optimum - actual; negative is over-integration), over_integrated (percent of partners), "
        "received (what the others say of the unit), disagreement (declared - received over pairs rated "
        "from both sides) and its absolute size; scope to over_integrated by profession and category too; "
        "profession_difference and Kendall's W between professions. n counts pairs of units, or units for "
        "their mean; the disclosure rule of an evaluation counts raters (without a column rater, a unit or "
        "its profession is one). A blank pair leaves the denominator and is counted in n_missing. "
        "Intervals are bootstrap percentiles: within each unit its raters are resampled when it has two or "
        "more in the slice, else its partners; an interval that cannot be had carries its reason. Ratings "
        "of partitions come as rows with a count: what merged states of cells (means, with replicates of "
        "raters) or of patterns (counts of each rank) give.",
    .source =
        "Ahgren B, Axelsson R. Evaluating integrated health care: a model for measurement. Int J Integr "
        "Care 2005;5:e01 (PMC1395513): ratio scale 0 to 100, actual and optimum, scope and rank by "
        "vertical, horizontal, intra- and inter-organisational partners. Found was table 1 (20 units; 27 "
        "possible partners, by its percentages), and no numbers of the five states, so none is assumed: "
        "words need option `anchors`. That rank includes zeros, and that the printed mean row pools all "
        "partners, follows from the table. The table contradicts itself in places: the pooled scope of "
        "units A (printed 78, its parts give 74), D (74; 78 from vertical and horizontal) and R (70; 63 "
        "and 67); the pooled rank of I, N and O by direction (25, 17, 14; printed 24, 18, 16); units H, K, "
        "L and S have one or two partners less by organisation than by direction; unit M has 14 vertical "
        "and 6 inter-organisational partners; the mean of the 20 printed ranks is 14.7, printed is 12. "
        "Choices of ours: the sign of the gap, consensus over raters before the mean over categories, "
        "received view and disagreement, Kendall's W, and the bootstrap.",
    .counts = "ratings; the disclosure rule counts the raters behind them",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
