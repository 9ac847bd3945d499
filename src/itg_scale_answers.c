/* itg_scale_answers.c - layer 3: the tables of measure scale about single answers: how often each was given
 * (`responses`), and why answers to a score lack (`missing`). */
#include <math.h>
#include <string.h>

#include "itg_call.h"
#include "itg_scale_labels.h"
#include "itg_scale_versions.h"

/* ---- answers given ---- */

/* What a text in the data is: an answer and its word, or the reason why it is none. */
static itg_reason read_answer(const itg_call *call, const itg_scale_plan *plan, int32_t item,
                              const char *text, const char **word) {
  const itg_responses *r = plan->items[item].responses;
  double number = NAN;
  itg_number_parse(text, strlen(text), &number);
  *word = NULL;
  for (int i = 0; i < call->state->n_codes; i++) {
    const itg_missing_code *code = &call->state->codes[i];
    if (code->is_number ? code->number == number : strcmp(code->text, text) == 0) return code->reason;
  }
  for (int32_t i = 0; i < r->n_codes; i++)
    if (isnan(r->codes[i].number) ? strcmp(r->codes[i].text, text) == 0 : r->codes[i].number == number)
      return r->codes[i].reason;
  if (!itg_scale_number_of(plan, item, text, &number) || !itg_scale_is_answer(r, number))
    return ITG_REASON_OUT_OF_RANGE;
  for (int32_t i = 0; i < r->n_options; i++)
    if (r->options[i] == number) *word = r->words[i];
  return ITG_REASON_PRESENT;
}

typedef struct answer {
  const char *version; /* NULL: there is one only */
  const itg_scale_item *item;
  const char *text, *word;
  itg_reason reason;
  int64_t count, total;
} answer;

static itg_status add_answer(itg_frame *frame, const itg_groups *groups, int32_t group, const answer *a,
                             itg_error *error) {
  int64_t at = itg_frame_rows(frame);
  int column = 0;
  const char *reason = a->reason ? itg_reason_text(a->reason) : NULL;
  ITG_TRY(itg_frame_resize(frame, at + 1, error));
  for (; column < groups->n_columns; column++)
    ITG_TRY(itg_frame_set_text(frame, at, column, groups->labels[group][column], error));
  if (a->version) ITG_TRY(itg_frame_set_text(frame, at, column++, a->version, error));
  const char *texts[] = {a->item->id, a->item->label, a->text, a->word, reason};
  for (size_t i = 0; i < ITG_COUNT(texts); i++)
    ITG_TRY(itg_frame_set_text(frame, at, column++, texts[i], error));
  itg_frame_set_int(frame, at, column++, a->count);
  itg_frame_set_double(frame, at, column, 100 * (double)a->count / (double)a->total);
  return ITG_OK;
}

/* One item of one version: its answers and the reasons of those that lack, by group. */
static itg_status add_item(const itg_scale_run *run, int32_t v, int32_t item, itg_frame *frame,
                           itg_error *error) {
  const itg_scale_version *version = &run->versions[v];
  const itg_groups *groups = &run->groups;
  itg_column column;
  itg_factor factor;
  ITG_TRY(itg_scale_version_column(version, version->columns[item], run->call->arena, &column, error));
  ITG_TRY(itg_factor_make(&column, version->n_rows, run->call->arena, &factor, error));
  const int64_t width =
      (int64_t)factor.n_levels + ITG_REASON_COUNT; /* behind the levels: missing, by reason */
  int64_t *counts = itg_call_alloc(run->call, (size_t)(width * groups->n_groups), sizeof *counts, error);
  if (!counts) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < factor.n; i++) {
    int32_t group = groups->codes[version->rows ? version->rows[i] : i];
    if (group < 0) continue;
    counts[group * width + (factor.codes[i] < 0 ? factor.n_levels + (int64_t)itg_column_reason(&column, i)
                                                : factor.codes[i])]++;
  }
  for (int32_t g = 0; g < groups->n_groups; g++) {
    const int64_t *own = counts + g * width;
    answer a = {.version = run->n_versions > 1 ? version->id : NULL, .item = &version->plan.items[item]};
    for (int64_t k = 0; k < width; k++) a.total += own[k];
    for (int64_t k = 0; k < width; k++) {
      bool given = k < factor.n_levels;
      a.count = own[k];
      a.text = given ? factor.levels[k] : NULL;
      a.word = NULL;
      a.reason = given ? read_answer(run->call, &version->plan, item, a.text, &a.word)
                       : (itg_reason)(k - factor.n_levels);
      if (a.count) ITG_TRY(add_answer(frame, groups, g, &a, error));
    }
  }
  return ITG_OK;
}

static itg_status open_table(const itg_scale_run *run, const char *name, itg_frame **frame,
                             itg_error *error) {
  ITG_TRY(itg_result_add_table(run->call->result, name, frame, error));
  for (int i = 0; i < run->groups.n_columns; i++)
    ITG_TRY(itg_frame_add_column(*frame, run->groups.names[i], ITG_TYPE_STRING, NULL, error));
  return ITG_OK;
}

itg_status itg_scale_add_responses(const itg_scale_run *run, itg_error *error) {
  static const char *const names[] = {"item", "label", "answer", "word", "reason", "n", "percent"};
  itg_frame *frame;
  if (!itg_call_flag(run->call, "responses")) return ITG_OK;
  ITG_TRY(open_table(run, "responses", &frame, error));
  if (run->n_versions > 1) ITG_TRY(itg_frame_add_column(frame, "instrument", ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(names); i++) {
    itg_type type = i < 5 ? ITG_TYPE_STRING : i < 6 ? ITG_TYPE_INT64 : ITG_TYPE_DOUBLE;
    ITG_TRY(itg_frame_add_column(frame, names[i], type, NULL, error));
  }
  for (int32_t v = 0; v < run->n_versions; v++)
    for (int32_t i = 0; i < run->versions[v].plan.n_items; i++)
      if (run->versions[v].columns[i]) ITG_TRY(add_item(run, v, i, frame, error));
  return ITG_OK;
}

/* ---- answers that lack ---- */

typedef struct lack {
  int64_t answers[ITG_SCALE_REASONS], respondents[ITG_SCALE_REASONS];
  int64_t parts; /* answers that the respondents were to give */
} lack;

static itg_status add_lack(itg_frame *frame, const itg_groups *groups, int32_t group, const char *scale,
                           const lack *lack, itg_error *error) {
  for (int r = 0; r < ITG_SCALE_REASONS; r++) {
    int64_t at = itg_frame_rows(frame);
    int column = 0;
    if (!lack->answers[r]) continue;
    ITG_TRY(itg_frame_resize(frame, at + 1, error));
    for (; column < groups->n_columns; column++)
      ITG_TRY(itg_frame_set_text(frame, at, column, groups->labels[group][column], error));
    ITG_TRY(itg_frame_set_text(frame, at, column++, scale, error));
    ITG_TRY(itg_frame_set_text(frame, at, column++, itg_reason_text((itg_reason)(r + 1)), error));
    itg_frame_set_int(frame, at, column++, lack->answers[r]);
    itg_frame_set_int(frame, at, column++, lack->respondents[r]);
    itg_frame_set_double(frame, at, column, 100 * (double)lack->answers[r] / (double)lack->parts);
  }
  return ITG_OK;
}

itg_status itg_scale_add_missing(const itg_scale_run *run, itg_error *error) {
  static const char *const names[] = {"scale", "reason", "n", "respondents", "percent"};
  const itg_groups *groups = &run->groups;
  itg_frame *frame;
  if (!itg_call_flag(run->call, "reasons")) return ITG_OK;
  ITG_TRY(open_table(run, "missing", &frame, error));
  for (size_t i = 0; i < ITG_COUNT(names); i++) {
    itg_type type = i < 2 ? ITG_TYPE_STRING : i < 4 ? ITG_TYPE_INT64 : ITG_TYPE_DOUBLE;
    ITG_TRY(itg_frame_add_column(frame, names[i], type, NULL, error));
  }
  lack *lacks = itg_call_alloc(run->call, (size_t)groups->n_groups, sizeof *lacks, error);
  if (!lacks) return ITG_ERR_MEMORY;
  for (int32_t o = 0; o < run->n_outcomes; o++) {
    const itg_scale_outcome *outcome = &run->outcomes[o];
    memset(lacks, 0, (size_t)groups->n_groups * sizeof *lacks);
    for (int64_t row = 0; row < groups->n; row++) {
      int32_t g = groups->codes[row], v = run->version_of ? run->version_of[row] : 0;
      const itg_scale_score *rule = g < 0 || v < 0 ? NULL : itg_scale_rule(run, outcome, v);
      if (!rule) continue;
      lacks[g].parts += rule->n_parts;
      for (int r = 0; r < ITG_SCALE_REASONS; r++) {
        lacks[g].answers[r] += outcome->lacking[row][r];
        lacks[g].respondents[r] += outcome->lacking[row][r] > 0;
      }
    }
    for (int32_t g = 0; g < groups->n_groups; g++)
      ITG_TRY(add_lack(frame, groups, g, outcome->id, &lacks[g], error));
  }
  return ITG_OK;
}
