import { hash } from 'node:crypto'
import type { Credential } from './credential.ts'
import type { IdentityConfig, MethodName } from './identity-config.ts'
import type { IdentityMethod, MethodDeps, Verifier } from './method.ts'
import { apiKey } from './methods/api-key/api-key.ts'
import { custom } from './methods/custom/custom.ts'
import { jwt } from './methods/jwt/jwt.ts'
import { mtls } from './methods/mtls/mtls.ts'
import { oauth2 } from './methods/oauth2/oauth2.ts'
import { sessionsOf } from './sign-in/sessions-of.ts'

type Methods = { readonly [Name in MethodName]: IdentityMethod<NonNullable<IdentityConfig[Name]>> }

/**
 * In the order in which a request is asked for a credential. The first that it carries counts, and no other is tried. `jwt` has
 * whatever else the Authorization header holds, so that nothing there is overlooked, and passes on to `oauth2` the tokens that
 * are none of its issuers'. The first of `oidc` and `saml` that somebody signs in by has the sessions of both.
 */
const methods: Methods = {
  api_key: apiKey,
  custom,
  jwt,
  oauth2,
  oidc: { prepare: (identities, deps) => sessionsOf('oidc', identities, deps) },
  saml: { prepare: (identities, deps) => sessionsOf('saml', identities, deps) },
  mtls,
}

export interface Method extends Verifier {
  readonly method: MethodName
}

/** All methods, each with the identities that use it, in the order in which a request is asked for a credential. */
export function prepareMethods(identities: Readonly<Record<string, IdentityConfig>>, deps: MethodDeps): readonly Method[] {
  const prepared = (Object.keys(methods) as MethodName[]).map((method) => prepareOne(method, identities, deps))
  // Of what one method reads another may be the one that verifies it.
  const all = prepared.map(({ context }) => context).join()
  return prepared.map((each) => ({ ...each, context: hash('sha256', `${each.method} ${all}`, 'base64url') }))
}

function prepareOne<Name extends MethodName>(
  method: Name,
  identities: Readonly<Record<string, IdentityConfig>>,
  deps: MethodDeps,
): Method {
  return { method, ...methods[method].prepare(configured(identities, method), deps) }
}

/** Those that are recognized by a method, and how. */
export function configured<Name extends MethodName>(
  identities: Readonly<Record<string, IdentityConfig>>,
  method: Name,
): ReadonlyMap<string, NonNullable<IdentityConfig[Name]>> {
  const found = new Map<string, NonNullable<IdentityConfig[Name]>>()
  for (const [name, { [method]: own }] of Object.entries(identities)) if (own !== null) found.set(name, own)
  return found
}

/**
 * The one method that verifies a credential, of those that read it in the same way. What another one makes of the request is
 * another credential, even if it has the same text. A token that names an issuer of the first goes to another only if an identity
 * there is named as well.
 */
export function verifierOf(verifiers: readonly Method[], first: Method, credential: Credential): Method {
  const other = first.addressed && verifiers.find((each) => each !== first && each.read === first.read)
  if (other === undefined) return first
  switch (first.addressed?.(credential)) {
    case 'no':
      return other
    case 'issuer':
      return other.addressed?.(credential) === 'yes' ? other : first
    default:
      return first
  }
}
