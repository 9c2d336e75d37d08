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
  /** As it is kept now. */
  readonly load: () => Promise<{ readonly session: Session; readonly sealed: string } | null>
  /** False: it is gone meanwhile, or another. */
  readonly replace: (before: string, next: Session) => Promise<boolean>
}

/**
 * Milliseconds. A lease is prolonged while its holder is at it, so that it may be short: whose holder has died is soon another's.
 */
const LEASE = { lasts: 5000, prolonged: 1500 }
const LOOK = 50
/** For which a provider that did not answer is not asked about the same session again. */
const BACK_OFF = 5000

/**
 * Asks the provider whether the caller still is who it was. However many requests of however many processes want it at the same
 * time, one asks, and the others wait for what becomes of it: a provider that rotates refresh tokens would take a second use for
 * theft. Null: the session is over.
 */
export async function refreshSession(refreshing: Refreshing, key: string): Promise<Session | null | 'unavailable'> {
  const { store, clock, monotonic, fetchTimeout, load } = refreshing
  const lease = `lease ${key}`
  const holder = newHandle()
  // Two questions to the provider and a little more.
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
    // Another one may have been quicker.
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
    log.info(`a session ends, as it is not refreshed: ${error.message}`, { identity: session.identity })
    await store.end([key])
    return null
  }
  // Ended while the provider was asked. Nothing else changes it.
  const now = await load()
  return now === null ? null : now.session
}

/** Null: the provider does not answer, and it has not for too long. Rejects with `ProviderRefusal`. */
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

/**
 * How and when somebody signed in stays what it was, and what the sign-in did not say, no refresh says: nobody has signed in
 * again (OpenID Connect Core 1.0, section 12.2).
 */
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

/** Whether it counts for a while although the provider does not answer. */
function goesOn({ granted }: Session, { clock, provider }: Refreshing): boolean {
  return granted === null || clock() < granted + provider.config.staleSession
}
