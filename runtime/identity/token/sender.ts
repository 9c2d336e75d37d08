import type { CanonicalRequest } from '../../../request/index.ts'
import type { Refused } from '../authentication.ts'
import type { Credential, Sender } from '../credential.ts'
import { createProofCheck, type DpopDeps } from '../dpop/check-proof.ts'
import type { DpopConfig } from '../dpop/dpop-config.ts'
import type { Certificates } from '../methods/mtls/certificates.ts'
import { mismatch, typeOf } from '../mismatch.ts'
import { refuseCredential, refuseProof } from '../refusals.ts'
import type { Claims } from './claim-types.ts'
import { readConfirmation } from './confirmation.ts'

export interface SenderDeps extends DpopDeps {
  readonly certificates: Certificates
}

/**
 * Returns the client that must present a token according to its `cnf` claim, or `null` if any bearer may. Returns the refusal if
 * the claim is unusable, or the configuration requires DPoP and the token is not bound to a key. The client must use the matching
 * scheme: bound tokens are refused with the Bearer scheme, unbound tokens with DPoP (RFC 9449, section 7.2).
 *
 * @param verified whether the issuer has signed the claims
 */
export function senderOf(
  claims: Claims,
  { required, nonce }: DpopConfig,
  deps: SenderDeps,
  verified: boolean,
): Sender | null | Refused {
  const confirmation = readConfirmation(claims)
  if (confirmation === 'unknown')
    return refuseCredential('sender-constrained', mismatch('cnf', membersOf(claims.cnf), CONFIRMATIONS, verified))
  if (required && confirmation?.jkt == null)
    return refuseCredential('proof-required', mismatch('cnf.jkt', undefined, 'a key, as `dpop.required` is set', verified))
  if (confirmation === null) return null
  const { jkt, x5t } = confirmation
  const checkProof = jkt === null ? null : createProofCheck(jkt, nonce, deps)

  function proves(
    request: CanonicalRequest,
    credential: Credential,
    connection: object | undefined,
  ): Refused | null | Promise<Refused | null> {
    if (x5t !== null && !hasShown(x5t, request, connection))
      return refuseCredential('certificate-mismatch', mismatch('cnf.x5t#S256', digestShown(request, connection), x5t, true))
    if (checkProof === null)
      return credential.dpop === true
        ? refuseProof('token-unbound', mismatch('cnf.jkt', undefined, 'a key, as the scheme is DPoP', true))
        : null
    if (credential.dpop === true) return checkProof(request, credential.text, connection)
    return refuseCredential('proof-required', mismatch('scheme', 'Bearer', 'DPoP'))
  }

  /** RFC 8705, section 3: the client's certificate, also behind trusted proxies; it must be valid now. */
  function hasShown(digest: string, request: CanonicalRequest, connection: object | undefined): boolean {
    const shown = connection === undefined ? null : deps.certificates.shownBy(request, connection)
    if (shown === null || 'kind' in shown) return false
    const now = deps.clock() / 1000
    return shown.text === digest && shown.from <= now && now < shown.until
  }

  /** Returns the digest of the presented certificate, valid or not. */
  function digestShown(request: CanonicalRequest, connection: object | undefined): string | undefined {
    const shown = connection === undefined ? null : deps.certificates.shownBy(request, connection)
    return shown === null || 'kind' in shown ? undefined : shown.text
  }

  return { proves }
}

const CONFIRMATIONS = 'members `jkt`, `x5t#S256`, each a SHA-256 in base64url'

function membersOf(cnf: unknown): unknown {
  return typeof cnf === 'object' && cnf !== null && !Array.isArray(cnf) ? Object.keys(cnf) : typeOf(cnf)
}
