import { expect, test } from 'vitest'
import { modelOf } from '../compile-text.ts'
import { partsOf } from './part-of-model.ts'

const model = modelOf(`
  identity staff via jwt { sub: string, level: int }
  identity partner via jwt { key: string }
  data teams: map<string, set<string>>
  data owners: map<string, string>
  data blocked: set<string>
  data elsewhere: set<string>
  def owns(who: string, id: string): bool = id in owners && owners[id] == who
  def tall(level: int): bool = math.abs(level) > 3
  role teamed of staff when caller.sub in teams
  role lead of staff when caller is teamed && tall(caller.level)
  role other of staff when caller.sub in elsewhere
  service s at "s.test" {
    route one GET "/one/{id}"
    route two GET "/two"
  }
  service t at "t.test" { route three GET "/three" }
  permit leads on s.one to lead
  permit own on s.one, s.two to staff when has(params.id) && owns(caller.sub, params.id)
  permit others on t.three to other
  invariant no_blocked on s.two denied when caller is staff && caller.sub in blocked
  invariant no_partner on t.* denied when caller is partner`)

const namesOf = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name)

test('what a policy says of one route, with all that it reads through roles and defs', () => {
  const partOf = partsOf(model)
  const parts = model.routes.map((route) => {
    const { services, routes, rules, invariants, roles, defs, data, identities } = partOf(route)
    expect(identities).toBe(model.identities)
    return [services, routes, rules, invariants, roles, defs, data].map((all) => namesOf(all).join(' '))
  })
  expect(parts).toEqual([
    ['s', 's.one', 'leads own', '', 'teamed lead', 'tall owns', 'owners teams'],
    ['s', 's.two', 'own', 'no_blocked', '', 'owns', 'blocked owners'],
    ['t', 't.three', 'others', 'no_partner', 'other', '', 'elsewhere'],
  ])
})
