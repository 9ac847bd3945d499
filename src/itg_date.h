/* itg_date.h - layer 3: columns that say when something was: dates, dates with a time of day, or numbers. */
#ifndef ITG_DATE_H
#define ITG_DATE_H

#include "itg_measure.h"

/* Days since 1970-01-01 of "2024-03-01", "2024-03-01 14:30", "2024-03-01T14:30:00.5" and the same with a
 * final Z, +01:00 or +0100 (Gregorian; a time without these is one of Greenwich; a leap second is none).  False: not such a date. */
bool itg_date_parse(const char *text, double *days);

/* A column of dates as days, of numbers (a sequence; a host's own dates) as they are; memory of the call.  A
 * text column holds dates when its first present cell is one.  Errors: ITG_ERR_TYPE with row and column,
 * ITG_ERR_RANGE. */
itg_status itg_call_times(itg_call *call, const char *role, double **values, uint8_t **reasons,
                          itg_error *error);

#endif
