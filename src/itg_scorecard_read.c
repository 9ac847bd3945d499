/* itg_scorecard_read.c - layer 3: a scorecard's perspectives, indicators and values, all checked. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_scorecard.h"
#include "itg_special.h"
#include "itg_waves.h"

#define INDICATOR "indicators.indicator"

static const itg_field perspective_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "the word that stands in the table of indicators"},
    {"title", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "short label"},
    {"weight", ITG_FIELD_NUMBER, false, "1", NULL, 0, 1e9, NULL, "weight in the total"},
    {0}};

const itg_field itg_scorecard_fields[] = {
    {"perspectives", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, perspective_fields, "perspectives in order"},
    {0}};

/* ---- perspectives ---- */

static int32_t find_perspective(const itg_scorecard *card, const char *id) {
  for (int32_t p = 0; p < card->n_perspectives; p++)
    if (strcmp(card->perspectives[p].id, id) == 0) return p;
  return -1;
}

static const char *near_perspective(itg_call *call, const itg_scorecard *card, const char *word) {
  const char **ids = itg_call_alloc(call, (size_t)card->n_perspectives, sizeof *ids, NULL);
  for (int32_t p = 0; ids && p < card->n_perspectives; p++) ids[p] = card->perspectives[p].id;
  return ids ? itg_suggest(word, ids, (size_t)card->n_perspectives) : NULL;
}

/* From the definition, in its order; without one, in order of appearance among the indicators. */
static itg_status read_perspectives(itg_call *call, itg_scorecard *card, const itg_factor *words,
                                    itg_error *error) {
  const itg_node *list = NULL;
  if (itg_call_given(call, "instrument")) {
    itg_definition definition;
    ITG_TRY(itg_call_definition(call, "instrument", "scorecard", &definition, error));
    ITG_TRY(itg_definition_check(&definition, itg_scorecard_fields, error));
    list = itg_node_get(definition.root, "perspectives");
  }
  size_t most = (size_t)(list ? list->count : words->n_levels);
  card->perspectives = itg_call_alloc(call, most, sizeof *card->perspectives, error);
  if (!card->perspectives) return ITG_ERR_MEMORY;
  for (int32_t i = 0; list && i < list->count; i++) {
    const itg_node *item = &list->items[i];
    itg_perspective p = {.id = itg_node_text(item, "id", ""), .weight = 1};
    itg_node_number(itg_node_get(item, "weight"), &p.weight);
    if (find_perspective(card, p.id) >= 0)
      return itg_fail_node(error, ITG_ERR_VALUE, item, "perspective '%.60s' is stated twice", p.id);
    card->perspectives[card->n_perspectives++] = p;
  }
  for (int64_t row = 0; row < words->n; row++) {
    if (words->codes[row] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "perspective", row,
                           "an indicator must name its perspective");
    const char *word = words->levels[words->codes[row]];
    if (strcmp(word, "all") == 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "perspective", row,
                           "a perspective cannot be called 'all': results bear that word; rename it");
    if (find_perspective(card, word) >= 0) continue;
    if (list) {
      const char *near = near_perspective(call, card, word);
      return itg_call_fail(call, error, ITG_ERR_DATA, "perspective", row,
                           "'%.60s' is no perspective of the instrument%s%s%s", word,
                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    card->perspectives[card->n_perspectives++] = (itg_perspective){.id = word, .weight = 1};
  }
  return ITG_OK;
}

static itg_status read_perspective_weights(itg_call *call, itg_scorecard *card, itg_error *error) {
  const itg_node *map = itg_call_node(call, "perspective_weights");
  double sum = 0;
  for (int32_t k = 0; map && k < map->count; k++) {
    int32_t p = find_perspective(card, map->keys[k]);
    if (p < 0) {
      const char *near = near_perspective(call, card, map->keys[k]);
      return itg_fail_node(error, ITG_ERR_OPTION, &map->items[k],
                           "option 'perspective_weights': no perspective '%.60s'%s%s%s", map->keys[k],
                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    itg_node_number(&map->items[k], &card->perspectives[p].weight);
    if (card->perspectives[p].weight < 0)
      return itg_fail_node(error, ITG_ERR_OPTION, &map->items[k],
                           "weight of perspective '%.60s' is negative; weights are 0 or more", map->keys[k]);
  }
  for (int32_t p = 0; p < card->n_perspectives; p++) {
    if (map && !itg_node_get(map, card->perspectives[p].id))
      return itg_fail_node(error, ITG_ERR_OPTION, map,
                           "option 'perspective_weights' must name every perspective; '%.60s' is absent",
                           card->perspectives[p].id);
    sum += card->perspectives[p].weight;
  }
  return sum > 0 ? ITG_OK
                 : itg_fail_node(error, ITG_ERR_OPTION, map, "the weights of all perspectives are 0");
}

/* ---- indicators ---- */

/* A number column that may be absent: NaN throughout. */
static itg_status read_optional(itg_call *call, const char *role, int64_t n, double **out, uint8_t **reasons,
                                itg_error *error) {
  uint8_t *ignored;
  if (itg_call_has(call, role)) return itg_call_numbers(call, role, out, reasons ? reasons : &ignored, error);
  if (!(*out = itg_call_alloc(call, (size_t)n, sizeof **out, error))) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) (*out)[i] = NAN;
  if (!reasons) return ITG_OK;
  if (!(*reasons = itg_call_alloc(call, (size_t)n, sizeof **reasons, error))) return ITG_ERR_MEMORY;
  memset(*reasons, ITG_REASON_MISSING, (size_t)n);
  return ITG_OK;
}

static itg_status read_direction(itg_call *call, const itg_factor *factor, int64_t row, itg_direction *out,
                                 itg_error *error) {
  static const char *const words[] = {"higher", "lower", "range"};
  const char *word = factor->codes[row] < 0 ? "" : factor->levels[factor->codes[row]];
  for (size_t i = 0; i < ITG_COUNT(words); i++)
    if (strcmp(word, words[i]) == 0) {
      *out = (itg_direction)i;
      return ITG_OK;
    }
  const char *near = itg_suggest(word, words, ITG_COUNT(words));
  return itg_call_fail(call, error, ITG_ERR_TYPE, "direction", row,
                       "'%.60s' is no direction; allowed: higher, lower, range (is better)%s%s%s", word,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static double percent_of_unit(const char *unit) {
  if (!unit) return 1;
  if (strcmp(unit, "percent") == 0 || strcmp(unit, "%") == 0) return 100;
  return strcmp(unit, "proportion") == 0 || strcmp(unit, "probability") == 0 ? 1 : 0;
}

/* Floor and target must leave room between them, on the right side. */
static itg_status check_zero(itg_call *call, const itg_indicator *i, bool by_baseline, int64_t row,
                             itg_error *error) {
  const char *role = by_baseline ? "baseline" : "floor";
  const char *what = by_baseline ? "serves as the floor (none is given) and " : "";
  char zero[ITG_NUMBER_SIZE], target[ITG_NUMBER_SIZE];
  bool inside = i->zero >= i->target_low && i->zero <= i->target_high;
  itg_number_print(i->zero, zero);
  itg_number_print(inside || i->direction != ITG_DIRECTION_LOWER ? i->target_low : i->target_high, target);
  if (inside)
    return itg_call_fail(
        call, error, ITG_ERR_DATA, role, row, "%s %s%s; give a floor that is worse than the target", zero,
        what, i->direction == ITG_DIRECTION_RANGE ? "lies within the target range" : "equals the target");
  if ((i->direction == ITG_DIRECTION_HIGHER && i->zero > i->target_low) ||
      (i->direction == ITG_DIRECTION_LOWER && i->zero < i->target_low))
    return itg_call_fail(
        call, error, ITG_ERR_DATA, role, row,
        "%s %sis better than the target %s, as %s is better; give a floor that is worse, or correct "
        "'direction'",
        zero, what, target, i->direction == ITG_DIRECTION_HIGHER ? "higher" : "lower");
  return ITG_OK;
}

typedef struct bounds {
  double *target, *low, *high, *floor, *baseline, *weight;
} bounds;

static itg_status read_bounds(itg_call *call, const bounds *b, int64_t row, itg_indicator *i,
                              itg_error *error) {
  bool range = i->direction == ITG_DIRECTION_RANGE;
  if (range ? !isnan(b->target[row]) : !isnan(b->low[row]) || !isnan(b->high[row]))
    return itg_call_fail(call, error, ITG_ERR_DATA, "direction", row,
                         range
                             ? "a range has target_low and target_high; leave 'target' empty"
                             : "higher and lower have one 'target'; leave target_low and target_high empty");
  i->target_low = range ? b->low[row] : b->target[row];
  i->target_high = range ? b->high[row] : b->target[row];
  if (isnan(i->target_low) != isnan(i->target_high))
    return itg_call_fail(call, error, ITG_ERR_DATA, "direction", row,
                         "a range needs both target_low and target_high");
  if (i->target_low > i->target_high)
    return itg_call_fail(call, error, ITG_ERR_DATA, "target_low", row,
                         "lies above target_high; exchange them");
  i->baseline = b->baseline[row];
  i->zero = isnan(b->floor[row]) ? i->baseline : b->floor[row];
  i->weight = isnan(b->weight[row]) ? 1 : b->weight[row];
  if (isnan(i->zero) || isnan(i->target_low)) return ITG_OK;
  return check_zero(call, i, isnan(b->floor[row]), row, error);
}

static itg_status read_indicators(itg_call *call, itg_scorecard *card, itg_factor *ids, itg_error *error) {
  itg_factor perspectives, directions, units = {0};
  bounds b;
  int64_t n = itg_call_rows(call, "indicators");
  if (!n)
    return itg_call_fail(call, error, ITG_ERR_EMPTY, INDICATOR, -1, "the table of indicators has no rows");
  ITG_TRY(itg_call_factor(call, INDICATOR, ids, error));
  ITG_TRY(itg_call_factor(call, "perspective", &perspectives, error));
  ITG_TRY(itg_call_factor(call, "direction", &directions, error));
  if (itg_call_has(call, "unit")) ITG_TRY(itg_call_factor(call, "unit", &units, error));
  ITG_TRY(read_optional(call, "target", n, &b.target, NULL, error));
  ITG_TRY(read_optional(call, "target_low", n, &b.low, NULL, error));
  ITG_TRY(read_optional(call, "target_high", n, &b.high, NULL, error));
  ITG_TRY(read_optional(call, "floor", n, &b.floor, NULL, error));
  ITG_TRY(read_optional(call, "baseline", n, &b.baseline, NULL, error));
  ITG_TRY(read_optional(call, "weight", n, &b.weight, NULL, error));
  ITG_TRY(read_perspectives(call, card, &perspectives, error));
  ITG_TRY(read_perspective_weights(call, card, error));

  card->n_indicators = (int32_t)n;
  card->indicators = itg_call_alloc(call, (size_t)n, sizeof *card->indicators, error);
  card->order = itg_call_alloc(call, (size_t)n, sizeof *card->order, error);
  bool *seen = itg_call_alloc(call, (size_t)ids->n_levels, sizeof *seen, error);
  if (!card->indicators || !card->order || !seen) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < n; row++) {
    itg_indicator *i = &card->indicators[row];
    if (ids->codes[row] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, INDICATOR, row, "an indicator must have a name");
    i->id = ids->levels[ids->codes[row]];
    if (seen[ids->codes[row]])
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, INDICATOR, row,
                           "indicator '%.60s' is defined twice", i->id);
    if (strcmp(i->id, "all") == 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, INDICATOR, row,
                           "an indicator cannot be called 'all': results bear that word; rename it");
    seen[ids->codes[row]] = true;
    i->perspective = find_perspective(card, perspectives.levels[perspectives.codes[row]]);
    i->unit = units.codes && units.codes[row] >= 0 ? units.levels[units.codes[row]] : NULL;
    i->percent = percent_of_unit(i->unit);
    ITG_TRY(read_direction(call, &directions, row, &i->direction, error));
    ITG_TRY(read_bounds(call, &b, row, i, error));
    card->n_no_target += isnan(i->target_low);
    card->n_no_zero += isnan(i->zero) && !isnan(i->target_low);
  }
  int32_t at = 0;
  for (int32_t p = 0; p < card->n_perspectives; p++) {
    card->perspectives[p].first = at;
    for (int32_t i = 0; i < card->n_indicators; i++)
      if (card->indicators[i].perspective == p) card->order[at++] = i;
    card->perspectives[p].end = at;
  }
  return ITG_OK;
}

/* ---- sites and periods ---- */

static itg_status read_cells(itg_call *call, itg_scorecard *card, itg_groups *groups, itg_error *error) {
  static const char *const roles[] = {"site", "period"};
  itg_factor factors[2];
  int which[2];
  int64_t rows = itg_call_rows(call, "data");
  for (int i = 0; i < 2; i++) {
    if (!itg_call_has(call, roles[i])) continue;
    itg_factor *factor = &factors[card->n_names];
    ITG_TRY(i ? itg_waves_factor(call, roles[i], "periods", factor, error) : itg_call_factor(call, roles[i], factor, error));
    for (int64_t row = 0; row < rows; row++)
      if (factor->codes[row] < 0)
        return itg_call_fail(call, error, ITG_ERR_DATA, roles[i], row, "a value must name its %s", roles[i]);
    which[card->n_names] = i;
    card->names[card->n_names++] = roles[i];
  }
  card->has_site = itg_call_has(call, "site");
  card->has_period = itg_call_has(call, "period");
  ITG_TRY(itg_groups_make(factors, card->names, card->n_names, rows, call->arena, groups, error));
  card->n_cells = groups->n_groups;
  card->cells = itg_call_alloc(call, (size_t)card->n_cells, sizeof *card->cells, error);
  if (!card->cells) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < rows; row++) {
    itg_cell *cell = &card->cells[groups->codes[row]];
    for (int i = 0; i < card->n_names; i++) *(which[i] ? &cell->period : &cell->site) = factors[i].codes[row];
    cell->labels = card->n_names ? groups->labels[groups->codes[row]] : NULL;
  }
  /* Cells come by site, then period: the one before is the period before. */
  for (int32_t c = 0; c < card->n_cells; c++)
    card->cells[c].previous =
        c && card->has_period && card->cells[c - 1].site == card->cells[c].site ? c - 1 : -1;
  return ITG_OK;
}

/* ---- values ---- */

/* Clopper & Pearson's interval of a share, by the beta distribution. */
static void exact_interval(double events, double n, double level, double *low, double *high) {
  double tail = (1 - level) / 2;
  *low = events > 0 ? itg_beta_quantile(tail, events, n - events + 1) : 0;
  *high = events < n ? itg_beta_quantile(1 - tail, events + 1, n - events) : 1;
}

static void set_share(const itg_scorecard *card, const itg_indicator *i, double events, double n, bool exact,
                      itg_observation *o) {
  double z = itg_normal_quantile((1 + card->level) / 2), low, high;
  if (exact)
    exact_interval(events, n, card->level, &low, &high);
  else
    itg_wilson(events, n, card->level, &low, &high);
  o->low = i->percent * low;
  o->high = i->percent * high;
  o->std_error = i->percent * sqrt(events / n * (1 - events / n) / n);
  o->draw_error = (o->high - o->low) / (2 * z); /* above 0 at 0 and n events, too */
}

typedef struct columns {
  double *value, *se, *events, *n;
  uint8_t *reasons;
} columns;

static itg_status fail_cell(itg_call *call, const char *role, int64_t row, double value, const char *why,
                            itg_error *error) {
  char text[ITG_NUMBER_SIZE];
  itg_number_print(value, text);
  return itg_call_fail(call, error, ITG_ERR_RANGE, role, row, "%s %s", text, why);
}

static itg_status read_value(itg_call *call, const itg_scorecard *card, const itg_indicator *i,
                             const columns *c, int64_t row, bool exact, itg_observation *o,
                             itg_error *error) {
  double value = c->value[row], events = c->events[row], n = c->n[row], se = c->se[row];
  *o = (itg_observation){.value = value,
                         .std_error = NAN,
                         .low = NAN,
                         .high = NAN,
                         .n = n,
                         .reason = c->reasons[row],
                         .present = true};
  if (!isnan(events)) {
    if (!isnan(value))
      return itg_call_fail(call, error, ITG_ERR_DATA, "events", row,
                           "a row has either a value or events and n, not both");
    if (!(n > 0))
      return itg_call_fail(call, error, ITG_ERR_DATA, "events", row, "events need n above 0 in the same row");
    if (!i->percent)
      return itg_call_fail(call, error, ITG_ERR_DATA, "events", row,
                           "events give a percent or proportion, but the unit of '%.60s' is '%.40s'", i->id,
                           i->unit);
    if (events != floor(events))
      return fail_cell(call, "events", row, events, "is no count of events", error);
    if (events > n) return fail_cell(call, "events", row, events, "events are more than n", error);
    o->value = i->percent * events / n;
    o->reason = ITG_REASON_PRESENT;
  }
  if (isnan(o->value)) return ITG_OK;
  if (!isnan(se)) {
    double z = itg_normal_quantile((1 + card->level) / 2);
    o->std_error = o->draw_error = se;
    o->low = o->value - z * se;
    o->high = o->value + z * se;
  } else if (n > 0 && i->unit && i->percent) {
    if (o->value < 0 || o->value > i->percent)
      return fail_cell(call, "value", row, o->value, "is no share, but n asks for the interval of one",
                       error);
    set_share(card, i, isnan(events) ? o->value / i->percent * n : events, n, exact, o);
  } else if (!isnan(events)) {
    set_share(card, i, events, n, exact, o);
  }
  return ITG_OK;
}

static itg_status fail_unknown(itg_call *call, const itg_factor *known, const char *id, int64_t row,
                               itg_error *error) {
  const char *near = itg_suggest(id, known->levels, (size_t)known->n_levels);
  return itg_call_fail(call, error, ITG_ERR_DATA, "indicator", row,
                       "'%.60s' is not in the table of indicators%s%s%s", id, near ? "; did you mean '" : "",
                       near ? near : "", near ? "'?" : "");
}

/* Line of the table of indicators of each level of the data's column; -1: not in the table. */
static itg_status find_lines(itg_call *call, const itg_factor *known, const itg_factor *ids, int32_t **out,
                             itg_error *error) {
  int32_t *line_of = itg_call_alloc(call, (size_t)known->n_levels, sizeof *line_of, error);
  *out = itg_call_alloc(call, (size_t)ids->n_levels, sizeof **out, error);
  if (!line_of || !*out) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < known->n; row++) line_of[known->codes[row]] = (int32_t)row;
  for (int32_t i = 0; i < ids->n_levels; i++) {
    int32_t level = itg_factor_find(known, ids->levels[i]);
    (*out)[i] = level < 0 ? -1 : line_of[level];
  }
  return ITG_OK;
}

static itg_status read_values(itg_call *call, itg_scorecard *card, const itg_factor *known,
                              itg_error *error) {
  itg_factor ids;
  itg_groups groups;
  columns c;
  int32_t *lines;
  int64_t rows = itg_call_rows(call, "data");
  bool exact = strcmp(itg_call_text(call, "interval"), "exact") == 0;
  if (!itg_call_has(call, "value") && !itg_call_has(call, "events"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "value", -1,
                         "no such column; give 'value', or 'events' with 'n'");
  ITG_TRY(itg_call_factor(call, "indicator", &ids, error));
  ITG_TRY(read_cells(call, card, &groups, error));
  ITG_TRY(read_optional(call, "value", rows, &c.value, &c.reasons, error));
  ITG_TRY(read_optional(call, "se", rows, &c.se, NULL, error));
  ITG_TRY(read_optional(call, "events", rows, &c.events, NULL, error));
  ITG_TRY(read_optional(call, "n", rows, &c.n, NULL, error));

  ITG_TRY(find_lines(call, known, &ids, &lines, error));
  size_t count = (size_t)card->n_cells * (size_t)card->n_indicators;
  card->observations = itg_call_alloc(call, count, sizeof *card->observations, error);
  if (!card->observations) return ITG_ERR_MEMORY;
  for (size_t k = 0; k < count; k++)
    card->observations[k] = (itg_observation){NAN, NAN, NAN, NAN, 0, NAN, ITG_REASON_MISSING, false};
  for (int64_t row = 0; row < rows; row++) {
    ITG_PACE(call->pace, row, error);
    if (ids.codes[row] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "indicator", row, "a value must name its indicator");
    const char *id = ids.levels[ids.codes[row]];
    int32_t line = lines[ids.codes[row]];
    if (line < 0) return fail_unknown(call, known, id, row, error);
    itg_observation *o = &card->observations[(int64_t)groups.codes[row] * card->n_indicators + line];
    if (o->present)
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "indicator", row,
                           "a second value of '%.60s'%s; keep one", id,
                           card->has_site || card->has_period
                               ? " for this site and period"
                               : ": several sites or periods need the columns 'site', 'period'");
    ITG_TRY(read_value(call, card, &card->indicators[line], &c, row, exact, o, error));
    card->n_values += !isnan(o->value);
    card->n_exact += !isnan(o->value) && o->draw_error == 0;
  }
  if (!card->n_values)
    return itg_call_fail(call, error, ITG_ERR_EMPTY, itg_call_has(call, "value") ? "value" : "events", -1,
                         "no value is present; at least one is needed");
  return ITG_OK;
}

itg_status itg_scorecard_read(itg_call *call, itg_scorecard *card, itg_error *error) {
  itg_factor known;
  *card = (itg_scorecard){.clip = itg_call_flag(call, "clip"), .level = itg_call_number(call, "conf_level")};
  ITG_TRY(read_indicators(call, card, &known, error));
  return read_values(call, card, &known, error);
}
