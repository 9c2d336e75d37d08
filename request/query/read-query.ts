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
 * service could read otherwise: a part that is not UTF-8, a declared scalar twice, and a key that equals a declared one but for
 * case or a `[…]` behind it.
 */
export function readQuery(rawQuery: string, keys: readonly QueryKey[]): QueryValues {
  const values: Record<string, string[]> = Object.create(null)
  const declared = new Map<string, QueryKey>()
  for (const key of keys) {
    values[key.name] = []
    declared.set(folded(key.name), key)
  }
  if (rawQuery.length < 2) return { ok: true, values }
  for (const part of rawQuery.slice(1).split('&')) {
    const equals = part.indexOf('=')
    const name = decoded(equals === -1 ? part : part.slice(0, equals))
    const value = equals === -1 ? '' : decoded(part.slice(equals + 1))
    if (name === null || value === null) return { ok: false, message: 'a part of the query is not UTF-8' }
    const key = declared.get(folded(withoutBrackets(name)))
    if (key !== undefined) {
      if (name !== key.name) return { ok: false, message: `a key of the query is \`${key.name}\` but for its case or brackets` }
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
function hiddenKey(part: string, declared: ReadonlyMap<string, QueryKey>): string | null {
  if (!part.includes(';')) return null
  for (const piece of part.split(';').slice(1)) {
    const name = decoded(piece.slice(0, `${piece}=`.indexOf('=')))
    const key = name === null ? undefined : declared.get(folded(withoutBrackets(name)))
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

function withoutBrackets(name: string): string {
  const bracket = name.indexOf('[')
  return bracket === -1 ? name : name.slice(0, bracket)
}

/** Both ways, as some letters have a counterpart in ASCII in one direction alone: U+017F, U+212A. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase()
}
