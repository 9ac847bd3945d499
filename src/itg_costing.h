/* itg_costing.h - layer 3: what the files of measure costing share: unit costs, and resource use by
 * person. */
#ifndef ITG_COSTING_H
#define ITG_COSTING_H

#include "itg_discount.h"
#include "itg_measure.h"

/* ---- unit costs (itg_costing_prices.c) ---- */

typedef struct itg_unit_cost {
  const char *resource, *unit, *category, *year, *currency, *source; /* NULL: not given */
  int32_t category_code;
  const double *shares;                /* of each payer; NULL: no payers */
  double given, inflation, rate, price; /* price = given x inflation x rate; NaN: not given */
  bool used;
} itg_unit_cost;

typedef struct itg_unit_costs {
  int32_t n, n_categories, n_payers; /* 0: no such column */
  itg_unit_cost *rows;               /* in the order of the table */
  const char *const *names;          /* of the resources, in that order */
  const char *const *categories;
  const char **payers;
  const char *price_year, *currency; /* what all prices are in; NULL: not told */
} itg_unit_costs;

itg_status itg_unit_costs_read(itg_call *call, itg_unit_costs *out, itg_error *error);
/* Place of a resource, or -1. */
int32_t itg_unit_costs_find(const itg_unit_costs *costs, const char *resource);
/* Bring the unit costs that are used to one price year and currency. */
itg_status itg_unit_costs_adjust(itg_call *call, itg_unit_costs *costs, itg_error *error);
/* Table prices, and what was done in notes. */
itg_status itg_unit_costs_write(itg_call *call, const itg_unit_costs *costs, itg_error *error);

/* ---- resource use (itg_costing_use.c) ---- */

enum { ITG_USE_TILE = 256 };

typedef struct itg_use {
  const itg_table *table;
  int64_t n_persons, n_rows;
  const int64_t *row_of; /* first row of each person; NULL: a row is a person */
  const int64_t *start, *rows; /* rows of person i: rows[start[i]] .. rows[start[i + 1] - 1]; NULL likewise */
  int32_t n_resources;
  const int32_t *unit_cost; /* of each resource */
  const double **values;     /* by resource and row; NULL: a row is a quantity of one resource */
  const uint8_t **reasons;   /* entries NULL: a NaN is missing */
  const int32_t *resource_of; /* of each row, -1 none; its quantity: */
  const double *quantities;
  const uint8_t *why;
  const double *factors; /* discount factor of each row; NULL: 1 */
  bool blank_is_zero, absent_is_zero;
} itg_use;

/* Find who used what; marks the unit costs that are used. */
itg_status itg_use_read(itg_call *call, itg_unit_costs *costs, const itg_discount *discount, itg_use *out,
                        itg_error *error);

/* Persons that are costed at once: quantities by resource and place (NaN: missing), the same discounted (the
 * same memory when nothing is), and by place why the first is missing and how many are. */
typedef struct itg_use_tile {
  double *quantity, *discounted;
  uint8_t *seen, reasons[ITG_USE_TILE];
  int32_t missing[ITG_USE_TILE];
  int64_t blank, absent; /* counted on: cells without a quantity, persons without a row of a resource */
} itg_use_tile;

itg_status itg_use_tile_open(const itg_use *use, itg_arena *arena, itg_use_tile *out, itg_error *error);
/* Places from `count` on hold 0. */
void itg_use_fill(const itg_use *use, const int64_t *persons, int count, itg_use_tile *tile);

#endif
