# Item analysis, ranks of composite indicators, funnels.

# Correlation with the rest, and alpha without the item, of each item of one scale.
picture_items <- function(x, where, main = NULL, ...) {
  groups <- c(groups_of(x), "score")
  rows <- rows_where(x, "items", where, groups)
  chosen <- lapply(stats::setNames(groups, groups), function(name) rows[[name]][1L])
  alpha <- rows_where(x, "estimates", c(chosen, list(scale = "alpha")))$estimate
  labels <- paste0(words(rows$item), ifelse(rows$reversed, " (reversed)", ""))
  graphics::par(mar = graphics::par("mar") + c(1.5, 0, 0, 0))
  places <- dot_frame(labels, range_of(rows$r_rest, rows$alpha_dropped, alpha), "",
                      titled(main, "Items", attr(rows, "label")))
  graphics::abline(v = alpha, col = GREY, lty = 2L)
  graphics::points(rows$r_rest, places, pch = 19L, col = BLUE)
  graphics::points(rows$alpha_dropped, places, pch = 23L, col = ORANGE, bg = ORANGE)
  graphics::legend("bottom", c("correlation with the other items", "alpha without the item",
                               paste("alpha of all,", show_number(alpha))),
                   pch = c(19L, 23L, NA), lty = c(NA, NA, 2L), col = c(BLUE, ORANGE, GREY), pt.bg = ORANGE, bty = "n",
                   horiz = TRUE, inset = c(0, -0.28), xpd = NA, cex = 0.75)
  invisible(rows)
}

# Rank of every site, and what other weights and methods would make of it.
picture_places <- function(x, where, main = NULL, ...) {
  rows <- rows_where(x, "estimates", c(where, list(scale = "rank")), groups_of(x))
  label <- attr(rows, "label")
  rows <- rows[!is.na(rows$estimate), ]
  rows <- rows[order(rows$estimate, as.character(rows$site)), ]
  about <- if (all(is.na(rows$conf.low))) "" else "; lines: under other weights and methods"
  places <- dot_frame(as.character(rows$site), range_of(1, nrow(rows), rows$conf.low, rows$conf.high),
                      paste0("rank, 1 is best", about), titled(main, "Ranks", label),
                      ticks = unique(round(pretty(c(1, nrow(rows))))))
  interval_lines(rows$conf.low, rows$conf.high, places)
  graphics::points(rows$estimate, places, pch = 19L, col = BLUE)
  invisible(rows)
}

# Sites by their size, with the target and its limits; those outside the innermost limits are named.
picture_funnel <- function(x, where, main = NULL, ...) {
  rows <- rows_where(x, "limits", where, groups_of(x))
  curve <- rows_where(x, "curve", where, groups_of(x))
  levels <- sub("^low_", "", grep("^low_", names(curve), value = TRUE))
  limits <- curve[grep("^(low|high)_", names(curve))]
  graphics::par(mar = c(4.2, 4.5, 3, 1))
  graphics::plot(NA, xlim = range_of(0, curve$size, rows$size), ylim = range_of(unlist(limits), rows$value),
                 xlab = "size", ylab = words(as.character(tables(x)$estimates$unit[1L])), bty = "l")
  headline(titled(main, "Funnel", attr(rows, "label")))
  graphics::lines(curve$size, curve$target, col = GREY)
  for (k in seq_along(levels)) for (side in c("low_", "high_"))
    graphics::lines(curve$size, curve[[paste0(side, levels[k])]], col = TEAL, lty = c(2L, 1L, 3L, 4L)[(k - 1L) %% 4L + 1L])
  outside <- rows$value < rows[[paste0("low_", levels[1L])]] | rows$value > rows[[paste0("high_", levels[1L])]]
  graphics::points(rows$size, rows$value, pch = ifelse(outside, 23L, 19L), col = ifelse(outside, ORANGE, BLUE),
                   bg = ORANGE)
  if (any(outside))
    graphics::text(rows$size[outside], rows$value[outside], rows$site[outside], pos = 2L, cex = 0.8, xpd = NA)
  graphics::legend("topright", c(paste(levels, "% limits"), "within", "outside"), bty = "n", cex = 0.8,
                   lty = c(c(2L, 1L, 3L, 4L)[(seq_along(levels) - 1L) %% 4L + 1L], NA, NA),
                   pch = c(rep(NA, length(levels)), 19L, 23L), col = c(rep(TEAL, length(levels)), BLUE, ORANGE),
                   pt.bg = ORANGE)
  invisible(rows)
}
