# A result is a data frame that prints, summarises, converts and subsets.

visits <- data.frame(arm = c("usual", "usual", "new", "new"), profile = c(11121, 21232, 11111, NA))
x <- eq5d_utility(visits, "eq5d-5l-england", by = "arm", summary = TRUE)
text_of <- function(...) paste(utils::capture.output(...), collapse = "\n")

test("a result is a data frame with the columns that every front has", {
  expect(inherits(x, "itg_result"), is.data.frame(x))
  expect_same(names(x), c("measure", "scale", "arm", "n", "n_missing", "estimate", "std.error", "conf.low", "conf.high",
                          "unit", "level", "reason"))
})

test("contents are read by name", {
  expect_same(table_names(x), c("estimates", "utilities"))
  expect_same(class(tables(x)$estimates), "data.frame")
  expect_same(rows(x), tables(x, "utilities"))
  expect_same(as.data.frame(x), tables(x, "estimates"))
  expect_same(as.data.frame(x, table = "utilities"), tables(x, "utilities"))
  expect(is.character(notes(x)))
  expect_same(provenance(x)$measure, "eq5d_utility")
  expect_same(provenance(x)$version, as.character(utils::packageVersion("integrade")))
})

test("a part of a result is a plain table", {
  expect_same(class(x[1:2, ]), "data.frame")
  expect_same(class(subset(x, scale == "utility")), "data.frame")
  expect_same(class(rbind(x, x)), "data.frame")
  expect_same(nrow(rbind(x, x)), 2L * nrow(x))
  expect_same(x$estimate, x[["estimate"]])
})

test("printing rounds, what is stored is not rounded", {
  printed <- text_of(print(x))
  expect(grepl("eq5d_utility (eq5d-5l-england)", printed, fixed = TRUE), printed)
  expect(grepl("tables: utilities (4 rows)", printed, fixed = TRUE), printed)
  expect(!grepl(format(x$std.error[1L], digits = 15), printed, fixed = TRUE), printed)
  expect_same(x$estimate[x$scale == "utility" & x$arm == "new"][1L], 1)
})

test("printing says how much it leaves out", {
  expect(grepl("print(x, n = ", text_of(print(x, n = 2)), fixed = TRUE))
  expect(!grepl("print(x, n = ", text_of(print(x, n = 100)), fixed = TRUE))
})

test("a table too wide for the page is printed in one piece, and what is left out is said", {
  old <- options(width = 80L)
  on.exit(options(old))
  d <- data.frame(site = rep(c("a site of a long name", "b"), each = 4L), wave_of_the_survey = "baseline",
                  events = c(1, 4, 2, 5), years = c(2, 3, 7, 3))
  wide <- rates(d, group = "site", time = "years", by = "wave_of_the_survey")
  printed <- utils::capture.output(print(wide))
  expect_same(sum(grepl("^ rate ", printed)), 2L)
  expect(any(grepl("(unit: count; std.error is not shown)", printed, fixed = TRUE)), printed)
  options(width = 200L)
  expect(grepl("std.error", text_of(print(wide)), fixed = TRUE))
})

test("print gives its argument", {
  utils::capture.output(back <- withVisible(print(x)))
  expect(!back$visible, identical(back$value, x))
})

test("a summary tells what was missing and where the numbers come from", {
  said <- text_of(print(summary(x)))
  said <- gsub("\\s+", " ", said)
  expect(grepl("input data: 4 rows", said, fixed = TRUE), said)
  ratings <- data.frame(unit = c("a", "b", "b"), partner = c("b", "a", "c"), rank = c(10, NA, 20))
  counted <- text_of(print(summary(functional_integration(ratings, replicates = 0))))
  expect(grepl("missing: rank 1", gsub("\\s+", " ", counted), fixed = TRUE), counted)
  expect(grepl("eq5d-5l-england", said, fixed = TRUE), grepl("integrade 0", said, fixed = TRUE))
})

test("numbers of every size are shown with their digits", {
  show <- getNamespace("integrade")$shorten
  expect_same(show(c(0, 1, 1234.5678, 1e-7, 2 / 3, 1e20, 99.99999), 4L),
              c("0", "1", "1235", "1e-07", "0.6667", "1e+20", "100"))
})

test("options travel to the last bit", {
  json <- getNamespace("integrade")$json
  expect_same(json(list(a = 0.1, b = 1 / 3, c = TRUE, d = NULL, e = c(1L, NA), f = I("x"), g = "q\"\\\n")),
              "{\"a\":0.1,\"b\":0.33333333333333331,\"c\":true,\"e\":[1,null],\"f\":[\"x\"],\"g\":\"q\\\"\\\\\\u000a\"}")
})

test("tidy and glance give plain tables", {
  methods <- asNamespace("integrade")
  expect_same(methods$tidy.itg_result(x), as.data.frame(x))
  glance <- methods$glance.itg_result(x)
  expect(nrow(glance) == 1L, glance$rows == 4, glance$definition == "eq5d-5l-england")
})

test("what is stored reads back", {
  file <- tempfile()
  saveRDS(x, file)
  expect(identical(readRDS(file), x))
})

test("long columns, which are made as R vectors from the start, are those of short ones", {
  answers <- data.frame(country = "UK", q1 = rep(c(1:5, NA), 4000), q2 = rep(c(5, NA, 3:1, NA), 4000), q3 = 2L)
  scored <- function(data) rows(score(data, "pacic", scores = "activation", keep = "country"))
  long <- scored(answers)
  short <- scored(answers[1:6, ])
  expect(nrow(long) == 24000L && is.double(long$activation) && is.integer(long$activation_missing))
  expect(anyNA(long$activation) && !all(is.na(long$activation)))
  for (column in names(long)) expect_same(long[[column]], rep(short[[column]], 4000L))
})
