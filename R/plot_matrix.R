# Functional integration, unit by unit.

matrix_titles <- c(
  actual = "Actual integration, as the row's unit sees it",
  optimum = "Optimal integration, as the row's unit sees it",
  gap = "Gap: optimum less actual",
  received = "Integration as the partner sees it",
  disagreement = "Disagreement: declared less received")

picture_matrix <- function(column) function(x, where, main = NULL, numbers = TRUE, ...) {
  rows <- rows_where(x, "matrix", where, groups_of(x))
  units <- unique(rows$unit)
  partners <- unique(rows$partner)
  if (any(partners %in% units)) units <- partners <- unique(c(units, partners))
  cells <- matrix(NA_real_, length(units), length(partners), dimnames = list(unit = units, partner = partners))
  cells[cbind(match(rows$unit, units), match(rows$partner, partners))] <- rows[[column]]
  signed <- column %in% c("gap", "disagreement")
  label <- attr(rows, "label")
  draw_matrix(cells, signed, titled(main, matrix_titles[[column]], label), numbers)
  invisible(cells)
}

draw_matrix <- function(cells, signed, main, numbers) {
  largest <- max(abs(cells), 1, na.rm = TRUE)
  limits <- if (signed) c(-largest, largest) else c(0, max(100, largest))
  palette <- if (signed) grDevices::colorRampPalette(c(ORANGE, "white", BLUE))(201L)
             else grDevices::hcl.colors(201L, "Cividis")
  n <- nrow(cells)
  p <- ncol(cells)
  csi <- graphics::par("csi")
  inches <- c(diff(graphics::grconvertX(0:1, "nfc", "inches")), diff(graphics::grconvertY(0:1, "nfc", "inches")))
  slanted <- any(nchar(colnames(cells)) > 3L)
  size <- max(0.35, min(0.8, 0.62 * min(inches) / (max(n, p) * csi)))
  wide <- function(labels) max(graphics::strwidth(labels, "inches", cex = size)) / csi
  left <- min(wide(rownames(cells)), 0.35 * inches[1L] / csi) + 1
  top <- min(if (slanted) 0.75 * wide(colnames(cells)) else size, 0.35 * inches[2L] / csi) + 3
  graphics::par(mar = c(1.8, left, top, 5))
  graphics::plot(NA, xlim = c(0.5, p + 0.5), ylim = c(n + 0.5, 0.5), xaxs = "i", yaxs = "i", axes = FALSE, xlab = "",
                 ylab = "", asp = 1)
  graphics::rect(0.5, 0.5, p + 0.5, n + 0.5, col = "#EEEEEE", border = NA)

  at <- which(!is.na(cells), arr.ind = TRUE)
  fill <- palette[1L + round(200 * (cells[at] - limits[1L]) / diff(limits))]
  graphics::rect(at[, 2L] - 0.5, at[, 1L] - 0.5, at[, 2L] + 0.5, at[, 1L] + 0.5, col = fill, border = "white",
                 lwd = min(1, 10 / n))
  if (numbers && nrow(at)) {
    text <- sprintf(paste0("%", if (signed) "+", ".", if (largest >= 20) 0L else 1L, "f"), cells[at])
    fits <- 0.9 * min(1 / graphics::strwidth(text))
    light <- colSums(grDevices::col2rgb(fill) * c(0.2126, 0.7152, 0.0722)) > 127
    if (fits >= 0.45)
      graphics::text(at[, 2L], at[, 1L], text, col = ifelse(light, "black", "white"), cex = min(0.85, fits))
  }
  gap <- 0.4 * size * graphics::strwidth("m")
  graphics::text(0.5 - gap, seq_len(n), rownames(cells), adj = c(1, 0.5), xpd = NA, cex = size)
  up <- 0.5 - 0.4 * size * abs(graphics::strheight("m"))
  graphics::text(seq_len(p), up, colnames(cells), srt = if (slanted) 45 else 0, xpd = NA, cex = size,
                 adj = if (slanted) c(0, 0.5) else c(0.5, 0))
  graphics::text((p + 1) / 2, n + 0.5 + abs(graphics::strheight("m")), "row: unit; column: partner", xpd = NA,
                 cex = 0.8, adj = c(0.5, 1))
  matrix_key(limits, palette, n, p)
  headline(main, top - 1.8)
}

# The scale of colours, at the right of the matrix.
matrix_key <- function(limits, palette, n, p) {
  wide <- graphics::strwidth("m")
  left <- p + 0.5 + 1.2 * wide
  right <- left + 1.2 * wide
  top <- 0.5 + 0.2 * n
  bottom <- 0.5 + 0.8 * n
  steps <- seq(bottom, top, length.out = length(palette) + 1L)
  graphics::rect(left, steps[-length(steps)], right, steps[-1L], col = palette, border = NA, xpd = NA)
  graphics::rect(left, bottom, right, top, border = GREY, xpd = NA)
  ticks <- pretty(limits, 4L)
  ticks <- ticks[ticks >= limits[1L] & ticks <= limits[2L]]
  place <- bottom - (ticks - limits[1L]) / diff(limits) * (bottom - top)
  graphics::text(right + 0.4 * wide, place, ticks, adj = 0, xpd = NA, cex = 0.8)
  graphics::text(left, top - 0.6 * abs(graphics::strheight("m")), "points", adj = c(0, 0), xpd = NA, cex = 0.8)
}
