import { execFileSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { WAIT } from '../support/until.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('npm run demo prints lines that work when pasted, and ends all that it started', async () => {
  const demo = spawn(process.execPath, ['scripts/demo.mjs', '--no-build', '--any-ports'], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1' },
  })
  let said = ''
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const ended = new Promise<number | null>((resolve) => demo.once('close', resolve))
  const addresses = () => [...said.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([address]) => address)
  try {
    await expect.poll(() => said, WAIT).toContain('press ctrl-c to stop')
    const lines = said.split('\n').flatMap((line) => /^ {2}(curl .*)$/.exec(line)?.[1] ?? [])
    const statuses = lines.map(
      (line) => /^HTTP\/1\.1 (\d+)/.exec(execFileSync('sh', ['-c', `${line} 2>/dev/null`], { encoding: 'utf8' }))?.[1],
    )
    expect(statuses).toEqual(['200', '401', '200', '403', '202', '403'])
    await expect
      .poll(() => said, WAIT)
      .toMatch(/403 deny +ann \(staff\) +GET orders\.shop\.localhost\/orders\/7 +archive_is_closed/)
  } finally {
    demo.kill('SIGINT')
  }
  expect(await ended, said).toBe(0)
  for (const address of new Set(addresses())) await expect(fetch(address)).rejects.toThrow()
})
