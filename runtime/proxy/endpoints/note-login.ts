import type { LoginFailure, SignedOut } from '../../identity/index.ts'
import { type Login, loginRecord } from '../../telemetry/audit/index.ts'
import type { RequestContext } from '../request-context.ts'

/** Fields of a login or logout record that do not come from the request. */
type Noted = Pick<Login, 'action' | 'by'> & Partial<Login>

/**
 * Writes the audit record of a login or logout. Must be called before any step that may end the request, so that the login is
 * recorded even if the browser has disconnected.
 */
export function noteLogin(context: RequestContext, noted: Noted): void {
  const { proxy, request, requestId } = context
  const { identity = null } = noted
  proxy.audit.note(
    loginRecord(
      {
        requestId,
        source: request?.sourceIp ?? null,
        host: request?.host ?? null,
        method: methodOf(context, identity),
        identity,
        subject: null,
        session: null,
        code: null,
        detail: null,
        ...noted,
      },
      proxy.clock(),
    ),
  )
}

export function noteFailedLogin(context: RequestContext, { identity, code, detail }: LoginFailure): void {
  noteLogin(context, { action: 'login', by: 'person', identity, code, detail })
}

export function noteLogout(context: RequestContext, by: Login['by'], { identity, subject, session }: SignedOut): void {
  noteLogin(context, { action: 'logout', by, identity, subject, session })
}

export function noteFailedLogout(context: RequestContext, code: string, detail: string): void {
  noteLogin(context, { action: 'logout', by: 'provider', code, detail })
}

function methodOf({ proxy }: RequestContext, identity: string | null): Login['method'] {
  const method = identity === null ? undefined : proxy.signIn?.identities.get(identity)?.method
  return method === 'oidc' || method === 'saml' ? method : null
}
