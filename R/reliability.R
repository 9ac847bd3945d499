# Reliability of scales and ratings.

#' @eval help_of("reliability")
#' @examples
#' x <- reliability(attitude, items = names(attitude), replicates = 200, seed = 1)
#' x
#' tables(x, "items")
#' plot(x)
#'
#' # a published matrix (here R's own, of 112 persons) in place of answers
#' reliability(covariance = ability.cov$cov, n = 112)
#' @export
reliability <- function(data = NULL, covariance = NULL, items = NULL, item = NULL, mean = NULL, count = NULL, n = NULL,
                        instrument = NULL, scores = NULL, out_of_range = NULL, labels = NULL, scales = NULL, reverse = NULL,
                        range = NULL, score = NULL, incomplete = NULL, factor = NULL, interval = NULL,
                        replicates = NULL, split_items = NULL, conf_level = NULL, columns = NULL, by = NULL,
                        missing = NULL, seed = NULL, threads = getOption("integrade.threads")) {
  named_measure("reliability", as.list(environment()))
}

#' @eval help_of("icc")
#' @examples
#' icc(sleep, target = "ID", rater = "group", rating = "extra")
#' @export
icc <- function(data = NULL, covariance = NULL, ratings = NULL, target = NULL, rater = NULL, rating = NULL, item = NULL,
                mean = NULL, count = NULL, n = NULL, incomplete = NULL, conf_level = NULL, columns = NULL, by = NULL,
                missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("icc", as.list(environment()))
}

#' @eval help_of("gstudy")
#' @examples
#' x <- gstudy(sleep, object = "ID", facet = "group", value = "extra",
#'             numbers = list(group = c(1, 2, 4)))
#' tables(x, "dstudy")
#' @export
gstudy <- function(data, object = NULL, facet = NULL, value = NULL, ratings = NULL, nested = NULL, numbers = NULL,
                   columns = NULL, by = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("gstudy", as.list(environment()))
}
