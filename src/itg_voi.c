/* itg_voi.c - layer 3: from the value of information per person to that for a population. */
#include "itg_voi.h"

#include <math.h>

itg_status itg_population_read(itg_call *call, double *people, itg_error *error) {
  double population = itg_call_number(call, "population"), horizon = itg_call_number(call, "horizon");
  itg_discount discount;
  *people = NAN;
  if (isnan(population) != isnan(horizon))
    return itg_fail(error, ITG_ERR_OPTION,
                    "'population' (people a year) and 'horizon' (years) go together; '%s' is missing",
                    isnan(population) ? "population" : "horizon");
  if (isnan(population)) return ITG_OK;
  ITG_TRY(itg_discount_read(call, "discount", "discount_from", "timing", &discount, error));
  const char *words = itg_discount_words(call, &discount, error);
  if (!words) return ITG_ERR_MEMORY;
  double years = itg_discount_area(&discount, 0, 1, horizon, 1);
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE], c[ITG_NUMBER_SIZE];
  *people = population * years;
  itg_number_print(population, a);
  itg_number_print(horizon, b);
  itg_number_print(*people < 100 ? *people : nearbyint(*people), c); /* for the eye */
  return itg_result_note(call->result, error,
                         "Population: %s people a year for %s years, %s, count as %s people.", a, b, words,
                         c);
}
