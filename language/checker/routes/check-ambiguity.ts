/** Checks that every request has at most one most specific route. */
import { ambiguousRoutes } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import { compareText } from '../by-name.ts'
import type { Segment, ServiceModel } from '../model.ts'
import type { RouteDraft } from './route-world.ts'
import { isWithin, overlaps } from './template.ts'

/**
 * Reports ambiguous routes. Two routes of one host with a common method must be nested, or only one of them may name the method.
 * Each route is compared with those before it, and reported with the first conflict only, as a fix needs a look at all of them.
 */
export function checkAmbiguity(drafts: readonly RouteDraft[], diagnostics: Diagnostic[]): void {
  const hosts = new Map<string, Branch>()
  const ofService = new Map<ServiceModel, readonly Branch[]>()
  for (const draft of [...drafts].sort(byPlace)) {
    let branches = ofService.get(draft.service)
    if (branches === undefined) {
      branches = hostsOf(draft.service).map((host) => branchOf(host, hosts))
      ofService.set(draft.service, branches)
    }
    const other = firstOf(branches, (branch) => findMeeting(branch, draft, 0))
    if (other !== null) diagnostics.push(ambiguous(other, draft))
    for (const branch of branches) insert(branch, draft)
  }
}

function branchOf(host: string, hosts: Map<string, Branch>): Branch {
  const known = hosts.get(host)
  if (known !== undefined) return known
  const branch: Branch = { literals: new Map(), others: new Map(), ending: [] }
  hosts.set(host, branch)
  return branch
}

/** Compares by file and position, so that the later of two routes is reported. */
function byPlace(a: RouteDraft, b: RouteDraft): number {
  const [one, other] = [a.place, b.place]
  return compareText(one.source.name, other.source.name) || one.start - other.start
}

/** Returns keys of the hosts that a service competes for. A literal host beats a pattern, so only equal ones compete. */
function hostsOf({ name, hosts: patterns }: ServiceModel): string[] {
  const hosts = new Set(patterns.map(({ wildcard, rest }) => (wildcard ? `*${rest}` : rest)))
  return hosts.size === 0 ? [`service ${name}`] : [...hosts]
}

/** A trie of route segments. Most routes differ in a literal, and are never compared. */
interface Branch {
  readonly literals: Map<string, Branch>
  /** By the set of texts that the segment matches. */
  readonly others: Map<string, { readonly segment: Segment; readonly branch: Branch }>
  /** The routes that end here; a rest segment is an end. */
  readonly ending: RouteDraft[]
}

function insert(root: Branch, draft: RouteDraft): void {
  let branch = root
  for (const segment of draft.segments) {
    let next = segment.kind === 'literal' ? branch.literals.get(segment.text) : branch.others.get(keyOf(segment))?.branch
    if (next === undefined) {
      next = { literals: new Map(), others: new Map(), ending: [] }
      if (segment.kind === 'literal') branch.literals.set(segment.text, next)
      else branch.others.set(keyOf(segment), { segment, branch: next })
    }
    branch = next
  }
  branch.ending.push(draft)
}

function keyOf(segment: Exclude<Segment, { kind: 'literal' }>): string {
  return segment.kind === 'rest' ? 'rest' : JSON.stringify([segment.type, segment.prefix, segment.suffix])
}

/** Returns a route of a branch that is ambiguous with this one, whose segments before `at` led there. */
function findMeeting(branch: Branch, draft: RouteDraft, at: number): RouteDraft | null {
  const segment = draft.segments[at]
  if (segment === undefined) return findAmbiguous(branch.ending, draft)
  if (segment.kind === 'rest') return findWithin(branch, draft)
  const rest = branch.others.get('rest')
  const found = rest === undefined ? null : findAmbiguous(rest.branch.ending, draft)
  return found ?? firstOf(nextOf(branch, segment), (next) => findMeeting(next, draft, at + 1))
}

/** Returns the child branches whose first segment can match the same text as this one. */
function nextOf(branch: Branch, segment: Segment): Branch[] {
  const literal = segment.kind === 'literal' ? branch.literals.get(segment.text) : undefined
  const next = segment.kind === 'literal' ? (literal === undefined ? [] : [literal]) : [...branch.literals.values()]
  for (const { segment: other, branch: beyond } of branch.others.values())
    if (other.kind !== 'rest' && overlaps([other], [segment])) next.push(beyond)
  return next
}

function findAmbiguous(others: readonly RouteDraft[], draft: RouteDraft): RouteDraft | null {
  return others.find((other) => isAmbiguous(other, draft)) ?? null
}

function findWithin(branch: Branch, draft: RouteDraft): RouteDraft | null {
  const found = findAmbiguous(branch.ending, draft)
  const deeper = [...branch.literals.values(), ...[...branch.others.values()].map((other) => other.branch)]
  return found ?? firstOf(deeper, (next) => findWithin(next, draft))
}

function firstOf<T>(items: readonly T[], find: (item: T) => RouteDraft | null): RouteDraft | null {
  for (const item of items) {
    const found = find(item)
    if (found !== null) return found
  }
  return null
}

function isAmbiguous(a: RouteDraft, b: RouteDraft): boolean {
  // Duplicate services and routes were reported.
  if (a.service !== b.service && a.service.name === b.service.name) return false
  if (!shareMethod(a, b) || !overlaps(a.segments, b.segments)) return false
  const [inside, outside] = [isWithin(a.segments, b.segments), isWithin(b.segments, a.segments)]
  if (inside !== outside) return false
  // For equal paths, the route that names the method beats the one for any.
  return !inside || (a.methods === null) === (b.methods === null)
}

function shareMethod(a: RouteDraft, b: RouteDraft): boolean {
  return a.methods === null || b.methods === null || a.methods.some((method) => b.methods?.includes(method))
}

function ambiguous(first: RouteDraft, second: RouteDraft): Diagnostic {
  const same = isWithin(first.segments, second.segments)
  return report(ambiguousRoutes, second.place, { a: first.name, b: second.name, same }, [
    { message: 'the other one is declared here', span: first.place },
  ])
}
