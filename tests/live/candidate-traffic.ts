import { type Agent, request as httpRequest } from 'node:http'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import type { DifferenceKind } from '../../runtime/policy/index.ts'
import type { Live } from './start-live.ts'

/** What a candidate is tried on: each rule may be put otherwise. */
export interface Rules {
  readonly users: string
  readonly posted: string
  readonly listed: string
  readonly more: string
}

export const RULES: Rules = {
  users:
    'permit users_in on app.users to user when "staff" in caller.groups header "x-level" = "1" limit 100000 per 1h by caller.sub',
  posted: 'permit posts on app.posted to user when body.x > 3',
  listed: 'permit listed_in on app.listed to user when caller.sub in listed',
  more: '',
}

export const policyOf = (rules: Partial<Rules> = {}): string => {
  const { users, posted, listed, more } = { ...RULES, ...rules }
  return `
identity user via jwt {
  sub: string
  groups: set<string>
}
data listed: set<string>
service app at "app.test" {
  route open   ANY "/open/{rest...}"
  route users  ANY "/users/{rest...}"
  route listed ANY "/listed/{rest...}"
  route posted POST "/posted/{rest...}" body { x: int }
  route found  GET "/found/{n: int}" query { page: int }
}
permit open_to_all on app.open, app.found to anyone
${users}
${posted}
${listed}
forbid evil on app.users, app.found
  when "x-tenant" in request.headers && request.headers["x-tenant"] == "evil"
  because "Not this tenant."
${more}
`
}

/** A request, as it is sent and as `evaluate` has it. */
export interface Traffic {
  readonly asked: EvalRequest
  /** Null: nobody. */
  readonly bearer: string | null
}

/** Requests of all kinds, each with a path of its own: the same for the same seed. */
export function trafficOf(live: Live, count: number, seed: number): readonly Traffic[] {
  const random = randomOf(seed)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
  const people = ['ann', 'ben', 'cleo', 'dan'].flatMap((sub) =>
    [[], ['staff'], ['guests'], ['staff', 'guests']].map((groups) => {
      const bearer = live.bearer({ sub, groups })
      const claims = JSON.parse(Buffer.from(bearer.split('.')[1] as string, 'base64url').toString())
      return { bearer, caller: { identity: 'user', claims } }
    }),
  )
  return Array.from({ length: count }, (_, at): Traffic => {
    const person = random() < 0.8 ? pick(people) : null
    const where = pick(['open', 'users', 'users', 'listed', 'posted', 'found', 'nowhere'])
    const tenant = pick([null, null, 'good', 'evil'])
    const posted = where === 'posted'
    const url = where === 'found' ? `/found/${at}${pick(['?page=1', '', '?page=x'])}` : `/${where}/${at}`
    const headers = { ...(tenant && { 'x-tenant': tenant }), ...(posted && { 'content-type': 'application/json' }) }
    const asked = {
      method: posted ? 'POST' : 'GET',
      url: `http://app.test${url}`,
      headers,
      caller: person?.caller ?? null,
      ...(posted && { rawBody: pick(['{"x":1}', '{"x":4}', '{"x":7}', '{"x":"no"}', '{']) }),
    }
    return { asked, bearer: person?.bearer ?? null }
  })
}

/** Status and the content that came. */
export function send(port: number, agent: Agent, { asked, bearer }: Traffic): Promise<readonly [number, string]> {
  const { pathname, search } = new URL(asked.url)
  const headers = { host: 'app.test', ...(asked.headers as Record<string, string>), ...(bearer && { authorization: bearer }) }
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, agent, method: asked.method, path: pathname + search, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve([response.statusCode ?? 0, text]))
    })
    request.on('error', reject).end(asked.rawBody ?? '')
  })
}

/** All of them, a few at a time. */
export async function sendAll(
  port: number,
  agent: Agent,
  traffic: readonly Traffic[],
): Promise<readonly (readonly [number, string])[]> {
  const answers: (readonly [number, string])[] = []
  let next = 0
  const client = async () => {
    while (next < traffic.length) {
      const at = next++
      answers[at] = await send(port, agent, traffic[at] as Traffic)
    }
  }
  await Promise.all(Array.from({ length: 8 }, client))
  return answers
}

/** What a candidate should find, by what two policies decided apart. */
export function differenceBetween(
  active: EvalAnswer,
  candidate: EvalAnswer,
  namesOf: (rule: string) => readonly string[],
): DifferenceKind | null {
  const permits = [active, candidate].map(({ effect }) => effect === 'permit')
  if (permits[0] !== permits[1]) return permits[1] ? 'newlyPermitted' : 'newlyDenied'
  const told = ({ effect, code, reason, challenge, obligations }: EvalAnswer) =>
    JSON.stringify([effect, code ?? reason, challenge, obligations])
  if (told(active) !== told(candidate)) return 'other'
  const isShared = candidate.rules.some((rule) => namesOf(rule).some((name) => active.rules.includes(name)))
  return isShared || active.rules.length + candidate.rules.length === 0 ? null : 'other'
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
