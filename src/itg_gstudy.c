/* itg_gstudy.c - layer 3: the measure `gstudy`: how far scores generalise over raters, items, occasions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_design.h"
#include "itg_score.h"
#include "itg_sort.h"
#include "itg_thread.h"

enum { MOST_CELLS = 100000000, MOST_STUDIES = 10000 };

typedef struct study {
  itg_call *call;
  int n_facets;
  const char *names[ITG_DESIGN_FACETS]; /* columns of the facets; 0 is the object */
  itg_factor factors[ITG_DESIGN_FACETS];
  unsigned nests[ITG_DESIGN_FACETS];
  double *values; /* per row, NaN missing */
  int64_t n_rows;
  itg_groups groups;
  itg_lists rows;       /* of values, by group */
  bool *lacks, *seen;   /* scratch of use_rows(): per object, */
  int64_t *counts;      /* all 0 between groups */
  double *numbers[ITG_DESIGN_FACETS]; /* of the decision study; count 0: as observed */
  int n_numbers[ITG_DESIGN_FACETS];
  itg_tidy tidy;
  itg_frame *components, *dstudy;
  int64_t negative, dropped;
} study;

/* ---- input ---- */

/* A column per level of the one facet: rows become objects. */
static itg_status read_wide(study *s, itg_error *error) {
  itg_call *call = s->call;
  const itg_column *const *columns;
  int k = itg_call_columns(call, "ratings", &columns);
  int64_t rows = itg_call_rows(call, "data");
  int32_t *objects = itg_call_alloc(call, (size_t)rows, (size_t)k * sizeof *objects, error);
  int32_t *facets = itg_call_alloc(call, (size_t)rows, (size_t)k * sizeof *facets, error);
  const char **names = itg_call_alloc(call, (size_t)k, sizeof *names, error);
  s->values = itg_call_alloc(call, (size_t)rows, (size_t)k * sizeof *s->values, error);
  if (!objects || !facets || !names || !s->values) return ITG_ERR_MEMORY;
  if (itg_call_has(call, "facet") || itg_call_has(call, "value"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "give either ratings, one column per level, or value, object and facet");
  for (int j = 0; j < k; j++) {
    double *column;
    uint8_t *reasons;
    ITG_TRY(itg_call_numbers_at(call, "ratings", j, &column, &reasons, error));
    names[j] = columns[j]->name;
    for (int64_t i = 0; i < rows; i++) {
      int64_t at = i * k + j;
      objects[at] = (int32_t)i;
      facets[at] = j;
      s->values[at] = reasons[i] ? NAN : column[i];
    }
  }
  /* Groups of rows become groups of ratings. */
  int32_t *codes = itg_call_alloc(call, (size_t)rows, (size_t)k * sizeof *codes, error);
  if (!codes) return ITG_ERR_MEMORY;
  for (int64_t at = 0; at < rows * k; at++) codes[at] = s->groups.codes[at / k];
  s->groups.codes = codes;
  s->n_rows = rows * k;
  s->n_facets = 2;
  s->names[0] = "object";
  s->names[1] = "facet";
  s->factors[0] = (itg_factor){s->n_rows, (int32_t)rows, objects, NULL};
  s->factors[1] = (itg_factor){s->n_rows, k, facets, names};
  return ITG_OK;
}

static itg_status read_long(study *s, itg_error *error) {
  itg_call *call = s->call;
  const itg_column *const *columns;
  uint8_t *reasons;
  int k = itg_call_columns(call, "facet", &columns);
  s->n_rows = itg_call_rows(call, "data");
  if (!itg_call_has(call, "object") || !itg_call_has(call, "value") || !k)
    return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, "data"), -1, NULL,
                       "name the columns of value, object and facet in `columns`, or of ratings");
  if (k >= ITG_DESIGN_FACETS)
    return itg_call_fail(call, error, ITG_ERR_LIMIT, "facet", -1, "%d facets; at most %d are possible", k,
                         ITG_DESIGN_FACETS - 1);
  s->n_facets = k + 1;
  s->names[0] = itg_call_column(call, "object")->name;
  ITG_TRY(itg_call_factor(call, "object", &s->factors[0], error));
  for (int f = 1; f <= k; f++) {
    s->names[f] = columns[f - 1]->name;
    ITG_TRY(itg_factor_make(columns[f - 1], s->n_rows, call->arena, &s->factors[f], error));
    for (int g = 0; g < f; g++)
      if (strcmp(s->names[f], s->names[g]) == 0)
        return itg_fail(error, ITG_ERR_OPTION, "column '%.80s' is named twice among object and facets",
                        s->names[f]);
  }
  ITG_TRY(itg_call_numbers(call, "value", &s->values, &reasons, error));
  return ITG_OK;
}

static int find_facet(const study *s, const char *name) {
  for (int f = 0; f < s->n_facets; f++)
    if (strcmp(s->names[f], name) == 0) return f;
  return -1;
}

static itg_status fail_facet(const study *s, const itg_node *node, const char *key, const char *name,
                             itg_error *error) {
  const char *near = itg_suggest(name, s->names, (size_t)s->n_facets);
  return itg_fail_node(error, ITG_ERR_OPTION, node, "option '%s': '%.80s' is neither object nor facet%s%s%s",
                       key, name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Option nested: from a facet to those that it is nested in. */
static itg_status read_nests(study *s, itg_error *error) {
  const itg_node *map = itg_call_node(s->call, "nested");
  if (map && map->kind != ITG_NODE_MAP)
    return itg_fail_node(error, ITG_ERR_OPTION, map, "option 'nested' is a map, such as {item: person}");
  for (int32_t k = 0; map && k < map->count; k++) {
    const itg_node *list = &map->items[k];
    int own = find_facet(s, map->keys[k]);
    if (own < 0) return fail_facet(s, list, "nested", map->keys[k], error);
    for (int i = 0; i < (list->kind == ITG_NODE_LIST ? list->count : 1); i++) {
      const itg_node *node = list->kind == ITG_NODE_LIST ? &list->items[i] : list;
      int in = node->kind == ITG_NODE_SCALAR ? find_facet(s, node->text) : -1;
      if (in < 0)
        return fail_facet(s, node, "nested", node->kind == ITG_NODE_SCALAR ? node->text : "", error);
      s->nests[own] |= 1u << in;
    }
  }
  for (int round = 0; round < s->n_facets; round++) /* what is nested in something is nested in all above */
    for (int f = 0; f < s->n_facets; f++)
      for (int g = 0; g < s->n_facets; g++)
        if (s->nests[f] >> g & 1) s->nests[f] |= s->nests[g];
  for (int f = 0; f < s->n_facets; f++)
    if (s->nests[f] >> f & 1)
      return itg_fail_node(error, ITG_ERR_OPTION, map, "option 'nested': '%.80s' is nested in itself",
                           s->names[f]);
  return ITG_OK;
}

static itg_status read_numbers(study *s, itg_error *error) {
  const itg_node *map = itg_call_node(s->call, "numbers");
  if (map && map->kind != ITG_NODE_MAP)
    return itg_fail_node(error, ITG_ERR_OPTION, map,
                         "option 'numbers' is a map, such as {item: [5, 10, 20]}");
  for (int32_t k = 0; map && k < map->count; k++) {
    const itg_node *list = &map->items[k];
    int f = find_facet(s, map->keys[k]);
    if (f < 1) return fail_facet(s, list, "numbers", map->keys[k], error);
    int n = list->kind == ITG_NODE_LIST ? list->count : 1;
    s->numbers[f] = itg_call_alloc(s->call, (size_t)n, sizeof *s->numbers[f], error);
    if (!s->numbers[f]) return ITG_ERR_MEMORY;
    for (int i = 0; i < n; i++) {
      const itg_node *node = list->kind == ITG_NODE_LIST ? &list->items[i] : list;
      if (!itg_node_number(node, &s->numbers[f][i]) || !(s->numbers[f][i] >= 1 && s->numbers[f][i] <= 1e9))
        return itg_fail_node(error, ITG_ERR_OPTION, node,
                             "option 'numbers': numbers of a facet are 1 to 1e9");
    }
    s->n_numbers[f] = n;
  }
  return ITG_OK;
}

/* ---- from rows to cells ---- */

/* Levels of each facet within its nests, counted from 0, for the rows of a group; and their numbers. */
typedef struct cells {
  int64_t n;                      /* rows in use */
  int64_t *rows;                  /* of the table */
  int32_t *at[ITG_DESIGN_FACETS]; /* level of each row in use */
  int64_t levels[ITG_DESIGN_FACETS];
} cells;

typedef struct place {
  int64_t nest;
  int32_t code;
  int64_t row;
} place;

static int by_place(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->nest != y->nest) return x->nest < y->nest ? -1 : 1;
  if (x->code != y->code) return x->code < y->code ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static itg_status fail_unbalanced(const study *s, int f, int64_t few, int64_t many, itg_error *error) {
  return itg_fail_at(
      error, ITG_ERR_DATA, itg_call_table(s->call, "data"), -1, s->names[f],
      "from %lld to %lld levels where it is nested; the design must be balanced: sample the same "
      "number, or use a mixed model (lme4)",
      (long long)few, (long long)many);
}

/* Number the levels of facet f: the nests before it have been numbered. */
static itg_status number_levels(const study *s, cells *c, int f, place *places, itg_error *error) {
  for (int64_t i = 0; i < c->n; i++) {
    int64_t nest = 0;
    ITG_PACE(s->call->pace, i, error);
    for (int g = 0; g < s->n_facets; g++)
      if (s->nests[f] >> g & 1) nest = nest * c->levels[g] + c->at[g][i];
    places[i] = (place){nest, s->factors[f].codes[c->rows[i]], i};
  }
  ITG_TRY(itg_sort(places, (size_t)c->n, sizeof *places, by_place, s->call->pace, error));
  int64_t few = INT64_MAX, many = 0;
  for (int64_t i = 0; i < c->n;) {
    int64_t nest = places[i].nest, count = 0;
    for (; i < c->n && places[i].nest == nest; i++) {
      ITG_PACE(s->call->pace, i, error);
      if (count && places[i].code == places[i - 1].code)
        c->at[f][places[i].row] = (int32_t)(count - 1);
      else
        c->at[f][places[i].row] = (int32_t)count++;
    }
    few = count < few ? count : few;
    many = count > many ? count : many;
  }
  if (few != many) return fail_unbalanced(s, f, few, many, error);
  c->levels[f] = many;
  return ITG_OK;
}

static itg_status find_cells(study *s, cells *c, itg_error *error) {
  place *places = itg_alloc((size_t)c->n, sizeof *places);
  itg_status status = places ? ITG_OK : itg_fail_memory(error);
  unsigned done = 0;
  while (!status && done != (1u << s->n_facets) - 1)
    for (int f = 0; f < s->n_facets && !status; f++) {
      if (done >> f & 1 || (s->nests[f] & ~done)) continue;
      status = number_levels(s, c, f, places, error);
      done |= 1u << f;
    }
  free(places);
  return status;
}

/* Rows of the group with a value; objects that lack a value elsewhere are left out whole. */
static itg_status use_rows(study *s, int32_t group, cells *c, itg_error *error) {
  const int64_t first = s->rows.start[group], end = s->rows.start[group + 1], *rows = s->rows.rows;
  const int32_t *objects = s->factors[0].codes;
  int64_t most = 0;
  bool crossed = !s->nests[0];
  for (int f = 1; f < s->n_facets; f++) crossed = crossed && !(s->nests[f] & 1);
  for (int pass = 0; pass < 2; pass++) {
    c->n = 0;
    for (int64_t i = first; i < end; i++) {
      int64_t row = rows[i];
      int32_t object = objects[row];
      ITG_PACE(s->call->pace, i, error);
      bool known = true;
      for (int f = 0; f < s->n_facets; f++) known = known && s->factors[f].codes[row] >= 0;
      if (!known) continue;
      bool fine = !isnan(s->values[row]);
      if (!pass) {
        s->seen[object] = true;
        s->lacks[object] = s->lacks[object] || !fine;
        s->counts[object] += fine;
        if (s->counts[object] > most) most = s->counts[object];
      } else if (!s->lacks[object]) {
        c->rows[c->n++] = row;
      }
    }
    /* Crossed with all facets, an object with fewer rows than others lacks some. */
    for (int64_t i = first; !pass && crossed && i < end; i++) {
      int32_t o = objects[rows[i]];
      if (o >= 0) s->lacks[o] = s->lacks[o] || s->counts[o] < most;
    }
  }
  for (int64_t i = first; i < end; i++) {
    int32_t o = objects[rows[i]];
    if (o < 0) continue;
    s->dropped += s->seen[o] && s->lacks[o];
    s->seen[o] = s->lacks[o] = false;
    s->counts[o] = 0;
  }
  return ITG_OK;
}

/* The design of a group with its values in the order of the cells; *values NULL: too few objects or levels.
 */
static itg_status make_design(study *s, int32_t group, itg_design *d, double **values, int64_t *n_objects,
                              itg_error *error) {
  cells c = {0};
  *values = NULL;
  const size_t n_rows = (size_t)(s->rows.start[group + 1] - s->rows.start[group]);
  c.rows = itg_call_alloc(s->call, n_rows, sizeof *c.rows, error);
  for (int f = 0; f < s->n_facets; f++) {
    c.at[f] = itg_call_alloc(s->call, n_rows, sizeof *c.at[f], error);
    if (!c.at[f]) return ITG_ERR_MEMORY;
  }
  if (!c.rows) return ITG_ERR_MEMORY;
  ITG_TRY(use_rows(s, group, &c, error));
  *n_objects = 0;
  *d = (itg_design){.n_facets = s->n_facets};
  if (!c.n) return ITG_OK;
  ITG_TRY(find_cells(s, &c, error));
  double all = 1, objects = 1;
  for (int f = 0; f < s->n_facets; f++) {
    d->levels[f] = c.levels[f];
    d->nests[f] = s->nests[f];
    all *= (double)c.levels[f];
    if ((s->nests[0] | 1u) >> f & 1) objects *= (double)c.levels[f];
  }
  *n_objects = (int64_t)objects;
  for (int f = 0; f < s->n_facets; f++)
    if (c.levels[f] < 2) return ITG_OK;
  if (all > MOST_CELLS)
    return itg_fail(error, ITG_ERR_LIMIT,
                    "the design has more than %d cells; are facets crossed that are nested?",
                    (int)MOST_CELLS);
  double *cell = itg_call_alloc(s->call, (size_t)all, sizeof *cell, error);
  if (!cell) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < (int64_t)all; i++) cell[i] = NAN;
  for (int64_t i = 0; i < c.n; i++) {
    int64_t at = 0;
    for (int f = 0; f < s->n_facets; f++) at = at * c.levels[f] + c.at[f][i];
    if (!isnan(cell[at]))
      return itg_fail_at(error, ITG_ERR_DUPLICATE, itg_call_table(s->call, "data"), c.rows[i], NULL,
                         "a second value for the same object and facets; add a facet, or remove one");
    cell[at] = s->values[c.rows[i]];
  }
  if (c.n < (int64_t)all)
    return itg_fail_at(
        error, ITG_ERR_DATA, itg_call_table(s->call, "data"), -1, NULL,
        "%lld of %lld cells of the design have no value; facets that do not meet every other are nested "
        "(option nested), and the rest must be complete",
        (long long)((int64_t)all - c.n), (long long)all);
  itg_design_effects(d);
  *values = cell;
  return ITG_OK;
}

/* ---- results ---- */

/* "person x rater:task" */
static const char *name_of(const study *s, const itg_effect *e) {
  itg_text text = ITG_TEXT_EMPTY;
  for (int f = 0; f < s->n_facets; f++)
    if (e->own >> f & 1) itg_text_print(&text, "%s%s", text.size ? " x " : "", s->names[f]);
  for (int f = 0, first = 1; f < s->n_facets; f++)
    if (e->nest >> f & 1) {
      itg_text_print(&text, "%s%s", first ? ":" : " x ", s->names[f]);
      first = 0;
    }
  char *name = text.failed ? NULL : itg_arena_text(s->call->arena, text.data, text.size);
  itg_text_clear(&text);
  return name;
}

static itg_status open_row(const study *s, itg_frame *frame, int32_t g, int64_t *row, int *at,
                           itg_error *error) {
  *row = itg_frame_rows(frame);
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  for (*at = 0; *at < s->groups.n_columns; ++*at)
    ITG_TRY(itg_frame_set_text(frame, *row, *at, s->groups.labels[g][*at], error));
  return ITG_OK;
}

static itg_status add_components(study *s, int32_t g, const itg_design *d, itg_error *error) {
  double all = 0;
  for (int k = 0; k < d->n_effects; k++) all += fmax(d->effects[k].variance, 0);
  for (int k = 0; k < d->n_effects; k++) {
    const itg_effect *e = &d->effects[k];
    const char *name = name_of(s, e);
    int64_t row;
    int at;
    if (!name) return itg_fail_memory(error);
    ITG_TRY(open_row(s, s->components, g, &row, &at, error));
    ITG_TRY(itg_frame_set_text(s->components, row, at++, name, error));
    itg_frame_set_double(s->components, row, at++, e->df);
    itg_frame_set_double(s->components, row, at++, e->ss);
    itg_frame_set_double(s->components, row, at++, e->ms);
    itg_frame_set_double(s->components, row, at++, e->variance);
    itg_frame_set_double(s->components, row, at, all > 0 ? 100 * fmax(e->variance, 0) / all : NAN);
    s->negative += e->variance < 0;
  }
  return ITG_OK;
}

/* Every combination of the numbers asked for. */
static itg_status add_studies(study *s, int32_t g, const itg_design *d, itg_error *error) {
  double numbers[ITG_DESIGN_FACETS], total = 1;
  for (int f = 1; f < s->n_facets; f++) total *= s->n_numbers[f] ? s->n_numbers[f] : 1;
  if (total > MOST_STUDIES)
    return itg_fail(error, ITG_ERR_LIMIT, "option 'numbers' asks for more than %d combinations",
                    (int)MOST_STUDIES);
  for (int64_t k = 0; k < (int64_t)total; k++) {
    int64_t rest = k, row;
    int at;
    for (int f = s->n_facets - 1; f > 0; f--) {
      int n = s->n_numbers[f] ? s->n_numbers[f] : 1;
      numbers[f] = s->n_numbers[f] ? s->numbers[f][rest % n] : (double)d->levels[f];
      rest /= n;
    }
    itg_generalisability x = itg_design_study(d, numbers);
    ITG_TRY(open_row(s, s->dstudy, g, &row, &at, error));
    for (int f = 1; f < s->n_facets; f++) itg_frame_set_double(s->dstudy, row, at++, numbers[f]);
    const double figures[] = {x.universe, x.relative, x.absolute, x.g, x.phi};
    for (size_t i = 0; i < ITG_COUNT(figures); i++) itg_frame_set_double(s->dstudy, row, at++, figures[i]);
  }
  return ITG_OK;
}

static itg_status add_estimates(study *s, int32_t g, const itg_design *d, bool found, int64_t n,
                                int64_t lacking, itg_error *error) {
  double numbers[ITG_DESIGN_FACETS] = {0};
  itg_generalisability x = {NAN, NAN, NAN, NAN, NAN};
  for (int f = 1; f < s->n_facets; f++) numbers[f] = (double)d->levels[f];
  if (found) x = itg_design_study(d, numbers);
  const struct {
    const char *scale, *unit;
    double value;
  } lines[] = {{"g", "coefficient", x.g},
               {"phi", "coefficient", x.phi},
               {"sem_relative", "points", sqrt(x.relative)},
               {"sem_absolute", "points", sqrt(x.absolute)}};
  for (size_t i = 0; i < ITG_COUNT(lines); i++) {
    itg_estimate row = itg_estimate_of("gstudy", lines[i].scale, s->groups.labels[g], lines[i].unit);
    row.n = n;
    row.n_missing = lacking;
    row.estimate = lines[i].value;
    if (isnan(row.estimate)) row.reason = found ? ITG_REASON_NO_VARIANCE : ITG_REASON_TOO_FEW;
    ITG_TRY(itg_tidy_add(&s->tidy, &row, error));
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status open_tables(study *s, itg_error *error) {
  static const char *const of_components[] = {"effect", "df", "ss", "ms", "variance", "percent"},
                           *const of_dstudy[] = {"universe_variance", "relative_variance",
                                                 "absolute_variance", "g", "phi"};
  ITG_TRY(itg_tidy_open(s->call->result, s->groups.names, s->groups.n_columns, &s->tidy, error));
  ITG_TRY(itg_result_add_table(s->call->result, "components", &s->components, error));
  ITG_TRY(itg_result_add_table(s->call->result, "dstudy", &s->dstudy, error));
  for (int i = 0; i < s->groups.n_columns; i++) {
    ITG_TRY(itg_frame_add_column(s->components, s->groups.names[i], ITG_TYPE_STRING, NULL, error));
    ITG_TRY(itg_frame_add_column(s->dstudy, s->groups.names[i], ITG_TYPE_STRING, NULL, error));
  }
  for (size_t i = 0; i < ITG_COUNT(of_components); i++)
    ITG_TRY(itg_frame_add_column(s->components, of_components[i], i < 1 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE,
                                 NULL, error));
  for (int f = 1; f < s->n_facets; f++) {
    char *name = itg_arena_print(s->call->arena, "n_%s", s->names[f]);
    if (!name) return itg_fail_memory(error);
    ITG_TRY(itg_frame_add_column(s->dstudy, name, ITG_TYPE_DOUBLE, NULL, error));
  }
  for (size_t i = 0; i < ITG_COUNT(of_dstudy); i++)
    ITG_TRY(itg_frame_add_column(s->dstudy, of_dstudy[i], ITG_TYPE_DOUBLE, NULL, error));
  return ITG_OK;
}

static itg_status list_rows(study *s, itg_error *error) {
  size_t n = (size_t)s->factors[0].n_levels;
  s->lacks = itg_call_alloc(s->call, n, sizeof *s->lacks, error);
  s->seen = itg_call_alloc(s->call, n, sizeof *s->seen, error);
  s->counts = itg_call_alloc(s->call, n, sizeof *s->counts, error);
  if (!s->lacks || !s->seen || !s->counts) return ITG_ERR_MEMORY;
  return itg_codes_lists(s->groups.codes, s->groups.n_groups, NULL, s->n_rows, s->call->arena, &s->rows, error);
}

static itg_status run(itg_call *call, itg_error *error) {
  study s = {.call = call};
  const itg_table *table = itg_call_table(call, "data");
  if (!table) return itg_fail(error, ITG_ERR_ARGUMENT, "measure gstudy needs the input 'data'");
  if (!table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  ITG_TRY(itg_call_groups(call, &s.groups, error));
  ITG_TRY(itg_call_has(call, "ratings") ? read_wide(&s, error) : read_long(&s, error));
  ITG_TRY(read_nests(&s, error));
  ITG_TRY(read_numbers(&s, error));
  ITG_TRY(open_tables(&s, error));
  bool any = false;
  for (int64_t row = 0; row < s.n_rows; row++) any = any || !isnan(s.values[row]);
  if (!any) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "every value is missing");
  ITG_TRY(list_rows(&s, error));
  for (int32_t g = 0; g < s.groups.n_groups; g++) {
    itg_design d;
    double *values;
    int64_t n, before = s.dropped;
    ITG_TRY(make_design(&s, g, &d, &values, &n, error));
    if (values) {
      ITG_TRY(itg_design_squares(&d, values, call->pace, error));
      itg_design_components(&d);
      ITG_TRY(add_components(&s, g, &d, error));
      ITG_TRY(add_studies(&s, g, &d, error));
    }
    ITG_TRY(add_estimates(&s, g, &d, values != NULL, n, s.dropped - before, error));
    ITG_TRY(itg_check_stop(&call->control, (double)(g + 1) / s.groups.n_groups, error));
  }
  ITG_TRY(itg_groups_note(call, &s.groups, error));
  if (s.dropped)
    ITG_TRY(itg_result_note(call->result, error, "%lld objects lack a value and are left out",
                            (long long)s.dropped));
  if (!s.negative) return ITG_OK;
  return itg_result_note(
      call->result, error,
      "%lld variances are negative: they stand in the components as estimated, and count as 0 in "
      "percentages and coefficients",
      (long long)s.negative);
}

static const itg_role roles[] = {
    {"data", "object", ITG_ROLE_TEXT, false, 0, 0,
     "long data: the object of measurement, such as the person"},
    {"data", "facet", ITG_ROLE_TEXTS, false, 0, 0,
     "long data: one to four columns over which scores are to generalise: items, raters, occasions"},
    {"data", "value", ITG_ROLE_NUMBER, false, 0, 0, "long data: the value of the object at these levels"},
    {"data", "ratings", ITG_ROLE_TEXTS, false, 0, 0,
     "wide data, one row per object: the number columns of one crossed facet"},
    {0}};

static const itg_field options[] = {
    {"nested", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "map from a facet to what it is nested in, such as {item: person} or {rater: task}; others are crossed"},
    {"numbers", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "decision study: map from facet to numbers of its levels, such as {item: [5, 10, 20]}; default: as "
     "observed"},
    {0}};

static const itg_output outputs[] = {
    {"components",
     "analysis of variance: effect (x crossed, : nested in), df, ss, ms, its variance and that in percent of "
     "all"},
    {"dstudy",
     "for every combination of numbers: variances of universe score, relative and absolute error, g and phi"},
    {NULL, NULL}};

const itg_measure itg_gstudy_measure = {
    .name = "gstudy",
    .title = "Generalisability: variance components, coefficients and decision study",
    .summary =
        "Values of objects (persons, teams) over crossed or nested facets, one value per cell, balanced. "
        "The effects follow from what is nested in what. Estimates, at the numbers of levels observed: g "
        "(relative decisions), phi (absolute decisions), and the errors sem_relative and sem_absolute in "
        "points. Objects that lack a value are left out and counted in n_missing; an unbalanced design is "
        "an error.",
    .source =
        "Brennan, Generalizability Theory (2001): variances by equating mean squares with their "
        "expectations, all facets random. Negative variances are used as they are to find others, and "
        "count as 0 in coefficients: our choice. In a design persons x items g is alpha and icc_3_k, phi "
        "is icc_2_k.",
    .counts = "objects of measurement",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
