/* itg_error.c - layer 0: statuses, reasons and the one-line messages. */
#include <stdio.h>
#include <string.h>

#include "itg_base.h"

const char *itg_version(void) { return ITG_VERSION; }

static const struct {
  itg_status status;
  const char *name;
} status_names[] = {
    {ITG_OK, "ITG_OK"},
    {ITG_ERR_INTERNAL, "ITG_ERR_INTERNAL"},
    {ITG_ERR_MEMORY, "ITG_ERR_MEMORY"},
    {ITG_ERR_INTERRUPTED, "ITG_ERR_INTERRUPTED"},
    {ITG_ERR_THREAD, "ITG_ERR_THREAD"},
    {ITG_ERR_ARGUMENT, "ITG_ERR_ARGUMENT"},
    {ITG_ERR_OPTION, "ITG_ERR_OPTION"},
    {ITG_ERR_MEASURE, "ITG_ERR_MEASURE"},
    {ITG_ERR_FILE, "ITG_ERR_FILE"},
    {ITG_ERR_CSV, "ITG_ERR_CSV"},
    {ITG_ERR_ENCODING, "ITG_ERR_ENCODING"},
    {ITG_ERR_COLUMN, "ITG_ERR_COLUMN"},
    {ITG_ERR_TYPE, "ITG_ERR_TYPE"},
    {ITG_ERR_RANGE, "ITG_ERR_RANGE"},
    {ITG_ERR_DUPLICATE, "ITG_ERR_DUPLICATE"},
    {ITG_ERR_EMPTY, "ITG_ERR_EMPTY"},
    {ITG_ERR_ORDER, "ITG_ERR_ORDER"},
    {ITG_ERR_LIMIT, "ITG_ERR_LIMIT"},
    {ITG_ERR_DATA, "ITG_ERR_DATA"},
    {ITG_ERR_SYNTAX, "ITG_ERR_SYNTAX"},
    {ITG_ERR_KEY, "ITG_ERR_KEY"},
    {ITG_ERR_VALUE, "ITG_ERR_VALUE"},
    {ITG_ERR_REFERENCE, "ITG_ERR_REFERENCE"},
    {ITG_ERR_EXAMPLE, "ITG_ERR_EXAMPLE"},
    {ITG_ERR_INSTRUMENT, "ITG_ERR_INSTRUMENT"},
    {ITG_ERR_GATE, "ITG_ERR_GATE"},
    {ITG_ERR_NUMERIC, "ITG_ERR_NUMERIC"},
    {ITG_ERR_SINGULAR, "ITG_ERR_SINGULAR"},
    {ITG_ERR_DISCLOSURE, "ITG_ERR_DISCLOSURE"},
};

const char *itg_status_name(itg_status status) {
  for (size_t i = 0; i < ITG_COUNT(status_names); i++)
    if (status_names[i].status == status) return status_names[i].name;
  return "ITG_ERR_INTERNAL";
}

int itg_status_exit(itg_status status) {
  if (status == ITG_ERR_INTERRUPTED) return 130;
  int family = (int)status / 100;
  return status == ITG_OK ? 0 : family >= 1 && family <= 8 ? family : 1;
}

const char *itg_reason_text(itg_reason reason) {
  static const char *const words[ITG_REASON_COUNT] = {
      "",        "missing",         "not applicable", "refused",   "not asked", "don't know", "out of range",
      "invalid", "too few answers", "no variance",    "undefined", "no target", "suppressed"};
  return (unsigned)reason < ITG_REASON_COUNT ? words[reason] : "";
}

/* Cut at a whole UTF-8 character, so that a long cell never leaves half a one at the end. */
static void copy_cut(char *out, size_t size, const char *text) {
  size_t length = text ? strlen(text) : 0;
  if (length >= size) {
    length = size - 1;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
  }
  if (length) memcpy(out, text, length);
  out[length] = '\0';
}

static itg_status fail(itg_error *error, itg_status status, const char *place, const char *format,
                       va_list args) {
  if (!error) return status;
  char body[sizeof error->message], suffix[48], whole[2 * sizeof error->message];
  vsnprintf(body, sizeof body, format, args);
  snprintf(whole, sizeof whole, "%s%s", place, body);
  for (char *c = whole; *c; c++)
    if ((unsigned char)*c < ' ') *c = ' '; /* one line, whatever the data or the name of a file held */
  snprintf(suffix, sizeof suffix, " (%s)", itg_status_name(status));
  copy_cut(error->message, sizeof error->message - strlen(suffix), whole);
  strcat(error->message, suffix);
  error->status = status;
  return status;
}

static void clear_place(itg_error *error) {
  if (!error) return;
  error->row = error->line = 0;
  error->source[0] = error->column[0] = '\0';
}

itg_status itg_fail(itg_error *error, itg_status status, const char *format, ...) {
  va_list args;
  clear_place(error);
  va_start(args, format);
  fail(error, status, "", format, args);
  va_end(args);
  return status;
}

itg_status itg_fail_memory(itg_error *error) {
  return itg_fail(error, ITG_ERR_MEMORY, "not enough memory; use less data at once or a larger machine");
}

itg_status itg_fail_at(itg_error *error, itg_status status, const itg_table *table, int64_t row,
                       const char *column, const char *format, ...) {
  if (!error) return status;
  char place[600], label[256], field[160];
  const char *name = !table ? "data" : table->source ? table->source : table->name ? table->name : "data";
  copy_cut(label, sizeof label, name);
  copy_cut(field, sizeof field, column);
  clear_place(error);
  int used = snprintf(place, sizeof place, "%s", label);
  if (row >= 0) {
    error->row = row + 1;
    if (table && table->lines) error->line = table->lines[row];
    used += snprintf(place + used, sizeof place - (size_t)used, error->line ? ", line %lld" : ", row %lld",
                     (long long)(error->line ? error->line : error->row));
  }
  if (column) used += snprintf(place + used, sizeof place - (size_t)used, ", column '%s'", field);
  snprintf(place + used, sizeof place - (size_t)used, ": ");
  copy_cut(error->source, sizeof error->source, name);
  copy_cut(error->column, sizeof error->column, column);
  va_list args;
  va_start(args, format);
  fail(error, status, place, format, args);
  va_end(args);
  return status;
}

itg_status itg_fail_file(itg_error *error, itg_status status, const char *source, int64_t line,
                         int64_t column, const char *format, ...) {
  if (!error) return status;
  char place[400], label[256];
  copy_cut(label, sizeof label, source ? source : "text");
  clear_place(error);
  if (line > 0 && column > 0)
    snprintf(place, sizeof place, "%s, line %lld, column %lld: ", label, (long long)line, (long long)column);
  else if (line > 0)
    snprintf(place, sizeof place, "%s, line %lld: ", label, (long long)line);
  else
    snprintf(place, sizeof place, "%s: ", label);
  error->line = line > 0 ? line : 0;
  copy_cut(error->source, sizeof error->source, source);
  va_list args;
  va_start(args, format);
  fail(error, status, place, format, args);
  va_end(args);
  return status;
}

bool itg_faults_add(itg_faults *f, itg_status status) {
  enum { ROOM_FOR_REST = 24 };
  if (!status) return true;
  if (!f->status) {
    f->status = status;
    if (f->all) *f->all = f->one;
  } else if (f->all) {
    const size_t used = strlen(f->all->message), source = strlen(f->one.source);
    const char *text = f->one.message; /* without the file that was named already */
    if (source && strncmp(text, f->all->source, source) == 0 && strncmp(text + source, ", ", 2) == 0) text += source + 2;
    if (f->untold || used + strlen(text) + 2 >= sizeof f->all->message - ROOM_FOR_REST) f->untold++;
    else snprintf(f->all->message + used, sizeof f->all->message - used, "; %s", text);
  }
  return f->all && status != ITG_ERR_MEMORY && status != ITG_ERR_INTERRUPTED;
}

itg_status itg_faults_end(itg_faults *f) {
  if (f->all && f->untold) {
    const size_t used = strlen(f->all->message);
    snprintf(f->all->message + used, sizeof f->all->message - used, "; and %d more", f->untold);
  }
  return f->status;
}
