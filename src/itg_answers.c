/* itg_answers.c - layer 3: answers of teams to one item. */
#include "itg_answers.h"

#include <math.h>

#include "itg_vector.h"

/* ---- read twice ---- */

void itg_answers_add(itg_answers *by_team, const int32_t *team, const double *x, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    if (isnan(x[k])) continue;
    itg_answers *a = &by_team[team[k]];
    a->mean += x[k]; /* the sum, until all are there */
    a->n++;
  }
}

void itg_answers_set_means(itg_answers *by_team, int64_t n_teams) {
  for (int64_t t = 0; t < n_teams; t++) {
    itg_answers *a = &by_team[t];
    a->mean = a->n ? a->mean / (double)a->n : NAN;
    a->squares = a->deviation = a->n ? 0 : NAN;
  }
}

void itg_answers_add_deviations(itg_answers *by_team, const int32_t *team, const double *x, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    if (isnan(x[k])) continue;
    itg_answers *a = &by_team[team[k]];
    const double d = x[k] - a->mean;
    a->squares += d * d;
    a->deviation += fabs(d);
  }
}

void itg_answers_finish(itg_answers *by_team, int64_t n_teams) {
  for (int64_t t = 0; t < n_teams; t++) by_team[t].deviation /= (double)by_team[t].n;
}

/* ---- counted ---- */

bool itg_options_of(const double *x, int64_t n, double low, uint8_t *options) {
  const double below = low - 1;
  bool whole = true;
  int64_t k = 0;
#if defined(__GNUC__)
  const itg_pair units = {0x1p52, 0x1p52}; /* a sum with it is rounded to units: its last bits hold them */
  itg_mask same = {-1, -1};
  for (; k + 2 <= n; k += 2) {
    const itg_pair v = ITG_PAIR(x + k), step = (itg_pair)((itg_mask)(v - below) & (v == v)),
                   sum = step + units;
    same &= sum - units == step;
    options[k] = (uint8_t)((itg_mask)sum)[0];
    options[k + 1] = (uint8_t)((itg_mask)sum)[1];
  }
  whole = same[0] && same[1];
#endif
  for (; k < n; k++) {
    const double step = isnan(x[k]) ? 0 : x[k] - below;
    options[k] = (uint8_t)step;
    whole &= options[k] == step;
  }
  return whole;
}

void itg_options_count(uint16_t *counts, int width, const int32_t *team, const uint8_t *options, int64_t n) {
  for (int64_t k = 0; k < n; k++) counts[(int64_t)team[k] * width + options[k]]++;
}

static inline void add_option(uint8_t *options, uint16_t *counts, int64_t width, const int32_t *team, int64_t k,
                              uint32_t option) {
  options[k] = (uint8_t)option;
  counts[team[k] * width + option]++;
}

int64_t itg_options_of_integers(const int32_t *x, int64_t n, int32_t low, int n_options, uint8_t *options,
                                uint16_t *counts, int width, const int32_t *team) {
  const int32_t high = low + n_options - 1, below = low - 1; /* a missing answer lies below, too */
  int64_t missing = 0, outside = 0, k = 0;
#if defined(__GNUC__)
  itg_signed_quad lacking = {0, 0, 0, 0}, bad = lacking; /* n is below 2^33 */
  for (; k + 4 <= n; k += 4) {
    const itg_signed_quad v = (itg_signed_quad)ITG_QUAD(x + k), off = (low > v) | (v > high),
                          unknown = v == INT32_MIN;
    const itg_quad option = (itg_quad)((v - below) & ~off);
    add_option(options, counts, width, team, k, option[0]);
    add_option(options, counts, width, team, k + 1, option[1]);
    add_option(options, counts, width, team, k + 2, option[2]);
    add_option(options, counts, width, team, k + 3, option[3]);
    lacking -= unknown;
    bad |= off ^ unknown;
  }
  for (int j = 0; j < 4; j++) missing += lacking[j], outside |= bad[j];
#endif
  for (; k < n; k++) {
    const bool unknown = x[k] == INT32_MIN, off = x[k] < low || x[k] > high;
    add_option(options, counts, width, team, k, off ? 0 : (uint32_t)(x[k] - below));
    missing += unknown;
    outside |= off != unknown;
  }
  return outside ? -1 : missing;
}

/* How many answers, the sum of their steps above `low`, and of the squares of these, in one whole number: what every
 * answer of an option adds to it.  31 options and 32767 members need 15, 20 and 25 bits. */
enum { STEPS = 16, SQUARES = 36 };

static inline int64_t count_in(uint64_t sums) { return (int64_t)(sums & ((1u << STEPS) - 1)); }
static inline int64_t steps_in(uint64_t sums) {
  return (int64_t)(sums >> STEPS & ((1u << (SQUARES - STEPS)) - 1));
}
static inline int64_t squares_in(uint64_t sums) { return (int64_t)(sums >> SQUARES); }

static itg_answers answers_of_counts(const uint16_t *counts, const uint64_t *weights, int n_options, double low) {
  uint64_t upto[ITG_OPTIONS_MOST], sums = 0;
  for (int i = 0; i < n_options; i++) upto[i] = sums += counts[i + 1] * weights[i];
  const int64_t n = count_in(sums), steps = steps_in(sums);
  if (!n) return (itg_answers){0, NAN, NAN, NAN};
  const double size = (double)n;
  /* Deviations sum to 0: their absolute values are twice those of the answers below the mean. */
  const uint64_t below = upto[(int)((double)steps / size)];
  const int64_t deviations = count_in(below) * steps - n * steps_in(below);
  return (itg_answers){n, (low * size + (double)steps) / size,
                       (double)(n * squares_in(sums) - steps * steps) / size,
                       2 * (double)deviations / (size * size)};
}

void itg_options_finish(const uint16_t *counts, int n_options, double low, int64_t n_teams, itg_answers *answers) {
  const int width = itg_options_width(n_options);
  uint64_t weights[ITG_OPTIONS_MOST];
  for (uint64_t i = 0; i < (uint64_t)n_options; i++) weights[i] = 1 | i << STEPS | i * i << SQUARES;
  for (int64_t t = 0; t < n_teams; t++)
    answers[t] = answers_of_counts(counts + t * width, weights, n_options, low);
}
