# Data frames as tables the core can borrow: list(name, columns, reasons, rows).
# What the core cannot read (list columns, matrices inside a data frame) stays out, named in `left_out`.

lend <- function(data, name) {
  data <- as_frame(data, name)
  rows <- as.numeric(nrow(data))
  columns <- as.list(data)
  fit <- vapply(columns, is_column, NA)
  lent <- Map(lend_column, columns[fit], names(columns)[fit])
  list(name = name, columns = lapply(lent, `[[`, "values"), reasons = lapply(lent, `[[`, "reasons"),
       rows = rows, left_out = names(columns)[!fit])
}

as_frame <- function(data, name) {
  if (!is.data.frame(data)) {
    path <- is.character(data) && is.null(dim(data))
    data <- if (!path) tryCatch(as.data.frame(data, stringsAsFactors = FALSE), error = function(e) NULL)
    if (is.null(data))
      fail("TYPE", name, ": not a table; give a data frame, or what as.data.frame() makes one of")
  }
  if (is.null(names(data))) names(data) <- character(length(data))
  data
}

is_column <- function(x) {
  inherits(x, "POSIXlt") || (is.atomic(x) && is.null(dim(x)) &&
    typeof(x) %in% c("logical", "integer", "double", "character"))
}

lend_column <- function(x, name) {
  if (inherits(x, "POSIXlt")) x <- as.POSIXct(x)
  if (inherits(x, c("Date", "POSIXct"))) x <- dates_as_text(x)
  if (is.character(x) || is.factor(x)) check_encoding(if (is.factor(x)) levels(x) else x, name)
  reasons <- if (inherits(x, "haven_labelled")) labelled_reasons(x)
  if (!is.factor(x) && !inherits(x, "integer64")) x <- unname(unclass(x))
  list(values = x, reasons = reasons)
}

# Dates as the core and the other fronts read and print them (2024-03-01, 2024-03-01 14:30:00): each different one is
# written once. As bare numbers they would be days or seconds since 1970 in results, and would pass for quantities.
dates_as_text <- function(x) {
  different <- sort(unique(x[!is.na(x) & is.finite(x)]))
  fractions <- inherits(x, "POSIXct") && any(as.numeric(different) %% 1 != 0)
  structure(match(x, different), levels = if (fractions) format(different, "%Y-%m-%d %H:%M:%OS6") else format(different),
            class = "factor")
}

check_encoding <- function(x, name) {
  places <- .Call(C_distinct, x)
  texts <- x[places]
  bad <- places[!validEnc(texts) | Encoding(texts) == "bytes"]
  if (length(bad))
    fail("ENCODING", "data, row ", min(bad), ", column '", name, "': not valid text; declare its encoding with ",
         "Encoding() or convert it with iconv()", row = as.integer(min(bad)), column = name)
}

# User-missing values of SPSS and extended missing values of Stata (.a to .z): missing, with the reason that their label
# states in so many words.
labelled_reasons <- function(x) {
  values <- unclass(x)
  range <- attr(x, "na_range")
  tags <- stata_tags(values)
  user <- values %in% attr(x, "na_values") | tags > 0L
  if (!is.null(range)) user <- user | (!is.na(values) & values >= range[1L] & values <= range[2L])
  if (!any(user)) return(NULL)
  words <- c("missing", "not applicable", "refused", "not asked", "don't know", "out of range", "invalid")
  labels <- attr(x, "labels")
  at <- ifelse(tags > 0L, match(tags, stata_tags(labels)), match(values, labels))
  code <- match(tolower(names(labels))[at], words, nomatch = 1L)
  as.raw(ifelse(user, code, 0L))
}

# The letter of Stata's .a to .z as haven keeps it, in the fourth byte of an NA; 0 for all else.
stata_tags <- function(x) {
  tags <- integer(length(x))
  at <- if (is.double(x)) which(is.na(x))
  if (length(at)) tags[at] <- as.integer(matrix(writeBin(as.double(x[at]), raw(), endian = "big"), 8L)[4L, ])
  tags
}
