/* itg_scorecard.c - layer 3: measure scorecard: indicators under perspectives, each as its distance to a
 * target. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_scorecard.h"

static const itg_role roles[] = {
    {"data", "indicator", ITG_ROLE_TEXT, true, 0, 0, "name of an indicator of the other table"},
    {"data", "value", ITG_ROLE_NUMBER, false, 0, 0, "what was measured, in the unit of the indicator"},
    {"data", "site", ITG_ROLE_TEXT, false, 0, 0, "place, service or organisation"},
    {"data", "period", ITG_ROLE_TEXT, false, 0, 0,
     "time of measurement: 1, 2; 3 months, 12 months; Q4 2019, Q1 2020; or words, in order in option periods"},
    {"data", "se", ITG_ROLE_NUMBER, false, 0, INFINITY, "standard error of the value"},
    {"data", "events", ITG_ROLE_NUMBER, false, 0, INFINITY, "count of events, in place of a value; needs n"},
    {"data", "n", ITG_ROLE_NUMBER, false, 0, INFINITY, "denominator of a percent or proportion"},
    {"indicators", "indicator", ITG_ROLE_TEXT, true, 0, 0, "name of the indicator"},
    {"indicators", "perspective", ITG_ROLE_TEXT, true, 0, 0, "perspective it belongs to"},
    {"indicators", "direction", ITG_ROLE_TEXT, true, 0, 0,
     "what is better: higher, lower, or within a range"},
    {"indicators", "target", ITG_ROLE_NUMBER, false, 0, 0, "target of higher or lower"},
    {"indicators", "target_low", ITG_ROLE_NUMBER, false, 0, 0, "lower end of the target range"},
    {"indicators", "target_high", ITG_ROLE_NUMBER, false, 0, 0, "upper end of the target range"},
    {"indicators", "floor", ITG_ROLE_NUMBER, false, 0, 0,
     "value of score 0 (worse than the target); default: the baseline"},
    {"indicators", "baseline", ITG_ROLE_NUMBER, false, 0, 0, "value at the start"},
    {"indicators", "weight", ITG_ROLE_NUMBER, false, 0, INFINITY, "weight within the perspective; blank: 1"},
    {"indicators", "unit", ITG_ROLE_TEXT, false, 0, 0,
     "unit of the values; percent and proportion take counts"},
    {0}};

static const itg_field options[] = {
    {"instrument", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "definition of kind scorecard that names the perspectives: scorecard-classic, scorecard-ontario, path "
     "or map; default: the perspectives of the indicators"},
    {"periods", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL,
     "periods from the first to the last; default: by the numbers in their names, none where these do not tell"},
    {"clip", ITG_FIELD_FLAG, false, "true", NULL, 0, 0, NULL, "keep scores within 0 and 100"},
    {"perspective_weights", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL,
     "weight of each perspective in the total; default: those of the instrument, else equal"},
    {"interval", ITG_FIELD_TEXT, false, "wilson", "wilson|exact", 0, 0, NULL,
     "interval of percents and proportions"},
    {"bands", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL,
     "words for scores of perspectives and the total: a map from word to lowest score"},
    {"draws", ITG_FIELD_INTEGER, false, "1000", NULL, 0, 100000, NULL,
     "Monte-Carlo draws for the uncertainty of scores and ranks; 0: none"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "confidence level"},
    {0}};

static const itg_output outputs[] = {
    {"indicators",
     "one row per site, period and indicator: value with interval, n, baseline, floor, targets, score, gap "
     "(how far the value falls short of the target, in its unit; negative: exceeded), change (against the "
     "period before, else the baseline), status by confidence interval, trend"},
    {"perspectives",
     "one row per perspective: indicators (count), weight, weight_share and indicator_share (percent of "
     "all)"},
    {0}};

/* ---- scores ---- */

double itg_indicator_gap(const itg_indicator *i, double value) {
  if (i->direction == ITG_DIRECTION_HIGHER) return i->target_low - value;
  if (i->direction == ITG_DIRECTION_LOWER) return value - i->target_low;
  if (isnan(value) || isnan(i->target_low)) return NAN;
  return value < i->target_low ? i->target_low - value : value > i->target_high ? value - i->target_high : 0;
}

/* One rule for all directions: 100 less the gap as a share of the way from floor to target. */
double itg_indicator_score(const itg_indicator *i, double value, bool clip) {
  double way = i->zero < i->target_low ? i->target_low - i->zero : i->zero - i->target_high;
  double score = 100 * (1 - itg_indicator_gap(i, value) / way);
  if (!clip) return score;
  return score < 0 ? 0 : score > 100 ? 100 : score;
}

double itg_perspective_score(const itg_scorecard *card, const itg_perspective *p, const double *scores,
                             double *coverage) {
  double sum = 0, weight = 0, all = 0;
  for (int32_t k = p->first; k < p->end; k++) {
    const itg_indicator *i = &card->indicators[card->order[k]];
    double score = scores[card->order[k]];
    all += i->weight;
    if (isnan(score)) continue;
    weight += i->weight;
    sum += i->weight * score;
  }
  if (coverage) *coverage = all > 0 ? 100 * weight / all : NAN;
  return weight > 0 ? sum / weight : NAN;
}

double itg_total_score(const itg_scorecard *card, const double *of_perspectives) {
  double sum = 0, weight = 0;
  for (int32_t p = 0; p < card->n_perspectives; p++) {
    if (isnan(of_perspectives[p])) continue;
    weight += card->perspectives[p].weight;
    sum += card->perspectives[p].weight * of_perspectives[p];
  }
  return weight > 0 ? sum / weight : NAN;
}

/* ---- status in words ---- */

/* By the interval of the value (St. Michael's Hospital): where does it lie against the target? */
static const char *status_of(const itg_indicator *i, const itg_observation *o) {
  if (isnan(o->value)) return "no data";
  if (isnan(i->target_low)) return NULL;
  if (!(o->low < o->high)) return itg_indicator_gap(i, o->value) <= 0 ? "met" : "not met";
  bool above = o->low > i->target_high, below = o->high < i->target_low;
  switch (i->direction) {
    case ITG_DIRECTION_HIGHER:
      return above ? "met" : below ? "not met" : "uncertain";
    case ITG_DIRECTION_LOWER:
      return below ? "met" : above ? "not met" : "uncertain";
    default:
      if (above || below) return "not met";
      return o->low >= i->target_low && o->high <= i->target_high ? "met" : "uncertain";
  }
}

/* By the value before (Runnymede): at the target, nearer to it, or neither. */
static const char *trend_of(const itg_indicator *i, double value, double before) {
  double gap = itg_indicator_gap(i, value), gap_before = itg_indicator_gap(i, before);
  if (isnan(value)) return "no data";
  if (isnan(gap)) return NULL;
  if (gap <= 0) return "on track";
  if (isnan(gap_before)) return NULL;
  return gap < gap_before ? "improving" : "off track";
}

/* The last value of the site before this period, else the baseline, unless this is the baseline itself. */
static double value_before(const itg_scorecard *card, int32_t cell, int32_t i) {
  for (int64_t c = card->cells[cell].previous; c >= 0; c = card->cells[c].previous) {
    double value = card->observations[c * card->n_indicators + i].value;
    if (!isnan(value)) return value;
  }
  double baseline = card->indicators[i].baseline;
  return baseline == card->observations[(int64_t)cell * card->n_indicators + i].value ? NAN : baseline;
}

/* ---- tables ---- */

enum {
  DIRECTION,
  UNIT,
  N,
  VALUE,
  STD_ERROR,
  LOW,
  HIGH,
  BASELINE,
  FLOOR,
  TARGET,
  TARGET_LOW,
  TARGET_HIGH,
  SCORE,
  GAP,
  CHANGE,
  STATUS,
  TREND,
  REASON
};

static const struct {
  const char *name;
  itg_type type;
} columns[] = {
    {"direction", ITG_TYPE_STRING}, {"unit", ITG_TYPE_STRING},       {"n", ITG_TYPE_DOUBLE},
    {"value", ITG_TYPE_DOUBLE},     {"std_error", ITG_TYPE_DOUBLE},  {"conf_low", ITG_TYPE_DOUBLE},
    {"conf_high", ITG_TYPE_DOUBLE}, {"baseline", ITG_TYPE_DOUBLE},   {"floor", ITG_TYPE_DOUBLE},
    {"target", ITG_TYPE_DOUBLE},    {"target_low", ITG_TYPE_DOUBLE}, {"target_high", ITG_TYPE_DOUBLE},
    {"score", ITG_TYPE_DOUBLE},     {"gap", ITG_TYPE_DOUBLE},        {"change", ITG_TYPE_DOUBLE},
    {"status", ITG_TYPE_STRING},    {"trend", ITG_TYPE_STRING},      {"reason", ITG_TYPE_STRING}};

typedef struct writer {
  itg_call *call;
  const itg_scorecard *card;
  itg_tidy tidy;
  itg_frame *indicators;
  const char *labels[4]; /* site, period, perspective, indicator; as far as there are such columns */
  const char **bands;    /* words by lowest score, ascending */
  double *band_from;
  int n_bands;
} writer;

static itg_status read_bands(writer *w, itg_error *error) {
  const itg_node *map = itg_call_node(w->call, "bands");
  if (!map) return ITG_OK;
  w->bands = itg_call_alloc(w->call, (size_t)map->count, sizeof *w->bands, error);
  w->band_from = itg_call_alloc(w->call, (size_t)map->count, sizeof *w->band_from, error);
  if (!w->bands || !w->band_from) return ITG_ERR_MEMORY;
  for (int32_t k = 0; k < map->count; k++) {
    double from = NAN;
    int at = w->n_bands++;
    itg_node_number(&map->items[k], &from);
    for (; at > 0 && w->band_from[at - 1] >= from; at--) {
      if (w->band_from[at - 1] == from)
        return itg_fail_node(error, ITG_ERR_OPTION, &map->items[k],
                             "option 'bands': '%.60s' and '%.60s' begin at the same score", w->bands[at - 1],
                             map->keys[k]);
      w->bands[at] = w->bands[at - 1];
      w->band_from[at] = w->band_from[at - 1];
    }
    w->bands[at] = map->keys[k];
    w->band_from[at] = from;
  }
  return ITG_OK;
}

static const char *band_of(const writer *w, double score) {
  const char *word = NULL;
  for (int k = 0; k < w->n_bands && score + 1e-9 >= w->band_from[k]; k++) word = w->bands[k];
  return word;
}

static itg_status add_estimate(writer *w, const char *perspective, const char *indicator, itg_estimate *row,
                               itg_error *error) {
  w->labels[w->card->n_names] = perspective;
  w->labels[w->card->n_names + 1] = indicator;
  row->measure = "scorecard";
  row->group = w->labels;
  return itg_tidy_add(&w->tidy, row, error);
}

/* Score and interval of one indicator; the interval of the value, seen through the score. */
static itg_status write_indicator_score(writer *w, const itg_indicator *i, const itg_observation *o,
                                        double score, itg_error *error) {
  itg_estimate row = itg_estimate_of(NULL, "score", NULL, "points");
  double way = i->zero < i->target_low ? i->target_low - i->zero : i->zero - i->target_high;
  double at_low = itg_indicator_score(i, o->low, w->card->clip),
         at_high = itg_indicator_score(i, o->high, w->card->clip);
  row.n = !isnan(score);
  row.n_missing = isnan(score);
  row.estimate = score;
  row.level = status_of(i, o);
  if (isnan(o->value))
    row.reason = o->reason ? (itg_reason)o->reason : ITG_REASON_MISSING;
  else if (isnan(i->target_low))
    row.reason = ITG_REASON_NO_TARGET;
  if (!isnan(score) && !isnan(o->std_error)) {
    bool spans = i->direction == ITG_DIRECTION_RANGE && o->low <= i->target_high && o->high >= i->target_low;
    row.std_error = 100 * o->std_error / way;
    row.conf_low = at_low < at_high ? at_low : at_high;
    row.conf_high = spans ? 100 : at_low < at_high ? at_high : at_low;
  }
  ITG_TRY(add_estimate(w, w->card->perspectives[i->perspective].id, i->id, &row, error));
  return isnan(o->n) ? ITG_OK : itg_frame_set_persons(w->tidy.frame, w->tidy.rows - 1, (int64_t)o->n, error);
}

static itg_status write_indicator(writer *w, int32_t cell, int32_t index, double score, itg_error *error) {
  static const char *const directions[] = {"higher", "lower", "range"};
  const itg_scorecard *card = w->card;
  const itg_indicator *i = &card->indicators[index];
  const itg_observation *o = &card->observations[(int64_t)cell * card->n_indicators + index];
  itg_frame *frame = w->indicators;
  int64_t row = itg_frame_rows(frame);
  int at = card->n_names;
  bool range = i->direction == ITG_DIRECTION_RANGE;
  double before = value_before(card, cell, index);
  const char *status = status_of(i, o), *trend = trend_of(i, o->value, before);
  itg_reason reason = isnan(o->value)        ? (itg_reason)o->reason
                      : isnan(i->target_low) ? ITG_REASON_NO_TARGET
                      : isnan(i->zero)       ? ITG_REASON_UNDEFINED
                                             : ITG_REASON_PRESENT;
  ITG_TRY(itg_frame_resize(frame, row + 1, error));
  if (!isnan(o->n)) ITG_TRY(itg_frame_set_persons(frame, row, (int64_t)o->n, error));
  for (int k = 0; k < card->n_names; k++)
    ITG_TRY(itg_frame_set_text(frame, row, k, card->cells[cell].labels[k], error));
  ITG_TRY(itg_frame_set_text(frame, row, at++, card->perspectives[i->perspective].id, error));
  ITG_TRY(itg_frame_set_text(frame, row, at++, i->id, error));
  ITG_TRY(itg_frame_set_text(frame, row, at + DIRECTION, directions[i->direction], error));
  if (i->unit) ITG_TRY(itg_frame_set_text(frame, row, at + UNIT, i->unit, error));
  const struct {
    int column;
    double value;
  } numbers[] = {{N, o->n},
                 {VALUE, o->value},
                 {STD_ERROR, o->std_error},
                 {LOW, o->low},
                 {HIGH, o->high},
                 {BASELINE, i->baseline},
                 {FLOOR, i->zero},
                 {TARGET, range ? NAN : i->target_low},
                 {TARGET_LOW, range ? i->target_low : NAN},
                 {TARGET_HIGH, range ? i->target_high : NAN},
                 {SCORE, score},
                 {GAP, itg_indicator_gap(i, o->value)},
                 {CHANGE, o->value - before}};
  for (size_t k = 0; k < ITG_COUNT(numbers); k++)
    itg_frame_set_double(frame, row, at + numbers[k].column, numbers[k].value);
  if (status) ITG_TRY(itg_frame_set_text(frame, row, at + STATUS, status, error));
  if (trend) ITG_TRY(itg_frame_set_text(frame, row, at + TREND, trend, error));
  if (reason) ITG_TRY(itg_frame_set_text(frame, row, at + REASON, itg_reason_text(reason), error));
  return write_indicator_score(w, i, o, score, error);
}

static itg_status write_share(writer *w, const char *scale, const char *perspective, double share, int64_t n,
                              int64_t n_missing, itg_error *error) {
  itg_estimate row = itg_estimate_of(NULL, scale, NULL, "percent");
  row.n = n;
  row.n_missing = n_missing;
  row.estimate = share;
  return add_estimate(w, perspective, "all", &row, error);
}

static itg_status write_rank(writer *w, const char *perspective, const struct itg_score_spread *s,
                             itg_error *error) {
  itg_estimate row = itg_estimate_of(NULL, "rank", NULL, "rank");
  if (s->n_ranked < 2) return ITG_OK;
  row.n = s->n_ranked;
  row.estimate = s->rank;
  row.std_error = s->rank_error;
  row.conf_low = s->rank_low;
  row.conf_high = s->rank_high;
  return add_estimate(w, perspective, "all", &row, error);
}

/* Score, coverage, met and rank of a perspective (or of all). */
static itg_status write_level(writer *w, int32_t cell, int32_t p, const struct itg_score_spread *s,
                              const double *scores, double coverage, itg_error *error) {
  const itg_scorecard *card = w->card;
  bool all = p == card->n_perspectives;
  const char *perspective = all ? "all" : card->perspectives[p].id;
  int32_t first = all ? 0 : card->perspectives[p].first,
          end = all ? card->n_indicators : card->perspectives[p].end;
  int64_t n = 0, with_status = 0, met = 0;
  for (int32_t k = first; k < end; k++) {
    const itg_indicator *i = &card->indicators[card->order[k]];
    const itg_observation *o = &card->observations[(int64_t)cell * card->n_indicators + card->order[k]];
    const char *status = status_of(i, o);
    n += !isnan(scores[card->order[k]]);
    with_status += status && strcmp(status, "no data") != 0;
    met += itg_text_equal(status, "met");
  }
  itg_estimate row = itg_estimate_of(NULL, "score", NULL, "points");
  row.n = n;
  row.n_missing = end - first - n;
  row.estimate = s->score;
  row.std_error = s->std_error;
  row.conf_low = s->low;
  row.conf_high = s->high;
  row.level = isnan(s->score) ? NULL : band_of(w, s->score);
  if (isnan(s->score)) row.reason = row.n_missing ? ITG_REASON_MISSING : ITG_REASON_UNDEFINED;
  ITG_TRY(add_estimate(w, perspective, "all", &row, error));
  ITG_TRY(write_share(w, "coverage", perspective, coverage, n, end - first - n, error));
  ITG_TRY(write_share(w, "met", perspective, with_status ? 100.0 * (double)met / (double)with_status : NAN,
                      with_status, end - first - with_status, error));
  return write_rank(w, perspective, s, error);
}

static itg_status write_cell(writer *w, int32_t cell, const double *scores,
                             const struct itg_score_spread *levels, const double *coverage,
                             itg_error *error) {
  const itg_scorecard *card = w->card;
  double total_coverage = 0, weight = 0, used = 0;
  for (int k = 0; k < card->n_names; k++) w->labels[k] = card->cells[cell].labels[k];
  for (int32_t p = 0; p < card->n_perspectives; p++) {
    double own = card->perspectives[p].weight;
    weight += own;
    if (!isnan(coverage[p])) total_coverage += own * coverage[p];
    if (!isnan(levels[p].score)) used += own;
  }
  for (int32_t p = 0; p < card->n_perspectives; p++) {
    const itg_perspective *perspective = &card->perspectives[p];
    for (int32_t k = perspective->first; k < perspective->end; k++)
      ITG_TRY(write_indicator(w, cell, card->order[k], scores[card->order[k]], error));
    ITG_TRY(write_level(w, cell, p, &levels[p], scores, coverage[p], error));
    double share = used > 0 && !isnan(levels[p].score) ? 100 * perspective->weight / used : 0;
    ITG_TRY(write_share(w, "weight_share", perspective->id, share, perspective->end - perspective->first, 0,
                        error));
  }
  return write_level(w, cell, card->n_perspectives, &levels[card->n_perspectives], scores,
                     total_coverage / weight, error);
}

/* ---- running ---- */

static itg_status open_tables(writer *w, itg_error *error) {
  const itg_scorecard *card = w->card;
  const char *names[4];
  int n = 0;
  for (; n < card->n_names; n++) names[n] = card->names[n];
  names[n++] = "perspective";
  names[n++] = "indicator";
  ITG_TRY(itg_tidy_open(w->call->result, names, n, &w->tidy, error));
  ITG_TRY(itg_result_add_table(w->call->result, "indicators", &w->indicators, error));
  for (int i = 0; i < n; i++)
    ITG_TRY(itg_frame_add_column(w->indicators, names[i], ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(columns); i++)
    ITG_TRY(itg_frame_add_column(w->indicators, columns[i].name, columns[i].type, NULL, error));
  return ITG_OK;
}

/* Is the card balanced?  What each perspective holds of the weight and of the indicators. */
static itg_status write_balance(writer *w, itg_error *error) {
  const itg_scorecard *card = w->card;
  itg_frame *frame;
  double weight = 0;
  for (int32_t p = 0; p < card->n_perspectives; p++) weight += card->perspectives[p].weight;
  ITG_TRY(itg_result_add_table(w->call->result, "perspectives", &frame, error));
  ITG_TRY(itg_frame_add_column(frame, "perspective", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "indicators", ITG_TYPE_INT64, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "weight", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "weight_share", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "indicator_share", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_resize(frame, card->n_perspectives, error));
  for (int32_t p = 0; p < card->n_perspectives; p++) {
    const itg_perspective *perspective = &card->perspectives[p];
    int32_t count = perspective->end - perspective->first;
    ITG_TRY(itg_frame_set_text(frame, p, 0, perspective->id, error));
    itg_frame_set_int(frame, p, 1, count);
    itg_frame_set_double(frame, p, 2, perspective->weight);
    itg_frame_set_double(frame, p, 3, 100 * perspective->weight / weight);
    itg_frame_set_double(frame, p, 4, 100.0 * count / card->n_indicators);
  }
  return ITG_OK;
}

static itg_status write_notes(const writer *w, int draws, itg_error *error) {
  const itg_scorecard *card = w->card;
  itg_result *result = w->call->result;
  int32_t empty = 0;
  for (int32_t p = 0; p < card->n_perspectives; p++)
    empty += card->perspectives[p].first == card->perspectives[p].end;
  if (empty)
    ITG_TRY(itg_result_note(result, error, "%d perspectives have no indicator: the card is not balanced.",
                            (int)empty));
  if (card->n_no_target)
    ITG_TRY(itg_result_note(result, error, "%lld indicators have no target: no score and no status.",
                            (long long)card->n_no_target));
  if (card->n_no_zero)
    ITG_TRY(itg_result_note(result, error,
                            "%lld indicators have neither floor nor baseline: a status, but no score.",
                            (long long)card->n_no_zero));
  if (card->n_exact)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld of %lld values have neither standard error nor counts: taken as exact, their status is by "
        "the value alone and intervals of scores and ranks do not know their uncertainty.",
        (long long)card->n_exact, (long long)card->n_values));
  if (card->n_exact < card->n_values && draws)
    ITG_TRY(itg_result_note(result, error,
                            "Intervals of perspectives, total and ranks: percentiles of %d Monte-Carlo "
                            "draws with independent normal errors.",
                            draws));
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  itg_scorecard card;
  itg_score_draws drawn;
  writer w = {.call = call, .card = &card};
  int draws = (int)itg_call_integer(call, "draws");
  ITG_TRY(itg_scorecard_read(call, &card, error));
  ITG_TRY(read_bands(&w, error));
  int64_t I = card.n_indicators, P = card.n_perspectives, C = card.n_cells;
  double *scores = itg_call_alloc(call, (size_t)C * (size_t)I, sizeof *scores, error);
  double *levels = itg_call_alloc(call, (size_t)C * (size_t)(P + 1), sizeof *levels, error);
  double *coverage = itg_call_alloc(call, (size_t)C * (size_t)P, sizeof *coverage, error);
  if (!scores || !levels || !coverage) return ITG_ERR_MEMORY;
  for (int64_t c = 0; c < C; c++) {
    ITG_PACE(call->pace, c, error);
    for (int64_t i = 0; i < I; i++)
      scores[c * I + i] =
          itg_indicator_score(&card.indicators[i], card.observations[c * I + i].value, card.clip);
    for (int64_t p = 0; p < P; p++)
      levels[c * (P + 1) + p] =
          itg_perspective_score(&card, &card.perspectives[p], scores + c * I, &coverage[c * P + p]);
    levels[c * (P + 1) + P] = itg_total_score(&card, levels + c * (P + 1));
  }
  ITG_TRY(itg_scorecard_draw(call, &card, levels, draws, &drawn, error));
  ITG_TRY(open_tables(&w, error));
  for (int32_t c = 0; c < card.n_cells; c++)
    ITG_TRY(write_cell(&w, c, scores + c * I, drawn.levels + c * (P + 1), coverage + c * P, error));
  ITG_TRY(write_balance(&w, error));
  return write_notes(&w, draws, error);
}

const itg_measure itg_scorecard_measure = {
    .name = "scorecard",
    .title = "Balanced scorecard: perspectives, indicators, distance to target, status, trend and rank",
    .summary =
        "Takes a table of indicators (perspective, direction, target or target range, floor, baseline, "
        "weight) and a long table of values by indicator, site and period. Gives for each site and period: "
        "score of each indicator (0 at the floor, 100 at the target; within a target range 100, outside it "
        "falls with the distance, at the rate of the way from floor to range), of each perspective "
        "(weighted mean of the indicators that have one) and in total (weighted mean of perspectives); "
        "coverage (percent of weight with a score); met (percent of indicators whose status is met); "
        "weight_share (what each perspective holds of the total); rank (1 best, ties share their mean "
        "rank) among the sites of a period. A missing value has status 'no data', leaves the means and "
        "lowers coverage. Intervals: of a value by its standard error (normal) or counts (Wilson or "
        "exact); of perspectives, total and ranks by Monte-Carlo draws, clipped as scores are, so that "
        "near a target an interval lies below its score; a value with neither counts as exact, which the "
        "notes say.",
    .source =
        "Perspectives: the classic four of the balanced scorecard and the four quadrants of the Ontario "
        "Hospital Report are definitions of kind scorecard. Status is the rule of St. Michael's Hospital, "
        "Toronto: the 95 percent interval lies beyond the target on the favourable side (green: 'met'), "
        "holds it (yellow: 'uncertain'), or lies beyond it on the other side (red: 'not met'); blank is "
        "'no data'. Trend is the rule of Runnymede: at the target (green: 'on track'), off it but better "
        "than the period before (yellow: 'improving'), off it and not better (red: 'off track'). No source "
        "states one formula for scores; choices of ours: distance to target; the floor defaults to the "
        "baseline; a target range falls off equally on both sides; without an interval the value alone "
        "decides the status; on track is read as at or beyond the target, as a target date is not asked "
        "for; the first period is compared with the baseline; weights of missing indicators go to the "
        "others of their perspective; perspectives weigh the same.",
    .counts = "indicators with a score, or sites ranked; the disclosure rule counts the "
              "persons of role n in table indicators",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = false,
    .run = run};
