/* itg_definition.c - layer 2: instrument definitions: found, read, checked in their shared shape, hashed. */
#include "itg_definition.h"

#include <sha256.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "integrade-instrument/1"

static const itg_field source_fields[] = {
    {"citation", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "authors, year, title, journal"},
    {"doi", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "digital object identifier"},
    {"url", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "web address"},
    {"scoring", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "where the scoring rule stands"},
    {0}};

static const itg_field licence_fields[] = {
    {"items", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "what may be done with the wording"},
    {"scoring", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "what may be done with the rule"},
    {"holder", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "rights holder"},
    {"url", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, "where to ask"},
    {0}};

static const itg_field choice_fields[] = {
    {"rule", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "a rule that no source states"},
    {"why", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "the reason for our choice"},
    {"override", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "how a user changes it"},
    {0}};

static const itg_field example_fields[] = {
    {"source", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "where input and result stand"},
    {"tables", ITG_FIELD_NAMED, false, NULL, NULL, 0, 0, NULL, "input tables, columns as lists"},
    {"options", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, NULL, "options of the measure"},
    {"table", ITG_FIELD_TEXT, false, "estimates", NULL, 0, 0, NULL, "result table that is compared"},
    {"expect", ITG_FIELD_MAPS, true, NULL, NULL, 0, 0, NULL,
     "rows: keys that must match and the expected estimate"},
    {0}};

static const itg_field shared_fields[] = {
    {"schema", ITG_FIELD_TEXT, true, NULL, SCHEMA, 0, 0, NULL, "the text " SCHEMA},
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "small letters, digits and hyphens"},
    {"version", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "version of this file, as 1.0.0"},
    {"kind", ITG_FIELD_TEXT, true, NULL,
     "scale|checklist|points|stages|ladder|matrix|map|scorecard|valueset|codebook", 0, 0, NULL,
     "the engine that computes it"},
    {"group", ITG_FIELD_TEXT, false, NULL,
     "integration|classification|principles|people|stratification|health", 0, 0, NULL,
     "what it is about, for finding it"},
    {"title", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "one line"},
    {"unit", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "what a row is: respondent, service, area, ..."},
    {"source", ITG_FIELD_MAP, true, NULL, NULL, 0, 0, source_fields, "where it comes from"},
    {"licence", ITG_FIELD_MAP, true, NULL, NULL, 0, 0, licence_fields, "what may be redistributed"},
    {"choices", ITG_FIELD_MAPS, false, NULL, NULL, 0, 0, choice_fields, "rules that no source states"},
    {"examples", ITG_FIELD_MAPS, false, NULL, NULL, 0, 0, example_fields, "worked examples, always run"},
    {0}};

bool itg_definition_takes_id(const char *id) {
  size_t length = strlen(id);
  if (!length || length > 64) return false;
  return strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == length && id[0] != '-';
}

static bool is_path(const char *name) {
  size_t length = strlen(name);
  return strchr(name, '/') || (length > 5 && strcmp(name + length - 5, ".yaml") == 0) ||
         (length > 4 && strcmp(name + length - 4, ".yml") == 0) ||
         (length > 5 && strcmp(name + length - 5, ".json") == 0);
}

static itg_status hash_node(const itg_node *root, char hash[65], itg_error *error) {
  itg_text canonical = ITG_TEXT_EMPTY;
  itg_node_print_json(root, &canonical);
  itg_status status = canonical.failed ? itg_fail_memory(error) : ITG_OK;
  if (!status) SHA256Data((const uint8_t *)canonical.data, canonical.size, hash);
  itg_text_clear(&canonical);
  return status;
}

static itg_status from_node(const itg_node *root, itg_definition *out, itg_error *error) {
  if (!root || root->kind != ITG_NODE_MAP)
    return itg_fail_node(error, ITG_ERR_VALUE, root, "an instrument definition must be a map (key: value)");
  /* The shared keys first, so that the first error is about what every definition has. */
  itg_faults faults = {.all = error};
  for (const itg_field *f = shared_fields; f->key; f++) {
    const itg_node *node = itg_node_get(root, f->key);
    itg_status status = ITG_OK;
    if (f->required && itg_node_is_null(node))
      status = itg_fail_node(&faults.one, ITG_ERR_KEY, root, "the definition lacks the key '%s': %s", f->key, f->help);
    else if (f->type == ITG_FIELD_TEXT && node && node->kind != ITG_NODE_SCALAR)
      status = itg_fail_node(&faults.one, ITG_ERR_VALUE, node, "'%s' of the definition must be text", f->key);
    if (!itg_faults_add(&faults, status)) break;
  }
  ITG_TRY(itg_faults_end(&faults));
  const itg_node *schema = itg_node_get(root, "schema"), *id = itg_node_get(root, "id");
  if (strcmp(schema->text, SCHEMA) != 0)
    return itg_fail_node(error, ITG_ERR_VALUE, schema, "schema is '%.60s'; this version reads %s",
                         schema->text, SCHEMA);
  if (!itg_definition_takes_id(id->text))
    return itg_fail_node(error, ITG_ERR_VALUE, id,
                         "id '%.80s' must be 1 to 64 small letters, digits and hyphens", id->text);
  out->root = root;
  out->source = root->source;
  out->id = id->text;
  out->version = itg_node_text(root, "version", "");
  out->kind = itg_node_text(root, "kind", "");
  out->title = itg_node_text(root, "title", "");
  out->unit = itg_node_text(root, "unit", "");
  return hash_node(root, out->hash, error);
}

static const itg_builtin *find_builtin(const char *id) {
  for (int i = 0; i < itg_builtin_count; i++)
    if (strcmp(itg_builtins[i].id, id) == 0) return &itg_builtins[i];
  return NULL;
}

static itg_status fail_unknown(const char *id, itg_error *error) {
  const char **ids = itg_alloc((size_t)itg_builtin_count, sizeof *ids);
  if (!ids) return itg_fail_memory(error);
  for (int i = 0; i < itg_builtin_count; i++) ids[i] = itg_builtins[i].id;
  const char *near = itg_suggest(id, ids, (size_t)itg_builtin_count);
  if (!near && strlen(id) > 2) /* pam: pam-levels */
    for (int i = 0; i < itg_builtin_count; i++)
      if (strstr(ids[i], id) && (!near || strlen(ids[i]) < strlen(near))) near = ids[i];
  itg_status status =
      near ? itg_fail(error, ITG_ERR_INSTRUMENT, "no instrument '%.80s'; did you mean '%s'?", id, near)
           : itg_fail(error, ITG_ERR_INSTRUMENT,
                      "no instrument '%.80s'; list the built-in ones with `integrade instruments list`, or "
                      "give the path of a .yaml file",
                      id);
  free(ids);
  return status;
}

itg_status itg_definition_load(const char *name, itg_arena *arena, itg_definition *out, itg_error *error) {
  const itg_node *root = NULL;
  memset(out, 0, sizeof *out);
  if (is_path(name)) {
    ITG_TRY(itg_node_read(name, arena, &root, error));
  } else {
    const itg_builtin *builtin = find_builtin(name);
    if (!builtin) return fail_unknown(name, error);
    char *source = itg_arena_print(arena, "built-in %s", builtin->id);
    if (!source) return itg_fail_memory(error);
    ITG_TRY(itg_node_parse(builtin->text, strlen(builtin->text), source, arena, &root, error));
  }
  return from_node(root, out, error);
}

itg_status itg_definition_find(const itg_node *which, itg_arena *arena, itg_definition *out,
                               itg_error *error) {
  if (which && which->kind == ITG_NODE_MAP) {
    memset(out, 0, sizeof *out);
    return from_node(which, out, error);
  }
  if (!which || which->kind != ITG_NODE_SCALAR)
    return itg_fail_node(error, ITG_ERR_INSTRUMENT, which,
                         "an instrument must be an id, the path of a .yaml file, or a map that defines it");
  return itg_definition_load(which->text, arena, out, error);
}

itg_status itg_definition_check(const itg_definition *definition, const itg_field *fields, itg_error *error) {
  itg_field all[128];
  size_t count = 0;
  for (const itg_field *f = shared_fields; f->key; f++) all[count++] = *f;
  for (const itg_field *f = fields; f && f->key; f++) {
    if (count + 1 >= ITG_COUNT(all)) return itg_fail(error, ITG_ERR_INTERNAL, "a kind has too many fields");
    all[count++] = *f;
  }
  memset(&all[count], 0, sizeof all[count]);
  return itg_schema_check(definition->root, all, "the definition", ITG_ERR_KEY, ITG_ERR_VALUE, error);
}

int itg_instrument_count(void) { return itg_builtin_count; }

const char *itg_instrument_at(int index) {
  return index >= 0 && index < itg_builtin_count ? itg_builtins[index].id : NULL;
}

const char *itg_catalogue(void) { return itg_catalogue_text; }
