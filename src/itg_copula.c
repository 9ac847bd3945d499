/* itg_copula.c - layer 3: correlations between parameters, checked and made a factor of their matrix. */
#include "itg_copula.h"

#include <math.h>
#include <string.h>

/* Rounding of correlations that are printed: what is closer to the limit than this is on it. */
static const double SLACK = 1e-9, PI = 3.14159265358979323846;

static itg_status find_parameter(itg_call *call, const char *role, const itg_factor *words, int64_t row,
                                 const char *const *names, const char *const *alone, int32_t n, int32_t *out,
                                 itg_error *error) {
  const char *word = words->codes[row] < 0 ? "" : words->levels[words->codes[row]];
  *out = 0;
  while (*out < n && strcmp(names[*out], word) != 0) ++*out;
  if (*out == n) {
    const char *near = itg_suggest(word, names, (size_t)n);
    return itg_call_fail(call, error, ITG_ERR_DATA, role, row, "'%.60s' is no parameter of the table%s%.60s%s", word,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  if (alone[*out])
    return itg_call_fail(call, error, ITG_ERR_DATA, role, row,
                         "parameter '%.60s' %s, which cannot be correlated; leave the row out", word, alone[*out]);
  return ITG_OK;
}

/* Pearson correlation of normal scores whose ranks have the given one, and back. */
static double scores_of_ranks(double ranks) { return 2 * sin(PI / 6 * ranks); }
static double ranks_of_scores(double scores) { return 6 / PI * asin(fmax(-1, fmin(scores, 1)) / 2); }

static itg_status read_pairs(itg_call *call, const char *const *names, const char *const *alone, int32_t n,
                             itg_copula *out, itg_error *error) {
  static const char *const roles[] = {"parameter_1", "parameter_2", "correlation"};
  bool ranks = strcmp(itg_call_text(call, "correlation_of"), "ranks") == 0;
  itg_factor first, second;
  double *given;
  uint8_t *reasons;
  for (size_t k = 0; k < ITG_COUNT(roles); k++)
    if (!itg_call_has(call, roles[k]))
      return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, "correlations"), -1, NULL,
                         "there is no column for role '%s'; a row names two parameters and their correlation",
                         roles[k]);
  ITG_TRY(itg_call_factor(call, roles[0], &first, error));
  ITG_TRY(itg_call_factor(call, roles[1], &second, error));
  ITG_TRY(itg_call_numbers(call, roles[2], &given, &reasons, error));
  out->n_pairs = first.n;
  out->pairs = itg_call_alloc(call, (size_t)first.n + 1, sizeof *out->pairs, error);
  if (!out->pairs) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < first.n; row++) {
    itg_copula_pair *pair = &out->pairs[row];
    ITG_PACE(call->pace, row, error);
    ITG_TRY(find_parameter(call, roles[0], &first, row, names, alone, n, &pair->first, error));
    ITG_TRY(find_parameter(call, roles[1], &second, row, names, alone, n, &pair->second, error));
    if (pair->first == pair->second)
      return itg_call_fail(call, error, ITG_ERR_DATA, roles[1], row,
                           "parameter '%.60s' is paired with itself; name two parameters", names[pair->first]);
    if (isnan(given[row]))
      return itg_call_fail(call, error, ITG_ERR_DATA, roles[2], row,
                           "the correlation of '%.60s' and '%.60s' is missing; leave the row out where it is 0",
                           names[pair->first], names[pair->second]);
    pair->given = given[row];
    pair->scores = ranks ? scores_of_ranks(given[row]) : given[row];
    pair->ranks = ranks ? given[row] : ranks_of_scores(given[row]);
  }
  return ITG_OK;
}

/* Members in the order of the table, and the place of each parameter among them (-1: none). */
static itg_status find_members(itg_call *call, int32_t n, itg_copula *out, int32_t **place, itg_error *error) {
  *place = itg_call_alloc(call, (size_t)n + 1, sizeof **place, error);
  out->member = itg_call_alloc(call, (size_t)n + 1, sizeof *out->member, error);
  if (!*place || !out->member) return ITG_ERR_MEMORY;
  for (int64_t k = 0; k < out->n_pairs; k++) (*place)[out->pairs[k].first] = (*place)[out->pairs[k].second] = 1;
  for (int32_t i = 0; i < n; i++)
    if ((*place)[i]) {
      (*place)[i] = out->n;
      out->member[out->n++] = i;
    } else {
      (*place)[i] = -1;
    }
  return ITG_OK;
}

/* The matrix, NaN where no row gives a pair. */
static itg_status fill_matrix(itg_call *call, const char *const *names, const int32_t *place, itg_copula *out,
                              itg_error *error) {
  int32_t n = out->n;
  out->factor = itg_call_alloc(call, (size_t)n * (size_t)n + 1, sizeof *out->factor, error);
  if (!out->factor) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < (int64_t)n * n; i++) out->factor[i] = NAN;
  for (int64_t k = 0; k < out->n_pairs; k++) {
    const itg_copula_pair *pair = &out->pairs[k];
    int32_t a = place[pair->first], b = place[pair->second], high = a > b ? a : b, low = a > b ? b : a;
    double *cell = &out->factor[(int64_t)high * n + low];
    if (!isnan(*cell))
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "parameter_2", k,
                           "the pair of '%.60s' and '%.60s' stands in an earlier row too; keep one",
                           names[pair->first], names[pair->second]);
    *cell = pair->scores;
  }
  return ITG_OK;
}

/* The pairs before leave room between two limits for that of members i and j; a limit is told as it would be given. */
static itg_status fail_pair(itg_call *call, const char *const *names, const itg_copula *c, int32_t i, int32_t j,
                            double r, double low, double high, itg_error *error) {
  bool ranks = strcmp(itg_call_text(call, "correlation_of"), "ranks") == 0;
  double limits[] = {low, high, r};
  itg_text text[3] = {ITG_TEXT_EMPTY, ITG_TEXT_EMPTY, ITG_TEXT_EMPTY};
  for (int k = 0; k < 3; k++) {
    itg_text_fixed(&text[k], ranks ? ranks_of_scores(limits[k]) : limits[k], 4);
  }
  itg_status status =
      itg_fail_at(error, ITG_ERR_RANGE, itg_call_table(call, "correlations"), -1, NULL,
                  "the correlation %s of '%.60s' and '%.60s' cannot be: with the correlations of both to the parameters "
                  "above them in the table (0 where no row gives one) it lies from %s to %s",
                  text[2].data, names[c->member[j]], names[c->member[i]], text[0].data, text[1].data);
  for (int k = 0; k < 3; k++) itg_text_clear(&text[k]);
  return status;
}

/* Cholesky, row by row: which pair is the first that cannot be is told by the limits that the rows before leave it.
 * Correlations of 1 and -1 are allowed: then nothing is left of a parameter's own. */
static itg_status factorise(itg_call *call, const char *const *names, const itg_copula *c, itg_error *error) {
  int32_t n = c->n;
  for (int32_t i = 0; i < n; i++) {
    double *row = c->factor + (int64_t)i * n, left = 1;
    for (int32_t j = 0; j < i; j++) {
      const double *other = c->factor + (int64_t)j * n;
      double r = isnan(row[j]) ? 0 : row[j], shared = 0;
      for (int32_t k = 0; k < j; k++) shared += row[k] * other[k];
      double room = sqrt(left) * other[j];
      if (fabs(r - shared) > room + SLACK)
        return fail_pair(call, names, c, i, j, r, shared - room, shared + room, error);
      row[j] = other[j] > 1e-6 ? (r - shared) / other[j] : 0;
      left = fmax(left - row[j] * row[j], 0);
    }
    row[i] = sqrt(left);
    ITG_TRY(itg_check_stop(&call->control, 0, error));
  }
  return ITG_OK;
}

itg_status itg_copula_read(itg_call *call, const char *const *names, const char *const *alone, int32_t n,
                           itg_copula *out, itg_error *error) {
  int32_t *place;
  *out = (itg_copula){0};
  if (!itg_call_table(call, "correlations")) {
    if (itg_call_given(call, "correlation_of"))
      return itg_fail(error, ITG_ERR_OPTION,
                      "option 'correlation_of' says what the correlations of the input 'correlations' are; give it too");
    return ITG_OK;
  }
  ITG_TRY(read_pairs(call, names, alone, n, out, error));
  ITG_TRY(find_members(call, n, out, &place, error));
  ITG_TRY(fill_matrix(call, names, place, out, error));
  return factorise(call, names, out, error);
}

bool itg_copula_is_first(const itg_copula *copula, int32_t i) {
  for (int32_t j = 0; j < i; j++)
    if (copula->factor[(int64_t)i * copula->n + j] != 0) return false;
  return true;
}

itg_status itg_copula_mix(const itg_copula *copula, double *const *scores, int64_t n, const itg_control *control,
                          itg_error *error) {
  enum { BLOCK = 1024 };
  for (int64_t from = 0; from < n; from += BLOCK) {
    int64_t end = from + BLOCK < n ? from + BLOCK : n;
    for (int32_t i = copula->n - 1; i >= 0; i--) { /* the scores before are still independent */
      const double *row = copula->factor + (int64_t)i * copula->n;
      for (int64_t k = from; k < end; k++) scores[i][k] *= row[i];
      for (int32_t j = 0; j < i; j++)
        if (row[j] != 0)
          for (int64_t k = from; k < end; k++) scores[i][k] += row[j] * scores[j][k];
    }
    ITG_TRY(itg_check_stop(control, 0.5, error));
  }
  return ITG_OK;
}
