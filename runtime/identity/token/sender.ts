import type { CanonicalRequest } from '../../../request/index.ts'
import { tlsConnectionOf } from '../../tls/tls-connection.ts'
import type { Refused } from '../authentication.ts'
import { createProofCheck, type DpopDeps } from '../dpop/check-proof.ts'
import type { DpopConfig } from '../dpop/dpop-config.ts'
import type { Credential, Sender } from '../method.ts'
import { type RefusalCode, refuse, refuseProof } from '../refusals.ts'
import type { Claims } from './claim-types.ts'
import { readConfirmation } from './confirmation.ts'

/**
 * Whom a token was given to, by what its verified claims say of it (`cnf`); null where any bearer of it counts. The scheme is part of it: a
 * token that is bound to a key is none that a bearer may show, and one that is not is none of DPoP (RFC 9449, section 7.2).
 */
export function senderOf(claims: Claims, { required, nonce }: DpopConfig, deps: DpopDeps): Sender | null | RefusalCode {
  const confirmation = readConfirmation(claims)
  if (confirmation === 'unknown') return 'sender-constrained'
  if (required && confirmation?.jkt == null) return 'proof-required'
  if (confirmation === null) return null
  const { jkt, x5t } = confirmation
  const checkProof = jkt === null ? null : createProofCheck(jkt, nonce, deps)

  function proves(
    request: CanonicalRequest,
    credential: Credential,
    connection: object | undefined,
  ): Refused | null | Promise<Refused | null> {
    if (x5t !== null && certificateDigest(connection) !== x5t) return refuse('certificate-mismatch')
    if (checkProof === null) return credential.dpop === true ? refuseProof('token-unbound') : null
    return credential.dpop === true ? checkProof(request, credential.text, connection) : refuse('proof-required')
  }

  return { proves }
}

/** Of the certificate that the connection's client has shown and that was verified; null where there is none that counts. */
function certificateDigest(connection: object | undefined): string | null {
  const certificate = connection === undefined ? null : (tlsConnectionOf(connection)?.clientCertificate ?? null)
  return certificate === null || certificate.isRevoked() ? null : certificate.text
}
