import type { IdentityReads, ReadSet, ReadType, ReadValue } from '../../abi/index.ts'
import { readPath } from '../../abi/index.ts'

/** Returns whether a field of `caller` is the subject in audit records: the claim `sub`, or the SPIFFE ID of a workload. */
export function isOfSubject(field: string, { claims, spiffe }: IdentityReads): boolean {
  if (spiffe && field === 'spiffe_id') return true
  const from = claims.find(({ name }) => name === field)?.from
  return from?.length === 1 && from[0] === 'sub'
}

/**
 * Returns the values of a request that a group of routes reads, directly or by roles of the identity, sorted by path. Types are
 * those of the identity, because another identity may use the name of a claim for something else.
 *
 * @param identity identity of the callers, or `null` for anonymous callers
 */
export function valuesFor({ values, roles }: ReadSet, identity: IdentityReads | null): readonly ReadValue[] {
  const found = new Map<string, ReadValue>()
  const add = (value: ReadValue) => {
    const path = readPath(value.at)
    const known = found.get(path)
    found.set(path, known === undefined ? value : together(known, value))
  }
  const ofRoles = identity?.roles.filter(({ name }) => roles.includes(name)).flatMap((role) => role.values) ?? []
  for (const value of [...values, ...ofRoles]) {
    const [root] = value.at
    if (root !== 'caller' && root !== 'auth') add(value)
    else if (identity !== null) for (const one of root === 'auth' ? [value] : claimsOf(value, identity)) add(one)
  }
  return [...found.values()].sort((a, b) => (readPath(a.at) < readPath(b.at) ? -1 : 1))
}

/**
 * Returns what conditions read of an identity's claims if they read the given field of `caller`: the claim with its declared
 * type, reduced to the parts that are read. Returns an empty list if the identity does not have the claim.
 */
export function claimsOf({ at, type, opaque, presence }: ReadValue, identity: IdentityReads): readonly ReadValue[] {
  const [, field = '', ...inside] = at
  const claim = identity.claims.find(({ name }) => name === field)
  const here = ['caller', field]
  if (claim !== undefined)
    return [
      {
        at: here,
        type: narrowed(claim.type, recordOf(inside, type)),
        optional: claim.optional,
        opaque,
        ...(presence && { presence }),
      },
    ]
  if (!identity.spiffe) return []
  if (field === 'trust_domain' || field === 'path')
    return [{ at: ['caller', 'spiffe_id'], type: 'string', optional: false, opaque: false }]
  if (field === 'spiffe_id') return [{ at: here, type: 'string', optional: false, opaque }]
  return field === 'dns_names' ? [{ at: here, type: { list: 'string' }, optional: false, opaque }] : []
}

function recordOf([name, ...inside]: readonly string[], type: ReadType): ReadType {
  return name === undefined ? type : { record: { [name]: { type: recordOf(inside, type), optional: false } } }
}

/** Reduces a type to the record fields that are read. */
function narrowed(type: ReadType, read: ReadType): ReadType {
  if (typeof type === 'string' || typeof read === 'string') return type
  if ('record' in type && 'record' in read) {
    const fields = Object.entries(read.record).flatMap(([name, field]) => {
      const own = Object.hasOwn(type.record, name) ? type.record[name] : undefined
      return own === undefined ? [] : [[name, { ...own, type: narrowed(own.type, field.type) }] as const]
    })
    return { record: Object.fromEntries(fields) }
  }
  if ('list' in type && 'list' in read) return { list: narrowed(type.list, read.list) }
  return type
}

function together(a: ReadValue, b: ReadValue): ReadValue {
  // Reading the value includes its presence.
  if (a.presence !== b.presence) return a.presence ? b : a
  return { ...a, type: both(a.type, b.type), opaque: a.opaque && b.opaque }
}

/** Merges what two readers of a value read. */
function both(a: ReadType, b: ReadType): ReadType {
  if (typeof a === 'string' || typeof b === 'string') return a
  if ('list' in a && 'list' in b) return { list: both(a.list, b.list) }
  if (!('record' in a && 'record' in b)) return a
  const fields = { ...b.record, ...a.record }
  for (const [name, field] of Object.entries(b.record)) {
    const own = a.record[name]
    if (own !== undefined) fields[name] = { ...own, type: both(own.type, field.type) }
  }
  return { record: fields }
}
