/* itg_composite_read.c - layer 3: indicators of sites, their weights and directions; normalisation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_composite.h"
#include "itg_sort.h"
#include "itg_sum.h"

static const char *const norm_names[] = {"minmax", "z", "target", "goalposts", "rank", "percentile", "none"};
static const char *const mean_names[] = {"arithmetic", "geometric", "harmonic", "penalty"};

const char *itg_norm_name(itg_norm norm) { return norm_names[norm]; }
const char *itg_mean_name(itg_mean mean) { return mean_names[mean]; }

/* ---- options by indicator ---- */

static int find(const char *const *names, int n, const char *name) {
  for (int i = 0; i < n; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

static itg_status fail_name(const itg_node *node, const char *key, const char *name, const char *const *names,
                            int n, const char *what, itg_error *error) {
  const char *near = itg_suggest(name, names, (size_t)n);
  return itg_fail_node(error, ITG_ERR_OPTION, node, "option '%s': there is no %s '%.80s'%s%s%s", key, what,
                       name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static itg_status read_map(const itg_composite *c, const char *key, const char *const *names, int n,
                           const char *what, double *out, itg_error *error) {
  const itg_node *map = itg_call_node(c->call, key);
  for (int32_t k = 0; map && k < map->count; k++) {
    int at = find(names, n, map->keys[k]);
    if (at < 0) return fail_name(&map->items[k], key, map->keys[k], names, n, what, error);
    itg_node_number(&map->items[k], &out[at]);
  }
  return ITG_OK;
}

static itg_status read_weights(const itg_composite *c, const char *key, const char *const *names, int n,
                               const char *what, double *out, itg_error *error) {
  double all = 0;
  for (int i = 0; i < n; i++) out[i] = 1;
  ITG_TRY(read_map(c, key, names, n, what, out, error));
  for (int i = 0; i < n; i++) all += out[i];
  if (!(all > 0))
    return itg_fail(error, ITG_ERR_OPTION, "option '%s': all weights are 0; one must be above", key);
  return ITG_OK;
}

static itg_status read_lower(itg_composite *c, itg_error *error) {
  const itg_node *list = itg_call_node(c->call, "lower");
  for (int i = 0; i < c->n_indicators; i++) c->sign[i] = 1;
  for (int i = 0; list && i < (list->kind == ITG_NODE_LIST ? list->count : 1); i++) {
    const itg_node *node = list->kind == ITG_NODE_LIST ? &list->items[i] : list;
    int at = find(c->indicators, c->n_indicators, node->text);
    if (at < 0)
      return fail_name(node, "lower", node->text, c->indicators, c->n_indicators, "indicator", error);
    c->sign[at] = -1;
  }
  return ITG_OK;
}

static itg_status read_goalposts(itg_composite *c, itg_error *error) {
  const itg_node *map = itg_call_node(c->call, "goalposts");
  for (int i = 0; i < c->n_indicators; i++) c->low[i] = c->high[i] = NAN;
  if (map && map->kind != ITG_NODE_MAP)
    return itg_fail_node(error, ITG_ERR_OPTION, map, "option 'goalposts' is a map, such as {beds: [10, 40]}");
  for (int32_t k = 0; map && k < map->count; k++) {
    const itg_node *pair = &map->items[k];
    int at = find(c->indicators, c->n_indicators, map->keys[k]);
    if (at < 0)
      return fail_name(pair, "goalposts", map->keys[k], c->indicators, c->n_indicators, "indicator", error);
    if (pair->kind != ITG_NODE_LIST || pair->count != 2 || !itg_node_number(&pair->items[0], &c->low[at]) ||
        !itg_node_number(&pair->items[1], &c->high[at]) || !(c->low[at] < c->high[at]))
      return itg_fail_node(error, ITG_ERR_OPTION, pair,
                           "option 'goalposts': '%.80s' needs two rising numbers, such as [10, 40]",
                           map->keys[k]);
  }
  return ITG_OK;
}

/* Option dimensions: from a dimension to its indicators; every indicator stands in one. */
static itg_status read_dimensions(itg_composite *c, itg_error *error) {
  const itg_node *map = itg_call_node(c->call, "dimensions");
  if (map && (map->kind != ITG_NODE_MAP || !map->count))
    return itg_fail_node(error, ITG_ERR_OPTION, map,
                         "option 'dimensions' is a map from dimension to its indicators");
  c->n_dimensions = map ? map->count : 1;
  c->dimensions = itg_call_alloc(c->call, (size_t)c->n_dimensions, sizeof *c->dimensions, error);
  c->dimension_weights =
      itg_call_alloc(c->call, (size_t)c->n_dimensions, sizeof *c->dimension_weights, error);
  if (!c->dimensions || !c->dimension_weights) return ITG_ERR_MEMORY;
  c->dimensions[0] = "all";
  for (int i = 0; i < c->n_indicators; i++) c->dimension_of[i] = map ? -1 : 0;
  for (int32_t k = 0; map && k < map->count; k++) {
    const itg_node *list = &map->items[k];
    c->dimensions[k] = map->keys[k];
    if (strcmp(map->keys[k], "all") == 0)
      return itg_fail_node(error, ITG_ERR_OPTION, list,
                           "option 'dimensions': 'all' is the name of the total");
    for (int i = 0; i < (list->kind == ITG_NODE_LIST ? list->count : 1); i++) {
      const itg_node *node = list->kind == ITG_NODE_LIST ? &list->items[i] : list;
      const char *name = node->kind == ITG_NODE_SCALAR ? node->text : "";
      int at = find(c->indicators, c->n_indicators, name);
      if (at < 0)
        return fail_name(node, "dimensions", name, c->indicators, c->n_indicators, "indicator", error);
      if (c->dimension_of[at] >= 0)
        return itg_fail_node(error, ITG_ERR_OPTION, node, "indicator '%.80s' stands in two dimensions", name);
      c->dimension_of[at] = k;
    }
  }
  for (int i = 0; i < c->n_indicators; i++)
    if (c->dimension_of[i] < 0)
      return itg_fail_node(error, ITG_ERR_OPTION, map, "indicator '%.80s' stands in no dimension",
                           c->indicators[i]);
  int at = 0;
  c->order = itg_call_alloc(c->call, (size_t)c->n_indicators, sizeof *c->order, error);
  c->starts = itg_call_alloc(c->call, (size_t)c->n_dimensions + 1, sizeof *c->starts, error);
  if (!c->order || !c->starts) return ITG_ERR_MEMORY;
  for (int d = 0; d < c->n_dimensions; d++) {
    c->starts[d] = at;
    for (int i = 0; i < c->n_indicators; i++)
      if (c->dimension_of[i] == d) c->order[at++] = i;
  }
  c->starts[c->n_dimensions] = at;
  if (!map && itg_call_given(c->call, "dimension_weights"))
    return itg_fail(error, ITG_ERR_OPTION, "option 'dimension_weights' needs the option 'dimensions'");
  return read_weights(c, "dimension_weights", c->dimensions, c->n_dimensions, "dimension",
                      c->dimension_weights, error);
}

/* ---- input ---- */

static itg_status read_values(itg_composite *c, itg_error *error) {
  const itg_column *const *columns;
  const itg_table *table = itg_call_table(c->call, "data");
  size_t n = (size_t)(c->n_indicators = itg_call_columns(c->call, "indicators", &columns));
  if (!table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  c->n_rows = table->n_rows;
  c->indicators = itg_call_alloc(c->call, n, sizeof *c->indicators, error);
  c->values = itg_call_alloc(c->call, n, sizeof *c->values, error);
  double *numbers = itg_call_alloc(c->call, n, 5 * sizeof *numbers, error);
  c->dimension_of = itg_call_alloc(c->call, n, sizeof *c->dimension_of, error);
  if (!c->indicators || !c->values || !numbers || !c->dimension_of) return ITG_ERR_MEMORY;
  c->weights = numbers;
  c->sign = numbers + n;
  c->target = numbers + 2 * n;
  c->low = numbers + 3 * n;
  c->high = numbers + 4 * n;
  bool any = false;
  for (int i = 0; i < c->n_indicators; i++) {
    uint8_t *reasons;
    c->indicators[i] = columns[i]->name;
    c->target[i] = NAN;
    ITG_TRY(itg_call_numbers_at(c->call, "indicators", i, &c->values[i], &reasons, error));
    for (int64_t row = 0; row < c->n_rows && !any; row++) any = !isnan(c->values[i][row]);
  }
  if (!any) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "every value is missing");
  return ITG_OK;
}

/* A site stands once in each group. */
static itg_status check_sites(const itg_composite *c, itg_error *error) {
  itg_lists rows;
  int32_t *seen = itg_call_alloc(c->call, (size_t)c->groups.n_groups, sizeof *seen, error);
  if (!seen) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < c->n_rows; row++)
    if (c->sites.codes[row] < 0)
      return itg_call_fail(c->call, error, ITG_ERR_DATA, "site", row,
                           "a row without a site; name it, or remove the row");
  ITG_TRY(itg_codes_lists(c->sites.codes, c->sites.n_levels, NULL, c->n_rows, c->call->arena, &rows, error));
  for (int64_t i = 0; i < c->n_rows; i++) { /* site after site: `seen` holds the last one of each group, from 1 */
    int32_t site = c->sites.codes[rows.rows[i]], group = c->groups.codes[rows.rows[i]];
    if (group < 0) continue;
    if (seen[group] == site + 1)
      return itg_call_fail(c->call, error, ITG_ERR_DUPLICATE, "site", rows.rows[i],
                           "'%.60s' stands in another row too; remove one, or group by what tells them apart",
                           c->sites.levels[site]);
    seen[group] = site + 1;
  }
  return ITG_OK;
}

static itg_status read_pair(const itg_composite *c, const char *key, const char *example, double *first,
                            double *second, itg_error *error) {
  double *pair;
  int n;
  ITG_TRY(itg_call_list(c->call, key, &pair, &n, error));
  if (n != 2) return itg_fail(error, ITG_ERR_OPTION, "option '%s' is two numbers, such as %s", key, example);
  *first = pair[0];
  *second = pair[1];
  return ITG_OK;
}

itg_status itg_composite_read(itg_call *call, itg_composite *out, itg_error *error) {
  *out = (itg_composite){.call = call,
                         .coverage = itg_call_number(call, "coverage"),
                         .population = strcmp(itg_call_text(call, "sd"), "population") == 0};
  ITG_TRY(read_values(out, error));
  ITG_TRY(itg_call_factor(call, "site", &out->sites, error));
  ITG_TRY(itg_call_groups(call, &out->groups, error));
  ITG_TRY(check_sites(out, error));
  ITG_TRY(read_weights(out, "weights", out->indicators, out->n_indicators, "indicator", out->weights, error));
  ITG_TRY(read_map(out, "targets", out->indicators, out->n_indicators, "indicator", out->target, error));
  ITG_TRY(read_lower(out, error));
  ITG_TRY(read_goalposts(out, error));
  ITG_TRY(read_dimensions(out, error));
  ITG_TRY(read_pair(out, "range", "[0, 100] or [1, 100]", &out->range_low, &out->range_high, error));
  ITG_TRY(read_pair(out, "z", "[0, 1] or [100, 10]", &out->z_mean, &out->z_sd, error));
  if (!(out->range_low < out->range_high) || !(out->z_sd > 0))
    return itg_fail(error, ITG_ERR_OPTION,
                    "option 'range' must rise, and the second number of 'z' be above 0");
  return ITG_OK;
}

/* ---- normalisation ---- */

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Values of a column, turned so that high is good, NaN left out, sorted; *n_out says how many. */
static itg_status sort_column(const itg_composite *c, int i, const itg_normalised *x, double *sorted, int *n_out,
                              itg_error *error) {
  int n = 0;
  for (int s = 0; s < x->n; s++) {
    double v = c->sign[i] * c->values[i][x->rows[s]];
    if (!isnan(v)) sorted[n++] = v;
  }
  *n_out = n;
  return itg_sort(sorted, (size_t)n, sizeof *sorted, by_size, c->call->pace, error);
}

static int count_below(const double *sorted, int n, double v, bool equal) {
  int low = 0, high = n;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (sorted[middle] < v || (equal && sorted[middle] == v))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static itg_status fail_column(const itg_composite *c, int i, const char *why, itg_error *error) {
  return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(c->call, "data"), -1, c->indicators[i], "%s", why);
}

/* One indicator into column i of `out`. */
static itg_status normalise_column(const itg_composite *c, itg_norm norm, int i, const itg_normalised *x,
                                   double *sorted, double *out, itg_error *error) {
  int n, m = c->n_indicators;
  ITG_TRY(sort_column(c, i, x, sorted, &n, error));
  double low = n ? sorted[0] : NAN, high = n ? sorted[n - 1] : NAN, width = c->range_high - c->range_low;
  double mean = itg_mean_of(sorted, n), sd = sqrt(itg_variance_of(sorted, n));
  if (c->population) sd *= sqrt((n - 1.0) / n);
  bool spread = norm == ITG_NORM_MINMAX || norm == ITG_NORM_Z || norm == ITG_NORM_PERCENTILE;
  if (spread && n && !(low < high))
    return fail_column(
        c, i, "all sites have the same value, so that it cannot be spread; leave the indicator out", error);
  if (norm == ITG_NORM_TARGET) {
    high = c->sign[i] * c->target[i];
    if (isnan(high)) return fail_column(c, i, "there is no target; give one in `targets`", error);
    if (n && !(low < high))
      return fail_column(c, i, "every site is at its target or beyond; leave the indicator out", error);
  }
  if (norm == ITG_NORM_GOALPOSTS) {
    low = c->sign[i] > 0 ? c->low[i] : -c->high[i];
    high = c->sign[i] > 0 ? c->high[i] : -c->low[i];
    if (isnan(low)) return fail_column(c, i, "there are no goalposts; give two in `goalposts`", error);
  }
  for (int s = 0; s < x->n; s++) {
    double raw = c->values[i][x->rows[s]], v = c->sign[i] * raw, share = (v - low) / (high - low);
    double *cell = &out[(int64_t)s * m + i];
    ITG_PACE(c->call->pace, s, error);
    if (isnan(v)) {
      *cell = NAN;
      continue;
    }
    double rank = (count_below(sorted, n, v, false) + count_below(sorted, n, v, true) + 1) / 2.0;
    switch (norm) {
      case ITG_NORM_Z:
        *cell = c->z_mean + c->z_sd * (v - mean) / sd;
        break;
      case ITG_NORM_RANK:
        *cell = rank;
        break;
      case ITG_NORM_PERCENTILE:
        *cell = c->range_low + width * (rank - 1) / (n - 1);
        break;
      case ITG_NORM_NONE:
        *cell = raw;
        break;
      case ITG_NORM_MINMAX:
        *cell = c->range_low + width * share;
        break;
      default: /* no better than the target, no worse than the lower goalpost */
        *cell = c->range_low + width * (share < 0 ? 0 : share > 1 ? 1 : share);
    }
  }
  return ITG_OK;
}

itg_status itg_composite_normalise(const itg_composite *c, itg_norm norm, itg_normalised *out,
                                   itg_error *error) {
  if (out->by[norm]) return ITG_OK;
  double *sorted = itg_call_alloc(c->call, (size_t)out->n, sizeof *sorted, error);
  double *values = itg_call_alloc(c->call, (size_t)out->n, (size_t)c->n_indicators * sizeof *values, error);
  if (!sorted || !values) return ITG_ERR_MEMORY;
  for (int i = 0; norm == ITG_NORM_NONE && i < c->n_indicators; i++)
    if (c->sign[i] < 0)
      return fail_column(
          c, i, "lower is better, so it must be normalised; leave it out of `lower`, or normalise", error);
  for (int i = 0; i < c->n_indicators; i++) ITG_TRY(normalise_column(c, norm, i, out, sorted, values, error));
  out->by[norm] = values;
  return ITG_OK;
}

static double log_of(double v) { return log(v); }
static double inverse_of(double v) { return 1 / v; }

/* A function of every value, once. */
static itg_status turn(const itg_composite *c, const double *values, int64_t n, double (*function)(double),
                       double **out, itg_error *error) {
  if (*out) return ITG_OK;
  double *turned = itg_call_alloc(c->call, (size_t)n, sizeof *turned, error);
  if (!turned) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) turned[i] = function(values[i]);
  *out = turned;
  return ITG_OK;
}

itg_status itg_composite_allow(const itg_composite *c, itg_normalised *x, itg_norm norm, itg_mean mean,
                               itg_error *error) {
  bool geometric = mean == ITG_MEAN_GEOMETRIC, harmonic = mean == ITG_MEAN_HARMONIC;
  int64_t n = (int64_t)x->n * c->n_indicators;
  if (!geometric && !harmonic) return ITG_OK;
  for (int64_t k = 0; k < n; k++)
    if (c->weights[k % c->n_indicators] > 0 && x->by[norm][k] <= 0)
      return itg_fail_at(
          error, ITG_ERR_DATA, itg_call_table(c->call, "data"), x->rows[k / c->n_indicators],
          c->indicators[k % c->n_indicators],
          "normalised by %s it is not above 0, as a %s mean needs; set range: [1, 100], z: [100, 10], "
          "or another mean",
          norm_names[norm], mean_names[mean]);
  return geometric ? turn(c, x->by[norm], n, log_of, &x->logs[norm], error)
                   : turn(c, x->by[norm], n, inverse_of, &x->inverses[norm], error);
}
