import { table } from './markdown.ts'

/** The part of JSON Schema that the schema of the configuration has. */
export interface SchemaNode {
  readonly description?: string
  readonly $ref?: string
  readonly default?: unknown
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly definitions?: Readonly<Record<string, SchemaNode>>
  /** What a value is, for error messages: `a duration such as `30s``. */
  readonly 'x-expected'?: string
  readonly 'x-secret'?: boolean
}

interface Key {
  readonly path: string
  readonly node: SchemaNode
  readonly isRequired: boolean
}

/** Returns a section for each key at the top of the configuration, with a table of the keys below it. */
export function configurationReference(schema: SchemaNode): string {
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => name !== '$schema')
    .map(([name, node]) => sectionOf(schema, { path: name, node, isRequired: schema.required?.includes(name) ?? false }))
    .join('\n\n')
}

function sectionOf(schema: SchemaNode, top: Key): string {
  return [`## \`${top.path}\``, table(['key', 'value', 'default', 'meaning'], keysOf(schema, top).map(rowOf))].join('\n\n')
}

function rowOf({ path, node, isRequired }: Key): readonly string[] {
  const fallback = isRequired ? 'required' : node.default === undefined ? '' : `\`${textOf(node.default)}\``
  return [`\`${path}\``, node['x-expected'] ?? '', fallback, node.description ?? '']
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Returns a key and the keys below it: `[]` stands for each element of a list, `N` for a name. */
function keysOf(schema: SchemaNode, key: Key): readonly Key[] {
  const node = resolved(schema, key.node)
  return [{ ...key, node }, ...below(schema, key.path, node)]
}

function below(schema: SchemaNode, path: string, node: SchemaNode): readonly Key[] {
  // A secret is `{ env: NAME }` or `{ file: PATH }` everywhere.
  if (node['x-secret'] === true) return []
  const { properties = {}, required = [], additionalProperties: named, items } = node
  const own = Object.entries(properties).flatMap(([name, child]) =>
    keysOf(schema, { path: `${path}.${name}`, node: child, isRequired: required.includes(name) }),
  )
  const ofNames = typeof named === 'object' ? below(schema, `${path}.N`, resolved(schema, named)) : []
  const ofItems = items === undefined ? [] : below(schema, `${path}[]`, resolved(schema, items))
  return [...own, ...ofNames, ...ofItems]
}

/** Returns a node with what its reference says. What stands beside the reference wins. */
function resolved(schema: SchemaNode, node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node
  const target = schema.definitions?.[node.$ref.replace('#/definitions/', '')]
  if (target === undefined) throw new Error(`the schema has no definition ${node.$ref}`)
  return { ...resolved(schema, target), ...node }
}
