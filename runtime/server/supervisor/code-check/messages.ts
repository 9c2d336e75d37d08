import type { PolicyCode, Refusal } from '../../../policy/index.ts'

export interface ToCheck extends PolicyCode {
  readonly id: number
}

export interface Checked {
  readonly id: number
  readonly refusal: Refusal | null
}
