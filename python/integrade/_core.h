/* _core.h - layer 5: Python over integrade.h, through CPython's limited API and the buffer protocol.
 *
 * Every entry has the same order: lend the arguments (Python may raise), call the core without the
 * interpreter lock, give back what it made (Python may raise), release both. */
#ifndef INTEGRADE_CORE_H
#define INTEGRADE_CORE_H

#define PY_SSIZE_T_CLEAN
#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030B0000
#endif
#include <Python.h>
#include <stdbool.h>

#include "integrade.h"

/* ---- _lend.c: Python objects as borrowed tables ---- */

/* What one column holds on to while it is lent. */
typedef struct py_hold {
  Py_buffer values, reasons; /* .obj is NULL when unused */
  PyObject *items;           /* tuple that keeps borrowed text alive */
  void *memory;              /* converted values or pointers to text */
  uint8_t *missing;          /* reasons found while converting */
} py_hold;

typedef struct py_tables {
  itg_table *tables;
  int n_tables;
  itg_column *columns;
  py_hold *holds;
  Py_ssize_t n_columns;
} py_tables;

/* `list`: sequence of (name, n_rows, [(column name, values, reasons or None), ...]).  False with a Python
 * exception; py_tables_release is needed in either case and accepts zeroes. */
bool py_tables_lend(PyObject *list, py_tables *out);
void py_tables_release(py_tables *tables);

/* ---- _give.c: results as Python objects ---- */

/* [(column name, type, values, reasons or None), ...]: values are a list of str for "string", else a
 * bytearray of native numbers. */
PyObject *py_table_give(const itg_table *table);
/* ({table name: columns}, [notes], provenance text) */
PyObject *py_result_give(const itg_result *result);
PyObject *py_text_give(const char *text); /* None for NULL */

/* ---- _core.c ---- */

/* Raise the exception of integrade._errors that belongs to the failure; returns NULL. */
PyObject *py_fail(const itg_error *error);
/* The same for what this glue finds wrong itself; row counts from 0, -1: none. */
void py_fail_at(itg_status status, const char *column, Py_ssize_t row, const char *format, ...);

#endif
