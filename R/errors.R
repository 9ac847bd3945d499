# Failures of the core, and of the checks made here, as classed R conditions.

# Answers of the core pass through; a failure becomes a condition.
checked <- function(x) {
  if (inherits(x, "itg_failure")) raise(x)
  x
}

raise <- function(failure) {
  kind <- paste0("itg_error_", tolower(sub("^ITG_ERR_", "", failure$code)))
  family <- if (failure$code == "ITG_ERR_INTERRUPTED") c("itg_interrupt", "interrupt")
            else c("itg_error", "error")
  stop(structure(class = c(kind, family, "condition"), c(unclass(failure), list(call = NULL))))
}

# A failure found before the core is called, in the words the core would use.
fail <- function(code, ..., row = NA_real_, column = NA_character_, exit = 3L) {
  code <- paste0("ITG_ERR_", code)
  raise(list(code = code, message = paste0(..., " (", code, ")"), row = row, line = NA_real_,
             source = NA_character_, column = column, exit = exit))
}
