/* itg_voi.h - layer 3: what the measures of the value of information share. */
#ifndef ITG_VOI_H
#define ITG_VOI_H

#include "itg_discount.h"

#define ITG_POPULATION_OPTIONS \
  {"population", ITG_FIELD_NUMBER, false, NULL, NULL, 0, INFINITY, NULL, \
   "people a year whom the decision concerns; with horizon: values for the population too"}, \
      {"horizon", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 1000, NULL, \
       "years for which the decision stands"}, \
      {"discount", ITG_FIELD_NUMBERS, false, "0", NULL, 0, 1, NULL, \
       "discount rate a year of later people, 0.035 for 3.5%; several with discount_from"}, \
      {"discount_from", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 1000, NULL, \
       "year from which each rate holds"}, \
  { \
    "timing", ITG_FIELD_TEXT, false, "step", ITG_TIMINGS, 0, 0, NULL, \
        "when the people of a year count: at its start (the first year is not discounted), end or middle, " \
        "or evenly over it (continuous)" \
  }

/* Discounted number of people; NaN without option population.  Tells the rule in a note. */
itg_status itg_population_read(itg_call *call, double *people, itg_error *error);

#endif
