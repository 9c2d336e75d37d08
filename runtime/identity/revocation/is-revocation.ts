import type { Revocation } from './revocation.ts'

/** Returns whether a value has the form of a revocation that this proxy writes. */
export function isRevocation(value: unknown): value is Revocation {
  const { id, what, before, until, reason, by, made } = (value ?? {}) as Partial<Record<keyof Revocation, unknown>>
  if (![id, by].every((text) => typeof text === 'string') || !(reason === null || typeof reason === 'string')) return false
  if (![until, made].every(Number.isFinite) || !(before === null || Number.isFinite(before))) return false
  const { kind, ...rest } = (what ?? {}) as { kind?: unknown } & Record<string, unknown>
  const members = MEMBERS[kind as keyof typeof MEMBERS]
  if (typeof kind !== 'string' || !Object.hasOwn(MEMBERS, kind) || Object.keys(rest).length !== members.length) return false
  return members.every((name) => typeof rest[name] === 'string' || (name === 'subject' && rest[name] === null))
}

const MEMBERS: Readonly<Record<Revocation['what']['kind'], readonly string[]>> = {
  subject: ['identity', 'subject'],
  session: ['id'],
  credential: ['id'],
  identity: ['identity'],
  'provider-session': ['identity', 'sid', 'subject'],
}
