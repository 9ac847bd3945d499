/* Measure cost_table: sums, differences, shares and savings by hand and from publications; bad input. */
#include "scoring.h"

/* The German disease management programme for diabetes: EUR per insured year, as printed. */
static const char german[] =
    "arm,payer,category,cost\n"
    "non-DMP,sickness fund,inpatient care,2004\nnon-DMP,sickness fund,prescription drugs,1521\n"
    "non-DMP,sickness fund,outpatient care,610\nnon-DMP,sickness fund,other,665\n"
    "non-DMP,sickness fund,total,4800\n"
    "DMP,sickness fund,inpatient care,1471\nDMP,sickness fund,prescription drugs,1525\n"
    "DMP,sickness fund,outpatient care,661\nDMP,sickness fund,other,520\nDMP,sickness fund,total,4177\n";

static double of_category(const itg_result *r, const char *scale, const char *category) {
  return CELL(r, "estimates", "estimate", "scale", scale, "arm", "DMP", "payer", "all", "category", category);
}

static void german_disease_management_programme_table_2(void **state) {
  (void)state;
  itg_result *r = score("cost_table", (inputs){"data", german}, "{reference: non-DMP, total: total}");
  /* Printed: -27, +0.3, +8, -22, -13 percent. */
  assert_near(of_category(r, "change", "inpatient care"), -27, 0.5);
  assert_near(of_category(r, "change", "prescription drugs"), 0.3, 0.05);
  assert_near(of_category(r, "change", "outpatient care"), 8, 0.5);
  assert_near(of_category(r, "change", "other"), -22, 0.5);
  assert_near(of_category(r, "change", "all"), -13, 0.5);
  assert_near(of_category(r, "change", "inpatient care"), 100.0 * (1471 - 2004) / 2004, 1e-12);
  assert_near(of_category(r, "rises", "all"), 55, 0);
  assert_near(of_category(r, "falls", "all"), 678, 0);
  assert_near(of_category(r, "saving", "all"), 623, 0);
  assert_near(of_category(r, "share_of_change", "inpatient care"), 100.0 * 533 / 623, 1e-12);
  assert_near(of_category(r, "share", "other"), 100.0 * 520 / 4177, 1e-12);
  itg_result_free(r);
}

/* The programme costs the fund about 150 per patient; the central fund pays it about 180. */
static void german_programme_saves_the_system_less_than_the_payer(void **state) {
  (void)state;
  const char *flows = "paid_by,paid_to,amount\nsickness fund,,150\ncentral fund,sickness fund,180\n";
  itg_result *r = score("cost_table", (inputs){"data", german, "flows", flows}, "{reference: non-DMP, total: total}");
#define NET(payer) CELL(r, "estimates", "estimate", "scale", "net_saving", "payer", payer, "arm", "DMP")
  assert_near(NET("all"), 473, 0);
  assert_near(NET("sickness fund"), 653, 0);
  assert_near(NET("central fund"), -180, 0);
  assert_near(NET("sickness fund") + NET("central fund"), NET("all"), 0);
  itg_result_free(r);
}

/* Veterans: members +75 percent, budget +32 percent, so the budget of a member fell by 24.57 percent. */
static void veterans_budget_per_member(void **state) {
  (void)state;
  itg_result *r = score("cost_table", (inputs){"data", "arm,category,cost,persons\nafter,budget,132,175\nbefore,budget,100,100\n"},
                        "{reference: before, per: 1000}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "per_person_change", "category", "budget"), -24.571428571428573,
              1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "per_person", "category", "budget", "arm", "before"), 1000, 1e-12);
  itg_result_free(r);
}

/* Dutch bundled fees per contract: 258 to 474 at first, 381 to 459 in 2011: closer together. */
static void dutch_bundled_fees_converge(void **state) {
  (void)state;
  itg_result *r = score("cost_table", (inputs){"data", "arm,category,cost\n2007,fee,258\n2007,fee,474\n2011,fee,381\n2011,fee,459\n"},
                        "{spread: true}");
#define FEE(scale, arm) CELL(r, "estimates", "estimate", "scale", scale, "arm", arm)
  assert_near(FEE("width", "2007"), 216, 0);
  assert_near(FEE("width", "2011"), 78, 0);
  assert_near(FEE("width_change", "2011"), -63.9, 0.05);
  assert_near(FEE("high_low_ratio", "2007"), 1.837, 0.0005);
  assert_near(FEE("high_low_ratio", "2011"), 1.205, 0.0005);
  assert_near(FEE("midpoint", "2007"), 366, 0);
  assert_near(FEE("midpoint", "2011"), 420, 0);
  itg_result_free(r);
}

/* A diabetes programme: hospital costs fall by 54%, 117 saved per patient-year: a base of 216.67 falls to 99.67. */
static void dutch_hospital_saving_of_117_is_54_percent(void **state) {
  (void)state;
  const char *lines = "arm,category,cost\nusual,hospital,216.6667\nnurse,hospital,99.6667\n"
                      "usual,GP,80\nnurse,GP,80\n";
  itg_result *r = score("cost_table", (inputs){"data", lines}, "{reference: usual}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "saving", "arm", "nurse"), 117, 1e-10);
  assert_near(CELL(r, "estimates", "estimate", "scale", "change", "arm", "nurse", "category", "hospital"), -54, 1e-4);
  assert_near(CELL(r, "estimates", "estimate", "scale", "change", "arm", "nurse", "category", "GP"), 0, 0);
  itg_result_free(r);
}

/* Swedish registries: support 10 to 45 million, printed as nearly fivefold, is 4.5 times; 2 of 24 billion dollars saved by
 * hip revisions are 8.33 percent. */
static void support_of_registries_and_a_saving_as_a_share(void **state) {
  (void)state;
  itg_result *r = score("cost_table", (inputs){"data", "arm,category,cost\nfirst,support,10\nlast,support,45\n"},
                        "{reference: first}");
  assert_near(FEE("change", "last"), 350, 1e-12);
  itg_result_free(r);
  r = score("cost_table", (inputs){"data", "category,cost\nsaved,2\nspent,22\n"}, NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "share", "category", "saved"), 8.33, 0.005);
  itg_result_free(r);
}

/* Unit costs of a patient-year: telehealth 1,600, primary care at home 13,121, a nursing home 77,000 dollars. */
static void veterans_telehealth_against_other_care(void **state) {
  (void)state;
  itg_result *r = score("cost_table",
                        (inputs){"data", "arm,category,cost\nnursing home,care,77000\nhome care,care,13121\ntelehealth,care,1600\n"},
                        "{reference: nursing home}");
  assert_near(FEE("change", "telehealth"), -97.922, 0.0005);
  assert_near(FEE("change", "home care"), -82.960, 0.0005);
  itg_result_free(r);
  /* 12.19 and 2.08 percent of the others. */
  r = score("cost_table", (inputs){"data", "arm,category,cost\nhome care,care,13121\ntelehealth,care,1600\n"},
            "{reference: home care}");
  assert_near(100 + FEE("change", "telehealth"), 12.19, 0.005);
  itg_result_free(r);
}

/* Henderson et al., BMJ 2013;346:f1035: three months before the last interview, without the intervention 1139 against
 * 1380 in usual care; with its cost 1596 against 1390. */
static void whole_systems_demonstrator_three_months(void **state) {
  (void)state;
  itg_result *r = score("cost_table",
                        (inputs){"data", "arm,category,cost\nusual,care,1380\nusual,telehealth,10\n"
                                         "telehealth,care,1139\ntelehealth,telehealth,457\n"},
                        "{reference: usual}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "arm", "telehealth", "category", "all"), 1596, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "arm", "usual", "category", "all"), 1390, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "difference", "arm", "telehealth", "category", "care"), -241, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "difference", "arm", "telehealth", "category", "all"), 206, 0);
  itg_result_free(r);
}

/* Savings per head: 900,000 pounds for 118,000 people are 7.63 each; health spending as a share of the domestic product
 * is the same division, per 100. */
static void savings_per_head_and_share_of_product(void **state) {
  (void)state;
  itg_result *r = score("cost_table", (inputs){"data", "category,cost,persons\nsaving,900000,118000\n"}, NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "per_person", "category", "saving"), 7.63, 0.005);
  itg_result_free(r);
  r = score("cost_table", (inputs){"data", "category,cost,persons\nhealth,36,400\n"}, "{per: 100}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "per_person", "category", "health"), 9, 1e-14);
  itg_result_free(r);
}

/* Joint money below 5% of all health and social care budgets. */
static void spend_shares_of_joint_budgets(void **state) {
  (void)state;
  itg_result *r = score("cost_table", (inputs){"data", "category,cost\njoint,4.7\nhealth,80.3\nsocial care,15\n"}, NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "share", "category", "joint"), 4.7, 1e-13);
  itg_result_free(r);
}

/* 700 arms, payers and categories: no table that anybody reads, and no failed allocation either. */
static void too_many_cells_are_a_limit(void **state) {
  (void)state;
  itg_text lines = ITG_TEXT_EMPTY;
  itg_text_add(&lines, "arm,payer,category,cost\n");
  for (int i = 0; i < 700; i++) itg_text_print(&lines, "a%d,p%d,c%d,1\n", i, i, i);
  assert_fails("cost_table", (inputs){"data", lines.data}, NULL, ITG_ERR_LIMIT,
               "arms x payers x categories make 343980700 cells, at most 134217728 are held at once");
  itg_text_clear(&lines);
}

/* Spend by payer and category adds up in both directions; lines of a cell are summed. */
static void payers_and_categories_add_up(void **state) {
  (void)state;
  itg_result *r = score("cost_table",
                        (inputs){"data", "payer,category,cost\nhealth,beds,0.1\nhealth,beds,0.2\nsocial,home,0.3\n"
                                         "health,home,0.4\nfamily,home,1\n"},
                        NULL);
#define COST(p, c) CELL(r, "estimates", "estimate", "scale", "cost", "payer", p, "category", c)
  assert_near(COST("health", "beds"), 0.3, 1e-15);
  assert_near(COST("health", "all"), 0.7, 1e-15);
  assert_near(COST("all", "home"), 1.7, 1e-15);
  assert_near(COST("all", "all"), 2, 0);
  assert_near(CELL(r, "matrix", "share", "payer", "family", "category", "all"), 50, 0);
  assert_near(CELL(r, "estimates", "n", "scale", "cost", "payer", "health", "category", "beds"), 2, 0);
  itg_result_free(r);
}

static const char gaps[] = "arm,category,cost\nnew,beds,5\nnew,home,NA\nnew,drugs,1\nold,beds,6\nold,home,2\n";

static void a_gap_is_no_zero(void **state) {
  (void)state;
  itg_result *r = score("cost_table", (inputs){"data", gaps}, "{reference: old}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "cost", "arm", "new", "category", "home"), "missing");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "cost", "arm", "new", "category", "all"), "missing");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "cost", "arm", "old", "category", "drugs"), "missing");
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost", "arm", "new", "category", "all"), 1, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "difference", "category", "beds"), -1, 0);
  assert_true(has_note(r, "2 costs of an arm, payer and category are missing"));
  itg_result_free(r);
  r = score("cost_table", (inputs){"data", gaps}, "{reference: old, absent: zero}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "arm", "old", "category", "all"), 8, 0);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "cost", "arm", "new", "category", "all"), "missing");
  itg_result_free(r);
}

static void rounded_figures_may_miss_their_total(void **state) {
  (void)state;
  const char *thirds = "category,cost\na,33\nb,33\nc,33\nsum,100\n";
  assert_fails("cost_table", (inputs){"data", thirds}, "{total: sum}", ITG_ERR_DATA, "add up to 99, the stated total is 100");
  itg_result *r = score("cost_table", (inputs){"data", thirds}, "{total: sum, rounding: 1}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "category", "all"), 99, 0);
  itg_result_free(r);
}

static void bad_input_is_named(void **state) {
  (void)state;
  const struct {
    inputs in;
    const char *options;
    itg_status status;
    const char *part;
  } cases[] = {
      {{"data", "category,cost\n"}, NULL, ITG_ERR_EMPTY, "there are no rows"},
      {{"data", "category,cost\na,NA\n"}, NULL, ITG_ERR_EMPTY, "all costs are missing"},
      {{"data", "category,price\na,1\n"}, NULL, ITG_ERR_COLUMN, "cost"},
      {{"data", "category,cost\na,-1\n"}, NULL, ITG_ERR_RANGE, "test.csv, line 2, column 'cost': a cost is negative"},
      {{"data", "category,cost\na,x\n"}, NULL, ITG_ERR_TYPE, "cost"},
      {{"data", "category,cost\nall,1\n"}, NULL, ITG_ERR_DATA, "'all' names the total"},
      {{"data", "category,cost\na,1\n"}, "{total: sums}", ITG_ERR_OPTION, "there is no category 'sums'"},
      {{"data", "arm,category,cost\nold,a,1\n"}, "{reference: odl}", ITG_ERR_OPTION, "did you mean 'old'?"},
      {{"data", "category,cost\na,1\n"}, "{reference: old}", ITG_ERR_OPTION, "there is no arm 'old'"},
      {{"data", "category,cost\na,1\ns,1\ns,1\n"}, "{total: s}", ITG_ERR_DUPLICATE, "stated twice"},
      {{"data", "category,cost,persons\na,1,5\nb,1,6\n"}, NULL, ITG_ERR_DATA, "another number of persons"},
      {{"data", "category,cost,persons\na,1,0\n"}, NULL, ITG_ERR_RANGE, "persons must be above 0"},
      {{"data", "category,cost\na,1\n", "flows", "paid_by,amount\nx,1\n"}, NULL, ITG_ERR_COLUMN, "payer"},
      {{"data", "payer,category,cost\np,a,1\n", "flows", "paid_by,paid_to,amount\n,,1\n"}, NULL, ITG_ERR_DATA, "nobody to nobody"},
      {{"data", "payer,category,cost\np,a,1\n", "flows", "amount\n1\n"}, NULL, ITG_ERR_COLUMN, "paid_by, paid_to, or both"},
      {{"data", "payer,category,cost\np,a,1\n", "flows", "paid_by,amount\np,NA\n"}, NULL, ITG_ERR_DATA, "without an amount"},
      {{"data", "payer,category,cost\np,a,1\n", "flows", "paid_by,amount\np,-3\n"}, NULL, ITG_ERR_RANGE, "amount"},
      {{"data", "arm,payer,category,cost\nnew,p,a,1\n", "flows", "paid_by,arm,amount\np,newer,1\n"}, NULL, ITG_ERR_DATA,
       "no arm of the costs"},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("cost_table", cases[i].in, cases[i].options, cases[i].status, cases[i].part);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(german_disease_management_programme_table_2),
      cmocka_unit_test(german_programme_saves_the_system_less_than_the_payer),
      cmocka_unit_test(veterans_budget_per_member),
      cmocka_unit_test(dutch_bundled_fees_converge),
      cmocka_unit_test(dutch_hospital_saving_of_117_is_54_percent),
      cmocka_unit_test(support_of_registries_and_a_saving_as_a_share),
      cmocka_unit_test(veterans_telehealth_against_other_care),
      cmocka_unit_test(whole_systems_demonstrator_three_months),
      cmocka_unit_test(savings_per_head_and_share_of_product),
      cmocka_unit_test(spend_shares_of_joint_budgets),
      cmocka_unit_test(too_many_cells_are_a_limit),
      cmocka_unit_test(payers_and_categories_add_up),
      cmocka_unit_test(a_gap_is_no_zero),
      cmocka_unit_test(rounded_figures_may_miss_their_total),
      cmocka_unit_test(bad_input_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
