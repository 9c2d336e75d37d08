import type { Authentication, Authenticator } from '../../identity/index.ts'
import type { Policy } from '../../policy/index.ts'

/** What a policy makes of callers that another one has seen, as long as both last. */
const known = new WeakMap<Policy, WeakMap<Authentication, Authentication>>()

/** A caller as another policy sees it, worked out once: callers come again and again. */
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
