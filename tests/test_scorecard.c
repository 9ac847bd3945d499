/* Measure scorecard: scores, status, trend and ranks by hand and from publications; bad input. */
#include "cells.h"
#include "files.h"

/* ---- helpers ---- */

static itg_frame *table_of(const char *csv, const char *source) {
  itg_error error = {0};
  itg_frame *frame = NULL;
  if (itg_frame_parse(csv, strlen(csv), source, NULL, &frame, &error)) fail_msg("%s", error.message);
  return frame;
}

static itg_status run_frames(itg_frame *data, itg_frame *indicators, const char *options,
                             const itg_control *control, itg_result **out, itg_error *error) {
  itg_table tables[2] = {*itg_frame_table(data), *itg_frame_table(indicators)};
  tables[0].name = "data";
  tables[1].name = "indicators";
  itg_status status = itg_measure_run("scorecard", tables, 2, options, control, out, error);
  itg_frame_free(data);
  itg_frame_free(indicators);
  return status;
}

static itg_result *run(const char *data, const char *indicators, const char *options) {
  itg_error error = {0};
  itg_result *result = NULL;
  if (run_frames(table_of(data, "values.csv"), table_of(indicators, "indicators.csv"), options, NULL, &result,
                 &error))
    fail_msg("%s", error.message);
  return result;
}

static void assert_fails(const char *data, const char *indicators, const char *options, itg_status status,
                         const char *part) {
  itg_error error = {0};
  itg_result *result = NULL;
  itg_status got = run_frames(table_of(data, "values.csv"), table_of(indicators, "indicators.csv"), options,
                              NULL, &result, &error);
  if (got != status) fail_msg("status %d, expected %d: %s", (int)got, (int)status, error.message);
  assert_null(result);
  if (!strstr(error.message, part)) fail_msg("'%s' is not in: %s", part, error.message);
}

/* Row of the estimates; site and period NULL where there is no such column. */
static int64_t row_of(const itg_result *result, const char *scale, const char *site, const char *period,
                      const char *perspective, const char *indicator) {
  const itg_table *table = itg_result_find(result, "estimates");
  for (int64_t row = 0; row < table->n_rows; row++)
    if (itg_text_equal(text_at(table, row, "scale"), scale) &&
        itg_text_equal(text_at(table, row, "site"), site) &&
        itg_text_equal(text_at(table, row, "period"), period) &&
        itg_text_equal(text_at(table, row, "perspective"), perspective) &&
        itg_text_equal(text_at(table, row, "indicator"), indicator))
      return row;
  fail_msg("no row %s, %s, %s", scale, perspective, indicator);
  return -1;
}

static double number_in(const itg_table *table, int64_t row, const char *column) {
  const char *text = text_at(table, row, column);
  double value = NAN;
  if (text) itg_number_parse(text, strlen(text), &value);
  return value;
}

static double number(const itg_result *result, const char *scale, const char *site, const char *period,
                     const char *perspective, const char *indicator, const char *column) {
  return number_in(itg_result_find(result, "estimates"),
                   row_of(result, scale, site, period, perspective, indicator), column);
}

static double score(const itg_result *result, const char *perspective, const char *indicator) {
  return number(result, "score", NULL, NULL, perspective, indicator, "estimate");
}

/* Cell of the table "indicators", row by position. */
static const char *word(const itg_result *result, int64_t row, const char *column) {
  return text_at(itg_result_find(result, "indicators"), row, column);
}

static double value(const itg_result *result, int64_t row, const char *column) {
  return number_in(itg_result_find(result, "indicators"), row, column);
}

#define assert_digits(found, expected) assert_true(fabs((found) - (expected)) < 5.00001e-5)

/* ---- scores ---- */

static const char four[] =
    "indicator,perspective,direction,target,target_low,target_high,floor,weight\n"
    "margin,financial,higher,8,,,4,1\n"
    "bed days,financial,lower,100,,,200,3\n"
    "occupancy,process,range,,85,95,75,1\n"
    "recommend,customer,higher,85,,,60,\n";

static void distance_to_target_by_hand(void **state) {
  (void)state;
  itg_result *r = run("indicator,value\nmargin,7\nbed days,150\noccupancy,97\nrecommend,70\n", four, NULL);
  assert_near(score(r, "financial", "margin"), 75, 1e-12);
  assert_near(score(r, "financial", "bed days"), 50, 1e-12);
  assert_near(score(r, "process", "occupancy"), 80, 1e-12); /* 2 above a range whose floor lies 10 below it */
  assert_near(score(r, "customer", "recommend"), 40, 1e-12);
  assert_near(score(r, "financial", "all"), (75 + 3 * 50) / 4.0, 1e-12);
  assert_near(score(r, "all", "all"), (56.25 + 80 + 40) / 3, 1e-12);
  assert_near(value(r, 1, "gap"), 50, 1e-12);
  assert_near(value(r, 2, "gap"), 2, 1e-12);
  itg_result_free(r);
}

static void clipping_is_an_option(void **state) {
  (void)state;
  const char *data = "indicator,value\nmargin,10\nbed days,220\noccupancy,60\n";
  itg_result *clipped = run(data, four, NULL), *free_ = run(data, four, "clip: false");
  assert_near(score(clipped, "financial", "margin"), 100, 1e-12);
  assert_near(score(clipped, "financial", "bed days"), 0, 1e-12);
  assert_near(score(clipped, "process", "occupancy"), 0, 1e-12);
  assert_near(score(free_, "financial", "margin"), 150, 1e-12);
  assert_near(score(free_, "financial", "bed days"), -20, 1e-12);
  assert_near(score(free_, "process", "occupancy"), -150, 1e-12);
  assert_near(value(free_, 0, "gap"), -2, 1e-12);
  itg_result_free(clipped);
  itg_result_free(free_);
}

static void missing_indicators_give_their_weight_and_show_in_coverage(void **state) {
  (void)state;
  itg_result *r = run("indicator,value\nbed days,150\noccupancy,90\nrecommend,\n", four, NULL);
  assert_near(score(r, "financial", "all"), 50, 1e-12);
  assert_near(number(r, "coverage", NULL, NULL, "financial", "all", "estimate"), 75, 1e-12);
  assert_near(number(r, "coverage", NULL, NULL, "customer", "all", "estimate"), 0, 1e-12);
  assert_near(number(r, "coverage", NULL, NULL, "all", "all", "estimate"), (75 + 100 + 0) / 3.0, 1e-12);
  assert_near(score(r, "all", "all"), 75, 1e-12); /* of financial and process */
  assert_near(number(r, "weight_share", NULL, NULL, "financial", "all", "estimate"), 50, 1e-12);
  assert_near(number(r, "weight_share", NULL, NULL, "customer", "all", "estimate"), 0, 1e-12);
  assert_true(isnan(score(r, "customer", "recommend")));
  const itg_table *table = itg_result_find(r, "estimates");
  int64_t row = row_of(r, "score", NULL, NULL, "customer", "recommend");
  assert_string_equal(text_at(table, row, "level"), "no data");
  assert_string_equal(text_at(table, row, "reason"), "missing");
  assert_near(number(r, "met", NULL, NULL, "all", "all", "estimate"),
              50, 1e-12); /* occupancy of two with a status */
  itg_result_free(r);
}

static void perspectives_weigh_as_told(void **state) {
  (void)state;
  itg_result *r = run("indicator,value\nmargin,7\nbed days,150\noccupancy,97\nrecommend,70\n", four,
                      "perspective_weights: {financial: 2, process: 1, customer: 0}");
  assert_near(score(r, "all", "all"), (2 * 56.25 + 80) / 3, 1e-12);
  const itg_table *balance = itg_result_find(r, "perspectives");
  assert_int_equal(balance->n_rows, 3);
  assert_string_equal(text_at(balance, 0, "perspective"), "financial");
  assert_near(number_in(balance, 0, "weight_share"), 200.0 / 3, 1e-12);
  assert_near(number_in(balance, 0, "indicator_share"), 50, 1e-12);
  itg_result_free(r);
}

static void baseline_serves_as_floor(void **state) {
  (void)state;
  itg_result *r =
      run("indicator,value\na,50\nb,3\nc,1\n",
          "indicator,perspective,direction,target,baseline\na,p,higher,80,40\nb,p,higher,5,\nc,p,lower,,9\n",
          NULL);
  assert_near(score(r, "p", "a"), 25, 1e-12);
  assert_string_equal(word(r, 1, "status"), "not met"); /* no floor: a status, but no score */
  assert_string_equal(word(r, 1, "reason"), "undefined");
  assert_null(word(r, 2, "status"));
  assert_string_equal(word(r, 2, "reason"), "no target");
  assert_near(number(r, "coverage", NULL, NULL, "p", "all", "estimate"), 100.0 / 3, 1e-12);
  itg_result_free(r);
}

/* Peters et al. 2007, Edward et al. 2011: national medians of 2004 and 2008; the targets are ours. */
static void afghanistan_health_sector_scorecard_2004_to_2008(void **state) {
  (void)state;
  static const double before[] = {65.3, 65.4, 47.4, 40.5}, after[] = {84.5, 79.2, 76.4, 67.4},
                      target[] = {80, 80, 75, 70};
  static const char *const trend[] = {"on track", "improving", "on track", "improving"};
  itg_result *r = NULL;
  itg_error error = {0};
  double total = 0;
  if (run_frames(read_frame("inst/example/indicator-values.csv"), read_frame("inst/example/indicators.csv"),
                 NULL, NULL, &r, &error))
    fail_msg("%s", error.message);
  for (int i = 0; i < 4; i++) {
    double expected = fmin(100, 100 * (after[i] - before[i]) / (target[i] - before[i]));
    assert_true(value(r, i, "value") == before[i] && value(r, 4 + i, "value") == after[i]);
    assert_true(fabs(value(r, 4 + i, "score") - expected) < 1e-11);
    assert_near(value(r, 4 + i, "change"), after[i] - before[i], 1e-12);
    assert_string_equal(word(r, 4 + i, "trend"), trend[i]);
    assert_null(word(r, i, "trend")); /* the baseline has nothing before it */
    total += expected / 4;
  }
  assert_true(fabs(number(r, "score", NULL, "2008", "all", "all", "estimate") - total) < 1e-11);
  assert_near(number(r, "score", NULL, "2004", "all", "all", "estimate"), 0, 1e-12);
  itg_result_free(r);
}

/* National Academies 13799, appendix C: n questions of 1 to 5 points, serious up to 2.5 n, healthy from 3.75
 * n. */
static void trb_collaboration_scorecard_bands(void **state) {
  (void)state;
  static const struct {
    int sum;
    const char *band;
  } cases[] = {{50, "serious"}, {51, "middle"}, {74, "middle"}, {75, "healthy"}};
  char indicators[2000] = "indicator,perspective,direction,target,floor\n", data[1000];
  for (int q = 1; q <= 20; q++)
    snprintf(indicators + strlen(indicators), sizeof indicators - strlen(indicators),
             "q%d,collaboration,higher,5,0\n", q);
  for (size_t k = 0; k < ITG_COUNT(cases); k++) {
    strcpy(data, "indicator,value\n");
    for (int q = 1, left = cases[k].sum; q <= 20; q++) {
      int answer = left / (21 - q);
      left -= answer;
      snprintf(data + strlen(data), sizeof data - strlen(data), "q%d,%d\n", q, answer);
    }
    itg_result *r = run(data, indicators, "bands: {healthy: 75, serious: 0, middle: 51}");
    int64_t row = row_of(r, "score", NULL, NULL, "collaboration", "all");
    assert_string_equal(text_at(itg_result_find(r, "estimates"), row, "level"), cases[k].band);
    itg_result_free(r);
  }
}

/* ---- status and trend ---- */

static void st_michaels_rule_by_interval(void **state) {
  (void)state;
  static const struct {
    const char *row, *status;
  } cases[] = {
      {"up,85,2", "met"}, /* 81.1 to 88.9 above 80 */
      {"up,80,2", "uncertain"},   {"up,75,2", "not met"},   {"up,,2", "no data"}, {"down,15,2", "met"},
      {"down,21,2", "uncertain"}, {"down,30,2", "not met"}, {"band,50,2", "met"}, {"band,59,2", "uncertain"},
      {"band,70,2", "not met"},   {"band,30,2", "not met"}, {"up,80,", "met"},    {"up,79.9,", "not met"},
      {"down,20,0", "met"}, /* without interval: the value */
  };
  for (size_t k = 0; k < ITG_COUNT(cases); k++) {
    char data[100], name[20];
    snprintf(data, sizeof data, "indicator,value,se\n%s\nother,1,\n", cases[k].row);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(cases[k].row, ","), cases[k].row);
    itg_result *r =
        run(data,
            "indicator,perspective,direction,target,target_low,target_high,floor\n"
            "up,p,higher,80,,,0\ndown,p,lower,20,,,100\nband,p,range,,40,60,0\nother,p,higher,1,,,0\n",
            NULL);
    const itg_table *table = itg_result_find(r, "indicators");
    int64_t row = 0;
    while (strcmp(text_at(table, row, "indicator"), name) != 0) row++;
    assert_string_equal(text_at(table, row, "status"), cases[k].status);
    itg_result_free(r);
  }
}

static void runnymede_rule_by_trend(void **state) {
  (void)state;
  itg_result *r = run("indicator,period,value\na,1,50\na,2,60\na,3,55\na,4,\na,5,58\na,6,80\n",
                      "indicator,perspective,direction,target,baseline,floor\na,p,higher,80,55,0\n", NULL);
  static const char *const words[] = {"off track", "improving", "off track",
                                      "no data",   "improving", "on track"};
  for (int i = 0; i < 6; i++) assert_string_equal(word(r, i, "trend"), words[i]);
  assert_near(value(r, 0, "change"), -5, 1e-12); /* against the baseline */
  assert_near(value(r, 4, "change"), 3, 1e-12);  /* against the last period that has a value */
  itg_result_free(r);
}

/* The trend of a, by the rule above, whose value is 50, then 60, then 55, in this order of periods. */
static void assert_in_order(const char *const periods[3], const char *options) {
  static const char *const words[] = {"improving", "improving", "off track"};
  char csv[200];
  snprintf(csv, sizeof csv, "indicator,period,value\na,%s,55\na,%s,60\na,%s,50\n", periods[2], periods[1], periods[0]);
  itg_result *r =
      run(csv, "indicator,perspective,direction,target,baseline,floor\na,p,higher,80,45,0\n", options);
  for (int i = 0; i < 3; i++) {
    assert_string_equal(word(r, i, "period"), periods[i]);
    assert_string_equal(word(r, i, "trend"), words[i]);
  }
  assert_near(value(r, 2, "change"), -5, 1e-12);
  itg_result_free(r);
}

/* Text puts 12 months before 3 months, and Q1 2024 before Q4 2023. */
static void periods_are_in_order_of_time_or_refused(void **state) {
  (void)state;
  static const char *const numbered[][3] = {{"m3", "m6", "m12"}, {"3 months", "9 months", "12 months"},
                                            {"Q4 2023", "Q1 2024", "Q2 2024"}, {"2023/24", "2024/25", "2025/26"},
                                            {"9/2023", "10/2023", "1/2024"}, {"8", "9", "10"}};
  static const char *const said[] = {"pre", "post", "after"}, *const mixed[] = {"baseline", "m3", "m12"};
  static const char table[] = "indicator,perspective,direction,target,floor\na,p,higher,80,0\n";
  for (size_t i = 0; i < ITG_COUNT(numbered); i++) assert_in_order(numbered[i], NULL);
  assert_in_order(said, "periods: [pre, post, after]");
  assert_in_order(mixed, "periods: [screening, baseline, m3, m12]"); /* more than there are */
  const char *words = "indicator,period,value\na,pre,50\na,post,60\n";
  assert_fails(words, table, NULL, ITG_ERR_OPTION,
               "column 'period': periods are words ('post', 'pre'), which the alphabet does not put in their order in "
               "time; list them from the first to the last in option 'periods'");
  assert_fails("indicator,period,value\na,baseline,50\na,m3,60\n", table, NULL, ITG_ERR_OPTION,
               "which of periods 'baseline' and 'm3' is earlier is not plain from their numbers; list them");
  assert_fails(words, table, "periods: [pre]", ITG_ERR_OPTION,
               "option 'periods' lacks period 'post'; list all of them from the first to the last");
  assert_fails(words, table, "periods: [pre, post, pre]", ITG_ERR_OPTION, "option 'periods' lists 'pre' twice");
  itg_result_free(run("indicator,period,value\na,pre,50\n", table, NULL)); /* one needs no order */
}

/* Newcombe, Stat Med 1998;17:857-72: its examples 81/263, 15/148, 0/20, 1/29 by the score and the exact
 * method. */
static void newcombe_1998_intervals_of_shares(void **state) {
  (void)state;
  static const struct {
    int events, n;
    double wilson_low, wilson_high, exact_low, exact_high;
  } cases[] = {{81, 263, 0.2553, 0.3662, 0.2527, 0.3676},
               {15, 148, 0.0624, 0.1605, 0.0578, 0.1617},
               {0, 20, 0.0000, 0.1611, 0.0000, 0.1684},
               {1, 29, 0.0061, 0.1718, 0.0009, 0.1776}};
  for (size_t k = 0; k < ITG_COUNT(cases); k++) {
    char data[100];
    const char *indicators =
        "indicator,perspective,direction,unit,target,floor\na,p,higher,proportion,0.5,0\n";
    snprintf(data, sizeof data, "indicator,events,n\na,%d,%d\n", cases[k].events, cases[k].n);
    itg_result *wilson = run(data, indicators, NULL), *exact = run(data, indicators, "interval: exact");
    assert_digits(value(wilson, 0, "conf_low"), cases[k].wilson_low);
    assert_digits(value(wilson, 0, "conf_high"), cases[k].wilson_high);
    assert_digits(value(exact, 0, "conf_low"), cases[k].exact_low);
    assert_digits(value(exact, 0, "conf_high"), cases[k].exact_high);
    assert_near(value(wilson, 0, "value"), (double)cases[k].events / cases[k].n, 1e-12);
    itg_result_free(wilson);
    itg_result_free(exact);
  }
}

static void percents_with_n_are_counts_in_disguise(void **state) {
  (void)state;
  const char *indicators = "indicator,perspective,direction,unit,target,floor\na,p,higher,percent,50,0\n";
  itg_result *counts = run("indicator,events,n\na,81,324\n", indicators, NULL),
             *percent = run("indicator,value,n\na,25,324\n", indicators, NULL);
  assert_near(value(counts, 0, "value"), 25, 1e-12);
  assert_near(value(percent, 0, "conf_low"), value(counts, 0, "conf_low"), 1e-12);
  assert_near(value(percent, 0, "conf_high"), value(counts, 0, "conf_high"), 1e-12);
  assert_near(value(counts, 0, "std_error"), 100 * sqrt(0.25 * 0.75 / 324), 1e-12);
  /* The interval of the score is that of the value, seen through the score. */
  assert_near(number(counts, "score", NULL, NULL, "p", "a", "conf_low"), 2 * value(counts, 0, "conf_low"), 1e-12);
  itg_result_free(counts);
  itg_result_free(percent);
}

/* ---- draws and ranks ---- */

static void errors_add_up_as_the_delta_method_says(void **state) {
  (void)state;
  itg_result *r =
      run("indicator,value,se\na,50,2\nb,40,3\n",
          "indicator,perspective,direction,target,floor,weight\na,p,higher,100,0,1\nb,p,higher,100,0,3\n",
          "draws: 20000");
  double found = number(r, "score", NULL, NULL, "p", "all", "std_error"), expected = sqrt(2 * 2 + 9 * 9) / 4;
  assert_true(fabs(found / expected - 1) < 0.02);
  assert_true(fabs(number(r, "score", NULL, NULL, "p", "all", "conf_low") - (42.5 - 1.959964 * expected)) <
              0.1);
  itg_result_free(r);
}

static const char one[] = "indicator,perspective,direction,target,floor\na,p,higher,100,0\n";

static void ranks_without_errors_share_ties(void **state) {
  (void)state;
  itg_result *r = run("site,indicator,value\nA,a,50\nB,a,70\nC,a,50\nD,a,\n", one, NULL);
  assert_near(number(r, "rank", "B", NULL, "all", "all", "estimate"), 1, 1e-12);
  assert_near(number(r, "rank", "A", NULL, "all", "all", "estimate"), 2.5, 1e-12);
  assert_near(number(r, "rank", "C", NULL, "all", "all", "estimate"), 2.5, 1e-12);
  assert_near(number(r, "rank", "A", NULL, "all", "all", "n"), 3, 1e-12); /* D has no score and no rank */
  assert_true(isnan(number(r, "rank", "A", NULL, "all", "all", "conf_low")));
  itg_result_free(r);
}

static void ranks_are_as_sure_as_the_values(void **state) {
  (void)state;
  itg_result *r = run("site,indicator,value,se\nA,a,50,2\nB,a,50.1,2\nC,a,90,2\n", one, "draws: 4000");
  assert_near(number(r, "rank", "B", NULL, "all", "all", "estimate"), 2, 1e-12);
  assert_near(number(r, "rank", "B", NULL, "all", "all", "conf_low"), 2, 1e-12);
  assert_near(number(r, "rank", "B", NULL, "all", "all", "conf_high"), 3, 1e-12);
  assert_near(number(r, "rank", "C", NULL, "all", "all", "conf_low"), 1, 1e-12);
  assert_near(number(r, "rank", "C", NULL, "all", "all", "conf_high"), 1, 1e-12);
  /* B is before A with probability Phi(0.1 / sqrt 8): two ranks with that variance. */
  double p = 0.5 * erfc(-0.1 / sqrt(8.0) / sqrt(2.0));
  assert_true(fabs(number(r, "rank", "B", NULL, "all", "all", "std_error") - sqrt(p * (1 - p))) < 0.01);
  itg_result_free(r);
}

static void periods_are_ranked_apart(void **state) {
  (void)state;
  itg_result *r = run("site,period,indicator,value\nA,1,a,50\nB,1,a,70\nA,2,a,80\nB,2,a,70\n", one, NULL);
  assert_near(number(r, "rank", "A", "1", "all", "all", "estimate"), 2, 1e-12);
  assert_near(number(r, "rank", "A", "2", "all", "all", "estimate"), 1, 1e-12);
  itg_result_free(r);
}

static void threads_do_not_show(void **state) {
  (void)state;
  itg_result *results[2];
  for (int i = 0; i < 2; i++) {
    itg_control control = {.threads = i ? 4 : 1};
    assert_int_equal(run_frames(read_frame("tests/data/golden/scorecard_values.csv"),
                                read_frame("tests/data/golden/scorecard_indicators.csv"), "draws: 2000",
                                &control, &results[i], NULL),
                     ITG_OK);
  }
  same_table(itg_result_find(results[0], "estimates"), itg_result_find(results[1], "estimates"));
  assert_true(isfinite(number(results[0], "rank", "port", "2025", "all", "all", "conf_high")));
  for (int i = 0; i < 2; i++) itg_result_free(results[i]);
}

/* ---- bad input ---- */

static const char good[] = "indicator,value\na,50\n";

static void bad_indicators_are_named(void **state) {
  (void)state;
  assert_fails(good, "indicator,perspective,direction,target,floor\na,p,highr,100,0\n", NULL, ITG_ERR_TYPE,
               "indicators.csv, line 2, column 'direction': 'highr' is no direction; allowed: higher, "
               "lower, range (is better); did you mean 'higher'?");
  assert_fails(good, "indicator,perspective,direction,target,floor\na,p,higher,50,50\n", NULL, ITG_ERR_DATA,
               "column 'floor': 50 equals the target");
  assert_fails(good, "indicator,perspective,direction,target,baseline\na,p,higher,50,60\n", NULL,
               ITG_ERR_DATA,
               "column 'baseline': 60 serves as the floor (none is given) and is better than the target 50");
  assert_fails(good, "indicator,perspective,direction,target,floor\na,p,lower,50,40\n", NULL, ITG_ERR_DATA,
               "is better than");
  assert_fails(good, "indicator,perspective,direction,target_low,target_high,floor\na,p,range,40,60,50\n",
               NULL, ITG_ERR_DATA, "lies within the target range");
  assert_fails(good, "indicator,perspective,direction,target_low,target_high\na,p,range,60,40\n", NULL,
               ITG_ERR_DATA, "lies above target_high");
  assert_fails(good, "indicator,perspective,direction,target,target_low\na,p,range,60,40\n", NULL,
               ITG_ERR_DATA, "a range has target_low and target_high");
  assert_fails(good, "indicator,perspective,direction,target,floor,weight\na,p,higher,100,0,-1\n", NULL,
               ITG_ERR_RANGE, "weight");
  assert_fails(good, "indicator,perspective,direction\na,p,higher\na,p,lower\n", NULL, ITG_ERR_DUPLICATE,
               "line 3");
  assert_fails(good, "indicator,perspective,direction\na,,higher\n", NULL, ITG_ERR_DATA,
               "must name its perspective");
  assert_fails(good, "indicator,perspective,direction\n", NULL, ITG_ERR_EMPTY, "no rows");
  assert_fails(good, "indicator,perspective,direction\na,custmer,higher\n", "instrument: scorecard-classic",
               ITG_ERR_DATA, "did you mean 'customer'?");
}

static void bad_values_are_named(void **state) {
  (void)state;
  const char *percent =
      "indicator,perspective,direction,unit,target,floor\nshare,p,higher,percent,100,0\nmean,p,lower,days,1,"
      "9\n";
  assert_fails("indicator,value\nshar,5\n", percent, NULL, ITG_ERR_DATA,
               "values.csv, line 2, column 'indicator': 'shar' is not in the table of indicators; did you "
               "mean 'share'?");
  assert_fails("indicator,value\nmean,5\nmean,6\n", percent, NULL, ITG_ERR_DUPLICATE,
               "line 3, column 'indicator'");
  assert_fails("indicator,value,se\nmean,5,-1\n", percent, NULL, ITG_ERR_RANGE, "column 'se': -1");
  assert_fails("indicator,events,n\nshare,5,4\n", percent, NULL, ITG_ERR_RANGE, "5 events are more than n");
  assert_fails("indicator,events,n\nshare,2.5,4\n", percent, NULL, ITG_ERR_RANGE, "2.5 is no count");
  assert_fails("indicator,events,n\nshare,2,\n", percent, NULL, ITG_ERR_DATA, "events need n");
  assert_fails("indicator,events,n\nmean,2,4\n", percent, NULL, ITG_ERR_DATA, "the unit of 'mean' is 'days'");
  assert_fails("indicator,value,events,n\nshare,50,2,4\n", percent, NULL, ITG_ERR_DATA, "not both");
  assert_fails("indicator,value,n\nshare,101,4\n", percent, NULL, ITG_ERR_RANGE, "101 is no share");
  assert_fails("indicator,value\nmean,\n", percent, NULL, ITG_ERR_EMPTY, "no value is present");
  assert_fails("indicator,x\nmean,\n", percent, NULL, ITG_ERR_COLUMN, "give 'value', or 'events' with 'n'");
  assert_fails("indicator,value,site\nmean,5,A\nshare,5,\n", percent, NULL, ITG_ERR_DATA, "line 3, column 'site': a value must name its site");
}

static void bad_options_are_refused(void **state) {
  (void)state;
  assert_fails(good, one, "perspective_weights: {q: 1}", ITG_ERR_OPTION, "no perspective 'q'");
  assert_fails(good, one, "perspective_weights: {p: -1}", ITG_ERR_OPTION, "negative");
  assert_fails(good, one, "perspective_weights: {p: 0}", ITG_ERR_OPTION, "weights of all perspectives are 0");
  assert_fails(good, "indicator,perspective,direction\na,p,higher\nb,q,higher\n",
               "perspective_weights: {p: 1}", ITG_ERR_OPTION, "'q' is absent");
  assert_fails(good, one, "bands: {low: 10, high: 10}", ITG_ERR_OPTION, "begin at the same score");
  assert_fails(good, one, "instrument: functional-integration", ITG_ERR_INSTRUMENT, "of kind matrix");
}

static void built_in_definitions_pass_their_examples(void **state) {
  (void)state;
  itg_error error = {0};
  if (itg_instrument_check("scorecard-classic", NULL, &error)) fail_msg("%s", error.message);
  if (itg_instrument_check("scorecard-ontario", NULL, &error)) fail_msg("%s", error.message);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(distance_to_target_by_hand),
      cmocka_unit_test(clipping_is_an_option),
      cmocka_unit_test(missing_indicators_give_their_weight_and_show_in_coverage),
      cmocka_unit_test(perspectives_weigh_as_told),
      cmocka_unit_test(baseline_serves_as_floor),
      cmocka_unit_test(afghanistan_health_sector_scorecard_2004_to_2008),
      cmocka_unit_test(trb_collaboration_scorecard_bands),
      cmocka_unit_test(st_michaels_rule_by_interval),
      cmocka_unit_test(runnymede_rule_by_trend),
      cmocka_unit_test(newcombe_1998_intervals_of_shares),
      cmocka_unit_test(percents_with_n_are_counts_in_disguise),
      cmocka_unit_test(errors_add_up_as_the_delta_method_says),
      cmocka_unit_test(ranks_without_errors_share_ties),
      cmocka_unit_test(ranks_are_as_sure_as_the_values),
      cmocka_unit_test(periods_are_in_order_of_time_or_refused),
      cmocka_unit_test(periods_are_ranked_apart),
      cmocka_unit_test(threads_do_not_show),
      cmocka_unit_test(bad_indicators_are_named),
      cmocka_unit_test(bad_values_are_named),
      cmocka_unit_test(bad_options_are_refused),
      cmocka_unit_test(built_in_definitions_pass_their_examples),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
