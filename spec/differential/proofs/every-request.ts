import type { EvalRequest } from '../../../runtime/abi/index.ts'
import type { Field, SmallPolicy } from './small-policy.ts'

type Values = ReadonlyMap<string, unknown>

/** Every request to a small policy, by every caller. */
export function* everyRequest({ fields }: SmallPolicy): Iterable<EvalRequest> {
  for (const identity of [null, 'program', 'staff'] as const) {
    // What nobody brings is brought once.
    const own = identity === 'staff' ? fields : fields.filter(({ kind }) => !kind.startsWith('claim'))
    for (const values of combinations(own.filter(({ kind }) => identity !== null || kind !== 'authentication')))
      yield requestOf(fields, identity, values)
  }
}

function* combinations(fields: readonly Field[]): Iterable<Values> {
  const [first, ...rest] = fields
  if (first === undefined) {
    yield new Map()
    return
  }
  for (const others of combinations(rest)) for (const value of first.values) yield new Map(others).set(first.name, value)
}

const NOON = Date.parse('2026-01-01T12:00:00Z')

function requestOf(fields: readonly Field[], identity: 'program' | 'staff' | null, values: Values): EvalRequest {
  const of = (place: string) =>
    Object.fromEntries(
      fields
        .filter(({ kind, name }) => kind.startsWith(place) && values.get(name) !== undefined)
        .map(({ name }) => [name, values.get(name)]),
    )
  const how = values.get('authentication') as readonly [string, number] | null | undefined
  const body = fields.some(({ kind }) => kind.startsWith('body'))
  return {
    method: 'POST',
    url: `https://s.test/${values.get('param') ?? 'all'}`,
    headers: {},
    ...(body && { body: of('body') }),
    caller: identity && {
      identity,
      claims: { sub: 'ann', ...(identity === 'staff' && of('claim')) },
      ...(how && { auth: authenticated(how) }),
    },
    time: new Date(NOON).toISOString(),
    source: { ip: '192.0.2.1' },
    data: of('data'),
  }
}

function authenticated([how, minutes]: readonly [string, number]): object {
  const time = new Date(NOON - minutes * 60_000).toISOString()
  return { ...(how.includes('acr') && { acr: 'acr' }), ...(how.includes('mfa') && { amr: ['mfa'] }), time }
}
