import type { PlaceJson, PointJson } from './explain/place-json.ts'

export type { PlaceJson, PointJson }

/** An error or warning about a policy, with its range in the source. */
export interface DiagnosticJson extends PlaceJson {
  /** `IAP` and four digits. Codes are stable; `spec/language/diagnostics.md` lists them. */
  readonly code: string
  /** An error prevents a bundle; a warning does not. */
  readonly severity: 'error' | 'warning'
  /** Description of the problem: one sentence in lower case, without a full stop, the user's text in backticks. */
  readonly message: string
  /** Advice on how to solve the problem, in the same style as `message`. */
  readonly help: string
  /** Other relevant ranges, each with a caption such as "declared here". */
  readonly related: readonly (PlaceJson & { readonly message: string })[]
  /** Quick fixes, the likeliest first. */
  readonly fixes: readonly FixJson[]
}

export interface FixJson {
  /** Title for a button. */
  readonly title: string
  /** The ranges to replace, with their new texts. */
  readonly edits: readonly (PlaceJson & { readonly text: string })[]
  /** Whether the new texts contain values that a person must replace, so that `--fix` does not apply the fix. */
  readonly hasPlaceholders: boolean
}
