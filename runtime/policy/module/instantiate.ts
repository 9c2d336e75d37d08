import { POLICY_ENTRY, VALIDATORS_ENTRY } from '../../abi/index.ts'
import { type KnownParts, policyViolation, type Violation, validatorsViolation } from '../../abi/whitelist/index.ts'
import { assemble, type InstantiateInput } from './assemble.ts'
import type { Hosts, Policy } from './policy.ts'
import { PolicyError } from './policy-error.ts'

export interface InstantiateOptions {
  readonly hosts?: Hosts
  /** Of whoever makes nearly the same policy time after time: what was looked at and is there again is not looked at again. */
  readonly known?: KnownParts
}

/**
 * The code of a bundle → a `Policy`. Code that has something that the compiler does not emit is not run, whoever signed it: a second line of
 * defence, should a key or a build be in other hands (`spec/language/whitelist.md`). Throws `PolicyError`.
 */
export function instantiate(input: InstantiateInput, options: InstantiateOptions = {}): Policy {
  refuseCode(input, options.known)
  return assemble(input, options)
}

/** Throws `PolicyError` where there is something that the compiler does not emit. */
export function refuseCode({ policy, validators }: Pick<InstantiateInput, 'policy' | 'validators'>, known?: KnownParts): void {
  refuse(POLICY_ENTRY, policyViolation(policy, known))
  refuse(VALIDATORS_ENTRY, validatorsViolation(validators))
}

function refuse(entry: string, violation: Violation | null): void {
  if (violation === null) return
  const { rule, line, column, message } = violation
  if (rule === 'syntax') throw new PolicyError('module-syntax', `\`${entry}\` is not a function body: ${message}`)
  throw new PolicyError(
    'module-whitelist',
    `\`${entry}\` is not what the compiler emits: ${message} (${rule}, ${line}:${column})`,
  )
}
