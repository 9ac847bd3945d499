# One-way and two-way sensitivity: curves over the values of a parameter, and the map of the best strategy.

at_threshold <- function(threshold) if (is.na(threshold)) "" else paste(" at threshold", show_number(threshold))

# "need high": the groups of option by that are drawn.
of_groups <- function(groups) if (length(groups)) paste(names(groups), vapply(groups, as.character, ""))

# Net benefit of each strategy over the values of one parameter: of the one whose bar is widest, unless `where` names one.
sensitivity_curves <- function(x, where, main = NULL, ...) {
  by <- groups_of(x)
  bars <- rows_where(x, "tornado", where[intersect(names(where), c(by, "threshold"))], c(by, "strategy", "threshold"))
  if (is.null(where$parameter)) where$parameter <- bars$parameter[1L]
  for (name in setdiff(by, names(where))) where[[name]] <- bars[[name]][1L]
  rows <- rows_where(x, "one_way", where, "threshold")
  rows <- rows[!is.na(rows$value), ]
  if (!nrow(rows)) fail("EMPTY", "the runs have no values of '", where$parameter, "' to draw a curve over")
  threshold <- rows$threshold[1L]
  at <- tables(x, "switches")
  at <- at[at$parameter == where$parameter & same(at$threshold, threshold), ]
  for (name in by) at <- at[same(at[[name]], where[[name]]), ]
  own <- paste0("One-way sensitivity: ", where$parameter, at_threshold(threshold))
  list(rows = rows, title = titled(main, paste(c(own, of_groups(where[by])), collapse = ", ")),
       xlab = where$parameter, ylab = "net monetary benefit per person", xlim = range(rows$value),
       ylim = grDevices::extendrange(rows$nmb), lines = lines_of(rows$value, rows$nmb, rows$strategy),
       series = unique(rows$strategy), steps = FALSE, dots = FALSE,
       marks = list(x = at$value_switch, label = sprintf("from %s: %s", formatC(at$value_switch, digits = 4L, format = "g"),
                                                         at$optimal_to)))
}

# Cells of the grid in the colour of the best strategy, its name in the middle of its region, and the lines between.
two_way_map <- function(x, where, main = NULL, mark = NULL, ...) {
  by <- groups_of(x)
  rows <- rows_where(x, "map", where, c(by, "threshold"))
  own <- function(table) {
    t <- tables(x, table)
    for (name in c(by, "threshold")) t <- t[same(t[[name]], rows[[name]][1L]), ]
    t
  }
  if (!is.null(mark) && !(is.numeric(mark) && length(mark) == 2L && all(is.finite(mark))))
    fail("ARGUMENT", "mark must be two numbers: a value of each parameter", exit = 2L)
  edges <- lapply(1:2, function(i) {
    at <- sort(unique(rows[[paste0("value_", i)]]))
    middle <- (at[-1L] + at[-length(at)]) / 2
    c(2 * at[1L] - middle[1L], middle, 2 * at[length(at)] - middle[length(middle)])
  })
  regions <- own("regions")
  cell <- function(i, end) edges[[i]][findInterval(rows[[paste0("value_", i)]], edges[[i]]) + end]
  lines <- own("lines")
  title <- paste0("Two-way sensitivity: which strategy is best", at_threshold(rows$threshold[1L]))
  list(rows = rows, title = titled(main, paste(c(title, of_groups(lapply(rows[by], `[`, 1L))), collapse = ", ")),
       xlab = rows$parameter_1[1L], ylab = rows$parameter_2[1L], xlim = range(edges[[1L]]), ylim = range(edges[[2L]]),
       cells = data.frame(x0 = cell(1L, 0L), x1 = cell(1L, 1L), y0 = cell(2L, 0L), y1 = cell(2L, 1L), series = rows$optimal),
       regions = data.frame(x = regions$value_1, y = regions$value_2, series = regions$strategy,
                            label = sprintf("%s\n%s%%", regions$strategy, formatC(regions$percent, digits = 3L, format = "g"))),
       lines = data.frame(x0 = lines$from_1, y0 = lines$from_2, x1 = lines$to_1, y1 = lines$to_2),
       series = unique(tables(x, "surface")$strategy), mark = mark, yaxs = "i")
}

tints <- function(names) {
  mixed <- 0.35 * grDevices::col2rgb(style_of(names)$col) + 0.65 * 255
  stats::setNames(grDevices::rgb(mixed[1L, ], mixed[2L, ], mixed[3L, ], maxColorValue = 255), names)
}

draw_map <- function(d) {
  curve_frame(d)
  cells <- d$cells
  fill <- tints(d$series)
  graphics::rect(cells$x0, cells$y0, cells$x1, cells$y1, col = fill[cells$series], border = fill[cells$series], lwd = 0.5)
  graphics::segments(d$lines$x0, d$lines$y0, d$lines$x1, d$lines$y1, lwd = 2, lend = 1L)
  wide <- graphics::strwidth(d$regions$label, cex = 0.9) / 2
  x <- pmin(pmax(d$regions$x, d$xlim[1L] + wide), d$xlim[2L] - wide) # inside the frame
  graphics::text(x, d$regions$y, d$regions$label, cex = 0.9, xpd = NA)
  if (length(d$mark)) graphics::points(d$mark[1L], d$mark[2L], pch = 8L, cex = 1.5, lwd = 2)
  graphics::box()
}

gg_map <- function(d) {
  mark <- if (length(d$mark)) data.frame(x = d$mark[1L], y = d$mark[2L])
  fill <- tints(d$series)
  share <- (d$regions$x - d$xlim[1L]) / diff(d$xlim) # a name near a side begins or ends there
  d$regions$hjust <- ifelse(share < 0.1, 0, ifelse(share > 0.9, 1, 0.5))
  ggplot2::ggplot(d$cells) +
    ggplot2::geom_rect(aes_of(xmin = "x0", xmax = "x1", ymin = "y0", ymax = "y1", fill = "series", colour = "series"),
                       linewidth = 0.2, show.legend = FALSE) +
    (if (nrow(d$lines)) ggplot2::geom_segment(aes_of(x = "x0", y = "y0", xend = "x1", yend = "y1"), d$lines,
                                              linewidth = 0.7, lineend = "round")) +
    ggplot2::geom_text(aes_of(x = "x", y = "y", label = "label", hjust = "hjust"), d$regions, size = 3.5) +
    (if (length(mark)) ggplot2::geom_point(aes_of(x = "x", y = "y"), mark, shape = 8L, size = 3, stroke = 1)) +
    ggplot2::scale_fill_manual(values = fill) + ggplot2::scale_colour_manual(values = fill) + numbers_on(d$xlim, d$ylim)
}
