import { hash } from 'node:crypto'
import { signXml } from '@node-saml/node-saml/lib/xml.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { samlKeys } from '../../../../tests/support/saml.ts'
import { canonicalXml } from './canonical-xml.ts'
import { readXml } from './read-xml.ts'

test.each([
  ['<a></a>', '<a></a>'],
  ['<a/>', '<a></a>'],
  [`<a  b = 'c'  />`, '<a b="c"></a>'],
  ['<a d="1" c="2"/>', '<a c="2" d="1"></a>'],
  ['<a xmlns:y="urn:b" xmlns:x="urn:c" x:a="1" y:a="2" a="3"/>', '<a xmlns:x="urn:c" xmlns:y="urn:b" a="3" y:a="2" x:a="1"></a>'],
  ['<a xmlns:x="urn:x" xmlns:unused="urn:u"><x:b/><x:c/></a>', '<a><x:b xmlns:x="urn:x"></x:b><x:c xmlns:x="urn:x"></x:c></a>'],
  ['<x:a xmlns:x="urn:x"><x:b/></x:a>', '<x:a xmlns:x="urn:x"><x:b></x:b></x:a>'],
  ['<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"/></b></a>', '<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"></c></b></a>'],
  ['<x:a xmlns:x="urn:x"><x:b xmlns:x="urn:y"/></x:a>', '<x:a xmlns:x="urn:x"><x:b xmlns:x="urn:y"></x:b></x:a>'],
  [
    '<a b="&lt;&amp;&quot;&#9;&#10;&#13;&gt;\'">&lt;&amp;"&#13;&gt;\t\n</a>',
    '<a b="&lt;&amp;&quot;&#x9;&#xA;&#xD;>\'">&lt;&amp;"&#xD;&gt;\t\n</a>',
  ],
  ['<a b="c\nd\te"/>', '<a b="c d e"></a>'],
  ['<a>b\r\nc\rd</a>', '<a>b\nc\nd</a>'],
  ['<a xml:lang="de">&#xE4;&#x1F600;</a>', '<a xml:lang="de">ä😀</a>'],
])('%s', (text, canonical) => {
  expect(canonicalXml(readXml(text))).toBe(canonical)
  // What is canonical stays so.
  expect(canonicalXml(readXml(canonical))).toBe(canonical)
})

test('prefixes that count although nothing uses them, and an element that is left out', () => {
  const root = readXml('<x:a xmlns:x="urn:x" xmlns:xs="urn:xs"><x:b t="xs:string"/><x:c/></x:a>')
  const [b, c] = root.children
  expect(canonicalXml(root, ['xs', 'nobody'], c)).toBe('<x:a xmlns:x="urn:x" xmlns:xs="urn:xs"><x:b t="xs:string"></x:b></x:a>')
  expect(canonicalXml(b as never, ['xs'])).toBe('<x:b xmlns:x="urn:x" xmlns:xs="urn:xs" t="xs:string"></x:b>')
})

/** XML as a provider could write it. */
function documents(): fc.Arbitrary<string> {
  const text = fc
    .array(
      fc.constantFrom('a', 'ü', '\n', '\t', ' ', '&amp;', '&lt;', '&gt;', '&quot;', '&#13;', '&#9;', '&#xA;', '"', "'", '😀'),
      { maxLength: 6 },
    )
    .map((all) => all.join(''))
  const value = text.map((one) => one.replaceAll('"', '&quot;'))
  const prefix = fc.constantFrom('', 'p:', 'q:')
  const declared = fc.uniqueArray(
    fc.tuple(fc.constantFrom('xmlns', 'xmlns:p', 'xmlns:q'), fc.constantFrom('urn:1', 'urn:2', 'urn:3')),
    {
      maxLength: 3,
      selector: ([name]) => name,
    },
  )
  const attributes = fc.uniqueArray(fc.tuple(prefix, fc.constantFrom('a', 'b', 'c'), value), {
    maxLength: 3,
    selector: ([, name]) => name,
  })
  return fc
    .letrec<{ element: string }>((tie) => ({
      element: fc
        .tuple(
          prefix,
          fc.constantFrom('a', 'b'),
          declared,
          attributes,
          fc.array(fc.oneof({ maxDepth: 3, depthSize: 'small' }, text, tie('element')), { maxLength: 4 }),
        )
        .map(([before, name, spaces, own, inner]) => {
          const words = [...spaces.map(([key, uri]) => `${key}="${uri}"`), ...own.map(([p, key, one]) => `${p}${key}="${one}"`)]
          return `<${[`${before}${name}`, ...words].join(' ')}>${inner.join('')}</${before}${name}>`
        }),
    }))
    .element.map((inner) => `<root ID="_1" xmlns:p="urn:p" xmlns:q="urn:q"><Issuer/>${inner}</root>`)
}

test('the library reads the same: what it has signed has our digest', () => {
  const keys = samlKeys()
  const options = { privateKey: keys.key, signatureAlgorithm: 'sha256', digestAlgorithm: 'sha256' } as const
  fc.assert(
    fc.property(documents(), (xml) => {
      const signed = signXml(xml, '/root', { reference: '/root/Issuer', action: 'after' }, options)
      const root = readXml(signed)
      const signature = root.children.find(({ name }) => name === 'Signature') ?? null
      const digest = /<DigestValue>([^<]*)/.exec(signed)?.[1]
      expect(hash('sha256', canonicalXml(root, [], signature), 'base64')).toBe(digest)
    }),
    { seed: 20_261_127, numRuns: process.env.IAP_FULL === '1' ? 500 : 150 },
  )
})
