/** Policies that try to become code, or to break it. */

import { describe, expect, test } from 'vitest'
import { policyViolation } from '../../runtime/abi/allowlist/index.ts'
import { compile } from '../compile.ts'
import { ask, modelOf, moduleOf, run } from '../testing/compile-text.ts'

const TEXTS = [
  '");process.exit()//',
  "');process.exit()//",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
  '`${process.exit()}`',
  '\u2028process.exit()',
  '*/process.exit()/*',
  '</script><script>',
  '\\',
  "\\'",
  '__proto__',
  'constructor',
]

describe('texts stay texts', () => {
  test.each(TEXTS)('%j', (text) => {
    // Written as an escape: the front end refuses the bare character.
    const quoted = JSON.stringify(text).replace('\u2028', '\\u2028')
    const module = moduleOf(`
    identity staff via jwt { c from ${quoted}: string, kind: ${quoted} | "other", m: map<string, string> }
    role r of staff when caller.c == ${quoted}
    service s at "h.test" { route one GET "/one/{x}" }
    permit p on s.one to r when params.x == ${quoted} && ${quoted} in caller.m && caller.m[${quoted}] in [${quoted}, "a", "b", "c", "d", "e"]
    forbid f on s.one when params.x == "no" because ${quoted}`)
    const claims = JSON.parse(`{${quoted}: ${quoted}, "kind": ${quoted}, "m": {${quoted}: ${quoted}}}`)
    const as = ['staff', claims] as const
    const path = `/one/${text}`
    // A slash would make it two segments, which the router sees to.
    if (!text.includes('/')) expect(ask(module, { path, as })).toMatchObject({ effect: 'permit', rules: ['p'] })
    expect(ask(module, { path: '/one/no', as })).toMatchObject({ effect: 'deny', reason: text })
    expect(ask(module, { path: '/one/other', as })).toMatchObject({ effect: 'deny', reason: 'default' })
  })
})

test('names that mean something to JavaScript', () => {
  const names = [
    'constructor',
    'toString',
    'hasOwnProperty',
    'arguments',
    'eval',
    'undefined',
    'class',
    'facts',
    'caller',
    'abi',
    'request',
    'params',
    'await',
    'valueOf',
  ]
  const usable = names.filter((name) => {
    try {
      modelOf(
        `identity i via jwt { ${name}?: string, r?: { ${name}?: int } }\nservice s at "h.test" { route one GET "/{${name}}" }\npermit ${name} on s.one to anyone`,
      )
      return true
    } catch {
      return false
    }
  })
  expect(usable).toContain('constructor')
  for (const name of usable) {
    const module = moduleOf(`
    identity i via jwt { ${name}?: string, r?: { ${name}?: int } }
    service s at "h.test" { route one GET "/{${name}}" }
    permit ${name} on s.one to i when has(caller.${name}) && caller.${name} == params.${name}
    permit nested on s.one to i when has(caller.r) && has(caller.r.${name}) && caller.r.${name} == 7`)
    const answer = (claims: object) => ask(module, { path: '/x', as: ['i', claims] }).rules
    expect(answer({}), name).toEqual([])
    expect(answer({ r: {} }), name).toEqual([])
    expect(answer({ [name]: 'x' }), name).toEqual([name])
    expect(answer({ [name]: 'y', r: { [name]: 7 } }), name).toEqual(['nested'])
  }
})

test('a text of 1 MB is written once, outside of functions', () => {
  const long = 'x'.repeat(1_000_000)
  const { policy } = compile(
    modelOf(`service s at "h.test" { route one GET "/{a}" }
  permit p on s.one to anyone when params.a == "${long}"
  permit q on s.one to anyone when params.a != "${long}"`),
  )
  expect(policy.length).toBeLessThan(1_010_000)
  expect(ask(run(policy), { path: `/${long}` }).rules).toEqual(['p'])
})

describe('size', () => {
  /** Source of each emitted function. */
  const functions = (policy: string) =>
    policy
      .split(/\n(?=function )/)
      .slice(1)
      // Tables come behind the last of them.
      .map((text) => text.slice(0, text.indexOf('\n}') + 2))

  test('a condition of 10,000 terms, a list of 10,000 texts', () => {
    const terms = Array.from({ length: 10_000 }, (_, at) => `params.a == "t${at}"`)
    const text = (condition: string) =>
      `service s at "h.test" { route one GET "/{a}" }\npermit p on s.one to anyone when ${condition}`
    for (const condition of [
      terms.join(' || '),
      `!(${terms.map((term) => `!(${term})`).join(' && ')})`,
      `params.a in [${terms.map((_, at) => `"t${at}"`)}]`,
    ]) {
      const { policy } = compile(modelOf(text(condition)))
      expect(Math.max(...functions(policy).map(({ length }) => length)), condition.slice(0, 40)).toBeLessThan(30_000)
      const module = run(policy)
      expect(ask(module, { path: '/t9999' }).effect).toBe('permit')
      expect(ask(module, { path: '/u' }).effect).toBe('deny')
    }
  })

  test('800 roles of an identity are worked out by several functions, those that others read before them', () => {
    const COUNT = 800
    const roles = Array.from({ length: COUNT }, (_, at) => {
      // Chains of ten, so that most roles read one of their own word; some data are called like what is around them.
      const asked = at % 10 === 5 ? `caller.groups.exists(group, group != "" && caller is r${at - 1})` : `caller is r${at - 1}`
      const before = at % 10 === 0 ? '' : ` && ${asked}`
      return `role r${at} of i when "g${at}" in caller.groups && size(bits) < 3 && "k" in roles${before}`
    })
    const rules = Array.from({ length: COUNT }, (_, at) => `permit p${at} on s.t${at} to r${at}`)
    const routes = Array.from({ length: COUNT }, (_, at) => `route t${at} GET "/t${at}"`)
    const { policy } = compile(
      modelOf(
        `data bits: list<string>\ndata roles: map<string, string>\nidentity i via jwt { groups: set<string> }\n${roles.join('\n')}\nservice s at "h.test" { ${routes.join('\n')} }\n${rules.join('\n')}`,
      ),
    )
    expect(policy.match(/^function roles\$i\$/gm)?.length).toBeGreaterThan(5)
    expect(policyViolation(policy)).toBeNull()
    expect(Math.max(...functions(policy).map(({ length }) => length))).toBeLessThan(30_000)
    const module = run(policy)
    const data = { bits: ['a'], roles: { k: 'x' } }
    const groups = Array.from({ length: COUNT }, (_, at) => `g${at}`)
    const permits = (at: number, given: readonly string[]) =>
      ask(module, { path: `/t${at}`, as: ['i', { groups: given }], data }).effect === 'permit'
    for (const at of [0, 9, 31, 238, 795, 799]) {
      expect(permits(at, groups), `r${at}`).toBe(true)
      expect(
        permits(
          at,
          groups.filter((group) => group !== `g${at - (at % 10)}`),
        ),
        `r${at} without the first that it reads`,
      ).toBe(false)
    }
  })

  test('a route of 3,000 rules goes on from function to function', () => {
    const rules = Array.from(
      { length: 3_000 },
      (_, at) => `permit p${at} on s.one to i when caller.sub == "u${at}" && params.a + ${at} > 0`,
    )
    const { policy } = compile(
      modelOf(`identity i via jwt { sub: string }\nservice s at "h.test" { route one GET "/{a: int}" }\n${rules.join('\n')}`),
    )
    expect(
      Math.max(
        ...functions(policy)
          .slice(0, -1)
          .map(({ length }) => length),
      ),
    ).toBeLessThan(30_000)
    const module = run(policy)
    for (const at of [0, 1234, 2999]) expect(ask(module, { path: '/1', as: ['i', { sub: `u${at}` }] }).rules).toEqual([`p${at}`])
    expect(ask(module, { path: '/1', as: ['i', { sub: 'nobody' }] }).reason).toBe('default')
    expect(ask(module, { path: '/1' }).effect).toBe('unauthenticated')
  })
})

test('the module and its tables are frozen', () => {
  const module = moduleOf('service s at "h.test" { route one GET "/" }')
  for (const part of [module, module.outcomes, module.outcomes[0], module.routes, module.routes[0], module.routes[0]?.segments])
    expect(Object.isFrozen(part)).toBe(true)
})
