import { parseAllDocuments } from 'yaml'
import { nestsTooDeep } from '../../runtime/base/read-yaml.ts'

/** A Kubernetes Service (core/v1). */
export interface ServiceManifest {
  readonly name: string
  /** Namespace; null if it is chosen when the manifest is applied. */
  readonly namespace: string | null
}

/**
 * Returns the Kubernetes Services in YAML documents or JSON, also those inside lists. Returns an error message if the text is
 * invalid.
 */
export function readManifests(text: string): readonly ServiceManifest[] | string {
  if (nestsTooDeep(text)) return 'lists and objects nest more than 500 deep'
  const found: ServiceManifest[] = []
  // Kubernetes reads YAML 1.1, which makes no difference for names and kinds.
  for (const document of parseAllDocuments(text, { merge: true, prettyErrors: true })) {
    const [error] = document.errors
    if (error !== undefined) return error.message.split('\n')[0]?.replace(/:$/, '') ?? 'it is not YAML'
    let value: unknown
    try {
      value = document.toJS({ maxAliasCount: 100 })
    } catch (problem) {
      return (problem as Error).message
    }
    found.push(...servicesIn(value))
  }
  return found
}

function servicesIn(value: unknown): readonly ServiceManifest[] {
  if (!isObject(value)) return []
  const { apiVersion, kind, items, metadata } = value
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items))
    return items.flatMap((item) =>
      servicesIn(kind === 'ServiceList' && isObject(item) ? { apiVersion: 'v1', kind: 'Service', ...item } : item),
    )
  // Excludes others, such as Knative's.
  if (kind !== 'Service' || apiVersion !== 'v1' || !isObject(metadata) || typeof metadata.name !== 'string') return []
  return [{ name: metadata.name, namespace: typeof metadata.namespace === 'string' ? metadata.namespace : null }]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
