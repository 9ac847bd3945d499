/* run.c - `integrade run evaluation.yaml`: everything in the file, and what came out in a few lines. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char run_help[] =
    "Usage: integrade run EVALUATION.yaml [-o FOLDER] [--threads N] [--progress] [--quiet]\n"
    "\n"
    "Reads one evaluation file (YAML or JSON), computes its analyses in order and writes\n"
    "  <analysis>-<table>.csv   every table, numbers unrounded\n"
    "  <analysis>.json          the same with notes and provenance\n"
    "  provenance.json          files with SHA-256, options, seed, version, what was masked\n"
    "  report.html              the page to read: no script, nothing fetched\n"
    "into FOLDER (made if absent; files of the same names are replaced, others stay).  Either all\n"
    "files appear or none.  Two runs give the same bytes.\n"
    "\n"
    "Keys of the file\n"
    "  schema: integrade-evaluation/1, id, title        required\n"
    "  about, author, date, seed, allow_outside\n"
    "  inputs:   id, path, label, origin (collected, published, reconstructed, synthetic), source,\n"
    "            persons, sha256, separator, na, text\n"
    "  analyses: id, measure, input or inputs, title, about, instrument, columns, by, keep, missing,\n"
    "            seed, options;  an input may be <analysis>.<table> of an earlier analysis, or a map:\n"
    "            {from: costs, join: {from: qalys.qalys, by: id, take: [qaly], unmatched: error}}\n"
    "            adds columns of another table to the row of the same id (several joins: a list)\n"
    "  privacy:  min_n (default 5; 0: off), action (mask, refuse), rows (write rows of persons)\n"
    "  quality:  max_missing (share of a used column; beyond it the run fails with code 5), min_rows\n"
    "            (tables of fewer rows are passed over)\n"
    "  output:   folder, tables (csv, json), report (html, none)\n"
    "\n"
    "Estimates resting on fewer than min_n persons are masked when their input is about persons:\n"
    "collected data are, unless `persons: false`; published and synthetic data are not. Rows of other\n"
    "tables are left out with the estimates of their group. `integrade describe MEASURE` says what n counts.\n";

typedef struct command {
  const char *path, *folder, *threads;
  bool quiet, progress, help;
} command;

static int positional(void *payload, const char *value) {
  command *c = payload;
  if (c->path) return cli_usage("run takes one evaluation file ('%.200s' is a second)", value);
  c->path = value;
  return 0;
}

static void add_cell(cli_text *line, const itg_table *table, const char *column, int64_t row,
                     const char *before, const char *after) {
  char buffer[40];
  int c = cli_column(table, column);
  const char *cell = c < 0 ? NULL : cli_cell(table, c, row, buffer);
  if (cell && *cell) cli_print(line, "%s%s%s", before, cell, after);
}

static void add_rounded(cli_text *line, const itg_table *table, const char *column, int64_t row) {
  char buffer[40];
  int c = cli_column(table, column);
  const char *cell = c < 0 ? NULL : cli_cell(table, c, row, buffer);
  double value = cell ? ((const double *)table->columns[c].data)[row] : NAN;
  if (isnan(value))
    cli_add(line, "NA");
  else
    cli_print(line, fabs(value) >= 1000 ? "%.0f" : "%.4g", value);
}

/* scale (groups) = estimate [low, high] unit, level */
static void add_main(cli_text *line, const itg_table *table, int64_t row) {
  char buffer[40];
  int n = cli_column(table, "n"), low = cli_column(table, "conf_low");
  add_cell(line, table, "scale", row, "", "");
  for (int c = cli_column(table, "scale") + 1; c < n; c++) {
    const char *cell = cli_cell(table, c, row, buffer);
    if (cell && strcmp(cell, "all") != 0) cli_print(line, ", %s", cell);
  }
  cli_add(line, " = ");
  add_rounded(line, table, "estimate", row);
  if (low >= 0 && cli_cell(table, low, row, buffer)) {
    cli_add(line, " [");
    add_rounded(line, table, "conf_low", row);
    cli_add(line, ", ");
    add_rounded(line, table, "conf_high", row);
    cli_add(line, "]");
  }
  add_cell(line, table, "unit", row, " ", "");
  add_cell(line, table, "level", row, " (", ")");
}

static void summarise(const itg_evaluation *evaluation, const char *folder) {
  int widest = 8, widest_measure = 7;
  int n = itg_evaluation_count(evaluation);
  for (int i = 0; i < n; i++) {
    const itg_table *table = itg_result_table(itg_evaluation_result(evaluation, i), 0);
    char buffer[40];
    const char *measure = table->n_rows ? cli_cell(table, 0, 0, buffer) : "";
    int length = (int)strlen(itg_evaluation_id(evaluation, i)), other = measure ? (int)strlen(measure) : 0;
    if (length > widest) widest = length;
    if (other > widest_measure) widest_measure = other;
  }
  printf("%s\n\n%-*s  %-*s  %s\n", itg_evaluation_title(evaluation), widest, "analysis", widest_measure,
         "measure", "main estimates");
  for (int i = 0; i < n; i++) {
    const itg_table *table = itg_result_table(itg_evaluation_result(evaluation, i), 0);
    char buffer[40];
    cli_text line = {NULL, 0, 0};
    const char *measure = table->n_rows ? cli_cell(table, 0, 0, buffer) : NULL;
    cli_print(&line, "%-*s  %-*s  ", widest, itg_evaluation_id(evaluation, i), widest_measure,
              measure ? measure : "");
    int64_t row = itg_evaluation_headline(evaluation, i, 0);
    if (row < 0) cli_add(&line, "no estimate; see the column reason");
    for (int place = 0; row >= 0; row = itg_evaluation_headline(evaluation, i, ++place)) {
      if (place) cli_print(&line, "\n%*s", widest + widest_measure + 4, "");
      add_main(&line, table, row);
    }
    puts(line.data);
    free(line.data);
  }
  printf("\nTables, provenance and report.html are in %s\n", folder);
}

int cli_run(int argc, char **argv) {
  command c = {0};
  const cli_flag flags[] = {{"output", CLI_PATH, &c.folder, NULL},
                            {"o", CLI_PATH, &c.folder, NULL},
                            {"threads", CLI_VALUE, &c.threads, NULL},
                            {"quiet", CLI_FLAG, &c.quiet, NULL},
                            {"progress", CLI_FLAG, &c.progress, NULL},
                            {"help", CLI_FLAG, &c.help, NULL},
                            {"h", CLI_FLAG, &c.help, NULL}};
  const cli_parser parser = {"run", flags, sizeof flags / sizeof flags[0], NULL, positional, &c, NULL};
  int code = cli_parse(&parser, argc, argv);
  if (code) return code;
  if (c.help) {
    fputs(run_help, stdout);
    return EXIT_FINE;
  }
  if (!c.path)
    return cli_usage("run needs an evaluation file: integrade run EVALUATION.yaml; see integrade run --help");
  if (c.threads &&
      (strspn(c.threads, "0123456789") != strlen(c.threads) || strlen(c.threads) > 4 || !*c.threads))
    return cli_usage("--threads is a number from 0 to 9999, not '%.80s'", c.threads);

  itg_error error;
  itg_evaluation *evaluation = NULL;
  itg_control control;
  cli_control(&control, c.threads ? atoi(c.threads) : 0, c.progress);
  itg_status status = itg_evaluation_run(c.path, &control, &evaluation, &error);
  const char *folder = status ? NULL : c.folder ? c.folder : itg_evaluation_folder(evaluation);
  if (!status && !folder)
    code = cli_usage("where to? give -o FOLDER, or output.folder in %s", c.path);
  else if (!status)
    status = itg_evaluation_write_under(evaluation, folder, &control, &error);
  cli_control_end(false);
  if (status)
    code = cli_fail(&error);
  else if (!code && !c.quiet)
    summarise(evaluation, folder);
  itg_evaluation_free(evaluation);
  return code;
}
