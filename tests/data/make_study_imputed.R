# Completes the gaps of the two-arm study by mice, five times, and stacks the completed tables (in this folder:
# Rscript make_study_imputed.R).  What mice is given: a row per person, utilities as they were at each visit (not
# QALYs), costs by payer, what was known at the start; no id and no practice; each arm by itself.
suppressMessages(library(mice))
example <- file.path("..", "..", "inst", "example")
visits <- read.csv(file.path(example, "study-visits.csv"))
patients <- read.csv(file.path(example, "study-patients.csv"))[c("id", "practice", "age", "sex", "cost_before", "health",
                                                                 "social", "team")]
wide <- reshape(visits, idvar = c("id", "arm"), timevar = "month", direction = "wide")
names(wide) <- sub("^utility[.]", "u", names(wide))
trial <- merge(wide, patients, sort = FALSE)
trial$sex <- factor(trial$sex)
by_arm <- lapply(split(trial, trial$arm), function(arm) {
  known <- arm[c("id", "arm", "practice")]
  filled <- complete(mice(arm[setdiff(names(arm), names(known))], m = 5, method = "pmm", seed = 1234,
                          printFlag = FALSE), "long")
  cbind(imputation = filled$.imp, known[filled$.id, ], filled[setdiff(names(filled), c(".imp", ".id"))])
})
stacked <- do.call(rbind, by_arm)
stacked <- stacked[order(stacked$imputation, stacked$id), ]
write.csv(stacked, file.path(example, "study-imputed.csv"), row.names = FALSE, quote = FALSE)

# What mice makes of them, for the tests: increments pooled by Rubin's rules.
stacked$qaly <- with(stacked, (u0 + u3) / 8 + (u3 + u6) / 8 + (u6 + u12) / 4)
stacked$cost <- with(stacked, health + social + team)
stacked$arm <- relevel(factor(stacked$arm), "usual")
for (formula in list(cost ~ arm + age + sex + cost_before, qaly ~ arm + age + sex + u0)) {
  pooled <- summary(pool(lapply(split(stacked, stacked$imputation), function(one) lm(formula, one))), conf.int = TRUE)
  print(format(pooled[pooled$term == "armintegrated", ], digits = 15))
}
