import { propertyName } from '../../abi/allowlist/names.ts'
import type { ReadType } from '../../abi/index.ts'
import { escapeControls } from '../../abi/values/texts/text.ts'
import { formatDuration } from '../../abi/values/times/duration.ts'
import { formatTimestamp } from '../../abi/values/times/timestamp.ts'

/**
 * Serializes a typed value of a policy as JSON; an absent value becomes `null`. Returns `null` if the text would be longer than
 * `room` characters, before much of it is built.
 */
export function jsonText(value: unknown, type: ReadType, room: number): string | null {
  if (value === undefined) return 'null'
  if (typeof type === 'string' || 'literals' in type) return within(scalarText(value, type, room), room)
  if ('record' in type) return recordText(value as Readonly<Record<string, unknown>>, type.record, room)
  if ('map' in type) return mapText(value as ReadonlyMap<string, unknown>, type.map, room)
  return listText(value as Iterable<unknown>, 'list' in type ? type.list : type.set, room)
}

function scalarText(value: unknown, type: ReadType, room: number): string | null {
  if (type === 'timestamp') return `"${formatTimestamp(value as bigint)}"`
  if (type === 'duration') return `"${formatDuration(value as bigint)}"`
  return typeof value === 'string' ? stringText(value, room) : String(value)
}

export function stringText(value: string, room: number): string | null {
  if (value.length > room) return null
  return plain.test(value) ? `"${value}"` : escapeControls(JSON.stringify(value))
}

/** Pattern of printable ASCII that JSON does not escape. */
const plain = /^[ !#-[\]-~]*$/

function recordText(value: Readonly<Record<string, unknown>>, fields: Fields, room: number): string | null {
  let text = ''
  for (const name in fields) {
    const field = jsonText(value[propertyName(name)], (fields[name] as Fields[string]).type, room - text.length)
    if (field === null) return null
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${field}`
  }
  return within(`{${text}}`, room)
}

type Fields = Extract<ReadType, { readonly record: unknown }>['record']

function mapText(value: ReadonlyMap<string, unknown>, type: ReadType, room: number): string | null {
  let text = ''
  for (const [key, member] of value) {
    const name = stringText(key, room - text.length)
    const one = name === null ? null : jsonText(member, type, room - text.length)
    if (one === null) return null
    text += `${text === '' ? '' : ','}${name}:${one}`
    if (text.length > room) return null
  }
  return within(`{${text}}`, room)
}

function listText(value: Iterable<unknown>, type: ReadType, room: number): string | null {
  let text = ''
  for (const element of value) {
    const one = jsonText(element, type, room - text.length)
    if (one === null) return null
    text += text === '' ? one : `,${one}`
    if (text.length > room) return null
  }
  return within(`[${text}]`, room)
}

function within(text: string | null, room: number): string | null {
  return text === null || text.length > room ? null : text
}
