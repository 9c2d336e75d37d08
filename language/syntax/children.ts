/** The properties of each kind of node that hold nodes, and tree traversal. */
import type * as ast from './ast.ts'

export type SyntaxNode =
  | ast.File
  | ast.Import
  | ast.Declaration
  | ast.Annotation
  | ast.RouteDeclaration
  | ast.OperationDeclaration
  | ast.BodyNode
  | ast.Name
  | ast.Text
  | ast.Target
  | ast.Condition
  | ast.Limit
  | ast.HeaderClause
  | ast.Period
  | ast.Authenticated
  | ast.Expectation
  | ast.TestCase
  | ast.JsonNode
  | ast.JsonFile
  | ast.Field
  | ast.TypeNode
  | ast.Expression

type Node = { readonly kind: SyntaxNode['kind'] }

/** Whether a property's value is a node, or a list or record of nodes. */
type HoldsNode<T> = T extends Node
  ? true
  : T extends readonly (infer Element)[]
    ? HoldsNode<Element>
    : T extends object
      ? HoldsNode<T[keyof T]>
      : never

type ChildKey<T> = { [Key in Exclude<keyof T, 'span'>]-?: [HoldsNode<T[Key]>] extends [never] ? never : Key }[Exclude<
  keyof T,
  'span'
>]

type ChildTable = {
  readonly [Kind in SyntaxNode['kind']]: {
    readonly [Key in ChildKey<Extract<SyntaxNode, { kind: Kind }>>]: true
  }
}

/** The child properties of each kind in text order. A missing node or property is a type error. */
const table: ChildTable = {
  File: { imports: true, declarations: true },
  Import: { names: true, from: true },
  TypeDeclaration: { annotations: true, name: true, type: true },
  IdentityDeclaration: { annotations: true, name: true, methods: true, claims: true },
  RoleDeclaration: { annotations: true, name: true, of: true, when: true },
  LabelDeclaration: { annotations: true, name: true },
  DataDeclaration: { annotations: true, name: true, type: true },
  DefDeclaration: { annotations: true, name: true, params: true, result: true, body: true },
  ServiceDeclaration: { annotations: true, name: true, hosts: true, openapi: true, labels: true, routes: true, operations: true },
  RouteDeclaration: { annotations: true, name: true, methods: true, template: true, query: true, body: true, labels: true },
  OperationDeclaration: { annotations: true, name: true, labels: true },
  RuleDeclaration: {
    ...{ annotations: true, name: true, on: true, except: true, to: true, conditions: true },
    ...{ requires: true, limit: true, headers: true, because: true },
  },
  InvariantDeclaration: { annotations: true, name: true, on: true, except: true, condition: true },
  PropertyDeclaration: { annotations: true, name: true, on: true, except: true, condition: true },
  FixtureDeclaration: {
    ...{ annotations: true, name: true, caller: true, authenticated: true, method: true, url: true, body: true, headers: true },
    ...{ data: true, mtls: true, at: true, from: true },
  },
  TestDeclaration: {
    ...{ annotations: true, name: true, given: true, caller: true, authenticated: true, method: true, url: true, body: true },
    ...{ headers: true, data: true, mtls: true, at: true, from: true, expect: true, cases: true },
  },
  Annotation: { name: true, argument: true },
  TypedBody: { type: true },
  SchemaBody: { from: true },
  Name: {},
  Text: {},
  AllTarget: {},
  LabelTarget: { label: true },
  ServiceTarget: { service: true },
  RouteTarget: { service: true, route: true },
  Condition: { expression: true },
  Limit: { per: true, by: true },
  HeaderClause: { name: true, value: true },
  Period: {},
  Authenticated: { by: true, ago: true },
  Expectation: { effect: true, by: true, headers: true, limit: true, shadow: true },
  TestCase: { name: true, values: true },
  Placeholder: {},
  JsonObject: { members: true },
  JsonArray: { elements: true },
  JsonScalar: {},
  JsonFile: { from: true },
  Field: { name: true, from: true, type: true },
  NamedType: { name: true },
  GenericType: { name: true, arguments: true },
  RecordType: { fields: true },
  LiteralsType: { values: true },
  BoolLiteral: {},
  IntLiteral: {},
  DoubleLiteral: {},
  StringLiteral: {},
  ListLiteral: { elements: true },
  MapLiteral: { entries: true },
  Identifier: {},
  Member: { object: true, field: true },
  Index: { object: true, index: true },
  OptionalMember: { object: true, field: true },
  OptionalIndex: { object: true, index: true },
  Call: { receiver: true, name: true, arguments: true },
  Comprehension: { range: true, variable: true, filter: true, body: true },
  Requirement: { values: true, within: true },
  Has: { target: true },
  Is: { operand: true, name: true },
  Not: { operand: true },
  Negate: { operand: true },
  Chain: { operands: true },
  Binary: { left: true, right: true },
  // biome-ignore lint/suspicious/noThenProperty: nobody awaits this table.
  Conditional: { test: true, then: true, otherwise: true },
}

/** The names of a kind's child properties, in text order. */
export const childKeys = Object.fromEntries(
  Object.entries(table).map(([kind, keys]) => [kind, Object.keys(keys)]),
) as unknown as {
  readonly [Kind in SyntaxNode['kind']]: readonly ChildKey<Extract<SyntaxNode, { kind: Kind }>>[]
}

/** Returns a node's children in text order. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  collectChildren(node, found)
  return found
}

// Loops by index: most traversals run once, before V8 optimizes them, when iterators are costly.
function collectChildren(node: SyntaxNode, into: SyntaxNode[]): void {
  const keys: readonly string[] = childKeys[node.kind]
  for (let at = 0; at < keys.length; at += 1) collect((node as unknown as Record<string, unknown>)[keys[at] as string], into)
}

function collect(value: unknown, into: SyntaxNode[]): void {
  if (value === null || typeof value !== 'object') return
  if ('kind' in value) into.push(value as SyntaxNode)
  else {
    const elements: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
    for (let at = 0; at < elements.length; at += 1) collect(elements[at], into)
  }
}

/** Calls `enter` for a node and its descendants, parents first. If `enter` returns `false`, the node's children are skipped. */
export function visit(node: SyntaxNode, enter: (node: SyntaxNode) => unknown): void {
  const pending: SyntaxNode[] = [node]
  const children: SyntaxNode[] = []
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (enter(next) === false) continue
    collectChildren(next, children)
    while (children.length > 0) pending.push(children.pop() as SyntaxNode)
  }
}

const expressionTable: Readonly<Record<ast.Expression['kind'], true>> = {
  BoolLiteral: true,
  IntLiteral: true,
  DoubleLiteral: true,
  StringLiteral: true,
  ListLiteral: true,
  MapLiteral: true,
  Identifier: true,
  Member: true,
  Index: true,
  OptionalMember: true,
  OptionalIndex: true,
  Call: true,
  Comprehension: true,
  Requirement: true,
  Has: true,
  Is: true,
  Not: true,
  Negate: true,
  Chain: true,
  Binary: true,
  Conditional: true,
}

const expressionKinds: ReadonlySet<SyntaxNode['kind']> = new Set(Object.keys(expressionTable) as ast.Expression['kind'][])

export function isExpression(node: SyntaxNode): node is ast.Expression {
  return expressionKinds.has(node.kind)
}

/** Calls `enter` for every expression in a node, itself included, parents first. */
export function walkExpressions(node: SyntaxNode, enter: (expression: ast.Expression) => unknown): void {
  visit(node, (found) => (isExpression(found) ? enter(found) : true))
}

/** Returns every expression in a node, itself included, parents first. */
export function expressionsWithin(node: SyntaxNode): readonly ast.Expression[] {
  const found: ast.Expression[] = []
  walkExpressions(node, (expression) => found.push(expression))
  return found
}
