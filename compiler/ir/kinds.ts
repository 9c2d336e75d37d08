import type { Expr, Kinds, Leaf } from './expression.ts'

type Kind = 'Variable' | Exclude<Expr['kind'], Leaf['kind']>

export const KIND = {
  Variable: 1 << 0,
  Field: 1 << 1,
  MapRead: 1 << 2,
  Position: 1 << 3,
  Entry: 1 << 4,
  Below: 1 << 5,
  ListRead: 1 << 6,
  Present: 1 << 7,
  Optional: 1 << 8,
  Some: 1 << 9,
  Chain: 1 << 10,
  Not: 1 << 11,
  Conditional: 1 << 12,
  Compare: 1 << 13,
  Equal: 1 << 14,
  In: 1 << 15,
  Arithmetic: 1 << 16,
  Negate: 1 << 17,
  Concat: 1 << 18,
  Collect: 1 << 19,
  CollectMap: 1 << 20,
  Call: 1 << 21,
  OrValue: 1 << 22,
  Let: 1 << 23,
  OptMap: 1 << 24,
  Quantifier: 1 << 25,
  Select: 1 << 26,
  Shared: 1 << 27,
} as const satisfies Record<Kind, Kinds>

/** Returns whether an expression is of one of the given kinds, or contains such an expression. */
export function has(expression: Expr, kinds: Kinds): boolean {
  return (expression.kinds & kinds) !== 0
}

export function isLeaf(expression: Expr): expression is Leaf {
  return (expression.kinds & ~KIND.Variable) === 0
}

/** Marks the end of a `switch` over a `kind`: a missing kind is a type error. Throws if it is reached. */
export function unreachable(node: never): never {
  throw new Error(`unexpected ${JSON.stringify(node)}`)
}
