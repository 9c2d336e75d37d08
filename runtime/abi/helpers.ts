import { decisionHelpers } from './decision/index.ts'
import { decodeHelpers } from './decode/index.ts'
import type { Facts, PolicyModule } from './module.ts'
import { parameterHelpers } from './routing/parameters.ts'
import { values } from './values/index.ts'

/**
 * Stands where a route lacks a parameter and a guard keeps it from being read. A decision that gets here is wrong: it throws, and
 * is denied.
 */
export function absent(): never {
  throw new Error('read of a parameter that the route does not have')
}

/** The finished module, frozen with all its tables. */
export function policy(module: PolicyModule): PolicyModule {
  return freeze(module)
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}

/**
 * The only name that `policy.js` has from outside, `abi`. Emitted code expresses an evaluation error as `undefined`, or NaN of an
 * int, which none of these but those that say so are ever given.
 */
export const helpers = Object.freeze({
  ...values,
  ...decodeHelpers,
  ...decisionHelpers,
  ...parameterHelpers,
  absent,
  // the module
  policy,
})

export type Helpers = typeof helpers

/** What is known of a caller without a credential. */
export const anonymousFacts: Facts = Object.freeze({
  identity: -1,
  roles: Object.freeze([]),
  caller: null,
  auth: Object.freeze({ time: null, acr: null, mfa: false }),
})
