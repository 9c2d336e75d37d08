import type { Expr, IdentityIr } from '../../compiler/ir/index.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import type { Context, View } from './context.ts'
import { meaningOf } from './meaning.ts'
import { optionalCases } from './optionals.ts'
import type { SymbolicDomain } from './symbolic-domain.ts'

export interface ReadingOptions {
  /** What expressions were lowered from, as far as that is known. */
  readonly origins?: ReadonlyMap<Expr, Expression>
  /** Where two policies are read side by side. */
  readonly view?: View
}

const NO_ORIGINS: ReadonlyMap<Expr, Expression> = new Map()

/** In which conditions of a route are read, for one kind of caller; null: nobody is known. */
export function contextOf(
  world: SymbolicDomain,
  identity: IdentityIr | null,
  { origins = NO_ORIGINS, view }: ReadingOptions = {},
): Context {
  const readers = { meaning: meaningOf, optional: optionalCases }
  return { world, identity, roles: new Map(), variables: new Map(), origins, readers, ...(view && { view }) }
}
