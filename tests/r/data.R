# What R users have in their columns: every kind of missing value, every type, every kind of grouping.

profiles <- function(column, ...) measure("eq5d_utility", data.frame(profile = column), valueset = "eq5d-5l-england", ...)
wanted <- eq5d_utility(c("11111", "21232", NA, "55555"), "eq5d-5l-england")

test("utilities of a vector of profiles are one per row, missing where the profile is", {
  expect(is.double(wanted), length(wanted) == 4L)
  expect_same(is.na(wanted), c(FALSE, FALSE, TRUE, FALSE))
  expect_same(wanted[1L], 1)
})

numbers <- c(11111, 21232, NA, 55555)
texts <- as.character(numbers)
columns <- list(double = numbers, integer = as.integer(numbers), text = texts, factor = factor(texts),
                `factor with a missing level` = factor(texts, exclude = NULL), ordered = factor(texts, ordered = TRUE),
                `not a number` = replace(numbers, 3L, NaN), `with names` = stats::setNames(numbers, letters[1:4]),
                `as is` = I(numbers))
for (name in names(columns)) local({
  column <- columns[[name]]
  test(paste("a column of type", name, "arrives as it is"), {
    expect_same(tables(profiles(column), "utilities")$utility, wanted)
    expect_same(profiles(column)$n_missing[1L], 1L)
  })
})

if (requireNamespace("bit64", quietly = TRUE)) test("integer64 arrives as it is", {
  expect_same(tables(profiles(bit64::as.integer64(numbers)), "utilities")$utility, wanted)
})

if (requireNamespace("haven", quietly = TRUE)) test("labelled data: user-missing values are missing, with their reason", {
  spss <- haven::labelled_spss(c(11111, 21232, -8, 55555), labels = c(refused = -8), na_values = -8)
  expect_same(tables(profiles(spss), "utilities")$utility, wanted)
  ranged <- haven::labelled_spss(c(11111, 21232, -8, 55555), na_range = c(-9, -1))
  expect_same(tables(profiles(ranged), "utilities")$utility, wanted)
  tagged <- haven::labelled(c(11111, 21232, haven::tagged_na("r"), 55555))
  expect_same(tables(profiles(tagged), "utilities")$utility, wanted)
  plain <- haven::labelled(c(11111, 21232, NA, 55555), labels = c(best = 11111))
  expect_same(tables(profiles(plain), "utilities")$utility, wanted)
})

test("labelled columns that make groups show their labels", {
  site <- structure(c(3, 1, 1, 9, 2, 5), labels = c(Port = 1, Mill = 3, away = 9, Twin = 4, Twin = 5), na_values = 9,
                    class = c("haven_labelled_spss", "haven_labelled", "vctrs_vctr", "double"))
  data <- data.frame(q1 = 1, q2 = 2, q3 = 3, row = 1:6)
  data$site <- site
  x <- score(data, "pacic", scores = "activation", by = "site")
  means <- x[x$scale == "activation", ]
  expect_same(as.character(means$site), c("2", "Mill", "Port", "Twin")) # 2 has no label; 9 is no site
  expect_same(levels(means$site), c("Port", "2", "Mill", "Twin"))
  expect_same(means$n, c(1L, 1L, 2L, 1L))
  expect_same(tables(score(data, "pacic", scores = "activation", by = "site", keep = "site"), "scores")$site, site)
  data$site[1:2] <- c(4, 5) # labels that two codes share do not make one group of two
  x <- score(data, "pacic", scores = "activation", by = "site")
  expect_same(as.character(x$site[x$scale == "activation"]), c("2", "4", "5", "Port"))
  data$version <- structure(c("p", "p", "p", "q", "q", NA), labels = c(PACIC = "p", Other = "q"),
                            class = c("haven_labelled", "vctrs_vctr", "character"))
  x <- score(data, list(p = "pacic", q = "pacic"), instrument_by = "version", scores = "activation", by = "version")
  expect_same(x$version[x$scale == "activation"], c("p", "q")) # read as codes: shown as codes
})

test("the total of all groups stands beside groups that are factors", {
  draws <- data.frame(sub = factor(rep(c("b", "a"), each = 4), c("b", "a")), draw = rep(rep(1:2, each = 2), 2),
                      strategy = c("x", "y"), cost = 1:8, effect = 8:1)
  x <- psa(draws, by = "sub", thresholds = 1, group_weights = c(a = 1, b = 1))
  expect_same(sort(unique(as.character(x$sub))), c("a", "all", "b"))
  expect(is.factor(x$sub), !anyNA(x$sub))
})

test("codes that are missing are named in the call, with a reason or without", {
  expect_same(tables(profiles(c(11111, 21232, -9, 55555), missing = -9), "utilities")$utility, wanted)
  expect_same(tables(profiles(c(11111, 21232, -8, 55555), missing = c("-8" = "refused")), "utilities")$utility, wanted)
})

test("tables of every kind: matrix, list of columns, tibble-like, without row names", {
  five <- matrix(c(1, 2, NA, 5, 1, 1, 1, 5, 1, 2, 1, 5, 1, 3, 1, 5, 1, 2, 1, 5), 4L,
                 dimnames = list(NULL, c("mobility", "self_care", "usual_activities", "pain", "anxiety")))
  found <- eq5d_utility(five, "eq5d-5l-england")
  expect_same(found, wanted)
  expect_same(eq5d_utility(as.data.frame(five), "eq5d-5l-england"), wanted)
  expect_same(eq5d_utility(structure(as.data.frame(five), class = c("tbl_df", "tbl", "data.frame")), "eq5d-5l-england"),
              wanted)
})

test("a flag is a flag, as TRUE and FALSE or in words", {
  elements <- read_data(example_file("dmic-elements.csv"))
  flags <- elements
  for (name in c("relevant", "present", "planned")) flags[[name]] <- elements[[name]] == "yes"
  expect(any(is.na(flags$planned)))
  expect_same(plain_of(score(flags, "dmic")), plain_of(score(elements, "dmic")))
})

test("list columns and matrices inside a data frame are refused where they are used, else ignored", {
  data <- data.frame(profile = "11111")
  data$more <- list(1:3)
  data$wide <- matrix(1:2, 1L)
  expect_same(eq5d_utility(data, "eq5d-5l-england"), 1)
  data$profile <- list("11111")
  e <- expect_error(eq5d_utility(data, "eq5d-5l-england"), "itg_error_type", "profile", "list")
  expect_same(e$column, "profile")
})

groups <- list(text = c("b", "a", NA, "b"), factor = factor(c("b", "a", NA, "b"), c("b", "a", "c")),
               ordered = factor(c("b", "a", NA, "b"), c("b", "a"), ordered = TRUE), integer = c(2L, 10L, NA, 2L),
               double = c(2, 10.5, NA, 2), date = as.Date("2024-01-31") + c(1, 0, NA, 1))
for (name in names(groups)) local({
  group <- groups[[name]]
  test(paste("groups of type", name, "come back as they were"), {
    x <- measure("eq5d_utility", data.frame(profile = 11111, arm = group), valueset = "eq5d-5l-england", by = "arm")
    expect_same(class(x$arm), class(group))
    expect_same(levels(x$arm), levels(group))
    expect(setequal(unique(as.character(x$arm[!is.na(x$arm)])), unique(as.character(group[!is.na(group)]))))
    expect_same(x$n[same_group(x$arm, group[1L]) & x$scale == "utility"], 2L)
  })
})

test("kept columns come back untouched, dates too", {
  when <- as.Date("2020-02-29") + 0:1
  x <- measure("eq5d_utility", data.frame(profile = c(11111, 21232), when = when), valueset = "eq5d-5l-england",
               keep = "when")
  expect_same(tables(x, "utilities")$when, when)
})

test("dates are dates in groups and text in tables, and no quantities", {
  d <- data.frame(patient = c(1, 1, 2, 2), provider = c("A", "A", "A", "B"),
                  date = as.Date("2024-01-31") + c(0, 1, 2, 3), month = as.Date(c("2024-01-01", "2024-02-01"))[c(1, 1, 2, 2)])
  x <- continuity(d, indices = "upc", by = "month", keep = "date")
  expect_same(x$month[x$scale == "upc"], as.Date(c("2024-01-01", "2024-02-01")))
  expect_same(rows(x)$date, c("2024-01-31", "2024-02-02"))
  expect_error(rates(d, events = "patient", time = "date"), "itg_error_type", "'2024-01-31' is not a number")
  d$date <- as.POSIXct("2024-01-31 10:00", tz = "UTC") + c(0, 0.5, 1, 1.5)
  expect_same(rows(continuity(d, indices = "upc", keep = "date"))$date, c("2024-01-31 10:00:00.000000", "2024-01-31 10:00:01.000000"))
})

test("dates and times are texts to the core, as in every front, and never numbers of days or seconds", {
  use <- data.frame(events = c(3, 5), time = 10, wave = as.Date("2024-01-01") + c(0, 31))
  expect_same(rates(use, group = "wave", reference = "2024-01-01")$group[1:2], c("2024-01-01", "2024-02-01"))
  use$time <- use$wave
  expect_error(rates(use), "itg_error_type", "row 1", "time", "2024-01-01")
  use$time <- as.POSIXct("2024-01-01 14:30", tz = "UTC")
  expect_error(rates(use), "itg_error_type", "2024-01-01 14:30:00")
  use$wave <- .POSIXct(c(NA, NA), tz = "UTC")
  expect_error(rates(transform(use, time = 10), group = "wave"), "itg_error_empty")
  expect_same(rates(transform(use, time = 10, wave = .POSIXct(1800 * 1:2, tz = "UTC")), group = "wave")$group,
              c("1970-01-01 00:30:00", "1970-01-01 01:00:00"))
  early <- as.Date(c("0001-01-01", "0999-12-31"))
  expect_same(format(rates(transform(use, time = 10, wave = early), group = "wave")$group), c("0001-01-01", "0999-12-31"))
  seen <- data.frame(patient = 1, provider = c("a", "b"), date = .Date(c(Inf, 1)))
  expect_error(continuity(seen), "itg_error_type", "Inf")
  twice <- .POSIXct(1729987200 + 1800 * 0:3, tz = "Europe/Berlin") # two o'clock comes twice
  seen <- data.frame(patient = 1, provider = c("a", "b", "a", "b"), date = twice[c(1, 3, 2, 4)])
  expect_same(as.vector(rows(continuity(seen, indices = "secon"))$secon), 2 / 3)
})

test("text in another encoding is understood; text that is none is refused with its row", {
  latin <- iconv("b\u00e9ta", "UTF-8", "latin1")
  x <- measure("eq5d_utility", data.frame(profile = 11111, arm = latin), valueset = "eq5d-5l-england", by = "arm")
  expect_same(enc2utf8(x$arm[1L]), "b\u00e9ta")
  bad <- "b\xe9ta"
  Encoding(bad) <- "UTF-8"
  e <- expect_error(measure("eq5d_utility", data.frame(profile = 11111, arm = c("a", bad)),
                            valueset = "eq5d-5l-england", by = "arm"), "itg_error_encoding", "row 2", "arm")
  expect_same(e$row, 2L)
})

test("a table of no rows is an error that says so", {
  expect_error(eq5d_utility(data.frame(profile = character()), "eq5d-5l-england"), "itg_error_empty")
  expect_error(eq5d_utility(c(NA, NA), "eq5d-5l-england"), "itg_error")
})

test("answers one per row and check boxes one per column score like those one per item", {
  wide <- data.frame(who = c("a", "b"), r1 = 0:1, r2 = 0L, r3 = 0L, r4 = c(0L, 3L))
  long <- data.frame(who = rep(c("a", "b"), each = 4L), q = rep(c("r1", "r2", "r3", "r4"), 2L),
                     a = c(0L, 0L, 0L, 0L, 1L, 0L, 0L, 3L))
  x <- measure("scale", wide, instrument = "integrate", keep = "who")
  y <- measure("scale", long, instrument = "integrate", keep = "who", long = list(id = "who", item = "q", answer = "a"))
  expect_same(tables(x, "scores")$sum, tables(y, "scores")$sum)
  expect_same(x$estimate, y$estimate)
  boxes <- data.frame(area = "N", goals___e1 = 1L, goals___e2 = 0L)
  z <- measure("checklist", boxes, instrument = "cumbria-components", service = "area",
               wide = list(columns = "goals___{id}"))
  expect(50 %in% z$estimate)
})

test("the catalogue finds a system by group and text", {
  expect_same(nrow(catalogue()), 208L)
  expect_same(unique(catalogue("A")$group), "instrument")
  expect_same(catalogue(group = "payment")$id[1L], "G01")
  found <- catalogue(text = "FUNCTIONAL integration")
  expect_same(found$definitions[found$id == "A03"], "functional-integration")
  expect(is.na(catalogue("J", "systematic")$measures))
})

test("labels of one's own come from a vector, a data frame or a file, and keep what is scored", {
  folder <- tempfile()
  items <- instrument_export("dmic", folder)$items
  expect_same(instrument_about("dmic")$numbers_only, 41L)
  printed <- utils::capture.output(print(instrument_about("dmic")))
  expect(any(grepl("41 of 89 are numbers only", printed)))
  expect(!any(grepl("numbers only", utils::capture.output(print(instrument_about("leutz-degrees"))))))
  mine <- file.path(folder, "mine.yaml")
  one <- instrument_label("dmic", c(ds3 = "Aufnahme: gemeinsam", ds = "Versorgung"))
  items$label[items$id == "ds3"] <- "Aufnahme: gemeinsam"
  two <- instrument_label("dmic", rbind(items[c("id", "label")], list("ds", "Versorgung")))
  expect_same(one, two)
  utils::write.csv(items, file.path(folder, "items.csv"), row.names = FALSE)
  writeLines(instrument_label("dmic", file.path(folder, "items.csv")), mine)
  expect_same(instrument_check(mine)$id, "my-dmic")
  expect_same(instrument_about(mine)$numbers_only, 40L)
  sheet <- instrument_template(mine)
  expect_same(sheet$label[sheet$element == "ds3"], "Aufnahme: gemeinsam")
  sheet$service <- "A"
  sheet$present <- rep_len(c("yes", "no"), nrow(sheet))
  expect_same(checklist(sheet, instrument = mine)$estimate, checklist(sheet, instrument = "dmic")$estimate)
  expect_error(instrument_label("dmic", c(ds33 = "x")), "itg_error_data", "did you mean 'ds3'")
  expect_error(instrument_label("dmic", data.frame(id = "ds3")), "itg_error_column", "'label' is not there")
})

test("instruments are found by kind, group and text, and go to sheets and back", {
  expect_same(instruments(kind = "ladder", text = "PARTNER")$id, "partnership-spectrum")
  expect("kaiser-triangle" %in% instruments(group = "stratification")$id)
  folder <- file.path(tempfile(), "again")
  sheets <- instrument_export("integrate", folder)
  expect_same(sheets$items$id, c("r1", "r2", "r3", "r4"))
  expect_same(sheets$scores$method, c("sum", "top-box"))
  expect(grepl("id: again", instrument_import(folder), fixed = TRUE))
  folder <- file.path(tempfile(), "steps")
  expect_same(names(instrument_export("leutz-degrees", folder)), c("definition", "items", "options"))
  expect(grepl("kind: ladder", instrument_import(folder), fixed = TRUE))
  about <- instrument_about("integrate")
  expect_same(about$kind, "scale")
  printed <- utils::capture.output(print(about))
  expect("  https://doi.org/10.1177/23743735211007346" %in% printed)
  expect("Choices (no source states these rules)" %in% printed)
  expect_error(instruments(kind = "valuset"), "itg_error_argument", "did you mean 'valueset'")
  expect_error(instruments("pacic"), "itg_error_argument", "to look for words use text =")
  expect_error(instrument_export("eq5d-5l-uk"), "itg_error_instrument", "instruments show eq5d-5l-uk")
})
