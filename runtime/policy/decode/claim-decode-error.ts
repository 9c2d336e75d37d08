import type { DecodeError } from '../../realm/program/program.ts'

/**
 * Returns a message about a claim that does not match its declaration. It names the expected and the actual JSON type but no
 * value.
 */
export function claimDecodeError(
  { pointer, problem }: DecodeError,
  claims: unknown,
  identity: string,
): { readonly message: string; readonly isMissing: boolean } {
  const missing = /^must have required property '(.{0,100})'$/s.exec(problem)?.[1]
  if (missing !== undefined)
    return { message: `claim \`${pointer}/${missing}\` of identity \`${identity}\` is missing`, isMissing: true }
  const where = pointer === '' ? 'claims' : `claim \`${pointer}\``
  return { message: `${where} of identity \`${identity}\` ${problem}, got ${typeAt(claims, pointer)}`, isMissing: false }
}

function typeAt(json: unknown, pointer: string): string {
  let value = json
  for (const key of pointer.split('/').slice(1))
    value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')]
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
