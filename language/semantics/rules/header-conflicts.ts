/** That no two permits of a route could send the upstream one header with different values. */
import { headerConflict } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import type { Expression } from '../../syntax/ast.ts'
import type { Route, Rule } from '../model.ts'
import { excludeEachOther } from './exclude-each-other.ts'
import { type Promises, promisesOf } from './promises.ts'
import { writtenKey } from './same-value.ts'

/** A permit that sets the header. What it promises is worked out for those that meet another. */
interface Setter {
  readonly rule: Rule
  readonly value: Expression
}

/** Setters on the very same list of routes: they meet the same others. */
interface Group {
  readonly routes: readonly Route[]
  readonly setters: Setter[]
}

/** Each permit is told of once, with the first before it by name that it conflicts with. */
export function checkHeaderConflicts(rules: readonly Rule[], diagnostics: Diagnostic[]): void {
  const byHeader = new Map<string, Setter[]>()
  for (const rule of rules) {
    for (const { name, value } of rule.headers) {
      const setters = byHeader.get(name)
      if (setters === undefined) byHeader.set(name, [{ rule, value }])
      else setters.push({ rule, value })
    }
  }
  const check = new ConflictCheck(diagnostics)
  for (const [name, setters] of byHeader) if (setters.length > 1) check.header(name, setters)
}

class ConflictCheck {
  private readonly diagnostics: Diagnostic[]
  private readonly promises = new Map<Rule, Promises>()
  private readonly keys = new Map<Expression, string>()

  constructor(diagnostics: Diagnostic[]) {
    this.diagnostics = diagnostics
  }

  header(name: string, setters: readonly Setter[]): void {
    const groups = new Map<readonly Route[], Group>()
    const onRoute = new Map<Route, Set<Group>>()
    for (const setter of setters) {
      const { routes } = setter.rule
      const group = groups.get(routes) ?? { routes, setters: [] }
      if (!groups.has(routes)) {
        groups.set(routes, group)
        for (const route of routes) onRoute.set(route, (onRoute.get(route) ?? new Set()).add(group))
      }
      const other = this.conflicting(setter, this.meeting(group, onRoute))
      if (other !== null) this.tell(name, other.rule, setter.rule)
      group.setters.push(setter)
    }
  }

  private *meeting({ routes }: Group, onRoute: ReadonlyMap<Route, ReadonlySet<Group>>): Iterable<Setter> {
    const seen = new Set<Group>()
    for (const route of routes) {
      for (const group of onRoute.get(route) ?? []) {
        if (seen.has(group)) continue
        seen.add(group)
        yield* group.setters
      }
    }
  }

  private conflicting(setter: Setter, others: Iterable<Setter>): Setter | null {
    for (const other of others) {
      // Shadow rules are judged one by one.
      if (setter.rule.shadow && other.rule.shadow) continue
      if (this.keyOf(setter.value) === this.keyOf(other.value)) continue
      if (!excludeEachOther(setter.rule, other.rule, this.promisesOf(setter.rule), this.promisesOf(other.rule))) return other
    }
    return null
  }

  private keyOf(value: Expression): string {
    const key = this.keys.get(value) ?? writtenKey(value)
    this.keys.set(value, key)
    return key
  }

  private promisesOf(rule: Rule): Promises {
    const promises = this.promises.get(rule) ?? promisesOf(rule)
    this.promises.set(rule, promises)
    return promises
  }

  private tell(header: string, first: Rule, second: Rule): void {
    const related = [{ message: `\`${first.name}\` sets it here`, span: placeOf(first, header) }]
    const params = { header, a: first.name, b: second.name }
    this.diagnostics.push(report(headerConflict, placeOf(second, header), params, related))
  }
}

function placeOf({ declaration }: Rule, header: string): Span {
  return (declaration.headers.find(({ name }) => name.value === header) ?? declaration).span
}
