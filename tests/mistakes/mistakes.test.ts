/**
 * Whole small policies that hold one subtle mistake each, as somebody careful makes it, and as many that look alike and are right. A file
 * begins with a sentence that says which. What is told is what `iap check` tells; of the near misses `iap lint` has nothing to say either.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkProject, type Diagnostic, lint } from '../../language/index.ts'

interface Expectation {
  readonly code: string
  readonly severity: string
  /** The text that it points at. */
  readonly span: string
  /** A part of what it says to do. */
  readonly help: string
}

const folder = new URL('./', import.meta.url)
const expectations: Readonly<Record<string, Expectation>> = JSON.parse(read('expectations.json'))
const names = Object.keys(expectations)

function read(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}

function filesIn(name: string): string[] {
  return readdirSync(new URL(name, folder)).map((file) => file.replace(/\.iap$/, ''))
}

function toldOf(name: string, which: 'default' | 'all'): readonly Diagnostic[] {
  const project = checkProject({ read: (file) => (file === name ? read(file) : null) }, [name])
  return lint(project, which).diagnostics
}

describe('mistakes and near misses', () => {
  it('are twenty or more, each a pair', () => {
    expect(names.length).toBeGreaterThanOrEqual(20)
    expect(filesIn('mistakes')).toEqual([...names].sort())
    expect(filesIn('near-misses')).toEqual([...names].sort())
  })

  it.each(names)('%s says in a sentence what is wrong, and why the other is right', (name) => {
    for (const kind of ['mistakes', 'near-misses']) expect(read(`${kind}/${name}.iap`)).toMatch(/^\/\/ [A-Z][^\n]+\.\n\n/)
  })
})

describe('a mistake', () => {
  it.each(names)('%s', (name) => {
    const { code, severity, span, help } = expectations[name] as Expectation
    const told = toldOf(`mistakes/${name}.iap`, 'default')
    expect(
      told.map((one) => ({
        code: one.code,
        severity: one.severity,
        span: one.span.source.text.slice(one.span.start, one.span.end),
      })),
    ).toEqual([{ code, severity, span }])
    expect(told[0]?.help).toContain(help)
    expect(help).not.toBe('')
  })
})

describe('a near miss', () => {
  it.each(names)('%s', (name) => {
    expect(toldOf(`near-misses/${name}.iap`, 'all').map(({ code, message }) => `${code} ${message}`)).toEqual([])
  })
})
