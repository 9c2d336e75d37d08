import type { IdentityMethod } from '../../method.ts'
import { sessionsOf } from '../../sign-in/sessions-of.ts'
import type { OidcConfig } from './oidc-config.ts'

/** Sessions of those who have signed in with a browser at an OpenID provider. */
export const oidc: IdentityMethod<OidcConfig> = {
  name: 'oidc',
  prepare: (identities, deps) => sessionsOf('oidc', identities, deps),
}
