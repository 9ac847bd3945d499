/* instruments.c - `integrade instruments list|show|check|template`. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static int usage(void) {
  puts(
      "Usage: integrade instruments list\n"
      "       integrade instruments show INSTRUMENT       its definition (YAML)\n"
      "       integrade instruments check INSTRUMENT...   shape, meaning and worked examples\n"
      "       integrade instruments template INSTRUMENT   an empty CSV to collect data with\n\n"
      "INSTRUMENT is the id of a built-in definition or the path of a .yaml file.");
  return EXIT_FINE;
}

static const char *text_of(const json_t *map, const char *key) {
  const char *text = json_string_value(json_object_get(map, key));
  return text ? text : "";
}

static int list(void) {
  int code = EXIT_FINE;
  for (int i = 0; i < itg_instrument_count(); i++) {
    char *json = NULL;
    itg_error error;
    const char *id = itg_instrument_at(i);
    if (itg_instrument_check(id, &json, &error)) {
      code = cli_fail(&error);
      continue;
    }
    json_t *root = json_loads(json, 0, NULL);
    printf("%-28s %-10s %s\n", id, text_of(root, "kind"), text_of(root, "title"));
    json_decref(root);
    itg_text_free(json);
  }
  return code;
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

static int print_text(const char *verb, const char *instrument) {
  char *text = NULL;
  itg_error error;
  itg_status status = strcmp(verb, "show") == 0 ? itg_instrument_text(instrument, &text, &error)
                                                : itg_instrument_template(instrument, &text, &error);
  if (status) return cli_fail(&error);
  fputs(text, stdout);
  itg_text_free(text);
  return EXIT_FINE;
}

int cli_instruments(int argc, char **argv) {
  static const char *const verbs[] = {"list", "show", "check", "template"};
  const char *verb = argc > 1 ? argv[1] : "list";
  if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0) return usage();
  bool known = false;
  for (int i = 0; i < 4; i++) known = known || strcmp(verb, verbs[i]) == 0;
  if (!known) {
    const char *near = cli_suggest(verb, verbs, 4);
    return cli_usage("instruments has no verb '%.80s'; %s%s%s", verb,
                     near ? "did you mean '" : "allowed: ", near ? near : "list, show, check, template",
                     near ? "'?" : "");
  }
  for (int i = 2; i < argc; i++)
    if (argv[i][0] == '-') return cli_usage("instruments %s has no flag %.80s", verb, argv[i]);
  if (strcmp(verb, "list") == 0) return argc > 2 ? cli_usage("instruments list takes no argument") : list();
  if (argc < 3) return cli_usage("instruments %s needs the id or path of an instrument", verb);
  if (strcmp(verb, "check") != 0 && argc > 3) return cli_usage("instruments %s takes one instrument", verb);
  int worst = EXIT_FINE;
  for (int i = 2; i < argc; i++) {
    int code = strcmp(verb, "check") == 0 ? check(argv[i]) : print_text(verb, argv[i]);
    if (code) worst = code;
  }
  return worst;
}
