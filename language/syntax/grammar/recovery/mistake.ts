/** What a check for a common mistake gets and returns. */
import type { Fix } from '../../../diagnostics/diagnostic.ts'
import type { Source } from '../../../source.ts'
import type { LaidToken } from '../../synchronization-tokens.ts'

export interface CommonMistake {
  /** The intended word, for `did you mean …?`; or null. */
  readonly suggestion: string | null
  /** Further help; null if there is none. */
  readonly hint: string | null
  readonly fixes: readonly Fix[]
}

export interface Unexpected {
  readonly source: Source
  readonly tokens: readonly LaidToken[]
  /** The index of the unexpected token. */
  readonly at: number
  readonly token: LaidToken
  /** Description of the syntax that was expected instead of the token. */
  readonly what: string
}

export function helpOnly(hint: string): CommonMistake {
  return { suggestion: null, hint, fixes: [] }
}

export function replacing(source: Source, first: LaidToken, last: LaidToken, suggestion: string): CommonMistake {
  const span = { source, start: first.startOffset, end: endOf(last) }
  return { suggestion, hint: null, fixes: [{ title: `replace it with \`${suggestion}\``, edits: [{ span, text: suggestion }] }] }
}

export function touches(token: LaidToken, next: LaidToken): boolean {
  return endOf(token) === next.startOffset
}

export function endOf({ startOffset, image }: LaidToken): number {
  return startOffset + image.length
}
