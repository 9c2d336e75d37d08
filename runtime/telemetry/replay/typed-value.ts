import type { ReadType } from '../../abi/index.ts'

/** Returns whether recorded JSON has all parts that conditions read. */
export function isComplete(json: unknown, type: ReadType): boolean {
  if (json === null || typeof json !== 'object' || typeof type === 'string') return true
  if ('record' in type)
    return Object.entries(type.record).every(
      ([name, field]) => Object.hasOwn(json, name) && isComplete((json as Readonly<Record<string, unknown>>)[name], field.type),
    )
  const of = 'list' in type ? type.list : 'set' in type ? type.set : null
  return of === null || !Array.isArray(json) || json.every((element) => isComplete(element, of))
}

/**
 * Completes a partly recorded value, so that it has the type `type`. Missing parts, which no condition reads, get default values
 * such as 0 or an empty text.
 */
export function filled(json: unknown, type: ReadType): unknown {
  if (json !== undefined && (json === null || typeof json !== 'object')) return json
  switch (type) {
    case 'bool':
      return json ?? false
    case 'int':
    case 'double':
      return json ?? 0
    case 'string':
      return json ?? ''
    case 'timestamp':
      return json ?? '1970-01-01T00:00:00Z'
    case 'duration':
      return json ?? '0s'
    case 'ip':
      return json ?? '192.0.2.1'
    case 'cidr':
      return json ?? '192.0.2.0/24'
  }
  if ('literals' in type) return json ?? type.literals[0]
  if ('record' in type) {
    const known = (json ?? {}) as Readonly<Record<string, unknown>>
    const fields = Object.entries(type.record).flatMap(([name, field]) => {
      const own = Object.hasOwn(known, name) ? known[name] : undefined
      return own === undefined && field.optional ? [] : [[name, filled(own, field.type)] as const]
    })
    return Object.fromEntries(fields)
  }
  if ('map' in type) return json ?? {}
  const of = 'list' in type ? type.list : type.set
  return Array.isArray(json) ? json.map((element) => filled(element, of)) : []
}
