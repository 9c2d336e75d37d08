import { isConnectionField, isOwnHeader } from '../../../request/index.ts'
import { setsOwnCookie } from '../../identity/sessions/index.ts'
import { withCors } from '../cors/cors.ts'
import { withRateLimit } from '../rate-limits/rate-limit-headers.ts'
import type { RequestContext } from '../request-context.ts'
import { BadResponse } from '../upstreams/upstream-failure.ts'
import { forCaller } from './shared-caching.ts'

/** @throws BadResponse */
export function answerHeaders(context: RequestContext, status: number, raw: readonly Buffer[]): string[] {
  const { cors, limit, request } = context
  let headers = forCaller(context, responseHeaders(raw, status))
  if (limit !== null) headers = withRateLimit(headers, limit)
  return cors === null ? headers : withCors(headers, cors, request?.headers.get('origin'))
}

/**
 * Filters a service's response headers (name, value, … as from undici): drops hop-by-hop ones (RFC 9110 §7.6.1), those named by
 * its `Connection`, the proxy's own, and cookies that would replace the proxy's. Keeps bytes above 0x7f. @throws BadResponse
 */
export function responseHeaders(raw: readonly Buffer[], status: number): string[] {
  const headers: string[] = []
  let options = ''
  let coding: string | null = null
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as Buffer).toString('latin1')
    const key = name.toLowerCase()
    if (key === 'connection') options += `,${(raw[i + 1] as Buffer).toString('latin1')}`
    else if (key === 'transfer-encoding')
      coding = `${coding === null ? '' : `${coding},`}${(raw[i + 1] as Buffer).toString('latin1')}`
    else if (key === 'set-cookie' && setsOwnCookie((raw[i + 1] as Buffer).toString('latin1'))) continue
    else if (isForwarded(key)) headers.push(name, (raw[i + 1] as Buffer).toString('latin1'))
  }
  // undici decodes only `chunked`; other codings would be forwarded as plain data (RFC 9112 §6.1).
  if (coding !== null && !/^chunked$/i.test(coding.trim())) throw new BadResponse('the transfer coding is not `chunked`')
  // Drops the length of a recoded or bodiless response (RFC 9112 §6.2, RFC 9110 §8.6).
  const removed = coding !== null || status === 204 ? ['content-length'] : []
  if (options !== '' && !plainOptions.test(options)) {
    for (const option of options.toLowerCase().split(',')) if (option.trim() !== 'content-length') removed.push(option.trim())
  }
  return removed.length === 0 ? headers : without(headers, removed)
}

/** A cache: services use few names. */
const forwarded = new Map<string, boolean>()
/** Bounds of the cache. */
const KEPT = { names: 1000, length: 64 }

function isForwarded(name: string): boolean {
  const known = forwarded.get(name)
  if (known !== undefined) return known
  const made = !isConnectionField(name) && !isOwnHeader(name)
  if (name.length > KEPT.length) return made
  if (forwarded.size >= KEPT.names) forwarded.clear()
  forwarded.set(name, made)
  return made
}

/** The usual values. */
const plainOptions = /^,(?:keep-alive|close)$/i

function without(headers: readonly string[], removed: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    if (!removed.includes(name.toLowerCase())) kept.push(name, headers[i + 1] as string)
  }
  return kept
}
