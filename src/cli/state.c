/* state.c - `integrade state add|merge|finish`: states that merge, as files. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static int usage(void) {
  puts(
      "Usage: integrade state add STATE DATA.csv --spec SPEC --columns NAME,... [--id NAME] [--complete]\n"
      "                                   rows of a part of the data; STATE is made, or added to\n"
      "       integrade state merge STATE PART...          one state of all parts; STATE is written anew\n"
      "       integrade state finish STATE                 what they give together, as CSV: input of a measure\n\n"
      "SPEC is YAML or JSON: kind (counts, moments, products, integers, bootstrap, patterns, cells, rankings),\n"
      "columns (their number), and what the kind needs: levels, bounds, groups, replicates, seed, patterns.\n"
      "--columns may be 'q{n}': q1, q2, ... (or q01, q02, ...) as far as they go.\n"
      "--complete leaves out rows that lack a value, and says how many; else a kind that cannot do without refuses them.\n"
      "--id names the column of record ids that key the replicates of bootstrap, cells and rankings.\n\n"
      "  integrade state add north.state north.csv --spec '{kind: rankings, columns: 5, replicates: 1000}' \\\n"
      "    --columns a,b,c,d,e --id rater\n"
      "  integrade state merge all.state north.state south.state\n"
      "  integrade state finish all.state > rankings.csv\n"
      "  integrade concordance --input rankings=rankings.csv");
  return EXIT_FINE;
}

/* The core has bytes; the user has a file. */
static int fail_file(const char *path, const itg_error *error) {
  fprintf(stderr, "integrade: %.200s: %s\n", path, error->message);
  return itg_status_exit(error->status);
}

/* A state in a file; NULL with nothing said where there is no such file and `may_lack`. */
static int read_state(const char *path, bool may_lack, void **out, size_t *size) {
  FILE *file = fopen(path, "rb");
  size_t capacity = 1 << 16, n;
  *out = NULL;
  *size = 0;
  if (!file && may_lack && errno == ENOENT) return EXIT_FINE;
  if (!file) {
    fprintf(stderr, "integrade: %s: %s (ITG_ERR_FILE)\n", path, strerror(errno));
    return EXIT_INPUT;
  }
  unsigned char *data = malloc(capacity);
  while (data && (n = fread(data + *size, 1, capacity - *size, file)) > 0) {
    *size += n;
    if (*size < capacity) continue;
    unsigned char *more = realloc(data, capacity *= 2);
    if (!more) free(data);
    data = more;
  }
  int failed = ferror(file);
  fclose(file);
  itg_error error;
  size_t n_values;
  if (!data) return cli_usage("not enough memory for %.80s", path);
  if (!failed && itg_state_finish_size(data, *size, &n_values, &error) == ITG_OK) {
    *out = data;
    return EXIT_FINE;
  }
  free(data);
  if (!failed) return fail_file(path, &error);
  fprintf(stderr, "integrade: %s cannot be read (ITG_ERR_FILE)\n", path);
  return EXIT_INPUT;
}

/* Beside and renamed, so that no half state is ever seen. */
static int write_state(const char *path, const void *state, size_t size) {
  cli_text beside = {0};
  cli_print(&beside, "%s.part", path);
  FILE *file = fopen(beside.data, "wb");
  bool fine = file && fwrite(state, 1, size, file) == size;
  if (file && fclose(file)) fine = false;
  fine = fine && rename(beside.data, path) == 0;
  if (!fine) {
    fprintf(stderr, "integrade: %s cannot be written: %s (ITG_ERR_FILE)\n", path, strerror(errno));
    remove(beside.data);
  }
  free(beside.data);
  return fine ? EXIT_FINE : EXIT_INPUT;
}

typedef struct request {
  const char *spec, *columns, *id;
  const char *words[256];
  int n_words;
  bool complete, help;
} request;

static int take_word(void *payload, const char *value) {
  request *r = payload;
  if (r->n_words == 256) return cli_usage("more than 256 files; merge them in two steps");
  r->words[r->n_words++] = value;
  return 0;
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

/* The first cell that keeps a column from being one of numbers. */
static int fail_no_number(const itg_table *table, int column) {
  char buffer[40];
  int64_t row = 0;
  const char *text = NULL;
  for (; row < table->n_rows; row++)
    if ((text = cli_cell(table, column, row, buffer)) && !is_number(text)) break;
  return cli_usage("%.200s, row %lld, column '%.80s': '%.60s' is not a number; a state takes levels, keys and ids as "
                   "numbers: give them numbers",
                   table->source ? table->source : "the data", (long long)row + 1, table->columns[column].name,
                   row < table->n_rows ? text : "");
}

typedef struct places {
  int column[1024], n;
} places;

static int push_place(const itg_table *table, int at, places *to) {
  if (!cli_is_number(table, at)) return fail_no_number(table, at);
  if (to->n == 1024) return cli_usage("more than 1024 columns");
  to->column[to->n++] = at;
  return EXIT_FINE;
}

/* "q{n}": q1, q2, ... or q01, q02, ... as far as they go. */
static int find_places(const itg_table *table, const char *name, places *to) {
  const char *hole = strstr(name, "{n}");
  int at = cli_column(table, name), code = EXIT_FINE, found = 0;
  if (at >= 0) return push_place(table, at, to);
  for (int digits = 1; hole && digits <= 3 && !found; digits++) {
    for (;; found++) {
      cli_text one = {0};
      cli_print(&one, "%.*s%0*d%s", (int)(hole - name), name, digits, found + 1, hole + 3);
      at = cli_column(table, one.data);
      free(one.data);
      if (at < 0) break;
      if ((code = push_place(table, at, to))) return code;
    }
  }
  return found ? EXIT_FINE : cli_usage("%.80s has no column '%.80s'", table->source ? table->source : "the data", name);
}

/* Columns by name, row after row. */
static int gather(const itg_table *table, const char *names, double **values, places *where) {
  int code = EXIT_FINE;
  where->n = 0;
  *values = NULL;
  char *list = malloc(strlen(names) + 1);
  if (!list) return cli_usage("not enough memory");
  strcpy(list, names);
  for (char *name = strtok(list, ","); name && !code; name = strtok(NULL, ",")) code = find_places(table, name, where);
  free(list);
  int p = where->n;
  if (!code && !(*values = malloc(sizeof **values * (size_t)(table->n_rows * p + 1))))
    code = cli_usage("not enough memory");
  for (int64_t row = 0; row < table->n_rows && !code; row++)
    for (int j = 0; j < p; j++) (*values)[row * p + j] = number_of(table, where->column[j], row);
  return code;
}

/* Rows that lack a value are left out; the others close up. */
static int64_t keep_complete(double *values, uint64_t *ids, int p, int64_t n, const char *source) {
  int64_t kept = 0;
  for (int64_t row = 0; row < n; row++) {
    bool complete = true;
    for (int j = 0; j < p; j++) complete = complete && !isnan(values[row * p + j]);
    if (!complete) continue;
    memmove(values + kept * p, values + row * p, sizeof *values * (size_t)p);
    if (ids) ids[kept] = ids[row];
    kept++;
  }
  if (kept < n)
    fprintf(stderr, "integrade: note: %s: %lld of %lld rows lack a value and are left out\n", source,
            (long long)(n - kept), (long long)n);
  return kept;
}

/* The core speaks of rows and columns of values; the user has a file and names. */
static int fail_values(const itg_error *error, const itg_table *table, const places *where, bool complete) {
  long at = error->column[0] ? strtol(error->column, NULL, 10) : 0;
  const char *what = strstr(error->message, "': "), *code = strstr(error->message, " (ITG_");
  if (at < 1 || at > where->n || error->row < 1 || !what || !code) return cli_fail(error);
  fprintf(stderr, "integrade: %.200s, row %lld, column '%.80s%.*s%s%s\n", table->source ? table->source : "the data",
          (long long)error->row, table->columns[where->column[at - 1]].name, (int)(code - what), what,
          !complete && strstr(what, ": NA ") ? "; --complete leaves out rows that lack a value" : "", code);
  return itg_status_exit(error->status);
}

static int read_ids(const itg_table *table, const char *name, uint64_t **ids) {
  double *values;
  places where;
  int code;
  *ids = NULL;
  if (!name) return EXIT_FINE;
  if ((code = gather(table, name, &values, &where))) return code;
  *ids = malloc(sizeof **ids * (size_t)(table->n_rows + 1));
  if (!*ids || where.n != 1) code = cli_usage("--id names one column of record ids");
  for (int64_t row = 0; row < table->n_rows && !code; row++) {
    if (!(values[row] >= 0 && values[row] <= 9007199254740992.0 && values[row] == floor(values[row])))
      code = cli_usage("record ids are whole numbers from 0 to 2^53; row %lld of '%.80s' has none", (long long)row + 1, name);
    else
      (*ids)[row] = (uint64_t)values[row];
  }
  free(values);
  return code;
}

/* A state that is there already is what it is: a specification beside it must say the same. */
static int check_spec(const request *r, void *state) {
  size_t size;
  itg_error error;
  if (!r->spec) return EXIT_FINE;
  if (itg_state_size(r->spec, &size, &error)) return cli_fail(&error);
  void *empty = malloc(size);
  if (!empty) return cli_usage("not enough memory for a state of %zu bytes", size);
  int code = EXIT_FINE;
  if (itg_state_init(empty, size, r->spec, &error)) code = cli_fail(&error);
  if (!code && itg_state_merge(state, empty, size, &error)) {
    char *end = strstr(error.message, " (ITG_");
    if (end) *end = '\0';
    code = cli_usage("%.200s is there already, and --spec says something else: %s; leave --spec out or name another file",
                     r->words[0], error.message);
  }
  free(empty);
  return code;
}

static int add(const request *r) {
  if (r->n_words != 2 || !r->columns) return cli_usage("state add needs a STATE, DATA.csv and --columns; see --help");
  void *state = NULL;
  size_t size = 0;
  itg_frame *frame = NULL;
  itg_error error;
  double *values = NULL;
  uint64_t *ids = NULL;
  places where;
  int64_t n = 0;
  int code = read_state(r->words[0], true, &state, &size);
  if (code) return code;
  if (state) {
    code = check_spec(r, state);
  } else {
    if (!r->spec) return cli_usage("there is no %.200s; say with --spec what it is to be", r->words[0]);
    if (itg_state_size(r->spec, &size, &error)) return cli_fail(&error);
    if (!(state = malloc(size))) return cli_usage("not enough memory for a state of %zu bytes", size);
    if (itg_state_init(state, size, r->spec, &error)) code = cli_fail(&error);
  }
  if (!code && itg_frame_read(r->words[1], NULL, &frame, &error)) code = cli_fail(&error);
  const itg_table *table = code ? NULL : itg_frame_table(frame);
  if (!code) code = gather(table, r->columns, &values, &where);
  if (!code) code = read_ids(table, r->id, &ids);
  if (!code && (uint64_t)where.n != itg_state_columns(state))
    code = cli_usage("--columns names %d columns, but the state has %llu", where.n,
                     (unsigned long long)itg_state_columns(state));
  if (!code) n = r->complete ? keep_complete(values, ids, where.n, table->n_rows, r->words[1]) : table->n_rows;
  if (!code && itg_state_add(state, values, ids, n, &error)) code = fail_values(&error, table, &where, r->complete);
  if (!code) code = write_state(r->words[0], state, size);
  free(values);
  free(ids);
  free(state);
  itg_frame_free(frame);
  return code;
}

static int merge(const request *r) {
  if (r->n_words < 2) return cli_usage("state merge needs the STATE to write and its parts");
  for (int i = 1; i < r->n_words; i++)
    for (int k = 1; k < i; k++)
      if (strcmp(r->words[i], r->words[k]) == 0)
        return cli_usage("%.200s stands twice among the parts, and its rows would count twice; name it once", r->words[i]);
  void *whole, *part;
  size_t size, part_size;
  itg_error error;
  int code = read_state(r->words[1], false, &whole, &size);
  for (int i = 2; i < r->n_words && !code; i++) {
    code = read_state(r->words[i], false, &part, &part_size);
    if (!code && itg_state_merge(whole, part, part_size, &error)) code = fail_file(r->words[i], &error);
    free(part);
  }
  if (!code) code = write_state(r->words[0], whole, size);
  free(whole);
  return code;
}

static int finish(const request *r) {
  if (r->n_words != 1) return cli_usage("state finish takes one STATE");
  void *state;
  size_t size;
  itg_frame *frame = NULL;
  itg_error error;
  int code = read_state(r->words[0], false, &state, &size);
  if (!code && itg_state_table(state, size, &frame, &error)) code = cli_fail(&error);
  if (!code && itg_table_write_csv(itg_frame_table(frame), "-", 0, &error)) code = cli_fail(&error);
  itg_frame_free(frame);
  free(state);
  return code;
}

int cli_state(int argc, char **argv) {
  static const struct {
    const char *name;
    int (*run)(const request *r);
  } verbs[] = {{"add", add}, {"merge", merge}, {"finish", finish}};
  request r = {0};
  const cli_flag flags[] = {{"spec", CLI_VALUE, &r.spec, NULL},
                            {"columns", CLI_VALUE, &r.columns, NULL},
                            {"id", CLI_VALUE, &r.id, NULL},
                            {"complete", CLI_FLAG, &r.complete, NULL},
                            {"help", CLI_FLAG, &r.help, NULL},
                            {"h", CLI_FLAG, &r.help, NULL}};
  const cli_parser parser = {"state", flags, sizeof flags / sizeof flags[0], NULL, take_word, &r};
  if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return usage();
  int code = cli_parse(&parser, argc - 1, argv + 1);
  if (code) return code;
  if (r.help) return usage();
  for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
    if (strcmp(verbs[i].name, argv[1]) == 0) return verbs[i].run(&r);
  return cli_usage("state has no verb '%.80s'; allowed: add, merge, finish", argv[1]);
}
