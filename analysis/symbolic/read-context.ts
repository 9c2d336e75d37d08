import type { Expr, IdentityIr } from '../../compiler/ir/index.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import type { Context, View } from './context.ts'
import { meaningOf } from './meaning.ts'
import { optionalCases } from './optionals.ts'
import type { SymbolicDomain } from './symbolic-domain.ts'

export interface ReadingOptions {
  /** Source expression of each lowered expression. Expressions from a cache may lack one. */
  readonly origins?: ReadonlyMap<Expr, Expression>
  /** How names of this policy relate to those of the policy with which it is compared. Absent if there is no comparison. */
  readonly view?: View
}

const NO_ORIGINS: ReadonlyMap<Expr, Expression> = new Map()

/**
 * Creates the context in which conditions are evaluated symbolically for one kind of caller.
 *
 * @param identity the caller's identity; null for an anonymous caller
 */
export function contextOf(
  world: SymbolicDomain,
  identity: IdentityIr | null,
  { origins = NO_ORIGINS, view }: ReadingOptions = {},
): Context {
  const readers = { meaning: meaningOf, optional: optionalCases }
  return { world, identity, roles: new Map(), variables: new Map(), origins, readers, ...(view && { view }) }
}
