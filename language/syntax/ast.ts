/** The abstract syntax tree, before names and types are resolved. Readonly; later phases store their results beside it. */
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
  /** The readable declarations. A service may lack routes; an unreadable type is a `NamedType` with the name `''`. */
  readonly declarations: readonly Declaration[]
  /**
   * Names that the text declares but the tree lacks, at least partly, after a reported mistake: `support`, `orders`,
   * `orders.refund`. `orders.` is a route of unreadable name, and `''` a type of unreadable name. References to them are not
   * reported.
   */
  readonly brokenNames: readonly string[]
  /**
   * Words that unreadable text may declare or import, such as `orders` of `servise orders at …`. Uses of such a name are not
   * reported.
   */
  readonly lostNames: readonly string[]
  /**
   * Whether unreadable text may declare or import a name on which rules depend. False if only rules, invariants and fixtures are
   * unreadable.
   */
  readonly hidesNames: boolean
  /** Every comment in written order, for the formatter and for `iap-ignore`. */
  readonly comments: readonly Comment[]
}

/** A comment: from the first slash to the end of the line (excluded), or to the closing star and slash. */
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
  | FixtureDeclaration
  | PropertyDeclaration
  | TestDeclaration

interface Declared extends Node {
  /** The text of the `///` lines before it, joined by line breaks; null if there is none. */
  readonly doc: string | null
  /** `@was("old")`, `@deprecated("use x")`, in written order. The parser accepts any name; the checker validates it. */
  readonly annotations: readonly Annotation[]
}

/** An annotation before a declaration or a route: `@was("old")`. */
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

/** A data declaration: `data assigned: map<string, set<string>>`. */
export interface DataDeclaration extends Declared {
  readonly kind: 'DataDeclaration'
  readonly name: Name
  readonly type: TypeNode
}

/** A def: `def owns(order: string): bool = …`. */
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
  /** The OpenAPI document of `from openapi "./orders.yaml"`; null if all routes are written in the policy. */
  readonly openapi: Text | null
  readonly routes: readonly RouteDeclaration[]
  /** Labels of operations, `operationId is label, …`, in a service from OpenAPI; else empty. */
  readonly operations: readonly OperationDeclaration[]
}

/** Declares labels for an operation that a service imports from an OpenAPI document: `operationId is label, …`. */
export interface OperationDeclaration extends Declared {
  readonly kind: 'OperationDeclaration'
  readonly name: Name
  readonly labels: readonly Name[]
}

export interface RouteDeclaration extends Declared {
  readonly kind: 'RouteDeclaration'
  readonly name: Name
  /**
   * Whether the route is written `rpc read "shop.Orders/Read"`. `template` is then that text as written, and `methods` is empty.
   */
  readonly rpc: boolean
  /** Methods of the route: `ANY` and `GET` as names; others as quoted strings. */
  readonly methods: readonly (Name | Text)[]
  readonly template: Text
  /** Fields of `query { customer: string, page?: int }`; null if the clause is absent. */
  readonly query: readonly Field[] | null
  readonly body: BodyNode | null
  readonly labels: readonly Name[]
}

/** A body: `body T`, or `body schema "./refund.schema.json"`. */
export type BodyNode = TypedBody | SchemaBody
export interface TypedBody extends Node {
  readonly kind: 'TypedBody'
  readonly type: TypeNode
}
/** A body declared by a JSON Schema: `body schema "./refund.schema.json"`. */
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
  /** Names in the `to` clause; null if the clause is absent. */
  readonly to: readonly Name[] | null
  readonly conditions: readonly Condition[]
  /** Requirements of the `require REQ` clauses. The checker rejects them on a forbid. */
  readonly requires: readonly Requirement[]
  readonly limit: Limit | null
  readonly headers: readonly HeaderClause[]
  readonly because: Text | null
}

/** A rate limit: `limit 20 per 1h by caller.sub`. */
export interface Limit extends Node {
  readonly kind: 'Limit'
  readonly count: { readonly value: number; readonly span: Span }
  readonly per: Period
  readonly by: Expression | null
}

/** A header clause: `header "x-tier" = E`. */
export interface HeaderClause extends Node {
  readonly kind: 'HeaderClause'
  readonly name: Text
  readonly value: Expression
}

/**
 * An invariant: `permitted only when E`, `permitted when E`, `permitted always`, `denied when E` or `denied always`, on some
 * routes.
 */
export interface InvariantDeclaration extends Declared {
  readonly kind: 'InvariantDeclaration'
  readonly name: Name
  readonly on: readonly Target[]
  readonly except: readonly Target[]
  readonly form: 'permitted-only-when' | 'permitted-when' | 'denied-when'
  /** Condition of the invariant; null if it is `always`. */
  readonly condition: Expression | null
  /** Whether the invariant ends in `allow unknown`. */
  readonly allowUnknown: boolean
}

export type Target = AllTarget | LabelTarget | ServiceTarget | RouteTarget
/** The target `*`: all routes. */
export interface AllTarget extends Node {
  readonly kind: 'AllTarget'
}
/** The target `label pii`: all routes with a label. */
export interface LabelTarget extends Node {
  readonly kind: 'LabelTarget'
  readonly label: Name
}
/** The target `orders.*`: all routes of a service. */
export interface ServiceTarget extends Node {
  readonly kind: 'ServiceTarget'
  readonly service: Name
}
/** The target `orders.read`: one route. */
export interface RouteTarget extends Node {
  readonly kind: 'RouteTarget'
  readonly service: Name
  readonly route: Name
}

/** A condition: `when E` or `unless E`. */
export interface Condition extends Node {
  readonly kind: 'Condition'
  readonly unless: boolean
  readonly expression: Expression
}

/** The parts of a request, of a test or a fixture. All but the data and headers are null if absent. */
export interface RequestParts {
  readonly caller: TestCaller | 'anonymous' | null
  /** Authentication of the caller: `authenticated by mfa 5m ago`. */
  readonly authenticated: Authenticated | null
  /** Null, together with the URL, in a fixture without a request, and in a test whose fixtures have it. */
  readonly method: Name | Text | Placeholder | null
  readonly url: Text | Placeholder | null
  /** The object after the URL, `body "raw"` or `body from "./refund.json"`. */
  readonly body: JsonNode | Text | JsonFile | null
  readonly headers: readonly { readonly name: Text; readonly value: Text | Placeholder }[]
  /** Data by name; the value is null for `data N missing`, which never arrived. */
  readonly data: readonly { readonly name: Name; readonly value: JsonNode | JsonFile | null }[]
  /** Client certificate of the connection, of any caller: `mtls { spiffe_id: "…" }`. */
  readonly mtls: JsonObject | null
  /** Time of the request (RFC 3339): `at timestamp("…")`. */
  readonly at: Text | Placeholder | null
  /** Client address: `from "192.0.2.7"`. */
  readonly from: Text | Placeholder | null
}

/** The caller of a test: `as staff { sub: "mia" }`, `as staff from "./mia.json"`, `as $who $claims`. */
export interface TestCaller {
  readonly identity: Name | Placeholder
  readonly claims: JsonObject | Placeholder | JsonFile
}

/** Parts of requests that tests share by name: `fixture mia { as staff { sub: "mia" } }`. */
export interface FixtureDeclaration extends Declared, RequestParts {
  readonly kind: 'FixtureDeclaration'
  readonly name: Name
}

export interface TestDeclaration extends Declared, RequestParts {
  readonly kind: 'TestDeclaration'
  readonly name: Text
  /** The fixtures of `given mia, on_call`; else empty. */
  readonly given: readonly (Name | Placeholder)[]
  readonly expect: Expectation
  /** The rows of `cases { "row": { x: … } … }`; null for a single case. Every row has a member for every `$x`. */
  readonly cases: readonly TestCase[] | null
}

/** A JSON value in a document: `from "./people.yaml#/mia"`. */
export interface JsonFile extends Node {
  readonly kind: 'JsonFile'
  readonly from: Text
}

/** A test of all requests to some routes: `test "…" { for any request on orders.* when caller is anonymous expect deny }`. */
export interface PropertyDeclaration extends Declared {
  readonly kind: 'PropertyDeclaration'
  readonly name: Text
  readonly on: readonly Target[]
  readonly except: readonly Target[]
  /** The requests that it concerns; null for all. */
  readonly condition: Expression | null
  /** What must come of each of them. `deny` is whatever is not permitted. */
  readonly expect: { readonly effect: 'permit' | 'deny'; readonly span: Span }
}

export interface TestCase extends Node {
  readonly kind: 'TestCase'
  readonly name: Text
  readonly values: JsonObject
}

/** A placeholder `$x` in a test with `cases`, in place of a JSON value or a text. */
export interface Placeholder extends Node {
  readonly kind: 'Placeholder'
  readonly name: string
}

/** An authentication: `authenticated 5m ago`, `authenticated by mfa 5m ago`, `authenticated by acr "gold" 5m ago`. */
export interface Authenticated extends Node {
  readonly kind: 'Authenticated'
  readonly by: 'mfa' | Text | null
  readonly ago: Period
}

export interface Expectation extends Node {
  readonly kind: 'Expectation'
  readonly effect: 'permit' | 'deny' | 'unauthenticated' | 'challenge' | 'reject' | Placeholder
  /** Expected rule or reason: `by RULE`, `by default`, `by no-route` or `by data`; null if absent. */
  readonly by: Name | Placeholder | null
  /** Expected status of a rejection: `reject 400`; null if absent. */
  readonly status: number | null
  /** Expected headers, each written `header "x-tier": "gold"`. */
  readonly headers: readonly { readonly name: Text; readonly value: Text | Placeholder }[]
  /** Expected rules with limits: `limit RULE, …`; null if absent, empty for `limit none`. */
  readonly limit: readonly Name[] | null
  /** Expected shadow rules that would change the decision: `shadow RULE, …`; null if absent, empty for `shadow none`. */
  readonly shadow: readonly Name[] | null
}

/** A JSON value written in a test. Keys of objects need no quotes if they are names. */
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

/** A claim or a record's field: `groups? from "a" "b": set<string>`. */
export interface Field extends Node {
  readonly kind: 'Field'
  readonly name: Name
  readonly optional: boolean
  /** Path of object keys to the claim, if it differs from the field's name; else empty. */
  readonly from: readonly Text[]
  readonly type: TypeNode
}

export type TypeNode = NamedType | GenericType | RecordType | LiteralsType
export interface NamedType extends Node {
  readonly kind: 'NamedType'
  readonly name: Name
}
/** A generic type: `list<T>`, `set<T>`, `map<string, T>`. */
export interface GenericType extends Node {
  readonly kind: 'GenericType'
  readonly name: Name
  readonly arguments: readonly TypeNode[]
}
export interface RecordType extends Node {
  readonly kind: 'RecordType'
  readonly fields: readonly Field[]
  /** Whether `, ...` at the end allows other fields. */
  readonly open: boolean
}
/** A type of literals: `"EUR" | "USD"`. */
export interface LiteralsType extends Node {
  readonly kind: 'LiteralsType'
  readonly values: readonly Text[]
}
