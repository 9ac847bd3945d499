/* itg_sheet_book.h - layer 3: the spreadsheets of a folder, read and checked (itg_sheet_read.c) and written
 * as the text of a definition (itg_sheet_write.c, itg_sheet_write_scale.c), for their import
 * (itg_sheet_import.c). */
#ifndef ITG_SHEET_BOOK_H
#define ITG_SHEET_BOOK_H

#include "itg_measure.h"
#include "itg_scale_plan.h"
#include "itg_sheet.h"

typedef struct itg_sheet {
  itg_frame *frame;
  const itg_table *table;
  itg_text *origins; /* of all the sheets: `origin`s in a row */
} itg_sheet;

/* From byte `at` on the definition was made of this row (table NULL: of none), so that what is wrong with it
 * is told at its row. */
typedef struct itg_sheet_origin {
  size_t at;
  const itg_table *table;
  int64_t row;
} itg_sheet_origin;

/* The sheets of a folder; those that are not there have no frame. */
typedef struct itg_sheet_book {
  const char *id, *kind, *folder;
  itg_sheet head, items, options, scores;
} itg_sheet_book;

/* Open and check the sheets of book->folder; what was opened is to be closed, failed or not. */
itg_status itg_sheet_open_book(itg_sheet_book *book, itg_arena *arena, itg_error *error);
void itg_sheet_close_book(itg_sheet_book *book);

/* Cell as text, "" when it is empty or the column is absent. */
const char *itg_sheet_cell(const itg_sheet *sheet, int64_t row, const char *column, char *buffer);

/* A row above this one has the text in the column. */
bool itg_sheet_seen(const itg_sheet *sheet, int64_t row, const char *column, const char *text);

/* A name between | at `*at`, moved behind it; NULL at the end. */
char *itg_sheet_next_name(const char **at, itg_arena *arena);

/* Row of a key of definition.csv, -1 where there is none; its value, NULL where there is none. */
int64_t itg_sheet_head_row(const itg_sheet_book *book, const char *key);
const char *itg_sheet_head_value(const itg_sheet_book *book, const char *key, char *buffer);

/* The definition as text; with the ranges of its scores where a plan gives them. */
void itg_sheet_write(const itg_sheet_book *book, const itg_scale_plan *plan, itg_arena *arena, itg_text *out);

/* What of it only scales have: responses, items, scores. */
void itg_sheet_write_scale(const itg_sheet_book *book, const itg_scale_plan *plan, itg_arena *arena,
                           itg_text *out);

/* What of it only maps have: dimensions, outcomes, table; and what is wrong with their sheets. */
void itg_sheet_write_map(const itg_sheet_book *book, itg_arena *arena, itg_text *out);
itg_status itg_sheet_check_map(const itg_sheet_book *book, itg_arena *arena, itg_error *error);

/* A column that nothing reads is a slip (revers for reverse), which would change scores in silence. */
itg_status itg_sheet_check_columns(const itg_sheet *sheet, const char *what, const char *const *names, size_t n,
                                   itg_error *error);

/* What is written from here on is of this row (-1: of none). */
void itg_sheet_mark(const itg_sheet *sheet, int64_t row, const itg_text *out);

/* A YAML text in double quotes; a number as it stands and other texts in quotes. */
void itg_sheet_add_quoted(itg_text *out, const char *text);
void itg_sheet_add_value(itg_text *out, const char *text);

/* A key with its colon, in quotes where it must be. */
void itg_sheet_add_key(itg_text *out, const char *key);

#endif
