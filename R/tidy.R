# Methods of generics that live in packages which need not be installed.

#' Results for ggplot2 and the tidy packages
#'
#' Methods of \code{ggplot2::autoplot}, and of \code{generics::tidy} and \code{generics::glance} (which package broom
#' exports). They work when those packages are installed.
#'
#' @param x,object A result of a measure.
#' @param scale Name of a scale; default all that have the unit of the first estimate.
#' @param ... Unused.
#' @return \code{autoplot}: a plot of dots with intervals. \code{tidy}: the estimates as a plain data frame.
#'   \code{glance}: one row that tells measure, definition, version, seed, and numbers of estimates, rows and notes.
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' ratings <- read_data(system.file("example", "functional-published.csv", package = "integrade"))
#' ggplot2::autoplot(functional_integration(ratings, replicates = 200, seed = 1), scale = "rank")
#' @name autoplot.itg_result
#' @exportS3Method ggplot2::autoplot
autoplot.itg_result <- function(object, scale = NULL, ...) {
  rows <- estimates_to_draw(object, list(), scale)
  data <- data.frame(label = factor(rows$label, rev(unique(rows$label))), estimate = rows$estimate,
                     conf.low = rows$conf.low, conf.high = rows$conf.high)
  aes <- function(...) do.call(ggplot2::aes, lapply(list(...), as.name))
  ggplot2::ggplot(data, aes(x = "estimate", y = "label")) +
    ggplot2::geom_segment(aes(x = "conf.low", xend = "conf.high", y = "label", yend = "label"), colour = BLUE,
                          na.rm = TRUE) +
    ggplot2::geom_point(colour = BLUE, size = 2) +
    ggplot2::labs(x = rows$unit[1L], y = NULL, title = attr(rows, "title")) +
    ggplot2::theme_minimal()
}

#' @rdname autoplot.itg_result
#' @exportS3Method generics::tidy
tidy.itg_result <- function(x, ...) plain(x)

#' @rdname autoplot.itg_result
#' @exportS3Method generics::glance
glance.itg_result <- function(x, ...) {
  p <- provenance(x)
  data.frame(measure = measure_of(x), definition = p$definition$id %||% NA_character_, version = p$version,
             seed = as.numeric(p$seed %||% NA), estimates = nrow(x),
             rows = sum(vapply(p$inputs, function(i) as.numeric(i$rows), 0)), notes = length(notes(x)))
}
