import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { samlKeys } from '../support/saml.ts'
import { openPages, type PagesStage, policyOfPages, type StartConfig, type StartedProxy } from './open-pages.ts'

export type { StartedProxy as StartedSaml } from './open-pages.ts'

export const samlPolicy = policyOfPages(
  'identity staff via saml { sub: string, email?: string, groups: set<string> }',
  'urn:gold',
)

export const ENTITY_ID = 'https://app.example/.iap/saml/metadata'

export interface SamlStage extends PagesStage {
  /** @param metadata of the provider */
  start(metadata: string, options?: SamlStart): Promise<StartedProxy>
  /** Other metadata of the provider. */
  write(metadata: string): void
}

export interface SamlStart extends StartConfig {
  /** YAML of what else stands under the identity. */
  readonly identity?: string
}

/** Of the identity where a test does not say it. */
const USUAL = 'attributes: { email: mail, groups: [memberOf] }, signing: { cert: ./saml.pem, key: ./saml.key }'

export async function openSaml(policy: string = samlPolicy): Promise<SamlStage> {
  const pages = await openPages(policy)
  const { folder } = pages.stage
  const { cert, key } = samlKeys('the proxy')
  writeFileSync(join(folder, 'saml.pem'), cert)
  writeFileSync(join(folder, 'saml.key'), key, { mode: 0o600 })
  const write = (metadata: string) => writeFileSync(join(folder, 'idp.xml'), metadata)
  return Object.assign(pages, {
    write,
    async start(metadata: string, { identity = USUAL, ...config }: SamlStart = {}) {
      write(metadata)
      const identities = `{ staff: { metadata: ./idp.xml, entityId: "${ENTITY_ID}", ${identity} } }`
      return await pages.startWith({ identities, ...config })
    },
  })
}
