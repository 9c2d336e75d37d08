import { match } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chownSync, copyFileSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Architecture } from '../../scripts/container/pins.ts'
import {
  imageOf,
  type Mounts,
  type RunningContainer,
  startContainer,
  unpackImage,
} from '../../tests/container/start-container.ts'
import { freePorts } from '../../tests/support/listening-program.ts'
import { LONGEST } from '../container/start-image.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { accepts } from '../support/start-listening.ts'
import { waitFor } from '../support/start-proxy.ts'

/** The user of the image. */
const USER = 65532
/** The folder of the project, and where npm is, on the file system that has nothing but Node.js. */
const [HOME, NPM] = ['/var/lib/iap', '/etc/iap']

/**
 * Does what a newcomer does, on a file system that has nothing but Node.js and npm: installs the package without a network, runs
 * `iap init` and `iap run --dev`, and asks by the curl command that this prints.
 *
 * @param layout the image layout whose lower layer has Node.js
 * @param folder a new folder
 * @param enter runs a command where programs for the processor run
 * @returns milliseconds until the answer 200
 */
export async function startPackage(
  run: InteropRun,
  tarball: string,
  { layout, architecture, folder, enter }: StartPackageOptions,
): Promise<number> {
  const [unpacked, home] = [join(folder, 'node'), join(folder, 'home')]
  for (const path of [folder, home]) mkdirSync(path)
  const { manifest } = imageOf(layout, architecture)
  unpackImage(layout, { ...manifest, layers: manifest.layers.slice(0, 1) }, unpacked)
  const npm = join(realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim()), '../..')
  const mounts: Mounts = { [NPM]: { folder: npm }, [HOME]: { folder: home, writable: true } }
  copyFileSync(tarball, join(home, basename(tarball)))
  chownSync(home, USER, USER)
  const node = (...words: string[]): RunningContainer =>
    startContainer(unpacked, { config: { User: `${USER}:${USER}`, Entrypoint: ['/usr/local/bin/node'], Cmd: words } }, mounts, {
      enter,
      env: { HOME, NO_COLOR: '1' },
    })
  const finish = async (...words: string[]): Promise<void> => {
    const program = node(...words)
    const code = await program.ended
    if (code !== 0) throw new Error(`node ${words.join(' ')} ended with exit code ${code}: ${program.said()}`)
  }

  const begun = performance.now()
  const options = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', HOME]
  await finish(`${NPM}/bin/npm-cli.js`, 'install', ...options, `${HOME}/${basename(tarball)}`)
  const iap = `${HOME}/node_modules/iap-proxy/dist/iap.js`
  await finish(iap, 'init', `${HOME}/demo`)
  const config = join(home, 'demo/iap.yaml')
  // No file is edited, unless something else on this machine has a port.
  for (const port of [8080, 9901])
    if (await accepts(port)) writeFileSync(config, readFileSync(config, 'utf8').replace(`${port}`, `${(await freePorts(1))[0]}`))
  const proxy = node(iap, 'run', '--dev', '--config', `${HOME}/demo/iap.yaml`)
  let over = false
  proxy.ended.then(() => {
    over = true
  })
  try {
    const line = await waitFor(
      () => {
        if (over) throw new Error(`iap run --dev ended: ${proxy.said()}`)
        return /# ann: permitted\n +(curl .*)$/m.exec(proxy.said())?.[1]
      },
      'iap run --dev printed no command of curl',
      LONGEST,
    )
    // On a slow processor, the development issuer may not answer in time at first: then it is 503.
    const ask = async () => ((await run.exec('sh', ['-c', line])).output.includes('HTTP/1.1 200') ? true : undefined)
    await waitFor(ask, 'the command of curl does not get 200', LONGEST)
    const duration = performance.now() - begun
    proxy.signal('SIGINT')
    match(String(await proxy.ended), /^0$/, proxy.said())
    return duration
  } finally {
    if (!over) proxy.signal('SIGKILL')
  }
}

export interface StartPackageOptions {
  readonly layout: string
  readonly architecture: Architecture
  readonly folder: string
  readonly enter: readonly string[]
}
