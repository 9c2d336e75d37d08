import type { CanonicalRequest } from '../../../request/index.ts'
import { StoreUnavailable } from '../../base/errors.ts'
import type { Caller, ExchangeFailure } from '../../identity/index.ts'
import { browserOriginOf, handleIn } from '../endpoints/index.ts'
import { refusalOf } from '../refusals/index.ts'
import type { CanonicalContext, RequestContext } from '../request-context.ts'
import { hasLeft } from './admit-request.ts'
import { CONTINUE, DONE, type StageResult } from './run-stages.ts'

/**
 * Exchanges the caller's token for a token for the service (RFC 8693). A service with token exchange never receives the caller's
 * token.
 */
export function exchangeToken(context: RequestContext): StageResult | Promise<StageResult> {
  const { authentication, request, service } = context as CanonicalContext
  const by = service?.tokenExchange ?? null
  if (by === null) return CONTINUE
  if (hasLeft(context)) return DONE
  context.bearer = null
  if (authentication?.kind !== 'caller') return CONTINUE
  if (!by.takes(authentication)) return by.withoutToken === 'pass' ? CONTINUE : refusalOf('exchange-no-token')
  const found = by.tokenFor(authentication, () => subjectToken(context, authentication, request))
  return typeof found === 'string'
    ? taken(context, found)
    : Promise.resolve(found).then(
        (one) => taken(context, one),
        (error: unknown) => {
          if (!(error instanceof StoreUnavailable)) throw error
          return taken(context, { code: 'exchange-unavailable', detail: 'the session store is unavailable' })
        },
      )
}

function taken(context: RequestContext, token: string | ExchangeFailure): StageResult {
  if (typeof token === 'string') {
    context.bearer = token
    return CONTINUE
  }
  context.detail = token.detail
  return refusalOf(token.code)
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
