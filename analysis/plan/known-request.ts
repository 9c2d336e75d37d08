/** The known part of a future request, in the representation of conditions (`spec/language/abi.md`). */

import { type Expr, type IdentityIr, scopeOf, type VariableName } from '../../compiler/ir/index.ts'
import type { AuthenticationFacts } from '../../runtime/abi/index.ts'

/** The known part of a request. Absent members are unknown; the caller and the time are always known. */
export interface KnownRequest {
  readonly caller: KnownCaller | null
  /** Time of the request in nanoseconds since 1970. */
  readonly time: bigint
  readonly method?: string
  readonly host?: string
  readonly sourceIp?: string
  /** Values of path parameters by name. */
  readonly params?: Readonly<Record<string, unknown>>
  /** Header values by name in lower case; `null` if the request lacks the header. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** The whole query, as the route's decoder returns it. */
  readonly query?: object
  readonly data?: Readonly<Record<string, unknown>>
  /** For each datum, all names that its hierarchies mention. */
  readonly names?: Readonly<Record<string, readonly string[]>>
}

export interface KnownCaller {
  readonly identity: string
  /** Values of the caller's claims by field name. An optional field without a value is undefined or absent. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly auth: AuthenticationFacts
}

/** The known part of a request, prepared for the evaluation of expressions. */
export interface Knowledge {
  readonly known: KnownRequest
  /** The caller's identity; null for an anonymous caller. */
  readonly identity: IdentityIr | null
  readonly identityIndex: number
  /** The known values of variables in scope. */
  readonly variables: ReadonlyMap<VariableName, unknown>
  /** The maximum number of entries of a known map for which a test with an unknown key is evaluated. */
  readonly keys: number
}

/** Returns whether all inputs of an expression are known. */
export function isKnown(expression: Expr, knowledge: Knowledge, children: (expression: Expr) => readonly Expr[]): boolean {
  const { known, variables } = knowledge
  const read = (one: Expr, own: ReadonlySet<VariableName>): boolean => {
    switch (one.kind) {
      case 'Variable':
        return own.has(one.variable) || variables.has(one.variable)
      case 'Param':
        return has(known.params, one.name)
      case 'RequestField':
        return one.name === 'time' || (one.name !== 'path' && known[one.name] !== undefined)
      case 'Header':
      case 'HeaderTest':
        return has(known.headers, one.name)
      case 'Data':
        return has(known.data, one.name)
      case 'Query':
        return known.query !== undefined
      case 'Mtls':
        return knowledge.identity?.spiffe === true
      case 'RoleTest':
      case 'Body':
      case 'Absent':
        return false
      default: {
        const scope = scopeOf(one)
        const inner = scope === null ? own : new Set(own).add(scope.variable)
        return children(one).every((child) => read(child, scope?.sees.includes(child) ? inner : own))
      }
    }
  }
  return read(expression, NO_VARIABLES)
}

const NO_VARIABLES: ReadonlySet<VariableName> = new Set()

/**
 * Returns whether `values` contains a known value under a name. Undefined counts as unknown, such as for data that never arrived.
 */
export function has(values: Readonly<Record<string, unknown>> | undefined, name: string): boolean {
  return values !== undefined && Object.hasOwn(values, name) && values[name] !== undefined
}
