/* itg_costing_prices.c - layer 3: unit costs: who pays which part, and all of them in one year's prices and
 * currency. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_costing.h"

/* ---- reading ---- */

/* Texts of an optional role; NULL cells are blank. */
static itg_status read_texts(itg_call *call, const char *role, itg_factor *out, itg_error *error) {
  *out = (itg_factor){0};
  return itg_call_has(call, role) ? itg_call_factor(call, role, out, error) : ITG_OK;
}

static const char *text_of(const itg_factor *factor, int64_t row) {
  return factor->n && factor->codes[row] >= 0 ? factor->levels[factor->codes[row]] : NULL;
}

static itg_status not_all(itg_call *call, const char *role, const char *const *names, int32_t n,
                          itg_error *error) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(names[i], "all") == 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, role, -1,
                           "'all' names the total; give it another name");
  return ITG_OK;
}

static itg_status read_payers(itg_call *call, itg_unit_costs *costs, itg_error *error) {
  itg_factor payer;
  ITG_TRY(read_texts(call, "payer", &payer, error));
  costs->n_payers = payer.n_levels;
  costs->payers = itg_call_alloc(call, (size_t)payer.n_levels, sizeof *costs->payers, error);
  double *shares = itg_call_alloc(call, (size_t)costs->n, (size_t)payer.n_levels * sizeof *shares, error);
  if (!costs->payers || !shares) return ITG_ERR_MEMORY;
  for (int32_t k = 0; k < payer.n_levels; k++) costs->payers[k] = payer.levels[k];
  for (int32_t i = 0; i < costs->n && payer.n; i++) {
    double *own = shares + (int64_t)i * payer.n_levels;
    if (payer.codes[i] >= 0) own[payer.codes[i]] = 1;
    costs->rows[i].shares = payer.codes[i] >= 0 ? own : NULL;
  }
  return not_all(call, "payer", costs->payers, costs->n_payers, error);
}

static itg_status read_shares(itg_call *call, itg_unit_costs *costs, itg_error *error) {
  const itg_column *const *columns;
  int n = costs->n_payers = itg_call_columns(call, "shares", &columns);
  double whole = strcmp(itg_call_text(call, "share_unit"), "percent") == 0 ? 100 : 1;
  if (itg_call_has(call, "payer"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "payer", -1,
                         "given beside shares; name either the one payer of each resource, or what each "
                         "payer bears");
  costs->payers = itg_call_alloc(call, (size_t)n, sizeof *costs->payers, error);
  double *shares = itg_call_alloc(call, (size_t)costs->n, (size_t)n * sizeof *shares, error);
  if (!costs->payers || !shares) return ITG_ERR_MEMORY;
  for (int k = 0; k < n; k++) {
    double *values;
    uint8_t *reasons;
    ITG_TRY(itg_call_numbers_at(call, "shares", k, &values, &reasons, error));
    costs->payers[k] = columns[k]->name;
    for (int32_t i = 0; i < costs->n; i++) shares[(int64_t)i * n + k] = reasons[i] ? 0 : values[i] / whole;
  }
  for (int32_t i = 0; i < costs->n; i++) {
    double sum = 0;
    for (int k = 0; k < n; k++) sum += shares[(int64_t)i * n + k];
    if (fabs(sum - 1) > 1e-6) {
      char found[ITG_NUMBER_SIZE];
      itg_number_print(sum * whole, found);
      return itg_call_fail(call, error, ITG_ERR_DATA, "shares", i,
                           "the shares of '%.60s' add up to %s, not to %d; correct them%s", costs->rows[i].resource,
                           found, (int)whole,
                           whole == 1 && fabs(sum - 100) < 0.01 ? ", or set share_unit: percent" : "");
    }
    costs->rows[i].shares = shares + (int64_t)i * n;
  }
  return not_all(call, "shares", costs->payers, n, error);
}

int32_t itg_unit_costs_find(const itg_unit_costs *costs, const char *resource) {
  for (int32_t i = 0; i < costs->n; i++)
    if (strcmp(costs->names[i], resource) == 0) return i;
  return -1;
}

itg_status itg_unit_costs_read(itg_call *call, itg_unit_costs *out, itg_error *error) {
  itg_factor resource, unit, category, year, currency, source;
  double *values;
  uint8_t *reasons;
  *out = (itg_unit_costs){.n = (int32_t)itg_call_rows(call, "unit_costs")};
  if (!out->n)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "unit_costs"), -1, NULL,
                       "there are no rows");
  ITG_TRY(itg_call_factor(call, "unit_costs.resource", &resource, error));
  ITG_TRY(itg_call_numbers(call, "unit_cost", &values, &reasons, error));
  ITG_TRY(read_texts(call, "unit", &unit, error));
  ITG_TRY(read_texts(call, "category", &category, error));
  ITG_TRY(read_texts(call, "unit_costs.year", &year, error));
  ITG_TRY(read_texts(call, "unit_costs.currency", &currency, error));
  ITG_TRY(read_texts(call, "source", &source, error));
  const char **names = itg_call_alloc(call, (size_t)out->n, sizeof *names, error);
  bool *seen = itg_call_alloc(call, (size_t)resource.n_levels, sizeof *seen, error);
  out->rows = itg_call_alloc(call, (size_t)out->n, sizeof *out->rows, error);
  if (!names || !seen || !out->rows) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < out->n; i++) {
    if (resource.codes[i] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "unit_costs.resource", i, "blank; name the resource");
    if (seen[resource.codes[i]])
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "unit_costs.resource", i,
                           "'%.60s' has a unit cost already; keep one", resource.levels[resource.codes[i]]);
    seen[resource.codes[i]] = true;
    names[i] = text_of(&resource, i);
    out->rows[i] = (itg_unit_cost){.resource = names[i],
                                   .unit = text_of(&unit, i),
                                   .category = text_of(&category, i),
                                   .category_code = category.n ? category.codes[i] : 0,
                                   .year = text_of(&year, i),
                                   .currency = text_of(&currency, i),
                                   .source = text_of(&source, i),
                                   .given = reasons[i] ? NAN : values[i],
                                   .inflation = 1,
                                   .rate = 1};
  }
  out->names = names;
  out->categories = category.levels;
  out->n_categories = category.n_levels;
  ITG_TRY(not_all(call, "category", category.levels, category.n_levels, error));
  return itg_call_has(call, "shares") ? read_shares(call, out, error) : read_payers(call, out, error);
}

/* ---- one price year, one currency ---- */

/* A table of numbers by year and currency, where the role for either may be absent. */
typedef struct series {
  const char *input, *value_role;
  itg_factor year, currency;
  double *values;
  uint8_t *reasons;
} series;

static itg_status read_series(itg_call *call, const char *input, const char *role, series *out,
                              itg_error *error) {
  char year[32], currency[32];
  snprintf(year, sizeof year, "%s.year", input);
  snprintf(currency, sizeof currency, "%s.currency", input);
  *out = (series){.input = input, .value_role = role};
  ITG_TRY(read_texts(call, year, &out->year, error));
  ITG_TRY(read_texts(call, currency, &out->currency, error));
  return itg_call_numbers(call, role, &out->values, &out->reasons, error);
}

/* The years of a currency that the table holds, for a message. */
static const char *years_there(itg_call *call, const series *s, const char *currency) {
  itg_text list = ITG_TEXT_EMPTY;
  int n = 0;
  for (int32_t l = 0; l < s->year.n_levels; l++) {
    bool there = false;
    for (int64_t i = 0; i < s->year.n; i++)
      there = there || (s->year.codes[i] == l &&
                        (!s->currency.n || !currency || itg_text_equal(text_of(&s->currency, i), currency)));
    if (there && n++ < 12) itg_text_print(&list, "%s%.20s", list.size ? ", " : "", s->year.levels[l]);
  }
  if (n > 12) itg_text_print(&list, " and %d more", n - 12);
  const char *copy = list.size ? itg_arena_text(call->arena, list.data, list.size) : NULL;
  itg_text_clear(&list);
  return copy ? copy : "none";
}

static itg_status look_up(itg_call *call, const series *s, const char *year, const char *currency,
                          const char *what, double *out, itg_error *error) {
  const itg_table *table = itg_call_table(call, s->input);
  int64_t at = -1;
  for (int64_t i = 0; i < table->n_rows; i++) {
    if (s->year.n && !itg_text_equal(text_of(&s->year, i), year)) continue;
    if (s->currency.n && !itg_text_equal(text_of(&s->currency, i), currency)) continue;
    if (at >= 0)
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, s->value_role, i,
                           "another %s%s%.20s%s%.20s stands in an earlier row; keep one", what,
                           s->year.n ? " of " : "", s->year.n ? year : "", s->currency.n ? " for " : "",
                           s->currency.n ? currency : "");
    at = i;
  }
  if (at < 0 || s->reasons[at])
    return itg_fail_at(error, ITG_ERR_DATA, table, at, NULL, "no %s%s%.20s%s%.20s%s%s; add it", what,
                       s->year.n ? " of " : "", s->year.n ? year : "", s->currency.n ? " for " : "",
                       s->currency.n ? currency : "", s->year.n ? "; the table has years " : "",
                       s->year.n ? years_there(call, s, currency) : "");
  if (!(s->values[at] > 0))
    return itg_call_fail(call, error, ITG_ERR_RANGE, s->value_role, at, "must be above 0");
  *out = s->values[at];
  return ITG_OK;
}

typedef struct conversion {
  bool inflates_first;
  series inflation, rates;
} conversion;

static itg_status inflate(itg_call *call, const conversion *c, const itg_unit_costs *costs, itg_unit_cost *u,
                          itg_error *error) {
  double from, to;
  int64_t row = u - costs->rows;
  if (!u->year)
    return itg_call_fail(call, error, ITG_ERR_DATA, "unit_costs.year", row,
                         "'%.60s' has no price year, so it cannot be brought to %.20s; give it", u->resource,
                         costs->price_year);
  if (strcmp(u->year, costs->price_year) == 0) return ITG_OK;
  if (!itg_call_table(call, "inflation"))
    return itg_call_fail(call, error, ITG_ERR_ARGUMENT, "unit_costs.year", row,
                         "'%.60s' is in prices of %.20s, price_year is %.20s; give the input inflation "
                         "(year, index)",
                         u->resource, u->year, costs->price_year);
  const char *currency = c->inflates_first ? u->currency : costs->currency;
  if (c->inflation.currency.n && !currency)
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "unit_costs.currency", row,
                         "not given; the index differs by currency, so '%.60s' needs one", u->resource);
  ITG_TRY(look_up(call, &c->inflation, u->year, currency, "index", &from, error));
  ITG_TRY(look_up(call, &c->inflation, costs->price_year, currency, "index", &to, error));
  u->inflation = to / from;
  return ITG_OK;
}

static itg_status convert(itg_call *call, const conversion *c, const itg_unit_costs *costs, itg_unit_cost *u,
                          itg_error *error) {
  double from, to;
  int64_t row = u - costs->rows;
  if (!u->currency)
    return itg_call_fail(call, error, ITG_ERR_DATA, "unit_costs.currency", row,
                         "'%.60s' has no currency; give it", u->resource);
  if (strcmp(u->currency, costs->currency) == 0) return ITG_OK;
  if (!itg_call_table(call, "rates"))
    return itg_call_fail(call, error, ITG_ERR_ARGUMENT, "unit_costs.currency", row,
                         "'%.60s' is in %.20s, others are in %.20s; give the input rates (currency, rate)",
                         u->resource, u->currency, costs->currency);
  const char *year = c->inflates_first && costs->price_year ? costs->price_year : u->year;
  if (c->rates.year.n && !year)
    return itg_call_fail(call, error, ITG_ERR_DATA, "unit_costs.year", row,
                         "'%.60s' has no price year, and rates differ by year; give it", u->resource);
  ITG_TRY(look_up(call, &c->rates, year, u->currency, "rate", &from, error));
  ITG_TRY(look_up(call, &c->rates, year, costs->currency, "rate", &to, error));
  u->rate = to / from;
  return ITG_OK;
}

/* The currency of all unit costs that are used, unless one is asked for. */
static itg_status find_currency(itg_call *call, itg_unit_costs *costs, itg_error *error) {
  costs->currency = itg_call_text(call, "target_currency");
  if (costs->currency && !itg_call_has(call, "unit_costs.currency"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "unit_costs.currency", -1,
                         "not found; target_currency needs to know what the unit costs are in");
  bool asked = costs->currency != NULL;
  for (int32_t i = 0; i < costs->n && !asked; i++) {
    const itg_unit_cost *u = &costs->rows[i];
    if (!u->used || !u->currency) continue;
    if (costs->currency && strcmp(costs->currency, u->currency) != 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "unit_costs.currency", i,
                           "'%.60s' is in %.20s, others are in %.20s; set target_currency and give the input "
                           "rates",
                           u->resource, u->currency, costs->currency);
    costs->currency = u->currency;
  }
  return ITG_OK;
}

itg_status itg_unit_costs_adjust(itg_call *call, itg_unit_costs *costs, itg_error *error) {
  conversion c = {.inflates_first = strcmp(itg_call_text(call, "inflate"), "before") == 0};
  bool has_currency = itg_call_has(call, "unit_costs.currency");
  costs->price_year = itg_call_text(call, "price_year");
  if (itg_call_table(call, "inflation"))
    ITG_TRY(read_series(call, "inflation", "index", &c.inflation, error));
  if (itg_call_table(call, "rates")) ITG_TRY(read_series(call, "rates", "rate", &c.rates, error));
  if (itg_call_table(call, "inflation") && !costs->price_year)
    return itg_fail(error, ITG_ERR_OPTION,
                    "the input inflation is given without price_year, so nothing would be inflated; set "
                    "price_year");
  if (itg_call_table(call, "inflation") && !itg_call_has(call, "inflation.year"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "inflation.year", -1,
                         "not found; an index needs its years");
  if (costs->price_year && !itg_call_has(call, "unit_costs.year"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "unit_costs.year", -1,
                         "not found; price_year needs the year that each unit cost is of");
  ITG_TRY(find_currency(call, costs, error));
  if (itg_call_table(call, "rates") && !itg_call_given(call, "target_currency"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "the input rates is given without target_currency, so nothing would be converted; set "
                    "target_currency");
  for (int32_t i = 0; i < costs->n; i++) {
    itg_unit_cost *u = &costs->rows[i];
    if (!u->used) continue;
    if (isnan(u->given))
      return itg_call_fail(call, error, ITG_ERR_DATA, "unit_cost", i,
                           "'%.60s' is used but has no unit cost; give it", u->resource);
    if (costs->n_categories && !u->category)
      return itg_call_fail(call, error, ITG_ERR_DATA, "category", i, "'%.60s' has no category; give it",
                           u->resource);
    if (costs->n_payers && !u->shares)
      return itg_call_fail(call, error, ITG_ERR_DATA, "payer", i, "'%.60s' has no payer; give it",
                           u->resource);
    if (costs->price_year) ITG_TRY(inflate(call, &c, costs, u, error));
    if (has_currency) ITG_TRY(convert(call, &c, costs, u, error));
    u->price = u->given * u->inflation * u->rate;
  }
  return ITG_OK;
}

/* ---- the table ---- */

static itg_status set_text(itg_frame *frame, int64_t row, int column, const char *text, itg_error *error) {
  return text ? itg_frame_set_text(frame, row, column, text, error) : ITG_OK;
}

static itg_status note_unused(itg_call *call, const itg_unit_costs *costs, itg_error *error) {
  itg_text names = ITG_TEXT_EMPTY;
  int32_t unused = 0;
  for (int32_t i = 0; i < costs->n; i++)
    if (!costs->rows[i].used && unused++ < 6)
      itg_text_print(&names, "%s%.60s", names.size ? ", " : "", costs->names[i]);
  itg_status status = ITG_OK;
  if (names.failed)
    status = itg_fail_memory(error);
  else if (unused)
    status =
        itg_result_note(call->result, error, "%d of %d unit costs are of no resource in the data: %s%s.",
                        (int)unused, (int)costs->n, names.data ? names.data : "", unused > 6 ? ", ..." : "");
  itg_text_clear(&names);
  return status;
}

static itg_status note_prices(itg_call *call, const itg_unit_costs *costs, itg_error *error) {
  const char *first = NULL;
  bool mixed = false;
  int inflated = 0, converted = 0;
  for (int32_t i = 0; i < costs->n; i++) {
    const itg_unit_cost *u = &costs->rows[i];
    if (!u->used) continue;
    if (!first) first = u->year;
    mixed = mixed || (first && u->year && strcmp(first, u->year) != 0);
    inflated += costs->price_year && strcmp(u->year, costs->price_year) != 0;
    converted += costs->currency && u->currency && strcmp(u->currency, costs->currency) != 0;
  }
  const char *currency = costs->currency ? costs->currency : "the currency of the unit costs";
  if (mixed && !costs->price_year)
    return itg_result_note(call->result, error,
                           "Unit costs are of different price years and were added as they are; set "
                           "price_year and give the input inflation.");
  if (!costs->price_year && !converted) return ITG_OK;
  return itg_result_note(call->result, error,
                         "Costs are in %s%s%s: %d unit costs inflated, %d converted, see table prices.",
                         currency, costs->price_year ? " at prices of " : "",
                         costs->price_year ? costs->price_year : "", inflated, converted);
}

itg_status itg_unit_costs_write(itg_call *call, const itg_unit_costs *costs, itg_error *error) {
  static const char *const texts[] = {"resource", "unit", "category", "payer", "year", "currency", "source"},
                           *const numbers[] = {"unit_cost", "inflation", "rate", "price"};
  itg_frame *frame;
  ITG_TRY(itg_result_add_table(call->result, "prices", &frame, error));
  for (size_t i = 0; i < ITG_COUNT(texts); i++)
    ITG_TRY(itg_frame_add_column(frame, texts[i], ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(numbers); i++)
    ITG_TRY(itg_frame_add_column(frame, numbers[i], ITG_TYPE_DOUBLE, NULL, error));
  int64_t row = 0;
  for (int32_t i = 0; i < costs->n; i++) {
    const itg_unit_cost *u = &costs->rows[i];
    if (!u->used) continue;
    int payers = 0, payer = 0;
    for (int k = 0; k < costs->n_payers; k++)
      if (u->shares[k] > 0) payers++, payer = k;
    const char *cells[] = {
        u->resource, u->unit,     u->category, payers > 1 ? "shared" : payers ? costs->payers[payer] : NULL,
        u->year,     u->currency, u->source};
    const double values[] = {u->given, u->inflation, u->rate, u->price};
    ITG_TRY(itg_frame_resize(frame, row + 1, error));
    ITG_TRY(itg_frame_set_persons(frame, row, 0, error)); /* a price is of nobody */
    for (int c = 0; c < (int)ITG_COUNT(cells); c++) ITG_TRY(set_text(frame, row, c, cells[c], error));
    for (int c = 0; c < (int)ITG_COUNT(values); c++)
      itg_frame_set_double(frame, row, (int)ITG_COUNT(cells) + c, values[c]);
    row++;
  }
  ITG_TRY(note_unused(call, costs, error));
  return note_prices(call, costs, error);
}
