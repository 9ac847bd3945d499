/* Contours of the plane: MASS::kde2d with BCEA's bandwidth, shares inside by counting, psa and cea. */
#include "files.h"
#include "itg_contour.h"
#include "scoring.h"

#define SAMPLES "\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\"}"

enum { N = 400 };

/* Increments of network against usual of golden/psa_samples.csv. */
static void read_increments(double *effect, double *cost) {
  itg_frame *frame = read_frame("tests/data/golden/psa_samples.csv");
  const itg_table *t = itg_frame_table(frame);
  assert_int_equal(t->n_rows, N);
  for (int i = 0; i < N; i++) {
    effect[i] = number_at(t, i, "effect_network") - number_at(t, i, "effect_usual");
    cost[i] = number_at(t, i, "cost_network") - number_at(t, i, "cost_usual");
  }
  itg_frame_free(frame);
}

static double sd_of(const double *x) {
  double mean = 0, square = 0;
  for (int i = 0; i < N; i++) mean += x[i] / N;
  for (int i = 0; i < N; i++) square += (x[i] - mean) * (x[i] - mean);
  return sqrt(square / (N - 1));
}

static itg_result *run_file(const char *options) {
  itg_error error = {0};
  itg_frame *frame = read_frame("tests/data/golden/psa_samples.csv");
  itg_result *result = NULL;
  if (itg_measure_run("psa", itg_frame_table(frame), 1, options, NULL, &result, &error))
    fail_msg("%s", error.message);
  itg_frame_free(frame);
  return result;
}

/* kde2d(effect, cost, n = 300, h = c(sd(effect), sd(cost)) / 0.5), as BCEA's contour() calls it: a kernel
 * whose standard deviation is a quarter of h, half of that of the increments. */
static void kde2d_of_bcea_2_4_83_contour(void **state) {
  (void)state;
  static const double wanted[][3] = {{-0.015540000000000553, 900.35999999999967, 4.5902651750273536e-06},
                                     {0.043361337792641536, 2234.5854515050164, 0.0012316963983167856},
                                     {0.13321083612040066, 3416.8105351170566, 0.0018984380877097237},
                                     {0.18312722408026683, 2910.1426421404681, 0.0017535066668538908},
                                     {0.13321083612040066, 5105.7035117056857, 5.1327046202327044e-05},
                                     {0.28295999999999921, 5950.1499999999996, 1.7787098254992748e-08}};
  double effect[N], cost[N];
  read_increments(effect, cost);
  const double kernel[2] = {sd_of(effect) / 2, sd_of(cost) / 2};
  for (size_t i = 0; i < ITG_COUNT(wanted); i++) {
    const double *const axes[2] = {&wanted[i][0], &wanted[i][1]};
    const int size[2] = {1, 1};
    double z;
    itg_density(effect, cost, NULL, N, kernel, axes, size, &z);
    assert_near(z / wanted[i][2], 1, 1e-9);
  }
  /* And the highest of all of kde2d's grid, 0.003254099, by which BCEA's levels are shares. */
  itg_result *r =
      run_file("{" SAMPLES ", \"bandwidth\": 0.5, \"contour_of\": \"peak\", \"contours\": [0.25, 0.95]}");
  double density = CELL(r, "contours", "density", "comparison", "network", "level", "0.25");
  assert_near(density / 0.25 / 0.003254099, 1, 0.002); /* between points of two grids */
  assert_near(CELL(r, "contours", "relative", "comparison", "network", "level", "0.95"), 0.95, 1e-12);
  itg_result_free(r);
}

/* Inside a polygon by the number of its edges that a ray crosses. */
static bool is_inside(const itg_table *t, int64_t first, int64_t last, double x, double y) {
  bool inside = false;
  for (int64_t i = first; i < last; i++) {
    double y0 = number_at(t, i, "cost"), y1 = number_at(t, i + 1, "cost");
    if ((y0 > y) == (y1 > y)) continue;
    double x0 = number_at(t, i, "effect"), x1 = number_at(t, i + 1, "effect");
    if (x0 + (y - y0) / (y1 - y0) * (x1 - x0) > x) inside = !inside;
  }
  return inside;
}

static void a_contour_holds_the_share_it_says(void **state) {
  (void)state;
  double effect[N], cost[N];
  read_increments(effect, cost);
  itg_result *r = run_file("{" SAMPLES ", \"contours\": [0.5, 0.95]}");
  const itg_table *t = itg_result_find(r, "contours");
  const char *const levels[] = {"0.5", "0.95"};
  for (int k = 0; k < 2; k++) {
    int64_t first = row_where(t, WHERE("comparison", "network", "level", levels[k])), last = first;
    int count[N] = {0}, inside = 0, on = 0;
    while (last < t->n_rows && itg_text_equal(text_at(t, last, "comparison"), "network") &&
           itg_text_equal(text_at(t, last, "level"), levels[k])) {
      int64_t end = last; /* one line after the other, each closed */
      while (end + 1 < t->n_rows && number_at(t, end + 1, "line") == number_at(t, last, "line") &&
             itg_text_equal(text_at(t, end + 1, "level"), levels[k]) &&
             itg_text_equal(text_at(t, end + 1, "comparison"), "network"))
        end++;
      assert_near(number_at(t, end, "cost"), number_at(t, last, "cost"), 0);
      assert_near(number_at(t, end, "effect"), number_at(t, last, "effect"), 0);
      for (int i = 0; i < N; i++) count[i] += is_inside(t, last, end, effect[i], cost[i]);
      last = end + 1;
    }
    for (int i = 0; i < N; i++) inside += count[i] % 2; /* a hole takes away */
    on = (int)(k ? 0.95 * N : 0.5 * N);
    assert_in_range(inside, on - 1, on); /* the last lies on the line itself */
    assert_near(number_at(t, first, "share"), (double)on / N, 1e-12);
  }
  assert_true(CELL(r, "contours", "density", "level", "0.5") >
              CELL(r, "contours", "density", "level", "0.95"));
  itg_result_free(r);
  r = run_file("{" SAMPLES "}");
  assert_null(itg_result_find(r, "contours"));
  itg_result_free(r);
}

static void replicates_of_a_trial_have_contours(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "arm,cost,effect\n");
  for (int i = 0; i < 80; i++)
    itg_text_print(&csv, "%c,%d,0.%d\n", 'a' + i % 2, 100 + 37 * i % 53 + 20 * (i % 2),
                   50 + 29 * i % 31 + 5 * (i % 2));
  const inputs in = {"data", csv.data, NULL};
  itg_result *r =
      score("cea", in, "{\"reference\": \"a\", \"replicates\": 500, \"seed\": 1, \"contours\": [0.5, 0.9]}");
  assert_near(CELL(r, "contours", "share", "arm", "b", "level", "0.9"), 0.9, 1e-12);
  assert_string_equal(TEXT(r, "contours", "versus", "level", "0.5"), "a");
  itg_result_free(r);
  assert_fails("cea", in, "{\"reference\": \"a\", \"replicates\": 0, \"contours\": 0.5}", ITG_ERR_OPTION,
               "replicates");
  assert_fails("cea", in, "{\"reference\": \"a\", \"replicates\": 50, \"bandwidth\": 0.5}", ITG_ERR_OPTION,
               "does nothing without 'contours'");
  itg_text_clear(&csv);
}

static void bad_options_and_increments_that_do_not_vary(void **state) {
  (void)state;
#define FLAT "cost_A,cost_B,effect_A,effect_B\n1,2,1,2\n1,2,1,3\n1,2,1,4\n1,2,1,5\n"
  const bad_call wrong[] = {
      {FLAT, "{" SAMPLES ", \"contours\": [0, 0.5]}", ITG_ERR_OPTION, "above 0 and below 1"},
      {FLAT, "{" SAMPLES ", \"contours\": 2}", ITG_ERR_OPTION, "contours"},
      {FLAT, "{" SAMPLES ", \"contours\": 0.5, \"bandwidth\": 0}", ITG_ERR_OPTION,
       "'bandwidth' must be above 0"},
      {FLAT, "{" SAMPLES ", \"contour_of\": \"peak\"}", ITG_ERR_OPTION, "does nothing without 'contours'"},
  };
  assert_all_fail("psa", wrong, ITG_COUNT(wrong));
  const inputs in = {"data", FLAT, NULL};
  itg_result *r = score("psa", in, "{" SAMPLES ", \"contours\": 0.5}");
  assert_int_equal(itg_result_find(r, "contours")->n_rows, 0);
  assert_true(has_note(r, "do not vary"));
  itg_result_free(r);
}

/* Weights of struct.psa of BCEA 2.4.83 for models with DIC 412.3, 409.1 and 415. */
static void weights_of_bcea_2_4_83_struct_psa(void **state) {
  (void)state;
  const double w[] = {0.16097168471177684, 0.79729797378693357, 0.041730341501289535};
  const inputs in = {
      "data",
      "m,cost_A,cost_B,effect_A,effect_B\nx,10,0,1,1\nx,10,0,1,2\ny,100,0,1,1\nz,1000,0,1,1\nz,1000,0,1,1\n",
      NULL};
  itg_result *r = score("psa", in,
                        "{\"dic\": {\"x\": 412.3, \"y\": 409.1, \"z\": 415}, \"columns\": {\"model\": \"m\", "
                        "\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\"}}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "strategy", "A"),
              10 * w[0] + 100 * w[1] + 1000 * w[2], 1e-11);
  assert_true(has_note(r, "x 0.16"));
  itg_result_free(r);
  const bad_call wrong[] = {
      {in[1], "{" SAMPLES ", \"dic\": {\"x\": 1}}", ITG_ERR_OPTION, "'dic' need a column for role 'model'"},
      {in[1],
       "{\"dic\": {\"x\": 1}, \"columns\": {\"model\": \"m\", \"costs\": \"/^cost_/\", \"effects\": "
       "\"/^effect_/\"}}",
       ITG_ERR_OPTION, "model 'y' has no dic"},
      {in[1],
       "{\"dic\": {\"x\": 1}, \"model_weights\": {\"x\": 1}, \"columns\": {\"model\": \"m\", \"costs\": "
       "\"/^cost_/\", "
       "\"effects\": \"/^effect_/\"}}",
       ITG_ERR_OPTION, "leave out 'model_weights'"},
  };
  assert_all_fail("psa", wrong, ITG_COUNT(wrong));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kde2d_of_bcea_2_4_83_contour),
      cmocka_unit_test(a_contour_holds_the_share_it_says),
      cmocka_unit_test(replicates_of_a_trial_have_contours),
      cmocka_unit_test(bad_options_and_increments_that_do_not_vary),
      cmocka_unit_test(weights_of_bcea_2_4_83_struct_psa),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
