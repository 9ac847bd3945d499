/* itg_state.c - states that merge: head and specification; the kinds fill the body. */
#include "itg_state.h"

#include <math.h>
#include <stdlib.h>

#include "itg_node.h"

enum { STATE_VERSION = 1, MOST = 1 << 20 };
static const uint64_t magic = UINT64_C(0x4554415453475449); /* the bytes "ITGSTATE" */

static const itg_state_kind *const kinds[] = {NULL,
                                              &itg_counts_kind,
                                              &itg_moments_kind,
                                              &itg_products_kind,
                                              &itg_bootstrap_kind,
                                              &itg_integers_kind,
                                              &itg_patterns_kind,
                                              &itg_cells_kind,
                                              &itg_rankings_kind};

const itg_state_kind *itg_state_kind_at(uint64_t kind) { return kind < ITG_COUNT(kinds) ? kinds[kind] : NULL; }

/* ---- head ---- */

/* Words of the specification after those that every kind has. */
static uint64_t count_own(const itg_shape *s) {
  return s->kind == ITG_STATE_BOOTSTRAP  ? s->p
         : s->kind == ITG_STATE_CELLS    ? 1 + s->p
         : s->kind == ITG_STATE_RANKINGS ? 1
                                         : 0;
}

/* Keys and cells as `own` has them; no key or cell where they are impossible. */
static void read_own(itg_shape *s, const int64_t *own) {
  s->keys = s->kind == ITG_STATE_CELLS && own[0] > 0 && (uint64_t)own[0] < s->p ? (uint64_t)own[0] : 0;
  s->cells = s->kind == ITG_STATE_RANKINGS && own[0] > 0 && own[0] <= MOST ? (uint64_t)own[0] : s->keys > 0;
  for (uint64_t j = 0; j < s->keys && s->cells; j++) {
    bool fine = own[1 + j] > 0 && own[1 + j] <= MOST && s->cells <= (UINT64_C(1) << 40) / (uint64_t)own[1 + j];
    s->cells = fine ? s->cells * (uint64_t)own[1 + j] : 0;
  }
}

/* False when there is no such state, or it would be larger than any memory; p and each are at most MOST. */
static bool lay_out(itg_shape *s) {
  uint64_t body = kinds[s->kind]->words(s);
  s->body = ITG_STATE_HEAD + count_own(s);
  s->words = s->body + body;
  return body <= PTRDIFF_MAX / 8 - s->body;
}

/* FNV-1a of 64 bits over the words that the specification sets. */
static uint64_t hash_head(const void *state, const itg_shape *s) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (uint64_t w = ITG_STATE_KIND; w < s->body; w++) {
    if (w >= ITG_STATE_SIZE && w <= ITG_STATE_ROWS) continue;
    for (int i = 0; i < 8; i++)
      hash = (hash ^ (itg_word_get(state, w) >> 8 * i & 0xFF)) * UINT64_C(0x100000001b3);
  }
  return hash;
}

static void write_head(void *state, const itg_shape *s, const int64_t *own) {
  memset(state, 0, (size_t)(8 * s->words));
  itg_word_set(state, ITG_STATE_MAGIC, magic);
  itg_word_set(state, ITG_STATE_KIND, (uint64_t)STATE_VERSION << 32 | s->kind);
  itg_word_set(state, ITG_STATE_SIZE, 8 * s->words);
  itg_word_set(state, ITG_STATE_COLUMNS, s->p);
  itg_word_set(state, ITG_STATE_EACH, s->each);
  itg_word_set(state, ITG_STATE_EXTRA, s->extra);
  for (uint64_t w = ITG_STATE_HEAD; w < s->body; w++)
    itg_word_set(state, w, (uint64_t)own[w - ITG_STATE_HEAD]);
  itg_word_set(state, ITG_STATE_HASH, hash_head(state, s));
}

static itg_status take_own(const void *state, itg_shape *s, itg_error *error) {
  const uint64_t n = count_own(s);
  int64_t *own = itg_alloc((size_t)n, sizeof *own);
  if (!own) return itg_fail_memory(error);
  for (uint64_t w = 0; w < n; w++) own[w] = itg_word_integer(state, ITG_STATE_HEAD + w);
  read_own(s, own);
  free(own);
  return ITG_OK;
}

/* Read and check the head; a `size` of SIZE_MAX is unknown and taken from the head. */
static itg_status read_head(const void *state, size_t size, itg_shape *out, itg_error *error) {
  if (!state) return itg_fail(error, ITG_ERR_ARGUMENT, "no state was given");
  if (size < 8 * ITG_STATE_HEAD)
    return itg_fail(error, ITG_ERR_ARGUMENT, "%zu bytes are too few for a state; its head alone has %d", size,
                    8 * ITG_STATE_HEAD);
  if (itg_word_get(state, ITG_STATE_MAGIC) != magic)
    return itg_fail(error, ITG_ERR_ARGUMENT, "these bytes are not a state of integrade");
  uint64_t version = itg_word_get(state, ITG_STATE_KIND) >> 32;
  if (version != STATE_VERSION)
    return itg_fail(error, ITG_ERR_ARGUMENT, "the state has version %llu; this library reads version %d",
                    (unsigned long long)version, STATE_VERSION);
  itg_shape s = {.kind = itg_word_get(state, ITG_STATE_KIND) & 0xFFFFFFFF,
                 .p = itg_word_get(state, ITG_STATE_COLUMNS),
                 .each = itg_word_get(state, ITG_STATE_EACH),
                 .extra = itg_word_get(state, ITG_STATE_EXTRA),
                 .rows = itg_word_integer(state, ITG_STATE_ROWS)};
  bool fine = s.kind >= ITG_STATE_COUNTS && s.kind < ITG_STATE_END && s.p >= 1 && s.p <= MOST &&
              s.each <= MOST && s.rows >= 0;
  if (fine && (s.kind == ITG_STATE_CELLS || s.kind == ITG_STATE_RANKINGS)) {
    if (size / 8 < ITG_STATE_HEAD + count_own(&s))
      return itg_fail(error, ITG_ERR_ARGUMENT, "%zu bytes are too few for a state of %s", size, kinds[s.kind]->name);
    ITG_TRY(take_own(state, &s, error));
  }
  fine = fine && lay_out(&s) && itg_word_get(state, ITG_STATE_SIZE) == 8 * s.words;
  if (fine && size != SIZE_MAX && size != 8 * s.words)
    return itg_fail(error, ITG_ERR_ARGUMENT, "the state has %zu bytes, but its head says %llu", size,
                    (unsigned long long)(8 * s.words));
  if (!fine || itg_word_get(state, ITG_STATE_HASH) != hash_head(state, &s))
    return itg_fail(error, ITG_ERR_ARGUMENT, "the head of the state is corrupt");
  *out = s;
  return ITG_OK;
}

/* ---- specification ---- */

#define FIELD_KIND \
  { "kind", ITG_FIELD_TEXT, true, NULL, "counts|moments|products|bootstrap|integers|patterns|cells|rankings", 0, 0, NULL, NULL }
#define FIELD_SIZE(name) \
  { name, ITG_FIELD_INTEGER, true, NULL, NULL, 1, MOST, NULL, NULL }
#define FIELD_END \
  { NULL, ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL, NULL }

static const itg_field counts_fields[] = {FIELD_KIND, FIELD_SIZE("columns"), FIELD_SIZE("levels"), FIELD_END};
static const itg_field moments_fields[] = {FIELD_KIND, FIELD_SIZE("columns"), FIELD_END};
static const itg_field bootstrap_fields[] = {
    FIELD_KIND,
    FIELD_SIZE("columns"),
    FIELD_SIZE("replicates"),
    {"seed", ITG_FIELD_INTEGER, false, "1", NULL, 0, 9007199254740991.0, NULL, NULL},
    {"bounds", ITG_FIELD_NUMBERS, true, NULL, NULL, 0, 0, NULL, NULL},
    FIELD_END};
static const itg_field patterns_fields[] = {
    FIELD_KIND,
    FIELD_SIZE("columns"),
    FIELD_SIZE("levels"),
    {"patterns", ITG_FIELD_INTEGER, false, "4096", NULL, 1, MOST, NULL, NULL},
    FIELD_END};

#define FIELD_DRAWS \
  {"replicates", ITG_FIELD_INTEGER, false, "0", NULL, 0, MOST, NULL, NULL}, \
  {"seed", ITG_FIELD_INTEGER, false, "1", NULL, 0, 9007199254740991.0, NULL, NULL}
static const itg_field cells_fields[] = {
    FIELD_KIND,
    FIELD_SIZE("columns"),
    {"levels", ITG_FIELD_NUMBERS, true, NULL, NULL, 1, MOST, NULL, NULL},
    {"bounds", ITG_FIELD_NUMBERS, true, NULL, NULL, 0, 0, NULL, NULL},
    FIELD_DRAWS,
    FIELD_END};
static const itg_field rankings_fields[] = {FIELD_KIND, FIELD_SIZE("columns"),
                                            {"groups", ITG_FIELD_INTEGER, false, "1", NULL, 1, MOST, NULL, NULL},
                                            FIELD_DRAWS, FIELD_END};

static uint64_t integer_of(const itg_node *map, const char *key, uint64_t fallback) {
  int64_t value;
  return itg_node_integer(itg_node_get(map, key), &value) ? (uint64_t)value : fallback;
}

/* Exponents of the bounds, which stay far from where doubles end. */
static itg_status read_bounds(const itg_node *node, uint64_t p, int64_t *exponents, itg_error *error) {
  uint64_t n = (uint64_t)itg_node_length(node);
  if (n != p)
    return itg_fail_node(error, ITG_ERR_OPTION, node, "%llu bounds for %llu columns; give one for each",
                         (unsigned long long)n, (unsigned long long)p);
  for (uint64_t j = 0; j < p; j++) {
    const itg_node *item = itg_node_element(node, (int32_t)j);
    double bound = 0;
    int power = 0;
    if (!itg_node_number(item, &bound) || !(bound > 0) || frexp(bound, &power) != 0.5 || abs(power) > 900)
      return itg_fail_node(error, ITG_ERR_OPTION, item,
                           "the bound %.40s is not a power of two, such as 0.5, 16 or 65536", item->text);
    exponents[j] = power - 1;
  }
  return ITG_OK;
}

/* Keys of a state of cells: how many levels each has; other columns are values. */
static itg_status read_levels(const itg_node *node, uint64_t p, int64_t *out, itg_error *error) {
  int32_t n = itg_node_length(node);
  if (n < 1 || (uint64_t)n >= p)
    return itg_fail_node(error, ITG_ERR_OPTION, node,
                         "%d levels for %llu columns; the first columns are keys, with a number of levels each, and one "
                         "column at least is a value",
                         (int)n, (unsigned long long)p);
  out[0] = n;
  for (int32_t j = 0; j < n; j++)
    if (!itg_node_integer(itg_node_element(node, j), &out[1 + j]))
      return itg_fail_node(error, ITG_ERR_OPTION, itg_node_element(node, j), "levels are whole numbers");
  return ITG_OK;
}

static itg_status read_own_spec(const itg_node *map, itg_shape *s, int64_t *own, itg_error *error) {
  if (s->kind == ITG_STATE_BOOTSTRAP) return read_bounds(itg_node_get(map, "bounds"), s->p, own, error);
  if (s->kind == ITG_STATE_RANKINGS) own[0] = (int64_t)integer_of(map, "groups", 1);
  if (s->kind == ITG_STATE_CELLS) {
    ITG_TRY(read_levels(itg_node_get(map, "levels"), s->p, own, error));
    ITG_TRY(read_bounds(itg_node_get(map, "bounds"), s->p - (uint64_t)own[0], own + 1 + own[0], error));
  }
  if (count_own(s)) read_own(s, own);
  return ITG_OK;
}

static const char *why_impossible(uint64_t kind) {
  switch (kind) {
    case ITG_STATE_PATTERNS:
      return "columns of so many levels have more than 2^64 patterns; use fewer columns, or count the "
             "patterns in a table";
    case ITG_STATE_RANKINGS:
      return "rankings have 2 to 1024 units, and of several groups a column more, the first, for the group";
    default:
      return "the state would be larger than any memory";
  }
}

static itg_status read_spec(const char *spec, itg_arena *arena, itg_shape *out, int64_t **own,
                            itg_error *error) {
  const itg_node *map;
  ITG_TRY(itg_node_parse(spec, strlen(spec), "state", arena, &map, error));
  const char *name = map->kind == ITG_NODE_MAP ? itg_node_text(map, "kind", "") : "";
  itg_shape s = {.kind = ITG_STATE_END - 1};
  while (s.kind > ITG_STATE_COUNTS && strcmp(name, kinds[s.kind]->name) != 0) s.kind--;
  const itg_field *fields = s.kind == ITG_STATE_COUNTS      ? counts_fields
                            : s.kind == ITG_STATE_BOOTSTRAP ? bootstrap_fields
                            : s.kind == ITG_STATE_PATTERNS  ? patterns_fields
                            : s.kind == ITG_STATE_CELLS     ? cells_fields
                            : s.kind == ITG_STATE_RANKINGS  ? rankings_fields
                                                            : moments_fields;
  const itg_state_kind *kind = kinds[s.kind];
  ITG_TRY(itg_schema_check(map, fields, "the state", ITG_ERR_OPTION, ITG_ERR_OPTION, error));
  s.p = integer_of(map, "columns", 0);
  if (kind->each) s.each = integer_of(map, kind->each, 0);
  if (kind->extra) s.extra = integer_of(map, kind->extra, s.kind == ITG_STATE_PATTERNS ? 4096 : 1);
  *own = itg_arena_alloc(arena, (size_t)count_own(&s), sizeof **own);
  if (!*own) return itg_fail_memory(error);
  ITG_TRY(read_own_spec(map, &s, *own, error));
  if (!lay_out(&s)) return itg_fail(error, ITG_ERR_LIMIT, "%s", why_impossible(s.kind));
  *out = s;
  return ITG_OK;
}

/* The size that a specification asks for and, unless `state` is NULL, an empty state of it. */
static itg_status make(const char *spec, size_t *size, void *state, itg_error *error) {
  itg_shape s;
  int64_t *own = NULL;
  if (!spec) return itg_fail(error, ITG_ERR_ARGUMENT, "no specification of the state was given");
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = read_spec(spec, arena, &s, &own, error);
  if (status) goto out;
  if (!state)
    *size = (size_t)(8 * s.words);
  else if (*size != 8 * s.words)
    status = itg_fail(error, ITG_ERR_ARGUMENT, "the state needs %llu bytes, not %zu",
                      (unsigned long long)(8 * s.words), *size);
  else
    write_head(state, &s, own);
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

itg_status itg_state_check_levels(const itg_shape *s, const double *values, uint64_t n, bool gaps, itg_error *error) {
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

itg_status itg_state_add_sums(void *state, const itg_shape *s, const int64_t *more, uint64_t step, uint64_t most,
                              itg_error *error) {
  const uint64_t n = s->words - s->body;
  for (uint64_t w = 0; w < n; w += step) {
    uint64_t weight = itg_word_get(state, s->body + w), further = (uint64_t)more[w];
    if (weight >= most || further >= most - weight)
      return itg_fail(error, ITG_ERR_LIMIT, "the weights of a replicate would sum to 2^%d or more", ilogb((double)most));
  }
  for (uint64_t w = 0; w < n; w++) itg_word_set(state, s->body + w, itg_word_get(state, s->body + w) + (uint64_t)more[w]);
  return ITG_OK;
}

itg_status itg_state_merge_sums(void *state, const itg_shape *s, const void *other, uint64_t step, uint64_t most,
                                itg_error *error) {
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
                    kind->keyed ? "a state of %s needs a record id for every row, which keys its draws; give the ids"
                                : "a state of %s has no draws that record ids could key; leave the ids out",
                    kind->name);
  ITG_TRY(check_rows(&s, n, error));
  ITG_TRY(kind->add(state, &s, values, ids, (uint64_t)n, error));
  itg_word_set(state, ITG_STATE_ROWS, (uint64_t)(s.rows + n));
  return ITG_OK;
}

/* The states differ at word w of their own specification. */
static itg_status fail_own(const void *state, const itg_shape *s, const void *other, uint64_t w, itg_error *error) {
  long long mine = itg_word_integer(state, w), theirs = itg_word_integer(other, w);
  uint64_t first = ITG_STATE_HEAD + (s->kind == ITG_STATE_CELLS); /* word of the first column */
  if (s->kind == ITG_STATE_RANKINGS || w < first)
    return itg_fail(error, ITG_ERR_ARGUMENT, "the states differ in their number of %s: %lld and %lld",
                    w < first ? "keys" : "groups", mine, theirs);
  bool key = w - first < s->keys;
  return itg_fail(error, ITG_ERR_ARGUMENT, "the states differ in the %s of column %llu: %s%lld and %s%lld",
                  key ? "levels" : "bound", (unsigned long long)(w - first + 1), key ? "" : "2^", mine, key ? "" : "2^",
                  theirs);
}

static itg_status check_same(const void *state, const itg_shape *s, const void *other, const itg_shape *o,
                             itg_error *error) {
  if (s->kind != o->kind)
    return itg_fail(error, ITG_ERR_ARGUMENT, "a state of %s cannot take in one of %s", kinds[s->kind]->name,
                    kinds[o->kind]->name);
  const struct {
    const char *name;
    uint64_t mine, theirs;
  } parts[] = {{"columns", s->p, o->p},
               {kinds[s->kind]->each, s->each, o->each},
               {kinds[s->kind]->extra, s->extra, o->extra}};
  for (size_t i = 0; i < ITG_COUNT(parts); i++)
    if (parts[i].name && parts[i].mine != parts[i].theirs)
      return itg_fail(error, ITG_ERR_ARGUMENT, "the states differ in '%s': %llu and %llu", parts[i].name,
                      (unsigned long long)parts[i].mine, (unsigned long long)parts[i].theirs);
  for (uint64_t w = ITG_STATE_HEAD; w < s->body; w++)
    if (itg_word_get(state, w) != itg_word_get(other, w)) return fail_own(state, s, other, w, error);
  return ITG_OK;
}

/* Read a state that may come from outside: its body is checked as well. */
static itg_status read_whole(const void *state, size_t size, itg_shape *out, itg_error *error) {
  ITG_TRY(read_head(state, size, out, error));
  if (kinds[out->kind]->holds(state, out)) return ITG_OK;
  return itg_fail(error, ITG_ERR_ARGUMENT,
                  "the body of the state is corrupt: no %lld rows give these sums; make the state again",
                  (long long)out->rows);
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

uint64_t itg_state_columns(const void *state) { return itg_word_get(state, ITG_STATE_COLUMNS); }
