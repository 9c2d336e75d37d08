import { deepEqual, equal, ok } from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SUMS, verifyFolder } from '../scripts/release/checksums.ts'
import type { InteropRun } from './support/interop-run.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

/** Makes a whole release of the last commit in two clones, by the command, and compares them. */
export const release: Suite = {
  summary: 'a whole release, made in two clones of the last commit',
  async run(run) {
    const { privateKey } = generateKeyPairSync('ed25519')
    const key = join(run.scratch, 'key.pem')
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    const [first, second] = [await releaseOf(run, 'first', key), await releaseOf(run, 'second-of-another-length', key)]
    for (const name of readdirSync(first)) run.say(`      ${String(statSync(join(first, name)).size).padStart(11)}  ${name}`)
    await run.check('the release verifies', () => deepEqual(verifyFolder(first, createPublicKey(privateKey)), []))
    await run.check('two releases are equal', () => {
      equal(readFileSync(join(second, SUMS), 'utf8'), readFileSync(join(first, SUMS), 'utf8'))
    })
    const names = readdirSync(first)
    for (const ending of ['.tgz', '.oci.tar', '.vsix', '.cdx.json'])
      await run.check(`the release has a file ${ending}`, () => ok(names.some((name) => name.endsWith(ending))))
  },
}

/** The packages are those that are installed here, by hard links: a release must not know in which folder they are. */
async function releaseOf(run: InteropRun, name: string, key: string): Promise<string> {
  const clone = join(run.scratch, name)
  await must(run, 'git', ['clone', '--quiet', root, clone], run.scratch)
  await must(run, 'cp', ['-al', join(root, 'node_modules'), join(clone, 'node_modules')], run.scratch)
  const folder = join(run.scratch, `${name}.release`)
  await must(run, 'npm', ['run', '--silent', 'release', '--', folder, '--key', key], clone)
  return folder
}

async function must(run: InteropRun, command: string, words: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await run.exec(command, words, { cwd, timeout: 1_200_000 })
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}: ${output.slice(-2000)}`)
}
