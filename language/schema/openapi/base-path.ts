import { isList, isRecord, type JsonRecord, member } from '../document.ts'
import type { OpenapiReader } from './reader.ts'

/**
 * Returns the prefix of all paths, which are relative to the servers' URLs (OpenAPI 3.1, section 4.8.5); null if a mistake was
 * reported. Hosts come from the policy.
 *
 * @param within the document, a path item or an operation
 * @param inherited the result if `within` names no servers
 */
export function basePath(reader: OpenapiReader, within: JsonRecord, inherited: string): string | null {
  const servers = reader.records(within, 'servers')
  if (servers.length === 0) return inherited
  const paths = new Set(servers.map(({ value }) => pathOf(reader.text(value, 'url') ?? '', variablesOf(value))))
  const [path = ''] = paths
  const place = reader.document.keyPlace(within, 'servers')
  if (paths.size > 1) return reader.fail(place, 'its servers have different paths')
  // A route would treat it as its own parameter, and match more than the document means.
  if (/[{}?#]/.test(path))
    return reader.fail(place, `the path of its servers, ${JSON.stringify(path)}, must be a path without variables`)
  return path
}

function variablesOf(server: JsonRecord): ReadonlyMap<string, string> {
  const variables = member(server, 'variables')
  if (!isRecord(variables)) return new Map()
  return new Map(
    Object.keys(variables).map((name) => {
      const variable = member(variables, name)
      const value = isRecord(variable) ? member(variable, 'default') : undefined
      return [name, typeof value === 'string' && !isList(value) ? value : `{${name}}`]
    }),
  )
}

function pathOf(url: string, variables: ReadonlyMap<string, string>): string {
  const text = url.replace(/\{([^{}]*)\}/g, (whole, name: string) => variables.get(name) ?? whole)
  const path = text.replace(/^[A-Za-z][A-Za-z0-9+.-]*:/, '').replace(/^\/\/[^/]*/, '')
  return path.replace(/\/+$/, '')
}
