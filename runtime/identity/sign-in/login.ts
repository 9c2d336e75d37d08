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
  /** What shows later that it is the same browser: behind the cookie's name, and its value. */
  readonly cookie: { readonly name: string; readonly value: string }
}

export interface LoginRequest {
  readonly identity: string
  /** Where the browser is: `https://app.example`. */
  readonly origin: string
  /** As requests have it. */
  readonly host: string
  /** A path of that origin. */
  readonly returnTo: string
  readonly stepUp: StepUp | null
  readonly prompt: Prompt | null
}

/**
 * Why a login cannot begin or end. `login-state`: nobody here has begun it. `login-claims`: the policy's declaration of the
 * identity does not allow the claims.
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
  /** Of the cookie that is of no use any more. */
  readonly cookie: string | null
  /** As whom it was tried; null: nobody knows. */
  readonly identity: string | null
  /** Of the page that was wanted; left out: nobody is offered to try again. */
  readonly returnTo?: string
}

/** Whether the policy accepts the claims of a sign-in. Null: it does. */
export type ClaimsCheck = (
  identity: string,
  claims: Readonly<Record<string, unknown>>,
  auth: AuthenticationFacts,
) => { readonly message: string; readonly isMissing?: boolean } | null

export type FinishedLogin =
  /** It goes on at the provider. */
  | { readonly ok: true; readonly again: BegunLogin; readonly cookie: string; readonly identity: string }
  | {
      readonly ok: true
      readonly again: null
      readonly handle: string
      /** Where it goes on, a whole address of the same origin. */
      readonly location: string
      readonly cookie: string
      readonly identity: string
      readonly subject: string
      /** The credential, as records name it. */
      readonly session: string
    }
  | LoginFailure

/** Who has signed out. */
export interface SignedOut {
  readonly identity: string
  /** Null: the provider names a session of its own alone. */
  readonly subject: string | null
  /** As records name it; null: all that a provider means. */
  readonly session: string | null
}

/** Null: the provider has done what it was asked for. Else what is missing: asking again would ask for ever. */
export function missing(
  claims: Session['signed'],
  { maxAge, acr, mfa }: StepUp,
  config: Pick<ProviderClient, 'clockSkew' | 'mfa'>,
  now: number,
): string | null {
  const { time, ...shown } = readAuthentication(claims, now, config.clockSkew / 1000, config.mfa)
  if (maxAge !== null && time === null) return 'the provider does not say when the person signed in (`auth_time`)'
  // To the letter: what the rule would not take, it would ask for again.
  if (maxAge !== null && now - Number((time ?? 0n) / 1_000_000_000n) > maxAge)
    return 'the provider did not let the person sign in again'
  if ((mfa && !shown.mfa) || !acr.every((values) => shown.acr !== null && values.includes(shown.acr)))
    return 'the provider does not say that the person signed in as was asked for (`acr`, `amr`)'
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
    return { ...failure, code: 'sessions-full', detail: 'the store of sessions has no room for another session of the subject' }
  if (error instanceof StoreUnavailable)
    return { ...failure, code: 'login-unavailable', detail: 'the store of sessions cannot be asked' }
  throw error
}

function codeOf({ status, error }: ProviderProblem): LoginFailure['code'] {
  if (error !== null && NOT_ACCEPTED.has(error)) return 'login-misconfigured'
  // The provider has answered, and not that it is unwell.
  return status !== null && status >= 400 && status < 500 && status !== 429 ? 'login-refused' : 'login-unavailable'
}

export type BackChannelAnswer = { readonly ok: true; readonly ended: SignedOut } | { readonly ok: false; readonly detail: string }

export type SamlLogoutAnswer =
  | { readonly ok: true; readonly ended: readonly SignedOut[]; readonly location: string | null }
  | { readonly ok: false; readonly detail: string }
