import { describe, expect, test } from 'vitest'
import { applyFixes, fixProject } from './apply-fixes.ts'
import type { Diagnostic } from './diagnostic.ts'

/** A diagnostic with one fix of these edits: from, to, text. */
function fixable(name: string, text: string, ...edits: readonly (readonly [number, number, string])[]): Diagnostic {
  const source = { name, text }
  const span = { source, start: 0, end: 0 }
  const list = edits.map(([start, end, by]) => ({ span: { source, start, end }, text: by }))
  return { code: 'IAP2001', severity: 'error', message: '', help: '', span, related: [], fixes: [{ title: 'x', edits: list }] }
}

const any = () => true

describe('applied at once', () => {
  test('are edits that do not touch each other, in whatever order', () => {
    const diagnostics = [fixable('a', 'one two three', [8, 13, '3']), fixable('a', 'one two three', [0, 3, '1'])]
    expect(applyFixes(diagnostics, any)).toEqual({ texts: new Map([['a', '1 two 3']]), applied: diagnostics })
  })

  test('are insertions beside a replacement, but not two at one place', () => {
    const text = 'one'
    const [first, beside, again] = [
      fixable('a', text, [0, 0, '>']),
      fixable('a', text, [3, 3, '<']),
      fixable('a', text, [0, 0, '?']),
    ]
    const { texts, applied } = applyFixes([first, beside, again], any)
    expect([texts.get('a'), applied]).toEqual(['>one<', [first, beside]])
  })

  test('is all of a fix or nothing', () => {
    const text = 'one two'
    const first = fixable('a', text, [0, 3, '1'])
    const both = fixable('a', text, [4, 7, '2'], [2, 3, 'x'])
    expect(applyFixes([first, both], any)).toEqual({ texts: new Map([['a', '1 two']]), applied: [first] })
  })

  test('is nothing in a text that may not be changed', () => {
    const one = fixable('b', 'x', [0, 1, 'y'])
    expect(applyFixes([one], (name) => name === 'a')).toEqual({ texts: new Map(), applied: [] })
  })

  test('is nothing without fixes', () => {
    expect(applyFixes([{ ...fixable('a', 'x'), fixes: [] }], any)).toEqual({ texts: new Map(), applied: [] })
  })
})

describe('a project', () => {
  test('is looked at until nothing is left to fix', () => {
    // Each `b` is told of, and the first `c` of a text without one.
    const look = (changed: ReadonlyMap<string, string>) => {
      const text = changed.get('a') ?? 'abc'
      const at = text.includes('b') ? text.indexOf('b') : text.indexOf('c')
      return at === -1 ? [] : [fixable('a', text, [at, at + 1, ''])]
    }
    expect(fixProject(look, any)).toEqual({ texts: new Map([['a', 'a']]), applied: 2, diagnostics: [] })
  })

  test('that never comes to rest is left after a while', () => {
    const look = (changed: ReadonlyMap<string, string>) => [fixable('a', changed.get('a') ?? '', [0, 0, 'x'])]
    expect(fixProject(look, any).applied).toBe(10)
  })

  test('that would have more errors stays as it was', () => {
    const look = (changed: ReadonlyMap<string, string>) => {
      const one = fixable('a', 'x', [0, 1, 'y'])
      return changed.size === 0
        ? [one]
        : [
            { ...one, fixes: [] },
            { ...one, fixes: [] },
          ]
    }
    expect(fixProject(look, any)).toMatchObject({ texts: new Map(), applied: 0 })
  })
})
