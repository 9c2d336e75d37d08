import type { EvalRequest } from '../../runtime/abi/index.ts'
import { suggest } from '../suggest.ts'

type Checked = { readonly ok: true; readonly request: EvalRequest } | { readonly ok: false; readonly message: string }

type Check = (value: unknown) => string | null

/** Whether a JSON value is a question: a wrong shape is told, so that no typo in a key becomes an anonymous caller. */
export function checkRequest(value: unknown): Checked {
  const message = REQUEST(value)
  return message === null ? { ok: true, request: value as EvalRequest } : { ok: false, message: `the request ${message}` }
}

const string: Check = (value) => (typeof value === 'string' ? null : 'must be a string')
const anything: Check = () => null
const strings: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? null : 'must be a list of strings'
const stringOrStrings: Check = (value) =>
  string(value) === null || strings(value) === null ? null : 'must be a string or a list of strings'
const nullOr =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value)
const instant: Check = (value) =>
  typeof value === 'string' && RFC_3339.test(value) && !Number.isNaN(Date.parse(value))
    ? null
    : 'must be a time of RFC 3339, as 2026-03-02T09:00:00Z'
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

/** Every value by one check, whatever the keys. */
const record =
  (check: Check): Check =>
  (value) => {
    if (!isObject(value)) return 'must be an object'
    for (const [key, member] of Object.entries(value)) {
      const problem = check(member)
      if (problem !== null) return `has \`${key}\`, which ${problem}`
    }
    return null
  }

/** Those keys and no other; a `?` at its end makes a key optional. */
const object = (shape: Readonly<Record<string, Check>>): Check => {
  const members = new Map(
    Object.entries(shape).map(([key, check]) => [key.replace('?', ''), { check, optional: key.endsWith('?') }]),
  )
  return (value) => {
    if (!isObject(value)) return 'must be an object'
    for (const key of Object.keys(value)) {
      if (members.has(key)) continue
      const nearest = suggest(key, members.keys())
      return `has \`${key}\`, which is unknown${nearest === null ? '' : `: did you mean \`${nearest}\`?`}`
    }
    for (const [key, { check, optional }] of members) {
      if (!Object.hasOwn(value, key)) {
        if (!optional) return `lacks \`${key}\``
        continue
      }
      const problem = check(value[key])
      if (problem !== null)
        return problem.startsWith('must') ? `has \`${key}\`, which ${problem}` : `has \`${key}\`, and that ${problem}`
    }
    return null
  }
}

const REQUEST = object({
  'id?': string,
  method: string,
  url: string,
  'headers?': record(stringOrStrings),
  'body?': anything,
  'caller?': nullOr(
    object({ identity: string, claims: anything, 'auth?': object({ 'time?': instant, 'acr?': string, 'amr?': strings }) }),
  ),
  'time?': instant,
  'source?': object({ ip: string }),
  'data?': record(anything),
})

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
