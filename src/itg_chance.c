/* itg_chance.c - layer 3: percent agreement, the kappa family and Krippendorff's alpha as sums over patterns.
 */
#include "itg_chance.h"

#include <math.h>
#include <string.h>

#include "itg_sum.h"

static const double PI = 3.14159265358979323846;

/* ---- distances ---- */

static double distance(itg_metric metric, double a, double b, double low, double high) {
  double d = fabs(a - b), sum = a + b, below = sum - 2 * low, above = 2 * high - sum;
  if (d == 0) return 0;
  switch (metric) {
    case ITG_METRIC_NOMINAL:
      return 1;
    case ITG_METRIC_LINEAR:
      return d;
    case ITG_METRIC_RADICAL:
      return sqrt(d);
    case ITG_METRIC_RATIO:
      return sum == 0 ? 0 : (d / sum) * (d / sum);
    case ITG_METRIC_CIRCULAR: {
      double s = sin(PI * d / (high - low + 1));
      return s * s;
    }
    case ITG_METRIC_BIPOLAR:
      return d * d / (below * above);
    default:
      return d * d;
  }
}

void itg_weights_of_scores(itg_metric metric, const double *scores, int32_t n, double *weights) {
  double low = scores[0], high = scores[0], most = 0;
  for (int32_t i = 1; i < n; i++) {
    low = fmin(low, scores[i]);
    high = fmax(high, scores[i]);
  }
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) {
      double k = fabs((double)i - j);
      double d =
          metric == ITG_METRIC_ORDINAL ? k * (k + 1) / 2 : distance(metric, scores[i], scores[j], low, high);
      weights[(int64_t)i * n + j] = d;
      if (d > most) most = d;
    }
  for (int64_t i = 0; i < (int64_t)n * n; i++) weights[i] = most > 0 ? 1 - weights[i] / most : 1;
}

/* ---- what each pattern adds ---- */

/* Share of pairs of ratings within the pattern that agree, weighted. */
static double agreement_within(const itg_chance *c, int32_t p) {
  const itg_rating_patterns *s = c->patterns;
  itg_sum sum = {0, 0};
  double m = s->ratings[p];
  if (m < 2) return 0;
  for (int32_t i = s->start[p]; i < s->start[p + 1]; i++) {
    double with = -1;
    for (int32_t j = s->start[p]; j < s->start[p + 1]; j++)
      with += c->weights[(int64_t)s->cells[i].category * c->n_categories + s->cells[j].category] *
              s->cells[j].count;
    itg_sum_add(&sum, s->cells[i].count * with);
  }
  return itg_sum_value(&sum) / (m * (m - 1));
}

static bool is_squared(itg_metric metric) {
  return metric == ITG_METRIC_QUADRATIC || metric == ITG_METRIC_ORDINAL;
}

/* Sum of distances over ordered pairs within the pattern, over m - 1. */
static double disagreement_within(const itg_chance *c, int32_t p, const double *scores) {
  const itg_rating_patterns *s = c->patterns;
  const itg_pattern_cell *cell = s->cells + s->start[p], *end = s->cells + s->start[p + 1];
  double sum = 0, m = s->ratings[p];
  bool squared = is_squared(c->metric);
  if (m < 2) return 0;
  for (; cell < end; cell++)
    for (const itg_pattern_cell *other = cell + 1; other < end; other++) {
      double a = scores[cell->category], b = scores[other->category], d = a - b;
      sum += (double)cell->count * other->count *
             (squared ? d * d : distance(c->metric, a, b, c->low, c->high));
    }
  return 2 * sum / (m - 1);
}

itg_status itg_chance_make(itg_chance_kind kind, itg_metric metric, const double *weights,
                           const double *scores, int32_t n_categories, const itg_rating_patterns *patterns,
                           itg_arena *arena, itg_chance *out, itg_error *error) {
  *out = (itg_chance){.kind = kind,
                      .metric = metric,
                      .n_categories = n_categories,
                      .scores = scores,
                      .weights = weights,
                      .low = scores[0],
                      .high = scores[0],
                      .patterns = patterns};
  for (int32_t i = 1; i < n_categories; i++) {
    out->low = fmin(out->low, scores[i]);
    out->high = fmax(out->high, scores[i]);
  }
  bool alpha = kind == ITG_CHANCE_KRIPPENDORFF;
  if (!alpha) out->weights_total = itg_sum_of(weights, (int64_t)n_categories * n_categories);
  if (!(out->own = itg_arena_alloc(arena, (size_t)patterns->n_patterns, sizeof *out->own)))
    return itg_fail_memory(error);
  if (alpha && metric == ITG_METRIC_ORDINAL) return ITG_OK; /* depends on the counts */
  for (int32_t p = 0; p < patterns->n_patterns; p++)
    out->own[p] = alpha ? disagreement_within(out, p, scores) : agreement_within(out, p);
  return ITG_OK;
}

size_t itg_chance_scratch(const itg_chance *c) {
  size_t q = (size_t)c->n_categories, raters = (size_t)c->patterns->width;
  if (c->kind == ITG_CHANCE_KRIPPENDORFF) return 4 * q + (size_t)c->patterns->n_patterns;
  return c->kind == ITG_CHANCE_COHEN || c->kind == ITG_CHANCE_CONGER ? 2 * raters * q + raters + q : 2 * q;
}

/* ---- chance ---- */

/* Chance agreement, and what each unit of a pattern adds to it: influence of pattern p on chance. */
typedef struct expectation {
  double chance;
  const double *by_category; /* q numbers: mean weight of a category against the margin; NULL: no influence */
  const double *by_rater;    /* raters x q, CONGER */
  const double *rated;       /* share of units that each rater rated, CONGER */
} expectation;

static bool is_used(const itg_chance *c, int32_t p) {
  int32_t m = c->patterns->ratings[p];
  return c->kind == ITG_CHANCE_COHEN ? m == c->patterns->width : m > 0;
}

/* pi_k: mean over units of the share of its ratings in category k. */
static void pooled_margins(const itg_chance *c, const int64_t *counts, double n, double *margins) {
  const itg_rating_patterns *s = c->patterns;
  memset(margins, 0, (size_t)c->n_categories * sizeof *margins);
  for (int32_t p = 0; p < s->n_patterns; p++)
    for (int32_t i = s->start[p]; i < s->start[p + 1] && counts[p]; i++)
      margins[s->cells[i].category] += (double)counts[p] * s->cells[i].count / s->ratings[p];
  for (int32_t k = 0; k < c->n_categories; k++) margins[k] /= n;
}

static expectation expect_pooled(const itg_chance *c, const int64_t *counts, double n, double *scratch) {
  int32_t q = c->n_categories;
  double *margins = scratch, *mean = scratch + q, scale = c->weights_total / ((double)q * (q - 1));
  itg_sum sum = {0, 0};
  pooled_margins(c, counts, n, margins);
  for (int32_t k = 0; k < q; k++) {
    if (c->kind == ITG_CHANCE_GWET) {
      mean[k] = scale * (1 - margins[k]);
    } else {
      double forth = 0, back = 0;
      for (int32_t l = 0; l < q; l++) {
        forth += c->weights[(int64_t)k * q + l] * margins[l];
        back += c->weights[(int64_t)l * q + k] * margins[l];
      }
      mean[k] = (forth + back) / 2;
    }
    itg_sum_add(&sum, margins[k] * mean[k]);
  }
  return (expectation){itg_sum_value(&sum), mean, NULL, NULL};
}

/* Each rater's own margins: mean over pairs of raters of the chance that the two agree. */
static expectation expect_by_rater(const itg_chance *c, const int64_t *counts, double n, double *scratch) {
  const itg_rating_patterns *s = c->patterns;
  int32_t q = c->n_categories, raters = s->width, present = 0;
  double *margins = scratch, *others = scratch + (int64_t)raters * q,
         *rated = scratch + 2 * (int64_t)raters * q, *total = rated + raters;
  memset(scratch, 0, itg_chance_scratch(c) * sizeof *scratch);
  for (int32_t p = 0; p < s->n_patterns; p++)
    for (int32_t g = 0; g < raters && counts[p] && is_used(c, p); g++) {
      int32_t code = s->codes[(int64_t)p * raters + g];
      if (code < 0) continue;
      margins[(int64_t)g * q + code] += (double)counts[p];
      rated[g] += (double)counts[p];
    }
  for (int32_t g = 0; g < raters; g++) {
    if (!(rated[g] > 0)) continue;
    present++;
    for (int32_t k = 0; k < q; k++) {
      margins[(int64_t)g * q + k] /= rated[g];
      total[k] += margins[(int64_t)g * q + k];
    }
    rated[g] /= n;
  }
  itg_sum sum = {0, 0};
  for (int32_t g = 0; g < raters; g++)
    for (int32_t k = 0; k < q && rated[g] > 0; k++) {
      double mean = 0;
      for (int32_t l = 0; l < q; l++)
        mean += (c->weights[(int64_t)k * q + l] + c->weights[(int64_t)l * q + k]) / 2 *
                (total[l] - margins[(int64_t)g * q + l]);
      others[(int64_t)g * q + k] = mean;
      itg_sum_add(&sum, margins[(int64_t)g * q + k] * mean);
    }
  double pairs = (double)present * (present - 1);
  for (int32_t g = 0; g < raters; g++) { /* own margin against the others', less its mean */
    double mean = 0;
    for (int32_t k = 0; k < q; k++) mean += margins[(int64_t)g * q + k] * others[(int64_t)g * q + k];
    for (int32_t k = 0; k < q && rated[g] > 0; k++)
      others[(int64_t)g * q + k] = 2 * (others[(int64_t)g * q + k] - mean) / (pairs * rated[g]);
  }
  return (expectation){present > 1 ? itg_sum_value(&sum) / pairs : NAN, NULL, others, rated};
}

/* Twice the difference of a unit's own chance from the mean: its influence on chance. */
static double influence(const itg_chance *c, const expectation *e, int32_t p) {
  const itg_rating_patterns *s = c->patterns;
  double sum = 0;
  if (e->by_category) {
    for (int32_t i = s->start[p]; i < s->start[p + 1]; i++)
      sum += s->cells[i].count * e->by_category[s->cells[i].category];
    return 2 * (sum / s->ratings[p] - e->chance);
  }
  for (int32_t g = 0; e->by_rater && g < s->width; g++) {
    int32_t code = s->codes[(int64_t)p * s->width + g];
    if (code >= 0) sum += e->by_rater[(int64_t)g * c->n_categories + code];
  }
  return sum;
}

/* Gwet's variance: spread of each unit's own coefficient, corrected for what it does to chance. */
static double error_over_units(const itg_chance *c, const int64_t *counts, const expectation *e,
                               const itg_chance_value *v) {
  double n = (double)v->n_all, scale = n / (double)v->n;
  itg_sum squares = {0, 0};
  for (int32_t p = 0; p < c->patterns->n_patterns; p++) {
    if (!counts[p] || !is_used(c, p)) continue;
    bool pairable = c->patterns->ratings[p] >= 2;
    double own = pairable ? scale * (c->own[p] - e->chance) / (1 - e->chance) : 0;
    double d = own - (1 - v->value) * influence(c, e, p) / (1 - e->chance) - v->value;
    itg_sum_add(&squares, (double)counts[p] * d * d);
  }
  return sqrt(itg_sum_value(&squares) / (n * (n - 1)));
}

static void value_by_chance(const itg_chance *c, const int64_t *counts, bool error, double *scratch,
                            itg_chance_value *out) {
  const itg_rating_patterns *s = c->patterns;
  itg_sum agreement = {0, 0};
  for (int32_t p = 0; p < s->n_patterns; p++) {
    if (!is_used(c, p)) continue;
    out->n_all += counts[p];
    if (s->ratings[p] < 2) continue;
    out->n += counts[p];
    itg_sum_add(&agreement, (double)counts[p] * c->own[p]);
  }
  if (!out->n) return;
  out->observed = itg_sum_value(&agreement) / (double)out->n;
  expectation e = {0, NULL, NULL, NULL};
  double q = c->n_categories, n = (double)out->n_all;
  if (c->kind == ITG_CHANCE_BRENNAN_PREDIGER)
    e.chance = c->weights_total / (q * q);
  else if (c->kind == ITG_CHANCE_GWET || c->kind == ITG_CHANCE_FLEISS)
    e = expect_pooled(c, counts, n, scratch);
  else if (c->kind != ITG_CHANCE_PERCENT)
    e = expect_by_rater(c, counts, n, scratch);
  out->chance = c->kind == ITG_CHANCE_PERCENT ? NAN : e.chance;
  out->reason = ITG_REASON_NO_VARIANCE;
  if (!(1 - e.chance > 1e-12)) return;
  out->reason = ITG_REASON_PRESENT;
  out->value = (out->observed - e.chance) / (1 - e.chance);
  if (error && out->n_all > 1) out->std_error = error_over_units(c, counts, &e, out);
}

/* ---- Krippendorff ---- */

/* Scores under the ordinal metric: how many ratings lie below the middle of each category. */
static void ranks_of(const double *frequencies, int32_t q, double *ranks) {
  double below = 0;
  for (int32_t k = 0; k < q; k++) {
    ranks[k] = below + frequencies[k] / 2;
    below += frequencies[k];
  }
}

/* For each category the mean distance to a rating of the data; returns their mean, the expected disagreement.
 */
static double expected_distance(const itg_chance *c, const double *frequencies, double total,
                                const double *scores, double *to) {
  int32_t q = c->n_categories;
  itg_sum mean = {0, 0}, square = {0, 0}, all = {0, 0};
  bool squared = is_squared(c->metric);
  for (int32_t k = 0; k < q && squared; k++) itg_sum_add(&mean, frequencies[k] * scores[k]);
  double centre = itg_sum_value(&mean) / total;
  for (int32_t k = 0; k < q && squared; k++)
    itg_sum_add(&square, frequencies[k] * (scores[k] - centre) * (scores[k] - centre));
  double variance = itg_sum_value(&square) / total;
  for (int32_t k = 0; k < q; k++) {
    if (squared) {
      to[k] = (scores[k] - centre) * (scores[k] - centre) + variance;
    } else if (c->metric == ITG_METRIC_NOMINAL) {
      to[k] = 1 - frequencies[k] / total;
    } else {
      double sum = 0;
      for (int32_t l = 0; l < q && frequencies[k] > 0; l++)
        if (frequencies[l] > 0)
          sum += frequencies[l] * distance(c->metric, scores[k], scores[l], c->low, c->high);
      to[k] = sum / total;
    }
    itg_sum_add(&all, frequencies[k] * to[k]);
  }
  return itg_sum_value(&all) / total;
}

/* Gwet's error, the metric held fixed; it is that of alpha without the correction for small samples. */
static double error_of_alpha(const itg_chance *c, const int64_t *counts, const double *own, const double *to,
                             double ratings, double observed, double expected) {
  const itg_rating_patterns *s = c->patterns;
  itg_sum squares = {0, 0};
  double n = 0, alpha = 1 - observed / expected;
  for (int32_t p = 0; p < s->n_patterns; p++)
    if (s->ratings[p] >= 2) n += (double)counts[p];
  double mean = ratings / n;
  for (int32_t p = 0; p < s->n_patterns; p++) {
    if (!counts[p] || s->ratings[p] < 2) continue;
    double more = (s->ratings[p] - mean) / mean, sum = 0;
    for (int32_t i = s->start[p]; i < s->start[p + 1]; i++)
      sum += s->cells[i].count * to[s->cells[i].category];
    double within = own[p] / mean - observed * more, by_chance = sum / mean - expected * more;
    double d = 1 - within / expected + 2 * (1 - alpha) * (by_chance - expected) / expected - alpha;
    itg_sum_add(&squares, (double)counts[p] * d * d);
  }
  return sqrt(itg_sum_value(&squares) / (n * (n - 1)));
}

static void value_of_alpha(const itg_chance *c, const int64_t *counts, bool error, double *scratch,
                           itg_chance_value *out) {
  const itg_rating_patterns *s = c->patterns;
  int32_t q = c->n_categories;
  double *frequencies = scratch, *to = scratch + q, *ranks = scratch + 2 * q, *own = c->own;
  const double *scores = c->scores;
  bool ordinal = c->metric == ITG_METRIC_ORDINAL;
  double total = 0;
  int32_t occurring = 0;
  memset(frequencies, 0, (size_t)q * sizeof *frequencies);
  for (int32_t p = 0; p < s->n_patterns; p++) {
    out->n_all += counts[p];
    if (!counts[p] || s->ratings[p] < 2) continue;
    out->n += counts[p];
    total += (double)counts[p] * s->ratings[p];
    for (int32_t i = s->start[p]; i < s->start[p + 1]; i++)
      frequencies[s->cells[i].category] += (double)(counts[p] * s->cells[i].count);
  }
  if (!out->n) return;
  for (int32_t k = 0; k < q; k++) occurring += frequencies[k] > 0;
  out->reason = ITG_REASON_NO_VARIANCE;
  if (occurring < 2) return;
  if (ordinal) {
    ranks_of(frequencies, q, ranks);
    scores = ranks;
    own = scratch + 4 * q;
    for (int32_t p = 0; p < s->n_patterns; p++) own[p] = counts[p] ? disagreement_within(c, p, ranks) : 0;
  }
  itg_sum sum = {0, 0};
  for (int32_t p = 0; p < s->n_patterns; p++)
    if (s->ratings[p] >= 2) itg_sum_add(&sum, (double)counts[p] * own[p]);
  double observed = itg_sum_value(&sum) / total,
         expected = expected_distance(c, frequencies, total, scores, to);
  if (!(expected > 0)) return;
  out->reason = ITG_REASON_PRESENT;
  out->observed = observed;
  out->chance = expected * total / (total - 1);
  out->value = 1 - observed / out->chance;
  if (error && out->n > 1) out->std_error = error_of_alpha(c, counts, own, to, total, observed, expected);
}

void itg_chance_value_of(const itg_chance *c, const int64_t *counts, bool error, double *scratch,
                         itg_chance_value *out) {
  *out = (itg_chance_value){
      .observed = NAN, .chance = NAN, .value = NAN, .std_error = NAN, .reason = ITG_REASON_TOO_FEW};
  (c->kind == ITG_CHANCE_KRIPPENDORFF ? value_of_alpha : value_by_chance)(c, counts, error, scratch, out);
}
