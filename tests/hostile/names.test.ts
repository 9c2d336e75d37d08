/** Names that mean something to JavaScript or to emitted code, wherever a policy names something. */
import { describe, expect, test } from 'vitest'
import { tryPolicy } from './try-policy.ts'

const NAMES =
  `__proto__ __defineGetter__ constructor prototype hasOwnProperty isPrototypeOf toString valueOf toJSON then eval Function import
  globalThis global process require module exports arguments undefined NaN Infinity null true false this new typeof void delete in instanceof await async
  yield let static class extends super return if else for while switch case default break continue throw try catch with debugger enum export
  abi facts params segments request trace obligations denied challenged caller claims data auth json roles value values variables spiffe value1 erred1
  roles0 name length size get has push keys call apply bind map Map Set Object Array Symbol Proxy Reflect Math JSON
  decide early rule steps up record set list text table _ __ $ a$b`.split(/\s+/)

const SLOTS: Readonly<Record<string, (name: string) => string>> = {
  claims: (n) =>
    `identity i via jwt { ${n}?: string, r?: { ${n}?: int } }
service s at "h.test" { route one GET "/one/{x}" }
permit p on s.one to i when has(caller.${n}) && caller.${n} == params.x
permit q on s.one to i when has(caller.r) && has(caller.r.${n}) && caller.r.${n} == 7`,
  'an identity, a role': (n) =>
    `identity ${n} via jwt { sub: string }
service s at "h.test" { route one GET "/one/{x}" }
permit p on s.one to ${n} when caller.sub == params.x`,
  'a role': (n) =>
    `identity i via jwt { sub: string }
role ${n} of i when caller.sub == "a"
service s at "h.test" { route one GET "/one" }
permit p on s.one to ${n}
forbid f on s.one unless caller is ${n}`,
  'a service and a route': (n) =>
    `service ${n} at "h.test" { route ${n} GET "/one" }
permit p on ${n}.${n} to anyone`,
  'a parameter': (n) =>
    `service s at "h.test" { route one GET "/{${n}}/{x: int}" }
permit p on s.one to anyone when params.${n} == "a" || params.x + 1 > 3`,
  rules: (n) =>
    `identity i via oidc { sub: string }
service s at "h.test" { route one GET "/one" }
permit ${n} on s.one to i require mfa limit 3 per 1m by caller.sub header "x-a" = caller.sub
forbid f_${n} on s.one when "x-b" in request.headers`,
  'data, a type': (n) =>
    `data ${n}: map<string, string>
type T_${n} = { ${n}: string }
service s at "h.test" { route one POST "/{x}" body T_${n} }
permit p on s.one to anyone when body.${n} in ${n} && ${n}[body.${n}] == params.x`,
  'a query': (n) =>
    `service s at "h.test" { route one GET "/one" query { ${n}?: string, z: set<string> } }
permit p on s.one to anyone when has(query.${n}) && query.${n} in query.z`,
  'a definition and its parameters': (n) =>
    `def ${n}(${n}_: string, x: int): bool = ${n}_ == "a" && x > 3
service s at "h.test" { route one GET "/{y}/{x: int}" }
permit p on s.one to anyone when ${n}(params.y, params.x)`,
  'a variable of a comprehension': (n) =>
    `identity i via jwt { l: list<string> }
service s at "h.test" { route one GET "/{x}" }
permit p on s.one to i when caller.l.exists(${n}, ${n} == params.x) && caller.l.map(${n}, ${n} + "a").size() > 1`,
  'a label': (n) =>
    `label ${n}
service s at "h.test" { route one GET "/one" is ${n} }
permit p on s.one to anyone
forbid f on label ${n} when "x-a" in request.headers`,
  'members of data': (n) =>
    `data d: map<string, { ${n}: int, b: { ${n}?: string } }>
service s at "h.test" { route one GET "/{x}" }
permit p on s.one to anyone when params.x in d && (d[params.x].${n} > 3 || has(d[params.x].b.${n}))`,
}

/** Each name in one slot of so many, by turns; with IAP_FULL=1 in all. */
const EVERY = process.env.IAP_FULL === '1' ? 1 : 6

describe.each(Object.entries(SLOTS).map(([slot, policy], at) => ({ slot, policy, at })))('$slot', ({ policy, at }) => {
  const names = NAMES.filter((_, name) => (name + at) % EVERY === 0)

  test('is inert, or refused with a place', () => {
    let inert = 0
    for (const name of names) {
      try {
        if (tryPolicy({ 'policy.iap': policy(name) }).kind === 'inert') inert += 1
      } catch (error) {
        throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, { cause: error })
      }
    }
    // Most are names like others.
    expect(inert).toBeGreaterThan(names.length / 2)
  })
})
