import type { Type } from '../../../../language/index.ts'
import type { Environment } from './environment.ts'

/** How tightly a text holds together. */
export const LEVEL = {
  conditional: 0,
  or: 1,
  and: 2,
  relation: 3,
  sum: 4,
  product: 5,
  sign: 6,
  primary: 7,
} as const
export type Level = (typeof LEVEL)[keyof typeof LEVEL]

/** An expression that checks where it was made for. */
export interface Written {
  readonly text: string
  readonly level: Level
  readonly type: Type
  /** A list or map that is written out: going through it costs nothing. */
  readonly isShort: boolean
  /** A single constant, of which the checker asks that it is none that can only err. */
  readonly isConstant: boolean
}

/** A bool, and what is known where it is true and where it is false. */
export interface Condition extends Written {
  readonly whenTrue: Environment
  readonly whenFalse: Environment
}

export function written(text: string, level: Level, type: Type): Written {
  return { text, level, type, isShort: false, isConstant: false }
}

/** What stands by itself. */
export function primary(text: string, type: Type): Written {
  return written(text, LEVEL.primary, type)
}

/** A condition that tells nothing. */
export function plain(expression: Written, at: Environment): Condition {
  return { ...expression, whenTrue: at, whenFalse: at }
}

/** The text where something that holds together at least so tightly must stand. */
export function within({ text, level }: Written, least: Level): string {
  return level >= least ? text : `(${text})`
}
