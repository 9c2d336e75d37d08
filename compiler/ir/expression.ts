/**
 * Expressions of the decision IR: conditions with all names resolved for one route and one kind of caller. Small, typed and
 * readonly; only the functions of `build.ts` make them and compute their derived properties.
 */
import type { OverloadId } from '../../language/builtins/index.ts'
import type { Type } from '../../language/checker/types/type.ts'

export type Expr =
  | Leaf
  | Field
  | MapRead
  | Position
  | Entry
  | Below
  | ListRead
  | Present
  | Optional
  | Some
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
  | CollectMap
  | Call
  | OrValue
  | Let
  | OptMap
  | Quantifier
  | Select
  | Shared

/** Expressions without children. */
export type Leaf =
  | Const
  | Absent
  | Variable
  | Param
  | CallerField
  | RoleTest
  | IdentityTest
  | RequirementTest
  | RequestField
  | Header
  | HeaderTest
  | Mtls
  | Query
  | Body
  | Data

interface Node {
  readonly type: Type
  /** Whether evaluation may err. False is proven; true may be too cautious. */
  readonly fails: boolean
  /** The time from which on the value is known. */
  readonly binding: BindingTime
  /** The kinds of the expression and all that it contains. */
  readonly kinds: Kinds
  /** The approximate size of its source in bytes. */
  readonly weight: number
}

/**
 * Time at which a value is known, the earliest first. Data may change while a credential stays valid, so a value that depends on
 * both is known with the data.
 */
export type BindingTime = 'constant' | 'caller' | 'data' | 'request'

/** A bitset of kinds of expressions: those with children, and variables. */
export type Kinds = number

/** A literal or folded scalar, or an optional without a value. Doubles are finite. */
export interface Const extends Node {
  readonly kind: 'Const'
  readonly value: ConstValue
}
/** Timestamps and durations in nanoseconds, addresses and ranges as canonical texts, `null` for an empty optional. */
export type ConstValue = boolean | number | string | bigint | null

/** A value that this route does not have, behind a guard that is false. Never evaluated. */
export interface Absent extends Node {
  readonly kind: 'Absent'
}

/** A variable of an enclosing `Let`, `OptMap`, `Quantifier` or `Select`. */
export interface Variable extends Node {
  readonly kind: 'Variable'
  readonly variable: VariableName
}

/**
 * A name of the policy with its scope: `x@0` in a condition, `x@owns.0` in the def `owns`. The number counts enclosing variables
 * of the same text, so the name differs from those of all variables with that text.
 */
export type VariableName = `${string}@${string}`

export interface Param extends Node {
  readonly kind: 'Param'
  readonly index: number
  readonly name: string
  readonly place: ParamPlace
}

/**
 * Position of a parameter in the request. `prefix` and `suffix` are the lengths of the fixed parts of the parameter's segment.
 */
export type ParamPlace =
  | { readonly kind: 'segment'; readonly at: number; readonly prefix: number; readonly suffix: number }
  | { readonly kind: 'rest'; readonly at: number }
  | { readonly kind: 'host-label' }

/**
 * A read of a caller's field. Read only after narrowing to identities that have the field and, if the field is optional, after a
 * presence test.
 */
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

/** Whether the caller's authentication meets a requirement; an anonymous caller's never does. */
export interface RequirementTest extends Node {
  readonly kind: 'RequirementTest'
  readonly what: 'mfa' | 'acr' | 'auth'
  readonly values: readonly string[]
  /** Maximum age of the authentication in milliseconds; null if any age suffices. */
  readonly within: number | null
}

export interface RequestField extends Node {
  readonly kind: 'RequestField'
  readonly name: 'method' | 'host' | 'path' | 'time' | 'sourceIp'
}

/** The value of a header that is present. */
export interface Header extends Node {
  readonly kind: 'Header'
  readonly name: string
}

export interface HeaderTest extends Node {
  readonly kind: 'HeaderTest'
  readonly name: string
}

/** The connection's certificate as a record. Read only if the certificate is known to be present. */
export interface Mtls extends Node {
  readonly kind: 'Mtls'
}

/** The declared query keys as a record. */
export interface Query extends Node {
  readonly kind: 'Query'
}

/** The body, of any type. */
export interface Body extends Node {
  readonly kind: 'Body'
}

/** Pushed data. Read only if the data has arrived. */
export interface Data extends Node {
  readonly kind: 'Data'
  readonly name: string
}

export interface Field extends Node {
  readonly kind: 'Field'
  readonly object: Expr
  readonly name: string
}

/** The value of a key that is in the map. */
export interface MapRead extends Node {
  readonly kind: 'MapRead'
  readonly map: Expr
  readonly key: Expr
}

/**
 * Position of a text among a datum's map keys or hierarchy names, if the text is one of them; for a list or set, the position of
 * each text. Equivalent to the text, and found faster.
 */
export interface Position extends Node {
  readonly kind: 'Position'
  readonly datum: Expr
  readonly text: Expr
  /** Whether the position is precomputed, because the text is a field of a caller or of a data entry. */
  readonly linked: boolean
}

/** The value at a position of a map. The position must belong to one of the map's keys. */
export interface Entry extends Node {
  readonly kind: 'Entry'
  readonly map: Expr
  readonly at: Expr
}

/** `within` of a hierarchy by positions: whether a name is equal to or below another name, or one of several. */
export interface Below extends Node {
  readonly kind: 'Below'
  readonly hierarchy: Expr
  readonly at: Expr
  readonly above: Expr
}

/** An element of a list, which may be missing; allowed only within an `Optional`. */
export interface ListRead extends Node {
  readonly kind: 'ListRead'
  readonly list: Expr
  readonly index: Expr
}

/** A presence test, `has(…)`: whether an optional value is present. */
export interface Present extends Node {
  readonly kind: 'Present'
  readonly target: CallerField | Field | Mtls | Entry | Shared
}

/** A value that may be missing, as an optional: `.?f` and `[?k]`. */
export interface Optional extends Node {
  readonly kind: 'Optional'
  readonly target: CallerField | Field | Mtls | MapRead | Entry | ListRead | Header | Shared
}

/** A value wrapped in an optional. */
export interface Some extends Node {
  readonly kind: 'Some'
  readonly operand: Expr
}

/** CEL's `&&` and `||`, which absorb errors on either side; flat. */
export interface Chain extends Node {
  readonly kind: 'Chain'
  readonly operator: ChainOperator
  /** Operands of the chain, at least two. */
  readonly operands: readonly Operand[]
}
export type ChainOperator = '&&' | '||'

export interface Operand {
  readonly expression: Expr
  /**
   * Positions of earlier operands that make this operand readable by being true (`||`: false). If one of them errs or counts as
   * erring, this operand is not evaluated and counts as an error.
   */
  readonly guards: readonly number[]
  /** Origin of the expression, a rule's clause, by its name in `places.ts`. Passes may lose it. */
  readonly place?: string
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

/** Order of bools, ints, doubles, timestamps, durations, or strings by code point. False with a NaN. */
export interface Compare extends Node {
  readonly kind: 'Compare'
  readonly operator: CompareOperator
  readonly left: Expr
  readonly right: Expr
}
export type CompareOperator = '<' | '<=' | '>' | '>='

/** Equality of scalars, or of lists, sets, maps and optionals of them. A NaN equals nothing. */
export interface Equal extends Node {
  readonly kind: 'Equal'
  readonly left: Expr
  readonly right: Expr
}

/** Membership: a value in a list, a scalar in a set, a string among the keys of a map. */
export interface In extends Node {
  readonly kind: 'In'
  readonly element: Expr
  readonly collection: Expr
}

/** Arithmetic of ints (within ±(2⁵³−1), else an error), doubles, timestamps and durations (within their ranges). */
export interface Arithmetic extends Node {
  readonly kind: 'Arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: Expr
  readonly right: Expr
}
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

/** A negation. Cannot overflow, as the range of int is symmetric. */
export interface Negate extends Node {
  readonly kind: 'Negate'
  readonly operand: Expr
}

/** Concatenates strings or lists. */
export interface Concat extends Node {
  readonly kind: 'Concat'
  readonly left: Expr
  readonly right: Expr
}

/** A list literal, as a list or as a set of scalars. */
export interface Collect extends Node {
  readonly kind: 'Collect'
  readonly elements: readonly Expr[]
}

/** A map literal with distinct keys. */
export interface CollectMap extends Node {
  readonly kind: 'CollectMap'
  readonly entries: readonly { readonly key: string; readonly value: Expr }[]
}

/** A built-in function; the receiver is the first operand. */
export interface Call extends Node {
  readonly kind: 'Call'
  readonly id: OverloadId
  readonly operands: readonly Expr[]
}

/** The value of an optional, or else the fallback, which is evaluated only then. */
export interface OrValue extends Node {
  readonly kind: 'OrValue'
  readonly operand: Expr
  readonly fallback: Expr
}

/** An argument of a def. Errs if the value does, even if the body does not read the value. */
export interface Let extends Node {
  readonly kind: 'Let'
  readonly variable: VariableName
  readonly value: Expr
  readonly body: Expr
}

/** The body as an optional if `range` has a value, else empty. A body that is an optional is not wrapped again. */
export interface OptMap extends Node {
  readonly kind: 'OptMap'
  readonly range: Expr
  readonly variable: VariableName
  readonly body: Expr
}

/**
 * A quantifier. `all` and `exists` absorb errors as `&&` and `||` do; `exists_one` errs if a test does. For a map, the quantifier
 * iterates the keys.
 */
export interface Quantifier extends Node {
  readonly kind: 'Quantifier'
  readonly quantifier: 'all' | 'exists' | 'exists_one'
  readonly range: Expr
  readonly variable: VariableName
  readonly test: Expr
}

/**
 * A `filter` or `map`: the values of the elements whose test is true. Errs if a test or value does. For a map, the elements are
 * the keys.
 */
export interface Select extends Node {
  readonly kind: 'Select'
  readonly range: Expr
  readonly variable: VariableName
  /** Test that selects elements; null to select all. */
  readonly test: Expr | null
  /** Value of each selected element; null for the element itself. */
  readonly value: Expr | null
}

/** A value that a program needs several times: one object for all uses, without free variables. */
export interface Shared extends Node {
  readonly kind: 'Shared'
  /** Preferred name of the variable that keeps the value. */
  readonly wish: string
  readonly value: Expr
}
