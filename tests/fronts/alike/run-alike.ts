import { evaluate } from '../../../runtime/policy/index.ts'
import type { AuditRecord } from '../../../runtime/telemetry/audit/index.ts'
import { Random } from '../../../spec/differential/generate/random.ts'
import { RequestGenerator } from '../../../spec/differential/generate/request.ts'
import { checkClient } from '../../support/check-client.ts'
import { startTestProxy, startUpstream } from '../../support/start-test-proxy.ts'
import { startTestIssuer, type TestIssuer } from '../../support/test-issuer.ts'
import { type CarriedPolicy, carriedPolicies, type PolicyRule } from './carried-policy.ts'
import { type Answered, differenceIn, isLimited } from './differences.ts'
import { type Ask, type Decided, frontsOf, listenersYaml } from './fronts.ts'
import { FAMILIES, type Family, ruleFor } from './left-out.ts'
import { audienceOf, NOW, type SentRequest, sentRequest, withRepeatedLine } from './sent-request.ts'

/** One request in so many has a repeated line. */
const REPEATED = 6

/** A mistake in one of the fronts, which the comparison must find. */
export interface SeededFault {
  readonly name: string
  readonly family: Family
  readonly change: (request: SentRequest) => SentRequest
}

export interface AlikeRun {
  readonly policies: number
  readonly requests: number
  readonly compared: ReadonlyMap<Family, number>
  /** Requests of which only the decision was compared, as a limit may have been used up. */
  readonly limited: number
  readonly leftOut: ReadonlyMap<string, number>
  readonly effects: ReadonlyMap<string, number>
  /** The first one. */
  readonly difference: string | null
  /** Names of the seeded faults that made a difference. */
  readonly found: ReadonlySet<string>
}

export interface AlikeOptions {
  readonly seed: number
  readonly policies: number
  /** For each policy. */
  readonly requests: number
  readonly faults: readonly SeededFault[]
}

/** Sends generated requests to all listeners of a proxy, for each of some generated policies. It ends at the first difference. */
export async function runAlike({ seed, policies, requests, faults }: AlikeOptions): Promise<AlikeRun> {
  const counts = new Counts()
  const all = carriedPolicies(seed, policies, counts.policiesLeftOut)
  const issuer = await startTestIssuer()
  try {
    for (const policy of all) {
      counts.difference = await withProxy(policy, issuer, (proxy) =>
        compareAll(policy, issuer, proxy, { requests, faults, counts }),
      )
      counts.policies++
      if (counts.difference !== null) break
    }
  } finally {
    await issuer.close()
  }
  const ofPolicies = [...counts.policiesLeftOut].map(([rule, count]) => [`the policy ${rule}`, count] as const)
  return { ...counts, leftOut: new Map([...ofPolicies, ...counts.leftOut]) }
}

class Counts {
  policies = 0
  requests = 0
  limited = 0
  difference: string | null = null
  readonly compared = new Map<Family, number>()
  readonly leftOut = new Map<string, number>()
  readonly policiesLeftOut = new Map<PolicyRule, number>()
  readonly effects = new Map<string, number>()
  readonly found = new Set<string>()
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** By request ID. */
type Records = ReadonlyMap<string, AuditRecord>

interface RunningProxy {
  readonly fronts: Readonly<Record<Family, Ask>>
  /** Waits for as many audit records, and returns all. */
  records(count: number): Promise<Records>
}

async function withProxy<T>(policy: CarriedPolicy, issuer: TestIssuer, use: (proxy: RunningProxy) => Promise<T>): Promise<T> {
  const { text, model, data, headersOfRules } = policy
  let seen: readonly string[] = []
  const upstream = await startUpstream((request, response) => {
    seen = request.rawHeaders
    request.resume().on('end', () => response.end())
  })
  const names = Object.keys(data)
  const bound = (name: string) => `${name}: { issuer: "${issuer.issuer}", audience: "${audienceOf(name)}", algorithms: [ES256] }`
  const app = await startTestProxy([], {
    policy: text,
    clock: () => NOW,
    listener: listenersYaml,
    identities: `{ ${model.identities.map(({ name }) => bound(name)).join(', ')} }`,
    services: `{ ${model.services.map(({ name }) => `${name}: { upstreams: ["${upstream.origin}"] }`).join(', ')} }`,
    files: Object.fromEntries(names.map((name) => [`${name}.json`, JSON.stringify(data[name])])),
    more: names.length === 0 ? '' : `data: { ${names.map((name) => `${name}: { file: ./${name}.json }`).join(', ')} }`,
  })
  const ports = app.proxy.addresses.map((address) => Number(new URL(address).port))
  const client = checkClient(`127.0.0.1:${ports[1]}`)
  try {
    return await use({
      fronts: frontsOf({ ports, client, headersOfRules, seen: () => seen }),
      records: async (count) => new Map((await app.audit(count)).map((record) => [record.requestId, record])),
    })
  } finally {
    client.close()
    await app.close()
    await upstream.close()
  }
}

interface Comparison {
  readonly requests: number
  readonly faults: readonly SeededFault[]
  readonly counts: Counts
}

type DecidedBy<Decision> = readonly (readonly [Family, Decision])[]

/** A request, what became of it, and what becomes of it by fronts with a fault. */
interface Asked {
  readonly request: SentRequest
  readonly decided: DecidedBy<Decided>
  readonly faulty: readonly { readonly name: string; readonly decided: DecidedBy<Decided> }[]
}

async function compareAll(
  policy: CarriedPolicy,
  issuer: TestIssuer,
  { fronts, records }: RunningProxy,
  { requests, faults, counts }: Comparison,
): Promise<string | null> {
  const generator = new RequestGenerator(policy.model, new Random(policy.seed ^ 0x5eed))
  const all: Asked[] = []
  while (all.length < requests) {
    const generated = generator.request()
    const repeats = all.length % REPEATED === REPEATED - 1
    const request = sentRequest(repeats ? withRepeatedLine(generated) : generated, policy, issuer)
    const decided = await decidedBy(fronts, request, counts)
    const faulty = []
    for (const { name, family, change } of faults) {
      if (counts.found.has(name) || !decided.some(([each]) => each === family)) continue
      faulty.push({ name, decided: [[family, await fronts[family](change(request))] as const] })
    }
    all.push({ request, decided, faulty })
  }
  const checks = all.reduce((sum, { decided, faulty }) => sum + decided.length + faulty.length, 0)
  const recorded = await records(checks)
  if (recorded.size !== checks) return `${checks} checks have ${recorded.size} records with different IDs`
  for (const asked of all) {
    const difference = compare(policy, asked, recorded, counts)
    if (difference !== null) return `policy ${policy.seed}: ${difference}`
  }
  return null
}

async function decidedBy(fronts: RunningProxy['fronts'], request: SentRequest, counts: Counts): Promise<DecidedBy<Decided>> {
  const decided: (readonly [Family, Decided])[] = []
  for (const family of FAMILIES) {
    const rule = ruleFor(family, request)
    if (rule === null) decided.push([family, await fronts[family](request)])
    else increment(counts.leftOut, `${family}: ${rule}`)
  }
  return decided
}

function compare(
  { policy }: CarriedPolicy,
  { request, decided, faulty }: Asked,
  recorded: Records,
  counts: Counts,
): string | null {
  const expected = evaluate(policy, request.asked)
  const answered = withRecords(decided, recorded)
  const difference = differenceIn(request, expected, answered)
  if (difference !== null) return difference
  for (const { name, decided: by } of faulty)
    if (differenceIn(request, expected, [...answered, ...withRecords(by, recorded)]) !== null) counts.found.add(name)
  counts.requests++
  if (isLimited(expected)) counts.limited++
  increment(counts.effects, expected.effect)
  for (const [family] of decided) increment(counts.compared, family)
  return null
}

function withRecords(decided: DecidedBy<Decided>, recorded: Records): DecidedBy<Answered> {
  return decided.map(([family, one]) => {
    const record = recorded.get(one.requestId)
    if (record === undefined) throw new Error(`a check of ${family} has no record: ${JSON.stringify(one)}`)
    return [family, { ...one, record }]
  })
}
