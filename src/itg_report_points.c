/* itg_report_points.c - layer 4: points by component over waves, as on the rating of PRISMA. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_report.h"

enum {
  WIDE = 310,
  HIGH = 150,
  PAD_LEFT = 44,
  PAD_TOP = 30,
  PAD_FOOT = 26,
  ACROSS = 3,
  MOST_PANELS = 24,
  LINE = 15
};

/* The table "progress" laid out: percent[(component * areas + area) * waves + wave]. */
typedef struct progress {
  itg_factor areas, waves;
  const char *components[MOST_PANELS], *titles[MOST_PANELS];
  int n_components, n_areas; /* n_areas: 1 when there is no such column */
  double *percent;
  bool single;      /* one wave */
  double two_lines; /* room for the second line of a title; 0 when all have one */
} progress;

static bool read_progress(itg_report *r, const itg_table *table, progress *p) {
  int area = itg_table_column(table, "area"), wave = itg_table_column(table, "wave");
  char buffer[ITG_NUMBER_SIZE];
  if (area < 0 || wave < 0 || !table->n_rows) return false;
  if (itg_factor_make(&table->columns[area], table->n_rows, r->arena, &p->areas, NULL) ||
      itg_factor_make(&table->columns[wave], table->n_rows, r->arena, &p->waves, NULL)) {
    r->out->failed = true;
    return false;
  }
  p->n_areas = p->areas.n_levels ? p->areas.n_levels : 1;
  int n_waves = p->waves.n_levels ? p->waves.n_levels : 1;
  p->single = n_waves < 2;
  size_t most = (size_t)MOST_PANELS * (size_t)p->n_areas * (size_t)n_waves;
  p->percent = itg_report_alloc(r, most, sizeof *p->percent);
  if (!p->percent) return false;
  for (size_t i = 0; i < most; i++) p->percent[i] = NAN;
  for (int64_t row = 0; row < table->n_rows; row++) {
    const char *component = itg_cell_text(table, "component", row, buffer);
    int c = 0;
    while (c < p->n_components && !itg_text_equal(p->components[c], component)) c++;
    if (c == MOST_PANELS || !component) continue;
    if (c == p->n_components) {
      p->components[p->n_components] = component;
      p->titles[p->n_components++] = itg_cell_text(table, "title", row, buffer);
    }
    int a = p->areas.codes[row] < 0 ? 0 : p->areas.codes[row],
        w = p->waves.codes[row] < 0 ? 0 : p->waves.codes[row];
    p->percent[((size_t)c * (size_t)p->n_areas + (size_t)a) * (size_t)n_waves + (size_t)w] =
        itg_cell_number(table, "percent", row);
  }
  return true;
}

static double at(const progress *p, int component, int area, int wave) {
  int n_waves = p->waves.n_levels ? p->waves.n_levels : 1;
  return p->percent[((size_t)component * (size_t)p->n_areas + (size_t)area) * (size_t)n_waves + (size_t)wave];
}

static double threshold_of(const itg_analysis *a) {
  const itg_node *threshold = itg_node_get(itg_node_get(a->node, "options"), "threshold");
  double value = NAN;
  if (itg_node_number(threshold, &value)) return value;
  for (const itg_field *f = a->measure->options; f && f->key; f++)
    if (strcmp(f->key, "threshold") == 0 && f->fallback)
      itg_number_parse(f->fallback, strlen(f->fallback), &value);
  return value;
}

void itg_report_points_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  const itg_table *table = itg_result_find(analysis->result, "progress");
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE], c[ITG_NUMBER_SIZE];
  int said = 0;
  /* The total of each area at its last wave. */
  for (int64_t r = 0; table && r < table->n_rows && said < 4; r++) {
    if (!itg_cell_is(table, "component", r, "total") || isnan(itg_cell_number(table, "percent", r))) continue;
    const char *area = itg_cell_text(table, "area", r, a), *wave = itg_cell_text(table, "wave", r, b);
    bool last = true;
    for (int64_t k = r + 1; k < table->n_rows && last; k++)
      last = !(itg_cell_is(table, "component", k, "total") &&
               itg_text_equal(itg_cell_text(table, "area", k, c), area));
    if (!last) continue;
    itg_text_print(out, "%s%s%s%s%s", said ? "; " : "", area ? area : "The service", wave ? " (" : "",
                   wave ? wave : "", wave ? ")" : "");
    itg_text_add(out, ": ");
    itg_report_number(out, itg_cell_number(table, "points", r), "points");
    itg_text_add(out, " of ");
    itg_text_grouped(out, itg_cell_number(table, "maximum", r), 0);
    itg_text_add(out, " points");
    double change = itg_cell_number(table, "change_first", r);
    if (!isnan(change)) {
      itg_text_add(out, change >= 0 ? ", up " : ", down ");
      itg_report_number(out, fabs(change), "points");
      itg_text_add(out, " since the first wave");
    }
    said++;
  }
  if (said)
    itg_text_add(out, ".");
  else
    itg_report_dots_say(report, analysis, out);
}

static const char *series_style(int area, int n_areas, char style[160]) {
  if (n_areas > 4)
    snprintf(style, 160, "fill=\"none\" stroke=\"#7a93a8\" stroke-width=\"1.2\"");
  else
    snprintf(style, 160, "fill=\"none\" stroke=\"%s\" stroke-width=\"2.2\" stroke-dasharray=\"%s\"",
             itg_series_colours[area], itg_series_dashes[area]);
  return style;
}

static void draw_mark(itg_text *out, int area, int n_areas, double x, double y) {
  static const itg_mark marks[] = {ITG_MARK_CIRCLE, ITG_MARK_SQUARE, ITG_MARK_TRIANGLE, ITG_MARK_DIAMOND};
  char style[64];
  snprintf(style, sizeof style, "fill=\"%s\"", n_areas > 4 ? "#7a93a8" : itg_series_colours[area]);
  itg_svg_mark(out, n_areas > 4 ? ITG_MARK_CIRCLE : marks[area], x, y, n_areas > 4 ? 2.5 : 4, style);
}

static const char *title_of(itg_report *r, const progress *p, int component) {
  itg_text text = ITG_TEXT_EMPTY;
  itg_report_words(&text, p->titles[component] ? p->titles[component] : p->components[component]);
  const char *title = itg_arena_print(r->arena, "%s", text.data ? text.data : "");
  itg_report_drop(r->out, &text);
  if (!title) r->out->failed = true;
  return title ? title : "";
}

static void write_title(itg_report *r, const char *title, double x, double y) {
  size_t cut = itg_svg_break(title, WIDE - 20);
  const char *first = cut ? itg_arena_print(r->arena, "%.*s", (int)cut, title) : title;
  if (!first) r->out->failed = true;
  itg_svg_label(r, x, y, WIDE - 20, "class=\"strong\"", first ? first : "");
  if (cut) itg_svg_label(r, x, y + LINE, WIDE - 20, "class=\"strong\"", title + cut + 1);
}

static void draw_panel(itg_report *r, const progress *p, int component, double left, double top,
                       double threshold) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  int n_waves = p->waves.n_levels ? p->waves.n_levels : 1;
  bool total = strcmp(p->components[component], "total") == 0;
  itg_axis y;
  double from = left + PAD_LEFT, to = left + WIDE - 28;
  write_title(r, title_of(r, p, component), left + 6, top + 16);
  top += p->two_lines;
  itg_axis_make(&y, 0, 100, 2, top + HIGH - PAD_FOOT, top + PAD_TOP);
  for (int i = 0; i < y.n_ticks; i++) {
    double at_y = itg_axis_at(&y, y.ticks[i]);
    itg_svg_line(out, from - 4, at_y, to + 6, at_y, "stroke=\"" ITG_GRID "\"");
    itg_axis_label(&y, y.ticks[i], &text);
    itg_svg_text(out, from - 8, at_y + 4, "text-anchor=\"end\" class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  if (total && !isnan(threshold)) {
    double at_y = itg_axis_at(&y, threshold);
    itg_svg_line(out, from - 4, at_y, to + 6, at_y,
                 "stroke=\"#3d3d3d\" stroke-width=\"1.3\" stroke-dasharray=\"2 3\"");
  }
  double step = n_waves > 1 ? (to - from) / (n_waves - 1) : 0;
  for (int w = 0; w < n_waves; w++) {
    if (!p->waves.n_levels || (n_waves - 1 - w) % ((n_waves + 3) / 4) != 0)
      continue; /* the last, and every few */
    itg_svg_text(out, n_waves > 1 ? from + w * step : (from + to) / 2, top + HIGH - 8,
                 "text-anchor=\"middle\" font-size=\"10\" class=\"soft\"", p->waves.levels[w]);
  }
  for (int a = 0; a < p->n_areas; a++) {
    double *xs = itg_report_alloc(r, (size_t)n_waves, sizeof *xs),
           *ys = itg_report_alloc(r, (size_t)n_waves, sizeof *ys);
    int n = 0;
    char style[160];
    if (!xs || !ys) return;
    for (int w = 0; w < n_waves; w++) {
      double value = at(p, component, a, w);
      if (isnan(value)) continue;
      xs[n] = n_waves > 1 ? from + w * step : (from + to) / 2;
      ys[n++] = itg_axis_at(&y, value);
    }
    if (n > 1) itg_svg_polyline(out, xs, ys, n, series_style(a, p->n_areas, style));
    for (int i = 0; i < n; i++) draw_mark(out, a, p->n_areas, xs[i], ys[i]);
  }
}

static void describe(const progress *p, itg_text *out) {
  int n_waves = p->waves.n_levels ? p->waves.n_levels : 1;
  itg_text_print(out,
                 "%d small line charts, percent of the maximum of each component over %d waves in %d area%s.",
                 p->n_components, n_waves, p->n_areas, p->n_areas == 1 ? "" : "s");
  for (int c = 0; c < p->n_components; c++) {
    if (strcmp(p->components[c], "total") != 0) continue;
    for (int a = 0; a < p->n_areas && a < 6; a++) {
      int last = n_waves - 1;
      while (last > 0 && isnan(at(p, c, a, last))) last--;
      if (isnan(at(p, c, a, last))) continue;
      itg_text_print(out, " %s: total ", p->areas.n_levels ? p->areas.levels[a] : "Total");
      itg_report_number(out, at(p, c, a, last), "percent");
      itg_text_print(out, "%% at the last wave%s.", p->waves.n_levels ? "" : " there is");
    }
  }
}

void itg_report_points_draw(itg_report *report, const itg_analysis *analysis) {
  const itg_table *table = itg_result_find(analysis->result, "progress");
  itg_text *out = report->out, text = ITG_TEXT_EMPTY;
  progress p = {.n_components = 0};
  char id[16];
  if (!table || !read_progress(report, table, &p) || !p.n_components) return;
  int rows = (p.n_components + ACROSS - 1) / ACROSS;
  bool legend = p.areas.n_levels > 0 && p.n_areas <= 4;
  double top = legend ? 28 : 4, threshold = threshold_of(analysis);
  for (int c = 0; c < p.n_components; c++)
    if (itg_svg_break(title_of(report, &p, c), WIDE - 20)) p.two_lines = LINE;
  double high = HIGH + p.two_lines + 8;
  describe(&p, &text);
  itg_figure_open(report, id);
  itg_svg_open(out, id, ACROSS * WIDE, top + rows * high, "Points by component",
               text.data ? text.data : "");
  itg_report_drop(out, &text);
  for (int a = 0; legend && a < p.n_areas; a++) {
    double x = PAD_LEFT + a * 210, xs[] = {x, x + 30}, ys[] = {14, 14};
    char style[160];
    itg_svg_polyline(out, xs, ys, 2, series_style(a, p.n_areas, style));
    draw_mark(out, a, p.n_areas, x + 15, 14);
    itg_svg_label(report, x + 38, 18, 165, "", p.areas.levels[a]);
  }
  /* The total first: it is what is asked for. */
  int place = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int c = 0; c < p.n_components; c++) {
      if ((strcmp(p.components[c], "total") == 0) != (pass == 0)) continue;
      draw_panel(report, &p, c, place % ACROSS * WIDE, top + place / ACROSS * high, threshold);
      place++;
    }
  itg_svg_close(out);
  itg_text_add(&text, "Percent of the maximum of each component.");
  if (!isnan(threshold)) {
    itg_text_add(&text, " Dotted: the threshold of ");
    itg_text_significant(&text, threshold, 4);
    itg_text_add(&text, "%.");
  }
  itg_figure_close(report, text.data ? text.data : "");
  itg_report_drop(out, &text);
}
