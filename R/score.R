#' @eval help_of("score", data = "Data frame: a row per respondent for scales, else a row per answer.")
#' @eval help_of_kinds("scale", "checklist", "stages", "points", "ladder", "classification")
#' @examples
#' elements <- read_data(system.file("example", "dmic-elements.csv", package = "integrade"))
#' x <- score(elements, "dmic", by = "programme")
#' tables(x, "improvements")[1:3, ]
#' plot(x)
#' @export
score <- function(data, instrument = NULL, elements = NULL, phases = NULL, ..., columns = NULL, by = NULL,
                  keep = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  arguments <- c(as.list(environment()), list(...))
  named_measure("score", arguments)
}
