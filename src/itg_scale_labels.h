/* itg_scale_labels.h - layer 3: text in the data that stands for an answer: words of the definition, then the
 * labels of option `labels`, for a definition ships no licensed wording. */
#ifndef ITG_SCALE_LABELS_H
#define ITG_SCALE_LABELS_H

#include "itg_scale_plan.h"
#include "itg_base.h"

/* Gives option `labels` (NULL: none) to all the plans of a call: numbers by label, for all items, and maps of
 * such for some: by the id of an item, by the id of responses (the items that have them), or by "/pattern/"
 * of the ids of items. An item's own labels go before those of its responses, these before those of a
 * pattern, and these before those of all. Errors: ITG_ERR_OPTION for a label that is a number, for a number
 * that is an answer of no item meant, and for a map that means no item of any plan. */
itg_status itg_scale_labels_read(const itg_node *option, itg_scale_plan *const *plans, int32_t n_plans,
                                 itg_arena *arena, itg_error *error);

bool itg_scale_is_answer(const itg_responses *r, double value);

/* The number that a text is, or that its word or label stands for, be it an answer or not; false: none. */
bool itg_scale_number_of(const itg_scale_plan *plan, int32_t item, const char *text, double *value);

/* The words and labels that are answers to an item, with commas between. */
void itg_scale_labels_print(const itg_scale_plan *plan, int32_t item, itg_text *out);

#endif
