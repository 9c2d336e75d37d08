/** Which ABI a manifest may name: this runtime's. */
import { describe, expect, it } from 'vitest'
import { withManifest } from '../../../tests/bundles/craft-bundle.ts'
import { tinyBundle, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import type { Manifest } from '../../abi/index.ts'
import { readBundle, readPublicKeys } from '../index.ts'

describe('the ABI in a manifest', () => {
  const saying = async (change: (manifest: Manifest) => unknown) => {
    const keys = readPublicKeys(JSON.stringify(tinySigner.key.export({ format: 'jwk' }), ['kty', 'crv', 'x']))
    if (!keys.ok) throw new Error(keys.message)
    const read = await readBundle(await withManifest(await tinyBundle(), tinySigner, change), { keys: keys.keys })
    return read.ok ? read.bundle.manifest.abi : read
  }

  it.each([
    [99, '99'],
    [4, '4'],
    [2, '2'],
    [1, '1'],
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    ['3', 'unknown (not a number)'],
    ['1', 'unknown (not a number)'],
    [null, 'unknown (not a number)'],
    [[1], 'unknown (not a number)'],
  ])('%j is refused by name', async (abi, name) => {
    const message = `the bundle was compiled for ABI ${name}, and this runtime runs ABI 3: rebuild it with \`iap build\` of this version`
    expect(await saying((manifest) => ({ ...manifest, abi }))).toEqual({ ok: false, code: 'abi', message })
  })

  it('that is left out is refused', async () => {
    expect(await saying(({ abi: _, ...rest }) => rest)).toMatchObject({ code: 'abi' })
  })

  it('of this runtime is read', async () => expect(await saying((manifest) => manifest)).toBe(3))
})
