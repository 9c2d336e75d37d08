import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Ended, Options } from './iap.ts'

export type Inside = (words: readonly string[], options: Options) => Promise<Ended>

/** Sends a folder for the outputs, the words and the environment, each ended by a zero. What comes back is the exit code. */
const CLIENT = `at=$(mktemp -d)
for word; do [ "$word" != - ] || cat > "$at/in"; done
code=$({ printf '%s\\0' "$at" "$PWD" "$#" "$@"; env -0; } | curl -s --unix-socket "$socket" --data-binary @- http://iap/)
cat "$at/out"
cat "$at/err" >&2
rm -r "$at"
exit "$code"
`

/**
 * Writes a script `iap` into a folder, for pipes, loops and other scripts. It asks this process, over a socket, to run its
 * command by `inside`, which takes a tenth of the time of a start of the program.
 *
 * @param start lines of `sh` that start the program for `iap run`, which does not end
 */
export async function startInProcessProgram(folder: string, inside: Inside, start: string): Promise<{ close(): void }> {
  const socket = join(folder, 'iap.sock')
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const [at = '', cwd = '', count = '', ...rest] = Buffer.concat(parts).toString().split('\0')
    const words = rest.slice(0, Number(count))
    const pairs = rest.slice(words.length, -1).map((pair) => pair.split(/=(.*)/s) as [string, string])
    const stdin = words.includes('-') ? readFileSync(join(at, 'in'), 'utf8') : ''
    const ended = inside(words, { cwd, stdin, env: Object.fromEntries(pairs) })
    // A test that expects something of all outputs: what the shell shows has its message.
    const { code, stdout, stderr } = await ended.catch((error: Error) => ({ code: 70, stdout: '', stderr: error.message }))
    writeFileSync(join(at, 'out'), stdout)
    writeFileSync(join(at, 'err'), stderr)
    response.end(String(code))
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  const lasting = `case " $* " in ' run '*' --check '*) ;; ' run '*)\n${start}\n;; esac`
  writeFileSync(join(folder, 'iap'), `#!/bin/sh\n${lasting}\nsocket='${socket}'\n${CLIENT}`)
  chmodSync(join(folder, 'iap'), 0o755)
  return { close: () => server.close() }
}
