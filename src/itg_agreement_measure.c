/* itg_agreement_measure.c - layer 3: the measure `agreement`: how far raters agree on units, corrected for
 * chance.
 *
 * Ratings in -> patterns with counts -> coefficients (itg_chance.c), their errors or a bootstrap -> rows out.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_chance.h"
#include "itg_ratings.h"
#include "itg_score.h"
#include "itg_side_table.h"
#include "itg_special.h"
#include "itg_spread.h"
#include "itg_thread.h"

enum { MOST_CATEGORIES = 200, MOST_DISTANCES = 5000, BLOCK = 16, MANY_PATTERNS = 4096 };

static const itg_role roles[] = {ITG_RATING_ROLES("unit", "what is rated"), {0}};

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

static const itg_output outputs[] = {
    {"coefficients",
     "one row per estimate: name and source of the variant, raters, categories, observed and chance "
     "agreement (Krippendorff: disagreement), test, statistic, df, p_value, interval"},
    {"categories", "one row per category: ratings (n) and their share"},
    {0}};

/* ---- names ---- */

static const struct {
  const char *option, *scale, *plain, *weighted, *source;
} kinds[ITG_CHANCE_COUNT] = {
    {"cohen", "cohen_kappa", "Cohen's kappa", "Cohen's weighted kappa",
     "Cohen 1960, 1968; error: Fleiss, Cohen & Everitt 1969"},
    {"conger", "conger_kappa", "Conger's kappa", "Conger's weighted kappa", "Conger 1980; error: Gwet 2014"},
    {"fleiss", "fleiss_kappa", "Fleiss' kappa", "Fleiss' weighted kappa",
     "Fleiss 1971; units with unequal raters and error: Gwet 2014"},
    {"brennan_prediger", "brennan_prediger", "Brennan and Prediger's coefficient",
     "Brennan and Prediger's weighted coefficient", "Brennan & Prediger 1981; error: Gwet 2014"},
    {"gwet", "gwet_ac", "Gwet's AC1", "Gwet's AC2", "Gwet 2008, 2014"},
    {"krippendorff", "krippendorff_alpha", "Krippendorff's alpha", "Krippendorff's alpha",
     "Krippendorff 2011; error: Gwet 2014, the metric held fixed"},
    {"percent_agreement", "percent_agreement", "percent agreement", "weighted percent agreement",
     "mean over units of the share of agreeing pairs; error: Gwet 2014"}};

static const struct {
  const char *weights, *metric;
} metric_names[ITG_METRIC_COUNT] = {{"unweighted", "nominal metric"},
                                    {"linear weights", NULL},
                                    {"quadratic weights", "interval metric"},
                                    {"ordinal weights (Gwet)", "ordinal metric (Krippendorff)"},
                                    {"radical weights", NULL},
                                    {"ratio weights", "ratio metric"},
                                    {"circular weights", "circular metric"},
                                    {"bipolar weights", "bipolar metric"}};

static itg_metric metric_of(const char *word) {
  static const char *const words[] = {"unweighted", "linear", "quadratic", "ordinal",
                                      "radical",    "ratio",  "circular",  "bipolar"};
  if (strcmp(word, "interval") == 0) return ITG_METRIC_QUADRATIC;
  for (size_t i = 0; i < ITG_COUNT(words); i++)
    if (strcmp(words[i], word) == 0) return (itg_metric)i;
  return ITG_METRIC_NOMINAL;
}

/* ---- the plan ---- */

typedef struct wanted {
  itg_chance_kind kind;
  itg_metric metric;
  const char *weights; /* as the tables say it */
} wanted;

typedef struct agreement {
  itg_call *call;
  itg_ratings ratings;
  wanted *wanted;
  int n_wanted;
  double *weights; /* n_categories^2; NULL: too many categories, Krippendorff only */
  bool own_weights, bootstrap;
  int32_t replicates;
  double conf_level;
  itg_tidy tidy;
  itg_frame *coefficients, *categories;
  const char **labels; /* by columns, weights, category */
  int64_t n_single, n_undefined;
} agreement;

static bool is_listed(const itg_node *list, const char *word) {
  if (list->kind == ITG_NODE_SCALAR) return strcmp(list->text, word) == 0;
  for (int32_t i = 0; i < list->count; i++)
    if (strcmp(list->items[i].text, word) == 0) return true;
  return false;
}

static bool two_raters(const agreement *a) {
  for (int32_t g = 0; g < a->ratings.groups.n_groups; g++)
    if (a->ratings.sets[g].n_raters == 2) return true;
  return false;
}

/* Distances need an order, ratios need numbers from 0. */
static itg_status check_metric(const agreement *a, itg_metric metric, const char *option, itg_error *error) {
  const itg_ratings *r = &a->ratings;
  if (metric == ITG_METRIC_NOMINAL) return ITG_OK;
  if (metric >= ITG_METRIC_RATIO && r->n_categories > MOST_DISTANCES)
    return itg_fail(
        error, ITG_ERR_LIMIT,
        "option '%s': ratio, circular and bipolar distances are for at most %d different values, not %d; "
        "round them, or take the interval metric",
        option, (int)MOST_DISTANCES, (int)r->n_categories);
  if (!r->ordered)
    return itg_fail(
        error, ITG_ERR_OPTION,
        "option '%s' needs the order of the categories, which are words; list them in order in the option "
        "'categories'",
        option);
  if (metric != ITG_METRIC_RATIO) return ITG_OK;
  for (int32_t i = 0; i < r->n_categories; i++)
    if (!r->numbers || r->scores[i] < 0)
      return itg_fail(error, ITG_ERR_OPTION, "option '%s' ratio needs numbers from 0; '%.60s' is none",
                      option, r->categories[i]);
  return ITG_OK;
}

static itg_status push(agreement *a, itg_chance_kind kind, itg_metric metric, const char *weights) {
  a->wanted[a->n_wanted++] = (wanted){kind, metric, weights};
  return ITG_OK;
}

static itg_status push_metrics(agreement *a, itg_error *error) {
  const itg_node *list = itg_call_node(a->call, "metrics");
  if (!list) return push(a, ITG_CHANCE_KRIPPENDORFF, ITG_METRIC_NOMINAL, metric_names[0].metric);
  for (int32_t i = 0; i < (list->kind == ITG_NODE_LIST ? list->count : 1); i++) {
    itg_metric metric = metric_of(list->kind == ITG_NODE_LIST ? list->items[i].text : list->text);
    ITG_TRY(check_metric(a, metric, "metrics", error));
    ITG_TRY(push(a, ITG_CHANCE_KRIPPENDORFF, metric, metric_names[metric].metric));
  }
  return ITG_OK;
}

/* Option weight_matrix: as many rows of as many numbers as there are categories, symmetric. */
static itg_status read_matrix(agreement *a, const itg_node *rows, itg_error *error) {
  int32_t q = a->ratings.n_categories;
  bool disagreement = strcmp(itg_call_text(a->call, "weight_kind"), "disagreement") == 0;
  double most = 0;
  if (!itg_call_given(a->call, "categories"))
    return itg_fail_node(error, ITG_ERR_OPTION, rows,
                         "'weight_matrix' needs the option 'categories': their order");
  if (rows->kind != ITG_NODE_LIST || rows->count != q)
    return itg_fail_node(error, ITG_ERR_OPTION, rows,
                         "'weight_matrix' must be a list of %d rows, one per category", (int)q);
  for (int32_t i = 0; i < q; i++) {
    const itg_node *row = &rows->items[i];
    if (row->kind != ITG_NODE_LIST || row->count != q)
      return itg_fail_node(error, ITG_ERR_OPTION, row, "row %d of 'weight_matrix' must hold %d numbers",
                           (int)i + 1, (int)q);
    for (int32_t k = 0; k < q; k++) {
      double *w = &a->weights[i * q + k];
      if (!itg_node_number(&row->items[k], w) || !(*w >= 0) || isinf(*w) || (!disagreement && *w > 1))
        return itg_fail_node(error, ITG_ERR_OPTION, &row->items[k], "a weight must be a number from 0%s",
                             disagreement ? "" : " to 1");
      if (i == k && *w != !disagreement)
        return itg_fail_node(
            error, ITG_ERR_OPTION, &row->items[k],
            "a category must agree with itself: %d on the diagonal; see the option 'weight_kind'",
            (int)!disagreement);
      most = fmax(most, *w);
    }
  }
  for (int32_t i = 0; i < q; i++)
    for (int32_t k = 0; k < i; k++)
      if (a->weights[i * q + k] != a->weights[k * q + i])
        return itg_fail_node(error, ITG_ERR_OPTION, &rows->items[i],
                             "'weight_matrix' is not symmetric at row %d, column %d", (int)i + 1, (int)k + 1);
  for (int32_t i = 0; i < q * q && disagreement && most > 0; i++) a->weights[i] = 1 - a->weights[i] / most;
  return ITG_OK;
}

static itg_status make_weights(agreement *a, const char **name, itg_metric *metric, itg_error *error) {
  const itg_node *matrix = itg_call_node(a->call, "weight_matrix");
  int32_t q = a->ratings.n_categories;
  *metric = metric_of(itg_call_text(a->call, "weights"));
  *name = matrix ? "own weights" : metric_names[*metric].weights;
  if (q > MOST_CATEGORIES) return ITG_OK;
  a->weights = itg_call_alloc(a->call, (size_t)q * (size_t)q, sizeof *a->weights, error);
  if (!a->weights) return ITG_ERR_MEMORY;
  if (matrix) {
    if (itg_call_given(a->call, "weights"))
      return itg_fail_node(error, ITG_ERR_OPTION, matrix, "give either 'weights' or 'weight_matrix'");
    a->own_weights = true;
    return read_matrix(a, matrix, error);
  }
  ITG_TRY(check_metric(a, *metric, "weights", error));
  itg_weights_of_scores(*metric, a->ratings.scores, q, a->weights);
  return ITG_OK;
}

static itg_status make_plan(agreement *a, itg_error *error) {
  const itg_node *list = itg_call_node(a->call, "coefficients");
  const char *name;
  itg_metric metric;
  a->conf_level = itg_call_number(a->call, "conf_level");
  a->bootstrap = strcmp(itg_call_text(a->call, "interval"), "bootstrap") == 0;
  a->replicates = (int32_t)itg_call_integer(a->call, "replicates");
  a->wanted = itg_call_alloc(a->call, ITG_CHANCE_COUNT + ITG_METRIC_COUNT, sizeof *a->wanted, error);
  if (!a->wanted) return ITG_ERR_MEMORY;
  const itg_node *metrics = itg_call_node(a->call, "metrics");
  if (metrics && metrics->kind == ITG_NODE_LIST)
    for (int32_t i = 0; i < metrics->count; i++)
      for (int32_t k = 0; k < i; k++)
        if (strcmp(metrics->items[i].text, metrics->items[k].text) == 0)
          return itg_fail_node(error, ITG_ERR_OPTION, &metrics->items[i], "metric '%s' is listed twice",
                               metrics->items[i].text);
  ITG_TRY(make_weights(a, &name, &metric, error));
  for (int k = 0; k < ITG_CHANCE_COUNT; k++) {
    bool alpha = k == ITG_CHANCE_KRIPPENDORFF;
    if (list && !is_listed(list, kinds[k].option)) continue;
    if (!list && k == ITG_CHANCE_COHEN && !two_raters(a)) continue;
    if (alpha) {
      ITG_TRY(push_metrics(a, error));
    } else if (a->weights) {
      ITG_TRY(push(a, (itg_chance_kind)k, metric, name));
    } else if (list) {
      return itg_fail(
          error, ITG_ERR_LIMIT,
          "%d categories are too many for '%s', at most %d; are these measurements? then take krippendorff "
          "with metrics interval or ratio, or the measure icc",
          (int)a->ratings.n_categories, kinds[k].option, (int)MOST_CATEGORIES);
    }
  }
  if (!a->weights && itg_call_flag(a->call, "by_category"))
    return itg_fail(error, ITG_ERR_LIMIT, "%d categories are too many for 'by_category', at most %d",
                    (int)a->ratings.n_categories, (int)MOST_CATEGORIES);
  if (a->weights || list) return ITG_OK;
  return itg_result_note(a->call->result, error,
                         "%d categories are too many for coefficients other than Krippendorff's",
                         (int)a->ratings.n_categories);
}

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

/* Ratings of a group, as they are or one category against the rest. */
typedef struct slice {
  const itg_rating_set *set;
  const int32_t *codes;
  const double *scores, *weights;
  int32_t n_categories;
  bool whole;
  itg_rating_patterns patterns[2]; /* raters alike, by rater */
  itg_arena *arena;
} slice;

/* An estimate and how it was had. */
typedef struct figure {
  itg_chance_value value;
  double low, high, statistic, df, p_value;
  const char *test, *interval;
  itg_reason reason;
} figure;

static bool is_by_rater(itg_chance_kind kind) {
  return kind == ITG_CHANCE_COHEN || kind == ITG_CHANCE_CONGER;
}

static void set_test(figure *f, double error, double df) {
  f->statistic = f->value.value / error;
  f->df = df;
  f->p_value = 2 * (isnan(df) ? itg_normal_cdf(-fabs(f->statistic)) : itg_t_cdf(-fabs(f->statistic), df));
}

static void set_limits(figure *f, double factor, double least) {
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
static itg_status add_cohen_error(agreement *a, const slice *s, figure *f, itg_error *error) {
  int32_t q = s->n_categories;
  itg_coefficient c;
  double *counts = itg_arena_alloc(s->arena, (size_t)q * (size_t)q, sizeof *counts), chance;
  if (!counts) return itg_fail_memory(error);
  for (int32_t u = 0; u < s->set->n_units; u++) {
    const int32_t *pair = s->codes + 2 * (int64_t)u;
    if (pair[0] >= 0 && pair[1] >= 0) counts[pair[0] * q + pair[1]]++;
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
static void add_fleiss_test(const slice *s, figure *f) {
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

static itg_status add_error(agreement *a, const slice *s, const wanted *w, figure *f, itg_error *error) {
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

static itg_status write_row(agreement *a, const slice *s, const wanted *w, const char *category,
                            const figure *f, itg_error *error) {
  int n_by = a->ratings.groups.n_columns;
  const itg_chance_value *v = &f->value;
  bool weighted = strcmp(w->weights, "unweighted") != 0, plain = !weighted || !s->whole;
  a->labels[n_by] = s->whole                             ? w->weights
                    : w->kind == ITG_CHANCE_KRIPPENDORFF ? metric_names[0].metric
                                                         : metric_names[0].weights;
  a->labels[n_by + 1] = category;
  itg_estimate row = itg_estimate_of("agreement", kinds[w->kind].scale, a->labels,
                                     w->kind == ITG_CHANCE_PERCENT ? "proportion" : "coefficient");
  row.n = v->n;
  row.n_missing = s->set->n_units - v->n;
  row.estimate = v->value;
  row.std_error = v->std_error;
  row.conf_low = f->low;
  row.conf_high = f->high;
  row.reason = f->reason;
  ITG_TRY(itg_tidy_add(&a->tidy, &row, error));

  itg_frame *frame = a->coefficients;
  int64_t at = itg_frame_rows(frame);
  int column = n_by;
  const char *const texts[] = {plain ? kinds[w->kind].plain : kinds[w->kind].weighted, kinds[w->kind].source};
  const double numbers[] = {v->observed, v->chance};
  const double test[] = {f->statistic, f->df, f->p_value};
  ITG_TRY(itg_frame_resize(frame, at + 1, error));
  ITG_TRY(itg_side_table_label(frame, at, a->labels, n_by, error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, kinds[w->kind].scale, error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, a->labels[n_by], error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, category, error));
  for (size_t i = 0; i < ITG_COUNT(texts); i++)
    ITG_TRY(itg_frame_set_text(frame, at, column++, texts[i], error));
  itg_frame_set_int(frame, at, column++, s->set->n_raters);
  itg_frame_set_int(frame, at, column++, s->n_categories);
  for (size_t i = 0; i < ITG_COUNT(numbers); i++) itg_frame_set_double(frame, at, column++, numbers[i]);
  if (f->test) ITG_TRY(itg_frame_set_text(frame, at, column, f->test, error));
  column++;
  for (size_t i = 0; i < ITG_COUNT(test); i++) itg_frame_set_double(frame, at, column++, test[i]);
  return f->interval ? itg_frame_set_text(frame, at, column, f->interval, error) : ITG_OK;
}

/* The coefficients of a slice that share a table of patterns. */
static itg_status run_patterns(agreement *a, slice *s, bool by_rater, const int *chosen, int n_chosen,
                               figure *figures, itg_error *error) {
  itg_rating_patterns *patterns = &s->patterns[by_rater];
  itg_chance *chances = itg_arena_alloc(s->arena, (size_t)n_chosen, sizeof *chances);
  if (!chances) return itg_fail_memory(error);
  ITG_TRY(itg_rating_patterns_make(s->codes, s->set->n_units, s->set->n_raters, by_rater, &a->call->control,
                                   s->arena, patterns, error));
  for (int i = 0; i < n_chosen; i++) {
    const wanted *w = &a->wanted[chosen[i]];
    figure *f = &figures[chosen[i]];
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
    figure *f = &figures[chosen[i]];
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

static itg_status run_slice(agreement *a, slice *s, const char *category, itg_error *error) {
  figure *figures = itg_arena_alloc(s->arena, (size_t)a->n_wanted, sizeof *figures);
  int *chosen = itg_arena_alloc(s->arena, (size_t)a->n_wanted, sizeof *chosen);
  if (!figures || !chosen) return itg_fail_memory(error);
  for (int i = 0; i < a->n_wanted; i++)
    figures[i] = (figure){.low = NAN,
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
    const wanted *w = &a->wanted[i];
    bool apt = w->kind != ITG_CHANCE_COHEN || s->set->n_raters == 2;
    bool again = i && !s->whole && w->kind == ITG_CHANCE_KRIPPENDORFF && a->wanted[i - 1].kind == w->kind;
    if (again) continue; /* of two categories all metrics are one */
    if (apt && !a->bootstrap && s->patterns[0].n_units) ITG_TRY(add_error(a, s, w, &figures[i], error));
    ITG_TRY(write_row(a, s, w, category, &figures[i], error));
  }
  return ITG_OK;
}

static itg_status write_categories(agreement *a, const itg_rating_set *set, itg_error *error) {
  int32_t q = a->ratings.n_categories;
  int64_t cells = (int64_t)set->n_units * set->n_raters, total = cells - set->n_missing;
  int64_t first = itg_frame_rows(a->categories);
  int64_t *counts = itg_call_alloc(a->call, (size_t)q, sizeof *counts, error);
  if (!counts) return ITG_ERR_MEMORY;
  if (q > MOST_CATEGORIES) return ITG_OK;
  for (int64_t i = 0; i < cells; i++)
    if (set->codes[i] >= 0) counts[set->codes[i]]++;
  ITG_TRY(itg_frame_resize(a->categories, first + q, error));
  for (int32_t k = 0; k < q; k++) {
    int column = a->ratings.groups.n_columns;
    ITG_TRY(itg_side_table_label(a->categories, first + k, a->labels, column, error));
    ITG_TRY(itg_frame_set_text(a->categories, first + k, column++, a->ratings.categories[k], error));
    itg_frame_set_int(a->categories, first + k, column++, counts[k]);
    itg_frame_set_double(a->categories, first + k, column, total ? (double)counts[k] / (double)total : NAN);
  }
  return ITG_OK;
}

/* One category (1) against all others (0). */
static itg_status run_category(agreement *a, const itg_rating_set *set, int32_t category, itg_arena *arena,
                               itg_error *error) {
  static const double scores[] = {0, 1}, weights[] = {1, 0, 0, 1};
  int64_t cells = (int64_t)set->n_units * set->n_raters;
  int32_t *codes = itg_arena_alloc(arena, (size_t)cells, sizeof *codes);
  if (!codes) return itg_fail_memory(error);
  for (int64_t i = 0; i < cells; i++) codes[i] = set->codes[i] < 0 ? -1 : set->codes[i] == category;
  slice s = {
      .set = set, .codes = codes, .scores = scores, .weights = weights, .n_categories = 2, .arena = arena};
  return run_slice(a, &s, a->ratings.categories[category], error);
}

static itg_status run_group(agreement *a, int32_t group, itg_error *error) {
  const itg_ratings *r = &a->ratings;
  const itg_rating_set *set = &r->sets[group];
  itg_status status = ITG_OK;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  for (int i = 0; i < r->groups.n_columns; i++) a->labels[i] = r->groups.labels[group][i];
  slice whole = {.set = set,
                 .codes = set->codes,
                 .scores = r->scores,
                 .weights = a->weights,
                 .n_categories = r->n_categories,
                 .whole = true,
                 .arena = arena};
  status = run_slice(a, &whole, "all", error);
  for (int32_t p = 0; p < whole.patterns[0].n_patterns; p++)
    if (whole.patterns[0].ratings[p] < 2) a->n_single += whole.patterns[0].counts[p];
  a->n_single += status ? 0 : set->n_units - whole.patterns[0].n_units;
  if (!status) status = write_categories(a, set, error);
  itg_arena_free(arena);
  for (int32_t k = 0; k < r->n_categories && !status && itg_call_flag(a->call, "by_category"); k++) {
    if (!(arena = itg_arena_new())) return itg_fail_memory(error);
    status = run_category(a, set, k, arena, error);
    itg_arena_free(arena);
    if (!status) status = itg_check_stop(&a->call->control, 0, error);
  }
  return status;
}

/* ---- tables and notes ---- */

static itg_status open_tables(agreement *a, itg_error *error) {
  static const itg_side_column coefficients[] = {
      {"scale", ITG_TYPE_STRING},     {"weights", ITG_TYPE_STRING},   {"category", ITG_TYPE_STRING},
      {"name", ITG_TYPE_STRING},      {"source", ITG_TYPE_STRING},    {"raters", ITG_TYPE_INT64},
      {"categories", ITG_TYPE_INT64}, {"observed", ITG_TYPE_DOUBLE},  {"chance", ITG_TYPE_DOUBLE},
      {"test", ITG_TYPE_STRING},      {"statistic", ITG_TYPE_DOUBLE}, {"df", ITG_TYPE_DOUBLE},
      {"p_value", ITG_TYPE_DOUBLE},   {"interval", ITG_TYPE_STRING}};
  static const itg_side_column categories[] = {
      {"category", ITG_TYPE_STRING}, {"n", ITG_TYPE_INT64}, {"share", ITG_TYPE_DOUBLE}};
  const itg_groups *groups = &a->ratings.groups;
  int n_by = groups->n_columns;
  const char **names = itg_call_alloc(a->call, (size_t)n_by + 2, sizeof *names, error);
  a->labels = itg_call_alloc(a->call, (size_t)n_by + 2, sizeof *a->labels, error);
  if (!names || !a->labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < n_by; i++) names[i] = groups->names[i];
  names[n_by] = "weights";
  names[n_by + 1] = "category";
  ITG_TRY(itg_tidy_open(a->call->result, names, n_by + 2, &a->tidy, error));
  ITG_TRY(itg_side_table_open(a->call, groups, "coefficients", coefficients, ITG_COUNT(coefficients),
                              &a->coefficients, error));
  return itg_side_table_open(a->call, groups, "categories", categories, ITG_COUNT(categories), &a->categories,
                             error);
}

static itg_status write_notes(const agreement *a, itg_error *error) {
  itg_result *result = a->call->result;
  if (a->n_single)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld units have fewer than two ratings: they show no agreement, but their categories "
        "count for chance in all coefficients but Cohen's and Krippendorff's",
        (long long)a->n_single));
  if (a->n_undefined)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld bootstrap values are undefined (one category, or no unit with two ratings) and are "
        "left out",
        (long long)a->n_undefined));
  if (itg_call_given(a->call, "categories")) return ITG_OK;
  return itg_result_note(
      result, error,
      "The %d categories are those in the data; if more are possible, list all in `categories` "
      "(Gwet's and Brennan and Prediger's coefficients depend on their number)",
      (int)a->ratings.n_categories);
}

static itg_status run(itg_call *call, itg_error *error) {
  agreement a = {.call = call};
  ITG_TRY(itg_ratings_read(call, "unit", &a.ratings, error));
  int32_t most = 0;
  for (int32_t g = 0; g < a.ratings.groups.n_groups; g++)
    if (a.ratings.sets[g].n_raters > most) most = a.ratings.sets[g].n_raters;
  if (most < 2)
    return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, "data"), -1, NULL,
                       "there is one rater only; agreement needs two or more");
  ITG_TRY(open_tables(&a, error));
  ITG_TRY(make_plan(&a, error));
  for (int32_t g = 0; g < a.ratings.groups.n_groups; g++) {
    ITG_TRY(run_group(&a, g, error));
    ITG_TRY(itg_check_stop(&call->control, (double)(g + 1) / a.ratings.groups.n_groups, error));
  }
  return write_notes(&a, error);
}

const itg_measure itg_agreement_measure = {
    .name = "agreement",
    .title = "Agreement of raters on categories",
    .summary =
        "Units rated by two or more raters, wide (a row per unit, a column per rater) or long (a row per "
        "rating), with "
        "missing ratings. Per group: percent agreement, Cohen's kappa (two raters), Conger's, Fleiss' kappa, "
        "Brennan "
        "and Prediger's coefficient, Gwet's AC1 (AC2 with weights), Krippendorff's alpha, each with standard "
        "error and "
        "interval over units, by formula (t, n - 1 degrees of freedom, at most 1; Cohen: normal) or by "
        "bootstrap "
        "(percentile). n counts the units with two ratings at least, n_missing the others. Observed "
        "agreement is the "
        "mean over units of the share of agreeing pairs of ratings. A coefficient is missing ('no variance') "
        "where "
        "only one category occurs. Two things are called ordinal: Gwet's weights fall with the number of "
        "categories "
        "between two ratings and serve all coefficients but Krippendorff's; Krippendorff's metric grows with "
        "the "
        "number of ratings between. Quadratic weights are his interval metric.",
    .source =
        "Cohen, Educ Psychol Meas 1960;20:37-46, Psychol Bull 1968;70:213-20; Fleiss, Psychol Bull "
        "1971;76:378-82; "
        "Fleiss, Cohen & Everitt, Psychol Bull 1969;72:323-7; Fleiss, Nee & Landis, Psychol Bull "
        "1979;86:974-7; Conger, "
        "Psychol Bull 1980;88:322-8; Brennan & Prediger, Educ Psychol Meas 1981;41:687-99; Gwet, Br J Math "
        "Stat Psychol "
        "2008;61:29-48, Handbook of Inter-Rater Reliability 2014; Krippendorff, Computing Krippendorff's "
        "Alpha-Reliability 2011. Choices of ours: a unit with one rating counts for chance (as Gwet; the R "
        "package irr "
        "drops units with any gap); alpha is missing, not 1, when one category occurs; Krippendorff's error "
        "holds the "
        "metric fixed, so the bootstrap is better for the ordinal one; the circumference of the circular "
        "distance is "
        "highest - lowest + 1.",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
