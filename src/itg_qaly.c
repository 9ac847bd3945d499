/* itg_qaly.c - layer 3: measure qaly: utilities at visits to quality-adjusted life-years, person by person.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_discount.h"
#include "itg_eq5d.h"
#include "itg_sort.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_utility.h"

static const itg_role roles[] = {
    {"data", "id", ITG_ROLE_TEXT, false, 0, 0, "person; needed when a row is a visit"},
    {"data", "time", ITG_ROLE_NUMBER, false, 0, 0, "time of the visit since the start, in time_unit, 0 or more"},
    {"data", "utility", ITG_ROLE_NUMBER, false, -2, 1, "utility at the visit, 1 full health"},
    {"data", "utilities", ITG_ROLE_NUMBERS, false, -2, 1,
     "one column of utilities per visit, when a row is a person; their times stand in option times"},
    ITG_EQ5D_ROLES,
    {"data", "profiles", ITG_ROLE_TEXTS, false, 0, 0,
     "one column of EQ-5D profiles (21232) per visit, when a row is a person, instead of utilities"},
    {"data", "death", ITG_ROLE_NUMBER, false, 0, INFINITY, "time of death, in time_unit; missing: alive"},
    {0}};

static const itg_field options[] = {
    ITG_UTILITY_OPTIONS,
    ITG_EQ5D_INVALID,
    {"times", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 0, NULL,
     "times of the planned visits, rising; a planned visit without a row is a missing one"},
    {"time_unit", ITG_FIELD_TEXT, true, NULL, "years|months|weeks|days", 0, 0, NULL,
     "unit of all times, years, months, weeks or days, never guessed: a year has 12 months or 365.25 days"},
    {"horizon", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 0, NULL,
     "end of the period, in time_unit; default: the last planned visit, else each person's last visit"},
    {"gaps", ITG_FIELD_TEXT, false, "missing", "missing|interpolate|carry", 0, 0, NULL,
     "a missing utility between two others: the QALY is missing, a straight line bridges it, or the visit "
     "takes the last value"},
    {"end", ITG_FIELD_TEXT, false, "missing", "missing|carry|stop", 0, 0, NULL,
     "last utility before the horizon, person alive: the QALY is missing, the last value holds to the "
     "horizon, or the area stops there"},
    {"dying", ITG_FIELD_TEXT, false, "carry", "carry|interpolate", 0, 0, NULL,
     "from the last utility to death: the value holds, or falls in a straight line to 0"},
    {"order", ITG_FIELD_TEXT, false, "error", "error|sort", 0, 0, NULL,
     "rows of a person that are not in order of time"},
    {"discount", ITG_FIELD_NUMBERS, false, "0", NULL, 0, 1, NULL,
     "discount rate a year, 0.035 for 3.5%; several with discount_from"},
    {"discount_from", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 1000, NULL,
     "years from which each rate holds, the first 0"},
    {"timing", ITG_FIELD_TEXT, false, "step", ITG_TIMINGS, 0, 0, NULL,
     "when a year's effects count: step (first year free), end or mid of each year, continuous, none"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "confidence level"},
    {0}};

static const itg_output outputs[] = {
    {"qalys",
     "a row per person: id, the kept and grouping columns, visits (with a utility), missing (without), "
     "years covered, baseline utility, qaly"},
    {0}};

typedef enum { GAPS_MISSING, GAPS_INTERPOLATE, GAPS_CARRY } gap_rule;
typedef enum { END_MISSING, END_CARRY, END_STOP } end_rule;

typedef struct visit {
  double time, utility; /* years; NaN missing */
  int64_t row;
  uint8_t reason;
} visit;

typedef struct person {
  int64_t row;          /* first row */
  int64_t first, count; /* visits */
  double death;         /* years; NaN alive */
  int64_t seen, missing;
  double years, baseline, qaly;
  itg_reason reason;
} person;

typedef struct plan {
  itg_call *call;
  const itg_table *table;
  itg_discount discount;
  itg_utility_values set; /* value NULL: utilities are given */
  int64_t n_invalid;      /* profiles that do not exist */
  double per_year, horizon; /* time units in a year; NaN: none */
  const double *times;      /* planned, in years */
  int n_times;
  gap_rule gaps;
  end_rule end;
  bool falls, sorts;
  person *persons;
  int64_t n_persons;
  visit *visits;
  itg_factor ids;           /* n 0: a row is a person */
  const int64_t *person_of; /* of each row; NULL: a row is a person */
} plan;

/* ---- the area of one person ---- */

static void no_qaly(person *p, itg_reason reason) {
  p->qaly = NAN;
  p->reason = reason;
}

/* Visits in order of time, none after death. */
static void sum_person(const plan *s, person *p, visit *visits) {
  visit *v = visits + p->first;
  int64_t n = p->count, known = -1;
  p->baseline = p->years = NAN;
  for (int64_t i = 0; i < n; i++) {
    if (isnan(v[i].utility))
      p->missing++;
    else
      p->seen++, known = i;
  }
  if (!n || isnan(v[0].utility)) {
    no_qaly(p, n ? (itg_reason)v[0].reason : ITG_REASON_MISSING);
    return;
  }
  p->baseline = v[0].utility;
  bool dead = !isnan(p->death);
  double end = !isnan(s->horizon) ? s->horizon : dead ? p->death : v[n - 1].time;
  double alive = dead && p->death < end ? p->death : end;
  itg_sum area = {0, 0};
  visit at = v[0];
  for (int64_t i = 1; i <= known && at.time < alive; i++) {
    visit next = v[i];
    if (isnan(next.utility)) {
      if (s->gaps == GAPS_MISSING && next.time <= alive) {
        no_qaly(p, (itg_reason)next.reason);
        return;
      }
      if (s->gaps != GAPS_CARRY) continue;
      next.utility = at.utility;
    }
    if (next.time > alive) {
      next.utility = at.utility + (next.utility - at.utility) * (alive - at.time) / (next.time - at.time);
      next.time = alive;
    }
    itg_sum_add(&area, itg_discount_area(&s->discount, at.time, at.utility, next.time, next.utility));
    at = next;
  }
  bool dies = dead && p->death <= end;
  if (at.time < alive && !dies && s->end == END_MISSING) {
    no_qaly(p, ITG_REASON_MISSING);
    return;
  }
  if (at.time < alive && !dies && s->end == END_STOP) end = at.time;
  if (at.time < end && at.time < alive)
    itg_sum_add(&area, itg_discount_area(&s->discount, at.time, at.utility, alive,
                                         dies && s->falls ? 0 : at.utility));
  p->years = end - v[0].time;
  if (p->years > 0)
    p->qaly = itg_sum_value(&area);
  else
    no_qaly(p, ITG_REASON_TOO_FEW);
}

/* ---- utilities: as they stand, or of profiles by a value set ---- */

/* Utilities are given, or made: not both. */
static itg_status check_source(const itg_call *call, const char *role, itg_error *error) {
  static const char *const levels[] = {"profile", "profiles", "mobility"};
  if (!itg_utility_has_valueset(call)) {
    for (size_t i = 0; i < ITG_COUNT(levels) && !itg_call_has(call, role); i++)
      if (itg_call_has(call, levels[i]))
        return itg_fail(error, ITG_ERR_OPTION,
                        "EQ-5D profiles need a value set to become utilities; set option valueset, such as "
                        "eq5d-5l-england");
    return ITG_OK;
  }
  if (!itg_call_has(call, role)) return ITG_OK;
  return itg_call_fail(call, error, ITG_ERR_COLUMN, role, -1,
                       "stands beside the option valueset, which makes utilities of profiles; leave one out "
                       "(`columns: {%s: null}` passes over it)",
                       role);
}

/* Column `index` of the utilities of a person's visits; index -1: of a visit in each row. */
static itg_status read_utilities(plan *s, int index, double **values, uint8_t **reasons, itg_error *error) {
  itg_call *call = s->call;
  itg_eq5d source;
  int64_t n = s->table->n_rows, n_missing, n_invalid;
  if (!s->set.value)
    return index < 0 ? itg_call_numbers(call, "utility", values, reasons, error)
                     : itg_call_numbers_at(call, "utilities", index, values, reasons, error);
  ITG_TRY(index < 0 ? itg_eq5d_open(call, s->set.levels, s->set.what, &source, error)
                    : itg_eq5d_open_profiles(call, "profiles", index, s->set.levels, s->set.what, &source, error));
  uint16_t *profiles = itg_call_alloc(call, (size_t)n, sizeof *profiles, error);
  *values = itg_call_alloc(call, (size_t)n, sizeof **values, error);
  *reasons = itg_call_alloc(call, (size_t)n, sizeof **reasons, error);
  if (!profiles || !*values || !*reasons) return ITG_ERR_MEMORY;
  ITG_TRY(itg_eq5d_index(&source, profiles, *reasons, &n_missing, &n_invalid, error));
  for (int64_t row = 0; row < n; row++) {
    int32_t set = s->set.stratum ? s->set.stratum[row] : 0;
    (*values)[row] = set < 0 ? NAN : s->set.value[(int64_t)set * (s->set.n_states + 1) + profiles[row]];
    if (set < 0 && !(*reasons)[row]) (*reasons)[row] = ITG_REASON_MISSING;
  }
  if (source.is_profile)
    itg_call_count_missing(call, index < 0 ? "profile" : "profiles", index < 0 ? 0 : index, n_missing);
  s->n_invalid += n_invalid;
  return ITG_OK;
}

/* ---- visits of each person ---- */

static itg_status fail_person(const plan *s, itg_error *error, itg_status status, const char *role,
                              int64_t row, const char *problem) {
  const char *id = s->ids.n ? s->ids.levels[s->ids.codes[row]] : "";
  return itg_call_fail(s->call, error, status, role, row, "%s%.60s%s%s", s->ids.n ? "person " : "", id,
                       s->ids.n ? ": " : "", problem);
}

/* A utility after death can only be 0. */
static itg_status drop_after_death(const plan *s, person *p, itg_error *error) {
  visit *v = s->visits + p->first;
  if (isnan(p->death)) return ITG_OK;
  for (int64_t i = 0; i < p->count; i++)
    if (v[i].time > p->death && v[i].utility != 0 && !isnan(v[i].utility))
      return fail_person(s, error, ITG_ERR_DATA, s->ids.n ? "utility" : "death", v[i].row,
                         "has a utility after death; correct the time of death or the visit");
  while (p->count && v[p->count - 1].time > p->death) p->count--;
  return ITG_OK;
}

static int compare_visits(const void *a, const void *b) {
  const visit *x = a, *y = b;
  if (x->time != y->time) return x->time < y->time ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static itg_status order_visits(const plan *s, person *p, itg_error *error) {
  visit *v = s->visits + p->first;
  bool rising = true;
  for (int64_t i = 1; i < p->count; i++) {
    ITG_PACE(s->call->pace, i, error);
    if (v[i].time >= v[i - 1].time) continue;
    if (!s->sorts)
      return fail_person(
          s, error, ITG_ERR_ORDER, "time", v[i].row,
          "this visit stands after a later one; put the rows in order of time, or set order: sort");
    rising = false;
  }
  if (!rising) ITG_TRY(itg_sort(v, (size_t)p->count, sizeof *v, compare_visits, s->call->pace, error));
  for (int64_t i = 1; i < p->count; i++)
    if (v[i].time == v[i - 1].time)
      return fail_person(s, error, ITG_ERR_DUPLICATE, "time", v[i].row,
                         "two visits at one time; keep one of them");
  if (p->count && v[0].time < 0)
    return fail_person(s, error, ITG_ERR_RANGE, "time", v[0].row,
                       "a visit before the start, which is time 0; if it is the baseline, give it time 0");
  return ITG_OK;
}

static bool is_same_time(double a, double b) { return fabs(a - b) <= 1e-9 * (1 + fabs(b)); }

/* Planned visits that have no row join as missing ones; room for them was left. */
static void add_planned(const plan *s, person *p) {
  visit *v = s->visits + p->first;
  for (int k = 0; k < s->n_times; k++) {
    int64_t at = 0;
    while (at < p->count && v[at].time < s->times[k] && !is_same_time(v[at].time, s->times[k])) at++;
    if (at < p->count && is_same_time(v[at].time, s->times[k])) continue;
    memmove(v + at + 1, v + at, (size_t)(p->count - at) * sizeof *v);
    v[at] = (visit){s->times[k], NAN, p->row, ITG_REASON_MISSING};
    p->count++;
  }
}

static itg_status read_deaths(plan *s, const double *deaths, itg_error *error) {
  for (int64_t row = 0; deaths && row < s->table->n_rows; row++) {
    person *p = &s->persons[s->person_of ? s->person_of[row] : row];
    double time = deaths[row] / s->per_year;
    if (isnan(time)) continue;
    if (!isnan(p->death) && p->death != time)
      return fail_person(s, error, ITG_ERR_DATA, "death", row, "has two times of death; keep one");
    p->death = time;
  }
  return ITG_OK;
}

static itg_status read_long(plan *s, const double *deaths, itg_error *error) {
  static const char *const wanted[] = {"id", "time",
                                       "utility"}; /* or profiles, which say themselves what they lack */
  double *times, *utilities;
  uint8_t *time_reasons, *reasons;
  int64_t n = s->table->n_rows;
  for (size_t i = 0; i < (s->set.value ? 2 : ITG_COUNT(wanted)); i++)
    if (!itg_call_has(s->call, wanted[i]))
      return itg_call_fail(s->call, error, ITG_ERR_COLUMN, wanted[i], -1,
                           "not found; a row per visit needs id, time and utility, a row per person needs "
                           "utilities (several columns) and option times; name them in `columns`; EQ-5D "
                           "profiles instead of utilities need option valueset");
  ITG_TRY(itg_call_factor(s->call, "id", &s->ids, error));
  ITG_TRY(itg_call_numbers(s->call, "time", &times, &time_reasons, error));
  ITG_TRY(read_utilities(s, -1, &utilities, &reasons, error));
  s->n_persons = s->ids.n_levels;
  int64_t *person_of = itg_call_alloc(s->call, (size_t)n, sizeof *person_of, error);
  int64_t *order = itg_call_alloc(s->call, (size_t)s->n_persons, sizeof *order, error);
  s->persons = itg_call_alloc(s->call, (size_t)s->n_persons, sizeof *s->persons, error);
  s->visits = itg_call_alloc(s->call, (size_t)(n + s->n_persons * s->n_times), sizeof *s->visits, error);
  if (!person_of || !order || !s->persons || !s->visits) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < s->n_persons; i++) order[i] = -1;
  /* Persons in order of appearance, as their rows are to be joined with other tables. */
  int64_t seen = 0;
  for (int64_t row = 0; row < n; row++) {
    ITG_PACE(s->call->pace, row, error);
    if (s->ids.codes[row] < 0)
      return itg_call_fail(s->call, error, ITG_ERR_DATA, "id", row, "a visit without a person; give its id");
    if (time_reasons[row])
      return itg_call_fail(s->call, error, ITG_ERR_DATA, "time", row,
                           "a visit without a time; give it, or leave the row out");
    int64_t *place = &order[s->ids.codes[row]];
    if (*place < 0) {
      *place = seen++;
      s->persons[*place] = (person){.row = row, .death = NAN};
    }
    person_of[row] = *place;
    s->persons[*place].count++;
  }
  s->person_of = person_of;
  int64_t at = 0;
  for (int64_t i = 0; i < s->n_persons; i++) {
    s->persons[i].first = at;
    at += s->persons[i].count + s->n_times;
    s->persons[i].count = 0;
  }
  for (int64_t row = 0; row < n; row++) {
    person *p = &s->persons[person_of[row]];
    ITG_PACE(s->call->pace, row, error);
    s->visits[p->first + p->count++] = (visit){times[row] / s->per_year, utilities[row], row, reasons[row]};
  }
  ITG_TRY(read_deaths(s, deaths, error));
  for (int64_t i = 0; i < s->n_persons; i++) {
    ITG_PACE(s->call->pace, i, error);
    ITG_TRY(order_visits(s, &s->persons[i], error));
    add_planned(s, &s->persons[i]);
    ITG_TRY(drop_after_death(s, &s->persons[i], error));
  }
  return ITG_OK;
}

static itg_status read_wide(plan *s, const char *role, const double *deaths, itg_error *error) {
  int k = itg_call_columns(s->call, role, NULL);
  const char *of_visit = s->set.value ? "profile" : "utility";
  if (itg_call_has(s->call, of_visit))
    return itg_call_fail(s->call, error, ITG_ERR_COLUMN, of_visit, -1,
                         "given beside %s; a row is either a visit or a person", role);
  if (k != s->n_times)
    return itg_fail(error, ITG_ERR_OPTION, "%d columns of %s need as many visits in option 'times'; it has %d", k,
                    role, s->n_times);
  int64_t n = s->n_persons = s->table->n_rows;
  s->persons = itg_call_alloc(s->call, (size_t)n, sizeof *s->persons, error);
  s->visits = itg_call_alloc(s->call, (size_t)n * (size_t)k, sizeof *s->visits, error);
  if (!s->persons || !s->visits) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++)
    s->persons[i] = (person){.row = i, .first = i * k, .count = k, .death = NAN};
  for (int j = 0; j < k; j++) {
    double *values;
    uint8_t *reasons;
    ITG_TRY(read_utilities(s, j, &values, &reasons, error));
    for (int64_t i = 0; i < n; i++) s->visits[i * k + j] = (visit){s->times[j], values[i], i, reasons[i]};
  }
  ITG_TRY(read_deaths(s, deaths, error));
  for (int64_t i = 0; i < n; i++) ITG_TRY(drop_after_death(s, &s->persons[i], error));
  return ITG_OK;
}

static int word_index(const char *word, const char *const *words, int n) {
  for (int i = 0; i < n; i++)
    if (strcmp(word, words[i]) == 0) return i;
  return 0;
}

static itg_status read_plan(plan *s, itg_error *error) {
  static const char *const units[] = {"years", "months", "weeks", "days"};
  static const double per_year[] = {1, 12, 365.25 / 7, 365.25};
  static const char *const gaps[] = {"missing", "interpolate", "carry"}, *const ends[] = {"missing", "carry",
                                                                                          "stop"};
  itg_call *call = s->call;
  s->per_year = per_year[word_index(itg_call_text(call, "time_unit"), units, 4)];
  s->gaps = (gap_rule)word_index(itg_call_text(call, "gaps"), gaps, 3);
  s->end = (end_rule)word_index(itg_call_text(call, "end"), ends, 3);
  s->falls = strcmp(itg_call_text(call, "dying"), "interpolate") == 0;
  s->sorts = strcmp(itg_call_text(call, "order"), "sort") == 0;
  double *times = NULL, *deaths = NULL;
  uint8_t *reasons;
  ITG_TRY(itg_discount_read(call, "discount", "discount_from", "timing", &s->discount, error));
  ITG_TRY(itg_call_list(call, "times", &times, &s->n_times, error));
  for (int k = 0; k < s->n_times; k++) {
    times[k] /= s->per_year;
    if (times[k] < 0) return itg_fail(error, ITG_ERR_OPTION, "option 'times' begins before the start, which is 0");
    if (k && !(times[k] > times[k - 1]))
      return itg_fail(error, ITG_ERR_OPTION,
                      "option 'times' must rise; visit %d does not come after the one before it", k + 1);
  }
  s->times = times;
  s->horizon = itg_call_number(call, "horizon") / s->per_year;
  if (itg_call_given(call, "horizon") && !(s->horizon > 0)) {
    char text[ITG_NUMBER_SIZE];
    itg_number_print(itg_call_number(call, "horizon"), text);
    return itg_fail(error, ITG_ERR_OPTION, "option 'horizon' is %s; the period ends after its start, above 0", text);
  }
  if (isnan(s->horizon) && s->n_times) s->horizon = times[s->n_times - 1];
  if (itg_call_has(call, "death")) ITG_TRY(itg_call_numbers(call, "death", &deaths, &reasons, error));
  if (!s->table || !s->table->n_rows)
    return itg_fail(error, ITG_ERR_EMPTY, "measure qaly needs a table of visits; the table has no rows");
  const char *wide = itg_utility_has_valueset(call) ? "profiles" : "utilities";
  bool is_wide = itg_call_has(call, wide);
  ITG_TRY(check_source(call, itg_utility_has_valueset(call) || !is_wide ? "utility" : "utilities", error));
  if (itg_utility_has_valueset(call)) {
    ITG_TRY(check_source(call, "utilities", error));
    ITG_TRY(itg_utility_values_find(call, &s->set, error));
  }
  return is_wide ? read_wide(s, wide, deaths, error) : read_long(s, deaths, error);
}

/* ---- results ---- */

static itg_status write_qalys(plan *s, const itg_groups *groups, itg_error *error) {
  itg_frame *frame;
  int visits, missing, years, baseline, qaly;
  int64_t n = s->n_persons;
  int64_t *rows = itg_call_alloc(s->call, (size_t)n, sizeof *rows, error);
  if (!rows) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) rows[i] = s->persons[i].row;
  ITG_TRY(itg_result_add_table(s->call->result, "qalys", &frame, error));
  ITG_TRY(itg_frame_resize(frame, n, error));
  if (itg_call_has(s->call, "id"))
    ITG_TRY(itg_frame_copy_rows(frame, s->table,
                                itg_table_column(s->table, itg_call_column(s->call, "id")->name), "id", rows,
                                error));
  for (int g = 0; g < groups->n_columns; g++)
    ITG_TRY(itg_frame_copy_rows(frame, s->table, itg_table_column(s->table, groups->names[g]),
                                groups->names[g], rows, error));
  ITG_TRY(itg_call_keep_rows(s->call, frame, rows, error));
  ITG_TRY(itg_frame_add_column(frame, "visits", ITG_TYPE_INT64, &visits, error));
  ITG_TRY(itg_frame_add_column(frame, "missing", ITG_TYPE_INT64, &missing, error));
  ITG_TRY(itg_frame_add_column(frame, "years", ITG_TYPE_DOUBLE, &years, error));
  ITG_TRY(itg_frame_add_column(frame, "baseline", ITG_TYPE_DOUBLE, &baseline, error));
  ITG_TRY(itg_frame_add_column(frame, "qaly", ITG_TYPE_DOUBLE, &qaly, error));
  for (int64_t i = 0; i < n; i++) {
    const person *p = &s->persons[i];
    ITG_PACE(s->call->pace, i, error);
    itg_frame_set_int(frame, i, visits, p->seen);
    itg_frame_set_int(frame, i, missing, p->missing);
    itg_frame_set_double(frame, i, years, p->years);
    itg_frame_set_double(frame, i, baseline, p->baseline);
    if (p->reason)
      itg_frame_set_missing(frame, i, qaly, p->reason);
    else
      itg_frame_set_double(frame, i, qaly, p->qaly);
  }
  return ITG_OK;
}

/* Mean with t interval; standard deviation only where it is asked for. */
static itg_status add_mean(itg_tidy *tidy, const char *scale, const char *const *labels, const double *values,
                           int64_t n, int64_t n_missing, const char *unit, bool spread, double conf_level,
                           itg_error *error) {
  itg_estimate e = itg_estimate_of("qaly", scale, labels, unit);
  double sd = sqrt(itg_variance_of(values, n));
  e.n = n;
  e.n_missing = n_missing;
  if (!n) {
    e.reason = ITG_REASON_MISSING;
  } else if (spread) {
    e.estimate = sd;
    e.reason = n < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
  } else {
    e.estimate = itg_mean_of(values, n);
    e.std_error = sd / sqrt((double)n);
    e.reason = n < 2 ? ITG_REASON_TOO_FEW : sd > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
    double half = n > 1 && sd > 0 ? itg_t_quantile(0.5 + conf_level / 2, (double)(n - 1)) * e.std_error : NAN;
    e.conf_low = e.estimate - half;
    e.conf_high = e.estimate + half;
  }
  return itg_tidy_add(tidy, &e, error);
}

/* The persons of each group. */
static itg_status list_persons(const plan *s, const itg_groups *groups, itg_lists *out, itg_error *error) {
  int32_t *group_of = itg_call_alloc(s->call, (size_t)s->n_persons, sizeof *group_of, error);
  if (!group_of) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < s->n_persons; i++) group_of[i] = groups->codes[s->persons[i].row];
  return itg_codes_lists(group_of, groups->n_groups, NULL, s->n_persons, s->call->arena, out, error);
}

static itg_status write_group(plan *s, itg_tidy *tidy, const itg_groups *groups, int32_t g, const itg_lists *members,
                              double *values, itg_error *error) {
  const char *const *labels = groups->labels ? groups->labels[g] : NULL;
  double conf_level = itg_call_number(s->call, "conf_level");
  static const char *const scales[] = {"qaly", "qaly_sd", "baseline", "years"}, *const units[] = {
                                                                                    "QALY", "QALY", "utility",
                                                                                    "years"};
  for (size_t k = 0; k < ITG_COUNT(scales); k++) {
    int64_t n = 0, n_missing = 0;
    for (int64_t i = members->start[g]; i < members->start[g + 1]; i++) {
      ITG_PACE(s->call->pace, i, error);
      const person *p = &s->persons[members->rows[i]];
      double value = k < 2 ? p->qaly : k == 2 ? p->baseline : p->qaly == p->qaly ? p->years : NAN;
      if (isnan(value))
        n_missing++;
      else
        values[n++] = value;
    }
    ITG_TRY(itg_pace_step(s->call->pace, error));
    ITG_TRY(add_mean(tidy, scales[k], labels, values, n, n_missing, units[k], k == 1, conf_level, error));
  }
  return ITG_OK;
}

/* The unit of the times and the end of the period. */
static itg_status note_period(const plan *s, double least, double most, itg_error *error) {
  const char *unit = itg_call_text(s->call, "time_unit");
  bool fixed = !isnan(s->horizon), varies = !fixed && most - least > 1e-9;
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_print(&text, "Times are in %s; ", unit);
  itg_text_add(&text, fixed ? "the period ends at " : "each person's period ends with the last visit, at ");
  itg_text_significant(&text, s->per_year * (fixed ? s->horizon : least), 6);
  if (varies) itg_text_add(&text, " to ");
  if (varies) itg_text_significant(&text, s->per_year * most, 6);
  itg_status status =
      text.failed ? itg_fail_memory(error)
                  : itg_result_note(s->call->result, error, "%s%s.", text.data,
                                    !fixed                               ? ""
                                    : itg_call_given(s->call, "horizon") ? " (option horizon)"
                                                                         : " (the last planned visit)");
  itg_text_clear(&text);
  return status;
}

static itg_status note_rules(plan *s, int64_t n_missing, double least, double most, itg_error *error) {
  static const char *const gaps[] = {"makes the QALY missing", "is bridged by a straight line",
                                     "is filled with the last value"};
  static const char *const ends[] = {"makes the QALY missing", "carries the last utility forward",
                                     "ends the area at the last utility"};
  itg_result *result = s->call->result;
  const char *words = itg_discount_words(s->call, &s->discount, error);
  if (!words) return ITG_ERR_MEMORY;
  ITG_TRY(itg_result_note(result, error, "Area under the straight lines between visits, %s.", words));
  ITG_TRY(note_period(s, least, most, error));
  if (s->n_invalid)
    ITG_TRY(itg_result_note(result, error, "%lld profiles that do not exist count as missing (invalid: missing).",
                            (long long)s->n_invalid));
  if (n_missing)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld of %lld persons have no QALY. A missing utility between others %s; follow-up that ends before "
        "the horizon %s; a missing baseline always makes the QALY missing.",
        (long long)n_missing, (long long)s->n_persons, gaps[s->gaps], ends[s->end]));
  if (most - least > 1e-9)
    ITG_TRY(itg_result_note(
        result, error,
        "Persons were followed for different times, so their QALYs do not cover the same period; set "
        "horizon to compare them."));
  return ITG_OK;
}

/* A person belongs to one group. */
static itg_status check_groups(const plan *s, const itg_groups *groups, itg_error *error) {
  for (int64_t row = 0; s->person_of && row < groups->n; row++) {
    ITG_PACE(s->call->pace, row, error);
    if (groups->codes[row] != groups->codes[s->persons[s->person_of[row]].row])
      return fail_person(s, error, ITG_ERR_DATA, "id", row,
                         "stands in two groups of option 'by'; group by what does not change between visits");
  }
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  plan s = {.call = call, .table = itg_call_table(call, "data")};
  itg_groups groups;
  itg_lists members;
  itg_tidy tidy;
  ITG_TRY(read_plan(&s, error));
  ITG_TRY(itg_call_groups(call, &groups, error));
  ITG_TRY(check_groups(&s, &groups, error));
  int64_t n_missing = 0, n_dead = 0;
  double least = INFINITY, most = -INFINITY;
  for (int64_t i = 0; i < s.n_persons; i++) {
    person *p = &s.persons[i];
    sum_person(&s, p, s.visits);
    n_missing += p->reason != ITG_REASON_PRESENT;
    n_dead += !isnan(p->death);
    if (!p->reason) least = fmin(least, p->years), most = fmax(most, p->years);
  }
  if (n_missing == s.n_persons)
    return itg_fail_at(
        error, ITG_ERR_EMPTY, s.table, -1, NULL,
        "no person has a QALY: all %lld lack a baseline, a visit or follow-up; see options gaps and end",
        (long long)n_missing);
  double *values = itg_call_alloc(call, (size_t)s.n_persons, sizeof *values, error);
  if (!values) return ITG_ERR_MEMORY;
  ITG_TRY(itg_tidy_open(call->result, groups.names, groups.n_columns, &tidy, error));
  ITG_TRY(list_persons(&s, &groups, &members, error));
  for (int32_t g = 0; g < groups.n_groups; g++)
    ITG_TRY(write_group(&s, &tidy, &groups, g, &members, values, error));
  ITG_TRY(write_qalys(&s, &groups, error));
  ITG_TRY(note_rules(&s, n_missing, least, most, error));
  if (n_dead)
    ITG_TRY(itg_result_note(
        call->result, error, "%lld persons died: utility is 0 from death on, and before it %s.",
        (long long)n_dead,
        s.falls ? "falls to 0 in a straight line from the last visit" : "the last value holds"));
  return ITG_OK;
}

const itg_measure itg_qaly_measure = {
    .name = "qaly",
    .title = "Quality-adjusted life-years from utilities at visits",
    .summary =
        "Sums each person's utility over time: the area under straight lines between visits, at whatever "
        "times they were, in years, discounted if asked. Rows are visits (id, time, utility) or persons "
        "(utilities, option times). EQ-5D profiles in place of utilities, five columns of levels or one such as "
        "21232 (profiles: one per visit), are valued by option valueset, those of several countries each by theirs "
        "(valueset_by). From death on utility is 0. A missing utility, an early end, and visits "
        "out of order are handled by stated rules and counted. Estimates are mean QALY with t interval, "
        "standard deviation, mean baseline utility and mean years covered, by group; table qalys has a row "
        "per person.",
    .source =
        "Area under the curve: Manca, Hawkins, Sculpher, Health Econ 2005;14:487-496. Discounting "
        "conventions differ between guidelines and programs, so the one used is an option and is told in a "
        "note; continuous discounting integrates the discounted straight line exactly. Our choices: the "
        "default rules for gaps, end and dying, and utilities between -2 and 1.",
    .counts = "persons",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "qalys",
    .groups = true,
    .run = run};
