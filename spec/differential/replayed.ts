/** A run of `iap replay` over generated policies and requests: what it says of a record is what deciding the request itself says. */
import { constantsIn } from '../../compiler/index.ts'
import type { Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { Redaction } from '../../runtime/telemetry/audit/redaction.ts'
import { changeOf } from '../../runtime/telemetry/replay/compare.ts'
import { type ChangeKind, HashKey, Replayer } from '../../runtime/telemetry/replay/index.ts'
import { compiledPolicy } from './compiled-policy.ts'
import { generatePolicy, POLICIES_PER_WORLD } from './generate/policy.ts'
import { Random } from './generate/random.ts'
import { RequestGenerator } from './generate/request.ts'
import { readPolicy } from './read-policy.ts'
import { decide, decidedOf, lineOf, VERSION } from './recorded.ts'

export interface ReplayRun {
  readonly counts: Readonly<Record<'records' | 'same' | 'changed' | 'undetermined' | 'itself' | 'itselfCut', number>>
  readonly kinds: ReadonlyMap<ChangeKind, number>
  readonly needs: ReadonlyMap<string, number>
  /** The first that was wrong. */
  readonly wrong: string | null
}

const KEY = 'a key of hashes, of 32 characters'

/** @param hashes whether claims, queries and headers are hashed, and the key is given */
export async function replayRun(seed: number, worlds: number, requests: number, hashes: boolean): Promise<ReplayRun> {
  const counts = { records: 0, same: 0, changed: 0, undetermined: 0, itself: 0, itselfCut: 0 }
  const kinds = new Map<ChangeKind, number>()
  const needs = new Map<string, number>()
  const result = (wrong: string | null): ReplayRun => ({ counts, kinds, needs, wrong })
  for (let world = 0; world < worlds; world++) {
    await new Promise(setImmediate)
    const first = (seed + world) * POLICIES_PER_WORLD
    const [a, b] = [policyAt(first, '0'), policyAt(first + 1, '1')]
    if (a === null || b === null) continue
    const generator = new RequestGenerator(a.model, new Random(first ^ 0x5eed))
    const redaction = hashes
      ? new Redaction({ omit: [], hash: ['caller', 'query', 'request.headers', 'caller.subject'] }, KEY)
      : null
    for (let at = 0; at < requests; at++) {
      const request = toMilliseconds(generator.request())
      const verdict = decide(a.policy, request)
      const line = verdict === null ? null : lineOf(a.policy, request, verdict, redaction)
      if (line === null) continue
      counts.records++
      const record = JSON.parse(line)
      const replayer = ({ policy, model }: Built) => {
        const data = Object.fromEntries(
          Object.entries(request.data ?? {}).map(([name, json]) => [name, { version: VERSION, json }]),
        )
        const key = hashes ? new HashKey(KEY, [...constantsIn(model), ...textsIn(request.data)]) : null
        return new Replayer(policy, { data, key })
      }
      const itself = replayer(a).replay(record)
      if (itself.kind === 'same') counts.itself++
      else if (itself.kind === 'undetermined' && (hashes || line.includes('"omitted":{'))) counts.itselfCut++
      else return result(told('against itself', first, request, line, itself))
      const again = replayer(b).replay(record)
      if (again.kind === 'undetermined') {
        counts.undetermined++
        needs.set(again.needs, (needs.get(again.needs) ?? 0) + 1)
        continue
      }
      const other = decide(b.policy, request)
      const expected =
        verdict === null || other === null || verdict.kind === 'rejected' || other.kind === 'rejected'
          ? 'reject'
          : changeOf(decidedOf(a.policy, verdict), decidedOf(b.policy, other))
      const found = again.kind === 'changed' ? again.change : null
      if (found !== expected) return result(told(`${expected}`, first, request, line, again))
      if (found === null) counts.same++
      else {
        counts.changed++
        kinds.set(found, (kinds.get(found) ?? 0) + 1)
      }
    }
  }
  return result(null)
}

interface Built {
  readonly policy: Policy
  readonly model: Model
}

function policyAt(seed: number, digit: string): Built | null {
  const read = readPolicy(generatePolicy(seed))
  if ('problems' in read) return null
  const policy = compiledPolicy(read.model, { validators: 'needed' })
  return { policy: { ...policy, revision: `sha256:${digit.repeat(64)}` }, model: read.model }
}

/** Records say no more of the time. */
function toMilliseconds(request: EvalRequest): EvalRequest {
  return { ...request, time: new Date(Date.parse(request.time as string)).toISOString() }
}

function told(expected: string, seed: number, request: EvalRequest, line: string, found: object): string {
  return `policy ${seed}: expected ${expected}\n${JSON.stringify(request)}\n${line}${JSON.stringify(found)}`
}

/** All texts, keys and numbers within. */
function textsIn(value: unknown): readonly (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)])
}
