/* Curves over thresholds against comparison of every sample at every threshold. */
#include "itg_ceac.h"

#include "itg_gain.h"
#include "itg_random.h"
#include "scoring.h"

enum { MOST = 5, SAMPLES = 3000 };

typedef struct model {
  double cost[MOST][SAMPLES], effect[MOST][SAMPLES], weight[SAMPLES];
  const double *costs[MOST], *effects[MOST];
  itg_samples s;
} model;

/* Normal increments, or (coarse) few whole numbers, so that nearly everything ties. */
static void make(model *m, int32_t strategies, int64_t n, bool coarse, bool weighted) {
  itg_random random;
  itg_random_init(&random, 7, ITG_PURPOSE_TEST, (uint32_t)strategies);
  for (int32_t d = 0; d < strategies; d++) {
    for (int64_t i = 0; i < n; i++) {
      m->cost[d][i] = coarse ? 1000.0 * itg_random_below(&random, 4) : 9000 + 900 * d + 2000 * itg_random_normal(&random);
      m->effect[d][i] = coarse ? itg_random_below(&random, 3) : 8 + 0.05 * d + 0.2 * itg_random_normal(&random);
    }
    m->costs[d] = m->cost[d];
    m->effects[d] = m->effect[d];
  }
  for (int64_t i = 0; i < n; i++) m->weight[i] = 0.5 + (double)(i % 3);
  m->s = (itg_samples){n, strategies, m->costs, m->effects, weighted ? m->weight : NULL};
}

static double benefit(const model *m, int32_t d, int64_t i, double k) { return k * m->effect[d][i] - m->cost[d][i]; }

/* The definition, threshold by threshold. */
static void compare_all(const model *m, double k, bool share, double *best, double *gain) {
  double sum = 0, total = 0;
  for (int32_t d = 0; d < m->s.n_strategies; d++) best[d] = 0;
  for (int64_t i = 0; i < m->s.n; i++) {
    double top = benefit(m, 0, i, k), w = m->s.weight ? m->weight[i] : 1;
    int32_t first = 0, n = 0;
    for (int32_t d = 1; d < m->s.n_strategies; d++)
      if (benefit(m, d, i, k) > top) top = benefit(m, d, i, k), first = d;
    for (int32_t d = 0; d < m->s.n_strategies; d++) n += benefit(m, d, i, k) == top;
    for (int32_t d = 0; d < m->s.n_strategies; d++)
      if (share ? benefit(m, d, i, k) == top : d == first) best[d] += share ? w / n : w;
    sum += w * (top - benefit(m, 0, i, k));
    total += w;
  }
  *gain = sum / total;
}

static void thresholds_equal_comparison_of_every_sample_ties_too(void **state) {
  (void)state;
  static model m;
  enum { K = 101 };
  double k[K], best[K * MOST], gain[K], wanted[MOST], wanted_gain, pair[K];
  for (int variant = 0; variant < 16; variant++) {
    bool coarse = variant & 1, weighted = variant & 2, share = variant & 4;
    make(&m, 2 + variant % (MOST - 1), SAMPLES, coarse, weighted);
    for (int q = 0; q < K; q++) k[q] = variant & 8 ? 3.0 * q * q : 500.0 * q;
    if (variant & 8) k[1] = 1e-6, k[K - 1] = 1e5; /* far from the others */
    assert_int_equal(itg_ceac_at(&m.s, k, K, share ? ITG_TIES_SHARE : ITG_TIES_FIRST, NULL, best, gain, NULL), ITG_OK);
    for (int q = 0; q < K; q++) {
      compare_all(&m, k[q], share, wanted, &wanted_gain);
      for (int32_t d = 0; d < m.s.n_strategies; d++) assert_near(best[q * m.s.n_strategies + d], wanted[d], 1e-9);
      assert_near(gain[q], wanted_gain, 1e-9);
    }
    assert_int_equal(itg_ceac_pair(&m.s, 0, 1, k, K, false, pair, NULL), ITG_OK);
    for (int q = 0; q < K; q++) {
      double sum = 0;
      for (int64_t i = 0; i < m.s.n; i++)
        if (k[q] * (m.effect[1][i] - m.effect[0][i]) > m.cost[1][i] - m.cost[0][i]) sum += weighted ? m.weight[i] : 1;
      assert_near(pair[q], sum, 1e-9);
    }
  }
}

static void exact_curve_holds_between_its_rows(void **state) {
  (void)state;
  static model m;
  double wanted[MOST], gain;
  for (int32_t D = 2; D <= MOST; D++) {
    itg_curve c, thin;
    make(&m, D, 400, false, D == 3);
    assert_int_equal(itg_ceac_exact(&m.s, NULL, 0, 0, NULL, &c, NULL), ITG_OK);
    assert_true(c.n_rows > 100 && c.n_rows == c.n_breaks + 1);
    for (int64_t r = 0; r < c.n_rows; r++) {
      double next = r + 1 < c.n_rows ? c.threshold[r + 1] : 2 * c.threshold[r];
      assert_true(next > c.threshold[r]);
      compare_all(&m, (c.threshold[r] + next) / 2, false, wanted, &gain);
      for (int32_t d = 0; d < D; d++) assert_near(c.best[r * D + d], wanted[d], 1e-9);
      compare_all(&m, c.threshold[r], false, wanted, &gain);
      assert_near(c.gain[r], gain, 1e-12 * (1e4 + 10 * c.threshold[r]));
    }
    /* Fewer rows are rows of the whole curve, and those asked for. */
    double extra[] = {12345, 23456};
    assert_int_equal(itg_ceac_exact(&m.s, extra, 2, 50, NULL, &thin, NULL), ITG_OK);
    assert_true(thin.n_rows <= 54);
    assert_near(c.apart, 0, 0);
    int found = 0;
    double apart = 0;
    for (int64_t at = 0, r = 0; at < c.n_rows; at++) { /* how far the weights move between the rows that are left */
      while (r + 1 < thin.n_rows && thin.threshold[r + 1] <= c.threshold[at]) r++;
      for (int32_t d = 0; d < D; d++) apart = fmax(apart, fabs(thin.best[r * D + d] - c.best[at * D + d]));
    }
    assert_true(apart > 0);
    assert_near(thin.apart, apart, 1e-9);
    for (int64_t r = 0; r < thin.n_rows; r++) {
      int64_t at = c.n_rows - 1;
      while (c.threshold[at] > thin.threshold[r]) at--;
      found += thin.threshold[r] == extra[0] || thin.threshold[r] == extra[1];
      for (int32_t d = 0; d < D; d++) assert_near(thin.best[r * D + d], c.best[at * D + d], 1e-9);
    }
    assert_int_equal(found, 2);
    itg_curve_clear(&c);
    itg_curve_clear(&thin);
  }
}

/* ---- the gain alone ---- */

static void gain_at_thresholds_is_that_of_comparison(void **state) {
  (void)state;
  static model m;
  const double k[] = {0, 1500, 20000, 1e6};
  double gain[ITG_COUNT(k)], best[MOST], wanted;
  for (int variant = 0; variant < 8; variant++) {
    make(&m, 2 + variant % (MOST - 1), SAMPLES - variant, variant & 1, variant & 2);
    assert_int_equal(itg_gain_at(&m.s, k, ITG_COUNT(k), NULL, gain, NULL), ITG_OK);
    for (size_t q = 0; q < ITG_COUNT(k); q++) {
      compare_all(&m, k[q], false, best, &wanted);
      assert_near(gain[q], wanted, 1e-12 * (1e4 + 10 * k[q]));
    }
  }
}

/* In `parts` parts of the samples; strategy 0 costs and does nothing. */
static void gain_curve(const model *m, int parts, int64_t most, itg_curve *out) {
  static double rows[SAMPLES * 4 * (MOST - 1)];
  itg_gain gains[8] = {{0}};
  int32_t D = m->s.n_strategies;
  int64_t n = m->s.n, size = 4 * (D - 1);
  for (int64_t i = 0; i < n; i++)
    for (int32_t d = 1; d < D; d++) {
      rows[i * size + 2 * (d - 1)] = m->effect[d][i];
      rows[i * size + 2 * (D - 1) + 2 * (d - 1)] = m->cost[d][i];
    }
  for (int p = 0; p < parts; p++) {
    int64_t from = n * p / parts, count = n * (p + 1) / parts - from;
    assert_int_equal(itg_gain_add(&gains[p], rows + from * size, count, D, m->s.weight ? m->weight + from : NULL, NULL),
                     ITG_OK);
  }
  assert_int_equal(itg_gain_curve(gains, parts, itg_samples_total(&m->s), most, NULL, out, NULL), ITG_OK);
  itg_gain_clear(gains, parts);
}

static void gain_curve_has_the_rows_of_the_exact_curve(void **state) {
  (void)state;
  static model m;
  static const int64_t most[] = {0, 1, 7, 200, 1000000};
  for (int variant = 0; variant < 32; variant++)
    for (size_t k = 0; k < ITG_COUNT(most); k++) {
      itg_curve whole, gain;
      bool coarse = variant & 1;
      make(&m, 2 + variant % (MOST - 1), variant & 4 ? 60 : SAMPLES, coarse, variant & 2);
      for (int64_t i = 0; i < m.s.n; i++) {
        m.cost[0][i] = m.effect[0][i] = 0;
        for (int32_t d = 1; d < m.s.n_strategies; d++) {
          m.cost[d][i] -= coarse ? 1000 : 9000;
          m.effect[d][i] -= coarse ? 1 : 8;
          if (variant & 16 && i % 3) m.effect[d][i] *= 1e-9 * (1 + 1e-7 * (double)i); /* close, far from the others */
        }
      }
      assert_int_equal(itg_ceac_exact(&m.s, NULL, 0, most[k], NULL, &whole, NULL), ITG_OK);
      gain_curve(&m, variant & 8 ? 8 : 1, most[k], &gain);
      assert_int_equal(gain.n_rows, whole.n_rows);
      assert_int_equal(gain.n_breaks, whole.n_breaks);
      assert_memory_equal(gain.threshold, whole.threshold, (size_t)whole.n_rows * sizeof(double));
      for (int64_t r = 0; r < whole.n_rows; r++)
        assert_near(gain.gain[r], whole.gain[r], 1e-11 * (1e4 + 10 * whole.threshold[r]));
      itg_curve_clear(&whole);
      itg_curve_clear(&gain);
    }
}

static void threads_do_not_show(void **state) {
  (void)state;
  enum { N = 70000, K = 200 };
  static double cost[3][N], effect[3][N], k[K], best[2][K * 3], gain[2][K];
  const double *costs[] = {cost[0], cost[1], cost[2]}, *effects[] = {effect[0], effect[1], effect[2]};
  itg_samples s = {N, 3, costs, effects, NULL};
  itg_random random;
  itg_curve c[2];
  itg_random_init(&random, 9, ITG_PURPOSE_TEST, 0);
  for (int d = 0; d < 3; d++)
    for (int i = 0; i < N; i++) {
      cost[d][i] = 100 * itg_random_normal(&random);
      effect[d][i] = itg_random_normal(&random);
    }
  for (int q = 0; q < K; q++) k[q] = q;
  for (int t = 0; t < 2; t++) {
    itg_control control = {.threads = 1 + 3 * t};
    assert_int_equal(itg_ceac_at(&s, k, K, ITG_TIES_FIRST, &control, best[t], gain[t], NULL), ITG_OK);
    assert_int_equal(itg_ceac_exact(&s, NULL, 0, 500, &control, &c[t], NULL), ITG_OK);
  }
  assert_memory_equal(best[0], best[1], sizeof best[0]);
  assert_memory_equal(gain[0], gain[1], sizeof gain[0]);
  assert_int_equal(c[0].n_rows, c[1].n_rows);
  assert_memory_equal(c[0].gain, c[1].gain, (size_t)c[0].n_rows * sizeof(double));
  assert_memory_equal(c[0].best, c[1].best, (size_t)c[0].n_rows * 3 * sizeof(double));
  for (int t = 0; t < 2; t++) itg_curve_clear(&c[t]);
}

static int stop(void *payload, double done) {
  (void)payload, (void)done;
  return 1;
}

static void a_stop_is_obeyed(void **state) {
  (void)state;
  static model m;
  itg_curve c;
  itg_error error = {0};
  itg_control control = {.threads = 1, .progress = stop};
  make(&m, 3, SAMPLES, false, false);
  assert_int_equal(itg_ceac_exact(&m.s, NULL, 0, 0, &control, &c, &error), ITG_ERR_INTERRUPTED);
  assert_null(c.threshold);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(thresholds_equal_comparison_of_every_sample_ties_too),
      cmocka_unit_test(exact_curve_holds_between_its_rows),
      cmocka_unit_test(gain_at_thresholds_is_that_of_comparison),
      cmocka_unit_test(gain_curve_has_the_rows_of_the_exact_curve),
      cmocka_unit_test(threads_do_not_show),
      cmocka_unit_test(a_stop_is_obeyed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
