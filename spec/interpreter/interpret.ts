import type { Model } from '../../language/index.ts'
import { type CanonicalRequest, canonicalizeUrl } from '../../request/index.ts'
import { admitCaller } from './admit-caller.ts'
import { type Decision, decide } from './decide.ts'
import type { Observe } from './evaluate.ts'
import { matchRoute } from './match-route.ts'

/** The request of `iap eval`, as far as this version of the language looks at it. */
export interface InterpretRequest {
  readonly id?: string
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Left out or null: anonymous. */
  readonly caller?: { readonly identity: string; readonly claims: unknown } | null
  readonly source?: { readonly ip: string }
}

/** The answer of `iap eval` without the revision, which only a bundle has. */
export interface Interpretation {
  readonly id?: string
  readonly effect: Decision['effect'] | 'reject'
  /** Of a reject only. */
  readonly status?: number
  readonly code?: string
  readonly message?: string
  readonly route: string | null
  readonly rules: readonly string[]
  readonly obligations: { readonly headers: Readonly<Record<string, string>>; readonly limits: readonly string[] }
  readonly challenge: null
  readonly shadow: readonly string[]
  readonly errors: Decision['errors']
  readonly reason: string | null
}

export interface InterpretOptions {
  readonly observe?: Observe
}

/** What a policy says of a request, in the order of `spec/language/decision.md`. */
export function interpret(model: Model, request: InterpretRequest, options: InterpretOptions = {}): Interpretation {
  const { id, method, url, headers, source } = request
  const answer = (parts: Pick<Interpretation, 'effect'> & Partial<Interpretation>): Interpretation => ({
    ...(id !== undefined && { id }),
    route: null,
    rules: [],
    obligations: { headers: {}, limits: [] },
    challenge: null,
    shadow: [],
    errors: [],
    reason: null,
    ...parts,
  })
  const reject = (status: number, code: string, message: string) => answer({ effect: 'reject', status, code, message })

  const canonical = canonicalizeUrl({ method, url, ...(headers && { headers }), ...(source && { sourceIp: source.ip }) })
  if (!canonical.ok) return reject(canonical.refusal.status, canonical.refusal.code, canonical.refusal.message)

  const match = matchRoute(model, canonical.request)
  if (match === null) return answer({ effect: 'deny', reason: 'no-route' })
  const { route, params } = match

  const repeated = repeatedHeader(model, route.name, canonical.request)
  if (repeated !== null)
    return reject(400, 'header-repeated', `a condition reads the header ${repeated}, which came in several lines`)

  const anonymous = request.caller === undefined || request.caller === null
  const caller = anonymous ? null : admitCaller(model, request.caller.identity, request.caller.claims, options.observe)
  if (!anonymous && caller === null) return reject(401, 'claims', 'the claims do not fit the declaration of their identity')

  const decision = decide({ model, route, params, caller, request: canonical.request, observe: options.observe })
  return answer({ ...decision, route: route.name })
}

/** A header that a condition of some rule on the route reads, and that has two readings. */
function repeatedHeader(model: Model, route: string, request: CanonicalRequest): string | null {
  const read = model.rules.filter((rule) => rule.routes.some(({ name }) => name === route)).flatMap(({ headers }) => headers)
  return read.find((name) => request.headers.count(name) > 1) ?? null
}
