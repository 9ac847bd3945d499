# States that merge: summaries of parts of the data that add up to the summary of the whole.

#' States that merge
#'
#' Summaries of parts of the data that add up to the summary of the whole: compute parts on other machines or days,
#' keep or send them as raw vectors, merge them. Counts, integers, patterns, bootstrap sums, cells and rankings are
#' exact: merged in any order they give the same bytes. Moments and products are kept to twice the precision (Chan's rule), and
#' give the same results to the last bit, unless rounding is all but undecided.
#'
#' A state carries the names of its columns: those given, or those of the first values that have names. Values and states
#' with other names, or the same in another order, are refused; so are states that are about something else. A checksum of
#' all bytes tells damage. Files are those of the command \code{integrade state}.
#'
#' @param kind \code{"counts"}, \code{"moments"}, \code{"products"}, \code{"integers"} (products of whole numbers
#'   from -32768 to 32768, such as answers to items), \code{"bootstrap"}, \code{"patterns"} (rows with the same
#'   levels in all columns: the ratings of a unit by p raters), \code{"cells"} (counts and means of values by the levels
#'   of keys, with bootstrap replicates: the ratings of units by units) or \code{"rankings"} (a row is a rater, a column a
#'   unit that all of them rank or rate).
#' @param columns Number of columns, p, or their names.
#' @param ... For \code{state}: \code{levels} (counts and patterns: values are whole numbers from 1 to it); \code{patterns}
#'   (how many different ones there is room for, 4096); \code{replicates},
#'   \code{seed} and \code{bounds} (bootstrap; p powers of two above every absolute value; cells: \code{bounds} of the
#'   values, and \code{levels} of the keys, which are the first columns, whole numbers from 1); \code{groups} (rankings: of
#'   more than 1 the first column says which); \code{about} (one line of text: what else parts must have in common, such as
#'   instrument, scale, options). For \code{state_merge}:
#'   further states.
#' @param state A state.
#' @param equal May states with the same rows be merged? They are most often one part that came twice, and an error.
#' @param path A file, which is read or replaced whole; what fails leaves the old one as it was.
#' @param values Vector, matrix or data frame of n rows and p columns of numbers. \code{NA} is missing in patterns and in
#'   the values of cells, and refused elsewhere.
#' @param ids Record ids that key the draws of bootstrap, cells and rankings: n whole numbers; rows with one id (the
#'   ratings of one rater) are drawn together. \code{NULL} for other kinds.
#' @return A raw vector of class \code{itg_state}, which \code{saveRDS} and \code{serialize} keep whole;
#'   \code{state_finish} a numeric vector. counts: levels per column; moments: n, mean and variance
#'   (n - 1) of each column in turn; bootstrap: replicates x p weighted means;
#'   \code{state_write} its state, invisibly. Of patterns it gives a data frame, a row
#'   per pattern: columns \code{rating_1} to \code{rating_p} and \code{count}, which \code{\link{agreement}} takes as
#'   it is. Of products and integers it gives a data frame, a row per column of the data: \code{count} (rows),
#'   \code{mean}, and covariances (n - 1), which have the names of the columns or \code{item_1} to \code{item_p}, which \code{\link{reliability}} takes as it
#'   is, as \code{covariance}. Of cells it gives a data frame, a row per replicate (0: all rows) and cell: \code{replicate},
#'   \code{key_1} ..., and of each value \code{count_1} (rows, or their weight) and \code{mean_1} ..., which
#'   \code{\link{functional_integration}} takes. Of rankings, a row per replicate, group and unit, with the sum of its
#'   ranks, which \code{\link{concordance}} takes as it is, as \code{rankings}.
#' @examples
#' whole <- state_add(state("moments"), c(1, 2, 3, 4))
#' parts <- state_merge(state_add(state("moments"), c(1, 2)), state_add(state("moments"), c(3, 4)))
#' state_finish(whole)
#' all.equal(state_finish(parts), state_finish(whole))
#'
#' # two sites count the ratings of their patients: alpha is that of all patients
#' north <- state_add(state("patterns", 2, levels = 3), cbind(c(1, 2, 3, 3, NA), c(1, 2, 3, 2, 1)))
#' south <- state_add(state("patterns", 2, levels = 3), cbind(c(2, 2, 1, 3), c(2, 1, 1, 3)))
#' agreement(state_finish(state_merge(north, south)), ratings = "rating_{n}",
#'           coefficients = "krippendorff")
#'
#' # the same of answers to items: alpha of all respondents, and no answer leaves its site
#' north <- state_add(state("integers", 7), attitude[1:12, ])
#' south <- state_add(state("integers", 7), attitude[13:30, ])
#' x <- reliability(covariance = state_finish(state_merge(north, south)))
#' identical(x$estimate, reliability(attitude, items = names(attitude))$estimate)
#'
#' # columns in another order are refused; files are kept from day to day
#' try(state_add(north, attitude[7:1]))
#' file <- tempfile(fileext = ".state")
#' state_write(north, file)
#' state_finish(state_merge(state_read(file), south))
#'
#' # two panels rank the same three priorities; W is that of all raters, with limits
#' panel <- function(ranks, ids) state_add(state("rankings", 3, replicates = 200), ranks, ids)
#' north <- panel(rbind(c(1, 2, 3), c(1, 3, 2), c(2, 1, 3)), ids = 1:3)
#' south <- panel(rbind(c(1, 2, 3), c(2, 1, 3)), ids = 4:5)
#' concordance(rankings = state_finish(state_merge(north, south)))
#' @export
state <- function(kind, columns = 1, ...) {
  spec <- list(kind = kind, ...)
  spec[[if (is.character(columns)) "names" else "columns"]] <- columns
  as_state(checked(.Call(C_state_new, json(spec))))
}

# What is asked at every call stands beside the bytes.
as_state <- function(bytes) {
  about <- checked(.Call(C_state_about, bytes))
  structure(bytes, class = "itg_state", kind = about$kind, columns = about$columns)
}

#' @rdname state
#' @export
state_add <- function(state, values, ids = NULL) {
  check_state(state)
  values <- as.matrix(values)
  if (!is.numeric(values)) fail("TYPE", "values: not numbers; give a numeric vector, matrix or data frame")
  storage.mode(values) <- "double"
  if (ncol(values) != attr(state, "columns"))
    fail("ARGUMENT", "values: ", ncol(values), " columns, but the state has ", attr(state, "columns"), exit = 2L)
  if (!is.null(ids)) {
    if (length(ids) != nrow(values))
      fail("ARGUMENT", "ids: ", length(ids), " record ids for ", nrow(values), " rows; give one per row", exit = 2L)
    if (!is.numeric(ids) || anyNA(ids) || any(ids < 0) ||
        !inherits(ids, "integer64") && (any(ids > 2^53) || any(ids != floor(ids))))
      fail("RANGE", "ids: record ids must be whole numbers from 0 to 2^53")
  }
  state <- with_names(state, colnames(values))
  checked(.Call(C_state_add, state, t(values), ids))
}

#' @rdname state
#' @export
state_merge <- function(state, ..., equal = FALSE) {
  others <- list(...)
  for (one in c(list(state), others)) check_state(one)
  if (!equal) check_equal(c(list(state), others))
  for (other in others) state <- checked(.Call(C_state_merge, state, other))
  state
}

#' @rdname state
#' @export
state_finish <- function(state) {
  check_state(state)
  found <- checked(.Call(C_state_finish, state))
  if (is.list(found)) as.data.frame(found) else found
}

#' @rdname state
#' @export
state_write <- function(state, path) {
  check_state(state)
  checked(.Call(C_state_write, state, path.expand(path)))
  invisible(state)
}

#' @rdname state
#' @export
state_read <- function(path) as_state(checked(.Call(C_state_read, path.expand(path))))

# The first names of an empty state, or names that must be those of the state.
with_names <- function(state, names) {
  if (is.null(names) || anyNA(names) || !all(nzchar(names))) return(state)
  about <- checked(.Call(C_state_about, state))
  if (is.null(about$names) && about$rows > 0) return(state)
  as_state(checked(.Call(C_state_named, state, names)))
}

check_equal <- function(states) {
  rows <- vapply(states, function(state) checked(.Call(C_state_about, state))$rows, 0)
  again <- anyDuplicated(lapply(states, as.vector)[rows > 0])
  if (again) {
    again <- which(rows > 0)[again]
    fail("DUPLICATE", "state ", again, " holds the same rows as one before it, and they would count twice; leave one out, or ",
         "say equal = TRUE where two parts may be equal")
  }
}

check_state <- function(state) {
  if (!is.raw(state) || !inherits(state, "itg_state")) fail("TYPE", "not a state; make one with state()")
}

#' @export
print.itg_state <- function(x, ...) {
  about <- checked(.Call(C_state_about, x))
  cat("integrade state: ", about$kind, ", ", count(about$rows, "row"), if (nzchar(about$about)) ", about ", about$about, ", ",
      count(about$columns, "column"), if (length(about$names)) paste0(" (", paste(about$names, collapse = ", "), ")"), ", ",
      count(length(x), "byte"), "\n", sep = "")
  invisible(x)
}
