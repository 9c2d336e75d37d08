import type { Column, Matrix } from '../../analysis/matrix/index.ts'
import type { Label } from '../../language/index.ts'

/** A matrix, and what it was made of when. */
export interface DatedMatrix extends Matrix {
  /** As a bundle of the same sources names it. */
  readonly revision: string
  /** `2026-11-27` */
  readonly date: string
  readonly labels: readonly Label[]
}

/** A column as it is called where there is one line for it. */
export function columnText({ identity, role }: Column): string {
  return identity === null ? 'anonymous' : role === null ? identity : `${identity}: ${role}`
}
