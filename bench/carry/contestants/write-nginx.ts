import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NGINX_USER, type Stage } from '../stage.ts'

export interface Nginx {
  /** Before everything. */
  readonly modules?: string
  readonly http?: string
  /** Of the one location. */
  readonly access?: string
  readonly locations?: string
  /** One a request, as a deployment that must know who did what has it. */
  readonly record: boolean
}

/** A proxy of one worker, keep-alive on both sides. Settles with its port and its process. */
export async function startNginx(
  stage: Stage,
  name: string,
  { modules = '', http = '', access = '', locations = '', record }: Nginx,
) {
  const folder = stage.folderFor(name)
  const port = await stage.freePort()
  const file = join(folder, 'nginx.conf')
  const log = `log_format record escape=json '{"time":"$time_iso8601","id":"$request_id","source":"$remote_addr","user":"$user","method":"$request_method","uri":"$uri","status":$status,"bytes":$bytes_sent,"seconds":$request_time}';
  access_log ${folder}/access.log record buffer=64k flush=1s;`
  writeFileSync(
    file,
    `${modules}
${NGINX_USER}daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr error;
events { worker_connections 4096; }
http {
  map "" $user { default "-"; }
  ${record ? log : 'access_log off;'}
  keepalive_requests 10000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  upstream service { server 127.0.0.1:${stage.service}; keepalive 128; keepalive_requests 10000000; }
  ${http}
  server {
    listen 127.0.0.1:${port};
    location / {
      ${access}
      proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
    }
    ${locations}
  }
}
`,
  )
  const pid = await stage.run(name, port, 'nginx', ['-e', 'stderr', '-p', folder, '-c', file])
  return { port, pid }
}
