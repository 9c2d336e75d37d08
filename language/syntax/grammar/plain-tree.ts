/** Test helper: parses a valid text, and returns its tree as plain values. */
import { parse } from '../../parse.ts'
import type { File } from '../ast.ts'

/** Returns the tree without spans and empty annotations, with names and texts as their contents. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const { span: _, kind, ...rest } = value as Record<string, unknown>
  if (Array.isArray(rest.annotations) && rest.annotations.length === 0) delete rest.annotations
  if (kind === 'Name') return rest.text
  if (kind === 'Text') return { text: rest.value }
  const entries = Object.entries(rest).map(([key, held]) => [key, plain(held)])
  return Object.fromEntries(kind === undefined ? entries : [['kind', kind], ...entries])
}

/**
 * Parses a policy's text, and returns its syntax tree. For texts that are known to be correct.
 *
 * @throws Error if the text has a mistake
 */
export function valid(text: string): File {
  const { result, diagnostics } = parse({ name: 'a.iap', text })
  const [mistake] = diagnostics
  if (mistake !== undefined) throw new Error(`${mistake.code} at ${mistake.span.start}: ${mistake.message}`)
  if (result.brokenNames.length > 0) throw new Error(`broken: ${result.brokenNames.join(' ')}`)
  return result
}

/**
 * Returns the only declaration of a text.
 *
 * @throws Error if the text has another number of declarations
 */
export function declared(text: string): unknown {
  const { declarations } = valid(text)
  if (declarations.length !== 1) throw new Error(`there are ${declarations.length} declarations`)
  return plain(declarations[0])
}

export function namedChild(name: string) {
  return { kind: 'NamedType', name }
}

export function generic(name: string, ...given: unknown[]) {
  return { kind: 'GenericType', name, arguments: given }
}

export function field(name: string, type: unknown) {
  return { kind: 'Field', name, optional: false, from: [], type }
}
