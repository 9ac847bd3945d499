# Definitions of instruments: list, read, check, and a sheet to collect data with.

#' Definitions of instruments
#'
#' \code{instruments} lists the built-in definitions. For one of them, or for the path of a user's own file,
#' \code{instrument} gives the text (the start of one of your own), \code{instrument_check} checks shape, meaning and
#' worked examples and describes it, and \code{instrument_template} makes an empty table to collect data with.
#'
#' @param instrument Id of a built-in definition, or path of a definition.
#' @return A data frame; a text that prints; a list; a data frame with a column per item, or a row per item where rows
#'   are items.
#' @examples
#' head(instruments())
#' instrument_check("functional-integration")$title
#' names(instrument_template("functional-integration"))
#' instrument("functional-integration")
#' @export
instruments <- function() {
  ids <- .Call(C_instruments)
  about <- lapply(ids, function(id) checked(.Call(C_instrument, id, 1L)))
  field <- function(name) vapply(about, function(a) as.character(a[[name]] %||% NA), "")
  data.frame(id = ids, version = field("version"), kind = field("kind"), measure = field("measure"),
             title = field("title"))
}

#' @rdname instruments
#' @export
instrument <- function(instrument) {
  structure(checked(.Call(C_instrument, path_text(instrument), 0L)), class = "itg_instrument")
}

#' @rdname instruments
#' @export
instrument_check <- function(instrument) {
  checked(.Call(C_instrument, path_text(instrument), 1L))
}

#' @rdname instruments
#' @export
instrument_template <- function(instrument) {
  csv <- checked(.Call(C_instrument, path_text(instrument), 2L))
  utils::read.csv(text = csv, check.names = FALSE, colClasses = "character", na.strings = "")
}

#' @export
print.itg_instrument <- function(x, ...) {
  cat(x)
  invisible(x)
}

path_text <- function(x) {
  if (!is.character(x) || length(x) != 1L || is.na(x))
    fail("ARGUMENT", "an instrument is one text: the id of a built-in or the path of a definition", exit = 2L)
  if (file.exists(x)) path.expand(x) else x
}
