/* itg_svg.c - layer 4: small SVG pictures written straight into text. */
#include "itg_svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const itg_series_colours[ITG_SERIES] = {ITG_BLUE, ITG_ORANGE, ITG_PLUM, ITG_TEAL, ITG_GREY, ITG_LILAC};
const char *const itg_series_dashes[ITG_SERIES] = {"none", "7 3", "2 3", "10 3 2 3", "14 4", "1 2"};

/* ---- shapes ---- */

/* A coordinate: a hundredth of a pixel is finer than any screen. */
static void number(itg_text *out, double value) {
  if (fabs(value - nearbyint(value)) < 0.005)
    itg_text_fixed(out, value, 0);
  else
    itg_text_fixed(out, value, 2);
}

static void attribute(itg_text *out, const char *name, double value) {
  itg_text_print(out, " %s=\"", name);
  number(out, value);
  itg_text_add(out, "\"");
}

static void finish(itg_text *out, const char *style) { itg_text_print(out, " %s/>\n", style ? style : ""); }

void itg_svg_open(itg_text *out, const char *id, double width, double height, const char *title,
                  const char *description) {
  itg_text_add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"");
  itg_text_html(out, id);
  itg_text_add(out, "-title ");
  itg_text_html(out, id);
  itg_text_add(out, "-desc\" viewBox=\"0 0 ");
  number(out, width);
  itg_text_add(out, " ");
  number(out, height);
  itg_text_add(out, "\"");
  attribute(out, "width", width);
  attribute(out, "height", height);
  itg_text_add(out, ">\n<title id=\"");
  itg_text_html(out, id);
  itg_text_add(out, "-title\">");
  itg_text_html(out, title);
  itg_text_add(out, "</title>\n<desc id=\"");
  itg_text_html(out, id);
  itg_text_add(out, "-desc\">");
  itg_text_html(out, description);
  itg_text_add(out, "</desc>\n");
}

void itg_svg_close(itg_text *out) { itg_text_add(out, "</svg>\n"); }

void itg_svg_line(itg_text *out, double x1, double y1, double x2, double y2, const char *style) {
  itg_text_add(out, "<line");
  attribute(out, "x1", x1);
  attribute(out, "y1", y1);
  attribute(out, "x2", x2);
  attribute(out, "y2", y2);
  finish(out, style);
}

void itg_svg_rect(itg_text *out, double x, double y, double width, double height, const char *style) {
  itg_text_add(out, "<rect");
  attribute(out, "x", x);
  attribute(out, "y", y);
  attribute(out, "width", width > 0 ? width : 0);
  attribute(out, "height", height > 0 ? height : 0);
  finish(out, style);
}

void itg_svg_text(itg_text *out, double x, double y, const char *style, const char *text) {
  itg_text_add(out, "<text");
  attribute(out, "x", x);
  attribute(out, "y", y);
  itg_text_print(out, " %s>", style ? style : "");
  itg_text_html(out, text);
  itg_text_add(out, "</text>\n");
}

static void point(itg_text *out, double x, double y) {
  number(out, x);
  itg_text_add(out, ",");
  number(out, y);
}

void itg_svg_polyline(itg_text *out, const double *x, const double *y, int64_t n, const char *style) {
  itg_text_add(out, "<polyline points=\"");
  for (int64_t i = 0; i < n; i++) {
    if (i) itg_text_add(out, " ");
    point(out, x[i], y[i]);
  }
  itg_text_add(out, "\"");
  finish(out, style);
}

static void polygon(itg_text *out, double x, double y, double radius, const double (*corners)[2], int n,
                    const char *style) {
  itg_text_add(out, "<polygon points=\"");
  for (int i = 0; i < n; i++) {
    if (i) itg_text_add(out, " ");
    point(out, x + radius * corners[i][0], y + radius * corners[i][1]);
  }
  itg_text_add(out, "\"");
  finish(out, style);
}

void itg_svg_mark(itg_text *out, itg_mark mark, double x, double y, double radius, const char *style) {
  /* Sized so that all marks look equally large. */
  static const double square[][2] = {{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}};
  static const double triangle[][2] = {{0, -1.25}, {1.15, 0.8}, {-1.15, 0.8}};
  static const double down[][2] = {{0, 1.25}, {-1.15, -0.8}, {1.15, -0.8}};
  static const double diamond[][2] = {{0, -1.3}, {1.3, 0}, {0, 1.3}, {-1.3, 0}};
  static const double cross[][2] = {{-0.35, -1},   {0.35, -1},   {0.35, -0.35}, {1, -0.35},
                                    {1, 0.35},     {0.35, 0.35}, {0.35, 1},     {-0.35, 1},
                                    {-0.35, 0.35}, {-1, 0.35},   {-1, -0.35},   {-0.35, -0.35}};
  switch (mark) {
    case ITG_MARK_SQUARE:
      polygon(out, x, y, radius, square, ITG_COUNT(square), style);
      return;
    case ITG_MARK_TRIANGLE:
      polygon(out, x, y, radius, triangle, ITG_COUNT(triangle), style);
      return;
    case ITG_MARK_DOWN:
      polygon(out, x, y, radius, down, ITG_COUNT(down), style);
      return;
    case ITG_MARK_DIAMOND:
      polygon(out, x, y, radius, diamond, ITG_COUNT(diamond), style);
      return;
    case ITG_MARK_CROSS:
      polygon(out, x, y, radius, cross, ITG_COUNT(cross), style);
      return;
    case ITG_MARK_CIRCLE:
      break;
  }
  itg_text_add(out, "<circle");
  attribute(out, "cx", x);
  attribute(out, "cy", y);
  attribute(out, "r", radius);
  finish(out, style);
}

void itg_svg_hatch(itg_text *out, const char *id) {
  itg_text_add(out, "<defs><pattern id=\"");
  itg_text_html(out, id);
  itg_text_add(out,
               "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
               "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#ffffff\"/><line "
               "x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#8c8c8c\" "
               "stroke-width=\"1.4\"/></pattern></defs>\n");
}

/* ---- scales ---- */

/* The round number (1, 2, 2.5 or 5 times a power of ten) at or above x > 0. */
static double round_step(double x) {
  double power = pow(10, floor(log10(x)));
  static const double steps[] = {1, 2, 2.5, 5, 10};
  for (size_t i = 0; i < ITG_COUNT(steps); i++)
    if (x <= steps[i] * power * (1 + 1e-9)) return steps[i] * power;
  return 10 * power;
}

void itg_axis_make(itg_axis *axis, double low, double high, int n, double from, double to) {
  if (!isfinite(low) || !isfinite(high)) low = 0, high = 1;
  if (low > high) {
    double swap = low;
    low = high;
    high = swap;
  }
  double span = high - low, size = fmax(fabs(low), fabs(high));
  if (span <= size * 1e-9 || !(span > 0)) { /* one value: room on both sides */
    double room = size > 0 ? size * 0.5 : 1;
    low -= room;
    high += room;
  }
  n = n < 2 ? 2 : n > 12 ? 12 : n;
  axis->step = round_step((high - low) / n);
  axis->low = floor(low / axis->step + 1e-9) * axis->step;
  axis->high = ceil(high / axis->step - 1e-9) * axis->step;
  axis->from = from;
  axis->to = to;
  double first = nearbyint(axis->low / axis->step);
  axis->n_ticks = 0;
  for (int i = 0; i < (int)ITG_COUNT(axis->ticks); i++) {
    double tick = (first + i) * axis->step;
    if (tick > axis->high + axis->step * 1e-6) break;
    axis->ticks[axis->n_ticks++] = tick;
  }
}

double itg_axis_at(const itg_axis *axis, double value) {
  return axis->from + (value - axis->low) / (axis->high - axis->low) * (axis->to - axis->from);
}

void itg_axis_label(const itg_axis *axis, double tick, itg_text *out) {
  int decimals = 0;
  double step = axis->step;
  while (decimals < 9 && fabs(step - nearbyint(step)) > 1e-6 * step) {
    step *= 10;
    decimals++;
  }
  itg_text_grouped(out, tick, decimals);
}

/* ---- colours ---- */

static void blend(const int *a, const int *b, double share, char *out) {
  int mixed[3];
  for (int i = 0; i < 3; i++) mixed[i] = (int)floor(a[i] + share * (b[i] - a[i]) + 0.5);
  snprintf(out, ITG_COLOUR_SIZE, "#%02x%02x%02x", mixed[0] & 255, mixed[1] & 255, mixed[2] & 255);
}

static double clamp(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

void itg_colour_sequential(double share, char *out) {
  static const int stops[4][3] = {{240, 245, 250}, {158, 196, 225}, {58, 126, 181}, {11, 48, 84}};
  double at = clamp(isnan(share) ? 0 : share, 0, 1) * 3;
  int below = at >= 3 ? 2 : (int)at;
  blend(stops[below], stops[below + 1], at - below, out);
}

void itg_colour_diverging(double share, char *out) {
  static const int orange[3][3] = {{245, 245, 245}, {247, 190, 150}, {190, 76, 16}};
  static const int blue[3][3] = {{245, 245, 245}, {158, 196, 225}, {18, 67, 109}};
  double at = clamp(isnan(share) ? 0 : share, -1, 1);
  const int(*stops)[3] = at < 0 ? orange : blue;
  at = fabs(at) * 2;
  int below = at >= 2 ? 1 : (int)at;
  blend(stops[below], stops[below + 1], at - below, out);
}

/* Relative luminance of "#rrggbb" (WCAG 2). */
static double luminance(const char *colour) {
  static const double weights[3] = {0.2126, 0.7152, 0.0722};
  unsigned parts[3] = {0, 0, 0};
  double sum = 0;
  sscanf(colour, "#%2x%2x%2x", &parts[0], &parts[1], &parts[2]);
  for (int i = 0; i < 3; i++) {
    double c = parts[i] / 255.0;
    sum += weights[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
  }
  return sum;
}

double itg_colour_contrast(const char *a, const char *b) {
  double x = luminance(a), y = luminance(b);
  return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

const char *itg_colour_ink(const char *fill) {
  return itg_colour_contrast(fill, "#ffffff") >= itg_colour_contrast(fill, "#000000") ? "#ffffff" : "#000000";
}

/* ---- numbers for display ---- */

void itg_text_grouped(itg_text *out, double value, int decimals) {
  itg_text plain = ITG_TEXT_EMPTY;
  itg_text_fixed(&plain, value, decimals);
  if (plain.failed || !plain.data) {
    out->failed = true;
    itg_text_clear(&plain);
    return;
  }
  const char *at = plain.data;
  if (*at == '-') {
    itg_text_add(out, "\xE2\x88\x92"); /* the minus sign, as wide as a digit */
    at++;
  }
  size_t whole = strspn(at, "0123456789");
  for (size_t i = 0; i < whole; i++) {
    if (i && whole > 4 && (whole - i) % 3 == 0) itg_text_add(out, "\xC2\xA0");
    itg_text_append(out, at + i, 1);
  }
  itg_text_add(out, at + whole);
  itg_text_clear(&plain);
}
