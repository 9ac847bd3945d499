#' @eval help_of("eq5d_utility",
#'   data = paste("Data frame with five columns of levels or one of profiles; or the profiles themselves, as in",
#'                "\\code{c(\"11111\", \"21232\")}."),
#'   value = paste("One utility per input row, in the order of the rows; with \\code{summary = TRUE} an",
#'                 "\\code{itg_result}."))
#' @examples
#' eq5d_utility(c("11111", "21232", NA), "eq5d-5l-england")
#' visits <- data.frame(arm = c("usual", "usual", "integrated"), profile = c(11121, 21232, 11111))
#' eq5d_utility(visits, "eq5d-5l-england", by = "arm", summary = TRUE)
#' visits$country <- c("NL", "UK", "UK")
#' sets <- c(NL = "eq5d-5l-netherlands", UK = "eq5d-5l-uk")
#' eq5d_utility(visits, sets, valueset_by = "country")
#' @export
eq5d_utility <- function(data, valueset = NULL, values = NULL, mobility = NULL, self_care = NULL,
                         usual_activities = NULL, pain = NULL, anxiety = NULL, profile = NULL, stratum = NULL,
                         value = NULL, instrument = NULL, valueset_by = NULL, decimals = NULL, invalid = NULL,
                         conf_level = NULL, columns = NULL, by = NULL, keep = NULL, missing = NULL,
                         threads = getOption("integrade.threads"), summary = FALSE) {
  arguments <- as.list(environment())
  arguments$summary <- NULL
  aside <- Filter(function(name) !is.null(arguments[[name]]), c("by", "keep", "conf_level"))
  if (!isTRUE(summary) && length(aside))
    fail("OPTION", paste0(paste(aside, collapse = ", "), ": of use with summary = TRUE only; without it the ",
                          "utilities of all rows are given, as a vector"), exit = 2L)
  if (is.atomic(data) && is.null(dim(data))) arguments$data <- data.frame(profile = data)
  result <- named_measure("eq5d_utility", arguments)
  if (isTRUE(summary)) result else tables(result, "utilities")$utility
}

#' @eval help_of("eq5d_profile")
#' @examples
#' visits <- data.frame(person = c(1, 1, 2, 2), wave = c(1, 2, 1, 2),
#'                      profile = c(21232, 11121, 11111, 11111))
#' x <- eq5d_profile(visits, levels = 5)
#' tables(x, "change")
#' @export
eq5d_profile <- function(data, mobility = NULL, self_care = NULL, usual_activities = NULL, pain = NULL,
                         anxiety = NULL, profile = NULL, wave = NULL, person = NULL, levels = NULL, before = NULL,
                         after = NULL, invalid = NULL, conf_level = NULL, columns = NULL, by = NULL, keep = NULL,
                         missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("eq5d_profile", as.list(environment()))
}
