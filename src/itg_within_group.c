/* itg_within_group.c - layer 3: the measure `within_group`: do members of a team agree enough to speak for
 * it?
 *
 * Answers of the teams in -> parts of the teams side by side: figures of each team, sums over its teams -> teams
 * out -> parts joined by group: their summary out. */
#include <math.h>
#include <string.h>

#include "itg_measure.h"
#include "itg_rwg.h"
#include "itg_score.h"
#include "itg_side_table.h"
#include "itg_spread.h"
#include "itg_team_answers.h"
#include "itg_team_variance.h"
#include "itg_thread.h"

static const itg_role roles[] = {
    {"data", "team", ITG_ROLE_TEXT, true, 0, 0, "team of the member who answers"},
    {"data", "items", ITG_ROLE_NUMBERS, true, 0, 0, "answers, one column per item, all on one scale"},
    {0}};

static const itg_field options[] = {
    {"low", ITG_FIELD_NUMBER, true, NULL, NULL, -1e6, 1e6, NULL, "lowest possible answer of the scale"},
    {"high", ITG_FIELD_NUMBER, true, NULL, NULL, -1e6, 1e6, NULL,
     "highest possible answer; answers go in steps of 1"},
    {"null", ITG_FIELD_TEXTS, false, "uniform",
     "uniform|triangular|slight_skew|moderate_skew|heavy_skew|normal", 0, 0, NULL,
     "distributions of answers without agreement; the last four are known for 5 to 11 options"},
    {"null_shares", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 1, NULL,
     "own distribution beside them: the share of each option from low to high, sum 1"},
    {"negative", ITG_FIELD_TEXT, false, "zero", "zero|keep", 0, 0, NULL,
     "what an rwg below 0 is (variance above that of the null distribution); rwg(J) is 0 then in any case"},
    {"cutoff", ITG_FIELD_NUMBER, false, "0.7", NULL, 0, 1, NULL, "agreement that is enough to aggregate"},
    {"min_members", ITG_FIELD_INTEGER, false, "2", NULL, 2, 1e6, NULL, "least answers of a team to an item"},
    {"team_size", ITG_FIELD_TEXT, false, "adjusted", "adjusted|mean", 0, 0, NULL,
     "size of teams in ICC(1): (N - sum n^2 / N) / (teams - 1), or their mean"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_output outputs[] = {
    {"teams",
     "one row per team and null distribution: members, n (items with an agreement), n_missing (answers), "
     "mean, variance (mean over items), rwg (rwg(J) with several items), rwg_lindell (r*wg(J)), a_wg, ad "
     "(points), level (agreement or no agreement, by the cutoff)"},
    {"aggregation",
     "one row per item and of the scale: teams, members, mean squares between and within teams, size of "
     "teams, icc_1, icc_2, f, df_1, df_2, p_value"},
    {0}};

typedef struct null_kind {
  const char *name;
  double variance;
} null_kind;

/* ---- the plan ---- */

/* Teams from..to - 1 of a group. */
typedef struct part {
  int32_t group, from, to;
} part;

/* Means of a team over the items that enough of its members answered, NaN without one; sums until all are there. */
typedef struct team_figures {
  int items, bounded; /* those with an a_wg */
  int64_t n_missing;
  double variance, a_wg, ad;
} team_figures;

/* What is averaged over teams, for each column (an item; all of them).  From OF_RWG on: a mean per null distribution, then
 * as many of lindell, which all items alone have. */
enum { OF_A_WG, OF_AD, OF_RWG };

typedef struct cohesion {
  itg_call *call;
  int n_items, n_columns; /* with that of all items */
  const char **items;
  double low, high, cutoff, conf_level;
  int n_options, min_members;
  bool keep_negative, mean_size;
  null_kind *nulls;
  int n_nulls, n_means;

  itg_teams teams;
  itg_team_answers answers;
  part *parts;
  int64_t n_parts;
  itg_mean_part *means;  /* by part, column, kind */
  itg_team_sums *sums;   /* by part, column; of all: of the means of the members */
  team_figures *figures; /* by team */
  double *rwg;           /* by null distribution, team */
  itg_watch watch;
  itg_pace pace; /* of the calling thread */

  itg_tidy tidy;
  itg_frame *team_table, *aggregation;
  const char **labels; /* by columns, item, null */
  /* own texts of team_table: */
  const char **team_names, **null_names, *levels[2]; /* no agreement, agreement */
  const char **group_labels;                         /* by group, column of `by` */
  int64_t group_members;
} cohesion;

static itg_status read_scale(cohesion *c, itg_error *error) {
  char low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  c->low = itg_call_number(c->call, "low");
  c->high = itg_call_number(c->call, "high");
  double steps = c->high - c->low;
  if (!(steps >= 1) || steps != floor(steps) || steps >= ITG_NULL_MOST_OPTIONS) {
    itg_number_print(c->low, low);
    itg_number_print(c->high, high);
    return itg_fail_node(
        error, ITG_ERR_OPTION, itg_call_node(c->call, "high"),
        "a scale from %s to %s is impossible: 'high' must be 'low' plus a whole number from 1 to %d", low,
        high, ITG_NULL_MOST_OPTIONS - 1);
  }
  c->n_options = (int)steps + 1;
  c->cutoff = itg_call_number(c->call, "cutoff");
  c->conf_level = itg_call_number(c->call, "conf_level");
  c->min_members = (int)itg_call_integer(c->call, "min_members");
  c->keep_negative = strcmp(itg_call_text(c->call, "negative"), "keep") == 0;
  c->mean_size = strcmp(itg_call_text(c->call, "team_size"), "mean") == 0;
  return ITG_OK;
}

static itg_status add_null(cohesion *c, const itg_node *node, const char *name, itg_error *error) {
  for (int i = 0; i < c->n_nulls; i++)
    if (strcmp(c->nulls[i].name, name) == 0)
      return itg_fail_node(error, ITG_ERR_OPTION, node, "null distribution '%s' is listed twice", name);
  c->nulls[c->n_nulls] = (null_kind){name, itg_null_variance(name, c->n_options)};
  if (isnan(c->nulls[c->n_nulls++].variance))
    return itg_fail_node(
        error, ITG_ERR_OPTION, node,
        "null distribution '%s' is known for 5 to 11 options, not %d; give its shares in 'null_shares'", name,
        c->n_options);
  return ITG_OK;
}

static itg_status read_nulls(cohesion *c, itg_error *error) {
  const itg_node *list = itg_call_node(c->call, "null"), *own = itg_call_node(c->call, "null_shares");
  int n = !list ? 1 : list->kind == ITG_NODE_LIST ? list->count : 1, n_shares;
  double *shares, sum = 0;
  c->nulls = itg_call_alloc(c->call, (size_t)n + 1, sizeof *c->nulls, error);
  if (!c->nulls) return ITG_ERR_MEMORY;
  if (!list && !own) ITG_TRY(add_null(c, NULL, "uniform", error));
  for (int i = 0; list && i < n; i++) {
    const itg_node *item = list->kind == ITG_NODE_LIST ? &list->items[i] : list;
    ITG_TRY(add_null(c, item, item->text, error));
  }
  if (!own) return ITG_OK;
  ITG_TRY(itg_call_list(c->call, "null_shares", &shares, &n_shares, error));
  for (int i = 0; i < n_shares; i++) sum += shares[i];
  if (n_shares != c->n_options || fabs(sum - 1) > 1e-6)
    return itg_fail_node(error, ITG_ERR_OPTION, own,
                         "'null_shares' must hold %d shares, one per option of the scale, that sum to 1",
                         c->n_options);
  for (int i = 0; i < n_shares; i++) shares[i] /= sum;
  double variance = itg_null_variance_of_shares(shares, n_shares);
  if (!(variance > 0))
    return itg_fail_node(error, ITG_ERR_OPTION, own,
                         "'null_shares' put everything on one option: no variance");
  c->nulls[c->n_nulls++] = (null_kind){"own", variance};
  return ITG_OK;
}

static itg_status read_input(cohesion *c, itg_error *error) {
  ITG_TRY(read_scale(c, error));
  ITG_TRY(read_nulls(c, error));
  c->n_means = OF_RWG + 2 * c->n_nulls;
  ITG_TRY(itg_teams_read(c->call, &c->teams, error));
  const itg_column *const *columns;
  c->n_items = itg_call_columns(c->call, "items", &columns);
  c->n_columns = c->n_items + 1;
  c->items = itg_call_alloc(c->call, (size_t)c->n_items, sizeof *c->items, error);
  if (!c->items) return ITG_ERR_MEMORY;
  for (int i = 0; i < c->n_items; i++) c->items[i] = columns[i]->name;
  return ITG_OK;
}

/* ---- tables ---- */

static itg_status open_tables(cohesion *c, itg_error *error) {
  static const itg_side_column teams[] = {
      {"team", ITG_TYPE_STRING},     {"null", ITG_TYPE_STRING},     {"members", ITG_TYPE_INT64},
      {"n", ITG_TYPE_INT64},         {"n_missing", ITG_TYPE_INT64}, {"mean", ITG_TYPE_DOUBLE},
      {"variance", ITG_TYPE_DOUBLE}, {"rwg", ITG_TYPE_DOUBLE},      {"rwg_lindell", ITG_TYPE_DOUBLE},
      {"a_wg", ITG_TYPE_DOUBLE},     {"ad", ITG_TYPE_DOUBLE},       {"level", ITG_TYPE_STRING}};
  static const itg_side_column aggregation[] = {
      {"item", ITG_TYPE_STRING},       {"teams", ITG_TYPE_INT64},      {"members", ITG_TYPE_INT64},
      {"ms_between", ITG_TYPE_DOUBLE}, {"ms_within", ITG_TYPE_DOUBLE}, {"team_size", ITG_TYPE_DOUBLE},
      {"icc_1", ITG_TYPE_DOUBLE},      {"icc_2", ITG_TYPE_DOUBLE},     {"f", ITG_TYPE_DOUBLE},
      {"df_1", ITG_TYPE_DOUBLE},       {"df_2", ITG_TYPE_DOUBLE},      {"p_value", ITG_TYPE_DOUBLE}};
  int n_by = c->teams.groups.n_columns;
  const char **names = itg_call_alloc(c->call, (size_t)n_by + 2, sizeof *names, error);
  c->labels = itg_call_alloc(c->call, (size_t)n_by + 2, sizeof *c->labels, error);
  if (!names || !c->labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < n_by; i++) names[i] = c->teams.groups.names[i];
  names[n_by] = "item";
  names[n_by + 1] = "null";
  ITG_TRY(itg_tidy_open(c->call->result, names, n_by + 2, &c->tidy, error));
  ITG_TRY(itg_side_table_open_filled(c->call, &c->teams.groups, "teams", teams, ITG_COUNT(teams),
                                     (int64_t)c->teams.n_teams * c->n_nulls, &c->team_table, error));
  return itg_side_table_open(c->call, &c->teams.groups, "aggregation", aggregation, ITG_COUNT(aggregation),
                             &c->aggregation, error);
}

/* ---- a part of the teams ---- */

enum { PART = 512 };

/* Values of a part, of which what is NaN is missing. */
typedef struct values {
  double of[PART];
  int64_t n;
} values;

static inline void add_value(values *v, double x) {
  v->of[v->n] = x;
  v->n += !isnan(x);
}

static itg_mean_part *mean_of(const cohesion *c, int64_t p, int column, int kind) {
  return &c->means[(p * c->n_columns + column) * c->n_means + kind];
}

static void set_mean(const cohesion *c, int64_t p, int column, int kind, values *v) {
  *mean_of(c, p, column, kind) = itg_mean_part_of(v->of, v->n);
  v->n = 0;
}

/* Item i: of each team a share in its figures, and sums over the teams. */
static void run_item(cohesion *c, int64_t p, int i, team_figures *figures) {
  const int32_t from = c->parts[p].from, n = c->parts[p].to - from;
  itg_answers room[PART];
  const itg_answers *answers = itg_team_answers_of(&c->answers, i, from, n, room);
  double variances[PART];
  values a_wg = {.n = 0}, ad = {.n = 0}, rwg = {.n = 0};
  for (int32_t t = 0; t < n; t++) {
    const itg_answers *a = &answers[t];
    team_figures *f = &figures[t];
    f->n_missing -= a->n;
    variances[t] = NAN;
    if (a->n < c->min_members) continue;
    const double index = itg_a_wg(a, c->low, c->high);
    f->items++;
    f->variance += variances[t] = a->squares / (double)(a->n - 1);
    f->ad += a->deviation;
    add_value(&ad, a->deviation);
    if (isnan(index)) continue;
    f->a_wg += index;
    f->bounded++;
    add_value(&a_wg, index);
  }
  c->sums[p * c->n_columns + i] = itg_team_sums_of(answers, n, (c->low + c->high) / 2);
  set_mean(c, p, i, OF_A_WG, &a_wg);
  set_mean(c, p, i, OF_AD, &ad);
  for (int k = 0; k < c->n_nulls; k++) {
    for (int32_t t = 0; t < n; t++)
      if (!isnan(variances[t]))
        add_value(&rwg, itg_rwg(1, variances[t], c->nulls[k].variance, c->keep_negative));
    set_mean(c, p, i, OF_RWG + k, &rwg);
  }
}

/* All items: figures become means over them. */
static void run_all(cohesion *c, int64_t p, team_figures *figures) {
  const int32_t from = c->parts[p].from, n = c->parts[p].to - from;
  values a_wg = {.n = 0}, ad = {.n = 0}, rwg = {.n = 0}, lindell = {.n = 0};
  for (int32_t t = 0; t < n; t++) {
    team_figures *f = &figures[t];
    f->variance = f->items ? f->variance / f->items : NAN;
    f->ad = f->items ? f->ad / f->items : NAN;
    f->a_wg = f->bounded ? f->a_wg / f->bounded : NAN;
    add_value(&ad, f->ad);
    add_value(&a_wg, f->a_wg);
  }
  set_mean(c, p, c->n_items, OF_A_WG, &a_wg);
  set_mean(c, p, c->n_items, OF_AD, &ad);
  for (int k = 0; k < c->n_nulls; k++) {
    const double null_variance = c->nulls[k].variance;
    double *of_team = c->rwg + (int64_t)k * c->teams.n_teams + from;
    for (int32_t t = 0; t < n; t++) {
      const team_figures *f = &figures[t];
      of_team[t] = f->items ? itg_rwg(f->items, f->variance, null_variance, c->keep_negative) : NAN;
      add_value(&rwg, of_team[t]);
      add_value(&lindell, 1 - f->variance / null_variance);
    }
    set_mean(c, p, c->n_items, OF_RWG + k, &rwg);
    set_mean(c, p, c->n_items, OF_RWG + c->n_nulls + k, &lindell);
  }
}

/* The first task: the means of the members, which need a pass over the rows. */
static itg_status run_part(void *payload, int64_t p, itg_error *error) {
  cohesion *c = payload;
  if (p == 0) return itg_team_answers_average(&c->answers, error);
  p--;
  const int32_t from = c->parts[p].from, to = c->parts[p].to;
  for (int32_t t = from; t < to; t++)
    c->figures[t] = (team_figures){.n_missing = c->teams.members[t] * c->n_items};
  for (int i = 0; i < c->n_items; i++) run_item(c, p, i, c->figures + from);
  run_all(c, p, c->figures + from);
  return ITG_OK;
}

static itg_status list_parts(cohesion *c, itg_error *error) {
  const int64_t most = c->teams.n_groups + c->teams.n_teams / PART;
  c->parts = itg_call_alloc(c->call, (size_t)most, sizeof *c->parts, error);
  if (!c->parts) return ITG_ERR_MEMORY;
  for (int32_t g = 0; g < c->teams.n_groups; g++)
    for (int32_t from = c->teams.first_team[g], end = c->teams.first_team[g + 1]; from < end; from += PART)
      c->parts[c->n_parts++] = (part){g, from, end - from < PART ? end : from + PART};
  return ITG_OK;
}

static itg_status run_parts(cohesion *c, itg_error *error) {
  ITG_TRY(list_parts(c, error));
  itg_arena *arena = c->call->arena;
  const size_t teams = (size_t)c->teams.n_teams, nulls = (size_t)c->n_nulls,
               columns = (size_t)c->n_parts * (size_t)c->n_columns, means = columns * (size_t)c->n_means;
  if (!itg_arena_reserve(arena, means * sizeof *c->means + columns * sizeof *c->sums + teams * sizeof *c->figures +
                                    teams * nulls * sizeof *c->rwg + 1024))
    return itg_fail_memory(error);
  c->means = itg_arena_take(arena, means, sizeof *c->means);
  c->sums = itg_arena_take(arena, columns, sizeof *c->sums);
  c->figures = itg_arena_take(arena, teams, sizeof *c->figures);
  c->rwg = itg_arena_take(arena, teams * nulls, sizeof *c->rwg);
  if (!c->means || !c->sums || !c->figures || !c->rwg) return itg_fail_memory(error);
  ITG_TRY(itg_parallel(&c->watch.outer, 1 + c->n_parts, run_part, c, error));
  for (int64_t p = 0; p < c->n_parts; p++) {
    const part *of = &c->parts[p];
    c->sums[p * c->n_columns + c->n_items] =
        itg_team_sums_of(c->answers.of_means + of->from, of->to - of->from, (c->low + c->high) / 2);
  }
  return ITG_OK;
}

/* ---- the table of teams ---- */

enum { MEMBERS = 2, N, N_MISSING, MEAN, VARIANCE, RWG, LINDELL, A_WG, AD, LEVEL }; /* after those of `by` */

static void set_number(itg_frame *frame, int64_t row, int column, double value, itg_reason reason) {
  itg_frame_doubles(frame, column)[row] = value;
  itg_frame_reasons(frame, column)[row] = (uint8_t)(isnan(value) ? reason : ITG_REASON_PRESENT);
}

/* A row per team and null distribution. */
static void write_team(const cohesion *c, int32_t group, int32_t team, int k) {
  itg_frame *frame = c->team_table;
  const team_figures *f = &c->figures[team];
  const int64_t row = (int64_t)team * c->n_nulls + k;
  const int n_by = c->teams.groups.n_columns;
  const double rwg = c->rwg[(int64_t)k * c->teams.n_teams + team];
  const itg_reason reason = f->items ? ITG_REASON_UNDEFINED : ITG_REASON_TOO_FEW;
  for (int i = 0; i < n_by; i++) itg_frame_set_own(frame, row, i, c->group_labels[group * n_by + i]);
  itg_frame_set_own(frame, row, n_by, c->team_names[c->teams.name[team]]);
  itg_frame_set_own(frame, row, n_by + 1, c->null_names[k]);
  itg_frame_ints(frame, n_by + MEMBERS)[row] = c->teams.members[team];
  itg_frame_ints(frame, n_by + N)[row] = f->items;
  itg_frame_ints(frame, n_by + N_MISSING)[row] = f->n_missing;
  set_number(frame, row, n_by + MEAN, c->answers.of_means[team].mean, reason);
  set_number(frame, row, n_by + VARIANCE, f->variance, reason);
  set_number(frame, row, n_by + RWG, rwg, reason);
  set_number(frame, row, n_by + LINDELL, 1 - f->variance / c->nulls[k].variance, reason);
  set_number(frame, row, n_by + A_WG, f->a_wg, reason);
  set_number(frame, row, n_by + AD, f->ad, reason);
  if (!isnan(rwg)) itg_frame_set_own(frame, row, n_by + LEVEL, c->levels[rwg >= c->cutoff]);
}

static itg_status write_part(void *payload, int64_t p, itg_error *error) {
  const cohesion *c = payload;
  (void)error;
  for (int32_t t = c->parts[p].from; t < c->parts[p].to; t++)
    for (int k = 0; k < c->n_nulls; k++) write_team(c, c->parts[p].group, t, k);
  return ITG_OK;
}

static itg_status own_texts(cohesion *c, itg_error *error) {
  const itg_groups *groups = &c->teams.groups;
  const int n_by = groups->n_columns;
  const itg_factor *names = &c->teams.names;
  c->team_names = itg_call_alloc(c->call, (size_t)names->n_levels, sizeof *c->team_names, error);
  c->null_names = itg_call_alloc(c->call, (size_t)c->n_nulls, sizeof *c->null_names, error);
  c->group_labels = itg_call_alloc(c->call, (size_t)(c->teams.n_groups * n_by), sizeof *c->group_labels, error);
  if (!c->team_names || !c->null_names || !c->group_labels) return ITG_ERR_MEMORY;
  ITG_TRY(itg_frame_own_all(c->team_table, names->levels, names->n_levels, c->team_names, error));
  for (int i = 0; i < c->n_nulls; i++)
    ITG_TRY(itg_frame_own(c->team_table, c->nulls[i].name, &c->null_names[i], error));
  for (int32_t g = 0; g < c->teams.n_groups; g++)
    for (int i = 0; i < n_by; i++)
      ITG_TRY(itg_frame_own(c->team_table, groups->labels[c->teams.group[g]][i], &c->group_labels[g * n_by + i],
                            error));
  ITG_TRY(itg_frame_own(c->team_table, "no agreement", &c->levels[0], error));
  return itg_frame_own(c->team_table, "agreement", &c->levels[1], error);
}

static itg_status write_teams(cohesion *c, itg_error *error) {
  ITG_TRY(own_texts(c, error));
  ITG_TRY(itg_parallel(&c->watch.outer, c->n_parts, write_part, c, error));
  for (int64_t row = 0; row < itg_frame_rows(c->team_table); row++) {
    ITG_TRY(itg_frame_set_persons(c->team_table, row, c->teams.members[row / c->n_nulls], error));
    ITG_PACE(&c->pace, row, error);
  }
  return ITG_OK;
}

/* ---- a group of teams ---- */

static itg_status add_estimate(cohesion *c, const char *scale, const char *item, const char *null,
                               const char *unit, itg_estimate row, itg_error *error) {
  int n_by = c->teams.groups.n_columns;
  c->labels[n_by] = item;
  c->labels[n_by + 1] = null;
  row.scale = scale;
  row.group = c->labels;
  row.unit = unit;
  ITG_TRY(itg_tidy_add(&c->tidy, &row, error));
  return itg_frame_set_persons(c->tidy.frame, c->tidy.rows - 1, c->group_members, error);
}

/* An estimate without limits, of the teams of another. */
static itg_status add_plain(cohesion *c, const char *scale, const char *item, const char *null,
                            const char *unit, itg_estimate row, double value, itg_error *error) {
  row.estimate = row.n ? value : NAN;
  row.std_error = row.conf_low = row.conf_high = NAN;
  row.reason = row.n ? ITG_REASON_PRESENT : ITG_REASON_TOO_FEW;
  return add_estimate(c, scale, item, null, unit, row, error);
}

/* Percent of teams that agree enough, and the median team. */
static itg_status add_enough(cohesion *c, const char *null, double *values, itg_estimate row, itg_error *error) {
  const bool many = c->n_items > 1;
  int64_t enough = 0;
  for (int64_t i = 0; i < row.n; i++) enough += values[i] >= c->cutoff;
  ITG_TRY(add_plain(c, many ? "rwg_j_enough" : "rwg_enough", "all", null, "percent", row,
                    100 * (double)enough / (double)row.n, error));
  return add_plain(c, many ? "rwg_j_median" : "rwg_median", "all", null, "coefficient", row,
                   row.n ? itg_quantile(values, row.n, 0.5) : NAN, error); /* reorders: last */
}

static itg_status add_aggregation(cohesion *c, const char *item, const itg_team_sums *b, itg_error *error) {
  itg_team_variance a = itg_team_sums_finish(b, c->mean_size, c->conf_level);
  itg_estimate row = itg_estimate_of("within_group", NULL, NULL, NULL);
  row.n = b->teams;
  row.reason = a.reason;
  row.estimate = a.icc_1, row.conf_low = a.low_1, row.conf_high = a.high_1;
  ITG_TRY(add_estimate(c, "icc_1", item, NULL, "coefficient", row, error));
  row.estimate = a.icc_2, row.conf_low = a.low_2, row.conf_high = a.high_2;
  ITG_TRY(add_estimate(c, "icc_2", item, NULL, "coefficient", row, error));
  int64_t at = itg_frame_rows(c->aggregation);
  int column = c->teams.groups.n_columns;
  const double numbers[] = {a.ms_between, a.ms_within, a.size, a.icc_1,  a.icc_2,
                            a.f,          a.df_1,      a.df_2, a.p_value};
  ITG_TRY(itg_frame_resize(c->aggregation, at + 1, error));
  ITG_TRY(itg_frame_set_persons(c->aggregation, at, b->members, error));
  ITG_TRY(itg_side_table_label(c->aggregation, at, c->labels, column, error));
  ITG_TRY(itg_frame_set_text(c->aggregation, at, column++, item, error));
  itg_frame_set_int(c->aggregation, at, column++, b->teams);
  itg_frame_set_int(c->aggregation, at, column++, b->members);
  itg_side_table_numbers(c->aggregation, at, &column, numbers, ITG_COUNT(numbers));
  return ITG_OK;
}

/* Parts from..to - 1, which are those of a group. */
typedef struct parts {
  int64_t from, to;
} parts;

/* Mean over the teams of a group with the interval of t. */
static itg_estimate estimate_of(const cohesion *c, int32_t group, parts of, int column, int kind) {
  itg_estimate row = itg_estimate_of("within_group", NULL, NULL, NULL);
  double mean, variance;
  const int64_t n = itg_mean_parts_join(mean_of(c, of.from, column, kind), of.to - of.from,
                                        c->n_columns * c->n_means, &mean, &variance);
  itg_estimate_set_mean(&row, n, mean, variance, c->conf_level);
  row.n_missing = c->teams.first_team[group + 1] - c->teams.first_team[group] - n;
  return row;
}

/* What the parts of a group have of an item, or of the means of the members, one after another. */
static itg_team_sums sums_of(const cohesion *c, parts of, int column) {
  itg_team_sums sums = c->sums[of.from * c->n_columns + column];
  for (int64_t p = of.from + 1; p < of.to; p++) itg_team_sums_join(&sums, &c->sums[p * c->n_columns + column]);
  return sums;
}

static itg_status write_item(cohesion *c, int32_t group, parts of, int i, itg_error *error) {
  const char *item = c->items[i];
  for (int k = 0; k < c->n_nulls; k++)
    ITG_TRY(add_estimate(c, "rwg", item, c->nulls[k].name, "coefficient", estimate_of(c, group, of, i, OF_RWG + k),
                         error));
  ITG_TRY(add_estimate(c, "a_wg", item, NULL, "coefficient", estimate_of(c, group, of, i, OF_A_WG), error));
  ITG_TRY(add_estimate(c, "ad", item, NULL, "points", estimate_of(c, group, of, i, OF_AD), error));
  const itg_team_sums sums = sums_of(c, of, i);
  return add_aggregation(c, item, &sums, error);
}

static itg_status write_all(cohesion *c, int32_t group, parts of, double *room, itg_error *error) {
  const bool many = c->n_items > 1;
  const int all = c->n_items;
  const int32_t from = c->teams.first_team[group], to = c->teams.first_team[group + 1];
  for (int k = 0; k < c->n_nulls; k++) {
    const char *null = c->nulls[k].name;
    const double *rwg = c->rwg + (int64_t)k * c->teams.n_teams;
    int64_t n = 0;
    for (int32_t t = from; t < to; t++)
      if (!isnan(rwg[t])) room[n++] = rwg[t];
    const itg_estimate row = estimate_of(c, group, of, all, OF_RWG + k);
    ITG_TRY(add_estimate(c, many ? "rwg_j" : "rwg", "all", null, "coefficient", row, error));
    ITG_TRY(add_enough(c, null, room, row, error));
    if (many)
      ITG_TRY(add_estimate(c, "rwg_lindell", "all", null, "coefficient",
                           estimate_of(c, group, of, all, OF_RWG + c->n_nulls + k), error));
  }
  ITG_TRY(add_estimate(c, "a_wg", "all", NULL, "coefficient", estimate_of(c, group, of, all, OF_A_WG), error));
  const itg_estimate ad = estimate_of(c, group, of, all, OF_AD);
  ITG_TRY(add_estimate(c, "ad", "all", NULL, "points", ad, error));
  int64_t near = 0;
  for (int32_t t = from; t < to; t++) near += c->figures[t].ad <= c->n_options / 6.0;
  ITG_TRY(add_plain(c, "ad_enough", "all", NULL, "percent", ad, 100 * (double)near / (double)ad.n, error));
  const itg_team_sums sums = sums_of(c, of, all);
  return add_aggregation(c, "all", &sums, error);
}

static itg_status write_groups(cohesion *c, itg_error *error) {
  const itg_teams *teams = &c->teams;
  double *room = itg_arena_take(c->call->arena, (size_t)teams->n_teams, sizeof *room);
  if (!room) return itg_fail_memory(error);
  parts of = {0, 0};
  for (int32_t g = 0; g < teams->n_groups; g++) {
    const itg_groups *groups = &teams->groups;
    for (int i = 0; i < groups->n_columns; i++) c->labels[i] = groups->labels[teams->group[g]][i];
    for (of.from = of.to; of.to < c->n_parts && c->parts[of.to].group == g;) of.to++;
    c->group_members = 0;
    for (int32_t t = teams->first_team[g]; t < teams->first_team[g + 1]; t++) c->group_members += teams->members[t];
    ITG_TRY(write_all(c, g, of, room, error));
    for (int i = 0; i < c->n_items && c->n_items > 1; i++) ITG_TRY(write_item(c, g, of, i, error));
    ITG_TRY(itg_pace_stop(&c->pace, 0.9 + 0.1 * (double)g / (double)teams->n_groups, error));
  }
  return ITG_OK;
}

/* Teams whose agreement is missing. */
static itg_status note_small(cohesion *c, itg_error *error) {
  int64_t small = 0;
  for (int32_t t = 0; t < c->teams.n_teams; t++) small += !c->figures[t].items;
  if (!small) return ITG_OK;
  return itg_result_note(c->call->result, error,
                         "%lld teams have fewer than %d answers to every item: their agreement is missing",
                         (long long)small, c->min_members);
}

static itg_status run(itg_call *call, itg_error *error) {
  cohesion c = {.call = call, .pace = {&call->control, 0}};
  ITG_TRY(read_input(&c, error));
  ITG_TRY(open_tables(&c, error));
  itg_watch_start(&c.watch, &call->control);
  ITG_TRY(itg_team_answers_read(call, &c.teams, c.low, c.high, &c.watch, &c.answers, error));
  ITG_TRY(run_parts(&c, error));
  ITG_TRY(write_teams(&c, error));
  ITG_TRY(write_groups(&c, error));
  return note_small(&c, error);
}

const itg_measure itg_within_group_measure = {
    .name = "within_group",
    .title = "Agreement within teams, and whether scores may be aggregated to them",
    .summary =
        "A row per member, a column per item, all items on one scale of whole steps from low to high. Per "
        "team, by null distribution: rwg (one item) or rwg(J), r*wg(J) of Lindell, a_wg, and the average "
        "deviation about the mean (AD, points). Over teams: their mean with interval (t), median, percent "
        "with rwg at the cutoff or above (0.7) and percent with AD at most A/6 (A options); ICC(1) (share "
        "of variance between teams; one member) and ICC(2) (the team's mean) with exact F limits. Members, "
        "items and answers that are missing are counted: an item counts for a team with `min_members` "
        "answers at least, and J is the number of such items.",
    .source =
        "James, Demaree & Wolf, J Appl Psychol 1984;69:85-98 (rwg, rwg(J)); Lindell, Brandt & Whitney, "
        "Appl Psychol Meas 1999;23:127-35 (r*wg(J)); Brown & Hauenstein, Organ Res Methods 2005;8:165-84 "
        "(a_wg; it is 1 where all answers are at one end of the scale, and missing where the mean is so "
        "near an end that no answer at the other would fit, as the R package multilevel has it); Burke & "
        "Dunlap, Organ Res Methods 2002;5:159-72 (AD, A/6); Bliese 2000 (ICC(1), ICC(2)). Variances of the "
        "skewed and the normal null distribution, 5 to 11 options: LeBreton & Senter, Organ Res Methods "
        "2008;11:815-52, table 2, as a public R "
        "program quotes it; the triangular one has shares 1, 2, 3, 2, 1 (theirs is another beyond five "
        "options). Choices of ours: agreement below 0 is 0 (option negative); a member is on the scale "
        "with half the items answered; limits of the ICCs take the size of teams as one number (exact "
        "where all teams have one size); the R package multilevel takes the mean size (option team_size).",
    .counts = "teams, or items; the disclosure rule counts the members behind them",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
