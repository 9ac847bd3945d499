# Help pages of measures are made from the core's own descriptions, so that they cannot tell another story:
# `@eval help_of("<measure>")` above a function gives roxygen2 its title, arguments, value and source.  `data` and
# `value` say what is special about that argument, and what comes before the words on results.

help_of <- function(measure, data = NULL, value = NULL) {
  about <- measures(measure)
  arguments <- names(formals(get(measure, envir = topenv())))
  c(paste("@title", rd(sub(":.*", "", about$title))),
    paste("@description", rd(about$summary)),
    paste("@param data", if (is.null(data)) "Data frame, or what \\code{as.data.frame()} makes one of." else data),
    unlist(lapply(setdiff(arguments, "data"), function(name) paste("@param", name, help_argument(name, about)))),
    paste("@return", paste(c(value, help_value(about)), collapse = " ")),
    paste("@source", rd(about$source)),
    "@seealso \\code{\\link{measure}}, \\code{\\link{tables}}, \\code{\\link{plot.itg_result}}")
}

# One argument in words: a column for each input that has the role, or an option with what is allowed.
help_argument <- function(name, about) {
  roles <- Filter(function(r) r$name == name, about$roles)
  options <- Filter(function(o) o$name == name, about$options)
  inputs <- vapply(about$roles, `[[`, "", "input")
  if (!length(roles) && !length(options)) {
    if (name %in% shared_names()) return(shared_help[[name]])
    if (name %in% inputs) return(paste0("Data frame of ", rd(gsub("_", " ", name)), "."))
    stop("measure ", about$name, " has no argument ", name)
  }
  role <- function(r) {
    paste0(if (r$kind == "texts") "Columns" else "Column", " of \\code{", r$input, "}: ", rd(r$help),
           " (", if (r$kind == "any") "any type" else rd(r$kind), help_range(r$range), ").",
           if (!isTRUE(r$required)) " Optional.")
  }
  option <- function(o) {
    paste0(rd(capital(o$help)), " (", rd(help_type(o)), ").",
           if (!is.null(o$default)) paste0(" Default: \\code{", rd_code(help_default(o)), "}."))
  }
  paste(c(vapply(roles, role, ""), vapply(options, option, "")), collapse = " ")
}

help_type <- function(option) {
  if (!is.null(option$choices)) return(paste("one of", paste0("\"", option$choices, "\"", collapse = ", ")))
  words <- c(any = "any", flag = "TRUE or FALSE", text = "text", texts = "texts", number = "number",
             numbers = "numbers", integer = "whole number", number_map = "named numbers", map = "named list",
             text_map = "named texts")
  type <- unname(words[option$type])
  paste0(if (is.na(type)) gsub("_", " ", option$type) else type, help_range(option$range))
}

help_range <- function(range) {
  if (is.null(range)) return("")
  ends <- lapply(range, function(x) if (is.numeric(x)) format(x, scientific = FALSE, trim = TRUE, digits = 15))
  if (is.null(ends[[1L]])) paste0(", at most ", ends[[2L]])
  else if (is.null(ends[[2L]])) paste0(", at least ", ends[[1L]])
  else paste0(", ", ends[[1L]], " to ", ends[[2L]])
}

help_default <- function(option) {
  several <- grepl(",", option$default, fixed = TRUE)
  switch(option$type, flag = toupper(option$default), number = , integer = option$default,
         numbers = if (several) paste0("c(", option$default, ")") else option$default,
         texts = if (several) paste0("c(\"", gsub(", *", "\", \"", option$default), "\")")
                 else paste0("\"", option$default, "\""),
         paste0("\"", option$default, "\""))
}

help_value <- function(about) {
  outputs <- vapply(about$outputs, function(o) paste0("\\item{\\code{", o$name, "}}{", rd(o$help), "}"), "")
  paste0("A data frame of class \\code{itg_result}: the estimates, one per row (\\code{measure}, \\code{scale}, ",
         "grouping columns, \\code{n}, \\code{n_missing}, \\code{estimate}, \\code{std.error}, \\code{conf.low}, ",
         "\\code{conf.high}, \\code{unit}, \\code{level}, \\code{reason}). \\code{n} counts ", rd(about$counts), ".",
         if (length(outputs)) paste0(" Further tables, see \\code{\\link{tables}}:\n\\describe{\n",
                                     paste(outputs, collapse = "\n"), "\n}"))
}

# Arguments that measures share; a measure has those that are among its formal arguments.
shared_help <- list(
  ... = "Roles (\\code{role = \"column\"}) and options of the measure.",
  columns = paste("Named list from role to column, columns, \\code{\"prefix_{n}\"} or \\code{\"/pattern/\"}:",
                  "another way to name columns."),
  by = "Names of columns to group by.",
  keep = "Names of columns to carry into tables of rows.",
  missing = paste("Codes that are missing, as in \\code{c(-8, -9)}, or named by code with the reason, as in",
                  "\\code{c(\"-8\" = \"refused\")}. \\code{NA} of every type always is."),
  seed = paste("Seed of the random numbers, a whole number from 0 to 2^53 - 1: the same seed gives the same draws in",
               "every front. \\code{NULL} draws one from R's generator, so that \\code{set.seed()} governs."),
  threads = "Number of threads; at most two when \\code{NULL}. It never shows in a result.",
  summary = "Give the estimates and all tables (an \\code{itg_result}) instead of one value per row?"
)
shared_names <- function() names(shared_help)

# The first letter of a sentence, unless it is the name of something.
capital <- function(text) {
  if (grepl("^[a-z]+[:_]", text)) text else paste0(toupper(substr(text, 1L, 1L)), substring(text, 2L))
}

# Text of the core for R's help, with R's names of columns.
rd <- function(text) {
  text <- gsub("\\bstd_error\\b", "std.error", gsub("\\bconf_(low|high)\\b", "conf.\\1", text))
  text <- gsub("([%{}\\\\])", "\\\\\\1", text)
  gsub("`([^`]*)`", "\\\\code{\\1}", text)
}
rd_code <- function(text) gsub("([%{}\\\\])", "\\\\\\1", text)

# What the measures of several kinds add to the function that scores them all.
help_of_kinds <- function(...) {
  entry <- function(name, about) paste0("\\item{\\code{", name, "}}{", help_argument(name, about), "}")
  kind <- function(measure) {
    about <- measures(measure)
    names <- unique(c(vapply(about$roles, `[[`, "", "name"), vapply(about$options, `[[`, "", "name")))
    tables <- vapply(about$outputs, function(o) paste0("\\code{", o$name, "}"), "")
    paste0("@section ", rd(sub(":.*", "", about$title)), ":\n", rd(about$summary), "\n\\describe{\n",
           paste(vapply(names, entry, "", about = about), collapse = "\n"), "\n}\n",
           if (length(tables)) paste0("Tables: ", paste(tables, collapse = ", "), "."))
  }
  vapply(c(...), kind, "")
}
