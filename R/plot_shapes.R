# The shapes of economic pictures with base graphics: curves, a plane of increments, a frontier, bars of a tornado.
# Each takes what plot_cea.R and plot_voi.R say there is to draw; plot_ggplot.R draws the same.

TYPES <- c("solid", "dashed", "dotdash", "dotted", "longdash", "twodash")
SHAPES <- c(21L, 22L, 24L, 23L, 25L, 8L)
BAND <- "#C4C4C4"
STATES <- list(name = c("on the frontier", "extendedly dominated", "dominated", "same as another"),
               shape = c(19L, 17L, 4L, 3L), col = c(BLUE, ORANGE, ORANGE, ORANGE))

style_of <- function(names) {
  i <- seq_along(names) - 1L
  list(col = SERIES[1L + i %% length(SERIES)], lty = TYPES[1L + i %% length(TYPES)],
       shape = SHAPES[1L + i %% length(SHAPES)])
}

with_commas <- function(at) format(at, big.mark = ",", scientific = FALSE, trim = TRUE)

# Axes and grid, with room below for the key.
curve_frame <- function(d, key = NULL) {
  wide <- max(graphics::strwidth(with_commas(pretty(d$ylim)), "inches"))
  left <- wide / graphics::par("csi") + 1.2
  graphics::par(mar = c(4 + if (length(key$labels)) 0.6 + 1.2 * key_rows(key$labels) else 0, left + 1.8, 3.2, 2))
  graphics::plot(NA, xlim = d$xlim, ylim = d$ylim, xlab = "", ylab = "", axes = FALSE, xaxs = "i", yaxs = d$yaxs %||% "r")
  graphics::abline(v = graphics::axTicks(1L), h = graphics::axTicks(2L), col = PALE)
  for (side in 1:2) graphics::axis(side, graphics::axTicks(side), with_commas(graphics::axTicks(side)))
  graphics::box(bty = "l")
  graphics::mtext(d$xlab, 1L, 2.3, cex = graphics::par("cex"))
  graphics::mtext(d$ylab, 2L, left + 0.2, las = 0L, cex = graphics::par("cex"))
  headline(d$title)
}

# Two columns where the labels leave room for them.
key_columns <- function(labels) {
  wide <- max(graphics::strwidth(labels, "inches", cex = 0.85)) + 5 * 0.85 * graphics::par("csi")
  if (length(labels) > 1L && 2 * wide < diff(graphics::grconvertX(0:1, "nfc", "inches")) - graphics::par("csi")) 2L else 1L
}

key_rows <- function(labels) ceiling(length(labels) / key_columns(labels))

key_below <- function(key) {
  if (!length(key$labels)) return()
  below <- (3.7 + 1.2 * key_rows(key$labels)) * graphics::par("csi") / graphics::par("pin")[2L] # share of the height
  middle <- mean(graphics::grconvertX(graphics::grconvertX(0:1, "nfc", "inches"), "inches", "user"))
  graphics::legend(middle, graphics::grconvertY(-below, "npc", "user"), key$labels, col = key$col, lty = key$lty %||% "blank",
                   lwd = key$lwd %||% 2, pch = key$pch %||% NA, pt.bg = key$col, bty = "n", xpd = NA, cex = 0.85, xjust = 0.5,
                   yjust = 0, ncol = key_columns(key$labels), seg.len = 3,
                   text.width = 1.1 * max(graphics::strwidth(key$labels, cex = 0.85)))
}

curve_key <- function(d) {
  style <- style_of(d$series)
  seen <- d$series %in% d$lines$series & nzchar(d$series)
  marks <- seq_along(d$marks$label)
  list(labels = c(d$series[seen], d$band$label, d$marks$label),
       col = c(style$col[seen], if (length(d$band)) BAND, rep(GREY, length(marks))),
       lty = c(style$lty[seen], if (length(d$band)) "solid", TYPES[1L + marks]),
       lwd = c(rep(2, sum(seen)), if (length(d$band)) 7, rep(1, length(marks))),
       pch = if (d$dots) c(style$shape[seen], rep(NA, length(d$band$label) + length(marks))))
}

# Curves of x and y by series: steps where they are exact, a pale band behind, marks upright.
draw_curves <- function(d) {
  key <- curve_key(d)
  style <- style_of(d$series)
  curve_frame(d, key)
  if (length(d$level)) graphics::abline(h = d$level, col = GREY, lty = 3L)
  type <- if (d$steps) "s" else "l"
  if (length(d$band)) graphics::lines(d$band$x, d$band$y, type = if (d$band$steps) "s" else "l", col = BAND, lwd = 7, lend = 1L)
  for (i in seq_along(d$marks$x)) graphics::abline(v = d$marks$x[i], lty = TYPES[1L + i], col = GREY)
  for (i in which(d$series %in% d$lines$series)) {
    own <- d$lines[d$lines$series == d$series[i], ]
    graphics::lines(own$x, own$y, type = type, col = style$col[i], lty = style$lty[i], lwd = 2)
    if (d$dots) graphics::points(own$x, own$y, pch = style$shape[i], col = style$col[i], bg = style$col[i])
  }
  key_below(key)
}

# The plane of increments: clouds, ellipses, means and the line of a threshold.
draw_plane <- function(d) {
  style <- style_of(d$series)
  key <- list(labels = c(d$series[nzchar(d$series)], d$line_label), col = c(style$col[nzchar(d$series)], GREY),
              lty = c(style$lty[nzchar(d$series)], if (length(d$line_label)) "dashed"),
              pch = c(style$shape[nzchar(d$series)], if (length(d$line_label)) NA))
  curve_frame(d, key)
  graphics::abline(h = 0, v = 0, col = GREY)
  if (length(d$line_label)) graphics::abline(0, d$threshold, lty = 2L, col = GREY, lwd = 1.5)
  for (i in seq_along(d$series)) {
    own <- lapply(d[c("clouds", "ellipses", "means")], function(rows) rows[rows$series == d$series[i], ])
    graphics::points(own$clouds$x, own$clouds$y, pch = style$shape[i], cex = 0.5,
                     col = grDevices::adjustcolor(style$col[i], 0.3))
    for (path in split(own$ellipses, own$ellipses$group))
      graphics::lines(path$x, path$y, col = style$col[i], lty = style$lty[i], lwd = 2)
    graphics::points(own$means$x, own$means$y, pch = style$shape[i], cex = 1.4, col = "white", bg = style$col[i])
  }
  for (i in seq_len(NROW(d$levels)))
    graphics::text(d$levels$x[i], d$levels$y[i], d$levels$label[i], pos = 3L, offset = 0.2, cex = 0.75)
  for (i in seq_len(nrow(d$corners)))
    graphics::text(d$corners$x[i], d$corners$y[i], d$corners$label[i], adj = c(d$corners$hjust[i], d$corners$vjust[i]),
                   cex = 0.8, font = 2L)
  key_below(key)
}

# Costs and effects of strategies; labels stand where the frontier is not: below it on the left, above on the right.
draw_frontier <- function(d) {
  points <- d$points
  i <- match(points$status, STATES$name)
  seen <- sort(unique(i))
  key <- list(labels = STATES$name[seen], col = STATES$col[seen], pch = STATES$shape[seen])
  curve_frame(d, key)
  on <- points[i == 1L, ]
  graphics::lines(on$x, on$y, col = BLUE, lwd = 2)
  graphics::points(points$x, points$y, pch = STATES$shape[i], col = STATES$col[i], cex = 1.3, lwd = 2)
  for (j in seq_len(nrow(points)))
    graphics::text(points$x[j], points$y[j], points$label[j], cex = 0.85, xpd = NA,
                   adj = if (points$left[j]) c(-0.06, 1.6) else c(1.04, -0.7))
  key_below(key)
}

# Bars of a tornado, from the middle to what each limit of a parameter gives.
draw_bars <- function(d) {
  bars <- d$bars
  labels <- unique(bars$label)
  places <- dot_frame(labels, d$xlim, d$xlab, d$title)[match(bars$label, labels)]
  low <- bars$end == "low"
  for (own in list(which(low), which(!low)))
    graphics::rect(d$middle, places[own] - 0.33, bars$to[own], places[own] + 0.33, col = if (low[own[1L]]) BLUE else ORANGE,
                   border = "white", density = if (low[own[1L]]) NA else 25)
  graphics::text(bars$to, places + bars$lift, bars$limit, cex = 0.75, pos = ifelse(bars$right, 4L, 2L), xpd = NA)
  graphics::abline(v = d$middle, col = GREY)
  if (d$zero) graphics::abline(v = 0, col = GREY, lty = 2L)
  graphics::legend("bottomright", ENDS, fill = c(BLUE, ORANGE), density = c(NA, 25), bty = "n", cex = 0.8)
}

ENDS <- c("parameter at its lower limit", "at its upper limit")
