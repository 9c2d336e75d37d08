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
 * The earliest time at which a value is known. Order: compile time, authentication of the caller, update of data, request. A
 * value that depends on caller and data counts as `data`.
 */
export type BindingTime = 'constant' | 'caller' | 'data' | 'request'

/** A set of kinds of expressions as bits. There is a bit for each kind with children, and one for variables. */
export type Kinds = number

/** A literal or folded scalar, or an optional without a value. Doubles are finite. */
export interface Const extends Node {
  readonly kind: 'Const'
  readonly value: ConstValue
}
/**
 * Value of a constant. Timestamps and durations are in nanoseconds, addresses and ranges are canonical texts, and `null` is an
 * empty optional.
 */
export type ConstValue = boolean | number | string | bigint | null

/**
 * Stands for a value that the route or caller does not have, such as the body of a route without one. Guards prevent its
 * evaluation.
 */
export interface Absent extends Node {
  readonly kind: 'Absent'
}

/** A read of the variable that an enclosing `Let`, `OptMap`, `Quantifier` or `Select` binds. */
export interface Variable extends Node {
  readonly kind: 'Variable'
  readonly variable: VariableName
}

/**
 * Name of a variable in the policy with its scope: `x@0` in a condition, `x@owns.0` in the def `owns`. The number counts
 * enclosing variables of the same condition or def, so nested variables have different names.
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
 * A read of a field of the caller. The identity must be known to have the field. An optional field must be known to be present.
 */
export interface CallerField extends Node {
  readonly kind: 'CallerField'
  readonly name: string
}

/** Test whether the caller has one of some roles. Role bits are stored in words; all roles of one test are in the same word. */
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

/** A read of a header's value. The header must be known to be present. */
export interface Header extends Node {
  readonly kind: 'Header'
  readonly name: string
}

export interface HeaderTest extends Node {
  readonly kind: 'HeaderTest'
  readonly name: string
}

/** A read of the client certificate as a record. The certificate must be known to be present. */
export interface Mtls extends Node {
  readonly kind: 'Mtls'
}

/** A read of the declared query parameters as a record. */
export interface Query extends Node {
  readonly kind: 'Query'
}

/** A read of the request's body, which may have any type. */
export interface Body extends Node {
  readonly kind: 'Body'
}

/** A read of data that was pushed to the proxy. The data must be known to have arrived. */
export interface Data extends Node {
  readonly kind: 'Data'
  readonly name: string
}

export interface Field extends Node {
  readonly kind: 'Field'
  readonly object: Expr
  readonly name: string
}

/** A read of a map's value by key. The map must be known to contain the key. */
export interface MapRead extends Node {
  readonly kind: 'MapRead'
  readonly map: Expr
  readonly key: Expr
}

/**
 * Index of a text among a datum's map keys or hierarchy names, if the text is one of them. For a list or set of texts, the index
 * of each. Replaces lookups by text, as it is faster.
 */
export interface Position extends Node {
  readonly kind: 'Position'
  readonly datum: Expr
  readonly text: Expr
  /** Whether the index is precomputed, because the text is a field of a caller or of a data entry. */
  readonly linked: boolean
}

/** A read of a map's value by the index of its key (`Position`). The index must belong to one of the map's keys. */
export interface Entry extends Node {
  readonly kind: 'Entry'
  readonly map: Expr
  readonly at: Expr
}

/** The test `within` of a hierarchy by indices of names: whether a name equals or is below another name, or one of several. */
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

/** The expressions `.?f` and `[?k]`: an optional that has a value if the target is present, and is empty otherwise. */
export interface Optional extends Node {
  readonly kind: 'Optional'
  readonly target: CallerField | Field | Mtls | MapRead | Entry | ListRead | Header | Shared
}

/** A value converted to an optional that has this value. */
export interface Some extends Node {
  readonly kind: 'Some'
  readonly operand: Expr
}

/** A chain of CEL's `&&` or `||`, which absorb errors on either side. No operand is a chain of the same operator. */
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
   * Indices of earlier operands that make this operand readable by being true (`||`: false). If one of them errs, this operand is
   * not evaluated and counts as an error.
   */
  readonly guards: readonly number[]
  /** Name of the operand's origin in the policy, a clause of a rule (`places.ts`), for the source map. Passes may drop it. */
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

/**
 * A comparison by order of bools, ints, doubles, timestamps, durations, or strings (by code point). False if an operand is NaN.
 */
export interface Compare extends Node {
  readonly kind: 'Compare'
  readonly operator: CompareOperator
  readonly left: Expr
  readonly right: Expr
}
export type CompareOperator = '<' | '<=' | '>' | '>='

/** A test for equality of scalars, or of lists, sets, maps and optionals of scalars. NaN equals nothing. */
export interface Equal extends Node {
  readonly kind: 'Equal'
  readonly left: Expr
  readonly right: Expr
}

/** A membership test: of a value in a list, a scalar in a set, or a string among the keys of a map. */
export interface In extends Node {
  readonly kind: 'In'
  readonly element: Expr
  readonly collection: Expr
}

/**
 * An arithmetic operation on ints, doubles, timestamps or durations. A result out of range is an error; the range of ints is
 * ±(2⁵³−1).
 */
export interface Arithmetic extends Node {
  readonly kind: 'Arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: Expr
  readonly right: Expr
}
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

/** The negative of a number. Cannot overflow, as the range of ints is symmetric. */
export interface Negate extends Node {
  readonly kind: 'Negate'
  readonly operand: Expr
}

/** A concatenation of two strings or two lists. */
export interface Concat extends Node {
  readonly kind: 'Concat'
  readonly left: Expr
  readonly right: Expr
}

/** A list literal, whose value is a list, or a set of scalars. */
export interface Collect extends Node {
  readonly kind: 'Collect'
  readonly elements: readonly Expr[]
}

/** A map literal with distinct keys. */
export interface CollectMap extends Node {
  readonly kind: 'CollectMap'
  readonly entries: readonly { readonly key: string; readonly value: Expr }[]
}

/** A call of a built-in function. The receiver of a method is the first operand. */
export interface Call extends Node {
  readonly kind: 'Call'
  readonly id: OverloadId
  readonly operands: readonly Expr[]
}

/** CEL's `orValue`: the value of an optional, or else the fallback, which is evaluated only if the optional is empty. */
export interface OrValue extends Node {
  readonly kind: 'OrValue'
  readonly operand: Expr
  readonly fallback: Expr
}

/** Binds a def's argument to a variable in a body. Errs if the argument does, even if the body does not read the variable. */
export interface Let extends Node {
  readonly kind: 'Let'
  readonly variable: VariableName
  readonly value: Expr
  readonly body: Expr
}

/**
 * CEL's `optMap`: binds the value of the optional `range` to a variable, and evaluates the body to an optional. Empty if `range`
 * is empty. A body that is an optional itself is not wrapped again.
 */
export interface OptMap extends Node {
  readonly kind: 'OptMap'
  readonly range: Expr
  readonly variable: VariableName
  readonly body: Expr
}

/**
 * A test over all elements of a collection, or the keys of a map. `all` and `exists` absorb errors as `&&` and `||` do;
 * `exists_one` errs if a test does.
 */
export interface Quantifier extends Node {
  readonly kind: 'Quantifier'
  readonly quantifier: 'all' | 'exists' | 'exists_one'
  readonly range: Expr
  readonly variable: VariableName
  readonly test: Expr
}

/**
 * CEL's `filter` or `map`: the values of the elements (for a map, of its keys) whose test is true. Errs if a test or value errs.
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

/** A common subexpression, which is computed once. It is one object for all uses, and has no free variables. */
export interface Shared extends Node {
  readonly kind: 'Shared'
  /** Preferred name of the variable that keeps the value in generated code. */
  readonly wish: string
  readonly value: Expr
}
