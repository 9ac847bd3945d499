/* itg_report_sources.c - layer 4: where the rules stand: of each analysis its measure, and the definition or
 * the versions that it used. */
#include <jansson.h>
#include <string.h>

#include "itg_report.h"

static void paragraph(itg_text *out, const char *text) {
  itg_text_add(out, "<p>");
  itg_text_html(out, text);
  itg_text_add(out, "</p>\n");
}

static void print_choices(itg_text *out, const itg_node *choices) {
  if (!choices || choices->kind != ITG_NODE_LIST || !choices->count) return;
  itg_text_add(out, "<p>Rules that no source states, chosen by us:</p>\n<ul>\n");
  for (int32_t i = 0; i < choices->count; i++) {
    itg_text_add(out, "<li>");
    itg_text_html(out, itg_node_text(&choices->items[i], "rule", ""));
    itg_text_add(out, " <span class=\"soft\">");
    itg_text_html(out, itg_node_text(&choices->items[i], "why", ""));
    const char *override = itg_node_text(&choices->items[i], "override", NULL);
    if (override) {
      itg_text_add(out, " To change it: ");
      itg_text_html(out, override);
    }
    itg_text_add(out, "</span></li>\n");
  }
  itg_text_add(out, "</ul>\n");
}

/* "Licence: items: ...; scoring: ...; holder: ...", as far as the definition says so. */
static void print_licence(itg_text *out, const itg_node *licence) {
  static const char *const keys[] = {"items", "scoring", "holder", "url"};
  const char *before = " Licence: ";
  for (size_t k = 0; k < ITG_COUNT(keys); k++) {
    const char *text = itg_node_text(licence, keys[k], NULL);
    if (!text) continue;
    itg_text_print(out, "%s%s: ", before, keys[k]);
    itg_text_html(out, text);
    before = "; ";
  }
  if (*before == ';') itg_text_add(out, ".");
}

/* `entry` is what the provenance says of it: id, version and hash. */
static void print_definition(itg_text *out, const itg_node *root, const json_t *entry) {
  const itg_node *source = itg_node_get(root, "source");
  itg_text_add(out, "Definition <code>");
  itg_text_html(out, itg_node_text(root, "id", ""));
  itg_text_add(out, "</code> ");
  itg_text_html(out, itg_node_text(root, "version", ""));
  itg_text_add(out, ": ");
  itg_text_html(out, itg_node_text(root, "title", ""));
  itg_text_add(out, ". ");
  itg_text_html(out, itg_node_text(source, "citation", ""));
  itg_text_add(out, " <span class=\"soft\">");
  itg_text_html(out, itg_node_text(source, "scoring", ""));
  print_licence(out, itg_node_get(root, "licence"));
  itg_text_print(out, " SHA-256 <code>%s</code></span>", json_string_value(json_object_get(entry, "sha256")));
}

/* ---- versions, where a column says which a row uses ---- */

static const char *hash_of(const json_t *entry) {
  return json_string_value(json_object_get(entry, "sha256"));
}

/* The definition that a value of the column stood for; NULL when it is no longer what it was. */
static const itg_node *find_version(itg_report *r, const itg_analysis *a, const json_t *entry) {
  const char *value = json_string_value(json_object_get(entry, "value"));
  const itg_node *node = itg_node_get(a->versions, value);
  itg_definition definition;
  itg_status status = node ? itg_definition_find(node, r->arena, &definition, NULL)
                           : itg_definition_load(value, r->arena, &definition, NULL);
  if (status == ITG_ERR_MEMORY) r->out->failed = true;
  return !status && itg_text_equal(definition.hash, hash_of(entry)) ? definition.root : NULL;
}

static bool is_first(const json_t *list, size_t at) {
  for (size_t i = 0; i < at; i++)
    if (itg_text_equal(hash_of(json_array_get(list, i)), hash_of(json_array_get(list, at)))) return false;
  return true;
}

/* Each version once, with the values that use it. */
static void print_versions(itg_report *r, const itg_analysis *a, const json_t *list) {
  itg_text *out = r->out;
  json_t *entry, *other;
  size_t i, k;
  itg_text_add(out, "<p>Definitions by <code>");
  itg_text_html(out, json_string_value(json_object_get(json_array_get(list, 0), "column")));
  itg_text_add(out, "</code>:</p>\n<ul class=\"versions\">\n");
  json_array_foreach(list, i, entry) {
    const itg_node *root = is_first(list, i) ? find_version(r, a, entry) : NULL;
    const char *before = "<li>";
    if (!root) continue;
    json_array_foreach(list, k, other) {
      if (!itg_text_equal(hash_of(other), hash_of(entry))) continue;
      itg_text_add(out, before);
      itg_text_html(out, json_string_value(json_object_get(other, "value")));
      before = ", ";
    }
    itg_text_add(out, ": ");
    print_definition(out, root, entry);
    print_choices(out, itg_node_get(root, "choices"));
    itg_text_add(out, "</li>\n");
  }
  itg_text_add(out, "</ul>\n");
}

static void print_definitions(itg_report *r, const itg_analysis *a) {
  const json_t *provenance = itg_result_provenance_tree(a->result),
               *versions = json_object_get(provenance, "versions");
  if (json_array_size(versions)) {
    print_versions(r, a, versions);
    return;
  }
  const itg_node *root = itg_report_definition(r, a);
  if (!root) return;
  itg_text_add(r->out, "<p>");
  print_definition(r->out, root, json_object_get(provenance, "definition"));
  itg_text_add(r->out, "</p>\n");
  print_choices(r->out, itg_node_get(root, "choices"));
}

void itg_report_sources(itg_report *r) {
  const itg_evaluation *e = r->evaluation;
  itg_text *out = r->out;
  itg_text_add(out, "<section id=\"sources\">\n<h2>Sources and choices</h2>\n");
  for (int i = 0; i < e->n_analyses; i++) {
    const itg_analysis *a = &e->analyses[i];
    itg_text_add(out, "<details><summary>");
    itg_text_html(out, a->title);
    itg_text_add(out, " (measure ");
    itg_text_html(out, a->measure->name);
    itg_text_add(out, ")</summary>\n");
    paragraph(out, a->measure->summary);
    paragraph(out, a->measure->source);
    print_definitions(r, a);
    itg_text_add(out, "</details>\n");
  }
  itg_text_add(out, "</section>\n");
}
