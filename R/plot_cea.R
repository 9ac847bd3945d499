# Cost-effectiveness: the plane of increments and the curves over thresholds.

# What a cloud or a curve is of: rows by arm or scenario.
by_series <- function(rows) {
  name <- intersect(c("arm", "scenario", "strategy"), names(rows))
  if (!length(name)) return(list(rows))
  split(rows, factor(rows[[name[1L]]], unique(rows[[name[1L]]])))
}

# The first threshold that the estimates were made at.
first_threshold <- function(x) {
  known <- stats::na.omit(tables(x, "estimates")$threshold)
  if (length(known)) as.numeric(known[1L])
}

# Where 95% of a bivariate normal cloud lie.
ellipse_of <- function(effect, cost) {
  radius <- sqrt(stats::qchisq(0.95, 2))
  angle <- seq(0, 2 * pi, length.out = 91L)
  spread <- stats::sd(effect)
  slope <- stats::cov(effect, cost) / spread
  rest <- sqrt(max(0, stats::var(cost) - slope^2))
  list(x = mean(effect) + radius * spread * cos(angle),
       y = mean(cost) + radius * (slope * cos(angle) + rest * sin(angle)))
}

picture_plane <- function(x, where, main = NULL, threshold = first_threshold(x), points = 2000L, ...) {
  rows <- rows_where(x, "plane", where, groups_of(x))
  rows <- rows[!is.na(rows$effect) & !is.na(rows$cost), ]
  clouds <- by_series(rows)
  graphics::par(mar = c(4.2, 5.6, 3.2, 1))
  graphics::plot(NA, xlim = range(0, rows$effect), ylim = range(0, rows$cost), xlab = "more effect per person", ylab = "",
                 bty = "l", yaxt = "n")
  graphics::axis(2L, graphics::axTicks(2L), format(graphics::axTicks(2L), big.mark = ",", trim = TRUE))
  graphics::mtext("more cost per person", 2L, 4.3, las = 0L, cex = graphics::par("cex"))
  headline(titled(main, "Cost-effectiveness plane", attr(rows, "label")))
  graphics::abline(h = 0, v = 0, col = GREY)
  if (length(threshold)) graphics::abline(0, threshold, col = ORANGE, lty = 2L, lwd = 1.5)
  for (i in seq_along(clouds)) {
    cloud <- clouds[[i]]
    colour <- SERIES[(i - 1L) %% length(SERIES) + 1L]
    drawn <- seq(1L, nrow(cloud), by = ceiling(nrow(cloud) / points))
    graphics::points(cloud$effect[drawn], cloud$cost[drawn], pch = 16L, cex = 0.4,
                     col = grDevices::adjustcolor(colour, 0.3))
    if (nrow(cloud) > 2L && stats::sd(cloud$effect) > 0) graphics::lines(ellipse_of(cloud$effect, cloud$cost), col = colour)
    graphics::points(mean(cloud$effect), mean(cloud$cost), pch = 20L + i %% 6L, bg = "white", col = colour, cex = 1.5,
                     lwd = 2)
  }
  told <- c(names(clouds), if (length(threshold)) paste(show_number(threshold), "per unit"))
  if (length(told)) {
    own <- seq_along(names(clouds))
    graphics::legend("topleft", told, bty = "n", cex = 0.85,
                     pch = c(20L + own %% 6L, if (length(threshold)) NA),
                     col = c(SERIES[(own - 1L) %% length(SERIES) + 1L], if (length(threshold)) ORANGE),
                     lty = c(rep(NA, length(own)), if (length(threshold)) 2L))
  }
  invisible(rows)
}

# A curve as drawn up to a threshold; a row of an exact curve holds up to the next, and the last one for ever.
step_to <- function(rows, most, exact) {
  if (exact) rows <- rbind(rows, within(rows[nrow(rows), ], threshold <- max(threshold, most)))
  list(x = rows$threshold, y = rows$probability)
}

picture_curve <- function(table, ylab, title) {
  function(x, where, main = NULL, ...) {
    rows <- rows_where(x, table, where, groups_of(x))
    curves <- by_series(rows)
    given <- provenance(x)$options
    exact <- "plane" %in% table_names(x) && nrow(tables(x, "plane")) > 0L && is.null(given$curve_points)
    most <- max(tables(x, "inb")$threshold)
    graphics::par(mar = c(4.2, 4.2, 3.2, 1))
    graphics::plot(NA, xlim = c(0, most), ylim = c(0, 1), xlab = "threshold: what a unit of effect may cost",
                   ylab = ylab, bty = "l", xaxt = "n")
    graphics::axis(1L, graphics::axTicks(1L), format(graphics::axTicks(1L), big.mark = ",", trim = TRUE, scientific = FALSE))
    graphics::abline(h = 0.5, col = GREY, lty = 3L)
    headline(titled(main, title, attr(rows, "label")))
    if (table == "best") {
      frontier <- rows_where(x, "ceaf", where, groups_of(x))
      graphics::lines(step_to(frontier, most, exact), type = if (exact) "s" else "l", col = PALE, lwd = 7)
    }
    colours <- SERIES[(seq_along(curves) - 1L) %% length(SERIES) + 1L]
    for (i in seq_along(curves))
      graphics::lines(step_to(curves[[i]], most, exact), type = if (exact) "s" else "l", col = colours[i], lty = i, lwd = 2)
    if (!is.null(names(curves)))
      graphics::legend("right", c(names(curves), if (table == "best") "frontier"), bty = "n", cex = 0.85,
                       col = c(colours, if (table == "best") PALE), lty = c(seq_along(curves), if (table == "best") 1L),
                       lwd = c(rep(2, length(curves)), if (table == "best") 7))
    invisible(rows)
  }
}

picture_acceptability <- function() {
  picture_curve("ceac", "probability of being cost-effective", "Cost-effectiveness acceptability curve")
}

picture_best <- function() picture_curve("best", "probability of being best", "Which arm is best")
