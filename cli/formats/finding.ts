import type { Span } from '../../language/index.ts'

/** What a command reports about a place in the sources, for formats that show it beside the lines of a change. */
export interface Finding {
  /** Stable name of the kind: a diagnostic's code, or a name such as `test-failed`. */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'notice'
  readonly message: string
  /** Advice on how to solve the problem; empty if there is none. */
  readonly help: string
  readonly span: Span
}
