/* state.h - what the tests of states share.  Include after cmocka.h. */
#ifndef ITG_TEST_STATE_H
#define ITG_TEST_STATE_H

#include <stdlib.h>

#include "itg_base.h"

static inline void *new_state(const char *spec, size_t *size) {
  itg_error error = {.status = ITG_OK};
  if (itg_state_size(spec, size, &error)) fail_msg("%s", error.message);
  void *state = malloc(*size);
  if (itg_state_init(state, *size, spec, &error)) fail_msg("%s", error.message);
  return state;
}

static inline void add(void *state, const double *values, const uint64_t *ids, int64_t n) {
  itg_error error = {.status = ITG_OK};
  if (itg_state_add(state, values, ids, n, &error)) fail_msg("%s", error.message);
}

static inline void merge(void *state, const void *other, size_t size) {
  itg_error error = {.status = ITG_OK};
  if (itg_state_merge(state, other, size, &error)) fail_msg("%s", error.message);
}

static inline double *finish(const void *state, size_t size, size_t *n) {
  assert_int_equal(itg_state_finish_size(state, size, n, NULL), ITG_OK);
  double *values = malloc(*n * sizeof *values);
  assert_int_equal(itg_state_finish(state, size, values, NULL), ITG_OK);
  return values;
}

#endif
