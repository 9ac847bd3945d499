/* instruments.c - `integrade instruments list|catalogue|about|show|check|template|values|export|import|label`. */
#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

static int usage(void) {
  puts(
      "Usage: integrade instruments list [--kind KIND] [--group GROUP] [--text WORDS] [--format csv]\n"
      "       integrade instruments catalogue [--group LETTER] [--text WORDS] [--format csv]\n"
      "                                                   the 208 systems, and what serves each\n"
      "       integrade instruments about INSTRUMENT...   source, licence, and the rules that no source "
      "states\n"
      "       integrade instruments show INSTRUMENT       its definition (YAML)\n"
      "       integrade instruments check INSTRUMENT...   shape, meaning and worked examples\n"
      "       integrade instruments template INSTRUMENT [--table TABLE]   an empty CSV to collect data with, or\n"
      "                                                   another that about lists, such as indicators\n"
      "       integrade instruments values VALUESET       every profile with its value (CSV)\n"
      "       integrade instruments export INSTRUMENT FOLDER   definition.csv, items.csv, options.csv, "
      "scores.csv of a scale or map\n"
      "       integrade instruments import FOLDER         a definition (YAML) made from these; items.csv is "
      "enough for a\n"
      "                                                  checklist or ladder whose definition.csv says the "
      "kind\n"
      "       integrade instruments label INSTRUMENT LABELS   the definition (YAML) with labels of your own: a CSV "
      "with the\n"
      "                                                  columns id and label, such as the items.csv of export\n\n"
      "INSTRUMENT is the id of a built-in definition or the path of a .yaml file.\n"
      "Groups of the list: integration, classification, principles, people, stratification, health.\n"
      "Groups of the catalogue: A instrument, B classification, C checklist, D outcome, E utilisation, F "
      "economics,\n"
      "G payment, H need, I workload, J design (letter or word).");
  return EXIT_FINE;
}

static const char *text_of(const json_t *map, const char *key) {
  const char *text = json_string_value(json_object_get(map, key));
  return text ? text : "";
}

/* Every word of the list, between spaces, stands somewhere in the text, whatever its case (ASCII). */
static bool holds(const char *text, const char *list) {
  while (*(list += strspn(list, " "))) {
    size_t length = strcspn(list, " "), i = 0;
    const char *at = text;
    for (; *at && i < length; at++)
      for (i = 0; i < length && tolower((unsigned char)at[i]) == tolower((unsigned char)list[i]);) i++;
    if (i < length) return false;
    list += length;
  }
  return true;
}

static const char *const filters[] = {"--kind", "--group", "--text", "--format"};

/* What --kind and --group can be. */
enum { MOST_WORDS = 12 };
static const char *const words[2][MOST_WORDS] = {
    {"scale", "checklist", "points", "stages", "ladder", "map", "matrix", "scorecard", "valueset", "codebook"},
    {"integration", "classification", "principles", "people", "stratification", "health"}};

static bool is_word(const char *word, const char *const *known) {
  for (; *known; known++)
    if (strcmp(*known, word) == 0) return true;
  return false;
}

static int fail_word(const char *flag, const char *word, const char *const *known) {
  cli_text all = {0};
  int n = 0;
  for (; known[n]; n++) cli_print(&all, "%s%s", n ? ", " : "", known[n]);
  const char *near = cli_suggest(word, known, n);
  int code = cli_usage("%s is '%.80s'; allowed: %s%s%s%s", flag, word, all.data, near ? "; did you mean '" : "",
                       near ? near : "", near ? "'?" : "");
  free(all.data);
  return code;
}

/* A line of CSV. */
static void print_cells(const char *const *cells, int n) {
  for (int i = 0; i < n; i++) {
    bool quoted = strpbrk(cells[i], ",\"\n") != NULL;
    printf("%s%s", i ? "," : "", quoted ? "\"" : "");
    for (const char *c = cells[i]; *c; c++) printf("%s%c", *c == '"' ? "\"" : "", *c);
    if (quoted) putchar('"');
  }
  putchar('\n');
}

static int list(char *const *wanted, bool as_csv) {
  int found = 0;
  for (int i = 0; i < itg_instrument_count(); i++) {
    char *json = NULL;
    itg_error error;
    cli_text whole = {0};
    const char *id = itg_instrument_at(i);
    if (itg_instrument_describe(id, &json, &error)) return cli_fail(&error);
    json_t *root = json_loads(json, 0, NULL);
    const char *kind = text_of(root, "kind"), *title = text_of(root, "title");
    cli_print(&whole, "%s %s", id, title);
    bool fits = (!wanted[0] || strcmp(wanted[0], kind) == 0) &&
                (!wanted[1] || strcmp(wanted[1], text_of(root, "group")) == 0) &&
                (!wanted[2] || holds(whole.data, wanted[2]));
    const char *cells[] = {id, kind, text_of(root, "group"), title};
    if (fits && as_csv && !found) puts("id,kind,group,title");
    if (fits && as_csv) print_cells(cells, 4);
    if (fits && !as_csv) printf("%-28s %-10s %s\n", id, kind, title);
    found += fits;
    free(whole.data);
    json_decref(root);
    itg_text_free(json);
  }
  if (found) return EXIT_FINE;
  for (int f = 0; f < 2; f++)
    if (wanted[f] && !is_word(wanted[f], words[f])) return fail_word(filters[f], wanted[f], words[f]);
  return cli_usage("no instrument fits; see instruments list%s",
                   wanted[2] ? ", or search what systems are about: instruments catalogue --text" : "");
}

/* "  head: a, b" where the cell holds "a|b". */
static void show_list(const char *head, const char *cell) {
  cli_text line = {NULL, 0, 0};
  cli_print(&line, "%s", head);
  for (; *cell; cell++) {
    const char letter[] = {*cell, 0};
    cli_add(&line, *cell == '|' ? ", " : letter);
  }
  cli_wrap(line.data, 5);
  free(line.data);
}

enum { ID, NAME, GROUP, DEFINITIONS, MEASURES, SOURCE, NOTE, N_CELLS };

static bool is_of_group(const char *const *cells, const char *group) {
  if (!group[1]) return tolower((unsigned char)cells[ID][0]) == tolower((unsigned char)group[0]);
  return strcmp(cells[GROUP], group) == 0;
}

/* A system: what it is, what serves it or why nothing does, and where it stands. */
static void print_system(const char *const *cells) {
  printf("%s  %s\n", cells[ID], cells[NAME]);
  if (*cells[DEFINITIONS]) show_list("Definitions: ", cells[DEFINITIONS]);
  if (*cells[MEASURES]) show_list("Measures: ", cells[MEASURES]);
  if (*cells[NOTE]) show_list("", cells[NOTE]);
  show_list("Source: ", cells[SOURCE]);
}

/* The systems that fit, for the eye or as the table that they are. */
static int catalogue(char *const *wanted, bool as_csv) {
  const char *csv = itg_catalogue();
  itg_frame *frame = NULL;
  itg_error error;
  int found = 0;
  if (itg_frame_parse(csv, strlen(csv), "catalogue", "na: [\"\"]", &frame, &error)) return cli_fail(&error);
  const itg_table *table = itg_frame_table(frame);
  for (int64_t row = 0; row < table->n_rows; row++) {
    const char *cells[N_CELLS];
    char buffer[40];
    cli_text whole = {0};
    for (int i = 0; i < N_CELLS; i++) {
      const char *cell = cli_cell(table, i, row, buffer);
      cells[i] = cell ? cell : "";
      cli_print(&whole, "%s ", cells[i]);
    }
    bool fits = !wanted[2] || holds(whole.data, wanted[2]);
    free(whole.data);
    if (!fits || (wanted[1] && !is_of_group(cells, wanted[1]))) continue;
    if (as_csv && !found) printf("%.*s\n", (int)strcspn(csv, "\n"), csv);
    if (as_csv)
      print_cells(cells, N_CELLS);
    else
      print_system(cells);
    found++;
  }
  itg_frame_free(frame);
  if (found) return EXIT_FINE;
  return cli_usage("no system fits; see instruments catalogue");
}

/* --kind, --group, --text and --format, each with its value; the catalogue has no kinds. */
static int read_filters(const char *verb, int argc, char **argv) {
  enum { FORMAT = 3 };
  char *wanted[4] = {NULL, NULL, NULL, NULL};
  int first = strcmp(verb, "list") == 0 ? 0 : 1;
  for (int i = 2; i < argc; i += 2) {
    int at = first;
    while (at <= FORMAT && strcmp(argv[i], filters[at]) != 0) at++;
    if (at > FORMAT && argv[i][0] != '-') return cli_usage("instruments %s takes filters, not '%.80s'", verb, argv[i]);
    if (at > FORMAT)
      return cli_usage("instruments %s has no flag %.80s; allowed: %s--group, --text, --format", verb, argv[i],
                       first ? "" : "--kind, ");
    if (i + 1 == argc) return cli_usage("flag %s needs a value", argv[i]);
    wanted[at] = argv[i + 1];
  }
  static const char *const formats[] = {"csv", "text", NULL};
  if (wanted[FORMAT] && !is_word(wanted[FORMAT], formats)) return fail_word("--format", wanted[FORMAT], formats);
  bool as_csv = wanted[FORMAT] && strcmp(wanted[FORMAT], "csv") == 0;
  return first ? catalogue(wanted, as_csv) : list(wanted, as_csv);
}

static int check(const char *instrument) {
  char *json = NULL;
  itg_error error;
  if (itg_instrument_check(instrument, &json, &error)) return cli_fail(&error);
  json_t *root = json_loads(json, 0, NULL);
  long long examples = (long long)json_integer_value(json_object_get(root, "examples"));
  printf("%s %s: fine; kind %s, measure %s, %lld worked example%s reproduced, sha256 %s\n",
         text_of(root, "id"), text_of(root, "version"), text_of(root, "kind"), text_of(root, "measure"),
         examples, examples == 1 ? "" : "s", text_of(root, "sha256"));
  json_decref(root);
  itg_text_free(json);
  return EXIT_FINE;
}

/* "  head: text" in lines, where there is a text. */
static void show_part(const char *head, const json_t *map, const char *key) {
  cli_text line = {NULL, 0, 0};
  if (!*text_of(map, key)) return;
  cli_print(&line, "%s%s", head, text_of(map, key));
  cli_wrap(line.data, 2);
  free(line.data);
}

/* Labels that are numbers only, and what to do about them. */
static void tell_numbers(const json_t *root, cli_text *out) {
  long long n = (long long)json_integer_value(json_object_get(root, "numbers_only"));
  if (n)
    cli_print(out,
              "%lld of %lld are numbers only: those names were not found or may not be printed. Labels that you "
              "hold: `integrade instruments export %s FOLDER`, fill in the column label of FOLDER/items.csv, "
              "`integrade instruments label %s FOLDER/items.csv > mine.yaml`.",
              n, (long long)json_integer_value(json_object_get(root, "n_items")), text_of(root, "id"),
              text_of(root, "id"));
}

/* The tables that its measure takes, from the given one; nothing where there is only the data. */
static void tell_tables(const json_t *root, size_t first, cli_text *out) {
  const json_t *tables = json_object_get(root, "tables");
  for (size_t i = first; json_array_size(tables) > 1 && i < json_array_size(tables); i++)
    cli_print(out, "%s%s", i > first ? ", " : "", json_string_value(json_array_get(tables, i)));
}

/* What a reader cites and must know before using it. */
static int about(const char *instrument) {
  char *json = NULL;
  itg_error error;
  if (itg_instrument_describe(instrument, &json, &error)) return cli_fail(&error);
  json_t *root = json_loads(json, 0, NULL);
  const json_t *source = json_object_get(root, "source"), *licence = json_object_get(root, "licence"),
               *choices = json_object_get(root, "choices");
  printf("%s %s - %s\nKind %s, measure %s, unit %s\n", text_of(root, "id"), text_of(root, "version"),
         text_of(root, "title"), text_of(root, "kind"), text_of(root, "measure"), text_of(root, "unit"));
  cli_text tables = {NULL, 0, 0};
  tell_tables(root, 0, &tables);
  if (tables.size) printf("Tables %s\n", tables.data);
  free(tables.data);
  printf("\nSource\n");
  show_part("", source, "citation");
  show_part("https://doi.org/", source, "doi");
  show_part("", source, "url");
  show_part("Scoring: ", source, "scoring");
  printf("\nLicence\n");
  show_part("Items: ", licence, "items");
  show_part("Scoring: ", licence, "scoring");
  show_part("Holder: ", licence, "holder");
  show_part("", licence, "url");
  cli_text numbers = {NULL, 0, 0};
  tell_numbers(root, &numbers);
  if (numbers.size) puts("\nLabels"), cli_wrap(numbers.data, 2);
  free(numbers.data);
  if (json_array_size(choices)) printf("\nChoices (no source states these rules)\n");
  for (size_t i = 0; i < json_array_size(choices); i++) {
    const json_t *choice = json_array_get(choices, i);
    show_part(i ? "\n" : "", choice, "rule");
    show_part("Why: ", choice, "why");
    show_part("Override: ", choice, "override");
  }
  json_decref(root);
  itg_text_free(json);
  return EXIT_FINE;
}

/* Write the sheets into a folder, which is made if absent. */
static int export_sheets(const char *instrument, const char *folder) {
  static itg_status (*const make[])(const char *, char **, itg_error *) = {
      itg_instrument_head, itg_instrument_items, itg_instrument_options, itg_instrument_scores};
  static const char *const names[] = {"definition.csv", "items.csv", "options.csv", "scores.csv"};
  enum { N_SHEETS = sizeof names / sizeof names[0] };
  int code = EXIT_FINE;
  for (int i = 0; i < N_SHEETS && !code; i++) {
    char *text = NULL;
    itg_error error;
    cli_text path = {0};
    if (make[i](instrument, &text, &error)) return cli_fail(&error); /* the first makes no folder either */
    if (!i && mkdir(folder, 0777) && errno != EEXIST) {
      itg_text_free(text);
      return cli_usage("the folder %.200s cannot be made", folder);
    }
    cli_print(&path, "%s/%s", folder, names[i]);
    if (*text) code = cli_write_text(text, path.data);
    free(path.data);
    itg_text_free(text);
  }
  return code;
}

/* Scales have scores too, which export writes. */
static itg_status values_of(const char *instrument, char **text, itg_error *error) {
  char *json = NULL;
  itg_status status = itg_instrument_describe(instrument, &json, error);
  if (status) return status;
  json_t *root = json_loads(json, 0, NULL);
  itg_text_free(json);
  bool valueset = strcmp(text_of(root, "kind"), "valueset") == 0;
  json_decref(root);
  if (valueset) return itg_instrument_scores(instrument, text, error);
  *error = (itg_error){.status = ITG_ERR_INSTRUMENT};
  snprintf(error->message, sizeof error->message,
           "'%.200s' is no value set; see instruments list --kind valueset (ITG_ERR_INSTRUMENT)", instrument);
  return error->status;
}

/* The definition goes to standard output, where a file may be made of it; what it lacks, to standard error. */
static int show(const char *instrument) {
  char *text = NULL, *json = NULL;
  itg_error error;
  cli_text numbers = {NULL, 0, 0};
  if (itg_instrument_text(instrument, &text, &error)) return cli_fail(&error);
  fputs(text, stdout);
  itg_text_free(text);
  if (!itg_instrument_describe(instrument, &json, &error)) {
    json_t *root = json_loads(json, 0, NULL);
    tell_numbers(root, &numbers);
    json_decref(root);
    itg_text_free(json);
  }
  if (numbers.size) fprintf(stderr, "integrade: note: labels: %s\n", numbers.data);
  free(numbers.data);
  return EXIT_FINE;
}

static int label(const char *instrument, const char *path) {
  itg_frame *frame = NULL;
  char *yaml = NULL;
  itg_error error;
  if (itg_frame_read(path, "na: [\"\"]", &frame, &error)) return cli_fail(&error);
  itg_status status = itg_instrument_label(instrument, itg_frame_table(frame), &yaml, &error);
  itg_frame_free(frame);
  if (status) return cli_fail(&error);
  fputs(yaml, stdout);
  itg_text_free(yaml);
  return EXIT_FINE;
}

/* Template INSTRUMENT [--table TABLE]; tells which other tables there are. */
static int template(int argc, char **argv) {
  const char *instrument = NULL, *table = NULL;
  char *text = NULL, *json = NULL;
  itg_error error;
  for (int i = 2; i < argc; i++) {
    if (strncmp(argv[i], "--table=", 8) == 0) table = argv[i] + 8;
    else if (strcmp(argv[i], "--table") == 0 && i + 1 == argc) return cli_usage("flag --table needs a value");
    else if (strcmp(argv[i], "--table") == 0) table = argv[++i];
    else if (argv[i][0] == '-') return cli_usage("instruments template has no flag %.80s; allowed: --table", argv[i]);
    else if (instrument) return cli_usage("instruments template takes one instrument");
    else instrument = argv[i];
  }
  if (!instrument) return cli_usage("instruments template needs the id or path of an instrument");
  if (itg_instrument_template(instrument, table, &text, &error)) return cli_fail(&error);
  fputs(text, stdout);
  itg_text_free(text);
  if (table || itg_instrument_describe(instrument, &json, &error)) return EXIT_FINE;
  json_t *root = json_loads(json, 0, NULL);
  cli_text others = {NULL, 0, 0};
  tell_tables(root, 1, &others);
  if (others.size) fprintf(stderr, "integrade: note: further tables, by --table: %s\n", others.data);
  free(others.data);
  json_decref(root);
  itg_text_free(json);
  return EXIT_FINE;
}

static int print_text(const char *verb, const char *instrument) {
  char *text = NULL;
  itg_error error;
  itg_status status = strcmp(verb, "import") == 0 ? itg_instrument_import(instrument, &text, &error)
                                                  : values_of(instrument, &text, &error);
  if (status) return cli_fail(&error);
  fputs(text, stdout);
  itg_text_free(text);
  return EXIT_FINE;
}

int cli_instruments(int argc, char **argv) {
  static const char *const verbs[] = {"list",  "catalogue", "about",  "show",
                                      "check", "template",  "values", "export", "import", "label"};
  enum { N_VERBS = sizeof verbs / sizeof verbs[0] };
  const char *verb = argc > 1 ? argv[1] : "list";
  if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0) return usage();
  bool known = false;
  for (int i = 0; i < N_VERBS; i++) known = known || strcmp(verb, verbs[i]) == 0;
  if (!known) {
    const char *near = cli_suggest(verb, verbs, N_VERBS);
    return cli_usage("instruments has no verb '%.80s'; %s%s%s", verb, near ? "did you mean '" : "allowed: ",
                     near ? near : "list, catalogue, about, show, check, template, values, export, import, label",
                     near ? "'?" : "");
  }
  if (strcmp(verb, "list") == 0 || strcmp(verb, "catalogue") == 0) return read_filters(verb, argc, argv);
  if (strcmp(verb, "template") == 0) return template(argc, argv);
  for (int i = 2; i < argc; i++)
    if (argv[i][0] == '-') return cli_usage("instruments %s has no flag %.80s", verb, argv[i]);
  if (argc < 3) return cli_usage("instruments %s needs the id or path of an instrument", verb);
  if (strcmp(verb, "export") == 0) {
    if (argc != 4) return cli_usage("instruments export needs an instrument and a folder");
    return export_sheets(argv[2], argv[3]);
  }
  if (strcmp(verb, "label") == 0) {
    if (argc != 4) return cli_usage("instruments label needs an instrument and a CSV file of labels (id, label)");
    return label(argv[2], argv[3]);
  }
  bool several = strcmp(verb, "check") == 0 || strcmp(verb, "about") == 0;
  if (!several && argc > 3) return cli_usage("instruments %s takes one instrument", verb);
  int worst = EXIT_FINE;
  for (int i = 2; i < argc; i++) {
    if (i > 2 && strcmp(verb, "about") == 0) printf("\n\n");
    int code = strcmp(verb, "check") == 0   ? check(argv[i])
               : strcmp(verb, "about") == 0 ? about(argv[i])
               : strcmp(verb, "show") == 0  ? show(argv[i])
                                            : print_text(verb, argv[i]);
    if (code) worst = code;
  }
  return worst;
}
