/**
 * The abstract syntax tree: what the text says, before anything is known about what it means.
 * Readonly data with a `kind`; what later phases learn lies beside it (`semantics/model.ts`), never in it.
 */
import type { Span } from '../source.ts'

interface Node {
  readonly span: Span
}

/** An identifier where it stands. */
export interface Name extends Node {
  readonly kind: 'Name'
  readonly text: string
}

/** A quoted text; `value` has its escapes resolved. */
export interface Text extends Node {
  readonly kind: 'Text'
  readonly value: string
}

export interface File extends Node {
  readonly kind: 'File'
  readonly imports: readonly Import[]
  /** Those that could be read. A service may lack routes, and a type that could not be read is a `NamedType` of the name `''`. */
  readonly declarations: readonly Declaration[]
  /**
   * Names that the text declares and the tree lacks, wholly or in part, because a mistake was reported there: `support`,
   * `orders`, `orders.refund`, and `''` for a type that could not be read. What refers to one of them is no further mistake.
   */
  readonly brokenNames: readonly string[]
}

export interface Import extends Node {
  readonly kind: 'Import'
  readonly names: readonly Name[]
  readonly from: Text
}

export type Declaration =
  | TypeDeclaration
  | IdentityDeclaration
  | RoleDeclaration
  | LabelDeclaration
  | ServiceDeclaration
  | RuleDeclaration
  | TestDeclaration

interface Declared extends Node {
  /** The text of the `///` lines before it, joined by line breaks; null where there is none. */
  readonly doc: string | null
}

export interface TypeDeclaration extends Declared {
  readonly kind: 'TypeDeclaration'
  readonly name: Name
  readonly type: TypeNode
}

export interface IdentityDeclaration extends Declared {
  readonly kind: 'IdentityDeclaration'
  readonly name: Name
  readonly methods: readonly Name[]
  readonly claims: readonly Field[]
}

export interface RoleDeclaration extends Declared {
  readonly kind: 'RoleDeclaration'
  readonly name: Name
  readonly of: readonly Name[]
  readonly when: Expression | null
}

export interface LabelDeclaration extends Declared {
  readonly kind: 'LabelDeclaration'
  readonly name: Name
}

export interface ServiceDeclaration extends Declared {
  readonly kind: 'ServiceDeclaration'
  readonly name: Name
  readonly hosts: readonly Text[]
  readonly labels: readonly Name[]
  readonly routes: readonly RouteDeclaration[]
}

export interface RouteDeclaration extends Declared {
  readonly kind: 'RouteDeclaration'
  readonly name: Name
  /** `ANY`, `GET` as names; others quoted. */
  readonly methods: readonly (Name | Text)[]
  readonly template: Text
  readonly labels: readonly Name[]
}

export interface RuleDeclaration extends Declared {
  readonly kind: 'RuleDeclaration'
  readonly effect: 'permit' | 'forbid'
  readonly name: Name
  readonly on: readonly Target[]
  readonly except: readonly Target[]
  /** Null where the clause was left out. */
  readonly to: readonly Name[] | null
  readonly conditions: readonly Condition[]
  readonly because: Text | null
}

export type Target = AllTarget | LabelTarget | ServiceTarget | RouteTarget
/** `*` */
export interface AllTarget extends Node {
  readonly kind: 'AllTarget'
}
/** `label pii` */
export interface LabelTarget extends Node {
  readonly kind: 'LabelTarget'
  readonly label: Name
}
/** `orders.*` */
export interface ServiceTarget extends Node {
  readonly kind: 'ServiceTarget'
  readonly service: Name
}
/** `orders.read` */
export interface RouteTarget extends Node {
  readonly kind: 'RouteTarget'
  readonly service: Name
  readonly route: Name
}

/** `when E` or `unless E`. */
export interface Condition extends Node {
  readonly kind: 'Condition'
  readonly unless: boolean
  readonly expression: Expression
}

export interface TestDeclaration extends Declared {
  readonly kind: 'TestDeclaration'
  readonly name: Text
  /** `as anonymous` has the caller null. */
  readonly caller: { readonly identity: Name; readonly claims: JsonObject } | null
  readonly method: Name | Text
  readonly url: Text
  readonly headers: readonly { readonly name: Text; readonly value: Text }[]
  /** `at timestamp("…")`, RFC 3339. */
  readonly at: Text | null
  /** `from "192.0.2.7"` */
  readonly from: Text | null
  readonly expect: Expectation
}

export interface Expectation extends Node {
  readonly kind: 'Expectation'
  readonly effect: 'permit' | 'deny' | 'unauthenticated' | 'challenge' | 'reject'
  /** `by RULE`, or `by default`, `by no-route`; null where the test does not say. */
  readonly by: Name | null
  /** `reject 400` */
  readonly status: number | null
}

/** A JSON value in a test; keys may be bare. */
export type JsonNode = JsonObject | JsonArray | JsonScalar
export interface JsonObject extends Node {
  readonly kind: 'JsonObject'
  readonly members: readonly { readonly key: Name | Text; readonly value: JsonNode }[]
}
export interface JsonArray extends Node {
  readonly kind: 'JsonArray'
  readonly elements: readonly JsonNode[]
}
export interface JsonScalar extends Node {
  readonly kind: 'JsonScalar'
  readonly value: string | number | boolean | null
}

/** A claim or a field of a record: `groups? from "a" "b": set<string>`. */
export interface Field extends Node {
  readonly kind: 'Field'
  readonly name: Name
  readonly optional: boolean
  /** The foreign name, a path of object keys; empty where it is the name itself. */
  readonly from: readonly Text[]
  readonly type: TypeNode
}

export type TypeNode = NamedType | GenericType | RecordType | LiteralsType
export interface NamedType extends Node {
  readonly kind: 'NamedType'
  readonly name: Name
}
/** `list<T>`, `set<T>`, `map<string, T>` */
export interface GenericType extends Node {
  readonly kind: 'GenericType'
  readonly name: Name
  readonly arguments: readonly TypeNode[]
}
export interface RecordType extends Node {
  readonly kind: 'RecordType'
  readonly fields: readonly Field[]
  /** `, ...` at the end: other fields may be there. */
  readonly open: boolean
}
/** `"EUR" | "USD"` */
export interface LiteralsType extends Node {
  readonly kind: 'LiteralsType'
  readonly values: readonly Text[]
}

export type Expression =
  | BoolLiteral
  | IntLiteral
  | DoubleLiteral
  | StringLiteral
  | ListLiteral
  | Identifier
  | Member
  | Index
  | Call
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
/** Within ±(2⁵³−1). */
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
/** `size(x)` has no receiver; `x.startsWith(y)` has one. */
export interface Call extends Node {
  readonly kind: 'Call'
  readonly receiver: Expression | null
  readonly name: Name
  readonly arguments: readonly Expression[]
}
/** `has(caller.level)` */
export interface Has extends Node {
  readonly kind: 'Has'
  readonly target: Expression
}
/** `caller is staff` */
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
 * `a && b && c` or `a || b || c`: two or more operands, none of them a chain of the same operator
 * (parentheses do not matter, as both operators associate), so that absorption has one place.
 */
export interface Chain extends Node {
  readonly kind: 'Chain'
  readonly operator: '&&' | '||'
  readonly operands: readonly Expression[]
}
export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-'
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
