import type { Expr, IdentityIr } from '../../compiler/ir/index.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import type { Context, View } from './context.ts'
import { meaningOf } from './meaning.ts'
import { optionalCases } from './optionals.ts'
import type { SymbolicDomain } from './symbolic-domain.ts'

export interface ReadingOptions {
  /** The sources of expressions, as far as known. */
  readonly origins?: ReadonlyMap<Expr, Expression>
  /** View of the other policy, if two policies are compared. */
  readonly view?: View
}

const NO_ORIGINS: ReadonlyMap<Expr, Expression> = new Map()

/**
 * Returns the context of a route's conditions for one kind of caller.
 *
 * @param identity null for an anonymous caller
 */
export function contextOf(
  world: SymbolicDomain,
  identity: IdentityIr | null,
  { origins = NO_ORIGINS, view }: ReadingOptions = {},
): Context {
  const readers = { meaning: meaningOf, optional: optionalCases }
  return { world, identity, roles: new Map(), variables: new Map(), origins, readers, ...(view && { view }) }
}
