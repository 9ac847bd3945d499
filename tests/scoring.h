/* scoring.h - what the tests of scale, checklist, stages, points and score share: CSV text in, cells out. */
#ifndef ITG_TEST_SCORING_H
#define ITG_TEST_SCORING_H

#include "cells.h"

/* Inputs: name and CSV text in turn, ends with NULL. */
typedef const char *inputs[9];

static inline itg_status attempt(const char *measure, const inputs in, const char *options, int threads,
                                 itg_result **result, itg_error *error) {
  itg_frame *frames[4] = {NULL};
  itg_table tables[4] = {{0}};
  itg_control control = {.threads = threads};
  int n = 0;
  for (; in[2 * n]; n++) {
    itg_error problem = {0};
    if (itg_frame_parse(in[2 * n + 1], strlen(in[2 * n + 1]), "test.csv", NULL, &frames[n], &problem))
      fail_msg("%s", problem.message);
    tables[n] = *itg_frame_table(frames[n]);
    tables[n].name = in[2 * n];
  }
  itg_status status = itg_measure_run(measure, tables, n, options, &control, result, error);
  while (n) itg_frame_free(frames[--n]);
  return status;
}

static inline itg_result *score(const char *measure, const inputs in, const char *options) {
  itg_error error = {0};
  itg_result *result = NULL;
  if (attempt(measure, in, options, 1, &result, &error)) fail_msg("%s", error.message);
  return result;
}

static inline void assert_fails(const char *measure, const inputs in, const char *options, itg_status status,
                                const char *part) {
  itg_error error = {0};
  itg_result *result = NULL;
  itg_status got = attempt(measure, in, options, 1, &result, &error);
  if (got != status) fail_msg("status %d, expected %d: %s", (int)got, (int)status, error.message);
  assert_null(result);
  if (!strstr(error.message, part)) fail_msg("'%s' is not in: %s", part, error.message);
}

/* A call on one table that must fail, and a part of what it says. */
typedef struct bad_call {
  const char *csv, *options;
  itg_status status;
  const char *part;
} bad_call;

static inline void assert_all_fail(const char *measure, const bad_call *bad, size_t n) {
  for (size_t i = 0; i < n; i++)
    assert_fails(measure, (const inputs){"data", bad[i].csv, NULL}, bad[i].options, bad[i].status, bad[i].part);
}

/* A host that says stop at the question number `most`: payload of stop_at(). */
typedef struct asked {
  int times, most;
} asked;

static inline int stop_at(void *payload, double done) {
  asked *a = payload;
  (void)done;
  return ++a->times >= a->most;
}

#endif
