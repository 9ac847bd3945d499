/* itg_continuity_read.c - layer 3: rows of contacts into units, by counting sorts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_continuity.h"
#include "itg_date.h"
#include "itg_sort.h"

/* ---- units ---- */

/* Number the units: `unit_of` of each row, -1 where patient or group is missing. */
static itg_status number_units(itg_call *call, itg_contacts *c, const int32_t **unit_of, itg_error *error) {
  const int32_t *patients = c->patients.codes, *groups = c->groups.codes;
  int64_t n = c->patients.n, *order, with;
  if (!c->groups.n_columns) {
    *unit_of = patients;
    c->n_units = c->patients.n_levels;
    for (int64_t i = 0; i < n; i++) c->n_no_patient += patients[i] < 0;
    return ITG_OK;
  }
  int32_t *units = itg_call_alloc(call, (size_t)n, sizeof *units, error);
  if (!units) return ITG_ERR_MEMORY;
  ITG_TRY(itg_codes_order(patients, c->patients.n_levels, NULL, n, call->arena, &order, &with, error));
  c->n_no_patient = n - with;
  ITG_TRY(itg_codes_order(groups, c->groups.n_groups, order, with, call->arena, &order, &with, error));
  for (int64_t i = 0; i < n; i++) units[i] = -1;
  for (int64_t i = 0, last = -1; i < with; last = order[i++]) {
    ITG_PACE(call->pace, i, error);
    c->n_units += last < 0 || patients[last] != patients[order[i]] || groups[last] != groups[order[i]];
    units[order[i]] = (int32_t)(c->n_units - 1);
  }
  *unit_of = units;
  return ITG_OK;
}

/* ---- usual providers ---- */

static int compare_levels(const void *a, const void *b) {
  return strcmp(**(const char *const *const *)a, **(const char *const *const *)b);
}

/* Which provider each usual one is, by its name; -1: nobody saw this one. */
static itg_status match_usual(itg_call *call, const itg_factor *usual, const itg_factor *providers,
                              int32_t **out, itg_error *error) {
  size_t n = (size_t)providers->n_levels;
  const char *const **names = itg_call_alloc(call, n, sizeof *names, error);
  *out = itg_call_alloc(call, (size_t)usual->n_levels, sizeof **out, error);
  if (!names || !*out) return ITG_ERR_MEMORY;
  for (size_t i = 0; i < n; i++) names[i] = &providers->levels[i];
  ITG_TRY(itg_sort(names, n, sizeof *names, compare_levels, call->pace, error));
  for (int32_t i = 0; i < usual->n_levels; i++) {
    const char *const *wanted = &usual->levels[i];
    ITG_PACE(call->pace, i, error);
    const char *const **found = n ? bsearch(&wanted, names, n, sizeof *names, compare_levels) : NULL;
    (*out)[i] = found ? (int32_t)(*found - providers->levels) : -1;
  }
  return ITG_OK;
}

/* A unit has one usual provider; rows that name none say nothing. */
static itg_status read_usual(itg_call *call, itg_contacts *c, const int32_t *unit_of, itg_error *error) {
  itg_factor usual;
  int32_t *provider;
  if (!itg_call_has(call, "usual")) return ITG_OK;
  ITG_TRY(itg_call_factor(call, "usual", &usual, error));
  ITG_TRY(match_usual(call, &usual, &c->providers, &provider, error));
  c->usual = itg_call_alloc(call, (size_t)c->n_units, sizeof *c->usual, error);
  if (!c->usual) return ITG_ERR_MEMORY;
  for (int64_t u = 0; u < c->n_units; u++) c->usual[u] = -1; /* the level, until all rows were seen */
  for (int64_t i = 0; i < usual.n; i++) {
    int32_t here = usual.codes[i], *level = unit_of[i] < 0 ? NULL : &c->usual[unit_of[i]];
    ITG_PACE(call->pace, i, error);
    if (!level || here < 0) continue;
    if (*level >= 0 && here != *level)
      return itg_call_fail(
          call, error, ITG_ERR_DATA, "usual", i,
          "patient '%.60s' has '%.60s' as usual provider here and '%.60s' in another row; one is "
          "allowed: correct it, or group by what tells the rows apart",
          c->patients.levels[c->patients.codes[i]], usual.levels[here], usual.levels[*level]);
    *level = here;
  }
  for (int64_t u = 0; u < c->n_units; u++) c->usual[u] = c->usual[u] < 0 ? -2 : provider[c->usual[u]];
  return ITG_OK;
}

/* ---- contacts ---- */

/* Where the contacts of each unit begin, and a row of each. */
static itg_status count_contacts(itg_call *call, itg_contacts *c, const int32_t *unit_of, itg_error *error) {
  size_t units = (size_t)c->n_units;
  c->row = itg_call_alloc(call, units, sizeof *c->row, error);
  c->group = itg_call_alloc(call, units, sizeof *c->group, error);
  c->start = itg_call_alloc(call, units + 1, sizeof *c->start, error);
  if (!c->row || !c->group || !c->start) return ITG_ERR_MEMORY;
  for (int64_t i = c->patients.n; i-- > 0;) { /* backwards: the row that stays is the first */
    int32_t u = unit_of[i];
    ITG_PACE(call->pace, i, error);
    if (u < 0) continue;
    c->row[u] = i;
    if (c->providers.codes[i] >= 0)
      c->start[u + 1]++;
    else
      c->n_no_provider++;
  }
  for (int64_t u = 0; u < c->n_units; u++) {
    ITG_PACE(call->pace, u, error);
    c->group[u] = c->groups.codes[c->row[u]];
    c->start[u + 1] += c->start[u];
  }
  c->n = c->start[c->n_units];
  return ITG_OK;
}

/* The contacts of each unit side by side, those of a unit in the order of the rows. */
static itg_status place_contacts(itg_call *call, itg_contacts *c, const int32_t *unit_of, const double *times,
                                 const uint8_t *reasons, itg_error *error) {
  int64_t *next = itg_call_alloc(call, (size_t)c->n_units, sizeof *next, error);
  c->provider = itg_call_alloc(call, (size_t)c->n, sizeof *c->provider, error);
  if (times) c->time = itg_call_alloc(call, (size_t)c->n, sizeof *c->time, error);
  if (!next || !c->provider || (times && !c->time)) return ITG_ERR_MEMORY;
  memcpy(next, c->start, (size_t)c->n_units * sizeof *next);
  for (int64_t i = 0; i < c->patients.n; i++) {
    int32_t u = unit_of[i], provider = c->providers.codes[i];
    ITG_PACE(call->pace, i, error);
    if (u < 0 || provider < 0) continue;
    int64_t at = next[u]++;
    c->provider[at] = provider;
    if (!times) continue;
    c->time[at] = reasons[i] ? NAN : times[i];
    c->n_no_time += reasons[i] != ITG_REASON_PRESENT;
  }
  return ITG_OK;
}

itg_status itg_contacts_read(itg_call *call, itg_contacts *c, itg_error *error) {
  const itg_table *table = itg_call_table(call, "data");
  const int32_t *unit_of;
  double *times = NULL;
  uint8_t *reasons = NULL;
  memset(c, 0, sizeof *c);
  if (!table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  ITG_TRY(itg_call_factor(call, "patient", &c->patients, error));
  ITG_TRY(itg_call_factor(call, "provider", &c->providers, error));
  ITG_TRY(itg_call_groups(call, &c->groups, error));
  ITG_TRY(number_units(call, c, &unit_of, error));
  if (!c->n_units)
    return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL,
                       "no row names a patient%s; look for missing cells",
                       c->groups.n_columns ? " and a group" : "");
  ITG_TRY(count_contacts(call, c, unit_of, error));
  if (!c->n)
    return itg_call_fail(call, error, ITG_ERR_EMPTY, "provider", -1,
                         "no row names a provider; look for missing cells");
  if (itg_call_has(call, "date")) ITG_TRY(itg_call_times(call, "date", &times, &reasons, error));
  ITG_TRY(place_contacts(call, c, unit_of, times, reasons, error));
  return read_usual(call, c, unit_of, error);
}
