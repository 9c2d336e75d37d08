import { AUDIT_VERSION } from './audit-record.ts'

/** A browser sign-in or sign-out, or its failure, besides the request's record. See `login-record.schema.json`. */
export interface LoginRecord {
  readonly version: typeof AUDIT_VERSION
  readonly kind: 'login'
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string
  readonly action: 'login' | 'logout'
  readonly outcome: 'success' | 'failure'
  /** The person, or for a logout the provider. */
  readonly by: 'person' | 'provider'
  readonly requestId: string
  /** The client's address, or the provider's for its own messages. */
  readonly source: string | null
  readonly host: string | null
  /** Null: unknown. */
  readonly identity: string | null
  readonly method: 'oidc' | 'saml' | null
  readonly subject: string | null
  /** `caller.credential` of the session's requests; null: none, or all of the subject's. */
  readonly session: string | null
  readonly code: string | null
  readonly detail: string | null
}

export type Login = Omit<LoginRecord, 'version' | 'kind' | 'time' | 'outcome'>

export function loginRecord(login: Login, now: number): LoginRecord {
  const { action, by, requestId, source, host, identity, method, subject, session, code, detail } = login
  return {
    version: AUDIT_VERSION,
    kind: 'login',
    time: new Date(now).toISOString(),
    action,
    outcome: code === null ? 'success' : 'failure',
    ...{ by, requestId, source, host, identity, method, subject, session, code, detail },
  }
}
