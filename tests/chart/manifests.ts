import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { parse, parseAllDocuments } from 'yaml'
import { root } from '../../interop/support/root.ts'

/** Folder of the chart. */
export const CHART: string = `${root}deploy/chart`

/** Golden manifests by name, with the file of values that each is made of. */
export const GOLDEN = {
  proxy: `${CHART}/examples/proxy.yaml`,
  decision: `${CHART}/examples/decision.yaml`,
  sidecar: `${CHART}/examples/sidecar.yaml`,
  rolling: `${root}tests/chart/rolling-values.yaml`,
} as const

export type GoldenName = keyof typeof GOLDEN

/** Returns the path of a golden manifest. `npm run interop -- helm` compares them with what Helm makes. */
export function goldenFile(name: GoldenName): string {
  return `${root}tests/chart/golden/${name}.yaml`
}

/** Returns a digest of the chart and the values: the golden manifests are of these, or they are out of date. */
export function chartDigest(): string {
  const files = readdirSync(CHART, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
  const hash = createHash('sha256')
  for (const file of [...files, GOLDEN.rolling].sort()) hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

export interface HttpProbe {
  readonly httpGet: { readonly path: string; readonly port: string }
  /** Seconds. */
  readonly periodSeconds: number
  readonly timeoutSeconds?: number
  readonly failureThreshold: number
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe: HttpProbe
  readonly readinessProbe: HttpProbe
  readonly livenessProbe: HttpProbe
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } }
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[]
}

export interface PodSpec {
  readonly terminationGracePeriodSeconds: number
  readonly automountServiceAccountToken: boolean
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly containers: readonly Container[]
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[]
}

/** An object of a manifest. */
export interface ChartObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> }
  // biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes are deep, and only a few of their fields are read
  readonly spec?: any
  readonly data?: Readonly<Record<string, string>>
}

/** What the tests read of a golden manifest. */
export interface Rendered {
  readonly text: string
  readonly objects: readonly ChartObject[]
  readonly pod: PodSpec
  /** The container of iap. */
  readonly container: Container
  /** The text of iap.yaml. */
  readonly config: string
}

/** Reads a golden manifest. @throws Error if it is not YAML or lacks an object */
export function readGolden(name: GoldenName): Rendered {
  const text = readFileSync(goldenFile(name), 'utf8')
  const objects = parseAllDocuments(text).map((document) => {
    const [error] = document.errors
    if (error !== undefined) throw error
    return document.toJS() as ChartObject
  })
  const only = (kind: string): ChartObject => {
    const [found, ...more] = objects.filter((object) => object.kind === kind)
    if (found === undefined || more.length > 0) throw new Error(`${name}: expected one ${kind}, got ${more.length + 1}`)
    return found
  }
  const pod = only('Deployment').spec.template.spec as PodSpec
  const container = pod.containers.find((each) => each.name === 'iap') as Container
  return { text, objects, pod, container, config: only('ConfigMap').data?.['iap.yaml'] ?? '' }
}

/** Returns the drain times of a configuration in seconds. */
export function drainOf(config: string): { readonly delay: number; readonly timeout: number } {
  const { drain } = parse(config) as { readonly drain: { readonly delay: string; readonly timeout: string } }
  return { delay: Number.parseInt(drain.delay, 10), timeout: Number.parseInt(drain.timeout, 10) }
}
