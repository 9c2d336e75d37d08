import { readSecret, secretDigest } from '../../base/secret.ts'
import { type Problem, problemAt } from '../../base/startup-error.ts'
import { SecurityEvents, type SecurityEventsDeps } from '../../identity/index.ts'
import type { Revoke } from '../../identity/revocation/index.ts'
import type { EventSources } from '../../proxy/index.ts'
import type { Config } from '../config/index.ts'

/** Minimum characters, against guessing. */
const LEAST_TOKEN = 32

export interface OpenedEvents {
  readonly events: EventSources | null
  readonly problems: readonly Problem[]
}

export function openEvents({ events, source }: Config, deps: SecurityEventsDeps, revoke: Revoke): OpenedEvents {
  const problems: Problem[] = []
  const tokens = new Map<string, Buffer | null>()
  for (const [identity, { token }] of Object.entries(events)) {
    if (token === null) {
      tokens.set(identity, null)
      continue
    }
    const secret = readSecret(token, 'the token', LEAST_TOKEN)
    if (typeof secret === 'string') tokens.set(identity, secretDigest(secret))
    else problems.push(problemAt(source, ['identities', identity, 'events', 'token'], secret))
  }
  return { events: tokens.size === 0 ? null : { tokens, received: new SecurityEvents(events, deps), revoke }, problems }
}
