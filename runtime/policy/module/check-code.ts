import { type KnownParts, policyViolation, type Violation, validatorsViolation } from '../../abi/allowlist/index.ts'
import { POLICY_ENTRY, VALIDATORS_ENTRY } from '../../abi/index.ts'
import type { PolicyRefusal } from '../store/policy-target.ts'
import type { InstantiateInput } from './assemble.ts'
import { PolicyError } from './policy-error.ts'

export type PolicyCode = Pick<InstantiateInput, 'manifest' | 'policy' | 'validators'>

/** Checks the code of policies in one process for others, so that these can run it without a check of their own. */
export class PolicyCodeCheck {
  /** The next bundle is usually similar. */
  readonly #known: KnownParts = new Map()

  /** Returns the reason to refuse code, or `null` if it consists only of what the compiler emits. */
  refusal(code: PolicyCode): PolicyRefusal | null {
    try {
      refuseCode(code, this.#known)
      return null
    } catch (error) {
      if (error instanceof PolicyError) return { kind: 'refused', code: error.code, message: error.message }
      throw error
    }
  }
}

/**
 * Checks that code consists only of what the compiler emits.
 *
 * @throws PolicyError if it does not
 */
export function refuseCode({ policy, validators }: Pick<InstantiateInput, 'policy' | 'validators'>, known?: KnownParts): void {
  refuse(POLICY_ENTRY, policyViolation(policy, known))
  refuse(VALIDATORS_ENTRY, validatorsViolation(validators))
}

function refuse(entry: string, violation: Violation | null): void {
  if (violation === null) return
  const { rule, line, column, message } = violation
  if (rule === 'syntax')
    throw new PolicyError('module-syntax', `\`${entry}\` is not a function body: ${message}; rebuild the bundle`)
  throw new PolicyError(
    'module-whitelist',
    `\`${entry}\` is not what the compiler emits: ${message} (${rule}, ${line}:${column}); rebuild the bundle`,
  )
}
