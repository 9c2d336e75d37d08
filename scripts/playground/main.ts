/** `npm run build:playground [-- --serve PORT]`: builds the playground into `dist/playground`; with a port, serves it there. */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { context } from 'esbuild'
import { buildPlayground } from './build.ts'

const { values } = parseArgs({ options: { serve: { type: 'string' } } })
const root = fileURLToPath(new URL('../../', import.meta.url))
const outdir = `${root}dist/playground`
await buildPlayground(root, outdir)
if (values.serve !== undefined) {
  const files = await context({ absWorkingDir: root })
  const { port } = await files.serve({ servedir: outdir, host: '127.0.0.1', port: Number(values.serve) })
  console.log(`http://127.0.0.1:${port}/`)
}
