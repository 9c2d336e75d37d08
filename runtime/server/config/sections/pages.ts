import type { DisplayConfig, FileConfig, PagesConfig } from '../../../proxy/pages/page-files.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig } from '../raw-config.ts'
import { clientMethods } from './identity-client.ts'
import { SAML_KEYS } from './identity-saml.ts'
import { type Reading, readStartFile } from './reading.ts'
import { record } from './record.ts'

export function readPages({ pages = {} }: RawConfig, reading: Reading): PagesConfig {
  const fileAt = (name: 'style' | 'texts'): FileConfig | null =>
    pages[name] === undefined ? null : { file: readStartFile(pages[name], reading), path: ['pages', name] }
  return { style: fileAt('style'), texts: fileAt('texts') }
}

/** Reads how people see identities and their callers. */
export function readDisplays({ identities = {} }: RawConfig, reading: Reading): Readonly<Record<string, DisplayConfig>> {
  const read = Object.entries(identities).flatMap(([name, raw = {}]): [string, DisplayConfig][] => {
    const { title = null, logo, displayClaim = null } = raw
    if (title === null && logo === undefined && displayClaim === null) return []
    const path = ['identities', name, 'logo']
    if (logo !== undefined && !clientMethods(raw).oidc && !SAML_KEYS.some((key) => Object.hasOwn(raw, key)))
      reading.problem(path, `${named(path)} is shown only where people sign in with a browser: remove it`, true)
    return [[name, { title, logo: logo === undefined ? null : { file: readStartFile(logo, reading), path }, displayClaim }]]
  })
  return record(read)
}
