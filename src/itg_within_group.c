/* itg_within_group.c - layer 3: the measure `within_group`: do members of a team agree enough to speak for
 * it?
 *
 * Answers in -> per item, figures of every team -> means of the members -> teams and their summary out. */
#include <math.h>
#include <string.h>

#include "itg_measure.h"
#include "itg_rwg.h"
#include "itg_score.h"
#include "itg_side_table.h"
#include "itg_spread.h"
#include "itg_team_variance.h"
#include "itg_teams.h"
#include "itg_thread.h"
#include "itg_vector.h"

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

/* What the estimates of a column of answers (an item; the means of the members) are made of, in one group. */
typedef struct column_summary {
  itg_team_sums sums;
  itg_estimate *rwg; /* per null distribution */
  itg_estimate a_wg, ad;
} column_summary;

/* Means over the items of a team that enough of its members answered. */
typedef struct team_figures {
  int items, bounded; /* those with an a_wg */
  int64_t n_missing;
  double variance, a_wg, ad;
} team_figures;

typedef struct cohesion {
  itg_call *call;
  int n_items;
  const char **items;
  double low, high, cutoff, conf_level;
  int n_options, min_members;
  bool keep_negative, mean_size;
  null_kind *nulls;
  int n_nulls;

  itg_teams teams;
  double *means;           /* of each member over the items; NaN: more than half of them are missing */
  int64_t *missing;        /* answers, per item */
  uint8_t **options;       /* per item, per row; NULL: answers lie between the options, or those are many */
  int32_t *counts;         /* per item: of its options */
  itg_answers **answers;   /* per item, then of `means`: by team, the rows without one last */
  double *a_wg, *scratch;  /* per item, by team */
  team_figures *figures;   /* by team */
  column_summary *columns; /* per group, per item, then of `means` */
  itg_watch watch;
  itg_pace pace; /* of the calling thread */

  itg_tidy tidy;
  itg_frame *team_table, *aggregation;
  const char **labels;     /* by columns, item, null */
  const char **null_names; /* own texts of team_table */
  const char *levels[2];   /* the same: no agreement, agreement */
  int64_t group_members, n_small;
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

static itg_status fail_answer(const cohesion *c, int item, int64_t row, double x, itg_error *error) {
  char found[ITG_NUMBER_SIZE], low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  itg_number_print(x, found);
  itg_number_print(c->low, low);
  itg_number_print(c->high, high);
  return itg_fail_at(error, ITG_ERR_RANGE, itg_call_table(c->call, "data"), row, c->items[item],
                     "%s is outside the scale; allowed: %s to %s, see the options 'low' and 'high'", found,
                     low, high);
}

static itg_status read_input(cohesion *c, itg_error *error) {
  ITG_TRY(read_scale(c, error));
  ITG_TRY(read_nulls(c, error));
  ITG_TRY(itg_teams_read(c->call, &c->teams, error));
  const itg_column *const *columns;
  c->n_items = itg_call_columns(c->call, "items", &columns);
  c->items = itg_call_alloc(c->call, (size_t)c->n_items, sizeof *c->items, error);
  if (!c->items) return ITG_ERR_MEMORY;
  for (int i = 0; i < c->n_items; i++) c->items[i] = columns[i]->name;
  return ITG_OK;
}

/* ---- teams, a column at a time ---- */

enum { BLOCK = 512, PART = 16 * BLOCK };

static int block_size(int64_t first, int64_t end) { return end - first < BLOCK ? (int)(end - first) : BLOCK; }

static double variance_of(const cohesion *c, const itg_answers *a) {
  return a->n < c->min_members ? NAN : a->squares / (double)(a->n - 1);
}

/* Mean over teams with the interval of t; what is NaN is missing and goes. */
static itg_estimate mean_of(const cohesion *c, double *values, int64_t n) {
  itg_estimate row = itg_estimate_of("within_group", NULL, NULL, NULL);
  int64_t present = 0;
  for (int64_t i = 0; i < n; i++)
    if (!isnan(values[i])) values[present++] = values[i];
  itg_estimate_set_mean_of(&row, values, present, c->conf_level);
  if (!present) row.reason = ITG_REASON_TOO_FEW;
  row.n_missing = n - present;
  return row;
}

/* Of item i over the teams of a group. */
static void summarise_item(cohesion *c, int i, int32_t from, int32_t to, column_summary *s) {
  const itg_answers *a = c->answers[i];
  double *a_wg = c->a_wg + (int64_t)i * c->teams.n_teams,
         *values = c->scratch + (int64_t)i * c->teams.n_teams;
  for (int k = 0; k < c->n_nulls; k++) {
    for (int32_t t = from; t < to; t++) {
      const double variance = variance_of(c, &a[t]);
      values[t] = isnan(variance) ? NAN : itg_rwg(1, variance, c->nulls[k].variance, c->keep_negative);
    }
    s->rwg[k] = mean_of(c, values + from, to - from);
  }
  for (int32_t t = from; t < to; t++)
    values[t] = a_wg[t] = a[t].n < c->min_members ? NAN : itg_a_wg(&a[t], c->low, c->high);
  s->a_wg = mean_of(c, values + from, to - from);
  for (int32_t t = from; t < to; t++) values[t] = a[t].n < c->min_members ? NAN : a[t].deviation;
  s->ad = mean_of(c, values + from, to - from);
}

/* Answers to an item that are missing are NaN; others must be on the scale. */
static itg_status read_answers(cohesion *c, int i, int64_t first, int count, double *x, itg_error *error) {
  uint8_t reasons[BLOCK];
  int64_t missing;
  ITG_TRY(itg_call_numbers_again(c->call, "items", i, first, count, x, reasons, error));
  const int64_t outside = itg_count_outside(x, count, c->low, c->high, &missing);
  if (!outside && !missing) return ITG_OK;
  ITG_TRY(itg_call_numbers_block(c->call, "items", i, first, count, x, reasons, &missing, error));
  c->missing[i] += missing;
  for (int k = 0; outside && k < count; k++)
    if (x[k] < c->low || x[k] > c->high) return fail_answer(c, i, first + k, x[k], error);
  return ITG_OK;
}

/* A block of answers as options; true unless one of them lies between two. */
static itg_status read_options(cohesion *c, int i, int64_t first, int count, const int32_t *integers,
                               bool *whole, itg_error *error) {
  double x[BLOCK];
  if (integers && c->options[i]) {
    const int64_t missing = itg_options_of_integers(integers + first, count, (int32_t)c->low, c->n_options,
                                                    c->options[i] + first);
    if (missing >= 0) {
      c->missing[i] += missing;
      return ITG_OK;
    }
  }
  ITG_TRY(read_answers(c, i, first, count, x, error)); /* says which is off the scale */
  *whole = c->options[i] && itg_options_of(x, count, c->low, c->options[i] + first);
  return ITG_OK;
}

/* Checks the answers to an item.  With `counts` they become options, counted by team, until one of them lies
 * between two options: then c->options[i] is NULL. */
static itg_status count_item(cohesion *c, int i, int32_t *counts, int64_t stride, itg_error *error) {
  itg_pace pace = {&c->watch.inner, 0};
  const int32_t *integers = c->low == floor(c->low) ? itg_call_integers_lent(c->call, "items", i) : NULL;
  bool whole = c->options[i] != NULL;
  for (int64_t first = 0; first < c->teams.n_rows; first += BLOCK) {
    const int count = block_size(first, c->teams.n_rows);
    ITG_TRY(read_options(c, i, first, count, integers, &whole, error));
    if (!whole)
      c->options[i] = NULL;
    else
      itg_options_count(counts, stride, c->teams.team + first, c->options[i] + first, count);
    if (first % PART == 0) ITG_TRY(itg_pace_stop(&pace, 0, error));
  }
  if (whole) itg_options_finish(counts, stride, c->n_options, c->low, c->teams.n_teams, c->answers[i]);
  return ITG_OK;
}

/* Other answers, and the means of the members, are read twice: sums first, then what deviates from them. */
static itg_status read_twice(cohesion *c, int i, itg_error *error) {
  itg_pace pace = {&c->watch.inner, 0};
  itg_answers *a = c->answers[i];
  double read[BLOCK];
  uint8_t reasons[BLOCK];
  memset(a, 0, ((size_t)c->teams.n_teams + 1) * sizeof *a);
  for (int pass = 0; pass < 2; pass++) {
    for (int64_t first = 0; first < c->teams.n_rows; first += BLOCK) {
      const int count = block_size(first, c->teams.n_rows);
      const double *x = c->means + first;
      if (i < c->n_items) {
        ITG_TRY(itg_call_numbers_again(c->call, "items", i, first, count, read, reasons, error));
        x = read;
      }
      (pass ? itg_answers_add_deviations : itg_answers_add)(a, c->teams.team + first, x, count);
      if (first % PART == 0) ITG_TRY(itg_pace_stop(&pace, 0, error));
    }
    (pass ? itg_answers_finish : itg_answers_set_means)(a, c->teams.n_teams);
  }
  return ITG_OK;
}

/* How many counts an item has. */
static size_t counts_of_item(const cohesion *c) {
  return (size_t)itg_options_stride(c->teams.n_teams) * ((size_t)c->n_options + 1);
}

static itg_status read_item(cohesion *c, int i, itg_error *error) {
  int32_t *counts = c->options[i] ? c->counts + (size_t)i * counts_of_item(c) : NULL;
  if (counts) memset(counts, 0, counts_of_item(c) * sizeof *counts);
  ITG_TRY(count_item(c, i, counts, itg_options_stride(c->teams.n_teams), error));
  return c->options[i] ? ITG_OK : read_twice(c, i, error);
}

static void summarise_column(cohesion *c, int i) {
  const itg_answers *a = c->answers[i];
  for (int32_t g = 0; g < c->teams.n_groups; g++) {
    column_summary *s = &c->columns[g * (c->n_items + 1) + i];
    const int32_t from = c->teams.first_team[g], to = c->teams.first_team[g + 1];
    s->sums.shift = (c->low + c->high) / 2;
    for (int32_t t = from; t < to; t++) itg_team_sums_add(&s->sums, a[t].n, a[t].mean, a[t].squares);
    if (i < c->n_items) summarise_item(c, i, from, to, s);
  }
}

static itg_status run_item(void *payload, int64_t i, itg_error *error) {
  ITG_TRY(read_item(payload, (int)i, error));
  summarise_column(payload, (int)i);
  return ITG_OK;
}

/* ---- members, in parts of the rows ---- */

/* Means over the items that are known as options, of BLOCK members. */
static void average_options(const cohesion *c, int64_t first, double *mean) {
  int32_t sum[BLOCK] = {0}, answered[BLOCK] = {0};
  for (int i = 0; i < c->n_items; i++) {
    const uint8_t *option = c->options[i] + first;
    for (int k = 0; k < BLOCK; k++) sum[k] += option[k];
    for (int k = 0; k < BLOCK; k++) answered[k] += option[k] > 0;
  }
  for (int k = 0; k < BLOCK; k++) {
    const double n = answered[k];
    mean[k] = 2 * answered[k] < c->n_items ? NAN : ((c->low - 1) * n + sum[k]) / n;
  }
}

static itg_status average_numbers(const cohesion *c, int64_t first, double *mean, itg_error *error) {
  const int count = block_size(first, c->teams.n_rows);
  double x[BLOCK];
  int64_t answered[BLOCK] = {0};
  uint8_t reasons[BLOCK];
  memset(mean, 0, (size_t)count * sizeof *mean);
  for (int i = 0; i < c->n_items; i++) {
    ITG_TRY(itg_call_numbers_again(c->call, "items", i, first, count, x, reasons, error));
    itg_add_known(mean, answered, x, count);
  }
  for (int k = 0; k < count; k++)
    mean[k] = 2 * answered[k] < c->n_items ? NAN : mean[k] / (double)answered[k];
  return ITG_OK;
}

static itg_status average_members(void *payload, int64_t part, itg_error *error) {
  cohesion *c = payload;
  const int64_t end = (part + 1) * PART < c->teams.n_rows ? (part + 1) * PART : c->teams.n_rows;
  bool options = true;
  for (int i = 0; i < c->n_items; i++) options &= c->options[i] != NULL;
  for (int64_t first = part * PART; first < end; first += BLOCK) {
    if (options)
      average_options(c, first, c->means + first);
    else
      ITG_TRY(average_numbers(c, first, c->means + first, error));
  }
  return ITG_OK;
}

/* ---- teams over the items, in parts of the teams ---- */

enum { TEAMS = 1024 };

static void average_items(cohesion *c, int64_t part) {
  const int64_t first = part * TEAMS,
                end = first + TEAMS < c->teams.n_teams ? first + TEAMS : c->teams.n_teams;
  for (int64_t t = first; t < end; t++)
    c->figures[t] = (team_figures){.n_missing = c->teams.members[t] * c->n_items};
  for (int i = 0; i < c->n_items; i++) {
    const itg_answers *answers = c->answers[i];
    const double *a_wg = c->a_wg + (int64_t)i * c->teams.n_teams;
    for (int64_t t = first; t < end; t++) {
      team_figures *f = &c->figures[t];
      f->n_missing -= answers[t].n;
      if (answers[t].n < c->min_members) continue;
      f->items++;
      f->variance += variance_of(c, &answers[t]);
      f->ad += answers[t].deviation;
      if (!isnan(a_wg[t])) f->a_wg += a_wg[t], f->bounded++;
    }
  }
  for (int64_t t = first; t < end; t++) {
    team_figures *f = &c->figures[t];
    f->variance = f->items ? f->variance / f->items : NAN;
    f->ad = f->items ? f->ad / f->items : NAN;
    f->a_wg = f->bounded ? f->a_wg / f->bounded : NAN;
  }
}

/* What is left to do before the tables: the means of the members, and parts of the teams. */
static itg_status run_means_or_teams(void *payload, int64_t task, itg_error *error) {
  cohesion *c = payload;
  if (task > 0) {
    average_items(c, task - 1);
    return ITG_OK;
  }
  ITG_TRY(read_twice(c, c->n_items, error));
  summarise_column(c, c->n_items);
  return ITG_OK;
}

/* Options take room and time for each in every team: too much where teams are small and options many. */
static bool are_counted(const cohesion *c) {
  const double counts = (double)c->teams.n_teams * (c->n_options + 1);
  return c->n_options <= ITG_OPTIONS_MOST && c->teams.n_rows <= INT32_MAX - BLOCK &&
         counts <= 4 * (double)(c->teams.n_rows + BLOCK);
}

static itg_status alloc_options(cohesion *c, size_t rows, itg_error *error) {
  const size_t items = (size_t)c->n_items;
  uint8_t *options = itg_arena_take(c->call->arena, items, rows);
  c->counts = itg_arena_take(c->call->arena, items, counts_of_item(c) * sizeof *c->counts);
  if (!options || !c->counts) return itg_fail_memory(error);
  for (size_t i = 0; i < items; i++) {
    c->options[i] = options + i * rows;
    memset(c->options[i] + rows - BLOCK, 0, BLOCK); /* the last block may be longer than its rows */
  }
  return ITG_OK;
}

static itg_status alloc_columns(cohesion *c, itg_error *error) {
  const size_t teams = (size_t)c->teams.n_teams, items = (size_t)c->n_items, columns = items + 1,
               summaries = (size_t)c->teams.n_groups * columns,
               rows = ((size_t)c->teams.n_rows + BLOCK - 1) / BLOCK * BLOCK;
  const size_t per_team = columns * sizeof **c->answers + 2 * items * sizeof *c->a_wg + sizeof *c->figures,
               counted = are_counted(c) ? items * (rows + counts_of_item(c) * sizeof *c->counts) : 0, other = 65536;
  if (!itg_arena_reserve(c->call->arena, rows * sizeof *c->means + teams * per_team + counted + other))
    return itg_fail_memory(error);
  c->options = itg_call_alloc(c->call, items, sizeof *c->options, error);
  if (!c->options) return ITG_ERR_MEMORY;
  if (counted) ITG_TRY(alloc_options(c, rows, error));
  c->means = itg_arena_take(c->call->arena, rows, sizeof *c->means);
  c->missing = itg_call_alloc(c->call, items, sizeof *c->missing, error);
  c->answers = itg_call_alloc(c->call, columns, sizeof *c->answers, error);
  c->a_wg = itg_arena_take(c->call->arena, teams, items * sizeof *c->a_wg);
  c->figures = itg_arena_take(c->call->arena, teams, sizeof *c->figures);
  c->scratch = itg_arena_take(c->call->arena, teams, items * sizeof *c->scratch);
  c->columns = itg_call_alloc(c->call, summaries, sizeof *c->columns, error);
  itg_answers *answers = itg_arena_take(c->call->arena, columns, (teams + 1) * sizeof *answers);
  itg_estimate *rwg = itg_call_alloc(c->call, summaries, (size_t)c->n_nulls * sizeof *rwg, error);
  if (!c->means || !c->missing || !c->answers || !c->a_wg || !c->figures || !c->scratch || !c->columns ||
      !answers || !rwg)
    return itg_fail_memory(error);
  for (size_t i = 0; i < columns; i++) c->answers[i] = answers + i * (teams + 1);
  for (size_t i = 0; i < summaries; i++) c->columns[i].rwg = rwg + i * (size_t)c->n_nulls;
  return ITG_OK;
}

static itg_status run_columns(cohesion *c, itg_error *error) {
  const int64_t parts = (c->teams.n_rows + PART - 1) / PART;
  int64_t present = 0;
  ITG_TRY(alloc_columns(c, error));
  itg_watch_start(&c->watch, &c->call->control);
  ITG_TRY(itg_parallel(&c->watch.outer, c->n_items, run_item, c, error));
  for (int i = 0; i < c->n_items; i++) {
    itg_call_count_missing(c->call, "items", i, c->missing[i]);
    present += c->teams.n_rows - c->missing[i];
  }
  if (!present)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(c->call, "data"), -1, NULL,
                       "all answers are missing");
  ITG_TRY(itg_parallel(&c->watch.outer, parts, average_members, c, error));
  return itg_parallel(&c->watch.outer, 1 + (c->teams.n_teams + TEAMS - 1) / TEAMS, run_means_or_teams, c,
                      error);
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
static itg_status add_enough(cohesion *c, const char *item, const char *null, double *values, int64_t n,
                             itg_estimate row, itg_error *error) {
  const bool many = c->n_items > 1;
  int64_t enough = 0;
  for (int64_t i = 0; i < n; i++) enough += values[i] >= c->cutoff;
  ITG_TRY(add_plain(c, many ? "rwg_j_enough" : "rwg_enough", item, null, "percent", row,
                    100 * (double)enough / (double)n, error));
  return add_plain(c, many ? "rwg_j_median" : "rwg_median", item, null, "coefficient", row,
                   n ? itg_quantile(values, n, 0.5) : NAN, error); /* reorders: last */
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

/* A row of the table of teams; `name` is its own. */
static itg_status write_team(cohesion *c, int32_t team, const char *name, int null, const team_figures *f,
                             double rwg, double lindell, int64_t row, itg_error *error) {
  itg_frame *frame = c->team_table;
  const double mean = c->answers[c->n_items][team].mean;
  const double numbers[] = {mean, f->variance, rwg, lindell, f->a_wg, f->ad};
  int column = c->teams.groups.n_columns;
  ITG_TRY(itg_frame_set_persons(frame, row, c->teams.members[team], error));
  ITG_TRY(itg_side_table_label(frame, row, c->labels, column, error));
  itg_frame_set_own(frame, row, column++, name);
  itg_frame_set_own(frame, row, column++, c->null_names[null]);
  itg_frame_set_int(frame, row, column++, c->teams.members[team]);
  itg_frame_set_int(frame, row, column++, f->items);
  itg_frame_set_int(frame, row, column++, f->n_missing);
  for (size_t i = 0; i < ITG_COUNT(numbers); i++, column++) {
    if (isnan(numbers[i]))
      itg_frame_set_missing(frame, row, column, f->items ? ITG_REASON_UNDEFINED : ITG_REASON_TOO_FEW);
    else
      itg_frame_set_double(frame, row, column, numbers[i]);
  }
  if (!isnan(rwg)) itg_frame_set_own(frame, row, column, c->levels[rwg >= c->cutoff]);
  return ITG_OK;
}

/* Figures of every team of a group over all items, for the summary. */
typedef struct over_items {
  double *a_wg, *ad, *rwg, *lindell; /* the last two: all teams of a null distribution, then the next */
} over_items;

static itg_status run_teams(cohesion *c, int32_t group, over_items *all, itg_error *error) {
  const int32_t first = c->teams.first_team[group], n = c->teams.first_team[group + 1] - first;
  int64_t row = itg_frame_rows(c->team_table);
  ITG_TRY(itg_frame_resize(c->team_table, row + (int64_t)n * c->n_nulls, error));
  for (int32_t t = 0; t < n; t++) {
    const team_figures *f = &c->figures[first + t];
    c->n_small += !f->items;
    all->a_wg[t] = f->a_wg;
    all->ad[t] = f->ad;
    const char *name;
    ITG_TRY(itg_frame_own(c->team_table, c->teams.names.levels[c->teams.name[first + t]], &name, error));
    for (int k = 0; k < c->n_nulls; k++) {
      const double null_variance = c->nulls[k].variance;
      const double rwg = f->items ? itg_rwg(f->items, f->variance, null_variance, c->keep_negative) : NAN;
      const double lindell = f->items ? 1 - f->variance / null_variance : NAN;
      all->rwg[(int64_t)k * n + t] = rwg;
      all->lindell[(int64_t)k * n + t] = lindell;
      ITG_TRY(write_team(c, first + t, name, k, f, rwg, lindell, row++, error));
    }
    if (t % 1024 == 0)
      ITG_TRY(itg_pace_stop(&c->pace, 0.9 + 0.1 * (double)(first + t) / (double)c->teams.n_teams, error));
  }
  return ITG_OK;
}

static itg_status write_summary(cohesion *c, int32_t group, over_items *all, itg_error *error) {
  const int64_t n = c->teams.first_team[group + 1] - c->teams.first_team[group];
  const column_summary *columns = c->columns + (int64_t)group * (c->n_items + 1);
  bool many = c->n_items > 1;
  for (int k = 0; k < c->n_nulls; k++) {
    const char *null = c->nulls[k].name;
    const itg_estimate rwg = mean_of(c, all->rwg + k * n, n);
    ITG_TRY(add_estimate(c, many ? "rwg_j" : "rwg", "all", null, "coefficient", rwg, error));
    ITG_TRY(add_enough(c, "all", null, all->rwg + k * n, rwg.n, rwg, error));
    if (many)
      ITG_TRY(add_estimate(c, "rwg_lindell", "all", null, "coefficient", mean_of(c, all->lindell + k * n, n),
                           error));
  }
  ITG_TRY(add_estimate(c, "a_wg", "all", NULL, "coefficient", mean_of(c, all->a_wg, n), error));
  const itg_estimate ad = mean_of(c, all->ad, n);
  ITG_TRY(add_estimate(c, "ad", "all", NULL, "points", ad, error));
  int64_t near = 0;
  for (int64_t i = 0; i < ad.n; i++) near += all->ad[i] <= c->n_options / 6.0;
  ITG_TRY(add_plain(c, "ad_enough", "all", NULL, "percent", ad, 100 * (double)near / (double)ad.n, error));
  ITG_TRY(add_aggregation(c, "all", &columns[c->n_items].sums, error));
  for (int i = 0; i < c->n_items && many; i++) {
    for (int k = 0; k < c->n_nulls; k++)
      ITG_TRY(add_estimate(c, "rwg", c->items[i], c->nulls[k].name, "coefficient", columns[i].rwg[k], error));
    ITG_TRY(add_estimate(c, "a_wg", c->items[i], NULL, "coefficient", columns[i].a_wg, error));
    ITG_TRY(add_estimate(c, "ad", c->items[i], NULL, "points", columns[i].ad, error));
    ITG_TRY(add_aggregation(c, c->items[i], &columns[i].sums, error));
  }
  return ITG_OK;
}

static itg_status run_groups(cohesion *c, itg_error *error) {
  const itg_teams *teams = &c->teams;
  const size_t n = (size_t)teams->n_teams, rows = n * (size_t)c->n_nulls;
  over_items all = {itg_arena_take(c->call->arena, n, sizeof(double)),
                    itg_arena_take(c->call->arena, n, sizeof(double)),
                    itg_arena_take(c->call->arena, rows, sizeof(double)),
                    itg_arena_take(c->call->arena, rows, sizeof(double))};
  if (!all.a_wg || !all.ad || !all.rwg || !all.lindell) return itg_fail_memory(error);
  for (int32_t g = 0; g < teams->n_groups; g++) {
    const itg_groups *groups = &teams->groups;
    for (int i = 0; i < groups->n_columns; i++) c->labels[i] = groups->labels[teams->group[g]][i];
    c->group_members = 0;
    for (int32_t t = teams->first_team[g]; t < teams->first_team[g + 1]; t++)
      c->group_members += teams->members[t];
    ITG_TRY(run_teams(c, g, &all, error));
    ITG_TRY(write_summary(c, g, &all, error));
  }
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
  ITG_TRY(itg_side_table_open(c->call, &c->teams.groups, "teams", teams, ITG_COUNT(teams), &c->team_table,
                              error));
  c->null_names = itg_call_alloc(c->call, (size_t)c->n_nulls, sizeof *c->null_names, error);
  if (!c->null_names) return ITG_ERR_MEMORY;
  for (int i = 0; i < c->n_nulls; i++)
    ITG_TRY(itg_frame_own(c->team_table, c->nulls[i].name, &c->null_names[i], error));
  ITG_TRY(itg_frame_own(c->team_table, "no agreement", &c->levels[0], error));
  ITG_TRY(itg_frame_own(c->team_table, "agreement", &c->levels[1], error));
  return itg_side_table_open(c->call, &c->teams.groups, "aggregation", aggregation, ITG_COUNT(aggregation),
                             &c->aggregation, error);
}

static itg_status run(itg_call *call, itg_error *error) {
  cohesion c = {.call = call, .pace = {&call->control, 0}};
  ITG_TRY(read_input(&c, error));
  ITG_TRY(open_tables(&c, error));
  ITG_TRY(run_columns(&c, error));
  ITG_TRY(run_groups(&c, error));
  if (!c.n_small) return ITG_OK;
  return itg_result_note(call->result, error,
                         "%lld teams have fewer than %d answers to every item: their agreement is missing",
                         (long long)c.n_small, c.min_members);
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
