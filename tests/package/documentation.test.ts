// What an editor shows to users of the package: documentation is complete, and its examples run as they stand.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sentencesOf } from '../../scripts/prose/statistics.ts'
import { readPages } from '../docs/pages.ts'
import { type ExportedDeclaration, readExportedDeclarations } from './exported-declarations.ts'
import { copyPackage, root, sh } from './install-package.ts'

const ENTRIES = ['compiler', 'runtime', 'verify'] as const

/** Functions of the package whose arguments cannot make them throw or reject. */
const NEVER_THROW = ['generateKeys', 'Planner.plan', 'Policy.withData', 'guardExpress', 'guardFastify', 'guardHttp']
/** Methods that users' objects have: the package calls them. */
const OF_USERS = ['HttpResponse.writeHead', 'HttpResponse.end']

const declarations = ENTRIES.flatMap((entry) =>
  readExportedDeclarations(join(root, 'dist/types'), `sdk/${entry}/index.d.ts`).map((declaration) => ({
    ...declaration,
    entry,
  })),
)

/** Returns what the documentation of a declaration lacks. */
function problemsOf({ name, kind, parameters, returns, text, tags }: ExportedDeclaration): readonly string[] {
  const problems: string[] = []
  const [first = ''] = sentencesOf(text)
  if (!/^[A-Z`].*[.:]$/.test(first) || first.split(' ').length < 2) problems.push('a sentence that stands by itself')
  if (/^(?:Of|As|In|By|For|From|With|It|Its|Null|Absent|None|Like|Same|The same|Default)\b|^`null`/.test(first))
    problems.push(`another beginning than "${first}"`)
  const described = tags.filter((tag) => tag.name === 'param').map((tag) => /^\w+/.exec(tag.text)?.[0])
  for (const parameter of parameters) if (!described.includes(parameter)) problems.push(`@param ${parameter}`)
  for (const parameter of described) if (!parameters.includes(parameter as string)) problems.push(`a parameter ${parameter}`)
  const has = (tag: string) => tags.some((one) => one.name === tag && one.text !== '')
  if (returns && !OF_USERS.includes(name) && !has('returns')) problems.push('@returns')
  const isOurs = (kind === 'function' || kind === 'method') && !OF_USERS.includes(name)
  if (isOurs && !has('throws') && !NEVER_THROW.includes(name)) problems.push('@throws')
  if (has('throws') && NEVER_THROW.includes(name)) problems.push('a reason for `NEVER_THROW`')
  if ((isOurs || kind === 'class') && !has('example')) problems.push('@example')
  return problems
}

describe('every export and every member', () => {
  test.each(ENTRIES)('of iap-proxy/%s is documented', (entry) => {
    const own = declarations.filter((declaration) => declaration.entry === entry)
    expect(own.length).toBeGreaterThan(20)
    const lacking = own.flatMap((one) => problemsOf(one).map((problem) => `${one.name} (${one.kind}) lacks ${problem}`))
    expect(lacking).toEqual([])
  })

  test('is found, through renamed and handed on exports too', () => {
    const names = declarations.map(({ entry, name, kind }) => `${entry} ${kind} ${name}`)
    for (const known of [
      'compiler function compile',
      'compiler value Diagnostic.severity',
      'compiler method PlanResult.where',
      'runtime method Policy.decide',
      'runtime value ExplainedClause.outcome',
      'verify callback VerifierOptions.onRefused',
      'verify callback HttpGuard',
      'verify constructor AssertionRefused.constructor',
    ])
      expect(names).toContain(known)
  })

  test('that lacked something would be reported', () => {
    const bare = { name: 'f', kind: 'function', parameters: ['a'], returns: true, text: 'Of the route.', tags: [] } as const
    expect(problemsOf(bare)).toEqual(['another beginning than "Of the route."', '@param a', '@returns', '@throws', '@example'])
  })
})

const examples = declarations.flatMap(({ name, tags }) =>
  tags.flatMap((tag) => {
    const code = /^```ts\n([\s\S]*?)^```$/m.exec(tag.text)?.[1]
    return tag.name === 'example' ? [{ name, code: code ?? '' }] : []
  }),
)

describe('examples, with the files of the package', () => {
  let folder: string
  beforeAll(() => {
    folder = copyPackage()
    for (const name of ['express', 'fastify', '@types'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
    // Those of the runtime read the bundle that `docs/guides/policies/embedding.md` makes.
    const page = readPages('docs').find(({ name }) => name === 'docs/guides/policies/embedding.md')
    writeFileSync(join(folder, 'orders.iap'), page?.policies[0] ?? '')
    writeFileSync(join(folder, 'build.mjs'), page?.files['build.mjs'] ?? '')
    sh(process.execPath, ['build.mjs'], folder)
    mkdirSync(join(folder, 'examples'))
    for (const { name, code } of examples) writeFileSync(join(folder, 'examples', `${name}.mts`), code)
    const compilerOptions = {
      ...{ module: 'nodenext', target: 'es2022', strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...{ verbatimModuleSyntax: true, skipLibCheck: true, types: ['node'], rootDir: 'examples', outDir: 'made' },
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['examples'] }))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('are TypeScript, and import the package', () => {
    for (const { name, code } of examples) expect(code, name).toMatch(/from 'iap-proxy\/(?:compiler|runtime|verify)'/)
  })

  test('check in a strict project', () => {
    expect(complaints(() => sh(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], folder))).toBe('')
  })

  test.each(examples)('$name runs, and prints what its comments say', ({ name, code }) => {
    const printed = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, expected]) => `${expected}\n`)
    const warnings = '--disable-warning=ExperimentalWarning'
    expect(sh(process.execPath, [warnings, `made/${name}.mjs`], folder)).toBe(printed.join(''))
  })
})

/** Returns the output of a tool that fails; an empty text if it does not. */
function complaints(run: () => string): string {
  try {
    return run()
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    return `${stdout ?? ''}${stderr ?? ''}` || String(error)
  }
}
