import { type Case, FILES } from './case.ts'

const CONFIG = `listeners: [{ address: 127.0.0.1:8080 }]
bundle: { source: ./shop.iapb, keys: [./release.jwk.json], state: ./var }
identities:
  staff:
    issuer: https://id.example
    clientId: iap
    clientSecret: { env: SECRET }
    scopes: [profile]
services:
  shop:
    upstreams: [http://127.0.0.1:3000]
data:
  owners: { push: true }
`

/** The configuration beside the policies. */
export const CONFIGURATIONS: readonly Case[] = [
  {
    name: 'what the policies need, and what is misspelled',
    texts: { ...FILES, 'iap.yaml': `‸${CONFIG.replace('push', 'pusch')}` },
    ask: 'checked',
    expect: `iap.yaml:3:1 identities
  error config the policy names the identity \`partner\`, which is not configured: add it under \`identities\`
  declared here: shared.iap:5:10 partner
iap.yaml:13:13 pusch
  error config unknown key \`pusch\` in \`data.owners\`: did you mean \`push\`?`,
  },
  {
    name: 'half-typed',
    texts: { ...FILES, 'iap.yaml': `‸${CONFIG}admin` },
    ask: 'checked',
    expect: `iap.yaml:3:1 identities
  error config the policy names the identity \`partner\`, which is not configured: add it under \`identities\`
  declared here: shared.iap:5:10 partner
iap.yaml:14:1 admin
  error config this is not YAML: implicit map keys need to be followed by map values`,
  },
  {
    name: 'a key',
    texts: { ...FILES, 'iap.yaml': CONFIG.replace('clientId', '‸clientId') },
    ask: 'hover',
    expect: `«clientId»
**clientId**

As whom the proxy is known to the issuer.

Expected: a client's id.`,
  },
  {
    name: 'a name of the policy',
    texts: { ...FILES, 'iap.yaml': CONFIG.replace('  shop:', '  ‸shop:') },
    ask: 'hover',
    expect: `«shop»
service shop at "shop.example" {
  …

Routes: \`shop.list\`, \`shop.make\`, \`shop.read\`.

Expected: an object with \`upstreams\`.`,
  },
  {
    name: 'from the configuration to the policy',
    texts: { ...FILES, 'iap.yaml': CONFIG.replace('  staff:', '  ‸staff:') },
    ask: 'definition',
    expect: `shared.iap:1:10 staff`,
  },
  {
    name: 'from the policy to the configuration',
    texts: { 'iap.yaml': CONFIG, 'own.iap': 'identity ‸staff via oidc { sub: string }' },
    ask: 'definition',
    expect: `own.iap:1:10 staff
iap.yaml:4:3 staff`,
  },
  {
    name: 'policies and configuration',
    texts: { ...FILES, 'iap.yaml': CONFIG.replace('  staff:', '  ‸staff:') },
    ask: 'references',
    expect: `shared.iap:1:10 staff
shared.iap:8:14 staff
shop.iap:1:10 staff
iap.yaml:4:3 staff`,
  },
  {
    name: 'policies and configuration',
    texts: { ...FILES, 'iap.yaml': CONFIG, 'own.iap': 'import { ‸owners } from "./shop.iap"' },
    ask: 'rename',
    newName: 'holders',
    expect: `own.iap:1:10 owners → holders
shop.iap:5:6 owners → holders
shop.iap:7:49 owners → holders
shop.iap:7:59 owners → holders
iap.yaml:13:3 owners → holders`,
  },
  {
    name: 'keys of a section',
    texts: { ...FILES, 'iap.yaml': `${CONFIG}admin:\n  ‸` },
    ask: 'completion',
    expect: `address
hosts
tokens
tls`,
  },
  {
    name: 'identities that are lacking',
    texts: { ...FILES, 'iap.yaml': CONFIG.replace('services:', '  ‸\nservices:') },
    ask: 'completion',
    expect: `partner`,
  },
  {
    name: 'an entry for a name of the policy',
    texts: { ...FILES, 'iap.yaml': CONFIG.replace('identities:', '‸identities:') },
    ask: 'actions',
    expect: `add \`partner\` to \`identities\`
iap.yaml:8:22 → ⏎  partner:⏎    issuer: https://id.example.com⏎    clientId: iap⏎    clientSecret: { env: IAP_CLIENT_SECRET }⏎    cache: 60s`,
  },
  {
    name: 'sections',
    texts: { 'iap.yaml': `‸${CONFIG}` },
    ask: 'folding',
    expect: `3-8
4-8
9-11
10-11
12-13`,
  },
  {
    name: 'files',
    texts: { 'iap.yaml': `‸${CONFIG}` },
    ask: 'links',
    expect: `./shop.iapb → shop.iapb
./release.jwk.json → release.jwk.json`,
  },
]
