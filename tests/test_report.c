/* test_report.c - the page: well-formed, safe, readable without colour, true to its numbers. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "itg_report.h"

static char folder[] = "/tmp/itg-report-XXXXXX";
static char files[32][64];
static int n_files;

static void put(const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
  for (int i = 0; i < n_files; i++)
    if (strcmp(files[i], name) == 0) return;
  snprintf(files[n_files++], sizeof files[0], "%s", name);
}

static int set_up(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  char path[4096];
  for (int i = 0; i < n_files; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    unlink(path);
  }
  return rmdir(folder);
}

/* The page of an evaluation file; yours. */
static char *page_of(const char *text) {
  char path[256], *html = NULL;
  itg_evaluation *evaluation = NULL;
  itg_error error = {0};
  put("e.yaml", text);
  snprintf(path, sizeof path, "%s/e.yaml", folder);
  if (itg_evaluation_run(path, NULL, &evaluation, &error)) fail_msg("%s", error.message);
  if (itg_evaluation_html(evaluation, &html, &error)) fail_msg("%s", error.message);
  itg_evaluation_free(evaluation);
  return html;
}

static int count_of(const char *text, const char *part) {
  int n = 0;
  for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) n++;
  return n;
}

static void assert_has(const char *html, const char *part) {
  if (!strstr(html, part)) fail_msg("the page lacks: %s", part);
}

/* ---- a small reader of HTML: tags nest, ids are unique, references resolve ---- */

static bool is_void(const char *name) {
  return strcmp(name, "meta") == 0 || strcmp(name, "br") == 0 || strcmp(name, "!DOCTYPE") == 0;
}

static void assert_well_formed(const char *html) {
  char stack[64][32];
  int depth = 0;
  for (const char *at = strchr(html, '<'); at; at = strchr(at, '<')) {
    const char *end = at + 1;
    bool quoted = false;
    while (*end && (quoted || *end != '>')) {
      if (*end == '"') quoted = !quoted;
      if (!quoted && *end == '<') fail_msg("a tag within a tag: %.60s", at);
      end++;
    }
    assert_true(*end == '>');
    char name[32] = "";
    bool closing = at[1] == '/';
    sscanf(at + 1 + closing, "%31[A-Za-z0-9!]", name);
    assert_true(*name);
    if (closing) {
      if (!depth || strcmp(stack[depth - 1], name) != 0)
        fail_msg("</%s> closes <%s>", name, depth ? stack[depth - 1] : "");
      depth--;
    } else if (end[-1] != '/' && !is_void(name)) {
      assert_true(depth < 64);
      strcpy(stack[depth++], name);
    }
    at = end;
  }
  assert_int_equal(depth, 0);
}

static void assert_ids(const char *html) {
  static char ids[2000][80];
  int n = 0;
  for (const char *at = html; (at = strstr(at, " id=\"")); at++) {
    assert_true(n < 2000);
    assert_int_equal(sscanf(at, " id=\"%79[^\"]\"", ids[n]), 1);
    for (int i = 0; i < n; i++)
      if (strcmp(ids[i], ids[n]) == 0) fail_msg("id %s stands twice", ids[n]);
    n++;
  }
  static const char *const uses[] = {"aria-labelledby=\"", "href=\"#", "url(#"};
  for (size_t u = 0; u < ITG_COUNT(uses); u++)
    for (const char *at = html; (at = strstr(at, uses[u])); at++) {
      const char *word = at + strlen(uses[u]);
      for (size_t length; (length = strcspn(word, " \")")) > 0; word += length + (word[length] == ' ')) {
        bool found = false;
        for (int i = 0; i < n && !found; i++)
          found = strlen(ids[i]) == length && strncmp(ids[i], word, length) == 0;
        if (!found) fail_msg("nothing has the id %.*s", (int)length, word);
        if (word[length] != ' ') break;
      }
    }
}

static void assert_sound(const char *html) {
  assert_well_formed(html);
  assert_ids(html);
  static const char *const forbidden[] = {"<script",     "<link", "<img",   "<iframe",
                                          "javascript:", "url(h", "@import"};
  for (size_t i = 0; i < ITG_COUNT(forbidden); i++) assert_int_equal(count_of(html, forbidden[i]), 0);
  assert_has(html, "default-src 'none'; style-src 'unsafe-inline'");
  assert_int_equal(count_of(html, "<svg "), count_of(html, "role=\"img\""));
  assert_int_equal(count_of(html, "<svg "), count_of(html, "<desc id="));
  assert_int_equal(count_of(html, "<svg "), count_of(html, "<figcaption>"));
  /* No number went astray (finance, governance, dominant, Brennan). */
  assert_int_equal(count_of(html, "nan") - count_of(html, "nance") - count_of(html, "nant") - count_of(html, "nnan"), 0);
}

#define HEAD "schema: integrade-evaluation/1\nid: test\ntitle: A test\n"

/* ---- every picture ---- */

static const char ratings[] =
    "unit,partner,rank,optimum\nA,B,40,60\nA,C,0,30\nB,A,30,50\nB,C,20,10\nC,A,NA,NA\nC,B,60,40\n";

static void functional_integration_is_drawn_with_its_numbers(void **state) {
  (void)state;
  put("ratings.csv", ratings);
  char *html =
      page_of(HEAD
              "inputs: [{id: r, path: ratings.csv, origin: synthetic}]\n"
              "analyses: [{id: m, measure: functional_integration, input: r, options: {replicates: 0}}]\n");
  assert_sound(html);
  assert_int_equal(count_of(html, "<svg "), 4); /* units; actual, optimum, gap */
  assert_has(html, ">+20</text>");
  assert_has(html,
             ">\xE2\x88\x92"
             "20</text>");
  assert_has(html, "Highest: A with C, 30.0.");
  assert_has(html, "5 of 6 pairs rated");
  assert_has(html, "fill=\"url(#");
  assert_has(html, "Units work with 80.0% of their possible partners");
  assert_has(html, "<span class=\"badge synthetic\">Synthetic</span>");
  assert_has(html, "say nothing about real services");
  free(html);
}

static void maps_give_way_when_they_would_not_be_readable(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "unit,partner,rank\n");
  for (int i = 0; i < 60; i++) itg_text_print(&csv, "u%d,u%d,%d\n", i, (i + 1) % 60, i);
  put("many.csv", csv.data);
  itg_text_clear(&csv);
  char *html =
      page_of(HEAD
              "inputs: [{id: r, path: many.csv, origin: published}]\n"
              "analyses: [{id: m, measure: functional_integration, input: r, options: {replicates: 0}}]\n");
  assert_sound(html);
  assert_int_equal(count_of(html, "<svg "), 1);
  assert_has(html, "A map of 60 by 60 units would not be readable");
  assert_has(html, "The first 200 of "); /* long tables are cut, and say so */
  free(html);
}

static void a_scorecard_says_its_status_in_word_and_shape(void **state) {
  (void)state;
  put("indicators.csv",
      "indicator,perspective,direction,floor,target\nwait,customer,lower,10,2\nseen,customer,higher,0,90\n"
      "staff,growth,higher,0,50\ncost,growth,lower,9,3\n");
  put("values.csv", "site,period,indicator,value,se\nx,1,wait,1,0.1\nx,1,seen,40,1\nx,1,staff,51,4\n");
  char *html = page_of(HEAD
                       "inputs: [{id: i, path: indicators.csv, origin: published}, {id: v, path: values.csv, "
                       "origin: published}]\n"
                       "analyses: [{id: s, measure: scorecard, inputs: {indicators: i, data: v}}]\n");
  assert_sound(html);
  static const char *const words[] = {">met<", ">not met<", ">uncertain<", ">no data<"};
  for (size_t i = 0; i < ITG_COUNT(words); i++) assert_int_equal(count_of(html, words[i]) > 0, 1);
  assert_has(html, "4 indicators: 1 met, 1 uncertain, 1 not met, 1 without data.");
  assert_has(html, "\xE2\x89\xA4 2</text>");
  free(html);
}

static void maturity_phases_and_points_are_drawn(void **state) {
  (void)state;
  put("elements.csv",
      "service,element,present,planned\ns1,pc1,yes,\ns1,pc2,no,yes\ns2,pc1,yes,\ns2,pc2,yes,\ns1,ds1,no,"
      "no\n");
  put("phases.csv", "service,phase,calculated\ns1,1,2\ns2,3,3\n");
  put("waves.csv",
      "area,wave,indicator,value\nN,1,structure,1\nN,2,structure,3\nS,1,structure,0\nS,2,structure,2\n");
  char *html = page_of(
      HEAD
      "inputs: [{id: e, path: elements.csv, origin: synthetic}, {id: p, path: phases.csv, origin: synthetic},"
      " {id: w, path: waves.csv, origin: synthetic}]\n"
      "analyses:\n  - {id: c, measure: checklist, input: e}\n  - {id: s, measure: stages, input: p}\n"
      "  - {id: i, measure: points, input: w, options: {values: points, incomplete: zero}}\n");
  assert_sound(html);
  assert_int_equal(count_of(html, "<svg "), 3);
  assert_has(html, "Client-centredness");
  assert_has(html, ">75%, services 50 to 100; planned: 100% of the rest</text>");
  assert_has(html, "Phase 3: 1 by their own word, 1 as calculated.");
  assert_has(html, "N (2): 3.0 of 100 points, up 2.0 since the first wave");
  free(html);
}

static void a_checklist_with_notes_is_a_section_item_by_item(void **state) {
  (void)state;
  put("cheers.csv",
      "service,element,relevant,present,note,label\nR,1,yes,yes,<b>cover</b>,x\nR,16,no,,no model,x\nR,25,yes,no,later,x\n");
  char *html = page_of(HEAD
                       "inputs: [{id: c, path: cheers.csv, origin: published}]\n"
                       "analyses: [{id: c, measure: checklist, instrument: cheers-2022, input: c}]\n");
  assert_sound(html);
  assert_has(html, "<h2>What is reported, and where</h2>");
  assert_has(html, "<td>1 title</td><td>reported</td><td>&lt;b&gt;cover&lt;/b&gt;</td>");
  assert_has(html, "<td>16 rationale and description of the model</td><td>does not apply</td><td>no model</td>");
  assert_has(html, "<td>25 effect of engagement</td><td>not reported</td><td>later</td>");
  assert_has(html, "<td>2 abstract</td><td>not filled in</td>");
  free(html);
}

static void costs_per_person_are_told_by_group_and_payer(void **state) {
  (void)state;
  put("use.csv", "arm,gp,bed\nusual,2,3\nusual,4,1\nteam,3,0\nteam,5,1\n");
  put("prices.csv", "resource,unit_cost,payer\ngp,40,<i>health</i>\nbed,300,family\n");
  char *html = page_of(HEAD
                       "inputs: [{id: u, path: use.csv, origin: synthetic}, {id: p, path: prices.csv, origin: synthetic}]\n"
                       "analyses: [{id: c, measure: costing, inputs: {data: u, unit_costs: p}, by: arm}]\n");
  assert_sound(html);
  assert_has(html, "A person costs team: 310");
  assert_has(html, "usual: 720");
  assert_has(html, "<td>usual</td><td>family</td><td class=\"num\">600</td>");
  assert_has(html, "<td>usual</td><td>&lt;i&gt;health&lt;/i&gt;</td><td class=\"num\">120</td>");
  free(html);
}

/* The card of QALYs names each group, its period and its persons; labels of units are whole. */
static void quality_of_life_is_told_by_group_and_heads_are_whole(void **state) {
  (void)state;
  put("visits.csv",
      "id,arm,month,utility\na,new,0,0.5\na,new,12,0.7\nb,new,0,0.6\nb,new,12,0.8\nc,old,0,0.4\nc,old,12,0.6\nd,old,0,"
      "0.5\nd,old,12,0.9\ne,old,0,0.5\ne,old,12,\n");
  put("units.csv", "unit,partner,rank\nemergency department,general practice,10\n"
                   "general practice,emergency department,20\ngeneral practice,social work,30\n"
                   "social work,general practice,40\n");
  char *page = page_of(HEAD "inputs: [{id: visits, path: visits.csv, origin: synthetic}, {id: units, path: units.csv, origin: "
                         "synthetic}]\nanalyses:\n"
                         "  - {id: q, measure: qaly, input: visits, by: arm, columns: {time: month}, options: {time_unit: "
                         "months}}\n  - {id: m, measure: functional_integration, input: units}\n");
  assert_has(page, "Mean QALYs of a person. New: 0.6500 QALY (95% interval");
  assert_has(page, "in 1 year, 2 persons. Old: 0.6000 QALY");
  assert_has(page, "2 persons (1 more without).");
  assert_null(strstr(page, "Qaly sd"));
  assert_has(page, ">emergency department</text>");
  assert_has(page, ">general practice</text>");
  assert_null(strstr(page, "\xE2\x80\xA6</text>"));
  itg_text_free(page);
}

static void every_other_measure_is_drawn_as_dots(void **state) {
  (void)state;
  put("answers.csv",
      "m1,m2,m3,m4,m5,m6,m7,m8,m9,m10\n1,2,3,1,2,3,1,2,3,1\n3,3,3,3,3,3,3,3,3,3\n1,1,2,1,1,1,1,2,1,1\n");
  char *html = page_of(HEAD
                       "inputs: [{id: a, path: answers.csv, origin: synthetic}]\n"
                       "analyses: [{id: t, measure: score, instrument: microsystem, input: a}]\n");
  assert_sound(html);
  assert_int_equal(count_of(html, "<svg "), 2); /* a panel of levels and one of percents */
  assert_has(html, "Dot chart of 11 estimates in level");
  assert_has(html, "95% intervals");
  free(html);
}

/* Shares of people at an end of a score are in the table, not in the headline; ratios are seen against 1. */
static void headlines_are_scores_and_ratios_have_a_line_at_one(void **state) {
  (void)state;
  put("answers.csv", "coop_1,coop_2,coop_3,coop_4\n0,3,1,1\n3,0,0,2\n2,2,1,1\n");
  put("rates.csv", "site,events,years\na,20,10\nb,24,10\n");
  char *html = page_of(HEAD
                       "inputs: [{id: a, path: answers.csv, origin: synthetic}, {id: r, path: rates.csv, origin: synthetic}]\n"
                       "analyses:\n"
                       "  - {id: s, measure: score, instrument: integrate, input: a, columns: {items: 'coop_{n}'}}\n"
                       "  - {id: r, measure: rates, input: r, columns: {group: site, time: years}, options: {reference: a}}\n");
  assert_sound(html);
  const char *data = strstr(html, "<section id=\"data\"");
  assert_non_null(data);
  char *end = strstr(html, ".floor");
  assert_true(end && end > data);
  assert_int_equal(count_of(html, "stroke-dasharray=\"5 4\""), 1);
  assert_has(html, "Rates are events per 1000 units of the column of time.");
  free(html);
}

/* What comes first in the table of estimates that is `scale`. */
static const char *headline(const itg_evaluation *e, int index, int place, char buffer[ITG_NUMBER_SIZE]) {
  const itg_table *table = itg_result_table(itg_evaluation_result(e, index), 0);
  int64_t row = itg_evaluation_headline(e, index, place);
  const char *scale = row < 0 ? NULL : itg_cell_text(table, "scale", row, buffer);
  return scale ? scale : "none";
}

/* The last wave is what there is to tell, m12 and not m3, which the alphabet puts last. */
static void headlines_are_of_the_last_wave(void **state) {
  (void)state;
  char path[256], buffer[ITG_NUMBER_SIZE];
  itg_evaluation *e = NULL;
  itg_error error = {0};
  put("answers.csv", "wave,y\nm3,4\nm12,1\nm3,4\nm12,2\n");
  put("one.yaml", "{schema: integrade-instrument/1, id: one, version: 1.0.0, kind: scale, title: One, unit: person, source: "
                  "{citation: none}, licence: {items: own}, examples: [], responses: {r: {min: 1, max: 4}}, items: [{id: y}], "
                  "scores: [{id: total, of: [y], method: mean, range: [1, 4]}]}");
  put("e.yaml", HEAD "inputs: [{id: a, path: answers.csv, origin: synthetic}]\n"
                     "analyses: [{id: s, measure: score, instrument: one.yaml, input: a, by: wave}]\n");
  snprintf(path, sizeof path, "%s/e.yaml", folder);
  if (itg_evaluation_run(path, NULL, &e, &error)) fail_msg("%s", error.message);
  const itg_table *table = itg_result_table(itg_evaluation_result(e, 0), 0);
  assert_string_equal(itg_cell_text(table, "wave", itg_evaluation_headline(e, 0, 0), buffer), "m12");
  itg_evaluation_free(e);
}

/* 60 samples of two strategies whose difference hangs on `much`, hardly on `little`. */
static void put_samples(void) {
  itg_text rows = ITG_TEXT_EMPTY;
  itg_text_print(&rows, "cost_a,cost_b,effect_a,effect_b,little,much\n");
  for (int i = 0; i < 60; i++)
    itg_text_print(&rows, "0,%d,0,%d,%d,%d\n", i * 37 % 60, 30 + i * 7 % 4, i * 7 % 60, i * 37 % 60);
  put("samples.csv", rows.data);
  itg_text_clear(&rows);
}

/* No strategy, arm or parameter goes without a word: those that rise highest are drawn, parameters by what they are worth;
 * of three arms it is drawn which is best; the numbers of a bar on one side of the middle stand apart. */
static void pictures_of_many_strategies_tell_what_they_leave_out(void **state) {
  (void)state;
  itg_text rows = ITG_TEXT_EMPTY;
  itg_text_add(&rows, "sample,strategy,cost,effect,little,much,bend\n");
  for (int i = 0; i < 60; i++)
    for (int s = 0; s < 8; s++)
      itg_text_print(&rows, "%d,s%d,%d,%d,%d,%d,%d\n", i, s, s == 7 ? i * 37 % 60 : s, s == 7 ? 30 : 1 + i % (s + 1),
                     i * 7 % 60, i * 37 % 60, (i * 37 % 60 - 30) * (i * 37 % 60 - 30));
  put("samples.csv", rows.data);
  itg_text_clear(&rows);
  put("trial.csv", "arm,cost,effect\na,1,0.1\na,2,0.2\nb,3,0.4\nb,5,0.2\nc,2,0.3\nc,1,0.5\n");
  char *html = page_of(HEAD
      "inputs: [{id: m, path: samples.csv, origin: synthetic}, {id: t, path: trial.csv, origin: synthetic}]\n"
      "analyses:\n"
      "  - {id: p, measure: psa, input: m, options: {thresholds: [1, 2]}}\n"
      "  - {id: v, measure: evppi, input: m, columns: {parameters: [little, bend, much]}, options: {thresholds: [1, 2], "
      "strategies: [s7, s1]}}\n"
      "  - {id: c, measure: cea, input: t, options: {replicates: 50}}\n");
  assert_sound(html);
  assert_has(html, "Of 8 lines the 6 that rise highest are drawn; the table holds all.");
  const char *worth = strstr(html, "<article id=\"a-v\"");
  assert_non_null(worth);
  const char *key = strstr(worth, ">much</text>"), *lesser = strstr(worth, ">little</text>");
  assert_true(key && lesser && key < lesser);
  assert_has(html, "Which arm is best");
  free(html);
}

/* The summary of a run and the cards of the report tell the same rows: what the measure is asked for. */
static void headlines_are_what_a_measure_is_asked_for(void **state) {
  (void)state;
  char path[256], buffer[ITG_NUMBER_SIZE], *html = NULL;
  itg_evaluation *e = NULL;
  itg_error error = {0};
  put("rates.csv", "site,events,years\na,20,10\nb,24,10\nc,5,9\nc,6,8\n");
  put("answers.csv", "site,x1,x2,y1,y2\nnorth,1,2,2,3\nsouth,2,2,1,1\nnorth,3,1,3,3\nsouth,4,4,2,4\nnorth,2,3,1,2\n"
                     "south,1,2,4,4\n");
  put("two.yaml", "{schema: integrade-instrument/1, id: two, version: 1.0.0, kind: scale, title: A pair of scores, "
                  "unit: person, source: {citation: none}, licence: {items: own}, examples: [], responses: {r: {min: 1, "
                  "max: 4}}, items: [{id: x1}, {id: x2}, {id: y1}, {id: y2}], scores: [{id: x, of: [x1, x2], method: "
                  "mean, range: [1, 4]}, {id: y, of: [y1, y2], method: mean, range: [1, 4]}, {id: total, of: [x1, x2, "
                  "y1, y2], method: mean, range: [1, 4]}]}");
  put_samples();
  put("e.yaml", HEAD
      "inputs: [{id: r, path: rates.csv, origin: synthetic}, {id: a, path: answers.csv, origin: synthetic}, "
      "{id: m, path: samples.csv, origin: synthetic}]\n"
      "analyses:\n"
      "  - {id: r, measure: rates, input: r, columns: {group: site, time: years}}\n"
      "  - {id: s, measure: score, instrument: two.yaml, input: a, by: site}\n"
      "  - {id: l, measure: reliability, instrument: two.yaml, input: a}\n"
      "  - {id: t, measure: score, instrument: two.yaml, input: a, title: Mine}\n"
      "  - {id: v, measure: evppi, input: m, columns: {costs: '/^cost_/', effects: '/^effect_/', parameters: [little, much]}, "
      "options: {thresholds: [0.9, 1]}}\n");
  snprintf(path, sizeof path, "%s/e.yaml", folder);
  if (itg_evaluation_run(path, NULL, &e, &error)) fail_msg("%s", error.message);
  for (int i = 0; i < 3; i++) assert_string_equal(headline(e, 0, i, buffer), "rate"); /* and not phi */
  assert_string_equal(headline(e, 0, 3, buffer), "none");
  assert_string_equal(headline(e, 1, 0, buffer), "total");
  assert_string_equal(headline(e, 2, 0, buffer), "alpha");
  assert_string_equal(headline(e, 2, 1, buffer), "alpha");
  assert_int_equal(itg_evaluation_headline(e, 5, 0), -1);
  static const char *const worth[] = {"much", "little", "much", "little"}; /* the largest first, threshold by threshold */
  for (int i = 0; i < 3; i++) {
    const itg_table *table = itg_result_table(itg_evaluation_result(e, 4), 0);
    assert_string_equal(headline(e, 4, i, buffer), "evppi");
    assert_string_equal(itg_cell_text(table, "parameters", itg_evaluation_headline(e, 4, i), buffer), worth[i]);
    assert_string_equal(itg_cell_text(table, "threshold", itg_evaluation_headline(e, 4, i), buffer), i < 2 ? "0.9" : "1");
  }
  assert_int_equal(itg_evaluation_headline(e, 0, -1), -1);
  if (itg_evaluation_html(e, &html, &error)) fail_msg("%s", error.message);
  itg_evaluation_free(e);
  assert_sound(html);
  assert_has(html, "<b>A pair of scores</b>Total, north: ");
  assert_has(html, "<b>A pair of scores: reliability</b>Alpha, x: ");
  assert_has(html, "<b>Mine</b>");
  /* The picture goes scale by scale, the total first, alpha of every score before any lambda. */
  const char *scores = strstr(html, "<article id=\"a-s\""), *alphas = strstr(html, "<article id=\"a-l\"");
  assert_true(scores && alphas);
  const char *north = strstr(scores, ">X: north</text>"), *south = strstr(scores, ">X: south</text>"),
             *next = strstr(scores, ">Y: north</text>");
  assert_true(north && south && next && north < south && south < next);
  const char *total = strstr(scores, ">Total: south</text>");
  assert_true(total && total < north);
  const char *last = strstr(alphas, ">Alpha: total</text>"), *lambda = strstr(alphas, ">Lambda1: x</text>");
  assert_true(last && lambda && last < lambda);
  free(html);
}

/* A card keeps whole sentences and leaves the rest to its section; a title too long for a panel has two lines. */
static void cards_are_short_and_titles_whole(void **state) {
  (void)state;
  put("printed.csv", "scenario,effect,icer,at_threshold,probability\nas run,0.012,92000,30000,0.11\n"
                     "without management,0.012,79000,30000,0.17\nin full use,0.012,12000,30000,0.6\n");
  put("waves.csv", "area,wave,indicator,value\nN,1,assessed,1\nN,2,assessed,3\n");
  char *html = page_of(HEAD
                       "inputs: [{id: p, path: printed.csv, origin: published},"
                       " {id: w, path: waves.csv, origin: synthetic}]\n"
                       "analyses:\n  - {id: t, measure: cea_summary, input: p}\n"
                       "  - {id: i, measure: points, instrument: isd-prisma, input: w,"
                       " options: {values: points, incomplete: zero}}\n");
  assert_sound(html);
  assert_int_equal(count_of(html, "As run: costs rise by 1104 "), 2);          /* in the card and in the section */
  assert_int_equal(count_of(html, "In full use: costs rise by 144 "), 1);   /* in the section alone */
  assert_has(html, ">Single assessment tool and case-mix</text>");
  assert_has(html, ">classification</text>");
  free(html);
}

/* ---- safety ---- */

static void text_of_users_stays_text(void **state) {
  (void)state;
  put("evil.csv",
      "unit,partner,rank\n<script>alert(1)</script>,\"\"\"><img src=x>\",40\n\"\"\"><img "
      "src=x>\",'&amp;,30\n");
  char *html = page_of(
      "schema: integrade-evaluation/1\nid: test\ntitle: '<b>bold</b> & \"quoted\"'\nabout: '</p><script>'\n"
      "inputs: [{id: r, path: evil.csv, label: '<i>x</i>', source: '<a href=\"javascript:x\">', "
      "origin: synthetic}]\n"
      "analyses: [{id: m, title: '</h3><svg onload=x>', about: '<style>', measure: functional_integration, "
      "input: r, options: {replicates: 0}}]\n");
  assert_well_formed(html);
  assert_ids(html);
  assert_int_equal(count_of(html, "<script"), 0);
  assert_int_equal(count_of(html, "<img"), 0);
  assert_int_equal(count_of(html, "<svg onload"), 0);
  assert_int_equal(count_of(html, "<i>"), 0);
  assert_int_equal(count_of(html, "<style>"), 1);
  assert_has(html, "<title>&lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot;</title>");
  assert_has(html, "&lt;script&gt;alert(1)&lt;/script&gt;");
  free(html);
}

static void a_masked_number_is_nowhere_on_the_page(void **state) {
  (void)state;
  put("people.csv",
      "team,m1,m2,m3,m4,m5,m6,m7,m8,m9,m10\nsmall,1,1,1,1,1,1,2,1,1,3\nlarge,3,3,3,3,3,3,3,3,3,3\n"
      "large,3,3,3,3,3,3,3,3,3,3\nlarge,3,3,3,3,3,3,3,3,3,3\nlarge,3,3,3,3,3,3,3,3,3,3\nlarge,3,3,3,3,3,3,3,"
      "3,3,3\n");
  static const char body[] =
      "inputs: [{id: a, path: people.csv%s}]\n"
      "analyses: [{id: t, measure: scale, instrument: microsystem, input: a, by: team}]\n";
  char text[1024];
  snprintf(text, sizeof text, "%s%s", HEAD, body);
  char *slot = strstr(text, "%s");
  memmove(slot, slot + 2, strlen(slot + 2) + 1);
  char *masked = page_of(text);
  assert_sound(masked);
  assert_int_equal(count_of(masked, "1.30"), 0); /* the small team's mean of ten */
  assert_has(masked, "suppressed");
  assert_has(masked, "33 rows were masked. 1 table of single rows was kept back.");
  free(masked);
  snprintf(text, sizeof text,
           HEAD
           "inputs: [{id: a, path: people.csv, origin: synthetic}]\n"
           "analyses: [{id: t, measure: scale, instrument: microsystem, input: a, by: team}]\n");
  char *open = page_of(text);
  assert_true(count_of(open, "1.30") > 0); /* and would be there otherwise */
  free(open);
}

/* ---- groups ---- */

/* A panel for each of a few groups; a group whose estimates are masked has none. */
static void groups_of_persons_have_panels(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY, text = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "sex,arm,cost,qaly\n");
  for (int i = 0; i < 46; i++)
    itg_text_print(&csv, "%s,%s,%d,0.%d\n", i < 20 ? "man" : i < 42 ? "woman" : "other", i % 2 ? "new" : "usual",
                   1000 + 37 * (i % 11) + 300 * (i % 2), 50 + 7 * (i % 5) + 4 * (i % 2));
  put("trial.csv", csv.data);
  itg_text_clear(&csv);
  itg_text_print(&text, HEAD
                 "inputs: [{id: a, path: trial.csv}]\n"
                 "analyses: [{id: t, measure: cea, input: a, by: sex, options: {reference: usual, replicates: 200, "
                 "contours: 0.6, seed: 1}, columns: {effect: qaly}}]\n");
  char *html = page_of(text.data);
  itg_text_clear(&text);
  assert_sound(html);
  assert_has(html, "-title\">Acceptability curve: man</title>");
  assert_has(html, "-title\">Acceptability curve: woman</title>");
  assert_int_equal(count_of(html, "Acceptability curve: other"), 0);
  assert_int_equal(count_of(html, "Each point is one bootstrap replicate"), 2);
  assert_int_equal(count_of(html, "contours: 60% of them, the densest"), 2);
  free(html);
  itg_text_add(&csv, "g,cost_A,cost_B,effect_A,effect_B\n");
  for (int i = 0; i < 60; i++)
    itg_text_print(&csv, "group %d,%d,%d,1.%d,1.%d\n", i % 6, 1000 + i, 1300 + 7 * i, 10 + i % 4, 20 + 3 * (i % 9));
  put("samples.csv", csv.data);
  itg_text_clear(&csv);
  html = page_of(HEAD "inputs: [{id: a, path: samples.csv, origin: synthetic}]\n"
                      "analyses: [{id: t, measure: psa, input: a, by: g, columns: {costs: [cost_A, cost_B], effects: "
                      "[effect_A, effect_B]}, options: {group_weights: {group 0: 1, group 1: 1, group 2: 1, group 3: 1, "
                      "group 4: 1, group 5: 1}}}]\n");
  assert_sound(html);
  assert_has(html, "-title\">Cost-effectiveness frontier: group 0</title>");
  assert_has(html, "-title\">Expected value of perfect information: group 3</title>");
  assert_int_equal(count_of(html, "frontier: group 4</title>"), 0);
  assert_has(html, "The first 4 of 6 groups are drawn; the others are in the tables.");
  assert_has(html, "-title\">Value of choosing for each group</title>");
  assert_has(html, ">Effect per person (QALY)</text>");
  free(html);
}

/* A of A, B and C is best where p and q are both small; on the pieces of a line two are equally good. */
static void a_map_names_its_regions_and_a_curve_tells_where_it_changes(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "p,q,strategy,cost,effect\n");
  for (int i = 0; i < 5; i++)
    for (int j = 0; j < 5; j++)
      itg_text_print(&csv, "%d,%d,A,100,1\n%d,%d,B,%d,1\n%d,%d,C,%d,1\n", i, j, i, j, 150 - 40 * i, i, j, 150 - 40 * j);
  put("grid.csv", csv.data);
  itg_text_clear(&csv);
  char *html = page_of(HEAD "inputs: [{id: a, path: grid.csv}]\n"
                            "analyses: [{id: t, measure: two_way, input: a, columns: {parameters: [p, q]}}]\n");
  assert_sound(html);
  assert_has(html, "Over the ranges of p and q at 20\xC2\xA0""000 for a unit of effect the best strategy is A on 16.0%, "
                   "B on 48.0% and C on 36.0% of the map.");
  assert_has(html, ">A 16.0%</text>");
  assert_has(html, ">C 36.0%</text>");
  free(html);
  itg_text_add(&csv, "x,cost_A,cost_B,effect_A,effect_B\n");
  for (int i = 0; i < 60; i++) itg_text_print(&csv, "%d,1000,%d,1,1\n", i, 700 + 10 * i);
  put("samples.csv", csv.data);
  itg_text_clear(&csv);
  html = page_of(HEAD "inputs: [{id: a, path: samples.csv}]\n"
                      "analyses: [{id: t, measure: one_way, input: a, columns: {costs: [cost_A, cost_B], effects: "
                      "[effect_A, effect_B], parameters: x}}]\n");
  assert_sound(html);
  assert_has(html, "At x 30 the best strategy changes from B to A.");
  assert_has(html, ">Expected incremental net benefit, currency per person</text>");
  free(html);
  itg_text_add(&csv, "g,cost_A,cost_B,effect_A,effect_B,p\n");
  for (int i = 0; i < 140; i++)
    itg_text_print(&csv, "%s,%d,%d,1.%d,1.%d,.%d\n", i < 20 ? "few" : i % 2 ? "one" : "two", 1000 + i, 900 + 7 * i,
                   10 + i % 4, 20 + 3 * (i % 9), 100 + i * 37 % 800);
  put("samples.csv", csv.data);
  itg_text_clear(&csv);
  html = page_of(HEAD "inputs: [{id: a, path: samples.csv, origin: synthetic}]\n"
                      "analyses:\n"
                      "  - {id: t, measure: evppi, input: a, by: g, columns: {costs: [cost_A, cost_B], effects: "
                      "[effect_A, effect_B], parameters: p}}\n"
                      "  - {id: u, measure: evsi, input: a, by: g, columns: {costs: [cost_A, cost_B], effects: "
                      "[effect_A, effect_B], parameters: p}, options: {design: binary, seed: 1}}\n");
  assert_sound(html);
  assert_has(html, "-title\">Expected value of information on parameters: one</title>");
  assert_has(html, "-title\">Expected value of information on parameters: two</title>");
  assert_has(html, "-title\">Expected value of sample information: two</title>");
  assert_has(html, "two. B at a threshold of");
  assert_has(html, "one: at ");
  assert_int_equal(count_of(html, ": few</title>"), 0);
  free(html);
  html = page_of(HEAD "inputs: [{id: a, path: samples.csv, origin: synthetic}]\n"
                      "analyses:\n"
                      "  - {id: t, measure: one_way, input: a, by: g, columns: {costs: [cost_A, cost_B], effects: "
                      "[effect_A, effect_B], parameters: p}}\n"
                      "  - {id: u, measure: two_way, input: a, by: g, columns: {costs: [cost_A, cost_B], effects: "
                      "[effect_A, effect_B], parameters: [p, effect_A]}, options: {degree: 1}}\n");
  assert_sound(html);
  assert_has(html, "-title\">One-way sensitivity: one</title>");
  assert_has(html, "-title\">One-way sensitivity: two</title>");
  assert_has(html, "-title\">Which strategy is best: one</title>");
  assert_has(html, "-title\">Which strategy is best: two</title>");
  assert_has(html, "two: At ");
  assert_has(html, "one. Over the ranges of p and effect_A at ");
  free(html);
}

/* ---- numbers ---- */

static void numbers_are_written_as_their_unit_is_read(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *unit, *text;
  } cases[] = {{61.2244897, "percent", "61.2"},
               {0.8123456, "utility", "0.812"},
               {0.0123, "QALY", "0.0123"},
               {92000, "currency",
                "92\xC2\xA0"
                "000"},
               {-5.5, "currency",
                "\xE2\x88\x92"
                "5.50"},
               {12, "count", "12"},
               {0.00001234, "probability", "0.000012"},
               {NAN, "percent", "not available"},
               {INFINITY, "currency", "infinity"}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    itg_text out = ITG_TEXT_EMPTY;
    itg_report_number(&out, cases[i].value, cases[i].unit);
    assert_string_equal(out.data, cases[i].text);
    itg_text_clear(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(functional_integration_is_drawn_with_its_numbers),
      cmocka_unit_test(maps_give_way_when_they_would_not_be_readable),
      cmocka_unit_test(a_scorecard_says_its_status_in_word_and_shape),
      cmocka_unit_test(cards_are_short_and_titles_whole),
      cmocka_unit_test(maturity_phases_and_points_are_drawn),
      cmocka_unit_test(a_checklist_with_notes_is_a_section_item_by_item),
      cmocka_unit_test(costs_per_person_are_told_by_group_and_payer),
      cmocka_unit_test(quality_of_life_is_told_by_group_and_heads_are_whole),
      cmocka_unit_test(every_other_measure_is_drawn_as_dots),
      cmocka_unit_test(headlines_are_scores_and_ratios_have_a_line_at_one),
      cmocka_unit_test(headlines_are_of_the_last_wave),
      cmocka_unit_test(headlines_are_what_a_measure_is_asked_for),
      cmocka_unit_test(pictures_of_many_strategies_tell_what_they_leave_out),
      cmocka_unit_test(text_of_users_stays_text),
      cmocka_unit_test(a_masked_number_is_nowhere_on_the_page),
      cmocka_unit_test(groups_of_persons_have_panels),
      cmocka_unit_test(a_map_names_its_regions_and_a_curve_tells_where_it_changes),
      cmocka_unit_test(numbers_are_written_as_their_unit_is_read),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
