import type { Expression } from '../../../language/syntax/ast.ts'
import type { Expr, IdentityIr } from '../../ir/index.ts'
import type { Context } from './context.ts'
import { meaningOf } from './meaning.ts'
import { optionalCases } from './optionals.ts'
import type { World } from './world.ts'

/** In which conditions of a route are read, for one kind of caller; null: nobody is known. */
export function contextOf(
  world: World,
  identity: IdentityIr | null,
  origins: ReadonlyMap<Expr, Expression> = new Map(),
): Context {
  const readers = { meaning: meaningOf, optional: optionalCases }
  return { world, identity, roles: new Map(), variables: new Map(), origins, readers }
}
