import { AUDIT_VERSION } from './audit-record.ts'

/**
 * Audit record of a browser sign-in or sign-out, or of its failure (`login-record.schema.json`). The request has a record of
 * its own.
 */
export interface LoginRecord {
  readonly version: typeof AUDIT_VERSION
  readonly kind: 'login'
  /** Time of the event (RFC 3339, milliseconds, UTC). */
  readonly time: string
  readonly action: 'login' | 'logout'
  readonly outcome: 'success' | 'failure'
  /** Author of the event: the person, or the provider for a logout that it started. */
  readonly by: 'person' | 'provider'
  readonly requestId: string
  /** IP address of the client, or of the provider for messages that it sends itself. */
  readonly source: string | null
  readonly host: string | null
  /** Name of the identity, or `null` if unknown. */
  readonly identity: string | null
  readonly method: 'oidc' | 'saml' | null
  readonly subject: string | null
  /**
   * ID of the session, equal to `caller.credential` in records of its requests. `null` if there is none, or if all sessions of
   * the subject are concerned.
   */
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
