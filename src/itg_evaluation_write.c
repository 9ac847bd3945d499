/* itg_evaluation_write.c - layer 4: the folder of an evaluation: all files appear, or none. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "itg_evaluation.h"
#include "itg_thread.h"
#include "itg_tree.h"

/* ---- provenance ---- */

static json_t *analysis_json(const itg_analysis *a) {
  json_t *tables = json_array(), *notes = json_array(), *from = json_array();
  for (int i = 0; i < a->n_references; i++) itg_tree_append(&from, itg_node_tree(a->references[i].node));
  for (int i = 0; i < itg_result_count(a->result); i++) {
    const itg_table *table = itg_result_table(a->result, i);
    itg_tree_append(&tables, json_pack("{s:s,s:I}", "name", table->name, "rows", (json_int_t)table->n_rows));
  }
  for (int i = 0; i < itg_result_note_count(a->result); i++)
    itg_tree_append(&notes, json_string(itg_result_note_at(a->result, i)));
  return json_pack("{s:s,s:s,s:s,s:o,s:o,s:s,s:I,s:I,s:i,s:o,s:o}", "id", a->id, "title", a->title, "measure",
                   a->measure->name, "from", from, "tables", tables, "origin", a->origin, "rows_masked",
                   (json_int_t)a->n_masked, "rows_left_out", (json_int_t)a->n_left_out,
                   "tables_withheld", a->n_withheld, "notes", notes, "provenance",
                   json_incref(itg_result_provenance_tree(a->result)));
}

static json_t *input_json(const itg_input *input) {
  return json_pack("{s:s,s:s,s:s,s:s,s:o,s:b,s:s,s:I,s:i,s:I}", "id", input->id, "path", input->path, "label",
                   input->label, "origin", input->origin, "source", itg_tree_text(input->source), "persons",
                   input->persons, "sha256", input->hash, "rows", (json_int_t)input->n_rows, "columns",
                   (int)input->n_columns, "missing_cells", (json_int_t)input->n_missing);
}

itg_status itg_provenance_print(const itg_evaluation *e, char **json, itg_error *error) {
  json_t *inputs = json_array(), *analyses = json_array();
  const char *file = strrchr(e->path, '/');
  for (int i = 0; i < e->n_inputs; i++) itg_tree_append(&inputs, input_json(&e->inputs[i]));
  for (int i = 0; i < e->n_analyses; i++) itg_tree_append(&analyses, analysis_json(&e->analyses[i]));
  json_t *root =
      json_pack("{s:s,s:s,s:s,s:{s:s,s:s,s:s,s:s,s:o},s:I,s:s,s:{s:I,s:s,s:b},s:o,s:o}", "schema",
                "integrade-provenance/1", "library", "integrade", "version", itg_version(), "evaluation",
                "id", e->id, "title", e->title, "file", file ? file + 1 : e->path, "sha256", e->hash, "date",
                itg_tree_text(e->date), "seed", (json_int_t)e->seed, "generator", "Philox4x32-10", "privacy",
                "min_n", (json_int_t)e->privacy.min_n, "action", e->privacy.refuse ? "refuse" : "mask",
                "rows", e->privacy.rows, "inputs", inputs, "analyses", analyses);
  itg_status status = itg_tree_print(root, 1, json, error);
  json_decref(root);
  return status;
}

/* ---- files ---- */

/* The files of one run: written in `work`, moved to `folder` at the end. */
typedef struct output {
  const char *folder;
  char *work;
  itg_arena *arena;
  const char **names;
  int n, capacity;
} output;

static itg_status fail_system(itg_error *error, const char *what, const char *path) {
  return itg_fail(error, ITG_ERR_FILE, "%s %s: %s", path, what, strerror(errno));
}

static itg_status make_folders(output *o, itg_error *error) {
  char *path = itg_arena_text(o->arena, o->folder, strlen(o->folder));
  if (!path) return itg_fail_memory(error);
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    if (mkdir(path, 0777) && errno != EEXIST) return fail_system(error, "cannot be made", path);
    *slash = '/';
  }
  return ITG_OK;
}

/* A new folder beside the wanted one, so that a rename never crosses a file system. */
static itg_status make_work(output *o, itg_error *error) {
  for (int i = 0; i < 1000; i++) {
    o->work = itg_arena_print(o->arena, "%s.part-%ld-%d", o->folder, (long)getpid(), i);
    if (!o->work) return itg_fail_memory(error);
    if (mkdir(o->work, 0777) == 0) return ITG_OK;
    if (errno != EEXIST) break;
  }
  itg_status status = fail_system(error, "cannot be made", o->work);
  o->work = NULL;
  return status;
}

/* Path in the work folder of a further file. */
static itg_status add_file(output *o, const char *name, char **path, itg_error *error) {
  if (o->n == o->capacity) {
    int capacity = o->capacity ? 2 * o->capacity : 32;
    const char **names = itg_grow(o->names, (size_t)capacity, sizeof *names);
    if (!names) return itg_fail_memory(error);
    o->names = names;
    o->capacity = capacity;
  }
  *path = itg_arena_print(o->arena, "%s/%s", o->work, name);
  o->names[o->n] = itg_arena_text(o->arena, name, strlen(name));
  if (!*path || !o->names[o->n]) return itg_fail_memory(error);
  o->n++;
  return ITG_OK;
}

static itg_status write_text(output *o, const char *name, const char *text, itg_error *error) {
  char *path;
  ITG_TRY(add_file(o, name, &path, error));
  FILE *file = fopen(path, "wb");
  if (!file) return fail_system(error, "cannot be written", path);
  size_t size = strlen(text);
  bool ended = size && text[size - 1] == '\n';
  bool fine = fwrite(text, 1, size, file) == size && (ended || fputc('\n', file) != EOF) && fflush(file) == 0;
  fine = fine && fsync(fileno(file)) == 0;
  if (fclose(file)) fine = false;
  return fine ? ITG_OK : fail_system(error, "cannot be written", path);
}

static itg_status write_analysis(output *o, const itg_evaluation *e, const itg_analysis *a,
                                 const itg_control *control, itg_error *error) {
  for (int i = 0; e->csv && i < itg_result_count(a->result); i++) {
    const itg_table *table = itg_result_table(a->result, i);
    char *path, *name = itg_arena_print(o->arena, "%s-%s.csv", a->id, table->name);
    if (!name) return itg_fail_memory(error);
    ITG_TRY(add_file(o, name, &path, error));
    ITG_TRY(itg_table_write_csv_under(table, path, 0, control, error));
  }
  if (!e->json) return ITG_OK;
  char *json = NULL, *name = itg_arena_print(o->arena, "%s.json", a->id);
  if (!name) return itg_fail_memory(error);
  ITG_TRY(itg_result_json(a->result, &json, error));
  itg_status status = write_text(o, name, json, error);
  itg_text_free(json);
  return status;
}

static itg_status write_files(output *o, const itg_evaluation *e, const itg_control *control, itg_error *error) {
  char *text = NULL;
  itg_meter meter; /* each table counts from 0 */
  itg_meter_start(&meter, control);
  for (int i = 0; i < e->n_analyses; i++) ITG_TRY(write_analysis(o, e, &e->analyses[i], &meter.control, error));
  ITG_TRY(itg_check_stop(&meter.control, 1, error));
  ITG_TRY(itg_provenance_print(e, &text, error));
  itg_status status = write_text(o, "provenance.json", text, error);
  free(text);
  if (status || !e->html) return status;
  ITG_TRY(itg_evaluation_html(e, &text, error));
  status = write_text(o, "report.html", text, error);
  itg_text_free(text);
  return status;
}

/* ---- all or none ---- */

/* Into a folder that exists: what a new file replaces is kept aside until the last one stands. */
static itg_status move_files(output *o, itg_error *error) {
  itg_status status = ITG_OK;
  bool *kept = itg_alloc((size_t)o->n, sizeof *kept);
  char **paths = itg_alloc((size_t)o->n, 3 * sizeof *paths); /* new, wanted, aside */
  int moved = 0;
  if (!kept || !paths) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (int i = 0; i < o->n; i++) {
    struct stat info;
    paths[3 * i] = itg_arena_print(o->arena, "%s/%s", o->work, o->names[i]);
    paths[3 * i + 1] = itg_arena_print(o->arena, "%s/%s", o->folder, o->names[i]);
    paths[3 * i + 2] = itg_arena_print(o->arena, "%s/%s.old", o->work, o->names[i]);
    if (!paths[3 * i] || !paths[3 * i + 1] || !paths[3 * i + 2]) {
      status = itg_fail_memory(error);
      goto out;
    }
    if (lstat(paths[3 * i + 1], &info) == 0 && S_ISDIR(info.st_mode)) {
      status = itg_fail(error, ITG_ERR_FILE, "%s is a directory; a file of that name is to be written",
                        paths[3 * i + 1]);
      goto out;
    }
  }
  for (; moved < o->n; moved++) {
    char **p = &paths[3 * moved];
    kept[moved] = rename(p[1], p[2]) == 0;
    if ((!kept[moved] && errno != ENOENT) || rename(p[0], p[1])) {
      status = fail_system(error, "cannot be written", p[1]);
      if (kept[moved]) rename(p[2], p[1]);
      break;
    }
  }
  for (int i = moved - 1; status && i >= 0; i--) { /* back to how it was */
    char **p = &paths[3 * i];
    rename(p[1], p[0]);
    if (kept[i]) rename(p[2], p[1]);
  }
out:
  free(kept);
  free(paths);
  return status;
}

static void remove_work(output *o) {
  for (int i = 0; o->work && i < o->n; i++) {
    char *fresh = itg_arena_print(o->arena, "%s/%s", o->work, o->names[i]);
    char *aside = itg_arena_print(o->arena, "%s/%s.old", o->work, o->names[i]);
    if (fresh) unlink(fresh);
    if (aside) unlink(aside);
  }
  if (o->work) rmdir(o->work);
}

itg_status itg_evaluation_write(const itg_evaluation *evaluation, const char *folder, itg_error *error) {
  return itg_evaluation_write_under(evaluation, folder, NULL, error);
}

itg_status itg_evaluation_write_under(const itg_evaluation *evaluation, const char *folder,
                                      const itg_control *control, itg_error *error) {
  output o = {.arena = itg_arena_new()};
  struct stat info;
  if (!o.arena) return itg_fail_memory(error);
  itg_status status = ITG_OK;
  size_t length = folder ? strlen(folder) : 0;
  while (length > 1 && folder[length - 1] == '/') length--;
  if (!length) {
    status = itg_fail(error, ITG_ERR_ARGUMENT, "no folder to write to was named");
    goto out;
  }
  o.folder = itg_arena_text(o.arena, folder, length);
  if (!o.folder) {
    status = itg_fail_memory(error);
    goto out;
  }
  bool exists = stat(o.folder, &info) == 0;
  if (exists && !S_ISDIR(info.st_mode)) {
    status = itg_fail(error, ITG_ERR_FILE, "%s is a file; a folder is needed", o.folder);
    goto out;
  }
  status = make_folders(&o, error);
  if (!status) status = make_work(&o, error);
  if (!status) status = write_files(&o, evaluation, control, error);
  if (!status && !exists && rename(o.work, o.folder) == 0)
    o.work = NULL;
  else if (!status)
    status = move_files(&o, error);
  remove_work(&o);
out:
  free(o.names);
  itg_arena_free(o.arena);
  return status;
}
