/* Measure costing: resource use by unit costs, from a publication, by hand, and every bad input named. */
#include "scoring.h"

#define COST(r, ...) CELL(r, "estimates", "estimate", "scale", "cost", __VA_ARGS__)
#define ROW(r, column, id) CELL(r, "costs", column, "id", id)

/* pmc.ncbi.nlm.nih.gov/articles/PMC6181103, table 3: contacts before and after joining a service, persons x mean
 * contacts x unit cost, each product and both totals printed to the pound. */
static void service_use_of_PMC6181103_table_3(void **state) {
  (void)state;
  const char *use = "id,GP,outpatient,A&E,physiotherapy\n"
                    "before,1305,261,78.3,151.3\n"
                    "after,853.6,200.1,34.8,35.2\n";
  const char *costs = "resource,unit_cost\nGP,39.72\noutpatient,113\nA&E,140\nphysiotherapy,28\n";
  const struct {
    const char *resource;
    double before, after;
  } printed[] = {
      {"GP", 51835, 33905}, {"outpatient", 29493, 22611}, {"A&E", 10962, 4872}, {"physiotherapy", 4236, 986}};
  itg_result *r = score("costing", (inputs){"data", use, "unit_costs", costs}, "{by: id, columns: {id: null}}");
  for (size_t i = 0; i < ITG_COUNT(printed); i++) {
    assert_near(COST(r, "resource", printed[i].resource, "id", "before"), printed[i].before, 0.5);
    assert_near(COST(r, "resource", printed[i].resource, "id", "after"), printed[i].after, 0.5);
  }
  assert_near(ROW(r, "cost", "before"), 96526, 0.5);
  assert_near(ROW(r, "cost", "after"), 62374, 0.5);
  assert_near(ROW(r, "cost", "before") - ROW(r, "cost", "after"), 34152, 0.5);
  itg_result_free(r);
}

/* PSSRU, hospital and community health services: 0.4% and 1.0% a year take a cost of 2014 to 2016, 1 x 1.004 x 1.01,
 * as the example of the R package inflatably has it. */
static void hchs_inflation_2014_to_2016_of_inflatably(void **state) {
  (void)state;
  const char *costs = "resource,unit_cost,year\nvisit,1,2014\n", *index = "year,index\n2014,100\n2015,100.4\n2016,101.404\n";
  itg_result *r = score("costing", (inputs){"data", "visit\n1\n3\n", "unit_costs", costs, "inflation", index},
                        "{price_year: 2016}");
  assert_near(CELL(r, "prices", "price", "resource", "visit"), 1.004 * 1.01, 1e-15);
  assert_near(COST(r, "resource", "all"), 2 * 1.004 * 1.01, 1e-14);
  assert_true(has_note(r, "at prices of 2016: 1 unit costs inflated"));
  itg_result_free(r);
}

/* A cost of 100 in a currency that lost half its worth against the dollar while its prices tripled: the two orders of
 * Turner et al. 2019 give different costs. */
static void order_of_inflation_and_conversion(void **state) {
  (void)state;
  const char *costs = "resource,unit_cost,year,currency\nvisit,100,2006,VND\n",
             *index = "year,currency,index\n2006,VND,100\n2016,VND,300\n2006,USD,100\n2016,USD,117\n",
             *rates = "currency,year,rate\nVND,2006,10\nVND,2016,20\nUSD,2006,1\nUSD,2016,1\n";
  const inputs in = {"data", "visit\n1\n", "unit_costs", costs, "inflation", index, "rates", rates};
  itg_result *r = score("costing", in, "{price_year: 2016, target_currency: USD}");
  assert_near(CELL(r, "prices", "price", "resource", "visit"), 100 * 3.0 / 20, 1e-14);
  itg_result_free(r);
  r = score("costing", in, "{price_year: 2016, target_currency: USD, inflate: after}");
  assert_near(CELL(r, "prices", "price", "resource", "visit"), 100 / 10.0 * 1.17, 1e-14);
  itg_result_free(r);
}

static const char six[] = "id,arm,gp,bed,carer\na,x,2,0,10\nb,x,1,3,5\nc,y,4,1,7\nd,y,0,0,0\ne,y,2,2,1\nf,x,3,1,2\n";
static const char shared[] = "resource,unit_cost,category,health,social,family\n"
                             "gp,40.1,primary,1,0,0\nbed,300.3,hospital,0.9,0.1,\ncarer,12.7,home,0.1,0.2,0.7\n";
#define SHARES "columns: {shares: [health, social, family]}"

/* The parts of every sum of the table, and the sum to the last bit. */
static void parts_add_up_exactly(void **state) {
  (void)state;
  static const char *const categories[] = {"primary", "hospital", "home"}, *const payers[] = {"health", "social", "family"};
  itg_result *r = score("costing", (inputs){"data", six, "unit_costs", shared}, "{by: arm, " SHARES "}");
  const itg_table *t = itg_result_find(r, "estimates");
  for (int a = 0; a < 2; a++) {
    const char *arm = a ? "y" : "x";
    long double sum = 0, by_payer = 0, by_category = 0;
    for (int k = 0; k < 3; k++) {
      by_payer += COST(r, "arm", arm, "category", "all", "payer", payers[k], "resource", "all");
      by_category += COST(r, "arm", arm, "category", categories[k], "payer", "all", "resource", "all");
    }
    for (int64_t row = 0; row < t->n_rows; row++)
      if (strcmp(text_at(t, row, "arm"), arm) == 0 && strcmp(text_at(t, row, "scale"), "cost") == 0 &&
          strcmp(text_at(t, row, "category"), "all") != 0 && strcmp(text_at(t, row, "payer"), "all") != 0)
        sum += number_at(t, row, "estimate");
    double total = COST(r, "arm", arm, "category", "all", "payer", "all", "resource", "all");
    assert_near(total, (double)sum, 0);
    assert_near((double)by_payer, total, 1e-13 * total);
    assert_near((double)by_category, total, 1e-13 * total);
  }
  assert_near(ROW(r, "cost", "b"), 40.1 + 3 * 300.3 + 5 * 12.7, 1e-12);
  assert_near(ROW(r, "payer_family", "b"), 5 * 12.7 * 0.7, 1e-13);
  assert_near(ROW(r, "category_hospital", "b"), 3 * 300.3, 1e-12);
  itg_result_free(r);
}

/* R: x <- c(2*40 + 10*12, 40 + 900 + 60, 160 + 300 + 84, 0, 80 + 600 + 12, 120 + 300 + 24); mean(x), sd(x)/sqrt(6),
 * t.test(x)$conf.int. */
static void mean_and_interval_of_R(void **state) {
  (void)state;
  const char *costs = "resource,unit_cost\ngp,40\nbed,300\ncarer,12\n";
  itg_result *r = score("costing", (inputs){"data", six, "unit_costs", costs}, NULL);
#define ALL(column, scale) CELL(r, "estimates", column, "scale", scale, "resource", "all")
  assert_near(ALL("estimate", "cost"), 480, 0);
  assert_near(ALL("std_error", "cost"), 144.86039256240244, 1e-12);
  assert_near(ALL("conf_low", "cost"), 107.62450617594257, 1e-10);
  assert_near(ALL("conf_high", "cost"), 852.37549382405734, 1e-10);
  assert_near(ALL("estimate", "cost_sd"), 354.83404571714931, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "users", "resource", "bed"), 100 * 4 / 6.0, 1e-13);
  assert_near(CELL(r, "estimates", "estimate", "scale", "quantity", "resource", "carer"), 25 / 6.0, 1e-15);
  itg_result_free(r);
}

static void blanks_are_missing_unless_told(void **state) {
  (void)state;
  const char *use = "id,gp,bed\na,2,1\nb,NA,2\nc,4,3\n", *costs = "resource,unit_cost,category\ngp,10,care\nbed,100,stay\n";
  const inputs in = {"data", use, "unit_costs", costs};
  itg_result *r = score("costing", in, NULL);
  assert_string_equal(TEXT(r, "costs", "missing", "id", "b"), "1");
  assert_null(TEXT(r, "costs", "cost", "id", "b"));
  assert_near(ROW(r, "category_stay", "b"), 200, 0);
  assert_near(COST(r, "resource", "all", "category", "all"), 230, 0);
  assert_near(COST(r, "resource", "all", "category", "stay"), 200, 0); /* of those who have everything */
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost", "category", "stay"), 1, 0);
  assert_true(has_note(r, "1 of 3 persons have no total cost"));
  itg_result_free(r);
  r = score("costing", (inputs){"data", "id,gp,bed\na,2,1\nb,NA,3\nc,4,3\n", "unit_costs", costs}, "{cases: available}");
  assert_near(COST(r, "resource", "all", "category", "stay"), 700 / 3.0, 1e-13);
  assert_near(COST(r, "resource", "all", "category", "care"), 30, 0);
  itg_result_free(r);
  r = score("costing", in, "{blank: zero}");
  assert_near(ROW(r, "cost", "b"), 200, 0);
  assert_true(has_note(r, "1 blank quantities count as 0"));
  itg_result_free(r);
  r = score("costing", (inputs){"data", "id,gp,bed\na,2,1\nb,-9,2\n", "unit_costs", costs}, "{missing: {-9: refused}}");
  assert_string_equal(itg_reason_text(itg_column_reason(
                          &itg_result_find(r, "costs")->columns[itg_table_column(itg_result_find(r, "costs"), "cost")], 1)),
                      "refused");
  itg_result_free(r);
}

static void events_are_added_and_nobody_is_lost(void **state) {
  (void)state;
  const char *events = "id,resource,quantity\na,gp,1\na,gp,2\nb,,\na,bed,4\nc,bed,1\n",
             *costs = "resource,unit_cost,payer\nbed,100,health\ngp,10,health\nmeal,5,social care\n";
  const inputs in = {"data", events, "unit_costs", costs};
  itg_result *r = score("costing", in, NULL);
  assert_near(ROW(r, "cost", "a"), 430, 0);
  assert_near(ROW(r, "cost", "b"), 0, 0);
  assert_near(COST(r, "resource", "all", "payer", "all"), 530 / 3.0, 1e-13);
  assert_true(has_note(r, "3 of 6 pairs of person and resource have no row, which counts as 0"));
  assert_true(has_note(r, "1 of 3 unit costs are of no resource in the data: meal"));
  itg_result_free(r);
  r = score("costing", in, "{absent: missing}");
  assert_near(ROW(r, "cost", "a"), 430, 0);
  assert_null(TEXT(r, "costs", "cost", "id", "c"));
  itg_result_free(r);
}

/* Two years of one visit a year at 100, 3.5% from the second on. */
static void periods_are_discounted(void **state) {
  (void)state;
  const char *use = "id,months,gp\na,0,1\na,12,1\nb,0,2\n", *costs = "resource,unit_cost\ngp,100\n";
  const inputs in = {"data", use, "unit_costs", costs};
  itg_result *r = score("costing", in, "{columns: {time: months}, time_unit: months, discount: 0.035}");
  assert_near(ROW(r, "cost", "a"), 100 + 100 / 1.035, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "quantity", "resource", "gp"), 2, 0);
  assert_near(COST(r, "resource", "gp"), (300 + 100 + 100 / 1.035 - 100) / 2, 1e-12);
  assert_true(has_note(r, "Persons have 1 to 2 rows"));
  assert_true(has_note(r, "discounted by 3.5% a year"));
  itg_result_free(r);
  assert_fails("costing", in, NULL, ITG_ERR_DUPLICATE, "person a stands in two rows");
  assert_fails("costing", (inputs){"data", "id,time,gp\na,1,1\na,1,2\n", "unit_costs", costs}, NULL, ITG_ERR_DUPLICATE,
               "line 3, column 'id': person a has two rows of one time");
  assert_fails("costing", (inputs){"data", "id,time,gp\na,,1\na,1,2\n", "unit_costs", costs}, NULL, ITG_ERR_DATA,
               "line 2, column 'time': blank, and person a has other rows");
  assert_fails("costing", (inputs){"data", "id,gp\na,1\n", "unit_costs", costs}, "{discount: 0.03}", ITG_ERR_COLUMN,
               "discounting needs the time");
  assert_fails("costing", (inputs){"data", "id,time,gp\na,1,1\n", "unit_costs", costs}, "{discount: 0.03}",
               ITG_ERR_OPTION, "not guessed; set time_unit to years, months, weeks or days");
  assert_fails("costing", (inputs){"data", "id,time,gp\na,,1\nb,1,2\n", "unit_costs", costs}, "{discount: 0.03, time_unit: years}",
               ITG_ERR_DATA, "blank; discounting needs the time");
}

/* 3000 persons in 3 groups: the same bits from one thread and from four, and no variance where all are equal. */
static void threads_do_not_show(void **state) {
  (void)state;
  itg_text use = ITG_TEXT_EMPTY;
  itg_text_add(&use, "site,gp,bed\n");
  for (int i = 0; i < 3000; i++)
    itg_text_print(&use, "%c,%d.%d,%d\n", "abc"[i * 7 % 3], i * 31 % 17, i % 10, i % 3 == 1 ? 1 : i * i % 29);
  const inputs in = {"data", use.data, "unit_costs", "resource,unit_cost\ngp,0.1\nbed,0.1\n"};
  itg_error error = {0};
  itg_result *results[2] = {NULL};
  char *text[2];
  for (int k = 0; k < 2; k++) {
    if (attempt("costing", in, "{by: site}", k ? 4 : 1, &results[k], &error)) fail_msg("%s", error.message);
    assert_int_equal(itg_result_json(results[k], &text[k], &error), ITG_OK);
  }
  assert_string_equal(text[0], text[1]);
  assert_near(CELL(results[0], "estimates", "estimate", "scale", "quantity_sd", "resource", "bed", "site", "b"), 0, 0);
  assert_string_equal(TEXT(results[0], "estimates", "reason", "scale", "cost", "resource", "bed", "site", "b"), "no variance");
  for (int k = 0; k < 2; k++) {
    itg_text_free(text[k]);
    itg_result_free(results[k]);
  }
  itg_text_clear(&use);
}

/* What overflows is out of range, and takes nobody else with it. */
static void overflow_is_out_of_range(void **state) {
  (void)state;
  itg_result *r = score("costing", (inputs){"data", "id,gp\na,1e300\nb,1\nc,3\n", "unit_costs", "resource,unit_cost\ngp,1e10\n"}, NULL);
  assert_null(TEXT(r, "costs", "cost", "id", "a"));
  assert_near(COST(r, "resource", "all"), 2e10, 0);
  itg_result_free(r);
}

/* The periods of one person are sorted, not compared with each other. */
static void a_person_may_have_very_many_periods(void **state) {
  (void)state;
  itg_text use = ITG_TEXT_EMPTY;
  itg_text_print(&use, "id,time,gp\n");
  for (int i = 200000; i > 0; i--) itg_text_print(&use, "a,%d,1\n", i);
  itg_result *r = score("costing", (inputs){"data", use.data, "unit_costs", "resource,unit_cost\ngp,2\n"}, NULL);
  assert_near(ROW(r, "cost", "a"), 400000, 0);
  itg_result_free(r);
  itg_text_free(use.data);
}

#define BAD(use, costs, options, status, part) \
  assert_fails("costing", (inputs){"data", use, "unit_costs", costs}, options, status, part)

static void bad_use_is_named(void **state) {
  (void)state;
  const char *costs = "resource,unit_cost\ngp,40\nbed,300\n";
  BAD("id,gp\n", costs, NULL, ITG_ERR_EMPTY, "there are no rows");
  BAD("id,visits\na,1\n", costs, NULL, ITG_ERR_COLUMN, "no column has the name of a resource of unit_costs, such as 'gp'");
  BAD("id,gpp,bed\na,1,2\n", costs, "{columns: {quantities: [gpp, bed]}}", ITG_ERR_DATA, "'gpp' has no unit cost; did you mean 'gp'?");
  BAD("id,gp\na,-1\n", costs, NULL, ITG_ERR_RANGE, "-1 is impossible");
  BAD("id,gp\na,1e999\n", costs, NULL, ITG_ERR_TYPE, "is not a number");
  BAD("id,gp\na,x\n", costs, NULL, ITG_ERR_TYPE, "'x' is not a number");
  BAD("id,gp\na,\nb,\n", costs, NULL, ITG_ERR_EMPTY, "no person has a cost");
  BAD("id,resource,quantity\na,MRI,1\n", costs, NULL, ITG_ERR_DATA, "line 2, column 'resource': 'MRI' has no unit cost");
  BAD("id,resource,quantity\na,,1\n", costs, NULL, ITG_ERR_DATA, "a quantity without a resource");
  BAD("id,resource,quantity\na,,\n", costs, NULL, ITG_ERR_EMPTY, "no row names a resource");
  BAD("id,resource,quantity\n,gp,1\n", costs, NULL, ITG_ERR_DATA, "a row without a person");
  BAD("resource,quantity\ngp,1\n", costs, NULL, ITG_ERR_COLUMN, "needs id, resource and quantity");
  BAD("id,gp,quantity\na,1,2\n", costs, NULL, ITG_ERR_COLUMN, "given without resource");
  BAD("id,resource,quantity,gp\na,gp,1,1\n", costs, "{columns: {quantities: gp}}", ITG_ERR_COLUMN, "given beside resource");
  BAD("id,arm,resource,quantity\na,x,gp,1\na,y,gp,1\n", costs, "{by: arm}", ITG_ERR_DATA, "a person in two groups");
  BAD("id,cost,gp\na,x,1\n", costs, "{keep: cost}", ITG_ERR_OPTION, "already");
}

static void bad_unit_costs_are_named(void **state) {
  (void)state;
  const char *use = "id,gp,bed\na,1,2\nb,2,0\n";
  BAD(use, "resource,unit_cost\n", NULL, ITG_ERR_EMPTY, "there are no rows");
  BAD(use, "resource,unit_cost\ngp,40\nbed,1\ngp,41\n", NULL, ITG_ERR_DUPLICATE, "line 4, column 'resource': 'gp' has a unit cost already");
  BAD(use, "resource,unit_cost\ngp,-40\nbed,1\n", NULL, ITG_ERR_RANGE, "-40 is impossible");
  BAD(use, "resource,unit_cost\ngp,\nbed,1\n", NULL, ITG_ERR_DATA, "'gp' is used but has no unit cost");
  BAD(use, "resource,unit_cost\n,4\nbed,1\n", NULL, ITG_ERR_DATA, "blank; name the resource");
  BAD(use, "resource,unit_cost,category\ngp,4,\nbed,1,x\n", NULL, ITG_ERR_DATA, "'gp' has no category");
  BAD(use, "resource,unit_cost,payer\ngp,4,all\nbed,1,x\n", NULL, ITG_ERR_DATA, "'all' names the total");
  BAD(use, "resource,unit_cost,payer\ngp,4,\nbed,1,x\n", NULL, ITG_ERR_DATA, "'gp' has no payer");
  BAD(use, "resource,unit_cost,h,s\ngp,4,0.5,0.4\nbed,1,1,0\n", "{columns: {shares: [h, s]}}", ITG_ERR_DATA,
      "the shares of 'gp' add up to 0.9, not to 1");
  BAD(use, "resource,unit_cost,h,s\ngp,4,50,50\nbed,1,100,0\n", "{columns: {shares: [h, s]}}", ITG_ERR_DATA,
      "set share_unit: percent");
  BAD(use, "resource,unit_cost,payer,h\ngp,4,a,1\nbed,1,b,1\n", "{columns: {shares: h}}", ITG_ERR_COLUMN, "given beside shares");
}

static void bad_prices_are_named(void **state) {
  (void)state;
  const char *use = "id,gp,bed\na,1,2\nb,2,0\n", *years = "resource,unit_cost,year\ngp,4,2019\nbed,3,2021\n",
             *money = "resource,unit_cost,currency\ngp,4,GBP\nbed,3,EUR\n", *index = "year,index\n2019,100\n2022,110\n";
  itg_result *r = score("costing", (inputs){"data", use, "unit_costs", years}, NULL);
  assert_true(has_note(r, "different price years"));
  itg_result_free(r);
  BAD(use, years, "{price_year: 2022}", ITG_ERR_ARGUMENT, "give the input inflation");
  BAD(use, "resource,unit_cost\ngp,4\nbed,3\n", "{price_year: 2022}", ITG_ERR_COLUMN, "price_year needs the year");
  BAD(use, "resource,unit_cost,year\ngp,4,\nbed,3,2022\n", "{price_year: 2022}", ITG_ERR_DATA, "'gp' has no price year");
  BAD(use, money, NULL, ITG_ERR_DATA, "'bed' is in EUR, others are in GBP");
  BAD(use, money, "{target_currency: GBP}", ITG_ERR_ARGUMENT, "give the input rates");
  BAD(use, "resource,unit_cost\ngp,4\nbed,3\n", "{target_currency: GBP}", ITG_ERR_COLUMN, "target_currency needs");
#define WITH(costs, input, table, options, status, part) \
  assert_fails("costing", (inputs){"data", use, "unit_costs", costs, input, table}, options, status, part)
  WITH(years, "inflation", index, "{price_year: 2022}", ITG_ERR_DATA, "no index of 2021; the table has years 2019, 2022; add it");
  WITH(years, "inflation", "year,index\n2019,100\n2021,105\n2022,110\n2021,106\n", "{price_year: 2022}", ITG_ERR_DUPLICATE,
       "another index of 2021");
  WITH(years, "inflation", "year,index\n2019,0\n2021,105\n2022,110\n", "{price_year: 2022}", ITG_ERR_RANGE, "above 0");
  WITH(years, "inflation", "index\n100\n", "{price_year: 2022}", ITG_ERR_COLUMN, "an index needs its years");
  WITH(money, "rates", "currency,rate\nEUR,0.8\n", "{target_currency: GBP}", ITG_ERR_DATA, "no rate for GBP; add it");
  WITH(money, "rates", "currency,rate,year\nEUR,0.8,2020\n", "{target_currency: GBP}", ITG_ERR_DATA, "rates differ by year");
  assert_fails("costing", (inputs){"data", "gp\n1\n", "unit_costs", "resource,unit_cost,year,currency\ngp,1,2020,GBP\n",
                                   "inflation", "year,index\n2020,100\n2021,110\n"},
               NULL, ITG_ERR_OPTION, "nothing would be inflated; set price_year");
  assert_fails("costing", (inputs){"data", "gp\n1\n", "unit_costs", "resource,unit_cost,year,currency\ngp,1,2020,GBP\n",
                                   "rates", "currency,rate\nGBP,1\nEUR,2\n"},
               NULL, ITG_ERR_OPTION, "nothing would be converted; set target_currency");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(service_use_of_PMC6181103_table_3),
      cmocka_unit_test(hchs_inflation_2014_to_2016_of_inflatably),
      cmocka_unit_test(order_of_inflation_and_conversion),
      cmocka_unit_test(parts_add_up_exactly),
      cmocka_unit_test(mean_and_interval_of_R),
      cmocka_unit_test(blanks_are_missing_unless_told),
      cmocka_unit_test(events_are_added_and_nobody_is_lost),
      cmocka_unit_test(periods_are_discounted),
      cmocka_unit_test(threads_do_not_show),
      cmocka_unit_test(overflow_is_out_of_range),
      cmocka_unit_test(a_person_may_have_very_many_periods),
      cmocka_unit_test(bad_use_is_named),
      cmocka_unit_test(bad_unit_costs_are_named),
      cmocka_unit_test(bad_prices_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
