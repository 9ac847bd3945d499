/* itg_sort.c - layer 0: see itg_sort.h.  Runs are sorted one by one and merged pair by pair. */
#include "itg_sort.h"

#include <stdlib.h>
#include <string.h>

enum { RUN = 32768 };

typedef int (*comparison)(const void *, const void *);

/* Two sorted runs that lie side by side from `a`, of so many elements, into `out`. */
static itg_status merge(const char *a, size_t n_a, size_t n_b, size_t size, comparison compare, char *out,
                        itg_pace *pace, itg_error *error) {
  const char *b = a + n_a * size, *end_a = b, *end_b = b + n_b * size;
  for (size_t i = 0; a < end_a && b < end_b; i++, out += size) {
    ITG_PACE(pace, i, error);
    const char **from = compare(a, b) <= 0 ? &a : &b;
    memcpy(out, *from, size);
    *from += size;
  }
  memcpy(out, a, (size_t)(end_a - a));
  memcpy(out + (end_a - a), b, (size_t)(end_b - b));
  return ITG_OK;
}

itg_status itg_sort(void *base, size_t n, size_t size, comparison compare, itg_pace *pace, itg_error *error) {
  if (n <= RUN) {
    if (n > 1) qsort(base, n, size, compare);
    return n > 1024 ? itg_pace_step(pace, error) : ITG_OK; /* many such make much */
  }
  itg_status status = ITG_OK;
  char *scratch = itg_alloc(n, size), *from = base, *to = scratch;
  if (!scratch) return itg_fail_memory(error);
  for (size_t i = 0; i < n && !status; i += RUN) {
    qsort(from + i * size, n - i < RUN ? n - i : RUN, size, compare);
    status = itg_pace_step(pace, error);
  }
  for (size_t width = RUN; width < n && !status; width *= 2) {
    for (size_t i = 0; i < n && !status; i += 2 * width) {
      size_t n_a = n - i < width ? n - i : width, left = n - i - n_a, n_b = left < width ? left : width;
      status = merge(from + i * size, n_a, n_b, size, compare, to + i * size, pace, error);
    }
    if (status) break;
    char *other = from;
    from = to;
    to = other;
  }
  if (from != (char *)base) memcpy(base, from, n * size);
  free(scratch);
  return status;
}
