# Options travel to the core as one JSON text.
#   named list or vector   a map; elements that are NULL are left out
#   other list, or length  a list; I(x) makes a list of a single value too
#   one value              a scalar; NA is null

json <- function(x) {
  if (is.null(x) || is.function(x) || is.environment(x) || is.language(x))
    fail("OPTION", "an option holds ", if (is.null(x)) "NULL" else paste("a", typeof(x)),
         "; options are numbers, texts, flags, and lists of these", exit = 2L)
  if (is.factor(x) || inherits(x, c("Date", "POSIXt"))) x <- stats::setNames(as.character(x), names(x))
  if (!is.null(names(x))) return(json_map(x))
  if (is.list(x)) return(json_array(vapply(x, json, "")))
  if (length(x) != 1L || inherits(x, "AsIs")) json_array(json_scalars(x)) else json_scalars(x)
}

json_array <- function(x) paste0("[", paste(x, collapse = ","), "]")

json_map <- function(x) {
  x <- Filter(Negate(is.null), as.list(x))
  if (!length(x)) return("{}")
  paste0("{", paste0(json_text(names(x)), ":", vapply(x, json, ""), collapse = ","), "}")
}

json_scalars <- function(x) {
  out <- switch(typeof(x),
    logical = ifelse(x, "true", "false"),
    integer = sprintf("%d", x),
    double = json_number(x),
    character = json_text(x),
    fail("OPTION", "an option holds ", typeof(x), " values; allowed: numbers, texts and flags", exit = 2L))
  out[is.na(x)] <- "null"
  out
}

# A number reads back to the same bits.  The short form is taken when that is certain: digits below 2^53
# over an exact power of ten is one correctly rounded division.
json_number <- function(x) {
  if (any(is.infinite(x)))
    fail("OPTION", "an option is infinite; give a finite number", exit = 2L)
  short <- sprintf("%.15g", x)
  plain <- grepl("^-?[0-9]+([.][0-9]+)?$", short)
  decimals <- nchar(sub("^[^.]*[.]?", "", short))
  digits <- suppressWarnings(as.numeric(sub(".", "", short, fixed = TRUE)))
  certain <- plain & decimals <= 22 & digits / 10^decimals == x
  ifelse(!is.na(x) & certain, short, sprintf("%.17g", x))
}

json_text <- function(x) {
  x <- enc2utf8(as.character(x))
  x <- gsub("\\", "\\\\", x, fixed = TRUE)
  x <- gsub("\"", "\\\"", x, fixed = TRUE)
  odd <- grep("[\001-\037\177]", x, useBytes = TRUE) # rare: looked for once, not once for each
  for (code in if (length(odd)) c(1:31, 127))
    x[odd] <- gsub(intToUtf8(code), sprintf("\\u%04x", code), x[odd], fixed = TRUE)
  paste0("\"", x, "\"")
}
