/* _give.c - what the core gives back, as plain Python objects. */
#include <string.h>

#include "_core.h"

PyObject *py_text_give(const char *text) {
  if (!text) Py_RETURN_NONE;
  return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
}

static bool is_missing(const itg_column *column, int64_t row) {
  return column->reason && column->reason[row] != ITG_REASON_PRESENT;
}

static PyObject *give_strings(const itg_column *column, int64_t n) {
  ptrdiff_t stride = column->stride ? column->stride : (ptrdiff_t)sizeof(char *);
  PyObject *out = PyList_New(n);
  const char *previous = NULL; /* equal neighbours share one object */
  PyObject *text = NULL;
  for (int64_t i = 0; out && i < n; i++) {
    const char *value = is_missing(column, i) ? NULL : *(const char *const *)((const char *)column->data + i * stride);
    if (i % 65536 == 65535 && PyErr_CheckSignals()) {
      Py_CLEAR(out);
      break;
    }
    if (!value || value != previous) {
      Py_XDECREF(text);
      text = py_text_give(previous = value);
    }
    if (text) {
      Py_INCREF(text);
      PyList_SetItem(out, i, text);
    } else {
      Py_CLEAR(out);
    }
  }
  Py_XDECREF(text);
  return out;
}

/* Dense native numbers; what is missing is NaN or 0, and told by the reasons. */
static PyObject *give_numbers(const itg_column *column, int64_t n, size_t size) {
  const double nan = Py_NAN;
  PyObject *out = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(n * (int64_t)size));
  if (!out) return NULL;
  char *to = PyByteArray_AsString(out);
  ptrdiff_t stride = column->stride ? column->stride : (ptrdiff_t)size;
  if (n && stride == (ptrdiff_t)size) {
    memcpy(to, column->data, (size_t)n * size);
  } else {
    for (int64_t i = 0; i < n; i++) memcpy(to + i * (int64_t)size, (const char *)column->data + i * stride, size);
  }
  for (int64_t i = 0; column->reason && i < n; i++) {
    if (!is_missing(column, i)) continue;
    if (column->type == ITG_TYPE_DOUBLE) memcpy(to + i * 8, &nan, 8);
    else memset(to + i * (int64_t)size, 0, size);
  }
  return out;
}

static PyObject *give_reasons(const itg_column *column, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    if (is_missing(column, i)) return PyBytes_FromStringAndSize((const char *)column->reason, n);
  Py_RETURN_NONE;
}

static PyObject *give_column(const itg_column *column, int64_t n) {
  static const char *const names[] = {"", "int32", "int64", "double", "bool", "string"};
  static const size_t sizes[] = {0, 4, 8, 8, 1, 0};
  PyObject *values = column->type == ITG_TYPE_STRING ? give_strings(column, n)
                                                     : give_numbers(column, n, sizes[column->type]);
  PyObject *reasons = values ? give_reasons(column, n) : NULL;
  if (!reasons) {
    Py_XDECREF(values);
    return NULL;
  }
  return Py_BuildValue("(ssNN)", column->name, names[column->type], values, reasons);
}

PyObject *py_table_give(const itg_table *table) {
  PyObject *out = PyList_New(table->n_columns);
  for (int32_t i = 0; out && i < table->n_columns; i++) {
    PyObject *column = give_column(&table->columns[i], table->n_rows);
    if (!column || PyList_SetItem(out, i, column)) Py_CLEAR(out);
  }
  return out;
}

PyObject *py_result_give(const itg_result *result) {
  PyObject *tables = PyDict_New(), *notes = PyList_New(0), *provenance = NULL;
  bool fine = tables && notes;
  for (int i = 0; fine && i < itg_result_count(result); i++) {
    const itg_table *table = itg_result_table(result, i);
    PyObject *columns = py_table_give(table);
    fine = columns && !PyDict_SetItemString(tables, table->name, columns);
    Py_XDECREF(columns);
  }
  for (int i = 0; fine && i < itg_result_note_count(result); i++) {
    PyObject *note = py_text_give(itg_result_note_at(result, i));
    fine = note && !PyList_Append(notes, note);
    Py_XDECREF(note);
  }
  if (fine) provenance = py_text_give(itg_result_provenance(result));
  if (provenance) return Py_BuildValue("(NNN)", tables, notes, provenance);
  Py_XDECREF(tables);
  Py_XDECREF(notes);
  return NULL;
}
