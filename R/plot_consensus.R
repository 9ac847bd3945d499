# Panels: what each item's ratings say, and whether they say one thing.

CONSENSUS <- list(agreement = c(TEAL, 19L), "no agreement" = c(GREY, 0L), disagreement = c(ORANGE, 4L))

# Median of each item on its band, the middle half of the ratings as a line; the verdict in words at the right.
picture_consensus <- function(x, where, main = NULL, ...) {
  rows <- rows_where(x, "items", where, groups_of(x))
  rows <- rows[!is.na(rows$median), ]
  told <- paste0(sprintf("%.0f%%  ", 100 * rows$inside / rows$n), ifelse(is.na(rows$level), rows$consensus, rows$level))
  places <- dot_frame(words(rows$item), range_of(rows$q25, rows$q75, rows$median, rows$band_low, rows$band_high),
                      "rating  (dot: median; line: middle half; grey: band that counts as agreement)",
                      titled(main, "Consensus", attr(rows, "label")),
                      right = max(graphics::strwidth(told, "inches", cex = 0.8)))
  ends <- graphics::par("usr")
  graphics::rect(rows$band_low, places - 0.3, ifelse(is.na(rows$band_high), ends[2L], rows$band_high), places + 0.3,
                 col = "#EEEEEE", border = NA)
  look <- CONSENSUS[rows$consensus]
  colour <- vapply(look, `[[`, "", 1L)
  interval_lines(rows$q25, rows$q75, places, colour)
  graphics::points(rows$median, places, pch = as.integer(vapply(look, `[[`, "", 2L)), col = colour, cex = 1.2, lwd = 2)
  graphics::mtext(told, 4L, 0.5, at = places, cex = 0.8 * graphics::par("cex"))
  invisible(rows)
}
