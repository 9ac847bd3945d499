/* itg_consensus.c - layer 3: the measure `consensus`: has a panel agreed on an item, and on what?
 *
 * Ratings in -> sorted ratings of each item -> median, spread and the rule's verdict in words out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_consensus.h"
#include "itg_score.h"
#include "itg_side_table.h"
#include "itg_thread.h"

static const itg_role roles[] = {
    ITG_RATING_ROLES("item", "what the panel rates"),
    {"data", "items", ITG_ROLE_TEXTS, false, 0, 0,
     "with option instrument, a row per member of the panel: columns of its items in the order of the "
     "definition; default: the columns named as its items"},
    {0}};

static const itg_field options[] = {
    {"rule", ITG_FIELD_TEXT, false, "scirocco", "scirocco|rand_ucla|delphi|iqr", 0, 0, NULL,
     "scirocco: few ratings outside three points about the median; rand_ucla: the same by thirds of the "
     "scale, and disagreement; delphi: enough ratings from agree_from on; iqr: a small interquartile range"},
    {"instrument", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "definition of kind scale (id, path or map) whose items the panel rates, such as scirocco: it states "
     "items and range"},
    {"out_of_range", ITG_FIELD_TEXT, false, "error", "error|missing", 0, 0, NULL,
     "instrument: what an answer is that the definition does not know"},
    ITG_OPTION_ANSWER_LABELS("instrument: "),
    {"low", ITG_FIELD_NUMBER, false, NULL, NULL, -1e6, 1e6, NULL,
     "lowest rating of the scale; scirocco 0, rand_ucla 1, else none"},
    {"high", ITG_FIELD_NUMBER, false, NULL, NULL, -1e6, 1e6, NULL,
     "highest rating; scirocco 5, rand_ucla 9, else none"},
    {"most_outside", ITG_FIELD_INTEGER, false, NULL, NULL, 0, 1e6, NULL,
     "ratings that may lie outside; default (n - 2)/3 rounded down: 2 of 8 to 10, 3 of 11 to 13, 4 of 14 to "
     "16 raters"},
    {"disagreement", ITG_FIELD_TEXT, false, "panel", "panel|ipras", 0, 0, NULL,
     "rand_ucla: by ratings in both outer thirds, or by the interpercentile range adjusted for symmetry"},
    {"extreme", ITG_FIELD_INTEGER, false, NULL, NULL, 1, 1e6, NULL,
     "ratings in each outer third that are disagreement; default most_outside + 1"},
    {"ipr_symmetric", ITG_FIELD_NUMBER, false, "2.35", NULL, 0, 1e6, NULL,
     "range for disagreement where ratings are symmetric, of IPRAS"},
    {"asymmetry_factor", ITG_FIELD_NUMBER, false, "1.5", NULL, 0, 1e6, NULL,
     "correction for asymmetry, of IPRAS"},
    {"agree_from", ITG_FIELD_NUMBER, false, NULL, NULL, -1e6, 1e6, NULL, "delphi: lowest rating that agrees"},
    {"share", ITG_FIELD_NUMBER, false, "75", NULL, 50, 100, NULL,
     "delphi: percent of ratings that is consensus"},
    {"most_iqr", ITG_FIELD_NUMBER, false, "1", NULL, 0, 1e6, NULL,
     "iqr: greatest interquartile range of a consensus"},
    {"cut_points", ITG_FIELD_NUMBERS, false, NULL, NULL, -1e6, 1e6, NULL,
     "medians above which the next level begins; scirocco 2 and 4"},
    {"levels", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL,
     "words of the levels, one more than cut_points; scirocco initial, progressing, optimising"},
    ITG_OPTION_CATEGORIES,
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_need needs[] = {{"out_of_range", "instrument", "*"},
                                 {"labels", "instrument", "*"},
                                 {"agree_from", "rule", "delphi"},
                                 {"share", "rule", "delphi"},
                                 {"most_iqr", "rule", "iqr"},
                                 {"most_outside", "rule", "scirocco|rand_ucla"},
                                 {"disagreement", "rule", "rand_ucla"},
                                 {"extreme", "rule", "rand_ucla"},
                                 {"ipr_symmetric", "disagreement", "ipras"},
                                 {"asymmetry_factor", "disagreement", "ipras"},
                                 {0}};

static const itg_output outputs[] = {
    {"items",
     "one row per item: n, n_missing, median, q25, q75, iqr, band_low, band_high, inside, outside, "
     "most_outside, share_at_median (percent; mean of the two neighbours of a half), low_third, high_third, "
     "extreme, ipr, ipras, consensus (agreement, no agreement, disagreement), level"},
    {0}};

typedef enum rule { RULE_SCIROCCO, RULE_RAND, RULE_DELPHI, RULE_IQR } rule;

typedef struct panel {
  itg_call *call;
  itg_ratings ratings;
  rule rule;
  double low, high; /* NaN: no ends */
  double *lows, *highs; /* of each item, by an instrument; NULL: the same for all */
  double agree_from, share, most_iqr, ipr_symmetric, asymmetry_factor, conf_level;
  int64_t most_outside, extreme; /* -1: by the size of the panel */
  bool ipras, scirocco; /* scirocco: the levels of its own scale, 0 to 5 */
  double *cuts;
  int n_cuts;
  const char **levels;
  itg_tidy tidy;
  itg_frame *items;
  const char **labels; /* by columns, item */
} panel;

/* What is said of an item. */
typedef struct verdict {
  int64_t n, n_missing, inside, most_outside, low_third, high_third, extreme;
  double median, q25, q75, band_low, band_high, at_median, ipr, ipras;
  const char *consensus, *level; /* NULL: no rating */
  bool agreed;
} verdict;

/* ---- options ---- */

static double number_or(const itg_call *call, const char *key, double fallback) {
  return itg_call_given(call, key) ? itg_call_number(call, key) : fallback;
}

static int64_t count_or_none(const itg_call *call, const char *key) {
  return itg_call_given(call, key) ? itg_call_integer(call, key) : -1;
}

static itg_status read_levels(panel *p, itg_error *error) {
  static double cuts[] = {2, 4};
  static const char *words[] = {"initial", "progressing", "optimising"};
  const itg_node *list = itg_call_node(p->call, "levels"), *given = itg_call_node(p->call, "cut_points");
  if (!list && !given) {
    if (p->rule == RULE_SCIROCCO) p->scirocco = true;
    if (p->rule == RULE_SCIROCCO) p->cuts = cuts, p->n_cuts = 2, p->levels = words;
    return ITG_OK;
  }
  if (p->rule == RULE_RAND)
    return itg_fail(error, ITG_ERR_OPTION,
                    "rule rand_ucla has levels of its own: appropriate, uncertain, inappropriate; "
                    "leave out 'cut_points' and 'levels'");
  ITG_TRY(itg_call_list(p->call, "cut_points", &p->cuts, &p->n_cuts, error));
  int n = !list ? 0 : list->kind == ITG_NODE_LIST ? list->count : 1;
  if (n != p->n_cuts + 1)
    return itg_fail_node(error, ITG_ERR_OPTION, list ? list : given,
                         "'levels' must hold one word more than 'cut_points': %d words for %d cut points",
                         p->n_cuts + 1, p->n_cuts);
  for (int i = 1; i < p->n_cuts; i++)
    if (!(p->cuts[i] > p->cuts[i - 1]))
      return itg_fail_node(error, ITG_ERR_OPTION, given, "'cut_points' must rise");
  p->levels = itg_call_alloc(p->call, (size_t)n, sizeof *p->levels, error);
  if (!p->levels) return ITG_ERR_MEMORY;
  for (int i = 0; i < n; i++) p->levels[i] = list->kind == ITG_NODE_LIST ? list->items[i].text : list->text;
  return ITG_OK;
}

static itg_status check_thirds(const panel *p, const char *where, itg_error *error) {
  double third = (p->high - p->low + 1) / 3;
  if (third == floor(third)) return ITG_OK;
  return itg_fail(error, ITG_ERR_OPTION,
                  "rule rand_ucla needs a scale of three equal thirds, such as 1 to 9; see %.80s", where);
}

static itg_status read_options(panel *p, itg_error *error) {
  static const char *const rules[] = {"scirocco", "rand_ucla", "delphi", "iqr"};
  itg_call *call = p->call;
  while (strcmp(rules[p->rule], itg_call_text(call, "rule")) != 0) p->rule++;
  p->low = number_or(call, "low", p->rule == RULE_SCIROCCO ? 0 : p->rule == RULE_RAND ? 1 : NAN);
  p->high = number_or(call, "high", p->rule == RULE_SCIROCCO ? 5 : p->rule == RULE_RAND ? 9 : NAN);
  p->most_outside = count_or_none(call, "most_outside");
  p->extreme = count_or_none(call, "extreme");
  p->ipras = strcmp(itg_call_text(call, "disagreement"), "ipras") == 0;
  p->ipr_symmetric = itg_call_number(call, "ipr_symmetric");
  p->asymmetry_factor = itg_call_number(call, "asymmetry_factor");
  p->agree_from = itg_call_number(call, "agree_from");
  p->share = itg_call_number(call, "share");
  p->most_iqr = itg_call_number(call, "most_iqr");
  p->conf_level = itg_call_number(call, "conf_level");
  if (!(isnan(p->low) || isnan(p->high) || p->low < p->high))
    return itg_fail(error, ITG_ERR_OPTION, "'low' must be below 'high'");
  if (p->rule == RULE_RAND && !itg_call_given(call, "instrument"))
    ITG_TRY(check_thirds(p, "the options 'low' and 'high'", error));
  if (p->rule == RULE_DELPHI && isnan(p->agree_from))
    return itg_fail(error, ITG_ERR_OPTION,
                    "rule delphi needs the option 'agree_from': the lowest rating that agrees");
  return read_levels(p, error);
}

static itg_status check_ratings(const panel *p, itg_error *error) {
  const itg_ratings *r = &p->ratings;
  char low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  if (!r->ordered)
    return itg_fail(error, ITG_ERR_OPTION,
                    "the ratings are words; a median needs numbers, or the option 'categories' that "
                    "lists the words from lowest (1) to highest");
  for (int32_t k = 0; k < r->n_categories; k++) {
    if (!(r->scores[k] < p->low) && !(r->scores[k] > p->high)) continue;
    itg_number_print(p->low, low);
    itg_number_print(p->high, high);
    return itg_fail_at(
        error, ITG_ERR_RANGE, itg_call_table(p->call, "data"), -1, NULL,
        "the rating %.40s is outside the scale; allowed: %s to %s, see the options 'low' and 'high'",
        r->categories[k], low, high);
  }
  return ITG_OK;
}

/* ---- one item; x is sorted ---- */

static double quantile(const double *x, int64_t n, double p) {
  double at = p * (double)(n - 1);
  int64_t k = (int64_t)floor(at);
  return k + 1 < n ? x[k] + (at - (double)k) * (x[k + 1] - x[k]) : x[k];
}

static int64_t count_within(const double *x, int64_t n, double low, double high) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; i++) count += x[i] >= low && x[i] <= high;
  return count;
}

static void set_band(verdict *v, const double *x, double low, double high) {
  v->band_low = low;
  v->band_high = high;
  v->inside = count_within(x, v->n, low, high);
}

/* Three points about the median; a median between two points has two such bands: the fuller, then the lower.
 */
static void band_about_median(verdict *v, const double *x) {
  double m = v->median;
  if (2 * m != floor(2 * m) || m == floor(m)) {
    set_band(v, x, m - 1, m + 1);
    return;
  }
  int64_t below = count_within(x, v->n, m - 1.5, m + 0.5), above = count_within(x, v->n, m - 0.5, m + 1.5);
  if (above > below)
    set_band(v, x, m - 0.5, m + 1.5);
  else
    set_band(v, x, m - 1.5, m + 0.5);
}

static const char *level_of(const panel *p, double median) {
  int k = 0;
  if (!p->levels || (p->scirocco && p->lows && (p->low != 0 || p->high != 5))) return NULL;
  while (k < p->n_cuts && median > p->cuts[k]) k++;
  return p->levels[k];
}

/* Thirds of the scale; a median between two thirds belongs to the higher. */
static void judge_rand(const panel *p, verdict *v, const double *x) {
  double third = (p->high - p->low + 1) / 3, centre = (p->low + p->high) / 2;
  double middle_low = p->low + third, upper_low = p->low + 2 * third;
  int zone = v->median >= upper_low - 0.5 ? 2 : v->median >= middle_low - 0.5 ? 1 : 0;
  static const char *const words[] = {"inappropriate", "uncertain", "appropriate"};
  set_band(v, x, p->low + zone * third, p->low + (zone + 1) * third - 1);
  v->low_third = count_within(x, v->n, p->low, middle_low - 1);
  v->high_third = count_within(x, v->n, upper_low, p->high);
  v->extreme = p->extreme >= 0 ? p->extreme : v->most_outside + 1;
  double p30 = quantile(x, v->n, 0.3), p70 = quantile(x, v->n, 0.7);
  v->ipr = p70 - p30;
  v->ipras = p->ipr_symmetric + p->asymmetry_factor * fabs(centre - (p30 + p70) / 2);
  bool disagree = p->ipras ? v->ipr > v->ipras : v->low_third >= v->extreme && v->high_third >= v->extreme;
  v->agreed = !disagree && v->n - v->inside <= v->most_outside;
  v->consensus = disagree ? "disagreement" : v->agreed ? "agreement" : "no agreement";
  v->level = disagree ? "uncertain" : words[zone];
}

static verdict judge(const panel *p, const double *x, int64_t n, int64_t n_missing) {
  verdict v = {n, n_missing, 0, -1, -1, -1, -1, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NULL, NULL, false};
  if (!n) return v;
  v.median = quantile(x, n, 0.5);
  v.q25 = quantile(x, n, 0.25);
  v.q75 = quantile(x, n, 0.75);
  double below = floor(v.median), above = ceil(v.median);
  v.at_median =
      50 * (double)(count_within(x, n, below, below) + count_within(x, n, above, above)) / (double)n;
  if (p->rule == RULE_SCIROCCO || p->rule == RULE_RAND)
    v.most_outside = p->most_outside >= 0 ? p->most_outside : n < 2 ? 0 : (n - 2) / 3;
  if (p->rule == RULE_RAND) {
    judge_rand(p, &v, x);
    return v;
  }
  if (p->rule == RULE_DELPHI) {
    set_band(&v, x, p->agree_from, INFINITY);
    v.band_high = isnan(p->high) ? NAN : p->high;
    v.agreed = 100 * (double)v.inside >= p->share * (double)n;
  } else {
    band_about_median(&v, x);
    v.agreed = p->rule == RULE_IQR ? v.q75 - v.q25 <= p->most_iqr : n - v.inside <= v.most_outside;
  }
  v.consensus = v.agreed ? "agreement" : "no agreement";
  const char *level = level_of(p, v.median);
  v.level = v.agreed || !level ? level : "uncertain";
  return v;
}

/* ---- rows ---- */

static itg_status add_row(panel *p, const char *scale, const char *unit, const verdict *v, double value,
                          double low, double high, const char *level, itg_error *error) {
  itg_estimate row = itg_estimate_of("consensus", scale, p->labels, unit);
  row.n = v->n;
  row.n_missing = v->n_missing;
  row.estimate = value;
  row.conf_low = low;
  row.conf_high = high;
  row.level = level;
  if (isnan(value)) row.reason = ITG_REASON_MISSING;
  return itg_tidy_add(&p->tidy, &row, error);
}

static void set_count(itg_frame *frame, int64_t row, int column, int64_t value) {
  if (value < 0)
    itg_frame_set_missing(frame, row, column, ITG_REASON_NOT_APPLICABLE);
  else
    itg_frame_set_int(frame, row, column, value);
}

static itg_status write_item(panel *p, const char *item, const verdict *v, itg_error *error) {
  int n_by = p->ratings.groups.n_columns, column = n_by;
  int64_t row = itg_frame_rows(p->items);
  double low = NAN, high = NAN;
  p->labels[n_by] = item;
  itg_wilson((double)v->inside, (double)v->n, p->conf_level, &low, &high);
  ITG_TRY(add_row(p, "median", "points", v, v->median, NAN, NAN, v->level ? v->level : v->consensus, error));
  ITG_TRY(add_row(p, "iqr", "points", v, v->q75 - v->q25, NAN, NAN, NULL, error));
  ITG_TRY(add_row(p, "agreement", "percent", v, v->n ? 100 * (double)v->inside / (double)v->n : NAN,
                  100 * low, 100 * high, v->consensus, error));

  itg_frame *frame = p->items;
  const double numbers[] = {v->median, v->q25, v->q75, v->q75 - v->q25, v->band_low, v->band_high};
  const double spread[] = {v->ipr, v->ipras};
  ITG_TRY(itg_frame_resize(frame, row + 1, error));
  ITG_TRY(itg_side_table_label(frame, row, p->labels, n_by + 1, error));
  column++;
  itg_frame_set_int(frame, row, column++, v->n);
  itg_frame_set_int(frame, row, column++, v->n_missing);
  for (size_t i = 0; i < ITG_COUNT(numbers); i++) itg_frame_set_double(frame, row, column++, numbers[i]);
  itg_frame_set_int(frame, row, column++, v->inside);
  itg_frame_set_int(frame, row, column++, v->n - v->inside);
  set_count(frame, row, column++, v->most_outside);
  itg_frame_set_double(frame, row, column++, v->at_median);
  set_count(frame, row, column++, v->low_third);
  set_count(frame, row, column++, v->high_third);
  set_count(frame, row, column++, v->extreme);
  for (size_t i = 0; i < ITG_COUNT(spread); i++) itg_frame_set_double(frame, row, column++, spread[i]);
  if (v->consensus) ITG_TRY(itg_frame_set_text(frame, row, column, v->consensus, error));
  if (v->level) ITG_TRY(itg_frame_set_text(frame, row, column + 1, v->level, error));
  return ITG_OK;
}

static int compare_numbers(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static itg_status run_group(panel *p, int32_t group, itg_error *error) {
  const itg_rating_set *set = &p->ratings.sets[group];
  int n_by = p->ratings.groups.n_columns;
  char room[ITG_NUMBER_SIZE];
  verdict all = {0};
  double *x = itg_call_alloc(p->call, (size_t)set->n_raters, sizeof *x, error);
  if (!x) return ITG_ERR_MEMORY;
  for (int i = 0; i < n_by; i++) p->labels[i] = p->ratings.groups.labels[group][i];
  for (int32_t u = 0; u < set->n_units; u++) {
    const int32_t *codes = set->codes + (int64_t)u * set->n_raters;
    int64_t n = 0;
    if (p->lows) {
      p->low = p->lows[u];
      p->high = p->highs[u];
      if (p->rule == RULE_RAND) ITG_TRY(check_thirds(p, set->units[u], error));
    }
    for (int32_t j = 0; j < set->n_raters; j++)
      if (codes[j] >= 0) x[n++] = p->ratings.scores[codes[j]];
    qsort(x, (size_t)n, sizeof *x, compare_numbers);
    verdict v = judge(p, x, n, set->n_raters - n);
    ITG_TRY(write_item(p, itg_rating_set_unit(set, u, room), &v, error));
    all.n += n > 0;
    all.n_missing += !n;
    all.inside += v.agreed;
    if (u % 1024 == 0) ITG_TRY(itg_check_stop(&p->call->control, (double)u / set->n_units, error));
  }
  p->labels[n_by] = "all";
  double low, high;
  itg_wilson((double)all.inside, (double)all.n, p->conf_level, &low, &high);
  return add_row(p, "items_agreed", "percent", &all, all.n ? 100 * (double)all.inside / (double)all.n : NAN,
                 100 * low, 100 * high, NULL, error);
}

static itg_status open_tables(panel *p, itg_error *error) {
  static const itg_side_column items[] = {{"item", ITG_TYPE_STRING},
                                          {"n", ITG_TYPE_INT64},
                                          {"n_missing", ITG_TYPE_INT64},
                                          {"median", ITG_TYPE_DOUBLE},
                                          {"q25", ITG_TYPE_DOUBLE},
                                          {"q75", ITG_TYPE_DOUBLE},
                                          {"iqr", ITG_TYPE_DOUBLE},
                                          {"band_low", ITG_TYPE_DOUBLE},
                                          {"band_high", ITG_TYPE_DOUBLE},
                                          {"inside", ITG_TYPE_INT64},
                                          {"outside", ITG_TYPE_INT64},
                                          {"most_outside", ITG_TYPE_INT64},
                                          {"share_at_median", ITG_TYPE_DOUBLE},
                                          {"low_third", ITG_TYPE_INT64},
                                          {"high_third", ITG_TYPE_INT64},
                                          {"extreme", ITG_TYPE_INT64},
                                          {"ipr", ITG_TYPE_DOUBLE},
                                          {"ipras", ITG_TYPE_DOUBLE},
                                          {"consensus", ITG_TYPE_STRING},
                                          {"level", ITG_TYPE_STRING}};
  const itg_groups *groups = &p->ratings.groups;
  const char **names = itg_call_alloc(p->call, (size_t)groups->n_columns + 1, sizeof *names, error);
  p->labels = itg_call_alloc(p->call, (size_t)groups->n_columns + 1, sizeof *p->labels, error);
  if (!names || !p->labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < groups->n_columns; i++) names[i] = groups->names[i];
  names[groups->n_columns] = "item";
  ITG_TRY(itg_tidy_open(p->call->result, names, groups->n_columns + 1, &p->tidy, error));
  return itg_side_table_open(p->call, groups, "items", items, ITG_COUNT(items), &p->items, error);
}

static itg_status run(itg_call *call, itg_error *error) {
  panel p = {.call = call};
  ITG_TRY(read_options(&p, error));
  if (itg_call_given(call, "instrument")) {
    ITG_TRY(itg_consensus_items_read(call, &p.ratings, &p.lows, &p.highs, error));
  } else {
    if (itg_call_has(call, "items"))
      return itg_call_fail(call, error, ITG_ERR_COLUMN, "items", -1,
                           "the role items goes with the option 'instrument'; columns of raters are "
                           "`ratings`");
    ITG_TRY(itg_ratings_read(call, "item", &p.ratings, error));
    ITG_TRY(check_ratings(&p, error));
  }
  ITG_TRY(open_tables(&p, error));
  int32_t least = INT32_MAX, most = 0;
  for (int32_t g = 0; g < p.ratings.groups.n_groups; g++) {
    ITG_TRY(run_group(&p, g, error));
    least = p.ratings.sets[g].n_raters < least ? p.ratings.sets[g].n_raters : least;
    most = p.ratings.sets[g].n_raters > most ? p.ratings.sets[g].n_raters : most;
  }
  bool by_size = (p.rule == RULE_SCIROCCO || p.rule == RULE_RAND) && p.most_outside < 0;
  if (!by_size || (least >= 8 && most <= 16)) return ITG_OK;
  return itg_result_note(
      call->result, error,
      "The limits of RAND/UCLA are for panels of 8 to 16; here %d to %d rate, and the limit goes on as (n "
      "- 2)/3 rounded down; option 'most_outside' sets another",
      (int)least, (int)most);
}

const itg_measure itg_consensus_measure = {
    .name = "consensus",
    .title = "Consensus of a panel, item by item",
    .summary =
        "Items rated by a panel, wide (a row per item, a column per rater) or long, or with an instrument a "
        "row per rater and a column per item; rounds by `by`. Per item: median with the level in words, "
        "interquartile range, percent of ratings that agree (Wilson interval) with agreement, no agreement "
        "or disagreement in words; and the percent of items agreed. scirocco (0 to 5): agreement when few "
        "ratings lie outside three points about the median; level initial, progressing, optimising, or "
        "uncertain without agreement. rand_ucla (1 to 9): median in the lower, middle or upper third is "
        "inappropriate, uncertain or appropriate; disagreement (many ratings in both outer thirds, or IPR "
        "above IPRAS) makes it uncertain. delphi: percent at agree_from or above. iqr: interquartile range "
        "at most most_iqr, percent within three points about the median. Quantiles are R's type 7. Missing "
        "ratings are left out and counted.",
    .source =
        "scirocco: the consensus rule of a Delphi study in Singapore, IJIC, doi 10.5334/ijic.7747 (12 "
        "raters, fewer than 4 outside; a median of 2.5 is progressing). rand_ucla: Fitch and others, The "
        "RAND/UCLA Appropriateness Method User's Manual, RAND MR-1269, 2001; limits by size of panel as BMC "
        "Med Inform Decis Mak 2012;12:93, table 7 prints them; of IPRAS, table 1 of BMJ Open 2012;2:e001431 "
        "prints 1.5 and the result 6.1, which 2.35 makes (its rounded 2.5 would make 6.25). Choices of ours, "
        "each with an option: limits beyond panels of 8 to 16 (most_outside); of the two bands of a half "
        "median the fuller; a median between thirds belongs to the higher; scirocco's last level begins "
        "above 4 (cut_points), and these levels are for items of 0 to 5 only where an instrument states the "
        "range; 75 percent (share) and an interquartile range of 1 (most_iqr), for which no source is held.",
    .counts = "members of the panel who answered",
    .persons = true,
    .roles = roles,
    .options = options,
    .needs = needs,
    .outputs = outputs,
    .groups = true,
    .run = run};
