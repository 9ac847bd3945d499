/* itg_agreement_write.c - layer 3: the rows and notes of measure agreement. */
#include <math.h>
#include <string.h>

#include "itg_agreement_measure.h"
#include "itg_side_table.h"

itg_status itg_agreement_open(itg_agreement *a, itg_error *error) {
  static const itg_side_column coefficients[] = {
      {"scale", ITG_TYPE_STRING},     {"weights", ITG_TYPE_STRING},   {"category", ITG_TYPE_STRING},
      {"name", ITG_TYPE_STRING},      {"source", ITG_TYPE_STRING},    {"raters", ITG_TYPE_INT64},
      {"categories", ITG_TYPE_INT64}, {"observed", ITG_TYPE_DOUBLE},  {"chance", ITG_TYPE_DOUBLE},
      {"test", ITG_TYPE_STRING},      {"statistic", ITG_TYPE_DOUBLE}, {"df", ITG_TYPE_DOUBLE},
      {"p_value", ITG_TYPE_DOUBLE},   {"interval", ITG_TYPE_STRING}};
  static const itg_side_column categories[] = {
      {"category", ITG_TYPE_STRING}, {"n", ITG_TYPE_INT64}, {"share", ITG_TYPE_DOUBLE}};
  const itg_groups *groups = &a->ratings.groups;
  int n_by = groups->n_columns;
  const char **names = itg_call_alloc(a->call, (size_t)n_by + 2, sizeof *names, error);
  a->labels = itg_call_alloc(a->call, (size_t)n_by + 2, sizeof *a->labels, error);
  if (!names || !a->labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < n_by; i++) names[i] = groups->names[i];
  names[n_by] = "weights";
  names[n_by + 1] = "category";
  ITG_TRY(itg_tidy_open(a->call->result, names, n_by + 2, &a->tidy, error));
  ITG_TRY(itg_side_table_open(a->call, groups, "coefficients", coefficients, ITG_COUNT(coefficients),
                              &a->coefficients, error));
  return itg_side_table_open(a->call, groups, "categories", categories, ITG_COUNT(categories), &a->categories,
                             error);
}

itg_status itg_agreement_write_figure(itg_agreement *a, const itg_agreement_slice *s,
                                      const itg_agreement_wanted *w, const char *category,
                                      const itg_agreement_figure *f, itg_error *error) {
  int n_by = a->ratings.groups.n_columns;
  const itg_chance_value *v = &f->value;
  bool weighted = strcmp(w->weights, "unweighted") != 0, plain = !weighted || !s->whole;
  a->labels[n_by] = s->whole                             ? w->weights
                    : w->kind == ITG_CHANCE_KRIPPENDORFF ? itg_agreement_metrics[0].metric
                                                         : itg_agreement_metrics[0].weights;
  a->labels[n_by + 1] = category;
  itg_estimate row = itg_estimate_of("agreement", itg_agreement_kinds[w->kind].scale, a->labels,
                                     w->kind == ITG_CHANCE_PERCENT ? "proportion" : "coefficient");
  row.n = v->n;
  row.n_missing = s->set->n_all - v->n;
  row.estimate = v->value;
  row.std_error = v->std_error;
  row.conf_low = f->low;
  row.conf_high = f->high;
  row.reason = f->reason;
  ITG_TRY(itg_tidy_add(&a->tidy, &row, error));

  itg_frame *frame = a->coefficients;
  int64_t at;
  int column = n_by;
  const char *const texts[] = {
      plain ? itg_agreement_kinds[w->kind].plain : itg_agreement_kinds[w->kind].weighted,
      itg_agreement_kinds[w->kind].source};
  const double numbers[] = {v->observed, v->chance};
  const double test[] = {f->statistic, f->df, f->p_value};
  ITG_TRY(itg_side_table_row(frame, a->labels, n_by, &at, error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, itg_agreement_kinds[w->kind].scale, error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, a->labels[n_by], error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, category, error));
  for (size_t i = 0; i < ITG_COUNT(texts); i++)
    ITG_TRY(itg_frame_set_text(frame, at, column++, texts[i], error));
  itg_frame_set_int(frame, at, column++, s->set->n_raters);
  itg_frame_set_int(frame, at, column++, s->n_categories);
  itg_side_table_numbers(frame, at, &column, numbers, ITG_COUNT(numbers));
  if (f->test) ITG_TRY(itg_frame_set_text(frame, at, column, f->test, error));
  column++;
  itg_side_table_numbers(frame, at, &column, test, ITG_COUNT(test));
  return f->interval ? itg_frame_set_text(frame, at, column, f->interval, error) : ITG_OK;
}

itg_status itg_agreement_write_categories(itg_agreement *a, const itg_rating_set *set, itg_error *error) {
  int32_t q = a->ratings.n_categories;
  int64_t total = 0, first = itg_frame_rows(a->categories);
  int64_t *counts = itg_call_alloc(a->call, (size_t)q, sizeof *counts, error);
  if (!counts) return ITG_ERR_MEMORY;
  if (q > ITG_AGREEMENT_CATEGORIES) return ITG_OK;
  for (int32_t u = 0; u < set->n_units; u++)
    for (int32_t j = 0; j < set->n_raters; j++) {
      int32_t code = set->codes[(int64_t)u * set->n_raters + j];
      if (code >= 0) counts[code] += itg_rating_set_count(set, u);
    }
  for (int32_t k = 0; k < q; k++) total += counts[k];
  ITG_TRY(itg_frame_resize(a->categories, first + q, error));
  for (int32_t k = 0; k < q; k++) {
    int column = a->ratings.groups.n_columns;
    ITG_TRY(itg_side_table_label(a->categories, first + k, a->labels, column, error));
    ITG_TRY(itg_frame_set_text(a->categories, first + k, column++, a->ratings.categories[k], error));
    itg_frame_set_int(a->categories, first + k, column++, counts[k]);
    itg_frame_set_double(a->categories, first + k, column, total ? (double)counts[k] / (double)total : NAN);
  }
  return ITG_OK;
}

itg_status itg_agreement_write_notes(const itg_agreement *a, itg_error *error) {
  itg_result *result = a->call->result;
  if (a->n_single)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld units have fewer than two ratings: they show no agreement, but their categories "
        "count for chance in all coefficients but Cohen's and Krippendorff's",
        (long long)a->n_single));
  if (a->n_undefined)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld bootstrap values are undefined (one category, or no unit with two ratings) and are "
        "left out",
        (long long)a->n_undefined));
  if (itg_call_given(a->call, "categories")) return ITG_OK;
  return itg_result_note(
      result, error,
      "The %d categories are those in the data; if more are possible, list all in `categories` "
      "(Gwet's and Brennan and Prediger's coefficients depend on their number)",
      (int)a->ratings.n_categories);
}
