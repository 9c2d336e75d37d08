/**
 * The same sources, sequence and keys give the same bytes: in two folders, with files that came to be in another order, and on Node 20 and 24. `IAP_NODE24` names
 * a program of Node 24; in `npm run check:full` it is installed where it is not named.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestBuilt, EXAMPLES } from './build-elsewhere.ts'

const full = process.env.IAP_FULL === '1'
const given = process.env.IAP_NODE24
const forward = (a: string, b: string) => (a < b ? -1 : 1)
const backward = (a: string, b: string) => (a < b ? 1 : -1)
/** Each build starts the compiler anew: two for every push, with several files and with data. */
const some = full ? EXAMPLES : ['shop', 'documents']

let scratch: string
let key: string

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'iap-reproducible-'))
  key = join(scratch, 'key.json')
  execFileSync(process.execPath, ['dist/iap.js', 'keygen', '-o', key], { stdio: 'pipe' })
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('the bytes of a bundle', () => {
  it.each(some)('are the same in two folders, with files in another order: %s', (example) => {
    const here = digestBuilt(example, { node: process.execPath, order: forward }, key)
    expect(digestBuilt(example, { node: process.execPath, order: backward }, key)).toBe(here)
  })

  // The full size takes longer than the default time-out.
  it.runIf(full || given !== undefined)('are the same on Node 20 and 24', { timeout: 600_000 }, () => {
    const other = given ?? installNode24(scratch)
    const versions = [process.execPath, other].map((node) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim())
    expect(versions[1]).toMatch(/^v24\./)
    for (const example of some) {
      const here = digestBuilt(example, { node: process.execPath, order: forward }, key)
      const there = digestBuilt(example, { node: other, order: backward }, key)
      console.log(`${example}: ${versions.join(' and ')}: sha256 ${here === there ? 'equal' : 'not equal'} ${here.slice(0, 12)}`)
      expect(there).toBe(here)
    }
  })
})

/** The program, from npm's registry. */
function installNode24(folder: string): string {
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', 'node@24'], { stdio: 'pipe' })
  return join(folder, 'node_modules', 'node', 'bin', 'node')
}
