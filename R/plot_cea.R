# Cost-effectiveness: the plane of increments and the curves over thresholds.

THRESHOLD <- "threshold: currency that a unit of effect may cost"

# What a cloud or a curve is of: rows by arm or scenario; one without a name where nothing tells them apart.
by_series <- function(rows) {
  name <- intersect(c("arm", "scenario", "strategy"), names(rows))
  if (!length(name) || anyNA(rows[[name[1L]]])) return(rep("", nrow(rows)))
  as.character(rows[[name[1L]]])
}

# The first threshold that the estimates were made at.
first_threshold <- function(x) {
  known <- suppressWarnings(as.numeric(as.character(tables(x, "estimates")$threshold)))
  c(known[!is.na(known)], NA)[1L]
}

effect_unit <- function(x) {
  rows <- tables(x, "estimates")
  own <- rows$unit[grepl("effect", rows$scale) & !is.na(rows$unit)]
  if (length(own)) paste0(" (", own[1L], ")") else ""
}

# What there is to draw of a plane: `clouds` of x, y and series; `moments`, one row per series.
plane_of <- function(rows, clouds, moments, title, x, threshold, level, points, shares, contours = NULL) {
  if (!(is.numeric(level) && length(level) == 1L && level > 0 && level < 1))
    fail("ARGUMENT", "level, the share that an ellipse holds, must be above 0 and below 1", exit = 2L)
  radius <- sqrt(-2 * log(1 - level))
  turn <- seq(0, 2 * pi, length.out = 91L)
  ellipses <- do.call(rbind, lapply(which(!is.na(moments$correlation)), function(i) with(moments[i, ], data.frame(
    x = effect + radius * sd_effect * cos(turn),
    y = cost + radius * sd_cost * (correlation * cos(turn) + sqrt(max(0, 1 - correlation^2)) * sin(turn)),
    series = series, group = series))))
  if (!is.null(contours)) ellipses <- contours[c("x", "y", "series", "group")]
  clouds <- do.call(rbind, lapply(split(clouds, factor(clouds$series, moments$series)), function(own) {
    own[seq_len(nrow(own)) %% ceiling(max(1, nrow(own)) / points) == 0L, ]
  }))
  means <- data.frame(x = moments$effect, y = moments$cost, series = moments$series)
  all <- rbind(ellipses[c("x", "y", "series")], clouds, means, data.frame(x = 0, y = 0, series = ""))
  list(rows = rows, title = title, xlab = paste0("more effect per person", effect_unit(x)),
       ylab = "more cost per person (currency)", xlim = grDevices::extendrange(all$x), ylim = grDevices::extendrange(all$y),
       clouds = clouds, ellipses = ellipses, corners = corners_of(shares, all), levels = level_labels(contours), means = means, series = moments$series, threshold = threshold,
       line_label = if (!is.na(threshold)) paste0("threshold ", show_number(threshold), ": below it pays"))
}

plane_title <- function(main, level, rows, contours = NULL) {
  what <- if (is.null(contours)) paste0("ellipses hold ", 100 * level, "%")
          else paste0("contours ", if (attr(contours, "peak")) "at " else "hold ",
                      paste0(100 * sort(unique(contours$level)), "%", collapse = ", "),
                      if (attr(contours, "peak")) " of the highest density")
  titled(main, paste0("Cost-effectiveness plane; ", what), attr(rows, "label"))
}

# Points along the contours, with the series that `series` makes of each row.
contours_of <- function(x, where, series) {
  if (!"contours" %in% table_names(x))
    fail("ARGUMENT", "the result has no contours; give the option contours, such as contours = c(0.5, 0.95)", exit = 2L)
  rows <- rows_where(x, "contours", where, groups_of(x))
  of <- series(rows)
  structure(data.frame(x = rows$effect, y = rows$cost, series = of, group = paste(of, rows$level, rows$line),
                       level = rows$level), peak = identical(provenance(x)$options$contour_of, "peak"))
}

# The level of each contour, at its highest point.
level_labels <- function(contours) {
  if (is.null(contours)) return(NULL)
  do.call(rbind, lapply(split(contours, paste(contours$series, contours$level)), function(own) {
    top <- own[which.max(own$y), ]
    data.frame(x = top$x, y = top$y, label = paste0(100 * top$level, "%"), series = top$series)
  }))
}

# Percent of the points in each quadrant that there is place for, in its corner: a line per series where there are several.
corners_of <- function(shares, all) {
  ends <- list(grDevices::extendrange(all$x), grDevices::extendrange(all$y))
  inset <- vapply(ends, function(end) 0.015 * diff(end), 0)
  place <- data.frame(quadrant = c("dearer_better", "cheaper_better", "cheaper_worse", "dearer_worse"),
                      east = c(TRUE, TRUE, FALSE, FALSE), north = c(TRUE, FALSE, FALSE, TRUE))
  place$x <- ifelse(place$east, ends[[1L]][2L] - inset[1L], ends[[1L]][1L] + inset[1L])
  place$y <- ifelse(place$north, ends[[2L]][2L] - inset[2L], ends[[2L]][1L] + inset[2L])
  place$label <- vapply(place$quadrant, function(q) {
    paste0(if (nrow(shares) > 1L) paste0(shares$name, " "), formatC(shares[[q]], digits = 1L, format = "f"), "%", collapse = "\n")
  }, "")
  place$hjust <- as.numeric(place$east)
  place$vjust <- as.numeric(place$north)
  room <- c(min(all$x[is.finite(all$x)]) < 0, min(all$y[is.finite(all$y)]) < 0)
  place[!is.na(shares$dearer_better[1L]) & (place$east | room[1L]) & (place$north | room[2L]), ]
}

# Shares of the replicates by quadrant, from the estimates of the group that is drawn.
cea_shares <- function(x, where, series) {
  rows <- rows_where(x, "estimates", where[intersect(names(where), c(groups_of(x), "arm"))], groups_of(x))
  names <- c(dearer_better = "north_east", cheaper_better = "south_east", cheaper_worse = "south_west", dearer_worse = "north_west")
  columns <- lapply(names, function(scale) rows$estimate[match(paste(scale, series), paste(rows$scale, rows$arm))])
  data.frame(name = series, columns)
}

cea_contour <- function(x, where, ...) cea_plane(x, where, ..., contours = contours_of(x, where, by_series))

cea_plane <- function(x, where, main = NULL, threshold = first_threshold(x), level = 0.95, points = 2000L, contours = NULL, ...) {
  rows <- rows_where(x, "plane", where, groups_of(x))
  rows <- rows[!is.na(rows$effect) & !is.na(rows$cost), ]
  clouds <- data.frame(x = rows$effect, y = rows$cost, series = by_series(rows))
  moments <- do.call(rbind, lapply(split(clouds, factor(clouds$series, unique(clouds$series))), function(own) {
    spread <- c(stats::sd(own$x), stats::sd(own$y))
    flat <- anyNA(spread) || any(spread == 0)
    data.frame(series = own$series[1L], effect = mean(own$x), cost = mean(own$y), sd_effect = spread[1L],
               sd_cost = spread[2L], correlation = if (!flat) stats::cor(own$x, own$y) else NA)
  }))
  plane_of(rows, clouds, moments, plane_title(main, level, rows, contours), x, threshold, level, points,
           cea_shares(x, where, moments$series), contours)
}

# Lines of x and y by series; a row of an exact curve holds up to the next, and the last one for ever, and what has come
# down to 0 at the last one stays there.
lines_of <- function(x, y, series, steps = FALSE, most = max(x)) {
  lines <- data.frame(x = x, y = y, series = as.character(series))[!is.na(x) & !is.na(y), ]
  last <- !duplicated(lines$series, fromLast = TRUE) & lines$x < most
  ends <- lines[last & (steps | abs(lines$y) <= 1e-9 * max(lines$y, 0)), ]
  ends$x <- rep(most, nrow(ends))
  rbind(lines, ends)
}

cea_curves <- function(table, ylab, title) {
  function(x, where, main = NULL, most = max(tables(x, "inb")$threshold), ...) {
    rows <- rows_where(x, table, where, groups_of(x))
    exact <- "plane" %in% table_names(x) && nrow(tables(x, "plane")) > 0L && is.null(provenance(x)$options$curve_points)
    series <- by_series(rows)
    d <- list(rows = rows, title = titled(main, title, attr(rows, "label")), xlab = THRESHOLD, ylab = ylab,
              xlim = c(0, most), ylim = c(0, 1), lines = lines_of(rows$threshold, rows$probability, series, exact, most),
              series = unique(series), steps = exact, dots = FALSE, level = 0.5)
    if (table == "best") {
      frontier <- rows_where(x, "ceaf", where, groups_of(x))
      d$band <- c(lines_of(frontier$threshold, frontier$probability, "", exact, most)[1:2],
                  list(label = "frontier: highest expected net benefit", steps = exact))
    }
    d
  }
}

cea_ceac <- cea_curves("ceac", "probability of being cost-effective", "Cost-effectiveness acceptability curve")

cea_best <- cea_curves("best", "probability of being best", "Which arm is best")
