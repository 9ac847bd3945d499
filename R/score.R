#' @eval help_of("score", data = "Data frame: a row per respondent for scales, else a row per answer.")
#' @eval help_of_kinds("scale", "checklist", "stages", "points", "ladder", "classification")
#' @examples
#' elements <- read_data(system.file("example", "dmic-elements.csv", package = "integrade"))
#' x <- score(elements, "dmic", by = "programme")
#' tables(x, "improvements")[1:3, ]
#' plot(x)
#' @export
score <- function(data, instrument = NULL, elements = NULL, phases = NULL, labels = NULL, ..., columns = NULL,
                  by = NULL, keep = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  arguments <- c(as.list(environment()), list(...))
  named_measure("score", arguments)
}

#' @eval help_of("change")
#' @examples
#' answers <- data.frame(person = rep(1:6, 2), wave = rep(c("2024", "2025"), each = 6),
#'                       total = c(2.1, 3.0, 2.6, 1.9, 3.4, 2.8, 2.9, 3.1, 3.3, 2.6, 3.2, 3.6))
#' x <- change(answers, scores = "total", minimal = 0.5)
#' x
#' rows(x)
#' plot(x, scale = "total.change")
#' @export
change <- function(data, wave = NULL, scores = NULL, person = NULL, first = NULL, last = NULL, design = NULL,
                   direction = NULL, minimal = NULL, reliability = NULL, conf_level = NULL, columns = NULL, by = NULL,
                   missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("change", as.list(environment()))
}

#' @eval help_of("checklist")
#' @examples
#' elements <- read_data(system.file("example", "dmic-elements.csv", package = "integrade"))
#' x <- checklist(elements, by = "programme")
#' plot(x, where = list(programme = "stroke"))
#' @export
checklist <- function(data, phases = NULL, service = NULL, element = NULL, rater = NULL, relevant = NULL,
                      present = NULL, planned = NULL, year = NULL, note = NULL, phase = NULL, instrument = NULL,
                      tie = NULL, labels = NULL, conf_level = NULL, columns = NULL, by = NULL, missing = NULL,
                      threads = getOption("integrade.threads")) {
  named_measure("checklist", as.list(environment()))
}

#' @eval help_of("stages")
#' @examples
#' file <- function(name) system.file("example", name, package = "integrade")
#' x <- stages(read_data(file("dmic-phases.csv")), elements = read_data(file("dmic-elements.csv")))
#' subset(x, scale == "kappa_quadratic")
#' plot(x)
#' @export
stages <- function(data, elements = NULL, phases = NULL, service = NULL, wave = NULL, rater = NULL, phase = NULL,
                   calculated = NULL, element = NULL, relevant = NULL, present = NULL, instrument = NULL, tie = NULL, labels = NULL,
                   rule = NULL, theta = NULL, cut_points = NULL, checklist = NULL, conf_level = NULL, columns = NULL,
                   by = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("stages", as.list(environment()))
}

#' @eval help_of("ladder")
#' @examples
#' ladder(data.frame(level = c(2, 3, 3, 5, 8)), "financial-integration")
#' @export
ladder <- function(data, instrument = NULL, level = NULL, weight = NULL, statistics = NULL, continuity = NULL,
                   conf_level = NULL, columns = NULL, by = NULL, keep = NULL, missing = NULL,
                   threads = getOption("integrade.threads")) {
  named_measure("ladder", as.list(environment()))
}

#' @eval help_of("classification")
#' @examples
#' networks <- data.frame(merger = c("low", "high"), coordination = c("strong", "weak"))
#' x <- classification(networks, "merger-coordination")
#' tables(x, "cases")
#' @export
classification <- function(data, instrument = NULL, items = NULL, actual = NULL, weight = NULL, cuts = NULL,
                           conf_level = NULL, columns = NULL, by = NULL, keep = NULL, missing = NULL,
                           threads = getOption("integrade.threads")) {
  named_measure("classification", as.list(environment()))
}
