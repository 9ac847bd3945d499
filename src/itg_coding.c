/* itg_coding.c - layer 3: the measure `coding`: a codebook applied to texts, counted by segment and document.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_codebook.h"
#include "itg_score.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"

enum { MAX_BY = 62 };

typedef struct coding {
  itg_call *call;
  itg_codebook book;
  itg_hits hits, scratch; /* of one text and code; freed at the end */
  itg_groups groups;
  itg_factor texts, documents, segments;
  bool has_documents, has_segments, matched;
  double conf_level;
  /* A unit is a document of a group; without documents a whole group. */
  int32_t n_units;
  const int32_t *unit_of_row; /* -1: belongs to none */
  int32_t *group_of_unit;
  int32_t *units, *first_unit; /* units of group g: units[first_unit[g]] .. units[first_unit[g + 1] - 1] */
  int64_t *n, *n_missing; /* by unit: segments with and without text */
  int64_t *with, *count;  /* unit x (codes + any): segments that have the code, hits */
  int64_t *both;          /* group x codes x codes: segments that have both */
  bool *present;          /* codes of the current segment */
  itg_tidy tidy;
  itg_frame *hit_rows, *segment_rows;
  itg_pace pace;
} coding;

static int64_t cell(const coding *c, int32_t unit, int32_t code) {
  return (int64_t)unit * (c->book.n_codes + 1) + code;
}

static int64_t pair(const coding *c, int32_t group, int32_t a, int32_t b) {
  return ((int64_t)group * c->book.n_codes + a) * c->book.n_codes + b;
}

/* ---- columns in ---- */

/* Documents of each group, the pairs that occur. */
static itg_status find_units(coding *c, itg_error *error) {
  c->n_units = c->groups.n_groups;
  c->unit_of_row = c->groups.codes;
  if (c->has_documents) {
    itg_groups pairs;
    const char **unnamed = itg_call_alloc(c->call, (size_t)c->groups.n_groups, sizeof *unnamed, error);
    if (!unnamed) return ITG_ERR_MEMORY;
    const itg_factor factors[2] = {{c->groups.n, c->groups.n_groups, c->groups.codes, unnamed}, c->documents};
    const char *names[2] = {"group", "document"};
    ITG_TRY(itg_groups_make(factors, names, 2, c->groups.n, c->call->arena, &pairs, error));
    c->n_units = pairs.n_groups;
    c->unit_of_row = pairs.codes;
  }
  c->group_of_unit = itg_call_alloc(c->call, (size_t)c->n_units, sizeof *c->group_of_unit, error);
  if (!c->group_of_unit) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < c->groups.n; row++)
    if (c->unit_of_row[row] >= 0) c->group_of_unit[c->unit_of_row[row]] = c->groups.codes[row];
  c->units = itg_call_alloc(c->call, (size_t)c->n_units, sizeof *c->units, error);
  c->first_unit = itg_call_alloc(c->call, (size_t)c->groups.n_groups + 2, sizeof *c->first_unit, error);
  if (!c->units || !c->first_unit) return ITG_ERR_MEMORY;
  for (int32_t u = 0; u < c->n_units; u++) c->first_unit[c->group_of_unit[u] + 2]++;
  for (int32_t g = 2; g <= c->groups.n_groups; g++) c->first_unit[g] += c->first_unit[g - 1];
  /* first_unit[g + 1] is where the next unit of group g goes, and ends as the start of group g + 1. */
  for (int32_t u = 0; u < c->n_units; u++) c->units[c->first_unit[c->group_of_unit[u] + 1]++] = u;
  return ITG_OK;
}

static itg_status read_columns(coding *c, itg_error *error) {
  itg_call *call = c->call;
  ITG_TRY(itg_call_groups(call, &c->groups, error));
  if (c->groups.n_columns > MAX_BY)
    return itg_fail(error, ITG_ERR_LIMIT, "at most %d columns can group", MAX_BY);
  ITG_TRY(itg_call_factor(call, "content", &c->texts, error));
  c->has_documents = itg_call_has(call, "document");
  c->has_segments = itg_call_has(call, "segment");
  if (c->has_documents) ITG_TRY(itg_call_factor(call, "document", &c->documents, error));
  if (c->has_segments) ITG_TRY(itg_call_factor(call, "segment", &c->segments, error));
  ITG_TRY(find_units(c, error));
  ITG_TRY(itg_call_need((double)c->groups.n_groups * c->book.n_codes * c->book.n_codes,
                        "pairs of codes in each group", "group by columns of fewer values", error));
  ITG_TRY(itg_call_need((double)c->n_units * (c->book.n_codes + 1), "counts of codes by document",
                        "leave the document out, or code fewer at a time", error));
  size_t units = (size_t)c->n_units, codes = (size_t)c->book.n_codes;
  c->n = itg_call_alloc(call, units, sizeof *c->n, error);
  c->n_missing = itg_call_alloc(call, units, sizeof *c->n_missing, error);
  c->with = itg_call_alloc(call, units * (codes + 1), sizeof *c->with, error);
  c->count = itg_call_alloc(call, units * (codes + 1), sizeof *c->count, error);
  c->both = itg_call_alloc(call, (size_t)c->groups.n_groups * codes * codes, sizeof *c->both, error);
  c->present = itg_call_alloc(call, codes, sizeof *c->present, error);
  return c->n && c->n_missing && c->with && c->count && c->both && c->present ? ITG_OK : ITG_ERR_MEMORY;
}

/* ---- tables with a row per hit and per segment ---- */

static itg_status add_column(itg_frame *frame, const char *name, itg_type type, itg_error *error) {
  if (itg_table_column(itg_frame_table(frame), name) >= 0)
    return itg_fail(error, ITG_ERR_COLUMN,
                    "the result needs the column '%.80s' twice; rename the code or the column", name);
  return itg_frame_add_column(frame, name, type, NULL, error);
}

/* Grouping columns, document, row and segment: where a text stands. */
static itg_status open_places(coding *c, const char *table, itg_frame **out, itg_error *error) {
  ITG_TRY(itg_result_add_table(c->call->result, table, out, error));
  for (int i = 0; i < c->groups.n_columns; i++)
    ITG_TRY(add_column(*out, c->groups.names[i], ITG_TYPE_STRING, error));
  if (c->has_documents) ITG_TRY(add_column(*out, "document", ITG_TYPE_STRING, error));
  ITG_TRY(add_column(*out, "row", ITG_TYPE_INT64, error));
  return c->has_segments ? add_column(*out, "segment", ITG_TYPE_STRING, error) : ITG_OK;
}

static itg_status add_place(const coding *c, itg_frame *frame, int64_t data_row, int64_t *row, int *at,
                            itg_error *error) {
  *row = itg_frame_rows(frame);
  *at = 0;
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  for (; *at < c->groups.n_columns; ++*at)
    ITG_TRY(itg_frame_set_text(frame, *row, *at, c->groups.labels[c->groups.codes[data_row]][*at], error));
  if (c->has_documents)
    ITG_TRY(
        itg_frame_set_text(frame, *row, (*at)++, c->documents.levels[c->documents.codes[data_row]], error));
  itg_frame_set_int(frame, *row, (*at)++, data_row + 1);
  if (!c->has_segments) return ITG_OK;
  int32_t level = c->segments.codes[data_row];
  return itg_frame_set_text(frame, *row, (*at)++, level < 0 ? NULL : c->segments.levels[level], error);
}

static itg_status open_rows(coding *c, itg_error *error) {
  ITG_TRY(open_places(c, "hits", &c->hit_rows, error));
  ITG_TRY(add_column(c->hit_rows, "code", ITG_TYPE_STRING, error));
  ITG_TRY(add_column(c->hit_rows, "start", ITG_TYPE_INT64, error));
  ITG_TRY(add_column(c->hit_rows, "length", ITG_TYPE_INT64, error));
  if (c->matched) ITG_TRY(add_column(c->hit_rows, "matched", ITG_TYPE_STRING, error));
  ITG_TRY(open_places(c, "segments", &c->segment_rows, error));
  for (int32_t k = 0; k < c->book.n_codes; k++)
    ITG_TRY(add_column(c->segment_rows, c->book.codes[k].id, ITG_TYPE_BOOL, error));
  return ITG_OK;
}

static int64_t characters(const char *text, size_t size) {
  int64_t n = 0;
  for (size_t i = 0; i < size; i++) n += ((unsigned char)text[i] & 0xC0) != 0x80;
  return n;
}

static itg_status add_hits(coding *c, int64_t data_row, const char *text, const char *code,
                           itg_error *error) {
  size_t before = 0;
  int64_t passed = 0;
  for (size_t h = 0; h < c->hits.n; h++) {
    itg_hit hit = c->hits.hits[h];
    int64_t row;
    int at;
    ITG_TRY(add_place(c, c->hit_rows, data_row, &row, &at, error));
    passed += characters(text + before, hit.start - before);
    before = hit.start;
    ITG_TRY(itg_frame_set_text(c->hit_rows, row, at++, code, error));
    itg_frame_set_int(c->hit_rows, row, at++, passed + 1);
    itg_frame_set_int(c->hit_rows, row, at++, characters(text + hit.start, hit.end - hit.start));
    if (c->matched)
      ITG_TRY(itg_frame_set_bytes(c->hit_rows, row, at, text + hit.start, hit.end - hit.start, error));
  }
  return ITG_OK;
}

/* ---- segments ---- */

static bool is_blank(const char *text) { return !text[strspn(text, " \t\r\n")]; }

static itg_status code_text(coding *c, int64_t data_row, int32_t unit, const char *text, itg_error *error) {
  size_t size = strlen(text);
  int32_t n_codes = c->book.n_codes, group = c->group_of_unit[unit];
  bool any = false;
  int64_t wrong = itg_utf8_check(text, size), row;
  int at;
  if (wrong >= 0)
    return itg_call_fail(c->call, error, ITG_ERR_ENCODING, "content", data_row,
                         "byte %lld is not UTF-8; convert the text to UTF-8", (long long)wrong + 1);
  ITG_TRY(add_place(c, c->segment_rows, data_row, &row, &at, error));
  c->n[unit]++;
  for (int32_t k = 0; k < n_codes; k++) {
    const itg_code *code = &c->book.codes[k];
    const char *pattern = "";
    ITG_TRY(itg_pace_stop(&c->pace, (double)data_row / (double)c->groups.n, error));
    itg_status status = itg_codebook_search(code, text, size, &c->hits, &c->scratch, &pattern);
    if (status == ITG_ERR_LIMIT)
      return itg_call_fail(
          c->call, error, status, "content", data_row,
          "pattern '%.120s' of code '%.60s' takes too many steps here; make it simpler, or cut "
          "the text into shorter segments",
          pattern, code->id);
    if (status) return itg_fail_memory(error);
    c->present[k] = c->hits.n > 0;
    any = any || c->present[k];
    c->with[cell(c, unit, k)] += c->present[k];
    c->count[cell(c, unit, k)] += (int64_t)c->hits.n;
    c->count[cell(c, unit, n_codes)] += (int64_t)c->hits.n;
    itg_frame_set_bool(c->segment_rows, row, at + k, c->present[k]);
    ITG_TRY(add_hits(c, data_row, text, code->id, error));
  }
  c->with[cell(c, unit, n_codes)] += any;
  for (int32_t a = 0; a < n_codes; a++)
    for (int32_t b = a + 1; c->present[a] && b < n_codes; b++) c->both[pair(c, group, a, b)] += c->present[b];
  return ITG_OK;
}

static itg_status code_rows(coding *c, itg_error *error) {
  int64_t known = 0, kept = 0, placeless = 0;
  int64_t *rows = itg_call_alloc(c->call, (size_t)c->groups.n, sizeof *rows, error);
  if (!rows) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < c->groups.n; row++) {
    int32_t unit = c->unit_of_row[row], level = c->texts.codes[row];
    placeless += unit < 0 && c->groups.codes[row] >= 0;
    if (unit < 0) continue;
    rows[kept++] = row;
    if (level < 0 || is_blank(c->texts.levels[level])) {
      int64_t at;
      int column;
      c->n_missing[unit]++;
      ITG_TRY(add_place(c, c->segment_rows, row, &at, &column, error));
      continue;
    }
    known++;
    ITG_TRY(code_text(c, row, unit, c->texts.levels[level], error));
  }
  if (!known)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(c->call, "data"), -1, NULL,
                       "every text is missing");
  if (placeless)
    ITG_TRY(itg_result_note(c->call->result, error, "%lld rows name no document and are left out",
                            (long long)placeless));
  return itg_call_keep_rows(c->call, c->segment_rows, rows, error);
}

/* ---- estimates ---- */

typedef struct tally {
  int64_t segments, missing, with, hits, documents, documents_without_text, documents_with;
  double squares; /* over documents: (segments with the code - share x segments)^2 */
} tally;

/* A document is a person's (an interview); without documents a segment is (an answer). */
static int64_t persons_of(const coding *c, const tally *t) {
  return c->has_documents ? t->documents : t->segments;
}

static tally tally_of(const coding *c, int32_t group, int32_t code) {
  tally t = {0};
  itg_sum squares = {0, 0};
  for (int32_t i = c->first_unit[group]; i < c->first_unit[group + 1]; i++) {
    int32_t u = c->units[i];
    t.segments += c->n[u];
    t.missing += c->n_missing[u];
    t.with += c->with[cell(c, u, code)];
    t.hits += c->count[cell(c, u, code)];
    t.documents += c->n[u] > 0;
    t.documents_without_text += c->n[u] == 0;
    t.documents_with += c->with[cell(c, u, code)] > 0;
  }
  double share = t.segments ? (double)t.with / (double)t.segments : 0;
  for (int32_t i = c->first_unit[group]; i < c->first_unit[group + 1]; i++) {
    int32_t u = c->units[i];
    double away = (double)c->with[cell(c, u, code)] - share * (double)c->n[u];
    itg_sum_add(&squares, away * away);
  }
  t.squares = itg_sum_value(&squares);
  return t;
}

/* Segments of one document are alike: the error of their share comes from the differences between documents.
 */
static void set_clustered(itg_estimate *row, const tally *t, double conf_level) {
  row->n = t->segments;
  row->reason = t->segments ? ITG_REASON_PRESENT : ITG_REASON_TOO_FEW;
  if (!t->segments) return;
  double d = (double)t->documents;
  row->estimate = 100 * (double)t->with / (double)t->segments;
  if (t->documents < 2 || !(t->squares > 0)) {
    row->reason = t->documents < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_NO_VARIANCE;
    return;
  }
  row->std_error = 100 * sqrt(d / (d - 1) * t->squares) / (double)t->segments;
  double reach = itg_t_quantile((1 + conf_level) / 2, d - 1) * row->std_error;
  row->conf_low = row->estimate - reach;
  row->conf_high = row->estimate + reach;
  itg_estimate_clip(row, 0, 100);
}

static itg_status add_row(coding *c, itg_estimate *row, int32_t group, int32_t code, int64_t persons,
                          itg_error *error) {
  const char *labels[MAX_BY + 1];
  int n = c->groups.n_columns;
  for (int i = 0; i < n; i++) labels[i] = c->groups.labels[group][i];
  labels[n] = code < c->book.n_codes ? c->book.codes[code].id : NULL; /* missing: any code */
  row->measure = "coding";
  row->group = labels;
  ITG_TRY(itg_tidy_add(&c->tidy, row, error));
  return itg_frame_set_persons(c->tidy.frame, c->tidy.rows - 1, persons, error);
}

static itg_status add_estimates(coding *c, int32_t group, int32_t code, itg_error *error) {
  tally t = tally_of(c, group, code);
  const int64_t persons = persons_of(c, &t);
  itg_estimate row = itg_estimate_of(NULL, "segments", NULL, "percent");
  if (c->has_documents)
    set_clustered(&row, &t, c->conf_level);
  else
    itg_estimate_set_percent(&row, t.with, t.segments, c->conf_level);
  row.n_missing = t.missing;
  ITG_TRY(add_row(c, &row, group, code, persons, error));
  if (c->has_documents) {
    row = itg_estimate_of(NULL, "documents", NULL, "percent");
    itg_estimate_set_percent(&row, t.documents_with, t.documents, c->conf_level);
    row.n_missing = t.documents_without_text;
    ITG_TRY(add_row(c, &row, group, code, persons, error));
  }
  row = itg_estimate_of(NULL, "hits", NULL, "count");
  row.n = t.segments;
  row.n_missing = t.missing;
  row.estimate = t.segments ? (double)t.hits : NAN;
  row.reason = t.segments ? ITG_REASON_PRESENT : ITG_REASON_TOO_FEW;
  return add_row(c, &row, group, code, persons, error);
}

/* ---- counts and pairs of codes ---- */

static itg_status open_table(coding *c, const char *name, const char *const *texts, int n_texts,
                             const char *const *counts, int n_counts, itg_frame **out, itg_error *error) {
  ITG_TRY(itg_result_add_table(c->call->result, name, out, error));
  for (int i = 0; i < c->groups.n_columns; i++)
    ITG_TRY(add_column(*out, c->groups.names[i], ITG_TYPE_STRING, error));
  for (int i = 0; i < n_texts; i++) ITG_TRY(add_column(*out, texts[i], ITG_TYPE_STRING, error));
  for (int i = 0; i < n_counts; i++) ITG_TRY(add_column(*out, counts[i], ITG_TYPE_INT64, error));
  return ITG_OK;
}

static itg_status open_row(const coding *c, itg_frame *frame, int32_t group, int64_t *row, int *at,
                           itg_error *error) {
  *row = itg_frame_rows(frame);
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  for (*at = 0; *at < c->groups.n_columns; ++*at)
    ITG_TRY(itg_frame_set_text(frame, *row, *at, c->groups.labels[group][*at], error));
  return ITG_OK;
}

static itg_status add_codes(coding *c, itg_error *error) {
  static const char *const texts[] = {"code", "label"}, *const counts[] = {"segments", "segments_with",
                                                                           "hits", "documents",
                                                                           "documents_with"};
  itg_frame *frame;
  ITG_TRY(open_table(c, "codes", texts, 2, counts, c->has_documents ? 5 : 3, &frame, error));
  for (int32_t g = 0; g < c->groups.n_groups; g++) {
    ITG_TRY(itg_pace_stop(&c->pace, 1, error));
    for (int32_t k = 0; k <= c->book.n_codes; k++) {
      tally t = tally_of(c, g, k);
      int64_t row;
      int at;
      ITG_TRY(open_row(c, frame, g, &row, &at, error));
      ITG_TRY(itg_frame_set_persons(frame, row, persons_of(c, &t), error));
      if (k < c->book.n_codes) {
        ITG_TRY(itg_frame_set_text(frame, row, at, c->book.codes[k].id, error));
        ITG_TRY(itg_frame_set_text(frame, row, at + 1, c->book.codes[k].label, error));
      }
      at += 2;
      itg_frame_set_int(frame, row, at++, t.segments);
      itg_frame_set_int(frame, row, at++, t.with);
      itg_frame_set_int(frame, row, at++, t.hits);
      if (!c->has_documents) continue;
      itg_frame_set_int(frame, row, at++, t.documents);
      itg_frame_set_int(frame, row, at, t.documents_with);
    }
  }
  return ITG_OK;
}

static itg_status add_pair(const coding *c, itg_frame *frame, int32_t g, int32_t a, int32_t b, const char *of,
                           const int64_t counts[4], int64_t persons, itg_error *error) {
  int64_t row, n = counts[0], one = counts[1], two = counts[2], both = counts[3];
  int at;
  ITG_TRY(open_row(c, frame, g, &row, &at, error));
  ITG_TRY(itg_frame_set_persons(frame, row, persons, error));
  ITG_TRY(itg_frame_set_text(frame, row, at++, of, error));
  ITG_TRY(itg_frame_set_text(frame, row, at++, c->book.codes[a].id, error));
  ITG_TRY(itg_frame_set_text(frame, row, at++, c->book.codes[b].id, error));
  for (int i = 0; i < 4; i++) itg_frame_set_int(frame, row, at++, counts[i]);
  itg_frame_set_double(frame, row, at++, n ? (double)one * (double)two / (double)n : NAN);
  itg_frame_set_double(frame, row, at, one + two ? (double)both / (double)(one + two - both) : NAN);
  return ITG_OK;
}

static itg_status add_cooccurrence(coding *c, itg_error *error) {
  static const char *const texts[] = {"of", "code_1", "code_2"}, *const counts[] = {"n", "n_1", "n_2",
                                                                                    "both"};
  itg_frame *frame;
  ITG_TRY(open_table(c, "cooccurrence", texts, 3, counts, 4, &frame, error));
  ITG_TRY(add_column(frame, "expected", ITG_TYPE_DOUBLE, error));
  ITG_TRY(add_column(frame, "jaccard", ITG_TYPE_DOUBLE, error));
  tally *t = itg_call_alloc(c->call, (size_t)c->book.n_codes, sizeof *t, error);
  if (!t) return ITG_ERR_MEMORY;
  for (int32_t g = 0; g < c->groups.n_groups; g++) {
    for (int32_t k = 0; k < c->book.n_codes; k++) t[k] = tally_of(c, g, k);
    for (int32_t a = 0; a < c->book.n_codes; a++)
      for (int32_t b = a + 1; b < c->book.n_codes; b++) {
        const int64_t segments[4] = {t[a].segments, t[a].with, t[b].with, c->both[pair(c, g, a, b)]};
        ITG_TRY(add_pair(c, frame, g, a, b, "segments", segments, persons_of(c, &t[a]), error));
        if (!c->has_documents) continue;
        int64_t documents[4] = {t[a].documents, t[a].documents_with, t[b].documents_with, 0};
        for (int32_t i = c->first_unit[g]; i < c->first_unit[g + 1]; i++)
          documents[3] += c->with[cell(c, c->units[i], a)] && c->with[cell(c, c->units[i], b)];
        ITG_TRY(add_pair(c, frame, g, a, b, "documents", documents, persons_of(c, &t[a]), error));
      }
    ITG_TRY(itg_pace_stop(&c->pace, 1, error));
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status work(coding *c, const itg_definition *definition, itg_error *error) {
  itg_call *call = c->call;
  const char *names[MAX_BY + 1];
  ITG_TRY(itg_codebook_make(call, definition, &c->book, error));
  ITG_TRY(read_columns(c, error));
  for (int i = 0; i < c->groups.n_columns; i++) names[i] = c->groups.names[i];
  names[c->groups.n_columns] = "code";
  ITG_TRY(itg_tidy_open(call->result, names, c->groups.n_columns + 1, &c->tidy, error));
  ITG_TRY(open_rows(c, error));
  ITG_TRY(code_rows(c, error));
  for (int32_t g = 0; g < c->groups.n_groups; g++) {
    ITG_TRY(itg_pace_stop(&c->pace, 1, error));
    for (int32_t k = 0; k <= c->book.n_codes; k++) ITG_TRY(add_estimates(c, g, k, error));
  }
  ITG_TRY(add_codes(c, error));
  ITG_TRY(add_cooccurrence(c, error));
  return itg_groups_note(call, &c->groups, error);
}

static itg_status run(itg_call *call, itg_error *error) {
  coding c = {.call = call,
              .pace = {.control = &call->control},
              .conf_level = itg_call_number(call, "conf_level"),
              .matched = itg_call_flag(call, "matched")};
  itg_definition definition;
  ITG_TRY(itg_call_definition(call, "instrument", "codebook", &definition, error));
  itg_status status = work(&c, &definition, error);
  itg_codebook_free(&c.book);
  free(c.hits.hits);
  free(c.scratch.hits);
  return status;
}

static const itg_role roles[] = {
    {"data", "content", ITG_ROLE_TEXT, true, 0, 0,
     "the segment of text: an answer, a paragraph, a whole document (UTF-8)"},
    {"data", "document", ITG_ROLE_TEXT, false, 0, 0,
     "the document (interview, policy paper) that the segment belongs to"},
    {"data", "segment", ITG_ROLE_TEXT, false, 0, 0, "name of the segment, carried into the tables"},
    {0}};

static const itg_field options[] = {
    ITG_OPTION_INSTRUMENT("processes-2014-codes"),
    ITG_OPTION_CONF_LEVEL,
    {"matched", ITG_FIELD_FLAG, false, "true", NULL, 0, 0, NULL,
     "show the matched text in the table of hits; false where the texts are confidential"},
    {0}};

static const itg_output outputs[] = {
    {"hits",
     "a row per hit: where, code, start (character of the text, from 1), length, and the matched text"},
    {"segments",
     "a row per segment with a column per code, true where it occurs, and the columns of option keep: to set "
     "beside the codes of a person (measure agreement)"},
    {"codes", "each code by group: segments and documents with text, those that have the code, and hits"},
    {"cooccurrence",
     "each pair of codes by group, in segments and documents: how many have each and both, how many would "
     "have both by chance, and Jaccard's share of those with either that have both"},
    {NULL, NULL}};

const itg_measure itg_coding_measure = {
    .name = "coding",
    .title = "Coding of texts by a codebook of patterns",
    .summary =
        "Looks for the codes of a codebook in interviews, answers or policy documents, one segment of text "
        "per row. Scales: segments (percent of segments with the code), documents (percent of documents with "
        "it in any segment), hits (count); a missing code means any. A code occurs where one of its PCRE2 "
        "patterns matches; matches that overlap are one hit, and a hit that overlaps a match of an excluding "
        "pattern is none. Case is ignored as Unicode folds it unless the codebook says otherwise; letters of "
        "every script are letters; accents must agree, and texts are not normalised. Shares have Wilson's "
        "interval; with documents, that of segments comes from differences between documents (t, documents "
        "less one). Missing and blank texts are counted in n_missing. Patterns find words, not meaning: "
        "compare with people by agreement on the table segments. A pattern that takes more than a million "
        "steps on a text is an error.",
    .source =
        "Counting by a dictionary of patterns, as content analysis does. Error of the share of segments: "
        "ratio of counts over documents, linearised (Cochran, Sampling Techniques, 1977). How hits merge and "
        "are excluded is our choice.",
    .counts = "segments of text, or documents; the disclosure rule counts the documents "
              "(interviews), without them the segments",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .rows = "hits|segments",
    .groups = true,
    .run = run,
};
