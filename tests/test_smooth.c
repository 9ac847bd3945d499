/* Eigenvalues and penalised least squares against their definitions. */
#include "itg_smooth.h"

#include "itg_random.h"
#include "scoring.h"

static void eigenvectors_turn_the_matrix_into_its_eigenvalues(void **state) {
  (void)state;
  enum { N = 40 };
  static double a[N * N], v[N * N], values[N];
  itg_random random;
  itg_random_init(&random, 3, ITG_PURPOSE_TEST, 0);
  for (int sparse = 0; sparse < 2; sparse++) {
    for (int i = 0; i < N; i++)
      for (int j = 0; j <= i; j++)
        v[i * N + j] = v[j * N + i] = a[i * N + j] = a[j * N + i] =
            sparse && i != j && i % 5 ? 0 : itg_random_normal(&random);
    assert_int_equal(itg_eigen(v, N, values, NULL), ITG_OK);
    for (int j = 0; j < N; j++) {
      if (j) assert_true(values[j] >= values[j - 1]);
      double length = 0;
      for (int i = 0; i < N; i++) {
        double sum = 0;
        for (int k = 0; k < N; k++) sum += a[i * N + k] * v[k * N + j];
        assert_near(sum, values[j] * v[i * N + j], 1e-12);
        length += v[i * N + j] * v[i * N + j];
      }
      assert_near(length, 1, 1e-12);
    }
  }
}

/* y is a straight line, on which the penalty of second differences is 0: it is found exactly. */
static void what_the_penalty_allows_is_found(void **state) {
  (void)state;
  enum { Q = 6 };
  double gram[Q * Q] = {0}, cross[Q] = {0}, square = 0, penalty[Q * Q] = {0}, b[Q], edf;
  for (int i = 0; i < 60; i++) {
    double y = 2.0 + 3 * (i % Q);
    gram[(i % Q) * Q + i % Q] += 1;
    cross[i % Q] += y;
    square += y * y;
  }
  for (int i = 0; i + 2 < Q; i++) {
    const double d[] = {1, -2, 1};
    for (int u = 0; u < 3; u++)
      for (int v = 0; v < 3; v++) penalty[(i + u) * Q + i + v] += d[u] * d[v];
  }
  itg_smooth_sums sums = {60, gram, cross, &square};
  assert_int_equal(itg_smooth_solve(&sums, penalty, Q, 1, b, &edf, NULL), ITG_OK);
  for (int k = 0; k < Q; k++) assert_near(b[k], 2.0 + 3 * k, 1e-9);
}

/* The score that is minimised, against every lambda of a fine grid by elimination. */
static void lambda_has_the_smallest_cross_validation_score(void **state) {
  (void)state;
  enum { Q = 8, N = 200 };
  double gram[Q * Q] = {0}, cross[Q] = {0}, square = 0, penalty[Q * Q] = {0}, b[Q], edf, noise[N];
  itg_random random;
  itg_random_init(&random, 5, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < N; i++) {
    noise[i] = sin(0.9 * (i % Q)) + itg_random_normal(&random);
    gram[(i % Q) * Q + i % Q] += 1;
    cross[i % Q] += noise[i];
    square += noise[i] * noise[i];
  }
  for (int i = 0; i + 2 < Q; i++) {
    const double d[] = {1, -2, 1};
    for (int u = 0; u < 3; u++)
      for (int v = 0; v < 3; v++) penalty[(i + u) * Q + i + v] += d[u] * d[v];
  }
  itg_smooth_sums sums = {N, gram, cross, &square};
  assert_int_equal(itg_smooth_solve(&sums, penalty, Q, 1, b, &edf, NULL), ITG_OK);
  double rss = 0, least = INFINITY;
  for (int i = 0; i < N; i++) rss += (noise[i] - b[i % Q]) * (noise[i] - b[i % Q]);
  double found = N * rss / ((N - edf) * (N - edf));
  for (double power = -3; power < 5; power += 0.01) {
    double m[Q][2 * Q], other = 0, trace = 0; /* [gram + lambda penalty | gram], eliminated */
    for (int i = 0; i < Q; i++)
      for (int j = 0; j < Q; j++) {
        m[i][j] = gram[i * Q + j] + pow(10, power) * penalty[i * Q + j];
        m[i][Q + j] = gram[i * Q + j];
      }
    for (int i = 0; i < Q; i++)
      for (int k = 0; k < Q; k++) {
        if (k == i) continue;
        double factor = m[k][i] / m[i][i];
        for (int j = 0; j < 2 * Q; j++) m[k][j] -= factor * m[i][j];
      }
    for (int i = 0; i < Q; i++) trace += m[i][Q + i] / m[i][i];
    for (int i = 0; i < N; i++) { /* fit of a cell: row of (A^-1 gram) times the cell means */
      double fit = 0;
      for (int j = 0; j < Q; j++) fit += m[i % Q][Q + j] / m[i % Q][i % Q] * cross[j] / gram[j * Q + j];
      other += (noise[i] - fit) * (noise[i] - fit);
    }
    double score = N * other / ((N - trace) * (N - trace));
    if (score < least) least = score;
  }
  assert_true(found <= least * (1 + 1e-9) && found >= least * (1 - 1e-4));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(eigenvectors_turn_the_matrix_into_its_eigenvalues),
      cmocka_unit_test(what_the_penalty_allows_is_found),
      cmocka_unit_test(lambda_has_the_smallest_cross_validation_score),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
