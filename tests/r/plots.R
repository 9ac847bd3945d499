# Every picture of every result draws what the tables hold.

evaluation <- evaluate(example_file("evaluation.yaml"))
kinds <- function(x) names(getNamespace("integrade")$pictures(provenance(x)$measure))

for (id in names(evaluation)) for (kind in kinds(evaluation[[id]])) local({
  x <- evaluation[[id]]
  picture <- kind
  if (provenance(x)$measure == "scorecard" && picture == "ranks") return()  # one site only
  if (!grepl("network", id) && picture %in% c("optimum", "gap")) return()   # no optimum was asked
  if (picture == "contour") return()                                        # no contours were asked
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

test("a line marks no effect: 1 for ratios, 0 where figures lie on both sides", {
  line <- function(...) getNamespace("integrade")$no_effect(data.frame(...))
  expect_same(line(unit = "ratio", estimate = 1.4, conf.low = 1.1, conf.high = 1.9), 1)
  expect_same(line(unit = "points", estimate = c(-1, 2), conf.low = NA, conf.high = NA), 0)
  expect(is.null(line(unit = "points", estimate = 2, conf.low = 1, conf.high = 3)))
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

pictures <- utils::getFromNamespace("pictures", "integrade") # what there is to draw, which plot() and autoplot() share

# A result of each economic measure that has pictures.
economic <- local({
  samples <- read_data(example_file("model-samples.csv"))
  of <- function(measure, ...) measure(samples, costs = "/^cost_/", effects = "/^effect_/", ...)
  patients <- read_data(example_file("study-patients.csv"))
  list(cea = cea(patients, cost = c("health", "social", "team"), effect = "qaly", reference = "usual", replicates = 100,
                 contours = c(0.5, 0.9), seed = 1),
       cea_summary = cea_summary(data.frame(effect = 0.012, icer = 92000, at_threshold = 30000, probability = 0.11)),
       psa = of(psa, contours = c(0.5, 0.9)), evppi = of(evppi, parameters = c("u_gain", "c_coordinator")),
       evsi = of(evsi, parameters = "u_gain", design = "normal", sd = 0.3, sizes = c(50, 200), seed = 1),
       tornado = tornado(read_data(file.path("data", "golden", "tornado_runs.csv")), thresholds = 20000),
       one_way = of(one_way, parameters = c("p_admission", "u_gain")),
       two_way = of(two_way, parameters = c("p_admission", "u_gain"), points = 9, thresholds = c(20000, 30000)))
})

test("curves, planes, frontiers and bars say where they end and what they show", {
  d <- attr(pictures("psa")$ceac, "make")(economic$psa, list(), most = 30000)
  expect_same(d$xlim, c(0, 30000))
  expect_same(unique(d$lines$series), unique(tables(economic$psa, "ceac")$strategy))
  at <- function(x) vapply(d$series, function(s) { own <- d$lines[d$lines$series == s, ]; own$y[findInterval(x, own$x)] }, 0)
  expect_near(sum(at(20000)), 1, 1e-12)
  own <- tables(economic$psa, "increments")
  plane <- attr(pictures("psa")$plane, "make")(economic$psa, list(), level = 0.5)
  expect_same(plane$means$x, own$effect)
  # An ellipse that holds half of a normal cloud reaches sqrt(2 log 2) standard deviations to each side.
  first <- plane$ellipses[plane$ellipses$series == plane$series[1L], ]
  expect_near(max(first$x), own$effect[1L] + sqrt(2 * log(2)) * own$sd_effect[1L], 1e-9)
  expect_error(draws(plot(economic$psa, "plane", level = 1)), "itg_error_argument", "level")
  expect_error(draws(plot(economic$psa, most = -1)), "itg_error_argument", "most")
  expect_error(draws(plot(economic$psa, "evpi", population = TRUE)), "itg_error_argument", "population")
})

test("contours are the table's lines, with their levels, and corners hold the shares of the quadrants", {
  for (name in c("psa", "cea")) {
    x <- economic[[name]]
    d <- attr(pictures(name)$contour, "make")(x, list())
    own <- tables(x, "contours")
    expect_same(d$ellipses$x, own$effect)
    expect_same(length(unique(d$ellipses$group)), nrow(unique(own[c(intersect(c("comparison", "arm"), names(own)), "level", "line")])))
    expect(grepl("contours hold 50%, 90%", d$title))
    expect_same(sort(unique(d$levels$label)), c("50%", "90%"))
    expect(nrow(d$corners) > 0L)
  }
  own <- tables(economic$psa, "increments")
  d <- attr(pictures("psa")$plane, "make")(economic$psa, list())
  expect_same(d$corners$label[d$corners$quadrant == "dearer_better"],
              paste0(own$comparison, " ", formatC(own$dearer_better, digits = 1L, format = "f"), "%", collapse = "\n"))
  bare <- psa(read_data(example_file("model-samples.csv")), costs = "/^cost_/", effects = "/^effect_/")
  expect_error(draws(plot(bare, "contour")), "itg_error_argument", "give the option contours")
})

test("a map has a cell per point of the grid, the lines of the table and a name in each region", {
  own <- tables(economic$two_way, "map")
  d <- attr(pictures("two_way")$map, "make")(economic$two_way, list(threshold = 30000), mark = c(0.2, 0.05))
  own <- own[own$threshold == 30000, ]
  expect_same(nrow(d$cells), 81L)
  expect(all(d$cells$x0 < own$value_1 & own$value_1 < d$cells$x1 & d$cells$y0 < own$value_2 & own$value_2 < d$cells$y1))
  expect_near(sum((d$cells$x1 - d$cells$x0) * (d$cells$y1 - d$cells$y0)), diff(d$xlim) * diff(d$ylim), 1e-12)
  expect_same(d$cells$series, own$optimal)
  expect_same(sub("\n.*", "", d$regions$label), unique(own$optimal)[order(match(unique(own$optimal), d$series))])
  inside <- merge(data.frame(value_1 = d$regions$x, value_2 = d$regions$y, named = d$regions$series), own)
  expect_same(inside$named, inside$optimal)
  expect_error(draws(plot(economic$two_way, mark = 1)), "itg_error_argument", "mark")
})

test("a curve over a parameter ends at its range and says where the best strategy changes", {
  d <- attr(pictures("one_way")$one_way, "make")(economic$one_way, list(parameter = "u_gain", threshold = 20000))
  at <- tables(economic$one_way, "switches")
  expect_same(d$marks$x, at$value_switch[at$parameter == "u_gain" & at$threshold == 20000])
  expect_near(d$xlim, stats::quantile(read_data(example_file("model-samples.csv"))$u_gain, c(0.025, 0.975), names = FALSE), 1e-15)
  one <- tornado(data.frame(parameter = c("base", "base", "p", "p"), limit = c(NA, NA, "high", "high"),
                            strategy = c("a", "b"), benefit = c(1, 2, 2, 1)))
  expect_error(draws(plot(one, "one_way")), "itg_error_empty", "no values of 'p'")
})

test("curves, bars and maps by group are of one group, the first unless named", {
  needs <- read_data(file.path("data", "golden", "psa_needs.csv"))
  of <- function(measure) measure(needs, costs = "/^cost_/", effects = "/^effect_/", by = "need", thresholds = 20000,
                                  parameters = c("p_admission", "u_gain"), points = 5)
  one <- of(one_way)
  own <- tables(one, "one_way")
  for (group in c("high", "low")) {
    d <- attr(pictures("one_way")$one_way, "make")(one, c(list(parameter = "u_gain"), if (group == "low") list(need = group)))
    expect_same(d$rows$nmb, own$nmb[own$need == group & own$parameter == "u_gain"])
    expect(grepl(paste0(", need ", group, "$"), d$title))
    at <- tables(one, "switches")
    expect_same(d$marks$x, at$value_switch[at$need == group & at$parameter == "u_gain"])
  }
  two <- of(two_way)
  own <- tables(two, "map")
  d <- attr(pictures("two_way")$map, "make")(two, list(need = "low"))
  expect_same(d$rows$distance, own$distance[own$need == "low"])
  expect_same(nrow(d$regions), sum(tables(two, "regions")$need == "low"))
  expect(grepl(", need low$", d$title))
})

test("costs per person are drawn by category, of all payers or of the one named", {
  use <- data.frame(arm = rep(c("usual", "team"), each = 3), gp = c(6, 3, 4, 5, 2, 1), bed = c(4, 9, 0, 3, 0, 2))
  prices <- data.frame(resource = c("gp", "bed"), unit_cost = c(41.5, 402), category = c("primary", "inpatient"),
                       payer = c("health", "social"))
  x <- costing(use, prices, by = "arm")
  drawn <- draws(plot(x))
  expect_same(unique(drawn$scale), "cost")
  expect_same(nrow(drawn), 6L) # two categories and all of them, in two arms
  expect_near(drawn$estimate[drawn$arm == "usual" & drawn$category == "primary"], 41.5 * 13 / 3, 1e-9)
  expect_same(unique(draws(plot(x, where = list(payer = "social")))$payer), "social")
  expect_same(sort(draws(plot(costing(use, prices[1:2])))$resource), c("all", "bed", "gp"))
})

if (requireNamespace("ggplot2", quietly = TRUE)) {
  test("autoplot draws each economic picture from what plot() draws, and takes further layers", {
    for (name in names(economic)) {
      for (kind in setdiff(names(pictures(name)), "estimates")) {
        p <- ggplot2::autoplot(economic[[name]], kind) + ggplot2::labs(caption = "ours")
        d <- attr(pictures(name)[[kind]], "make")(economic[[name]], list())
        expect_same(p$data[["x"]], c(if (is.null(d$cells)) d$lines$x, d$clouds$x, d$points$x))
        expect_same(p$labels$caption, "ours")
        expect_same(p$labels$x, d$xlab)
        expect(nrow(draws(ggplot2::layer_data(p, length(p$layers)))) > 0L)
        expect(inherits(draws(ggplot2::ggplotGrob(p)), "gtable"))
      }
    }
  })

  test("one key tells colour, line and shape, and bars end where the table says", {
    keys <- function(p) {
      drawn <- draws(ggplot2::ggplotGrob(p))
      box <- drawn$grobs[[which(drawn$layout$name == "guide-box")]]
      sum(vapply(box$grobs, inherits, NA, "gtable"))
    }
    expect_same(keys(ggplot2::autoplot(economic$psa, "plane")), 1L)
    expect_same(keys(ggplot2::autoplot(economic$psa)), 1L)
    p <- ggplot2::autoplot(economic$evppi, "tornado")
    own <- draws(plot(economic$evppi, "tornado"))
    expect_same(p$data$to, c(own$inmb_low, own$inmb_high))
    expect_error(ggplot2::autoplot(economic$psa, "pie"), "itg_error_argument", "ceac, ceaf, plane, contour, frontier, loss, evpi")
    expect_error(ggplot2::autoplot(evaluation$scorecard, "ranks"), "itg_error_argument", "estimates")
  })
}
