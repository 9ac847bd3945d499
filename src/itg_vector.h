/* itg_vector.h - layer 0: two doubles, or four whole numbers, at a time.
 *
 * The vectors of 16 bytes that gcc and clang have on every machine: fast under plain -O2 too, and with the bits of
 * the same operations one by one.  Code that uses them stands under #if defined(__GNUC__), beside a loop without. */
#ifndef ITG_VECTOR_H
#define ITG_VECTOR_H

#include <stdint.h>

#if defined(__GNUC__)
typedef double itg_pair __attribute__((vector_size(16)));
typedef int64_t itg_mask __attribute__((vector_size(16))); /* what comparing pairs gives: all bits, or none */
typedef uint32_t itg_quad __attribute__((vector_size(16)));
typedef int32_t itg_signed_quad __attribute__((vector_size(16)));

/* The same where they lie in memory, as values and to be assigned to; addresses need no alignment. */
typedef double itg_loose_pair __attribute__((vector_size(16), aligned(8), may_alias));
typedef uint32_t itg_loose_quad __attribute__((vector_size(16), aligned(4), may_alias));
#define ITG_PAIR(at) ((itg_pair)(*(const itg_loose_pair *)(at)))
#define ITG_QUAD(at) ((itg_quad)(*(const itg_loose_quad *)(at)))
#define ITG_PAIR_SET(at, value) (*(itg_loose_pair *)(at) = (value))
#define ITG_QUAD_SET(at, value) (*(itg_loose_quad *)(at) = (value))
#endif

#endif
