/* itg_report_scorecard.c - layer 4: the balanced scorecard: status by word, shape and colour; sites side by
 * side. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_report.h"

enum {
  ROW = 25,
  HEAD = 30,
  LABEL = 250,
  VALUE = 90,
  TARGET = 100,
  BAR = 220,
  STATUS = 118,
  TREND = 100,
  TOP = 46,
  MOST_SITES = 4
};

/* Status and trend: a shape and a colour beside the word, never in its place. */
static const struct {
  const char *word;
  itg_mark mark;
  const char *style;
} signs[] = {
    {"met", ITG_MARK_TRIANGLE, "fill=\"" ITG_BLUE "\""},
    {"uncertain", ITG_MARK_SQUARE, "fill=\"#8c8c8c\""},
    {"not met", ITG_MARK_DOWN, "fill=\"" ITG_ORANGE "\""},
    {"no data", ITG_MARK_CROSS, "fill=\"#ffffff\" stroke=\"#595959\""},
    {"on track", ITG_MARK_TRIANGLE, "fill=\"" ITG_BLUE "\""},
    {"improving", ITG_MARK_SQUARE, "fill=\"#8c8c8c\""},
    {"off track", ITG_MARK_DOWN, "fill=\"" ITG_ORANGE "\""},
};

static void draw_sign(itg_text *out, const char *word, double x, double y) {
  for (size_t i = 0; word && i < ITG_COUNT(signs); i++)
    if (strcmp(signs[i].word, word) == 0) itg_svg_mark(out, signs[i].mark, x + 6, y, 5, signs[i].style);
  if (word) itg_svg_text(out, x + 18, y + 4, "", word);
}

/* ---- which site and period ---- */

/* A card: rows first .. end-1 of the table "indicators". */
typedef struct card {
  int64_t first, end;
  const char *site, *period;
} card;

/* The last period of each site; cells stand site after site, or all in one. */
static int cards_of(const itg_table *table, card *cards, int most) {
  char a[ITG_NUMBER_SIZE];
  int n = 0;
  for (int64_t first = 0, end; first < table->n_rows; first = end) {
    const char *site = itg_cell_text(table, "site", first, a),
               *period = itg_cell_text(table, "period", first, a);
    for (end = first + 1; end < table->n_rows; end++)
      if (!itg_text_equal(itg_cell_text(table, "site", end, a), site) ||
          !itg_text_equal(itg_cell_text(table, "period", end, a), period))
        break;
    int k = 0;
    while (k < n && !itg_text_equal(cards[k].site, site)) k++;
    if (k == n && n == most) continue;
    if (k == n) n++;
    cards[k] = (card){first, end, site, period}; /* a later period takes the place of an earlier one */
  }
  return n;
}

/* Row of estimates of a card: scale and perspective, over all its indicators. */
static int64_t level_row(const itg_table *estimates, const card *c, const char *scale,
                         const char *perspective) {
  char a[ITG_NUMBER_SIZE];
  for (int64_t r = 0; r < estimates->n_rows; r++)
    if (itg_cell_is(estimates, "scale", r, scale) && itg_cell_is(estimates, "perspective", r, perspective) &&
        itg_cell_is(estimates, "indicator", r, "all") &&
        itg_text_equal(itg_cell_text(estimates, "site", r, a), c->site) &&
        itg_text_equal(itg_cell_text(estimates, "period", r, a), c->period))
      return r;
  return -1;
}

static bool has_intervals(const itg_analysis *a) {
  const itg_table *estimates = itg_result_table(a->result, 0);
  for (int64_t r = 0; r < estimates->n_rows; r++)
    if (itg_cell_is(estimates, "scale", r, "score") && !isnan(itg_cell_number(estimates, "conf_low", r)))
      return true;
  return false;
}

static void card_title(const card *c, itg_text *out) {
  if (c->site) itg_text_add(out, c->site);
  if (c->period) itg_text_print(out, "%s%s", c->site ? ", " : "", c->period);
}

/* ---- in words ---- */

void itg_report_scorecard_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  const itg_table *table = itg_result_find(analysis->result, "indicators"),
                  *estimates = itg_result_table(analysis->result, 0);
  card cards[64];
  int n = table ? cards_of(table, cards, 64) : 0, best = -1, worst = -1;
  if (!n) {
    itg_report_dots_say(report, analysis, out);
    return;
  }
  for (int i = 0; i < n; i++) {
    double score = itg_cell_number(estimates, "estimate", level_row(estimates, &cards[i], "score", "all"));
    if (isnan(score)) continue;
    if (best < 0 ||
        score > itg_cell_number(estimates, "estimate", level_row(estimates, &cards[best], "score", "all")))
      best = i;
    if (worst < 0 ||
        score < itg_cell_number(estimates, "estimate", level_row(estimates, &cards[worst], "score", "all")))
      worst = i;
  }
  if (best < 0) {
    itg_text_add(out, "No total score could be made; the table says why.");
    return;
  }
  const int ends[] = {best, worst};
  for (int k = 0; k < (best == worst ? 1 : 2); k++) {
    const card *c = &cards[ends[k]];
    itg_text title = ITG_TEXT_EMPTY;
    card_title(c, &title);
    itg_text_print(out, "%s%s%s stands at ", k ? " " : "", c->site ? "" : "The score of ",
                   title.data ? title.data : "all");
    itg_report_drop(out, &title);
    itg_report_estimate(out, analysis, level_row(estimates, c, "score", "all"));
    itg_text_add(out, k ? "." : " on the way from 0 (the floor) to 100 (all targets met); ");
    if (k) break;
    itg_report_number(out, itg_cell_number(estimates, "estimate", level_row(estimates, c, "met", "all")),
                      "percent");
    itg_text_add(out, "% of its indicators have met theirs.");
  }
}

/* ---- one card ---- */

static void draw_bar(itg_text *out, const itg_axis *axis, double score, double low, double high, double y,
                     bool strong) {
  itg_svg_rect(out, axis->from, y - 6, axis->to - axis->from, 12, "fill=\"#eef2f6\"");
  if (isnan(score)) return;
  itg_svg_rect(
      out, axis->from, y - 6, itg_axis_at(axis, fmin(fmax(score, 0), 100)) - axis->from, 12,
      strong ? "fill=\"" ITG_BLUE "\"" : "fill=\"#9ec4e1\" stroke=\"" ITG_BLUE "\" stroke-width=\"0.8\"");
  if (!isnan(low) && !isnan(high))
    itg_svg_line(
        out, itg_axis_at(axis, fmin(fmax(low, 0), 100)), y, itg_axis_at(axis, fmin(fmax(high, 0), 100)), y,
        strong ? "stroke=\"#9ec4e1\" stroke-width=\"2\"" : "stroke=\"#1d1d1d\" stroke-width=\"1.6\"");
}

/* Values are in units of the user's own: as many digits as they need, four at most. */
static void add_value(itg_text *out, double value) {
  if (fabs(value) >= 10000)
    itg_text_grouped(out, value, 0);
  else
    itg_text_significant(out, value, 4);
}

static void add_target(const itg_table *table, int64_t row, itg_text *out) {
  double target = itg_cell_number(table, "target", row), low = itg_cell_number(table, "target_low", row),
         high = itg_cell_number(table, "target_high", row);
  char buffer[ITG_NUMBER_SIZE];
  const char *direction = itg_cell_text(table, "direction", row, buffer);
  if (!isnan(target)) {
    itg_text_add(out, itg_text_equal(direction, "lower") ? "\xE2\x89\xA4 " : "\xE2\x89\xA5 ");
    add_value(out, target);
  } else if (!isnan(low)) {
    add_value(out, low);
    itg_text_add(out, " to ");
    add_value(out, high);
  } else
    itg_text_add(out, "none");
}

static void describe_card(const itg_table *table, const card *c, itg_text *out) {
  int64_t met = 0, not_met = 0, open = 0, none = 0;
  for (int64_t r = c->first; r < c->end; r++) {
    met += itg_cell_is(table, "status", r, "met");
    not_met += itg_cell_is(table, "status", r, "not met");
    open += itg_cell_is(table, "status", r, "uncertain");
    none += itg_cell_is(table, "status", r, "no data");
  }
  itg_text_print(
      out, "Scorecard of %lld indicators: %lld met, %lld uncertain, %lld not met, %lld without data.",
      (long long)(c->end - c->first), (long long)met, (long long)open, (long long)not_met, (long long)none);
}

static void draw_indicator(itg_report *r, const itg_analysis *a, const itg_table *table, int64_t row,
                           const itg_axis *axis, double y) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY, words = ITG_TEXT_EMPTY;
  char b1[ITG_NUMBER_SIZE], b2[ITG_NUMBER_SIZE];
  const itg_table *estimates = itg_result_table(a->result, 0);
  const char *unit = itg_cell_text(table, "unit", row, b1),
             *indicator = itg_cell_text(table, "indicator", row, b2);
  double low = NAN, high = NAN;
  for (int64_t k = 0; k < estimates->n_rows; k++) { /* the interval of the score stands in the estimates */
    char x[ITG_NUMBER_SIZE], z[ITG_NUMBER_SIZE];
    if (!itg_cell_is(estimates, "scale", k, "score") ||
        !itg_cell_is(estimates, "indicator", k, indicator ? indicator : "") ||
        !itg_text_equal(itg_cell_text(estimates, "site", k, x), itg_cell_text(table, "site", row, z)))
      continue;
    if (!itg_text_equal(itg_cell_text(estimates, "period", k, x), itg_cell_text(table, "period", row, z)))
      continue;
    low = itg_cell_number(estimates, "conf_low", k);
    high = itg_cell_number(estimates, "conf_high", k);
  }
  itg_report_words(&words, indicator ? indicator : "");
  itg_svg_label(r, 14, y + 4, LABEL - 16, "", words.data ? words.data : "");
  itg_report_drop(out, &words);
  double value = itg_cell_number(table, "value", row);
  if (!isnan(value)) add_value(&text, value);
  itg_text_add(&text, isnan(value) ? "" : itg_unit_word(unit));
  itg_svg_text(out, LABEL + VALUE - 10, y + 4, "text-anchor=\"end\"", text.data ? text.data : "");
  itg_report_drop(out, &text);
  add_target(table, row, &text);
  itg_svg_text(out, LABEL + VALUE + TARGET - 12, y + 4, "text-anchor=\"end\" class=\"soft\"",
               text.data ? text.data : "");
  itg_report_drop(out, &text);
  double score = itg_cell_number(table, "score", row);
  draw_bar(out, axis, score, low, high, y, false);
  if (!isnan(score)) {
    itg_text_grouped(&text, score, 0);
    itg_svg_text(out, axis->to + 8, y + 4, "class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  draw_sign(out, itg_cell_text(table, "status", row, b1), axis->to + 44, y);
  draw_sign(out, itg_cell_text(table, "trend", row, b1), axis->to + 44 + STATUS, y);
}

static void draw_level(itg_report *r, const itg_analysis *a, const card *c, const char *perspective,
                       const char *title, const itg_axis *axis, double y) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  const itg_table *estimates = itg_result_table(a->result, 0);
  int64_t row = level_row(estimates, c, "score", perspective);
  double score = itg_cell_number(estimates, "estimate", row),
         coverage = itg_cell_number(estimates, "estimate", level_row(estimates, c, "coverage", perspective));
  char buffer[ITG_NUMBER_SIZE];
  itg_text words = ITG_TEXT_EMPTY;
  itg_report_words(&words, title);
  itg_svg_label(r, 0, y + 4, LABEL + VALUE, "class=\"head\"", words.data ? words.data : "");
  itg_report_drop(out, &words);
  draw_bar(out, axis, score, itg_cell_number(estimates, "conf_low", row),
           itg_cell_number(estimates, "conf_high", row), y, true);
  if (isnan(score))
    itg_text_add(&text, "\xE2\x80\x93");
  else
    itg_text_grouped(&text, score, 0);
  itg_svg_text(out, axis->to + 8, y + 4, "class=\"strong\"", text.data ? text.data : "");
  itg_report_drop(out, &text);
  const char *level = itg_cell_text(estimates, "level", row, buffer);
  if (level) itg_text_add(&text, level);
  if (!isnan(coverage) && coverage < 99.95) {
    itg_text_print(&text, "%scoverage ", level ? ", " : "");
    itg_report_number(&text, coverage, "percent");
    itg_text_add(&text, "%");
  }
  if (text.size) itg_svg_text(out, axis->to + 44, y + 4, "class=\"soft\"", text.data);
  itg_report_drop(out, &text);
}

static void draw_card(itg_report *r, const itg_analysis *a, const itg_table *table, const card *c) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY, title = ITG_TEXT_EMPTY;
  char id[16], x[ITG_NUMBER_SIZE], y_buffer[ITG_NUMBER_SIZE];
  double height = TOP + HEAD, y;
  for (int64_t i = c->first; i < c->end; i++) {
    bool new_one = i == c->first || !itg_text_equal(itg_cell_text(table, "perspective", i, x),
                                                    itg_cell_text(table, "perspective", i - 1, y_buffer));
    height += ROW + (new_one ? HEAD : 0);
  }
  itg_axis axis;
  double left = LABEL + VALUE + TARGET;
  itg_axis_make(&axis, 0, 100, 4, left, left + BAR);
  card_title(c, &title);
  describe_card(table, c, &text);
  itg_figure_open(r, id);
  itg_svg_open(out, id, left + BAR + 44 + STATUS + TREND, height + 6, title.size ? title.data : "Scorecard",
               text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_svg_text(out, 0, 16, "class=\"head\"", title.size ? title.data : "Scorecard");
  itg_report_drop(out, &title);
  itg_svg_text(out, LABEL + VALUE - 10, TOP - 8, "text-anchor=\"end\" class=\"soft\"", "Value");
  itg_svg_text(out, left - 12, TOP - 8, "text-anchor=\"end\" class=\"soft\"", "Target");
  itg_svg_text(out, left, TOP - 8, "class=\"soft\"", "Score, 0 at the floor, 100 at target");
  itg_svg_text(out, left + BAR + 44, TOP - 8, "class=\"soft\"", "Status");
  itg_svg_text(out, left + BAR + 44 + STATUS, TOP - 8, "class=\"soft\"", "Trend");
  itg_svg_line(out, 0, TOP, left + BAR + 44 + STATUS + TREND, TOP, "stroke=\"#8c8c8c\"");
  y = TOP;
  for (int64_t i = c->first; i < c->end; i++) {
    const char *perspective = itg_cell_text(table, "perspective", i, x);
    if (i == c->first || !itg_text_equal(perspective, itg_cell_text(table, "perspective", i - 1, y_buffer))) {
      draw_level(r, a, c, perspective ? perspective : "",
                 itg_report_title(r, a, "perspectives", perspective ? perspective : ""), &axis,
                 y + HEAD / 2.0 + 2);
      y += HEAD;
    }
    draw_indicator(r, a, table, i, &axis, y + ROW / 2.0);
    y += ROW;
  }
  itg_svg_line(out, 0, y + 2, left + BAR + 44 + STATUS + TREND, y + 2, "stroke=\"#8c8c8c\"");
  draw_level(r, a, c, "all", "Total", &axis, y + HEAD / 2.0 + 4);
  itg_svg_close(out);
  if (has_intervals(a))
    itg_text_print(
        &text,
        "Lines in the bars: %ss. Met: the interval lies beyond the target on the good side; uncertain: it "
        "holds the target; not met: it lies beyond on the other side.",
        a->interval);
  else
    itg_text_add(&text, "No value has an interval, so status compares the value alone with its target.");
  itg_figure_close(r, text.data ? text.data : "");
  itg_report_drop(out, &text);
}

/* ---- sites side by side ---- */

static void draw_sites(itg_report *r, const itg_analysis *a, const card *cards, int n) {
  enum { SITE = 190, PLOT = 420, NOTE = 260, LINE = 24 };
  const itg_table *estimates = itg_result_table(a->result, 0);
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  char id[16];
  itg_axis axis;
  itg_axis_make(&axis, 0, 100, 5, SITE, SITE + PLOT);
  double bottom = TOP + n * LINE;
  itg_text_print(&text, "Dot chart of the total score of %d sites.", n);
  for (int i = 0; i < n; i++) {
    itg_text_print(&text, " %s: ", cards[i].site ? cards[i].site : "all");
    itg_report_number(&text,
                      itg_cell_number(estimates, "estimate", level_row(estimates, &cards[i], "score", "all")),
                      "points");
    itg_text_add(&text, ".");
  }
  itg_figure_open(r, id);
  itg_svg_open(out, id, SITE + PLOT + NOTE, bottom + 8, "Total score by site", text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_svg_text(out, SITE, 16, "class=\"head\"", "Total score (100: all targets met)");
  for (int i = 0; i < axis.n_ticks; i++) {
    double x = itg_axis_at(&axis, axis.ticks[i]);
    itg_svg_line(out, x, TOP - 4, x, bottom, "stroke=\"" ITG_GRID "\"");
    itg_axis_label(&axis, axis.ticks[i], &text);
    itg_svg_text(out, x, TOP - 10, "text-anchor=\"middle\" class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  for (int i = 0; i < n; i++) {
    double y = TOP + i * LINE + LINE / 2.0;
    int64_t row = level_row(estimates, &cards[i], "score", "all"),
            rank = level_row(estimates, &cards[i], "rank", "all");
    double score = itg_cell_number(estimates, "estimate", row),
           low = itg_cell_number(estimates, "conf_low", row),
           high = itg_cell_number(estimates, "conf_high", row),
           place = itg_cell_number(estimates, "estimate", rank),
           first = itg_cell_number(estimates, "conf_low", rank),
           last = itg_cell_number(estimates, "conf_high", rank);
    card_title(&cards[i], &text);
    itg_svg_label(r, SITE - 10, y + 4, SITE - 12, "text-anchor=\"end\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
    if (isnan(score)) continue;
    if (!isnan(low) && !isnan(high))
      itg_svg_line(out, itg_axis_at(&axis, low), y, itg_axis_at(&axis, high), y,
                   "stroke=\"" ITG_BLUE "\" stroke-width=\"2.5\"");
    itg_svg_mark(out, ITG_MARK_CIRCLE, itg_axis_at(&axis, score), y, 5.5,
                 "fill=\"" ITG_BLUE "\" stroke=\"#ffffff\"");
    itg_text_grouped(&text, score, 0);
    if (!isnan(place)) {
      itg_text_add(&text, ", rank ");
      itg_text_significant(&text, place, 2);
      if (!isnan(first) && !isnan(last)) {
        itg_text_add(&text, " (may be ");
        itg_text_significant(&text, first, 2);
        itg_text_add(&text, " to ");
        itg_text_significant(&text, last, 2);
        itg_text_add(&text, ")");
      }
    }
    itg_svg_text(out, SITE + PLOT + 14, y + 4, "class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  itg_svg_close(out);
  itg_text_print(&text, "Lines: %ss. Ranks are uncertain where lines overlap.", a->interval);
  itg_figure_close(r, text.data ? text.data : "");
  itg_report_drop(out, &text);
}

void itg_report_scorecard_draw(itg_report *report, const itg_analysis *analysis) {
  const itg_table *table = itg_result_find(analysis->result, "indicators");
  card cards[64];
  int n = table ? cards_of(table, cards, 64) : 0;
  if (n > 1) draw_sites(report, analysis, cards, n);
  for (int i = 0; i < n && i < MOST_SITES; i++) draw_card(report, analysis, table, &cards[i]);
  if (n > MOST_SITES)
    itg_text_print(report->out,
                   "<p class=\"small\">Cards of the first %d of %d sites; the table holds all.</p>\n",
                   (int)MOST_SITES, n);
}
