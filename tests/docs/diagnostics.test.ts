import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exactLint } from '../../analysis/index.ts'
import * as warnings from '../../language/diagnostics/catalogue/lint.ts'
import {
  type Analysis,
  applyFixes,
  byAnalysisAlone,
  catalogue,
  checkProject,
  type Diagnostic,
  lint,
} from '../../language/index.ts'

/** The page of all diagnostics: `## CODE`, the message as a quotation, an example that has just this mistake. */
const page = readFileSync(new URL('../../spec/language/diagnostics.md', import.meta.url), 'utf8')
const [head = '', ...sections] = page.split(/^## /m)
const prelude = /```iap\n([\s\S]*?)```/.exec(head)?.[1] ?? ''

/** 50,001 is a multiple of their number: of large texts, that of many paths takes longest to read. */
const METHODS = ['get', 'put', 'post'] as const
const operations = (at: number) => Object.fromEntries(METHODS.map((method) => [method, { operationId: `${method}${at}` }]))

const others: Readonly<Record<string, string>> = {
  'shared.iap': 'label shared',
  'latin-1.iap': 'label cafe // caf\ufffd',
  'loop.iap': 'import { staff } from "./main.iap"\nlabel looping',
  'orders.yaml': 'openapi: 3.1.0\npaths: { /orders: { get: { operationId: read } } }',
  'comma.json': '{ "type": "object", }',
  'people.yaml': 'users: [{ sub: mia }]',
  'unknown-type.json': '{ "type": "objekt" }',
  'deep.json': `${'{ "type": "object", "properties": { "a": '.repeat(210)}true${' } }'.repeat(210)}`,
  'anything.json': '{ "properties": { "amount": { "type": "integer" } } }',
  'many.json': JSON.stringify({
    openapi: '3.1.0',
    paths: Object.fromEntries(Array.from({ length: 50_001 / METHODS.length }, (_, at) => [`/${at}`, operations(at)])),
  }),
  'swagger.yaml': 'swagger: "2.0"\n',
  'body.yaml':
    'openapi: 3.1.0\npaths: { /a: { post: { requestBody: { content: { application/json: { schema: { type: object } } } } } } }',
  'optional.yaml':
    'openapi: 3.1.0\npaths: { /a: { post: { operationId: a, requestBody: { required: false, content: { application/json: {} } } } } }',
}

/** Of the one whose mistake is in the project file. */
const settings: Readonly<Record<string, string>> = { IAP4085: '{ "language": 2 }' }

const entries = sections.map((section) => ({
  code: section.slice(0, section.indexOf('\n')),
  message: /^> (.*)$/m.exec(section)?.[1],
  example: /```iap\n([\s\S]*?)```/.exec(section)?.[1] ?? '',
}))

describe('the page of diagnostics', () => {
  it('has each code of the catalogue once, and no other', () => {
    expect(entries.map(({ code }) => code)).toEqual(catalogue.map(({ code }) => code).sort())
  })

  it('is the only source of codes: no page and no test names another', () => {
    const known = new Set([...catalogue.map(({ code }) => code), UNKNOWN])
    const named = codesNamed((name) => name.endsWith('.md') || name.endsWith('.test.ts'))
    expect([...named].filter((code) => !known.has(code))).toEqual([])
  })

  it('has no code that no test but this one asks for', () => {
    const asked = codesNamed((name) => name.endsWith('.test.ts'))
    expect(catalogue.map(({ code }) => code).filter((code) => !asked.has(code))).toEqual([])
  })

  it.each(entries)('$code is what its example gets, and all of it', ({ code, message, example }) => {
    const diagnostics = toldOf(code, `${prelude}\n${example}`)
    expect(diagnostics.map((one) => ({ code: one.code, message: one.message }))).toEqual([{ code, message }])
  })

  it.each(entries)('$code: each of its fixes mends it', ({ code, example }) => {
    const text = `${prelude}\n${example}`
    for (const diagnostic of toldOf(code, text)) {
      for (const fix of diagnostic.fixes) {
        const chosen = { ...fix, hasPlaceholders: false }
        const fixed = applyFixes([{ ...diagnostic, fixes: [chosen] }], () => true).texts.get('main.iap')
        expect(fixed, fix.title).not.toBe(undefined)
        expect(
          toldOf(code, fixed ?? text).filter((one) => one.code === code),
          `${fix.title}:\n${fixed}`,
        ).toEqual([])
      }
    }
  })
})

/** What `// iap-ignore` is shown not to know. */
const UNKNOWN = 'IAP5999'

/** Of the files of the repository that are of a kind. */
function codesNamed(isMeant: (name: string) => boolean): ReadonlySet<string> {
  const root = new URL('../../', import.meta.url)
  const names = ['language', 'compiler', 'cli', 'spec', 'docs', 'examples', 'tests'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  const texts = names
    .filter((name) => isMeant(name) && name !== 'tests/docs/diagnostics.test.ts')
    .map((name) => readFileSync(new URL(name, root), 'utf8'))
  return new Set(texts.flatMap((text) => text.match(/\bIAP\d{4}\b/g) ?? []))
}

const told = new Map<string, readonly Diagnostic[]>()

/** As `diagnose`, once for each text: one example has 50,001 routes. */
function toldOf(code: string, text: string): readonly Diagnostic[] {
  const key = `${code}\n${text}`
  const found = told.get(key) ?? diagnose(code, text)
  told.set(key, found)
  return found
}

/** What is told of a text; of the rules beyond errors, which have much to say of the policy above, what they say of the example. */
function diagnose(code: string, text: string): readonly Diagnostic[] {
  const read = (name: string) => {
    if (name === 'iap.json') return settings[code] ?? null
    return name === 'main.iap' ? text : (others[name] ?? null)
  }
  const invalidAt = (name: string) => (name === 'latin-1.iap' ? 17 : null)
  const project = checkProject({ read, invalidAt }, ['main.iap'])
  if (!Object.values(warnings).some((entry) => entry.code === code)) return project.diagnostics
  expect(project.diagnostics).toEqual([])
  const analysis = byAnalysisAlone.has(code) ? analyse : null
  return lint(project, 'all', analysis).diagnostics.filter((one) => one.code === code && one.span.start > prelude.length)
}

/** Nothing that is shown here takes a request. */
const analyse: Analysis = (question) =>
  exactLint({
    ...question,
    ask: () => {
      throw new Error('a request is asked')
    },
  })
