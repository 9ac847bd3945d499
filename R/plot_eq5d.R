# EQ-5D answers: levels by dimension, and classes of change.

# The darker, the worse: lightness alone tells them apart.
level_shades <- c("#E3EAF2", "#B3C6DB", "#7B9CC0", "#3F6E9F", BLUE)
change_colours <- c(better = TEAL, mixed = LILAC, same = "#BFBFBF", "no problems" = "#EEEEEE", worse = ORANGE)

# Bars of percents from top to bottom, a column of `shares` each; a share wide enough holds its number.
stacked_bars <- function(shares, labels, colours, inks, main) {
  graphics::par(mar = c(6, graphics::par("mar")[2L], 3, 1))
  places <- dot_frame(labels, c(0, 100), "percent", main)
  shares[is.na(shares)] <- 0
  right <- apply(shares, 2L, cumsum)
  for (part in seq_len(nrow(shares))) {
    left <- right[part, ] - shares[part, ]
    graphics::rect(left, places - 0.36, right[part, ], places + 0.36, col = colours[part], border = GREY)
    graphics::text(left + shares[part, ] / 2, places, ifelse(shares[part, ] >= 6, sprintf("%.0f", shares[part, ]), ""),
                   col = inks[part], cex = 0.75)
  }
  graphics::legend(graphics::grconvertX(0.5, "nfc", "user"), graphics::grconvertY(0.01, "nfc", "user"),
                   rownames(shares), fill = colours, border = GREY, horiz = TRUE, bty = "n", xpd = NA, xjust = 0.5,
                   yjust = 0, cex = 0.85)
}

# Share of each level by dimension, wave beside wave.
picture_levels <- function(x, where, main = NULL, ...) {
  rows <- rows_where(x, "dimensions", where, groups_of(x))
  columns <- names(rows)
  wave <- setdiff(columns[seq_len(match("dimension", columns) - 1L)], groups_of(x))
  rows <- rows[order(match(rows$dimension, unique(rows$dimension))), ]
  bar <- if (length(wave)) paste0(rows$dimension, ", ", wave, " ", rows[[wave]]) else rows$dimension
  if (length(wave) && length(unique(rows[[wave]])) < 2L) bar <- rows$dimension
  levels <- unique(rows$level)
  shares <- matrix(rows$percent, length(levels), dimnames = list(paste("level", levels), NULL))
  shades <- if (length(levels) == 5L) level_shades else level_shades[c(1L, 3L, 5L)]
  stacked_bars(shares, words(unique(bar)), shades, ifelse(seq_along(levels) > 0.6 * length(levels), "white", "black"),
               titled(main, "EQ-5D levels by dimension", attr(rows, "label") %||% ""))
  invisible(rows)
}

# Paretian classes of change, a bar per group.
picture_change <- function(x, where, main = NULL, dimension = "profile", ...) {
  rows <- rows_where(x, "change", c(list(dimension = dimension), where))
  groups <- groups_of(x)
  names <- intersect(names(change_colours), rows$class)
  bar <- do.call(paste, c(if (length(groups)) unname(rows[groups]) else list(rep("", nrow(rows))), list(sep = ", ")))
  labels <- paste0(unique(bar), ifelse(nzchar(unique(bar)), ": ", ""), rows$n[match(unique(bar), bar)], " people")
  shares <- vapply(unique(bar), function(b) rows$percent[bar == b][match(names, rows$class[bar == b])], numeric(length(names)))
  stacked_bars(matrix(shares, length(names), dimnames = list(names, NULL)), labels, change_colours[names], rep("black", length(names)),
               titled(main, paste("Change of", if (dimension == "profile") "EQ-5D profile" else words(dimension))))
  invisible(rows)
}
