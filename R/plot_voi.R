# The samples of a model: plane, acceptability, loss, information, frontier, tornado, studies.

TYPES <- c("solid", "dashed", "dotdash", "dotted", "longdash", "twodash")
SHAPES <- c(21L, 22L, 24L, 23L, 25L, 8L)

# The right end of a curve: two and a half times the largest threshold of the estimates.
reach_of <- function(x, most) {
  if (!is.null(most)) return(most)
  told <- suppressWarnings(as.numeric(as.character(tables(x)$estimates$threshold)))
  if (any(told > 0, na.rm = TRUE)) 2.5 * max(told, na.rm = TRUE) else 50000
}

# Axes and grid of a picture over thresholds (or another number), with room below for a key of `keys` entries.
curve_frame <- function(xlim, ylim, main, ylab, xlab = "threshold: what a unit of effect may cost", keys = 0L) {
  wide <- max(graphics::strwidth(format(pretty(ylim), big.mark = ",", scientific = FALSE, trim = TRUE), "inches"))
  left <- wide / graphics::par("csi") + 1.2
  graphics::par(mar = c(4 + if (keys) 0.6 + 1.2 * ceiling(keys / 2) else 0, left + 1.8, 3.2, 1))
  graphics::plot(NA, xlim = xlim, ylim = ylim, xlab = "", ylab = "", axes = FALSE, xaxs = "i")
  at <- graphics::axTicks(1L)
  graphics::abline(v = at, h = graphics::axTicks(2L), col = PALE)
  graphics::axis(1L, at, format(at, big.mark = ",", scientific = FALSE, trim = TRUE))
  graphics::axis(2L, graphics::axTicks(2L), format(graphics::axTicks(2L), big.mark = ",", scientific = FALSE, trim = TRUE))
  graphics::box(bty = "l")
  graphics::mtext(xlab, 1L, 2.3, cex = graphics::par("cex"))
  graphics::mtext(ylab, 2L, left + 0.2, las = 0L, cex = graphics::par("cex"))
  headline(main)
}

key_below <- function(labels, col, lty = "solid", lwd = 2, pch = NA) {
  rows <- ceiling(length(labels) / 2)
  below <- (3.7 + 1.2 * rows) * graphics::par("csi") / graphics::par("pin")[2L] # as a share of the plot's height
  graphics::legend("bottom", labels, col = col, lty = lty, lwd = lwd, pch = pch, bty = "n", xpd = NA, cex = 0.85,
                   ncol = min(2L, length(labels)), inset = c(0, -below))
}

style_of <- function(names) {
  i <- seq_along(names) - 1L
  list(col = SERIES[1L + i %% length(SERIES)], lty = TYPES[1L + i %% length(TYPES)])
}

# One line per value of `by`; steps where curves are exact.
draw_curves <- function(rows, y, by, steps = FALSE) {
  names <- unique(rows[[by]][!is.na(rows[[y]])])
  all <- unique(rows[[by]])
  style <- style_of(all)
  for (name in names) {
    i <- match(name, all)
    own <- rows[rows[[by]] == name & !is.na(rows[[y]]), ]
    graphics::lines(own$threshold, own[[y]], type = if (steps) "s" else "l", col = style$col[i], lty = style$lty[i],
                    lwd = 2)
  }
  i <- match(names, all)
  list(labels = names, col = style$col[i], lty = style$lty[i])
}

is_exact <- function(x) {
  options <- provenance(x)$options
  is.null(options$grid_to) && is.null(options$grid_step)
}

picture_ceac <- function(x, where, main = NULL, most = NULL, pairwise = FALSE, ...) {
  most <- reach_of(x, most)
  rows <- rows_where(x, "ceac", where, groups_of(x))
  best <- rows_where(x, "evpi", where, groups_of(x))
  names <- unique(rows$strategy)
  y <- if (pairwise) "probability_cost_effective" else "probability_best"
  curve_frame(c(0, most), c(0, 1), titled(main, if (pairwise) "Probability of being cost-effective, each against the reference"
                                          else "Probability of being the most cost-effective", attr(rows, "label")),
              "probability", keys = length(names) + !pairwise)
  if (!pairwise) graphics::lines(best$threshold, best$probability_best, type = "s", col = "#C4C4C4", lwd = 7, lend = 1L)
  key <- draw_curves(rows, y, "strategy", is_exact(x))
  if (pairwise) key_below(key$labels, key$col, key$lty)
  else key_below(c(key$labels, "frontier: highest expected net benefit"), c(key$col, "#C4C4C4"), c(key$lty, "solid"),
                 c(rep(2, length(key$labels)), 7))
  invisible(rows)
}

picture_loss <- function(x, where, main = NULL, most = NULL, ...) {
  most <- reach_of(x, most)
  rows <- rows_where(x, "ceac", where, groups_of(x))
  best <- rows_where(x, "evpi", where, groups_of(x))
  top <- 3 * max(best$evpi[best$threshold <= most], 0)
  curve_frame(c(0, most), c(0, if (top > 0) top else 1), titled(main, "Expected loss of each strategy",
                                                                       attr(rows, "label")),
              "currency per person", keys = length(unique(rows$strategy)) + 1L)
  graphics::lines(best$threshold, best$evpi, col = "#C4C4C4", lwd = 7, lend = 1L)
  key <- draw_curves(rows, "expected_loss", "strategy")
  key_below(c(key$labels, "EVPI: the smallest of them"), c(key$col, "#C4C4C4"), c(key$lty, "solid"),
            c(rep(2, length(key$labels)), 7))
  invisible(rows)
}

picture_evpi <- function(x, where, main = NULL, most = NULL, population = FALSE, ...) {
  most <- reach_of(x, most)
  rows <- rows_where(x, "evpi", where, groups_of(x))
  y <- if (population) "population_evpi" else "evpi"
  if (population && all(is.na(rows[[y]])))
    fail("ARGUMENT", "the result has no population; give the options population and horizon", exit = 2L)
  top <- max(rows[[y]][rows$threshold <= most], 0)
  curve_frame(c(0, most), c(0, if (top > 0) 1.05 * top else 1),
              titled(main, "Expected value of perfect information", attr(rows, "label")),
              if (population) "currency for the population" else "currency per person")
  graphics::lines(rows$threshold, rows[[y]], col = BLUE, lwd = 2)
  at <- rows_where(x, "frontier", where, groups_of(x))
  at <- at[!is.na(at$threshold_from) & at$threshold_from > 0 & at$threshold_from < most, ]
  if (nrow(at)) {
    graphics::abline(v = at$threshold_from, lty = 2L, col = GREY)
    graphics::text(at$threshold_from, 0, paste(at$strategy, "from here"), srt = 90, adj = c(-0.05, -0.4), cex = 0.8)
  }
  invisible(rows)
}

picture_ce_plane <- function(x, where, main = NULL, threshold = NULL, level = 0.95, ...) {
  rows <- rows_where(x, "increments", where, groups_of(x))
  points <- if ("plane" %in% table_names(x)) rows_where(x, "plane", where, groups_of(x))
  told <- suppressWarnings(as.numeric(as.character(tables(x)$estimates$threshold)))
  if (is.null(threshold)) threshold <- c(told[!is.na(told)], NA)[1L]
  radius <- sqrt(-2 * log(1 - level))
  turn <- seq(0, 2 * pi, length.out = 91L)
  round <- lapply(seq_len(nrow(rows)), function(i) with(rows[i, ], cbind(
    effect + radius * sd_effect * cos(turn),
    cost + radius * sd_cost * (correlation * cos(turn) + sqrt(pmax(0, 1 - correlation^2)) * sin(turn)))))
  all <- rbind(do.call(rbind, round), cbind(points$effect, points$cost), cbind(rows$effect, rows$cost), c(0, 0))
  ends <- apply(all, 2L, range, na.rm = TRUE)
  curve_frame(grDevices::extendrange(ends[, 1L]), grDevices::extendrange(ends[, 2L]),
              titled(main, paste0("Cost-effectiveness plane; ellipses hold ", 100 * level, "%"), attr(rows, "label")),
              "more cost per person",
              "more effect per person", nrow(rows) + 1L)
  graphics::abline(h = 0, v = 0, col = GREY)
  style <- style_of(rows$comparison)
  shape <- SHAPES[1L + (seq_len(nrow(rows)) - 1L) %% length(SHAPES)]
  for (i in seq_len(nrow(rows))) {
    own <- points[points$comparison == rows$comparison[i], ]
    graphics::points(own$effect, own$cost, pch = shape[i], cex = 0.5, col = grDevices::adjustcolor(style$col[i], 0.3))
    if (!is.na(rows$correlation[i])) graphics::lines(round[[i]], col = style$col[i], lty = style$lty[i], lwd = 2)
    graphics::points(rows$effect[i], rows$cost[i], pch = shape[i], cex = 1.4, col = "white", bg = style$col[i])
  }
  if (!is.na(threshold)) graphics::abline(0, threshold, lty = 2L, col = GREY, lwd = 1.5)
  key_below(c(paste(rows$comparison, "against", rows$against),
              if (!is.na(threshold)) paste("threshold", show_number(threshold), "- below it pays")),
            c(style$col, GREY), c(style$lty, "dashed"))
  invisible(rows)
}

picture_frontier <- function(x, where, main = NULL, ...) {
  rows <- rows_where(x, "frontier", where, groups_of(x))
  states <- c("on the frontier", "extendedly dominated", "dominated", "same as another")
  i <- match(rows$status, states)
  curve_frame(grDevices::extendrange(rows$effect, f = 0.15), grDevices::extendrange(rows$cost, f = 0.15),
              titled(main, "Cost-effectiveness frontier; numbers: ratio to the strategy before", attr(rows, "label")),
              "cost per person",
              "effect per person", length(unique(i)))
  on <- rows[i == 1L, ]
  graphics::lines(on$effect, on$cost, col = BLUE, lwd = 2)
  shape <- c(19L, 17L, 4L, 3L)[i]
  colour <- c(BLUE, ORANGE, ORANGE, ORANGE)[i]
  graphics::points(rows$effect, rows$cost, pch = shape, col = colour, cex = 1.3, lwd = 2)
  graphics::text(rows$effect, rows$cost, ifelse(is.na(rows$icer), rows$strategy,
                                                paste0(rows$strategy, ", ", show_number(rows$icer))),
                 pos = ifelse(rows$effect > mean(range(rows$effect)), 2L, 4L), cex = 0.85, xpd = NA) # towards the middle
  seen <- sort(unique(i))
  key_below(states[seen], c(BLUE, ORANGE, ORANGE, ORANGE)[seen], "blank", pch = c(19L, 17L, 4L, 3L)[seen])
  invisible(rows)
}

picture_evppi <- function(x, where, main = NULL, most = NULL, show = 6L, ...) {
  most <- reach_of(x, most)
  rows <- tables(x, "evppi")
  worth <- vapply(split(rows$evppi[rows$threshold <= most], factor(rows$parameters, unique(rows$parameters))[rows$threshold <= most]),
                  function(v) max(v, 0), 0)
  kept <- utils::head(names(sort(worth, decreasing = TRUE)), show)
  rows <- rows[rows$parameters %in% kept, ]
  rows <- rows[order(match(rows$parameters, kept), rows$threshold), ]
  own <- "Expected value of perfect information on parameters"
  if (length(worth) > show) own <- paste0(own, ": ", show, " of ", length(worth), " sets, those worth most")
  curve_frame(c(0, most), c(0, if (max(worth) > 0) 1.05 * max(worth) else 1), titled(main, own), "currency per person",
              keys = length(kept))
  key <- draw_curves(rows, "evppi", "parameters")
  key_below(key$labels, key$col, key$lty)
  invisible(rows)
}

picture_tornado <- function(x, where, main = NULL, show = 15L, ...) {
  rows <- rows_where(x, "tornado", where, c("strategy", "threshold"))
  runs <- "switches" %in% names(rows) # of a user's own runs, not from samples
  own <- paste("Tornado:", rows$strategy[1L])
  if (!is.na(rows$threshold[1L])) own <- paste(own, "at threshold", show_number(rows$threshold[1L]))
  rows <- utils::head(rows, show)
  starred <- if (runs) rows$switches else FALSE
  ends <- range(rows$inmb_low, rows$inmb_high, rows$inmb, na.rm = TRUE)
  places <- dot_frame(paste0(rows$parameter, ifelse(starred, " *", "")), grDevices::extendrange(ends, f = 0.2),
                      paste0(if (runs) "incremental" else "expected incremental", " net monetary benefit",
                             if (any(starred)) "; *: another strategy becomes the best"), titled(main, own))
  for (end in c("low", "high")) {
    value <- rows[[paste0("inmb_", end)]]
    limit <- rows[[paste0("value_", end)]]
    low <- end == "low"
    graphics::rect(rows$inmb, places - 0.33, value, places + 0.33, col = if (low) BLUE else ORANGE, border = "white",
                   density = if (low) NA else 25)
    graphics::text(value, places, ifelse(is.na(limit), "", formatC(limit, digits = 4L, format = "g")), cex = 0.75,
                   pos = ifelse(is.na(value) | value > rows$inmb | (!low & value == rows$inmb), 4L, 2L), xpd = NA)
  }
  graphics::abline(v = rows$inmb[1L], col = GREY)
  if (ends[1L] < 0 && ends[2L] > 0) graphics::abline(v = 0, col = GREY, lty = 2L)
  graphics::legend("bottomright", c("parameter at its lower limit", "at its upper limit"), fill = c(BLUE, ORANGE),
                   density = c(NA, 25), bty = "n", cex = 0.8)
  invisible(rows)
}

picture_evsi <- function(x, where, main = NULL, net = FALSE, ...) {
  rows <- rows_where(x, "evsi", where)
  y <- if (net) "enbs" else "evsi"
  if (all(is.na(rows[[y]])))
    fail("ARGUMENT", "the result has no population; give the options population and horizon", exit = 2L)
  told <- unique(rows$threshold)
  curve_frame(c(0, 1.04 * max(rows$size)), range(0, rows[[y]]),
              titled(main, if (net) "Expected net benefit of sampling" else "Expected value of sample information"),
              if (net) "currency for the population" else "currency per person", "people per group", length(told))
  if (net) graphics::abline(h = 0, col = GREY)
  style <- style_of(told)
  for (i in seq_along(told)) {
    own <- rows[rows$threshold == told[i], ]
    graphics::lines(own$size, own[[y]], type = "b", pch = SHAPES[1L + (i - 1L) %% 6L], col = style$col[i], lty = style$lty[i],
                    lwd = 2)
  }
  key_below(paste("threshold", show_number(told)), style$col, style$lty)
  invisible(rows)
}
