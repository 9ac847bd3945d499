/* Definitions as spreadsheets and back: a scale survives with its scores' members; what is wrong is told. */
#include <sys/stat.h>
#include <unistd.h>

#include "scoring.h"

static char folder[] = "/tmp/itg-sheet-XXXXXX";

static void put(const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/my-scale/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void drop(const char *name) {
  char path[256];
  snprintf(path, sizeof path, "%s/my-scale/%s", folder, name);
  assert_int_equal(remove(path), 0);
}

static itg_status import(char **yaml, itg_error *error) {
  char path[256];
  snprintf(path, sizeof path, "%s/my-scale/", folder);
  return itg_instrument_import(path, yaml, error);
}

static void refuse(const char *items, const char *options, itg_status status, const char *part) {
  char *yaml = NULL;
  itg_error error = {0};
  put("items.csv", items);
  put("options.csv", options);
  itg_status got = import(&yaml, &error);
  if (got != status) fail_msg("status %d, expected %d: %s", (int)got, (int)status, error.message);
  assert_null(yaml);
  if (!strstr(error.message, part)) fail_msg("'%s' is not in: %s", part, error.message);
}

static int count(const char *text, char wanted) {
  int n = 0;
  for (; *text; text++) n += *text == wanted;
  return n;
}

/* The sheets of what was made are those that it was made from, for every scale of the library. */
static void exported_scales_import_to_the_same_sheets(void **state) {
  (void)state;
  static itg_status (*const make[])(const char *, char **, itg_error *) = {
      itg_instrument_options, itg_instrument_scores, itg_instrument_items};
  static const char *const names[] = {"options.csv", "scores.csv", "items.csv"};
  int n_scales = 0;
  for (int i = 0; i < itg_instrument_count(); i++) {
    const char *id = itg_instrument_at(i);
    char *sheets[3] = {NULL}, *yaml = NULL, *text = NULL, path[300];
    itg_error error = {0};
    if (itg_instrument_text(id, &text, &error)) fail_msg("%s", error.message);
    bool scale = strstr(text, "\nkind: scale\n") != NULL;
    itg_text_free(text);
    if (!scale) continue;
    n_scales++;
    for (int k = 0; k < 3; k++) {
      if (make[k](id, &sheets[k], &error)) fail_msg("%s", error.message);
      put(names[k], sheets[k]);
    }
    if (import(&yaml, &error)) fail_msg("%s: %s", id, error.message);
    put("made.yaml", yaml);
    snprintf(path, sizeof path, "%s/my-scale/made.yaml", folder);
    for (int k = 0; k < 3; k++) {
      if (make[k](path, &text, &error)) fail_msg("%s", error.message);
      if (k < 2) assert_string_equal(text, sheets[k]);
      assert_int_equal(count(text, '\n'), count(sheets[k], '\n'));
      assert_int_equal(count(text, '|'), count(sheets[k], '|')); /* as many items in several scores */
      itg_text_free(text);
      itg_text_free(sheets[k]);
    }
    itg_text_free(yaml);
  }
  assert_true(n_scales >= 15);
  drop("scores.csv");
}

static void write_sheet(const char *name, itg_status (*make)(const char *, char **, itg_error *), const char *id,
                        char **text) {
  itg_error error = {0};
  if (make(id, text, &error)) fail_msg("%s", error.message);
  if (name) put(name, *text);
}

/* Checklists, points, stages, ladders, maps, scorecards and matrices come back to the byte: but for the id, which is the
 * folder's. */
static void exported_kinds_import_to_the_same_sheets(void **state) {
  (void)state;
  static const char *const kinds[] = {"checklist", "points", "stages", "ladder", "map", "scorecard", "matrix"};
  int n[ITG_COUNT(kinds)] = {0};
  for (int i = 0; i < itg_instrument_count(); i++) {
    const char *id = itg_instrument_at(i);
    char *yaml = NULL, *text = NULL, path[300], line[100], *sheets[4], *again[4];
    itg_error error = {0};
    size_t k = 0;
    if (itg_instrument_text(id, &text, &error)) fail_msg("%s", error.message);
    for (; k < ITG_COUNT(kinds); k++) {
      snprintf(line, sizeof line, "\nkind: %s\n", kinds[k]);
      if (strstr(text, line)) break;
    }
    bool listed = strstr(text, "\nstates:") || (k < ITG_COUNT(kinds) && strcmp(kinds[k], "matrix") != 0);
    itg_text_free(text);
    if (k == ITG_COUNT(kinds) || !listed) continue;
    n[k]++;
    write_sheet("definition.csv", itg_instrument_head, id, &sheets[0]);
    write_sheet("items.csv", itg_instrument_items, id, &sheets[1]);
    write_sheet("options.csv", itg_instrument_options, id, &sheets[2]);
    write_sheet("scores.csv", itg_instrument_scores, id, &sheets[3]);
    if (!*sheets[3]) drop("scores.csv"); /* only some maps have them */
    if (import(&yaml, &error)) fail_msg("%s: %s", id, error.message);
    put("made.yaml", yaml);
    itg_text_free(yaml);
    snprintf(path, sizeof path, "%s/my-scale/made.yaml", folder);
    write_sheet(NULL, itg_instrument_head, path, &again[0]);
    write_sheet(NULL, itg_instrument_items, path, &again[1]);
    write_sheet(NULL, itg_instrument_options, path, &again[2]);
    write_sheet(NULL, itg_instrument_scores, path, &again[3]);
    assert_string_equal(strchr(strchr(again[0], '\n') + 1, '\n'), strchr(strchr(sheets[0], '\n') + 1, '\n'));
    for (int s = 0; s < 4; s++) {
      if (s) assert_string_equal(again[s], sheets[s]);
      itg_text_free(again[s]);
      itg_text_free(sheets[s]);
    }
  }
  for (size_t k = 0; k < ITG_COUNT(kinds); k++)
    if (!n[k]) fail_msg("no instrument of kind %s", kinds[k]);
  drop("definition.csv");
}

static void a_kind_and_its_items_are_enough(void **state) {
  (void)state;
  char *yaml = NULL;
  itg_error error = {0};
  put("definition.csv", "key,value\nkind,points\nunit,area\nsource.citation,our team\n");
  put("items.csv", "id,component,label,points,rule\na,first,one,3,level\nb,first,two,4.5,percent\nc,second,three,2,level\n");
  put("options.csv", "responses,code,word\n");
  drop("options.csv");
  if (import(&yaml, &error)) fail_msg("%s", error.message);
  assert_non_null(strstr(yaml, "total: 9.5\n"));
  assert_non_null(strstr(yaml, "{id: \"first\", title: \"first\", maximum: 7.5}"));
  assert_non_null(strstr(yaml, "source: {citation: \"our team\"}\nlicence: {items: to be written}\n"));
  put("made.yaml", yaml);
  itg_text_free(yaml);
  char options[400];
  snprintf(options, sizeof options, "{instrument: %s/my-scale/made.yaml}", folder);
  itg_result *r = score("points", ((const inputs){"data", "indicator,value\na,1\nb,50\nc,0\n", NULL}), options);
  assert_true(CELL(r, "estimates", "estimate", "scale", "total") == 5.25 ||
              CELL(r, "estimates", "estimate", "scale", "first") == 5.25);
  itg_result_free(r);
  static const struct {
    const char *definition, *items, *part;
    itg_status status;
  } cases[] = {
      {"key,value\nkind,codebook\n", "id\na\n", "sheets do not hold a definition of kind 'codebook'", ITG_ERR_INSTRUMENT},
      {"key,value\nkind,lader\n", "id\na\n", "did you mean 'ladder'?", ITG_ERR_INSTRUMENT},
      {"key,values\nkind,ladder\n", "id\na\n", "the sheet needs the column 'value'", ITG_ERR_COLUMN},
      {"key,value\nkind,ladder\n", "id,title\na,A\nb,B\n", "lacks the key 'rank_only'", ITG_ERR_KEY},
      {"key,value\nkind,ladder\nrank_only,ranks\n", "id,titel\na,A\nb,B\n", "did you mean 'title'?", ITG_ERR_KEY},
      {"key,value\nkind,checklist\ntitel,T\n", "id,cluster,label\na,c,A\n", "did you mean 'title'?", ITG_ERR_KEY},
      {"key,value\nkind,points\ntotal,8\n", "id,component,label,points,rule\na,c,A,3,level\n", "all points sum to 3, not 8", ITG_ERR_VALUE},
      {"key,value\nkind,stages\n", "id,title\na,A\n", "there must be 2 to", ITG_ERR_VALUE}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    put("definition.csv", cases[i].definition);
    put("items.csv", cases[i].items);
    itg_status got = import(&yaml, &error);
    if (got != cases[i].status || !strstr(error.message, cases[i].part))
      fail_msg("'%s' is not in: %s", cases[i].part, error.message);
  }
  drop("definition.csv");
  assert_int_equal(itg_instrument_head("eq5d-5l-uk", &yaml, &error), ITG_ERR_INSTRUMENT);
  assert_non_null(strstr(error.message, "integrade instruments show eq5d-5l-uk"));
}

static void what_not_applicable_counts_as_survives(void **state) {
  (void)state;
  const char *options =
      "responses,code,word,reason,count_as\nr,0,,,\nr,4,,,\nr,8,,refused,\nr,9,,not applicable,0\n"
      "r,-9,,not applicable,0\ns,1 to 7,,,\ns,99,,missing,\n";
  char *yaml = NULL, *again = NULL, path[300];
  itg_error error = {0};
  put("items.csv", "id,responses\na,r\nb,s\n");
  put("options.csv", options);
  if (import(&yaml, &error)) fail_msg("%s", error.message);
  assert_non_null(strstr(yaml, "count_as: {\"not applicable\": 0}"));
  put("made.yaml", yaml);
  itg_text_free(yaml);
  snprintf(path, sizeof path, "%s/my-scale/made.yaml", folder);
  if (itg_instrument_options(path, &again, &error)) fail_msg("%s", error.message);
  assert_string_equal(again, options);
  itg_text_free(again);
}

static void an_imported_scale_scores(void **state) {
  (void)state;
  char *yaml = NULL;
  itg_error error = {0};
  put("items.csv",
      "id,label,responses,reverse,scores\na,\"first, \"\"best\"\"\",r,false,x|all\nb,second,r,true,all\n");
  put("options.csv", "responses,code,word,reason\nr,1,low,\nr,2,,\nr,3,high,\nr,-9,,refused\n");
  if (import(&yaml, &error)) fail_msg("%s", error.message);
  put("made.yaml", yaml);
  itg_text_free(yaml);
  char options[400];
  snprintf(options, sizeof options, "{instrument: %s/my-scale/made.yaml}", folder);
  itg_result *r = score("scale", ((const inputs){"data", "a,b\nhigh,1\n1,-9\n", NULL}), options);
  const itg_table *t = itg_result_find(r, "scores");
  assert_true(number_at(t, 0, "x") == 3 && number_at(t, 0, "all") == 3 && number_at(t, 1, "x") == 1);
  assert_true(isnan(number_at(t, 1, "all")));
  itg_result_free(r);
  char *json = NULL;
  char path[300];
  snprintf(path, sizeof path, "%s/my-scale/made.yaml", folder);
  assert_int_equal(itg_instrument_check(path, &json, &error),
                   ITG_ERR_EXAMPLE); /* until an example is written */
}

/* A licensed conversion table stays in the sheet of who holds it; the one here is invented. */
static void a_conversion_table_and_weights_come_from_the_sheet(void **state) {
  (void)state;
  const char *scores =
      "id,of,method,weights,lookup.from,lookup.to,lookup.between\n"
      "raw,a|b,weighted-sum,2|1,,,\nconverted,raw,sum,,3|4|9,0|38.5|100,linear\n";
  char *yaml = NULL, *again = NULL, options[400];
  itg_error error = {0};
  put("items.csv", "id,responses\na,r\nb,r\n");
  put("options.csv", "responses,code\nr,1 to 3\n");
  put("scores.csv", scores);
  if (import(&yaml, &error)) fail_msg("%s", error.message);
  put("made.yaml", yaml);
  itg_text_free(yaml);
  snprintf(options, sizeof options, "%s/my-scale/made.yaml", folder);
  if (itg_instrument_scores(options, &again, &error)) fail_msg("%s", error.message);
  assert_string_equal(again,
                      "id,of,method,weights,lookup.from,lookup.to,lookup.between,range\n"
                      "raw,a|b,weighted-sum,2|1,,,,3|9\nconverted,raw,sum,,3|4|9,0|38.5|100,linear,0|100\n");
  itg_text_free(again);
  snprintf(options, sizeof options, "{instrument: %s/my-scale/made.yaml}", folder);
  itg_result *r = score("scale", ((const inputs){"data", "a,b\n1,2\n3,3\n2,3\n", NULL}), options);
  const itg_table *t = itg_result_find(r, "scores");
  assert_true(number_at(t, 0, "converted") == 38.5 && number_at(t, 1, "converted") == 100);
  assert_true(number_at(t, 2, "raw") == 7);
  assert_true(fabs(number_at(t, 2, "converted") - (38.5 + 61.5 * 3 / 5)) < 1e-12);
  itg_result_free(r);
  drop("scores.csv");
}

/* Rules of scores as a spreadsheet has them, every result worked by hand. */
static void scores_follow_the_rules_of_their_sheet(void **state) {
  (void)state;
  char *yaml = NULL, options[400];
  itg_error error = {0};
  put("items.csv", "id;responses;reverse;scores\nk1;r;FALSE;part\nk2;r;TRUE;part\nk3;r;FALSE;\n");
  put("options.csv", "responses;code;reason\nr;1;\nr;2;\nr;3;\nr;4;\nr;5;\nr;9;not applicable\n");
  put("scores.csv",
      "id;of;method;missing.rule;missing.min_valid;rescale.to;criterion.at_least;bands.from;bands.levels\n"
      "part;;mean;min-valid;1;0|100;;0|50;low|high\n"
      "top;k1|k2|k3;share;;;;4;;\n"
      "both;part|k3;sum;;;;;;\n");
  if (import(&yaml, &error)) fail_msg("%s", error.message);
  put("made.yaml", yaml);
  assert_non_null(strstr(yaml, "range: [1, 105]")); /* 0 + 1 to 100 + 5 */
  itg_text_free(yaml);
  snprintf(options, sizeof options, "{instrument: %s/my-scale/made.yaml}", folder);
  itg_result *r = score("scale", ((const inputs){"data", "k1,k2,k3\n5,1,4\n2,9,1\n3,4,9\n", NULL}), options);
  const itg_table *t = itg_result_find(r, "scores");
  assert_true(number_at(t, 0, "part") == 100 && number_at(t, 1, "part") == 25); /* (2 - 1) / 4 */
  assert_true(number_at(t, 2, "part") == 37.5);                                 /* (3 + 6 - 4) / 2 is 2.5 */
  assert_true(number_at(t, 0, "top") == 100 && isnan(number_at(t, 1, "top")));
  assert_true(number_at(t, 0, "both") == 104 && number_at(t, 1, "both") == 26);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "part"), "high"); /* the mean is 54.2 */
  itg_result_free(r);
  drop("scores.csv");
}

/* What nothing reads is refused: a slip in a heading would change the scores in silence. */
static void columns_and_keys_that_would_be_lost_are_refused(void **state) {
  (void)state;
  const char *options = "responses,code\nr,1\nr,2\n";
  refuse("id,revers\na,true\n", options, ITG_ERR_COLUMN, "items.csv, column 'revers': an item has no key 'revers'; did you mean 'reverse'?");
  refuse("id\na\n", "responses,code,why\nr,1,\nr,9,refused\n", ITG_ERR_COLUMN, "options.csv, column 'why': an answer has no key 'why'");
  put("definition.csv", "key,value\nkind,scale\ntitle,T\nkind,checklist\n");
  refuse("id\na\n", options, ITG_ERR_DUPLICATE, "definition.csv, line 4, column 'key': 'kind' stands in an earlier row, too");
  drop("definition.csv");
}

/* An error is told at the row of the sheet, not at a line of the definition that was made of it. */
static void errors_name_the_row_of_their_sheet(void **state) {
  (void)state;
  char *yaml = NULL, *items = NULL, path[300];
  itg_error error = {0};
  refuse("id,responses\na,r\nb,q\n", "responses,code\nr,1\nr,2\n", ITG_ERR_REFERENCE, "items.csv, line 3: ");
  refuse("id,label\nä,\"ö, ü\"\nä,\n", "responses,code\nr,1\nr,2\n", ITG_ERR_VALUE, "items.csv, line 3: ");
  refuse("id\na\n", "responses,code\nr,1\nr,two\nr,3\n", ITG_ERR_VALUE,
         "options.csv, line 3: an option must be a number, or a number and its word (ITG_ERR_VALUE)");
  put("scores.csv", "id,of,method\ns,a|b,sum\nt,a|b,summe\n");
  refuse("id\na\nb\n", "responses,code\nr,1\nr,2\n", ITG_ERR_VALUE, "scores.csv, line 3: 'method' of scores is 'summe'");
  drop("scores.csv");
  put("definition.csv", "key,value\nkind,checklist\ntitel,T\n");
  put("items.csv", "id,cluster,label\na,c,A\n");
  drop("options.csv");
  assert_int_equal(import(&yaml, &error), ITG_ERR_KEY);
  if (!strstr(error.message, "definition.csv, line 3: ")) fail_msg("%s", error.message);
  put("definition.csv", "key,value\nkind,checklist\n");
  put("items.csv", "id,cluster,label,basis\na,c,A,found\nb,c,B,\nc,c,C,fond\n");
  assert_int_equal(import(&yaml, &error), ITG_ERR_VALUE);
  assert_non_null(strstr(error.message, "items.csv, line 4: 'basis' of items is 'fond'"));
  /* labels of yes and no are rows of options.csv */
  put("items.csv", "id,cluster,label\na,c,A\n");
  put("options.csv", "responses,code,word\ncluster,c,C\nyes,ja,\nyes,oui,\nno,nein,\n");
  if (import(&yaml, &error)) fail_msg("%s", error.message);
  assert_non_null(strstr(yaml, "responses: {yes: [\"ja\", \"oui\"], no: [\"nein\"]}\n"));
  put("made.yaml", yaml);
  itg_text_free(yaml);
  snprintf(path, sizeof path, "%s/my-scale/made.yaml", folder);
  if (itg_instrument_options(path, &items, &error)) fail_msg("%s", error.message);
  assert_string_equal(items, "responses,code,word\ncluster,c,C\nyes,ja,\nyes,oui,\nno,nein,\n");
  itg_text_free(items);
  put("options.csv", "responses,code,word\ncluster,c,C\nyes,ja,\nno,ja,\n");
  assert_int_equal(import(&yaml, &error), ITG_ERR_VALUE);
  assert_non_null(strstr(error.message, "the label 'ja' is given twice"));
  assert_non_null(strstr(error.message, "options.csv, line 3: ")); /* no is read before yes */
  drop("options.csv");
  drop("definition.csv");
}

static void sheets_of_scores_that_cannot_be_meant_are_refused(void **state) {
  (void)state;
  const char *items = "id,scores\na,s\n", *options = "responses,code\nr,1\nr,2\n";
  static const struct {
    const char *scores, *part;
    itg_status status;
  } cases[] = {
      {"id,mehtod\ns,sum\n", "a score has no key 'mehtod'; did you mean 'method'?", ITG_ERR_COLUMN},
      {"method\nsum\n", "the sheet needs the column 'id'", ITG_ERR_COLUMN},
      {"id,method\ns,\n", "scores.csv, line 2, column 'method': a score needs a method", ITG_ERR_VALUE},
      {"id,method\nt,sum\n", "items.csv, line 2, column 'scores': 's' is no score", ITG_ERR_REFERENCE},
      {"id,method\ns,sum\nt,sum\n", "score 't' is made of nothing", ITG_ERR_VALUE},
      {"id,method,range\ns,sum,1|3\n", "is 1 to 2 by its rule", ITG_ERR_VALUE},
      {"id,method,missing.share\ns,sum,0.5\n", "missing lacks the key 'rule'", ITG_ERR_KEY},
      {"id,method,weights\ns,weighted-sum,0\n", "the same value whatever is answered", ITG_ERR_VALUE},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    put("scores.csv", cases[i].scores);
    refuse(items, options, cases[i].status, cases[i].part);
  }
  drop("scores.csv");
}

/* What a spreadsheet changed in the triangle of need counts: a cut and the share of reference. */
static void a_map_of_sheets_sorts_cases(void **state) {
  (void)state;
  char *yaml = NULL, options[400];
  itg_error error = {0};
  put("definition.csv", "key,value\nkind,map\ntitle,Tiers\nordered,true\nrule,table\n");
  put("items.csv", "id,title,max\nrisk,predicted risk,1\nalone,lives alone,\n");
  put("options.csv", "responses,code,word,from,response,reference\nrisk,low,,0,,\nrisk,middle,,0.5,,\nrisk,high,,0.9,,\n"
                     "alone,no,,,,\nalone,yes,,,,\noutcomes,self,self-care,,advice,40|60\noutcomes,team,care by a team,,,\n");
  put("scores.csv", "risk,alone,then\nlow|middle,no,self\n,,team\n");
  if (import(&yaml, &error)) fail_msg("%s", error.message);
  put("made.yaml", yaml);
  itg_text_free(yaml);
  snprintf(options, sizeof options, "{instrument: %s/my-scale/made.yaml}", folder);
  itg_result *r = score("classification", ((const inputs){"data", "risk,alone\n0.1,no\n0.5,no\n0.9,no\n0.2,yes\n", NULL}), options);
  assert_near(CELL(r, "estimates", "estimate", "scale", "self"), 50, 1e-12);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "self"), "within reference");
  itg_result_free(r);
  static const struct {
    const char *name, *text, *part;
    itg_status status;
  } cases[] = {
      {"scores.csv", "risk,alon,then\nlow,no,self\n", "scores.csv, column 'alon': the table has no key 'alon'; did you mean 'alone'?",
       ITG_ERR_COLUMN},
      {"scores.csv", "risk,alone,then\nlow,no,self\n,maybe,team\n", "scores.csv, line 3: there is no category 'maybe'", ITG_ERR_REFERENCE},
      {"scores.csv", "risk,alone,then\nlow,no,other\n,,team\n", "scores.csv, line 2: ", ITG_ERR_REFERENCE},
      {"options.csv", "responses,code\nrisk,low\nrisks,high\n", "options.csv, line 3, column 'responses': 'risks' is no dimension",
       ITG_ERR_REFERENCE},
      {"options.csv", "responses,code,form\nrisk,low,0\n", "did you mean 'from'?", ITG_ERR_COLUMN},
      {"items.csv", "id,titel\nrisk,a\n", "items.csv, column 'titel': a dimension has no key 'titel'; did you mean 'title'?",
       ITG_ERR_COLUMN}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    put(cases[i].name, cases[i].text);
    itg_status got = import(&yaml, &error);
    if (got != cases[i].status || !strstr(error.message, cases[i].part))
      fail_msg("%d, '%s' is not in: %s", (int)got, cases[i].part, error.message);
    if (i == 2) put("scores.csv", "risk,alone,then\nlow|middle,no,self\n,,team\n");
  }
  drop("definition.csv");
  drop("scores.csv");
}

/* A map of one dimension with these categories, as YAML has them, beside the sheets. */
static const char *map_of(const char *first, const char *second, char path[300]) {
  char text[1000];
  snprintf(text, sizeof text,
           "schema: integrade-instrument/1\nid: own\nversion: 1.0.0\nkind: map\ntitle: T\nunit: person\n"
           "source: {citation: c}\nlicence: {items: own}\nrule: table\n"
           "dimensions: [{id: a, title: A, categories: [%s, %s]}]\noutcomes: [{id: x, title: X}, {id: z, title: Z}]\n"
           "table: [{when: {a: %s}, then: x}, {else: z}]\nexamples: []\n",
           first, second, first);
  put("own.yaml", text);
  snprintf(path, 300, "%s/my-scale/own.yaml", folder);
  return path;
}

/* 1e3 of the table became 1000, which is another category; ends of lines within quotes became spaces. */
static void categories_of_a_map_stay_the_words_they_are(void **state) {
  (void)state;
  static const char *const words[] = {"\"1e3\"", "\"1.0\"", "\"p\\rq\"", "\"p\\tq\"", "\"p\\Nq\"", "\"p\\Lq\"", "\"p \""};
  char path[300], want[100], *yaml = NULL;
  itg_error error = {0};
  for (size_t i = 0; i < ITG_COUNT(words); i++) {
    char *sheets[4];
    map_of(words[i], "\"1000\"", path);
    write_sheet("definition.csv", itg_instrument_head, path, &sheets[0]);
    write_sheet("items.csv", itg_instrument_items, path, &sheets[1]);
    write_sheet("options.csv", itg_instrument_options, path, &sheets[2]);
    write_sheet("scores.csv", itg_instrument_scores, path, &sheets[3]);
    for (int k = 0; k < 4; k++) itg_text_free(sheets[k]);
    if (import(&yaml, &error)) fail_msg("%s: %s", words[i], error.message);
    snprintf(want, sizeof want, "categories: [%s, \"1000\"]", words[i]);
    assert_non_null(strstr(yaml, want));
    snprintf(want, sizeof want, "{when: {\"a\": %s}, then: \"x\"}", words[i]);
    assert_non_null(strstr(yaml, want));
    itg_text_free(yaml);
  }
  static const char *const lost[] = {"\"p|q\"", "\" p\""};
  for (size_t i = 0; i < ITG_COUNT(lost); i++) {
    assert_int_equal(itg_instrument_options(map_of(lost[i], "r", path), &yaml, &error), ITG_ERR_VALUE);
    assert_non_null(strstr(error.message, "sheets list names with | between, so that they cannot hold '"));
  }
  put("items.csv", "id,title\na,A\na,B\n");
  assert_int_equal(import(&yaml, &error), ITG_ERR_DUPLICATE);
  assert_non_null(strstr(error.message, "line 3, column 'id': dimension 'a' stands in an earlier row"));
  drop("definition.csv");
  drop("scores.csv");
  drop("own.yaml");
}

static void kinds_without_answers_export_their_levels(void **state) {
  (void)state;
  char *text = NULL;
  itg_error error = {0};
  if (itg_instrument_items("leutz-degrees", &text, &error)) fail_msg("%s", error.message);
  assert_string_equal(text, "id,title\nlinkage,linkage\ncoordination,coordination\nfull,full integration\n");
  itg_text_free(text);
  if (itg_instrument_options("merger-coordination", &text, &error)) fail_msg("%s", error.message);
  assert_string_equal(text,
                      "responses,code,word,from,response,reference\nmerger,low,,,,\nmerger,high,,,,\n"
                      "coordination,weak,,,,\ncoordination,strong,,,,\noutcomes,siloed,siloed providers,,,\n"
                      "outcomes,connected,\"multiple well connected providers, networks\",,,\n"
                      "outcomes,single-weak,\"single provider, weak internal coordination\",,,\n"
                      "outcomes,single-strong,\"single provider, strong internal coordination\",,,\n");
  itg_text_free(text);
  if (itg_instrument_scores("leutz-degrees", &text, &error)) fail_msg("%s", error.message);
  assert_string_equal(text, "");
  itg_text_free(text);
  static const char *const broken[] = {"", "scores: [{id: s, of: [[a]], method: mean}]\n",
                                       "scores: [{id: s, of: [a], method: mean, weights: [{b: 1}]}]\n"};
  for (size_t i = 0; i < ITG_COUNT(broken); i++) {
    char yaml[400], path[300];
    snprintf(
        yaml, sizeof yaml,
        "schema: integrade-instrument/1\nid: t\nversion: 1.0.0\nkind: scale\ntitle: t\nunit: t\nsource: "
        "{citation: t}\nlicence: {items: own}\nexamples: []\nresponses: {r: {min: 0, max: 2}}\nitems: [{id: "
        "a}]\n%s",
        broken[i]);
    put("made.yaml", yaml);
    snprintf(path, sizeof path, "%s/my-scale/made.yaml", folder);
    itg_status status = itg_instrument_scores(path, &text, &error);
    assert_true(status >= 400 && status < 500);
    assert_int_equal(itg_instrument_items(path, &text, &error), status);
  }
  assert_int_equal(itg_instrument_items("nowhere", &text, &error), ITG_ERR_INSTRUMENT);
}

/* Values of states published with the England set (Devlin et al., Health Econ 2018;27:7): 11111 is 1, 55555 -0.285. */
static void a_value_set_exports_every_profile(void **state) {
  (void)state;
  static const struct {
    const char *id, *first, *last;
    int rows;
  } sets[] = {{"eq5d-5l-england", "profile,level_sum,value\n11111,5,1\n11112,6,0.922\n", "55555,25,-0.285\n", 3125},
              {"eq5d-3l-uk", "profile,level_sum,value\n11111,5,1\n", "33333,15,-0.594\n", 243}};
  char *text = NULL;
  itg_error error = {0};
  for (size_t i = 0; i < ITG_COUNT(sets); i++) {
    if (itg_instrument_scores(sets[i].id, &text, &error)) fail_msg("%s", error.message);
    int rows = -1;
    for (const char *at = text; *at; at++) rows += *at == '\n';
    assert_int_equal(rows, sets[i].rows);
    assert_memory_equal(text, sets[i].first, strlen(sets[i].first));
    const char *tail = text + strlen(text) - strlen(sets[i].last);
    if (strncmp(tail, sets[i].last, 9) != 0) fail_msg("ends with %s", tail);
    itg_text_free(text);
  }
}

static void sheets_that_cannot_be_meant_are_refused(void **state) {
  (void)state;
  const char *options = "responses,code\nr,1\nr,2\n";
  refuse("name\na\n", options, ITG_ERR_COLUMN, "the sheet needs the column 'id'");
  refuse("id\na\n", "set,code\nr,1\n", ITG_ERR_COLUMN, "the sheet needs the column 'responses'");
  refuse("id\n", options, ITG_ERR_EMPTY, "there are no rows");
  refuse("id,responses\na,r\na,r\n", options, ITG_ERR_VALUE, "the item 'a' is given twice");
  refuse("id,responses\na,q\n", options, ITG_ERR_REFERENCE, "there is no responses 'q'");
  refuse("id\na\n", "responses,code\nr,one\nr,two\n", ITG_ERR_VALUE, "must be a number");
}

static int make_folder(void **state) {
  (void)state;
  char path[256];
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/my-scale", folder);
  return mkdir(path, 0700);
}

static int remove_folder(void **state) {
  (void)state;
  static const char *const names[] = {"items.csv", "options.csv", "made.yaml", ""};
  char path[256];
  for (size_t i = 0; i < ITG_COUNT(names); i++) {
    snprintf(path, sizeof path, "%s/my-scale/%s", folder, names[i]);
    remove(path);
  }
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exported_scales_import_to_the_same_sheets),
      cmocka_unit_test(exported_kinds_import_to_the_same_sheets),
      cmocka_unit_test(a_kind_and_its_items_are_enough),
      cmocka_unit_test(what_not_applicable_counts_as_survives),
      cmocka_unit_test(an_imported_scale_scores),
      cmocka_unit_test(a_conversion_table_and_weights_come_from_the_sheet),
      cmocka_unit_test(scores_follow_the_rules_of_their_sheet),
      cmocka_unit_test(columns_and_keys_that_would_be_lost_are_refused),
      cmocka_unit_test(errors_name_the_row_of_their_sheet),
      cmocka_unit_test(sheets_of_scores_that_cannot_be_meant_are_refused),
      cmocka_unit_test(a_map_of_sheets_sorts_cases),
      cmocka_unit_test(categories_of_a_map_stay_the_words_they_are),
      cmocka_unit_test(kinds_without_answers_export_their_levels),
      cmocka_unit_test(a_value_set_exports_every_profile),
      cmocka_unit_test(sheets_that_cannot_be_meant_are_refused),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
