/* help.c - --help of a measure, made from its description. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *text_of(const json_t *map, const char *key) {
  const char *text = json_string_value(json_object_get(map, key));
  return text ? text : "";
}

static void add_bound(cli_text *line, const json_t *bound, const char *open) {
  if (json_is_number(bound))
    cli_add_number(line, json_number_value(bound));
  else
    cli_add(line, open);
}

/* "0 to 100", "at least 0"; nothing without a range. */
static void add_range(cli_text *line, const json_t *range) {
  const json_t *low = json_array_get(range, 0), *high = json_array_get(range, 1);
  if (!json_is_number(low) && !json_is_number(high)) return;
  cli_add(line, "; ");
  if (!json_is_number(high)) {
    cli_add(line, "at least ");
    add_bound(line, low, "");
  } else if (!json_is_number(low)) {
    cli_add(line, "at most ");
    add_bound(line, high, "");
  } else {
    add_bound(line, low, "");
    cli_add(line, " to ");
    add_bound(line, high, "");
  }
}

/* Releases both. */
static void show_entry(cli_text *head, cli_text *body) {
  printf("  %s\n", head->data);
  cli_wrap(body->data ? body->data : "", 6);
  free(head->data);
  free(body->data);
}

static void show_role(const json_t *role, const char *main_input) {
  cli_text head = {NULL, 0, 0}, body = {NULL, 0, 0};
  const char *input = text_of(role, "input");
  bool other = strcmp(input, main_input) != 0;
  cli_print(&head, "--%s%s%s=COLUMN%s", other ? input : "", other ? "." : "", text_of(role, "name"),
            strcmp(text_of(role, "kind"), "numbers") == 0 || strcmp(text_of(role, "kind"), "texts") == 0
                ? ",..."
                : "");
  cli_print(&body, "%s (%s%s", text_of(role, "help"), text_of(role, "kind"),
            json_is_true(json_object_get(role, "required")) ? ", required" : "");
  add_range(&body, json_object_get(role, "range"));
  cli_add(&body, ")");
  show_entry(&head, &body);
}

static void show_option(const json_t *option) {
  cli_text head = {NULL, 0, 0}, body = {NULL, 0, 0};
  const char *type = text_of(option, "type"),
             *fallback = json_string_value(json_object_get(option, "default"));
  const json_t *choices = json_object_get(option, "choices");
  if (strcmp(type, "flag") == 0)
    cli_print(&head, "--[no-]%s", text_of(option, "name"));
  else
    cli_print(&head, "--%s=%s", text_of(option, "name"), type);
  cli_add(&body, text_of(option, "help"));
  for (size_t i = 0; i < json_array_size(choices); i++)
    cli_print(&body, "%s%s", i ? ", " : "; one of ", json_string_value(json_array_get(choices, i)));
  add_range(&body, json_object_get(option, "range"));
  if (fallback) cli_print(&body, "; default %s", fallback);
  if (json_is_true(json_object_get(option, "required"))) cli_add(&body, "; required");
  show_entry(&head, &body);
}

int cli_help_measure(const char *measure) {
  itg_error error;
  char *json = NULL;
  if (itg_measure_describe(measure, &json, &error)) return cli_fail(&error);
  json_t *root = json_loads(json, 0, NULL);
  itg_text_free(json);
  const json_t *roles = json_object_get(root, "roles"), *options = json_object_get(root, "options"),
               *outputs = json_object_get(root, "outputs");
  const char *main_input = text_of(json_array_get(roles, 0), "input"), *last = main_input;

  printf("integrade %s - %s\n\nUsage: integrade %s DATA.csv", measure, text_of(root, "title"), measure);
  for (size_t i = 0; i < json_array_size(roles); i++) {
    const char *input = text_of(json_array_get(roles, i), "input");
    if (strcmp(input, last) != 0) printf(" [--input %s=FILE]", input);
    last = input;
  }
  printf(" [options]\n\n");
  cli_wrap(text_of(root, "summary"), 0);
  printf("\nColumns of the data (default: the column of the same name)\n");
  last = main_input;
  for (size_t i = 0; i < json_array_size(roles); i++) {
    const json_t *role = json_array_get(roles, i);
    const char *input = text_of(role, "input");
    if (strcmp(input, last) != 0) printf(" of the input %s\n", input);
    last = input;
    show_role(role, main_input);
  }
  if (json_array_size(options)) printf("\nOptions\n");
  for (size_t i = 0; i < json_array_size(options); i++) show_option(json_array_get(options, i));
  printf(
      "\nOptions of every measure\n"
      "  --input NAME=FILE   further input, or the main one by name; - is standard input\n"
      "  --columns ROLE=COLUMN[,COLUMN...][,ROLE=...]\n"
      "%s"
      "  --keep A,B          columns to carry into tables of rows\n"
      "  --missing A,B       codes that are missing\n"
      "  --long id=COLUMN,item=COLUMN,answer=COLUMN   data hold an answer per row\n"
      "  --wide PATTERN      data hold a column per element, such as \"goals___{id}\"; as a map:\n"
      "                      {columns: \"goals___{id}\", as: \"e{id}\"} where elements are e1, e2\n"
      "  --seed N            seed of the random numbers (default 1; R and Python draw one unless it is given)\n"
      "  --options TEXT      options as YAML or JSON text, beside the flags\n"
      "  --na A,B  --separator C  --text A,B  --header-rows N   how the CSV files are read\n"
      "  --table NAME        which table is printed (default estimates)\n"
      "  --format FORM       csv, json (the whole result) or table (for the eye); default: table on a\n"
      "                      terminal, else csv\n"
      "  -o, --output FILE   instead of standard output; the ending chooses the form\n"
      "  --threads N  --progress  --quiet\n",
      json_is_true(json_object_get(root, "groups")) ? "  --by A,B            columns to group by\n" : "");
  printf(
      "\nTables\n  estimates\n      measure, scale, groups, n, n_missing, estimate, std_error, conf_low, "
      "conf_high,\n"
      "      unit, level, reason\n");
  printf("      n counts:\n");
  cli_wrap(text_of(root, "counts"), 8);
  for (size_t i = 0; i < json_array_size(outputs); i++) {
    printf("  %s\n", text_of(json_array_get(outputs, i), "name"));
    cli_wrap(text_of(json_array_get(outputs, i), "help"), 6);
  }
  printf("\nSource\n");
  cli_wrap(text_of(root, "source"), 2);
  json_decref(root);
  return EXIT_FINE;
}
