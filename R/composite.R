# Sites compared: composite indicators and funnel limits.

#' @eval help_of("composite")
#' @examples
#' states <- data.frame(site = rownames(state.x77), state.x77)
#' x <- composite(states, indicators = c("Life.Exp", "HS.Grad", "Murder", "Illiteracy"),
#'                lower = c("Murder", "Illiteracy"), seed = 1)
#' x
#' plot(x)
#' @export
composite <- function(data, site = NULL, indicators = NULL, normalise = NULL, aggregate = NULL,
                      aggregate_dimensions = NULL, weights = NULL, dimensions = NULL, dimension_weights = NULL,
                      lower = NULL, targets = NULL, goalposts = NULL, range = NULL, z = NULL, sd = NULL,
                      coverage = NULL, draws = NULL, weight_noise = NULL, try_normalise = NULL, try_aggregate = NULL,
                      leave_out = NULL, sensitivity = NULL, conf_level = NULL, columns = NULL, by = NULL,
                      missing = NULL, seed = NULL, threads = getOption("integrade.threads")) {
  named_measure("composite", as.list(environment()))
}

#' @eval help_of("funnel")
#' @examples
#' sites <- data.frame(site = LETTERS[1:6], events = c(41, 18, 77, 3, 29, 12),
#'                     n = c(352, 204, 418, 61, 310, 120))
#' x <- funnel(sites)
#' x
#' plot(x)
#' @export
funnel <- function(data, site = NULL, events = NULL, n = NULL, expected = NULL, value = NULL, se = NULL, kind = NULL,
                   target = NULL, limits = NULL, method = NULL, overdispersion = NULL, winsorise = NULL, per = NULL,
                   conf_level = NULL, columns = NULL, by = NULL, missing = NULL,
                   threads = getOption("integrade.threads")) {
  named_measure("funnel", as.list(environment()))
}
