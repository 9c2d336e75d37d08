import { describe, expect, test } from 'vitest'
import { checkProject, type Model } from '../../../language/index.ts'
import type { EvalAnswer, EvalRequest } from '../../../runtime/abi/index.ts'
import { constantsOf } from './constants.ts'
import { generateRequest } from './generate-request.ts'
import { Random } from './random.ts'
import { testBlock } from './test-block.ts'
import { type AskInvariants, tryInvariants } from './try-invariants.ts'
import { unwatched, watchedModel } from './watched-model.ts'

const POLICY = `
identity staff via jwt { sub: string, groups from "cognito:groups": set<string>, level?: int }
identity workload via mtls
role chief of staff when has(caller.level) && caller.level >= 7
label money
data assigned: map<string, set<string>>
service s at "{tenant}.shop.example" {
  route pay POST "/pay/{id: int}" query { mode: "slow" | "fast" } body { amount: int, note?: string } is money
  route open GET "/open"
}
permit pays on s.pay to staff when body.amount <= 50000 && params.id in [41] require mfa within 10m
permit opens on s.open to anyone when "x-key" in request.headers && request.headers["x-key"] == "sesame"
forbid night on label money when request.time < timestamp("2026-02-03T04:05:06Z") || !cidr("10.0.0.0/8").containsIP(source.ip)
invariant only_staff on label money permitted only when caller is staff
invariant no_workload on label money denied when caller is workload
invariant open_always on s.open permitted always
`

function modelOf(text: string): Model {
  const { result, diagnostics } = checkProject({ read: (name) => (name === 'p.iap' ? text : null) }, ['p.iap'])
  if (result === null) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'))
  return result
}

const model = modelOf(POLICY)
const ANSWER: EvalAnswer = {
  effect: 'permit',
  route: 's.pay',
  rules: ['pays'],
  obligations: { headers: {}, limits: [] },
  challenge: null,
  shadow: [],
  errors: [],
  reason: null,
  revision: '',
}
const [noWorkload, onlyStaff] = model.invariants.map(({ condition }) => condition)

/** As a policy would that lets in whom `permits` says. */
function asking(permits: (request: EvalRequest) => boolean): AskInvariants {
  return (request) => {
    const route = request.url.includes('/open') ? 's.open' : 's.pay'
    const values = new Map<never, unknown>([
      [noWorkload as never, request.caller?.identity === 'workload'],
      [onlyStaff as never, request.caller?.identity === 'staff'],
    ])
    const permitted = permits(request)
    return {
      answer: {
        ...ANSWER,
        route,
        effect: permitted ? 'permit' : 'deny',
        rules: permitted ? ['pays'] : [],
        reason: permitted ? null : 'default',
      },
      values,
    }
  }
}

describe('tryInvariants', () => {
  test('finds nothing where there is nothing to find, and says how much it has tried', () => {
    const tried = tryInvariants(
      model,
      asking(({ url, caller }) => url.includes('/open') || caller?.identity === 'staff'),
    )
    expect(tried.map(({ name, verdict, witness, requests }) => [name, verdict, witness, requests])).toEqual([
      ['no_workload', 'tried', null, 2000],
      ['only_staff', 'tried', null, 2000],
      ['open_always', 'tried', null, 2000],
    ])
  })

  test('gives each of many fewer requests', () => {
    const many = Array.from({ length: 10 }, (_, at) => `invariant more${at} on s.* permitted always`)
    const tried = tryInvariants(
      modelOf(`${POLICY}${many.join('\n')}`),
      asking(() => true),
    )
    // 12,000 for 13 are 924 each. Of those on both routes, half come to each for themselves, and as many for others.
    expect(tried.find(({ name }) => name === 'open_always')?.requests).toBe(924)
    expect(tried.find(({ name }) => name === 'more0')?.requests).toBe(924 + 924)
  })

  test('asks as often on all routes of one as of another, and on each of them', () => {
    const everywhere = modelOf(`${POLICY}\ninvariant all on * denied when caller is workload`)
    const asked: string[] = []
    const tried = tryInvariants(
      everywhere,
      (request) => {
        const { url } = request
        asked.push(url.includes('/open') ? 's.open' : 's.pay')
        const values = new Map(everywhere.invariants.map(({ condition }) => [condition as never, true]))
        return { answer: { ...ANSWER, route: asked.at(-1) as string, effect: url.includes('/open') ? 'permit' : 'deny' }, values }
      },
      { requests: 100 },
    )
    // Those of one route want a hundred of it, which is more than the half that is the share of the other.
    expect(asked.filter((route) => route === 's.pay')).toHaveLength(100)
    expect(tried.find(({ name }) => name === 'open_always')).toMatchObject({ verdict: 'tried', requests: 100 })
  })

  test('asks a route that takes HEAD alone', () => {
    const heads = modelOf(
      'service s at "s.test" { route r HEAD "/r" }\npermit p on s.r to anyone\ninvariant i on s.r permitted always',
    )
    const methods = new Set<string>()
    tryInvariants(
      heads,
      ({ method }) => {
        methods.add(method)
        return { answer: { ...ANSWER, route: 's.r' }, values: new Map() }
      },
      { requests: 20 },
    )
    expect([...methods]).toEqual(['HEAD'])
  })

  test('finds what breaks one, and shows no more of it than there must be', () => {
    const tried = tryInvariants(
      model,
      asking(({ url, caller }) => url.includes('/open') || caller !== null),
    )
    expect(tried.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'no_workload broken',
      'only_staff broken',
      'open_always tried',
    ])
    expect(tried[0]?.witness).toMatch(
      /^\/\/ this is permitted, against the invariant no_workload: its condition is true\ntest "no_workload is broken" \{\n {2}as workload \{.*\}\n {2}POST "https:\/\/[a-z0-9-]+\.shop\.example\/pay\/-?\d+\?mode=(slow|fast)" \{.*\}\n {2}expect permit by pays\n\}\n$/,
    )
  })

  test('takes a condition that cannot be evaluated for broken, and one that was not for nothing', () => {
    const erring: AskInvariants = () => ({ answer: ANSWER, values: new Map([[onlyStaff as never, 'overflow']]) })
    const tried = tryInvariants(model, erring, { requests: 50 })
    expect(tried.map(({ name, verdict, requests }) => `${name} ${verdict} ${requests}`)).toEqual([
      'no_workload tried 0',
      'only_staff broken 1',
      'open_always tried 0',
    ])
    expect(tried[1]?.witness).toMatch(/^\/\/ the condition of the invariant only_staff cannot be evaluated\n/)
  })

  test('passes over what never reached a decision', () => {
    const rejected: AskInvariants = () => ({ answer: { ...ANSWER, effect: 'reject', status: 400 }, values: new Map() })
    const lacking: AskInvariants = () => ({ answer: { ...ANSWER, effect: 'deny', reason: 'data' }, values: new Map() })
    for (const ask of [rejected, lacking])
      expect(tryInvariants(model, ask, { requests: 50 }).map(({ requests }) => requests)).toEqual([0, 0, 0])
  })

  test('answers the same twice, and asks other things with another seed', () => {
    const asked = (seed: number) => {
      const requests: EvalRequest[] = []
      tryInvariants(
        model,
        (request) => {
          requests.push(request)
          return {
            answer: ANSWER,
            values: new Map([
              [onlyStaff as never, true],
              [noWorkload as never, false],
            ]),
          }
        },
        { seed, requests: 20 },
      )
      return JSON.stringify(requests)
    }
    expect(asked(1)).toBe(asked(1))
    expect(asked(1)).not.toBe(asked(2))
  })
})

describe('requests', () => {
  const constants = constantsOf(model)

  test('are drawn from what the policy compares with', () => {
    expect(constants).toMatchObject({ periods: [600_000], headers: ['x-key'], acrs: [] })
    expect(constants.ints).toEqual(expect.arrayContaining([6, 7, 8, 49_999, 50_000, 50_001, 40, 41, 42]))
    expect(constants.strings).toEqual(expect.arrayContaining(['sesame', 'x-key']))
    expect(constants.strings).not.toContain('amount')
    expect(constants.timestamps).toContain('2026-02-03T04:05:06Z')
    expect(constants.networks).toContain('10.0.0.0/8')
    expect(constants.addresses).toContain('10.0.0.0')
  })

  test('have the keys of maps that are read as fields', () => {
    const fields = 'has(assigned.vip) && "x" in assigned.vip || assigned.?late.hasValue() || {"a": {"b": 1}}.?a.?gold.hasValue()'
    const { strings } = constantsOf(modelOf(`${POLICY}\nforbid x on s.pay when ${fields}`))
    expect(strings).toEqual(expect.arrayContaining(['vip', 'late', 'gold']))
  })

  test('reach every corner', () => {
    const random = new Random(3)
    const requests = Array.from({ length: 2000 }, (_, at) =>
      generateRequest(model, model.routes[at % 2] as never, constants, random),
    )
    const some = (holds: (request: EvalRequest) => unknown) => requests.filter(holds).length
    expect(some(({ caller }) => caller === null)).toBeGreaterThan(100)
    expect(some(({ caller }) => caller?.identity === 'workload')).toBeGreaterThan(100)
    expect(some(({ caller }) => (caller?.claims as { level?: number } | undefined)?.level === 7)).toBeGreaterThan(20)
    expect(
      some(({ caller }) => Array.isArray((caller?.claims as Record<string, unknown> | undefined)?.['cognito:groups'])),
    ).toBeGreaterThan(500)
    expect(some(({ caller }) => caller?.auth?.amr?.includes('mfa'))).toBeGreaterThan(100)
    const bounds = requests.map(({ caller, time = '' }) => caller?.auth?.time && Date.parse(time) - Date.parse(caller.auth.time))
    for (const age of [599_999, 600_000, 600_001]) expect(bounds.filter((each) => each === age).length).toBeGreaterThan(10)
    expect(some(({ body }) => (body as { amount?: number } | undefined)?.amount === 50_000)).toBeGreaterThan(20)
    expect(some(({ headers }) => headers?.['x-key'] === 'sesame')).toBeGreaterThan(20)
    expect(some(({ url }) => /\/pay\/41\?mode=fast$/.test(url))).toBeGreaterThan(10)
    expect(some(({ time }) => time === '2026-02-03T04:05:06Z')).toBeGreaterThan(50)
  })
})

test('a test block holds all of a request, and the language reads it', () => {
  const block = testBlock(
    'all "of" it',
    {
      method: 'POST',
      url: 'https://acme.shop.example/pay/1?mode=fast',
      headers: { 'x-key': ['a', 'b"'] },
      caller: {
        identity: 'staff',
        claims: { sub: 'ann', 'cognito:groups': [], level: -1 },
        auth: { time: '2026-03-02T08:55:00.000Z', acr: 'gold' },
      },
      body: { amount: 1.5, 'note x': null, list: [{}, []] },
      mtls: { spiffe_id: 'spiffe://t/a', dns_names: ['x.example'] },
      time: '2026-03-02T09:00:00Z',
      source: { ip: '10.1.2.3' },
      data: { assigned: { ann: ['c1'], '': [] } },
    },
    { ...ANSWER, effect: 'deny', rules: ['night'] },
  )
  expect(block).toBe(`test "all \\"of\\" it" {
  as staff { sub: "ann", "cognito:groups": [], level: -1 }
  authenticated by acr "gold" 5m ago
  POST "https://acme.shop.example/pay/1?mode=fast" { amount: 1.5, "note x": null, list: [{}, []] }
  header "x-key": "a"
  header "x-key": "b\\""
  data assigned: { ann: ["c1"], "": [] }
  mtls { spiffe_id: "spiffe://t/a", dns_names: ["x.example"] }
  at timestamp("2026-03-02T09:00:00Z")
  from "10.1.2.3"
  expect deny by night
}
`)
  const other = testBlock('other', { method: 'GET', url: 'https://a.shop.example/open', body: [1], caller: null }, ANSWER)
  expect(other).toContain('GET "https://a.shop.example/open" body "[1]"\n  header "content-type": "application/json"\n')
  expect(modelOf(`${POLICY}\n${block}\n${other.replace('expect permit by pays', 'expect permit by opens')}`).tests).toHaveLength(
    2,
  )
})

test('a watched model has a shadow rule for each condition, of which no answer tells', () => {
  const { rules } = watchedModel(model)
  expect(rules.filter(({ shadow }) => shadow).map(({ conditions }) => conditions[0]?.expression)).toEqual([noWorkload, onlyStaff])
  expect(unwatched([...rules.map(({ name }) => name)])).toEqual(['night', 'opens', 'pays'])
})
