import { parseStrictJson } from '../../../request/json/parse-strict-json.ts'
import { type DataSnapshot, linkData, type PolicyModule, type Validator } from '../../abi/index.ts'
import type { DataDecodeError, DecodeError } from './program.ts'

type DataOf = Pick<PolicyModule, 'data' | 'links'>

/**
 * Parses and validates data of a policy, and converts them to typed values. Returns a snapshot with these and the earlier data in
 * `onto`. If one value does not match its declaration, returns the error instead.
 *
 * @param values index and JSON text of each datum
 */
export function prepareData(
  module: DataOf,
  validators: readonly (Validator | undefined)[],
  onto: DataSnapshot,
  values: readonly (number | string)[],
): DataSnapshot | DataDecodeError {
  const data = new Snapshot(module, onto)
  for (let at = 0; at < values.length; at += 2) {
    const [index, text] = [values[at] as number, values[at + 1] as string]
    const program = module.data[index] as PolicyModule['data'][number]
    const datum = program.name
    const parsed = parseStrictJson(text)
    if (!parsed.ok)
      return { datum, pointer: '', message: `data \`${datum}\` is not valid JSON: ${parsed.message}, at offset ${parsed.offset}` }
    const decodeError = decodeErrorOf(validators[index] as Validator, parsed.value)
    if (decodeError !== null)
      return { datum, pointer: decodeError.pointer, message: `data \`${datum}${decodeError.pointer}\` ${decodeError.problem}` }
    const prepared = program.prepare(parsed.value)
    if (prepared === undefined)
      return {
        datum,
        pointer: '',
        message: `data \`${datum}\` contains a value that its declared type does not allow: correct the value`,
      }
    data[datum] = prepared
  }
  linkData(module as PolicyModule, data)
  return Object.freeze(data)
}

/** Data of a policy. All generations have one shape, so that decisions read at constant offsets. Inherits nothing. */
class Snapshot {
  [datum: string]: unknown

  constructor({ data }: DataOf, onto: DataSnapshot) {
    for (const { name } of data) this[name] = onto[name]
  }
}
Object.setPrototypeOf(Snapshot.prototype, null)
Reflect.deleteProperty(Snapshot.prototype, 'constructor')

/**
 * Returns the first error that a validator finds in a JSON value, or `null` if the value is valid. An optional field may also be
 * null, so an error that asks for null is returned only if there is no other error.
 */
export function decodeErrorOf(validate: Validator, json: unknown): DecodeError | null {
  // Only `true` accepts; promises and truthy values do not.
  if (validate(json) === true) return null
  const errors = validate.errors ?? []
  let at = 0
  while (errors[at]?.message === MUST_BE_NULL) at += 1
  const error = errors[at] ?? errors[0]
  const [pointer, problem] = [error?.instancePath, error?.message]
  return {
    pointer: typeof pointer === 'string' ? pointer.slice(0, 100) : '',
    problem: typeof problem === 'string' ? problem : 'do not fit',
  }
}

const MUST_BE_NULL = 'must be null'
