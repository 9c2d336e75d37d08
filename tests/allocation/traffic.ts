import { type Random, randomFrom } from '../../bench/random.ts'
import type { EvalCaller, EvalRequest } from '../../runtime/abi/index.ts'

/** What `policy.iap` reads from outside. */
export const DATA = {
  blocked: ['spam', 'yard'],
  owners: { one: [1_099_511_627_776, 7], two: [8], admin: [1_099_511_627_779] },
  folders: { one: ['two'], three: ['two', 'four'], two: ['all'], four: ['all'] },
  deputies: { one: { folder: 'two' }, two: { folder: 'nowhere' } },
}

/** Requests to all routes of `policy.iap`, the same on every machine: of numbers that are no small integers, and times of all the years that there are. */
export function drawTraffic(count: number, seed: number): readonly EvalRequest[] {
  const random = randomFrom(seed)
  const callers = Array.from({ length: 32 }, (_, at) => drawCaller(random, at))
  return Array.from({ length: count }, () => {
    const caller = random.pick(callers)
    const { path, ...rest } = random.pick(ROUTES)(random, caller)
    const url = `http://api.test${path}`
    return { method: 'GET', time: near(random), source: { ip: address(random) }, caller, ...rest, url }
  })
}

const NAMES = ['admin', 'one', 'two', 'three', 'six', 'spam', 'yard', 'zoe', 'mia', 'Hällo😀', 'caller3', 'caller7'] as const
const OFFICES = ['10.0.0.0/8', '10.64.0.0/10', '2001:db8::/32', '2001:db8:8000::/34'] as const
/** A small integer, an id of a database, and one that is nearly too large. */
const account = (random: Random) =>
  [random.int(9), 1_099_511_627_776 + random.int(6), Number.MAX_SAFE_INTEGER - random.int(3)][random.int(3)] as number
const price = (random: Random) => (random.chance(0.2) ? random.pick([0.25, 0.75, 1.25, 2.5]) : random.int(1_000) / 7)
const some = <T>(random: Random, values: readonly T[]) => values.filter(() => random.chance(0.3))

function drawCaller(random: Random, at: number): EvalCaller | null {
  if (at % 12 === 0) return null
  if (at % 7 === 0) return { identity: 'partner', claims: { client_id: `client${at}`, account: account(random) } }
  return { identity: 'staff', claims: drawClaims(random, at), auth: drawAuthentication(random) }
}

function drawClaims(random: Random, at: number) {
  return {
    sub: random.chance(0.3) ? random.pick(NAMES) : `caller${at}`,
    tier: random.pick(['bronze', 'silver', 'gold']),
    active: random.chance(0.6),
    ...(random.chance(0.6) && { level: random.int(6) }),
    account: account(random),
    accounts: [account(random), account(random), 3],
    visits: [account(random), 2],
    ratio: price(random) + 0.1,
    ratios: [price(random), 2.5, 1],
    groups: some(random, [...NAMES, 'trusted']),
    tags: some(random, NAMES),
    quotas: Object.fromEntries(some(random, NAMES).map((name) => [name, account(random)])),
    since: moment(random),
    ...(random.chance(0.5) && { until: moment(random) }),
    holidays: Array.from({ length: 3 }, () => holiday(random)),
    budget: span(random),
    desk: address(random),
    home: random.pick(OFFICES),
    zone: random.pick(['Europe/Berlin', 'america/new_york', 'Asia/Kathmandu', '+05:30', 'Pacific/Apia']),
    team: {
      name: random.pick(NAMES),
      ...(random.chance(0.5) && { lead: random.chance(0.5) }),
      cost: price(random),
      born: within(random, 1900, 2026),
    },
  }
}

function drawAuthentication(random: Random): NonNullable<EvalCaller['auth']> {
  const time = random.chance(0.8) ? near(random) : undefined
  return { ...(time && { time }), ...(random.chance(0.5) && { acr: 'mfa' }) }
}

type Drawn = Partial<EvalRequest> & { readonly path: string }

const ROUTES: readonly ((random: Random, caller: EvalCaller | null) => Drawn)[] = [
  () => ({ path: '/healthz' }),
  (random) => ({
    path: `/compare/${name(random)}?${query({ count: random.int(150), price: price(random), other: random.pick(NAMES) })}`,
  }),
  (random) => ({
    path: `/member/${account(random)}/${name(random)}?${query({
      price: price(random),
      at: holiday(random),
      tag: some(random, NAMES),
      name: some(random, NAMES),
    })}`,
  }),
  (random) => ({
    path: `/present?${query({
      ...(random.chance(0.5) && { limit: random.int(99) }),
      ...(random.chance(0.5) && { price: price(random) }),
      ...(random.chance(0.5) && { note: random.pick(NAMES) }),
    })}`,
    headers: {
      ...(random.chance(0.8) && { 'user-agent': 'a browser' }),
      ...(random.chance(0.5) && { 'x-kind': random.pick(['batch', 'single']) }),
      ...(random.chance(0.3) && { 'x-trace': '1' }),
      accept: '*/*',
    },
  }),
  (random) => ({
    path: `/count/${account(random)}?${query({
      count: random.int(100),
      divisor: random.int(8),
      price: price(random),
      ...(random.chance(0.5) && { factor: account(random) }),
    })}`,
  }),
  (random) => ({
    path: `/address?${query({
      from: address(random),
      net: random.pick([...OFFICES, '10.7.0.0/16', '2001:db8:1::/48']),
      text: random.pick([address(random), '::FFFF:10.0.0.1', '10.0.0.0/8', 'nothing']),
    })}`,
  }),
  (random) => ({
    path: `/time?${query({ at: moment(random), within: span(random), seconds: random.int(8_000_000_000) - 4_000_000_000 })}`,
  }),
  (random) => ({ path: `/zone?${query({ at: within(random, 1900, 2199) })}` }),
  (random, caller) => ({ method: 'POST', path: `/fresh/${account(random)}`, ...soonAfter(random, caller?.auth?.time) }),
]

const name = (random: Random) => encodeURIComponent(random.pick(NAMES))

function query(values: Readonly<Record<string, string | number | readonly string[]>>): string {
  return Object.entries(values)
    .flatMap(([key, value]) => (typeof value === 'object' ? value : [value]).map((one) => `${key}=${encodeURIComponent(one)}`))
    .join('&')
}

function address(random: Random): string {
  const byte = () => random.int(256)
  if (random.chance(0.1))
    return random.pick(['10.0.0.1', '127.0.0.1', '169.254.1.1', '::1', 'fe80::1', '::', 'ff02::1', '224.0.0.9'])
  if (random.chance(0.5)) return `10.${random.int(2) * 64}.${byte()}.${byte()}`
  return `2001:db8:${random.pick(['1', '8000', 'c000'])}::${(random.int(65_535) + 1).toString(16)}`
}

function within(random: Random, first: number, last: number): string {
  const year = String(first + random.int(last - first + 1)).padStart(4, '0')
  const [month, day, hour] = [1 + random.int(12), 1 + random.int(28), random.int(24)].map((part) => String(part).padStart(2, '0'))
  const [minute, second] = [random.int(60), random.int(60)].map((part) => String(part).padStart(2, '0'))
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${String(random.int(1_000_000_000)).padStart(9, '0')}Z`
}

/** Mostly of our days; also of those that 64 bits of nanoseconds do not reach. */
function moment(random: Random): string {
  return random.chance(0.2) ? within(random, 1, 9999) : within(random, 1900, 2199)
}

/** Up to a day after they signed in; mostly within minutes. */
function soonAfter(random: Random, time: string | undefined): { readonly time?: string } {
  if (time === undefined) return {}
  const minutes = random.int(random.chance(0.7) ? 15 : 1440)
  return { time: new Date(Date.parse(time) + minutes * 60_000 + random.int(60_000)).toISOString() }
}

const near = (random: Random) => within(random, 2025, 2027)
const holiday = (random: Random) => `2026-12-${20 + random.int(10)}T00:00:00Z`

function span(random: Random): string {
  if (random.chance(0.1)) return random.pick(['0s', '24h', '315000000000s', '-315000000000s'])
  return `${random.chance(0.2) ? '-' : ''}${random.int(800_000)}.${random.int(1_000_000_000)}s`
}
