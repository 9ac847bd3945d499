/* itg_elements.c - layer 3: definitions of kind checklist, and ratings of their elements brought to
 * consensus. */
#include "itg_elements.h"

#include <math.h>
#include <string.h>

#include "itg_sum.h"

/* ---- the definition ---- */

static const itg_field cluster_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "short name"},
    {"title", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "title"},
    {"size", ITG_FIELD_INTEGER, false, NULL, NULL, 1, 1e6, NULL, "number of its elements, checked"},
    {"basis", ITG_FIELD_TEXT, false, NULL, "found|remembered", 0, 0, NULL, "whether a source gives the size"},
    {0}};

static const itg_field element_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "name in the data"},
    {"cluster", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "id of its cluster"},
    {"label", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "short label of our own"},
    {"basis", ITG_FIELD_TEXT, false, NULL, "found|found-label|remembered|placeholder|own", 0, 0, NULL,
     "found: in a source; found-label: its label is, its place here is not; placeholder: only its number is known; own: "
     "the user's label"},
    {"phase", ITG_FIELD_INTEGER, false, NULL, NULL, 1, 20, NULL, "phase to which it belongs"},
    {0}};

static const itg_field response_fields[] = {
    {"yes", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "labels that mean yes"},
    {"no", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "labels that mean no"},
    {0}};

static const itg_field checklist_fields[] = {
    {"responses", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, response_fields,
     "labels of yes and no that data may bear beside the known ones"},
    {"clusters", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, cluster_fields, "clusters in order"},
    {"items", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, element_fields, "elements in order"},
    {0}};

static int32_t find_cluster(const itg_cluster *clusters, int32_t n, const char *id) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(clusters[i].id, id) == 0) return i;
  return -1;
}

static int32_t find_element(const itg_elements *list, int32_t n, const char *id) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(list->elements[i].id, id) == 0) return i;
  return -1;
}

static const char *suggest_element(const itg_elements *list, const char *id, itg_arena *arena) {
  const char **ids = itg_arena_alloc(arena, (size_t)list->n_elements, sizeof *ids);
  for (int32_t i = 0; ids && i < list->n_elements; i++) ids[i] = list->elements[i].id;
  return ids ? itg_suggest(id, ids, (size_t)list->n_elements) : NULL;
}

static itg_status check_sizes(const itg_elements *list, const itg_node *clusters, itg_error *error) {
  for (int32_t c = 0; c < list->n_clusters; c++) {
    const itg_node *size = itg_node_get(&clusters->items[c], "size");
    int64_t declared = 0, counted = 0;
    for (int32_t i = 0; i < list->n_elements; i++) counted += list->elements[i].cluster == c;
    if (!itg_node_is_null(size) && itg_node_integer(size, &declared) && declared != counted)
      return itg_fail_node(error, ITG_ERR_VALUE, size, "cluster '%.60s' has %d elements, not %d",
                           list->clusters[c].id, (int)counted, (int)declared);
    if (!counted)
      return itg_fail_node(error, ITG_ERR_VALUE, &clusters->items[c], "cluster '%.60s' has no elements",
                           list->clusters[c].id);
  }
  return ITG_OK;
}

static itg_status read_definition(itg_call *call, const itg_definition *definition, itg_elements *out,
                                  itg_error *error) {
  const itg_node *clusters = itg_node_get(definition->root, "clusters"),
                 *items = itg_node_get(definition->root, "items");
  itg_cluster *own = itg_call_alloc(call, (size_t)clusters->count, sizeof *own, error);
  out->elements = itg_call_alloc(call, (size_t)items->count, sizeof *out->elements, error);
  if (!own || !out->elements) return ITG_ERR_MEMORY;
  out->clusters = own;
  for (int32_t i = 0; i < clusters->count; i++) {
    const itg_node *node = &clusters->items[i];
    own[i] = (itg_cluster){itg_node_text(node, "id", ""), itg_node_text(node, "title", "")};
    if (find_cluster(own, i, own[i].id) >= 0)
      return itg_fail_node(error, ITG_ERR_VALUE, node, "the cluster '%.80s' is given twice", own[i].id);
  }
  out->n_clusters = clusters->count;
  for (int32_t i = 0; i < items->count; i++) {
    const itg_node *node = &items->items[i];
    itg_element *e = &out->elements[i];
    int64_t phase = 0;
    e->id = itg_node_text(node, "id", "");
    e->label = itg_node_text(node, "label", "");
    e->cluster = find_cluster(own, out->n_clusters, itg_node_text(node, "cluster", ""));
    if (e->cluster < 0)
      return itg_fail_node(error, ITG_ERR_REFERENCE, itg_node_get(node, "cluster"),
                           "there is no cluster '%.80s'", itg_node_text(node, "cluster", ""));
    if (find_element(out, i, e->id) >= 0)
      return itg_fail_node(error, ITG_ERR_VALUE, node, "the element '%.80s' is given twice", e->id);
    itg_node_integer(itg_node_get(node, "phase"), &phase);
    e->phase = (int32_t)phase;
    out->n_elements = i + 1;
  }
  return check_sizes(out, clusters, error);
}

/* Labels of yes and no that the option and the definition declare. */
static itg_status read_labels(itg_call *call, const itg_definition *definition, itg_elements *out, itg_error *error) {
  const itg_node *option = itg_node_get(call->options, "labels"),
                 *own = itg_node_get(definition->root, "responses");
  const itg_node *lists[2] = {itg_node_get(own, "no"), itg_node_get(own, "yes")};
  size_t most = (size_t)(itg_node_length(option) + itg_node_length(lists[0]) + itg_node_length(lists[1]));
  itg_flag_label *labels = itg_call_alloc(call, most, sizeof *labels, error);
  if (!labels) return ITG_ERR_MEMORY;
  for (int32_t i = 0; option && option->kind == ITG_NODE_MAP && i < option->count; i++)
    labels[out->n_labels++] = (itg_flag_label){option->keys[i], strcmp(option->items[i].text, "yes") == 0};
  for (int flag = 0, first = out->n_labels; flag < 2; flag++)
    for (int32_t i = 0; i < itg_node_length(lists[flag]); i++) {
      const itg_node *label = itg_node_element(lists[flag], i);
      for (int32_t j = first; j < out->n_labels; j++)
        if (strcmp(labels[j].label, label->text) == 0)
          return itg_fail_node(error, ITG_ERR_VALUE, label, "the label '%.60s' is given twice", label->text);
      labels[out->n_labels++] = (itg_flag_label){label->text, flag};
    }
  out->labels = labels;
  return ITG_OK;
}

/* ---- elements named in data ---- */

/* Index of the element named in each row, -1 where the cell is missing. */
static itg_status read_names(itg_call *call, const itg_elements *list, const char *role, int32_t **out,
                             itg_error *error) {
  itg_factor names;
  ITG_TRY(itg_call_factor(call, role, &names, error));
  int32_t *index = itg_call_alloc(call, (size_t)names.n_levels, sizeof *index, error);
  int32_t *codes = itg_call_alloc(call, (size_t)names.n, sizeof *codes, error);
  if (!index || !codes) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < names.n_levels; i++)
    index[i] = find_element(list, list->n_elements, names.levels[i]);
  for (int64_t row = 0; row < names.n; row++) {
    int32_t level = names.codes[row];
    codes[row] = level < 0 ? -1 : index[level];
    if (level < 0 || codes[row] >= 0) continue;
    const char *near = suggest_element(list, names.levels[level], call->arena);
    if (itg_node_get(call->options, "wide") && !near)
      return itg_call_fail(call, error, ITG_ERR_DATA, role, row,
                           "'%.60s', made of a column by option 'wide', is no element of instrument %.64s; take the columns "
                           "that are by a pattern with a group for the id, such as '/^goals___([1-5])$/'",
                           names.levels[level], list->instrument);
    return itg_call_fail(
        call, error, ITG_ERR_DATA, role, row,
        "'%.60s' is no element of instrument %.64s%s%s%s; `integrade instruments template` lists them",
        names.levels[level], list->instrument, near ? "; did you mean '" : "", near ? near : "",
        near ? "'?" : "");
  }
  *out = codes;
  return ITG_OK;
}

static itg_status read_phases(itg_call *call, itg_elements *out, itg_error *error) {
  int32_t *codes;
  double *phases;
  uint8_t *reasons;
  int64_t n = itg_call_rows(call, "phases");
  static const char *const needed[] = {"phases.element", "phases.phase"};
  for (size_t i = 0; i < ITG_COUNT(needed); i++)
    if (!itg_call_has(call, needed[i]))
      return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, "phases"), -1, NULL,
                         "no column for role '%s'; name it in `columns`", needed[i]);
  ITG_TRY(read_names(call, out, "phases.element", &codes, error));
  ITG_TRY(itg_call_numbers(call, "phases.phase", &phases, &reasons, error));
  for (int32_t i = 0; i < out->n_elements; i++) out->elements[i].phase = 0;
  for (int64_t row = 0; row < n; row++) {
    if (codes[row] < 0 || reasons[row]) continue;
    itg_element *e = &out->elements[codes[row]];
    if (phases[row] != floor(phases[row]))
      return itg_call_fail(call, error, ITG_ERR_RANGE, "phases.phase", row, "a phase must be a whole number");
    if (e->phase)
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "phases.element", row,
                           "element '%.60s' has a phase already", e->id);
    e->phase = (int32_t)phases[row];
  }
  return ITG_OK;
}

itg_status itg_elements_make(itg_call *call, const itg_definition *definition, itg_elements *out,
                             itg_error *error) {
  memset(out, 0, sizeof *out);
  out->instrument = definition->id;
  ITG_TRY(itg_definition_check(definition, checklist_fields, error));
  ITG_TRY(read_definition(call, definition, out, error));
  ITG_TRY(read_labels(call, definition, out, error));
  if (itg_call_table(call, "phases")) ITG_TRY(read_phases(call, out, error));
  for (int32_t i = 0; i < out->n_elements; i++)
    if (out->elements[i].phase > out->n_phases) out->n_phases = out->elements[i].phase;
  return ITG_OK;
}

/* ---- ratings ---- */

typedef struct ratings {
  itg_call *call;
  const char *input;
  int32_t *elements;
  itg_factor raters;
  bool has_raters;
  int8_t *relevant, *present, *planned; /* NULL: no such role */
  double *year;
  int64_t n, incomplete, contradictions, draws;
} ratings;

static const char *role_of(ratings *r, const char *name) {
  const char *role = itg_arena_print(r->call->arena, "%s.%s", r->input, name);
  return role ? role : name;
}

static itg_status read_flags(ratings *r, const itg_elements *list, const char *name, int8_t **out, itg_error *error) {
  uint8_t *reasons;
  const char *role = role_of(r, name);
  *out = NULL;
  if (!itg_call_has(r->call, role)) return ITG_OK;
  return itg_call_flags(r->call, role, list->labels, list->n_labels, out, &reasons, error);
}

static itg_status read_ratings(ratings *r, const itg_elements *list, itg_error *error) {
  uint8_t *reasons;
  r->n = itg_call_rows(r->call, r->input);
  if (!r->n)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(r->call, r->input), -1, NULL,
                       "there are no rows");
  ITG_TRY(read_names(r->call, list, role_of(r, "element"), &r->elements, error));
  r->has_raters = itg_call_has(r->call, role_of(r, "rater"));
  if (r->has_raters) ITG_TRY(itg_call_factor(r->call, role_of(r, "rater"), &r->raters, error));
  ITG_TRY(read_flags(r, list, "relevant", &r->relevant, error));
  ITG_TRY(read_flags(r, list, "present", &r->present, error));
  ITG_TRY(read_flags(r, list, "planned", &r->planned, error));
  if (itg_call_has(r->call, role_of(r, "year")))
    ITG_TRY(itg_call_numbers(r->call, role_of(r, "year"), &r->year, &reasons, error));
  return ITG_OK;
}

/* What one row says.  A rater who calls an element present but does not answer on relevance finds it
 * relevant. */
static itg_element_state state_of(ratings *r, int64_t row) {
  int relevant = r->relevant ? r->relevant[row] : 1, present = r->present[row];
  if (relevant == 0) {
    r->contradictions += present == 1;
    return ITG_ELEMENT_NOT_RELEVANT;
  }
  if (present < 0 || (relevant < 0 && present == 0)) return ITG_ELEMENT_MISSING;
  return present ? ITG_ELEMENT_PRESENT : ITG_ELEMENT_ABSENT;
}

/* The consensus of the rows of one cell. */
static itg_verdict judge(ratings *r, const int64_t *rows, int64_t n, itg_element_state draw) {
  int64_t votes[3] = {0, 0, 0}, planned[2] = {0, 0}, years = 0;
  itg_sum year = {0, 0};
  itg_verdict v = {ITG_ELEMENT_MISSING, -1, -1, 0, NAN};
  for (int64_t i = 0; i < n; i++) {
    itg_element_state state = state_of(r, rows[i]);
    if (state == ITG_ELEMENT_MISSING) continue;
    votes[state]++;
    v.n_ratings++;
    if (state == ITG_ELEMENT_ABSENT && r->planned && r->planned[rows[i]] >= 0) planned[r->planned[rows[i]]]++;
    if (state == ITG_ELEMENT_PRESENT && r->year && !isnan(r->year[rows[i]])) {
      itg_sum_add(&year, r->year[rows[i]]);
      years++;
    }
  }
  if (!v.n_ratings) return v;
  int64_t relevant = votes[ITG_ELEMENT_ABSENT] + votes[ITG_ELEMENT_PRESENT];
  if (v.n_ratings > 1)
    v.disputed = votes[0] != v.n_ratings && votes[1] != v.n_ratings && votes[2] != v.n_ratings;
  if (votes[ITG_ELEMENT_NOT_RELEVANT] > relevant) {
    v.state = ITG_ELEMENT_NOT_RELEVANT;
  } else if (votes[ITG_ELEMENT_PRESENT] == votes[ITG_ELEMENT_ABSENT]) {
    v.state = (int8_t)draw;
    r->draws++;
  } else {
    v.state =
        votes[ITG_ELEMENT_PRESENT] > votes[ITG_ELEMENT_ABSENT] ? ITG_ELEMENT_PRESENT : ITG_ELEMENT_ABSENT;
  }
  if (v.state == ITG_ELEMENT_ABSENT && planned[0] + planned[1] > 0) v.planned = planned[1] > planned[0];
  if (v.state == ITG_ELEMENT_PRESENT && years) v.year = itg_sum_value(&year) / (double)years;
  return v;
}

static itg_status check_duplicates(ratings *r, const itg_elements *list, const int64_t *rows, int64_t n,
                                   itg_error *error) {
  for (int64_t i = 1; i < n; i++) {
    if (i % 64 == 0) ITG_TRY(itg_pace_step(r->call->pace, error));
    for (int64_t j = 0; j < i; j++) {
      if (r->has_raters && r->raters.codes[rows[i]] != r->raters.codes[rows[j]]) continue;
      return itg_call_fail(
          r->call, error, ITG_ERR_DUPLICATE, role_of(r, "element"), rows[i],
          "element '%.60s' of this service was rated %sbefore; remove one of the two, or map the "
          "role 'rater'%s",
          list->elements[r->elements[rows[i]]].id, r->has_raters ? "by the same rater " : "",
          strcmp(r->input, "data") == 0 ? " or group by the time of rating" : "");
    }
  }
  return ITG_OK;
}

/* States of two raters side by side. */
static itg_status pair_raters(ratings *r, const int32_t *units, itg_assessment *out, itg_error *error) {
  size_t cells = (size_t)out->n_units * (size_t)out->n_elements;
  int32_t *by[2];
  for (int k = 0; k < 2; k++) {
    if (!(by[k] = itg_call_alloc(r->call, cells, sizeof **by, error))) return ITG_ERR_MEMORY;
    for (size_t i = 0; i < cells; i++) by[k][i] = -1;
  }
  int64_t contradictions = r->contradictions; /* counted once already */
  for (int64_t row = 0; row < r->n; row++) {
    int32_t rater = r->raters.codes[row];
    if (units[row] < 0 || r->elements[row] < 0 || rater < 0) continue;
    by[rater][(int64_t)units[row] * out->n_elements + r->elements[row]] = state_of(r, row);
  }
  r->contradictions = contradictions;
  out->first = by[0];
  out->second = by[1];
  return ITG_OK;
}

/* Remarks by cell, in order of the rows. */
static itg_status read_notes(ratings *r, const int32_t *units, itg_assessment *out, itg_error *error) {
  itg_factor notes;
  ITG_TRY(itg_call_factor(r->call, role_of(r, "note"), &notes, error));
  const char **said =
      itg_call_alloc(r->call, (size_t)out->n_units * (size_t)out->n_elements, sizeof *said, error);
  if (!said) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < r->n; row++) {
    if (units[row] < 0 || r->elements[row] < 0 || notes.codes[row] < 0) continue;
    const char **cell = &said[(int64_t)units[row] * out->n_elements + r->elements[row]],
               *note = notes.levels[notes.codes[row]];
    *cell = *cell ? itg_arena_print(r->call->arena, "%s; %s", *cell, note) : note;
    if (!*cell) return itg_fail_memory(error);
  }
  out->notes = said;
  return ITG_OK;
}

static itg_status write_notes(const ratings *r, itg_error *error) {
  itg_result *result = r->call->result;
  const char *tie = itg_call_text(r->call, "tie");
  if (r->incomplete)
    ITG_TRY(itg_result_note(result, error, "%lld rows lack the service or the element and were left out",
                            (long long)r->incomplete));
  if (r->contradictions)
    ITG_TRY(itg_result_note(result, error,
                            "%lld ratings call an element present but not relevant: taken as not relevant",
                            (long long)r->contradictions));
  if (r->draws)
    ITG_TRY(itg_result_note(result, error,
                            "%lld elements were called present by as many raters as absent: taken as %s",
                            (long long)r->draws, tie ? tie : "absent"));
  return ITG_OK;
}

static itg_element_state draw_state(const itg_call *call) {
  const char *tie = itg_call_text(call, "tie");
  if (tie && strcmp(tie, "present") == 0) return ITG_ELEMENT_PRESENT;
  return tie && strcmp(tie, "missing") == 0 ? ITG_ELEMENT_MISSING : ITG_ELEMENT_ABSENT;
}

itg_status itg_assessment_make(itg_call *call, const itg_elements *list, const char *input,
                               const int32_t *units, int32_t n_units, itg_assessment *out, itg_error *error) {
  ratings r = {.call = call, .input = input};
  memset(out, 0, sizeof *out);
  ITG_TRY(read_ratings(&r, list, error));
  if ((int64_t)n_units * list->n_elements > INT64_C(1) << 28)
    return itg_fail(error, ITG_ERR_LIMIT, "%d services with %d elements each are too many for one call",
                    (int)n_units, (int)list->n_elements);
  int64_t cells = (int64_t)n_units * list->n_elements;
  int64_t *start = itg_call_alloc(call, (size_t)cells + 1, sizeof *start, error);
  int64_t *rows = itg_call_alloc(call, (size_t)r.n, sizeof *rows, error);
  itg_verdict *verdicts = itg_call_alloc(call, (size_t)cells, sizeof *verdicts, error);
  if (!start || !rows || !verdicts) return ITG_ERR_MEMORY;
  out->n_units = n_units;
  out->n_elements = list->n_elements;
  out->n_raters = r.has_raters ? r.raters.n_levels : 0;
  out->verdicts = verdicts;

  /* Rows in order of their cells: counts, then places. */
  for (int64_t row = 0; row < r.n; row++) {
    ITG_PACE(call->pace, row, error);
    if (units[row] < 0 || r.elements[row] < 0)
      r.incomplete++;
    else
      start[(int64_t)units[row] * list->n_elements + r.elements[row] + 1]++;
  }
  for (int64_t c = 0; c < cells; c++) start[c + 1] += start[c];
  for (int64_t row = r.n - 1; row >= 0; row--) {
    ITG_PACE(call->pace, row, error);
    if (units[row] >= 0 && r.elements[row] >= 0)
      rows[--start[(int64_t)units[row] * list->n_elements + r.elements[row] + 1]] = row;
  }
  /* Now start[c + 1] is where cell c begins. */
  int64_t total = r.n - r.incomplete;
  itg_element_state draw = draw_state(call);
  for (int64_t c = 0; c < cells; c++) {
    int64_t from = start[c + 1], to = c + 1 < cells ? start[c + 2] : total;
    ITG_PACE(call->pace, c, error);
    ITG_TRY(check_duplicates(&r, list, rows + from, to - from, error));
    verdicts[c] = judge(&r, rows + from, to - from, draw);
  }
  if (itg_call_has(call, role_of(&r, "note"))) ITG_TRY(read_notes(&r, units, out, error));
  bool any = false;
  for (int64_t c = 0; c < cells && !any; c++) any = verdicts[c].n_ratings > 0;
  if (!any)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, input), -1, NULL,
                       "no row says of a service and an element whether it is present%s",
                       r.incomplete == r.n ? "; each lacks its service or its element" : "");
  if (out->n_raters == 2) ITG_TRY(pair_raters(&r, units, out, error));
  return write_notes(&r, error);
}
