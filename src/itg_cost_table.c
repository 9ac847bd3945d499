/* itg_cost_table.c - layer 3: measure cost_table: costs by category and payer that add up, and what an arm
 * saves. */
#include <math.h>
#include <string.h>

#include "itg_measure.h"
#include "itg_sum.h"

static const itg_role roles[] = {
    {"data", "category", ITG_ROLE_TEXT, true, 0, 0, "kind of care or cost, such as inpatient care"},
    {"data", "cost", ITG_ROLE_NUMBER, true, 0, 0, "cost of the line, in currency"},
    {"data", "arm", ITG_ROLE_TEXT, false, 0, 0, "group, programme or period that is compared"},
    {"data", "payer", ITG_ROLE_TEXT, false, 0, 0, "who bears the cost: health, social care, family, ..."},
    {"data", "persons", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "people the costs of the arm are for: the same number on each of its lines; gives costs per person"},
    {"flows", "amount", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "payment beside the costs of care, in the same terms: programme cost, transfer between payers"},
    {"flows", "paid_by", ITG_ROLE_TEXT, false, 0, 0, "payer that pays; blank: from outside the system"},
    {"flows", "paid_to", ITG_ROLE_TEXT, false, 0, 0,
     "payer that receives; blank: it is spent and leaves the system"},
    {"flows", "arm", ITG_ROLE_TEXT, false, 0, 0,
     "arm in which it is paid; without the column: every arm but the reference"},
    {0}};

static const itg_field options[] = {
    {"reference", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "arm that the others are compared with; default: the first in order"},
    {"total", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "category that is no category but a stated total: checked against the sum, then left out"},
    {"rounding", ITG_FIELD_NUMBER, false, "0", NULL, 0, 1e15, NULL,
     "unit to which the figures were rounded: a stated total may be off by half of it for every figure"},
    {"absent", ITG_FIELD_TEXT, false, "missing", "missing|zero", 0, 0, NULL,
     "what a category is that an arm or payer has no line for"},
    {"negative", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL,
     "allow costs below zero (refunds, income)"},
    {"per", ITG_FIELD_NUMBER, false, "1", NULL, 1e-6, 1e12, NULL,
     "costs per person are given per this many, such as 1000"},
    {"spread", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL,
     "also how far the lines of a cell lie apart, where each is a price or fee of its own"},
    {0}};

static const itg_output outputs[] = {
    {"matrix", "one row per arm, payer and category with the totals: cost, share (percent of the arm's "
               "total), per_person"},
    {0}};

/* A sum of lines. */
typedef struct amount {
  double value; /* NaN: a part is missing */
  int64_t n, n_missing;
  bool versus; /* of an arm and the reference */
} amount;

/* One cell: lines of an arm, payer and category. */
typedef struct cell {
  itg_sum sum;
  int64_t n, n_missing;
  double low, high; /* of its lines, when n > 0 */
} cell;

typedef struct book {
  itg_call *call;
  bool has_arm, has_payer, has_persons, has_flows, zero, spread;
  int32_t n_arms, n_payers, n_categories, reference, care_payers; /* care_payers: payers with lines of cost */
  const char **arms, **payers, **categories;
  bool *pays_care;  /* payer: has lines of its own; else it stands in flows only */
  cell *cells;      /* arm x payer x category, payers with lines only */
  amount *sums;     /* arm x (payers + 1) x (categories + 1): the last are all */
  double *persons;  /* arm; NaN none */
  double *net_flow; /* arm x (payers + 1): paid less received; the last is the system */
  double per;
  itg_tidy tidy;
} book;

/* Place of a payer and category of an arm among the sums; -1: all of them. */
static int64_t place_of(const book *b, int32_t arm, int32_t payer, int32_t category) {
  int64_t p = payer < 0 ? b->n_payers : payer, c = category < 0 ? b->n_categories : category;
  return (arm * (int64_t)(b->n_payers + 1) + p) * (b->n_categories + 1) + c;
}

static amount sum_of(const book *b, int32_t arm, int32_t payer, int32_t category) {
  return b->sums[place_of(b, arm, payer, category)];
}

/* Something that no arm has a line of is no gap, and no row. */
static bool is_used(const book *b, int32_t payer, int32_t category) {
  for (int32_t a = 0; a < b->n_arms; a++) {
    amount s = sum_of(b, a, payer, category);
    if (s.n || s.n_missing) return true;
  }
  return false;
}

/* ---- names ---- */

/* The word that stands for all of a column. */
static const char all[] = "all";

static int32_t find_name(const char *const *names, int32_t n, const char *name) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

/* Names of a role in order; one name "all" without the role. */
static itg_status read_names(book *b, const char *role, itg_factor *factor, const char ***names, int32_t *n,
                             itg_error *error) {
  *n = 1;
  if (itg_call_has(b->call, role)) {
    ITG_TRY(itg_call_factor(b->call, role, factor, error));
    *n = factor->n_levels;
  }
  *names = itg_call_alloc(b->call, (size_t)*n, sizeof **names, error);
  if (!*names) return ITG_ERR_MEMORY;
  if (!itg_call_has(b->call, role)) {
    (*names)[0] = all;
    return ITG_OK;
  }
  for (int32_t i = 0; i < *n; i++) {
    (*names)[i] = factor->levels[i];
    if (strcmp(factor->levels[i], all) == 0)
      return itg_call_fail(b->call, error, ITG_ERR_DATA, role, -1,
                           "'all' names the total of the table; give it another name");
  }
  return ITG_OK;
}

/* ---- lines of cost ---- */

typedef struct lines {
  int64_t n;
  itg_factor arm, payer, category;
  double *costs, *persons;
  uint8_t *why, *why_persons;
} lines;

static int32_t code_of(const itg_factor *factor, bool given, int64_t row) {
  return given ? factor->codes[row] : 0;
}

static itg_status read_lines(book *b, lines *l, itg_error *error) {
  itg_call *call = b->call;
  l->n = itg_call_rows(call, "data");
  if (!l->n)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL, "there are no rows");
  ITG_TRY(read_names(b, "data.arm", &l->arm, &b->arms, &b->n_arms, error));
  ITG_TRY(read_names(b, "payer", &l->payer, &b->payers, &b->n_payers, error));
  ITG_TRY(read_names(b, "category", &l->category, &b->categories, &b->n_categories, error));
  ITG_TRY(itg_call_numbers(call, "cost", &l->costs, &l->why, error));
  if (b->has_persons) ITG_TRY(itg_call_numbers(call, "persons", &l->persons, &l->why_persons, error));
  int64_t present = 0;
  bool negative = itg_call_flag(call, "negative");
  for (int64_t row = 0; row < l->n; row++) {
    present += !l->why[row];
    if (!l->why[row] && l->costs[row] < 0 && !negative)
      return itg_call_fail(call, error, ITG_ERR_RANGE, "cost", row,
                           "a cost is negative; correct it, or set negative: true if it is a refund or "
                           "income");
  }
  if (!present)
    return itg_call_fail(call, error, ITG_ERR_EMPTY, "cost", -1,
                         "all costs are missing; at least one is needed");
  const char *reference = itg_call_text(call, "reference");
  b->reference = reference ? find_name(b->arms, b->n_arms, reference) : 0;
  if (b->reference < 0 || (reference && !b->has_arm)) {
    const char *near = itg_suggest(reference, b->arms, (size_t)b->n_arms);
    return itg_fail(error, ITG_ERR_OPTION, "reference: there is no arm '%.80s'%s%s%s", reference,
                    near ? "; did you mean '" : "; name one of role arm", near ? near : "", near ? "'?" : "");
  }
  return ITG_OK;
}

static itg_status note_persons(book *b, const lines *l, int32_t arm, int64_t row, itg_error *error) {
  if (!b->has_persons || l->why_persons[row]) return ITG_OK;
  double persons = l->persons[row];
  if (!(persons > 0))
    return itg_call_fail(b->call, error, ITG_ERR_RANGE, "persons", row, "persons must be above 0");
  if (isnan(b->persons[arm])) b->persons[arm] = persons;
  if (b->persons[arm] != persons)
    return itg_call_fail(b->call, error, ITG_ERR_DATA, "persons", row,
                         "another number of persons than on an earlier line of arm '%.60s'; give one number "
                         "per arm",
                         b->arms[arm]);
  return ITG_OK;
}

static cell *cell_at(const book *b, int32_t n_payers, int32_t arm, int32_t payer, int32_t category) {
  return &b->cells[((int64_t)arm * n_payers + payer) * b->n_categories + category];
}

/* Lines into cells; stated totals are kept apart. */
static itg_status add_lines(book *b, const lines *l, int32_t n_payers, double *stated, int32_t total,
                            itg_error *error) {
  int64_t unplaced = 0;
  for (int64_t row = 0; row < l->n; row++) {
    int32_t arm = code_of(&l->arm, b->has_arm, row), payer = code_of(&l->payer, b->has_payer, row),
            category = l->category.codes[row];
    if (arm < 0 || category < 0 || (b->has_payer && payer < 0 && category != total)) {
      unplaced++;
      continue;
    }
    ITG_TRY(note_persons(b, l, arm, row, error));
    if (category == total) {
      if (l->why[row]) continue;
      double *place = &stated[(int64_t)arm * (n_payers + 1) + (payer < 0 ? n_payers : payer)];
      if (!isnan(*place))
        return itg_call_fail(b->call, error, ITG_ERR_DUPLICATE, "category", row,
                             "the total of arm '%.60s' is stated twice; keep one", b->arms[arm]);
      *place = l->costs[row];
      continue;
    }
    cell *c = cell_at(b, n_payers, arm, payer, category);
    b->pays_care[payer] = true;
    if (l->why[row]) {
      c->n_missing++;
    } else {
      c->low = c->n ? fmin(c->low, l->costs[row]) : l->costs[row];
      c->high = c->n ? fmax(c->high, l->costs[row]) : l->costs[row];
      c->n++;
      itg_sum_add(&c->sum, l->costs[row]);
    }
  }
  if (unplaced)
    ITG_TRY(itg_result_note(b->call->result, error,
                            "%lld lines have no arm, payer or category: left out of every sum.",
                            (long long)unplaced));
  return ITG_OK;
}

/* ---- sums ---- */

/* A cell that has lines in another arm only is a gap, unless absent means zero. */
static bool is_gap(const book *b, int32_t n_payers, int32_t arm, int32_t payer, int32_t category) {
  const cell *own = cell_at(b, n_payers, arm, payer, category);
  bool elsewhere = false;
  for (int32_t a = 0; a < b->n_arms; a++) {
    const cell *c = cell_at(b, n_payers, a, payer, category);
    elsewhere = elsewhere || c->n || c->n_missing;
  }
  return own->n_missing || (elsewhere && !own->n && !b->zero);
}

/* Every sum of an arm at once; a sum with a gap is missing. */
static itg_status make_sums(book *b, int32_t n_payers, int32_t arm, itg_error *error) {
  size_t size = (size_t)(b->n_payers + 1) * (size_t)(b->n_categories + 1);
  cell *sums = itg_call_alloc(b->call, size, sizeof *sums, error);
  bool *gap = itg_call_alloc(b->call, size, sizeof *gap, error);
  if (!sums || !gap) return ITG_ERR_MEMORY;
  int64_t origin = place_of(b, arm, 0, 0);
  for (int32_t p = 0; p < n_payers; p++)
    for (int32_t c = 0; c < b->n_categories; c++) {
      const cell *own = cell_at(b, n_payers, arm, p, c);
      bool missing = is_gap(b, n_payers, arm, p, c);
      const int64_t into[] = {place_of(b, arm, p, c), place_of(b, arm, p, -1), place_of(b, arm, -1, c),
                              place_of(b, arm, -1, -1)};
      for (size_t k = 0; k < ITG_COUNT(into); k++) {
        cell *s = &sums[into[k] - origin];
        s->n += own->n;
        s->n_missing += own->n_missing;
        itg_sum_add(&s->sum, itg_sum_value(&own->sum));
        gap[into[k] - origin] = gap[into[k] - origin] || missing;
      }
    }
  for (size_t i = 0; i < size; i++)
    b->sums[origin + (int64_t)i] =
        (amount){gap[i] ? NAN : itg_sum_value(&sums[i].sum), sums[i].n, sums[i].n_missing, false};
  return ITG_OK;
}

static itg_status check_total(const book *b, int32_t arm, int32_t payer, double stated, itg_error *error) {
  double rounding = itg_call_number(b->call, "rounding");
  amount sum = sum_of(b, arm, payer, -1);
  if (isnan(stated) || isnan(sum.value)) return ITG_OK;
  double slack = 0.5 * rounding * (double)(sum.n + 1) + 1e-9 * fabs(stated);
  if (fabs(stated - sum.value) <= slack) return ITG_OK;
  char is[ITG_NUMBER_SIZE], says[ITG_NUMBER_SIZE];
  itg_number_print(sum.value, is);
  itg_number_print(stated, says);
  return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(b->call, "data"), -1, NULL,
                     "the lines of arm '%.60s'%s%.60s add up to %s, the stated total is %s; correct a line, "
                     "or give `rounding` if the figures were rounded",
                     b->arms[arm], payer < 0 ? "" : " and payer ", payer < 0 ? "" : b->payers[payer], is,
                     says);
}

static itg_status check_totals(const book *b, int32_t n_payers, const double *stated, itg_error *error) {
  for (int32_t a = 0; a < b->n_arms; a++)
    for (int32_t p = 0; p <= n_payers; p++)
      ITG_TRY(check_total(b, a, p == n_payers || !b->has_payer ? -1 : p,
                          stated[(int64_t)a * (n_payers + 1) + p], error));
  return ITG_OK;
}

/* ---- flows ---- */

static int32_t payer_place(book *b, const char *name) {
  int32_t at = find_name(b->payers, b->n_payers, name);
  if (at >= 0) return at;
  b->payers[b->n_payers] = name;
  return b->n_payers++;
}

static itg_status name_flow_payers(book *b, const itg_factor *from, const itg_factor *to, itg_error *error) {
  const itg_factor *both[] = {from, to};
  for (int i = 0; i < 2; i++)
    for (int32_t k = 0; k < both[i]->n_levels; k++) {
      if (strcmp(both[i]->levels[k], all) == 0)
        return itg_call_fail(b->call, error, ITG_ERR_DATA, i ? "paid_to" : "paid_by", -1,
                             "'all' names the total of the table; give the payer another name");
      payer_place(b, both[i]->levels[k]);
    }
  return ITG_OK;
}

static itg_status add_flows(book *b, const itg_factor *from, const itg_factor *to, itg_error *error) {
  itg_call *call = b->call;
  itg_factor arms = {0};
  double *amounts;
  uint8_t *why;
  bool has_arm = itg_call_has(call, "flows.arm");
  int64_t n = itg_call_rows(call, "flows"), width = b->n_payers + 1;
  ITG_TRY(itg_call_numbers(call, "amount", &amounts, &why, error));
  if (has_arm) ITG_TRY(itg_call_factor(call, "flows.arm", &arms, error));
  for (int64_t row = 0; row < n; row++) {
    int32_t only = -1, giver = from->n ? from->codes[row] : -1, taker = to->n ? to->codes[row] : -1;
    if (why[row])
      return itg_call_fail(call, error, ITG_ERR_DATA, "amount", row,
                           "a payment without an amount; give it, or remove the line");
    if (giver < 0 && taker < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "amount", row,
                           "a payment from nobody to nobody; name a payer in paid_by, in paid_to, or in "
                           "both");
    if (has_arm) {
      only = arms.codes[row] < 0 ? -1 : find_name(b->arms, b->n_arms, arms.levels[arms.codes[row]]);
      if (only < 0)
        return itg_call_fail(call, error, ITG_ERR_DATA, "flows.arm", row,
                             "this is no arm of the costs; use the same names");
    }
    for (int32_t a = 0; a < b->n_arms; a++) {
      if (has_arm ? a != only : b->has_arm && a == b->reference) continue;
      double *net = b->net_flow + a * width;
      if (giver >= 0) net[find_name(b->payers, b->n_payers, from->levels[giver])] += amounts[row];
      if (taker >= 0) net[find_name(b->payers, b->n_payers, to->levels[taker])] -= amounts[row];
      if (giver >= 0 && taker < 0) net[b->n_payers] += amounts[row];
      if (giver < 0) net[b->n_payers] -= amounts[row];
    }
  }
  return ITG_OK;
}

/* ---- estimates ---- */

/* Persons that a figure of the arm rests on: those of the smaller one where it is compared; -1: not known. */
static int64_t fewest(const book *b, int32_t arm, bool versus) {
  double persons = b->persons[arm];
  if (versus && !(b->persons[b->reference] >= persons)) persons = b->persons[b->reference];
  return persons < 1e15 ? (int64_t)fmax(persons, 1) : -1;
}

static itg_status add(book *b, const char *scale, int32_t arm, int32_t payer, int32_t category, double value,
                      const amount *of, const char *unit, itg_reason why, itg_error *error) {
  const char *labels[3];
  int n = 0;
  if (b->has_arm) labels[n++] = b->arms[arm];
  if (b->has_payer) labels[n++] = payer < 0 ? all : b->payers[payer];
  labels[n] = category < 0 ? all : b->categories[category];
  itg_estimate e = itg_estimate_of("cost_table", scale, labels, unit);
  e.estimate = value;
  e.n = of->n;
  e.n_missing = of->n_missing;
  if (isnan(value)) e.reason = why;
  ITG_TRY(itg_tidy_add(&b->tidy, &e, error));
  return itg_frame_set_persons(b->tidy.frame, b->tidy.rows - 1, fewest(b, arm, of->versus), error);
}

static double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : NAN; }

static double per_person(const book *b, int32_t arm, double value) {
  return value / b->persons[arm] * b->per;
}

static itg_status write_cost(book *b, itg_frame *matrix, int32_t arm, int32_t payer, int32_t category,
                             itg_error *error) {
  amount own = sum_of(b, arm, payer, category), whole = sum_of(b, arm, -1, -1);
  double share = percent(own.value, whole.value), each = per_person(b, arm, own.value);
  itg_reason why = isnan(own.value) ? ITG_REASON_MISSING : ITG_REASON_UNDEFINED;
  ITG_TRY(add(b, "cost", arm, payer, category, own.value, &own, "currency", ITG_REASON_MISSING, error));
  ITG_TRY(add(b, "share", arm, payer, category, share, &own, "percent",
              isnan(whole.value) ? ITG_REASON_MISSING : why, error));
  if (b->has_persons)
    ITG_TRY(add(b, "per_person", arm, payer, category, each, &own, "currency", ITG_REASON_MISSING, error));
  int64_t row = itg_frame_rows(matrix);
  ITG_TRY(itg_frame_resize(matrix, row + 1, error));
  ITG_TRY(itg_frame_set_text(matrix, row, 0, b->arms[arm], error));
  ITG_TRY(itg_frame_set_text(matrix, row, 1, payer < 0 ? all : b->payers[payer], error));
  ITG_TRY(itg_frame_set_text(matrix, row, 2, category < 0 ? all : b->categories[category], error));
  itg_frame_set_double(matrix, row, 3, own.value);
  itg_frame_set_double(matrix, row, 4, share);
  itg_frame_set_double(matrix, row, 5, each);
  return itg_frame_set_persons(matrix, row, fewest(b, arm, false), error);
}

/* An arm against the reference: differences, and what each holds of the whole change. */
static itg_status write_change(book *b, int32_t arm, int32_t payer, int32_t category, itg_error *error) {
  amount own = sum_of(b, arm, payer, category), base = sum_of(b, b->reference, payer, category);
  double whole = sum_of(b, arm, -1, -1).value - sum_of(b, b->reference, -1, -1).value,
         d = own.value - base.value;
  itg_reason why = isnan(d) ? ITG_REASON_MISSING : ITG_REASON_UNDEFINED;
  amount both = {0, own.n + base.n, own.n_missing + base.n_missing, true};
  ITG_TRY(add(b, "difference", arm, payer, category, d, &both, "currency", why, error));
  ITG_TRY(add(b, "change", arm, payer, category, percent(d, base.value), &both, "percent", why, error));
  ITG_TRY(add(b, "share_of_change", arm, payer, category, whole != 0 ? 100 * d / whole : NAN, &both,
              "percent", isnan(whole) ? ITG_REASON_MISSING : why, error));
  if (!b->has_persons) return ITG_OK;
  double each = per_person(b, arm, own.value), before = per_person(b, b->reference, base.value);
  ITG_TRY(
      add(b, "per_person_difference", arm, payer, category, each - before, &both, "currency", why, error));
  return add(b, "per_person_change", arm, payer, category, percent(each - before, before), &both, "percent",
             why, error);
}

/* What the arm saves a payer (-1: the system): gross; what rose and what fell by category; net of flows. */
static itg_status write_saving(book *b, int32_t arm, int32_t payer, itg_error *error) {
  itg_sum rises = {0, 0}, falls = {0, 0};
  amount own = sum_of(b, arm, payer, -1), base = sum_of(b, b->reference, payer, -1);
  amount both = {0, own.n + base.n, own.n_missing + base.n_missing, true};
  double saving = base.value - own.value;
  for (int32_t c = 0; c < b->n_categories; c++) {
    double d = sum_of(b, arm, payer, c).value - sum_of(b, b->reference, payer, c).value;
    if (!isnan(d)) itg_sum_add(d > 0 ? &rises : &falls, fabs(d));
  }
  bool known = !isnan(saving);
  ITG_TRY(add(b, "rises", arm, payer, -1, known ? itg_sum_value(&rises) : NAN, &both, "currency",
              ITG_REASON_MISSING, error));
  ITG_TRY(add(b, "falls", arm, payer, -1, known ? itg_sum_value(&falls) : NAN, &both, "currency",
              ITG_REASON_MISSING, error));
  return add(b, "saving", arm, payer, -1, saving, &both, "currency", ITG_REASON_MISSING, error);
}

/* Lowest and highest line of a cell, how far apart they are, and whether they came closer since the
 * reference. */
static itg_status write_spread(book *b, int32_t arm, int32_t payer, int32_t category, itg_error *error) {
  const cell *c = cell_at(b, b->care_payers, arm, payer, category),
             *base = cell_at(b, b->care_payers, b->reference, payer, category);
  double width = c->high - c->low, before = base->high - base->low;
  double closer = base->n ? percent(width - before, before) : NAN;
  amount own = {0, c->n, c->n_missing, false},
         both = {0, c->n + base->n, c->n_missing + base->n_missing, true};
  if (!c->n) return ITG_OK;
  ITG_TRY(add(b, "lowest", arm, payer, category, c->low, &own, "currency", ITG_REASON_MISSING, error));
  ITG_TRY(add(b, "highest", arm, payer, category, c->high, &own, "currency", ITG_REASON_MISSING, error));
  ITG_TRY(add(b, "midpoint", arm, payer, category, c->low + width / 2, &own, "currency", ITG_REASON_MISSING,
              error));
  ITG_TRY(add(b, "width", arm, payer, category, width, &own, "currency", ITG_REASON_MISSING, error));
  ITG_TRY(add(b, "high_low_ratio", arm, payer, category, c->low > 0 ? c->high / c->low : NAN, &own, "ratio",
              ITG_REASON_UNDEFINED, error));
  if (arm == b->reference) return ITG_OK;
  return add(b, "width_change", arm, payer, category, closer, &both, "percent", ITG_REASON_UNDEFINED, error);
}

static double net_flow_of(const book *b, int32_t arm, int32_t payer) {
  return b->net_flow[(int64_t)arm * (b->n_payers + 1) + (payer < 0 ? b->n_payers : payer)];
}

static itg_status write_net(book *b, int32_t arm, int32_t payer, itg_error *error) {
  amount own = sum_of(b, arm, payer, -1), base = sum_of(b, b->reference, payer, -1);
  amount both = {0, own.n + base.n, own.n_missing + base.n_missing, true};
  double net = own.value + net_flow_of(b, arm, payer),
         before = base.value + net_flow_of(b, b->reference, payer);
  ITG_TRY(add(b, "net_flow", arm, payer, -1, net_flow_of(b, arm, payer), &own, "currency", ITG_REASON_MISSING,
              error));
  ITG_TRY(add(b, "net_cost", arm, payer, -1, net, &own, "currency", ITG_REASON_MISSING, error));
  if (arm == b->reference) return ITG_OK;
  return add(b, "net_saving", arm, payer, -1, before - net, &both, "currency", ITG_REASON_MISSING, error);
}

/* Every payer and the total; every category and the total. */
static itg_status write_arm(book *b, itg_frame *matrix, int32_t arm, itg_error *error) {
  for (int32_t p = b->has_payer ? 0 : b->n_payers; p <= b->n_payers; p++) {
    int32_t payer = p == b->n_payers ? -1 : p;
    bool care = payer < 0 || b->pays_care[payer];
    for (int32_t c = 0; care && c <= b->n_categories; c++) {
      int32_t category = c == b->n_categories ? -1 : c;
      if (!is_used(b, payer, category)) continue;
      ITG_TRY(write_cost(b, matrix, arm, payer, category, error));
      if (arm != b->reference) ITG_TRY(write_change(b, arm, payer, category, error));
      if (b->spread && category >= 0 && (payer >= 0 || !b->has_payer))
        ITG_TRY(write_spread(b, arm, payer < 0 ? 0 : payer, category, error));
    }
    if (care && arm != b->reference) ITG_TRY(write_saving(b, arm, payer, error));
    if (b->has_flows) ITG_TRY(write_net(b, arm, payer, error));
  }
  return ITG_OK;
}

static itg_status open_tables(book *b, itg_frame **matrix, itg_error *error) {
  static const char *const texts[] = {"arm", "payer", "category"}, *const numbers[] = {"cost", "share",
                                                                                       "per_person"};
  const char *groups[3];
  int n = 0;
  if (b->has_arm) groups[n++] = "arm";
  if (b->has_payer) groups[n++] = "payer";
  groups[n++] = "category";
  ITG_TRY(itg_tidy_open(b->call->result, groups, n, &b->tidy, error));
  ITG_TRY(itg_result_add_table(b->call->result, "matrix", matrix, error));
  for (int i = 0; i < 3; i++) ITG_TRY(itg_frame_add_column(*matrix, texts[i], ITG_TYPE_STRING, NULL, error));
  for (int i = 0; i < 3; i++)
    ITG_TRY(itg_frame_add_column(*matrix, numbers[i], ITG_TYPE_DOUBLE, NULL, error));
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status fill_nan(book *b, size_t n, double **out, itg_error *error) {
  *out = itg_call_alloc(b->call, n, sizeof **out, error);
  for (size_t i = 0; *out && i < n; i++) (*out)[i] = NAN;
  return *out ? ITG_OK : ITG_ERR_MEMORY;
}

static itg_status read_flows(book *b, itg_factor *from, itg_factor *to, itg_error *error) {
  itg_call *call = b->call;
  if (!b->has_payer)
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "payer", -1,
                         "not given; payments between payers need to know who bears the costs");
  if (!itg_call_has(call, "amount"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "amount", -1,
                         "not found; payments need a column amount");
  if (!itg_call_has(call, "paid_by") && !itg_call_has(call, "paid_to"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "paid_by", -1,
                         "payments need a column paid_by, paid_to, or both");
  if (itg_call_has(call, "paid_by")) ITG_TRY(itg_call_factor(call, "paid_by", from, error));
  if (itg_call_has(call, "paid_to")) ITG_TRY(itg_call_factor(call, "paid_to", to, error));
  const char **more =
      itg_call_alloc(call, (size_t)(b->n_payers + from->n_levels + to->n_levels), sizeof *more, error);
  if (!more) return ITG_ERR_MEMORY;
  memcpy(more, b->payers, (size_t)b->n_payers * sizeof *more);
  b->payers = more;
  return name_flow_payers(b, from, to, error);
}

static itg_status write_notes(const book *b, itg_error *error) {
  itg_result *result = b->call->result;
  int64_t gaps = 0;
  for (int32_t a = 0; a < b->n_arms; a++)
    for (int32_t p = 0; p < b->n_payers; p++)
      for (int32_t c = 0; c < b->n_categories; c++)
        gaps += is_used(b, p, c) && isnan(sum_of(b, a, p, c).value);
  if (gaps)
    ITG_TRY(itg_result_note(result, error,
                            "%lld costs of an arm, payer and category are missing, and so is every sum with "
                            "them: a gap is no zero (absent: zero makes lines that are not there zero).",
                            (long long)gaps));
  if (b->has_arm && b->n_arms > 1)
    ITG_TRY(itg_result_note(result, error, "Differences are against arm '%s'.", b->arms[b->reference]));
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  book b = {.call = call,
            .has_arm = itg_call_has(call, "data.arm"),
            .has_payer = itg_call_has(call, "payer"),
            .has_persons = itg_call_has(call, "persons"),
            .has_flows = itg_call_table(call, "flows") != NULL,
            .zero = strcmp(itg_call_text(call, "absent"), "zero") == 0,
            .spread = itg_call_flag(call, "spread"),
            .per = itg_call_number(call, "per")};
  lines l = {0};
  itg_factor from = {0}, to = {0};
  itg_frame *matrix;
  double *stated;
  ITG_TRY(read_lines(&b, &l, error));
  int32_t care_payers = b.care_payers = b.n_payers;
  const char *total = itg_call_text(call, "total");
  int32_t total_code = total ? find_name(b.categories, b.n_categories, total) : -1;
  if (total && total_code < 0)
    return itg_fail(error, ITG_ERR_OPTION, "total: there is no category '%.80s' in column '%.80s'", total,
                    itg_call_column(call, "category")->name);
  if (b.has_flows) ITG_TRY(read_flows(&b, &from, &to, error));
  size_t A = (size_t)b.n_arms, P = (size_t)b.n_payers, C = (size_t)b.n_categories;
  ITG_TRY(itg_call_need((double)A * (double)(P + 1) * (double)(C + 1), "arms x payers x categories",
                        "see whether these columns hold what they should, or make a table for each "
                        "arm", error));
  ITG_TRY(fill_nan(&b, A, &b.persons, error));
  ITG_TRY(fill_nan(&b, A * ((size_t)care_payers + 1), &stated, error));
  b.pays_care = itg_call_alloc(call, P, sizeof *b.pays_care, error);
  b.cells = itg_call_alloc(call, A * (size_t)care_payers, C * sizeof *b.cells, error);
  b.sums = itg_call_alloc(call, A * (P + 1), (C + 1) * sizeof *b.sums, error);
  b.net_flow = itg_call_alloc(call, A, (P + 1) * sizeof *b.net_flow, error);
  if (!b.pays_care || !b.cells || !b.sums || !b.net_flow) return ITG_ERR_MEMORY;
  ITG_TRY(add_lines(&b, &l, care_payers, stated, total_code, error));
  for (int32_t a = 0; a < b.n_arms; a++) ITG_TRY(make_sums(&b, care_payers, a, error));
  ITG_TRY(check_totals(&b, care_payers, stated, error));
  if (b.has_flows) ITG_TRY(add_flows(&b, &from, &to, error));
  ITG_TRY(open_tables(&b, &matrix, error));
  for (int32_t a = 0; a < b.n_arms; a++) ITG_TRY(write_arm(&b, matrix, a, error));
  return write_notes(&b, error);
}

const itg_measure itg_cost_table_measure = {
    .name = "cost_table",
    .title = "Costs by category and payer that add up, and what a programme saves whom",
    .summary =
        "Takes lines of cost (category, arm, payer; several lines of a cell are summed) that are all per "
        "person or all totals, and payments between payers beside them. Scales, for every arm, payer and "
        "category and for all of them: cost (currency), share (percent of the arm's total), per_person (with "
        "role persons); against the reference arm: difference, change (percent), share_of_change (percent of "
        "the whole difference; shares of opposite sign are possible), per_person_difference and "
        "per_person_change; and for each payer and the system: rises and falls (sums of the categories that "
        "rose and fell), saving (gross), and with payments net_flow (paid less received), net_cost and "
        "net_saving. Payments between payers cancel in the system; what leaves it or enters it does not. "
        "With spread, for each category and payer: lowest, highest, midpoint, width, high_low_ratio of its "
        "lines, and width_change (percent). n counts lines. A missing line, or a category that an arm has no "
        "line for, makes every sum with it missing. A stated total must equal the sum of its lines.",
    .source =
        "Arithmetic of cost tables as in the German disease management programme for diabetes (non-programme "
        "and programme cost by category, programme cost and transfers per insured person): a saving to the "
        "system is not the saving of the payer who is paid for the programme. Choices of ours: absent is "
        "missing, not zero; half a unit of rounding for each figure of a stated total.",
    .counts = "lines of the input",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = false,
    .run = run};
