import { CompletionItemKind } from 'vscode-languageserver-types'
import { matchesText, type Route } from '../../language/index.ts'
import { type Candidate, RANK } from './candidate.ts'
import { type Completing, wordBefore } from './completing.ts'

/** Returns the routes of the service that is written before the `.` at the cursor. */
export function* routesAt({ policy, cursor }: Completing): Iterable<Candidate> {
  const service = wordBefore(cursor, 2)
  for (const route of policy.project.facts.model.routes)
    if (route.service.name === service) yield routeCandidate(route, route.name.slice(service.length + 1))
}

/** Returns the operations of the service that contains the cursor. */
export function* operationsAt({ policy, cursor }: Completing): Iterable<Candidate> {
  const at = cursor.before.findIndex(({ text }) => text === 'service')
  const service = cursor.before[at + 1]?.text ?? ''
  for (const route of policy.project.facts.model.routes)
    if (route.service.name === service) yield { ...routeCandidate(route, route.name.slice(service.length + 1)), rank: RANK.own }
}

function routeCandidate({ methods, rpc, template, labels }: Route, label: string): Candidate {
  const detail = `${rpc ? 'rpc' : (methods?.join(', ') ?? 'ANY')} ${template}`
  const doc = labels.length === 0 ? '' : `Labels: ${labels.map(({ name }) => `\`${name}\``).join(', ')}.`
  return { label, kind: CompletionItemKind.Method, rank: RANK.expected, detail, doc }
}

/** Maximum URLs that are offered. */
const MOST = 500

/** Returns a URL of each route that takes the method before the cursor. */
export function* urlsAt({ policy, cursor, typed }: Completing): Iterable<Candidate> {
  const method = wordBefore(cursor)
  let count = 0
  for (const { name, methods, template, service, rpc } of policy.project.facts.model.routes) {
    const [host] = service.hosts
    if (host === undefined || rpc || (methods !== null && !methods.includes(method))) continue
    const label = `https://${filled(host.text)}${filled(template)}`
    if (!label.startsWith(typed.slice(0, 'https://'.length))) continue
    yield { label, kind: CompletionItemKind.Value, rank: RANK.expected, detail: name }
    count += 1
    if (count === MOST) return
  }
}

/** Returns a template with a value in place of each parameter. */
export function filled(template: string): string {
  return template.replace(/\{(\w+)(:\s*int)?(?:\.\.\.)?\}/g, (_, name: string, int?: string) => (int === undefined ? name : '1'))
}

/** Returns the route that a request of a test reaches; null if none is certain. */
export function routeOf(routes: readonly Route[], method: string, url: string): Route | null {
  const [, host = '', path = ''] = /^https?:\/\/([^/?#:]*)(?::\d+)?([^?#]*)/.exec(url) ?? []
  const segments = path.split('/').slice(1)
  const found = routes.filter(
    (route) =>
      (route.methods === null || route.methods.includes(method)) &&
      route.service.hosts.some(({ text, wildcard, rest }) => (wildcard ? host.endsWith(rest) : text === host)) &&
      reaches(segments, route),
  )
  return found.length === 1 ? (found[0] ?? null) : null
}

function reaches(path: readonly string[], { segments }: Route): boolean {
  const takesRest = segments.at(-1)?.kind === 'rest'
  if (takesRest ? path.length < segments.length : path.length !== segments.length) return false
  return segments.every((segment, at) => matchesText(segment, path[at] ?? ''))
}
