/* Measure rates: published standardised rates, what R's poisson.test and glm give, bad input. */
#include "scoring.h"

#include "itg_rates.h"

#define VALUE(result, scale_, group_, column) \
  CELL(result, "estimates", column, "scale", scale_, "group", group_)

static itg_result *run(const char *csv, const char *options) {
  const inputs in = {"data", csv, NULL};
  return score("rates", in, options);
}

static void assert_row(const itg_result *r, const char *scale, const char *group, double value, double low,
                       double high, double tolerance) {
  assert_near(VALUE(r, scale, group, "estimate"), value, tolerance * fabs(value));
  assert_near(VALUE(r, scale, group, "conf_low"), low, tolerance * fabs(low));
  assert_near(VALUE(r, scale, group, "conf_high"), high, tolerance * fabs(high));
}

/* ---- exact limits ---- */

/* poisson.test(14, 400) of R 4.2.2; 14 events in 400 person-years are printed as 0.019135 to 0.058724. */
static void exact_limits_of_a_rate(void **state) {
  (void)state;
  itg_result *r = run("events,time\n14,400\n", "per: 1");
  assert_row(r, "rate", "all", 0.035, 0.0191348256907515, 0.0587240528045889, 1e-13);
  assert_near(VALUE(r, "rate", "all", "std_error"), sqrt(14) / 400, 1e-15);
  assert_near(VALUE(r, "rate", "all", "n"), 14, 0);
  itg_result_free(r);
  r = run("events,time\n0,10\n", "per: 1");
  assert_near(VALUE(r, "rate", "all", "conf_low"), 0, 0);
  assert_near(VALUE(r, "rate", "all", "conf_high"), 0.368887945411394, 1e-14);
  itg_result_free(r);
  r = run("events,time\n137,24.19893\n", "per: 1"); /* help page of poisson.test */
  assert_near(VALUE(r, "rate", "all", "conf_low"), 4.75312480484875, 1e-12);
  assert_near(VALUE(r, "rate", "all", "conf_high"), 6.69270933417607, 1e-12);
  itg_result_free(r);
}

/* Help page of poisson.test: chromosome breaks, 11 of 800 against 21 of 3011. */
static void ratio_of_two_rates_as_poisson_test(void **state) {
  (void)state;
  const char *csv = "group,events,time\nvaccine,11,800\nnone,6,1083\nnone,8,1050\nnone,7,878\n";
  itg_result *r = run(csv, "reference: none");
  assert_row(r, "rate_ratio", "vaccine", 1.9714880952381, 0.858426403391639, 4.277265943654071, 1e-12);
  assert_row(r, "percent_change", "vaccine", 97.14880952381, -14.1573596608361, 327.7265943654071, 1e-12);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "rate_ratio"), "against none");
  assert_near(VALUE(r, "rate_difference", "vaccine", "estimate"), 1000 * (11 / 800.0 - 21 / 3011.0), 1e-12);
  itg_result_free(r);
  r = run("group,events,time\na,5,10\nb,0,12\n", "reference: b"); /* poisson.test(c(5, 0), c(10, 12)) */
  assert_true(isnan(VALUE(r, "rate_ratio", "a", "estimate")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "rate_ratio"), "undefined");
  itg_result_free(r);
  itg_interval ratio = itg_rate_ratio(5, 10, 0, 12, 0.95);
  assert_near(ratio.low, 1.09962702877855, 1e-13);
  assert_true(isinf(ratio.high));
}

/* Differences by the limits of both: Newcombe 1998, method 10, his case 56/70 - 48/80: 0.0524 to 0.3339. */
static void difference_of_proportions_newcombe(void **state) {
  (void)state;
  itg_result *r = run("group,events,n\na,56,70\nb,48,80\n", "reference: b");
  assert_near(VALUE(r, "risk_difference", "a", "estimate"), 0.2, 1e-15);
  assert_near(VALUE(r, "risk_difference", "a", "conf_low"), 0.0524, 5e-5);
  assert_near(VALUE(r, "risk_difference", "a", "conf_high"), 0.3339, 5e-5);
  itg_result_free(r);
}

/* ---- standardised rates ---- */

/* Down syndrome in Michigan by age of the mother and birth order (Fleiss 1981), as Fay and Feuer 1997 have
 * it. */
static const double births[6][6] = {
    {230061, 329449, 114920, 39487, 14208, 3052}, {72202, 326701, 208667, 83228, 28466, 5375},
    {15050, 175702, 207081, 117300, 45026, 8660}, {2293, 68800, 132424, 98301, 46075, 9834},
    {327, 30666, 123419, 149919, 104088, 34392},  {319933, 931318, 786511, 488235, 237863, 61313}};
static const double cases[6][6] = {{107, 141, 60, 40, 39, 25}, {25, 150, 110, 84, 82, 39},
                                   {3, 71, 114, 103, 108, 75}, {1, 26, 64, 89, 137, 96},
                                   {0, 8, 63, 112, 262, 295},  {136, 396, 411, 428, 628, 530}};

static itg_result *down(const char *options) {
  itg_text data = ITG_TEXT_EMPTY, standard = ITG_TEXT_EMPTY;
  itg_text_add(&data, "group,stratum,events,time\n");
  itg_text_add(&standard, "stratum,population,standard_events\n");
  for (int b = 0; b < 5; b++)
    for (int a = 0; a < 6; a++)
      itg_text_print(&data, "%d,%d,%d,%d\n", b + 1, a, (int)cases[b][a], (int)births[b][a]);
  for (int a = 0; a < 6; a++) itg_text_print(&standard, "%d,%d,%d\n", a, (int)births[5][a], (int)cases[5][a]);
  itg_result *r = score("rates", (const inputs){"data", data.data, "standard", standard.data, NULL}, options);
  itg_text_clear(&data);
  itg_text_clear(&standard);
  return r;
}

/* Table 1 of Fay and Feuer; digits by ageadjust.direct of epitools 0.5-10.1, the fifth row also in the
 * vignette of dsrTest 1.0.0. */
static void direct_standardisation_fay_feuer_1997(void **state) {
  (void)state;
  static const double known[5][3] = {{92.3045255331994, 80.4417498507042, 105.7633457492612},
                                     {91.1741168346641, 82.3612116520044, 100.8675763172510},
                                     {85.0692213383019, 77.1834534027216, 94.2235698322065},
                                     {92.7178650551998, 80.0099927553993, 114.6694448225844},
                                     {75.5290074452568, 67.7021204176466, 188.3001727277758}};
  itg_result *r = down("per: 100000");
  for (int b = 0; b < 5; b++) {
    const char name[2] = {(char)('1' + b), 0};
    assert_row(r, "rate_direct", name, known[b][0], known[b][1], known[b][2], 1e-12);
  }
  assert_near(VALUE(r, "rate", "5", "estimate"), 167.1141864136166, 1e-10);
  /* Indirect: value as ageadjust.indirect; limits exact, poisson.test(740, 781.196170102125507). */
  assert_near(VALUE(r, "ratio_indirect", "5", "estimate"), 0.947265268726625, 1e-14);
  assert_near(VALUE(r, "rate_indirect", "5", "estimate"), 84.7960059298894, 1e-10);
  assert_near(CELL(r, "strata", "expected", "group", "5", "stratum", "0"), 327 * 136 / 319933.0, 1e-14);
  double low, high;
  itg_count_limits(740, ITG_COUNT_EXACT, 0.95, &low, &high);
  assert_near(VALUE(r, "ratio_indirect", "5", "conf_low"), low / 781.196170102125507, 1e-13);
  itg_result_free(r);
}

/* The first birth order: direct with the limits of Dobson from Byar's; observed 412 against 396.441 expected at the rates
 * of all, a ratio of 1.03925 with Byar's and with exact limits. */
static void first_births_of_fay_feuer_1997_by_dobson_byar_and_indirectly(void **state) {
  (void)state;
  itg_result *r = down("{per: 100000, standardised: dobson, limits: byar}");
  assert_near(VALUE(r, "rate_direct", "1", "conf_low"), 80.3292, 5e-5);
  assert_near(VALUE(r, "rate_direct", "1", "conf_high"), 105.1872, 5e-5);
  assert_near(VALUE(r, "rate", "1", "n"), 412, 0);
  assert_near(412 / VALUE(r, "ratio_indirect", "1", "estimate"), 396.4410868, 5e-8);
  assert_row(r, "ratio_indirect", "1", 1.0392465, 0.9413043, 1.1446098, 5e-8);
  itg_result_free(r);
  r = down(NULL);
  assert_row(r, "ratio_indirect", "1", 1.0392465, 0.9413064, 1.1446082, 5e-8);
  itg_result_free(r);
}

static void other_limits_of_a_standardised_rate(void **state) {
  (void)state;
  double low, high, rate = 0, variance = 0;
  itg_result *r = down("{per: 1, standardised: dobson, reference: 1}");
  for (int a = 0; a < 6; a++) {
    double w = births[5][a] / 2825173.0 / births[4][a];
    rate += w * cases[4][a];
    variance += w * w * cases[4][a];
  }
  itg_count_limits(740, ITG_COUNT_EXACT, 0.95, &low, &high);
  assert_near(VALUE(r, "rate_direct", "5", "conf_low"), rate - sqrt(variance / 740) * (740 - low), 1e-17);
  assert_near(VALUE(r, "rate_direct", "5", "conf_high"), rate + sqrt(variance / 740) * (high - 740), 1e-17);
  /* The ratio of two: normal in its logarithm. */
  double r5 = VALUE(r, "rate_direct", "5", "estimate"), r1 = VALUE(r, "rate_direct", "1", "estimate"),
         e5 = VALUE(r, "rate_direct", "5", "std_error") / r5,
         e1 = VALUE(r, "rate_direct", "1", "std_error") / r1,
         half = 1.959963984540054 * sqrt(e5 * e5 + e1 * e1);
  assert_row(r, "ratio_direct", "5", r5 / r1, r5 / r1 * exp(-half), r5 / r1 * exp(half), 1e-14);
  assert_near(VALUE(r, "difference_direct", "5", "estimate"), r5 - r1, 1e-18);
  itg_result_free(r);
  /* Byar's formula by hand at 20 events; exact below ten. */
  itg_count_limits(20, ITG_COUNT_BYAR, 0.95, &low, &high);
  assert_near(low, 20 * pow(1 - 1 / 180.0 - 1.959963984540054 / (3 * sqrt(20)), 3), 1e-13);
  assert_near(high, 21 * pow(1 - 1 / 189.0 + 1.959963984540054 / (3 * sqrt(21)), 3), 1e-13);
  double exact_low, exact_high;
  itg_count_limits(9, ITG_COUNT_BYAR, 0.95, &low, &high);
  itg_count_limits(9, ITG_COUNT_EXACT, 0.95, &exact_low, &exact_high);
  assert_near(low, exact_low, 0);
  assert_near(high, exact_high, 0);
}

/* Deaths of white men in the US, 1940 by the population and rates of 1960 (Selvin 2004), as epitools prints
 * them. */
static void selvin_2004_of_epitools(void **state) {
  (void)state;
  static const int dth60[] = {141, 926, 1253, 1080, 1869, 4891, 14956, 30888, 41725, 26501, 5928},
                   pop60[] = {1784033, 7065148, 15658730, 10482916, 9939972, 10563872,
                              9114202, 6850263, 4702482,  1874619,  330915},
                   dth40[] = {45, 201, 320, 670, 1126, 3160, 9723, 17935, 22179, 13461, 2238},
                   pop40[] = {906897,  3794573, 10003544, 10629526, 9465330, 8249558,
                              7294330, 5022499, 2920220,  1019504,  142532};
  itg_text data = ITG_TEXT_EMPTY, standard = ITG_TEXT_EMPTY;
  itg_text_add(&data, "stratum,events,time\n");
  itg_text_add(&standard, "stratum,population,standard_events\n");
  for (int a = 0; a < 11; a++) {
    itg_text_print(&data, "age %d,%d,%d\n", a, dth40[a], pop40[a]);
    itg_text_print(&standard, "age %d,%d,%d\n", a, pop60[a], dth60[a]);
  }
  itg_result *r =
      score("rates", (const inputs){"data", data.data, "standard", standard.data, NULL}, "per: 1");
  assert_row(r, "rate_direct", "all", 0.00139250544021896, 0.00138214125804372, 0.00140293758987347, 1e-12);
  assert_near(VALUE(r, "ratio_indirect", "all", "estimate"), 0.830535108974414, 1e-14);
  assert_near(VALUE(r, "rate_indirect", "all", "estimate"), 0.00137941453727822, 1e-16);
  itg_result_free(r);
  itg_text_clear(&data);
  itg_text_clear(&standard);
}

/* The same strata at the same rates: a standard cannot change the rate; without a standard all time is one.
 */
static void a_standard_that_cannot_matter(void **state) {
  (void)state;
  const char *csv =
      "group,stratum,events,time\na,young,10,1000\na,old,40,1000\nb,young,20,2000\nb,old,20,500\n";
  itg_result *r = run(csv, "reference: a");
  assert_near(VALUE(r, "rate_direct", "a", "estimate"), VALUE(r, "rate_direct", "b", "estimate"), 1e-13);
  assert_near(VALUE(r, "rate_direct", "a", "estimate"), 1000 * (3000 * 0.01 + 1500 * 0.04) / 4500, 1e-13);
  assert_near(VALUE(r, "ratio_direct", "b", "estimate"), 1, 1e-14);
  assert_true(VALUE(r, "rate_ratio", "b", "estimate") < 0.7);
  assert_true(has_note(r, "standardised to the time of all groups"));
  assert_true(has_note(r, "Rates are events per 1000 "));
  assert_near(CELL(r, "strata", "weight", "group", "a", "stratum", "old"), 1 / 3.0, 1e-15);
  itg_result_free(r);
  r = run("group,stratum,events,time\na,young,10,1000\na,old,40,1000\nb,young,20,2000\n",
          NULL); /* b has no old */
  assert_true(isnan(VALUE(r, "rate_direct", "b", "estimate")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "rate_direct", "group", "b"), "undefined");
  itg_result_free(r);
}

/* ---- spread ---- */

/* R 4.2.2: glm(e ~ g + offset(log(t)), quasipoisson) to its last bit (epsilon 1e-16), limits by t with 6
 * degrees of freedom. */
static void overdispersion_as_a_quasipoisson_glm(void **state) {
  (void)state;
  const char *csv =
      "group,events,time\na,12,10\na,30,14\na,7,9\na,21,12\nb,40,11\nb,9,10\nb,33,13\nb,28,12\n";
  itg_result *r = run(csv, "{per: 1, reference: b, overdispersion: quasi}");
  assert_near(VALUE(r, "phi", "all", "estimate"), 4.0457289716056, 1e-11);
  assert_near(VALUE(r, "phi", "all", "n"), 8, 0);
  assert_row(r, "rate_ratio", "a", exp(-0.430006217024282), 0.306509009923343, 1.380568945879956, 1e-11);
  assert_row(r, "rate", "b", 2.39130434782609, 1.495665981791621, 3.82327107358696, 1e-11);
  assert_row(r, "rate", "a", 1.55555555555556, 0.863790469811511, 2.80131949933156, 1e-11);
  itg_result_free(r);
  r = run("group,events,time\na,12,10\nb,20,10\n",
          "{reference: b, overdispersion: quasi}"); /* nothing to spread */
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "phi"), "too few answers");
  itg_interval exact = itg_rate_ratio(12, 10, 20, 10, 0.95);
  assert_near(VALUE(r, "rate_ratio", "a", "conf_low"), exact.low, 0);
  itg_result_free(r);
}

/* R 4.2.2: glm(cbind(x, n - x) ~ g) with binomial, quasibinomial and log link; prop.test(correct = FALSE). */
static void proportions_as_glm_and_prop_test(void **state) {
  (void)state;
  const char *csv = "group,events,n\na,5,30\na,12,40\na,3,25\nb,14,30\nb,9,40\nb,16,35\n";
  itg_result *r = run(csv, "reference: b");
  assert_row(r, "proportion", "a", 20 / 95.0, 0.140621860065160, 0.302931476194535, 1e-12);
  assert_row(r, "proportion", "b", 39 / 105.0, 0.285078107869982, 0.466854654768932, 1e-12);
  assert_row(r, "odds_ratio", "a", 0.451282051282051, 0.239760558412139, 0.849411976507246, 1e-11);
  assert_row(r, "risk_ratio", "a", 0.566801619433198, 0.357056664589546, 0.899756558700296, 1e-10);
  assert_near(VALUE(r, "odds_ratio", "a", "n"), 95, 0);
  itg_result_free(r);
  r = run(csv, "{reference: b, overdispersion: quasi}");
  assert_near(VALUE(r, "phi", "all", "estimate"), 2.36174232711733, 1e-11);
  assert_row(r, "odds_ratio", "a", 0.451282051282051, 0.113891782391958, 1.788149114292161, 1e-11);
  itg_result_free(r);
}

/* ---- input ---- */

static void times_and_groups_and_gaps(void **state) {
  (void)state;
  itg_result *r = run("events,time\n10,365.25\n", "{per: 1, time_unit: days}");
  assert_near(VALUE(r, "rate", "all", "estimate"), 10, 1e-13);
  itg_result_free(r);
  const char *csv = "wave,site,admissions,years\n1,n,10,100\n2,n,20,100\n1,s,5,100\n2,s,,100\n1,,5,100\n";
  const char *map = "{columns: {group: wave, events: admissions, time: years}, by: site, reference: 1}";
  r = run(csv, map);
  assert_near(CELL(r, "estimates", "estimate", "scale", "rate_ratio", "site", "n"), 2, 1e-14);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "rate", "site", "s", "group", "2"), 1, 0);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "rate", "site", "s", "group", "2"), "missing");
  assert_true(has_note(r, "1 rows lack events, time, group, and are left out"));
  assert_true(has_note(r, "1 rows lack a grouping value"));
  itg_result_free(r);
}

/* Every group of by read every row, and kept a cell for every group: 20000 of each took minutes and all memory. */
static void groups_by_the_thousand(void **state) {
  (void)state;
  enum { SITES = 20000, WARDS = 3 };
  itg_text data = ITG_TEXT_EMPTY;
  itg_text_add(&data, "events,time,group,stratum,site\n");
  for (int i = 0; i < SITES * WARDS * 2; i++)
    itg_text_print(&data, "%d,4,%d-%d,%d,%d\n", i % SITES % 5, i % SITES, i / SITES % WARDS, i / SITES / WARDS,
                   i % SITES);
  itg_result *r = score("rates", (const inputs){"data", data.data, NULL}, "by: site");
  assert_near(VALUE(r, "rate", "7-1", "estimate"), 500, 1e-10);
  assert_near(VALUE(r, "rate_direct", "19999-2", "estimate"), 1000, 1e-10);
  assert_int_equal(itg_result_find(r, "estimates")->n_rows, SITES * WARDS * 2);
  assert_int_equal(itg_result_find(r, "strata")->n_rows, SITES * WARDS * 2);
  itg_result_free(r);
  itg_text_clear(&data);
}

static int stop_later(void *payload, double done) {
  (void)done;
  return ++*(int *)payload > 3;
}

/* An interrupt is obeyed within one group of by. */
static void an_interrupt_among_many_groups(void **state) {
  (void)state;
  itg_text data = ITG_TEXT_EMPTY;
  itg_text_add(&data, "events,time,group\n");
  for (int i = 0; i < 300000; i++) itg_text_print(&data, "%d,4,%d\n", 1 + i % 90, i);
  itg_frame *frame = NULL;
  itg_result *r = NULL;
  itg_error error;
  int asked = 0;
  itg_control control = {.progress = stop_later, .payload = &asked};
  assert_int_equal(itg_frame_parse(data.data, data.size, "test.csv", NULL, &frame, &error), ITG_OK);
  itg_table table = *itg_frame_table(frame);
  table.name = "data";
  assert_int_equal(itg_measure_run("rates", &table, 1, NULL, &control, &r, &error), ITG_ERR_INTERRUPTED);
  assert_null(r);
  itg_frame_free(frame);
  itg_text_clear(&data);
}

static void bad_input_is_told_where(void **state) {
  (void)state;
  static const bad_call bad[] = {
      {"events,time\n", NULL, ITG_ERR_EMPTY, "no rows"},
      {"events\n1\n", NULL, ITG_ERR_COLUMN, "role 'time'"},
      {"events,time\n,5\n", NULL, ITG_ERR_EMPTY, "every row lacks"},
      {"events,time\n1,0\n", NULL, ITG_ERR_RANGE, "line 2, column 'time': events, but 0 at risk"},
      {"events,time\n-1,5\n", NULL, ITG_ERR_RANGE, "line 2"},
      {"events,n\n6,5\n", NULL, ITG_ERR_RANGE, "more events than persons"},
      {"events,n,stratum\n1,5,a\n", NULL, ITG_ERR_OPTION, "strata are for rates"},
      {"events,time\n1,5\n", "reference: a", ITG_ERR_OPTION, "needs the role group"},
      {"group,events,time\nusual,1,5\n", "reference: usul", ITG_ERR_OPTION, "did you mean 'usual'"},
      {"events,time\n1e300,1\n", NULL, ITG_ERR_RANGE, "line 2, column 'events': 1e300 is impossible"},
      {"events,time\n9e14,1\n9e14,1\n", NULL, ITG_ERR_RANGE, "column 'events': the rows add up to more than 1e15"},
      {"events,n\n1,9e14\n1,9e14\n", NULL, ITG_ERR_RANGE, "column 'n': the rows add up"},
      {"events,time\n1,1e308\n", NULL, ITG_ERR_RANGE, "column 'time'"},
      {"events,n\n1,5\n", "time_unit: days", ITG_ERR_OPTION, "'time_unit' does nothing for proportions"},
      {"events,n\n1,5\n", "per: 100", ITG_ERR_OPTION, "'per' does nothing for proportions"},
      {"events,n\n1,5\n", "limits: byar", ITG_ERR_OPTION, "'limits' does nothing for proportions"},
      {"events,time\n1,5\n", "standardised: dobson", ITG_ERR_OPTION, "does nothing without strata"},
  };
  assert_all_fail("rates", bad, ITG_COUNT(bad));
  static const struct {
    const char *standard;
    itg_status status;
    const char *part;
  } standards[] = {
      {"stratum,population\na,1\n", ITG_ERR_DATA, "no stratum 'b'"},
      {"stratum,population\na,1\na,2\nb,1\n", ITG_ERR_DUPLICATE, "line 3"},
      {"stratum,population\na,1\nb,\n", ITG_ERR_DATA, "line 3"},
      {"band,population\na,1\n", ITG_ERR_COLUMN, "no column 'stratum'"},
      {"stratum,population\na,0\nb,0\n", ITG_ERR_DATA, "all 0"},
      {"stratum,size\na,1\n", ITG_ERR_COLUMN, "population"},
      {"stratum,population,standard_events\na,0,1\nb,1,1\n", ITG_ERR_RANGE, "0 is impossible"},
  };
  for (size_t i = 0; i < ITG_COUNT(standards); i++)
    assert_fails("rates",
                 (const inputs){"data", "stratum,events,time\na,1,5\nb,2,5\n", "standard",
                                standards[i].standard, NULL},
                 NULL, standards[i].status, standards[i].part);
  assert_fails("rates",
               (const inputs){"data", "events,time\n1,5\n", "standard", "stratum,population\na,1\n", NULL},
               NULL, ITG_ERR_COLUMN, "no column for role 'stratum'");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_limits_of_a_rate),
      cmocka_unit_test(ratio_of_two_rates_as_poisson_test),
      cmocka_unit_test(difference_of_proportions_newcombe),
      cmocka_unit_test(direct_standardisation_fay_feuer_1997),
      cmocka_unit_test(first_births_of_fay_feuer_1997_by_dobson_byar_and_indirectly),
      cmocka_unit_test(other_limits_of_a_standardised_rate),
      cmocka_unit_test(selvin_2004_of_epitools),
      cmocka_unit_test(a_standard_that_cannot_matter),
      cmocka_unit_test(overdispersion_as_a_quasipoisson_glm),
      cmocka_unit_test(proportions_as_glm_and_prop_test),
      cmocka_unit_test(times_and_groups_and_gaps),
      cmocka_unit_test(groups_by_the_thousand),
      cmocka_unit_test(an_interrupt_among_many_groups),
      cmocka_unit_test(bad_input_is_told_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
