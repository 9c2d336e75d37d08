/** Resolves a `$ref` within its document, never outside of it. */
import { type Document, isList, isRecord, type Json, type JsonRecord, member } from './document.ts'

export type Resolved =
  | {
      readonly ok: true
      readonly value: Json
      readonly place: { readonly container: Json; readonly key: string | number } | null
    }
  | { readonly ok: false; readonly why: string }

/**
 * Resolves a reference within a document.
 *
 * @param reference `#`, `#/components/schemas/Refund` (RFC 6901) or `#name`, optionally after the document's own `$id`
 */
export function resolveReference(document: Document, reference: string): Resolved {
  const hash = reference.indexOf('#')
  const base = hash === -1 ? reference : reference.slice(0, hash)
  if (base !== '' && base !== idOf(document.root)) {
    return { ok: false, why: `\`${reference}\` leads outside the document, and only references within it are supported` }
  }
  const fragment = decode(hash === -1 ? '' : reference.slice(hash + 1))
  if (fragment === null) return { ok: false, why: `\`${reference}\` has an invalid percent escape` }
  if (fragment === '') return { ok: true, value: document.root, place: null }
  const found = fragment.startsWith('/') ? byPointer(document.root, fragment) : byAnchor(document.root, fragment)
  return found ?? { ok: false, why: `there is nothing at \`${reference}\`` }
}

function idOf(root: Json): string | null {
  const id = isRecord(root) ? (member(root, '$id') ?? member(root, 'id')) : null
  return typeof id === 'string' && id !== '' ? id.replace(/#$/, '') : null
}

function decode(fragment: string): string | null {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return null
  }
}

function byPointer(root: Json, pointer: string): Resolved | null {
  let value: Json = root
  let place: { container: Json; key: string | number } | null = null
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const at: string | number = isList(value) ? indexOf(key) : key
    const next: Json | undefined = isList(value) ? value[indexOf(key)] : isRecord(value) ? member(value, key) : undefined
    if (next === undefined) return null
    place = { container: value, key: at }
    value = next
  }
  return { ok: true, value, place }
}

/** Returns the index that a part of a pointer names (RFC 6901, section 4); -1, which no list has, for one that names none. */
function indexOf(key: string): number {
  return /^(0|[1-9][0-9]*)$/.test(key) ? Number(key) : -1
}

/** The anchors of documents, collected once: each schema of a document may refer to one. */
const ANCHORS = new WeakMap<object, ReadonlyMap<string, Resolved>>()

function byAnchor(root: Json, name: string): Resolved | null {
  if (typeof root !== 'object' || root === null) return null
  const anchors = ANCHORS.get(root) ?? anchorsIn(root)
  ANCHORS.set(root, anchors)
  return anchors.get(name) ?? null
}

/** Duplicate names find the first one visited, from the end of the document. */
function anchorsIn(root: Json): ReadonlyMap<string, Resolved> {
  const anchors = new Map<string, Resolved>()
  const pending: { value: Json; place: { container: Json; key: string | number } | null }[] = [{ value: root, place: null }]
  const seen = new Set<Json>()
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, place } = next
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    for (const name of isRecord(value) ? anchorsOf(value) : [])
      if (!anchors.has(name)) anchors.set(name, { ok: true, value, place })
    for (const [key, one] of Object.entries(value)) {
      pending.push({ value: one, place: { container: value, key: isList(value) ? Number(key) : key } })
    }
  }
  return anchors
}

function anchorsOf(value: JsonRecord): readonly string[] {
  const ids = [member(value, '$id'), member(value, 'id')].flatMap((id) =>
    typeof id === 'string' && id.startsWith('#') ? id.slice(1) : [],
  )
  const anchor = member(value, '$anchor')
  return typeof anchor === 'string' ? [anchor, ...ids] : ids
}
