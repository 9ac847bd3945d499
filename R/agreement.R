#' @eval help_of("agreement")
#' @examples
#' # Krippendorff 2011: four observers, twelve units
#' ratings <- data.frame(A = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA),
#'                       B = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3),
#'                       C = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA),
#'                       D = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA))
#' x <- agreement(ratings, ratings = c("A", "B", "C", "D"),
#'                metrics = c("nominal", "ordinal", "interval"))
#' x
#' tables(x, "coefficients")[c("scale", "name", "observed", "chance", "p_value")]
#' plot(x)
#' @export
agreement <- function(data, unit = NULL, rater = NULL, value = NULL, ratings = NULL, count = NULL,
                      coefficients = NULL, categories = NULL, weights = NULL, weight_matrix = NULL, weight_kind = NULL, metrics = NULL,
                      by_category = NULL, interval = NULL, replicates = NULL, conf_level = NULL, columns = NULL,
                      by = NULL, missing = NULL, seed = NULL, threads = getOption("integrade.threads")) {
  if (is.matrix(weight_matrix)) weight_matrix <- lapply(seq_len(nrow(weight_matrix)), function(i) I(weight_matrix[i, ]))
  named_measure("agreement", as.list(environment()))
}

#' @eval help_of("concordance")
#' @examples
#' x <- concordance(attitude, ratings = names(attitude))
#' x
#' tables(x, "tests")
#' @export
concordance <- function(data = NULL, rankings = NULL, unit = NULL, rater = NULL, value = NULL, ratings = NULL,
                        group = NULL, replicate = NULL, raters = NULL, ties = NULL, raters_squared = NULL,
                        ties_squared = NULL, rank_sum = NULL, categories = NULL, conf_level = NULL, columns = NULL,
                        by = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("concordance", as.list(environment()))
}

#' @eval help_of("within_group")
#' @examples
#' answers <- data.frame(team = rep(c("a", "b", "c"), c(5, 4, 6)),
#'                       climate = c(4, 4, 5, 3, 4, 1, 5, 1, 5, 2, 2, 3, 2, 2, 3))
#' x <- within_group(answers, items = "climate", low = 1, high = 5)
#' x
#' tables(x, "teams")
#' @export
within_group <- function(data, team = NULL, items = NULL, low = NULL, high = NULL, null = NULL, null_shares = NULL,
                         negative = NULL, cutoff = NULL, min_members = NULL, team_size = NULL, conf_level = NULL,
                         columns = NULL, by = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("within_group", as.list(environment()))
}

#' @eval help_of("consensus")
#' @examples
#' panel <- data.frame(item = c("readiness to change", "structure and governance", "funding"),
#'                     e1 = c(3, 2, 0), e2 = c(3, 2, 1), e3 = c(3, 3, 5),
#'                     e4 = c(4, 2, 4), e5 = c(3, 3, 2),
#'                     e6 = c(2, 2, 0), e7 = c(3, 2, 5), e8 = c(3, 3, 3))
#' x <- consensus(panel, ratings = paste0("e", 1:8))
#' tables(x, "items")[c("item", "median", "inside", "outside", "consensus", "level")]
#' plot(x)
#' @export
consensus <- function(data, item = NULL, rater = NULL, value = NULL, ratings = NULL, items = NULL, rule = NULL,
                      instrument = NULL, out_of_range = NULL, labels = NULL, low = NULL, high = NULL, most_outside = NULL, disagreement = NULL, extreme = NULL, ipr_symmetric = NULL,
                      asymmetry_factor = NULL, agree_from = NULL, share = NULL, most_iqr = NULL, cut_points = NULL,
                      levels = NULL, categories = NULL, conf_level = NULL, columns = NULL, by = NULL, missing = NULL,
                      threads = getOption("integrade.threads")) {
  named_measure("consensus", as.list(environment()))
}
