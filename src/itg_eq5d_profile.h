/* itg_eq5d_profile.h - layer 3: what the two halves of measure eq5d_profile share: describing a wave, and
 * change between two. */
#ifndef ITG_EQ5D_PROFILE_H
#define ITG_EQ5D_PROFILE_H

#include "itg_eq5d.h"

extern const char *const itg_eq5d_dimensions[ITG_EQ5D_DIMENSIONS]; /* mobility, self_care, ... */

/* The table `change` (Paretian classification by group, of profiles and of each dimension) and, a row per
 * person, the table `persons`; needs roles wave and person.  `index` holds the profile of each row
 * (itg_eq5d.h), `groups` those of option `by`. */
itg_status itg_eq5d_change_write(const itg_eq5d *s, const uint16_t *index, const itg_groups *groups,
                                 itg_error *error);

#endif
