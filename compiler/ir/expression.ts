/**
 * Expressions of the decision IR: what a condition says, with every name resolved for one route and one kind of caller.
 * Small, typed, readonly; made by the functions of `build.ts` alone, which work out what a node says of itself.
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

/** What has no children. */
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
  /** Whether evaluating it may err. False is a proof; true may be cautious. */
  readonly fails: boolean
  /** The moment from which on its value is known. */
  readonly binding: BindingTime
  /** Of what stands in it, itself included. */
  readonly kinds: Kinds
  /** About how many bytes of source it becomes. */
  readonly weight: number
}

/** In the order of time. Data change while a credential stays, so that what reads both is known with the data. */
export type BindingTime = 'constant' | 'caller' | 'data' | 'request'

/** A set of kinds of expressions, a bit a kind: those that have children, and variables. */
export type Kinds = number

/** A scalar, of a literal or folded, or an optional without a value. Doubles are finite. */
export interface Const extends Node {
  readonly kind: 'Const'
  readonly value: ConstValue
}
/**
 * As conditions hold them: a timestamp and a duration in nanoseconds, an address and a range as canonical texts, `null` for an
 * empty optional.
 */
export type ConstValue = boolean | number | string | bigint | null

/** What this route does not have, where a guard that is false keeps it from being read. Never evaluated. */
export interface Absent extends Node {
  readonly kind: 'Absent'
}

/** Of a `Let`, `OptMap`, `Quantifier` or `Select` round it. */
export interface Variable extends Node {
  readonly kind: 'Variable'
  readonly variable: VariableName
}

/**
 * A name of the policy and where it is declared: `x@0` in a condition, `x@owns.0` in the def `owns`, by how many variables of the
 * same text stand round it. So it is unlike those of the text that it stands in, and of the texts that call that.
 */
export type VariableName = `${string}@${string}`

export interface Param extends Node {
  readonly kind: 'Param'
  readonly index: number
  readonly name: string
  readonly place: ParamPlace
}

/** Where a parameter stands in the request: `prefix` and `suffix` count what is fixed round it in a segment of the path. */
export type ParamPlace =
  | { readonly kind: 'segment'; readonly at: number; readonly prefix: number; readonly suffix: number }
  | { readonly kind: 'rest'; readonly at: number }
  | { readonly kind: 'host-label' }

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

/** Whether the caller's authentication meets a requirement; an anonymous caller's meets none. */
export interface RequirementTest extends Node {
  readonly kind: 'RequirementTest'
  readonly what: 'mfa' | 'acr' | 'auth'
  readonly values: readonly string[]
  /** Milliseconds. */
  readonly within: number | null
}

export interface RequestField extends Node {
  readonly kind: 'RequestField'
  readonly name: 'method' | 'host' | 'path' | 'time' | 'sourceIp'
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

/** The certificate of the connection, a record, where it is known to be there. */
export interface Mtls extends Node {
  readonly kind: 'Mtls'
}

/** The declared keys of the query, a record. */
export interface Query extends Node {
  readonly kind: 'Query'
}

/** The body, of whatever type. */
export interface Body extends Node {
  readonly kind: 'Body'
}

/** Facts from outside, which have arrived. */
export interface Data extends Node {
  readonly kind: 'Data'
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

/**
 * Where a text stands among the keys of a map or the names of a hierarchy of data, if it is one of them; of a list or set of
 * texts, where each of them does. It means as much as the text, and is found sooner.
 */
export interface Position extends Node {
  readonly kind: 'Position'
  readonly datum: Expr
  readonly text: Expr
  /** It was found before the decision: the text is a field of a caller, or of an entry of data. */
  readonly linked: boolean
}

/** The value at a position of a map, which must be one of its keys. */
export interface Entry extends Node {
  readonly kind: 'Entry'
  readonly map: Expr
  readonly at: Expr
}

/** `within` of a hierarchy, of positions: whether one is, or is below, another; or below one of several. */
export interface Below extends Node {
  readonly kind: 'Below'
  readonly hierarchy: Expr
  readonly at: Expr
  readonly above: Expr
}

/** An element of a list. It may not be there, so this stands in an `Optional` alone. */
export interface ListRead extends Node {
  readonly kind: 'ListRead'
  readonly list: Expr
  readonly index: Expr
}

/** `has(…)` of what may be missing. */
export interface Present extends Node {
  readonly kind: 'Present'
  readonly target: CallerField | Field | Mtls | Entry | Shared
}

/** `.?f` and `[?k]`: the value of what may be missing, as an optional. */
export interface Optional extends Node {
  readonly kind: 'Optional'
  readonly target: CallerField | Field | Mtls | MapRead | Entry | ListRead | Header | Shared
}

/** A value as an optional that has it. */
export interface Some extends Node {
  readonly kind: 'Some'
  readonly operand: Expr
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
  /** Where a clause of a rule is written, by the name that `places.ts` gives it. It means nothing, and may get lost. */
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

/** Order of bools, ints, doubles, timestamps, durations, or strings by code point. With a NaN it is false. */
export interface Compare extends Node {
  readonly kind: 'Compare'
  readonly operator: CompareOperator
  readonly left: Expr
  readonly right: Expr
}
export type CompareOperator = '<' | '<=' | '>' | '>='

/** Of scalars, or of what lists, sets, maps and optionals hold of them. A NaN is equal to nothing. */
export interface Equal extends Node {
  readonly kind: 'Equal'
  readonly left: Expr
  readonly right: Expr
}

/** A value in a list, a scalar in a set; a string among the keys of a map. */
export interface In extends Node {
  readonly kind: 'In'
  readonly element: Expr
  readonly collection: Expr
}

/**
 * Of ints (leaving ±(2⁵³−1) is an error, and so is a division by zero), doubles, timestamps and durations (leaving their range is
 * one).
 */
export interface Arithmetic extends Node {
  readonly kind: 'Arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: Expr
  readonly right: Expr
}
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

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

/** A map literal; its keys are distinct. */
export interface CollectMap extends Node {
  readonly kind: 'CollectMap'
  readonly entries: readonly { readonly key: string; readonly value: Expr }[]
}

/** A built-in function of its operands, the receiver first. */
export interface Call extends Node {
  readonly kind: 'Call'
  readonly id: OverloadId
  readonly operands: readonly Expr[]
}

/** The value of an optional; where it has none, the fallback, which is evaluated only then. */
export interface OrValue extends Node {
  readonly kind: 'OrValue'
  readonly operand: Expr
  readonly fallback: Expr
}

/** An argument of a def: errs where the value does, whether the body reads it or not. */
export interface Let extends Node {
  readonly kind: 'Let'
  readonly variable: VariableName
  readonly value: Expr
  readonly body: Expr
}

/**
 * An optional of the body where `range` has a value; empty where it has none. A body that is an optional is not wrapped again.
 */
export interface OptMap extends Node {
  readonly kind: 'OptMap'
  readonly range: Expr
  readonly variable: VariableName
  readonly body: Expr
}

/** `all` and `exists` absorb errors as `&&` and `||` do; `exists_one` errs where one test does. Over a map: its keys. */
export interface Quantifier extends Node {
  readonly kind: 'Quantifier'
  readonly quantifier: 'all' | 'exists' | 'exists_one'
  readonly range: Expr
  readonly variable: VariableName
  readonly test: Expr
}

/**
 * `filter` and `map`: the values, of the elements of which the test is true. Errs where one test or value does. Over a map: its
 * keys.
 */
export interface Select extends Node {
  readonly kind: 'Select'
  readonly range: Expr
  readonly variable: VariableName
  /** Null: all. */
  readonly test: Expr | null
  /** Null: the elements themselves. */
  readonly value: Expr | null
}

/**
 * What a program needs several times: one object for all of its places. It reads no variable, so that it is the same everywhere.
 */
export interface Shared extends Node {
  readonly kind: 'Shared'
  /** What a variable that keeps it may be called. */
  readonly wish: string
  readonly value: Expr
}
