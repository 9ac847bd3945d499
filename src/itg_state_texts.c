/* itg_state_texts.c - layer 2: what the values of a state are about, and the names of its columns, so that no two
 * states merge whose columns are others. */
#include <stdlib.h>

#include "itg_state.h"

/* One line of UTF-8, not empty. */
static bool is_name(const char *name) {
  bool fine = *name && itg_utf8_check(name, strlen(name)) < 0;
  for (; *name && fine; name++) fine = (unsigned char)*name >= ' ' && *name != 127;
  return fine;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static itg_status check_names(const char *const *names, uint64_t p, itg_error *error) {
  const char **sorted = itg_alloc((size_t)p, sizeof *sorted);
  itg_status status = sorted ? ITG_OK : itg_fail_memory(error);
  for (uint64_t j = 0; j < p && !status; j++) {
    sorted[j] = names[j];
    if (!is_name(names[j]))
      status = itg_fail(error, ITG_ERR_OPTION, "the name of column %llu is empty or no single line of UTF-8; give it a name",
                        (unsigned long long)j + 1);
  }
  if (!status) qsort(sorted, (size_t)p, sizeof *sorted, by_name);
  for (uint64_t j = 1; j < p && !status; j++)
    if (strcmp(sorted[j], sorted[j - 1]) == 0)
      status = itg_fail(error, ITG_ERR_DUPLICATE, "two columns of the state have the name '%.80s'; each is given once",
                        sorted[j]);
  free(sorted);
  return status;
}

/* The bytes of the texts; names may be NULL. */
static itg_status print_texts(const char *about, const char *const *names, uint64_t p, itg_text *out, itg_error *error) {
  if (names) ITG_TRY(check_names(names, p, error));
  if (*about && !is_name(about))
    return itg_fail(error, ITG_ERR_OPTION, "'about' of the state must be a single line of UTF-8");
  if (!names && !*about) return ITG_OK;
  itg_text_append(out, about, strlen(about) + 1);
  for (uint64_t j = 0; names && j < p; j++) itg_text_append(out, names[j], strlen(names[j]) + 1);
  return out->failed ? itg_fail_memory(error) : ITG_OK;
}

itg_status itg_state_read_texts(const itg_node *spec, uint64_t p, itg_arena *arena, const char **bytes, uint64_t *size,
                                itg_error *error) {
  const itg_node *list = itg_node_get(spec, "names");
  const char **names = NULL;
  if (itg_node_length(list)) {
    names = itg_arena_room(arena, (size_t)p, sizeof *names, error);
    if (!names) return ITG_ERR_MEMORY;
    for (uint64_t j = 0; j < p; j++) names[j] = itg_node_element(list, (int32_t)j)->text;
  }
  itg_text text = ITG_TEXT_EMPTY;
  itg_status status = print_texts(itg_node_text(spec, "about", ""), names, p, &text, error);
  *size = text.size;
  *bytes = status || !text.size ? NULL : itg_arena_text(arena, text.data, text.size);
  if (!status && text.size && !*bytes) status = itg_fail_memory(error);
  itg_text_clear(&text);
  return status;
}

/* ---- in a state ---- */

static const char *texts_of(const void *state, const itg_shape *s) {
  return s->text ? (const char *)state + 8 * s->texts : NULL;
}

static const char *next(const char *text) { return text + strlen(text) + 1; }

static const char *about_of(const void *state, const itg_shape *s) {
  const char *texts = texts_of(state, s);
  return texts ? texts : "";
}

const char *itg_state_first_name(const void *state, const itg_shape *s) {
  const char *texts = texts_of(state, s);
  return texts && strlen(texts) + 1 < s->text ? next(texts) : NULL;
}

bool itg_state_texts_hold(const void *state, const itg_shape *s) {
  const char *at = texts_of(state, s);
  if (!at) return true;
  const char *end = at + s->text;
  uint64_t n = 0;
  for (const char *stop = (const char *)state + 8 * s->body; stop > end;)
    if (*--stop) return false;
  if (end[-1] || (*at && !is_name(at))) return false;
  for (at = next(at); at < end; at = next(at), n++)
    if (!is_name(at)) return false;
  return n == 0 ? *about_of(state, s) != '\0' : n == s->p;
}

/* The first column whose names differ, from 1; 0: none. */
static uint64_t other_column(const char *a, const char *b, uint64_t p) {
  for (uint64_t j = 1; j <= p; j++, a = next(a), b = next(b))
    if (strcmp(a, b) != 0) return j;
  return 0;
}

static const char *name_at(const char *first, uint64_t column) {
  while (--column) first = next(first);
  return first;
}

static itg_status fail_column(const char *mine, const char *theirs, uint64_t column, itg_error *error) {
  return itg_fail(error, ITG_ERR_DATA,
                  "column %llu is '%.80s', but '%.80s' in the state that it goes into; give all parts the same columns in "
                  "the same order", (unsigned long long)column, name_at(theirs, column), name_at(mine, column));
}

itg_status itg_state_check_texts(const void *state, const itg_shape *s, const void *other, const itg_shape *o,
                                 itg_error *error) {
  const char *mine = itg_state_first_name(state, s), *theirs = itg_state_first_name(other, o);
  if (strcmp(about_of(state, s), about_of(other, o)) != 0)
    return itg_fail(error, ITG_ERR_DATA, "the state is about '%.80s', and the one that it goes into about '%.80s'; merge "
                                         "states of the same only", about_of(other, o), about_of(state, s));
  if (!mine != !theirs)
    return itg_fail(error, ITG_ERR_DATA, "the columns of the state have %s, those of the one that it goes into %s; give "
                                         "both the same names", theirs ? "names" : "none", mine ? "names" : "none");
  uint64_t column = mine ? other_column(mine, theirs, s->p) : 0;
  return column ? fail_column(mine, theirs, column, error) : ITG_OK;
}

const char *itg_state_about(const void *state) {
  itg_shape s;
  return itg_state_shape(state, SIZE_MAX, &s, NULL) ? "" : about_of(state, &s);
}

const char *itg_state_name(const void *state, uint64_t column) {
  itg_shape s;
  if (itg_state_shape(state, SIZE_MAX, &s, NULL) || column >= s.p) return NULL;
  const char *first = itg_state_first_name(state, &s);
  return first ? name_at(first, column + 1) : NULL;
}

/* ---- names that come with the first rows ---- */

/* The state with other texts. */
static itg_status replace_texts(const void *state, const itg_shape *s, const itg_text *texts, void **out, size_t *out_size,
                                itg_error *error) {
  const size_t head = (size_t)(8 * s->texts), body = (size_t)(8 * (s->words - s->body)),
               padded = (texts->size + 7) / 8 * 8, size = head + padded + body;
  char *copy = itg_alloc(size, 1);
  if (!copy) return itg_fail_memory(error);
  memcpy(copy, state, head);
  memcpy(copy + head, texts->data, texts->size);
  memcpy(copy + head + padded, (const char *)state + 8 * s->body, body);
  itg_word_set(copy, ITG_STATE_SIZE, size);
  itg_word_set(copy, ITG_STATE_TEXT, texts->size);
  itg_state_seal(copy);
  *out = copy;
  *out_size = size;
  return ITG_OK;
}

itg_status itg_state_with_names(const void *state, size_t size, const char *const *names, void **out, size_t *out_size,
                                itg_error *error) {
  itg_shape s;
  size_t n;
  itg_text texts = ITG_TEXT_EMPTY;
  *out = NULL;
  ITG_TRY(itg_state_finish_size(state, size, &n, error));
  ITG_TRY(itg_state_shape(state, size, &s, error));
  itg_status status = print_texts(about_of(state, &s), names, s.p, &texts, error);
  const char *mine = itg_state_first_name(state, &s), *theirs = status ? NULL : next(texts.data);
  uint64_t column = mine && theirs ? other_column(mine, theirs, s.p) : 0;
  if (column) status = fail_column(mine, theirs, column, error);
  if (!status) status = replace_texts(state, &s, &texts, out, out_size, error);
  itg_text_clear(&texts);
  return status;
}

void itg_state_free(void *state) { free(state); }
