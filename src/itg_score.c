/* itg_score.c - layer 3: the measure `score`, which hands a definition to the engine of its kind, and what
 * these engines share. */
#include "itg_score.h"

#include <math.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_call.h"
#include "itg_special.h"
#include "itg_sum.h"

/* ---- items as columns ---- */

static bool is_among(const char *name, const char *const *ids, int32_t n) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(ids[i], name) == 0) return true;
  return false;
}

/* The column of another item, q1 for q2, is no remedy. */
static itg_status fail_item(const itg_table *table, const char *name, const char *id, const char *const *ids, int32_t n,
                            itg_arena *arena, itg_error *error) {
  const char **names = itg_arena_alloc(arena, (size_t)table->n_columns, sizeof *names);
  size_t n_names = 0;
  if (!names) return itg_fail_memory(error);
  for (int32_t i = 0; i < table->n_columns; i++)
    if (!is_among(table->columns[i].name, ids, n)) names[n_names++] = table->columns[i].name;
  const char *near = itg_suggest(name, names, n_names);
  return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, name,
                     "there is no such column for item '%.80s'; name the columns of all, as in items: "
                     "\"prefix_{n}\" or \"/pattern/\", or this one in `columns`%s%s%s",
                     id,
                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

itg_status itg_items_check_keys(const itg_call *call, const char *const *ids, int32_t n, itg_error *error) {
  const itg_node *map = itg_call_map(call);
  for (int32_t k = 0; map && k < map->count; k++) {
    const bool known = itg_call_binding(call, map->keys[k]) != NULL;
    if (known || is_among(map->keys[k], ids, n)) continue;
    const char *near = itg_suggest(map->keys[k], ids, (size_t)n);
    return itg_fail_node(error, ITG_ERR_OPTION, &map->items[k],
                         "'%.80s' is neither a role of measure %s nor an item of the instrument%s%s%s",
                         map->keys[k], call->measure->name, near ? "; did you mean '" : "", near ? near : "",
                         near ? "'?" : "");
  }
  return ITG_OK;
}

/* Too few or too many columns: say which, side by side with the items from the first that has no partner. */
static itg_status fail_count(const itg_binding *b, const char *const *ids, int32_t n, itg_error *error) {
  itg_text columns = ITG_TEXT_EMPTY;
  for (int i = 0; i < b->n; i++) itg_text_print(&columns, "%s%.40s", i ? ", " : "", b->columns[i]->name);
  itg_status status =
      b->n < n
          ? itg_fail_at(
                error, ITG_ERR_COLUMN, b->table, -1, NULL,
                "role '%s' names %d columns (%.500s), but the instrument has %d items; the first without "
                "a column is '%.60s'; name all, in its order",
                b->role->name, b->n, columns.data ? columns.data : "", (int)n, ids[b->n])
          : itg_fail_at(
                error, ITG_ERR_COLUMN, b->table, -1, NULL,
                "role '%s' names %d columns (%.500s), but the instrument has %d items; the first too many "
                "is '%.60s'; name all, in its order",
                b->role->name, b->n, columns.data ? columns.data : "", (int)n, b->columns[n]->name);
  itg_text_clear(&columns);
  return status;
}

/* Two names that differ in one number: where it stands in them, and is it lower in the second?  -1: they do not. */
static int falling_at(const char *a, const char *b, size_t *end) {
  int at = 0;
  int64_t first, second;
  while (a[at] && a[at] == b[at]) at++;
  while (at > 0 && a[at - 1] >= '0' && a[at - 1] <= '9') at--;
  size_t m = strspn(a + at, "0123456789"), n = strspn(b + at, "0123456789");
  *end = (size_t)at + n;
  return itg_integer_parse(a + at, m, &first) && itg_integer_parse(b + at, n, &second) &&
                 strcmp(a + at + m, b + *end) == 0 && second < first
             ? at
             : -1;
}

/* A pattern takes columns in the order of the table, items have the order of the definition: coop_10 before coop_2 would
 * be scored as the wrong item. */
static itg_status check_order(itg_call *call, const itg_binding *b, itg_error *error) {
  const char *text = itg_node_text(itg_call_map(call), b->role->name, "");
  if (text[0] != '/') return ITG_OK;
  for (int i = 1; i < b->n; i++) {
    const char *before = b->columns[i - 1]->name, *name = b->columns[i]->name;
    size_t end;
    int at = falling_at(before, name, &end);
    if (at < 0) continue;
    return itg_fail_at(error, ITG_ERR_COLUMN, b->table, -1, before,
                       "it stands before '%.60s', and pattern '%.60s' takes columns in the order of the table for items in "
                       "that of the instrument; write '%.*s{n}%.60s', or list the columns of role '%s'",
                       name, text, at, name, name + end, b->role->name);
  }
  return ITG_OK;
}

itg_status itg_items_bind(itg_call *call, const char *role, const char *const *ids, const bool *used,
                          int32_t n, const itg_column ***columns, itg_error *error) {
  itg_binding *b = itg_call_binding(call, role);
  const itg_table *table = itg_call_table(call, b->role->input);
  if (!table)
    return itg_fail(error, ITG_ERR_ARGUMENT, "measure %s needs the input '%s'", call->measure->name,
                    b->role->input);
  if (!table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  if (b->n && b->n != n) return fail_count(b, ids, n, error);
  ITG_TRY(check_order(call, b, error));
  const itg_column **out = itg_call_alloc(call, (size_t)n, sizeof *out, error);
  const itg_column **bound = itg_call_alloc(call, (size_t)n, sizeof *bound, error);
  int64_t *n_missing = itg_call_alloc(call, (size_t)n, sizeof *n_missing, error);
  if (!out || !bound || !n_missing) return ITG_ERR_MEMORY;
  *columns = out;
  if (b->n) {
    for (int32_t i = 0; i < n; i++) out[i] = !used || used[i] ? b->columns[i] : NULL;
    return ITG_OK;
  }
  if (!call->state->versions.column) ITG_TRY(itg_items_check_keys(call, ids, n, error));
  int n_bound = 0;
  for (int32_t i = 0; i < n; i++) {
    if (used && !used[i]) continue;
    const char *name = itg_node_text(itg_call_map(call), ids[i], ids[i]);
    int at = itg_table_column(table, name);
    if (at < 0) return fail_item(table, name, ids[i], ids, n, call->arena, error);
    out[i] = &table->columns[at];
    bound[n_bound] = out[i];
    n_missing[n_bound++] = -1;
  }
  b->table = table;
  b->columns = bound;
  b->n_missing = n_missing;
  b->n = n_bound;
  return ITG_OK;
}

void itg_items_count_missing(itg_call *call, const char *role, const itg_column *column, int64_t n_missing) {
  itg_binding *b = itg_call_binding(call, role);
  for (int i = 0; i < b->n; i++)
    if (b->columns[i] == column) b->n_missing[i] = n_missing;
}

itg_status itg_groups_note(itg_call *call, const itg_groups *groups, itg_error *error) {
  int64_t lost = 0;
  if (!groups->n_columns) return ITG_OK; /* one group of all */
  for (int64_t i = 0; i < groups->n; i++) lost += groups->codes[i] < 0;
  if (!lost) return ITG_OK;
  return itg_result_note(call->result, error, "%lld rows lack a grouping value and are in no group",
                         (long long)lost);
}

/* ---- estimates ---- */

void itg_estimate_set_mean(itg_estimate *row, int64_t n, double mean, double variance, double conf_level) {
  row->n = n;
  row->estimate = n ? mean : NAN;
  if (n < 2) {
    row->reason = ITG_REASON_TOO_FEW;
    return;
  }
  row->std_error = sqrt(variance / (double)n);
  if (!(variance > 0)) {
    row->reason = ITG_REASON_NO_VARIANCE;
    return;
  }
  double half = itg_t_quantile(0.5 + conf_level / 2, (double)(n - 1)) * row->std_error;
  row->conf_low = mean - half;
  row->conf_high = mean + half;
}

void itg_estimate_set_mean_of(itg_estimate *row, const double *values, int64_t n, double conf_level) {
  double mean = itg_mean_of(values, n);
  itg_estimate_set_mean(row, n, mean, itg_variance_about(values, n, mean), conf_level);
}

void itg_estimate_clip(itg_estimate *row, double low, double high) {
  if (row->conf_low < low) row->conf_low = low;
  if (row->conf_high > high) row->conf_high = high;
}

void itg_estimate_set_percent(itg_estimate *row, int64_t successes, int64_t trials, double conf_level) {
  row->n = trials;
  row->reason = trials ? ITG_REASON_PRESENT : ITG_REASON_TOO_FEW;
  if (!trials) return;
  double p = (double)successes / (double)trials;
  row->estimate = 100 * p;
  row->std_error = 100 * sqrt(p * (1 - p) / (double)trials);
  itg_wilson((double)successes, (double)trials, conf_level, &row->conf_low, &row->conf_high);
  row->conf_low *= 100;
  row->conf_high *= 100;
}

/* ---- the measure ---- */

/* Kinds whose rows this measure can score, and where to go with the others. */
static const struct {
  const char *kind, *measure;
  bool here;
} kinds[] = {
    {"scale", "scale", true},
    {"checklist", "checklist", true},
    {"stages", "stages", true},
    {"points", "points", true},
    {"ladder", "ladder", true},
    {"map", "classification", true},
    {"matrix", "functional_integration", false},
    {"scorecard", "scorecard", false},
    {"valueset", "eq5d_utility", false},
    {"codebook", "coding", false},
};

static itg_status run(itg_call *call, itg_error *error) {
  itg_definition definition;
  if (itg_call_given(call, "instrument_by")) return itg_call_forward(call, "scale", error);
  ITG_TRY(itg_call_definition(call, "instrument", NULL, &definition, error));
  for (size_t i = 0; i < ITG_COUNT(kinds); i++) {
    if (strcmp(kinds[i].kind, definition.kind) != 0) continue;
    if (kinds[i].here) return itg_call_forward(call, kinds[i].measure, error);
    return itg_fail(error, ITG_ERR_INSTRUMENT, "instrument '%.80s' is of kind %s; use the measure %s",
                    definition.id, definition.kind, kinds[i].measure);
  }
  return itg_fail(
      error, ITG_ERR_INSTRUMENT,
      "instrument '%.80s' is of kind %s, which measure score cannot score; it scores scale, checklist, "
      "stages, points, ladder and map",
      definition.id, definition.kind);
}

static const itg_role roles[] = {
    {"data", "items", ITG_ROLE_TEXTS, false, 0, 0,
     "columns of the items of a scale, in the order of the definition; other kinds have roles of their own"},
    {"elements", "items", ITG_ROLE_TEXTS, false, 0, 0, "stages: the table of elements; see measure stages"},
    {"phases", "items", ITG_ROLE_TEXTS, false, 0, 0,
     "checklist, stages: the table of the phase of each element"},
    {0}};

static const itg_field options[] = {
    ITG_OPTION_INSTRUMENT(NULL), ITG_OPTION_CONF_LEVEL,      ITG_SCALE_OPTIONS,
    ITG_CHECKLIST_OPTIONS,       ITG_STAGES_OPTIONS,         ITG_POINTS_OPTIONS,
    ITG_LADDER_OPTIONS,          ITG_CLASSIFICATION_OPTIONS,
    {"labels", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, NULL,
     "what labels in the data stand for: numbers in a scale, such as {Almost never: 1, Sometimes: 2}, or by "
     "item, such as {q1: {Never: 1}, q2: {Never: 5}}; yes or no in a checklist and in stages, such as {ja: "
     "yes, nein: no}"},
    {0}};

const itg_measure itg_score_measure = {
    .name = "score",
    .title = "Score an instrument",
    .summary =
        "Scores data by a definition of kind scale, checklist, stages, points, ladder or map: the same as "
        "the measure of that name, which lists tables, the options that apply, and roles: these are named "
        "here too, such as weight of a scale, service of a checklist, level of a ladder.",
    .source = "The definition names its source and every choice of ours.",
    .counts = "as the measure of that name",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = NULL,
    .rows = "scores|cases",
    .groups = true,
    .run = run,
};
