# States that merge, as raw vectors that can be kept and sent.

set.seed(7)
data <- matrix(rnorm(303, 50, 10), 101L)
parts <- function(kind, ids = NULL, ...) {
  lapply(list(1:13, 14:60, 61:101), function(i) state_add(state(kind, 3, ...), data[i, ], if (!is.null(ids)) ids[i]))
}
merged <- function(parts) do.call(state_merge, parts)

test("moments are those of R", {
  found <- matrix(state_finish(merged(parts("moments"))), 3L)
  expect_same(found[1L, ], rep(101, 3L))
  expect_near(found[2L, ], colMeans(data), 1e-11)
  expect_near(found[3L, ], apply(data, 2L, var), 1e-10)
})

test("products are covariances", {
  found <- state_finish(merged(parts("products")))
  expect_near(as.vector(as.matrix(found[3:5])), as.vector(cov(data)), 1e-10)
  expect_near(found$mean, colMeans(data), 1e-11)
  expect_same(found$count, rep(101, 3L))
})

test("the bootstrap of parts is the bootstrap of the whole, in any order", {
  spec <- list(replicates = 50, seed = 3, bounds = c(128, 128, 128))
  whole <- state_add(do.call(state, c("bootstrap", 3, spec)), data, 1000:1100)
  some <- do.call(parts, c(list("bootstrap", 1000:1100), spec))
  expect_same(merged(some), whole)
  expect_same(merged(rev(some)), whole)
  expect_same(length(state_finish(whole)), 150L)
})

test("record ids of every type key the same draws", {
  spec <- list("bootstrap", replicates = 5, seed = 3, bounds = 128)
  a <- state_add(do.call(state, spec), data[, 1L], 1:101)
  expect_same(state_add(do.call(state, spec), data[, 1L], as.double(1:101)), a)
  if (requireNamespace("bit64", quietly = TRUE))
    expect_same(state_add(do.call(state, spec), data[, 1L], bit64::as.integer64(1:101)), a)
})

test("a state that is added to is another state", {
  empty <- state("moments")
  full <- state_add(empty, 1:3)
  expect_same(empty, state("moments"))
  expect(is.raw(full), !identical(full, empty))
  expect_same(utils::capture.output(print(full)), paste0("integrade state: moments, 3 rows, 1 column, ", length(full), " bytes"))
  expect_same(unserialize(serialize(full, NULL)), full)
})

test("what cannot be added is refused", {
  expect_error(state("moment"), "itg_error", "moments")
  expect_error(state_add(state("moments"), c(1, NA)), "itg_error_range")
  expect_error(state_add(state("moments"), letters), "itg_error_type")
  expect_error(state_add(state("moments", 2), 1:3), "itg_error")
  expect_error(state_merge(state("moments"), state("products")), "itg_error")
  expect_error(state_finish(as.raw(1:40)), "itg_error_type")
  cut <- structure(state("moments")[1:40], class = "itg_state", columns = 1)
  expect_error(state_finish(cut), "itg_error")
  expect_error(state_add(cut, 1), "itg_error")
  expect_error(state_merge(cut, state("moments")), "itg_error")
  expect_error(state_finish("state"), "itg_error_type", "state()")
})

test("ratings counted by sites agree as those of all patients", {
  ratings <- matrix(sample(c(1:4, NA), 404, TRUE), 101L)
  some <- lapply(list(1:13, 14:60, 61:101), function(i) state_add(state("patterns", 4, levels = 4), ratings[i, ]))
  expect_same(merged(some), merged(rev(some)))
  table <- state_finish(merged(some))
  expect_same(sum(table$count), 101)
  expect(anyNA(table), nrow(table) < 101, !anyNA(table$count))
  whole <- as.data.frame(ratings)
  bootstrap <- function(data, ratings)
    as.data.frame(agreement(data, ratings = ratings, interval = "bootstrap", replicates = 50, seed = 2))
  expect_same(bootstrap(table, "rating_{n}"), bootstrap(whole, names(whole)))
  full <- state("patterns", 2, levels = 9, patterns = 2)
  expect_error(state_add(full, cbind(1:3, 1:3)), "itg_error", "more than 2 different patterns")
})

test("integers give the covariances of cov(), and the same bytes in any order", {
  answers <- matrix(as.double(sample(1:5, 303, TRUE)), 101L)
  some <- lapply(list(1:13, 14:60, 61:101), function(i) state_add(state("integers", 3), answers[i, ]))
  expect_same(merged(some), merged(rev(some)))
  expect_near(as.vector(as.matrix(state_finish(merged(some))[3:5])), as.vector(cov(answers)), 1e-13)
})

test("reliability of merged integers is that of all answers, to the bit", {
  north <- state_add(state("integers", 7), attitude[1:12, ])
  south <- state_add(state("integers", 7), attitude[13:30, ])
  found <- reliability(covariance = state_finish(state_merge(south, north)))
  whole <- reliability(attitude, items = names(attitude))
  expect_same(as.data.frame(found), as.data.frame(whole))
  expect_same(tables(found, "intervals"), tables(whole, "intervals"))
  expect_same(tables(found, "items")$alpha_dropped, tables(whole, "items")$alpha_dropped)
})

test("rankings and ratings of units of two sites are those of all raters", {
  ranks <- t(replicate(20, sample(5)))
  panel <- function(rows) state_add(state("rankings", 5, replicates = 30), ranks[rows, ], ids = rows)
  merged <- state_merge(panel(1:7), panel(8:20))
  expect_same(state_merge(panel(8:20), panel(1:7)), merged)
  expect_same(panel(1:20), merged)
  found <- concordance(rankings = state_finish(merged))
  whole <- concordance(as.data.frame(t(ranks)), ratings = paste0("V", 1:20))
  expect_same(tables(found, "tests"), tables(whole, "tests"))
  expect(found$conf.low[1] < found$conf.high[1])
  expect_error(state_add(state("rankings", 2), cbind(1, NA), ids = 1), "itg_error", "part the data by rater")

  ratings <- expand.grid(rater = 1:8, partner = 1:3)
  ratings <- transform(ratings, unit = 1 + rater %% 3, rank = (rater * partner * 37) %% 101)
  ratings <- ratings[ratings$unit != ratings$partner, ]
  site <- function(d) state_add(state("cells", 3, levels = c(3, 3), bounds = 128, replicates = 30),
                                d[c("unit", "partner", "rank")], ids = d$rater)
  cells <- state_finish(state_merge(site(ratings[1:5, ]), site(ratings[-(1:5), ])))
  found <- functional_integration(cells, unit = "key_1", partner = "key_2", rank = "mean_1", count = "count_1")
  whole <- functional_integration(ratings, replicates = 0)
  rows <- function(x) x[order(x$scale, x$own_unit, x$partners), c("scale", "own_unit", "partners", "n", "estimate")]
  expect_same(as.list(rows(as.data.frame(found))), as.list(rows(as.data.frame(whole))))
})

test("columns have the names of the first values, and no others", {
  north <- state_add(state("products", 2), attitude[1:12, 1:2])
  expect_same(north, state_add(state("products", names(attitude)[1:2]), as.matrix(attitude[1:12, 1:2])))
  expect_same(north, state_add(state("products", c("rating", "complaints")), unname(as.matrix(attitude[1:12, 1:2]))))
  expect_same(names(state_finish(north)), c("count", "mean", "rating", "complaints"))
  expect_same(utils::capture.output(print(north)),
              paste0("integrade state: products, 12 rows, 2 columns (rating, complaints), ", length(north), " bytes"))
  swapped <- "column 1 is 'complaints', but 'rating' in the state that it goes into"
  expect_error(state_add(north, attitude[13:30, 2:1]), "itg_error_data", swapped)
  expect_error(state_merge(north, state_add(state("products", 2), attitude[13:30, 2:1])), "itg_error_data", swapped)
  expect_error(state_merge(north, state_add(state("products", 2), unname(as.matrix(attitude[13:30, 1:2])))), "itg_error_data",
               "none")
  expect_error(state("products", c("a", "a")), "itg_error_duplicate", "'a'")
  expect_error(state_merge(state("moments", about = "pacic"), state("moments", about = "sf-12")), "itg_error_data",
               "about 'sf-12', and the one that it goes into about 'pacic'")
  expect_same(utils::capture.output(print(state("moments", about = "pacic"))),
              paste0("integrade state: moments, 0 rows, about pacic, 1 column, ", length(state("moments", about = "pacic")),
                     " bytes"))
  accents <- stats::setNames(data.frame(1:3), "qualit\u00e9")
  expect_same(state_add(state("moments"), accents), state_add(state("moments", "qualit\u00e9"), 1:3))
})

test("the names of merged integers are those of the items", {
  halves <- lapply(list(1:12, 13:30), function(i) state_add(state("integers", 7), attitude[i, ]))
  found <- reliability(covariance = state_finish(do.call(state_merge, halves)))
  whole <- reliability(attitude, items = names(attitude))
  expect_same(tables(found, "items")$item, tables(whole, "items")$item)
})

test("the same rows a second time are refused", {
  a <- state_add(state("moments"), c(1, 2, 4))
  b <- state_add(state("moments"), c(3, 5))
  expect_error(state_merge(a, b, a), "itg_error_duplicate", "state 3 holds the same rows as one before it")
  expect_same(state_finish(state_merge(a, a, equal = TRUE))[1:2], c(6, 7 / 3))
  expect_same(state_merge(state("moments"), state("moments"), a), a)
})

test("files hold states; what is damaged is refused", {
  file <- tempfile(fileext = ".state")
  on.exit(unlink(file))
  north <- state_add(state("moments", c("a", "b")), cbind(c(1, 2, 4), c(3, 5, 9)))
  expect_same(state_write(north, file), north)
  expect_same(state_read(file), north)
  bytes <- readBin(file, "raw", 1e4)
  for (byte in seq_along(bytes)) {
    flipped <- bytes
    flipped[byte] <- xor(flipped[byte], as.raw(4L))
    writeBin(flipped, file)
    expect_error(state_read(file), "itg_error_data", basename(file))
  }
  writeBin(bytes[-1L], file)
  expect_error(state_read(file), "itg_error_data", "not a state")
  writeBin(bytes[1:100], file)
  expect_error(state_read(file), "itg_error_data", "it was cut")
  expect_error(state_read(file.path(file, "none")), "itg_error_file", "cannot be read")
  expect_error(state_write(north, file.path(tempdir(), "none", "north.state")), "itg_error_file", "make it first")
  north[100L] <- xor(north[100L], as.raw(1L))
  expect_error(state_finish(north), "itg_error_data", "damaged")
  expect_error(state_add(north, cbind(1, 2)), "itg_error_data", "damaged")
})
