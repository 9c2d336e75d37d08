import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { coreTypeOf, coreTypes } from './core-resources.ts'
import { customResources, rulesFor, type Schema } from './custom-resources.ts'
import type { Manifest } from './manifests.ts'

export interface ResourceValidator {
  /** Returns what is wrong with an object, also if its kind is unknown. */
  faultsOf(object: Manifest): readonly string[]
  /** Returns how many rules in CEL the definitions have for the objects so far. */
  rules(): number
}

/** Folders of Go modules. */
export interface Modules {
  readonly gatewayApi: string
  readonly envoyGateway: string
  readonly istio: string
  readonly clientGo: string
}

/** Returns a validator that knows the custom resources of all gateways, and the resources of Kubernetes itself. */
export function resourceValidator({ gatewayApi, envoyGateway, istio, clientGo }: Modules): ResourceValidator {
  const schemas = new Map<string, Schema>([
    ...customResources(`${gatewayApi}/config/crd/experimental`),
    ...customResources(`${envoyGateway}/charts/gateway-helm/charts/crds/crds/generated`),
    ...customResources(`${istio}/kubernetes/customresourcedefinitions.gen.yaml`),
  ])
  const definitions = coreTypes(clientGo)
  const ajv = schemaCompiler()
  const compiled = new Map<string, ValidateFunction>()
  let rules = 0
  return {
    rules: () => rules,
    faultsOf(object) {
      const name = `${object.apiVersion}/${object.kind}`
      const type = coreTypeOf(object.apiVersion, object.kind)
      const custom = schemas.get(name)
      if (custom === undefined && definitions[type] === undefined) return [`${name} is unknown`]
      if (custom !== undefined) rules += rulesFor(custom, object)
      const schema = custom === undefined ? { $ref: `#/definitions/${type}`, definitions } : withMetadata(custom, definitions)
      const validate = compiled.get(name) ?? ajv.compile(schema)
      compiled.set(name, validate)
      return validate(object)
        ? []
        : (validate.errors ?? []).map(
            (error) => `${error.instancePath} ${ajv.errorsText([error])} ${JSON.stringify(error.params)}`,
          )
    },
  }
}

/** Kubernetes itself checks these fields of all objects. */
function withMetadata(schema: Schema, definitions: Schema): Schema {
  const metadata = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }
  return { ...schema, properties: { ...(schema.properties as Schema), apiVersion: TEXT, kind: TEXT, metadata }, definitions }
}

const TEXT = { type: 'string' }

function schemaCompiler(): Ajv {
  // Patterns are those of Go, which has no flag for Unicode. Keywords of Kubernetes are unknown to JSON Schema.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  formats.default(ajv)
  for (const name of ['int32', 'int64', 'uint32']) ajv.addFormat(name, { type: 'number', validate: Number.isInteger })
  ajv.addKeyword({
    keyword: 'x-kubernetes-list-map-keys',
    type: 'array',
    validate(keys: readonly string[], items: readonly Readonly<Record<string, unknown>>[]) {
      const seen = new Set(items.map((item) => JSON.stringify(keys.map((key) => item[key]))))
      return seen.size === items.length
    },
  })
  return ajv
}
