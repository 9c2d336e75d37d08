import type { Label } from '../../../language/index.ts'
import type { Matrix } from '../matrix.ts'

/** An access matrix with the revision of its policy and the date of its creation. */
export interface DatedMatrix extends Matrix {
  /** Revision of the policy, equal to that of a bundle built from the same sources; a word that says that there is none. */
  readonly revision: string
  /** Date on which the matrix was created, such as `2026-11-27`. */
  readonly date: string
  readonly labels: readonly Label[]
}
