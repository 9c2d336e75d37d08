// Sets the stage, has the story told, and takes everything down again.

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bold, dim, green, red } from './paint.mjs'
import { setStage, shop } from './stage.mjs'
import { story } from './story.mjs'
import { createTeller } from './teller.mjs'

/** Returns the exit code: 0 where everything was as it should be, else 1. The policies that it edits are a copy. */
export async function tour() {
  const copy = mkdtempSync(join(tmpdir(), 'iap-tour-'))
  const policies = join(copy, 'policies')
  cpSync(join(shop, 'policies'), policies, { recursive: true })
  console.log(bold('\nThe shop, from its policies to enforced requests\n'))
  const records = []
  let over = null
  const end = (error) => {
    over ??= error
  }
  // `on`: a second ctrl-c must not end this before what it started has ended. SIGHUP: the terminal was closed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(new Error('interrupted')))
  try {
    const stage = await setStage({
      policies,
      anyPorts: true,
      say: (what, text) => console.log(`  ${dim(what.padEnd(9))} ${text}`),
      onAudit: (line) => records.push(JSON.parse(line)),
      onEnd: end,
    })
    try {
      const teller = createTeller(stage.ports.proxy, records, () => over)
      await story(stage, teller, policies)
      const failed = teller.failed()
      console.log(
        failed === 0
          ? green(bold('\nAll of it was as the policy says.\n'))
          : red(bold(`\n${failed} of it was not as the policy says.\n`)),
      )
      return failed === 0 ? 0 : 1
    } finally {
      await stage.close()
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
