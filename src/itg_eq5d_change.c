/* itg_eq5d_change.c - layer 3: the Paretian classification of health change between two waves. */
#include <math.h>
#include <string.h>

#include "itg_eq5d_profile.h"
#include "itg_waves.h"

#define DIMENSIONS ITG_EQ5D_DIMENSIONS

typedef enum class { NO_PROBLEMS, SAME, BETTER, WORSE, MIXED, CLASSES } class;
static const char *const class_names[CLASSES] = {"no problems", "same", "better", "worse", "mixed"};

/* What is classified: each dimension, and the whole profile. */
enum { WHOLE = DIMENSIONS, PARTS = DIMENSIONS + 1 };

typedef struct pairs {
  const itg_eq5d *source;
  const uint16_t *index;
  const itg_groups *groups;
  itg_factor persons, waves;
  int32_t from, to; /* waves */
  int64_t *row[2];  /* of each person, in `from` and in `to`; -1 none */
  int64_t *counts;  /* by group, part and class */
  int64_t *missing; /* persons of each group without both profiles */
} pairs;

static itg_status find_waves(itg_call *call, pairs *p, itg_error *error) {
  ITG_TRY(itg_call_factor(call, "wave", &p->waves, error));
  return itg_waves_find(call, &p->waves, "before", "after", &p->from, &p->to, error);
}

static itg_status find_rows(itg_call *call, pairs *p, itg_error *error) {
  ITG_TRY(itg_call_factor(call, "person", &p->persons, error));
  for (int w = 0; w < 2; w++) {
    p->row[w] = itg_call_alloc(call, (size_t)p->persons.n_levels, sizeof *p->row[w], error);
    if (!p->row[w]) return ITG_ERR_MEMORY;
    for (int32_t i = 0; i < p->persons.n_levels; i++) p->row[w][i] = -1;
  }
  for (int64_t row = 0; row < p->persons.n; row++) {
    const int32_t person = p->persons.codes[row], wave = p->waves.codes[row];
    if (person < 0 || (wave != p->from && wave != p->to)) continue;
    int64_t *place = &p->row[wave == p->to][person];
    if (*place >= 0)
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "person", row,
                           "person %.60s answers twice in wave %.60s; keep one answer",
                           p->persons.levels[person], p->waves.levels[wave]);
    *place = row;
  }
  return ITG_OK;
}

/* ---- the classification ---- */

/* Devlin, Parkin and Browne 2010, of the whole profile and of each dimension by itself. */
static void classify(const itg_eq5d *s, int32_t before, int32_t after, class out[PARTS]) {
  const itg_valueset shape = {.levels = s->levels, .n_states = s->n_states};
  int a[DIMENSIONS], b[DIMENSIONS], better = 0, worse = 0;
  itg_valueset_levels(&shape, before, a);
  itg_valueset_levels(&shape, after, b);
  for (int d = 0; d < DIMENSIONS; d++) {
    better += b[d] < a[d];
    worse += b[d] > a[d];
    out[d] = b[d] < a[d] ? BETTER : b[d] > a[d] ? WORSE : a[d] > 1 ? SAME : NO_PROBLEMS;
  }
  out[WHOLE] = better && worse ? MIXED : better ? BETTER : worse ? WORSE : before ? SAME : NO_PROBLEMS;
}

static int level_sum(const itg_eq5d *s, int32_t index) {
  int sum = DIMENSIONS;
  for (int d = 0; d < DIMENSIONS; d++, index /= s->levels) sum += index % s->levels;
  return sum;
}

/* Profiles of a person in both waves; false where one is missing. */
static bool profiles_of(const pairs *p, int32_t person, int32_t *before, int32_t *after) {
  const int64_t from = p->row[0][person], to = p->row[1][person];
  if (from < 0 || to < 0) return false;
  *before = p->index[from];
  *after = p->index[to];
  return *before < p->source->n_states && *after < p->source->n_states;
}

/* ---- tables ---- */

static itg_status write_persons(pairs *p, itg_error *error) {
  const itg_eq5d *s = p->source;
  itg_frame *frame;
  int32_t digits[3126];
  int64_t n = 0;
  itg_eq5d_digits(s->levels, digits);
  ITG_TRY(itg_result_add_table(s->call->result, "persons", &frame, error));
  ITG_TRY(itg_frame_add_column(frame, "person", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "from", ITG_TYPE_INT64, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "to", ITG_TYPE_INT64, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "change", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "level_sum_change", ITG_TYPE_INT64, NULL, error));
  for (int32_t i = 0; i < p->persons.n_levels; i++) n += p->row[0][i] >= 0 && p->row[1][i] >= 0;
  ITG_TRY(itg_frame_resize(frame, n, error));
  n = 0;
  for (int32_t person = 0; person < p->persons.n_levels; person++) {
    const int64_t from = p->row[0][person], to = p->row[1][person];
    int32_t before, after;
    class classes[PARTS];
    const bool whole = profiles_of(p, person, &before, &after);
    const int64_t home = from >= 0 ? from : to;
    const int32_t g = home < 0 ? -1 : p->groups->codes[home];
    if (whole) classify(s, before, after, classes);
    if (g >= 0 && !whole) p->missing[g]++;
    for (int part = 0; g >= 0 && whole && part < PARTS; part++)
      p->counts[((int64_t)g * PARTS + part) * CLASSES + classes[part]]++;
    if (from < 0 || to < 0) continue;
    ITG_TRY(itg_frame_set_text(frame, n, 0, p->persons.levels[person], error));
    if (p->index[from] < s->n_states) itg_frame_set_int(frame, n, 1, digits[p->index[from]]);
    if (p->index[to] < s->n_states) itg_frame_set_int(frame, n, 2, digits[p->index[to]]);
    if (whole) {
      ITG_TRY(itg_frame_set_text(frame, n, 3, class_names[classes[WHOLE]], error));
      itg_frame_set_int(frame, n, 4, level_sum(s, after) - level_sum(s, before));
    }
    n++;
  }
  return ITG_OK;
}

static itg_status write_change(const pairs *p, itg_error *error) {
  const itg_groups *groups = p->groups;
  const int c = groups->n_columns;
  itg_frame *frame;
  int64_t row = 0;
  ITG_TRY(itg_result_add_table(p->source->call->result, "change", &frame, error));
  for (int i = 0; i < c; i++)
    ITG_TRY(itg_frame_add_column(frame, groups->names[i], ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "dimension", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "class", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "n", ITG_TYPE_INT64, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "n_missing", ITG_TYPE_INT64, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "count", ITG_TYPE_INT64, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "percent", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "percent_problems", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_resize(frame, (int64_t)groups->n_groups * (PARTS * CLASSES - DIMENSIONS), error));
  for (int32_t g = 0; g < groups->n_groups; g++)
    for (int i = 0; i < PARTS; i++) {
      const int part = i ? i - 1 : WHOLE; /* the whole profile first */
      const int64_t *counts = &p->counts[((int64_t)g * PARTS + part) * CLASSES];
      int64_t n = 0;
      for (int k = 0; k < CLASSES; k++) n += counts[k];
      for (int k = 0; k < CLASSES; k++) {
        if (k == MIXED && part != WHOLE) continue; /* one dimension cannot be */
        const int64_t problems = n - counts[NO_PROBLEMS];
        for (int l = 0; l < c; l++) ITG_TRY(itg_frame_set_text(frame, row, l, groups->labels[g][l], error));
        ITG_TRY(
            itg_frame_set_text(frame, row, c, part == WHOLE ? "profile" : itg_eq5d_dimensions[part], error));
        ITG_TRY(itg_frame_set_text(frame, row, c + 1, class_names[k], error));
        itg_frame_set_int(frame, row, c + 2, n);
        itg_frame_set_int(frame, row, c + 3, p->missing[g]);
        itg_frame_set_int(frame, row, c + 4, counts[k]);
        if (n) itg_frame_set_double(frame, row, c + 5, 100 * (double)counts[k] / (double)n);
        if (k != NO_PROBLEMS && problems)
          itg_frame_set_double(frame, row, c + 6, 100 * (double)counts[k] / (double)problems);
        row++;
      }
    }
  return ITG_OK;
}

itg_status itg_eq5d_change_write(const itg_eq5d *s, const uint16_t *index, const itg_groups *groups,
                                 itg_error *error) {
  pairs p = {.source = s, .index = index, .groups = groups};
  ITG_TRY(find_waves(s->call, &p, error));
  ITG_TRY(find_rows(s->call, &p, error));
  p.counts = itg_call_alloc(s->call, (size_t)groups->n_groups * PARTS * CLASSES, sizeof *p.counts, error);
  p.missing = itg_call_alloc(s->call, (size_t)groups->n_groups, sizeof *p.missing, error);
  if (!p.counts || !p.missing) return ITG_ERR_MEMORY;
  ITG_TRY(write_persons(&p, error));
  ITG_TRY(write_change(&p, error));
  return itg_result_note(s->call->result, error, "Change: from wave %.60s to wave %.60s.",
                         p.waves.levels[p.from], p.waves.levels[p.to]);
}
