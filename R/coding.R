# Texts through a codebook.

#' @eval help_of("coding")
#' @examples
#' talks <- data.frame(interview = c(1, 1, 2, 2), text = c(
#'   "The pooled budget is run by a joint board.", "Our NHS trust has no shared record.",
#'   "Trust between us grew.", "We meet on Mondays."))
#' x <- coding(talks, content = "text", document = "interview")
#' tables(x, "hits")
#' tables(x, "codes")
#'
#' # agreement with a person who coded the same segments
#' coded <- data.frame(pattern = tables(x, "segments")$normative, person = c(FALSE, FALSE, TRUE, TRUE))
#' agreement(coded, ratings = c("pattern", "person"), coefficients = "cohen")
#' @export
coding <- function(data, content = NULL, document = NULL, segment = NULL, instrument = NULL, matched = NULL,
                   conf_level = NULL, columns = NULL, by = NULL, keep = NULL, missing = NULL,
                   threads = getOption("integrade.threads")) {
  named_measure("coding", as.list(environment()))
}
