# A checksum of every value set of the R package eq5d: Rscript make_eq5d_peer.R > eq5d_peer.csv (in this folder).
#
# A row per value set: number of profiles, decimals, lowest and highest value, and the checksum of all values in the order
# of the profiles (11111, 11112, ...), as whole numbers of that many decimals.  Tables of mapped values come with three
# decimals; all others are asked for nine.
suppressMessages(library(eq5d))

checksum <- function(values, decimals) {
  sum <- 0
  for (unit in round(values * 10^decimals) + 2 * 10^decimals) sum <- (31 * sum + unit) %% 2147483647
  sum
}

families <- c("3L TTO" = "eq5d-3l-", "3L VAS" = "eq5d-3l-vas-", "5L VT" = "eq5d-5l-", "5L CW" = "eq5d-5l-to-3l-",
              "3L RCW" = "eq5d-3l-to-5l-", "Y3L IVP" = "eq5d-y3l-")
id_of <- function(family, country) {
  place <- tolower(gsub("([a-z])([A-Z])", "\\1-\\2", sub("cTTO", "ctto", sub("WePP", "wepp", gsub("_", "-", country)))))
  id <- paste0(family, if (place == "usa") "us" else place)
  if (id == "eq5d-3l-china") "eq5d-3l-china-2014" else id
}

sets <- subset(valuesets(), Type != "DSU" & (Type != "RCW" | !is.na(DOI))) # the mapping of 2019 was replaced in 2021
sets$Version <- sub("EQ-5D-(Y-)?", "", sub("Y-3L", "Y3L", sets$Version))
cat("valueset,profiles,decimals,lowest,highest,checksum,source\n")
for (i in seq_len(nrow(sets))) {
  set <- sets[i, ]
  profiles <- get_all_health_states(if (set$Version == "5L") "5L" else "3L")
  decimals <- if (set$Type == "CW") 3 else 9
  values <- eq5d(scores = profiles, version = set$Version, type = set$Type, country = set$Country,
                 digits = if (set$Type == "CW") 3 else 15)
  cat(sprintf("%s,%d,%d,%.12g,%.12g,%.0f,eq5d %s\n", id_of(families[[paste(set$Version, set$Type)]], set$Country),
              length(profiles), decimals, min(values), max(values), checksum(values, decimals), packageVersion("eq5d")))
}
