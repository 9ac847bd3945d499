/* itg_concordance_rankings.c - layer 3: sums of ranks, as merged states of rankings give them, read group by
 * group.
 *
 * In a replicate raters have weights w.  With d the ranks of a rater less their mean and N = n^3 - n, the
 * rank sums give 12 S = sum over all pairs of raters, himself included, of w w' 12 (d . d'), where 12 (d . d)
 * = N - T.  Without the pairs of a rater with himself their mean is q = (12 S - sum w^2 (N - T)) / ((sum w)^2
 * - sum w^2), and W of m different raters is (1 + (m - 1) q / a) / m with a = sum w (N - T) / sum w: of all
 * raters once, W itself. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_concordance.h"
#include "itg_thread.h"

typedef struct reading {
  itg_call *call;
  double *replicate, *raters, *ties, *raters_squared, *ties_squared, *rank_sum;
} reading;

itg_status itg_rank_sums_open(itg_call *call, itg_groups *groups, itg_error *error) {
  itg_factor factor;
  const int64_t n = itg_call_rows(call, "rankings");
  if (itg_call_table(call, "data"))
    return itg_fail(error, ITG_ERR_ARGUMENT, "give either ratings (data) or sums of ranks (rankings), not "
                                             "both");
  if (itg_call_given(call, "by") || itg_call_given(call, "categories"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "options 'by' and 'categories' are for ratings; rankings have a column 'group'");
  *groups = (itg_groups){.n = n, .n_groups = 1};
  int32_t *codes = itg_call_alloc(call, (size_t)n, sizeof *codes, error);
  if (!codes) return ITG_ERR_MEMORY;
  groups->codes = codes;
  factor.n_levels = 1;
  if (itg_call_has(call, "rankings.group")) ITG_TRY(itg_call_factor(call, "rankings.group", &factor, error));
  const char **labels = itg_call_alloc(call, (size_t)factor.n_levels, sizeof *labels, error);
  const char *const **table = itg_call_alloc(call, (size_t)factor.n_levels, sizeof *table, error);
  const char **names = itg_call_alloc(call, 1, sizeof *names, error);
  if (!labels || !table || !names) return ITG_ERR_MEMORY;
  for (int32_t g = 0; g < factor.n_levels; g++) table[g] = labels + g;
  groups->labels = table;
  groups->names = names;
  if (factor.n_levels < 2) return ITG_OK;
  for (int64_t i = 0; i < n; i++)
    if (factor.codes[i] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "rankings.group", i, "a row must name its group");
  memcpy(codes, factor.codes, (size_t)n * sizeof *codes);
  for (int32_t g = 0; g < factor.n_levels; g++) labels[g] = factor.levels[g];
  names[0] = "group";
  groups->n_columns = 1;
  groups->n_groups = factor.n_levels;
  return ITG_OK;
}

/* A role of numbers, all of them there; `fallback` where it was not given (NaN: it must be). */
static itg_status read_numbers(reading *r, const char *role, double fallback, double **out,
                               itg_error *error) {
  const int64_t n = itg_call_rows(r->call, "rankings");
  uint8_t *reasons;
  if (!itg_call_has(r->call, role)) {
    if (isnan(fallback))
      return itg_fail(error, ITG_ERR_COLUMN,
                      "rankings need the columns raters and rank_sum, as `state_finish` of rankings gives "
                      "them; '%s' is absent", strchr(role, '.') ? strchr(role, '.') + 1 : role);
    if (!(*out = itg_call_alloc(r->call, (size_t)n, sizeof **out, error))) return ITG_ERR_MEMORY;
    for (int64_t i = 0; i < n; i++) (*out)[i] = fallback;
    return ITG_OK;
  }
  ITG_TRY(itg_call_numbers(r->call, role, out, &reasons, error));
  for (int64_t i = 0; i < n; i++)
    if (isnan((*out)[i])) return itg_call_fail(r->call, error, ITG_ERR_DATA, role, i, "a number is missing");
  return ITG_OK;
}

/* Rows of one group and replicate: the same raters and ties in each, whole rankings. */
static itg_status check_block(const reading *r, const int64_t *rows, int32_t n, itg_error *error) {
  double sum = 0, units = n, all = r->raters[rows[0]] * units * (units + 1) / 2;
  for (int32_t u = 0; u < n; u++) {
    int64_t row = rows[u];
    sum += r->rank_sum[row];
    if (r->raters[row] != r->raters[rows[0]] || r->ties[row] != r->ties[rows[0]] ||
        r->raters_squared[row] != r->raters_squared[rows[0]] ||
        r->ties_squared[row] != r->ties_squared[rows[0]])
      return itg_call_fail(r->call, error, ITG_ERR_DATA, "rankings.raters", row,
                           "raters and ties differ from unit to unit; every rater must rank all units of the "
                           "group, so parts of the data are parts of the raters");
  }
  if (fabs(sum - all) <= 1e-9 * all) return ITG_OK;
  return itg_call_fail(r->call, error, ITG_ERR_DATA, "rankings.rank_sum", rows[0],
                       "the ranks of %d units do not sum to raters x n (n + 1) / 2; rank all units by each "
                       "rater, ties with mid-ranks",
                       (int)n);
}

static double replicate_of(const reading *r, const int64_t *rows, int32_t n, double raters) {
  const int64_t first = rows[0];
  double units = n, most = units * units * units - units, w = r->raters[first], mean = w * (units + 1) / 2,
         s = 0;
  double own = r->raters_squared[first] * most - r->ties_squared[first],
         pairs = w * w - r->raters_squared[first];
  for (int32_t u = 0; u < n; u++) s += (r->rank_sum[rows[u]] - mean) * (r->rank_sum[rows[u]] - mean);
  double scale = (w * most - r->ties[first]) / w;
  if (!(w > 0) || !(pairs > 0) || !(scale > 0)) return NAN;
  return (1 + (raters - 1) * ((12 * s - own) / pairs) / scale) / raters;
}

typedef struct place {
  int32_t group;
  double replicate;
  int64_t row;
} place;

static int compare_places(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->group != y->group) return x->group < y->group ? -1 : 1;
  if (x->replicate != y->replicate) return x->replicate < y->replicate ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static itg_status read_group(const reading *r, const place *places, int64_t n, itg_rank_sums *out,
                             itg_error *error) {
  int64_t *rows = itg_call_alloc(r->call, (size_t)n, sizeof *rows, error);
  out->sums = itg_call_alloc(r->call, (size_t)n, sizeof *out->sums, error);
  out->replicates = itg_call_alloc(r->call, (size_t)n, sizeof *out->replicates, error);
  if (!rows || !out->sums || !out->replicates) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) rows[i] = places[i].row;
  for (int64_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && places[end].replicate == places[i].replicate;) end++;
    int32_t units = (int32_t)(end - i);
    if (i == 0 && places[0].replicate != 0)
      return itg_call_fail(r->call, error, ITG_ERR_DATA, "rankings.replicate", rows[0],
                           "a group has replicates, but no rows of replicate 0, which are all raters");
    if (i == 0) out->n_units = units;
    if (units != out->n_units)
      return itg_call_fail(r->call, error, ITG_ERR_DATA, "rankings.replicate", rows[i],
                           "replicate %lld has %d units, but all raters have %d", (long long)places[i].replicate, (int)units,
                           (int)out->n_units);
    ITG_TRY(check_block(r, rows + i, units, error));
    if (i) {
      out->replicates[out->n_replicates++] = replicate_of(r, rows + i, units, out->raters);
      continue;
    }
    out->raters = r->raters[rows[0]];
    out->ties = r->ties[rows[0]];
    for (int32_t u = 0; u < units; u++) out->sums[u] = r->rank_sum[rows[u]];
  }
  return ITG_OK;
}

itg_status itg_rank_sums_read(itg_call *call, const itg_groups *groups,
                              itg_status (*run)(void *payload, const itg_rank_sums *sums, itg_error *error),
                              void *payload, itg_error *error) {
  reading r = {.call = call};
  const int64_t n = groups->n;
  ITG_TRY(read_numbers(&r, "rankings.raters", NAN, &r.raters, error));
  ITG_TRY(read_numbers(&r, "rankings.rank_sum", NAN, &r.rank_sum, error));
  ITG_TRY(read_numbers(&r, "rankings.replicate", 0, &r.replicate, error));
  ITG_TRY(read_numbers(&r, "rankings.ties", 0, &r.ties, error));
  ITG_TRY(read_numbers(&r, "rankings.raters_squared", 0, &r.raters_squared, error));
  ITG_TRY(read_numbers(&r, "rankings.ties_squared", 0, &r.ties_squared, error));
  place *places = itg_call_alloc(call, (size_t)n, sizeof *places, error);
  if (!places) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) places[i] = (place){groups->codes[i], r.replicate[i], i};
  qsort(places, (size_t)n, sizeof *places, compare_places);
  if (!n) return itg_fail(error, ITG_ERR_EMPTY, "rankings have no rows");
  for (int64_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && places[end].group == places[i].group;) end++;
    itg_rank_sums sums = {.labels = groups->labels[places[i].group]};
    ITG_TRY(read_group(&r, places + i, end - i, &sums, error));
    ITG_TRY(run(payload, &sums, error));
    ITG_TRY(itg_check_stop(&call->control, (double)end / (double)n, error));
  }
  return ITG_OK;
}
