// `npm run demo`: the shop, running until it is interrupted. `npm run demo -- --tour`: the story by itself; 0 where all went as it should.

import { finish } from './demo/child.mjs'
import { live } from './demo/live.mjs'
import { root } from './demo/stage.mjs'
import { tour } from './demo/tour.mjs'

const known = new Set(['--tour', '--no-build', '--any-ports'])
const unknown = process.argv.slice(2).find((word) => !known.has(word))
if (unknown !== undefined) {
  console.error(`there is no ${unknown}: npm run demo -- [--tour] [--no-build] [--any-ports]`)
  process.exit(2)
}

try {
  if (!process.argv.includes('--no-build')) await finish([`${root}scripts/build.mjs`], { cwd: root })
  process.exitCode = await (process.argv.includes('--tour') ? tour() : live({ anyPorts: process.argv.includes('--any-ports') }))
} catch (error) {
  console.error(`the demo cannot go on: ${error.message}`)
  process.exitCode = 1
}
