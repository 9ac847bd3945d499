/* itg_codebook.c - layer 3: definitions of kind codebook, and the search of one text for their codes. */
#include "itg_codebook.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CODES = 200, MAX_PATTERNS = 1000 };

static const itg_field code_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "name of the code in results"},
    {"label", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "short label of our own"},
    {"about", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "what belongs to it, for people who code by hand"},
    {"patterns", ITG_FIELD_TEXTS, true, NULL, NULL, 0, 0, NULL,
     "PCRE2 patterns; a match of any of them is a hit"},
    {"exclude", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL,
     "PCRE2 patterns; a hit that overlaps a match of one of them is none"},
    {0}};

static const itg_field codebook_fields[] = {
    {"case", ITG_FIELD_TEXT, false, "ignore", "ignore|match", 0, 0, NULL,
     "whether capitals matter; ignore: as Unicode folds them"},
    {"codes", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, code_fields, "codes in order"},
    {0}};

/* ---- the definition ---- */

static itg_status compile(const itg_node *list, unsigned flags, itg_pattern **out, itg_error *error) {
  for (int32_t i = 0; i < itg_node_length(list); i++) {
    const itg_node *node = itg_node_element(list, i);
    itg_error inner = {.status = ITG_OK};
    itg_status status = itg_pattern_make(node->text, flags, &out[i], &inner);
    if (status == ITG_ERR_OPTION) {
      char *code = strstr(inner.message, " (ITG_ERR_");
      if (code) *code = 0;
      return itg_fail_node(error, ITG_ERR_VALUE, node, "%s", inner.message);
    }
    if (status) return itg_fail(error, status, "a pattern cannot be compiled");
    if (!*node->text)
      return itg_fail_node(error, ITG_ERR_VALUE, node,
                           "a pattern is empty; write what is searched for, or remove it");
  }
  return ITG_OK;
}

static itg_status read_code(itg_call *call, itg_codebook *book, const itg_node *node, itg_error *error) {
  itg_code *code = &book->codes[book->n_codes];
  unsigned flags = ITG_PATTERN_LETTERS | (book->ignore_case ? ITG_PATTERN_CASELESS : 0);
  const itg_node *exclude = itg_node_get(node, "exclude");
  *code = (itg_code){.id = itg_node_text(node, "id", ""), .label = itg_node_text(node, "label", "")};
  if (!*code->id) return itg_fail_node(error, ITG_ERR_VALUE, node, "a code needs an id");
  for (int32_t i = 0; i < book->n_codes; i++)
    if (strcmp(book->codes[i].id, code->id) == 0)
      return itg_fail_node(error, ITG_ERR_VALUE, node, "the code '%.80s' is given twice", code->id);
  code->patterns = itg_node_get(node, "patterns");
  code->exclude = itg_node_is_null(exclude) ? NULL : exclude;
  code->n_patterns = itg_node_length(code->patterns);
  code->n_exclude = itg_node_length(code->exclude);
  if (!code->n_patterns || code->n_patterns > MAX_PATTERNS || code->n_exclude > MAX_PATTERNS)
    return itg_fail_node(error, ITG_ERR_VALUE, node, "the code '%.80s' needs 1 to %d patterns", code->id,
                         MAX_PATTERNS);
  code->compiled =
      itg_call_alloc(call, (size_t)(code->n_patterns + code->n_exclude), sizeof *code->compiled, error);
  if (!code->compiled) {
    code->n_patterns = code->n_exclude = 0;
    return ITG_ERR_MEMORY;
  }
  book->n_codes++; /* from here on freed with the book */
  ITG_TRY(compile(code->patterns, flags, code->compiled, error));
  return compile(code->exclude, flags, code->compiled + code->n_patterns, error);
}

itg_status itg_codebook_make(itg_call *call, const itg_definition *definition, itg_codebook *out,
                             itg_error *error) {
  memset(out, 0, sizeof *out);
  ITG_TRY(itg_definition_check(definition, codebook_fields, error));
  const itg_node *codes = itg_node_get(definition->root, "codes");
  if (!codes->count || codes->count > MAX_CODES)
    return itg_fail_node(error, ITG_ERR_VALUE, codes, "a codebook has 1 to %d codes", MAX_CODES);
  out->id = definition->id;
  out->ignore_case = strcmp(itg_node_text(definition->root, "case", "ignore"), "ignore") == 0;
  out->codes = itg_call_alloc(call, (size_t)codes->count, sizeof *out->codes, error);
  if (!out->codes) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < codes->count; i++) ITG_TRY(read_code(call, out, &codes->items[i], error));
  return ITG_OK;
}

void itg_codebook_free(itg_codebook *book) {
  for (int32_t c = 0; c < book->n_codes; c++)
    for (int32_t p = 0; p < book->codes[c].n_patterns + book->codes[c].n_exclude; p++)
      itg_pattern_free(book->codes[c].compiled[p]);
  book->n_codes = 0;
}

/* ---- one text ---- */

static int compare_hits(const void *a, const void *b) {
  const itg_hit *x = a, *y = b;
  if (x->start != y->start) return x->start < y->start ? -1 : 1;
  return x->end < y->end ? 1 : x->end > y->end ? -1 : 0;
}

/* All matches of some patterns, in order; those that overlap become one. */
static itg_status collect(const itg_code *code, int32_t first, int32_t n, const char *text, size_t size,
                          itg_hits *out, const char **pattern) {
  out->n = 0;
  for (int32_t p = 0; p < n; p++) {
    size_t from = 0;
    itg_hit hit;
    itg_pattern_found found;
    while ((found = itg_pattern_find(code->compiled[first + p], text, size, from, &hit.start, &hit.end)) ==
           ITG_PATTERN_HIT) {
      if (out->n == out->capacity) {
        size_t more = out->capacity ? 2 * out->capacity : 16;
        itg_hit *grown = itg_grow(out->hits, more, sizeof *grown);
        if (!grown) return ITG_ERR_MEMORY;
        out->hits = grown;
        out->capacity = more;
      }
      out->hits[out->n++] = hit;
      from = hit.end;
    }
    if (found == ITG_PATTERN_LIMIT) {
      *pattern = itg_node_element(first ? code->exclude : code->patterns, p)->text;
      return ITG_ERR_LIMIT;
    }
  }
  if (out->n > 1) qsort(out->hits, out->n, sizeof *out->hits, compare_hits);
  size_t kept = 0;
  for (size_t i = 0; i < out->n; i++) {
    if (kept && out->hits[i].start < out->hits[kept - 1].end) {
      if (out->hits[i].end > out->hits[kept - 1].end) out->hits[kept - 1].end = out->hits[i].end;
    } else {
      out->hits[kept++] = out->hits[i];
    }
  }
  out->n = kept;
  return ITG_OK;
}

itg_status itg_codebook_search(const itg_code *code, const char *text, size_t size, itg_hits *hits,
                               itg_hits *scratch, const char **pattern) {
  ITG_TRY(collect(code, 0, code->n_patterns, text, size, hits, pattern));
  if (!hits->n || !code->n_exclude) return ITG_OK;
  ITG_TRY(collect(code, code->n_patterns, code->n_exclude, text, size, scratch, pattern));
  size_t kept = 0, at = 0;
  for (size_t i = 0; i < hits->n; i++) {
    while (at < scratch->n && scratch->hits[at].end <= hits->hits[i].start) at++;
    if (at == scratch->n || scratch->hits[at].start >= hits->hits[i].end) hits->hits[kept++] = hits->hits[i];
  }
  hits->n = kept;
  return ITG_OK;
}
