import type { Caller } from '../../runtime/identity/index.ts'
import { noData } from '../../runtime/policy/index.ts'
import { type ValuesRead, valuesRead } from '../../runtime/telemetry/audit/values/index.ts'
import { loadPolicy, policyText } from '../replay/policy.ts'

/** What records hold of so many callers on a route that reads three claims and a header. */
export async function valuesOfCallers(count: number): Promise<readonly (ValuesRead | null)[]> {
  const policy = await loadPolicy(policyText(3))
  return Array.from({ length: count }, (_, at) => {
    const claims = { sub: `u${at}`, email: 'e', groups: ['support', 'berlin'], level: at % 7, department: `d${at % 5}` }
    const made = policy.facts('staff', claims, { time: null, acr: null, mfa: false }, noData)
    if (!made.ok) throw new Error(made.message)
    const { facts } = made
    const caller = { identity: 'staff', subject: claims.sub, facts, consumed: ['authorization'] } as unknown as Caller
    const read = { method: 'GET', host: 'h', path: '/', segments: [''], sourceIp: '', headers: HEADERS }
    const route = policy.module.routes.find(({ name }) => name === 's1.read')
    const asked = policy.request(route?.index ?? -1, read, { time: 0n, mtls: null, data: noData }, null, null)
    return valuesRead(policy.manifest, 's1.read', facts, caller, asked)
  })
}

const HEADERS = { get: () => 'd1', count: () => 1 }
