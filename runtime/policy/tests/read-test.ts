import type { Expectation, WrittenTest } from '../../abi/index.ts'
import { quoted } from '../bundle/refusal.ts'

/** Parses a line of `tests.jsonl`, or returns a problem. The request of the test is checked when it is evaluated. */
export function readTest(line: string): WrittenTest | string {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return 'it is not JSON'
  }
  return problemOf(json, TEST) ?? (json as WrittenTest)
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText)
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const isHeader: Check = (value) => problemOf(value, { name: isText, value: isText }) === null

const EFFECTS: Readonly<Record<Expectation['effect'], true>> = {
  ...{ permit: true, deny: true, challenge: true, unauthenticated: true, reject: true },
}
const EXPECTATION: { readonly [Key in keyof Expectation]-?: Check } = {
  effect: (value) => typeof value === 'string' && Object.hasOwn(EFFECTS, value),
  by: orNull(isText),
  status: orNull(Number.isSafeInteger),
  headers: (value) => Array.isArray(value) && value.every(isHeader),
  limit: orNull(isTexts),
  shadow: orNull(isTexts),
}
const TEST: { readonly [Key in keyof WrittenTest]-?: Check } = {
  name: isText,
  request: (value) => typeof value === 'object' && value !== null,
  expect: (value) => problemOf(value, EXPECTATION) === null,
}

/** Checks the members of a test. Unknown members are refused, because the expectations of a later version would be ignored. */
function problemOf(value: unknown, members: Readonly<Record<string, Check>>): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not an object'
  const strange = Object.keys(value).find((key) => !Object.hasOwn(members, key))
  if (strange !== undefined) return `it has ${quoted(strange)}, which this runtime does not know`
  const own = value as Readonly<Record<string, unknown>>
  const wrong = Object.entries(members).find(([key, check]) => !Object.hasOwn(own, key) || !check(own[key]))
  return wrong === undefined ? null : `\`${wrong[0]}\` is not what it must be`
}
