/* Measure continuity: indices by hand and as printed, care density as the vignette of CareDensity has it, bad
 * input. */
#include "scoring.h"

#include "itg_date.h"
#include "itg_random.h"
#include "state.h"

#define OF(result, index, patient_) CELL(result, "patients", index, "patient", patient_)
#define WHY(result, index, patient_) reason_at(result, index, patient_)
#define MEAN(result, scale_) CELL(result, "estimates", "estimate", "scale", scale_)

static itg_result *run(const char *csv, const char *options) {
  const inputs in = {"data", csv, NULL};
  return score("continuity", in, options);
}

static itg_reason reason_at(const itg_result *r, const char *index, const char *patient) {
  const itg_table *t = itg_result_find(r, "patients");
  char buffer[ITG_NUMBER_SIZE];
  for (int64_t row = 0; row < t->n_rows; row++)
    if (strcmp(itg_column_text(&t->columns[itg_table_column(t, "patient")], row, buffer), patient) == 0)
      return itg_column_reason(&t->columns[itg_table_column(t, index)], row);
  fail_msg("no patient %s", patient);
  return ITG_REASON_PRESENT;
}

/* Patterns that the literature prints: 3 + 3 visits: UPC .5, COC .4; 3 + 1 + 1 + 1: UPC .5, COC .2. */
static void printed_patterns(void **state) {
  (void)state;
  itg_result *r =
      run("patient,provider\n1,A\n1,A\n1,A\n1,B\n1,B\n1,B\n2,A\n2,A\n2,A\n2,B\n2,C\n2,D\n3,A\n3,A\n3,B\n3,"
          "A\n4,A\n4,B\n4,A\n"
          "4,B\n",
          NULL);
  assert_near(OF(r, "upc", "1"), 0.5, 0);
  assert_near(OF(r, "coc", "1"), 0.4, 1e-16);
  assert_near(OF(r, "upc", "2"), 0.5, 0);
  assert_near(OF(r, "coc", "2"), 0.2, 1e-16);
  assert_near(OF(r, "fragmentation", "2"), 0.8, 1e-16);
  /* A, A, B, A. */
  assert_near(OF(r, "upc", "3"), 0.75, 0);
  assert_near(OF(r, "coc", "3"), 0.5, 0);
  assert_near(OF(r, "hhi", "3"), 0.625, 0);
  assert_near(OF(r, "secon", "3"), 1 / 3.0, 1e-16);
  assert_near(OF(r, "mmci", "3"), (1 - 2 / 4.1) / (1 - 1 / 4.1), 1e-15);
  assert_near(OF(r, "mci", "3"), 1 - 2 / 4.1, 1e-15);
  assert_near(OF(r, "entropy", "3"), -0.75 * log2(0.75) + 0.25 * 2, 1e-15);
  assert_near(OF(r, "secon", "4"), 0, 0); /* in turn */
  assert_true(has_note(r, "There is no date"));
  /* Means: 6, 6, 4 and 4 visits; 2, 4, 2 and 2 providers. */
  assert_near(MEAN(r, "visits"), 5, 0);
  assert_near(MEAN(r, "coc"), (0.4 + 0.2 + 0.5 + 1 / 3.0) / 4, 1e-15);
  assert_near(MEAN(r, "mci_group"), 1 - 2.5 / 5.1, 1e-15);
  assert_near(CELL(r, "estimates", "n", "scale", "coc"), 4, 0);
  itg_result_free(r);
}

/* Perfect continuity: all indices 1, entropy and fragmentation 0; the mci of two visits to one provider is
 * not 1, which is why it was modified (Magill and Senf 1987). */
static void one_provider_alone(void **state) {
  (void)state;
  itg_result *r = run("patient,provider\n1,A\n1,A\n2,A\n2,B\n2,C\n", NULL);
  static const char *const ones[] = {"upc", "coc", "hhi", "secon", "mmci"};
  for (size_t i = 0; i < ITG_COUNT(ones); i++) assert_near(OF(r, ones[i], "1"), 1, 1e-15);
  assert_near(OF(r, "mci", "1"), 1 - 1 / 2.1, 1e-15);
  assert_near(OF(r, "entropy", "1"), 0, 0);
  assert_near(OF(r, "entropy", "2"), log2(3), 1e-15);
  assert_near(OF(r, "coc", "2"), 0, 0);
  itg_result_free(r);
  r = run("patient,provider\n1,A\n1,B\n1,C\n", "log_base: 10");
  assert_near(OF(r, "entropy", "1"), log10(3), 1e-15);
  itg_result_free(r);
}

#define TEAMS                                                                                       \
  "patient,provider,type\n1,A,GP\n1,C,GP\n1,D,Psychiatrist\n2,A,GP\n2,D,Psychiatrist\n3,A,GP\n3,D," \
  "Psychiatrist\n"                                                                                  \
  "4,D,Psychiatrist\n5,C,GP\n"
#define WEIGHTS(gg, gp, pp) \
  "type_a,type_b,weight\nGP,GP," gg "\nPsychiatrist,GP," gp "\nPsychiatrist,Psychiatrist," pp "\n"

/* Denz, CareDensity 0.1.0, its vignette. */
static void care_density_of_the_vignette_of_caredensity(void **state) {
  (void)state;
  itg_result *r =
      score("continuity", (const inputs){"data", TEAMS, "weights", WEIGHTS("1.1", "0.5", "1.3"), NULL},
            "indices: [care_density, fragmented_care_density]");
  assert_near(OF(r, "care_density", "1"), 5 / 3.0, 1e-15);
  assert_near(OF(r, "care_density", "2"), 3, 0);
  assert_near(OF(r, "care_density", "3"), 3, 0);
  assert_int_equal(WHY(r, "care_density", "4"), ITG_REASON_TOO_FEW);
  assert_int_equal(WHY(r, "care_density", "5"), ITG_REASON_TOO_FEW);
  assert_near(OF(r, "fragmented_care_density", "1"), 3.1 / 3, 1e-15);
  assert_near(OF(r, "fragmented_care_density", "2"), 1.5, 1e-15);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "care_density"), 2, 0);
  itg_result_free(r);
  r = score("continuity", (const inputs){"data", TEAMS, "weights", WEIGHTS("0.3", "1.6", "1.1"), NULL}, NULL);
  assert_near(OF(r, "fragmented_care_density", "1"), 6.7 / 3, 1e-15);
  assert_near(OF(r, "fragmented_care_density", "3"), 4.8, 1e-15);
  itg_result_free(r);
}

static void a_provider_of_unknown_type(void **state) {
  (void)state;
  const char *csv = "patient,provider,type\n1,A,GP\n1,B,\n2,A,GP\n2,C,GP\n3,A,GP\n3,C,\n";
  itg_result *r = score(
      "continuity", (const inputs){"data", csv, "weights", "type_a,type_b,weight\nGP,GP,2\n", NULL}, NULL);
  assert_int_equal(WHY(r, "fragmented_care_density", "1"), ITG_REASON_MISSING);
  assert_near(OF(r, "fragmented_care_density", "2"), 4, 0);
  assert_near(OF(r, "fragmented_care_density", "3"), 4, 0); /* the type of C stands in another row */
  itg_result_free(r);
}

static void few_visits_are_missing_and_counted(void **state) {
  (void)state;
  const char *csv = "patient,provider\n1,A\n2,A\n2,A\n3,\n4,A\n4,B\n4,B\n,A\n";
  itg_result *r = run(csv, NULL);
  assert_int_equal(WHY(r, "upc", "1"), ITG_REASON_TOO_FEW);
  assert_near(OF(r, "visits", "3"), 0, 0);
  assert_int_equal(WHY(r, "coc", "3"), ITG_REASON_TOO_FEW);
  assert_near(CELL(r, "estimates", "n", "scale", "coc"), 2, 0);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "coc"), 2, 0);
  assert_near(MEAN(r, "visits"), 1.5, 1e-15);
  assert_true(has_note(r, "1 rows name no patient"));
  assert_true(has_note(r, "1 contacts name no provider"));
  assert_true(has_note(r, "2 of 4 patients have fewer than 2 visits"));
  itg_result_free(r);
  r = run(csv, "min_visits: 3");
  assert_int_equal(WHY(r, "coc", "2"), ITG_REASON_TOO_FEW);
  assert_near(OF(r, "coc", "4"), 1 / 3.0, 1e-16);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "coc"), "too few answers");
  itg_result_free(r);
  r = run(csv, "min_visits: 1"); /* one visit: a share, but no pair */
  assert_near(OF(r, "upc", "1"), 1, 0);
  assert_near(OF(r, "mmci", "1"), 1, 1e-15);
  assert_int_equal(WHY(r, "coc", "1"), ITG_REASON_TOO_FEW);
  assert_int_equal(WHY(r, "secon", "1"), ITG_REASON_TOO_FEW);
  itg_result_free(r);
}

static void dates_order_visits_however_rows_stand(void **state) {
  (void)state;
  const char *csv =
      "patient,provider,date\n1,A,2024-03-09\n2,B,2024-01-02\n1,B,2023-12-31\n1,A,2024-02-29\n2,B,\n2,A,2024-"
      "01-01\n";
  itg_result *r = run(csv, NULL); /* B, A, A */
  assert_near(OF(r, "secon", "1"), 0.5, 0);
  assert_int_equal(WHY(r, "secon", "2"), ITG_REASON_MISSING);
  assert_near(OF(r, "coc", "2"), 1 / 3.0, 1e-16);
  assert_true(has_note(r, "1 contacts have no date"));
  itg_result_free(r);
  r = run("patient,provider,date\n1,A,30\n1,B,10\n1,A,20\n", NULL);
  assert_near(OF(r, "secon", "1"), 0.5, 0);
  itg_result_free(r);
}

/* On the 5th: A, B, A. */
static void contacts_at_one_time(void **state) {
  (void)state;
  const char *csv =
      "patient,provider,date\n1,A,2024-01-05\n1,B,2024-01-05\n1,A,2024-01-05\n1,A,2024-01-01\n1,B,2024-01-"
      "09\n";
  itg_result *r = run(csv, NULL); /* A A B A B */
  assert_near(OF(r, "secon", "1"), 0.25, 0);
  assert_true(has_note(r, "1 patients have contacts with several providers at one time"));
  assert_true(has_note(r, "each counts (repeats)"));
  itg_result_free(r);
  r = run(csv, "repeats: once"); /* A A B B */
  assert_near(OF(r, "visits", "1"), 4, 0);
  assert_near(OF(r, "secon", "1"), 2 / 3.0, 1e-16);
  assert_true(has_note(r, "it counts once"));
  itg_result_free(r);
}

static void the_usual_provider_may_be_named(void **state) {
  (void)state;
  const char *csv = "patient,provider,usual\n1,A,B\n1,A,\n1,B,B\n2,A,Z\n2,A,Z\n3,A,\n3,A,\n";
  itg_result *r = run(csv, NULL);
  assert_near(OF(r, "upc", "1"), 1 / 3.0, 1e-16);
  assert_near(OF(r, "upc", "2"), 0, 0); /* never seen */
  assert_int_equal(WHY(r, "upc", "3"), ITG_REASON_MISSING);
  assert_near(OF(r, "coc", "3"), 1, 0);
  assert_true(has_note(r, "column 'usual'"));
  itg_result_free(r);
}

static void groups_are_taken_alone(void **state) {
  (void)state;
  const char *csv = "patient,provider,wave\n1,A,1\n1,B,1\n1,A,2\n1,A,2\n2,A,1\n2,B,1\n3,A,2\n3,B,2\n3,C,\n";
  itg_result *both = run(csv, "{by: wave, indices: [coc, care_density], keep: provider}"),
             *one = run("patient,provider\n1,A\n1,B\n2,A\n2,B\n", "indices: [coc, care_density]");
  assert_near(CELL(both, "patients", "coc", "patient", "1", "wave", "1"), 0, 0);
  assert_near(CELL(both, "patients", "coc", "patient", "1", "wave", "2"), 1, 0);
  assert_near(CELL(both, "patients", "care_density", "patient", "1", "wave", "1"),
              OF(one, "care_density", "1"), 0);
  assert_near(CELL(both, "patients", "care_density", "patient", "3", "wave", "2"), 1, 0);
  assert_near(CELL(both, "estimates", "n", "scale", "care_density", "wave", "1"), 2, 0);
  assert_true(has_note(both, "1 rows lack a grouping value"));
  itg_result_free(both);
  itg_result_free(one);
}

/* ---- parts, threads, and a slow way ---- */

enum { ROWS = 60000, PATIENTS = 20000, PROVIDERS = 300 };

/* Contacts of patients from `from` to `to`, or of all in a shuffled order. */
static char *contacts(int from, int to) {
  itg_text csv = ITG_TEXT_EMPTY;
  itg_random random;
  itg_random_init(&random, 5, ITG_PURPOSE_TEST, 0);
  itg_text_add(&csv, "patient,provider,date\n");
  for (int i = 0; i < ROWS; i++) {
    int patient = (int)itg_random_below(&random, PATIENTS),
        provider = (int)itg_random_below(&random, PROVIDERS);
    int home = patient % PROVIDERS, day = (int)itg_random_below(&random, 200);
    if (itg_random_below(&random, 2)) provider = home;
    if (patient >= from && patient < to) itg_text_print(&csv, "p%d,g%d,%d\n", patient, provider, day);
  }
  assert_false(csv.failed);
  return csv.data;
}

static const char *const numbers[] = {"visits", "providers", "upc", "coc",     "hhi",
                                      "secon",  "mmci",      "mci", "entropy", "fragmentation"};

/* Patients of parts, put together, are those of the whole; sums by states of moments give its means. */
static void data_may_be_cut_by_patient(void **state) {
  (void)state;
  char *csv = contacts(0, PATIENTS);
  itg_result *whole = run(csv, NULL);
  size_t size;
  void *moments = new_state("{kind: moments, columns: 1}", &size);
  int64_t seen = 0;
  double n = 0;
  for (int part = 0; part < 3; part++) {
    char *some = contacts(part * PATIENTS / 3, (part + 1) * PATIENTS / 3);
    itg_result *r = run(some, NULL);
    const itg_table *t = itg_result_find(r, "patients"), *all = itg_result_find(whole, "patients");
    itg_factor names;
    itg_arena *arena = itg_arena_new();
    assert_int_equal(itg_factor_make(&all->columns[0], all->n_rows, arena, &names, NULL), ITG_OK);
    for (int64_t i = 0, k = 0; i < t->n_rows; i++) { /* both are in order of the patients */
      char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
      const char *patient = itg_column_text(&t->columns[0], i, a);
      while (strcmp(itg_column_text(&all->columns[0], k, b), patient) != 0) assert_true(++k < all->n_rows);
      for (size_t c = 0; c < ITG_COUNT(numbers); c++) {
        double x, y;
        uint8_t rx, ry;
        itg_column_doubles(&t->columns[itg_table_column(t, numbers[c])], i, 1, &x, &rx);
        itg_column_doubles(&all->columns[itg_table_column(all, numbers[c])], k, 1, &y, &ry);
        assert_int_equal(rx, ry);
        assert_memory_equal(&x, &y, sizeof x);
        if (c == 3 && !rx) add(moments, &x, NULL, 1), n++;
      }
    }
    seen += t->n_rows;
    itg_arena_free(arena);
    itg_result_free(r);
    free(some);
  }
  assert_int_equal(seen, itg_result_find(whole, "patients")->n_rows);
  size_t count;
  double *found = finish(moments, size, &count);
  assert_near(found[0], n, 0);
  assert_near(found[1], MEAN(whole, "coc"), 1e-13);
  assert_near(sqrt(found[2] / n), CELL(whole, "estimates", "std_error", "scale", "coc"), 1e-13);
  free(found);
  free(moments);
  itg_result_free(whole);
  free(csv);
}

static void threads_do_not_show_and_a_host_may_stop(void **state) {
  (void)state;
  char *csv = contacts(0, PATIENTS);
  itg_result *one = NULL, *two = NULL;
  const inputs in = {"data", csv, NULL};
  const char *options = "indices: [coc, secon, entropy, care_density]";
  assert_int_equal(attempt("continuity", in, options, 1, &one, NULL), ITG_OK);
  assert_int_equal(attempt("continuity", in, options, 4, &two, NULL), ITG_OK);
  char *a = NULL, *b = NULL;
  assert_int_equal(itg_result_json(one, &a, NULL), ITG_OK);
  assert_int_equal(itg_result_json(two, &b, NULL), ITG_OK);
  assert_string_equal(a, b);
  itg_text_free(a);
  itg_text_free(b);
  itg_result_free(two);
  /* Care density the slow way: the providers of a patient, pair by pair, over all patients. */
  itg_frame *frame;
  assert_int_equal(itg_frame_parse(csv, strlen(csv), "c", NULL, &frame, NULL), ITG_OK);
  const itg_table *t = itg_frame_table(frame);
  static bool saw[PATIENTS][PROVIDERS];
  memset(saw, 0, sizeof saw);
  for (int64_t i = 0; i < t->n_rows; i++) {
    char x[ITG_NUMBER_SIZE], y[ITG_NUMBER_SIZE];
    saw[atoi(itg_column_text(&t->columns[0], i, x) + 1)][atoi(itg_column_text(&t->columns[1], i, y) + 1)] =
        true;
  }
  for (int patient = 17; patient < PATIENTS; patient += 4001) {
    int64_t sum = 0, pairs = 0;
    char name[16];
    for (int a1 = 0; a1 < PROVIDERS; a1++)
      for (int b1 = a1 + 1; saw[patient][a1] && b1 < PROVIDERS; b1++) {
        if (!saw[patient][b1]) continue;
        pairs++;
        for (int other = 0; other < PATIENTS; other++) sum += saw[other][a1] && saw[other][b1];
      }
    snprintf(name, sizeof name, "p%d", patient);
    if (pairs) assert_near(OF(one, "care_density", name), (double)sum / (double)pairs, 1e-12);
  }
  itg_frame_free(frame);
  itg_result_free(one);
  asked host = {0, 1};
  itg_control control = {.threads = 1, .progress = stop_at, .payload = &host};
  itg_frame *again;
  itg_error error = {0};
  assert_int_equal(itg_frame_parse(csv, strlen(csv), "c", NULL, &again, NULL), ITG_OK);
  assert_int_equal(itg_measure_run("continuity", itg_frame_table(again), 1, NULL, &control, &two, &error),
                   ITG_ERR_INTERRUPTED);
  itg_frame_free(again);
  free(csv);
}

/* A patient with more contacts than an insertion sort takes, all at few times. */
static void a_patient_with_many_contacts(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY;
  int counts[7] = {0}, n = 3000;
  itg_text_add(&csv, "patient,provider,date\n");
  for (int i = 0; i < n; i++) {
    itg_text_print(&csv, "1,%d,%d\n", i * 31 % 7, 2024 - i % 3);
    counts[i * 31 % 7]++;
  }
  itg_result *r = run(csv.data, NULL);
  double squares = 0;
  for (int k = 0; k < 7; k++) squares += (double)counts[k] * counts[k];
  assert_near(OF(r, "coc", "1"), (squares - n) / ((double)n * (n - 1)), 1e-15);
  itg_result_free(r);
  r = run(csv.data, "repeats: once");
  assert_near(OF(r, "visits", "1"), 21, 0); /* 7 providers at 3 times */
  itg_result_free(r);
  itg_text_clear(&csv);
}

/* ---- dates ---- */

static void dates_are_those_of_the_calendar(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double days;
  } good[] = {{"1970-01-01", 0},
              {"2000-03-01", 11017},
              {"2024-02-29", 19782},
              {"1900-03-01", -25508},
              {"1969-12-31", -1},
              {"2024-02-29 12:00", 19782.5},
              {"2024-02-29T06:00:00Z", 19782.25},
              {"2024-02-29 00:00:43.2", 19782.0005},
              {"2024-02-29 12:00+06:00", 19782.25},
              {"2024-02-29T00:00:00.0-1200", 19782.5}};
  static const char *const bad[] = {
      "2023-02-29",       "2024-13-01",       "2024-1-1",   "24-01-01", "2024-01-01x",
      "2024-01-01 25:00", "2024-01-01 10:61", "01/02/2024", "",         "2024-01-01 10:00:60",
      "2024-00-10",       "2024-01-32",       "2024-01-01 10:00+1:00", "2024-01-01 10:00+01:60",
      "2024-01-01 10:00 01:00", "2024-01-01 10:00+01:00Z", "2024-01-01+01:00"};
  double days;
  for (size_t i = 0; i < ITG_COUNT(good); i++) {
    assert_true(itg_date_parse(good[i].text, &days));
    assert_near(days, good[i].days, 1e-9);
  }
  for (size_t i = 0; i < ITG_COUNT(bad); i++)
    if (itg_date_parse(bad[i], &days)) fail_msg("'%s' is no date", bad[i]);
}

static int stop_at_once(void *payload, double done) {
  *(double *)payload = done;
  return 1;
}

/* Rows are read in seconds when there are ten million: the host is asked before, not after. */
static void an_interrupt_while_rows_are_read(void **state) {
  (void)state;
  double done = 1;
  itg_control control = {.progress = stop_at_once, .payload = &done};
  const char *csv = "patient,provider,date\na,x,2024-01-01\na,y,2024-01-02\n";
  itg_frame *frame;
  itg_result *r = NULL;
  itg_error error = {0};
  assert_int_equal(itg_frame_parse(csv, strlen(csv), "c", NULL, &frame, NULL), ITG_OK);
  assert_int_equal(itg_measure_run("continuity", itg_frame_table(frame), 1, NULL, &control, &r, &error),
                   ITG_ERR_INTERRUPTED);
  assert_true(done < 0.1);
  itg_frame_free(frame);
}

/* Groups that share no provider cost their own providers only: quadratic, this took minutes. */
static void densities_of_many_groups(void **state) {
  (void)state;
  itg_text data = ITG_TEXT_EMPTY;
  itg_text_add(&data, "patient,provider,wave\n");
  for (int i = 0; i < 120000; i++) itg_text_print(&data, "%d,%d,%d\n", i / 2, i, i / 2);
  itg_result *r = score("continuity", (const inputs){"data", data.data, NULL}, "{by: wave, indices: care_density}");
  assert_near(CELL(r, "patients", "care_density", "wave", "59999"), 1, 0);
  assert_near(CELL(r, "patients", "care_density", "wave", "1"), 1, 0);
  itg_result_free(r);
  itg_text_clear(&data);
}

static void bad_input_is_told_where(void **state) {
  (void)state;
  static const bad_call bad[] = {
      {"patient,provider\n", NULL, ITG_ERR_EMPTY, "no rows"},
      {"patient\n1\n", NULL, ITG_ERR_COLUMN, "provider"},
      {"patient,provider\n,A\n", NULL, ITG_ERR_EMPTY, "no row names a patient"},
      {"patient,provider\n1,\n", NULL, ITG_ERR_EMPTY, "no row names a provider"},
      {"patient,provider,date\n1,A,2024-01-01\n1,A,31/12/2024\n", NULL, ITG_ERR_TYPE,
       "line 3, column 'date': '31/12/2024'"},
      {"patient,provider,date\n1,A,tomorrow\n", NULL, ITG_ERR_TYPE, "'tomorrow' is not a date"},
      {"patient,provider,date\n1,A,2024-01-01\n1,B,2024-01-01\n", "ties: error", ITG_ERR_ORDER,
       "patient '1' has contacts with two"},
      {"patient,provider,date\n1,A,2024-01-01\n1,A,2024-01-01\n", "repeats: error", ITG_ERR_ORDER,
       "repeats: keep or once"},
      {"patient,provider\n1,A\n", "repeats: once", ITG_ERR_OPTION, "needs the role date"},
      {"patient,provider\n1,A\n", "min_visits: 0", ITG_ERR_OPTION, "min_visits"},
      {"patient,provider\n1,A\n", "log_base: 1", ITG_ERR_OPTION, "above 1"},
      {"patient,provider\n1,A\n", "indices: [coc, uppc]", ITG_ERR_OPTION, "uppc"},
      {"patient,provider\n1,A\n", "indices: fragmented_care_density", ITG_ERR_OPTION, "input 'weights'"},
      {"patient,provider,usual\n1,A,A\n1,A,B\n", NULL, ITG_ERR_DATA, "patient '1' has 'B' as usual provider"},
  };
  assert_all_fail("continuity", bad, ITG_COUNT(bad));
  static const struct {
    const char *data, *weights;
    itg_status status;
    const char *part;
  } pairs[] = {
      {TEAMS, "type_a,type_b,weight\nGP,GP,1\n", ITG_ERR_DATA,
       "no weight for the pair 'GP' and 'Psychiatrist'"},
      {TEAMS, WEIGHTS("1", "1", "1") "GP,Psychiatrist,2\n", ITG_ERR_DUPLICATE, "line 5"},
      {TEAMS, "type_a,type_b,weight\nGP,,1\n", ITG_ERR_DATA, "without both types"},
      {TEAMS, "type_a,type_b\nGP,GP\n", ITG_ERR_COLUMN, "'weight'"},
      {"patient,provider\n1,A\n", WEIGHTS("1", "1", "1"), ITG_ERR_COLUMN, "'type'"},
      {"patient,provider,type\n1,A,x\n2,A,y\n", WEIGHTS("1", "1", "1"), ITG_ERR_DATA,
       "of type 'y' here and 'x'"},
  };
  for (size_t i = 0; i < ITG_COUNT(pairs); i++)
    assert_fails("continuity", (const inputs){"data", pairs[i].data, "weights", pairs[i].weights, NULL}, NULL,
                 pairs[i].status, pairs[i].part);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(printed_patterns),
      cmocka_unit_test(one_provider_alone),
      cmocka_unit_test(care_density_of_the_vignette_of_caredensity),
      cmocka_unit_test(a_provider_of_unknown_type),
      cmocka_unit_test(few_visits_are_missing_and_counted),
      cmocka_unit_test(dates_order_visits_however_rows_stand),
      cmocka_unit_test(contacts_at_one_time),
      cmocka_unit_test(the_usual_provider_may_be_named),
      cmocka_unit_test(groups_are_taken_alone),
      cmocka_unit_test(data_may_be_cut_by_patient),
      cmocka_unit_test(threads_do_not_show_and_a_host_may_stop),
      cmocka_unit_test(a_patient_with_many_contacts),
      cmocka_unit_test(dates_are_those_of_the_calendar),
      cmocka_unit_test(an_interrupt_while_rows_are_read),
      cmocka_unit_test(densities_of_many_groups),
      cmocka_unit_test(bad_input_is_told_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
