/* itg_date.c - layer 3: see itg_date.h. */
#include <math.h>
#include <string.h>

#include "itg_call.h"
#include "itg_date.h"

/* So many digits as a number; -1: other characters. */
static int digits(const char *text, int n) {
  int value = 0;
  for (int i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = 10 * value + (text[i] - '0');
  }
  return value;
}

/* Days from 1970-01-01, by years that begin in March, so that the leap day is the last. */
static int64_t days_of(int year, int month, int day) {
  int64_t y = month > 2 ? year : year - 1, m = (month + 9) % 12;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static int length_of_month(int year, int month) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return lengths[month - 1] + (month == 2 && leap);
}

/* Rest of a time: nothing, Z, +01:00 or +0100; minutes east of Greenwich. */
static bool parse_zone(const char *text, int *east) {
  if (!*text || strcmp(text, "Z") == 0) return true;
  size_t size = strlen(text);
  bool colon = size == 6 && text[3] == ':';
  if ((*text != '+' && *text != '-') || (size != 5 && !colon)) return false;
  int hours = digits(text + 1, 2), minutes = digits(text + (colon ? 4 : 3), 2);
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return false;
  *east = (*text == '-' ? -1 : 1) * (60 * hours + minutes);
  return true;
}

bool itg_date_parse(const char *text, double *days) {
  size_t size = strnlen(text, 11);
  int year = size < 10 ? -1 : digits(text, 4), month = year < 0 ? -1 : digits(text + 5, 2);
  if (month < 1 || month > 12 || text[4] != '-' || text[7] != '-') return false;
  int day = digits(text + 8, 2);
  if (day < 1 || day > length_of_month(year, month)) return false;
  *days = (double)days_of(year, month, day);
  const char *at = text + 10;
  if (!*at) return true;
  if ((*at != ' ' && *at != 'T') || strlen(at) < 6 || at[3] != ':') return false;
  int hour = digits(at + 1, 2), minute = digits(at + 4, 2);
  double second = 0;
  at += 6;
  if (*at == ':') {
    size_t n = strspn(at + 1, "0123456789.");
    if (n < 2 || digits(at + 1, 2) < 0 || !itg_number_parse(at + 1, n, &second)) return false;
    at += 1 + n;
  }
  int east = 0;
  if (!parse_zone(at, &east) || hour < 0 || hour > 23 || minute < 0 || minute > 59 || !(second < 60))
    return false;
  *days += (3600.0 * hour + 60.0 * (minute - east) + second) / 86400;
  return true;
}

/* Does the column hold dates?  So it does when its first cell that is no code is one. */
static bool holds_dates(const itg_call_state *state, const itg_column *column, int64_t n) {
  char buffer[ITG_NUMBER_SIZE];
  double day;
  for (int64_t i = 0; i < n; i++) {
    const char *text = itg_column_text(column, i, buffer);
    bool code = !text;
    for (int k = 0; !code && k < state->n_codes; k++) code = strcmp(state->codes[k].text, text) == 0;
    if (!code) return itg_date_parse(text, &day) || !itg_number_parse(text, strlen(text), &day);
  }
  return false;
}

itg_status itg_call_times(itg_call *call, const char *role, double **values, uint8_t **reasons,
                          itg_error *error) {
  const itg_binding *b = itg_call_binding(call, role);
  const itg_column *column = itg_call_column(call, role);
  if (!column || itg_column_is_number(column) || !holds_dates(call->state, column, b->table->n_rows))
    return itg_call_numbers(call, role, values, reasons, error);
  int64_t n = b->table->n_rows, missing = 0;
  *values = itg_call_alloc(call, (size_t)n, sizeof **values, error);
  *reasons = itg_call_alloc(call, (size_t)n, sizeof **reasons, error);
  if (!*values || !*reasons) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) {
    char buffer[ITG_NUMBER_SIZE];
    ITG_PACE(call->pace, i, error);
    itg_reason reason = itg_column_reason(column, i);
    const char *text = itg_column_text(column, i, buffer);
    for (int k = 0; text && !reason && k < call->state->n_codes; k++)
      if (strcmp(call->state->codes[k].text, text) == 0) reason = call->state->codes[k].reason;
    if (!reason && !itg_date_parse(text, &(*values)[i]))
      return itg_fail_at(
          error, ITG_ERR_TYPE, b->table, i, column->name,
          "'%.60s' is not a date; dates are written 2024-03-01, with a time 2024-03-01 14:30; correct it, "
          "or declare it in `missing`",
          text);
    (*reasons)[i] = (uint8_t)reason;
    if (!reason) continue;
    (*values)[i] = NAN;
    missing++;
  }
  itg_call_count_missing(call, role, 0, missing);
  return ITG_OK;
}
