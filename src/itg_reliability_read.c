/* itg_reliability_read.c - layer 3: which columns make which scale, and where their answers lie. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_call.h"
#include "itg_reliability.h"
#include "itg_scale_items.h"
#include "itg_score.h"

double itg_reliability_value(const itg_reliability_data *data, const itg_reliability_scale *scale, int item,
                             int64_t row) {
  const itg_cross_source *source = &data->sources[scale->items[item]];
  double x = source->doubles                  ? source->doubles[row]
             : source->ints[row] == INT32_MIN ? NAN
                                              : source->ints[row];
  return scale->weight[item] * (scale->start[item] + scale->sign[item] * x);
}

static itg_status open_scale(itg_call *call, itg_reliability_scale *scale, const char *id, int p,
                             itg_error *error) {
  *scale = (itg_reliability_scale){.id = id, .factor = 1};
  scale->items = itg_call_alloc(call, (size_t)p, sizeof *scale->items, error);
  scale->start = itg_call_alloc(call, (size_t)p, sizeof *scale->start, error);
  scale->sign = itg_call_alloc(call, (size_t)p, sizeof *scale->sign, error);
  scale->weight = itg_call_alloc(call, (size_t)p, sizeof *scale->weight, error);
  return scale->items && scale->start && scale->sign && scale->weight ? ITG_OK : ITG_ERR_MEMORY;
}

static void add_item(itg_reliability_scale *scale, int32_t item, double start, double sign, double weight) {
  scale->items[scale->p] = item;
  scale->start[scale->p] = start;
  scale->sign[scale->p] = sign;
  scale->weight[scale->p++] = weight;
}

/* ---- by an instrument ---- */

static itg_status read_answers(itg_call *call, const itg_scale_plan *plan, const itg_column *const *columns,
                               itg_reliability_data *out, itg_error *error) {
  double **values;
  ITG_TRY(itg_scale_items_read(call, plan, plan->used, columns, out->n_rows, &values, error));
  for (int32_t i = 0; i < plan->n_items; i++) out->sources[i].doubles = values[i];
  return ITG_OK;
}

static bool has_item(const itg_reliability_scale *scale, int32_t item) {
  for (int i = 0; i < scale->p; i++)
    if (scale->items[i] == item) return true;
  return false;
}

/* Items of a score; those of scores under it too.  An item that comes twice counts once. */
static void gather(const itg_scale_plan *plan, const itg_scale_score *score, bool weighted, double sign,
                   itg_reliability_scale *out, bool *nested) {
  for (int32_t k = 0; k < score->n_parts; k++) {
    const itg_score_part *part = &score->parts[k];
    if (part->source >= plan->n_items) {
      *nested = true;
      gather(plan, &plan->scores[part->source - plan->n_items], false, sign * part->sign, out, nested);
    } else if (!has_item(out, part->source)) {
      /* Turned twice, an item is itself again. */
      double start = sign > 0 ? part->start : part->sign > 0 ? part->low + part->high : 0;
      add_item(out, part->source, start, sign * part->sign, weighted ? part->weight : 1);
    }
  }
}

static itg_status add_score(itg_call *call, const itg_scale_plan *plan, const itg_scale_score *score,
                            itg_reliability_data *out, itg_error *error) {
  bool sum = score->method == ITG_SCORE_SUM, mean = score->method == ITG_SCORE_MEAN;
  bool weighted = score->method == ITG_SCORE_WEIGHTED_MEAN, nested = false;
  if (!sum && !mean && !weighted)
    return itg_result_note(call->result, error,
                           "score '%s' is left out: consistency belongs to sums and means of items",
                           score->id);
  itg_reliability_scale *scale = &out->scales[out->n_scales++];
  ITG_TRY(open_scale(call, scale, score->id, plan->n_items, error));
  gather(plan, score, weighted, 1, scale, &nested);
  if (nested)
    return itg_result_note(
        call->result, error,
        "score '%s': its items are those of its parts, and sd, sem and sdc are those of their sum",
        score->id);
  double weights = 0;
  for (int i = 0; i < scale->p; i++) weights += scale->weight[i];
  scale->factor = fabs(score->slope) / (sum ? 1 : weights);
  return ITG_OK;
}

/* Where the items of the instrument stand in the matrix. */
static itg_status find_places(itg_call *call, const itg_scale_plan *plan, itg_reliability_data *out,
                              itg_error *error) {
  int32_t *places = itg_call_alloc(call, (size_t)plan->n_items, sizeof *places, error);
  if (!places) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < plan->n_items; i++) {
    places[i] = itg_reliability_matrix_find(&out->matrix, out->names[i]);
    if (plan->used[i] && places[i] < 0)
      return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, "covariance"), -1, NULL,
                         "no row and column '%.80s'; the instrument has such an item: name rows and columns "
                         "by its items, or choose `scores` without it",
                         out->names[i]);
  }
  out->places = places;
  return ITG_OK;
}

static itg_status read_instrument(itg_call *call, itg_reliability_data *out, itg_error *error) {
  itg_definition definition;
  itg_scale_plan plan;
  const itg_column **columns;
  if (itg_call_given(call, "scales") || itg_call_given(call, "reverse") || itg_call_given(call, "range"))
    return itg_fail(
        error, ITG_ERR_OPTION,
        "the instrument states scales, reversal and range; leave out `scales`, `reverse` and `range`");
  ITG_TRY(itg_call_definition(call, "instrument", "scale", &definition, error));
  ITG_TRY(itg_scale_plan_make(&definition, itg_call_node(call, "scores"), call->arena, &plan, error));
  out->n_items = plan.n_items;
  out->names = itg_call_alloc(call, (size_t)plan.n_items, sizeof *out->names, error);
  out->sources = itg_call_alloc(call, (size_t)plan.n_items, sizeof *out->sources, error);
  out->scales = itg_call_alloc(call, (size_t)plan.n_scores, sizeof *out->scales, error);
  if (!out->names || !out->sources || !out->scales) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < plan.n_items; i++) out->names[i] = plan.items[i].id;
  if (out->matrix.p) {
    ITG_TRY(find_places(call, &plan, out, error));
  } else {
    ITG_TRY(itg_items_bind(call, "items", out->names, plan.used, plan.n_items, &columns, error));
    out->n_rows = itg_call_table(call, "data")->n_rows;
  }
  for (int32_t s = 0; s < plan.n_scores; s++)
    if (plan.scores[s].wanted) ITG_TRY(add_score(call, &plan, &plan.scores[s], out, error));
  if (!out->n_scales)
    return itg_fail(error, ITG_ERR_INSTRUMENT, "no score of instrument '%.80s' is a sum or mean of items",
                    definition.id);
  return out->matrix.p ? ITG_OK : read_answers(call, &plan, columns, out, error);
}

/* ---- by columns ---- */

static int32_t find_name(const itg_reliability_data *data, const char *name) {
  for (int32_t i = 0; i < data->n_items; i++)
    if (strcmp(data->names[i], name) == 0) return i;
  return -1;
}

static itg_status fail_name(const itg_reliability_data *data, const itg_node *node, const char *key,
                            itg_error *error) {
  const char *near = itg_suggest(node->text, data->names, (size_t)data->n_items);
  return itg_fail_node(error, ITG_ERR_OPTION, node, "option '%s': '%.80s' is not among the items%s%s%s", key,
                       node->text, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Columns that can be read where they lie. */
static bool lies_ready(const itg_call *call, const itg_column *c, itg_cross_source *out) {
  if (call->state->n_codes || c->reason || !c->data) return false;
  if (c->type == ITG_TYPE_INT32 && (c->flags & ITG_COLUMN_MIN_MISSING) &&
      (c->stride == 0 || c->stride == 4) && (uintptr_t)c->data % sizeof(int32_t) == 0)
    out->ints = c->data;
  else if (c->type == ITG_TYPE_DOUBLE && (c->flags & ITG_COLUMN_NAN_MISSING) &&
           (c->stride == 0 || c->stride == 8) && (uintptr_t)c->data % sizeof(double) == 0)
    out->doubles = c->data;
  return out->ints || out->doubles;
}

/* Scales of the option, or one of all items. */
static itg_status read_scales(itg_call *call, itg_reliability_data *out, itg_error *error) {
  const itg_node *map = itg_call_node(call, "scales");
  out->n_scales = map ? map->count : 1;
  out->scales = itg_call_alloc(call, (size_t)out->n_scales, sizeof *out->scales, error);
  if (!out->scales) return ITG_ERR_MEMORY;
  if (map && (map->kind != ITG_NODE_MAP || !map->count))
    return itg_fail_node(error, ITG_ERR_OPTION, map, "option 'scales' is a map from scale to its items");
  for (int32_t s = 0; s < out->n_scales; s++) {
    const itg_node *list = map ? &map->items[s] : NULL;
    int n = list ? (list->kind == ITG_NODE_LIST ? list->count : 1) : out->n_items;
    ITG_TRY(open_scale(call, &out->scales[s], map ? map->keys[s] : "all", n, error));
    for (int i = 0; i < n; i++) {
      const itg_node *node = list && list->kind == ITG_NODE_LIST ? &list->items[i] : list;
      if (node && node->kind != ITG_NODE_SCALAR)
        return itg_fail_node(error, ITG_ERR_OPTION, node, "option 'scales': a scale is a list of items");
      int32_t at = node ? find_name(out, node->text) : i;
      if (at < 0) return fail_name(out, node, "scales", error);
      if (has_item(&out->scales[s], at))
        return itg_fail_node(error, ITG_ERR_OPTION, node, "item '%.80s' stands twice in scale '%.80s'",
                             node->text, map->keys[s]);
      add_item(&out->scales[s], at, 0, 1, 1);
    }
    if (n < 2)
      return itg_fail(error, ITG_ERR_COLUMN, "scale '%.80s' has %d item; consistency needs at least two",
                      out->scales[s].id, n);
    if (strcmp(itg_call_text(call, "score"), "mean") == 0) out->scales[s].factor = 1.0 / n;
  }
  return ITG_OK;
}

/* With a range, every answer lies in it. */
static itg_status check_range(itg_call *call, const itg_reliability_data *data, double low, double high,
                              itg_error *error) {
  const itg_column *const *columns;
  itg_call_columns(call, "items", &columns);
  for (int32_t i = 0; i < data->n_items; i++)
    for (int64_t row = 0; row < data->n_rows; row++) {
      const itg_cross_source *s = &data->sources[i];
      double x = s->doubles ? s->doubles[row] : s->ints[row] == INT32_MIN ? NAN : s->ints[row];
      if (!(x < low) && !(x > high)) continue;
      char found[ITG_NUMBER_SIZE], from[ITG_NUMBER_SIZE], to[ITG_NUMBER_SIZE];
      itg_number_print(x, found);
      itg_number_print(low, from);
      itg_number_print(high, to);
      return itg_fail_at(
          error, ITG_ERR_RANGE, itg_call_table(call, "data"), row, columns[i]->name,
          "%s is no answer from %s to %s; correct it, declare it in `missing`, or correct `range`", found,
          from, to);
    }
  return ITG_OK;
}

static itg_status apply_reverse(itg_call *call, itg_reliability_data *data, itg_error *error) {
  const itg_node *list = itg_call_node(call, "reverse");
  double *range;
  int n;
  ITG_TRY(itg_call_list(call, "range", &range, &n, error));
  if (n && (n != 2 || !(range[0] < range[1])))
    return itg_fail(error, ITG_ERR_OPTION,
                    "option 'range' is the lowest and the highest possible answer, such as [1, 5]");
  if (n && !data->matrix.p) ITG_TRY(check_range(call, data, range[0], range[1], error));
  if (!list) return ITG_OK;
  if (!n && !data->matrix.p) /* of a matrix only means depend on it */
    return itg_fail_node(error, ITG_ERR_OPTION, list,
                         "to reverse items, give the lowest and highest possible answer as option 'range'");
  for (int i = 0; i < (list->kind == ITG_NODE_LIST ? list->count : 1); i++) {
    const itg_node *node = list->kind == ITG_NODE_LIST ? &list->items[i] : list;
    int32_t at = find_name(data, node->text);
    if (at < 0) return fail_name(data, node, "reverse", error);
    for (int32_t s = 0; s < data->n_scales; s++)
      for (int k = 0; k < data->scales[s].p; k++)
        if (data->scales[s].items[k] == at) {
          data->scales[s].start[k] = n ? range[0] + range[1] : NAN;
          data->scales[s].sign[k] = -1;
        }
  }
  return ITG_OK;
}

static itg_status read_columns(itg_call *call, itg_reliability_data *out, itg_error *error) {
  const itg_column *const *columns;
  const itg_table *table = itg_call_table(call, "data");
  int n = itg_call_columns(call, "items", &columns);
  if (!table)
    return itg_fail(error, ITG_ERR_ARGUMENT,
                    "measure reliability needs the input 'data' (answers), or 'covariance' (of items)");
  if (!n)
    return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, NULL,
                       "no items; name their columns in `columns` as items, or give an `instrument`");
  if (n < 2)
    return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, columns[0]->name,
                       "one item alone; consistency needs at least two");
  if (!table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  out->n_rows = table->n_rows;
  out->n_items = n;
  out->names = itg_call_alloc(call, (size_t)n, sizeof *out->names, error);
  out->sources = itg_call_alloc(call, (size_t)n, sizeof *out->sources, error);
  if (!out->names || !out->sources) return ITG_ERR_MEMORY;
  for (int i = 0; i < n; i++) {
    double *values;
    uint8_t *reasons;
    out->names[i] = columns[i]->name;
    if (lies_ready(call, columns[i], &out->sources[i])) continue;
    ITG_TRY(itg_call_numbers_at(call, "items", i, &values, &reasons, error));
    out->sources[i].doubles = values;
  }
  ITG_TRY(read_scales(call, out, error));
  return apply_reverse(call, out, error);
}

/* Every item of the matrix, or scales of them. */
static itg_status read_matrix(itg_call *call, itg_reliability_data *out, itg_error *error) {
  int32_t *places = itg_call_alloc(call, (size_t)out->matrix.p, sizeof *places, error);
  if (!places) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < out->matrix.p; i++) places[i] = i;
  out->n_items = out->matrix.p;
  out->names = out->matrix.names;
  out->places = places;
  ITG_TRY(read_scales(call, out, error));
  return apply_reverse(call, out, error);
}

itg_status itg_reliability_read(itg_call *call, itg_reliability_data *out, itg_error *error) {
  *out = (itg_reliability_data){0};
  if (itg_call_table(call, "covariance")) ITG_TRY(itg_reliability_matrix_read(call, &out->matrix, error));
  if (!out->matrix.p && itg_call_given(call, "n"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "option 'n' belongs to covariances; rows of answers are counted, leave it out");
  if (itg_call_given(call, "instrument")) return read_instrument(call, out, error);
  if (itg_call_given(call, "scores"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "option 'scores' chooses among the scores of an instrument; name one");
  return out->matrix.p ? read_matrix(call, out, error) : read_columns(call, out, error);
}
