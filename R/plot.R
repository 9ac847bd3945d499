# Pictures of results, with base graphics.  What a colour says is said by a shape, a number or a word as well.
#
# A new picture: function(x, where, main, ...) that draws result x and returns, invisibly, what it drew; one line here.
# One of a known shape (curves, plane, frontier, bars, dots) is a function that says what there is to draw, wrapped in
# drawn(): plot() and autoplot() then draw the same.

pictures <- function(measure) {
  own <- switch(measure,
    functional_integration = list(actual = picture_matrix("actual"), optimum = picture_matrix("optimum"),
                                  gap = picture_matrix("gap"), received = picture_matrix("received"),
                                  disagreement = picture_matrix("disagreement")),
    scorecard = list(scorecard = picture_scorecard, ranks = picture_ranks),
    cea = list(plane = drawn("plane", cea_plane), contour = drawn("plane", cea_contour),
               ceac = drawn("curves", cea_ceac), best = drawn("curves", cea_best),
               ceaf = drawn("curves", cea_best)),
    costing = list(costs = drawn("dots", costing_dots)),
    cea_summary = list(ceac = drawn("curves", cea_ceac)),
    points = list(progress = picture_progress, components = picture_components),
    checklist = list(clusters = picture_clusters),
    stages = list(phases = picture_phases),
    eq5d_profile = list(levels = picture_levels, change = picture_change),
    consensus = list(items = picture_consensus),
    psa = list(ceac = drawn("curves", psa_ceac), ceaf = drawn("curves", psa_ceac),
               plane = drawn("plane", psa_plane), contour = drawn("plane", psa_contour),
               frontier = drawn("frontier", psa_frontier), loss = drawn("curves", psa_loss),
               evpi = drawn("curves", psa_evpi)),
    evppi = list(evppi = drawn("curves", evppi_curves), tornado = drawn("bars", tornado_bars)),
    evsi = list(evsi = drawn("curves", evsi_curves)),
    reliability = list(items = picture_items),
    composite = list(ranks = picture_places),
    funnel = list(funnel = picture_funnel),
    tornado = list(tornado = drawn("bars", tornado_bars), one_way = drawn("curves", sensitivity_curves)),
    one_way = list(tornado = drawn("bars", tornado_bars), one_way = drawn("curves", sensitivity_curves)),
    two_way = list(map = drawn("map", two_way_map))
  )
  c(own, list(estimates = drawn("dots", estimates_dots)))
}

#' Plot a result
#'
#' @param x A result of a measure.
#' @param kind Which picture; default the first of the measure. Every measure has \code{"estimates"} (dots with
#'   intervals); further
#'   functional_integration: \code{"actual"}, \code{"optimum"}, \code{"gap"}, \code{"received"} and
#'   \code{"disagreement"} (unit by unit);
#'   scorecard: \code{"scorecard"}, \code{"ranks"};
#'   cea: \code{"plane"}, \code{"contour"} (with option contours), \code{"ceac"} (against the reference),
#'   \code{"best"} or \code{"ceaf"} (of all arms, with the frontier);
#'   cea_summary: \code{"ceac"};
#'   costing: \code{"costs"} (per person by category, or by resource where there are no categories);
#'   points: \code{"progress"}, \code{"components"};
#'   checklist: \code{"clusters"};
#'   stages: \code{"phases"};
#'   eq5d_profile: \code{"levels"}, \code{"change"};
#'   consensus: \code{"items"};
#'   psa: \code{"ceac"} or \code{"ceaf"} (with the frontier), \code{"plane"}, \code{"contour"} (with option
#'   contours), \code{"frontier"}, \code{"loss"}, \code{"evpi"};
#'   evppi: \code{"evppi"}, \code{"tornado"};
#'   evsi: \code{"evsi"};
#'   reliability: \code{"items"} (correlation with the rest, alpha without the item);
#'   composite: \code{"ranks"};
#'   funnel: \code{"funnel"};
#'   tornado, one_way: \code{"tornado"}, \code{"one_way"} (net benefit over the values of one parameter);
#'   two_way: \code{"map"} (which strategy is best where).
#' @param where Named list from grouping column to the group that is drawn; default the first group (the last period of
#'   a scorecard, the last wave of components).
#' @param main Title; \code{NULL} for the picture's own.
#' @param ... Options of the picture: \code{scale} of estimates and clusters, \code{numbers} in the cells of a matrix
#'   (TRUE), \code{component} of progress (\code{"total"}), \code{dimension} of change
#'   (\code{"profile"}); \code{most}, the right end of curves over thresholds,
#'   \code{pairwise} of ceac (FALSE), \code{threshold}, \code{level} and number of \code{points} of the plane,
#'   \code{population} of evpi (FALSE), \code{mark}, a value of each parameter to mark in a map, as the base case,
#'   \code{show}, how many sets or parameters, \code{net} of evsi: less the cost of the study (FALSE).
#' @return What was drawn, as a data frame or matrix, invisibly.
#' @examples
#' ratings <- read_data(system.file("example", "functional-published.csv", package = "integrade"))
#' x <- functional_integration(ratings, replicates = 200, seed = 1)
#' plot(x, "estimates", scale = "rank", where = list(partners = "vertical"))
#' @export
plot.itg_result <- function(x, kind = NULL, where = list(), main = NULL, ...) {
  picture <- picture_named(pictures(measure_of(x)), kind, measure_of(x), "picture")
  old <- graphics::par(mar = graphics::par("mar"), las = 1L)
  on.exit(graphics::par(old))
  picture(x, as.list(where), main = main, ...)
}

picture_named <- function(known, kind, measure, what) {
  if (is.null(kind)) return(known[[1L]])
  if (!is.character(kind) || length(kind) != 1L || !kind %in% names(known))
    fail("ARGUMENT", "measure ", measure, " has no ", what, " '", kind[1L], "'; allowed: ",
         paste(names(known), collapse = ", "), exit = 2L)
  known[[kind]]
}

# A picture of a known shape; `make` says what there is to draw.
drawn <- function(shape, make) {
  draw <- switch(shape, curves = draw_curves, plane = draw_plane, frontier = draw_frontier, bars = draw_bars,
                 map = draw_map, dots = draw_dots)
  picture <- function(x, where, ...) {
    d <- make(x, where, ...)
    draw(d)
    invisible(d$rows)
  }
  structure(picture, shape = shape, make = make)
}

BLUE <- "#12436D"
TEAL <- "#28A197"
PLUM <- "#801650"
ORANGE <- "#F46A25"
GREY <- "#3D3D3D"
LILAC <- "#A285D1"
PALE <- "#DDDDDD"
SERIES <- c(BLUE, ORANGE, TEAL, PLUM, GREY, LILAC)

# ---- rows of a table that belong to one group ----

# Rows of `table` where the columns have these values; of the grouping columns that are not chosen, the first group.
# Attribute `label` tells the group.
rows_where <- function(x, table, where, groups = character()) {
  rows <- tables(x, table)
  unknown <- setdiff(names(where), names(rows))
  if (length(unknown))
    fail("ARGUMENT", "table ", table, " has no column '", unknown[1L], "'; columns are ",
         paste(names(rows), collapse = ", "), exit = 2L)
  for (name in names(where)) rows <- rows[same(rows[[name]], where[[name]]), ]
  told <- intersect(names(where), groups)
  for (name in setdiff(groups, names(where))) {
    if (!nrow(rows) || all(same(rows[[name]], rows[[name]][1L]))) next
    where[[name]] <- rows[[name]][1L]
    told <- c(told, name)
    rows <- rows[same(rows[[name]], where[[name]]), ]
  }
  label <- paste(told, vapply(where[told], as.character, ""), collapse = ", ")
  if (!nrow(rows)) fail("EMPTY", "table ", table, " has no rows ", label)
  attr(rows, "label") <- label
  rows
}

same <- function(column, value) {
  if (is.null(value) || is.na(value)) is.na(column) else !is.na(column) & as.character(column) == as.character(value)
}

# Columns that option `by` made.
groups_of <- function(x) as.character(unlist(provenance(x)$options$by))

words <- function(x) gsub("_", " ", x)

titled <- function(main, own, label = "") {
  if (!is.null(main)) main else if (nzchar(label)) paste0(own, ": ", label) else own
}

show_number <- function(x) {
  ifelse(is.na(x), "", ifelse(abs(x) >= 1000, format(round(x), big.mark = ",", trim = TRUE),
                              shorten(x, 3L)))
}

# The title in the middle of the figure, wrapped and made smaller where it must be.
headline <- function(text, line = 1.2) {
  wide <- diff(graphics::grconvertX(0:1, "nfc", "inches"))
  per_line <- max(12L, floor(nchar(text) * 0.94 * wide / graphics::strwidth(text, "inches", cex = 1.1, font = 2L)))
  text <- paste(strwrap(text, per_line), collapse = "\n")
  size <- min(1.1, 1.1 * 0.98 * wide / graphics::strwidth(text, "inches", cex = 1.1, font = 2L))
  graphics::mtext(text, 3L, line, at = graphics::grconvertX(0.5, "nfc", "user"), font = 2L, padj = 0,
                  cex = size * graphics::par("cex"))
}

# ---- the frame of dot charts ----

# Room on the left for labels, lines behind, places from top to bottom.  `right`: inches for words at the right;
# `bold`: which labels are; `adj`: 1 sets labels against the axis, 0 against the edge.
dot_frame <- function(labels, range, xlab, main, right = 0, bold = FALSE, adj = 1, ticks = NULL) {
  csi <- graphics::par("csi")
  mar <- graphics::par("mar")
  height <- diff(graphics::grconvertY(0:1, "nfc", "inches")) - (mar[1L] + mar[3L]) * csi
  size <- max(0.4, min(0.9, 0.9 * height / (length(labels) * csi * 0.9)))
  wide <- max(graphics::strwidth(labels, "inches", cex = size, font = if (any(bold)) 2L else 1L), 0)
  mar[2L] <- min(wide / csi + 1.2, 0.55 * diff(graphics::grconvertX(0:1, "nfc", "inches")) / csi)
  mar[4L] <- max(1, right / csi + 1)
  graphics::par(mar = mar)
  places <- rev(seq_along(labels))
  graphics::plot(NA, xlim = range, ylim = c(0.5, length(labels) + 0.5), yaxs = "i", xlab = xlab, ylab = "", axes = FALSE)
  if (is.null(ticks)) ticks <- graphics::axTicks(1L)
  graphics::abline(v = ticks, col = PALE)
  graphics::axis(1L, ticks)
  graphics::box(bty = "l")
  headline(main)
  edge <- if (adj == 1) 0.6 else mar[2L] - 0.4
  graphics::mtext(labels, 2L, edge, at = places, adj = adj, padj = 0.4, cex = size * graphics::par("cex"),
                  font = ifelse(rep_len(bold, length(labels)), 2L, 1L))
  places
}

interval_lines <- function(low, high, places, col = BLUE) {
  drawn <- !is.na(low) & !is.na(high)
  graphics::segments(low[drawn], places[drawn], high[drawn], places[drawn], col = rep_len(col, length(low))[drawn],
                     lwd = 1.5)
}

range_of <- function(...) {
  values <- c(...)
  values <- values[is.finite(values)]
  if (!length(values)) c(0, 1) else if (min(values) == max(values)) values[1L] + c(-0.5, 0.5) else range(values)
}

# ---- any table of estimates: dots with intervals ----

estimates_dots <- function(x, where, main = NULL, scale = NULL, ...) {
  rows <- estimates_to_draw(x, where, scale)
  list(rows = rows, title = titled(main, attr(rows, "title")), xlab = attr(rows, "axis"))
}

# Costs per person by category, or by resource where there are none, of all payers unless `where` names one.
costing_dots <- function(x, where, main = NULL, ...) {
  known <- names(tables(x, "estimates"))
  whole <- list(resource = if ("category" %in% known) "all", payer = if ("payer" %in% known) "all")
  d <- estimates_dots(x, utils::modifyList(Filter(length, whole), where), titled(main, "Cost per person"), "cost")
  d$xlab <- sub("^currency", "currency per person", d$xlab)
  d
}

draw_dots <- function(d) {
  rows <- d$rows
  places <- dot_frame(rows$label, range_of(rows$estimate, rows$conf.low, rows$conf.high), d$xlab, d$title)
  graphics::abline(v = no_effect(rows), col = GREY, lty = "dashed")
  interval_lines(rows$conf.low, rows$conf.high, places)
  graphics::points(rows$estimate, places, pch = 19L, col = BLUE)
}

# Where nothing differs: 1 for ratios, 0 where figures lie on both sides of it.
no_effect <- function(rows) {
  range <- range_of(rows$estimate, rows$conf.low, rows$conf.high)
  if (same(rows$unit[1L], "ratio")) 1 else if (range[1L] < 0 && range[2L] > 0) 0
}

# One unit at a time: rows in the unit of the first estimate, or of `scale`, each with its label; at most 40.
estimates_to_draw <- function(x, where, scale, most = 40L) {
  rows <- rows_where(x, "estimates", c(where, if (!is.null(scale)) list(scale = scale)))
  columns <- names(rows)
  groups <- columns[seq_along(columns) > match("scale", columns) & seq_along(columns) < match("n", columns)]
  rows <- rows[!is.na(rows$estimate), ]
  if (!nrow(rows)) fail("EMPTY", "no estimate to draw: all are missing")
  rows <- rows[same(rows$unit, rows$unit[1L]), ]
  left_out <- max(0L, nrow(rows) - most)
  rows <- utils::head(rows, most)
  varies <- vapply(rows[c("scale", groups)], function(column) length(unique(column)) > 1L, NA)
  told <- if (any(varies)) c("scale", groups)[varies] else "scale"
  parts <- vapply(rows[told], function(column) words(as.character(column)), character(nrow(rows)))
  rows$label <- apply(matrix(parts, nrow(rows)), 1L, function(p) paste(p[!is.na(p)], collapse = ", "))
  fixed <- Filter(function(name) !is.na(rows[[name]][1L]), setdiff(c("scale", groups), told))
  title <- words(measure_of(x))
  if (length(fixed))
    title <- paste0(title, ": ", paste(vapply(fixed, function(f) words(as.character(rows[[f]][1L])), ""), collapse = ", "))
  attr(rows, "title") <- title
  attr(rows, "axis") <- paste0(rows$unit[1L], if (left_out) paste0("  (", left_out, " more estimates are not drawn)"))
  rows
}
