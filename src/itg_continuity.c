/* itg_continuity.c - layer 3: the measure `continuity`: how much of a patient's care stays with the same
 * providers. */
#include "itg_continuity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_score.h"
#include "itg_sort.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"

typedef enum index {
  INDEX_UPC,
  INDEX_COC,
  INDEX_HHI,
  INDEX_SECON,
  INDEX_MMCI,
  INDEX_MCI,
  INDEX_ENTROPY,
  INDEX_FRAGMENTATION,
  INDEX_DENSITY,
  INDEX_WEIGHTED_DENSITY,
  INDEX_COUNT
} index_t;

static const char *const index_names[] = {
    "upc", "coc",     "hhi",           "secon",        "mmci",
    "mci", "entropy", "fragmentation", "care_density", "fragmented_care_density"};

enum { BLOCK = 8192, FEW = 24 }; /* units of a task; sorted by insertion */

typedef enum repeats { REPEATS_KEEP, REPEATS_ONCE, REPEATS_ERROR } repeats;

typedef struct tally {
  int64_t ties,
      repeats; /* units with contacts at one time: with several providers, with the same one twice */
} tally;

typedef struct plan {
  itg_call *call;
  itg_contacts c;
  bool wanted[INDEX_COUNT];
  double *values[INDEX_COUNT]; /* of the units; NULL: not wanted */
  int64_t *visits, *size;      /* contacts, different providers */
  int64_t least;
  double log_base, level;
  repeats repeats;
  bool ties_fail;
  tally *tallies; /* of the blocks */
  itg_watch watch;
  itg_tidy tidy;
} plan;

/* ---- a unit ---- */

typedef struct contact {
  double time;
  int32_t provider, place;
} contact;

static int compare_times(const void *a, const void *b) {
  const contact *x = a, *y = b;
  if (x->time != y->time) return x->time < y->time ? -1 : 1;
  return x->place < y->place ? -1 : 1;
}

static itg_status sort_by_time(contact *contacts, int64_t n, itg_pace *pace, itg_error *error) {
  if (n > FEW) return itg_sort(contacts, (size_t)n, sizeof *contacts, compare_times, pace, error);
  for (int64_t i = 1; i < n; i++) { /* places rise, so what is equal stays */
    contact one = contacts[i];
    int64_t k = i;
    for (; k && contacts[k - 1].time > one.time; k--) contacts[k] = contacts[k - 1];
    contacts[k] = one;
  }
  return ITG_OK;
}

static int compare_providers(const void *a, const void *b) {
  const contact *x = a, *y = b;
  if (x->provider != y->provider) return x->provider < y->provider ? -1 : 1;
  return x->place < y->place ? -1 : 1;
}

static int compare_codes(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return x < y ? -1 : x > y;
}

static itg_status sort_codes(int32_t *codes, int64_t n, itg_pace *pace, itg_error *error) {
  if (n > FEW) return itg_sort(codes, (size_t)n, sizeof *codes, compare_codes, pace, error);
  for (int64_t i = 1; i < n; i++) {
    int32_t code = codes[i];
    int64_t k = i;
    for (; k && codes[k - 1] > code; k--) codes[k] = codes[k - 1];
    codes[k] = code;
  }
  return ITG_OK;
}

/* A run of contacts at one time: how many providers, and how often one comes twice.  REPEATS_ONCE leaves the
 * first contact with each.  *left are the contacts that remain, in their order. */
static itg_status settle_run(contact *run, int64_t n, bool once, bool *several, bool *twice, int64_t *left,
                             itg_pace *pace, itg_error *error) {
  int64_t kept = n;
  ITG_TRY(itg_sort(run, (size_t)n, sizeof *run, compare_providers, pace, error));
  for (int64_t i = 1; i < n; i++) {
    bool same = run[i].provider == run[i - 1].provider;
    *several = *several || !same;
    *twice = *twice || same;
  }
  if (once) {
    kept = 0;
    for (int64_t i = 0; i < n; i++)
      if (i == 0 || run[i].provider != run[kept - 1].provider) run[kept++] = run[i];
  }
  *left = kept;
  return itg_sort(run, (size_t)kept, sizeof *run, compare_times, pace, error);
}

static itg_status fail_unit(const plan *s, int64_t u, const char *what, itg_error *error) {
  int64_t row = s->c.row[u];
  return itg_call_fail(s->call, error, ITG_ERR_ORDER, "date", -1, "patient '%.60s' has %s",
                       s->c.patients.levels[s->c.patients.codes[row]], what);
}

/* Contacts of a unit in order of time; *n may shrink.  False in *known: a time is missing. */
static itg_status order_contacts(const plan *s, int64_t u, int32_t *providers, const double *times,
                                 int64_t *n, contact *contacts, tally *tally, bool *known, itg_pace *pace,
                                 itg_error *error) {
  bool sorted = true, several = false, twice = false;
  *known = true;
  for (int64_t i = 0; i < *n; i++) {
    *known = *known && !isnan(times[i]);
    sorted = sorted && (i == 0 || times[i] > times[i - 1]);
  }
  if (sorted || *n < 2) return ITG_OK;
  int64_t with = 0, without = *n; /* those without a time come last, and are never at one time */
  for (int64_t i = 0; i < *n; i++)
    if (!isnan(times[i])) {
      contacts[with] = (contact){times[i], providers[i], (int32_t)with};
      with++;
    }
  for (int64_t i = *n; i-- > 0;)
    if (isnan(times[i])) contacts[--without] = (contact){NAN, providers[i], 0};
  bool rising = true;
  for (int64_t i = 1; i < with; i++) rising = rising && contacts[i].time >= contacts[i - 1].time;
  if (!rising) ITG_TRY(sort_by_time(contacts, with, pace, error));
  int64_t kept = 0;
  ITG_TRY(itg_pace_step(pace, error));
  for (int64_t i = 0, end; i < with; i = end) {
    for (end = i + 1; end < with && contacts[end].time == contacts[i].time;) end++;
    int64_t left = 1;
    if (end > i + 1)
      ITG_TRY(settle_run(contacts + i, end - i, s->repeats == REPEATS_ONCE, &several, &twice, &left, pace, error));
    memmove(contacts + kept, contacts + i, (size_t)left * sizeof *contacts);
    kept += left;
  }
  memmove(contacts + kept, contacts + with, (size_t)(*n - with) * sizeof *contacts);
  *n = kept + *n - with;
  for (int64_t i = 0; i < *n; i++) providers[i] = contacts[i].provider;
  tally->ties += several;
  tally->repeats += twice;
  if (several && s->ties_fail)
    return fail_unit(
        s, u, "contacts with two providers at one time; give dates with a time of day, or set ties: order",
        error);
  if (twice && s->repeats == REPEATS_ERROR)
    return fail_unit(
        s, u,
        "two contacts with one provider at one time; remove the repeated rows, or set repeats: keep or once",
        error);
  return ITG_OK;
}

static void put(plan *s, index_t index, int64_t u, double value) {
  if (s->wanted[index]) s->values[index][u] = value;
}

/* Indices of a unit from its contacts in order; leaves its different providers, rising, in `providers`. */
static itg_status find_indices(plan *s, int64_t u, int32_t *providers, int64_t n, bool known, int32_t *counts,
                               itg_pace *pace, itg_error *error) {
  int64_t same = 0, squares = 0, m = 0, most = 0, usual = 0;
  int32_t wanted = s->c.usual ? s->c.usual[u] : -2;
  for (int64_t i = 1; i < n; i++) same += providers[i] == providers[i - 1];
  ITG_TRY(sort_codes(providers, n, pace, error));
  for (int64_t i = 0, end; i < n; i = end, m++) {
    for (end = i + 1; end < n && providers[end] == providers[i];) end++;
    counts[m] = (int32_t)(end - i);
    squares += (end - i) * (end - i);
    if (end - i > most) most = end - i;
    if (providers[i] == wanted) usual = end - i;
    providers[m] = providers[i];
  }
  s->visits[u] = n;
  s->size[u] = m;
  if (n < s->least) return ITG_OK;
  double visits = (double)n, team = (double)m;
  if (!s->c.usual || wanted != -2) put(s, INDEX_UPC, u, (double)(s->c.usual ? usual : most) / visits);
  put(s, INDEX_HHI, u, (double)squares / (visits * visits));
  put(s, INDEX_MMCI, u, (1 - team / (visits + 0.1)) / (1 - 1 / (visits + 0.1)));
  put(s, INDEX_MCI, u, 1 - team / (visits + 0.1));
  if (s->wanted[INDEX_ENTROPY]) { /* by rising counts, so that the names of providers do not show */
    double sum = 0, base = s->log_base == 2 ? 1 : log2(s->log_base);
    ITG_TRY(sort_codes(counts, m, pace, error));
    for (int64_t i = 0; i < m; i++) sum += counts[i] * log2(visits / counts[i]);
    put(s, INDEX_ENTROPY, u, sum / visits / base);
  }
  if (n < 2) return ITG_OK;
  double coc = (double)(squares - n) / (visits * (visits - 1));
  put(s, INDEX_COC, u, coc);
  put(s, INDEX_FRAGMENTATION, u, 1 - coc);
  if (known) put(s, INDEX_SECON, u, (double)same / (visits - 1));
  return ITG_OK;
}

static itg_status work_block(void *payload, int64_t block, itg_error *error) {
  plan *s = payload;
  const itg_contacts *c = &s->c;
  int64_t from = block * BLOCK, to = from + BLOCK < c->n_units ? from + BLOCK : c->n_units, most = 0;
  itg_status status = ITG_OK;
  itg_pace pace = {&s->watch.inner, 0};
  for (int64_t u = from; u < to; u++)
    if (c->start[u + 1] - c->start[u] > most) most = c->start[u + 1] - c->start[u];
  contact *contacts = c->time ? itg_alloc((size_t)most, sizeof *contacts) : NULL;
  int32_t *counts = itg_alloc((size_t)most, sizeof *counts);
  if (!counts || (c->time && !contacts)) status = itg_fail_memory(error);
  for (int64_t u = from; u < to && !status; u++) {
    int64_t first = c->start[u], n = c->start[u + 1] - first;
    bool known = true;
    if (c->time)
      status = order_contacts(s, u, c->provider + first, c->time + first, &n, contacts, &s->tallies[block],
                              &known, &pace, error);
    if (!status) status = find_indices(s, u, c->provider + first, n, known, counts, &pace, error);
    if (!status) status = itg_pace_step(&pace, error);
  }
  free(contacts);
  free(counts);
  return status;
}

/* ---- care density ---- */

/* The type of each provider; the last type stands for those of whom none is known. */
static itg_status read_types(plan *s, const itg_factor *types, int32_t *type, itg_error *error) {
  const itg_factor *providers = &s->c.providers;
  for (int32_t p = 0; p < providers->n_levels; p++) type[p] = types->n_levels;
  for (int64_t i = 0; i < types->n; i++) {
    int32_t p = providers->codes[i], here = types->codes[i];
    if (p < 0 || here < 0) continue;
    if (type[p] != types->n_levels && type[p] != here)
      return itg_call_fail(
          s->call, error, ITG_ERR_DATA, "type", i,
          "provider '%.60s' is of type '%.60s' here and '%.60s' in another row; one is allowed: correct it",
          providers->levels[p], types->levels[here], types->levels[type[p]]);
    type[p] = here;
  }
  return ITG_OK;
}

static itg_status read_weights(plan *s, const itg_factor *types, double *weights, itg_error *error) {
  itg_call *call = s->call;
  itg_factor side[2];
  double *values;
  uint8_t *reasons;
  int32_t n = types->n_levels + 1;
  for (int32_t i = 0; i < n * n; i++) weights[i] = NAN;
  ITG_TRY(itg_call_factor(call, "type_a", &side[0], error));
  ITG_TRY(itg_call_factor(call, "type_b", &side[1], error));
  ITG_TRY(itg_call_numbers(call, "weight", &values, &reasons, error));
  for (int64_t i = 0; i < side[0].n; i++) {
    if (side[0].codes[i] < 0 || side[1].codes[i] < 0 || reasons[i])
      return itg_call_fail(call, error, ITG_ERR_DATA, "weight", i,
                           "a row without both types and a weight; complete it");
    int32_t a = itg_factor_find(types, side[0].levels[side[0].codes[i]]);
    int32_t b = itg_factor_find(types, side[1].levels[side[1].codes[i]]);
    if (a < 0 || b < 0) continue; /* a type that nobody has */
    if (!isnan(weights[a * n + b]) && weights[a * n + b] != values[i])
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "weight", i,
                           "the pair '%.60s' and '%.60s' has another weight in another row; leave one",
                           types->levels[a], types->levels[b]);
    weights[a * n + b] = weights[b * n + a] = values[i];
  }
  for (int32_t a = 0; a < n - 1; a++)
    for (int32_t b = a; b < n - 1; b++)
      if (isnan(weights[a * n + b]))
        return itg_call_fail(call, error, ITG_ERR_DATA, "weight", -1,
                             "no weight for the pair '%.60s' and '%.60s'; add a row for it", types->levels[a],
                             types->levels[b]);
  return ITG_OK;
}

static itg_status find_density(plan *s, index_t index, const itg_team_weights *weights, itg_error *error) {
  double *sums = itg_call_alloc(s->call, (size_t)s->c.n_units, sizeof *sums, error);
  if (!sums) return ITG_ERR_MEMORY;
  ITG_TRY(itg_density_sums(s->call, &s->c, s->c.provider, s->size, weights, sums, error));
  for (int64_t u = 0; u < s->c.n_units; u++) {
    double m = (double)s->size[u];
    if (s->visits[u] >= s->least && s->size[u] > 1) put(s, index, u, sums[u] / (m * (m - 1) / 2));
  }
  return ITG_OK;
}

static itg_status find_densities(plan *s, itg_error *error) {
  if (s->wanted[INDEX_DENSITY]) ITG_TRY(find_density(s, INDEX_DENSITY, NULL, error));
  if (!s->wanted[INDEX_WEIGHTED_DENSITY]) return ITG_OK;
  itg_factor types;
  ITG_TRY(itg_call_factor(s->call, "type", &types, error));
  ITG_TRY(itg_call_need((double)types.n_levels * types.n_levels, "weights of pairs of types",
                        "group the types", error));
  size_t n = (size_t)types.n_levels + 1;
  int32_t *type = itg_call_alloc(s->call, (size_t)s->c.providers.n_levels, sizeof *type, error);
  double *weights = itg_call_alloc(s->call, n * n, sizeof *weights, error);
  if (!type || !weights) return ITG_ERR_MEMORY;
  ITG_TRY(read_types(s, &types, type, error));
  ITG_TRY(read_weights(s, &types, weights, error));
  return find_density(s, INDEX_WEIGHTED_DENSITY, &(itg_team_weights){(int32_t)n, type, weights}, error);
}

/* ---- what is wanted ---- */

static itg_status choose_indices(plan *s, itg_error *error) {
  itg_call *call = s->call;
  const itg_node *node = itg_call_node(call, "indices");
  bool weighted = itg_call_table(call, "weights") != NULL;
  for (int k = 0; k < INDEX_COUNT; k++)
    s->wanted[k] = !node && (k < INDEX_DENSITY || (k == INDEX_WEIGHTED_DENSITY && weighted));
  for (int32_t i = 0; i < itg_node_length(node); i++)
    for (int k = 0; k < INDEX_COUNT; k++)
      if (strcmp(itg_node_element(node, i)->text, index_names[k]) == 0) s->wanted[k] = true;
  if (!s->wanted[INDEX_WEIGHTED_DENSITY]) return ITG_OK;
  if (!weighted)
    return itg_fail(
        error, ITG_ERR_OPTION,
        "fragmented_care_density needs the input 'weights' (type_a, type_b, weight); give it, or ask for "
        "care_density");
  static const char *const roles[] = {"type", "type_a", "type_b", "weight"};
  for (size_t i = 0; i < ITG_COUNT(roles); i++)
    if (!itg_call_has(call, roles[i]))
      return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, i ? "weights" : "data"), -1, NULL,
                         "no column '%s', which fragmented_care_density needs; name it in `columns`",
                         roles[i]);
  return ITG_OK;
}

static itg_status read_plan(plan *s, itg_error *error) {
  const char *repeated = itg_call_text(s->call, "repeats");
  s->least = itg_call_integer(s->call, "min_visits");
  s->log_base = itg_call_number(s->call, "log_base");
  s->level = itg_call_number(s->call, "conf_level");
  s->ties_fail = strcmp(itg_call_text(s->call, "ties"), "error") == 0;
  s->repeats = strcmp(repeated, "once") == 0    ? REPEATS_ONCE
               : strcmp(repeated, "error") == 0 ? REPEATS_ERROR
                                                : REPEATS_KEEP;
  if ((s->repeats != REPEATS_KEEP || s->ties_fail) && !itg_call_has(s->call, "date"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "option '%s' needs the role date: without it no contacts are at one time",
                    s->ties_fail ? "ties" : "repeats");
  if (!(s->log_base > 1))
    return itg_fail(error, ITG_ERR_OPTION, "option 'log_base' must be above 1, such as 2 or 10");
  ITG_TRY(choose_indices(s, error));
  return itg_contacts_read(s->call, &s->c, error);
}

/* ---- results ---- */

static itg_reason why_missing(const plan *s, index_t index, int64_t u) {
  bool pairs = index == INDEX_COC || index == INDEX_SECON || index == INDEX_FRAGMENTATION;
  if (s->visits[u] < s->least || (pairs && s->visits[u] < 2)) return ITG_REASON_TOO_FEW;
  return index >= INDEX_DENSITY && s->size[u] < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_MISSING;
}

/* Table patients, whose columns the indices are written to. */
static itg_status open_patients(plan *s, itg_frame **out, int columns[INDEX_COUNT], itg_error *error) {
  const itg_table *table = itg_call_table(s->call, "data");
  const itg_contacts *c = &s->c;
  itg_frame *frame;
  int visits, size;
  ITG_TRY(itg_result_add_table(s->call->result, "patients", &frame, error));
  ITG_TRY(itg_frame_resize(frame, c->n_units, error));
  ITG_TRY(itg_frame_copy_rows(frame, table,
                              itg_table_column(table, itg_call_column(s->call, "patient")->name), "patient",
                              c->row, error));
  for (int g = 0; g < c->groups.n_columns; g++)
    ITG_TRY(itg_frame_copy_rows(frame, table, itg_table_column(table, c->groups.names[g]), c->groups.names[g],
                                c->row, error));
  ITG_TRY(itg_call_keep_rows(s->call, frame, c->row, error));
  ITG_TRY(itg_frame_add_column(frame, "visits", ITG_TYPE_INT64, &visits, error));
  ITG_TRY(itg_frame_add_column(frame, "providers", ITG_TYPE_INT64, &size, error));
  for (int k = 0; k < INDEX_COUNT; k++)
    if (s->wanted[k])
      ITG_TRY(itg_frame_add_column(frame, index_names[k], ITG_TYPE_DOUBLE, &columns[k], error));
  s->visits = itg_frame_ints(frame, visits);
  s->size = itg_frame_ints(frame, size);
  memset(itg_frame_reasons(frame, visits), ITG_REASON_PRESENT, (size_t)c->n_units);
  memset(itg_frame_reasons(frame, size), ITG_REASON_PRESENT, (size_t)c->n_units);
  for (int k = 0; k < INDEX_COUNT; k++) {
    if (!s->wanted[k]) continue;
    s->values[k] = itg_frame_doubles(frame, columns[k]);
    for (int64_t u = 0; u < c->n_units; u++) s->values[k][u] = NAN;
    ITG_TRY(itg_pace_step(s->call->pace, error));
  }
  *out = frame;
  return ITG_OK;
}

static itg_status set_reasons(const plan *s, itg_frame *frame, const int columns[INDEX_COUNT], itg_error *error) {
  for (int k = 0; k < INDEX_COUNT; k++) {
    uint8_t *reasons = s->wanted[k] ? itg_frame_reasons(frame, columns[k]) : NULL;
    for (int64_t u = 0; reasons && u < s->c.n_units; u++)
      reasons[u] = (uint8_t)(isnan(s->values[k][u]) ? why_missing(s, (index_t)k, u) : ITG_REASON_PRESENT);
    ITG_TRY(itg_pace_step(s->call->pace, error));
  }
  return ITG_OK;
}

static itg_status add_mean(plan *s, int32_t g, const char *scale, const char *unit, const double *values,
                           int64_t n, int64_t all, bool share, itg_error *error) {
  itg_estimate row =
      itg_estimate_of("continuity", scale, s->c.groups.labels ? s->c.groups.labels[g] : NULL, unit);
  itg_estimate_set_mean_of(&row, values, n, s->level);
  row.n_missing = all - n;
  itg_estimate_clip(&row, 0, share ? 1 : INFINITY);
  return itg_tidy_add(&s->tidy, &row, error);
}

/* Modified continuity of a group: 1 - m / (v + 0.1) by its mean providers m and contacts v, with the error of
 * a ratio. */
static itg_status add_group_mci(plan *s, int32_t g, int64_t from, int64_t to, double *buffer,
                                itg_error *error) {
  itg_estimate row = itg_estimate_of("continuity", "mci_group",
                                     s->c.groups.labels ? s->c.groups.labels[g] : NULL, "coefficient");
  double visits = 0, team = 0;
  for (int64_t u = from; u < to; u++) {
    if (s->visits[u] < s->least) continue;
    visits += (double)s->visits[u];
    team += (double)s->size[u];
    row.n++;
  }
  double n = (double)row.n, base = visits / n + 0.1, ratio = team / n / base;
  row.n_missing = to - from - row.n;
  if (row.n) row.estimate = 1 - ratio;
  int64_t k = 0;
  for (int64_t u = from; u < to; u++)
    if (s->visits[u] >= s->least) buffer[k++] = (double)s->size[u] - ratio * (double)s->visits[u];
  double variance = itg_variance_of(buffer, k), half = itg_normal_quantile(0.5 + s->level / 2);
  row.reason = row.n < 2 ? ITG_REASON_TOO_FEW : variance > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
  if (row.n > 1) row.std_error = sqrt(variance / n) / base;
  if (row.n > 1 && variance > 0) {
    row.conf_low = row.estimate - half * row.std_error;
    row.conf_high = row.estimate + half * row.std_error;
    itg_estimate_clip(&row, 0, 1);
  }
  return itg_tidy_add(&s->tidy, &row, error);
}

static itg_status add_group(plan *s, int32_t g, int64_t from, int64_t to, double *buffer, itg_error *error) {
  const int64_t *const counts[] = {s->visits, s->size};
  for (int k = 0; k < INDEX_COUNT; k++) {
    int64_t n = 0;
    if (!s->wanted[k]) continue;
    ITG_TRY(itg_pace_step(s->call->pace, error));
    for (int64_t u = from; u < to; u++)
      if (!isnan(s->values[k][u])) buffer[n++] = s->values[k][u];
    bool density = k >= INDEX_DENSITY, share = !density && k != INDEX_ENTROPY;
    ITG_TRY(add_mean(s, g, index_names[k], density ? "count" : "coefficient", buffer, n, to - from, share,
                     error));
    if (k == INDEX_MCI) ITG_TRY(add_group_mci(s, g, from, to, buffer, error));
  }
  for (int k = 0; k < 2; k++) {
    for (int64_t u = from; u < to; u++) buffer[u - from] = (double)counts[k][u];
    ITG_TRY(add_mean(s, g, k ? "providers" : "visits", "count", buffer, to - from, to - from, false, error));
  }
  return ITG_OK;
}

static itg_status add_estimates(plan *s, itg_error *error) {
  const itg_groups *groups = &s->c.groups;
  double *buffer = itg_call_alloc(s->call, (size_t)s->c.n_units, sizeof *buffer, error);
  if (!buffer) return ITG_ERR_MEMORY;
  int64_t from = 0, to = 0;
  for (int32_t g = 0; g < groups->n_groups; g++, from = to) {
    while (to < s->c.n_units && s->c.group[to] == g) to++;
    ITG_TRY(add_group(s, g, from, to, buffer, error));
  }
  return ITG_OK;
}

static itg_status note_contacts(const plan *s, itg_error *error) {
  const itg_contacts *c = &s->c;
  itg_result *result = s->call->result;
  const struct {
    int64_t n;
    const char *text;
  } lost[] = {
      {c->n_no_patient, "rows name no patient and are left out"},
      {c->n_no_provider, "contacts name no provider and are left out; a patient with no other has 0 visits"},
      {s->wanted[INDEX_SECON] ? c->n_no_time : 0, "contacts have no date; their patients have no secon"}};
  for (size_t i = 0; i < ITG_COUNT(lost); i++)
    if (lost[i].n) ITG_TRY(itg_result_note(result, error, "%lld %s.", (long long)lost[i].n, lost[i].text));
  return itg_groups_note(s->call, &c->groups, error);
}

static itg_status note_rules(const plan *s, int64_t n_blocks, itg_error *error) {
  itg_result *result = s->call->result;
  static const char *const kept[] = {"each counts", "it counts once"};
  int64_t few = 0;
  tally all = {0, 0};
  for (int64_t u = 0; u < s->c.n_units; u++) few += s->visits[u] < s->least;
  for (int64_t b = 0; b < n_blocks; b++) {
    all.ties += s->tallies[b].ties;
    all.repeats += s->tallies[b].repeats;
  }
  if (few)
    ITG_TRY(itg_result_note(result, error,
                            "%lld of %lld patients have fewer than %lld visits, and no index (min_visits).",
                            (long long)few, (long long)s->c.n_units, (long long)s->least));
  if (s->c.usual && s->wanted[INDEX_UPC])
    ITG_TRY(itg_result_note(result, error,
                            "upc is the share of the usual provider that the column 'usual' names."));
  if (!s->c.time && s->wanted[INDEX_SECON])
    ITG_TRY(itg_result_note(
        result, error, "There is no date: contacts of a patient follow each other as the rows do (secon)."));
  if (all.ties && s->wanted[INDEX_SECON])
    ITG_TRY(itg_result_note(
        result, error,
        "%lld patients have contacts with several providers at one time, which follow each other as the "
        "rows do (ties).",
        (long long)all.ties));
  if (all.repeats)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld patients have a contact with one provider at one time more than once; %s (repeats).",
        (long long)all.repeats, kept[s->repeats == REPEATS_ONCE]));
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status run(itg_call *call, itg_error *error) {
  plan s = {.call = call};
  itg_frame *frame;
  int columns[INDEX_COUNT];
  ITG_TRY(read_plan(&s, error));
  ITG_TRY(itg_tidy_open(call->result, s.c.groups.names, s.c.groups.n_columns, &s.tidy, error));
  ITG_TRY(open_patients(&s, &frame, columns, error));
  ITG_TRY(itg_check_stop(&call->control, 0.3, error));
  int64_t n_blocks = (s.c.n_units + BLOCK - 1) / BLOCK;
  s.tallies = itg_call_alloc(call, (size_t)n_blocks, sizeof *s.tallies, error);
  if (!s.tallies) return ITG_ERR_MEMORY;
  itg_watch_start(&s.watch, &call->control);
  ITG_TRY(itg_parallel(&s.watch.outer, n_blocks, work_block, &s, error));
  ITG_TRY(find_densities(&s, error));
  ITG_TRY(set_reasons(&s, frame, columns, error));
  ITG_TRY(add_estimates(&s, error));
  ITG_TRY(note_contacts(&s, error));
  return note_rules(&s, n_blocks, error);
}

static const itg_role roles[] = {
    {"data", "patient", ITG_ROLE_TEXT, true, 0, 0, "who was seen; one row per contact"},
    {"data", "provider", ITG_ROLE_TEXT, true, 0, 0,
     "who was seen by: a person, practice or service; a row without one is a contact that cannot be "
     "attributed"},
    {"data", "date", ITG_ROLE_ANY, false, 0, 0,
     "when: a date (2024-03-01, 2024-03-01 14:30) or a number that rises; default: the order of the rows"},
    {"data", "type", ITG_ROLE_TEXT, false, 0, 0, "type of the provider, for fragmented_care_density"},
    {"data", "usual", ITG_ROLE_TEXT, false, 0, 0,
     "usual provider of the patient, such as the practice of registration; default: the one seen most"},
    {"weights", "type_a", ITG_ROLE_TEXT, false, 0, 0,
     "type of a provider; one row per pair of types, either way round"},
    {"weights", "type_b", ITG_ROLE_TEXT, false, 0, 0, "type of the other"},
    {"weights", "weight", ITG_ROLE_NUMBER, false, 0, 0, "weight of the patients that such a pair shares"},
    {0}};

static const itg_field options[] = {
    {"indices", ITG_FIELD_TEXTS, false, NULL,
     "upc|coc|hhi|secon|mmci|mci|entropy|fragmentation|care_density|fragmented_care_density", 0, 0, NULL,
     "which ones; default: all but care_density, and fragmented_care_density where there is an input "
     "weights"},
    {"min_visits", ITG_FIELD_INTEGER, false, "2", NULL, 1, 1e6, NULL,
     "fewest visits for an index; 3 and 4 are in use as well, 4 for fragmentation"},
    {"ties", ITG_FIELD_TEXT, false, "order", "order|error", 0, 0, NULL,
     "contacts with several providers at one time: in the order of the rows, or an error"},
    {"repeats", ITG_FIELD_TEXT, false, "keep", "keep|once|error", 0, 0, NULL,
     "contacts with one provider at one time: each counts, they count once, or an error"},
    {"log_base", ITG_FIELD_NUMBER, false, "2", NULL, 1, 1e6, NULL, "base of the logarithm of entropy"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_output outputs[] = {
    {"patients",
     "one row per patient (and group): patient, columns of by and keep, visits, providers, and the indices"},
    {NULL, NULL}};

const itg_measure itg_continuity_measure = {
    .name = "continuity",
    .title = "Continuity of care: how much of a patient's care stays with the same providers",
    .summary =
        "From contacts (patient, provider, date) per patient with N visits to M providers, n of them to one: "
        "upc (share of the usual provider, max n / N), coc ((sum n^2 - N) / (N (N - 1))), hhi (sum (n/N)^2), "
        "secon (share of visits after which the next is to the same provider), mmci, mci (1 - M / (N + "
        "0.1)), entropy (-sum p log2 p: 0 with one provider), fragmentation (1 - coc); care_density "
        "(patients shared by two providers of the patient, the patient among them, mean over the pairs) and "
        "fragmented_care_density (pairs weighted by their types). From 0 to 1 but entropy and densities. "
        "Estimates are means over patients with t interval, by group; mci_group is mci of the group's mean "
        "visits and providers. Patients with fewer than min_visits, or one provider for the densities, have "
        "no index and are counted (n_missing), as are those without a date (secon) or usual provider (upc). "
        "Each group of by is taken alone: a patient seen in two waves has an index in each, and patients are "
        "shared within the group. Indices but the densities need one patient's rows alone: data may be cut "
        "by patient, the tables patients put together, and their columns summed by states of moments.",
    .source =
        "upc, coc: Bice, Boxerman, Med Care 1977;15:347-9. secon: Steinwachs 1979. mmci: Magill, Senf, J Fam "
        "Pract 1987;24:165-8, as (1 - M / (N + 0.1)) / (1 - 1 / (N + 0.1)); mci is its numerator. Overview: "
        "Jee, Cabana, Med Care Res Rev 2006;63:158-88. Fragmentation: Kern and others, J Gen Intern Med "
        "2017;32:175-81. Care density: Pollack and others, J Gen Intern Med 2013;28:459-65; fragmented: "
        "Engels and others, BMC Med Res Methodol 2024;24. Our choices: two visits at least, order of rows "
        "among contacts at one time, repeated contacts count, base 2.",
    .counts = "patients with the index",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "patients",
    .groups = true,
    .run = run};
