# Pictures of results, with base graphics.  What a colour says is said by a shape, a number or a word as well.
#
# A new picture: function(x, where, ...) that draws result x and returns, invisibly, what it drew; one line here.

pictures <- function(measure) {
  own <- switch(measure,
    functional_integration = list(actual = picture_matrix("actual"), optimum = picture_matrix("optimum"),
                                  gap = picture_matrix("gap"), received = picture_matrix("received"),
                                  disagreement = picture_matrix("disagreement")),
    scorecard = list(scorecard = picture_scorecard, ranks = picture_ranks),
    points = list(progress = picture_progress, components = picture_components),
    checklist = list(clusters = picture_clusters),
    stages = list(phases = picture_phases)
  )
  c(own, list(estimates = picture_estimates))
}

#' Plot a result
#'
#' @param x A result of a measure.
#' @param kind Which picture; default the first of the measure. Every measure has \code{"estimates"} (dots with
#'   intervals); further
#'   functional_integration: \code{"actual"}, \code{"optimum"}, \code{"gap"}, \code{"received"} and
#'   \code{"disagreement"} (unit by unit);
#'   scorecard: \code{"scorecard"}, \code{"ranks"};
#'   points: \code{"progress"}, \code{"components"};
#'   checklist: \code{"clusters"};
#'   stages: \code{"phases"}.
#' @param where Named list from grouping column to the group that is drawn; default the first group (the last period of
#'   a scorecard, the last wave of components).
#' @param main Title; \code{NULL} for the picture's own.
#' @param ... Options of the picture: \code{scale} of estimates and clusters, \code{numbers} in the cells of a matrix
#'   (TRUE), \code{component} of progress (\code{"total"}).
#' @return What was drawn, as a data frame or matrix, invisibly.
#' @examples
#' ratings <- read_data(system.file("example", "functional-published.csv", package = "integrade"))
#' x <- functional_integration(ratings, replicates = 200, seed = 1)
#' plot(x, "estimates", where = list(direction = "vertical"), scale = "rank")
#' @export
plot.itg_result <- function(x, kind = NULL, where = list(), main = NULL, ...) {
  known <- pictures(measure_of(x))
  if (is.null(kind)) kind <- names(known)[1L]
  if (!is.character(kind) || length(kind) != 1L || !kind %in% names(known))
    fail("ARGUMENT", "measure ", measure_of(x), " has no picture '", kind[1L], "'; allowed: ",
         paste(names(known), collapse = ", "), exit = 2L)
  old <- graphics::par(mar = graphics::par("mar"), las = 1L)
  on.exit(graphics::par(old))
  known[[kind]](x, as.list(where), main = main, ...)
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

# ---- the frame of dot charts ----

# Room on the left for labels, lines behind, places from top to bottom.
dot_frame <- function(labels, range, xlab, main, right = 0, bold = FALSE) {
  inches <- max(graphics::strwidth(labels, "inches", cex = 0.9, font = 2L), 0)
  mar <- graphics::par("mar")
  mar[2L] <- min(inches / graphics::par("csi") + 1.2, 0.55 * graphics::par("din")[1L] / graphics::par("csi"))
  mar[4L] <- max(1, right / graphics::par("csi") + 1)
  graphics::par(mar = mar)
  places <- rev(seq_along(labels))
  graphics::plot(NA, xlim = range, ylim = c(0.5, length(labels) + 0.5), yaxs = "i", xlab = xlab, ylab = "", yaxt = "n",
                 main = main, bty = "l")
  graphics::abline(v = graphics::axTicks(1L), col = PALE)
  graphics::box(bty = "l")
  bold <- rep_len(bold, length(labels))
  graphics::mtext(labels, 2L, 0.6, at = places, cex = 0.9 * graphics::par("cex"), font = ifelse(bold, 2L, 1L))
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

picture_estimates <- function(x, where, main = NULL, scale = NULL, ...) {
  rows <- estimates_to_draw(x, where, scale)
  places <- dot_frame(rows$label, range_of(rows$estimate, rows$conf.low, rows$conf.high), attr(rows, "axis"),
                      titled(main, attr(rows, "title")))
  interval_lines(rows$conf.low, rows$conf.high, places)
  graphics::points(rows$estimate, places, pch = 19L, col = BLUE)
  invisible(rows)
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
