import { parseStrictJson } from '../../../request/index.ts'
import type { RouteProgram, Validators } from '../../abi/index.ts'
import { misfitOf } from './misfit-of.ts'

export type BodyResult =
  /** As conditions read it. */
  | { readonly ok: true; readonly body: unknown }
  /** One sentence that names places and holds no value. */
  | { readonly ok: false; readonly message: string }

/** Where the head promises something else than JSON (`promisesJson`). */
export const bodyTypeRefusal = {
  status: 415,
  code: 'body-type',
  message: 'the policy reads the body of this route, which must be `application/json` in UTF-8, without a content coding',
} as const

/** The door for bodies, behind the check of their type (`promisesJson`): strict JSON that fits what the route declares. */
export function readBody(route: RouteProgram, validators: Validators, text: string): BodyResult {
  if (route.body === null) throw new Error(`\`${route.name}\` declares no body`)
  const parsed = parseStrictJson(text)
  if (!parsed.ok) return { ok: false, message: `the body cannot be read: ${parsed.message}` }
  const misfit = misfitOf(validators.bodies, route.name, parsed.value)
  if (misfit !== null) return { ok: false, message: `the body${at(misfit.pointer)} ${misfit.problem}` }
  const body = route.body.read(parsed.value)
  return body === undefined ? { ok: false, message: 'the body holds a value that has no meaning there' } : { ok: true, body }
}

function at(pointer: string): string {
  return pointer === '' ? '' : ` at \`${pointer}\``
}
