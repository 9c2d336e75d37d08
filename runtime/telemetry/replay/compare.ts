import type { Effect, Obligations, UnmetRequirement } from '../../abi/index.ts'
import type { LogRecord } from '../audit/query/index.ts'
import { membersOf } from './recorded.ts'

/** A decision as audit records show it. Of its obligations it holds only the names. */
export interface Decided {
  readonly effect: Effect
  readonly route: string | null
  readonly rules: readonly string[]
  readonly reason: string | null
  readonly headers: readonly string[]
  readonly limits: readonly string[]
  readonly challenge: readonly UnmetRequirement[] | null
}

/** Kind of the first difference between two decisions, in this order. */
export type ChangeKind = 'gains-access' | 'loses-access' | 'other-effect' | 'other-route' | 'other-reason' | 'other-obligations'

/**
 * Returns the kind of the first difference between two decisions, or `null` if they are equal. Decisions that differ only in the
 * deciding rule are equal.
 */
export function changeOf(before: Decided, after: Decided): ChangeKind | null {
  if (before.effect !== after.effect) {
    if (after.effect === 'permit') return 'gains-access'
    return before.effect === 'permit' ? 'loses-access' : 'other-effect'
  }
  if (before.route !== after.route) return 'other-route'
  if (before.reason !== after.reason || textOf(before.challenge) !== textOf(after.challenge)) return 'other-reason'
  return sameTexts(before.headers, after.headers) && sameTexts(before.limits, after.limits) ? null : 'other-obligations'
}

/** Returns whether a decision's obligations have the same headers and rate limits, compared by name, as the recorded decision. */
export function hasNames({ headers, limits }: Decided, obligations: Obligations | null): boolean {
  if (obligations === null) return headers.length === 0 && limits.length === 0
  if (obligations.limits.length !== limits.length) return false
  for (const { rule } of obligations.limits) if (!limits.includes(rule)) return false
  let count = 0
  for (const name in obligations.headers) {
    if (!headers.includes(name)) return false
    count++
  }
  return count === headers.length
}

function textOf(challenge: Decided['challenge']): string {
  return challenge === null ? '' : JSON.stringify(challenge.map(({ what, values, within }) => [what, values, within]))
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, at) => text === b[at])
}

const EFFECTS: ReadonlySet<unknown> = new Set(['permit', 'deny', 'challenge', 'unauthenticated'] satisfies Effect[])

/**
 * Returns the recorded decision, or `null` if the request was refused before a decision, failed, or was answered by the proxy
 * itself.
 */
export function decidedIn(record: LogRecord): Decided | null {
  const { effect, route, rules, reason, challenge, code, revision } = record
  const names = textsIn(rules)
  if (!EFFECTS.has(effect) || typeof revision !== 'string' || code === 'decision-failed' || code === 'internal') return null
  if (typeof route !== 'string' && code !== 'no-route') return null
  // Permits have a rule; the proxy's own answers, such as preflights, have none.
  if (effect === 'permit' && names.length === 0) return null
  const { headers, limits } = membersOf(record.obligations)
  return {
    effect: effect as Effect,
    route: typeof route === 'string' ? route : null,
    rules: names,
    reason: typeof reason === 'string' ? reason : null,
    headers: sorted(headers),
    limits: sorted(limits),
    challenge: Array.isArray(challenge) && challenge.every((one) => typeof one === 'object' && one !== null) ? challenge : null,
  }
}

export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : NONE
}

const NONE: readonly string[] = []

function sorted(value: unknown): readonly string[] {
  const texts = textsIn(value)
  return texts.length < 2 ? texts : [...texts].sort()
}
