/**
 * The abstract syntax tree: what the text says, before anything is known about what it means.
 * Readonly data with a `kind`; what later phases learn lies beside it (`semantics/model.ts`), never in it.
 */
import type { Span } from '../source.ts'
import type { Expression, Requirement } from './ast/expression.ts'
import type { Name, Node, Period, Text } from './ast/node.ts'

export type {
  Binary,
  BinaryOperator,
  BoolLiteral,
  Call,
  Chain,
  Comprehension,
  Conditional,
  DoubleLiteral,
  Expression,
  Has,
  Identifier,
  Index,
  IntLiteral,
  Is,
  ListLiteral,
  MapLiteral,
  Member,
  Negate,
  Not,
  OptionalIndex,
  OptionalMember,
  Requirement,
  StringLiteral,
} from './ast/expression.ts'
export type { Name, Period, Text } from './ast/node.ts'

export interface File extends Node {
  readonly kind: 'File'
  readonly imports: readonly Import[]
  /** Those that could be read. A service may lack routes, and a type that could not be read is a `NamedType` of the name `''`. */
  readonly declarations: readonly Declaration[]
  /**
   * Names that the text declares and the tree lacks, wholly or in part, because a mistake was reported there: `support`,
   * `orders`, `orders.refund`, `orders.` for a route whose name could not be read, and `''` for such a type. What refers to one
   * of them is no further mistake.
   */
  readonly brokenNames: readonly string[]
  /**
   * Words of which some may be what the text declares or imports where so little of it could be read that nobody knows: `orders`
   * of `servise orders at …`. What refers to one that is not known otherwise is no further mistake.
   */
  readonly lostNames: readonly string[]
  /**
   * Every comment in the order written: `//` and `///` lines, and those between slashes and stars. For the printer and for
   * `iap-ignore`.
   */
  readonly comments: readonly Comment[]
}

/** From its first slash to the end of its line, which is not part of it, or to its closing star and slash. */
export interface Comment extends Node {
  readonly kind: 'Comment'
  readonly text: string
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
  | DataDeclaration
  | DefDeclaration
  | ServiceDeclaration
  | RuleDeclaration
  | InvariantDeclaration
  | TestDeclaration

interface Declared extends Node {
  /** The text of the `///` lines before it, joined by line breaks; null where there is none. */
  readonly doc: string | null
  /**
   * `@was("old")`, `@deprecated("use x")`, in the order written. The parser takes any name; the checker knows which there are.
   */
  readonly annotations: readonly Annotation[]
}

/** `@was("old")` before a declaration or a route. */
export interface Annotation extends Node {
  readonly kind: 'Annotation'
  readonly name: Name
  readonly argument: Text
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

/** `data assigned: map<string, set<string>>` */
export interface DataDeclaration extends Declared {
  readonly kind: 'DataDeclaration'
  readonly name: Name
  readonly type: TypeNode
}

/** `def owns(order: string): bool = …` */
export interface DefDeclaration extends Declared {
  readonly kind: 'DefDeclaration'
  readonly name: Name
  readonly params: readonly { readonly name: Name; readonly type: TypeNode }[]
  readonly result: TypeNode
  readonly body: Expression
}

export interface ServiceDeclaration extends Declared {
  readonly kind: 'ServiceDeclaration'
  readonly name: Name
  readonly hosts: readonly Text[]
  readonly labels: readonly Name[]
  /** `from openapi "./orders.yaml"`; null where the routes are written here alone. */
  readonly openapi: Text | null
  readonly routes: readonly RouteDeclaration[]
  /** `operationId is label, …` of a service from OpenAPI; empty otherwise. */
  readonly operations: readonly OperationDeclaration[]
}

/** What a service from OpenAPI says of an operation of the document: its labels. */
export interface OperationDeclaration extends Declared {
  readonly kind: 'OperationDeclaration'
  readonly name: Name
  readonly labels: readonly Name[]
}

export interface RouteDeclaration extends Declared {
  readonly kind: 'RouteDeclaration'
  readonly name: Name
  /** `rpc read "shop.Orders/Read"`: `template` is then what was written, and `methods` is empty. */
  readonly rpc: boolean
  /** `ANY`, `GET` as names; others quoted. */
  readonly methods: readonly (Name | Text)[]
  readonly template: Text
  /** `query { customer: string, page?: int }`; null where there is none. */
  readonly query: readonly Field[] | null
  readonly body: BodyNode | null
  readonly labels: readonly Name[]
}

/** `body T` */
export type BodyNode = TypedBody | SchemaBody
export interface TypedBody extends Node {
  readonly kind: 'TypedBody'
  readonly type: TypeNode
}
/** `body schema "./refund.schema.json"` */
export interface SchemaBody extends Node {
  readonly kind: 'SchemaBody'
  readonly from: Text
}

export interface RuleDeclaration extends Declared {
  readonly kind: 'RuleDeclaration'
  readonly shadow: boolean
  readonly effect: 'permit' | 'forbid'
  readonly name: Name
  readonly on: readonly Target[]
  readonly except: readonly Target[]
  /** Null where the clause was left out. */
  readonly to: readonly Name[] | null
  readonly conditions: readonly Condition[]
  /** `require REQ`, each; the checker refuses them on a forbid. */
  readonly requires: readonly Requirement[]
  readonly limit: Limit | null
  readonly headers: readonly HeaderClause[]
  readonly because: Text | null
}

/** `limit 20 per 1h by caller.sub` */
export interface Limit extends Node {
  readonly kind: 'Limit'
  readonly count: { readonly value: number; readonly span: Span }
  readonly per: Period
  readonly by: Expression | null
}

/** `header "x-tier" = E` */
export interface HeaderClause extends Node {
  readonly kind: 'HeaderClause'
  readonly name: Text
  readonly value: Expression
}

/**
 * `permitted only when E`, `permitted when E`, `permitted always`, `denied when E`, `denied always`, over the routes that it
 * names.
 */
export interface InvariantDeclaration extends Declared {
  readonly kind: 'InvariantDeclaration'
  readonly name: Name
  readonly on: readonly Target[]
  readonly except: readonly Target[]
  readonly form: 'permitted-only-when' | 'permitted-when' | 'denied-when'
  /** Null: `always`. */
  readonly condition: Expression | null
  /** `allow unknown` at the end. */
  readonly allowUnknown: boolean
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
  /** `authenticated by mfa 5m ago`; null where it is not said. */
  readonly authenticated: Authenticated | null
  readonly method: Name | Text
  readonly url: Text | Placeholder
  /** The object behind the URL, or `body "raw"`; null where there is none. */
  readonly body: JsonNode | Text | null
  readonly headers: readonly { readonly name: Text; readonly value: Text | Placeholder }[]
  readonly data: readonly { readonly name: Name; readonly value: JsonNode }[]
  /** `mtls { spiffe_id: "…" }`: the certificate of the connection, whoever the caller is. */
  readonly mtls: JsonObject | null
  /** `at timestamp("…")`, RFC 3339. */
  readonly at: Text | Placeholder | null
  /** `from "192.0.2.7"` */
  readonly from: Text | Placeholder | null
  readonly expect: Expectation
  /** The rows of `cases { "row": { x: … } … }`; null where the test is one case. Every `$x` names a member of every row. */
  readonly cases: readonly TestCase[] | null
}

export interface TestCase extends Node {
  readonly kind: 'TestCase'
  readonly name: Text
  readonly values: JsonObject
}

/** `$x` in a test with `cases`, wherever a JSON value or one of the texts may stand. */
export interface Placeholder extends Node {
  readonly kind: 'Placeholder'
  readonly name: string
}

/** `authenticated 5m ago`, `authenticated by mfa 5m ago`, `authenticated by acr "gold" 5m ago` */
export interface Authenticated extends Node {
  readonly kind: 'Authenticated'
  readonly by: 'mfa' | Text | null
  readonly ago: Period
}

export interface Expectation extends Node {
  readonly kind: 'Expectation'
  readonly effect: 'permit' | 'deny' | 'unauthenticated' | 'challenge' | 'reject' | Placeholder
  /** `by RULE`, or `by default`, `by no-route`, `by data`; null where the test does not say. */
  readonly by: Name | null
  /** `reject 400` */
  readonly status: number | null
  /** `header "x-tier": "gold"`, each */
  readonly headers: readonly { readonly name: Text; readonly value: Text | Placeholder }[]
  /** `limit RULE, …`: the rules whose limits are named; null where the test does not say. `limit none`: empty. */
  readonly limit: readonly Name[] | null
  /**
   * `shadow RULE, …`: the shadow rules that would have changed the answer; null where the test does not say. `shadow none`:
   * empty.
   */
  readonly shadow: readonly Name[] | null
}

/** A JSON value in a test; keys may be bare. */
export type JsonNode = JsonObject | JsonArray | JsonScalar | Placeholder
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
