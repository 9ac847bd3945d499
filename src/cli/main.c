/* main.c - the command `integrade`: which word does what. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const struct {
  const char *name, *measure;
} aliases[] = {{"matrix", "functional_integration"}, {"utility", "eq5d_utility"}};
enum { N_ALIASES = sizeof aliases / sizeof aliases[0] };

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
} commands[] = {{"run", cli_run},
                {"measures", cli_measures},
                {"describe", cli_describe},
                {"instruments", cli_instruments},
                {"state", cli_state}};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

/* Name of the measure that a word stands for (hyphens are underscores), or NULL. */
static const char *measure_of(const char *word) {
  for (int i = 0; i < N_ALIASES; i++)
    if (strcmp(aliases[i].name, word) == 0) return aliases[i].measure;
  for (int i = 0; i < itg_measure_count(); i++) {
    const char *name = itg_measure_at(i), *a = name, *b = word;
    while (*a && (*a == *b || (*a == '_' && *b == '-'))) a++, b++;
    if (!*a && !*b) return name;
  }
  return NULL;
}

/* Its name, another name for it, and its title; the titles stand below each other. */
static int print_measure(const char *indent, const char *name, const char *alias, int width) {
  char *json = NULL;
  itg_error error;
  cli_text line = {0};
  if (itg_measure_describe(name, &json, &error)) return cli_fail(&error);
  json_t *root = json_loads(json, 0, NULL);
  const char *title = json_string_value(json_object_get(root, "title"));
  cli_print(&line, "%s%s%s%s", name, alias ? " (" : "", alias ? alias : "", alias ? ")" : "");
  printf("%s%-*s %s\n", indent, width, line.data ? line.data : name, title ? title : "");
  free(line.data);
  json_decref(root);
  itg_text_free(json);
  return EXIT_FINE;
}

static int help(void) {
  puts("integrade " ITG_VERSION
       " - measures how far health and social care have been joined up, and whether it pays\n"
       "\n"
       "Usage: integrade run EVALUATION.yaml [-o FOLDER]    a whole evaluation, with a report to read\n"
       "       integrade MEASURE DATA.csv [options]         one measure; data on standard output\n"
       "       integrade measures                           the measures, each with what it answers\n"
       "       integrade describe MEASURE [--format json]   one of them\n"
       "       integrade instruments list|catalogue|about|show|check|template|export|import\n"
       "       integrade state add|merge|finish             sums of parts of the data that merge\n"
       "       integrade --version | --help | COMMAND --help | help COMMAND\n"
       "\n"
       "Measures");
  for (int i = 0; i < itg_measure_count(); i++) {
    const char *name = itg_measure_at(i), *alias = NULL;
    for (int k = 0; k < N_ALIASES; k++)
      if (strcmp(aliases[k].measure, name) == 0) alias = aliases[k].name;
    int code = print_measure("  ", name, alias, 31);
    if (code) return code;
  }
  puts(
      "\n"
      "Exit codes: 0 fine, 1 internal, 2 usage, 3 input, 4 definition or configuration, 5 quality gate,\n"
      "6 numerical, 8 disclosure, 130 interrupted.");
  return EXIT_FINE;
}

static int unknown(const char *word) {
  const char *words[128];
  size_t n = 0;
  for (int i = 0; i < N_COMMANDS; i++) words[n++] = commands[i].name;
  for (int i = 0; i < N_ALIASES; i++) words[n++] = aliases[i].name;
  for (int i = 0; i < itg_measure_count() && n < 128; i++) words[n++] = itg_measure_at(i);
  const char *near = cli_suggest(word, words, n);
  return near ? cli_usage("no command or measure '%.80s'; did you mean '%s'?", word, near)
              : cli_usage("no command or measure '%.80s'; see integrade --help", word);
}

static int wanted_measure(const char *word, const char **measure) {
  *measure = measure_of(word);
  return *measure ? 0 : unknown(word);
}

int cli_measures(int argc, char **argv) {
  (void)argv;
  if (argc > 1) return cli_usage("measures takes no argument; see integrade describe MEASURE");
  for (int i = 0; i < itg_measure_count(); i++) {
    int code = print_measure("", itg_measure_at(i), NULL, 24);
    if (code) return code;
  }
  return EXIT_FINE;
}

static int describe_word(void *payload, const char *value) {
  const char **word = payload;
  if (*word) return cli_usage("describe takes one measure ('%.80s' is a second)", value);
  *word = value;
  return 0;
}

int cli_describe(int argc, char **argv) {
  const char *word = NULL, *format = NULL, *measure;
  bool wants_help = false;
  const cli_flag flags[] = {{"format", CLI_VALUE, &format, NULL},
                            {"help", CLI_FLAG, &wants_help, NULL},
                            {"h", CLI_FLAG, &wants_help, NULL}};
  const cli_parser parser = {"describe", flags, 3, NULL, describe_word, &word, NULL};
  int code = cli_parse(&parser, argc, argv);
  if (code) return code;
  if (wants_help) {
    puts("Usage: integrade describe MEASURE [--format text|json]");
    return EXIT_FINE;
  }
  if (!word) return cli_usage("describe needs the name of a measure; see integrade measures");
  if ((code = wanted_measure(word, &measure))) return code;
  if (!format || strcmp(format, "text") == 0) return cli_help_measure(measure);
  if (strcmp(format, "json") != 0) return cli_usage("--format is text or json, not '%.80s'", format);
  char *json = NULL;
  itg_error error;
  if (itg_measure_describe(measure, &json, &error)) return cli_fail(&error);
  puts(json);
  itg_text_free(json);
  return EXIT_FINE;
}

static int dispatch(int argc, char **argv) {
  const char *measure;
  if (argc < 2) {
    help();
    return EXIT_USAGE;
  }
  if (argc > 2 && strcmp(argv[1], "help") == 0) { /* help COMMAND is COMMAND --help */
    static char flag[] = "--help";
    argv[1] = argv[2];
    argv[2] = flag;
    argc = 3;
  }
  const char *word = argv[1];
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) return help();
  if (strcmp(word, "--version") == 0) {
    printf("integrade %s\n", itg_version());
    return EXIT_FINE;
  }
  if (word[0] == '-') return cli_usage("no flag '%.80s' before the command; see integrade --help", word);
  for (int i = 0; i < N_COMMANDS; i++)
    if (strcmp(word, commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
  int code = wanted_measure(word, &measure);
  return code ? code : cli_measure(measure, argc - 1, argv + 1);
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_DFL); /* a reader that has seen enough ends the program without a word */
  int code = dispatch(argc, argv);
  int closed = cli_close_output();
  return code ? code : closed;
}
