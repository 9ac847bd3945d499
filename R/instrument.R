# Definitions of instruments: list, read, check, and a sheet to collect data with.

#' Definitions of instruments
#'
#' \code{instruments} lists the built-in definitions. For one of them, or for the path of a user's own file,
#' \code{instrument} gives the text (the start of one of your own), \code{instrument_check} checks shape, meaning and
#' worked examples and describes it, \code{instrument_about} tells its source, licence and the rules that no source
#' states, and \code{instrument_template} makes an empty table to collect data with: of the data, or another that the
#' measure takes, such as the \code{indicators} of a scorecard, which \code{instrument_about} lists.
#' \code{instrument_export} gives a definition as sheets: its head (kind, title, source), items, options (answers;
#' clusters of a checklist, components of points; categories and outcomes of a map) and, of a scale, scores with their
#' rules, of a map its table (a column per dimension, and \code{then}); \code{instrument_import}
#' makes a definition of kind scale, checklist, points, stages, ladder, map, scorecard or matrix from such sheets. Without
#' \code{definition.csv} it is a scale, without \code{scores.csv} its scores are means of complete answers.
#' \code{instrument_label} gives a definition with labels of your own in place of those that it ships, such as
#' "element 3"; everything else stays, worked examples too, and the id of a built-in definition gets \code{my-} before it.
#' \code{valueset_values} lists every profile of an EQ-5D value set with its level sum and value, all digits of it.
#'
#' @param instrument Id of a built-in definition, or path of a definition.
#' @param table Name of the table; default: the data.
#' @param valueset Id of a built-in value set, or path of one.
#' @param kind Only those of these kinds: scale, checklist, points, stages, ladder, map, matrix, scorecard, valueset, codebook.
#' @param group Only those about these: integration, classification, principles, people, stratification, health.
#' @param text Only those with every word of this text in id or title, whatever its case.
#' @param folder Folder of the files \code{definition.csv}, \code{items.csv}, \code{options.csv} and \code{scores.csv}; the id of an imported
#'   definition is its name.
#' @param labels Label by id of item, level, phase or dimension (or of cluster or component): a named text vector, a data
#'   frame with the columns \code{id} and \code{label}, or the path of a CSV file with them, such as the \code{items.csv}
#'   of \code{instrument_export}. What has no label there keeps its own.
#' @return A data frame; a text that prints; a list; a list that prints what a reader cites; a data frame with a column
#'   per item, or a row per item where rows are items; a list of data frames; texts that print (import, label); a
#'   data frame with profile, level_sum and value.
#' @examples
#' instruments(kind = "ladder")
#' instrument_check("functional-integration")$title
#' instrument_about("leutz-degrees")
#' names(instrument_template("functional-integration"))
#' instrument_template("scorecard-classic", "indicators")[1:3]
#' folder <- file.path(tempdir(), "my-ladder")
#' instrument_export("leutz-degrees", folder)$items
#' instrument_import(folder)
#' mine <- instrument_label("leutz-degrees", c(linkage = "referral and information"))
#' writeLines(mine, file.path(tempdir(), "mine.yaml"))
#' instrument("functional-integration")
#' values <- valueset_values("eq5d-5l-england")
#' values[values$level_sum > 23, ]
#' @export
instruments <- function(kind = NULL, group = NULL, text = NULL) {
  need_word(kind, "kind", c("scale", "checklist", "points", "stages", "ladder", "map", "matrix", "scorecard", "valueset",
                            "codebook"))
  need_word(group, "group", c("integration", "classification", "principles", "people", "stratification", "health"))
  ids <- .Call(C_instruments)
  about <- lapply(ids, function(id) checked(.Call(C_instrument, id, 3L)))
  field <- function(name) vapply(about, function(a) as.character(a[[name]] %||% NA), "")
  all <- data.frame(id = ids, version = field("version"), kind = field("kind"), group = field("group"),
                    measure = field("measure"), title = field("title"))
  fits <- rep(TRUE, nrow(all))
  if (!is.null(kind)) fits <- fits & all$kind %in% kind
  if (!is.null(group)) fits <- fits & all$group %in% group
  if (!is.null(text)) fits <- fits & hold_words(paste(all$id, all$title), text)
  all <- all[fits, ]
  rownames(all) <- NULL
  all
}

#' The catalogue of measurement systems
#'
#' The 208 measurement systems that the sources of integrated care name, and what serves each: definitions
#' (\code{\link{instruments}}), measures (\code{\link{measures}}), or a note that says why nothing does.
#'
#' @param group Only those of these groups, by letter or word: A instrument, B classification, C checklist, D outcome,
#'   E utilisation, F economics, G payment, H need, I workload, J design.
#' @param text Only those with every word of this text in any column, whatever its case.
#' @return A data frame with id (A03), name, group, definitions and measures (\code{|} between several), source, note.
#' @examples
#' catalogue(text = "partnership")[, c("id", "name", "definitions")]
#' table(catalogue()$group)
#' @export
catalogue <- function(group = NULL, text = NULL) {
  all <- sheet(.Call(C_catalogue))
  fits <- rep(TRUE, nrow(all))
  if (!is.null(group)) fits <- fits & (substr(all$id, 1L, 1L) %in% toupper(group) | all$group %in% tolower(group))
  if (!is.null(text)) {
    whole <- apply(all, 1L, function(row) paste(row[!is.na(row)], collapse = " "))
    fits <- fits & hold_words(whole, text)
  }
  all <- all[fits, ]
  rownames(all) <- NULL
  all
}

#' @rdname instruments
#' @export
instrument <- function(instrument) {
  structure(checked(.Call(C_instrument, path_text(instrument), 0L)), class = "itg_instrument")
}

#' @rdname instruments
#' @export
instrument_check <- function(instrument) {
  structure(checked(.Call(C_instrument, path_text(instrument), 1L)), class = "itg_checked")
}

#' @export
print.itg_checked <- function(x, ...) {
  cat(x$id, " ", x$version, ": fine; kind ", x$kind, ", measure ", x$measure, ", ", x$examples, " worked example",
      if (x$examples != 1) "s", " reproduced\n", sep = "")
  invisible(x)
}

#' @rdname instruments
#' @export
instrument_about <- function(instrument) {
  structure(checked(.Call(C_instrument, path_text(instrument), 3L)), class = "itg_about")
}

#' @export
print.itg_about <- function(x, ...) {
  x <- unclass(x)
  line <- function(head, text)
    if (length(text)) cat(strwrap(paste0(head, text), indent = 2L, exdent = 4L, width = getOption("width")), sep = "\n")
  cat(x$id, " ", x$version, " - ", x$title, "\nKind ", x$kind, ", measure ", x$measure, ", unit ", x$unit,
      "\n", if (length(x$tables) > 1L) paste0("Tables ", paste(x$tables, collapse = ", "), "\n"), "\nSource\n", sep = "")
  line("", x$source$citation)
  line("https://doi.org/", x$source$doi)
  line("Scoring: ", x$source$scoring)
  cat("\nLicence\n")
  for (part in c("items", "scoring", "holder"))
    line(paste0(toupper(substr(part, 1L, 1L)), substring(part, 2L), ": "), x$licence[[part]])
  line("", x$licence$url)
  if (x$numbers_only %||% 0 > 0) {
    cat("\nLabels\n")
    line("", paste0(x$numbers_only, " of ", x$n_items, " are numbers only: those names were not found or may not be ",
                    "printed. Labels that you hold: instrument_label(\"", x$id, "\", labels)."))
  }
  if (length(x$choices)) cat("\nChoices (no source states these rules)\n")
  for (choice in x$choices) {
    line("", choice$rule)
    line("Why: ", choice$why)
    line("Override: ", choice$override)
  }
  invisible(structure(x, class = "itg_about"))
}

#' @rdname instruments
#' @export
instrument_template <- function(instrument, table = NULL) {
  if (!is.null(table) && (!is.character(table) || length(table) != 1L || is.na(table)))
    fail("ARGUMENT", "table must be the name of one table, such as \"indicators\"", exit = 2L)
  sheet(checked(.Call(C_template, path_text(instrument), table)))
}

#' @rdname instruments
#' @export
instrument_export <- function(instrument, folder = NULL) {
  texts <- list(definition = checked(.Call(C_instrument, path_text(instrument), 2L)),
                items = checked(.Call(C_instrument, path_text(instrument), 4L)),
                options = checked(.Call(C_instrument, path_text(instrument), 5L)),
                scores = checked(.Call(C_instrument, path_text(instrument), 7L)))
  texts <- texts[nzchar(texts)]
  if (!is.null(folder)) {
    dir.create(folder, showWarnings = FALSE, recursive = TRUE)
    for (name in names(texts)) {
      file <- file(file.path(folder, paste0(name, ".csv")), "wb", encoding = "UTF-8")
      writeLines(texts[[name]], file, sep = "", useBytes = TRUE)
      close(file)
    }
  }
  lapply(texts, sheet)
}

#' @rdname instruments
#' @export
valueset_values <- function(valueset) {
  about <- checked(.Call(C_instrument, path_text(valueset), 3L))
  if (about$kind != "valueset")
    fail("INSTRUMENT", "'", valueset, "' is no value set; see instruments(kind = \"valueset\")", exit = 4L)
  utils::type.convert(sheet(checked(.Call(C_instrument, path_text(valueset), 7L))), as.is = TRUE)
}

#' @rdname instruments
#' @export
instrument_import <- function(folder) {
  structure(checked(.Call(C_instrument, path_text(folder), 6L)), class = "itg_instrument")
}

#' @rdname instruments
#' @export
instrument_label <- function(instrument, labels) {
  name <- "labels"
  if (is.character(labels) && is.null(names(labels)) && length(labels) == 1L) {
    name <- labels
    labels <- read_data(labels)
  } else if (is.character(labels) && !is.null(names(labels))) {
    labels <- data.frame(id = names(labels), label = unname(labels))
  }
  lent <- lend(labels, name, c("id", "label"))
  structure(checked(.Call(C_label, path_text(instrument), list(lent))), class = "itg_instrument")
}

need_word <- function(words, what, allowed) {
  bad <- setdiff(words, allowed)
  if (!length(bad)) return()
  distance <- utils::adist(bad[1L], allowed)
  near <- if (min(distance) <= nchar(bad[1L]) / 3) paste0("; did you mean '", allowed[which.min(distance)], "'?")
  search <- if (is.null(near)) "; to look for words use text = \"...\""
  fail("ARGUMENT", what, " is '", bad[1L], "'; allowed: ", paste(allowed, collapse = ", "), near, search, exit = 2L)
}

sheet <- function(csv) {
  utils::read.csv(text = csv, check.names = FALSE, colClasses = "character", na.strings = "", encoding = "UTF-8")
}

#' @export
print.itg_instrument <- function(x, ...) {
  cat(x)
  invisible(x)
}

path_text <- function(x) {
  if (!is.character(x) || length(x) != 1L || is.na(x))
    fail("ARGUMENT", "an instrument is one text: the id of a built-in or the path of a definition", exit = 2L)
  if (file.exists(x)) path.expand(x) else x
}

# Which texts hold every word, whatever its case.
hold_words <- function(texts, words) {
  words <- strsplit(tolower(words), " +")[[1L]]
  Reduce(`&`, lapply(words, grepl, x = tolower(texts), fixed = TRUE), rep(TRUE, length(texts)))
}
