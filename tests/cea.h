/* cea.h - what the tests of measure cea share: one table in, an estimate or a failure out. */
#ifndef ITG_TEST_CEA_H
#define ITG_TEST_CEA_H

#include "scoring.h"

static inline itg_result *cea(const char *data, const char *options) {
  return score("cea", (inputs){"data", data, NULL}, options);
}

static inline void bad(const char *data, const char *options, itg_status status, const char *part) {
  assert_fails("cea", (inputs){"data", data, NULL}, options, status, part);
}

static inline double estimate(const itg_result *r, const char *scale) {
  return CELL(r, "estimates", "estimate", "scale", scale);
}

#endif
