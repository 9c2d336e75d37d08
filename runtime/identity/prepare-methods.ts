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
 * Authentication methods in order of precedence: the first credential of a request is used, and no other is tried. `jwt` reads
 * all remaining `Authorization` values, so none is overlooked, and leaves tokens of other issuers to `oauth2`. The first
 * configured method of `oidc` and `saml` reads the sessions of both.
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

/** Returns the configured authentication methods with their identities, in order of precedence. */
export function prepareMethods(identities: Readonly<Record<string, IdentityConfig>>, deps: MethodDeps): readonly Method[] {
  // `jwt` reads `Authorization` even without an identity: no credential may be ignored.
  const used = (Object.keys(methods) as MethodName[]).filter(
    (method) => method === 'jwt' || configured(identities, method).size > 0,
  )
  const prepared = used.map((method) => prepareOne(method, identities, deps))
  // A credential that one method reads may be verified by another.
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

export function configured<Name extends MethodName>(
  identities: Readonly<Record<string, IdentityConfig>>,
  method: Name,
): ReadonlyMap<string, NonNullable<IdentityConfig[Name]>> {
  const found = new Map<string, NonNullable<IdentityConfig[Name]>>()
  for (const [name, { [method]: own }] of Object.entries(identities)) if (own !== null) found.set(name, own)
  return found
}

/**
 * Returns the method that must verify a credential which `first` has read. Methods with the same `read` function, such as `jwt`
 * and `oauth2`, read the same credentials, and this function chooses between two of them. A token whose issuer the first method
 * knows goes to the other method only if that method has a matching identity.
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
