/* itg_ladder.c - layer 3: the measure `ladder`: ordered levels counted and compared by rank, never averaged.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_score.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"

enum { MAX_LEVELS = 100, MAX_GROUPS = 500 };

static const itg_field level_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL,
     "name in the data; the rank, from 1, is understood too"},
    {"title", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "title"},
    {0}};

static const itg_field ladder_fields[] = {
    {"levels", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, level_fields, "levels from the lowest to the highest"},
    {"rank_only", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "why the ranks have no mean"},
    {0}};

typedef struct level {
  const char *id, *title;
} level;

typedef struct ladder {
  itg_call *call;
  const char *instrument, *rank_only;
  int32_t n_levels;
  level levels[MAX_LEVELS];
  itg_groups groups;
  const int32_t *ranks;   /* of each row, from 0; -1 missing */
  const double *weights;  /* NULL: none */
  int64_t *counts;        /* groups x levels */
  int64_t *n, *n_missing; /* by group */
  double *heavy;          /* groups x levels: sums of weights */
  double conf_level;
  itg_tidy tidy;
} ladder;

/* ---- the definition ---- */

static int32_t find_level(const ladder *l, int32_t n, const char *text) {
  int64_t rank;
  for (int32_t i = 0; i < n; i++)
    if (strcmp(l->levels[i].id, text) == 0) return i;
  for (int32_t i = 0; i < n; i++)
    if (strcmp(l->levels[i].title, text) == 0) return i;
  if (itg_integer_parse(text, strlen(text), &rank) && rank >= 1 && rank <= n) return (int32_t)rank - 1;
  return -1;
}

static itg_status read_definition(ladder *l, itg_error *error) {
  itg_definition d;
  ITG_TRY(itg_call_definition(l->call, "instrument", "ladder", &d, error));
  ITG_TRY(itg_definition_check(&d, ladder_fields, error));
  const itg_node *levels = itg_node_get(d.root, "levels");
  if (levels->count < 2 || levels->count > MAX_LEVELS)
    return itg_fail_node(error, ITG_ERR_VALUE, levels, "a ladder has 2 to %d levels", MAX_LEVELS);
  for (int32_t i = 0; i < levels->count; i++) {
    const itg_node *node = &levels->items[i];
    const char *id = itg_node_text(node, "id", ""), *title = itg_node_text(node, "title", "");
    double number;
    if (find_level(l, i, id) >= 0 || find_level(l, i, title) >= 0)
      return itg_fail_node(error, ITG_ERR_VALUE, node, "the level '%.80s' is given twice", id);
    if (itg_number_parse(id, strlen(id), &number) && number != i + 1)
      return itg_fail_node(error, ITG_ERR_VALUE, node,
                           "level %.40s stands at rank %d; use its rank or a word as id", id, (int)i + 1);
    l->levels[i] = (level){id, title};
    l->n_levels = i + 1;
  }
  l->instrument = d.id;
  l->rank_only = itg_node_text(d.root, "rank_only", "");
  return ITG_OK;
}

/* ---- statistics that are wanted ---- */

static const char *const statistics[] = {"share", "at_least", "median", "quartiles", "lowest", "highest"};

static bool is_wanted(const ladder *l, const char *statistic) {
  const itg_node *wanted = itg_call_node(l->call, "statistics");
  if (!wanted) return true;
  if (wanted->kind == ITG_NODE_SCALAR) return strcmp(wanted->text, statistic) == 0;
  for (int32_t i = 0; i < wanted->count; i++)
    if (strcmp(wanted->items[i].text, statistic) == 0) return true;
  return false;
}

static itg_status check_statistics(const ladder *l, itg_error *error) {
  const itg_node *wanted = itg_call_node(l->call, "statistics");
  int32_t n = !wanted ? 0 : wanted->kind == ITG_NODE_SCALAR ? 1 : wanted->count;
  for (int32_t i = 0; i < n; i++) {
    const itg_node *word = wanted->kind == ITG_NODE_SCALAR ? wanted : &wanted->items[i];
    bool known = false;
    for (size_t k = 0; k < ITG_COUNT(statistics); k++)
      known = known || strcmp(word->text, statistics[k]) == 0;
    if (known) continue;
    return itg_fail_node(
        error, ITG_ERR_OPTION, word,
        "'%.40s' cannot be had of instrument '%.60s': its levels are ranks (%.200s); allowed: share, "
        "at_least, median, quartiles, lowest, highest",
        word->text, l->instrument, l->rank_only);
  }
  return ITG_OK;
}

/* ---- rows ---- */

static itg_status fail_level(const ladder *l, const itg_factor *factor, int32_t which, itg_error *error) {
  const char *ids[MAX_LEVELS];
  int64_t row = 0;
  itg_text all = ITG_TEXT_EMPTY;
  for (int32_t i = 0; i < l->n_levels; i++) {
    ids[i] = l->levels[i].id;
    itg_text_print(&all, "%s%s", i ? ", " : "", ids[i]);
  }
  while (factor->codes[row] != which) row++;
  const char *near = itg_suggest(factor->levels[which], ids, (size_t)l->n_levels);
  itg_status status =
      itg_call_fail(l->call, error, ITG_ERR_RANGE, "level", row,
                    "'%.60s' is no level of '%.60s'; levels are %.400s, or 1 to %d%s%s%s",
                    factor->levels[which], l->instrument, all.data ? all.data : "", (int)l->n_levels,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  itg_text_clear(&all);
  return status;
}

static itg_status read_rows(ladder *l, itg_error *error) {
  itg_call *call = l->call;
  itg_factor factor;
  ITG_TRY(itg_call_groups(call, &l->groups, error));
  ITG_TRY(itg_call_factor(call, "level", &factor, error));
  if (l->groups.n_groups > MAX_GROUPS)
    return itg_fail(error, ITG_ERR_LIMIT, "at most %d groups can be compared", MAX_GROUPS);
  size_t cells = (size_t)l->groups.n_groups * (size_t)l->n_levels, groups = (size_t)l->groups.n_groups;
  int32_t *rank = itg_call_alloc(call, (size_t)factor.n_levels, sizeof *rank, error);
  int32_t *ranks = itg_call_alloc(call, (size_t)factor.n, sizeof *ranks, error);
  l->counts = itg_call_alloc(call, cells, sizeof *l->counts, error);
  l->heavy = itg_call_alloc(call, cells, sizeof *l->heavy, error);
  l->n = itg_call_alloc(call, groups, sizeof *l->n, error);
  l->n_missing = itg_call_alloc(call, groups, sizeof *l->n_missing, error);
  if (!rank || !ranks || !l->counts || !l->heavy || !l->n || !l->n_missing) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < factor.n_levels; i++) {
    rank[i] = find_level(l, l->n_levels, factor.levels[i]);
    if (rank[i] < 0) return fail_level(l, &factor, i, error);
  }
  if (itg_call_has(call, "weight")) {
    double *weights;
    uint8_t *reasons;
    ITG_TRY(itg_call_numbers(call, "weight", &weights, &reasons, error));
    for (int64_t i = 0; i < factor.n; i++)
      if (reasons[i] && factor.codes[i] >= 0)
        return itg_call_fail(call, error, ITG_ERR_DATA, "weight", i,
                             "a level without its weight; give it, or leave out the role 'weight'");
    l->weights = weights;
  }
  itg_sum *sums = itg_call_alloc(call, cells, sizeof *sums, error);
  if (!sums) return ITG_ERR_MEMORY;
  int64_t known = 0;
  for (int64_t i = 0; i < factor.n; i++) {
    int32_t g = l->groups.codes[i];
    ranks[i] = factor.codes[i] < 0 ? -1 : rank[factor.codes[i]];
    known += ranks[i] >= 0;
    if (g < 0) continue;
    if (ranks[i] < 0) {
      l->n_missing[g]++;
      continue;
    }
    l->n[g]++;
    l->counts[(int64_t)g * l->n_levels + ranks[i]]++;
    if (l->weights) itg_sum_add(&sums[(int64_t)g * l->n_levels + ranks[i]], l->weights[i]);
  }
  for (size_t c = 0; c < cells; c++) l->heavy[c] = itg_sum_value(&sums[c]);
  l->ranks = ranks;
  if (!known)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL,
                       "every level is missing");
  return ITG_OK;
}

/* ---- estimates ---- */

/* Rank (from 1) of the k-th lowest of a group, k from 1. */
static int32_t rank_at(const ladder *l, int32_t g, int64_t k) {
  const int64_t *counts = l->counts + (int64_t)g * l->n_levels;
  int32_t rank = 0;
  for (int64_t seen = counts[0]; seen < k && rank + 1 < l->n_levels; seen += counts[rank]) rank++;
  return rank + 1;
}

static itg_status add_rank(ladder *l, int32_t g, const char *scale, int64_t k, itg_error *error) {
  itg_estimate row = itg_estimate_of("ladder", scale, l->groups.labels[g], "rank");
  row.n = l->n[g];
  row.n_missing = l->n_missing[g];
  row.reason = row.n ? ITG_REASON_PRESENT : ITG_REASON_TOO_FEW;
  if (row.n) {
    int32_t rank = rank_at(l, g, k);
    row.estimate = rank;
    row.level = l->levels[rank - 1].title;
  }
  if (row.n && strcmp(scale, "median") == 0) {
    /* Order statistics that enclose the median with at least the level asked for. */
    int64_t low = (int64_t)itg_binomial_quantile((1 - l->conf_level) / 2, (double)row.n, 0.5);
    if (low >= 1) {
      row.conf_low = rank_at(l, g, low);
      row.conf_high = rank_at(l, g, row.n - low + 1);
    } else {
      row.reason = ITG_REASON_TOO_FEW;
    }
  }
  return itg_tidy_add(&l->tidy, &row, error);
}

static itg_status add_share(ladder *l, int32_t g, int32_t from, bool upwards, itg_error *error) {
  const int64_t *counts = l->counts + (int64_t)g * l->n_levels;
  char *scale = itg_arena_print(l->call->arena, "%s.%s", upwards ? "at_least" : "share", l->levels[from].id);
  if (!scale) return itg_fail_memory(error);
  int64_t hits = counts[from];
  for (int32_t i = from + 1; upwards && i < l->n_levels; i++) hits += counts[i];
  itg_estimate row = itg_estimate_of("ladder", scale, l->groups.labels[g], "percent");
  itg_estimate_set_percent(&row, hits, l->n[g], l->conf_level);
  row.n_missing = l->n_missing[g];
  row.level = l->levels[from].title;
  return itg_tidy_add(&l->tidy, &row, error);
}

static itg_status add_estimates(ladder *l, itg_error *error) {
  for (int32_t g = 0; g < l->groups.n_groups; g++) {
    int64_t n = l->n[g];
    if (is_wanted(l, "share"))
      for (int32_t i = 0; i < l->n_levels; i++) ITG_TRY(add_share(l, g, i, false, error));
    if (is_wanted(l, "at_least"))
      for (int32_t i = 1; i < l->n_levels; i++) ITG_TRY(add_share(l, g, i, true, error));
    if (is_wanted(l, "lowest")) ITG_TRY(add_rank(l, g, "lowest", 1, error));
    if (is_wanted(l, "quartiles")) ITG_TRY(add_rank(l, g, "lower_quartile", (n + 3) / 4, error));
    if (is_wanted(l, "median")) ITG_TRY(add_rank(l, g, "median", (n + 1) / 2, error));
    if (is_wanted(l, "quartiles")) ITG_TRY(add_rank(l, g, "upper_quartile", (3 * n + 3) / 4, error));
    if (is_wanted(l, "highest")) ITG_TRY(add_rank(l, g, "highest", n, error));
    ITG_TRY(itg_check_stop(&l->call->control, (double)g / (double)l->groups.n_groups, error));
  }
  return ITG_OK;
}

/* ---- the table of levels ---- */

static itg_status add_levels(ladder *l, itg_error *error) {
  static const char *const names[] = {"level",  "title",         "rank", "n", "percent", "percent_cumulative",
                                      "weight", "percent_weight"};
  itg_frame *frame;
  ITG_TRY(itg_result_add_table(l->call->result, "levels", &frame, error));
  for (int i = 0; i < l->groups.n_columns; i++)
    ITG_TRY(itg_frame_add_column(frame, l->groups.names[i], ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < (l->weights ? 8 : 6); i++)
    ITG_TRY(itg_frame_add_column(frame, names[i],
                                 i < 2   ? ITG_TYPE_STRING
                                 : i < 4 ? ITG_TYPE_INT64
                                         : ITG_TYPE_DOUBLE,
                                 NULL, error));
  ITG_TRY(itg_frame_resize(frame, (int64_t)l->groups.n_groups * l->n_levels, error));
  for (int32_t g = 0; g < l->groups.n_groups; g++) {
    const double *heavy = l->heavy + (int64_t)g * l->n_levels;
    double all = itg_sum_of(heavy, l->n_levels);
    int64_t below = 0;
    for (int32_t i = 0; i < l->n_levels; i++) {
      int64_t row = (int64_t)g * l->n_levels + i, own = l->counts[row];
      int c = 0;
      below += own;
      for (; c < l->groups.n_columns; c++)
        ITG_TRY(itg_frame_set_text(frame, row, c, l->groups.labels[g][c], error));
      ITG_TRY(itg_frame_set_text(frame, row, c++, l->levels[i].id, error));
      ITG_TRY(itg_frame_set_text(frame, row, c++, l->levels[i].title, error));
      itg_frame_set_int(frame, row, c++, i + 1);
      itg_frame_set_int(frame, row, c++, own);
      itg_frame_set_double(frame, row, c++, l->n[g] ? 100 * (double)own / (double)l->n[g] : NAN);
      itg_frame_set_double(frame, row, c++, l->n[g] ? 100 * (double)below / (double)l->n[g] : NAN);
      if (!l->weights) continue;
      itg_frame_set_double(frame, row, c++, heavy[i]);
      itg_frame_set_double(frame, row, c, all > 0 ? 100 * heavy[i] / all : NAN);
    }
  }
  return ITG_OK;
}

/* ---- comparison of groups by rank ---- */

typedef struct contrast {
  const char *test;
  int32_t first, second; /* groups; -1: all */
  int64_t n_first, n_second;
  double superiority, delta, statistic, df, p_value;
} contrast;

/* Sum over levels of t^3 - t, of the groups counted together. */
static double ties_of(const int64_t *counts, int32_t n_levels) {
  double ties = 0;
  for (int32_t i = 0; i < n_levels; i++) {
    double t = (double)counts[i];
    ties += t * t * t - t;
  }
  return ties;
}

/* Mann and Whitney's test with the normal approximation, ties and (option continuity) half a step allowed
 * for. */
static contrast compare_pair(const ladder *l, int32_t a, int32_t b) {
  const int64_t *x = l->counts + (int64_t)a * l->n_levels, *y = l->counts + (int64_t)b * l->n_levels;
  int64_t both[MAX_LEVELS], below = 0;
  double n = (double)l->n[a], m = (double)l->n[b], u = 0, total = n + m;
  for (int32_t i = 0; i < l->n_levels; i++) {
    u += (double)x[i] * ((double)below + 0.5 * (double)y[i]);
    below += y[i];
    both[i] = x[i] + y[i];
  }
  contrast c = {"mann-whitney", a, b, l->n[a], l->n[b], u / (n * m), 2 * u / (n * m) - 1, u, NAN, NAN};
  double variance = n * m / 12 * (total + 1 - ties_of(both, l->n_levels) / (total * (total - 1)));
  double away = u - n * m / 2;
  if (itg_call_flag(l->call, "continuity")) away -= away > 0 ? 0.5 : away < 0 ? -0.5 : 0;
  if (variance > 0) c.p_value = 2 * itg_normal_cdf(-fabs(away) / sqrt(variance));
  return c;
}

static contrast compare_all(const ladder *l) {
  contrast c = {"kruskal-wallis", -1, -1, 0, 0, NAN, NAN, NAN, 0, NAN};
  int64_t both[MAX_LEVELS] = {0};
  double total = 0, squares = 0, below = 0, middle[MAX_LEVELS];
  for (int32_t g = 0; g < l->groups.n_groups; g++) {
    for (int32_t i = 0; i < l->n_levels; i++) both[i] += l->counts[(int64_t)g * l->n_levels + i];
    total += (double)l->n[g];
    c.df += l->n[g] > 0;
  }
  for (int32_t i = 0; i < l->n_levels; i++) {
    middle[i] = below + ((double)both[i] + 1) / 2; /* mid-rank of all who stand on this level */
    below += (double)both[i];
  }
  for (int32_t g = 0; g < l->groups.n_groups; g++) {
    double sum = 0;
    for (int32_t i = 0; i < l->n_levels; i++)
      sum += middle[i] * (double)l->counts[(int64_t)g * l->n_levels + i];
    if (l->n[g]) squares += sum * sum / (double)l->n[g];
  }
  c.df -= 1;
  c.n_first = (int64_t)total;
  double spread = 1 - ties_of(both, l->n_levels) / (total * total * total - total);
  if (!(c.df > 0) || !(spread > 0)) return c;
  c.statistic = (12 * squares / (total * (total + 1)) - 3 * (total + 1)) / spread;
  c.p_value = itg_chisq_upper(c.statistic, c.df);
  return c;
}

static itg_status label_of(const ladder *l, int32_t group, const char **out, itg_error *error) {
  itg_text text = ITG_TEXT_EMPTY;
  for (int i = 0; group >= 0 && i < l->groups.n_columns; i++)
    itg_text_print(&text, "%s%s", i ? " / " : "", l->groups.labels[group][i]);
  *out = group >= 0 && text.data ? itg_arena_text(l->call->arena, text.data, text.size) : NULL;
  bool failed = text.failed || (group >= 0 && !*out);
  itg_text_clear(&text);
  return failed ? itg_fail_memory(error) : ITG_OK;
}

static itg_status add_contrast(const ladder *l, itg_frame *frame, const contrast *c, itg_error *error) {
  const char *first, *second;
  int64_t row = itg_frame_rows(frame);
  int at = 0;
  ITG_TRY(label_of(l, c->first, &first, error));
  ITG_TRY(label_of(l, c->second, &second, error));
  ITG_TRY(itg_frame_resize(frame, row + 1, error));
  int64_t fewer = c->second >= 0 && c->n_second < c->n_first ? c->n_second : c->n_first;
  ITG_TRY(itg_frame_set_persons(frame, row, fewer, error));
  ITG_TRY(itg_frame_set_text(frame, row, at++, c->test, error));
  ITG_TRY(itg_frame_set_text(frame, row, at++, first, error));
  ITG_TRY(itg_frame_set_text(frame, row, at++, second, error));
  itg_frame_set_int(frame, row, at++, c->n_first);
  if (c->second >= 0) itg_frame_set_int(frame, row, at, c->n_second);
  at++;
  const double numbers[] = {c->superiority, c->delta, c->statistic, c->df, c->p_value};
  for (size_t i = 0; i < ITG_COUNT(numbers); i++) itg_frame_set_double(frame, row, at++, numbers[i]);
  return ITG_OK;
}

static itg_status add_comparison(ladder *l, itg_error *error) {
  static const char *const names[] = {"test",        "group_1", "group_2",   "n_1", "n_2",
                                      "superiority", "delta",   "statistic", "df",  "p_value"};
  itg_frame *frame;
  if (l->groups.n_groups < 2) return ITG_OK;
  ITG_TRY(itg_result_add_table(l->call->result, "comparison", &frame, error));
  for (size_t i = 0; i < ITG_COUNT(names); i++)
    ITG_TRY(itg_frame_add_column(frame, names[i],
                                 i < 3   ? ITG_TYPE_STRING
                                 : i < 5 ? ITG_TYPE_INT64
                                         : ITG_TYPE_DOUBLE,
                                 NULL, error));
  contrast all = compare_all(l);
  ITG_TRY(add_contrast(l, frame, &all, error));
  for (int32_t a = 0; a < l->groups.n_groups; a++)
    for (int32_t b = a + 1; b < l->groups.n_groups; b++) {
      if (!l->n[a] || !l->n[b]) continue;
      contrast c = compare_pair(l, a, b);
      ITG_TRY(add_contrast(l, frame, &c, error));
      ITG_TRY(itg_check_stop(&l->call->control, (double)a / (double)l->groups.n_groups, error));
    }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status run(itg_call *call, itg_error *error) {
  ladder l = {.call = call, .conf_level = itg_call_number(call, "conf_level")};
  ITG_TRY(read_definition(&l, error));
  ITG_TRY(check_statistics(&l, error));
  ITG_TRY(read_rows(&l, error));
  ITG_TRY(itg_tidy_open(call->result, l.groups.names, l.groups.n_columns, &l.tidy, error));
  ITG_TRY(add_estimates(&l, error));
  ITG_TRY(add_levels(&l, error));
  ITG_TRY(add_comparison(&l, error));
  ITG_TRY(itg_result_note(call->result, error, "the levels are ranks, so no mean is given: %s", l.rank_only));
  return itg_groups_note(call, &l.groups, error);
}

static const itg_role roles[] = {
    {"data", "level", ITG_ROLE_TEXT, true, 0, 0,
     "level reached by the row: its id, its title, or its rank from 1"},
    {"data", "weight", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "spending or people behind the row, for shares beside the counts"},
    {0}};

static const itg_field options[] = {
    ITG_OPTION_INSTRUMENT("financial-integration"), ITG_OPTION_CONF_LEVEL, ITG_LADDER_OPTIONS, {0}};

static const itg_output outputs[] = {
    {"levels", "each level by group: count, percent, percent up to it, and the same by weight"},
    {"comparison",
     "with option by: Kruskal-Wallis over all groups, then Mann-Whitney for each pair; superiority is the "
     "chance that a row of group 1 stands higher than one of group 2, ties by half, delta is Cliff's"},
    {NULL, NULL}};

const itg_measure itg_ladder_measure = {
    .name = "ladder",
    .title = "Ladders: ordered levels, counted and compared by rank",
    .summary =
        "One row per scheme, pair or site with the level it has reached. Scales: share.<level> and "
        "at_least.<level> (percent, Wilson interval), lowest, lower_quartile, median, upper_quartile and "
        "highest (rank from 1, level in words). Quantiles are levels that occur (the lower of two middle "
        "ones); the interval of the median lies between order statistics. A mean is refused. Rows without a "
        "level are counted in n_missing.",
    .source =
        "Quantiles: Hyndman and Fan 1996, type 1. Median: Conover, Practical Nonparametric Statistics, "
        "binomial order statistics. Mann-Whitney and Kruskal-Wallis with ties, as R's wilcox.test (exact = "
        "FALSE) and kruskal.test.",
    .counts = "rows of the input",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
