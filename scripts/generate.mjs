// `npm run generate`: writes the modules that are generated from other files and not committed (`*.generated.js`), and the types of
// the raw configuration. The types of the modules are written by hand and committed beside them (`*.generated.d.ts`).
// `npm ci`, the build and every test run do this, so that nothing reads an outdated one.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { configTypes } from './generate/config-types.mjs'
import { configValidator } from './generate/config-validator.mjs'
import { dashboard } from './generate/dashboard.mjs'
import { extAuthz } from './generate/ext-authz.mjs'
import { matrixPage } from './generate/matrix-page.mjs'
import { proxyPages } from './generate/proxy-pages.mjs'
import { realm } from './generate/realm.mjs'

const GENERATED = {
  'analysis/matrix/page/page.generated.js': { from: 'analysis/matrix/page/script/ and styles/', make: matrixPage },
  'runtime/proxy/checks/ext-authz/service/messages.generated.js': {
    from: 'envoy/service/auth/v3/external_auth.proto',
    make: extAuthz,
  },
  'runtime/proxy/pages/page.generated.js': { from: 'runtime/proxy/pages/page/ and styles/', make: proxyPages },
  'runtime/server/config/raw-config.generated.d.ts': { from: 'runtime/server/config/config.schema.json', make: configTypes },
  'runtime/server/config/validate.generated.js': { from: 'runtime/server/config/config.schema.json', make: configValidator },
  'runtime/server/dashboard/files.generated.js': { from: 'runtime/server/dashboard/page/ and styles/', make: dashboard },
  'runtime/realm/program.generated.js': { from: 'runtime/realm/program/ and runtime/abi/', make: realm },
}

/** Writes each generated module whose sources changed; an unchanged file keeps its time stamp. */
export async function generate() {
  await Promise.all(
    Object.entries(GENERATED).map(async ([path, { from, make }]) => {
      const file = new URL(`../${path}`, import.meta.url)
      const text = `// Generated from ${from} by \`npm run generate\`. Do not edit.\n${await make()}`
      if ((await readFile(file, 'utf8').catch(() => null)) === text) return
      // In one step: another run may be reading it.
      const beside = new URL(`${file}.${process.pid}`)
      await writeFile(beside, text)
      await rename(beside, file)
    }),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate()
