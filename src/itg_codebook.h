/* itg_codebook.h - layer 3: definitions of kind codebook, and the search of one text for their codes. */
#ifndef ITG_CODEBOOK_H
#define ITG_CODEBOOK_H

#include "itg_measure.h"

typedef struct itg_code {
  const char *id, *label;
  int32_t n_patterns, n_exclude;
  const itg_node *patterns, *exclude; /* as written; NULL: none to exclude */
  itg_pattern **compiled;             /* the patterns, then those that exclude */
} itg_code;

typedef struct itg_codebook {
  const char *id;
  bool ignore_case;
  int32_t n_codes;
  itg_code *codes;
} itg_codebook;

/* A hit: bytes start .. end-1 of the text. */
typedef struct itg_hit {
  size_t start, end;
} itg_hit;

typedef struct itg_hits {
  itg_hit *hits;
  size_t n, capacity;
} itg_hits;

/* Read, check and compile.  To be freed, also after a failure.  Errors: the 400 family. */
itg_status itg_codebook_make(itg_call *call, const itg_definition *definition, itg_codebook *out,
                             itg_error *error);
void itg_codebook_free(itg_codebook *book);

/* Hits of a code in a text that is UTF-8, in order and apart: overlapping matches of its patterns are one
 * hit; a hit that touches a match of an excluding pattern is none.  `hits` is emptied first; `scratch` serves
 * the exclusion. ITG_ERR_LIMIT when a pattern takes too many steps (`*pattern` is it), ITG_ERR_MEMORY; the
 * caller says where. */
itg_status itg_codebook_search(const itg_code *code, const char *text, size_t size, itg_hits *hits,
                               itg_hits *scratch, const char **pattern);

#endif
