/* A result as JSON: order kept, numbers shortest, what is missing null, what is infinite the word of CSV. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "itg_result.h"

static itg_result *make_result(void) {
  itg_result *result;
  itg_frame *frame;
  assert_int_equal(itg_result_new(&result, NULL), ITG_OK);
  assert_int_equal(itg_result_add_table(result, "estimates", &frame, NULL), ITG_OK);
  static const struct {
    const char *name;
    itg_type type;
  } columns[] = {{"zeta", ITG_TYPE_DOUBLE},
                 {"alpha", ITG_TYPE_INT64},
                 {"text", ITG_TYPE_STRING},
                 {"flag", ITG_TYPE_BOOL},
                 {"small", ITG_TYPE_INT32}};
  for (size_t i = 0; i < ITG_COUNT(columns); i++)
    assert_int_equal(itg_frame_add_column(frame, columns[i].name, columns[i].type, NULL, NULL), ITG_OK);
  static const double zeta[] = {0.1, 0.1 + 0.2, 1e22, NAN, INFINITY, -1.5e-300, 3};
  assert_int_equal(itg_frame_resize(frame, ITG_COUNT(zeta), NULL), ITG_OK);
  for (size_t i = 0; i < ITG_COUNT(zeta); i++) itg_frame_set_double(frame, (int64_t)i, 0, zeta[i]);
  itg_frame_set_int(frame, 0, 1, INT64_MAX);
  itg_frame_set_int(frame, 1, 1, -7);
  assert_int_equal(itg_frame_set_text(frame, 0, 2, "say \"1.50\" \\ 2e1 \xC3\xA9\n", NULL), ITG_OK);
  assert_int_equal(itg_frame_set_text(frame, 1, 2, "", NULL), ITG_OK);
  itg_frame_set_bool(frame, 0, 3, true);
  itg_frame_set_bool(frame, 1, 3, false);
  itg_frame_set_int(frame, 0, 4, -3);
  assert_int_equal(itg_result_note(result, NULL, "2 rows were left out"), ITG_OK);
  assert_int_equal(
      itg_result_set_provenance(
          result, json_pack("{s:i, s:f, s:s}", "seed", 1, "share", 0.250, "version", "0.10"), NULL),
      ITG_OK);
  return result;
}

static void a_result_is_one_json_text(void **state) {
  (void)state;
  itg_result *result = make_result();
  char *json;
  assert_int_equal(itg_result_json(result, &json, NULL), ITG_OK);
  assert_string_equal(
      json,
      "{\"tables\":{\"estimates\":{\"columns\":[\"zeta\",\"alpha\",\"text\",\"flag\",\"small\"],\"data\":{"
      "\"zeta\":[0.1,0.30000000000000004,1e22,null,\"Inf\",-1.5e-300,3],"
      "\"alpha\":[9223372036854775807,-7,null,null,null,null,null],"
      "\"text\":[\"say \\\"1.50\\\" \\\\ 2e1 \xC3\xA9\\n\",\"\",null,null,null,null,null],"
      "\"flag\":[true,false,null,null,null,null,null],"
      "\"small\":[-3,null,null,null,null,null,null]}}},"
      "\"notes\":[\"2 rows were left out\"],"
      "\"provenance\":{\"seed\":1,\"share\":0.25,\"version\":\"0.10\"}}");
  free(json);
  itg_result_free(result);
}

/* jansson reads back the bits that were written; synthetic numbers of every size. */
static void numbers_survive_a_reader(void **state) {
  (void)state;
  enum { ROWS = 3000 };
  itg_result *result;
  itg_frame *frame;
  assert_int_equal(itg_result_new(&result, NULL), ITG_OK);
  assert_int_equal(itg_result_add_table(result, "estimates", &frame, NULL), ITG_OK);
  assert_int_equal(itg_frame_add_column(frame, "x", ITG_TYPE_DOUBLE, NULL, NULL), ITG_OK);
  assert_int_equal(itg_frame_resize(frame, ROWS, NULL), ITG_OK);
  uint64_t seed = 1;
  for (int i = 0; i < ROWS; i++) {
    double value;
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    memcpy(&value, &seed, sizeof value);
    itg_frame_set_double(frame, i, 0, value);
  }
  char *json;
  assert_int_equal(itg_result_json(result, &json, NULL), ITG_OK);
  json_t *root = json_loads(json, 0, NULL);
  json_t *values = NULL;
  assert_int_equal(json_unpack(root, "{s:{s:{s:{s:o}}}}", "tables", "estimates", "data", "x", &values), 0);
  assert_int_equal(json_array_size(values), ROWS);
  for (int i = 0; i < ROWS; i++) {
    double expected = itg_frame_doubles(frame, 0)[i];
    const json_t *cell = json_array_get(values, (size_t)i);
    if (isfinite(expected))
      assert_true(json_number_value(cell) == expected);
    else
      assert_true(json_is_null(cell));
  }
  json_decref(root);
  free(json);
  itg_result_free(result);
}

static void what_json_cannot_say_is_an_error(void **state) {
  (void)state;
  itg_error error;
  char *json;
  itg_result *result;
  itg_frame *frame;
  assert_int_equal(itg_result_new(&result, NULL), ITG_OK);
  assert_int_equal(itg_result_add_table(result, "estimates", &frame, NULL), ITG_OK);
  assert_int_equal(itg_frame_add_column(frame, "site", ITG_TYPE_STRING, NULL, NULL), ITG_OK);
  assert_int_equal(itg_frame_resize(frame, 2, NULL), ITG_OK);
  assert_int_equal(itg_frame_set_text(frame, 1, 0, "caf\xE9", NULL), ITG_OK);
  assert_int_equal(itg_result_json(result, &json, &error), ITG_ERR_ENCODING);
  assert_int_equal(error.row, 2);
  assert_string_equal(error.column, "site");
  itg_result_free(result);
  assert_int_equal(itg_result_json(NULL, &json, &error), ITG_ERR_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_result_is_one_json_text),
      cmocka_unit_test(numbers_survive_a_reader),
      cmocka_unit_test(what_json_cannot_say_is_an_error),
  };
  return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
