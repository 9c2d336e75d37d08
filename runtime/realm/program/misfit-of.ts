import type { Validator } from '../../abi/index.ts'
import type { Misfit } from './program.ts'

/** Null: it fits. */
export function misfitOf(validate: Validator, json: unknown): Misfit | null {
  // A promise, or whatever else is true in JavaScript, is no yes.
  if (validate(json) === true) return null
  const error = validate.errors?.[0]
  const [pointer, problem] = [error?.instancePath, error?.message]
  return {
    pointer: typeof pointer === 'string' ? pointer.slice(0, 100) : '',
    problem: typeof problem === 'string' ? problem : 'do not fit',
  }
}
