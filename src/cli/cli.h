/* cli.h - the command `integrade`: what its files share.  It knows integrade.h only, and no measure by
 * name: names, options, roles and help all come from itg_measure_describe(). */
#ifndef INTEGRADE_CLI_H
#define INTEGRADE_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "../integrade.h"

enum { EXIT_FINE = 0, EXIT_INTERNAL = 1, EXIT_USAGE = 2, EXIT_INPUT = 3 };

/* Commands: argv[0] is the command's own name; the result is the exit code. */
int cli_run(int argc, char **argv);
int cli_measure(const char *measure, int argc, char **argv);
int cli_measures(int argc, char **argv);
int cli_describe(int argc, char **argv);
int cli_instruments(int argc, char **argv);
int cli_state(int argc, char **argv);

/* ---- arguments (arguments.c) ---- */

typedef enum cli_kind {
  CLI_FLAG,
  CLI_VALUE, /* UTF-8 text */
  CLI_PATH   /* bytes, as the system names files */
} cli_kind;

/* One flag the command knows.  `take` gets the value (NULL for a flag) and says whether it will do. */
typedef struct cli_flag {
  const char *name; /* "format", or "o" for a short one */
  cli_kind kind;
  void *target;    /* bool * or const char **, when `tag` is NULL */
  const void *tag; /* for flags made from a description: handed to `take` */
} cli_flag;

typedef struct cli_parser {
  const char *command; /* for messages */
  const cli_flag *flags;
  size_t n_flags;
  int (*take)(void *payload, const cli_flag *flag, const char *value); /* exit code, 0 goes on */
  int (*positional)(void *payload, const char *value);
  void *payload;
  const struct json_t *inputs; /* roles, whose inputs are given by --input; NULL: none */
} cli_parser;

int cli_parse(const cli_parser *parser, int argc, char **argv);

/* The nearest of the words, or NULL. */
const char *cli_suggest(const char *word, const char *const *words, size_t count);

/* "integrade: <message>" on standard error; the exit code. */
int cli_usage(const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 1, 2)))
#endif
    ;
int cli_fail(const itg_error *error);

/* ---- output (output.c) ---- */

/* Growing text; ends the program when memory is out. */
typedef struct cli_text {
  char *data;
  size_t size, capacity;
} cli_text;
void cli_add(cli_text *text, const char *string);
void cli_print(cli_text *text, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
void cli_add_json(cli_text *text, const char *string); /* quoted */

/* Aligned text columns for people. */
int cli_show_table(const itg_table *table, const char *path);
/* A file that is written beside and renamed; path NULL or "-": standard output.  Where Ctrl-C came meanwhile, or it was
 * not `fine`, nothing stays of it. */
typedef struct cli_file {
  FILE *file;
  const char *path;
  cli_text beside;
} cli_file;
bool cli_file_open(cli_file *file, const char *path);
int cli_file_close(cli_file *file, bool fine);
/* Text to a file (written beside and renamed) or, path NULL or "-", to standard output. */
int cli_write_text(const char *text, const char *path);
/* Everything that was printed has arrived. */
int cli_close_output(void);
/* A number for people, in 6 significant digits. */
void cli_add_number(cli_text *text, double value);
/* Cell of a table as text; `buffer` of 40 bytes; NULL: missing. */
const char *cli_cell(const itg_table *table, int column, int64_t row, char *buffer);
int cli_column(const itg_table *table, const char *name);
bool cli_is_number(const itg_table *table, int column);
/* Lines of at most 78 characters, indented. */
void cli_wrap(const char *text, int indent);

/* ---- control (control.c) ---- */

/* Ctrl-C asks the work to stop; a third one ends the program.  `show`: the share done on standard
 * error.  After the work `ending` says that Ctrl-C, also one that came meanwhile, ends the program again. */
void cli_control(itg_control *control, int threads, bool show);
void cli_control_end(bool ending);
/* Ctrl-C is noticed, no more, until cli_control_end(): while a file is half written. */
void cli_control_catch(void);
bool cli_stopped(void);

/* ---- help (help.c) ---- */

int cli_help_measure(const char *measure);

#endif
