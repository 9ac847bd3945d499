/* Options that do nothing unless another option says so: of every measure, asked for in vain and with their need met. */
#include "scoring.h"

#include "itg_measure.h"

static const itg_field *field_of(const itg_measure *measure, const char *key) {
  for (const itg_field *f = measure->options; f->key; f++)
    if (strcmp(f->key, key) == 0) return f;
  fail_msg("%s has no option '%s'", measure->name, key);
  return NULL;
}

/* A value that asks for something: above 0, true, or a word that is not the default. */
static void print_value(itg_text *text, const itg_field *field) {
  const char *word = field->choices;
  if (!word) {
    bool small = (field->type == ITG_FIELD_NUMBER && field->min < 0.5) ||
                 (field->type == ITG_FIELD_NUMBERS && field->max == 1); /* shares */
    bool map = field->type == ITG_FIELD_NUMBER_MAP || field->type == ITG_FIELD_MAP;
    itg_text_add(text, field->type == ITG_FIELD_FLAG ? "true" : map ? "{most: 1}" : small ? "0.5" : "75");
    return;
  }
  if (field->fallback && strncmp(word, field->fallback, strlen(field->fallback)) == 0) word = strchr(word, '|') + 1;
  itg_text_print(text, "%.*s", (int)strcspn(word, "|"), word);
}

/* The option with its need met or not, and what else the measure requires. */
static char *options_of(const itg_measure *measure, const itg_need *need, bool met) {
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_print(&text, "{%s: ", need->option);
  print_value(&text, field_of(measure, need->option));
  if (!need->values)
    itg_text_print(&text, ", %s: %d", need->other, met ? 10 : 0);
  else if (strcmp(need->values, "*") == 0)
    itg_text_add(&text, met ? ", instrument: scirocco" : "");
  else if (met)
    itg_text_print(&text, ", %s: %.*s", need->other, (int)strcspn(need->values, "|"), need->values);
  else if (field_of(measure, need->other)->choices) { /* the last word, or the first: one is not among the values */
    const char *choices = field_of(measure, need->other)->choices, *last = strrchr(choices, '|') + 1;
    bool is_value = strstr(need->values, last) != NULL;
    itg_text_print(&text, ", %s: %.*s", need->other, is_value ? (int)strcspn(choices, "|") : (int)strlen(last),
                   is_value ? choices : last);
  }
  for (const itg_need *deeper = measure->needs; met && deeper->option; deeper++) /* what is needed may need something */
    if (strcmp(deeper->option, need->other) == 0)
      itg_text_print(&text, ", %s: %.*s", deeper->other, deeper->values ? (int)strcspn(deeper->values, "|") : 2,
                     deeper->values ? deeper->values : "10");
  for (const itg_field *f = measure->options; f->key; f++)
    if (f->required && strcmp(f->key, need->other) != 0) {
      itg_text_print(&text, ", %s: ", f->key);
      print_value(&text, f);
    }
  itg_text_add(&text, "}");
  assert_false(text.failed);
  return text.data;
}

static void what_does_nothing_is_refused(void **state) {
  (void)state;
  int n = 0;
  for (int m = 0; itg_measures[m]; m++)
    for (const itg_need *need = itg_measures[m]->needs; need && need->option; need++, n++)
      for (int met = 0; met < 2; met++) {
        itg_error error = {0};
        itg_result *result = NULL;
        char *options = options_of(itg_measures[m], need, met);
        assert_int_not_equal(itg_measure_run(itg_measures[m]->name, NULL, 0, options, NULL, &result, &error), ITG_OK);
        if ((strstr(error.message, "does nothing unless") == NULL) != met)
          fail_msg("%s %s: %s", itg_measures[m]->name, options, error.message);
        if (!met) assert_int_equal(error.status, ITG_ERR_OPTION);
        itg_text_free(options);
      }
  assert_true(n >= 19);
}

static void the_help_says_what_an_option_needs(void **state) {
  (void)state;
  for (int m = 0; itg_measures[m]; m++)
    for (const itg_need *need = itg_measures[m]->needs; need && need->option; need++) {
      char *json = NULL, sentence[80];
      assert_int_equal(itg_measure_describe(itg_measures[m]->name, &json, NULL), ITG_OK);
      snprintf(sentence, sizeof sentence, "; only with %s", need->other);
      assert_non_null(strstr(json, sentence));
      itg_text_free(json);
    }
}

#define UNITS (const inputs){"data", "a,b\n1,2\n2,2\n1,1\n", NULL}

/* The words of the message, and what asks for nothing. */
static void the_message_tells_the_remedy(void **state) {
  (void)state;
  assert_fails("agreement", UNITS, "{columns: {ratings: [a, b]}, replicates: 100}", ITG_ERR_OPTION,
               "option 'replicates' does nothing unless 'interval' is bootstrap, and it is analytic; leave it out, or "
               "change 'interval'");
  assert_fails("reliability", UNITS, "{columns: {items: [a, b]}, interval: bootstrap, replicates: 0}", ITG_ERR_OPTION,
               "interval: bootstrap needs replicates");
  itg_result_free(score("consensus", UNITS, "{columns: {ratings: [a, b]}, disagreement: panel}"));
  itg_result_free(score("agreement", UNITS, "{columns: {ratings: [a, b]}, seed: 7}"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_does_nothing_is_refused),
      cmocka_unit_test(the_help_says_what_an_option_needs),
      cmocka_unit_test(the_message_tells_the_remedy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
