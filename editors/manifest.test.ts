import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Manifest {
  readonly name: string
  readonly publisher: string
  readonly contributes: { readonly configurationDefaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
}

const manifest = JSON.parse(readFileSync(new URL('./vscode/package.json', import.meta.url), 'utf8')) as Manifest

it('the manifest names the extension itself as the formatter of `.iap`', () => {
  const { name, publisher, contributes } = manifest
  expect(contributes.configurationDefaults['[iap]']?.['editor.defaultFormatter']).toBe(`${publisher}.${name}`)
})
