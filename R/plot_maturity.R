# Points, checklists and phases: how far development has come.

# Percent of the maximum by wave, a line per area; bars by component where there is one wave only.
picture_progress <- function(x, where, main = NULL, component = "total", ...) {
  rows <- rows_where(x, "progress", c(list(component = component), where))
  waves <- unique(rows$wave)
  if (length(waves) < 2L) return(picture_components(x, where, main))
  areas <- unique(rows$area)
  percent <- vapply(areas, function(area) {
    of <- rows[same(rows$area, area), ]
    of$percent[match(waves, of$wave)]
  }, numeric(length(waves)))
  look <- rep_len(seq_along(SERIES), length(areas))
  graphics::par(mar = c(4.2, 4.2, 3, 1))
  graphics::matplot(seq_along(waves), percent, type = "b", pch = c(19L, 15L, 17L, 18L, 25L, 3L)[look], lty = look,
                    col = SERIES[look], lwd = 1.5, xaxt = "n", ylim = c(0, 103), xlab = "wave",
                    ylab = "percent of the maximum", bty = "l",
                    panel.first = graphics::abline(h = graphics::axTicks(2L), col = PALE))
  graphics::axis(1L, seq_along(waves), waves)
  headline(titled(main, paste("Progress:", if (component == "total") "total points" else words(component))))
  if (length(areas) > 1L)
    graphics::legend("bottomright", areas, pch = c(19L, 15L, 17L, 18L, 25L, 3L)[look], lty = look, col = SERIES[look],
                     lwd = 1.5, bty = "n")
  invisible(rows)
}

# Points of each component of one area and wave, the last wave unless `where` says otherwise.
picture_components <- function(x, where, main = NULL, ...) {
  all <- tables(x, "progress")
  if (!"wave" %in% names(where)) where$wave <- all$wave[nrow(all)]
  rows <- rows_where(x, "progress", where, c("area", "wave"))
  told <- paste(ifelse(is.na(rows$points), "missing", show_number(rows$points)), "of", show_number(rows$maximum))
  places <- dot_frame(rows$title, c(0, 100), "percent of the maximum",
                      titled(main, "Points by component", attr(rows, "label")),
                      right = max(graphics::strwidth(told, "inches", cex = 0.8)))
  graphics::rect(0, places - 0.35, 100, places + 0.35, col = "#EEEEEE", border = GREY)
  graphics::rect(0, places - 0.35, ifelse(is.na(rows$percent), 0, rows$percent), places + 0.35, col = BLUE, border = NA)
  graphics::mtext(told, 4L, 0.5, at = places, cex = 0.8 * graphics::par("cex"))
  invisible(rows)
}

# Mean over services with the services around it; one service alone is its own mean.
picture_clusters <- function(x, where, main = NULL, scale = "implemented", ...) {
  where <- c(list(scale = scale), where)
  for (name in setdiff(c("phase", "element"), names(where))) where[name] <- list(NA)
  rows <- rows_where(x, "estimates", where, groups_of(x))
  rows <- rows[!is.na(rows$cluster), ]
  clusters <- unique(rows$cluster)
  if (!length(clusters)) fail("EMPTY", "no cluster to draw")
  of_services <- rows[!is.na(rows$service) & !is.na(rows$estimate), ]
  mean <- rows$estimate[is.na(rows$service)][match(clusters, rows$cluster[is.na(rows$service)])]
  alone <- of_services$estimate[match(clusters, of_services$cluster)]
  several <- length(unique(of_services$service)) > 1L
  if (!several) mean <- ifelse(is.na(mean), alone, mean)

  titles <- titles_of(x, "clusters")
  labels <- ifelse(is.na(titles[clusters]), words(clusters), titles[clusters])
  own <- paste0(toupper(substr(scale, 1L, 1L)), substring(words(scale), 2L), " by cluster")
  places <- dot_frame(labels, c(0, 100), paste0("percent ", words(scale), if (several) "  (dot: mean; strokes: services)"),
                      titled(main, own, attr(rows, "label")))
  if (several) {
    at <- places[match(of_services$cluster, clusters)]
    least <- tapply(of_services$estimate, at, min)
    most <- tapply(of_services$estimate, at, max)
    graphics::segments(least, as.numeric(names(least)), most, col = GREY)
    graphics::points(of_services$estimate, at, pch = "|", col = GREY)
  }
  graphics::points(mean, places, pch = 19L, col = BLUE, cex = 1.2)
  graphics::text(mean, places, ifelse(is.na(mean), "", sprintf("%.0f", mean)), pos = 3L, offset = 0.4, cex = 0.8)
  invisible(rows)
}

# Titles of a part of the built-in definition that the result was made with, by id.
titles_of <- function(x, part) {
  used <- provenance(x)$definition
  if (is.null(used) || !used$id %in% .Call(C_instruments)) return(character())
  definition <- checked(.Call(C_instrument, used$id, 1L))
  if (!identical(definition$sha256, used$sha256)) return(character())
  entries <- definition[[part]]
  stats::setNames(vapply(entries, function(e) e$title %||% e$id, ""), vapply(entries, `[[`, "", "id"))
}

# Self-assessed against calculated phase.
picture_phases <- function(x, where, main = NULL, ...) {
  rows <- rows_where(x, "phases", where, groups_of(x))
  counts <- rbind(rows$self, rows$calculated)
  graphics::par(mar = c(4.5, 4.2, 3, 1))
  top <- max(counts, 1, na.rm = TRUE)
  title <- ifelse(is.na(rows$title), "", vapply(rows$title, function(t) paste(strwrap(t, 16L), collapse = "\n"), ""))
  at <- graphics::barplot(counts, beside = TRUE, col = c(BLUE, ORANGE), border = "white", ylim = c(0, 1.25 * top),
                          ylab = "services")
  headline(titled(main, "Phase of development", attr(rows, "label")))
  graphics::rect(at[2L, ] - 0.5, 0, at[2L, ] + 0.5, counts[2L, ], col = "white", density = 12, angle = 45, border = NA)
  graphics::text(at, counts, counts, pos = 3L, offset = 0.3, cex = 0.8)
  graphics::axis(1L, colMeans(at), paste0(rows$phase, "\n", title), tick = FALSE, padj = 0.6)
  graphics::legend("topright", c("self-assessed", "calculated (hatched)"), fill = c(BLUE, ORANGE), bty = "n")
  invisible(rows)
}
