/* itg_report_cea.c - layer 4: cost-effectiveness: the plane of increments and the curve of acceptability. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_icer.h"
#include "itg_report.h"

enum {
  WIDE = 380,
  HIGH = 330,
  LEFT = 78,
  RIGHT = 32,
  TOP = 34,
  FOOT = 48,
  MOST_POINTS = 2000,
  MOST_ARMS = ITG_SERIES
};

/* ---- what a result holds ---- */

/* The text column that tells arms apart: the first of these that the table has. */
static int arm_column(const itg_table *table) {
  static const char *const names[] = {"arm", "scenario", "comparison", "option", "strategy"};
  for (size_t i = 0; table && i < ITG_COUNT(names); i++) {
    int c = itg_table_column(table, names[i]);
    if (c >= 0) return c;
  }
  return -1;
}

/* Arms of a table in order of appearance. */
static int arms_of(const itg_table *table, const char **arms) {
  int column = arm_column(table), n = 0;
  char buffer[ITG_NUMBER_SIZE];
  if (column < 0) {
    arms[0] = NULL;
    return 1;
  }
  for (int64_t r = 0; r < table->n_rows; r++) {
    const char *arm = itg_column_text(&table->columns[column], r, buffer);
    int k = 0;
    while (k < n && !itg_text_equal(arms[k], arm)) k++;
    if (k == n && n < MOST_ARMS && arm) arms[n++] = arm;
  }
  return n;
}

static bool is_arm(const itg_table *table, int64_t row, const char *arm) {
  int column = arm_column(table);
  char buffer[ITG_NUMBER_SIZE];
  return column < 0 || itg_text_equal(itg_column_text(&table->columns[column], row, buffer), arm);
}

static int64_t estimate_row(const itg_report_group *g, const char *scale, const char *arm) {
  const itg_table *table = g->estimates;
  for (int64_t r = 0; r < table->n_rows; r++)
    if (itg_cell_is(table, "scale", r, scale) && is_arm(table, r, arm)) return r;
  return -1;
}

static double estimate_of(const itg_report_group *g, const char *scale, const char *arm) {
  return itg_cell_number(g->estimates, "estimate", estimate_row(g, scale, arm));
}

/* The first threshold that the estimates name; NaN none. */
static double threshold_of(const itg_report_group *g) {
  const itg_table *table = g->estimates;
  double threshold = NAN;
  for (int64_t r = 0; r < table->n_rows && isnan(threshold); r++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *text = itg_cell_text(table, "threshold", r, buffer);
    if (text && !itg_number_parse(text, strlen(text), &threshold)) threshold = NAN;
  }
  return threshold;
}

/* Of the last row at or below the threshold: rows of an exact curve hold up to the next. */
static double probability_at(const itg_table *table, const char *arm, double threshold) {
  double best = NAN, last = -INFINITY;
  for (int64_t r = 0; r < table->n_rows; r++) {
    double at = itg_cell_number(table, "threshold", r);
    if (!is_arm(table, r, arm) || !(at > last && at <= threshold)) continue;
    last = at;
    best = itg_cell_number(table, "probability", r);
  }
  return best;
}

/* ---- in words ---- */

static void say_arm(const itg_report_group *g, const itg_table *curve, const char *arm, itg_text *out) {
  const itg_table *table = g->estimates;
  int64_t cost = estimate_row(g, "incremental_cost", arm),
          effect = estimate_row(g, "incremental_effect", arm), icer = estimate_row(g, "icer", arm);
  double extra = itg_cell_number(table, "estimate", cost), gain = itg_cell_number(table, "estimate", effect),
         ratio = itg_cell_number(table, "estimate", icer);
  char unit[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  const char *effect_unit = itg_cell_text(table, "unit", effect, unit);
  if (isnan(extra) || isnan(gain)) return;
  bool named = arm || g->label;
  itg_report_words(out, g->label ? g->label : arm ? arm : "");
  if (arm && g->label) itg_text_print(out, ", %s", arm);
  if (named) itg_text_add(out, ": ");
  itg_text_print(out, "%s %s by ", named ? "costs" : "Costs", extra >= 0 ? "rise" : "fall");
  itg_report_number(out, fabs(extra), "currency");
  itg_text_add(out, gain >= 0 ? " and effects rise by " : " and effects fall by ");
  itg_report_number(out, fabs(gain), effect_unit);
  itg_text_add(out, itg_unit_word(effect_unit));
  itg_text_add(out, " per person");
  if (!isnan(ratio)) {
    itg_text_add(out, ", a ratio of ");
    itg_report_number(out, ratio, "currency");
    itg_text_add(out, " per ");
    itg_text_add(out, itg_text_equal(effect_unit, "QALY") ? "QALY" : "unit of effect");
  }
  const char *level = itg_cell_text(table, "level", icer, buffer);
  if (level) itg_text_print(out, " (%s)", level);
  double threshold = threshold_of(g), p = curve ? probability_at(curve, arm, threshold) : NAN;
  if (!isnan(threshold) && !isnan(p)) {
    itg_text_add(out, "; at ");
    itg_text_grouped(out, threshold, 0);
    itg_text_add(out, " per unit of effect it is cost-effective with probability ");
    itg_text_fixed(out, p, 2);
  }
  itg_text_add(out, ". ");
}

/* What the measures themselves add to their estimates. */
static const char *const own[] = {"arm", "scenario", "threshold", NULL};

void itg_report_cea_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  itg_report_group groups[ITG_REPORT_GROUPS];
  const char *arms[MOST_ARMS];
  size_t before = out->size;
  int all, n_groups = itg_report_groups(report, analysis, own, groups, &all);
  for (int k = 0; k < n_groups; k++) {
    const itg_table *plane = itg_report_group_table(report, &groups[k], "plane"),
                    *curve = itg_report_group_table(report, &groups[k], "ceac");
    int n = plane ? arms_of(plane, arms) : curve ? arms_of(curve, arms) : (arms[0] = NULL, 1);
    for (int i = 0; i < n; i++) say_arm(&groups[k], curve, arms[i], out);
  }
  if (out->size == before) itg_report_dots_say(report, analysis, out);
}

/* ---- the plane ---- */

/* Bootstrap increments of one arm. */
typedef struct cloud {
  double *effect, *cost;
  int64_t n;
  double mean_effect, mean_cost, share[4]; /* north-east, south-east, south-west, north-west */
  double var_effect, var_cost, covariance;
} cloud;

static bool read_cloud(itg_report *r, const itg_table *table, const char *arm, cloud *c) {
  c->effect = itg_report_alloc(r, (size_t)table->n_rows, sizeof *c->effect);
  c->cost = itg_report_alloc(r, (size_t)table->n_rows, sizeof *c->cost);
  if (!c->effect || !c->cost) return false;
  for (int64_t row = 0; row < table->n_rows; row++) {
    double effect = itg_cell_number(table, "effect", row), cost = itg_cell_number(table, "cost", row);
    if (!is_arm(table, row, arm) || !isfinite(effect) || !isfinite(cost)) continue;
    c->effect[c->n] = effect;
    c->cost[c->n++] = cost;
    c->mean_effect += effect;
    c->mean_cost += cost;
    c->share[itg_increment_quadrant(effect, cost)]++;
  }
  if (!c->n) return false;
  c->mean_effect /= (double)c->n;
  c->mean_cost /= (double)c->n;
  for (int q = 0; q < 4; q++) c->share[q] = 100 * c->share[q] / (double)c->n;
  for (int64_t i = 0; i < c->n; i++) {
    double e = c->effect[i] - c->mean_effect, k = c->cost[i] - c->mean_cost;
    c->var_effect += e * e / (double)c->n;
    c->var_cost += k * k / (double)c->n;
    c->covariance += e * k / (double)c->n;
  }
  return true;
}

/* Where 95 percent of a bivariate normal cloud lie: chi-square with 2 degrees of freedom is 5.991. */
static void draw_ellipse(itg_text *out, const cloud *c, const itg_axis *x, const itg_axis *y) {
  enum { STEPS = 72 };
  double xs[STEPS + 1], ys[STEPS + 1], radius = sqrt(5.991464547107979), a = sqrt(c->var_effect);
  if (!(a > 0)) return;
  double slope = c->covariance / a, rest = sqrt(fmax(0, c->var_cost - slope * slope));
  for (int i = 0; i <= STEPS; i++) {
    double t = 6.283185307179586 * i / STEPS;
    xs[i] = itg_axis_at(x, c->mean_effect + radius * a * cos(t));
    ys[i] = itg_axis_at(y, c->mean_cost + radius * (slope * cos(t) + rest * sin(t)));
  }
  itg_svg_polyline(out, xs, ys, STEPS + 1, "fill=\"none\" stroke=\"" ITG_INK "\" stroke-width=\"1.4\"");
}

/* Contours of this arm in place of the ellipse, each with its level at its highest point; what they are goes
 * to `words`.  False: there are none. */
static bool draw_contours(itg_report *r, const itg_report_group *g, const char *arm, const itg_axis *x,
                          const itg_axis *y, itg_text *words) {
  const itg_table *t = itg_report_group_table(r, g, "contours");
  if (!t || !t->n_rows) return false;
  double *xs = itg_report_alloc(r, (size_t)t->n_rows, sizeof *xs),
         *ys = itg_report_alloc(r, (size_t)t->n_rows, sizeof *ys);
  int levels = 0;
  for (int64_t row = 0, end; xs && ys && row < t->n_rows; row = end) {
    double level = itg_cell_number(t, "level", row), line = itg_cell_number(t, "line", row), top = INFINITY,
           at = 0;
    int64_t n = 0;
    bool shown = is_arm(t, row, arm);
    for (end = row; end < t->n_rows && itg_cell_number(t, "level", end) == level &&
                    itg_cell_number(t, "line", end) == line && is_arm(t, end, arm) == shown;
         end++) {
      xs[n] = itg_axis_at(x, itg_cell_number(t, "effect", end));
      ys[n] = itg_axis_at(y, itg_cell_number(t, "cost", end));
      if (ys[n] < top) top = ys[n], at = xs[n];
      n++;
    }
    if (!shown) continue;
    itg_svg_polyline(r->out, xs, ys, n, "fill=\"none\" stroke=\"" ITG_INK "\" stroke-width=\"1.4\"");
    if (line != 1) continue;
    itg_text text = ITG_TEXT_EMPTY;
    itg_text_significant(&text, 100 * level, 3);
    itg_text_add(&text, "%");
    itg_svg_text(r->out, at, top - 3, "text-anchor=\"middle\" class=\"soft\"", text.data ? text.data : "");
    itg_text_print(words, "%s%s", levels++ ? ", " : "", text.data ? text.data : "");
    itg_report_drop(r->out, &text);
  }
  return levels > 0;
}

/* The line cost = threshold x effect within the frame. */
static void draw_threshold(itg_report *r, const itg_axis *x, const itg_axis *y, double threshold) {
  itg_text *out = r->out;
  double low = fmax(x->low, threshold > 0 ? y->low / threshold : x->low),
         high = fmin(x->high, threshold > 0 ? y->high / threshold : x->high);
  if (!(low < high)) return;
  itg_svg_line(out, itg_axis_at(x, low), itg_axis_at(y, threshold * low), itg_axis_at(x, high),
               itg_axis_at(y, threshold * high),
               "stroke=\"" ITG_ORANGE "\" stroke-width=\"1.6\" stroke-dasharray=\"6 3\"");
}

static bool is_peak(const itg_analysis *analysis) {
  const json_t *options = json_object_get(itg_result_provenance_tree(analysis->result), "options");
  return itg_text_equal(json_string_value(json_object_get(options, "contour_of")), "peak");
}

static void describe_plane(const itg_report_group *g, const char *arm, const cloud *c, itg_text *out) {
  static const char *const quadrants[] = {"dearer and better", "cheaper and better", "cheaper and worse",
                                          "dearer and worse"};
  itg_text_add(out, "Cost-effectiveness plane");
  if (g->label) itg_text_print(out, " of %s", g->label);
  if (arm) itg_text_print(out, " of %s", arm);
  itg_text_add(out, ". Mean effect ");
  itg_report_number(out,
                    isnan(estimate_of(g, "incremental_effect", arm))
                        ? c->mean_effect
                        : estimate_of(g, "incremental_effect", arm),
                    "QALY");
  itg_text_add(out, ", mean cost ");
  itg_report_number(
      out,
      isnan(estimate_of(g, "incremental_cost", arm)) ? c->mean_cost : estimate_of(g, "incremental_cost", arm),
      "currency");
  itg_text_print(out, ". Of %lld points", (long long)c->n);
  for (int q = 0; q < 4; q++) {
    itg_text_add(out, q ? ", " : " ");
    itg_report_number(out, c->share[q], "percent");
    itg_text_print(out, "%% are %s", quadrants[q]);
  }
  itg_text_add(out, ".");
}

void itg_report_plane(itg_report *r, const itg_report_group *g, const itg_table *table, const char *arm,
                      double threshold, const char *point) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  cloud c = {.n = 0};
  char id[16];
  if (!read_cloud(r, table, arm, &c)) return;
  double x_low = 0, x_high = 0, y_low = 0, y_high = 0;
  for (int64_t i = 0; i < c.n; i++) {
    x_low = fmin(x_low, c.effect[i]);
    x_high = fmax(x_high, c.effect[i]);
    y_low = fmin(y_low, c.cost[i]);
    y_high = fmax(y_high, c.cost[i]);
  }
  itg_axis x, y;
  itg_axis_make(&x, x_low, x_high, 5, LEFT, LEFT + WIDE);
  itg_axis_make(&y, y_low, y_high, 5, TOP + HIGH, TOP);
  describe_plane(g, arm, &c, &text);
  itg_figure_open(r, id);
  itg_svg_open(out, id, LEFT + WIDE + RIGHT, TOP + HIGH + FOOT,
               itg_report_group_title(r, g, "Cost-effectiveness plane"), text.data ? text.data : "");
  itg_report_drop(out, &text);
  char unit[ITG_NUMBER_SIZE];
  const char *effect = itg_cell_text(g->estimates, "unit", estimate_row(g, "incremental_effect", arm), unit);
  itg_text_print(&text, "More effect per person%s%s%s \xE2\x86\x92", effect ? " (" : "", effect ? effect : "",
                 effect ? ")" : "");
  itg_report_axes(out, &x, &y, text.data ? text.data : "", "\xE2\x86\x91 More cost per person (currency)");
  itg_report_drop(out, &text);
  /* Every k-th replicate, so that a page with 100000 of them stays small. */
  int64_t step = (c.n + MOST_POINTS - 1) / MOST_POINTS;
  itg_text_add(out, "<g fill=\"" ITG_BLUE "\" fill-opacity=\"0.28\">\n");
  for (int64_t i = 0; i < c.n; i += step)
    itg_svg_mark(out, ITG_MARK_CIRCLE, itg_axis_at(&x, c.effect[i]), itg_axis_at(&y, c.cost[i]), 2, NULL);
  itg_text_add(out, "</g>\n");
  double zero_x = itg_axis_at(&x, 0), zero_y = itg_axis_at(&y, 0);
  itg_svg_line(out, x.from, zero_y, x.to, zero_y, "stroke=\"#3d3d3d\"");
  itg_svg_line(out, zero_x, y.from, zero_x, y.to, "stroke=\"#3d3d3d\"");
  if (threshold > 0) draw_threshold(r, &x, &y, threshold);
  itg_text levels = ITG_TEXT_EMPTY;
  if (!draw_contours(r, g, arm, &x, &y, &levels)) draw_ellipse(out, &c, &x, &y);
  itg_svg_mark(out, ITG_MARK_DIAMOND, itg_axis_at(&x, c.mean_effect), itg_axis_at(&y, c.mean_cost), 6,
               "fill=\"#ffffff\" stroke=\"" ITG_INK "\" stroke-width=\"2\"");
  for (int q = 0; q < 4; q++) { /* shares in the corners */
    bool east = q < 2, north = q == 0 || q == 3;
    if ((!east && !(x.low < 0)) || (!north && !(y.low < 0))) continue; /* a quadrant without a place */
    itg_report_number(&text, c.share[q], "percent");
    itg_text_add(&text, "%");
    itg_svg_text(out, east ? x.to - 6 : x.from + 6, north ? y.to + 16 : y.from - 8,
                 east ? "text-anchor=\"end\" class=\"strong\"" : "class=\"strong\"",
                 text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  itg_svg_close(out);
  if (g->label) itg_text_print(&text, "%s. ", g->label);
  if (arm) itg_text_print(&text, "%s. ", arm);
  itg_text_print(&text, "Each point is one %s", point);
  if (step > 1) itg_text_print(&text, " (1 of %lld drawn)", (long long)step);
  itg_text_print(&text, "; diamond: mean; %s%s", levels.size ? "contours: " : "ellipse: 95% of them",
                 levels.size ? levels.data : "");
  if (levels.size)
    itg_text_add(&text, is_peak(g->analysis) ? " of the highest density" : " of them, the densest");
  itg_text_add(&text, "; corners: share of them in each quadrant. Right is better, up is dearer.");
  itg_report_drop(out, &levels);
  if (threshold > 0) {
    itg_text_add(&text, " Below the dashed line it pays at ");
    itg_text_grouped(&text, threshold, 0);
    itg_text_add(&text, " per unit of effect.");
  }
  itg_figure_close(r, text.data ? text.data : "");
  itg_report_drop(out, &text);
}

/* ---- the curve ---- */

/* `upto` ends at the threshold to draw to; a curve that ends before it goes on level. */
static void draw_curve(itg_report *r, const itg_report_group *g, const itg_table *table,
                       const itg_table *upto, const char *const *arms, int n_arms) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  char id[16];
  double high = 0;
  for (int64_t i = 0; i < upto->n_rows; i++) high = fmax(high, itg_cell_number(upto, "threshold", i));
  itg_axis x, y;
  itg_axis_make(&x, 0, high, 5, LEFT, LEFT + WIDE);
  itg_axis_make(&y, 0, 1, 5, TOP + HIGH, TOP);
  const char *title = itg_report_group_title(r, g, "Acceptability curve");
  itg_text_print(&text, "Cost-effectiveness acceptability curve%s%s.", g->label ? " of " : "",
                 g->label ? g->label : "");
  for (int k = 0; k < n_arms; k++)
    for (int i = 0; i <= 4; i += 2) {
      double at = high * i / 4, p = probability_at(table, arms[k], at);
      if (isnan(p)) continue;
      itg_text_print(&text, " %s%sAt ", arms[k] && !i ? arms[k] : "", arms[k] && !i ? ": " : "");
      itg_text_grouped(&text, at, 0);
      itg_text_add(&text, " the probability is ");
      itg_report_number(&text, p, "probability");
      itg_text_add(&text, ".");
    }
  itg_figure_open(r, id);
  itg_svg_open(out, id, LEFT + WIDE + RIGHT, TOP + HIGH + FOOT + 16.0 * n_arms, title,
               text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_report_axes(out, &x, &y, "Threshold: currency that a unit of effect may cost",
                  "Probability of being cost-effective");
  double *xs = itg_report_alloc(r, (size_t)table->n_rows + 1, sizeof *xs),
         *ys = itg_report_alloc(r, (size_t)table->n_rows + 1, sizeof *ys);
  for (int k = 0; k < n_arms && xs && ys; k++) {
    char style[160];
    int64_t n = 0, step = table->n_rows / n_arms > 600 ? table->n_rows / n_arms / 300 : 1, seen = 0;
    for (int64_t i = 0; i < table->n_rows; i++) {
      double threshold = itg_cell_number(table, "threshold", i), p = itg_cell_number(table, "probability", i);
      if (!is_arm(table, i, arms[k]) || isnan(threshold) || isnan(p) || threshold > high || seen++ % step)
        continue;
      xs[n] = itg_axis_at(&x, threshold);
      ys[n++] = itg_axis_at(&y, p);
    }
    double end = probability_at(table, arms[k], high);
    if (n && !isnan(end)) {
      xs[n] = itg_axis_at(&x, high);
      ys[n++] = itg_axis_at(&y, end);
    }
    snprintf(style, sizeof style, "fill=\"none\" stroke=\"%s\" stroke-width=\"2.4\" stroke-dasharray=\"%s\"",
             itg_series_colours[k], itg_series_dashes[k]);
    if (n) itg_svg_polyline(out, xs, ys, n, style);
    if (!arms[k]) continue;
    double at = TOP + HIGH + FOOT + 16.0 * k, line_x[] = {LEFT, LEFT + 34}, line_y[] = {at, at};
    itg_svg_polyline(out, line_x, line_y, 2, style);
    itg_svg_label(r, LEFT + 42, at + 4, WIDE - 60, "", arms[k]);
  }
  itg_svg_line(out, x.from, itg_axis_at(&y, 0.5), x.to, itg_axis_at(&y, 0.5),
               "stroke=\"#595959\" stroke-dasharray=\"2 3\"");
  itg_svg_close(out);
  itg_figure_close(r, itg_report_group_caption(r, g,
                                               "How likely it is to be cost-effective at what one is willing "
                                               "to pay. Dotted: even odds."));
}

/* Which of three arms or more is best; of two the curve above says it. */
static void draw_best(itg_report *r, const itg_report_group *g, double most) {
  const itg_table *best = itg_report_group_table(r, g, "best"), *frontier = itg_report_group_table(r, g, "ceaf");
  const char *arms[MOST_ARMS];
  if (!best || !best->n_rows || arms_of(best, arms) < 3) return;
  itg_report_lines_draw(
      r, &(itg_report_lines){best, "arm", "threshold", "probability",
                             itg_report_group_title(r, g, "Which arm is best"),
                             "Threshold: currency that a unit of effect may cost", "Probability of being the best",
                             itg_report_group_caption(r, g,
                                                      "How likely each arm is to be the best of all at what one is "
                                                      "willing to pay. Broad line: the arm with the highest expected "
                                                      "net benefit."),
                             most, true, true, frontier, "probability", "Highest expected net benefit", false});
}

static double last_threshold(const itg_table *table) {
  double high = 0;
  for (int64_t i = 0; i < table->n_rows; i++) high = fmax(high, itg_cell_number(table, "threshold", i));
  return high;
}

void itg_report_cea_draw(itg_report *report, const itg_analysis *analysis) {
  itg_report_group groups[ITG_REPORT_GROUPS];
  const char *arms[MOST_ARMS];
  if (!itg_result_find(analysis->result, "plane") && !itg_result_find(analysis->result, "ceac")) {
    itg_report_dots_draw(report, analysis);
    return;
  }
  int all, n_groups = itg_report_groups(report, analysis, own, groups, &all);
  for (int g = 0; g < n_groups; g++) {
    const itg_table *plane = itg_report_group_table(report, &groups[g], "plane"),
                    *curve = itg_report_group_table(report, &groups[g], "ceac"),
                    *benefit = itg_report_group_table(report, &groups[g], "inb");
    itg_text_add(report->out, "<div class=\"pair\">\n");
    int n = plane ? arms_of(plane, arms) : 0;
    for (int i = 0; i < n; i++)
      itg_report_plane(report, &groups[g], plane, arms[i], threshold_of(&groups[g]), "bootstrap replicate");
    if (curve && curve->n_rows) {
      n = arms_of(curve, arms);
      const itg_table *upto = benefit && benefit->n_rows ? benefit : curve;
      draw_curve(report, &groups[g], curve, upto, arms, n);
      draw_best(report, &groups[g], last_threshold(upto));
    }
    itg_text_add(report->out, "</div>\n");
  }
  itg_report_group_rest(report, n_groups, all);
}
