import type { BoundKind } from '../../runtime/server/config/check-names.ts'
import type { PolicyNames } from './bound-names.ts'
import type { ConfigFile } from './config-files.ts'
import type { ConfigNode } from './config-tree.ts'

/** A replacement of a part of a configuration. */
export interface ConfigEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What each method of an identity needs at least. Values are examples. */
const OF_METHODS: Readonly<Record<string, readonly string[]>> = {
  jwt: ['issuer: https://id.example.com', 'audience: https://shop.example.com', 'algorithms: [ES256]'],
  oauth2: ['issuer: https://id.example.com', 'clientId: iap', 'clientSecret: { env: IAP_CLIENT_SECRET }', 'cache: 60s'],
  oidc: ['issuer: https://id.example.com', 'clientId: iap', 'clientSecret: { env: IAP_CLIENT_SECRET }', 'scopes: [profile]'],
  saml: ['metadata: ./idp-metadata.xml', 'entityId: https://app.example.com/.iap/saml/metadata'],
  api_key: ['keys: { file: ./keys.json, hmacKey: { env: IAP_HMAC_KEY } }'],
  mtls: ['trustDomain: example.com'],
  custom: ['plugin: ./identity.mjs', 'headers: [x-session]'],
}

/** Returns the lines of an entry that binds a name of the policy, without indentation. */
export function stubOf(kind: BoundKind, name: string, policy: PolicyNames): readonly string[] {
  if (kind === 'data') return [`file: ./${name}.json`]
  if (kind === 'services') return ['upstreams: [http://127.0.0.1:3000]']
  const methods = policy.identities.find((one) => one.name === name)?.methods ?? []
  return [...new Set((methods.length > 0 ? methods : ['jwt']).flatMap((method) => OF_METHODS[method] ?? []))]
}

/** Returns the edit that adds an entry to a section, which it begins if there is none; null where it is written in brackets. */
export function addEntry(
  { source: { text }, tree }: ConfigFile,
  kind: BoundKind,
  name: string,
  stub: readonly string[],
): ConfigEdit | null {
  const section = tree.children.find(({ path: [key] }) => key === kind)
  const lines = (indent: string) => [`${indent}${name}:`, ...stub.map((line) => `${indent}  ${line}`)].join('\n')
  if (section === undefined) {
    if (tree.isFlow || (tree.kind !== 'map' && tree.kind !== 'empty')) return null
    const gap = text === '' || text.endsWith('\n') ? '' : '\n'
    return { start: text.length, end: text.length, text: `${gap}${kind}:\n${lines('  ')}\n` }
  }
  if (section.key === null) return null
  const [first, last] = [section.children[0], section.children.at(-1)]
  if (first === undefined || last === undefined) {
    const isEmpty = section.kind === 'empty' || section.kind === 'map'
    if (!isEmpty || !text.startsWith(':', section.key.end)) return null
    const end = lineEnd(text, section.value.end)
    return section.isFlow
      ? { start: section.value.start, end: section.value.end, text: `\n${lines('  ')}` }
      : { start: end, end, text: `\n${lines('  ')}` }
  }
  if (section.kind !== 'map' || section.isFlow || first.key === null) return null
  const end = lineEnd(text, Math.max(last.value.end, last.key?.end ?? 0))
  return { start: end, end, text: `\n${lines(' '.repeat(columnOf(text, first.key.start)))}` }
}

/** Returns the edit that removes an entry with its lines; null if it shares them with others. */
export function removeEntry({ source: { text } }: ConfigFile, section: ConfigNode, entry: ConfigNode): ConfigEdit | null {
  if (section.isFlow || entry.key === null || section.children.length < 2) return null
  const start = entry.key.start - columnOf(text, entry.key.start)
  if (text.slice(start, entry.key.start).trim() !== '') return null
  const end = lineEnd(text, Math.max(entry.value.end, entry.key.end))
  return { start, end: Math.min(text.startsWith('\r\n', end) ? end + 2 : end + 1, text.length), text: '' }
}

/** Returns where the line of an offset ends, before the characters that end it. */
function lineEnd(text: string, offset: number): number {
  const found = /\r?\n/.exec(text.slice(offset))
  return found === null ? text.length : offset + found.index
}

export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}
