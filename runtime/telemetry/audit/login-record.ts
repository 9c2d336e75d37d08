import { AUDIT_VERSION } from './audit-record.ts'

/**
 * Somebody has signed in or out with a browser, or could not: in the same log as what was decided, beside the record of the
 * request that it came with. `login-record.schema.json` says the same for those who read it.
 */
export interface LoginRecord {
  readonly version: typeof AUDIT_VERSION
  readonly kind: 'login'
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string
  readonly action: 'login' | 'logout'
  readonly outcome: 'success' | 'failure'
  /** Who has asked for it: the person, or of a logout the provider, by a message of its own. */
  readonly by: 'person' | 'provider'
  /** Of the request that it came with. */
  readonly requestId: string
  /** The client's address; of a message that a provider sends itself, the provider's. */
  readonly source: string | null
  readonly host: string | null
  /** Null: it is not known as whom. */
  readonly identity: string | null
  readonly method: 'oidc' | 'saml' | null
  readonly subject: string | null
  /** As `caller.credential` of the requests that come with it; null: there is none, or a provider means all of the subject's. */
  readonly session: string | null
  /** Of a failure: `x-iap-error` of the answer. */
  readonly code: string | null
  /** More about `code`, for the operator alone. */
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
