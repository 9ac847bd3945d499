# Evaluation files and data files.

#' Run an evaluation file
#'
#' Reads an evaluation file (YAML or JSON: inputs, analyses, privacy, seed, output) and runs all of it. Paths in the
#' file are relative to the file.
#'
#' @param path The evaluation file.
#' @param out Folder for tables (CSV, JSON), \code{provenance.json} and \code{report.html}, made if absent. Either all
#'   files appear or none. \code{NULL}: nothing is written.
#' @param threads Number of threads; at most two when \code{NULL}. It never shows in a result.
#' @param x An evaluation.
#' @param file Where to write the page; \code{NULL}: nowhere.
#' @param id Which analysis; default the first.
#' @param object An evaluation.
#' @param ... For \code{plot}: passed on to \code{\link{plot.itg_result}}.
#' @return \code{evaluate} gives a list of results by the id of each analysis, of class \code{itg_evaluation}.
#'   \code{report} gives its HTML page, which stands alone, as one text (invisibly when it is written to a file).
#' @examples
#' x <- evaluate(system.file("example", "evaluation.yaml", package = "integrade"))
#' x
#' x$phase
#' page <- report(x, tempfile(fileext = ".html"))
#' @export
evaluate <- function(path, out = NULL, threads = getOption("integrade.threads")) {
  text <- function(x, what) {
    if (!is.character(x) || length(x) != 1L || is.na(x))
      fail("ARGUMENT", what, " must be one text, the name of a ", if (what == "out") "folder" else "file", exit = 2L)
    path.expand(x)
  }
  answer <- checked(.Call(C_evaluate, text(path, "path"), if (!is.null(out)) text(out, "out"), thread_count(threads)))
  structure(lapply(answer$results, new_result), class = "itg_evaluation", title = answer$title,
            folder = if (!is.na(answer$folder)) answer$folder, html = answer$html)
}

#' @rdname evaluate
#' @export
report <- function(x, file = NULL) {
  if (!inherits(x, "itg_evaluation")) fail("TYPE", "not an evaluation; evaluations are what evaluate() returns")
  page <- attr(x, "html")
  if (is.null(file)) return(page)
  con <- file(file, "wb")
  on.exit(close(con))
  writeBin(charToRaw(page), con)
  invisible(page)
}

#' @rdname evaluate
#' @export
print.itg_evaluation <- function(x, ...) {
  cat(attr(x, "title"), "\n", sep = "")
  about <- data.frame(analysis = names(x), measure = vapply(x, measure_of, ""),
                      estimates = vapply(x, nrow, 0L), notes = vapply(x, function(r) length(notes(r)), 0L))
  print(about, row.names = FALSE, right = FALSE)
  invisible(x)
}

#' @rdname evaluate
#' @export
summary.itg_evaluation <- function(object, ...) structure(list(evaluation = object), class = "summary.itg_evaluation")

#' @export
print.summary.itg_evaluation <- function(x, ...) {
  cat(attr(x$evaluation, "title"), "\n", sep = "")
  for (id in names(x$evaluation)) {
    cat("\n", id, "\n", strrep("-", nchar(id)), "\n", sep = "")
    print(x$evaluation[[id]], ...)
  }
  invisible(x)
}

#' @rdname evaluate
#' @export
plot.itg_evaluation <- function(x, id = names(x)[1L], ...) {
  if (!is.character(id) || length(id) != 1L || !id %in% names(x))
    fail("ARGUMENT", "no analysis '", id[1L], "'; analyses are ", paste(names(x), collapse = ", "), exit = 2L)
  plot(x[[id]], ...)
}

#' Read a CSV file
#'
#' Reads as the command does: RFC 4180, UTF-8, every number to the last bit. A column is of whole numbers when every
#' cell is, of numbers when every cell is, else of text.
#'
#' @param path Name of the file.
#' @param separator One character; default comma, semicolon or tab, whichever the header line holds most of.
#' @param na Cells that are missing, default empty and \code{"NA"}; or named by cell with the reason, as in
#'   \code{c("-9" = "refused")}.
#' @param text Names of columns that stay text.
#' @param header_rows Rows before the data, the first of which names the columns; default 1, or the 3 of a Qualtrics
#'   export.
#' @return A data frame.
#' @examples
#' read_data(system.file("example", "indicators.csv", package = "integrade"))
#' @export
read_data <- function(path, separator = NULL, na = NULL, text = NULL, header_rows = NULL) {
  if (!is.character(path) || length(path) != 1L || is.na(path))
    fail("ARGUMENT", "path must be one text, the name of a file", exit = 2L)
  options <- list(separator = separator, na = if (is.null(names(na)) && !is.null(na)) I(na) else na,
                  text = if (!is.null(text)) I(text), header_rows = header_rows)
  columns <- checked(.Call(C_read, path.expand(path), json_map(options)))
  structure(columns, class = "data.frame", row.names = .set_row_names(length(columns[[1L]])))
}
