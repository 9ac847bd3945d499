/* itg_teams.c - layer 3: teams numbered group by group. */
#include "itg_teams.h"

#include <string.h>

#include "itg_score.h"

/* Teams in the order of their names; a name without rows is none. */
static itg_status number_teams(itg_call *call, itg_teams *t, itg_error *error) {
  const int32_t n = t->names.n_levels, *codes = t->names.codes;
  int64_t *rows = itg_call_alloc(call, (size_t)n + 1, sizeof *rows, error); /* of each name, and of none */
  if (!rows) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < t->n_rows; i++) rows[codes[i] < 0 ? n : codes[i]]++;
  t->members = rows;
  for (int32_t k = 0; k < n; k++) {
    const int64_t members = rows[k];
    if (!members) continue;
    t->name[t->n_teams] = k;
    rows[t->n_teams++] = members;
  }
  rows[t->n_teams] = rows[n];
  t->n_groups = t->n_teams > 0;
  t->first_team[t->n_groups] = t->n_teams;
  if (t->n_teams == n && !rows[n]) {
    t->team = codes;
    return ITG_OK;
  }
  int32_t *number = itg_call_alloc(call, (size_t)n + 1, sizeof *number, error),
          *team = itg_arena_take(call->arena, (size_t)t->n_rows, sizeof *team);
  if (!number || !team) return itg_fail_memory(error);
  for (int32_t k = 0; k < t->n_teams; k++) number[t->name[k]] = k;
  number[n] = t->n_teams;
  for (int64_t i = 0; i < t->n_rows; i++) team[i] = number[codes[i] < 0 ? n : codes[i]];
  t->team = team;
  return ITG_OK;
}

/* Teams of the first group, then those of the next; a team with members in two groups is two. */
static itg_status number_teams_by_group(itg_call *call, itg_teams *t, itg_error *error) {
  int64_t n, *by_name, *rows;
  int32_t *team = itg_call_alloc(call, (size_t)t->n_rows, sizeof *team, error);
  if (!team) return ITG_ERR_MEMORY;
  ITG_TRY(
      itg_codes_order(t->names.codes, t->names.n_levels, NULL, t->n_rows, call->arena, &by_name, &n, error));
  ITG_TRY(itg_codes_order(t->groups.codes, t->groups.n_groups, by_name, n, call->arena, &rows, &n, error));
  for (int64_t i = 0; i < n; i++) {
    const int32_t name = t->names.codes[rows[i]], group = t->groups.codes[rows[i]];
    const bool new_group = !t->n_groups || t->group[t->n_groups - 1] != group;
    if (new_group) {
      t->first_team[t->n_groups] = t->n_teams;
      t->group[t->n_groups++] = group;
    }
    if (new_group || t->name[t->n_teams - 1] != name) t->name[t->n_teams++] = name;
    team[rows[i]] = t->n_teams; /* one more than it is: 0 is none yet */
  }
  t->members = itg_call_alloc(call, (size_t)t->n_teams + 1, sizeof *t->members, error);
  if (!t->members) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < t->n_rows; i++) {
    team[i] = team[i] ? team[i] - 1 : t->n_teams;
    t->members[team[i]]++;
  }
  t->team = team;
  t->first_team[t->n_groups] = t->n_teams;
  return ITG_OK;
}

/* Rows without a team may have one but no group: those are not told here. */
static itg_status note_nameless(itg_call *call, const itg_teams *t, itg_error *error) {
  int64_t nameless = 0;
  for (int64_t i = 0; i < t->n_rows; i++) nameless += t->names.codes[i] < 0;
  if (!nameless) return ITG_OK;
  return itg_result_note(call->result, error, "%lld rows lack a team and are left out", (long long)nameless);
}

itg_status itg_teams_read(itg_call *call, itg_teams *t, itg_error *error) {
  const itg_table *table = itg_call_table(call, "data");
  *t = (itg_teams){.n_rows = itg_call_rows(call, "data")};
  if (!t->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  ITG_TRY(itg_call_groups(call, &t->groups, error));
  ITG_TRY(itg_groups_note(call, &t->groups, error));
  ITG_TRY(itg_call_factor(call, "team", &t->names, error));
  const size_t pairs = (size_t)(t->groups.n_columns ? t->n_rows : t->names.n_levels); /* at most */
  t->name = itg_call_alloc(call, pairs, sizeof *t->name, error);
  t->group = itg_call_alloc(call, (size_t)t->groups.n_groups, sizeof *t->group, error);
  t->first_team = itg_call_alloc(call, (size_t)t->groups.n_groups + 1, sizeof *t->first_team, error);
  if (!t->name || !t->group || !t->first_team) return itg_fail_memory(error);
  ITG_TRY(t->groups.n_columns ? number_teams_by_group(call, t, error) : number_teams(call, t, error));
  if (t->members[t->n_teams]) ITG_TRY(note_nameless(call, t, error));
  if (!t->n_teams) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "no row has a team");
  return ITG_OK;
}
