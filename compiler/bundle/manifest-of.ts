import { createHash } from 'node:crypto'
import type { Model, Route } from '../../language/index.ts'
import { ABI_VERSION, BUNDLE_FORMAT, EXPIRY_NEED, fileList, type Manifest, writeReads } from '../../runtime/abi/index.ts'
import type { Compiled } from '../compiled.ts'

/** Name and version of this compiler, as manifests contain them: `iap-proxy/0.1.0`. */
export const COMPILER = 'iap-proxy/0.1.0'

export interface ManifestInput {
  readonly compiled: Compiled
  readonly model: Model
  readonly sequence: number
  /** Expiry in the manifest's notation; absent or null if the bundle never expires. */
  readonly expires?: string | null
  readonly check: Manifest['check']
  readonly tests: Manifest['tests']
  /** Results of proving and testing the invariants; absent if that was not done. */
  readonly invariants?: Manifest['invariants']
  /** Contents of the bundle's files by entry name. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Returns the manifest of a bundle with the given files: sorted lists, a digest of each file, and the policy's revision. */
export function manifestOf(input: ManifestInput): Manifest {
  const { compiled, model, sequence, expires = null, check, tests, invariants = [], files } = input
  const listed = [...files]
    .map(([path, content]) => ({ path, sha256: sha256(content), size: content.length }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    format: BUNDLE_FORMAT,
    abi: ABI_VERSION,
    compiler: COMPILER,
    revision: `sha256:${sha256(fileList(listed))}`,
    sequence,
    ...(expires !== null && { expires }),
    // A proxy that does not know expiry must not ignore it.
    needs: [...compiled.needs, ...(expires === null ? [] : [EXPIRY_NEED])].sort(),
    identities: model.identities.map(({ name, methods }) => ({ name, methods: [...methods] })).sort(byName),
    services: servicesOf(model),
    data: model.data.map(({ name }) => ({ name, schema: compiled.schemas.data[name] as object })).sort(byName),
    bodies: Object.keys(compiled.schemas.bodies).sort(),
    ...formerlyOf(model),
    ...(compiled.reads !== undefined && { reads: writeReads(compiled.reads) }),
    check: { warnings: check.warnings },
    invariants: invariants.map(({ name, verdict, requests }) => ({ name, verdict, requests })).sort(byName),
    tests: { passed: tests.passed, failed: tests.failed },
    files: listed,
  }
}

function servicesOf({ services, routes }: Model): Manifest['services'] {
  const routesOf = new Map<string, Route[]>(services.map(({ name }) => [name, []]))
  for (const route of routes) routesOf.get(route.service.name)?.push(route)
  return services
    .map(({ name, hosts }) => {
      const [first, ...others] = routesOf.get(name) ?? []
      const labels = first?.labels.filter((label) => others.every((other) => other.labels.includes(label))) ?? []
      const named = labels.length > 0 ? { labels: labels.map((label) => label.name).sort() } : {}
      return { name, hosts: hosts.map((host) => host.text), ...named }
    })
    .sort(byName)
}

/** Absent without former names, as few policies have any. */
function formerlyOf({ rules }: Model): Pick<Manifest, 'formerly'> {
  const renamed = rules.map(({ name, declaration }) => {
    const was = declaration.annotations.filter((annotation) => annotation.name.text === 'was')
    return { name, was: was.map(({ argument }) => argument.value).sort() }
  })
  const formerly = renamed.filter(({ was }) => was.length > 0).sort(byName)
  return formerly.length > 0 ? { formerly } : {}
}

/**
 * Returns the manifest of a policy that is loaded in the process that compiled it. The manifest has no files and no test results.
 */
export function manifestUnpacked(compiled: Compiled, model: Model): Manifest {
  return manifestOf({ compiled, model, sequence: 0, check: { warnings: 0 }, tests: { passed: 0, failed: 0 }, files: new Map() })
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
