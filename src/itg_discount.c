/* itg_discount.c - discount factors and discounted areas. */
#include "itg_discount.h"

#include <math.h>
#include <string.h>

itg_status itg_discount_read(itg_call *call, const char *rate_key, const char *from_key,
                             const char *timing_key, itg_discount *out, itg_error *error) {
  static const char *const words[] = {"none", "step", "end", "mid", "continuous"};
  static const double zero = 0;
  double *rate = NULL, *from = NULL;
  int n, n_from;
  const char *timing = itg_call_text(call, timing_key);
  ITG_TRY(itg_call_list(call, rate_key, &rate, &n, error));
  ITG_TRY(itg_call_list(call, from_key, &from, &n_from, error));
  *out = (itg_discount){.rate = rate, .from = n_from ? from : &zero};
  for (int i = 0; i < (int)ITG_COUNT(words); i++)
    if (timing && strcmp(timing, words[i]) == 0) out->timing = (itg_timing)i;
  if ((n > 1 || n_from) && n != n_from)
    return itg_fail(
        error, ITG_ERR_OPTION,
        "option '%s' has %d rates, '%s' %d years; give as many years as rates, from each of which a "
        "rate holds",
        rate_key, n, from_key, n_from);
  for (int i = 0; i < n; i++)
    if (i ? out->from[i] <= out->from[i - 1] : out->from[i] != 0)
      return itg_fail(error, ITG_ERR_OPTION, "years in option '%s' must begin with 0 and rise", from_key);
  bool any = false;
  for (int i = 0; i < n; i++) any = any || rate[i] != 0;
  out->n = any ? n : 0;
  return ITG_OK;
}

static bool is_off(const itg_discount *d) { return !d->n || d->timing == ITG_TIMING_NONE; }

/* D(t). */
static double present_value(const itg_discount *d, double t) {
  double log_value = 0;
  for (int i = 0; i < d->n && t > d->from[i]; i++) {
    double end = i + 1 < d->n && d->from[i + 1] < t ? d->from[i + 1] : t;
    log_value -= (end - d->from[i]) * log1p(d->rate[i]);
  }
  return exp(log_value);
}

double itg_discount_factor(const itg_discount *d, double t) {
  if (is_off(d) || t < 0) return 1;
  switch (d->timing) {
    case ITG_TIMING_STEP:
      return present_value(d, floor(t));
    case ITG_TIMING_END:
      return present_value(d, floor(t) + 1);
    case ITG_TIMING_MID:
      return present_value(d, floor(t) + 0.5);
    default:
      return present_value(d, t);
  }
}

/* Integrals of e^(-xs) and s e^(-xs) over s from 0 to 1; for small x by their series, as the closed form of
 * the second cancels. */
static void exponential_moments(double x, double *zeroth, double *first) {
  *zeroth = x == 0 ? 1 : -expm1(-x) / x;
  if (fabs(x) > 0.5) {
    *first = (1 - (1 + x) * exp(-x)) / (x * x);
    return;
  }
  double term = 1, sum = 0;
  for (int k = 0; k < 18; k++) {
    sum += term / (k + 2);
    term *= -x / (k + 1);
  }
  *first = sum;
}

/* Area within one year (or one rate): the factor is constant, or decays at one force. */
static double piece(const itg_discount *d, double t0, double u0, double t1, double u1) {
  double length = t1 - t0;
  if (d->timing != ITG_TIMING_CONTINUOUS || t0 < 0)
    return itg_discount_factor(d, t0) * length * (u0 + u1) / 2;
  int i = d->n - 1;
  while (i > 0 && d->from[i] > t0) i--;
  double zeroth, first;
  exponential_moments(length * log1p(d->rate[i]), &zeroth, &first);
  return present_value(d, t0) * length * (u0 * zeroth + (u1 - u0) * first);
}

/* The next time after t at which the factor changes its form. */
static double next_change(const itg_discount *d, double t) {
  if (t < 0) return 0;
  double next = d->timing == ITG_TIMING_CONTINUOUS ? INFINITY : floor(t) + 1;
  for (int i = 0; i < d->n && d->timing == ITG_TIMING_CONTINUOUS; i++)
    if (d->from[i] > t && d->from[i] < next) next = d->from[i];
  return next;
}

double itg_discount_area(const itg_discount *d, double t0, double u0, double t1, double u1) {
  if (is_off(d)) return (t1 - t0) * (u0 + u1) / 2;
  double sum = 0, t = t0, u = u0;
  while (t < t1) {
    double end = next_change(d, t);
    bool last = end >= t1;
    double to = last ? t1 : end, value = last ? u1 : u0 + (u1 - u0) * (to - t0) / (t1 - t0);
    sum += piece(d, t, u, to, value);
    t = to;
    u = value;
  }
  return sum;
}

const char *itg_discount_words(itg_call *call, const itg_discount *d, itg_error *error) {
  static const char *const words[] = {"", "stepwise by year, the first free", "at the end of each year",
                                      "at the middle of each year", "continuous"};
  if (is_off(d)) return "not discounted";
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "discounted by ");
  for (int i = 0; i < d->n; i++) {
    if (i) itg_text_add(&text, ", ");
    itg_text_significant(&text, 100 * d->rate[i], 6);
    itg_text_add(&text, "%");
    if (i) {
      itg_text_add(&text, " from year ");
      itg_text_number(&text, d->from[i]);
    }
  }
  itg_text_print(&text, " a year, %s", words[d->timing]);
  const char *copy = text.failed ? NULL : itg_arena_text(call->arena, text.data, text.size);
  itg_text_clear(&text);
  if (!copy) itg_fail_memory(error);
  return copy;
}
