# Seeds, threads, interrupts, forks.

pairs <- expand.grid(unit = paste0("u", 1:6), partner = paste0("u", 1:6), stringsAsFactors = FALSE)
pairs <- pairs[pairs$unit != pairs$partner, ]
pairs$rank <- (seq_len(nrow(pairs)) * 37) %% 101
draw <- function(...) functional_integration(pairs, ..., replicates = 50)

test("the same seed gives the same bits, whatever the threads", {
  first <- draw(seed = 5)
  expect_same(as.numeric(provenance(first)$seed), 5)
  for (threads in 1:3) expect_same(plain_of(draw(seed = 5, threads = threads)), plain_of(first))
  expect(!identical(plain_of(draw(seed = 6)), plain_of(first)))
})

test("set.seed() governs when no seed is given, and each call draws another", {
  set.seed(11)
  a <- draw()
  b <- draw()
  set.seed(11)
  expect_same(plain_of(draw()), plain_of(a))
  expect(!identical(plain_of(a), plain_of(b)))
  expect_same(plain_of(draw(seed = provenance(a)$seed)), plain_of(a))
})

test("a seed that is given leaves R's generator alone", {
  set.seed(1)
  before <- .Random.seed
  draw(seed = 3)
  expect_same(.Random.seed, before)
})

test("option integrade.threads is the default number of threads", {
  old <- options(integrade.threads = 0)
  on.exit(options(old))
  expect_error(draw(seed = 1), "itg_error_argument", "threads")
})

# A child is interrupted half a second into a call of many seconds.
long_call <- '
library(integrade)
pairs <- expand.grid(unit = 1:40, partner = 1:40)
pairs <- pairs[pairs$unit != pairs$partner, ]
pairs$rank <- seq_len(nrow(pairs)) %% 100
system(paste("(sleep 0.5; date +%s.%N; kill -INT", Sys.getpid(), ") >", shQuote(commandArgs(TRUE)[1])), wait = FALSE)
caught <- tryCatch(functional_integration(pairs, replicates = 100000, seed = 1), interrupt = function(e) class(e))
stopped <- as.numeric(Sys.time())
stopifnot("itg_interrupt" %in% caught)
again <- functional_integration(pairs, replicates = 0)
cat(sprintf("%.3f %d", stopped - as.numeric(readLines(commandArgs(TRUE)[1])), nrow(again)))
'
if (.Platform$OS.type == "unix") test("an interrupt is obeyed at once, and the session goes on", {
  script <- tempfile(fileext = ".R")
  writeLines(long_call, script)
  out <- suppressWarnings(system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", script, tempfile()), stdout = TRUE,
                                  stderr = TRUE, env = paste0("R_LIBS=", paste(.libPaths(), collapse = ":"))))
  last <- scan(text = utils::tail(out, 1L), quiet = TRUE)
  expect(length(last) == 2L && last[2L] > 0, paste(out, collapse = " "))
  expect(last[1L] < 0.5, "it took ", last[1L], " s")  # 0.1 s is promised; a busy machine may take longer to wake it
})

if (.Platform$OS.type == "unix") test("a fork can call what its parent has called", {
  first <- draw(seed = 1, threads = 2)
  found <- parallel::mclapply(1:2, function(i) plain_of(draw(seed = 1, threads = 2)), mc.cores = 2L)
  for (one in found) expect_same(one, plain_of(first))
})

test("nothing is lost when R collects at every chance", {
  old <- gctorture2(7L)
  on.exit(gctorture2(old))
  x <- functional_integration(pairs[1:6, ], replicates = 2, seed = 1)
  e <- tryCatch(functional_integration(pairs[1:6, ], rank = "unit", replicates = 0), itg_error = identity)
  gctorture2(old)
  expect_same(plain_of(functional_integration(pairs[1:6, ], replicates = 2, seed = 1)), plain_of(x))
  expect(inherits(e, "itg_error_type") || inherits(e, "itg_error_option"), conditionMessage(e))
})
