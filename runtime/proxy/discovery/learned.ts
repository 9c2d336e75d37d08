import type { AskedTemplate } from './path-tree.ts'

/**
 * The possible outcomes of a request, counted for each route and caller. `default` means denied because no rule permits the
 * request.
 */
export const BECAME = ['permit', 'deny', 'default', 'challenge', 'unauthenticated', 'reject'] as const
export type Became = (typeof BECAME)[number]

export interface LearnedRoute {
  readonly route: string
  readonly service: string
  /** Request method; `ANY` stands for uncommon methods. */
  readonly method: string
  /** Path template of the route, as written in the policy. */
  readonly template: string
  /** Number of requests by caller and outcome. A caller is an identity's name, `anonymous` or `refused`. */
  readonly callers: Readonly<Record<string, Readonly<Partial<Record<Became, number>>>>>
}

/**
 * The observed requests by route and caller with their outcomes, from which a policy can be drafted. Contains no values that
 * callers chose.
 */
export interface Learned {
  /** Observed routes, sorted by route name, method and template. */
  readonly routes: readonly LearnedRoute[]
  /** Name of the service by requested host. Recorded because the configuration can replace the hosts that the policy declares. */
  readonly hosts: Readonly<Record<string, string>>
  readonly unrouted: readonly AskedTemplate[]
  /**
   * Number of requests that were not counted, for lack of memory, or because their host or method may be a value that must not be
   * recorded.
   */
  readonly beyond: number
}

export const NOTHING_LEARNED: Learned = { routes: [], hosts: {}, unrouted: [], beyond: 0 }

const VERSION = 1

/** Maximum length of the file of learned routes in characters. A longer file is not read, as it could fill the memory. */
export const MOST_LEARNED = 1 << 23

/**
 * Serializes learned routes as JSON, with one line for each entry.
 *
 * @param until time of the last observation, in milliseconds since 1970
 */
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

/** Parses the text of a file of learned routes. Returns `null` if the text is too long or has another format. */
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
