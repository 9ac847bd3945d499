# Functional integration, unit by unit.

matrix_titles <- c(
  actual = "Actual integration, as the row's unit sees it",
  optimum = "Optimal integration, as the row's unit sees it",
  gap = "Gap: optimum less actual",
  received = "Integration as the partner sees it",
  disagreement = "Disagreement: declared less received")

picture_matrix <- function(column) function(x, where, main = NULL, numbers = TRUE, ...) {
  rows <- rows_where(x, "matrix", where, groups_of(x))
  units <- unique(c(rows$unit, rows$partner))
  cells <- matrix(NA_real_, length(units), length(units), dimnames = list(unit = units, partner = units))
  cells[cbind(match(rows$unit, units), match(rows$partner, units))] <- rows[[column]]
  signed <- column %in% c("gap", "disagreement")
  largest <- max(abs(cells), 1, na.rm = TRUE)
  limits <- if (signed) c(-largest, largest) else c(0, max(100, largest))
  palette <- if (signed) grDevices::colorRampPalette(c(ORANGE, "white", BLUE))(201L)
             else grDevices::hcl.colors(201L, "Cividis")
  colour <- function(value) palette[1L + round(200 * (value - limits[1L]) / diff(limits))]

  n <- length(units)
  csi <- graphics::par("csi")
  room <- max(graphics::strwidth(units, "inches", cex = 0.8)) / csi + 1
  room <- min(room, 0.3 * min(graphics::par("din")) / csi)
  graphics::par(mar = c(2.5, room + 1.5, room + 3.5, 5.5))
  graphics::plot(NA, xlim = c(0.5, n + 0.5), ylim = c(n + 0.5, 0.5), xaxs = "i", yaxs = "i", axes = FALSE, xlab = "",
                 ylab = "", asp = 1)
  graphics::rect(0.5, 0.5, n + 0.5, n + 0.5, col = "#EEEEEE", border = NA)
  at <- which(!is.na(cells), arr.ind = TRUE)
  fill <- colour(cells[at])
  graphics::rect(at[, 2L] - 0.5, at[, 1L] - 0.5, at[, 2L] + 0.5, at[, 1L] + 0.5, col = fill, border = "white")
  if (numbers && n <= 25L && nrow(at)) {
    digits <- if (largest >= 20) 0L else 1L
    light <- colSums(grDevices::col2rgb(fill) * c(0.2126, 0.7152, 0.0722)) > 127
    graphics::text(at[, 2L], at[, 1L], sprintf(paste0("%", if (signed) "+", ".", digits, "f"), cells[at]),
                   col = ifelse(light, "black", "white"), cex = min(0.85, 9 / n))
  }
  edge <- 0.5 - 0.15 * n / 8
  graphics::text(edge, seq_len(n), units, adj = 1, xpd = NA, cex = 0.8)
  slanted <- any(nchar(units) > 3L)
  graphics::text(seq_len(n), edge, units, srt = if (slanted) 45 else 0, adj = if (slanted) c(0, 0.3) else c(0.5, 0),
                 xpd = NA, cex = 0.8)
  matrix_key(limits, palette, n)
  graphics::mtext("row: unit; column: partner", 1L, 1, cex = 0.8 * graphics::par("cex"))
  label <- attr(rows, "label")
  graphics::title(paste(c(titled(main, matrix_titles[[column]]), if (nzchar(label)) label), collapse = "\n"),
                  line = room + if (nzchar(label)) 0.9 else 1.4)
  invisible(cells)
}

# The scale of colours, at the right of the matrix.
matrix_key <- function(limits, palette, n) {
  left <- n + 0.5 + 0.04 * n
  right <- left + 0.04 * n
  steps <- seq(0.25, 0.75, length.out = length(palette) + 1L) * n + 0.5
  steps <- rev(steps)
  graphics::rect(left, steps[-1L], right, steps[-length(steps)], col = palette, border = NA, xpd = NA)
  graphics::rect(left, min(steps), right, max(steps), border = GREY, xpd = NA)
  ticks <- pretty(limits, 4L)
  ticks <- ticks[ticks >= limits[1L] & ticks <= limits[2L]]
  place <- max(steps) - (ticks - limits[1L]) / diff(limits) * (max(steps) - min(steps))
  graphics::text(right + 0.02 * n, place, ticks, adj = 0, xpd = NA, cex = 0.8)
  graphics::text(left, min(steps) - 0.04 * n, "points", adj = c(0, 0), xpd = NA, cex = 0.8)
}
