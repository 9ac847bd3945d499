# Methods of generics that live in packages which need not be installed.

#' Results for the tidy packages
#'
#' Methods of \code{generics::tidy} and \code{generics::glance} (which package broom exports). They work when package
#' generics is installed.
#'
#' @param x A result of a measure.
#' @param ... Unused.
#' @return \code{tidy}: the estimates as a plain data frame. \code{glance}: one row that tells measure, definition,
#'   version, seed, and numbers of estimates, rows and notes.
#' @name tidy.itg_result
#' @exportS3Method generics::tidy
tidy.itg_result <- function(x, ...) plain(x)

#' @rdname tidy.itg_result
#' @exportS3Method generics::glance
glance.itg_result <- function(x, ...) {
  p <- provenance(x)
  data.frame(measure = measure_of(x), definition = p$definition$id %||% NA_character_, version = p$version,
             seed = as.numeric(p$seed %||% NA), estimates = nrow(x),
             rows = sum(vapply(p$inputs, function(i) as.numeric(i$rows), 0)), notes = length(notes(x)))
}
