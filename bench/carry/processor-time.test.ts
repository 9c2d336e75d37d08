import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { processorTime } from './processor-time.ts'

const BUSY = 'const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end);'

describe.skipIf(process.platform !== 'linux')('processor time', () => {
  test('is that of the process and of what it has started, and of nobody else', async () => {
    // The shell waits for both, and does nothing itself.
    const shell = spawn('sh', ['-c', `"${process.execPath}" -e '${BUSY} console.log("one"); setTimeout(() => {}, 60000)' & wait`])
    const idle = spawn(process.execPath, ['-e', 'console.log("idle"); setTimeout(() => {}, 60000)'])
    try {
      await Promise.all([once(shell.stdout, 'data'), once(idle.stdout, 'data')])
      expect(processorTime([shell.pid as number])).toBeGreaterThanOrEqual(0.3)
      expect(processorTime([idle.pid as number])).toBeLessThan(0.3)
      expect(processorTime([shell.pid as number, idle.pid as number])).toBeGreaterThan(processorTime([shell.pid as number]))
      expect(processorTime([2 ** 30])).toBe(0)
    } finally {
      spawn('sh', ['-c', `pkill -P ${shell.pid}; kill ${shell.pid} ${idle.pid}`])
      await Promise.all([once(shell, 'close'), once(idle, 'close')])
    }
  })
})
