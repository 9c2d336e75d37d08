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

export interface LoadOptions {
  /**
   * Who may sign: JWK, JWK Set or PEM (SPKI), of Ed25519 keys; one valid signature is enough, if `signatures` does not say
   * otherwise. `insecure-unverified` looks at no signature: for tests, and for bundles that come from the same place as the
   * program.
   */
  readonly keys: readonly (string | PublicJwk)[] | 'insecure-unverified'
  /** How many of the keys must have signed; 1 where left out. */
  readonly signatures?: number
  /**
   * Which obligations of a permit you carry out. A bundle that has others is refused, so that none is passed over in silence:
   * `header`, to send what `obligations.headers` says in place of whatever the client sent under these names; `limit`, to count.
   * And `expiry`, to let nothing through by it from `manifest.expires` on; one that has expired already is refused in any case.
   */
  readonly carries?: readonly ('header' | 'limit' | 'expiry')[]
  /** A bundle of a lower sequence is refused. */
  readonly minSequence?: number
  /** By service: replaces the hosts that the policy gives it. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>
  /** By name. A route whose rules read data that never arrived is denied, reason `data`. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** RFC 8037; other members are passed over. */
export interface PublicJwk {
  readonly kty: string
  readonly crv?: string
  readonly x?: string
}

/** The codes of `spec/language/bundle.md`, and `keys`: one that may sign cannot be used. `data`: does not fit its declaration. */
export type LoadProblem = BundleRefusal | PolicyProblem | 'keys' | 'needs' | 'sequence' | 'expired' | 'warm' | 'data'

/** Why there is no policy. */
export class LoadError extends Error {
  /** Stable. */
  readonly code: LoadProblem
  constructor(code: LoadProblem, message: string, options?: { readonly cause: unknown }) {
    super(message, options)
    this.name = 'LoadError'
    this.code = code
  }
}

/**
 * A bundle → a policy, through every check that the proxy makes: signatures, digests, what it needs, its shape, and a decision of
 * each route.
 *
 * @throws `LoadError`. There is no policy then, and whoever asked for one lets nothing through.
 */
export async function load(bundle: Uint8Array, options: LoadOptions): Promise<Policy> {
  // What was verified is what runs, whatever becomes of the bytes meanwhile.
  const read = await readBundle(Uint8Array.from(bundle), { keys: keysOf(options.keys), signatures: options.signatures ?? 1 })
  if (!read.ok) throw new LoadError(read.code, read.message)
  const { manifest, verifiedBy } = read.bundle
  const lacking = lackingNeeds(manifest, canDo(options.carries ?? []))
  if (lacking.length > 0) {
    const names = lacking.map((need) => `\`${need}\``).join(', ')
    throw new LoadError('needs', `the policy needs ${names}, which is not among what is carried out here`)
  }
  if (options.minSequence !== undefined && manifest.sequence < options.minSequence)
    throw new LoadError(
      'sequence',
      `the bundle has the sequence ${manifest.sequence}, and at least ${options.minSequence} is asked for`,
    )
  if (hasExpired(manifest, Date.now()))
    throw new LoadError('expired', `the bundle has expired: it counted until ${manifest.expires}`)
  const { hosts = {} } = options
  const strange = Object.keys(hosts).find((name) => !manifest.services.some((service) => service.name === name))
  if (strange !== undefined) throw new LoadError('hosts', `the policy has no service \`${strange}\``)
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

/**
 * Whoever embeds has authenticated the caller, by whatever method, and answers challenges as they can: neither lets a request
 * through.
 */
function canDo(carries: readonly string[]): (need: string) => boolean {
  const done = new Set(['body', 'data', 'mtls', 'query', 'requirement', 'rpc', 'shadow', ...carries])
  return (need) => done.has(need) || need.startsWith('identity:')
}

function keysOf(keys: LoadOptions['keys']): readonly PublicKey[] | 'unverified' {
  if (keys === 'insecure-unverified') return 'unverified'
  if (!Array.isArray(keys)) throw new TypeError('`keys` says who may sign the bundle')
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
