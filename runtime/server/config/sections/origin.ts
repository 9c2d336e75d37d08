import type { ConfigPath } from '../../../base/config-error.ts'
import { named } from '../explain-schema-errors.ts'
import type { Reading } from './reading.ts'

/** Reads an origin. A URL with a path is rejected, because requests are forwarded with the path that the policy decided on. */
export function readOrigin(text: string, path: ConfigPath, reading: Reading): string {
  const what = named(path)
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) reading.problem(path, `${what} must be a URL such as \`https://app.example\``)
  else if (url.username !== '' || url.password !== '') reading.problem(path, `${what} must not contain a user or a password`)
  else if (!/^https?:\/\/[^/?#\\]+\/?$/.test(text))
    reading.problem(path, `${what} must be an origin such as \`${url.origin}\`: request paths are forwarded unchanged`)
  else return url.origin
  return text
}
