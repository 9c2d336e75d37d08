import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CanonicalRequest } from '../../request/index.ts'
import {
  type CallerFacts,
  type Circumstances,
  type DataSnapshot,
  instantiate,
  noData,
  type Policy,
  unknownAuthentication,
} from '../../runtime/policy/index.ts'
import type { RequestHandle } from '../../runtime/realm/program/program.ts'
import type { AskedRequest } from './asked-request.ts'
import type { Engine } from './engine.ts'
import type { Caller, Scenario } from './scenario.ts'

const NO_ROUTE = 0
const TIME = 1_767_268_800_000_000_000n

/** The compiled policy as the proxy holds it, without the compiler beside it, with its callers logged in. */
export function openPolicy(folder: string, { callers, data: values }: Pick<Scenario, 'callers' | 'data'>): OpenPolicy {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const policy = instantiate({
    manifest: JSON.parse(read('manifest.json')),
    policy: read('policy.js'),
    validators: read('validators.js'),
  })
  const pushed = policy.prepare(values, noData)
  if (!pushed.ok) throw new Error(pushed.message)
  const { data } = pushed
  return {
    policy,
    facts: callers.map((caller) => factsOf(policy, caller, data)),
    circumstances: { time: TIME, mtls: null, data },
  }
}

export interface OpenPolicy {
  readonly policy: Policy
  /** Of each caller. */
  readonly facts: readonly CallerFacts[]
  readonly circumstances: Circumstances
}

export function openCompiled(folder: string, scenario: Scenario): Engine {
  const { policy, facts, circumstances } = openPolicy(folder, scenario)
  const ask = ({ request }: AskedRequest) => policy.request(policy.route(request), request, circumstances, null, null)

  return {
    answer(asked) {
      const route = policy.route(asked.request)
      const index = route < 0 ? NO_ROUTE : policy.decide(route, facts[asked.caller] as CallerFacts, ask(asked))
      const { effect, reason } = policy.module.outcomes[index] as (typeof policy.module.outcomes)[number]
      return `${policy.module.routes[route]?.name ?? null} ${effect === 'deny' ? `deny: ${reason}` : effect}`
    },
    loop(row) {
      let requests: readonly CanonicalRequest[] = []
      let questions: readonly RequestHandle[] = []
      let whose: readonly CallerFacts[] = []
      let found: readonly number[] = []
      return {
        load(asked) {
          requests = asked.map(({ request }) => request)
          questions = asked.map(ask)
          whose = asked.map(({ caller }) => facts[caller] as CallerFacts)
          found = row === 'routed' ? [] : requests.map((request) => policy.route(request))
        },
        pass: row === 'routed' ? routed : known,
      }

      function routed(): number {
        let sum = 0
        for (let at = 0; at < requests.length; at += 1) {
          const route = policy.route(requests[at] as CanonicalRequest)
          sum += route < 0 ? NO_ROUTE : policy.decide(route, whose[at] as CallerFacts, questions[at] as RequestHandle)
        }
        return sum
      }

      function known(): number {
        let sum = 0
        for (let at = 0; at < requests.length; at += 1)
          sum += policy.decide(found[at] as number, whose[at] as CallerFacts, questions[at] as RequestHandle)
        return sum
      }
    },
  }
}

function factsOf(policy: Policy, caller: Caller, data: DataSnapshot): CallerFacts {
  if (caller === null) return policy.anonymous
  const known = policy.facts(caller.identity, caller.claims, unknownAuthentication, data)
  if (!known.ok) throw new Error(known.message)
  return known.facts
}
