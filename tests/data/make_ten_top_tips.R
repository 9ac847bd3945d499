# Makes inst/example/ten-top-tips.csv of ten_top_tips_moments.csv (in this folder: Rscript make_ten_top_tips.R).
# The moments are those of the 167 complete persons of the public synthetic copy of the 10TT trial, by arm; the rows are
# drawn at random, kept within bounds, and moved until both arms have exactly these moments.
moments <- read.csv("ten_top_tips_moments.csv")
names <- c("sex", "age", paste0("qol_", c(0, 3, 6, 12, 18, 24)), "totalcost")
other <- names[-1]
low <- c(18, rep(-0.5, 6), 30); high <- c(85, rep(1, 6), Inf)

arm_rows <- function(arm) {
  m <- moments[moments$arm == arm, ]
  n <- m$n[1]; mean <- setNames(m$mean, m$variable)[names]
  cov <- as.matrix(m[names]); dimnames(cov) <- list(m$variable, names); cov <- cov[names, names]
  sex <- rep(1:2, c(round(n * (2 - mean["sex"])), round(n * (mean["sex"] - 1))))
  slope <- cov[other, "sex"] / cov["sex", "sex"]
  centre <- mean[other] + outer(slope, sex - mean["sex"])
  within <- cov[other, other] - tcrossprod(slope) * cov["sex", "sex"]
  set.seed(arm + 1)
  u <- pnorm(matrix(rnorm(n * 8), n) %*% chol(cov2cor(within)))
  sd <- sqrt(diag(cov)[other]); below <- 1 - mean[other]; log_var <- log(1 + (sd[8] / mean["totalcost"])^2)
  x <- cbind(qnorm(u[, 1], mean["age"], sd[1]),
             sapply(2:7, function(j) 1 - qgamma(1 - u[, j], (below[j] / sd[j])^2, below[j] / sd[j]^2)),
             qlnorm(u[, 8], log(mean["totalcost"]) - log_var / 2, sqrt(log_var)))
  repeat {
    r <- residuals(lm(x ~ sex))
    x <- t(centre) + r %*% solve(chol(crossprod(r) / (n - 1)), chol(within))
    if (all(t(x) >= low, t(x) <= high)) break
    x <- t(pmin(pmax(t(x), low + c(0.01, rep(0.01, 6), 1)), high - c(0.01, rep(0.002, 6), 0)))
  }
  data.frame(arm = arm, sex = sex, x)
}

rows <- rbind(arm_rows(0), arm_rows(1))
names(rows) <- c("arm", names)
for (k in 3:10) rows[[k]] <- formatC(rows[[k]], digits = 10, format = "fg", flag = "#")
# The 168th person with all utilities has no cost.  The QALY, 1.5165, is that of the public copy; the utilities are not.
rows <- rbind(rows, c(1, 1, 60, rep(1.5165 / 2, 6), ""))
write.csv(cbind(id = seq_len(nrow(rows)), rows), file.path("..", "..", "inst", "example", "ten-top-tips.csv"),
          row.names = FALSE, quote = FALSE)
