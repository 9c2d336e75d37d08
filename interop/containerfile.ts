import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildContainer } from '../scripts/container/build-container.ts'
import { ARCHITECTURES } from '../scripts/container/pins.ts'
import { filesOf, imageOf } from '../tests/container/start-container.ts'
import { prepareContainer, startImage } from './container/start-image.ts'
import { Buildah } from './containerfile/buildah.ts'
import type { InteropRun } from './support/interop-run.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

/** What the Containerfile is built on. */
const BASE = 'docker.io/library/node:24-bookworm'

export const containerfile: Suite = {
  summary: 'the Containerfile of the last commit, built by buildah without a daemon, against the layout that the script makes',
  async run(run) {
    const buildah = await Buildah.download(run)
    run.say(await buildah.version())
    await buildah.makeBase(BASE)
    // What a clone has: the folder here may have more.
    const clone = join(run.scratch, 'clone')
    equal((await run.exec('git', ['clone', '--quiet', root, clone])).code, 0)
    const own = join(run.scratch, 'own')
    await buildContainer(root, own)
    for (const architecture of ARCHITECTURES) {
      const layout = join(run.scratch, `built-${architecture}`)
      await run.check(`${architecture}: buildah builds the Containerfile`, () =>
        buildah.build(join(clone, 'deploy/container/Containerfile'), clone, architecture, layout),
      )
      const [built, expected] = [imageOf(layout, architecture), imageOf(own, architecture)]
      await run.check(`${architecture}: the image has the same files`, async () => {
        const files = describe(await filesOf(layout, built.manifest))
        ok(files.length > 20)
        deepEqual(files, describe(await filesOf(own, expected.manifest)))
      })
      await run.check(`${architecture}: the image is started in the same way`, () => {
        const { Labels: labels, ...config } = expected.image.config
        const { Labels: found, ...seen } = built.image.config
        deepEqual(seen, config)
        for (const name of ['title', 'licenses'])
          equal(found[`org.opencontainers.image.${name}`], labels[`org.opencontainers.image.${name}`])
      })
    }
    await startBuilt(run)
  },
}

/** Returns a line for each file: what it is, whose, and the digest of its content. */
function describe(files: Awaited<ReturnType<typeof filesOf>>): readonly string[] {
  return [...files.values()]
    .map(({ name, type, mode = 0, uid, gid, linkname = '', data }) => {
      const digest =
        type === 'file'
          ? createHash('sha256')
              .update(data ?? '')
              .digest('hex')
          : linkname
      // Tools may write the type into the mode, too.
      const permissions = type === 'symlink' ? '' : (mode & 0o7777).toString(8)
      return `${name.replace(/^\.?\/|\/$/g, '')} ${type} ${permissions} ${uid}:${gid} ${digest}`
    })
    .sort()
}

async function startBuilt(run: InteropRun): Promise<void> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const folder = join(run.scratch, 'started')
  mkdirSync(folder)
  const stage = await prepareContainer(run, folder)
  await run.check(`${architecture}: the image answers 200`, () =>
    startImage(run, join(run.scratch, `built-${architecture}`), architecture, { folder, stage }),
  )
}
