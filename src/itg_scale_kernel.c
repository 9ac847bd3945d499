/* itg_scale_kernel.c - layer 3: the hot loop of scale scoring.
 *
 * Columns are read where they lie, ITG_SCALE_BLOCK rows at a time, so that a block of all items stays in the
 * cache: first every item is checked (itg_scale_view.c), then every score adds four items per pass
 * (itg_scale_block.c).  Whole answers of 32 bits are added as such; all sums of whole numbers are exact, so
 * both ways give the same bits. */
#include "itg_scale_kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_scale_view.h"
#include "itg_thread.h"

enum { BLOCKS_PER_TASK = 32, TASK_ROWS = ITG_SCALE_BLOCK * BLOCKS_PER_TASK };

/* ---- scores ---- */

static void clear(double *values) { memset(values, 0, ITG_SCALE_BLOCK * sizeof *values); }

/* Sum over the parts of weight * (start + sign * x) when `weighted`, and of the answers. */
static void add_parts(itg_scale_work *w, const itg_scale_score *score, bool weighted, bool only_weights,
                      double *num, double *answers) {
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
      x[k] = itg_scale_doubles(w, part->source);
      start[k] = only_weights ? weight : weight * part->start;
      slope[k] = only_weights ? 0 : weight * part->sign;
    }
    itg_scale_add_four(x, start, slope, num, answers);
  }
}

static bool all_ints(const itg_scale_work *w, const itg_scale_score *score) {
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
static void add_int_parts(itg_scale_work *w, const itg_scale_score *score, double *num, double *answers) {
  uint32_t all_starts = 0;
  int32_t added = 0;
  memset(w->int_num, 0, ITG_SCALE_BLOCK * sizeof *w->int_num);
  memset(w->int_lost, 0, ITG_SCALE_BLOCK * sizeof *w->int_lost);
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
      if (reversed)
        itg_scale_take_four_ints(x, start, w->int_num, w->int_lost);
      else
        itg_scale_add_four_ints(x, w->int_num, w->int_lost);
    }
  }
  itg_scale_finish_ints(w->int_num, w->int_lost, all_starts, added, num, answers);
}

/* Answers that meet the criterion, and answers. */
static void count_parts(itg_scale_work *w, const itg_scale_score *score) {
  clear(w->num);
  clear(w->answers);
  for (int32_t p = 0; p < score->n_parts; p++) {
    const itg_score_part *part = &score->parts[p];
    const double *x = itg_scale_doubles(w, part->source);
    for (int i = 0; i < ITG_SCALE_BLOCK; i++) {
      double v = part->start + part->sign * x[i];
      w->num[i] += score->at_most ? v <= part->criterion : v >= part->criterion;
      w->answers[i] += x[i] == x[i];
    }
  }
}

static void order_parts(itg_scale_work *w, const itg_scale_score *score) {
  for (int32_t p = 0; p < score->n_parts; p++) itg_scale_doubles(w, score->parts[p].source);
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) {
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
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) values[i] = value;
}

/* Why an item or score has no value in row i of the block; ITG_REASON_PRESENT: it has one. */
static itg_reason part_reason(itg_scale_work *w, int32_t source, int64_t first, int i) {
  const itg_scale_plan *plan = w->job->plan;
  double value = itg_scale_doubles(w, source)[i];
  itg_reason shared = ITG_REASON_PRESENT;
  if (value == value) return ITG_REASON_PRESENT;
  if (source < plan->n_items) {
    char buffer[ITG_NUMBER_SIZE];
    const char *text;
    itg_reason why = itg_scale_look_at(w, source, first + i, buffer, &value, &text);
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
static int32_t needed_in_row(itg_scale_work *w, const itg_scale_score *score, int64_t first, int i) {
  int32_t n = score->n_parts;
  if (!score->missing.applicable) return score->min_valid;
  for (int32_t p = 0; p < score->n_parts; p++)
    n -= part_reason(w, score->parts[p].source, first, i) == ITG_REASON_NOT_APPLICABLE;
  return itg_scale_needed(score, n);
}

/* Rows that lack more answers than the rule forgives lose their value. */
static int64_t drop_incomplete(itg_scale_work *w, const itg_scale_score *score, int64_t first, int count,
                               double *value) {
  int64_t few = 0;
  for (int i = 0; i < count; i++) {
    if (w->answers[i] >= score->n_parts) continue;
    if (w->answers[i] < needed_in_row(w, score, first, i)) value[i] = NAN;
    few += value[i] != value[i];
  }
  return few;
}

static void count_reasons(itg_scale_work *w, const itg_scale_score *score, int64_t first, int count,
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
static itg_reason score_reason(itg_scale_work *w, int32_t at, int64_t first, int i) {
  const itg_scale_score *score = &w->job->plan->scores[at];
  if (score->lookup && w->answers[i] >= needed_in_row(w, score, first, i)) return ITG_REASON_INVALID;
  return w->answers[i] <= 0 ? part_reason(w, w->job->plan->n_items + at, first, i) : ITG_REASON_TOO_FEW;
}

/* One score of one block; `at` is its index. */
static void score_block(itg_scale_work *w, int32_t at, int64_t first, size_t count) {
  const itg_scale_plan *plan = w->job->plan;
  const itg_scale_score *score = &plan->scores[at];
  double *value = itg_scale_buffer(w, plan->n_items + at), k = score->n_parts;
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
      for (int i = 0; i < ITG_SCALE_BLOCK; i++) w->below[i] = score->person_mean ? w->below[i] / all : 1;
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
    for (int i = 0; i < ITG_SCALE_BLOCK; i++) w->below[i] = score->person_mean ? w->answers[i] / k : 1;
    below = w->below;
  } else if (score->method == ITG_SCORE_SHARE) {
    for (int i = 0; i < ITG_SCALE_BLOCK; i++) w->num[i] *= 100;
  } else if (score->method == ITG_SCORE_TOP_BOX) {
    for (int i = 0; i < ITG_SCALE_BLOCK; i++)
      w->num[i] = w->num[i] == w->answers[i] ? 100 * w->answers[i] : 0;
  }
  /* A whole block goes straight to the result, the last one by way of the buffers. */
  bool straight = score->wanted && count == ITG_SCALE_BLOCK;
  int32_t lacking[ITG_SCALE_BLOCK];
  if (straight) value = w->job->scores[at] + first;
  int64_t few =
      itg_scale_finish_values(w->num, below, w->answers, score->missing.applicable ? 1 : score->min_valid,
                              score->slope, score->intercept, value);
  if (score->missing.applicable) few += drop_incomplete(w, score, first, (int)count, value);
  if (score->method == ITG_SCORE_WEIGHTED_MEAN || score->method == ITG_SCORE_WEIGHTED_SUM || score->lookup)
    few = ITG_SCALE_BLOCK; /* weights of zero and gaps of a table give none either */
  for (int i = 0; score->lookup && i < ITG_SCALE_BLOCK; i++)
    value[i] = itg_scale_convert(score->lookup, value[i]);
  w->views[plan->n_items + at] = (itg_scale_view){NULL, value};
  if (!score->wanted) return;
  itg_scale_count_missing(w->answers, score->n_parts, straight ? w->job->n_missing[at] + first : lacking);
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
  itg_scale_lane *lanes;
  int64_t *item_missing; /* n_items per task */
  int64_t *out_of_range; /* per task */
} crew;

static itg_status run_rows(itg_scale_work *w, int64_t from, int64_t to, itg_error *error) {
  const itg_scale_plan *plan = w->job->plan;
  for (int64_t first = from; first < to; first += ITG_SCALE_BLOCK) {
    size_t count = (size_t)(to - first) < ITG_SCALE_BLOCK ? (size_t)(to - first) : ITG_SCALE_BLOCK;
    for (int32_t i = 0; i < plan->n_items; i++)
      if (plan->used[i]) ITG_TRY(itg_scale_view_item(w, i, first, (int)count, error));
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
  itg_scale_work w = {
      .job = c->job, .lanes = c->lanes, .item_missing = c->item_missing + index * plan->n_items};
  double *room = itg_alloc(sources * ITG_SCALE_BLOCK + 4 * ITG_SCALE_BLOCK + sources, sizeof *room);
  w.views = itg_alloc(sources, sizeof *w.views);
  int32_t *int_room = itg_alloc(3 * ITG_SCALE_BLOCK, sizeof *int_room);
  if (!room || !w.views || !int_room) {
    status = itg_fail_memory(error);
    goto out;
  }
  w.num = room;
  w.answers = room + ITG_SCALE_BLOCK;
  w.below = room + 2 * ITG_SCALE_BLOCK;
  w.nan = room + 3 * ITG_SCALE_BLOCK;
  w.buffers = room + 4 * ITG_SCALE_BLOCK;
  w.spare = w.buffers + sources * ITG_SCALE_BLOCK;
  w.int_num = (uint32_t *)int_room;
  w.int_lost = (uint32_t *)int_room + ITG_SCALE_BLOCK;
  w.int_nan = int_room + 2 * ITG_SCALE_BLOCK;
  fill(w.nan, NAN);
  for (int i = 0; i < ITG_SCALE_BLOCK; i++) w.int_nan[i] = INT32_MIN;
  status = run_rows(&w, from, to, error);
  c->out_of_range[index] = w.out_of_range;
out:
  free(room);
  free(w.views);
  free(int_room);
  return status;
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
  for (int32_t i = 0; i < n_items; i++) c.lanes[i] = itg_scale_lane_of(job, i);
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
