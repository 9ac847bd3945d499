/* itg_valueset.c - layer 3: definitions of kind valueset: model terms, fixed states, tables and crosswalks.
 *
 * A published value set is a regression on the levels of a profile.  Whatever its form, it has one value
 * for each of 243 or 3125 profiles, so it is evaluated once, in full, and scoring is a look-up. */
#include "itg_valueset.h"

#include <math.h>
#include <string.h>

#include "itg_sum.h"

#define DIMENSIONS ITG_EQ5D_DIMENSIONS

static const itg_field crosswalk_fields[] = {
    {"to", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "id of the value set of the other version"},
    {"better", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL,
     "5L to 3L: P(3L level 1 given 5L level 2) of MO, SC, UA, PD, AD"},
    {"worse", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL,
     "5L to 3L: P(3L level 3 given 5L level 4) of MO, SC, UA, PD, AD"},
    {"logits", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "3L to 5L: for each of MO, SC, UA, PD, AD the four thresholds, then the effects of MO2, MO3, SC2, ... "
     "AD3"},
    {"as", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "id of the value set whose mapping this is too, in place of better and worse, or logits"},
    {"states", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL,
     "profiles of the other version whose value is fixed in this mapping"},
    {0}};

const itg_field itg_valueset_fields[] = {
    {"levels", ITG_FIELD_INTEGER, true, NULL, NULL, 3, 5, NULL, "3 (EQ-5D-3L, Y-3L) or 5 (EQ-5D-5L)"},
    {"start", ITG_FIELD_NUMBER, false, "1", NULL, 0, 0, NULL, "value to which the terms are added"},
    {"terms", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL, "model term and its coefficient"},
    {"form", ITG_FIELD_TEXT, false, "sum", "sum|product", 0, 0, NULL,
     "sum of the terms that apply, or product (a factor for each)"},
    {"power", ITG_FIELD_NUMBER, false, "1", NULL, 0.1, 10, NULL,
     "the value is start - (sum of decrements) ^ power"},
    {"states", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL, "profiles whose value is fixed"},
    {"table", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 0, NULL,
     "all values, 11111 first, the last digit fastest"},
    {"crosswalk", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, crosswalk_fields, "mapping to the other version"},
    {"decimals", ITG_FIELD_INTEGER, false, NULL, NULL, 0, 10, NULL,
     "round to so many decimals; default: not rounded"},
    {"range", ITG_FIELD_NUMBERS, true, NULL, NULL, 0, 0, NULL, "lowest and highest value (to 0.001)"},
    {0}};

static const char *const dimension_names[DIMENSIONS] = {"MO", "SC", "UA", "PD", "AD"};

/* ---- one model term ---- */

typedef struct profile {
  int level[DIMENSIONS];
  int at[6]; /* number of dimensions at each level */
} profile;

static int at_or_above(const profile *p, int level) {
  int count = 0;
  for (int l = level; l <= 5; l++) count += p->at[l];
  return count;
}

static int above_one(int count) { return count > 1 ? count - 1 : 0; }

/* Terms that depend on how many dimensions are at which level. */
typedef enum count_term {
  TERM_N2,
  TERM_N3,
  TERM_N4,
  TERM_N5,
  TERM_D1,
  TERM_I2,
  TERM_I2SQUARE,
  TERM_I3,
  TERM_I3SQUARE,
  TERM_C2SQUARE,
  TERM_C3SQUARE,
  TERM_X5,
  TERM_O2,
  TERM_O3,
  TERM_Z2,
  TERM_Z3,
  TERM_A3,
  TERM_NUM45SQUARE,
  TERM_COUNT
} count_term;

static const char *const count_names[TERM_COUNT] = {
    "N2",       "N3",       "N4", "N5", "D1", "I2", "I2square", "I3", "I3square",
    "C2square", "C3square", "X5", "O2", "O3", "Z2", "Z3",       "A3", "Num45square"};

static double count_value(count_term term, const profile *p) {
  const int *at = p->at;
  int severe = at[4] + at[5];
  switch (term) {
    case TERM_N2:
      return at_or_above(p, 2) > 0; /* any departure from full health */
    case TERM_N3:
      return at_or_above(p, 3) > 0;
    case TERM_N4:
      return at_or_above(p, 4) > 0;
    case TERM_N5:
      return at[5] > 0;
    case TERM_D1:
      return above_one(at_or_above(p, 2)); /* departures beyond the first */
    case TERM_I2:
      return above_one(at[2]);
    case TERM_I2SQUARE:
      return above_one(at[2]) * above_one(at[2]);
    case TERM_I3:
      return above_one(at[3]);
    case TERM_I3SQUARE:
      return above_one(at[3]) * above_one(at[3]);
    case TERM_C2SQUARE:
      return at[2] * at[2];
    case TERM_C3SQUARE:
      return at[3] * at[3];
    case TERM_X5:
      return at[1] == 0;
    case TERM_O2:
      return at[2] > 0 && at[1] + at[2] == DIMENSIONS;
    case TERM_O3:
      return at[3] > 0 && at[1] + at[3] == DIMENSIONS;
    case TERM_Z2:
      return at[2] > 0 && at[3] > 0;
    case TERM_Z3:
      return at[3] > 0 ? at[2] : 0;
    case TERM_A3:
      return at[3] == DIMENSIONS;
    case TERM_NUM45SQUARE:
      return severe ? (severe - 1) * (severe - 1) : 0;
    case TERM_COUNT:
      break;
  }
  return 0;
}

/* A term: a count term; or one or two dimensions at given levels (MO3, MO45, MO3SC3); or the product of
 * the steps below full health of two dimensions (MOAD). */
typedef struct term {
  int count;          /* count_term, or -1 */
  int dimension[2];   /* -1: none */
  unsigned levels[2]; /* bit l: level l */
  double weight;
} term;

static double term_value(const term *t, const profile *p) {
  if (t->count >= 0) return count_value((count_term)t->count, p);
  double value = 1;
  for (int i = 0; i < 2 && t->dimension[i] >= 0; i++) {
    int level = p->level[t->dimension[i]];
    value *= t->levels[i] ? (t->levels[i] >> level) & 1u : (unsigned)(level - 1);
  }
  return value;
}

static int find_dimension(const char *text) {
  for (int d = 0; d < DIMENSIONS; d++)
    if (strncmp(text, dimension_names[d], 2) == 0) return d;
  return -1;
}

static bool parse_term(const char *name, int levels, term *out) {
  *out = (term){.count = -1, .dimension = {-1, -1}};
  for (int c = 0; c < TERM_COUNT; c++)
    if (strcmp(name, count_names[c]) == 0) return out->count = c, true;
  int parts = 0;
  for (; *name && parts < 2; parts++) {
    out->dimension[parts] = find_dimension(name);
    if (out->dimension[parts] < 0) return false;
    for (name += 2; *name >= '1' && *name <= '0' + levels; name++) out->levels[parts] |= 1u << (*name - '0');
  }
  if (*name || !parts) return false;
  if (parts == 1) return out->levels[0] != 0;
  return out->dimension[0] != out->dimension[1] && !out->levels[0] == !out->levels[1];
}

/* ---- profiles and indices ---- */

void itg_valueset_levels(const itg_valueset *set, int32_t index, int levels[DIMENSIONS]) {
  for (int d = DIMENSIONS - 1; d >= 0; d--) {
    levels[d] = index % set->levels + 1;
    index /= set->levels;
  }
}

int32_t itg_valueset_find(const itg_valueset *set, const char *text) {
  int32_t index = 0;
  for (int d = 0; d < DIMENSIONS; d++) {
    unsigned level = (unsigned)(unsigned char)text[d] - '1'; /* NUL gives a large number */
    if (level >= (unsigned)set->levels) return -1;
    index = index * set->levels + (int32_t)level;
  }
  return text[DIMENSIONS] ? -1 : index;
}

static void read_profile(const itg_valueset *set, int32_t index, profile *out) {
  memset(out, 0, sizeof *out);
  itg_valueset_levels(set, index, out->level);
  for (int d = 0; d < DIMENSIONS; d++) out->at[out->level[d]]++;
}

static double number_of(const itg_node *map, const char *key, double fallback) {
  double value = fallback;
  const itg_node *node = itg_node_get(map, key);
  if (!itg_node_is_null(node)) itg_node_number(node, &value);
  return value;
}

/* ---- the forms of a value set ---- */

static itg_status fill_terms(const itg_definition *definition, itg_arena *arena, itg_valueset *set,
                             itg_error *error) {
  const itg_node *map = itg_node_get(definition->root, "terms");
  double start = number_of(definition->root, "start", 1), power = number_of(definition->root, "power", 1);
  bool product = strcmp(itg_node_text(definition->root, "form", "sum"), "product") == 0;
  if (product && power != 1)
    return itg_fail_node(error, ITG_ERR_VALUE, map,
                         "power goes with form sum only; leave one of the two out");
  term *terms = itg_arena_alloc(arena, (size_t)map->count, sizeof *terms);
  if (!terms) return itg_fail_memory(error);
  for (int32_t i = 0; i < map->count; i++) {
    if (!parse_term(map->keys[i], set->levels, &terms[i]))
      return itg_fail_node(error, ITG_ERR_VALUE, &map->items[i],
                           "'%.40s' is no term of a value set; terms are dimensions with levels (MO3, MO45, "
                           "MO3SC3, MOAD) and counts (N2, N3, N4, N5, D1, I2, I3square, X5, ...)",
                           map->keys[i]);
    itg_node_number(&map->items[i], &terms[i].weight);
  }
  for (int32_t s = 0; s < set->n_states; s++) {
    profile p;
    read_profile(set, s, &p);
    itg_sum sum = {0, 0};
    double factor = start;
    for (int32_t i = 0; i < map->count; i++) {
      double x = term_value(&terms[i], &p);
      if (product && x != 0) factor *= terms[i].weight;
      itg_sum_add(&sum, terms[i].weight * x);
    }
    if (power == 1) itg_sum_add(&sum, start);
    double value = itg_sum_value(&sum);
    if (product) value = factor;
    if (power != 1) value = value < 0 ? start - pow(-value, power) : start + value;
    set->values[s] = value;
  }
  return ITG_OK;
}

static itg_status fill_table(const itg_node *table, itg_valueset *set, itg_error *error) {
  if (table->kind != ITG_NODE_LIST || table->count != set->n_states)
    return itg_fail_node(
        error, ITG_ERR_VALUE, table, "the table has %d values; a value set of %d levels has %d",
        table->kind == ITG_NODE_LIST ? (int)table->count : 1, (int)set->levels, (int)set->n_states);
  for (int32_t s = 0; s < set->n_states; s++) itg_node_number(&table->items[s], &set->values[s]);
  return ITG_OK;
}

static itg_status fix_states(const itg_node *states, itg_valueset *set, itg_error *error) {
  for (int32_t i = 0; states && i < states->count; i++) {
    int32_t index = itg_valueset_find(set, states->keys[i]);
    if (index < 0)
      return itg_fail_node(error, ITG_ERR_VALUE, &states->items[i],
                           "'%.20s' is no profile: five digits of 1 to %d are wanted", states->keys[i],
                           (int)set->levels);
    itg_node_number(&states->items[i], &set->values[index]);
  }
  return ITG_OK;
}

/* Chances of each level of the other version, for one dimension.  5L to 3L: van Hout et al., Value in
 * Health 2012;15:708: each dimension maps by itself. */
static itg_status chances_to_3l(const itg_node *crosswalk, double chance[DIMENSIONS][5][3],
                                itg_error *error) {
  const itg_node *better = itg_node_get(crosswalk, "better"), *worse = itg_node_get(crosswalk, "worse");
  for (int d = 0; d < DIMENSIONS; d++) {
    double b = number_of(better, dimension_names[d], NAN), w = number_of(worse, dimension_names[d], NAN);
    if (!(b >= 0 && b <= 1 && w >= 0 && w <= 1))
      return itg_fail_node(error, ITG_ERR_VALUE, crosswalk,
                           "a crosswalk to EQ-5D-3L needs 'better' and 'worse' with a probability of %s",
                           dimension_names[d]);
    const double rows[5][3] = {{1, 0, 0}, {b, 1 - b, 0}, {0, 1, 0}, {0, 1 - w, w}, {0, 0, 1}};
    memcpy(chance[d], rows, sizeof rows);
  }
  return ITG_OK;
}

/* 3L to 5L: van Hout and Shaw, Value in Health 2021;24:1285: cumulative logits of the whole 3L profile. */
static itg_status chances_to_5l(const itg_node *crosswalk, const profile *p, double chance[DIMENSIONS][5],
                                itg_error *error) {
  const itg_node *logits = itg_node_get(crosswalk, "logits");
  for (int d = 0; d < DIMENSIONS; d++) {
    const itg_node *list = itg_node_get(logits, dimension_names[d]);
    double number[4 + 2 * DIMENSIONS];
    bool fine = list && list->kind == ITG_NODE_LIST && list->count == (int32_t)ITG_COUNT(number);
    for (size_t i = 0; fine && i < ITG_COUNT(number); i++)
      fine = itg_node_number(&list->items[i], &number[i]);
    if (!fine)
      return itg_fail_node(error, ITG_ERR_VALUE, list ? list : crosswalk,
                           "a crosswalk to EQ-5D-5L needs 'logits' with 14 numbers for %s",
                           dimension_names[d]);
    double shift = 0, below = 0;
    for (int k = 0; k < DIMENSIONS; k++)
      if (p->level[k] > 1) shift += number[4 + 2 * k + p->level[k] - 2];
    for (int j = 0; j < 5; j++) {
      double up_to = j < 4 ? 1 / (1 + exp(shift - number[j])) : 1;
      chance[d][j] = up_to - below;
      below = up_to;
    }
  }
  return ITG_OK;
}

/* Expected value of `other` when dimension d is at level l with chance[d][l-1]. */
static double expected_value(const itg_valueset *other, const double *const chance[DIMENSIONS]) {
  itg_sum sum = {0, 0};
  for (int32_t s = 0; s < other->n_states; s++) {
    int level[DIMENSIONS];
    itg_valueset_levels(other, s, level);
    double weight = 1;
    for (int d = 0; d < DIMENSIONS; d++) weight *= chance[d][level[d] - 1];
    if (weight > 0) itg_sum_add(&sum, weight * other->values[s]);
  }
  return itg_sum_value(&sum);
}

/* Replace a crosswalk `as` another by that one: *mapping is where the chances stand. */
static itg_status find_mapping(const itg_node *crosswalk, itg_arena *arena, const itg_node **mapping,
                               itg_error *error) {
  const char *as = itg_node_text(crosswalk, "as", NULL);
  *mapping = crosswalk;
  if (!as) return ITG_OK;
  if (itg_node_get(crosswalk, "better") || itg_node_get(crosswalk, "worse") ||
      itg_node_get(crosswalk, "logits"))
    return itg_fail_node(error, ITG_ERR_KEY, crosswalk,
                         "'as' stands in place of better and worse, or logits; leave one of the two out");
  itg_definition other;
  ITG_TRY(itg_definition_load(as, arena, &other, error));
  *mapping = itg_node_get(other.root, "crosswalk");
  if (!*mapping || (*mapping)->kind != ITG_NODE_MAP || itg_node_get(*mapping, "as"))
    return itg_fail_node(error, ITG_ERR_REFERENCE, crosswalk,
                         "'as' leads to '%.64s', which has no mapping of its own", as);
  return ITG_OK;
}

static itg_status fill_crosswalk(const itg_node *crosswalk, itg_arena *arena, itg_valueset *set,
                                 itg_error *error) {
  const char *to = itg_node_text(crosswalk, "to", "");
  const itg_node *mapping;
  itg_definition definition;
  itg_valueset other;
  ITG_TRY(itg_definition_load(to, arena, &definition, error));
  if (strcmp(definition.kind, "valueset") != 0 || itg_node_get(definition.root, "crosswalk"))
    return itg_fail_node(error, ITG_ERR_REFERENCE, crosswalk,
                         "the crosswalk leads to '%.64s', which is not a value set of its own", to);
  ITG_TRY(itg_valueset_make(&definition, arena, &other, error));
  if (other.levels == set->levels)
    return itg_fail_node(error, ITG_ERR_REFERENCE, crosswalk,
                         "the crosswalk leads to '%.64s', which has %d levels too; it must have %d", to,
                         (int)other.levels, 8 - (int)set->levels);
  ITG_TRY(fix_states(itg_node_get(crosswalk, "states"), &other, error));
  ITG_TRY(find_mapping(crosswalk, arena, &mapping, error));
  double to_3l[DIMENSIONS][5][3], to_5l[DIMENSIONS][5];
  if (set->levels == 5) ITG_TRY(chances_to_3l(mapping, to_3l, error));
  for (int32_t s = 0; s < set->n_states; s++) {
    profile p;
    const double *chance[DIMENSIONS];
    read_profile(set, s, &p);
    if (set->levels == 3) ITG_TRY(chances_to_5l(mapping, &p, to_5l, error));
    for (int d = 0; d < DIMENSIONS; d++) chance[d] = set->levels == 5 ? to_3l[d][p.level[d] - 1] : to_5l[d];
    set->values[s] = expected_value(&other, chance);
  }
  return ITG_OK;
}

static itg_status check_range(const itg_definition *definition, const itg_valueset *set, itg_error *error) {
  const itg_node *range = itg_node_get(definition->root, "range");
  double stated[2] = {NAN, NAN}, low = INFINITY, high = -INFINITY;
  if (range->kind == ITG_NODE_LIST && range->count == 2) {
    itg_node_number(&range->items[0], &stated[0]);
    itg_node_number(&range->items[1], &stated[1]);
  }
  for (int32_t s = 0; s < set->n_states; s++) {
    low = fmin(low, set->values[s]);
    high = fmax(high, set->values[s]);
  }
  if (fabs(low - stated[0]) <= 0.001 && fabs(high - stated[1]) <= 0.001) return ITG_OK;
  char lowest[ITG_NUMBER_SIZE], highest[ITG_NUMBER_SIZE];
  itg_number_print(low, lowest);
  itg_number_print(high, highest);
  return itg_fail_node(error, ITG_ERR_VALUE, range,
                       "the range must be [lowest, highest]; the values run from %s to %s", lowest, highest);
}

double itg_valueset_round(double value, int64_t decimals) {
  double unit = pow(10, (double)decimals);
  return round((value + copysign(1e-14, value)) * unit) / unit;
}

itg_status itg_valueset_make(const itg_definition *definition, itg_arena *arena, itg_valueset *out,
                             itg_error *error) {
  const itg_node *root = definition->root, *table, *crosswalk, *decimals;
  ITG_TRY(itg_definition_check(definition, itg_valueset_fields, error));
  table = itg_node_get(root, "table");
  crosswalk = itg_node_get(root, "crosswalk");
  decimals = itg_node_get(root, "decimals");
  int64_t levels = 0;
  itg_node_integer(itg_node_get(root, "levels"), &levels);
  if (levels != 3 && levels != 5)
    return itg_fail_node(error, ITG_ERR_VALUE, itg_node_get(root, "levels"), "levels must be 3 or 5");
  if (!table + !crosswalk + !itg_node_get(root, "terms") != 2)
    return itg_fail_node(error, ITG_ERR_KEY, root,
                         "a value set has exactly one of terms, table and crosswalk");
  out->levels = (int32_t)levels;
  out->n_states = levels == 3 ? 243 : 3125;
  out->values = itg_arena_alloc(arena, (size_t)out->n_states + 1, sizeof *out->values);
  if (!out->values) return itg_fail_memory(error);
  out->values[out->n_states] = NAN;
  if (table)
    ITG_TRY(fill_table(table, out, error));
  else if (crosswalk)
    ITG_TRY(fill_crosswalk(crosswalk, arena, out, error));
  else
    ITG_TRY(fill_terms(definition, arena, out, error));
  ITG_TRY(fix_states(itg_node_get(root, "states"), out, error));
  int64_t digits;
  if (!itg_node_is_null(decimals) && itg_node_integer(decimals, &digits))
    for (int32_t s = 0; s < out->n_states; s++) out->values[s] = itg_valueset_round(out->values[s], digits);
  return check_range(definition, out, error);
}
