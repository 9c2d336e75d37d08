import { type Certificate, evalRequestProblem } from '../../runtime/abi/index.ts'
import { parseTimestamp } from '../../runtime/abi/values/times/timestamp.ts'
import {
  authenticationOf,
  callerCertificate,
  connectionCertificate,
  type DataSnapshot,
  decideWritten,
  type EvaluationInput,
  type EvaluationResult,
  explain,
  type CallerFacts as KnownFacts,
  type Policy as LoadedPolicy,
  obligationsOf,
  placing,
} from '../../runtime/policy/index.ts'
import type { Authentication, Decision, Explanation, Facts, FactsResult, Obligations, Policy, Request } from './policy.ts'

/**
 * Creates the `Policy` that `load` returns: a loaded policy with one version of its data.
 *
 * @param verifiedBy RFC 7638 thumbprints of the trusted keys that signed the bundle
 */
export function createPolicy(loaded: LoadedPolicy, verifiedBy: readonly string[], data: DataSnapshot): Policy {
  // Facts of another policy or other data are in another map, so unknown here.
  const known = new WeakMap<Facts, KnownCaller>()
  const handedOut = (identity: string | null, caller: KnownCaller): Facts => {
    const handle = Object.freeze({ identity })
    known.set(handle, caller)
    return handle
  }
  const verdictOn = (request: Request, facts: Facts): EvaluationResult => {
    const found = typeof facts === 'object' && facts !== null ? known.get(facts) : undefined
    if (found === undefined)
      throw new TypeError(
        '`facts` must be `anonymous`, or a result of `facts()` of this policy: call it again after `withData()`',
      )
    return decideWritten(loaded, asked(request, found, data))
  }
  return Object.freeze<Policy>({
    revision: loaded.revision,
    manifest: loaded.manifest,
    verifiedBy,
    anonymous: handedOut(null, { facts: loaded.anonymous, certificate: null }),
    facts(identity: string, claims: unknown, authentication?: Authentication): FactsResult {
      const result = placing(loaded.stackOf, () =>
        loaded.facts(identity, claims, authenticationOf(written(authentication)), data),
      )
      if (!result.ok) return result
      const certificate = callerCertificate(loaded, identity, claims)
      return { ok: true, facts: handedOut(identity, { facts: result.facts, certificate }) }
    },
    decide(request, facts) {
      return placing(loaded.stackOf, () => {
        const verdict = verdictOn(request, facts)
        return verdict.kind === 'decided' ? decided(loaded, verdict) : undecided(verdict)
      })
    },
    explain(request, facts) {
      return placing(loaded.stackOf, () => {
        const verdict = verdictOn(request, facts)
        return verdict.kind === 'decided'
          ? explained(loaded, verdict)
          : { ...undecided(verdict), rules: [], shadow: [], errors: [], why: { rules: [], nearest: null } }
      })
    },
    withData(values) {
      const next = placing(loaded.stackOf, () => loaded.prepare(values, data))
      return next.ok ? { ok: true, policy: createPolicy(loaded, verifiedBy, next.data) } : next
    },
  })
}

interface KnownCaller {
  readonly facts: KnownFacts
  /** Certificate of a caller by `mtls`. */
  readonly certificate: Certificate | null
}

function asked(request: Request, { facts, certificate }: KnownCaller, data: DataSnapshot): EvaluationInput {
  // Checked like the JSON of `iap eval`: a misspelled member must not be ignored.
  const { time, sourceIp, headers, ...rest } = request
  const lines = Object.fromEntries(
    Object.entries(headers ?? {}).filter((line): line is [string, string] => line[1] !== undefined),
  )
  const whole = { ...rest, headers: lines, ...(sourceIp !== undefined && { source: { ip: sourceIp } }) }
  const problem = evalRequestProblem(whole) ?? NOT_HERE.find((name) => name in rest)?.concat(' has no place in it') ?? null
  if (problem !== null) throw new TypeError(`the request is invalid: ${problem}`)
  const { method, url, body, rawBody } = request
  const mtls = connectionCertificate(request.mtls, certificate)
  if (typeof mtls === 'string') throw new TypeError(`the request is invalid: ${mtls}`)
  return {
    request: { method, url, headers: lines, ...(sourceIp !== undefined && { sourceIp }) },
    circumstances: { time: moment(time ?? new Date()), mtls, data },
    facts: () => ({ ok: true, facts }),
    body,
    rawBody,
  }
}

/** Members of `iap eval` that would otherwise take effect. */
const NOT_HERE: readonly string[] = ['id', 'caller', 'source', 'data']

function written(authentication: Authentication | undefined): Parameters<typeof authenticationOf>[0] {
  if (authentication === undefined) return undefined
  const { time, ...rest } = authentication
  return { ...rest, ...(time !== undefined && { time: isoText(time) }) }
}

function moment(time: Date): EvaluationInput['circumstances']['time'] {
  const read = parseTimestamp(isoText(time))
  if (read === undefined) throw new TypeError('`time` must be in the years 1 to 9999')
  return read
}

function isoText(time: Date): string {
  if (!(time instanceof Date) || Number.isNaN(time.getTime())) throw new TypeError('`time` is not a valid Date')
  return time.toISOString()
}

type Decided = Extract<EvaluationResult, { kind: 'decided' }>

function decided(policy: LoadedPolicy, { route, facts, question, outcome }: Decided): Decision {
  const { effect, rule, reason } = outcome
  return {
    effect,
    route: route.name,
    rule,
    reason,
    obligations: effect === 'permit' ? obligationsOf(policy, route, facts, question) : NONE,
    // Only tracing returns requirements; challenges are rare, as they lead to a login page.
    challenge: effect === 'challenge' ? explain(policy, outcome, route, facts, question).challenge : null,
    rejection: null,
  }
}

function explained(policy: LoadedPolicy, { route, facts, question, outcome }: Decided): Explanation {
  const trace = explain(policy, outcome, route, facts, question)
  const { effect, reason, rules, obligations, challenge, shadow, errors } = trace
  const decision = { effect, route: route.name, rule: outcome.rule, reason, obligations, challenge, rejection: null }
  return { ...decision, rules, shadow, errors, why: trace.explanation() }
}

function undecided(verdict: Exclude<EvaluationResult, Decided>): Decision {
  const nothing = { rule: null, obligations: NONE, challenge: null }
  if (verdict.kind === 'unasked')
    return { effect: 'deny', route: verdict.route, reason: verdict.reason, rejection: null, ...nothing }
  const { status, code, message } = verdict
  return { effect: 'reject', route: null, reason: null, rejection: { status, code, message }, ...nothing }
}

const NONE: Obligations = Object.freeze({ headers: Object.freeze({}), limits: Object.freeze([]) })
