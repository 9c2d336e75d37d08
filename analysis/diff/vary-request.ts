import type { Random } from '../../compiler/testing/invariants/random.ts'
import { earlier } from '../../compiler/testing/test-request.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'

/**
 * Returns a copy of a request with texts and numbers changed at random. Used for computed values that a decision diagram does not
 * model, such as `query.reason.trim().size()`.
 */
export function varyRequest(request: EvalRequest, random: Random): EvalRequest {
  const { caller, body, url, time, headers = {} } = request
  return {
    ...request,
    url: varyQuery(url, random),
    // The authentication time would have to move too.
    ...(time !== undefined && !caller?.auth && { time: earlier(time, random.below(7 * 24) * 3_600_000) }),
    headers: varied(headers, random) as typeof headers,
    ...(body !== undefined && { body: varied(body, random) }),
    ...(caller && { caller: { ...caller, claims: varied(caller.claims, random) as typeof caller.claims } }),
  }
}

const TEXTS = ['some words of a text', 'ann@shop.example', 'https://shop.example/a', 'x', '7', 'Abc-123'] as const
const NUMBERS = [0, 1, -1, 7, 100, 1000, 1_000_000] as const

function varied(json: unknown, random: Random): unknown {
  if (Array.isArray(json)) return json.map((one) => varied(one, random))
  if (typeof json === 'object' && json !== null)
    return Object.fromEntries(Object.entries(json).map(([name, one]) => [name, varied(one, random)]))
  if (random.chance(0.6)) return json
  if (typeof json === 'string') return random.pick(TEXTS)
  return typeof json === 'number' ? random.pick(NUMBERS) : json
}

function varyQuery(url: string, random: Random): string {
  const at = url.indexOf('?')
  if (at < 0) return url
  const pairs = url
    .slice(at + 1)
    .split('&')
    .map((pair) => (random.chance(0.5) ? pair : `${pair.split('=')[0]}=${encodeURIComponent(random.pick(TEXTS))}`))
  return `${url.slice(0, at)}?${pairs.join('&')}`
}
