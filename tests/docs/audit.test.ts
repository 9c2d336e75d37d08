import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { openAuditLog } from '../../runtime/telemetry/audit/index.ts'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'
import { auditRecord, fileAudit } from '../support/audit-record.ts'

/** What docs/reference/audit.md shows is so, and what spec/language/cli-json.md shows of `iap audit` is what the commands answer. */
const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/reference/audit.md', root), 'utf8')
const json = readFileSync(new URL('spec/language/cli-json.md', root), 'utf8')
const blocks = (language: string, text = page) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)

const silent = { info: () => {}, warn: () => {}, error: () => {} }

async function writeLog(cwd: string): Promise<void> {
  const log = await openAuditLog([fileAudit(join(cwd, 'audit.jsonl'), { chain: true })], silent)
  log.write(auditRecord({ time: '2026-03-02T09:00:00.000Z' }))
  log.write(
    auditRecord({
      time: '2026-03-02T10:00:00.000Z',
      effect: 'deny',
      code: 'denied',
      durations: { decision: 0.1, upstream: null, total: 2 },
    }),
  )
  log.write(auditRecord({ time: '2026-03-02T11:00:00.000Z' }))
  await log.close()
}

describe('docs/reference/audit.md', () => {
  test.each(
    blocks('json').map((block) => [JSON.parse(block.replaceAll('sha256:…', `sha256:${'0'.repeat(64)}`)) as { kind?: string }]),
  )('shows a record that fits its schema: %j', (record) => {
    const schema = JSON.parse(
      readFileSync(new URL(`runtime/telemetry/audit/${record.kind ?? 'audit'}-record.schema.json`, root), 'utf8'),
    )
    const validate = formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema)
    expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
  })

  test('shows one of each kind', () => {
    const kinds = blocks('json').map((block) => (JSON.parse(block) as { kind?: string }).kind)
    expect(kinds.toSorted()).toEqual(['action', 'checkpoint', 'data', 'login', 'omitted', 'policy', 'stream', undefined])
  })

  test('shows settings that are good', () => {
    const least = 'listeners: [{ address: "127.0.0.1:0" }]\nbundle: { source: a, keys: [b], state: c }\n'
    for (const block of blocks('yaml')) {
      const loaded = loadConfig(least + block, '/etc/iap/iap.yaml')
      expect(loaded.ok ? [] : loaded.errors, block).toEqual([])
    }
    expect(blocks('yaml')).toHaveLength(3)
  })

  test('shows a program that checks a chain', async () => {
    const cwd = emptyFolder()
    await writeLog(cwd)
    writeFileSync(join(cwd, 'check.mjs'), blocks('js')[0] as string)
    const check = () => execFileSync(process.execPath, ['check.mjs', 'audit.jsonl'], { cwd, stdio: 'pipe' })
    check()
    writeFileSync(
      join(cwd, 'audit.jsonl'),
      readFileSync(join(cwd, 'audit.jsonl'), 'utf8').replace('"effect":"deny"', '"effect":"permit"'),
    )
    expect(check).toThrow('"effect":"permit"')
  })

  test('shows how what is known is kept, and each code', async () => {
    const cwd = emptyFolder()
    await writeLog(cwd)
    const [commands = ''] = blocks('sh')
    const words = commands
      .replaceAll('var/audit.jsonl*', 'audit.jsonl')
      .split('\n')
      .map((line) => line.split(' ').slice(1))
    const [first = [], second = []] = words
    const { code, stdout } = await inside(first.slice(0, first.indexOf('>')), { cwd })
    writeFileSync(join(cwd, first.at(-1) as string), stdout)
    expect([code, (await inside(second, { cwd })).code]).toEqual([0, 0])
    const codes =
      readFileSync(new URL('runtime/telemetry/audit/verify/report.ts', root), 'utf8').match(/(?<=^ {2}\| ')[a-z-]+/gm) ?? []
    const told = page.slice(page.indexOf('| code | what is wrong |')).match(/(?<=^\| `)[a-z-]+/gm) ?? []
    expect(told).toEqual(codes)
  })
})

describe('spec/language/cli-json.md', () => {
  const shown = (command: string) => {
    const section = json.split(/^## /m).find((text) => text.startsWith(`\`iap audit ${command} `)) ?? ''
    return JSON.parse(blocks('json', section)[0] ?? 'null')
  }

  test('shows what `iap audit verify` answers', async () => {
    const cwd = emptyFolder()
    await writeLog(cwd)
    const text = readFileSync(join(cwd, 'audit.jsonl'), 'utf8')
    const { stream } = JSON.parse(text.slice(0, text.indexOf('\n')))
    const { hash } = JSON.parse(text.trimEnd().split('\n').at(-1) as string)
    writeFileSync(join(cwd, 'audit.jsonl'), text.replace('"effect":"deny"', '"effect":"permit"'))
    const { code, stdout } = await inside(['audit', 'verify', 'audit.jsonl', '--format', 'json'], { cwd })
    const told = stdout.replaceAll(stream, '9xZ1q8c0vTQ4mB7n').replaceAll(hash, 'q0sQyXbTn4p2O9oT0c1mVQx5kq3zJ8uR7wYh6dEfGiA')
    expect([code, JSON.parse(told)]).toEqual([1, { ...shown('verify'), faults: [{ ...shown('verify').faults[0] }] }])
  })

  test('shows what `iap audit stats` answers', async () => {
    const cwd = emptyFolder()
    await writeLog(cwd)
    const { stdout } = await inside(['audit', 'stats', 'audit.jsonl', '--format', 'json'], { cwd })
    expect(JSON.parse(stdout)).toEqual(shown('stats'))
  })
})
