import type { Identity, Model, Route } from '../../../language/checker/model.ts'
import type { FieldShape } from '../../../language/checker/types/type.ts'
import type { EvalCaller, EvalRequest } from '../../../runtime/abi/index.ts'
import { earlier, TEST_SOURCE, TEST_TIME } from '../test-request.ts'
import type { Constants } from './constants.ts'
import { generateRecord, generateValue } from './generate-value.ts'
import type { Random } from './random.ts'

/** Returns a random request to a route that passes all decoders, unless a JSON Schema requires more than the types do. */
export function generateRequest(model: Model, route: Route, constants: Constants, random: Random): EvalRequest {
  const time = generateTime(constants, random)
  const query = route.query === null ? '' : queryText(route.query, constants, random)
  const asked = {
    method: methodOf(route, random),
    url: `https://${hostOf(route, constants, random)}${pathOf(route, constants, random)}${query}`,
    headers: Object.fromEntries(
      random
        .some(
          constants.headers.filter((name) => !OTHERS.has(name)),
          8,
        )
        .map((name) => [name, random.pick(constants.strings.filter(isHeaderText))]),
    ),
    ...(route.body !== null && { body: generateValue(route.body.type, constants, random) }),
  }
  const mtls = random.chance(0.3) ? certificate(constants, random) : null
  const identity = random.chance(0.15) || model.identities.length === 0 ? null : random.pick(model.identities)
  return {
    ...asked,
    // The certificate of a caller by `mtls` is among its claims.
    ...(mtls !== null && !identity?.byCertificate && { mtls }),
    caller: identity && callerOf(identity, time, constants, random),
    time,
    source: { ip: random.pick([TEST_SOURCE, ...constants.addresses]) },
    data: Object.fromEntries(model.data.map(({ name, type }) => [name, generateValue(type, constants, random)])),
  }
}

/** Draws HEAD only if it stands alone, as it goes with GET. */
function methodOf({ methods }: Route, random: Random): string {
  const others = (methods ?? ['GET', 'POST']).filter((method) => method !== 'HEAD')
  return others.length === 0 ? 'HEAD' : random.pick(others)
}

/** Headers that the URL and the body determine. */
const OTHERS: ReadonlySet<string> = new Set(['host', 'content-type', 'content-encoding', 'content-length', 'transfer-encoding'])

/** Any hour of some day, or exactly a time of the policy. */
function generateTime({ timestamps }: Constants, random: Random): string {
  const base = random.pick([TEST_TIME, ...timestamps])
  if (random.chance(0.3)) return base
  if (random.chance(0.2)) return earlier(base, random.pick([-1, 1, -1000, 1000]))
  return earlier(base, random.below(400 * 24 * 60) * 60_000)
}

/** Draws the time since authentication around the bounds of requirements. */
function callerOf(identity: Identity, time: string, constants: Constants, random: Random): EvalCaller {
  const { name, claims, methods } = identity
  const carried = {
    ...generateRecord(claims, constants, random),
    ...(methods.includes('mtls') && certificate(constants, random)),
  }
  if (random.chance(0.3)) return { identity: name, claims: carried }
  const bound = random.pick([0, 60_000, ...constants.periods])
  const ago = Math.max(0, bound + random.pick([-1000, -1, 0, 1, 1000, 3_600_000]))
  const how = random.pick<object>([{}, { amr: ['mfa'] }, ...constants.acrs.map((acr) => ({ acr }))])
  return { identity: name, claims: carried, auth: { time: earlier(time, ago), ...how } }
}

function certificate(
  { strings }: Constants,
  random: Random,
): { readonly spiffe_id: string; readonly dns_names: readonly string[] } {
  const whole = strings.filter((text) => /^spiffe:\/\/[a-z0-9._-]+(?:\/[A-Za-z0-9._-]+)+$/.test(text))
  const domains = ['mesh.example', ...strings.filter((text) => /^[a-z0-9._-]+$/.test(text))]
  const paths = ['/a', ...strings.filter((text) => /^(?:\/[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(text))]
  const id = whole.length > 0 && random.chance(0.4) ? random.pick(whole) : `spiffe://${random.pick(domains)}${random.pick(paths)}`
  return { spiffe_id: id, dns_names: random.some(strings, 2) }
}

function hostOf({ service }: Route, { strings }: Constants, random: Random): string {
  const host = random.pick(service.hosts)
  const labels = ['acme', ...strings.filter((text) => /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/.test(text))]
  return host.wildcard ? random.pick(labels) + host.rest : host.text
}

function pathOf({ segments }: Route, constants: Constants, random: Random): string {
  const texts = constants.strings.filter((text) => /^[\w~!$&'()*+,=:@-][\w.~!$&'()*+,=:@ -]*$/.test(text))
  const value = (type: 'string' | 'int') => String(type === 'int' ? random.pick(constants.ints) : random.pick(texts))
  const parts = segments.map((segment) => {
    if (segment.kind === 'literal') return encodeURIComponent(segment.text)
    if (segment.kind === 'rest') return encodeURIComponent(value('string'))
    return encodeURIComponent(segment.prefix + value(segment.type) + segment.suffix)
  })
  return `/${parts.join('/')}`
}

function queryText(keys: ReadonlyMap<string, FieldShape>, constants: Constants, random: Random): string {
  const pairs = [...keys].flatMap(([name, { type, optional }]) => {
    if (optional && random.chance(0.4)) return []
    const value = generateValue(type, constants, random)
    return (Array.isArray(value) ? value : [value]).map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`)
  })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function isHeaderText(text: string): boolean {
  return /^[ -~]*$/.test(text)
}
