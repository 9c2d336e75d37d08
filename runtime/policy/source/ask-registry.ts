import { createHash } from 'node:crypto'
import { SourceProblem } from './bundle-source.ts'
import type { PollRequest, PollResult } from './poll-source.ts'
import { type RegistryOptions, RegistrySession } from './registry-session.ts'

/** Media type of the layer that holds the bundle. It is not checked if the artifact has only one layer. */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.iap.bundle.v1+gzip'

const MANIFESTS = 'application/vnd.oci.image.manifest.v1+json'
/** Maximum size of an artifact's manifest in bytes (OCI distribution specification: 4 MiB). */
const MOST_MANIFEST = 4 << 20

/**
 * Fetches a bundle from an OCI registry (OCI distribution specification 1.1). Returns that it is unchanged if `tag` is the digest
 * of its current manifest. The registry is not trusted: the bundle's signatures are verified later.
 */
export async function askRegistry(
  options: RegistryOptions,
  tag: string | null,
  { signal, fetch }: PollRequest,
): Promise<PollResult> {
  const session = new RegistrySession(options, signal, fetch)
  const at = `manifests/${options.reference}`
  const text = await session.get(at, MANIFESTS, MOST_MANIFEST)
  const digest = digestOf(text)
  if (options.reference.startsWith('sha256:') && options.reference !== digest) throw mismatch(session.urlOf(at))
  if (digest === tag) return { kind: 'same', tag }
  const layer = bundleIn(text, session.urlOf(at))
  const blob = `blobs/${layer}`
  const bytes = await session.get(blob, '*/*')
  if (digestOf(bytes) !== layer) throw mismatch(session.urlOf(blob))
  return { kind: 'bundle', bytes, tag: digest }
}

/** Returns the digest of the bundle's layer. */
function bundleIn(manifest: Uint8Array, url: string): string {
  const unfit = (why: string) => new SourceProblem('source-unreadable', `\`${url}\` ${why}`)
  let layers: unknown
  try {
    layers = (JSON.parse(Buffer.from(manifest).toString()) as { layers?: unknown }).layers
  } catch {
    throw unfit('is not the manifest of an artifact')
  }
  if (!Array.isArray(layers)) throw unfit('is not the manifest of an artifact with layers')
  const named = layers.filter((layer) => layer?.mediaType === BUNDLE_MEDIA_TYPE)
  const fit: readonly { readonly digest?: unknown }[] = named.length > 0 ? named : layers
  if (fit.length !== 1) throw unfit(`has no single layer of the type \`${BUNDLE_MEDIA_TYPE}\``)
  const digest = fit[0]?.digest
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw unfit('names its layer by another digest than SHA-256')
  return digest
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function mismatch(url: string): SourceProblem {
  return new SourceProblem('source-unreadable', `the content of \`${url}\` does not match its digest: push it again`)
}
