export interface QueryKey {
  readonly name: string
  /** Whether the key may repeat: a list or set. */
  readonly many: boolean
}

export type QueryValues =
  /** The decoded values of each declared key in order; empty if absent. No prototype. */
  | { readonly ok: true; readonly values: Readonly<Record<string, readonly string[]>> }
  /** One sentence that names declared keys, and contains nothing else of the query. */
  | { readonly ok: false; readonly message: string }

/**
 * Returns the values of declared keys in a query (with its `?`, or empty), parsed like a form
 * (`application/x-www-form-urlencoded`: `+` is a space, `%xx` UTF-8). Undeclared keys pass. Refuses input that services may read
 * differently: invalid UTF-8, a repeated scalar, and another spelling of a declared key (`folded`).
 */
export function readQuery(rawQuery: string, keys: readonly QueryKey[]): QueryValues {
  const values: Record<string, string[]> = Object.create(null)
  const declared = new Map<string, readonly QueryKey[]>()
  for (const key of keys) {
    values[key.name] = []
    const folding = folded(key.name)
    declared.set(folding, [...(declared.get(folding) ?? []), key])
  }
  if (rawQuery.length < 2) return { ok: true, values }
  for (const part of rawQuery.slice(1).split('&')) {
    const equals = part.indexOf('=')
    const name = decoded(equals === -1 ? part : part.slice(0, equals))
    const value = equals === -1 ? '' : decoded(part.slice(equals + 1))
    if (name === null || value === null)
      return {
        ok: false,
        message: 'the query is not valid percent-encoded UTF-8: encode it as UTF-8, and write a literal `%` as `%25`',
      }
    const alike = readAs(name, declared)
    if (alike !== undefined) {
      const key = alike.find((one) => one.name === name)
      if (key === undefined)
        return { ok: false, message: `the query has the key \`${alike[0]?.name}\` in another spelling: write it exactly so` }
      const all = values[key.name] as string[]
      all.push(value)
      if (all.length > 1 && !key.many)
        return { ok: false, message: `the key \`${key.name}\` of the query is given twice: give it once` }
    }
    const hidden = hiddenKey(part, declared)
    if (hidden !== null)
      return {
        ok: false,
        message: `services that split the query at \`;\` find the key \`${hidden}\` in it: write \`;\` as \`%3B\``,
      }
  }
  return { ok: true, values }
}

/** Old servers treat `;` as `&` (HTML 4.01, B.2.2): a part of a value here is a declared key there. */
function hiddenKey(part: string, declared: Declared): string | null {
  if (!part.includes(';')) return null
  for (const piece of part.split(';').slice(1)) {
    const name = decoded(piece.slice(0, `${piece}=`.indexOf('=')))
    const [key] = (name === null ? undefined : readAs(name, declared)) ?? []
    if (key !== undefined) return key.name
  }
  return null
}

/** Returns null for invalid UTF-8. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

type Declared = ReadonlyMap<string, readonly QueryKey[]>

/** Returns the declared keys that the loosest readers may read a key as. */
function readAs(name: string, declared: Declared): readonly QueryKey[] | undefined {
  // PHP's reading of an unclosed bracket.
  const unclosed = /^[^[\]]+\[[^\]]*$/.test(name) ? declared.get(folded(name.replaceAll('[', '_'))) : undefined
  return unclosed ?? declared.get(folded(name))
}

/**
 * Folds a key as the loosest readers do. PHP skips leading white space and everything after a NUL, and reads `.` and a space as
 * `_`; Rack and qs (Express) also find it between brackets; ASP.NET ignores case. Both cases, as U+017F and U+212A map to ASCII
 * in one direction only.
 */
function folded(name: string): string {
  const [head = ''] = name.split('\0', 1)
  const [bare = ''] = head
    .trim()
    .replace(/^[[\]\s]+/, '')
    .split(/[[\]]/, 1)
  return bare.replace(/[. ]/g, '_').toUpperCase().toLowerCase()
}
