# Definitions of instruments: list, read, check, and a sheet to collect data with.

instruments <- function() {
  ids <- .Call(C_instruments)
  about <- lapply(ids, function(id) checked(.Call(C_instrument, id, 1L)))
  field <- function(name) vapply(about, function(a) as.character(a[[name]] %||% NA), "")
  data.frame(id = ids, version = field("version"), kind = field("kind"), measure = field("measure"),
             title = field("title"))
}

instrument <- function(instrument) {
  structure(checked(.Call(C_instrument, path_text(instrument), 0L)), class = "itg_instrument")
}

instrument_check <- function(instrument) {
  checked(.Call(C_instrument, path_text(instrument), 1L))
}

instrument_template <- function(instrument) {
  csv <- checked(.Call(C_instrument, path_text(instrument), 2L))
  utils::read.csv(text = csv, check.names = FALSE, colClasses = "character", na.strings = "")
}

print.itg_instrument <- function(x, ...) {
  cat(x)
  invisible(x)
}

path_text <- function(x) {
  if (!is.character(x) || length(x) != 1L || is.na(x))
    fail("ARGUMENT", "an instrument is one text: the id of a built-in or the path of a definition", exit = 2L)
  if (file.exists(x)) path.expand(x) else x
}
