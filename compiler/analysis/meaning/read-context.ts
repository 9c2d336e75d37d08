import type { IdentityIr } from '../../ir/index.ts'
import type { Context, View } from './context.ts'
import { meaningOf } from './meaning.ts'
import { optionalCases } from './optionals.ts'
import type { World } from './world.ts'

/** In which conditions of a route are read, for one kind of caller; null: nobody is known. */
export function contextOf(world: World, identity: IdentityIr | null, view?: View): Context {
  const readers = { meaning: meaningOf, optional: optionalCases }
  return { world, identity, roles: new Map(), variables: new Map(), readers, ...(view && { view }) }
}
