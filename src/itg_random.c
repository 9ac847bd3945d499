/* itg_random.c - Philox4x32-10 and the draws made of its words.
 *
 * The counter is (index low, index high, replicate, purpose) and the key is the seed.  The two loops that
 * bootstraps live in have a second version for processors with AVX2, the one that draws indices a third for
 * those with AVX-512; all give the same numbers. */
#include "itg_random.h"

#include <math.h>
#include <stdbool.h>

#include "itg_special.h"

#if defined(__GNUC__) && defined(__x86_64__)
#include <immintrin.h>
#define HAVE_AVX2 __builtin_cpu_supports("avx2")
#define AVX2 __attribute__((target("avx2")))
#define HAVE_AVX512 __builtin_cpu_supports("avx512f")
#define AVX512 __attribute__((target("avx512f")))
#endif

/* Multipliers and key increments of the generator (table 2 and section 4.3 of the paper). */
enum { ROUNDS = 10 };
#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u

static inline void philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t x0 = counter[0], x1 = counter[1], x2 = counter[2], x3 = counter[3], k0 = key[0], k1 = key[1];
  for (int round = 0; round < ROUNDS; round++) {
    uint64_t p0 = (uint64_t)MULTIPLIER_0 * x0, p1 = (uint64_t)MULTIPLIER_1 * x2;
    x0 = (uint32_t)(p1 >> 32) ^ x1 ^ k0;
    x2 = (uint32_t)(p0 >> 32) ^ x3 ^ k1;
    x1 = (uint32_t)p1;
    x3 = (uint32_t)p0;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  out[0] = x0, out[1] = x1, out[2] = x2, out[3] = x3;
}

void itg_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  philox(counter, key, out);
}

/* ---- a stream of draws ---- */

void itg_random_init(itg_random *random, uint64_t seed, uint32_t purpose, uint32_t replicate) {
  *random = (itg_random){
      .counter = {0, 0, replicate, purpose}, .key = {(uint32_t)seed, (uint32_t)(seed >> 32)}, .used = 4};
}

static inline void skip_blocks(itg_random *random, uint64_t n) {
  uint64_t block = ((uint64_t)random->counter[1] << 32 | random->counter[0]) + n;
  random->counter[0] = (uint32_t)block;
  random->counter[1] = (uint32_t)(block >> 32);
}

static inline uint32_t next_word(itg_random *random) {
  if (random->used == 4) {
    philox(random->counter, random->key, random->block);
    skip_blocks(random, 1);
    random->used = 0;
  }
  return random->block[random->used++];
}

uint32_t itg_random_word(itg_random *random) { return next_word(random); }

/* An odd multiple of 2^-53: never 0 or 1, and u is as likely as 1 - u. */
double itg_random_uniform(itg_random *random) {
  uint64_t low = next_word(random), high = next_word(random);
  return ((double)((high << 32 | low) >> 12) + 0.5) * 0x1p-52;
}

double itg_random_normal(itg_random *random) { return itg_normal_quantile(itg_random_uniform(random)); }

/* Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019) 3: the high half of
 * word * n; the `excess` = 2^32 mod n lowest products are refused, so that every index keeps
 * floor(2^32 / n) words. */
static inline uint32_t index_below(itg_random *random, uint32_t n, uint32_t excess) {
  uint64_t product;
  do product = (uint64_t)next_word(random) * n;
  while ((uint32_t)product < excess);
  return (uint32_t)(product >> 32);
}

static inline uint32_t excess_of(uint32_t n) { return (0u - n) % n; }

uint32_t itg_random_below(itg_random *random, uint32_t n) { return index_below(random, n, excess_of(n)); }

#ifdef AVX2
/* Four blocks at once: each lane of 64 bits holds one word of one block in its lower half; what the
 * multiplication leaves in the upper half is never read. */
AVX2 static inline void philox_4(__m256i x[4], const uint32_t key[2]) {
  const __m256i m0 = _mm256_set1_epi64x(MULTIPLIER_0), m1 = _mm256_set1_epi64x(MULTIPLIER_1);
  __m256i k0 = _mm256_set1_epi64x(key[0]), k1 = _mm256_set1_epi64x(key[1]);
  for (int round = 0; round < ROUNDS; round++) {
    __m256i p0 = _mm256_mul_epu32(m0, x[0]), p1 = _mm256_mul_epu32(m1, x[2]);
    x[0] = _mm256_xor_si256(_mm256_srli_epi64(p1, 32), _mm256_xor_si256(x[1], k0));
    x[2] = _mm256_xor_si256(_mm256_srli_epi64(p0, 32), _mm256_xor_si256(x[3], k1));
    x[1] = p1;
    x[3] = p0;
    k0 = _mm256_add_epi64(k0, _mm256_set1_epi64x(WEYL_0));
    k1 = _mm256_add_epi64(k1, _mm256_set1_epi64x(WEYL_1));
  }
}

/* Two words of each lane side by side. */
AVX2 static inline __m256i pair(__m256i first, __m256i second) {
  return _mm256_blend_epi32(first, _mm256_slli_epi64(second, 32), 0xAA);
}

/* Words w[0..3] of four blocks, in the order of the stream. */
AVX2 static inline void store_4(uint32_t *out, __m256i w01, __m256i w23) {
  __m256i even = _mm256_unpacklo_epi64(w01, w23), odd = _mm256_unpackhi_epi64(w01, w23);
  _mm256_storeu_si256((__m256i *)out, _mm256_permute2x128_si256(even, odd, 0x20));
  _mm256_storeu_si256((__m256i *)(out + 8), _mm256_permute2x128_si256(even, odd, 0x31));
}

/* Sixteen indices from four blocks; false when one of the words is refused. */
AVX2 static inline bool indices_16(const itg_random *random, __m256i block, __m256i size, __m256i excess,
                                   uint32_t *out) {
  __m256i x[4] = {block, _mm256_srli_epi64(block, 32), _mm256_set1_epi64x(random->counter[2]),
                  _mm256_set1_epi64x(random->counter[3])};
  philox_4(x, random->key);
  __m256i a = _mm256_mul_epu32(x[0], size), b = _mm256_mul_epu32(x[1], size);
  __m256i c = _mm256_mul_epu32(x[2], size), d = _mm256_mul_epu32(x[3], size);
  store_4(out, _mm256_blend_epi32(_mm256_srli_epi64(a, 32), b, 0xAA),
          _mm256_blend_epi32(_mm256_srli_epi64(c, 32), d, 0xAA));
  __m256i low = _mm256_min_epu32(pair(a, b), pair(c, d));
  return _mm256_movemask_epi8(_mm256_cmpeq_epi32(_mm256_max_epu32(low, excess), low)) == -1;
}

/* As many draws as come in whole groups without a refused word. */
AVX2 static int64_t indices_avx2(itg_random *random, uint32_t n, uint32_t excess, uint32_t *out,
                                 int64_t n_draws) {
  const uint64_t first = (uint64_t)random->counter[1] << 32 | random->counter[0];
  const __m256i size = _mm256_set1_epi64x(n), least = _mm256_set1_epi32((int32_t)excess);
  __m256i block = _mm256_add_epi64(_mm256_set1_epi64x((int64_t)first), _mm256_set_epi64x(3, 2, 1, 0));
  int64_t i = 0;
  for (; i + 16 <= n_draws && indices_16(random, block, size, least, out + i); i += 16)
    block = _mm256_add_epi64(block, _mm256_set1_epi64x(4));
  skip_blocks(random, (uint64_t)i / 4);
  return i;
}

/* ---- the same with AVX-512: eight blocks at once, twice over, so that one waits while the other works
 * ---- */

typedef struct philox_8 {
  __m512i x[4];
} philox_8;

AVX512 static inline void round_8(philox_8 *p, __m512i k0, __m512i k1) {
  enum { XOR_OF_THREE = 0x96 };
  __m512i *x = p->x, p0 = _mm512_mul_epu32(_mm512_set1_epi64(MULTIPLIER_0), x[0]),
          p1 = _mm512_mul_epu32(_mm512_set1_epi64(MULTIPLIER_1), x[2]);
  x[0] = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p1, 32), x[1], k0, XOR_OF_THREE);
  x[2] = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p0, 32), x[3], k1, XOR_OF_THREE);
  x[1] = p1;
  x[3] = p0;
}

AVX512 static inline __m512i either(__m512i even, __m512i odd) {
  return _mm512_mask_blend_epi32(0xAAAA, even, odd);
}

/* Thirty-two indices in the order of the stream; returns the lower halves of their products. */
AVX512 static inline __m512i indices_32(const philox_8 *p, __m512i size, uint32_t *out) {
  const __m512i *x = p->x, first = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0),
                last = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
  __m512i a = _mm512_mul_epu32(x[0], size), b = _mm512_mul_epu32(x[1], size);
  __m512i c = _mm512_mul_epu32(x[2], size), d = _mm512_mul_epu32(x[3], size);
  __m512i ab = either(_mm512_srli_epi64(a, 32), b), cd = either(_mm512_srli_epi64(c, 32), d);
  _mm512_storeu_si512(out, _mm512_permutex2var_epi64(ab, first, cd));
  _mm512_storeu_si512(out + 16, _mm512_permutex2var_epi64(ab, last, cd));
  return _mm512_min_epu32(either(a, _mm512_slli_epi64(b, 32)), either(c, _mm512_slli_epi64(d, 32)));
}

AVX512 static int64_t indices_avx512(itg_random *random, uint32_t n, uint32_t excess, uint32_t *out,
                                     int64_t n_draws) {
  const uint64_t first = (uint64_t)random->counter[1] << 32 | random->counter[0];
  const __m512i size = _mm512_set1_epi64(n), least = _mm512_set1_epi32((int32_t)excess),
                eight = _mm512_set1_epi64(8), x2 = _mm512_set1_epi64(random->counter[2]),
                x3 = _mm512_set1_epi64(random->counter[3]);
  uint64_t keys[ROUNDS][2];
  for (uint32_t round = 0; round < ROUNDS; round++)
    for (uint32_t k = 0; k < 2; k++)
      keys[round][k] = (uint32_t)(random->key[k] + round * (k ? WEYL_1 : WEYL_0));
  __m512i block =
      _mm512_add_epi64(_mm512_set1_epi64((int64_t)first), _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
  int64_t i = 0;
  for (; i + 64 <= n_draws; i += 64) {
    __m512i next = _mm512_add_epi64(block, eight);
    philox_8 p = {{block, _mm512_srli_epi64(block, 32), x2, x3}},
             q = {{next, _mm512_srli_epi64(next, 32), x2, x3}};
    for (int round = 0; round < ROUNDS; round++) {
      __m512i k0 = _mm512_set1_epi64((int64_t)keys[round][0]),
              k1 = _mm512_set1_epi64((int64_t)keys[round][1]);
      round_8(&p, k0, k1);
      round_8(&q, k0, k1);
    }
    __m512i low = _mm512_min_epu32(indices_32(&p, size, out + i), indices_32(&q, size, out + i + 32));
    if (_mm512_cmplt_epu32_mask(low, least)) break; /* one of the words is refused */
    block = _mm512_add_epi64(next, eight);
  }
  skip_blocks(random, (uint64_t)i / 4);
  return i;
}
#endif

/* The same from whole blocks. */
static int64_t indices_blocks(itg_random *random, uint32_t n, uint32_t excess, uint32_t *out,
                              int64_t n_draws) {
  itg_random next = *random;
  int64_t i = 0;
  for (; i + 4 <= n_draws; i += 4) {
    philox(next.counter, next.key, next.block);
    uint64_t a = (uint64_t)next.block[0] * n, b = (uint64_t)next.block[1] * n;
    uint64_t c = (uint64_t)next.block[2] * n, d = (uint64_t)next.block[3] * n;
    if (((uint32_t)a < excess) | ((uint32_t)b < excess) | ((uint32_t)c < excess) | ((uint32_t)d < excess))
      break;
    out[i] = (uint32_t)(a >> 32), out[i + 1] = (uint32_t)(b >> 32);
    out[i + 2] = (uint32_t)(c >> 32), out[i + 3] = (uint32_t)(d >> 32);
    skip_blocks(&next, 1);
  }
  skip_blocks(random, (uint64_t)i / 4);
  return i;
}

void itg_random_indices(itg_random *random, uint32_t n, uint32_t *out, int64_t n_draws) {
  const uint32_t excess = excess_of(n);
  int64_t i = 0;
  while (i < n_draws) {
    if (random->used == 4) {
#ifdef AVX2
      /* Sixty-four words at a time pay where hardly any is refused. */
      if (HAVE_AVX512 && excess < 1u << 24) i += indices_avx512(random, n, excess, out + i, n_draws - i);
      if (HAVE_AVX2) i += indices_avx2(random, n, excess, out + i, n_draws - i);
#endif
      i += indices_blocks(random, n, excess, out + i, n_draws - i);
    }
    /* The rest of a block, or a block with a refused word. */
    for (bool within = false; i < n_draws && !(within && random->used == 4); within = true)
      out[i++] = index_below(random, n, excess);
  }
}

/* ---- binomial draws ---- */

/* By inversion from 0 up: for small n p. */
static int64_t binomial_small(itg_random *random, int64_t n, double p) {
  double odds = p / (1 - p), start = exp((double)n * log1p(-p));
  for (;;) {
    double left = itg_random_uniform(random), share = start;
    for (int64_t k = 0; k <= n && share > 0; k++) {
      if (left <= share) return k;
      left -= share;
      share *= odds * (double)(n - k) / (double)(k + 1);
    }
  }
}

/* log k! less Stirling's first terms. */
static double stirling_rest(double k) {
  static const double table[] = {0.08106146679532726, 0.04134069595540929, 0.02767792568499834,
                                 0.02079067210376509, 0.01664469118982119, 0.01387612882307075,
                                 0.01189670994589177, 0.01041126526197209, 0.009255462182712733,
                                 0.008330563433362871};
  if (k < 10) return table[(int)k];
  double x = 1 / (k + 1), y = x * x;
  return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 * y) * y) * x;
}

/* Transformed rejection with squeeze: W. Hoermann, "The generation of binomial random variates", J Stat
 * Comput Simul 46 (1993) 101-10, algorithm BTRS; p <= 1/2, n p >= 10. */
static int64_t binomial_large(itg_random *random, int64_t trials, double p) {
  double n = (double)trials, sd = sqrt(n * p * (1 - p)), odds = p / (1 - p);
  double b = 1.15 + 2.53 * sd, a = -0.0873 + 0.0248 * b + 0.01 * p, c = n * p + 0.5;
  double alpha = (2.83 + 5.1 / b) * sd, sure = 0.92 - 4.2 / b, mode = floor((n + 1) * p);
  for (;;) {
    double u = itg_random_uniform(random) - 0.5, v = itg_random_uniform(random), us = 0.5 - fabs(u);
    double k = floor((2 * a / us + b) * u + c);
    if (k < 0 || k > n) continue;
    if (us >= 0.07 && v <= sure) return (int64_t)k;
    double height = log(v * alpha / (a / (us * us) + b));
    double bound = (mode + 0.5) * log((mode + 1) / (odds * (n - mode + 1))) + stirling_rest(mode) +
                   stirling_rest(n - mode) + (n + 1) * log((n - mode + 1) / (n - k + 1)) +
                   (k + 0.5) * log((n - k + 1) * odds / (k + 1)) - stirling_rest(k) - stirling_rest(n - k);
    if (height <= bound) return (int64_t)k;
  }
}

int64_t itg_random_binomial(itg_random *random, int64_t n, double p) {
  if (n <= 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - itg_random_binomial(random, n, 1 - p);
  return (double)n * p < 10 ? binomial_small(random, n, p) : binomial_large(random, n, p);
}

/* ---- Poisson(1) weights ---- */

/* floor(2^64 P(weight <= k)).  The weight is the number of these that a uniform number of 64 bits
 * reaches.  Its upper 16 bits come from a block that eight replicates share, and nearly always settle the
 * matter; the lower 48 are drawn only when they do not. */
static const uint64_t poisson1_cdf[] = {
    0x5e2d58d8b3bcdf1a, 0xbc5ab1b16779be35, 0xeb715e1dc1582dc2, 0xfb23979734a252f1, 0xff1025f59174dc3d,
    0xffd90f3ba4055e19, 0xfffa8b71fc72c913, 0xffff540c0914b3c9, 0xffffed1f4aa8f120, 0xfffffe216e641462,
    0xffffffd4d85d3183, 0xfffffffc6da262b4, 0xffffffffba12d178, 0xfffffffffb07c64c, 0xffffffffffab8ea5,
    0xfffffffffffabe22, 0xffffffffffffb11a, 0xfffffffffffffba1, 0xffffffffffffffc5, 0xfffffffffffffffd};
enum { CUTS = 8 }; /* distinct upper 16 bits among them; the rest share the last */

static uint32_t cdf_reached(uint64_t uniform) {
  uint32_t weight = 0;
  while (weight < sizeof poisson1_cdf / sizeof *poisson1_cdf && uniform >= poisson1_cdf[weight]) weight++;
  return weight;
}

static void shared_block(uint64_t seed, uint64_t id, uint32_t replicate, uint32_t purpose, uint32_t out[4]) {
  philox((uint32_t[]){(uint32_t)id, (uint32_t)(id >> 32), replicate, purpose},
         (uint32_t[]){(uint32_t)seed, (uint32_t)(seed >> 32)}, out);
}

static uint32_t settle(uint64_t upper, uint64_t seed, uint64_t id, uint32_t replicate) {
  uint32_t block[4];
  shared_block(seed, id, replicate, ITG_PURPOSE_POISSON + 256, block);
  return cdf_reached(upper << 48 | (uint64_t)(block[1] & 0xFFFF) << 32 | block[0]);
}

uint32_t itg_random_poisson1(uint64_t seed, uint64_t id, uint32_t replicate) {
  uint32_t block[4];
  shared_block(seed, id, replicate / 8, ITG_PURPOSE_POISSON, block);
  return settle(block[replicate % 8 / 2] >> (replicate % 2 * 16) & 0xFFFF, seed, id, replicate);
}

static void poisson1_record(uint64_t seed, uint64_t id, uint32_t octet, uint8_t out[8]) {
  uint32_t block[4];
  shared_block(seed, id, octet, ITG_PURPOSE_POISSON, block);
  for (uint32_t r = 0; r < 8; r++) {
    uint32_t upper = block[r / 2] >> (r % 2 * 16) & 0xFFFF, weight = 0;
    bool open = false;
    for (int k = 0; k < CUTS; k++) {
      uint32_t cut = (uint32_t)(poisson1_cdf[k] >> 48);
      weight += upper > cut;
      open |= upper == cut;
    }
    out[r] = (uint8_t)(open ? settle(upper, seed, id, octet * 8 + r) : weight);
  }
}

#ifdef AVX2
/* Four records, 32 weights; a bit of the result is set where the weight is still open. */
AVX2 static inline uint32_t poisson1_4(const uint64_t ids[4], uint32_t octet, const uint32_t key[2],
                                       uint8_t out[32]) {
  __m256i id = _mm256_loadu_si256((const __m256i *)ids);
  __m256i x[4] = {id, _mm256_srli_epi64(id, 32), _mm256_set1_epi64x(octet),
                  _mm256_set1_epi64x(ITG_PURPOSE_POISSON)};
  philox_4(x, key);
  const __m256i sign = _mm256_set1_epi16(INT16_MIN); /* unsigned order from a signed comparison */
  __m256i w01 = _mm256_xor_si256(pair(x[0], x[1]), sign), w23 = _mm256_xor_si256(pair(x[2], x[3]), sign);
  __m256i even = _mm256_unpacklo_epi64(w01, w23), odd = _mm256_unpackhi_epi64(w01, w23);
  __m256i zero = _mm256_setzero_si256(), weight_even = zero, weight_odd = zero, open_even = zero,
          open_odd = zero;
  for (int k = 0; k < CUTS; k++) {
    __m256i cut = _mm256_xor_si256(_mm256_set1_epi16((int16_t)(poisson1_cdf[k] >> 48)), sign);
    weight_even = _mm256_sub_epi16(weight_even, _mm256_cmpgt_epi16(even, cut));
    weight_odd = _mm256_sub_epi16(weight_odd, _mm256_cmpgt_epi16(odd, cut));
    open_even = _mm256_or_si256(open_even, _mm256_cmpeq_epi16(even, cut));
    open_odd = _mm256_or_si256(open_odd, _mm256_cmpeq_epi16(odd, cut));
  }
  _mm256_storeu_si256((__m256i *)out, _mm256_packus_epi16(weight_even, weight_odd));
  return (uint32_t)_mm256_movemask_epi8(_mm256_packs_epi16(open_even, open_odd));
}

AVX2 static int64_t poisson8_avx2(uint64_t seed, const uint64_t *ids, int64_t n, uint32_t octet,
                                  uint8_t *out) {
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    uint32_t open = poisson1_4(ids + i, octet, key, out + 8 * i);
    for (uint32_t j = 0; open; j++, open >>= 1)
      if (open & 1) out[8 * i + j] = (uint8_t)itg_random_poisson1(seed, ids[i + j / 8], octet * 8 + j % 8);
  }
  return i;
}
#endif

void itg_random_poisson8(uint64_t seed, const uint64_t *ids, int64_t n, uint32_t octet, uint8_t *out) {
  int64_t i = 0;
#ifdef AVX2
  if (HAVE_AVX2) i = poisson8_avx2(seed, ids, n, octet, out);
#endif
  for (; i < n; i++) poisson1_record(seed, ids[i], octet, out + 8 * i);
}
