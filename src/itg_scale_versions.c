/* itg_scale_versions.c - layer 3: which definition scores which row.  Several versions of an instrument (by
 * country, language, wave) score the rows that name them: each gets a copy of its rows' answers, so that the
 * work does not grow with the number of versions, and messages bear the numbers of the rows in the data. */
#include "itg_scale_versions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_call.h"
#include "itg_scale_labels.h"
#include "itg_score.h"
#include "itg_thread.h"

const itg_scale_score *itg_scale_rule(const itg_scale_run *run, const itg_scale_outcome *outcome,
                                      int32_t version) {
  int32_t at = outcome->score_of[version];
  return at < 0 ? NULL : &run->versions[version].plan.scores[at];
}

/* ---- opening ---- */

static itg_status check_keys(itg_scale_run *run, itg_error *error) {
  int32_t n = 0, most = 0;
  for (int32_t v = 0; v < run->n_versions; v++) most += run->versions[v].plan.n_items;
  const char **ids = itg_call_alloc(run->call, (size_t)most, sizeof *ids, error);
  if (!ids) return ITG_ERR_MEMORY;
  for (int32_t v = 0; v < run->n_versions; v++)
    for (int32_t i = 0; i < run->versions[v].plan.n_items; i++) ids[n++] = run->versions[v].plan.items[i].id;
  return itg_items_check_keys(run->call, ids, n, error);
}

/* Each version finds its items by itself; the role then stands for all columns that any of them takes. */
static itg_status bind_versions(itg_scale_run *run, itg_error *error) {
  itg_binding *b = itg_call_binding(run->call, "items"), given = *b;
  const itg_table *table = itg_call_table(run->call, "data");
  size_t most = table ? (size_t)table->n_columns : 0;
  const itg_column **all = itg_call_alloc(run->call, most, sizeof *all, error);
  int64_t *n_missing = itg_call_alloc(run->call, most, sizeof *n_missing, error);
  int n = 0;
  if (!all || !n_missing) return ITG_ERR_MEMORY;
  for (int32_t v = 0; v < run->n_versions; v++) {
    itg_scale_version *version = &run->versions[v];
    const char **ids = itg_call_alloc(run->call, (size_t)version->plan.n_items, sizeof *ids, error);
    if (!ids) return ITG_ERR_MEMORY;
    for (int32_t i = 0; i < version->plan.n_items; i++) ids[i] = version->plan.items[i].id;
    *b = given;
    ITG_TRY(itg_items_bind(run->call, "items", ids, version->plan.used, version->plan.n_items,
                           &version->columns, error));
    for (int32_t i = 0; i < version->plan.n_items; i++) {
      int k = 0;
      while (k < n && all[k] != version->columns[i]) k++;
      if (k < n || !version->columns[i]) continue;
      n_missing[n] = -1;
      all[n++] = version->columns[i];
    }
  }
  run->table = itg_call_table(run->call, "data");
  if (given.n) return ITG_OK;
  b->columns = all;
  b->n_missing = n_missing;
  b->n = n;
  return ITG_OK;
}

/* The rows of each version. */
static itg_status share_rows(itg_scale_run *run, itg_error *error) {
  const int64_t n = run->table->n_rows;
  if (!run->version_of) {
    run->versions[0].n_rows = n;
    return ITG_OK;
  }
  int64_t *rows = itg_call_alloc(run->call, (size_t)n, sizeof *rows, error);
  if (!rows) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < n; row++)
    if (run->version_of[row] >= 0) run->versions[run->version_of[row]].n_rows++;
  for (int32_t v = 0; v < run->n_versions; v++) {
    run->versions[v].rows = rows;
    rows += run->versions[v].n_rows;
    run->versions[v].n_rows = 0;
  }
  for (int64_t row = 0; row < n; row++) {
    itg_scale_version *version = run->version_of[row] < 0 ? NULL : &run->versions[run->version_of[row]];
    if (version) version->rows[version->n_rows++] = row;
  }
  return ITG_OK;
}

static itg_scale_outcome *find_outcome(const itg_scale_run *run, const char *id) {
  for (int32_t i = 0; i < run->n_outcomes; i++)
    if (strcmp(run->outcomes[i].id, id) == 0) return &run->outcomes[i];
  return NULL;
}

static itg_status list_outcomes(itg_scale_run *run, itg_error *error) {
  size_t most = 0;
  for (int32_t v = 0; v < run->n_versions; v++) most += (size_t)run->versions[v].plan.n_scores;
  run->outcomes = itg_call_alloc(run->call, most, sizeof *run->outcomes, error);
  if (!run->outcomes) return ITG_ERR_MEMORY;
  for (int32_t v = 0; v < run->n_versions; v++)
    for (int32_t s = 0; s < run->versions[v].plan.n_scores; s++) {
      const itg_scale_score *score = &run->versions[v].plan.scores[s];
      if (!score->wanted) continue;
      itg_scale_outcome *outcome = find_outcome(run, score->id);
      if (!outcome) {
        outcome = &run->outcomes[run->n_outcomes++];
        outcome->id = score->id;
        outcome->score_of = itg_call_alloc(run->call, (size_t)run->n_versions, sizeof(int32_t), error);
        if (!outcome->score_of) return ITG_ERR_MEMORY;
        for (int32_t k = 0; k < run->n_versions; k++) outcome->score_of[k] = -1;
      }
      outcome->score_of[v] = s;
    }
  return ITG_OK;
}

/* Which version is whose, for the reader. */
static itg_status note_versions(itg_call *call, const itg_versions *found, itg_error *error) {
  itg_text text = ITG_TEXT_EMPTY;
  for (int32_t i = 0; i < found->n_values; i++) {
    const itg_definition *d = &found->definitions[found->of_value[i]];
    itg_text_print(&text, "%s%.60s uses %s %s", i ? ", " : "", found->values[i], d->id, d->version);
  }
  itg_status status = text.failed ? itg_fail_memory(error)
                                  : itg_result_note(call->result, error, "%s: %s", found->column, text.data);
  itg_text_clear(&text);
  return status;
}

itg_status itg_scale_open(itg_call *call, itg_scale_run *run, itg_error *error) {
  itg_versions found;
  memset(run, 0, sizeof *run);
  run->call = call;
  ITG_TRY(itg_call_versions(call, "instrument", "instrument_by", "scale", &found, error));
  run->n_versions = found.n;
  run->version_of = found.of_row;
  run->versions = itg_call_alloc(call, (size_t)found.n, sizeof *run->versions, error);
  itg_scale_plan **plans = itg_call_alloc(call, (size_t)found.n, sizeof *plans, error);
  if (!run->versions || !plans) return ITG_ERR_MEMORY;
  for (int32_t v = 0; v < found.n; v++) {
    itg_scale_version *version = &run->versions[v];
    version->id = found.definitions[v].id;
    plans[v] = &version->plan;
    ITG_TRY(itg_scale_plan_make(&found.definitions[v], itg_call_node(call, "scores"), call->arena,
                                &version->plan, error));
    ITG_TRY(itg_scale_plan_override(&version->plan, itg_call_node(call, "missing_rule"), error));
  }
  ITG_TRY(itg_scale_labels_read(itg_call_node(call, "labels"), plans, found.n, call->arena, error));
  if (found.column) ITG_TRY(check_keys(run, error));
  if (found.column) ITG_TRY(note_versions(call, &found, error));
  ITG_TRY(bind_versions(run, error));
  ITG_TRY(share_rows(run, error));
  ITG_TRY(list_outcomes(run, error));
  return itg_call_groups(call, &run->groups, error);
}

/* ---- filling ---- */

static itg_status read_codes(const itg_scale_run *run, itg_scale_job *job, itg_error *error) {
  const itg_call_state *state = run->call->state;
  itg_answer_code *codes = itg_call_alloc(run->call, (size_t)state->n_codes, sizeof *codes, error);
  if (!codes) return ITG_ERR_MEMORY;
  for (int i = 0; i < state->n_codes; i++)
    codes[i] =
        (itg_answer_code){state->codes[i].text, state->codes[i].is_number ? state->codes[i].number : NAN,
                          state->codes[i].reason};
  job->codes = codes;
  job->n_codes = state->n_codes;
  return ITG_OK;
}

itg_status itg_scale_version_column(const itg_scale_version *version, const itg_column *column,
                                    itg_arena *arena, itg_column *out, itg_error *error) {
  *out = *column;
  if (!version->rows) return ITG_OK;
  const size_t n = (size_t)version->n_rows, size = itg_type_size(column->type);
  const ptrdiff_t stride = column->stride ? column->stride : (ptrdiff_t)size;
  unsigned char *data = itg_arena_alloc(arena, n, size);
  uint8_t *reasons = column->reason ? itg_arena_alloc(arena, n, 1) : NULL;
  if (!data || (column->reason && !reasons)) return itg_fail_memory(error);
  for (size_t i = 0; i < n; i++) {
    memcpy(data + i * size, (const unsigned char *)column->data + version->rows[i] * stride, size);
    if (reasons) reasons[i] = column->reason[version->rows[i]];
  }
  out->data = data;
  out->stride = 0;
  out->reason = reasons;
  return ITG_OK;
}

/* A version's results to its rows. */
static void spread_rows(itg_scale_run *run, int32_t v, const itg_scale_job *job) {
  for (int32_t o = 0; o < run->n_outcomes; o++) {
    itg_scale_outcome *out = &run->outcomes[o];
    int32_t s = out->score_of[v];
    for (int64_t i = 0; i < job->n_rows; i++) {
      int64_t row = job->rows[i];
      out->values[row] = s < 0 ? NAN : job->scores[s][i];
      out->reasons[row] = s < 0 ? (uint8_t)ITG_REASON_NOT_ASKED : job->reasons[s][i];
      out->n_missing[row] = s < 0 ? 0 : job->n_missing[s][i];
      if (out->lacking && s >= 0) memcpy(out->lacking[row], job->lacking[s][i], sizeof out->lacking[row]);
    }
  }
}

/* The rows of one version, scored in scratch of their number. */
static itg_status score_in(itg_scale_run *run, int32_t v, itg_scale_job *job, itg_arena *arena,
                           itg_error *error) {
  const itg_scale_version *version = &run->versions[v];
  const size_t n = (size_t)version->n_rows, items = (size_t)version->plan.n_items;
  itg_column *own = itg_arena_alloc(arena, items, sizeof *own);
  const itg_column **columns = itg_arena_alloc(arena, items, sizeof *columns);
  if (!own || !columns) return itg_fail_memory(error);
  for (size_t i = 0; i < items; i++) {
    if (!version->columns[i]) continue;
    ITG_TRY(itg_scale_version_column(version, version->columns[i], arena, &own[i], error));
    columns[i] = &own[i];
  }
  for (int32_t s = 0; s < version->plan.n_scores; s++) {
    job->scores[s] = itg_arena_alloc(arena, n, sizeof *job->scores[s]);
    job->n_missing[s] = itg_arena_alloc(arena, n, sizeof *job->n_missing[s]);
    job->reasons[s] = itg_arena_alloc(arena, n, sizeof *job->reasons[s]);
    if (job->lacking) job->lacking[s] = itg_arena_alloc(arena, n, sizeof *job->lacking[s]);
    if (!job->scores[s] || !job->n_missing[s] || !job->reasons[s] || (job->lacking && !job->lacking[s]))
      return itg_fail_memory(error);
  }
  job->columns = columns;
  job->rows = version->rows;
  ITG_TRY(itg_check_stop(&run->call->control, (double)v / run->n_versions, error));
  ITG_TRY(itg_scale_score_rows(job, &run->call->control, error));
  spread_rows(run, v, job);
  return ITG_OK;
}

static itg_status score_part(itg_scale_run *run, int32_t v, itg_scale_job *job, itg_error *error) {
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = score_in(run, v, job, arena, error);
  itg_arena_free(arena);
  return status;
}

/* The one version there is goes straight to the outcomes. */
static itg_status score_all(itg_scale_run *run, itg_scale_job *job, itg_error *error) {
  for (int32_t o = 0; o < run->n_outcomes; o++) {
    const itg_scale_outcome *out = &run->outcomes[o];
    int32_t s = out->score_of[0];
    job->scores[s] = out->values;
    job->n_missing[s] = out->n_missing;
    job->reasons[s] = out->reasons;
    if (job->lacking) job->lacking[s] = out->lacking;
  }
  job->columns = run->versions[0].columns;
  return itg_scale_score_rows(job, &run->call->control, error);
}

/* Rows that name no version have no score. */
static void clear_rows(itg_scale_run *run) {
  for (int32_t o = 0; o < run->n_outcomes && run->version_of; o++) {
    itg_scale_outcome *out = &run->outcomes[o];
    for (int64_t row = 0; row < run->table->n_rows; row++) {
      if (run->version_of[row] >= 0) continue;
      out->values[row] = NAN;
      out->reasons[row] = ITG_REASON_MISSING;
      out->n_missing[row] = 0;
    }
  }
}

/* Missing cells of each column, in the rows of the versions that ask it. */
static void count_missing(itg_scale_run *run, int64_t *const *item_missing, bool *any) {
  itg_binding *b = itg_call_binding(run->call, "items");
  for (int k = 0; k < b->n; k++) {
    int64_t total = 0, asked = 0;
    for (int32_t v = 0; v < run->n_versions; v++)
      for (int32_t i = 0; i < run->versions[v].plan.n_items; i++) {
        if (run->versions[v].columns[i] != b->columns[k]) continue;
        asked += run->versions[v].n_rows;
        total += item_missing[v][i];
      }
    *any = *any || total < asked;
    if (asked) itg_items_count_missing(run->call, "items", b->columns[k], total);
  }
}

itg_status itg_scale_fill(itg_scale_run *run, itg_error *error) {
  itg_call *call = run->call;
  const bool keep_going = strcmp(itg_call_text(call, "out_of_range"), "missing") == 0;
  int64_t **item_missing = itg_call_alloc(call, (size_t)run->n_versions, sizeof *item_missing, error);
  int64_t out_of_range = 0;
  bool any = false;
  if (!item_missing) return ITG_ERR_MEMORY;
  for (int32_t v = 0; v < run->n_versions; v++) {
    const itg_scale_plan *plan = &run->versions[v].plan;
    size_t n = (size_t)plan->n_scores;
    itg_scale_job job = {
        .plan = plan, .table = run->table, .n_rows = run->versions[v].n_rows, .keep_going = keep_going};
    job.scores = itg_call_alloc(call, n, sizeof *job.scores, error);
    job.reasons = itg_call_alloc(call, n, sizeof *job.reasons, error);
    job.n_missing = itg_call_alloc(call, n, sizeof *job.n_missing, error);
    job.item_missing = item_missing[v] = itg_call_alloc(call, (size_t)plan->n_items, sizeof(int64_t), error);
    if (!job.scores || !job.reasons || !job.n_missing || !job.item_missing) return ITG_ERR_MEMORY;
    if (run->outcomes[0].lacking && !(job.lacking = itg_call_alloc(call, n, sizeof *job.lacking, error)))
      return ITG_ERR_MEMORY;
    ITG_TRY(read_codes(run, &job, error));
    ITG_TRY(run->version_of ? score_part(run, v, &job, error) : score_all(run, &job, error));
    out_of_range += job.out_of_range;
  }
  clear_rows(run);
  count_missing(run, item_missing, &any);
  if (!any) return itg_fail_at(error, ITG_ERR_EMPTY, run->table, -1, NULL, "every answer is missing");
  if (!out_of_range) return ITG_OK;
  return itg_result_note(call->result, error,
                         "%lld answers that the definition does not know were taken as missing",
                         (long long)out_of_range);
}

/* ---- rules of a group ---- */

static bool bands_equal(const itg_scale_bands *a, const itg_scale_bands *b) {
  if (a == b) return true;
  if (!a || !b || a->n != b->n || a->decimals != b->decimals) return false;
  for (int32_t i = 0; i < a->n; i++)
    if (a->from[i] != b->from[i] || strcmp(a->levels[i], b->levels[i]) != 0) return false;
  return true;
}

static itg_status fail_mixed(const itg_scale_run *run, const itg_scale_outcome *outcome, int32_t first,
                             int32_t second, itg_error *error) {
  char text[4][ITG_NUMBER_SIZE];
  const itg_scale_score *a = itg_scale_rule(run, outcome, first), *b = itg_scale_rule(run, outcome, second);
  itg_number_print(a->low, text[0]);
  itg_number_print(a->high, text[1]);
  itg_number_print(b->low, text[2]);
  itg_number_print(b->high, text[3]);
  const char *column = run->call->state->versions.column;
  return itg_fail_at(
      error, ITG_ERR_DATA, run->table, -1, column,
      "score '%.60s' is %s to %s %s in '%.60s', but %s to %s %s in '%.60s', so it has no common mean; "
      "put '%.60s' in `by`, or rescale both alike",
      outcome->id, text[0], text[1], a->unit, run->versions[first].id, text[2], text[3], b->unit,
      run->versions[second].id, column);
}

itg_status itg_scale_group_rules(const itg_scale_run *run, const itg_scale_outcome *outcome,
                                 const itg_scale_score **rules, bool *same_bands, itg_error *error) {
  const itg_groups *groups = &run->groups;
  for (int32_t g = 0; g < groups->n_groups; g++) {
    rules[g] = run->version_of ? NULL : itg_scale_rule(run, outcome, 0);
    same_bands[g] = true;
  }
  if (!run->version_of) return ITG_OK;
  int32_t *first = itg_call_alloc(run->call, (size_t)groups->n_groups, sizeof *first, error);
  if (!first) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < groups->n; row++) {
    int32_t g = groups->codes[row], v = run->version_of[row];
    const itg_scale_score *rule = v < 0 ? NULL : itg_scale_rule(run, outcome, v);
    if (g < 0 || !rule || rule == rules[g]) continue;
    if (!rules[g]) {
      rules[g] = rule;
      first[g] = v;
      continue;
    }
    double slack = 1e-9 * (rule->high - rule->low);
    if (strcmp(rule->unit, rules[g]->unit) != 0 || fabs(rule->low - rules[g]->low) > slack ||
        fabs(rule->high - rules[g]->high) > slack)
      return fail_mixed(run, outcome, first[g], v, error);
    if (!bands_equal(rule->bands, rules[g]->bands)) same_bands[g] = false;
  }
  return ITG_OK;
}
