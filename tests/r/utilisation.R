# Continuity of care and rates of use from R.

contacts <- function() {
  data.frame(patient = c(7, 7, 7, 7, 12, 12, 3), provider = c("A", "A", "B", "A", "A", "B", "B"),
             date = as.Date("2024-01-01") + c(0, 30, 41, 90, 17, 5, 8), wave = c(1, 1, 1, 1, 2, 2, 2))
}

test("continuity takes dates, times of day, text and numbers, and gives a row per patient", {
  d <- contacts()
  x <- continuity(d)
  expect_same(rows(x)$patient, c(3, 7, 12))
  expect_same(rows(x)$coc, c(NA, 0.5, 0))
  expect(abs(rows(x)$secon[2L] - 1 / 3) < 1e-15)
  expect_same(x$n_missing[x$scale == "coc"], 1L)
  others <- list(as.POSIXct(d$date, tz = "UTC"), format(d$date), as.numeric(d$date), factor(format(d$date)))
  for (date in others) {
    d$date <- date
    expect_same(rows(continuity(d)), rows(x))
  }
  d$date[2L] <- NA
  expect_same(is.na(rows(continuity(d))$secon), c(TRUE, TRUE, FALSE))
})

test("continuity: what is wrong is told", {
  d <- contacts()
  d$date <- "2024-02-30"
  expect_error(continuity(d), "itg_error_type", "is not a date")
  expect_error(continuity(contacts()[FALSE, ]), "itg_error_empty", "no rows")
  expect_error(continuity(contacts(), indices = "fragmented_care_density"), "itg_error_option", "weights")
})

test("groups, kept columns and the picture of continuity", {
  x <- continuity(contacts(), by = "wave", indices = c("upc", "care_density"), keep = "date")
  expect_same(rows(x)$wave, c(1, 2, 2))
  expect_same(as.vector(rows(x)$care_density), c(1, NA, 1))
  expect(nrow(draws(plot(x))) > 0L)
})

test("rates: R's poisson.test and prop.test, and a standard by the name of the stratum", {
  d <- data.frame(arm = c("new", "new", "old", "old"), age = c("young", "old", "young", "old"),
                  events = c(10L, 30L, 14L, 25L), years = c(400, 300, 500, 200))
  x <- rates(d, group = "arm", time = "years", reference = "old")
  test <- poisson.test(c(40, 39), c(700, 700))
  ratio <- x[x$scale == "rate_ratio", ]
  expect(max(abs(c(ratio$estimate - test$estimate, ratio$conf.low - test$conf.int[1L],
                   ratio$conf.high - test$conf.int[2L]))) < 1e-12)
  expect_same(x$n[x$scale == "rate"], c(40L, 39L))
  standard <- data.frame(age = c("old", "young"), population = c(1, 3))
  y <- rates(d, standard, group = "arm", stratum = "age", time = "years")
  expect(abs(y$estimate[y$scale == "rate_direct"][1L] - 1000 * (0.25 * 0.1 + 0.75 * 0.025)) < 1e-12)
  expect_same(tables(y, "strata")$weight, c(0.25, 0.75, 0.25, 0.75))
  z <- rates(data.frame(arm = c("new", "old"), events = c(20, 39), n = c(95, 105)), group = "arm", reference = "old")
  expect(abs(z$conf.low[1L] - prop.test(20, 95, correct = FALSE)$conf.int[1L]) < 1e-12)
  expect(nrow(draws(plot(x))) > 0L)
})
