import type { IncomingMessage } from 'node:http'
import { applyPatch, type Operation } from 'rfc6902'
import { parseStrictJson } from '../../../request/index.ts'
import { isoTime } from '../../base/units.ts'
import { type Condition, type DatumStatus, MOST_DATA, type PolicyRefusal, type Put } from '../../policy/index.ts'
import type { AdminAnswer, AdminCall } from './admin-call.ts'
import { type AdminProblem, problem, unavailable } from './problem.ts'
import { readJsonText } from './read-json-body.ts'
import { whileRecorded } from './while-recorded.ts'

export async function listData({ deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const data = deps.deciding()?.data
  if (data === undefined) return unavailable()
  return { status: 200, body: { data: data.names.map((name) => shown(name, data.status(name) as DatumStatus)) } }
}

export async function showData({ deps }: AdminCall, name: string): Promise<AdminAnswer | AdminProblem> {
  const data = deps.deciding()?.data
  if (data === undefined) return unavailable()
  if (data.status(name) === null) return unknown(name)
  const value = data.get(name)
  if (value === null) return problem(404, 'not-found', `the datum \`${name}\` has no value yet: push one with \`PUT\``)
  return { status: 200, text: value.text, headers: { etag: `"${value.version}"` } }
}

export async function putData(call: AdminCall, request: IncomingMessage, name: string): Promise<AdminAnswer | AdminProblem> {
  const read = await readJsonText(request, 'application/json', MOST_DATA)
  if (typeof read !== 'string') return read
  return await change(call, request, name, () => read)
}

/** Applies a JSON Patch (RFC 6902) to policy data, completely or not at all. */
export async function patchData(call: AdminCall, request: IncomingMessage, name: string): Promise<AdminAnswer | AdminProblem> {
  const read = await readJsonText(request, 'application/json-patch+json', MOST_DATA)
  if (typeof read !== 'string') return read
  const parsed = parseStrictJson(read)
  if (!parsed.ok) return problem(400, 'malformed', `the body cannot be read: ${parsed.message}, at offset ${parsed.offset}`)
  const operations = readPatch(parsed.value)
  if (typeof operations === 'string') return problem(400, 'malformed', operations)
  return await change(call, request, name, (text) => patched(name, text, operations))
}

async function change(
  { caller, source, deps }: AdminCall,
  request: IncomingMessage,
  name: string,
  make: (text: string | null) => string | PolicyRefusal,
): Promise<AdminAnswer | AdminProblem> {
  const data = deps.deciding()?.data
  if (data === undefined) return unavailable()
  const status = data.status(name)
  if (status === null) return unknown(name)
  if (status.source !== 'push')
    return problem(
      409,
      'refused',
      `the datum \`${name}\` cannot be pushed, because it is configured to come from a file: change the file`,
    )
  const condition = conditionIn(request)
  if (condition === undefined) return problem(400, 'malformed', '`If-Match` and `If-None-Match` must be one `ETag`, or `*`')
  return await whileRecorded(deps, async () =>
    answered(await data.change(name, condition, make, { by: caller.by, source }), name),
  )
}

function answered(put: Put, name: string): AdminAnswer | AdminProblem {
  switch (put.kind) {
    case 'taken':
    case 'unchanged':
      return {
        status: 200,
        body: { name, version: put.version, changed: put.kind === 'taken' },
        headers: { etag: `"${put.version}"` },
      }
    case 'conflict':
      return problem(
        412,
        'conflict',
        'the precondition failed: read the datum again; ' +
          (put.version === null ? 'it has no value' : `its version is \`${put.version}\``),
      )
    case 'refused': {
      const { code, message, pointer } = put
      if (code !== 'data') return problem(503, 'unavailable', message)
      return { ...problem(422, 'refused', message), ...(pointer !== undefined && { pointer }) }
    }
  }
}

/** Returns `undefined` for an unsupported condition. RFC 9110, section 13.1. */
function conditionIn({ headers }: IncomingMessage): Condition | null | undefined {
  const { 'if-match': match, 'if-none-match': none } = headers
  if (match === undefined && none === undefined) return null
  if (match !== undefined && none !== undefined) return undefined
  if (none !== undefined) return none.trim() === '*' ? 'none' : undefined
  if (match?.trim() === '*') return 'any'
  const version = /^"([\w-]{22})"$/.exec(match?.trim() ?? '')?.[1]
  return version === undefined ? undefined : { version }
}

const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  add: ['path', 'value'],
  remove: ['path'],
  replace: ['path', 'value'],
  move: ['path', 'from'],
  copy: ['path', 'from'],
  test: ['path', 'value'],
}
const MOST_OPERATIONS = 10_000

/** Returns a sentence if the value is invalid. */
function readPatch(value: unknown): readonly Operation[] | string {
  if (!Array.isArray(value) || value.length > MOST_OPERATIONS)
    return `the body must be a list of at most ${MOST_OPERATIONS} operations`
  for (const [at, one] of value.entries()) {
    const members = Object.hasOwn(OPERATIONS, String(one?.op)) ? OPERATIONS[one.op] : undefined
    if (members === undefined) return `operation ${at} must be one of ${Object.keys(OPERATIONS).join(', ')}`
    const missing = members.find((name) => !Object.hasOwn(one, name))
    if (missing !== undefined) return `operation ${at} needs \`${missing}\``
    const pointers = [one.path, ...(members.includes('from') ? [one.from] : [])]
    if (!pointers.every((pointer) => typeof pointer === 'string' && /^(?:\/(?:[^~/]|~[01])*)*$/.test(pointer)))
      return `operation ${at} has an invalid JSON Pointer`
    // The library skips these and would change something else.
    if (pointers.some((pointer) => /\/(?:__proto__|constructor|prototype)(?:\/|$)/.test(pointer)))
      return `operation ${at} uses a name that JavaScript reserves: put the whole value`
  }
  return value as readonly Operation[]
}

function patched(name: string, text: string | null, operations: readonly Operation[]): string | PolicyRefusal {
  const refused = (message: string, pointer = ''): PolicyRefusal => ({ kind: 'refused', code: 'data', message, pointer })
  if (text === null) return refused(`\`${name}\` has no value that could be changed`)
  const parsed = parseStrictJson(text)
  if (!parsed.ok) return refused(parsed.message)
  // Wrapped, so that a patch can replace the whole value.
  const whole = { value: parsed.value }
  let work = MOST_WORK
  for (const [at, one] of operations.entries()) {
    const under = { ...one, path: `/value${one.path}`, ...('from' in one && { from: `/value${one.from}` }) } as Operation
    const why = (name: string) => refused(`operation ${at} failed: ${name}`, one.path)
    const isNew = one.op === 'add' || one.op === 'move' || one.op === 'copy'
    const from = 'from' in under ? placeOf(whole, under.from, false) : null
    if (from === undefined || placeOf(whole, under.path, isNew) === undefined) return why('MissingError')
    if (one.op === 'remove' && one.path === '') return why('InvalidOperationError')
    if (one.op === 'copy' || one.op === 'test') {
      work -= JSON.stringify(one.op === 'copy' ? from : placeOf(whole, under.path, false)).length
      if (work < 0) return refused('the patch is too expensive: put the whole value', one.path)
    }
    const [error = null] = applyPatch(whole, [under])
    if (error !== null) return why(error.name)
  }
  const made = JSON.stringify(whole.value)
  return Buffer.byteLength(made) > MOST_DATA ? refused(`the value would be longer than ${MOST_DATA} bytes`) : made
}

/** Maximum characters that all operations of a patch copy or compare. */
const MOST_WORK = 64 << 20

/** Resolves a pointer by own members only (the library follows inherited ones). `null`: a new member; `undefined`: invalid. */
function placeOf(whole: unknown, pointer: string, mayBeNew: boolean): unknown {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  let at: unknown = whole
  for (const [index, name] of names.entries()) {
    if (typeof at !== 'object' || at === null) return undefined
    const isNew = mayBeNew && index === names.length - 1
    if (Array.isArray(at)) {
      if (isNew && name === '-') return null
      if (!/^(?:0|[1-9]\d{0,8})$/.test(name) || Number(name) >= at.length + (isNew ? 1 : 0)) return undefined
    } else if (!isNew && !Object.hasOwn(at, name)) return undefined
    at = isNew ? null : (at as Record<string, unknown>)[name]
  }
  return at
}

function shown(name: string, { since, ...rest }: DatumStatus): object {
  return { name, ...rest, since: since === null ? null : isoTime(since) }
}

function unknown(name: string): AdminProblem {
  return problem(404, 'not-found', `the configuration has no datum \`${name}\`: name one of its \`data\``)
}
