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
 * Starts an nginx in the foreground.
 *
 * @param http content of the section `http` for the ports that it listens on
 */
export async function startNginx(http: (port: number, http2: number) => string): Promise<Nginx> {
  if (nginx === null) throw new Error('there is no nginx')
  const folder = mkdtempSync(join(tmpdir(), 'iap-nginx-'))
  const port = await freePort()
  const http2 = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr notice;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  ${http(port, http2)}
}
`,
  )
  const words = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
  return { port, http2, ...(await startListening(nginx, words, [port], folder)) }
}
