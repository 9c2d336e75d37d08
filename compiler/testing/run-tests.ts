/** The runner of `test` blocks: asks for each the question that it writes down, and compares the answer. */
import type { Model, Test } from '../../language/semantics/model.ts'
import type { Expectation, TestDeclaration } from '../../language/syntax/ast.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import type { TestResult } from './test-result.ts'

/** What a test means where it does not say. */
const TIME = '2026-01-01T12:00:00Z'
const SOURCE = '192.0.2.1'

/** In the order of `model.tests`. */
export function runTests(model: Model, evaluate: (request: EvalRequest) => EvalAnswer): readonly TestResult[] {
  return model.tests.map((test) => {
    const { expect } = test.declaration
    const answer = evaluate(requestOf(test))
    return {
      name: test.name,
      passed: isMet(expect, answer),
      expected: inWords(expect),
      actual: answerInWords(answer),
      span: expect.span,
    }
  })
}

function requestOf({ declaration, caller }: Test): EvalRequest {
  const { method, url, at, from } = declaration
  return {
    method: method.kind === 'Name' ? method.text : method.value,
    url: url.value,
    headers: headersOf(declaration),
    caller: caller === null ? null : { identity: caller.identity.name, claims: caller.claims },
    time: at?.value ?? TIME,
    source: { ip: from?.value ?? SOURCE },
  }
}

/** A header that is given twice comes in two lines. */
function headersOf({ headers }: TestDeclaration): Readonly<Record<string, readonly string[]>> {
  const lines = new Map<string, string[]>()
  for (const { name, value } of headers) lines.set(name.value, [...(lines.get(name.value) ?? []), value.value])
  return Object.fromEntries(lines)
}

function isMet({ effect, by, status }: Expectation, answer: EvalAnswer): boolean {
  if (answer.effect !== effect) return false
  if (effect === 'reject') return status === null || answer.status === status
  return (
    by === null || (isReason(by.text) ? answer.reason === by.text && answer.rules.length === 0 : answer.rules.includes(by.text))
  )
}

function isReason(name: string): boolean {
  return name === 'default' || name === 'no-route'
}

function inWords({ effect, by, status }: Expectation): string {
  if (by !== null) return `${effect} by ${by.text}`
  return status === null ? effect : `${effect} ${status}`
}

/** In the same words, and then why: a reject's message, the rules that erred. */
function answerInWords({ effect, status, message, rules, reason, errors }: EvalAnswer): string {
  if (effect === 'reject') return `reject ${status}${message === undefined ? '' : `: ${message}`}`
  const by = rules.length > 0 ? rules.join(', ') : reason
  const erred = errors.map(({ rule, error }) => `${rule}: ${error}`)
  return [by === null ? effect : `${effect} by ${by}`, ...(erred.length === 0 ? [] : [`(${erred.join(', ')})`])].join(' ')
}
