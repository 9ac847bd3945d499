/* state.c - `integrade state add|merge|show|finish`: states that merge, as files. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state.h"

static int usage(void) {
  puts(
      "Usage: integrade state add STATE DATA.csv --spec SPEC --columns NAME,... [--id NAME] [--complete] [--new]\n"
      "                                   rows of a part of the data; STATE is made, or added to\n"
      "       integrade state merge STATE PART...          one state of all parts; STATE is written anew\n"
      "       integrade state show STATE...                what states hold: kind, columns, rows\n"
      "       integrade state finish STATE                 what they give together, as CSV: input of a measure\n\n"
      "SPEC is YAML or JSON: kind (counts, moments, products, integers, bootstrap, patterns, cells, rankings),\n"
      "columns (their number), and what the kind needs: levels, bounds, groups, replicates, seed, patterns;\n"
      "names (those of the columns, where files call them otherwise); about (a line of text: instrument, scale, options).\n"
      "States merge that have the same specification, with the same names in the same order.\n\n"
      "--columns may be 'q{n}': q1, q2, ... (or q01, q02, ...) as far as they go.\n"
      "--complete leaves out rows that lack a value, and says how many; else a kind that cannot do without refuses them.\n"
      "--id names the column of record ids that key the replicates of bootstrap, cells and rankings.\n"
      "--new makes STATE anew, so that a run that is repeated does not count its rows twice.\n"
      "--allow-equal lets equal parts count as different ones: else the same rows a second time are an error.\n\n"
      "  integrade state add north.state north.csv --spec '{kind: rankings, columns: 5, replicates: 1000}' \\\n"
      "    --columns a,b,c,d,e --id rater --new\n"
      "  integrade state merge all.state north.state south.state\n"
      "  integrade state finish all.state > rankings.csv\n"
      "  integrade concordance --input rankings=rankings.csv");
  return EXIT_FINE;
}

typedef struct request {
  const char *spec, *columns, *id;
  const char **words;
  size_t n_words, capacity;
  bool complete, fresh, allow_equal, help;
} request;

static int take_word(void *payload, const char *value) {
  request *r = payload;
  if (r->n_words == r->capacity) {
    size_t capacity = r->capacity ? 2 * r->capacity : 64;
    const char **words = realloc(r->words, sizeof *words * capacity);
    if (!words) return cli_usage("not enough memory");
    r->words = words;
    r->capacity = capacity;
  }
  r->words[r->n_words++] = value;
  return 0;
}

/* ---- files ---- */

/* The core has bytes; the user has a file. */
static int fail_file(const char *path, const itg_error *error) {
  fprintf(stderr, "integrade: %.200s: %s\n", path, error->message);
  return itg_status_exit(error->status);
}

static int write_state(const char *path, const void *state, size_t size) {
  itg_error error;
  cli_control_catch();
  int code = itg_state_write(path, state, size, &error) ? cli_fail(&error) : EXIT_FINE;
  cli_control_end(true);
  return code;
}

static bool same_file(const struct stat *a, const struct stat *b) { return a->st_dev == b->st_dev && a->st_ino == b->st_ino; }

/* Two runs that add to one state go one after the other: a file beside it is locked, by the system, which lets go
 * when the process ends however it ends.  -1: there are no locks here, or the folder is not to be written. */
static int lock(const char *path, cli_text *beside) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  struct stat mine, there;
  cli_print(beside, "%s.lock", path);
  for (;;) {
    int file = open(beside->data, O_RDWR | O_CREAT, 0666);
    if (file < 0) return -1;
    while (fcntl(file, F_SETLKW, &whole) && errno == EINTR) continue;
    if (fstat(file, &mine) == 0 && stat(beside->data, &there) == 0 && same_file(&mine, &there)) return file;
    close(file); /* the run before removed it meanwhile */
  }
}

static void unlock(int file, cli_text *beside) {
  if (file >= 0) {
    unlink(beside->data);
    close(file);
  }
  free(beside->data);
}

/* ---- add ---- */

/* An empty state: of the specification, or of the kind of one that is there. */
static int make_empty(const request *r, const void *whole, size_t whole_size, void **out, size_t *size) {
  itg_error error;
  if (!whole && !r->spec) return cli_usage("there is no %.200s; say with --spec what it is to be", r->words[0]);
  *size = whole_size;
  if (r->spec && itg_state_size(r->spec, size, &error)) return cli_fail(&error);
  if (!(*out = malloc(*size))) return cli_usage("not enough memory for a state of %zu bytes", *size);
  if (r->spec) return itg_state_init(*out, *size, r->spec, &error) ? cli_fail(&error) : EXIT_FINE;
  memcpy(*out, whole, *size);
  return itg_state_clear(*out, &error) ? cli_fail(&error) : EXIT_FINE;
}

/* The columns bear the names that the specification has for them, or those of the data. */
static int name_columns(const request *r, const state_rows *rows, void **state, size_t *size) {
  itg_error error;
  void *named;
  size_t named_size;
  if ((uint64_t)rows->p != itg_state_columns(*state))
    return cli_usage("--columns names %d columns, but the state has %llu", rows->p,
                     (unsigned long long)itg_state_columns(*state));
  if (r->spec && itg_state_name(*state, 0)) return EXIT_FINE;
  if (itg_state_with_names(*state, *size, rows->names, &named, &named_size, &error)) return fail_file(r->words[1], &error);
  free(*state);
  *state = named;
  *size = named_size;
  return EXIT_FINE;
}

/* A state that is there already is what it is: a specification beside it must say the same. */
static int check_spec(const request *r, void *whole, const void *empty, size_t size) {
  itg_error error;
  if (!itg_state_merge(whole, empty, size, &error)) return EXIT_FINE;
  char *end = strstr(error.message, " (ITG_");
  if (end) *end = '\0';
  return cli_usage("%.200s is there already, and --spec or --columns says something else: %s; leave --spec out or name "
                   "another file", r->words[0], error.message);
}

static bool are_equal(const void *a, const void *b) {
  return itg_state_rows(a) > 0 && itg_state_checksum(a) == itg_state_checksum(b);
}

static int fail_equal(const char *path, const char *other) {
  fprintf(stderr,
          "integrade: %.200s holds the same rows as %.200s, and they would count twice; leave one out, or say "
          "--allow-equal where two parts may be equal (%s)\n",
          path, other, itg_status_name(ITG_ERR_DUPLICATE));
  return itg_status_exit(ITG_ERR_DUPLICATE);
}

static int add_rows(const request *r, const state_rows *rows) {
  void *whole = NULL, *part = NULL;
  size_t size = 0, part_size = 0;
  struct stat about;
  itg_error error;
  int code = EXIT_FINE;
  bool is_there = !r->fresh && (stat(r->words[0], &about) == 0 || errno != ENOENT);
  if (is_there && itg_state_read(r->words[0], &whole, &size, &error)) code = cli_fail(&error);
  if (!code) code = make_empty(r, whole, size, &part, &part_size);
  if (!code) code = name_columns(r, rows, &part, &part_size);
  if (!code && whole) code = check_spec(r, whole, part, part_size);
  if (!code && itg_state_add(part, rows->values, rows->ids, rows->n, &error)) code = state_rows_fail(rows, &error);
  if (!code && whole && !r->allow_equal && are_equal(whole, part)) code = fail_equal(r->words[1], r->words[0]);
  if (!code && whole && itg_state_merge(whole, part, part_size, &error)) code = fail_file(r->words[0], &error);
  if (!code) code = whole ? write_state(r->words[0], whole, size) : write_state(r->words[0], part, part_size);
  itg_state_free(whole);
  free(part);
  return code;
}

static int add(const request *r) {
  if (r->n_words != 2 || !r->columns) return cli_usage("state add needs a STATE, DATA.csv and --columns; see --help");
  state_rows rows;
  cli_text beside = {0};
  int code = state_rows_read(&rows, r->words[1], r->columns, r->id, r->complete);
  if (!code) {
    int held = lock(r->words[0], &beside);
    code = add_rows(r, &rows);
    unlock(held, &beside);
  }
  state_rows_free(&rows);
  return code;
}

/* ---- merge, show, finish ---- */

/* A part that has been read: its file, and its rows by their checksum. */
typedef struct taken {
  struct stat file;
  uint64_t checksum;
  bool is_file;
} taken;

/* No file twice, under whatever names, and the one to write not among the parts. */
static int check_files(const request *r, taken *parts) {
  for (size_t i = 0; i < r->n_words; i++) {
    parts[i].is_file = stat(r->words[i], &parts[i].file) == 0;
    for (size_t k = 0; k < i; k++) {
      bool same = strcmp(r->words[i], r->words[k]) == 0 ||
                  (parts[i].is_file && parts[k].is_file && same_file(&parts[i].file, &parts[k].file));
      if (same && k == 0)
        return cli_usage("%.200s is the state to write and also a part, so that a second run would count it twice; write to "
                         "another file, or leave it out of the parts", r->words[i]);
      if (same)
        return cli_usage("%.200s stands twice among the parts (before as %.200s), and its rows would count twice; name it "
                         "once", r->words[i], r->words[k]);
    }
  }
  return EXIT_FINE;
}

static int merge_parts(const request *r, taken *parts) {
  void *whole = NULL, *part = NULL;
  size_t size = 0, part_size;
  itg_error error;
  int code = check_files(r, parts);
  for (size_t i = 1; i < r->n_words && !code; i++) {
    if (itg_state_read(r->words[i], &part, &part_size, &error)) {
      code = cli_fail(&error);
      break;
    }
    parts[i].checksum = itg_state_rows(part) ? itg_state_checksum(part) : 0;
    for (size_t k = 1; k < i && !code && !r->allow_equal; k++)
      if (itg_state_rows(part) && parts[k].checksum == parts[i].checksum) code = fail_equal(r->words[i], r->words[k]);
    if (!whole) {
      whole = part;
      size = part_size;
      continue;
    }
    if (!code && itg_state_merge(whole, part, part_size, &error)) code = fail_file(r->words[i], &error);
    itg_state_free(part);
  }
  if (!code) code = write_state(r->words[0], whole, size);
  itg_state_free(whole);
  return code;
}

static int merge(const request *r) {
  if (r->n_words < 2) return cli_usage("state merge needs the STATE to write and its parts");
  taken *parts = calloc(r->n_words, sizeof *parts);
  int code = parts ? merge_parts(r, parts) : cli_usage("not enough memory");
  free(parts);
  return code;
}

/* A line per state, for people; every file is looked at, also after a damaged one. */
static int show(const request *r) {
  if (r->n_words < 1) return cli_usage("state show needs at least one STATE");
  int code = EXIT_FINE;
  for (size_t i = 0; i < r->n_words; i++) {
    void *state;
    size_t size;
    itg_error error;
    if (itg_state_read(r->words[i], &state, &size, &error)) {
      code = cli_fail(&error);
      continue;
    }
    long long rows = (long long)itg_state_rows(state);
    printf("%s: %s, %lld row%s", r->words[i], itg_state_kind_name(state), rows, rows == 1 ? "" : "s");
    if (*itg_state_about(state)) printf(", about %s", itg_state_about(state));
    const uint64_t p = itg_state_columns(state);
    printf(", %llu column%s", (unsigned long long)p, p == 1 ? "" : "s");
    for (uint64_t j = 0; j < p && itg_state_name(state, j); j++) printf("%s%s", j ? ", " : ": ", itg_state_name(state, j));
    puts("");
    itg_state_free(state);
  }
  return code;
}

static int finish(const request *r) {
  if (r->n_words != 1) return cli_usage("state finish takes one STATE");
  void *state = NULL;
  size_t size;
  itg_frame *frame = NULL;
  itg_error error;
  int code = itg_state_read(r->words[0], &state, &size, &error) ? cli_fail(&error) : EXIT_FINE;
  if (!code && itg_state_table(state, size, &frame, &error)) code = cli_fail(&error);
  if (!code && itg_table_write_csv(itg_frame_table(frame), "-", 0, &error)) code = cli_fail(&error);
  itg_frame_free(frame);
  itg_state_free(state);
  return code;
}

int cli_state(int argc, char **argv) {
  static const struct {
    const char *name;
    int (*run)(const request *r);
  } verbs[] = {{"add", add}, {"merge", merge}, {"show", show}, {"finish", finish}};
  request r = {0};
  const cli_flag flags[] = {{"spec", CLI_VALUE, &r.spec, NULL},
                            {"columns", CLI_VALUE, &r.columns, NULL},
                            {"id", CLI_VALUE, &r.id, NULL},
                            {"complete", CLI_FLAG, &r.complete, NULL},
                            {"new", CLI_FLAG, &r.fresh, NULL},
                            {"allow-equal", CLI_FLAG, &r.allow_equal, NULL},
                            {"help", CLI_FLAG, &r.help, NULL},
                            {"h", CLI_FLAG, &r.help, NULL}};
  const cli_parser parser = {"state", flags, sizeof flags / sizeof flags[0], NULL, take_word, &r, NULL};
  if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return usage();
  int code = cli_parse(&parser, argc - 1, argv + 1);
  size_t verb = 0;
  while (verb < sizeof verbs / sizeof verbs[0] && strcmp(verbs[verb].name, argv[1]) != 0) verb++;
  if (!code && r.help) code = usage();
  else if (!code && verb == sizeof verbs / sizeof verbs[0])
    code = cli_usage("state has no verb '%.80s'; allowed: add, merge, show, finish", argv[1]);
  else if (!code) code = verbs[verb].run(&r);
  free(r.words);
  return code;
}
