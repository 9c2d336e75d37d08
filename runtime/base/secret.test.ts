import { expect, test } from 'vitest'
import { resolveSecret } from './secret.ts'

const sources = {
  env: { TOKEN: 's3cret', EMPTY: '' },
  folder: '/etc/iap',
  readFile: (path: string) => {
    if (path === '/etc/iap/secret') return 'from a file\n'
    if (path === '/etc/iap/empty') return '\n'
    throw new Error('ENOENT')
  },
}

test.each([
  [{ env: 'TOKEN' }, { ok: true, value: 's3cret' }],
  [{ file: 'secret' }, { ok: true, value: 'from a file' }],
  [{ env: 'MISSING' }, { ok: false, message: 'the environment variable `MISSING` is not set, or empty' }],
  [{ env: 'EMPTY' }, { ok: false, message: 'the environment variable `EMPTY` is not set, or empty' }],
  [{ env: 'constructor' }, { ok: false, message: 'the environment variable `constructor` is not set, or empty' }],
  [{ file: 'empty' }, { ok: false, message: 'the secret `/etc/iap/empty` is empty' }],
  [{ file: '/x' }, { ok: false, message: 'the secret `/x` cannot be read: ENOENT' }],
] as const)('%o', (secret, expected) => {
  expect(resolveSecret(secret, sources)).toEqual(expected)
})
