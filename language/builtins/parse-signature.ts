/** Parses a signature such as `list<string>.join(string?): string`. The tables of built-ins are its only input. */
import type { Type } from '../checker/types/type.ts'
import type { Pattern, Signature } from './builtin.ts'

const NAMESPACE = new Set(['math', 'sets'])
/** Has a namespace that is also a type: `ip.isCanonical("…")`. */
const OF_NAMESPACE = new Set(['ip.isCanonical'])
const SCALARS = new Set(['bool', 'int', 'double', 'string', 'timestamp', 'duration', 'ip', 'cidr', 'hierarchy'])

export function parseSignature(text: string): Signature {
  const match = /^(?:(.+)\.)?(\w+)\((.*)\): (.+)$/.exec(text)
  if (match === null) throw new Error(`a built-in's signature: ${text}`)
  const [, before, name, inside, result] = match as unknown as [string, string | undefined, string, string, string]
  const isNamespace = before !== undefined && (NAMESPACE.has(before) || OF_NAMESPACE.has(`${before}.${name}`))
  const written = inside === '' ? [] : splitOutside(inside)
  const optional = written.findIndex((parameter) => parameter.endsWith('?'))
  return {
    name,
    namespace: isNamespace ? before : null,
    receiver: before === undefined || isNamespace ? null : pattern(before),
    parameters: written.map((parameter) => pattern(parameter.replace(/\?$|\.\.\.$/, ''))),
    required: optional >= 0 ? optional : written.at(-1)?.endsWith('...') ? written.length - 1 : written.length,
    rest: written.at(-1)?.endsWith('...') ?? false,
    result: pattern(result),
  }
}

function pattern(text: string): Pattern {
  if (text === 'T') return { kind: 'variable' }
  if (SCALARS.has(text)) return { kind: 'type', type: { kind: text } as Type }
  const generic = /^(list|set|optional|map)<(?:string, )?(.+)>$/.exec(text)
  if (generic === null) throw new Error(`a type in a built-in's signature: ${text}`)
  const [, kind, inner] = generic as unknown as [string, 'list' | 'set' | 'optional' | 'map', string]
  return kind === 'map' ? { kind, value: pattern(inner) } : { kind, element: pattern(inner) }
}

/** Splits at commas outside of `<…>`. */
function splitOutside(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '<') depth += 1
    if (text[at] === '>') depth -= 1
    if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim())
      from = at + 1
    }
  }
  return [...parts, text.slice(from).trim()]
}
