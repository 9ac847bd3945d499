/* itg_evaluation_tables.c - layer 4: the tables of an analysis: inputs, tables of earlier analyses, and what
 * is joined to them. */
#include <stdlib.h>
#include <string.h>

#include "itg_evaluation.h"

/* ---- reading ---- */

static const itg_field join_fields[] = {
    {"from", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "id of an input, or <analysis>.<table>"},
    {"by", ITG_FIELD_ANY, true, NULL, NULL, 0, 0, NULL,
     "column or columns that name a row in both, or a map from the column here to the column there"},
    {"take", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "columns to add, or a map from new name to column; default: all"},
    {"unmatched", ITG_FIELD_TEXT, false, "error", "error|missing", 0, 0, NULL,
     "what a row without a partner does"},
    {0}};

static const itg_field table_fields[] = {
    {"from", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "id of an input, or <analysis>.<table>"},
    {"join", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, join_fields,
     "tables whose columns are added, row by row"},
    {0}};

static const itg_input *find_input(const itg_evaluation *e, const char *id) {
  for (int i = 0; i < e->n_inputs; i++)
    if (strcmp(e->inputs[i].id, id) == 0) return &e->inputs[i];
  return NULL;
}

/* The analysis before the dot of "x.t", among those that were read so far. */
static const itg_analysis *find_earlier(const itg_evaluation *e, const char *text) {
  size_t length = strcspn(text, ".");
  for (int i = 0; i < e->n_analyses; i++)
    if (strncmp(e->analyses[i].id, text, length) == 0 && !e->analyses[i].id[length]) return &e->analyses[i];
  return NULL;
}

/* Does the file name such an analysis further down, or here? */
static bool stands_later(const itg_evaluation *e, const char *text) {
  const itg_node *all = itg_node_get(e->root, "analyses");
  size_t length = strcspn(text, ".");
  for (int32_t i = e->n_analyses; i < all->count; i++) {
    const char *id = itg_node_text(&all->items[i], "id", "");
    if (strncmp(id, text, length) == 0 && !id[length]) return true;
  }
  return false;
}

static itg_status fail_unknown(const itg_evaluation *e, const itg_node *node, itg_error *error) {
  const char *text = node->text, *dot = strchr(text, '.');
  int n = 0;
  const char **ids = itg_arena_alloc(e->arena, (size_t)(e->n_inputs + e->n_analyses), sizeof *ids);
  char *word = itg_arena_text(e->arena, text, strcspn(text, "."));
  if (!ids || !word) return itg_fail_memory(error);
  for (int i = 0; !dot && i < e->n_inputs; i++) ids[n++] = e->inputs[i].id;
  for (int i = 0; dot && i < e->n_analyses; i++) ids[n++] = e->analyses[i].id;
  const char *near = itg_suggest(word, ids, (size_t)n);
  return itg_fail_node(error, ITG_ERR_REFERENCE, node, "no %s '%.80s'; %s%s%s",
                       dot ? "earlier analysis" : "input", word,
                       near  ? "did you mean '"
                       : dot ? "<analysis>.<table> names one that stands before this one"
                             : "name one of `inputs`, or <analysis>.<table>",
                       near ? near : "", near ? "'?" : "");
}

/* The tables a measure can give, "estimates" first; 0 when it forwards to measures of other tables. */
static int tables_of(const itg_evaluation *e, const itg_measure *measure, const char ***out) {
  int n = 0;
  for (const itg_output *o = measure->outputs; o && o->name; o++) n++;
  *out = itg_arena_alloc(e->arena, (size_t)n + 1, sizeof **out);
  if (!*out || strcmp(measure->name, "score") == 0) return 0;
  (*out)[0] = "estimates";
  for (int i = 0; i < n; i++) (*out)[i + 1] = measure->outputs[i].name;
  return n + 1;
}

/* "x" is an input, "x.t" the table t of the result of an earlier analysis x. */
static itg_status check_from(const itg_evaluation *e, const itg_node *node, itg_error *error) {
  const char *text = node->text, *dot = strchr(text, '.'), **names;
  if (find_input(e, text)) return ITG_OK;
  const itg_analysis *earlier = find_earlier(e, text);
  if (!earlier && stands_later(e, text))
    return itg_fail_node(error, ITG_ERR_REFERENCE, node,
                         "'%.80s' is no table of an earlier analysis: analyses run in the order they are "
                         "written; move the one it names before this one",
                         text);
  if (!earlier) return fail_unknown(e, node, error);
  int n = tables_of(e, earlier->measure, &names);
  if (!names) return itg_fail_memory(error);
  if (!dot)
    return itg_fail_node(error, ITG_ERR_REFERENCE, node,
                         "'%.80s' is an analysis; name one of its tables, such as %s.%s", text, text,
                         n > 1 ? names[1] : "estimates");
  for (int i = 0; i < n; i++)
    if (strcmp(names[i], dot + 1) == 0) return ITG_OK;
  if (!n) return ITG_OK;
  itg_text all = ITG_TEXT_EMPTY;
  for (int i = 0; i < n; i++) itg_text_print(&all, "%s%s", i ? ", " : "", names[i]);
  itg_status status =
      itg_fail_node(error, ITG_ERR_REFERENCE, node, "analysis '%s' has no table '%.80s'; it has: %s",
                    earlier->id, dot + 1, all.failed ? "" : all.data);
  itg_text_clear(&all);
  return status;
}

static itg_status read_table(const itg_evaluation *e, const itg_node *node, itg_reference *out,
                             itg_error *error) {
  out->node = out->from = node;
  if (node->kind == ITG_NODE_SCALAR) return check_from(e, node, error);
  ITG_TRY(itg_schema_check(node, table_fields, "the table of an "
                                               "analysis", ITG_ERR_KEY, ITG_ERR_VALUE, error));
  out->from = itg_node_get(node, "from");
  ITG_TRY(check_from(e, out->from, error));
  const itg_node *join = itg_node_get(node, "join");
  if (itg_node_is_null(join)) return ITG_OK;
  out->joins = join;
  out->n_joins = join->kind == ITG_NODE_LIST ? join->count : 1;
  for (int32_t i = 0; i < out->n_joins; i++) {
    const itg_node *one = join->kind == ITG_NODE_LIST ? &join->items[i] : join;
    ITG_TRY(itg_schema_check(one, join_fields, "join", ITG_ERR_KEY, ITG_ERR_VALUE, error));
    ITG_TRY(check_from(e, itg_node_get(one, "from"), error));
  }
  return ITG_OK;
}

itg_status itg_references_read(const itg_evaluation *e, itg_analysis *a, itg_error *error) {
  const itg_node *one = itg_node_get(a->node, "input"), *many = itg_node_get(a->node, "inputs");
  if (itg_node_is_null(one) == itg_node_is_null(many))
    return itg_fail_node(error, ITG_ERR_KEY, a->node, "analysis '%s' needs either 'input' or 'inputs'",
                         a->id);
  if (many && many->kind != ITG_NODE_MAP)
    return itg_fail_node(error, ITG_ERR_VALUE, many,
                         "'inputs' of analyses must be a map from the measure's input to a table");
  a->n_references = itg_node_is_null(one) ? many->count : 1;
  a->references = itg_arena_alloc(e->arena, (size_t)a->n_references, sizeof *a->references);
  if (!a->references) return itg_fail_memory(error);
  for (int i = 0; i < a->n_references; i++) {
    a->references[i].name = itg_node_is_null(one) ? many->keys[i] : NULL;
    ITG_TRY(read_table(e, itg_node_is_null(one) ? &many->items[i] : one, &a->references[i], error));
  }
  return ITG_OK;
}

/* ---- the table of a name ---- */

static const char *least_real(const char *a, const char *b) {
  static const char *const order[] = {"synthetic", "reconstructed", "collected", "published"};
  for (size_t i = 0; i < ITG_COUNT(order); i++)
    if (itg_text_equal(a, order[i]) || itg_text_equal(b, order[i])) return order[i];
  return b;
}

/* Rows of persons are handed on whole, and what is made of them is about persons; any other table is handed
 * on as it leaves, masked, so that no later analysis can give away what is kept back. */
static itg_status find_table(const itg_evaluation *e, itg_analysis *a, const itg_node *node, itg_table *out,
                             itg_error *error) {
  const char *text = node->text, *dot = strchr(text, '.');
  const itg_input *input = find_input(e, text);
  if (input) {
    *out = *itg_frame_table(input->frame);
    out->source = input->path;
    a->persons = a->persons || input->persons;
    a->origin = least_real(a->origin, input->origin);
    return ITG_OK;
  }
  const itg_analysis *earlier = find_earlier(e, text);
  bool rows = itg_privacy_is_rows(earlier->measure, dot + 1);
  const itg_table *table =
      itg_result_find(rows && earlier->whole ? earlier->whole : earlier->result, dot + 1);
  if (!table) {
    itg_text names = ITG_TEXT_EMPTY;
    const itg_result *result = earlier->whole ? earlier->whole : earlier->result;
    for (int i = 0; i < itg_result_count(result); i++)
      itg_text_print(&names, "%s%s", i ? ", " : "", itg_result_table(result, i)->name);
    itg_status status = itg_fail_node(error, ITG_ERR_REFERENCE, node,
                                      "the result of analysis '%s' has no table '%.80s'; it has: %s",
                                      earlier->id, dot + 1, names.data ? names.data : "none");
    itg_text_clear(&names);
    return status;
  }
  *out = *table;
  out->source = text;
  a->persons = a->persons || (rows && earlier->persons);
  a->origin = least_real(a->origin, earlier->origin);
  return ITG_OK;
}

/* ---- joining ---- */

typedef struct pair {
  int here, there; /* columns */
} pair;

typedef struct key {
  const char *text; /* the cells, each ended by NUL; NULL: one is missing */
  size_t size;
  int64_t row;
} key;

typedef struct join {
  const itg_node *node;
  itg_arena *arena;
  itg_table left, right;
  pair *by;
  int n_by;
  key *keys;     /* of the right table, in order */
  int64_t *rows; /* of the right table, of each row of the left; -1: none */
  int64_t n_lonely, n_spare;
} join;

static itg_status find_column(const join *j, const itg_table *table, const itg_node *node, const char *name,
                              int *out, itg_error *error) {
  *out = itg_table_column(table, name);
  if (*out >= 0) return ITG_OK;
  const char **names = itg_arena_alloc(j->arena, (size_t)table->n_columns, sizeof *names);
  if (!names) return itg_fail_memory(error);
  for (int32_t i = 0; i < table->n_columns; i++) names[i] = table->columns[i].name;
  const char *near = itg_suggest(name, names, (size_t)table->n_columns);
  return itg_fail_node(error, ITG_ERR_COLUMN, node, "%.100s has no column '%.80s'%s%s%s",
                       itg_table_label(table), name, near ? "; did you mean '" : "; name one of its columns",
                       near ? near : "", near ? "'?" : "");
}

/* The entries of a list (the same name twice), of a map (new name to name), or one name. */
static itg_status entry_of(const itg_node *node, int32_t i, const char *what, const char **first,
                           const char **second, itg_error *error) {
  const itg_node *item = node->kind == ITG_NODE_SCALAR ? node : &node->items[i];
  if (item->kind != ITG_NODE_SCALAR || !item->text[0])
    return itg_fail_node(error, ITG_ERR_VALUE, item, "'%s' of join must name columns: one, a list, or a map",
                         what);
  *second = item->text;
  *first = node->kind == ITG_NODE_MAP ? node->keys[i] : item->text;
  return ITG_OK;
}

static itg_status read_by(join *j, itg_error *error) {
  const itg_node *by = itg_node_get(j->node, "by");
  const char *here, *there;
  j->n_by = itg_node_length(by);
  if (!j->n_by) return itg_fail_node(error, ITG_ERR_VALUE, by, "'by' of join is empty; name a column");
  j->by = itg_arena_alloc(j->arena, (size_t)j->n_by, sizeof *j->by);
  if (!j->by) return itg_fail_memory(error);
  for (int32_t i = 0; i < j->n_by; i++) {
    ITG_TRY(entry_of(by, i, "by", &here, &there, error));
    ITG_TRY(find_column(j, &j->left, by, here, &j->by[i].here, error));
    ITG_TRY(find_column(j, &j->right, by, there, &j->by[i].there, error));
  }
  return ITG_OK;
}

static itg_status key_of(const join *j, const itg_table *table, bool right, int64_t row, key *out,
                         itg_error *error) {
  itg_text text = ITG_TEXT_EMPTY;
  bool whole = true;
  for (int i = 0; i < j->n_by; i++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *cell = itg_column_text(&table->columns[right ? j->by[i].there : j->by[i].here], row, buffer);
    if (cell) itg_text_append(&text, cell, strlen(cell) + 1);
    whole = whole && cell;
  }
  *out = (key){NULL, text.size, row};
  itg_status status = text.failed ? itg_fail_memory(error) : ITG_OK;
  if (!status && whole && !(out->text = itg_arena_text(j->arena, text.data, text.size)))
    status = itg_fail_memory(error);
  itg_text_clear(&text);
  return status;
}

static int compare_text(const key *x, const key *y) {
  int order = memcmp(x->text, y->text, x->size < y->size ? x->size : y->size);
  return order ? order : (x->size > y->size) - (x->size < y->size);
}

static int compare_keys(const void *a, const void *b) {
  const key *x = a, *y = b;
  int order = compare_text(x, y);
  return order ? order : (x->row > y->row) - (x->row < y->row);
}

static itg_status sort_keys(join *j, itg_error *error) {
  const itg_table *right = &j->right;
  const char *column = right->columns[j->by[0].there].name;
  j->keys = itg_arena_alloc(j->arena, (size_t)right->n_rows, sizeof *j->keys);
  if (!j->keys) return itg_fail_memory(error);
  for (int64_t row = 0; row < right->n_rows; row++) {
    ITG_TRY(key_of(j, right, true, row, &j->keys[row], error));
    if (!j->keys[row].text)
      return itg_fail_at(error, ITG_ERR_DATA, right, row, column,
                         "is missing; a row that is joined needs it");
  }
  qsort(j->keys, (size_t)right->n_rows, sizeof *j->keys, compare_keys);
  for (int64_t i = 1; i < right->n_rows; i++)
    if (compare_text(&j->keys[i - 1], &j->keys[i]) == 0)
      return itg_fail_at(error, ITG_ERR_DUPLICATE, right, j->keys[i].row, column,
                         "'%.60s' stands here and in row %lld; a row that is joined must be the only one of "
                         "its name",
                         j->keys[i].text, (long long)j->keys[i - 1].row + 1);
  return ITG_OK;
}

static itg_status match_rows(join *j, itg_error *error) {
  const itg_table *left = &j->left, *right = &j->right;
  bool needed = strcmp(itg_node_text(j->node, "unmatched", "error"), "error") == 0;
  bool *used = itg_arena_alloc(j->arena, (size_t)right->n_rows, sizeof *used);
  j->rows = itg_arena_alloc(j->arena, (size_t)left->n_rows, sizeof *j->rows);
  if (!j->rows || !used) return itg_fail_memory(error);
  for (int64_t row = 0; row < left->n_rows; row++) {
    key wanted;
    ITG_TRY(key_of(j, left, false, row, &wanted, error));
    const key *found = NULL;
    for (int64_t low = 0, high = right->n_rows; wanted.text && low < high && !found;) {
      int64_t middle = low + (high - low) / 2;
      int order = compare_text(&wanted, &j->keys[middle]);
      if (!order) found = &j->keys[middle];
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    j->rows[row] = found ? found->row : -1;
    if (found) used[found->row] = true;
    j->n_lonely += !found;
    if (!found && needed)
      return itg_fail_at(error, ITG_ERR_DATA, left, row, left->columns[j->by[0].here].name,
                         "%s%.60s%s has no row in %.100s; add it, or set `unmatched: missing`",
                         wanted.text ? "'" : "a row without it", wanted.text ? wanted.text : "",
                         wanted.text ? "'" : "", itg_table_label(right));
  }
  for (int64_t row = 0; row < right->n_rows; row++) j->n_spare += !used[row];
  if (left->n_rows && j->n_lonely == left->n_rows)
    return itg_fail_node(error, ITG_ERR_DATA, itg_node_get(j->node, "by"),
                         "no row of %.100s has a partner in %.100s; do both write '%.60s' alike?",
                         itg_table_label(left), itg_table_label(right), left->columns[j->by[0].here].name);
  return ITG_OK;
}

static itg_status add_column(const join *j, itg_frame *frame, int column, const char *name,
                             const itg_node *place, itg_error *error) {
  if (itg_table_column(itg_frame_table(frame), name) >= 0)
    return itg_fail_node(
        error, ITG_ERR_COLUMN, place,
        "column '%.80s' of %.100s is in %.100s, too; say in `take` which columns to add, or under which "
        "name (`take: {new_name: %.80s}`)",
        name, itg_table_label(&j->right), itg_table_label(&j->left), name);
  return itg_frame_copy_rows(frame, &j->right, column, name, j->rows, error);
}

static itg_status add_columns(const join *j, itg_frame *frame, itg_error *error) {
  const itg_node *take = itg_node_get(j->node, "take");
  const char *name, *from;
  for (int32_t i = 0; !itg_node_is_null(take) && i < itg_node_length(take); i++) {
    int column;
    ITG_TRY(entry_of(take, i, "take", &name, &from, error));
    ITG_TRY(find_column(j, &j->right, take, from, &column, error));
    ITG_TRY(add_column(j, frame, column, name, take, error));
  }
  for (int32_t c = 0; itg_node_is_null(take) && c < j->right.n_columns; c++) {
    bool is_key = false;
    for (int i = 0; i < j->n_by; i++) is_key = is_key || j->by[i].there == c;
    if (!is_key) ITG_TRY(add_column(j, frame, c, j->right.columns[c].name, j->node, error));
  }
  return ITG_OK;
}

static itg_status copy_left(const itg_table *left, itg_frame *frame, itg_error *error) {
  ITG_TRY(itg_frame_resize(frame, left->n_rows, error));
  for (int64_t row = 0; left->lines && row < left->n_rows; row++)
    itg_frame_set_line(frame, row, left->lines[row]);
  for (int32_t c = 0; c < left->n_columns; c++)
    ITG_TRY(itg_frame_copy_column(frame, left, c, left->columns[c].name, error));
  return ITG_OK;
}

static itg_status note_join(const join *j, const itg_evaluation *e, itg_tables *out, itg_error *error) {
  itg_text text = ITG_TEXT_EMPTY;
  if (!j->n_lonely && !j->n_spare) return ITG_OK;
  itg_text_print(&text, "Joined %s to %s: ", itg_table_label(&j->right), itg_table_label(&j->left));
  if (j->n_lonely)
    itg_text_print(&text, "%lld of %lld rows have no partner, and their new columns are missing%s",
                   (long long)j->n_lonely, (long long)j->left.n_rows, j->n_spare ? "; " : ".");
  if (j->n_spare)
    itg_text_print(&text, "%lld of %lld rows of %s match none and are left out.", (long long)j->n_spare,
                   (long long)j->right.n_rows, itg_table_label(&j->right));
  const char **notes = itg_arena_alloc(e->arena, (size_t)out->n_notes + 1, sizeof *notes);
  if (notes && out->n_notes) memcpy(notes, out->notes, (size_t)out->n_notes * sizeof *notes);
  if (notes && !text.failed) notes[out->n_notes] = itg_arena_text(e->arena, text.data, text.size);
  itg_status status = notes && notes[out->n_notes] ? ITG_OK : itg_fail_memory(error);
  itg_text_clear(&text);
  if (status) return status;
  out->notes = notes;
  out->n_notes++;
  return ITG_OK;
}

/* The left table with the columns of the right one; the new frame replaces *frame. */
static itg_status run_join(join *j, const itg_evaluation *e, itg_frame **frame, itg_tables *out,
                           itg_error *error) {
  itg_frame *joined = NULL;
  ITG_TRY(read_by(j, error));
  ITG_TRY(sort_keys(j, error));
  ITG_TRY(match_rows(j, error));
  ITG_TRY(note_join(j, e, out, error));
  ITG_TRY(itg_frame_new(NULL, itg_table_label(&j->left), &joined, error));
  itg_status status = copy_left(&j->left, joined, error);
  if (!status) status = add_columns(j, joined, error);
  if (status) {
    itg_frame_free(joined);
    return status;
  }
  itg_frame_free(*frame);
  *frame = joined;
  return ITG_OK;
}

itg_status itg_tables_open(const itg_evaluation *e, itg_analysis *a, itg_tables *out, itg_error *error) {
  *out = (itg_tables){.n = a->n_references};
  out->tables = itg_arena_alloc(e->arena, (size_t)out->n, sizeof *out->tables);
  out->frames = itg_arena_alloc(e->arena, (size_t)out->n, sizeof *out->frames);
  if (!out->tables || !out->frames) return itg_fail_memory(error);
  for (int i = 0; i < out->n; i++) {
    const itg_reference *r = &a->references[i];
    itg_table *table = &out->tables[i];
    ITG_TRY(find_table(e, a, r->from, table, error));
    for (int32_t k = 0; k < r->n_joins; k++) {
      join j = {.node = r->joins->kind == ITG_NODE_LIST ? &r->joins->items[k] : r->joins, .left = *table};
      ITG_TRY(find_table(e, a, itg_node_get(j.node, "from"), &j.right, error));
      if (!(j.arena = itg_arena_new())) return itg_fail_memory(error);
      itg_status status = run_join(&j, e, &out->frames[i], out, error);
      itg_arena_free(j.arena);
      if (status) return status;
      *table = *itg_frame_table(out->frames[i]);
    }
    table->name = r->name;
  }
  return ITG_OK;
}

void itg_tables_close(itg_tables *tables) {
  for (int i = 0; tables->frames && i < tables->n; i++) itg_frame_free(tables->frames[i]);
}
