/* itg_utility.h - layer 3: where measures eq5d_utility and qaly have their values from: a value set, or a
 * table of the user. */
#ifndef ITG_UTILITY_H
#define ITG_UTILITY_H

#include "itg_measure.h"

/* The options that name a value set, for the list of a measure. */
#define ITG_UTILITY_OPTIONS                                                                                  \
  {"valueset", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,                                                 \
   "value set: id of a built-in (eq5d-5l-england), path of a definition, or a definition"},                  \
      {"instrument", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,                                           \
       "the same, under the name all definitions share"},                                                    \
      {"valueset_by", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,                                         \
       "column that says which value set a row uses (country, for instance); `valueset` is then a map from " \
       "its values to value sets, such as {NL: eq5d-5l-netherlands, UK: eq5d-5l-uk}, or is left out where "  \
       "the values are ids themselves"},                                                                     \
      {"decimals", ITG_FIELD_INTEGER, false, NULL, NULL, 0, 10, NULL,                                        \
       "round the values to so many decimals; official crosswalk tables have 3"}

typedef struct itg_utility_values {
  const char *what; /* for messages: "value set eq5d-5l-uk" */
  int32_t levels, n_states, n_strata;
  double *value;          /* n_strata times n_states + 1 values (itg_valueset.h), the last of each NaN */
  const int32_t *stratum; /* of each row of the data, -1 missing; NULL: one stratum */
  const char *const *names; /* of the value sets that are the strata; NULL: strata are none */
} itg_utility_values;

/* Whether an option names a value set. */
bool itg_utility_has_valueset(const itg_call *call);

/* Option `valueset` or `instrument` (by option `valueset_by` one for each row), or input `values`; rounded by
 * option `decimals`; noted in the result. */
itg_status itg_utility_values_find(itg_call *call, itg_utility_values *out, itg_error *error);

#endif
