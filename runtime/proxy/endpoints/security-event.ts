import type { CanonicalRequest } from '../../../request/index.ts'
import { isSecret } from '../../base/secret.ts'
import { newRevocation, type Revocation } from '../../identity/revocation/index.ts'
import { digestOf } from '../../identity/sessions/index.ts'
import { actionRecord } from '../../telemetry/audit/index.ts'
import type { EventSources } from '../proxy-context.ts'
import { readBody } from '../read-body.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'
import { isOver } from '../request-lifecycle.ts'
import { sendOwn } from './send-own.ts'

const EVENTS = '/.iap/events/'
/** Not in `proxyErrors`: the response has the format of RFC 8935. */
const SECURITY_EVENT = 'security-event'

const MOST = 16_384
/** Milliseconds for which an event's effect is remembered: the longest session. */
const MEMORY = 30 * 86_400_000

/** Returns the identity whose security event endpoint has this path; `null` if there is none. */
export function eventsAt({ path, rawPath }: CanonicalRequest, { tokens }: EventSources): string | null {
  if (!path.startsWith(EVENTS) || path !== rawPath) return null
  const identity = path.slice(EVENTS.length)
  return tokens.has(identity) ? identity : null
}

/** Handles a security event token that is pushed over HTTP (RFC 8935, section 2). */
export async function answerSecurityEvent(
  context: RequestContext,
  request: CanonicalRequest,
  identity: string,
  sources: EventSources,
): Promise<Refusal | null> {
  if (request.method !== 'POST') return refusalOf('page-method', { headers: [['allow', 'POST']] })
  if (!isSender(request, sources.tokens.get(identity) ?? null))
    return refuse(context, 400, 'authentication_failed', 'the sender has not shown the token that is configured')
  if (!/^application\/secevent\+jwt[ \t]*(?:;|$)/i.test(request.headers.get('content-type') ?? ''))
    return refuse(context, 400, 'invalid_request', 'the content type is not `application/secevent+jwt`')
  const read = await readBody(context, MOST)
  if (isOver(context) || read.kind === 'gone') return null
  if (read.kind === 'too-large') return refuse(context, 400, 'invalid_request', `it is longer than ${MOST} bytes`)
  const checked = await sources.received.check(identity, read.bytes.toString('latin1').trim())
  if (isOver(context)) return null
  if (!checked.ok) return refuse(context, checked.error === 'unavailable' ? 503 : 400, checked.error, checked.description)
  const { revoked, before, jti, remember, events } = checked
  if (revoked.length === 0) return taken(context, 'an event that ends nothing')
  const now = context.proxy.clock()
  const by = `events of ${identity}`
  const reason = events.map((name) => name.slice(name.lastIndexOf('/') + 1)).join(', ')
  const revocations = revoked.map((what) => newRevocation({ what, before, until: now + MEMORY, reason, by, made: now }))
  const outcome = await sources.revoke(revocations, { key: digestOf(`event\n${identity}\n${jti}`), ms: remember })
  if (outcome === 'added') record(context, request, by, revocations, now)
  if (isOver(context)) return null
  switch (outcome) {
    case 'added':
      return taken(context, `${by}: ${reason}`)
    case 'known':
      // A sender that missed the response repeats the event, and must not get an error.
      return taken(context, 'an event that had come before')
    case 'full':
      return refuse(context, 503, 'unavailable', 'there are more revocations than can be remembered')
    case 'unavailable':
      return refuse(context, 503, 'unavailable', 'it cannot be remembered at the moment')
  }
}

function isSender({ headers }: CanonicalRequest, digest: Buffer | null): boolean {
  if (digest === null) return true
  const [, token] = /^Bearer ([^\s]+)$/i.exec(headers.get('authorization') ?? '') ?? []
  return headers.count('authorization') === 1 && token !== undefined && isSecret(token, digest)
}

function record(
  { proxy }: RequestContext,
  { sourceIp }: CanonicalRequest,
  by: string,
  revocations: readonly Revocation[],
  now: number,
): void {
  for (const revocation of revocations) {
    // Observers end affected requests after this, elsewhere.
    proxy.audit.note(actionRecord({ action: 'revoke', by, source: sourceIp, ended: null }, revocation, now))
    proxy.log.info('a revocation is added', { by, id: revocation.id, kind: revocation.what.kind, reason: revocation.reason })
  }
}

function taken(context: RequestContext, detail: string): null {
  context.effect = 'permit'
  context.detail = detail
  return sendOwn(context, { status: 202 })
}

/** RFC 8935, section 2.3. For a 503 the sender retries. */
function refuse(context: RequestContext, status: 400 | 503, err: string, description: string): null {
  context.code = SECURITY_EVENT
  context.detail = description
  const code = ['x-iap-error', SECURITY_EVENT]
  if (status === 503) return sendOwn(context, { status, headers: [...code, 'retry-after', '5'] })
  const text = JSON.stringify({ err, description })
  return sendOwn(context, { status, text, type: 'application/json', headers: [...code, 'content-language', 'en'] })
}
