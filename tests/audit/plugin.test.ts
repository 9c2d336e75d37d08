import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AuditOptions, openAuditLog } from '../../runtime/telemetry/audit/index.ts'
import { ask } from '../support/ask.ts'
import { auditRecord, remoteAudit } from '../support/audit-record.ts'
import { type CollectedLog, collectLog } from '../support/identity.ts'
import { startTestProxy, startUpstream } from '../support/start-test-proxy.ts'
import { until, WAIT } from '../support/until.ts'

const decisionRecord = auditRecord()

let folder: string
let log: CollectedLog
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-sink-'))
  log = collectLog()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** `body`: of `write(records)`, in which `put` keeps what it is given. */
function moduleWith(body: string, more = ''): string {
  const file = join(folder, 'sink.mjs')
  const put = `const put = (text) => appendFileSync(${JSON.stringify(join(folder, 'out'))}, text + '\\n')`
  writeFileSync(
    file,
    `import { appendFileSync, existsSync, writeFileSync } from 'node:fs'\n${put}\n${more}\nexport async function write(records) {\n${body}\n}\n`,
  )
  return file
}

const open = (plugin: string, options: AuditOptions = {}) => openAuditLog([remoteAudit({ kind: 'plugin', plugin })], log, options)
const out = () => readFileSync(join(folder, 'out'), 'utf8').split('\n').slice(0, -1)
const at = (path: string) => ({ ...decisionRecord, path })
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `/${i}`)

describe('a plug-in', () => {
  test('gets records in order, many at once, and is told of the end', async () => {
    const audit = await open(
      moduleWith('put(records.map(({ path }) => path).join(" "))', 'export const close = () => put("end")'),
    )
    for (const path of numbered(500)) audit.write(at(path))
    await audit.close()
    const lines = out()
    expect(lines.at(-1)).toBe('end')
    expect(lines.slice(0, -1).join(' ').split(' ')).toEqual(numbered(500))
    expect(lines.length).toBeLessThan(50)
  })

  test('gets events of OCSF, where it is to', async () => {
    const audit = await openAuditLog(
      [
        remoteAudit(
          { kind: 'plugin', plugin: moduleWith('for (const { class_uid } of records) put(class_uid)') },
          { format: 'ocsf' },
        ),
      ],
      log,
    )
    audit.write(decisionRecord)
    await audit.close()
    expect(out()).toEqual(['6001'])
  })

  test('that throws gets the same ones again', async () => {
    const audit = await open(
      moduleWith(
        'put(records.map(({ path }) => path).join(" "))\nif (calls++ === 0) throw new Error("the disk is full")',
        'let calls = 0',
      ),
      { retry: 10 },
    )
    for (const path of numbered(3)) audit.write(at(path))
    await until(() => audit.waitingBytes === 0)
    await audit.close()
    expect(out()).toEqual(['/0 /1 /2', '/0 /1 /2'])
    expect(log.lines.join()).toContain('cannot be written to the plug-in `sink.mjs`: the disk is full')
    expect(audit.dropped).toBe(0)
  })

  test.each([
    ['ends its thread', 'process.exit(3)'],
    ['throws where nobody catches it', 'setTimeout(() => { throw new Error("crash") }); await new Promise(() => {})'],
  ])('that %s is started anew, and gets the same ones again', async (_, body) => {
    const marker = JSON.stringify(join(folder, 'tried'))
    const audit = await open(
      moduleWith(
        `if (!existsSync(${marker})) { writeFileSync(${marker}, ''); ${body} }\nput(records.map(({ path }) => path).join(' '))`,
      ),
      { retry: 10 },
    )
    audit.write(at('/1'))
    await until(() => audit.waitingBytes === 0)
    await audit.close()
    expect(out()).toEqual(['/1'])
    expect(audit.dropped).toBe(0)
  })

  test('that cannot be loaded any more is loaded when it can', async () => {
    const audit = await open(moduleWith('process.exit(3)'), { retry: 10 })
    writeFileSync(join(folder, 'sink.mjs'), 'no plug-in')
    audit.write(at('/1'))
    await until(() => log.lines.some((line) => line.includes('cannot be written')))
    moduleWith('put(records.map(({ path }) => path).join(" "))')
    await until(() => audit.waitingBytes === 0)
    await audit.close()
    expect(out()).toEqual(['/1'])
  })

  test('that says what it should not is one that has failed, and no harm', async () => {
    const audit = await open(
      moduleWith(
        'if (calls++ === 0) { parentPort.postMessage(null); await new Promise(() => {}) }\nput(records.length)',
        'import { parentPort } from "node:worker_threads"\nlet calls = 0',
      ),
      { retry: 10 },
    )
    audit.write(at('/1'))
    await until(() => audit.waitingBytes === 0)
    await audit.close()
    expect(out()).toEqual(['1'])
  })

  test('in a loop without end is ended, and holds up nobody', async () => {
    const marker = JSON.stringify(join(folder, 'tried'))
    const audit = await open(
      moduleWith(`if (!existsSync(${marker})) { writeFileSync(${marker}, ''); for (;;) {} }\nput(records.length)`),
      { retry: 10 },
    )
    audit.write(at('/1'))
    await expect.poll(() => audit.waitingBytes, WAIT).toBe(0)
    await audit.close()
    expect(out()).toEqual(['1'])
    expect(log.lines.join()).toContain('it did not stop in time')
  })

  test('that changes what it is given changes no record of anybody', async () => {
    const audit = await open(
      moduleWith('for (const record of records) { put(record.path); record.path = "/changed"; delete record.caller }'),
    )
    const record = at('/1')
    audit.write(record)
    audit.write(record)
    await audit.close()
    expect(out()).toEqual(['/1', '/1'])
    expect(record.caller).toEqual(decisionRecord.caller)
  })

  test.each([
    ['is not there', null, 'cannot be loaded'],
    ['exports no `write`', 'export const read = 1', 'it exports no function `write`'],
    ['throws', 'throw new Error("no database")', 'no database'],
  ])('that %s keeps the log from being opened', async (_, text, why) => {
    const file = join(folder, 'other.mjs')
    if (text !== null) writeFileSync(file, text)
    await expect(open(file)).rejects.toThrow(why)
  })
})

test('of a proxy: no request fails because the plug-in does', async () => {
  const upstream = await startUpstream((_, response) => void response.end('ok'))
  const file = moduleWith('throw new Error("never")')
  const app = await startTestProxy([upstream.origin], { sinks: [`{ plugin: ${JSON.stringify(file)} }`] })
  for (let i = 0; i < 5; i++) expect((await ask(app.port, 'GET /open/a')).status).toBe(200)
  await until(() => app.log.some((line) => line.includes('cannot be written to the plug-in')))
  await app.close()
  expect(app.log.join('')).toContain('are lost')
  await upstream.close()
})

test('docs/guides/operations/audit-sinks.md shows one that works', async () => {
  const page = readFileSync(new URL('../../docs/guides/operations/audit-sinks.md', import.meta.url), 'utf8')
  const [, text = ''] = /^```js ship\.mjs\n([\s\S]*?)^```$/m.exec(page) ?? []
  const file = join(folder, 'ship.mjs')
  writeFileSync(file, text)
  process.env.DENIED_FILE = join(folder, 'out')
  const audit = await open(file)
  audit.write(decisionRecord)
  audit.write({ ...decisionRecord, effect: 'deny' })
  await audit.close()
  expect(out().map((line) => JSON.parse(line).effect)).toEqual(['deny'])
})
