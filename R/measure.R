# The generic call: any measure by name.  Every other function is this one with names of its own.

#' Compute a measure
#'
#' \code{measure} computes any measure by name; \code{measures} tells which there are, or everything about one.
#' Functions such as \code{\link{functional_integration}} are \code{measure} with arguments of their own.
#'
#' @param measure Name of a measure.
#' @param data Data frame, or what \code{as.data.frame()} makes one of. Measures of several inputs take a named list
#'   of data frames. Columns may be numbers, text, flags, factors, dates (to a measure the
#'   text 2024-03-01, with a time 2024-03-01 14:30:00), \code{integer64} and labelled data of package haven, whose
#'   user-missing values (SPSS) and \code{.a} to \code{.z} (Stata) are missing with the reason that their label states,
#'   and which show their labels where they make groups (\code{by}).
#' @param ... Roles (\code{role = "column"}) and options of the measure; \code{measures(name)} lists them. And the shape
#'   of \code{data}: \code{long = list(id =, item =, answer =)} names the columns of data with an answer per row,
#'   \code{wide = list(columns =, name =, value =, as =)} those that become rows, such as \code{"goals___{id}"} as
#'   \code{"e{id}"}.
#' @eval paste("@param", c("by", "keep", "missing", "seed", "threads"),
#'   unlist(shared_help[c("by", "keep", "missing", "seed", "threads")]))
#' @return \code{measure}: a data frame of estimates of class \code{itg_result}, see \code{\link{tables}}.
#'   \code{measures}: a data frame of name and title, or a list of class \code{itg_description} that prints.
#' @section Errors: Conditions of class \code{itg_error}, and of a class that bears the code, such as
#'   \code{itg_error_column}: nothing is computed in part.
#' @examples
#' measures()
#' measures("eq5d_utility")
#' states <- data.frame(state = c(11111, 21232))
#' measure("eq5d_utility", states, profile = "state", valueset = "eq5d-3l-uk")
#' states$state[2] <- 11161
#' tryCatch(measure("eq5d_utility", states, profile = "state", valueset = "eq5d-3l-uk"),
#'          itg_error_range = function(e) conditionMessage(e))
#' @export
measure <- function(measure, data = NULL, ..., by = NULL, keep = NULL, missing = NULL, seed = NULL,
                    threads = getOption("integrade.threads")) {
  about <- description_of(measure)
  inputs <- as_inputs(data, about)
  named <- c(vapply(about$roles, `[[`, "", "name"), unlist(list(list(...), by, keep), use.names = FALSE))
  shown <- setdiff(by, unlist(list(...), use.names = FALSE)) # what another role or option reads keeps its codes
  tables <- unname(Map(lend, inputs, names(inputs), list(named), list(shown)))
  arguments <- sort_arguments(list(...), about, tables)
  arguments$options <- order_waves(arguments, about, if (length(inputs)) inputs[[1L]])
  draws <- about$draws %||% TRUE
  options <- c(arguments$options,
               list(columns = if (length(arguments$columns)) arguments$columns,
                    by = by, keep = keep, missing = missing, seed = if (draws) seed_of(seed)))
  answer <- .Call(C_measure, about$name, tables, json_map(options), thread_count(threads))
  if (inherits(answer, "itg_failure")) raise(explain_left_out(answer, tables, about, arguments$columns))
  refuse_left_out(tables, about, arguments$columns)
  reshaped <- !is.null(arguments$options$long) || !is.null(arguments$options$wide)
  new_result(answer, if (length(inputs) && !reshaped) restore(inputs[[1L]], by, keep) else identity)
}

# What the core says of a measure is asked once: a call of few rows would spend a quarter of its time on it.
descriptions <- new.env(parent = emptyenv())

description_of <- function(measure) {
  name <- as.character(measure)
  known <- if (length(name) == 1L && name %in% names(descriptions)) descriptions[[name]]
  if (!is.null(known)) return(known)
  about <- checked(.Call(C_describe, name))
  descriptions[[about$name]] <- about
  about
}

# Run with the arguments of a named function: those that bear the name of an input are tables.
named_measure <- function(measure, arguments) {
  about <- description_of(measure)
  inputs <- unique(c("data", vapply(about$roles, `[[`, "", "input")))
  arguments <- Filter(function(x) !identical(x, quote(expr = )), arguments)
  is_input <- names(arguments) %in% inputs
  data <- if (length(inputs) > 1L) arguments[is_input] else arguments$data
  do.call("measure", c(list(measure, data), arguments[!is_input]), quote = TRUE)
}

`%||%` <- function(a, b) if (is.null(a)) b else a

# One data frame is the measure's main input; a list of data frames names the inputs.
as_inputs <- function(data, about) {
  if (is.null(data)) return(list())
  known <- unique(c("data", vapply(about$roles, `[[`, "", "input")))
  two_way <- function(x) length(dim(x)) == 2L
  plain <- is.list(data) && !is.data.frame(data) && !is.null(names(data)) &&
    (all(vapply(data, function(x) is.null(x) || two_way(x), NA)) ||
       (all(names(data) %in% known) && any(vapply(data, two_way, NA)))) # what is no table is named by lend()
  if (plain) return(Filter(Negate(is.null), data))
  first <- if (length(about$roles)) about$roles[[1L]]$input else "data"
  stats::setNames(list(data), first)
}

# Arguments that bear the name of an option are options; the others map roles to columns.  A name that is
# neither goes where the core can best say what was meant.
sort_arguments <- function(arguments, about, tables) {
  arguments <- Filter(Negate(is.null), arguments)
  if (length(arguments) && (is.null(names(arguments)) || any(names(arguments) == "")))
    fail("ARGUMENT", "every role and option of measure ", about$name, " must be named, as in role = \"column\"",
         exit = 2L)
  names_of <- function(list) vapply(list, `[[`, "", "name")
  roles <- names_of(about$roles)
  options <- names_of(about$options)
  columns <- unlist(lapply(tables, function(t) names(t$columns)))
  is_role <- function(name, value) {
    if (name %in% roles && !(name %in% options)) return(TRUE)
    if (name %in% options && !(name %in% roles)) return(FALSE)
    is.character(value) && (grepl(".", name, fixed = TRUE) || all(value %in% columns))
  }
  to_role <- as.logical(mapply(is_role, names(arguments), arguments))
  explicit <- arguments$columns
  to_role[names(arguments) == "columns"] <- FALSE
  keep <- !to_role & names(arguments) != "columns"
  absent <- vapply(arguments, function(x) is.atomic(x) && length(x) == 1L && is.na(x), NA)
  if (any(absent))
    fail("OPTION", "option '", names(arguments)[absent][1L], "' is NA; give a value, or leave it out for the default",
         exit = 2L)
  list(columns = c(as.list(explicit), arguments[to_role]), options = arguments[keep])
}

# Waves in words have no order for the core; a factor whose levels somebody put in order has one.
order_waves <- function(arguments, about, data) {
  options <- arguments$options
  known <- vapply(about$options, `[[`, "", "name")
  roles <- vapply(about$roles, `[[`, "", "name")
  saying <- list(wave = c("first", "last"), wave = c("before", "after"), wave = "waves", period = "periods")
  saying <- Filter(function(names) all(names %in% known), saying[names(saying) %in% roles])
  if (!length(saying) || any(saying[[1L]] %in% names(options))) return(options)
  role <- names(saying)[1L]
  wave <- data[[arguments$columns[[role]] %||% role]]
  if (!is.factor(wave)) return(options)
  seen <- levels(droplevels(wave))
  sorted <- identical(levels(wave), sort(levels(wave))) && !is.ordered(wave)
  if (length(seen) < 2L || sorted || (any(grepl("[0-9]", seen)) && !is.ordered(wave))) return(options)
  value <- if (length(saying[[1L]]) == 2L) list(seen[1L], seen[length(seen)]) else list(seen)
  c(options, stats::setNames(value, saying[[1L]]))
}

# A seed that is not given is drawn from R's generator, so that set.seed() governs.
seed_of <- function(seed) {
  if (is.null(seed)) {
    halves <- floor(stats::runif(2L) * c(2^26, 2^27))
    return(halves[1L] * 2^27 + halves[2L])
  }
  if (!is.numeric(seed) || length(seed) != 1L || is.na(seed) || seed < 0 || seed >= 2^53 || seed != floor(seed))
    fail("OPTION", "seed must be one whole number from 0 to 9007199254740991, or NULL to draw one", exit = 2L)
  seed
}

thread_count <- function(threads) {
  if (is.null(threads)) return(0L)
  if (!is.numeric(threads) || length(threads) != 1L || is.na(threads) || threads < 1 || threads != floor(threads))
    fail("ARGUMENT", "threads must be one whole number from 1, or NULL for at most two", exit = 2L)
  as.integer(min(threads, 1024))
}

# "No such column" is not the whole truth of a column that was left out.
explain_left_out <- function(failure, tables, about, columns) {
  left_out <- unlist(lapply(tables, `[[`, "left_out"))
  wanted <- intersect(c(failure$column, unlist(columns), vapply(about$roles, `[[`, "", "name")), left_out)
  if (!identical(failure$code, "ITG_ERR_COLUMN") || !length(wanted)) return(failure)
  failure$code <- "ITG_ERR_TYPE"
  failure$column <- wanted[1L]
  failure$message <- paste0(compound(failure$column), " (ITG_ERR_TYPE)")
  failure
}

compound <- function(column) {
  paste0("data, column '", column, "': a list, matrix or other compound column cannot be measured; make it numbers, ",
         "texts or flags")
}

# A result that would have used a column which was left out is none: the measure looks for the names of its roles, and
# for the names that another table speaks of (resources of unit costs).
refuse_left_out <- function(tables, about, columns) {
  left_out <- unlist(lapply(tables, `[[`, "left_out"))
  if (!length(left_out)) return(invisible())
  words <- function(x) if (is.character(x)) x else if (is.factor(x)) levels(x)
  spoken <- unlist(lapply(tables[-1L], function(table) unlist(lapply(table$columns, words))))
  roles <- setdiff(vapply(about$roles, `[[`, "", "name"), names(columns))
  wanted <- intersect(left_out, c(roles, spoken))
  if (length(wanted)) fail("TYPE", compound(wanted[1L]), column = wanted[1L])
}

# Grouping columns come back as text, kept columns as the core's types: give them the types they had.
restore <- function(data, by, keep) {
  function(tables) lapply(tables, function(table) {
    for (name in intersect(by, names(table))) table[[name]] <- like(table[[name]], data[[name]])
    if (is.data.frame(data) && nrow(table) == nrow(data))
      for (name in intersect(keep, names(table))) table[[name]] <- data[[name]]
    table
  })
}

like <- function(text, original) {
  shown <- labels_as_text(original)
  if (is.factor(shown) && all(text %in% c(levels(shown), NA))) original <- shown
  if (!is.character(text)) text
  else if (is.factor(original)) factor(text, union(levels(original), text[!is.na(text)]), ordered = is.ordered(original))
  else if (inherits(original, "Date") && !"all" %in% text) as.Date(text)
  else if (is.object(original)) text
  else if (is.integer(original)) as.integer(text)
  else if (is.double(original)) as.numeric(text)
  else text
}

#' @rdname measure
#' @export
measures <- function(measure = NULL) {
  if (!is.null(measure)) return(structure(checked(.Call(C_describe, as.character(measure))), class = "itg_description"))
  names <- .Call(C_measures)
  about <- lapply(names, function(name) .Call(C_describe, name))
  data.frame(measure = names, title = vapply(about, `[[`, "", "title"))
}

#' @export
print.itg_description <- function(x, ...) {
  line <- function(..., indent = 2L)
    cat(strwrap(paste0(...), indent = indent, exdent = 2L * indent, width = getOption("width")), sep = "\n")
  cat(x$name, ": ", x$title, "\n\n", sep = "")
  line(x$summary, indent = 0L)
  cat("\nColumns (role = \"column\"):\n")
  for (r in x$roles)
    line(r$name, if (isTRUE(r$required)) "*", " (", r$input, ", ", r$kind, help_range(r$range), "): ", r$help)
  if (length(x$options)) cat("\nOptions:\n")
  for (o in x$options)
    line(o$name, if (isTRUE(o$required)) "*", " (", help_type(o), ")",
         if (!is.null(o$default)) paste0(", default ", o$default), ": ", o$help)
  if (length(x$outputs)) cat("\nTables beside the estimates:\n")
  for (o in x$outputs) line(o$name, ": ", o$help)
  cat("\n")
  line("n counts ", x$counts, ".", indent = 0L)
  line("Source: ", x$source, indent = 0L)
  invisible(x)
}
