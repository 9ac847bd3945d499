/* Every profile of every EQ-5D value set as in the R package eq5d 0.17.0: all values are compared, by a checksum
 * (tests/data/make_eq5d_peer.R). */
#define FOLDER "/tmp/itg-eq5d-XXXXXX"
#include "files.h"
#include "folder.h"
#include "scoring.h"
#include "valuesets.h"

/* A set of one's own, from a file. */
static itg_valueset make_own(const char *keys, itg_arena *arena) {
  char text[4096];
  snprintf(text, sizeof text,
           "schema: integrade-instrument/1\nid: own\nversion: 1.0.0\nkind: valueset\ntitle: own\nunit: person\n"
           "source: {citation: own}\nlicence: {scoring: own}\nexamples: []\n%s",
           keys);
  put("own.yaml", text);
  return make_set(path_of("own.yaml"), arena);
}

static void round_all(itg_valueset *set, int decimals) {
  for (int32_t i = 0; i < set->n_states; i++) set->values[i] = itg_valueset_round(set->values[i], decimals);
}

static double checksum(const itg_valueset *set, int decimals) {
  int64_t unit = 1, sum = 0;
  for (int i = 0; i < decimals; i++) unit *= 10;
  for (int32_t i = 0; i < set->n_states; i++)
    sum = (31 * sum + llround(set->values[i] * (double)unit) + 2 * unit) % 2147483647;
  return (double)sum;
}

static void assert_checksum(const itg_table *table, int64_t row, const itg_valueset *set) {
  assert_int_equal(set->n_states, number_at(table, row, "profiles"));
  if (checksum(set, (int)number_at(table, row, "decimals")) != number_at(table, row, "checksum"))
    fail_msg("%s: not all values are those of %s", text_at(table, row, "valueset"),
             text_at(table, row, "source"));
}

static bool is_mapped(const char *id) { return strncmp(id, "eq5d-5l-to-3l-", 14) == 0; }

static bool is_built_in(const char *id) {
  for (int i = 0; i < itg_instrument_count(); i++)
    if (strcmp(itg_instrument_at(i), id) == 0) return true;
  return false;
}

/* 3L answers valued by any 5L set, also those that are not built in (van Hout and Shaw 2021). */
static itg_valueset make_reverse(const itg_table *table, int64_t row, itg_arena *arena) {
  char keys[400];
  snprintf(keys, sizeof keys,
           "levels: 3\ncrosswalk: {to: eq5d-5l-%s, as: eq5d-3l-to-5l-england}\nrange: [%.9f, %.9f]\n",
           text_at(table, row, "valueset") + strlen("eq5d-3l-to-5l-"), number_at(table, row, "lowest"),
           number_at(table, row, "highest"));
  return make_own(keys, arena);
}

static void all_profiles_of_107_sets_and_50_reverse_mappings_are_as_in_eq5d_to_nine_decimals(void **state) {
  (void)state;
  itg_frame *frame = read_frame("tests/data/eq5d_peer.csv");
  const itg_table *table = itg_frame_table(frame);
  int sets = 0, reverse = 0;
  for (int64_t row = 0; row < table->n_rows; row++) {
    itg_arena *arena = itg_arena_new();
    const char *id = text_at(table, row, "valueset");
    if (is_mapped(id)) continue;
    bool to_5l = strncmp(id, "eq5d-3l-to-5l-", 14) == 0;
    reverse += to_5l;
    sets += !to_5l;
    itg_valueset set = is_built_in(id) || !to_5l ? make_set(id, arena) : make_reverse(table, row, arena);
    assert_checksum(table, row, &set);
    itg_arena_free(arena);
  }
  assert_int_equal(sets, 107);
  assert_int_equal(reverse, 50);
  itg_frame_free(frame);
}

/* ---- tables of mapped values: what makes them of the mapping ---- */

static void make_and_check_table(const char *id, const itg_valueset *table_set) {
  itg_frame *frame = read_frame("tests/data/eq5d_peer.csv");
  const itg_table *table = itg_frame_table(frame);
  assert_checksum(table, row_where(table, WHERE("valueset", id)), table_set);
  itg_frame_free(frame);
}

static void official_mapped_tables_round_to_three_decimals_or_first_to_four(void **state) {
  (void)state;
  static const struct {
    const char *id;
    bool first_to_four;
  } sets[] = {{"eq5d-5l-to-3l-bermuda", false},    {"eq5d-5l-to-3l-france", false},
              {"eq5d-5l-to-3l-thailand", false},   {"eq5d-5l-to-3l-denmark", true},
              {"eq5d-5l-to-3l-germany", true},     {"eq5d-5l-to-3l-japan", true},
              {"eq5d-5l-to-3l-netherlands", true}, {"eq5d-5l-to-3l-spain", true},
              {"eq5d-5l-to-3l-uk", true},          {"eq5d-5l-to-3l-zimbabwe", true}};
  for (size_t i = 0; i < ITG_COUNT(sets); i++) {
    itg_arena *arena = itg_arena_new();
    itg_valueset set = make_set(sets[i].id, arena);
    if (sets[i].first_to_four) round_all(&set, 4);
    round_all(&set, 3);
    make_and_check_table(sets[i].id, &set);
    itg_arena_free(arena);
  }
}

static double largest_difference(const itg_valueset *a, const itg_valueset *b) {
  double most = 0;
  for (int32_t i = 0; i < a->n_states; i++) most = fmax(most, fabs(a->values[i] - b->values[i]));
  return most;
}

static void the_us_table_maps_3l_values_of_three_decimals_and_differs_by_up_to_0_00087(void **state) {
  (void)state;
  itg_arena *arena = itg_arena_new();
  itg_valueset three = make_set("eq5d-3l-us", arena), exact = make_set("eq5d-5l-to-3l-us", arena);
  itg_text keys = ITG_TEXT_EMPTY;
  round_all(&three, 3);
  itg_text_add(&keys, "levels: 3\nrange: [-0.109, 1]\ntable: [");
  for (int32_t i = 0; i < three.n_states; i++) itg_text_print(&keys, "%s%.3f", i ? ", " : "", three.values[i]);
  itg_text_add(&keys, "]\n");
  make_own(keys.data, arena);
  assert_int_equal(rename(path_of("own.yaml"), path_of("us.yaml")), 0);
  itg_text_clear(&keys);
  itg_text_print(&keys, "levels: 5\nrange: [-0.109, 1]\ncrosswalk: {to: \"%s\", as: eq5d-5l-to-3l-uk}\n",
                 path_of("us.yaml"));
  itg_valueset mapped = make_own(keys.data, arena);
  round_all(&mapped, 4);
  round_all(&mapped, 3);
  make_and_check_table("eq5d-5l-to-3l-us", &mapped);
  assert_near(largest_difference(&exact, &mapped), 0.000866142, 1e-9);
  itg_text_clear(&keys);
  itg_arena_free(arena);
}

/* Jordan: another 3L set; Russia: decrements rounded before they are added. */
static void tables_of_jordan_and_russia_come_out_and_differ_by_up_to_0_0123_and_0_0018(void **state) {
  (void)state;
  static const struct {
    const char *id, *table;
    double most;
  } sets[] = {{"eq5d-5l-to-3l-jordan", "eq5d-5l-to-3l-jordan-table", 0.012307692},
              {"eq5d-5l-to-3l-russia", "eq5d-5l-to-3l-russia-table", 0.001799943}};
  for (size_t i = 0; i < ITG_COUNT(sets); i++) {
    itg_arena *arena = itg_arena_new();
    itg_valueset set = make_set(sets[i].id, arena), table = make_set(sets[i].table, arena);
    make_and_check_table(sets[i].id, &table);
    assert_near(largest_difference(&set, &table), sets[i].most, 1e-9);
    itg_arena_free(arena);
  }
}

/* The ten decrements of Jordan's are a 3L set: mapped, it is the table. */
static void the_table_of_jordan_is_a_mapped_3l_set_of_four_decimals(void **state) {
  (void)state;
  itg_arena *arena = itg_arena_new();
  char keys[400];
  make_own("levels: 3\nrange: [-0.5602, 1]\nterms: {MO2: -0.1208, MO3: -0.5017, SC2: -0.1788, SC3: -0.2896,\n"
           "  UA2: -0.0878, UA3: -0.1396, PD2: -0.0859, PD3: -0.2923, AD2: -0.1007, AD3: -0.337}\n",
           arena);
  assert_int_equal(rename(path_of("own.yaml"), path_of("jordan.yaml")), 0);
  snprintf(keys, sizeof keys,
           "levels: 5\nrange: [-0.5602, 1]\ncrosswalk: {to: \"%s\", as: eq5d-5l-to-3l-uk}\n",
           path_of("jordan.yaml"));
  itg_valueset mapped = make_own(keys, arena);
  round_all(&mapped, 3);
  make_and_check_table("eq5d-5l-to-3l-jordan", &mapped);
  itg_arena_free(arena);
}

static int remove_files(void **state) {
  static const char *const names[] = {"own.yaml", "us.yaml", "jordan.yaml"};
  for (size_t i = 0; i < ITG_COUNT(names); i++) remove(path_of(names[i]));
  return remove_folder(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_profiles_of_107_sets_and_50_reverse_mappings_are_as_in_eq5d_to_nine_decimals),
      cmocka_unit_test(official_mapped_tables_round_to_three_decimals_or_first_to_four),
      cmocka_unit_test(the_us_table_maps_3l_values_of_three_decimals_and_differs_by_up_to_0_00087),
      cmocka_unit_test(tables_of_jordan_and_russia_come_out_and_differ_by_up_to_0_0123_and_0_0018),
      cmocka_unit_test(the_table_of_jordan_is_a_mapped_3l_set_of_four_decimals),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_files);
}
