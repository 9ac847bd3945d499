# The same pictures with ggplot2, which need not be installed.

#' Pictures with ggplot2
#'
#' Method of \code{ggplot2::autoplot}: what \code{\link{plot.itg_result}} draws of estimates and of economics, as a plot
#' of ggplot2 to which layers, scales and themes can be added.
#'
#' @param object A result of a measure.
#' @param kind Which picture; default the first of these that the measure has, else \code{"estimates"} (dots with
#'   intervals, which every measure has):
#'   cea: \code{"plane"}, \code{"contour"}, \code{"ceac"}, \code{"best"} or \code{"ceaf"}; cea_summary: \code{"ceac"};
#'   psa: \code{"ceac"} or \code{"ceaf"}, \code{"plane"}, \code{"contour"}, \code{"frontier"}, \code{"loss"},
#'   \code{"evpi"};
#'   costing: \code{"costs"}; evppi: \code{"evppi"}, \code{"tornado"}; evsi: \code{"evsi"};
#'   tornado, one_way: \code{"tornado"}, \code{"one_way"}; two_way: \code{"map"}.
#' @param where,main As of \code{\link{plot.itg_result}}.
#' @param ... Options of the picture, as of \code{\link{plot.itg_result}}; \code{scale} of estimates: default all scales
#'   that have the unit of the first estimate.
#' @return A plot of ggplot2. The columns of its data and of its layers are \code{x}, \code{y} and \code{series} (curves,
#'   planes), \code{x}, \code{y}, \code{status} and \code{label} (frontier), \code{label}, \code{to} and \code{end}
#'   (bars); \code{label}, \code{estimate}, \code{conf.low} and \code{conf.high} (estimates).
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' ratings <- read_data(system.file("example", "functional-published.csv", package = "integrade"))
#' ggplot2::autoplot(functional_integration(ratings, replicates = 200, seed = 1), scale = "rank")
#' samples <- read_data(system.file("example", "model-samples.csv", package = "integrade"))
#' x <- psa(samples, costs = "/^cost_/", effects = "/^effect_/")
#' ggplot2::autoplot(x, "plane") + ggplot2::labs(title = "Network and hospital at home")
#' @exportS3Method ggplot2::autoplot
autoplot.itg_result <- function(object, kind = NULL, where = list(), main = NULL, ...) {
  known <- Filter(function(picture) !is.null(attr(picture, "make")), pictures(measure_of(object)))
  picture <- picture_named(known, kind, measure_of(object), "picture in ggplot2")
  d <- attr(picture, "make")(object, as.list(where), main = main, ...)
  p <- switch(attr(picture, "shape"), curves = gg_curves(d), plane = gg_plane(d), frontier = gg_frontier(d),
              bars = gg_bars(d), map = gg_map(d), dots = gg_dots(d))
  p + ggplot2::labs(x = d$xlab, y = d$ylab, title = paste(strwrap(d$title, 72L), collapse = "\n")) +
    ggplot2::theme_minimal() +
    ggplot2::theme(legend.position = "bottom", legend.title = ggplot2::element_blank(),
                   legend.key.width = ggplot2::unit(2, "lines"), plot.title.position = "plot")
}

# Names of columns as text, so that no column looks like a variable of ours.
aes_of <- function(...) do.call(ggplot2::aes, lapply(list(...), as.name))

# The look of `names`, by name, for manual scales: the key shows all of them in this order, so that the keys of colour,
# line and shape become one.
manual <- function(scale, names, values, ...) {
  guide <- if (any(nzchar(names))) ggplot2::guide_legend(ncol = if (max(nchar(names)) > 38L) 1L else 2L) else "none"
  scale(values = stats::setNames(values, names), limits = names, guide = guide, ...)
}

numbers_on <- function(xlim = NULL, ylim = NULL) {
  list(ggplot2::scale_x_continuous(labels = with_commas), ggplot2::scale_y_continuous(labels = with_commas),
       ggplot2::coord_cartesian(xlim = xlim, ylim = ylim))
}

gg_curves <- function(d) {
  key <- curve_key(d)
  key$labels <- c(if (!any(nzchar(d$series))) "", key$labels)
  if (!nzchar(key$labels[1L])) key[c("col", "lty", "lwd")] <- list(c(BLUE, key$col), c("solid", key$lty), c(2, key$lwd))
  look <- aes_of(x = "x", y = "y", colour = "series", linetype = "series", linewidth = "series")
  path <- function(steps) if (steps) ggplot2::geom_step else ggplot2::geom_line
  band <- if (length(d$band)) data.frame(d$band[c("x", "y")], series = d$band$label)
  marks <- if (length(d$marks$x)) data.frame(x = d$marks$x, series = d$marks$label)
  level <- if (length(d$level)) ggplot2::geom_hline(yintercept = d$level, linetype = "dotted", colour = GREY)
  ggplot2::ggplot(d$lines, look) + level +
    (if (length(band)) path(d$band$steps)(data = band)) +
    (if (length(marks)) ggplot2::geom_vline(aes_of(xintercept = "x", colour = "series", linetype = "series",
                                                   linewidth = "series"), marks, key_glyph = "path")) +
    path(d$steps)() +
    (if (d$dots) ggplot2::geom_point(aes_of(shape = "series"), size = 2)) +
    manual(ggplot2::scale_colour_manual, key$labels, key$col) +
    manual(ggplot2::scale_linetype_manual, key$labels, key$lty) +
    manual(ggplot2::scale_linewidth_manual, key$labels, key$lwd * 0.4) +
    (if (d$dots) manual(ggplot2::scale_shape_manual, key$labels, key$pch)) +
    numbers_on(d$xlim, d$ylim)
}

gg_plane <- function(d) {
  style <- style_of(d$series)
  look <- aes_of(x = "x", y = "y", colour = "series", shape = "series")
  line <- if (length(d$line_label)) data.frame(slope = d$threshold, intercept = 0, series = d$line_label)
  names <- c(d$series, d$line_label)
  ggplot2::ggplot(d$clouds, look) +
    ggplot2::geom_hline(yintercept = 0, colour = GREY) + ggplot2::geom_vline(xintercept = 0, colour = GREY) +
    ggplot2::geom_point(alpha = 0.3, size = 0.8, show.legend = FALSE) +
    (if (length(d$ellipses)) ggplot2::geom_path(aes_of(linetype = "series", group = "group"), d$ellipses)) +
    (if (length(line)) ggplot2::geom_abline(aes_of(slope = "slope", intercept = "intercept", colour = "series",
                                                   linetype = "series"), line, key_glyph = "path")) +
    ggplot2::geom_point(aes_of(fill = "series"), d$means, size = 3, colour = "white") +
    (if (length(d$levels)) ggplot2::geom_text(aes_of(x = "x", y = "y", label = "label"), d$levels, size = 2.8, vjust = -0.3,
                                              inherit.aes = FALSE)) +
    (if (nrow(d$corners)) ggplot2::geom_text(aes_of(x = "x", y = "y", label = "label", hjust = "hjust", vjust = "vjust"),
                                             d$corners, size = 3, fontface = "bold", inherit.aes = FALSE)) +
    manual(ggplot2::scale_colour_manual, names, c(style$col, if (length(line)) GREY)) +
    manual(ggplot2::scale_fill_manual, names, c(style$col, if (length(line)) GREY)) +
    manual(ggplot2::scale_linetype_manual, names, c(style$lty, if (length(line)) "dashed")) +
    manual(ggplot2::scale_shape_manual, names, c(style$shape, if (length(line)) NA)) +
    numbers_on(d$xlim, d$ylim)
}

gg_frontier <- function(d) {
  d$points$hjust <- ifelse(d$points$left, -0.06, 1.04)
  d$points$vjust <- ifelse(d$points$left, 1.6, -0.7)
  seen <- STATES$name %in% d$points$status
  ggplot2::ggplot(d$points, aes_of(x = "x", y = "y")) +
    ggplot2::geom_line(data = d$points[d$points$status == STATES$name[1L], ], colour = BLUE) +
    ggplot2::geom_point(aes_of(colour = "status", shape = "status"), size = 2.5, stroke = 1) +
    ggplot2::geom_text(aes_of(label = "label", hjust = "hjust", vjust = "vjust"), size = 3.2) +
    manual(ggplot2::scale_colour_manual, STATES$name[seen], STATES$col[seen]) +
    manual(ggplot2::scale_shape_manual, STATES$name[seen], STATES$shape[seen]) +
    numbers_on(d$xlim, d$ylim)
}

# Lower and upper limits are told apart by a frame as well as by colour: patterns are not at hand.
gg_bars <- function(d) {
  bars <- d$bars[!is.na(d$bars$to), ]
  labels <- rev(unique(d$bars$label))
  bars$place <- match(bars$label, labels)
  bars$height <- bars$place + bars$lift
  bars$bottom <- bars$place - 0.33
  bars$top <- bars$place + 0.33
  bars$from <- rep(d$middle, nrow(bars))
  bars$hjust <- ifelse(bars$right, -0.15, 1.15)
  ends <- c("low", "high")
  ggplot2::ggplot(bars, aes_of(x = "to", y = "place")) +
    ggplot2::geom_rect(aes_of(xmin = "from", xmax = "to", ymin = "bottom", ymax = "top", fill = "end", colour = "end")) +
    ggplot2::geom_text(aes_of(y = "height", label = "limit", hjust = "hjust"), size = 2.8) +
    ggplot2::geom_vline(xintercept = d$middle, colour = GREY) +
    (if (d$zero) ggplot2::geom_vline(xintercept = 0, colour = GREY, linetype = "dashed")) +
    manual(ggplot2::scale_fill_manual, ends, c(BLUE, "white"), labels = ENDS) +
    manual(ggplot2::scale_colour_manual, ends, c(BLUE, ORANGE), labels = ENDS) +
    ggplot2::scale_x_continuous(labels = with_commas) +
    ggplot2::scale_y_continuous(breaks = seq_along(labels), labels = labels, minor_breaks = NULL) +
    ggplot2::coord_cartesian(xlim = d$xlim)
}

gg_dots <- function(d) {
  rows <- d$rows
  data <- data.frame(label = factor(rows$label, rev(unique(rows$label))), estimate = rows$estimate,
                     conf.low = rows$conf.low, conf.high = rows$conf.high)
  ggplot2::ggplot(data, aes_of(x = "estimate", y = "label")) +
    (if (length(no_effect(rows))) ggplot2::geom_vline(xintercept = no_effect(rows), colour = GREY, linetype = "dashed")) +
    ggplot2::geom_segment(aes_of(x = "conf.low", xend = "conf.high", y = "label", yend = "label"), colour = BLUE,
                          na.rm = TRUE) +
    ggplot2::geom_point(colour = BLUE, size = 2)
}
