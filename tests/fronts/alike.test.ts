/** Generated requests are decided alike, whoever forwards them: by all protocols of listeners, and by `evaluate`. */
import { beforeAll, describe, expect, test } from 'vitest'
import { FAMILIES, RULES } from './alike/left-out.ts'
import { type AlikeRun, runAlike, type SeededFault } from './alike/run-alike.ts'
import type { SentRequest } from './alike/sent-request.ts'

const isFull = process.env.IAP_FULL === '1'
const SEED = Number(process.env.IAP_SEED ?? 1)
const POLICIES = isFull ? 40 : 3
const REQUESTS = isFull ? 100 : 40

/** Least part of the requests that each family compares. */
const COMPARED = 0.6

const without = (name: string) => (request: SentRequest) => ({
  ...request,
  lines: request.lines.filter(([each]) => each.toLowerCase() !== name),
})

const FAULTS: readonly SeededFault[] = [
  { name: 'drops the credential', family: 'x-original', change: without('authorization') },
  { name: 'drops a header that rules read', family: 'ext-authz, raw', change: without('x-tenant') },
  {
    name: 'decodes the path',
    family: 'x-forwarded',
    change: (request) => ({ ...request, target: request.target.replace(/%(?!2f|5c|00|25)[2-7][0-9a-f]/gi, decodeURIComponent) }),
  },
  {
    name: 'drops the query',
    family: 'request-line',
    change: (request) => ({ ...request, target: request.target.split('?', 1)[0] as string }),
  },
  {
    name: 'names itself as the client',
    family: 'ext-authz, merged',
    change: (request) => ({ ...request, client: '192.0.2.99' }),
  },
  { name: 'asks by another method', family: 'x-original', change: (request) => ({ ...request, method: 'PUT' }) },
  {
    name: 'sends no bodies',
    family: 'x-forwarded',
    change: (request) => ({ ...without('content-length')(request), body: null }),
  },
  { name: 'has another host', family: 'request-line', change: (request) => ({ ...request, host: `www.${request.host}` }) },
]

describe(`${POLICIES * REQUESTS} generated requests over ${POLICIES} policies`, () => {
  let run: AlikeRun

  beforeAll(async () => {
    run = await runAlike({ seed: SEED, policies: POLICIES, requests: REQUESTS, faults: FAULTS })
    const rows = [...run.effects, ...run.compared, ...run.leftOut].map(([name, count]) => `${String(count).padStart(6)}  ${name}`)
    console.log(`seed ${SEED}, ${run.requests} requests, ${run.limited} with a limit\n${rows.join('\n')}`)
    // The full size takes minutes.
  }, 1_200_000)

  test('are decided alike', () => {
    expect(run.difference).toBeNull()
    expect(run.requests).toBe(POLICIES * REQUESTS)
  })

  test.each(FAMILIES)('%s carries most of them', (family) => {
    expect(run.compared.get(family) ?? 0).toBeGreaterThanOrEqual(COMPARED * run.requests)
  })

  test('are a mixture', () => {
    const isRare = (effect: string) => (run.effects.get(effect) ?? 0) < 0.02 * run.requests
    expect(['permit', 'deny', 'unauthenticated', 'challenge', 'reject'].filter(isRare)).toEqual([])
    // Only the decisions about these are compared.
    expect(run.limited).toBeLessThan(0.2 * run.requests)
  })

  test('are left out by the rules alone', () => {
    const names = Object.entries(RULES).flatMap(([rule, { families }]) => families.map((family) => `${family}: ${rule}`))
    const requests = [...run.leftOut.keys()].filter((name) => !name.startsWith('the policy'))
    expect(requests.filter((name) => !names.includes(name))).toEqual([])
  })

  test.each(FAULTS.map(({ family, name }) => [family, name]))('a front of %s that %s is found', (_, name) => {
    expect(run.found).toContain(name)
  })
})
