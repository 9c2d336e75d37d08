import type { Cursor, ExpectedToken } from '../../language/index.ts'
import type { PolicyFile } from '../workspace/workspace.ts'
import type { PlacedCursor } from './placed-cursor.ts'

/** A completion that is being answered. */
export interface Completing {
  readonly policy: PolicyFile
  readonly cursor: Cursor
  /** The letters before the cursor, of the word or the quoted text. */
  readonly typed: string
  /** The cursor in the tree; null if it is in no expression. */
  readonly placed: PlacedCursor | null
}

/** Returns the token `distance` before the cursor; empty if there is none. */
export function wordBefore({ before }: Cursor, distance = 1): string {
  return before.at(-distance)?.text ?? ''
}

/** Returns whether something would stand directly in a production. */
export function isIn({ productions }: ExpectedToken, ...names: readonly string[]): boolean {
  return names.some((name) => productions.includes(name))
}
