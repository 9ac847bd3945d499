/* itg_waves.c - layer 3: the two waves between which something changes. */
#include "itg_waves.h"

#include <string.h>

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
    if (strpbrk(waves->levels[i], "0123456789")) return false;
  return true;
}

itg_status itg_waves_find(itg_call *call, const itg_factor *waves, const char *earlier, const char *later, int32_t *from,
                          int32_t *to, itg_error *error) {
  const char *first = itg_call_text(call, earlier), *last = itg_call_text(call, later);
  if (waves->n_levels < 2)
    return itg_call_fail(call, error, ITG_ERR_DATA, "wave", -1, "a change needs two waves, there %s",
                         waves->n_levels ? "is one" : "is none");
  *from = 0;
  *to = waves->n_levels - 1;
  ITG_TRY(find(waves, earlier, first, from, error));
  ITG_TRY(find(waves, later, last, to, error));
  if (are_words(waves) && !(first && last)) {
    if (waves->n_levels > 2 || (!first && !last))
      return itg_call_fail(call, error, ITG_ERR_OPTION, "wave", -1,
                           "waves are words ('%.40s', '%.40s'%s), which the alphabet does not put in their order in time; "
                           "name the earlier in option '%s' and the later in '%s'",
                           waves->levels[0], waves->levels[1], waves->n_levels > 2 ? " ..." : "", earlier, later);
    if (first) *to = 1 - *from;
    else *from = 1 - *to;
  }
  if (*from == *to)
    return itg_fail(error, ITG_ERR_OPTION, "options '%s' and '%s' are the same wave '%.60s'", earlier, later,
                    waves->levels[*from]);
  return ITG_OK;
}
