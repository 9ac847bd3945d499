/* itg_scale_labels.c - layer 3: text in the data that stands for an answer. */
#include "itg_scale_labels.h"

#include <string.h>

bool itg_scale_is_answer(const itg_responses *r, double value) {
  if (!(value >= r->min && value <= r->max)) return false;
  for (int32_t i = 0; i < r->n_options; i++)
    if (r->options[i] == value) return true;
  return !r->n_options;
}

bool itg_scale_number_of(const itg_scale_plan *plan, const itg_responses *r, const char *text, double *value) {
  if (itg_number_parse(text, strlen(text), value)) return true;
  for (int32_t i = 0; i < r->n_options; i++)
    if (itg_text_equal(r->words[i], text)) {
      *value = r->options[i];
      return true;
    }
  for (int32_t i = 0; i < plan->n_labels; i++)
    if (strcmp(plan->labels[i].text, text) == 0) {
      *value = plan->labels[i].value;
      return true;
    }
  return false;
}

void itg_scale_labels_print(const itg_scale_plan *plan, const itg_responses *r, itg_text *out) {
  for (int32_t i = 0; i < r->n_options; i++)
    if (r->words[i]) itg_text_print(out, "%s%.40s", out->size ? ", " : "", r->words[i]);
  for (int32_t i = 0; i < plan->n_labels; i++)
    if (itg_scale_is_answer(r, plan->labels[i].value))
      itg_text_print(out, "%s%.40s", out->size ? ", " : "", plan->labels[i].text);
}

/* ---- option `labels` ---- */

static bool is_answer_somewhere(itg_scale_plan *const *plans, int32_t n_plans, double value) {
  for (int32_t p = 0; p < n_plans; p++)
    for (int32_t i = 0; i < plans[p]->n_items; i++)
      if (itg_scale_is_answer(plans[p]->items[i].responses, value)) return true;
  return false;
}

/* What the items can be answered with, each response scale once, as far as a line holds. */
static itg_status fail_value(const itg_node *node, const char *label, itg_scale_plan *const *plans, int32_t n_plans,
                             itg_error *error) {
  itg_text all = ITG_TEXT_EMPTY;
  const itg_responses *last = NULL;
  for (int32_t p = 0; p < n_plans; p++)
    for (int32_t i = 0; i < plans[p]->n_items; i++) {
      const itg_responses *r = plans[p]->items[i].responses;
      char low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
      if (r == last || all.size > 200) continue;
      itg_number_print(r->min, low);
      itg_number_print(r->max, high);
      itg_text_print(&all, "%s%s to %s%s", last ? "; " : "", low, high,
                     r->n_options ? ", as the definition lists them" : "");
      last = r;
    }
  itg_status status = itg_fail_node(error, ITG_ERR_OPTION, node,
                                    "option 'labels': '%.60s' stands for %.40s, which is an answer to no item; answers "
                                    "are %s; correct it, or declare the label in `missing`",
                                    label, node->text, all.data ? all.data : "");
  itg_text_clear(&all);
  return status;
}

itg_status itg_scale_labels_read(const itg_node *option, itg_scale_plan *const *plans, int32_t n_plans,
                                 itg_arena *arena, itg_error *error) {
  if (itg_node_is_null(option)) return ITG_OK;
  itg_scale_label *labels = itg_arena_room(arena, (size_t)option->count, sizeof *labels, error);
  if (!labels) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < option->count; i++) {
    const char *text = option->keys[i];
    double number;
    if (itg_number_parse(text, strlen(text), &number))
      return itg_fail_node(error, ITG_ERR_OPTION, &option->items[i],
                           "option 'labels': '%.60s' is a number, and numbers are answers as they stand; recode them in "
                           "the data, or leave it out",
                           text);
    labels[i].text = text;
    itg_node_number(&option->items[i], &labels[i].value);
    if (!is_answer_somewhere(plans, n_plans, labels[i].value))
      return fail_value(&option->items[i], text, plans, n_plans, error);
  }
  for (int32_t p = 0; p < n_plans; p++) {
    plans[p]->labels = labels;
    plans[p]->n_labels = option->count;
  }
  return ITG_OK;
}
