/* itg_agreement_plan.c - layer 3: which coefficients of agreement are wanted, with which weights or
 * metric. */
#include <math.h>
#include <string.h>

#include "itg_agreement_measure.h"

/* ---- names ---- */

const itg_agreement_kind itg_agreement_kinds[ITG_CHANCE_COUNT] = {
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

const itg_agreement_metric itg_agreement_metrics[ITG_METRIC_COUNT] = {{"unweighted", "nominal metric"},
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

static bool is_listed(const itg_node *list, const char *word) {
  if (list->kind == ITG_NODE_SCALAR) return strcmp(list->text, word) == 0;
  for (int32_t i = 0; i < list->count; i++)
    if (strcmp(list->items[i].text, word) == 0) return true;
  return false;
}

static bool two_raters(const itg_agreement *a) {
  for (int32_t g = 0; g < a->ratings.groups.n_groups; g++)
    if (a->ratings.sets[g].n_raters == 2) return true;
  return false;
}

/* Distances need an order, ratios need numbers from 0. */
static itg_status check_metric(const itg_agreement *a, itg_metric metric, const char *option,
                               itg_error *error) {
  const itg_ratings *r = &a->ratings;
  if (metric == ITG_METRIC_NOMINAL) return ITG_OK;
  if (metric >= ITG_METRIC_RATIO && r->n_categories > ITG_AGREEMENT_DISTANCES)
    return itg_fail(
        error, ITG_ERR_LIMIT,
        "option '%s': ratio, circular and bipolar distances are for at most %d different values, not %d; "
        "round them, or take the interval metric",
        option, (int)ITG_AGREEMENT_DISTANCES, (int)r->n_categories);
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

static itg_status push(itg_agreement *a, itg_chance_kind kind, itg_metric metric, const char *weights) {
  a->wanted[a->n_wanted++] = (itg_agreement_wanted){kind, metric, weights};
  return ITG_OK;
}

static itg_status push_metrics(itg_agreement *a, itg_error *error) {
  const itg_node *list = itg_call_node(a->call, "metrics");
  if (!list) return push(a, ITG_CHANCE_KRIPPENDORFF, ITG_METRIC_NOMINAL, itg_agreement_metrics[0].metric);
  for (int32_t i = 0; i < (list->kind == ITG_NODE_LIST ? list->count : 1); i++) {
    itg_metric metric = metric_of(list->kind == ITG_NODE_LIST ? list->items[i].text : list->text);
    ITG_TRY(check_metric(a, metric, "metrics", error));
    ITG_TRY(push(a, ITG_CHANCE_KRIPPENDORFF, metric, itg_agreement_metrics[metric].metric));
  }
  return ITG_OK;
}

/* Option weight_matrix: as many rows of as many numbers as there are categories, symmetric. */
static itg_status read_matrix(itg_agreement *a, const itg_node *rows, itg_error *error) {
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

static itg_status make_weights(itg_agreement *a, const char **name, itg_metric *metric, itg_error *error) {
  const itg_node *matrix = itg_call_node(a->call, "weight_matrix");
  int32_t q = a->ratings.n_categories;
  *metric = metric_of(itg_call_text(a->call, "weights"));
  *name = matrix ? "own weights" : itg_agreement_metrics[*metric].weights;
  if (q > ITG_AGREEMENT_CATEGORIES) return ITG_OK;
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

itg_status itg_agreement_plan(itg_agreement *a, itg_error *error) {
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
    if (list && !is_listed(list, itg_agreement_kinds[k].option)) continue;
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
          (int)a->ratings.n_categories, itg_agreement_kinds[k].option, (int)ITG_AGREEMENT_CATEGORIES);
    }
  }
  if (!a->weights && itg_call_flag(a->call, "by_category"))
    return itg_fail(error, ITG_ERR_LIMIT, "%d categories are too many for 'by_category', at most %d",
                    (int)a->ratings.n_categories, (int)ITG_AGREEMENT_CATEGORIES);
  if (a->weights || list) return ITG_OK;
  return itg_result_note(a->call->result, error,
                         "%d categories are too many for coefficients other than Krippendorff's",
                         (int)a->ratings.n_categories);
}
