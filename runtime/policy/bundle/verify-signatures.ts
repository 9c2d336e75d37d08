import { verify } from 'node:crypto'
import { SIGNATURES_FOLDER } from '../../abi/index.ts'
import type { PublicKey } from './public-key.ts'
import { Refused } from './refusal.ts'

/** Maximum size of a signature in bytes. Ed25519 needs 189; the rest lets messages name another algorithm. */
const MAX_SIGNATURE = 4096

const SIGNATURE_ENTRY = /^signatures\/([A-Za-z0-9_-]{43})\.jws$/

/** Returns the key IDs that signatures claim, unverified and sorted. */
export function signersOf(entries: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const kids: string[] = []
  for (const name of entries.keys()) {
    if (!name.startsWith(SIGNATURES_FOLDER)) continue
    const kid = SIGNATURE_ENTRY.exec(name)?.[1]
    if (kid === undefined)
      throw new Refused('entry-name', 'the folder `signatures` may contain only `signatures/<thumbprint>.jws`')
    kids.push(kid)
  }
  return kids.sort()
}

/**
 * Returns the sorted IDs of the trusted keys that signed the manifest.
 *
 * @param least minimum number of valid signatures by different trusted keys
 * @throws Refused if there are fewer, or if a signature by a trusted key is invalid
 */
export function verifySignatures(
  manifest: Uint8Array,
  entries: ReadonlyMap<string, Uint8Array>,
  keys: readonly PublicKey[],
  least: number,
): readonly string[] {
  const signers = signersOf(entries)
  if (signers.length === 0) throw new Refused('unsigned', 'the bundle has no signature: sign it with `iap sign`')
  const known = signers.filter((kid) => keys.some((key) => key.kid === kid))
  if (known.length === 0) {
    throw new Refused(
      'unknown-key',
      `the bundle is not signed by a trusted key, only by ${signers.slice(0, 3).join(', ')}: sign it with a trusted key`,
    )
  }
  for (const key of keys) {
    if (known.includes(key.kid)) verifyOne(manifest, entries.get(`${SIGNATURES_FOLDER}${key.kid}.jws`) as Uint8Array, key)
  }
  // Written so that NaN refuses.
  if (!(known.length >= least)) {
    const signed = known.length === 1 ? `only ${known[0]} has` : `only ${known.length} have`
    throw new Refused(
      'too-few-signatures',
      `${least} trusted keys must have signed the bundle, but ${signed}: sign it with more of them`,
    )
  }
  return known
}

/** Verifies a detached compact JWS (RFC 7515, appendix F): `<protected header>..<signature>`. */
function verifyOne(manifest: Uint8Array, jws: Uint8Array, key: PublicKey): void {
  const bad = () =>
    new Refused(
      'bad-signature',
      `the signature of ${key.kid} does not match the manifest: the bundle was changed after it was signed; ` +
        'get it again from its signer',
    )
  // Unauthenticated, so its size is bounded before it is parsed.
  if (jws.length > MAX_SIGNATURE) throw bad()
  const [header, payload, signature, ...rest] = Buffer.from(jws).toString('latin1').split('.')
  if (header === undefined || payload !== '' || signature === undefined || rest.length > 0) throw bad()
  // Exactly one header is valid for a key: `crit`, `b64` and embedded keys are never interpreted.
  if (header !== protectedHeader(key.kid)) {
    if (algorithmOf(header) !== 'EdDSA')
      throw new Refused(
        'signature-algorithm',
        `the signature of ${key.kid} does not use EdDSA: sign the bundle with \`iap sign\``,
      )
    throw bad()
  }
  const value = Buffer.from(signature, 'base64url')
  if (value.toString('base64url') !== signature) throw bad()
  const input = Buffer.from(`${header}.${Buffer.from(manifest).toString('base64url')}`)
  if (!verify(null, input, key.key, value)) throw bad()
}

function protectedHeader(kid: string): string {
  return Buffer.from(JSON.stringify({ alg: 'EdDSA', kid })).toString('base64url')
}

function algorithmOf(header: string): unknown {
  try {
    return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown } | null)?.alg
  } catch {
    return 'EdDSA'
  }
}
