import type { IncomingMessage } from 'node:http'
import { RECENT_FILTERS, type RecentFilter, type RecentPlace } from '../../telemetry/audit/index.ts'
import type { AdminAnswer, AdminCall, ProcessRecent } from './admin-call.ts'
import { type AdminProblem, problem } from './problem.ts'

/** Decisions in a response. */
const LIMIT = { default: 100, most: 500 }
const EFFECTS = ['permit', 'deny', 'challenge', 'unauthenticated', 'reject']

interface Asked {
  /** By process number; `null`: no cursor. */
  readonly after: ReadonlyMap<number, RecentPlace> | null
  readonly limit: number
  readonly filter: RecentFilter
}

/** Returns the latest decisions, newest first, and a cursor for the next request. */
export async function listDecisions({ deps }: AdminCall, request: IncomingMessage): Promise<AdminAnswer | AdminProblem> {
  const asked = readQuery(new URLSearchParams((request.url ?? '').split('?', 2)[1] ?? ''))
  if (typeof asked === 'string') return problem(400, 'malformed', asked)
  const each = await deps.recent(asked.after, asked.filter)
  // Each process has the oldest first. Reversed, so that the newest of one millisecond is first, too.
  const latest = each.flatMap(({ recent }) => (recent?.records ?? []).toReversed())
  const all = latest.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
  const decisions = all.slice(0, asked.limit)
  const lost = each.reduce((sum, { recent }) => sum + (recent?.missed ?? 0), 0)
  // A first request does not report earlier decisions as missed.
  const missed = asked.after === null ? 0 : lost + all.length - decisions.length
  return { status: 200, body: { decisions, missed, cursor: cursorOf(each, asked.after) } }
}

/** Returns a sentence if the query is invalid. */
function readQuery(query: URLSearchParams): Asked | string {
  const filter: Record<string, readonly string[]> = {}
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name)
    if ((RECENT_FILTERS as readonly string[]).includes(name)) filter[name] = values
    else if (name !== 'after' && name !== 'limit') return `unknown parameter \`${name.slice(0, 50)}\``
    else if (values.length > 1) return `\`${name}\` must not be repeated`
  }
  const unknown = filter.effect?.find((effect) => !EFFECTS.includes(effect))
  if (unknown !== undefined) return `\`effect\` must be one of ${EFFECTS.join(', ')}`
  const limit = query.get('limit') ?? String(LIMIT.default)
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > LIMIT.most) return `\`limit\` must be a number from 1 to ${LIMIT.most}`
  const cursor = query.get('after')
  const after = cursor === null ? null : placesIn(cursor)
  return after === undefined ? '`after` must be the `cursor` of an answer' : { after, limit: Number(limit), filter }
}

/** `1.345.12-2.29.3`: number of each process, with the permits and others read. An unresponsive one keeps its position. */
function cursorOf(each: readonly ProcessRecent[], after: Asked['after']): string {
  return each
    .flatMap(({ number, recent }) => {
      const place = recent?.place ?? after?.get(number)
      return place === undefined ? [] : [`${number}.${place.permits}.${place.others}`]
    })
    .join('-')
}

/** Returns `undefined` if it is invalid. Empty: no process had responded. */
function placesIn(cursor: string): ReadonlyMap<number, RecentPlace> | undefined {
  if (cursor === '') return new Map()
  if (!/^(?:\d{1,15}\.\d{1,15}\.\d{1,15})(?:-\d{1,15}\.\d{1,15}\.\d{1,15})*$/.test(cursor)) return undefined
  return new Map(
    cursor.split('-').map((one) => {
      const [number = 0, permits = 0, others = 0] = one.split('.').map(Number)
      return [number, { permits, others }]
    }),
  )
}
