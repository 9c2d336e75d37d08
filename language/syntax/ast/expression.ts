/** Expressions of conditions: CEL's, and our additions (`is`, requirements). */
import type { Name, Node, Period, Text } from './node.ts'

export type Expression =
  | BoolLiteral
  | IntLiteral
  | DoubleLiteral
  | StringLiteral
  | ListLiteral
  | MapLiteral
  | Identifier
  | Member
  | Index
  | OptionalMember
  | OptionalIndex
  | Call
  | Comprehension
  | Requirement
  | Has
  | Is
  | Not
  | Negate
  | Chain
  | Binary
  | Conditional

export interface BoolLiteral extends Node {
  readonly kind: 'BoolLiteral'
  readonly value: boolean
}
/** An integer literal within ±(2⁵³−1). */
export interface IntLiteral extends Node {
  readonly kind: 'IntLiteral'
  readonly value: number
}
export interface DoubleLiteral extends Node {
  readonly kind: 'DoubleLiteral'
  readonly value: number
}
export interface StringLiteral extends Node {
  readonly kind: 'StringLiteral'
  readonly value: string
}
export interface ListLiteral extends Node {
  readonly kind: 'ListLiteral'
  readonly elements: readonly Expression[]
}
/** A map literal: `{"a": 1}`. */
export interface MapLiteral extends Node {
  readonly kind: 'MapLiteral'
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[]
}
export interface Identifier extends Node {
  readonly kind: 'Identifier'
  readonly name: string
}
export interface Member extends Node {
  readonly kind: 'Member'
  readonly object: Expression
  readonly field: Name
}
export interface Index extends Node {
  readonly kind: 'Index'
  readonly object: Expression
  readonly index: Expression
}
/** An optional member, `caller.?level`: an optional, empty if the field is absent. */
export interface OptionalMember extends Node {
  readonly kind: 'OptionalMember'
  readonly object: Expression
  readonly field: Name
}
/** An optional index, `assigned[?caller.sub]` or `l[?0]`: an optional, empty if there is no such key or index. */
export interface OptionalIndex extends Node {
  readonly kind: 'OptionalIndex'
  readonly object: Expression
  readonly index: Expression
}
/**
 * A call. `size(x)` has no receiver; `x.startsWith(y)` and `math.abs(x)` have one: in the latter, the identifier `math`. Macros
 * are not calls.
 */
export interface Call extends Node {
  readonly kind: 'Call'
  readonly receiver: Expression | null
  readonly name: Name
  readonly arguments: readonly Expression[]
}
/** A comprehension: `all`, `exists`, `exists_one`, `filter`, `map` on a list, a set or a map's keys; `optMap` on an optional. */
export interface Comprehension extends Node {
  readonly kind: 'Comprehension'
  readonly macro: 'all' | 'exists' | 'exists_one' | 'filter' | 'map' | 'optMap'
  readonly range: Expression
  readonly variable: Name
  /** The `F` of `map(x, F, E)`: only elements for which it is true are mapped. Null for other comprehensions. */
  readonly filter: Expression | null
  readonly body: Expression
}
/**
 * A requirement, of type bool: `mfa within 10m`, `acr "gold" | "silver"`, `auth within 1h`. Allowed in `require`, as a whole
 * `unless` of a forbid, and anywhere in an invariant.
 */
export interface Requirement extends Node {
  readonly kind: 'Requirement'
  readonly what: 'mfa' | 'acr' | 'auth'
  /** Values of `acr`, at least one; empty for `mfa` and `auth`. */
  readonly values: readonly Text[]
  /** Maximum age of the authentication; null if any age suffices. Never null for `auth`. */
  readonly within: Period | null
}
/** A presence test: `has(caller.level)`. */
export interface Has extends Node {
  readonly kind: 'Has'
  readonly target: Expression
}
/** An identity test: `caller is staff`. */
export interface Is extends Node {
  readonly kind: 'Is'
  readonly operand: Expression
  readonly name: Name
}
export interface Not extends Node {
  readonly kind: 'Not'
  readonly operand: Expression
}
export interface Negate extends Node {
  readonly kind: 'Negate'
  readonly operand: Expression
}
/**
 * A chain of two or more operands, `a && b && c`. No operand is a chain of the same operator: `a && (b && c)` is one chain of
 * three. So CEL's rule for errors (absorption) applies to all operands at once.
 */
export interface Chain extends Node {
  readonly kind: 'Chain'
  readonly operator: '&&' | '||'
  readonly operands: readonly Expression[]
}
export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%'
export interface Binary extends Node {
  readonly kind: 'Binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}
export interface Conditional extends Node {
  readonly kind: 'Conditional'
  readonly test: Expression
  readonly then: Expression
  readonly otherwise: Expression
}
