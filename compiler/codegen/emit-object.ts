import { type Code, enclose, js } from './code.ts'

/** Emits an object literal: on one line if it is short, else one member per line. */
export function emitObject(members: readonly (readonly [key: Code, value: Code])[]): Code {
  return enclose(
    members.map(([key, value]) =>
      key.length === value.length && key.toString() === value.toString() ? key : js`${key}: ${value}`,
    ),
    '{}',
  )
}

/** Emits an array literal: on one line if it is short, else one element per line. */
export function emitArray(elements: readonly Code[]): Code {
  return enclose(elements, '[]')
}

export function emitBool(value: boolean): Code {
  return value ? js`true` : js`false`
}
