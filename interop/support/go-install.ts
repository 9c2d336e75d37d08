import { join } from 'node:path'
import type { InteropRun } from './interop-run.ts'

/** Milliseconds for the largest of them. */
const BUILD = 1_800_000

/** Builds commands of a Go module in the scratch folder and returns their paths. Needs `go`. @throws Error with the output of `go` */
export async function goInstall(run: InteropRun, packages: readonly string[], version: string): Promise<readonly string[]> {
  const bin = join(run.scratch, 'bin')
  // With `-trimpath`, a build in another folder is found in the cache of `go`.
  const env = {
    ...process.env,
    GOBIN: bin,
    GOPATH: join(run.scratch, 'go'),
    GOFLAGS: '-modcacherw -trimpath',
    GOTOOLCHAIN: 'local',
  }
  const wanted = packages.map((each) => `${each}@${version}`)
  run.say(`go install ${wanted.join(' ')}`)
  const { code, output } = await run.exec('go', ['install', ...wanted], { env, timeout: BUILD })
  if (code !== 0) throw new Error(`go install ended with exit code ${code}: ${output}`)
  return packages.map((each) => join(bin, each.split('/').at(-1) as string))
}
