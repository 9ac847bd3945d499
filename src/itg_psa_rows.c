/* itg_psa_rows.c - layer 3: where the rows of one group of samples go. */
#include "itg_psa_rows.h"

itg_status itg_psa_rows_add(itg_call *call, const itg_psa *part, const char *name,
                            const itg_psa_column *columns, int n, int64_t rows, itg_frame **frame,
                            itg_psa_rows *out, itg_error *error) {
  const itg_groups *by = &part->groups;
  if (!*frame) {
    ITG_TRY(itg_result_add_table(call->result, name, frame, error));
    for (int i = 0; i < by->n_columns; i++)
      ITG_TRY(itg_frame_add_column(*frame, by->names[i], ITG_TYPE_STRING, NULL, error));
    for (int i = 0; i < n; i++)
      ITG_TRY(itg_frame_add_column(*frame, columns[i].name, columns[i].type, NULL, error));
  }
  *out = (itg_psa_rows){*frame, itg_frame_rows(*frame), by->n_columns};
  ITG_TRY(itg_frame_resize(*frame, out->row + rows, error));
  for (int64_t row = 0; by->n_columns && row < rows; row++)
    for (int i = 0; i < by->n_columns; i++)
      ITG_TRY(itg_frame_set_text(*frame, out->row + row, i, part->labels[i], error));
  return ITG_OK;
}

itg_status itg_psa_estimates(itg_call *call, const itg_psa *all, const char *a, const char *b, itg_tidy *out,
                             itg_error *error) {
  const char *columns[ITG_PSA_COLUMNS];
  int k = all->groups.n_columns;
  if (k + 2 > ITG_PSA_COLUMNS)
    return itg_fail(error, ITG_ERR_LIMIT, "option 'by' has %d columns; at most %d", k, ITG_PSA_COLUMNS - 2);
  for (int i = 0; i < k; i++) columns[i] = all->groups.names[i];
  columns[k] = a;
  columns[k + 1] = b;
  return itg_tidy_open(call->result, columns, k + 2, out, error);
}

itg_estimate itg_psa_estimate(const itg_psa *part, const char *measure, const char *scale, const char *a,
                              const char *b, const char *unit, const char *group[ITG_PSA_COLUMNS]) {
  int k = part->groups.n_columns;
  for (int i = 0; i < k; i++) group[i] = part->labels[i];
  group[k] = a;
  group[k + 1] = b;
  itg_estimate e = itg_estimate_of(measure, scale, group, unit);
  e.n = part->samples.n;
  e.n_missing = part->n_missing;
  return e;
}
