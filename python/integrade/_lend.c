/* _lend.c - Python objects as borrowed columns, in place wherever their memory is already the core's.
 *
 * buffers of int32, int64, double, bool   as they lie, with their stride
 * buffers of other numbers                converted once
 * anything else that can be walked        numbers, or text as soon as one item is no 64-bit number;
 *                                         None, NaN, NaT and pandas.NA are missing */
#include <stdlib.h>
#include <string.h>

#include "_core.h"

/* ---- buffers ---- */

/* 'i' signed, 'u' unsigned, 'f' floating, '?' bool, 0 none of these. */
static char kind_of_format(const char *format) {
  const uint16_t probe = 1;
  bool little = *(const uint8_t *)&probe == 1;
  if (!format) return 'u';
  if (*format == '@' || *format == '=' || *format == (little ? '<' : '>')) format++;
  if (!format[0] || format[1]) return 0;
  if (strchr("bhilqn", *format)) return 'i';
  if (strchr("BHILQN", *format)) return 'u';
  if (strchr("fd", *format)) return 'f';
  return *format == '?' ? '?' : 0;
}

static itg_type type_in_place(char kind, Py_ssize_t size) {
  if (kind == '?' && size == 1) return ITG_TYPE_BOOL;
  if (kind == 'f' && size == 8) return ITG_TYPE_DOUBLE;
  if (kind == 'i' && size == 4) return ITG_TYPE_INT32;
  if (kind == 'i' && size == 8) return ITG_TYPE_INT64;
  return 0;
}

static int64_t signed_at(const char *at, Py_ssize_t size) {
  int8_t i8;
  int16_t i16;
  int32_t i32;
  int64_t i64;
  switch (size) {
    case 1: return memcpy(&i8, at, 1), i8;
    case 2: return memcpy(&i16, at, 2), i16;
    case 4: return memcpy(&i32, at, 4), i32;
    default: return memcpy(&i64, at, 8), i64;
  }
}

static uint64_t unsigned_at(const char *at, Py_ssize_t size) {
  uint8_t u8;
  uint16_t u16;
  uint32_t u32;
  uint64_t u64;
  switch (size) {
    case 1: return memcpy(&u8, at, 1), u8;
    case 2: return memcpy(&u16, at, 2), u16;
    case 4: return memcpy(&u32, at, 4), u32;
    default: return memcpy(&u64, at, 8), u64;
  }
}

static double float_at(const char *at, Py_ssize_t size) {
  float f32;
  double f64;
  if (size == 4) return memcpy(&f32, at, 4), f32;
  return memcpy(&f64, at, 8), f64;
}

static void *new_values(Py_ssize_t n, size_t size) {
  void *out = calloc(n ? (size_t)n : 1, size);
  if (!out) PyErr_NoMemory();
  return out;
}

/* Values that cannot lie as they are: other sizes, unaligned memory, a stride of zero.  1 converted,
 * 0 a number exceeds 64 signed bits, -1 error. */
static int convert_buffer(char kind, py_hold *hold, itg_column *out) {
  const char *at = hold->values.buf;
  Py_ssize_t n = hold->values.shape[0], stride = hold->values.strides[0], size = hold->values.itemsize;
  hold->memory = new_values(n, 8);
  if (!hold->memory) return -1;
  out->data = hold->memory;
  out->stride = 0;
  out->type = kind == 'f' ? ITG_TYPE_DOUBLE : kind == '?' ? ITG_TYPE_BOOL : ITG_TYPE_INT64;
  for (Py_ssize_t i = 0; i < n; i++, at += stride) {
    if (kind == 'f') {
      ((double *)hold->memory)[i] = float_at(at, size);
    } else if (kind == '?') {
      ((uint8_t *)hold->memory)[i] = *at != 0;
    } else if (kind == 'i') {
      ((int64_t *)hold->memory)[i] = signed_at(at, size);
    } else {
      uint64_t value = unsigned_at(at, size);
      if (value > INT64_MAX) return 0;
      ((int64_t *)hold->memory)[i] = (int64_t)value;
    }
  }
  return 1;
}

static int drop_buffer(py_hold *hold, itg_column *out) {
  PyBuffer_Release(&hold->values);
  hold->values.obj = NULL;
  free(hold->memory);
  hold->memory = NULL;
  out->stride = 0;
  return 0;
}

/* 1 lent, 0 not a buffer of numbers, -1 error */
static int lend_buffer(PyObject *values, py_hold *hold, itg_column *out) {
  if (!PyObject_CheckBuffer(values) || PyBytes_Check(values)) return 0;
  if (PyObject_GetBuffer(values, &hold->values, PyBUF_STRIDED_RO | PyBUF_FORMAT)) {
    PyErr_Clear(); /* NumPy refuses to export some types, such as dates */
    hold->values.obj = NULL;
    return 0;
  }
  const Py_buffer *view = &hold->values;
  char kind = kind_of_format(view->format);
  if (!kind || view->itemsize > 8) return drop_buffer(hold, out);
  if (view->ndim != 1) {
    py_fail_at(ITG_ERR_TYPE, out->name, -1, "has %d dimensions; a column has one", view->ndim);
    return -1;
  }
  out->type = type_in_place(kind, view->itemsize);
  out->data = view->buf;
  out->stride = view->strides[0];
  bool aligned = (uintptr_t)view->buf % view->itemsize == 0 && out->stride % view->itemsize == 0;
  int fine = 1;
  if (!out->type || !aligned || out->stride == 0) fine = convert_buffer(kind, hold, out);
  if (fine < 1) return fine < 0 ? -1 : drop_buffer(hold, out);
  if (out->type == ITG_TYPE_DOUBLE) out->flags = ITG_COLUMN_NAN_MISSING;
  return 1;
}

/* ---- sequences ---- */

typedef enum item_kind { ITEM_MISSING, ITEM_BOOL, ITEM_INT, ITEM_FLOAT, ITEM_TEXT, ITEM_OTHER, ITEM_KINDS } item_kind;

/* Types of packages that need not be there are known by name. */
static bool type_is(PyObject *item, const char *const *names) {
  PyObject *name = PyType_GetName(Py_TYPE(item));
  const char *text = name ? PyUnicode_AsUTF8AndSize(name, NULL) : NULL;
  while (text && *names && strcmp(text, *names)) names++;
  PyErr_Clear();
  Py_XDECREF(name);
  return text && *names;
}

static item_kind kind_of_item(PyObject *item) {
  static const char *const missing[] = {"NAType", "NaTType", NULL}, *const flags[] = {"bool_", NULL},
                           *const texts[] = {"date", "datetime", "datetime64", "timedelta64", "complex64",
                                             "clongdouble", "complex256", NULL};
  if (item == Py_None) return ITEM_MISSING;
  if (PyUnicode_Check(item) || PyBytes_Check(item)) return ITEM_TEXT;
  if (PyFloat_Check(item)) {
    double value = PyFloat_AsDouble(item);
    return value != value ? ITEM_MISSING : ITEM_FLOAT;
  }
  if (PyBool_Check(item)) return ITEM_BOOL;
  if (!PyLong_CheckExact(item)) {
    if (type_is(item, missing)) return ITEM_MISSING;
    if (type_is(item, flags)) return ITEM_BOOL;
    if (PyComplex_Check(item) || type_is(item, texts)) return ITEM_OTHER;
  }
  PyObject *number = NULL;
  item_kind kind = ITEM_OTHER;
  if (PyIndex_Check(item)) {
    number = PyNumber_Index(item);
    if (number && (PyLong_AsLongLong(number) != -1 || !PyErr_Occurred())) kind = ITEM_INT;
  } else if (PyNumber_Check(item)) {
    number = PyNumber_Float(item);
    double value = number ? PyFloat_AsDouble(number) : 0;
    if (number) kind = value != value ? ITEM_MISSING : ITEM_FLOAT;
  }
  PyErr_Clear();
  Py_XDECREF(number);
  return kind;
}

/* Pointer to the UTF-8 text of an item; the text belongs to the item. */
static const char *text_of_item(PyObject *item, const char *column, Py_ssize_t row) {
  Py_ssize_t size;
  const char *text;
  if (PyBytes_Check(item)) {
    char *bytes = NULL;
    PyBytes_AsStringAndSize(item, &bytes, &size);
    PyObject *checked = PyUnicode_DecodeUTF8(bytes, size, NULL);
    Py_XDECREF(checked);
    text = checked ? bytes : NULL;
  } else {
    text = PyUnicode_AsUTF8AndSize(item, &size);
  }
  if (!text) {
    PyErr_Clear();
    py_fail_at(ITG_ERR_ENCODING, column, row, "text is not UTF-8");
  } else if (strlen(text) != (size_t)size) {
    py_fail_at(ITG_ERR_ENCODING, column, row, "text holds a NUL character");
    text = NULL;
  }
  return text;
}

/* What is not text among texts, as the core would print it: integral floats without a point. */
static PyObject *print_item(PyObject *item, item_kind kind) {
  if (kind == ITEM_BOOL) return PyUnicode_FromString(PyObject_IsTrue(item) ? "true" : "false");
  double value = kind == ITEM_FLOAT ? PyFloat_AsDouble(item) : 0.5;
  if (value > -1e15 && value < 1e15 && value == (double)(int64_t)value)
    return PyUnicode_FromFormat("%lld", (long long)value);
  return PyObject_Str(item);
}

/* Store item i as what the whole column was found to be. */
static bool set_item(py_hold *hold, itg_column *out, Py_ssize_t i, PyObject *item, item_kind kind) {
  if (out->type == ITG_TYPE_STRING) {
    if (kind != ITEM_TEXT) {
      PyObject *text = print_item(item, kind);
      if (!text || PyTuple_SetItem(hold->items, i, text)) return false;
      item = text;
    }
    return (((const char **)hold->memory)[i] = text_of_item(item, out->name, i)) != NULL;
  }
  if (out->type == ITG_TYPE_BOOL) {
    ((uint8_t *)hold->memory)[i] = PyObject_IsTrue(item) == 1;
  } else if (out->type == ITG_TYPE_DOUBLE) {
    ((double *)hold->memory)[i] = PyFloat_AsDouble(item);
  } else {
    PyObject *index = PyNumber_Index(item);
    ((int64_t *)hold->memory)[i] = index ? PyLong_AsLongLong(index) : 0;
    Py_XDECREF(index);
  }
  return !PyErr_Occurred();
}

static bool lend_sequence(PyObject *values, py_hold *hold, itg_column *out) {
  PyObject *list = PySequence_List(values);
  hold->items = list ? PyList_AsTuple(list) : NULL; /* a tuple of our own: set_item may replace items */
  Py_XDECREF(list);
  if (!hold->items) {
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return false;
    PyErr_Clear();
    py_fail_at(ITG_ERR_TYPE, out->name, -1, "is neither an array nor a list of numbers or text");
    return false;
  }
  Py_ssize_t n = PyTuple_Size(hold->items);
  uint8_t *kinds = new_values(n, 1);
  hold->memory = new_values(n, 8);
  bool fine = kinds && hold->memory;
  bool seen[ITEM_KINDS] = {false};
  for (Py_ssize_t i = 0; fine && i < n; i++) {
    kinds[i] = (uint8_t)kind_of_item(PyTuple_GetItem(hold->items, i));
    seen[kinds[i]] = true;
    fine = i % 65536 != 65535 || !PyErr_CheckSignals();
  }
  out->type = seen[ITEM_TEXT] || seen[ITEM_OTHER] ? ITG_TYPE_STRING
              : seen[ITEM_FLOAT]                  ? ITG_TYPE_DOUBLE
              : seen[ITEM_INT]                    ? ITG_TYPE_INT64
              : seen[ITEM_BOOL]                   ? ITG_TYPE_BOOL
                                                  : ITG_TYPE_DOUBLE;
  out->data = hold->memory;
  if (fine && seen[ITEM_MISSING]) fine = (hold->missing = new_values(n, 1)) != NULL;
  for (Py_ssize_t i = 0; fine && i < n; i++) {
    if (kinds[i] == ITEM_MISSING) hold->missing[i] = ITG_REASON_MISSING;
    else fine = set_item(hold, out, i, PyTuple_GetItem(hold->items, i), kinds[i]);
    fine = fine && (i % 65536 != 65535 || !PyErr_CheckSignals());
  }
  out->reason = hold->missing;
  free(kinds);
  return fine;
}

/* ---- columns and tables ---- */

static Py_ssize_t length_of(const py_hold *hold) {
  return hold->values.obj ? hold->values.shape[0] : PyTuple_Size(hold->items);
}

/* Reasons given beside the values: one byte per row, 0 where the value is present. */
static bool lend_reasons(PyObject *reasons, int64_t n_rows, py_hold *hold, itg_column *out) {
  if (PyObject_GetBuffer(reasons, &hold->reasons, PyBUF_SIMPLE)) {
    hold->reasons.obj = NULL;
    return false;
  }
  if (hold->reasons.len != n_rows) {
    py_fail_at(ITG_ERR_ARGUMENT, out->name, -1, "has %lld rows, but reasons for %lld", (long long)n_rows,
               (long long)hold->reasons.len);
    return false;
  }
  const uint8_t *given = hold->reasons.buf;
  for (int64_t i = 0; hold->missing && i < n_rows; i++)
    if (given[i]) hold->missing[i] = given[i];
  if (!hold->missing) out->reason = given;
  return true;
}

static bool lend_column(PyObject *entry, int64_t n_rows, py_hold *hold, itg_column *out) {
  PyObject *name, *values, *reasons;
  if (!PyArg_ParseTuple(entry, "UOO;a column is (name, values, reasons)", &name, &values, &reasons)) return false;
  out->name = PyUnicode_AsUTF8AndSize(name, NULL);
  if (!out->name) return false;
  int lent = lend_buffer(values, hold, out);
  if (lent < 0 || (lent == 0 && !lend_sequence(values, hold, out))) return false;
  if (length_of(hold) != n_rows) {
    py_fail_at(ITG_ERR_DATA, out->name, -1, "has %lld rows, but the table has %lld", (long long)length_of(hold),
               (long long)n_rows);
    return false;
  }
  return reasons == Py_None || lend_reasons(reasons, n_rows, hold, out);
}

static bool lend_table(PyObject *entry, py_tables *all, itg_table *out, Py_ssize_t first) {
  PyObject *name, *columns;
  long long n_rows;
  if (!PyArg_ParseTuple(entry, "ULO!;a table is (name, n_rows, columns)", &name, &n_rows, &PyList_Type, &columns))
    return false;
  out->name = PyUnicode_AsUTF8AndSize(name, NULL);
  out->n_rows = n_rows;
  out->n_columns = (int32_t)PyList_Size(columns);
  out->columns = all->columns + first;
  if (!out->name) return false;
  for (Py_ssize_t i = 0; i < out->n_columns; i++)
    if (!lend_column(PyList_GetItem(columns, i), n_rows, &all->holds[first + i], &all->columns[first + i]))
      return false;
  return true;
}

bool py_tables_lend(PyObject *list, py_tables *out) {
  Py_ssize_t n = PyList_Size(list), total = 0;
  for (Py_ssize_t i = 0; i < n; i++) {
    PyObject *entry = PyList_GetItem(list, i);
    PyObject *columns = PyTuple_Check(entry) && PyTuple_Size(entry) == 3 ? PyTuple_GetItem(entry, 2) : NULL;
    if (columns && PyList_Check(columns)) total += PyList_Size(columns);
  }
  if (total > INT32_MAX || n > INT_MAX) {
    py_fail_at(ITG_ERR_LIMIT, NULL, -1, "more than %d columns", INT32_MAX);
    return false;
  }
  out->n_tables = (int)n;
  out->n_columns = total;
  out->tables = new_values(n, sizeof *out->tables);
  out->columns = new_values(total, sizeof *out->columns);
  out->holds = new_values(total, sizeof *out->holds);
  if (!out->tables || !out->columns || !out->holds) return false;
  for (Py_ssize_t i = 0, first = 0; i < n; first += out->tables[i++].n_columns)
    if (!lend_table(PyList_GetItem(list, i), out, &out->tables[i], first)) return false;
  return true;
}

void py_tables_release(py_tables *tables) {
  for (Py_ssize_t i = 0; tables->holds && i < tables->n_columns; i++) {
    py_hold *hold = &tables->holds[i];
    if (hold->values.obj) PyBuffer_Release(&hold->values);
    if (hold->reasons.obj) PyBuffer_Release(&hold->reasons);
    Py_XDECREF(hold->items);
    free(hold->memory);
    free(hold->missing);
  }
  free(tables->holds);
  free(tables->columns);
  free(tables->tables);
}
