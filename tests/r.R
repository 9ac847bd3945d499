# The R tests: every file of tests/r in turn.  Each test() says what must hold; one failure fails the run, after all
# have been tried.  `Rscript r.R NAME` in tests/ runs the files whose name holds NAME.
library(integrade)

results <- new.env()
results$passed <- 0L
results$failed <- character()

test <- function(name, code) {
  failure <- tryCatch({
    code
    NULL
  }, error = conditionMessage, interrupt = function(e) "interrupted")
  if (is.null(failure)) {
    results$passed <- results$passed + 1L
  } else {
    results$failed <- c(results$failed, paste0(name, ": ", failure))
    cat("FAIL: ", name, "\n      ", failure, "\n", sep = "")
  }
}

expect <- function(condition, ...) {
  if (!is.logical(condition) || !length(condition) || anyNA(condition) || !all(condition))
    stop(if (...length()) paste0(...) else paste(deparse(substitute(condition)), collapse = " "), call. = FALSE)
}

# Equal in every bit, attribute and type.
expect_same <- function(found, wanted) {
  if (!identical(found, wanted, num.eq = FALSE, single.NA = FALSE))
    stop("found ", paste(utils::head(deparse(found), 5L), collapse = " "), "; wanted ",
         paste(utils::head(deparse(wanted), 5L), collapse = " "), call. = FALSE)
}

expect_near <- function(found, wanted, tolerance) {
  expect(length(found) == length(wanted) && !anyNA(found) && all(abs(found - wanted) <= tolerance),
         "found ", paste(format(found, digits = 15L), collapse = " "), "; wanted ",
         paste(format(wanted, digits = 15L), collapse = " "))
}

# The code fails with this condition class and, in its message, these words; gives the condition.
expect_error <- function(code, class, ...) {
  condition <- tryCatch({
    code
    NULL
  }, condition = identity)
  expect(inherits(condition, class), "no ", class, if (!is.null(condition)) paste0(" but ", class(condition)[1L], ": ",
                                                                                  conditionMessage(condition)))
  for (words in c(...))
    expect(grepl(words, conditionMessage(condition), fixed = TRUE), "'", conditionMessage(condition),
           "' does not say '", words, "'")
  condition
}

# Draws on a PDF that is thrown away; gives what the picture gives.
draws <- function(code) {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  code
}

plain_of <- function(x) tables(x, "estimates")
same_group <- function(column, value) !is.na(column) & as.character(column) == as.character(value)

data_file <- function(...) file.path("data", ...)
example_file <- function(name) system.file("example", name, package = "integrade", mustWork = TRUE)

wanted <- commandArgs(TRUE)
for (file in sort(list.files("r", "[.]R$", full.names = TRUE)))
  if (!length(wanted) || any(vapply(wanted, grepl, NA, x = basename(file), fixed = TRUE)))
    tryCatch(source(file, local = new.env()),
             error = function(e) test(paste("file", file, "runs"), stop(conditionMessage(e), call. = FALSE)))

cat(results$passed, " passed, ", length(results$failed), " failed\n", sep = "")
if (length(results$failed) || !results$passed) quit(status = 1L)
