# QALYs and cost-effectiveness against what R's own lm() and t.test() say.

patients <- read_data(example_file("study-patients.csv"))
patients$cost <- patients$health + patients$social + patients$team
patients$arm <- stats::relevel(factor(patients$arm), "usual")
known <- patients[!is.na(patients$qaly), ]
row_of <- function(x, scale) x[x$scale == scale, ]

test("adjusted increments are those of lm()", {
  x <- cea(patients, effect = "qaly", covariates = c("age", "sex", "baseline"), reference = "usual", replicates = 0)
  for (outcome in c("cost", "qaly")) {
    fit <- stats::lm(stats::reformulate(c("arm", "age", "sex", "baseline"), outcome), known)
    own <- row_of(x, if (outcome == "cost") "incremental_cost" else "incremental_effect")
    expect_near(own$estimate, stats::coef(fit)[["armintegrated"]], 1e-9)
    expect_near(own$std.error, summary(fit)$coefficients["armintegrated", 2L], 1e-9)
    expect_near(c(own$conf.low, own$conf.high), unname(stats::confint(fit)["armintegrated", ]), 1e-8)
  }
})

test("unadjusted increments are those of t.test()", {
  x <- row_of(cea(patients, effect = "qaly", reference = "usual", replicates = 0), "incremental_cost")
  welch <- stats::t.test(known$cost[known$arm == "integrated"], known$cost[known$arm == "usual"])
  expect_near(c(x$conf.low, x$conf.high), as.numeric(welch$conf.int), 1e-8)
})

test("QALYs of visits are those the study lists", {
  visits <- read_data(example_file("study-visits.csv"))
  own <- tables(qaly(visits, time = "month", time_unit = "months"), "qalys")
  expect_same(own$id, patients$id)
  expect_same(is.na(own$qaly), is.na(patients$qaly))
  expect_near(own$qaly[!is.na(own$qaly)], known$qaly, 1e-6)
})

test("R for HTA, chapter 5: the 10TT trial from utilities to increments, as lm() of the public copy", {
  trial <- read_data(example_file("ten-top-tips.csv"))
  qalys <- qaly(trial, utilities = paste0("qol_", c(0, 3, 6, 12, 18, 24)), times = c(0, 3, 6, 12, 18, 24),
                time_unit = "months")
  both <- merge(trial, rows(qalys)[c("id", "qaly", "baseline")])
  x <- cea(both, cost = "totalcost", effect = "qaly", covariates = c("sex", "age"), effect_covariates = "baseline",
           reference = "0", replicates = 0)
  cost <- row_of(x, "incremental_cost")
  effect <- row_of(x, "incremental_effect")
  expect_near(c(cost$estimate, cost$std.error), c(1010.84820546, 354.62545716), 1e-6)
  expect_near(c(effect$estimate, effect$std.error), c(-0.006672114044, 0.037543348389), 1e-10)
})

test("completed tables go from QALYs to pooled replicates", {
  stacked <- read_data(example_file("study-imputed.csv"))
  qalys <- qaly(stacked, utilities = c("u0", "u3", "u6", "u12"), times = c(0, 3, 6, 12), time_unit = "months",
                by = "imputation", keep = c("arm", "health", "social", "team", "id", "imputation"))
  own <- rows(qalys)
  x <- cea(own, cost = c("health", "social", "team"), effect = "qaly", imputation = "imputation",
           reference = "usual", replicates = 2000, seed = 1)
  effects <- vapply(split(own, own$imputation), function(one) diff(tapply(one$qaly, one$arm == "integrated", mean)), 0)
  within <- vapply(split(own, own$imputation), function(one)
    sum(tapply(one$qaly, one$arm, function(q) stats::var(q) * (length(q) - 1) / length(q)^2)), 0)
  found <- row_of(x, "incremental_effect")
  expect_near(found$estimate, mean(effects), 1e-12)
  # 2000 replicates: the standard error is uncertain by 1 / sqrt(2 x 2000), 1.6%; four times that
  expect_near(found$std.error / sqrt(mean(within) + 1.2 * stats::var(effects)), 1, 0.064)
})

test("the curve is the share of replicates, on a grid and up to the next row", {
  share <- function(x, at) {
    plane <- tables(x, "plane")
    vapply(at, function(t) mean(t * plane$effect > plane$cost), 0)
  }
  x <- cea(patients, effect = "qaly", reference = "usual", replicates = 200, seed = 3, curve_points = 101)
  expect_near(tables(x, "ceac")$probability, share(x, tables(x, "ceac")$threshold), 1e-15)
  x <- cea(patients, effect = "qaly", reference = "usual", replicates = 200, seed = 3)
  at <- tables(x, "ceac")$threshold
  expect_near(tables(x, "ceac")$probability, share(x, (at + c(at[-1], 2 * max(at))) / 2), 1e-15)
})

test("costs per person are R's product of use and prices, and go into cea", {
  set.seed(4)
  use <- data.frame(arm = rep(c("usual", "team"), 100), gp = rpois(200, 5), bed = rpois(200, 2) + 0.5, effect = runif(200))
  prices <- data.frame(resource = c("bed", "gp"), unit_cost = c(402.5, 41.1), payer = c("health", "family"))
  x <- costing(use, prices, by = "arm", keep = "effect")
  wanted <- as.vector(as.matrix(use[c("gp", "bed")]) %*% c(41.1, 402.5))
  persons <- tables(x, "costs")
  expect_near(persons$cost, wanted, 1e-12 * max(wanted))
  expect_near(persons$payer_family, use$gp * 41.1, 1e-12)
  own <- x[x$scale == "cost" & x$resource == "all" & x$payer == "all", ]
  for (arm in own$arm) {
    interval <- stats::t.test(wanted[use$arm == arm])
    expect_near(own$estimate[own$arm == arm], interval$estimate[[1L]], 1e-9)
    expect_near(c(own$conf.low[own$arm == arm], own$conf.high[own$arm == arm]), as.numeric(interval$conf.int), 1e-8)
  }
  bare <- cea(cbind(use, cost = wanted), effect = "effect", reference = "usual", replicates = 0)
  expect_near(row_of(cea(persons, effect = "effect", reference = "usual", replicates = 0), "incremental_cost")$estimate,
              row_of(bare, "incremental_cost")$estimate, 1e-9)
  use$gp[3L] <- Inf
  expect_error(costing(use, prices), "itg_error_range", "Inf is no finite number")
})
