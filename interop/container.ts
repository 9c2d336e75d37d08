import { equal, match } from 'node:assert/strict'
import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildContainer } from '../scripts/container/build-container.ts'
import { ARCHITECTURES } from '../scripts/container/pins.ts'
import { imageOf, unpackImage } from '../tests/container/start-container.ts'
import type { InteropRun } from './support/interop-run.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

/** Makes the container for both processors, twice, and starts that for arm64 under QEMU. `tests/container` runs this machine's own. */
export const container: Suite = {
  summary: 'the container for amd64 and arm64, twice, and the one for arm64 under QEMU',
  async run(run) {
    const [first, second] = [join(run.scratch, 'first'), join(run.scratch, 'second')]
    const { digest } = await buildContainer(root, first)
    run.say(`      ${digest}`)
    await run.check('two layouts in two folders have one digest', async () =>
      equal((await buildContainer(root, second)).digest, digest),
    )
    for (const architecture of ARCHITECTURES) {
      const { manifest, image } = imageOf(first, architecture)
      const sizes = manifest.layers.map(({ size }) => `${(size / 2 ** 20).toFixed(1)} MiB`)
      run.say(`      ${architecture}: ${sizes.join(' + ')} compressed`)
      await run.check(`the image for ${architecture} says so`, () => equal(image.architecture, architecture))
    }
    await startUnderQemu(run, first)
  },
}

/** One process alone, as the processes that it would start are of the other processor, too. */
async function startUnderQemu(run: InteropRun, layout: string): Promise<void> {
  const { code, output } = await run.exec('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', 'qemu-user-static'])
  const file = readdirSync(run.scratch).find((name) => name.endsWith('.deb'))
  if (code !== 0 || file === undefined)
    return run.skip('the image for arm64 starts', `qemu-user-static cannot be downloaded: ${output}`)
  await run.exec('dpkg-deb', ['-x', file, 'qemu'])
  const { manifest, image } = imageOf(layout, 'arm64')
  const unpacked = join(run.scratch, 'root')
  unpackImage(layout, manifest, unpacked)
  const program = join(run.scratch, 'qemu/usr/bin/qemu-aarch64-static')
  if (!existsSync(program)) return run.skip('the image for arm64 starts', 'qemu-user-static has no qemu-aarch64-static')
  copyFileSync(program, join(unpacked, 'qemu'))
  const words = [`--userspec=${image.config.User}`, unpacked, '/qemu', ...image.config.Entrypoint, '--version']
  await run.check('the image for arm64 starts', async () =>
    match((await run.exec('chroot', words, { env: { PATH: process.env.PATH } })).output, /^\d+\.\d+\.\d+\n$/),
  )
}
