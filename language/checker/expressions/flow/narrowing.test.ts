import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../../../interpreter/index.ts'
import { checkProject } from '../../../project.ts'
import type { Model } from '../../model.ts'

/**
 * What narrowing is for: no condition that the checker accepts reads what is not there, whoever calls, and whatever erred
 * before. The interpreter throws where one does.
 */
const PRELUDE = `
type Item = { k: string, n?: int, inner?: list<Item2>, by: map<string, int> }
type Item2 = { k: string, n?: int }
identity a via jwt {
  sub: string
  n: int
  big: int
  level?: int
  limits: map<string, int>
  home: { zip?: { code?: int } }
  items: list<Item>
}
identity b via jwt { sub: string, n: int, big: int, level: int, limits?: map<string, int> }
identity c via jwt { sub: string, n: int, big: int }
role some of a when has(caller.level)
role both of a, b
data quotas: map<string, int>
data held: list<Item>
service s at "s.example" {
  route x GET "/x/{p: int}"
  route y GET "/x/{p: int}/{q}"
}
`

interface Theme {
  readonly guards: readonly string[]
  readonly reads: readonly string[]
}

const themes: readonly Theme[] = [
  { guards: ['has(caller.level)', 'caller is b', 'caller is a'], reads: ['caller.level > 2', 'caller.level + caller.big > 0'] },
  { guards: ['"k" in caller.limits', 'has(caller.limits)', 'caller is a'], reads: ['caller.limits["k"] > 0'] },
  {
    guards: ['caller.sub in caller.limits', '"k" in caller.limits'],
    reads: ['caller.limits[caller.sub] > 0', 'caller.limits["k"] > 0'],
  },
  { guards: ['has(caller.home.zip)', 'has(caller.home.zip.code)'], reads: ['caller.home.zip.code > 0'] },
  {
    guards: ['caller is authenticated', 'caller is anonymous', 'caller is both', 'caller is c'],
    reads: ['caller.sub == "k"', 'caller.n + caller.big > 0'],
  },
  { guards: ['caller is some', 'caller is both', 'has(caller.level)'], reads: ['caller.level > 2', 'has(caller.home.zip)'] },
  { guards: ['has(params.q)', 'params.p + 9007199254740991 > 0'], reads: ['params.q == "k"'] },
  { guards: ['"x-h" in request.headers', 'params.p == 1'], reads: ['request.headers["x-h"] == "k"'] },
  {
    guards: ['request.headers[?"x-h"].hasValue()', 'params.?q.hasValue()'],
    reads: ['request.headers["x-h"] == "k"', 'params.q == "k"'],
  },
  {
    guards: ['caller.?level.hasValue()', 'caller.home.?zip.?code.hasValue()', 'has(caller.level)'],
    reads: ['caller.level + caller.big > 0', 'caller.home.zip.code > 0'],
  },
  {
    guards: ['caller is a', 'caller is b'],
    reads: ['caller.?limits[?"k"].orValue(0) > 0', 'caller.?level.optMap(l, l + caller.big > 0).orValue(true)'],
  },
  {
    guards: ['request.path in quotas', '"k" in quotas', 'quotas[?"k"].hasValue()', 'caller.?sub.orValue("k") in quotas'],
    reads: ['quotas["k"] > 0', 'quotas[caller.?sub.orValue("k")] > 0'],
  },
]

/** Some of these err, so that a guard may. */
const neutral = ['true', 'false', 'params.p + 9007199254740991 > 0', 'params.p > 0', '-9007199254740991 - params.p < 0']

/** What comprehensions go through here; names of their variables hide each other. */
const ranges = ['caller.items', 'held', 'held.filter(v, has(v.inner))']
const innerRanges = ['.inner', '.?inner.orValue([])']

function ofVariable(name: string): Theme {
  return {
    guards: [`has(${name}.n)`, `${name}.?n.hasValue()`, `"k" in ${name}.by`, `${name}.k in quotas`, `has(${name}.inner)`],
    reads: [`${name}.n > 0`, `${name}.n + 9007199254740991 > 0`, `${name}.by["k"] > 0`, `quotas[${name}.k] > 0`],
  }
}

/** A read behind what guards it, in one of the ways; or behind what does not. */
function behindGuard(name: string): fc.Arbitrary<string> {
  const { guards, reads } = ofVariable(name)
  const pair = fc.constantFrom([0, 0], [1, 0], [0, 1], [2, 2], [3, 3], [0, 2], [3, 0])
  return fc.tuple(pair, fc.integer({ min: 0, max: 3 })).map(([[guard, read], way]) => {
    const [before, behind] = [guards[guard as number] as string, reads[read as number] as string]
    return [
      `(${before} && ${behind})`,
      `(!${before} || ${behind})`,
      `(${before} ? ${behind} : false)`,
      `!(!${before} || !(${behind}))`,
    ][way] as string
  })
}

/** A comprehension over some range, in whose body its variable is guarded and read, or one that hides it. */
function comprehension(theme: Theme, depth: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...ranges), fc.constantFrom('v', 'w'), fc.constantFrom(...forms))
    .chain(([range, name, form]) => {
      const own = ofVariable(name)
      const within = { guards: [...own.guards, ...theme.guards], reads: [...own.reads, ...theme.reads] }
      const leaf = fc.oneof(
        { arbitrary: behindGuard(name), weight: 6 },
        { arbitrary: fc.constantFrom(...within.guards), weight: 3 },
        { arbitrary: fc.constantFrom(...within.reads), weight: 1 },
        ...(depth > 0 ? [innermost(within, name), comprehension(within, depth - 1)] : []).map((arbitrary) => ({
          arbitrary,
          weight: 1,
        })),
      )
      const body = fc
        .tuple(fc.array(leaf, { minLength: 1, maxLength: 3 }), fc.constantFrom(' && ', ' || '), fc.boolean())
        .map(([parts, operator, negated]) => `${negated ? '!' : ''}(${parts.join(operator)})`)
      return fc.tuple(body, body).map(([first, second]) => form(range, name, first, second))
    })
}

/** Over what an element has itself, after something was known of the element; its variable may hide the element's. */
function innermost(theme: Theme, outer: string): fc.Arbitrary<string> {
  const own = [...theme.guards, ...theme.reads].filter((text) => !/\.by|\.inner\b/.test(text))
  const body = (name: string) => [`${name}.n > 0`, `has(${name}.n) && ${name}.n > 0`, `!has(${name}.n) || ${name}.n > 0`, ...own]
  return fc
    .tuple(fc.constantFrom(...ofVariable(outer).guards), fc.constantFrom(...innerRanges), fc.constantFrom('v', 'w', 'u'))
    .chain(([guard, range, name]) =>
      fc
        .tuple(fc.constantFrom('all', 'exists'), fc.constantFrom(...body(name)))
        .map(([macro, inside]) => `(${guard} && ${outer}${range}.${macro}(${name}, ${inside}))`),
    )
}

type ComprehensionForm = (range: string, name: string, first: string, second: string) => string
const forms: readonly ComprehensionForm[] = [
  (range, name, body) => `${range}.all(${name}, ${body})`,
  (range, name, body) => `${range}.exists(${name}, ${body})`,
  (range, name, body) => `${range}.exists_one(${name}, ${body})`,
  (range, name, body) => `${range}.filter(${name}, ${body}).size() > 0`,
  (range, name, filter, body) => `${range}.map(${name}, ${filter}, ${body}) == [true]`,
  (range, name, filter, body) => `${range}.filter(${name}, ${filter}).all(${name}, ${body})`,
]

function condition({ guards, reads }: Theme): fc.Arbitrary<string> {
  // Errs instead of telling, where a chain would be settled by the guard alone.
  const erring = fc
    .tuple(fc.constantFrom(...neutral), fc.constantFrom(...guards), fc.constantFrom(...guards, 'false'))
    .map(([test, guard, other]) => `(${test} ? ${guard} : ${other})`)
  const leaf = fc.oneof(
    { arbitrary: erring, weight: 2 },
    { arbitrary: fc.constantFrom(...guards), weight: 8 },
    { arbitrary: fc.constantFrom(...reads), weight: 2 },
    { arbitrary: fc.constantFrom(...neutral), weight: 2 },
    { arbitrary: comprehension({ guards, reads }, 1), weight: 1 },
  )
  return fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('node').map((node) => `!(${node})`),
      fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((nodes) => `(${nodes.join(' && ')})`),
      fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((nodes) => `(${nodes.join(' || ')})`),
      fc.tuple(tie('node'), tie('node'), tie('node')).map(([test, then, otherwise]) => `(${test} ? ${then} : ${otherwise})`),
    ),
  })).node
}

/** One comprehension and nothing beside it, as most that have something in them too are refused. */
const alone: fc.Arbitrary<string> = comprehension({ guards: [], reads: [] }, 2).map((text) => `on * to a when ${text}`)

const mixed: fc.Arbitrary<string> = fc
  .constantFrom(...themes)
  .chain((theme) =>
    fc
      .tuple(
        fc.constantFrom('s.x', 's.y', '*'),
        fc.constantFrom(
          '',
          'to anyone',
          'to authenticated',
          'to a',
          'to b',
          'to a, b',
          'to both',
          'to some, c',
          'to b, c, anonymous',
        ),
        fc.array(fc.tuple(fc.constantFrom('when', 'unless'), condition(theme)), { minLength: 1, maxLength: 3 }),
      )
      .map(([on, to, clauses]) => `on ${on} ${to} ${clauses.map((clause) => clause.join(' ')).join(' ')}`),
  )

const rule = fc.oneof({ arbitrary: mixed, weight: 4 }, { arbitrary: alone, weight: 1 })

function check(rules: readonly string[]) {
  const text = PRELUDE + rules.map((one, at) => `forbid f${at} ${one}\n`).join('')
  return { text, ...checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap']) }
}

/** The rules that check, and their model. */
function accepted(rules: readonly string[]): { model: Model; rules: readonly string[] } {
  const { diagnostics, text } = check(rules)
  const lines = new Set(diagnostics.map(({ span }) => text.slice(0, span.start).split('\n').length))
  const first = PRELUDE.split('\n').length
  const kept = rules.filter((_, at) => !lines.has(first + at))
  const { result } = check(kept)
  if (result === null) throw new Error('a rule that checks among others does not check without them')
  return { model: result, rules: kept }
}

const items = [
  { k: 'k', by: { k: 1 } },
  { k: 'o', n: 1, by: {}, inner: [{ k: 'k' }, { k: 'o', n: 2 }] },
  { k: 'k', n: 0, by: { k: -1 }, inner: [] },
]
const least = { sub: 'k', n: 1, big: 0, limits: {}, home: {}, items: [] }
const data = [
  { quotas: {}, held: [] },
  { quotas: { k: 1 }, held: items },
  { quotas: { o: 1 }, held: items.slice(1) },
]
const callers = [null, ...[0, Number.MAX_SAFE_INTEGER].flatMap((big) => claimsOf(big))]
function claimsOf(big: number) {
  return [
    ...[
      {},
      { level: 3 },
      { limits: { k: 1 } },
      { limits: { o: 1 } },
      { limits: { o: 1 }, sub: 'o' },
      { limits: { k: 1 }, sub: 'o' },
      { home: { zip: {} } },
      { home: { zip: { code: 1 } }, level: 1, items },
      { items: items.slice(0, 2) },
    ].map((more) => ({ identity: 'a', claims: { ...least, big, ...more } })),
    ...[{ level: 3 }, { level: 1, limits: { k: 1 } }, { level: 1, limits: {} }].map((more) => ({
      identity: 'b',
      claims: { sub: 'k', n: 1, big, ...more },
    })),
    { identity: 'c', claims: { sub: 'o', n: 1, big } },
  ]
}

const requests = ['/x/1', '/x/0', '/x/-1', '/x/1/k', '/x/0/o'].flatMap((path) =>
  [{}, { 'x-h': 'k' }].flatMap((headers) =>
    callers.map((caller, at) => ({ method: 'GET', url: `https://s.example${path}`, headers, caller, data: data[at % 3] ?? {} })),
  ),
)

const ERRS = 'params.p + 9007199254740991 > 0'

describe('narrowing', () => {
  it.each([
    ['on * to a when (has(caller.level) || has(caller.home.zip)) && caller.level > 2', 'IAP3023'],
    ['on * to a when (has(caller.home.zip) || has(caller.level)) && caller.level > 2', 'IAP3023'],
    ['on * to a when !(has(caller.level) && has(caller.home.zip)) && caller.level > 2', 'IAP3023'],
    ['on * to a when (true ? has(caller.level) : has(caller.home.zip)) && caller.level > 2', 'IAP3023'],
    ['on * to a unless has(caller.level) when caller.level > 2', 'IAP3023'],
    // Not everybody of the role has it, so not everybody of `a` lacks it.
    ['on * to a, b when !(caller is some) && caller.level > 2', 'IAP3023'],
    ['on * when (caller is a || caller is b || caller is anonymous) && caller.sub == "k"', 'IAP3020'],
    ['on * when !(caller is both) && caller.sub == "k"', 'IAP3020'],
    ['on * to a when "caller.sub" in caller.limits && caller.limits[caller.sub] > 0', 'IAP3024'],
    ['on * to a when "a]" in caller.limits && caller.limits["a"] > 0', 'IAP3024'],
    // A place to look into is no value: it would get past what is asked of its fields.
    ['on * when size([caller]) == 1', 'IAP3027'],
    ['on * when (true ? caller : caller) is anonymous', 'IAP3027'],
    ['on * when "authorization" in (true ? request : params).headers', 'IAP3027'],
    ['on * when size((true ? request : params).headers) == 1', 'IAP3027'],
  ])('refuses %s', (text, code) => {
    expect(new Set(check([text]).diagnostics.map((one) => one.code))).toEqual(new Set([code]))
  })

  it.each([
    // What errs has not guarded.
    `on * when (${ERRS} ? caller is authenticated : caller is a) && caller.sub == "k"`,
    `on * to a when (${ERRS} ? has(caller.level) : has(caller.level)) && caller.level > 2`,
    `on * to a when !(${ERRS} ? !has(caller.level) : !has(caller.level)) && (caller.level > 2 || false)`,
    `on * to a when (${ERRS} ? has(caller.level) : has(caller.level)) unless caller.level > 2`,
    `on * to a when !(${ERRS} ? has(caller.level) : has(caller.level)) || caller.level > 2`,
    // A narrowing by what somebody else lacks.
    'on * when caller is some && has(caller.home.zip)',
    'on * to a, b when !(caller is a) && caller.level > 2',
    'on * when !(caller is anonymous || caller is c) && has(caller.level) && caller.level > 2',
    'on * when caller is anonymous || caller.sub == "k"',
    'on * when caller is authenticated ? caller.sub == "k" : true',
    'on * when (caller is a && has(caller.level) || caller is b) && has(caller.level) && caller.level > 2',
    'on * when has(params.q) ? params.q == "k" : false',
  ])('accepts %s', (text) => {
    const { result, diagnostics } = check([text])
    expect(diagnostics).toEqual([])
    if (result !== null) for (const request of requests) interpret(result, request)
  })

  it('lets no condition read what is not there', () => {
    const batches = process.env.IAP_FULL === '1' ? 8 : 2
    let kept = 0
    let guarded = 0
    let comprehended = 0
    for (let batch = 0; batch < batches; batch += 1) {
      const { model, rules } = accepted(fc.sample(rule, { numRuns: 900, seed: 20_260_301 + batch }))
      kept += rules.length
      guarded += rules.filter((text) => /level >|limits\[|code >|sub ==|q ==|headers\[/.test(text)).length
      comprehended += rules.filter((text) => /\b[vwu]\.(n|by\["k"\]) >|quotas\[[vwu]/.test(text)).length
      for (const request of requests) interpret(model, request)
    }
    // Enough of them are accepted, and read something, for this to mean anything.
    expect(kept).toBeGreaterThan(60 * batches)
    expect(guarded).toBeGreaterThan(18 * batches)
    expect(comprehended).toBeGreaterThan(6 * batches)
  })
})
