/* output.c - tables and text for people, and files.  The command never calls setlocale(), so that
 * printf writes a point in every locale. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* ---- text ---- */

static void reserve(cli_text *text, size_t size) {
  if (text->capacity - text->size > size) return;
  size_t capacity = text->capacity ? text->capacity : 256;
  while (capacity - text->size <= size) capacity *= 2;
  char *data = realloc(text->data, capacity);
  if (!data) {
    fputs("integrade: not enough memory\n", stderr);
    exit(EXIT_INTERNAL);
  }
  text->data = data;
  text->capacity = capacity;
}

void cli_add(cli_text *text, const char *string) {
  size_t size = strlen(string);
  reserve(text, size);
  memcpy(text->data + text->size, string, size + 1);
  text->size += size;
}

void cli_print(cli_text *text, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int size = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (size < 0) return;
  reserve(text, (size_t)size);
  va_start(args, format);
  vsnprintf(text->data + text->size, (size_t)size + 1, format, args);
  va_end(args);
  text->size += (size_t)size;
}

void cli_add_json(cli_text *text, const char *string) {
  cli_add(text, "\"");
  for (; *string; string++) {
    unsigned char c = (unsigned char)*string;
    if (c == '"' || c == '\\')
      cli_print(text, "\\%c", c);
    else if (c < ' ')
      cli_print(text, "\\u%04x", c);
    else
      cli_print(text, "%c", c);
  }
  cli_add(text, "\"");
}

void cli_add_number(cli_text *text, double value) {
  if (isnan(value))
    cli_add(text, "NA");
  else if (value == floor(value) && fabs(value) < 1e15)
    cli_print(text, "%.0f", value);
  else
    cli_print(text, fabs(value) >= 1e5 && fabs(value) < 1e15 ? "%.2f" : "%.6g", value);
}

/* ---- cells ---- */

int cli_column(const itg_table *table, const char *name) {
  for (int c = 0; c < table->n_columns; c++)
    if (strcmp(table->columns[c].name, name) == 0) return c;
  return -1;
}

bool cli_is_number(const itg_table *table, int column) {
  itg_type type = table->columns[column].type;
  return type == ITG_TYPE_INT32 || type == ITG_TYPE_INT64 || type == ITG_TYPE_DOUBLE;
}

const char *cli_cell(const itg_table *table, int column, int64_t row, char *buffer) {
  const itg_column *c = &table->columns[column];
  if (c->reason && c->reason[row]) return NULL;
  ptrdiff_t stride = c->stride ? c->stride : (ptrdiff_t)itg_type_size(c->type);
  const void *at = (const char *)c->data + row * stride;
  cli_text text = {NULL, 0, 0};
  switch (c->type) {
    case ITG_TYPE_STRING:
      return *(const char *const *)at;
    case ITG_TYPE_BOOL:
      return *(const uint8_t *)at ? "true" : "false";
    case ITG_TYPE_INT32:
      snprintf(buffer, 40, "%ld", (long)*(const int32_t *)at);
      return buffer;
    case ITG_TYPE_INT64:
      snprintf(buffer, 40, "%lld", (long long)*(const int64_t *)at);
      return buffer;
    case ITG_TYPE_DOUBLE:
      break;
  }
  if (isnan(*(const double *)at)) return NULL;
  cli_add_number(&text, *(const double *)at);
  snprintf(buffer, 40, "%s", text.data);
  free(text.data);
  return buffer;
}

/* Characters, not bytes. */
static int length_of(const char *text) {
  int length = 0;
  for (; *text; text++) length += ((unsigned char)*text & 0xC0) != 0x80;
  return length;
}

static void pad(FILE *file, int count) {
  for (; count > 0; count--) fputc(' ', file);
}

/* Cells never break a line or steer a terminal. */
static void put_cell(FILE *file, const char *text) {
  for (; *text; text++) fputc((unsigned char)*text < ' ' || *text == 127 ? ' ' : *text, file);
}

static void show_rows(const itg_table *table, const int *widths, FILE *file) {
  char buffer[40];
  for (int64_t r = -1; r < table->n_rows && !cli_stopped(); r++) {
    int owed = 0; /* spaces at the end of a line are not written */
    for (int c = 0; c < table->n_columns; c++) {
      const char *cell = r < 0 ? table->columns[c].name : cli_cell(table, c, r, buffer);
      if (!cell) cell = "";
      int space = widths[c] - length_of(cell);
      bool right = cli_is_number(table, c);
      if (*cell) {
        pad(file, owed + (right ? space : 0));
        put_cell(file, cell);
        owed = right ? 0 : space;
      } else
        owed += widths[c];
      owed += 2;
    }
    fputc('\n', file);
  }
}

int cli_show_table(const itg_table *table, const char *path) {
  char buffer[40];
  cli_file f;
  int *widths = calloc((size_t)table->n_columns + 1, sizeof *widths);
  if (!widths) return EXIT_INTERNAL;
  for (int c = 0; c < table->n_columns; c++) {
    widths[c] = length_of(table->columns[c].name);
    for (int64_t r = 0; r < table->n_rows; r++) {
      const char *cell = cli_cell(table, c, r, buffer);
      int width = cell ? length_of(cell) : 0;
      if (width > widths[c]) widths[c] = width;
    }
  }
  bool fine = cli_file_open(&f, path);
  if (fine) show_rows(table, widths, f.file);
  free(widths);
  return fine ? cli_file_close(&f, true) : EXIT_INPUT;
}

/* ---- files ---- */

static bool fail_file(const char *path) {
  fprintf(stderr, "integrade: %s cannot be written: %s\n", path, strerror(errno));
  return false;
}

bool cli_file_open(cli_file *f, const char *path) {
  *f = (cli_file){stdout, path && strcmp(path, "-") != 0 ? path : NULL, {NULL, 0, 0}};
  if (!f->path) return true;
  cli_print(&f->beside, "%s.part-%ld", path, (long)getpid());
  cli_control_catch();
  f->file = fopen(f->beside.data, "wb");
  if (f->file) return true;
  fail_file(path);
  free(f->beside.data);
  cli_control_end(true);
  return false;
}

int cli_file_close(cli_file *f, bool fine) {
  if (!f->path) return fine ? EXIT_FINE : EXIT_INPUT;
  fine = fine && fflush(f->file) == 0 && !ferror(f->file);
  if (fclose(f->file)) fine = false;
  if (fine && !cli_stopped() && rename(f->beside.data, f->path)) fine = false;
  if (!fine) fail_file(f->path);
  if (!fine || cli_stopped()) unlink(f->beside.data);
  free(f->beside.data);
  cli_control_end(true);
  return fine ? EXIT_FINE : EXIT_INPUT;
}

int cli_write_text(const char *text, const char *path) {
  cli_file f;
  if (!cli_file_open(&f, path)) return EXIT_INPUT;
  return cli_file_close(&f, fputs(text, f.file) != EOF);
}

int cli_close_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_FINE;
  if (errno != EPIPE) fprintf(stderr, "integrade: standard output cannot be written: %s\n", strerror(errno));
  return EXIT_INPUT;
}

void cli_wrap(const char *text, int indent) {
  int at = 0;
  while (*text) {
    size_t length = strcspn(text, " \n");
    if (length) {
      int width = 0;
      for (size_t i = 0; i < length; i++) width += ((unsigned char)text[i] & 0xC0) != 0x80;
      if (at && at + 1 + width > 78) {
        fputc('\n', stdout);
        at = 0;
      }
      if (!at) {
        pad(stdout, indent);
        at = indent;
      } else {
        fputc(' ', stdout);
        at++;
      }
      fwrite(text, 1, length, stdout);
      at += width;
      text += length;
    }
    if (*text == '\n') {
      fputc('\n', stdout);
      at = 0;
    }
    if (*text) text++;
  }
  if (at) fputc('\n', stdout);
}
