/** Checks that no two permits of a route can set one upstream header to different values. */
import { headerConflict } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { HeaderClause } from '../../syntax/ast.ts'
import type { Route, Rule } from '../model.ts'
import { excludeEachOther } from './exclude-each-other.ts'
import { spellingOf } from './obligation-header.ts'
import { Setter, SetterGroup } from './setters.ts'
import { writtenKey } from './written-key.ts'

/**
 * Reports permits that set a header differently for one request. Each permit is reported once, with a conflicting permit that
 * precedes it by name.
 */
export function checkHeaderConflicts(rules: readonly Rule[], diagnostics: Diagnostic[]): void {
  const byHeader = new Map<string, Setter[]>()
  for (const rule of rules) {
    for (const { name, value } of rule.headers) {
      const setter = new Setter(rule, writtenKey(value))
      // Some upstreams treat different spellings of a header name as one header.
      const spelling = spellingOf(name)
      const known = byHeader.get(spelling)
      if (known === undefined) byHeader.set(spelling, [setter])
      else known.push(setter)
    }
  }
  for (const [spelling, setters] of byHeader) {
    const [first] = setters
    if (setters.some(({ value }) => value !== first?.value)) checkHeader(spelling, setters, diagnostics)
  }
}

function checkHeader(spelling: string, setters: readonly Setter[], diagnostics: Diagnostic[]): void {
  const groups = new Map<readonly Route[], SetterGroup>()
  const onRoute = new Map<Route, SetterGroup[]>()
  for (const setter of setters) {
    const { routes } = setter.rule
    let group = groups.get(routes)
    if (group === undefined) {
      group = new SetterGroup(routes)
      groups.set(routes, group)
      for (const route of routes) {
        const known = onRoute.get(route)
        if (known === undefined) onRoute.set(route, [group])
        else known.push(group)
      }
    }
    const other = firstConflict(setter, groupsMeeting(group, onRoute))
    if (other !== null) diagnostics.push(conflict(spelling, other.rule, setter.rule))
    group.add(setter)
  }
}

/** Yields the groups that share a route with this one, including itself. */
function* groupsMeeting({ routes }: SetterGroup, onRoute: ReadonlyMap<Route, readonly SetterGroup[]>): Iterable<SetterGroup> {
  const seen = new Set<SetterGroup>()
  for (const route of routes) {
    for (const group of onRoute.get(route) ?? []) {
      if (seen.has(group)) continue
      seen.add(group)
      yield group
    }
  }
}

function firstConflict(setter: Setter, groups: Iterable<SetterGroup>): Setter | null {
  for (const group of groups) {
    for (const other of group.meeting(setter)) {
      if (setter.value === other.value) continue
      // Shadow rules are evaluated independently of each other.
      if (setter.rule.shadow && other.rule.shadow) continue
      if (!excludeEachOther(setter.rule, other.rule, setter.promises, other.promises)) return other
    }
  }
  return null
}

function conflict(spelling: string, first: Rule, second: Rule): Diagnostic {
  const related = [{ message: `\`${first.name}\` sets it here`, span: clauseOf(first, spelling).span }]
  const { value: header, span } = clauseOf(second, spelling)
  return report(headerConflict, span, { header, a: first.name, b: second.name }, related)
}

function clauseOf({ declaration }: Rule, spelling: string): HeaderClause['name'] {
  const clause = declaration.headers.find(({ name }) => spellingOf(name.value) === spelling)
  if (clause === undefined) throw new Error(`${declaration.name.text} sets no ${spelling}`)
  return clause.name
}
