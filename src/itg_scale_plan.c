/* itg_scale_plan.c - layer 3: definitions of kind scale: shape, meaning, and the plan that the kernel runs.
 */
#include "itg_scale_plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const itg_field responses_fields[] = {
    {"min", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 0, NULL, "lowest answer; default: the lowest option"},
    {"max", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 0, NULL, "highest answer; default: the highest option"},
    {"options", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "the only answers there are: list of numbers, or map from number to a word that may stand in the data"},
    {"missing", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "codes that mean no answer: list, or map from code to reason"},
    {"count_as", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL,
     "the answer (before reversal) that a missing one of some reason counts as: map from reason, such as "
     "{not applicable: 0}; default: none"},
    {0}};

static const itg_field item_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "name of the item and of its column"},
    {"label", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "short label of our own"},
    {"responses", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "its responses; default: the only ones"},
    {"reverse", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL, "counts as min + max - answer"},
    {"weight", ITG_FIELD_NUMBER, false, "1", NULL, 0, 1e9, NULL, "weight in a weighted mean"},
    {0}};

static const itg_field missing_fields[] = {
    {"rule", ITG_FIELD_TEXT, true, NULL, "complete|min-valid|share|max-missing", 0, 0, NULL,
     "complete: every answer is needed; min-valid: so many; share: such a share of them; max-missing: so "
     "many may lack"},
    {"min_valid", ITG_FIELD_INTEGER, false, NULL, NULL, 1, 1e6, NULL, "answers needed (min-valid)"},
    {"share", ITG_FIELD_NUMBER, false, "0.5", NULL, 0, 1, NULL, "share of answers needed (share)"},
    {"max_missing", ITG_FIELD_INTEGER, false, NULL, NULL, 0, 1e6, NULL,
     "answers that may lack (max-missing)"},
    {"of", ITG_FIELD_TEXT, false, "items", "items|applicable", 0, 0, NULL,
     "whether items that are not applicable to the respondent count among those that lack (items), or the "
     "rule looks at the applicable ones alone; one answer is needed in any case"},
    {"fill", ITG_FIELD_TEXT, false, NULL, "none|person-mean", 0, 0, NULL,
     "what a missing answer adds to a sum (default person-mean) or count (default none)"},
    {0}};

static const itg_field criterion_fields[] = {
    {"at_least", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 0, NULL, "an answer counts from here upwards"},
    {"at_most", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 0, NULL, "an answer counts from here downwards"},
    {0}};

static const itg_field rescale_fields[] = {
    {"from", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 0, NULL, "two numbers; default: the computed range"},
    {"to", ITG_FIELD_NUMBERS, true, NULL, NULL, 0, 0, NULL, "two numbers, such as [0, 100]"},
    {0}};

static const itg_field lookup_fields[] = {
    {"from", ITG_FIELD_NUMBERS, true, NULL, NULL, 0, 0, NULL,
     "scores as computed, rising over their whole range"},
    {"to", ITG_FIELD_NUMBERS, true, NULL, NULL, 0, 0, NULL, "what each becomes"},
    {"between", ITG_FIELD_TEXT, false, "exact", "exact|linear|nearest", 0, 0, NULL,
     "a score between two entries: none (invalid), in proportion, or as the nearer one (the higher of two)"},
    {0}};

static const itg_field score_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "name of the score and of its column"},
    {"title", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "title"},
    {"of", ITG_FIELD_TEXTS, true, NULL, NULL, 0, 0, NULL, "ids of items or of scores above"},
    {"method", ITG_FIELD_TEXT, true, NULL,
     "sum|mean|weighted-mean|weighted-sum|count|share|top-box|min|max|median", 0, 0, NULL,
     "how the answers become one number"},
    {"weights", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 1e9, NULL,
     "weights in the order of `of`; default: the items'"},
    {"direction", ITG_FIELD_TEXT, false, "higher-better", "higher-better|lower-better", 0, 0, NULL,
     "which end is the best answer where no criterion is given"},
    {"criterion", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, criterion_fields,
     "count, share, top-box: the answers that count; default: the best answer"},
    {"missing", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, missing_fields, "missing rule; default: complete"},
    {"rescale", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, rescale_fields, "linear change of scale"},
    {"lookup", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, lookup_fields,
     "conversion table, after the change of scale"},
    {"range", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 0, NULL,
     "lowest and highest score, checked; default: as computed"},
    {"unit", ITG_FIELD_TEXT, false, NULL,
     "points|percent|proportion|count|level|utility|coefficient|currency", 0, 0, NULL,
     "default: percent for share and top-box, count for count, else points"},
    {"bands", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "id of bands"},
    {0}};

static const itg_field bands_fields[] = {
    {"from", ITG_FIELD_NUMBERS, true, NULL, NULL, 0, 0, NULL, "lower bounds, rising from the lowest score"},
    {"levels", ITG_FIELD_TEXTS, true, NULL, NULL, 0, 0, NULL, "a word for each"},
    {"decimals", ITG_FIELD_INTEGER, false, NULL, NULL, 0, 10, NULL,
     "round so before placing; default: do not round"},
    {0}};

static const itg_field scale_fields[] = {
    {"responses", ITG_FIELD_NAMED, true, NULL, NULL, 0, 0, responses_fields, "response scales by name"},
    {"items", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, item_fields, "items"},
    {"scores", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, score_fields, "scores, in order of computation"},
    {"bands", ITG_FIELD_NAMED, false, NULL, NULL, 0, 0, bands_fields, "levels in words by name"},
    {0}};

typedef struct maker {
  const itg_definition *definition;
  itg_arena *arena;
  itg_scale_plan *plan;
  int32_t n_responses, n_bands;
  itg_responses *responses;
  itg_scale_bands *bands;
  itg_error *error;
} maker;


static itg_status two_numbers(maker *m, const itg_node *node, const char *key, double out[2]) {
  if (itg_node_length(node) != 2)
    return itg_fail_node(m->error, ITG_ERR_VALUE, node, "'%s' must be two numbers: [lowest, highest]", key);
  for (int i = 0; i < 2; i++) itg_node_number(itg_node_element(node, i), &out[i]);
  if (!(out[0] < out[1]))
    return itg_fail_node(m->error, ITG_ERR_VALUE, node, "the first number of '%s' must be below the second",
                         key);
  return ITG_OK;
}

/* ---- responses ---- */

static itg_status read_options(maker *m, const itg_node *node, itg_responses *out) {
  if (itg_node_is_null(node)) return ITG_OK;
  int32_t n = itg_node_length(node);
  double *options = itg_arena_room(m->arena, (size_t)n, sizeof *options, m->error);
  const char **words = itg_arena_room(m->arena, (size_t)n, sizeof *words, m->error);
  if (!options || !words) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    const itg_node *value = node->kind == ITG_NODE_MAP ? &node->items[i] : itg_node_element(node, i);
    const char *text = node->kind == ITG_NODE_MAP ? node->keys[i] : value->text;
    if (value->kind != ITG_NODE_SCALAR || !itg_number_parse(text, strlen(text), &options[i]))
      return itg_fail_node(m->error, ITG_ERR_VALUE, value,
                           "an option must be a number, or a number and its word");
    if (node->kind == ITG_NODE_MAP && !itg_node_is_null(value)) words[i] = value->text;
    for (int32_t j = 0; j < i; j++)
      if (options[j] == options[i])
        return itg_fail_node(m->error, ITG_ERR_VALUE, value, "the option %.40s is given twice", text);
    if (!i || options[i] < out->min) out->min = options[i];
    if (!i || options[i] > out->max) out->max = options[i];
  }
  out->n_options = n;
  out->options = options;
  out->words = words;
  return ITG_OK;
}

static itg_status find_reason(maker *m, const itg_node *node, const char *text, itg_reason *out) {
  int reason = ITG_REASON_MISSING;
  while (reason <= ITG_REASON_INVALID && strcmp(itg_reason_text((itg_reason)reason), text) != 0) reason++;
  if (reason > ITG_REASON_INVALID)
    return itg_fail_node(
        m->error, ITG_ERR_VALUE, node,
        "'%.60s' is no reason; allowed: missing, not applicable, refused, not asked, don't know, "
        "out of range, invalid",
        text);
  *out = (itg_reason)reason;
  return ITG_OK;
}

static itg_status read_counted(maker *m, const itg_node *node, itg_responses *out) {
  for (int i = 0; i < ITG_REASON_COUNT; i++) out->counted[i] = NAN;
  for (int32_t i = 0; node && i < node->count; i++) {
    itg_reason reason = ITG_REASON_MISSING;
    double value = NAN;
    ITG_TRY(find_reason(m, &node->items[i], node->keys[i], &reason));
    if (!itg_node_number(&node->items[i], &value) || !(value >= out->min && value <= out->max))
      return itg_fail_node(m->error, ITG_ERR_VALUE, &node->items[i],
                           "'%.60s' must count as an answer of responses '%.80s'", node->keys[i], out->id);
    out->counted[reason] = value;
    out->counts = true;
  }
  return ITG_OK;
}

static itg_status read_codes(maker *m, const itg_node *node, itg_responses *out) {
  if (itg_node_is_null(node)) return ITG_OK;
  int32_t n = itg_node_length(node);
  itg_answer_code *codes = itg_arena_room(m->arena, (size_t)n, sizeof *codes, m->error);
  if (!codes) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    bool map = node->kind == ITG_NODE_MAP;
    const itg_node *value = map ? &node->items[i] : itg_node_element(node, i);
    const char *text = map ? node->keys[i] : value->text;
    if (value->kind != ITG_NODE_SCALAR)
      return itg_fail_node(m->error, ITG_ERR_VALUE, value, "a missing code must be one value");
    codes[i] = (itg_answer_code){text, NAN, ITG_REASON_MISSING};
    if (!itg_number_parse(text, strlen(text), &codes[i].number)) codes[i].number = NAN;
    for (int32_t j = 0; j < out->n_options; j++)
      if (out->options[j] == codes[i].number || (out->words[j] && strcmp(out->words[j], text) == 0))
        return itg_fail_node(m->error, ITG_ERR_VALUE, value,
                             "'%.40s' of responses '%.60s' is an option and a missing code; keep one", text, out->id);
    if (!map || itg_node_is_null(value)) continue;
    ITG_TRY(find_reason(m, value, value->text, &codes[i].reason));
  }
  out->n_codes = n;
  out->codes = codes;
  return ITG_OK;
}

static itg_status read_responses(maker *m, const itg_node *map) {
  m->n_responses = map->count;
  m->responses = itg_arena_room(m->arena, (size_t)map->count, sizeof *m->responses, m->error);
  if (!m->responses) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < map->count; i++) {
    const itg_node *node = &map->items[i];
    itg_responses *r = &m->responses[i];
    r->id = map->keys[i];
    r->min = r->max = NAN;
    ITG_TRY(read_options(m, itg_node_get(node, "options"), r));
    double low = r->min, high = r->max;
    itg_node_number(itg_node_get(node, "min"), &r->min);
    itg_node_number(itg_node_get(node, "max"), &r->max);
    if (!(r->min < r->max))
      return itg_fail_node(m->error, ITG_ERR_VALUE, node, "responses '%s' need a min below a max, or options",
                           r->id);
    if (r->n_options && (low < r->min || high > r->max))
      return itg_fail_node(m->error, ITG_ERR_VALUE, node,
                           "an option of responses '%s' lies outside min to max", r->id);
    ITG_TRY(read_codes(m, itg_node_get(node, "missing"), r));
    ITG_TRY(read_counted(m, itg_node_get(node, "count_as"), r));
  }
  return ITG_OK;
}

/* ---- items ---- */

/* The position of an id among those given; `ids` begin where each entry begins (a `const char *` first). */
static int32_t find_id(const void *entries, int32_t n, size_t size, const char *id) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(*(const char *const *)((const char *)entries + (size_t)i * size), id) == 0) return i;
  return -1;
}

static itg_status fail_unknown(maker *m, itg_status status, const itg_node *node, const char *what,
                               const void *entries, int32_t n, size_t size) {
  const char **ids = itg_arena_room(m->arena, (size_t)n, sizeof *ids, m->error);
  if (!ids) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < n; i++) ids[i] = *(const char *const *)((const char *)entries + (size_t)i * size);
  const char *near = itg_suggest(node->text, ids, (size_t)n);
  return itg_fail_node(m->error, status, node, "there is no %s '%.80s'%s%s%s", what, node->text,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static itg_status read_item(maker *m, const itg_node *node, itg_scale_item *items, int32_t i) {
  const itg_node *responses = itg_node_get(node, "responses");
  itg_scale_item *item = &items[i];
  int32_t at = 0;
  item->id = itg_node_text(node, "id", "");
  item->label = itg_node_text(node, "label", item->id);
  if (find_id(items, i, sizeof *items, item->id) >= 0)
    return itg_fail_node(m->error, ITG_ERR_VALUE, node, "the item '%.80s' is given twice", item->id);
  if (responses)
    at = find_id(m->responses, m->n_responses, sizeof *m->responses, responses->text);
  else if (m->n_responses != 1)
    return itg_fail_node(m->error, ITG_ERR_KEY, node, "item '%.80s' must say which responses it has", item->id);
  if (at < 0)
    return fail_unknown(m, ITG_ERR_REFERENCE, responses, "responses", m->responses, m->n_responses,
                        sizeof *m->responses);
  item->responses = &m->responses[at];
  item->weight = 1;
  itg_node_number(itg_node_get(node, "weight"), &item->weight);
  itg_node_flag(itg_node_get(node, "reverse"), &item->reverse);
  return ITG_OK;
}

static itg_status read_items(maker *m, const itg_node *list) {
  itg_scale_plan *plan = m->plan;
  itg_scale_item *items = itg_arena_room(m->arena, (size_t)list->count, sizeof *items, m->error);
  if (!items) return ITG_ERR_MEMORY;
  if (!list->count) return itg_fail_node(m->error, ITG_ERR_VALUE, list, "a scale needs at least one item");
  plan->items = items;
  itg_faults faults = {.all = m->error};
  maker each = *m;
  each.error = &faults.one;
  for (int32_t i = 0; i < list->count; i++) {
    if (!itg_faults_add(&faults, read_item(&each, &list->items[i], items, i))) break;
    plan->n_items = i + 1;
  }
  return itg_faults_end(&faults);
}

/* ---- bands ---- */

static itg_status read_bands(maker *m, const itg_node *map) {
  if (!map) return ITG_OK;
  m->n_bands = map->count;
  m->bands = itg_arena_room(m->arena, (size_t)map->count, sizeof *m->bands, m->error);
  if (!m->bands) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < map->count; i++) {
    const itg_node *node = &map->items[i], *from = itg_node_get(node, "from"),
                   *levels = itg_node_get(node, "levels");
    itg_scale_bands *b = &m->bands[i];
    int64_t decimals = -1;
    b->id = map->keys[i];
    b->n = itg_node_length(from);
    if (!b->n || itg_node_length(levels) != b->n)
      return itg_fail_node(m->error, ITG_ERR_VALUE, node, "bands '%s' need as many levels as lower bounds",
                           b->id);
    itg_node_integer(itg_node_get(node, "decimals"), &decimals);
    b->decimals = (int)decimals;
    double *bounds = itg_arena_room(m->arena, (size_t)b->n, sizeof *bounds, m->error);
    const char **words = itg_arena_room(m->arena, (size_t)b->n, sizeof *words, m->error);
    if (!bounds || !words) return ITG_ERR_MEMORY;
    for (int32_t k = 0; k < b->n; k++) {
      itg_node_number(itg_node_element(from, k), &bounds[k]);
      words[k] = itg_node_element(levels, k)->text;
      if (k && !(bounds[k] > bounds[k - 1]))
        return itg_fail_node(m->error, ITG_ERR_VALUE, from, "the lower bounds of bands '%s' must rise",
                             b->id);
    }
    b->from = bounds;
    b->levels = words;
  }
  return ITG_OK;
}

const char *itg_scale_level(const itg_scale_score *score, double value) {
  const itg_scale_bands *b = score->bands;
  if (!b || isnan(value)) return NULL;
  if (b->decimals >= 0) {
    double unit = pow(10, b->decimals);
    value = floor(value * unit + 0.5) / unit;
  }
  int32_t at = 0;
  while (at + 1 < b->n && value >= b->from[at + 1]) at++;
  return b->levels[at];
}

/* ---- scores ---- */

static itg_score_method method_of(const char *word) {
  static const char *const words[] = {"sum",     "mean", "weighted-mean", "count",  "share",
                                      "top-box", "min",  "max",           "median", "weighted-sum"};
  int i = 0;
  while (i < (int)ITG_COUNT(words) - 1 && strcmp(words[i], word) != 0) i++;
  return (itg_score_method)i;
}

static bool is_weighted(itg_score_method method) {
  return method == ITG_SCORE_WEIGHTED_MEAN || method == ITG_SCORE_WEIGHTED_SUM;
}

static bool is_sum(itg_score_method method) {
  return method == ITG_SCORE_SUM || method == ITG_SCORE_WEIGHTED_SUM;
}

static bool has_criterion(itg_score_method method) {
  return method == ITG_SCORE_COUNT || method == ITG_SCORE_SHARE || method == ITG_SCORE_TOP_BOX;
}

static itg_status read_parts(maker *m, const itg_node *node, itg_scale_score *score) {
  const itg_scale_plan *plan = m->plan;
  const itg_node *of = itg_node_get(node, "of"), *weights = itg_node_get(node, "weights");
  int32_t n = itg_node_length(of);
  itg_score_part *parts = itg_arena_room(m->arena, (size_t)n, sizeof *parts, m->error);
  if (!parts) return ITG_ERR_MEMORY;
  if (!n) return itg_fail_node(m->error, ITG_ERR_VALUE, node, "score '%.80s' is made of nothing", score->id);
  if (weights && itg_node_length(weights) != n)
    return itg_fail_node(m->error, ITG_ERR_VALUE, weights, "score '%.80s' has %d parts, but %d weights",
                         score->id, (int)n, (int)itg_node_length(weights));
  for (int32_t i = 0; i < n; i++) {
    const itg_node *name = itg_node_element(of, i);
    itg_score_part *part = &parts[i];
    int32_t item = find_id(plan->items, plan->n_items, sizeof *plan->items, name->text);
    int32_t other = item < 0 ? find_id(plan->scores, plan->n_scores, sizeof *plan->scores, name->text) : -1;
    if (item >= 0) {
      const itg_scale_item *x = &plan->items[item];
      double low = x->responses->min, high = x->responses->max;
      *part =
          (itg_score_part){item, x->reverse ? low + high : 0, x->reverse ? -1 : 1, x->weight, low, high, NAN};
    } else if (other >= 0) {
      const itg_scale_score *x = &plan->scores[other];
      *part = (itg_score_part){plan->n_items + other, 0, 1, 1, x->low, x->high, NAN};
    } else {
      return fail_unknown(m, ITG_ERR_REFERENCE, name, "item or earlier score", plan->items, plan->n_items,
                          sizeof *plan->items);
    }
    for (int32_t j = 0; j < i; j++)
      if (parts[j].source == part->source)
        return itg_fail_node(m->error, ITG_ERR_VALUE, name, "'%.80s' stands twice in score '%.80s'",
                             name->text, score->id);
    if (weights) itg_node_number(itg_node_element(weights, i), &part->weight);
  }
  score->n_parts = n;
  score->parts = parts;
  return ITG_OK;
}

/* Which answers count: as stated, else the best answer of each part. */
static itg_status read_criterion(maker *m, const itg_node *node, itg_scale_score *score) {
  const itg_node *criterion = itg_node_get(node, "criterion"), *least = itg_node_get(criterion, "at_least"),
                 *most = itg_node_get(criterion, "at_most");
  bool lower = strcmp(itg_node_text(node, "direction", "higher-better"), "lower-better") == 0;
  itg_score_part *parts = (itg_score_part *)score->parts;
  if (!has_criterion(score->method)) {
    if (criterion)
      return itg_fail_node(m->error, ITG_ERR_VALUE, criterion,
                           "only the methods count, share and top-box have a criterion; remove it");
    return ITG_OK;
  }
  if (criterion && !least == !most)
    return itg_fail_node(m->error, ITG_ERR_VALUE, criterion, "a criterion needs either at_least or at_most");
  score->at_most = criterion ? most != NULL : lower;
  for (int32_t i = 0; i < score->n_parts; i++) {
    parts[i].criterion = score->at_most ? parts[i].low : parts[i].high;
    if (criterion) itg_node_number(least ? least : most, &parts[i].criterion);
  }
  return ITG_OK;
}

int32_t itg_scale_needed(const itg_scale_score *score, int32_t n_applicable) {
  const itg_missing_rule *r = &score->missing;
  int32_t n = n_applicable, needed = n;
  if (r->kind == ITG_NEED_COUNT) needed = r->count < n ? r->count : n;
  if (r->kind == ITG_NEED_SHARE) needed = (int32_t)ceil(r->share * n - 1e-9);
  if (r->kind == ITG_NEED_ALL_BUT) needed = n - r->count;
  return needed < 1 ? 1 : needed;
}

/* The whole number that a rule goes with. */
static itg_status rule_count(const itg_node *missing, const char *rule, const char *key, int64_t most,
                             const itg_scale_score *score, itg_status key_status, itg_status value_status,
                             itg_missing_rule *out, itg_error *error) {
  const itg_node *node = itg_node_get(missing, key);
  int64_t value = 0;
  if (!itg_node_integer(node, &value))
    return itg_fail_node(error, key_status, missing, "rule %s needs the key '%s'", rule, key);
  if (value > most)
    return itg_fail_node(error, value_status, node, "%s is %d, but score '%.80s' has %d parts", key,
                         (int)value, score->id, (int)score->n_parts);
  out->count = (int32_t)value;
  return ITG_OK;
}

/* The rule of a checked map (NULL: complete answers). */
static itg_status read_rule(const itg_node *missing, itg_scale_score *score, itg_status key_status,
                            itg_status value_status, itg_error *error) {
  const itg_node *fill = itg_node_get(missing, "fill");
  const char *rule = itg_node_text(missing, "rule", "complete");
  itg_missing_rule out = {.kind = ITG_NEED_ALL, .share = 0.5};
  out.applicable = strcmp(itg_node_text(missing, "of", "items"), "applicable") == 0;
  if (fill && strcmp(fill->text, "none") == 0 && !is_sum(score->method) && score->method != ITG_SCORE_COUNT)
    return itg_fail_node(error, value_status, fill,
                         "'fill: none' has a meaning for sum and count only; remove it");
  if (strcmp(rule, "min-valid") == 0) {
    out.kind = ITG_NEED_COUNT;
    ITG_TRY(
        rule_count(missing, rule, "min_valid", score->n_parts, score, key_status, value_status, &out, error));
  } else if (strcmp(rule, "max-missing") == 0) {
    out.kind = ITG_NEED_ALL_BUT;
    ITG_TRY(
        rule_count(missing, rule, "max_missing", INT32_MAX, score, key_status, value_status, &out, error));
  } else if (strcmp(rule, "share") == 0) {
    out.kind = ITG_NEED_SHARE;
    itg_node_number(itg_node_get(missing, "share"), &out.share);
  }
  if (fill) score->person_mean = strcmp(fill->text, "person-mean") == 0;
  score->missing = out;
  score->min_valid = itg_scale_needed(score, score->n_parts);
  return ITG_OK;
}

static itg_status read_missing_rule(maker *m, const itg_node *node, itg_scale_score *score) {
  score->person_mean = is_sum(score->method);
  return read_rule(itg_node_get(node, "missing"), score, ITG_ERR_KEY, ITG_ERR_VALUE, m->error);
}

static itg_status override_score(itg_scale_score *score, const itg_node *rule, itg_error *error) {
  ITG_TRY(itg_schema_check(rule, missing_fields, "option "
                                                 "'missing_rule'", ITG_ERR_OPTION, ITG_ERR_OPTION, error));
  return read_rule(rule, score, ITG_ERR_OPTION, ITG_ERR_OPTION, error);
}

itg_status itg_scale_plan_override(itg_scale_plan *plan, const itg_node *rules, itg_error *error) {
  if (itg_node_is_null(rules)) return ITG_OK;
  bool by_score = rules->kind == ITG_NODE_MAP && rules->count > 0;
  for (int32_t k = 0; by_score && k < rules->count; k++) by_score = rules->items[k].kind == ITG_NODE_MAP;
  for (int32_t i = 0; !by_score && i < plan->n_scores; i++)
    ITG_TRY(override_score(&plan->scores[i], rules, error));
  for (int32_t k = 0; by_score && k < rules->count; k++) {
    int32_t at = find_id(plan->scores, plan->n_scores, sizeof *plan->scores, rules->keys[k]);
    if (at >= 0) {
      ITG_TRY(override_score(&plan->scores[at], &rules->items[k], error));
      continue;
    }
    return itg_fail_node(error, ITG_ERR_OPTION, &rules->items[k],
                         "option 'missing_rule': there is no score '%.80s'; scores begin with '%.80s'",
                         rules->keys[k], plan->scores[0].id);
  }
  return ITG_OK;
}

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

double itg_scale_median(double *values, int32_t n) {
  qsort(values, (size_t)n, sizeof *values, rising);
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Range of a complete answer before rescaling: every method is monotone, so both ends are reached. */
static itg_status raw_range(maker *m, itg_scale_score *score) {
  double end[2] = {0, 0}, weight = 0;
  int32_t n = score->n_parts;
  double *ends = itg_arena_room(m->arena, 2 * (size_t)n, sizeof *ends, m->error);
  if (!ends) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    const itg_score_part *p = &score->parts[i];
    double w = is_weighted(score->method) ? p->weight : 1, ranges[2] = {p->low, p->high};
    weight += w;
    for (int e = 0; e < 2; e++) {
      ends[e * n + i] = ranges[e];
      if (score->method == ITG_SCORE_MIN)
        end[e] = i ? fmin(end[e], ranges[e]) : ranges[e];
      else if (score->method == ITG_SCORE_MAX)
        end[e] = i ? fmax(end[e], ranges[e]) : ranges[e];
      else
        end[e] += w * ranges[e];
    }
  }
  switch (score->method) {
    case ITG_SCORE_MEAN:
    case ITG_SCORE_WEIGHTED_MEAN:
      if (!(weight > 0))
        return itg_fail(m->error, ITG_ERR_VALUE, "the weights of score '%.80s' are all zero", score->id);
      for (int e = 0; e < 2; e++) end[e] /= weight;
      break;
    case ITG_SCORE_MEDIAN:
      for (int e = 0; e < 2; e++) end[e] = itg_scale_median(ends + e * n, n);
      break;
    case ITG_SCORE_COUNT:
      end[0] = 0;
      end[1] = n;
      break;
    case ITG_SCORE_SHARE:
    case ITG_SCORE_TOP_BOX:
      end[0] = 0;
      end[1] = 100;
      break;
    default:
      break;
  }
  score->low = end[0];
  score->high = end[1];
  return ITG_OK;
}

double itg_scale_convert(const itg_scale_lookup *lookup, double value) {
  int32_t at = 0;
  if (isnan(value)) return NAN;
  double slack = 1e-9 * (1 + fabs(value));
  while (at + 1 < lookup->n && value >= lookup->from[at + 1] - slack) at++;
  if (fabs(value - lookup->from[at]) <= slack) return lookup->to[at];
  if (at + 1 == lookup->n || value < lookup->from[at]) return NAN;
  double share = (value - lookup->from[at]) / (lookup->from[at + 1] - lookup->from[at]);
  if (lookup->between == ITG_LOOKUP_LINEAR)
    return lookup->to[at] + share * (lookup->to[at + 1] - lookup->to[at]);
  return lookup->between == ITG_LOOKUP_NEAREST ? lookup->to[share < 0.5 ? at : at + 1] : NAN;
}

/* The table covers the range computed so far, and its results are the range from here on. */
static itg_status read_lookup(maker *m, const itg_node *node, itg_scale_score *score) {
  const itg_node *from = itg_node_get(node, "from"), *to = itg_node_get(node, "to");
  int32_t n = itg_node_length(from);
  itg_scale_lookup *lookup = itg_arena_room(m->arena, 1, sizeof *lookup, m->error);
  double *raw = itg_arena_room(m->arena, (size_t)n, sizeof *raw, m->error),
         *made = itg_arena_room(m->arena, (size_t)n, sizeof *made, m->error);
  if (!lookup || !raw || !made) return ITG_ERR_MEMORY;
  if (n < 2 || itg_node_length(to) != n)
    return itg_fail_node(m->error, ITG_ERR_VALUE, node,
                         "the lookup of score '%.80s' needs as many 'to' as 'from', two at least", score->id);
  for (int32_t i = 0; i < n; i++) {
    itg_node_number(itg_node_element(from, i), &raw[i]);
    itg_node_number(itg_node_element(to, i), &made[i]);
    if (i && !(raw[i] > raw[i - 1]))
      return itg_fail_node(m->error, ITG_ERR_VALUE, itg_node_element(from, i),
                           "'from' of the lookup of score '%.80s' must rise", score->id);
  }
  double slack = 1e-9 * (score->high - score->low);
  if (raw[0] > score->low + slack || raw[n - 1] < score->high - slack)
    return itg_fail_node(m->error, ITG_ERR_VALUE, from,
                         "the lookup must cover the scores that '%.80s' can have", score->id);
  const char *between = itg_node_text(node, "between", "exact");
  lookup->between = strcmp(between, "linear") == 0    ? ITG_LOOKUP_LINEAR
                    : strcmp(between, "nearest") == 0 ? ITG_LOOKUP_NEAREST
                                                      : ITG_LOOKUP_EXACT;
  lookup->n = n;
  lookup->from = raw;
  lookup->to = made;
  score->lookup = lookup;
  score->low = score->high = made[0];
  for (int32_t i = 1; i < n; i++) {
    if (made[i] < score->low) score->low = made[i];
    if (made[i] > score->high) score->high = made[i];
  }
  return ITG_OK;
}

static itg_status read_range(maker *m, const itg_node *node, itg_scale_score *score) {
  const itg_node *rescale = itg_node_get(node, "rescale"), *range = itg_node_get(node, "range");
  double from[2], to[2], declared[2];
  ITG_TRY(raw_range(m, score));
  score->slope = 1;
  score->intercept = 0;
  if (rescale) {
    from[0] = score->low;
    from[1] = score->high;
    if (itg_node_get(rescale, "from")) ITG_TRY(two_numbers(m, itg_node_get(rescale, "from"), "from", from));
    ITG_TRY(two_numbers(m, itg_node_get(rescale, "to"), "to", to));
    score->slope = (to[1] - to[0]) / (from[1] - from[0]);
    score->intercept = to[0] - score->slope * from[0];
    score->low = score->intercept + score->slope * score->low;
    score->high = score->intercept + score->slope * score->high;
  }
  if (!itg_node_is_null(itg_node_get(node, "lookup")))
    ITG_TRY(read_lookup(m, itg_node_get(node, "lookup"), score));
  if (itg_node_is_null(range)) {
    if (score->low < score->high) return ITG_OK;
    return itg_fail_node(m->error, ITG_ERR_VALUE, node,
                         "score '%.80s' has the same value whatever is answered", score->id);
  }
  ITG_TRY(two_numbers(m, range, "range", declared));
  double slack = 1e-9 * (declared[1] - declared[0]);
  if (fabs(declared[0] - score->low) > slack || fabs(declared[1] - score->high) > slack) {
    char low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
    itg_number_print(score->low, low);
    itg_number_print(score->high, high);
    return itg_fail_node(m->error, ITG_ERR_VALUE, range,
                         "the range of score '%.80s' is %s to %s by its rule; correct one", score->id, low,
                         high);
  }
  score->low = declared[0];
  score->high = declared[1];
  return ITG_OK;
}

static itg_status read_score(maker *m, const itg_node *node, itg_scale_score *score) {
  const itg_node *bands = itg_node_get(node, "bands");
  score->id = itg_node_text(node, "id", "");
  score->title = itg_node_text(node, "title", score->id);
  score->method = method_of(itg_node_text(node, "method", ""));
  const char *unit = score->method == ITG_SCORE_COUNT ? "count"
                     : has_criterion(score->method)   ? "percent"
                                                      : "points";
  score->unit = itg_node_text(node, "unit", unit);
  if (find_id(m->plan->items, m->plan->n_items, sizeof *m->plan->items, score->id) >= 0 ||
      find_id(m->plan->scores, m->plan->n_scores, sizeof *m->plan->scores, score->id) >= 0)
    return itg_fail_node(m->error, ITG_ERR_VALUE, node, "the id '%.80s' is given twice", score->id);
  ITG_TRY(read_parts(m, node, score));
  ITG_TRY(read_criterion(m, node, score));
  ITG_TRY(read_missing_rule(m, node, score));
  ITG_TRY(read_range(m, node, score));
  if (!bands) return ITG_OK;
  int32_t at = find_id(m->bands, m->n_bands, sizeof *m->bands, bands->text);
  if (at < 0)
    return fail_unknown(m, ITG_ERR_REFERENCE, bands, "bands", m->bands, m->n_bands, sizeof *m->bands);
  score->bands = &m->bands[at];
  if (fabs(score->bands->from[0] - score->low) > 1e-9 * (score->high - score->low) ||
      score->bands->from[score->bands->n - 1] > score->high)
    return itg_fail_node(m->error, ITG_ERR_VALUE, bands,
                         "bands '%s' must begin at the lowest score of '%.80s' and end within its range",
                         score->bands->id, score->id);
  return ITG_OK;
}

/* Is a part of the score one of the first n scores, of which some are faulty? */
static bool takes_a_score(const maker *m, const itg_node *score) {
  const itg_node *of = itg_node_get(score, "of");
  for (int32_t i = 0; i < itg_node_length(of); i++)
    if (find_id(m->plan->scores, m->plan->n_scores, sizeof *m->plan->scores, itg_node_element(of, i)->text) >= 0) return true;
  return false;
}

/* After a fault only scores of items are read on: what is made of a faulty score would be faulty for that alone. */
static itg_status read_scores(maker *m, const itg_node *list) {
  itg_faults faults = {.all = m->error};
  maker each = *m;
  each.error = &faults.one;
  for (int32_t i = 0; i < list->count; i++) {
    itg_scale_score *score = &m->plan->scores[i];
    score->id = itg_node_text(&list->items[i], "id", "");
    if (!(faults.status && takes_a_score(m, &list->items[i])) &&
        !itg_faults_add(&faults, read_score(&each, &list->items[i], score)))
      break;
    m->plan->n_scores = i + 1;
  }
  return itg_faults_end(&faults);
}

/* Mark what is asked for and, backwards, what that needs. */
static itg_status mark_wanted(maker *m, const itg_node *wanted) {
  itg_scale_plan *plan = m->plan;
  plan->used =
      itg_arena_room(m->arena, (size_t)plan->n_items + (size_t)plan->n_scores, sizeof *plan->used, m->error);
  if (!plan->used) return ITG_ERR_MEMORY;
  for (int32_t i = 0; !wanted && i < plan->n_scores; i++) plan->scores[i].wanted = true;
  for (int32_t i = 0; i < itg_node_length(wanted); i++) {
    const itg_node *name = itg_node_element(wanted, i);
    int32_t at = find_id(plan->scores, plan->n_scores, sizeof *plan->scores, name->text);
    if (at < 0)
      return fail_unknown(m, ITG_ERR_OPTION, name, "score", plan->scores, plan->n_scores,
                          sizeof *plan->scores);
    plan->scores[at].wanted = true;
  }
  for (int32_t i = plan->n_scores - 1; i >= 0; i--) {
    const itg_scale_score *score = &plan->scores[i];
    plan->used[plan->n_items + i] |= score->wanted;
    for (int32_t p = 0; plan->used[plan->n_items + i] && p < score->n_parts; p++)
      plan->used[score->parts[p].source] = true;
  }
  return ITG_OK;
}

itg_status itg_scale_plan_make(const itg_definition *definition, const itg_node *wanted, itg_arena *arena,
                               itg_scale_plan *out, itg_error *error) {
  maker m = {.definition = definition, .arena = arena, .plan = out, .error = error};
  memset(out, 0, sizeof *out);
  ITG_TRY(itg_definition_check(definition, scale_fields, error));
  const itg_node *root = definition->root, *scores = itg_node_get(root, "scores");
  ITG_TRY(read_responses(&m, itg_node_get(root, "responses")));
  ITG_TRY(read_items(&m, itg_node_get(root, "items")));
  ITG_TRY(read_bands(&m, itg_node_get(root, "bands")));
  out->scores = itg_arena_room(arena, (size_t)scores->count, sizeof *out->scores, error);
  if (!out->scores) return ITG_ERR_MEMORY;
  if (!scores->count) return itg_fail_node(error, ITG_ERR_VALUE, scores, "a scale needs at least one score");
  ITG_TRY(read_scores(&m, scores));
  return mark_wanted(&m, itg_node_is_null(wanted) ? NULL : wanted);
}
