import { equal, ok } from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { buildContainer } from '../scripts/container/build-container.ts'
import { ARCHITECTURES, type Architecture } from '../scripts/container/pins.ts'
import { imageOf } from '../tests/container/start-container.ts'
import { emulateArm64 } from './container/emulate-processor.ts'
import { prepareContainer, startImage } from './container/start-image.ts'
import type { InteropRun } from './support/interop-run.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

/** Seconds from an image layout, or a package, to its first answer. */
export const MOST_TIME = 30

export const container: Suite = {
  summary: 'the container for amd64 and arm64, made twice, and started from its layout, the other processor under QEMU',
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
    await startImages(run, first)
  },
}

/**
 * Starts the image of a layout for each processor, as one case each, which reports how long it takes until it answers.
 *
 * @param before called first, and measured, too
 */
export async function startImages(
  run: InteropRun,
  layout: string,
  before: () => unknown = () => {},
  withImage: (architecture: Architecture, enter: readonly string[]) => Promise<void> = async () => {},
): Promise<void> {
  for (const architecture of ARCHITECTURES) {
    const name = `the image for ${architecture} answers 200`
    let enter: readonly string[] = []
    if (architecture === 'arm64' && process.arch !== 'arm64')
      try {
        enter = await emulateArm64(run)
      } catch (error) {
        run.skip(name, error instanceof Error ? error.message : String(error))
        continue
      }
    const folder = join(run.scratch, `container-${architecture}`)
    mkdirSync(folder)
    const stage = await prepareContainer(run, folder)
    await checkWithin(run, name, MOST_TIME, async () => {
      const begun = performance.now()
      await before()
      const verified = performance.now() - begun
      return verified + (await startImage(run, layout, architecture, { folder, stage, enter }))
    })
    await withImage(architecture, enter)
  }
}

/** Reports a case that resolves to the milliseconds that it took, which must be below `most` seconds. */
export async function checkWithin(run: InteropRun, name: string, most: number, body: () => Promise<number>): Promise<void> {
  await run.check(`${name} within ${most} s`, async () => {
    const duration = (await body()) / 1000
    const took = `${duration.toFixed(1)} s, at a load of ${(loadavg()[0] ?? 0).toFixed(1)}`
    run.say(`      ${took}`)
    ok(duration < most, `it took ${took}`)
  })
}
