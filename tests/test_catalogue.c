/* instruments/catalogue.csv: every system once, whatever serves it exists, and the manual says the same. */
#include "scoring.h"

#include <jansson.h>

static itg_frame *catalogue;
static const itg_table *rows;

static int open_catalogue(void **state) {
  (void)state;
  itg_error error = {0};
  const char *csv = itg_catalogue();
  if (itg_frame_parse(csv, strlen(csv), "catalogue.csv", NULL, &catalogue, &error))
    fail_msg("%s", error.message);
  rows = itg_frame_table(catalogue);
  return 0;
}

static int close_catalogue(void **state) {
  (void)state;
  itg_frame_free(catalogue);
  return 0;
}

static const char *cell(int64_t row, const char *column) {
  const char *text = text_at(rows, row, column);
  return text ? text : "";
}

/* Calls `visit` with each entry of a cell that holds "a|b". */
static void each(int64_t row, const char *column, void (*visit)(const char *id, const char *entry)) {
  const char *list = cell(row, column);
  char id[8], entry[80];
  snprintf(id, sizeof id, "%s", cell(row, "id"));
  while (*list) {
    size_t length = strcspn(list, "|");
    snprintf(entry, sizeof entry, "%.*s", (int)length, list);
    visit(id, entry);
    list += length + (list[length] == '|');
  }
}

static void every_system_of_the_sources_stands_once_in_order(void **state) {
  static const struct {
    char letter;
    int n;
    const char *group;
  } groups[] = {{'A', 12, "instrument"}, {'B', 37, "classification"}, {'C', 41, "checklist"},
                {'D', 28, "outcome"},    {'E', 17, "utilisation"},    {'F', 14, "economics"},
                {'G', 14, "payment"},    {'H', 11, "need"},           {'I', 9, "workload"},
                {'J', 25, "design"}};
  (void)state;
  int64_t row = 0;
  for (size_t g = 0; g < ITG_COUNT(groups); g++)
    for (int i = 1; i <= groups[g].n; i++, row++) {
      char id[16];
      snprintf(id, sizeof id, "%c%02d", groups[g].letter, i);
      assert_string_equal(cell(row, "id"), id);
      assert_string_equal(cell(row, "group"), groups[g].group);
      assert_true(*cell(row, "name") && *cell(row, "source"));
    }
  assert_int_equal(rows->n_rows, 208);
  assert_int_equal(row, 208);
}

static json_t *describe(const char *definition) {
  char *json = NULL;
  itg_error error = {0};
  if (itg_instrument_describe(definition, &json, &error)) fail_msg("%s", error.message);
  json_t *root = json_loads(json, 0, NULL);
  itg_text_free(json);
  assert_non_null(root);
  return root;
}

static void is_a_measure(const char *id, const char *entry) {
  for (int i = 0; i < itg_measure_count(); i++)
    if (strcmp(itg_measure_at(i), entry) == 0) return;
  fail_msg("%s: there is no measure %s", id, entry);
}

/* The definition exists and the measure that computes it is named beside it. */
static void is_a_definition(const char *id, const char *entry) {
  json_t *about = describe(entry);
  char row[16], cells[400];
  const char *measure = json_string_value(json_object_get(about, "measure"));
  snprintf(row, sizeof row, "%s", id);
  snprintf(cells, sizeof cells, "|%s|", cell(row_where(rows, WHERE("id", row)), "measures"));
  char wanted[80];
  snprintf(wanted, sizeof wanted, "|%s|", measure);
  if (!strstr(cells, wanted)) fail_msg("%s: %s is computed by %s, which is not named", id, entry, measure);
  json_decref(about);
}

static void what_serves_a_system_exists_and_else_the_note_says_why_nothing_does(void **state) {
  (void)state;
  for (int64_t row = 0; row < rows->n_rows; row++) {
    each(row, "definitions", is_a_definition);
    each(row, "measures", is_a_measure);
    if (!*cell(row, "definitions") && !*cell(row, "measures") && !*cell(row, "note"))
      fail_msg("%s: neither served nor explained", cell(row, "id"));
  }
}

static const char *wanted_definition;
static bool definition_found;
static void look_for_definition(const char *id, const char *entry) {
  (void)id;
  definition_found = definition_found || strcmp(entry, wanted_definition) == 0;
}

static void every_definition_belongs_to_a_system_or_is_a_value_set(void **state) {
  (void)state;
  for (int i = 0; i < itg_instrument_count(); i++) {
    wanted_definition = itg_instrument_at(i);
    definition_found = false;
    for (int64_t row = 0; row < rows->n_rows; row++) each(row, "definitions", look_for_definition);
    json_t *about = describe(wanted_definition);
    if (!definition_found && strcmp(json_string_value(json_object_get(about, "kind")), "valueset") != 0)
      fail_msg("%s stands in no row of instruments/catalogue.csv", wanted_definition);
    json_decref(about);
  }
}

/* Parts that the sources count: of a list, its elements; of a ladder, its rungs. */
static void definitions_have_as_many_parts_as_their_sources_count(void **state) {
  static const struct {
    const char *definition, *list;
    size_t n;
  } counted[] = {{"dmic", "items", 89},
                 {"isd-prisma", "items", 19},
                 {"acic", "items", 34},
                 {"pacic", "items", 20},
                 {"microsystem", "items", 10},
                 {"smaf", "items", 29},
                 {"scirocco", "items", 12},
                 {"cheers-2022", "items", 28},
                 {"i-statements", "items", 36},
                 {"registry-criteria", "items", 35},
                 {"kings-fund-fifteen-features", "items", 15},
                 {"suter-ten-principles", "items", 10},
                 {"future-forum-expectations", "items", 10},
                 {"perspectives", "items", 7}, /* eight are announced */
                 {"mccarthy-six-attributes", "items", 6},
                 {"design-questions", "items", 5},
                 {"financial-integration", "levels", 8},
                 {"partnership-spectrum", "levels", 8},
                 {"care-hierarchy", "levels", 7},
                 {"network-links", "states", 7}};
  (void)state;
  for (size_t i = 0; i < ITG_COUNT(counted); i++) {
    json_t *about = describe(counted[i].definition);
    size_t n = json_array_size(json_object_get(about, counted[i].list));
    if (n != counted[i].n)
      fail_msg("%s: %zu %s, %zu counted", counted[i].definition, n, counted[i].list, counted[i].n);
    json_decref(about);
  }
}

/* A rule of ours without its reason, or without a way round it, is a trap. */
static void every_choice_says_its_rule_why_and_how_to_override_it(void **state) {
  static const char *const keys[] = {"rule", "why", "override"};
  int choices = 0;
  (void)state;
  for (int i = 0; i < itg_instrument_count(); i++) {
    json_t *about = describe(itg_instrument_at(i)), *list = json_object_get(about, "choices");
    for (size_t c = 0; c < json_array_size(list); c++, choices++)
      for (size_t k = 0; k < ITG_COUNT(keys); k++) {
        const char *text = json_string_value(json_object_get(json_array_get(list, c), keys[k]));
        if (!text || strlen(text) < 8)
          fail_msg("%s, choice %zu: '%s' says nothing", itg_instrument_at(i), c + 1, keys[k]);
      }
    json_decref(about);
  }
  assert_true(choices > 100);
}

static const char *text_of(const json_t *map, const char *key) {
  const char *text = json_string_value(json_object_get(map, key));
  return text ? text : "";
}

static bool has_name(const json_t *list, const char *name) {
  for (size_t i = 0; i < json_array_size(list); i++)
    if (strcmp(text_of(json_array_get(list, i), "name"), name) == 0) return true;
  return false;
}

/* Names after a word such as "options": one, or several with commas and "and" between them. */
static size_t names_after(const char *text, bool several, char names[4][40]) {
  size_t n = 0;
  while (n < 4) {
    const size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    if (!length || length >= sizeof names[n]) break;
    snprintf(names[n++], sizeof names[0], "%.*s", (int)length, text);
    text += length;
    const char *next = strncmp(text, ", ", 2) == 0 ? text + 2 : strncmp(text, " and ", 5) == 0 ? text + 5 : NULL;
    if (!several || !next) break;
    text = next;
  }
  return n;
}

/* What overrides a choice is there: an option or role of the definition's measure, or another measure. */
static void every_override_names_what_there_is(void **state) {
  static const char *const words[] = {"option ", "options ", "role ", "roles ", "measure ", "measures "};
  size_t seen = 0;
  (void)state;
  for (int i = 0; i < itg_instrument_count(); i++) {
    json_t *about = describe(itg_instrument_at(i)), *list = json_object_get(about, "choices");
    char *json = NULL;
    assert_int_equal(itg_measure_describe(text_of(about, "measure"), &json, NULL), ITG_OK);
    json_t *measure = json_loads(json, 0, NULL);
    itg_text_free(json);
    for (size_t c = 0; c < json_array_size(list); c++) {
      const char *text = text_of(json_array_get(list, c), "override");
      for (size_t w = 0; w < ITG_COUNT(words); w++)
        for (const char *at = text; (at = strstr(at, words[w]));) {
          char names[4][40];
          const bool begins = at == text || at[-1] == ' ';
          at += strlen(words[w]);
          const size_t n = begins ? names_after(at, w % 2, names) : 0;
          for (size_t k = 0; k < n; k++, seen++) {
            const bool there = w < 2   ? has_name(json_object_get(measure, "options"), names[k])
                               : w < 4 ? has_name(json_object_get(measure, "roles"), names[k])
                                       : itg_measure_describe(names[k], &json, NULL) == ITG_OK;
            if (!there) fail_msg("%s: there is no %s%s (override: %s)", itg_instrument_at(i), words[w], names[k], text);
            if (w >= 4) itg_text_free(json);
          }
        }
    }
    json_decref(measure);
    json_decref(about);
  }
  assert_true(seen > 60);
}

/* A citation that was cut off begins with an initial or is short; a study stands with its year. */
static void every_citation_names_who_and_a_value_set_when(void **state) {
  (void)state;
  for (int i = 0; i < itg_instrument_count(); i++) {
    const char *id = itg_instrument_at(i);
    json_t *about = describe(id);
    const char *text = json_string_value(json_object_get(json_object_get(about, "source"), "citation"));
    if (!text || strlen(text) < 20 || text[1] == '.') fail_msg("%s: '%s' is no citation", id, text ? text : "");
    bool dated = strstr(text, " 19") || strstr(text, " 20");
    if (strncmp(id, "eq5d-", 5) == 0 && !dated && strcmp(id, "eq5d-3l-iran") != 0)
      fail_msg("%s: '%s' has no year", id, text);
    json_decref(about);
  }
}

/* ---- the manual ---- */

static void add_list(itg_text *out, const char *list) {
  for (; *list; list += *list == '|') {
    size_t length = strcspn(list, "|");
    itg_text_print(out, "`%.*s`%s", (int)length, list, list[length] ? ", " : "");
    list += length;
  }
}

static char *read_file(const char *path) {
  itg_text all = ITG_TEXT_EMPTY;
  char piece[4096], *out = NULL;
  size_t got;
  FILE *file = fopen(path, "rb");
  if (!file) fail_msg("%s cannot be opened", path);
  while ((got = fread(piece, 1, sizeof piece, file)) > 0) itg_text_append(&all, piece, got);
  fclose(file);
  assert_int_equal(itg_text_take(&all, &out, NULL), ITG_OK);
  return out;
}

static void the_table_of_the_manual_is_the_catalogue(void **state) {
  const char *root = getenv("ITG_SOURCE") ? getenv("ITG_SOURCE") : ".";
  char path[4096];
  itg_text table = ITG_TEXT_EMPTY;
  (void)state;
  for (int64_t row = 0; row < rows->n_rows; row++) {
    itg_text_print(&table, "| %s | %s | ", cell(row, "id"), cell(row, "name"));
    add_list(&table, cell(row, "definitions"));
    itg_text_add(&table, " | ");
    add_list(&table, cell(row, "measures"));
    itg_text_print(&table, " | %s |\n", cell(row, "note"));
  }
  snprintf(path, sizeof path, "%s/vignettes/instruments.md", root);
  char *manual = read_file(path);
  if (!strstr(manual, table.data)) {
    FILE *file = fopen("catalogue.md", "wb");
    if (file) fwrite(table.data, 1, table.size, file), fclose(file);
    fail_msg(
        "the table of vignettes/instruments.md is not the catalogue; put catalogue.md of the build in its "
        "place");
  }
  free(manual);
  itg_text_clear(&table);
}

static void the_news_count_the_systems_that_are_served(void **state) {
  const char *root = getenv("ITG_SOURCE") ? getenv("ITG_SOURCE") : ".";
  char path[4096], said[80];
  int served = 0;
  (void)state;
  for (int64_t row = 0; row < rows->n_rows; row++)
    served += *cell(row, "definitions") || *cell(row, "measures");
  snprintf(said, sizeof said, "%d have a definition or a measure", served);
  snprintf(path, sizeof path, "%s/NEWS.md", root);
  char *news = read_file(path);
  if (!strstr(news, said)) fail_msg("NEWS.md does not say: %s", said);
  free(news);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_system_of_the_sources_stands_once_in_order),
      cmocka_unit_test(what_serves_a_system_exists_and_else_the_note_says_why_nothing_does),
      cmocka_unit_test(every_definition_belongs_to_a_system_or_is_a_value_set),
      cmocka_unit_test(definitions_have_as_many_parts_as_their_sources_count),
      cmocka_unit_test(every_choice_says_its_rule_why_and_how_to_override_it),
      cmocka_unit_test(every_override_names_what_there_is),
      cmocka_unit_test(every_citation_names_who_and_a_value_set_when),
      cmocka_unit_test(the_table_of_the_manual_is_the_catalogue),
      cmocka_unit_test(the_news_count_the_systems_that_are_served),
  };
  return cmocka_run_group_tests(tests, open_catalogue, close_catalogue);
}
