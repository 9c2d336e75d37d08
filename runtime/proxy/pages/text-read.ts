/** What a file of pages holds, or everything that is wrong with it. */
import type { ConfigPosition } from '../../base/config-error.ts'
export type TextRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly TextProblem[] }

export interface TextProblem extends ConfigPosition {
  readonly message: string
}
