# How care is used: continuity of contacts, rates of use.

#' @eval help_of("continuity")
#' @examples
#' contacts <- data.frame(patient = c(1, 1, 1, 1, 2, 2, 3),
#'                        provider = c("A", "A", "B", "A", "A", "B", "B"),
#'                        date = as.Date("2024-01-01") + c(0, 30, 41, 90, 5, 17, 8))
#' x <- continuity(contacts)
#' x
#' rows(x)
#' plot(x)
#'
#' # do the providers of a patient know each other?
#' continuity(contacts, indices = "care_density")
#' @export
continuity <- function(data, weights = NULL, patient = NULL, provider = NULL, date = NULL, type = NULL, usual = NULL,
                       type_a = NULL, type_b = NULL, weight = NULL, indices = NULL, min_visits = NULL, ties = NULL,
                       repeats = NULL, log_base = NULL, conf_level = NULL, columns = NULL, by = NULL, keep = NULL,
                       missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("continuity", as.list(environment()))
}
