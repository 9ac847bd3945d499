/* itg_utility_values.c - layer 3: the values of eq5d_utility: a value set, several, or a table with a row per
 * profile, as is needed for mappings whose figures may not be shipped (those by age and sex have one table
 * per stratum). */
#include <math.h>
#include <string.h>

#include "itg_utility.h"
#include "itg_valueset.h"

bool itg_utility_has_valueset(const itg_call *call) {
  return itg_call_given(call, "valueset") || itg_call_given(call, "instrument") ||
         itg_call_given(call, "valueset_by");
}

static itg_valueset shape_of(const itg_utility_values *values) {
  return (itg_valueset){.levels = values->levels, .n_states = values->n_states};
}

/* Three levels unless some profile has a 4 or 5. */
static itg_status find_levels(itg_call *call, const itg_factor *profiles, itg_utility_values *out,
                              itg_error *error) {
  out->levels = 3;
  for (int32_t l = 0; l < profiles->n_levels; l++) {
    const itg_valueset five = {.levels = 5};
    if (itg_valueset_find(&five, profiles->levels[l]) < 0)
      return itg_call_fail(call, error, ITG_ERR_RANGE, "values.profile", -1,
                           "'%.40s' is no profile; a profile has five digits of 1 to 3, or of 1 to 5",
                           profiles->levels[l]);
    if (strpbrk(profiles->levels[l], "45")) out->levels = 5;
  }
  out->n_states = out->levels == 3 ? 243 : 3125;
  return ITG_OK;
}

/* `strata` is NULL where there is one only. */
static itg_status read_values(itg_call *call, const itg_factor *profiles, const itg_factor *strata,
                              itg_utility_values *out, itg_error *error) {
  const itg_valueset shape = shape_of(out);
  const int64_t width = out->n_states + 1, n = out->n_strata * width;
  double *given;
  uint8_t *reasons;
  ITG_TRY(itg_call_numbers(call, "values.value", &given, &reasons, error));
  out->value = itg_call_alloc(call, (size_t)n, sizeof *out->value, error);
  if (!out->value) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) out->value[i] = NAN;
  for (int64_t row = 0; row < profiles->n; row++) {
    int32_t code = profiles->codes[row], stratum = strata ? strata->codes[row] : 0;
    if (code < 0 || stratum < 0 || reasons[row])
      return itg_call_fail(call, error, ITG_ERR_RANGE,
                           code < 0      ? "values.profile"
                           : stratum < 0 ? "values.stratum"
                                         : "values.value",
                           row, "missing; a row needs its profile and value; complete or remove it");
    double *value = &out->value[stratum * width + itg_valueset_find(&shape, profiles->levels[code])];
    if (!isnan(*value))
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "values.profile", row,
                           "profile %s stands in another row too%s%.40s; remove one of them",
                           profiles->levels[code], strata ? ", in stratum " : "",
                           strata ? strata->levels[stratum] : "");
    *value = given[row];
  }
  return ITG_OK;
}

static itg_status check_complete(itg_call *call, const itg_factor *strata, const itg_utility_values *values,
                                 itg_error *error) {
  const itg_valueset shape = shape_of(values);
  for (int32_t stratum = 0; stratum < values->n_strata; stratum++)
    for (int32_t s = 0; s < values->n_states; s++) {
      int level[ITG_EQ5D_DIMENSIONS];
      if (!isnan(values->value[(int64_t)stratum * (values->n_states + 1) + s])) continue;
      itg_valueset_levels(&shape, s, level);
      return itg_call_fail(call, error, ITG_ERR_DATA, "values.profile", -1,
                           "profile %d%d%d%d%d has no value%s%.40s; all %d profiles are needed", level[0],
                           level[1], level[2], level[3], level[4], strata ? " in stratum " : "",
                           strata ? strata->levels[stratum] : "", (int)values->n_states);
    }
  return ITG_OK;
}

/* The strata of the data in the numbering of the table of values. */
static itg_status match_strata(itg_call *call, const itg_factor *strata, itg_utility_values *out,
                               itg_error *error) {
  itg_factor data;
  ITG_TRY(itg_call_factor(call, "data.stratum", &data, error));
  int32_t *of = itg_call_alloc(call, (size_t)data.n_levels, sizeof *of, error);
  int32_t *codes = itg_call_alloc(call, (size_t)data.n, sizeof *codes, error);
  if (!of || !codes) return ITG_ERR_MEMORY;
  for (int32_t l = 0; l < data.n_levels; l++) {
    of[l] = -1;
    for (int32_t k = 0; k < strata->n_levels; k++)
      if (strcmp(data.levels[l], strata->levels[k]) == 0) of[l] = k;
    if (of[l] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "data.stratum", -1,
                           "input 'values' has no stratum '%.60s'; spell both alike or add its values",
                           data.levels[l]);
  }
  for (int64_t row = 0; row < data.n; row++) codes[row] = data.codes[row] < 0 ? -1 : of[data.codes[row]];
  out->stratum = codes;
  return ITG_OK;
}

static itg_status values_of_table(itg_call *call, itg_utility_values *out, itg_error *error) {
  itg_factor profiles, strata;
  const bool stratified = itg_call_has(call, "values.stratum");
  if (itg_utility_has_valueset(call))
    return itg_fail(error, ITG_ERR_OPTION,
                    "values come from the input 'values' or from a value set; leave one of the two out");
  for (int i = 0; i < 2; i++) {
    const char *role = i ? "values.value" : "values.profile";
    if (!itg_call_has(call, role))
      return itg_call_fail(call, error, ITG_ERR_COLUMN, role, -1,
                           "not found; input 'values' has a row per profile with columns profile and value; "
                           "name them in `columns` as values.profile and values.value");
  }
  if (stratified != itg_call_has(call, "data.stratum"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, stratified ? "data.stratum" : "values.stratum", -1,
                         "not found, but the other input has strata; give the column to both or to neither");
  ITG_TRY(itg_call_factor(call, "values.profile", &profiles, error));
  if (stratified) ITG_TRY(itg_call_factor(call, "values.stratum", &strata, error));
  ITG_TRY(find_levels(call, &profiles, out, error));
  out->what = "input 'values'";
  out->n_strata = stratified ? strata.n_levels : 1;
  ITG_TRY(read_values(call, &profiles, stratified ? &strata : NULL, out, error));
  ITG_TRY(check_complete(call, stratified ? &strata : NULL, out, error));
  if (stratified) ITG_TRY(match_strata(call, &strata, out, error));
  return itg_result_note(call->result, error, "Values: the table given as input 'values'.");
}

static itg_status note_set(itg_call *call, const itg_definition *d, itg_error *error) {
  const itg_node *reference = itg_node_get(d->root, "source");
  const char *doi = itg_node_text(reference, "doi", NULL);
  return itg_result_note(call->result, error, "Value set: %s: %s%s%s.", d->id,
                         itg_node_text(reference, "citation", d->title), doi ? "; doi " : "", doi ? doi : "");
}

/* One value set for all rows, or the one that a column names for each: then every set is a stratum. */
static itg_status values_of_set(itg_call *call, itg_utility_values *out, itg_error *error) {
  itg_versions sets;
  if (itg_call_has(call, "data.stratum") && itg_node_get(itg_call_map(call), "stratum"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "data.stratum", -1,
                         "strata go with an input 'values'; a value set has none");
  ITG_TRY(itg_call_versions(call, itg_call_given(call, "instrument") ? "instrument" : "valueset",
                            "valueset_by", "valueset", &sets, error));
  for (int32_t k = 0; k < sets.n; k++) {
    itg_valueset set;
    ITG_TRY(itg_valueset_make(&sets.definitions[k], call->arena, &set, error));
    ITG_TRY(note_set(call, &sets.definitions[k], error));
    if (!k) {
      *out = (itg_utility_values){
          .levels = set.levels, .n_states = set.n_states, .n_strata = 1, .value = set.values};
      if (!sets.column) break;
      out->n_strata = sets.n;
      out->value =
          itg_call_alloc(call, (size_t)sets.n * (size_t)(set.n_states + 1), sizeof *out->value, error);
      if (!out->value) return ITG_ERR_MEMORY;
    }
    if (set.levels != out->levels)
      return itg_fail(
          error, ITG_ERR_DATA,
          "value set '%.60s' has %d levels, but '%.60s' has %d; value profiles of three and of five levels "
          "in calls of their own",
          sets.definitions[k].id, (int)set.levels, sets.definitions[0].id, (int)out->levels);
    memcpy(out->value + (int64_t)k * (set.n_states + 1), set.values,
           (size_t)(set.n_states + 1) * sizeof *out->value);
  }
  out->stratum = sets.of_row;
  out->what =
      sets.n > 1 ? "the value sets" : itg_arena_print(call->arena, "value set %s", sets.definitions[0].id);
  if (!out->what) return itg_fail_memory(error);
  if (!sets.column) return ITG_OK;
  const char **names = itg_call_alloc(call, (size_t)sets.n, sizeof *names, error);
  if (!names) return ITG_ERR_MEMORY;
  for (int32_t k = 0; k < sets.n; k++) names[k] = sets.definitions[k].id;
  out->names = names;
  return ITG_OK;
}

/* A measure may know value sets only. */
static bool has_table(const itg_call *call) {
  const itg_role *r = call->measure->roles;
  while (r->name && strcmp(r->input, "values") != 0) r++;
  return r->name && itg_call_table(call, "values");
}

itg_status itg_utility_values_find(itg_call *call, itg_utility_values *out, itg_error *error) {
  memset(out, 0, sizeof *out);
  ITG_TRY(has_table(call) ? values_of_table(call, out, error) : values_of_set(call, out, error));
  if (!itg_call_given(call, "decimals")) return ITG_OK;
  for (int64_t i = 0; i < (int64_t)out->n_strata * (out->n_states + 1); i++)
    out->value[i] = itg_valueset_round(out->value[i], itg_call_integer(call, "decimals"));
  return ITG_OK;
}
