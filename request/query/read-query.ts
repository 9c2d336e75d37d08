export interface QueryKey {
  readonly name: string
  /** Whether it may come several times: a list or set. */
  readonly many: boolean
}

export type QueryValues =
  /** For each declared key its values, decoded, in order; empty where it did not come. No prototype. */
  | { readonly ok: true; readonly values: Readonly<Record<string, readonly string[]>> }
  /** One sentence that names declared keys and holds nothing else of the query. */
  | { readonly ok: false; readonly message: string }

/**
 * The values of the keys that a route declares, of a query with its `?` or an empty text. It is read as a form is
 * (`application/x-www-form-urlencoded`: `+` is a space, `%xx` UTF-8). Keys that are not declared are let pass. Refused is what a
 * service could read otherwise: a part that is not UTF-8, a declared scalar twice, and a key that is another spelling of a
 * declared one to some service (`folded`).
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
    if (name === null || value === null) return { ok: false, message: 'a part of the query is not UTF-8' }
    const alike = readAs(name, declared)
    if (alike !== undefined) {
      const key = alike.find((one) => one.name === name)
      if (key === undefined) return { ok: false, message: `a key of the query is \`${alike[0]?.name}\` in another spelling` }
      const all = values[key.name] as string[]
      all.push(value)
      if (all.length > 1 && !key.many) return { ok: false, message: `the key \`${key.name}\` of the query is given twice` }
    }
    const hidden = hiddenKey(part, declared)
    if (hidden !== null)
      return { ok: false, message: `a part of the query is the key \`${hidden}\` to those who part it at \`;\`` }
  }
  return { ok: true, values }
}

/** Servers of old take `;` for `&` (HTML 4.01, B.2.2): what is the value of one key here is a declared key there. */
function hiddenKey(part: string, declared: Declared): string | null {
  if (!part.includes(';')) return null
  for (const piece of part.split(';').slice(1)) {
    const name = decoded(piece.slice(0, `${piece}=`.indexOf('=')))
    const [key] = (name === null ? undefined : readAs(name, declared)) ?? []
    if (key !== undefined) return key.name
  }
  return null
}

/** Null where it is not UTF-8. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

type Declared = ReadonlyMap<string, readonly QueryKey[]>

/** What a key is to the loosest readers: declared ones, under one of the names that it has there. */
function readAs(name: string, declared: Declared): readonly QueryKey[] | undefined {
  // PHP, of a bracket that is not closed.
  const unclosed = /^[^[\]]+\[[^\]]*$/.test(name) ? declared.get(folded(name.replaceAll('[', '_'))) : undefined
  return unclosed ?? declared.get(folded(name))
}

/**
 * A key as the loosest readers have it. PHP passes over white space before it and whatever follows a NUL, and reads `.` and a
 * space as `_`; Rack and qs (Express) find it between brackets, too; ASP.NET does not tell case. Case both ways, as some letters
 * have a counterpart in ASCII in one direction alone: U+017F, U+212A.
 */
function folded(name: string): string {
  const [head = ''] = name.split('\0', 1)
  const [bare = ''] = head
    .trim()
    .replace(/^[[\]\s]+/, '')
    .split(/[[\]]/, 1)
  return bare.replace(/[. ]/g, '_').toUpperCase().toLowerCase()
}
