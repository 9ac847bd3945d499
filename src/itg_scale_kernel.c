/* itg_scale_kernel.c - layer 3: the hot loop of scale scoring.
 *
 * Columns are read where they lie, BLOCK rows at a time, so that a block of all items stays in the cache:
 * first every item is checked, then every score adds four items per pass.  Missing answers are masked, not
 * branched on. Only a block that holds something unusual (a code, text, an answer out of range) goes cell by
 * cell.  Whole answers of 32 bits are added as such; all sums of whole numbers are exact, so both ways give
 * the same bits. */
#include "itg_scale_kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_scale_labels.h"
#include "itg_thread.h"
#include "itg_vector.h"

enum { BLOCK = 1024, BLOCKS_PER_TASK = 32, TASK_ROWS = BLOCK * BLOCKS_PER_TASK };

/* ---- four items per pass ---- */

#if defined(__GNUC__)
/* num += start + slope * x and answers += 1 wherever x is a number. */
static void add_four(const double *const x[4], const double start[4], const double slope[4], double *num,
                     double *answers) {
  const double *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
  const itg_pair a0 = {start[0], start[0]}, a1 = {start[1], start[1]}, a2 = {start[2], start[2]},
             a3 = {start[3], start[3]}, b0 = {slope[0], slope[0]}, b1 = {slope[1], slope[1]},
             b2 = {slope[2], slope[2]}, b3 = {slope[3], slope[3]}, one = {1, 1};
  for (int i = 0; i < BLOCK; i += 2) {
    itg_pair sum = ITG_PAIR(num + i), count = ITG_PAIR(answers + i);
#define ADD(k)                                           \
  {                                                      \
    itg_pair v = ITG_PAIR(x##k + i);                     \
    itg_mask is = v == v;                                \
    sum += (itg_pair)((itg_mask)(a##k + b##k * v) & is); \
    count += (itg_pair)((itg_mask)one & is);             \
  }
    ADD(0)
    ADD(1)
    ADD(2)
    ADD(3)
#undef ADD
    ITG_PAIR_SET(num + i, sum);
    ITG_PAIR_SET(answers + i, count);
  }
}

/* With many columns the hardware loses sight of what comes next in each: what the next block will read is fetched
 * while this one is checked, into the second cache, for the first has no room for a block of all columns. */
#define FETCH_NEXT(at) __builtin_prefetch((at) + BLOCK, 0, 2)

/* Numbers outside low..high; NaN are counted apart. */
static int64_t check_range(const double *x, double low, double high, int64_t *missing) {
  itg_mask bad = {0, 0}, none = {0, 0};
  const itg_pair lows = {low, low}, highs = {high, high};
  for (int i = 0; i < BLOCK; i += 8) {
    FETCH_NEXT(x + i);
    for (int k = 0; k < 8; k += 2) {
      itg_pair v = ITG_PAIR(x + i + k);
      bad -= v < lows;
      bad -= v > highs;
      none -= v != v;
    }
  }
  *missing = none[0] + none[1];
  return bad[0] + bad[1];
}

/* Numbers with a fraction; adding 1.5 x 2^52 rounds to whole numbers. */
static int64_t count_fractions(const double *x) {
  const double shift = 6755399441055744.0;
  itg_mask broken = {0, 0};
  const itg_pair shifts = {shift, shift};
  for (int i = 0; i < BLOCK; i += 2) {
    itg_pair v = ITG_PAIR(x + i);
    broken -= ((v + shifts) - shifts != v) & (v == v);
  }
  return broken[0] + broken[1];
}

/* value = intercept + slope * num / below; a row with fewer answers than `least` has no value.  Returns the
 * number of these. */
static int64_t finish_values(const double *num, const double *below, const double *answers, double least,
                             double slope, double intercept, double *value) {
  itg_mask few = {0, 0};
  const itg_pair leasts = {least, least}, slopes = {slope, slope}, intercepts = {intercept, intercept},
             nan = {NAN, NAN};
  for (int i = 0; i < BLOCK; i += 2) {
    itg_mask ok = ITG_PAIR(answers + i) >= leasts;
    itg_pair v = intercepts + slopes * (ITG_PAIR(num + i) / ITG_PAIR(below + i));
    ITG_PAIR_SET(value + i, (itg_pair)(((itg_mask)v & ok) | ((itg_mask)nan & ~ok)));
    few -= ~ok;
  }
  return few[0] + few[1];
}

/* num += x modulo 2^32, and lost += 1 where x is INT32_MIN, a missing answer. */
static void add_four_ints(const int32_t *const x[4], uint32_t *num, uint32_t *lost) {
  const int32_t *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
  const itg_signed_quad least = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  for (int i = 0; i < BLOCK; i += 4) {
    itg_quad v0 = ITG_QUAD(x0 + i), v1 = ITG_QUAD(x1 + i), v2 = ITG_QUAD(x2 + i), v3 = ITG_QUAD(x3 + i);
    itg_signed_quad none = (((itg_signed_quad)v0 == least) + ((itg_signed_quad)v1 == least)) +
                       (((itg_signed_quad)v2 == least) + ((itg_signed_quad)v3 == least));
    ITG_QUAD_SET(num + i, ITG_QUAD(num + i) + ((v0 + v1) + (v2 + v3)));
    ITG_QUAD_SET(lost + i, ITG_QUAD(lost + i) - (itg_quad)none);
  }
}

/* The same for reversed items: num -= x, and -= start where x is missing. */
static void take_four_ints(const int32_t *const x[4], const int32_t start[4], uint32_t *num, uint32_t *lost) {
  const itg_signed_quad least = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  for (int i = 0; i < BLOCK; i += 4) {
    itg_quad sum = ITG_QUAD(num + i), count = ITG_QUAD(lost + i);
    for (int k = 0; k < 4; k++) {
      const uint32_t s = (uint32_t)start[k];
      const itg_quad starts = {s, s, s, s}, v = ITG_QUAD(x[k] + i), none = (itg_quad)((itg_signed_quad)v == least);
      sum -= v + (starts & none);
      count -= none;
    }
    ITG_QUAD_SET(num + i, sum);
    ITG_QUAD_SET(lost + i, count);
  }
}

/* Numbers outside low..high; INT32_MIN, which lies below every low, is counted apart. */
static int64_t check_ints(const int32_t *x, int32_t low, int32_t high, int64_t *missing) {
  const itg_signed_quad lows = {low, low, low, low}, highs = {high, high, high, high},
                    least = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  itg_signed_quad bad = {0, 0, 0, 0}, none = {0, 0, 0, 0};
  for (int i = 0; i < BLOCK; i += 16) {
    FETCH_NEXT(x + i);
    for (int k = 0; k < 16; k += 4) {
      const itg_signed_quad v = (itg_signed_quad)ITG_QUAD(x + i + k);
      bad -= (v < lows) + (v > highs);
      none -= v == least;
    }
  }
  *missing = none[0] + none[1] + none[2] + none[3];
  return bad[0] + bad[1] + bad[2] + bad[3] - *missing;
}
#else
static void add_four(const double *const x[4], const double start[4], const double slope[4], double *num,
                     double *answers) {
  for (int i = 0; i < BLOCK; i++)
    for (int k = 0; k < 4; k++)
      if (x[k][i] == x[k][i]) {
        num[i] += start[k] + slope[k] * x[k][i];
        answers[i] += 1;
      }
}

static int64_t check_range(const double *x, double low, double high, int64_t *missing) {
  int64_t bad = 0;
  *missing = 0;
  for (int i = 0; i < BLOCK; i++) {
    *missing += x[i] != x[i];
    bad += x[i] < low || x[i] > high;
  }
  return bad;
}

static int64_t count_fractions(const double *x) {
  int64_t broken = 0;
  for (int i = 0; i < BLOCK; i++) broken += x[i] == x[i] && x[i] != floor(x[i]);
  return broken;
}

static int64_t finish_values(const double *num, const double *below, const double *answers, double least,
                             double slope, double intercept, double *value) {
  int64_t few = 0;
  for (int i = 0; i < BLOCK; i++) {
    bool ok = answers[i] >= least;
    value[i] = ok ? intercept + slope * (num[i] / below[i]) : NAN;
    few += !ok;
  }
  return few;
}

static void add_four_ints(const int32_t *const x[4], uint32_t *num, uint32_t *lost) {
  for (int k = 0; k < 4; k++)
    for (int i = 0; i < BLOCK; i++) {
      num[i] += (uint32_t)x[k][i];
      lost[i] += x[k][i] == INT32_MIN;
    }
}

static void take_four_ints(const int32_t *const x[4], const int32_t start[4], uint32_t *num, uint32_t *lost) {
  for (int k = 0; k < 4; k++)
    for (int i = 0; i < BLOCK; i++) {
      num[i] -= (uint32_t)x[k][i] + (x[k][i] == INT32_MIN ? (uint32_t)start[k] : 0);
      lost[i] += x[k][i] == INT32_MIN;
    }
}

static int64_t check_ints(const int32_t *x, int32_t low, int32_t high, int64_t *missing) {
  int64_t bad = 0;
  *missing = 0;
  for (int i = 0; i < BLOCK; i++) {
    *missing += x[i] == INT32_MIN;
    bad += x[i] != INT32_MIN && (x[i] < low || x[i] > high);
  }
  return bad;
}
#endif

/* What was added up to sums and answers: INT32_MIN is 2^31 by either sign, so that a missing answer turns the top bit
 * of the sum and nothing else, and `lost` tells how often it was turned.  `start` is that of all parts together. */
static void finish_ints(const uint32_t *num, const uint32_t *lost, uint32_t start, int32_t n_added, double *sum,
                        double *answers) {
  for (int i = 0; i < BLOCK; i++) sum[i] = (int32_t)((num[i] + start) ^ (lost[i] << 31));
  for (int i = 0; i < BLOCK; i++) answers[i] = n_added - (int32_t)lost[i];
}

static void count_missing(const double *restrict answers, double parts, int32_t *restrict missing) {
  for (int i = 0; i < BLOCK; i++) missing[i] = (int32_t)(parts - answers[i]);
}

/* ---- one task ---- */

/* The values of an item or score in the present block: one of the two. */
typedef struct view {
  const int32_t *ints;
  const double *doubles;
} view;

typedef struct lane {
  bool dense_ints, dense_doubles; /* the column can be read where it lies */
  bool whole;                     /* options are all whole numbers from min to max */
  bool cell_by_cell; /* a code lies in the range or counts, or the options have gaps, or the column is text */
} lane;

typedef struct work {
  const itg_scale_job *job;
  const lane *lanes;
  view *views;     /* n_items + n_scores */
  double *buffers; /* BLOCK for each of them */
  double *num, *answers, *below, *spare, *nan;
  uint32_t *int_num, *int_lost;
  int32_t *int_nan;
  int64_t *item_missing, out_of_range;
} work;

static double *buffer_of(const work *w, int32_t source) { return w->buffers + (size_t)source * BLOCK; }

/* Why an answer that is a code is missing; ITG_REASON_PRESENT: it is none. */
static itg_reason reason_of(const itg_answer_code *codes, int32_t n, double number, const char *text) {
  for (int32_t i = 0; i < n; i++)
    if (text ? strcmp(codes[i].text, text) == 0 : codes[i].number == number) return codes[i].reason;
  return ITG_REASON_PRESENT;
}

/* A number, given or labelled, that is out of range, or text that stands for none. */
static itg_status fail_answer(const work *w, int32_t item, int64_t row, itg_error *error) {
  const itg_responses *r = w->job->plan->items[item].responses;
  const itg_column *column = w->job->columns[item];
  char buffer[ITG_NUMBER_SIZE], low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  const char *text = itg_column_text(column, row, buffer);
  double number;
  itg_text labels = ITG_TEXT_EMPTY;
  itg_number_print(r->min, low);
  itg_number_print(r->max, high);
  bool is_number = text && itg_scale_number_of(w->job->plan, item, text, &number);
  if (!is_number) itg_scale_labels_print(w->job->plan, item, &labels);
  itg_status status = itg_fail_at(
      error, is_number ? ITG_ERR_RANGE : ITG_ERR_TYPE, w->job->table, w->job->rows ? w->job->rows[row] : row,
      column->name,
      "'%.60s' is no answer to '%.60s'; answers are %s to %s%s%s%.300s; correct it, %sor declare it in `missing`",
      text ? text : "", w->job->plan->items[item].id, low, high,
      r->n_options ? ", as the definition lists them" : "", labels.size ? ", or " : "", labels.size ? labels.data : "",
      is_number ? "" : "give its number in option `labels`, ");
  itg_text_clear(&labels);
  return status;
}

/* One answer as it stands: its number (NaN for text) and text (NULL for a number), and why it is missing, by
 * its column or as a code of the call or the definition. */
static itg_reason look_at(const work *w, int32_t item, int64_t row, char *buffer, double *value,
                          const char **text) {
  const itg_scale_job *job = w->job;
  const itg_responses *r = job->plan->items[item].responses;
  const itg_column *column = job->columns[item];
  itg_reason why = itg_column_reason(column, row);
  *value = NAN;
  *text = NULL;
  if (why) return why;
  if (itg_column_is_number(column)) {
    uint8_t reason;
    itg_column_doubles(column, row, 1, value, &reason);
  } else {
    *text = itg_column_text(column, row, buffer);
  }
  why = reason_of(job->codes, job->n_codes, *value, *text);
  return why ? why : reason_of(r->codes, r->n_codes, *value, *text);
}

/* Rows of a block one by one. */
static itg_status read_cells(work *w, int32_t item, int64_t first, int count, double *out, itg_error *error) {
  const itg_responses *r = w->job->plan->items[item].responses;
  for (int i = 0; i < count; i++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *text;
    double value;
    itg_reason why = look_at(w, item, first + i, buffer, &value, &text);
    bool known = true;
    out[i] = r->counted[why];
    if (why) continue;
    if (text) known = itg_scale_number_of(w->job->plan, item, text, &value);
    if (known && itg_scale_is_answer(r, value))
      out[i] = value;
    else if (w->job->keep_going)
      w->out_of_range++;
    else
      return fail_answer(w, item, first + i, error);
  }
  return ITG_OK;
}

static void pad(double *values, int count) {
  for (int i = count; i < BLOCK; i++) values[i] = NAN;
}

/* Bring the block of one item into view, checked. */
static itg_status view_item(work *w, int32_t item, int64_t first, int count, itg_error *error) {
  const itg_column *column = w->job->columns[item];
  const itg_responses *r = w->job->plan->items[item].responses;
  const lane *lane = &w->lanes[item];
  view *v = &w->views[item];
  double *buffer = buffer_of(w, item);
  int64_t bad = 0, missing = 0;
  *v = (view){NULL, NULL};
  if (lane->cell_by_cell) {
    bad = 1;
  } else if (lane->dense_ints && count == BLOCK) {
    v->ints = (const int32_t *)column->data + first;
    bad = check_ints(v->ints, (int32_t)r->min, (int32_t)r->max, &missing);
  } else if (lane->dense_doubles && count == BLOCK) {
    v->doubles = (const double *)column->data + first;
    bad = check_range(v->doubles, r->min, r->max, &missing);
    if (lane->whole && !bad) bad = count_fractions(v->doubles);
  } else {
    uint8_t reasons[BLOCK];
    itg_column_doubles(column, first, count, buffer, reasons);
    pad(buffer, count);
    v->doubles = buffer;
    bad = check_range(buffer, r->min, r->max, &missing);
    if (lane->whole && !bad) bad = count_fractions(buffer);
  }
  if (bad) {
    ITG_TRY(read_cells(w, item, first, count, buffer, error));
    pad(buffer, count);
    *v = (view){NULL, buffer};
    check_range(buffer, r->min, r->max, &missing);
  }
  w->item_missing[item] += missing - (BLOCK - count);
  return ITG_OK;
}

static const double *doubles_of(work *w, int32_t source) {
  view *v = &w->views[source];
  if (!v->doubles) {
    double *buffer = buffer_of(w, source);
    for (int i = 0; i < BLOCK; i++) buffer[i] = v->ints[i] == INT32_MIN ? NAN : v->ints[i];
    v->doubles = buffer;
  }
  return v->doubles;
}

/* ---- scores ---- */

static void clear(double *values) { memset(values, 0, BLOCK * sizeof *values); }

/* Sum over the parts of weight * (start + sign * x) when `weighted`, and of the answers. */
static void add_parts(work *w, const itg_scale_score *score, bool weighted, bool only_weights, double *num,
                      double *answers) {
  clear(num);
  clear(answers);
  for (int32_t p = 0; p < score->n_parts; p += 4) {
    const double *x[4];
    double start[4] = {0}, slope[4] = {0};
    for (int k = 0; k < 4; k++) {
      x[k] = w->nan;
      if (p + k >= score->n_parts) continue;
      const itg_score_part *part = &score->parts[p + k];
      double weight = weighted ? part->weight : 1;
      x[k] = doubles_of(w, part->source);
      start[k] = only_weights ? weight : weight * part->start;
      slope[k] = only_weights ? 0 : weight * part->sign;
    }
    add_four(x, start, slope, num, answers);
  }
}

static bool all_ints(const work *w, const itg_scale_score *score) {
  double reach = 0;
  for (int32_t p = 0; p < score->n_parts; p++) {
    const itg_score_part *part = &score->parts[p];
    reach += fmax(fabs(part->low), fabs(part->high)) + fabs(part->start);
    if (!w->views[part->source].ints || part->start != floor(part->start)) return false;
    if (part->sign > 0 && part->start != 0) return false;
  }
  return reach < 1e9;
}

/* Reversed items apart from the others, which have no start; what is short of four is filled up. */
static void add_int_parts(work *w, const itg_scale_score *score, double *num, double *answers) {
  uint32_t all_starts = 0;
  int32_t added = 0;
  memset(w->int_num, 0, BLOCK * sizeof *w->int_num);
  memset(w->int_lost, 0, BLOCK * sizeof *w->int_lost);
  for (int reversed = 0; reversed < 2; reversed++) {
    for (int32_t p = 0; p < score->n_parts;) {
      const int32_t *x[4] = {w->int_nan, w->int_nan, w->int_nan, w->int_nan};
      int32_t start[4] = {0}, n = 0;
      for (; p < score->n_parts && n < 4; p++) {
        const itg_score_part *part = &score->parts[p];
        if ((part->sign < 0) != reversed) continue;
        x[n] = w->views[part->source].ints;
        all_starts += (uint32_t)(start[n++] = (int32_t)part->start);
      }
      if (!n) break;
      added += 4;
      if (reversed) take_four_ints(x, start, w->int_num, w->int_lost);
      else add_four_ints(x, w->int_num, w->int_lost);
    }
  }
  finish_ints(w->int_num, w->int_lost, all_starts, added, num, answers);
}

/* Answers that meet the criterion, and answers. */
static void count_parts(work *w, const itg_scale_score *score) {
  clear(w->num);
  clear(w->answers);
  for (int32_t p = 0; p < score->n_parts; p++) {
    const itg_score_part *part = &score->parts[p];
    const double *x = doubles_of(w, part->source);
    for (int i = 0; i < BLOCK; i++) {
      double v = part->start + part->sign * x[i];
      w->num[i] += score->at_most ? v <= part->criterion : v >= part->criterion;
      w->answers[i] += x[i] == x[i];
    }
  }
}

static void order_parts(work *w, const itg_scale_score *score) {
  for (int32_t p = 0; p < score->n_parts; p++) doubles_of(w, score->parts[p].source);
  for (int i = 0; i < BLOCK; i++) {
    int32_t n = 0;
    for (int32_t p = 0; p < score->n_parts; p++) {
      const itg_score_part *part = &score->parts[p];
      double x = w->views[part->source].doubles[i];
      if (x == x) w->spare[n++] = part->start + part->sign * x;
    }
    double value = NAN;
    if (n && score->method == ITG_SCORE_MEDIAN)
      value = itg_scale_median(w->spare, n);
    else
      for (int32_t k = 0; k < n; k++)
        if (!k || (score->method == ITG_SCORE_MIN ? w->spare[k] < value : w->spare[k] > value))
          value = w->spare[k];
    w->num[i] = value;
    w->answers[i] = n;
  }
}

static void fill(double *values, double value) {
  for (int i = 0; i < BLOCK; i++) values[i] = value;
}

/* Why an item or score has no value in row i of the block; ITG_REASON_PRESENT: it has one. */
static itg_reason part_reason(work *w, int32_t source, int64_t first, int i) {
  const itg_scale_plan *plan = w->job->plan;
  double value = doubles_of(w, source)[i];
  itg_reason shared = ITG_REASON_PRESENT;
  if (value == value) return ITG_REASON_PRESENT;
  if (source < plan->n_items) {
    char buffer[ITG_NUMBER_SIZE];
    const char *text;
    itg_reason why = look_at(w, source, first + i, buffer, &value, &text);
    return why ? why : ITG_REASON_OUT_OF_RANGE;
  }
  /* A score: the reason that all its parts share, or too few of them are there. */
  const itg_scale_score *score = &plan->scores[source - plan->n_items];
  for (int32_t p = 0; p < score->n_parts; p++) {
    itg_reason why = part_reason(w, score->parts[p].source, first, i);
    if (!why) return ITG_REASON_TOO_FEW;
    shared = !p || why == shared ? why : ITG_REASON_MISSING;
  }
  return shared;
}

/* Answers that a row needs; those of parts that do not apply may lack where the rule says so. */
static int32_t needed_in_row(work *w, const itg_scale_score *score, int64_t first, int i) {
  int32_t n = score->n_parts;
  if (!score->missing.applicable) return score->min_valid;
  for (int32_t p = 0; p < score->n_parts; p++)
    n -= part_reason(w, score->parts[p].source, first, i) == ITG_REASON_NOT_APPLICABLE;
  return itg_scale_needed(score, n);
}

/* Rows that lack more answers than the rule forgives lose their value. */
static int64_t drop_incomplete(work *w, const itg_scale_score *score, int64_t first, int count, double *value) {
  int64_t few = 0;
  for (int i = 0; i < count; i++) {
    if (w->answers[i] >= score->n_parts) continue;
    if (w->answers[i] < needed_in_row(w, score, first, i)) value[i] = NAN;
    few += value[i] != value[i];
  }
  return few;
}

static void count_reasons(work *w, const itg_scale_score *score, int64_t first, int count,
                          uint16_t (*lacking)[ITG_SCALE_REASONS]) {
  for (int i = 0; i < count; i++) {
    memset(lacking[i], 0, sizeof lacking[i]);
    for (int32_t p = 0; p < score->n_parts && w->answers[i] < score->n_parts; p++) {
      itg_reason why = part_reason(w, score->parts[p].source, first, i);
      if (why) lacking[i][why - 1] = (uint16_t)(lacking[i][why - 1] + 1);
    }
  }
}

/* Why a row has no score: the reason that all its parts share, or too few answers for the rule. */
static itg_reason score_reason(work *w, int32_t at, int64_t first, int i) {
  const itg_scale_score *score = &w->job->plan->scores[at];
  if (score->lookup && w->answers[i] >= needed_in_row(w, score, first, i)) return ITG_REASON_INVALID;
  return w->answers[i] <= 0 ? part_reason(w, w->job->plan->n_items + at, first, i) : ITG_REASON_TOO_FEW;
}

/* One score of one block; `at` is its index. */
static void score_block(work *w, int32_t at, int64_t first, size_t count) {
  const itg_scale_plan *plan = w->job->plan;
  const itg_scale_score *score = &plan->scores[at];
  double *value = buffer_of(w, plan->n_items + at), k = score->n_parts;
  const double *below = w->below;
  switch (score->method) {
    case ITG_SCORE_WEIGHTED_MEAN:
      add_parts(w, score, true, true, w->below, w->answers);
      add_parts(w, score, true, false, w->num, w->answers);
      break;
    case ITG_SCORE_WEIGHTED_SUM: {
      double all = 0;
      for (int32_t p = 0; p < score->n_parts; p++) all += score->parts[p].weight;
      add_parts(w, score, true, true, w->below, w->answers);
      add_parts(w, score, true, false, w->num, w->answers);
      /* all / below is exactly 1 in a complete row. */
      for (int i = 0; i < BLOCK; i++) w->below[i] = score->person_mean ? w->below[i] / all : 1;
      break;
    }
    case ITG_SCORE_SUM:
    case ITG_SCORE_MEAN:
      if (all_ints(w, score))
        add_int_parts(w, score, w->num, w->answers);
      else
        add_parts(w, score, false, false, w->num, w->answers);
      below = w->answers;
      break;
    case ITG_SCORE_COUNT:
    case ITG_SCORE_SHARE:
    case ITG_SCORE_TOP_BOX:
      count_parts(w, score);
      below = w->answers;
      break;
    default:
      order_parts(w, score);
      fill(w->below, 1);
  }
  if (score->method == ITG_SCORE_SUM || score->method == ITG_SCORE_COUNT) {
    /* k / answers is exactly 1 in a complete row. */
    for (int i = 0; i < BLOCK; i++) w->below[i] = score->person_mean ? w->answers[i] / k : 1;
    below = w->below;
  } else if (score->method == ITG_SCORE_SHARE) {
    for (int i = 0; i < BLOCK; i++) w->num[i] *= 100;
  } else if (score->method == ITG_SCORE_TOP_BOX) {
    for (int i = 0; i < BLOCK; i++) w->num[i] = w->num[i] == w->answers[i] ? 100 * w->answers[i] : 0;
  }
  /* A whole block goes straight to the result, the last one by way of the buffers. */
  bool straight = score->wanted && count == BLOCK;
  int32_t lacking[BLOCK];
  if (straight) value = w->job->scores[at] + first;
  int64_t few = finish_values(w->num, below, w->answers, score->missing.applicable ? 1 : score->min_valid,
                              score->slope, score->intercept, value);
  if (score->missing.applicable) few += drop_incomplete(w, score, first, (int)count, value);
  if (score->method == ITG_SCORE_WEIGHTED_MEAN || score->method == ITG_SCORE_WEIGHTED_SUM || score->lookup)
    few = BLOCK; /* weights of zero and gaps of a table give none either */
  for (int i = 0; score->lookup && i < BLOCK; i++) value[i] = itg_scale_convert(score->lookup, value[i]);
  w->views[plan->n_items + at] = (view){NULL, value};
  if (!score->wanted) return;
  count_missing(w->answers, score->n_parts, straight ? w->job->n_missing[at] + first : lacking);
  if (!straight) {
    memcpy(w->job->scores[at] + first, value, count * sizeof *value);
    memcpy(w->job->n_missing[at] + first, lacking, count * sizeof *lacking);
  }
  uint8_t *reasons = w->job->reasons[at] + first;
  for (int i = 0; few && i < (int)count; i++)
    if (value[i] != value[i]) reasons[i] = (uint8_t)score_reason(w, at, first, i);
  if (w->job->lacking) count_reasons(w, score, first, (int)count, w->job->lacking[at] + first);
}

/* ---- tasks ---- */

typedef struct crew {
  itg_scale_job *job;
  lane *lanes;
  int64_t *item_missing; /* n_items per task */
  int64_t *out_of_range; /* per task */
} crew;

static itg_status run_rows(work *w, int64_t from, int64_t to, itg_error *error) {
  const itg_scale_plan *plan = w->job->plan;
  for (int64_t first = from; first < to; first += BLOCK) {
    size_t count = (size_t)(to - first) < BLOCK ? (size_t)(to - first) : BLOCK;
    for (int32_t i = 0; i < plan->n_items; i++)
      if (plan->used[i]) ITG_TRY(view_item(w, i, first, (int)count, error));
    for (int32_t s = 0; s < plan->n_scores; s++)
      if (plan->used[plan->n_items + s]) score_block(w, s, first, count);
  }
  return ITG_OK;
}

static itg_status run_task(void *payload, int64_t index, itg_error *error) {
  crew *c = payload;
  const itg_scale_plan *plan = c->job->plan;
  size_t sources = (size_t)plan->n_items + (size_t)plan->n_scores;
  int64_t from = index * TASK_ROWS, to = from + TASK_ROWS;
  if (to > c->job->n_rows) to = c->job->n_rows;
  itg_status status = ITG_OK;
  work w = {.job = c->job, .lanes = c->lanes, .item_missing = c->item_missing + index * plan->n_items};
  double *room = itg_alloc(sources * BLOCK + 4 * BLOCK + sources, sizeof *room);
  w.views = itg_alloc(sources, sizeof *w.views);
  int32_t *int_room = itg_alloc(3 * BLOCK, sizeof *int_room);
  if (!room || !w.views || !int_room) {
    status = itg_fail_memory(error);
    goto out;
  }
  w.num = room;
  w.answers = room + BLOCK;
  w.below = room + 2 * BLOCK;
  w.nan = room + 3 * BLOCK;
  w.buffers = room + 4 * BLOCK;
  w.spare = w.buffers + sources * BLOCK;
  w.int_num = (uint32_t *)int_room;
  w.int_lost = (uint32_t *)int_room + BLOCK;
  w.int_nan = int_room + 2 * BLOCK;
  fill(w.nan, NAN);
  for (int i = 0; i < BLOCK; i++) w.int_nan[i] = INT32_MIN;
  status = run_rows(&w, from, to, error);
  c->out_of_range[index] = w.out_of_range;
out:
  free(room);
  free(w.views);
  free(int_room);
  return status;
}

static bool any_code_within(const itg_answer_code *codes, int32_t n, const itg_responses *r) {
  for (int32_t i = 0; i < n; i++)
    if (codes[i].number >= r->min && codes[i].number <= r->max) return true;
  return false;
}

/* Options are exactly the whole numbers from min to max. */
static bool options_are_whole(const itg_responses *r) {
  if (!r->n_options || r->n_options != r->max - r->min + 1 || r->min != floor(r->min)) return false;
  for (int32_t i = 0; i < r->n_options; i++)
    if (r->options[i] != floor(r->options[i])) return false;
  return true;
}

static lane lane_of(const itg_scale_job *job, int32_t item) {
  const itg_column *column = job->columns[item];
  const itg_responses *r = job->plan->items[item].responses;
  lane out = {false, false, options_are_whole(r), false};
  if (!column) return out;
  bool bare = !column->reason, small = r->min > INT32_MIN && r->max < INT32_MAX;
  out.cell_by_cell = !itg_column_is_number(column) || (r->n_options && !out.whole) || r->counts ||
                     any_code_within(job->codes, job->n_codes, r) || any_code_within(r->codes, r->n_codes, r);
  out.dense_doubles = bare && column->type == ITG_TYPE_DOUBLE &&
                      (column->stride == 0 || column->stride == 8) &&
                      (uintptr_t)column->data % sizeof(double) == 0;
  out.dense_ints = bare && small && r->min == floor(r->min) && r->max == floor(r->max) &&
                   column->type == ITG_TYPE_INT32 && (column->flags & ITG_COLUMN_MIN_MISSING) &&
                   (column->stride == 0 || column->stride == 4) &&
                   (uintptr_t)column->data % sizeof(int32_t) == 0;
  return out;
}

itg_status itg_scale_score_rows(itg_scale_job *job, const itg_control *control, itg_error *error) {
  int32_t n_items = job->plan->n_items;
  int64_t n_tasks = (job->n_rows + TASK_ROWS - 1) / TASK_ROWS;
  itg_status status = ITG_OK;
  crew c = {.job = job};
  c.lanes = itg_alloc((size_t)n_items, sizeof *c.lanes);
  c.item_missing = itg_alloc((size_t)n_tasks * (size_t)n_items, sizeof *c.item_missing);
  c.out_of_range = itg_alloc((size_t)n_tasks, sizeof *c.out_of_range);
  if (!c.lanes || !c.item_missing || !c.out_of_range) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (int32_t i = 0; i < n_items; i++) c.lanes[i] = lane_of(job, i);
  status = itg_parallel(control, n_tasks, run_task, &c, error);
  for (int64_t t = 0; t < n_tasks && !status; t++) {
    for (int32_t i = 0; i < n_items; i++) job->item_missing[i] += c.item_missing[t * n_items + i];
    job->out_of_range += c.out_of_range[t];
  }
out:
  free(c.lanes);
  free(c.item_missing);
  free(c.out_of_range);
  return status;
}
