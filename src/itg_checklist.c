/* itg_checklist.c - layer 3: the measure `checklist`: how much of a development model is in place, and what
 * is next. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_elements.h"
#include "itg_score.h"
#include "itg_sum.h"
#include "itg_thread.h"

/* A service in one group; its verdicts are row `index` of the assessment. */
typedef struct unit {
  int32_t index, group;
  const char *service;
} unit;

typedef struct checklist {
  itg_call *call;
  itg_elements list;
  itg_groups groups;
  itg_assessment ratings;
  int32_t n_units;
  unit *units; /* group after group */
  itg_tidy tidy;
  double conf_level;
  double *values; /* n_units, scratch */
  bool has_planned, has_year, has_raters;
} checklist;

/* A set of elements: all, one cluster, or one phase. */
typedef struct scope {
  int32_t cluster, phase; /* -1: any */
} scope;

static const itg_verdict *verdict_of(const checklist *c, const unit *u, int32_t element) {
  return &c->ratings.verdicts[(int64_t)u->index * c->list.n_elements + element];
}

static bool is_within(const checklist *c, int32_t element, scope s) {
  const itg_element *e = &c->list.elements[element];
  return (s.cluster < 0 || e->cluster == s.cluster) && (s.phase < 0 || e->phase == s.phase);
}

static int32_t size_of(const checklist *c, scope s) {
  int32_t n = 0;
  for (int32_t e = 0; e < c->list.n_elements; e++) n += is_within(c, e, s);
  return n;
}

/* ---- one service ---- */

typedef struct tally {
  int64_t present, absent, not_relevant, missing, planned, not_planned, years;
  itg_sum year;
} tally;

static void add_verdict(tally *t, const itg_verdict *v) {
  switch (v->state) {
    case ITG_ELEMENT_PRESENT:
      t->present++;
      if (!isnan(v->year)) {
        itg_sum_add(&t->year, v->year);
        t->years++;
      }
      break;
    case ITG_ELEMENT_ABSENT:
      t->absent++;
      if (v->planned >= 0) *(v->planned ? &t->planned : &t->not_planned) += 1;
      break;
    case ITG_ELEMENT_NOT_RELEVANT:
      t->not_relevant++;
      break;
    default:
      t->missing++;
  }
}

static tally tally_of(const checklist *c, const unit *u, scope s) {
  tally t = {0};
  for (int32_t e = 0; e < c->list.n_elements; e++)
    if (is_within(c, e, s)) add_verdict(&t, verdict_of(c, u, e));
  return t;
}

enum { COUNT, IMPLEMENTED, PLANNED, YEAR, N_FIGURES };
static const struct {
  const char *name, *unit;
} figures[N_FIGURES] = {
    {"count", "count"}, {"implemented", "percent"}, {"planned", "percent"}, {"year", "years"}};

static bool is_wanted(const checklist *c, int figure) {
  return figure == PLANNED ? c->has_planned : figure == YEAR ? c->has_year : true;
}

static double figure_of(const tally *t, int figure) {
  int64_t attainable = t->present + t->absent, known = t->planned + t->not_planned;
  switch (figure) {
    case COUNT:
      return attainable + t->not_relevant ? (double)t->present : NAN;
    case IMPLEMENTED:
      return attainable ? 100 * (double)t->present / (double)attainable : NAN;
    case PLANNED:
      return known ? 100 * (double)t->planned / (double)known : NAN;
    default:
      return t->years ? itg_sum_value(&t->year) / (double)t->years : NAN;
  }
}

/* ---- rows ---- */

/* Labels after those of `by`: service, cluster, phase, element; NULL means all. */
static itg_status add_row(checklist *c, const char *scale, const char *unit_name, const itg_estimate *figure,
                          int32_t group, const char *service, scope s, const itg_element *element,
                          itg_error *error) {
  int n = c->groups.n_columns;
  const char *labels[64 + 4];
  char phase[ITG_NUMBER_SIZE];
  itg_estimate row = *figure;
  for (int i = 0; i < n; i++) labels[i] = c->groups.labels[group][i];
  if (element) s = (scope){element->cluster, element->phase ? element->phase : -1};
  itg_number_print(s.phase, phase);
  labels[n] = service;
  labels[n + 1] = s.cluster >= 0 ? c->list.clusters[s.cluster].id : NULL;
  labels[n + 2] = s.phase >= 0 ? phase : NULL;
  labels[n + 3] = element ? element->id : NULL;
  row.measure = "checklist";
  row.scale = scale;
  row.group = labels;
  row.unit = unit_name;
  return itg_tidy_add(&c->tidy, &row, error);
}

static itg_estimate blank(void) { return itg_estimate_of(NULL, NULL, NULL, NULL); }

/* One service: plain figures, without an error, for it is not a sample. */
static itg_status add_service(checklist *c, const unit *u, scope s, itg_error *error) {
  tally t = tally_of(c, u, s);
  for (int f = 0; f < N_FIGURES; f++) {
    itg_estimate row = blank();
    if (!is_wanted(c, f)) continue;
    row.n = f == PLANNED ? t.planned + t.not_planned : f == YEAR ? t.years : t.present + t.absent;
    row.n_missing = f == PLANNED ? t.absent - row.n : f == YEAR ? t.present - row.n : t.missing;
    row.estimate = figure_of(&t, f);
    ITG_TRY(add_row(c, figures[f].name, figures[f].unit, &row, u->group, u->service, s, NULL, error));
  }
  return ITG_OK;
}

/* The services of a group: the mean of their figures. */
static itg_status add_scope(checklist *c, int32_t group, const unit *units, int32_t n_units, scope s,
                            itg_error *error) {
  for (int f = 0; f < N_FIGURES; f++) {
    itg_estimate row = blank();
    int64_t n = 0;
    if (!is_wanted(c, f)) continue;
    for (int32_t u = 0; u < n_units; u++) {
      ITG_PACE(c->call->pace, u, error);
      tally t = tally_of(c, &units[u], s);
      double value = figure_of(&t, f);
      if (isnan(value))
        row.n_missing++;
      else
        c->values[n++] = value;
    }
    itg_estimate_set_mean_of(&row, c->values, n, c->conf_level);
    if (f != YEAR) itg_estimate_clip(&row, 0, f == COUNT ? (double)size_of(c, s) : 100);
    ITG_TRY(add_row(c, figures[f].name, figures[f].unit, &row, group, NULL, s, NULL, error));
  }
  return ITG_OK;
}

static itg_status tally_element(const checklist *c, const unit *units, int32_t n_units, int32_t element, tally *t,
                                itg_error *error) {
  *t = (tally){0};
  for (int32_t u = 0; u < n_units; u++) {
    ITG_PACE(c->call->pace, u, error);
    add_verdict(t, verdict_of(c, &units[u], element));
  }
  return ITG_OK;
}

/* One element over the services of a group: shares of services. */
static itg_status add_element(checklist *c, int32_t group, const unit *units, int32_t n_units,
                              int32_t element, itg_error *error) {
  const itg_element *e = &c->list.elements[element];
  tally t;
  ITG_TRY(tally_element(c, units, n_units, element, &t, error));
  scope all = {-1, -1};
  itg_estimate row = blank();
  itg_estimate_set_percent(&row, t.present, t.present + t.absent, c->conf_level);
  row.n_missing = t.missing;
  ITG_TRY(add_row(c, "implemented", "percent", &row, group, NULL, all, e, error));
  if (c->has_planned) {
    row = blank();
    itg_estimate_set_percent(&row, t.planned, t.planned + t.not_planned, c->conf_level);
    row.n_missing = t.absent - row.n;
    ITG_TRY(add_row(c, "planned", "percent", &row, group, NULL, all, e, error));
  }
  if (c->has_year) {
    int64_t n = 0;
    for (int32_t u = 0; u < n_units; u++) {
      double year = verdict_of(c, &units[u], element)->year;
      if (!isnan(year)) c->values[n++] = year;
    }
    row = blank();
    itg_estimate_set_mean_of(&row, c->values, n, c->conf_level);
    row.n_missing = t.present - n;
    ITG_TRY(add_row(c, "year", "years", &row, group, NULL, all, e, error));
  }
  return ITG_OK;
}

/* ---- agreement of raters ---- */

/* Share of judgements (services x elements first .. last) in which raters differ; kappa of two raters. */
static itg_status add_agreement(checklist *c, int32_t group, const unit *units, int32_t n_units,
                                int32_t first, int32_t last, itg_error *error) {
  const itg_element *e = first == last ? &c->list.elements[first] : NULL;
  scope all = {-1, -1};
  int64_t disputed = 0, judged = 0, single = 0;
  double counts[9] = {0}, weights[9];
  for (int32_t u = 0; u < n_units; u++)
    for (int32_t k = first; k <= last; k++) {
      const itg_verdict *v = verdict_of(c, &units[u], k);
      int64_t cell = (int64_t)units[u].index * c->list.n_elements + k;
      if (v->disputed >= 0)
        judged++, disputed += v->disputed;
      else
        single++;
      if (c->ratings.first && c->ratings.first[cell] >= 0 && c->ratings.second[cell] >= 0)
        counts[c->ratings.first[cell] * 3 + c->ratings.second[cell]]++;
    }
  itg_estimate row = blank();
  itg_estimate_set_percent(&row, disputed, judged, c->conf_level);
  row.n_missing = single;
  ITG_TRY(add_row(c, "disagreement", "percent", &row, group, NULL, all, e, error));
  if (!c->ratings.first) return ITG_OK;
  itg_coefficient kappa;
  itg_weights_make(ITG_WEIGHTING_NONE, 3, weights);
  ITG_TRY(itg_kappa_of_pairs(counts, 3, weights, c->conf_level, &kappa, error));
  row = blank();
  row.n = kappa.n;
  row.n_missing = (int64_t)n_units * (last - first + 1) - kappa.n;
  row.estimate = kappa.value;
  row.std_error = kappa.std_error;
  row.conf_low = kappa.conf_low;
  row.conf_high = kappa.conf_high;
  row.reason = kappa.reason;
  return add_row(c, "kappa", "coefficient", &row, group, NULL, all, e, error);
}

static itg_status add_group(checklist *c, int32_t group, const unit *units, int32_t n_units,
                            itg_error *error) {
  scope all = {-1, -1};
  ITG_TRY(add_scope(c, group, units, n_units, all, error));
  if (c->has_raters) ITG_TRY(add_agreement(c, group, units, n_units, 0, c->list.n_elements - 1, error));
  for (int32_t k = 0; k < c->list.n_clusters; k++)
    ITG_TRY(add_scope(c, group, units, n_units, (scope){k, -1}, error));
  for (int32_t p = 1; p <= c->list.n_phases; p++)
    ITG_TRY(add_scope(c, group, units, n_units, (scope){-1, p}, error));
  for (int32_t e = 0; e < c->list.n_elements; e++) {
    ITG_TRY(add_element(c, group, units, n_units, e, error));
    if (c->has_raters) ITG_TRY(add_agreement(c, group, units, n_units, e, e, error));
  }
  for (int32_t u = 0; u < n_units; u++) {
    ITG_TRY(add_service(c, &units[u], all, error));
    for (int32_t k = 0; k < c->list.n_clusters; k++)
      ITG_TRY(add_service(c, &units[u], (scope){k, -1}, error));
    for (int32_t p = 1; p <= c->list.n_phases; p++) ITG_TRY(add_service(c, &units[u], (scope){-1, p}, error));
  }
  return ITG_OK;
}

/* ---- other tables ---- */

typedef struct gap {
  int32_t element;
  tally tally;
} gap;

/* Least implemented first; then where more services lack it; then as listed. */
static int compare_gaps(const void *a, const void *b) {
  const gap *x = a, *y = b;
  int64_t left = x->tally.present * (y->tally.present + y->tally.absent),
          right = y->tally.present * (x->tally.present + x->tally.absent);
  if (left != right) return left < right ? -1 : 1;
  if (x->tally.absent != y->tally.absent) return x->tally.absent > y->tally.absent ? -1 : 1;
  return x->element - y->element;
}

typedef struct column {
  const char *name;
  itg_type type;
} column;

static itg_status open_table(checklist *c, const char *name, const column *columns, size_t n, itg_frame **out,
                             itg_error *error) {
  ITG_TRY(itg_result_add_table(c->call->result, name, out, error));
  for (int i = 0; i < c->groups.n_columns; i++)
    ITG_TRY(itg_frame_add_column(*out, c->groups.names[i], ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < n; i++)
    ITG_TRY(itg_frame_add_column(*out, columns[i].name, columns[i].type, NULL, error));
  return ITG_OK;
}

static itg_status open_row(checklist *c, itg_frame *frame, int32_t group, int64_t *row, int *column_at,
                           itg_error *error) {
  *row = itg_frame_rows(frame);
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  for (*column_at = 0; *column_at < c->groups.n_columns; ++*column_at)
    ITG_TRY(itg_frame_set_text(frame, *row, *column_at, c->groups.labels[group][*column_at], error));
  return ITG_OK;
}

static const column improvement_columns[] = {
    {"rank", ITG_TYPE_INT64},     {"element", ITG_TYPE_STRING},   {"label", ITG_TYPE_STRING},
    {"cluster", ITG_TYPE_STRING}, {"attainable", ITG_TYPE_INT64}, {"present", ITG_TYPE_INT64},
    {"lacking", ITG_TYPE_INT64},  {"planned", ITG_TYPE_INT64},    {"implemented", ITG_TYPE_DOUBLE}};

static itg_status add_improvements(checklist *c, itg_frame *frame, int32_t group, const unit *units,
                                   int32_t n_units, itg_error *error) {
  gap *gaps = itg_call_alloc(c->call, (size_t)c->list.n_elements, sizeof *gaps, error);
  int32_t n = 0;
  if (!gaps) return ITG_ERR_MEMORY;
  for (int32_t e = 0; e < c->list.n_elements; e++) {
    tally t;
    ITG_TRY(tally_element(c, units, n_units, e, &t, error));
    if (t.absent) gaps[n++] = (gap){e, t};
  }
  qsort(gaps, (size_t)n, sizeof *gaps, compare_gaps);
  for (int32_t i = 0; i < n; i++) {
    const itg_element *e = &c->list.elements[gaps[i].element];
    const tally *t = &gaps[i].tally;
    int64_t row;
    int at;
    ITG_TRY(open_row(c, frame, group, &row, &at, error));
    itg_frame_set_int(frame, row, at++, i + 1);
    ITG_TRY(itg_frame_set_text(frame, row, at++, e->id, error));
    ITG_TRY(itg_frame_set_text(frame, row, at++, e->label, error));
    ITG_TRY(itg_frame_set_text(frame, row, at++, c->list.clusters[e->cluster].id, error));
    itg_frame_set_int(frame, row, at++, t->present + t->absent);
    itg_frame_set_int(frame, row, at++, t->present);
    itg_frame_set_int(frame, row, at++, t->absent);
    if (c->has_planned) itg_frame_set_int(frame, row, at, t->planned);
    at++;
    itg_frame_set_double(frame, row, at, figure_of(t, IMPLEMENTED));
  }
  return ITG_OK;
}

static const column consensus_columns[] = {{"service", ITG_TYPE_STRING}, {"element", ITG_TYPE_STRING},
                                           {"cluster", ITG_TYPE_STRING}, {"state", ITG_TYPE_STRING},
                                           {"planned", ITG_TYPE_BOOL},   {"year", ITG_TYPE_DOUBLE},
                                           {"ratings", ITG_TYPE_INT64},  {"disputed", ITG_TYPE_BOOL},
                                           {"note", ITG_TYPE_STRING}}; /* the last with role note only */

static itg_status add_consensus(checklist *c, itg_frame *frame, const unit *u, itg_error *error) {
  static const char *const states[] = {"absent", "present", "not relevant"};
  for (int32_t e = 0; e < c->list.n_elements; e++) {
    const itg_verdict *v = verdict_of(c, u, e);
    int64_t row;
    int at;
    ITG_TRY(open_row(c, frame, u->group, &row, &at, error));
    ITG_TRY(itg_frame_set_text(frame, row, at++, u->service, error));
    ITG_TRY(itg_frame_set_text(frame, row, at++, c->list.elements[e].id, error));
    ITG_TRY(itg_frame_set_text(frame, row, at++, c->list.clusters[c->list.elements[e].cluster].id, error));
    ITG_TRY(itg_frame_set_text(frame, row, at++, v->state >= 0 ? states[v->state] : NULL, error));
    if (v->planned >= 0) itg_frame_set_bool(frame, row, at, v->planned);
    at++;
    if (!isnan(v->year)) itg_frame_set_double(frame, row, at, v->year);
    at++;
    itg_frame_set_int(frame, row, at++, v->n_ratings);
    if (v->disputed >= 0) itg_frame_set_bool(frame, row, at, v->disputed);
    at++;
    const char *note = c->ratings.notes ? c->ratings.notes[(int64_t)u->index * c->list.n_elements + e] : NULL;
    if (note) ITG_TRY(itg_frame_set_text(frame, row, at, note, error));
  }
  return ITG_OK;
}

/* ---- the measure ---- */

/* Services of each group: the pairs that occur, in order.  rows: the unit of each row, -1 none. */
static itg_status find_units(checklist *c, const itg_factor *services, const int32_t **rows,
                             itg_error *error) {
  itg_groups pairs;
  const char **unnamed = itg_call_alloc(c->call, (size_t)c->groups.n_groups, sizeof *unnamed, error);
  if (!unnamed) return ITG_ERR_MEMORY;
  itg_factor factors[2] = {{c->groups.n, c->groups.n_groups, c->groups.codes, unnamed}, *services};
  const char *names[2] = {"group", "service"};
  ITG_TRY(itg_groups_make(factors, names, 2, services->n, c->call->arena, &pairs, error));
  c->n_units = pairs.n_groups;
  c->units = itg_call_alloc(c->call, (size_t)pairs.n_groups, sizeof *c->units, error);
  c->values = itg_call_alloc(c->call, (size_t)pairs.n_groups, sizeof *c->values, error);
  if (!c->units || !c->values) return ITG_ERR_MEMORY;
  for (int32_t u = 0; u < pairs.n_groups; u++) c->units[u] = (unit){u, 0, pairs.labels[u][1]};
  for (int64_t row = 0; row < pairs.n; row++)
    if (pairs.codes[row] >= 0) c->units[pairs.codes[row]].group = c->groups.codes[row];
  *rows = pairs.codes;
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  checklist c = {.call = call, .conf_level = itg_call_number(call, "conf_level")};
  itg_definition definition;
  itg_factor services;
  itg_frame *improvements, *consensus;
  const int32_t *rows = NULL;
  ITG_TRY(itg_call_definition(call, "instrument", "checklist", &definition, error));
  ITG_TRY(itg_elements_make(call, &definition, &c.list, error));
  c.has_planned = itg_call_has(call, "planned");
  c.has_year = itg_call_has(call, "year");
  c.has_raters = itg_call_has(call, "rater");
  ITG_TRY(itg_call_groups(call, &c.groups, error));
  if (c.groups.n_columns > 64) return itg_fail(error, ITG_ERR_LIMIT, "at most 64 columns can group");
  ITG_TRY(itg_call_factor(call, "service", &services, error));
  ITG_TRY(find_units(&c, &services, &rows, error));
  ITG_TRY(itg_assessment_make(call, &c.list, "data", rows, c.n_units, &c.ratings, error));

  const char *names[64 + 4];
  int n = c.groups.n_columns;
  static const char *const own[] = {"service", "cluster", "phase", "element"};
  for (int i = 0; i < n; i++) names[i] = c.groups.names[i];
  for (int i = 0; i < 4; i++) names[n + i] = own[i];
  ITG_TRY(itg_tidy_open(call->result, names, n + 4, &c.tidy, error));
  ITG_TRY(open_table(&c, "improvements", improvement_columns, ITG_COUNT(improvement_columns), &improvements,
                     error));
  ITG_TRY(open_table(&c, "consensus", consensus_columns, ITG_COUNT(consensus_columns) - !c.ratings.notes,
                     &consensus, error));
  for (int32_t from = 0, to; from < c.n_units; from = to) {
    int32_t group = c.units[from].group;
    for (to = from; to < c.n_units && c.units[to].group == group;) to++;
    ITG_TRY(add_group(&c, group, c.units + from, to - from, error));
    ITG_TRY(add_improvements(&c, improvements, group, c.units + from, to - from, error));
    for (int32_t u = from; u < to; u++) ITG_TRY(add_consensus(&c, consensus, &c.units[u], error));
    ITG_TRY(itg_check_stop(&call->control, (double)to / (double)c.n_units, error));
  }
  return itg_groups_note(call, &c.groups, error);
}

static const itg_role roles[] = {
    {"data", "service", ITG_ROLE_TEXT, true, 0, 0, "the service (care chain, network) that is rated"},
    {"data", "element", ITG_ROLE_TEXT, true, 0, 0, "id of an element of the instrument"},
    {"data", "rater", ITG_ROLE_TEXT, false, 0, 0,
     "who rates; without it every element is rated once per service"},
    {"data", "relevant", ITG_ROLE_FLAG, false, 0, 0,
     "is the element relevant for the service; default: all are"},
    {"data", "present", ITG_ROLE_FLAG, true, 0, 0, "is it implemented"},
    {"data", "planned", ITG_ROLE_FLAG, false, 0, 0, "where it is not: is it planned"},
    {"data", "year", ITG_ROLE_NUMBER, false, 1900, 2200, "where it is: the year of implementation"},
    {"data", "note", ITG_ROLE_TEXT, false, 0, 0, "where it stands, or a remark; kept in table consensus"},
    {"phases", "element", ITG_ROLE_TEXT, false, 0, 0, "id of an element"},
    {"phases", "phase", ITG_ROLE_NUMBER, false, 1, 20, "the phase of development to which it belongs"},
    {0}};

static const itg_field options[] = {
    ITG_OPTION_INSTRUMENT("dmic"), ITG_OPTION_CONF_LEVEL, ITG_CHECKLIST_OPTIONS, ITG_OPTION_FLAG_LABELS, {0}};

static const itg_output outputs[] = {
    {"improvements",
     "elements that services lack, least implemented first, then those that more services lack"},
    {"consensus",
     "a row per service and element: its state, plan and year by consensus, whether raters differ, and "
     "with role note their notes"},
    {NULL, NULL}};

const itg_measure itg_checklist_measure = {
    .name = "checklist",
    .title = "Checklists of elements, such as the Development Model for Integrated Care",
    .summary =
        "Scales: count (elements present), implemented (percent present of the attainable, that is "
        "relevant, ones), planned (percent of the absent ones), year (mean year of implementation). For a "
        "service over its elements, overall, by cluster and by phase; for an element over services (Wilson "
        "interval); for a group the mean over its services (t interval). With raters: disagreement "
        "(percent of judgements in which they differ) and, with exactly two, kappa over absent, present, "
        "not relevant. Missing grouping labels mean all.",
    .source =
        "Percent implemented and planned: Minkman et al., BMC Health Serv Res 2011;11:177, additional file "
        "1. Consensus, the means over services and the order of improvements are our choice.",
    .counts = "elements of a service, or services of a group",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
