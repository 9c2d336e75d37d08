import type { AuthenticationFacts } from '../../abi/index.ts'
import { StoreUnavailable } from '../../base/errors.ts'
import { ProviderProblem } from '../provider/fetch-json.ts'
import { NOT_ACCEPTED, ProviderRefusal } from '../provider/provider-refusal.ts'
import { readAuthentication } from '../token/read-authentication.ts'
import { SessionsFull } from './kept-sessions.ts'
import type { ProviderClient } from './login-provider.ts'
import type { Prompt, Session, StepUp } from './session.ts'

export interface BegunLogin {
  readonly location: string
  /**
   * Cookie by which the proxy recognizes the browser when it returns from the provider. `name` is the part after the cookie
   * prefix.
   */
  readonly cookie: { readonly name: string; readonly value: string }
}

export interface LoginRequest {
  readonly identity: string
  /** Origin of the request, such as `https://app.example`. */
  readonly origin: string
  readonly host: string
  /** Path to return to after the login, on the same origin. */
  readonly returnTo: string
  readonly stepUp: StepUp | null
  readonly prompt: Prompt | null
}

/**
 * Reason why a sign-in cannot begin or be completed. `login-state`: this browser has not begun such a login, or it has expired.
 * `login-claims`: the claims do not match the policy.
 */
export type LoginFailure = {
  readonly ok: false
  readonly code:
    | 'login-state'
    | 'login-refused'
    | 'login-unavailable'
    | 'login-misconfigured'
    | 'login-claims'
    | 'sessions-full'
    | 'step-up-failed'
  readonly detail: string
  readonly cookie: string | null
  /** Identity at which the login was attempted, or `null` if unknown. */
  readonly identity: string | null
  /** Path of the requested page; absent if another attempt cannot succeed. */
  readonly returnTo?: string
}

/** Function that checks the claims of a sign-in. Returns `null` if the policy accepts them, otherwise the reason. */
export type ClaimsCheck = (
  identity: string,
  claims: Readonly<Record<string, unknown>>,
  auth: AuthenticationFacts,
) => { readonly message: string; readonly isMissing?: boolean } | null

export type FinishedLogin =
  /** It continues at the provider. */
  | { readonly ok: true; readonly again: BegunLogin; readonly cookie: string; readonly identity: string }
  | {
      readonly ok: true
      readonly again: null
      readonly handle: string
      /** Absolute URL to which the browser is redirected after the sign-in, on the same origin. */
      readonly location: string
      readonly cookie: string
      readonly identity: string
      readonly subject: string
      /** ID of the new session in audit records. */
      readonly session: string
    }
  | LoginFailure

/** A caller who signed out. */
export interface SignedOut {
  readonly identity: string
  /** Subject who signed out, or `null` if the provider names only its session. */
  readonly subject: string | null
  /** ID of the session in audit records, or `null` for all sessions that the provider's request covers. */
  readonly session: string | null
}

/**
 * Returns a message that tells which requirement of the step-up a sign-in does not meet, or `null` if it meets all of them. The
 * login then fails, as sending the person to the provider again would loop forever.
 */
export function missing(
  claims: Session['signed'],
  { maxAge, acr, mfa }: StepUp,
  config: Pick<ProviderClient, 'clockSkew' | 'mfa'>,
  now: number,
): string | null {
  const { time, ...shown } = readAuthentication(claims, now, config.clockSkew / 1000, config.mfa)
  if (maxAge !== null && time === null) return 'the provider does not say when the person signed in (`auth_time`)'
  // Without skew: the rule itself would reject it and ask again.
  if (maxAge !== null && now - Number((time ?? 0n) / 1_000_000_000n) > maxAge)
    return 'the provider did not let the person sign in again'
  if ((mfa && !shown.mfa) || !acr.every((values) => shown.acr !== null && values.includes(shown.acr)))
    return 'the provider does not say that the person signed in as requested (`acr`, `amr`)'
  return null
}

export function wrongState(detail: string, cookie: string | null, identity: string | null): LoginFailure {
  return { ok: false, code: 'login-state', detail, cookie, identity }
}

export function failureOf(error: unknown, cookie: string | null, identity: string | null): LoginFailure {
  const failure = { ok: false, cookie, identity } as const
  if (error instanceof ProviderRefusal) return { ...failure, code: 'login-refused', detail: error.message }
  if (error instanceof ProviderProblem) return { ...failure, code: codeOf(error), detail: error.message }
  if (error instanceof SessionsFull)
    return { ...failure, code: 'sessions-full', detail: 'the subject has reached the limit of sessions' }
  if (error instanceof StoreUnavailable)
    return { ...failure, code: 'login-unavailable', detail: 'the session store is unavailable' }
  throw error
}

function codeOf({ status, error }: ProviderProblem): LoginFailure['code'] {
  if (error !== null && NOT_ACCEPTED.has(error)) return 'login-misconfigured'
  // The provider responded, and not with a server error.
  return status !== null && status >= 400 && status < 500 && status !== 429 ? 'login-refused' : 'login-unavailable'
}

export type BackChannelAnswer = { readonly ok: true; readonly ended: SignedOut } | { readonly ok: false; readonly detail: string }

export type SamlLogoutAnswer =
  | { readonly ok: true; readonly ended: readonly SignedOut[]; readonly location: string | null }
  | { readonly ok: false; readonly detail: string }
