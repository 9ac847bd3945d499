/* itg_pattern.c - layer 1: one PCRE2 pattern, searched for anywhere in a text. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "itg_frame.h"

/* A pattern of a user must not hang the call: far above what sane patterns need, reached in about a
 * tenth of a second. */
enum { MATCH_LIMIT = 1000000, DEPTH_LIMIT = 10000, HEAP_LIMIT_KIB = 16384 };

struct itg_pattern {
  pcre2_code *code;
  pcre2_match_context *context;
  pcre2_match_data *data; /* scratch of a match: one thread at a time */
};

itg_status itg_pattern_new(const char *pattern, itg_pattern **out, itg_error *error) {
  return itg_pattern_make(pattern, 0, out, error);
}

itg_status itg_pattern_make(const char *pattern, unsigned flags, itg_pattern **out, itg_error *error) {
  int code;
  uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
  if (flags & ITG_PATTERN_CASELESS) options |= PCRE2_CASELESS;
  if (flags & ITG_PATTERN_LETTERS) options |= PCRE2_UCP;
  PCRE2_SIZE offset;
  PCRE2_UCHAR reason[160];
  *out = NULL;
  itg_pattern *p = itg_alloc(1, sizeof *p);
  if (!p) return itg_fail_memory(error);
  p->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &code, &offset, NULL);
  if (!p->code && code != PCRE2_ERROR_HEAP_FAILED) {
    itg_pattern_free(p);
    pcre2_get_error_message(code, reason, sizeof reason);
    return itg_fail(error, ITG_ERR_OPTION, "pattern '%.200s', character %zu: %s; patterns are PCRE2", pattern,
                    (size_t)offset + 1, (const char *)reason);
  }
  if (p->code) {
    p->context = pcre2_match_context_create(NULL);
    p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
  }
  if (!p->context || !p->data) {
    itg_pattern_free(p);
    return itg_fail_memory(error);
  }
  pcre2_set_match_limit(p->context, MATCH_LIMIT);
  pcre2_set_depth_limit(p->context, DEPTH_LIMIT);
  pcre2_set_heap_limit(p->context, HEAP_LIMIT_KIB);
  pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE); /* where there is no JIT, the interpreter serves */
  *out = p;
  return ITG_OK;
}

bool itg_pattern_match(const itg_pattern *pattern, const char *text) {
  return pcre2_match(pattern->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0, pattern->data,
                     pattern->context) >= 0;
}

bool itg_pattern_group(const itg_pattern *pattern, const char *text, size_t *start, size_t *end) {
  *start = 0;
  *end = strlen(text);
  const int found = pcre2_match(pattern->code, (PCRE2_SPTR)text, *end, 0, 0, pattern->data, pattern->context);
  if (found < 2) return found >= 0;
  const PCRE2_SIZE *place = pcre2_get_ovector_pointer(pattern->data);
  if (place[2] == PCRE2_UNSET) return true;
  *start = place[2];
  *end = place[3];
  return true;
}

itg_pattern_found itg_pattern_find(const itg_pattern *pattern, const char *text, size_t size, size_t from,
                                   size_t *start, size_t *end) {
  while (from <= size) {
    int found = pcre2_match(pattern->code, (PCRE2_SPTR)text, size, from, PCRE2_NO_UTF_CHECK, pattern->data,
                            pattern->context);
    if (found == PCRE2_ERROR_NOMATCH) return ITG_PATTERN_NONE;
    if (found < 0) return ITG_PATTERN_LIMIT;
    const PCRE2_SIZE *place = pcre2_get_ovector_pointer(pattern->data);
    *start = place[0];
    *end = place[1];
    if (*end > *start && *end > from) return ITG_PATTERN_HIT;
    from++; /* nothing was matched: on to the next character */
    while (from < size && ((unsigned char)text[from] & 0xC0) == 0x80) from++;
  }
  return ITG_PATTERN_NONE;
}

void itg_pattern_free(itg_pattern *pattern) {
  if (!pattern) return;
  pcre2_match_data_free(pattern->data);
  pcre2_match_context_free(pattern->context);
  pcre2_code_free(pattern->code);
  free(pattern);
}
