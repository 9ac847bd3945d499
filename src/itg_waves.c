/* itg_waves.c - layer 3: the order in time of waves, periods and rounds, by the numbers in their names. */
#include "itg_waves.h"

#include <ctype.h>
#include <string.h>

#include "itg_sort.h"

static const char digits[] = "0123456789";

/* ---- a name, and which of two is earlier ---- */

enum { RUNS = 8 };

typedef struct run {
  const char *at;
  size_t size;
  bool fraction; /* may be the digits after a decimal point: 5 and 25 of 0.5 and 0.25 */
} run;

typedef struct name {
  const char *text; /* without a leading minus */
  int32_t code;
  bool is_number, negative;
  double number;
  int n_runs, year; /* the first run that is a year; -1 none */
  run runs[RUNS];
} name;

static bool is_year(const run *r) { return r->size == 4 && (memcmp(r->at, "19", 2) == 0 || memcmp(r->at, "20", 2) == 0); }

static bool are_joined(const run *a, const run *b) {
  return b->at == a->at + a->size + 1 && (a->at[a->size] == '.' || a->at[a->size] == ',');
}

static void read_name(const char *text, int32_t code, name *out) {
  *out = (name){.text = text, .code = code, .year = -1};
  out->is_number = itg_number_parse(text, strlen(text), &out->number);
  out->negative = *text == '-' && isdigit((unsigned char)text[1]);
  out->text += out->negative;
  for (const char *at = out->text; *(at += strcspn(at, digits)) && out->n_runs < RUNS; at += strspn(at, digits)) {
    run *r = &out->runs[out->n_runs];
    *r = (run){at, strspn(at, digits), false};
    if (out->year < 0 && is_year(r)) out->year = out->n_runs;
    out->n_runs++;
  }
  for (int i = 1; i < out->n_runs; i++) /* 1.2.2020 is no decimal number */
    out->runs[i].fraction = are_joined(&out->runs[i - 1], &out->runs[i]) &&
                            !(i > 1 && are_joined(&out->runs[i - 2], &out->runs[i - 1])) &&
                            !(i + 1 < out->n_runs && are_joined(&out->runs[i], &out->runs[i + 1]));
}

/* Two runs of digits of any length as numbers. */
static int compare_runs(const run *x, const run *y) {
  const char *a = x->at, *b = y->at;
  size_t n = x->size, m = y->size;
  while (n && *a == '0') a++, n--;
  while (m && *b == '0') b++, m--;
  const int order = n == m ? memcmp(a, b, n) : n < m ? -1 : 1;
  return (order > 0) - (order < 0);
}

/* Equal but for digits. */
static bool same_shape(const name *a, const name *b) {
  const char *x = a->text, *y = b->text;
  if (a->n_runs != b->n_runs || a->year != b->year) return false;
  for (int i = 0; i < a->n_runs; i++) {
    const size_t size = (size_t)(a->runs[i].at - x);
    if (size != (size_t)(b->runs[i].at - y) || memcmp(x, y, size) != 0) return false;
    x = a->runs[i].at + a->runs[i].size;
    y = b->runs[i].at + b->runs[i].size;
  }
  return strcmp(x, y) == 0;
}

/* A year counts most wherever it stands.  *plain: a year tells, all follow a year, or one run alone differs. */
static int compare_numbers(const name *a, const name *b, bool *plain) {
  int order = 0, differ = 0;
  bool decimal = false;
  if (a->year >= 0 && (order = compare_runs(&a->runs[a->year], &b->runs[a->year]))) {
    *plain = true;
    return order;
  }
  for (int i = 0; i < a->n_runs; i++) {
    const int here = compare_runs(&a->runs[i], &b->runs[i]);
    if (here && !differ++) {
      order = here;
      decimal = a->runs[i].fraction && a->runs[i].size != b->runs[i].size;
    }
  }
  *plain = !decimal && (differ == 1 || (differ && a->year == 0));
  return order;
}

static int compare(const name *a, const name *b, bool *plain) {
  *plain = false;
  if (a->is_number && b->is_number) {
    *plain = a->number != b->number;
    return (a->number > b->number) - (a->number < b->number);
  }
  if (a->is_number != b->is_number || !same_shape(a, b)) return strcmp(a->text, b->text);
  if (a->negative != b->negative) {
    *plain = true;
    return a->negative ? -1 : 1;
  }
  const int order = compare_numbers(a, b, plain);
  return a->negative ? -order : order;
}

int itg_waves_compare(const char *a, const char *b) {
  name x, y;
  bool plain;
  read_name(a, 0, &x);
  read_name(b, 0, &y);
  const int order = compare(&x, &y, &plain);
  return plain ? order : 0;
}

static int compare_names(const void *a, const void *b) {
  bool plain;
  return compare(a, b, &plain);
}

/* ---- the order of all ---- */

/* The waves from the first to the last; *open is the place of the first that is not plainly before the next, -1: none.
 * Only neighbours need be told apart: what is plain agrees with the order of runs. */
static itg_status put_in_order(itg_call *call, const itg_factor *waves, name **out, int32_t *open, itg_error *error) {
  bool plain = true;
  name *names = itg_call_alloc(call, (size_t)waves->n_levels, sizeof *names, error);
  if (!names) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < waves->n_levels; i++) read_name(waves->levels[i], i, &names[i]);
  ITG_TRY(itg_sort(names, (size_t)waves->n_levels, sizeof *names, compare_names, call->pace, error));
  *out = names;
  *open = -1;
  for (int32_t i = 0; i + 1 < waves->n_levels && *open < 0; i++) {
    compare(&names[i], &names[i + 1], &plain);
    if (!plain) *open = i;
  }
  return ITG_OK;
}

static bool are_words(const itg_factor *waves) {
  for (int32_t i = 0; i < waves->n_levels; i++)
    if (strpbrk(waves->levels[i], digits)) return false;
  return true;
}

/* `open` and `next` are the two whose order is not plain. */
static itg_status fail_open(const itg_call *call, const itg_factor *waves, const char *role, const name *open,
                            const char *remedy, itg_error *error) {
  if (are_words(waves))
    return itg_call_fail(call, error, ITG_ERR_OPTION, role, -1,
                         "%ss are words ('%.40s', '%.40s'%s), which the alphabet does not put in their order in time; %s",
                         role, waves->levels[0], waves->levels[1], waves->n_levels > 2 ? " ..." : "", remedy);
  return itg_call_fail(call, error, ITG_ERR_OPTION, role, -1,
                       "which of %ss '%.40s' and '%.40s' is earlier is not plain from their numbers; %s", role,
                       waves->levels[open[0].code], waves->levels[open[1].code], remedy);
}

/* Levels in a new order: level k was level order[k]. */
static itg_status reorder(itg_call *call, const int32_t *order, itg_factor *waves, itg_error *error) {
  const size_t n = (size_t)waves->n_levels;
  int32_t *place = itg_call_alloc(call, n, sizeof *place, error);
  int32_t *codes = itg_call_alloc(call, (size_t)waves->n, sizeof *codes, error);
  const char **levels = itg_call_alloc(call, n, sizeof *levels, error);
  if (!place || !codes || !levels) return ITG_ERR_MEMORY;
  for (int32_t k = 0; k < waves->n_levels; k++) {
    place[order[k]] = k;
    levels[k] = waves->levels[order[k]];
  }
  for (int64_t row = 0; row < waves->n; row++) {
    ITG_PACE(call->pace, row, error);
    codes[row] = waves->codes[row] < 0 ? -1 : place[waves->codes[row]];
  }
  waves->codes = codes;
  waves->levels = levels;
  return ITG_OK;
}

/* In the order of a list; it may name more than there are. */
static itg_status read_list(const itg_node *list, const char *role, const char *option, const itg_factor *waves,
                            int32_t *order, itg_error *error) {
  const bool one = list->kind == ITG_NODE_SCALAR;
  int32_t n = 0;
  for (int32_t i = 0; i < (one ? 1 : list->count); i++) {
    const itg_node *item = one ? list : &list->items[i];
    const int32_t code = itg_factor_find(waves, item->text);
    for (int32_t k = 0; k < n; k++)
      if (order[k] == code)
        return itg_fail_node(error, ITG_ERR_OPTION, item, "option '%s' lists '%.60s' twice", option, item->text);
    if (code >= 0) order[n++] = code;
  }
  for (int32_t i = 0; i < waves->n_levels; i++) {
    int32_t k = 0;
    while (k < n && order[k] != i) k++;
    if (k == n)
      return itg_fail_node(error, ITG_ERR_OPTION, list,
                           "option '%s' lacks %s '%.60s'; list all of them from the first to the last", option, role,
                           waves->levels[i]);
  }
  return ITG_OK;
}

itg_status itg_waves_factor(itg_call *call, const char *role, const char *option, itg_factor *out, itg_error *error) {
  const itg_node *list = option ? itg_call_node(call, option) : NULL;
  name *names;
  int32_t open;
  ITG_TRY(itg_call_factor(call, role, out, error));
  int32_t *order = itg_call_alloc(call, (size_t)out->n_levels, sizeof *order, error);
  if (!order) return ITG_ERR_MEMORY;
  if (list) {
    ITG_TRY(read_list(list, role, option, out, order, error));
    return reorder(call, order, out, error);
  }
  ITG_TRY(put_in_order(call, out, &names, &open, error));
  if (open >= 0 && !option) return ITG_OK;
  if (open >= 0) {
    const char *remedy = itg_arena_print(call->arena, "list them from the first to the last in option '%s'", option);
    return remedy ? fail_open(call, out, role, &names[open], remedy, error) : itg_fail_memory(error);
  }
  for (int32_t i = 0; i < out->n_levels; i++) order[i] = names[i].code;
  return reorder(call, order, out, error);
}

/* ---- two of them ---- */

static itg_status find(const itg_factor *waves, const char *option, const char *label, int32_t *out, itg_error *error) {
  if (!label) return ITG_OK;
  *out = itg_factor_find(waves, label);
  if (*out >= 0) return ITG_OK;
  const char *near = itg_suggest(label, waves->levels, (size_t)waves->n_levels);
  return itg_fail(error, ITG_ERR_OPTION, "option '%s': there is no wave '%.60s'%s%.60s%s", option, label,
                  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

itg_status itg_waves_find(itg_call *call, const itg_factor *waves, const char *earlier, const char *later, int32_t *from,
                          int32_t *to, itg_error *error) {
  const char *first = itg_call_text(call, earlier), *last = itg_call_text(call, later);
  name *names;
  int32_t open;
  if (waves->n_levels < 2)
    return itg_call_fail(call, error, ITG_ERR_DATA, "wave", -1, "a change needs two waves, there %s",
                         waves->n_levels ? "is one" : "is none");
  ITG_TRY(put_in_order(call, waves, &names, &open, error));
  *from = names[0].code;
  *to = names[waves->n_levels - 1].code;
  const bool one_of_two = waves->n_levels == 2 && (first || last);
  if (open >= 0 && !(first && last) && !one_of_two) {
    const char *remedy = itg_arena_print(call->arena, "name the earlier in option '%s' and the later in '%s'", earlier, later);
    return remedy ? fail_open(call, waves, "wave", &names[open], remedy, error) : itg_fail_memory(error);
  }
  ITG_TRY(find(waves, earlier, first, from, error));
  ITG_TRY(find(waves, later, last, to, error));
  if (open >= 0 && one_of_two && !(first && last)) {
    if (first) *to = 1 - *from;
    else *from = 1 - *to;
  }
  if (*from == *to)
    return itg_fail(error, ITG_ERR_OPTION, "options '%s' and '%s' are the same wave '%.60s'", earlier, later,
                    waves->levels[*from]);
  return ITG_OK;
}
