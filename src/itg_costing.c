/* itg_costing.c - layer 3: measure costing: what people used, times what a unit of it costs, by category and
 * payer. */
#include "itg_costing.h"

#include <math.h>
#include <string.h>

#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"

static const itg_role roles[] = {
    {"data", "id", ITG_ROLE_TEXT, false, 0, 0,
     "person; needed when a person has several rows. Without it a row is a person"},
    {"data", "quantities", ITG_ROLE_NUMBERS, false, 0, INFINITY,
     "one column per resource, named as in unit_costs; default: every column that has the name of a "
     "resource"},
    {"data", "resource", ITG_ROLE_TEXT, false, 0, 0,
     "resource of the row, when a row is of one resource (an event list); blank with a blank quantity: a "
     "person who used nothing"},
    {"data", "quantity", ITG_ROLE_NUMBER, false, 0, INFINITY, "how much of it, in the unit of its unit cost"},
    {"data", "time", ITG_ROLE_NUMBER, false, 0, 0,
     "time of the row since the start, in time_unit: tells periods of a person apart, and discounts"},
    {"unit_costs", "resource", ITG_ROLE_TEXT, true, 0, 0, "resource, each once"},
    {"unit_costs", "unit_cost", ITG_ROLE_NUMBER, true, 0, INFINITY, "cost of one unit, in currency"},
    {"unit_costs", "unit", ITG_ROLE_TEXT, false, 0, 0, "what a unit is: visit, bed day, hour"},
    {"unit_costs", "category", ITG_ROLE_TEXT, false, 0, 0, "kind of care, such as inpatient care"},
    {"unit_costs", "payer", ITG_ROLE_TEXT, false, 0, 0, "who bears it: health, social care, family, ..."},
    {"unit_costs", "shares", ITG_ROLE_NUMBERS, false, 0, 100,
     "in place of payer: one column per payer with the share it bears; a blank is 0"},
    {"unit_costs", "year", ITG_ROLE_TEXT, false, 0, 0, "price year, such as 2023 or 2022/23"},
    {"unit_costs", "currency", ITG_ROLE_TEXT, false, 0, 0, "currency, such as GBP"},
    {"unit_costs", "source", ITG_ROLE_TEXT, false, 0, 0,
     "where the unit cost stands; carried into table prices"},
    {"inflation", "year", ITG_ROLE_TEXT, false, 0, 0, "year of the price index, as in unit_costs"},
    {"inflation", "index", ITG_ROLE_NUMBER, false, 0, INFINITY, "price index of that year, above 0"},
    {"inflation", "currency", ITG_ROLE_TEXT, false, 0, 0,
     "currency the index is for, when there are several"},
    {"rates", "currency", ITG_ROLE_TEXT, false, 0, 0,
     "currency; the one that all costs are wanted in needs a row too"},
    {"rates", "rate", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "units of it that one unit of a common base buys: purchasing power parities or exchange rates as "
     "published"},
    {"rates", "year", ITG_ROLE_TEXT, false, 0, 0, "year of the rate; without the column: every year"},
    {0}};

static const itg_field options[] = {
    {"price_year", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "year whose prices all unit costs are brought to by the input inflation: cost x index[price_year] / "
     "index[year]"},
    {"target_currency", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "currency that all unit costs are converted to by the input rates: cost x rate[target] / "
     "rate[currency]"},
    {"inflate", ITG_FIELD_TEXT, false, "before", "before|after", 0, 0, NULL,
     "before conversion, with the index of the unit cost's currency and the rate of the price year; or "
     "after, with the rate of the unit cost's year and the index of the target currency"},
    {"share_unit", ITG_FIELD_TEXT, false, "share", "share|percent", 0, 0, NULL,
     "what the columns of role shares add up to: 1 or 100"},
    {"blank", ITG_FIELD_TEXT, false, "missing", "missing|zero", 0, 0, NULL,
     "what a blank quantity is: missing, as is every cost with it, or zero"},
    {"absent", ITG_FIELD_TEXT, false, "zero", "zero|missing", 0, 0, NULL,
     "what it means that a person has no row of a resource, when a row is of one resource"},
    {"cases", ITG_FIELD_TEXT, false, "complete", "complete|available", 0, 0, NULL,
     "whose means are taken: persons with every quantity, so that the parts add up to the total, or for each "
     "part all who have it"},
    {"time_unit", ITG_FIELD_TEXT, false, NULL, "years|months|weeks|days", 0, 0, NULL,
     "unit of role time, needed to discount: a year has 12 months or 365.25 days"},
    {"discount", ITG_FIELD_NUMBERS, false, "0", NULL, 0, 1, NULL,
     "discount rate a year, 0.035 for 3.5%; several with discount_from"},
    {"discount_from", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 1000, NULL,
     "years from which each rate holds, the first 0"},
    {"timing", ITG_FIELD_TEXT, false, "step", ITG_TIMINGS, 0, 0, NULL,
     "when a year's costs count: step (first year free), end or mid of each year, continuous, none"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "confidence level"},
    {0}};

static const itg_output outputs[] = {
    {"costs",
     "a row per person: id, the grouping and kept columns, missing (quantities), cost (all payers), "
     "payer_<name> and category_<name>; goes into cea as it is"},
    {"prices", "a row per resource: unit cost as given, inflation and rate it was multiplied by, price used"},
    {0}};

/* A sum over resources: of a category and payer (-1: all), or of one resource (else -1). */
typedef struct line {
  int32_t category, payer, resource;
  int n;
  int32_t *parts;
  double *weights;
  int column; /* of table costs; -1: none */
} line;

/* Moments of one figure in one tile; moments of tiles merge by Chan's rule. */
typedef struct moments {
  int64_t n, positive;
  double sum, mean, squares; /* squares: of deviations from the mean */
} moments;

typedef struct tile {
  int32_t group;
  int count;
  int64_t first; /* place in the order of persons */
} tile;

typedef struct plan {
  itg_call *call;
  itg_unit_costs costs;
  itg_use use;
  itg_discount discount;
  itg_groups groups;
  bool complete;
  line *lines;
  int32_t n_lines, total;
  int64_t *order; /* persons by group */
  tile *tiles;
  int64_t n_tiles;
  moments *moments; /* tile x (lines + resources): costs, then quantities */
  int64_t *blank, *absent; /* of each task */
  itg_frame *frame;
  int missing_column;
  itg_tidy tidy;
} plan;

enum { TILES_OF_TASK = 16, MOST_ROWS = 5000000 };

/* ---- lines: what is added up ---- */

static const itg_unit_cost *cost_of(const plan *p, int32_t resource) {
  return &p->costs.rows[p->use.unit_cost[resource]];
}

static itg_status add_line(plan *p, int32_t category, int32_t payer, int32_t resource, itg_error *error) {
  line *l = &p->lines[p->n_lines];
  int32_t all = p->use.n_resources;
  *l = (line){category, payer, resource, 0, itg_call_alloc(p->call, (size_t)all, sizeof *l->parts, error),
              itg_call_alloc(p->call, (size_t)all, sizeof *l->weights, error), -1};
  if (!l->parts || !l->weights) return ITG_ERR_MEMORY;
  for (int32_t r = 0; r < all; r++) {
    const itg_unit_cost *u = cost_of(p, r);
    double share = payer < 0 ? 1 : u->shares[payer];
    if ((category >= 0 && u->category_code != category) || (resource >= 0 && r != resource) || !(share > 0))
      continue;
    l->parts[l->n] = r;
    l->weights[l->n++] = u->price * share;
  }
  if (l->n) p->n_lines++;
  return ITG_OK;
}

static itg_status make_lines(plan *p, itg_error *error) {
  const int64_t C = p->costs.n_categories, K = p->costs.n_payers, R = p->use.n_resources;
  p->lines = itg_call_alloc(p->call, (size_t)((C + 1) * (K + 1) + R), sizeof *p->lines, error);
  if (!p->lines) return ITG_ERR_MEMORY;
  for (int32_t c = 0; c <= C; c++)
    for (int32_t k = 0; k <= K; k++) ITG_TRY(add_line(p, c == C ? -1 : c, k == K ? -1 : k, -1, error));
  p->total = p->n_lines - 1;
  /* Undiscounted, the cost of one resource is its price times its quantity. */
  for (int32_t r = 0; p->use.factors && r < R; r++) ITG_TRY(add_line(p, -1, -1, r, error));
  int64_t rows = (2 * ((int64_t)p->total + 1) + 4 * R) * p->groups.n_groups;
  if (rows > MOST_ROWS)
    return itg_fail(
        error, ITG_ERR_LIMIT,
        "%d groups by %d sums and %d resources make %lld estimates; at most %d are given; group by columns "
        "of fewer values",
        (int)p->groups.n_groups, (int)p->n_lines, (int)R, (long long)rows, (int)MOST_ROWS);
  return ITG_OK;
}

/* ---- persons by group, cut into tiles of one group ---- */

static int64_t row_of(const plan *p, int64_t person) {
  return p->use.row_of ? p->use.row_of[person] : person;
}

/* Group of a person; the last is of those without one. */
static int32_t group_of(const plan *p, int64_t person) {
  int32_t code = p->groups.codes[row_of(p, person)];
  return code < 0 ? p->groups.n_groups : code;
}

static itg_status check_groups(const plan *p, itg_error *error) {
  const itg_use *use = &p->use;
  for (int64_t i = 0; use->start && i < use->n_persons; i++)
    for (int64_t at = use->start[i]; at < use->start[i + 1]; at++)
      if (p->groups.codes[use->rows[at]] != p->groups.codes[use->row_of[i]])
        return itg_call_fail(p->call, error, ITG_ERR_DATA, "id", use->rows[at],
                             "a person in two groups of option 'by'; group by what does not change between "
                             "rows");
  return ITG_OK;
}

static itg_status make_tiles(plan *p, itg_error *error) {
  int64_t n = p->use.n_persons, groups = (int64_t)p->groups.n_groups + 1;
  int64_t *start = itg_call_alloc(p->call, (size_t)groups + 1, sizeof *start, error);
  p->order = itg_call_alloc(p->call, (size_t)n, sizeof *p->order, error);
  p->tiles = itg_call_alloc(p->call, (size_t)(n / ITG_USE_TILE + groups), sizeof *p->tiles, error);
  if (!start || !p->order || !p->tiles) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) start[group_of(p, i) + 1]++;
  for (int64_t g = 0; g < groups; g++) start[g + 1] += start[g];
  for (int64_t g = 0; g < groups; g++)
    for (int64_t at = start[g]; at < start[g + 1]; at += ITG_USE_TILE) {
      int64_t left = start[g + 1] - at;
      p->tiles[p->n_tiles++] = (tile){(int32_t)g, left < ITG_USE_TILE ? (int)left : ITG_USE_TILE, at};
    }
  for (int64_t i = 0; i < n; i++) p->order[start[group_of(p, i)]++] = i;
  return ITG_OK;
}

/* ---- one tile ---- */

/* Terms are never negative, so that a plain sum of a person's few resources loses nothing that shows. */
static void add_parts(const line *l, const double *quantities, double *out) {
  memset(out, 0, ITG_USE_TILE * sizeof *out);
  for (int i = 0; i < l->n; i++) {
    const double *q = quantities + (int64_t)l->parts[i] * ITG_USE_TILE;
    const double w = l->weights[i];
    for (int j = 0; j < ITG_USE_TILE; j++) out[j] += w * q[j];
  }
}

/* Two passes around the first value, so that equal values have no variance at all; four sums that a compiler
 * keeps in registers. */
static moments moments_of(const double *values, int n) {
  enum { LANES = 4 };
  const int whole = n - n % LANES;
  const double from = n ? values[0] : 0;
  double sum[LANES] = {0}, slip[LANES] = {0}, squares[LANES] = {0};
  for (int i = 0; i < whole; i += LANES)
    for (int k = 0; k < LANES; k++) {
      sum[k] += values[i + k];
      slip[k] += values[i + k] - from;
    }
  for (int i = whole; i < n; i++) sum[0] += values[i], slip[0] += values[i] - from;
  moments m = {.n = n, .sum = (sum[0] + sum[1]) + (sum[2] + sum[3])};
  m.mean = n ? from + ((slip[0] + slip[1]) + (slip[2] + slip[3])) / n : 0;
  for (int i = 0; i < whole; i += LANES)
    for (int k = 0; k < LANES; k++) squares[k] += (values[i + k] - m.mean) * (values[i + k] - m.mean);
  for (int i = whole; i < n; i++) squares[0] += (values[i] - m.mean) * (values[i] - m.mean);
  m.squares = (squares[0] + squares[1]) + (squares[2] + squares[3]);
  return m;
}

/* The same of the places where `known` is a number; NULL: all of them. */
static moments moments_where(const double *values, const double *known, int count, double *kept) {
  int n = 0;
  if (!known) return moments_of(values, count);
  for (int j = 0; j < count; j++) {
    kept[n] = values[j];
    n += !isnan(known[j]);
  }
  return moments_of(kept, n);
}

typedef struct scratch {
  itg_use_tile use;
  double total[ITG_USE_TILE], values[ITG_USE_TILE], kept[ITG_USE_TILE + 1];
} scratch;

static void write_rows(plan *p, const tile *t, const line *l, const double *values, const uint8_t *reasons) {
  double *column = itg_frame_doubles(p->frame, l->column);
  uint8_t *why = itg_frame_reasons(p->frame, l->column);
  for (int j = 0; j < t->count; j++) {
    int64_t person = p->order[t->first + j];
    bool known = isfinite(values[j]);
    column[person] = known ? values[j] : NAN;
    why[person] = (uint8_t)(known              ? ITG_REASON_PRESENT
                            : isinf(values[j]) ? ITG_REASON_OUT_OF_RANGE
                                               : reasons[j]);
  }
}

static void cost_tile(plan *p, int64_t index, scratch *s) {
  const tile *t = &p->tiles[index];
  moments *out = p->moments + index * (p->n_lines + p->use.n_resources);
  itg_use_fill(&p->use, p->order + t->first, t->count, &s->use);
  int32_t *missing = itg_frame_int32s(p->frame, p->missing_column);
  for (int j = 0; j < t->count; j++) missing[p->order[t->first + j]] = s->use.missing[j];
  add_parts(&p->lines[p->total], s->use.discounted, s->total);
  bool gaps = false;
  for (int j = 0; j < t->count; j++) {
    if (isinf(s->total[j])) s->total[j] = NAN, s->use.reasons[j] = ITG_REASON_OUT_OF_RANGE;
    gaps = gaps || isnan(s->total[j]);
  }
  for (int32_t i = 0; i < p->n_lines; i++) {
    const line *l = &p->lines[i];
    if (i == p->total)
      memcpy(s->values, s->total, sizeof s->values);
    else
      add_parts(l, s->use.discounted, s->values);
    if (l->column >= 0) write_rows(p, t, l, s->values, s->use.reasons);
    for (int j = 0; gaps && j < t->count; j++)
      if (isinf(s->values[j])) s->values[j] = NAN;
    out[i] = moments_where(s->values, !gaps ? NULL : p->complete ? s->total : s->values, t->count, s->kept);
  }
  for (int32_t r = 0; r < p->use.n_resources; r++) {
    const double *q = s->use.quantity + (int64_t)r * ITG_USE_TILE, *known = p->complete ? s->total : q;
    moments *m = &out[p->n_lines + r];
    *m = moments_where(q, gaps ? known : NULL, t->count, s->kept);
    for (int j = 0; j < t->count; j++) m->positive += q[j] > 0 && (!gaps || !isnan(known[j]));
  }
}

static itg_status cost_tiles(void *payload, int64_t index, itg_error *error) {
  plan *p = payload;
  itg_arena *arena = itg_arena_new();
  scratch *s = arena ? itg_arena_alloc(arena, 1, sizeof *s) : NULL;
  itg_status status = s ? itg_use_tile_open(&p->use, arena, &s->use, error) : itg_fail_memory(error);
  int64_t end = (index + 1) * TILES_OF_TASK;
  for (int64_t i = index * TILES_OF_TASK; !status && i < end && i < p->n_tiles; i++) cost_tile(p, i, s);
  if (!status) {
    p->blank[index] = s->use.blank;
    p->absent[index] = s->use.absent;
  }
  itg_arena_free(arena);
  return status;
}

/* ---- estimates ---- */

/* A figure of a group: its tiles merged in order. */
typedef struct figure {
  int64_t n, positive;
  double mean, variance;
} figure;

static figure figure_of(const plan *p, int64_t first, int64_t end, int32_t index) {
  itg_sum sum = {0, 0}, squares = {0, 0};
  double mean = 0;
  figure f = {0};
  for (int64_t t = first; t < end; t++) {
    const moments *m = &p->moments[t * (p->n_lines + p->use.n_resources) + index];
    if (!m->n) continue;
    double delta = m->mean - mean, n = (double)(f.n + m->n);
    itg_sum_add(&squares, m->squares);
    if (f.n) itg_sum_add(&squares, delta * delta * ((double)f.n * (double)m->n / n));
    mean = f.n ? mean + delta * ((double)m->n / n) : m->mean;
    f.n += m->n;
    f.positive += m->positive;
    itg_sum_add(&sum, m->sum);
  }
  f.mean = f.n ? itg_sum_value(&sum) / (double)f.n : NAN;
  f.variance = f.n > 1 ? itg_sum_value(&squares) / (double)(f.n - 1) : NAN;
  return f;
}

typedef struct place {
  int32_t group;
  int64_t first, end, persons; /* tiles; persons of the group */
} place;

static itg_estimate estimate_of(const plan *p, const place *at, const char **labels, int32_t category,
                                int32_t payer, int32_t resource, const char *scale, const char *unit) {
  int n = p->groups.n_columns;
  for (int i = 0; i < n; i++) labels[i] = p->groups.labels[at->group][i];
  if (p->costs.n_categories) labels[n++] = category < 0 ? "all" : p->costs.categories[category];
  if (p->costs.n_payers) labels[n++] = payer < 0 ? "all" : p->costs.payers[payer];
  labels[n] = resource < 0 ? "all" : cost_of(p, resource)->resource;
  return itg_estimate_of("costing", scale, labels, unit);
}

/* Mean with t interval, and standard deviation. */
static itg_status add_mean(plan *p, const place *at, const figure *f, itg_estimate e, const char *sd_scale,
                           itg_error *error) {
  double sd = sqrt(f->variance), level = itg_call_number(p->call, "conf_level");
  e.n = f->n;
  e.n_missing = at->persons - f->n;
  itg_estimate spread = e;
  e.estimate = f->mean;
  e.std_error = sd / sqrt((double)f->n);
  double half = f->n > 1 && sd > 0 ? itg_t_quantile(0.5 + level / 2, (double)(f->n - 1)) * e.std_error : NAN;
  e.conf_low = e.estimate - half;
  e.conf_high = e.estimate + half;
  e.reason = !f->n      ? ITG_REASON_MISSING
             : f->n < 2 ? ITG_REASON_TOO_FEW
             : sd > 0   ? ITG_REASON_PRESENT
                        : ITG_REASON_NO_VARIANCE;
  ITG_TRY(itg_tidy_add(&p->tidy, &e, error));
  if (!sd_scale) return ITG_OK;
  spread.scale = sd_scale;
  spread.estimate = sd;
  spread.reason = !f->n ? ITG_REASON_MISSING : f->n < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
  return itg_tidy_add(&p->tidy, &spread, error);
}

/* The finest sums there are: one category (and payer), where the table tells them. */
static bool is_cell(const plan *p, const line *l) {
  return l->resource < 0 && (l->category >= 0 || !p->costs.n_categories) &&
         (l->payer >= 0 || !p->costs.n_payers);
}

/* The mean of a sum is the sum of the means in the table, so that a reader who adds them finds it to the last
 * bit. */
static double sum_of_cells(const plan *p, const figure *figures, const line *l) {
  itg_sum sum = {0, 0};
  for (int32_t i = 0; i < p->n_lines; i++) {
    const line *cell = &p->lines[i];
    if (is_cell(p, cell) && (l->category < 0 || cell->category == l->category) &&
        (l->payer < 0 || cell->payer == l->payer))
      itg_sum_add(&sum, figures[i].mean);
  }
  return itg_sum_value(&sum);
}

static itg_status write_group(plan *p, const place *at, const char **labels, figure *figures,
                              itg_error *error) {
  for (int32_t i = 0; i < p->n_lines; i++) figures[i] = figure_of(p, at->first, at->end, i);
  for (int32_t i = 0; i < p->n_lines; i++) {
    const line *l = &p->lines[i];
    figure f = figures[i];
    if (l->resource >= 0) break;
    if (p->complete && !is_cell(p, l)) f.mean = sum_of_cells(p, figures, l);
    itg_estimate e = estimate_of(p, at, labels, l->category, l->payer, -1, "cost", "currency");
    ITG_TRY(add_mean(p, at, &f, e, "cost_sd", error));
  }
  for (int32_t r = 0; r < p->use.n_resources; r++) {
    int32_t category = p->costs.n_categories ? cost_of(p, r)->category_code : -1;
    figure used = figure_of(p, at->first, at->end, p->n_lines + r), cost = used;
    cost.mean *= cost_of(p, r)->price;
    cost.variance *= cost_of(p, r)->price * cost_of(p, r)->price;
    if (p->use.factors) cost = figures[p->total + 1 + r];
    itg_estimate e = estimate_of(p, at, labels, category, -1, r, "quantity", "count");
    ITG_TRY(add_mean(p, at, &used, e, "quantity_sd", error));
    e = estimate_of(p, at, labels, category, -1, r, "users", "percent");
    e.n = used.n;
    e.n_missing = at->persons - used.n;
    e.estimate = used.n ? 100 * (double)used.positive / (double)used.n : NAN;
    e.reason = used.n ? ITG_REASON_PRESENT : ITG_REASON_MISSING;
    ITG_TRY(itg_tidy_add(&p->tidy, &e, error));
    e = estimate_of(p, at, labels, category, -1, r, "cost", "currency");
    ITG_TRY(add_mean(p, at, &cost, e, NULL, error));
  }
  return ITG_OK;
}

/* The columns of the estimates: by, then category and payer where there are such, then resource. */
static itg_status open_estimates(plan *p, itg_error *error) {
  const int n = p->groups.n_columns;
  const char **names = itg_call_alloc(p->call, (size_t)n + 3, sizeof *names, error);
  if (!names) return ITG_ERR_MEMORY;
  int k = n;
  for (int i = 0; i < n; i++) names[i] = p->groups.names[i];
  if (p->costs.n_categories) names[k++] = "category";
  if (p->costs.n_payers) names[k++] = "payer";
  names[k++] = "resource";
  for (int i = 0; i < n; i++)
    for (int j = n; j < k; j++)
      if (strcmp(names[i], names[j]) == 0)
        return itg_fail(
            error, ITG_ERR_OPTION,
            "'by' cannot hold '%s': the estimates have a column of that name; rename it in the input",
            names[j]);
  return itg_tidy_open(p->call->result, names, k, &p->tidy, error);
}

static itg_status write_estimates(plan *p, itg_error *error) {
  itg_call *call = p->call;
  const char **labels = itg_call_alloc(call, (size_t)p->groups.n_columns + 3, sizeof *labels, error);
  figure *figures = itg_call_alloc(call, (size_t)p->n_lines, sizeof *figures, error);
  if (!labels || !figures) return ITG_ERR_MEMORY;
  place at = {0};
  for (int32_t g = 0; g < p->groups.n_groups; g++) {
    at = (place){g, at.end, at.end, 0};
    for (; at.end < p->n_tiles && p->tiles[at.end].group == g; at.end++) at.persons += p->tiles[at.end].count;
    ITG_TRY(write_group(p, &at, labels, figures, error));
    ITG_TRY(itg_check_stop(&call->control, (double)g / p->groups.n_groups, error));
  }
  return ITG_OK;
}

/* ---- rows ---- */

static itg_status add_column(plan *p, const char *prefix, const char *name, itg_type type, int *out,
                             itg_error *error) {
  const char *full = itg_arena_print(p->call->arena, "%s%s", prefix, name);
  if (!full) return itg_fail_memory(error);
  if (itg_table_column(itg_frame_table(p->frame), full) >= 0)
    return itg_fail(error, ITG_ERR_OPTION,
                    "table costs has a column '%.80s' already; rename that of by or keep", full);
  return itg_frame_add_filled(p->frame, full, type, &p->call->control, out, error);
}

static itg_status open_rows(plan *p, itg_error *error) {
  itg_call *call = p->call;
  const itg_use *use = &p->use;
  const itg_column *id = itg_call_column(call, "id");
  int64_t *rows = itg_call_alloc(call, (size_t)use->n_persons, sizeof *rows, error);
  if (!rows) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < use->n_persons; i++) rows[i] = row_of(p, i);
  ITG_TRY(itg_result_add_table(call->result, "costs", &p->frame, error));
  ITG_TRY(itg_frame_resize(p->frame, use->n_persons, error));
  if (id)
    ITG_TRY(
        itg_frame_copy_rows(p->frame, use->table, itg_table_column(use->table, id->name), "id", rows, error));
  for (int g = 0; g < p->groups.n_columns; g++) {
    if (itg_table_column(itg_frame_table(p->frame), p->groups.names[g]) >= 0)
      return itg_fail(error, ITG_ERR_OPTION, "'by' cannot hold '%.80s': table costs has a column of that "
                                             "name",
                      p->groups.names[g]);
    ITG_TRY(itg_frame_copy_rows(p->frame, use->table, itg_table_column(use->table, p->groups.names[g]),
                                p->groups.names[g], rows, error));
  }
  ITG_TRY(itg_call_keep_rows(call, p->frame, rows, error));
  ITG_TRY(add_column(p, "", "missing", ITG_TYPE_INT32, &p->missing_column, error));
  ITG_TRY(add_column(p, "", "cost", ITG_TYPE_DOUBLE, &p->lines[p->total].column, error));
  for (int32_t i = 0; i < p->n_lines; i++) {
    line *l = &p->lines[i];
    if (l->resource < 0 && l->payer >= 0 && l->category < 0)
      ITG_TRY(add_column(p, "payer_", p->costs.payers[l->payer], ITG_TYPE_DOUBLE, &l->column, error));
  }
  for (int32_t i = 0; i < p->n_lines; i++) {
    line *l = &p->lines[i];
    if (l->resource < 0 && l->payer < 0 && l->category >= 0)
      ITG_TRY(
          add_column(p, "category_", p->costs.categories[l->category], ITG_TYPE_DOUBLE, &l->column, error));
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status write_notes(plan *p, itg_error *error) {
  itg_result *result = p->call->result;
  int64_t incomplete = 0, blank = 0, absent = 0, n = p->use.n_persons, without = 0;
  const uint8_t *why = itg_frame_reasons(p->frame, p->lines[p->total].column);
  for (int64_t i = 0; i < n; i++) {
    incomplete += why[i] != ITG_REASON_PRESENT;
    without += group_of(p, i) == p->groups.n_groups;
  }
  for (int64_t t = 0; t * TILES_OF_TASK < p->n_tiles; t++) blank += p->blank[t], absent += p->absent[t];
  if (incomplete == n)
    return itg_fail_at(error, ITG_ERR_EMPTY, p->use.table, -1, NULL,
                       "no person has a cost: all %lld lack a quantity; see options blank and absent", (long long)n);
  if (incomplete)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld of %lld persons have no total cost, as a quantity is missing; means are over %s.",
        (long long)incomplete, (long long)n,
        p->complete ? "the others, so that parts add up to the total"
                    : "those who have the part, so that parts need not add up to the total"));
  if (blank && p->use.blank_is_zero)
    ITG_TRY(itg_result_note(result, error, "%lld blank quantities count as 0.", (long long)blank));
  if (absent)
    ITG_TRY(itg_result_note(result, error, "%lld of %lld pairs of person and resource have no row, which %s.",
                            (long long)absent, (long long)(n * p->use.n_resources),
                            p->use.absent_is_zero ? "counts as 0" : "is missing"));
  if (without)
    ITG_TRY(itg_result_note(result, error, "%lld persons have no group: left out of the estimates.",
                            (long long)without));
  if (!p->use.factors) return ITG_OK;
  const char *words = itg_discount_words(p->call, &p->discount, error);
  return words ? itg_result_note(result, error, "Costs are %s; quantities are not.", words) : ITG_ERR_MEMORY;
}

static itg_status run(itg_call *call, itg_error *error) {
  plan p = {.call = call, .complete = strcmp(itg_call_text(call, "cases"), "complete") == 0};
  ITG_TRY(itg_discount_read(call, "discount", "discount_from", "timing", &p.discount, error));
  ITG_TRY(itg_unit_costs_read(call, &p.costs, error));
  ITG_TRY(itg_use_read(call, &p.costs, &p.discount, &p.use, error));
  ITG_TRY(itg_unit_costs_adjust(call, &p.costs, error));
  ITG_TRY(itg_call_groups(call, &p.groups, error));
  ITG_TRY(check_groups(&p, error));
  ITG_TRY(make_lines(&p, error));
  ITG_TRY(make_tiles(&p, error));
  int64_t tasks = (p.n_tiles + TILES_OF_TASK - 1) / TILES_OF_TASK;
  size_t figures = (size_t)p.n_lines + (size_t)p.use.n_resources;
  p.moments = itg_call_alloc(call, (size_t)p.n_tiles, figures * sizeof *p.moments, error);
  p.blank = itg_call_alloc(call, (size_t)tasks, sizeof *p.blank, error);
  p.absent = itg_call_alloc(call, (size_t)tasks, sizeof *p.absent, error);
  if (!p.moments || !p.blank || !p.absent) return ITG_ERR_MEMORY;
  ITG_TRY(open_estimates(&p, error));
  ITG_TRY(open_rows(&p, error));
  ITG_TRY(itg_parallel(&call->control, tasks, cost_tiles, &p, error));
  ITG_TRY(write_estimates(&p, error));
  ITG_TRY(itg_unit_costs_write(call, &p.costs, error));
  return write_notes(&p, error);
}

const itg_measure itg_costing_measure = {
    .name = "costing",
    .title = "Costing: resource use by unit costs, by category and payer",
    .summary =
        "Multiplies what each person used by what a unit of it costs. Resource use is a row per person (or "
        "person and time) with a column per resource, or a row per person and resource (an event list, "
        "several rows are added). Unit costs may be inflated to price_year by a price index (input "
        "inflation) and converted to target_currency (input rates). Table costs has a row per person, which "
        "goes into cea as it is: cost, and by payer and category. Estimates by group: cost per person (mean "
        "with t interval) and cost_sd for every category, payer and resource and for all of them; quantity "
        "and quantity_sd, and users (percent who used any), for each resource. n counts persons. A blank "
        "quantity makes the costs with it missing, and is counted; means are over persons with every "
        "quantity (cases: complete), so that parts add up to the total. A resource without a unit cost, "
        "twice in unit_costs, or in another currency without a rate is an error; a unit cost of no resource "
        "is a note.",
    .source =
        "Resource use times unit cost: CHEERS 2022, item 14. Price years and currencies: Turner et al., "
        "Value Health 2019;22:1026-1032, whose second method (inflate in the currency of the cost, then "
        "convert) is the default and first method inflate: after. Costs are skewed: the t interval rests on "
        "many persons; cea bootstraps. Choices of ours: complete cases; a resource without a row in an event "
        "list was not used.",
    .counts = "persons",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "costs",
    .groups = true,
    .run = run};
