import type { KnownParts } from '../../abi/allowlist/index.ts'
import { assemble, type InstantiateInput } from './assemble.ts'
import { refuseCode } from './check-code.ts'
import type { Hosts, Policy } from './policy.ts'

export interface InstantiateOptions {
  readonly hosts?: Hosts
  /** Parts of code of earlier, similar policies that passed the check, so that equal parts are not checked again. */
  readonly known?: KnownParts
}

/**
 * Builds a `Policy` from a bundle. Refuses code that the compiler does not emit, whoever signed it: a second line of defense
 * against stolen keys and compromised builds (`spec/language/whitelist.md`).
 *
 * @throws PolicyError if the bundle cannot become a policy
 */
export function instantiate(input: InstantiateInput, options: InstantiateOptions = {}): Policy {
  refuseCode(input, options.known)
  return assemble(input, options)
}
