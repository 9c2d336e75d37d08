import { expect, test } from 'vitest'
import { warningsIn, warningsOf, world } from '../test-lint.ts'

const teams = 'data teams: hierarchy\ndata readers: map<string, string>\n'
const permit = (condition: string) => `${teams}permit p on orders.read to staff when ${condition}`

test.each([
  ['a constant', permit('teams.within(caller.sub, "admins")'), 'teams.within(caller.sub, "admins")'],
  ['a parameter', permit('late(3) && teams.within(caller.sub, params.id)'), 'teams.within(caller.sub, params.id)'],
  [
    'an entry of data',
    permit('params.id in readers && teams.within(caller.sub, readers[params.id])'),
    'teams.within(caller.sub, readers[params.id])',
  ],
  ['a variable', permit('["a", "b"].exists(t, teams.within(caller.sub, t))'), 'teams.within(caller.sub, t)'],
  [
    'a constant, in a role',
    `${teams}role admin of staff when teams.within(caller.sub, "admins")\npermit p on orders.read to admin`,
    'teams.within(caller.sub, "admins")',
  ],
  [
    'a constant, for a machine',
    `${teams}permit p on orders.read to partner when teams.within(caller.client_id, "admins")`,
    'teams.within(caller.client_id, "admins")',
  ],
])("the caller's own name below %s", (_, added, place) => expect(warningsIn('IAP5036', added)).toEqual([place]))

test.each([
  ['names of two kinds are told apart by a prefix', permit('teams.within("user:" + caller.sub, "group:admins")')],
  ['a claim names a group', permit('caller.office.city != "" && teams.within(caller.office.city, "europe")')],
  ['the name of an object is below a constant', permit('teams.within(params.id, "public")')],
  ["something is below the caller's own name", permit('teams.within(params.id, caller.sub)')],
  ["the caller's own name is below itself", permit('teams.within(caller.sub, caller.sub)')],
  [
    'a def is asked for any name',
    `${teams}def is_in(who: string): bool = teams.within(who, "admins")\n${permit('is_in(params.id)').slice(teams.length)}`,
  ],
])('not where %s', (_, added) => expect(warningsIn('IAP5036', added)).toEqual([]))

test('says what is true whatever the data are', () => {
  const [only] = warningsOf('IAP5036', `${world}${permit('teams.within(caller.sub, "admins")')}`)
  expect(only?.message).toBe('a caller whose `sub` equals `"admins"` is within it, whatever `teams` contains')
})
