import { expect, test } from 'vitest'
import { checkProject } from '../language/index.ts'
import { type ReadValue, readPath } from '../runtime/abi/index.ts'
import { compile } from './compile.ts'
import type { Compiled } from './compiled.ts'

/** What one rule on one route reads: `path type`, with `?` where it may be absent and `=` where only what it equals is asked. */
function readsOf(rule: string, more = ''): readonly string[] {
  const { reads } = compiled(rule, more)
  const set = reads?.sets[reads.routes['s.r'] as number]
  return [...(set?.values.map(shown) ?? []), ...(set?.roles.map((role) => `role ${role}`) ?? [])]
}

function compiled(rule: string, more = ''): Compiled {
  const text = `
identity staff via jwt { sub: string, level?: int, groups: set<string>, address?: { city: string, zip: string }, jobs: list<{ at: string, pay: int }> }
identity robot via mtls
role chief of staff when "chiefs" in caller.groups
role boss of staff when caller is chief && has(caller.level) && caller.level > 3
data known: map<string, set<string>>
type Line = { sku: string, price: int, tags: list<string> }
service s at "s.test" {
  route r POST "/r/{id}" query { q: string, page?: int } body { note: string, who: { name: string, age: int }, lines: list<Line>, more?: { a: int, b: int } }
}
${more}
${rule}`
  const { result, diagnostics } = checkProject({ read: (name) => (name === 'p.iap' ? text : null) }, ['p.iap'])
  if (result === null) throw new Error(diagnostics[0]?.message)
  return compile(result)
}

function shown({ at, type, optional, opaque, presence }: ReadValue): string {
  return `${readPath(at)}${optional ? '?' : ''} ${presence ? 'there ' : ''}${opaque ? '= ' : ''}${JSON.stringify(type).replaceAll('"', '').replaceAll(',optional:false', '')}`
}

test.each([
  ['a value that is compared', 'when caller.sub == "ann"', ['caller.sub? = string']],
  [
    'with a parameter, or with another value',
    'when caller.sub == params.id && query.q == caller.sub',
    ['caller.sub? = string', 'query.q = string'],
  ],
  ['with what is made of something', 'when query.q == caller.sub + "x"', ['caller.sub? string', 'query.q string']],
  ['what is asked otherwise', 'when query.q.startsWith("a")', ['query.q string']],
  ['by two clauses, of which one asks otherwise', 'when query.q == "a" when query.q < "b"', ['query.q string']],
  [
    'a member of a set, and a set',
    'when "a" in caller.groups && caller.sub in ["a", "b"]',
    ['caller.groups? = {set:string}', 'caller.sub? = string'],
  ],
  ['a key of data', 'when query.q in known[?caller.sub].orValue([])', ['caller.sub? = string', 'query.q = string']],
  [
    'a header, whether it is there or not',
    'when "x-a" in request.headers && request.headers["x-a"] == "1"',
    ['request.headers["x-a"]? = string'],
  ],
  ['a field of a record that is always there', 'when body.who.age > 3', ['body.who.age int']],
  ['of one that may be absent', 'when has(body.more) && body.more.a > 3', ['body.more? = {record:{a:{type:int}}}']],
  ['whether it is there, and nothing of it', 'when has(caller.address)', ['caller.address? = {record:{}}']],
  ['whether it is there', 'when has(caller.level)', ['caller.level? there = int']],
  ['the same of a header', 'when "x-a" in request.headers', ['request.headers["x-a"]? there = string']],
  ['of a list too', 'when has(caller.jobs)', ['caller.jobs? there = {list:{record:{at:{type:string},pay:{type:int}}}}']],
  [
    'of one, of which another clause reads more',
    'when has(caller.jobs) when caller.jobs.all(j, j.pay > 3) when has(query.page) when query.?page.orValue(1) > 2',
    ['caller.jobs? {list:{record:{pay:{type:int}}}}', 'query.page? int'],
  ],
  [
    'of elements what is read of them',
    'when body.lines.all(l, l.price > 0 && "x" in l.tags)',
    ['body.lines {list:{record:{price:{type:int},tags:{type:{list:string}}}}}'],
  ],
  [
    'of elements that are filtered',
    'when body.lines.filter(l, l.price > 0).exists(l, l.sku == "a")',
    ['body.lines {list:{record:{price:{type:int},sku:{type:string},tags:{type:{list:string}}}}}'],
  ],
  [
    'the certificate',
    'when has(connection.mtls) && connection.mtls.path == "/a"',
    ['connection.mtls? = {record:{path:{type:string}}}'],
  ],
  [
    'what every record has',
    'when request.method == "POST" && source.ip == ip("10.0.0.1") && params.id == "a" && request.time > timestamp("2026-01-01T00:00:00Z")',
    [],
  ],
] as const)('%s', (_, clauses, reads) => {
  expect(readsOf(`permit p on s.r to staff ${clauses}`)).toEqual(reads)
})

test('through defs, and their arguments', () => {
  const def = 'def owns(who: string): bool = caller is staff && who == caller.sub'
  expect(readsOf('permit p on s.r to staff when owns(query.q)', def)).toEqual(['caller.sub? = string', 'query.q = string'])
})

test('of a permit what it requires, whose limit it is, and its headers; of shadow rules too', () => {
  expect(
    readsOf('permit p on s.r to boss require acr "gold" within 5m limit 5 per 1h by caller.sub header "x-q" = query.q'),
  ).toEqual(['auth.acr? string', 'auth.time? timestamp', 'caller.sub? = string', 'query.q string', 'role boss'])
  expect(readsOf('permit p on s.r to staff\nshadow forbid f on s.r unless mfa')).toEqual(['auth.mfa bool'])
})

test('a role reads what the roles that it asks for read', () => {
  expect(readsOf('permit p on s.r to boss')).toEqual(['role boss'])
  const staff = compiled('permit p on s.r to boss').reads?.identities.find(({ name }) => name === 'staff')
  expect(staff?.roles.map(({ name, values }) => [name, values.map(shown)])).toEqual([
    ['boss', ['caller.groups? = {set:string}', 'caller.level? int']],
    ['chief', ['caller.groups? = {set:string}']],
  ])
})
