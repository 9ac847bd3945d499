# integrade from R beside what people use in R: Rscript peers.R FOLDER ROUNDS
#
# Every contestant is run once per round, one after the other, and must give the same numbers before it is timed;
# the median of the rounds counts.  A peer marked `slow` is run in the first round only.
library(integrade)
arguments <- commandArgs(TRUE)
folder <- arguments[1]
rounds <- as.integer(arguments[2])
here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
table_of <- function(name) read_data(file.path(folder, paste0(name, ".csv")))
installed <- function(package) requireNamespace(package, quietly = TRUE)

slow <- function(run) structure(list(run), class = "slow")

# `same` turns what each contestant gives into numbers that must agree (NULL: it is not compared).
compare <- function(case, ours, peers, same = NULL, bytes = 0) {
  contestants <- c(list(integrade = ours), peers)
  seconds <- lapply(contestants, function(x) numeric(0))
  expected <- NULL
  for (round in 0:rounds) for (who in names(contestants)) { # round 0 warms up
    run <- contestants[[who]]
    once <- inherits(run, "slow")
    if (once && round != 1 || round == 0 && !is.null(same) && once) next
    if (once) run <- run[[1]]
    gc(FALSE)
    start <- Sys.time() # proc.time() has whole milliseconds
    result <- run()
    took <- as.numeric(difftime(Sys.time(), start, units = "secs"))
    if (round > 0) seconds[[who]] <- c(seconds[[who]], took)
    if (!is.null(same[[who]]) && round <= 1) {
      numbers <- same[[who]](result)
      if (is.null(expected)) expected <- numbers
      difference <- all.equal(expected, numbers, tolerance = 1e-9, check.attributes = FALSE)
      if (!isTRUE(difference)) stop(case, ", ", who, ": another result: ", difference[1])
    }
    rm(result)
  }
  for (who in names(seconds))
    cat(sprintf("%s|R|%s|%.6f|%.0f\n", case, who, stats::median(seconds[[who]]), bytes))
}

has <- function(measure) measure %in% measures()$measure

# ---- EQ-5D: profiles to utilities ----
if ("eq5d-5l-england" %in% instruments()$id) {
  d <- table_of("profiles")
  all <- expand.grid(anxiety = 1:5, pain = 1:5, usual_activities = 1:5, self_care = 1:5, mobility = 1:5)
  value <- eq5d_utility(all, "eq5d-5l-england")
  names(value) <- do.call(paste0, rev(all))
  peers <- list(
    "lookup by text" = function() unname(value[paste0(d$mobility, d$self_care, d$usual_activities, d$pain, d$anxiety)]),
    "lookup by number" = function()
      unname(value)[1 + 625 * (d$mobility - 1) + 125 * (d$self_care - 1) + 25 * (d$usual_activities - 1) +
                      5 * (d$pain - 1) + d$anxiety - 1])
  if (installed("eq5d"))
    peers[["eq5d"]] <- slow(function() eq5d::eq5d(
      data.frame(MO = d$mobility, SC = d$self_care, UA = d$usual_activities, PD = d$pain, AD = d$anxiety),
      version = "5L", type = "VT", country = "England"))
  compare("EQ-5D-5L of 1e6 rows", function() eq5d_utility(d, "eq5d-5l-england"), peers,
          same = list(integrade = identity, "lookup by text" = identity, "lookup by number" = identity),
          bytes = 20 * nrow(d))
}

# ---- bootstrap of costs and effects ----
if (has("cea")) {
  d <- table_of("patients")
  replicates <- 10000
  split_by <- split(d[c("cost", "effect")], d$arm)
  blocks <- function() {
    draws <- lapply(split_by, function(x) {
      n <- nrow(x)
      do.call(rbind, lapply(seq_len(replicates / 500), function(block) {
        at <- sample.int(n, n * 500, replace = TRUE)
        cbind(colMeans(matrix(x$cost[at], n)), colMeans(matrix(x$effect[at], n)))
      }))
    })
    draws$integrated - draws$usual
  }
  peers <- list("vectorised R" = blocks)
  if (installed("boot"))
    peers[["boot"]] <- slow(function() boot::boot(d, function(x, i) {
      y <- x[i, ]
      new <- y$arm == "integrated"
      c(mean(y$cost[new]) - mean(y$cost[!new]), mean(y$effect[new]) - mean(y$effect[!new]))
    }, R = replicates, strata = factor(d$arm))$t)
  compare("bootstrap of 2 x 1500 patients, 10,000 replicates",
          function() measure("cea", d, replicates = replicates, reference = "usual"), peers)
}

# ---- costing: 20 resources of 1e6 persons, by 5 categories and 3 payers ----
if (has("costing")) {
  d <- table_of("complete")
  prices <- data.frame(resource = names(d), unit_cost = 10 + 3.7 * seq_along(d), category = letters[seq_along(d) %% 5 + 1],
                       payer = c("health", "social care", "family")[seq_along(d) %% 3 + 1])
  weights <- prices$unit_cost * cbind(1, outer(prices$payer, sort(unique(prices$payer)), "=="),
                                      outer(prices$category, sort(unique(prices$category)), "=="))
  product <- function() as.matrix(d) %*% prices$unit_cost
  by_part <- function() {
    costs <- as.matrix(d) %*% weights
    list(costs = costs, mean = colMeans(costs), error = apply(costs, 2, stats::sd) / sqrt(nrow(costs)))
  }
  compare("costs of 1e6 x 20 contacts, by category and payer", function() costing(d, prices),
          list("one matrix product, totals alone" = product, "matrix product, means and errors" = by_part),
          same = list(integrade = function(x) tables(x, "costs")$cost,
                      "one matrix product, totals alone" = function(x) x[, 1L],
                      "matrix product, means and errors" = function(x) x$costs[, 1L]),
          bytes = 80 * nrow(d))
}

# ---- scoring ----
d <- table_of("answers")
reversed <- paste0("q", c(4, 8, 12, 16, 20))
file <- file.path(dirname(here), "scale20.yaml")
usual <- function(x) {
  x[reversed] <- 6 - x[reversed]
  score <- rowMeans(x, na.rm = TRUE)
  score[rowSums(is.na(x)) > 10] <- NA
  score
}
by_row <- function(x) {
  x[reversed] <- 6 - x[reversed]
  apply(x, 1, function(row) if (mean(is.na(row)) > 0.5) NA else mean(row, na.rm = TRUE))
}
by_matrix <- function(x) {
  m <- as.matrix(x)
  m[, reversed] <- 6L - m[, reversed]
  score <- matrixStats::rowMeans2(m, na.rm = TRUE)
  score[matrixStats::rowCounts(m, value = NA) > 10] <- NA
  score
}
peers <- list("rowMeans" = function() usual(d), "row by row" = slow(function() by_row(d)))
if (installed("matrixStats")) peers[["matrixStats"]] <- function() by_matrix(d)
if (installed("PROscorerTools"))
  peers[["PROscorerTools"]] <- function()
    PROscorerTools::scoreScale(d, items = names(d), revitems = reversed, minmax = c(1, 5), okmiss = 0.5, type = "mean")
compare("mean of 20 answers of 1e6 respondents, 5 reversed, half rule", function() score(d, file), peers,
        same = list(integrade = function(x) tables(x, "scores")$mean, rowMeans = identity, "row by row" = identity,
                    matrixStats = identity, PROscorerTools = function(x) x[[1]]),
        bytes = 80 * nrow(d))

# ---- matrix of functional integration ----
d <- table_of("ratings")
# What integrade gives: the matrix, then for each unit its scope, rank, optimum, gap and over-integration as it declares
# them, the rank that others declare, and how far the two views differ.
finish <- function(pairs) {
  pairs$gap <- pairs$optimum - pairs$rank
  pairs$some <- 100 * (pairs$rank > 0)
  pairs$over <- 100 * (pairs$gap < 0)
  declared <- aggregate(cbind(rank, optimum, gap, some, over) ~ unit, pairs, mean)
  received <- aggregate(rank ~ partner, pairs, mean)
  both <- merge(pairs, pairs[c("unit", "partner", "rank")], by.x = c("unit", "partner"), by.y = c("partner", "unit"))
  both$differ <- both$rank.x - both$rank.y
  list(pairs = pairs, declared = declared, received = received, differ = aggregate(differ ~ unit, both, mean))
}
usual <- function() finish(aggregate(cbind(rank, optimum) ~ unit + partner, d, mean))
quick <- function() {
  key <- list(unit = d$unit, partner = d$partner)
  rank <- tapply(d$rank, key, mean)
  optimum <- tapply(d$optimum, key, mean)
  gap <- optimum - rank
  over <- function(x, side) apply(x, side, mean, na.rm = TRUE)
  list(rank = rank, scope = over(100 * (rank > 0), 1), own = over(rank, 1), best = over(optimum, 1), gap = over(gap, 1),
       over = over(100 * (gap < 0), 1), received = over(rank, 2), differ = over(rank - t(rank), 1))
}
in_order <- function(x) x$actual[order(x$unit, x$partner)]
compare("functional matrix of 1e5 ratings",
        function() functional_integration(d, replicates = 0),
        list("aggregate" = usual, "tapply" = quick),
        same = list(integrade = function(x) in_order(tables(x, "matrix")),
                    aggregate = function(x) x$pairs$rank[order(x$pairs$unit, x$pairs$partner)],
                    tapply = function(x) as.vector(t(x$rank))[!is.na(as.vector(t(x$rank)))]))

# ---- reliability ----
if (has("reliability")) {
  d <- table_of("complete")
  m <- as.matrix(d)
  alpha_of <- function(v) ncol(v) / (ncol(v) - 1) * (1 - sum(diag(v)) / sum(v))
  peers <- list("cov() and a line" = function() alpha_of(stats::cov(m)))
  if (installed("psych"))
    peers[["psych::alpha"]] <- slow(function() suppressWarnings(psych::alpha(d, check.keys = FALSE, warnings = FALSE)))
  compare("item analysis of 1e6 x 20 answers", function() measure("reliability", d, items = names(d)), peers,
          same = list(integrade = function(x) subset(as.data.frame(x), grepl("alpha$", scale) | scale == "alpha")$estimate[1],
                      "cov() and a line" = identity, "psych::alpha" = function(x) x$total$raw_alpha))
}

# ---- agreement ----
if (has("agreement")) {
  d <- table_of("coded")
  usual <- function(replicates = 1000) {
    counts <- sapply(1:5, function(k) rowSums(d == k, na.rm = TRUE))
    m <- rowSums(counts)
    counts <- counts[m > 1, ]
    m <- m[m > 1]
    disagree <- (m^2 - rowSums(counts^2)) / (m - 1)
    alpha <- function(w) {
      n <- colSums(counts * w)
      total <- sum(n)
      1 - (total - 1) * sum(disagree * w) / (total^2 - sum(n^2))
    }
    units <- length(m)
    list(alpha(rep(1, units)), replicate(replicates, alpha(tabulate(sample.int(units, replace = TRUE), units))))
  }
  compare("Krippendorff's alpha, 1e4 x 5, 1000 replicates",
          function() measure("agreement", d, ratings = names(d), coefficients = "krippendorff", interval = "bootstrap",
                             replicates = 1000),
          list("vectorised R" = usual),
          same = list(integrade = function(x) as.data.frame(x)$estimate[1], "vectorised R" = function(x) x[[1]]))
}

# ---- agreement within teams ----
if (has("within_group")) {
  d <- table_of("teams")
  items <- setdiff(names(d), "team")
  usual <- function() {
    m <- as.matrix(d[items])
    vapply(split(seq_len(nrow(d)), d$team), function(at) {
      share <- mean(apply(m[at, ], 2, stats::var)) / 2
      8 * (1 - share) / (8 * (1 - share) + share)
    }, 0)
  }
  peers <- list("group loop" = usual)
  if (installed("multilevel")) peers[["multilevel"]] <- function() multilevel::rwg.j(d[items], d$team, 2)
  in_order <- function(x) x$rwg[order(as.integer(x$team))]
  compare("rwg(J) of 1e4 teams, 1e5 members, 8 items",
          function() within_group(d, items = items, low = 1, high = 5), peers,
          same = list(integrade = function(x) in_order(tables(x, "teams")), "group loop" = unname,
                      multilevel = function(x) x$rwg.j[order(as.integer(as.character(x$grpid)))]))
}

# ---- curves of a model's samples ----
if (has("psa")) {
  d <- table_of("samples")
  costs <- as.matrix(d[paste0("cost_", 0:3)])
  effects <- as.matrix(d[paste0("effect_", 0:3)])
  grid <- seq(0, 50000, 100)
  usual <- function() sapply(grid, function(k) {
    benefit <- k * effects - costs
    best <- do.call(pmax, lapply(1:4, function(j) benefit[, j]))
    c(colMeans(benefit == best), mean(best) - max(colMeans(benefit)))
  })
  curves <- function(d) measure("psa", d, costs = paste0("cost_", 0:3), effects = paste0("effect_", 0:3), plane = 0)
  on_grid <- function(d) measure("psa", d, costs = paste0("cost_", 0:3), effects = paste0("effect_", 0:3), plane = 0,
                                 grid_to = 50000, grid_step = 100)
  of_grid <- function(x) {
    ceac <- tables(x, "ceac")
    c(ceac$probability_best, tables(x, "evpi")$evpi)
  }
  of_usual <- function(x) c(x[1:4, ], x[5, ])
  compare("CEAC, frontier and EVPI of 1e6 x 4 samples, all thresholds in integrade", function() curves(d),
          list("R, 501 thresholds" = slow(usual)), bytes = 64 * nrow(d))
  compare("CEAC, frontier and EVPI of 1e6 x 4 samples, 501 thresholds", function() on_grid(d),
          list("vectorised R" = slow(usual)), same = list(integrade = of_grid, "vectorised R" = of_usual),
          bytes = 64 * nrow(d))
  if (installed("BCEA")) { # which needs about 1 MB per sample for 501 thresholds
    few <- utils::head(d, 20000)
    c <- unname(as.matrix(few[paste0("cost_", 0:3)]))
    e <- unname(as.matrix(few[paste0("effect_", 0:3)]))
    compare("CEAC, frontier and EVPI of 2e4 x 4 samples, 501 thresholds", function() on_grid(few),
            list("BCEA: bcea and multi.ce" = slow(function() {
              x <- BCEA::bcea(e, c, ref = 1, Kmax = 50000)
              list(evpi = x$evi, best = BCEA::multi.ce(x))
            })),
            same = list(integrade = function(x) tables(x, "evpi")$evpi,
                        "BCEA: bcea and multi.ce" = function(x) x$evpi), bytes = 64 * nrow(few))
  }
}

# ---- what one parameter is worth ----
if (has("evppi")) {
  d <- utils::head(table_of("samples"), 1e5)[paste0(rep(c("cost_", "effect_"), each = 3), 0:2)]
  set.seed(1)
  d$gain <- stats::rnorm(nrow(d))
  d$effect_1 <- d$effect_1 + 0.05 * d$gain
  c <- as.matrix(d[paste0("cost_", 0:2)])
  e <- as.matrix(d[paste0("effect_", 0:2)])
  benefit <- 20000 * e - c
  peers <- list()
  if (installed("mgcv"))
    peers[["mgcv::gam, one threshold"]] <- slow(function() {
      s <- mgcv::s
      gain <- sapply(2:3, function(j) stats::fitted(mgcv::gam(y ~ s(x), data = data.frame(
        y = benefit[, j] - benefit[, 1], x = d$gain))))
      mean(pmax(0, gain[, 1], gain[, 2])) - max(0, colMeans(gain))
    })
  if (installed("voi"))
    peers[["voi::evppi, one threshold"]] <- slow(function()
      voi::evppi(list(e = e, c = c, k = 20000), data.frame(gain = d$gain), pars = "gain")$evppi)
  compare("EVPPI of one parameter, 1e5 x 3 samples", # smoothers differ: figures agree to their own error only
          function() measure("evppi", d, costs = paste0("cost_", 0:2), effects = paste0("effect_", 0:2),
                             parameters = "gain", thresholds = 20000), peers, bytes = 56 * nrow(d))
}

# ---- continuity: who sees a patient how often, and in which order ----
if (has("continuity")) {
  d <- table_of("contacts")
  wanted <- c("upc", "coc", "secon")
  sequence <- function(patient, provider) {
    same <- patient[-1L] == patient[-length(patient)]
    n <- tabulate(match(patient, sort(unique(patient))))
    tapply(c(same & provider[-1L] == provider[-length(provider)], FALSE), patient, sum) / (n - 1)
  }
  with_base <- function() {
    pairs <- aggregate(list(n = rep(1L, nrow(d))), d[c("patient", "provider")], sum)
    N <- tapply(pairs$n, pairs$patient, sum)
    o <- order(d$patient, d$date)
    coc <- (tapply(pairs$n^2, pairs$patient, sum) - N) / (N * (N - 1))
    coc[N < 2] <- NA
    list(coc = as.vector(coc), upc = as.vector(tapply(pairs$n, pairs$patient, max) / N),
         secon = sequence(d$patient[o], d$provider[o]))
  }
  peers <- list("aggregate and tapply" = slow(with_base))
  if (installed("data.table")) {
    .datatable.aware <- TRUE
    peers[["data.table"]] <- function() {
      x <- data.table::as.data.table(d)
      data.table::setorderv(x, c("patient", "date"))
      secon <- x[, list(secon = if (.N > 1) sum(provider[-1L] == provider[-.N]) / (.N - 1) else NA_real_), by = patient]
      x <- x[, .N, by = list(patient, provider)][, list(N = sum(N), squares = sum(N^2), most = max(N)), by = patient]
      list(coc = ifelse(x$N > 1, (x$squares - x$N) / (x$N * (x$N - 1)), NA), upc = x$most / x$N, secon = secon$secon)
    }
  }
  compare("upc, coc and secon of 1e6 contacts", function() continuity(d, indices = wanted), peers,
          same = list(integrade = function(x) rows(x)$coc, "aggregate and tapply" = function(x) x$coc,
                      "data.table" = function(x) x$coc),
          bytes = 16 * nrow(d))
  if (installed("CareDensity"))
    compare("care density of 1e6 contacts", function() continuity(d, indices = "care_density"),
            list(CareDensity = slow(function() suppressMessages(CareDensity::care_density(d[c("patient", "provider")])))),
            same = list(integrade = function(x) { v <- rows(x)$care_density; v[!is.na(v)] },
                        CareDensity = function(x) { v <- x$care_density[order(as.numeric(x[[1L]]))]; v[!is.na(v)] }),
            bytes = 8 * nrow(d))
}
