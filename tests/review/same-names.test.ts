/** The same text that is not the same thing, and other text that is; and what nobody can tell, which is never equivalent. */
import { describe, expect, it } from 'vitest'
import { difference } from '../../analysis/diff/index.ts'
import { versionOf } from './version-of.ts'

const BASE = `
identity staff via jwt { sub: string, groups: set<string>, level from "https://shop.example/level": int }
role clerk of staff when "clerks" in caller.groups
role lead of staff when "leads" in caller.groups
data grants: list<{ who: string, what: string }>
data plans: map<string, int>
def granted(who: string, what: string): bool = grants.exists(g, g.who == who && g.what == what)
service shop at "shop.example" {
  route item GET "/items/{id}" query { page?: int }
  route note POST "/notes" body { text: string }
  route grant GET "/grants/{id}"
  route plan GET "/plans/{id}"
  route word GET "/words/{id}"
  route each GET "/each/{id}"
}
permit items on shop.item to lead when caller.level > 2 && query.?page.orValue(1) < 10
permit notes on shop.note to lead when body.text != ""
permit by_grant on shop.grant to staff when granted(caller.sub, params.id)
permit by_plan on shop.plan to staff when params.id in plans && plans[params.id] == 1
permit words on shop.word to staff when size(params.id) * 7 % 1000 == 3
permit each on shop.each to staff when caller.groups.exists(g, caller is lead && g.startsWith(params.id))
`

/** A row for each route and caller, and of those that are unknown why. */
function rows(...replace: readonly (readonly [string, string])[]): readonly string[] {
  const after = replace.reduce((text, [was, is]) => {
    expect(text).toContain(was)
    return text.replaceAll(was, is)
  }, BASE)
  const { changes } = difference(versionOf(BASE), versionOf(after))
  return changes.map(({ route, identity, verdict, why }) => [`${route} ${identity ?? '-'} ${verdict}`, ...why].join('; '))
}

describe('equivalent', () => {
  it.each<[string, [string, string][]]>([
    [
      'a parameter has another name',
      [
        ['"/plans/{id}"', '"/plans/{name}"'],
        ['params.id in plans && plans[params.id]', 'params.name in plans && plans[params.name]'],
      ],
    ],
    ['a role is written out', [['on shop.note to lead when', 'on shop.note to staff when "leads" in caller.groups &&']]],
    ['what is the same is worked out', [['== 3', '== 1 + 2']]],
    [
      'a route has another name',
      [
        ['route word', 'route text'],
        ['shop.word', 'shop.text'],
      ],
    ],
  ])('%s', (_, replace) => {
    expect(rows(...replace)).toEqual([])
  })
})

it('a condition on the certificate of the connection, of a caller by it', () => {
  const declared = 'identity workload via mtls\nservice s at "s.example" { route a GET "/a" }\n'
  const permit = 'permit p on s.a to workload when caller.path == "/ns/a"\n'
  const forbid = 'forbid others on s.a unless has(connection.mtls) && connection.mtls.path == "/ns/a"\n'
  const of = (a: string, b: string) => difference(versionOf(declared + a), versionOf(declared + b)).changes
  const [gone] = of(permit + forbid, permit).filter(({ identity }) => identity === 'workload')
  // Nobody is permitted or refused otherwise; who is refused is told by another rule.
  expect(gone?.verdict).toBe('other')
  const wider = 'permit p on s.a to workload when has(connection.mtls) && connection.mtls.path in ["/ns/a", "/ns/b"]\n'
  expect(of(permit, wider).map(({ identity, verdict }) => `${identity} ${verdict}`)).toEqual(['workload more-permissive'])
})

describe('not equivalent', () => {
  it.each<[string, [string, string][], string[]]>([
    [
      'a claim comes from elsewhere',
      [['https://shop.example/level', 'https://shop.example/rank']],
      ['shop.item staff incomparable'],
    ],
    [
      'a role means something else, within what nobody looks into',
      [['"leads" in', '"heads" in']],
      ['shop.each staff incomparable'],
    ],
    ['a bound where there is arithmetic', [['% 1000 == 3', '% 1000 == 4']], ['shop.word staff unknown']],
    ['a word in a list of records', [['g.what == what', 'g.what != what']], ['shop.grant staff']],
    [
      'a datum has another type',
      [
        ['plans: map<string, int>', 'plans: map<string, string>'],
        ['plans[params.id] == 1', 'plans[params.id] == "1"'],
      ],
      ['shop.plan staff unknown'],
    ],
    ['a body has another field', [['body { text: string }', 'body { text: string, more?: int }']], ['shop.note staff']],
    [
      'a query has to have it',
      [
        ['page?: int', 'page: int'],
        ['query.?page.orValue(1)', 'query.page'],
      ],
      ['shop.item staff less-permissive'],
    ],
    ['a query may have more', [['page?: int', 'page?: int, size?: int']], ['shop.item staff less-permissive']],
    [
      'a query has less',
      [
        ['query { page?: int }', ''],
        [' && query.?page.orValue(1) < 10', ''],
      ],
      ['shop.item staff more-permissive'],
    ],
  ])('%s', (_, replace, expected) => {
    const found = rows(...replace)
    for (const one of expected) expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${one}`)))
  })

  it('where two are the same, and nobody can tell', () => {
    // Roles have other numbers, and a quantifier over what is read is known by its text alone.
    expect(rows(['role clerk of staff when "clerks" in caller.groups\n', ''])).toEqual([
      expect.stringMatching(/^shop\.each staff unknown/),
    ])
    const written = 'when grants.exists(g, g.who == caller.sub && g.what == params.id)'
    expect(rows(['when granted(caller.sub, params.id)', written])).toEqual([expect.stringMatching(/^shop\.grant staff unknown/)])
  })

  it('there are too many cases', () => {
    const found = rows(['size(params.id) * 7 % 1000 == 3', 'params.id.matches("^[ab]*a[ab]{16}$")'])
    expect(found).toEqual([expect.stringMatching(/^shop\.word staff unknown; texts differ in more than/)])
  })

  it('what decides it is named', () => {
    expect(rows(['% 1000 == 3', '% 1000 == 4'])).toEqual(['shop.word staff unknown; size(params.id) * 7 % 1000'])
    expect(
      rows(['plans: map<string, int>', 'plans: map<string, string>'], ['plans[params.id] == 1', 'plans[params.id] == "1"']),
    ).toEqual([expect.stringContaining('data plans')])
  })
})
