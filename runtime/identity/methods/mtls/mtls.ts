import type { CanonicalRequest } from '../../../../request/index.ts'
import { unknownAuthentication } from '../../../policy/module/facts.ts'
import type { ClientCertificate } from '../../../tls/index.ts'
import type { Refused } from '../../authentication.ts'
import type { Verified } from '../../credential.ts'
import type { MtlsConfig } from '../../identity-config.ts'
import { type IdentityMethod, type MethodDeps, type Verifier, verifierContext } from '../../method.ts'

/**
 * Authentication method for client certificates: X.509-SVIDs and others. The TLS handshake has verified the key, and the chain to
 * the listener's root certificates.
 */
export const mtls: IdentityMethod<MtlsConfig> = { prepare }

function prepare(identities: ReadonlyMap<string, MtlsConfig>, { certificates, clock }: MethodDeps): Verifier {
  function read(request: CanonicalRequest, connection?: object): ClientCertificate | Refused | null {
    return connection === undefined ? null : certificates.shownBy(request, connection)
  }

  async function verify(certificate: ClientCertificate): Promise<Verified | Refused> {
    const now = clock() / 1000
    const found = certificates.authenticate(certificate, now)
    if (typeof found === 'string') return certificates.refused(found, certificate, now)
    const { identity, workload, dnsNames, from, until, holds } = found
    if (identity === null) return certificates.refused('trust-domain', certificate, now)
    const subject = workload?.spiffe_id ?? dnsNames[0] ?? null
    const claims = {
      ...(subject !== null && { sub: subject }),
      ...(workload !== null && { spiffe_id: workload.spiffe_id }),
      dns_names: dnsNames,
    }
    // The text is already a digest: `x5t#S256`.
    const named = { credentialId: certificate.text.slice(0, 22), issued: certificate.from }
    return { identity, subject, claims, auth: unknownAuthentication, ...named, from, until, holds }
  }

  return { context: verifierContext(identities, described), read, verify, status: () => [] }
}

/** Returns all that verification depends on, as a context for caches. A field that is forgotten here does not compile. */
function described({ trustDomain, ca, ...rest }: MtlsConfig): readonly unknown[] {
  rest satisfies Record<string, never>
  return [trustDomain, ca?.file ?? null]
}
