import type { Type } from '../../../../language/index.ts'
import type { Random } from '../random.ts'
import type { Environment } from './environment.ts'
import type { Condition, Written } from './written.ts'

export interface How {
  /** The place tells the type: `[…]` is a set where one is wanted, and `[]` is something. */
  readonly expected?: boolean
  /** Not a constant, where there is anything else. */
  readonly open?: boolean
}

/** What the makers of expressions ask of one another. */
export interface Maker {
  readonly random: Random
  condition(at: Environment, depth: number): Condition
  /** A type of which `canMake` is true. */
  value(type: Type, at: Environment, depth: number, how?: How): Written
}
