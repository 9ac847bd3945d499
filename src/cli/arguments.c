/* arguments.c - the command line taken apart: --name value, --name=value, --flag, -o value, --. */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

int cli_usage(const char *format, ...) {
  char message[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  for (char *c = message; *c; c++)
    if ((unsigned char)*c < ' ') *c = ' '; /* one line, whatever was given */
  fprintf(stderr, "integrade: %s\n", message);
  return EXIT_USAGE;
}

int cli_fail(const itg_error *error) {
  fprintf(stderr, "integrade: %s\n", error->message);
  return itg_status_exit(error->status);
}

/* Edits that turn a into b: letters changed, left out, put in or swapped with the next; words above 63 letters never
 * match. */
static size_t distance(const char *a, const char *b) {
  enum { MOST = 64 };
  size_t n = strlen(a), m = strlen(b), rows[3][MOST];
  if (n >= MOST || m >= MOST) return MOST;
  for (size_t j = 0; j <= m; j++) rows[0][j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t *row = rows[i % 3], *before = rows[(i + 2) % 3], *above = rows[(i + 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t best = before[j - 1] + (a[i - 1] != b[j - 1]);
      if (before[j] + 1 < best) best = before[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped && above[j - 2] + 1 < best) best = above[j - 2] + 1;
      row[j] = best;
    }
  }
  return rows[n % 3][m];
}

const char *cli_suggest(const char *word, const char *const *words, size_t count) {
  size_t least = (strlen(word) + 2) / 3 + 1;
  const char *nearest = NULL;
  for (size_t i = 0; i < count; i++) {
    size_t d = distance(word, words[i]);
    bool as_long = nearest && d == least && strlen(words[i]) == strlen(word) && strlen(nearest) != strlen(word);
    if (d < least || as_long) {
      least = d;
      nearest = words[i];
    }
  }
  return nearest;
}

/* Hyphen and underscore are the same in a flag. */
static bool same_name(const char *flag, const char *given, size_t length) {
  if (strlen(flag) != length) return false;
  for (size_t i = 0; i < length; i++) {
    char a = flag[i] == '_' ? '-' : flag[i], b = given[i] == '_' ? '-' : given[i];
    if (a != b) return false;
  }
  return true;
}

static const cli_flag *find_flag(const cli_parser *p, const char *name, size_t length) {
  for (size_t i = 0; i < p->n_flags; i++)
    if (same_name(p->flags[i].name, name, length)) return &p->flags[i];
  return NULL;
}

static bool is_input(const json_t *roles, const char *name) {
  for (size_t i = 0; i < json_array_size(roles); i++)
    if (strcmp(json_string_value(json_object_get(json_array_get(roles, i), "input")), name) == 0) return true;
  return false;
}

static int unknown(const cli_parser *p, const char *dashes, const char *name, size_t length) {
  char given[80];
  snprintf(given, sizeof given, "%.*s", (int)length, name);
  const char **names = malloc((p->n_flags + 1) * sizeof *names);
  if (!names) return EXIT_INTERNAL;
  for (size_t i = 0; i < p->n_flags; i++) names[i] = p->flags[i].name;
  const char *near = cli_suggest(given, names, p->n_flags);
  int code =
      p->inputs && is_input(p->inputs, given)
          ? cli_usage("%s has no flag --%s; give that table by --input %s=FILE", p->command, given, given)
      : near ? cli_usage("%s has no flag %s%s; did you mean %s%s?", p->command, dashes, given,
                       strlen(near) > 1 ? "--" : "-", near)
           : cli_usage("%s has no flag %s%s; see integrade %s --help", p->command, dashes, given, p->command);
  free(names);
  return code;
}

static bool is_utf8(const char *text) {
  json_t *string = json_string(text);
  bool fine = string != NULL;
  json_decref(string);
  return fine;
}

static int set(const cli_parser *p, const cli_flag *flag, const char *value) {
  if (flag->kind == CLI_VALUE && !is_utf8(value))
    return cli_usage("--%s is not UTF-8 text; write it in UTF-8", flag->name);
  if (flag->tag) return p->take(p->payload, flag, value);
  if (flag->kind == CLI_FLAG)
    *(bool *)flag->target = true;
  else
    *(const char **)flag->target = value;
  return 0;
}

int cli_parse(const cli_parser *p, int argc, char **argv) {
  bool only_positional = false;
  for (int i = 1; i < argc; i++) {
    const char *word = argv[i];
    int code;
    if (!only_positional && strcmp(word, "--") == 0) {
      only_positional = true;
      continue;
    }
    if (only_positional || word[0] != '-' || word[1] == '\0') {
      code = p->positional ? p->positional(p->payload, word)
                           : cli_usage("%s takes no argument '%s'", p->command, word);
      if (code) return code;
      continue;
    }
    bool longer = word[1] == '-';
    const char *name = word + (longer ? 2 : 1), *equals = longer ? strchr(name, '=') : NULL;
    size_t length = equals ? (size_t)(equals - name) : longer ? strlen(name) : 1;
    const char *value = equals ? equals + 1 : !longer && name[1] ? name + 1 : NULL;
    const cli_flag *flag = find_flag(p, name, length);
    bool negated = !flag && longer && !equals && length > 3 && strncmp(name, "no-", 3) == 0;
    if (negated) { /* --no-x: the flag x, off */
      flag = find_flag(p, name + 3, length - 3);
      if (flag && (flag->kind != CLI_FLAG || !flag->tag)) flag = NULL;
      value = "false";
    }
    if (!flag) return unknown(p, longer ? "--" : "-", name, length);
    if (flag->kind != CLI_FLAG && !value) {
      if (i + 1 >= argc) return cli_usage("%s%s needs a value", longer ? "--" : "-", flag->name);
      value = argv[++i];
    }
    if (flag->kind == CLI_FLAG && value && !flag->tag) return cli_usage("--%s takes no value", flag->name);
    code = set(p, flag, value);
    if (code) return code;
  }
  return 0;
}
