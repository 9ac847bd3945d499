/* itg_state_counts.c - how often each level occurs in each column. */
#include "itg_state.h"

static const itg_field fields[] = {ITG_STATE_FIELDS, ITG_STATE_SIZE("levels"), ITG_STATE_FIELDS_END};

static uint64_t words(const itg_shape *s) { return s->p * s->each; }

static bool holds(const void *state, const itg_shape *s) {
  for (uint64_t j = 0; j < s->p; j++) {
    uint64_t left = (uint64_t)s->rows;
    for (uint64_t w = s->body + j * s->each; w < s->body + (j + 1) * s->each; w++) {
      uint64_t count = itg_word_get(state, w);
      if (count > left) return false;
      left -= count;
    }
    if (left) return false;
  }
  return true;
}

static itg_status add(void *state, const itg_shape *s, const double *values, const uint64_t *ids, uint64_t n,
                      itg_error *error) {
  (void)ids;
  ITG_TRY(itg_state_check_levels(s, values, n, false, error));
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < s->p; j++) {
      uint64_t at = s->body + j * s->each + (uint64_t)values[i * s->p + j] - 1;
      itg_word_set(state, at, itg_word_get(state, at) + 1);
    }
  return ITG_OK;
}

static itg_status merge(void *state, const itg_shape *s, const void *other, const itg_shape *o,
                        itg_error *error) {
  (void)o, (void)error;
  for (uint64_t w = s->body; w < s->words; w++)
    itg_word_set(state, w, itg_word_get(state, w) + itg_word_get(other, w));
  return ITG_OK;
}

static uint64_t n_values(const void *state, const itg_shape *s) {
  (void)state;
  return s->p * s->each;
}

static void finish(const void *state, const itg_shape *s, double *out) {
  for (uint64_t w = s->body; w < s->words; w++) out[w - s->body] = (double)itg_word_integer(state, w);
}

static itg_status columns(const itg_shape *s, itg_frame *table, itg_error *error) {
  return itg_state_add_columns(table, "level", s->each, error);
}

const itg_state_kind itg_counts_kind = {.name = "counts",
                                        .fields = fields,
                                        .each = "levels",
                                        .plain = true,
                                        .by_column = true,
                                        .words = words,
                                        .holds = holds,
                                        .add = add,
                                        .merge = merge,
                                        .values = n_values,
                                        .finish = finish,
                                        .columns = columns};
