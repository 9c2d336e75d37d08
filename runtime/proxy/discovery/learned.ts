import type { AskedTemplate } from './path-tree.ts'

/** What became of requests of one caller on a route. `default`: denied because no rule permits it. */
export const BECAME = ['permit', 'deny', 'default', 'challenge', 'unauthenticated', 'reject'] as const
export type Became = (typeof BECAME)[number]

/** Of a route of the policy. */
export interface LearnedRoute {
  /** `service.route` */
  readonly route: string
  readonly service: string
  /** `ANY`: one that few people use. */
  readonly method: string
  /** As it stands in the policy. */
  readonly template: string
  /** By the name of the identity, or `anonymous`; `refused`, whose credential did not count. */
  readonly callers: Readonly<Record<string, Readonly<Partial<Record<Became, number>>>>>
}

/** What a policy would need: what was asked, by whom, and what became of it. Nothing in it is a value of a caller. */
export interface Learned {
  /** In the order of route, method and template. */
  readonly routes: readonly LearnedRoute[]
  /** Where services were asked, which a configuration may have put elsewhere than the policy says. */
  readonly hosts: Readonly<Record<string, string>>
  /** Without a route. */
  readonly unrouted: readonly AskedTemplate[]
  /** Requests for which there was no room, or of which nothing could be written. */
  readonly beyond: number
}

export const NOTHING_LEARNED: Learned = { routes: [], hosts: {}, unrouted: [], beyond: 0 }

const VERSION = 1

/** Characters of a file, and more than any that was written: nobody reads into memory what grows without end. */
export const MOST_LEARNED = 1 << 23

/** As the file has it: a line for each thing that was asked. */
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

/** Null: it is no such text. */
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
