import type { AskedTemplate } from './path-tree.ts'

/** Outcomes of a caller's requests on a route. `default`: denied because no rule permits it. */
export const BECAME = ['permit', 'deny', 'default', 'challenge', 'unauthenticated', 'reject'] as const
export type Became = (typeof BECAME)[number]

export interface LearnedRoute {
  readonly route: string
  readonly service: string
  /** `ANY`: an uncommon method. */
  readonly method: string
  /** As in the policy. */
  readonly template: string
  /** Counts by identity, `anonymous`, or `refused`. */
  readonly callers: Readonly<Record<string, Readonly<Partial<Record<Became, number>>>>>
}

/** What a new policy would need: which requests came, from whom, and their outcomes. It holds no values of callers. */
export interface Learned {
  /** Sorted by route, method and template. */
  readonly routes: readonly LearnedRoute[]
  /** Requested hosts of services, which a configuration may change. */
  readonly hosts: Readonly<Record<string, string>>
  readonly unrouted: readonly AskedTemplate[]
  /** Requests beyond the memory limit, or whose parts must not be written. */
  readonly beyond: number
}

export const NOTHING_LEARNED: Learned = { routes: [], hosts: {}, unrouted: [], beyond: 0 }

const VERSION = 1

/** Maximum characters of a file, above any written size: a growing file must not fill memory. */
export const MOST_LEARNED = 1 << 23

/** Serializes with one line an entry. */
export function learnedText({ routes, hosts, unrouted, beyond }: Learned, until: number): string {
  const head = JSON.stringify({ kind: 'iap-learned', version: VERSION, until: new Date(until).toISOString() })
  const listed = (list: readonly unknown[]) => `[\n${list.map((each) => JSON.stringify(each)).join(',\n')}\n]`
  return `${head.slice(0, -1)},
"routes": ${listed(routes)},
"hosts": ${JSON.stringify(hosts)},
"unrouted": ${listed(unrouted)},
"beyond": ${beyond}}
`
}

/** Returns `null` if the text has another format. */
export function readLearned(text: string): Learned | null {
  if (text.length > MOST_LEARNED) return null
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(json) || json.kind !== 'iap-learned' || json.version !== VERSION) return null
  const { routes, hosts, unrouted, beyond } = json
  if (!Array.isArray(routes) || !routes.every(isRoute) || !Array.isArray(unrouted) || !unrouted.every(isTemplate)) return null
  if (!isObject(hosts) || !Object.values(hosts).every(isText)) return null
  return isCount(beyond) ? { routes, hosts: hosts as Learned['hosts'], unrouted, beyond } : null
}

function isRoute(value: unknown): value is LearnedRoute {
  if (!isObject(value) || !isObject(value.callers) || !isText(value.route) || !isText(value.service)) return false
  return (
    isPlace(value) &&
    Object.values(value.callers).every(
      (each) =>
        isObject(each) && Object.entries(each).every(([name, times]) => BECAME.includes(name as Became) && isCount(times)),
    )
  )
}

function isTemplate(value: unknown): value is AskedTemplate {
  if (!isObject(value) || !isText(value.host) || !isPlace(value) || !isCount(value.count)) return false
  return isObject(value.callers) && Object.values(value.callers).every(isCount)
}

function isPlace({ method, template }: Readonly<Record<string, unknown>>): boolean {
  return isText(method) && isText(template) && template.startsWith('/')
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 4096
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
