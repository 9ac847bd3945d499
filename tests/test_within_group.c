/* Measure within_group: teams worked out by hand, the R package multilevel's numbers, bad input. */
#include "files.h"
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})

/* Three teams on a scale of 1 to 5. */
static const char three_teams[] =
    "team,q\na,4\na,4\na,5\na,3\na,4\nb,1\nb,5\nb,1\nb,5\nc,2\nc,2\nc,3\nc,2\nc,2\nc,3\n";
#define ONE "columns: {items: [q]}, low: 1, high: 5"

static void rwg_ad_and_a_wg_of_three_teams_by_hand(void **state) {
  (void)state;
  static const struct {
    const char *team;
    double variance, rwg, ad;
  } expected[] = {{"a", 0.5, 0.75, 0.4}, {"b", 16.0 / 3, 0, 2}, {"c", 4.0 / 15, 13.0 / 15, 4.0 / 9}};
  itg_result *r = score("within_group", DATA(three_teams), "{" ONE "}");
  for (size_t i = 0; i < ITG_COUNT(expected); i++) {
    assert_near(CELL(r, "teams", "variance", "team", expected[i].team), expected[i].variance, 1e-14);
    assert_near(CELL(r, "teams", "rwg", "team", expected[i].team), expected[i].rwg, 1e-14);
    assert_near(CELL(r, "teams", "ad", "team", expected[i].team), expected[i].ad, 1e-14);
  }
  assert_near(CELL(r, "teams", "a_wg", "team", "a"), 0.7333333, 5e-8);
  assert_string_equal(TEXT(r, "teams", "level", "team", "a"), "agreement");
  assert_string_equal(TEXT(r, "teams", "level", "team", "b"), "no agreement");
  assert_near(CELL(r, "estimates", "estimate", "scale", "rwg"), (0.75 + 0 + 13.0 / 15) / 3, 1e-14);
  assert_near(CELL(r, "estimates", "estimate", "scale", "rwg_enough"), 200 / 3.0, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "rwg_median"), 0.75, 1e-15);
  assert_near(CELL(r, "estimates", "estimate", "scale", "ad_enough"), 200 / 3.0, 1e-12); /* at most 5/6 */
  itg_result_free(r);
  r = score("within_group", DATA(three_teams), "{" ONE ", negative: keep}");
  assert_near(CELL(r, "teams", "rwg", "team", "b"), 1 - 16.0 / 3 / 2, 1e-14);
  itg_result_free(r);
}

static void icc_1_and_2_of_three_unequal_teams_by_bliese(void **state) {
  (void)state;
  itg_result *r = score("within_group", DATA(three_teams), "{" ONE "}");
  assert_near(CELL(r, "aggregation", "ms_between", "item", "all"), 3.8, 1e-13);
  assert_near(CELL(r, "aggregation", "ms_within", "item", "all"), 1.6111111, 5e-8);
  assert_near(CELL(r, "aggregation", "team_size", "item", "all"), 4.9333333, 5e-8);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_1"), .2159299, 5e-8);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_2"), .5760234, 5e-8);
  itg_result_free(r);
  r = score("within_group", DATA(three_teams), "{" ONE ", team_size: mean}");
  assert_near(CELL(r, "aggregation", "team_size", "item", "all"), 5, 1e-14);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_1"), (3.8 - 14.5 / 9) / (3.8 + 4 * 14.5 / 9),
              1e-13);
  itg_result_free(r);
}

/* As multilevel and WGA have it: 1 where all are at one end; missing where the mean is so near that no answer at the
 * other end would fit. */
static void a_wg_at_the_ends_of_the_scale(void **state) {
  (void)state;
  itg_result *r = score("within_group", DATA("team,q\na,1\na,1\na,1\nb,5\nb,5\nc,1\nc,1\nc,2\nd,1\nd,1\nd,5\n"), "{" ONE "}");
  assert_near(CELL(r, "teams", "a_wg", "team", "a"), 1, 0);
  assert_near(CELL(r, "teams", "a_wg", "team", "b"), 1, 0);
  assert_true(isnan(CELL(r, "teams", "a_wg", "team", "c")));
  assert_near(CELL(r, "teams", "a_wg", "team", "d"), -1, 1e-14); /* as far apart as this mean lets them be */
  assert_near(CELL(r, "estimates", "n", "scale", "a_wg"), 3, 0);
  itg_result_free(r);
}

/* James, Demaree & Wolf 1984: three items of mean variance .5 have rwg(3) = .9. */
static void rwg_j_of_james_demaree_and_wolf_1984(void **state) {
  (void)state;
  itg_result *r = score("within_group", DATA("team,p,q,r\na,4,4,3\na,4,3,4\na,5,4,4\na,3,4,4\na,4,5,5\n"),
                        "{columns: {items: [p, q, r]}, low: 1, high: 5}");
  assert_near(CELL(r, "teams", "variance", "team", "a"), 0.5, 1e-14);
  assert_near(CELL(r, "teams", "rwg", "team", "a"), 0.9, 1e-14);
  assert_near(CELL(r, "teams", "rwg_lindell", "team", "a"), 0.75, 1e-14);
  assert_true(CELL(r, "teams", "n", "team", "a") == 3);
  itg_result_free(r);
}

/* Variances of five options: uniform 2, slight skew 1.34, moderate .90, heavy .44, triangular 4/3. */
static void agreement_by_null_distribution(void **state) {
  (void)state;
  static const struct {
    const char *null;
    double variance;
  } nulls[] = {{"uniform", 2},       {"slight_skew", 1.34},   {"moderate_skew", 0.90},
               {"heavy_skew", 0.44}, {"triangular", 4 / 3.0}, {"own", 4}};
  itg_result *r = score("within_group", DATA(three_teams),
                        "{" ONE
                        ", null: [uniform, slight_skew, moderate_skew, heavy_skew, triangular], "
                        "null_shares: [0.5, 0, 0, 0, 0.5]}");
  for (size_t i = 0; i < ITG_COUNT(nulls); i++)
    assert_near(CELL(r, "teams", "rwg", "team", "c", "null", nulls[i].null), 1 - 4.0 / 15 / nulls[i].variance,
                1e-13);
  itg_result_free(r);
  r = score("within_group", DATA("team,q\na,1\na,2\n"),
            "{columns: {items: [q]}, low: 1, high: 4, null: triangular}");
  assert_near(CELL(r, "teams", "rwg", "team", "a"), 1 - 0.5 / (22 / 24.0),
              1e-14); /* (A^2 + 2 A - 2) / 24, A even */
  itg_result_free(r);
}

/* Table 2 of LeBreton & Senter: a row per number of options, 5 to 11. */
static void nulls_of_lebreton_and_senter_2008_table_2(void **state) {
  (void)state;
  static const char *const names[] = {"uniform", "slight_skew", "moderate_skew", "heavy_skew", "normal"};
  static const double rows[7][5] = {{2.00, 1.34, 0.90, 0.44, 1.04}, {2.92, 1.85, 1.26, 0.69, 1.25},
                                    {4.00, 2.90, 2.14, 1.39, 1.40}, {5.25, 3.47, 2.79, 2.35, 1.73},
                                    {6.67, 5.66, 4.73, 3.16, 1.58}, {8.25, 6.30, 5.09, 3.46, 1.45},
                                    {10.00, 7.31, 6.32, 4.02, 1.40}};
  char options[120];
  for (int n = 5; n <= 11; n++)
    for (int k = 0; k < 5; k++) {
      snprintf(options, sizeof options, "{columns: {items: [q]}, low: 1, high: %d, null: %s}", n, names[k]);
      itg_result *r = score("within_group", DATA("team,q\na,2\na,2\na,3\n"), options); /* variance 1/3 */
      assert_near(1 / (3 * (1 - CELL(r, "teams", "rwg", "team", "a"))), rows[n - 5][k], k ? 1e-12 : 0.005);
      itg_result_free(r);
    }
}

/* ---- the R package multilevel on random answers ---- */

/* The golden answers; `complete`: only members without a gap. */
static itg_result *score_answers(const char *options, bool complete) {
  static char text[10000];
  char path[PATH_SIZE], line[200];
  size_t at = 0;
  FILE *file = fopen(source_path("tests/data/golden/within_group_answers.csv", path), "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file))
    if (!complete || (!strstr(line, ",,") && !strstr(line, ",\n")))
      at += (size_t)snprintf(text + at, sizeof text - at, "%s", line);
  fclose(file);
  return score("within_group", DATA(text), options);
}

/* multilevel 2.8: sums over the teams of rwg.j, rwg.j.lindell, rwg, awg and ad.m; ICC1 and ICC2 by its mean
 * size. */
static void multilevel_agrees_on_24_teams(void **state) {
  (void)state;
  static const char options[] = "{columns: {items: 'q{n}'}, low: 1, high: 5, team_size: mean}";
  itg_result *r = score_answers(options, true);
  double n = CELL(r, "estimates", "n", "scale", "rwg_j");
  assert_true(n == 18 && CELL(r, "estimates", "n_missing", "scale", "rwg_j") == 6);
  assert_near(n * CELL(r, "estimates", "estimate", "scale", "rwg_j"), 16.27839722894193, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "rwg_j_median"), 0.93827160493827155, 1e-14);
  assert_near(n * CELL(r, "estimates", "estimate", "scale", "rwg_lindell"), 13.06904761904762, 1e-12);
  assert_near(n * CELL(r, "estimates", "estimate", "scale", "ad", "item", "all"), 8.3799844104308399, 1e-12);
  assert_near(n * CELL(r, "estimates", "estimate", "scale", "rwg", "item", "q1"), 14.044047619047619, 1e-12);
  assert_near(CELL(r, "estimates", "n", "scale", "a_wg", "item", "q1") *
                  CELL(r, "estimates", "estimate", "scale", "a_wg", "item", "q1"),
              10.38885558885559, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_1", "item", "q1"), 0.49466744486999131, 1e-13);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_2", "item", "q1"), 0.76542246943259851, 1e-13);
  assert_near(CELL(r, "aggregation", "f", "item", "q1"), 4.2629828934645921, 1e-12);
  assert_near(CELL(r, "aggregation", "p_value", "item", "q1"), 4.8395365580214679e-06, 1e-17);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_1", "item", "all"), 0.77462469957584046, 1e-13);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_2", "item", "all"), 0.91972263523135722, 1e-13);
  itg_result_free(r);
}

/* Data set lq2002 of the R package multilevel (GPL; Bliese, Halverson and Schriesheim, Leadership Quarterly
 * 2002;13): 2042 soldiers of 49 companies, 11 items on leadership.  Figures of its ICC1, ICC2, rwg, rwg.j,
 * awg and ad.m in version 2.7. */
static void lq2002_as_multilevel_gives_it(void **state) {
  (void)state;
  char *csv = read_text("tests/data/lq2002.csv");
  itg_result *r = score("within_group", DATA(csv),
                        "{columns: {team: COMPID, items: '/^LEAD/'}, low: 1, high: 5, team_size: mean}");
  assert_true(CELL(r, "aggregation", "members", "item", "all") == 2042);
  assert_true(CELL(r, "aggregation", "teams", "item", "all") == 49);
  assert_near(CELL(r, "estimates", "estimate", "scale", "rwg_j"), 0.867784900003626, 1e-14);
  assert_near(CELL(r, "teams", "rwg", "team", "2"), 0.807527258396462, 1e-14);
  assert_near(CELL(r, "estimates", "estimate", "scale", "rwg_lindell"), 0.39262108253676, 1e-13);
  assert_near(CELL(r, "estimates", "estimate", "scale", "a_wg", "item", "all"), 0.383732654261259, 1e-13);
  assert_near(CELL(r, "estimates", "estimate", "scale", "ad", "item", "all"), 0.890196470010966, 1e-13);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_1", "item", "all"), .0879562, 5e-8);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_2", "item", "all"), .8007544, 5e-8);
  itg_result_free(r);
  /* The mean of the items as one item. */
  char *means = calloc(1, 1 << 16), *at = means + sprintf(means, "team,lead\n");
  assert_non_null(means);
  for (char *line = strchr(csv, '\n') + 1; *line; line++) {
    double sum = 0;
    long team = strtol(line, &line, 10);
    for (int i = 0; i < 11; i++) sum += strtod(line + 1, &line);
    at += sprintf(at, "%ld,%.15g\n", team, sum / 11);
  }
  r = score("within_group", DATA(means), "{columns: {items: lead}, low: 1, high: 5}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "rwg_median"), .7103857, 5e-8);
  itg_result_free(r);
  free(means);
  free(csv);
}

/* Data set bh1996 of the same package (Bliese and Halverson, J Appl Soc Psychol 1996;26:1171-89), hours of work of 7382
 * soldiers of 99 companies: here how many of a company say 0, 1 ... hours.  ICC1 and ICC2 of multilevel 2.8. */
static void bh1996_hours_as_multilevel_gives_them(void **state) {
  (void)state;
  char *counts = read_text("tests/data/bh1996_hours.csv");
  itg_text csv = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "team,hours\n");
  for (char *at = strchr(counts, '\n') + 1; *at; at += *at == '\n') {
    long team = strtol(at, &at, 10);
    for (int hours = 0; *at == ','; hours++)
      for (long n = strtol(at + 1, &at, 10); n > 0; n--) itg_text_print(&csv, "%ld,%d\n", team, hours);
  }
  itg_result *r = score("within_group", DATA(csv.data), "{columns: {items: hours}, low: 0, high: 24, team_size: mean}");
  assert_true(CELL(r, "aggregation", "members", "item", "all") == 7382);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_1"), 0.133106679086490, 1e-13);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_2"), 0.919673195379089, 1e-13);
  itg_result_free(r);
  itg_text_clear(&csv);
  free(counts);
}

static void groups_of_teams_are_kept_apart(void **state) {
  (void)state;
  itg_result *r = score_answers("{columns: {items: 'q{n}'}, low: 1, high: 5, by: site}", false);
  itg_result *whole = score_answers("{columns: {items: 'q{n}'}, low: 1, high: 5}", false);
  double east = CELL(r, "estimates", "n", "scale", "rwg_j", "site", "east"),
         west = CELL(r, "estimates", "n", "scale", "rwg_j", "site", "west");
  assert_true(east + west == CELL(whole, "estimates", "n", "scale", "rwg_j"));
  assert_true(CELL(r, "teams", "rwg", "team", "team02") == CELL(whole, "teams", "rwg", "team", "team02"));
  assert_string_equal(TEXT(r, "teams", "site", "team", "team02"), "east");
  itg_result_free(r);
  itg_result_free(whole);
}

/* Teams are taken in parts of some hundreds: what is joined is what the table of all teams says, on any number of
 * threads. */
static void means_over_1300_teams_in_two_groups_are_those_of_their_table(void **state) {
  (void)state;
  enum { TEAMS = 1300, EAST = 700 };
  char *csv = calloc(1, 1 << 18), *at = csv + sprintf(csv, "site,team,p,q\n");
  assert_non_null(csv);
  for (int k = 0; k < 4 * TEAMS; k++) {
    const int team = k % TEAMS, p = 1 + (k * 7 + k / 13) % 5, q = 1 + (k * 3 + k / 17) % 5;
    at += sprintf(at, k % 23 ? "%s,%d,%d,%d\n" : "%s,%d,%d,\n", team < EAST ? "east" : "west", team, p, q);
  }
  static const struct {
    const char *column, *scale;
  } pairs[] = {{"rwg", "rwg_j"}, {"rwg_lindell", "rwg_lindell"}, {"a_wg", "a_wg"}, {"ad", "ad"}};
  itg_result *r, *other;
  itg_error error = {.status = ITG_OK};
  static const char options[] = "{columns: {items: [p, q]}, low: 1, high: 5, by: site}";
  assert_int_equal(attempt("within_group", DATA(csv), options, 1, &r, &error), ITG_OK);
  assert_int_equal(attempt("within_group", DATA(csv), options, 3, &other, &error), ITG_OK);
  const itg_table *teams = itg_result_find(r, "teams");
  assert_int_equal(teams->n_rows, TEAMS);
  for (size_t i = 0; i < ITG_COUNT(pairs); i++) {
    const double *values = teams->columns[itg_table_column(teams, pairs[i].column)].data;
    double sum[2] = {0, 0}, squares[2] = {0, 0};
    int n[2] = {0, 0};
    for (int pass = 0; pass < 2; pass++)
      for (int t = 0; t < TEAMS; t++) {
        const int west = t >= EAST;
        if (isnan(values[t])) continue;
        n[west] += pass == 0;
        sum[west] += pass == 0 ? values[t] : 0;
        const double d = values[t] - sum[west] / n[west];
        squares[west] += pass ? d * d : 0;
      }
    for (int west = 0; west < 2; west++) {
      const char *site = west ? "west" : "east";
#define OF_ALL(r, column) CELL(r, "estimates", column, "scale", pairs[i].scale, "item", "all", "site", site)
      assert_true(OF_ALL(r, "n") == n[west]);
      assert_near(OF_ALL(r, "estimate"), sum[west] / n[west], 1e-13);
      assert_near(OF_ALL(r, "std_error"), sqrt(squares[west] / (n[west] - 1) / n[west]), 1e-13);
      assert_true(OF_ALL(r, "estimate") == OF_ALL(other, "estimate"));
      assert_true(OF_ALL(r, "conf_low") == OF_ALL(other, "conf_low"));
#undef OF_ALL
    }
  }
  itg_result_free(r);
  itg_result_free(other);
  free(csv);
}

/* ---- edges ---- */

/* Members in any order, some without a team or a site; team a has members at both sites. */
static void a_team_in_two_groups_is_two_teams(void **state) {
  (void)state;
  itg_result *r =
      score("within_group",
            DATA("team,site,q\nb,west,1\na,west,2\n,east,5\na,east,4\nb,west,5\na,,1\na,east,5\na,west,2\n"
                 "b,east,\na,east,3\n"),
            "{" ONE ", by: site}");
  assert_int_equal(itg_result_find(r, "teams")->n_rows, 4);
  assert_near(CELL(r, "teams", "variance", "site", "east", "team", "a"), 1, 1e-15);
  assert_near(CELL(r, "teams", "variance", "site", "west", "team", "a"), 0, 0);
  assert_near(CELL(r, "teams", "variance", "site", "west", "team", "b"), 8, 1e-15);
  assert_true(CELL(r, "teams", "members", "site", "east", "team", "a") == 3);
  assert_true(CELL(r, "teams", "n_missing", "site", "east", "team", "b") == 1);
  assert_true(CELL(r, "aggregation", "members", "site", "west") == 4);
  assert_true(CELL(r, "estimates", "n", "site", "east", "scale", "rwg") == 1);
  assert_true(CELL(r, "estimates", "n_missing", "site", "east", "scale", "rwg") == 1);
  itg_result_free(r);
}

static void teams_too_small_are_counted_and_said(void **state) {
  (void)state;
  itg_result *r = score("within_group", DATA("team,q\na,1\nb,2\nb,2\nb,\n,3\n"), "{" ONE "}");
  assert_true(isnan(CELL(r, "teams", "rwg", "team", "a")));
  assert_true(CELL(r, "teams", "rwg", "team", "b") == 1);
  assert_true(isnan(CELL(r, "teams", "a_wg", "team", "b"))); /* 2 of 1 to 5 is too near the end for two */
  assert_true(CELL(r, "teams", "n_missing", "team", "b") == 1);
  assert_true(CELL(r, "estimates", "n", "scale", "rwg") == 1 &&
              CELL(r, "estimates", "n_missing", "scale", "rwg") == 1);
  assert_true(has_note(r, "1 rows lack a team") && has_note(r, "1 teams have fewer than 2 answers"));
  itg_result_free(r);
}

static void no_variance_between_or_within(void **state) {
  (void)state;
  itg_result *r = score("within_group", DATA("team,q\na,3\na,3\nb,3\nb,3\n"), "{" ONE "}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "icc_1"), "no variance");
  itg_result_free(r);
  r = score("within_group", DATA("team,q\na,2\na,2\nb,3\nb,3\n"), "{" ONE "}");
  assert_true(CELL(r, "estimates", "estimate", "scale", "icc_1") == 1);
  itg_result_free(r);
  r = score("within_group", DATA("team,q\na,2\na,3\n"), "{" ONE "}"); /* one team */
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "icc_1"), "too few answers");
  itg_result_free(r);
}

/* Whole steps are counted, others added up: the same answers doubled are whole. */
static void answers_between_the_options_spread_as_whole_ones_do(void **state) {
  (void)state;
  itg_result *halves = score(
      "within_group", DATA("team,p,q\na,4,3.5\na,4.5,3\na,,5\na,3,4\nb,3,2\nb,2.5,3\nb,2,\nc,3,3\nc,3,3\n"),
      "{columns: {items: [p, q]}, low: 1, high: 5}");
  itg_result *whole =
      score("within_group", DATA("team,p,q\na,8,7\na,9,6\na,,10\na,6,8\nb,6,4\nb,5,6\nb,4,\nc,6,6\nc,6,6\n"),
            "{columns: {items: [p, q]}, low: 2, high: 10}");
  static const char *const teams[] = {"a", "b", "c"};
  for (size_t i = 0; i < ITG_COUNT(teams); i++) {
    const char *team = teams[i];
    assert_near(4 * CELL(halves, "teams", "variance", "team", team),
                CELL(whole, "teams", "variance", "team", team), 1e-13);
    assert_near(2 * CELL(halves, "teams", "mean", "team", team), CELL(whole, "teams", "mean", "team", team),
                1e-14);
    assert_near(2 * CELL(halves, "teams", "ad", "team", team), CELL(whole, "teams", "ad", "team", team),
                1e-14);
    assert_near(CELL(halves, "teams", "a_wg", "team", team), CELL(whole, "teams", "a_wg", "team", team),
                1e-14);
    assert_near(CELL(halves, "teams", "n_missing", "team", team),
                CELL(whole, "teams", "n_missing", "team", team), 0);
  }
  assert_near(CELL(whole, "teams", "variance", "team", "c"), 0, 0);
  assert_near(CELL(halves, "estimates", "estimate", "scale", "icc_1"),
              CELL(whole, "estimates", "estimate", "scale", "icc_1"), 1e-14);
  itg_result_free(halves);
  itg_result_free(whole);
}

static void bad_answers_are_refused(void **state) {
  (void)state;
  const char *good = "team,q\na,1\na,2\n";
  assert_fails("within_group", DATA("team,q\na,1\na,6\n"), "{" ONE "}", ITG_ERR_RANGE,
               "line 3, column 'q': 6 is outside the scale; allowed: 1 to 5");
  assert_fails("within_group", DATA("team,q\na,\nb,\n"), "{" ONE "}", ITG_ERR_EMPTY,
               "all answers are missing");
  assert_fails("within_group", DATA("team,q\n"), "{" ONE "}", ITG_ERR_EMPTY, "there are no rows");
  assert_fails("within_group", DATA("team,q\n,1\n,2\n"), "{" ONE "}", ITG_ERR_EMPTY, "no row has a team");
  assert_fails("within_group", DATA(good), "columns: {items: [q]}", ITG_ERR_OPTION, "low");
  assert_fails("within_group", DATA(good), "{columns: {items: [q]}, low: 5, high: 1}", ITG_ERR_OPTION,
               "a scale from 5 to 1 is impossible");
  assert_fails("within_group", DATA(good), "{columns: {items: [q]}, low: 1, high: 4.5}", ITG_ERR_OPTION,
               "whole number");
  assert_fails("within_group", DATA(good), "{columns: {items: [q]}, low: 1, high: 4, null: heavy_skew}",
               ITG_ERR_OPTION, "known for 5 to 11 options, not 4");
  assert_fails("within_group", DATA(good), "{columns: {items: [q]}, low: 0, high: 11, null: normal}",
               ITG_ERR_OPTION, "known for 5 to 11 options, not 12");
  assert_fails("within_group", DATA(good), "{" ONE ", null: [uniform, uniform]}", ITG_ERR_OPTION,
               "listed twice");
  assert_fails("within_group", DATA(good), "{" ONE ", null_shares: [0.5, 0.5]}", ITG_ERR_OPTION,
               "must hold 5 shares");
  assert_fails("within_group", DATA(good), "{" ONE ", null_shares: [1, 0, 0, 0, 0]}", ITG_ERR_OPTION,
               "no variance");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rwg_ad_and_a_wg_of_three_teams_by_hand),
                                     cmocka_unit_test(icc_1_and_2_of_three_unequal_teams_by_bliese),
                                     cmocka_unit_test(rwg_j_of_james_demaree_and_wolf_1984),
                                     cmocka_unit_test(agreement_by_null_distribution),
                                     cmocka_unit_test(nulls_of_lebreton_and_senter_2008_table_2),
                                     cmocka_unit_test(a_wg_at_the_ends_of_the_scale),
                                     cmocka_unit_test(multilevel_agrees_on_24_teams),
                                     cmocka_unit_test(lq2002_as_multilevel_gives_it),
                                     cmocka_unit_test(bh1996_hours_as_multilevel_gives_them),
                                     cmocka_unit_test(groups_of_teams_are_kept_apart),
                                     cmocka_unit_test(means_over_1300_teams_in_two_groups_are_those_of_their_table),
                                     cmocka_unit_test(a_team_in_two_groups_is_two_teams),
                                     cmocka_unit_test(teams_too_small_are_counted_and_said),
                                     cmocka_unit_test(no_variance_between_or_within),
                                     cmocka_unit_test(answers_between_the_options_spread_as_whole_ones_do),
                                     cmocka_unit_test(bad_answers_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
