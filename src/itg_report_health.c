/* itg_report_health.c - layer 4: utilities and QALYs: what the groups have on average, from how many
 * persons. */
#include <math.h>
#include <string.h>

#include "itg_report.h"

enum { MOST_SAID = 4 };

static bool is_qaly(const itg_analysis *a) { return strcmp(a->measure->name, "qaly") == 0; }

static const char *main_scale(const itg_analysis *a) { return is_qaly(a) ? "qaly" : "utility"; }

/* The row of another scale of the same group stands in the same block: scales run within groups. */
static double figure_of_group(const itg_table *table, int64_t row, const char *scale) {
  const char *own = "scale";
  char buffer[ITG_NUMBER_SIZE], first[ITG_NUMBER_SIZE];
  const char *start = itg_cell_text(table, own, row, first);
  for (int64_t r = row; start && r < table->n_rows; r++) {
    const char *text = itg_cell_text(table, own, r, buffer);
    if (r > row && itg_text_equal(text, start)) break;
    if (itg_text_equal(text, scale)) return itg_cell_number(table, "estimate", r);
  }
  return NAN;
}

static void say_group(const itg_analysis *a, int64_t row, itg_text *out) {
  const itg_table *table = itg_result_table(a->result, 0);
  double years = figure_of_group(table, row, "years"), without = itg_cell_number(table, "n_missing", row);
  itg_text group = ITG_TEXT_EMPTY;
  itg_group_label(table, row, &group);
  itg_report_words(out, group.size ? group.data : "mean");
  itg_text_add(out, ": ");
  itg_report_estimate(out, a, row);
  if (!isnan(years)) {
    itg_text_add(out, " in ");
    itg_text_significant(out, years, 3);
    itg_text_add(out, years == 1 ? " year" : " years");
  }
  if (is_qaly(a)) {
    itg_text_add(out, ", ");
    itg_report_count(out, (int64_t)itg_cell_number(table, "n", row), "person", "persons");
  }
  if (is_qaly(a) && without > 0) {
    itg_text_add(out, " (");
    itg_text_grouped(out, without, 0);
    itg_text_add(out, " more without)");
  }
  itg_text_add(out, ". ");
  itg_report_drop(out, &group);
}

void itg_report_health_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  const itg_table *table = itg_result_table(analysis->result, 0);
  int said = 0, more = 0;
  (void)report;
  for (int64_t r = 0; r < table->n_rows; r++) {
    if (!itg_cell_is(table, "scale", r, main_scale(analysis)) || isnan(itg_cell_number(table, "estimate", r)))
      continue;
    if (said == MOST_SAID) {
      more++;
      continue;
    }
    if (!said++)
      itg_text_add(out, is_qaly(analysis) ? "Mean QALYs of a person. " : "Mean utility, 1 is full health. ");
    say_group(analysis, r, out);
  }
  if (more) itg_report_count(out, more, "more group is in the picture.", "more groups are in the picture.");
  if (!said) itg_text_add(out, "No estimate could be made; the table says why.");
}

/* Means and shares; spread and quartiles stand in the table. */
void itg_report_health_draw(itg_report *report, const itg_analysis *analysis) {
  static const char *const drawn[] = {"qaly", "baseline", "utility", "full_health", "worse_than_dead"};
  itg_report_dots_draw_scales(report, analysis, drawn, (int)ITG_COUNT(drawn));
}
