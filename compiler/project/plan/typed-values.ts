/** Decoded claims, data and queries for plans: a policy in a realm does not hand these out. */

import type { Model } from '../../../language/index.ts'
import { readQuery } from '../../../request/index.ts'
import { policyViolation } from '../../../runtime/abi/allowlist/index.ts'
import { type AuthenticationFacts, helpers, linkData, type PolicyModule } from '../../../runtime/abi/index.ts'
import { compile } from '../../index.ts'

type Typed = Readonly<Record<string, unknown>>

const modules = new WeakMap<Model, PolicyModule>()

/** Returns a model's module, just compiled, in this realm. A bundle's module runs in its own realm (`runtime/realm`). */
function moduleOf(model: Model): PolicyModule {
  const known = modules.get(model)
  if (known !== undefined) return known
  const { policy } = compile(model)
  const violation = policyViolation(policy)
  if (violation !== null) throw new Error(`the compiler has emitted what it may not: ${violation.message}`)
  const module = new Function('abi', policy)(helpers) as PolicyModule
  modules.set(model, module)
  return module
}

/** Converts data from JSON to the representation that compiled policies use. The data must be valid. */
export function typedData(model: Model, values: Readonly<Record<string, unknown>>): Typed {
  const module = moduleOf(model)
  const data: Record<string, unknown> = Object.create(null)
  for (const { name, prepare } of module.data) data[name] = Object.hasOwn(values, name) ? prepare(values[name]) : undefined
  linkData(module, data)
  return data
}

/** Converts a caller's claims from JSON to the fields that compiled policies use. The claims must be valid. */
export function typedCaller(model: Model, identity: string, claims: unknown, data: Typed, auth: AuthenticationFacts): Typed {
  const program = moduleOf(model).identities.find(({ name }) => name === identity)
  return (program?.facts(claims as object, data, auth)?.caller ?? {}) as Typed
}

/**
 * Parses a query and converts its declared keys to the representation that compiled policies use. Returns null if the route
 * declares no query, or the query is invalid.
 */
export function typedQuery(model: Model, route: string, rawQuery: string): object | null {
  const query = moduleOf(model).routes.find(({ name }) => name === route)?.query ?? null
  if (query === null) return null
  const read = readQuery(rawQuery, query.keys)
  return read.ok ? query.read(read.values) : null
}
