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

#' @eval help_of("rates")
#' @examples
#' admissions <- data.frame(arm = rep(c("integrated", "usual"), each = 3),
#'                          age = rep(c("65-74", "75-84", "85+"), 2),
#'                          events = c(120, 190, 110, 140, 150, 60),
#'                          years = c(810, 720, 260, 900, 480, 120))
#' x <- rates(admissions, group = "arm", stratum = "age", time = "years", reference = "usual")
#' x
#' plot(x)
#'
#' # the share of persons admitted
#' rates(data.frame(arm = c("integrated", "usual"), events = c(301, 342), n = 800),
#'       group = "arm", reference = "usual")
#' @export
rates <- function(data, standard = NULL, events = NULL, time = NULL, n = NULL, group = NULL, stratum = NULL,
                  population = NULL, standard_events = NULL, kind = NULL, reference = NULL, per = NULL,
                  time_unit = NULL, limits = NULL, standardised = NULL, overdispersion = NULL, conf_level = NULL,
                  columns = NULL, by = NULL, missing = NULL, threads = getOption("integrade.threads")) {
  named_measure("rates", as.list(environment()))
}
