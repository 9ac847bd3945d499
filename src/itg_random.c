/* itg_random.c - Philox4x32-10 and the draws made of its words.
 *
 * The counter is (index low, index high, replicate, purpose) and the key is the seed.  The two loops that
 * bootstraps live in have a second version for processors with AVX2, which gives the same numbers. */
#include "itg_random.h"

#include <stdbool.h>

#include "itg_special.h"

#if defined(__GNUC__) && defined(__x86_64__)
#include <immintrin.h>
#define HAVE_AVX2 __builtin_cpu_supports("avx2")
#define AVX2 __attribute__((target("avx2")))
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
  *random = (itg_random){.counter = {0, 0, replicate, purpose}, .key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                         .used = 4};
}

static inline void skip_blocks(itg_random *random, uint32_t n) {
  random->counter[0] += n;
  random->counter[1] += random->counter[0] < n;
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
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < ROUNDS; round++) {
    __m256i p0 = _mm256_mul_epu32(m0, x[0]), p1 = _mm256_mul_epu32(m1, x[2]);
    x[0] = _mm256_xor_si256(_mm256_srli_epi64(p1, 32), _mm256_xor_si256(x[1], _mm256_set1_epi64x(k0)));
    x[2] = _mm256_xor_si256(_mm256_srli_epi64(p0, 32), _mm256_xor_si256(x[3], _mm256_set1_epi64x(k1)));
    x[1] = p1;
    x[3] = p0;
    k0 += WEYL_0;
    k1 += WEYL_1;
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

/* Sixteen indices from the next four blocks; false when one of the words is refused. */
AVX2 static inline bool indices_16(const itg_random *random, uint32_t n, uint32_t excess, uint32_t *out) {
  uint64_t first = (uint64_t)random->counter[1] << 32 | random->counter[0];
  __m256i index = _mm256_add_epi64(_mm256_set1_epi64x((int64_t)first), _mm256_set_epi64x(3, 2, 1, 0));
  __m256i x[4] = {index, _mm256_srli_epi64(index, 32), _mm256_set1_epi64x(random->counter[2]),
                  _mm256_set1_epi64x(random->counter[3])};
  philox_4(x, random->key);
  __m256i size = _mm256_set1_epi64x(n), least = _mm256_set1_epi32((int32_t)excess), high[4];
  for (int i = 0; i < 4; i++) {
    x[i] = _mm256_mul_epu32(x[i], size);
    high[i] = _mm256_srli_epi64(x[i], 32);
  }
  store_4(out, pair(high[0], high[1]), pair(high[2], high[3]));
  __m256i low = _mm256_min_epu32(pair(x[0], x[1]), pair(x[2], x[3]));
  return _mm256_movemask_epi8(_mm256_cmpeq_epi32(_mm256_max_epu32(low, least), low)) == -1;
}

/* As many draws as come in whole groups without a refused word. */
AVX2 static int64_t indices_avx2(itg_random *random, uint32_t n, uint32_t excess, uint32_t *out, int64_t n_draws) {
  int64_t i = 0;
  for (; i + 16 <= n_draws && indices_16(random, n, excess, out + i); i += 16) skip_blocks(random, 4);
  return i;
}
#endif

void itg_random_indices(itg_random *random, uint32_t n, uint32_t *out, int64_t n_draws) {
  const uint32_t excess = excess_of(n);
  int64_t i = 0;
#ifdef AVX2
  if (HAVE_AVX2) {
    while (i < n_draws) {
      if (random->used == 4) i += indices_avx2(random, n, excess, out + i, n_draws - i);
      /* Past the refused word, and on to the end of a block. */
      for (int k = 0; i < n_draws && (k < 16 || random->used < 4); k++) out[i++] = index_below(random, n, excess);
    }
  }
#endif
  for (; i < n_draws; i++) out[i] = index_below(random, n, excess);
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

static uint32_t poisson1_reached(uint64_t uniform) {
  uint32_t weight = 0;
  while (weight < sizeof poisson1_cdf / sizeof *poisson1_cdf && uniform >= poisson1_cdf[weight]) weight++;
  return weight;
}

uint32_t itg_random_poisson1(uint64_t seed, uint64_t id, uint32_t replicate) {
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  uint32_t counter[4] = {(uint32_t)id, (uint32_t)(id >> 32), replicate / 8, ITG_PURPOSE_POISSON}, block[4];
  philox(counter, key, block);
  uint64_t upper = block[replicate % 8 / 2] >> (replicate % 2 * 16) & 0xFFFF;
  uint32_t weight = poisson1_reached(upper << 48);
  if (weight == poisson1_reached(upper << 48 | 0xFFFFFFFFFFFF)) return weight;
  counter[2] = replicate;
  counter[3] = ITG_PURPOSE_POISSON + 256;
  philox(counter, key, block);
  return poisson1_reached(upper << 48 | (uint64_t)(block[1] & 0xFFFF) << 32 | block[0]);
}
