#' @eval help_of("qaly")
#' @examples
#' visits <- data.frame(id = rep(c("a", "b"), each = 3), time = c(0, 0.5, 1),
#'                      utility = c(0.6, 0.7, 0.75, 0.8, 0.8, 0.7))
#' x <- qaly(visits, time_unit = "years")
#' x
#' tables(x, "qalys")
#' answers <- data.frame(id = rep(c("a", "b"), each = 2), time = c(0, 1, 0, 1),
#'                       profile = c(21232, 11121, 11111, 11112))
#' qaly(answers, valueset = "eq5d-5l-england", time_unit = "years")
#' @export
qaly <- function(data, id = NULL, time = NULL, utility = NULL, utilities = NULL, mobility = NULL, self_care = NULL,
                 usual_activities = NULL, pain = NULL, anxiety = NULL, profile = NULL, profiles = NULL,
                 death = NULL, valueset = NULL, instrument = NULL, valueset_by = NULL, decimals = NULL,
                 invalid = NULL, times = NULL, time_unit = NULL, horizon = NULL, gaps = NULL, end = NULL, dying = NULL, order = NULL,
                 discount = NULL, discount_from = NULL, timing = NULL, conf_level = NULL, columns = NULL, by = NULL,
                 keep = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("qaly", as.list(environment()))
}

#' @eval help_of("cea")
#' @examples
#' patients <- read_data(system.file("example", "study-patients.csv", package = "integrade"))
#' x <- cea(patients, cost = c("health", "social", "team"), effect = "qaly",
#'          covariates = c("age", "sex"), effect_covariates = "baseline", cluster = "practice",
#'          reference = "usual", replicates = 500, seed = 1)
#' x
#' plot(x, "plane")
#' plot(x, "ceac")
#' # practices were randomised, and few of them: clusters first, then patients, shrunk
#' cea(patients, cost = c("health", "social", "team"), effect = "qaly", cluster = "practice",
#'     reference = "usual", bootstrap = "twostage", interval = "delta", replicates = 500, seed = 1)
#' @export
cea <- function(data, arm = NULL, cost = NULL, effect = NULL, covariates = NULL, cost_covariates = NULL,
                effect_covariates = NULL, cluster = NULL, stratum = NULL, weight = NULL, imputation = NULL,
                reference = NULL, method = NULL, thresholds = NULL, curve_to = NULL, curve_points = NULL, points = NULL,
                plane = NULL, contours = NULL, contour_of = NULL, bandwidth = NULL, replicates = NULL, bootstrap = NULL, shrinkage = NULL, cluster_size = NULL,
                interval = NULL, errors = NULL, negative_costs = NULL, unit = NULL, conf_level = NULL, columns = NULL,
                by = NULL, missing = NULL, seed = NULL, threads = getOption("integrade.threads")) {
  named_measure("cea", as.list(environment()))
}

#' @eval help_of("cea_summary")
#' @examples
#' # Telehealth, BMJ 2013;346:f1035: 0.012 QALY at 92000 each; 11% likely to pay at 30000
#' printed <- data.frame(effect = 0.012, icer = 92000, at_threshold = 30000, probability = 0.11)
#' x <- cea_summary(printed, curve_to = 150000)
#' x
#' plot(x, "ceac")
#' @export
cea_summary <- function(data, scenario = NULL, effect = NULL, cost = NULL, icer = NULL, se_effect = NULL,
                        effect_low = NULL, effect_high = NULL, p_effect = NULL, se_cost = NULL, cost_low = NULL,
                        cost_high = NULL, p_cost = NULL, correlation = NULL, at_threshold = NULL, probability = NULL,
                        n = NULL, df = NULL, thresholds = NULL, curve_to = NULL, curve_points = NULL,
                        printed_level = NULL, unit = NULL, conf_level = NULL, columns = NULL, missing = NULL,
                        threads = getOption("integrade.threads")) {
  named_measure("cea_summary", as.list(environment()))
}
