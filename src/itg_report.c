/* itg_report.c - layer 4: the page of an evaluation: one file, no script, nothing fetched. */
#include "itg_report.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A new picture is one line here. */
static const itg_report_part parts[] = {
    {"functional_integration", "integration", itg_report_matrix_say, itg_report_matrix_draw},
    {"scorecard", "performance", itg_report_scorecard_say, itg_report_scorecard_draw},
    {"checklist", "integration", itg_report_maturity_say, itg_report_maturity_draw},
    {"stages", "integration", itg_report_maturity_say, itg_report_maturity_draw},
    {"points", "integration", itg_report_points_say, itg_report_points_draw},
    {"scale", "integration", itg_report_dots_say, itg_report_dots_draw},
    {"eq5d_utility", "economics", itg_report_health_say, itg_report_health_draw},
    {"qaly", "economics", itg_report_health_say, itg_report_health_draw},
    {"cea", "economics", itg_report_cea_say, itg_report_cea_draw},
    {"cea_summary", "economics", itg_report_cea_say, itg_report_cea_draw},
    {"psa", "economics", itg_report_voi_say, itg_report_voi_draw},
    {"evppi", "economics", itg_report_voi_say, itg_report_voi_draw},
    {"evsi", "economics", itg_report_voi_say, itg_report_voi_draw},
    {"tornado", "economics", itg_report_voi_say, itg_report_voi_draw},
    {"one_way", "economics", itg_report_voi_say, itg_report_voi_draw},
    {"two_way", "economics", itg_report_map_say, itg_report_map_draw},
    {"costing", "economics", itg_report_costing_say, itg_report_costing_draw},
    {"cost_table", "economics", itg_report_costs_say, itg_report_costs_draw},
    {"budget_impact", "economics", itg_report_costs_say, itg_report_costs_draw},
    {"investment", "economics", itg_report_investment_say, itg_report_investment_draw},
};

static const struct {
  const char *id, *title;
} chapters[] = {{"integration", "How far care is integrated"},
                {"performance", "How well it performs"},
                {"economics", "What it costs and what it brings"},
                {"reporting", "What is reported, and where"},
                {"other", "Further measures"}};

/* `score` computes what the definition's kind says: the first column of the estimates bears its name. */
static const itg_report_part *part_of(const itg_analysis *analysis) {
  static const itg_report_part other = {"", "other", itg_report_dots_say, itg_report_dots_draw};
  char buffer[ITG_NUMBER_SIZE];
  /* A checklist with a note on each item tells where the item stands, as reporting guidelines ask. */
  static const itg_report_part items = {"checklist", "reporting", itg_report_items_say,
                                        itg_report_items_draw};
  const itg_table *consensus = itg_result_find(analysis->result, "consensus");
  if (consensus && itg_table_column(consensus, "note") >= 0) return &items;
  const char *measure = itg_cell_text(itg_result_table(analysis->result, 0), "measure", 0, buffer);
  if (!measure) measure = analysis->measure->name;
  for (size_t i = 0; i < ITG_COUNT(parts); i++)
    if (strcmp(parts[i].measure, measure) == 0) return &parts[i];
  return &other;
}

/* ---- the frame ---- */

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light\">\n";

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:#fff;color:#1d1d1d;font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "\"DejaVu Sans\",sans-serif}\n"
    "header{background:#12436d;color:#fff;padding:2rem 1.5rem 1.6rem}\n"
    "header>div,main,footer{max-width:1040px;margin:0 auto}\n"
    "main,footer{padding:0 1.5rem}\n"
    "h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem}\n"
    "header p{margin:.3rem 0;max-width:46rem}\n"
    "nav{margin-top:1rem}nav a{color:#fff;margin-right:1.1rem;white-space:nowrap}\n"
    "h2{font-size:1.4rem;margin:2.6rem 0 .6rem;padding-top:1rem;border-top:3px solid #12436d}\n"
    "h3{font-size:1.12rem;margin:2rem 0 .3rem}\n"
    "p,li{max-width:46rem}p{margin:.5rem 0}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:1rem;padding:0;margin:"
    "1rem 0;"
    "list-style:none}\n"
    ".cards li{border:1px solid #bfc7cf;border-left:6px solid #12436d;padding:.7rem "
    ".9rem;background:#f7f9fb}\n"
    ".cards b{display:block;margin-bottom:.2rem}\n"
    ".cards a{color:#12436d}\n"
    ".small,figcaption,.soft{font-size:.87rem;color:#4a4a4a}\n"
    ".badge{display:inline-block;border:1.5px solid #4a4a4a;border-radius:3px;padding:0 "
    ".45rem;font-size:.8rem;"
    "white-space:nowrap;background:#fff;color:#1d1d1d}\n"
    ".badge.synthetic{border-style:dashed;border-color:#801650;color:#801650;font-weight:600}\n"
    "figure{margin:1rem 0 1.2rem}\n"
    ".scroll{overflow-x:auto}\n"
    "svg{max-width:none;height:auto;display:block;font:12px system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "\"DejaVu Sans\",sans-serif}\n"
    "svg text{fill:#1d1d1d}svg .soft{fill:#4a4a4a;font-size:12px}svg .head{font-weight:600;font-size:13px}"
    "svg .strong{font-weight:600}svg .white{fill:#fff}svg .black{fill:#000}\n"
    ".pair{display:flex;flex-wrap:wrap;gap:0 1.2rem}.pair figcaption{max-width:28rem}\n"
    "table{border-collapse:collapse;font-size:.87rem;margin:.5rem 0}\n"
    "th,td{padding:.28rem .6rem;border-bottom:1px solid #d9d9d9;text-align:left;vertical-align:top}\n"
    "th{background:#eef2f6;font-weight:600}\n"
    ".num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".none{color:#595959;font-style:italic}\n"
    "details{margin:.5rem 0;border:1px solid #d9d9d9;padding:.3rem .8rem}\n"
    "summary{cursor:pointer;font-weight:600;font-size:.92rem}\n"
    "code{font-size:.88em;background:#f0f2f4;padding:0 .2em;overflow-wrap:anywhere}\n"
    "footer{margin-top:3rem;padding-bottom:2rem;font-size:.85rem;color:#4a4a4a}\n"
    "@media print{body{font-size:10.5pt}header{background:#fff;color:#000;padding:0 0 1rem;border-bottom:3px "
    "solid "
    "#000}nav{display:none}h2{break-after:avoid}h3{break-after:avoid}figure,.cards li{break-inside:avoid}"
    "svg{max-width:100%}.scroll{overflow:visible}}\n"
    "</style>\n";

static void paragraph(itg_text *out, const char *class, const char *text) {
  itg_text_print(out, class ? "<p class=\"%s\">" : "<p>", class);
  itg_text_html(out, text);
  itg_text_add(out, "</p>\n");
}

static bool chapter_is_used(const itg_evaluation *e, const char *chapter) {
  for (int i = 0; i < e->n_analyses; i++)
    if (strcmp(part_of(&e->analyses[i])->chapter, chapter) == 0) return true;
  return false;
}

static void print_header(itg_report *r) {
  const itg_evaluation *e = r->evaluation;
  itg_text *out = r->out;
  itg_text_add(out, head);
  itg_text_add(out, "<title>");
  itg_text_html(out, e->title);
  itg_text_add(out, "</title>\n");
  itg_text_add(out, style);
  itg_text_add(out, "</head>\n<body>\n<header><div>\n<h1>");
  itg_text_html(out, e->title);
  itg_text_add(out, "</h1>\n");
  if (e->about) paragraph(out, NULL, e->about);
  if (e->author || e->date) {
    itg_text_add(out, "<p>");
    itg_text_html(out, e->author ? e->author : "");
    itg_text_add(out, e->author && e->date ? ", " : "");
    itg_text_html(out, e->date ? e->date : "");
    itg_text_add(out, "</p>\n");
  }
  itg_text_add(out,
               "<nav aria-label=\"Sections\"><a href=\"#summary\">Summary</a> <a href=\"#data\">Data</a> ");
  for (size_t i = 0; i < ITG_COUNT(chapters); i++)
    if (chapter_is_used(e, chapters[i].id))
      itg_text_print(out, "<a href=\"#%s\">%s</a> ", chapters[i].id, chapters[i].title);
  itg_text_add(out,
               "<a href=\"#quality\">Quality</a> <a href=\"#privacy\">Privacy</a> "
               "<a href=\"#sources\">Sources</a> <a href=\"#provenance\">Provenance</a></nav>\n"
               "</div></header>\n<main>\n");
}

static void badge(itg_text *out, const char *origin) {
  itg_text_add(
      out, strcmp(origin, "synthetic") == 0 ? "<span class=\"badge synthetic\">" : "<span class=\"badge\">");
  itg_report_words(out, origin);
  itg_text_add(out, "</span>");
}

/* Numbers that nobody observed say so wherever they stand. */
static void warn(itg_text *out, const itg_analysis *a) {
  if (strcmp(a->origin, "synthetic") != 0 && strcmp(a->origin, "reconstructed") != 0) return;
  itg_text_add(out, " ");
  badge(out, a->origin);
}

/* ---- summary ---- */

/* Length of what a card says: the sentences that fit 300 bytes, at least one; the section has the rest. */
static size_t card_length(const char *said) {
  size_t whole = strlen(said), kept = 0;
  if (whole <= 380) return whole; /* no card for the sake of one more sentence */
  for (const char *end = said; (end = strstr(end, ". ")); end += 2) {
    size_t upto = (size_t)(end - said) + 1;
    if (kept && upto > 300) break;
    kept = upto;
  }
  return kept ? kept : whole;
}

static void print_summary(itg_report *r) {
  const itg_evaluation *e = r->evaluation;
  itg_text *out = r->out;
  int synthetic = 0;
  itg_text_add(out, "<section id=\"summary\">\n<h2>In short</h2>\n<ul class=\"cards\">\n");
  for (int i = 0; i < e->n_analyses; i++) {
    const itg_analysis *a = &e->analyses[i];
    itg_text said = ITG_TEXT_EMPTY;
    synthetic += strcmp(a->origin, "synthetic") == 0;
    part_of(a)->say(r, a, &said);
    itg_text_add(out, "<li><b>");
    itg_text_html(out, a->title);
    itg_text_add(out, "</b>");
    if (said.data && said.size) said.data[card_length(said.data)] = '\0';
    itg_text_html(out, said.data ? said.data : "");
    itg_text_add(out, " <a href=\"#a-");
    itg_text_html(out, a->id);
    itg_text_add(out, "\">More</a>");
    warn(out, a);
    itg_text_add(out, "</li>\n");
    itg_report_drop(out, &said);
  }
  itg_text_add(out, "</ul>\n");
  if (synthetic) {
    itg_text_print(
        out,
        "<p><strong>%d of %d analyses %s on synthetic data</strong>: they show how the measure works "
        "and say nothing about real services or patients.</p>\n",
        synthetic, e->n_analyses, synthetic == 1 ? "rests" : "rest");
  }
  itg_text_add(out, "</section>\n");
}

/* ---- data ---- */

static void print_share(itg_text *out, int64_t part, int64_t whole) {
  if (!whole) {
    itg_text_add(out, "none");
    return;
  }
  itg_text_grouped(out, 100.0 * (double)part / (double)whole, 1);
  itg_text_add(out, "%");
}

static void print_data(itg_report *r) {
  const itg_evaluation *e = r->evaluation;
  itg_text *out = r->out;
  itg_text_add(
      out,
      "<section id=\"data\">\n<h2>What was measured, and how complete it is</h2>\n"
      "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Data</th><th scope=\"col\">Origin</th>"
      "<th scope=\"col\" class=\"num\">Rows</th><th scope=\"col\" class=\"num\">Columns</th>"
      "<th scope=\"col\" class=\"num\">Empty cells</th><th "
      "scope=\"col\">Source</th></tr></thead>\n<tbody>\n");
  for (int i = 0; i < e->n_inputs; i++) {
    const itg_input *input = &e->inputs[i];
    itg_text_add(out, "<tr><td>");
    itg_text_html(out, input->label);
    itg_text_add(out, "<br><code>");
    itg_text_html(out, input->path);
    itg_text_add(out, "</code></td><td>");
    badge(out, input->origin);
    itg_text_add(out, "</td><td class=\"num\">");
    itg_text_grouped(out, (double)input->n_rows, 0);
    itg_text_print(out, "</td><td class=\"num\">%d</td><td class=\"num\">", (int)input->n_columns);
    print_share(out, input->n_missing, input->n_rows * input->n_columns);
    itg_text_add(out, "</td><td>");
    itg_text_html(out, input->source ? input->source : "");
    itg_text_add(out, "</td></tr>\n");
  }
  itg_text_add(out, "</tbody></table></div>\n</section>\n");
}

/* ---- chapters ---- */

/* What the disclosure rule took out of the pictures: nobody shall take its absence for a finding. */
static void say_masked(itg_report *r, const itg_analysis *a, bool drawn) {
  itg_text *out = r->out;
  if (!a->n_masked && !a->n_left_out && (drawn || !a->n_withheld)) return;
  itg_text_add(out, "<p class=\"small\">");
  if (!drawn) itg_text_add(out, "The picture was left out to protect persons: ");
  int64_t n = a->n_masked + a->n_left_out;
  if (n) {
    itg_report_count(out, n, "row", "rows");
    itg_text_print(out, " of the tables %s on fewer than %lld persons and %s masked%s%s.",
                   n == 1 ? "rests" : "rest", (long long)r->evaluation->privacy.min_n, n == 1 ? "is" : "are",
                   a->n_left_out ? " or left out" : "",
                   drawn ? "; the pictures do without, and a picture of masked rows alone is left out" : "");
  } else
    itg_text_add(out, "it would show single rows, which are kept back.");
  itg_text_add(out, " See <a href=\"#privacy\">Privacy</a>.</p>\n");
}

static void print_analysis(itg_report *r, const itg_analysis *a) {
  itg_text *out = r->out, said = ITG_TEXT_EMPTY;
  int drawn = r->n_figures;
  const itg_report_part *part = part_of(a);
  itg_text_add(out, "<article id=\"a-");
  itg_text_html(out, a->id);
  itg_text_add(out, "\">\n<h3>");
  itg_text_html(out, a->title);
  warn(out, a);
  itg_text_add(out, "</h3>\n");
  if (a->about) paragraph(out, NULL, a->about);
  part->say(r, a, &said);
  paragraph(out, NULL, said.data ? said.data : "");
  itg_report_drop(out, &said);
  part->draw(r, a);
  say_masked(r, a, r->n_figures > drawn);
  for (int i = 0; i < itg_result_count(a->result); i++)
    itg_report_details(r, a, itg_result_table(a->result, i), false);
  itg_text_add(out, "</article>\n");
}

static void print_chapters(itg_report *r) {
  const itg_evaluation *e = r->evaluation;
  for (size_t c = 0; c < ITG_COUNT(chapters); c++) {
    if (!chapter_is_used(e, chapters[c].id)) continue;
    itg_text_print(r->out, "<section id=\"%s\">\n<h2>%s</h2>\n", chapters[c].id, chapters[c].title);
    for (int i = 0; i < e->n_analyses; i++)
      if (strcmp(part_of(&e->analyses[i])->chapter, chapters[c].id) == 0) print_analysis(r, &e->analyses[i]);
    itg_text_add(r->out, "</section>\n");
  }
}

/* ---- quality ---- */

static const char *text_of(const json_t *map, const char *key) {
  const char *text = json_string_value(json_object_get(map, key));
  return text ? text : "";
}

/* Columns that lack values, as the provenance counts them; true when there were any. */
static bool print_missing(itg_text *out, const itg_analysis *a) {
  json_t *root = itg_result_provenance_tree(a->result), *input, *column;
  size_t i, c;
  bool some = false;
  json_array_foreach(json_object_get(root, "inputs"), i, input) {
    int64_t rows = (int64_t)json_integer_value(json_object_get(input, "rows"));
    json_array_foreach(json_object_get(input, "columns"), c, column) {
      int64_t missing = (int64_t)json_integer_value(json_object_get(column, "missing"));
      if (missing <= 0) continue;
      some = true;
      itg_text_add(out, "<tr><td>");
      itg_text_html(out, a->title);
      itg_text_add(out, "</td><td><code>");
      itg_text_html(out, text_of(input, "source"));
      itg_text_add(out, "</code></td><td><code>");
      itg_text_html(out, text_of(column, "column"));
      itg_text_add(out, "</code></td><td class=\"num\">");
      itg_text_grouped(out, (double)missing, 0);
      itg_text_add(out, " of ");
      itg_text_grouped(out, (double)rows, 0);
      itg_text_add(out, "</td><td class=\"num\">");
      print_share(out, missing, rows);
      itg_text_add(out, "</td></tr>\n");
    }
  }
  return some;
}

static void print_quality(itg_report *r) {
  const itg_evaluation *e = r->evaluation;
  itg_text *out = r->out, rows = ITG_TEXT_EMPTY;
  itg_text_add(out, "<section id=\"quality\">\n<h2>Quality of the data</h2>\n");
  bool some = false;
  for (int i = 0; i < e->n_analyses; i++) some = print_missing(&rows, &e->analyses[i]) || some;
  if (some) {
    itg_text_add(
        out,
        "<p>Values missing in columns that were used. Each estimate states in <code>n_missing</code> what it "
        "had "
        "to do without.</p>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Analysis</th>"
        "<th scope=\"col\">File</th><th scope=\"col\">Column</th><th scope=\"col\" class=\"num\">Missing</th>"
        "<th scope=\"col\" class=\"num\">Share</th></tr></thead>\n<tbody>\n");
    itg_text_add(out, rows.data ? rows.data : "");
    itg_text_add(out, "</tbody></table></div>\n");
  } else {
    itg_text_add(out, "<p>No value was missing in the columns that were used.</p>\n");
  }
  itg_report_drop(out, &rows);
  for (int i = 0; i < e->n_analyses; i++) {
    const itg_analysis *a = &e->analyses[i];
    int n = itg_result_note_count(a->result);
    if (!n) continue;
    itg_text_add(out, "<h3>Remarks on ");
    itg_text_html(out, a->title);
    itg_text_add(out, "</h3>\n<ul>\n");
    for (int k = 0; k < n; k++) {
      itg_text_add(out, "<li>");
      itg_text_html(out, itg_result_note_at(a->result, k));
      itg_text_add(out, "</li>\n");
    }
    itg_text_add(out, "</ul>\n");
  }
  itg_text_add(out, "</section>\n");
}

/* ---- privacy ---- */

static void print_privacy(itg_report *r) {
  const itg_evaluation *e = r->evaluation;
  itg_text *out = r->out;
  int64_t masked = 0, left_out = 0, alone = 0;
  int withheld = 0, persons = 0;
  for (int i = 0; i < e->n_analyses; i++) {
    masked += e->analyses[i].n_masked;
    left_out += e->analyses[i].n_left_out;
    alone += e->analyses[i].n_alone;
    withheld += e->analyses[i].n_withheld;
    persons += e->analyses[i].persons;
  }
  itg_text_add(out, "<section id=\"privacy\">\n<h2>Privacy</h2>\n<p>");
  if (!persons) {
    itg_text_add(out, "No input is declared to be about persons, so nothing had to be masked.");
  } else {
    itg_text_print(out, "%d of %d analyses are made from data about persons. ", persons, e->n_analyses);
    if (e->privacy.min_n > 1) {
      itg_text_print(
          out,
          "Rows that rest on fewer than %lld are masked as \xE2\x80\x9Csuppressed\xE2\x80\x9D: ",
          (long long)e->privacy.min_n);
      itg_report_count(out, masked, "row was", "rows were");
      itg_text_add(out, " masked");
      if (left_out) {
        itg_text_add(out, ", ");
        itg_report_count(out, left_out, "row", "rows");
        itg_text_add(out, " of tables beside the estimates left out");
      }
      itg_text_add(out, ". ");
    } else
      itg_text_add(out, "The evaluation asked for no masking of small groups. ");
    if (withheld) {
      itg_report_count(out, withheld, "table of single rows was", "tables of single rows were");
      itg_text_add(out, " kept back. ");
    }
    itg_text_add(
        out,
        "Persons are what n counts where it counts persons; in functional integration they are the raters, "
        "and where no column names raters a unit, or each profession in it, is one. ");
    if (alone) {
      itg_text_add(out, "<strong>");
      itg_report_count(out, alone, "masked group is the only one", "masked groups are the only ones");
      itg_text_add(out, " beside a total and can be had by subtraction</strong>; the notes say where. ");
    }
    itg_text_add(
        out,
        "A masked number can sometimes be had from a total and the other groups; whether the page may be "
        "passed on remains the decision of the owner of the data.");
  }
  itg_text_add(out, "</p>\n</section>\n");
}

/* ---- provenance ---- */

static void print_provenance(itg_report *r) {
  const itg_evaluation *e = r->evaluation;
  itg_text *out = r->out;
  const char *file = strrchr(e->path, '/');
  itg_text_add(out, "<section id=\"provenance\">\n<h2>Provenance</h2>\n<p>Computed with integrade ");
  itg_text_html(out, itg_version());
  itg_text_print(
      out,
      ", seed %lld, from the files below. The same files give the same numbers, to the last bit; "
      "<code>provenance.json</code> holds every option as it was resolved.</p>\n"
      "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">File</th><th scope=\"col\">SHA-256"
      "</th></tr></thead>\n<tbody>\n<tr><td><code>",
      (long long)e->seed);
  itg_text_html(out, file ? file + 1 : e->path);
  itg_text_print(out, "</code></td><td><code>%s</code></td></tr>\n", e->hash);
  for (int i = 0; i < e->n_inputs; i++) {
    itg_text_add(out, "<tr><td><code>");
    itg_text_html(out, e->inputs[i].path);
    itg_text_print(out, "</code></td><td><code>%s</code></td></tr>\n", e->inputs[i].hash);
  }
  itg_text_add(out, "</tbody></table></div>\n</section>\n");
}

itg_status itg_report_print(const itg_evaluation *evaluation, itg_text *out, itg_error *error) {
  itg_report r = {.evaluation = evaluation, .out = out, .arena = itg_arena_new()};
  if (!r.arena) return itg_fail_memory(error);
  r.definitions = itg_report_alloc(&r, (size_t)evaluation->n_analyses, sizeof *r.definitions);
  if (!r.definitions) {
    itg_arena_free(r.arena);
    return itg_fail_memory(error);
  }
  print_header(&r);
  print_summary(&r);
  print_data(&r);
  print_chapters(&r);
  print_quality(&r);
  print_privacy(&r);
  itg_report_sources(&r);
  print_provenance(&r);
  itg_text_add(
      out,
      "</main>\n<footer><p>Numbers are rounded for reading; the tables beside this page hold them "
      "unrounded. No script runs on this page and it fetches nothing.</p></footer>\n</body>\n</html>\n");
  itg_arena_free(r.arena);
  return out->failed ? itg_fail_memory(error) : ITG_OK;
}
