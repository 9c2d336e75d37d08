import type { EvalAnswer } from '../evaluation.ts'
import type { UnmetRequirement } from '../module.ts'
import type { Expectation } from './written-test.ts'

/** Formats an expectation in the words of its `expect` clause, on one line. */
export function expectationInWords({ effect, by, status, headers, limit, shadow }: Expectation): string {
  return [
    effect === 'reject' && status !== null ? `reject ${status}` : effect,
    ...(by === null ? [] : [`by ${by}`]),
    ...headers.map(({ name, value }) => headerInWords(name, value)),
    ...(limit === null ? [] : [namesInWords('limit', limit)]),
    ...(shadow === null ? [] : [namesInWords('shadow', shadow)]),
  ].join(' ')
}

/** Formats an answer in these words, as far as the test asks; then message, requirements and errors that may explain it. */
export function answerInWords(answer: EvalAnswer, expect: Pick<Expectation, 'headers' | 'limit' | 'shadow'>): string {
  const { effect, status, message, rules, reason, errors, obligations, challenge, shadow } = answer
  if (effect === 'reject') return `reject ${status}${message === undefined ? '' : `: ${message}`}`
  const by = rules.length > 0 ? rules.join(', ') : reason
  const headers = expect.headers.length === 0 ? [] : Object.entries(obligations.headers).sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    effect,
    ...(by === null ? [] : [`by ${by}`]),
    ...headers.map(([name, value]) => headerInWords(name, value)),
    ...(expect.limit === null
      ? []
      : [
          namesInWords(
            'limit',
            obligations.limits.map(({ rule }) => rule),
          ),
        ]),
    ...(expect.shadow === null ? [] : [namesInWords('shadow', shadow)]),
    ...(challenge === null ? [] : [`(it asks for ${challenge.map(requirementInWords).join(' and ')})`]),
    ...(errors.length === 0 ? [] : [`(could not be evaluated: ${errors.map(({ rule }) => rule).join(', ')})`]),
  ].join(' ')
}

function headerInWords(name: string, value: string): string {
  return `header ${JSON.stringify(name)}: ${JSON.stringify(value)}`
}

function namesInWords(word: string, names: readonly string[]): string {
  return `${word} ${names.length === 0 ? 'none' : [...names].sort().join(', ')}`
}

/** In rule syntax: `acr "gold" | "silver" within 10m`. */
export function requirementInWords({ what, values, within }: UnmetRequirement): string {
  const allowed = values.map((value) => JSON.stringify(value)).join(' | ')
  return [what, ...(allowed === '' ? [] : [allowed]), ...(within === null ? [] : [`within ${periodInWords(within)}`])].join(' ')
}

/** Formats milliseconds in the largest exact unit: `90s`, `7d`. */
export function periodInWords(milliseconds: number): string {
  for (const [unit, size] of UNITS) if (milliseconds % size === 0 && milliseconds > 0) return `${milliseconds / size}${unit}`
  return `${milliseconds}ms`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const
