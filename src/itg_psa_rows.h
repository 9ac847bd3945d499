/* itg_psa_rows.h - layer 3: the rows of one group of samples in tables and estimates, labels of option by
 * first. */
#ifndef ITG_PSA_ROWS_H
#define ITG_PSA_ROWS_H

#include "itg_psa.h"

enum { ITG_PSA_COLUMNS = 16 }; /* most columns that tell estimates apart: those of option by, and two */

typedef struct itg_psa_column {
  const char *name;
  itg_type type;
} itg_psa_column;

/* Room for the rows of one group: they begin at `row`, the table's own columns, behind those of option by, at
 * `column`. */
typedef struct itg_psa_rows {
  itg_frame *frame;
  int64_t row;
  int column;
} itg_psa_rows;

/* Table `name` of the result, made when *frame is NULL, gets `rows` more, of the group whose samples are
 * `part`. */
itg_status itg_psa_rows_add(itg_call *call, const itg_psa *part, const char *name,
                            const itg_psa_column *columns, int n, int64_t rows, itg_frame **frame,
                            itg_psa_rows *out, itg_error *error);

/* The table of estimates, told apart by the columns of option by and then a and b. */
itg_status itg_psa_estimates(itg_call *call, const itg_psa *all, const char *a, const char *b, itg_tidy *out,
                             itg_error *error);

/* An estimate of the group `part`, whose columns a and b hold the texts; NULL: none. */
itg_estimate itg_psa_estimate(const itg_psa *part, const char *measure, const char *scale, const char *a,
                              const char *b, const char *unit, const char *group[ITG_PSA_COLUMNS]);

static inline void itg_psa_put(const itg_psa_rows *r, int64_t row, int column, double value) {
  itg_frame_set_double(r->frame, r->row + row, r->column + column, value);
}

static inline void itg_psa_put_flag(const itg_psa_rows *r, int64_t row, int column, bool value) {
  itg_frame_set_bool(r->frame, r->row + row, r->column + column, value);
}

static inline itg_status itg_psa_put_text(const itg_psa_rows *r, int64_t row, int column, const char *text,
                                          itg_error *error) {
  return itg_frame_set_text(r->frame, r->row + row, r->column + column, text, error);
}

#endif
