#' Measurement of Integrated Care
#'
#' How far health and social care have been joined up, and whether it pays. One core written in C computes every
#' number; the command line, R and Python give the same numbers to the last bit.
#'
#' \code{\link{evaluate}("evaluation.yaml")} runs a whole evaluation file. \code{\link{functional_integration}},
#' \code{\link{scorecard}}, \code{\link{score}}, \code{\link{eq5d_utility}} and their like compute one measure of a
#' data frame; \code{\link{measure}} computes any of \code{\link{measures}()}. Results are data frames that print,
#' summarise and plot, with further tables in \code{\link{tables}}. Definitions of instruments are data:
#' \code{\link{instruments}} lists those that come with the package, and yours work alike.
#'
#' Errors are conditions of class \code{itg_error} and of a class of their own such as \code{itg_error_column}, with
#' elements \code{code}, \code{row}, \code{line}, \code{column} and \code{source}. An interrupt stops a computation
#' within a tenth of a second.
#'
#' Differences between R and Python: \code{std.error}, \code{conf.low} and \code{conf.high} are \code{std_error},
#' \code{conf_low} and \code{conf_high} there; \code{measures("cea")} is \code{describe("cea")},
#' \code{tables(x)$matrix} is \code{x.tables["matrix"]}, \code{read_data()} is \code{read_csv()}, and
#' \code{set.seed()} is \code{rng=}. The kinds scale and points have no function of their own here, as those names
#' belong to R: \code{\link{score}()} and \code{measure("scale")}, \code{measure("points")} compute them.
#'
#' @keywords internal
#' @useDynLib integrade, .registration = TRUE, .fixes = "C_"
"_PACKAGE"
