import { readBundle } from '../../runtime/policy/index.ts'
import { readBundleFile } from '../bundle-file.ts'
import { defineCommand } from '../command.ts'
import { FORMAT, KEY } from '../flags.ts'
import { readTrusted } from '../keys.ts'
import { writeJson } from '../report.ts'
import { Stop } from '../stop.ts'
import { paint } from '../style.ts'

export const verify = defineCommand({
  name: 'verify',
  summary: 'whether a bundle is whole and signed by a key that you trust',
  operands: 'FILE',
  takes: { least: 1, most: 1 },
  flags: { key: KEY, format: FORMAT },
  async run(io, { flags, operands }) {
    const file = operands[0] as string
    if (flags.key.length === 0) throw new Stop('`iap verify` needs `--key KEY`', 'name the public keys that may sign')
    const keys = readTrusted(io, flags.key)
    const read = await readBundle(readBundleFile(io, file), { keys })
    const style = paint(io.stdout)
    if (!read.ok) {
      const { code, message } = read
      if (flags.format === 'json') writeJson(io.stdout, { ok: false, file, code, message })
      else io.stdout.write(`${style.red('✗')} ${file}: ${message} (${code})\n`)
      return 1
    }
    const { manifest, verifiedBy } = read.bundle
    const { revision, sequence } = manifest
    if (flags.format === 'json') writeJson(io.stdout, { ok: true, file, revision, sequence, verifiedBy })
    else io.stdout.write(`${style.green('✓')} ${file}: ${revision} sequence ${sequence}, signed by ${verifiedBy.join(', ')}\n`)
    return 0
  },
})
