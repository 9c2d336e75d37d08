import type { File } from '../syntax/ast.ts'
import { undocumented } from './cursor.ts'

/** Returns whether two trees differ only in spans, and contain the same comments in the same order. */
export function sameFile(a: File, b: File): boolean {
  return same(a.imports, b.imports) && same(a.declarations, b.declarations) && commentsOf(a) === commentsOf(b)
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, at) => same(one, b[at]))
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => key === 'span' || same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  )
}

function commentsOf({ comments }: File): string {
  return JSON.stringify(
    comments.map(({ text }) =>
      undocumented(text)
        .split('\n')
        .map((line) => line.trimEnd()),
    ),
  )
}
