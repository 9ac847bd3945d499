/* itg_cross.c - layer 3: covariances by groups.
 *
 * A block of BLOCK rows is brought into one buffer per column, less a shift near the mean: as int16 when
 * every value is a whole number near it, else as doubles.  Missing values are 0 in the buffer, with a mask
 * beside it; so sums of products need no branch.  Products of int16 are added in pairs into 32 bits, which
 * every x86-64 does in one instruction. */
#include "itg_cross.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_sum.h"
#include "itg_thread.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { BLOCK = 512, BLOCKS_PER_TASK = 64, REACH = 1000 }; /* BLOCK x REACH^2 stays below 2^31 */

/* ---- sums of products of two buffers ---- */

#if defined(__SSE2__)
static int32_t lanes_of(__m128i v) {
  v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4E));
  return _mm_cvtsi128_si32(_mm_add_epi32(v, _mm_shuffle_epi32(v, 0xB1)));
}

/* Four columns against one. */
static void dot_four(const int16_t *a, const int16_t *b0, const int16_t *b1, const int16_t *b2,
                     const int16_t *b3, int32_t out[4]) {
  __m128i s0 = _mm_setzero_si128(), s1 = s0, s2 = s0, s3 = s0;
  for (int i = 0; i < BLOCK; i += 8) {
    __m128i x = _mm_loadu_si128((const __m128i *)(a + i));
    s0 = _mm_add_epi32(s0, _mm_madd_epi16(x, _mm_loadu_si128((const __m128i *)(b0 + i))));
    s1 = _mm_add_epi32(s1, _mm_madd_epi16(x, _mm_loadu_si128((const __m128i *)(b1 + i))));
    s2 = _mm_add_epi32(s2, _mm_madd_epi16(x, _mm_loadu_si128((const __m128i *)(b2 + i))));
    s3 = _mm_add_epi32(s3, _mm_madd_epi16(x, _mm_loadu_si128((const __m128i *)(b3 + i))));
  }
  out[0] = lanes_of(s0);
  out[1] = lanes_of(s1);
  out[2] = lanes_of(s2);
  out[3] = lanes_of(s3);
}
#else
static void dot_four(const int16_t *a, const int16_t *b0, const int16_t *b1, const int16_t *b2,
                     const int16_t *b3, int32_t out[4]) {
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (int i = 0; i < BLOCK; i++) {
    s0 += a[i] * b0[i];
    s1 += a[i] * b1[i];
    s2 += a[i] * b2[i];
    s3 += a[i] * b3[i];
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
}
#endif

/* Four chains of additions, in this order on every machine. */
static double dot(const double *a, const double *b) {
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (int i = 0; i < BLOCK; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  return (s0 + s1) + (s2 + s3);
}

/* ---- sums of a task ---- */

/* Per column sums, per pair sums of products; pairwise also of values where the other is present, and of
 * pairs present. Whole parts and the rest apart. */
typedef struct sums {
  int64_t n, n_lacking;
  int64_t *counts;                 /* p */
  int64_t *whole, *whole_products; /* p, p x p */
  itg_sum *rest, *rest_products;
  int64_t *both;         /* p x p, pairwise: rows with both */
  int64_t *whole_others; /* p x p, pairwise: sum of column i where j is present */
  itg_sum *rest_others;
} sums;

typedef struct task {
  int32_t group;
  int64_t from, to; /* places in `order`, or rows */
  sums s;
} task;

typedef struct job {
  const itg_cross_source *sources;
  int p;
  const int64_t *order; /* rows of the groups, one after another; NULL: as they are */
  const double *shifts; /* n_groups x p */
  bool pairwise;
  task *tasks;
} job;

/* All arrays of a task in one piece, which begins at counts. */
static bool open_sums(sums *s, int p, bool pairwise) {
  size_t n = (size_t)p, cells = n * n;
  size_t bytes = 2 * n * sizeof(int64_t) + cells * sizeof(int64_t) + (n + cells) * sizeof(itg_sum);
  if (pairwise) bytes += 2 * cells * sizeof(int64_t) + cells * sizeof(itg_sum);
  char *room = itg_alloc(bytes, 1);
  if (!room) return false;
  s->counts = (int64_t *)room;
  s->whole = s->counts + n;
  s->whole_products = s->whole + n;
  s->rest = (itg_sum *)(s->whole_products + cells);
  s->rest_products = s->rest + n;
  if (!pairwise) return true;
  s->rest_others = s->rest_products + cells;
  s->both = (int64_t *)(s->rest_others + cells);
  s->whole_others = s->both + cells;
  return true;
}

/* ---- a block ---- */

typedef struct block {
  int p;
  double *values;   /* p x BLOCK, less the shift; 0 where missing */
  int16_t *small;   /* the same, when all fit */
  int16_t *masks;   /* p x BLOCK: -1 where there is a value, 0 where not */
  int16_t *row;     /* BLOCK: -1 where the row is used */
  bool whole, gaps; /* all values fit `small`; some are missing */
} block;

static double value_of(const itg_cross_source *source, int64_t row) {
  if (source->doubles) return source->doubles[row];
  return source->ints[row] == INT32_MIN ? NAN : source->ints[row];
}

/* Integers of a column into int16; false when one lies too far from the shift. */
static bool load_ints_plainly(const int32_t *x, int n, int32_t shift, int16_t *small, int16_t *mask,
                              bool *gaps) {
  int32_t far = 0, none = 0;
  for (int i = 0; i < n; i++) {
    int32_t is = -(x[i] != INT32_MIN);
    int32_t v = (int32_t)((uint32_t)x[i] - (uint32_t)shift) & is;
    far |= (v > REACH) | (v < -REACH);
    none |= ~is;
    small[i] = (int16_t)v;
    mask[i] = (int16_t)is;
  }
  *gaps = *gaps || none;
  return !far;
}

#if defined(__SSE2__)
static bool load_ints(const int32_t *x, int n, int32_t shift, int16_t *small, int16_t *mask, bool *gaps) {
  const __m128i shifts = _mm_set1_epi32(shift), least = _mm_set1_epi32(INT32_MIN);
  const __m128i high = _mm_set1_epi32(REACH), low = _mm_set1_epi32(-REACH);
  __m128i far = _mm_setzero_si128(), none = far;
  int i = 0;
  for (; i + 8 <= n; i += 8) {
    __m128i v[2], is[2];
    for (int k = 0; k < 2; k++) {
      __m128i value = _mm_loadu_si128((const __m128i *)(x + i + 4 * k)), no = _mm_cmpeq_epi32(value, least);
      v[k] = _mm_andnot_si128(no, _mm_sub_epi32(value, shifts));
      is[k] = _mm_cmpeq_epi32(no, _mm_setzero_si128());
      far = _mm_or_si128(far, _mm_or_si128(_mm_cmpgt_epi32(v[k], high), _mm_cmpgt_epi32(low, v[k])));
      none = _mm_or_si128(none, no);
    }
    _mm_storeu_si128((__m128i *)(small + i), _mm_packs_epi32(v[0], v[1]));
    _mm_storeu_si128((__m128i *)(mask + i), _mm_packs_epi32(is[0], is[1]));
  }
  *gaps = *gaps || _mm_movemask_epi8(none);
  bool rest = load_ints_plainly(x + i, n - i, shift, small + i, mask + i, gaps);
  return rest && !_mm_movemask_epi8(far);
}
#else
#define load_ints load_ints_plainly
#endif

static bool load_doubles_plainly(const double *x, int n, double shift, int16_t *small, int16_t *mask,
                                 bool *gaps) {
  bool fine = true;
  for (int i = 0; i < n; i++) {
    bool is = x[i] == x[i];
    double d = is ? x[i] - shift : 0;
    fine = fine && d >= -REACH && d <= REACH && d == floor(d);
    small[i] = fine ? (int16_t)d : 0;
    mask[i] = is ? -1 : 0;
    *gaps = *gaps || !is;
  }
  return fine;
}

#if defined(__SSE2__)
/* Eight doubles at a time: converted, compared with what they were converted from, packed. */
static bool load_doubles(const double *x, int n, double shift, int16_t *small, int16_t *mask, bool *gaps) {
  const __m128d shifts = _mm_set1_pd(shift), reach = _mm_set1_pd(REACH), low = _mm_set1_pd(-REACH);
  __m128d wrong = _mm_setzero_pd(), none = wrong;
  int i = 0;
  for (; i + 8 <= n; i += 8) {
    __m128i v[4], m[4];
    for (int k = 0; k < 4; k++) {
      __m128d value = _mm_loadu_pd(x + i + 2 * k), is = _mm_cmpord_pd(value, value);
      __m128d d = _mm_and_pd(_mm_sub_pd(value, shifts), is);
      v[k] = _mm_cvttpd_epi32(d);
      m[k] = _mm_castpd_si128(is);
      wrong = _mm_or_pd(wrong, _mm_cmpneq_pd(_mm_cvtepi32_pd(v[k]), d));
      wrong = _mm_or_pd(wrong, _mm_or_pd(_mm_cmpgt_pd(d, reach), _mm_cmplt_pd(d, low)));
      none = _mm_or_pd(none, _mm_cmpunord_pd(value, value));
    }
    __m128i v0 = _mm_unpacklo_epi64(v[0], v[1]), v1 = _mm_unpacklo_epi64(v[2], v[3]);
    __m128i m0 = _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(m[0]), _mm_castsi128_ps(m[1]), 0x88));
    __m128i m1 = _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(m[2]), _mm_castsi128_ps(m[3]), 0x88));
    _mm_storeu_si128((__m128i *)(small + i), _mm_packs_epi32(v0, v1));
    _mm_storeu_si128((__m128i *)(mask + i), _mm_packs_epi32(m0, m1));
  }
  *gaps = *gaps || _mm_movemask_pd(none);
  bool rest = load_doubles_plainly(x + i, n - i, shift, small + i, mask + i, gaps);
  return rest && !_mm_movemask_pd(wrong);
}
#else
#define load_doubles load_doubles_plainly
#endif

/* Rows first .. first+n-1 of a task's places; the rest of the block is filled with missing. */
static void load(const job *j, const double *shifts, int64_t first, int n, block *b) {
  b->whole = true;
  b->gaps = n < BLOCK;
  for (int c = 0; c < b->p; c++) {
    const itg_cross_source *source = &j->sources[c];
    int16_t *small = b->small + c * BLOCK, *mask = b->masks + c * BLOCK;
    double gathered[BLOCK];
    const double *x = source->doubles ? source->doubles + first : gathered;
    memset(small + n, 0, (size_t)(BLOCK - n) * sizeof *small);
    memset(mask + n, 0, (size_t)(BLOCK - n) * sizeof *mask);
    if (j->order || !source->doubles) {
      if (!j->order && shifts[c] == rint(shifts[c]) && fabs(shifts[c]) < 1e9) {
        b->whole = load_ints(source->ints + first, n, (int32_t)shifts[c], small, mask, &b->gaps) && b->whole;
        continue;
      }
      for (int i = 0; i < n; i++) gathered[i] = value_of(source, j->order ? j->order[first + i] : first + i);
      x = gathered;
    }
    b->whole = load_doubles(x, n, shifts[c], small, mask, &b->gaps) && b->whole;
  }
  if (b->whole) return;
  for (int c = 0; c < b->p; c++) {
    double *values = b->values + c * BLOCK;
    for (int i = 0; i < BLOCK; i++) {
      double v = i < n ? value_of(&j->sources[c], j->order ? j->order[first + i] : first + i) : NAN;
      values[i] = v == v ? v - shifts[c] : 0;
    }
  }
}

/* Count, find the rows to use, and clear what does not count. */
static void mask_rows(const job *j, int n, block *b, sums *s) {
  int32_t used = 0;
  if (!b->gaps) {
    for (int c = 0; c < b->p; c++) s->counts[c] += n;
    s->n += n;
    return;
  }
  int16_t any[BLOCK] = {0};
  for (int i = 0; i < BLOCK; i++) b->row[i] = -1;
  for (int c = 0; c < b->p; c++) {
    const int16_t *mask = b->masks + c * BLOCK;
    int32_t count = 0;
    for (int i = 0; i < BLOCK; i++) {
      b->row[i] &= mask[i];
      any[i] |= mask[i];
      count -= mask[i];
    }
    s->counts[c] += count;
  }
  int32_t complete = 0;
  for (int i = 0; i < n; i++) {
    complete -= b->row[i];
    used -= j->pairwise ? any[i] : b->row[i];
  }
  s->n += used;
  s->n_lacking += n - complete;
  for (int c = 0; c < b->p && !j->pairwise; c++) {
    int16_t *small = b->small + c * BLOCK;
    for (int i = 0; i < BLOCK; i++) small[i] &= b->row[i];
    double *values = b->values + c * BLOCK;
    for (int i = 0; !b->whole && i < BLOCK; i++) values[i] = b->row[i] ? values[i] : 0;
  }
}

static void add_whole(const block *b, sums *s) {
  for (int i = 0; i < b->p; i++) {
    const int16_t *a = b->small + i * BLOCK;
    int32_t sum = 0;
    for (int r = 0; r < BLOCK; r++) sum += a[r];
    s->whole[i] += sum;
    for (int j = i; j < b->p; j += 4) {
      int32_t four[4];
      const int16_t *to[4];
      for (int k = 0; k < 4; k++) to[k] = b->small + (j + k < b->p ? j + k : b->p - 1) * BLOCK;
      dot_four(a, to[0], to[1], to[2], to[3], four);
      for (int k = 0; k < 4 && j + k < b->p; k++) s->whole_products[(int64_t)i * b->p + j + k] += four[k];
    }
  }
}

static void add_doubles(const block *b, sums *s) {
  double one[BLOCK];
  for (int i = 0; i < BLOCK; i++) one[i] = 1;
  for (int i = 0; i < b->p; i++) {
    itg_sum_add(&s->rest[i], dot(b->values + i * BLOCK, one));
    for (int j = i; j < b->p; j++)
      itg_sum_add(&s->rest_products[(int64_t)i * b->p + j],
                  dot(b->values + i * BLOCK, b->values + j * BLOCK));
  }
}

/* Sums over the rows in which the other column is present too. */
static void add_pairs(const block *b, sums *s) {
  double present[BLOCK];
  for (int j = 0; j < b->p; j++) {
    const int16_t *mask = b->masks + j * BLOCK;
    for (int r = 0; r < BLOCK; r++) present[r] = -mask[r];
    for (int i = 0; i < b->p; i++) {
      int64_t at = (int64_t)i * b->p + j;
      const int16_t *own = b->masks + i * BLOCK, *small = b->small + i * BLOCK;
      int32_t both = 0, sum = 0;
      for (int r = 0; r < BLOCK; r++) both += own[r] & mask[r] & 1;
      s->both[at] += both;
      if (!b->whole) {
        itg_sum_add(&s->rest_others[at], dot(b->values + i * BLOCK, present));
        continue;
      }
      for (int r = 0; r < BLOCK; r++) sum += small[r] & mask[r];
      s->whole_others[at] += sum;
    }
  }
}

/* ---- tasks ---- */

static itg_status run_task(void *payload, int64_t index, itg_error *error) {
  const job *j = payload;
  task *t = &j->tasks[index];
  size_t cells = (size_t)j->p * BLOCK;
  block b = {.p = j->p};
  itg_status status = ITG_OK;
  b.values = itg_alloc(cells, sizeof *b.values);
  b.small = itg_alloc(2 * cells + BLOCK, sizeof *b.small);
  if (!b.values || !b.small || !open_sums(&t->s, j->p, j->pairwise)) {
    status = itg_fail_memory(error);
    goto out;
  }
  b.masks = b.small + cells;
  b.row = b.masks + cells;
  for (int64_t first = t->from; first < t->to; first += BLOCK) {
    int n = t->to - first < BLOCK ? (int)(t->to - first) : BLOCK;
    load(j, j->shifts + (int64_t)t->group * j->p, first, n, &b);
    mask_rows(j, n, &b, &t->s);
    if (b.whole)
      add_whole(&b, &t->s);
    else
      add_doubles(&b, &t->s);
    if (j->pairwise) add_pairs(&b, &t->s);
  }
out:
  free(b.values);
  free(b.small);
  return status;
}

/* What stands in the other sums, in the order of the tasks. */
static void join(sums *a, const sums *b, int p, bool pairwise) {
  int64_t cells = (int64_t)p * p;
  a->n += b->n;
  a->n_lacking += b->n_lacking;
  for (int i = 0; i < p; i++) {
    a->counts[i] += b->counts[i];
    a->whole[i] += b->whole[i];
    itg_sum_add(&a->rest[i], itg_sum_value(&b->rest[i]));
  }
  for (int64_t i = 0; i < cells; i++) {
    a->whole_products[i] += b->whole_products[i];
    itg_sum_add(&a->rest_products[i], itg_sum_value(&b->rest_products[i]));
    if (!pairwise) continue;
    a->both[i] += b->both[i];
    a->whole_others[i] += b->whole_others[i];
    itg_sum_add(&a->rest_others[i], itg_sum_value(&b->rest_others[i]));
  }
}

static double total(int64_t whole, const itg_sum *rest) { return (double)whole + itg_sum_value(rest); }

static double mean_of(int64_t whole, const itg_sum *rest, double shift, int64_t n) {
  if (!n) return NAN;
  if (itg_sum_value(rest) == 0 && shift == rint(shift))
    return (shift * (double)n + (double)whole) / (double)n;
  return shift + total(whole, rest) / (double)n;
}

/* Of whole numbers exact but for the last rounding. */
static double covariance_of(const sums *s, int64_t at, int64_t n, int64_t whole_a, int64_t whole_b,
                            const itg_sum *rest_a, const itg_sum *rest_b) {
  const itg_sum *rest = &s->rest_products[at];
  double m = (double)n;
  if (n < 2) return NAN;
  if (itg_sum_value(rest_a) == 0 && itg_sum_value(rest_b) == 0 && itg_sum_value(rest) == 0)
    return itg_sum_cross(n, s->whole_products[at], whole_a, whole_b) / (m * (m - 1));
  return (total(s->whole_products[at], rest) - total(whole_a, rest_a) * total(whole_b, rest_b) / m) / (m - 1);
}

static void finish(const sums *s, const double *shifts, int p, bool pairwise, itg_cross_group *out) {
  out->n = s->n;
  out->n_lacking = s->n_lacking;
  out->least = s->n;
  for (int i = 0; i < p; i++) {
    out->counts[i] = s->counts[i];
    out->means[i] = mean_of(s->whole[i], &s->rest[i], shifts[i], pairwise ? s->counts[i] : s->n);
    for (int j = i; j < p; j++) {
      int64_t at = (int64_t)i * p + j, across = (int64_t)j * p + i, pairs = pairwise ? s->both[at] : s->n;
      out->cov[at] = out->cov[across] =
          pairwise ? covariance_of(s, at, pairs, s->whole_others[at], s->whole_others[across],
                                   &s->rest_others[at], &s->rest_others[across])
                   : covariance_of(s, at, pairs, s->whole[i], s->whole[j], &s->rest[i], &s->rest[j]);
      if (pairs < out->least) out->least = pairs;
    }
  }
}

/* ---- the whole ---- */

/* Rows of each group one after another; starts has n_groups + 1 places. */
static void sort_rows(const int32_t *codes, int64_t n_rows, int32_t n_groups, int64_t *starts,
                      int64_t *order) {
  for (int64_t i = 0; i < n_rows; i++)
    if (codes[i] >= 0) starts[codes[i] + 1]++;
  for (int32_t g = 0; g < n_groups; g++) starts[g + 1] += starts[g];
  for (int64_t i = 0; i < n_rows; i++)
    if (codes[i] >= 0) order[starts[codes[i]]++] = i;
  for (int32_t g = n_groups; g > 0; g--) starts[g] = starts[g - 1];
  starts[0] = 0;
}

/* A number near the mean: that of the first values of the group; whole when all of these are. */
static double shift_of(const itg_cross_source *source, const int64_t *order, int64_t from, int64_t to) {
  double sum = 0;
  int64_t n = 0;
  bool whole = true;
  for (int64_t i = from; i < to && i < from + BLOCK; i++) {
    double v = value_of(source, order ? order[i] : i);
    if (v != v) continue;
    sum += v;
    whole = whole && v == rint(v);
    n++;
  }
  double mean = n ? sum / (double)n : 0;
  return whole ? rint(mean) : mean;
}

itg_status itg_cross_groups(const itg_cross_source *sources, int p, int64_t n_rows, const int32_t *codes,
                            int32_t n_groups, itg_cross_rule rule, const itg_control *control,
                            itg_cross_group *out, itg_error *error) {
  const int64_t rows = (int64_t)BLOCK * BLOCKS_PER_TASK;
  job j = {.sources = sources, .p = p, .pairwise = rule == ITG_CROSS_PAIRWISE};
  itg_status status = ITG_OK;
  int64_t n_tasks = 0, *order = NULL;
  int64_t *starts = itg_alloc((size_t)n_groups + 1, sizeof *starts);
  double *shifts = itg_alloc((size_t)n_groups, (size_t)p * sizeof *shifts);
  if (codes) order = itg_alloc((size_t)n_rows, sizeof *order);
  if (!starts || !shifts || (codes && !order)) {
    status = itg_fail_memory(error);
    goto out;
  }
  if (codes)
    sort_rows(codes, n_rows, n_groups, starts, order);
  else
    starts[1] = n_rows;
  for (int32_t g = 0; g < n_groups; g++) n_tasks += (starts[g + 1] - starts[g] + rows - 1) / rows;
  j.order = order;
  j.shifts = shifts;
  j.tasks = itg_alloc((size_t)n_tasks, sizeof *j.tasks);
  if (!j.tasks) {
    status = itg_fail_memory(error);
    goto out;
  }
  n_tasks = 0;
  for (int32_t g = 0; g < n_groups; g++) {
    for (int c = 0; c < p; c++)
      shifts[(int64_t)g * p + c] = shift_of(&sources[c], order, starts[g], starts[g + 1]);
    for (int64_t from = starts[g]; from < starts[g + 1]; from += rows) {
      int64_t to = from + rows < starts[g + 1] ? from + rows : starts[g + 1];
      j.tasks[n_tasks++] = (task){.group = g, .from = from, .to = to};
    }
  }
  status = itg_parallel(control, n_tasks, run_task, &j, error);
  for (int64_t t = 0; t < n_tasks && !status;) {
    task *first = &j.tasks[t];
    for (t++; t < n_tasks && j.tasks[t].group == first->group; t++)
      join(&first->s, &j.tasks[t].s, p, j.pairwise);
    finish(&first->s, shifts + (int64_t)first->group * p, p, j.pairwise, &out[first->group]);
  }
out:
  for (int64_t t = 0; j.tasks && t < n_tasks; t++) free(j.tasks[t].s.counts);
  free(j.tasks);
  free(starts);
  free(shifts);
  free(order);
  return status;
}
