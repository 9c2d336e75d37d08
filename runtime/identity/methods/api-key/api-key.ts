import { randomBytes, timingSafeEqual } from 'node:crypto'
import { type CanonicalRequest, networkOf } from '../../../../request/index.ts'
import { renderPath } from '../../../base/config-error.ts'
import { resolveSecret } from '../../../base/secret.ts'
import { unknownAuthentication } from '../../../policy/module/facts.ts'
import type { Refused } from '../../authentication.ts'
import type { Credential, IdentityProblem, Verified } from '../../credential.ts'
import type { ApiKeyConfig } from '../../identity-config.ts'
import { type IdentityMethod, type MethodDeps, type Verifier, verifierContext } from '../../method.ts'
import { expiredAt } from '../../mismatch.ts'
import { refuseCredential, refuseWrongKeys } from '../../refusals.ts'
import type { KeyRecord } from './api-key-file.ts'
import { FailureLimit } from './failure-limit.ts'
import { type HmacKey, readHmacKey } from './hmac-key.ts'
import { readKeyId } from './key-text.ts'
import { type Keys, openKeys } from './open-keys.ts'
import { KEY_HEADERS, readKey } from './read-key.ts'

/**
 * Authentication method for API keys of `iap key`, of which the proxy stores only MACs.
 * `docs/reference/identities/api-key.md` describes it.
 */
export const apiKey: IdentityMethod<ApiKeyConfig> = { prepare }

/** A key file, its secret and the identities that use it. */
interface Ring {
  readonly identities: Set<string>
  readonly config: ApiKeyConfig
  readonly hmacKey: HmacKey
  readonly keys: Keys
}

function prepare(identities: ReadonlyMap<string, ApiKeyConfig>, deps: MethodDeps): Verifier {
  const rings: Ring[] = []
  const limit = new FailureLimit()

  async function verify({ text }: Credential, request: CanonicalRequest): Promise<Verified | Refused> {
    const id = readKeyId(text)
    if (id === null) return refuseCredential('key-malformed')
    const found = find(id, text)
    if (found === null) {
      // Only after the lookup: a valid key may come from a shared address.
      const over = limit.failed(networkOf(request.sourceIp), deps.monotonic())
      return over > 0 ? refuseWrongKeys(Math.ceil(over / 1000)) : refuseCredential('key-unknown')
    }
    const { record, keys } = found
    if (record.revoked !== null) return refuseCredential('key-revoked')
    const until = record.expires === null ? Number.POSITIVE_INFINITY : Date.parse(record.expires) / 1000
    const now = deps.clock() / 1000
    if (until <= now) return refuseCredential('expired', expiredAt('expires', until, now, true))
    return {
      identity: record.identity,
      subject: record.subject,
      claims: { ...record.claims, sub: record.subject },
      auth: unknownAuthentication,
      issued: Date.parse(record.created) / 1000,
      credentialId: id,
      from: Number.NEGATIVE_INFINITY,
      until,
      holds: () => keys.current?.get(id) === record,
      consumed: KEY_HEADERS,
    }
  }

  /** Checks all files in the same way, so that the time reveals neither whether an ID exists nor where. */
  function find(id: string, text: string): { readonly record: KeyRecord; readonly keys: Keys } | null {
    let found: { readonly record: KeyRecord; readonly keys: Keys } | null = null
    for (const { keys, hmacKey, identities } of rings) {
      const record = keys.current?.get(id) ?? null
      const isRight = timingSafeEqual(hmacKey.macOf(text), Buffer.from(record?.mac ?? NOBODYS, 'base64url'))
      if (isRight && record !== null && identities.has(record.identity)) found ??= { record, keys }
    }
    return found
  }

  async function open(): Promise<readonly IdentityProblem[]> {
    const problems: IdentityProblem[] = []
    for (const [name, config] of identities) {
      const known = rings.find((ring) => describe(ring.config) === describe(config))
      if (known === undefined) await openRing(name, config, problems)
      else known.identities.add(name)
    }
    return problems
  }

  async function openRing(name: string, config: ApiKeyConfig, problems: IdentityProblem[]): Promise<void> {
    const { file, path } = config
    const place = renderPath(path)
    const secret = resolveSecret(config.hmacKey, { env: deps.env, folder: '/' })
    const at = [...path, 'hmacKey']
    if (!secret.ok) return void problems.push({ path: at, fault: 'environment', message: secret.message })
    const hmacKey = readHmacKey(secret.value)
    if (typeof hmacKey === 'string')
      return void problems.push({
        path: at,
        fault: 'content',
        message: `the secret of \`${renderPath(at)}\` ${hmacKey}; create one with \`openssl rand -hex 32\``,
      })
    const keys = await openKeys(file, hmacKey.fingerprint, {
      ...(deps.watchInterval !== undefined && { interval: deps.watchInterval }),
      onTaken: ({ size }) => {
        deps.onLoad(place, 'taken')
        deps.log.info('new API keys are active', { place, keys: size })
      },
      onRefused: (message) => {
        deps.onLoad(place, 'refused')
        deps.log.error(`new API keys were refused, and the previous ones stay active: ${message}`, { place })
      },
    })
    rings.push({ identities: new Set([name]), config, hmacKey, keys })
    if (keys.refusal !== null) problems.push({ path: [...path, 'file'], ...keys.refusal })
  }

  return {
    context: verifierContext(identities, describe),
    read: readKey,
    verify,
    status: () => [],
    open,
    close: async () => void (await Promise.all(rings.map(({ keys }) => keys.close()))),
  }
}

/** MAC with which a key is compared if there is no record of it. */
const NOBODYS = randomBytes(32).toString('base64url')

function describe({ file, hmacKey }: ApiKeyConfig): string {
  return JSON.stringify([file, 'env' in hmacKey ? ['env', hmacKey.env] : ['file', hmacKey.file]])
}
