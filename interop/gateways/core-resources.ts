import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Schema } from './custom-resources.ts'

/** A type in the language of structured-merge-diff, in which `client-go` has all types of Kubernetes. */
interface Type {
  readonly namedType?: string
  readonly scalar?: 'string' | 'numeric' | 'boolean' | 'untyped'
  readonly list?: { readonly elementType: Type }
  readonly map?: { readonly fields?: readonly { readonly name: string; readonly type: Type }[]; readonly elementType?: Type }
}

/** Returns the schemas of the named types of Kubernetes, such as `io.k8s.api.apps.v1.Deployment`, with unknown fields refused. */
export function coreTypes(clientGo: string): Schema {
  const source = readFileSync(`${clientGo}/applyconfigurations/internal/internal.go`, 'utf8')
  const [, text] = /typed\.YAMLObject\(`(.*?)`\)/s.exec(source) ?? []
  if (text === undefined) throw new Error('client-go has no schema where it was expected')
  const { types } = parse(text) as { readonly types: readonly (Type & { readonly name: string })[] }
  return Object.fromEntries(types.map(({ name, ...type }) => [name, schemaOf(type)]))
}

/** Returns the name of the type of an object: `apps/v1` and `Deployment` are `io.k8s.api.apps.v1.Deployment`. */
export function coreTypeOf(apiVersion: string, kind: string): string {
  const [version = '', group = 'core'] = apiVersion.split('/').reverse()
  return `io.k8s.api.${group.split('.')[0]}.${version}.${kind}`
}

function schemaOf({ namedType, scalar, list, map }: Type): Schema {
  if (namedType !== undefined) return { $ref: `#/definitions/${namedType}` }
  if (scalar === 'untyped') return {}
  if (list !== undefined) return { type: 'array', items: schemaOf(list.elementType) }
  if (map !== undefined) {
    const { fields = [], elementType } = map
    const properties = Object.fromEntries(fields.map(({ name, type }) => [name, schemaOf(type)]))
    return { type: 'object', properties, additionalProperties: elementType === undefined ? false : schemaOf(elementType) }
  }
  return scalar === undefined ? {} : { type: SCALARS[scalar] }
}

const SCALARS = { string: 'string', numeric: 'number', boolean: 'boolean' } as const
