/** OpenTelemetry's own collector, where the machine has it (`otelcol`): what its receiver takes, its exporter prints. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { freePort } from '../support/listening-program.ts'
import { startTestProxy, startUpstream } from '../support/start-test-proxy.ts'
import { WAIT } from '../support/until.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

describe.skipIf(!hasCollector())('the collector of OpenTelemetry', () => {
  let folder: string
  let child: ChildProcess
  let url: string
  let printed = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'iap-otelcol-'))
    const address = `127.0.0.1:${await freePort()}`
    url = `http://${address}`
    const config = join(folder, 'config.yaml')
    writeFileSync(
      config,
      `
receivers: { otlp: { protocols: { http: { endpoint: "${address}" } } } }
exporters: { debug: { verbosity: detailed, sampling_initial: 100000 } }
service:
  telemetry: { metrics: { level: none } }
  pipelines:
    logs: { receivers: [otlp], exporters: [debug] }
    traces: { receivers: [otlp], exporters: [debug] }
`,
    )
    child = spawn('otelcol', ['--config', `file:${config}`])
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error(printed)))
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => {
          printed += text
          if (printed.includes('Everything is ready')) resolve()
        })
    })
  })
  afterAll(() => {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(['protobuf', 'json'])('takes records and spans by %s', async (encoding) => {
    printed = ''
    const upstream = await startUpstream((_, response) => void response.end('ok'))
    const app = await startTestProxy([upstream.origin], {
      sinks: [`{ otlp: "${url}", encoding: ${encoding} }`],
      more: `traces: { otlp: "${url}", encoding: ${encoding}, sample: 1 }`,
    })
    for (let i = 0; i < 20; i++) await ask(app.port, `GET /open/${i}`, [`traceparent: 00-${TRACE}-b7ad6b7169203331-01`])
    await app.close()
    await upstream.close()
    const count = (pattern: RegExp) => printed.match(pattern)?.length ?? 0
    await expect.poll(() => [count(/^LogRecord #/gm), count(/^Span #/gm)], WAIT).toEqual([20, 40])
    expect(count(/EventName: iap\.decision/g)).toBe(20)
    expect(count(new RegExp(`Trace ID\\s*: ${TRACE}`, 'g'))).toBe(60)
    expect(count(/-> http\.route: Str\(\/open\/\{rest\.\.\.\}\)/g)).toBe(20)
    expect(app.log.filter((line) => line.includes(' error '))).toEqual([])
  })
})

function hasCollector(): boolean {
  try {
    execFileSync('otelcol', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
