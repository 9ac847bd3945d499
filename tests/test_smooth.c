/* Eigenvalues and penalised least squares against their definitions. */
#include "itg_smooth.h"

#include "itg_basis.h"
#include "itg_random.h"
#include "itg_sum.h"
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

/* A function of a knot is (1 + r) exp(-r), r = sqrt(3) distance / range, far and near: to the last bits of libm's exp(). */
static void a_process_has_the_covariances_of_matern(void **state) {
  (void)state;
  enum { N = 4000 };
  static double x[2][N], at[ITG_MOST_BASIS];
  itg_random random;
  itg_basis basis;
  itg_arena *arena = itg_arena_new();
  itg_random_init(&random, 19, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < N; i++)
    for (int d = 0; d < 2; d++) x[d][i] = itg_random_normal(&random) * (i % 50 ? 1 : 1000);
  const double *const columns[] = {x[0], x[1]};
  assert_int_equal(itg_basis_make(columns, (const char *const[]){"x", "y"}, 2, N, arena, &basis, NULL), ITG_OK);
  basis.range /= 300; /* far beyond the range too */
  double least = 1;
  for (int i = 0; i < N; i++) {
    itg_basis_process(&basis, columns, i, at);
    for (int k = 0; k < basis.n_knots; k++) {
      const double *knot = basis.knots + 2 * k;
      double a = at[1] - knot[0], b = at[2] - knot[1], r = sqrt(3) * sqrt(a * a + b * b) / basis.range;
      double wanted = (1 + r) * exp(-r);
      assert_near(at[3 + k], wanted, 5e-16 * wanted + 1e-300);
      least = fmin(least, at[3 + k]);
    }
  }
  assert_true(least < 1e-200 && basis.n_knots % 2 == 0);
  basis.n_knots--; /* an odd number of them */
  itg_basis_process(&basis, columns, 7, at);
  double last = at[2 + basis.n_knots];
  basis.n_knots++;
  itg_basis_process(&basis, columns, 7, at);
  assert_true(last == at[1 + basis.n_knots]);
  itg_arena_free(arena);
}

/* Points that nearly meet make the process singular to rounding: what is fitted must still be the surface. */
static void rounding_is_never_taken_for_a_fit(void **state) {
  (void)state;
  enum { N = 2000, SETS = 40 };
  static double x[2][N], y[N], at[ITG_MOST_BASIS], gram[ITG_MOST_BASIS * ITG_MOST_BASIS],
      cross[ITG_MOST_BASIS], b[ITG_MOST_BASIS];
  for (uint64_t set = 0; set < SETS; set++) {
    itg_random random;
    itg_random_init(&random, 20 + set, ITG_PURPOSE_TEST, 0);
    double square = 0, edf, rss = 0;
    for (int i = 0; i < N; i++) {
      double shared = itg_random_normal(&random);
      x[0][i] = 3 + 0.5 * shared;
      x[1][i] = 3 + 0.6 * shared + 0.8 * itg_random_normal(&random);
      y[i] = x[0][i] * x[1][i] / 10 + itg_random_normal(&random);
    }
    double mean = itg_mean_of(y, N);
    itg_arena *arena = itg_arena_new();
    itg_basis basis;
    assert_int_equal(itg_basis_make((const double *const[]){x[0], x[1]}, (const char *const[]){"x", "y"}, 2, N, arena,
                                    &basis, NULL),
                     ITG_OK);
    int q = basis.q;
    memset(gram, 0, sizeof gram);
    memset(cross, 0, sizeof cross);
    for (int i = 0; i < N; i++) {
      y[i] -= mean;
      square += y[i] * y[i];
      itg_basis_process(&basis, (const double *const[]){x[0], x[1]}, i, at);
      for (int j = 0; j < q; j++) {
        cross[j] += at[j] * y[i];
        for (int k = 0; k < q; k++) gram[j * q + k] += at[j] * at[k];
      }
    }
    itg_smooth_sums sums = {N, gram, cross, &square};
    assert_int_equal(itg_smooth_solve(&sums, basis.penalty, q, 1, b, &edf, NULL), ITG_OK);
    for (int i = 0; i < N; i++) {
      double fit = 0;
      itg_basis_process(&basis, (const double *const[]){x[0], x[1]}, i, at);
      for (int j = 0; j < q; j++) fit += at[j] * b[j];
      rss += (y[i] - fit) * (y[i] - fit);
    }
    /* Noise has variance 1: N - edf, within six standard errors. */
    if (!(edf < 40 && fabs(rss - (N - edf)) < 6 * sqrt(2.0 * N)))
      fail_msg("set %d: %.3g degrees of freedom, residuals %.6g for about %.6g", (int)set, edf, rss, N - edf);
    itg_arena_free(arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(eigenvectors_turn_the_matrix_into_its_eigenvalues),
      cmocka_unit_test(what_the_penalty_allows_is_found),
      cmocka_unit_test(lambda_has_the_smallest_cross_validation_score),
      cmocka_unit_test(a_process_has_the_covariances_of_matern),
      cmocka_unit_test(rounding_is_never_taken_for_a_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
