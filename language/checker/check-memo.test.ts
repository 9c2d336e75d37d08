/** What is kept; that it may be, `tests/watch` shows with edits at random. */
import { expect, test } from 'vitest'
import { applyFixes } from '../diagnostics/apply-fixes.ts'
import { lint } from '../lint/lint.ts'
import { ProjectMemo } from '../project/project-memo.ts'
import { checkProject } from '../project.ts'

const SHARED = `identity staff via jwt { sub: string }
label open
service s at "h.test" { route a GET "/a" is open
  route b GET "/b/{id}" }
`
const OTHER = `import { staff, s } from "./shared.iap"
permit mine on s.b to staff when params.id == caller.sub
`
const OWN = `import { staff, s, open } from "./shared.iap"
data late: set<string>
permit all on label open to anyone when request.path.size() < 100
permit some on s.a to staff when caller.sub in late
`

const PERMITS_FOO = 'permit foo on s.a to staff\n'

function withTest(document: string, documents: Readonly<Record<string, string>>): Record<string, string> {
  const test = `test "t" { as anonymous GET "https://h.test/a" body from "./${document}" expect deny }\n`
  return { 'own.iap': SHARED + test, ...documents }
}

function session() {
  const memo = new ProjectMemo()
  return (changes: Readonly<Record<string, string>> = {}) => {
    const texts: Record<string, string> = { 'shared.iap': SHARED, 'other.iap': OTHER, 'own.iap': OWN, ...changes }
    const project = checkProject({ read: (name) => texts[name] ?? null }, ['own.iap', 'other.iap'], memo)
    const rules = new Map(project.result?.rules.map((rule) => [rule.name, rule]))
    return { project, rules, all: rules.get('all'), some: rules.get('some'), mine: rules.get('mine') }
  }
}

type Checked = ReturnType<ReturnType<typeof session>>

/** Returns the names of rules whose results were kept. */
function sameRules(first: Checked, after: Checked): string[] {
  return ['mine', 'all', 'some'].filter((name) => first.rules.get(name) === after.rules.get(name))
}

test('a text that is the same is not read again, nor are rules checked again', () => {
  const check = session()
  const [first, again] = [check(), check()]
  expect(again.project.files).toEqual(first.project.files)
  expect(again.project.files.every((file, at) => file === first.project.files[at])).toBe(true)
  expect([again.all, again.some, again.mine]).toEqual([first.all, first.some, first.mine])
  expect(
    again.mine === first.mine && again.all === first.all && again.project.result?.routes === first.project.result?.routes,
  ).toBe(true)
})

test.each([
  ['a condition', OWN.replace('100', '101'), []],
  ['a rule more', OWN.replace('permit some', 'permit more on s.a to staff\npermit some'), ['all']],
  ['a rule less', OWN.replace(/permit all.*\n/, ''), []],
  ['a test more', `${OWN}test "t" { as anonymous GET "https://h.test/a" expect permit }\n`, ['all', 'some']],
] as const)('after %s, rules that come before it or in other files stay, and so do routes', (_, text, kept) => {
  const check = session()
  const [first, after] = [check(), check({ 'own.iap': text })]
  expect(after.project.diagnostics).toEqual([])
  expect(sameRules(first, after)).toEqual(['mine', ...kept])
  expect(after.project.result?.routes).toBe(first.project.result?.routes)
})

test.each([
  ['data', { 'own.iap': OWN.replace('late: set', 'late: list') }, ['mine']],
  ['a place of data', { 'own.iap': OWN.replace('data late', '\ndata late') }, ['mine']],
  ['a route of the same service', { 'shared.iap': SHARED.replace('"/a"', '"/aa"') }, []],
  ['an import', { 'own.iap': OWN.replace('staff, s, open', 's, staff, open') }, ['mine']],
  ['an identity', { 'shared.iap': `${SHARED}identity more via jwt { sub: string }\n` }, ['mine', 'some']],
  ['a label', { 'shared.iap': SHARED.replace('label open', '/// Open.\nlabel open') }, []],
] as const)('after another %s, only rules that depend on it are checked again', (_, changes, kept) => {
  const check = session()
  const [first, after] = [check(), check(changes)]
  expect(sameRules(first, after)).toEqual(kept)
})

/** Projects in which one declaration differs, and the rules that do not depend on it. */
const WORLD = `type t = { x: int }
type u = { t: t }
identity staff via jwt { sub: string, u: u }
identity other via jwt { sub: string }
data names: set<string>
role first of staff when caller.sub == "a"
role second of staff when caller is first
role third of other
def listed(who: string): bool = who in names
service s at "h.test" { route a GET "/a" }
permit to_second on s.a to second
permit to_third on s.a to third
permit to_listed on s.a to other when listed(caller.sub)
permit to_anyone on s.a to anyone
`

test.each([
  ['a type within a type', 'x: int', 'x: string', ['to_third']],
  ['the condition of a role', '"a"', '"b"', ['to_third', 'to_listed', 'to_anyone']],
  ['data', 'names: set', 'names: list', ['to_second', 'to_third', 'to_anyone']],
  ['the body of a def', 'who in names', '!(who in names)', ['to_second', 'to_third', 'to_anyone']],
])('%s: what depends on it by other declarations is checked again', (_, from, to, kept) => {
  const memo = new ProjectMemo()
  // A file each, as trees after an edit in a file are new.
  const [names, lines] = [WORLD.match(/(?<=^\w+ )\w+/gm) ?? [], WORLD.trim().split('\n')]
  const texts = new Map(lines.map((line, at) => [`${names[at]}.iap`, line]))
  const check = (edit: (line: string) => string) => {
    const read = (name: string) => {
      const own = texts.get(name)
      if (own === undefined) return null
      const line = edit(own)
      const used = names.filter((one) => `${one}.iap` !== name && new RegExp(`\\b${one}\\b`).test(line))
      return `${used.map((one) => `import { ${one} } from "./${one}.iap"\n`).join('')}${line}\n`
    }
    const { result, diagnostics } = checkProject({ read }, [...texts.keys()], memo)
    expect(diagnostics).toEqual([])
    return new Map(result?.rules.map((rule) => [rule.name, rule]))
  }
  const first = check((line) => line)
  const after = check((line) => line.replace(from, to))
  const rules = names.filter((name) => first.has(name))
  expect(rules.filter((name) => first.get(name) === after.get(name))).toEqual(kept)
})

test('a mistake keeps nothing, and once it is mended all is as before it', () => {
  const check = session()
  const first = check()
  expect(check({ 'own.iap': OWN.replace('100', '"a"') }).project.result).toBeNull()
  expect(check({ 'own.iap': OWN.replace('100', '100 nonsense') }).project.result).toBeNull()
  expect(check({ 'own.iap': OWN.replace('100', '101') }).mine).toBe(first.mine)
})

test('what was reported of a rule is reported again', () => {
  const check = session()
  const bad = { 'own.iap': OWN.replace('100', '"a"') }
  const [first, again] = [check(bad), check(bad)]
  expect(first.project.diagnostics).toHaveLength(1)
  expect(again.project.diagnostics).toEqual(first.project.diagnostics)
})

test('another text of a document is read', () => {
  const policy = `identity staff via jwt { sub: string }
service s at "h.test" { route a POST "/a" body schema "./a.json" }
permit p on s.a to staff when body.x == 1
`
  const memo = new ProjectMemo()
  const check = (schema: string) =>
    checkProject({ read: (name) => ({ 'p.iap': policy, 'a.json': schema })[name] ?? null }, ['p.iap'], memo)
  const of = (type: string) =>
    JSON.stringify({ type: 'object', properties: { x: { type } }, required: ['x'], additionalProperties: false })
  const first = check(of('integer'))
  expect(first.diagnostics).toEqual([])
  expect(check(of('integer')).result?.routes).toBe(first.result?.routes)
  expect(check(of('string')).result).toBeNull()
  expect(check(of('integer')).diagnostics).toEqual([])
})

test('what is reported of a kept rule has the text of now, also for fixes', () => {
  const check = session()
  const bad = OWN.replace('label open to', 'label opn to')
  check({ 'own.iap': bad })
  const after = `${bad}permit last on s.a to staff\n`
  const { diagnostics } = check({ 'own.iap': after }).project
  expect(diagnostics.map(({ span }) => span.source.text)).toEqual([after])
  expect(applyFixes(diagnostics, () => true).texts.get('own.iap')).toBe(after.replace('opn', 'open'))
})

test('so has what lint reports', () => {
  const memo = new ProjectMemo()
  const text = 'identity staff via jwt { sub: string }\nservice s at "h.test" { route a GET "/a" }\npermit p on * to staff\n'
  const linted = (own: string) => lint(checkProject({ read: () => own }, ['own.iap'], memo), 'default').diagnostics
  linted(text)
  const after = `${text}permit q on s.a to staff\n`
  const found = linted(after)
  expect(found.length).toBeGreaterThan(0)
  expect(new Set(found.map(({ span }) => span.source.text))).toEqual(new Set([after]))
})

/** Projects one after the other, of which each must be checked as if it were the first. */
const SEQUENCES: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  'an import of an own name from a file that did not exist': [
    { 'own.iap': 'import { x } from "./new.iap"\nlabel x\n' },
    { 'own.iap': 'import { x } from "./new.iap"\nlabel x\n', 'new.iap': 'label y\n' },
  ],
  'a type of the name of a rule that is half typed, and then there twice': [
    '',
    'permit foo on\n',
    PERMITS_FOO,
    PERMITS_FOO + PERMITS_FOO,
  ].map((rules) => ({ 'own.iap': `${SHARED.replace('sub: string', 'sub: foo')}${rules}` })),
  'a test that names a document that is missing': [
    withTest('one.json', { 'one.json': '{}' }),
    withTest('two.json', { 'one.json': '{}' }),
    withTest('two.json', { 'one.json': '{}', 'two.json': '{' }),
    withTest('two.json', { 'one.json': '{}', 'two.json': '{}' }),
  ],
  'a test of a document less': [withTest('one.json', { 'one.json': '{}' }), { 'own.iap': SHARED, 'one.json': '{}' }],
}

test.each(Object.entries(SEQUENCES))('%s: each check is as the first', (_, projects) => {
  const memo = new ProjectMemo()
  for (const texts of projects) {
    const checked = (kept?: ProjectMemo) => {
      const entries = Object.keys(texts).filter((name) => name.endsWith('.iap'))
      const { diagnostics, sources } = checkProject({ read: (name) => texts[name] ?? null }, entries, kept)
      return { found: diagnostics.map(({ code, span }) => `${code} ${span.source.name}:${span.start}`), sources }
    }
    expect(checked(memo)).toEqual(checked())
  }
})
