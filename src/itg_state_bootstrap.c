/* itg_state_bootstrap.c - weighted sums of Poisson bootstrap replicates, exact in any order.
 *
 * The weight of a record in a replicate depends on its id alone (itg_random_poisson1), and a value is a
 * whole number of 2^-52 bounds, cut into halves of 26 bits: every sum is an exact integer, so parts merge
 * to the bits of the whole.  Hanley, MacGibbon, "Creating non-parametric bootstrap samples using Poisson
 * frequencies", Comput Methods Programs Biomed 83 (2006) 57-62. */
#include <math.h>
#include <stdlib.h>

#include "itg_blas.h"
#include "itg_random.h"
#include "itg_state.h"

/* Weights of a replicate may sum to this, so that their products with halves of 26 bits fit in 63. */
static const uint64_t most_weight = UINT64_C(1) << 37;

/* Weighted sums of a tile, as a product of matrices of whole numbers: 2^5 (weight) x 2^26 (half) x 2^9 rows
 * stays below 2^53, so the product is exact in whatever order BLAS adds. */
enum { TILE_ROWS = 512, TILE_REPLICATES = 64 };

static void cut_in_halves(double value, int exponent, double *upper, double *lower) {
  double whole = rint(ldexp(value, 52 - exponent));
  *upper = floor(whole * 0x1p-26);
  *lower = whole - *upper * 0x1p26;
}

/* Add the sums of up to TILE_ROWS rows to `sums`, laid out like the body. */
static void add_tile(const itg_shape *s, const double *halves, const uint64_t *ids, uint64_t n,
                     double *weights, double *product, uint8_t *octets, int64_t *sums) {
  const uint64_t width = 1 + 2 * s->p;
  for (uint64_t first = 0; first < s->each; first += TILE_REPLICATES) {
    uint64_t left = s->each - first, count = left < TILE_REPLICATES ? left : TILE_REPLICATES;
    uint64_t padded = (count + 7) / 8 * 8;
    for (uint64_t octet = 0; octet < padded / 8; octet++) {
      itg_random_poisson8(s->extra, ids, (int64_t)n, (uint32_t)(first / 8 + octet), octets);
      for (uint64_t i = 0; i < n; i++)
        for (uint64_t r = 0; r < 8; r++) weights[i * padded + octet * 8 + r] = octets[8 * i + r];
    }
    memset(product, 0, (size_t)(width * padded) * sizeof *product);
    itg_blas_multiply((int)width, (int)padded, (int)n, halves, weights, product);
    for (uint64_t r = 0; r < count; r++)
      for (uint64_t c = 0; c < width; c++) sums[(first + r) * width + c] += (int64_t)product[c * padded + r];
  }
}

static const itg_field fields[] = {ITG_STATE_FIELDS, ITG_STATE_SIZE("replicates"), ITG_STATE_SEED,
                                   ITG_STATE_BOUNDS, ITG_STATE_FIELDS_END};

/* Words of its own: the exponents of the bounds. */
static uint64_t own(const itg_shape *s) { return s->p; }

static itg_own_word own_at(const itg_shape *s, uint64_t index) {
  (void)s;
  return (itg_own_word){"bound", index + 1, true};
}

itg_status itg_state_read_bounds(const itg_node *spec, uint64_t n, int64_t *exponents, itg_error *error) {
  const itg_node *bounds = itg_node_get(spec, "bounds");
  uint64_t given = (uint64_t)itg_node_length(bounds);
  if (given != n)
    return itg_fail_node(error, ITG_ERR_OPTION, bounds, "%llu bounds for %llu columns; give one for each",
                         (unsigned long long)given, (unsigned long long)n);
  for (uint64_t j = 0; j < n; j++) {
    const itg_node *item = itg_node_element(bounds, (int32_t)j);
    double bound = 0;
    int power = 0;
    if (!itg_node_number(item, &bound) || !(bound > 0) || frexp(bound, &power) != 0.5 || abs(power) > 900)
      return itg_fail_node(error, ITG_ERR_OPTION, item,
                           "the bound %.40s is not a power of two, such as 0.5, 16 or 65536", item->text);
    exponents[j] = power - 1;
  }
  return ITG_OK;
}

static itg_status read_own(const itg_node *spec, const itg_shape *s, int64_t *exponents, itg_error *error) {
  return itg_state_read_bounds(spec, s->p, exponents, error);
}

static uint64_t words(const itg_shape *s) { return s->each * (1 + 2 * s->p); }

/* Weights are below 2^5 a row, halves of a value within 2^26, the lower one not negative. */
static bool holds(const void *state, const itg_shape *s) {
  const uint64_t width = 1 + 2 * s->p, rows = (uint64_t)s->rows;
  for (uint64_t r = 0; r < s->each; r++) {
    uint64_t at = s->body + r * width, weight = itg_word_get(state, at);
    if (weight >= most_weight || weight >> 5 > rows || (rows == 0 && weight)) return false;
    int64_t most = (int64_t)weight << 26;
    for (uint64_t w = at + 1; w < at + width; w += 2) {
      int64_t upper = itg_word_integer(state, w), lower = itg_word_integer(state, w + 1);
      if (upper < -most || upper > most || lower < 0 || lower > most) return false;
    }
  }
  return true;
}

static itg_status add(void *state, const itg_shape *s, const double *values, const uint64_t *ids, uint64_t n,
                      itg_error *error) {
  const uint64_t p = s->p, width = 1 + 2 * p;
  for (uint64_t j = 0; j < p; j++) {
    double bound = ldexp(1, (int)itg_word_integer(state, ITG_STATE_HEAD + j));
    for (uint64_t i = 0; i < n; i++)
      if (!(fabs(values[i * p + j]) < bound))
        return itg_state_fail_value(error, i, j, values[i * p + j],
                                    "does not lie within the bound of its column");
  }
  itg_status status = ITG_OK;
  int64_t *sums = itg_alloc((size_t)(s->each * width), sizeof *sums);
  double *halves = itg_alloc((size_t)width, TILE_ROWS * sizeof *halves);
  double *weights = itg_alloc(TILE_ROWS * TILE_REPLICATES, sizeof *weights);
  double *product = itg_alloc((size_t)width, TILE_REPLICATES * sizeof *product);
  uint8_t *octets = itg_alloc(TILE_ROWS, 8);
  if (!sums || !halves || !weights || !product || !octets) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (uint64_t first = 0; first < n; first += TILE_ROWS) {
    uint64_t size = n - first < TILE_ROWS ? n - first : TILE_ROWS;
    for (uint64_t i = 0; i < size; i++) {
      halves[i] = 1;
      for (uint64_t j = 0; j < p; j++)
        cut_in_halves(values[(first + i) * p + j], (int)itg_word_integer(state, ITG_STATE_HEAD + j),
                      &halves[(1 + 2 * j) * size + i], &halves[(2 + 2 * j) * size + i]);
    }
    add_tile(s, halves, ids + first, size, weights, product, octets, sums);
  }
  status = itg_state_add_sums(state, s, sums, width, most_weight, error);
out:
  free(sums);
  free(halves);
  free(weights);
  free(product);
  free(octets);
  return status;
}

static itg_status merge(void *state, const itg_shape *s, const void *other, const itg_shape *o,
                        itg_error *error) {
  (void)o;
  return itg_state_merge_sums(state, s, other, 1 + 2 * s->p, most_weight, error);
}

double itg_state_mean(int64_t upper, int64_t lower, int64_t weight, int exponent) {
  if (weight <= 0) return NAN;
  upper += lower >> 26; /* lower is never negative */
  lower &= (1 << 26) - 1;
  int64_t whole = upper / weight, rest = upper % weight;
  if (rest < 0) whole--, rest += weight;
  int64_t next = rest << 26 | lower; /* rest is below 2^37 */
  double mean = (double)(whole * (1 << 26) + next / weight) + (double)(next % weight) / (double)weight;
  return ldexp(mean, exponent - 52);
}

static uint64_t n_values(const void *state, const itg_shape *s) {
  (void)state;
  return s->p * s->each;
}

static void finish(const void *state, const itg_shape *s, double *values) {
  const uint64_t p = s->p, width = 1 + 2 * p;
  for (uint64_t r = 0; r < s->each; r++)
    for (uint64_t j = 0; j < p; j++) {
      uint64_t at = s->body + r * width;
      values[r * p + j] =
          itg_state_mean(itg_word_integer(state, at + 1 + 2 * j), itg_word_integer(state, at + 2 + 2 * j),
                         itg_word_integer(state, at), (int)itg_word_integer(state, ITG_STATE_HEAD + j));
    }
}

static itg_status columns(const itg_shape *s, itg_frame *table, itg_error *error) {
  return itg_state_add_columns(table, "mean", s->p, error);
}

const itg_state_kind itg_bootstrap_kind = {.name = "bootstrap",
                                           .fields = fields,
                                           .each = "replicates",
                                           .extra = "seed",
                                           .keyed = true,
                                           .plain = true,
                                           .own = own,
                                           .read_own = read_own,
                                           .own_at = own_at,
                                           .words = words,
                                           .holds = holds,
                                           .add = add,
                                           .merge = merge,
                                           .values = n_values,
                                           .finish = finish,
                                           .columns = columns};
