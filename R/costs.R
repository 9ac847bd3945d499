#' @eval help_of("cost_table")
#' @examples
#' lines <- data.frame(arm = rep(c("usual", "programme"), each = 2),
#'                     category = c("inpatient", "outpatient"),
#'                     cost = c(2004, 610, 1471, 661))
#' cost_table(lines, reference = "usual")
#' @export
cost_table <- function(data, flows = NULL, category = NULL, cost = NULL, arm = NULL, payer = NULL, persons = NULL,
                       amount = NULL, paid_by = NULL, paid_to = NULL, reference = NULL, total = NULL, rounding = NULL,
                       absent = NULL, negative = NULL, per = NULL, spread = NULL, columns = NULL, missing = NULL,
                       threads = getOption("integrade.threads")) {
  named_measure("cost_table", as.list(environment()))
}

#' @eval help_of("investment")
#' @examples
#' flows <- data.frame(year = 2024:2028, cost = c(300, 120, 100, 100, 100),
#'                     benefit = c(0, 110, 210, 240, 250))
#' x <- investment(flows, setup = 80, setup_years = 5)
#' x
#' tables(x, "cashflow")
#' @export
investment <- function(data, year = NULL, cost = NULL, benefit = NULL, rate = NULL, rate_from = NULL, timing = NULL,
                       setup = NULL, setup_years = NULL, blank = NULL, columns = NULL, by = NULL, missing = NULL,
                       threads = getOption("integrade.threads")) {
  named_measure("investment", as.list(environment()))
}

#' @eval help_of("budget_impact")
#' @examples
#' people <- data.frame(scenario = c("current", "new", "new"), year = 2026,
#'                      option = c("usual care", "usual care", "case management"),
#'                      persons = c(1000, 800, 200))
#' prices <- data.frame(option = c("usual care", "case management"), cost = c(3200, 2950))
#' budget_impact(people, prices)
#' @export
budget_impact <- function(data, costs, budgets = NULL, scenario = NULL, year = NULL, option = NULL, persons = NULL,
                          population = NULL, share = NULL, members = NULL, cost = NULL, category = NULL, payer = NULL,
                          budget = NULL, reference = NULL, rate = NULL, rate_from = NULL, timing = NULL,
                          columns = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("budget_impact", as.list(environment()))
}

#' @eval help_of("costing")
#' @examples
#' use <- data.frame(id = 1:4, arm = c("usual", "usual", "team", "team"),
#'                   gp_visit = c(6, 3, 4, 5), bed_day = c(4, 9, 0, 3),
#'                   care_hour = c(20, 0, 35, 12))
#' prices <- data.frame(resource = c("gp_visit", "bed_day", "care_hour"),
#'                      unit_cost = c(41.5, 402, 25), year = c(2021, 2022, 2022),
#'                      category = c("primary care", "inpatient care", "care at home"),
#'                      payer = c("health", "health", "social care"))
#' prices_of <- data.frame(year = 2021:2022, index = c(100, 104))
#' x <- costing(use, prices, inflation = prices_of, price_year = "2022", by = "arm")
#' x[x$scale == "cost" & x$resource == "all", ]
#' tables(x, "costs")
#' tables(x, "prices")
#' @export
costing <- function(data, unit_costs, inflation = NULL, rates = NULL, id = NULL, quantities = NULL, resource = NULL,
                    quantity = NULL, time = NULL, unit_cost = NULL, unit = NULL, category = NULL, payer = NULL,
                    shares = NULL, year = NULL, currency = NULL, source = NULL, index = NULL, rate = NULL,
                    price_year = NULL, target_currency = NULL, inflate = NULL, share_unit = NULL, blank = NULL,
                    absent = NULL, cases = NULL, time_unit = NULL, discount = NULL, discount_from = NULL,
                    timing = NULL, conf_level = NULL, columns = NULL, by = NULL, keep = NULL, missing = NULL,
                    threads = getOption("integrade.threads")) {
  named_measure("costing", as.list(environment()))
}
