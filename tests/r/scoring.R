# The functions of the scoring kinds are score() with arguments of their own.

test("change between two waves is a function too", {
  d <- data.frame(person = rep(1:4, 2L), wave = rep(1:2, each = 4L), total = c(1, 2, 3, 4, 2, 4, 3, 5))
  x <- change(d, scores = "total", minimal = 1)
  expect_same(x$estimate[x$scale == "total.change"], 1)
  expect_same(rows(x)$verdict, c("improved", "improved", "unchanged", "improved"))
  expect_same(x, measure("change", d, scores = "total", minimal = 1))
})

test("waves in words have the order of their factor, or none", {
  d <- data.frame(person = rep(1:4, 2L), wave = rep(c("pre", "post"), each = 4L), total = c(1, 2, 3, 4, 2, 4, 3, 5))
  expect_error(change(d, scores = "total"), "itg_error_option", "name the earlier in option 'first'")
  expect_same(change(d, scores = "total", first = "pre")$estimate[3L], 1)
  d$wave <- factor(d$wave, c("pre", "post"))
  expect_same(change(d, scores = "total")$estimate[3L], 1)
  expect_same(change(d, scores = "total", first = "post", last = "pre")$estimate[3L], -1)
  names(d)[2L] <- "time"
  expect_same(change(d, wave = "time", scores = "total")$estimate[3L], 1)
  d$time <- factor(as.character(d$time)) # levels by the alphabet say nothing
  expect_error(change(d, wave = "time", scores = "total"), "itg_error_option", "waves are words")
})

test("periods of a scorecard are in order of time, or of their factor", {
  indicators <- data.frame(indicator = "a", perspective = "p", direction = "higher", target = 80, floor = 0)
  d <- data.frame(indicator = "a", period = c("m3", "m12"), value = c(50, 60))
  last <- function(x) tables(x)$indicators$trend[2L]
  expect_same(last(scorecard(d, indicators)), "improving")
  d$period <- c("pre", "post")
  expect_error(scorecard(d, indicators), "itg_error_option", "list them from the first to the last in option 'periods'")
  expect_same(last(scorecard(d, indicators, periods = c("pre", "post"))), "improving")
  expect_same(last(scorecard(transform(d, period = factor(period, c("pre", "post"))), indicators)), "improving")
  d$period <- factor(c("baseline", "m6"), ordered = TRUE)
  expect_same(last(scorecard(d, indicators)), "improving")
})

elements <- read_data(example_file("dmic-elements.csv"))
phases <- read_data(example_file("dmic-phases.csv"))
estimates <- function(x) plain_of(x)[-1L]  # but for the name of the measure

test("checklist() is score() of a checklist", {
  expect_same(estimates(checklist(elements, by = "programme")), estimates(score(elements, "dmic", by = "programme")))
  renamed <- stats::setNames(elements, sub("^present$", "there", names(elements)))
  expect_same(plain_of(checklist(renamed, present = "there")), plain_of(checklist(elements)))
})

test("stages() is score() of stages", {
  expect_same(estimates(stages(phases, elements, rule = "continuous")),
              estimates(score(phases, "dmic-phases", elements = elements, rule = "continuous")))
})

test("a ladder of financial integration has a median and no mean (Mason et al.: the table's numbers are a rank)", {
  x <- ladder(data.frame(level = c(2, 3, 3, 5, 8)), "financial-integration")
  expect_same(x$estimate[x$scale == "median"], 3)
  expect(!any(grepl("mean", x$scale)))
})

test("the four cells of Donaldson's matrix (Curry and Ham 2010, figure 2)", {
  sites <- data.frame(merger = c("low", "low", "high", "high"), coordination = factor(c("weak", "strong", "weak", "strong")))
  x <- classification(sites, "merger-coordination")
  expect_same(tables(x, "cases")$outcome, c("siloed", "connected", "single-weak", "single-strong"))
})

test("check boxes of REDCap, by codes of its own, as raw and as label export", {
  raw <- data.frame(record_id = 1:2, goals___1 = c(1, 0), goals___2 = c(1, 1), goals___3 = 0, goals___4 = 0, goals___5 = c(1, 0))
  wide <- list(columns = "goals___{id}", as = "e{id}")
  x <- score(raw, "cumbria-components", wide = wide, service = "record_id")
  whole <- x[x$scale == "implemented" & is.na(x$cluster) & is.na(x$element) & !is.na(x$service), ]
  expect_same(whole$estimate, c(60, 20))
  labels <- raw
  labels[-1L] <- lapply(raw[-1L], function(tick) c("Unchecked", "Checked")[tick + 1])
  expect_same(tables(score(labels, "cumbria-components", wide = wide, service = "record_id"), "estimates"), tables(x, "estimates"))
})

test("labels of an export, as text or factor, are scored by their numbers", {
  answers <- data.frame(r1 = c("Never", "Always"), r2 = factor(c("Always", "Never")), r3 = c(1, 2), r4 = c("1", "Never"))
  words <- c(Never = 0, Always = 3)
  plain <- data.frame(r1 = c(0, 3), r2 = c(3, 0), r3 = c(1, 2), r4 = c(1, 0))
  x <- score(answers, "integrate", labels = words)
  expect_same(tables(x, "estimates"), tables(score(plain, "integrate"), "estimates"))
  expect_same(tables(score(answers, "integrate", labels = as.list(words)), "estimates"), tables(x, "estimates"))
  own <- list(r1 = words, "/^r[2-4]$/" = words, Never = 2) # labels of items go before those of all
  expect_same(tables(score(answers, "integrate", labels = own), "estimates"), tables(x, "estimates"))
  expect_error(score(answers, "integrate", labels = words["Never"]), "itg_error_type", "'Always' is no answer to 'r1'")
})

test("each country by its own version; reasons of labelled answers stay apart", {
  labels <- c("not applicable" = 8, refused = 9)
  answers <- data.frame(country = c("NL", "UK", "UK"), q1 = c(5, 5, 4), q2 = c(4, 2, 2))
  answers$q3 <- structure(c(3, 8, 9), labels = labels, na_values = c(8, 9), class = c("haven_labelled_spss", "haven_labelled"))
  x <- score(answers, c(NL = "pacic", UK = "pacic"), instrument_by = "country", scores = "activation",
             missing_rule = list(rule = "complete", of = "applicable"), reasons = TRUE, keep = "country")
  rows <- tables(x, "scores")
  expect_same(rows$activation, c(4, 3.5, NA))
  expect_same(rows$activation_not_applicable, c(0L, 1L, 0L))
  expect_same(rows$activation_refused, c(0L, 0L, 1L))
  expect_same(rows$instrument, rep("pacic", 3L))
  expect_same(tables(x, "missing")$reason, c("not applicable", "refused"))
  expect_error(score(answers, list(NL = "pacic"), instrument_by = "country"), "itg_error_data", "'UK' has no definition")
})

test("Stata's .a and .b are missing for the reasons of their labels, as haven reads them", {
  tagged <- function(letter)
    readBin(as.raw(c(0x7f, 0xf0, 0, utf8ToInt(letter), 0, 0, 0x07, 0xa2)), "double", endian = "big")
  answers <- data.frame(q1 = c(5, 4, 4, 3, NaN), q2 = 4)
  answers$q3 <- structure(c(3, tagged("a"), tagged("b"), NA, tagged("z")),
                          labels = c("Not applicable" = tagged("a"), Refused = tagged("b"), low = 1),
                          class = c("haven_labelled", "vctrs_vctr", "double"))
  x <- score(answers, "pacic", scores = "activation", reasons = TRUE, missing_rule = list(rule = "share", share = 0.5))
  rows <- tables(x, "scores")
  expect_same(rows$activation_not_applicable, c(0L, 1L, 0L, 0L, 0L))
  expect_same(rows$activation_refused, c(0L, 0L, 1L, 0L, 0L))
  expect_same(rows$activation_missing, c(0L, 1L, 1L, 1L, 2L))
  expect_same(rows$activation[1:4], c(4, 4, 4, 3.5))
  if (requireNamespace("haven", quietly = TRUE)) {
    read <- haven::labelled(c(3, haven::tagged_na("a", "b")), c("Not applicable" = haven::tagged_na("a"),
                                                                Refused = haven::tagged_na("b")))
    expect_same(utils::getFromNamespace("labelled_reasons", "integrade")(read), as.raw(c(0, 2, 3)))
  }
})
