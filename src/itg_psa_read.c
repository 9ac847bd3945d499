/* itg_psa_read.c - layer 3: samples x strategies from a long or a wide table. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "itg_psa.h"

typedef struct reader {
  itg_call *call;
  itg_psa *psa;
  const itg_table *table;
  int64_t n;
  int32_t n_strategies;
  const double **cost, **effect; /* [strategy][sample] */
  const char **names;
  bool benefit;      /* long: net benefit (a role that some measures have) in the place of effect, without cost */
  uint8_t *gone;     /* samples with a missing number; NULL: none */
  itg_groups groups; /* of rows */
  int32_t *group;    /* of each sample; NULL: one group */
  int64_t *draw;
} reader;

/* ---- numbers ---- */

/* All finite?  Rounding does not matter: only infinite values and NaN do not vanish when multiplied by 0. */
static bool all_finite(const double *values, int64_t n) {
  double sums[8] = {0};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; k++) sums[k] += values[i + k] * 0;
  for (; i < n; i++) sums[0] += values[i] * 0;
  for (int k = 1; k < 8; k++) sums[0] += sums[k];
  return sums[0] == 0;
}

/* Column `index` of a role; borrowed where it is dense and complete.  *reasons is NULL when nothing is
 * missing. */
static itg_status read_column(itg_call *call, const char *role, int index, const double **values,
                              uint8_t **reasons, itg_error *error) {
  const itg_column *const *columns;
  double *copy;
  itg_call_columns(call, role, &columns);
  const itg_column *c = columns[index];
  *reasons = NULL;
  bool dense = c->type == ITG_TYPE_DOUBLE && !c->reason && (!c->stride || c->stride == sizeof(double));
  if (dense && !itg_call_given(call, "missing") && all_finite(c->data, itg_call_rows(call, "data"))) {
    itg_call_count_missing(call, role, index, 0);
    *values = c->data;
    return ITG_OK;
  }
  ITG_TRY(itg_call_numbers_at(call, role, index, &copy, reasons, error));
  *values = copy;
  return ITG_OK;
}

static itg_status mark_gone(reader *r, int64_t sample, const char *column, int64_t row, itg_error *error) {
  if (strcmp(itg_call_text(r->call, "incomplete"), "error") == 0)
    return itg_fail_at(
        error, ITG_ERR_DATA, r->table, row, column,
        "a value is missing; a sample needs cost and effect of every strategy: correct it, or set "
        "incomplete: drop to leave such samples out");
  if (!r->gone && !(r->gone = itg_call_alloc(r->call, (size_t)r->n, 1, error))) return ITG_ERR_MEMORY;
  r->gone[sample] = 1;
  return ITG_OK;
}

static itg_status read_groups(reader *r, itg_error *error) {
  ITG_TRY(itg_call_groups(r->call, &r->groups, error));
  for (int64_t row = 0; r->groups.n_columns && row < r->groups.n; row++)
    if (r->groups.codes[row] < 0)
      return itg_fail_at(error, ITG_ERR_DATA, r->table, row, r->groups.names[0],
                         "the group of the row is missing; name it, or leave the row out");
  return ITG_OK;
}

/* ---- wide ---- */

static bool is_separator(char c) { return !isalnum((unsigned char)c) && (unsigned char)c < 128; }

/* What tells columns apart: the names without the words that all share in front and behind. */
static itg_status distinct_parts(itg_call *call, const itg_column *const *columns, int n, const char **out,
                                 itg_error *error) {
  const char *first = columns[0]->name;
  size_t front = strlen(first), back = front;
  for (int i = 1; i < n; i++) {
    const char *name = columns[i]->name;
    size_t length = strlen(name), f = 0, b = 0;
    while (f < front && f < length && name[f] == first[f]) f++;
    while (b < back && b < length && name[length - 1 - b] == first[strlen(first) - 1 - b]) b++;
    front = f;
    back = b;
  }
  bool digits = n > 1;
  for (int i = 0; i < n; i++) digits = digits && isdigit((unsigned char)columns[i]->name[front]);
  while (front && !is_separator(first[front - 1]) && !(digits && !isdigit((unsigned char)first[front - 1])))
    front--;
  while (back && !is_separator(first[strlen(first) - back])) back--;
  bool whole = false;
  for (int i = 0; i < n; i++) whole = whole || strlen(columns[i]->name) <= front + back;
  for (int i = 0; i < n; i++) {
    const char *name = columns[i]->name;
    out[i] = whole ? name : itg_arena_text(call->arena, name + front, strlen(name) - front - back);
    if (!out[i]) return itg_fail_memory(error);
  }
  return ITG_OK;
}

static int32_t find_name(const char *const *names, int32_t n, const char *name) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

/* Names given by option `strategies`, checked to differ; *n 0: not given. */
static itg_status given_names(itg_call *call, const char ***out, int32_t *n, itg_error *error) {
  const itg_node *node = itg_call_node(call, "strategies");
  bool list = node && node->kind == ITG_NODE_LIST;
  *n = !node ? 0 : list ? node->count : 1;
  *out = itg_call_alloc(call, (size_t)*n, sizeof **out, error);
  if (!*out) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < *n; i++) {
    const char *name = list ? node->items[i].text : node->text;
    if (find_name(*out, i, name) >= 0)
      return itg_fail_node(error, ITG_ERR_OPTION, node, "strategy '%.80s' is named twice in `strategies`",
                           name);
    (*out)[i] = name;
  }
  return ITG_OK;
}

/* effects[i] is the column of effects that belongs to column i of costs: by name, or by position where names
 * of strategies are given. */
static itg_status pair_columns(reader *r, int *pair, itg_error *error) {
  itg_call *call = r->call;
  const itg_column *const *costs, *const *effects;
  int n = itg_call_columns(call, "costs", &costs), m = itg_call_columns(call, "effects", &effects);
  const char **given, **other = itg_call_alloc(call, (size_t)m, sizeof *other, error);
  int32_t n_given;
  if (!other) return ITG_ERR_MEMORY;
  if (n != m)
    return itg_fail_at(error, ITG_ERR_COLUMN, r->table, -1, NULL,
                       "%d columns of costs and %d of effects; each strategy needs one of both", n, m);
  if (n < 2)
    return itg_fail_at(error, ITG_ERR_DATA, r->table, -1, costs[0]->name,
                       "there is one strategy; a comparison needs two or more");
  ITG_TRY(given_names(call, &given, &n_given, error));
  if (n_given && n_given != n)
    return itg_fail(error, ITG_ERR_OPTION,
                    "option 'strategies' names %d strategies, but there are %d columns of costs",
                    (int)n_given, n);
  ITG_TRY(distinct_parts(call, costs, n, r->names, error));
  ITG_TRY(distinct_parts(call, effects, n, other, error));
  bool match = true;
  for (int i = 0; i < n; i++) match = match && (pair[i] = find_name(other, n, r->names[i])) >= 0;
  if (!match && !n_given)
    return itg_fail_at(
        error, ITG_ERR_COLUMN, r->table, -1, costs[0]->name,
        "costs are of '%.40s', ..., effects of '%.40s', ...: their columns cannot be paired by name; "
        "name the strategies in `strategies`, in the order of both",
        r->names[0], other[0]);
  for (int i = 0; i < n && !match; i++) pair[i] = i;
  for (int i = 0; i < n && n_given; i++) r->names[i] = given[i];
  return ITG_OK;
}

/* A row is a sample of its group; without role sample the n-th of each group is draw n. */
static itg_status group_wide(reader *r, itg_error *error) {
  if (!r->groups.n_columns) return ITG_OK;
  int64_t *seen = itg_call_alloc(r->call, (size_t)r->groups.n_groups, sizeof *seen, error);
  r->group = itg_call_alloc(r->call, (size_t)r->n, sizeof *r->group, error);
  r->draw = itg_call_alloc(r->call, (size_t)r->n, sizeof *r->draw, error);
  if (!seen || !r->group || !r->draw) return ITG_ERR_MEMORY;
  itg_factor draws = {0};
  if (itg_call_has(r->call, "sample")) ITG_TRY(itg_call_factor(r->call, "sample", &draws, error));
  for (int64_t row = 0; row < r->n; row++) {
    r->group[row] = r->groups.codes[row];
    r->draw[row] = draws.codes ? draws.codes[row] : seen[r->group[row]]++;
    if (r->draw[row] < 0)
      return itg_call_fail(r->call, error, ITG_ERR_DATA, "sample", row,
                           "the number of the sample is missing");
  }
  return ITG_OK;
}

/* With role sample a row is told by sample, model and group: the same twice are rows of groups that nobody named. */
static itg_status check_wide(const reader *r, itg_error *error) {
  if (!itg_call_has(r->call, "sample")) return ITG_OK;
  itg_factor factors[3];
  const char *names[3] = {"sample", "model", "group"};
  itg_groups samples;
  int n = 1 + itg_call_has(r->call, "model");
  for (int i = 0; i < n; i++) ITG_TRY(itg_call_factor(r->call, names[i], &factors[i], error));
  if (r->groups.n_columns) {
    factors[n] = (itg_factor){.n = r->groups.n, .n_levels = r->groups.n_groups, .codes = r->groups.codes};
    factors[n].levels = itg_call_alloc(r->call, (size_t)r->groups.n_groups, sizeof(char *), error);
    if (!factors[n++].levels) return ITG_ERR_MEMORY;
  }
  ITG_TRY(itg_groups_make(factors, names, n, r->n, r->call->arena, &samples, error));
  if (samples.n_groups == r->n) return ITG_OK;
  uint8_t *seen = itg_call_alloc(r->call, (size_t)samples.n_groups, 1, error);
  if (!seen) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < r->n; row++)
    if (samples.codes[row] >= 0 && seen[samples.codes[row]]++)
      return itg_call_fail(
          r->call, error, ITG_ERR_DUPLICATE, "sample", row,
          "'%.60s' stands in another row too; name the column that tells them apart in `by` or as role "
          "model, remove one, or leave role sample out",
          factors[0].levels[factors[0].codes[row]]);
  return ITG_OK;
}

static itg_status read_wide(reader *r, itg_error *error) {
  int n = itg_call_columns(r->call, "costs", NULL);
  const itg_column *const *columns[2];
  int *pair = itg_call_alloc(r->call, (size_t)n, sizeof *pair, error);
  if (!pair) return ITG_ERR_MEMORY;
  r->n = r->table->n_rows;
  r->n_strategies = n;
  ITG_TRY(pair_columns(r, pair, error));
  itg_call_columns(r->call, "costs", &columns[0]);
  itg_call_columns(r->call, "effects", &columns[1]);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < 2; k++) {
      uint8_t *reasons;
      int index = k ? pair[i] : i;
      ITG_TRY(read_column(r->call, k ? "effects" : "costs", index, k ? &r->effect[i] : &r->cost[i], &reasons,
                          error));
      for (int64_t row = 0; reasons && row < r->n; row++)
        if (reasons[row]) ITG_TRY(mark_gone(r, row, columns[k][index]->name, row, error));
    }
  ITG_TRY(group_wide(r, error));
  return check_wide(r, error);
}

/* ---- long ---- */

itg_status itg_psa_order(itg_call *call, const itg_factor *f, int32_t *code_to, const char **names,
                         int32_t *n, itg_error *error) {
  const char **given;
  int32_t n_given;
  *n = 0;
  if (f->n_levels > ITG_MOST_STRATEGIES)
    return itg_call_fail(call, error, ITG_ERR_LIMIT, "strategy", -1, "%d strategies are more than %d",
                         (int)f->n_levels, (int)ITG_MOST_STRATEGIES);
  ITG_TRY(given_names(call, &given, &n_given, error));
  for (int32_t l = 0; l < f->n_levels; l++) code_to[l] = -1;
  for (int32_t i = 0; i < n_given; i++) {
    int32_t level = itg_factor_find(f, given[i]);
    if (level < 0)
      return itg_call_fail(call, error, ITG_ERR_OPTION, "strategy", -1,
                           "there is no strategy '%.80s', which `strategies` names", given[i]);
    code_to[level] = *n;
    names[(*n)++] = f->levels[level];
  }
  for (int64_t row = 0; row < f->n && !n_given; row++) {
    int32_t level = f->codes[row];
    if (level < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "strategy", row, "the strategy is missing; name it");
    if (code_to[level] >= 0) continue;
    code_to[level] = *n;
    names[(*n)++] = f->levels[level];
  }
  return ITG_OK;
}

/* Without role sample: the n-th row of a strategy in a group is its draw n. */
static itg_status count_samples(reader *r, const itg_factor *strategies, const int32_t *code_to,
                                int64_t *sample, itg_error *error) {
  itg_call *call = r->call;
  int32_t D = r->n_strategies, G = r->groups.n_groups;
  int64_t *seen = itg_call_alloc(call, (size_t)D * (size_t)G, sizeof *seen, error);
  int64_t *start = itg_call_alloc(call, (size_t)G + 1, sizeof *start, error);
  if (!seen || !start) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < strategies->n; row++) {
    int32_t d = strategies->codes[row] < 0 ? -1 : code_to[strategies->codes[row]];
    sample[row] = d < 0 ? -1 : seen[(r->groups.codes ? (int64_t)r->groups.codes[row] : 0) * D + d]++;
  }
  for (int32_t g = 0; g < G; g++) {
    const int64_t *own = seen + (int64_t)g * D;
    for (int32_t d = 1; d < D; d++)
      if (own[d] != own[0])
        return itg_call_fail(call, error, ITG_ERR_DATA, "strategy", -1,
                             "'%.40s' has %lld rows and '%.40s' %lld%s%.40s; every strategy needs the same "
                             "samples",
                             r->names[0], (long long)own[0], r->names[d], (long long)own[d],
                             r->groups.n_columns ? " in " : "",
                             r->groups.n_columns ? r->groups.labels[g][0] : "");
    start[g + 1] = start[g] + own[0];
  }
  r->n = start[G];
  if (!r->groups.n_columns) return ITG_OK;
  r->group = itg_call_alloc(call, (size_t)r->n, sizeof *r->group, error);
  r->draw = itg_call_alloc(call, (size_t)r->n, sizeof *r->draw, error);
  if (!r->group || !r->draw) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < strategies->n; row++) {
    int32_t g = r->groups.codes[row];
    if (sample[row] < 0) continue;
    int64_t draw = sample[row];
    sample[row] += start[g];
    r->group[sample[row]] = g;
    r->draw[sample[row]] = draw;
  }
  return ITG_OK;
}

/* Sample of each row: by role sample (and model, and group), or by counting the rows of each strategy. */
static itg_status number_samples(reader *r, const itg_factor *strategies, const int32_t *code_to,
                                 int64_t *sample, itg_error *error) {
  itg_call *call = r->call;
  if (!itg_call_has(call, "sample")) return count_samples(r, strategies, code_to, sample, error);
  itg_factor factors[3];
  const char *names[3] = {"sample", "model", "group"};
  itg_groups draws, samples;
  int n = 1 + itg_call_has(call, "model");
  for (int i = 0; i < n; i++) ITG_TRY(itg_call_factor(call, names[i], &factors[i], error));
  ITG_TRY(itg_groups_make(factors, names, n, strategies->n, call->arena, &draws, error));
  for (int64_t row = 0; row < strategies->n; row++)
    if (draws.codes[row] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "sample", row, "the number of the sample is missing");
  samples = draws;
  if (r->groups.n_columns) {
    factors[n] = (itg_factor){.n = r->groups.n,
                              .n_levels = r->groups.n_groups,
                              .codes = r->groups.codes,
                              .levels = (const char *const *)itg_call_alloc(call, (size_t)r->groups.n_groups,
                                                                            sizeof(char *), error)};
    if (!factors[n].levels) return ITG_ERR_MEMORY;
    ITG_TRY(itg_groups_make(factors, names, n + 1, strategies->n, call->arena, &samples, error));
    r->group = itg_call_alloc(call, (size_t)samples.n_groups, sizeof *r->group, error);
    r->draw = itg_call_alloc(call, (size_t)samples.n_groups, sizeof *r->draw, error);
    if (!r->group || !r->draw) return ITG_ERR_MEMORY;
  }
  r->n = samples.n_groups;
  for (int64_t row = 0; row < strategies->n; row++) {
    sample[row] = samples.codes[row];
    ITG_PACE(call->pace, row, error);
    if (!r->group) continue;
    r->group[sample[row]] = r->groups.codes[row];
    r->draw[sample[row]] = draws.codes[row];
  }
  return ITG_OK;
}

/* Long rows into one column per strategy; seen counts what came. */
static itg_status fill_long(reader *r, const itg_factor *f, const int32_t *code_to, const int64_t *sample,
                            itg_error *error) {
  const double *values[2];
  uint8_t *reasons[2];
  const char *const roles[2] = {"cost", r->benefit ? "benefit" : "effect"};
  int64_t n = r->n, *first = itg_call_alloc(r->call, (size_t)n, sizeof *first, error);
  int64_t *first_of = itg_call_alloc(r->call, (size_t)f->n, sizeof *first_of, error);
  uint8_t *seen = itg_call_alloc(r->call, (size_t)n * (size_t)r->n_strategies, 1, error);
  double **target[2];
  if (!first || !first_of || !seen) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) first[i] = -1;
  for (int k = 0; k < 2; k++) {
    if (k || !r->benefit) ITG_TRY(read_column(r->call, roles[k], 0, &values[k], &reasons[k], error));
    target[k] = itg_call_alloc(r->call, (size_t)r->n_strategies, sizeof *target[k], error);
    if (!target[k]) return ITG_ERR_MEMORY;
    for (int32_t d = 0; d < r->n_strategies; d++) {
      target[k][d] = itg_call_alloc(r->call, (size_t)n, sizeof **target[k], error);
      if (!target[k][d]) return ITG_ERR_MEMORY;
      (k ? r->effect : r->cost)[d] = target[k][d];
    }
  }
  for (int64_t row = 0; row < f->n; row++) {
    int32_t d = f->codes[row] < 0 ? -1 : code_to[f->codes[row]];
    ITG_PACE(r->call->pace, row, error);
    first_of[row] = -1;
    if (d < 0) continue;
    int64_t i = sample[row];
    if (seen[(int64_t)d * n + i]++)
      return itg_call_fail(r->call, error, ITG_ERR_DUPLICATE, "sample", row,
                           "this sample of strategy '%.60s' stands in another row too; remove one",
                           r->names[d]);
    if (first[i] < 0) first[i] = row;
    first_of[row] = first[i];
    for (int k = r->benefit ? 1 : 0; k < 2; k++) { /* a benefit has no cost beside it */
      target[k][d][i] = values[k][row];
      if (reasons[k] && reasons[k][row])
        ITG_TRY(mark_gone(r, i, itg_call_column(r->call, roles[k])->name, row, error));
    }
  }
  ITG_TRY(itg_pace_step(r->call->pace, error));
  for (int64_t i = 0; i < n; i++)
    for (int32_t d = 0; d < r->n_strategies; d++)
      if (!seen[(int64_t)d * n + i])
        return itg_call_fail(
            r->call, error, ITG_ERR_DATA, "strategy", first[i],
            "the sample of this row has no row for strategy '%.60s'; every strategy needs the same "
            "samples",
            r->names[d]);
  r->psa->rows = first;
  r->psa->first = first_of;
  return ITG_OK;
}

static itg_status read_long(reader *r, itg_error *error) {
  itg_factor f;
  ITG_TRY(itg_call_factor(r->call, "strategy", &f, error));
  int32_t *code_to = itg_call_alloc(r->call, (size_t)f.n_levels, sizeof *code_to, error);
  int64_t *sample = itg_call_alloc(r->call, (size_t)f.n, sizeof *sample, error);
  if (!code_to || !sample) return ITG_ERR_MEMORY;
  ITG_TRY(itg_psa_order(r->call, &f, code_to, r->names, &r->n_strategies, error));
  ITG_TRY(number_samples(r, &f, code_to, sample, error));
  return fill_long(r, &f, code_to, sample, error);
}

/* ---- samples left out, weights ---- */

static itg_status drop_gone(reader *r, itg_error *error) {
  int64_t kept = 0;
  for (int64_t i = 0; r->gone && i < r->n; i++) kept += !r->gone[i];
  if (!r->gone) return ITG_OK;
  if (!kept) return itg_fail_at(error, ITG_ERR_EMPTY, r->table, -1, NULL, "no sample is complete");
  int64_t *rows = itg_call_alloc(r->call, (size_t)kept, sizeof *rows, error);
  if (!rows) return ITG_ERR_MEMORY;
  for (int32_t d = 0; d < r->n_strategies; d++)
    for (int k = 0; k < 2; k++) {
      const double **column = k ? &r->effect[d] : &r->cost[d];
      double *copy = itg_call_alloc(r->call, (size_t)kept, sizeof *copy, error);
      if (!copy) return ITG_ERR_MEMORY;
      for (int64_t i = 0, to = 0; i < r->n; i++)
        if (!r->gone[i]) copy[to++] = (*column)[i];
      *column = copy;
    }
  int64_t *missing = itg_call_alloc(r->call, (size_t)r->groups.n_groups, sizeof *missing, error);
  if (!missing) return ITG_ERR_MEMORY;
  for (int64_t i = 0, to = 0; i < r->n; i++) {
    if (r->gone[i]) {
      missing[r->group ? r->group[i] : 0]++;
      continue;
    }
    rows[to] = r->psa->rows ? r->psa->rows[i] : i;
    if (r->group) r->group[to] = r->group[i], r->draw[to] = r->draw[i]; /* never ahead of i */
    to++;
  }
  r->psa->rows = rows;
  r->psa->group_missing = missing;
  r->psa->n_missing = r->n - kept;
  r->n = kept;
  return itg_result_note(r->call->result, error,
                         "%lld of %lld samples were left out: a cost or an effect is missing.",
                         (long long)r->psa->n_missing, (long long)(kept + r->psa->n_missing));
}

static itg_status weigh_models(reader *r, itg_error *error) {
  const itg_node *map = itg_call_node(r->call, "model_weights"), *dic = itg_call_node(r->call, "dic");
  itg_factor f;
  if (!map && !dic) return ITG_OK;
  if (map && dic) return itg_fail_node(error, ITG_ERR_OPTION, dic, "'dic' gives weights too; leave out 'model_weights'");
  if (!itg_call_has(r->call, "model"))
    return itg_fail(error, ITG_ERR_OPTION, "%s need a column for role 'model'; name it in `columns`",
                    dic ? "weights of models by 'dic'" : "model_weights");
  if (dic) map = dic;
  ITG_TRY(itg_call_factor(r->call, "model", &f, error));
  double *share = itg_call_alloc(r->call, (size_t)f.n_levels, sizeof *share, error), total = 0, least = INFINITY;
  int64_t *count =
      itg_call_alloc(r->call, (size_t)r->groups.n_groups * (size_t)f.n_levels, sizeof *count, error);
  double *weight = itg_call_alloc(r->call, (size_t)r->n, sizeof *weight, error);
  if (!share || !count || !weight) return ITG_ERR_MEMORY;
  for (int32_t l = 0; l < f.n_levels; l++) share[l] = NAN;
  for (int32_t i = 0; i < map->count; i++) {
    int32_t level = itg_factor_find(&f, map->keys[i]);
    if (level < 0)
      return itg_fail_node(error, ITG_ERR_OPTION, &map->items[i], "there is no model '%.80s'", map->keys[i]);
    itg_node_number(&map->items[i], &share[level]);
    least = fmin(least, share[level]);
  }
  for (int32_t l = 0; l < f.n_levels; l++) {
    if (dic) share[l] = exp(-(share[l] - least) / 2);
    if (!isnan(share[l])) total += share[l];
  }
  for (int32_t l = 0; l < f.n_levels; l++)
    if (isnan(share[l]))
      return itg_fail_node(error, ITG_ERR_OPTION, map, "model '%.80s' has no %s", f.levels[l], dic ? "dic" : "weight");
  if (!(total > 0 && isfinite(total)))
    return itg_fail_node(error, ITG_ERR_OPTION, map, "the weights of the models are all 0");
  const int64_t *rows = r->psa->rows;
  int64_t *of_group = itg_call_alloc(r->call, (size_t)r->groups.n_groups, sizeof *of_group, error);
  if (!of_group) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < r->n; i++) {
    int32_t code = f.codes[rows ? rows[i] : i], g = r->group ? r->group[i] : 0;
    if (code < 0)
      return itg_call_fail(r->call, error, ITG_ERR_DATA, "model", rows ? rows[i] : i,
                           "the model is missing; name it");
    count[(int64_t)g * f.n_levels + code]++;
    of_group[g]++;
  }
  for (int64_t i = 0; i < r->n; i++) {
    int32_t code = f.codes[rows ? rows[i] : i], g = r->group ? r->group[i] : 0;
    weight[i] = share[code] / total * (double)of_group[g] / (double)count[(int64_t)g * f.n_levels + code];
  }
  r->psa->samples.weight = weight;
  itg_text shares = ITG_TEXT_EMPTY;
  for (int32_t l = 0; l < f.n_levels; l++) {
    itg_text_print(&shares, "%s%.60s ", l ? ", " : "", f.levels[l]);
    itg_text_significant(&shares, share[l] / total, 4);
  }
  itg_status status = shares.failed ? itg_fail_memory(error)
                                    : itg_result_note(r->call->result, error,
                                                      "Structural uncertainty: samples of %d models are weighted, each "
                                                      "model by its share: %s.",
                                                      (int)f.n_levels, shares.data);
  itg_text_clear(&shares);
  return status;
}

itg_status itg_psa_reference(itg_call *call, const char *const *names, int32_t n, int32_t *out,
                             itg_error *error) {
  const char *name = itg_call_text(call, "reference");
  *out = name ? find_name(names, n, name) : 0;
  if (*out >= 0) return ITG_OK;
  const char *near = itg_suggest(name, names, (size_t)n);
  return itg_fail(error, ITG_ERR_OPTION, "there is no strategy '%.80s', which `reference` names%s%s%s", name,
                  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Samples by group, each group in the order of its samples. */
static itg_status sort_samples(reader *r, itg_error *error) {
  if (!r->group) return ITG_OK;
  itg_lists lists;
  ITG_TRY(itg_codes_lists(r->group, r->groups.n_groups, NULL, r->n, r->call->arena, &lists, error));
  r->psa->order = lists.rows;
  r->psa->start = lists.start;
  return ITG_OK;
}

itg_status itg_psa_read(itg_call *call, itg_psa *out, itg_error *error) {
  reader r = {.call = call, .psa = out, .table = itg_call_table(call, "data")};
  int n = itg_call_columns(call, "costs", NULL), m = itg_call_columns(call, "effects", NULL);
  memset(out, 0, sizeof *out);
  if (!r.table)
    return itg_fail(error, ITG_ERR_ARGUMENT, "measure %s needs the input 'data'", call->measure->name);
  if (!r.table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, r.table, -1, NULL, "there are no rows");
  if (r.table->n_rows >= INT64_C(4294967295))
    return itg_fail_at(error, ITG_ERR_LIMIT, r.table, -1, NULL, "there are more than 4294967294 rows");
  if (n > ITG_MOST_STRATEGIES)
    return itg_fail_at(error, ITG_ERR_LIMIT, r.table, -1, NULL, "%d strategies are more than %d", n,
                       (int)ITG_MOST_STRATEGIES);
  size_t most = ITG_MOST_STRATEGIES;
  r.cost = itg_call_alloc(call, most, sizeof *r.cost, error);
  r.effect = itg_call_alloc(call, most, sizeof *r.effect, error);
  r.names = itg_call_alloc(call, most, sizeof *r.names, error);
  if (!r.cost || !r.effect || !r.names) return ITG_ERR_MEMORY;
  r.benefit = itg_call_has(call, "benefit");
  if (r.benefit && (n || m || itg_call_has(call, "cost") || itg_call_has(call, "effect")))
    return itg_fail_at(error, ITG_ERR_COLUMN, r.table, -1, NULL,
                       "there is a net benefit beside a cost or an effect; name one or the other in `columns`");
  ITG_TRY(read_groups(&r, error));
  if (n || m) {
    ITG_TRY(read_wide(&r, error));
  } else {
    static const char *const needed[] = {"strategy", "cost", "effect"};
    for (int i = 0; i < (r.benefit ? 1 : 3); i++)
      if (!itg_call_has(call, needed[i]))
        return itg_fail_at(
            error, ITG_ERR_COLUMN, r.table, -1, NULL,
            "no column for role '%s'; samples are rows of strategy, cost and effect, or columns for "
            "roles costs and effects: name them in `columns`",
            needed[i]);
    ITG_TRY(read_long(&r, error));
  }
  if (r.n_strategies < 2)
    return itg_fail_at(error, ITG_ERR_DATA, r.table, -1, NULL,
                       "there is one strategy, '%.80s'; a comparison needs two or more", r.names[0]);
  ITG_TRY(drop_gone(&r, error));
  ITG_TRY(sort_samples(&r, error));
  ITG_TRY(weigh_models(&r, error));
  ITG_TRY(itg_psa_reference(call, r.names, r.n_strategies, &out->reference, error));
  out->samples.n = r.n;
  out->samples.n_strategies = r.n_strategies;
  out->samples.cost = r.cost;
  out->samples.effect = r.effect;
  out->names = r.names;
  out->groups = r.groups;
  out->group = r.group;
  out->draw = r.draw;
  return ITG_OK;
}

itg_status itg_psa_numbers(itg_call *call, const itg_psa *psa, const char *role, int index,
                           const double **out, itg_error *error) {
  const double *values;
  uint8_t *reasons;
  const itg_column *const *columns;
  itg_call_columns(call, role, &columns);
  ITG_TRY(read_column(call, role, index, &values, &reasons, error));
  for (int64_t row = 0; psa->first && row < itg_call_rows(call, "data"); row++) {
    int64_t first = psa->first[row];
    if (first < 0 || (reasons && (reasons[row] || reasons[first])) || values[row] == values[first]) continue;
    return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, "data"), row, columns[index]->name,
                       "row %lld, of another strategy in the same sample, has another value; name the sample of a "
                       "row in role sample, or put the rows of every strategy into the same order",
                       (long long)first + 1);
  }
  double *copy = psa->rows ? itg_call_alloc(call, (size_t)psa->samples.n, sizeof *copy, error) : NULL;
  if (psa->rows && !copy) return ITG_ERR_MEMORY;
  for (int64_t i = 0; (copy || reasons) && i < psa->samples.n; i++) {
    int64_t row = psa->rows ? psa->rows[i] : i;
    if (reasons && reasons[row])
      return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, "data"), row, columns[index]->name,
                         "the parameter is missing; every sample needs a value");
    if (copy) copy[i] = values[row];
  }
  *out = copy ? copy : values;
  return ITG_OK;
}
