/* itg_waves.c - layer 3: the two waves between which something changes. */
#include "itg_waves.h"

#include <string.h>

static const char digits[] = "0123456789";

static itg_status find(const itg_factor *waves, const char *option, const char *label, int32_t *out, itg_error *error) {
  if (!label) return ITG_OK;
  *out = itg_factor_find(waves, label);
  if (*out >= 0) return ITG_OK;
  const char *near = itg_suggest(label, waves->levels, (size_t)waves->n_levels);
  return itg_fail(error, ITG_ERR_OPTION, "option '%s': there is no wave '%.60s'%s%.60s%s", option, label,
                  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool are_words(const itg_factor *waves) {
  for (int32_t i = 0; i < waves->n_levels; i++)
    if (strpbrk(waves->levels[i], digits)) return false;
  return true;
}

/* Two runs of digits of any length as numbers. */
static int compare_digits(const char *a, size_t n, const char *b, size_t m) {
  while (n && *a == '0') a++, n--;
  while (m && *b == '0') b++, m--;
  int order = n == m ? memcmp(a, b, n) : n < m ? -1 : 1;
  return (order > 0) - (order < 0);
}

/* Which of two names is earlier (-1, 1); 0 where their numbers do not tell: m3 is before m12 and 2019-12 before 2020-01,
 * but 31/12/2019 and Q4 2019 begin with what counts least. */
static int compare_waves(const char *a, const char *b) {
  double x, y;
  int order = 0, differ = 0;
  bool year = false;
  if (itg_number_parse(a, strlen(a), &x) && itg_number_parse(b, strlen(b), &y)) return (x > y) - (x < y);
  while (*a || *b) {
    const size_t n = strspn(a, digits), m = strspn(b, digits);
    const int here = n && m ? compare_digits(a, n, b, m) : 0;
    if (!(n && m) && *a != *b) return 0;
    if (here && !differ++) {
      order = here;
      year = n >= 4 && m >= 4;
    }
    a += n && m ? n : 1;
    b += n && m ? m : 1;
  }
  return differ == 1 || year ? order : 0;
}

/* The first and the last by the numbers in the names; false, and the two that leave it open, where they do not tell. */
static bool find_ends(const itg_factor *waves, int32_t *first, int32_t *last) {
  *first = *last = 0;
  for (int32_t i = 1; i < waves->n_levels; i++) {
    int order = compare_waves(waves->levels[i], waves->levels[*first]);
    if (order < 0) *first = i;
    if (order && compare_waves(waves->levels[i], waves->levels[*last]) > 0) *last = i;
    if (!order) {
      *last = i;
      return false;
    }
  }
  return true;
}

itg_status itg_waves_find(itg_call *call, const itg_factor *waves, const char *earlier, const char *later, int32_t *from,
                          int32_t *to, itg_error *error) {
  const char *first = itg_call_text(call, earlier), *last = itg_call_text(call, later);
  if (waves->n_levels < 2)
    return itg_call_fail(call, error, ITG_ERR_DATA, "wave", -1, "a change needs two waves, there %s",
                         waves->n_levels ? "is one" : "is none");
  const bool ordered = find_ends(waves, from, to), one_of_two = waves->n_levels == 2 && (first || last);
  if (!ordered && !(first && last) && !one_of_two) {
    if (are_words(waves))
      return itg_call_fail(call, error, ITG_ERR_OPTION, "wave", -1,
                           "waves are words ('%.40s', '%.40s'%s), which the alphabet does not put in their order in time; "
                           "name the earlier in option '%s' and the later in '%s'",
                           waves->levels[0], waves->levels[1], waves->n_levels > 2 ? " ..." : "", earlier, later);
    return itg_call_fail(call, error, ITG_ERR_OPTION, "wave", -1,
                         "which of waves '%.40s' and '%.40s' is earlier is not plain from their numbers; name the earlier "
                         "in option '%s' and the later in '%s'",
                         waves->levels[*from], waves->levels[*to], earlier, later);
  }
  ITG_TRY(find(waves, earlier, first, from, error));
  ITG_TRY(find(waves, later, last, to, error));
  if (!ordered && one_of_two && !(first && last)) {
    if (first) *to = 1 - *from;
    else *from = 1 - *to;
  }
  if (*from == *to)
    return itg_fail(error, ITG_ERR_OPTION, "options '%s' and '%s' are the same wave '%.60s'", earlier, later,
                    waves->levels[*from]);
  return ITG_OK;
}
