import type { IdentityMethod } from '../../method.ts'
import { sessionsOf } from '../../sign-in/sessions-of.ts'
import type { SamlConfig } from './saml-config.ts'

/** Sessions of those who have signed in with a browser at an identity provider that speaks SAML 2.0. */
export const saml: IdentityMethod<SamlConfig> = {
  name: 'saml',
  prepare: (identities, deps) => sessionsOf('saml', identities, deps),
}
