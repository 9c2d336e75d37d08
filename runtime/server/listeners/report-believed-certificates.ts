import type { Manifest } from '../../abi/index.ts'
import { renderAddress } from '../../base/address.ts'
import type { Log } from '../../base/log.ts'
import type { Config } from '../config/index.ts'

/**
 * Logs identities whose certificates are believed as asking proxies state them, and rules that read such certificates. The
 * handshake with the client was theirs, so without `ca` nothing here verifies who has issued a certificate.
 */
export function reportBelievedCertificates(
  { listeners, identities }: Pick<Config, 'listeners' | 'identities'>,
  { needs }: Pick<Manifest, 'needs'>,
  log: Log,
): void {
  const known = Object.entries(identities).flatMap(([name, { mtls }]) => (mtls === null ? [] : [{ name, mtls }]))
  const believed = known.flatMap(({ name, mtls }) => (mtls.ca === null ? [name] : []))
  // Without an identity of certificates, rules read those of all issuers.
  if (known.length === 0 && needs.includes('mtls')) believed.push('callers of all issuers, which rules read,')
  if (believed.length === 0) return
  for (const { address, check, trust } of listeners) {
    if (check === null || (check.protocol === 'forward-auth' && (trust?.certificate ?? null) === null)) continue
    log.warn(
      `certificates of ${believed.join(', ')} are believed as the asking proxy states them: set \`ca\` to verify them here`,
      {
        listener: renderAddress(address),
        protocol: check.protocol,
      },
    )
  }
}
