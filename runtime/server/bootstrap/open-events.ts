import { type ConfigError, renderConfigError } from '../../base/config-error.ts'
import { resolveSecret, secretDigest } from '../../base/secret.ts'
import { content, environment, type Problem } from '../../base/startup-error.ts'
import { SecurityEvents, type SecurityEventsDeps } from '../../identity/index.ts'
import type { Revoke } from '../../identity/revocation/index.ts'
import type { EventSources } from '../../proxy/index.ts'
import type { Config } from '../config/index.ts'

/** Characters: a shorter one could be guessed. */
const LEAST_TOKEN = 32

export interface OpenedEvents {
  /** Null: no issuer sends any. */
  readonly events: EventSources | null
  readonly problems: readonly Problem[]
}

/** Whose security events are taken. None of the senders is asked yet. */
export function openEvents({ events, source }: Config, deps: SecurityEventsDeps, revoke: Revoke): OpenedEvents {
  const problems: Problem[] = []
  const tokens = new Map<string, Buffer | null>()
  for (const [identity, { token }] of Object.entries(events)) {
    if (token === null) {
      tokens.set(identity, null)
      continue
    }
    const place = source.place(['identities', identity, 'events', 'token'])
    const told = (message: string) => renderConfigError({ file: source.file, ...place, message } satisfies ConfigError)
    const secret = resolveSecret(token, { env: process.env, folder: '' })
    if (!secret.ok) problems.push(environment(told(secret.message)))
    else if (secret.value.length < LEAST_TOKEN)
      problems.push(
        content(
          told(`the token has ${secret.value.length} characters, and ${LEAST_TOKEN} are the least: a shorter one can be guessed`),
        ),
      )
    else tokens.set(identity, secretDigest(secret.value))
  }
  return { events: tokens.size === 0 ? null : { tokens, received: new SecurityEvents(events, deps), revoke }, problems }
}
