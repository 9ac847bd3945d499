/* itg_registry.c - layer 3: the list of measures.  A new measure is one file and one line here. */
#include <math.h>
#include <string.h>

#include "itg_measure.h"
#include "itg_tree.h"

#define MEASURES(X)           \
  X(functional_integration)   \
  X(scorecard)                \
  X(score)                    \
  X(scale)                    \
  X(checklist)                \
  X(stages)                   \
  X(points)                   \
  X(ladder)                   \
  X(classification)           \
  X(coding)                   \
  X(change)                   \
  X(eq5d_profile)             \
  X(eq5d_utility)             \
  X(cost_table)               \
  X(qaly)                     \
  X(cea)                      \
  X(cea_summary)              \
  X(reliability)              \
  X(agreement)                \
  X(budget_impact)            \
  X(investment)               \
  X(costing)                  \
  X(psa)                      \
  X(icc)                      \
  X(gstudy)                   \
  X(concordance)              \
  X(within_group)             \
  X(composite)                \
  X(evppi)                    \
  X(consensus)                \
  X(funnel)                   \
  X(evsi)                     \
  X(tornado)                  \
  X(continuity)               \
  X(one_way)                  \
  X(two_way)                  \
  X(rates)                    \
  X(parameter_draws)          \
  /* one line per measure */

#define DECLARE(name) extern const itg_measure itg_##name##_measure;
MEASURES(DECLARE)

#define LIST(name) &itg_##name##_measure,
const itg_measure *const itg_measures[] = {MEASURES(LIST) NULL};

int itg_measure_count(void) { return (int)ITG_COUNT(itg_measures) - 1; }

const char *itg_measure_at(int index) {
  return index >= 0 && index < itg_measure_count() ? itg_measures[index]->name : NULL;
}

const itg_measure *itg_measure_find(const char *name) {
  for (int i = 0; i < itg_measure_count(); i++)
    if (strcmp(itg_measures[i]->name, name) == 0) return itg_measures[i];
  return NULL;
}

itg_status itg_measure_need(const char *name, const itg_measure **out, itg_error *error) {
  *out = name ? itg_measure_find(name) : NULL;
  if (*out) return ITG_OK;
  const char *names[ITG_COUNT(itg_measures)];
  for (int i = 0; i < itg_measure_count(); i++) names[i] = itg_measures[i]->name;
  const char *near = itg_suggest(name ? name : "", names, (size_t)itg_measure_count());
  if (near) return itg_fail(error, ITG_ERR_MEASURE, "no measure '%.80s'; did you mean '%s'?", name, near);
  itg_text all = ITG_TEXT_EMPTY;
  for (int i = 0; i < itg_measure_count(); i++) itg_text_print(&all, "%s%s", i ? ", " : "", names[i]);
  itg_status status =
      itg_fail(error, ITG_ERR_MEASURE, "no measure '%.80s'; allowed: %s", name ? name : "", all.data ? all.data : "");
  itg_text_clear(&all);
  return status;
}

/* ---- description ---- */

static json_t *range_json(double min, double max) {
  if (!(min < max)) return json_null();
  return json_pack("[o,o]", isfinite(min) ? json_real(min) : json_null(),
                   isfinite(max) ? json_real(max) : json_null());
}

static const char *role_kind_name(itg_role_kind kind) {
  static const char *const names[] = {"", "number", "text", "flag", "numbers", "texts", "any"};
  return names[kind];
}

static const char *field_type_name(itg_field_type type) {
  static const char *const names[] = {"",        "text", "number", "integer", "flag",       "texts",    "numbers",
                                      "map",     "maps", "named",  "number_map", "text_map", "any"};
  return names[type];
}

static json_t *choices_json(const char *choices) {
  if (!choices) return json_null();
  json_t *list = json_array();
  for (const char *at = choices; at;) {
    const char *end = strchr(at, '|');
    itg_tree_append(&list, json_stringn(at, end ? (size_t)(end - at) : strlen(at)));
    at = end ? end + 1 : NULL;
  }
  return list;
}

/* The help of an option, and what else must be said for it to do anything. */
static json_t *help_json(const itg_field *field, const itg_need *needs) {
  itg_text text = ITG_TEXT_EMPTY;
  const itg_need *need = needs;
  while (need && need->option && strcmp(need->option, field->key) != 0) need++;
  if (!need || !need->option) return itg_tree_text(field->help);
  bool any = need->values && strcmp(need->values, "*") == 0;
  itg_text_print(&text, "%s; only with %s%s", field->help, need->other, any ? "" : ": ");
  for (const char *at = need->values ? need->values : "above 0"; *at && !any; at++)
    if (*at == '|') itg_text_add(&text, " or ");
    else itg_text_print(&text, "%c", *at);
  json_t *help = text.failed ? NULL : json_stringn(text.data, text.size);
  itg_text_clear(&text);
  return help;
}

static json_t *fields_json(const itg_field *fields, const itg_need *needs) {
  json_t *list = json_array();
  for (const itg_field *f = fields; f && f->key; f++)
    itg_tree_append(&list,
                    json_pack("{s:s,s:s,s:b,s:o,s:o,s:o,s:o,s:o}", "name", f->key, "type", field_type_name(f->type),
                              "required", f->required, "default", itg_tree_text(f->fallback), "choices",
                              choices_json(f->choices), "range", range_json(f->min, f->max), "keys",
                              f->child ? fields_json(f->child, NULL) : json_null(), "help", help_json(f, needs)));
  return list;
}

static bool has_option(const itg_measure *measure, const char *key) {
  for (const itg_field *f = measure->options; f && f->key; f++)
    if (strcmp(f->key, key) == 0) return true;
  return false;
}

itg_status itg_measure_describe(const char *name, char **json, itg_error *error) {
  const itg_measure *measure;
  *json = NULL;
  ITG_TRY(itg_measure_need(name, &measure, error));
  json_t *roles = json_array(), *outputs = json_array();
  for (const itg_role *r = measure->roles; r && r->name; r++)
    itg_tree_append(&roles, json_pack("{s:s,s:s,s:s,s:b,s:o,s:o}", "input", r->input, "name", r->name, "kind",
                                      role_kind_name(r->kind), "required", r->required, "range",
                                      range_json(r->min, r->max), "help", itg_tree_text(r->help)));
  for (const itg_output *o = measure->outputs; o && o->name; o++)
    itg_tree_append(&outputs, json_pack("{s:s,s:o}", "name", o->name, "help", itg_tree_text(o->help)));
  bool draws = has_option(measure, "replicates") || has_option(measure, "draws");
  json_t *root = json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:b,s:b,s:o,s:o,s:o}", "name", measure->name, "title",
                           measure->title, "summary", measure->summary, "source", measure->source, "counts",
                           measure->counts, "persons", measure->persons, "groups", measure->groups,
                           "draws", draws, "rows", measure->rows != NULL, "roles", roles, "options",
                           fields_json(measure->options, measure->needs), "outputs", outputs);
  itg_status status = itg_tree_print(root, 1, json, error);
  json_decref(root);
  return status;
}
