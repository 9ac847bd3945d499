/* itg_report_voi.c - layer 4: samples of a model: acceptability, value of information, tornado, studies. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_report.h"

enum { WIDE = 380, RIGHT = 22, TOP = 34, FOOT = 48, MOST_PLANES = 4, MOST_BARS = 12 };

/* Two and a half times the largest threshold of the estimates. */
static double reach(const itg_analysis *a) {
  const itg_table *table = itg_result_table(a->result, 0);
  double most = 0;
  char buffer[ITG_NUMBER_SIZE];
  for (int64_t row = 0; row < table->n_rows; row++) {
    const char *text = itg_cell_text(table, "threshold", row, buffer);
    double value;
    if (text && itg_number_parse(text, strlen(text), &value)) most = fmax(most, value);
  }
  return most > 0 ? 2.5 * most : 50000;
}

/* ---- in words ---- */

static double estimate(const itg_report_group *a, const char *scale, const char *group, const char *name,
                       const char *threshold, int64_t *at) {
  const itg_table *table = a->estimates;
  for (int64_t row = 0; row < table->n_rows; row++) {
    if (!itg_cell_is(table, "scale", row, scale) || !itg_cell_is(table, "threshold", row, threshold))
      continue;
    if (name && !itg_cell_is(table, group, row, name)) continue;
    if (at) *at = row;
    return itg_cell_number(table, "estimate", row);
  }
  return NAN;
}

/* The first threshold of the estimates as it is written there. */
static const char *first_threshold(const itg_report_group *a, char *buffer) {
  const itg_table *table = a->estimates;
  for (int64_t row = 0; row < table->n_rows; row++) {
    const char *text = itg_cell_text(table, "threshold", row, buffer);
    if (text) return text;
  }
  return NULL;
}

/* Rows of the first strategy and threshold of a tornado. */
static int64_t bars_of(const itg_table *table) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  const char *strategy = itg_cell_text(table, "strategy", 0, a),
             *threshold = itg_cell_text(table, "threshold", 0, b);
  int64_t n = 0;
  while (n < table->n_rows && itg_cell_is(table, "strategy", n, strategy) &&
         itg_cell_is(table, "threshold", n, threshold))
    n++;
  return n;
}

static void say_threshold(itg_text *out, const itg_report_group *a, const char *threshold) {
  double value = NAN;
  itg_number_parse(threshold, strlen(threshold), &value);
  if (a->label) itg_text_print(out, "%s: ", a->label);
  itg_text_add(out, a->label ? "at " : "At ");
  itg_text_grouped(out, value, 0);
  itg_text_add(out, " for a unit of effect ");
}

static void say_psa(const itg_report_group *a, const char *threshold, itg_text *out) {
  const itg_table *table = a->estimates;
  int64_t row = -1;
  char buffer[ITG_NUMBER_SIZE];
  double evpi = estimate(a, "evpi", NULL, NULL, threshold, &row);
  const char *optimal = row < 0 ? NULL : itg_cell_text(table, "level", row, buffer);
  if (!optimal) return;
  double best = estimate(a, "probability_best", "strategy", optimal, threshold, NULL);
  say_threshold(out, a, threshold);
  itg_text_print(out, "%s has the highest expected net benefit; the probability that it is the best is ",
                 optimal);
  itg_report_number(out, best, "probability");
  itg_text_add(out, ", and to know for certain would be worth ");
  itg_report_number(out, evpi, "currency");
  itg_text_add(out, " per person. ");
}

static void say_evppi(const itg_report_group *a, const char *threshold, itg_text *out) {
  const itg_table *table = a->estimates;
  int64_t best = -1;
  char buffer[ITG_NUMBER_SIZE];
  for (int64_t row = 0; row < table->n_rows; row++)
    if (itg_cell_is(table, "scale", row, "evppi") && itg_cell_is(table, "threshold", row, threshold) &&
        (best < 0 || itg_cell_number(table, "estimate", row) > itg_cell_number(table, "estimate", best)))
      best = row;
  if (best < 0 || isnan(itg_cell_number(table, "estimate", best))) return; /* too few samples */
  say_threshold(out, a, threshold);
  itg_text_print(out, "most is to be won by knowing %s: ", itg_cell_text(table, "parameters", best, buffer));
  itg_report_number(out, itg_cell_number(table, "estimate", best), "currency");
  itg_text_add(out, " per person of the ");
  itg_report_number(out, estimate(a, "evpi", NULL, NULL, threshold, NULL), "currency");
  itg_text_add(out, " that all parameters are worth. ");
}

static void say_evsi(const itg_report_group *a, const char *threshold, itg_text *out) {
  double size = estimate(a, "best_size", NULL, NULL, threshold, NULL),
         limit = estimate(a, "evppi", NULL, NULL, threshold, NULL);
  if (isnan(size) && isnan(limit)) return; /* too few samples; a study of the user's, which has no limit */
  say_threshold(out, a, threshold);
  if (isnan(size)) {
    itg_text_add(out, "a study without end would be worth ");
    itg_report_number(out, limit, "currency");
    itg_text_add(out, " per person. ");
  } else if (size == 0) {
    itg_text_add(out, "no study of these sizes is worth its cost. ");
  } else {
    itg_text_add(out, "the study with the largest net benefit has ");
    itg_text_grouped(out, size, 0);
    itg_text_add(out, " people per group. ");
  }
}

/* The widest bar, and the parameters that change the decision. */
static void say_tornado(const itg_report_group *g, const itg_table *table, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  if (!table || !table->n_rows) return; /* no parameter has a curve in the group */
  double threshold = itg_cell_number(table, "threshold", 0);
  if (g->label) itg_text_print(out, "%s: ", g->label);
  if (isnan(threshold)) {
    itg_text_add(out, "Incremental net ");
  } else {
    itg_text_add(out, "At ");
    itg_text_grouped(out, threshold, 0);
    itg_text_add(out, " for a unit of effect the incremental net ");
  }
  itg_text_print(out, "benefit of %s ", itg_cell_text(table, "strategy", 0, buffer));
  itg_text_print(out, "depends most on %s, over a width of ", itg_cell_text(table, "parameter", 0, buffer));
  itg_report_number(out, itg_cell_number(table, "width", 0), "currency");
  int n = 0;
  for (int64_t row = 0; row < bars_of(table); row++)
    if (itg_cell_is(table, "switches", row, "true"))
      itg_text_print(out, "%s%s", n++ ? ", " : "; another strategy becomes the best within the range of ",
                     itg_cell_text(table, "parameter", row, buffer));
  itg_text_add(out, n ? ". " : "; no parameter changes within its range which strategy is the best. ");
}

/* What the measures themselves add to their estimates. */
static const char *const own[] = {"strategy", "parameters", "parameter", "threshold", "size", NULL};

/* What choosing for each group is worth, at the first threshold. */
static void say_heterogeneity(const itg_analysis *a, const char *threshold, itg_text *out) {
  const itg_report_group whole = {.analysis = a, .estimates = itg_result_table(a->result, 0)};
  double value = estimate(&whole, "value_of_heterogeneity", NULL, NULL, threshold, NULL);
  if (isnan(value)) return;
  itg_text_add(out, "To choose for each group, and not one strategy for all, is worth ");
  itg_report_number(out, value, "currency");
  itg_text_add(out, " per person of all groups. ");
}

void itg_report_voi_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  itg_report_group groups[ITG_REPORT_GROUPS];
  char buffer[ITG_NUMBER_SIZE];
  size_t before = out->size;
  int all, n = itg_report_groups(report, analysis, own, groups, &all);
  for (int g = 0; g < n; g++) {
    const char *threshold = first_threshold(&groups[g], buffer);
    const char *copy = threshold ? itg_arena_text(report->arena, threshold, strlen(threshold)) : NULL;
    if (copy && itg_result_find(analysis->result, "ceac"))
      say_psa(&groups[g], copy, out);
    else if (copy && itg_result_find(analysis->result, "evppi"))
      say_evppi(&groups[g], copy, out);
    else if (copy && itg_result_find(analysis->result, "evsi"))
      say_evsi(&groups[g], copy, out);
    else if (itg_result_find(analysis->result, "tornado"))
      say_tornado(&groups[g], itg_report_group_table(report, &groups[g], "tornado"), out);
    if (copy && g + 1 == n) say_heterogeneity(analysis, copy, out);
  }
  if (out->size == before) itg_report_dots_say(report, analysis, out);
}

/* ---- tornado ---- */

/* Both limits were run and lie on one side of the middle: their numbers would stand in one place. */
static bool is_one_sided(const itg_table *table, int64_t row) {
  double middle = itg_cell_number(table, "inmb", row), low = itg_cell_number(table, "inmb_low", row) - middle,
         high = itg_cell_number(table, "inmb_high", row) - middle;
  return !isnan(itg_cell_number(table, "value_low", row)) && !isnan(itg_cell_number(table, "value_high", row)) &&
         low * high > 0;
}

static void draw_tornado(itg_report *r, const itg_report_group *g, const itg_table *table) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  char id[16], buffer[ITG_NUMBER_SIZE];
  const char *strategy = itg_cell_text(table, "strategy", 0, buffer);
  double threshold = itg_cell_number(table, "threshold", 0), middle = itg_cell_number(table, "inmb", 0);
  double low = middle, high = middle;
  bool starred = itg_table_column(table, "switches") >= 0, runs = itg_text_equal(g->analysis->measure->name, "tornado");
  int n = (int)fmin(MOST_BARS, (double)bars_of(table));
  for (int i = 0; i < n; i++) {
    double a = itg_cell_number(table, "inmb_low", i), b = itg_cell_number(table, "inmb_high", i);
    low = fmin(low, fmin(a, b));
    high = fmax(high, fmax(a, b));
  }
  itg_axis x;
  double left = 170, step = 26, bottom = TOP + step * n;
  itg_axis_make(&x, low - 0.12 * (high - low), high + 0.12 * (high - low), 5, left, left + WIDE);
  itg_text_print(&text, "Tornado of %s.", strategy);
  for (int i = 0; i < n; i++) {
    char name[ITG_NUMBER_SIZE];
    itg_text_print(&text, " %s: ", itg_cell_text(table, "parameter", i, name));
    itg_report_number(&text, itg_cell_number(table, "inmb_low", i), "currency");
    itg_text_add(&text, " to ");
    itg_report_number(&text, itg_cell_number(table, "inmb_high", i), "currency");
    itg_text_add(&text, ".");
  }
  itg_figure_open(r, id);
  itg_svg_open(out, id, left + WIDE + RIGHT, bottom + FOOT, "Tornado", text.data ? text.data : "");
  itg_report_drop(out, &text);
  for (int i = 0; i < x.n_ticks; i++) {
    double at = itg_axis_at(&x, x.ticks[i]);
    itg_svg_line(out, at, TOP - 6, at, bottom, "stroke=\"#ececec\"");
    itg_axis_label(&x, x.ticks[i], &text);
    itg_svg_text(out, at, bottom + 16, "text-anchor=\"middle\" class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  for (int i = 0; i < n; i++) {
    double y = TOP + step * i + 3, zero = itg_axis_at(&x, middle);
    char name[ITG_NUMBER_SIZE];
    const char *label = itg_cell_text(table, "parameter", i, name);
    for (int end = 0; end < 2; end++) {
      double inmb = itg_cell_number(table, end ? "inmb_high" : "inmb_low", i), at = itg_axis_at(&x, inmb);
      double limit = itg_cell_number(table, end ? "value_high" : "value_low", i);
      if (isnan(inmb)) continue; /* this limit was not run */
      itg_svg_rect(out, fmin(at, zero), y, fabs(at - zero), step - 8,
                   end
                       ? "fill=\"#fff\" stroke=\"" ITG_ORANGE "\" stroke-width=\"1.5\""
                       : "fill=\"" ITG_BLUE "\"");
      bool right = inmb > middle || (inmb == middle && end), both = is_one_sided(table, i);
      double other = itg_cell_number(table, end ? "inmb_low" : "inmb_high", i);
      if (both && (fabs(inmb - middle) < fabs(other - middle) || (inmb == other && end))) continue;
      if (both) { /* both limits stand at the end of the longer bar, that of the shorter one nearer to it */
        double nearer = itg_cell_number(table, end ? "value_low" : "value_high", i), both_limits[] = {nearer, limit};
        for (int k = 0; k < 2; k++) {
          itg_text_significant(&text, both_limits[right ? k : 1 - k], 3);
          itg_text_add(&text, k ? "" : "; ");
        }
      } else if (!isnan(limit)) {
        itg_text_significant(&text, limit, 3);
      }
      itg_svg_text(out, right ? at + 4 : at - 4, y + 13,
                   right ? "class=\"soft\"" : "text-anchor=\"end\" class=\"soft\"",
                   text.data ? text.data : "");
      itg_report_drop(out, &text);
    }
    itg_text_print(&text, "%s%s", label ? label : "", itg_cell_is(table, "switches", i, "true") ? " *" : "");
    itg_svg_label(r, 8, y + 13, left - 20, "", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  itg_svg_line(out, itg_axis_at(&x, middle), TOP - 6, itg_axis_at(&x, middle), bottom,
               "stroke=\"" ITG_INK "\"");
  if (x.low < 0 && x.high > 0)
    itg_svg_line(out, itg_axis_at(&x, 0), TOP - 6, itg_axis_at(&x, 0), bottom,
                 "stroke=\"#595959\" stroke-dasharray=\"2 3\"");
  itg_svg_text(out, (x.from + x.to) / 2, bottom + 36, "text-anchor=\"middle\"",
               runs ? "Incremental net benefit, currency per person"
                    : "Expected incremental net benefit, currency per person");
  itg_svg_close(out);
  if (g->label) itg_text_print(&text, "%s. ", g->label);
  itg_text_print(&text, "%s", strategy);
  if (!isnan(threshold)) {
    itg_text_add(&text, " at a threshold of ");
    itg_text_grouped(&text, threshold, 0);
  }
  itg_text_add(
      &text,
      runs ? ": bars from the base case to the result with a parameter at its lower (filled) or "
             "upper (outlined) limit; numbers are those limits."
           : ": bars from the mean to what is expected when a parameter is at its lower (filled) or "
             "upper (outlined) limit; numbers are those limits.");
  if (starred) itg_text_add(&text, " *: another strategy is the best at some of its values.");
  itg_text_add(&text, " Dotted: 0.");
  itg_figure_close(r, text.data ? text.data : "");
  itg_report_drop(out, &text);
}

/* ---- pictures ---- */

static const char threshold_words[] = "Threshold: currency that a unit of effect may cost";

/* Samples of a model, of one group of persons: clouds, frontier, curves.  With groups the three that a
 * decision needs most. */
static void draw_samples(itg_report *r, const itg_report_group *g, double most) {
  const itg_table *plane = itg_report_group_table(r, g, "plane"),
                  *increments = itg_report_group_table(r, g, "increments"),
                  *frontier = itg_report_group_table(r, g, "frontier"),
                  *ceac = itg_report_group_table(r, g, "ceac"), *evpi = itg_report_group_table(r, g, "evpi");
  char buffer[ITG_NUMBER_SIZE];
  double threshold = NAN;
  const char *text = first_threshold(g, buffer);
  if (text) itg_number_parse(text, strlen(text), &threshold);
  itg_text_add(r->out, "<div class=\"pair\">\n");
  for (int64_t row = 0; increments && plane && !g->label && row < increments->n_rows && row < MOST_PLANES;
       row++)
    itg_report_plane(r, g, plane, itg_cell_text(increments, "comparison", row, buffer), threshold,
                     "sample of the model");
  if (frontier) itg_report_frontier(r, g, frontier);
  if (ceac)
    itg_report_lines_draw(r,
               &(itg_report_lines){ceac, "strategy", "threshold", "probability_best",
                        itg_report_group_title(r, g, "Acceptability curve"), threshold_words,
                        "Probability of being the most cost-effective",
                        itg_report_group_caption(r, g,
                                                 "How likely each strategy is to be the best at what one is "
                                                 "willing to pay. Broad line: the strategy with the highest "
                                                 "expected net benefit."),
                        most, true, true, evpi, "probability_best", "Highest expected net benefit", false});
  if (ceac && !g->label)
    itg_report_lines_draw(
        r,
        &(itg_report_lines){ceac, "strategy", "threshold", "expected_loss", "Expected loss", threshold_words,
                 "Currency per person",
                 "What is lost on average by using a strategy where another would have been the best. Broad "
                 "line: the smallest of them, which perfect information would save.",
                 most, false, false, evpi, "evpi", "Expected value of perfect information", false});
  if (evpi)
    itg_report_lines_draw(
        r, &(itg_report_lines){evpi, NULL, "threshold", "evpi",
                    itg_report_group_title(r, g, "Expected value of perfect information"), threshold_words,
                    "Currency per person",
                    itg_report_group_caption(r, g,
                                             "What it would be worth per person to know for certain which "
                                             "strategy is best."),
                    most, false, false, NULL, NULL, NULL, false});
  itg_text_add(r->out, "</div>\n");
}

static void draw_heterogeneity(itg_report *r, const itg_table *groups, double most) {
  itg_report_lines_draw(
      r, &(itg_report_lines){groups, NULL, "threshold", "value_of_heterogeneity", "Value of choosing for each group",
                  threshold_words, "Currency per person",
                  "What choosing for each group adds to one choice for all, per person of all groups.",
                  most, false, false, NULL, NULL, NULL, false});
}

/* What parameters and studies are worth, of one group of persons. */
static void draw_worth(itg_report *r, const itg_report_group *g, double most) {
  const itg_table *evppi = itg_report_group_table(r, g, "evppi"), *evsi = itg_report_group_table(r, g, "evsi"),
                  *tornado = itg_report_group_table(r, g, "tornado");
  itg_text_add(r->out, "<div class=\"pair\">\n");
  if (evppi && evppi->n_rows)
    itg_report_lines_draw(r, &(itg_report_lines){evppi, "parameters", "threshold", "evppi",
                           itg_report_group_title(r, g, "Expected value of information on parameters"),
                           threshold_words, "Currency per person",
                           itg_report_group_caption(r, g, "What it would be worth to know these parameters."), most,
                           false, false, NULL, NULL, NULL, true});
  if (tornado && tornado->n_rows) draw_tornado(r, g, tornado);
  if (itg_result_find(g->analysis->result, "switches")) itg_report_one_way(r, g);
  if (evsi && evsi->n_rows) {
    double size = 0;
    for (int64_t row = 0; row < evsi->n_rows; row++) size = fmax(size, itg_cell_number(evsi, "size", row));
    itg_report_lines_draw(r, &(itg_report_lines){evsi, "threshold", "size", "evsi",
                           itg_report_group_title(r, g, "Expected value of sample information"), "People per group",
                           "Currency per person",
                           itg_report_group_caption(
                               r, g, "What a study of this size is worth per person, by threshold."),
                           size, false, false, NULL, NULL, NULL, false});
  }
  itg_text_add(r->out, "</div>\n");
}

void itg_report_voi_draw(itg_report *report, const itg_analysis *analysis) {
  itg_report_group groups[ITG_REPORT_GROUPS];
  const itg_table *heterogeneity = itg_result_find(analysis->result, "heterogeneity");
  bool samples = itg_result_find(analysis->result, "ceac") != NULL;
  double most = reach(analysis);
  int all, n = itg_report_groups(report, analysis, own, groups, &all);
  for (int g = 0; g < n; g++) (samples ? draw_samples : draw_worth)(report, &groups[g], most);
  itg_report_group_rest(report, n, all);
  if (!heterogeneity) return;
  itg_text_add(report->out, "<div class=\"pair\">\n");
  draw_heterogeneity(report, heterogeneity, most);
  itg_text_add(report->out, "</div>\n");
}
