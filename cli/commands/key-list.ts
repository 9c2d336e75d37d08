import type { KeyRecord } from '../../runtime/identity/index.ts'
import { escapeControls } from '../../runtime/index.ts'
import { defineCommand } from '../command.ts'
import { KEY_FILE, needed, readApiKeys } from '../files/api-keys.ts'
import { FORMAT } from '../flags.ts'
import { writeJson } from '../report.ts'
import { count, paint } from '../style.ts'

const NAME = 'key list'

export const keyList = defineCommand({
  name: NAME,
  summary: 'List the API keys in a file',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: { file: KEY_FILE, format: FORMAT },
  more:
    'The file does not contain the keys themselves. They are listed by id, which is not secret and follows `iapk_` in ' +
    'each key.',
  async run(io, { flags }) {
    const { keys } = readApiKeys(io, needed(NAME, 'file', KEY_FILE, flags.file))
    const now = io.clock()
    const told = keys.map(({ mac: _, ...key }) => ({ ...key, state: stateOf(key, now) }))
    if (flags.format === 'json') {
      writeJson(io.stdout, { keys: told })
      return 0
    }
    const style = paint(io.stdout)
    const rows = told.map(({ id, state, identity, subject, created, expires }) => [
      id,
      state,
      identity,
      escapeControls(subject),
      created.slice(0, 10),
      expires?.slice(0, 10) ?? 'never',
    ])
    const table = [['id', 'state', 'identity', 'subject', 'created', 'expires'], ...rows]
    const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
    for (const [index, row] of table.entries()) {
      const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
      io.stdout.write(`${index === 0 ? style.bold(line.trimEnd()) : line.trimEnd()}\n`)
    }
    io.stderr.write(`${count(keys.length, 'key')}\n`)
    return 0
  },
})

function stateOf({ revoked, expires }: Pick<KeyRecord, 'revoked' | 'expires'>, now: number): 'active' | 'expired' | 'revoked' {
  if (revoked !== null) return 'revoked'
  return expires !== null && Date.parse(expires) <= now ? 'expired' : 'active'
}
