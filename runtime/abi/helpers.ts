import { decisionHelpers } from './decision/index.ts'
import { decodeHelpers } from './decode/index.ts'
import type { Facts, PolicyModule } from './module.ts'
import { parameterHelpers } from './routing/parameters.ts'
import { values } from './values/index.ts'

/**
 * Throws an error. The compiler emits a call for a read of a path parameter that the route does not have. A guard keeps the call
 * from being reached; if a bug reaches it, the error denies the request.
 */
export function absent(): never {
  throw new Error('the policy reads a path parameter that the route does not have: this is a bug in the compiler; report it')
}

/** Freezes a policy module and all objects in it, and returns it. */
export function policy(module: PolicyModule): PolicyModule {
  return freeze(module)
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}

/**
 * Functions and constants that `policy.js` receives as `abi`, its only parameter. On an evaluation error a helper returns
 * `undefined`, or NaN for an int. Few helpers accept errors as arguments.
 */
export const helpers = Object.freeze({
  ...values,
  ...decodeHelpers,
  ...decisionHelpers,
  ...parameterHelpers,
  absent,
  policy,
})

export type Helpers = typeof helpers

/** Facts about an anonymous caller, who has no claims and no roles. */
export const anonymousFacts: Facts = Object.freeze({
  identity: -1,
  roles: Object.freeze([]),
  caller: null,
  auth: Object.freeze({ time: null, acr: null, mfa: false }),
})
