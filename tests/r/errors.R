# Failures are conditions of one class per code, that say code and place.

pairs <- data.frame(unit = c("a", "a", "b", "b", "c", "c"), partner = c("b", "c", "a", "c", "a", "b"),
                    rank = c(10, 0, 30, 40, 50, 60))
fast <- function(data = pairs, ...) functional_integration(data, ..., replicates = 0)

test("an error has class, code, place and one line that ends with its code", {
  e <- expect_error(fast(transform(pairs, rank = c(101, rank[-1L]))), "itg_error_range", "rank")
  expect(inherits(e, "itg_error"), inherits(e, "error"))
  expect_same(e$code, "ITG_ERR_RANGE")
  expect_same(e$row, 1)
  expect_same(e$column, "rank")
  expect_same(e$exit, 3L)
  expect(is.na(e$line))
  expect(!grepl("\n", conditionMessage(e)), grepl("(ITG_ERR_RANGE)", conditionMessage(e), fixed = TRUE))
})

test("an error can be caught by family and by code", {
  expect_same(tryCatch(fast(rank = "rnk"), itg_error = function(e) e$column), "rnk")
  expect_same(tryCatch(fast(rank = "rnk"), itg_error_column = function(e) "caught"), "caught")
})

test("names that do not exist are answered with the nearest", {
  expect_error(measure("functional_integraton", pairs), "itg_error_measure", "functional_integration")
  expect_error(measure("functional_integration", pairs, replicats = 10), "itg_error_option", "replicates")
  expect_error(measure("functional_integration", pairs, partnr = "partner"), "itg_error_option", "partner")
  expect_error(instrument("functional-integratoin"), "itg_error_instrument", "functional-integration")
  expect_error(functional_integration(pairs, replicats = 10), "simpleError", "unused argument")
})

test("a pair that is rated twice", expect_error(fast(pairs[c(1:6, 1L), ]), "itg_error_duplicate"))

test("one arm, one row, one value", {
  expect_error(fast(pairs[0L, ]), "itg_error_empty")
  expect_error(fast(transform(pairs, rank = NA_real_)), "itg_error_empty")
  expect(all(is.na(fast(transform(pairs, rank = 50))$std.error)))
})

impossible <- list(`replicates below 0` = list(replicates = -1), `half a replicate` = list(replicates = 1.5),
                   `replicates in words` = list(replicates = "many"), `a level above 1` = list(conf_level = 1.5),
                   `an infinite level` = list(conf_level = Inf), `a level that is missing` = list(conf_level = NA),
                   `an unknown consensus` = list(consensus = "mode"), `a function` = list(anchors = mean),
                   `a complex number` = list(by = 1i), `a seed below 0` = list(seed = -1), `a seed of 2^53` = list(seed = 2^53),
                   `half a seed` = list(seed = 1.5), `a seed in words` = list(seed = "7"), `two seeds` = list(seed = 1:2))
for (name in names(impossible)) local({
  given <- impossible[[name]]
  test(paste("impossible option:", name),
       expect_error(do.call(functional_integration, c(list(pairs), given)), "itg_error_option"))
})

for (threads in list(0, -1, 1.5, "2", NA, 1:2)) local({
  given <- threads
  test(paste("impossible number of threads:", deparse(given)),
       expect_error(fast(threads = given), "itg_error_argument", "threads"))
})

test("arguments without a name are refused", expect_error(measure("scale", pairs, "rank"), "itg_error_argument", "named"))

test("what is no table is refused", {
  expect_error(fast(mean), "itg_error_type", "not a table")
  expect_error(tables(pairs), "itg_error_type", "not a result")
  expect_error(tables(fast(), "matrx"), "itg_error_argument", "matrix")
  expect_error(rows(fast()), "itg_error_argument", "matrix")
})

file_of <- function(bytes, name = "x.csv") {
  folder <- tempfile()
  dir.create(folder)
  path <- file.path(folder, name)
  writeBin(if (is.raw(bytes)) bytes else charToRaw(bytes), path)
  path
}

test("malformed files are refused with file and line", {
  e <- expect_error(read_data(file_of("a,b\n1,\"2")), "itg_error_csv", "x.csv")
  expect(is.numeric(e$line), e$line >= 2)
  expect_error(read_data(file_of("")), "itg_error_empty")
  expect_error(read_data(file_of("a,a\n1,2\n")), "itg_error_duplicate")
  expect_error(read_data(file_of(as.raw(c(0x61, 0x0a, 0xff, 0x0a)))), "itg_error_encoding")
  expect_error(read_data(tempdir()), "itg_error_file")
  expect_error(read_data(tempfile()), "itg_error_file")
  expect_error(read_data(1), "itg_error_argument")
})

test("a misspelt key of an evaluation is answered with the right one and its line", {
  path <- file_of("schema: integrade-evaluation/1\nid: x\ntitle: X\ninptus: []\n", "evaluation.yaml")
  e <- expect_error(evaluate(path), "itg_error_key", "inputs")
  expect_same(e$line, 4)
  expect_same(e$exit, 4L)
})

test("an evaluation that fails writes nothing", {
  path <- file_of("schema: integrade-evaluation/1\nid: x\ntitle: X\ninputs: [{id: a, path: none.csv, label: A}]\n",
                  "evaluation.yaml")
  out <- tempfile()
  expect_error(evaluate(path, out), "itg_error")
  expect(!file.exists(out))
})

test("a column that cannot be measured is not left out in silence", {
  use <- data.frame(id = c("a", "b"), day = 1:2)
  use$visit <- list(1, 2:3)
  prices <- data.frame(resource = c("visit", "day"), unit_cost = c(10, 100))
  expect_error(costing(use, prices), "itg_error_type", "column 'visit': a list, matrix or other compound column")
  trial <- data.frame(arm = c("a", "a", "b", "b"), cost = 1:4, effect = c(1, 0, 1, 1))
  trial$cluster <- matrix(1:8, 4)
  expect_error(cea(trial, replicates = 0), "itg_error_type", "column 'cluster'")
  names(trial)[4] <- "notes"
  expect(nrow(cea(trial, replicates = 0)) > 0)
})

test("the input that is no table, or is not there, is named", {
  use <- data.frame(id = c("a", "b"), day = 1:2)
  expect_error(costing(use, "unit_costs.csv"), "itg_error_type", "unit_costs: not a table")
  expect_error(costing(use), "itg_error", "unit_costs")
})
