/* itg_report_lines.c - layer 4: lines over thresholds or sizes: acceptability, losses, values of information. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_report.h"

enum { WIDE = 380, HIGH = 330, LEFT = 78, RIGHT = 22, TOP = 34, FOOT = 48 };

static bool is_of(const itg_report_lines *l, int64_t row, const char *name) {
  return !l->by || itg_cell_is(l->table, l->by, row, name);
}

/* Up to the end of the axis, the largest value of a line. */
static double peak(const itg_report_lines *l, const char *name) {
  double most = -INFINITY;
  for (int64_t row = 0; row < l->table->n_rows; row++)
    if (is_of(l, row, name) && itg_cell_number(l->table, l->x, row) <= l->most)
      most = fmax(most, itg_cell_number(l->table, l->y, row));
  return most;
}

/* Values of `by` in order of appearance, of more than there are colours those that rise highest; or by how high they
 * rise.  *all is how many there are. */
static int names_of(itg_report *r, const itg_report_lines *l, const char **names, int *all) {
  int n = 0, kept = 0;
  char buffer[ITG_NUMBER_SIZE];
  *all = 1;
  if (!l->by) return names[0] = NULL, 1;
  const char **each = itg_report_alloc(r, (size_t)l->table->n_rows + 1, sizeof *each);
  double *peaks = itg_report_alloc(r, (size_t)l->table->n_rows + 1, sizeof *peaks);
  *all = 0;
  if (!each || !peaks) return 0;
  for (int64_t row = 0; row < l->table->n_rows; row++) {
    const char *name = itg_cell_text(l->table, l->by, row, buffer);
    int k = n - 1; /* rows of a line mostly follow each other */
    while (k >= 0 && !itg_text_equal(each[k], name)) k--;
    if (k >= 0 || !name) continue;
    each[n] = itg_arena_text(r->arena, name, strlen(name));
    if (!each[n]) return 0;
    peaks[n] = peak(l, each[n]);
    n++;
  }
  *all = n;
  for (int k = 0; k < n; k++) {
    int higher = 0; /* lines that come before this one */
    for (int i = 0; i < n; i++) higher += peaks[i] > peaks[k] || (peaks[i] == peaks[k] && i < k);
    if (higher >= ITG_SERIES) continue;
    names[l->by_height ? higher : kept] = each[k];
    kept++;
  }
  return kept;
}

static double value_at(const itg_report_lines *l, const char *name, double x) {
  double best = NAN, nearest = -INFINITY;
  for (int64_t row = 0; row < l->table->n_rows; row++) {
    double at = itg_cell_number(l->table, l->x, row);
    if (!is_of(l, row, name) || !(at <= x) || !(at > nearest)) continue;
    nearest = at;
    best = itg_cell_number(l->table, l->y, row);
  }
  return best;
}

static void describe(itg_text *text, const itg_report_lines *l, const char *const *names, int n) {
  itg_text_print(text, "%s.", l->title);
  for (int k = 0; k < n; k++)
    for (int i = 1; i <= 3; i++) {
      double at = l->most * i / 3, value = value_at(l, names[k], at);
      if (isnan(value)) continue;
      if (names[k] && i == 1) itg_text_print(text, " %s:", names[k]);
      itg_text_add(text, " at ");
      itg_text_grouped(text, at, 0);
      itg_text_add(text, " it is ");
      itg_report_number(text, value, l->probability ? "probability" : "currency");
      itg_text_add(text, i < 3 ? "," : ".");
    }
}

/* Points of a line in pixels up to the end of the axis; with steps the value holds up to the next threshold,
 * and what has come down to 0 at the last one stays there. */
static int64_t trace(const itg_report_lines *l, const char *name, const itg_axis *x, const itg_axis *y, double *xs,
                     double *ys) {
  int64_t n = 0;
  double last = NAN, last_at = NAN, top = 0;
  for (int64_t row = 0; row < l->table->n_rows; row++) {
    double at = itg_cell_number(l->table, l->x, row), value = itg_cell_number(l->table, l->y, row);
    if (!is_of(l, row, name) || isnan(at) || isnan(value)) continue;
    if (at > l->most) {
      if (!n) return 0;
      xs[n] = itg_axis_at(x, l->most);
      ys[n] = itg_axis_at(y, l->steps ? last : last + (value - last) * (l->most - last_at) / (at - last_at));
      return n + 1;
    }
    last = value, last_at = at, top = fmax(top, value);
    if (n && itg_axis_at(x, at) < xs[n - 1] + 0.6) continue; /* closer than what can be seen */
    if (l->steps && n) {
      xs[n] = itg_axis_at(x, at);
      ys[n] = ys[n - 1];
      n++;
    }
    xs[n] = itg_axis_at(x, at);
    ys[n++] = itg_axis_at(y, value);
  }
  if (n && last_at < l->most && (l->steps || fabs(last) <= 1e-9 * top)) {
    xs[n] = itg_axis_at(x, l->most);
    ys[n++] = itg_axis_at(y, last);
  }
  return n;
}

void itg_report_lines_draw(itg_report *r, const itg_report_lines *l) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  const char *names[ITG_SERIES];
  char id[16];
  int all, n = names_of(r, l, names, &all);
  double low = 0, high = l->probability ? 1 : 0;
  for (int64_t row = 0; row < l->table->n_rows && !l->probability; row++) {
    double at = itg_cell_number(l->table, l->x, row), value = itg_cell_number(l->table, l->y, row);
    if (!(at <= l->most) || isnan(value)) continue;
    low = fmin(low, value);
    high = fmax(high, value);
  }
  itg_axis x, y;
  itg_axis_make(&x, 0, l->most, 5, LEFT, LEFT + WIDE);
  itg_axis_make(&y, low, high, 5, TOP + HIGH, TOP);
  describe(&text, l, names, n);
  itg_figure_open(r, id);
  itg_svg_open(out, id, LEFT + WIDE + RIGHT,
               TOP + HIGH + FOOT + (l->by ? 16.0 * n : 0) + (l->behind ? 16 : 0), l->title,
               text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_report_axes(out, &x, &y, l->x_title, l->y_title);
  double *xs = itg_report_alloc(r, 2 * (size_t)l->table->n_rows + 2, sizeof *xs),
         *ys = itg_report_alloc(r, 2 * (size_t)l->table->n_rows + 2, sizeof *ys);
  if (l->behind && xs && ys) {
    itg_report_lines behind = *l;
    behind.table = l->behind, behind.by = NULL, behind.y = l->behind_y;
    int64_t points = trace(&behind, NULL, &x, &y, xs, ys);
    double at = TOP + HIGH + FOOT + 16.0 * n, key_x[] = {LEFT, LEFT + 34}, key_y[] = {at, at};
    const char *pale = "fill=\"none\" stroke=\"#c4c4c4\" stroke-width=\"7\"";
    if (points) itg_svg_polyline(out, xs, ys, points, pale);
    itg_svg_polyline(out, key_x, key_y, 2, pale);
    itg_svg_label(r, LEFT + 42, at + 4, WIDE - 60, "", l->behind_words);
  }
  for (int k = 0; k < n && xs && ys; k++) {
    char style[160];
    int64_t points = trace(l, names[k], &x, &y, xs, ys);
    snprintf(style, sizeof style, "fill=\"none\" stroke=\"%s\" stroke-width=\"2.4\" stroke-dasharray=\"%s\"",
             itg_series_colours[k], itg_series_dashes[k]);
    if (points) itg_svg_polyline(out, xs, ys, points, style);
    if (!l->by) continue;
    double at = TOP + HIGH + FOOT + 16.0 * k, line_x[] = {LEFT, LEFT + 34}, line_y[] = {at, at};
    itg_svg_polyline(out, line_x, line_y, 2, style);
    itg_text_print(&text, "%s%s", strcmp(l->by, "threshold") == 0 ? "threshold " : "", names[k]);
    itg_svg_label(r, LEFT + 42, at + 4, WIDE - 60, "", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  itg_svg_close(out);
  itg_text_add(&text, l->caption);
  if (all > n)
    itg_text_print(&text, " Of %d lines the %d that rise highest are drawn; the table holds all.", all, n);
  itg_figure_close(r, text.data ? text.data : "");
  itg_report_drop(out, &text);
}
