/* _core.c - the entries of integrade._core. */
#include "_core.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- failures ---- */

static PyObject *place(int64_t number) {
  if (number > 0) return PyLong_FromLongLong(number);
  Py_RETURN_NONE;
}

static PyObject *word(const char *text) { return py_text_give(*text ? text : NULL); }

PyObject *py_fail(const itg_error *error) {
  if (PyErr_Occurred()) return NULL; /* the interrupt, or what Python raised itself */
  PyObject *module = PyImport_ImportModule("integrade._errors");
  PyObject *failure = module ? PyObject_CallMethod(module, "make", "sNiNNNN", itg_status_name(error->status),
                                                   py_text_give(error->message), itg_status_exit(error->status),
                                                   place(error->row), place(error->line), word(error->source),
                                                   word(error->column))
                             : NULL;
  if (failure) PyErr_SetObject((PyObject *)Py_TYPE(failure), failure);
  Py_XDECREF(failure);
  Py_XDECREF(module);
  return NULL;
}

void py_fail_at(itg_status status, const char *column, Py_ssize_t row, const char *format, ...) {
  itg_error error = {.status = status, .row = row + 1};
  char what[512], where[64] = "";
  va_list args;
  va_start(args, format);
  PyOS_vsnprintf(what, sizeof what, format, args);
  va_end(args);
  if (column) PyOS_snprintf(error.column, sizeof error.column, "%s", column);
  if (row >= 0) PyOS_snprintf(where, sizeof where, "row %lld, ", (long long)row + 1);
  PyOS_snprintf(error.message, sizeof error.message, "%s%s%.100s%s%s (%s)", where, column ? "column '" : "",
                column ? column : "", column ? "': " : "", what, itg_status_name(status));
  py_fail(&error);
}

/* ---- control: interrupts while the core works without the interpreter lock ---- */

typedef struct session {
  PyThreadState *state;
  struct timespec last;
} session;

static int check_signals(void *payload, double done) {
  (void)done;
  session *s = payload;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  long long elapsed = (now.tv_sec - s->last.tv_sec) * 1000000000LL + (now.tv_nsec - s->last.tv_nsec);
  if (elapsed < 50000000) return 0;
  s->last = now;
  PyEval_RestoreThread(s->state);
  int stop = PyErr_CheckSignals();
  s->state = PyEval_SaveThread();
  return stop;
}

#define WITHOUT_LOCK(s, call)     \
  do {                            \
    (s).state = PyEval_SaveThread(); \
    call;                         \
    PyEval_RestoreThread((s).state); \
  } while (0)

static itg_control control_of(session *s, int threads) {
  return (itg_control){.threads = threads, .progress = check_signals, .payload = s};
}

/* ---- what there is ---- */

static PyObject *core_version(PyObject *self, PyObject *none) {
  (void)self, (void)none;
  return py_text_give(itg_version());
}

static PyObject *list_names(int count, const char *(*at)(int)) {
  PyObject *out = PyList_New(count);
  for (int i = 0; out && i < count; i++) {
    PyObject *name = py_text_give(at(i));
    if (!name || PyList_SetItem(out, i, name)) Py_CLEAR(out);
  }
  return out;
}

static PyObject *core_measures(PyObject *self, PyObject *none) {
  (void)self, (void)none;
  return list_names(itg_measure_count(), itg_measure_at);
}

static PyObject *core_instruments(PyObject *self, PyObject *none) {
  (void)self, (void)none;
  return list_names(itg_instrument_count(), itg_instrument_at);
}

static PyObject *core_catalogue(PyObject *self, PyObject *none) {
  (void)self, (void)none;
  return py_text_give(itg_catalogue());
}

static PyObject *core_reasons(PyObject *self, PyObject *none) {
  (void)self, (void)none;
  PyObject *out = PyList_New(ITG_REASON_COUNT);
  for (int i = 0; out && i < ITG_REASON_COUNT; i++) {
    PyObject *text = py_text_give(itg_reason_text((itg_reason)i));
    if (!text || PyList_SetItem(out, i, text)) Py_CLEAR(out);
  }
  return out;
}

/* The functions of the core that make a text from a name. */
static PyObject *give_made_text(PyObject *args, itg_status (*make)(const char *, char **, itg_error *)) {
  const char *name;
  char *text = NULL;
  itg_error error = {0};
  session s = {0};
  itg_status status;
  if (!PyArg_ParseTuple(args, "s", &name)) return NULL;
  WITHOUT_LOCK(s, status = make(name, &text, &error));
  PyObject *out = status ? py_fail(&error) : py_text_give(text);
  itg_text_free(text);
  return out;
}

static PyObject *core_describe(PyObject *self, PyObject *args) {
  (void)self;
  return give_made_text(args, itg_measure_describe);
}

static PyObject *core_instrument_text(PyObject *self, PyObject *args) {
  (void)self;
  return give_made_text(args, itg_instrument_text);
}

static PyObject *core_instrument_check(PyObject *self, PyObject *args) {
  (void)self;
  return give_made_text(args, itg_instrument_check);
}

static PyObject *core_instrument_template(PyObject *self, PyObject *args) {
  (void)self;
  const char *name, *table;
  char *text = NULL;
  itg_error error = {0};
  session s = {0};
  itg_status status;
  if (!PyArg_ParseTuple(args, "sz", &name, &table)) return NULL;
  WITHOUT_LOCK(s, status = itg_instrument_template(name, table, &text, &error));
  PyObject *out = status ? py_fail(&error) : py_text_give(text);
  itg_text_free(text);
  return out;
}

static PyObject *core_instrument_describe(PyObject *self, PyObject *args) {
  (void)self;
  return give_made_text(args, itg_instrument_describe);
}

static PyObject *core_instrument_head(PyObject *self, PyObject *args) {
  (void)self;
  return give_made_text(args, itg_instrument_head);
}

static PyObject *core_instrument_items(PyObject *self, PyObject *args) {
  (void)self;
  return give_made_text(args, itg_instrument_items);
}

static PyObject *core_instrument_options(PyObject *self, PyObject *args) {
  (void)self;
  return give_made_text(args, itg_instrument_options);
}

static PyObject *core_instrument_scores(PyObject *self, PyObject *args) {
  (void)self;
  return give_made_text(args, itg_instrument_scores);
}

static PyObject *core_instrument_import(PyObject *self, PyObject *args) {
  (void)self;
  return give_made_text(args, itg_instrument_import);
}

static PyObject *core_instrument_label(PyObject *self, PyObject *args) {
  (void)self;
  const char *name;
  PyObject *list, *out = NULL;
  py_tables lent = {0};
  if (!PyArg_ParseTuple(args, "sO!", &name, &PyList_Type, &list)) return NULL;
  if (py_tables_lend(list, &lent) && lent.n_tables == 1) {
    session s = {0};
    char *text = NULL;
    itg_error error = {0};
    itg_status status;
    WITHOUT_LOCK(s, status = itg_instrument_label(name, lent.tables, &text, &error));
    out = status ? py_fail(&error) : py_text_give(text);
    itg_text_free(text);
  }
  py_tables_release(&lent);
  return out;
}

/* ---- measures, evaluations, files ---- */

static PyObject *core_run(PyObject *self, PyObject *args) {
  (void)self;
  const char *measure, *options;
  PyObject *list, *out = NULL;
  int threads;
  py_tables lent = {0};
  if (!PyArg_ParseTuple(args, "sO!zi", &measure, &PyList_Type, &list, &options, &threads)) return NULL;
  if (py_tables_lend(list, &lent)) {
    session s = {0};
    itg_control control = control_of(&s, threads);
    itg_result *result = NULL;
    itg_error error = {0};
    itg_status status;
    WITHOUT_LOCK(s, status = itg_measure_run(measure, lent.tables, lent.n_tables, options, &control, &result, &error));
    out = status || PyErr_Occurred() ? py_fail(&error) : py_result_give(result);
    itg_result_free(result);
  }
  py_tables_release(&lent);
  return out;
}

static PyObject *give_evaluation(const itg_evaluation *evaluation, const char *html) {
  PyObject *results = PyDict_New();
  for (int i = 0; results && i < itg_evaluation_count(evaluation); i++) {
    PyObject *result = py_result_give(itg_evaluation_result(evaluation, i));
    if (!result || PyDict_SetItemString(results, itg_evaluation_id(evaluation, i), result)) Py_CLEAR(results);
    Py_XDECREF(result);
  }
  if (!results) return NULL;
  return Py_BuildValue("(NNNN)", py_text_give(itg_evaluation_title(evaluation)),
                       py_text_give(itg_evaluation_folder(evaluation)), results, py_text_give(html));
}

static PyObject *core_evaluate(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *path, *folder = NULL, *out = NULL;
  int threads;
  if (!PyArg_ParseTuple(args, "O&Oi", PyUnicode_FSConverter, &path, &folder, &threads)) return NULL;
  PyObject *to = NULL;
  if (folder != Py_None && !PyUnicode_FSConverter(folder, &to)) {
    Py_DECREF(path);
    return NULL;
  }
  const char *from = PyBytes_AsString(path), *into = to ? PyBytes_AsString(to) : NULL;
  session s = {0};
  itg_control control = control_of(&s, threads);
  itg_evaluation *evaluation = NULL;
  char *html = NULL;
  itg_error error = {0};
  itg_status status;
  WITHOUT_LOCK(s, {
    status = itg_evaluation_run(from, &control, &evaluation, &error);
    if (!status && into) status = itg_evaluation_write_under(evaluation, into, &control, &error);
    if (!status) status = itg_evaluation_html(evaluation, &html, &error);
  });
  out = status || PyErr_Occurred() ? py_fail(&error) : give_evaluation(evaluation, html);
  itg_text_free(html);
  itg_evaluation_free(evaluation);
  Py_DECREF(path);
  Py_XDECREF(to);
  return out;
}

static PyObject *core_read(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *path, *out = NULL;
  const char *options;
  itg_frame *frame = NULL;
  itg_error error = {0};
  session s = {0};
  itg_control control = control_of(&s, 0);
  itg_status status;
  if (!PyArg_ParseTuple(args, "O&z", PyUnicode_FSConverter, &path, &options)) return NULL;
  const char *from = PyBytes_AsString(path);
  WITHOUT_LOCK(s, status = itg_frame_read_under(from, options, &control, &frame, &error));
  if (status) {
    py_fail(&error);
  } else {
    const itg_table *table = itg_frame_table(frame);
    PyObject *columns = py_table_give(table);
    if (columns) out = Py_BuildValue("(LN)", (long long)table->n_rows, columns);
  }
  itg_frame_free(frame);
  Py_DECREF(path);
  return out;
}

static PyObject *core_write(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *list, *path;
  int raw_text;
  py_tables lent = {0};
  if (!PyArg_ParseTuple(args, "O!O&p", &PyList_Type, &list, PyUnicode_FSConverter, &path, &raw_text)) return NULL;
  const char *to = PyBytes_AsString(path);
  bool fine = py_tables_lend(list, &lent) && lent.n_tables == 1;
  if (fine) {
    session s = {0};
    itg_control control = control_of(&s, 0);
    itg_error error = {0};
    itg_status status;
    WITHOUT_LOCK(s, status = itg_table_write_csv_under(lent.tables, to, raw_text, &control, &error));
    if (status) py_fail(&error);
    fine = !status;
  }
  py_tables_release(&lent);
  Py_DECREF(path);
  if (!fine) return NULL;
  Py_RETURN_NONE;
}

/* ---- states: bytearrays that the core fills ---- */

static PyObject *core_state_new(PyObject *self, PyObject *args) {
  (void)self;
  const char *spec;
  size_t size = 0;
  itg_error error = {0};
  if (!PyArg_ParseTuple(args, "s", &spec)) return NULL;
  if (itg_state_size(spec, &size, &error)) return py_fail(&error);
  PyObject *state = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)size);
  if (!state) return NULL;
  if (!itg_state_init(PyByteArray_AsString(state), size, spec, &error)) return state;
  Py_DECREF(state);
  return py_fail(&error);
}

/* A view of 8-byte numbers: 'd' doubles, 'Q' record ids (signed ones count as their bits). */
static bool view_numbers(PyObject *object, char kind, Py_ssize_t n, Py_buffer *view) {
  if (PyObject_GetBuffer(object, view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT)) return false;
  const char *allowed = kind == 'd' ? "d" : "QLql", *format = view->format ? view->format : "B";
  if (strlen(format) == 1 && strchr(allowed, *format) && view->itemsize == 8 && (n < 0 || view->len / 8 == n))
    return true;
  PyBuffer_Release(view);
  view->obj = NULL;
  py_fail_at(ITG_ERR_ARGUMENT, kind == 'd' ? "values" : "ids", -1, "must be %s", kind == 'd' ? "doubles, row by row" : "one 64-bit integer per row");
  return false;
}

/* The functions that change a state do not learn its size: check that the bytes are one whole state. */
static bool check_state(PyObject *state) {
  itg_error error = {0};
  size_t n;
  if (!itg_state_finish_size(PyByteArray_AsString(state), (size_t)PyByteArray_Size(state), &n, &error)) return true;
  py_fail(&error);
  return false;
}

static PyObject *names_of(const char *state) {
  if (!itg_state_name(state, 0)) Py_RETURN_NONE;
  const Py_ssize_t p = (Py_ssize_t)itg_state_columns(state);
  PyObject *out = PyList_New(p);
  for (Py_ssize_t j = 0; out && j < p; j++) {
    PyObject *name = PyUnicode_FromString(itg_state_name(state, (uint64_t)j));
    if (!name || PyList_SetItem(out, j, name)) {
      Py_DECREF(out);
      return NULL;
    }
  }
  return out;
}

static PyObject *core_state_about(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *object;
  if (!PyArg_ParseTuple(args, "O!", &PyByteArray_Type, &object) || !check_state(object)) return NULL;
  const char *state = PyByteArray_AsString(object);
  PyObject *names = names_of(state);
  if (!names) return NULL;
  return Py_BuildValue("(sLLsN)", itg_state_kind_name(state), (long long)itg_state_columns(state),
                       (long long)itg_state_rows(state), itg_state_about(state), names);
}

/* Bytes of the core as a bytearray; they are freed. */
static PyObject *give_bytes(void *bytes, size_t size) {
  PyObject *out = PyByteArray_FromStringAndSize(bytes, (Py_ssize_t)size);
  itg_state_free(bytes);
  return out;
}

static PyObject *core_state_named(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *state, *list;
  itg_error error = {0};
  void *named;
  size_t size;
  if (!PyArg_ParseTuple(args, "O!O!", &PyByteArray_Type, &state, &PyList_Type, &list)) return NULL;
  const Py_ssize_t p = PyList_Size(list);
  const char **names = PyMem_Calloc((size_t)p + 1, sizeof *names);
  if (!names) return PyErr_NoMemory();
  for (Py_ssize_t j = 0; j < p; j++)
    if (!(names[j] = PyUnicode_AsUTF8AndSize(PyList_GetItem(list, j), NULL))) {
      PyMem_Free(names);
      return NULL;
    }
  itg_status status = itg_state_with_names(PyByteArray_AsString(state), (size_t)PyByteArray_Size(state), names, &named, &size, &error);
  PyMem_Free(names);
  return status ? py_fail(&error) : give_bytes(named, size);
}

static PyObject *core_state_read(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *path;
  itg_error error = {0};
  void *state;
  size_t size;
  if (!PyArg_ParseTuple(args, "O&", PyUnicode_FSConverter, &path)) return NULL;
  itg_status status = itg_state_read(PyBytes_AsString(path), &state, &size, &error);
  Py_DECREF(path);
  return status ? py_fail(&error) : give_bytes(state, size);
}

static PyObject *core_state_write(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *path, *state;
  itg_error error = {0};
  if (!PyArg_ParseTuple(args, "O&O!", PyUnicode_FSConverter, &path, &PyByteArray_Type, &state)) return NULL;
  itg_status status =
      itg_state_write(PyBytes_AsString(path), PyByteArray_AsString(state), (size_t)PyByteArray_Size(state), &error);
  Py_DECREF(path);
  if (status) return py_fail(&error);
  Py_RETURN_NONE;
}

static PyObject *core_state_add(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *state, *values, *ids;
  long long n;
  Py_buffer view = {0}, keys = {0};
  itg_error error = {0};
  itg_status status = ITG_OK;
  if (!PyArg_ParseTuple(args, "O!OOL", &PyByteArray_Type, &state, &values, &ids, &n)) return NULL;
  bool fine = check_state(state) && view_numbers(values, 'd', -1, &view) && (ids == Py_None || view_numbers(ids, 'Q', n, &keys));
  /* The lock is kept: the state is a bytearray that others could resize. */
  if (fine) status = itg_state_add(PyByteArray_AsString(state), view.buf, keys.buf, n, &error);
  if (view.obj) PyBuffer_Release(&view);
  if (keys.obj) PyBuffer_Release(&keys);
  if (status) py_fail(&error);
  if (!fine || status) return NULL;
  Py_RETURN_NONE;
}

static PyObject *core_state_merge(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *state, *other;
  itg_error error = {0};
  if (!PyArg_ParseTuple(args, "O!O!", &PyByteArray_Type, &state, &PyByteArray_Type, &other)) return NULL;
  if (!check_state(state)) return NULL;
  if (itg_state_merge(PyByteArray_AsString(state), PyByteArray_AsString(other), (size_t)PyByteArray_Size(other), &error))
    return py_fail(&error);
  Py_RETURN_NONE;
}

static PyObject *finish_numbers(const char *bytes, size_t size, size_t n) {
  itg_error error = {0};
  PyObject *values = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(n * sizeof(double)));
  if (!values) return NULL;
  if (!itg_state_finish(bytes, size, (double *)(void *)PyByteArray_AsString(values), &error)) return values;
  Py_DECREF(values);
  return py_fail(&error);
}

static PyObject *finish_table(const char *bytes, size_t size) {
  itg_error error = {0};
  itg_frame *frame;
  if (itg_state_table(bytes, size, &frame, &error)) return py_fail(&error);
  PyObject *columns = py_table_give(itg_frame_table(frame));
  itg_frame_free(frame);
  return columns;
}

static PyObject *core_state_finish(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *state;
  itg_error error = {0};
  size_t n = 0;
  if (!PyArg_ParseTuple(args, "O!", &PyByteArray_Type, &state)) return NULL;
  const char *bytes = PyByteArray_AsString(state);
  size_t size = (size_t)PyByteArray_Size(state);
  if (itg_state_finish_size(bytes, size, &n, &error)) return py_fail(&error);
  return itg_state_is_plain(bytes) ? finish_numbers(bytes, size, n) : finish_table(bytes, size);
}

/* ---- the module ---- */

static PyMethodDef methods[] = {
    {"version", core_version, METH_NOARGS, "version() -> str"},
    {"measures", core_measures, METH_NOARGS, "measures() -> list[str]"},
    {"describe", core_describe, METH_VARARGS, "describe(measure) -> str (JSON)"},
    {"reasons", core_reasons, METH_NOARGS, "reasons() -> list[str], by code"},
    {"instruments", core_instruments, METH_NOARGS, "instruments() -> list[str]"},
    {"catalogue", core_catalogue, METH_NOARGS, "catalogue() -> str (CSV)"},
    {"instrument_text", core_instrument_text, METH_VARARGS, "instrument_text(id_or_path) -> str (YAML)"},
    {"instrument_check", core_instrument_check, METH_VARARGS, "instrument_check(id_or_path) -> str (JSON)"},
    {"instrument_describe", core_instrument_describe, METH_VARARGS, "instrument_describe(id_or_path) -> str (JSON)"},
    {"instrument_head", core_instrument_head, METH_VARARGS, "instrument_head(id_or_path) -> str (CSV)"},
    {"instrument_items", core_instrument_items, METH_VARARGS, "instrument_items(id_or_path) -> str (CSV)"},
    {"instrument_options", core_instrument_options, METH_VARARGS, "instrument_options(id_or_path) -> str (CSV)"},
    {"instrument_scores", core_instrument_scores, METH_VARARGS, "instrument_scores(id_or_path) -> str (CSV)"},
    {"instrument_import", core_instrument_import, METH_VARARGS, "instrument_import(folder) -> str (YAML)"},
    {"instrument_label", core_instrument_label, METH_VARARGS, "instrument_label(instrument, [table]) -> str (YAML)"},
    {"instrument_template", core_instrument_template, METH_VARARGS, 
     "instrument_template(id_or_path, table or None) -> str (CSV)"},
    {"run", core_run, METH_VARARGS, "run(measure, tables, options, threads) -> (tables, notes, provenance)"},
    {"evaluate", core_evaluate, METH_VARARGS, "evaluate(path, folder, threads) -> (title, folder, results, html)"},
    {"read", core_read, METH_VARARGS, "read(path, options) -> (n_rows, columns)"},
    {"write", core_write, METH_VARARGS, "write([table], path, raw_text)"},
    {"state_new", core_state_new, METH_VARARGS, "state_new(spec) -> bytearray"},
    {"state_about", core_state_about, METH_VARARGS, "state_about(state) -> kind, columns, rows, about, names"},
    {"state_named", core_state_named, METH_VARARGS, "state_named(state, names) -> bytearray"},
    {"state_read", core_state_read, METH_VARARGS, "state_read(path) -> bytearray"},
    {"state_write", core_state_write, METH_VARARGS, "state_write(path, state)"},
    {"state_add", core_state_add, METH_VARARGS, "state_add(state, values, ids, n)"},
    {"state_merge", core_state_merge, METH_VARARGS, "state_merge(state, other)"},
    {"state_finish", core_state_finish, METH_VARARGS, "state_finish(state) -> bytearray of doubles, or columns"},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "integrade._core",
    .m_doc = "The measurement engine, as the package integrade uses it.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&definition); }
