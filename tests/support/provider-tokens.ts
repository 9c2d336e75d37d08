import type { JwtConfig } from '../../runtime/identity/index.ts'

type Members = Readonly<Record<string, unknown>>

/** A token as a provider issues it, and how an identity is configured that accepts it. Dates and `kid` come from who signs it. */
export interface ProviderToken {
  readonly config: Pick<JwtConfig, 'issuer' | 'audience' | 'profile'> & { readonly trustDomain?: string }
  /** Beside `alg` and `kid`. */
  readonly header: Members
  readonly claims: Members
}

const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
/** In tokens of version 2.0, the audience is the application id of the API and not its URI. */
const API = '0c5a6a2e-7d0b-4f0e-9b53-2f6a1f0e8d11'
const CLIENT = '6731de76-14a6-49ae-97bc-6eba6914391e'
const PRINCIPAL = '1f7c2bd0-63f0-4a43-8b0a-5d5d3a0a53d1'
const jwt = { typ: 'JWT' }

const entra1 = { issuer: `https://sts.windows.net/${TENANT}/`, audience: ['api://orders'], profile: 'jwt' } as const
const entra2 = { issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`, audience: [API], profile: 'jwt' } as const
const auth0 = { issuer: 'https://shop.eu.auth0.com/', audience: ['https://shop.example'], profile: 'jwt' } as const
const cognito = {
  issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_aBcDeFgHi',
  audience: ['7lhlkkfbfjq2f9aq5mkvu2s3cl'],
  profile: 'jwt',
} as const
const kubernetes = { issuer: 'https://kubernetes.default.svc.cluster.local', audience: ['orders'], profile: 'workload' } as const
const github = {
  issuer: 'https://token.actions.githubusercontent.com',
  audience: ['https://shop.example'],
  profile: 'workload',
} as const
const spiffe = {
  issuer: 'https://oidc.prod.shop.example',
  audience: ['orders'],
  profile: 'workload',
  trustDomain: 'prod.shop.example',
} as const
const google = { issuer: 'https://accounts.google.com', audience: ['https://shop.example'], profile: 'workload' } as const

/** By name; each has the header and the claims that the provider's documentation shows. */
export const PROVIDER_TOKENS = {
  'Entra ID 2.0, app-only': {
    config: entra2,
    header: jwt,
    claims: {
      ...{ iss: entra2.issuer, aud: API, aio: 'k2RgYAgwE3Bcbp7', azp: CLIENT, azpacr: '1', oid: PRINCIPAL },
      ...{ rh: '1.AQEAv4j5', roles: ['Orders.Read'], sub: PRINCIPAL, tid: TENANT, uti: 'Zk2xP0', ver: '2.0' },
    },
  },
  'Entra ID 2.0, app-only, with idtyp and no role': {
    config: entra2,
    header: jwt,
    claims: {
      ...{ iss: entra2.issuer, aud: API, azp: CLIENT, azpacr: '2', idtyp: 'app', oid: PRINCIPAL, sub: PRINCIPAL },
      ...{ tid: TENANT, uti: 'Zk2xP0', ver: '2.0' },
    },
  },
  'Entra ID 1.0, app-only': {
    config: entra1,
    header: { typ: 'JWT', x5t: 'L1KfKFI_jnXbwWc22xZxw1sUHH0' },
    claims: {
      ...{ iss: entra1.issuer, aud: 'api://orders', aio: 'E2NgYNhx', appid: CLIENT, appidacr: '1', idp: entra1.issuer },
      ...{
        idtyp: 'app',
        oid: PRINCIPAL,
        rh: '0.Aa4Ag',
        roles: ['Orders.Read'],
        sub: PRINCIPAL,
        tid: TENANT,
        uti: '4GO',
        ver: '1.0',
      },
    },
  },
  'Auth0, machine to machine': {
    config: auth0,
    header: jwt,
    claims: {
      ...{ iss: auth0.issuer, sub: 'OOZH6s5sgOORoVKBMNRu0xRd4I3dl5T7@clients', aud: 'https://shop.example' },
      ...{ gty: 'client-credentials', azp: 'OOZH6s5sgOORoVKBMNRu0xRd4I3dl5T7' },
    },
  },
  'Cognito, of a user': {
    config: cognito,
    header: {},
    claims: {
      ...{ iss: cognito.issuer, sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee', 'cognito:groups': ['buyers'], version: 2 },
      ...{ client_id: cognito.audience[0], origin_jti: 'o', event_id: 'e', token_use: 'access', scope: 'openid', jti: 'j' },
      username: 'ann',
    },
  },
  'Cognito, of a machine': {
    config: cognito,
    header: {},
    claims: {
      ...{ iss: cognito.issuer, sub: cognito.audience[0], token_use: 'access', scope: 'orders/read', version: 2, jti: 'j' },
      client_id: cognito.audience[0],
    },
  },
  'Kubernetes service account': {
    config: kubernetes,
    header: {},
    claims: {
      ...{ iss: kubernetes.issuer, aud: ['orders'], sub: 'system:serviceaccount:shop:web', jti: 'e51f1fbc' },
      'kubernetes.io': {
        ...{ namespace: 'shop', node: { name: 'n1', uid: '517eb86e' }, pod: { name: 'web-0', uid: '0d8b260e' } },
        ...{ serviceaccount: { name: 'web', uid: 'e6a8680e' }, warnafter: 4_000_000_000 },
      },
    },
  },
  'GitHub Actions': {
    config: github,
    header: { typ: 'JWT', x5t: 'example-thumbprint' },
    claims: {
      ...{ iss: github.issuer, aud: 'https://shop.example', sub: 'repo:shop/site:environment:prod', jti: 'j' },
      ...{ repository: 'shop/site', repository_owner: 'shop', repository_id: '74', repository_owner_id: '65', actor: 'ann' },
      ...{ actor_id: '12', environment: 'prod', ref: 'refs/heads/main', ref_type: 'branch', sha: 'f00', workflow: 'deploy' },
      ...{ event_name: 'push', run_id: '1', run_number: '10', run_attempt: '2', runner_environment: 'github-hosted' },
      ...{ head_ref: '', base_ref: '', job_workflow_ref: 'shop/site/.github/workflows/deploy.yml@refs/heads/main' },
    },
  },
  'JWT-SVID': {
    config: spiffe,
    header: jwt,
    claims: { iss: spiffe.issuer, aud: ['orders'], sub: 'spiffe://prod.shop.example/ns/shop/sa/web' },
  },
  'JWT-SVID without iss and iat': {
    config: spiffe,
    header: { typ: 'JOSE' },
    claims: { iss: undefined, aud: ['orders'], sub: 'spiffe://prod.shop.example/web', iat: undefined },
  },
  'Google service account': {
    config: google,
    header: jwt,
    claims: {
      ...{ iss: google.issuer, aud: 'https://shop.example', azp: '115094123456789012345', sub: '115094123456789012345' },
      ...{ email: 'web@shop-prod.iam.gserviceaccount.com', email_verified: true },
    },
  },
  'Google service account, without an address': {
    config: google,
    header: jwt,
    claims: { iss: google.issuer, aud: 'https://shop.example', azp: '115094123456789012345', sub: '115094123456789012345' },
  },
} satisfies Readonly<Record<string, ProviderToken>>

export type ProviderTokenName = keyof typeof PROVIDER_TOKENS

/** Claims that a test issuer adds, and these tokens have not. */
export const NONE = { client_id: undefined, jti: undefined, sub: undefined, aud: undefined }
