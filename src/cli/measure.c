/* measure.c - `integrade MEASURE DATA.csv`: flags from the measure's description, one call, one table. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

enum { MOST_INPUTS = 16 };

typedef struct pair {
  const char *name, *value;
} pair;

typedef struct command {
  const char *measure;
  json_t *description;
  json_t *columns, *options; /* objects, built from flags */
  cli_text raw;              /* values handed on as YAML: "\"key\": text, ..." */
  const char *main_input;
  pair inputs[MOST_INPUTS]; /* name and file */
  int n_inputs;
  const char *output, *format, *table, *threads, *seed, *by, *keep, *missing, *text_options, *na, *separator,
      *header_rows, *text;
  bool quiet, progress, help;
} command;

static const char *text_of(const json_t *map, const char *key) {
  const char *text = json_string_value(json_object_get(map, key));
  return text ? text : "";
}

/* A number where JSON reads one, text otherwise (012 stays text). */
static json_t *scalar(const char *text, size_t length) {
  json_t *value = json_loadb(text, length, JSON_DECODE_ANY, NULL);
  if (json_is_number(value)) return value;
  json_decref(value);
  return json_stringn(text, length);
}

/* "a,b,c" as a list; "/pattern/" is never cut. */
static json_t *list_of(const char *text, bool numbers) {
  json_t *list = json_array();
  while (*text) {
    const char *last = text[0] == '/' ? strrchr(text + 1, '/') : NULL;
    size_t length = last ? (size_t)(last - text) + 1 : strcspn(text, ",");
    json_array_append_new(list, numbers ? scalar(text, length) : json_stringn(text, length));
    text += length;
    if (*text == ',') text++;
  }
  return list;
}

static void add_raw(command *c, const char *key, const char *text) {
  cli_add(&c->raw, c->raw.size ? ", " : "");
  cli_add_json(&c->raw, key);
  cli_print(&c->raw, ": %s", text);
}

static void add_list(json_t *options, const char *key, const char *text) {
  if (text) json_object_set_new(options, key, list_of(text, true));
}

/* ---- flags ---- */

static int add_column(command *c, const char *role, const char *column) {
  json_t *now = json_object_get(c->columns, role), *more = list_of(column, false);
  if (json_is_array(now))
    json_array_extend(now, more);
  else if (now) {
    json_array_insert(more, 0, now);
    json_object_set(c->columns, role, more);
  } else
    json_object_set(c->columns, role, json_array_size(more) == 1 ? json_array_get(more, 0) : more);
  json_decref(more);
  return 0;
}

/* role=column[,column...][,role=column] */
static int take_columns(command *c, const char *text) {
  char role[128] = "";
  while (*text) {
    const char *equals = strchr(text, '=');
    size_t word = strcspn(text, ",");
    if (equals && (size_t)(equals - text) < word) {
      if ((size_t)(equals - text) >= sizeof role) return cli_usage("--columns: a role's name is too long");
      memcpy(role, text, (size_t)(equals - text));
      role[equals - text] = '\0';
      text = equals + 1;
    }
    if (!*role) return cli_usage("--columns needs ROLE=COLUMN, not '%.80s'", text);
    const char *last = text[0] == '/' ? strrchr(text + 1, '/') : NULL;
    size_t length = last ? (size_t)(last - text) + 1 : strcspn(text, ",");
    json_t *column = json_stringn(text, length);
    int code = add_column(c, role, column ? json_string_value(column) : "");
    json_decref(column);
    if (code) return code;
    text += length;
    if (*text == ',') text++;
  }
  return 0;
}

static int take_input(command *c, const char *text) {
  const char *equals = strchr(text, '=');
  if (!equals) return cli_usage("--input needs NAME=FILE, not '%.200s'", text);
  if (c->n_inputs == MOST_INPUTS) return cli_usage("more than %d inputs", MOST_INPUTS);
  char *name = strndup(text, (size_t)(equals - text)); /* lives as long as the command */
  if (!name) return EXIT_INTERNAL;
  c->inputs[c->n_inputs++] = (pair){name, equals + 1};
  return 0;
}

/* key=value,key=value as a map. */
static json_t *map_of(const char *text) {
  json_t *map = json_object();
  while (*text) {
    size_t length = strcspn(text, ",");
    const char *equals = memchr(text, '=', length);
    if (!equals) {
      json_decref(map);
      return NULL;
    }
    json_t *key = json_stringn(text, (size_t)(equals - text));
    json_object_set_new(map, key ? json_string_value(key) : "",
                        scalar(equals + 1, length - (size_t)(equals + 1 - text)));
    json_decref(key);
    text += length;
    if (*text == ',') text++;
  }
  return map;
}

static int take_option(command *c, const json_t *option, const char *value) {
  const char *name = text_of(option, "name"), *type = text_of(option, "type");
  if (strcmp(type, "flag") == 0) {
    bool off = value && (strcmp(value, "false") == 0 || strcmp(value, "no") == 0);
    if (value && !off && strcmp(value, "true") != 0 && strcmp(value, "yes") != 0)
      return cli_usage("--%s is true or false, not '%.80s'", name, value);
    json_object_set_new(c->options, name, json_boolean(!off));
  } else if (value[0] == '{' || value[0] == '[') {
    add_raw(c, name, value);
  } else if (strcmp(type, "texts") == 0) {
    json_object_set_new(c->options, name, list_of(value, false));
  } else if (strcmp(type, "numbers") == 0) {
    json_object_set_new(c->options, name, list_of(value, true));
  } else if (strstr(type, "map") && strcmp(type, "maps") != 0) {
    json_t *map = map_of(value);
    if (!map) return cli_usage("--%s needs KEY=VALUE[,KEY=VALUE...] or a {map}, not '%.80s'", name, value);
    json_object_set_new(c->options, name, map);
  } else {
    json_object_set_new(c->options, name, scalar(value, strlen(value)));
  }
  return 0;
}

/* --long id=COLUMN,item=COLUMN,answer=COLUMN or --wide PATTERN (or NAME,NAME); both also as a {map}, which has a
 * colon: "{id}_done" is a pattern. */
static int take_shape(command *c, const char *shape, const char *text) {
  if (text[0] == '{' && strchr(text, ':')) {
    add_raw(c, shape, text);
    return 0;
  }
  bool wide = strcmp(shape, "wide") == 0;
  json_t *map = wide ? json_pack("{s:o}", "columns", list_of(text, false)) : map_of(text);
  if (!map) return cli_usage("--long needs id=COLUMN,item=COLUMN,answer=COLUMN, not '%.80s'", text);
  json_object_set_new(c->options, shape, map);
  return 0;
}

static const char columns_tag[] = "columns", input_tag[] = "input", long_tag[] = "long", wide_tag[] = "wide";

static int take(void *payload, const cli_flag *flag, const char *value) {
  command *c = payload;
  if (flag->tag == columns_tag) return take_columns(c, value);
  if (flag->tag == input_tag) return take_input(c, value);
  if (flag->tag == long_tag || flag->tag == wide_tag) return take_shape(c, flag->tag, value);
  if (json_object_get(flag->tag, "kind")) return add_column(c, flag->name, value);
  return take_option(c, flag->tag, value);
}

static int positional(void *payload, const char *value) {
  command *c = payload;
  if (c->n_inputs == MOST_INPUTS) return cli_usage("more than %d inputs", MOST_INPUTS);
  for (int i = 0; i < c->n_inputs; i++)
    if (!c->inputs[i].name)
      return cli_usage("%s takes one data file; give the others as --input NAME=FILE ('%.200s')", c->measure,
                       value);
  c->inputs[c->n_inputs++] = (pair){NULL, value};
  return 0;
}

/* The roles of the measure; of `score` also those of the measures that it hands its data to. */
static json_t *all_roles(const command *c) {
  static const char *const handed[] = {"scale", "checklist", "stages", "points", "ladder", "classification"};
  json_t *all = json_copy(json_object_get(c->description, "roles"));
  for (size_t m = 0; strcmp(c->measure, "score") == 0 && m < sizeof handed / sizeof handed[0]; m++) {
    char *json = NULL;
    if (itg_measure_describe(handed[m], &json, NULL)) continue;
    json_t *description = json_loads(json, 0, NULL);
    json_array_extend(all, json_object_get(description, "roles"));
    json_decref(description);
    itg_text_free(json);
  }
  return all;
}

static int parse(command *c, int argc, char **argv) {
  const cli_flag common[] = {
      {"output", CLI_PATH, &c->output, NULL},
      {"o", CLI_PATH, &c->output, NULL},
      {"format", CLI_VALUE, &c->format, NULL},
      {"table", CLI_VALUE, &c->table, NULL},
      {"threads", CLI_VALUE, &c->threads, NULL},
      {"seed", CLI_VALUE, &c->seed, NULL},
      {"by", CLI_VALUE, &c->by, NULL},
      {"keep", CLI_VALUE, &c->keep, NULL},
      {"missing", CLI_VALUE, &c->missing, NULL},
      {"options", CLI_VALUE, &c->text_options, NULL},
      {"na", CLI_VALUE, &c->na, NULL},
      {"separator", CLI_VALUE, &c->separator, NULL},
      {"header-rows", CLI_VALUE, &c->header_rows, NULL},
      {"text", CLI_VALUE, &c->text, NULL},
      {"quiet", CLI_FLAG, &c->quiet, NULL},
      {"progress", CLI_FLAG, &c->progress, NULL},
      {"help", CLI_FLAG, &c->help, NULL},
      {"h", CLI_FLAG, &c->help, NULL},
      {"long", CLI_VALUE, NULL, long_tag},
      {"wide", CLI_VALUE, NULL, wide_tag},
      {"columns", CLI_VALUE, NULL, columns_tag},
      {"input", CLI_PATH, NULL, input_tag},
  };
  enum { N_COMMON = sizeof common / sizeof common[0] };
  const json_t *options = json_object_get(c->description, "options");
  json_t *roles = all_roles(c);
  size_t n_options = json_array_size(options), n_roles = json_array_size(roles), n = 0;
  cli_flag *flags = malloc((N_COMMON + n_options + 2 * n_roles) * sizeof *flags);
  char **names = calloc(n_roles + 1, sizeof *names);
  if (!flags || !names) return EXIT_INTERNAL;
  /* In this order a measure's own option goes before a common flag, and both before a role. */
  for (size_t i = 0; i < n_options; i++) {
    const json_t *o = json_array_get(options, i);
    flags[n++] = (cli_flag){text_of(o, "name"),
                            strcmp(text_of(o, "type"), "flag") == 0 ? CLI_FLAG : CLI_VALUE, NULL, o};
  }
  memcpy(flags + n, common, sizeof common);
  n += N_COMMON;
  for (size_t i = 0; i < n_roles; i++) {
    const json_t *role = json_array_get(roles, i);
    cli_text name = {NULL, 0, 0};
    cli_print(&name, "%s.%s", text_of(role, "input"), text_of(role, "name"));
    names[i] = name.data;
    flags[n++] = (cli_flag){text_of(role, "name"), CLI_VALUE, NULL, role};
    flags[n++] = (cli_flag){name.data, CLI_VALUE, NULL, role};
  }
  cli_parser parser = {c->measure, flags, n, take, positional, c, roles};
  int code = cli_parse(&parser, argc, argv);
  for (size_t i = 0; i < n_roles; i++) free(names[i]);
  free(names);
  free(flags);
  json_decref(roles);
  return code;
}

/* ---- the call ---- */

/* Flags join the text of --options: a flow map {a: 1} or a block (a: 1) takes a few keys more. */
static char *options_text(command *c) {
  cli_text out = {NULL, 0, 0};
  json_t *o = c->options;
  if (json_object_size(c->columns)) json_object_set(o, "columns", c->columns);
  add_list(o, "by", c->by);
  add_list(o, "keep", c->keep);
  if (c->missing && (c->missing[0] == '{' || c->missing[0] == '['))
    add_raw(c, "missing", c->missing);
  else
    add_list(o, "missing", c->missing);
  if (c->seed) json_object_set_new(o, "seed", scalar(c->seed, strlen(c->seed)));
  const char *given = c->text_options ? c->text_options : "{}";
  given += strspn(given, " \t\n");
  bool flow = *given == '{';
  char *json = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
  if (!json) return NULL;
  if (flow) {
    const char *end = strrchr(given, '}');
    size_t length = end ? (size_t)(end - given) : strlen(given);
    bool empty = strspn(given + 1, " \t\n") + 1 >= length;
    cli_print(&out, "%.*s", (int)length, given);
    if (json_object_size(o)) {
      cli_print(&out, "%s%.*s", empty ? "" : ", ", (int)strlen(json) - 2, json + 1);
      empty = false;
    }
    if (c->raw.size) cli_print(&out, "%s%s", empty ? "" : ", ", c->raw.data);
    cli_add(&out, end ? end : "");
  } else {
    cli_print(&out, "%s\n", given);
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value) {
      char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
      cli_add_json(&out, key);
      cli_print(&out, ": %s\n", text ? text : "null");
      free(text);
    }
    if (c->raw.size) cli_print(&out, "%s\n", c->raw.data);
  }
  free(json);
  return out.data;
}

static char *csv_options(const command *c) {
  json_t *o = json_object();
  if (c->separator)
    json_object_set_new(o, "separator", json_string(strcmp(c->separator, "\\t") == 0 ? "\t" : c->separator));
  if (c->header_rows) json_object_set_new(o, "header_rows", json_string(c->header_rows));
  if (c->na) json_object_set_new(o, "na", list_of(c->na, false));
  if (c->text) json_object_set_new(o, "text_if", list_of(c->text, false));
  char *text = json_dumps(o, JSON_COMPACT);
  json_decref(o);
  return text;
}

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

/* The ending of a file says its format; one that none of them has is a mistake, unless --format says what is
 * meant. */
static int check_ending(const command *c) {
  const char *name = c->output ? strrchr(c->output, '/') : NULL, *dot;
  if (!c->output || c->format) return 0;
  name = name ? name + 1 : c->output;
  dot = strrchr(name, '.');
  if (!dot || dot == name || ends_with(name, ".csv") || ends_with(name, ".json") || ends_with(name, ".txt")) return 0;
  return cli_usage(
      "-o %.200s: %.40s is no format of a result; the ending is .csv, .json or .txt (a table to read), or "
      "--format says which",
      c->output, dot);
}

static int put_result(const command *c, const itg_result *result, const itg_control *control) {
  itg_error error;
  const char *format = c->format;
  if (!format) {
    if (c->output)
      format = ends_with(c->output, ".json") ? "json" : ends_with(c->output, ".txt") ? "table" : "csv";
    else
      format = isatty(STDOUT_FILENO) ? "table" : "csv";
  }
  /* A file of CSV leaves nothing of itself when it is stopped; all else may end at once. */
  bool csv_file = c->output && strcmp(c->output, "-") != 0 && strcmp(format, "csv") == 0;
  cli_control_end(!csv_file);
  const char *name = c->table ? c->table : "estimates";
  const itg_table *table = itg_result_find(result, name);
  if (!table) {
    const char *names[64];
    int n = itg_result_count(result);
    for (int i = 0; i < n && i < 64; i++) names[i] = itg_result_table(result, i)->name;
    const char *near = cli_suggest(name, names, (size_t)(n < 64 ? n : 64));
    cli_text all = {NULL, 0, 0};
    for (int i = 0; i < n && i < 64; i++) cli_print(&all, "%s%s", i ? ", " : "", names[i]);
    int code =
        cli_usage("the result has no table '%.80s'; %s%s%s", name, near ? "did you mean '" : "it has: ",
                  near       ? near
                  : all.data ? all.data
                             : "none",
                  near ? "'?" : "");
    free(all.data);
    return code;
  }
  if (strcmp(format, "json") == 0) {
    char *json = NULL;
    if (itg_result_json(result, &json, &error)) return cli_fail(&error);
    cli_text line = {NULL, 0, 0};
    cli_print(&line, "%s\n", json);
    itg_text_free(json);
    int code = cli_write_text(line.data, c->output);
    free(line.data);
    return code;
  }
  if (strcmp(format, "table") == 0) return cli_show_table(table, c->output);
  itg_status status =
      itg_table_write_csv_under(table, c->output ? c->output : "-", 0, csv_file ? control : NULL, &error);
  cli_control_end(false);
  if (status) return cli_fail(&error);
  return EXIT_FINE;
}

/* --text is of all inputs; each name must be a column of one of them. */
static int check_text(const command *c, const itg_table *tables) {
  json_t *names = c->text ? list_of(c->text, false) : NULL, *name;
  size_t i;
  int code = 0;
  json_array_foreach(names, i, name) {
    const char *known[256];
    size_t n = 0;
    bool found = false;
    for (int k = 0; k < c->n_inputs; k++) {
      found = found || cli_column(&tables[k], json_string_value(name)) >= 0;
      for (int32_t j = 0; j < tables[k].n_columns && n < 256; j++) known[n++] = tables[k].columns[j].name;
    }
    if (found || code) continue;
    const char *near = cli_suggest(json_string_value(name), known, n);
    code = cli_usage("--text: no input has a column '%.80s'%s%s%s", json_string_value(name),
                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  json_decref(names);
  return code;
}

static int compute(command *c) {
  itg_error error;
  itg_frame *frames[MOST_INPUTS] = {NULL};
  itg_table tables[MOST_INPUTS];
  itg_result *result = NULL;
  itg_control control;
  int code = 0;
  char *options = options_text(c), *csv = csv_options(c);
  if (!options || !csv) code = EXIT_INTERNAL;
  for (int i = 0; i < c->n_inputs && !code; i++) {
    if (itg_frame_read(c->inputs[i].value, csv, &frames[i], &error)) {
      code = cli_fail(&error);
      break;
    }
    tables[i] = *itg_frame_table(frames[i]);
    tables[i].name = c->inputs[i].name ? c->inputs[i].name : c->main_input;
  }
  if (!code) code = check_text(c, tables);
  if (!code) {
    cli_control(&control, c->threads ? atoi(c->threads) : 0, c->progress);
    itg_status status = itg_measure_run(c->measure, tables, c->n_inputs, options, &control, &result, &error);
    cli_control_end(false);
    code = status ? cli_fail(&error) : put_result(c, result, &control);
  }
  if (!code && !c->quiet)
    for (int i = 0; i < itg_result_note_count(result); i++)
      fprintf(stderr, "integrade: note: %s\n", itg_result_note_at(result, i));
  itg_result_free(result);
  for (int i = 0; i < c->n_inputs; i++) itg_frame_free(frames[i]);
  free(options);
  free(csv);
  return code;
}

int cli_measure(const char *measure, int argc, char **argv) {
  command c = {.measure = measure};
  itg_error error;
  char *json = NULL;
  if (itg_measure_describe(measure, &json, &error)) return cli_fail(&error);
  c.description = json_loads(json, 0, NULL);
  itg_text_free(json);
  c.columns = json_object();
  c.options = json_object();
  c.main_input = text_of(json_array_get(json_object_get(c.description, "roles"), 0), "input");

  int code = parse(&c, argc, argv);
  if (!code && c.help)
    code = cli_help_measure(measure);
  else if (!code) {
    static const char *const formats[] = {"csv", "json", "table"};
    bool known = !c.format;
    for (int i = 0; i < 3 && !known; i++) known = strcmp(c.format, formats[i]) == 0;
    const char *near = known ? NULL : cli_suggest(c.format, formats, 3);
    if (!known)
      code = cli_usage("--format is csv, json or table, not '%.80s'%s%s%s", c.format,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    else if (c.threads &&
             (strspn(c.threads, "0123456789") != strlen(c.threads) || strlen(c.threads) > 4 || !*c.threads))
      code = cli_usage("--threads is a number from 0 to 9999, not '%.80s'", c.threads);
    else if (c.text_options && c.text_options[0] == '@')
      code = cli_usage("--options takes the options themselves, not the name of a file: --options \"$(cat %.200s)\"",
                       c.text_options + 1);
    else if ((code = check_ending(&c)))
      ;
    else if (!c.n_inputs)
      code = cli_usage("%s needs a data file: integrade %s DATA.csv; see integrade %s --help", measure,
                       measure, measure);
    else
      code = compute(&c);
  }
  for (int i = 0; i < c.n_inputs; i++) free((char *)c.inputs[i].name);
  json_decref(c.description);
  json_decref(c.columns);
  json_decref(c.options);
  free(c.raw.data);
  return code;
}
