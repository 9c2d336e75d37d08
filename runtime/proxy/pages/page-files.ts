import type { ConfigPosition } from '../../base/config-error.ts'

/** Files that customize the proxy's pages. `null` stands for the built-in style or texts. */
export interface PagesConfig {
  readonly style: FileConfig | null
  readonly texts: FileConfig | null
}

/** How people see an identity and its callers. `null` stands for the identity's name, no logo and no name of callers. */
export interface DisplayConfig {
  readonly title: string | null
  readonly logo: FileConfig | null
  /** Name of the claim that holds a caller's name. */
  readonly displayClaim: string | null
}

export interface FileConfig {
  readonly file: string
  /** Keys and indices that lead to the file name in the configuration, for error messages. */
  readonly path: readonly (string | number)[]
}

/** Result of parsing a page file: its content, or all problems with it. */
export type TextRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly TextProblem[] }

export interface TextProblem extends ConfigPosition {
  readonly message: string
}
