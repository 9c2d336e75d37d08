import { describe, expect, it } from 'vitest'
import { interpret } from '../interpreter/index.ts'
import { checkProject } from './project.ts'

function host(files: Readonly<Record<string, string>>) {
  return { read: (name: string) => (Object.hasOwn(files, name) ? (files[name] as string) : null) }
}

function found(files: Readonly<Record<string, string>>, ...entries: string[]): string[] {
  return checkProject(host(files), entries).diagnostics.map(
    ({ code, span }) => `${span.source.name} ${code} ${span.source.text.slice(span.start, span.end)}`,
  )
}

describe('the files of a project', () => {
  it('are the entries and what they import, each once', () => {
    const files = {
      'a.iap': 'import { b } from "./lib/b.iap"\nimport { c } from "./lib/../lib/./c.iap"',
      'lib/b.iap': 'import { c } from "./c.iap"\nlabel b',
      'lib/c.iap': 'label c',
      'unused.iap': 'not a policy',
    }
    const { sources, diagnostics } = checkProject(host(files), ['a.iap', 'lib/c.iap'])
    expect(diagnostics).toEqual([])
    expect(sources.map((source) => source.name)).toEqual(['a.iap', 'lib/b.iap', 'lib/c.iap'])
  })

  it('have to be there where they are entries', () => {
    expect(() => checkProject(host({}), ['a.iap'])).toThrow('a.iap')
  })

  it('are files: no path has a NUL character', () => {
    const text = `import { x } from "./\\u0000.iap"
service s at "s.example" { route r POST "/" body schema "./\\u0000.json" }
service t at "t.example" from openapi "./\\u0000.yaml" {}`
    expect(found({ 'a.iap': text }, 'a.iap')).toEqual([
      'a.iap IAP2006 "./\\u0000.iap"',
      'a.iap IAP2058 "./\\u0000.json"',
      'a.iap IAP2058 "./\\u0000.yaml"',
    ])
  })

  it.each(['../a.iap', './../../a.iap', './x/../../../a.iap'])('lie within the project: %s', (from) => {
    expect(found({ 'p/b.iap': `import { x } from "${from.startsWith('../') ? '../../a.iap' : from}"` }, 'p/b.iap')).toHaveLength(
      1,
    )
  })

  it('that are all wrong are all told of, by file and place', () => {
    const files = { 'b.iap': 'label x y', 'a.iap': 'import { x } from "./b.iap"\nrole r of nobody\nlabel r' }
    expect(found(files, 'b.iap', 'a.iap')).toEqual(['a.iap IAP2001 nobody', 'a.iap IAP2002 r', 'b.iap IAP1001 y'])
  })

  it('may import each other in a cycle, which is told once', () => {
    const files = {
      'a.iap': 'import { b } from "./b.iap"\nlabel a',
      'b.iap': 'import { c } from "./c.iap"\nlabel b',
      'c.iap': 'import { a } from "./a.iap"\nimport { b } from "./b.iap"\nlabel c',
    }
    expect(found(files, 'a.iap')).toEqual(['c.iap IAP2007 "./a.iap"', 'c.iap IAP2007 "./b.iap"'])
  })
})

describe('names across files', () => {
  it('that two files declare are one mistake, and each file means its own', () => {
    const people = 'identity staff via jwt { sub: string }'
    const files = {
      'a.iap': `${people}\nrole lead of staff`,
      'b.iap': 'identity partner via jwt { client_id: string }\nrole lead of partner when caller.client_id == "a"',
    }
    expect(found(files, 'a.iap', 'b.iap')).toEqual(['b.iap IAP2002 lead'])
  })

  it('that are declared and imported too', () => {
    const files = { 'a.iap': 'label x\ntype T = int', 'b.iap': 'import { x, T } from "./a.iap"\nlabel x\ntype T = string' }
    expect(found(files, 'b.iap')).toEqual(['b.iap IAP2002 T', 'b.iap IAP2002 x'])
  })

  it('of types are a file’s own', () => {
    const files = {
      'a.iap': 'type T = int\nidentity i via jwt { t: T }',
      'b.iap': 'type T = string\nidentity j via jwt { t: T }',
    }
    expect(found(files, 'a.iap', 'b.iap')).toEqual([])
  })

  it('are not handed on by who imports them', () => {
    const files = { 'a.iap': 'label x', 'b.iap': 'import { x } from "./a.iap"', 'c.iap': 'import { x } from "./b.iap"' }
    expect(found(files, 'c.iap')).toEqual(['c.iap IAP2004 x'])
  })
})

/** Names that mean something to JavaScript mean nothing here. */
const NAMES = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', 'then', 'isPrototypeOf']

describe.each(NAMES)('the name %s', (name) => {
  const text = `
type ${name}_t = { ${name}?: map<string, int> }
identity ${name} via jwt { ${name}: string, sub?: ${name}_t, toJSON from "${name}2" "${name}": string }
role ${name}_r of ${name} when caller.${name} == "${name}"
label ${name}_l
service ${name}_s at "{${name}}.example" { route ${name} GET "/${name}/{${name}_p}" is ${name}_l }
permit ${name}_x on label ${name}_l, ${name}_s.${name} to ${name}_r
  when has(caller.sub) && has(caller.sub.${name}) && "${name}" in caller.sub.${name} && caller.sub.${name}["${name}"] == 1
  when params.${name} == params.${name}_p && "${name.toLowerCase()}" in request.headers
test "${name}" {
  as ${name} { ${name}: "${name}", ${name}2: { ${name}: "a" } }
  GET "https://${name.toLowerCase()}.example/${name}/a"
  expect deny by default
}`

  it('can be anybody’s', () => {
    expect(found({ 'a.iap': text }, 'a.iap')).toEqual([])
  })

  it('is nobody’s where nobody has it', () => {
    const model = checkProject(host({ 'a.iap': text }), ['a.iap']).result
    if (model === null) throw new Error('it has a mistake')
    const host_ = name.toLowerCase()
    const decide = (claims: object, headers: Record<string, string>) =>
      interpret(model, {
        method: 'GET',
        url: `https://${host_}.example/${name}/${host_}`,
        headers,
        caller: { identity: name, claims },
      })
    const claims = { [name]: name, [`${name}2`]: { [name]: 'a' } }
    const whole = { ...claims, sub: { [name]: { [name]: 1 } } }
    expect(decide(whole, { [host_]: 'a' }).effect).toBe('permit')
    expect(decide(whole, {}).effect).toBe('deny')
    expect(decide({ ...claims, sub: { [name]: {} } }, { [host_]: 'a' }).effect).toBe('deny')
    expect(decide({ ...claims, sub: {} }, { [host_]: 'a' }).effect).toBe('deny')
    expect(decide({}, { [host_]: 'a' }).effect).toBe('reject')
  })

  it('is not known where nobody declares it', () => {
    const uses = [
      ['identity i via jwt { a: %s }', 'IAP3001'],
      ['identity i via jwt { a: %s<string> }', 'IAP3001'],
      ['identity i via %s', 'IAP2010'],
      ['role r of %s', 'IAP2001'],
      ['identity i via jwt { a: string }\nrole r of i when caller.%s == "a"', 'IAP3018'],
      ['identity i via jwt { a: string }\nrole r of i when caller.a.%s() == "a"', 'IAP3033'],
      ['identity i via jwt { a: string }\nrole r of i when %s == "a"', 'IAP3016'],
      ['identity i via jwt { a: string }\nrole r of i when caller is %s', 'IAP2008'],
      ['service s at "s.example" { route r %s "/" }', 'IAP1012'],
      ['service s at "s.example" { route r GET "/" }\npermit p on s.%s to anyone', 'IAP2009'],
      ['service s at "s.example" { route r GET "/" }\npermit p on s.r to anyone when params.%s == "a"', 'IAP3018'],
      ['service s at "s.example" { route r GET "/" }\npermit p on s.r to anyone when request.%s == "a"', 'IAP3018'],
    ] as const
    const codes = uses.map(([use]) => checkProject(host({ 'a.iap': use.replaceAll('%s', name) }), ['a.iap']).diagnostics)
    expect(codes.map((each) => each.map((one) => one.code).join())).toEqual(uses.map(([, code]) => code))
  })
})

/**
 * 1 with IAP_FULL=1: as long as a generator may make them. Each took minutes, or all of the stack, where a phase was careless,
 * and a part of it shows that, too.
 */
const SHARE = process.env.IAP_FULL === '1' ? 1 : 0.4
const [TEN, FIVE, THREE, ONE] = [10_000 * SHARE, 5_000 * SHARE, 3_000 * SHARE, 1_000 * SHARE] as const

describe('a project of many', () => {
  const many = (length: number, line: (at: number) => string) => Array.from({ length }, (_, at) => line(at)).join('\n')
  const identity = 'identity i via jwt { sub: string, n?: int, m: map<string, int> }\nlabel l\n'
  const service = 'service s at "s.example" { route r GET "/" is l }\n'
  const chain = (length: number, part: (at: number) => string, operator: string) =>
    Array.from({ length }, (_, at) => part(at)).join(` ${operator} `)

  it.each<[string, string]>([
    ['rules', identity + service + many(TEN, (n) => `permit p${n} on s.r to i when has(caller.n) && caller.n > ${n}`)],
    [
      'rules on a label',
      `${identity}service s at "s.example" {\n${many(ONE, (n) => `route r${n} GET "/${n}" is l`)}\n}\n${many(FIVE, (n) => `permit p${n} on label l to i`)}`,
    ],
    [
      'labels',
      `${many(FIVE, (n) => `label l${n}`)}\nservice s at "s.example" {\n${many(FIVE, (n) => `route r${n} GET "/${n}" is l${n}`)}\n}\n${many(FIVE, (n) => `permit p${n} on label l${n} to anyone`)}`,
    ],
    ['routes', `service s at "s.example" {\n${many(TEN, (n) => `route r${n} GET "/api/v${n}/{id}"`)}\n}`],
    ['routes behind a parameter', `service s at "s.example" {\n${many(TEN, (n) => `route r${n} GET "/{t}/v${n}/{id}"`)}\n}`],
    ['services', many(TEN, (n) => `service s${n} at "h${n}.example" { route health GET "/healthz" }`)],
    ['roles in a row', `${identity}${many(TEN, (n) => `role r${n} of i${n < TEN - 1 ? ` when caller is r${n + 1}` : ''}`)}`],
    ['types in a row', many(150, (n) => `type T${n} = ${n < 149 ? `list<T${n + 1}>` : 'string'}`)],
    ['names of one type', many(TEN, (n) => `type T${n} = ${n < TEN - 1 ? `T${n + 1}` : 'string'}`)],
    [
      'guards',
      `${identity}${service}permit p on s.r to i when ${chain(FIVE / 2, (n) => `"${n}" in caller.m && caller.m["${n}"] > 0`, '&&')}`,
    ],
    ['alternatives', `${identity}${service}permit p on s.r to i when ${chain(FIVE, (n) => `caller.sub == "${n}"`, '||')}`],
    ['clauses', `${identity}${service}permit p on s.r to i\n${many(FIVE, (n) => `when "${n}" in caller.m`)}`],
    ['elements', `${identity}${service}permit p on s.r to i when caller.sub in [${chain(TEN, (n) => `"${n}"`, ',')}]`],
    // Not further than an expression may nest.
    ['defs in rows', many(FIVE, (n) => `def f${n}(): bool = ${n % 190 < 189 && n < FIVE - 1 ? `f${n + 1}()` : 'true'}`)],
    [
      'headers of one route',
      `${identity}${service}${many(FIVE, (n) => `permit p${n} on s.r to i when caller.sub == "${n}" header "x-n" = "${n}"`)}`,
    ],
    [
      'headers on a label',
      `${identity}service s at "s.example" {\n${many(ONE, (n) => `route r${n} GET "/${n}" is l`)}\n}\n${many(THREE, (n) => `permit p${n} on label l to i header "x-n" = "a"`)}`,
    ],
    ['invariants', `${identity}${service}${many(FIVE, (n) => `invariant i${n} on label l denied when caller is anonymous`)}`],
    [
      'cases',
      `${identity}${service}test "t" { as i { sub: $who, m: {} } GET "https://s.example/" expect deny cases {\n${many(FIVE, (n) => `"${n}": { who: "${n}" }`)}\n} }`,
    ],
    [
      'tests',
      `${identity}${service}${many(THREE, (n) => `permit p${n} on s.r to i`)}\n${many(THREE, (n) => `test "${n}" { GET "https://s.example/" expect permit by p${n} }`)}`,
    ],
  ])('%s', (_, text) => {
    const before = process.cpuUsage()
    expect(found({ 'a.iap': text }, 'a.iap')).toEqual([])
    const { user } = process.cpuUsage(before)
    expect(user / 1e6).toBeLessThan(4 * SHARE)
  })

  it('files in a row', () => {
    const files = Object.fromEntries(
      Array.from({ length: FIVE }, (_, n) => [
        `f${n}.iap`,
        `${n < FIVE - 1 ? `import { l${n + 1} } from "./f${n + 1}.iap"\n` : ''}label l${n}`,
      ]),
    )
    expect(found(files, 'f0.iap')).toEqual([])
  })

  it('routes that are all the same', () => {
    const text = `service s at "s.example" {\n${many(3000, (n) => `route r${n} GET "/{x}"`)}\n}`
    expect(found({ 'a.iap': text }, 'a.iap')).toHaveLength(2999)
  })

  it('types that double', () => {
    const text = `type T0 = { a: string, b: string }\n${many(60, (n) => `type T${n + 1} = { a: T${n}, b: T${n} }`)}`
    expect(found({ 'a.iap': `${text}\nidentity i via jwt { t: T60 }\nidentity j via jwt { t: T60 }` }, 'a.iap')[0]).toBe(
      'a.iap IAP3039 T12',
    )
  })
})
