/* itg_state.c - states that merge: head and specification; the kinds fill the body. */
#include "itg_state.h"

#include <math.h>
#include <stdlib.h>

enum { STATE_VERSION = 2 };
static const uint64_t magic = UINT64_C(0x4554415453475449);    /* the bytes "ITGSTATE" */
static const uint64_t reversed = UINT64_C(0x4954475354415445); /* these, each word turned round */
static const char remedy[] = "copy it again, or make it again from its data";

#define LIST(NAME, name) [ITG_STATE_##NAME] = &itg_##name##_kind,
static const itg_state_kind *const kinds[] = {ITG_STATE_KINDS(LIST)};

const itg_state_kind *itg_state_kind_at(uint64_t kind) {
  return kind < ITG_COUNT(kinds) ? kinds[kind] : NULL;
}

/* ---- head ---- */

static uint64_t count_own(const itg_shape *s) { return kinds[s->kind]->own ? kinds[s->kind]->own(s) : 0; }

/* False when there is no such state, or it would be larger than any memory; p and each are at most
 * ITG_STATE_MOST. */
static bool lay_out(itg_shape *s) {
  uint64_t body = kinds[s->kind]->words(s);
  if (s->text > PTRDIFF_MAX / 16) return false;
  s->texts = ITG_STATE_HEAD + count_own(s);
  s->body = s->texts + (s->text + 7) / 8;
  s->words = s->body + body;
  return body <= PTRDIFF_MAX / 8 - s->body;
}

/* FNV-1a with words for bytes, whose upper half is mixed into the lower: each step can be undone, so that a change of
 * one word is always noticed, and one of several but for one in 2^64. */
static uint64_t checksum(const void *state, uint64_t words) {
  uint64_t sum = UINT64_C(0xcbf29ce484222325);
  for (uint64_t w = 0; w < words; w++) {
    if (w == ITG_STATE_CHECKSUM) continue;
    sum = (sum ^ itg_word_get(state, w)) * UINT64_C(0x100000001b3);
    sum ^= sum >> 32;
  }
  return sum;
}

void itg_state_seal(void *state) {
  itg_word_set(state, ITG_STATE_CHECKSUM, checksum(state, itg_word_get(state, ITG_STATE_SIZE) / 8));
}

static void write_head(void *state, const itg_shape *s, const int64_t *own, const char *texts) {
  memset(state, 0, (size_t)(8 * s->words));
  itg_word_set(state, ITG_STATE_MAGIC, magic);
  itg_word_set(state, ITG_STATE_KIND, (uint64_t)STATE_VERSION << 32 | s->kind);
  itg_word_set(state, ITG_STATE_SIZE, 8 * s->words);
  itg_word_set(state, ITG_STATE_COLUMNS, s->p);
  itg_word_set(state, ITG_STATE_EACH, s->each);
  itg_word_set(state, ITG_STATE_EXTRA, s->extra);
  itg_word_set(state, ITG_STATE_TEXT, s->text);
  for (uint64_t w = ITG_STATE_HEAD; w < s->texts; w++)
    itg_word_set(state, w, (uint64_t)own[w - ITG_STATE_HEAD]);
  if (s->text) memcpy((char *)state + 8 * s->texts, texts, (size_t)s->text);
  itg_state_seal(state);
}

static itg_status take_own(const void *state, itg_shape *s, itg_error *error) {
  const uint64_t n = count_own(s);
  int64_t *own = itg_alloc((size_t)n, sizeof *own);
  if (!own) return itg_fail_memory(error);
  for (uint64_t w = 0; w < n; w++) own[w] = itg_word_integer(state, ITG_STATE_HEAD + w);
  kinds[s->kind]->take_own(s, own);
  free(own);
  return ITG_OK;
}

/* The bytes are not as many as the head says. */
static itg_status fail_size(const void *state, size_t size, uint64_t stated, itg_error *error) {
  if (size >= stated && size - stated >= 8 && stated % 8 == 0 && itg_word_get(state, stated / 8) == magic)
    return itg_fail(error, ITG_ERR_DATA, "another state follows the first; states are merged (`integrade "
                                         "state merge`), not put one behind the other");
  return itg_fail(error, ITG_ERR_DATA, "the state has %zu bytes, but its head says %llu: it was %s; %s", size,
                  (unsigned long long)stated, size < stated ? "cut" : "added to or changed", remedy);
}

/* Bytes that begin like a state, as many as it says; a `size` of SIZE_MAX is unknown. */
static itg_status check_bytes(const void *state, size_t size, itg_error *error) {
  if (!state) return itg_fail(error, ITG_ERR_ARGUMENT, "no state was given");
  if (size == 0) return itg_fail(error, ITG_ERR_DATA, "empty, where a state should be; %s", remedy);
  uint64_t first = size < 8 ? 0 : itg_word_get(state, ITG_STATE_MAGIC);
  if (first == reversed)
    return itg_fail(error, ITG_ERR_DATA, "the bytes of each number are in reverse order; a state is the same bytes on "
                                         "every machine: copy it as it is, without conversion");
  if (first != magic)
    return itg_fail(error, ITG_ERR_DATA, "these bytes are not a state of integrade; `integrade state add` makes one");
  if (size < 8 * ITG_STATE_HEAD)
    return itg_fail(error, ITG_ERR_DATA, "%zu bytes are too few for a state, whose head alone has %d: it was cut; %s",
                    size, 8 * ITG_STATE_HEAD, remedy);
  uint64_t version = itg_word_get(state, ITG_STATE_KIND) >> 32, stated = itg_word_get(state, ITG_STATE_SIZE);
  if (version != STATE_VERSION)
    return itg_fail(error, ITG_ERR_DATA, "the state has version %llu, and this library reads version %d; %s",
                    (unsigned long long)version, STATE_VERSION,
                    version > STATE_VERSION ? "update integrade" : "make it again from its data");
  return size == SIZE_MAX || size == stated ? ITG_OK : fail_size(state, size, stated, error);
}

bool itg_state_is_more(const void *bytes, size_t size) {
  if (size < 8 * ITG_STATE_HEAD) return false;
  return itg_word_get(bytes, ITG_STATE_MAGIC) != magic || size / 8 > itg_word_get(bytes, ITG_STATE_SIZE) / 8 + 1;
}

static itg_status read_head(const void *state, size_t size, itg_shape *out, itg_error *error) {
  ITG_TRY(check_bytes(state, size, error));
  itg_shape s = {.kind = itg_word_get(state, ITG_STATE_KIND) & 0xFFFFFFFF,
                 .p = itg_word_get(state, ITG_STATE_COLUMNS),
                 .each = itg_word_get(state, ITG_STATE_EACH),
                 .extra = itg_word_get(state, ITG_STATE_EXTRA),
                 .text = itg_word_get(state, ITG_STATE_TEXT),
                 .rows = itg_word_integer(state, ITG_STATE_ROWS)};
  bool fine = s.kind > ITG_STATE_NONE && s.kind < ITG_STATE_END && s.p >= 1 && s.p <= ITG_STATE_MOST &&
              s.each <= ITG_STATE_MOST && s.rows >= 0;
  fine = fine && size / 8 >= ITG_STATE_HEAD + count_own(&s);
  if (fine && kinds[s.kind]->take_own) ITG_TRY(take_own(state, &s, error));
  if (!fine || !lay_out(&s) || itg_word_get(state, ITG_STATE_SIZE) != 8 * s.words)
    return itg_fail(error, ITG_ERR_DATA, "the head of the state is damaged; %s", remedy);
  *out = s;
  return ITG_OK;
}

/* Read a state that may come from outside: all of it is checked. */
static itg_status read_whole(const void *state, size_t size, itg_shape *out, itg_error *error) {
  ITG_TRY(read_head(state, size, out, error));
  if (itg_word_get(state, ITG_STATE_CHECKSUM) != checksum(state, out->words))
    return itg_fail(error, ITG_ERR_DATA, "the state is damaged: its checksum is another; %s", remedy);
  if (!itg_state_texts_hold(state, out))
    return itg_fail(error, ITG_ERR_DATA, "the names in the state are damaged; %s", remedy);
  if (kinds[out->kind]->holds(state, out)) return ITG_OK;
  return itg_fail(error, ITG_ERR_DATA, "the body of the state is damaged: no %lld rows give these sums; %s",
                  (long long)out->rows, remedy);
}

/* ---- specification ---- */

static const itg_field fields_of_all[] = {ITG_STATE_FIELDS, ITG_STATE_FIELDS_END};

uint64_t itg_state_number(const itg_node *spec, const itg_field *fields, const char *key) {
  int64_t value = 0;
  if (itg_node_integer(itg_node_get(spec, key), &value)) return (uint64_t)value;
  while (strcmp(fields->key, key) != 0) fields++;
  return (uint64_t)strtoll(fields->fallback, NULL, 10);
}

/* An unknown kind is read as the first: its fields tell the user which there are. */
static const itg_state_kind *kind_of(const itg_node *map, uint64_t *number) {
  const char *name = map->kind == ITG_NODE_MAP ? itg_node_text(map, "kind", "") : "";
  *number = ITG_STATE_END - 1;
  while (*number > 1 && strcmp(name, kinds[*number]->name) != 0) --*number;
  return kinds[*number];
}

/* Their number, or as many as have names; both must say the same. */
static itg_status read_columns(const itg_node *map, const itg_field *fields, uint64_t *p, itg_error *error) {
  const uint64_t names = (uint64_t)itg_node_length(itg_node_get(map, "names"));
  *p = itg_state_number(map, fields, "columns");
  if (!*p && !names) return itg_fail(error, ITG_ERR_OPTION, "the state lacks 'columns': give their number, or their 'names'");
  if (*p && names && *p != names)
    return itg_fail(error, ITG_ERR_OPTION, "%llu names for %llu columns; give one name per column",
                    (unsigned long long)names, (unsigned long long)*p);
  if (!*p) *p = names;
  if (*p <= ITG_STATE_MOST) return ITG_OK;
  return itg_fail(error, ITG_ERR_OPTION, "%llu columns; a state has at most 2^20", (unsigned long long)*p);
}

static itg_status read_spec(const char *spec, itg_arena *arena, itg_shape *out, int64_t **own, const char **texts,
                            itg_error *error) {
  const itg_node *map;
  itg_shape s = {.kind = ITG_STATE_NONE};
  ITG_TRY(itg_node_parse(spec, strlen(spec), "state", arena, &map, error));
  const itg_state_kind *kind = kind_of(map, &s.kind);
  const itg_field *fields = kind->fields ? kind->fields : fields_of_all;
  ITG_TRY(itg_schema_check(map, fields, "the state", ITG_ERR_OPTION, ITG_ERR_OPTION, error));
  ITG_TRY(read_columns(map, fields, &s.p, error));
  ITG_TRY(itg_state_read_texts(map, s.p, arena, texts, &s.text, error));
  if (kind->each) s.each = itg_state_number(map, fields, kind->each);
  if (kind->extra) s.extra = itg_state_number(map, fields, kind->extra);
  *own = itg_arena_alloc(arena, (size_t)count_own(&s), sizeof **own);
  if (!*own) return itg_fail_memory(error);
  if (kind->read_own) ITG_TRY(kind->read_own(map, &s, *own, error));
  if (kind->take_own) kind->take_own(&s, *own);
  if (!lay_out(&s))
    return itg_fail(error, ITG_ERR_LIMIT, "%s",
                    kind->impossible ? kind->impossible : "the state would be larger than any memory");
  *out = s;
  return ITG_OK;
}

/* The size that a specification asks for and, unless `state` is NULL, an empty state of it. */
static itg_status make(const char *spec, size_t *size, void *state, itg_error *error) {
  itg_shape s;
  int64_t *own = NULL;
  const char *texts = NULL;
  if (!spec) return itg_fail(error, ITG_ERR_ARGUMENT, "no specification of the state was given");
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = read_spec(spec, arena, &s, &own, &texts, error);
  if (status) goto out;
  if (!state)
    *size = (size_t)(8 * s.words);
  else if (*size != 8 * s.words)
    status = itg_fail(error, ITG_ERR_ARGUMENT, "the state needs %llu bytes, not %zu",
                      (unsigned long long)(8 * s.words), *size);
  else
    write_head(state, &s, own, texts);
out:
  itg_arena_free(arena);
  return status;
}

itg_status itg_state_size(const char *spec, size_t *size, itg_error *error) {
  return make(spec, size, NULL, error);
}

itg_status itg_state_init(void *state, size_t size, const char *spec, itg_error *error) {
  if (!state) return itg_fail(error, ITG_ERR_ARGUMENT, "no memory for the state was given");
  return make(spec, &size, state, error);
}

/* ---- add, merge, finish ---- */

itg_status itg_state_fail_value(itg_error *error, uint64_t row, uint64_t column, double value,
                                const char *why) {
  char name[ITG_NUMBER_SIZE], number[ITG_NUMBER_SIZE];
  itg_table table = {.name = "values"};
  itg_number_print((double)(column + 1), name);
  itg_number_print(value, number);
  return itg_fail_at(error, ITG_ERR_RANGE, &table, (int64_t)row, name, "%s %s", number, why);
}

itg_status itg_state_check_levels(const itg_shape *s, const double *values, uint64_t n, bool gaps,
                                  itg_error *error) {
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < s->p; j++) {
      double level = values[i * s->p + j];
      bool fine = isnan(level) ? gaps : level >= 1 && level <= (double)s->each && level == floor(level);
      if (!fine)
        return itg_state_fail_value(error, i, j, level,
                                    "is not a level; levels are whole numbers from 1 to `levels`");
    }
  return ITG_OK;
}

itg_status itg_state_add_sums(void *state, const itg_shape *s, const int64_t *more, uint64_t step,
                              uint64_t most, itg_error *error) {
  const uint64_t n = s->words - s->body;
  for (uint64_t w = 0; w < n; w += step) {
    uint64_t weight = itg_word_get(state, s->body + w), further = (uint64_t)more[w];
    if (weight >= most || further >= most - weight)
      return itg_fail(error, ITG_ERR_LIMIT, "the weights of a replicate would sum to "
                                            "2^%d or more", ilogb((double)most));
  }
  for (uint64_t w = 0; w < n; w++)
    itg_word_set(state, s->body + w, itg_word_get(state, s->body + w) + (uint64_t)more[w]);
  return ITG_OK;
}

itg_status itg_state_merge_sums(void *state, const itg_shape *s, const void *other, uint64_t step,
                                uint64_t most, itg_error *error) {
  const uint64_t n = s->words - s->body;
  int64_t *more = itg_alloc((size_t)n, sizeof *more);
  if (!more) return itg_fail_memory(error);
  for (uint64_t i = 0; i < n; i++) more[i] = itg_word_integer(other, s->body + i);
  itg_status status = itg_state_add_sums(state, s, more, step, most, error);
  free(more);
  return status;
}

static itg_status check_rows(const itg_shape *s, int64_t more, itg_error *error) {
  if (more <= INT64_MAX - s->rows) return ITG_OK;
  return itg_fail(error, ITG_ERR_LIMIT, "2^63 rows or more cannot be counted");
}

itg_status itg_state_add(void *state, const double *values, const uint64_t *ids, int64_t n,
                         itg_error *error) {
  itg_shape s;
  ITG_TRY(read_head(state, SIZE_MAX, &s, error));
  if (n < 0 || (n > 0 && !values))
    return itg_fail(error, ITG_ERR_ARGUMENT, "no values, or less than no rows");
  if (n == 0) return ITG_OK;
  const itg_state_kind *kind = kinds[s.kind];
  if (kind->keyed != (ids != NULL))
    return itg_fail(error, ITG_ERR_ARGUMENT,
                    kind->keyed ? "a state of %s needs a record id for every row, which keys its draws; give "
                                  "the ids"
                                : "a state of %s has no draws that record ids could key; leave the ids out",
                    kind->name);
  ITG_TRY(check_rows(&s, n, error));
  ITG_TRY(kind->add(state, &s, values, ids, (uint64_t)n, error));
  itg_word_set(state, ITG_STATE_ROWS, (uint64_t)(s.rows + n));
  itg_state_seal(state);
  return ITG_OK;
}

/* The states differ at word w, of their kind's own. */
static itg_status fail_own(const void *state, const itg_shape *s, const void *other, uint64_t w,
                           itg_error *error) {
  const itg_own_word own = kinds[s->kind]->own_at(s, w - ITG_STATE_HEAD);
  const char *base = own.power ? "2^" : "";
  long long mine = itg_word_integer(state, w), theirs = itg_word_integer(other, w);
  if (!own.column)
    return itg_fail(error, ITG_ERR_DATA, "the states differ in their number of %s: %lld "
                                             "and %lld", own.name, mine,
                    theirs);
  return itg_fail(error, ITG_ERR_DATA, "the states differ in the %s of column %llu: %s%lld "
                                           "and %s%lld", own.name,
                  (unsigned long long)own.column, base, mine, base, theirs);
}

static itg_status check_same(const void *state, const itg_shape *s, const void *other, const itg_shape *o,
                             itg_error *error) {
  if (s->kind != o->kind)
    return itg_fail(error, ITG_ERR_DATA, "a state of %s cannot take in one of %s", kinds[s->kind]->name,
                    kinds[o->kind]->name);
  const struct {
    const char *name;
    uint64_t mine, theirs;
  } parts[] = {{"columns", s->p, o->p},
               {kinds[s->kind]->each, s->each, o->each},
               {kinds[s->kind]->extra, s->extra, o->extra}};
  for (size_t i = 0; i < ITG_COUNT(parts); i++)
    if (parts[i].name && parts[i].mine != parts[i].theirs)
      return itg_fail(error, ITG_ERR_DATA, "the states differ in '%s': %llu and %llu", parts[i].name,
                      (unsigned long long)parts[i].mine, (unsigned long long)parts[i].theirs);
  for (uint64_t w = ITG_STATE_HEAD; w < s->texts; w++)
    if (itg_word_get(state, w) != itg_word_get(other, w)) return fail_own(state, s, other, w, error);
  return itg_state_check_texts(state, s, other, o, error);
}

itg_status itg_state_merge(void *state, const void *other, size_t other_size, itg_error *error) {
  itg_shape s, o;
  ITG_TRY(read_whole(state, SIZE_MAX, &s, error));
  ITG_TRY(read_whole(other, other_size, &o, error));
  ITG_TRY(check_same(state, &s, other, &o, error));
  if (o.rows == 0) return ITG_OK;
  ITG_TRY(check_rows(&s, o.rows, error));
  ITG_TRY(kinds[s.kind]->merge(state, &s, other, &o, error));
  itg_word_set(state, ITG_STATE_ROWS, (uint64_t)(s.rows + o.rows));
  itg_state_seal(state);
  return ITG_OK;
}

itg_status itg_state_finish_size(const void *state, size_t size, size_t *n_values, itg_error *error) {
  itg_shape s;
  ITG_TRY(read_whole(state, size, &s, error));
  *n_values = (size_t)kinds[s.kind]->values(state, &s);
  return ITG_OK;
}

itg_status itg_state_finish(const void *state, size_t size, double *values, itg_error *error) {
  itg_shape s;
  ITG_TRY(read_whole(state, size, &s, error));
  kinds[s.kind]->finish(state, &s, values);
  return ITG_OK;
}

itg_status itg_state_shape(const void *state, size_t size, itg_shape *out, itg_error *error) {
  return read_head(state, size, out, error);
}

itg_status itg_state_clear(void *state, itg_error *error) {
  itg_shape s;
  ITG_TRY(read_head(state, SIZE_MAX, &s, error));
  memset((char *)state + 8 * s.body, 0, (size_t)(8 * (s.words - s.body)));
  itg_word_set(state, ITG_STATE_ROWS, 0);
  itg_state_seal(state);
  return ITG_OK;
}

/* ---- what a checked state is ---- */

static const itg_state_kind *kind_in(const void *state) {
  return kinds[itg_word_get(state, ITG_STATE_KIND) & 0xFFFFFFFF];
}

const char *itg_state_kind_name(const void *state) { return kind_in(state)->name; }

int itg_state_is_plain(const void *state) { return kind_in(state)->plain; }

uint64_t itg_state_columns(const void *state) { return itg_word_get(state, ITG_STATE_COLUMNS); }

int64_t itg_state_rows(const void *state) { return itg_word_integer(state, ITG_STATE_ROWS); }

uint64_t itg_state_checksum(const void *state) { return itg_word_get(state, ITG_STATE_CHECKSUM); }
