import { hasExpired } from '../../runtime/abi/index.ts'
import type { BundleRefusal } from '../../runtime/policy/bundle/refusal.ts'
import {
  instantiate,
  lackingNeeds,
  noData,
  PolicyError,
  type PublicKey,
  readBundle,
  readPublicKeys,
  showPlaces,
  warm,
} from '../../runtime/policy/index.ts'
import type { PolicyProblem } from '../../runtime/policy/module/policy-error.ts'
import { createPolicy } from './create-policy.ts'
import type { Policy } from './policy.ts'

/** Options of `load`: trusted keys, minimum requirements of the bundle, and inputs of the policy. */
export interface LoadOptions {
  /**
   * Trusted public Ed25519 keys: JWK, JWK Set or PEM (SPKI). `insecure-unverified` accepts the bundle without a check of
   * signatures: for tests, and for bundles shipped with the program.
   */
  readonly keys: readonly (string | PublicJwk)[] | 'insecure-unverified'
  /** Number of trusted keys that must have signed the bundle. Default: 1. */
  readonly signatures?: number
  /**
   * Obligations of permits that you carry out. A bundle with others is refused, so that none is silently ignored.
   *
   * - `header`: replace the client's headers by `obligations.headers`.
   * - `limit`: count requests.
   * - `expiry`: permit nothing from `manifest.expires` on. (`load` always refuses a bundle that has already expired.)
   */
  readonly carries?: readonly ('header' | 'limit' | 'expiry')[]
  /** Lowest accepted `sequence` of the bundle: the highest that you accepted before. Default: any. */
  readonly minSequence?: number
  /** Host names by service, which replace those of the policy. Default: the policy's hosts. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>
  /**
   * Values of the policy's data by name, as JSON. Routes whose rules read missing data are denied with the reason `data`.
   * Default: none.
   */
  readonly data?: Readonly<Record<string, unknown>>
}

/** A public key as a JSON Web Key (RFC 7517; for Ed25519, RFC 8037). Other members are ignored. */
export interface PublicJwk {
  /** Key type: `OKP`. */
  readonly kty: string
  /** Curve: `Ed25519`. */
  readonly crv?: string
  /** Public key: 32 bytes in base64url. */
  readonly x?: string
}

/**
 * Reasons for refusing a bundle. Codes are stable; `spec/language/bundle.md` explains those of the bundle. `keys`: a trusted key
 * is unusable. `data`: a value does not match its declaration.
 */
export type LoadProblem = BundleRefusal | PolicyProblem | 'keys' | 'needs' | 'sequence' | 'expired' | 'warm' | 'data'

/**
 * Thrown if a policy cannot be loaded. Without a policy, permit no request.
 *
 * @example
 * ```ts
 * import { LoadError, load } from 'iap-proxy/runtime'
 *
 * try {
 *   await load(new Uint8Array(), { keys: 'insecure-unverified' })
 * } catch (error) {
 *   if (!(error instanceof LoadError)) throw error
 *   console.log(error.code) // not-gzip
 * }
 * ```
 */
export class LoadError extends Error {
  /** Reason for the error, stable across versions. */
  readonly code: LoadProblem
  /**
   * Creates the error.
   *
   * @param code reason for the error
   * @param message one sentence, without a full stop
   * @param options the underlying error as `cause`
   */
  constructor(code: LoadProblem, message: string, options?: { readonly cause: unknown }) {
    super(message, options)
    this.name = 'LoadError'
    this.code = code
  }
}

/**
 * Loads a policy from a bundle, with every check of the proxy: signatures, digests, required features, structure, and a trial
 * decision on each route.
 *
 * @param bundle the bundle's bytes, which are copied
 * @param options trusted keys, minimum requirements of the bundle, and inputs of the policy
 * @returns a policy that decides synchronously
 * @throws LoadError if the bundle, a key or the data is refused; the caller must then permit nothing
 * @throws TypeError if `keys` is missing
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { load } from 'iap-proxy/runtime'
 *
 * const publicKey = await readFile('release.public.json', 'utf8')
 * const policy = await load(await readFile('orders.iapb'), { keys: [publicKey] })
 * console.log(policy.manifest.sequence) // 1
 * ```
 */
export async function load(bundle: Uint8Array, options: LoadOptions): Promise<Policy> {
  // Copied, so that what runs is what was verified.
  const read = await readBundle(Uint8Array.from(bundle), { keys: keysOf(options.keys), signatures: options.signatures ?? 1 })
  if (!read.ok) throw new LoadError(read.code, read.message)
  const { manifest, verifiedBy } = read.bundle
  const lacking = lackingNeeds(manifest, canDo(options.carries ?? []))
  if (lacking.length > 0) {
    const names = lacking.map((need) => `\`${need}\``).join(', ')
    throw new LoadError(
      'needs',
      `the policy needs ${names}, which the option \`carries\` does not list: carry them out in your code, and add them`,
    )
  }
  if (options.minSequence !== undefined && manifest.sequence < options.minSequence)
    throw new LoadError(
      'sequence',
      `the bundle has the sequence ${manifest.sequence}, below \`minSequence\` (${options.minSequence}): load a newer one`,
    )
  if (hasExpired(manifest, Date.now()))
    throw new LoadError('expired', `the bundle expired at ${manifest.expires}: load a newer one`)
  const { hosts = {} } = options
  const strange = Object.keys(hosts).find((name) => !manifest.services.some((service) => service.name === name))
  if (strange !== undefined)
    throw new LoadError(
      'hosts',
      `\`hosts\` names the service \`${strange}\`, which the policy does not have: remove it, or load the bundle that has it`,
    )
  const policy = attempt(() => instantiate(read.bundle, { hosts }))
  try {
    await warm(policy)
  } catch (cause) {
    const message = `a decision of the policy throws${policy.placeOf(cause)}`
    showPlaces(cause, policy.stackOf)
    throw new LoadError('warm', message, { cause })
  }
  const data = policy.prepare(options.data ?? {}, noData)
  if (!data.ok) throw new LoadError('data', data.message)
  return createPolicy(policy, verifiedBy, data.data)
}

/** Embedders authenticate callers and answer challenges themselves; neither permits a request. */
function canDo(carries: readonly string[]): (need: string) => boolean {
  const done = new Set(['body', 'data', 'mtls', 'query', 'requirement', 'rpc', 'shadow', ...carries])
  return (need) => done.has(need) || need.startsWith('identity:')
}

function keysOf(keys: LoadOptions['keys']): readonly PublicKey[] | 'unverified' {
  if (keys === 'insecure-unverified') return 'unverified'
  if (!Array.isArray(keys)) throw new TypeError('`keys` must be an array of the public keys that may sign the bundle')
  return keys.flatMap((key: string | PublicJwk) => {
    const read = readPublicKeys(typeof key === 'string' ? key : JSON.stringify(key))
    if (!read.ok) throw new LoadError('keys', read.message)
    return read.keys
  })
}

function attempt<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof PolicyError) throw new LoadError(error.code, error.message, { cause: error })
    throw error
  }
}
