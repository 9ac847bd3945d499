# Reliability, intraclass correlations, generalisability, composite indicators and funnels from R.

test("alpha of attitude, as psych gives it, whatever the columns are called by", {
  x <- reliability(attitude, items = names(attitude))
  expect(abs(x$estimate[x$scale == "alpha"] - 0.8431427696) < 5e-10)
  y <- reliability(attitude, columns = list(items = "/./"))
  expect_same(x$estimate, y$estimate)
})

test("whole numbers and doubles, with and without gaps, give the same as cov()", {
  answers <- as.data.frame(lapply(attitude, as.integer))
  expect_same(reliability(answers, items = names(answers))$estimate,
              reliability(attitude, items = names(attitude))$estimate)
  answers$raises[3L] <- NA
  x <- reliability(answers, items = names(answers))
  C <- cov(answers[-3L, ])
  expect(abs(x$estimate[1L] - 7 / 6 * (1 - sum(diag(C)) / sum(C))) < 1e-14)
  expect_same(x$n_missing[1L], 1L)
})

test("covariances go in as R makes them: ability.cov as psych gives it, cov() as the answers", {
  x <- reliability(covariance = ability.cov$cov, n = ability.cov$n.obs)
  expect(abs(x$estimate[1:2] - c(0.742906915, 0.802940007)) < 5e-10)
  expect(abs(x$std.error[1L] - 0.0299717338) < 5e-11)
  y <- reliability(covariance = cov(attitude), n = 30)
  expect(abs(y$estimate - reliability(attitude, items = names(attitude))$estimate) < 1e-13)
  expect_error(reliability(covariance = cov(attitude)), "itg_error_option", "need the option 'n'")
  expect_error(reliability(attitude, covariance = cov(attitude), n = 30), "itg_error_argument", "not both")
  expect_error(reliability(), "itg_error", "needs the input 'data'")
})

test("Shrout and Fleiss 1979: intraclass correlations, and the same as a generalisability study", {
  ratings <- data.frame(a = c(9, 6, 8, 7, 10, 6), b = c(2, 1, 4, 1, 5, 2), c = c(5, 3, 6, 2, 6, 4),
                        d = c(8, 2, 8, 6, 9, 7))
  x <- icc(ratings, ratings = names(ratings))
  expect_same(round(x$estimate[1:6], 2L), c(0.17, 0.29, 0.71, 0.44, 0.62, 0.91))
  g <- gstudy(ratings, ratings = names(ratings))
  expect(abs(g$estimate[g$scale == "g"] - x$estimate[x$scale == "icc_3_k"]) < 1e-14)
  expect(abs(g$estimate[g$scale == "phi"] - x$estimate[x$scale == "icc_2_k"]) < 1e-14)
})

test("pictures of items, ranks and funnels show what is in the tables", {
  expect_same(draws(plot(reliability(attitude, items = names(attitude))))$item, names(attitude))
  states <- data.frame(site = rownames(state.x77), state.x77)
  x <- composite(states, indicators = c("Life.Exp", "HS.Grad"), draws = 100, seed = 1)
  expect_same(draws(plot(x))$estimate, sort(x$estimate[x$scale == "rank"]))
  sites <- data.frame(site = c("a", "b", "c"), events = c(3, 30, 12), n = c(50, 100, 100))
  expect_same(draws(plot(funnel(sites)))$site, c("a", "b", "c"))
})

test("states of ratings, merged, give the intraclass correlations of all (Shrout and Fleiss 1979, table 4)", {
  judges <- rbind(c(9, 2, 5, 8), c(6, 1, 3, 2), c(8, 4, 6, 8), c(7, 1, 2, 6), c(10, 5, 6, 9), c(6, 2, 4, 7))
  part <- function(rows) state_add(state("integers", 4), judges[rows, ])
  x <- icc(covariance = state_finish(state_merge(part(1:2), part(3:6))))
  whole <- icc(as.data.frame(judges), ratings = "/./")
  expect_near(x$estimate, whole$estimate, 1e-12)
  expect_same(round(x$estimate[1:6], 2), c(.17, .29, .71, .44, .62, .91))
})
