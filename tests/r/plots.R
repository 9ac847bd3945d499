# Every picture of every result draws what the tables hold.

evaluation <- evaluate(example_file("evaluation.yaml"))
kinds <- function(x) names(getNamespace("integrade")$pictures(provenance(x)$measure))

for (id in names(evaluation)) for (kind in kinds(evaluation[[id]])) local({
  x <- evaluation[[id]]
  picture <- kind
  if (provenance(x)$measure == "scorecard" && picture == "ranks") return()  # one site only
  if (!grepl("network", id) && picture %in% c("optimum", "gap")) return()   # no optimum was asked
  test(paste("picture", picture, "of", id), {
    drawn <- draws(plot(x, picture))
    expect(NROW(drawn) > 0)
  })
})

test("a matrix draws the cells of the table", {
  x <- evaluation[["functional-network"]]
  cells <- draws(plot(x, "gap"))
  pairs <- tables(x, "matrix")
  expect_same(cells[cbind(pairs$unit, pairs$partner)], pairs$gap)
})

test("the group that is named is the one that is drawn", {
  x <- evaluation$development
  expect_same(unique(draws(plot(x, where = list(programme = "stroke")))$programme), "stroke")
  expect_error(draws(plot(x, where = list(programme = "none"))), "itg_error_empty", "programme none")
  expect_error(draws(plot(x, where = list(program = "stroke"))), "itg_error_argument", "program")
})

test("ranks of sites", {
  values <- data.frame(site = rep(c("a", "b"), each = 2L), indicator = c("wait", "falls"), value = c(3, 4, 9, 8), se = 1)
  about <- data.frame(indicator = c("wait", "falls"), perspective = "p", direction = "lower", baseline = 10, target = 0)
  drawn <- draws(plot(scorecard(values, about, seed = 1), "ranks"))
  expect_same(drawn$site, c("a", "b"))
  expect_same(drawn$estimate, c(1, 2))
})

test("a picture that does not exist is answered with those that do", {
  expect_error(plot(evaluation$scorecard, "pie"), "itg_error_argument", "scorecard, ranks, estimates")
  expect_error(plot(evaluation, "none"), "itg_error_argument", "functional-network")
})

test("margins are what they were, whether the picture came out or not", {
  draws({
    before <- graphics::par("mar", "las")
    plot(evaluation$scorecard)
    expect_same(graphics::par("mar", "las"), before)
    try(plot(evaluation$scorecard, where = list(period = "1900")), silent = TRUE)
    expect_same(graphics::par("mar", "las"), before)
  })
})

if (requireNamespace("ggplot2", quietly = TRUE)) test("autoplot draws with ggplot2", {
  p <- ggplot2::autoplot(evaluation[["functional-published"]], scale = "rank")
  expect(inherits(p, "ggplot"))
  draws(print(p))
})

test("a panel's picture draws the items of the round that is named", {
  panel <- data.frame(item = c("a", "a", "b", "b"), round = 1:2, r1 = c(0, 3, 2, 2), r2 = c(3, 3, 2, 2), r3 = c(5, 3, 3, 2))
  x <- consensus(panel, ratings = c("r1", "r2", "r3"), by = "round")
  drawn <- draws(plot(x, where = list(round = 2)))
  expect_same(drawn$item, c("a", "b"))
  expect_same(drawn$median, c(3, 2))
  expect_same(draws(plot(x))$consensus, c("no agreement", "agreement"))
})

test("weights of agreement may be a matrix", {
  pairs <- data.frame(a = c(1, 2, 3, 1), b = c(1, 2, 2, 3))
  own <- agreement(pairs, ratings = c("a", "b"), categories = 1:3, coefficients = "cohen",
                   weight_matrix = 1 - abs(outer(1:3, 1:3, "-")) / 2)
  linear <- agreement(pairs, ratings = c("a", "b"), coefficients = "cohen", weights = "linear")
  expect_same(own$estimate, linear$estimate)
})
