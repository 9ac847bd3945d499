# EVPPI of golden/psa_samples.csv by mgcv: cubic regression splines, smoothing by GCV.  Run in this folder.
library(mgcv)
samples <- read.csv("golden/psa_samples.csv")
inc <- function(what) as.matrix(samples[paste0(what, c("_network", "_home"))]) - samples[[paste0(what, "_usual")]]
effect <- inc("effect"); cost <- inc("cost")
for (k in c(10000, 20000, 30000)) for (x in names(samples)[7:9]) {
  fit <- function(y) fitted(gam(y ~ s(v, k = 20, bs = "cr"), data = list(y = y, v = samples[[x]]), method = "GCV.Cp"))
  g <- cbind(0, sapply(1:2, function(j) k * fit(effect[, j]) - fit(cost[, j])))
  cat(x, k, sprintf("%.6f", mean(apply(g, 1, max)) - max(colMeans(g))), "\n")
}
