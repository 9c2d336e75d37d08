import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type ListeningProgram, startListening } from './listening-program.ts'

/** Debian has it where `PATH` of users may not lead. */
const PATHS = ['nginx', '/usr/sbin/nginx']

/** Whether this machine has an nginx with `auth_request`: the gate installs it. */
export const nginx: string | null =
  PATHS.find((path) => {
    try {
      return execFileSync('sh', ['-c', `${path} -V 2>&1`], { encoding: 'utf8' }).includes('http_auth_request_module')
    } catch {
      return false
    }
  }) ?? null

export interface Nginx extends ListeningProgram {
  readonly port: number
  /** Another port, for HTTP/2 without TLS. */
  readonly http2: number
}

/**
 * Starts an nginx in the foreground, as one process.
 *
 * @param files `nginx.conf` and what it includes, for the ports that it listens on
 */
export async function startNginx(files: (port: number, http2: number) => Readonly<Record<string, string>>): Promise<Nginx> {
  if (nginx === null) throw new Error('there is no nginx')
  const folder = mkdtempSync(join(tmpdir(), 'iap-nginx-'))
  const port = await freePort()
  const http2 = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  // The places of the distribution belong to its service.
  const places = ['access_log off;', ...temporary].join('\n  ')
  for (const [name, text] of Object.entries(files(port, http2)))
    writeFileSync(join(folder, name), text.replace(/^http \{$/m, `http {\n  ${places}`))
  const process = `daemon off; master_process off; pid ${folder}/pid;`
  const words = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', process]
  return { port, http2, ...(await startListening(nginx, words, [port, http2], folder)) }
}
