import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { root } from '../support/root.ts'

/** An object of Kubernetes, as a manifest has it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly [key: string]: unknown
}

const FOLDER = `${root}examples/fronts/kubernetes/`

/** Files with objects of Kubernetes. `istio-mesh-config.yaml` has values of a Helm chart. */
export const FILES = [
  ...['iap.yaml', 'gateway.yaml', 'gateway-api-grpc.yaml', 'gateway-api-http.yaml'],
  ...['envoy-gateway-grpc.yaml', 'envoy-gateway-http.yaml', 'istio.yaml'],
] as const

/** Returns the text of a file of `examples/fronts/kubernetes`. */
export function textOf(name: string): string {
  return readFileSync(`${FOLDER}${name}`, 'utf8')
}

/** Returns the blocks of a page that are YAML and have no name. */
export function blocksOf(page: string): readonly string[] {
  const text = readFileSync(`${root}${page}`, 'utf8')
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
}

/** Returns the objects of a text. @throws Error if it is not YAML, or repeats a key */
export function objectsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors
    if (error !== undefined) throw error
    return document.toJS() as Manifest
  })
}
