/* itg_report_frontier.c - layer 4: the cost-effectiveness frontier of the strategies of a model. */
#include <math.h>
#include <string.h>

#include "itg_report.h"

enum { WIDE = 380, HIGH = 330, LEFT = 78, RIGHT = 40, TOP = 34, FOOT = 48 };

static const struct look {
  const char *status;
  itg_mark mark;
  const char *style;
} looks[] = {
    {"on the frontier", ITG_MARK_CIRCLE, "fill=\"" ITG_BLUE "\""},
    {"extendedly dominated", ITG_MARK_TRIANGLE, "fill=\"" ITG_ORANGE "\""},
    {"dominated", ITG_MARK_CROSS, "fill=\"none\" stroke=\"" ITG_ORANGE "\" stroke-width=\"2.4\""},
    {"same as another", ITG_MARK_SQUARE, "fill=\"none\" stroke=\"" ITG_ORANGE "\" stroke-width=\"2\""}};

static const struct look *look_of(const itg_table *table, int64_t row) {
  for (size_t i = 0; i < ITG_COUNT(looks); i++)
    if (itg_cell_is(table, "status", row, looks[i].status)) return &looks[i];
  return &looks[0];
}

/* Unit of the effect, as the estimates have it; NULL: no estimate of an effect. */
static const char *effect_unit(const itg_report_group *g, char *buffer) {
  for (int64_t row = 0; row < g->estimates->n_rows; row++)
    if (itg_cell_is(g->estimates, "scale", row, "effect"))
      return itg_cell_text(g->estimates, "unit", row, buffer);
  return NULL;
}

static void describe(itg_text *text, const itg_table *table) {
  char name[ITG_NUMBER_SIZE], status[ITG_NUMBER_SIZE], against[ITG_NUMBER_SIZE];
  itg_text_add(text, "Cost-effectiveness frontier.");
  for (int64_t row = 0; row < table->n_rows; row++) {
    double icer = itg_cell_number(table, "icer", row);
    itg_text_print(text, " %s: %s, cost ", itg_cell_text(table, "strategy", row, name),
                   itg_cell_text(table, "status", row, status));
    itg_report_number(text, itg_cell_number(table, "cost", row), "currency");
    itg_text_add(text, ", effect ");
    itg_report_number(text, itg_cell_number(table, "effect", row), "QALY");
    if (!isnan(icer)) {
      itg_text_add(text, ", a ratio of ");
      itg_report_number(text, icer, "currency");
      itg_text_print(text, " to %s", itg_cell_text(table, "compared_with", row, against));
    }
    itg_text_add(text, ".");
  }
}

void itg_report_frontier(itg_report *r, const itg_report_group *g, const itg_table *table) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  char id[16], buffer[ITG_NUMBER_SIZE];
  double range[4] = {INFINITY, -INFINITY, INFINITY, -INFINITY};
  for (int64_t row = 0; row < table->n_rows; row++) {
    double effect = itg_cell_number(table, "effect", row), cost = itg_cell_number(table, "cost", row);
    range[0] = fmin(range[0], effect), range[1] = fmax(range[1], effect);
    range[2] = fmin(range[2], cost), range[3] = fmax(range[3], cost);
  }
  itg_axis x, y;
  double room = 0.1 * (range[1] - range[0]);
  itg_axis_make(&x, range[0] - room, range[1] + room, 5, LEFT, LEFT + WIDE);
  room = 0.1 * (range[3] - range[2]);
  itg_axis_make(&y, range[2] - room, range[3] + room, 5, TOP + HIGH, TOP);
  describe(&text, table);
  itg_figure_open(r, id);
  itg_svg_open(out, id, LEFT + WIDE + RIGHT, TOP + HIGH + FOOT,
               itg_report_group_title(r, g, "Cost-effectiveness frontier"), text.data ? text.data : "");
  itg_report_drop(out, &text);
  const char *unit = effect_unit(g, buffer);
  itg_text_print(&text, "Effect per person%s%s%s", unit ? " (" : "", unit ? unit : "", unit ? ")" : "");
  itg_report_axes(out, &x, &y, text.data ? text.data : "", "Cost per person (currency)");
  itg_report_drop(out, &text);
  double last_x = NAN, last_y = NAN;
  for (int64_t row = 0; row < table->n_rows; row++) { /* by increasing cost */
    if (look_of(table, row) != &looks[0]) continue;
    double to_x = itg_axis_at(&x, itg_cell_number(table, "effect", row)),
           to_y = itg_axis_at(&y, itg_cell_number(table, "cost", row));
    if (!isnan(last_x))
      itg_svg_line(out, last_x, last_y, to_x, to_y, "stroke=\"" ITG_BLUE "\" stroke-width=\"2\"");
    last_x = to_x, last_y = to_y;
  }
  for (int64_t row = 0; row < table->n_rows; row++) {
    const struct look *look = look_of(table, row);
    double at_x = itg_axis_at(&x, itg_cell_number(table, "effect", row)),
           at_y = itg_axis_at(&y, itg_cell_number(table, "cost", row)),
           icer = itg_cell_number(table, "icer", row);
    itg_svg_mark(out, look->mark, at_x, at_y, 5, look->style);
    itg_text_print(&text, "%s", itg_cell_text(table, "strategy", row, buffer));
    if (!isnan(icer)) {
      itg_text_add(&text, ", ");
      itg_report_number(&text, icer, "currency");
    }
    bool right = at_x > LEFT + WIDE / 2;
    itg_svg_text(out, right ? at_x - 9 : at_x + 9, at_y + (right ? -6 : 14),
                 right ? "text-anchor=\"end\"" : "", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  itg_svg_close(out);
  itg_figure_close(r, itg_report_group_caption(
                          r, g,
                          "Mean cost and effect. Line: the frontier; numbers: what a unit of effect costs "
                          "over the strategy before. Triangle: a mix of two others is better (extended "
                          "dominance); cross: another is no dearer and no less effective."));
}
