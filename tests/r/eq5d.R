# EQ-5D answers: values by stratum, change, and pictures that draw what the tables hold.

answers <- data.frame(person = c(1, 1, 2, 2, 3, 3), wave = c(1, 2), arm = c("a", "a", "a", "a", "b", "b"),
                      profile = c(21232, 11121, 11111, 11111, 33333, 33233))

test("what concerns the estimates is refused where only utilities are given", {
  data <- data.frame(arm = c("a", "b"), profile = c(11111, 21232))
  failure <- expect_error(eq5d_utility(data, "eq5d-5l-england", by = "arm"), "itg_error_option")
  expect(grepl("by: of use with summary = TRUE only", conditionMessage(failure), fixed = TRUE))
  expect(nrow(eq5d_utility(data, "eq5d-5l-england", by = "arm", summary = TRUE)) == 14L)
})

test("change of three people", {
  x <- eq5d_profile(answers, levels = 5)
  expect_same(tables(x, "persons")$change, c("better", "no problems", "better"))
  x <- eq5d_profile(answers, levels = 5, before = 2, after = 1)
  expect_same(tables(x, "persons")$change, c("worse", "no problems", "worse"))
})

test("a table of values by stratum", {
  profiles <- do.call(paste0, expand.grid(1:3, 1:3, 1:3, 1:3, 1:3))
  values <- data.frame(profile = profiles, value = rep(c(0.5, 0.25), each = 243L), stratum = rep(c("f", "m"), each = 243L))
  data <- data.frame(profile = c(21232, 33333, 11111), stratum = c("m", "f", NA))
  expect_same(eq5d_utility(data, values = values), c(0.25, 0.5, NA))
})

test("patients of several countries, each by the value set of theirs", {
  data <- data.frame(country = factor(c("NL", "UK", NA)), profile = c(21232, 21232, 11111))
  sets <- c(NL = "eq5d-5l-netherlands", UK = "eq5d-5l-uk")
  expect_same(eq5d_utility(data, sets, valueset_by = "country"), c(0.717, 0.812, NA))
  x <- eq5d_utility(data, sets, valueset_by = "country", summary = TRUE)
  expect_same(tables(x, "utilities")$valueset, c(sets[["NL"]], sets[["UK"]], NA))
  expect_same(vapply(provenance(x)$versions, `[[`, "", "value"), c("NL", "UK"))
  expect_error(eq5d_utility(data, sets[1L], valueset_by = "country"), "itg_error_data", "'UK' has no definition")
})

test("pictures draw the rows of the tables", {
  x <- eq5d_profile(answers, levels = 5, by = "arm")
  drawn <- draws(plot(x, where = list(arm = "b")))
  expect_same(unique(drawn$arm), "b")
  expect_same(nrow(drawn), 50L)
  drawn <- draws(plot(x, "change", dimension = "pain"))
  expect_same(unique(drawn$dimension), "pain")
  expect_error(draws(plot(x, where = list(arm = "c"))), "itg_error_empty", "arm c")
})

test("every profile of a value set is listed with what scoring gives it", {
  values <- valueset_values("eq5d-5l-england")
  expect_same(names(values), c("profile", "level_sum", "value"))
  expect_same(eq5d_utility(as.character(values$profile), "eq5d-5l-england"), values$value)
  expect_same(nrow(valueset_values("eq5d-3l-uk")), 243L)
  expect_error(valueset_values("microsystem"), "itg_error_instrument", "no value set")
})
