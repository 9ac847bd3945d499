/* itg_label.c - layer 3: a definition with labels of the user's own in place of those that it ships. */
#include "itg_label.h"

#include <string.h>

#include "itg_measure.h"
#include "itg_sheet_book.h"

/* ---- which labels are there ---- */

/* What names an item of this kind to a reader. */
static const char *label_key(const char *kind) {
  static const char *const labelled[] = {"scale", "checklist", "points"};
  for (size_t i = 0; i < ITG_COUNT(labelled); i++)
    if (strcmp(labelled[i], kind) == 0) return "label";
  return "title";
}

/* "item 3", "Client-centredness, statement 12". */
static bool ends_in_a_number(const char *label) {
  static const char *const words[] = {"item ", "statement ", "question "};
  const char *end = label + strlen(label), *at = end;
  while (at > label && at[-1] >= '0' && at[-1] <= '9') at--;
  for (size_t i = 0; at < end && i < ITG_COUNT(words); i++) {
    size_t size = strlen(words[i]);
    if ((size_t)(at - label) < size || memcmp(at - size, words[i], size) != 0) continue;
    return at - size == label || at[-(ptrdiff_t)size - 1] == ' ';
  }
  return false;
}

bool itg_labels_count(const itg_definition *d, int32_t *n_items, int32_t *n_numbers) {
  const itg_sheet_kind *kind = itg_sheet_kind_find(d->kind);
  const itg_node *items = kind ? itg_node_get(d->root, kind->list) : NULL;
  *n_items = *n_numbers = 0;
  if (!items || items->kind != ITG_NODE_LIST) return false;
  for (int32_t i = 0; i < items->count; i++) {
    const itg_node *item = &items->items[i];
    ++*n_items;
    *n_numbers += strcmp(itg_node_text(item, "basis", ""), "placeholder") == 0 ||
                  ends_in_a_number(itg_node_text(item, label_key(d->kind), ""));
  }
  return true;
}

/* ---- the user's, by item ---- */

typedef struct labels {
  const itg_definition *d;
  const itg_sheet_kind *kind;
  const itg_node *items, *groups;
  const char **own[2]; /* of items and groups: the new label, NULL where it stays */
  int32_t n_own[2];
} labels;

static int32_t find_id(const itg_node *list, const char *id) {
  for (int32_t i = 0; list && list->kind == ITG_NODE_LIST && i < list->count; i++)
    if (strcmp(itg_node_text(&list->items[i], "id", ""), id) == 0) return i;
  return -1;
}

static itg_status fail_id(const labels *l, const itg_table *table, int64_t row, const char *id, itg_arena *arena,
                          itg_error *error) {
  const char **ids = itg_arena_alloc(arena, (size_t)l->items->count, sizeof *ids);
  if (!ids) return itg_fail_memory(error);
  for (int32_t i = 0; i < l->items->count; i++) ids[i] = itg_node_text(&l->items->items[i], "id", "");
  const char *near = itg_suggest(id, ids, (size_t)l->items->count);
  return itg_fail_at(error, ITG_ERR_DATA, table, row, "id",
                     "'%.60s' is no item of instrument %.64s%s%s%s; its ids are those of `integrade instruments "
                     "export`",
                     id, l->d->id, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static itg_status read_labels(labels *l, const itg_table *table, itg_arena *arena, itg_error *error) {
  const itg_sheet sheet = {.table = table};
  static const char *const needed[] = {"id", "label"};
  for (size_t i = 0; i < ITG_COUNT(needed); i++)
    if (itg_table_column(table, needed[i]) < 0)
      return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, needed[i],
                         "labels need the columns 'id' and 'label'; '%s' is not there", needed[i]);
  for (int64_t row = 0; row < table->n_rows; row++) {
    char one[ITG_NUMBER_SIZE], two[ITG_NUMBER_SIZE];
    const char *id = itg_sheet_cell(&sheet, row, "id", one), *text = itg_sheet_cell(&sheet, row, "label", two);
    if (!*text) continue;
    int which = 0;
    int32_t at = find_id(l->items, id);
    if (at < 0) which = 1, at = find_id(l->groups, id);
    if (at < 0) return fail_id(l, table, row, id, arena, error);
    for (const char *c = text; *c; c++)
      if ((unsigned char)*c < ' ' || *c == 127)
        return itg_fail_at(error, ITG_ERR_DATA, table, row, "label",
                           "a label is one line of text; take out line breaks and tabs");
    const itg_node *item = &(which ? l->groups : l->items)->items[at];
    if (l->own[which][at])
      return itg_fail_at(error, ITG_ERR_DUPLICATE, table, row, "id", "'%.60s' has a label already; keep one row", id);
    if (strcmp(text, itg_node_text(item, which ? "title" : label_key(l->d->kind), "")) == 0) continue;
    if (!(l->own[which][at] = itg_arena_text(arena, text, strlen(text)))) return itg_fail_memory(error);
    l->n_own[which]++;
  }
  if (l->n_own[0] + l->n_own[1]) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, "label",
                     "no label differs from those of instrument %.64s; write yours into the column 'label'", l->d->id);
}

/* ---- the definition as text ---- */

/* Text that needs no quotes wherever it stands. */
static bool is_plain(const itg_node *scalar) {
  static const char first[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                    others[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-+ ";
  const char *text = scalar->text + (scalar->text[0] == '-'); /* -0.5 */
  return !scalar->quoted && *text && strspn(text, first) && !text[strspn(text, others)] &&
         text[strlen(text) - 1] != ' ';
}

/* The user's label of what an example expects to be called so; NULL: as it is. */
static const char *relabelled(const labels *l, const char *key, const itg_node *expected) {
  static const char *const names[] = {"label", "title", "level"};
  for (size_t k = 0; k < ITG_COUNT(names); k++) {
    if (strcmp(names[k], key) != 0 || expected->kind != ITG_NODE_SCALAR) continue;
    for (int32_t i = 0; i < l->items->count; i++)
      if (l->own[0][i] && strcmp(itg_node_text(&l->items->items[i], label_key(l->d->kind), ""), expected->text) == 0)
        return l->own[0][i];
  }
  return NULL;
}

static void write_node(const labels *l, bool expected, const itg_node *node, itg_text *out);

/* The entries of a map without its braces; `key` has the new text, if any.  Within what an example expects, labels
 * are the new ones. */
static void write_entries(const labels *l, bool expected, const itg_node *map, const char *key, const char *text,
                          itg_text *out) {
  bool written = !text;
  for (int32_t i = 0; i < map->count; i++) {
    const char *own = expected ? relabelled(l, map->keys[i], &map->items[i]) : NULL;
    if (text && strcmp(map->keys[i], key) == 0) own = text, written = true;
    if (i) itg_text_add(out, ", ");
    itg_sheet_add_key(out, map->keys[i]);
    if (own)
      itg_sheet_add_quoted(out, own);
    else if (text && strcmp(map->keys[i], "basis") == 0)
      itg_text_add(out, "own");
    else
      write_node(l, expected || strcmp(map->keys[i], "expect") == 0, &map->items[i], out);
  }
  if (written) return;
  itg_text_print(out, "%s%s: ", map->count ? ", " : "", key);
  itg_sheet_add_quoted(out, text);
}

static void write_node(const labels *l, bool expected, const itg_node *node, itg_text *out) {
  if (node->kind == ITG_NODE_SCALAR) {
    if (itg_node_is_null(node))
      itg_text_add(out, "null");
    else if (is_plain(node))
      itg_text_add(out, node->text);
    else
      itg_sheet_add_quoted(out, node->text);
    return;
  }
  bool map = node->kind == ITG_NODE_MAP;
  itg_text_add(out, map ? "{" : "[");
  if (map) write_entries(l, expected, node, NULL, NULL, out);
  for (int32_t i = 0; !map && i < node->count; i++) {
    if (i) itg_text_add(out, ", ");
    write_node(l, expected, &node->items[i], out);
  }
  itg_text_add(out, map ? "}" : "]");
}

/* A line per map of a list; `own` has new texts of a key. */
static void write_list(const labels *l, const itg_node *list, const char *key, const char *const *own, itg_text *out) {
  for (int32_t i = 0; i < list->count; i++) {
    itg_text_add(out, "  - {");
    write_entries(l, false, &list->items[i], key, own ? own[i] : NULL, out);
    itg_text_add(out, "}\n");
  }
}

static void write_choice(const labels *l, itg_text *out) {
  itg_text_print(out, "  - {rule: %d of %d labels are the user's own", (int)l->n_own[0], (int)l->items->count);
  if (l->n_own[1]) itg_text_print(out, " and %d of %d %s", (int)l->n_own[1], (int)l->groups->count, l->kind->groups);
  itg_text_print(out, ", why: What is said below of labels is said of %s %s, override: put in other labels}\n",
                 l->d->id, l->d->version);
}

/* Rights in the user's labels are not those in ours. */
static void write_licence(const labels *l, const itg_node *licence, itg_text *out) {
  itg_text whole = ITG_TEXT_EMPTY;
  const char *old = itg_node_text(licence, "items", NULL);
  itg_text_print(&whole, "labels of the user's own, whose rights are those of their source%s%s", old ? "; others: " : "",
                 old ? old : "");
  itg_text_add(out, "licence: {");
  write_entries(l, false, licence, "items", whole.data ? whole.data : "", out);
  itg_text_add(out, "}\n");
  out->failed |= whole.failed;
  itg_text_clear(&whole);
}

static bool is_list_of_maps(const itg_node *node) {
  bool maps = node->kind == ITG_NODE_LIST && node->count;
  for (int32_t i = 0; maps && i < node->count; i++) maps = node->items[i].kind == ITG_NODE_MAP;
  return maps;
}

static void write_definition(const labels *l, itg_text *out) {
  const itg_node *root = l->d->root;
  const bool shipped = strncmp(l->d->source, "built-in ", 9) == 0;
  itg_text_print(out, "# Made from %s %s and labels of the user's own.\n", l->d->id, l->d->version);
  for (int32_t i = 0; i < root->count; i++) {
    const char *key = root->keys[i];
    const itg_node *value = &root->items[i];
    const bool maps = is_list_of_maps(value), choices = strcmp(key, "choices") == 0;
    if (strcmp(key, "licence") == 0 && value->kind == ITG_NODE_MAP) {
      write_licence(l, value, out);
      if (!itg_node_get(root, "choices")) itg_text_add(out, "choices:\n"), write_choice(l, out);
      continue;
    }
    itg_text_print(out, maps || choices ? "%s:\n" : "%s: ", key);
    if (choices) {
      write_choice(l, out);
    } else if (strcmp(key, "id") == 0 && shipped) {
      itg_text_print(out, "my-%s\n", l->d->id); /* not to be taken for the one that is shipped */
    } else if (!maps) {
      write_node(l, false, value, out);
      itg_text_add(out, "\n");
    }
    const int own = value == l->groups;
    if (maps) write_list(l, value, own ? "title" : label_key(l->d->kind), value == l->items || own ? l->own[own] : NULL, out);
  }
}

itg_status itg_instrument_label(const char *instrument, const itg_table *table, char **yaml, itg_error *error) {
  itg_definition d, made;
  itg_text text = ITG_TEXT_EMPTY;
  const itg_node *root = NULL;
  *yaml = NULL;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  labels l = {.d = &d};
  itg_status status = itg_definition_load(instrument, arena, &d, error);
  l.kind = status ? NULL : itg_sheet_kind_find(d.kind);
  if (l.kind) l.items = itg_node_get(d.root, l.kind->list);
  if (l.kind && l.kind->groups) l.groups = itg_node_get(d.root, l.kind->groups);
  if (!status && (!l.items || l.items->kind != ITG_NODE_LIST))
    status = itg_fail_node(error, ITG_ERR_INSTRUMENT, d.root, "instrument '%s' of kind %s has no items to label", d.id,
                           d.kind);
  for (int which = 0; !status && which < 2; which++) {
    const itg_node *list = which ? l.groups : l.items;
    l.own[which] = itg_arena_alloc(arena, list ? (size_t)list->count + 1 : 1, sizeof **l.own);
    if (!l.own[which]) status = itg_fail_memory(error);
  }
  if (!status) status = read_labels(&l, table, arena, error);
  if (!status) write_definition(&l, &text);
  if (!status && text.failed) status = itg_fail_memory(error);
  if (!status) status = itg_node_parse(text.data, text.size, "the labelled definition", arena, &root, error);
  if (!status) status = itg_definition_find(root, arena, &made, error);
  if (!status) status = itg_text_take(&text, yaml, error);
  itg_text_clear(&text);
  itg_arena_free(arena);
  return status;
}
