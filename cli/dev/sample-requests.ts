import type { Model } from '../../language/index.ts'
import type { EvalCaller } from '../../runtime/abi/index.ts'
import { evaluate, type Policy } from '../../runtime/policy/index.ts'
import type { DevCaller, DevCallers } from './callers.ts'

/** A sample request with its expected response. */
export interface SampleRequest {
  /** Name of the caller in the file `dev.callers`; null for an anonymous caller. */
  readonly caller: string | null
  readonly host: string
  /** Path of the request, followed by the query if there is one. */
  readonly path: string
  readonly effect: 'permit' | 'deny' | 'unauthenticated'
}

/**
 * Chooses GET requests that demonstrate the policy, from its tests and routes. At most: one that anyone may make, one that
 * demands sign-in, one permitted request per caller, and a denied one.
 */
export function sampleRequests(
  model: Model,
  policy: Policy,
  callers: DevCallers,
  hosts: ReadonlyMap<string, string>,
): readonly SampleRequest[] {
  const requests = [...fromTests(model), ...fromRoutes(model)]
  const ask = (caller: string | null, { host, path }: Request): SampleRequest | null => {
    const who = caller === null ? null : askingAs(callers[caller])
    const answer = evaluate(policy, { method: 'GET', url: `http://${host}${path}`, caller: who, time: SAMPLE_TIME })
    const service = answer.route?.split('.')[0]
    if (service === undefined || answer.effect === 'reject' || answer.effect === 'challenge') return null
    return { caller, host: hosts.get(service) ?? host, path, effect: answer.effect }
  }
  const first = (
    caller: string | null,
    effect: SampleRequest['effect'],
    but: (sample: SampleRequest) => boolean = () => true,
  ): SampleRequest | null => {
    for (const request of requests) {
      const sample = ask(caller, request)
      if (sample?.effect === effect && but(sample)) return sample
    }
    return null
  }
  const personal = (sample: SampleRequest): boolean => ask(null, sample)?.effect === 'unauthenticated'
  const names = Object.keys(callers)
  const permitted = names.map((name) => first(name, 'permit', personal))
  const denied = names.map((name) => first(name, 'deny')).find((sample) => sample !== null) ?? null
  return [first(null, 'permit'), first(null, 'unauthenticated'), ...permitted, denied].filter((sample) => sample !== null)
}

/** As if with a new token. */
function askingAs(caller: DevCaller | undefined): EvalCaller | null {
  if (caller === undefined) return null
  const { identity, claims } = caller
  const { acr, amr } = claims
  const methods = Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : []
  return { identity, claims, auth: { time: SAMPLE_TIME, ...(typeof acr === 'string' && { acr }), amr: methods } }
}

const SAMPLE_TIME = '2026-01-01T12:00:00Z'

interface Request {
  readonly host: string
  readonly path: string
}

function fromTests(model: Model): Request[] {
  return model.tests.flatMap(({ method, url }) => {
    const match = /^https?:\/\/([^/]+)(\/.*)$/.exec(url)
    return method === 'GET' && match !== null ? [{ host: match[1] as string, path: match[2] as string }] : []
  })
}

/** Returns a path for every route with a literal host: parameters have their name as value, numbers 1. */
function fromRoutes(model: Model): Request[] {
  return model.routes.flatMap((route) => {
    const host = route.service.hosts.find((pattern) => !pattern.wildcard)?.text
    if (host === undefined || (route.methods !== null && !route.methods.includes('GET'))) return []
    const segments = route.segments.map((segment) => {
      if (segment.kind === 'literal') return encodeURIComponent(segment.text)
      if (segment.kind === 'rest') return segment.name
      return (
        encodeURIComponent(segment.prefix) + (segment.type === 'int' ? '1' : segment.name) + encodeURIComponent(segment.suffix)
      )
    })
    return [{ host, path: `/${segments.join('/')}` }]
  })
}
