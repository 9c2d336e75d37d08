/** Callers and requests of a synthetic policy. */
import { type Random, randomFrom } from '../../random.ts'
import type { Written } from '../scenario.ts'
import { DEPARTMENTS, type Identity, type Policy, PURPOSES, REGIONS, type Route, type Service, TIERS } from './draw-policy.ts'

/** Claims as a credential carries them; null: anonymous. */
export type Caller = { readonly identity: Identity; readonly claims: Claims } | null

export interface Claims {
  readonly sub: string
  readonly region: string
  readonly tenant: string
  readonly level?: number
  readonly department?: string
  readonly groups?: readonly string[]
  readonly tier?: string
  readonly scope?: readonly string[]
}

/** How many callers are signed in; the last of them is anonymous. */
const CALLERS = 64

export function drawCallers({ services }: Policy): readonly Caller[] {
  const random = randomFrom(1)
  return Array.from({ length: CALLERS }, (_, at): Caller => {
    if (at === CALLERS - 1) return null
    const common = { sub: `u-${1000 + at}`, region: random.pick(REGIONS), tenant: `tenant-${random.int(8)}` }
    const drawn = (kinds: Readonly<Record<string, number>>): string[] =>
      services.flatMap(({ name }) =>
        Object.entries(kinds).flatMap(([kind, probability]) => (random.chance(probability) ? [`${name}${kind}`] : [])),
      )
    if (at % 4 === 3) {
      const scope = drawn({ ':read': 0.5, ':write': 0.3 })
      return { identity: 'partner', claims: { ...common, tier: random.pick(TIERS), scope } }
    }
    const groups = drawn({ '-readers': 0.5, '-editors': 0.2, '-admins': 0.05, '-auditors': 0.2, '-suspended': 0.03 })
    const level = random.int(10)
    return { identity: 'staff', claims: { ...common, level, department: random.pick(DEPARTMENTS), groups } }
  })
}

/** A request to one of the routes. */
export function drawRequest({ services }: Policy, callers: readonly Caller[], random: Random): Written {
  const service = random.pick(services)
  const caller = random.chance(1 / 16) ? callers.length - 1 : random.int(callers.length)
  return writeRequest(service, random.pick(service.routes), callers[caller] ?? null, caller, random)
}

function writeRequest(service: Service, { shape, resource }: Route, who: Caller, caller: number, random: Random): Written {
  const drawn = random.int(4)
  const id = drawn === 0 && who !== null ? who.claims.sub : drawn === 1 ? `pub-${random.int(10_000)}` : `${random.int(1e9)}`
  const rest = { read: `/${id}`, list: '', change: `/${id}`, page: `/${id}/pages/${random.int(100)}` }[shape]
  const tenant = who !== null && random.chance(0.7) ? who.claims.tenant : `tenant-${random.int(8)}`
  const headers = [
    ...['Host', service.host],
    ...['User-Agent', 'bench/1.0 (synthetic; one of many)'],
    ...['Accept', 'application/json'],
    ...(random.chance(0.8) ? ['X-Tenant', tenant] : []),
    ...(random.chance(0.6) ? ['X-Purpose', random.pick(PURPOSES)] : []),
    ...(random.chance(0.05) ? ['X-Channel', random.pick(['legacy', 'fax', 'app'])] : []),
    ...['X-Request-Id', `${random.int(2 ** 31)}-${random.int(2 ** 31)}`],
  ]
  const method = shape === 'change' ? 'PUT' : random.chance(0.05) ? 'HEAD' : 'GET'
  return { caller, method, target: `/v1/${resource}${rest}`, headers }
}

/** Something that the policy has no route for, and that looks as if it had. */
export function missRequest(written: Written, random: Random): Written {
  switch (random.int(4)) {
    case 0:
      return { ...written, method: 'DELETE' }
    case 1:
      return { ...written, target: `${written.target}/more` }
    case 2:
      return { ...written, target: written.target.replace('/v1/', '/v2/') }
    default:
      return { ...written, headers: ['Host', `x${written.headers[1]}`, ...written.headers.slice(2)] }
  }
}
