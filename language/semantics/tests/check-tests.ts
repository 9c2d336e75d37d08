/** `test` blocks, as far as they can be judged before they run: names, the time, and the rule that is expected. */
import { unknownRule } from '../../diagnostics/catalogue/names.ts'
import { badTime } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Expectation, IdentityDeclaration, JsonNode, TestDeclaration } from '../../syntax/ast.ts'
import type { Identity, Rule, Test } from '../model.ts'
import type { Scope } from '../scope.ts'

export function checkTests(
  scope: Scope,
  identities: ReadonlyMap<IdentityDeclaration, Identity>,
  rules: readonly Rule[],
  diagnostics: Diagnostic[],
): Test[] {
  const effects = new Map(rules.map((rule) => [rule.name, rule.effect]))
  const tests: Test[] = []
  for (const file of scope.files) {
    for (const declaration of file.declarations) {
      if (declaration.kind !== 'TestDeclaration') continue
      checkTime(declaration, diagnostics)
      checkExpectation(declaration.expect, effects, scope, diagnostics)
      if (declaration.caller === null) {
        tests.push({ name: declaration.name.value, declaration, caller: null })
        continue
      }
      const found = scope.resolve(file, declaration.caller.identity, ['IdentityDeclaration'])
      if (found === null) continue
      const caller = { identity: identities.get(found) as Identity, claims: jsonValue(declaration.caller.claims) }
      tests.push({ name: declaration.name.value, declaration, caller })
    }
  }
  return tests
}

/** RFC 3339 with an upper-case `T` and a zone. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

function checkTime(declaration: TestDeclaration, diagnostics: Diagnostic[]): void {
  const { at } = declaration
  if (at === null || (TIME.test(at.value) && isCalendarDay(at.value))) return
  diagnostics.push(report(badTime, at.span, { text: at.value }))
}

/** `Date` takes February 30 for March 2; a time that is written wrong is not the time that was meant. */
function isCalendarDay(text: string): boolean {
  if (Number.isNaN(Date.parse(text))) return false
  const day = text.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

function checkExpectation(
  expect: Expectation,
  effects: ReadonlyMap<string, Rule['effect']>,
  scope: Scope,
  diagnostics: Diagnostic[],
): void {
  const { by, effect } = expect
  if (by === null) return
  const wanted = effect === 'permit' ? 'permit' : 'forbid'
  const byNoRule = wanted === 'forbid' && (by.text === 'default' || by.text === 'no-route')
  if (byNoRule || effects.get(by.text) === wanted || scope.isBrokenAnywhere(by.text) || scope.lacking) return
  const fitting = [...effects].flatMap(([name, effect]) => (effect === wanted ? [name] : []))
  diagnostics.push(report(unknownRule, by.span, { name: by.text, effect: wanted, suggestion: nearest(by.text, fitting) }))
}

/** The JSON value that a test writes. Objects are made so that no key, `__proto__` included, means anything but itself. */
export function jsonValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'JsonScalar':
      return node.value
    case 'JsonArray':
      return node.elements.map(jsonValue)
    case 'JsonObject':
      return Object.fromEntries(
        node.members.map(({ key, value }) => [key.kind === 'Name' ? key.text : key.value, jsonValue(value)]),
      )
  }
}
