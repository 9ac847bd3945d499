# What BCEA and dampack make of golden/psa_samples.csv: Rscript make_psa_peers.R > psa_peers.csv (in this folder).
suppressMessages({library(BCEA); library(dampack)})
samples <- read.csv("golden/psa_samples.csv")
names <- c("usual", "network", "home")
cost <- as.matrix(samples[, 1:3]); effect <- as.matrix(samples[, 4:6])
colnames(cost) <- colnames(effect) <- names
k <- c(0, 5000, 10000, 15000, 20000, 25000, 30000, 50000)
rows <- list()
add <- function(peer, scale, strategy, threshold, value)
  rows[[length(rows) + 1]] <<- data.frame(peer, scale, strategy, threshold, value = sprintf("%.17g", value))

b <- paste("BCEA", packageVersion("BCEA"))
he <- bcea(effect, cost, ref = 1, interventions = names, k = k)
for (j in 1:2) { # BCEA's increments are reference less comparison
  add(b, "probability_cost_effective", names[j + 1], he$k, 1 - he$ceac[, j])
  add(b, "inmb", names[j + 1], he$k, -he$eib[, j])
  add(b, "icer", names[j + 1], NA, he$ICER[j])
}
add(b, "evpi", NA, he$k, he$evi)
best <- multi.ce(he)
for (j in 1:3) add(b, "probability_best", names[j], he$k, best$p_best_overall[, j])
add(b, "probability_optimal", NA, he$k, best$ceaf)
averse <- he # evi.star of mixedAn is left out: in 2.4.83 it is negative, the mix divided by the number of strategies
CEriskav(averse) <- c(0, 1e-4)
add(b, "risk_evpi", NA, he$k, averse$evir[, 2])

d <- paste("dampack", packageVersion("dampack"))
# dampack breaks ties of max.col by chance, with a tolerance of 1e-5, so that its figures change from run to run.
own <- list2env(as.list(asNamespace("dampack"), all.names = TRUE), parent = parent.env(asNamespace("dampack")))
assign("max.col", function(m, ...) base::max.col(m, "first"), own)
for (f in ls(own)) if (is.function(own[[f]])) environment(own[[f]]) <- own
psa <- make_psa_obj(cost = as.data.frame(cost), effectiveness = as.data.frame(effect), strategies = names)
curve <- own$ceac(k, psa)
add(d, "probability_best", as.character(curve$Strategy), curve$WTP, curve$Proportion)
add(d, "on_frontier", as.character(curve$Strategy), curve$WTP, as.numeric(curve$On_Frontier))
perfect <- own$calc_evpi(psa, k)
add(d, "evpi", NA, perfect$WTP, perfect$EVPI)
loss <- own$calc_exp_loss(psa, k)
add(d, "expected_loss", as.character(loss$Strategy), loss$WTP, loss$Expected_Loss)
ratio <- calculate_icers(colMeans(cost), colMeans(effect), names)
add(d, "frontier_icer", ratio$Strategy, NA, ratio$ICER)
write.csv(do.call(rbind, rows), row.names = FALSE, na = "", quote = FALSE)
