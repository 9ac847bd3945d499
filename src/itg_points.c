/* itg_points.c - layer 3: the measure `points`: indicators earn points towards a maximum, by component, area,
 * wave. */
#include <math.h>
#include <string.h>

#include "itg_call.h"
#include "itg_score.h"
#include "itg_sum.h"
#include "itg_waves.h"

static const itg_field component_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "short name"},
    {"title", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "title"},
    {"maximum", ITG_FIELD_NUMBER, true, NULL, NULL, 0, 1e6, NULL, "points of the component, checked"},
    {0}};

static const itg_field item_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "name in the data"},
    {"component", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "id of its component"},
    {"label", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "short label of our own"},
    {"points", ITG_FIELD_NUMBER, true, NULL, NULL, 0, 1e6, NULL, "maximum points"},
    {"rule", ITG_FIELD_TEXT, true, NULL, "level|percent|variation", 0, 0, NULL,
     "level: points x level (0 to 1, or absent, partial, present); percent: points x value/100; variation: "
     "points x max(0, 1 - |value - reference|/reference)"},
    {"reference", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 0, NULL, "reference of the rule variation"},
    {0}};

static const itg_field points_fields[] = {
    {"total", ITG_FIELD_NUMBER, false, "100", NULL, 0, 1e9, NULL, "sum of all points, checked"},
    {"components", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, component_fields, "components in order"},
    {"items", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, item_fields, "indicators in order"},
    {0}};

typedef enum rule { RULE_LEVEL, RULE_PERCENT, RULE_VARIATION } rule;

typedef struct component {
  const char *id, *title;
  double maximum;
} component;

typedef struct indicator {
  const char *id, *label;
  int32_t component;
  double points, reference; /* reference NaN: none */
  rule rule;
} indicator;

/* An indicator of an area in a wave. */
typedef struct cell {
  bool seen;
  const char *value;        /* as written; NULL missing */
  double reference, points; /* NaN */
} cell;

/* Points of a component, or of all, of an area in a wave. */
typedef struct score {
  double points;
  int64_t known, missing;
} score;

typedef struct rating {
  itg_call *call;
  int32_t n_components, n_indicators;
  component *components;
  indicator *indicators;
  double total;
  bool as_points, partial, zero, rescale;
  bool has_area, has_wave;
  itg_factor waves; /* from the first to the last */
  itg_groups units; /* area, wave: those that occur, area after area, wave after wave */
  cell *cells;      /* units x indicators */
  score *scores;    /* units x (components + 1); the last is the total */
} rating;

/* ---- the definition ---- */

static rule rule_of(const char *word) {
  return strcmp(word, "level") == 0     ? RULE_LEVEL
         : strcmp(word, "percent") == 0 ? RULE_PERCENT
                                        : RULE_VARIATION;
}

static int32_t find_indicator(const rating *r, int32_t n, const char *id) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(r->indicators[i].id, id) == 0) return i;
  return -1;
}

static itg_status fail_indicator(const rating *r, const itg_node *node, const char *id, itg_error *error) {
  const char **ids = itg_arena_alloc(r->call->arena, (size_t)r->n_indicators, sizeof *ids);
  if (!ids) return itg_fail_memory(error);
  for (int32_t i = 0; i < r->n_indicators; i++) ids[i] = r->indicators[i].id;
  const char *near = itg_suggest(id, ids, (size_t)r->n_indicators);
  return itg_fail_node(error, ITG_ERR_OPTION, node, "there is no indicator '%.80s'%s%s%s", id,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static itg_status read_components(rating *r, const itg_node *list, itg_error *error) {
  r->components = itg_call_alloc(r->call, (size_t)list->count, sizeof *r->components, error);
  if (!r->components) return ITG_ERR_MEMORY;
  r->n_components = list->count;
  for (int32_t i = 0; i < list->count; i++) {
    component *c = &r->components[i];
    c->id = itg_node_text(&list->items[i], "id", "");
    c->title = itg_node_text(&list->items[i], "title", "");
    itg_node_number(itg_node_get(&list->items[i], "maximum"), &c->maximum);
    bool taken = strcmp(c->id, "total") == 0;
    for (int32_t k = 0; k < i; k++) taken = taken || strcmp(r->components[k].id, c->id) == 0;
    if (taken)
      return itg_fail_node(error, ITG_ERR_VALUE, &list->items[i], "the component id '%.80s' is taken", c->id);
  }
  return ITG_OK;
}

static itg_status read_indicators(rating *r, const itg_node *list, itg_error *error) {
  r->indicators = itg_call_alloc(r->call, (size_t)list->count, sizeof *r->indicators, error);
  if (!r->indicators) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < list->count; i++) {
    const itg_node *node = &list->items[i];
    const char *home = itg_node_text(node, "component", "");
    indicator *x = &r->indicators[i];
    *x = (indicator){itg_node_text(node, "id", ""),           itg_node_text(node, "label", ""), -1, 0, NAN,
                     rule_of(itg_node_text(node, "rule", ""))};
    itg_node_number(itg_node_get(node, "points"), &x->points);
    itg_node_number(itg_node_get(node, "reference"), &x->reference);
    for (int32_t c = 0; c < r->n_components; c++)
      if (strcmp(r->components[c].id, home) == 0) x->component = c;
    if (x->component < 0)
      return itg_fail_node(error, ITG_ERR_REFERENCE, itg_node_get(node, "component"),
                           "there is no component '%.80s'", home);
    if (find_indicator(r, i, x->id) >= 0)
      return itg_fail_node(error, ITG_ERR_VALUE, node, "the indicator '%.80s' is given twice", x->id);
    r->n_indicators = i + 1;
  }
  return ITG_OK;
}

static bool same(double a, double b) { return fabs(a - b) <= 1e-9 * (1 + fabs(b)); }

/* Points add up to the maximum of their component, and all to the total. */
static itg_status check_sums(const rating *r, const itg_node *at, const char *remedy, bool components,
                             itg_error *error) {
  itg_sum all = {0, 0};
  char found[ITG_NUMBER_SIZE], wanted[ITG_NUMBER_SIZE];
  for (int32_t i = 0; i < r->n_indicators; i++) itg_sum_add(&all, r->indicators[i].points);
  for (int32_t c = 0; components && c < r->n_components; c++) {
    itg_sum own = {0, 0};
    for (int32_t i = 0; i < r->n_indicators; i++)
      if (r->indicators[i].component == c) itg_sum_add(&own, r->indicators[i].points);
    if (same(itg_sum_value(&own), r->components[c].maximum)) continue;
    itg_number_print(itg_sum_value(&own), found);
    itg_number_print(r->components[c].maximum, wanted);
    return itg_fail_node(error, ITG_ERR_VALUE, at, "the points of component '%.60s' sum to %s, not %s; %s",
                         r->components[c].id, found, wanted, remedy);
  }
  if (same(itg_sum_value(&all), r->total)) return ITG_OK;
  itg_number_print(itg_sum_value(&all), found);
  itg_number_print(r->total, wanted);
  return itg_fail_node(error, components ? ITG_ERR_VALUE : ITG_ERR_OPTION, at,
                       "all points sum to %s, not %s; %s", found, wanted, remedy);
}

/* Options rules, points, references: the user's word in place of the definition's. */
static itg_status apply_options(rating *r, itg_error *error) {
  static const char *const keys[] = {"rules", "points", "references"};
  for (size_t k = 0; k < ITG_COUNT(keys); k++) {
    const itg_node *map = itg_call_node(r->call, keys[k]);
    for (int32_t i = 0; map && i < map->count; i++) {
      int32_t at = find_indicator(r, r->n_indicators, map->keys[i]);
      if (at < 0) return fail_indicator(r, &map->items[i], map->keys[i], error);
      if (k == 0)
        r->indicators[at].rule = rule_of(map->items[i].text);
      else
        itg_node_number(&map->items[i], k == 1 ? &r->indicators[at].points : &r->indicators[at].reference);
    }
  }
  const itg_node *points = itg_call_node(r->call, "points");
  if (!points) return ITG_OK;
  for (int32_t c = 0; c < r->n_components; c++) r->components[c].maximum = 0;
  for (int32_t i = 0; i < r->n_indicators; i++)
    r->components[r->indicators[i].component].maximum += r->indicators[i].points;
  return check_sums(r, points, "change other points as well", false, error);
}

static itg_status read_definition(rating *r, itg_error *error) {
  itg_definition d;
  ITG_TRY(itg_call_definition(r->call, "instrument", "points", &d, error));
  ITG_TRY(itg_definition_check(&d, points_fields, error));
  r->total = 100;
  itg_node_number(itg_node_get(d.root, "total"), &r->total);
  ITG_TRY(read_components(r, itg_node_get(d.root, "components"), error));
  ITG_TRY(read_indicators(r, itg_node_get(d.root, "items"), error));
  ITG_TRY(check_sums(r, itg_node_get(d.root, "items"), "correct the definition", true, error));
  return apply_options(r, error);
}

/* ---- from a value to points ---- */

static bool level_of(const char *text, double *out) {
  static const struct {
    const char *word;
    double level;
  } words[] = {{"absent", 0},   {"no", 0},      {"false", 0}, {"partial", 0.5},
               {"partly", 0.5}, {"present", 1}, {"yes", 1},   {"true", 1}};
  for (size_t i = 0; i < ITG_COUNT(words); i++)
    if (strcmp(words[i].word, text) == 0) {
      *out = words[i].level;
      return true;
    }
  return itg_number_parse(text, strlen(text), out);
}

/* Fill the points of a cell whose value and reference are set.  NULL, or what would have been allowed. */
static const char *grade(const rating *r, const indicator *x, cell *c) {
  double value, share;
  if (r->as_points) {
    if (!itg_number_parse(c->value, strlen(c->value), &value) || !(value >= 0 && value <= x->points))
      return "points from 0 to the indicator's maximum";
    c->points = value;
    return NULL;
  }
  if (x->rule == RULE_LEVEL) {
    if (!level_of(c->value, &share) || !(share >= 0 && share <= 1))
      return "absent, partial, present, yes, no or a level from 0 to 1";
  } else {
    if (!itg_number_parse(c->value, strlen(c->value), &value)) return "a number";
    if (x->rule == RULE_PERCENT) {
      if (!(value >= 0 && value <= 100)) return "a percentage from 0 to 100";
      share = value / 100;
    } else {
      if (!(value >= 0)) return "a number from 0";
      if (isnan(c->reference))
        return "a value beside a reference; give the role 'reference' or the option 'references'";
      if (!(c->reference > 0)) return "a value beside a reference above 0";
      share = fmax(0, 1 - fabs(value - c->reference) / c->reference);
    }
  }
  c->points = x->points * (r->partial || share >= 1 ? share : 0);
  return NULL;
}

static bool is_missing_code(const itg_call *call, const char *text) {
  double number;
  bool is_number = itg_number_parse(text, strlen(text), &number);
  for (int i = 0; i < call->state->n_codes; i++) {
    const itg_missing_code *code = &call->state->codes[i];
    if (is_number && code->is_number ? code->number == number : strcmp(code->text, text) == 0) return true;
  }
  return false;
}

static itg_status read_cell(rating *r, const itg_table *table, const itg_column *column, int64_t row,
                            int32_t unit, int32_t at, double reference, itg_error *error) {
  const indicator *x = &r->indicators[at];
  cell *c = &r->cells[(int64_t)unit * r->n_indicators + at];
  char buffer[ITG_NUMBER_SIZE];
  const char *text = itg_column_text(column, row, buffer);
  if (c->seen)
    return itg_fail_at(error, ITG_ERR_DUPLICATE, table, row, column->name,
                       "indicator '%.60s' of this area and wave stands in another row too; remove one",
                       x->id);
  c->seen = true;
  c->points = NAN;
  c->reference = isnan(reference) ? x->reference : reference;
  if (!text || is_missing_code(r->call, text)) return ITG_OK;
  c->value = itg_arena_text(r->call->arena, text, strlen(text));
  if (!c->value) return itg_fail_memory(error);
  const char *allowed = grade(r, x, c);
  if (allowed)
    return itg_fail_at(error, ITG_ERR_RANGE, table, row, column->name,
                       "'%.60s' is impossible for indicator '%.60s'; allowed: %s", text, x->id, allowed);
  return ITG_OK;
}

/* ---- input ---- */

static itg_status find_units(rating *r, itg_error *error) {
  itg_factor factors[2];
  const char *names[2];
  int n = 0;
  r->has_area = itg_call_has(r->call, "area");
  r->has_wave = itg_call_has(r->call, "wave");
  if (r->has_area) {
    ITG_TRY(itg_call_factor(r->call, "area", &factors[n], error));
    names[n++] = "area";
  }
  if (r->has_wave) {
    ITG_TRY(itg_waves_factor(r->call, "wave", "waves", &factors[n], error));
    r->waves = factors[n];
    names[n++] = "wave";
  }
  int64_t rows = itg_call_rows(r->call, "data");
  const itg_table *table = itg_call_table(r->call, "data");
  if (!table) return itg_fail(error, ITG_ERR_ARGUMENT, "measure points needs the input 'data'");
  if (!rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  ITG_TRY(itg_groups_make(factors, names, n, rows, r->call->arena, &r->units, error));
  if (!r->units.n_groups)
    return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "no row has an area and a wave");
  r->cells =
      itg_call_alloc(r->call, (size_t)r->units.n_groups * (size_t)r->n_indicators, sizeof *r->cells, error);
  if (!r->cells) return ITG_ERR_MEMORY;
  for (int64_t c = 0; c < (int64_t)r->units.n_groups * r->n_indicators; c++) {
    ITG_PACE(r->call->pace, c, error);
    r->cells[c].points = r->cells[c].reference = NAN;
  }
  return itg_groups_note(r->call, &r->units, error);
}

/* A row per area, wave and indicator. */
static itg_status read_long(rating *r, itg_error *error) {
  itg_call *call = r->call;
  const itg_table *table = itg_call_table(call, "data");
  const itg_column *values = itg_call_column(call, "value");
  itg_factor names;
  double *references = NULL;
  uint8_t *reasons;
  if (!values)
    return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, NULL,
                       "no column for role 'value'; name it in `columns`");
  ITG_TRY(itg_call_factor(call, "indicator", &names, error));
  if (itg_call_has(call, "reference"))
    ITG_TRY(itg_call_numbers(call, "reference", &references, &reasons, error));
  for (int64_t row = 0; row < names.n; row++) {
    if (names.codes[row] < 0 || r->units.codes[row] < 0) continue;
    const char *name = names.levels[names.codes[row]];
    int32_t at = find_indicator(r, r->n_indicators, name);
    if (at < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "indicator", row,
                           "there is no indicator '%.60s'; `integrade instruments template` lists them",
                           name);
    ITG_TRY(
        read_cell(r, table, values, row, r->units.codes[row], at, references ? references[row] : NAN, error));
  }
  return ITG_OK;
}

/* A row per area and wave, a column per indicator, and <id>_reference where that is data. */
static itg_status read_wide(rating *r, itg_error *error) {
  itg_call *call = r->call;
  const itg_table *table = itg_call_table(call, "data");
  const itg_column **columns;
  const char **ids = itg_call_alloc(call, (size_t)r->n_indicators, sizeof *ids, error);
  if (!ids) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < r->n_indicators; i++) ids[i] = r->indicators[i].id;
  ITG_TRY(itg_items_bind(call, "indicators", ids, NULL, r->n_indicators, &columns, error));
  for (int32_t i = 0; i < r->n_indicators; i++) {
    char *name = itg_arena_print(call->arena, "%s_reference", ids[i]);
    if (!name) return itg_fail_memory(error);
    int at = itg_table_column(table, name);
    if (at >= 0 && !itg_column_is_number(&table->columns[at]))
      return itg_fail_at(error, ITG_ERR_TYPE, table, -1, name, "a reference must be a number");
    int64_t missing = 0;
    for (int64_t row = 0; row < table->n_rows; row++) {
      double reference = NAN;
      uint8_t reason;
      ITG_PACE(call->pace, row, error);
      if (r->units.codes[row] < 0) continue;
      if (at >= 0) itg_column_doubles(&table->columns[at], row, 1, &reference, &reason);
      ITG_TRY(read_cell(r, table, columns[i], row, r->units.codes[row], i, reference, error));
      missing += isnan(r->cells[(int64_t)r->units.codes[row] * r->n_indicators + i].points);
    }
    itg_items_count_missing(call, "indicators", columns[i], missing);
  }
  return ITG_OK;
}

/* ---- scores ---- */

/* Of one component, or (-1) of all. */
static score score_of(const rating *r, int32_t unit, int32_t which) {
  itg_sum earned = {0, 0}, possible = {0, 0};
  score out = {NAN, 0, 0};
  for (int32_t i = 0; i < r->n_indicators; i++) {
    const cell *c = &r->cells[(int64_t)unit * r->n_indicators + i];
    if (which >= 0 && r->indicators[i].component != which) continue;
    if (isnan(c->points)) {
      out.missing++;
      continue;
    }
    out.known++;
    itg_sum_add(&earned, c->points);
    itg_sum_add(&possible, r->indicators[i].points);
  }
  double maximum = which < 0 ? r->total : r->components[which].maximum, most = itg_sum_value(&possible);
  if (!out.missing || r->zero)
    out.points = itg_sum_value(&earned);
  else if (r->rescale && most > 0)
    out.points = itg_sum_value(&earned) * (maximum / most);
  return out;
}

static int32_t n_scores(const rating *r) { return r->n_components + 1; }

static itg_status make_scores(rating *r, itg_error *error) {
  r->scores =
      itg_call_alloc(r->call, (size_t)r->units.n_groups * (size_t)n_scores(r), sizeof *r->scores, error);
  if (!r->scores) return ITG_ERR_MEMORY;
  for (int32_t u = 0; u < r->units.n_groups; u++) {
    ITG_PACE(r->call->pace, u, error);
    for (int32_t c = 0; c < n_scores(r); c++)
      r->scores[(int64_t)u * n_scores(r) + c] = score_of(r, u, c < r->n_components ? c : -1);
  }
  return ITG_OK;
}

static const char *name_of(const rating *r, int32_t c) {
  return c < r->n_components ? r->components[c].id : "total";
}
static double maximum_of(const rating *r, int32_t c) {
  return c < r->n_components ? r->components[c].maximum : r->total;
}

static const char *area_of(const rating *r, int32_t unit) {
  return r->has_area ? r->units.labels[unit][0] : NULL;
}
static const char *wave_of(const rating *r, int32_t unit) {
  return r->has_wave ? r->units.labels[unit][r->has_area] : NULL;
}

/* ---- results ---- */

static itg_status add_estimate(rating *r, itg_tidy *tidy, int32_t c, const char *area, const char *wave,
                               itg_estimate row, itg_error *error) {
  const char *labels[2] = {NULL, NULL};
  double threshold = itg_call_number(r->call, "threshold");
  if (r->has_area) labels[0] = area;
  if (r->has_wave) labels[r->has_area] = wave;
  row.measure = "points";
  row.scale = name_of(r, c);
  row.group = labels;
  row.unit = "points";
  if (c == r->n_components && !isnan(row.estimate))
    row.level = 100 * row.estimate >= threshold * r->total * (1 - 1e-12) ? "at threshold" : "below threshold";
  return itg_tidy_add(tidy, &row, error);
}

static itg_status add_unit(rating *r, itg_tidy *tidy, int32_t unit, itg_error *error) {
  for (int32_t c = 0; c < n_scores(r); c++) {
    const score *s = &r->scores[(int64_t)unit * n_scores(r) + c];
    itg_estimate row = itg_estimate_of(NULL, NULL, NULL, NULL);
    row.n = s->known;
    row.n_missing = s->missing;
    row.estimate = s->points;
    row.reason = isnan(s->points) ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
    ITG_TRY(add_estimate(r, tidy, c, area_of(r, unit), wave_of(r, unit), row, error));
  }
  return ITG_OK;
}

/* The mean over areas of each wave. */
static itg_status add_waves(rating *r, itg_tidy *tidy, itg_error *error) {
  double *values = itg_call_alloc(r->call, (size_t)r->units.n_groups, sizeof *values, error);
  if (!values) return ITG_ERR_MEMORY;
  for (int32_t w = 0; w < r->waves.n_levels; w++)
    for (int32_t c = 0; c < n_scores(r); c++) {
      itg_estimate row = itg_estimate_of(NULL, NULL, NULL, NULL);
      int64_t n = 0;
      ITG_TRY(itg_pace_step(r->call->pace, error));
      for (int32_t u = 0; u < r->units.n_groups; u++) {
        double points = r->scores[(int64_t)u * n_scores(r) + c].points;
        if (!itg_text_equal(wave_of(r, u), r->waves.levels[w])) continue;
        if (isnan(points))
          row.n_missing++;
        else
          values[n++] = points;
      }
      if (!n && !row.n_missing) continue;
      itg_estimate_set_mean_of(&row, values, n, itg_call_number(r->call, "conf_level"));
      itg_estimate_clip(&row, 0, maximum_of(r, c));
      ITG_TRY(add_estimate(r, tidy, c, NULL, r->waves.levels[w], row, error));
    }
  return ITG_OK;
}

typedef struct column {
  const char *name;
  itg_type type;
} column;

static itg_status open_table(rating *r, const char *name, const column *columns, size_t n, itg_frame **out,
                             itg_error *error) {
  ITG_TRY(itg_result_add_table(r->call->result, name, out, error));
  ITG_TRY(itg_frame_add_column(*out, "area", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(*out, "wave", ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < n; i++)
    ITG_TRY(itg_frame_add_column(*out, columns[i].name, columns[i].type, NULL, error));
  return ITG_OK;
}

static itg_status open_row(rating *r, itg_frame *frame, int32_t unit, int64_t *row, itg_error *error) {
  *row = itg_frame_rows(frame);
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  ITG_TRY(itg_frame_set_text(frame, *row, 0, area_of(r, unit), error));
  return itg_frame_set_text(frame, *row, 1, wave_of(r, unit), error);
}

static const column progress_columns[] = {
    {"component", ITG_TYPE_STRING},   {"title", ITG_TYPE_STRING},   {"points", ITG_TYPE_DOUBLE},
    {"maximum", ITG_TYPE_DOUBLE},     {"percent", ITG_TYPE_DOUBLE}, {"change_previous", ITG_TYPE_DOUBLE},
    {"change_first", ITG_TYPE_DOUBLE}};

/* Percent of the maximum, and change from the wave before and from the first wave of the area. */
static itg_status add_progress(rating *r, itg_error *error) {
  itg_frame *frame;
  ITG_TRY(open_table(r, "progress", progress_columns, ITG_COUNT(progress_columns), &frame, error));
  for (int32_t u = 0, first = 0; u < r->units.n_groups; u++) {
    if (u && !itg_text_equal(area_of(r, u), area_of(r, first))) first = u;
    for (int32_t c = 0; c < n_scores(r); c++) {
      double points = r->scores[(int64_t)u * n_scores(r) + c].points;
      int64_t row;
      ITG_TRY(open_row(r, frame, u, &row, error));
      ITG_TRY(itg_frame_set_text(frame, row, 2, name_of(r, c), error));
      ITG_TRY(itg_frame_set_text(frame, row, 3,
                                 c < r->n_components ? r->components[c].title : "all components", error));
      itg_frame_set_double(frame, row, 4, points);
      itg_frame_set_double(frame, row, 5, maximum_of(r, c));
      itg_frame_set_double(frame, row, 6, maximum_of(r, c) > 0 ? 100 * points / maximum_of(r, c) : NAN);
      if (u == first) continue;
      itg_frame_set_double(frame, row, 7, points - r->scores[(int64_t)(u - 1) * n_scores(r) + c].points);
      itg_frame_set_double(frame, row, 8, points - r->scores[(int64_t)first * n_scores(r) + c].points);
    }
  }
  return ITG_OK;
}

static const column indicator_columns[] = {{"indicator", ITG_TYPE_STRING}, {"component", ITG_TYPE_STRING},
                                           {"label", ITG_TYPE_STRING},     {"rule", ITG_TYPE_STRING},
                                           {"value", ITG_TYPE_STRING},     {"reference", ITG_TYPE_DOUBLE},
                                           {"points", ITG_TYPE_DOUBLE},    {"maximum", ITG_TYPE_DOUBLE}};

static itg_status add_indicators(rating *r, itg_error *error) {
  static const char *const rules[] = {"level", "percent", "variation"};
  itg_frame *frame;
  ITG_TRY(open_table(r, "indicators", indicator_columns, ITG_COUNT(indicator_columns), &frame, error));
  for (int32_t u = 0; u < r->units.n_groups; u++)
    for (int32_t i = 0; i < r->n_indicators; i++) {
      const indicator *x = &r->indicators[i];
      const cell *c = &r->cells[(int64_t)u * r->n_indicators + i];
      int64_t row;
      ITG_TRY(open_row(r, frame, u, &row, error));
      ITG_TRY(itg_frame_set_text(frame, row, 2, x->id, error));
      ITG_TRY(itg_frame_set_text(frame, row, 3, r->components[x->component].id, error));
      ITG_TRY(itg_frame_set_text(frame, row, 4, x->label, error));
      ITG_TRY(itg_frame_set_text(frame, row, 5, r->as_points ? "points" : rules[x->rule], error));
      ITG_TRY(itg_frame_set_text(frame, row, 6, c->value, error));
      if (x->rule == RULE_VARIATION && !r->as_points) itg_frame_set_double(frame, row, 7, c->reference);
      itg_frame_set_double(frame, row, 8, c->points);
      itg_frame_set_double(frame, row, 9, x->points);
    }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status run(itg_call *call, itg_error *error) {
  const char *incomplete = itg_call_text(call, "incomplete");
  rating r = {.call = call,
              .as_points = strcmp(itg_call_text(call, "values"), "points") == 0,
              .partial = strcmp(itg_call_text(call, "partial"), "credit") == 0,
              .zero = strcmp(incomplete, "zero") == 0,
              .rescale = strcmp(incomplete, "rescale") == 0};
  itg_tidy tidy;
  static const char *const names[] = {"area", "wave"};
  ITG_TRY(read_definition(&r, error));
  ITG_TRY(find_units(&r, error));
  ITG_TRY(itg_call_has(call, "indicator") ? read_long(&r, error) : read_wide(&r, error));
  int64_t known = 0;
  for (int64_t c = 0; c < (int64_t)r.units.n_groups * r.n_indicators; c++) known += !isnan(r.cells[c].points);
  if (!known)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL,
                       "every indicator is missing");
  ITG_TRY(make_scores(&r, error));
  ITG_TRY(itg_tidy_open(call->result, r.has_area ? names : names + 1, r.has_area + r.has_wave, &tidy, error));
  for (int32_t u = 0; u < r.units.n_groups; u++) ITG_TRY(add_unit(&r, &tidy, u, error));
  if (r.has_area && r.has_wave) ITG_TRY(add_waves(&r, &tidy, error));
  ITG_TRY(add_progress(&r, error));
  ITG_TRY(add_indicators(&r, error));
  return itg_result_note(
      call->result, error,
      r.as_points ? "points as given in the data"
                  : "how an answer becomes part of the points is our choice: see the choices of the "
                    "definition and the column rule of the table indicators");
}

static const itg_role roles[] = {
    {"data", "area", ITG_ROLE_TEXT, false, 0, 0, "area or service that is rated"},
    {"data", "wave", ITG_ROLE_TEXT, false, 0, 0,
     "time of rating: 1, 2; 3 months, 12 months; 2003-07; or words, in order in option waves"},
    {"data", "indicator", ITG_ROLE_TEXT, false, 0, 0, "long data: id of an indicator"},
    {"data", "value", ITG_ROLE_ANY, false, 0, 0,
     "long data: level (absent, partial, present, 0 to 1), percentage, or number"},
    {"data", "reference", ITG_ROLE_NUMBER, false, 0, 0,
     "long data: what the number should be (rule variation)"},
    {"data", "indicators", ITG_ROLE_TEXTS, false, 0, 0,
     "wide data: a column per indicator in the order of the definition; default: the columns named as they "
     "are"},
    {0}};

static const itg_field options[] = {
    ITG_OPTION_INSTRUMENT("isd-prisma"), ITG_OPTION_CONF_LEVEL, ITG_POINTS_OPTIONS, {0}};

static const itg_output outputs[] = {
    {"progress",
     "points and percent of the maximum by component, with the change since the wave before and the first"},
    {"indicators", "what every indicator earned, by which rule"},
    {NULL, NULL}};

const itg_measure itg_points_measure = {
    .name = "points",
    .title = "Points towards a maximum, such as the implementation rating of PRISMA",
    .summary =
        "Scales: each component and total, in points, for every area and wave; the mean over areas of each "
        "wave (area missing, t interval). The total says whether it is at the threshold. Missing "
        "indicators are counted; what they do to the sum is option incomplete.",
    .source =
        "Components and points: Hebert and Veil, Int J Integr Care 2004;4:e05, table 1. Partial credit is "
        "our choice, as the rule could not be read.",
    .counts = "indicators known",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = false,
    .run = run,
};
