# What there is to draw of a model's samples: acceptability, loss, information, plane, frontier, tornado, studies.

is_exact <- function(x) {
  options <- provenance(x)$options
  is.null(options$grid_to) && is.null(options$grid_step)
}

# The right end of a curve: where the grid ends, or two and a half times the largest threshold of the estimates.
reach_of <- function(x, most) {
  if (!is.null(most)) {
    if (!(is.numeric(most) && length(most) == 1L && is.finite(most) && most > 0))
      fail("ARGUMENT", "most, the right end of the axis, must be a number above 0", exit = 2L)
    return(most)
  }
  grid <- provenance(x)$options$grid_to
  if (!is.null(grid)) return(as.numeric(grid))
  told <- suppressWarnings(as.numeric(as.character(tables(x)$estimates$threshold)))
  if (any(told > 0, na.rm = TRUE)) 2.5 * max(told, na.rm = TRUE) else 50000
}

up_to <- function(top) c(0, if (is.finite(top) && top > 0) top else 1)

currency <- function(population) paste("currency", if (population) "for the population" else "per person")

need_population <- function(values) {
  if (all(is.na(values)))
    fail("ARGUMENT", "the result has no population; give the options population and horizon", exit = 2L)
}

psa_ceac <- function(x, where, main = NULL, most = NULL, pairwise = FALSE, ...) {
  most <- reach_of(x, most)
  rows <- rows_where(x, "ceac", where, groups_of(x))
  best <- rows_where(x, "evpi", where, groups_of(x))
  exact <- is_exact(x)
  y <- if (pairwise) "probability_cost_effective" else "probability_best"
  own <- if (pairwise) "Probability of being cost-effective, each against the reference"
         else "Probability of being the most cost-effective"
  list(rows = rows, title = titled(main, own, attr(rows, "label")), xlab = THRESHOLD, ylab = "probability",
       xlim = c(0, most), ylim = c(0, 1), lines = lines_of(rows$threshold, rows[[y]], rows$strategy, exact, most),
       series = unique(rows$strategy), steps = exact, dots = FALSE,
       band = if (!pairwise) c(lines_of(best$threshold, best$probability_best, "", TRUE, most)[1:2],
                               list(label = "frontier: highest expected net benefit", steps = TRUE)))
}

psa_loss <- function(x, where, main = NULL, most = NULL, ...) {
  most <- reach_of(x, most)
  rows <- rows_where(x, "ceac", where, groups_of(x))
  best <- rows_where(x, "evpi", where, groups_of(x))
  list(rows = rows, title = titled(main, "Expected loss of each strategy", attr(rows, "label")), xlab = THRESHOLD,
       ylab = currency(FALSE), xlim = c(0, most), ylim = up_to(3 * max(best$evpi[best$threshold <= most], 0)),
       lines = lines_of(rows$threshold, rows$expected_loss, rows$strategy), series = unique(rows$strategy),
       steps = FALSE, dots = FALSE,
       band = list(x = best$threshold, y = best$evpi, label = "EVPI: the smallest of them", steps = FALSE))
}

psa_evpi <- function(x, where, main = NULL, most = NULL, population = FALSE, ...) {
  most <- reach_of(x, most)
  rows <- rows_where(x, "evpi", where, groups_of(x))
  y <- rows[[if (population) "population_evpi" else "evpi"]]
  if (population) need_population(y)
  at <- rows_where(x, "frontier", where, groups_of(x))
  at <- at[!is.na(at$threshold_from) & at$threshold_from > 0 & at$threshold_from < most, ]
  list(rows = rows, title = titled(main, "Expected value of perfect information", attr(rows, "label")),
       xlab = THRESHOLD, ylab = currency(population), xlim = c(0, most),
       ylim = up_to(1.05 * max(y[rows$threshold <= most], 0)), lines = lines_of(rows$threshold, y, "EVPI", most = most),
       series = "EVPI", steps = FALSE, dots = FALSE,
       marks = list(x = at$threshold_from, label = sprintf("from %s: %s", show_number(at$threshold_from), at$strategy)))
}

psa_contour <- function(x, where, ...) {
  against <- tables(x, "increments")$against[1L]
  psa_plane(x, where, ..., contours = contours_of(x, where, function(rows) paste(rows$comparison, "against", against)))
}

psa_plane <- function(x, where, main = NULL, threshold = first_threshold(x), level = 0.95, points = 2000L, contours = NULL, ...) {
  rows <- rows_where(x, "increments", where, groups_of(x))
  moments <- rows
  moments$series <- paste(rows$comparison, "against", rows$against)
  cloud <- if ("plane" %in% table_names(x)) rows_where(x, "plane", where, groups_of(x))
  clouds <- data.frame(x = as.numeric(cloud$effect), y = as.numeric(cloud$cost),
                       series = moments$series[match(cloud$comparison, rows$comparison)])
  rows$name <- rows$comparison
  plane_of(rows, clouds, moments, plane_title(main, level, rows, contours), x, threshold, level, points, rows, contours)
}

psa_frontier <- function(x, where, main = NULL, ...) {
  rows <- rows_where(x, "frontier", where, groups_of(x))
  label <- ifelse(is.na(rows$icer), rows$strategy, paste0(rows$strategy, ", ", show_number(rows$icer)))
  list(rows = rows, title = titled(main, "Cost-effectiveness frontier; numbers: ratio to the strategy before",
                                   attr(rows, "label")),
       xlab = paste0("effect per person", effect_unit(x)), ylab = "cost per person (currency)",
       xlim = grDevices::extendrange(rows$effect, f = 0.15), ylim = grDevices::extendrange(rows$cost, f = 0.15),
       points = data.frame(x = rows$effect, y = rows$cost, status = rows$status, label = label,
                           left = rows$effect <= mean(range(rows$effect))))
}

evppi_curves <- function(x, where, main = NULL, most = NULL, show = 6L, ...) {
  most <- reach_of(x, most)
  rows <- rows_where(x, "evppi", where, groups_of(x))
  label <- attr(rows, "label")
  near <- rows[rows$threshold <= most, ]
  worth <- vapply(split(near$evppi, factor(near$parameters, unique(rows$parameters))), function(v) max(v, 0), 0)
  kept <- utils::head(names(sort(worth, decreasing = TRUE)), show)
  rows <- rows[rows$parameters %in% kept, ]
  rows <- rows[order(match(rows$parameters, kept), rows$threshold), ]
  own <- "Expected value of perfect information on parameters"
  if (length(worth) > show) own <- paste0(own, ": ", show, " of ", length(worth), " sets, those worth most")
  list(rows = rows, title = titled(main, own, label), xlab = THRESHOLD, ylab = currency(FALSE), xlim = c(0, most),
       ylim = up_to(1.05 * max(worth)), lines = lines_of(rows$threshold, rows$evppi, rows$parameters, most = most),
       series = kept, steps = FALSE, dots = FALSE)
}

tornado_bars <- function(x, where, main = NULL, show = 15L, ...) {
  rows <- rows_where(x, "tornado", where, c(groups_of(x), "strategy", "threshold"))
  switches <- "switches" %in% names(rows)
  own <- paste("Tornado:", rows$strategy[1L])
  if (!is.na(rows$threshold[1L])) own <- paste(own, "at threshold", show_number(rows$threshold[1L]))
  for (name in groups_of(x)) own <- paste0(own, ", ", name, " ", rows[[name]][1L])
  rows <- utils::head(rows, show)
  starred <- switches & (if (switches) rows$switches else FALSE)
  middle <- rows$inmb[1L]
  ends <- range(rows$inmb_low, rows$inmb_high, rows$inmb, na.rm = TRUE)
  bars <- do.call(rbind, lapply(c("low", "high"), function(end) {
    to <- rows[[paste0("inmb_", end)]]
    limit <- rows[[paste0("value_", end)]]
    data.frame(label = paste0(rows$parameter, ifelse(starred, " *", "")), end = end, to = to,
               limit = ifelse(is.na(limit), "", formatC(limit, digits = 4L, format = "g")),
               right = is.na(to) | to > rows$inmb | (end == "high" & to == rows$inmb))
  }))
  same_side <- stats::ave(bars$right, bars$label, FUN = function(right) length(unique(right)) == 1L) == 1
  bars$lift <- ifelse(same_side, ifelse(bars$end == "low", 0.17, -0.17), 0) # limits on one side: one above the other
  list(rows = rows, title = titled(main, own), xlim = grDevices::extendrange(ends, f = 0.2), bars = bars, middle = middle,
       xlab = paste0(if (measure_of(x) == "tornado") "incremental" else "expected incremental", " net monetary benefit per person",
                     if (any(starred)) "\n*: another strategy becomes the best"),
       zero = ends[1L] < 0 && ends[2L] > 0)
}

evsi_curves <- function(x, where, main = NULL, net = FALSE, ...) {
  rows <- rows_where(x, "evsi", where, groups_of(x))
  y <- rows[[if (net) "enbs" else "evsi"]]
  need_population(y)
  series <- paste("threshold", show_number(rows$threshold))
  list(rows = rows, title = titled(main, if (net) "Expected net benefit of sampling"
                                         else "Expected value of sample information", attr(rows, "label")),
       xlab = "people per group", ylab = currency(net), xlim = c(0, 1.04 * max(rows$size)),
       ylim = range(0, y, na.rm = TRUE), lines = lines_of(rows$size, y, series), series = unique(series), steps = FALSE,
       dots = TRUE, level = if (net) 0)
}
