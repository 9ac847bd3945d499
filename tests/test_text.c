/* Numbers go to text and back without loss in every locale; text grows; words are compared. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "itg_base.h"

static uint64_t next_bits(uint64_t *seed) { /* splitmix64: test numbers only */
  uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

static double bits_double(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint64_t double_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static double parse(const char *text) {
  double value = NAN;
  assert_true(itg_number_parse(text, strlen(text), &value));
  return value;
}

static int count_digits(const char *printed) { /* significant ones */
  char digits[64];
  int n = 0, first = -1, last = -1;
  for (; *printed && *printed != 'e'; printed++)
    if (*printed >= '0' && *printed <= '9') digits[n++] = *printed;
  for (int i = 0; i < n; i++) {
    if (digits[i] == '0') continue;
    if (first < 0) first = i;
    last = i;
  }
  return first < 0 ? 1 : last - first + 1;
}

/* Does any decimal of n digits read back to the value?  Only the two neighbours of the value can. */
static bool readable_with(double value, int n) {
  char text[64];
  snprintf(text, sizeof text, "%.*e", n - 1, value);
  if (strtod(text, NULL) == value) return true;
  char *point = strchr(text, 'e');
  int exponent = atoi(point + 1);
  long long digits = 0;
  for (const char *p = text; p < point; p++)
    if (*p >= '0' && *p <= '9') digits = digits * 10 + (*p - '0');
  for (int step = -1; step <= 1; step += 2) {
    snprintf(text, sizeof text, "%llde%d", digits + step, exponent - (n - 1));
    if (strtod(text, NULL) == value) return true;
  }
  return false;
}

static void check_shortest(double value) {
  char printed[ITG_NUMBER_SIZE];
  memset(printed, 'x', sizeof printed);
  itg_number_print(value, printed);
  assert_non_null(memchr(printed, '\0', sizeof printed));
  assert_true(double_bits(parse(printed)) == double_bits(value));
  assert_true(double_bits(strtod(printed, NULL)) == double_bits(value));
  int n = count_digits(printed);
  if (value != 0 && n > 1 && !(fabs(value) < 1e15 && value == floor(value)))
    assert_false(readable_with(fabs(value), n - 1));
}

static void numbers_print_as_people_write_them(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *text;
  } cases[] = {{0, "0"},
               {-0.0, "-0"},
               {12, "12"},
               {-3, "-3"},
               {0.1, "0.1"},
               {0.1 + 0.2, "0.30000000000000004"},
               {1.0 / 3, "0.3333333333333333"},
               {83.3333333333333333, "83.33333333333333"},
               {-1234.5678, "-1234.5678"},
               {0.00001, "0.00001"},
               {0.000012345, "0.000012345"},
               {0.000001, "1e-6"},
               {1.5e-9, "1.5e-9"},
               {999999999999999.0, "999999999999999"},
               {1e15, "1e15"},
               {123456789012345678.0, "1.2345678901234568e17"},
               {1e21, "1e21"},
               {1e22, "1e22"},
               {1e23, "1e23"},
               {5e-324, "5e-324"},
               {DBL_MIN, "2.2250738585072014e-308"},
               {DBL_MAX, "1.7976931348623157e308"},
               {NAN, "NA"},
               {INFINITY, "Inf"},
               {-INFINITY, "-Inf"}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    char printed[ITG_NUMBER_SIZE];
    itg_number_print(cases[i].value, printed);
    assert_string_equal(printed, cases[i].text);
  }
}

static void integers_print_to_the_last_one(void **state) {
  (void)state;
  static const struct {
    int64_t value;
    const char *text;
  } cases[] = {{0, "0"}, {7, "7"}, {-10, "-10"}, {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    char printed[ITG_NUMBER_SIZE];
    itg_integer_print(cases[i].value, printed);
    assert_string_equal(printed, cases[i].text);
  }
}

/* Below a power of two doubles lie twice as dense: 2^-44 is the known case where the nearest 16 digits
 * (5.684341886080801e-14) fail and their neighbour reads back. */
static void powers_of_two_have_the_fewest_digits_too(void **state) {
  (void)state;
  char printed[ITG_NUMBER_SIZE];
  itg_number_print(0x1p-44, printed);
  assert_string_equal(printed, "5.684341886080802e-14");
  for (int e = -1074; e < 1024; e++) check_shortest(ldexp(1, e));
}

static void numbers_read_back_to_the_same_bits_with_the_fewest_digits(void **state) {
  (void)state;
  uint64_t seed = 20260101;
  for (int i = 0; i < 30000; i++) {
    double any = bits_double(next_bits(&seed));
    if (isfinite(any)) check_shortest(any);
    check_shortest((double)(next_bits(&seed) >> 11) * 0x1p-53);               /* 0 to 1 */
    check_shortest((double)(int64_t)(next_bits(&seed) % 2000000000) / 100.0); /* money */
    check_shortest(bits_double(next_bits(&seed) >> 12));                      /* subnormal */
  }
}

static void text_is_read_to_the_nearest_double(void **state) {
  (void)state;
  assert_true(parse("9007199254740993") == 9007199254740992.0);
  assert_true(parse("9007199254740993.0000000000000000000000000000000000000001") == 9007199254740994.0);
  assert_true(parse("1e23") == 1e23);
  assert_true(parse("2.2250738585072011e-308") == 0x0.fffffffffffffp-1022);
  assert_true(parse("2.4703282292062327e-324") == 0);
  assert_true(parse("2.4703282292062328e-324") == 5e-324);
  assert_true(parse("1e-999999999999") == 0);
  assert_true(parse("  +12.50\t") == 12.5);
  assert_true(parse(".5") == 0.5 && parse("5.") == 5 && parse("-1.5E+3") == -1500);
  assert_true(signbit(parse("-0")));
  uint64_t seed = 7;
  for (int i = 0; i < 100000; i++) {
    char text[64];
    uint64_t bits = next_bits(&seed);
    int digits = 1 + (int)(bits % 19);
    uint64_t mantissa = next_bits(&seed);
    while (digits < 19 && mantissa >= UINT64_C(10000000000)) mantissa /= 10;
    snprintf(text, sizeof text, "%llu.%03de%d", (unsigned long long)mantissa, (int)(bits >> 10 & 511),
             (int)(bits >> 20 & 511) - 300);
    double expected = strtod(text, NULL);
    if (isfinite(expected)) assert_true(double_bits(parse(text)) == double_bits(expected));
  }
}

/* 2^53 + 1 lies halfway; a single digit after a thousand zeros decides. */
static void digits_far_behind_decide_a_tie(void **state) {
  (void)state;
  char text[1200] = "9007199254740993.";
  size_t n = strlen(text);
  memset(text + n, '0', 1000);
  text[n + 1000] = '\0';
  assert_true(parse(text) == 9007199254740992.0);
  text[n + 999] = '1';
  assert_true(parse(text) == 9007199254740994.0);
  memset(text, '0', 1000); /* leading zeros count for nothing */
  strcpy(text + 1000, "17.25");
  assert_true(parse(text) == 17.25);
  memset(text, '9', 400); /* above the largest double */
  text[400] = '\0';
  double value;
  assert_false(itg_number_parse(text, 400, &value));
}

static void what_is_no_decimal_number_is_refused(void **state) {
  (void)state;
  static const char *const refused[] = {"",    " ",     "-",    "+",      ".",    "-.",  "1e",   "1e+",
                                        "e5",  "1 2",   "1,5",  "0x1",    "nan",  "NA",  "inf",  "1e999",
                                        "--1", "1.2.3", "1f",   "1_000",  "1\n2", "12%", "1e5.", "1-2",
                                        "٣",   "−1",    "1 e5", "-1e400", "∞",    "1e5e"};
  double value;
  for (size_t i = 0; i < ITG_COUNT(refused); i++)
    assert_false(itg_number_parse(refused[i], strlen(refused[i]), &value));
  assert_true(itg_number_parse("123456", 3, &value) && value == 123); /* the size decides, not a NUL */
}

static void integers_keep_to_their_range(void **state) {
  (void)state;
  int64_t value;
  assert_true(itg_integer_parse("9223372036854775807", 19, &value) && value == INT64_MAX);
  assert_true(itg_integer_parse("-9223372036854775808", 20, &value) && value == INT64_MIN);
  assert_false(itg_integer_parse("9223372036854775808", 19, &value));
  assert_false(itg_integer_parse("-9223372036854775809", 20, &value));
  assert_true(itg_integer_parse(" +007 ", 6, &value) && value == 7);
  static const char *const refused[] = {"", "-", "1.0", "1e3", " ", "a", "1 1", "99999999999999999999999"};
  for (size_t i = 0; i < ITG_COUNT(refused); i++)
    assert_false(itg_integer_parse(refused[i], strlen(refused[i]), &value));
}

/* A German locale is made for the test where the C library brings its sources. */
static void the_locale_has_nothing_to_say(void **state) {
  (void)state;
  char folder[] = "/tmp/integrade-locale-XXXXXX", command[256];
  assert_non_null(mkdtemp(folder));
  snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >/dev/null 2>&1", folder);
  bool made = system(command) == 0;
  setenv("LOCPATH", folder, 1);
  bool german = made && setlocale(LC_ALL, "de_DE.UTF-8") && localeconv()->decimal_point[0] == ',';
  char printed[ITG_NUMBER_SIZE] = "", comma[16] = "";
  itg_text text = ITG_TEXT_EMPTY;
  double value = 0, with_comma = 0;
  bool read = false, read_comma = false;
  if (german) {
    snprintf(comma, sizeof comma, "%.1f", 0.5); /* the locale is at work */
    itg_number_print(0.1 + 0.2, printed);
    read = itg_number_parse("0.30000000000000004", 19, &value);
    read_comma = itg_number_parse("0,5", 3, &with_comma);
    itg_text_fixed(&text, -2.5, 2);
    itg_text_add(&text, " ");
    itg_text_significant(&text, 0.123456, 3);
  }
  setlocale(LC_ALL, "C");
  unsetenv("LOCPATH");
  snprintf(command, sizeof command, "rm -r %s", folder);
  assert_int_equal(system(command), 0);
  if (!german) skip();
  assert_string_equal(comma, "0,5");
  assert_string_equal(printed, "0.30000000000000004");
  assert_true(read && value == 0.1 + 0.2);
  assert_false(read_comma);
  assert_string_equal(text.data, "-2.50 0.123");
  itg_text_clear(&text);
}

static void display_rounds_but_keeps_whole_digits(void **state) {
  (void)state;
  static const struct {
    double value;
    int digits;
    const char *text;
  } fixed[] = {{1.005, 1, "1.0"},      {-0.04, 1, "0.0"}, {-0.06, 1, "-0.1"},     {2.5, 0, "2"},
               {1e6, 2, "1000000.00"}, {NAN, 2, "NA"},    {-INFINITY, 2, "-Inf"}, {-12.345, 2, "-12.35"}},
    significant[] = {{123456.7, 3, "123457"}, {0.00123456, 3, "0.00123"}, {99.96, 3, "100"}, {0, 3, "0"},
                     {1.5, 3, "1.5"},         {-7.0 / 3, 4, "-2.333"},    {1e20, 3, "1e20"}, {NAN, 3, "NA"}};
  for (size_t i = 0; i < ITG_COUNT(fixed); i++) {
    itg_text text = ITG_TEXT_EMPTY;
    itg_text_fixed(&text, fixed[i].value, fixed[i].digits);
    assert_string_equal(text.data, fixed[i].text);
    itg_text_clear(&text);
  }
  for (size_t i = 0; i < ITG_COUNT(significant); i++) {
    itg_text text = ITG_TEXT_EMPTY;
    itg_text_significant(&text, significant[i].value, significant[i].digits);
    assert_string_equal(text.data, significant[i].text);
    itg_text_clear(&text);
  }
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_fixed(&text, DBL_MAX, 30);
  assert_int_equal(text.size, 309 + 1 + 30);
  itg_text_clear(&text);
}

static void text_grows_and_is_handed_over(void **state) {
  (void)state;
  itg_text text = ITG_TEXT_EMPTY;
  for (int i = 0; i < 1000; i++) itg_text_print(&text, "%d,", i);
  assert_int_equal(text.size, 10 * 2 + 90 * 3 + 900 * 4);
  assert_string_equal(text.data + text.size - 4, "999,");
  itg_text_html(&text, "<a href=\"x\">R&D's</a>");
  assert_string_equal(strrchr(text.data, ',') + 1, "&lt;a href=&quot;x&quot;&gt;R&amp;D&#39;s&lt;/a&gt;");
  char *out;
  assert_int_equal(itg_text_take(&text, &out, NULL), ITG_OK);
  assert_null(text.data);
  free(out);
  assert_int_equal(itg_text_take(&text, &out, NULL), ITG_OK); /* nothing appended: empty, not NULL */
  assert_string_equal(out, "");
  free(out);
  text.failed = true;
  itg_text_add(&text, "lost");
  itg_error error;
  assert_int_equal(itg_text_take(&text, &out, &error), ITG_ERR_MEMORY);
  assert_null(out);
}

static void bytes_that_are_not_utf8_are_found(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t offset;
  } cases[] = {{"", -1},
               {"plain text of more than eight bytes", -1},
               {"Zorg voor ouderen: \xC3\xA9\xC3\xA9n \xE2\x82\xAC \xF0\x9F\x99\x82 en verder", -1},
               {"caf\xE9", 3},              /* Latin-1 */
               {"\xC0\xAF", 0},             /* overlong */
               {"\xE0\x80\xAF", 0},         /* overlong */
               {"\xF0\x80\x80\xAF", 0},     /* overlong */
               {"12345678\xED\xA0\x80", 8}, /* surrogate */
               {"\xF4\x90\x80\x80", 0},     /* above U+10FFFF */
               {"\xF5\x80\x80\x80", 0},
               {"abc\x80", 3}, /* stray continuation */
               {"abcdefg\xE2\x82", 7} /* cut short */};
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_int_equal(itg_utf8_check(cases[i].text, strlen(cases[i].text)), cases[i].offset);
}

static void near_words_are_suggested_and_far_ones_not(void **state) {
  (void)state;
  static const char *const words[] = {"columns", "by", "keep", "missing", "seed", NULL, "conf_level"};
  assert_string_equal(itg_suggest("colums", words, ITG_COUNT(words)), "columns");
  assert_string_equal(itg_suggest("Conf_Level", words, ITG_COUNT(words)), "conf_level");
  assert_string_equal(itg_suggest("mising", words, ITG_COUNT(words)), "missing");
  assert_string_equal(itg_suggest("sede", words, ITG_COUNT(words)), "seed"); /* neighbours swapped */
  assert_null(itg_suggest("threshold", words, ITG_COUNT(words)));
  assert_null(itg_suggest("", words, ITG_COUNT(words)));
  assert_null(itg_suggest(NULL, words, ITG_COUNT(words)));
  assert_null(itg_suggest("x", words, 0));
  assert_true(itg_text_equal(NULL, NULL) && itg_text_equal("a", "a"));
  assert_false(itg_text_equal("a", NULL) || itg_text_equal("a", "b"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_print_as_people_write_them),
      cmocka_unit_test(integers_print_to_the_last_one),
      cmocka_unit_test(powers_of_two_have_the_fewest_digits_too),
      cmocka_unit_test(numbers_read_back_to_the_same_bits_with_the_fewest_digits),
      cmocka_unit_test(text_is_read_to_the_nearest_double),
      cmocka_unit_test(digits_far_behind_decide_a_tie),
      cmocka_unit_test(what_is_no_decimal_number_is_refused),
      cmocka_unit_test(integers_keep_to_their_range),
      cmocka_unit_test(the_locale_has_nothing_to_say),
      cmocka_unit_test(display_rounds_but_keeps_whole_digits),
      cmocka_unit_test(text_grows_and_is_handed_over),
      cmocka_unit_test(bytes_that_are_not_utf8_are_found),
      cmocka_unit_test(near_words_are_suggested_and_far_ones_not),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
