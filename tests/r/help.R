# The functions offer what the core describes, and their help says so.

namespace <- asNamespace("integrade")
named <- intersect(measures()$measure, getNamespaceExports(namespace))
help <- tools::Rd_db("integrade")
page_of <- function(name) {
  aliases <- lapply(help, function(rd) unlist(rd[vapply(rd, attr, "", "Rd_tag") == "\\alias"]))
  help[[which(vapply(aliases, function(a) name %in% a, NA))[1L]]]
}
part <- function(rd, tag) rd[vapply(rd, attr, "", "Rd_tag") == tag][[1L]]
text_of <- function(rd) gsub("\\s+", " ", paste(unlist(rd), collapse = ""))
shared <- c("columns", "by", "keep", "missing", "seed", "threads", "summary")

test("headline measures have functions",
     expect(c("functional_integration", "scorecard", "score", "eq5d_utility") %in% named))

test("everything exported is documented", for (name in getNamespaceExports(namespace)) page_of(name))

for (name in setdiff(named, "score")) test(paste(name, "takes every role, option and input, and nothing else"), {
  about <- measures(name)
  take <- function(list, part) vapply(list, `[[`, "", part)
  wanted <- unique(c("data", take(about$roles, "input"), take(about$roles, "name"), take(about$options, "name")))
  arguments <- names(formals(get(name, namespace)))
  expect(setequal(setdiff(arguments, shared), setdiff(wanted, shared)),
         paste(c(setdiff(wanted, arguments), setdiff(arguments, c(wanted, shared))), collapse = ", "))
  expect(c("columns", "missing", "threads") %in% arguments)
  expect(("by" %in% arguments) >= about$groups)
  expect(("seed" %in% arguments) >= any(c("replicates", "draws") %in% arguments))
})

for (name in named) test(paste("help of", name, "tells what the core tells"), {
  about <- measures(name)
  page <- page_of(name)
  all <- text_of(page)
  plain <- function(text) gsub("\\s+", " ", gsub("`", "", gsub("\\\\?%", "%", in_r(text))))
  in_r <- function(text) gsub("\\bstd_error\\b", "std.error", gsub("\\bconf_(low|high)\\b", "conf.\\1", text))
  said <- gsub("\\\\%", "%", all)
  wanted <- c(about$summary, about$source, vapply(c(about$options, if (name != "score") about$roles), `[[`, "", "help"),
              vapply(about$outputs, `[[`, "", "help"))
  for (text in plain(wanted))
    expect(grepl(substring(text, 2L), said, fixed = TRUE), "not in the help: ", text)  # but for a capital
})

test("examples fit the page of a manual", for (page in names(help)) {
  code <- help[[page]][vapply(help[[page]], attr, "", "Rd_tag") == "\\examples"]
  lines <- unlist(strsplit(paste(unlist(code), collapse = ""), "\n", fixed = TRUE))
  lines <- lines[!grepl("# examplesIf", lines, fixed = TRUE)]  # not shown
  expect(all(nchar(lines) <= 100L), page, ": ", lines[nchar(lines) > 100L][1L])
})

test("defaults are shown as R writes them", {
  all <- text_of(page_of("psa"))
  expect(grepl("Default: c(20000, 30000).", all, fixed = TRUE))
  expect(!grepl("Default: \"20000", all, fixed = TRUE))
})

test("instruments and systems are found by every word, in any order", {
  found <- instruments(text = "processes SIX")
  expect("integrative-processes-2014" %in% found$id && all(grepl("six", tolower(paste(found$id, found$title)))))
  expect_same(catalogue(text = "activation patient conversion")$id, "D01")
  expect_same(nrow(catalogue(text = "activation zebra")), 0L)
})
