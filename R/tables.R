# Data frames as tables the core can borrow: list(name, columns, reasons, rows).
# What the core cannot read (list columns, matrices inside a data frame) stays out, named in `left_out`.

# Dates become texts where `named` has the column, or a pattern of columns: nobody waits for those that nothing reads.
# Labelled columns that make groups (`by`) show their labels.
lend <- function(data, name, named, by = NULL) {
  data <- as_frame(data, name)
  rows <- as.numeric(nrow(data))
  columns <- as.list(data)
  columns[names(columns) %in% by] <- lapply(columns[names(columns) %in% by], labels_as_text)
  fit <- vapply(columns, is_column, NA)
  read <- names(columns)[fit] %in% named | any(grepl("^/|[*{]", named))
  lent <- Map(lend_column, columns[fit], names(columns)[fit], read)
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

lend_column <- function(x, name, read) {
  if (inherits(x, "POSIXlt")) x <- as.POSIXct(x)
  if (read && inherits(x, c("Date", "POSIXct"))) x <- dates_as_text(x)
  if (is.character(x) || is.factor(x)) check_encoding(if (is.factor(x)) levels(x) else x, name)
  reasons <- if (inherits(x, "haven_labelled")) labelled_reasons(x)
  if (!is.factor(x) && !inherits(x, "integer64")) x <- unname(unclass(x))
  list(values = x, reasons = reasons)
}

# Dates and times as the other fronts have them: texts such as 2024-03-01 and 2024-03-01 14:30:00 of their time zone,
# with its distance from UTC where the clock alone would not tell two of them apart (an hour that came twice).
dates_as_text <- function(x) {
  numbers <- as.double(unclass(x))
  seen <- sort(unique(numbers))
  zone <- attr(x, "tzone")[1L]
  times <- if (inherits(x, "Date")) .Date(seen) else .POSIXct(seen, tz = zone)
  at <- unclass(as.POSIXlt(times, tz = if (is.null(zone)) "" else zone))
  day <- 372 * at$year + 31 * at$mon + at$mday
  second <- 3600 * at$hour + 60 * at$min + at$sec
  texts <- each(day, function(i) sprintf("%04d-%02d-%02d", as.integer(at$year[i] + 1900), at$mon[i] + 1L, at$mday[i]))
  if (any(second > 0, na.rm = TRUE)) {
    form <- if (any(at$sec %% 1 > 0, na.rm = TRUE)) "%02d:%02d:%09.6f" else "%02d:%02d:%02.0f"
    texts <- paste(texts, each(second, function(i) sprintf(form, at$hour[i], at$min[i], floor(at$sec[i] * 1e6) / 1e6)))
    if (is.unsorted(day * 86400 + second, na.rm = TRUE, strictly = TRUE)) texts <- paste0(texts, format(times, "%z"))
  }
  texts[is.na(day)] <- as.character(seen[is.na(day)])
  structure(match(numbers, seen), levels = texts, class = "factor")
}

# Texts of codes, each made once; text() gets places of codes that differ.
each <- function(codes, text) {
  first <- which(!duplicated(codes))
  text(first)[match(codes, codes[first])]
}

# Labelled data of package haven as a factor: labels where a code has one, else the code; user-missing values are missing.
# Labels that two codes share keep their codes, lest groups fall together.
labels_as_text <- function(x) {
  if (!inherits(x, "haven_labelled")) return(x)
  labels <- attr(x, "labels")
  reasons <- labelled_reasons(x)
  x <- unclass(x)
  seen <- sort(unique(x[!is.na(x) & (if (is.null(reasons)) TRUE else reasons == 0L)]))
  words <- names(labels)[match(seen, labels)]
  twice <- words %in% words[duplicated(words)]
  factor(match(as.vector(x), seen), seq_along(seen), ifelse(is.na(words) | words == "" | twice, as.character(seen), words))
}

check_encoding <- function(x, name) {
  places <- .Call(C_distinct, x)
  for (part in seq_len(ceiling(length(places) / 65536))) { # an interrupt is noticed between parts
    here <- places[seq(65536 * (part - 1) + 1, min(65536 * part, length(places)))]
    texts <- x[here]
    bad <- here[!validEnc(texts) | Encoding(texts) == "bytes"]
    if (length(bad))
      fail("ENCODING", "data, row ", min(bad), ", column '", name, "': not valid text; declare its encoding with ",
           "Encoding() or convert it with iconv()", row = as.integer(min(bad)), column = name)
  }
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
