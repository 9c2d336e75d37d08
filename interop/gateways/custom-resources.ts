import { readdirSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

/** JSON Schema, or a part of it. */
export type Schema = Readonly<Record<string, unknown>>

interface Definition {
  readonly kind?: string
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[]
  }
}

/** Returns the schemas of the custom resources that a file, or the files of a folder, define, by `apiVersion/kind`. */
export function customResources(path: string): ReadonlyMap<string, Schema> {
  const files = path.endsWith('.yaml') ? [path] : readdirSync(path).map((name) => `${path}/${name}`)
  const schemas = new Map<string, Schema>()
  for (const file of files.filter((name) => name.endsWith('.yaml'))) {
    for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
      const definition = document.toJS() as Definition | null
      if (definition?.kind !== 'CustomResourceDefinition') continue
      const { group, names, versions } = definition.spec
      for (const { name, schema } of versions) schemas.set(`${group}/${name}/${names.kind}`, closed(schema.openAPIV3Schema))
    }
  }
  return schemas
}

/**
 * Returns a schema that refuses unknown fields. Kubernetes removes them from custom resources without an error, so that a
 * misspelled setting would have no effect.
 */
function closed(schema: Schema): Schema {
  const { properties, additionalProperties, items, ...rest } = schema
  const isOpen = additionalProperties !== undefined || rest['x-kubernetes-preserve-unknown-fields'] === true
  return {
    ...rest,
    ...(rest['x-kubernetes-list-type'] === 'set' ? { uniqueItems: true } : {}),
    ...(properties === undefined ? {} : { properties: mapped(properties as Readonly<Record<string, Schema>>) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: closed(additionalProperties as Schema) } : {}),
    ...(properties === undefined || isOpen ? {} : { additionalProperties: false }),
    ...(items === undefined ? {} : { items: closed(items as Schema) }),
  }
}

function mapped(properties: Readonly<Record<string, Schema>>): Schema {
  return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, closed(each)]))
}

/** Returns the number of rules in CEL that a schema has for the parts that an object has. This suite does not evaluate them. */
export function rulesFor(schema: Schema, value: unknown): number {
  const own = (schema['x-kubernetes-validations'] as readonly unknown[] | undefined)?.length ?? 0
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + rulesFor((schema.items ?? {}) as Schema, each), own)
  if (typeof value !== 'object' || value === null) return own
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>
  return Object.entries(value).reduce((sum, [name, each]) => sum + rulesFor(properties[name] ?? {}, each), own)
}
