import { anonymousFacts, type Facts as ModuleFacts } from '../../runtime/abi/index.ts'
import type { CallerFacts } from '../../runtime/policy/index.ts'
import { declaredClaims } from '../../runtime/realm/program/declared-claims.ts'
import type { CallerHandle, Program } from '../../runtime/realm/program/program.ts'

const program = {
  declaredClaims: (caller: unknown) => JSON.stringify(declaredClaims((caller as ModuleFacts).caller)),
} as unknown as Program

/** Facts as a policy hands them out, without a policy: of what a module would have made of a caller. */
export function factsLike(made: Partial<ModuleFacts> = {}): CallerFacts {
  const facts = { identity: 0, roles: [0], caller: {}, auth: anonymousFacts.auth, ...made }
  return { identity: facts.identity, auth: facts.auth, handle: facts as unknown as CallerHandle, program }
}

export const nobodyLike: CallerFacts = factsLike(anonymousFacts)
