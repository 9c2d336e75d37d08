import type { ConfigPath } from '../../../base/config-error.ts'
import type { IdentityConfig, MtlsConfig } from '../../../identity/identity-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig, RawIdentity, RawListener } from '../raw-config.ts'
import { type Reading, readPath } from './reading.ts'

/**
 * Reads the client certificate settings of an identity; returns `null` if it has none. With the profile `workload`,
 * `trustDomain` without `ca` is a setting for JWT-SVIDs.
 */
export function readMtls({ trustDomain, ca, profile }: RawIdentity, path: ConfigPath, reading: Reading): MtlsConfig | null {
  if (ca === undefined && (trustDomain === undefined || profile === 'workload')) return null
  return {
    trustDomain: trustDomain ?? null,
    ca: ca === undefined ? null : { file: readPath(ca, reading), path: [...path, 'ca'] },
  }
}

/** The certificates of connections for checks are those of asking proxies, and Envoy names its client's in its checks. */
function seesCertificates({ protocol, tls, trust }: RawListener): boolean {
  const isOfClients = protocol !== 'ext-authz' && protocol !== 'forward-auth'
  return protocol === 'ext-authz' || (isOfClients && tls !== undefined && 'clientCa' in tls) || trust?.certificate !== undefined
}

type Named = readonly (readonly [string, IdentityConfig])[]

/**
 * Checks that each client certificate matches one identity only, so that the certificate authority of one identity cannot
 * authenticate callers of another.
 */
export function checkCertificates(identities: Named, { listeners }: RawConfig, reading: Reading): void {
  const shown = identities.flatMap(([name, { mtls }]) => (mtls === null ? [] : [[name, mtls] as const]))
  const asks = (listeners ?? []).some((listener) => listener !== undefined && seesCertificates(listener))
  for (const [index, [name, { trustDomain, ca }]] of shown.entries()) {
    const path = ['identities', name]
    const before = shown.slice(0, index)
    if (!asks)
      reading.problem(
        path,
        `${named(path)} uses client certificates, ` +
          'but no listener requests them (`tls.clientCa`), accepts forwarded ones (`trust.certificate`) ' +
          'or has `protocol: ext-authz`',
      )
    if (shown.length > 1 && ca === null)
      reading.problem(path, `${named(path)} needs \`ca\`: with several identities, each must name its authorities`)
    const [twin] = before.find(([, other]) => trustDomain !== null && other.trustDomain === trustDomain) ?? []
    if (twin !== undefined)
      reading.problem(
        [...path, 'trustDomain'],
        `\`${name}\` has the same trust domain as \`${twin}\`, so certificates would match both: remove one of the two`,
      )
    const [sharer] = before.find(([, other]) => ca !== null && other.ca?.file === ca.file) ?? []
    if (sharer !== undefined)
      reading.problem(
        [...path, 'ca'],
        `\`${name}\` has the same authorities as \`${sharer}\`, so certificates would match both: give each its own \`ca\``,
      )
  }
}
