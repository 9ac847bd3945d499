/* What other programs say of the same data: tests/data/trust_peers.csv, which make_trust_peers.R wrote there
 * with the R packages and versions that stand in its column peer.  vignettes/checked.md is its table, and is
 * kept true here. */
#include "files.h"
#include "scoring.h"

#include "golden.h"

#define RATINGS "columns: {ratings: \"r{n}\"}"
#define ITEMS "columns: {items: \"q{n}\"}"
#define TWO                                                                                           \
  "columns: {ratings: [r1, r5], count: n}, coefficients: [percent_agreement, cohen, conger, fleiss, " \
  "brennan_prediger, gwet, krippendorff]"

/* The calls by the names that the file has for them. */
static const struct call {
  const char *name, *measure, *data, *options;
} calls[] = {
    {"reliability_listwise", "reliability", "answers", "{" ITEMS "}"},
    {"reliability_pairwise", "reliability", "answers", "{" ITEMS ", incomplete: pairwise}"},
    {"reliability_ml", "reliability", "answers", "{" ITEMS ", factor: ml}"},
    {"reliability_correlations", "reliability", "correlations", "n: 133"},
    {"icc", "icc", "ratings", "{" RATINGS "}"},
    {"icc_two", "icc", "ratings", "columns: {ratings: [r1, r5]}"},
    {"icc_one_way", "icc", "ratings", "{" RATINGS ", incomplete: one-way}"},
    {"gstudy", "gstudy", "nested",
     "{columns: {object: person, facet: [task, rater], value: score}, nested: {rater: task}}"},
    {"gstudy_crossed", "gstudy", "complete", "{" RATINGS ", numbers: {facet: [1, 5]}}"},
    {"agreement", "agreement", "ratings", "{" RATINGS ", by_category: true}"},
    {"agreement_linear", "agreement", "ratings", "{" RATINGS ", weights: linear}"},
    {"agreement_quadratic", "agreement", "ratings", "{" RATINGS ", weights: quadratic, metrics: interval}"},
    {"agreement_ordinal", "agreement", "ratings", "{" RATINGS ", weights: ordinal}"},
    {"agreement_six", "agreement", "ratings",
     "{" RATINGS ", weights: ordinal, categories: [1, 2, 3, 4, 5, 6]}"},
    {"agreement_metrics", "agreement", "ratings",
     "{" RATINGS ", metrics: [nominal, ordinal, interval, ratio]}"},
    {"agreement_complete", "agreement", "complete", "{" RATINGS ", by_category: true}"},
    {"agreement_two_unweighted", "agreement", "counts", "{" TWO "}"},
    {"agreement_two_linear", "agreement", "counts", "{" TWO ", weights: linear}"},
    {"agreement_two_quadratic", "agreement", "counts", "{" TWO ", weights: quadratic, metrics: interval}"},
    {"concordance", "concordance", "ratings", "{" RATINGS "}"},
    {"within_group", "within_group", "answers", "{" ITEMS ", low: 1, high: 5}"},
    {"within_group_mean", "within_group", "answers", "{" ITEMS ", low: 1, high: 5, team_size: mean}"},
    {"change", "change", "change", "{columns: {scores: [x, y]}, minimal: 5, reliability: 0.8}"},
    {"change_unpaired", "change", "change", "{columns: {scores: [x, y]}, design: unpaired}"},
    {"stages", "stages", "stages", NULL},
    {"funnel_mean", "funnel", "sites", "{kind: mean, overdispersion: additive, winsorise: 0}"},
    {"funnel_proportion", "funnel", "sites", "{kind: proportion, winsorise: 0}"},
    {"funnel_drawn_in", "funnel", "sites", "{kind: proportion}"},
    {"funnel_ratio", "funnel", "sites", "{kind: ratio, winsorise: 0}"},
    {"reliability_bootstrap", "reliability", "answers", "{" ITEMS ", replicates: 20000}"},
    {"agreement_bootstrap", "agreement", "ratings", "{" RATINGS ", interval: bootstrap, replicates: 2000}"},
    {"functional", "functional_integration", "links", "replicates: 2000"},
    {"consensus", "consensus", "ratings",
     "{columns: {item: unit, ratings: \"r{n}\"}, rule: delphi, agree_from: 4}"},
};

enum { N_CALLS = ITG_COUNT(calls) };

typedef struct peers {
  itg_frame *frame;
  const itg_table *rows;
  itg_result *results[N_CALLS];
  char *page;
} peers;

static itg_result *run(const struct call *call) {
  char path[200];
  snprintf(path, sizeof path, "tests/data/trust_%s.csv", call->data);
  itg_frame *frame = read_frame(path);
  itg_table table = *itg_frame_table(frame);
  table.name = strcmp(call->data, "correlations") == 0 ? "covariance" : "data";
  itg_error error = {.status = ITG_OK};
  itg_result *result = NULL;
  if (itg_measure_run(call->measure, &table, 1, call->options, NULL, &result, &error))
    fail_msg("%s: %s", call->name, error.message);
  itg_frame_free(frame);
  return result;
}

static int set_up(void **state) {
  static peers p;
  p.frame = read_frame("tests/data/trust_peers.csv");
  p.rows = itg_frame_table(p.frame);
  for (int c = 0; c < N_CALLS; c++) p.results[c] = run(&calls[c]);
  p.page = read_text("vignettes/checked.md");
  *state = &p;
  return 0;
}

static int tear_down(void **state) {
  peers *p = *state;
  if (!p) return 0; /* the set-up failed */
  itg_frame_free(p->frame);
  for (int c = 0; c < N_CALLS; c++) itg_result_free(p->results[c]);
  free(p->page);
  return 0;
}

/* The row that `where` names, such as scale=alpha;item=q1. */
static int64_t row_of(const itg_table *table, const char *where) {
  char text[200];
  const char *pairs[9] = {NULL};
  int n = 0;
  snprintf(text, sizeof text, "%s", where);
  for (char *at = text; at && n < 8; n += 2) {
    char *next = strchr(at, ';'), *equals = strchr(at, '=');
    assert_non_null(equals);
    if (next) *next++ = 0;
    *equals = 0;
    pairs[n] = at;
    pairs[n + 1] = equals + 1;
    at = next;
  }
  return row_where(table, pairs);
}

static int call_of(const char *name) {
  for (int c = 0; c < N_CALLS; c++)
    if (strcmp(calls[c].name, name) == 0) return c;
  fail_msg("trust_peers.csv: there is no call '%s'", name);
  return -1;
}

/* Does a row hold figures of this package?  The column says psych 2.6.9 alpha. */
static bool is_of(const peers *p, int64_t row, const char *package) {
  const char *text = text_at(p->rows, row, "peer");
  size_t n = strlen(package);
  return strncmp(text, package, n) == 0 && text[n] == ' ';
}

/* Every figure of a package, to its tolerance, which is one of 1 where figures are greater. */
static void agrees(const peers *p, const char *package) {
  const itg_table *t = p->rows;
  int n = 0;
  for (int64_t row = 0; row < t->n_rows; row++) {
    if (!is_of(p, row, package)) continue;
    const itg_result *r = p->results[call_of(text_at(t, row, "call"))];
    const itg_table *found = itg_result_find(r, text_at(t, row, "table"));
    assert_non_null(found);
    double value = number_at(found, row_of(found, text_at(t, row, "where")), text_at(t, row, "column")),
           wanted = number_at(t, row, "value"), most = number_at(t, row, "tolerance") * fmax(1, fabs(wanted));
    assert_true(number_at(t, row, "tolerance") < 0.1);
    if (!(fabs(value - wanted) <= most))
      fail_msg("%s, %s: %.17g, but %s says %.17g", text_at(t, row, "call"), text_at(t, row, "where"), value,
               package, wanted);
    n++;
  }
  assert_true(n > 0);
}

#define PACKAGES(X)                                                                                 \
  X(psych)                                                                                          \
  X(irr) X(irrCAC) X(multilevel) X(lavaan) X(lme4) X(VCA) X(ICC) X(vcd) X(metafor) X(boot) X(vegan) \
      X(cocron) X(DescTools) X(effsize) X(psychometric) X(splithalfr) X(BlandAltmanLeh) X(stats)

#define TEST(package) \
  static void package##_agrees(void **state) { agrees(*state, #package); }
PACKAGES(TEST)

static void every_figure_has_its_test(void **state) {
  const peers *p = *state;
#define NAME(package) #package,
  static const char *const packages[] = {PACKAGES(NAME)};
  for (int64_t row = 0; row < p->rows->n_rows; row++) {
    int n = 0;
    for (size_t i = 0; i < ITG_COUNT(packages); i++) n += is_of(p, row, packages[i]);
    char peer[100]; /* package and version, which the page names */
    snprintf(peer, sizeof peer, "%s", text_at(p->rows, row, "peer"));
    if (n != 1) fail_msg("row %d: no test for %s", (int)row + 1, peer);
    *strchr(strchr(peer, ' ') + 1, ' ') = 0;
    if (!strstr(p->page, peer)) fail_msg("checked.md does not name %s", peer);
  }
}

/* ---- the page ---- */

/* The part of the page about a measure: from its heading to the next; NULL where it has none. */
static char *section_of(const peers *p, const char *measure) {
  char heading[100];
  snprintf(heading, sizeof heading, "\n## `%s`\n", measure);
  const char *from = strstr(p->page, heading);
  if (!from) return NULL;
  const char *to = strstr(from + 1, "\n## ");
  size_t n = to ? (size_t)(to - from) : strlen(from);
  char *section = calloc(n + 1, 1);
  assert_non_null(section);
  return memcpy(section, from, n);
}

/* Every scale of the estimates stands in the section, without the score it is of (x.change). */
static void assert_listed(const peers *p, const char *measure, const itg_result *result) {
  char *section = section_of(p, measure), quoted[100];
  const itg_table *t = itg_result_find(result, "estimates");
  for (int64_t row = 0; section && row < t->n_rows; row++) {
    const char *scale = text_at(t, row, "scale"), *dot = strchr(scale, '.');
    snprintf(quoted, sizeof quoted, "`%s`", dot ? dot + 1 : scale);
    if (!strstr(section, quoted)) fail_msg("checked.md, %s: %s is not there", measure, quoted);
  }
  free(section);
}

static void every_coefficient_is_in_the_table(void **state) {
  const peers *p = *state;
  for (int c = 0; c < N_CALLS; c++) {
    char *section = section_of(p, calls[c].measure);
    if (!section) fail_msg("checked.md says nothing of %s", calls[c].measure);
    free(section);
    assert_listed(p, calls[c].measure, p->results[c]);
  }
  itg_frame *cases = golden_cases();
  for (int64_t row = 0; row < itg_frame_table(cases)->n_rows; row++) {
    golden g;
    itg_error error = {.status = ITG_OK};
    itg_result *r = NULL;
    golden_open(cases, row, &g);
    char *section = section_of(p, g.measure);
    if (section) {
      if (itg_measure_run(g.measure, g.tables, g.n_tables, g.options, NULL, &r, &error))
        fail_msg("%s", error.message);
      assert_listed(p, g.measure, r);
    }
    itg_result_free(r);
    free(section);
    golden_close(&g);
  }
  itg_frame_free(cases);
}

/* `psych_agrees` is one of these; others are `test_icc.c: name`. */
static void every_test_that_the_table_names_exists(void **state) {
  const peers *p = *state;
  int n = 0;
  for (const char *at = p->page; (at = strchr(at, '`')); n++) {
    const char *end = strchr(++at, '`');
    assert_non_null(end);
    char file[100], name[200], path[120], wanted[220];
    if (sscanf(at, "test_%90[a-z0-9_].c: %190[a-z0-9_]`", file, name) == 2) {
      snprintf(path, sizeof path, "tests/test_%s.c", file);
      char *source = read_text(path);
      snprintf(wanted, sizeof wanted, "static void %s(", name);
      if (!strstr(source, wanted)) fail_msg("checked.md: there is no %s in %s", name, path);
      free(source);
    } else if (end - at > 7 && strncmp(end - 7, "_agrees", 7) == 0) {
      bool found = false;
      snprintf(name, sizeof name, "%.*s", (int)(end - at - 7), at);
      for (int64_t row = 0; row < p->rows->n_rows && !found; row++) found = is_of(p, row, name);
      if (!found) fail_msg("checked.md: no figures of %s", name);
    }
    at = end + 1;
  }
  assert_true(n > 100);
}

int main(void) {
#define UNIT(package) cmocka_unit_test(package##_agrees),
  const struct CMUnitTest tests[] = {
      PACKAGES(UNIT) cmocka_unit_test(every_figure_has_its_test),
      cmocka_unit_test(every_coefficient_is_in_the_table),
      cmocka_unit_test(every_test_that_the_table_names_exists),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
