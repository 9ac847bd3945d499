# dampack_example_psa.csv (the first 400 samples of example_psa of the R package dampack, GPL-3) and what dampack
# makes of them: twsa_peers.csv.  Rscript make_twsa_peer.R, with dampack 1.0.2 installed.
suppressMessages(library(dampack))
data("example_psa_obj", package = "dampack")
first <- 1:400
all <- example_psa_obj
some <- c("pFailChemo", "cChemo", "pFailSurg", "muDieCancer")
psa <- make_psa_obj(cost = all$cost[first, ], effectiveness = all$effectiveness[first, ],
                    parameters = all$parameters[first, ], strategies = all$strategies)
exact <- function(x) ifelse(is.na(x), NA, formatC(as.numeric(x), digits = 17L, format = "g", width = 1L))
samples <- data.frame(lapply(cbind(stats::setNames(psa$cost, paste0("cost_", psa$strategies)),
                                   stats::setNames(psa$effectiveness, paste0("effect_", psa$strategies)),
                                   psa$parameters[some]), exact), check.names = FALSE)
utils::write.csv(samples, "dampack_example_psa.csv", row.names = FALSE, quote = FALSE)

row <- function(...) data.frame(..., stringsAsFactors = FALSE)
rows <- list()
add <- function(case, t, x, y) rows[[length(rows) + 1L]] <<-
  row(case = case, value_1 = exact(x), value_2 = exact(y), strategy = as.character(t$strategy), outcome = exact(t$outcome_val))
two <- function(case, ...) {
  t <- twsa(psa, ..., nsamp = 9L)
  add(case, t, t[[1L]], t[[2L]])
}
two("twsa nmb 50000", "pFailChemo", "cChemo", outcome = "nmb", wtp = 50000)
two("twsa nmb 20000", "pFailSurg", "muDieCancer", outcome = "nmb", wtp = 20000)
two("twsa eff degree 3", "pFailSurg", "muDieCancer", outcome = "eff", poly.order = 3L)
two("twsa cost range", "pFailChemo", "cChemo", outcome = "cost", ranges = list(pFailChemo = c(0.4, 0.6), cChemo = NULL))
for (p in some) {
  t <- owsa(psa, params = p, outcome = "nmb", wtp = 50000, nsamp = 9L)
  add(paste("owsa", p), t, t$param_val, NA)
}
# The rule of owsa_opt_strat() on what owsa() gives: the first and the last value at which a strategy is the best.
curves <- owsa(psa, params = some, outcome = "nmb", wtp = 50000, nsamp = 100L)
best <- curves[curves$outcome_val == stats::ave(curves$outcome_val, curves$parameter, curves$param_val, FUN = max), ]
for (own in split(best, list(best$parameter, best$strategy), drop = TRUE))
  rows[[length(rows) + 1L]] <- row(case = paste("owsa_opt_strat", own$parameter[1L]), value_1 = exact(min(own$param_val)),
                                   value_2 = exact(max(own$param_val)), strategy = own$strategy[1L], outcome = NA)
utils::write.csv(do.call(rbind, rows), "twsa_peers.csv", row.names = FALSE, quote = FALSE, na = "")
