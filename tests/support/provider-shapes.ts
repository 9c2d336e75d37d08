import type { DocumentedPerson } from './documented-provider.ts'

/** What the tokens of a provider hold, for a person who may write and others. */
interface ProviderShape {
  /** A part of the issuer in the written configuration. */
  readonly issuer: string
  readonly people: Readonly<Record<'ann' | 'bob', DocumentedPerson>> & Readonly<Record<string, DocumentedPerson>>
}

const TENANT = '00000000-0000-0000-0000-000000000000'
const GOOGLE_CLIENT = '000000000000-00000000000000000000000000000000.apps.googleusercontent.com'
const COGNITO_CLIENT = '1example23456789'
const APP = '00000000-0000-0000-0000-000000000001'

/** Claims as the documentation of each provider shows them. */
export const PROVIDER_SHAPES: Readonly<Record<string, ProviderShape>> = {
  // Server Administration Guide, "OIDC token and SAML assertion mappings"; roles in ID tokens by a mapper.
  keycloak: {
    issuer: 'https://id.example.com/realms/example',
    people: peopleOf((name, isEditor) => {
      const about = {
        ...{ sub: `5c7b8a3e-93b4-4d07-9d0e-${name}`, jti: 'onrtac:2b1c', azp: 'hello', sid: 's', acr: '1', email_verified: true },
        ...{ name, preferred_username: name, given_name: name, family_name: 'Example', email: `${name}@example.com` },
        realm_access: { roles: ['default-roles-example', 'offline_access', ...(isEditor ? ['editor'] : [])] },
      }
      return {
        idToken: { ...about, typ: 'ID', auth_time: 1 },
        accessToken: {
          header: { typ: 'JWT' },
          claims: {
            ...{ ...about, typ: 'Bearer', 'allowed-origins': ['https://hello.example.com'], scope: 'openid profile email' },
            resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
          },
        },
      }
    }),
  },
  // "ID token claims reference" and "Access token claims reference", version 2.0.
  entra: {
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    people: peopleOf((name, isEditor) => {
      const about = {
        ...{ sub: `AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bb${name}`, oid: `1f7c2bd0-63f0-4a43-8b0a-${name}`, tid: TENANT },
        ...{ name, preferred_username: `${name}@example.com`, rh: '1.AQEAv4j5', uti: 'Zk2xP0', ver: '2.0', nbf: 1 },
        ...(isEditor && { roles: ['Editor'] }),
        groups: ['0760b6cf-170e-4a14-91b3-4b78e0739963'],
      }
      return {
        idToken: about,
        accessToken: { header: { typ: 'JWT' }, claims: { ...about, azp: APP, azpacr: '1', scp: 'access_as_user' } },
      }
    }),
  },
  // "OpenID Connect & OAuth 2.0 API": an ID token beside an access token has few claims, and `sub` of the latter is the login.
  okta: {
    issuer: 'https://example.okta.com/oauth2/default',
    people: peopleOf((name, isEditor) => {
      const groups = { groups: ['Everyone', ...(isEditor ? ['Editors'] : [])] }
      return {
        idToken: {
          ...{ sub: `00u${name}`, ver: 1, jti: 'ID.radC', amr: ['pwd'], idp: '00oyyy', auth_time: 1, name },
          ...{ preferred_username: `${name}@example.com`, ...groups },
        },
        userinfo: { name, email: `${name}@example.com`, email_verified: true, locale: 'en-US' },
        accessToken: {
          header: {},
          claims: {
            ...{ ver: 1, jti: 'AT.MNAo', cid: '0oa00000000000000000', uid: `00u${name}`, scp: ['openid', 'email'], auth_time: 1 },
            ...{ sub: `${name}@example.com`, email: `${name}@example.com`, ...groups },
          },
        },
      }
    }),
  },
  // "ID token structure", "Access token profiles", "Create custom claims".
  auth0: {
    issuer: 'https://example.eu.auth0.com/',
    people: peopleOf((name, isEditor) => {
      const added = {
        'https://hello.example.com/email': `${name}@example.com`,
        'https://hello.example.com/roles': isEditor ? ['editor'] : [],
      }
      const sub = `auth0|65f1c0de${name}`
      return {
        idToken: {
          ...{
            sub,
            sid: 's',
            nickname: name,
            name,
            picture: 'https://s.gravatar.com/avatar/1',
            updated_at: '2026-03-02T09:00:00Z',
          },
          ...{ email: `${name}@example.com`, email_verified: true, ...added },
        },
        accessToken: {
          header: { typ: 'JWT' },
          claims: {
            aud: ['https://hello.example.com', 'https://example.eu.auth0.com/userinfo'],
            ...{ sub, azp: '00000000000000000000000000000000', scope: 'openid profile email', ...added },
          },
        },
      }
    }),
  },
  // "Understanding the identity (ID) token", "Understanding the access token". The latter names the client, and has no `aud`.
  cognito: {
    issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_aBcDeFgHi',
    people: peopleOf((name, isEditor) => {
      const about = {
        ...{ sub: `aaaaaaaa-bbbb-cccc-dddd-${name}`, origin_jti: 'o', event_id: 'e', jti: 'j', auth_time: 1 },
        ...(isEditor && { 'cognito:groups': ['editors'] }),
      }
      const idToken = { ...about, token_use: 'id', 'cognito:username': name, email: `${name}@example.com`, email_verified: true }
      const access = { token_use: 'access', scope: 'openid profile email', client_id: COGNITO_CLIENT, version: 2 }
      return { idToken, accessToken: { header: {}, claims: { ...about, ...access, aud: undefined, username: name } } }
    }),
  },
  // "OpenID Connect", the payload of an ID token.
  google: {
    issuer: 'https://accounts.google.com',
    people: {
      ...peopleOf((name) => ({
        idToken: {
          ...{ sub: `10345${name}`, azp: GOOGLE_CLIENT, email: `${name}@example.com`, email_verified: true, hd: 'example.com' },
          ...{ name, picture: 'https://lh3.googleusercontent.com/a', given_name: name, family_name: 'Example' },
        },
        accessToken: null,
      })),
      eve: {
        idToken: { sub: '10345eve', azp: GOOGLE_CLIENT, email: 'ann@example.com', email_verified: true, name: 'eve' },
        accessToken: null,
      },
    },
  },
}

function peopleOf(person: (name: string, isEditor: boolean) => DocumentedPerson): {
  ann: DocumentedPerson
  bob: DocumentedPerson
} {
  return { ann: person('ann', true), bob: person('bob', false) }
}
