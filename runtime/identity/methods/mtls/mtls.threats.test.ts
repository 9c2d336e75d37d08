import { createHash, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { collectLog, fakePolicy, NO_METHOD, requestWith } from '../../../../tests/support/identity.ts'
import { testAuthority } from '../../../../tests/support/test-authority.ts'
import { type Certified, der, extension, makeCertificate, randomSerial, sequence } from '../../../../tests/support/x509.ts'
import { readAnchors } from '../../../tls/anchors.ts'
import { ClientCertificate } from '../../../tls/certificates/client-certificate.ts'
import { readRevocationLists } from '../../../tls/certificates/revocation-lists.ts'
import { setTlsConnection } from '../../../tls/index.ts'
import { createAuthenticator } from '../../create-authenticator.ts'
import type { IdentityConfig } from '../../identity-config.ts'

/** Class "certificate taken for another's": Envoy CVE-2022-29224 and -29225, Node CVE-2021-44531 to -44533, Istio CVE-2021-34824, and what X509-SVID, section 5, asks. */

const DOMAIN = 'prod.shop.example'
const ID = `spiffe://${DOMAIN}/ns/shop/orders`
const shop = testAuthority('shop')
const partner = testAuthority('partner')
/** Of the same name, and of another key. */
const twin = testAuthority('shop')
const devices = testAuthority('devices')

const anchors: Readonly<Record<string, string>> = { workload: shop.cert, partner: partner.cert, device: devices.cert }

function configOf(name: string, trustDomain: string | null): IdentityConfig {
  return { ...NO_METHOD, mtls: { trustDomain, ca: name in anchors ? { file: `${name}.pem`, path: [] } : null } }
}

const identities = {
  workload: configOf('workload', DOMAIN),
  partner: configOf('partner', 'partner.example'),
  device: configOf('device', null),
}

interface Shown {
  /** PEM, the client's own first. */
  readonly chain: string
  readonly authorities?: readonly string[]
  readonly lists?: readonly string[]
  readonly identities?: Readonly<Record<string, IdentityConfig>>
  readonly now?: number
}

const blocks = (pem: string) => pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []

/** As a listener has it whose handshake went well. */
function connectionWith({ chain, authorities = Object.values(anchors), lists = [] }: Shown): object {
  const [leaf, ...sent] = blocks(chain).map((pem) => new X509Certificate(pem)) as [X509Certificate, ...X509Certificate[]]
  const revocations = lists.map((pem) => {
    const read = readRevocationLists(Buffer.from(pem), Date.now())
    if (!read.ok) throw new Error(read.message)
    return read.value
  })
  const clientCertificate = new ClientCertificate(leaf, {
    authorities: authorities.map((pem) => new X509Certificate(pem)),
    revocations: () => revocations,
    sent,
  })
  const connection = {}
  setTlsConnection(connection, { names: null as never, clientCertificate, transport: null })
  return connection
}

function anchorsOf(identity: string) {
  const pem = anchors[identity]
  const read = pem === undefined ? null : readAnchors([Buffer.from(pem)])
  return read?.ok ? read.value : null
}

async function outcome(shown: Shown): Promise<string> {
  const clock = () => shown.now ?? Date.now()
  const authenticator = createAuthenticator(shown.identities ?? identities, { clock, log: collectLog(), anchorsOf })
  const connection = connectionWith(shown)
  const answer = await authenticator.authenticate(requestWith(), fakePolicy(), connection)
  if (answer.kind === 'caller') {
    expect(answer.claims).toMatchObject({ sub: answer.subject })
    return `${answer.identity} ${answer.subject}`
  }
  if (answer.kind !== 'refused') return answer.kind
  expect(answer).toMatchObject({ status: 401, wwwAuthenticate: 'Bearer realm="iap"' })
  expect(answer.message).not.toMatch(/spiffe:|shop/)
  // What is no caller's is nothing that conditions read, either; an SVID that does not count refuses them, too.
  const workload = authenticator.workloadOf(requestWith(), connection)
  expect(workload === null || 'kind' in workload).toBe(true)
  return answer.code
}

/** What is shown in Authorization is looked at before any certificate, and is never taken for one. */
test('a token that is the digest of the certificate beside it is none', async () => {
  const authenticator = createAuthenticator(identities, { clock: Date.now, log: collectLog(), anchorsOf })
  const { cert } = shop.svid(ID)
  const digest = createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url')
  const request = requestWith(['authorization', `Bearer ${digest}`])
  const answer = await authenticator.authenticate(request, fakePolicy(), connectionWith({ chain: cert }))
  expect(answer).toMatchObject({ kind: 'refused', status: 401, code: 'token-malformed' })
})

type Case = readonly [string, () => Certified | Shown, string]

const show = (made: Certified | Shown): Shown => ('chain' in made ? made : { chain: made.cert })

describe('what counts', () => {
  test.each<Case>([
    ['an SVID', () => shop.svid(ID), `workload ${ID}`],
    [
      'of another domain, by its authority',
      () => partner.svid('spiffe://partner.example/api'),
      'partner spiffe://partner.example/api',
    ],
    ['with DNS names beside', () => shop.svid(ID, { names: ['a.example', 'b.example'] }), `workload ${ID}`],
    ['with no purpose said', () => makeCertificate({ ...leaf, uris: [ID] }), `workload ${ID}`],
    ['that may also encipher', () => shop.svid(ID, { keyUsage: ['digitalSignature', 'keyEncipherment'] }), `workload ${ID}`],
    ['a plain one', () => devices.client('d', { names: ['d1.example'] }), 'device d1.example'],
    ['by an authority in between', () => below(), `workload ${ID}`],
    ['by one that may have no others below it', () => below({ pathLength: 0 }), `workload ${ID}`],
    ['with others beside that lead elsewhere', () => ({ chain: below().chain + partner.cert + twin.cert }), `workload ${ID}`],
  ])('%s', async (_, make, expected) => {
    expect(await outcome(show(make()))).toBe(expected)
  })
})

const leaf = { subject: 'w', issuer: shop.issuer, keyUsage: ['digitalSignature'] } as const

/** An SVID by an authority between. */
function below(options: Parameters<typeof shop.below>[1] = {}): Shown {
  const middle = shop.below('middle', options)
  return { chain: middle.svid(ID).cert + middle.cert }
}

describe('what an SVID must be (X509-SVID, sections 2, 4 and 5)', () => {
  test.each<Case>([
    ['CA:true', () => shop.svid(ID, { ca: true }), 'certificate-usage'],
    [
      'CA:true and all that goes with it',
      () => shop.svid(ID, { ca: true, keyUsage: ['digitalSignature', 'keyCertSign'] }),
      'certificate-usage',
    ],
    ['keyCertSign', () => shop.svid(ID, { keyUsage: ['digitalSignature', 'keyCertSign'] }), 'certificate-usage'],
    ['cRLSign', () => shop.svid(ID, { keyUsage: ['digitalSignature', 'cRLSign'] }), 'certificate-usage'],
    ['a key that may not sign', () => shop.svid(ID, { keyUsage: ['keyEncipherment'] }), 'certificate-usage'],
    ['a key that may do nothing', () => shop.svid(ID, { keyUsage: [] }), 'certificate-usage'],
    [
      'a key that does not say what it is for',
      () => makeCertificate({ ...leaf, uris: [ID], keyUsage: undefined } as never),
      'certificate-usage',
    ],
    ['for servers alone', () => shop.svid(ID, { usage: 'server' }), 'certificate-usage'],
    ['two SPIFFE IDs', () => shop.svid(ID, { uris: [ID, `spiffe://${DOMAIN}/other`] }), 'spiffe-id'],
    ['the same one twice', () => shop.svid(ID, { uris: [ID, ID] }), 'spiffe-id'],
    ['another URI behind', () => shop.svid(ID, { uris: [ID, 'https://shop.example/'] }), 'spiffe-id'],
    ['another URI before', () => shop.svid(ID, { uris: ['https://shop.example/', ID] }), 'spiffe-id'],
    ['an ID in the name of a host', () => shop.svid('x', { uris: [], names: ['x.example'] }), 'certificate-authority'],
    ['no name at all', () => shop.svid('x', { uris: [] }), 'certificate-authority'],
    ['another URI alone', () => shop.svid('https://shop.example/orders'), 'certificate-authority'],
    ['two lists of names', () => shop.svid(ID, { extensions: [names(`spiffe://${DOMAIN}/b`)] }), 'certificate-malformed'],
    ['a name cut by a NUL', () => shop.svid(`${ID}\0.evil.example`), 'certificate-malformed'],
    ['a name with a line break', () => shop.svid(`${ID}\n, URI:spiffe://x/y`), 'certificate-malformed'],
    ['a name that is not ASCII', () => shop.svid(`${ID}\u00e9`), 'certificate-malformed'],
    ['a host with a NUL', () => shop.svid(ID, { names: ['a.example\0.b'] }), 'certificate-malformed'],
    ['a quoted list in one name', () => shop.svid(`spiffe://x/y",URI:${ID}`), 'spiffe-id'],
  ])('%s', async (_, make, expected) => {
    expect(await outcome(show(make()))).toBe(expected)
  })
})

function names(uri: string): Buffer {
  return extension(0x11, false, sequence(der(0x86, Buffer.from(uri))))
}

/** SPIFFE-ID, section 2. */
const ids: readonly string[] = [
  'spiffe:',
  'spiffe:/',
  'spiffe://',
  'spiffe:///ns/shop',
  `spiffe://${DOMAIN}`,
  `spiffe://${DOMAIN}/`,
  `spiffe://${DOMAIN}//`,
  `spiffe://${DOMAIN}//ns`,
  `spiffe://${DOMAIN}/ns/`,
  `spiffe://${DOMAIN}/ns//orders`,
  `spiffe://${DOMAIN}/.`,
  `spiffe://${DOMAIN}/..`,
  `spiffe://${DOMAIN}/ns/./orders`,
  `spiffe://${DOMAIN}/ns/../orders`,
  `spiffe://${DOMAIN}/ns/..`,
  `spiffe://${DOMAIN}/ns/%2e%2e/orders`,
  `spiffe://${DOMAIN}/ns/orders%2Fadmin`,
  `spiffe://${DOMAIN}/ns/%6frders`,
  `spiffe://${DOMAIN}/ns/%00`,
  `spiffe://${DOMAIN}/ns/orders?admin=1`,
  `spiffe://${DOMAIN}/ns/orders?`,
  `spiffe://${DOMAIN}/ns/orders#`,
  `spiffe://${DOMAIN}/ns/orders#admin`,
  `spiffe://${DOMAIN}?/ns/orders`,
  `spiffe://${DOMAIN}#/ns/orders`,
  `spiffe://user@${DOMAIN}/ns/orders`,
  `spiffe://user:pass@${DOMAIN}/ns/orders`,
  `spiffe://@${DOMAIN}/ns/orders`,
  `spiffe://${DOMAIN}@evil.example/ns/orders`,
  `spiffe://${DOMAIN}:443/ns/orders`,
  `spiffe://${DOMAIN}:/ns/orders`,
  `spiffe://[::1]/ns/orders`,
  `spiffe://PROD.shop.example/ns/orders`,
  `spiffe://prod.shop.examplE/ns/orders`,
  `SPIFFE://${DOMAIN}/ns/orders`,
  `Spiffe://${DOMAIN}/ns/orders`,
  `spiffe:${DOMAIN}/ns/orders`,
  `spiffe:/${DOMAIN}/ns/orders`,
  `spiffe:///${DOMAIN}/ns/orders`,
  `spiffe:\\\\${DOMAIN}/ns/orders`,
  `spiffe://${DOMAIN}\\ns\\orders`,
  `spiffe://${DOMAIN}/ns/orders\\`,
  `spiffe://${DOMAIN}/ns/or:ders`,
  `spiffe://${DOMAIN}/ns/or~ders`,
  `spiffe://${DOMAIN}/ns/or@ders`,
  `spiffe://${DOMAIN}/ns/or+ders`,
  `spiffe://${DOMAIN}/ns/or,ders`,
  `spiffe://${DOMAIN}/ns/or*`,
  `spiffe://${DOMAIN}/ns;v=1/orders`,
  `spiffe://${DOMAIN}/ns=shop`,
  `spiffe://prod%2eshop.example/ns/orders`,
  `spiffe://prod*shop.example/ns/orders`,
  `spiffe://${DOMAIN},evil/ns/orders`,
  `spiffe://${'d'.repeat(256)}/ns/orders`,
  `spiffe://${DOMAIN}/${'p'.repeat(2048 - DOMAIN.length - 9)}`,
]

test('there are more than forty spellings', () => {
  expect(new Set(ids).size).toBeGreaterThan(50)
})

test.each(ids.map((id) => [id.slice(0, 80), id]))('%s is not the SPIFFE ID of a workload', async (_, id) => {
  expect(await outcome({ chain: shop.svid(id).cert })).toBe('spiffe-id')
})

test('the longest one is', async () => {
  const id = `spiffe://${DOMAIN}/${'p'.repeat(2048 - DOMAIN.length - 10)}`
  expect(id).toHaveLength(2048)
  expect(await outcome({ chain: shop.svid(id).cert })).toBe(`workload ${id}`)
})

describe('of another trust domain', () => {
  const other = 'spiffe://partner.example/api'
  test.each<Case>([
    ['one that no identity has', () => shop.svid('spiffe://dev.shop.example/ns/orders'), 'trust-domain'],
    ['one below', () => shop.svid(`spiffe://a.${DOMAIN}/ns/orders`), 'trust-domain'],
    ['one above', () => shop.svid('spiffe://shop.example/ns/orders'), 'trust-domain'],
    ['with a dot behind', () => shop.svid(`spiffe://${DOMAIN}./ns/orders`), 'trust-domain'],
    ['that goes on', () => shop.svid(`spiffe://${DOMAIN}.evil.example/ns/orders`), 'trust-domain'],
    ["another domain's authority for ours", () => partner.svid(ID), 'certificate-authority'],
    ['ours for another domain', () => shop.svid(other), 'certificate-authority'],
    ['an authority for what is no SVID, for one', () => devices.svid(ID), 'certificate-authority'],
    ['ours for what is no SVID', () => shop.client('d', { names: ['d1.example'] }), 'certificate-authority'],
    [
      'an authority of the same name',
      () => ({ chain: twin.svid(ID).cert, authorities: [twin.cert, shop.cert] }),
      'certificate-authority',
    ],
    ['with our root sent along', () => ({ chain: partner.svid(ID).cert + shop.cert }), 'certificate-authority'],
    ['by one in between of another', () => under(partner), 'certificate-authority'],
    ['by one in between of the name of ours', () => under(partner, 'shop'), 'certificate-authority'],
    ['with one in between that nobody has sent', () => ({ chain: shop.below('middle').svid(ID).cert }), 'certificate-authority'],
  ])('%s', async (_, make, expected) => {
    expect(await outcome(show(make()))).toBe(expected)
  })

  function under(authority: typeof shop, name = 'middle'): Shown {
    const middle = authority.below(name)
    return { chain: middle.svid(ID).cert + middle.cert + shop.cert }
  }
})

describe('a chain whose links do not hold', () => {
  test.each<Case>([
    ['by a leaf', () => chainOf(ecLeaf()), 'certificate-authority'],
    ['by one that may not sign certificates', () => below({ keyUsage: ['cRLSign'] }), 'certificate-authority'],
    ['by one that has expired', () => below({ from: -3, to: -2 }), 'certificate-authority'],
    ['by one that is not valid yet', () => below({ from: 2, to: 3 }), 'certificate-authority'],
    ['by one for servers alone', () => below({ usage: 'server' }), 'certificate-authority'],
    [
      'by one with an extension that nobody knows',
      () => below({ extensions: [extension(0x7f, true, sequence())] }),
      'certificate-authority',
    ],
    [
      'by one that is confined to names',
      () => below({ extensions: [extension(0x1e, true, sequence())] }),
      'certificate-authority',
    ],
    ['longer than an authority allows', () => tooLong(), 'certificate-authority'],
    ['longer than any is', () => deep(10), 'certificate-authority'],
    ['round in a circle', () => circle(), 'certificate-authority'],
  ])('%s', async (_, make, expected) => {
    expect(await outcome(show(make()))).toBe(expected)
  })

  test('one that is just not too long', async () => {
    expect(await outcome(deep(8))).toBe(`workload ${ID}`)
  })

  function ecLeaf() {
    return testAuthority('leaf', { issuer: shop.issuer })
  }

  /** The issuer is no authority. */
  function chainOf(issuer: typeof shop): Shown {
    const cert = makeCertificate({ subject: 'leaf', issuer: shop.issuer, keys: keysOf(issuer) })
    return { chain: issuer.svid(ID).cert + cert.cert }
  }

  function keysOf({ issuer, cert }: typeof shop) {
    return { privateKey: issuer.privateKey, publicKey: new X509Certificate(cert).publicKey }
  }

  function tooLong(): Shown {
    const first = shop.below('first', { pathLength: 0 })
    const second = first.below('second')
    return { chain: second.svid(ID).cert + second.cert + first.cert }
  }

  function deep(levels: number): Shown {
    let chain = ''
    let last = shop
    for (let level = 0; level < levels; level += 1) {
      last = last.below(`level ${level}`)
      chain = last.cert + chain
    }
    return { chain: last.svid(ID).cert + chain }
  }

  /** Two that vouch for each other, and nobody for them. */
  function circle(): Shown {
    const one = testAuthority('one')
    const two = testAuthority('two')
    const cross = (of: typeof shop, by: typeof shop, subject: string) =>
      makeCertificate({ subject, ca: true, keys: keysOf(of), issuer: by.issuer }).cert
    return { chain: one.svid(ID).cert + cross(one, two, 'one') + cross(two, one, 'two') }
  }
})

describe('dates and lists', () => {
  const day = 86_400_000
  const serial = randomSerial()
  const svid = shop.svid(ID, { serial })
  test.each<Case>([
    ['expired', () => shop.svid(ID, { from: -3, to: -2 }), 'certificate-expired'],
    ['expired since the handshake', () => ({ chain: svid.cert, now: Date.now() + 2 * day }), 'certificate-expired'],
    ['not yet valid', () => shop.svid(ID, { from: 2, to: 3 }), 'certificate-not-yet-valid'],
    ['by a clock that was set back', () => ({ chain: svid.cert, now: Date.now() - 2 * day }), 'certificate-not-yet-valid'],
    ['revoked', () => ({ chain: svid.cert, lists: [shop.revoked([randomSerial(), serial])] }), 'certificate-revoked'],
    [
      'revoked, in the second list',
      () => ({ chain: svid.cert, lists: [partner.revoked([]), shop.revoked([serial])] }),
      'certificate-revoked',
    ],
    ['not revoked', () => ({ chain: svid.cert, lists: [shop.revoked([randomSerial()])] }), `workload ${ID}`],
    [
      'its number is revoked by another authority',
      () => ({ chain: svid.cert, lists: [partner.revoked([serial])] }),
      `workload ${ID}`,
    ],
    ['who vouches for it was revoked', () => revokedBetween(), 'certificate-revoked'],
    ['who vouches for it was revoked, and was not sent', () => revokedBetween(false), 'certificate-revoked'],
    ['somebody else who was sent along was revoked', () => revokedBeside(), `workload ${ID}`],
  ])('%s', async (_, make, expected) => {
    expect(await outcome(show(make()))).toBe(expected)
  })

  function revokedBetween(sent = true): Shown {
    const middle = shop.below('middle', { serial })
    const authorities = [...Object.values(anchors), middle.cert]
    return { chain: middle.svid(ID).cert + (sent ? middle.cert : ''), authorities, lists: [shop.revoked([serial])] }
  }

  function revokedBeside(): Shown {
    const beside = shop.below('beside', { serial })
    return { chain: shop.svid(ID).cert + beside.cert, lists: [shop.revoked([serial])] }
  }
})

describe('which identity', () => {
  const ours = { workload: configOf('nobody', DOMAIN) }

  test('one trust domain without authorities of its own: those of the listener', async () => {
    expect(await outcome({ chain: partner.svid(ID).cert, identities: ours })).toBe(`workload ${ID}`)
  })

  test.each([
    ['no name at all', () => shop.svid('x', { uris: [] })],
    ['another URI alone', () => shop.svid('https://shop.example/orders')],
    ['a name of a host', () => shop.client('x', { names: [DOMAIN] })],
  ])('where all are of trust domains, what is no SVID is nobody: %s', async (_, make) => {
    for (const name of ['workload', 'nobody'])
      expect(await outcome({ chain: make().cert, identities: { [name]: configOf(name, DOMAIN) } })).toBe('spiffe-id')
  })

  test('nobody, where no identity is recognized by certificates', async () => {
    expect(await outcome({ chain: shop.svid(ID).cert, identities: {} })).toBe('anonymous')
  })

  test('authorities of two: nobody could say which', async () => {
    const both = { device: configOf('device', null), workload: configOf('workload', null) }
    const cross = makeCertificate({
      subject: 'devices',
      ca: true,
      issuer: shop.issuer,
      keys: { privateKey: devices.issuer.privateKey, publicKey: new X509Certificate(devices.cert).publicKey },
    })
    const shown = { chain: devices.client('d', { names: ['d1.example'] }).cert, identities: both }
    expect(await outcome(shown)).toBe('device d1.example')
    expect(await outcome({ ...shown, chain: shown.chain + cross.cert })).toBe('certificate-ambiguous')
  })

  test('authorities that are not there yet vouch for nobody', async () => {
    const lost = { workload: { ...NO_METHOD, mtls: { trustDomain: DOMAIN, ca: { file: 'lost.pem', path: [] } } } }
    const authenticator = createAuthenticator(lost, { clock: Date.now, log: collectLog(), anchorsOf: () => null })
    const answer = await authenticator.authenticate(requestWith(), fakePolicy(), connectionWith({ chain: shop.svid(ID).cert }))
    expect(answer).toMatchObject({ kind: 'refused', code: 'certificate-authority' })
  })
})

describe('beside a bearer', () => {
  test('what the Authorization header holds comes first, and is not passed over', async () => {
    const authenticator = createAuthenticator(identities, { clock: Date.now, log: collectLog(), anchorsOf })
    const connection = connectionWith({ chain: shop.svid(ID).cert })
    const answer = await authenticator.authenticate(requestWith(['authorization', 'Bearer x']), fakePolicy(), connection)
    expect(answer).toMatchObject({ kind: 'refused', code: 'token-malformed' })
  })
})
