/* The allocations of every operation are made to fail, one at a time: the operation must then fail cleanly, or
 * give what it gives otherwise, and leave no memory behind.  All of them where there are few; where there are many
 * alike (every instrument, every measure, every golden case) a fixed sample, spread over the whole operation and
 * beginning elsewhere for each, so that together they come by every place while the test stays short.
 *
 * Linked with the static library and -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free, so that
 * the allocations of the core pass here; those of jansson do by its own hook. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "itg_frame.h"
#include "itg_node.h"

#include "golden.h"

/* ---- the allocator ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

/* Allocations since the last arming, and the one to fail (0: none); of the core, and of jansson.
 * Operations run on one thread. */
static int64_t core_seen, core_fails, json_seen, json_fails;

/* The blocks that are alive: what libc allocates by itself and the core frees is none of them. */
enum { SLOTS = 1 << 20 };
static void *blocks[SLOTS];
static int64_t alive;

static size_t slot_of(const void *memory) {
  size_t at = (size_t)((uintptr_t)memory >> 4) * 2654435761u % SLOTS;
  while (blocks[at] && blocks[at] != memory) at = (at + 1) % SLOTS;
  return at;
}

static void *born(void *memory) {
  if (!memory) return NULL;
  if (++alive > SLOTS / 2) fail_msg("the table of blocks is too small");
  blocks[slot_of(memory)] = memory;
  return memory;
}

static void gone(const void *memory) {
  size_t at = slot_of(memory);
  if (!memory || !blocks[at]) return;
  alive--;
  blocks[at] = NULL;
  for (at = (at + 1) % SLOTS; blocks[at]; at = (at + 1) % SLOTS) { /* close the gap in the chain */
    void *moved = blocks[at];
    blocks[at] = NULL;
    blocks[slot_of(moved)] = moved;
  }
}

static bool core_failing(void) { return ++core_seen == core_fails; }

void *__wrap_malloc(size_t size) { return core_failing() ? NULL : born(__real_malloc(size)); }

void *__wrap_calloc(size_t count, size_t size) {
  return core_failing() ? NULL : born(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size) {
  if (core_failing()) return NULL;
  void *moved = __real_realloc(memory, size);
  if (moved) {
    gone(memory);
    born(moved);
  }
  return moved;
}

void __wrap_free(void *memory) {
  gone(memory);
  __real_free(memory);
}

static void *json_malloc(size_t size) { return ++json_seen == json_fails ? NULL : born(__real_malloc(size)); }

/* ---- the loop ---- */

/* Do something; on ITG_OK *out is text (released here) that tells the result. */
typedef itg_status (*operation)(const void *payload, char **out, itg_error *error);

/* One run with the given allocation failing. */
static void try_one(const char *name, operation run, const void *payload, const char *expected, int64_t core,
                    int64_t json) {
  const int64_t before = alive;
  const char *where = core ? "core" : "jansson";
  const long long k = (long long)(core ? core : json);
  itg_error error = {.status = ITG_OK};
  char *out = NULL;
  core_seen = json_seen = 0;
  core_fails = core, json_fails = json;
  itg_status status = run(payload, &out, &error);
  core_fails = json_fails = 0;
  if (core ? core_seen < core : json_seen < json)
    fail_msg("%s: %s allocation %lld was not reached", name, where, k);
  if (status && out) fail_msg("%s, %s allocation %lld: a result beside a failure", name, where, k);
  if (status && (error.status != status || !error.message[0]))
    fail_msg("%s, %s allocation %lld: status %d without its message", name, where, k, (int)status);
  if (!status && strcmp(out, expected) != 0)
    fail_msg("%s, %s allocation %lld: another result", name, where, k);
  free(out);
  if (alive != before)
    fail_msg("%s, %s allocation %lld: %lld blocks are left over", name, where, k,
             (long long)(alive - before));
}

enum { EVERY = 1 << 30, MANY = 200, SOME = 60, FEW = 16 };

/* About `most` allocations of the core, and of jansson. */
static void exhaust(const char *name, operation run, const void *payload, int64_t most) {
  static int64_t turn;
  itg_error error = {.status = ITG_OK};
  char *expected = NULL;
  core_seen = json_seen = 0;
  itg_status status = run(payload, &expected, &error);
  const int64_t core_count = core_seen, json_count = json_seen;
  if (status) fail_msg("%s: %s", name, error.message);
  if (!core_count && !json_count) fail_msg("%s allocates nothing: the test is broken", name);
  const int64_t core_step = 1 + (core_count - 1) / most, json_step = 1 + (json_count - 1) / most;
  turn += 7;
  for (int64_t k = 1 + turn % core_step; k <= core_count; k += core_step)
    try_one(name, run, payload, expected, k, 0);
  for (int64_t k = 1 + turn % json_step; k <= json_count; k += json_step)
    try_one(name, run, payload, expected, 0, k);
  free(expected);
}

/* ---- texts and tables ---- */

static itg_status parse_node(const void *payload, char **out, itg_error *error) {
  const itg_node *node;
  itg_text text = ITG_TEXT_EMPTY;
  itg_arena *arena = itg_arena_new();
  itg_status status =
      arena ? itg_node_parse(payload, strlen(payload), "text", arena, &node, error) : itg_fail_memory(error);
  if (!status) {
    itg_node_print_json(node, &text);
    status = itg_text_take(&text, out, error);
  }
  itg_arena_free(arena);
  return status;
}

static void definitions_are_parsed(void **state) {
  (void)state;
  exhaust("parse YAML", parse_node,
          "a: [1, 'two', {b: 3}]\nc:\n  - d: |\n      long\n  - ~\ne: {f: {g: []}}\n", EVERY);
  exhaust("parse JSON", parse_node, "{\"a\": [1, \"\\u00e9\", null], \"b\": {\"c\": true}}", EVERY);
}

static const char table_text[] =
    "id,name,cost,n\n1,\"Ann, \"\"A\"\"\",1.5,3\n2,Bo,NA,4\n3,,-0.25,refused\n4,\"two\nlines\",1e300,5\n";

/* Read, write, and read back what was written. */
static itg_status read_and_write(const void *payload, char **out, itg_error *error) {
  char path[64];
  itg_frame *frame = NULL;
  const itg_table *table;
  itg_text text = ITG_TEXT_EMPTY;
  snprintf(path, sizeof path, "test_alloc_%ld.csv", (long)getpid());
  itg_status status = itg_frame_parse(payload, strlen(payload), "text",
                                      "{na: {NA: missing, refused: refused, '': missing}}", &frame, error);
  if (!status) status = itg_table_write_csv(itg_frame_table(frame), path, 0, error);
  itg_frame_free(frame);
  if (status) return status;
  frame = NULL;
  status = itg_frame_read(path, NULL, &frame, error);
  if (!status) {
    table = itg_frame_table(frame);
    itg_text_print(&text, "%lld x %d", (long long)table->n_rows, (int)table->n_columns);
    for (int j = 0; j < table->n_columns; j++)
      itg_text_print(&text, " %s:%d", table->columns[j].name, (int)table->columns[j].type);
    status = itg_text_take(&text, out, error);
  }
  itg_frame_free(frame);
  unlink(path);
  return status;
}

static void tables_are_read_and_written(void **state) {
  (void)state;
  exhaust("tables", read_and_write, table_text, EVERY);
}

/* ---- states ---- */

static itg_status fill_and_merge(const void *payload, char **out, itg_error *error) {
  static const double values[] = {1, 2, 3, 4, 2, 5};
  static const uint64_t ids[] = {1, 2, 3};
  const char *spec = payload;
  const uint64_t *keys = strstr(spec, "bootstrap") ? ids : NULL;
  double results[64];
  size_t size, n;
  itg_text text = ITG_TEXT_EMPTY;
  itg_status status = itg_state_size(spec, &size, error);
  if (status) return status;
  void *a = malloc(size), *b = malloc(size);
  if (!a || !b) status = itg_fail_memory(error);
  if (!status) status = itg_state_init(a, size, spec, error);
  if (!status) status = itg_state_init(b, size, spec, error);
  if (!status) status = itg_state_add(a, values, keys, 3, error);
  if (!status) status = itg_state_add(b, values + 2, keys, 1, error);
  if (!status) status = itg_state_merge(a, b, size, error);
  if (!status) status = itg_state_finish_size(a, size, &n, error);
  if (!status) status = itg_state_finish(a, size, results, error);
  for (size_t i = 0; !status && i < n; i++) itg_text_number(&text, results[i]);
  if (!status) status = itg_text_take(&text, out, error);
  free(a);
  free(b);
  return status;
}

/* Given names, written and read, as a table. */
static itg_status name_and_keep(const void *payload, char **out, itg_error *error) {
  static const char *const names[] = {"cost", "effect"};
  static const double values[] = {1, 2, 3, 4};
  char path[] = "/tmp/itg-state-XXXXXX";
  void *named = NULL, *found = NULL;
  size_t size, named_size, found_size;
  itg_frame *frame = NULL;
  itg_text text = ITG_TEXT_EMPTY;
  int file = mkstemp(path);
  if (file < 0) return itg_fail(error, ITG_ERR_FILE, "%s", path);
  close(file);
  itg_status status = itg_state_size(payload, &size, error);
  void *s = status ? NULL : malloc(size);
  if (!status && !s) status = itg_fail_memory(error);
  if (!status) status = itg_state_init(s, size, payload, error);
  if (!status) status = itg_state_add(s, values, NULL, 2, error);
  if (!status) status = itg_state_with_names(s, size, names, &named, &named_size, error);
  if (!status) status = itg_state_write(path, named, named_size, error);
  if (!status) status = itg_state_read(path, &found, &found_size, error);
  if (!status) status = itg_state_table(found, found_size, &frame, error);
  if (!status) itg_text_add(&text, itg_frame_table(frame)->columns[2].name);
  if (!status) status = itg_text_take(&text, out, error);
  itg_frame_free(frame);
  itg_state_free(named);
  itg_state_free(found);
  free(s);
  unlink(path);
  return status;
}

static void states_are_filled_and_merged(void **state) {
  (void)state;
  exhaust("names", name_and_keep, "{kind: moments, columns: 2, about: costs}", EVERY);
  exhaust("names of covariances", name_and_keep, "{kind: products, columns: 2}", EVERY);
  exhaust("named", fill_and_merge, "{kind: integers, names: [a, b]}", EVERY);
  exhaust("counts", fill_and_merge, "{kind: counts, columns: 2, levels: 5}", EVERY);
  exhaust("moments", fill_and_merge, "{kind: moments, columns: 2}", EVERY);
  exhaust("products", fill_and_merge, "{kind: products, columns: 2}", EVERY);
  exhaust("integers", fill_and_merge, "{kind: integers, columns: 2}", EVERY);
  exhaust("patterns", fill_and_merge, "{kind: patterns, columns: 2, levels: 5}", EVERY);
  exhaust("bootstrap", fill_and_merge, "{kind: bootstrap, columns: 2, replicates: 10, bounds: [8, 8]}", EVERY);
}

/* ---- instruments and descriptions ---- */

static itg_status check_instrument(const void *payload, char **out, itg_error *error) {
  return itg_instrument_check(payload, out, error);
}

static itg_status make_template(const void *payload, char **out, itg_error *error) {
  return itg_instrument_template(payload, NULL, out, error);
}

static itg_status describe_measure(const void *payload, char **out, itg_error *error) {
  return itg_measure_describe(payload, out, error);
}

/* The first built-in of every kind: the others of that kind take the same path. */
static void an_instrument_of_every_kind_is_checked(void **state) {
  (void)state;
  char seen[16][32];
  int n = 0;
  for (int i = 0; i < itg_instrument_count(); i++) {
    char *json = NULL, kind[32] = "";
    itg_error problem = {0};
    if (itg_instrument_check(itg_instrument_at(i), &json, &problem)) fail_msg("%s", problem.message);
    const char *at = strstr(json, "\"kind\": \"");
    if (!at || sscanf(at, "\"kind\": \"%31[a-z]", kind) != 1) fail_msg("%s has no kind", itg_instrument_at(i));
    itg_text_free(json);
    int k = 0;
    while (k < n && strcmp(seen[k], kind) != 0) k++;
    if (k < n) continue;
    strcpy(seen[n++], kind);
    exhaust(itg_instrument_at(i), check_instrument, itg_instrument_at(i), SOME);
    exhaust(itg_instrument_at(i), make_template, itg_instrument_at(i), SOME);
  }
  assert_true(n >= 8);
}

static void measures_are_described(void **state) {
  (void)state;
  for (int i = 0; i < itg_measure_count(); i++)
    exhaust(itg_measure_at(i), describe_measure, itg_measure_at(i), SOME);
}

/* ---- measures: every golden case ---- */

static itg_status run_measure(const void *payload, char **out, itg_error *error) {
  const golden *g = payload;
  itg_result *result = NULL;
  itg_status status = itg_measure_run(g->measure, g->tables, g->n_tables, g->options,
                                      &(itg_control){.threads = 1}, &result, error);
  if (!status) status = itg_result_json(result, out, error);
  itg_result_free(result);
  return status;
}

static void golden_cases_are_computed(void **state) {
  (void)state;
  itg_frame *cases = golden_cases();
  for (int64_t row = 0; row < itg_frame_table(cases)->n_rows; row++) {
    golden g;
    golden_open(cases, row, &g);
    exhaust(g.name, run_measure, &g, SOME);
    golden_close(&g);
  }
  itg_frame_free(cases);
}

/* ---- evaluations ---- */

static const char evaluation_text[] =
    "schema: integrade-evaluation/1\n"
    "id: small\n"
    "title: Three units\n"
    "inputs:\n"
    "  - {id: ratings, path: ratings.csv, origin: synthetic, label: made up for this test}\n"
    "analyses:\n"
    "  - {id: units, title: Units, about: Who works with whom., measure: functional_integration, input: "
    "ratings,\n"
    "     instrument: functional-integration}\n"
    "quality: {max_missing: 0.5}\n";

static const char ratings_text[] =
    "unit,partner,rank,direction\nA,B,20,vertical\nA,C,,horizontal\nB,A,40,vertical\n"
    "B,C,60,horizontal\nC,A,10,vertical\nC,B,80,vertical\n";

static void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

/* Files in a folder, -1 when there is none; they are removed with it when `clear` is not 0. */
static int files_in(const char *folder, int clear) {
  DIR *directory = opendir(folder);
  int n = 0;
  if (!directory) return -1;
  for (struct dirent *entry; (entry = readdir(directory));) {
    char path[1024];
    if (entry->d_name[0] == '.') continue;
    n++;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (clear) unlink(path);
  }
  closedir(directory);
  if (clear) rmdir(folder);
  return n;
}

/* The folder appears whole or not at all, and nothing is left beside it. */
static itg_status run_evaluation(const void *payload, char **out, itg_error *error) {
  const char *folder = payload;
  char path[256], written[256];
  itg_evaluation *evaluation = NULL;
  snprintf(path, sizeof path, "%s/evaluation.yaml", folder);
  snprintf(written, sizeof written, "%s/out", folder);
  itg_status status = itg_evaluation_run(path, &(itg_control){.threads = 1}, &evaluation, error);
  if (!status) status = itg_evaluation_html(evaluation, out, error);
  if (!status && (status = itg_evaluation_write(evaluation, written, error))) {
    itg_text_free(*out);
    *out = NULL;
  }
  itg_evaluation_free(evaluation);
  int n = files_in(written, 1);
  if (status ? n != -1 : n < 4) fail_msg("%d files were written (status %d)", n, (int)status);
  if (files_in(folder, 0) != 2) fail_msg("something is left beside the folder of results");
  return status;
}

static void evaluations_are_run_and_written(void **state) {
  (void)state;
  char folder[] = "test_alloc_XXXXXX", path[64];
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/evaluation.yaml", folder);
  write_file(path, evaluation_text);
  snprintf(path, sizeof path, "%s/ratings.csv", folder);
  write_file(path, ratings_text);
  exhaust("evaluation", run_evaluation, folder, MANY);
  files_in(folder, 1);
}

int main(void) {
  json_set_alloc_funcs(json_malloc, free);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(definitions_are_parsed),          cmocka_unit_test(tables_are_read_and_written),
      cmocka_unit_test(states_are_filled_and_merged),    cmocka_unit_test(an_instrument_of_every_kind_is_checked),
      cmocka_unit_test(measures_are_described),          cmocka_unit_test(golden_cases_are_computed),
      cmocka_unit_test(evaluations_are_run_and_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
