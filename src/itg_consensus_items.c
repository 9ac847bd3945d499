/* itg_consensus_items.c - layer 3: the ratings of a panel by the items of a definition of kind scale: ids,
 * codes, words and range of the answers are those that the definition states. */
#include "itg_consensus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_scale_items.h"
#include "itg_score.h"

static int compare_numbers(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* What the definition states or a form that it takes the place of. */
static itg_status check(const itg_call *call, itg_error *error) {
  static const char *const keys[] = {"low", "high", "categories"}, *const forms[] = {"item", "value",
                                                                                     "ratings"};
  for (size_t i = 0; i < ITG_COUNT(keys); i++)
    if (itg_call_given(call, keys[i]))
      return itg_fail(error, ITG_ERR_OPTION, "the instrument states the answers and their range; leave out "
                                             "'%s'", keys[i]);
  for (size_t i = 0; i < ITG_COUNT(forms); i++)
    if (itg_node_get(itg_call_map(call), forms[i]))
      return itg_fail(error, ITG_ERR_OPTION,
                      "with an instrument a row is a member of the panel and a column an item; leave out the "
                      "role '%s'",
                      forms[i]);
  return ITG_OK;
}

/* Answers that occur are the categories, as numbers of themselves. */
static itg_status take_categories(itg_call *call, double *const *values, int32_t n_items, int64_t n_rows,
                                  itg_ratings *out, itg_error *error) {
  int64_t n = 0;
  double *all = itg_call_alloc(call, (size_t)n_items, (size_t)n_rows * sizeof *all, error);
  if (!all) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < n_items; i++)
    for (int64_t row = 0; row < n_rows; row++)
      if (!isnan(values[i][row])) all[n++] = values[i][row];
  if (!n)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL,
                       "every rating is missing");
  qsort(all, (size_t)n, sizeof *all, compare_numbers);
  for (int64_t i = 0; i < n; i++)
    if (!i || all[i] != all[out->n_categories - 1]) all[out->n_categories++] = all[i];
  const char **names = itg_call_alloc(call, (size_t)out->n_categories, sizeof *names, error);
  if (!names) return ITG_ERR_MEMORY;
  for (int32_t k = 0; k < out->n_categories; k++) {
    char number[ITG_NUMBER_SIZE];
    itg_number_print(all[k], number);
    if (!(names[k] = itg_arena_print(call->arena, "%s", number))) return itg_fail_memory(error);
  }
  out->scores = all;
  out->categories = names;
  out->numbers = out->ordered = true;
  return ITG_OK;
}

static itg_status fill_sets(itg_call *call, const itg_scale_plan *plan, double *const *values, int64_t n_rows,
                            itg_ratings *out, itg_error *error) {
  const itg_groups *groups = &out->groups;
  out->sets = itg_call_alloc(call, (size_t)groups->n_groups, sizeof *out->sets, error);
  if (!out->sets) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < n_rows; row++)
    if (groups->codes[row] >= 0) out->sets[groups->codes[row]].n_raters++;
  for (int32_t g = 0; g < groups->n_groups; g++) {
    itg_rating_set *set = &out->sets[g];
    set->n_all = set->n_units = plan->n_items;
    set->units = itg_call_alloc(call, (size_t)plan->n_items, sizeof *set->units, error);
    set->codes =
        itg_call_alloc(call, (size_t)plan->n_items, (size_t)set->n_raters * sizeof *set->codes, error);
    if (!set->units || !set->codes) return ITG_ERR_MEMORY;
    for (int32_t i = 0; i < plan->n_items; i++) {
      int32_t rater = 0;
      set->units[i] = plan->items[i].id;
      for (int64_t row = 0; row < n_rows; row++) {
        if (groups->codes[row] != g) continue;
        const double *found = isnan(values[i][row])
                                  ? NULL
                                  : bsearch(&values[i][row], out->scores, (size_t)out->n_categories,
                                            sizeof *out->scores, compare_numbers);
        set->codes[(int64_t)i * set->n_raters + rater++] = found ? (int32_t)(found - out->scores) : -1;
        set->n_missing += !found;
      }
    }
  }
  return ITG_OK;
}

itg_status itg_consensus_items_read(itg_call *call, itg_ratings *out, double **low, double **high,
                                    itg_error *error) {
  itg_definition definition;
  itg_scale_plan plan;
  const itg_column **columns;
  double **values;
  *out = (itg_ratings){.unit_role = "item"};
  ITG_TRY(check(call, error));
  ITG_TRY(itg_call_definition(call, "instrument", "scale", &definition, error));
  ITG_TRY(itg_scale_plan_make(&definition, NULL, call->arena, &plan, error));
  const char **ids = itg_call_alloc(call, (size_t)plan.n_items, sizeof *ids, error);
  bool *all = itg_call_alloc(call, (size_t)plan.n_items, sizeof *all, error);
  *low = itg_call_alloc(call, (size_t)plan.n_items, sizeof **low, error);
  *high = itg_call_alloc(call, (size_t)plan.n_items, sizeof **high, error);
  if (!ids || !all || !*low || !*high) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < plan.n_items; i++) {
    ids[i] = plan.items[i].id;
    all[i] = true;
    (*low)[i] = plan.items[i].responses->min;
    (*high)[i] = plan.items[i].responses->max;
  }
  ITG_TRY(itg_items_bind(call, "items", ids, all, plan.n_items, &columns, error));
  int64_t n_rows = itg_call_table(call, "data")->n_rows;
  ITG_TRY(itg_scale_items_read(call, &plan, all, columns, n_rows, &values, error));
  ITG_TRY(itg_call_groups(call, &out->groups, error));
  ITG_TRY(itg_groups_note(call, &out->groups, error));
  ITG_TRY(take_categories(call, values, plan.n_items, n_rows, out, error));
  return fill_sets(call, &plan, values, n_rows, out, error);
}
