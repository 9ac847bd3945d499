# Samples of a model as matrices, and the runs of one-way sensitivity.

samples <- read_data(file.path("data", "golden", "psa_samples.csv"))
names_of <- sub("^cost_", "", grep("^cost_", names(samples), value = TRUE))
e <- unname(as.matrix(samples[paste0("effect_", names_of)]))
c <- unname(as.matrix(samples[paste0("cost_", names_of)]))
wide <- psa(samples, costs = "/^cost_/", effects = "/^effect_/")

test("matrices as BCEA and dampack hold them are the wide table", {
  expect_same(plain_of(psa(list(e = e, c = c, interventions = names_of))), plain_of(wide))
  expect_same(plain_of(psa(list(e = e, c = c), strategies = names_of)), plain_of(wide))
  colnames(e) <- names_of
  expect_same(plain_of(psa(list(e = e, c = c))), plain_of(wide))
  dampack <- structure(list(n_strategies = 3L, strategies = names_of, n_sim = nrow(c), cost = as.data.frame(c),
                            effectiveness = as.data.frame(e), parameters = samples["u_gain"], currency = "$"),
                       class = c("psa", "sa"))
  expect_same(plain_of(psa(dampack)), plain_of(wide))
  expect_same(plain_of(evppi(dampack)),
              plain_of(evppi(samples, costs = "/^cost_/", effects = "/^effect_/", parameters = "u_gain")))
})

test("matrices that do not fit are told", {
  expect_error(psa(list(e = e, c = c[, -1L])), "itg_error_data", paste(nrow(c), "x 2"))
  expect_error(psa(list(e = e, c = c), strategies = "one"), "itg_error_data", "1 names")
  expect_error(psa(list(e = e, c = c), costs = "cost"), "itg_error_argument", "'costs' names a column")
  expect_error(evppi(list(e = e, c = c, parameters = data.frame(x = 1:3))), "itg_error_data", "another number of rows")
})

test("a tornado of runs, of net benefit and with one limit, draws its table", {
  runs <- read_data(file.path("data", "golden", "tornado_runs.csv"))
  x <- tornado(runs, thresholds = 20000)
  bars <- tables(x, "tornado")
  expect_same(draws(plot(x, where = list(strategy = "home")))$parameter, bars$parameter[bars$strategy == "home"])
  one <- tornado(data.frame(parameter = c("base", "base", "p", "p"), limit = c(NA, NA, "high", "high"),
                            strategy = c("a", "b"), benefit = c(100, 110, 100, 80)))
  expect_same(draws(plot(one))$inmb_high, -20)
  expect(is.na(tables(one, "tornado")$inmb_low))
})

test("pictures of samples by group are of one group, the first or the one named", {
  ages <- read_data(file.path("data", "golden", "psa_ages.csv"))
  x <- psa(ages, costs = "/^cost_/", effects = "/^effect_/", sample = "draw", by = "age",
           group_weights = list("under 75" = 7, "75 and over" = 3))
  for (kind in c("ceac", "plane", "frontier", "loss", "evpi")) {
    expect_same(unique(draws(plot(x, kind))$age), "75 and over")
    expect_same(unique(draws(plot(x, kind, where = list(age = "under 75")))$age), "under 75")
  }
  expect_error(draws(plot(x, where = list(age = "none"))), "itg_error_empty", "no rows")
})

test("what information is worth by group is drawn for one group, and is that of its rows alone", {
  needs <- read_data(file.path("data", "golden", "psa_needs.csv"))
  of <- function(f, data, ...) f(data, costs = "/^cost_/", effects = "/^effect_/", ...)
  low <- needs[needs$need == "low", ]
  x <- of(evppi, needs, parameters = c("p_admission", "u_gain"), by = "need")
  y <- of(evsi, needs, parameters = "p_admission", design = "binary", sizes = c(50, 200), seed = 1, by = "need")
  own <- list(of(evppi, low, parameters = c("p_admission", "u_gain")),
              of(evsi, low, parameters = "p_admission", design = "binary", sizes = c(50, 200), seed = 1))
  for (i in 1:2) {
    all <- list(x, y)[[i]]
    for (table in setdiff(table_names(all), "estimates")) {
      rows <- tables(all, table)
      rows <- rows[rows$need == "low", names(rows) != "need"]
      expect_same(as.list(rows), as.list(tables(own[[i]], table)))
    }
  }
  for (drawn in list(list(x, "evppi"), list(x, "tornado"), list(y, "evsi"))) {
    expect_same(unique(draws(plot(drawn[[1L]], drawn[[2L]]))$need), "high")
    expect_same(unique(draws(plot(drawn[[1L]], drawn[[2L]], where = list(need = "low")))$need), "low")
  }
})

# Samples that come with packages, where these are installed: EVPI to the digit, EVPPI to the error of smoothing.
if (requireNamespace("voi", quietly = TRUE)) test("the chemotherapy example of package voi 1.0.3", {
  model <- c(unclass(voi::chemo_cea), list(parameters = voi::chemo_pars))
  both <- c("p_side_effects_t1", "p_side_effects_t2")
  x <- psa(model, thresholds = 1e4 * 1:5)
  expect_near(x$estimate[x$scale == "evpi"], c(8.7648672, 368.6050962, 206.4687048, 150.4729040, 126.9834500), 1e-7)
  y <- evppi(model, parameters = both, sets = list(both = both), thresholds = 20000)
  of <- function(set) y[y$scale == "evppi" & y$parameters %in% set, ]
  for (set in list(list(both[1L], 26.7546), list("both", 333.4516))) # voi::evppi, GAM
    expect_near(of(set[[1L]])$estimate, set[[2L]], of(set[[1L]])$std.error / 4)
})

if (requireNamespace("dampack", quietly = TRUE)) test("the example_psa of package dampack 1.0.2", {
  where <- new.env()
  utils::data("example_psa", package = "dampack", envir = where)
  p <- where$example_psa
  model <- list(cost = p$cost, effectiveness = p$effectiveness, parameters = p$parameters, strategies = p$strategies)
  x <- psa(model, thresholds = c(5e4, 1e5, 2e5))
  of <- function(scale) x$estimate[x$scale == scale]
  expect_near(of("cost"), c(30900.798, 16128.878, 25110.215), 1e-3)
  expect_near(of("effect"), c(11.068687, 10.684920, 10.881203), 1e-6)
  expect_near(tables(x, "frontier")$icer[3L], 38491.911, 1e-3)
  # dampack draws lots among the nearly equal (max.col).
  expect_near(of("probability_best")[1:6], c(.3563, .2752, .3685, .4564, .1817, .3619), 3e-4)
  expect_near(of("evpi"), c(14954.0541, 22683.9466, 39917.6357), 6e-4)
  both <- c("pFailChemo", "muDieCancer")
  y <- evppi(model, parameters = both, sets = list(both = both), thresholds = c(5e4, 1e5))
  for (set in list(list("pFailChemo", c(4437.5984, 6189.3400)), list("both", c(9001.1368, 14019.6936)))) { # calc_evppi
    own <- y[y$scale == "evppi" & y$parameters %in% set[[1L]], ]
    expect_near(own$estimate, set[[2L]], own$std.error / 4)
  }
})

# Brennan, Kharroubi, O'Hagan and Chilcott, Med Decis Making 2007: two treatments, 19 normal parameters, 10000 a QALY.
# The model's values are 247.89, 840.98 and 536.85, by analytic conditional means and 4e7 draws; EVPI 1047.2.
test("the model of Brennan and others has its value of partial information", {
  set.seed(2007)
  n <- 20000L
  mean <- c(1000, .1, 5.2, 400, .7, .3, 3, .25, -.1, .5, 1500, .08, 6.1, .8, .3, 3, .2, -.1, .5)
  sd <- c(1, .02, 1, 200, .1, .1, .5, .1, .02, .2, 1, .02, 1, .1, .05, 1, .05, .02, .2)
  z <- matrix(rnorm(n * 19L), n)
  related <- c(5L, 7L, 14L, 16L) # by .6 each
  z[, related] <- z[, related] %*% chol(diag(.4, 4L) + .6)
  x <- as.data.frame(t(t(z) * sd + mean))
  d <- data.frame(x, cost_1 = x$V1 + x$V2 * x$V3 * x$V4, cost_2 = x$V11 + x$V12 * x$V13 * x$V4,
                  effect_1 = x$V5 * x$V6 * x$V7 + x$V8 * x$V9 * x$V10,
                  effect_2 = x$V14 * x$V15 * x$V16 + x$V17 * x$V18 * x$V19)
  r <- evppi(d, costs = "/^cost_/", effects = "/^effect_/", parameters = names(x), single = FALSE, thresholds = 10000,
             sets = list(efficacy = c("V5", "V14"), both = c("V5", "V6", "V14", "V15"), duration = c("V7", "V16")))
  found <- r[r$scale == "evppi", ]
  known <- c(efficacy = 247.89, both = 840.98, duration = 536.85)[found$parameters]
  expect(all(found$std.error < 15))
  expect(all(abs(found$estimate - known) < 3 * found$std.error))
  expect(abs(r$estimate[r$scale == "evpi"] - 1047.2) < 40)
})
