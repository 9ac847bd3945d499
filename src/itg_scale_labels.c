/* itg_scale_labels.c - layer 3: text in the data that stands for an answer. */
#include "itg_scale_labels.h"

#include <string.h>

#include "itg_frame.h"

bool itg_scale_is_answer(const itg_responses *r, double value) {
  if (!(value >= r->min && value <= r->max)) return false;
  for (int32_t i = 0; i < r->n_options; i++)
    if (r->options[i] == value) return true;
  return !r->n_options;
}

static itg_scale_labels labels_of(const itg_scale_plan *plan, int32_t item) {
  return plan->labels ? plan->labels[item] : (itg_scale_labels){0, NULL};
}

bool itg_scale_number_of(const itg_scale_plan *plan, int32_t item, const char *text, double *value) {
  const itg_responses *r = plan->items[item].responses;
  const itg_scale_labels labels = labels_of(plan, item);
  if (itg_number_parse(text, strlen(text), value)) return true;
  for (int32_t i = 0; i < r->n_options; i++)
    if (itg_text_equal(r->words[i], text)) {
      *value = r->options[i];
      return true;
    }
  for (int32_t i = 0; i < labels.n; i++)
    if (strcmp(labels.list[i].text, text) == 0) {
      *value = labels.list[i].value;
      return true;
    }
  return false;
}

void itg_scale_labels_print(const itg_scale_plan *plan, int32_t item, itg_text *out) {
  const itg_responses *r = plan->items[item].responses;
  const itg_scale_labels labels = labels_of(plan, item);
  for (int32_t i = 0; i < r->n_options; i++)
    if (r->words[i]) itg_text_print(out, "%s%.40s", out->size ? ", " : "", r->words[i]);
  for (int32_t i = 0; i < labels.n; i++)
    if (itg_scale_is_answer(r, labels.list[i].value))
      itg_text_print(out, "%s%.40s", out->size ? ", " : "", labels.list[i].text);
}

/* ---- option `labels` ---- */

/* Labels of some items, or of all; by how near they stand to an item. */
typedef enum nearness { OF_ITEM, OF_RESPONSES, OF_PATTERN, OF_ALL } nearness;

typedef struct label_set {
  nearness of;
  const char *key;
  itg_pattern *pattern; /* OF_PATTERN */
  const itg_node *map;
  itg_scale_labels labels;
} label_set;

typedef struct reader {
  itg_scale_plan *const *plans;
  int32_t n_plans;
  itg_arena *arena;
  itg_error *error;
} reader;

static bool is_pattern(const char *key) {
  size_t size = strlen(key);
  return size > 2 && key[0] == '/' && key[size - 1] == '/';
}

static bool means(const label_set *set, const itg_scale_item *item) {
  switch (set->of) {
    case OF_ITEM: return strcmp(item->id, set->key) == 0;
    case OF_RESPONSES: return strcmp(item->responses->id, set->key) == 0;
    case OF_PATTERN: return itg_pattern_match(set->pattern, item->id);
    case OF_ALL: break;
  }
  return true;
}

/* Does the set mean an item, and one that the value is an answer to, where there is one? */
static bool means_some(const reader *r, const label_set *set, const double *value) {
  for (int32_t p = 0; p < r->n_plans; p++)
    for (int32_t i = 0; i < r->plans[p]->n_items; i++) {
      const itg_scale_item *item = &r->plans[p]->items[i];
      if (means(set, item) && (!value || itg_scale_is_answer(item->responses, *value))) return true;
    }
  return false;
}

/* What the items that are meant can be answered with, each response scale once, as far as a line holds. */
static itg_status fail_value(const reader *r, const label_set *set, const itg_node *node, const char *label) {
  itg_text all = ITG_TEXT_EMPTY;
  const itg_responses *last = NULL;
  for (int32_t p = 0; p < r->n_plans; p++)
    for (int32_t i = 0; i < r->plans[p]->n_items; i++) {
      const itg_responses *responses = r->plans[p]->items[i].responses;
      char low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
      if (responses == last || all.size > 200 || !means(set, &r->plans[p]->items[i])) continue;
      itg_number_print(responses->min, low);
      itg_number_print(responses->max, high);
      itg_text_print(&all, "%s%s to %s%s", last ? "; " : "", low, high,
                     responses->n_options ? ", as the definition lists them" : "");
      last = responses;
    }
  itg_status status = itg_fail_node(
      r->error, ITG_ERR_OPTION, node,
      "option 'labels': '%.60s' stands for %.40s, which is an answer to no item%s%.60s; answers are %s; "
      "correct it, or declare the label in `missing`",
      label, node->text, set->key ? " of " : "", set->key ? set->key : "", all.data ? all.data : "");
  itg_text_clear(&all);
  return status;
}

static itg_status fail_key(const reader *r, const label_set *set) {
  const char *first = r->plans[0]->items[0].id, *near = NULL;
  for (int32_t p = 0; p < r->n_plans && !near; p++) {
    const itg_scale_plan *plan = r->plans[p];
    const char **ids = itg_arena_room(r->arena, (size_t)plan->n_items, sizeof *ids, r->error);
    if (!ids) return ITG_ERR_MEMORY;
    for (int32_t i = 0; i < plan->n_items; i++) ids[i] = plan->items[i].id;
    near = itg_suggest(set->key, ids, (size_t)plan->n_items);
  }
  return itg_fail_node(r->error, ITG_ERR_OPTION, set->map,
                       "option 'labels': '%.60s' has labels of its own, but is neither an item (%.60s ...), "
                       "nor responses of the definition (%.60s ...), nor a pattern that items match%s%.60s%s",
                       set->key, first, r->plans[0]->items[0].responses->id, near ? "; did you mean '" : "",
                       near ? near : "", near ? "'?" : "");
}

/* Numbers by label; maps are sets of their own. */
static itg_status read_labels(const reader *r, label_set *set) {
  itg_scale_label *list = itg_arena_room(r->arena, (size_t)set->map->count, sizeof *list, r->error);
  if (!list) return ITG_ERR_MEMORY;
  set->labels.list = list;
  for (int32_t i = 0; i < set->map->count; i++) {
    const char *text = set->map->keys[i];
    const itg_node *node = &set->map->items[i];
    double number;
    if (set->of == OF_ALL && node->kind == ITG_NODE_MAP) continue;
    if (itg_number_parse(text, strlen(text), &number))
      return itg_fail_node(r->error, ITG_ERR_OPTION, node,
                           "option 'labels': '%.60s' is a number, and numbers are answers as they stand; "
                           "recode them in the data, or leave it out",
                           text);
    if (node->kind != ITG_NODE_SCALAR || !itg_node_number(node, &number))
      return itg_fail_node(r->error, ITG_ERR_OPTION, node,
                           "option 'labels': '%.60s' must stand for a number%s, not %.60s", text,
                           set->of == OF_ALL ? ", or name items and map their labels to numbers" : "",
                           node->kind == ITG_NODE_SCALAR ? node->text
                           : node->kind == ITG_NODE_LIST ? "a list"
                                                         : "a map");
    if (!means_some(r, set, &number)) return fail_value(r, set, node, text);
    list[set->labels.n++] = (itg_scale_label){text, number};
  }
  return ITG_OK;
}

static itg_status open_set(const reader *r, label_set *set) {
  if (is_pattern(set->key)) {
    const char *inner = itg_arena_print(r->arena, "%.*s", (int)strlen(set->key) - 2, set->key + 1);
    if (!inner) return itg_fail_memory(r->error);
    set->of = OF_PATTERN;
    ITG_TRY(itg_pattern_new(inner, &set->pattern, r->error));
  } else if (!means_some(r, set, NULL)) {
    set->of = OF_RESPONSES;
  }
  return means_some(r, set, NULL) ? ITG_OK : fail_key(r, set);
}

/* The labels of each item, the nearest first; items without any of their own share those of all. */
static itg_status give(const reader *r, const label_set *sets, int32_t n, itg_scale_plan *plan) {
  itg_scale_labels *of = itg_arena_room(r->arena, (size_t)plan->n_items, sizeof *of, r->error);
  if (!of) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < plan->n_items; i++) {
    int32_t count = 0;
    for (int32_t s = 0; s < n; s++) count += means(&sets[s], &plan->items[i]) ? sets[s].labels.n : 0;
    of[i] = sets[0].labels;
    if (count == sets[0].labels.n) continue;
    itg_scale_label *list = itg_arena_room(r->arena, (size_t)count, sizeof *list, r->error);
    if (!list) return ITG_ERR_MEMORY;
    of[i] = (itg_scale_labels){0, list};
    for (nearness near = OF_ITEM; near <= OF_ALL; near++)
      for (int32_t s = 0; s < n; s++)
        for (int32_t k = 0; sets[s].of == near && means(&sets[s], &plan->items[i]) && k < sets[s].labels.n;
             k++)
          list[of[i].n++] = sets[s].labels.list[k];
  }
  plan->labels = of;
  return ITG_OK;
}

itg_status itg_scale_labels_read(const itg_node *option, itg_scale_plan *const *plans, int32_t n_plans,
                                 itg_arena *arena, itg_error *error) {
  if (itg_node_is_null(option)) return ITG_OK;
  const reader r = {plans, n_plans, arena, error};
  itg_status status = ITG_OK;
  int32_t n = 1;
  label_set *sets = itg_arena_room(arena, (size_t)option->count + 1, sizeof *sets, error);
  if (!sets) return ITG_ERR_MEMORY;
  sets[0] = (label_set){.of = OF_ALL, .map = option};
  status = read_labels(&r, &sets[0]);
  for (int32_t i = 0; !status && i < option->count; i++) {
    if (option->items[i].kind != ITG_NODE_MAP) continue;
    label_set *set = &sets[n++];
    *set = (label_set){.of = OF_ITEM, .key = option->keys[i], .map = &option->items[i]};
    status = open_set(&r, set);
    if (!status) status = read_labels(&r, set);
  }
  for (int32_t p = 0; !status && p < n_plans; p++) status = give(&r, sets, n, plans[p]);
  for (int32_t s = 0; s < n; s++) itg_pattern_free(sets[s].pattern);
  return status;
}
