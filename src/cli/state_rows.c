/* state_rows.c - rows of a CSV file as a state takes them: numbers, row after row, and record ids. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

static const char *source_of(const itg_table *table) { return table->source ? table->source : "the data"; }

/* The data are wrong, not the command: exit code and name of the status are those of the core. */
static int fail_data(itg_status status, const char *message) {
  fprintf(stderr, "integrade: %s (%s)\n", message, itg_status_name(status));
  return itg_status_exit(status);
}

/* A number of a table, as it stands; NaN where it is missing.  (cli_cell() is for eyes, and rounds.) */
static double number_of(const itg_table *table, int column, int64_t row) {
  const itg_column *c = &table->columns[column];
  if (c->reason && c->reason[row]) return NAN;
  const void *at = (const char *)c->data + row * (c->stride ? c->stride : (ptrdiff_t)itg_type_size(c->type));
  switch (c->type) {
    case ITG_TYPE_DOUBLE:
      return *(const double *)at;
    case ITG_TYPE_INT64:
      return (double)*(const int64_t *)at;
    case ITG_TYPE_INT32:
      return *(const int32_t *)at;
    default:
      return NAN;
  }
}

/* As a CSV is read: "inf" and "0x10" are words. */
static bool is_number(const char *text) { return *text && !text[strspn(text, "0123456789+-.eE")]; }

/* A column of text may only lack all its values. */
static int check_numbers(const itg_table *table, int column) {
  char buffer[40];
  if (cli_is_number(table, column)) return EXIT_FINE;
  for (int64_t row = 0; row < table->n_rows; row++) {
    const char *text = cli_cell(table, column, row, buffer);
    if (!text || is_number(text)) continue;
    cli_text message = {0};
    cli_print(&message, "%.200s, row %lld, column '%.80s': '%.60s' is not a number; a state takes levels, keys and ids as "
              "numbers: give them numbers", source_of(table), (long long)row + 1, table->columns[column].name, text);
    int code = fail_data(ITG_ERR_TYPE, message.data);
    free(message.data);
    return code;
  }
  return EXIT_FINE;
}

static int push_place(state_rows *rows, const itg_table *table, int at) {
  int code = check_numbers(table, at);
  if (code) return code;
  if (rows->p == rows->capacity) {
    int capacity = rows->capacity ? 2 * rows->capacity : 32;
    int *places = realloc(rows->places, sizeof *places * (size_t)capacity);
    if (places) rows->places = places;
    const char **names = realloc(rows->names, sizeof *names * (size_t)capacity);
    if (names) rows->names = names;
    if (!places || !names) return cli_usage("not enough memory");
    rows->capacity = capacity;
  }
  rows->places[rows->p] = at;
  rows->names[rows->p++] = table->columns[at].name;
  return EXIT_FINE;
}

/* "q{n}": q1, q2, ... or q01, q02, ... as far as they go. */
static int push_places(state_rows *rows, const itg_table *table, const char *name) {
  const char *hole = strstr(name, "{n}");
  int at = cli_column(table, name), code = EXIT_FINE, found = 0;
  if (at >= 0) return push_place(rows, table, at);
  for (int digits = 1; hole && digits <= 3 && !found; digits++) {
    for (;; found++) {
      cli_text one = {0};
      cli_print(&one, "%.*s%0*d%s", (int)(hole - name), name, digits, found + 1, hole + 3);
      at = cli_column(table, one.data);
      free(one.data);
      if (at < 0) break;
      if ((code = push_place(rows, table, at))) return code;
    }
  }
  if (found) return EXIT_FINE;
  cli_text message = {0};
  cli_print(&message, "%.200s has no column '%.80s'; its header names those there are", source_of(table), name);
  code = fail_data(ITG_ERR_COLUMN, message.data);
  free(message.data);
  return code;
}

static int find_places(state_rows *rows, const itg_table *table, const char *columns) {
  char *list = malloc(strlen(columns) + 1);
  int code = EXIT_FINE;
  if (!list) return cli_usage("not enough memory");
  strcpy(list, columns);
  for (char *name = strtok(list, ","); name && !code; name = strtok(NULL, ",")) code = push_places(rows, table, name);
  free(list);
  return code;
}

static int take_values(state_rows *rows, const itg_table *table) {
  const int p = rows->p;
  rows->n = table->n_rows;
  rows->values = malloc(sizeof *rows->values * (size_t)(rows->n * p + 1));
  if (!rows->values) return cli_usage("not enough memory");
  for (int64_t row = 0; row < rows->n; row++)
    for (int j = 0; j < p; j++) rows->values[row * p + j] = number_of(table, rows->places[j], row);
  return EXIT_FINE;
}

static int take_ids(state_rows *rows, const itg_table *table, const char *name) {
  int at = cli_column(table, name), code = EXIT_FINE;
  if (at < 0) return cli_usage("--id names one column of record ids, and %.200s has no '%.80s'", source_of(table), name);
  if ((code = check_numbers(table, at))) return code;
  rows->ids = malloc(sizeof *rows->ids * (size_t)(rows->n + 1));
  if (!rows->ids) return cli_usage("not enough memory");
  for (int64_t row = 0; row < rows->n; row++) {
    double id = number_of(table, at, row);
    if (!(id >= 0 && id <= 9007199254740992.0 && id == floor(id))) {
      cli_text message = {0};
      cli_print(&message, "%.200s, row %lld, column '%.80s': no record id; ids are whole numbers from 0 to 2^53, one in each row",
                source_of(table), (long long)row + 1, name);
      code = fail_data(ITG_ERR_RANGE, message.data);
      free(message.data);
      return code;
    }
    rows->ids[row] = (uint64_t)id;
  }
  return EXIT_FINE;
}

/* Rows that lack a value are left out; the others close up. */
static void keep_complete(state_rows *rows, const char *source) {
  const int p = rows->p;
  int64_t kept = 0;
  for (int64_t row = 0; row < rows->n; row++) {
    bool complete = true;
    for (int j = 0; j < p; j++) complete = complete && !isnan(rows->values[row * p + j]);
    if (!complete) continue;
    memmove(rows->values + kept * p, rows->values + row * p, sizeof *rows->values * (size_t)p);
    if (rows->ids) rows->ids[kept] = rows->ids[row];
    kept++;
  }
  if (kept < rows->n)
    fprintf(stderr, "integrade: note: %s: %lld of %lld rows lack a value and are left out\n", source,
            (long long)(rows->n - kept), (long long)rows->n);
  rows->n = kept;
}

int state_rows_read(state_rows *rows, const char *path, const char *columns, const char *id, bool complete) {
  itg_error error;
  *rows = (state_rows){.complete = complete};
  if (itg_frame_read(path, NULL, &rows->frame, &error)) return cli_fail(&error);
  const itg_table *table = itg_frame_table(rows->frame);
  int code = find_places(rows, table, columns);
  if (!code) code = take_values(rows, table);
  if (!code && id) code = take_ids(rows, table, id);
  if (!code && complete) keep_complete(rows, path);
  return code;
}

/* The core speaks of rows and columns of values; the user has a file and names. */
int state_rows_fail(const state_rows *rows, const itg_error *error) {
  long at = error->column[0] ? strtol(error->column, NULL, 10) : 0;
  const char *what = strstr(error->message, "': "), *code = strstr(error->message, " (ITG_");
  if (at < 1 || at > rows->p || error->row < 1 || !what || !code) return cli_fail(error);
  fprintf(stderr, "integrade: %.200s, row %lld, column '%.80s%.*s%s%s\n", source_of(itg_frame_table(rows->frame)),
          (long long)error->row, rows->names[at - 1], (int)(code - what), what,
          !rows->complete && strstr(what, ": NA ") ? "; --complete leaves out rows that lack a value" : "", code);
  return itg_status_exit(error->status);
}

void state_rows_free(state_rows *rows) {
  itg_frame_free(rows->frame);
  free(rows->values);
  free(rows->ids);
  free(rows->names);
  free(rows->places);
}
