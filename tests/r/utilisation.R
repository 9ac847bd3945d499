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
