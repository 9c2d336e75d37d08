/** Checks a test's expectation as far as possible before it runs: the rules that it names must exist and be of a fitting kind. */
import { unknownRule } from '../../diagnostics/catalogue/names.ts'
import { standsTwice, testPart, unsetHeader } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Expectation, Name } from '../../syntax/ast.ts'
import type { Renamings } from '../definitions/check-annotations.ts'
import type { Rule } from '../model.ts'
import type { Scope } from '../scope.ts'

export class RuleNames {
  /** Sorted by name. */
  private readonly rules: readonly Rule[]
  private readonly renamings: Renamings
  private readonly scope: Scope
  private names: ReadonlySet<string> | null = null

  constructor(rules: readonly Rule[], renamings: Renamings, scope: Scope) {
    this.rules = rules
    this.renamings = renamings
    this.scope = scope
  }

  /** The names of headers that permits set. */
  private get headers(): ReadonlySet<string> {
    this.names ??= new Set(this.rules.flatMap((rule) => rule.headers.map(({ name }) => name)))
    return this.names
  }

  /** Returns a rule by its name, the last of several. An index of all rules would cost more than these searches. */
  private find(name: string): Rule | undefined {
    let [start, end] = [0, this.rules.length]
    while (start < end) {
      const middle = (start + end) >> 1
      if ((this.rules[middle] as Rule).name <= name) start = middle + 1
      else end = middle
    }
    const found = this.rules[start - 1]
    return found?.name === name ? found : undefined
  }

  /** Returns the current name of a rule that a test names, possibly by a former name (`@was`). */
  current(name: string): string {
    return this.find(name) !== undefined ? name : (this.renamings.get(name) ?? name)
  }

  check(expect: Expectation, diagnostics: Diagnostic[]): void {
    const { effect, by, headers, limit, shadow } = expect
    // Each row has its own rule.
    if (by?.kind === 'Name') this.checkBy(by, effect, diagnostics)
    const isPermit = effect === 'permit' || typeof effect !== 'string'
    for (const name of limit ?? []) this.checkRule(name, 'permit with a limit', (rule) => rule.limit !== null, diagnostics)
    for (const name of shadow ?? []) this.checkRule(name, 'shadow rule', (rule) => rule.shadow, diagnostics)
    const seen = new Set<string>()
    for (const { name } of headers) {
      if (seen.has(name.value)) diagnostics.push(report(standsTwice, name.span, { name: name.value }))
      seen.add(name.value)
      if (this.headers.has(name.value) || this.scope.lackingRules) continue
      const suggestion = nearest(name.value, this.headers)
      diagnostics.push(report(unsetHeader, name.span, { name: name.value, suggestion }))
    }
    if (isPermit) return
    const part = headers[0]?.name ?? limit?.[0]
    if (part !== undefined) diagnostics.push(report(testPart, part.span, { why: `\`${effect}\` has no headers and no limit` }))
  }

  /** Checks the rule or reason that decides a test, or one row of it. */
  checkBy(by: Name, effect: Expectation['effect'], diagnostics: Diagnostic[]): void {
    if (effect === 'reject') {
      diagnostics.push(report(testPart, by.span, { why: 'a rejected request is not decided by a rule' }))
      return
    }
    // Each row has its own effect.
    if (typeof effect !== 'string') {
      if (!REASONS.has(by.text)) this.checkRule(by, 'rule', (rule) => !rule.shadow, diagnostics)
    } else if (effect === 'deny' && REASONS.has(by.text)) {
      // `by default`, `by no-route`, `by data`.
    } else if (effect === 'challenge') this.checkRule(by, 'rule', (rule) => !rule.shadow, diagnostics)
    else {
      const wanted = effect === 'permit' ? 'permit' : 'forbid'
      this.checkRule(by, wanted, (rule) => !rule.shadow && rule.effect === wanted, diagnostics)
    }
  }

  private checkRule(name: Name, wanted: string, fits: (rule: Rule) => boolean, diagnostics: Diagnostic[]): void {
    const found = this.find(this.current(name.text))
    if (found !== undefined && fits(found)) return
    if (this.scope.isBrokenAnywhere(name.text) || this.scope.lackingRules) return
    const fitting = this.rules.flatMap((rule) => (fits(rule) ? [rule.name] : []))
    const suggestion = nearest(name.text, fitting)
    const related = found === undefined ? [] : [{ message: 'declared here', span: found.declaration.name.span }]
    const params = { name: name.text, effect: wanted, suggestion }
    diagnostics.push(report(unknownRule, name.span, params, related, renameTo(suggestion, name.span)))
  }
}

/** The reasons of a deny that no rule decided. */
const REASONS: ReadonlySet<string> = new Set(['default', 'no-route', 'data'])
