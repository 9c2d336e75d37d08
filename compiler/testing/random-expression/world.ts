/** The types that random expressions read, and environments to evaluate them in. */
import { DOUBLE, INT, STRING, type Type } from '../../../language/checker/types/type.ts'
import type { Environment } from '../../ir/evaluation/evaluate.ts'
import type { Random } from './random.ts'

export const MAX = Number.MAX_SAFE_INTEGER
export const NAMES: Type = { kind: 'set', element: STRING }
export const NUMBERS: Type = { kind: 'list', element: INT }
export const TEXTS: Type = { kind: 'list', element: STRING }
export const DOUBLES: Type = { kind: 'set', element: DOUBLE }
export const COUNTS: Type = { kind: 'map', value: INT }
export const MAYBE: Type = { kind: 'optional', value: INT }
export const RECORD: Type = {
  kind: 'record',
  open: false,
  fields: new Map([
    ['count', { type: INT, optional: true, path: ['count'] }],
    ['label', { type: STRING, optional: false, path: ['label'] }],
  ]),
}
export const QUERY = new Map([['page', { type: INT, optional: true, path: ['page'] }]])
export const WORDS = ['', 'a', 'B', 'ab', '\u{1f600}', '\uff5e', "it's", '</script>', '12', '10.0.0.1']

/** What random expressions read of a policy. */
export const RANDOM_POLICY = {
  params: ['n', 'big', 'name'],
  callerFields: ['counts', 'flag', 'level', 'names', 'nick', 'rank'],
  data: [
    { name: 'facts', type: NUMBERS },
    { name: 'weights', type: DOUBLES },
  ],
} as const

export function randomWorld(next: Random): Environment {
  const one = <T>(...values: readonly T[]) => values[next(values.length)] as T
  const some = <T>(values: readonly T[]) => values.filter(() => next(2) === 0)
  return {
    params: [next(3) - 1, one(MAX, -MAX), one(...WORDS)],
    caller: {
      flag: one(true, false),
      nick: one(undefined, 'a', 'B'),
      level: one(0, 1, 4),
      rank: one(undefined, 0, 2),
      names: new Set(some(WORDS)),
      counts: new Map(some(WORDS.map((word, at) => [word, at] as const))),
    },
    roles: [next(8)],
    identity: next(2),
    auth: { time: one(null, 0n, 500_000_000n), acr: one(null, 'gold'), mfa: next(2) === 0 },
    request: {
      method: 'GET',
      host: 'h',
      path: '/ab',
      time: one(0n, 1_500_000_000n, 1774746000_000000000n),
      sourceIp: one('10.0.0.1', '::1'),
    },
    headers: next(2) === 0 ? {} : { x: 'y' },
    mtls: next(2) === 0 ? null : { spiffe_id: 'spiffe://a/b', trust_domain: 'a', path: '/b', dns_names: [] },
    query: { page: one(undefined, 0, 2) },
    body: { count: one(undefined, 3), label: one(...WORDS) },
    data: { facts: some([0, 1, 2, 3, -1, MAX]), weights: new Set(some([0, 0.5, -1])) },
  }
}
