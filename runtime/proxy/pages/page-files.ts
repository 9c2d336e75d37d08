import type { ConfigPosition } from '../../base/config-error.ts'

/** Files; `null`: the built-in ones. */
export interface PagesConfig {
  readonly style: FileConfig | null
  readonly texts: FileConfig | null
}

export interface FileConfig {
  readonly file: string
  /** Path of its key in the configuration. */
  readonly path: readonly (string | number)[]
}

/** The parsed content of a page file, or all its problems. */
export type TextRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly TextProblem[] }

export interface TextProblem extends ConfigPosition {
  readonly message: string
}
