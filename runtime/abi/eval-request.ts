import type { EvalRequest } from './evaluation.ts'
import { parseTimestamp } from './values/times/timestamp.ts'

/** Returns why a value is not an `EvalRequest`, as a text that begins with the field, or `null` if it is one. */
export function evalRequestProblem(value: unknown): string | null {
  const problem = object('the request', REQUEST, value)
  if (problem !== null) return problem
  return isObject(value) && value.body !== undefined && value.rawBody !== undefined ? 'body and rawBody cannot be combined' : null
}

type Check = (at: string, value: unknown) => string | null

interface Member {
  readonly check: Check
  readonly required?: true
}

const text: Check = (at, value) => (typeof value === 'string' ? null : `${at} must be a string`)
const anything: Check = () => null

const texts: Check = (at, value) =>
  Array.isArray(value) && value.every((element) => typeof element === 'string') ? null : `${at} must be a list of strings`

const headers: Check = (at, value) => {
  if (!isObject(value)) return `${at} must be an object`
  const wrong = Object.entries(value).find(([, lines]) => typeof lines !== 'string' && texts(at, lines) !== null)
  return wrong === undefined ? null : `${at}[${JSON.stringify(wrong[0])}] must be a string or a list of strings`
}

const time: Check = (at, value) =>
  typeof value === 'string' && parseTimestamp(value) !== undefined ? null : `${at} must be a time like \`2026-03-02T09:00:00Z\``

const AUTH = { time: { check: time }, acr: { check: text }, amr: { check: texts } }

const CALLER = {
  identity: { check: text, required: true },
  claims: { check: anything, required: true },
  auth: { check: (at, value) => object(at, AUTH, value) },
} satisfies Record<string, Member>

const CERTIFICATE = {
  spiffe_id: { check: text, required: true },
  dns_names: { check: (at: string, value: unknown) => (value === null ? null : texts(at, value)) },
} satisfies Record<string, Member>

const REQUEST: { readonly [Key in keyof EvalRequest]-?: Member } = {
  id: { check: text },
  method: { check: text, required: true },
  url: { check: text, required: true },
  headers: { check: headers },
  body: { check: anything },
  rawBody: { check: text },
  mtls: { check: (at, value) => (value === null ? null : object(at, CERTIFICATE, value)) },
  caller: { check: (at, value) => (value === null ? null : object(at, CALLER, value)) },
  time: { check: time },
  source: { check: (at, value) => object(at, { ip: { check: text, required: true } }, value) },
  data: { check: (at, value) => (isObject(value) ? null : `${at} must be an object`) },
}

/** Checks the members of an object. Unknown members are refused, because a misspelled `caller` would mean an anonymous one. */
function object(at: string, members: Readonly<Record<string, Member>>, value: unknown): string | null {
  if (!isObject(value)) return `${at} must be an object`
  const inside = at === 'the request' ? '' : `${at}.`
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(members, key)) return `${at} has no member ${JSON.stringify(key)}`
  }
  for (const [key, { check, required }] of Object.entries(members)) {
    const member = Object.hasOwn(value, key) ? value[key] : undefined
    const problem = member === undefined ? (required ? `${inside}${key} is missing` : null) : check(`${inside}${key}`, member)
    if (problem !== null) return problem
  }
  return null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
