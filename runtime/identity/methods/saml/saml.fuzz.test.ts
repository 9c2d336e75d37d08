import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MOST_TIME, timed } from '../../../../tests/support/processor-time.ts'
import { attribute, type ResponseParts, samlKeys, samlResponse } from '../../../../tests/support/saml.ts'
import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { checkResponse, type ResponseChecks } from './check-response.ts'

const RUNS = process.env.IAP_FULL === '1' ? 200_000 : 1_000

const keys = samlKeys()
const stranger = samlKeys('a stranger')
const NOW = Date.parse('2026-03-01T12:00:00Z')
const parties = {
  issuer: 'https://idp.example/metadata',
  audience: 'https://app.example/saml',
  recipient: 'https://app.example/.iap/saml/acs/staff',
  inResponseTo: '_request',
}
// As many keys as a provider may have; the right one last.
const certificates = [samlKeys().cert, samlKeys().cert, keys.cert].map((pem) => ({
  pem,
  key: new X509Certificate(pem).publicKey,
}))
const checks: ResponseChecks = { ...parties, responseSigned: false, certificates, now: NOW, skew: 30_000 }
const made = (parts: Partial<ResponseParts> = {}) =>
  samlResponse({ ...parties, keys, now: NOW, assertionId: '_assertion', ...parts })

const base64 = (xml: string) => Buffer.from(xml).toString('base64')

/** What a forger has: good responses, those of a stranger, the parts of all of them, and all the time in the world. */
function forgeries(goods: readonly string[]): fc.Arbitrary<string> {
  const good = fc.constantFrom(...goods)
  const names = ['saml:Assertion', 'saml:Issuer', 'saml:Subject', 'saml:NameID', 'saml:SubjectConfirmation', 'saml:Conditions']
  const more = [
    'saml:AuthnStatement',
    'saml:AttributeStatement',
    'saml:Attribute',
    'samlp:Status',
    'Signature',
    'SignedInfo',
    'Reference',
    'KeyInfo',
  ]
  const elements = goods.flatMap((xml) =>
    [...names, ...more].flatMap((name) => xml.match(new RegExp(`<${name}[ >][\\s\\S]*?</${name}>`)) ?? []),
  )
  const pieces = fc.oneof(
    fc.constantFrom(...elements),
    fc.constantFrom(
      ...['<!-- -->', '<![CDATA[root]]>', '<?x y?>', '<!DOCTYPE x>', '&lt;', '&#114;', '&x;', '\r\n', ' ', '', '<a/>', 'root'],
      ...[
        ' ID="_assertion"',
        ' xmlns="urn:x"',
        ' xmlns:saml="urn:x"',
        '</saml:Assertion>',
        '</samlp:Response>',
        ']]>',
        '>',
        '"',
        "'",
      ],
    ),
    fc.string({ maxLength: 12 }),
  )
  const cut = fc.tuple(good, fc.nat(), fc.nat(40), pieces).map(([xml, at, length, piece]) => {
    const from = at % xml.length
    return xml.slice(0, from) + piece + xml.slice(from + length)
  })
  // At the places where something begins or ends, which chance finds seldom.
  const placed = fc.tuple(good, fc.nat(), pieces).map(([xml, at, piece]) => {
    const places = [...xml.matchAll(/[<>"= ]/g)].map(({ index }) => index)
    const place = (places[at % places.length] ?? 0) + (at % 2)
    return xml.slice(0, place) + piece + xml.slice(place)
  })
  const exchanged = fc.tuple(good, fc.constantFrom(...elements), pieces).map(([xml, one, other]) => xml.replace(one, () => other))
  const moved = fc.tuple(good, fc.constantFrom(...elements), fc.nat()).map(([xml, one, at]) => {
    const rest = xml.replace(one, '')
    const places = [...rest.matchAll(/</g)].map(({ index }) => index)
    const place = places[at % places.length] ?? 0
    return rest.slice(0, place) + one + rest.slice(place)
  })
  const renamed = fc
    .tuple(
      good,
      fc.constantFrom(
        'ann',
        'one',
        'users',
        '_assertion',
        '_response',
        'sha256',
        'saml:',
        'Signature',
        'SignedInfo',
        'ID',
        'exc-c14n#',
      ),
      fc.constantFrom('root', 'admins', '_x', 'sha1', '', 'Id', 'samlp:'),
    )
    .map(([xml, from, to]) => xml.replaceAll(from, to))
  const noise = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
  )
  const once = fc.oneof(cut, placed, exchanged, moved, renamed)
  return fc.oneof({ weight: 8, arbitrary: once }, { weight: 1, arbitrary: noise }).filter((xml) => !goods.includes(xml))
}

async function outcome(text: string): Promise<unknown> {
  try {
    return await checkResponse(text, checks)
  } catch (error) {
    if (!(error instanceof ProviderRefusal)) throw error
    return error.message.replace(/^what the provider \w+ (?:does not hold|cannot be read): /, '')
  }
}

test(`${RUNS} random and mutated responses: what counts is what was signed, none throws, none takes long`, async () => {
  const attributes = attribute('groups', 'users', 'b') + attribute('mail', 'ann@x.example')
  const goods = [
    made({ attributes }),
    made({ attributes, signResponse: true }),
    made({ keys: stranger, nameId: '<saml:NameID>root</saml:NameID>' }),
  ]
  const signed = await outcome(base64(goods[0] as string))
  expect(await outcome(base64(goods[1] as string))).toEqual(signed)
  const reasons = new Map<string, number>()
  let [longest, same] = [0, 0]
  await fc.assert(
    fc.asyncProperty(forgeries(goods), async (xml) => {
      const text = base64(xml)
      const [found, time] = await timed(() => outcome(text))
      longest = Math.max(longest, time)
      if (typeof found === 'string') reasons.set(found, (reasons.get(found) ?? 0) + 1)
      else {
        // A space in a tag, or something around the assertion, which nobody has signed and nothing is read from.
        expect(found).toEqual(signed)
        same += 1
      }
    }),
    { seed: 20_261_127, numRuns: RUNS },
  )
  console.log(
    `${same} of ${RUNS} say what was signed and nothing else; ${reasons.size} reasons; the longest took ${longest.toFixed(1)} ms of CPU`,
  )
  // They reach every stage.
  for (const reason of [
    /comment/,
    /DTD/,
    /two elements have the same ID/,
    /not of the form/,
    /several/,
    /not that of the provider/,
    /`InResponseTo`/,
  ])
    expect(
      [...reasons.keys()].some((one) => reason.test(one)),
      String(reason),
    ).toBe(true)
  expect(longest).toBeLessThan(MOST_TIME)
  // With IAP_FULL=1, many times as many.
}, 1_800_000)

describe('what is as large as it may be', () => {
  const many = (count: number, text: string) => text.repeat(count)
  const letters = 'abcdefghijklmno'.split('')
  const prefixes = letters
    .slice(0, 9)
    .map((letter) => `xmlns:${letter}="urn:${letter}"`)
    .join(' ')
  /** In the attributes of an assertion that nobody has signed. */
  const inside: Readonly<Record<string, string>> = {
    'many elements': many(900, '<a/>'),
    'elements and texts': many(900, '<a/>x'),
    'many attributes': many(300, `<a ${letters.map((letter) => `${letter}="b"`).join(' ')}/>`),
    'many namespaces': `<z ${prefixes}>${many(
      500,
      `<a:a ${letters
        .slice(0, 9)
        .map((letter) => `${letter}:b=""`)
        .join(' ')}/>`,
    )}</z>`,
    'long namespaces': `<z ${letters
      .slice(0, 9)
      .map((letter) => `xmlns:${letter}="${letter.repeat(200)}"`)
      .join(' ')}>${many(
      600,
      `<a:a ${letters
        .slice(1, 9)
        .map((letter) => `${letter}:b=""`)
        .join(' ')}/>`,
    )}</z>`,
    'a namespace without end': `<z xmlns:a="${'a'.repeat(30_000)}">${many(900, '<a:a/>')}</z>`,
    'namespaces that change': many(400, '<a xmlns:b="urn:b" b:c="" xmlns="urn:a"/>'),
    'deep nesting': many(60, `${many(9, '<a>')}${many(9, '</a>')}`),
    'one long text': 'x'.repeat(58_000),
    'many references': many(11_000, '&amp;'),
    'many IDs': Array.from({ length: 900 }, (_, at) => `<a ID="a${at}"/>`).join(''),
    'what looks like comments': many(14_000, '&lt;!--'.slice(0, 4)),
  }
  test.each(Object.entries(inside))('%s', async (_, attributes) => {
    const xml = made().replace('</saml:AttributeStatement>', `${attributes}</saml:AttributeStatement>`)
    const [found, time] = await timed(() => outcome(base64(xml)))
    expect(found).toMatch(/not that of the provider|more than 1000|longer than/)
    expect(time).toBeLessThan(MOST_TIME)
  })

  /** Around a good assertion of one's own, which nobody has signed. */
  test.each<[string, (xml: string) => string]>([
    [
      'the response',
      (xml) => xml.replace('<samlp:Status>', `<samlp:Extensions>${many(900, '<a/>')}</samlp:Extensions><samlp:Status>`),
    ],
    [
      'the status',
      (xml) =>
        xml.replace('</samlp:Status>', `<samlp:StatusDetail>${many(900, '<a b=""/>')}</samlp:StatusDetail></samlp:Status>`),
    ],
    ['the key', (xml) => xml.replace('<KeyInfo>', `<KeyInfo>${many(900, '<a/>')}`)],
    ['one text', (xml) => xml.replace('</samlp:Status>', `${'x'.repeat(58_000)}</samlp:Status>`)],
    [
      'attributes',
      (xml) =>
        xml.replace(
          '<samlp:Status>',
          `<samlp:Extensions>${many(40, `<a ${letters.map((letter) => `${letter}="${'b'.repeat(80)}"`).join(' ')}/>`)}</samlp:Extensions><samlp:Status>`,
        ),
    ],
  ])('around a good one: %s', async (_, change) => {
    const text = base64(change(made()))
    const [, time] = await timed(() => outcome(text))
    expect(time).toBeLessThan(MOST_TIME)
  })
})
