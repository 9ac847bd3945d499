/* Use of care as reports print it: rates, shares, ratios and changes recomputed from the figures beside them.
 * Printed percentages are rounded: what is not exact is held to half a unit of the last printed digit. */
#include "scoring.h"

#define RATES(csv, options) score("rates", (const inputs){"data", csv, NULL}, options)
#define OF(r, scale_, group_) CELL(r, "estimates", "estimate", "scale", scale_, "group", group_)

/* The one ratio or change of a table of two groups. */
static double compared(const char *csv, const char *options, const char *scale) {
  itg_result *r = RATES(csv, options);
  double value = CELL(r, "estimates", "estimate", "scale", scale);
  itg_result_free(r);
  return value;
}

/* ---- Whole System Demonstrator: Pike, Mongan 2014; Steventon et al., BMJ 2012;344:e3874 ---- */

/* 4.6 against 8.3 percent died: odds ratio 0.54 as printed, risk ratio 0.554, 44.6 percent fewer, one death
 * for 27. */
static void whole_system_demonstrator_mortality(void **state) {
  (void)state;
  itg_result *r = RATES("group,events,n\ntelehealth,46,1000\nusual,83,1000\n", "reference: usual");
  double risk = OF(r, "risk_difference", "telehealth");
  assert_near(OF(r, "odds_ratio", "telehealth"), 0.046 * 0.917 / (0.954 * 0.083), 1e-14);
  assert_near(OF(r, "risk_ratio", "telehealth"), 0.554, 0.0005);
  assert_near(100 * (1 - OF(r, "risk_ratio", "telehealth")), 44.6, 0.05);
  assert_near(risk, -0.037, 1e-15);
  assert_near(-1 / risk, 27.0, 0.05);
  itg_result_free(r);
  /* Rounded inputs: the odds ratio lies between 0.5232 and 0.5424. */
  assert_near(compared("group,events,n\na,4550,100000\nb,8350,100000\n", "reference: b", "odds_ratio"),
              0.5232, 5e-5);
  assert_near(compared("group,events,n\na,4650,100000\nb,8250,100000\n", "reference: b", "odds_ratio"),
              0.5424, 5e-5);
}

/* 4.87 against 5.68 bed days a person: 0.81 fewer, 14.26 percent. */
static void whole_system_demonstrator_bed_days(void **state) {
  (void)state;
  itg_result *r =
      RATES("group,events,time\ntelehealth,487,100\nusual,568,100\n", "{reference: usual, per: 1}");
  assert_near(OF(r, "rate_difference", "telehealth"), -0.81, 1e-13);
  assert_near(OF(r, "percent_change", "telehealth"), -14.26, 0.005);
  itg_result_free(r);
}

/* ---- beds, admissions, members ---- */

/* Torbay (Ham, Dixon, Chantler 2011): 1920 emergency bed days per 1000 people of 65 and over, region
 * 2698: 28.84 percent fewer; 502 occupied beds in place of 750 in eleven years: 33.07 percent fewer. */
static void torbay_bed_use(void **state) {
  (void)state;
  itg_result *r = RATES("group,events,time\nTorbay,1920,1000\nregion,2698,1000\n", "reference: region");
  assert_near(OF(r, "rate", "Torbay"), 1920, 1e-10);
  assert_near(OF(r, "percent_change", "Torbay"), -28.84, 0.005);
  assert_near(OF(r, "rate_difference", "Torbay"), -778, 1e-11);
  itg_result_free(r);
  /* Bed days of a year by its days are occupied beds. */
  r = RATES("group,events,time\n2009,183230,365\n1998,273750,365\n", "{reference: 1998, per: 1}");
  assert_near(OF(r, "rate", "2009"), 502, 1e-10);
  assert_near(OF(r, "percent_change", "2009"), -33.07, 0.005);
  itg_result_free(r);
}

/* Torbay (the same; 140,000 people, 23 percent of 65 and over): 32,200 people at 1920 emergency bed
 * days per 1000 fill 169 beds; at the region's 2698 there would be 25,052 bed days more. */
static void torbay_beds_of_the_old_against_the_region(void **state) {
  (void)state;
  const char *data = "stratum,events,time\n65+,61824,32200\n",
             *region = "stratum,population,standard_events\n65+,1000,2698\n";
  itg_result *r = score("rates", (const inputs){"data", data, "standard", region, NULL}, NULL);
  assert_near(OF(r, "rate", "all"), 1920, 1e-10);
  assert_near(OF(r, "ratio_indirect", "all"), 0.7116, 5e-5);
  assert_near(CELL(r, "strata", "expected", "group", "all") - 61824, 25052, 0.5);
  itg_result_free(r);
  r = RATES("events,time\n61824,365\n", "per: 1");
  assert_near(OF(r, "rate", "all"), 169, 0.5);
  itg_result_free(r);
}

/* Veterans Health Administration (Pike, Mongan 2014): bed days -55 percent while members rose by 75 percent:
 * -74.3 percent a member, if the 55 percent are of the total. */
static void veterans_bed_days_per_member(void **state) {
  (void)state;
  assert_near(
      compared("group,events,time\nafter,45,175\nbefore,100,100\n", "reference: before", "percent_change"),
      -74.3, 0.05);
}

/* The same report: admissions -19 percent with home telehealth, -4.6 percent everywhere: 14.4 points,
 * or 15.09 percent fewer by the ratio of the ratios. */
static void veterans_telehealth_beside_the_general_trend(void **state) {
  (void)state;
  itg_result *r = RATES(
      "programme,group,events,time\ntelehealth,before,1000,1\ntelehealth,after,810,1\n"
      "all,before,1000,1\nall,after,954,1\n",
      "{reference: before, by: programme}");
#define AFTER(scale_, programme_) \
  CELL(r, "estimates", "estimate", "scale", scale_, "programme", programme_, "group", "after")
  assert_near(AFTER("percent_change", "all") - AFTER("percent_change", "telehealth"), 14.4, 1e-12);
  assert_near(100 * (AFTER("rate_ratio", "telehealth") / AFTER("rate_ratio", "all") - 1), -15.09, 0.005);
  itg_result_free(r);
}

/* People with three conditions and more: 1.9 to 2.9 million, +52.6 percent (Local Government Association
 * 2013). */
static void three_conditions_and_more(void **state) {
  (void)state;
  assert_near(compared("group,events,time\n2018,2900000,1\n2008,1900000,1\n", "{reference: 2008, per: 1}",
                       "percent_change"),
              52.6, 0.05);
}

/* People for one of those who serve them: 3,230 in 179 practices, 18.04 (Whole System Demonstrator); 118,000
 * for 100 GPs and 140 staff, 1,180 and 843 (Principia); 8 million veterans for 50,000 staff, 160; 880,000
 * members for 3,000 doctors, 293 (CCNC). */
static void people_for_each_who_serves_them(void **state) {
  (void)state;
  itg_result *r = RATES(
      "group,events,time\nWSD,3230,179\nPrincipia GP,118000,100\nPrincipia staff,118000,140\n"
      "VHA,8000000,50000\nCCNC,880000,3000\n",
      "per: 1");
  assert_near(OF(r, "rate", "WSD"), 18.04, 0.005);
  assert_near(OF(r, "rate", "Principia GP"), 1180, 1e-9);
  assert_near(OF(r, "rate", "Principia staff"), 843, 0.5);
  assert_near(OF(r, "rate", "VHA"), 160, 1e-10);
  assert_near(OF(r, "rate", "CCNC"), 293, 0.5);
  itg_result_free(r);
}

/* Brixham: 83 of 23,000 people in the top tier, 3.6 per 1000; the model's 5 percent is 14 times as many. */
static void brixham_and_the_top_of_the_triangle(void **state) {
  (void)state;
  itg_result *r = RATES("group,events,n\nBrixham,83,23000\nmodel,1150,23000\n", "reference: Brixham");
  assert_near(1000 * OF(r, "proportion", "Brixham"), 3.6, 0.05);
  assert_near(OF(r, "risk_ratio", "model"), 14, 0.5);
  itg_result_free(r);
}

/* ---- registries and votes ---- */

/* Karlstad in the Swedish registry of acute heart care (Pike, Mongan 2014): 9 to 4 percent, -55.6; 13.5
 * to 5.2 percent, -61.5. */
static void karlstad_after_disclosure(void **state) {
  (void)state;
  static const char *const change[] = {"group,events,n\nafter,40,1000\nbefore,90,1000\n",
                                       "group,events,n\nafter,52,1000\nbefore,135,1000\n"};
  static const double printed[] = {-55.6, -61.5};
  for (int i = 0; i < 2; i++)
    assert_near(100 * (compared(change[i], "reference: before", "risk_ratio") - 1), printed[i], 0.05);
}

/* Capitation (Pike, Mongan 2014): 17 of 30, 4 of 6 and 28 of 34 effects in favour make 49 of 70, not the
 * printed 48 of 69; both are 70 percent. */
static void capitation_votes_miss_their_headline_by_one(void **state) {
  (void)state;
  itg_result *r = RATES("group,events,n\na,17,30\nb,4,6\nc,28,34\n", NULL);
  assert_near(100 * OF(r, "proportion", "a"), 56.7, 0.05);
  assert_near(100 * OF(r, "proportion", "b"), 66.7, 0.05);
  assert_near(100 * OF(r, "proportion", "c"), 82.4, 0.05);
  itg_result_free(r);
  r = RATES("events,n\n17,30\n4,6\n28,34\n", NULL);
  assert_near(OF(r, "proportion", "all"), 0.7, 1e-15);
  assert_near(CELL(r, "estimates", "n", "scale", "proportion"), 70, 0);
  itg_result_free(r);
  r = RATES("events,n\n48,69\n", NULL);
  assert_near(100 * OF(r, "proportion", "all"), 69.57, 0.005);
  itg_result_free(r);
}

/* Pike, Mongan 2014: 18 of 27 studies, 66.7 percent; 11 of 16 indicators of a network went up, 68.75. */
static void votes_of_studies_and_indicators(void **state) {
  (void)state;
  itg_result *r = RATES("group,events,n\nstudies,18,27\nindicators,11,16\n", NULL);
  assert_near(100 * OF(r, "proportion", "studies"), 66.7, 0.05);
  assert_near(100 * OF(r, "proportion", "indicators"), 68.75, 1e-12);
  itg_result_free(r);
}

/* Audit Commission: 110 primary care trusts are 72 percent, 99 councils 67 percent: only 152 or 153 and 147
 * or 148 in all round to these. */
static void coverage_of_a_survey_names_its_total(void **state) {
  (void)state;
  static const struct {
    int answered, percent, first, last;
  } surveys[] = {{110, 72, 152, 153}, {99, 67, 147, 148}};
  for (size_t i = 0; i < ITG_COUNT(surveys); i++)
    for (int n = 140; n < 165; n++) {
      char csv[40];
      snprintf(csv, sizeof csv, "events,n\n%d,%d\n", surveys[i].answered, n);
      itg_result *r = RATES(csv, NULL);
      bool fits = fabs(100 * OF(r, "proportion", "all") - surveys[i].percent) < 0.5;
      assert_int_equal(fits, n >= surveys[i].first && n <= surveys[i].last);
      itg_result_free(r);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_system_demonstrator_mortality),
      cmocka_unit_test(whole_system_demonstrator_bed_days),
      cmocka_unit_test(torbay_bed_use),
      cmocka_unit_test(torbay_beds_of_the_old_against_the_region),
      cmocka_unit_test(veterans_bed_days_per_member),
      cmocka_unit_test(veterans_telehealth_beside_the_general_trend),
      cmocka_unit_test(three_conditions_and_more),
      cmocka_unit_test(people_for_each_who_serves_them),
      cmocka_unit_test(brixham_and_the_top_of_the_triangle),
      cmocka_unit_test(karlstad_after_disclosure),
      cmocka_unit_test(capitation_votes_miss_their_headline_by_one),
      cmocka_unit_test(votes_of_studies_and_indicators),
      cmocka_unit_test(coverage_of_a_survey_names_its_total),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
