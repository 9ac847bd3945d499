# Recompute the golden cases of rates with poisson.test, glm and the package epitools: Rscript check_rates.R, in its folder.
read <- function(name) read.csv(file.path("golden", name), stringsAsFactors = FALSE)
d <- read("rates_admissions.csv")
d <- d[!is.na(d$admissions), ]
standard <- read("rates_standard.csv")
standard$rate <- standard$admitted / standard$population
share <- standard$population / sum(standard$population)
checked <- 0
same <- function(found, wanted, what) {
  checked <<- checked + length(wanted)
  if (anyNA(found) || any(abs(found - wanted) > 1e-11 * pmax(1, abs(wanted)))) stop(what, ": ", found, " is stored, ", wanted)
}
interval <- function(row) c(row$estimate, row$conf_low, row$conf_high)
exact <- list(epsilon = 1e-16, maxit = 200)

x <- read("rates.csv")
for (region in unique(d$region)) {
  get <- function(scale, arm) x[x$scale == scale & x$region == region & x$group == arm, ]
  arms <- list()
  for (arm in unique(d$arm)) {
    k <- d[d$region == region & d$arm == arm, ]
    events <- tapply(k$admissions, k$age, sum)[standard$age]
    time <- tapply(k$years, k$age, sum)[standard$age]
    crude <- poisson.test(sum(events), sum(time))
    expected <- sum(time * standard$rate)
    direct <- epitools::ageadjust.direct(events, time, stdpop = standard$population)
    same(interval(get("rate", arm)), 1000 * c(crude$estimate, crude$conf.int), "rate")
    same(interval(get("rate_direct", arm)), 1000 * direct[2:4], "rate_direct")
    same(interval(get("ratio_indirect", arm)), c(sum(events) / expected, poisson.test(sum(events), expected)$conf.int), "smr")
    same(get("rate_indirect", arm)$estimate,
         1000 * epitools::ageadjust.indirect(events, time, standard$admitted, standard$population)$rate[["adj.rate"]], "isr")
    arms[[arm]] <- list(events = sum(events), time = sum(time), crude = c(crude$estimate, crude$conf.int), direct = direct[2:4],
                        variance = sum(share^2 * events / time^2))
  }
  a <- arms$integrated
  b <- arms$usual
  ratio <- poisson.test(c(a$events, b$events), c(a$time, b$time))
  ratio <- c(ratio$estimate, ratio$conf.int)
  difference <- function(a, b)
    1000 * (a[1] - b[1] + c(0, -sqrt((a[1] - a[2])^2 + (b[3] - b[1])^2), sqrt((a[3] - a[1])^2 + (b[1] - b[2])^2)))
  error <- sqrt(a$variance / a$direct[1]^2 + b$variance / b$direct[1]^2)
  same(interval(get("rate_ratio", "integrated")), ratio, "rate_ratio")
  same(interval(get("percent_change", "integrated")), 100 * (ratio - 1), "percent_change")
  same(interval(get("rate_difference", "integrated")), difference(a$crude, b$crude), "rate_difference")
  same(interval(get("difference_direct", "integrated")), difference(a$direct, b$direct), "difference_direct")
  same(interval(get("ratio_direct", "integrated")), a$direct[1] / b$direct[1] * exp(c(0, -1, 1) * qnorm(0.975) * error), "ratio_direct")
}

y <- read("rates_proportion.csv")
d$against <- relevel(factor(d$arm), "usual")
fit <- suppressWarnings(glm(cbind(admissions, years - admissions) ~ against, quasibinomial, d, control = exact))
limits <- c(0, -1, 1) * qt(0.975, fit$df.residual) * coef(summary(fit))[2, 2]
same(interval(y[y$scale == "odds_ratio", ]), exp(coef(fit)[[2]] + limits), "odds_ratio")
same(y$estimate[y$scale == "phi"], summary(fit)$dispersion, "phi")

z <- read("rates_strata.csv")
fit <- suppressWarnings(glm(admissions ~ 0 + paste(arm, age) + offset(log(years)), quasipoisson, d, control = exact))
error <- coef(summary(fit))[, 2] * qt(0.975, fit$df.residual)
z <- z[order(paste(z$group, z$stratum)), ]
same(z$rate, 1000 * exp(coef(fit)), "rate of strata")
same(z$conf_low, 1000 * exp(coef(fit) - error), "conf_low of strata")
same(z$conf_high, 1000 * exp(coef(fit) + error), "conf_high of strata")
same(z$weight, share[match(z$stratum, standard$age)], "weight")
same(z$expected, z$time * standard$rate[match(z$stratum, standard$age)], "expected")
cat(checked, "figures agree\n")
