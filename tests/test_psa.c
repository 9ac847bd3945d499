/* Measure psa: BCEA, dampack and publications reproduced; ties, traps and bad input. */
#include "scoring.h"

static itg_frame *read_file(const char *path) {
  char full[4096];
  const char *root = getenv("ITG_SOURCE") ? getenv("ITG_SOURCE") : ".";
  itg_error error = {0};
  itg_frame *frame = NULL;
  snprintf(full, sizeof full, "%s/tests/data/%s", root, path);
  if (itg_frame_read(full, NULL, &frame, &error)) fail_msg("%s", error.message);
  return frame;
}

#define WIDE "\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\"}"
#define THRESHOLDS "\"thresholds\": [0, 5000, 10000, 15000, 20000, 25000, 30000, 50000]"

static itg_result *run_samples(const char *options) {
  itg_frame *frame = read_file("golden/psa_samples.csv");
  itg_error error = {0};
  itg_result *result = NULL;
  if (itg_measure_run("psa", itg_frame_table(frame), 1, options, NULL, &result, &error)) fail_msg("%s", error.message);
  itg_frame_free(frame);
  return result;
}

static double peer_value(const itg_result *r, const char *scale, const char *strategy, const char *threshold) {
  if (strcmp(scale, "frontier_icer") == 0) return CELL(r, "frontier", "icer", "strategy", strategy);
  if (strcmp(scale, "probability_optimal") == 0) return CELL(r, "evpi", "probability_best", "threshold", threshold);
  if (strcmp(scale, "on_frontier") == 0)
    return strcmp(TEXT(r, "ceac", "optimal", "strategy", strategy, "threshold", threshold), "true") == 0;
  if (strcmp(scale, "risk_evpi") == 0)
    return CELL(r, "risk_aversion", "evpi", "threshold", threshold, "risk_aversion", "0.0001");
  if (strcmp(scale, "evpi") == 0)
    return CELL(r, "estimates", "estimate", "scale", scale, "threshold", threshold);
  return CELL(r, "estimates", "estimate", "scale", scale, "strategy", strategy, "threshold", threshold);
}

static void bcea_2_4_83_and_dampack_1_0_2_on_shared_thresholds(void **state) {
  (void)state;
  itg_frame *peers = read_file("psa_peers.csv");
  const itg_table *t = itg_frame_table(peers);
  itg_result *r = run_samples("{" WIDE ", " THRESHOLDS ", \"grid_to\": 50000, \"grid_step\": 5000, "
                              "\"shares\": {\"usual\": 0.5, \"network\": 0.3, \"home\": 0.2}, "
                              "\"risk_aversion\": [0, 1e-4]}");
  assert_int_equal(t->n_rows, 165);
  for (int64_t row = 0; row < t->n_rows; row++) {
    char key[3][ITG_NUMBER_SIZE];
    const char *const names[] = {"scale", "strategy", "threshold"};
    for (int i = 0; i < 3; i++) {
      const char *text = text_at(t, row, names[i]);
      snprintf(key[i], sizeof key[i], "%s", text ? text : "");
    }
    double wanted = number_at(t, row, "value");
    double found = peer_value(r, key[0], key[1][0] ? key[1] : NULL, key[2][0] ? key[2] : NULL);
    if (isnan(wanted)) assert_true(isnan(found));
    else if (!(fabs(found - wanted) <= 1e-9 * fmax(1, fabs(wanted))))
      fail_msg("%s of %s at %s: %.17g, expected %.17g", key[0], key[1], key[2], found, wanted);
  }
  /* A mix loses what its parts lose. */
  const char *const names[] = {"usual", "network", "home"};
  const double shares[] = {0.5, 0.3, 0.2};
  double loss = 0;
  for (int d = 0; d < 3; d++)
    loss += shares[d] * CELL(r, "estimates", "estimate", "scale", "expected_loss", "strategy", names[d], "threshold", "30000");
  assert_near(CELL(r, "evpi", "mix_loss", "threshold", "30000"), loss, 1e-9);
  itg_result_free(r);
  itg_frame_free(peers);
}

/* Data set Vaccine of the R package BCEA (GPL-3): 1000 draws, here of nine digits; figures of bcea() in 2.4.84. */
static void vaccine_as_bcea_gives_it(void **state) {
  (void)state;
  static const struct {
    const char *threshold;
    double benefit, probability, evpi;
  } known[] = {{"0", -5.0359829, .020, .056209967},
               {"20000", -.024454125, .457, 2.5056271},
               {"25000", 1.2284281, .529, 2.414467},
               {"30000", 2.4813102, .586, 2.3735717},
               {"50000", 7.492839, .697, 2.5533257}};
  itg_frame *frame = read_file("bcea_vaccine.csv");
  itg_error error = {0};
  itg_result *r = NULL;
  if (itg_measure_run("psa", itg_frame_table(frame), 1, "{" WIDE ", thresholds: [0, 20000, 25000, 30000, 50000]}", NULL,
                      &r, &error))
    fail_msg("%s", error.message);
  assert_near(CELL(r, "estimates", "estimate", "scale", "effect", "strategy", "status_quo"), -.0010559464, 5e-11);
  assert_near(CELL(r, "estimates", "estimate", "scale", "effect", "strategy", "vaccination"), -.00080536996, 5e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "strategy", "status_quo"), 9.6554635, 5e-8);
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "strategy", "vaccination"), 14.691446, 5e-7);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icer", "strategy", "vaccination"), 20097.591, 5e-4);
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    const char *at = known[i].threshold;
    assert_near(peer_value(r, "inmb", "vaccination", at), known[i].benefit, known[i].benefit > 5 ? 5e-7 : 6e-8);
    assert_near(peer_value(r, "probability_cost_effective", "vaccination", at), known[i].probability, 1e-12);
    assert_near(peer_value(r, "evpi", NULL, at), known[i].evpi, 6e-7);
  }
  static const char *const quadrants[] = {"dearer_better", "cheaper_better", "cheaper_worse", "dearer_worse"};
  static const double shares[] = {81.1, 1.9, 0.1, 16.9};
  for (int i = 0; i < 4; i++)
    assert_near(CELL(r, "increments", quadrants[i], "comparison", "vaccination"), shares[i], 1e-9);
  itg_result_free(r);
  itg_frame_free(frame);
}

static void long_and_wide_are_the_same(void **state) {
  (void)state;
  const inputs wide = {"data", "A_cost,B_cost,A_qaly,B_qaly\n100,300,1,1.1\n120,250,1.05,1\n90,400,0.9,1.2\n", NULL};
  const inputs rows = {"data",
                       "draw,option,cost,effect\n2,A,120,1.05\n1,A,100,1\n1,B,300,1.1\n3,B,400,1.2\n2,B,250,1\n3,A,90,0.9\n",
                       NULL};
  itg_result *a = score("psa", wide, "{\"columns\": {\"costs\": \"/_cost$/\", \"effects\": \"/_qaly$/\"}}");
  itg_result *b = score("psa", rows, "{\"columns\": {\"sample\": \"draw\", \"strategy\": \"option\"}}");
  const itg_table *x = itg_result_table(a, 0), *y = itg_result_table(b, 0);
  assert_int_equal(x->n_rows, y->n_rows);
  for (int64_t row = 0; row < x->n_rows; row++) {
    assert_string_equal(text_at(x, row, "scale"), text_at(y, row, "scale"));
    assert_true(itg_text_equal(text_at(x, row, "estimate"), text_at(y, row, "estimate")));
    assert_true(itg_text_equal(text_at(x, row, "conf_high"), text_at(y, row, "conf_high")));
  }
  itg_result_free(a);
  itg_result_free(b);
}

/* Columns in another order must not pair costs of one with effects of another. */
static void columns_are_paired_by_name(void **state) {
  (void)state;
  const inputs in = {"data", "c_usual,c_unit,e_unit,e_usual\n1,2,30,20\n3,4,50,10\n", NULL};
  itg_result *r = score("psa", in, "{\"columns\": {\"costs\": \"/^c_/\", \"effects\": \"/^e_/\"}}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "effect", "strategy", "usual"), 15, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "effect", "strategy", "unit"), 40, 0);
  itg_result_free(r);
}

/* Aust N Z Health Policy 2005;2:10, table 7: colorectal screening, cost and life-years of six options. */
static void colorectal_screening_frontier_2005(void **state) {
  (void)state;
  const inputs in = {"data",
                     "strategy,cost,effect\nnone,0,0\nA,140117791,3551\nB,248112291,6023\nC,304301903,6720\n"
                     "D,370181240,7076\nE,422777702,7299\n",
                     NULL};
  const char *const names[] = {"A", "B", "C", "D", "E"};
  const double published[] = {39459, 43687, 80616, 185054, 235859};
  itg_result *r = score("psa", in, NULL);
  for (int i = 0; i < 5; i++) {
    assert_near(CELL(r, "frontier", "icer", "strategy", names[i]), published[i], 0.5);
    assert_string_equal(TEXT(r, "frontier", "status", "strategy", names[i]), "on the frontier");
  }
  assert_near(CELL(r, "frontier", "threshold_to", "strategy", "none"), 39458.685, 5e-4);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "cost", "strategy", "A"), "too few answers");
  itg_result_free(r);
}

static void dominance_by_hand(void **state) {
  (void)state;
  const inputs in = {"data",
                     "strategy,cost,effect\nbase,100,1\nworse,150,0.9\nmixed,180,1.2\ngood,200,2\nsame,200,2\n",
                     NULL};
  itg_result *r = score("psa", in, "{\"thresholds\": [50, 150]}");
  assert_string_equal(TEXT(r, "frontier", "status", "strategy", "worse"), "dominated");
  assert_string_equal(TEXT(r, "frontier", "compared_with", "strategy", "worse"), "base");
  assert_string_equal(TEXT(r, "frontier", "status", "strategy", "mixed"), "extendedly dominated");
  assert_string_equal(TEXT(r, "frontier", "status", "strategy", "same"), "same as another");
  assert_near(CELL(r, "frontier", "icer", "strategy", "good"), 100, 1e-12);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "evpi", "threshold", "50"), "base");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "evpi", "threshold", "150"), "good");
  itg_result_free(r);
}

/* Hoch, Rockx, Krahn, BMC Health Serv Res 2006;6:68: 31 of 49 against 12 of 51 diagnoses. */
static void syncope_monitors_hoch_2006(void **state) {
  (void)state;
  const inputs in = {"data", "strategy,cost,effect\nholter,212.92,0.235294117647059\nloop,648.50,0.63265306122449\n",
                     NULL};
  itg_result *r = score("psa", in, NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icer"), 1096, 0.5);
  itg_result_free(r);
}

/* A strategy that is better by 0.0001 in every sample is best with certainty, and knowledge is worth nothing. */
static void a_sure_small_gain_is_no_tie(void **state) {
  (void)state;
  static char csv[400000];
  size_t at = (size_t)sprintf(csv, "cost_A,cost_B,effect_A,effect_B\n");
  for (int i = 0; i < 2000; i++) at += (size_t)sprintf(csv + at, "%d,%d,%d.5,%d.5001\n", i % 7, i % 7, 10 + i % 3, 10 + i % 3);
  const inputs in = {"data", csv, NULL};
  itg_result *r = score("psa", in, "{" WIDE ", \"thresholds\": [50000]}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "probability_best", "strategy", "B"), 1, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "evpi"), 0, 0);
  itg_result_free(r);
}

static void perfect_ties_go_to_the_first_or_are_shared(void **state) {
  (void)state;
  const inputs in = {"data", "cost_A,cost_B,cost_C,effect_A,effect_B,effect_C\n1,1,2,1,1,1\n1,1,2,1,1,1\n3,2,2,1,1,1\n",
                     NULL};
  itg_result *first = score("psa", in, "{" WIDE "}"), *share = score("psa", in, "{" WIDE ", \"ties\": \"share\"}");
  const char *const names[] = {"A", "B", "C"};
  const double firsts[] = {2.0 / 3, 1.0 / 3, 0}, shares[] = {1.0 / 3, 1.0 / 2, 1.0 / 6};
  for (int d = 0; d < 3; d++) {
    assert_near(CELL(first, "estimates", "estimate", "scale", "probability_best", "strategy", names[d]), firsts[d], 1e-15);
    assert_near(CELL(share, "estimates", "estimate", "scale", "probability_best", "strategy", names[d]), shares[d], 1e-15);
  }
  assert_string_equal(TEXT(first, "estimates", "reason", "scale", "icer", "strategy", "B"), "undefined");
  assert_string_equal(TEXT(first, "estimates", "level", "scale", "icer", "strategy", "C"),
                      "dominated: dearer, no better");
  itg_result_free(first);
  itg_result_free(share);
}

/* Costs of 1e9 beside effects of 1e-6. */
static void sizes_far_apart(void **state) {
  (void)state;
  const inputs in = {"data", "cost_A,cost_B,effect_A,effect_B\n1000000000,1000000001,0.000001,0.000003\n"
                             "1000000000,1000000001,0.000001,0.000001\n", NULL};
  itg_result *r = score("psa", in, "{" WIDE ", \"thresholds\": [0, 1e6]}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "evpi", "threshold", "0"), 0, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "evpi", "threshold", "1000000"), 0.5, 1e-9);
  assert_near(CELL(r, "evpi", "threshold", "optimal", "B"), 1e6, 1e-3);
  itg_result_free(r);
}

static void models_are_mixed_by_weight(void **state) {
  (void)state;
  const inputs in = {"data",
                     "cost_A,cost_B,effect_A,effect_B,model\n0,10,1,2,m\n0,20,1,2,m\n0,30,1,2,m\n0,100,1,2,w\n", NULL};
  itg_result *r = score("psa", in, "{" WIDE ", \"model_weights\": {\"m\": 1, \"w\": 3}, \"thresholds\": [50]}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "incremental_cost"), 0.25 * 20 + 0.75 * 100, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "probability_best", "strategy", "B"), 0.25, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "evpi"), 0.25 * 30, 1e-12);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "incremental_cost"), 100, 0);
  itg_result_free(r);
}

static void a_small_aversion_to_risk_is_none(void **state) {
  (void)state;
  itg_result *r = run_samples("{" WIDE ", \"thresholds\": [20000], \"risk_aversion\": [0, 1e-12, 0.01]}");
  const char *const home[] = {"scale", "nmb", "strategy", "home", NULL};
  const itg_table *t = itg_result_table(r, 0);
  double mean = number_at(t, row_where(t, home), "estimate");
  assert_near(CELL(r, "risk_aversion", "certainty_equivalent", "strategy", "home", "risk_aversion", "0"), mean, 1e-9 * mean);
  assert_near(CELL(r, "risk_aversion", "certainty_equivalent", "strategy", "home", "risk_aversion", "1e-12"), mean, 1e-3);
  assert_true(CELL(r, "risk_aversion", "certainty_equivalent", "strategy", "home", "risk_aversion", "0.01") < mean);
  itg_result_free(r);
}

/* Annuities of 1 for 10 years at 3.5%: 8.607686509 at the start of each year, 8.316605323 at its end, 8.460894246 in
 * the middle, 8.461311465 evenly.  Without discounting the horizon counts too (voi::pop_voi ignores it). */
static void population_value_counts_years_and_discount(void **state) {
  (void)state;
  const struct {
    const char *options;
    double years;
  } cases[] = {{"\"discount\": 0.035", 8.607686509},
               {"\"discount\": 0.035, \"timing\": \"end\"", 8.316605323},
               {"\"discount\": 0.035, \"timing\": \"mid\"", 8.460894246},
               {"\"discount\": 0.035, \"timing\": \"continuous\"", 8.461311465},
               {"\"discount\": 0", 10}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    char options[400];
    snprintf(options, sizeof options, "{" WIDE ", \"thresholds\": [20000], \"population\": 1000, \"horizon\": 10, %s}",
             cases[i].options);
    itg_result *r = run_samples(options);
    double one = CELL(r, "estimates", "estimate", "scale", "evpi");
    assert_near(CELL(r, "estimates", "estimate", "scale", "population_evpi") / one, 1000 * cases[i].years, 1e-6);
    itg_result_free(r);
  }
}

static void incomplete_samples(void **state) {
  (void)state;
  const inputs in = {"data", "cost_A,cost_B,effect_A,effect_B\n1,2,1,2\n3,,1,3\n5,8,1,2\n", NULL};
  assert_fails("psa", in, "{" WIDE "}", ITG_ERR_DATA, "test.csv, line 3, column 'cost_B'");
  itg_result *r = score("psa", in, "{" WIDE ", \"incomplete\": \"drop\"}");
  assert_near(CELL(r, "estimates", "n", "scale", "cost", "strategy", "A"), 2, 0);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost", "strategy", "A"), 1, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "strategy", "A"), 3, 0);
  assert_true(has_note(r, "1 of 3 samples were left out"));
  itg_result_free(r);
}

/* ---- groups ---- */

#define BY_AGE "\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\", \"sample\": \"draw\"}, \"by\": \"age\""

/* One group of a table is as the same rows alone: estimates and every other table, to the last bit. */
static void a_group_is_as_its_rows_alone(void **state) {
  (void)state;
  itg_frame *frame = read_file("golden/psa_ages.csv");
  itg_table part = *itg_frame_table(frame);
  itg_error error = {0};
  itg_result *both = NULL, *alone = NULL;
  const char *options = "{" BY_AGE ", \"risk_aversion\": [1e-4], \"plane\": 50}";
  assert_int_equal(itg_measure_run("psa", &part, 1, options, NULL, &both, &error), ITG_OK);
  part.n_rows = 120; /* the first group of the file, "under 75", the second of the result */
  assert_int_equal(itg_measure_run("psa", &part, 1, options, NULL, &alone, &error), ITG_OK);
  assert_int_equal(itg_result_count(both), itg_result_count(alone));
  for (int k = 0; k < itg_result_count(both); k++) {
    const itg_table *x = itg_result_table(both, k), *y = itg_result_table(alone, k);
    assert_int_equal(x->n_columns, y->n_columns);
    assert_true(y->n_rows > 0 && x->n_rows > y->n_rows);
    for (int64_t row = 0; row < y->n_rows; row++)
      for (int c = 0; c < y->n_columns; c++) {
        char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
        assert_true(itg_text_equal(itg_column_text(&x->columns[c], x->n_rows - y->n_rows + row, a),
                                   itg_column_text(&y->columns[c], row, b)));
      }
  }
  itg_result_free(both);
  itg_result_free(alone);
  itg_frame_free(frame);
}

/* Two groups, 60 and 40 of 100: at 10 B is worth 5 more in the first and 10 less in the second, so one choice
 * for all is A (0.6 * 5 - 0.4 * 10 < 0) and choosing by group is worth 3.  Definition: Espinoza et al., Med
 * Decis Making 2014;34:951. */
static void value_of_heterogeneity_by_hand(void **state) {
  (void)state;
  const inputs in = {"data",
                     "g,cost_A,cost_B,effect_A,effect_B\none,0,10,1,2\none,0,10,1,3\ntwo,0,20,1,1\ntwo,0,20,1,3\n",
                     NULL};
#define BY_G "{" WIDE ", \"by\": \"g\", \"thresholds\": [10], \"group_weights\": {\"one\": 60, \"two\": 40}"
  itg_result *r = score("psa", in, BY_G ", \"population\": 10, \"horizon\": 2}");
#define ALL(scale_) CELL(r, "estimates", "estimate", "scale", scale_, "g", "all")
  assert_near(ALL("value_of_heterogeneity"), 3, 1e-12);
  assert_near(ALL("population_value_of_heterogeneity"), 60, 1e-11);
  assert_near(CELL(r, "heterogeneity", "benefit", "threshold", "10"), 10, 1e-12);
  assert_near(CELL(r, "heterogeneity", "benefit_by_group", "threshold", "10"), 13, 1e-12);
  assert_string_equal(TEXT(r, "heterogeneity", "optimal", "threshold", "10"), "A");
  /* Draws: B is worth 0 and 10 in the first, -20 and 0 in the second; of both together -8 and 6. */
  assert_near(ALL("evpi"), 3, 1e-12);
  assert_near(ALL("evpi_by_group"), 0, 1e-12);
  itg_result_free(r);
  /* Another number of draws: what needs them together is not known, the rest is. */
  const inputs other = {"data", "g,cost_A,cost_B,effect_A,effect_B\none,0,10,1,2.5\ntwo,0,20,1,1\ntwo,0,20,1,3\n", NULL};
  r = score("psa", other, BY_G "}");
  assert_near(ALL("value_of_heterogeneity"), 3, 1e-12);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "evpi", "g", "all"), "not applicable");
  assert_true(has_note(r, "different draws"));
  itg_result_free(r);
#undef ALL
}

/* The order of rows and of draws within a group does not matter; long is as wide. */
static void groups_are_joined_draw_by_draw(void **state) {
  (void)state;
  const inputs wide = {"data", "g,d,cost_A,cost_B,effect_A,effect_B\nx,1,0,10,1,2\nx,2,0,10,1,3\ny,2,0,20,1,3\ny,1,0,20,1,1\n",
                       NULL};
  const inputs rows = {"data",
                       "g,d,option,cost,effect\ny,1,A,0,1\nx,1,A,0,1\nx,1,B,10,2\nx,2,B,10,3\nx,2,A,0,1\ny,2,B,20,3\n"
                       "y,1,B,20,1\ny,2,A,0,1\n",
                       NULL};
#define WEIGHTS "\"by\": \"g\", \"thresholds\": [10], \"group_weights\": {\"x\": 0.6, \"y\": 0.4}}"
  itg_result *a = score("psa", wide, "{\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\", \"sample\": "
                                     "\"d\"}, " WEIGHTS);
  itg_result *b = score("psa", rows, "{\"columns\": {\"sample\": \"d\", \"strategy\": \"option\"}, " WEIGHTS);
  for (int k = 0; k < 2; k++) {
    assert_near(CELL(k ? b : a, "estimates", "estimate", "scale", "evpi", "g", "all"), 3, 1e-12);
    assert_near(CELL(k ? b : a, "estimates", "estimate", "scale", "evpi", "g", "y"), 0, 1e-12);
  }
  itg_result_free(a);
  itg_result_free(b);
}

static void models_and_gaps_are_counted_within_groups(void **state) {
  (void)state;
  const inputs in = {"data",
                     "g,cost_A,cost_B,effect_A,effect_B,model\nx,0,10,1,2,m\nx,0,20,1,2,w\nx,0,,1,2,w\ny,0,30,1,2,m\n"
                     "y,0,50,1,2,w\ny,0,70,1,2,w\n",
                     NULL};
  itg_result *r = score("psa", in, "{" WIDE ", \"by\": \"g\", \"incomplete\": \"drop\", \"model_weights\": {\"m\": 1, "
                                   "\"w\": 3}}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "incremental_cost", "g", "x"), 0.25 * 10 + 0.75 * 20, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "incremental_cost", "g", "y"), 0.25 * 30 + 0.75 * 60, 1e-12);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost", "g", "x"), 1, 0);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost", "g", "y"), 0, 0);
  itg_result_free(r);
}

/* ---- what samples may hold ---- */

static void a_ratio_is_given_only_where_it_is_a_price(void **state) {
  (void)state;
  const inputs in = {"data",
                     "strategy,cost,effect\nbase,100,1\ndearer,150,0.9\ncheap,50,1.5\nfree,100,2\nless,60,0.5\n"
                     "equal,100,1\nnone,120,1\n",
                     NULL};
  itg_result *r = score("psa", in, NULL);
  const struct {
    const char *strategy, *level, *reason;
    double ratio;
  } cases[] = {{"dearer", "dominated: dearer and worse", "not applicable", NAN},
               {"cheap", "dominant: cheaper and better", "not applicable", NAN},
               {"free", "dominant: better at no cost", NULL, 0},
               {"less", "cheaper and worse", NULL, 80},
               {"equal", "no difference", "undefined", NAN},
               {"none", "dominated: dearer, no better", "undefined", NAN}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    double ratio = CELL(r, "estimates", "estimate", "scale", "icer", "strategy", cases[i].strategy);
    assert_true(isnan(cases[i].ratio) ? isnan(ratio) : ratio == cases[i].ratio);
    assert_string_equal(TEXT(r, "estimates", "level", "scale", "icer", "strategy", cases[i].strategy), cases[i].level);
    assert_true(itg_text_equal(TEXT(r, "estimates", "reason", "scale", "icer", "strategy", cases[i].strategy),
                               cases[i].reason));
  }
  itg_result_free(r);
}

/* One strategy dominates all others: the frontier is that one, from 0 on without end, and nothing is uncertain. */
static void all_but_one_are_dominated(void **state) {
  (void)state;
  const inputs in = {"data", "cost_A,cost_B,cost_C,effect_A,effect_B,effect_C\n5,9,7,3,2,3\n6,9,8,3,1,2\n", NULL};
  itg_result *r = score("psa", in, "{" WIDE ", \"thresholds\": [0, 1e6]}");
  assert_string_equal(TEXT(r, "frontier", "status", "strategy", "B"), "dominated");
  assert_string_equal(TEXT(r, "frontier", "status", "strategy", "C"), "dominated");
  assert_near(CELL(r, "frontier", "threshold_from", "strategy", "A"), 0, 0);
  assert_string_equal(TEXT(r, "frontier", "threshold_to", "strategy", "A"), "Inf");
  assert_near(CELL(r, "estimates", "estimate", "scale", "probability_best", "strategy", "A", "threshold", "1000000"), 1, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "evpi", "threshold", "1000000"), 0, 0);
  itg_result_free(r);
}

static void bad_input(void **state) {
  (void)state;
#define BAD(csv, options, status, part) assert_fails("psa", (const inputs){"data", csv, NULL}, options, status, part)
  BAD("strategy,cost,effect\nA,1,2\nB,1,2\nA,3,4\n", NULL, ITG_ERR_DATA, "'A' has 2 rows and 'B' 1");
  BAD("strategy,cost,effect,sample\nA,1,2,1\nB,1,2,1\nA,3,4,2\n", NULL, ITG_ERR_DATA, "no row for strategy 'B'");
  BAD("strategy,cost,effect,sample\nA,1,2,1\nB,1,2,1\nA,3,4,1\n", NULL, ITG_ERR_DUPLICATE, "stands in another row");
  BAD("sample,cost_A,cost_B,effect_A,effect_B\n1,1,2,1,2\n1,3,4,3,4\n", "{" WIDE "}", ITG_ERR_DUPLICATE,
      "line 3, column 'sample': '1' stands in another row too; name the column that tells them apart");
  BAD("strategy,cost,effect\nA,1,2\n", NULL, ITG_ERR_DATA, "there is one strategy, 'A'");
  BAD("cost_A,effect_A\n1,2\n", "{" WIDE "}", ITG_ERR_DATA, "there is one strategy");
  BAD("cost_A,cost_B,effect_A\n1,2,3\n", "{" WIDE "}", ITG_ERR_COLUMN, "2 columns of costs and 1 of effects");
  BAD("cost_A,cost_B,effect_X,effect_Y\n1,2,3,4\n", "{" WIDE "}", ITG_ERR_COLUMN, "cannot be paired by name");
  BAD("cost_A,cost_B,effect_A,effect_B\n1,2,3,4\n", "{" WIDE ", \"strategies\": [\"x\", \"x\"]}", ITG_ERR_OPTION,
      "named twice");
  BAD("cost_A,cost_B,effect_A,effect_B\n1,2,3,4\n", "{" WIDE ", \"reference\": \"C\"}", ITG_ERR_OPTION,
      "no strategy 'C'");
  BAD("cost_A,cost_B,effect_A,effect_B\n1,2,3,4\n", "{" WIDE ", \"thresholds\": [-1]}", ITG_ERR_OPTION, "thresholds");
  BAD("cost_A,cost_B,effect_A,effect_B\n1,2,3,4\n", "{" WIDE ", \"grid_step\": 5}", ITG_ERR_OPTION, "grid_to");
  BAD("cost_A,cost_B,effect_A,effect_B\n1,2,3,4\n", "{" WIDE ", \"shares\": {\"A\": 0.5}}", ITG_ERR_OPTION,
      "sum to 0.5");
  BAD("cost_A,cost_B,effect_A,effect_B\n1,2,3,4\n", "{" WIDE ", \"population\": 5}", ITG_ERR_OPTION, "'horizon' is missing");
  BAD("cost,effect\n1,2\n", NULL, ITG_ERR_COLUMN, "no column for role 'strategy'");
  BAD("cost_A,cost_B,effect_A,effect_B\n", "{" WIDE "}", ITG_ERR_EMPTY, "no rows");
  BAD("cost_A,cost_B,effect_A,effect_B\n,2,3,4\n", "{" WIDE ", \"incomplete\": \"drop\"}", ITG_ERR_EMPTY,
      "no sample is complete");
  BAD("cost_A,cost_B,effect_A,effect_B,model\n1,2,3,4,m\n", "{" WIDE ", \"model_weights\": {\"x\": 1}}", ITG_ERR_OPTION,
      "no model 'x'");
  BAD("g,cost_A,cost_B,effect_A,effect_B\nx,1,2,3,4\n", "{" WIDE ", \"by\": \"g\", \"group_weights\": {\"y\": 1}}",
      ITG_ERR_OPTION, "column 'g' has no group 'y'");
  BAD("g,cost_A,cost_B,effect_A,effect_B\nx,1,2,3,4\ny,1,2,3,4\n",
      "{" WIDE ", \"by\": \"g\", \"group_weights\": {\"y\": 1}}", ITG_ERR_OPTION, "group 'x' has no weight");
  BAD("g,cost_A,cost_B,effect_A,effect_B\nx,1,2,3,4\n", "{" WIDE ", \"by\": \"g\", \"group_weights\": {\"x\": 0}}",
      ITG_ERR_OPTION, "all 0");
  BAD("cost_A,cost_B,effect_A,effect_B\n1,2,3,4\n", "{" WIDE ", \"group_weights\": {\"x\": 1}}", ITG_ERR_OPTION,
      "one column in option 'by', which has 0");
  BAD("g,cost_A,cost_B,effect_A,effect_B\nx,1,2,3,4\n,1,2,3,4\n", "{" WIDE ", \"by\": \"g\"}", ITG_ERR_DATA,
      "the group of the row is missing");
  BAD("g,cost_A,cost_B,effect_A,effect_B\nx,1,2,3,4\ny,,2,3,4\n",
      "{" WIDE ", \"by\": \"g\", \"incomplete\": \"drop\"}", ITG_ERR_EMPTY, "no sample of group 'y'");
  BAD("g,strategy,cost,effect\nx,A,1,2\nx,B,1,2\ny,A,3,4\n", "{\"by\": \"g\"}", ITG_ERR_DATA,
      "'A' has 1 rows and 'B' 0 in y");
  double cost[] = {1, INFINITY}, effect[] = {1, 2};
  const itg_column columns[] = {{"cost_A", ITG_TYPE_DOUBLE, effect, 0, NULL, 0},
                                {"cost_B", ITG_TYPE_DOUBLE, cost, 0, NULL, 0},
                                {"effect_A", ITG_TYPE_DOUBLE, effect, 0, NULL, 0},
                                {"effect_B", ITG_TYPE_DOUBLE, effect, 0, NULL, 0}};
  itg_table table = {"data", NULL, 2, 4, columns, NULL};
  itg_error error = {0};
  itg_result *result = NULL;
  assert_int_equal(itg_measure_run("psa", &table, 1, "{" WIDE "}", NULL, &result, &error), ITG_ERR_RANGE);
  assert_non_null(strstr(error.message, "data, row 2, column 'cost_B': Inf is no finite number"));
  cost[1] = NAN;
  assert_int_equal(itg_measure_run("psa", &table, 1, "{" WIDE "}", NULL, &result, &error), ITG_ERR_DATA);
}

/* More samples than the short cut for quantiles needs: the same limits as by order. */
static void limits_of_many_samples(void **state) {
  (void)state;
  enum { N = 30000 };
  static double cost[2][N], effect[2][N];
  for (int i = 0; i < N; i++) {
    cost[0][i] = effect[0][i] = effect[1][i] = 0;
    cost[1][i] = (double)((i * INT64_C(7919)) % N) * ((i * INT64_C(7919)) % N) / 1e4; /* a permutation of squares */
  }
  const itg_column columns[] = {{"cost_A", ITG_TYPE_DOUBLE, cost[0], 0, NULL, 0},
                                {"cost_B", ITG_TYPE_DOUBLE, cost[1], 0, NULL, 0},
                                {"effect_A", ITG_TYPE_DOUBLE, effect[0], 0, NULL, 0},
                                {"effect_B", ITG_TYPE_DOUBLE, effect[1], 0, NULL, 0}};
  itg_table table = {"data", NULL, N, 4, columns, NULL};
  itg_result *r = NULL;
  assert_int_equal(itg_measure_run("psa", &table, 1, "{" WIDE "}", NULL, &r, NULL), ITG_OK);
  double at = 0.975 * (N - 1), k = floor(at);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "cost", "strategy", "B"),
              (k * k + (at - k) * ((k + 1) * (k + 1) - k * k)) / 1e4, 1e-9);
  itg_result_free(r);
}

/* Weights of 1: the limit is the value at which 97.5 percent of the samples are reached. */
static void limits_of_many_weighted_samples(void **state) {
  (void)state;
  enum { N = 200000 };
  static double cost[2][N], zero[N];
  static const char *model[N];
  for (int i = 0; i < N; i++) {
    double rank = (double)((i * INT64_C(7919)) % N);
    cost[1][i] = rank * rank / 1e4;
    model[i] = "m";
  }
  const itg_column columns[] = {{"cost_A", ITG_TYPE_DOUBLE, cost[0], 0, NULL, 0},
                                {"cost_B", ITG_TYPE_DOUBLE, cost[1], 0, NULL, 0},
                                {"effect_A", ITG_TYPE_DOUBLE, zero, 0, NULL, 0},
                                {"effect_B", ITG_TYPE_DOUBLE, zero, 0, NULL, 0},
                                {"model", ITG_TYPE_STRING, model, 0, NULL, 0}};
  itg_table table = {"data", NULL, N, 5, columns, NULL};
  itg_result *r = NULL;
  const char *options = "{" WIDE ", \"model_weights\": {\"m\": 1}}";
  assert_int_equal(itg_measure_run("psa", &table, 1, options, NULL, &r, NULL), ITG_OK);
  const double last[] = {0.025 * N - 1, 0.975 * N - 1};
  assert_near(CELL(r, "estimates", "conf_low", "scale", "cost", "strategy", "B"), last[0] * last[0] / 1e4, 0);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "cost", "strategy", "B"), last[1] * last[1] / 1e4, 0);
  itg_result_free(r);
}

/* What a group costs does not hang on how many others there are: as many groups as half the samples. */
static void groups_may_be_many(void **state) {
  (void)state;
  enum { GROUPS = 10000, N = 2 * GROUPS };
  static double cost[2][N], effect[2][N];
  static char labels[GROUPS][8];
  static const char *of_row[N];
  for (int i = 0; i < N; i++) {
    int g = i % GROUPS;
    snprintf(labels[g], sizeof labels[g], "g%05d", g);
    of_row[i] = labels[g];
    cost[1][i] = g + 1 + 10 * (i / GROUPS);
    effect[1][i] = 1;
  }
  const itg_column columns[] = {{.name = "g", .type = ITG_TYPE_STRING, .data = of_row},
                                {.name = "cost_A", .type = ITG_TYPE_DOUBLE, .data = cost[0]},
                                {.name = "cost_B", .type = ITG_TYPE_DOUBLE, .data = cost[1]},
                                {.name = "effect_A", .type = ITG_TYPE_DOUBLE, .data = effect[0]},
                                {.name = "effect_B", .type = ITG_TYPE_DOUBLE, .data = effect[1]}};
  const itg_table table = {"data", NULL, N, ITG_COUNT(columns), columns, NULL};
  itg_error error = {0};
  itg_result *r = NULL;
  if (itg_measure_run("psa", &table, 1, "{" WIDE ", \"by\": \"g\", \"thresholds\": [6000], \"plane\": 0}", NULL, &r, &error))
    fail_msg("%s", error.message);
  const itg_table *increments = itg_result_find(r, "increments"), *evpi = itg_result_find(r, "evpi");
  assert_int_equal(increments->n_rows, GROUPS);
  assert_int_equal(evpi->n_rows, 4 * GROUPS); /* at 0, at two breakpoints, and where the best on average changes */
  for (int g = 0; g < GROUPS; g++) {
    assert_string_equal(text_at(increments, g, "g"), labels[g]);
    assert_near(number_at(increments, g, "cost"), g + 6, 0);
  }
  assert_int_equal(itg_result_note_count(r), 1);
  itg_result_free(r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bcea_2_4_83_and_dampack_1_0_2_on_shared_thresholds),
      cmocka_unit_test(vaccine_as_bcea_gives_it),
      cmocka_unit_test(long_and_wide_are_the_same),
      cmocka_unit_test(columns_are_paired_by_name),
      cmocka_unit_test(colorectal_screening_frontier_2005),
      cmocka_unit_test(dominance_by_hand),
      cmocka_unit_test(syncope_monitors_hoch_2006),
      cmocka_unit_test(a_sure_small_gain_is_no_tie),
      cmocka_unit_test(perfect_ties_go_to_the_first_or_are_shared),
      cmocka_unit_test(sizes_far_apart),
      cmocka_unit_test(models_are_mixed_by_weight),
      cmocka_unit_test(a_small_aversion_to_risk_is_none),
      cmocka_unit_test(population_value_counts_years_and_discount),
      cmocka_unit_test(incomplete_samples),
      cmocka_unit_test(a_group_is_as_its_rows_alone),
      cmocka_unit_test(value_of_heterogeneity_by_hand),
      cmocka_unit_test(groups_are_joined_draw_by_draw),
      cmocka_unit_test(models_and_gaps_are_counted_within_groups),
      cmocka_unit_test(a_ratio_is_given_only_where_it_is_a_price),
      cmocka_unit_test(all_but_one_are_dominated),
      cmocka_unit_test(bad_input),
      cmocka_unit_test(limits_of_many_samples),
      cmocka_unit_test(groups_may_be_many),
      cmocka_unit_test(limits_of_many_weighted_samples),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
