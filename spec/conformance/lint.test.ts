/** What is linted exactly of the policies of the suite, beside what every case says: a rule that never applies decides none, what changes no answer can be taken out. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { exactLint } from '../../analysis/index.ts'
import { interpret } from '../../interpreter/index.ts'
import { checkProject, type Diagnostic, type Model, type Rule, type Span } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { type Construct, compared, readConstructs } from './cases.ts'
import { fitsSchemaOf } from './fits-schema.ts'

const found = readConstructs().map((construct) => ({ construct, found: lintOf(construct) }))
const NEEDLESS = ['IAP5022', 'IAP5023', 'IAP5034']

function lintOf({ project, model }: Construct): readonly Diagnostic[] {
  const ask = (request: EvalRequest) => ({ ...interpret(model, request), revision: '' })
  return exactLint({ model, files: project.files, told: [], ask }).found
}

test('there is enough to be wrong about', () => {
  const codes = found.flatMap((one) => one.found.map(({ code }) => code))
  expect(codes.length).toBeGreaterThan(30)
  expect(new Set(codes).size).toBeGreaterThan(5)
})

test.each(
  found.flatMap(({ construct, found: some }) =>
    some.map((one) => [construct.name, one.code, one.message, construct, one] as const),
  ),
)('%s: %s %s', (_, code, _message, construct, one) => {
  const { model, cases } = construct
  const rule = ruleAt(model, one)
  if (NEEDLESS.includes(code)) {
    const clause = rule?.declaration.conditions.find(({ expression }) => expression.span.start === one.span.start)
    const less = without(construct, (code === 'IAP5034' ? rule?.declaration.span : clause?.span) as Span)
    for (const { request, name } of cases) {
      const [before, after] = [answer(model, request), answer(less, request)]
      // What no rule reads any more need not be there.
      if (before.effect !== 'reject') expect(after, name).toEqual(before)
    }
    return
  }
  for (const { request, name } of cases) {
    const { effect, rules, route } = compared(interpret(model, request, { fitsSchema: fitsSchemaOf(model) }))
    if (code === 'IAP5010') expect(rules, name).not.toContain(rule?.name)
    if (code === 'IAP5011' && effect === 'permit') expect(rules, name).not.toContain(rule?.name)
    if (route === null || effect === 'reject' || !one.message.includes(`\`${route}\``)) continue
    if (code === 'IAP5012') expect(effect, name).not.toBe('permit')
    if (code === 'IAP5035') expect(effect, name).toBe('permit')
  }
})

function ruleAt({ rules }: Model, { span }: Diagnostic): Rule | undefined {
  return rules.find(({ declaration }) => declaration.span.start <= span.start && span.end <= declaration.span.end)
}

/** The same policy without what stands in a place. */
function without({ name }: Construct, { source, start, end }: Span): Model {
  const folder = fileURLToPath(new URL(`./${name}/`, import.meta.url))
  const read = (file: string) => {
    if (file === source.name) return source.text.slice(0, start) + source.text.slice(end)
    return existsSync(folder + file) ? readFileSync(folder + file, 'utf8') : null
  }
  const { result, diagnostics } = checkProject({ read }, ['policy.iap'])
  if (result === null) throw new Error(diagnostics[0]?.message)
  return result
}

/** But for the rules that it is by. */
function answer(model: Model, request: EvalRequest): object & { readonly effect: string } {
  const { rules: _, errors: _errors, ...rest } = compared(interpret(model, request, { fitsSchema: fitsSchemaOf(model) }))
  return rest
}
