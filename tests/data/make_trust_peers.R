# Random data for test_peers.c and what other packages say of them: Rscript make_trust_peers.R (in this folder), with the
# packages below installed.  Writes trust_*.csv; trust_peers.csv holds the figures.
suppressWarnings(RNGversion("4.0.0"))
set.seed(20240611)
gaps <- function(x, share) replace(x, runif(length(x)) < share, NA)
# Answers 1 to 5 of members of teams of 3 to 9 to seven items: uneven categories, gaps, one item of poor fit.
size <- rep(c(3, 5, 9, 4, 7, 6, 8, 3, 5, 6), 3)
team <- rep(sprintf("t%02d", seq_along(size)), size)
level <- rep(rnorm(length(size), sd = .6), size) + rnorm(length(team))
answers <- sapply(1:7, function(j) {
  latent <- c(.9, .8, .7, .6, .8, .5, .15)[j] * level + rnorm(length(team), sd = .9)
  cut(latent, c(-Inf, -1.6, -.4, .2, 1.5, Inf) + (j - 4) / 10, labels = FALSE)
})
answers <- data.frame(team, gaps(answers, .03))
names(answers)[-1] <- paste0("q", 1:7)
# Ratings of 90 units on a scale of 1 to 5, rarely 1, by raters of different severity and diligence.
truth <- sample(1:5, 90, TRUE, c(1, 3, 6, 4, 4))
ratings <- sapply(1:5, function(j) pmin(5, pmax(1, truth + sample(-1:2, 90, TRUE, c(2, 8, 1 + j %/% 2, j == 5)))))
ratings <- data.frame(unit = sprintf("u%02d", 1:90), sapply(1:5, function(j) gaps(ratings[, j], c(.02, .05, .03, .1, .15)[j])))
names(ratings)[-1] <- paste0("r", 1:5)
ratings[40, c(2, 4:6)] <- NA # rated once
# Scores before and after, each missing for some; y is whole numbers with ties.
person <- sprintf("p%02d", 1:60)
before <- round(rnorm(60, 50, 12), 1)
after <- round(before * .7 + rnorm(60, 20, 9), 1)
change <- data.frame(person = rep(person, 2), wave = rep(1:2, each = 60), x = gaps(c(before, after), .08),
                     y = gaps(c(sample(0:4, 60, TRUE), sample(1:5, 60, TRUE)), .05))
change <- change[-c(7, 100), ]
# 12 persons, four tasks, and three raters of their own to each task.
grid <- expand.grid(rater = 1:3, task = 1:4, person = 1:12)
nested <- data.frame(person = sprintf("p%02d", grid$person), task = paste0("t", grid$task),
                     rater = paste0("r", grid$task, grid$rater),
                     score = round(50 + rnorm(12, sd = 6)[grid$person] + rnorm(4, sd = 3)[grid$task] +
                       rnorm(12, sd = 2)[(grid$task - 1) * 3 + grid$rater] + rnorm(48, sd = 3)[grid$person * 4 - 4 + grid$task] +
                       rnorm(144, sd = 4), 1))
nested$score[50] <- NA # person 5 lacks a score and is left out
# 30 sites of unequal size: events of persons and of those expected, a mean with its error; some lack them.
persons <- round(exp(rnorm(30, 5, .8)))
events <- rbinom(30, persons, plogis(rnorm(30, -1.6, .35)))
error <- round(runif(30, .5, 2.5), 2)
sites <- data.frame(site = sprintf("s%02d", 1:30), n = persons, expected = round(persons * .17, 2), value = round(rnorm(30, 50, sqrt(error^2 + 4)), 2),
                    se = error, events = gaps(events, .07))
sites$value[12] <- NA
# Ranks of integration 0, 10 .. 100 among five units by two raters of three professions each; one in ten is lacking.
links <- expand.grid(rater = 1:2, profession = c("nurse", "physician", "social"), partner = LETTERS[1:5], unit = LETTERS[1:5])
links <- subset(links, as.character(partner) != as.character(unit))
bond <- matrix(runif(25, 1, 9), 5)[cbind(as.integer(links$unit), as.integer(links$partner))]
links <- data.frame(unit = links$unit, rater = paste0(links$unit, substr(links$profession, 1, 1), links$rater),
                    profession = links$profession, partner = links$partner,
                    rank = 10 * pmin(10, pmax(0, round(bond + as.integer(links$profession) / 2 + rnorm(120, sd = 1.2)))))
links$rank <- gaps(links$rank, .1)
write <- function(x, name) write.csv(x, paste0("trust_", name, ".csv"), row.names = FALSE, quote = FALSE, na = "")
write(answers, "answers"); write(ratings, "ratings"); write(change, "change"); write(nested, "nested"); write(sites, "sites"); write(links, "links")

# ---- what the peers say: call (test_peers.c has the options), peer, where the figure stands, value, tolerance ----
suppressMessages({library(psych); library(irr); library(irrCAC); library(multilevel)})
rows <- list()
say <- function(call, peer, where, column, value, tolerance = 1e-10, table = "estimates") {
  package <- sub("::.*", "", peer)
  if (grepl("p_value", column)[1]) tolerance <- tolerance * as.numeric(value)
  version <- if (package %in% c("stats", "base")) getRversion() else packageVersion(package)
  rows[[length(rows) + 1]] <<- data.frame(call, peer = sub("::", paste0(" ", version, " "), peer, fixed = TRUE), table,
    where, column, value = sprintf("%.17g", as.numeric(value)), tolerance, row.names = NULL)
}
scale_of <- function(...) paste0("scale=", ...)

# reliability: answers of those who answered all, then all by pairs, then correlations
items <- answers[-1]
all7 <- na.omit(items)
quiet <- function(x) suppressMessages(suppressWarnings({sink(nullfile()); on.exit(sink()); x}))
for (way in c("listwise", "pairwise")) {
  pairs <- cov(if (way == "listwise") all7 else items, use = "pairwise") # of gaps psych correlates pair by pair
  a <- quiet(alpha(if (way == "listwise") all7 else pairs, n.obs = nrow(items)))
  call <- paste0("reliability_", way)
  peer <- "psych::alpha"
  say(call, peer, scale_of(c("alpha", "alpha_std", "mean_r")), "estimate", a$total[c("raw_alpha", "std.alpha", "average_r")])
  item <- paste0("item=", names(items))
  say(call, peer, item, "r_rest", a$item.stats$r.drop, table = "items")
  say(call, peer, item, "alpha_dropped", a$alpha.drop$raw_alpha, table = "items")
  say(call, peer, item, "alpha_std_dropped", a$alpha.drop$std.alpha, table = "items")
  s <- smc(cov2cor(pairs))
  say(call, "psych::smc", item, "smc", s, table = "items")
  if (way == "pairwise") next
  say(call, peer, item, "r_total", a$item.stats$raw.r, table = "items")
  say(call, peer, item, "mean", a$item.stats$mean, table = "items")
  say(call, peer, item, "sd", a$item.stats$sd, table = "items")
  say(call, peer, "scale=alpha", "std_error", a$total$ase)
  say(call, peer, "scale=alpha", c("conf_low", "conf_high"), c(a$feldt$lower.ci, a$feldt$upper.ci))
  say(call, "cocron::cronbach.alpha.CI", "scale=alpha", c("conf_low", "conf_high"),
      cocron::cronbach.alpha.CI(a$total$raw_alpha, nrow(all7), 7))
  d <- DescTools::CronbachAlpha(all7, conf.level = .95) # its limits take the number of cells for that of persons
  say(call, "DescTools::CronbachAlpha", "scale=alpha", "estimate", d[1])
  b <- metafor::escalc("ABT", ai = a$total$raw_alpha, mi = 7, ni = nrow(all7))
  say(call, "metafor::escalc ABT", "method=bonett", c("std_error", "conf_low", "conf_high"),
      c(sqrt(b$vi), 1 - exp(-(b$yi + c(-1, 1) * qnorm(.975) * sqrt(b$vi)))), table = "intervals")
  h <- quiet(splitHalf(all7, covar = TRUE, check.keys = FALSE))
  say(call, "psych::splitHalf", scale_of(c("lambda4", "split_half_min", "split_half_mean")), "estimate",
      c(h$maxrb, h$minrb, h$meanr))
  odd <- seq(1, 7, 2)
  say(call, "splithalfr::spearman_brown", "scale=split_half", "estimate",
      splithalfr::spearman_brown(rowSums(all7[odd]), rowSums(all7[-odd])))
  say(call, "splithalfr::flanagan_rulon", "scale=split_half_guttman", "estimate",
      splithalfr::flanagan_rulon(rowSums(all7[odd]), rowSums(all7[-odd])))
  say(call, "psychometric::SE.Meas", "scale=sem", "estimate",
      psychometric::SE.Meas(sd(rowSums(all7)), a$total$raw_alpha))
  say(call, "stats::sd", "scale=sd", "estimate", sd(rowSums(all7)))
  say(call, "psychometric::SE.Meas", "scale=sdc", "estimate",
      1.96 * sqrt(2) * psychometric::SE.Meas(sd(rowSums(all7)), a$total$raw_alpha))
  one <- quiet(fa(all7, fm = "minres"))
  say(call, "psych::fa minres", "scale=omega_std", "estimate",
      sum(one$loadings)^2 / (sum(one$loadings)^2 + sum(one$uniquenesses)), 1e-5)
  say(call, "psych::fa minres", item, "loading", one$loadings, 1e-5, table = "items")
  f <- lavaan::cfa(paste("f =~", paste(names(items), collapse = "+")), all7, std.lv = TRUE, likelihood = "wishart")
  est <- lavaan::lavInspect(f, "est")
  say("reliability_ml", "lavaan::cfa", "scale=omega", "estimate",
      sum(est$lambda)^2 / sum(lavaan::lavInspect(f, "sigma.hat")), 1e-6)
  z <- factanal(covmat = cor(all7), factors = 1, control = list(opt = list(factr = 1)))
  say("reliability_ml", "stats::factanal", "scale=omega_std", "estimate",
      sum(z$loadings)^2 / (sum(z$loadings)^2 + sum(z$uniquenesses)), 1e-8)
  say("reliability_ml", "stats::factanal", item, "loading", z$loadings, 1e-7, table = "items")
}
r <- cor(all7)
write.csv(data.frame(item = names(items), format(r, digits = 17)), "trust_correlations.csv", row.names = FALSE, quote = FALSE)
g <- quiet(guttman(r))
say("reliability_correlations", "psych::guttman", scale_of("lambda", 1:6), "estimate",
    c(g$lambda.1, g$lambda.2, g$lambda.3, g$lambda.4, g$lambda.5, g$lambda.6))

# icc: units that all five rated, the two raters who differ most, and the ratings there are
complete <- na.omit(ratings[-1])
form <- c("icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k")
name <- c("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
shrout <- quiet(ICC(complete, lmer = FALSE))$results
say("icc", "psych::ICC", scale_of(form), "estimate", shrout$ICC)
say("icc", "psych::ICC", scale_of(form), "conf_low", shrout$"lower bound")
say("icc", "psych::ICC", scale_of(form), "conf_high", shrout$"upper bound")
say("icc", "psych::ICC", paste0("form=", name), "f", shrout$F, table = "forms")
say("icc", "psych::ICC", paste0("form=", name), "p_value", shrout$p, table = "forms")
for (k in 1:6) {
  x <- icc(complete, if (k %% 3 == 1) "oneway" else "twoway", if (k %% 3 == 2) "agreement" else "consistency",
           if (k > 3) "average" else "single")
  say("icc", "irr::icc", scale_of(form[k]), "estimate", x$value)
  if (k != 5) # whose limits irr takes by McGraw and Wong's degrees of freedom of the mean: .90186 to .95558
    say("icc", "irr::icc", scale_of(form[k]), c("conf_low", "conf_high"), c(x$lbound, x$ubound))
}
long <- function(x) data.frame(unit = factor(row(x)), rater = factor(col(x)), y = unlist(x, use.names = FALSE))
v <- VCA::anovaVCA(y ~ unit + rater, long(complete), NegVC = TRUE)$aov.tab
say("icc", "VCA::anovaVCA", scale_of(c("sem_agreement", "sem_consistency")), "estimate",
    sqrt(c(sum(v[c("rater", "error"), "VC"]), v["error", "VC"])))
say("icc", "VCA::anovaVCA", scale_of(c("sdc_agreement", "sdc_consistency")), "estimate",
    1.96 * sqrt(2) * sqrt(c(sum(v[c("rater", "error"), "VC"]), v["error", "VC"])))
m <- lme4::VarCorr(lme4::lmer(y ~ (1 | unit) + (1 | rater), long(complete)))
say("icc", "lme4::lmer", "scale=icc_2_1", "estimate",
    c(m$unit) / (c(m$unit) + c(m$rater) + attr(m, "sc")^2), 1e-4)
two <- na.omit(ratings[c("r1", "r5")])
b <- BlandAltmanLeh::bland.altman.stats(two$r5, two$r1)
t5 <- t.test(two$r5, two$r1, paired = TRUE)
say("icc_two", "BlandAltmanLeh::bland.altman.stats", scale_of(c("limit_low", "difference", "limit_high")), "estimate", b$lines)
say("icc_two", "stats::t.test", "scale=difference", c("std_error", "conf_low", "conf_high"), c(t5$stderr, t5$conf.int))
# Bland and Altman 1999, section 2: errors of limits; the package takes the rougher 3 s^2/n of 1986.
loa <- sd(two$r5 - two$r1) * sqrt(1 / nrow(two) + 1.96^2 / 2 / (nrow(two) - 1))
say("icc_two", "stats::qt", scale_of(c("limit_low", "limit_high")), "conf_low", b$lines[c(1, 3)] - qt(.975, nrow(two) - 1) * loa)
say("icc_two", "stats::qt", scale_of(c("limit_low", "limit_high")), "conf_high", b$lines[c(1, 3)] + qt(.975, nrow(two) - 1) * loa)
part <- na.omit(long(ratings[-1]))
e <- ICC::ICCest(unit, y, part)
say("icc_one_way", "ICC::ICCest", "scale=icc_1_1", c("estimate", "conf_low", "conf_high"), c(e$ICC, e$LowerCI, e$UpperCI))
say("icc_one_way", "multilevel::ICC2", "scale=icc_1_k", "estimate", ICC2(aov(y ~ unit, part)))
say("icc_one_way", "stats::qf", "scale=icc_1_k", c("conf_low", "conf_high"), {
  one <- anova(lm(y ~ unit, part))
  1 - qf(c(.975, .025), one$Df[1], one$Df[2]) / one$"F value"[1]
})
v <- VCA::anovaVCA(y ~ unit, part, NegVC = TRUE)$aov.tab
say("icc_one_way", "VCA::anovaVCA", scale_of("sem_agreement"), "estimate", sqrt(v["error", "VC"]))

# gstudy: the persons without a gap; VCA lets variances be negative, lme4 agrees where none is
whole <- subset(nested, !person %in% person[is.na(score)])
whole[1:3] <- lapply(whole[1:3], factor)
v <- VCA::anovaVCA(score ~ person + task + person:task + task:rater, whole, NegVC = TRUE)$aov.tab
effect <- c("person", "task", "person x task", "rater:task", "person x rater:task")
say("gstudy", "VCA::anovaVCA", paste0("effect=", effect), "variance",
    v[c("person", "task", "person:task", "task:rater", "error"), "VC"], table = "components")
v <- setNames(v[, "VC"], rownames(v))
relative <- v[["person:task"]] / 4 + v[["error"]] / 12
absolute <- relative + v[["task"]] / 4 + v[["task:rater"]] / 12 # Brennan 2001, of four tasks and twelve raters
say("gstudy", "VCA::anovaVCA", scale_of(c("g", "phi", "sem_relative", "sem_absolute")), "estimate",
    c(v[["person"]] / (v[["person"]] + c(relative, absolute)), sqrt(c(relative, absolute))))
say("gstudy_crossed", "psych::ICC", scale_of(c("g", "phi")), "estimate", shrout$ICC[6:5])
say("gstudy_crossed", "psych::ICC", "n_facet=1", c("g", "phi"), shrout$ICC[3:2], table = "dstudy")
m <- lme4::VarCorr(lme4::lmer(score ~ (1 | person) + (1 | task) + (1 | person:task) + (1 | rater), whole,
                              control = lme4::lmerControl(optCtrl = list(xtol_abs = 1e-10, ftol_abs = 1e-12))))
say("gstudy", "lme4::lmer", paste0("effect=", effect), "variance",
    c(m$person, m$task, m$"person:task", m$rater, attr(m, "sc")^2), 1e-3, table = "components")

# agreement: irrCAC without its rounding and two-sided; irr on what it takes; tables by vcd
bare <- list2env(as.list(asNamespace("irrCAC"), all.names = TRUE), parent = parent.env(asNamespace("irrCAC")))
bare$round <- function(x, digits) x
for (f in ls(bare)) if (is.function(bare[[f]])) environment(bare[[f]]) <- bare
cac <- c(percent_agreement = "pa.coeff.raw", conger_kappa = "conger.kappa.raw", fleiss_kappa = "fleiss.kappa.raw",
         brennan_prediger = "bp.coeff.raw", gwet_ac = "gwet.ac1.raw", krippendorff_alpha = "krippen.alpha.raw")
cac_says <- function(call, ratings, weights, where, ...) {
  for (k in names(cac)) { # Gwet's linear and ordinal weights are no metrics of Krippendorff's
    if (k == "krippendorff_alpha" && weights %in% c("linear", "ordinal")) next
    x <- bare[[cac[k]]](ratings, weights = weights, ...)$est
    at <- paste0("scale=", k, where)
    limits <- as.numeric(strsplit(gsub("[()]", "", x$conf.int), ",")[[1]])
    say(call, paste0("irrCAC::", cac[k]), at, c("estimate", "std_error", "conf_low", "conf_high"),
        c(x$coeff.val, x$coeff.se, limits))
    if (weights == "unweighted" && where == ";category=all" && k != "percent_agreement")
      say(call, paste0("irrCAC::", cac[k]), at, "statistic", x$coeff.val / x$coeff.se, table = "coefficients")
    if (weights == "unweighted" && where == ";category=all" && k != "percent_agreement" && k != "krippendorff_alpha")
      say(call, paste0("irrCAC::", cac[k]), at, c("observed", "chance"), c(x$pa, x$pe), table = "coefficients")
  }
}
rated <- ratings[-1]
cac_says("agreement", rated, "unweighted", ";category=all")
cac_says("agreement_linear", rated, "linear", "")
cac_says("agreement_quadratic", rated, "quadratic", "")
cac_says("agreement_ordinal", rated, "ordinal", "")
for (k in 1:5) cac_says("agreement", replace(rated == k, TRUE, as.integer(rated == k)), "unweighted", paste0(";category=", k))
for (m in c("ordinal", "interval", "ratio", "nominal"))
  say("agreement_metrics", "irr::kripp.alpha", paste0("scale=krippendorff_alpha;weights=", m, " metric",
      if (m == "ordinal") " (Krippendorff)"), "estimate", kripp.alpha(t(as.matrix(rated)), m)$value)
write.csv(complete, "trust_complete.csv", row.names = FALSE, quote = FALSE)
cac_says("agreement_six", rated, "ordinal", "", categ.labels = 1:6) # nobody says 6
f <- kappam.fleiss(complete, detail = TRUE)
say("agreement_complete", "irr::kappam.fleiss", "scale=fleiss_kappa;category=all", "estimate", f$value)
say("agreement_complete", "irr::kappam.fleiss", paste0("scale=fleiss_kappa;category=", 1:5), "estimate",
    f$detail[as.character(1:5), "Kappa"], 5.1e-4)
say("agreement_complete", "irr::kappam.fleiss", "scale=fleiss_kappa;category=all", "statistic", f$statistic, table = "coefficients")
say("agreement_complete", "irr::kappam.fleiss exact", "scale=conger_kappa;category=all", "estimate",
    kappam.fleiss(complete, exact = TRUE)$value)
square <- function(x) table(factor(x[[1]], 1:5), factor(x[[2]], 1:5))
counted <- subset(as.data.frame(square(two)), Freq > 0)
write.csv(setNames(counted, c("r1", "r5", "n")), "trust_counts.csv", row.names = FALSE, quote = FALSE)
for (w in c("unweighted", "linear", "quadratic")) {
  k <- vcd::Kappa(square(two), if (w == "quadratic") "Fleiss-Cohen" else "Equal-Spacing")
  kind <- if (w == "unweighted") "Unweighted" else "Weighted"
  call <- paste0("agreement_two_", w)
  say(call, "vcd::Kappa", "scale=cohen_kappa", c("estimate", "std_error", "conf_low", "conf_high"),
      c(k[[kind]], confint(k)[kind, ]))
  two2 <- kappa2(two, c(unweighted = "unweighted", linear = "equal", quadratic = "squared")[w])
  say(call, "irr::kappa2", "scale=cohen_kappa", "estimate", two2$value)
  say(call, "irr::kappa2", "scale=cohen_kappa", "statistic", two2$statistic, table = "coefficients")
  say(call, "stats::pnorm", "scale=cohen_kappa", "p_value", 2 * pnorm(-abs(two2$statistic)), table = "coefficients")
  cac_says(call, two, w, "")
}

# concordance: units that all five ranked
w <- kendall(complete, TRUE)
say("concordance", "irr::kendall", "scale=kendall_w", "estimate", w$value)
say("concordance", "irr::kendall", "raters=5", c("chi2", "p_value"), c(w$statistic, w$p.value), table = "tests")
say("concordance", "irr::kendall uncorrected", "raters=5", "w_uncorrected", kendall(complete)$value, table = "tests")
q <- friedman.test(as.matrix(t(complete)))
say("concordance", "stats::friedman.test", "raters=5", c("chi2", "df", "p_value"), c(q$statistic, q$parameter, q$p.value),
    table = "tests")
g <- vegan::kendall.global(complete, nperm = 1)$Concordance_analysis
say("concordance", "vegan::kendall.global", "raters=5", c("w", "f", "f_p_value"), g[c("W", "F", "Prob.F"), 1], table = "tests")
rho <- cor(complete, method = "spearman")
say("concordance", "stats::cor", "scale=mean_spearman", "estimate", mean(rho[lower.tri(rho)]))
say("concordance", "stats::cor", "rater=r2;other_rater=r4", "rho", rho[2, 4], table = "pairs")
say("concordance", "ICC::ICCest", "scale=icc_1", c("estimate", "conf_low", "conf_high"), c(e$ICC, e$LowerCI, e$UpperCI))
say("concordance", "multilevel::ICC2", "scale=icc_2", "estimate", ICC2(aov(y ~ unit, part)))

# within_group: teams with gaps; of several items multilevel leaves out members with gaps, so items one by one
t_says <- function(call, peer, where, x) {
  t <- t.test(x)
  say(call, peer, where, c("estimate", "std_error", "conf_low", "conf_high"), c(t$estimate, t$stderr, t$conf.int))
}
one <- lapply(items, function(x) list(rwg = rwg(x, team), awg = awg(x, team), ad = ad.m(x, team)))
for (q in names(items)) {
  at <- paste0(";item=", q)
  t_says("within_group", "multilevel::rwg", paste0("scale=rwg", at), one[[q]]$rwg$rwg)
  t_says("within_group", "multilevel::awg", paste0("scale=a_wg", at), one[[q]]$awg$a.wg)
  t_says("within_group", "multilevel::ad.m", paste0("scale=ad", at), one[[q]]$ad$AD.M)
  m <- aov(items[[q]] ~ team)
  e <- quiet(ICC::ICCest(factor(team), items[[q]]))
  say("within_group", "ICC::ICCest", paste0("scale=icc_1", at), c("estimate", "conf_low", "conf_high"),
      c(e$ICC, e$LowerCI, e$UpperCI))
  say("within_group_mean", "multilevel::ICC1", paste0("scale=icc_1", at), "estimate", ICC1(m))
  say("within_group", "multilevel::ICC2", paste0("scale=icc_2", at), "estimate", ICC2(m))
}
j <- rwg.j(items, team)$rwg.j
t_says("within_group", "multilevel::rwg.j", "scale=rwg_j", j)
say("within_group", "multilevel::rwg.j", "scale=rwg_j_median", "estimate", median(j))
say("within_group", "multilevel::rwg.j", "scale=rwg_j_enough", "estimate", 100 * mean(j >= .7))
t_says("within_group", "multilevel::rwg.j.lindell", "scale=rwg_lindell", rwg.j.lindell(items, team)$rwg.lindell)
t_says("within_group", "multilevel::awg", "scale=a_wg;item=all", rowMeans(sapply(one, function(x) x$awg$a.wg), na.rm = TRUE))
ad <- rowMeans(sapply(one, function(x) x$ad$AD.M))
t_says("within_group", "multilevel::ad.m", "scale=ad;item=all", ad)
say("within_group", "multilevel::ad.m", "scale=ad_enough", "estimate", 100 * mean(ad <= 5 / 6))
score <- rowMeans(items, na.rm = TRUE)
e <- ICC::ICCest(factor(team), score)
say("within_group", "ICC::ICCest", "scale=icc_1;item=all", c("estimate", "conf_low", "conf_high"), c(e$ICC, e$LowerCI, e$UpperCI))
say("within_group", "multilevel::ICC2", "scale=icc_2;item=all", "estimate", ICC2(aov(score ~ team)))
anova1 <- anova(lm(score ~ team))
say("within_group", "stats::anova", "item=all", c("ms_between", "ms_within", "f", "p_value"),
    c(anova1$"Mean Sq", anova1$"F value"[1], anova1$"Pr(>F)"[1]), table = "aggregation")
limits <- 1 - 1 / (anova1$"F value"[1] / qf(c(.975, .025), 29, 138))
say("within_group", "stats::qf", "scale=icc_2;item=all", c("conf_low", "conf_high"), limits)

# change
pair <- na.omit(merge(change[change$wave == 1, c("person", "x")], change[change$wave == 2, c("person", "x")], by = "person"))
a <- pair$x.x; b <- pair$x.y
t <- t.test(b, a, paired = TRUE)
say("change", "stats::t.test", "scale=x.change", c("estimate", "std_error", "conf_low", "conf_high"), c(t$estimate, t$stderr, t$conf.int))
t_says("change", "stats::t.test", "scale=x.from", a)
t_says("change", "stats::t.test", "scale=x.to", b)
say("change", "stats::cor", "scale=x.correlation", "estimate", cor(a, b))
large <- function(scale, call = "change", ...) {
  x <- metafor::escalc(..., correct = FALSE)
  say(call, paste("metafor::escalc", list(...)$measure), scale, c("estimate", "std_error", "conf_low", "conf_high"),
      c(x$yi, sqrt(x$vi), x$yi + c(-1, 1) * qnorm(.975) * sqrt(x$vi)))
}
large("scale=x.standardised_response_mean", measure = "SMCC", m1i = mean(b), m2i = mean(a), sd1i = sd(b), sd2i = sd(a),
      ni = length(a), ri = cor(a, b))
large("scale=x.effect_size", measure = "SMCR", m1i = mean(b), m2i = mean(a), sd1i = sd(a), ni = length(a), ri = cor(a, b))
share <- function(call, where, k, n, per = 100) {
  ci <- DescTools::BinomCI(k, n, method = "wilson")
  say(call, "DescTools::BinomCI wilson", where, c("estimate", "conf_low", "conf_high"), per * ci)
  if (call == "change") say(call, "stats::sqrt", where, "std_error", per * sqrt(k / n * (1 - k / n) / n))
}
share("change", "scale=x.improved", sum(b - a >= 5), length(a))
share("change", "scale=x.worsened", sum(a - b >= 5), length(a))
sem <- psychometric::SE.Meas(sd(a), .8)
say("change", "psychometric::SE.Meas", "scale=x.error_of_measurement", "estimate", sem)
share("change", "scale=x.reliably_improved", sum((b - a) / (sem * sqrt(2)) >= qnorm(.975)), length(a))
share("change", "scale=x.reliably_worsened", sum((a - b) / (sem * sqrt(2)) >= qnorm(.975)), length(a))
say("change", "psychometric::SE.Meas", "scale=x.smallest_detectable_change", "estimate", qnorm(.975) * sqrt(2) * sem)
u <- split(change$x, change$wave)
t <- t.test(u[[2]], u[[1]])
say("change_unpaired", "stats::t.test", "scale=x.change", c("estimate", "std_error", "conf_low", "conf_high"),
    c(-diff(t$estimate), t$stderr, t$conf.int))
u <- lapply(u, na.omit)
large("scale=x.standardised_difference", "change_unpaired", measure = "SMD", m1i = mean(u[[2]]), m2i = mean(u[[1]]),
      sd1i = sd(u[[2]]), sd2i = sd(u[[1]]), n1i = length(u[[2]]), n2i = length(u[[1]]))
d <- effsize::cohen.d(u[[2]], u[[1]])
say("change_unpaired", "effsize::cohen.d", "scale=x.standardised_difference", "estimate", d$estimate)

# stages: self-assessed against calculated phase, 1 to 4
staged <- pmin(as.matrix(two), 4)
write.csv(data.frame(service = paste0("s", seq_len(nrow(staged))), phase = staged[, 1], calculated = staged[, 2]), "trust_stages.csv",
          row.names = FALSE, quote = FALSE)
four <- table(factor(staged[, 1], 1:4), factor(staged[, 2], 1:4))
for (w in c("Equal-Spacing", "Fleiss-Cohen")) {
  k <- vcd::Kappa(four, w)
  parts <- c(kappa = "Unweighted", kappa_linear = "Weighted")
  if (w == "Fleiss-Cohen") parts <- c(kappa_quadratic = "Weighted")
  for (p in names(parts)) say("stages", "vcd::Kappa", paste0("scale=", p), c("estimate", "std_error", "conf_low", "conf_high"),
                              c(k[[parts[p]]], confint(k)[parts[p], ]))
}
say("stages", "stats::cor", "scale=correlation", "estimate", cor(staged)[1, 2])
share("stages", "scale=agreement", sum(diag(four)), sum(four))

# funnel: values with the spread between sites of DerSimonian and Laird; counts by exact limits
known <- sites[!is.na(sites$value), ]
d <- metafor::rma(known$value, sei = known$se, method = "DL")
fixed <- metafor::rma(known$value, sei = known$se, method = "FE")
say("funnel_mean", "metafor::rma", "scale=target", "estimate", fixed$beta)
say("funnel_mean", "metafor::rma", "scale=tau", "estimate", sqrt(d$tau2))
say("funnel_mean", "metafor::rma", "scale=phi", "estimate", d$QE / nrow(known))
site <- paste0("site=", known$site)
at <- function(p) c(fixed$beta) + qnorm(p) * sqrt(known$se^2 + d$tau2)
for (l in c(.95, .998)) say("funnel_mean", "stats::qnorm", site, paste0("low_", 100 * l), at((1 - l) / 2), table = "limits")
counted <- sites[!is.na(sites$events), ]
site <- paste0("site=", counted$site)
for (i in seq_len(nrow(counted))) {
  share("funnel_proportion", paste0("scale=value;", site[i]), counted$events[i], counted$n[i], 1)
  p <- poisson.test(counted$events[i], counted$expected[i])
  say("funnel_ratio", "stats::poisson.test", paste0("scale=value;", site[i]), c("estimate", "conf_low", "conf_high"),
      c(p$estimate, p$conf.int))
}
p <- sum(counted$events) / sum(counted$n)
say("funnel_proportion", "stats::sqrt", paste0("scale=value;", site), "std_error", sqrt(p * (1 - p) / counted$n))
z <- (counted$events / counted$n - p) / sqrt(p * (1 - p) / counted$n)
say("funnel_proportion", "stats::sqrt", site, "z", z, table = "limits")
say("funnel_drawn_in", "DescTools::Winsorize", "scale=phi", "estimate", mean(DescTools::Winsorize(z, quantile(z, c(.1, .9)))^2))
say("funnel_proportion", "stats::qbeta", site, "low_95", qbeta(.025, counted$n * p, counted$n * (1 - p) + 1), table = "limits")
say("funnel_proportion", "stats::qbeta", site, "high_95", qbeta(.975, counted$n * p + 1, counted$n * (1 - p)), table = "limits")
say("funnel_ratio", "stats::qchisq", site, "low_99.8", qchisq(.001, 2 * counted$expected) / 2 / counted$expected, table = "limits")
say("funnel_ratio", "stats::qchisq", site, "high_99.8", qchisq(.999, 2 * (counted$expected + 1)) / 2 / counted$expected, table = "limits")

# functional_integration: pairs of units as each profession ranks them, then as the mean of its raters
by_profession <- tapply(links$rank, list(paste(links$unit, links$partner), links$profession), mean, na.rm = TRUE)
by_all <- na.omit(by_profession)
say("functional", "irr::kendall", "scale=kendall_w", "estimate", kendall(by_all, TRUE)$value)
pooled <- function(x) mean(tapply(x$rank, paste(x$unit, x$partner), mean, na.rm = TRUE), na.rm = TRUE)
say("functional", "stats::aggregate", "scale=rank;own_unit=all;partners=all;profession=all", "estimate", pooled(links))

# bootstraps: as many draws of boot's own; the tolerance is four standard errors of such a figure
drawn <- function(call, where, data, statistic, R, table = "estimates", ...) {
  b <- boot::boot(data, function(d, i) statistic(d[i, ]), R, ...)$t[, 1]
  q <- unname(quantile(b, c(.025, .975)))
  density <- density(b)
  se <- sqrt(.025 * .975 / R) / approx(density$x, density$y, q)$y
  say(call, "boot::boot", where, c("std_error", "conf_low", "conf_high"), c(sd(b), q), signif(4 * sqrt(2) * c(sd(b) / sqrt(2 * R), se) / pmax(1, abs(c(sd(b), q))), 2), table)
}
drawn("reliability_bootstrap", "method=bootstrap", as.matrix(all7), function(x) (1 - sum(diag(v <- cov(x))) / sum(v)) * 7 / 6, 20000,
      table = "intervals")
drawn("agreement_bootstrap", "scale=gwet_ac;category=all", rated, function(x) bare$gwet.ac1.raw(x, categ.labels = 1:5)$est$coeff.val, 2000)
drawn("agreement_bootstrap", "scale=krippendorff_alpha;category=all", rated, function(x) bare$krippen.alpha.raw(x)$est$coeff.val, 2000)

# consensus: units as items, with what R's quantiles say
for (i in c(1, 17, 40, 63)) {
  x <- na.omit(unlist(rated[i, ]))
  at <- paste0(";item=", ratings$unit[i])
  say("consensus", "stats::median", paste0("scale=median", at), "estimate", median(x))
  say("consensus", "stats::quantile", paste0("item=", ratings$unit[i]), c("q25", "q75"), quantile(x, c(.25, .75)), table = "items")
  say("consensus", "stats::IQR", paste0("scale=iqr", at), "estimate", IQR(x))
  share("consensus", paste0("scale=agreement", at), sum(x >= 4), length(x))
}
raters <- unique(links[c("unit", "rater")])
of <- split(links, links$rater)
drawn("functional", "scale=rank;own_unit=all;partners=all;profession=all", raters, function(x) pooled(do.call(rbind, of[x$rater])),
      2000, strata = raters$unit)
agreed <- apply(rated, 1, function(x) mean(na.omit(x) >= 4) >= .75)
share("consensus", "scale=items_agreed", sum(agreed), length(agreed))
write.csv(do.call(rbind, rows), "trust_peers.csv", row.names = FALSE, quote = 4)
