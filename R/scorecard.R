#' @eval help_of("scorecard")
#' @examples
#' file <- function(name) system.file("example", name, package = "integrade")
#' values <- read_data(file("indicator-values.csv"), text = "period")
#' x <- scorecard(values, indicators = read_data(file("indicators.csv")), seed = 1)
#' x
#' plot(x)
#' @export
scorecard <- function(data, indicators, indicator = NULL, value = NULL, site = NULL, period = NULL, se = NULL,
                      events = NULL, n = NULL, perspective = NULL, direction = NULL, target = NULL,
                      target_low = NULL, target_high = NULL, floor = NULL, baseline = NULL, weight = NULL,
                      unit = NULL, instrument = NULL, periods = NULL, clip = NULL, perspective_weights = NULL,
                      interval = NULL, bands = NULL, draws = NULL, conf_level = NULL, columns = NULL, missing = NULL,
                      seed = NULL, threads = getOption("integrade.threads")) {
  named_measure("scorecard", as.list(environment()))
}
