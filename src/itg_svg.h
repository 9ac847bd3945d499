/* itg_svg.h - layer 4: small SVG pictures written straight into text.
 *
 * A picture is for a reader who may not see colour, or not see at all: every one has a title, a
 * description made from its numbers, and marks that differ in shape.  `style` arguments are attributes
 * written by us (never by users); texts are escaped. */
#ifndef ITG_SVG_H
#define ITG_SVG_H

#include "itg_base.h"

/* Ink and paper.  The categorical colours stand out from white by at least 3 to 1 (WCAG 1.4.11) and from
 * each other in grey; those of series are used in order, with different line types and marks. */
#define ITG_INK "#1d1d1d"
#define ITG_INK_SOFT "#595959"
#define ITG_GRID "#d9d9d9"
#define ITG_BLUE "#12436d"
#define ITG_TEAL "#28a197"
#define ITG_PLUM "#801650"
#define ITG_ORANGE "#d4581a"
#define ITG_GREY "#3d3d3d"
#define ITG_LILAC "#9474c4"
enum { ITG_SERIES = 6 };
extern const char *const itg_series_colours[ITG_SERIES];
extern const char *const itg_series_dashes[ITG_SERIES]; /* stroke-dasharray */

/* Open a picture of the given size; `id` must be unique on the page. */
void itg_svg_open(itg_text *out, const char *id, double width, double height, const char *title,
                  const char *description);
void itg_svg_close(itg_text *out);

void itg_svg_line(itg_text *out, double x1, double y1, double x2, double y2, const char *style);
void itg_svg_rect(itg_text *out, double x, double y, double width, double height, const char *style);
void itg_svg_text(itg_text *out, double x, double y, const char *style, const char *text);
void itg_svg_polyline(itg_text *out, const double *x, const double *y, int64_t n, const char *style);

typedef enum itg_mark {
  ITG_MARK_CIRCLE,
  ITG_MARK_SQUARE,
  ITG_MARK_TRIANGLE,
  ITG_MARK_DIAMOND,
  ITG_MARK_DOWN, /* triangle standing on its point */
  ITG_MARK_CROSS
} itg_mark;
void itg_svg_mark(itg_text *out, itg_mark mark, double x, double y, double radius, const char *style);

/* A hatched fill `url(#<id>)`, for what is missing. */
void itg_svg_hatch(itg_text *out, const char *id);

/* ---- scales ---- */

/* Values low .. high drawn from pixel `from` to pixel `to`, with round ticks. */
typedef struct itg_axis {
  double low, high, from, to, step;
  int n_ticks;
  double ticks[24];
} itg_axis;

/* Widen low .. high to round numbers with about n ticks (2 to 12).  Equal or impossible ends are mended. */
void itg_axis_make(itg_axis *axis, double low, double high, int n, double from, double to);
double itg_axis_at(const itg_axis *axis, double value);
/* Label of a tick: as many decimals as the step needs, thousands apart. */
void itg_axis_label(const itg_axis *axis, double tick, itg_text *out);

/* ---- colours ---- */

#define ITG_COLOUR_SIZE 8                                 /* "#rrggbb" */
void itg_colour_sequential(double share, char *out);      /* 0 pale .. 1 dark blue */
void itg_colour_diverging(double share, char *out);       /* -1 orange .. 0 pale grey .. 1 blue */
const char *itg_colour_ink(const char *fill);             /* black or white, whichever reads better on it */
double itg_colour_contrast(const char *a, const char *b); /* WCAG 2 ratio, 1 .. 21 */

/* A number for display with thousands set apart by a no-break space and `decimals` decimals. */
void itg_text_grouped(itg_text *out, double value, int decimals);

#endif
