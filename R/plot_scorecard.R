# Scorecards: distance to target by perspective, and ranks of sites.

statuses <- list(met = list(TEAL, 24L), uncertain = list(GREY, 22L), `not met` = list(ORANGE, 25L),
                 `no data` = list(GREY, 4L))

# One site and period: the first site and the last period unless `where` says otherwise.
picture_scorecard <- function(x, where, main = NULL, ...) {
  all <- tables(x, "indicators")
  groups <- intersect(c("site", "period"), names(all))
  if ("period" %in% groups && is.null(where$period)) where$period <- all$period[nrow(all)]
  rows <- rows_where(x, "indicators", where, groups)
  chosen <- lapply(stats::setNames(groups, groups), function(name) rows[[name]][1L])
  whole <- rows_where(x, "estimates", c(list(scale = "score"), chosen))
  limits <- whole[match(rows$indicator, whole$indicator), c("conf.low", "conf.high")]
  totals <- whole[whole$indicator %in% "all", ]

  lines <- lapply(unique(rows$perspective), function(perspective) {
    of <- rows$perspective == perspective
    own <- totals[match(perspective, totals$perspective), ]
    data.frame(label = c(words(perspective), paste0("    ", words(rows$indicator[of]))), head = c(TRUE, !of[of]),
               score = c(own$estimate, rows$score[of]), low = c(own$conf.low, limits$conf.low[of]),
               high = c(own$conf.high, limits$conf.high[of]), status = c(NA, rows$status[of]),
               value = c(NA, rows$value[of]), unit = c(NA, rows$unit[of]))
  })
  total <- totals[match("all", totals$perspective), ]
  lines <- rbind(do.call(rbind, lines),
                 data.frame(label = "Total", head = TRUE, score = total$estimate, low = total$conf.low,
                            high = total$conf.high, status = NA, value = NA, unit = NA))
  told <- ifelse(lines$head, show_number(lines$score),
                 trimws(paste(show_number(lines$value), ifelse(is.na(lines$value) | is.na(lines$unit), "", lines$unit),
                              "", lines$status)))
  # labels are set left: indicators stand under their perspective
  places <- dot_frame(lines$label, range_of(0, 100, lines$score, lines$low, lines$high),
                      "score: 0 at the floor, 100 at the target", titled(main, "Scorecard", attr(rows, "label")),
                      right = max(graphics::strwidth(told, "inches", cex = 0.8, font = 2L)),
                      bold = lines$head,
                      adj = 0)
  graphics::abline(v = 100, col = GREY, lty = 2L)
  mark <- lapply(lines$status, function(s) statuses[[if (is.na(s)) "" else s]] %||% list(BLUE, 23L))
  colour <- vapply(mark, `[[`, "", 1L)
  interval_lines(lines$low, lines$high, places, colour)
  graphics::points(ifelse(is.na(lines$score), 0, lines$score), places, pch = vapply(mark, `[[`, 0L, 2L), col = colour,
                   bg = colour, cex = 1.2)
  graphics::mtext(told, 4L, 0.5, at = places, cex = 0.8 * graphics::par("cex"), font = ifelse(lines$head, 2L, 1L))
  invisible(lines)
}

# Ranks of the sites in a period, in total unless `where` names a perspective.
picture_ranks <- function(x, where, main = NULL, ...) {
  all <- tables(x)$estimates
  if (!"site" %in% names(all)) fail("ARGUMENT", "ranks need the role 'site'", exit = 2L)
  if (is.null(where$perspective)) where$perspective <- "all"
  where$scale <- "rank"
  if ("period" %in% names(all) && is.null(where$period)) where$period <- all$period[nrow(all)]
  rows <- rows_where(x, "estimates", where)
  rows <- rows[order(rows$estimate, as.character(rows$site)), ]
  own <- paste0("Ranks", if (where$perspective != "all") paste0(", ", words(where$perspective)),
                if (!is.null(where$period)) paste0(": period ", where$period))
  places <- dot_frame(as.character(rows$site), range_of(1, nrow(rows), rows$conf.low, rows$conf.high),
                      "rank, 1 is best; lines: interval", titled(main, own), ticks = unique(round(pretty(c(1, nrow(rows))))))
  interval_lines(rows$conf.low, rows$conf.high, places)
  graphics::points(rows$estimate, places, pch = 19L, col = BLUE)
  invisible(rows)
}
