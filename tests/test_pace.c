/* Whoever waits is asked: from the first row to the last, by every measure, and the progress never goes back.  The
 * clock here leaps a second whenever it is read, so that questions can be counted however fast the machine is. */
#define FOLDER "/tmp/integrade-pace-XXXXXX"
#include "folder.h"

#include <dirent.h>
#include <time.h>
#include <unistd.h>

#include "itg_frame.h"
#include "itg_sort.h"

#include "golden.h"

static time_t seconds;

int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out) {
  (void)clock;
  *out = (struct timespec){.tv_sec = ++seconds};
  return 0;
}

/* ---- the host ---- */

typedef struct host {
  const char *what;
  int64_t asked, stop_at; /* stop_at 0: never */
  double first, last;
} host;

static int ask(void *payload, double done) {
  host *h = payload;
  if (!(done >= h->last && done <= 1)) fail_msg("%s: progress goes from %g to %g", h->what, h->last, done);
  if (!h->asked++) h->first = done;
  h->last = done;
  return h->asked == h->stop_at;
}

static itg_control control_of(host *h) {
  return (itg_control){.threads = 1, .progress = ask, .payload = h};
}

/* ---- sorting ---- */

typedef struct item {
  int32_t key, place;
} item;

static int by_key(const void *a, const void *b) {
  const item *x = a, *y = b;
  return x->key < y->key ? -1 : x->key > y->key;
}

static item *make_items(size_t n) {
  item *items = itg_alloc(n, sizeof *items);
  for (size_t i = 0; i < n; i++) items[i] = (item){(int32_t)(i * 7919 % 1009), (int32_t)i};
  return items;
}

static void sorting_keeps_the_order_of_equals_and_can_be_stopped(void **state) {
  (void)state;
  static const size_t sizes[] = {0, 1, 2, 32768, 32769, 65537, 98304, 300000};
  for (size_t s = 0; s < ITG_COUNT(sizes); s++) {
    item *items = make_items(sizes[s]);
    assert_int_equal(itg_sort(items, sizes[s], sizeof *items, by_key, NULL, NULL), ITG_OK);
    for (size_t i = 1; i < sizes[s]; i++) {
      assert_true(items[i - 1].key <= items[i].key);
      if (items[i - 1].key == items[i].key) assert_true(items[i - 1].place < items[i].place);
    }
    free(items);
  }
  enum { N = 200000 };
  for (int64_t stop_at = 1; stop_at <= 40; stop_at += 3) {
    host h = {.what = "itg_sort", .stop_at = stop_at};
    itg_control control = control_of(&h);
    itg_meter meter;
    itg_meter_start(&meter, &control);
    itg_pace pace = {&meter.control, 0};
    item *items = make_items(N);
    int64_t sum = 0;
    assert_int_equal(itg_sort(items, N, sizeof *items, by_key, &pace, NULL), ITG_ERR_INTERRUPTED);
    assert_int_equal(h.asked, stop_at);
    for (int i = 0; i < N; i++) sum += items[i].place;
    assert_int_equal(sum, (int64_t)N * (N - 1) / 2);
    free(items);
  }
}

/* ---- measures ---- */

static itg_status run(const golden *g, host *h, itg_error *error) {
  itg_control control = control_of(h);
  itg_result *result = NULL;
  itg_status status = itg_measure_run(g->measure, g->tables, g->n_tables, g->options, &control, &result, error);
  itg_result_free(result);
  return status;
}

static void every_measure_tells_how_far_it_is(void **state) {
  (void)state;
  itg_frame *cases = golden_cases();
  for (int64_t row = 0; row < itg_frame_table(cases)->n_rows; row++) {
    golden g;
    itg_error error = {.status = ITG_OK};
    golden_open(cases, row, &g);
    host h = {.what = g.name, .last = 0};
    if (run(&g, &h, &error)) fail_msg("%s: %s", g.name, error.message);
    if (h.asked < 3 || h.first > 0 || h.last < 1)
      fail_msg("%s: asked %lld times, from %g to %g", g.name, (long long)h.asked, h.first, h.last);
    golden_close(&g);
  }
  itg_frame_free(cases);
}

/* At the first question, the last, and some between. */
static void every_measure_stops_when_it_is_told_to(void **state) {
  (void)state;
  itg_frame *cases = golden_cases();
  for (int64_t row = 0; row < itg_frame_table(cases)->n_rows; row++) {
    golden g;
    golden_open(cases, row, &g);
    host all = {.what = g.name};
    assert_int_equal(run(&g, &all, NULL), ITG_OK);
    for (int64_t k = 0; k <= 4; k++) {
      itg_error error = {.status = ITG_OK};
      host h = {.what = g.name, .stop_at = 1 + (all.asked - 1) * k / 4};
      if (run(&g, &h, &error) != ITG_ERR_INTERRUPTED || h.asked != h.stop_at || error.status != ITG_ERR_INTERRUPTED)
        fail_msg("%s goes on when it is told to stop at question %lld of %lld", g.name, (long long)h.stop_at,
                 (long long)all.asked);
    }
    golden_close(&g);
  }
  itg_frame_free(cases);
}

/* ---- many rows ---- */

enum { ROWS = 200000, STEPS = 16384, LINES = 50000 };

static void passes_over_rows_ask(void **state) {
  (void)state;
  static const char *const dates[] = {"2024-01-03", "2024-01-02", "2024-02-01"};
  static const char *const names[] = {"a", "b", "c", "d"};
  const char **patient = itg_alloc(ROWS, sizeof *patient), **provider = itg_alloc(ROWS, sizeof *provider),
             **date = itg_alloc(ROWS, sizeof *date);
  for (int i = 0; i < ROWS; i++) {
    patient[i] = names[0]; /* one person with all contacts */
    provider[i] = names[i % 4];
    date[i] = dates[i % 3];
  }
  const itg_column columns[] = {{.name = "patient", .type = ITG_TYPE_STRING, .data = patient},
                                {.name = "provider", .type = ITG_TYPE_STRING, .data = provider},
                                {.name = "date", .type = ITG_TYPE_STRING, .data = date}};
  const itg_table table = {.name = "data", .n_rows = ROWS, .n_columns = 3, .columns = columns};
  const golden g = {.measure = "continuity", .tables = {table}, .n_tables = 1};
  host h = {.what = "continuity"};
  assert_int_equal(run(&g, &h, NULL), ITG_OK);
  /* Two passes over each of three columns, two to place contacts, and the sorting of one person's. */
  assert_true(h.asked > 8 * (ROWS / STEPS) + ROWS / STEPS * 3);
  host early = {.what = "continuity", .stop_at = 2};
  assert_int_equal(run(&g, &early, NULL), ITG_ERR_INTERRUPTED);
  assert_true(early.last < 0.1);
  free(patient);
  free(provider);
  free(date);
}

/* A column per item is added to thousands of rows: an interrupt there is none of memory. */
static void answers_per_row_are_reshaped_under_control(void **state) {
  (void)state;
  enum { PERSONS = 5000, ITEMS = 5 };
  int64_t *person = itg_alloc(PERSONS * ITEMS, sizeof *person), *item = itg_alloc(PERSONS * ITEMS, sizeof *item);
  double *answer = itg_alloc(PERSONS * ITEMS, sizeof *answer);
  for (int i = 0; i < PERSONS * ITEMS; i++) {
    person[i] = i / ITEMS;
    item[i] = i % ITEMS;
    answer[i] = (i * 7 + i / ITEMS) % 5;
  }
  const itg_column columns[] = {{.name = "person", .type = ITG_TYPE_INT64, .data = person},
                                {.name = "item", .type = ITG_TYPE_INT64, .data = item},
                                {.name = "answer", .type = ITG_TYPE_DOUBLE, .data = answer}};
  const itg_table table = {.name = "data", .n_rows = PERSONS * ITEMS, .n_columns = 3, .columns = columns};
  const golden g = {.measure = "reliability",
                    .options = "{columns: {items: '/^[0-4]$/'}, long: {id: person, item: item, answer: answer}}",
                    .tables = {table},
                    .n_tables = 1};
  host all = {.what = "long"};
  assert_int_equal(run(&g, &all, NULL), ITG_OK);
  for (int64_t k = 1; k <= all.asked; k++) {
    host h = {.what = "long", .stop_at = k};
    assert_int_equal(run(&g, &h, NULL), ITG_ERR_INTERRUPTED);
  }
  free(person);
  free(item);
  free(answer);
}

/* ---- files ---- */

static int count_files(void) {
  int n = 0;
  DIR *all = opendir(folder);
  assert_non_null(all);
  for (struct dirent *file; (file = readdir(all));) n += file->d_name[0] != '.';
  closedir(all);
  return n;
}

static itg_frame *read_under(host *h, itg_status *status) {
  itg_frame *frame = NULL;
  itg_control control = control_of(h);
  *status = itg_frame_read_under(path_of("in.csv"), NULL, &control, &frame, NULL);
  return frame;
}

/* The second column turns out to be text at the end, so that the file is gone through twice. */
static void files_are_read_and_written_under_control(void **state) {
  (void)state;
  itg_text text = ITG_TEXT_EMPTY;
  itg_status status;
  itg_text_add(&text, "id,code,name\n");
  for (int i = 0; i < LINES; i++) itg_text_print(&text, "%d,%d,name %d\n", i, i % 7, i % 11);
  itg_text_add(&text, "1,x,y\n");
  put("in.csv", text.data);
  itg_text_clear(&text);
  host all = {.what = "reading"}, out = {.what = "writing"};
  itg_frame *frame = read_under(&all, &status);
  assert_int_equal(status, ITG_OK);
  assert_int_equal(itg_frame_rows(frame), LINES + 1);
  assert_true(all.asked >= 2 * (LINES / 4096));
  assert_true(all.last > 0.8);
  itg_control control = control_of(&out);
  const itg_table *table = itg_frame_table(frame);
  assert_int_equal(itg_table_write_csv_under(table, path_of("out.csv"), 0, &control, NULL), ITG_OK);
  assert_true(out.asked >= 10);
  assert_int_equal(remove(path_of("out.csv")), 0);
  assert_int_equal(count_files(), 1);
  for (int64_t k = 1; k <= all.asked; k += 5) {
    host h = {.what = "reading", .stop_at = k};
    assert_null(read_under(&h, &status));
    assert_int_equal(status, ITG_ERR_INTERRUPTED);
  }
  for (int64_t k = 1; k <= out.asked; k += 5) {
    host h = {.what = "writing", .stop_at = k};
    control = control_of(&h);
    assert_int_equal(itg_table_write_csv_under(table, path_of("out.csv"), 0, &control, NULL), ITG_ERR_INTERRUPTED);
    assert_int_equal(count_files(), 1); /* nothing half written stays */
  }
  itg_frame_free(frame);
  remove(path_of("in.csv"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sorting_keeps_the_order_of_equals_and_can_be_stopped),
      cmocka_unit_test(every_measure_tells_how_far_it_is),
      cmocka_unit_test(every_measure_stops_when_it_is_told_to),
      cmocka_unit_test(passes_over_rows_ask),
      cmocka_unit_test(answers_per_row_are_reshaped_under_control),
      cmocka_unit_test(files_are_read_and_written_under_control),
  };
  return cmocka_run_group_tests_name("pace", tests, make_folder, remove_folder);
}
