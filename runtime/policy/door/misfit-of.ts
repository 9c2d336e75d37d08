import type { Validator } from '../../abi/index.ts'

/** Why a JSON value does not fit its declaration. */
export interface Misfit {
  /** JSON pointer (RFC 6901) of what does not fit; empty for the whole. Its keys may be those of whoever sent the value, so it is cut short. */
  readonly pointer: string
  /** `must be array`: never the value. */
  readonly problem: string
}

/** Null: it fits. The validators are those of one door; that there is one of that name, `checkModule` has seen. */
export function misfitOf(validators: Readonly<Record<string, Validator>>, name: string, json: unknown): Misfit | null {
  const validate = validators[name]
  if (validate === undefined) throw new Error(`no validator for ${name}: instantiate has checked this`)
  // A promise, or whatever else is true in JavaScript, is no yes.
  if (validate(json) === true) return null
  const error = validate.errors?.[0]
  return { pointer: (error?.instancePath ?? '').slice(0, 100), problem: error?.message ?? 'do not fit' }
}
