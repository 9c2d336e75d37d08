import type { ConfigPosition } from '../../base/config-error.ts'

/** Files; null: the proxy's own. */
export interface PagesConfig {
  readonly style: FileConfig | null
  readonly texts: FileConfig | null
}

export interface FileConfig {
  readonly file: string
  /** Of its name, in the configuration. */
  readonly path: readonly (string | number)[]
}

/** What a file of pages holds, or everything that is wrong with it. */
export type TextRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly TextProblem[] }

export interface TextProblem extends ConfigPosition {
  readonly message: string
}
