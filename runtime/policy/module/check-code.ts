import type { KnownParts } from '../../abi/whitelist/index.ts'
import type { Refusal } from '../store/enforcers.ts'
import type { InstantiateInput } from './assemble.ts'
import { refuseCode } from './instantiate.ts'
import { PolicyError } from './policy-error.ts'

/** The code of a bundle, and what it was made for. */
export type PolicyCode = Pick<InstantiateInput, 'manifest' | 'policy' | 'validators'>

/** Looks at code for others, who run it then (`assemble`). */
export class PolicyCodeCheck {
  /** The next bundle is nearly the same. */
  readonly #known: KnownParts = new Map()

  /** Null: it has nothing but what the compiler emits. */
  refusal(code: PolicyCode): Refusal | null {
    try {
      refuseCode(code, this.#known)
      return null
    } catch (error) {
      if (error instanceof PolicyError) return { kind: 'refused', code: error.code, message: error.message }
      throw error
    }
  }
}
