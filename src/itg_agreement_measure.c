/* itg_agreement_measure.c - layer 3: the measure `agreement`: how far raters agree on units, corrected for
 * chance.
 *
 * Ratings in -> patterns with counts -> coefficients (itg_chance.c), their errors or a bootstrap -> rows out.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_agreement_measure.h"
#include "itg_special.h"
#include "itg_spread.h"
#include "itg_thread.h"

enum { BLOCK = 16, MANY_PATTERNS = 4096 };

static const itg_role roles[] = {ITG_RATING_ROLES("unit", "what is rated"), ITG_RATING_COUNT, {0}};

#define COEFFICIENTS "cohen|conger|fleiss|brennan_prediger|gwet|krippendorff|percent_agreement"

static const itg_field options[] = {
    {"coefficients", ITG_FIELD_TEXTS, false, NULL, COEFFICIENTS, 0, 0, NULL,
     "those that are wanted; default: all, cohen with two raters only"},
    ITG_OPTION_CATEGORIES,
    {"weights", ITG_FIELD_TEXT, false, "unweighted",
     "unweighted|linear|quadratic|ordinal|radical|ratio|circular|bipolar", 0, 0, NULL,
     "partial agreement in all coefficients but Krippendorff's; ordinal: Gwet's weights by the number of "
     "categories between"},
    {"weight_matrix", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "own weights instead: a list of rows, categories in the order of option categories"},
    {"weight_kind", ITG_FIELD_TEXT, false, "agreement", "agreement|disagreement", 0, 0, NULL,
     "what weight_matrix holds; disagreement v becomes 1 - v / max v before anything else"},
    {"metrics", ITG_FIELD_TEXTS, false, "nominal", "nominal|ordinal|interval|ratio|circular|bipolar", 0, 0,
     NULL,
     "Krippendorff's difference functions; ordinal: by the number of ratings between, which is not Gwet's"},
    {"by_category", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL,
     "each coefficient also for each category against all others"},
    {"interval", ITG_FIELD_TEXT, false, "analytic", "analytic|bootstrap", 0, 0, NULL,
     "errors over units by formula, or percentile limits of a bootstrap over units"},
    {"replicates", ITG_FIELD_INTEGER, false, "1000", NULL, 2, 100000, NULL, "bootstrap replicates"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_need needs[] = {{"replicates", "interval", "bootstrap"},
                                 {0}};

static const itg_output outputs[] = {
    {"coefficients",
     "one row per estimate: name and source of the variant, raters, categories, observed and chance "
     "agreement (Krippendorff: disagreement), test, statistic, df, p_value, interval"},
    {"categories", "one row per category: ratings (n) and their share"},
    {0}};

/* ---- bootstrap ---- */

typedef struct bootstrap {
  const itg_chance *chances;
  int n_chances;
  itg_rating_draws draws;
  uint64_t seed;
  int32_t replicates, block;
  double *values; /* n_chances x replicates */
} bootstrap;

static itg_status draw_block(void *payload, int64_t index, itg_error *error) {
  bootstrap *b = payload;
  itg_status status = ITG_OK;
  size_t size = 0;
  for (int c = 0; c < b->n_chances; c++)
    if (itg_chance_scratch(&b->chances[c]) > size) size = itg_chance_scratch(&b->chances[c]);
  int64_t *counts = itg_alloc((size_t)b->draws.patterns->n_patterns, sizeof *counts);
  double *scratch = itg_alloc(size, sizeof *scratch);
  if (!counts || !scratch) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (int64_t r = index * b->block; r < (index + 1) * b->block && r < b->replicates; r++) {
    itg_rating_draws_count(&b->draws, b->seed, (uint32_t)r, counts);
    for (int c = 0; c < b->n_chances; c++) {
      itg_chance_value v;
      itg_chance_value_of(&b->chances[c], counts, false, scratch, &v);
      b->values[(int64_t)c * b->replicates + r] = v.value;
    }
  }
out:
  free(counts);
  free(scratch);
  return status;
}

/* ---- one set of ratings ---- */

static bool is_by_rater(itg_chance_kind kind) {
  return kind == ITG_CHANCE_COHEN || kind == ITG_CHANCE_CONGER;
}

static void set_test(itg_agreement_figure *f, double error, double df) {
  f->statistic = f->value.value / error;
  f->df = df;
  f->p_value = 2 * (isnan(df) ? itg_normal_cdf(-fabs(f->statistic)) : itg_t_cdf(-fabs(f->statistic), df));
}

static void set_limits(itg_agreement_figure *f, double factor, double least) {
  const itg_chance_value *v = &f->value;
  f->reason = v->reason;
  if (isnan(v->value)) return;
  f->reason = isnan(v->std_error) ? ITG_REASON_TOO_FEW : ITG_REASON_NO_VARIANCE;
  if (!(v->std_error > 1e-12)) return;
  f->reason = ITG_REASON_PRESENT;
  f->low = fmax(v->value - factor * v->std_error, least);
  f->high = fmin(v->value + factor * v->std_error, 1);
}

/* Cohen's kappa by the table of pairs, its error of 1969. */
static itg_status add_cohen_error(itg_agreement *a, const itg_agreement_slice *s, itg_agreement_figure *f,
                                  itg_error *error) {
  int32_t q = s->n_categories;
  itg_coefficient c;
  double *counts = itg_arena_alloc(s->arena, (size_t)q * (size_t)q, sizeof *counts), chance;
  if (!counts) return itg_fail_memory(error);
  for (int32_t u = 0; u < s->set->n_units; u++) {
    const int32_t *pair = s->codes + 2 * (int64_t)u;
    if (pair[0] >= 0 && pair[1] >= 0)
      counts[pair[0] * q + pair[1]] += (double)itg_rating_set_count(s->set, u);
  }
  ITG_TRY(itg_kappa_of_pairs(counts, q, s->weights, a->conf_level, &c, error));
  ITG_TRY(itg_kappa_chance_error(counts, q, s->weights, &chance, error));
  f->value.value = c.value;
  f->value.std_error = c.std_error;
  f->interval = "normal";
  set_limits(f, itg_normal_quantile(0.5 + a->conf_level / 2), -1);
  if (!(chance > 0) || isnan(c.value)) return ITG_OK;
  f->test = "z, error under chance (Fleiss, Cohen & Everitt 1969)";
  set_test(f, chance, NAN);
  return ITG_OK;
}

/* Fleiss' test: unweighted, and every unit has as many ratings. */
static void add_fleiss_test(const itg_agreement_slice *s, itg_agreement_figure *f) {
  const itg_rating_patterns *p = &s->patterns[0];
  double n = (double)p->n_units, m = p->ratings[0], squares = 0, cubes = 0;
  for (int32_t i = 1; i < p->n_patterns; i++)
    if (p->ratings[i] != p->ratings[0]) return;
  for (int32_t k = 0; k < s->n_categories; k++) {
    double share = 0;
    for (int32_t i = 0; i < p->n_patterns; i++)
      for (int32_t c = p->start[i]; c < p->start[i + 1]; c++)
        if (p->cells[c].category == k) share += (double)p->counts[i] * p->cells[c].count;
    share /= n * m;
    squares += share * (1 - share);
    cubes += share * (1 - share) * (1 - 2 * share);
  }
  f->test = "z, error under chance (Fleiss, Nee & Landis 1979)";
  set_test(f, sqrt(2 / (n * m * (m - 1)) * (squares * squares - cubes)) / squares, NAN);
}

static itg_status add_error(itg_agreement *a, const itg_agreement_slice *s, const itg_agreement_wanted *w,
                            itg_agreement_figure *f, itg_error *error) {
  itg_chance_value *v = &f->value;
  if (w->kind == ITG_CHANCE_COHEN) return add_cohen_error(a, s, f, error);
  double df = (double)v->n_all - 1;
  f->interval = "t";
  set_limits(f, df > 0 ? itg_t_quantile(0.5 + a->conf_level / 2, df) : NAN,
             w->kind == ITG_CHANCE_PERCENT ? 0 : -INFINITY);
  if (isnan(v->value) || w->kind == ITG_CHANCE_PERCENT) return ITG_OK;
  if (w->kind == ITG_CHANCE_FLEISS && w->metric == ITG_METRIC_NOMINAL && !a->own_weights)
    add_fleiss_test(s, f);
  if (f->test || f->reason) return ITG_OK;
  f->test = "t, estimate over its error";
  set_test(f, v->std_error, df);
  return ITG_OK;
}

/* The coefficients of a slice that share a table of patterns. */
static itg_status run_patterns(itg_agreement *a, itg_agreement_slice *s, bool by_rater, const int *chosen,
                               int n_chosen, itg_agreement_figure *figures, itg_error *error) {
  itg_rating_patterns *patterns = &s->patterns[by_rater];
  itg_chance *chances = itg_arena_alloc(s->arena, (size_t)n_chosen, sizeof *chances);
  if (!chances) return itg_fail_memory(error);
  ITG_TRY(itg_rating_patterns_make(s->codes, s->set->counts, s->set->n_units, s->set->n_raters, by_rater,
                                   &a->call->control, s->arena, patterns, error));
  for (int i = 0; i < n_chosen; i++) {
    const itg_agreement_wanted *w = &a->wanted[chosen[i]];
    itg_agreement_figure *f = &figures[chosen[i]];
    ITG_TRY(itg_chance_make(w->kind, s->whole ? w->metric : ITG_METRIC_NOMINAL, s->weights, s->scores,
                            s->n_categories, patterns, s->arena, &chances[i], error));
    double *scratch = itg_arena_alloc(s->arena, itg_chance_scratch(&chances[i]), sizeof *scratch);
    if (!scratch) return itg_fail_memory(error);
    itg_chance_value_of(&chances[i], patterns->counts, !a->bootstrap, scratch, &f->value);
    f->reason = f->value.reason;
  }
  if (!a->bootstrap || !patterns->n_units) return ITG_OK;
  bootstrap b = {
      .chances = chances,
      .n_chances = n_chosen,
      .seed = a->call->seed,
      .replicates = a->replicates,
      .block = patterns->n_patterns > MANY_PATTERNS ? 1 : BLOCK,
      .values = itg_arena_alloc(s->arena, (size_t)n_chosen * (size_t)a->replicates, sizeof *b.values)};
  if (!b.values) return itg_fail_memory(error);
  ITG_TRY(itg_rating_draws_make(patterns, s->arena, &b.draws, error));
  ITG_TRY(itg_parallel(&a->call->control, (a->replicates + b.block - 1) / b.block, draw_block, &b, error));
  for (int i = 0; i < n_chosen; i++) {
    itg_agreement_figure *f = &figures[chosen[i]];
    double *values = b.values + (int64_t)i * a->replicates;
    if (isnan(f->value.value)) continue;
    for (int32_t r = 0; r < a->replicates; r++) a->n_undefined += isnan(values[r]);
    itg_spread spread = itg_spread_of(values, a->replicates, a->conf_level);
    f->value.std_error = spread.std_error;
    f->low = spread.low;
    f->high = spread.high;
    f->reason = spread.reason;
    f->interval = "bootstrap, percentile";
  }
  return ITG_OK;
}

static itg_status run_slice(itg_agreement *a, itg_agreement_slice *s, const char *category,
                            itg_error *error) {
  itg_agreement_figure *figures = itg_arena_alloc(s->arena, (size_t)a->n_wanted, sizeof *figures);
  int *chosen = itg_arena_alloc(s->arena, (size_t)a->n_wanted, sizeof *chosen);
  if (!figures || !chosen) return itg_fail_memory(error);
  for (int i = 0; i < a->n_wanted; i++)
    figures[i] = (itg_agreement_figure){.low = NAN,
                          .high = NAN,
                          .statistic = NAN,
                          .df = NAN,
                          .p_value = NAN,
                          .value = {0, 0, NAN, NAN, NAN, NAN, ITG_REASON_NOT_APPLICABLE},
                          .reason = ITG_REASON_NOT_APPLICABLE};
  for (int by_rater = 0; by_rater < 2; by_rater++) {
    int n = 0;
    for (int i = 0; i < a->n_wanted; i++) {
      bool cohen = a->wanted[i].kind == ITG_CHANCE_COHEN;
      if (is_by_rater(a->wanted[i].kind) == by_rater && !(cohen && s->set->n_raters != 2)) chosen[n++] = i;
    }
    if (n || !by_rater) ITG_TRY(run_patterns(a, s, by_rater, chosen, n, figures, error));
  }
  for (int i = 0; i < a->n_wanted; i++) {
    const itg_agreement_wanted *w = &a->wanted[i];
    bool apt = w->kind != ITG_CHANCE_COHEN || s->set->n_raters == 2;
    bool again = i && !s->whole && w->kind == ITG_CHANCE_KRIPPENDORFF && a->wanted[i - 1].kind == w->kind;
    if (again) continue; /* of two categories all metrics are one */
    if (apt && !a->bootstrap && s->patterns[0].n_units) ITG_TRY(add_error(a, s, w, &figures[i], error));
    ITG_TRY(itg_agreement_write_figure(a, s, w, category, &figures[i], error));
  }
  return ITG_OK;
}

/* One category (1) against all others (0). */
static itg_status run_category(itg_agreement *a, const itg_rating_set *set, int32_t category,
                               itg_arena *arena, itg_error *error) {
  static const double scores[] = {0, 1}, weights[] = {1, 0, 0, 1};
  int64_t cells = (int64_t)set->n_units * set->n_raters;
  int32_t *codes = itg_arena_alloc(arena, (size_t)cells, sizeof *codes);
  if (!codes) return itg_fail_memory(error);
  for (int64_t i = 0; i < cells; i++) codes[i] = set->codes[i] < 0 ? -1 : set->codes[i] == category;
  itg_agreement_slice s = {
      .set = set, .codes = codes, .scores = scores, .weights = weights, .n_categories = 2, .arena = arena};
  return run_slice(a, &s, a->ratings.categories[category], error);
}

static itg_status run_group(void *payload, int32_t group, itg_error *error) {
  itg_agreement *a = payload;
  const itg_ratings *r = &a->ratings;
  const itg_rating_set *set = &r->sets[group];
  itg_status status = ITG_OK;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  for (int i = 0; i < r->groups.n_columns; i++) a->labels[i] = r->groups.labels[group][i];
  itg_agreement_slice whole = {.set = set,
                 .codes = set->codes,
                 .scores = r->scores,
                 .weights = a->weights,
                 .n_categories = r->n_categories,
                 .whole = true,
                 .arena = arena};
  status = run_slice(a, &whole, "all", error);
  for (int32_t p = 0; p < whole.patterns[0].n_patterns; p++)
    if (whole.patterns[0].ratings[p] < 2) a->n_single += whole.patterns[0].counts[p];
  a->n_single += status ? 0 : set->n_all - whole.patterns[0].n_units;
  if (!status) status = itg_agreement_write_categories(a, set, error);
  itg_arena_free(arena);
  for (int32_t k = 0; k < r->n_categories && !status && itg_call_flag(a->call, "by_category"); k++) {
    if (!(arena = itg_arena_new())) return itg_fail_memory(error);
    status = run_category(a, set, k, arena, error);
    itg_arena_free(arena);
    if (!status) status = itg_check_stop(&a->call->control, 0, error);
  }
  return status;
}

static itg_status run(itg_call *call, itg_error *error) {
  itg_agreement a = {.call = call};
  ITG_TRY(itg_ratings_read(call, "unit", &a.ratings, error));
  ITG_TRY(itg_ratings_need_two_raters(call, &a.ratings, NULL, error));
  ITG_TRY(itg_agreement_open(&a, error));
  ITG_TRY(itg_agreement_plan(&a, error));
  ITG_TRY(itg_ratings_by_group(call, &a.ratings, run_group, &a, error));
  return itg_agreement_write_notes(&a, error);
}

const itg_measure itg_agreement_measure = {
    .name = "agreement",
    .title = "Agreement of raters on categories",
    .summary =
        "Units rated by two or more raters, wide (a row per unit, a column per rater) or long (a row per "
        "rating), with missing ratings. Per group: percent agreement, Cohen's kappa (two raters), Conger's, "
        "Fleiss' kappa, Brennan and Prediger's coefficient, Gwet's AC1 (AC2 with weights), Krippendorff's "
        "alpha, each with standard error and interval over units, by formula (t, n - 1 degrees of freedom, "
        "at most 1; Cohen: normal) or by bootstrap (percentile). n counts the units with two ratings at "
        "least, n_missing the others. Observed agreement is the mean over units of the share of agreeing "
        "pairs of ratings. A coefficient is missing ('no variance') where only one category occurs. Two "
        "things are called ordinal: Gwet's weights fall with the number of categories between two ratings "
        "and serve all coefficients but Krippendorff's; Krippendorff's metric grows with the number of "
        "ratings between. Quadratic weights are his interval metric.",
    .source =
        "Cohen, Educ Psychol Meas 1960;20:37-46, Psychol Bull 1968;70:213-20; Fleiss, Psychol Bull "
        "1971;76:378-82; Fleiss, Cohen & Everitt, Psychol Bull 1969;72:323-7; Fleiss, Nee & Landis, Psychol "
        "Bull 1979;86:974-7; Conger, Psychol Bull 1980;88:322-8; Brennan & Prediger, Educ Psychol Meas "
        "1981;41:687-99; Gwet, Br J Math Stat Psychol 2008;61:29-48, Handbook of Inter-Rater Reliability "
        "2014; Krippendorff, Computing Krippendorff's Alpha-Reliability 2011. Choices of ours: a unit with "
        "one rating counts for chance (as Gwet; the R package irr drops units with any gap); alpha is "
        "missing, not 1, when one category occurs; Krippendorff's error holds the metric fixed, so the "
        "bootstrap is better for the ordinal one; the circumference of the circular distance is highest - "
        "lowest + 1.",
    .counts = "units with two ratings at least",
    .persons = true,
    .roles = roles,
    .options = options,
    .needs = needs,
    .outputs = outputs,
    .groups = true,
    .run = run};
