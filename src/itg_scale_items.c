/* itg_scale_items.c - layer 3: the answers of items as if each were a score of its own, so that the checks
 * and codes of the definition hold for measures that do not score as well. */
#include "itg_scale_items.h"

#include <math.h>
#include <string.h>

#include "itg_call.h"
#include "itg_scale_kernel.h"
#include "itg_scale_labels.h"
#include "itg_score.h"

itg_status itg_scale_items_read(itg_call *call, const itg_scale_plan *plan, const bool *wanted,
                                const itg_column *const *columns, int64_t n_rows, double ***values,
                                itg_error *error) {
  const itg_call_state *state = call->state;
  size_t n = (size_t)plan->n_items;
  itg_scale_score *scores = itg_call_alloc(call, n, sizeof *scores, error);
  itg_score_part *parts = itg_call_alloc(call, n, sizeof *parts, error);
  itg_answer_code *codes = itg_call_alloc(call, (size_t)state->n_codes, sizeof *codes, error);
  bool *used = itg_call_alloc(call, 2 * n, sizeof *used, error);
  itg_scale_plan own = {.n_items = plan->n_items,
                        .n_scores = plan->n_items,
                        .items = plan->items,
                        .scores = scores,
                        .used = used};
  itg_scale_job job = {.plan = &own,
                       .table = itg_call_table(call, "data"),
                       .n_rows = n_rows,
                       .columns = columns,
                       .codes = codes,
                       .n_codes = state->n_codes,
                       .keep_going = strcmp(itg_call_text(call, "out_of_range"), "missing") == 0};
  job.scores = itg_call_alloc(call, n, sizeof *job.scores, error);
  job.reasons = itg_call_alloc(call, n, sizeof *job.reasons, error);
  job.n_missing = itg_call_alloc(call, n, sizeof *job.n_missing, error);
  job.item_missing = itg_call_alloc(call, n, sizeof *job.item_missing, error);
  if (!scores || !parts || !codes || !used || !job.scores || !job.reasons || !job.n_missing ||
      !job.item_missing)
    return ITG_ERR_MEMORY;
  for (int i = 0; i < state->n_codes; i++)
    codes[i] =
        (itg_answer_code){state->codes[i].text, state->codes[i].is_number ? state->codes[i].number : NAN,
                          state->codes[i].reason};
  for (int32_t i = 0; i < plan->n_items; i++) {
    const itg_responses *r = plan->items[i].responses;
    used[i] = used[plan->n_items + i] = wanted[i];
    parts[i] = (itg_score_part){.source = i, .sign = 1, .weight = 1, .low = r->min, .high = r->max};
    scores[i] = (itg_scale_score){.id = plan->items[i].id,
                                  .method = ITG_SCORE_SUM,
                                  .n_parts = 1,
                                  .parts = &parts[i],
                                  .min_valid = 1,
                                  .slope = 1,
                                  .low = r->min,
                                  .high = r->max,
                                  .wanted = wanted[i]};
    if (!wanted[i]) continue;
    job.scores[i] = itg_call_alloc(call, (size_t)n_rows, sizeof(double), error);
    job.reasons[i] = itg_call_alloc(call, (size_t)n_rows, sizeof(uint8_t), error);
    job.n_missing[i] = itg_call_alloc(call, (size_t)n_rows, sizeof(int64_t), error);
    if (!job.scores[i] || !job.reasons[i] || !job.n_missing[i]) return ITG_ERR_MEMORY;
  }
  *values = job.scores;
  ITG_TRY(itg_scale_labels_read(itg_call_node(call, "labels"), (itg_scale_plan *[]){&own}, 1, call->arena,
                                error));
  ITG_TRY(itg_scale_score_rows(&job, &call->control, error));
  for (int32_t i = 0; i < plan->n_items; i++)
    if (columns[i]) itg_items_count_missing(call, "items", columns[i], job.item_missing[i]);
  if (!job.out_of_range) return ITG_OK;
  return itg_result_note(call->result, error, "%lld answers that the definition does not know were taken as "
                                              "missing",
                         (long long)job.out_of_range);
}
