/* itg_csv_write.c - layer 1: a table becomes a CSV file, whole or not at all. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "itg_beside.h"
#include "itg_frame.h"

enum { CHUNK = 1 << 16 };

/* ---- cells ---- */

/* The first cell of a file may not begin with what readers take for a byte-order mark or a workbook. */
static bool needs_quotes(const char *text) {
  size_t size = strlen(text);
  return size == 0 || strchr(" \t", text[0]) || strchr(" \t", text[size - 1]) || strpbrk(text, ",\"\r\n") ||
         strncmp(text, "\xEF\xBB\xBF", 3) == 0 || strncmp(text, "PK\3\4", 4) == 0;
}

/* A spreadsheet runs a cell that begins like a formula; a signed number ("-8", a code of a missing answer) is
 * none. */
static bool is_formula(const char *text) {
  double number;
  if (!*text || !strchr("=+-@\t\r", *text)) return false;
  return !strchr("+-", *text) || !itg_number_parse(text, strlen(text), &number);
}

/* An apostrophe makes a formula text again. */
static void add_text(itg_text *out, const char *text, bool raw, bool quoted) {
  bool formula = !raw && is_formula(text);
  if (!quoted && !needs_quotes(text)) {
    if (formula) itg_text_add(out, "'");
    itg_text_add(out, text);
    return;
  }
  itg_text_add(out, formula ? "\"'" : "\"");
  for (;;) {
    size_t plain = strcspn(text, "\"");
    itg_text_append(out, text, plain);
    text += plain;
    if (!*text) break;
    itg_text_add(out, "\"\"");
    text++;
  }
  itg_text_add(out, "\"");
}

/* Readers count separators in this line, outside quotes. */
static void add_header(itg_text *out, const itg_table *table, bool raw) {
  for (int32_t c = 0; c < table->n_columns; c++) {
    const char *name = table->columns[c].name;
    if (c) itg_text_add(out, ",");
    add_text(out, name, raw, strpbrk(name, ";\t") != NULL);
  }
  itg_text_add(out, "\n");
}

static void add_row(itg_text *out, const itg_table *table, int64_t row, bool raw) {
  char buffer[ITG_NUMBER_SIZE];
  for (int32_t c = 0; c < table->n_columns; c++) {
    const itg_column *column = &table->columns[c];
    const char *text = itg_column_text(column, row, buffer);
    if (c) itg_text_add(out, ",");
    if (!text)
      itg_text_add(out, table->n_columns == 1 ? "\"\"" : ""); /* a blank line would be no row */
    else if (column->type == ITG_TYPE_STRING)
      add_text(out, text, raw, false);
    else
      itg_text_add(out, text);
  }
  itg_text_add(out, "\n");
}

/* ---- files ---- */

static itg_status write_table(const itg_table *table, FILE *file, const char *path, bool raw,
                              const itg_control *control, itg_error *error) {
  itg_text text = ITG_TEXT_EMPTY;
  itg_pace pace = {control, 0};
  itg_status status = ITG_OK;
  add_header(&text, table, raw);
  for (int64_t row = 0; row <= table->n_rows && !status; row++) {
    if (row < table->n_rows) add_row(&text, table, row, raw);
    if (text.failed) {
      status = itg_fail_memory(error);
    } else if (text.size >= CHUNK || row == table->n_rows) {
      if (fwrite(text.data, 1, text.size, file) != text.size) status = itg_beside_fail(path, errno, error);
      text.size = 0;
      if (!status) status = itg_pace_stop(&pace, (double)row / (double)(table->n_rows + 1), error);
    }
  }
  if (!status && fflush(file)) status = itg_beside_fail(path, errno, error);
  itg_text_clear(&text);
  return status;
}

static itg_status write_beside(const itg_table *table, const char *path, bool raw, const itg_control *control,
                               itg_error *error) {
  itg_beside beside;
  ITG_TRY(itg_beside_open(&beside, path, error));
  return itg_beside_close(&beside, write_table(table, beside.file, path, raw, control, error), error);
}

/* A device or a pipe: nothing to rename. */
static itg_status write_through(const itg_table *table, const char *path, bool raw, const itg_control *control,
                                itg_error *error) {
  FILE *file = fopen(path, "wb");
  if (!file) return itg_beside_fail(path, errno, error);
  itg_status status = write_table(table, file, path, raw, control, error);
  if (fclose(file) && !status) status = itg_beside_fail(path, errno, error);
  return status;
}

/* By its number: R packages may not bear the name of the stream. */
static itg_status write_standard_output(const itg_table *table, bool raw, const itg_control *control,
                                        itg_error *error) {
  int number = dup(STDOUT_FILENO);
  FILE *file = number < 0 ? NULL : fdopen(number, "wb");
  if (!file) {
    int code = errno;
    if (number >= 0) close(number);
    return itg_beside_fail("standard output", code, error);
  }
  itg_status status = write_table(table, file, "standard output", raw, control, error);
  if (fclose(file) && !status) status = itg_beside_fail("standard output", errno, error);
  return status;
}

itg_status itg_table_write_csv(const itg_table *table, const char *path, int raw_text, itg_error *error) {
  return itg_table_write_csv_under(table, path, raw_text, NULL, error);
}

itg_status itg_table_write_csv_under(const itg_table *table, const char *path, int raw_text,
                                     const itg_control *control, itg_error *error) {
  struct stat about;
  ITG_TRY(itg_table_check(table, error));
  if (!path || !*path) return itg_fail(error, ITG_ERR_ARGUMENT, "no file is named to write to");
  if (table->n_columns == 0)
    return itg_fail(error, ITG_ERR_EMPTY, "a table without columns cannot be written as CSV");
  if (strcmp(path, "-") == 0) return write_standard_output(table, raw_text != 0, control, error);
  if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) return itg_beside_fail(path, EISDIR, error);
  if (stat(path, &about) == 0 && !S_ISREG(about.st_mode))
    return write_through(table, path, raw_text != 0, control, error);
  return write_beside(table, path, raw_text != 0, control, error);
}
