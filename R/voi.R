# The samples of a model: acceptability, value of information, studies; and the runs of one-way sensitivity.

# Samples as BCEA and dampack hold them: matrices of costs and effects, a row per sample and a column per strategy.
# Everything else is left as it came.
from_matrices <- function(arguments) {
  data <- arguments$data
  if (is.data.frame(data) || !is.list(data)) return(arguments)
  part <- function(...) for (name in c(...)) if (!is.null(data[[name, exact = TRUE]])) return(data[[name, exact = TRUE]])
  parts <- list(cost = part("c", "cost", "costs"), effect = part("e", "effectiveness", "effect", "effects"))
  if (!all(vapply(parts, function(x) length(dim(x)) == 2L, NA))) return(arguments)
  if (!identical(dim(parts$cost), dim(parts$effect)))
    fail("DATA", "data: costs are ", paste(dim(parts$cost), collapse = " x "), " and effects ",
         paste(dim(parts$effect), collapse = " x "), "; both have a row per sample and a column per strategy")
  for (name in c("strategy", "cost", "effect", "sample", "costs", "effects"))
    if (!is.null(arguments[[name]]))
      fail("ARGUMENT", "'", name, "' names a column, but data are matrices of costs and effects; leave it out", exit = 2L)
  names <- arguments$strategies %||% part("strategies", "interventions") %||% colnames(parts$effect) %||%
    colnames(parts$cost) %||% paste("strategy", seq_len(ncol(parts$cost)))
  if (length(names) != ncol(parts$cost))
    fail("DATA", "data: ", length(names), " names of strategies, but ", ncol(parts$cost), " columns of costs and effects")
  each <- lapply(names(parts), function(kind) {
    stats::setNames(as.list(as.data.frame(parts[[kind]])), paste0(kind, "_", seq_along(names)))
  })
  parameters <- as.list(as.data.frame(part("parameters"), optional = TRUE))
  clash <- intersect(names(parameters), unlist(lapply(each, names)))
  if (length(clash)) fail("DATA", "data: a parameter bears the name '", clash[1L], "' of a column of costs or effects")
  table <- c(each[[1L]], each[[2L]], parameters)
  if (any(lengths(table) != nrow(parts$cost)))
    fail("DATA", "data: parameters have another number of rows than costs and effects; each has a row per sample")
  arguments$data <- as.data.frame(table, optional = TRUE)
  arguments$costs <- names(each[[1L]])
  arguments$effects <- names(each[[2L]])
  arguments$strategies <- as.character(names)
  if ("parameters" %in% names(arguments) && is.null(arguments$parameters) && length(parameters))
    arguments$parameters <- names(parameters)
  arguments
}

samples_help <- paste(
  "Data frame, or what \\code{as.data.frame()} makes one of; or a list of two matrices with a row per sample and a",
  "column per strategy, \\code{e} (effects) and \\code{c} (costs), such as an object of package BCEA, or",
  "\\code{effectiveness} and \\code{cost}, as of dampack's \\code{make_psa_obj()}, with \\code{parameters}, a data frame.",
  "Strategies are then named by \\code{strategies}, \\code{interventions} or the columns.")

#' @eval help_of("psa", samples_help)
#' @examples
#' set.seed(1)
#' n <- 500
#' gain <- rnorm(n, 0.08, 0.05)
#' samples <- data.frame(cost_usual = rnorm(n, 4000, 200), effect_usual = 8,
#'                       cost_network = rnorm(n, 5200, 400), effect_network = 8 + gain, gain = gain)
#' x <- psa(samples, costs = "/^cost_/", effects = "/^effect_/")
#' tables(x, "frontier")
#' plot(x)
#' plot(x, "plane")
#' plot(psa(samples, costs = "/^cost_/", effects = "/^effect_/", contours = c(0.5, 0.95)), "contour")
#' psa(list(e = cbind(usual = 8, network = 8 + gain),
#'          c = cbind(rnorm(n, 4000, 200), rnorm(n, 5200, 400))))
#' # Subgroups, and what choosing for each of them is worth.
#' both <- rbind(cbind(samples, age = "under 75"), cbind(samples, age = "75 and over"))
#' older <- both$age == "75 and over"
#' both$cost_network[older] <- both$cost_network[older] + 900
#' y <- psa(both, costs = "/^cost_/", effects = "/^effect_/", by = "age",
#'          group_weights = list("under 75" = 70, "75 and over" = 30))
#' tables(y, "heterogeneity")
#' plot(y, where = list(age = "75 and over"))
#' @export
psa <- function(data, strategy = NULL, cost = NULL, effect = NULL, sample = NULL, costs = NULL, effects = NULL,
                model = NULL, strategies = NULL, reference = NULL, incomplete = NULL, model_weights = NULL, dic = NULL,
                thresholds = NULL, grid_to = NULL, grid_from = NULL, grid_step = NULL, points = NULL, plane = NULL,
                contours = NULL, contour_of = NULL, bandwidth = NULL,
                ties = NULL, shares = NULL, risk_aversion = NULL, group_weights = NULL, population = NULL, horizon = NULL,
                discount = NULL, discount_from = NULL, timing = NULL, unit = NULL, conf_level = NULL, columns = NULL,
                by = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("psa", from_matrices(as.list(environment())))
}

#' @eval help_of("evppi", samples_help)
#' @examples
#' set.seed(1)
#' n <- 500
#' gain <- rnorm(n, 0.08, 0.05)
#' visits <- rpois(n, 20)
#' samples <- data.frame(cost_usual = 4000, effect_usual = 8, cost_network = 4000 + 70 * visits,
#'                       effect_network = 8 + gain, gain = gain, visits = visits)
#' x <- evppi(samples, costs = "/^cost_/", effects = "/^effect_/", parameters = c("gain", "visits"))
#' x
#' plot(x)
#' plot(x, "tornado")
#' # By group of patients: each has its own model runs.
#' samples$need <- rep(c("low", "high"), n / 2)
#' y <- evppi(samples, costs = "/^cost_/", effects = "/^effect_/", parameters = "gain", by = "need")
#' plot(y, where = list(need = "high"))
#' @export
evppi <- function(data, strategy = NULL, cost = NULL, effect = NULL, sample = NULL, costs = NULL, effects = NULL,
                  model = NULL, parameters = NULL, strategies = NULL, reference = NULL, incomplete = NULL,
                  model_weights = NULL, dic = NULL, sets = NULL, single = NULL, thresholds = NULL, points = NULL,
                  population = NULL, horizon = NULL, discount = NULL, discount_from = NULL, timing = NULL,
                  conf_level = NULL, columns = NULL, by = NULL, missing = NULL,
                  threads = getOption("integrade.threads")) {
  named_measure("evppi", from_matrices(as.list(environment())))
}

#' @eval help_of("evsi", samples_help)
#' @examples
#' set.seed(1)
#' n <- 500
#' gain <- rnorm(n, 0.08, 0.05)
#' samples <- data.frame(cost_usual = 4000, effect_usual = 8, cost_network = rnorm(n, 5600, 300),
#'                       effect_network = 8 + gain, gain = gain)
#' x <- evsi(samples, design = "normal", sd = 0.3, sizes = c(50, 200, 800), costs = "/^cost_/",
#'           effects = "/^effect_/", parameters = "gain", population = 1000, horizon = 10,
#'           cost_per_person = 500)
#' tables(x, "evsi")
#' plot(x)
#' @export
evsi <- function(data, strategy = NULL, cost = NULL, effect = NULL, sample = NULL, costs = NULL, effects = NULL,
                 model = NULL, parameters = NULL, strategies = NULL, reference = NULL, incomplete = NULL,
                 model_weights = NULL, dic = NULL, design = NULL, sizes = NULL, sd = NULL, method = NULL,
                 replicates = NULL,
                 thresholds = NULL, population = NULL, horizon = NULL, discount = NULL, discount_from = NULL,
                 timing = NULL, cost_fixed = NULL, cost_per_person = NULL, columns = NULL, by = NULL, missing = NULL, seed = NULL,
                 threads = getOption("integrade.threads")) {
  named_measure("evsi", from_matrices(as.list(environment())))
}

#' @eval help_of("parameter_draws")
#' @examples
#' uncertain <- data.frame(parameter = c("p_admission", "c_coordinator", "rate_ratio"),
#'                         distribution = c("beta", "gamma", "lognormal"),
#'                         mean = c(0.2, 1500, NA), sd = c(0.04, 300, NA),
#'                         conf_low = c(NA, NA, 0.65), conf_high = c(NA, NA, 0.98))
#' x <- parameter_draws(uncertain, draws = 200, seed = 1)
#' x
#' p <- tables(x, "draws")
#' # those that go together, by the rows of another table
#' together <- data.frame(parameter_1 = "p_admission", parameter_2 = "c_coordinator",
#'                        correlation = -0.5)
#' tables(parameter_draws(uncertain, together, draws = 200, seed = 1), "correlations")
#' hospital <- 9000 * p$p_admission
#' model <- cbind(p, cost_usual = hospital, cost_team = hospital * p$rate_ratio + p$c_coordinator,
#'                effect_usual = 0.7, effect_team = 0.75)
#' psa(model, costs = "/^cost_/", effects = "/^effect_/")
#' @export
parameter_draws <- function(data, correlations = NULL, parameter = NULL, distribution = NULL, mean = NULL, sd = NULL,
                            conf_low = NULL, conf_high = NULL, a = NULL, b = NULL, low = NULL, mode = NULL,
                            high = NULL, group = NULL, parameter_1 = NULL, parameter_2 = NULL, correlation = NULL,
                            draws = NULL, interval_level = NULL, correlation_of = NULL, conf_level = NULL, columns = NULL,
                            missing = NULL, seed = NULL, threads = getOption("integrade.threads")) {
  named_measure("parameter_draws", as.list(environment()))
}

#' @eval help_of("tornado")
#' @examples
#' runs <- data.frame(parameter = rep(c("base", "gain", "price"), c(2, 4, 4)),
#'                    value = c(NA, NA, 0.02, 0.02, 0.1, 0.1, 800, 800, 1600, 1600),
#'                    strategy = c("usual", "network"),
#'                    cost = c(4000, 5200, 4000, 5200, 4000, 5200, 4000, 4800, 4000, 5600),
#'                    effect = c(8, 8.06, 8, 8.02, 8, 8.1, 8, 8.06, 8, 8.06))
#' x <- tornado(runs, thresholds = 25000)
#' tables(x, "tornado")
#' tables(x, "switches")
#' plot(x)
#' @export
tornado <- function(data, parameter = NULL, value = NULL, limit = NULL, strategy = NULL, cost = NULL, effect = NULL,
                    benefit = NULL, base = NULL, strategies = NULL, reference = NULL, thresholds = NULL, unit = NULL,
                    columns = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("tornado", as.list(environment()))
}

#' @eval help_of("one_way", samples_help)
#' @examples
#' samples <- read_data(system.file("example", "model-samples.csv", package = "integrade"))
#' x <- one_way(samples, costs = "/^cost_/", effects = "/^effect_/", thresholds = 20000,
#'              parameters = c("p_admission", "u_gain"))
#' tables(x, "switches")
#' plot(x)
#' plot(x, "one_way", where = list(parameter = "u_gain"))
#' @export
one_way <- function(data, strategy = NULL, cost = NULL, effect = NULL, sample = NULL, costs = NULL, effects = NULL,
                    model = NULL, parameters = NULL, strategies = NULL, reference = NULL, incomplete = NULL,
                    model_weights = NULL, dic = NULL, degree = NULL, points = NULL, quantiles = NULL, ranges = NULL,
                    thresholds = NULL, unit = NULL, columns = NULL, by = NULL, missing = NULL,
                    threads = getOption("integrade.threads")) {
  named_measure("one_way", from_matrices(as.list(environment())))
}

#' @eval help_of("two_way", samples_help)
#' @examples
#' samples <- read_data(system.file("example", "model-samples.csv", package = "integrade"))
#' x <- two_way(samples, costs = "/^cost_/", effects = "/^effect_/", thresholds = 20000,
#'              parameters = c("p_admission", "u_gain"))
#' tables(x, "regions")
#' plot(x)
#' # Runs of a model at every pair of values: one row per run and strategy.
#' runs <- expand.grid(strategy = c("usual", "network"), gain = (0:8) / 100, price = 500 * 0:8)
#' network <- runs$strategy == "network"
#' runs$cost <- 4000 + network * runs$price
#' runs$effect <- 8 + network * runs$gain
#' y <- two_way(runs, parameters = c("gain", "price"), thresholds = 25000)
#' plot(y, mark = c(0.05, 1000))
#' @export
two_way <- function(data, strategy = NULL, cost = NULL, effect = NULL, sample = NULL, costs = NULL, effects = NULL,
                    model = NULL, benefit = NULL, parameters = NULL, strategies = NULL, reference = NULL,
                    incomplete = NULL, model_weights = NULL, dic = NULL, method = NULL, degree = NULL, points = NULL,
                    quantiles = NULL, ranges = NULL, thresholds = NULL, unit = NULL, columns = NULL, by = NULL,
                    missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("two_way", from_matrices(as.list(environment())))
}
