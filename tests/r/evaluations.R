# Evaluation files, instruments, descriptions.

path <- example_file("evaluation.yaml")

test("an evaluation gives its results by id, and the same numbers as single calls", {
  x <- evaluate(path)
  expect(inherits(x, "itg_evaluation"), length(x) >= 6L, all(vapply(x, inherits, NA, "itg_result")))
  alone <- functional_integration(read_data(example_file("functional-synthetic.csv")),
                                  seed = provenance(x[["functional-network"]])$seed)
  expect_same(plain_of(x[["functional-network"]]), plain_of(alone))
})

test("an evaluation prints, summarises and reports", {
  x <- evaluate(path)
  expect(grepl("functional-network", paste(utils::capture.output(print(x)), collapse = " "), fixed = TRUE))
  expect(grepl("scorecard: ", paste(utils::capture.output(print(summary(x))), collapse = " "), fixed = TRUE))
  page <- report(x)
  expect(grepl("^<!DOCTYPE html>", page, ignore.case = TRUE), !grepl("<script", page, fixed = TRUE))
  file <- tempfile(fileext = ".html")
  report(x, file)
  expect_same(file.size(file), as.numeric(nchar(page, "bytes")))
  expect_error(report(1), "itg_error_type")
})

test("an evaluation writes its folder: tables, provenance, report", {
  out <- tempfile()
  evaluate(path, out)
  expect(c("report.html", "provenance.json") %in% list.files(out))
  expect(any(grepl("[.]csv$", list.files(out, recursive = TRUE))))
})

test("files are read to the last bit", {
  file <- tempfile()
  writeLines(c("a;b;c", "0.1;x;1", "2e-308;;-9", "-0;\"y\";3"), file)
  data <- read_data(file, na = c("-9" = "refused", " " = "missing"), text = "b")
  expect_same(data$a, c(0.1, 2e-308, -0))
  expect_same(data$c, c(1L, NA, 3L))
})

test("instruments are listed, shown, checked and made into a sheet", {
  all <- instruments()
  expect(nrow(all) >= 10L, !anyDuplicated(all$id), "functional-integration" %in% all$id)
  text <- instrument("functional-integration")
  expect(inherits(text, "itg_instrument"), grepl("schema: integrade-instrument/1", text, fixed = TRUE))
  about <- instrument_check("functional-integration")
  expect(about$id == "functional-integration", nchar(about$sha256) == 64L)
  expect(grepl("^functional-integration [0-9.]+: fine; .* reproduced$", capture.output(print(about))))
  own <- tempfile(fileext = ".yaml")
  writeLines(text, own)
  expect_same(instrument_check(own)$sha256, about$sha256)
  expect(is.data.frame(instrument_template("functional-integration")))
  expect("financial" %in% instrument_template("scorecard-classic", "indicators")$perspective)
  expect_error(instrument_template("scorecard-classic", "indicator"), "itg_error_argument", "allowed: data, indicators")
  expect_error(instrument_template("scorecard-classic", 1), "itg_error_argument", "table must be the name of one table")
  expect(any(grepl("Tables data, indicators", utils::capture.output(instrument_about("scorecard-classic")), fixed = TRUE)))
})

test("descriptions tell everything about a measure", {
  expect_same(names(measures()), c("measure", "title"))
  for (name in measures()$measure) {
    about <- measures(name)
    expect(about$name == name, nzchar(about$title), nzchar(about$source))
  }
  said <- paste(utils::capture.output(print(measures("functional_integration"))), collapse = " ")
  expect(grepl("  replicates (whole number, 0 to 100000), default 1000: ", said, fixed = TRUE), said)
  expect(grepl("  unit* (data, text): ", said, fixed = TRUE), said)
})
