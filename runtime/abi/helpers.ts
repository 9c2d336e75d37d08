import { decisionHelpers } from './decision/index.ts'
import { decodeHelpers } from './decode/index.ts'
import type { Facts, PolicyModule } from './module.ts'
import { parameterHelpers } from './routing/parameters.ts'
import { values } from './values/index.ts'

/**
 * Throws an error. The compiler emits it for a missing parameter that a guard keeps from being read; reaching it is a bug, and
 * the error denies the request.
 */
export function absent(): never {
  throw new Error('read of a parameter that the route does not have')
}

/** Returns the module, deeply frozen. */
export function policy(module: PolicyModule): PolicyModule {
  return freeze(module)
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}

/**
 * Value of `abi`, the only outside name in `policy.js`. A helper returns `undefined`, or NaN for an int, on an evaluation
 * error. Few helpers accept errors as arguments.
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

/** Facts of an anonymous caller. */
export const anonymousFacts: Facts = Object.freeze({
  identity: -1,
  roles: Object.freeze([]),
  caller: null,
  auth: Object.freeze({ time: null, acr: null, mfa: false }),
})
