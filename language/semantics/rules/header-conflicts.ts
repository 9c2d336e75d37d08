/** That no two permits of a route could send the upstream one header with different values. */
import { headerConflict } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import type { Route, Rule } from '../model.ts'
import { excludeEachOther } from './exclude-each-other.ts'
import { Setter, SetterGroup } from './setters.ts'
import { writtenKey } from './written-key.ts'

/** Each permit is told of once, with one before it by name that it conflicts with. */
export function checkHeaderConflicts(rules: readonly Rule[], diagnostics: Diagnostic[]): void {
  const byHeader = new Map<string, Setter[]>()
  for (const rule of rules) {
    for (const { name, value } of rule.headers) {
      const setter = new Setter(rule, writtenKey(value))
      const known = byHeader.get(name)
      if (known === undefined) byHeader.set(name, [setter])
      else known.push(setter)
    }
  }
  for (const [name, setters] of byHeader) {
    const [first] = setters
    if (setters.some(({ value }) => value !== first?.value)) checkHeader(name, setters, diagnostics)
  }
}

function checkHeader(name: string, setters: readonly Setter[], diagnostics: Diagnostic[]): void {
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
    if (other !== null) diagnostics.push(conflict(name, other.rule, setter.rule))
    group.add(setter)
  }
}

/** Those with a route in common, the group itself included. */
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
      // Shadow rules are judged one by one.
      if (setter.rule.shadow && other.rule.shadow) continue
      if (!excludeEachOther(setter.rule, other.rule, setter.promises, other.promises)) return other
    }
  }
  return null
}

function conflict(header: string, first: Rule, second: Rule): Diagnostic {
  const related = [{ message: `\`${first.name}\` sets it here`, span: placeOf(first, header) }]
  return report(headerConflict, placeOf(second, header), { header, a: first.name, b: second.name }, related)
}

function placeOf({ declaration }: Rule, header: string): Span {
  return (declaration.headers.find(({ name }) => name.value === header) ?? declaration).span
}
