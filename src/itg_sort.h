/* itg_sort.h - layer 0: sorting of much, which can be stopped. */
#ifndef ITG_SORT_H
#define ITG_SORT_H

#include "itg_thread.h"

/* As qsort(), but equal elements keep their order, and the host is asked meanwhile (`pace` may be NULL).
 * ITG_ERR_INTERRUPTED, ITG_ERR_MEMORY: the elements are all there, in some order. */
itg_status itg_sort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *), itg_pace *pace,
                    itg_error *error);

#endif
