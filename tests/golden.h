/* The golden cases of tests/data/golden/cases.csv, for the tests that run all of them.
 *
 * Include after cmocka.h and itg_frame.h. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOLDEN_TABLES = 8 };

typedef struct golden {
  const char *name, *measure, *options, *table; /* table NULL: estimates */
  itg_table tables[GOLDEN_TABLES];
  itg_frame *frames[GOLDEN_TABLES];
  char inputs[GOLDEN_TABLES][64];
  int n_tables;
} golden;

/* Path of a file in the folder of the golden data. */
static char *golden_path(const char *file, char *buffer, size_t size) {
  const char *root = getenv("ITG_SOURCE") ? getenv("ITG_SOURCE") : getenv("srcdir") ? getenv("srcdir") : ".";
  snprintf(buffer, size, "%s/tests/data/golden/%s", root, file);
  return buffer;
}

static itg_frame *golden_read(const char *file, const char *options) {
  char path[4096];
  itg_error error = {.status = ITG_OK};
  itg_frame *frame = NULL;
  if (itg_frame_read(golden_path(file, path, sizeof path), options, &frame, &error)) fail_msg("%s", error.message);
  return frame;
}

/* The list of cases, every cell text. */
static itg_frame *golden_cases(void) {
  itg_frame *cases = golden_read("cases.csv", "{text: [case, measure, inputs, options, table], na: []}");
  assert_true(itg_frame_table(cases)->n_rows > 0);
  return cases;
}

static const char *golden_cell(const itg_frame *cases, const char *column, int64_t row) {
  const itg_table *table = itg_frame_table(cases);
  char buffer[ITG_NUMBER_SIZE];
  int index = itg_table_column(table, column);
  if (index < 0 || table->columns[index].type != ITG_TYPE_STRING) fail_msg("cases.csv: no texts '%s'", column);
  return itg_column_text(&table->columns[index], row, buffer);
}

/* A case with its inputs ("ratings=ratings.csv;indicators=x.csv"). */
static void golden_open(const itg_frame *cases, int64_t row, golden *g) {
  memset(g, 0, sizeof *g);
  g->name = golden_cell(cases, "case", row);
  g->measure = golden_cell(cases, "measure", row);
  g->options = golden_cell(cases, "options", row);
  g->table = golden_cell(cases, "table", row);
  for (const char *at = golden_cell(cases, "inputs", row); at && *at; g->n_tables++) {
    char file[256];
    const char *equals = strchr(at, '='), *end = strchr(at, ';');
    if (!end) end = at + strlen(at);
    assert_true(g->n_tables < GOLDEN_TABLES && equals && equals < end);
    snprintf(g->inputs[g->n_tables], sizeof g->inputs[0], "%.*s", (int)(equals - at), at);
    snprintf(file, sizeof file, "%.*s", (int)(end - equals - 1), equals + 1);
    g->frames[g->n_tables] = golden_read(file, NULL);
    g->tables[g->n_tables] = *itg_frame_table(g->frames[g->n_tables]);
    g->tables[g->n_tables].name = g->inputs[g->n_tables];
    at = *end ? end + 1 : end;
  }
}

static void golden_close(golden *g) {
  for (int i = 0; i < g->n_tables; i++) itg_frame_free(g->frames[i]);
}

#endif
