/** The validator that ajv makes of the schema, and the `facts` function, agree: what one lets in the other does, but where only one can know. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { anonymousFacts } from '../../runtime/abi/index.ts'
import { compile } from '../compile.ts'
import type { JsonSchema } from '../compiled.ts'
import { modelOf, run } from '../testing/compile-text.ts'

const SERVICE = 'service s at "h.test" { route r GET "/" }'

/** `yes`, `no`, or who said what where they differ. */
function door(identity: string) {
  const { policy, schemas } = compile(modelOf(`${identity}\n${SERVICE}`))
  const program = run(policy).identities[0]
  const validate = new Ajv2020({ strict: true, ownProperties: true, strictRequired: false }).compile(
    schemas.claims[program?.name ?? ''] as JsonSchema,
  )
  return (json: string) => {
    const value = JSON.parse(json)
    const [schema, facts] = [validate(value), program?.facts(value, {}, anonymousFacts.auth) !== null]
    return schema === facts ? (schema ? 'yes' : 'no') : `schema ${schema}, facts ${facts}`
  }
}

test.each([
  ['sub: string', ['{"sub":"a"}', '{"sub":"a","other":1}'], ['{}', '{"sub":null}', '{"sub":1}', '{"sub":["a"]}']],
  [
    'level?: int',
    ['{}', '{"level":null}', '{"level":3}', '{"level":3.0}', '{"level":-9007199254740991}'],
    ['{"level":3.5}', '{"level":"3"}', '{"level":9007199254740992}', '{"level":true}'],
  ],
  ['x: double', ['{"x":1}', '{"x":1.5e300}'], ['{"x":"1"}', '{"x":null}']],
  ['b: bool', ['{"b":false}'], ['{"b":0}', '{"b":"false"}']],
  ['c: "EUR" | "USD"', ['{"c":"EUR"}'], ['{"c":"eur"}', '{"c":1}']],
  ['groups: set<string>', ['{"groups":[]}', '{"groups":["a","a"]}'], ['{"groups":"admin"}', '{"groups":[1]}', '{"groups":{}}']],
  ['scope: set<string>', ['{"scope":"a b"}', '{"scope":""}', '{"scope":["a"]}'], ['{"scope":1}', '{}']],
  [
    'rights from "x" "scp": list<string>',
    ['{"x":{"scp":"a b"}}', '{"x":{"scp":["a"]}}'],
    ['{"x":{}}', '{"x":null}', '{"x":"scp"}', '{"x":[]}'],
  ],
  ['scope: set<int>', ['{"scope":[1]}'], ['{"scope":"1 2"}']],
  [
    'roles? from "realm_access" "roles": set<string>',
    ['{}', '{"realm_access":null}', '{"realm_access":{}}', '{"realm_access":{"roles":null}}', '{"realm_access":{"roles":["a"]}}'],
    ['{"realm_access":"x"}', '{"realm_access":{"roles":"a"}}', '{"realm_access":[]}'],
  ],
  [
    'a from "x" "a": string, b? from "x" "b": int',
    ['{"x":{"a":"1"}}', '{"x":{"a":"1","b":2}}'],
    ['{}', '{"x":{"b":2}}', '{"x":{"a":"1","b":"2"}}'],
  ],
  ['m: map<string, int>', ['{"m":{}}', '{"m":{"a":1,"__proto__":2}}'], ['{"m":{"a":"1"}}', '{"m":[]}']],
  [
    'r: { city: string, zip?: int }',
    ['{"r":{"city":"a"}}', '{"r":{"city":"a","zip":null,"other":{}}}'],
    ['{"r":{}}', '{"r":{"city":"a","zip":"1"}}', '{"r":[]}', '{"r":null}'],
  ],
  ['rs: list<{ zip?: int }>', ['{"rs":[{}]}'], ['{"rs":[null]}', '{"rs":["a"]}', '{"rs":[[]]}']],
  ['c from "constructor": string', ['{"constructor":"a"}'], ['{}']],
  ['p from "__proto__": string', ['{"__proto__":"a"}'], ['{"__proto__":1}', '{}']],
  [
    'at: timestamp, spans?: list<{ until: timestamp }>',
    ['{"at":"2026-01-01T00:00:00Z"}', '{"at":1767268800.5,"spans":[{"until":1,"other":2}]}'],
    ['{"at":"1767268800"}', '{"at":true}', '{"at":1e300}', '{"at":1,"spans":[{"until":"x"}]}'],
  ],
  [
    'net: cidr, ip?: ip, d?: duration',
    ['{"net":"10.0.0.0/8","ip":"::1","d":"1h"}'],
    ['{"net":"10.0.0.0"}', '{"net":"::/0","ip":1}'],
  ],
] as const)('%s', (claims, fitting, others) => {
  const fits = door(`identity i via jwt { ${claims} }`)
  for (const json of fitting) expect(fits(json), json).toBe('yes')
  for (const json of others) expect(fits(json), json).toBe('no')
})

test('what a schema cannot say, the facts function refuses', () => {
  expect(door('identity i via jwt { sub: string }')('{"sub":"\\ud800"}')).toBe('schema true, facts false')
  expect(door('identity i via jwt { scope: set<"a" | "b"> }')('{"scope":"a c"}')).toBe('schema true, facts false')
  expect(door('identity i via jwt { at: timestamp }')('{"at":"2026-02-30T00:00:00Z"}')).toBe('schema true, facts false')
})

test('a certificate', () => {
  const fits = door('identity i via mtls { team?: string }')
  for (const json of ['{"spiffe_id":"spiffe://t/ns/x"}', '{"spiffe_id":"spiffe://t/x","dns_names":["a"],"team":"b"}'])
    expect(fits(json)).toBe('yes')
  for (const json of [
    '{}',
    '{"spiffe_id":"spiffe://t"}',
    '{"spiffe_id":"https://t/x"}',
    '{"spiffe_id":"spiffe://t/x","dns_names":"a"}',
  ])
    expect(fits(json)).toBe('no')
  expect(fits('{"spiffe_id":"spiffe://t/../x"}')).toBe('schema true, facts false')
  // With another method beside it, nothing is promised of a certificate and nothing asked.
  expect(door('identity i via jwt, mtls { sub: string }')('{"sub":"a"}')).toBe('yes')
})
