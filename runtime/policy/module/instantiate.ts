import type { KnownParts } from '../../abi/allowlist/index.ts'
import { assemble, type InstantiateInput } from './assemble.ts'
import { refuseCode } from './check-code.ts'
import type { Hosts, Policy } from './policy.ts'

export interface InstantiateOptions {
  readonly hosts?: Hosts
  /** Of whoever makes nearly the same policy time after time: what was looked at and is there again is not looked at again. */
  readonly known?: KnownParts
}

/**
 * The code of a bundle → a `Policy`. Code that has something that the compiler does not emit is not run, whoever signed it: a
 * second line of defense, should a key or a build be in other hands (`spec/language/whitelist.md`). Throws `PolicyError`.
 */
export function instantiate(input: InstantiateInput, options: InstantiateOptions = {}): Policy {
  refuseCode(input, options.known)
  return assemble(input, options)
}
