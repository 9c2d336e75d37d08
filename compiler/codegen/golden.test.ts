/** What people read when they open `policy.js` of a bundle. Look at a change of the golden file as at a change of code. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compile } from '../compile.ts'
import { modelOf } from '../testing/compile-text.ts'

test('the emitted code of a small policy', async () => {
  const text = readFileSync(new URL('golden/shop.iap', import.meta.url), 'utf8')
  await expect(compile(modelOf(text)).policy).toMatchFileSnapshot('golden/shop.generated.cjs')
})
