/* CSV: what RFC 4180 says is read, what it forbids is refused with its line, what is written reads back. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "itg_frame.h"

static itg_frame *parse_with(const char *text, const char *options) {
  itg_frame *frame = NULL;
  itg_error error = {0};
  itg_status status = itg_frame_parse(text, strlen(text), "test.csv", options, &frame, &error);
  if (status) print_error("%s\n", error.message);
  assert_int_equal(status, ITG_OK);
  assert_int_equal(itg_table_check(itg_frame_table(frame), NULL), ITG_OK);
  return frame;
}

static itg_frame *parse(const char *text) { return parse_with(text, NULL); }

static const itg_column *column(const itg_frame *frame, int index) {
  return &itg_frame_table(frame)->columns[index];
}

static void assert_cell(const itg_frame *frame, int64_t row, int index, const char *expected) {
  char buffer[ITG_NUMBER_SIZE];
  const char *text = itg_column_text(column(frame, index), row, buffer);
  if (!expected) {
    assert_null(text);
  } else {
    assert_non_null(text);
    assert_string_equal(text, expected);
  }
}

static void assert_refused(const char *text, size_t size, const char *options, itg_status status,
                           int64_t line, const char *part) {
  itg_frame *frame = (itg_frame *)&frame;
  itg_error error = {0};
  assert_int_equal(itg_frame_parse(text, size, "test.csv", options, &frame, &error), status);
  assert_null(frame);
  assert_int_equal(error.status, status);
  assert_int_equal(error.line, line);
  if (!strstr(error.message, part)) print_error("'%s' lacks '%s'\n", error.message, part);
  assert_non_null(strstr(error.message, part));
  assert_int_equal(itg_frame_parse(text, size, "test.csv", options, &frame, NULL), status);
}

#define REFUSED(text, ...) assert_refused(text, strlen(text), NULL, __VA_ARGS__)

/* ---- reading ---- */

static void types_follow_from_all_cells(void **state) {
  (void)state;
  itg_frame *f = parse(
      "i,d,s,lead,long,exp,plus,empty\n"
      "1,1.5,a,007,1,1e3,+5,\n"
      "-2,2,b,8,12345678901234567890,2,-1,NA\n"
      "9223372036854775807,.5,3,9,3,3E-2, 7 ,\n");
  static const itg_type types[] = {ITG_TYPE_INT64,  ITG_TYPE_DOUBLE, ITG_TYPE_STRING, ITG_TYPE_STRING,
                                   ITG_TYPE_STRING, ITG_TYPE_DOUBLE, ITG_TYPE_INT64,  ITG_TYPE_INT64};
  assert_int_equal(itg_frame_rows(f), 3);
  assert_int_equal(itg_frame_table(f)->n_columns, 8);
  for (int c = 0; c < 8; c++) assert_int_equal(column(f, c)->type, types[c]);
  assert_cell(f, 2, 0, "9223372036854775807");
  assert_cell(f, 1, 1, "2");
  assert_cell(f, 0, 3, "007");
  assert_cell(f, 1, 4, "12345678901234567890");
  assert_cell(f, 2, 5, "0.03");
  assert_cell(f, 2, 6, "7");
  assert_int_equal(itg_column_reason(column(f, 7), 1), ITG_REASON_MISSING);
  itg_frame_free(f);
}

/* Types are guessed from the first hundred rows; a later cell must still decide, and no value be lost. */
static void a_late_cell_changes_the_type(void **state) {
  (void)state;
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "becomes_double,becomes_text,stays\n");
  for (int i = 0; i < 1500; i++)
    itg_text_print(&text, "%d%s,%d%s,%d\n", i, i == 1200 ? ".25" : "", i, i == 1300 ? "x" : "", i);
  itg_frame *f = parse(text.data);
  assert_int_equal(column(f, 0)->type, ITG_TYPE_DOUBLE);
  assert_int_equal(column(f, 1)->type, ITG_TYPE_STRING);
  assert_int_equal(column(f, 2)->type, ITG_TYPE_INT64);
  assert_int_equal(itg_frame_rows(f), 1500);
  for (int i = 0; i < 1500; i++) {
    char expected[16];
    assert_true(itg_frame_doubles(f, 0)[i] == i + (i == 1200 ? 0.25 : 0));
    snprintf(expected, sizeof expected, i == 1300 ? "%dx" : "%d", i);
    assert_cell(f, i, 1, expected);
    assert_int_equal(itg_frame_ints(f, 2)[i], i);
    assert_int_equal(itg_frame_table(f)->lines[i], i + 2);
  }
  itg_frame_free(f);
  itg_text_clear(&text);
}

static void minus_zero_is_a_number_with_its_sign(void **state) {
  (void)state;
  itg_frame *f = parse("x,i\n1.5,0\n-0,-1\n-00,+0\n");
  assert_int_equal(column(f, 0)->type, ITG_TYPE_STRING); /* leading zeros */
  assert_int_equal(column(f, 1)->type, ITG_TYPE_INT64);
  itg_frame_free(f);
  f = parse("x\n1.5\n-0\n");
  assert_int_equal(column(f, 0)->type, ITG_TYPE_DOUBLE);
  const double *x = column(f, 0)->data;
  assert_true(x[1] == 0 && signbit(x[1]));
  itg_frame_free(f);
}

static void quotes_keep_separators_newlines_and_quotes(void **state) {
  (void)state;
  itg_frame *f = parse(
      "name,note,n\r\n"
      "\"a,b\",\"two\nlines\",1\r\n"
      "\"say \"\"yes\"\"\",\"\"\"\",\"2\"\r\n"
      "plain,\"crlf\r\nkept\",3");
  assert_int_equal(itg_frame_rows(f), 3);
  assert_cell(f, 0, 0, "a,b");
  assert_cell(f, 0, 1, "two\nlines");
  assert_cell(f, 1, 0, "say \"yes\"");
  assert_cell(f, 1, 1, "\"");
  assert_cell(f, 2, 1, "crlf\r\nkept");
  assert_int_equal(column(f, 2)->type, ITG_TYPE_INT64); /* quoted digits are digits */
  assert_cell(f, 1, 2, "2");
  const int64_t lines[] = {2, 4, 5};
  assert_memory_equal(itg_frame_table(f)->lines, lines, sizeof lines);
  assert_string_equal(itg_frame_table(f)->source, "test.csv");
  itg_frame_free(f);
}

static void marks_line_ends_and_blank_lines_do_not_matter(void **state) {
  (void)state;
  static const char *const same[] = {"a,b\n1,x\n2,y\n",
                                     "a,b\n1,x\n2,y",
                                     ("\xEF\xBB\xBF"
                                      "a,b\r\n1,x\r\n2,y\r\n"),
                                     "\n\na,b\n\n1,x\n\n2,y\n\n\n",
                                     "\xEF\xBB\xBF\"a\",\"b\"\n1,x\n2,y\r",
                                     " a ,\tb\n1,x\n2,y\n\r\n"};
  for (size_t i = 0; i < ITG_COUNT(same); i++) {
    itg_frame *f = parse(same[i]);
    assert_int_equal(itg_frame_rows(f), 2);
    assert_string_equal(column(f, 0)->name, "a");
    assert_string_equal(column(f, 1)->name, "b");
    assert_cell(f, 0, 0, "1");
    assert_cell(f, 1, 1, "y");
    itg_frame_free(f);
  }
  itg_frame *f = parse("a,b\n");
  assert_int_equal(itg_frame_rows(f), 0);
  assert_int_equal(itg_frame_table(f)->n_columns, 2);
  itg_frame_free(f);
}

static void a_blank_line_between_rows_of_one_column_is_missing(void **state) {
  (void)state;
  itg_frame *f = parse("score\n1\n\n\n4\n\"\"\n\n\n");
  assert_int_equal(itg_frame_rows(f), 5);
  const int64_t lines[] = {2, 3, 4, 5, 6};
  assert_memory_equal(itg_frame_table(f)->lines, lines, sizeof lines);
  assert_cell(f, 0, 0, "1");
  assert_cell(f, 1, 0, NULL);
  assert_cell(f, 2, 0, NULL);
  assert_cell(f, 3, 0, "4");
  assert_cell(f, 4, 0, NULL);
  itg_frame_free(f);
}

static void the_separator_is_the_one_the_header_holds_most_of(void **state) {
  (void)state;
  static const char *const texts[] = {"a,b\n1,2\n", "a;b\n1;2\n", "a\tb\n1\t2\n", "\"a,,,\";b\n1;2\n"};
  for (size_t i = 0; i < ITG_COUNT(texts); i++) {
    itg_frame *f = parse(texts[i]);
    assert_int_equal(itg_frame_table(f)->n_columns, 2);
    assert_cell(f, 0, 1, "2");
    itg_frame_free(f);
  }
  itg_frame *f = parse_with("a|b,c\n1|2\n", "separator: '|'");
  assert_int_equal(itg_frame_table(f)->n_columns, 2);
  assert_string_equal(column(f, 1)->name, "b,c");
  itg_frame_free(f);
}

static void missing_cells_have_the_reason_that_the_options_state(void **state) {
  (void)state;
  itg_frame *f =
      parse_with("q,s\n-9,x\n3,-8\n-8,\n , -9 \nNA,NA\n", "{na: {'-9': refused, '-8': not asked}}");
  static const itg_reason reasons[2][5] = {
      {ITG_REASON_REFUSED, ITG_REASON_PRESENT, ITG_REASON_NOT_ASKED, ITG_REASON_MISSING, ITG_REASON_PRESENT},
      {ITG_REASON_PRESENT, ITG_REASON_NOT_ASKED, ITG_REASON_MISSING, ITG_REASON_REFUSED, ITG_REASON_PRESENT}};
  for (int c = 0; c < 2; c++)
    for (int row = 0; row < 5; row++) assert_int_equal(itg_column_reason(column(f, c), row), reasons[c][row]);
  assert_int_equal(column(f, 0)->type, ITG_TYPE_STRING); /* NA is not in the list any more */
  itg_frame_free(f);
  f = parse_with("q\n.\n99\n4\n", "{\"na\": [\".\", \"99\"]}");
  assert_int_equal(column(f, 0)->type, ITG_TYPE_INT64);
  assert_cell(f, 0, 0, NULL);
  assert_cell(f, 1, 0, NULL);
  assert_cell(f, 2, 0, "4");
  itg_frame_free(f);
}

static void columns_stay_text_when_told(void **state) {
  (void)state;
  itg_frame *f = parse_with("id,wave,x\n1,2,3\n", "text: [id, x]");
  assert_int_equal(column(f, 0)->type, ITG_TYPE_STRING);
  assert_int_equal(column(f, 1)->type, ITG_TYPE_INT64);
  assert_int_equal(column(f, 2)->type, ITG_TYPE_STRING);
  assert_cell(f, 0, 0, "1");
  itg_frame_free(f);
}

/* ---- refusing ---- */

static void malformed_text_is_refused_with_its_line(void **state) {
  (void)state;
  REFUSED("a,b\n1,2\n3,\"open\n4,5\n", ITG_ERR_CSV, 3, "never closed");
  REFUSED("a,\"b\n", ITG_ERR_CSV, 1, "never closed");
  REFUSED("a,b\n1,x\"y\"\n", ITG_ERR_CSV, 2, "inside a cell without quotes");
  REFUSED("a,b\n1,\"x\"y\n", ITG_ERR_CSV, 2, "after the closing quote");
  REFUSED("a,b\n1,\"x\nz\" y\n", ITG_ERR_CSV, 3, "began on line 2");
  REFUSED("a,b\n1,2\n1,2,3,4\n", ITG_ERR_CSV, 3, "4 cells, but the header names 2 columns");
  REFUSED("a,b\n1,2\n\"1\n\"\n", ITG_ERR_CSV, 3, "1 cell, but");
  REFUSED("a\n1\n1,\n", ITG_ERR_CSV, 3, "2 cells, but the header names 1 column;");
  REFUSED("a,b\r1,2\r", ITG_ERR_CSV, 1, "carriage return");
  REFUSED("a,,c\n1,2,3\n", ITG_ERR_CSV, 1, "column 2 has no name");
  REFUSED("\"\",a\n1,2\n", ITG_ERR_CSV, 1, "column 1 has no name");
  REFUSED("a,b,a\n1,2,3\n", ITG_ERR_DUPLICATE, 1, "'a'");
}

static void empty_and_binary_text_is_refused(void **state) {
  (void)state;
  REFUSED("", ITG_ERR_EMPTY, 0, "empty");
  REFUSED("\n\r\n\n", ITG_ERR_EMPTY, 0, "no header");
  REFUSED("\xEF\xBB\xBF", ITG_ERR_EMPTY, 0, "no header");
  REFUSED("a,b\n1,caf\xE9\n", ITG_ERR_ENCODING, 2, "byte 0xE9 at offset 9");
  assert_refused("a,b\n1,2\n\0,4\n", 12, NULL, ITG_ERR_ENCODING, 3, "byte 0x00 at offset 8");
  assert_refused(
      "\xFF\xFE"
      "a\0",
      4, NULL, ITG_ERR_ENCODING, 1, "UTF-16");
  REFUSED("PK\3\4\xFF and so on", ITG_ERR_ENCODING, 0, "workbook");
  REFUSED("$FL2@(#) IBM SPSS STATISTICS\xFF", ITG_ERR_ENCODING, 0, "haven");
  REFUSED("<stata_dta><header>\xFF", ITG_ERR_ENCODING, 0, "file of Stata");
  REFUSED("PAR1\x15\xFF", ITG_ERR_ENCODING, 0, "Parquet");
  REFUSED("\x1F\x8B\x08", ITG_ERR_ENCODING, 0, "gzip -dc");
  assert_refused(NULL, 0, NULL, ITG_ERR_EMPTY, 0, "empty");
  itg_frame *frame;
  assert_int_equal(itg_frame_parse(NULL, 5, NULL, NULL, &frame, NULL), ITG_ERR_ARGUMENT);
}

static void limits_hold(void **state) {
  (void)state;
  assert_refused("a,b,c\n", 6, "max_columns: 2", ITG_ERR_LIMIT, 1, "more than 2 columns");
  assert_refused("a,b\n1,12345\n", 12, "max_cell: 4", ITG_ERR_LIMIT, 2, "longer than 4 bytes");
  assert_refused("a,b\n1,\"1\n345\"\n", 14, "max_cell: 4", ITG_ERR_LIMIT, 2, "longer than 4 bytes");
  itg_frame_free(parse_with("a,b\n1,1234\n", "{max_cell: 4, max_columns: 2}"));
  itg_text text = ITG_TEXT_EMPTY;
  for (int i = 0; i < 10000000; i++) itg_text_append(&text, "x,", 2); /* ten million columns */
  assert_false(text.failed);
  assert_refused(text.data, text.size, NULL, ITG_ERR_DUPLICATE, 1, "'x'");
  itg_text_clear(&text);
  for (int i = 0; i < 200000; i++) itg_text_print(&text, "x%d,", i);
  assert_refused(text.data, text.size, NULL, ITG_ERR_LIMIT, 1, "more than 100000 columns");
  itg_text_clear(&text);
}

static void impossible_options_are_refused(void **state) {
  (void)state;
  static const char *const options[] = {"seperator: ','",  "separator: ',,'", "separator: '\"'",
                                        "na: {x: refuse}", "na: [[1]]",       "max_columns: 0",
                                        "max_cell: many",  "na: {x: [1]}"};
  for (size_t i = 0; i < ITG_COUNT(options); i++)
    assert_refused("a\n1\n", 4, options[i], ITG_ERR_OPTION, 1, "");
  assert_refused("a\n1\n", 4, "seperator: ','", ITG_ERR_OPTION, 1, "separator");
  assert_refused("a\n1\n", 4, "na: {x: refuse}", ITG_ERR_OPTION, 1, "'refused'");
  assert_refused("a\n1\n", 4, "text: b", ITG_ERR_COLUMN, 0, "'b'");
  assert_refused("a\n1\n", 4, "na: b: c", ITG_ERR_SYNTAX, 1, "options");
}

/* ---- files ---- */

static char folder[] = "/tmp/integrade-csv-XXXXXX";

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) { /* fails when something was left behind */
  (void)state;
  return rmdir(folder);
}

static const char *path_of(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void what_is_no_readable_file_is_refused(void **state) {
  (void)state;
  itg_frame *frame;
  itg_error error;
  assert_int_equal(itg_frame_read(path_of("absent.csv"), NULL, &frame, &error), ITG_ERR_FILE);
  assert_non_null(strstr(error.message, "no such file"));
  assert_non_null(strstr(error.source, "absent.csv"));
  assert_int_equal(itg_frame_read(folder, NULL, &frame, &error), ITG_ERR_FILE);
  assert_non_null(strstr(error.message, "folder"));
  assert_int_equal(itg_frame_read("", NULL, &frame, &error), ITG_ERR_ARGUMENT);
  assert_int_equal(itg_frame_read(NULL, NULL, &frame, &error), ITG_ERR_ARGUMENT);
  assert_null(frame);
  assert_int_equal(itg_frame_read("/dev/null", NULL, &frame, &error), ITG_ERR_EMPTY);
  /* What never ends is left at the first byte that no text has, or at the limit. */
  assert_int_equal(itg_frame_read("/dev/zero", NULL, &frame, &error), ITG_ERR_ENCODING);
  FILE *file = fopen(path_of("long.csv"), "wb");
  assert_non_null(file);
  assert_true(fputs("a,b\n1,2\n", file) >= 0 && fclose(file) == 0);
  assert_int_equal(itg_frame_read(path_of("long.csv"), "max_bytes: 7", &frame, &error), ITG_ERR_LIMIT);
  assert_non_null(strstr(error.message, "there are more than 7 bytes; does it end?"));
  assert_int_equal(itg_frame_read(path_of("long.csv"), "{max_bytes: 8, text_if: [b, c]}", &frame, &error), ITG_OK);
  assert_int_equal(itg_frame_table(frame)->columns[0].type, ITG_TYPE_INT64);
  assert_int_equal(itg_frame_table(frame)->columns[1].type, ITG_TYPE_STRING);
  itg_frame_free(frame);
  assert_int_equal(remove(path_of("long.csv")), 0);
}

static char *read_text(const char *path) {
  static char text[4096];
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

static const double numbers[] = {0.1, 1e15, NAN, -2};
static const char *const texts[] = {"=1+1", "say \"yes\", or\nno", NULL, "-5"};
static const uint8_t flags[] = {1, 0, 0, 1};
static const uint8_t flag_reasons[] = {0, 0, ITG_REASON_REFUSED, 0};
static const itg_column written[] = {
    {.name = "number", .type = ITG_TYPE_DOUBLE, .data = numbers, .flags = ITG_COLUMN_NAN_MISSING},
    {.name = "@text", .type = ITG_TYPE_STRING, .data = texts},
    {.name = "flag", .type = ITG_TYPE_BOOL, .data = flags, .reason = flag_reasons}};
static const itg_table table = {.name = "data", .n_rows = 4, .n_columns = 3, .columns = written};

static void cells_are_quoted_where_needed_and_no_formula_runs(void **state) {
  (void)state;
  const char *path = path_of("safe.csv");
  assert_int_equal(itg_table_write_csv(&table, path, 0, NULL), ITG_OK);
  assert_string_equal(
      read_text(path),
      "number,'@text,flag\n0.1,'=1+1,true\n1e15,\"say \"\"yes\"\", or\nno\",false\n,,\n-2,-5,true\n");
  assert_int_equal(itg_table_write_csv(&table, path, 1, NULL), ITG_OK); /* replaces the file */
  assert_string_equal(
      read_text(path),
      "number,@text,flag\n0.1,=1+1,true\n1e15,\"say \"\"yes\"\", or\nno\",false\n,,\n-2,-5,true\n");
  remove(path);
  const char *const cells[] = {"\tx", "\rx", "+1+1", "", " x", "x ", "a;b", "-x", "-8 x", "-"};
  const itg_column one = {.name = "t", .type = ITG_TYPE_STRING, .data = cells};
  const itg_table t = {.n_rows = ITG_COUNT(cells), .n_columns = 1, .columns = &one};
  assert_int_equal(itg_table_write_csv(&t, path, 0, NULL), ITG_OK);
  assert_string_equal(read_text(path), "t\n\"'\tx\"\n\"'\rx\"\n'+1+1\n\"\"\n\" x\"\n\"x \"\na;b\n'-x\n'-8 x\n'-\n");
  remove(path);
}

/* Codes of missing answers stay what they are; a spreadsheet reads them as the numbers they are. */
static void texts_that_are_signed_numbers_read_back_as_they_were(void **state) {
  (void)state;
  const char *const cells[] = {"-8", "+5", "-0.5", "-1e5", ".5", "-99", "yes"};
  const itg_column one = {.name = "code", .type = ITG_TYPE_STRING, .data = cells};
  const itg_table t = {.n_rows = ITG_COUNT(cells), .n_columns = 1, .columns = &one};
  const char *path = path_of("codes.csv");
  char buffer[ITG_NUMBER_SIZE];
  itg_frame *f;
  assert_int_equal(itg_table_write_csv(&t, path, 0, NULL), ITG_OK);
  assert_string_equal(read_text(path), "code\n-8\n+5\n-0.5\n-1e5\n.5\n-99\nyes\n");
  assert_int_equal(itg_frame_read(path, NULL, &f, NULL), ITG_OK);
  for (size_t i = 0; i < ITG_COUNT(cells); i++)
    assert_string_equal(itg_column_text(column(f, 0), (int64_t)i, buffer), cells[i]);
  itg_frame_free(f);
  remove(path);
}

/* Synthetic numbers of every size, with missing ones at the end of a one-column table. */
static void what_is_written_reads_back_to_the_same_bits(void **state) {
  (void)state;
  enum { ROWS = 2000 };
  static double values[ROWS];
  uint64_t seed = 1;
  for (int i = 0; i < ROWS; i++) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    memcpy(&values[i], &seed, sizeof seed);
    if (!isfinite(values[i]) || i >= ROWS - 3) values[i] = NAN;
  }
  values[1] = -0.0;
  const itg_column c = {
      .name = "x", .type = ITG_TYPE_DOUBLE, .data = values, .flags = ITG_COLUMN_NAN_MISSING};
  const itg_table t = {.n_rows = ROWS, .n_columns = 1, .columns = &c};
  const char *path = path_of("bits.csv");
  assert_int_equal(itg_table_write_csv(&t, path, 0, NULL), ITG_OK);
  itg_frame *f;
  assert_int_equal(itg_frame_read(path, NULL, &f, NULL), ITG_OK);
  assert_int_equal(itg_frame_rows(f), ROWS);
  for (int i = 0; i < ROWS; i++) {
    double back = itg_frame_doubles(f, 0)[i];
    if (isnan(values[i]))
      assert_int_equal(itg_column_reason(column(f, 0), i), ITG_REASON_MISSING);
    else
      assert_memory_equal(&back, &values[i], sizeof back);
  }
  itg_frame_free(f);
  remove(path);
}

static void a_file_that_cannot_be_written_leaves_nothing_behind(void **state) {
  (void)state;
  itg_error error;
  char path[300];
  snprintf(path, sizeof path, "%s/absent/x.csv", folder);
  assert_int_equal(itg_table_write_csv(&table, path, 0, &error), ITG_ERR_FILE);
  assert_non_null(strstr(error.message, "folder does not exist"));
  assert_int_equal(itg_table_write_csv(&table, folder, 0, &error), ITG_ERR_FILE);
  assert_int_equal(itg_table_write_csv(&table, "", 0, &error), ITG_ERR_ARGUMENT);
  const itg_table none = {.n_rows = 0, .n_columns = 0};
  assert_int_equal(itg_table_write_csv(&none, path_of("x.csv"), 0, &error), ITG_ERR_EMPTY);
  if (access("/dev/full", W_OK) == 0) { /* a disk that is always full */
    assert_int_equal(itg_table_write_csv(&table, "/dev/full", 0, &error), ITG_ERR_FILE);
    assert_non_null(strstr(error.message, "disk is full"));
  }
  /* A file that may not grow: what was begun is removed again (remove_folder would fail). */
  struct rlimit before, tight;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  tight = (struct rlimit){.rlim_cur = 16, .rlim_max = before.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
  itg_status grown = itg_table_write_csv(&table, path_of("x.csv"), 0, &error);
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_DFL);
  assert_int_equal(grown, ITG_ERR_FILE);
  assert_int_equal(access(path_of("x.csv"), F_OK), -1);
  if (geteuid() != 0) { /* root may write anywhere */
    chmod(folder, 0500);
    itg_status status = itg_table_write_csv(&table, path_of("x.csv"), 0, &error);
    chmod(folder, 0700);
    assert_int_equal(status, ITG_ERR_FILE);
  }
}

/* A Qualtrics export has three header rows: names, questions (with line ends), import ids. */
static void qualtrics_exports_lose_their_two_extra_rows(void **state) {
  (void)state;
  const char *text =
      "ResponseId,Q1,Q2\nResponse ID,\"How often?\nTick one\",Again\n"
      "\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\",\"{\"\"ImportId\"\":\"\"QID2\"\"}\"\n"
      "R_1,3,\nR_2,4,5\n";
  itg_error error = {0};
  itg_frame *frame = NULL;
  if (itg_frame_parse(text, strlen(text), "q.csv", NULL, &frame, &error)) fail_msg("%s", error.message);
  const itg_table *table = itg_frame_table(frame);
  assert_true(table->n_rows == 2 && table->columns[1].type == ITG_TYPE_INT64);
  assert_true(table->lines[0] == 5);
  itg_frame_free(frame);
  if (itg_frame_parse(text, strlen(text), "q.csv", "header_rows: 1", &frame, &error)) fail_msg("%s", error.message);
  assert_true(itg_frame_table(frame)->n_rows == 4);
  itg_frame_free(frame);
  const char *two = "a,b\nfirst,second\n1,2\n";
  if (itg_frame_parse(two, strlen(two), "t.csv", "header_rows: 2", &frame, &error)) fail_msg("%s", error.message);
  assert_true(itg_frame_table(frame)->n_rows == 1 && itg_frame_table(frame)->columns[0].type == ITG_TYPE_INT64);
  itg_frame_free(frame);
  const char *broken = "a,b\n\"x,2\n";
  assert_int_equal(itg_frame_parse(broken, strlen(broken), "t.csv", NULL, &frame, &error), ITG_ERR_CSV);
  assert_true(error.line == 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(qualtrics_exports_lose_their_two_extra_rows),
      cmocka_unit_test(types_follow_from_all_cells),
      cmocka_unit_test(a_late_cell_changes_the_type),
      cmocka_unit_test(minus_zero_is_a_number_with_its_sign),
      cmocka_unit_test(quotes_keep_separators_newlines_and_quotes),
      cmocka_unit_test(marks_line_ends_and_blank_lines_do_not_matter),
      cmocka_unit_test(a_blank_line_between_rows_of_one_column_is_missing),
      cmocka_unit_test(the_separator_is_the_one_the_header_holds_most_of),
      cmocka_unit_test(missing_cells_have_the_reason_that_the_options_state),
      cmocka_unit_test(columns_stay_text_when_told),
      cmocka_unit_test(malformed_text_is_refused_with_its_line),
      cmocka_unit_test(empty_and_binary_text_is_refused),
      cmocka_unit_test(limits_hold),
      cmocka_unit_test(impossible_options_are_refused),
      cmocka_unit_test(what_is_no_readable_file_is_refused),
      cmocka_unit_test(cells_are_quoted_where_needed_and_no_formula_runs),
      cmocka_unit_test(texts_that_are_signed_numbers_read_back_as_they_were),
      cmocka_unit_test(what_is_written_reads_back_to_the_same_bits),
      cmocka_unit_test(a_file_that_cannot_be_written_leaves_nothing_behind),
  };
  return cmocka_run_group_tests_name("csv", tests, make_folder, remove_folder);
}
