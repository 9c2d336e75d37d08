import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { customResources, type Schema } from '../gateways/custom-resources.ts'

interface Swagger {
  readonly definitions: Readonly<Record<string, Schema>>
}

interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/**
 * Writes a JSON Schema for each kind of Kubernetes and each custom resource, by the names that kubeconform looks for. Unknown
 * fields are refused, which Kubernetes would drop.
 *
 * @param kubernetes folder of the Go module `k8s.io/kubernetes`
 * @param definitions folder with custom resource definitions
 * @returns the option `-schema-location` of kubeconform
 */
export function writeSchemas(folder: string, kubernetes: string, definitions: string): string {
  mkdirSync(folder, { recursive: true })
  const { definitions: types } = JSON.parse(readFileSync(`${kubernetes}/api/openapi-spec/swagger.json`, 'utf8')) as Swagger
  const closed = Object.fromEntries(Object.entries(types).map(([name, schema]) => [name, closedObject(schema)]))
  writeFileSync(join(folder, 'definitions.json'), JSON.stringify({ definitions: closed }))
  for (const [name, schema] of Object.entries(types))
    for (const { group, version, kind } of (schema['x-kubernetes-group-version-kind'] as GroupVersionKind[] | undefined) ?? [])
      write(folder, kind, group, version, { $ref: `definitions.json#/definitions/${name}` })
  for (const [name, schema] of customResources(definitions)) {
    const [group = '', version = '', kind = ''] = name.split('/')
    const metadata = { $ref: 'definitions.json#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }
    const properties = { ...(schema.properties as Schema), metadata }
    write(folder, kind, group, version, { ...schema, properties })
  }
  return join(folder, '{{.ResourceKind}}{{.KindSuffix}}.json')
}

function write(folder: string, kind: string, group: string, version: string, schema: Schema): void {
  const name = [kind, ...(group === '' ? [] : [group.split('.')[0]]), version].join('-').toLowerCase()
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(schema))
}

/** Numbers or texts have the type of texts in OpenAPI. Quantities are often written as numbers, too. */
function closedObject(schema: Schema): Schema {
  if (schema.format === 'int-or-string' || String(schema.description).startsWith('Quantity is'))
    return { type: ['string', 'number'] }
  const isOpen = schema.properties === undefined || schema.additionalProperties !== undefined
  return isOpen ? schema : { ...schema, additionalProperties: false }
}
