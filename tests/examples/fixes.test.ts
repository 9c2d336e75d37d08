import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compile, emit } from '../../compiler/index.ts'
import { applyEdits } from '../../compiler/testing/index.ts'
import { type CheckedProject, checkProject, fixProject, lint, type RuleDeclaration } from '../../language/index.ts'

/** `--fix` must not change what is decided. Each condition of the examples is said twice, and a constant beside it; what comes of fixing that decides the same. */
const root = new URL('../../', import.meta.url)
const files = readdirSync(new URL('examples', root), { recursive: true, encoding: 'utf8' })
const folders = [...new Set(files.filter((name) => name.endsWith('.iap')).map((name) => name.slice(0, name.lastIndexOf('/'))))]

function sourcesOf(folder: string): ReadonlyMap<string, string> {
  const names = files.filter((name) => name.startsWith(`${folder}/`) && name.endsWith('.iap') && !name.endsWith('.test.iap'))
  return new Map(names.map((name) => [name, readFileSync(new URL(`examples/${name}`, root), 'utf8')]))
}

function check(texts: ReadonlyMap<string, string>): CheckedProject {
  return checkProject({ read: (name) => texts.get(name) ?? null }, [...texts.keys()])
}

function decisionsOf(texts: ReadonlyMap<string, string>): string {
  const { result, diagnostics } = check(texts)
  if (result === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  let decisions = ''
  compile(result, {
    emit(policy) {
      const emitted = emit(policy)
      decisions = emitted.code
      return emitted
    },
  })
  return decisions
}

/** Each condition with one more clause behind it. */
function withMore(texts: ReadonlyMap<string, string>, more: (keyword: string, condition: string) => string) {
  let count = 0
  const changed = [...texts].map(([name, text]): [string, string] => {
    const file = check(texts).files.find(({ span }) => span.source.name === name)
    const rules = (file?.declarations ?? []).filter((one): one is RuleDeclaration => one.kind === 'RuleDeclaration')
    const edits = rules
      .flatMap(({ conditions }) => conditions)
      // What is asked twice is told of single questions.
      .filter(({ expression }) => expression.kind !== 'Requirement' && expression.kind !== 'Chain')
      .map(({ unless, expression: { span } }) => {
        const clause = more(unless ? 'unless' : 'when', text.slice(span.start, span.end))
        return { span: { ...span, start: span.end }, text: `\n  ${clause}` }
      })
    count += edits.length
    return [name, applyEdits(text, edits)]
  })
  return { texts: new Map(changed), count }
}

describe.each(folders)('examples/%s', (folder) => {
  const original = sourcesOf(folder)

  test.each([
    ['the same', (keyword: string, condition: string) => `${keyword} ${condition}`],
    ['a constant', (keyword: string) => (keyword === 'when' ? 'when true' : 'unless false')],
  ])('said once more, %s', (_, more) => {
    const { texts, count } = withMore(original, more)
    const look = (changed: ReadonlyMap<string, string>) => lint(check(new Map([...texts, ...changed])), 'all').diagnostics
    expect(look(new Map()).length).toBeGreaterThanOrEqual(count > 0 ? 1 : 0)
    const fixed = fixProject(look, () => true)
    if (count > 0) expect(fixed.applied).toBeGreaterThan(0)
    expect(decisionsOf(new Map([...texts, ...fixed.texts]))).toBe(decisionsOf(original))
    expect(lint(check(new Map([...texts, ...fixed.texts])), 'all').diagnostics.filter(({ fixes }) => fixes.length > 0)).toEqual(
      [],
    )
  })
})
