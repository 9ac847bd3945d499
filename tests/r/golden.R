# The golden cases that every front computes, compared bit for bit.

cases <- read.csv(data_file("golden", "cases.csv"), colClasses = "character", na.strings = character())
test("there are golden cases", expect(nrow(cases) >= 5 && length(unique(cases$measure)) >= 5))

# JSON as R: {} becomes map(), [] list(), texts s(1), s(2), ...
options_of <- function(json) {
  places <- gregexpr('"([^"\\\\]|\\\\.)*"', json)
  texts <- vapply(regmatches(json, places)[[1L]], function(t) eval(str2lang(t)), "")
  regmatches(json, places) <- list(sprintf("s(%d)", seq_along(texts)))
  json <- gsub("[]}]", ")", gsub("[", "list(", gsub("{", "map(", gsub(":", ",", json), fixed = TRUE), fixed = TRUE))
  map <- function(...) stats::setNames(list(...)[c(FALSE, TRUE)], unlist(list(...)[c(TRUE, FALSE)]))
  eval(str2lang(json), list(map = map, s = function(i) texts[[i]], true = TRUE, false = FALSE, null = NA))
}

golden <- function(case) {
  inputs <- do.call(rbind, strsplit(strsplit(case$inputs, ";", fixed = TRUE)[[1L]], "=", fixed = TRUE))
  data <- lapply(stats::setNames(inputs[, 2L], inputs[, 1L]), function(file) read_data(data_file("golden", file)))
  given <- if (nzchar(case$options)) options_of(case$options) else list()
  if (is.null(given$seed)) given$seed <- 1
  x <- do.call(measure, c(list(case$measure, data), given))
  found <- tables(x, if (nzchar(case$table)) case$table else "estimates")
  wanted <- read_data(data_file("golden", paste0(case$case, ".csv")))
  names(wanted) <- sub("^std_error$", "std.error", sub("^conf_(low|high)$", "conf.\\1", names(wanted)))
  expect_same(names(found), names(wanted))
  for (name in names(wanted)) {
    a <- found[[name]]
    b <- wanted[[name]]
    if (is.logical(a)) a <- ifelse(a, "true", "false")
    # what a CSV file calls whole may be a double of the same value, and text may look like a number
    if (is.numeric(a) && is.numeric(b)) expect_same(as.double(a), as.double(b))
    else if (all(is.na(b))) expect(is.na(a), name, " is not all missing")
    else expect_same(as.character(a), as.character(b))
  }
}

for (i in seq_len(nrow(cases))) test(paste("golden case", cases$case[i], "to the last bit"), golden(cases[i, ]))
