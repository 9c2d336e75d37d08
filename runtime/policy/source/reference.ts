import { isLoopback } from '../../base/address.ts'

/**
 * A parsed reference to an OCI artifact (OCI distribution specification 1.1), such as
 * `oci://registry.example/shop/policies:production` or `…@sha256:…`.
 */
export interface Reference {
  /** Origin of the registry, such as `https://registry.example`; `http:` on loopback only. */
  readonly origin: string
  readonly repository: string
  /** Tag or digest of the artifact. */
  readonly reference: string
}

const HOST = /([a-z0-9.-]+(?::\d{1,5})?|\[[0-9a-f:]+\](?::\d{1,5})?)/.source
const COMPONENT = /[a-z0-9]+(?:[._-]+[a-z0-9]+)*/.source
const VERSION = /(?::(\w[\w.-]{0,127})|@(sha256:[0-9a-f]{64}))/.source
const FORM = new RegExp(`^oci:\\/\\/${HOST}\\/(${COMPONENT}(?:\\/${COMPONENT})*)${VERSION}$`)

/**
 * Parses a reference to an OCI artifact, such as `oci://registry.example/shop/policies:production`. Returns `null` if it is
 * invalid or has no tag or digest: `latest` is never implied.
 */
export function parseReference(text: string): Reference | null {
  const [, host, repository, tag, digest] = FORM.exec(text) ?? []
  if (host === undefined || repository === undefined || !URL.canParse(`https://${host}`)) return null
  const { hostname } = new URL(`https://${host}`)
  const origin = `${isLoopback(hostname) ? 'http' : 'https'}://${host}`
  return { origin, repository, reference: tag ?? (digest as string) }
}
