/* itg_report_costing.c - layer 4: what a person costs, by group, category and payer. */
#include <math.h>
#include <string.h>

#include "itg_report.h"

/* A row of costs over all resources. */
static bool is_cost(const itg_table *t, int64_t row) {
  return itg_cell_is(t, "scale", row, "cost") && itg_cell_is(t, "resource", row, "all");
}

/* A column that is "all", or not there. */
static bool is_all(const itg_table *t, const char *column, int64_t row) {
  return itg_table_column(t, column) < 0 || itg_cell_is(t, column, row, "all");
}

static bool is_total(const itg_table *t, int64_t row) {
  return is_cost(t, row) && is_all(t, "category", row) && is_all(t, "payer", row);
}

/* The grouping columns of `by`: those before category, payer and resource. */
static void group_of(const itg_table *t, int64_t row, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  for (int c = itg_table_column(t, "scale") + 1; c < t->n_columns; c++) {
    const char *name = t->columns[c].name, *label = itg_column_text(&t->columns[c], row, buffer);
    if (strcmp(name, "category") == 0 || strcmp(name, "payer") == 0 || strcmp(name, "resource") == 0) return;
    if (label) itg_text_print(out, "%s%s", out->size ? ", " : "", label);
  }
}

void itg_report_costing_say(itg_report *r, const itg_analysis *a, itg_text *out) {
  enum { MOST = 6 };
  const itg_table *t = itg_result_table(a->result, 0);
  int said = 0;
  for (int64_t i = 0; i < t->n_rows && said <= MOST; i++) {
    itg_text group = ITG_TEXT_EMPTY;
    if (!is_total(t, i)) continue;
    group_of(t, i, &group);
    itg_text_add(out, said ? "; " : "A person costs ");
    if (said++ == MOST) {
      itg_text_add(out, "other groups stand in the table");
    } else {
      if (group.data) itg_text_print(out, "%s: ", group.data);
      if (isnan(itg_cell_number(t, "estimate", i)))
        itg_text_add(out, "not known");
      else
        itg_report_estimate(out, a, i);
    }
    itg_report_drop(r->out, &group);
  }
  itg_text_add(out, said ? ", on average." : "No cost could be had; the table says why.");
}

static void cell_text(const itg_table *t, const char *column, int64_t row, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  if (itg_table_column(t, column) < 0) return;
  const char *text = itg_cell_text(t, column, row, buffer);
  itg_text_add(out, "<td>");
  itg_text_html(out, text ? text : "");
  itg_text_add(out, "</td>");
}

static void cell_number(double value, itg_text *out) {
  itg_text_add(out, "<td class=\"num\">");
  if (!isnan(value)) itg_report_number(out, value, "currency");
  itg_text_add(out, "</td>");
}

/* Category by payer, with the sums that they add up to. */
void itg_report_costing_draw(itg_report *r, const itg_analysis *a) {
  const itg_table *t = itg_result_table(a->result, 0);
  itg_text *out = r->out;
  itg_text_print(
      out,
      "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Group</th>%s%s<th scope=\"col\" "
      "class=\"num\">Cost per person</th><th scope=\"col\" class=\"num\">from</th><th scope=\"col\" "
      "class=\"num\">to</th><th scope=\"col\" class=\"num\">Persons</th></tr></thead>\n<tbody>\n",
      itg_table_column(t, "category") < 0 ? "" : "<th scope=\"col\">Category</th>",
      itg_table_column(t, "payer") < 0 ? "" : "<th scope=\"col\">Payer</th>");
  for (int64_t i = 0; i < t->n_rows; i++) {
    itg_text group = ITG_TEXT_EMPTY;
    if (!is_cost(t, i)) continue;
    group_of(t, i, &group);
    itg_text_add(out, "<tr><td>");
    itg_text_html(out, group.data ? group.data : "all");
    itg_report_drop(out, &group);
    itg_text_add(out, "</td>");
    cell_text(t, "category", i, out);
    cell_text(t, "payer", i, out);
    cell_number(itg_cell_number(t, "estimate", i), out);
    cell_number(itg_cell_number(t, "conf_low", i), out);
    cell_number(itg_cell_number(t, "conf_high", i), out);
    itg_text_add(out, "<td class=\"num\">");
    itg_report_number(out, itg_cell_number(t, "n", i), "count");
    itg_text_add(out, "</td></tr>\n");
  }
  itg_text_add(out, "</tbody></table></div>\n");
}
