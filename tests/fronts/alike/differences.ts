import type { EvalAnswer } from '../../../runtime/abi/index.ts'
import type { AuditRecord } from '../../../runtime/telemetry/audit/index.ts'
import type { Decided } from './fronts.ts'
import type { Family } from './left-out.ts'
import type { SentRequest } from './sent-request.ts'

/** A decision with its audit record. */
export interface Answered extends Decided {
  readonly record: AuditRecord
}

/** What is compared of a decision, as JSON. */
type Shown = Readonly<Record<string, unknown>>

/**
 * Returns in what the decisions about a request differ from each other, or from that of `evaluate`; `null` if they are alike.
 */
export function differenceIn(
  request: SentRequest,
  expected: EvalAnswer,
  decided: readonly (readonly [Family, Answered])[],
): string | null {
  for (const [family, answered] of decided) {
    const differing = differingIn(expectedOf(expected), recordedOf(answered.record, expected)) ?? wrongHeaders(expected, answered)
    if (differing !== null) return told(request, `evaluate and ${family}`, differing)
  }
  const [first, ...others] = decided
  if (first === undefined) return null
  for (const [family, answered] of others) {
    const differing = differingIn(comparedOf(first[1]), comparedOf(answered))
    if (differing !== null) return told(request, `${first[0]} and ${family}`, differing)
  }
  return null
}

/** Whether a bucket of a limit was asked, which the decisions about one request have in common. */
export const isLimited = ({ obligations }: EvalAnswer): boolean => obligations.limits.length > 0

function told({ asked: { data: _, ...asked } }: SentRequest, who: string, differing: string): string {
  return `${who} differ in ${differing}\n${JSON.stringify(asked)}`
}

/** Compares all members of both. */
function differingIn(one: Shown, other: Shown): string | null {
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [a, b] = [JSON.stringify(one[key]), JSON.stringify(other[key])]
    if (a !== b) return `${key}: ${a} and ${b}`
  }
  return null
}

function expectedOf(answer: EvalAnswer): Shown {
  const { effect, status, code, route, reason, challenge, shadow, errors, obligations } = answer
  if (effect === 'reject') return { effect, status, code }
  const headers = Object.keys(obligations.headers).sort()
  const limits = obligations.limits.map(({ rule }) => rule).sort()
  // Records of permits do not list the rules that failed.
  return { effect, route, rule: 'one of those', reason, challenge, shadow, errors: errorsOf(effect, errors), headers, limits }
}

function recordedOf(record: AuditRecord, expected: EvalAnswer): Shown {
  const { effect, status, code, route, rules, reason, challenge, shadow, errors, obligations } = record
  if (effect === 'reject') return { effect, status, code }
  const isOne = effect === 'permit' ? rules.length === 1 && rules.every((rule) => expected.rules.includes(rule)) : null
  const isAll = isOne ?? JSON.stringify(rules) === JSON.stringify(expected.rules)
  const rule = isAll ? 'one of those' : rules
  const headers = obligations.headers.toSorted()
  const limits = obligations.limits.toSorted()
  return { effect, route, rule, reason, challenge, shadow, errors: errorsOf(effect, errors), headers, limits }
}

function errorsOf(effect: AuditRecord['effect'], errors: AuditRecord['errors']): readonly string[] {
  return effect === 'permit' ? [] : errors.map(({ rule }) => rule)
}

/** The headers of rules, as the service gets them. */
function wrongHeaders({ obligations }: EvalAnswer, { toService }: Answered): string | null {
  if (toService === null) return null
  for (const [name, value] of Object.entries(obligations.headers)) {
    const values = toService.get(name.toLowerCase())
    if (JSON.stringify(values) !== JSON.stringify([value.trim()]))
      return `the header ${name}: ${value} and ${JSON.stringify(values)}`
  }
  return null
}

function comparedOf({ status, error, challenge, toService, record }: Answered): Shown {
  // Without a canonical form, the proxy knows no more than its peer.
  if (record.effect === 'reject' && record.path === null)
    return { status, error, effect: record.effect, code: record.code, recorded: record.status }
  const { method, host, path, rawPath, query, source, caller, route, service, labels, effect } = record
  const { rules, reason, errors, shadow, obligations, revision, sequence, data, values, mismatch } = record
  // The first decisions may have used up a limit.
  const isLimited = obligations.limits.length > 0
  const answer = isLimited
    ? {}
    : { status, error, challenge, code: record.code, recorded: record.status, toService: shownBy(toService) }
  return {
    ...{ method, host, path, rawPath, query, source, caller, route, service, labels, effect, rules, reason, errors },
    ...{ unmet: record.challenge, shadow, obligations, revision, sequence, data, values, mismatch, ...answer },
  }
}

/** Headers that belong to a connection, or in which each front names itself or the client. */
const OWN = /^(host|connection|content-length|transfer-encoding|keep-alive|x-forwarded-.*|via|traceparent|x-iap-request-id)$/

function shownBy(toService: Decided['toService']): Shown | null {
  if (toService === null) return null
  const names = [...toService.keys()].filter((name) => !OWN.test(name)).sort()
  return Object.fromEntries(
    names.map((name) => [name, name === 'x-iap-assertion' ? claimsOf(toService.get(name)) : toService.get(name)]),
  )
}

/** What an assertion says, but for its own identifier. */
function claimsOf(values: readonly string[] = []): unknown {
  const [, payload = ''] = values.join(' ').split('.')
  const { jti: _, ...claims } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Readonly<Record<string, unknown>>
  return claims
}
