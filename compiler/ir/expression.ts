/**
 * Expressions of the decision IR: what a condition says, with every name resolved for one route and one kind of caller.
 * Small, typed, readonly; made by the functions of `build.ts` alone, which work out `fails` and `binding`.
 */
import type { Type } from '../../language/semantics/types/type.ts'

export type Expr =
  | Const
  | Absent
  | Param
  | CallerField
  | RoleTest
  | IdentityTest
  | RequestField
  | Header
  | HeaderTest
  | Field
  | MapRead
  | Present
  | Chain
  | Not
  | Conditional
  | Compare
  | Equal
  | In
  | Arithmetic
  | Negate
  | Concat
  | Collect
  | TextTest
  | ChangeCase
  | Size

interface Node {
  readonly type: Type
  /** Whether evaluating it may err (`overflow`). False is a proof; true may be cautious. */
  readonly fails: boolean
  /** The moment from which on its value is known. */
  readonly binding: Binding
}

/** In the order of time. `data`, between the first two, comes with data. */
export type Binding = 'constant' | 'caller' | 'request'

/** A scalar, of a literal or folded. Doubles are finite. */
export interface Const extends Node {
  readonly kind: 'Const'
  readonly value: boolean | number | string
}

/** A parameter that this route does not have, where a guard that is false keeps it from being read. Never evaluated. */
export interface Absent extends Node {
  readonly kind: 'Absent'
}

export interface Param extends Node {
  readonly kind: 'Param'
  readonly index: number
  readonly name: string
}

/** Read after narrowing to identities that have it, and, if optional, where it is known to be there. */
export interface CallerField extends Node {
  readonly kind: 'CallerField'
  readonly name: string
}

/** Whether the caller has one of some roles, whose bits are in one word. */
export interface RoleTest extends Node {
  readonly kind: 'RoleTest'
  readonly word: number
  readonly mask: number
}

export interface IdentityTest extends Node {
  readonly kind: 'IdentityTest'
  readonly index: number
  readonly name: string
}

export interface RequestField extends Node {
  readonly kind: 'RequestField'
  readonly name: 'method' | 'host' | 'path'
}

/** The value of a header that is there. */
export interface Header extends Node {
  readonly kind: 'Header'
  readonly name: string
}

export interface HeaderTest extends Node {
  readonly kind: 'HeaderTest'
  readonly name: string
}

/** A field of a record. */
export interface Field extends Node {
  readonly kind: 'Field'
  readonly object: Expr
  readonly name: string
}

/** The value under a key that is in the map. */
export interface MapRead extends Node {
  readonly kind: 'MapRead'
  readonly map: Expr
  readonly key: Expr
}

/** `has(…)` of an optional field. */
export interface Present extends Node {
  readonly kind: 'Present'
  readonly target: CallerField | Field
}

/** CEL's `&&` and `||`, absorbing on either side, flat. */
export interface Chain extends Node {
  readonly kind: 'Chain'
  readonly operator: ChainOperator
  /** Two or more. */
  readonly operands: readonly Operand[]
}
export type ChainOperator = '&&' | '||'

export interface Operand {
  readonly expression: Expr
  /**
   * Positions, all before this one, of the operands whose truth (in `||`: falsity) makes this one readable. Where one
   * of them errs or counts as erring, this one is not evaluated and counts as an error.
   */
  readonly guards: readonly number[]
}

export interface Not extends Node {
  readonly kind: 'Not'
  readonly operand: Expr
}

export interface Conditional extends Node {
  readonly kind: 'Conditional'
  readonly test: Expr
  readonly then: Expr
  readonly otherwise: Expr
}

/** Order of ints, doubles, or strings by code point. With a NaN it is false. */
export interface Compare extends Node {
  readonly kind: 'Compare'
  readonly operator: CompareOperator
  readonly left: Expr
  readonly right: Expr
}
export type CompareOperator = '<' | '<=' | '>' | '>='

/** Of scalars, or of lists or sets of scalars. A NaN is equal to nothing. */
export interface Equal extends Node {
  readonly kind: 'Equal'
  readonly left: Expr
  readonly right: Expr
}

/** A scalar in a list or set; a string among the keys of a map. */
export interface In extends Node {
  readonly kind: 'In'
  readonly element: Expr
  readonly collection: Expr
}

/** Of ints (leaving ±(2⁵³−1) is an error) or doubles. */
export interface Arithmetic extends Node {
  readonly kind: 'Arithmetic'
  readonly operator: '+' | '-'
  readonly left: Expr
  readonly right: Expr
}

/** Never leaves the range of int, which is symmetric. */
export interface Negate extends Node {
  readonly kind: 'Negate'
  readonly operand: Expr
}

/** Of strings or of lists. */
export interface Concat extends Node {
  readonly kind: 'Concat'
  readonly left: Expr
  readonly right: Expr
}

/** A list literal, as a list or as a set (of scalars). */
export interface Collect extends Node {
  readonly kind: 'Collect'
  readonly elements: readonly Expr[]
}

export interface TextTest extends Node {
  readonly kind: 'TextTest'
  readonly name: 'startsWith' | 'endsWith' | 'contains'
  readonly text: Expr
  readonly part: Expr
}

export interface ChangeCase extends Node {
  readonly kind: 'ChangeCase'
  readonly name: 'lowerAscii' | 'upperAscii'
  readonly operand: Expr
}

/** Code points of a string, elements of a list or set, entries of a map. */
export interface Size extends Node {
  readonly kind: 'Size'
  readonly operand: Expr
}
