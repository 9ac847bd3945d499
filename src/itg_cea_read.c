/* itg_cea_read.c - patients of a study: costs added up, covariates as numbers, complete cases. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_cea.h"
#include "itg_sort.h"
#include "itg_sum.h"

/* One covariate column: a number, or an indicator of a level. */
typedef struct covariate {
  const char *name;
  const double *values;
  bool use[ITG_OUTCOMES];
} covariate;

struct itg_study_columns {
  const itg_table *table;
  itg_factor arm, cluster, stratum, imputation;
  bool has_cluster, has_stratum, has_imputation;
  int32_t first_imputation; /* 1 when level 0 is the incomplete original */
  double *cost, *effect, *weight;
  int n_covariates, room;
  covariate *covariates;
  const itg_groups *groups;
  int64_t *rows, *start; /* rows of group g: rows[start[g]] .. rows[start[g + 1] - 1], in order */
};

static const char *const covariate_roles[] = {"covariates", "cost_covariates", "effect_covariates"};

static itg_status read_costs(itg_call *call, itg_study_columns *s, itg_error *error) {
  int n = itg_call_columns(call, "cost", NULL);
  int64_t rows = s->table->n_rows;
  bool allowed = strcmp(itg_call_text(call, "negative_costs"), "allow") == 0;
  const itg_column *const *columns;
  itg_call_columns(call, "cost", &columns);
  itg_sum *sums = itg_call_alloc(call, (size_t)rows, sizeof *sums, error);
  s->cost = itg_call_alloc(call, (size_t)rows, sizeof *s->cost, error);
  if (!sums || !s->cost) return ITG_ERR_MEMORY;
  for (int k = 0; k < n; k++) {
    double *values;
    uint8_t *reasons;
    ITG_TRY(itg_call_numbers_at(call, "cost", k, &values, &reasons, error));
    for (int64_t i = 0; i < rows; i++) {
      if (values[i] < 0 && !allowed) {
        char found[ITG_NUMBER_SIZE];
        itg_number_print(values[i], found);
        return itg_fail_at(
            error, ITG_ERR_RANGE, s->table, i, columns[k]->name,
            "%s is negative; costs are 0 or more; correct it, or set negative_costs: allow where income "
            "is set off",
            found);
      }
      itg_sum_add(&sums[i], values[i]);
    }
  }
  for (int64_t i = 0; i < rows; i++) s->cost[i] = itg_sum_value(&sums[i]);
  return ITG_OK;
}

static itg_status add_covariate(itg_call *call, itg_study_columns *s, const char *name, const double *values,
                                int role, itg_error *error) {
  if (s->n_covariates == s->room) {
    covariate *more = itg_call_alloc(call, (size_t)(2 * s->room + 8), sizeof *more, error);
    if (!more) return ITG_ERR_MEMORY;
    if (s->n_covariates) memcpy(more, s->covariates, (size_t)s->n_covariates * sizeof *more);
    s->covariates = more;
    s->room = 2 * s->room + 8;
  }
  s->covariates[s->n_covariates++] = (covariate){name, values, {role != 2, role != 1}};
  return ITG_OK;
}

/* Text and flags become indicators of every level but the first. */
static itg_status add_levels(itg_call *call, itg_study_columns *s, int role, int index, const char *name,
                             itg_error *error) {
  itg_factor factor;
  ITG_TRY(itg_call_factor_at(call, covariate_roles[role], index, &factor, error));
  for (int32_t l = 1; l < factor.n_levels; l++) {
    double *values = itg_call_alloc(call, (size_t)factor.n, sizeof *values, error);
    const char *label = itg_arena_print(call->arena, "%s: %s", name, factor.levels[l]);
    if (!values || !label) return itg_fail_memory(error);
    for (int64_t i = 0; i < factor.n; i++) values[i] = factor.codes[i] < 0 ? NAN : factor.codes[i] == l;
    ITG_TRY(add_covariate(call, s, label, values, role, error));
  }
  return ITG_OK;
}

/* A column cannot explain itself: the increment would be 0, and the tightest of all. */
static itg_status not_explained(itg_call *call, int role, const itg_column *column, itg_error *error) {
  static const char *const outcomes[ITG_OUTCOMES] = {"cost",
                                                     "effect"}; /* role 1 is for the first, 2 the second */
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    const itg_column *const *explained;
    int n = role == 0 || role == g + 1 ? itg_call_columns(call, outcomes[g], &explained) : 0;
    for (int k = 0; k < n; k++)
      if (explained[k] == column)
        return itg_call_fail(call, error, ITG_ERR_COLUMN, outcomes[g], -1,
                             "'%.60s' cannot be adjusted for itself; take it out of %s", column->name,
                             covariate_roles[role]);
  }
  return ITG_OK;
}

static itg_status read_covariates(itg_call *call, itg_study_columns *s, itg_error *error) {
  for (int role = 0; role < 3; role++) {
    const itg_column *const *columns;
    int n = itg_call_columns(call, covariate_roles[role], &columns);
    for (int k = 0; k < n; k++) {
      const itg_column *column = columns[k];
      ITG_TRY(not_explained(call, role, column, error));
      if (!itg_column_is_number(column) || column->type == ITG_TYPE_BOOL) {
        ITG_TRY(add_levels(call, s, role, k, column->name, error));
        continue;
      }
      double *values;
      uint8_t *reasons;
      ITG_TRY(itg_call_numbers_at(call, covariate_roles[role], k, &values, &reasons, error));
      ITG_TRY(add_covariate(call, s, column->name, values, role, error));
    }
  }
  return ITG_OK;
}

static itg_status read_imputations(itg_call *call, itg_study_columns *s, itg_error *error) {
  ITG_TRY(itg_call_factor(call, "imputation", &s->imputation, error));
  for (int64_t row = 0; row < s->table->n_rows; row++)
    if (s->imputation.codes[row] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "imputation", row,
                           "a row without the number of its data set");
  s->first_imputation = strcmp(s->imputation.levels[0], "0") == 0;
  if (s->imputation.n_levels - s->first_imputation < 2)
    return itg_call_fail(call, error, ITG_ERR_DATA, "imputation", -1,
                         "fewer than two completed data sets; pooling needs two or more (0 is the original)");
  return ITG_OK;
}

int itg_study_columns_imputations(const itg_study_columns *s) {
  return s->has_imputation ? s->imputation.n_levels - s->first_imputation : 1;
}

itg_status itg_study_columns_read(itg_call *call, const itg_groups *groups, itg_study_columns **out,
                                  itg_error *error) {
  uint8_t *reasons;
  itg_study_columns *s = *out = itg_call_alloc(call, 1, sizeof *s, error);
  if (!s) return ITG_ERR_MEMORY;
  s->groups = groups;
  s->table = itg_call_table(call, "data");
  if (!s->table || !s->table->n_rows)
    return itg_fail(error, ITG_ERR_EMPTY, "measure cea needs a table of patients; the table has no rows");
  ITG_TRY(itg_call_factor(call, "arm", &s->arm, error));
  if (s->arm.n_levels == 0)
    return itg_call_fail(call, error, ITG_ERR_EMPTY, "arm", -1, "no patient has an arm");
  if (s->arm.n_levels == 1)
    return itg_call_fail(call, error, ITG_ERR_DATA, "arm", -1,
                         "only one arm, '%.60s'; cost-effectiveness compares at least two", s->arm.levels[0]);
  if (s->arm.n_levels > ITG_MOST_ARMS)
    return itg_call_fail(call, error, ITG_ERR_LIMIT, "arm", -1, "%d arms; at most %d are possible",
                         s->arm.n_levels, ITG_MOST_ARMS);
  ITG_TRY(read_costs(call, s, error));
  ITG_TRY(itg_call_numbers(call, "effect", &s->effect, &reasons, error));
  if (itg_call_has(call, "weight")) ITG_TRY(itg_call_numbers(call, "weight", &s->weight, &reasons, error));
  ITG_TRY(read_covariates(call, s, error));
  s->has_cluster = itg_call_has(call, "cluster");
  s->has_stratum = itg_call_has(call, "stratum");
  s->has_imputation = itg_call_has(call, "imputation");
  if (s->has_imputation) ITG_TRY(read_imputations(call, s, error));
  if (s->has_cluster) ITG_TRY(itg_call_factor(call, "cluster", &s->cluster, error));
  if (s->has_stratum) ITG_TRY(itg_call_factor(call, "stratum", &s->stratum, error));
  itg_lists lists;
  ITG_TRY(itg_codes_lists(groups->codes, groups->n_groups, NULL, s->table->n_rows, call->arena, &lists, error));
  s->rows = lists.rows;
  s->start = lists.start;
  return ITG_OK;
}

/* ---- the patients of one group ---- */

static bool is_complete(const itg_study_columns *s, int64_t row) {
  if (s->arm.codes[row] < 0 || isnan(s->cost[row]) || isnan(s->effect[row])) return false;
  if (s->weight && !(s->weight[row] > 0)) return false;
  if ((s->has_cluster && s->cluster.codes[row] < 0) || (s->has_stratum && s->stratum.codes[row] < 0))
    return false;
  for (int k = 0; k < s->n_covariates; k++)
    if (isnan(s->covariates[k].values[row])) return false;
  return true;
}

static int compare_codes(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* Categories that occur, numbered anew in their order; by sorting, as most levels may belong to other groups.
 */
static itg_status renumber(itg_call *call, int32_t *codes, int64_t n, int32_t *n_kept, itg_error *error) {
  int32_t *kept = itg_call_alloc(call, (size_t)n, sizeof *kept, error);
  if (!kept) return ITG_ERR_MEMORY;
  memcpy(kept, codes, (size_t)n * sizeof *kept);
  ITG_TRY(itg_sort(kept, (size_t)n, sizeof *kept, compare_codes, call->pace, error));
  *n_kept = 0;
  for (int64_t i = 0; i < n; i++)
    if (!i || kept[i] != kept[*n_kept - 1]) kept[(*n_kept)++] = kept[i];
  for (int64_t i = 0; i < n; i++)
    codes[i] =
        (int32_t)((int32_t *)bsearch(&codes[i], kept, (size_t)*n_kept, sizeof *kept, compare_codes) - kept);
  return ITG_OK;
}

static itg_status find_reference(itg_call *call, const itg_study_columns *s, int *out, itg_error *error) {
  const char *name = itg_call_text(call, "reference");
  *out = name ? itg_factor_find(&s->arm, name) : 0;
  if (*out >= 0) return ITG_OK;
  const char *near = itg_suggest(name, s->arm.levels, (size_t)s->arm.n_levels);
  return itg_call_fail(call, error, ITG_ERR_OPTION, "arm", -1,
                       "no arm '%.60s' for option 'reference'; %s '%.60s'", name,
                       near ? "did you mean" : "the first arm is", near ? near : s->arm.levels[0]);
}

/* One cluster says nothing of how clusters vary: every draw would be the same, every probability 0 or 1. */
static itg_status check_clusters(itg_call *call, const itg_study *study, itg_error *error) {
  int32_t first[ITG_MOST_ARMS];
  bool several[ITG_MOST_ARMS] = {false};
  for (int a = 0; a < study->n_arms; a++) first[a] = -1;
  for (int64_t i = 0; i < study->n; i++) {
    int a = study->arm[i];
    if (first[a] < 0) first[a] = study->cluster[i];
    several[a] = several[a] || study->cluster[i] != first[a];
  }
  for (int a = 0; a < study->n_arms; a++)
    if (!several[a])
      return itg_call_fail(
          call, error, ITG_ERR_DATA, "cluster", -1,
          "arm '%.60s' has one cluster; at least two are needed to tell how clusters vary; leave "
          "role 'cluster' out",
          study->arms[a]);
  return ITG_OK;
}

static bool belongs(const itg_study_columns *s, int64_t row, int imputation) {
  return s->arm.codes[row] >= 0 &&
         (!s->has_imputation || s->imputation.codes[row] == s->first_imputation + imputation);
}

itg_status itg_study_count(itg_call *call, const itg_study_columns *s, int32_t group, int imputation,
                           itg_arm_counts *out, itg_error *error) {
  *out = (itg_arm_counts){.n_arms = s->arm.n_levels, .arms = s->arm.levels};
  ITG_TRY(find_reference(call, s, &out->reference, error));
  out->n_in = itg_call_alloc(call, (size_t)out->n_arms, sizeof *out->n_in, error);
  out->n_missing = itg_call_alloc(call, (size_t)out->n_arms, sizeof *out->n_missing, error);
  if (!out->n_in || !out->n_missing) return ITG_ERR_MEMORY;
  for (int64_t k = s->start[group]; k < s->start[group + 1]; k++) {
    int64_t row = s->rows[k];
    if (!belongs(s, row, imputation)) continue;
    int64_t *count = is_complete(s, row) ? out->n_in : out->n_missing;
    count[s->arm.codes[row]]++;
  }
  return ITG_OK;
}

/* Arms that can be compared here; what is left of them must hold the reference and one more. */
static itg_status keep_arms(itg_call *call, const itg_study_columns *s, const itg_arm_counts *all,
                            int32_t group, int *to, itg_study *out, itg_error *error) {
  bool grouped = s->groups->n_columns > 0;
  const char *label = grouped ? s->groups->labels[group][0] : NULL;
  const char **arms = itg_call_alloc(call, (size_t)all->n_arms, sizeof *arms, error);
  out->n_in = itg_call_alloc(call, (size_t)all->n_arms, sizeof *out->n_in, error);
  out->n_missing = itg_call_alloc(call, (size_t)all->n_arms, sizeof *out->n_missing, error);
  if (!arms || !out->n_in || !out->n_missing) return ITG_ERR_MEMORY;
  int empty = all->n_in[all->reference] ? -1 : all->reference;
  for (int a = 0; a < all->n_arms; a++) {
    to[a] = -1;
    if (!all->n_in[a]) {
      if (empty < 0 && !grouped) empty = a;
      continue;
    }
    arms[out->n_arms] = all->arms[a];
    out->n_in[out->n_arms] = all->n_in[a];
    out->n_missing[out->n_arms] = all->n_missing[a];
    to[a] = out->n_arms++;
  }
  for (int a = 0; a < all->n_arms && empty < 0 && out->n_arms < 2; a++)
    if (!all->n_in[a]) empty = a;
  if (empty >= 0)
    return itg_call_fail(
        call, error, ITG_ERR_EMPTY, "arm", -1,
        "arm '%.60s' has no patient with cost, effect and covariates%s%.60s; complete the data, "
        "or leave the arm out",
        all->arms[empty], label ? " in group " : "", label ? label : "");
  out->arms = arms;
  out->reference = to[all->reference];
  return ITG_OK;
}

itg_status itg_study_make(itg_call *call, const itg_study_columns *s, int32_t group, int imputation,
                          itg_study *out, itg_error *error) {
  int64_t most = s->start[group + 1] - s->start[group], n = 0;
  int to[ITG_MOST_ARMS];
  bool asked = strcmp(itg_call_text(call, "method"), "sur") == 0;
  itg_arm_counts all;
  *out = (itg_study){.n_covariates = s->n_covariates};
  ITG_TRY(itg_study_count(call, s, group, imputation, &all, error));
  ITG_TRY(keep_arms(call, s, &all, group, to, out, error));
  int64_t *from = itg_call_alloc(call, (size_t)most, sizeof *from, error);
  if (!from) return ITG_ERR_MEMORY;
  for (int64_t k = s->start[group]; k < s->start[group + 1]; k++) {
    ITG_PACE(call->pace, k, error);
    if (belongs(s, s->rows[k], imputation) && is_complete(s, s->rows[k])) from[n++] = s->rows[k];
  }
  out->n = n;
  out->arm = itg_call_alloc(call, (size_t)n, sizeof *out->arm, error);
  out->weight = itg_call_alloc(call, (size_t)n, sizeof *out->weight, error);
  out->x = itg_call_alloc(call, (size_t)s->n_covariates, sizeof *out->x, error);
  out->names = itg_call_alloc(call, (size_t)s->n_covariates, sizeof *out->names, error);
  if (!out->arm || !out->weight || !out->x || !out->names) return ITG_ERR_MEMORY;
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    out->y[g] = itg_call_alloc(call, (size_t)n, sizeof *out->y[g], error);
    out->use[g] = itg_call_alloc(call, (size_t)s->n_covariates, sizeof *out->use[g], error);
    if (!out->y[g] || !out->use[g]) return ITG_ERR_MEMORY;
  }
  for (int64_t i = 0; i < n; i++) {
    ITG_PACE(call->pace, i, error);
    out->arm[i] = to[s->arm.codes[from[i]]];
    out->weight[i] = s->weight ? s->weight[from[i]] : 1;
    out->y[ITG_COST][i] = s->cost[from[i]];
    out->y[ITG_EFFECT][i] = s->effect[from[i]];
  }
  for (int k = 0; k < s->n_covariates; k++) {
    out->x[k] = itg_call_alloc(call, (size_t)n, sizeof **out->x, error);
    if (!out->x[k]) return ITG_ERR_MEMORY;
    out->names[k] = s->covariates[k].name;
    for (int g = 0; g < ITG_OUTCOMES; g++) out->n_used[g] += s->covariates[k].use[g];
    if (s->covariates[k].use[ITG_COST] != s->covariates[k].use[ITG_EFFECT]) out->together = asked;
    for (int g = 0; g < ITG_OUTCOMES; g++) out->use[g][k] = s->covariates[k].use[g];
    ITG_TRY(itg_pace_step(call->pace, error));
    for (int64_t i = 0; i < n; i++) out->x[k][i] = s->covariates[k].values[from[i]];
  }
  if (s->has_cluster) {
    out->cluster = itg_call_alloc(call, (size_t)n, sizeof *out->cluster, error);
    if (!out->cluster) return ITG_ERR_MEMORY;
    for (int64_t i = 0; i < n; i++) out->cluster[i] = s->cluster.codes[from[i]];
    ITG_TRY(renumber(call, out->cluster, n, &out->n_clusters, error));
    ITG_TRY(check_clusters(call, out, error));
  }
  if (s->has_stratum) {
    out->stratum = itg_call_alloc(call, (size_t)n, sizeof *out->stratum, error);
    if (!out->stratum) return ITG_ERR_MEMORY;
    for (int64_t i = 0; i < n; i++) out->stratum[i] = s->stratum.codes[from[i]];
    ITG_TRY(renumber(call, out->stratum, n, &out->n_strata, error));
  }
  return ITG_OK;
}
