import { createHash } from 'node:crypto'
import { BUNDLE_MEDIA_TYPE, type RegistryOptions, RegistrySession, SourceProblem } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import { PREDICATE_TYPE } from './provenance.ts'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const ENVELOPE = 'application/vnd.dsse.envelope.v1+json'
/** Maximum size of a manifest in bytes (OCI distribution specification: 4 MiB). */
const MOST_MANIFEST = 4 << 20
/** Milliseconds for all requests of a push. */
const PATIENCE = 120_000

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
}

/** Returns the manifest of an artifact with a bundle as its only layer. Equal bundles have equal manifests. */
export function bundleManifest(bundle: Uint8Array): Buffer {
  return manifestOf(descriptor('application/vnd.oci.empty.v1+json', EMPTY), [descriptor(BUNDLE_MEDIA_TYPE, bundle)], {
    artifactType: BUNDLE_MEDIA_TYPE,
  })
}

const EMPTY = Buffer.from('{}')

/**
 * Pushes a bundle and, if there is one, its attestation (cosign's attestation specification: a manifest under the tag
 * `sha256-….att`, a layer for each envelope). The tag of the bundle is set last, so that its attestation is there.
 *
 * @param envelope a DSSE envelope about `bundleManifest(bundle)`
 * @throws CliError if the registry refuses or cannot be reached
 */
export async function pushArtifact(
  options: RegistryOptions,
  bundle: Uint8Array,
  envelope: Uint8Array | null,
  interruption: AbortSignal,
): Promise<void> {
  const session = new RegistrySession(options, AbortSignal.any([AbortSignal.timeout(PATIENCE), interruption]))
  const manifest = bundleManifest(bundle)
  try {
    await putBlob(session, bundle)
    await putBlob(session, EMPTY)
    await putManifest(session, digestOf(manifest), manifest)
    if (envelope !== null) await addAttestation(session, digestOf(manifest), envelope)
    await putManifest(session, options.reference, manifest)
  } catch (error) {
    if (error instanceof SourceProblem || error instanceof CliError)
      throw new CliError(`\`${options.reference}\` was not set: ${error.message}`, 'push again: what is there already is kept')
    const { cause, message } = error as { cause?: { message?: string }; message: string }
    throw new CliError(`\`${options.origin}\` cannot be reached: ${cause?.message || message}`)
  }
}

/** Adds an envelope to the attestations of an artifact, unless it is one of them. */
async function addAttestation(session: RegistrySession, subject: string, envelope: Uint8Array): Promise<void> {
  const tag = `${subject.replace(':', '-')}.att`
  const layers = await attestationsAt(session, tag)
  const layer: Descriptor = {
    ...descriptor(ENVELOPE, envelope),
    // cosign refuses a layer without the first; the signature itself is in the envelope.
    annotations: { 'dev.cosignproject.cosign/signature': '', predicateType: PREDICATE_TYPE },
  }
  if (layers.some(({ digest }) => digest === layer.digest)) return
  const all = [...layers, layer]
  const config = Buffer.from(
    JSON.stringify({
      architecture: '',
      config: {},
      os: '',
      rootfs: { type: 'layers', diff_ids: all.map(({ digest }) => digest) },
    }),
  )
  await putBlob(session, envelope)
  await putBlob(session, config)
  await putManifest(session, tag, manifestOf(descriptor('application/vnd.oci.image.config.v1+json', config), all))
}

async function attestationsAt(session: RegistrySession, tag: string): Promise<readonly Descriptor[]> {
  let text: Uint8Array
  try {
    text = await session.get(`manifests/${tag}`, MANIFEST, MOST_MANIFEST)
  } catch (error) {
    if (error instanceof SourceProblem && error.code === 'source-missing') return []
    throw error
  }
  const layers = layersIn(text)
  if (layers === null)
    throw new CliError(`\`${session.urlOf(`manifests/${tag}`)}\` holds other than attestations: remove it from the registry`)
  return layers
}

/** Returns the layers of a manifest of attestations; null if it is another one. */
function layersIn(text: Uint8Array): readonly Descriptor[] | null {
  try {
    const { layers } = JSON.parse(Buffer.from(text).toString()) as { layers?: readonly Partial<Descriptor>[] }
    const isAttestation = (layer: Partial<Descriptor>) =>
      layer.mediaType === ENVELOPE && /^sha256:[0-9a-f]{64}$/.test(String(layer.digest)) && Number.isSafeInteger(layer.size)
    return Array.isArray(layers) && layers.every(isAttestation) ? layers : null
  } catch {
    return null
  }
}

/** Uploads a blob that is not there yet, in one piece (OCI distribution specification, "POST then PUT"). */
async function putBlob(session: RegistrySession, bytes: Uint8Array): Promise<void> {
  const digest = digestOf(bytes)
  if ((await drained(session, session.urlOf(`blobs/${digest}`), { method: 'HEAD' })).status === 200) return
  const url = session.urlOf('blobs/uploads/')
  const begun = await drained(session, url, { method: 'POST', redirect: 'manual' })
  if (begun.status !== 202) throw refused(url, begun.status)
  const at = begun.headers.get('location') ?? ''
  if (at === '' || !URL.canParse(at, url)) throw new CliError(`\`${url}\` names no place for the upload`)
  const place = new URL(at, url)
  if (place.protocol !== 'https:' && place.origin !== new URL(url).origin)
    throw new CliError(`\`${url}\` names a place for the upload that is not https: \`${place.origin}\``)
  place.searchParams.set('digest', digest)
  const headers = { 'content-type': 'application/octet-stream' }
  const { status } = await drained(session, place.href, { method: 'PUT', redirect: 'manual', headers, body: Buffer.from(bytes) })
  // The query of the place may be a credential.
  if (status !== 201) throw refused(`${place.origin}${place.pathname}`, status)
}

async function putManifest(session: RegistrySession, reference: string, manifest: Buffer): Promise<void> {
  const url = session.urlOf(`manifests/${reference}`)
  const headers = { 'content-type': MANIFEST }
  const { status } = await drained(session, url, { method: 'PUT', redirect: 'manual', headers, body: manifest })
  if (status !== 201) throw refused(url, status)
}

/** Sends a request and returns the response without its body. */
async function drained(session: RegistrySession, url: string, init: RequestInit): Promise<Response> {
  const response = await session.send(url, init)
  await response.body?.cancel()
  return response
}

function refused(url: string, status: number): CliError {
  const why = status === 401 || status === 403 ? ': check the credentials, and that they may push there' : ''
  return new CliError(`\`${url}\` answers ${status}${why}`)
}

function manifestOf(config: Descriptor, layers: readonly Descriptor[], more: object = {}): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, ...more, config, layers }))
}

function descriptor(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
