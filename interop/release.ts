import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { unpackTar } from 'modern-tar'
import { SIGNATURE, SUMS } from '../scripts/release/checksums.ts'
import { readFiles } from '../scripts/release/read-files.ts'
import { checkWithin, MOST_TIME, startImages } from './container.ts'
import { startPackage } from './release/start-package.ts'
import type { Executed, InteropRun } from './support/interop-run.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

const ENDINGS = ['.tgz', 'proxy.js', '.oci.tar', '.vsix', '.cdx.json', 'RELEASE_NOTES.md', SUMS, SIGNATURE]

/** Makes a whole release of the last commit in two clones, by the command, compares them, and starts what is in it. */
export const release: Suite = {
  summary: 'a whole release, made in two clones of the last commit, verified, and its package and images started',
  async run(run) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const [key, pem] = [join(run.scratch, 'key.pem'), join(run.scratch, 'public.pem')]
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    writeFileSync(pem, publicKey.export({ type: 'spki', format: 'pem' }))
    const first = await releaseOf(run, root, 'first', key)
    // Of the same commit, whatever has been committed meanwhile.
    const second = await releaseOf(run, join(run.scratch, 'first'), 'second-of-another-length', key)
    const names = readdirSync(first)
    for (const name of names) run.say(`      ${String(statSync(join(first, name)).size).padStart(11)}  ${name}`)
    run.say(readFileSync(join(first, SUMS), 'utf8').replace(/^/gm, '      '))
    for (const ending of ENDINGS)
      await run.check(`the release has a file ${ending}`, () => ok(names.some((name) => name.endsWith(ending))))
    await run.check('two releases are equal, and so are their signatures', () => {
      for (const name of [SUMS, SIGNATURE]) deepEqual(readFileSync(join(second, name)), readFileSync(join(first, name)))
    })
    await run.check('the archive of the chart has its files', () => chartCase(first))
    await verifyCases(run, first, second, pem)

    const layout = join(run.scratch, 'layout')
    mkdirSync(layout)
    const at = (ending: string) => join(first, names.find((name) => name.endsWith(ending)) ?? '')
    const verify = () => verifyByTools(run, first, pem)
    await must(run, 'tar', ['-xf', at('.oci.tar'), '-C', layout], run.scratch)
    const tarball = join(first, names.find((name) => name.endsWith('.tgz') && !name.includes('chart')) ?? '')
    await startImages(run, layout, verify, async (architecture, enter) => {
      const name = `the package on ${architecture}, with nothing but Node.js, answers 200`
      // It compiles, which QEMU slows down by a factor of ten.
      const most = enter.length > 0 ? 2 * MOST_TIME : MOST_TIME
      const folder = join(run.scratch, `package-${architecture}`)
      await checkWithin(run, name, most, async () => {
        const begun = performance.now()
        await verify()
        const verified = performance.now() - begun
        return verified + (await startPackage(run, tarball, { layout, architecture, folder, enter }))
      })
    })
  },
}

/** The packages are those that are installed here, by hard links: a release must not know in which folder they are. */
async function releaseOf(run: InteropRun, repository: string, name: string, key: string): Promise<string> {
  const clone = join(run.scratch, name)
  await must(run, 'git', ['clone', '--quiet', repository, clone], run.scratch)
  await must(run, 'cp', ['-al', join(root, 'node_modules'), join(clone, 'node_modules')], run.scratch)
  const folder = join(run.scratch, `${name}.release`)
  await must(run, 'npm', ['run', '--silent', 'release', '--', folder, '--key', key], clone)
  return folder
}

async function chartCase(folder: string): Promise<void> {
  const name = readdirSync(folder).find((each) => /-chart-.*\.tgz$/.test(each)) ?? ''
  const packed = await unpackTar(gunzipSync(readFileSync(join(folder, name))))
  const files = packed.filter(({ header }) => header.type === 'file').map(({ header, data }) => [header.name, data?.length])
  const expected = readFiles(join(root, 'deploy/chart'), 'iap')
    .filter(({ path }) => !path.startsWith('iap/examples/'))
    .map((file) => [file.path, 'body' in file && file.body.length])
  deepEqual(files.sort(), expected.sort())
}

/** By the command of a clone, and what it says of a release that was changed. */
async function verifyCases(run: InteropRun, folder: string, changed: string, pem: string): Promise<void> {
  const verify = (path: string) =>
    run.exec('npm', ['run', '--silent', 'release', '--', '--verify', path, '--key', pem], { cwd: root })
  await run.check('the release verifies', async () => {
    const { code, output } = await verify(folder)
    equal(code, 0, output)
  })
  await run.check('a release with another byte and one file more does not', async () => {
    appendFileSync(join(changed, 'proxy.js'), ' ')
    writeFileSync(join(changed, 'more.txt'), '')
    const { code, output } = await verify(changed)
    equal(code, 1, output)
    match(output, /^more\.txt: not in SHA256SUMS$/m)
    match(output, /^proxy\.js: expected SHA-256 /m)
  })
}

/** As the page about releases says, without anything of ours. */
async function verifyByTools(run: InteropRun, folder: string, pem: string): Promise<void> {
  const signature = ['pkeyutl', '-verify', '-pubin', '-inkey', pem, '-rawin', '-in', SUMS, '-sigfile', SIGNATURE]
  await must(run, 'openssl', signature, folder)
  await must(run, 'sha256sum', ['--check', '--strict', '--quiet', SUMS], folder)
}

async function must(run: InteropRun, command: string, words: readonly string[], cwd: string): Promise<Executed> {
  const executed = await run.exec(command, words, { cwd, timeout: 1_800_000 })
  if (executed.code !== 0) throw new Error(`${command} ended with exit code ${executed.code}: ${executed.output.slice(-2000)}`)
  return executed
}
