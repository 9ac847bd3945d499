#' @eval help_of("psa")
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
#' @export
psa <- function(data, strategy = NULL, cost = NULL, effect = NULL, sample = NULL, costs = NULL, effects = NULL,
                model = NULL, strategies = NULL, reference = NULL, incomplete = NULL, model_weights = NULL,
                thresholds = NULL, grid_to = NULL, grid_from = NULL, grid_step = NULL, points = NULL, plane = NULL,
                ties = NULL, shares = NULL, risk_aversion = NULL, population = NULL, horizon = NULL, discount = NULL,
                discount_from = NULL, timing = NULL, unit = NULL, conf_level = NULL, columns = NULL, missing = NULL,
                threads = getOption("integrade.threads")) {
  named_measure("psa", as.list(environment()))
}

#' @eval help_of("evppi")
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
#' @export
evppi <- function(data, strategy = NULL, cost = NULL, effect = NULL, sample = NULL, costs = NULL, effects = NULL,
                  model = NULL, parameters = NULL, strategies = NULL, reference = NULL, incomplete = NULL,
                  model_weights = NULL, sets = NULL, single = NULL, thresholds = NULL, points = NULL,
                  population = NULL, horizon = NULL, discount = NULL, discount_from = NULL, timing = NULL,
                  conf_level = NULL, columns = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("evppi", as.list(environment()))
}

#' @eval help_of("evsi")
#' @examples
#' set.seed(1)
#' n <- 500
#' gain <- rnorm(n, 0.08, 0.05)
#' samples <- data.frame(cost_usual = 4000, effect_usual = 8, cost_network = rnorm(n, 5600, 300),
#'                       effect_network = 8 + gain, gain = gain)
#' x <- evsi(samples, design = "normal", sd = 0.3, sizes = c(50, 200, 800), costs = "/^cost_/",
#'           effects = "/^effect_/", parameters = "gain", population = 1000, horizon = 10, cost_per_person = 500)
#' tables(x, "evsi")
#' plot(x)
#' @export
evsi <- function(data, strategy = NULL, cost = NULL, effect = NULL, sample = NULL, costs = NULL, effects = NULL,
                 model = NULL, parameters = NULL, strategies = NULL, reference = NULL, incomplete = NULL,
                 model_weights = NULL, design = NULL, sizes = NULL, sd = NULL, method = NULL, replicates = NULL,
                 thresholds = NULL, population = NULL, horizon = NULL, discount = NULL, discount_from = NULL,
                 timing = NULL, cost_fixed = NULL, cost_per_person = NULL, columns = NULL, missing = NULL, seed = NULL,
                 threads = getOption("integrade.threads")) {
  named_measure("evsi", as.list(environment()))
}
