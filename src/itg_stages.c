/* itg_stages.c - layer 3: the measure `stages`: the phase that services say they are in against the phase
 * that their elements make. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_elements.h"
#include "itg_score.h"
#include "itg_sort.h"
#include "itg_thread.h"
#include "itg_waves.h"

enum { MAX_PHASES = 20 };

static const itg_field phase_fields[] = {{"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "short name"},
                                         {"title", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "title"},
                                         {0}};

static const itg_field stages_fields[] = {
    {"phases", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, phase_fields, "phases from the first to the last"},
    {"checklist", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "id of the checklist of its elements"},
    {0}};

typedef enum rule { RULE_NONE, RULE_GIVEN, RULE_THRESHOLD, RULE_CONTINUOUS, RULE_CUT_POINTS } rule;

/* A service (at one time) in one group. */
typedef struct service {
  int32_t group;
  const char *wave, *name;
  int64_t n_self;                     /* raters who placed it */
  double self;                        /* their median, the lower one of two middle ones; NaN */
  int64_t relevant, present, missing; /* elements */
  double calculated;                  /* NaN */
  double share[MAX_PHASES];           /* of each phase's relevant elements; NaN */
} service;

typedef struct stages {
  itg_call *call;
  int n_phases;
  const char *titles[MAX_PHASES];
  rule rule;
  double theta, *cut_points, conf_level;
  bool has_wave, has_elements;
  itg_groups groups;
  int32_t n_services;
  service *services;             /* group after group */
  const int32_t *service_of_row; /* of the input data */
  itg_tidy tidy;
} stages;

/* ---- definition and rule ---- */

static itg_status read_definition(stages *s, itg_definition *definition, itg_error *error) {
  ITG_TRY(itg_call_definition(s->call, "instrument", "stages", definition, error));
  ITG_TRY(itg_definition_check(definition, stages_fields, error));
  const itg_node *phases = itg_node_get(definition->root, "phases");
  if (phases->count < 2 || phases->count > MAX_PHASES)
    return itg_fail_node(error, ITG_ERR_VALUE, phases, "there must be 2 to %d phases", MAX_PHASES);
  s->n_phases = phases->count;
  for (int32_t p = 0; p < phases->count; p++) s->titles[p] = itg_node_text(&phases->items[p], "title", "");
  return ITG_OK;
}

static itg_status read_checklist(stages *s, const itg_definition *definition, itg_elements *out,
                                 itg_error *error) {
  const itg_node *option = itg_call_node(s->call, "checklist"),
                 *named = itg_node_get(definition->root, "checklist");
  itg_definition checklist;
  if (!option && !named)
    return itg_fail(error, ITG_ERR_OPTION,
                    "instrument '%.80s' names no checklist; give the option 'checklist'", definition->id);
  ITG_TRY(itg_definition_find(option ? option : named, s->call->arena, &checklist, error));
  if (strcmp(checklist.kind, "checklist") != 0)
    return itg_fail(error, ITG_ERR_INSTRUMENT,
                    "instrument '%.80s' is of kind %s; the elements need one of kind checklist", checklist.id,
                    checklist.kind);
  ITG_TRY(itg_elements_make(s->call, &checklist, out, error));
  if (out->n_phases > s->n_phases)
    return itg_fail(error, ITG_ERR_DATA,
                    "an element belongs to phase %d, but instrument '%.80s' has %d phases",
                    (int)out->n_phases, definition->id, s->n_phases);
  return ITG_OK;
}

/* Which rule makes the calculated phase. */
static itg_status choose_rule(stages *s, const itg_elements *elements, itg_error *error) {
  const char *word = itg_call_text(s->call, "rule");
  int n_cuts;
  s->theta = itg_call_number(s->call, "theta");
  ITG_TRY(itg_call_list(s->call, "cut_points", &s->cut_points, &n_cuts, error));
  if (!s->has_elements) {
    s->rule = itg_call_has(s->call, "calculated") ? RULE_GIVEN : RULE_NONE;
    return ITG_OK;
  }
  if (itg_call_has(s->call, "calculated"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "the calculated phase is given and elements to calculate it from are too; leave out one");
  bool mapped = elements->n_phases > 0;
  s->rule = strcmp(word, "threshold") == 0    ? RULE_THRESHOLD
            : strcmp(word, "continuous") == 0 ? RULE_CONTINUOUS
            : strcmp(word, "cut-points") == 0 ? RULE_CUT_POINTS
            : mapped                          ? RULE_THRESHOLD
                                              : RULE_CONTINUOUS;
  if (s->rule == RULE_THRESHOLD)
    for (int p = 1; p <= s->n_phases; p++) {
      bool seen = false;
      for (int32_t e = 0; e < elements->n_elements; e++) seen = seen || elements->elements[e].phase == p;
      if (!seen)
        return itg_fail(
            error, ITG_ERR_DATA,
            "no element belongs to phase %d; the threshold rule needs the phase of each element: give the "
            "input 'phases' (element, phase), or another rule",
            p);
    }
  if (s->rule == RULE_CUT_POINTS) {
    if (n_cuts != s->n_phases - 1)
      return itg_fail(error, ITG_ERR_OPTION, "%d phases need %d 'cut_points', not %d", s->n_phases,
                      s->n_phases - 1, n_cuts);
    for (int i = 1; i < n_cuts; i++)
      if (!(s->cut_points[i] > s->cut_points[i - 1]))
        return itg_fail(error, ITG_ERR_OPTION, "'cut_points' must rise");
  }
  return ITG_OK;
}

static itg_status note_rule(const stages *s, itg_error *error) {
  char theta[ITG_NUMBER_SIZE];
  itg_number_print(s->theta, theta);
  itg_result *result = s->call->result;
  switch (s->rule) {
    case RULE_THRESHOLD:
      return itg_result_note(
          result, error,
          "calculated phase by the threshold rule (our choice; the published rule is not known): the "
          "highest phase up to which every phase has at least %s of its relevant elements",
          theta);
    case RULE_CONTINUOUS:
      return itg_result_note(
          result, error,
          "calculated phase by the continuous rule (our choice; the published rule is not known): 1 + "
          "%d x share of relevant elements implemented; rounded for kappa",
          s->n_phases - 1);
    case RULE_CUT_POINTS:
      return itg_result_note(result, error,
                             "calculated phase by the cut-point rule with the cut points of the user");
    case RULE_GIVEN:
      return itg_result_note(result, error, "calculated phase as given in the data");
    default:
      return itg_result_note(result, error,
                             "no elements and no calculated phase were given: self-assessment only");
  }
}

/* The phase that the tallied elements make. */
static double calculate(const stages *s, const service *v, const int64_t *unrated) {
  double share = v->relevant ? (double)v->present / (double)v->relevant : NAN;
  if (s->rule == RULE_CONTINUOUS) return 1 + (s->n_phases - 1) * share;
  if (isnan(share)) return NAN;
  int phase = 1;
  if (s->rule == RULE_CUT_POINTS) {
    for (int i = 0; i < s->n_phases - 1; i++) phase += share >= s->cut_points[i] - 1e-12;
    return phase;
  }
  for (int p = 0; p < s->n_phases; p++) {
    if (isnan(v->share[p]) && unrated[p]) return NAN; /* rated, it might be complete or not */
    /* Nothing attainable is left in a phase without relevant elements. */
    if (!isnan(v->share[p]) && v->share[p] < s->theta - 1e-12) break;
    phase = p + 1;
  }
  return phase;
}

static int rounded(const stages *s, double phase) {
  int whole = (int)floor(phase + 0.5);
  return whole < 1 ? 1 : whole > s->n_phases ? s->n_phases : whole;
}

/* ---- services ---- */

static itg_status find_services(stages *s, itg_error *error) {
  itg_call *call = s->call;
  itg_factor factors[3];
  const char *names[3] = {"group", "service", "wave"};
  itg_groups units;
  ITG_TRY(itg_call_groups(call, &s->groups, error));
  if (s->groups.n_columns > 60) return itg_fail(error, ITG_ERR_LIMIT, "at most 60 columns can group");
  const char **unnamed = itg_call_alloc(call, (size_t)s->groups.n_groups, sizeof *unnamed, error);
  if (!unnamed) return ITG_ERR_MEMORY;
  factors[0] = (itg_factor){s->groups.n, s->groups.n_groups, s->groups.codes, unnamed};
  ITG_TRY(itg_call_factor(call, "data.service", &factors[1], error));
  s->has_wave = itg_call_has(call, "data.wave");
  if (s->has_wave) ITG_TRY(itg_waves_factor(call, "data.wave", NULL, &factors[2], error));
  ITG_TRY(itg_groups_make(factors, names, s->has_wave ? 3 : 2, factors[1].n, call->arena, &units, error));
  if (!units.n_groups)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL,
                       "no row names a service");
  s->n_services = units.n_groups;
  s->services = itg_call_alloc(call, (size_t)units.n_groups, sizeof *s->services, error);
  if (!s->services) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < units.n_groups; i++) {
    service *v = &s->services[i];
    ITG_PACE(call->pace, i, error);
    v->name = units.labels[i][1];
    v->wave = s->has_wave ? units.labels[i][2] : NULL;
    v->self = v->calculated = NAN;
    for (int p = 0; p < MAX_PHASES; p++) v->share[p] = NAN;
  }
  for (int64_t row = 0; row < units.n; row++) {
    ITG_PACE(call->pace, row, error);
    if (units.codes[row] >= 0) s->services[units.codes[row]].group = s->groups.codes[row];
  }
  s->service_of_row = units.codes;
  return ITG_OK;
}

typedef struct vote {
  int32_t service;
  double phase;
} vote;

static int compare_votes(const void *a, const void *b) {
  const vote *x = a, *y = b;
  if (x->service != y->service) return x->service < y->service ? -1 : 1;
  return x->phase < y->phase ? -1 : x->phase > y->phase;
}

/* Phases of a role of the data by service: the lower median of its rows. */
static itg_status read_phases(stages *s, const char *role, bool whole, bool self, itg_error *error) {
  double *phases;
  uint8_t *reasons;
  int64_t n_rows = itg_call_rows(s->call, "data"), n = 0;
  if (!itg_call_has(s->call, role)) return ITG_OK;
  ITG_TRY(itg_call_numbers(s->call, role, &phases, &reasons, error));
  vote *votes = itg_call_alloc(s->call, (size_t)n_rows, sizeof *votes, error);
  if (!votes) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < n_rows; row++) {
    ITG_PACE(s->call->pace, row, error);
    if (reasons[row] || s->service_of_row[row] < 0) continue;
    if (phases[row] > s->n_phases || (whole && phases[row] != floor(phases[row])))
      return itg_call_fail(s->call, error, ITG_ERR_RANGE, role, row, "a phase must be %s from 1 to %d",
                           whole ? "a whole number" : "a number", s->n_phases);
    votes[n++] = (vote){s->service_of_row[row], phases[row]};
  }
  ITG_TRY(itg_sort(votes, (size_t)n, sizeof *votes, compare_votes, s->call->pace, error));
  for (int64_t from = 0, to; from < n; from = to) {
    ITG_PACE(s->call->pace, from, error);
    for (to = from; to < n && votes[to].service == votes[from].service;) to++;
    service *v = &s->services[votes[from].service];
    double middle = votes[from + (to - from - 1) / 2].phase;
    if (self)
      v->self = middle, v->n_self = to - from;
    else
      v->calculated = middle;
  }
  return ITG_OK;
}

/* One rater places a service once. */
static itg_status check_raters(stages *s, itg_error *error) {
  itg_factor raters = {0};
  int64_t n = itg_call_rows(s->call, "data");
  bool has_raters = itg_call_has(s->call, "data.rater");
  if (has_raters) ITG_TRY(itg_call_factor(s->call, "data.rater", &raters, error));
  int64_t *seen = itg_call_alloc(s->call, (size_t)n, sizeof *seen, error);
  vote *votes = itg_call_alloc(s->call, (size_t)n, sizeof *votes, error);
  if (!seen || !votes) return ITG_ERR_MEMORY;
  int64_t m = 0;
  for (int64_t row = 0; row < n; row++) {
    ITG_PACE(s->call->pace, row, error);
    if (s->service_of_row[row] >= 0)
      votes[m++] = (vote){s->service_of_row[row], has_raters ? raters.codes[row] : 0};
  }
  ITG_TRY(itg_sort(votes, (size_t)m, sizeof *votes, compare_votes, s->call->pace, error));
  for (int64_t i = 1; i < m; i++)
    if (compare_votes(&votes[i - 1], &votes[i]) == 0)
      return itg_call_fail(
          s->call, error, ITG_ERR_DUPLICATE, "data.service", -1,
          "service '%.60s' stands twice%s; remove one row, or map the roles 'rater' or 'wave'",
          s->services[votes[i].service].name, has_raters ? " with the same rater" : "");
  return ITG_OK;
}

/* ---- elements ---- */

/* Where a service of the data stands among those of the elements: level of service and wave. */
typedef struct unit_index {
  itg_factor services, waves;
  int32_t *unit; /* services x waves; -1: none */
  int32_t n_units;
} unit_index;

static itg_status index_elements(stages *s, unit_index *out, int32_t **units, itg_error *error) {
  itg_call *call = s->call;
  static const char *const needed[] = {"elements.service", "elements.element", "elements.present"};
  for (size_t i = 0; i < ITG_COUNT(needed); i++)
    if (!itg_call_has(call, needed[i]))
      return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, "elements"), -1, NULL,
                         "no column for role '%s'; name it in `columns`", needed[i]);
  if (itg_call_has(call, "elements.wave") != s->has_wave)
    return itg_fail(error, ITG_ERR_DATA,
                    "only one of the inputs data and elements has the role 'wave'; give it in both or none");
  ITG_TRY(itg_call_factor(call, "elements.service", &out->services, error));
  if (s->has_wave) ITG_TRY(itg_call_factor(call, "elements.wave", &out->waves, error));
  int64_t waves = s->has_wave ? out->waves.n_levels : 1, cells = waves * out->services.n_levels;
  if (cells > INT64_C(1) << 28)
    return itg_fail(error, ITG_ERR_LIMIT, "there are too many services and waves for one call");
  out->unit = itg_call_alloc(call, (size_t)cells, sizeof *out->unit, error);
  *units = itg_call_alloc(call, (size_t)out->services.n, sizeof **units, error);
  if (!out->unit || !*units) return ITG_ERR_MEMORY;
  for (int64_t c = 0; c < cells; c++) out->unit[c] = -1;
  for (int64_t row = 0; row < out->services.n; row++) {
    int32_t service = out->services.codes[row], wave = s->has_wave ? out->waves.codes[row] : 0;
    (*units)[row] = -1;
    if (service < 0 || wave < 0) continue;
    int32_t *unit = &out->unit[service * waves + wave];
    if (*unit < 0) *unit = out->n_units++;
    (*units)[row] = *unit;
  }
  return ITG_OK;
}

static void tally(const stages *s, const itg_elements *elements, const itg_verdict *verdicts, service *v) {
  int64_t relevant[MAX_PHASES] = {0}, present[MAX_PHASES] = {0}, unrated[MAX_PHASES] = {0};
  for (int32_t e = 0; e < elements->n_elements; e++) {
    int p = elements->elements[e].phase - 1, state = verdicts[e].state;
    v->missing += state == ITG_ELEMENT_MISSING;
    if (p >= 0) unrated[p] += state == ITG_ELEMENT_MISSING;
    if (state != ITG_ELEMENT_PRESENT && state != ITG_ELEMENT_ABSENT) continue;
    v->relevant++;
    v->present += state == ITG_ELEMENT_PRESENT;
    if (p < 0) continue;
    relevant[p]++;
    present[p] += state == ITG_ELEMENT_PRESENT;
  }
  for (int p = 0; p < s->n_phases; p++)
    if (relevant[p]) v->share[p] = (double)present[p] / (double)relevant[p];
  v->calculated = calculate(s, v, unrated);
}

static itg_status read_elements(stages *s, const itg_elements *elements, itg_error *error) {
  unit_index index = {.n_units = 0};
  int32_t *units = NULL;
  itg_assessment ratings;
  int64_t unmatched = 0;
  ITG_TRY(index_elements(s, &index, &units, error));
  ITG_TRY(itg_assessment_make(s->call, elements, "elements", units, index.n_units, &ratings, error));
  for (int32_t i = 0; i < s->n_services; i++) {
    service *v = &s->services[i];
    int32_t at = itg_factor_find(&index.services, v->name),
            wave = s->has_wave ? itg_factor_find(&index.waves, v->wave) : 0;
    int64_t waves = s->has_wave ? index.waves.n_levels : 1;
    int32_t unit = at < 0 || wave < 0 ? -1 : index.unit[at * waves + wave];
    if (unit < 0)
      unmatched++;
    else
      tally(s, elements, ratings.verdicts + (int64_t)unit * elements->n_elements, v);
  }
  if (!unmatched) return ITG_OK;
  return itg_result_note(s->call->result, error,
                         "%lld services have no rated elements: their phase is not calculated",
                         (long long)unmatched);
}

/* ---- results ---- */

static itg_status add_row(stages *s, const char *scale, const char *unit, itg_estimate row, int32_t group,
                          const service *v, itg_error *error) {
  const char *labels[64];
  int n = s->groups.n_columns;
  for (int i = 0; i < n; i++) labels[i] = s->groups.labels[group][i];
  if (s->has_wave) labels[n++] = v ? v->wave : NULL;
  labels[n] = v ? v->name : NULL;
  row.measure = "stages";
  row.scale = scale;
  row.unit = unit;
  row.group = labels;
  return itg_tidy_add(&s->tidy, &row, error);
}

static itg_estimate blank(void) { return itg_estimate_of(NULL, NULL, NULL, NULL); }

static itg_status add_coefficient(stages *s, const char *scale, const char *unit, const itg_coefficient *c,
                                  int64_t n_services, int32_t group, itg_error *error) {
  itg_estimate row = blank();
  double factor = strcmp(unit, "percent") == 0 ? 100 : 1;
  row.n = c->n;
  row.n_missing = n_services - c->n;
  row.estimate = factor * c->value;
  row.std_error = factor * c->std_error;
  row.conf_low = factor * c->conf_low;
  row.conf_high = factor * c->conf_high;
  row.reason = c->reason;
  return add_row(s, scale, unit, row, group, NULL, error);
}

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Phases are ordered, not measured: the middle of a group is its median. */
static itg_status add_median(stages *s, const char *scale, const double *values, int32_t n, int32_t group,
                             itg_error *error) {
  double *sorted = itg_call_alloc(s->call, (size_t)n, sizeof *sorted, error);
  itg_estimate row = blank();
  if (!sorted) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < n; i++)
    if (!isnan(values[i])) sorted[row.n++] = values[i];
  row.n_missing = n - row.n;
  ITG_TRY(itg_sort(sorted, (size_t)row.n, sizeof *sorted, rising, s->call->pace, error));
  if (row.n)
    row.estimate = (sorted[(row.n - 1) / 2] + sorted[row.n / 2]) / 2;
  else
    row.reason = ITG_REASON_TOO_FEW;
  if (row.n && row.estimate == floor(row.estimate)) row.level = s->titles[rounded(s, row.estimate) - 1];
  return add_row(s, scale, "phase", row, group, NULL, error);
}

static itg_status add_agreement(stages *s, const double *self, const double *calculated,
                                const double *present, int32_t n, int32_t group, itg_error *error) {
  static const struct {
    const char *scale;
    itg_weighting weighting;
  } kappas[] = {{"kappa", ITG_WEIGHTING_NONE},
                {"kappa_linear", ITG_WEIGHTING_LINEAR},
                {"kappa_quadratic", ITG_WEIGHTING_QUADRATIC}};
  double counts[MAX_PHASES * MAX_PHASES] = {0}, weights[MAX_PHASES * MAX_PHASES];
  itg_coefficient c;
  for (int32_t i = 0; i < n; i++)
    if (!isnan(self[i]) && !isnan(calculated[i]))
      counts[(rounded(s, self[i]) - 1) * s->n_phases + rounded(s, calculated[i]) - 1]++;
  ITG_TRY(itg_pace_step(s->call->pace, error));
  itg_share_of_pairs(counts, s->n_phases, s->conf_level, &c);
  ITG_TRY(add_coefficient(s, "agreement", "percent", &c, n, group, error));
  for (size_t k = 0; k < ITG_COUNT(kappas); k++) {
    itg_weights_make(kappas[k].weighting, s->n_phases, weights);
    ITG_TRY(itg_kappa_of_pairs(counts, s->n_phases, weights, s->conf_level, &c, error));
    ITG_TRY(add_coefficient(s, kappas[k].scale, "coefficient", &c, n, group, error));
  }
  itg_pearson(self, calculated, n, s->conf_level, &c);
  ITG_TRY(add_coefficient(s, "correlation", "coefficient", &c, n, group, error));
  if (!s->has_elements) return ITG_OK;
  itg_pearson(self, present, n, s->conf_level, &c);
  return add_coefficient(s, "correlation_elements", "coefficient", &c, n, group, error);
}

static itg_status add_service(stages *s, const service *v, itg_error *error) {
  itg_estimate row = blank();
  row.n = v->n_self;
  row.estimate = v->self;
  row.reason = isnan(v->self) ? ITG_REASON_MISSING : ITG_REASON_PRESENT;
  if (!isnan(v->self)) row.level = s->titles[rounded(s, v->self) - 1];
  ITG_TRY(add_row(s, "self", "phase", row, v->group, v, error));
  if (s->rule == RULE_NONE) return ITG_OK;
  row = blank();
  row.n = s->has_elements ? v->relevant : !isnan(v->calculated);
  row.n_missing = v->missing;
  row.estimate = v->calculated;
  row.reason = isnan(v->calculated) ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
  if (!isnan(v->calculated)) row.level = s->titles[rounded(s, v->calculated) - 1];
  return add_row(s, "calculated", "phase", row, v->group, v, error);
}

static itg_status add_group(stages *s, const service *first, int32_t n, itg_error *error) {
  double *columns = itg_call_alloc(s->call, 3 * (size_t)n, sizeof *columns, error);
  if (!columns) return ITG_ERR_MEMORY;
  double *self = columns, *calculated = columns + n, *present = columns + 2 * n;
  ITG_TRY(itg_pace_step(s->call->pace, error));
  for (int32_t i = 0; i < n; i++) {
    self[i] = first[i].self;
    calculated[i] = first[i].calculated;
    present[i] = first[i].relevant ? (double)first[i].present : NAN;
  }
  int32_t group = first->group;
  ITG_TRY(add_median(s, "self", self, n, group, error));
  if (s->rule != RULE_NONE) {
    ITG_TRY(add_median(s, "calculated", calculated, n, group, error));
    ITG_TRY(add_agreement(s, self, calculated, present, n, group, error));
  }
  for (int32_t i = 0; i < n; i++) ITG_TRY(add_service(s, &first[i], error));
  return ITG_OK;
}

/* ---- other tables ---- */

typedef struct column {
  const char *name;
  itg_type type;
} column;

static const column phase_columns[] = {{"phase", ITG_TYPE_INT64},
                                       {"title", ITG_TYPE_STRING},
                                       {"self", ITG_TYPE_INT64},
                                       {"calculated", ITG_TYPE_INT64}};
static const column share_columns[] = {{"wave", ITG_TYPE_STRING},
                                       {"service", ITG_TYPE_STRING},
                                       {"phase", ITG_TYPE_INT64},
                                       {"share", ITG_TYPE_DOUBLE}};

static itg_status open_table(stages *s, const char *name, const column *columns, size_t n, itg_frame **out,
                             itg_error *error) {
  ITG_TRY(itg_result_add_table(s->call->result, name, out, error));
  for (int i = 0; i < s->groups.n_columns; i++)
    ITG_TRY(itg_frame_add_column(*out, s->groups.names[i], ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < n; i++)
    ITG_TRY(itg_frame_add_column(*out, columns[i].name, columns[i].type, NULL, error));
  return ITG_OK;
}

static itg_status open_row(stages *s, itg_frame *frame, int32_t group, int64_t *row, itg_error *error) {
  *row = itg_frame_rows(frame);
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  for (int i = 0; i < s->groups.n_columns; i++)
    ITG_TRY(itg_frame_set_text(frame, *row, i, s->groups.labels[group][i], error));
  return ITG_OK;
}

/* How many services are in each phase. */
static itg_status add_distribution(stages *s, itg_frame *frame, const service *first, int32_t n,
                                   itg_error *error) {
  int at = s->groups.n_columns;
  for (int p = 1; p <= s->n_phases; p++) {
    int64_t row, self = 0, calculated = 0;
    ITG_TRY(itg_pace_step(s->call->pace, error));
    for (int32_t i = 0; i < n; i++) {
      self += !isnan(first[i].self) && rounded(s, first[i].self) == p;
      calculated += !isnan(first[i].calculated) && rounded(s, first[i].calculated) == p;
    }
    ITG_TRY(open_row(s, frame, first->group, &row, error));
    itg_frame_set_int(frame, row, at, p);
    ITG_TRY(itg_frame_set_text(frame, row, at + 1, s->titles[p - 1], error));
    itg_frame_set_int(frame, row, at + 2, self);
    if (s->rule != RULE_NONE) itg_frame_set_int(frame, row, at + 3, calculated);
  }
  return ITG_OK;
}

/* What the calculated phase of a service rests on: percent of each phase's relevant elements implemented. */
static itg_status add_shares(stages *s, itg_frame *frame, const service *v, itg_error *error) {
  int at = s->groups.n_columns;
  for (int p = 0; p < s->n_phases; p++) {
    int64_t row;
    if (isnan(v->share[p])) continue;
    ITG_TRY(open_row(s, frame, v->group, &row, error));
    ITG_TRY(itg_frame_set_text(frame, row, at, v->wave, error));
    ITG_TRY(itg_frame_set_text(frame, row, at + 1, v->name, error));
    itg_frame_set_int(frame, row, at + 2, p + 1);
    itg_frame_set_double(frame, row, at + 3, 100 * v->share[p]);
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status open_estimates(stages *s, itg_error *error) {
  const char *names[64];
  int n = s->groups.n_columns;
  for (int i = 0; i < n; i++) names[i] = s->groups.names[i];
  if (s->has_wave) names[n++] = "wave";
  names[n++] = "service";
  return itg_tidy_open(s->call->result, names, n, &s->tidy, error);
}

static itg_status run(itg_call *call, itg_error *error) {
  stages s = {.call = call, .conf_level = itg_call_number(call, "conf_level")};
  itg_definition definition;
  itg_elements elements = {0};
  itg_frame *phases, *shares = NULL;
  ITG_TRY(read_definition(&s, &definition, error));
  s.has_elements = itg_call_table(call, "elements") != NULL;
  if (s.has_elements) ITG_TRY(read_checklist(&s, &definition, &elements, error));
  ITG_TRY(choose_rule(&s, &elements, error));
  ITG_TRY(find_services(&s, error));
  ITG_TRY(check_raters(&s, error));
  ITG_TRY(read_phases(&s, "data.phase", true, true, error));
  ITG_TRY(open_estimates(&s, error));
  ITG_TRY(note_rule(&s, error));
  if (s.has_elements)
    ITG_TRY(read_elements(&s, &elements, error));
  else
    ITG_TRY(read_phases(&s, "data.calculated", false, false, error));

  bool any = false;
  ITG_TRY(itg_pace_step(call->pace, error));
  for (int32_t i = 0; i < s.n_services; i++)
    any = any || !isnan(s.services[i].self) || !isnan(s.services[i].calculated);
  if (!any)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL,
                       "no service has a phase, by its own word or calculated");
  ITG_TRY(open_table(&s, "phases", phase_columns, ITG_COUNT(phase_columns), &phases, error));
  if (elements.n_phases)
    ITG_TRY(open_table(&s, "shares", share_columns, ITG_COUNT(share_columns), &shares, error));
  for (int32_t from = 0, to; from < s.n_services; from = to) {
    for (to = from; to < s.n_services && s.services[to].group == s.services[from].group;) to++;
    ITG_TRY(add_group(&s, s.services + from, to - from, error));
    ITG_TRY(add_distribution(&s, phases, s.services + from, to - from, error));
    for (int32_t i = from; shares && i < to; i++) ITG_TRY(add_shares(&s, shares, &s.services[i], error));
    ITG_TRY(itg_check_stop(&call->control, (double)to / (double)s.n_services, error));
  }
  return itg_groups_note(call, &s.groups, error);
}

static const itg_role roles[] = {
    {"data", "service", ITG_ROLE_TEXT, true, 0, 0, "the service (care chain, network)"},
    {"data", "wave", ITG_ROLE_TEXT, false, 0, 0, "time of assessment, where services are assessed again"},
    {"data", "rater", ITG_ROLE_TEXT, false, 0, 0, "who places the service; their lower median counts"},
    {"data", "phase", ITG_ROLE_NUMBER, false, 1, MAX_PHASES, "self-assessed phase, from 1"},
    {"data", "calculated", ITG_ROLE_NUMBER, false, 1, MAX_PHASES,
     "calculated phase, when it is known already"},
    {"elements", "service", ITG_ROLE_TEXT, false, 0, 0, "the service"},
    {"elements", "wave", ITG_ROLE_TEXT, false, 0, 0, "time of assessment"},
    {"elements", "element", ITG_ROLE_TEXT, false, 0, 0, "id of an element of the checklist"},
    {"elements", "rater", ITG_ROLE_TEXT, false, 0, 0, "who rates the element"},
    {"elements", "relevant", ITG_ROLE_FLAG, false, 0, 0, "is the element relevant; default: all are"},
    {"elements", "present", ITG_ROLE_FLAG, false, 0, 0, "is it implemented"},
    {"phases", "element", ITG_ROLE_TEXT, false, 0, 0, "id of an element"},
    {"phases", "phase", ITG_ROLE_NUMBER, false, 1, MAX_PHASES, "the phase to which it belongs"},
    {0}};

static const itg_field options[] = {ITG_OPTION_INSTRUMENT("dmic-phases"),
                                    ITG_OPTION_CONF_LEVEL,
                                    ITG_CHECKLIST_OPTIONS, ITG_OPTION_FLAG_LABELS,
                                    ITG_STAGES_OPTIONS,
                                    {0}};

static const itg_output outputs[] = {
    {"phases", "services in each phase, by their own word and as calculated"},
    {"shares",
     "where elements have phases: percent of each phase's relevant elements that a service has implemented"},
    {NULL, NULL}};

const itg_measure itg_stages_measure = {
    .name = "stages",
    .title = "Phases of development: self-assessed against calculated",
    .summary =
        "Scales: self and calculated (phase of each service; median of a group), agreement (percent in the "
        "same phase), kappa (unweighted), kappa_linear and kappa_quadratic (weighted), correlation "
        "(Pearson, self against calculated) and correlation_elements (self against the number of relevant "
        "elements implemented). The rule of the calculated phase is in the notes.",
    .source =
        "Phases and the comparison: Minkman et al., BMC Health Serv Res 2013;13:214. How the article "
        "calculates phases could not be read: the threshold, continuous and cut-point rules are ours. "
        "Error of kappa: Fleiss, Cohen and Everitt 1969.",
    .counts = "services",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
