import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPublicKey, SIGNATURE, SUMS, signFolder, verifyFolder } from './checksums.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-checksums-'))
  writeFileSync(join(folder, 'proxy.js'), 'one')
  writeFileSync(join(folder, 'notes.md'), 'two')
  signFolder(folder, privateKey)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('verifyFolder', () => {
  it('finds nothing wrong with what was signed', () => {
    expect(verifyFolder(folder, publicKey)).toEqual([])
    expect(readFileSync(join(folder, SUMS), 'utf8')).toMatch(/^[0-9a-f]{64} {2}notes\.md\n[0-9a-f]{64} {2}proxy\.js\n$/)
  })

  it.each<readonly [string, () => void, RegExp]>([
    [
      'a file that changed',
      () => appendFileSync(join(folder, 'proxy.js'), '!'),
      /^proxy\.js: expected SHA-256 [0-9a-f]{64}, got /,
    ],
    ['a file that is missing', () => rmSync(join(folder, 'notes.md')), /^notes\.md: missing$/],
    ['a file that nobody signed', () => writeFileSync(join(folder, 'install.sh'), ''), /^install\.sh: not in SHA256SUMS$/],
    [
      'a list that changed',
      () => appendFileSync(join(folder, SUMS), `${'0'.repeat(64)}  more\n`),
      /^SHA256SUMS\.sig: not a signature/,
    ],
    ['another signature', () => writeFileSync(join(folder, SIGNATURE), Buffer.alloc(64)), /^SHA256SUMS\.sig: not a signature/],
    ['a signature that is too short', () => writeFileSync(join(folder, SIGNATURE), 'x'), /^SHA256SUMS\.sig: not a signature/],
    [
      'a link in place of a file',
      () => {
        renameSync(join(folder, 'proxy.js'), `${folder}.js`)
        symlinkSync(`${folder}.js`, join(folder, 'proxy.js'))
      },
      /^proxy\.js: not a file$/,
    ],
    [
      'a folder in place of a file',
      () => {
        rmSync(join(folder, 'proxy.js'))
        mkdirSync(join(folder, 'proxy.js'))
      },
      /^proxy\.js: not a file$/,
    ],
  ])('names %s', (_, change, problem) => {
    change()
    expect(verifyFolder(folder, publicKey)).toEqual([expect.stringMatching(problem)])
    rmSync(`${folder}.js`, { force: true })
  })

  it('refuses another key', () => {
    const other = createPublicKey(generateKeyPairSync('ed25519').privateKey)
    expect(verifyFolder(folder, other)).toEqual([`${SIGNATURE}: not a signature of ${SUMS} by this key`])
  })
})

it('readPublicKey refuses keys of another type', () => {
  const { publicKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  expect(() => readPublicKey(other.export({ type: 'spki', format: 'pem' }) as string)).toThrow('expected an Ed25519 key, got ec')
})
