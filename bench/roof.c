/* roof.c - the limits of this machine, one thread: bytes read per second, and multiplications of matrices.
 *
 * cc -O2 roof.c -lopenblas; prints "read_GB_per_s dgemm_GF_per_s", each the best of several short tries. */
#include <cblas.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double read_rate(void) {
  enum { N = 32 << 20 }; /* 256 MB: more than any cache */
  uint64_t *data = malloc((size_t)N * sizeof *data), sum = 0;
  double best = 0;
  if (!data) return 0;
  for (size_t i = 0; i < N; i++) data[i] = i;
  for (int try = 0; try < 7; try++) {
    double start = now();
    uint64_t a = 0, b = 0, c = 0, d = 0;
    for (size_t i = 0; i < N; i += 8) {
      a += data[i] ^ data[i + 4];
      b += data[i + 1] ^ data[i + 5];
      c += data[i + 2] ^ data[i + 6];
      d += data[i + 3] ^ data[i + 7];
    }
    sum += a + b + c + d;
    double rate = (double)N * sizeof *data / (now() - start) / 1e9;
    if (rate > best) best = rate;
  }
  free(data);
  return sum == 1 ? 0 : best;
}

static double dgemm_rate(void) {
  enum { N = 768 };
  double *a = calloc(N * N, sizeof *a), *b = calloc(N * N, sizeof *b), *c = calloc(N * N, sizeof *c), best = 0;
  if (!a || !b || !c) return 0;
  for (int i = 0; i < N * N; i++) a[i] = i % 7, b[i] = i % 5;
  for (int try = 0; try < 5; try++) {
    double start = now();
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1, a, N, b, N, 0, c, N);
    double rate = 2.0 * N * N * N / (now() - start) / 1e9;
    if (rate > best) best = rate;
  }
  free(a);
  free(b);
  free(c);
  return best;
}

int main(void) {
  openblas_set_num_threads(1);
  printf("%.1f %.1f\n", read_rate(), dgemm_rate());
  return 0;
}
