/* itg_two_way.c - layer 3: measure two_way: which strategy is best over a grid of two parameters. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_metamodel.h"
#include "itg_psa_rows.h"
#include "itg_sort.h"
#include "itg_thread.h"

static const itg_role roles[] = {
    ITG_PSA_ROLES,
    {"data", "benefit", ITG_ROLE_NUMBER, false, 0, 0,
     "long: net benefit, or another outcome of which more is better, where cost and effect are not at hand; "
     "thresholds then play no part"},
    {"data", "parameters", ITG_ROLE_NUMBERS, true, 0, 0,
     "two columns: the values of the two parameters in the sample or run; the first runs to the right in "
     "pictures"},
    {0}};

static const itg_field options[] = {
    ITG_PSA_OPTIONS,
    {"method", ITG_FIELD_TEXT, false, "auto", "auto|runs|regression", 0, 0, NULL,
     "runs: every pair of values was run, results are taken as they are; regression: rows are samples, "
     "results are expected by a polynomial; auto: runs where rows make a full grid"},
    ITG_METAMODEL_OPTIONS("50"),
    {"thresholds", ITG_FIELD_NUMBERS, false, "20000, 30000", NULL, 0, INFINITY, NULL,
     "thresholds: what a unit of effect may cost"},
    {"unit", ITG_FIELD_TEXT, false, "QALY", NULL, 0, 0, NULL, "unit of the effect"},
    {0}};

static const itg_output outputs[] = {
    {"map",
     "a row per threshold and point of the grid: threshold, parameter_1, value_1, parameter_2, value_2, "
     "optimal (strategy with the largest net benefit), nmb (its net monetary benefit), second (the next "
     "best), distance (how much less that of the second is)"},
    {"regions",
     "a row per threshold and strategy that is best somewhere: threshold, strategy, percent of the points, "
     "value_1 and value_2 of the point deepest inside, for a label"},
    {"surface",
     "a row per point of the grid and strategy: value_1, value_2, strategy, cost, effect (or benefit)"},
    {"lines",
     "where two strategies are equally good and no other is better, as straight pieces: threshold, "
     "strategy_1, strategy_2, from_1, from_2, to_1, to_2 (values of the two parameters)"},
    {0}};

typedef struct plan {
  itg_call *call;
  itg_psa all, psa; /* samples of all groups, of one */
  const double *values[2], *x[2];
  const char *names[2];
  int64_t n[2]; /* of the grid; point (i, j) is at i + j n[0] */
  double *axis[2];
  double *cost, *effect; /* [point][strategy] */
  itg_metamodel fit;
  bool runs, benefit;
  double *thresholds;
  int n_thresholds;
  itg_tidy tidy;
  itg_frame *map, *regions, *surface, *lines;
} plan;

/* Rows at the end of a table, labels of the group filled. */
static itg_status add_rows(plan *p, itg_frame *frame, int64_t rows, itg_psa_rows *out, itg_error *error) {
  return itg_psa_rows_add(p->call, &p->psa, NULL, NULL, 0, rows, &frame, out, error);
}

/* ---- the grid ---- */

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int64_t place(const double *axis, int64_t n, double value) {
  const double *found = bsearch(&value, axis, (size_t)n, sizeof *axis, rising);
  return found - axis;
}

/* Different values of both parameters, and the sample at each point (-1: none); *full: one at each. */
static itg_status find_grid(plan *p, int64_t **at, bool *full, itg_error *error) {
  int64_t n = p->psa.samples.n;
  *full = true;
  for (int j = 0; j < 2; j++) {
    double *axis = p->axis[j] = itg_call_alloc(p->call, (size_t)n, sizeof *axis, error);
    if (!axis) return ITG_ERR_MEMORY;
    memcpy(axis, p->x[j], (size_t)n * sizeof *axis);
    ITG_TRY(itg_sort(axis, (size_t)n, sizeof *axis, rising, p->call->pace, error));
    p->n[j] = 0;
    for (int64_t i = 0; i < n; i++)
      if (!i || axis[i] != axis[p->n[j] - 1]) axis[p->n[j]++] = axis[i];
    *full = *full && p->n[j] > 1;
  }
  *full = *full && p->n[0] * p->n[1] == n;
  if (!*full) return ITG_OK;
  *at = itg_call_alloc(p->call, (size_t)n, sizeof **at, error);
  if (!*at) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) (*at)[i] = -1;
  for (int64_t i = 0; i < n; i++) {
    ITG_PACE(p->call->pace, i, error);
    int64_t point = place(p->axis[0], p->n[0], p->x[0][i]) + p->n[0] * place(p->axis[1], p->n[1], p->x[1][i]);
    if ((*at)[point] >= 0) return *full = false, ITG_OK;
    (*at)[point] = i;
  }
  return ITG_OK;
}

static itg_status alloc_surface(plan *p, itg_error *error) {
  size_t points = (size_t)(p->n[0] * p->n[1]), D = (size_t)p->psa.samples.n_strategies;
  ITG_TRY(itg_call_need((double)points * (double)D * (double)p->n_thresholds,
                        "points of the grid, strategies and thresholds",
                        "lower 'points', or give fewer thresholds", error));
  p->cost = itg_call_alloc(p->call, points * D, sizeof *p->cost, error);
  p->effect = itg_call_alloc(p->call, points * D, sizeof *p->effect, error);
  return p->cost && p->effect ? ITG_OK : ITG_ERR_MEMORY;
}

static itg_status take_runs(plan *p, const int64_t *at, itg_error *error) {
  static const char *const needless[] = {"degree", "points", "quantiles", "ranges"};
  const itg_samples *s = &p->psa.samples;
  for (size_t i = 0; i < ITG_COUNT(needless); i++)
    if (itg_call_given(p->call, needless[i]))
      return itg_fail(
          error, ITG_ERR_OPTION,
          "rows are runs at every pair of %lld and %lld values, so '%s' plays no part; leave it out, or set "
          "method: regression",
          (long long)p->n[0], (long long)p->n[1], needless[i]);
  ITG_TRY(alloc_surface(p, error));
  for (int64_t i = 0; i < s->n; i++)
    for (int32_t d = 0; d < s->n_strategies; d++) {
      p->cost[i * s->n_strategies + d] = s->cost[d][at[i]];
      p->effect[i * s->n_strategies + d] = s->effect[d][at[i]];
    }
  return ITG_OK;
}

static itg_status regress(plan *p, itg_reason *reason, itg_error *error) {
  double ranges[2][2];
  int32_t D = p->psa.samples.n_strategies;
  int degree = (int)itg_call_integer(p->call, "degree");
  bool grouped = p->all.group != NULL;
  itg_reason reasons[2] = {ITG_REASON_PRESENT, ITG_REASON_PRESENT};
  for (int j = 0; j < 2 && grouped; j++) reasons[j] = itg_metamodel_reason(&p->psa, p->x[j], 2, degree);
  ITG_TRY(itg_metamodel_ranges(p->call, &p->psa, p->x, p->names, 2, ranges, grouped ? reasons : NULL, error));
  *reason = reasons[0] ? reasons[0] : reasons[1];
  if (*reason) return ITG_OK;
  ITG_TRY(itg_metamodel_fit(p->call, &p->psa, p->x, p->names, 2, degree, &p->fit, error));
  for (int j = 0; j < 2; j++) {
    p->n[j] = itg_call_integer(p->call, "points");
    p->axis[j] = itg_call_alloc(p->call, (size_t)p->n[j], sizeof(double), error);
    if (!p->axis[j]) return ITG_ERR_MEMORY;
    for (int64_t i = 0; i < p->n[j]; i++) p->axis[j][i] = itg_metamodel_step(ranges[j], i, p->n[j]);
  }
  ITG_TRY(alloc_surface(p, error));
  for (int64_t i = 0; i < p->n[0] * p->n[1]; i++) {
    double at[2] = {p->axis[0][i % p->n[0]], p->axis[1][i / p->n[0]]};
    itg_metamodel_at(&p->fit, at, p->cost + i * D, p->effect + i * D);
  }
  return ITG_OK;
}

static itg_status make_surface(plan *p, itg_reason *reason, itg_error *error) {
  const char *method = itg_call_text(p->call, "method");
  int64_t *at = NULL;
  bool full = false;
  if (strcmp(method, "regression") != 0) ITG_TRY(find_grid(p, &at, &full, error));
  if (strcmp(method, "runs") == 0 && !full)
    return itg_fail_at(
        error, ITG_ERR_DATA, itg_call_table(p->call, "data"), -1, NULL,
        "%lld runs at %lld values of '%.60s' and %lld of '%.60s' are no grid: each pair of two or more "
        "values needs one run (a row per strategy); complete it, or set method: regression",
        (long long)p->psa.samples.n, (long long)p->n[0], p->names[0], (long long)p->n[1], p->names[1]);
  p->runs = full;
  return full ? take_runs(p, at, error) : regress(p, reason, error);
}

/* ---- who is best ---- */

/* Net benefit of strategy d less that of `against` at a point. */
static double gain(const plan *p, int64_t point, int32_t d, int32_t against, double k) {
  int32_t D = p->psa.samples.n_strategies;
  const double *cost = p->cost + point * D, *effect = p->effect + point * D;
  return k * (effect[d] - effect[against]) - (cost[d] - cost[against]);
}

/* Best strategy; of several the first.  `besides` (-1: none) does not count. */
static int32_t best_at(const plan *p, int64_t point, double k, int32_t besides) {
  int32_t best = besides == 0 ? 1 : 0;
  for (int32_t d = best + 1; d < p->psa.samples.n_strategies; d++)
    if (d != besides && gain(p, point, d, best, k) > 0) best = d;
  return best;
}

/* Steps from each point to the nearest that another strategy wins or that is outside. */
static void find_depth(const plan *p, const int32_t *best, int32_t *depth) {
  int64_t w = p->n[0], h = p->n[1], n = w * h;
  for (int pass = 0; pass < 2; pass++)
    for (int64_t step = 0; step < n; step++) {
      int64_t i = pass ? n - 1 - step : step, x = i % w, y = i / w;
      bool edge = x == 0 || y == 0 || x + 1 == w || y + 1 == h;
      int32_t least = edge ? 0 : pass ? depth[i] - 1 : INT32_MAX - 1;
      const int64_t near[2] = {pass ? i + 1 : i - 1, pass ? i + w : i - w};
      for (int k = 0; k < 2 && !edge; k++)
        least = best[near[k]] != best[i] ? 0 : depth[near[k]] < least ? depth[near[k]] : least;
      depth[i] = least + 1;
    }
}

static itg_status add_estimate(plan *p, const char *scale, int32_t d, double k, const char *unit, double estimate,
                               itg_reason reason, itg_error *error) {
  char text[ITG_NUMBER_SIZE];
  const char *group[ITG_PSA_COLUMNS];
  itg_number_print(k, text);
  itg_estimate e =
      itg_psa_estimate(&p->psa, "two_way", scale, p->psa.names[d], p->benefit ? NULL : text, unit, group);
  e.estimate = estimate;
  if (isnan(estimate)) e.reason = reason;
  return itg_tidy_add(&p->tidy, &e, error);
}

static itg_status write_regions(plan *p, double k, const int32_t *best, itg_error *error) {
  int64_t n = p->n[0] * p->n[1];
  int32_t *depth = itg_call_alloc(p->call, (size_t)n, sizeof *depth, error);
  if (!depth) return ITG_ERR_MEMORY;
  find_depth(p, best, depth);
  for (int32_t d = 0; d < p->psa.samples.n_strategies; d++) {
    int64_t count = 0, ties = 0, deepest = -1;
    int32_t most = 0;
    for (int64_t i = 0; i < n; i++) {
      if (best[i] != d) continue;
      count++;
      if (depth[i] > most) most = depth[i], ties = 0;
      ties += depth[i] == most;
    }
    for (int64_t i = 0, seen = 0; i < n && deepest < 0; i++) /* the middle one of those equally deep */
      if (best[i] == d && depth[i] == most && 2 * ++seen > ties) deepest = i;
    double percent = 100 * (double)count / (double)n;
    if (count) {
      itg_psa_rows r;
      ITG_TRY(add_rows(p, p->regions, 1, &r, error));
      if (!p->benefit) itg_psa_put(&r, 0, 0, k);
      ITG_TRY(itg_psa_put_text(&r, 0, 1, p->psa.names[d], error));
      itg_psa_put(&r, 0, 2, percent);
      itg_psa_put(&r, 0, 3, p->axis[0][deepest % p->n[0]]);
      itg_psa_put(&r, 0, 4, p->axis[1][deepest / p->n[0]]);
    }
    ITG_TRY(add_estimate(p, "share_best", d, k, "percent", percent, ITG_REASON_MISSING, error));
    if (!p->runs)
      ITG_TRY(add_estimate(p, "r_squared", d, k, "proportion", itg_metamodel_share(&p->fit, d, k),
                           ITG_REASON_NO_VARIANCE, error));
  }
  return ITG_OK;
}

static itg_status write_map(plan *p, double k, itg_error *error) {
  int64_t n = p->n[0] * p->n[1];
  itg_psa_rows r;
  int32_t D = p->psa.samples.n_strategies,
          *winner = itg_call_alloc(p->call, (size_t)n, sizeof *winner, error);
  if (!winner) return ITG_ERR_MEMORY;
  ITG_TRY(add_rows(p, p->map, n, &r, error));
  for (int64_t i = 0; i < n; i++) {
    int32_t best = winner[i] = best_at(p, i, k, -1), second = best_at(p, i, k, best);
    double nmb = k * p->effect[i * D + best] - p->cost[i * D + best], distance = gain(p, i, best, second, k);
    if (!isfinite(nmb) || !isfinite(distance))
      return itg_fail_at(error, ITG_ERR_RANGE, itg_call_table(p->call, "data"), -1, NULL,
                         "costs and effects are too large for a net benefit");
    if (!p->benefit) itg_psa_put(&r, i, 0, k);
    for (int j = 0; j < 2; j++) {
      ITG_TRY(itg_psa_put_text(&r, i, 1 + 2 * j, p->names[j], error));
      itg_psa_put(&r, i, 2 + 2 * j, p->axis[j][j ? i / p->n[0] : i % p->n[0]]);
    }
    ITG_TRY(itg_psa_put_text(&r, i, 5, p->psa.names[best], error));
    itg_psa_put(&r, i, 6, nmb);
    ITG_TRY(itg_psa_put_text(&r, i, 7, p->psa.names[second], error));
    itg_psa_put(&r, i, 8, distance);
  }
  return write_regions(p, k, winner, error);
}

/* ---- lines ---- */

/* On a triangle of the grid net benefits are taken as linear, so that two strategies are equally good on a
 * straight line; the piece of it where no third is better. */
static itg_status write_piece(plan *p, const int64_t *corners, int32_t a, int32_t b, double k,
                              itg_error *error) {
  double ends[2][2], shares[2][3];
  int found = 0;
  for (int c = 0; c < 3 && found < 2; c++) {
    int64_t from = corners[c], to = corners[(c + 1) % 3];
    double at = gain(p, from, a, b, k), other = gain(p, to, a, b, k);
    if ((at >= 0) == (other >= 0)) continue; /* a tie is a's, as in the map */
    double share = at / (at - other);
    for (int j = 0; j < 2; j++) {
      double low = p->axis[j][j ? from / p->n[0] : from % p->n[0]],
             high = p->axis[j][j ? to / p->n[0] : to % p->n[0]];
      ends[found][j] = low + share * (high - low);
    }
    for (int e = 0; e < 3; e++) shares[found][e] = 0;
    shares[found][c] = 1 - share;
    shares[found++][(c + 1) % 3] = share;
  }
  if (found < 2) return ITG_OK;
  double first = 0, last = 1; /* of the piece, as shares of the way */
  for (int32_t d = 0; d < p->psa.samples.n_strategies; d++) {
    double lead[2] = {0};
    if (d == a || d == b) continue;
    for (int end = 0; end < 2; end++)
      for (int c = 0; c < 3; c++)
        if (shares[end][c] > 0) lead[end] += shares[end][c] * gain(p, corners[c], a, d, k);
    if (lead[0] < 0 && lead[1] < 0) return ITG_OK;
    if (lead[0] < 0) first = fmax(first, lead[0] / (lead[0] - lead[1]));
    if (lead[1] < 0) last = fmin(last, lead[0] / (lead[0] - lead[1]));
  }
  double length = 0; /* in steps of the grid: the line may only touch a corner */
  for (int j = 0; j < 2; j++)
    length = fmax(
        length, fabs(ends[1][j] - ends[0][j]) / (p->axis[j][p->n[j] - 1] - p->axis[j][0]) * (double)p->n[j]);
  if (!((last - first) * length > 1e-9)) return ITG_OK;
  itg_psa_rows r;
  ITG_TRY(add_rows(p, p->lines, 1, &r, error));
  if (!p->benefit) itg_psa_put(&r, 0, 0, k);
  ITG_TRY(itg_psa_put_text(&r, 0, 1, p->psa.names[a], error));
  ITG_TRY(itg_psa_put_text(&r, 0, 2, p->psa.names[b], error));
  for (int end = 0; end < 2; end++)
    for (int j = 0; j < 2; j++)
      itg_psa_put(&r, 0, 3 + 2 * end + j, ends[0][j] + (end ? last : first) * (ends[1][j] - ends[0][j]));
  return ITG_OK;
}

static itg_status write_lines(plan *p, double k, itg_error *error) {
  int32_t D = p->psa.samples.n_strategies;
  for (int64_t j = 0; j + 1 < p->n[1]; j++) {
    ITG_TRY(itg_check_stop(&p->call->control, (double)j / (double)p->n[1], error));
    for (int64_t i = 0; i + 1 < p->n[0]; i++) {
      int64_t at = i + j * p->n[0], up = at + p->n[0];
      const int64_t halves[2][3] = {{at, at + 1, up + 1}, {at, up, up + 1}};
      for (int h = 0; h < 2; h++) {
        int32_t best = best_at(p, halves[h][0], k, -1);
        /* The largest of linear functions is convex: best at all three corners is best between them. */
        if (best == best_at(p, halves[h][1], k, -1) && best == best_at(p, halves[h][2], k, -1)) continue;
        for (int32_t a = 0; a < D; a++)
          for (int32_t b = a + 1; b < D; b++) ITG_TRY(write_piece(p, halves[h], a, b, k, error));
      }
    }
  }
  return ITG_OK;
}

/* ---- tables ---- */

static itg_status open_table(plan *p, const char *name, const char *const *names, const char *types, itg_frame **out,
                             itg_error *error) {
  itg_psa_column columns[ITG_PSA_COLUMNS];
  itg_psa_rows none;
  int n = 0;
  for (; types[n]; n++)
    columns[n] = (itg_psa_column){names[n], types[n] == 't' ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE};
  return itg_psa_rows_add(p->call, &p->all, name, columns, n, 0, out, &none, error);
}

static itg_status open_tables(plan *p, itg_error *error) {
  static const char *const map[] = {"threshold", "parameter_1", "value_1", "parameter_2", "value_2",
                                    "optimal",   "nmb",         "second",  "distance"};
  static const char *const regions[] = {"threshold", "strategy", "percent", "value_1", "value_2"};
  static const char *const lines[] = {"threshold", "strategy_1", "strategy_2", "from_1",
                                      "from_2",    "to_1",       "to_2"};
  static const char *const pair[] = {"value_1", "value_2", "strategy", "cost", "effect"};
  static const char *const one[] = {"value_1", "value_2", "strategy", "benefit"};
  ITG_TRY(itg_psa_estimates(p->call, &p->all, "strategy", "threshold", &p->tidy, error));
  ITG_TRY(open_table(p, "map", map, "dtdtdtdtd", &p->map, error));
  ITG_TRY(open_table(p, "regions", regions, "dtddd", &p->regions, error));
  ITG_TRY(open_table(p, "surface", p->benefit ? one : pair, p->benefit ? "ddtd" : "ddtdd", &p->surface, error));
  return open_table(p, "lines", lines, "dttdddd", &p->lines, error);
}

static itg_status write_surface(plan *p, itg_error *error) {
  int32_t D = p->psa.samples.n_strategies;
  int64_t n = p->n[0] * p->n[1];
  itg_psa_rows r;
  ITG_TRY(add_rows(p, p->surface, n * D, &r, error));
  for (int64_t row = 0; row < n * D; row++) {
    int64_t i = row / D;
    itg_psa_put(&r, row, 0, p->axis[0][i % p->n[0]]);
    itg_psa_put(&r, row, 1, p->axis[1][i / p->n[0]]);
    ITG_TRY(itg_psa_put_text(&r, row, 2, p->psa.names[row % D], error));
    itg_psa_put(&r, row, 3, p->benefit ? p->effect[row] : p->cost[row]);
    if (!p->benefit) itg_psa_put(&r, row, 4, p->effect[row]);
  }
  return ITG_OK;
}

/* ---- running ---- */

static itg_status note_grid(plan *p, itg_error *error) {
  return itg_result_note(
      p->call->result, error,
      p->runs ? "Rows are runs of the model at every pair of %lld and %lld values."
              : "Cost and effect are expected by a polynomial over a grid of %lld by %lld values.",
      (long long)p->n[0], (long long)p->n[1]);
}

/* A group that has no surface has its reason among the estimates; without groups that is an error. */
static itg_status run_group(plan *p, int32_t group, itg_error *error) {
  itg_reason reason = ITG_REASON_PRESENT;
  ITG_TRY(itg_psa_part(p->call, &p->all, group, &p->psa, error));
  for (int j = 0; j < 2; j++) ITG_TRY(itg_psa_pick(p->call, &p->all, group, p->values[j], &p->x[j], error));
  ITG_TRY(make_surface(p, &reason, error));
  for (int q = 0; q < p->n_thresholds && reason; q++)
    for (int32_t d = 0; d < p->psa.samples.n_strategies; d++)
      ITG_TRY(add_estimate(p, "share_best", d, p->thresholds[q], "percent", NAN, reason, error));
  if (reason) return ITG_OK;
  ITG_TRY(write_surface(p, error));
  for (int q = 0; q < p->n_thresholds; q++) {
    ITG_TRY(write_map(p, p->thresholds[q], error));
    ITG_TRY(write_lines(p, p->thresholds[q], error));
  }
  return p->all.groups.n_columns ? ITG_OK : note_grid(p, error);
}

static itg_status run_two_way(itg_call *call, itg_error *error) {
  static double none[] = {1}; /* a net benefit is an effect without cost */
  plan p = {.call = call, .benefit = itg_call_has(call, "benefit")};
  const itg_column *const *columns;
  int n = itg_call_columns(call, "parameters", &columns);
  if (n != 2)
    return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, "data"), -1, NULL,
                       "%d column%s for role 'parameters'; a two-way analysis needs two", n,
                       n == 1 ? "" : "s");
  if (p.benefit && itg_call_given(call, "thresholds"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "a net benefit has its threshold in it; leave out 'thresholds', or give cost and effect");
  ITG_TRY(itg_psa_read(call, &p.all, error));
  for (int j = 0; j < 2; j++) {
    p.names[j] = columns[j]->name;
    ITG_TRY(itg_psa_numbers(call, &p.all, "parameters", j, &p.values[j], error));
  }
  ITG_TRY(itg_psa_thresholds(call, "thresholds", &p.thresholds, &p.n_thresholds, error));
  if (p.benefit) p.thresholds = none, p.n_thresholds = 1;
  ITG_TRY(open_tables(&p, error));
  for (int32_t g = 0; g < p.all.groups.n_groups; g++) ITG_TRY(run_group(&p, g, error));
  return ITG_OK;
}

const itg_measure itg_two_way_measure = {
    .name = "two_way",
    .title = "Two-way sensitivity: which strategy is best over the ranges of two parameters",
    .summary =
        "Takes either runs of a model at every pair of values of two parameters, or samples as measure psa "
        "does with the values of two parameters in each: the same shapes of table (long or wide). With "
        "runs the grid is that of the runs. With samples cost and effect of each strategy are fitted by "
        "least squares to the products x^a y^b of the two parameters, a and b up to degree, and expected "
        "over a grid of their ranges. Gives for each threshold and point of the grid the best strategy, "
        "its net benefit, the second best and how far it is behind (currency per person); the lines on "
        "which the best strategy changes; share_best, the percent of the points at which a strategy is "
        "best; and with samples r_squared, what share of the variance of its net benefit the polynomial "
        "explains. With by, each group of persons has a map of its own; one with too few samples, or different "
        "values of a parameter, has none, and the reason among the estimates. Missing results stop the run or drop the sample; a missing parameter stops it.",
    .source =
        "Regression metamodelling: Jalal et al., Med Decis Making 2013;33:880; polynomial, degree 2 and "
        "range (quantiles 0.025 and 0.975) as twsa of the R package dampack, which takes 100 points. "
        "Choices of ours: 50 points; a tie is won by the first strategy in the order given; lines are "
        "exact for net benefits that are linear on each half of a cell of the grid, cut along its rising "
        "diagonal; quantiles count every sample once, also under model weights; default thresholds.",
    .counts = "samples, or runs, of the model",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run_two_way};
