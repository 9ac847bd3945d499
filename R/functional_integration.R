#' @eval help_of("functional_integration")
#' @examples
#' ratings <- read_data(system.file("example", "functional-synthetic.csv", package = "integrade"))
#' x <- functional_integration(ratings, replicates = 200, seed = 1)
#' x
#' plot(x)
#' plot(x, "gap")
#' @export
functional_integration <- function(data, unit = NULL, partner = NULL, rank = NULL, optimum = NULL, rater = NULL,
                                   profession = NULL, category = NULL, direction = NULL, organisation = NULL,
                                   count = NULL, count_optimum = NULL, replicate = NULL, instrument = NULL,
                                   anchors = NULL, units = NULL, consensus = NULL,
                                   replicates = NULL, conf_level = NULL, columns = NULL, by = NULL, missing = NULL,
                                   seed = NULL, threads = getOption("integrade.threads")) {
  named_measure("functional_integration", as.list(environment()))
}
