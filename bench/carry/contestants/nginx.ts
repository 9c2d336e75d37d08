import type { Contestant } from '../contestant.ts'
import { startCheck } from './check.ts'
import { startNginx } from './write-nginx.ts'

const NAME = 'nginx'

export const nginx: Contestant = {
  name: NAME,
  does: 'nothing',
  bare: true,
  http2: false,
  async start(stage) {
    const { port, pid } = await startNginx(stage, NAME, { record: false })
    return { port, processes: [pid] }
  },
}

const ASKING = 'nginx, auth_request'

export const nginxAuthRequest: Contestant = {
  name: ASKING,
  does: 'asks a Node service that keeps verified tokens and decides; assertion; record',
  bare: false,
  http2: false,
  async start(stage) {
    const check = await startCheck(stage, ASKING)
    const { port, pid } = await startNginx(stage, ASKING, {
      record: true,
      http: `upstream check { server 127.0.0.1:${check.port}; keepalive 128; keepalive_requests 10000000; }`,
      access: `auth_request /_check;
      auth_request_set $who $upstream_http_x_user; auth_request_set $assertion $upstream_http_x_assertion;
      proxy_set_header X-User $who; proxy_set_header X-Assertion $assertion; proxy_set_header Authorization "";`,
      locations: `location = /_check {
      internal; proxy_pass http://check/; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Original-URI $request_uri; proxy_set_header X-Original-Method $request_method;
      proxy_pass_request_body off; proxy_set_header Content-Length "";
    }`,
    })
    return { port, processes: [pid, check.pid] }
  },
}

const LUA = 'nginx, Lua'

export const nginxLua: Contestant = {
  name: LUA,
  does: 'keeps verified tokens in the worker; assertion; record',
  bare: false,
  http2: false,
  async start(stage) {
    const check = await startCheck(stage, LUA)
    const modules = ['ndk_http_module', 'ngx_http_lua_module'].map((name) => `load_module /usr/lib/nginx/modules/${name}.so;`)
    const { port, pid } = await startNginx(stage, LUA, {
      record: true,
      modules: modules.join('\n'),
      http: `lua_package_path "/usr/share/lua/5.1/?.lua;;";
  init_worker_by_lua_block { lrucache = require "resty.lrucache"; verified = lrucache.new(10000) }`,
      access: `access_by_lua_block {
        local bearer = ngx.var.http_authorization
        if not bearer then return ngx.exit(401) end
        local caller = verified:get(bearer)
        if not caller then
          local answer = ngx.location.capture("/_check")
          if answer.status ~= 200 then return ngx.exit(401) end
          caller = { user = answer.header["x-user"], assertion = answer.header["x-assertion"] }
          verified:set(bearer, caller, 60)
        end
        ngx.req.clear_header("authorization")
        ngx.req.set_header("x-user", caller.user)
        ngx.req.set_header("x-assertion", caller.assertion)
      }`,
      locations: `location = /_check {
      internal; proxy_pass http://127.0.0.1:${check.port}/;
      proxy_set_header X-Original-URI $request_uri; proxy_set_header X-Original-Method $request_method;
    }`,
    })
    return { port, processes: [pid, check.pid] }
  },
}
