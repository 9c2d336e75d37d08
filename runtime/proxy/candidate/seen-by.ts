import type { Authentication, Authenticator } from '../../identity/index.ts'
import type { Policy } from '../../policy/index.ts'

/** Callers under other policies, for as long as both exist. */
const known = new WeakMap<Policy, WeakMap<Authentication, Authentication>>()

/** Returns the caller as another policy authenticates it. The result is cached per policy and caller. */
export function seenBy(
  policy: Policy,
  authentication: Authentication,
  authenticator: Pick<Authenticator, 'again'>,
): Authentication {
  let callers = known.get(policy)
  if (callers === undefined) {
    callers = new WeakMap()
    known.set(policy, callers)
  }
  let found = callers.get(authentication)
  if (found === undefined) {
    found = authenticator.again(authentication, policy)
    callers.set(authentication, found)
  }
  return found
}
