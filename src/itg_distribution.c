/* itg_distribution.c - layer 3: see itg_distribution.h.  A section for each distribution, and the table of all. */
#include "itg_distribution.h"

#include <math.h>
#include <string.h>

#include "itg_special.h"

typedef itg_distribution distribution;
typedef itg_distribution_cells cells;

static const char *wrong(const char **at, const char *cell, const char *problem) {
  *at = cell;
  return problem;
}

/* ---- constant ---- */

static const char *take_constant(distribution *d, const cells *c, double z, const char **at) {
  (void)d, (void)z;
  return isnan(c->mean) ? wrong(at, "mean", "is constant and needs its value in mean") : NULL;
}

static double constant(const distribution *d, double u) {
  (void)u;
  return d->mean;
}

static void constant_moments(distribution *d) { d->sd = 0; }

/* ---- normal, by mean and sd or by an interval ---- */

static void from_interval(distribution *d, double low, double high, double z) {
  d->a = low + (high - low) / 2;
  d->b = (high - low) / (2 * z);
}

static const char *take_normal(distribution *d, const cells *c, double z, const char **at) {
  if (isnan(c->conf_low)) return d->a = c->mean, d->b = c->sd, NULL;
  if (!(c->conf_low < c->conf_high)) return wrong(at, "conf_low", "has conf_low not below conf_high");
  from_interval(d, c->conf_low, c->conf_high, z);
  return NULL;
}

static double normal(const distribution *d, double u) { return d->a + d->b * itg_normal_quantile(u); }

static void normal_moments(distribution *d) { d->mean = d->a, d->sd = d->b; }

/* ---- truncated_normal ---- */

/* Share of the standard normal between two points, without loss in the far tails. */
static double between(double low, double high) {
  return low > 0 ? itg_normal_cdf(-low) - itg_normal_cdf(-high) : itg_normal_cdf(high) - itg_normal_cdf(low);
}

static const char *take_truncated(distribution *d, const cells *c, double z, const char **at) {
  (void)z;
  d->a = c->mean, d->b = c->sd;
  d->low = isnan(c->low) ? -INFINITY : c->low;
  d->high = isnan(c->high) ? INFINITY : c->high;
  if (!(d->low < d->high)) return wrong(at, "low", "has low not below high");
  if (!(between((d->low - d->a) / d->b, (d->high - d->a) / d->b) > 1e-290))
    return wrong(at, "low", "has nothing of its normal distribution between low and high");
  return NULL;
}

static double truncated(const distribution *d, double u) {
  double low = (d->low - d->a) / d->b, high = (d->high - d->a) / d->b, z;
  if (low > 0) /* from the upper tail, where the distribution keeps its digits */
    z = -itg_normal_quantile(itg_normal_cdf(-high) + (1 - u) * between(low, high));
  else
    z = itg_normal_quantile(itg_normal_cdf(low) + u * between(low, high));
  return fmin(fmax(d->a + d->b * z, d->low), d->high);
}

/* A slice so narrow that the differences of the closed form lose their digits: by Simpson's rule, which gives 13 of
 * them where the density changes by e^4 at most.  Moments about the middle. */
static void slice_moments(distribution *d, double low, double width) {
  enum { PARTS = 4000 };
  double sums[3] = {0};
  for (int k = 0; k <= PARTS; k++) {
    double at = width * k / PARTS, off = at - width / 2;
    double weight = exp(-at * (low + at / 2)) * (k == 0 || k == PARTS ? 1 : k % 2 ? 4 : 2);
    for (int i = 0; i < 3; i++) sums[i] += weight * (i == 0 ? 1 : i == 1 ? off : off * off);
  }
  double mean = sums[1] / sums[0];
  d->mean = d->low + d->b * (width / 2 + mean);
  d->sd = d->b * sqrt(sums[2] / sums[0] - mean * mean);
}

static void truncated_moments(distribution *d) {
  double low = (d->low - d->a) / d->b, high = (d->high - d->a) / d->b, width = (d->high - d->low) / d->b;
  if (width * fmax(1, fmax(fabs(low), fabs(high))) <= 4) {
    slice_moments(d, low, width);
    return;
  }
  double share = between(low, high), ratio = (itg_normal_density(low) - itg_normal_density(high)) / share,
         slope = (isfinite(low) ? low * itg_normal_density(low) : 0) -
                 (isfinite(high) ? high * itg_normal_density(high) : 0);
  d->mean = d->a + d->b * ratio;
  d->sd = d->b * sqrt(fmax(0, 1 + slope / share - ratio * ratio));
}

/* ---- lognormal: a and b are mean and sd of the logarithm ---- */

static const char *take_lognormal(distribution *d, const cells *c, double z, const char **at) {
  const double m = c->mean, s = c->sd;
  if (!isnan(c->conf_low)) {
    if (!(c->conf_low < c->conf_high)) return wrong(at, "conf_low", "has conf_low not below conf_high");
    if (!(c->conf_low > 0)) return wrong(at, "conf_low", "is lognormal, whose limits are above 0");
    from_interval(d, log(c->conf_low), log(c->conf_high), z);
  } else if (!isnan(m)) {
    if (!(m > 0)) return wrong(at, "mean", "is lognormal, whose mean is above 0");
    d->b = sqrt(log1p(s / m * (s / m)));
    d->a = log(m) - d->b * d->b / 2;
  }
  return d->b > 0 ? NULL : wrong(at, "b", "has no spread; give b above 0, or distribution constant");
}

static double lognormal(const distribution *d, double u) { return exp(d->a + d->b * itg_normal_quantile(u)); }

static void lognormal_moments(distribution *d) {
  d->mean = exp(d->a + d->b * d->b / 2);
  d->sd = d->mean * sqrt(expm1(d->b * d->b));
}

/* ---- beta.  Shapes far below 1 heap the draws on the ends, where the quantiles lose their digits. ---- */

static bool is_shape(double a) { return a >= 0.1 && a <= 1e9; }

static const char *take_beta(distribution *d, const cells *c, double z, const char **at) {
  const double m = c->mean, s = c->sd;
  (void)z;
  if (!isnan(m)) {
    if (!(m > 0 && m < 1)) return wrong(at, "mean", "is beta, whose mean is between 0 and 1");
    if (!(s * s < m * (1 - m)))
      return wrong(at, "sd", "is beta, whose sd is below the root of mean x (1 - mean)");
    d->a = m * (m * (1 - m) / (s * s) - 1);
    d->b = (1 - m) * (m * (1 - m) / (s * s) - 1);
  }
  if (is_shape(d->a) && is_shape(d->b)) return NULL;
  return wrong(at, "a", "has beta shapes a, b outside 0.1 to 1e9; an sd too large or too small for the mean gives such");
}

static double beta(const distribution *d, double u) { return itg_beta_quantile(u, d->a, d->b); }

static void share_moments(distribution *d, double sum) {
  d->mean = d->a / sum;
  d->sd = sqrt(d->mean * (1 - d->mean) / (sum + 1));
}

static void beta_moments(distribution *d) { share_moments(d, d->a + d->b); }

/* ---- gamma: a is the shape, b the scale ---- */

static const char *take_gamma(distribution *d, const cells *c, double z, const char **at) {
  const double m = c->mean, s = c->sd;
  (void)z;
  if (!isnan(m)) {
    if (!(m > 0)) return wrong(at, "mean", "is gamma, whose mean is above 0");
    d->a = m / s * (m / s);
    d->b = s / m * s;
  }
  if (d->a >= 1e-3 && d->a <= 1e9 && d->b > 0) return NULL;
  return wrong(at, "a", "has a gamma shape outside 0.001 to 1e9: the sd does not fit the mean");
}

static double gamma_(const distribution *d, double u) { return itg_gamma_quantile(u, d->a, d->b); }

static void gamma_moments(distribution *d) { d->mean = d->a * d->b, d->sd = sqrt(d->a) * d->b; }

/* ---- uniform, triangular ---- */

static const char *take_uniform(distribution *d, const cells *c, double z, const char **at) {
  (void)d, (void)z;
  return c->low < c->high ? NULL : wrong(at, "low", "needs low and high, low below high");
}

static double uniform(const distribution *d, double u) { return d->low + u * (d->high - d->low); }

static void uniform_moments(distribution *d) {
  d->mean = d->low + (d->high - d->low) / 2, d->sd = (d->high - d->low) / sqrt(12);
}

static const char *take_triangular(distribution *d, const cells *c, double z, const char **at) {
  const char *problem = take_uniform(d, c, z, at);
  if (problem || (c->mode >= c->low && c->mode <= c->high)) return problem;
  return wrong(at, "mode", "needs a mode from low to high");
}

static double triangular(const distribution *d, double u) {
  double width = d->high - d->low, left = d->mode - d->low, right = d->high - d->mode;
  return u * width < left ? d->low + sqrt(u * width * left) : d->high - sqrt((1 - u) * width * right);
}

static void triangular_moments(distribution *d) {
  double left = d->mode - d->low, width = d->high - d->low;
  d->mean = d->low + (left + width) / 3;
  d->sd = sqrt((left * left + width * width - left * width) / 18);
}

/* ---- dirichlet: a is the weight of a part; alone, the part is beta ---- */

static const char *take_dirichlet(distribution *d, const cells *c, double z, const char **at) {
  (void)c, (void)z;
  return is_shape(d->a) ? NULL : wrong(at, "a", "needs a weight 'a' from 0.1 to 1e9, such as the people seen");
}

static double dirichlet(const distribution *d, double u) { return itg_beta_quantile(u, d->a, d->sum - d->a); }

static void dirichlet_moments(distribution *d) { share_moments(d, d->sum); }

/* ---- all ---- */

static const itg_distribution_kind kinds[] = {
    {"constant", "mean", NULL, false, take_constant, constant, constant_moments},
    {"normal", "mean sd conf_low conf_high", "mean, sd; conf_low, conf_high", false, take_normal, normal,
     normal_moments},
    {"truncated_normal", "mean sd low high", "mean, sd", false, take_truncated, truncated, truncated_moments},
    {"lognormal", "mean sd conf_low conf_high a b", "mean, sd; conf_low, conf_high; a, b", false, take_lognormal,
     lognormal, lognormal_moments},
    {"beta", "mean sd a b", "mean, sd; a, b", false, take_beta, beta, beta_moments},
    {"gamma", "mean sd a b", "mean, sd; a, b", false, take_gamma, gamma_, gamma_moments},
    {"uniform", "low high", NULL, false, take_uniform, uniform, uniform_moments},
    {"triangular", "low mode high", NULL, false, take_triangular, triangular, triangular_moments},
    {"dirichlet", "a", NULL, true, take_dirichlet, dirichlet, dirichlet_moments},
};

/* What others write. */
static const struct {
  const char *word, *name;
} aliases[] = {{"log_normal", "lognormal"}, {"triangle", "triangular"}};

const itg_distribution_kind *itg_distribution_find(const char *name, const char **near) {
  const char *names[ITG_COUNT(kinds)], *word;
  char plain[24] = "";
  for (size_t i = 0; name[i] && i + 1 < sizeof plain; i++) {
    char c = name[i];
    plain[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '-' || c == ' ' ? '_' : c;
  }
  word = plain;
  for (size_t i = 0; i < ITG_COUNT(aliases); i++)
    if (strcmp(plain, aliases[i].word) == 0) word = aliases[i].name;
  for (size_t i = 0; i < ITG_COUNT(kinds); i++) {
    names[i] = kinds[i].name;
    if (strcmp(word, names[i]) == 0) return &kinds[i];
  }
  *near = itg_suggest(plain, names, ITG_COUNT(kinds));
  return NULL;
}

static bool has_word(const char *list, const char *word) {
  const size_t size = strlen(word);
  for (const char *at = list; (at = strstr(at, word)); at++)
    if ((at == list || at[-1] == ' ') && (!at[size] || at[size] == ' ')) return true;
  return false;
}

const char *itg_distribution_surplus(const itg_distribution_kind *kind, const cells *c) {
  const struct {
    const char *name;
    double value;
  } all[] = {{"mean", c->mean}, {"sd", c->sd},   {"conf_low", c->conf_low}, {"conf_high", c->conf_high}, {"a", c->a},
             {"b", c->b},       {"low", c->low}, {"mode", c->mode},         {"high", c->high}};
  for (size_t i = 0; i < ITG_COUNT(all); i++)
    if (!isnan(all[i].value) && !has_word(kind->takes, all[i].name)) return all[i].name;
  return NULL;
}

bool itg_distribution_is_told_once(const itg_distribution_kind *kind, const cells *c) {
  int moments = !isnan(c->mean) + !isnan(c->sd), limits = !isnan(c->conf_low) + !isnan(c->conf_high),
      own = !isnan(c->a) + !isnan(c->b);
  return !kind->pairs || ((moments == 2) + (limits == 2) + (own == 2) == 1 && moments + limits + own == 2);
}

const char *itg_distribution_take(distribution *d, const cells *c, double z, const char **at) {
  d->a = c->a, d->b = c->b, d->low = c->low, d->mode = c->mode, d->high = c->high, d->mean = c->mean;
  if (c->sd <= 0) return wrong(at, "sd", "has an sd of 0; give one above 0, or distribution constant");
  return d->kind->take(d, c, z, at);
}

double itg_distribution_draw(const distribution *d, double u) {
  return d->kind->part ? itg_gamma_quantile(u, d->a, 1) : d->kind->quantile(d, u);
}
