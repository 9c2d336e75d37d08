/** Whole policies, from text to decisions: requirements, obligations, data, queries, bodies and shadow rules. */
import { describe, expect, test } from 'vitest'
import type { PolicyModule, Trace } from '../runtime/abi/index.ts'
import { TextMap, TextSet } from '../runtime/abi/values/texts/text-collections.ts'
import { compile, passes } from './index.ts'
import { verify } from './ir/index.ts'
import { askOrBody, modelOf, moduleOf, type Question, run } from './testing/compile-text.ts'

const made = new Map<string, readonly PolicyModule[]>()

/** By all passes, by none and by each alone. A text that is asked many times is compiled once. */
function modulesOf(text: string): readonly PolicyModule[] {
  const known = made.get(text)
  if (known !== undefined) return known
  const model = modelOf(text)
  const sets = [passes, [], ...passes.map((pass) => [pass])]
  const modules = sets.map((some) => run(compile(model, { check: verify, passes: some }).policy))
  made.set(text, modules)
  return modules
}

/** What is answered, the same from every set of passes; `body`: the body must be read first. */
function answers(text: string, questions: readonly Question[]): readonly (Trace | 'body')[] {
  const [first, ...others] = modulesOf(text).map((module) =>
    questions.map((question) => {
      const answer = askOrBody(module, question)
      return answer.effect === 'body' ? 'body' : (answer as Trace)
    }),
  )
  for (const other of others) expect(other).toEqual(first)
  return first ?? []
}

/** In a line: `challenge f p (mfa within 600000) shadow:s e!`. */
function inWords(answer: Trace | 'body'): string {
  if (answer === 'body') return answer
  const { effect, rules, reason, challenge, shadow, errors } = answer
  const asked = challenge?.map(({ what, values, within }) =>
    [what, ...values, ...(within === null ? [] : ['within', within])].join(' '),
  )
  return [
    effect,
    ...rules,
    ...(asked === undefined ? [] : [`(${asked.join(', ')})`]),
    ...(reason === null ? [] : [`(${reason})`]),
    ...shadow.map((rule) => `shadow:${rule}`),
    ...errors.map(({ rule }) => `${rule}!`),
  ].join(' ')
}

function decisions(text: string, questions: readonly Question[]): readonly string[] {
  return answers(text, questions).map(inWords)
}

const MINUTE = 60_000
const STAFF = ['staff', { sub: 'ann' }] as const
const ROBOT = ['robot', { sub: 'r2' }] as const

describe('requirements', () => {
  const text = `
  identity staff via oidc, jwt { sub: string, level?: int }
  identity robot via api_key { sub: string }
  service s at "h.test" { route a GET "/a" route b GET "/b" route c GET "/c" }
  permit a on s.a to staff, robot
  permit fresh on s.b to staff, robot require auth within 1h require acr "gold" | "silver"
  permit known on s.b to staff require acr "gold"
  forbid f on s.a unless mfa within 10m because "Sign in again."
  forbid g on s.a when request.method == "DELETE" because "Never."
  forbid lone on s.c unless mfa`
  const ask = (path: string, as: Question['as'], auth: Question['auth'] = {}) => decisions(text, [{ path, as, auth }])[0]

  test('a forbid is cured by a challenge, where the caller can step up and something would permit', () => {
    expect(ask('/a', STAFF)).toBe('challenge a f (mfa within 600000)')
    expect(ask('/a', STAFF, { mfa: true })).toBe('challenge a f (mfa within 600000)')
    expect(ask('/a', STAFF, { mfa: true, ago: 10 * MINUTE })).toBe('permit a')
    expect(ask('/a', STAFF, { mfa: true, ago: 10 * MINUTE + 1 })).toBe('challenge a f (mfa within 600000)')
    expect(ask('/a', ROBOT)).toBe('deny f (Sign in again.)')
    expect(ask('/a', undefined)).toBe('unauthenticated f')
    expect(ask('/c', STAFF)).toBe('deny lone')
  })

  test('what a permit requires', () => {
    expect(ask('/b', STAFF)).toBe('challenge fresh (acr gold silver, auth within 3600000)')
    expect(ask('/b', STAFF, { acr: 'silver', ago: MINUTE })).toBe('permit fresh')
    expect(ask('/b', STAFF, { acr: 'gold' })).toBe('permit known')
    expect(ask('/b', STAFF, { acr: 'gold', ago: 0 })).toBe('permit fresh known')
    expect(ask('/b', ROBOT, { acr: 'silver' })).toBe('deny (default)')
    expect(ask('/b', undefined)).toBe('unauthenticated')
  })

  test('one that cannot be cured denies, and the reason is that of the least', () => {
    const cured = `${text.replace('"DELETE"', '"GET"')}`
    expect(decisions(cured, [{ path: '/a', as: STAFF }])).toEqual(['deny f g (Sign in again.)'])
    expect(decisions(cured, [{ path: '/a', as: STAFF, auth: { mfa: true, ago: 0 } }])).toEqual(['deny g (Never.)'])
  })
})

describe('obligations', () => {
  const text = `
  identity staff via jwt { sub: string, tier?: int }
  service s at "h.test" { route a GET "/a/{id: int}" route b GET "/b" }
  permit by_id on s.a to staff when params.id < 100 limit 20 per 1h by params.id + 9007199254740900
  permit by_sub on s.a to staff limit 5 per 1m by caller.sub header "x-sub" = caller.sub
  permit all on s.a to staff when params.id == 7
  permit tier on s.a to staff when has(caller.tier) header "x-tier" = caller.tier > 3 ? "gold" : "plain" limit 1 per 1d
  permit sent on s.b to anyone header "x-b" = "b" header "x-a" = request.path`
  const ask = (path: string, claims: object = {}) => {
    const [answer] = answers(text, [{ path, as: ['staff', { sub: 'ann', ...claims }] }])
    if (answer === undefined || answer === 'body') throw new Error('no answer')
    return answer
  }

  test('headers of all permits that hold, and limits unless one is unlimited', () => {
    const byId = { rule: 'by_id', count: 20, per: 60 * MINUTE, key: '9007199254740901' }
    const bySub = { rule: 'by_sub', count: 5, per: MINUTE, key: 'ann' }
    expect(ask('/a/1').obligations).toEqual({ headers: { 'x-sub': 'ann' }, limits: [byId, bySub] })
    expect(ask('/a/7')).toMatchObject({
      rules: ['all', 'by_id', 'by_sub'],
      obligations: { headers: { 'x-sub': 'ann' }, limits: [] },
    })
    expect(ask('/a/1', { tier: 4 }).obligations).toEqual({
      headers: { 'x-sub': 'ann', 'x-tier': 'gold' },
      limits: [byId, bySub, { rule: 'tier', count: 1, per: 1440 * MINUTE, key: null }],
    })
    expect(Object.keys(ask('/b').obligations.headers)).toEqual(['x-a', 'x-b'])
  })

  test('where a key or a value errs, the permit does not hold', () => {
    expect(inWords(ask('/a/92'))).toBe('permit by_sub by_id!')
    expect(inWords(ask('/a/92', { sub: 'é' }))).toBe('deny (default) by_id! by_sub!')
    expect(inWords(ask('/a/1', { sub: 'a ' }))).toBe('permit by_id by_sub!')
    expect(inWords(ask('/a/1000', { sub: 'a\r\nx: y' }))).toBe('deny (default) by_sub!')
  })
})

describe('data', () => {
  const text = `
  identity staff via jwt { sub: string }
  data managers: set<string>
  data assigned: map<string, set<string>>
  data folders: hierarchy
  data window: { from: timestamp, until?: timestamp, nets: list<cidr> }
  role manager of staff when caller.sub in managers
  role other of staff when !(caller is manager)
  service s at "h.test" { route a GET "/a/{id}" route m GET "/m" route o GET "/o" route f GET "/f/{x}/{y}" route w GET "/w" }
  permit a on s.a to staff when params.id in assigned[?caller.sub].orValue([])
  permit m on s.m to manager
  permit o on s.o to other
  permit f on s.f to anyone when folders.within(params.x, params.y)
  permit w on s.w to anyone when request.time > window.from && (!has(window.until) || request.time < window.until)
    && window.nets.exists(n, n.containsIP(source.ip))`
  const module = moduleOf(text)
  const data = {
    managers: ['ann'],
    assigned: { ann: ['7'], __proto__: [] },
    folders: { a: ['b'], b: ['c', 'd'] },
    window: { from: '2026-01-01T00:00:00Z', nets: ['192.0.2.0/24'] },
  }

  test('decides by what arrived', () => {
    const ask = (path: string, as: Question['as'], more: object = {}) =>
      decisions(text, [{ path, as, data: { ...data, ...more } }])[0]
    expect(ask('/a/7', STAFF)).toBe('permit a')
    expect(ask('/a/8', STAFF)).toBe('deny (default)')
    expect(ask('/a/7', ['staff', { sub: 'bob' }])).toBe('deny (default)')
    expect(ask('/a/7', ['staff', { sub: '__proto__' }])).toBe('deny (default)')
    expect([ask('/m', STAFF), ask('/o', STAFF)]).toEqual(['permit m', 'deny (default)'])
    expect([ask('/m', ['staff', { sub: 'bob' }]), ask('/o', ['staff', { sub: 'bob' }])]).toEqual(['deny (default)', 'permit o'])
    expect(['a/d', 'a/a', 'd/a', 'x/x', 'x/a'].map((path) => ask(`/f/${path}`, undefined))).toEqual([
      'permit f',
      'permit f',
      'deny (default)',
      'permit f',
      'deny (default)',
    ])
    expect(ask('/w', undefined)).toBe('permit w')
    expect(ask('/w', undefined, { window: { ...data.window, until: '2026-01-01T06:00:00Z' } })).toBe('deny (default)')
  })

  test('names what a route and an identity need', () => {
    expect(module.routes.map(({ name, data }) => [name, data])).toEqual([
      ['s.a', ['assigned']],
      ['s.f', ['folders']],
      ['s.m', ['managers']],
      ['s.o', ['managers']],
      ['s.w', ['window']],
    ])
    expect(module.identities[0]?.data).toEqual(['managers'])
  })

  test('a role whose data never arrived is not there, and nothing throws', () => {
    const facts = module.identities[0]?.facts({ sub: 'bob' }, {}, { time: null, acr: null, mfa: false })
    expect(facts?.roles).toEqual([0])
  })

  test('is prepared, or does not fit', () => {
    const prepare = (name: string, json: unknown) => module.data.find((one) => one.name === name)?.prepare(json)
    expect(prepare('assigned', { a: ['b', 'b'] })).toEqual(new TextMap([['a', new TextSet(['b'])]]))
    expect(prepare('window', { from: '1970-01-01T00:00:00Z', nets: [] })).toEqual({ $from: 0n, until: undefined, nets: [] })
    for (const [name, json] of [
      ['folders', { a: ['b'], b: ['a'] }],
      ['window', { from: '1970-01-01T00:00:00Z', nets: [], other: 1 }],
      ['window', { from: '1970-02-30T00:00:00Z', nets: [] }],
      ['managers', 'ann'],
    ] as const)
      expect([name, prepare(name, json)]).toEqual([name, undefined])
  })
})

test('a query', () => {
  const text = `
  service s at "h.test" { route a GET "/a" query { customer: string, page?: int, tag: set<"x" | "y"> } route b GET "/b" }
  permit a on s.a to anyone when query.customer == "c" && query.page.orValue(1) < 3 && "x" in query.tag`.replace(
    'query.page.orValue(1)',
    'query.?page.orValue(1)',
  )
  const ask = (path: string) => decisions(text, [{ path }])[0]
  expect(ask('/a?customer=c&tag=x')).toBe('permit a')
  expect(ask('/a?customer=c&tag=y&tag=x&page=2&other=1')).toBe('permit a')
  expect(ask('/a?customer=c&page=3&tag=x')).toBe('deny (default)')
  expect(ask('/a?customer=c')).toBe('deny (default)')
})

describe('a body', () => {
  const text = `
  identity staff via oidc { sub: string }
  identity robot via api_key { sub: string }
  service s at "h.test" {
    route a POST "/a" body { amount: int, tag?: string }
    route b POST "/b" body { amount: int }
    route c POST "/c" body { amount: int }
  }
  permit small on s.a to staff when body.amount < 10
  permit night on s.a to staff when request.host == "other" when body.amount > 100
  forbid blocked on s.a to staff when caller.sub == "eve" because "Blocked."
  forbid large on s.a when body.amount > 50 because "Too large."
  permit any on s.b to staff, robot
  forbid second on s.b unless mfa when body.amount > 10 because "Second factor."
  forbid always on s.b unless mfa when request.host == "cured" because "Cured."
  permit c on s.c to staff`
  const ask = (path: string, as: Question['as'], body?: unknown, more: Partial<Question> = {}) =>
    decisions(text.replaceAll('at "h.test"', 'at "h.test", "cured", "other"'), [
      { path, method: 'POST', as, ...(body !== undefined && { body }), ...more },
    ])[0]

  test('is read where it can still matter, and only there', () => {
    expect(ask('/a', STAFF)).toBe('body')
    expect(ask('/a', ['staff', { sub: 'eve' }])).toBe('deny blocked (Blocked.)')
    // A forbid that reads the body concerns anyone.
    expect(ask('/a', undefined)).toBe('body')
    expect(ask('/c', undefined)).toBe('unauthenticated')
    expect(ask('/c', ROBOT)).toBe('deny (default)')
    expect(ask('/c', STAFF)).toBe('body')
    // A denial that a challenge could cure waits for what is open.
    expect(ask('/b', ROBOT, undefined, { host: 'cured' })).toBe('body')
    expect(ask('/b', ROBOT, undefined, { host: 'cured', auth: { mfa: true } })).toBe('body')
  })

  test('then decides', () => {
    expect(ask('/a', STAFF, { amount: 9 })).toBe('permit small')
    expect(ask('/a', STAFF, { amount: 10 })).toBe('deny (default)')
    expect(ask('/a', STAFF, { amount: 51 })).toBe('deny large (Too large.)')
    expect(ask('/a', undefined, { amount: 51 })).toBe('deny large (Too large.)')
    expect(ask('/a', undefined, { amount: 1 })).toBe('unauthenticated')
    expect(ask('/b', STAFF, { amount: 11 })).toBe('challenge any second (mfa)')
    expect(ask('/b', ROBOT, { amount: 11 })).toBe('deny second (Second factor.)')
    expect(ask('/b', ROBOT, { amount: 1 }, { host: 'cured' })).toBe('deny always (Cured.)')
    expect(ask('/b', STAFF, { amount: 10 })).toBe('permit any')
  })

  test('is closed, and its fields are what they are', () => {
    const [a] = moduleOf(text).routes
    expect(a?.body?.read({ amount: 1 })).toEqual({ amount: 1, tag: undefined })
    for (const body of [{}, { amount: '1' }, { amount: 1, more: 1 }, JSON.parse('{"amount":1,"__proto__":1}'), [], null])
      expect([body, a?.body?.read(body)]).toEqual([body, undefined])
  })
})

describe('shadow rules', () => {
  const text = `
  identity staff via oidc { sub: string }
  data tried: set<string>
  service s at "h.test" { route a GET "/a" route b POST "/b" body { n: int } route c GET "/c" }
  permit p on s.a, s.b to staff
  shadow forbid f on s.a when request.path == "/a" because "F."
  shadow forbid cured on s.a unless mfa
  shadow permit q on s.a to staff header "x-a" = "a"
  shadow permit same on s.a to staff
  shadow permit limited on s.a to staff limit 1 per 1m
  shadow forbid erring on s.a when size(request.path) + 9007199254740990 > 0
  shadow forbid facts on s.a when "x" in tried
  shadow forbid heading on s.a when "x-trial" in request.headers
  shadow forbid content on s.b when body.n > 1
  shadow permit anon on s.c to anonymous
  shadow permit named on s.c to staff`

  test('each is judged alone, and none decides', () => {
    expect(decisions(text, [{ path: '/a', as: STAFF }])).toEqual(['permit p shadow:cured shadow:erring shadow:f shadow:q'])
    expect(decisions(text, [{ path: '/a', as: STAFF, auth: { mfa: true } }])).toEqual([
      'permit p shadow:erring shadow:f shadow:q',
    ])
    // Nobody is asked to sign in because of a rule that is only tried.
    expect(decisions(text, [{ path: '/c' }, { path: '/c', as: STAFF }])).toEqual([
      'deny (default) shadow:anon',
      'deny (default) shadow:named',
    ])
  })

  test('one that reads what is not there is not judged', () => {
    const data = (values: readonly string[]) => decisions(text, [{ path: '/a', as: STAFF, data: { tried: values } }])[0]
    expect([data([]), data(['x'])].map((line) => line?.includes('shadow:facts'))).toEqual([false, true])
    expect(decisions(text, [{ path: '/a', as: STAFF, headers: { 'x-trial': '1' } }])[0]).toContain('shadow:heading')
    expect(decisions(text, [{ path: '/b', method: 'POST' }])).toEqual(['unauthenticated'])
    expect(decisions(text, [{ path: '/b', method: 'POST', as: STAFF, body: { n: 2 } }])).toEqual(['permit p shadow:content'])
    expect(moduleOf(text).routes.map(({ headers, data }) => [...headers, ...data])).toEqual([[], [], []])
  })
})

test('the certificate of the connection', () => {
  const text = `
  identity staff via oidc { sub: string }
  service s at "h.test" { route a GET "/a" }
  permit p on s.a to staff when has(connection.mtls) && connection.mtls.trust_domain == "mesh"`
  const mtls = { spiffe_id: 'spiffe://mesh/ns/a', trust_domain: 'mesh', path: '/ns/a', dns_names: [] }
  expect(
    decisions(text, [
      { path: '/a', as: STAFF, mtls },
      { path: '/a', as: STAFF },
    ]),
  ).toEqual(['permit p', 'deny (default)'])
})
