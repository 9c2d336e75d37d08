import type { Log } from '../../../base/log.ts'
import { ProviderProblem } from '../../provider/fetch-json.ts'
import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { newHandle, type SessionStore } from '../../sessions/index.ts'
import { endOf } from '../../sign-in/kept-sessions.ts'
import type { Session } from '../../sign-in/session.ts'
import type { Provider } from './provider.ts'

export interface Refreshing {
  readonly store: SessionStore
  readonly provider: Provider
  readonly clock: () => number
  readonly monotonic: () => number
  readonly log: Log
  readonly fetchTimeout: number
  /** Loads the stored session, or returns `null` if it has ended. */
  readonly load: () => Promise<{ readonly session: Session; readonly sealed: string } | null>
  /** Replaces the stored session. Returns false if it was removed or replaced in the meantime. */
  readonly replace: (before: string, next: Session) => Promise<boolean>
}

/**
 * Milliseconds of a lease and between its prolongations. The lease is short, so that the lease of a dead holder soon expires.
 */
const LEASE = { lasts: 5000, prolonged: 1500 }
const LOOK = 50
/** Milliseconds before a session is refreshed again after the provider did not respond. */
const BACK_OFF = 5000

/**
 * Refreshes a session by its refresh token. Of all requests in all processes, one refreshes it and the others wait for the
 * result: a provider that rotates refresh tokens treats a second use as theft. Returns `null` if the session is over.
 */
export async function refreshSession(refreshing: Refreshing, key: string): Promise<Session | null | 'unavailable'> {
  const { store, clock, monotonic, fetchTimeout, load } = refreshing
  const lease = `lease ${key}`
  const holder = newHandle()
  // Two requests to the provider plus some slack.
  const patience = monotonic() + 3 * fetchTimeout
  for (;;) {
    if (await store.add(lease, holder, LEASE.lasts)) break
    await new Promise((resolve) => setTimeout(resolve, LOOK))
    const loaded = await load()
    if (loaded === null) return null
    if (!isDue(loaded.session, clock())) return loaded.session
    if (monotonic() > patience) return goesOn(loaded.session, refreshing) ? loaded.session : 'unavailable'
  }
  const prolong = setInterval(() => void store.renew(lease, holder, LEASE.lasts).catch(() => {}), LEASE.prolonged)
  try {
    // Another request may have been faster.
    const loaded = await load()
    if (loaded === null) return null
    if (!isDue(loaded.session, clock())) return loaded.session
    return await ask(refreshing, key, loaded.session, loaded.sealed)
  } finally {
    clearInterval(prolong)
    await store.release(lease, holder).catch(() => {})
  }
}

async function ask(
  refreshing: Refreshing,
  key: string,
  session: Session,
  sealed: string,
): Promise<Session | null | 'unavailable'> {
  const { store, log, load, replace } = refreshing
  try {
    const next = await refreshed(session, refreshing)
    if (next === null) return 'unavailable'
    if (await replace(sealed, next)) return next
  } catch (error) {
    if (!(error instanceof ProviderRefusal)) throw error
    log.info(`a session ended, as it could not be refreshed: ${error.message}`, { identity: session.identity })
    await store.end([key])
    return null
  }
  // Removed during the request; nothing else changes it.
  const now = await load()
  return now === null ? null : now.session
}

/**
 * Refreshes a session. Returns `null` if the provider is unavailable and the session within its grace period.
 *
 * @throws ProviderRefusal if the provider refuses
 */
async function refreshed(session: Session, refreshing: Refreshing): Promise<Session | null> {
  const { provider, clock } = refreshing
  const { refreshToken, subject } = session
  try {
    const grant = await provider.refresh(refreshToken ?? '', subject, session.signed)
    const granted = endOf(grant, clock())
    return {
      ...session,
      signed: { ...withoutSignIn(grant.signed), ...signedIn(session.signed) },
      told: grant.told,
      signOut: grant.signOut ?? session.signOut,
      refreshToken: grant.refreshToken ?? refreshToken,
      accessToken: grant.accessToken,
      refreshAt: granted,
      granted,
    }
  } catch (error) {
    if (!(error instanceof ProviderProblem)) throw error
    return goesOn(session, refreshing) ? { ...session, refreshAt: clock() + BACK_OFF } : null
  }
}

/** Claims of the sign-in itself, which a refresh neither changes nor adds (OpenID Connect Core 1.0, section 12.2). */
const OF_SIGN_IN: readonly string[] = ['auth_time', 'acr', 'amr']

function signedIn(claims: Session['signed']): Session['signed'] {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => OF_SIGN_IN.includes(name)))
}

function withoutSignIn(claims: Session['signed']): Session['signed'] {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !OF_SIGN_IN.includes(name)))
}

function isDue({ refreshAt }: Session, now: number): boolean {
  return refreshAt !== null && now >= refreshAt
}

/** Returns whether a session is within the grace period for a provider that does not respond. */
function goesOn({ granted }: Session, { clock, provider }: Refreshing): boolean {
  return granted === null || clock() < granted + provider.config.staleSession
}
