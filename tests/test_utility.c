/* Measure eq5d_utility: profiles in every form a column can have, missing and impossible levels row by row,
 * groups, values given as a table (by stratum), figures of groups worked by hand, bad input. */
#include "scoring.h"

#include "itg_valueset.h"

#define FIVE "mobility,self_care,usual_activities,pain,anxiety\n"
#define UK "valueset: eq5d-3l-uk"
#define DATA(csv) ((const inputs){"data", csv, NULL})

static double utility(const itg_result *r, int64_t row) {
  return number_at(itg_result_find(r, "utilities"), row, "utility");
}

static double estimate(const itg_result *r, const char *scale) {
  return CELL(r, "estimates", "estimate", "scale", scale);
}

/* ---- forms of a profile ---- */

static void five_columns_digits_and_text_give_the_same_utilities_as_dolan_1997(void **state) {
  (void)state;
  static const char *const csv[] = {FIVE "2,1,2,3,2\n3,3,3,3,3\n1,1,1,1,1\n",
                                    FIVE "2.0,1,2,3,2\n3,3,3,3,3\n1,1,1,1,1\n",
                                    "profile\n21232\n33333\n11111\n", "profile\n21232.0\n33333\n11111\n",
                                    "profile,x\n\"21232\",a\n33333,b\n11111,c\n"};
  for (size_t i = 0; i < ITG_COUNT(csv); i++) {
    itg_result *r = score("eq5d_utility", DATA(csv[i]), UK);
    assert_true(utility(r, 0) == 0.088 && utility(r, 1) == -0.594 && utility(r, 2) == 1);
    assert_string_equal(text_at(itg_result_find(r, "utilities"), 0, "profile"), "21232");
    assert_true(has_note(r, "Value set: eq5d-3l-uk: Dolan"));
    itg_result_free(r);
  }
}

/* Every storage that a front can lend, with the gaps between values that a row-wise table has. */
static void columns_of_every_type_and_stride_give_the_same_bits(void **state) {
  (void)state;
  enum { ROWS = 1037 }; /* not a multiple of a block or of four */
  static const char *const names[] = {"mobility", "self_care", "usual_activities", "pain", "anxiety"};
  static struct row {
    int32_t small[5];
    int64_t large[5];
    double number[5];
    const char *text;
  } rows[ROWS];
  static char texts[ROWS][6];
  static const uint8_t none[ROWS];
  itg_arena *arena = itg_arena_new();
  itg_definition definition;
  itg_valueset set;
  itg_error error = {0};
  assert_int_equal(itg_definition_load("eq5d-5l-canada", arena, &definition, &error), ITG_OK);
  assert_int_equal(itg_valueset_make(&definition, arena, &set, &error), ITG_OK);
  double expected[ROWS];
  for (int i = 0; i < ROWS; i++) {
    int level[5];
    int32_t index = (int32_t)((i * 2654435761u) % 3125u);
    itg_valueset_levels(&set, index, level);
    expected[i] = set.values[index];
    for (int d = 0; d < 5; d++) {
      rows[i].small[d] = level[d];
      rows[i].large[d] = level[d];
      rows[i].number[d] = level[d];
      texts[i][d] = (char)('0' + level[d]);
    }
    rows[i].text = texts[i];
  }
  const struct {
    itg_type type;
    size_t offset, size;
    const uint8_t *reason;
  } kinds[] = {{ITG_TYPE_INT32, offsetof(struct row, small), 4, NULL},
               {ITG_TYPE_INT32, offsetof(struct row, small), 4, none},
               {ITG_TYPE_INT64, offsetof(struct row, large), 8, NULL},
               {ITG_TYPE_DOUBLE, offsetof(struct row, number), 8, none}};
  for (size_t k = 0; k < ITG_COUNT(kinds) + 3; k++) {
    itg_column columns[5] = {{0}};
    static int32_t packed[5][ROWS];
    static int32_t digits[ROWS];
    int n = 5;
    for (int d = 0; d < 5; d++) {
      columns[d].name = names[d];
      if (k < ITG_COUNT(kinds)) {
        columns[d].type = kinds[k].type;
        columns[d].data = (const char *)rows + kinds[k].offset + (size_t)d * kinds[k].size;
        columns[d].stride = sizeof(struct row);
        columns[d].reason = kinds[k].reason;
      } else {
        columns[d].type = ITG_TYPE_INT32;
        columns[d].data = packed[d];
        for (int i = 0; i < ROWS; i++) packed[d][i] = rows[i].small[d];
      }
    }
    if (k > ITG_COUNT(kinds)) {
      n = 1;
      columns[0].name = "profile";
      for (int i = 0; i < ROWS; i++) digits[i] = (int32_t)strtol(texts[i], NULL, 10);
      columns[0].data = digits;
      if (k == ITG_COUNT(kinds) + 2) {
        columns[0].type = ITG_TYPE_STRING;
        columns[0].data = &rows[0].text;
        columns[0].stride = sizeof(struct row);
      }
    }
    const itg_table table = {.n_rows = ROWS, .n_columns = n, .columns = columns};
    itg_result *r;
    if (itg_measure_run("eq5d_utility", &table, 1, "valueset: eq5d-5l-canada", NULL, &r, &error))
      fail_msg("kind %d: %s", (int)k, error.message);
    for (int i = 0; i < ROWS; i++) assert_true(utility(r, i) == expected[i]);
    itg_result_free(r);
  }
  itg_arena_free(arena);
}

static void any_number_of_rows_at_the_edges_of_blocks(void **state) {
  (void)state;
  static const int sizes[] = {1, 2, 3, 4, 5, 511, 512, 513, 32767, 32768, 32769, 100003};
  for (size_t k = 0; k < ITG_COUNT(sizes); k++) {
    int n = sizes[k];
    int32_t *levels = malloc((size_t)n * sizeof *levels);
    assert_non_null(levels);
    for (int i = 0; i < n; i++) levels[i] = i % 3 + 1;
    itg_column columns[5] = {{.name = "mobility"},
                             {.name = "self_care"},
                             {.name = "usual_activities"},
                             {.name = "pain"},
                             {.name = "anxiety"}};
    for (int d = 0; d < 5; d++) columns[d].type = ITG_TYPE_INT32, columns[d].data = levels;
    const itg_table table = {.n_rows = n, .n_columns = 5, .columns = columns};
    const itg_control two = {.threads = 2}, one = {.threads = 1};
    itg_error error = {0};
    itg_result *a, *b;
    assert_int_equal(itg_measure_run("eq5d_utility", &table, 1, UK, &one, &a, &error), ITG_OK);
    assert_int_equal(itg_measure_run("eq5d_utility", &table, 1, UK, &two, &b, &error), ITG_OK);
    double total = 0;
    for (int i = 0; i < n; i++) {
      assert_true(utility(a, i) == (i % 3 == 0 ? 1 : i % 3 == 1 ? 0.516 : -0.594));
      assert_true(utility(b, i) == utility(a, i));
      total += utility(a, i);
    }
    assert_near(estimate(a, "utility"), total / n, 1e-10);
    assert_true(estimate(a, "utility") == estimate(b, "utility"));
    itg_result_free(a);
    itg_result_free(b);
    free(levels);
  }
}

/* ---- missing and impossible ---- */

static void a_missing_level_makes_its_row_missing_and_says_why(void **state) {
  (void)state;
  itg_result *r = score("eq5d_utility", DATA(FIVE "2,1,2,3,2\n,1,1,1,1\n1,1,-8,1,1\n1,1,1,1,-9\n1,1,1,1,1\n"),
                        UK "\nmissing: {-8: refused, -9: \"don't know\"}");
  const itg_table *u = itg_result_find(r, "utilities");
  const int column = itg_table_column(u, "utility"), profile = itg_table_column(u, "profile");
  static const itg_reason expected[] = {ITG_REASON_PRESENT, ITG_REASON_MISSING, ITG_REASON_REFUSED,
                                        ITG_REASON_UNKNOWN, ITG_REASON_PRESENT};
  for (int i = 0; i < 5; i++) {
    assert_int_equal(itg_column_reason(&u->columns[column], i), expected[i]);
    assert_int_equal(itg_column_reason(&u->columns[profile], i), expected[i]);
  }
  assert_true(utility(r, 4) == 1);
  assert_true(CELL(r, "estimates", "n", "scale", "utility") == 2);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "utility") == 3);
  itg_result_free(r);
  r = score("eq5d_utility", DATA("profile\n21232\n99999\nNA\n11111\n"), UK "\nmissing: [99999]");
  assert_true(utility(r, 0) == 0.088 && isnan(utility(r, 1)) && isnan(utility(r, 2)) && utility(r, 3) == 1);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "utility") == 2);
  itg_result_free(r);
}

/* Values that stand for missing inside the data itself, as R and NumPy have them. */
static void missing_integers_of_r_and_nan_are_missing_not_impossible(void **state) {
  (void)state;
  const int32_t small[] = {1, INT32_MIN, 2};
  const double number[] = {1, 1, NAN};
  const itg_column columns[] = {
      {.name = "mobility", .type = ITG_TYPE_INT32, .data = small, .flags = ITG_COLUMN_MIN_MISSING},
      {.name = "self_care", .type = ITG_TYPE_DOUBLE, .data = number, .flags = ITG_COLUMN_NAN_MISSING},
      {.name = "usual_activities", .type = ITG_TYPE_DOUBLE, .data = (const double[]){1, 1, 1}},
      {.name = "pain", .type = ITG_TYPE_DOUBLE, .data = (const double[]){1, 1, 1}},
      {.name = "anxiety", .type = ITG_TYPE_DOUBLE, .data = (const double[]){1, 1, 1}}};
  const itg_table table = {.n_rows = 3, .n_columns = 5, .columns = columns};
  itg_error error = {0};
  itg_result *r;
  if (itg_measure_run("eq5d_utility", &table, 1, UK, NULL, &r, &error)) fail_msg("%s", error.message);
  assert_true(utility(r, 0) == 1 && isnan(utility(r, 1)) && isnan(utility(r, 2)));
  itg_result_free(r);
}

static void impossible_levels_stop_or_count_as_missing(void **state) {
  (void)state;
  static const struct {
    const char *csv, *part;
  } cases[] = {
      {FIVE "1,1,1,1,1\n1,1,4,1,1\n",
       "line 3, column 'usual_activities': '4' is no level of value set eq5d-3l-uk; levels are 1 to 3"},
      {FIVE "0,1,1,1,1\n", "'0' is no level"},
      {FIVE "1,1,1,1,1.5\n", "'1.5' is no level"},
      {FIVE "1,-1,1,1,1\n", "'-1' is no level"},
      {FIVE "1,4294967297,1,1,1\n", "'4294967297' is no level"},
      {FIVE "1,1e300,1,1,1\n", "is no level"},
      {"profile\n21232\n21242\n",
       "line 3, column 'profile': '21242' is no profile of value set eq5d-3l-uk; a profile has five digits "
       "of 1 to 3"},
      {"profile\n2123\n", "'2123' is no profile"},
      {"profile\n212321\n", "'212321' is no profile"},
      {"profile\n0\n", "'0' is no profile"},
      {"profile\n-21232\n", "'-21232' is no profile"},
      {"profile\n21232.5\n", "'21232.5' is no profile"},
      {"profile\n2123x\n", "'2123x' is no profile"},
      {"profile\n2 1 2 3 2\n", "'2 1 2 3 2' is no profile"},
      {"profile\n1e300\n", "is no profile"},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    assert_fails("eq5d_utility", DATA(cases[i].csv), UK, ITG_ERR_RANGE, cases[i].part);
    char csv[200];
    bool five = cases[i].csv[0] == 'm';
    snprintf(csv, sizeof csv, "%s%s\n", cases[i].csv, five ? "1,1,1,1,1" : "11111");
    itg_result *r = score("eq5d_utility", DATA(csv), UK "\ninvalid: missing");
    const itg_table *u = itg_result_find(r, "utilities");
    int64_t last = u->n_rows - 1;
    assert_true(utility(r, last) == 1 && isnan(utility(r, last - 1)));
    assert_int_equal(itg_column_reason(&u->columns[itg_table_column(u, "utility")], last - 1),
                     ITG_REASON_INVALID);
    assert_true(has_note(r, "1 profiles that do not exist count as missing"));
    assert_true(CELL(r, "estimates", "n_missing", "scale", "utility") == 1);
    itg_result_free(r);
  }
}

static void the_first_impossible_row_is_named_whatever_the_threads(void **state) {
  (void)state;
  enum { ROWS = 200000 };
  static int32_t fine[ROWS], bad[ROWS];
  for (int i = 0; i < ROWS; i++) fine[i] = bad[i] = 1;
  bad[150000] = 9;
  bad[90000] = 7;
  itg_column columns[5] = {{.name = "mobility", .data = fine},
                           {.name = "self_care", .data = fine},
                           {.name = "usual_activities", .data = bad},
                           {.name = "pain", .data = fine},
                           {.name = "anxiety", .data = fine}};
  for (int d = 0; d < 5; d++) columns[d].type = ITG_TYPE_INT32;
  const itg_table table = {.n_rows = ROWS, .n_columns = 5, .columns = columns};
  for (int threads = 1; threads <= 3; threads++) {
    const itg_control control = {.threads = threads};
    itg_error error = {0};
    itg_result *r = NULL;
    assert_int_equal(itg_measure_run("eq5d_utility", &table, 1, UK, &control, &r, &error), ITG_ERR_RANGE);
    assert_null(r);
    assert_int_equal(error.row, 90001);
    assert_string_equal(error.column, "usual_activities");
  }
}

/* ---- figures of groups ---- */

static void figures_of_a_group_are_worked_by_hand(void **state) {
  (void)state;
  /* 1, 0.516, 0.516, 0.088, -0.594: mean 1.526 / 5; quartiles are order statistics 2, 3 and 4 */
  itg_result *r = score("eq5d_utility", DATA("profile\n22222\n11111\n33333\n21232\n22222\n"), UK);
  double mean = 1.526 / 5, ss = 0;
  const double x[] = {1, 0.516, 0.516, 0.088, -0.594};
  for (int i = 0; i < 5; i++) ss += (x[i] - mean) * (x[i] - mean);
  assert_near(estimate(r, "utility"), mean, 1e-15);
  assert_near(estimate(r, "utility_sd"), sqrt(ss / 4), 1e-15);
  assert_near(CELL(r, "estimates", "std_error", "scale", "utility"), sqrt(ss / 20), 1e-15);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "utility"),
              mean + 2.7764451051977987 * sqrt(ss / 20), 1e-12);
  assert_true(estimate(r, "lower_quartile") == 0.088 && estimate(r, "median") == 0.516);
  assert_true(estimate(r, "upper_quartile") == 0.516);
  assert_true(estimate(r, "full_health") == 20 && estimate(r, "worse_than_dead") == 20);
  itg_result_free(r);
  /* Four rows: between order statistics. */
  r = score("eq5d_utility", DATA("profile\n22222\n11111\n33333\n21232\n"), UK);
  assert_near(estimate(r, "lower_quartile"), -0.594 + 0.75 * (0.088 + 0.594), 1e-15);
  assert_near(estimate(r, "median"), (0.088 + 0.516) / 2, 1e-15);
  assert_near(estimate(r, "upper_quartile"), 0.516 + 0.25 * (1 - 0.516), 1e-15);
  itg_result_free(r);
  r = score("eq5d_utility", DATA("profile\n22222\n22222\n22222\n"), UK);
  assert_true(estimate(r, "utility_sd") == 0);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "utility"), "no variance");
  itg_result_free(r);
  r = score("eq5d_utility", DATA("profile\n22222\n"), UK);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "utility"), "too few answers");
  itg_result_free(r);
}

static void groups_of_any_number_add_up_to_the_whole(void **state) {
  (void)state;
  /* 3000 groups do not fit one pass of counts for a 5L set. */
  enum { GROUPS = 3000 };
  itg_text csv = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "arm,profile\n");
  for (int i = 0; i < 3 * GROUPS; i++)
    itg_text_print(&csv, "g%04d,%s\n", i % GROUPS, i < GROUPS ? "11111" : i % 2 ? "55555" : "21232");
  itg_text_add(&csv, "g0001,\n");
  itg_result *r = score("eq5d_utility", DATA(csv.data), "valueset: eq5d-5l-england\nby: arm");
  assert_near(CELL(r, "estimates", "estimate", "scale", "utility", "arm", "g0000"), (1 + 2 * 0.730) / 3,
              1e-14);
  assert_near(CELL(r, "estimates", "estimate", "scale", "utility", "arm", "g2999"), (1 - 2 * 0.285) / 3,
              1e-14);
  assert_true(CELL(r, "estimates", "n", "scale", "utility", "arm", "g1500") == 3);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "utility", "arm", "g0001") == 1);
  itg_result_free(r);
  itg_text_clear(&csv);
  r = score("eq5d_utility", DATA("arm,profile\na,11111\na,21232\nb,\nb,\n"), UK "\nby: arm\nkeep: arm");
  assert_near(CELL(r, "estimates", "estimate", "scale", "utility", "arm", "a"), 0.544, 1e-15);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "utility", "arm", "b"), "missing");
  assert_string_equal(text_at(itg_result_find(r, "utilities"), 2, "arm"), "b");
  itg_result_free(r);
}

static void values_are_rounded_on_request(void **state) {
  (void)state;
  itg_result *r =
      score("eq5d_utility", DATA("profile\n21232\n45541\n"), "valueset: eq5d-5l-to-3l-uk\ndecimals: 3");
  assert_true(utility(r, 0) == 0.654 && utility(r, 1) == 0.027); /* the official table */
  itg_result_free(r);
}

/* ---- values of the user ---- */

/* A table of values by stratum, as mappings by age and sex have; value = base + index / 1000. */
static void print_values(itg_text *out, int levels, const char *stratum, double base) {
  const itg_valueset shape = {.levels = levels};
  for (int32_t s = 0; s < (levels == 3 ? 243 : 3125); s++) {
    int l[5];
    itg_valueset_levels(&shape, s, l);
    itg_text_print(out, "%d%d%d%d%d,", l[0], l[1], l[2], l[3], l[4]);
    char number[ITG_NUMBER_SIZE];
    itg_number_print(base + s / 1000.0, number);
    itg_text_print(out, "%s%s%s\n", number, stratum ? "," : "", stratum ? stratum : "");
  }
}

static void a_table_of_values_by_age_and_sex_serves_each_row_its_own(void **state) {
  (void)state;
  itg_text table = ITG_TEXT_EMPTY;
  itg_text_add(&table, "profile,value,stratum\n");
  print_values(&table, 5, "male 45-54", 0);
  print_values(&table, 5, "female 45-54", -2);
  const char *data =
      "stratum,profile\nmale 45-54,11112\nfemale 45-54,11112\n,11112\nmale 45-54,\nmale 45-54,11111\n";
  itg_result *r = score("eq5d_utility", (const inputs){"data", data, "values", table.data, NULL}, NULL);
  assert_true(utility(r, 0) == 0.001 && utility(r, 1) == -2 + 0.001 && isnan(utility(r, 2)) &&
              isnan(utility(r, 3)));
  assert_true(CELL(r, "estimates", "n_missing", "scale", "utility") == 2);
  assert_true(CELL(r, "estimates", "n", "scale", "utility") == 3);
  assert_near(estimate(r, "full_health"), 100 / 3.0, 1e-12);
  assert_near(estimate(r, "worse_than_dead"), 100 / 3.0, 1e-12);
  assert_true(has_note(r, "the table given as input 'values'"));
  assert_string_equal(text_at(itg_result_find(r, "utilities"), 2, "profile"), "11112");
  itg_result_free(r);
  assert_fails("eq5d_utility",
               (const inputs){"data", "stratum,profile\nmale 55-64,11111\n", "values", table.data, NULL},
               NULL, ITG_ERR_DATA, "no stratum 'male 55-64'");
  assert_fails("eq5d_utility", (const inputs){"data", "profile\n11111\n", "values", table.data, NULL}, NULL,
               ITG_ERR_COLUMN, "the other input has strata");
  itg_text_clear(&table);
}

static void tables_of_values_must_be_whole(void **state) {
  (void)state;
  itg_text whole = ITG_TEXT_EMPTY, twice = ITG_TEXT_EMPTY;
  itg_text_add(&whole, "profile,value\n");
  print_values(&whole, 3, NULL, 0);
  itg_text_add(&twice, whole.data);
  itg_text_add(&twice, "11111,1\n");
  const char *data = "profile\n33333\n";
  itg_result *r = score("eq5d_utility", (const inputs){"data", data, "values", whole.data, NULL}, NULL);
  assert_true(utility(r, 0) == 0.242);
  itg_result_free(r);
  const struct {
    const char *values, *options, *part;
    itg_status status;
  } cases[] = {
      {twice.data, NULL, "profile 11111 stands in another row too", ITG_ERR_DUPLICATE},
      {"profile,value\n11111,1\n", NULL, "profile 11112 has no value; all 243 profiles are needed",
       ITG_ERR_DATA},
      {"profile,value\n11114,1\n", NULL, "profile 11111 has no value; all 3125", ITG_ERR_DATA},
      {"profile,value\n11161,1\n", NULL, "'11161' is no profile", ITG_ERR_RANGE},
      {"profile,value\n11111,\n", NULL, "a row needs its profile and value", ITG_ERR_RANGE},
      {"profile,value\n,1\n11111,1\n", NULL, "a row needs its profile and value", ITG_ERR_RANGE},
      {"profile,value\n11111,high\n", NULL, "high", ITG_ERR_TYPE},
      {"profile,utility\n11111,1\n", NULL, "columns profile and value", ITG_ERR_COLUMN},
      {whole.data, UK, "leave one of the two out", ITG_ERR_OPTION},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("eq5d_utility", (const inputs){"data", data, "values", cases[i].values, NULL},
                 cases[i].options, cases[i].status, cases[i].part);
  itg_text_clear(&whole);
  itg_text_clear(&twice);
}

/* ---- bad input ---- */

static void bad_input_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *csv, *options, *part;
    itg_status status;
  } cases[] = {
      {"profile\n11111\n", NULL, "instrument", ITG_ERR_OPTION},
      {"profile\n11111\n", "valueset: eq5d-3l-ukk", "did you mean 'eq5d-3l-uk'", ITG_ERR_INSTRUMENT},
      {"profile\n11111\n", "valueset: pacic", "kind", ITG_ERR_INSTRUMENT},
      {"mobility,self_care,usual_activities,pain\n1,1,1,1\n", UK, "column 'anxiety'", ITG_ERR_COLUMN},
      {"x\n1\n", UK, "or one column profile", ITG_ERR_COLUMN},
      {"profile\n", UK, "the table has no rows", ITG_ERR_EMPTY},
      {"profile,x\n,1\n,2\n", UK, "all 2 profiles are missing", ITG_ERR_EMPTY},
      {FIVE "1,1,1,1,bad\n", UK, "bad", ITG_ERR_TYPE},
      {"profile\n11111\n", UK "\ndecimals: 12", "decimals", ITG_ERR_OPTION},
      {"profile\n11111\n", UK "\ninvalid: ignore", "invalid", ITG_ERR_OPTION},
      {"profile\n11111\n", UK "\nby: arm", "arm", ITG_ERR_COLUMN},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("eq5d_utility", DATA(cases[i].csv), cases[i].options, cases[i].status, cases[i].part);
}

static int stop_at_once(void *payload, double done) {
  (void)done;
  ++*(int *)payload;
  return 1;
}

static void a_host_can_stop_it(void **state) {
  (void)state;
  int asked = 0;
  const itg_control control = {.threads = 1, .progress = stop_at_once, .payload = &asked};
  itg_frame *frame = NULL;
  itg_error error = {0};
  itg_result *r = NULL;
  const char *csv = "profile\n11111\n";
  assert_int_equal(itg_frame_parse(csv, strlen(csv), "t.csv", NULL, &frame, &error), ITG_OK);
  assert_int_equal(itg_measure_run("eq5d_utility", itg_frame_table(frame), 1, UK, &control, &r, &error),
                   ITG_ERR_INTERRUPTED);
  assert_true(asked > 0);
  assert_null(r);
  itg_frame_free(frame);
}

static void patients_of_several_countries_have_each_their_own_value_set(void **state) {
  (void)state;
  const char *csv = "country,arm,profile\nNL,a,21232\nUK,a,21232\nUK,b,11121\n,b,11111\nNL,b,\n";
  const char *options = "valueset_by: country\nvalueset: {NL: eq5d-5l-netherlands, UK: eq5d-5l-england}\n";
  itg_result *r = score("eq5d_utility", DATA(csv), options);
  itg_result *nl = score("eq5d_utility", DATA(csv), "valueset: eq5d-5l-netherlands");
  itg_result *uk = score("eq5d_utility", DATA(csv), "valueset: eq5d-5l-england");
  assert_true(utility(r, 0) == utility(nl, 0) && utility(r, 1) == utility(uk, 1) && utility(r, 2) == utility(uk, 2));
  assert_true(utility(nl, 0) != utility(uk, 0) && isnan(utility(r, 3)) && isnan(utility(r, 4)));
  assert_near(estimate(r, "utility"), (utility(r, 0) + utility(r, 1) + utility(r, 2)) / 3, 1e-15);
  const itg_table *t = itg_result_find(r, "utilities");
  assert_string_equal(text_at(t, 0, "valueset"), "eq5d-5l-netherlands");
  assert_string_equal(text_at(t, 2, "valueset"), "eq5d-5l-england");
  assert_null(text_at(t, 3, "valueset"));
  assert_true(CELL(r, "estimates", "n_missing", "scale", "utility") == 2);
  assert_true(has_note(r, "Value set: eq5d-5l-england") && has_note(r, "Value set: eq5d-5l-netherlands"));
  itg_result_free(r);
  itg_result_free(nl);
  itg_result_free(uk);
  /* Values that are ids themselves need no map. */
  r = score("eq5d_utility", DATA("set,profile\neq5d-3l-uk,11111\n"), "valueset_by: set\nkeep: set");
  assert_true(utility(r, 0) == 1);
  itg_result_free(r);
  static const struct {
    const char *options, *part;
    itg_status status;
  } cases[] = {
      {"valueset_by: country\nvalueset: {NL: eq5d-5l-netherlands}", "'UK' has no definition; option 'valueset' has one",
       ITG_ERR_DATA},
      {"valueset_by: land\nvalueset: {NL: eq5d-5l-netherlands}", "no column 'land'", ITG_ERR_COLUMN},
      {"valueset_by: country\nvalueset: {NL: eq5d-5l-netherlands, UK: eq5d-3l-uk}", "calls of their own", ITG_ERR_DATA},
      {"valueset_by: country\nvalueset: {NL: eq5d-5l-netherlands, UK: eq5d-5l-ukk}", "no instrument 'eq5d-5l-ukk'",
       ITG_ERR_INSTRUMENT},
      {"valueset_by: country\nvalueset: {NL: eq5d-5l-netherlands, UK: pacic}", "is of kind scale", ITG_ERR_INSTRUMENT},
      {"valueset: {NL: eq5d-5l-netherlands}", "in 'valueset_by'", ITG_ERR_OPTION}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("eq5d_utility", DATA(csv), cases[i].options, cases[i].status, cases[i].part);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(five_columns_digits_and_text_give_the_same_utilities_as_dolan_1997),
      cmocka_unit_test(columns_of_every_type_and_stride_give_the_same_bits),
      cmocka_unit_test(any_number_of_rows_at_the_edges_of_blocks),
      cmocka_unit_test(a_missing_level_makes_its_row_missing_and_says_why),
      cmocka_unit_test(missing_integers_of_r_and_nan_are_missing_not_impossible),
      cmocka_unit_test(impossible_levels_stop_or_count_as_missing),
      cmocka_unit_test(the_first_impossible_row_is_named_whatever_the_threads),
      cmocka_unit_test(figures_of_a_group_are_worked_by_hand),
      cmocka_unit_test(groups_of_any_number_add_up_to_the_whole),
      cmocka_unit_test(values_are_rounded_on_request),
      cmocka_unit_test(a_table_of_values_by_age_and_sex_serves_each_row_its_own),
      cmocka_unit_test(tables_of_values_must_be_whole),
      cmocka_unit_test(bad_input_is_refused),
      cmocka_unit_test(a_host_can_stop_it),
      cmocka_unit_test(patients_of_several_countries_have_each_their_own_value_set),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
