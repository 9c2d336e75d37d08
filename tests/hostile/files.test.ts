/** Names of files, which stand in source maps, in what the tracer is told, in stacks and in bundles. */
import { expect, test } from 'vitest'
import { packBundle } from '../../compiler/bundle/index.ts'
import { readBundle } from '../../runtime/policy/index.ts'
import { tryPolicy } from './try-policy.ts'

const NAMES = [
  'a"b.iap',
  "a'b.iap",
  'a`b.iap',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
  '${process.exit()}.iap',
  "');process.exit()//.iap",
  '*/process.exit()/*.iap',
  '//# sourceMappingURL=x.iap',
  '<!--.iap',
  '</script>.iap',
  '\u2028.iap',
  'a\nb.iap',
  '\u0000.iap',
  '\u202e.iap',
  '\ud800.iap',
  '__proto__.iap',
  '__proto__/constructor.iap',
  'constructor.iap',
  'a\\b.iap',
  '../a.iap',
  'é😀.iap',
  ' .iap',
  `${'x'.repeat(300)}.iap`,
  'C:/a.iap',
  'file:///etc/passwd.iap',
  'policy.js:1:1.iap',
  'iap:000000000000/policy.js:1:1.iap',
]

const POLICY = `service s at "h.test" { route one GET "/{x}" }
permit p on s.one to anyone when params.x.startsWith("a") when params.x.contains("b")
forbid f on s.one when params.x == "abc" because "No."
`

test.each(NAMES)('%j is inert, and stands in a bundle or is refused', async (name) => {
  const tried = tryPolicy({ [name]: POLICY }, name)
  if (tried.kind !== 'inert') throw new Error(tried.codes.join())
  const { compiled, model, policy } = tried
  const map = JSON.parse(compiled.sourceMap ?? '') as { readonly sources: readonly string[] }
  expect(map.sources).toEqual([name])
  // An exception says the name as it is, and no line of it looks like another frame.
  let stack: string | null = null
  try {
    policy.decide(0, policy.anonymous, null as never)
  } catch (error) {
    stack = policy.stackOf(error)
  }
  expect(stack === null || !stack.includes('policy.js:') || name.includes('policy.js')).toBe(true)

  const packed = packBundle({
    compiled,
    model,
    validators: '"use strict";\n',
    sources: [{ name, text: POLICY }],
    sequence: 0,
    check: { warnings: 0 },
    tests: { passed: 0, failed: 0 },
    signers: [],
  })
  const bytes = await packed.catch((error: Error & { code?: string }) => error.code)
  if (typeof bytes === 'string') return expect(bytes).toBe('source-name')
  const read = await readBundle(bytes as Uint8Array, { keys: 'unverified' })
  expect(read.ok && read.bundle.sources).toEqual([{ name, text: POLICY }])
})
