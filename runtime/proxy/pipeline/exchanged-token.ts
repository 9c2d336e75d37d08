import type { CanonicalRequest } from '../../../request/index.ts'
import { StoreUnavailable } from '../../base/errors.ts'
import type { Anonymous, Caller, ExchangeFailure, TokenExchange } from '../../identity/index.ts'
import { browserOriginOf, handleIn } from '../endpoints/browser-origin.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'

/** The service's bearer token; `null`: none. */
type Token = string | null | Refusal

/** Replaces the caller's token, which is never forwarded to a service with token exchange. */
export function exchangedToken(
  context: RequestContext,
  by: TokenExchange,
  authentication: Anonymous | Caller,
  request: CanonicalRequest,
): Token | Promise<Token> {
  if (authentication.kind === 'anonymous') return null
  if (!by.takes(authentication)) return by.withoutToken === 'pass' ? null : refusalOf('exchange-no-token')
  const found = by.tokenFor(authentication, () => subjectToken(context, authentication, request))
  if (typeof found === 'string') return found
  return Promise.resolve(found).then(
    (token) => (typeof token === 'string' ? token : refused(context, token)),
    (error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error
      return refused(context, { code: 'exchange-unavailable', detail: 'the store of sessions cannot be asked' })
    },
  )
}

function refused(context: RequestContext, { code, detail }: ExchangeFailure): Refusal {
  context.detail = detail
  return refusalOf(code)
}

function subjectToken(
  context: RequestContext,
  { method }: Caller,
  request: CanonicalRequest,
): string | null | Promise<string | null> {
  if (method !== 'oidc') return tokenIn(request.headers.get('authorization') ?? '')
  const { signIn } = context.proxy
  const place = browserOriginOf(context, request)
  const handle = place === null ? null : handleIn(request, place)
  return signIn === null || handle === null ? null : signIn.accessToken(handle, request.host)
}

/** Already verified: a scheme, one space, and the token. */
function tokenIn(value: string): string {
  return value.slice(value.indexOf(' ') + 1)
}
