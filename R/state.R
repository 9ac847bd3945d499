# States that merge: summaries of parts of the data that add up to the summary of the whole.

state <- function(kind, columns = 1, ...) {
  checked(.Call(C_state_new, json(list(kind = kind, columns = columns, ...))))
}

state_add <- function(state, values, ids = NULL) {
  check_state(state)
  values <- as.matrix(values)
  if (!is.numeric(values)) fail("TYPE", "values: not numbers; give a numeric vector, matrix or data frame")
  storage.mode(values) <- "double"
  if (!is.null(ids)) {
    if (length(ids) != nrow(values))
      fail("ARGUMENT", "ids: ", length(ids), " record ids for ", nrow(values), " rows; give one per row", exit = 2L)
    if (!is.numeric(ids) || anyNA(ids) || any(ids < 0) ||
        !inherits(ids, "integer64") && (any(ids > 2^53) || any(ids != floor(ids))))
      fail("RANGE", "ids: record ids must be whole numbers from 0 to 2^53")
  }
  checked(.Call(C_state_add, state, t(values), ids))
}

state_merge <- function(state, ...) {
  for (other in list(...)) {
    check_state(state)
    check_state(other)
    state <- checked(.Call(C_state_merge, state, other))
  }
  state
}

state_finish <- function(state) {
  check_state(state)
  checked(.Call(C_state_finish, state))
}

check_state <- function(state) {
  if (!is.raw(state)) fail("TYPE", "not a state; make one with state()")
}
