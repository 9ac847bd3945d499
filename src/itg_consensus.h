/* itg_consensus.h - layer 3: the ratings of a panel by the items of a definition (itg_consensus_items.c). */
#ifndef ITG_CONSENSUS_H
#define ITG_CONSENSUS_H

#include "itg_ratings.h"

/* With option `instrument`: a row is a member of the panel, a column an item.  Sets whose units are the
 * items, in the order of the definition, and the lowest and highest answer to each. */
itg_status itg_consensus_items_read(itg_call *call, itg_ratings *out, double **low, double **high,
                                    itg_error *error);

#endif
