# What a measure gives back: a data frame of estimates that carries the other tables, notes and provenance.

new_result <- function(answer, restore = identity) {
  frames <- restore(lapply(answer$tables, as_table))
  structure(frames[[1L]], class = c("itg_result", "data.frame"), tables = frames[-1L], notes = answer$notes,
            provenance = answer$provenance)
}

# Columns of the core as a data frame, with R's names of standard errors and limits.
as_table <- function(columns) {
  names(columns) <- sub("^std_error$", "std.error", sub("^conf_(low|high)$", "conf.\\1", names(columns)))
  structure(columns, class = "data.frame", row.names = .set_row_names(length(columns[[1L]])))
}

#' Contents of a result
#'
#' A result is a data frame of estimates. Its other tables, the remarks that a reader must see, and where it came
#' from are told by these functions.
#'
#' @param x A result of a measure (class \code{itg_result}).
#' @param table Name of one table.
#' @param ... Unused.
#' @return \code{tables} gives all tables as a named list of data frames, or the one that is named;
#'   \code{table_names} their names; \code{rows} the table that has one row per input row or per person, such as
#'   scores or utilities; \code{notes} a character vector; \code{provenance} a list: version, definition and its hash,
#'   options as resolved, seed, rows and missing counts of the inputs.
#' @examples
#' answers <- data.frame(unit = c("ward", "home care"), partner = c("home care", "ward"),
#'                       rank = c(40, 75))
#' x <- functional_integration(answers, replicates = 0)
#' table_names(x)
#' tables(x, "matrix")
#' notes(x)
#' provenance(x)$definition$id
#' @export
tables <- function(x, table = NULL) {
  check_result(x)
  all <- c(list(estimates = plain(x)), attr(x, "tables"))
  if (is.null(table)) return(all)
  if (!is.character(table) || length(table) != 1L || !table %in% names(all))
    fail("ARGUMENT", "measure ", measure_of(x), " gives no table '", table[1L], "'; its tables are ",
         paste(names(all), collapse = ", "), exit = 2L)
  all[[table]]
}

#' @rdname tables
#' @export
table_names <- function(x) names(tables(x))

#' @rdname tables
#' @export
rows <- function(x) {
  found <- intersect(c("utilities", "qalys", "costs", "scores", "rows", "cases", "persons", "patients", "hits"), table_names(x))
  if (!length(found))
    fail("ARGUMENT", "measure ", measure_of(x), " gives no table of rows; its tables are ",
         paste(table_names(x), collapse = ", "), exit = 2L)
  tables(x, found[1L])
}

#' @rdname tables
#' @export
notes <- function(x) {
  check_result(x)
  attr(x, "notes")
}

#' @rdname tables
#' @export
provenance <- function(x) {
  check_result(x)
  attr(x, "provenance")
}

#' @rdname tables
#' @method as.data.frame itg_result
#' @export
as.data.frame.itg_result <- function(x, ..., table = "estimates") tables(x, table)

check_result <- function(x) {
  if (!inherits(x, "itg_result"))
    fail("TYPE", "not a result of a measure; results are what measure() and its like return")
}

measure_of <- function(x) attr(x, "provenance")$measure %||% x$measure[1L]

plain <- function(x) {
  attributes(x) <- attributes(x)[c("names", "row.names", "class")]
  class(x) <- "data.frame"
  x
}

# A part of a result is a plain table: it lacks what the attributes speak of.
#' @export
`[.itg_result` <- function(x, ...) plain(x)[...]

#' @export
rbind.itg_result <- function(...) {
  parts <- lapply(list(...), function(x) if (inherits(x, "itg_result")) plain(x) else x)
  do.call(rbind, parts)
}

# ---- display: the only place where numbers are rounded ----

#' Print and summarise a result
#'
#' Numbers are rounded for the eye only; what is stored is not.
#'
#' @param x,object A result of a measure.
#' @param digits Significant digits.
#' @param n Number of estimates that are printed.
#' @param ... Unused.
#' @return \code{print} gives its argument, invisibly; \code{format} a data frame of text without the columns that
#'   say nothing; \code{summary} an object that prints all estimates, missing values by input, and provenance.
#' @examples
#' answers <- data.frame(unit = c("ward", "home care"), partner = c("home care", "ward"),
#'                       rank = c(40, NA))
#' x <- functional_integration(answers, replicates = 0)
#' x
#' summary(x)
#' @name print.itg_result
#' @export
print.itg_result <- function(x, digits = 4L, n = 20L, ...) {
  provenance <- attr(x, "provenance")
  cat(measure_of(x), if (!is.null(provenance$definition)) c(" (", provenance$definition$id, ")"), ": ",
      count(nrow(x), "estimate"), "\n", sep = "")
  print_rows(x[seq_len(min(n, nrow(x))), , drop = FALSE], digits)
  if (nrow(x) > n) cat("... ", count(nrow(x) - n, "more estimate"), "; print(x, n = ", nrow(x), ") shows all\n", sep = "")
  print_notes(attr(x, "notes"))
  others <- attr(x, "tables")
  if (length(others))
    print_line("tables: ", paste0(names(others), " (", vapply(others, function(t) count(nrow(t), "row"), ""), ")",
                                  collapse = ", "))
  invisible(x)
}

count <- function(n, what) paste0(format(n, big.mark = ","), " ", what, if (n != 1L) "s")

print_line <- function(...) cat(strwrap(paste0(c(...), collapse = ""), exdent = 2L, width = getOption("width")), sep = "\n")

print_notes <- function(notes) for (note in notes) print_line("note: ", note)

# A table wider than the page would be printed in two pieces: the limits say what std.error does, and a unit that all
# rows share is said once.
print_rows <- function(x, digits) {
  shown <- format_table(x, digits)
  if (!nrow(shown)) return(invisible())
  left_out <- character()
  if (too_wide(shown) && length(unique(shown$unit)) == 1L) {
    left_out <- paste0("unit: ", shown$unit[1L])
    shown$unit <- NULL
  }
  if (too_wide(shown) && all(c("std.error", "conf.low") %in% names(shown))) {
    left_out <- c(left_out, "std.error is not shown")
    shown$std.error <- NULL
  }
  print.data.frame(shown, row.names = FALSE, right = FALSE)
  if (length(left_out)) print_line("(", paste(left_out, collapse = "; "), ")")
}

too_wide <- function(shown) {
  widths <- pmax(nchar(names(shown), "width"), vapply(shown, function(text) max(nchar(text, "width")), 0L))
  sum(widths + 1L) > getOption("width")
}

#' @rdname print.itg_result
#' @export
format.itg_result <- function(x, digits = 4L, ...) format_table(plain(x), digits)

# Numbers to the right, text to the left, columns without content left out.
format_table <- function(x, digits) {
  says <- vapply(names(x), function(name) name != "measure" && !all(is.na(x[[name]]) | x[[name]] == ""), NA)
  out <- lapply(x[says], function(column) {
    text <- if (is.double(column) && is.null(attributes(column))) shorten(column, digits) else as.character(column)
    text[is.na(column)] <- ""
    if (is.character(column) || is.factor(column)) text else formatC(text, width = max(nchar(text)))
  })
  structure(out, class = "data.frame", row.names = .set_row_names(nrow(x)))
}

shorten <- function(x, digits) {
  formatted <- formatC(signif(x, digits), digits = digits, format = "fg", big.mark = "")
  tiny <- !is.na(x) & x != 0 & (abs(x) < 1e-4 | abs(x) >= 1e15)
  formatted[tiny] <- formatC(x[tiny], digits = digits, format = "g")
  trimws(formatted)
}

#' @rdname print.itg_result
#' @export
summary.itg_result <- function(object, ...) structure(list(result = object), class = "summary.itg_result")

#' @export
print.summary.itg_result <- function(x, digits = 4L, ...) {
  print(x$result, digits = digits, n = nrow(x$result))
  p <- attr(x$result, "provenance")
  cat("\n")
  for (input in p$inputs) {
    counted <- vapply(input$columns, function(c) is.numeric(c$missing), NA)
    lacking <- Filter(function(c) c$missing > 0, input$columns[counted])
    told <- paste(vapply(lacking, `[[`, "", "column"), vapply(lacking, function(c) format(c$missing), ""))
    print_line("input ", input$input, ": ", count(input$rows, "row"),
               if (length(told)) c("; missing: ", paste(told, collapse = ", "))
               else if (all(counted)) "; none missing")
  }
  if (!is.null(p$definition))
    print_line("definition: ", p$definition$id, " ", p$definition$version, ", SHA-256 ",
               substr(p$definition$sha256, 1L, 16L), "...")
  options <- p$options[!names(p$options) %in% c("columns", "seed")]
  if (length(options))
    print_line("options: ", paste0(names(options), " = ", vapply(options, function(o) paste(format(unlist(o)),
                                                                 collapse = " "), ""), collapse = ", "))
  print_line("integrade ", p$version, if (!is.null(p$seed)) paste0(", seed ", format(p$seed, digits = 17)))
  invisible(x)
}
