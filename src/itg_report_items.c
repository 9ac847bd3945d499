/* itg_report_items.c - layer 4: a checklist item by item, with notes: what a report tells (CHEERS 2022), and
 * where. */
#include <string.h>

#include "itg_report.h"

enum { MOST_NAMED = 8 };

static const itg_table *items_of(const itg_analysis *a) { return itg_result_find(a->result, "consensus"); }

static void add_item(itg_report *r, const itg_analysis *a, int64_t row, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  const char *id = itg_cell_text(items_of(a), "element", row, buffer);
  if (!id) return;
  const char *title = itg_report_title(r, a, "items", id);
  itg_text_add(out, id);
  if (strcmp(title, id) != 0) itg_text_print(out, " %s", title);
}

void itg_report_items_say(itg_report *r, const itg_analysis *a, itg_text *out) {
  const itg_table *t = items_of(a);
  int64_t reported = 0, apply = 0, named = 0;
  for (int64_t i = 0; i < t->n_rows; i++) {
    reported += itg_cell_is(t, "state", i, "present");
    apply += !itg_cell_is(t, "state", i, "not relevant");
  }
  itg_text_print(out, "%lld of the ", (long long)reported);
  itg_report_count(out, apply, "item that applies", "items that apply");
  itg_text_add(out, reported == 1 ? " is reported" : " are reported");
  for (int64_t i = 0; i < t->n_rows && named <= MOST_NAMED; i++) {
    if (itg_cell_is(t, "state", i, "present") || itg_cell_is(t, "state", i, "not relevant")) continue;
    if (named++ == MOST_NAMED) {
      itg_text_add(out, " and others");
      break;
    }
    itg_text_add(out, named == 1 ? "; not (yet): " : ", ");
    add_item(r, a, i, out);
  }
  itg_text_add(out, ".");
}

static const char *state_word(const itg_table *t, int64_t row) {
  if (itg_cell_is(t, "state", row, "present")) return "reported";
  if (itg_cell_is(t, "state", row, "not relevant")) return "does not apply";
  return itg_cell_is(t, "state", row, "absent") ? "not reported" : "not filled in";
}

/* One row per item; the report is named where several are judged. */
void itg_report_items_draw(itg_report *r, const itg_analysis *a) {
  const itg_table *t = items_of(a);
  itg_text *out = r->out;
  char first[ITG_NUMBER_SIZE], buffer[ITG_NUMBER_SIZE];
  bool several = false;
  for (int64_t i = 1; i < t->n_rows && !several; i++)
    several = !itg_text_equal(itg_cell_text(t, "service", 0, first), itg_cell_text(t, "service", i, buffer));
  itg_text_print(
      out,
      "<div class=\"scroll\"><table>\n<thead><tr>%s<th scope=\"col\">Section</th><th scope=\"col\">Item</th>"
      "<th scope=\"col\">Status</th><th scope=\"col\">Where</th></tr></thead>\n<tbody>\n",
      several ? "<th scope=\"col\">Report</th>" : "");
  for (int64_t i = 0; i < t->n_rows; i++) {
    itg_text item = ITG_TEXT_EMPTY;
    const char *service = itg_cell_text(t, "service", i, first),
               *cluster = itg_cell_text(t, "cluster", i, buffer);
    itg_text_add(out, "<tr>");
    if (several) {
      itg_text_add(out, "<td>");
      itg_text_html(out, service ? service : "");
      itg_text_add(out, "</td>");
    }
    itg_text_add(out, "<td>");
    itg_text_html(out, cluster ? itg_report_title(r, a, "clusters", cluster) : "");
    itg_text_add(out, "</td><td>");
    add_item(r, a, i, &item);
    itg_text_html(out, item.data ? item.data : "");
    itg_report_drop(out, &item);
    itg_text_print(out, "</td><td>%s</td><td>", state_word(t, i));
    const char *note = itg_cell_text(t, "note", i, buffer);
    itg_text_html(out, note ? note : "");
    itg_text_add(out, "</td></tr>\n");
  }
  itg_text_add(out, "</tbody></table></div>\n");
}
