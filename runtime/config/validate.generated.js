// Made by scripts/generate-config-validator.mjs of config.schema.json. Do not edit.
"use strict";
export const validate = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"urn:iap-proxy:config:1","title":"Configuration of iap","x-expected":"an object with `listeners`, `bundle`, `identities`, `services` and others","description":"Binds what a policy names (services, identities) to what a deployment has (addresses, issuers, files).","type":"object","additionalProperties":false,"required":["listeners"],"properties":{"$schema":{"description":"This schema, for editors.","type":"string"},"listeners":{"description":"Where the proxy listens.","type":"array","minItems":1,"x-expected":"a list of listeners such as `[{ address: 0.0.0.0:8080 }]`","items":{"type":"object","additionalProperties":false,"required":["address"],"x-expected":"a listener such as `{ address: 0.0.0.0:8080 }`","properties":{"address":{"$ref":"#/definitions/address"},"fd":{"description":"The name of a listening socket that whoever starts the proxy hands over (LISTEN_FDNAMES), in place of opening one.","type":"string","pattern":"^[\\x21-\\x39\\x3b-\\x7e]{1,255}$","x-expected":"a name of a socket such as `web`"},"http2":{"description":"HTTP/2 beside HTTP/1.1, by prior knowledge: a connection that begins with its preface speaks it.","type":"boolean","default":false,"x-expected":"`true` or `false`"},"trust":{"description":"Proxies that stand before this listener, and are believed about whose requests they carry. Left out: nobody is.","type":"object","additionalProperties":false,"required":["proxies"],"x-expected":"an object such as `{ proxies: [10.0.0.0/8] }`","properties":{"proxies":{"description":"Addresses and ranges. Never everybody.","type":"array","minItems":1,"x-expected":"a list of addresses and ranges such as `[10.0.0.0/8]`","items":{"type":"string","pattern":"^[0-9A-Fa-f:./]+$","x-expected":"an address or a range such as `10.0.0.0/8`"}},"header":{"description":"How they say it: in the one header of that name, or before all that they send (PROXY protocol, version 2).","enum":["x-forwarded-for","forwarded","proxy-protocol"],"default":"x-forwarded-for","x-expected":"`x-forwarded-for`, `forwarded` or `proxy-protocol`"},"certificate":{"description":"The header in which they hand on the certificate that their client has shown, and which they remove from what it sends. Left out: they do not.","enum":["x-forwarded-client-cert","client-cert"],"x-expected":"`x-forwarded-client-cert` or `client-cert`"}}},"tls":{"description":"Left out: plain HTTP.","$ref":"#/definitions/listenerTls"}}}},"bundle":{"description":"The compiled policy, and who may have signed it. Required, unless the proxy runs with --dev.","type":"object","additionalProperties":false,"required":["source"],"x-expected":"an object with `source`, `keys` and `state`","properties":{"source":{"description":"A file (.iapb), which is watched; or `https://…`, or `oci://registry/repository:tag`, which are asked now and then.","$ref":"#/definitions/path"},"poll":{"description":"How often a server or registry is asked whether there is another bundle.","$ref":"#/definitions/duration","default":"30s"},"longPoll":{"description":"For how long an HTTPS server may wait with its answer until there is another bundle (`Prefer: wait`). Left out: it is not asked to.","$ref":"#/definitions/duration"},"token":{"description":"Sent to an HTTPS server as a bearer token.","$ref":"#/definitions/secret"},"username":{"description":"As whom the proxy asks a registry.","type":"string","pattern":"^[^:\\u0000-\\u001f]{1,200}$","x-expected":"a user name without `:`"},"password":{"description":"That of the user, or a token, for a registry.","$ref":"#/definitions/secret"},"notice":{"description":"A channel of a Redis on which somebody tells that there is another bundle; what is told is not read.","type":"object","additionalProperties":false,"required":["redis"],"x-expected":"an object with `redis`","properties":{"redis":{"description":"The URL of the Redis.","type":"string","pattern":"^rediss?://","x-expected":"a URL such as `rediss://redis.internal:6379`"},"channel":{"description":"The name of the channel.","type":"string","pattern":"^[^\\u0000-\\u001f]{1,200}$","default":"iap:bundles","x-expected":"a name of at most 200 characters"}}},"maxStaleness":{"description":"For how long a policy counts after its source was there last. Left out: without end.","$ref":"#/definitions/duration"},"whenStale":{"description":"What becomes of a policy that is older than that: `warn` says so, `close` lets nothing through.","enum":["warn","close"],"default":"warn","x-expected":"`warn` or `close`"},"whenExpired":{"description":"What becomes of a policy whose bundle says until when it counts, from then on: `close` lets nothing through, `warn` says so.","enum":["close","warn"],"default":"close","x-expected":"`close` or `warn`"},"keys":{"description":"Files with the public Ed25519 keys (JWK, JWK Set or PEM) of those who may sign. Required, unless the proxy runs with --dev.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"},"x-expected":"a list of key files such as `[./release.public.jwk.json]`"},"signatures":{"description":"How many of the keys must have signed a bundle.","type":"integer","minimum":1,"maximum":100,"default":1,"x-expected":"a number of keys from 1 to 100"},"state":{"description":"A folder for the last good bundle and its sequence, so that a restart cannot go back to an older one. Required, unless the proxy runs with --dev.","$ref":"#/definitions/path"}}},"rollout":{"description":"How a policy comes into force by stages: compared with the one that decides, then for a share of subjects, then for all.","type":"object","additionalProperties":false,"x-expected":"an object with `steps`","properties":{"steps":{"description":"Through which what the source offers goes before it is promoted: `{ shadow: 10m }` first, then shares that grow, `{ percent: 1, for: 10m }`. Left out: it counts at once.","type":"array","minItems":1,"maxItems":50,"x-expected":"a list such as `[{ shadow: 10m }, { percent: 10, for: 10m }]`","items":{"type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object such as `{ shadow: 10m }` or `{ percent: 10, for: 10m }`","properties":{"shadow":{"description":"For how long, at least, it is only compared.","$ref":"#/definitions/duration"},"percent":{"description":"Of how many subjects in a hundred it decides.","type":"number","minimum":0.01,"maximum":100,"x-expected":"a number from 0.01 to 100"},"for":{"description":"For how long, at least.","$ref":"#/definitions/duration"}}}},"order":{"description":"Which services come first, by labels that the policy gives them, or by name: each group goes through all shares before the next begins. What is in none comes last. Left out: all at once.","type":"array","minItems":1,"maxItems":50,"x-expected":"a list such as `[{ labels: [public] }, { services: [billing] }]`","items":{"type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object with `labels`, `services` or both","properties":{"labels":{"description":"Services of which all routes bear one of them.","type":"array","minItems":1,"x-expected":"a list of labels such as `[public]`","items":{"$ref":"#/definitions/name"}},"services":{"description":"Services by name.","type":"array","minItems":1,"x-expected":"a list of services such as `[billing]`","items":{"$ref":"#/definitions/name"}}}}},"promote":{"description":"What becomes of a policy that has passed all steps: it decides everywhere, or waits until an operator asks for that.","enum":["by-itself","asked"],"default":"by-itself","x-expected":"`by-itself` or `asked`"},"requests":{"description":"How many requests both policies must have decided in a step before that is passed.","type":"integer","minimum":1,"maximum":1000000000,"default":100,"x-expected":"a whole number from 1 to 1000000000"},"goBack":{"description":"From where on a policy on trial is gone back from by itself, measured in each step.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ gains: 0%, loses: 1% }`","properties":{"gains":{"description":"The share of requests, at most, that it permits and the active policy refuses. Left out: however many.","$ref":"#/definitions/percentage"},"loses":{"description":"The share of requests, at most, that it refuses and the active policy permits. Left out: however many.","$ref":"#/definitions/percentage"},"other":{"description":"The share of requests, at most, that both refuse or both permit otherwise. Left out: however many.","$ref":"#/definitions/percentage"},"refusals":{"description":"By how much, at most, the share of requests that it refuses is greater than that of the active policy.","default":"5%","$ref":"#/definitions/percentage"},"failed":{"description":"How often it may throw.","type":"integer","minimum":0,"maximum":1000000000,"default":0,"x-expected":"a whole number from 0 to 1000000000"},"after":{"description":"From how many requests on shares count.","type":"integer","minimum":1,"maximum":1000000000,"default":100,"x-expected":"a whole number from 1 to 1000000000"}}}}},"data":{"description":"Where the data of the policy come from, by name.","type":"object","propertyNames":{"$ref":"#/definitions/name"},"x-expected":"an object from data of the policy to where they come from","additionalProperties":{"type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"x-expected":"either `{ file: PATH }` or `{ push: true }`","properties":{"file":{"description":"A file of JSON. It is watched.","$ref":"#/definitions/path"},"push":{"description":"Whoever may use the admin API pushes them.","const":true,"x-expected":"`true`"}}}},"identities":{"description":"How each identity of the policy is recognised.","type":"object","propertyNames":{"$ref":"#/definitions/name"},"x-expected":"an object from identities of the policy to their configuration","additionalProperties":{"$ref":"#/definitions/identity"}},"identityHeaders":{"description":"Identity headers of other proxies that clients may send to all services.","type":"array","minItems":1,"x-expected":"a list of header names such as `[X-Auth-Request-User]`","items":{"$ref":"#/definitions/headerName"}},"services":{"description":"Where each service of the policy is.","type":"object","propertyNames":{"$ref":"#/definitions/name"},"x-expected":"an object from services of the policy to their configuration","additionalProperties":{"$ref":"#/definitions/service"}},"audit":{"description":"Where the record of decisions goes. Left out: standard output.","type":"array","x-expected":"a list of sinks such as `[{ file: ./audit.jsonl }]`","items":{"type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object with one of `file`, `stdout`, `otlp`, `redis` and `module`","properties":{"file":{"description":"A file, appended to.","$ref":"#/definitions/path"},"stdout":{"description":"Standard output.","const":true,"x-expected":"`true`"},"otlp":{"description":"A collector of OpenTelemetry, by OTLP over HTTP: its address, to which `/v1/logs` is added.","$ref":"#/definitions/url"},"headers":{"description":"Of `otlp`: what is sent with each export, by name.","$ref":"#/definitions/exportHeaders"},"encoding":{"description":"Of `otlp`: what its requests are written in.","enum":["protobuf","json"],"default":"protobuf","x-expected":"`protobuf` or `json`"},"redis":{"description":"A Redis.","x-secret":true,"type":"string","pattern":"^rediss?://[^\\s]+$","x-expected":"a URL such as `redis://127.0.0.1:6379`"},"stream":{"description":"Of `redis`: the key of the stream.","type":"string","pattern":"\\S","default":"iap:audit","x-expected":"a key such as `iap:audit`"},"maxLength":{"description":"Of `redis`: about how many entries the stream keeps. Left out: all.","type":"integer","minimum":1000,"maximum":1000000000,"x-expected":"a number from 1000 to 1000000000"},"module":{"description":"A module (JavaScript) that exports `write`, which is given records.","$ref":"#/definitions/path"},"format":{"description":"What is written: records of the proxy's own, or events of the Open Cybersecurity Schema Framework.","enum":["iap","ocsf"],"default":"iap","x-expected":"`iap` or `ocsf`"},"chain":{"description":"Of a file: whether each line is bound to the one before by a hash, so that `iap audit verify` finds what was changed.","type":"boolean","default":true,"x-expected":"`true` or `false`"},"key":{"description":"Of a chain: a file with the private Ed25519 key that signs its checkpoints, as `iap keygen` makes it. Left out: nobody signs.","$ref":"#/definitions/path"},"rotate":{"description":"Of a file: when it is moved away and another one begun.","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object such as `{ size: 100MiB, age: 1d, keep: 14 }`","properties":{"size":{"description":"About as large as a file becomes.","$ref":"#/definitions/size"},"age":{"description":"Since its first record.","$ref":"#/definitions/duration"},"keep":{"description":"Files that are kept beside the one that is written to; the oldest go. Left out: all.","type":"integer","minimum":1,"maximum":100000,"x-expected":"a number from 1 to 100000"}}},"fsync":{"description":"Of a file: when what was written is made to be on the disk: after each write, each second, or when the system likes.","enum":["always","interval","never"],"default":"interval","x-expected":"`always`, `interval` or `never`"},"whenFull":{"description":"What happens when the sink does not take records fast enough: requests wait and are then refused, or records are lost and counted.","enum":["block","drop"],"default":"block","x-expected":"`block` or `drop`"},"sample":{"description":"Of which records only a share is kept; the others are counted. The first rule that fits a record counts.","type":"array","minItems":1,"x-expected":"a list of rules such as `[{ effect: permit, labels: [public], keep: 0.01 }]`","items":{"type":"object","additionalProperties":false,"required":["keep"],"x-expected":"an object such as `{ effect: permit, labels: [public], keep: 0.01 }`","properties":{"effect":{"description":"Of the decision.","enum":["permit","deny","challenge","unauthenticated","reject"],"default":"permit","x-expected":"`permit`, `deny`, `challenge`, `unauthenticated` or `reject`"},"labels":{"description":"All of them are on the route. Left out: any route.","type":"array","minItems":1,"items":{"$ref":"#/definitions/name"},"x-expected":"a list of labels such as `[public]`"},"keep":{"description":"The share that is kept.","type":"number","minimum":0,"maximum":1,"x-expected":"a number from 0 to 1"}}}},"values":{"description":"Whether records hold what the conditions of the route read of the request and its caller.","enum":["conditions","none"],"default":"conditions","x-expected":"`conditions` or `none`"},"redact":{"description":"What is not written as it is.","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object such as `{ omit: [source], hash: [caller.subject], key: { env: IAP_AUDIT_KEY } }`","properties":{"omit":{"description":"Is null in records.","$ref":"#/definitions/redactable"},"hash":{"description":"Is `{ hash }` in records: HMAC-SHA-256 under the key.","$ref":"#/definitions/redactable"},"key":{"description":"Of hashes: at least 32 characters.","$ref":"#/definitions/secret"}}}}}},"traces":{"description":"Spans of requests, for a collector of OpenTelemetry. Left out: nothing is traced.","type":"object","additionalProperties":false,"required":["otlp"],"x-expected":"an object such as `{ otlp: http://127.0.0.1:4318, sample: 0.1 }`","properties":{"otlp":{"description":"The address of the collector, to which `/v1/traces` is added.","$ref":"#/definitions/url"},"headers":{"description":"What is sent with each export, by name.","$ref":"#/definitions/exportHeaders"},"encoding":{"description":"What exports are written in.","enum":["protobuf","json"],"default":"protobuf","x-expected":"`protobuf` or `json`"},"sample":{"description":"Which requests are traced: a share of them, whatever callers say, or those whose callers say that they are sampled.","type":["number","string"],"minimum":0,"maximum":1,"pattern":"^parent$","default":0.1,"x-expected":"a number from 0 to 1, or `parent`"}}},"admin":{"description":"Health, metrics, and where `tokens` or `tls.clientCa` say who may, an API. Never to be reached from where callers are.","type":"object","additionalProperties":false,"required":["address"],"x-expected":"an object such as `{ address: 127.0.0.1:9901 }`","properties":{"address":{"$ref":"#/definitions/address"},"hosts":{"description":"Names under which it answers, beside those of this machine and that of `address`.","type":"array","minItems":1,"x-expected":"a list of hosts such as `[admin.internal]`","items":{"type":"string","pattern":"^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$","x-expected":"a host such as `admin.internal`"}},"tokens":{"description":"Who may use the API: whoever knows one of them. Each is at least 43 characters of randomness, as 32 bytes give.","type":"array","minItems":1,"maxItems":16,"x-expected":"a list of secrets such as `[{ file: ./admin-token }]`","items":{"$ref":"#/definitions/secret"}},"tls":{"description":"Left out: plain HTTP, where only this machine reaches it.","$ref":"#/definitions/adminTls"}}},"learn":{"description":"A file for what a policy would need, by what is asked: routes, words of paths and counts, and nothing of callers but their identities.","$ref":"#/definitions/path"},"probes":{"description":"A listener of its own for `/livez` and `/readyz`, over plain HTTP, without metrics and without the API.","type":"object","additionalProperties":false,"required":["address"],"x-expected":"an object such as `{ address: 0.0.0.0:9902 }`","properties":{"address":{"$ref":"#/definitions/address"}}},"drain":{"description":"How the proxy ends.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ delay: 5s }`","properties":{"delay":{"description":"From SIGTERM to the moment in which the listeners close: at most 10m. `/readyz` answers 503 meanwhile, so that load balancers stop sending connections.","default":"0s","$ref":"#/definitions/duration"}}},"watchdog":{"description":"What happens to a worker that stops responding to its supervisor.","type":"object","additionalProperties":false,"x-expected":"an object with any of `missTimeout`, `killTimeout`, `rollback`","properties":{"missTimeout":{"description":"After which the worker gets no more connections, and `/readyz` answers 503: from 1s to 10m.","default":"5s","$ref":"#/definitions/duration"},"killTimeout":{"description":"After which the worker is killed, and another one started: from 2s to 10m, and longer than `missTimeout`.","default":"30s","$ref":"#/definitions/duration"},"rollback":{"description":"Whether a policy, or a candidate, under which two workers are killed within a minute is rolled back and quarantined.","type":"boolean","default":true,"x-expected":"`true` or `false`"}}},"workers":{"description":"How many processes serve requests: `auto`, one for each core, or a number.","type":["integer","string"],"minimum":1,"maximum":256,"pattern":"^auto$","default":"auto","x-expected":"`auto` or a whole number from 1 to 256"},"limits":{"description":"What a worker takes upon itself, for one request and for all; and where the limits of the policy are counted (`limit 20 per 1h`).","type":"object","additionalProperties":false,"x-expected":"an object such as `{ body: 1MiB }`","properties":{"body":{"description":"How long a body may be that the policy reads: at most 64MiB. Other bodies stream, of whatever length.","default":"1MiB","$ref":"#/definitions/size"},"connections":{"description":"How many connections of clients a worker has open, at most. Left out: 10000, or fewer where the system gives it few file descriptors.","type":"integer","minimum":1,"maximum":1000000,"x-expected":"a whole number from 1 to 1000000"},"stalled":{"description":"How long a client may take nothing of an answer that waits for it: from 1s to 1h. Then its connection is cut.","default":"60s","$ref":"#/definitions/duration"},"streamGrace":{"description":"How long a stream, a WebSocket or another request under way may go on once its caller would be refused: from 1s to 1h.","default":"30s","$ref":"#/definitions/duration"},"lag":{"description":"How late a worker may be at its work before it refuses requests: from 10ms to 1m.","default":"1s","$ref":"#/definitions/duration"},"memory":{"description":"The memory of a worker at which it refuses requests: at least 64MiB. Left out: three quarters of what the machine or the container has, shared among the workers.","$ref":"#/definitions/size"},"store":{"description":"Where the limits of the policy are counted: `memory`, once for all processes of the proxy, or a Redis that several proxies share.","type":"string","pattern":"^(?:memory|rediss?://[^\\s]+)$","default":"memory","x-expected":"`memory` or a URL such as `redis://127.0.0.1:6379`"},"prefix":{"description":"What names in the Redis of limits begin with: the same for proxies that count together.","type":"string","pattern":"^[!-~]{1,100}$","default":"iap:","x-expected":"1 to 100 visible characters of ASCII such as `iap:`"},"whenUnavailable":{"description":"What becomes of requests with a limit while nobody can count them.","enum":["refuse","pass"],"default":"refuse","x-expected":"`refuse` or `pass`"}}},"assertion":{"description":"The signed statement by which services learn who calls (header x-iap-assertion).","type":"object","additionalProperties":false,"x-expected":"an object with any of `issuer`, `lifetime`, `state`, `rotation`","properties":{"issuer":{"description":"`iss` of assertions.","type":"string","pattern":"\\S","default":"iap","x-expected":"a text that is not empty"},"lifetime":{"description":"How long an assertion is valid: from 90s to 5m. The same one is used for up to a minute.","default":"2m","$ref":"#/definitions/duration"},"state":{"description":"A folder for the signing keys. Left out: in memory, and each start makes new ones.","$ref":"#/definitions/path"},"rotation":{"description":"How long one key signs: from 1d to 365d. The next one is published before, the last one after.","default":"30d","$ref":"#/definitions/duration"}}},"pages":{"description":"What people at a browser see of the proxy itself, in place of its own style and its own words. Read at the start, and by SIGHUP.","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object with any of `style`, `texts`","properties":{"style":{"description":"A file: CSS that loads nothing.","$ref":"#/definitions/path"},"texts":{"description":"A file: YAML, see docs/pages.md.","$ref":"#/definitions/path"}}},"sessions":{"description":"Of callers who have signed in with a browser.","type":"object","additionalProperties":false,"x-expected":"an object with any of `store`, `idle`, `lifetime`, `perSubject`, `keys`","properties":{"store":{"description":"Where they are kept: `memory`, one for all processes of the proxy, or a Redis that several proxies share.","type":"string","pattern":"^(?:memory|rediss?://[^\\s]+)$","default":"memory","x-expected":"`memory` or a URL such as `redis://127.0.0.1:6379`"},"idle":{"description":"How long a session may go unused: at least 1s.","default":"1h","$ref":"#/definitions/duration"},"lifetime":{"description":"How long a session lasts at most: from 1m to 30d.","default":"12h","$ref":"#/definitions/duration"},"perSubject":{"description":"Sessions that one subject of an identity may have at a time, over all hosts. A new sign-in ends the subject's oldest session.","type":"integer","minimum":1,"maximum":10000,"default":100,"x-expected":"a number from 1 to 10000"},"keys":{"description":"What their state is sealed with: the first one seals, all open. Left out: a key that lives as long as the proxy.","type":"array","minItems":1,"items":{"$ref":"#/definitions/secret"},"x-expected":"a list of secrets such as `[{ env: IAP_SESSION_KEY }]`"}}},"dev":{"description":"Read only by `iap run --dev`.","type":"object","additionalProperties":false,"x-expected":"an object with any of `sources`, `callers`, `echo`, `issuer`","properties":{"sources":{"description":"Policy sources to compile and watch: a file or folder, or a list of them.","type":["string","array"],"pattern":"\\S","minItems":1,"items":{"$ref":"#/definitions/path"},"x-expected":"a path or a list of paths"},"callers":{"description":"A JSON file: name → { identity, claims }. The development issuer hands out their tokens.","$ref":"#/definitions/path"},"echo":{"description":"Answer in place of services, telling what would have reached them: true for all, or a list of services.","type":["boolean","array"],"items":{"$ref":"#/definitions/name"},"x-expected":"`true`, `false` or a list of services"},"issuer":{"description":"Where the development issuer listens.","$ref":"#/definitions/address"}}}},"definitions":{"headerName":{"type":"string","pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$","x-expected":"the name of a header such as `X-Auth-Request-User`"},"path":{"description":"Relative to the folder of this file.","type":"string","pattern":"\\S","x-expected":"a path"},"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","x-expected":"a name of the policy (letters, digits and `_`)"},"address":{"type":"string","pattern":"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$","x-expected":"an address such as `127.0.0.1:8080` or `[::1]:8080`"},"duration":{"type":"string","pattern":"^[0-9]{1,9}(?:ms|s|m|h|d)$","x-expected":"a duration such as `30s`, `5m` or `1h`"},"percentage":{"type":"string","pattern":"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$","x-expected":"a share from `0%` to `100%`"},"size":{"type":"string","pattern":"^[0-9]{1,9}(?:B|KiB|MiB)$","x-expected":"a size such as `64KiB` or `1MiB`"},"url":{"type":"string","pattern":"^https?://[^\\s]+$","x-expected":"a URL that begins with `https://` or `http://`"},"listenerTls":{"description":"TLS towards clients. All files are PEM, and watched.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ cert: ./tls/cert.pem, key: ./tls/key.pem }`","properties":{"cert":{"description":"A file: the certificate, and after it those that lead to its authority.","$ref":"#/definitions/path"},"key":{"description":"A file: the private key of the certificate.","$ref":"#/definitions/path"},"certificates":{"description":"Several, in place of `cert` and `key`: a client gets the one that is for the host it names, else the first.","type":"array","minItems":1,"x-expected":"a list of certificates such as `[{ cert: ./tls/cert.pem, key: ./tls/key.pem }]`","items":{"$ref":"#/definitions/keyPair"}},"minVersion":{"description":"The oldest version of TLS that is spoken.","enum":["1.2","1.3",1.2,1.3],"default":"1.2","x-expected":"`1.2` or `1.3`"},"clientCa":{"description":"A file: the authorities whose certificates clients may show.","$ref":"#/definitions/path"},"clientCert":{"description":"Whether a client must show a certificate of `clientCa`.","enum":["optional","required"],"default":"required","x-expected":"`optional` or `required`"},"crl":{"description":"Files with lists of the certificates that were revoked, one of each authority in a chain. Left out: revocation is not looked at.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"},"x-expected":"a list of files such as `[./tls/mesh.crl.pem]`"}}},"serviceTls":{"description":"All files are PEM, and watched. The certificate of an upstream is always verified.","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object with any of `ca`, `cert`, `key`, `serverName`","properties":{"ca":{"description":"A file: the authorities that may vouch for upstreams, in place of those that Node trusts.","$ref":"#/definitions/path"},"cert":{"description":"A file: the certificate that the proxy shows, and after it those that lead to its authority.","$ref":"#/definitions/path"},"key":{"description":"A file: the private key of the certificate.","$ref":"#/definitions/path"},"serverName":{"description":"The host that certificates of upstreams must be for, in place of the one in `upstreams`.","type":"string","pattern":"^(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$","x-expected":"a host such as `orders.internal`"}}},"keyPair":{"type":"object","additionalProperties":false,"required":["cert","key"],"x-expected":"an object with `cert` and `key`","properties":{"cert":{"description":"A file: the certificate, and after it those that lead to its authority.","$ref":"#/definitions/path"},"key":{"description":"A file: the private key of the certificate.","$ref":"#/definitions/path"}}},"adminTls":{"description":"TLS of the admin address.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ cert: ./tls/admin.pem, key: ./tls/admin.key }`","properties":{"cert":{"description":"A file: the certificate, and after it those that lead to its authority.","$ref":"#/definitions/path"},"key":{"description":"A file: the private key of the certificate.","$ref":"#/definitions/path"},"clientCa":{"description":"A file of authorities: who shows a certificate of theirs may use the API.","$ref":"#/definitions/path"}}},"exportHeaders":{"type":"object","minProperties":1,"maxProperties":16,"propertyNames":{"pattern":"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$","x-expected":"a header name such as `x-api-key`"},"additionalProperties":{"$ref":"#/definitions/secret"},"x-expected":"an object such as `{ authorization: { env: OTLP_AUTHORIZATION } }`"},"redactable":{"type":"array","minItems":1,"x-expected":"a list of members of records, or of paths of what conditions read, such as `[source, caller.subject, body.note]`","items":{"type":"string","pattern":"^(?:source|host|path|traceId|detail|(?:caller|query|body|auth|connection[.]mtls)(?:[.][^.\\[\\]\"]+)*|request[.]headers(?:\\[\"[!#-Z^-~]+\"\\])?)$","x-expected":"one of `source`, `host`, `path`, `traceId`, `detail`, `caller.subject` and `caller.credential`, or what conditions read: `caller.email`, `query.customer`, `body.note`, `request.headers[\"x-tenant\"]`"}},"secret":{"description":"Where a secret is: never here.","x-secret":true,"type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"x-expected":"either `{ env: NAME }` or `{ file: PATH }`","properties":{"env":{"description":"A variable of the environment.","x-secret":true,"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","x-expected":"the name of a variable such as `IAP_SECRET`"},"file":{"description":"A file; the line break at its end is not of the secret.","$ref":"#/definitions/path"}}},"identity":{"description":"How callers are recognised: by access tokens of an issuer, JWTs that it has signed (`issuer`, `audience`, `algorithms`) or others that it is asked about (`issuer`, `clientId`), by signing in there with a browser (`issuer`, `clientId`) or at a SAML provider (`metadata`, `entityId`), by API keys (`keys`), by client certificates (`trustDomain`, `ca`), by a module (`module`).","type":"object","additionalProperties":false,"x-expected":"an object with `issuer`, and `audience` and `algorithms`, or `clientId` and `clientSecret`; or with `metadata` and `entityId`; or with `keys`; or with `trustDomain`; or with `module` and `headers`","properties":{"issuer":{"description":"The issuer's identifier, compared with `iss` byte for byte. Keys are found through its metadata.","$ref":"#/definitions/url"},"audience":{"description":"What `aud` must hold: one, or a list of which one suffices.","type":["string","array"],"pattern":"\\S","minItems":1,"items":{"type":"string","pattern":"\\S","x-expected":"an audience"},"x-expected":"an audience or a list of audiences"},"algorithms":{"description":"The signature algorithms that count, whatever a token says.","type":"array","minItems":1,"x-expected":"a list of signature algorithms such as `[ES256]`","items":{"enum":["RS256","RS384","RS512","PS256","PS384","PS512","ES256","ES384","ES512","EdDSA"],"x-expected":"one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA"}},"profile":{"description":"rfc9068: access tokens that say so (`typ: at+jwt`). jwt: access tokens of providers that send `typ: JWT` or none. workload: tokens that a platform issues to its workloads; see docs/identity-jwt.md.","enum":["rfc9068","jwt","workload"],"default":"rfc9068","x-expected":"`rfc9068`, `jwt` or `workload`"},"jwks":{"description":"Where the keys are, for issuers without metadata.","$ref":"#/definitions/url"},"clockSkew":{"description":"By how much the issuer's clock may differ: at most 5m.","default":"30s","$ref":"#/definitions/duration"},"staleKeys":{"description":"How long keys serve after the issuer last confirmed them: from 1m to 7d.","default":"1h","$ref":"#/definitions/duration"},"keys":{"description":"API keys of `iap key`.","type":"object","additionalProperties":false,"required":["file","hmacKey"],"x-expected":"an object such as `{ file: ./keys.json, hmacKey: { env: IAP_HMAC_KEY } }`","properties":{"file":{"description":"Where they are kept. It is watched.","$ref":"#/definitions/path"},"hmacKey":{"description":"What they are stored under: at least 32 characters.","$ref":"#/definitions/secret"}}},"module":{"description":"A module (JavaScript) whose default export answers who calls.","$ref":"#/definitions/path"},"headers":{"description":"The headers that the module is shown. It is asked where one of them is there, and none of them goes to the service.","type":"array","minItems":1,"maxItems":16,"x-expected":"a list of header names such as `[x-session]`","items":{"type":"string","pattern":"^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$","x-expected":"a header name such as `x-session`"}},"timeout":{"description":"How long the module may take for an answer: from 10ms to 30s.","default":"1s","$ref":"#/definitions/duration"},"events":{"description":"Security events that the issuer sends (RFC 8417, RFC 8935), by which it ends sessions and what else its subjects have.","type":"object","additionalProperties":false,"required":["audience"],"x-expected":"an object such as `{ audience: https://shop.example }`","properties":{"audience":{"description":"What their `aud` must hold.","type":"string","pattern":"\\S","x-expected":"an audience"},"issuer":{"description":"Who sends them, where that is another than the issuer of the identity. Needs `jwks`.","$ref":"#/definitions/url"},"jwks":{"description":"Where the keys of that one are.","$ref":"#/definitions/url"},"token":{"description":"What the sender shows as a bearer, at least 32 characters. Left out: the signature alone says who it is.","$ref":"#/definitions/secret"}}},"dpop":{"description":"What is asked of tokens that are bound to a key (RFC 9449).","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object such as `{ required: true }`","properties":{"required":{"description":"Whether tokens that are bound to no key are refused.","type":"boolean","default":false,"x-expected":"`true` or `false`"},"nonce":{"description":"Whether a proof must hold a nonce of the proxy's.","type":"boolean","default":false,"x-expected":"`true` or `false`"}}},"mfa":{"description":"What says that somebody has signed in with several factors, in place of `mfa` in `amr` or as `acr`: any one of these.","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object such as `{ amr: [mfa, hwk], acr: [\"urn:shop:mfa\"] }`","properties":{"amr":{"description":"Methods (RFC 8176).","type":"array","minItems":1,"x-expected":"a list of methods such as `[mfa, hwk]`","items":{"type":"string","pattern":"^[!-~]+$","x-expected":"a method such as `mfa`"}},"acr":{"description":"Classes of authentication. The issuer is asked for these where a rule wants several factors.","type":"array","minItems":1,"x-expected":"a list of classes such as `[\"urn:shop:mfa\"]`","items":{"type":"string","pattern":"^[!#-\\[\\]-~]+$","x-expected":"a class such as `urn:shop:mfa`"}}}},"clientId":{"description":"As whom the proxy is known to the issuer.","type":"string","pattern":"^[ -~]+$","x-expected":"a client's id"},"clientSecret":{"description":"Where the secret of the client is. At least 16 characters.","$ref":"#/definitions/secret"},"clientKey":{"description":"A file with the private key of the client, JWK or PEM (private_key_jwt, RFC 7523).","$ref":"#/definitions/path"},"scopes":{"description":"What is asked for when somebody signs in, beside `openid`.","type":"array","x-expected":"a list of scopes such as `[profile, offline_access]`","items":{"type":"string","pattern":"^[!#-\\[\\]-~]+$","x-expected":"a scope"}},"userinfo":{"description":"Whether claims are asked for at the issuer's UserInfo endpoint, too.","type":"boolean","default":false,"x-expected":"`true` or `false`"},"staleSession":{"description":"How long a session goes on that cannot be refreshed because the issuer does not answer: at most 7d.","default":"1h","$ref":"#/definitions/duration"},"introspection":{"description":"Where the issuer is asked about tokens. Left out: its metadata says it.","$ref":"#/definitions/url"},"cache":{"description":"How long what the issuer says of a token counts: at most 1h, and never beyond the token's end.","default":"60s","$ref":"#/definitions/duration"},"prefix":{"description":"With what tokens of this issuer begin, where several issuers are asked.","type":"string","pattern":"^[A-Za-z0-9._~+/-]+$","x-expected":"the beginning of a token such as `shop_at_`"},"tls":{"description":"Of connections to the issuer: `ca` for all of them, `cert` and `key` where it is asked about tokens.","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object such as `{ cert: ./iap.pem, key: ./iap.key }`","properties":{"ca":{"description":"A file of the authorities that may vouch for the issuer.","$ref":"#/definitions/path"},"cert":{"description":"What the proxy shows (RFC 8705).","$ref":"#/definitions/path"},"key":{"description":"The private key of `cert`.","$ref":"#/definitions/path"}}},"metadata":{"description":"A file with the metadata of a SAML identity provider. It is watched.","$ref":"#/definitions/path"},"entityId":{"description":"As whom the proxy is known to the SAML provider; what an assertion must be for.","type":"string","pattern":"^[!-~]{1,1024}$","x-expected":"an entity ID such as `https://app.shop.example/.iap/saml/metadata`"},"attributes":{"description":"From claims to the names of SAML attributes. A name in brackets makes a list, however many values come.","type":"object","minProperties":1,"x-expected":"an object such as `{ email: mail, groups: [memberOf] }`","propertyNames":{"$ref":"#/definitions/name"},"additionalProperties":{"type":["string","array"],"pattern":"\\S","minItems":1,"maxItems":1,"items":{"type":"string","pattern":"\\S","x-expected":"the name of an attribute"},"x-expected":"the name of an attribute, or one name in brackets where the claim is a list"}},"responseSigned":{"description":"Whether the SAML response must be signed besides the assertion in it.","type":"boolean","default":false,"x-expected":"`true` or `false`"},"signing":{"description":"What the proxy signs its SAML requests with: a certificate and its private key (RSA).","type":"object","additionalProperties":false,"required":["cert","key"],"x-expected":"an object such as `{ cert: ./saml.pem, key: ./saml.key }`","properties":{"cert":{"description":"What the provider knows.","$ref":"#/definitions/path"},"key":{"description":"The private key of `cert`.","$ref":"#/definitions/path"}}},"trustDomain":{"description":"The SPIFFE trust domain of client certificates that are X.509-SVIDs; with `profile: workload`, of JWT-SVIDs, and of certificates if `ca` is there as well.","type":"string","pattern":"^[a-z0-9._-]{1,255}$","x-expected":"a trust domain such as `prod.shop.example`"},"ca":{"description":"A file: the authorities that may vouch for client certificates of this identity, of those in `clientCa` of the listeners. Without `trustDomain`: for any that are no SVIDs.","$ref":"#/definitions/path"}}},"headerNames":{"type":"array","minItems":1,"x-expected":"a list of header names such as `[content-type]`","items":{"type":"string","pattern":"^[A-Za-z0-9!#$%&'+.^_`|~-]+$","x-expected":"a header name such as `content-type`"}},"cors":{"type":"object","additionalProperties":false,"required":["origins"],"x-expected":"an object such as `{ origins: [https://app.shop.example] }`","properties":{"origins":{"description":"Whose pages; `*` alone: everybody's, without credentials.","type":"array","minItems":1,"x-expected":"a list of origins such as `[https://app.shop.example]`","items":{"type":"string","pattern":"^(?:https?://[^\\s]+|\\*)$","x-expected":"an origin such as `https://app.shop.example`"}},"methods":{"description":"Left out: those that the policy has routes for.","type":"array","minItems":1,"x-expected":"a list of methods such as `[GET, PUT]`","items":{"type":"string","pattern":"^[A-Z][A-Z-]*$","x-expected":"a method such as `GET`"}},"headers":{"description":"That scripts may send, beside those that every page may. Left out: Authorization and Content-Type.","$ref":"#/definitions/headerNames"},"expose":{"description":"Of answers, that scripts may read beside those that every page may.","$ref":"#/definitions/headerNames"},"credentials":{"description":"Whether browsers may send cookies and client certificates.","type":"boolean","default":false,"x-expected":"`true` or `false`"},"maxAge":{"description":"For which browsers keep the answer to a preflight: at most 24h.","default":"10m","$ref":"#/definitions/duration"}}},"service":{"type":"object","additionalProperties":false,"required":["upstreams"],"x-expected":"an object with `upstreams`","properties":{"upstreams":{"description":"Origins such as http://10.0.0.1:8080, among which requests are shared. A name is looked up every 30 seconds; if it has several addresses, each counts.","type":"array","minItems":1,"x-expected":"a list of origins such as `[http://10.0.0.1:8080]`","items":{"$ref":"#/definitions/url"}},"exchange":{"description":"In place of the caller's token the service gets one of its own (RFC 8693), as `Authorization: Bearer`.","type":"object","additionalProperties":false,"required":["issuer","clientId"],"x-expected":"an object with `issuer`, `clientId`, `clientSecret` or `clientKey`, and `audience` or `resource`","properties":{"issuer":{"description":"Whose token endpoint is asked: that of the identities whose callers have tokens. Found through its metadata.","$ref":"#/definitions/url"},"clientId":{"description":"As whom the proxy is known to the issuer.","type":"string","pattern":"^[ -~]+$","x-expected":"a client's id"},"clientSecret":{"description":"Where the secret of the client is. At least 16 characters.","$ref":"#/definitions/secret"},"clientKey":{"description":"A file with the private key of the client, JWK or PEM (private_key_jwt, RFC 7523).","$ref":"#/definitions/path"},"audience":{"description":"What the issuer calls the service.","type":["string","array"],"pattern":"\\S","minItems":1,"items":{"type":"string","pattern":"\\S","x-expected":"an audience"},"x-expected":"an audience or a list of audiences"},"resource":{"description":"Where the service is, as the issuer knows it (RFC 8707).","type":["string","array"],"pattern":"^[a-z][a-z0-9+.-]*:[^\\s#]+$","minItems":1,"items":{"type":"string","pattern":"^[a-z][a-z0-9+.-]*:[^\\s#]+$","x-expected":"a URI without a fragment"},"x-expected":"a URI without a fragment, or a list of them"},"scopes":{"description":"What the token is to allow. Left out: it is the issuer's to say.","type":"array","minItems":1,"x-expected":"a list of scopes such as `[orders:read]`","items":{"type":"string","pattern":"^[!#-\\[\\]-~]+$","x-expected":"a scope"}},"withoutToken":{"description":"What becomes of callers who have no token of the issuer, as with an API key: they are refused, or passed on without one.","enum":["refuse","pass"],"default":"refuse","x-expected":"`refuse` or `pass`"}}},"hosts":{"description":"In place of the hosts of the policy.","type":"array","minItems":1,"x-expected":"a list of hosts such as `[orders.shop.example]`","items":{"type":"string","pattern":"^(?:\\*\\.|\\{[A-Za-z_][A-Za-z0-9_]*\\}\\.)?(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$","x-expected":"a host such as `orders.shop.example`, of which the first label may be `*` or `{name}`"}},"identityHeaders":{"description":"Identity headers of other proxies that clients may send to the service. All others are removed.","type":"array","minItems":1,"x-expected":"a list of header names such as `[X-Auth-Request-User]`","items":{"$ref":"#/definitions/headerName"}},"origins":{"description":"Origins of pages, beside the service's own, that may open WebSockets to it.","type":"array","minItems":1,"x-expected":"a list of origins such as `[https://app.shop.example]`","items":{"$ref":"#/definitions/url"}},"cors":{"description":"What scripts of pages of other origins may do. Left out: what the service answers itself.","$ref":"#/definitions/cors"},"tls":{"description":"TLS towards its `https:` upstreams.","$ref":"#/definitions/serviceTls"},"timeout":{"description":"In which an answer must begin, and in which it must go on: at most 1h. Short for `timeouts.firstByte` and `timeouts.idle`.","default":"30s","$ref":"#/definitions/duration"},"timeouts":{"description":"How long each phase of a request may take.","type":"object","additionalProperties":false,"x-expected":"an object with any of `connect`, `firstByte`, `idle`, `whole`","properties":{"connect":{"description":"Until a connection is made, that of TLS included: at most 1m. Left out: 5s, or `firstByte` if that is shorter.","$ref":"#/definitions/duration"},"firstByte":{"description":"From the end of the request to the head of the answer: at most 1h. Left out: `timeout`.","$ref":"#/definitions/duration"},"idle":{"description":"Without a byte of the answer's body: at most 24h. Left out: `timeout`.","$ref":"#/definitions/duration"},"whole":{"description":"From forwarding to the end of the answer, retries included: at most 24h. Left out: no limit.","$ref":"#/definitions/duration"}}},"protocol":{"description":"What is spoken to the upstreams. http2: over https by ALPN, else by prior knowledge; gRPC needs it.","enum":["http1","http2"],"default":"http1","x-expected":"`http1` or `http2`"},"balance":{"description":"Which address gets a request: round-robin: each in turn. least-requests: the one with the fewest under way. subject: each caller the same one.","enum":["round-robin","least-requests","subject"],"default":"round-robin","x-expected":"`round-robin`, `least-requests` or `subject`"},"health":{"description":"Asks each address how it is. Left out: nobody asks.","type":"object","additionalProperties":false,"required":["path"],"x-expected":"an object such as `{ path: /healthz }`","properties":{"path":{"description":"Asked with GET. An answer with 2xx says that the address is well.","type":"string","pattern":"^/[!-\"$-~]*$","x-expected":"a path such as `/healthz`"},"interval":{"description":"From one probe to the next: from 100ms to 1h.","default":"10s","$ref":"#/definitions/duration"},"timeout":{"description":"In which a probe must have its answer: from 10ms to 1m.","default":"2s","$ref":"#/definitions/duration"},"healthy":{"description":"Good answers in a row after which an address is up again.","type":"integer","minimum":1,"maximum":100,"default":2,"x-expected":"a number of answers from 1 to 100"},"unhealthy":{"description":"Bad answers in a row after which an address is down.","type":"integer","minimum":1,"maximum":100,"default":3,"x-expected":"a number of answers from 1 to 100"}}},"eject":{"description":"When an address is passed over because requests fail there.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ failures: 5, time: 10s }`","properties":{"failures":{"description":"In a row; 0: never.","type":"integer","minimum":0,"maximum":1000,"default":5,"x-expected":"a number of failures from 0 (never) to 1000"},"time":{"description":"Until one request tries the address again: from 100ms to 1h. Each further time is longer, up to ten times.","default":"10s","$ref":"#/definitions/duration"}}},"panic":{"description":"When no address is up: true: all are tried nevertheless. false: requests are refused with 503.","type":"boolean","default":true,"x-expected":"`true` or `false`"},"retries":{"description":"When a request that may be carried out twice is sent again, because nothing was answered.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ attempts: 2, budget: 20% }`","properties":{"attempts":{"description":"How often a request is sent at most, the first time included; 1: never again.","type":"integer","minimum":1,"maximum":5,"default":2,"x-expected":"a number of attempts from 1 to 5"},"budget":{"description":"How many retries there may be for a hundred requests; but ten in ten seconds always.","type":"string","pattern":"^(?:100|[1-9][0-9]?)%$","default":"20%","x-expected":"a share from `1%` to `100%`"}}},"limits":{"description":"How much a service is given to do at once. Beyond: 503 with Retry-After.","type":"object","additionalProperties":false,"x-expected":"an object with any of `connections`, `requests`","properties":{"connections":{"description":"Requests under way at one address, each of which has a connection of its own. Left out: no limit.","type":"integer","minimum":1,"maximum":100000,"x-expected":"a number of connections from 1 to 100000"},"requests":{"description":"Requests under way at all addresses of the service. Left out: no limit.","type":"integer","minimum":1,"maximum":100000,"x-expected":"a number of requests from 1 to 100000"}}}}}}};
const schema12 = {"type":"string","pattern":"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$","x-expected":"an address such as `127.0.0.1:8080` or `[::1]:8080`"};
const schema14 = {"description":"Relative to the folder of this file.","type":"string","pattern":"\\S","x-expected":"a path"};
const schema22 = {"type":"string","pattern":"^[0-9]{1,9}(?:ms|s|m|h|d)$","x-expected":"a duration such as `30s`, `5m` or `1h`"};
const schema31 = {"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","x-expected":"a name of the policy (letters, digits and `_`)"};
const schema33 = {"type":"string","pattern":"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$","x-expected":"a share from `0%` to `100%`"};
const schema62 = {"type":"string","pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$","x-expected":"the name of a header such as `X-Auth-Request-User`"};
const schema41 = {"type":"string","pattern":"^https?://[^\\s]+$","x-expected":"a URL that begins with `https://` or `http://`"};
const schema91 = {"type":"string","pattern":"^[0-9]{1,9}(?:B|KiB|MiB)$","x-expected":"a size such as `64KiB` or `1MiB`"};
const schema94 = {"type":"array","minItems":1,"x-expected":"a list of members of records, or of paths of what conditions read, such as `[source, caller.subject, body.note]`","items":{"type":"string","pattern":"^(?:source|host|path|traceId|detail|(?:caller|query|body|auth|connection[.]mtls)(?:[.][^.\\[\\]\"]+)*|request[.]headers(?:\\[\"[!#-Z^-~]+\"\\])?)$","x-expected":"one of `source`, `host`, `path`, `traceId`, `detail`, `caller.subject` and `caller.credential`, or what conditions read: `caller.email`, `query.customer`, `body.note`, `request.headers[\"x-tenant\"]`"}};
const func0 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp("^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$", "u");
const pattern1 = new RegExp("^[\\x21-\\x39\\x3b-\\x7e]{1,255}$", "u");
const pattern2 = new RegExp("^[0-9A-Fa-f:./]+$", "u");
const pattern3 = new RegExp("\\S", "u");
const pattern10 = new RegExp("^[0-9]{1,9}(?:ms|s|m|h|d)$", "u");
const pattern14 = new RegExp("^[^:\\u0000-\\u001f]{1,200}$", "u");
const pattern15 = new RegExp("^rediss?://", "u");
const pattern16 = new RegExp("^[^\\u0000-\\u001f]{1,200}$", "u");
const pattern12 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");
const pattern24 = new RegExp("^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$", "u");
const pattern65 = new RegExp("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", "u");
const pattern31 = new RegExp("^https?://[^\\s]+$", "u");
const pattern101 = new RegExp("^rediss?://[^\\s]+$", "u");
const pattern105 = new RegExp("^[0-9]{1,9}(?:B|KiB|MiB)$", "u");
const pattern108 = new RegExp("^(?:source|host|path|traceId|detail|(?:caller|query|body|auth|connection[.]mtls)(?:[.][^.\\[\\]\"]+)*|request[.]headers(?:\\[\"[!#-Z^-~]+\"\\])?)$", "u");
const pattern111 = new RegExp("^parent$", "u");
const pattern113 = new RegExp("^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$", "u");
const pattern122 = new RegExp("^auto$", "u");
const pattern128 = new RegExp("^(?:memory|rediss?://[^\\s]+)$", "u");
const pattern129 = new RegExp("^[!-~]{1,100}$", "u");
const schema13 = {"description":"TLS towards clients. All files are PEM, and watched.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ cert: ./tls/cert.pem, key: ./tls/key.pem }`","properties":{"cert":{"description":"A file: the certificate, and after it those that lead to its authority.","$ref":"#/definitions/path"},"key":{"description":"A file: the private key of the certificate.","$ref":"#/definitions/path"},"certificates":{"description":"Several, in place of `cert` and `key`: a client gets the one that is for the host it names, else the first.","type":"array","minItems":1,"x-expected":"a list of certificates such as `[{ cert: ./tls/cert.pem, key: ./tls/key.pem }]`","items":{"$ref":"#/definitions/keyPair"}},"minVersion":{"description":"The oldest version of TLS that is spoken.","enum":["1.2","1.3",1.2,1.3],"default":"1.2","x-expected":"`1.2` or `1.3`"},"clientCa":{"description":"A file: the authorities whose certificates clients may show.","$ref":"#/definitions/path"},"clientCert":{"description":"Whether a client must show a certificate of `clientCa`.","enum":["optional","required"],"default":"required","x-expected":"`optional` or `required`"},"crl":{"description":"Files with lists of the certificates that were revoked, one of each authority in a chain. Left out: revocation is not looked at.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"},"x-expected":"a list of files such as `[./tls/mesh.crl.pem]`"}}};
const schema16 = {"type":"object","additionalProperties":false,"required":["cert","key"],"x-expected":"an object with `cert` and `key`","properties":{"cert":{"description":"A file: the certificate, and after it those that lead to its authority.","$ref":"#/definitions/path"},"key":{"description":"A file: the private key of the certificate.","$ref":"#/definitions/path"}}};

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.cert === undefined) || (!(func0.call(data, "cert")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "cert"},message:"must have required property '"+"cert"+"'",schema:schema16.required,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((data.key === undefined) || (!(func0.call(data, "key")))){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "key"},message:"must have required property '"+"key"+"'",schema:schema16.required,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((key0 === "cert") || (key0 === "key"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.cert !== undefined && func0.call(data, "cert")){
let data0 = data.cert;
if(typeof data0 === "string"){
if(!pattern3.test(data0)){
const err3 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.key !== undefined && func0.call(data, "key")){
let data1 = data.key;
if(typeof data1 === "string"){
if(!pattern3.test(data1)){
const err5 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema16.type,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}


function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 of Object.keys(data)){
if(!(((((((key0 === "cert") || (key0 === "key")) || (key0 === "certificates")) || (key0 === "minVersion")) || (key0 === "clientCa")) || (key0 === "clientCert")) || (key0 === "crl"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema13,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.cert !== undefined && func0.call(data, "cert")){
let data0 = data.cert;
if(typeof data0 === "string"){
if(!pattern3.test(data0)){
const err1 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.key !== undefined && func0.call(data, "key")){
let data1 = data.key;
if(typeof data1 === "string"){
if(!pattern3.test(data1)){
const err3 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.certificates !== undefined && func0.call(data, "certificates")){
let data2 = data.certificates;
if(Array.isArray(data2)){
if(data2.length < 1){
const err5 = {instancePath:instancePath+"/certificates",schemaPath:"#/properties/certificates/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema13.properties.certificates,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
if(!(validate12(data2[i0], {instancePath:instancePath+"/certificates/" + i0,parentData:data2,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
}
}
else {
const err6 = {instancePath:instancePath+"/certificates",schemaPath:"#/properties/certificates/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema13.properties.certificates.type,parentSchema:schema13.properties.certificates,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.minVersion !== undefined && func0.call(data, "minVersion")){
let data4 = data.minVersion;
if(!((((data4 === "1.2") || (data4 === "1.3")) || (data4 === 1.2)) || (data4 === 1.3))){
const err7 = {instancePath:instancePath+"/minVersion",schemaPath:"#/properties/minVersion/enum",keyword:"enum",params:{allowedValues: schema13.properties.minVersion.enum},message:"must be equal to one of the allowed values",schema:schema13.properties.minVersion.enum,parentSchema:schema13.properties.minVersion,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.clientCa !== undefined && func0.call(data, "clientCa")){
let data5 = data.clientCa;
if(typeof data5 === "string"){
if(!pattern3.test(data5)){
const err8 = {instancePath:instancePath+"/clientCa",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/clientCa",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data5};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.clientCert !== undefined && func0.call(data, "clientCert")){
let data6 = data.clientCert;
if(!((data6 === "optional") || (data6 === "required"))){
const err10 = {instancePath:instancePath+"/clientCert",schemaPath:"#/properties/clientCert/enum",keyword:"enum",params:{allowedValues: schema13.properties.clientCert.enum},message:"must be equal to one of the allowed values",schema:schema13.properties.clientCert.enum,parentSchema:schema13.properties.clientCert,data:data6};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.crl !== undefined && func0.call(data, "crl")){
let data7 = data.crl;
if(Array.isArray(data7)){
if(data7.length < 1){
const err11 = {instancePath:instancePath+"/crl",schemaPath:"#/properties/crl/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema13.properties.crl,data:data7};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
let data8 = data7[i1];
if(typeof data8 === "string"){
if(!pattern3.test(data8)){
const err12 = {instancePath:instancePath+"/crl/" + i1,schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data8};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/crl/" + i1,schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data8};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/crl",schemaPath:"#/properties/crl/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema13.properties.crl.type,parentSchema:schema13.properties.crl,data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema13.type,parentSchema:schema13,data};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}

const schema24 = {"description":"Where a secret is: never here.","x-secret":true,"type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"x-expected":"either `{ env: NAME }` or `{ file: PATH }`","properties":{"env":{"description":"A variable of the environment.","x-secret":true,"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","x-expected":"the name of a variable such as `IAP_SECRET`"},"file":{"description":"A file; the line break at its end is not of the secret.","$ref":"#/definitions/path"}}};

function validate15(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length > 1){
const err0 = {instancePath,schemaPath:"#/maxProperties",keyword:"maxProperties",params:{limit: 1},message:"must NOT have more than 1 properties",schema:1,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(Object.keys(data).length < 1){
const err1 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((key0 === "env") || (key0 === "file"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.env !== undefined && func0.call(data, "env")){
let data0 = data.env;
if(typeof data0 === "string"){
if(!pattern12.test(data0)){
const err3 = {instancePath:instancePath+"/env",schemaPath:"#/properties/env/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema24.properties.env,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/env",schemaPath:"#/properties/env/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.env.type,parentSchema:schema24.properties.env,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.file !== undefined && func0.call(data, "file")){
let data1 = data.file;
if(typeof data1 === "string"){
if(!pattern3.test(data1)){
const err5 = {instancePath:instancePath+"/file",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/file",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.type,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate15.errors = vErrors;
return errors === 0;
}

const schema40 = {"description":"How callers are recognised: by access tokens of an issuer, JWTs that it has signed (`issuer`, `audience`, `algorithms`) or others that it is asked about (`issuer`, `clientId`), by signing in there with a browser (`issuer`, `clientId`) or at a SAML provider (`metadata`, `entityId`), by API keys (`keys`), by client certificates (`trustDomain`, `ca`), by a module (`module`).","type":"object","additionalProperties":false,"x-expected":"an object with `issuer`, and `audience` and `algorithms`, or `clientId` and `clientSecret`; or with `metadata` and `entityId`; or with `keys`; or with `trustDomain`; or with `module` and `headers`","properties":{"issuer":{"description":"The issuer's identifier, compared with `iss` byte for byte. Keys are found through its metadata.","$ref":"#/definitions/url"},"audience":{"description":"What `aud` must hold: one, or a list of which one suffices.","type":["string","array"],"pattern":"\\S","minItems":1,"items":{"type":"string","pattern":"\\S","x-expected":"an audience"},"x-expected":"an audience or a list of audiences"},"algorithms":{"description":"The signature algorithms that count, whatever a token says.","type":"array","minItems":1,"x-expected":"a list of signature algorithms such as `[ES256]`","items":{"enum":["RS256","RS384","RS512","PS256","PS384","PS512","ES256","ES384","ES512","EdDSA"],"x-expected":"one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA"}},"profile":{"description":"rfc9068: access tokens that say so (`typ: at+jwt`). jwt: access tokens of providers that send `typ: JWT` or none. workload: tokens that a platform issues to its workloads; see docs/identity-jwt.md.","enum":["rfc9068","jwt","workload"],"default":"rfc9068","x-expected":"`rfc9068`, `jwt` or `workload`"},"jwks":{"description":"Where the keys are, for issuers without metadata.","$ref":"#/definitions/url"},"clockSkew":{"description":"By how much the issuer's clock may differ: at most 5m.","default":"30s","$ref":"#/definitions/duration"},"staleKeys":{"description":"How long keys serve after the issuer last confirmed them: from 1m to 7d.","default":"1h","$ref":"#/definitions/duration"},"keys":{"description":"API keys of `iap key`.","type":"object","additionalProperties":false,"required":["file","hmacKey"],"x-expected":"an object such as `{ file: ./keys.json, hmacKey: { env: IAP_HMAC_KEY } }`","properties":{"file":{"description":"Where they are kept. It is watched.","$ref":"#/definitions/path"},"hmacKey":{"description":"What they are stored under: at least 32 characters.","$ref":"#/definitions/secret"}}},"module":{"description":"A module (JavaScript) whose default export answers who calls.","$ref":"#/definitions/path"},"headers":{"description":"The headers that the module is shown. It is asked where one of them is there, and none of them goes to the service.","type":"array","minItems":1,"maxItems":16,"x-expected":"a list of header names such as `[x-session]`","items":{"type":"string","pattern":"^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$","x-expected":"a header name such as `x-session`"}},"timeout":{"description":"How long the module may take for an answer: from 10ms to 30s.","default":"1s","$ref":"#/definitions/duration"},"events":{"description":"Security events that the issuer sends (RFC 8417, RFC 8935), by which it ends sessions and what else its subjects have.","type":"object","additionalProperties":false,"required":["audience"],"x-expected":"an object such as `{ audience: https://shop.example }`","properties":{"audience":{"description":"What their `aud` must hold.","type":"string","pattern":"\\S","x-expected":"an audience"},"issuer":{"description":"Who sends them, where that is another than the issuer of the identity. Needs `jwks`.","$ref":"#/definitions/url"},"jwks":{"description":"Where the keys of that one are.","$ref":"#/definitions/url"},"token":{"description":"What the sender shows as a bearer, at least 32 characters. Left out: the signature alone says who it is.","$ref":"#/definitions/secret"}}},"dpop":{"description":"What is asked of tokens that are bound to a key (RFC 9449).","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object such as `{ required: true }`","properties":{"required":{"description":"Whether tokens that are bound to no key are refused.","type":"boolean","default":false,"x-expected":"`true` or `false`"},"nonce":{"description":"Whether a proof must hold a nonce of the proxy's.","type":"boolean","default":false,"x-expected":"`true` or `false`"}}},"mfa":{"description":"What says that somebody has signed in with several factors, in place of `mfa` in `amr` or as `acr`: any one of these.","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object such as `{ amr: [mfa, hwk], acr: [\"urn:shop:mfa\"] }`","properties":{"amr":{"description":"Methods (RFC 8176).","type":"array","minItems":1,"x-expected":"a list of methods such as `[mfa, hwk]`","items":{"type":"string","pattern":"^[!-~]+$","x-expected":"a method such as `mfa`"}},"acr":{"description":"Classes of authentication. The issuer is asked for these where a rule wants several factors.","type":"array","minItems":1,"x-expected":"a list of classes such as `[\"urn:shop:mfa\"]`","items":{"type":"string","pattern":"^[!#-\\[\\]-~]+$","x-expected":"a class such as `urn:shop:mfa`"}}}},"clientId":{"description":"As whom the proxy is known to the issuer.","type":"string","pattern":"^[ -~]+$","x-expected":"a client's id"},"clientSecret":{"description":"Where the secret of the client is. At least 16 characters.","$ref":"#/definitions/secret"},"clientKey":{"description":"A file with the private key of the client, JWK or PEM (private_key_jwt, RFC 7523).","$ref":"#/definitions/path"},"scopes":{"description":"What is asked for when somebody signs in, beside `openid`.","type":"array","x-expected":"a list of scopes such as `[profile, offline_access]`","items":{"type":"string","pattern":"^[!#-\\[\\]-~]+$","x-expected":"a scope"}},"userinfo":{"description":"Whether claims are asked for at the issuer's UserInfo endpoint, too.","type":"boolean","default":false,"x-expected":"`true` or `false`"},"staleSession":{"description":"How long a session goes on that cannot be refreshed because the issuer does not answer: at most 7d.","default":"1h","$ref":"#/definitions/duration"},"introspection":{"description":"Where the issuer is asked about tokens. Left out: its metadata says it.","$ref":"#/definitions/url"},"cache":{"description":"How long what the issuer says of a token counts: at most 1h, and never beyond the token's end.","default":"60s","$ref":"#/definitions/duration"},"prefix":{"description":"With what tokens of this issuer begin, where several issuers are asked.","type":"string","pattern":"^[A-Za-z0-9._~+/-]+$","x-expected":"the beginning of a token such as `shop_at_`"},"tls":{"description":"Of connections to the issuer: `ca` for all of them, `cert` and `key` where it is asked about tokens.","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object such as `{ cert: ./iap.pem, key: ./iap.key }`","properties":{"ca":{"description":"A file of the authorities that may vouch for the issuer.","$ref":"#/definitions/path"},"cert":{"description":"What the proxy shows (RFC 8705).","$ref":"#/definitions/path"},"key":{"description":"The private key of `cert`.","$ref":"#/definitions/path"}}},"metadata":{"description":"A file with the metadata of a SAML identity provider. It is watched.","$ref":"#/definitions/path"},"entityId":{"description":"As whom the proxy is known to the SAML provider; what an assertion must be for.","type":"string","pattern":"^[!-~]{1,1024}$","x-expected":"an entity ID such as `https://app.shop.example/.iap/saml/metadata`"},"attributes":{"description":"From claims to the names of SAML attributes. A name in brackets makes a list, however many values come.","type":"object","minProperties":1,"x-expected":"an object such as `{ email: mail, groups: [memberOf] }`","propertyNames":{"$ref":"#/definitions/name"},"additionalProperties":{"type":["string","array"],"pattern":"\\S","minItems":1,"maxItems":1,"items":{"type":"string","pattern":"\\S","x-expected":"the name of an attribute"},"x-expected":"the name of an attribute, or one name in brackets where the claim is a list"}},"responseSigned":{"description":"Whether the SAML response must be signed besides the assertion in it.","type":"boolean","default":false,"x-expected":"`true` or `false`"},"signing":{"description":"What the proxy signs its SAML requests with: a certificate and its private key (RSA).","type":"object","additionalProperties":false,"required":["cert","key"],"x-expected":"an object such as `{ cert: ./saml.pem, key: ./saml.key }`","properties":{"cert":{"description":"What the provider knows.","$ref":"#/definitions/path"},"key":{"description":"The private key of `cert`.","$ref":"#/definitions/path"}}},"trustDomain":{"description":"The SPIFFE trust domain of client certificates that are X.509-SVIDs; with `profile: workload`, of JWT-SVIDs, and of certificates if `ca` is there as well.","type":"string","pattern":"^[a-z0-9._-]{1,255}$","x-expected":"a trust domain such as `prod.shop.example`"},"ca":{"description":"A file: the authorities that may vouch for client certificates of this identity, of those in `clientCa` of the listeners. Without `trustDomain`: for any that are no SVIDs.","$ref":"#/definitions/path"}}};
const pattern39 = new RegExp("^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$", "u");
const pattern44 = new RegExp("^[!-~]+$", "u");
const pattern45 = new RegExp("^[!#-\\[\\]-~]+$", "u");
const pattern46 = new RegExp("^[ -~]+$", "u");
const pattern52 = new RegExp("^[A-Za-z0-9._~+/-]+$", "u");
const pattern57 = new RegExp("^[!-~]{1,1024}$", "u");
const pattern63 = new RegExp("^[a-z0-9._-]{1,255}$", "u");

function validate18(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 of Object.keys(data)){
if(!(func0.call(schema40.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.issuer !== undefined && func0.call(data, "issuer")){
let data0 = data.issuer;
if(typeof data0 === "string"){
if(!pattern31.test(data0)){
const err1 = {instancePath:instancePath+"/issuer",schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/issuer",schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.audience !== undefined && func0.call(data, "audience")){
let data1 = data.audience;
if((typeof data1 !== "string") && (!(Array.isArray(data1)))){
const err3 = {instancePath:instancePath+"/audience",schemaPath:"#/properties/audience/type",keyword:"type",params:{type: schema40.properties.audience.type},message:"must be string,array",schema:schema40.properties.audience.type,parentSchema:schema40.properties.audience,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(typeof data1 === "string"){
if(!pattern3.test(data1)){
const err4 = {instancePath:instancePath+"/audience",schemaPath:"#/properties/audience/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema40.properties.audience,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(Array.isArray(data1)){
if(data1.length < 1){
const err5 = {instancePath:instancePath+"/audience",schemaPath:"#/properties/audience/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema40.properties.audience,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(!pattern3.test(data2)){
const err6 = {instancePath:instancePath+"/audience/" + i0,schemaPath:"#/properties/audience/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema40.properties.audience.items,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/audience/" + i0,schemaPath:"#/properties/audience/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.audience.items.type,parentSchema:schema40.properties.audience.items,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
}
if(data.algorithms !== undefined && func0.call(data, "algorithms")){
let data3 = data.algorithms;
if(Array.isArray(data3)){
if(data3.length < 1){
const err8 = {instancePath:instancePath+"/algorithms",schemaPath:"#/properties/algorithms/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema40.properties.algorithms,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
let data4 = data3[i1];
if(!((((((((((data4 === "RS256") || (data4 === "RS384")) || (data4 === "RS512")) || (data4 === "PS256")) || (data4 === "PS384")) || (data4 === "PS512")) || (data4 === "ES256")) || (data4 === "ES384")) || (data4 === "ES512")) || (data4 === "EdDSA"))){
const err9 = {instancePath:instancePath+"/algorithms/" + i1,schemaPath:"#/properties/algorithms/items/enum",keyword:"enum",params:{allowedValues: schema40.properties.algorithms.items.enum},message:"must be equal to one of the allowed values",schema:schema40.properties.algorithms.items.enum,parentSchema:schema40.properties.algorithms.items,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/algorithms",schemaPath:"#/properties/algorithms/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema40.properties.algorithms.type,parentSchema:schema40.properties.algorithms,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.profile !== undefined && func0.call(data, "profile")){
let data5 = data.profile;
if(!(((data5 === "rfc9068") || (data5 === "jwt")) || (data5 === "workload"))){
const err11 = {instancePath:instancePath+"/profile",schemaPath:"#/properties/profile/enum",keyword:"enum",params:{allowedValues: schema40.properties.profile.enum},message:"must be equal to one of the allowed values",schema:schema40.properties.profile.enum,parentSchema:schema40.properties.profile,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.jwks !== undefined && func0.call(data, "jwks")){
let data6 = data.jwks;
if(typeof data6 === "string"){
if(!pattern31.test(data6)){
const err12 = {instancePath:instancePath+"/jwks",schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/jwks",schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.clockSkew !== undefined && func0.call(data, "clockSkew")){
let data7 = data.clockSkew;
if(typeof data7 === "string"){
if(!pattern10.test(data7)){
const err14 = {instancePath:instancePath+"/clockSkew",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/clockSkew",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data7};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.staleKeys !== undefined && func0.call(data, "staleKeys")){
let data8 = data.staleKeys;
if(typeof data8 === "string"){
if(!pattern10.test(data8)){
const err16 = {instancePath:instancePath+"/staleKeys",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/staleKeys",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data8};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.keys !== undefined && func0.call(data, "keys")){
let data9 = data.keys;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if((data9.file === undefined) || (!(func0.call(data9, "file")))){
const err18 = {instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/required",keyword:"required",params:{missingProperty: "file"},message:"must have required property '"+"file"+"'",schema:schema40.properties.keys.required,parentSchema:schema40.properties.keys,data:data9};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if((data9.hmacKey === undefined) || (!(func0.call(data9, "hmacKey")))){
const err19 = {instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/required",keyword:"required",params:{missingProperty: "hmacKey"},message:"must have required property '"+"hmacKey"+"'",schema:schema40.properties.keys.required,parentSchema:schema40.properties.keys,data:data9};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
for(const key1 of Object.keys(data9)){
if(!((key1 === "file") || (key1 === "hmacKey"))){
const err20 = {instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema40.properties.keys,data:data9};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data9.file !== undefined && func0.call(data9, "file")){
let data10 = data9.file;
if(typeof data10 === "string"){
if(!pattern3.test(data10)){
const err21 = {instancePath:instancePath+"/keys/file",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data10};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/keys/file",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data10};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data9.hmacKey !== undefined && func0.call(data9, "hmacKey")){
if(!(validate15(data9.hmacKey, {instancePath:instancePath+"/keys/hmacKey",parentData:data9,parentDataProperty:"hmacKey",rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
}
else {
const err23 = {instancePath:instancePath+"/keys",schemaPath:"#/properties/keys/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.properties.keys.type,parentSchema:schema40.properties.keys,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.module !== undefined && func0.call(data, "module")){
let data12 = data.module;
if(typeof data12 === "string"){
if(!pattern3.test(data12)){
const err24 = {instancePath:instancePath+"/module",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data12};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/module",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data12};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.headers !== undefined && func0.call(data, "headers")){
let data13 = data.headers;
if(Array.isArray(data13)){
if(data13.length > 16){
const err26 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items",schema:16,parentSchema:schema40.properties.headers,data:data13};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data13.length < 1){
const err27 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema40.properties.headers,data:data13};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
const len2 = data13.length;
for(let i2=0; i2<len2; i2++){
let data14 = data13[i2];
if(typeof data14 === "string"){
if(!pattern39.test(data14)){
const err28 = {instancePath:instancePath+"/headers/" + i2,schemaPath:"#/properties/headers/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$"},message:"must match pattern \""+"^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$"+"\"",schema:"^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$",parentSchema:schema40.properties.headers.items,data:data14};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/headers/" + i2,schemaPath:"#/properties/headers/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.headers.items.type,parentSchema:schema40.properties.headers.items,data:data14};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/headers",schemaPath:"#/properties/headers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema40.properties.headers.type,parentSchema:schema40.properties.headers,data:data13};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.timeout !== undefined && func0.call(data, "timeout")){
let data15 = data.timeout;
if(typeof data15 === "string"){
if(!pattern10.test(data15)){
const err31 = {instancePath:instancePath+"/timeout",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data15};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/timeout",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data15};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.events !== undefined && func0.call(data, "events")){
let data16 = data.events;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
if((data16.audience === undefined) || (!(func0.call(data16, "audience")))){
const err33 = {instancePath:instancePath+"/events",schemaPath:"#/properties/events/required",keyword:"required",params:{missingProperty: "audience"},message:"must have required property '"+"audience"+"'",schema:schema40.properties.events.required,parentSchema:schema40.properties.events,data:data16};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
for(const key2 of Object.keys(data16)){
if(!((((key2 === "audience") || (key2 === "issuer")) || (key2 === "jwks")) || (key2 === "token"))){
const err34 = {instancePath:instancePath+"/events",schemaPath:"#/properties/events/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema40.properties.events,data:data16};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data16.audience !== undefined && func0.call(data16, "audience")){
let data17 = data16.audience;
if(typeof data17 === "string"){
if(!pattern3.test(data17)){
const err35 = {instancePath:instancePath+"/events/audience",schemaPath:"#/properties/events/properties/audience/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema40.properties.events.properties.audience,data:data17};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/events/audience",schemaPath:"#/properties/events/properties/audience/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.events.properties.audience.type,parentSchema:schema40.properties.events.properties.audience,data:data17};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data16.issuer !== undefined && func0.call(data16, "issuer")){
let data18 = data16.issuer;
if(typeof data18 === "string"){
if(!pattern31.test(data18)){
const err37 = {instancePath:instancePath+"/events/issuer",schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data18};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/events/issuer",schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data18};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data16.jwks !== undefined && func0.call(data16, "jwks")){
let data19 = data16.jwks;
if(typeof data19 === "string"){
if(!pattern31.test(data19)){
const err39 = {instancePath:instancePath+"/events/jwks",schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data19};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
else {
const err40 = {instancePath:instancePath+"/events/jwks",schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data19};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data16.token !== undefined && func0.call(data16, "token")){
if(!(validate15(data16.token, {instancePath:instancePath+"/events/token",parentData:data16,parentDataProperty:"token",rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
}
else {
const err41 = {instancePath:instancePath+"/events",schemaPath:"#/properties/events/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.properties.events.type,parentSchema:schema40.properties.events,data:data16};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.dpop !== undefined && func0.call(data, "dpop")){
let data21 = data.dpop;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(Object.keys(data21).length < 1){
const err42 = {instancePath:instancePath+"/dpop",schemaPath:"#/properties/dpop/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema40.properties.dpop,data:data21};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
for(const key3 of Object.keys(data21)){
if(!((key3 === "required") || (key3 === "nonce"))){
const err43 = {instancePath:instancePath+"/dpop",schemaPath:"#/properties/dpop/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema40.properties.dpop,data:data21};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data21.required !== undefined && func0.call(data21, "required")){
let data22 = data21.required;
if(typeof data22 !== "boolean"){
const err44 = {instancePath:instancePath+"/dpop/required",schemaPath:"#/properties/dpop/properties/required/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema40.properties.dpop.properties.required.type,parentSchema:schema40.properties.dpop.properties.required,data:data22};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data21.nonce !== undefined && func0.call(data21, "nonce")){
let data23 = data21.nonce;
if(typeof data23 !== "boolean"){
const err45 = {instancePath:instancePath+"/dpop/nonce",schemaPath:"#/properties/dpop/properties/nonce/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema40.properties.dpop.properties.nonce.type,parentSchema:schema40.properties.dpop.properties.nonce,data:data23};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
else {
const err46 = {instancePath:instancePath+"/dpop",schemaPath:"#/properties/dpop/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.properties.dpop.type,parentSchema:schema40.properties.dpop,data:data21};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data.mfa !== undefined && func0.call(data, "mfa")){
let data24 = data.mfa;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
if(Object.keys(data24).length < 1){
const err47 = {instancePath:instancePath+"/mfa",schemaPath:"#/properties/mfa/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema40.properties.mfa,data:data24};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
for(const key4 of Object.keys(data24)){
if(!((key4 === "amr") || (key4 === "acr"))){
const err48 = {instancePath:instancePath+"/mfa",schemaPath:"#/properties/mfa/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema40.properties.mfa,data:data24};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data24.amr !== undefined && func0.call(data24, "amr")){
let data25 = data24.amr;
if(Array.isArray(data25)){
if(data25.length < 1){
const err49 = {instancePath:instancePath+"/mfa/amr",schemaPath:"#/properties/mfa/properties/amr/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema40.properties.mfa.properties.amr,data:data25};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
const len3 = data25.length;
for(let i3=0; i3<len3; i3++){
let data26 = data25[i3];
if(typeof data26 === "string"){
if(!pattern44.test(data26)){
const err50 = {instancePath:instancePath+"/mfa/amr/" + i3,schemaPath:"#/properties/mfa/properties/amr/items/pattern",keyword:"pattern",params:{pattern: "^[!-~]+$"},message:"must match pattern \""+"^[!-~]+$"+"\"",schema:"^[!-~]+$",parentSchema:schema40.properties.mfa.properties.amr.items,data:data26};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/mfa/amr/" + i3,schemaPath:"#/properties/mfa/properties/amr/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.mfa.properties.amr.items.type,parentSchema:schema40.properties.mfa.properties.amr.items,data:data26};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
}
else {
const err52 = {instancePath:instancePath+"/mfa/amr",schemaPath:"#/properties/mfa/properties/amr/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema40.properties.mfa.properties.amr.type,parentSchema:schema40.properties.mfa.properties.amr,data:data25};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data24.acr !== undefined && func0.call(data24, "acr")){
let data27 = data24.acr;
if(Array.isArray(data27)){
if(data27.length < 1){
const err53 = {instancePath:instancePath+"/mfa/acr",schemaPath:"#/properties/mfa/properties/acr/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema40.properties.mfa.properties.acr,data:data27};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
const len4 = data27.length;
for(let i4=0; i4<len4; i4++){
let data28 = data27[i4];
if(typeof data28 === "string"){
if(!pattern45.test(data28)){
const err54 = {instancePath:instancePath+"/mfa/acr/" + i4,schemaPath:"#/properties/mfa/properties/acr/items/pattern",keyword:"pattern",params:{pattern: "^[!#-\\[\\]-~]+$"},message:"must match pattern \""+"^[!#-\\[\\]-~]+$"+"\"",schema:"^[!#-\\[\\]-~]+$",parentSchema:schema40.properties.mfa.properties.acr.items,data:data28};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
else {
const err55 = {instancePath:instancePath+"/mfa/acr/" + i4,schemaPath:"#/properties/mfa/properties/acr/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.mfa.properties.acr.items.type,parentSchema:schema40.properties.mfa.properties.acr.items,data:data28};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
}
else {
const err56 = {instancePath:instancePath+"/mfa/acr",schemaPath:"#/properties/mfa/properties/acr/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema40.properties.mfa.properties.acr.type,parentSchema:schema40.properties.mfa.properties.acr,data:data27};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
else {
const err57 = {instancePath:instancePath+"/mfa",schemaPath:"#/properties/mfa/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.properties.mfa.type,parentSchema:schema40.properties.mfa,data:data24};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data.clientId !== undefined && func0.call(data, "clientId")){
let data29 = data.clientId;
if(typeof data29 === "string"){
if(!pattern46.test(data29)){
const err58 = {instancePath:instancePath+"/clientId",schemaPath:"#/properties/clientId/pattern",keyword:"pattern",params:{pattern: "^[ -~]+$"},message:"must match pattern \""+"^[ -~]+$"+"\"",schema:"^[ -~]+$",parentSchema:schema40.properties.clientId,data:data29};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
else {
const err59 = {instancePath:instancePath+"/clientId",schemaPath:"#/properties/clientId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.clientId.type,parentSchema:schema40.properties.clientId,data:data29};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data.clientSecret !== undefined && func0.call(data, "clientSecret")){
if(!(validate15(data.clientSecret, {instancePath:instancePath+"/clientSecret",parentData:data,parentDataProperty:"clientSecret",rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
if(data.clientKey !== undefined && func0.call(data, "clientKey")){
let data31 = data.clientKey;
if(typeof data31 === "string"){
if(!pattern3.test(data31)){
const err60 = {instancePath:instancePath+"/clientKey",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data31};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
else {
const err61 = {instancePath:instancePath+"/clientKey",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data31};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data.scopes !== undefined && func0.call(data, "scopes")){
let data32 = data.scopes;
if(Array.isArray(data32)){
const len5 = data32.length;
for(let i5=0; i5<len5; i5++){
let data33 = data32[i5];
if(typeof data33 === "string"){
if(!pattern45.test(data33)){
const err62 = {instancePath:instancePath+"/scopes/" + i5,schemaPath:"#/properties/scopes/items/pattern",keyword:"pattern",params:{pattern: "^[!#-\\[\\]-~]+$"},message:"must match pattern \""+"^[!#-\\[\\]-~]+$"+"\"",schema:"^[!#-\\[\\]-~]+$",parentSchema:schema40.properties.scopes.items,data:data33};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
else {
const err63 = {instancePath:instancePath+"/scopes/" + i5,schemaPath:"#/properties/scopes/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.scopes.items.type,parentSchema:schema40.properties.scopes.items,data:data33};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
else {
const err64 = {instancePath:instancePath+"/scopes",schemaPath:"#/properties/scopes/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema40.properties.scopes.type,parentSchema:schema40.properties.scopes,data:data32};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data.userinfo !== undefined && func0.call(data, "userinfo")){
let data34 = data.userinfo;
if(typeof data34 !== "boolean"){
const err65 = {instancePath:instancePath+"/userinfo",schemaPath:"#/properties/userinfo/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema40.properties.userinfo.type,parentSchema:schema40.properties.userinfo,data:data34};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data.staleSession !== undefined && func0.call(data, "staleSession")){
let data35 = data.staleSession;
if(typeof data35 === "string"){
if(!pattern10.test(data35)){
const err66 = {instancePath:instancePath+"/staleSession",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data35};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
else {
const err67 = {instancePath:instancePath+"/staleSession",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data35};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data.introspection !== undefined && func0.call(data, "introspection")){
let data36 = data.introspection;
if(typeof data36 === "string"){
if(!pattern31.test(data36)){
const err68 = {instancePath:instancePath+"/introspection",schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data36};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/introspection",schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data36};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data.cache !== undefined && func0.call(data, "cache")){
let data37 = data.cache;
if(typeof data37 === "string"){
if(!pattern10.test(data37)){
const err70 = {instancePath:instancePath+"/cache",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data37};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
else {
const err71 = {instancePath:instancePath+"/cache",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data37};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(data.prefix !== undefined && func0.call(data, "prefix")){
let data38 = data.prefix;
if(typeof data38 === "string"){
if(!pattern52.test(data38)){
const err72 = {instancePath:instancePath+"/prefix",schemaPath:"#/properties/prefix/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9._~+/-]+$"},message:"must match pattern \""+"^[A-Za-z0-9._~+/-]+$"+"\"",schema:"^[A-Za-z0-9._~+/-]+$",parentSchema:schema40.properties.prefix,data:data38};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
else {
const err73 = {instancePath:instancePath+"/prefix",schemaPath:"#/properties/prefix/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.prefix.type,parentSchema:schema40.properties.prefix,data:data38};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data.tls !== undefined && func0.call(data, "tls")){
let data39 = data.tls;
if(data39 && typeof data39 == "object" && !Array.isArray(data39)){
if(Object.keys(data39).length < 1){
const err74 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema40.properties.tls,data:data39};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
for(const key5 of Object.keys(data39)){
if(!(((key5 === "ca") || (key5 === "cert")) || (key5 === "key"))){
const err75 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema40.properties.tls,data:data39};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data39.ca !== undefined && func0.call(data39, "ca")){
let data40 = data39.ca;
if(typeof data40 === "string"){
if(!pattern3.test(data40)){
const err76 = {instancePath:instancePath+"/tls/ca",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data40};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/tls/ca",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data40};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
if(data39.cert !== undefined && func0.call(data39, "cert")){
let data41 = data39.cert;
if(typeof data41 === "string"){
if(!pattern3.test(data41)){
const err78 = {instancePath:instancePath+"/tls/cert",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data41};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
else {
const err79 = {instancePath:instancePath+"/tls/cert",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data41};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data39.key !== undefined && func0.call(data39, "key")){
let data42 = data39.key;
if(typeof data42 === "string"){
if(!pattern3.test(data42)){
const err80 = {instancePath:instancePath+"/tls/key",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data42};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
else {
const err81 = {instancePath:instancePath+"/tls/key",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data42};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
}
else {
const err82 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.properties.tls.type,parentSchema:schema40.properties.tls,data:data39};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
if(data.metadata !== undefined && func0.call(data, "metadata")){
let data43 = data.metadata;
if(typeof data43 === "string"){
if(!pattern3.test(data43)){
const err83 = {instancePath:instancePath+"/metadata",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data43};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
else {
const err84 = {instancePath:instancePath+"/metadata",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data43};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
if(data.entityId !== undefined && func0.call(data, "entityId")){
let data44 = data.entityId;
if(typeof data44 === "string"){
if(!pattern57.test(data44)){
const err85 = {instancePath:instancePath+"/entityId",schemaPath:"#/properties/entityId/pattern",keyword:"pattern",params:{pattern: "^[!-~]{1,1024}$"},message:"must match pattern \""+"^[!-~]{1,1024}$"+"\"",schema:"^[!-~]{1,1024}$",parentSchema:schema40.properties.entityId,data:data44};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
else {
const err86 = {instancePath:instancePath+"/entityId",schemaPath:"#/properties/entityId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.entityId.type,parentSchema:schema40.properties.entityId,data:data44};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data.attributes !== undefined && func0.call(data, "attributes")){
let data45 = data.attributes;
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
if(Object.keys(data45).length < 1){
const err87 = {instancePath:instancePath+"/attributes",schemaPath:"#/properties/attributes/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema40.properties.attributes,data:data45};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
for(const key6 of Object.keys(data45)){
const _errs111 = errors;
if(typeof key6 === "string"){
if(!pattern12.test(key6)){
const err88 = {instancePath:instancePath+"/attributes",schemaPath:"#/definitions/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema31,data:key6,propertyName:key6};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
else {
const err89 = {instancePath:instancePath+"/attributes",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.type,parentSchema:schema31,data:key6,propertyName:key6};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
var valid35 = _errs111 === errors;
if(!valid35){
const err90 = {instancePath:instancePath+"/attributes",schemaPath:"#/properties/attributes/propertyNames",keyword:"propertyNames",params:{propertyName: key6},message:"property name must be valid",schema:schema40.properties.attributes.propertyNames,parentSchema:schema40.properties.attributes,data:data45};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
for(const key7 of Object.keys(data45)){
let data46 = data45[key7];
if((typeof data46 !== "string") && (!(Array.isArray(data46)))){
const err91 = {instancePath:instancePath+"/attributes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/attributes/additionalProperties/type",keyword:"type",params:{type: schema40.properties.attributes.additionalProperties.type},message:"must be string,array",schema:schema40.properties.attributes.additionalProperties.type,parentSchema:schema40.properties.attributes.additionalProperties,data:data46};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
if(typeof data46 === "string"){
if(!pattern3.test(data46)){
const err92 = {instancePath:instancePath+"/attributes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/attributes/additionalProperties/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema40.properties.attributes.additionalProperties,data:data46};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
if(Array.isArray(data46)){
if(data46.length > 1){
const err93 = {instancePath:instancePath+"/attributes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/attributes/additionalProperties/maxItems",keyword:"maxItems",params:{limit: 1},message:"must NOT have more than 1 items",schema:1,parentSchema:schema40.properties.attributes.additionalProperties,data:data46};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
if(data46.length < 1){
const err94 = {instancePath:instancePath+"/attributes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/attributes/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema40.properties.attributes.additionalProperties,data:data46};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
const len6 = data46.length;
for(let i6=0; i6<len6; i6++){
let data47 = data46[i6];
if(typeof data47 === "string"){
if(!pattern3.test(data47)){
const err95 = {instancePath:instancePath+"/attributes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i6,schemaPath:"#/properties/attributes/additionalProperties/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema40.properties.attributes.additionalProperties.items,data:data47};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
else {
const err96 = {instancePath:instancePath+"/attributes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i6,schemaPath:"#/properties/attributes/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.attributes.additionalProperties.items.type,parentSchema:schema40.properties.attributes.additionalProperties.items,data:data47};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
}
}
}
else {
const err97 = {instancePath:instancePath+"/attributes",schemaPath:"#/properties/attributes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.properties.attributes.type,parentSchema:schema40.properties.attributes,data:data45};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
if(data.responseSigned !== undefined && func0.call(data, "responseSigned")){
let data48 = data.responseSigned;
if(typeof data48 !== "boolean"){
const err98 = {instancePath:instancePath+"/responseSigned",schemaPath:"#/properties/responseSigned/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema40.properties.responseSigned.type,parentSchema:schema40.properties.responseSigned,data:data48};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
if(data.signing !== undefined && func0.call(data, "signing")){
let data49 = data.signing;
if(data49 && typeof data49 == "object" && !Array.isArray(data49)){
if((data49.cert === undefined) || (!(func0.call(data49, "cert")))){
const err99 = {instancePath:instancePath+"/signing",schemaPath:"#/properties/signing/required",keyword:"required",params:{missingProperty: "cert"},message:"must have required property '"+"cert"+"'",schema:schema40.properties.signing.required,parentSchema:schema40.properties.signing,data:data49};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
if((data49.key === undefined) || (!(func0.call(data49, "key")))){
const err100 = {instancePath:instancePath+"/signing",schemaPath:"#/properties/signing/required",keyword:"required",params:{missingProperty: "key"},message:"must have required property '"+"key"+"'",schema:schema40.properties.signing.required,parentSchema:schema40.properties.signing,data:data49};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
for(const key8 of Object.keys(data49)){
if(!((key8 === "cert") || (key8 === "key"))){
const err101 = {instancePath:instancePath+"/signing",schemaPath:"#/properties/signing/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema40.properties.signing,data:data49};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
if(data49.cert !== undefined && func0.call(data49, "cert")){
let data50 = data49.cert;
if(typeof data50 === "string"){
if(!pattern3.test(data50)){
const err102 = {instancePath:instancePath+"/signing/cert",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data50};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
else {
const err103 = {instancePath:instancePath+"/signing/cert",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data50};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
if(data49.key !== undefined && func0.call(data49, "key")){
let data51 = data49.key;
if(typeof data51 === "string"){
if(!pattern3.test(data51)){
const err104 = {instancePath:instancePath+"/signing/key",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data51};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
else {
const err105 = {instancePath:instancePath+"/signing/key",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data51};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
}
else {
const err106 = {instancePath:instancePath+"/signing",schemaPath:"#/properties/signing/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.properties.signing.type,parentSchema:schema40.properties.signing,data:data49};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
if(data.trustDomain !== undefined && func0.call(data, "trustDomain")){
let data52 = data.trustDomain;
if(typeof data52 === "string"){
if(!pattern63.test(data52)){
const err107 = {instancePath:instancePath+"/trustDomain",schemaPath:"#/properties/trustDomain/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9._-]{1,255}$"},message:"must match pattern \""+"^[a-z0-9._-]{1,255}$"+"\"",schema:"^[a-z0-9._-]{1,255}$",parentSchema:schema40.properties.trustDomain,data:data52};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
else {
const err108 = {instancePath:instancePath+"/trustDomain",schemaPath:"#/properties/trustDomain/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.properties.trustDomain.type,parentSchema:schema40.properties.trustDomain,data:data52};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
if(data.ca !== undefined && func0.call(data, "ca")){
let data53 = data.ca;
if(typeof data53 === "string"){
if(!pattern3.test(data53)){
const err109 = {instancePath:instancePath+"/ca",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data53};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
else {
const err110 = {instancePath:instancePath+"/ca",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data53};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
}
else {
const err111 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema40.type,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
validate18.errors = vErrors;
return errors === 0;
}

const schema64 = {"type":"object","additionalProperties":false,"required":["upstreams"],"x-expected":"an object with `upstreams`","properties":{"upstreams":{"description":"Origins such as http://10.0.0.1:8080, among which requests are shared. A name is looked up every 30 seconds; if it has several addresses, each counts.","type":"array","minItems":1,"x-expected":"a list of origins such as `[http://10.0.0.1:8080]`","items":{"$ref":"#/definitions/url"}},"exchange":{"description":"In place of the caller's token the service gets one of its own (RFC 8693), as `Authorization: Bearer`.","type":"object","additionalProperties":false,"required":["issuer","clientId"],"x-expected":"an object with `issuer`, `clientId`, `clientSecret` or `clientKey`, and `audience` or `resource`","properties":{"issuer":{"description":"Whose token endpoint is asked: that of the identities whose callers have tokens. Found through its metadata.","$ref":"#/definitions/url"},"clientId":{"description":"As whom the proxy is known to the issuer.","type":"string","pattern":"^[ -~]+$","x-expected":"a client's id"},"clientSecret":{"description":"Where the secret of the client is. At least 16 characters.","$ref":"#/definitions/secret"},"clientKey":{"description":"A file with the private key of the client, JWK or PEM (private_key_jwt, RFC 7523).","$ref":"#/definitions/path"},"audience":{"description":"What the issuer calls the service.","type":["string","array"],"pattern":"\\S","minItems":1,"items":{"type":"string","pattern":"\\S","x-expected":"an audience"},"x-expected":"an audience or a list of audiences"},"resource":{"description":"Where the service is, as the issuer knows it (RFC 8707).","type":["string","array"],"pattern":"^[a-z][a-z0-9+.-]*:[^\\s#]+$","minItems":1,"items":{"type":"string","pattern":"^[a-z][a-z0-9+.-]*:[^\\s#]+$","x-expected":"a URI without a fragment"},"x-expected":"a URI without a fragment, or a list of them"},"scopes":{"description":"What the token is to allow. Left out: it is the issuer's to say.","type":"array","minItems":1,"x-expected":"a list of scopes such as `[orders:read]`","items":{"type":"string","pattern":"^[!#-\\[\\]-~]+$","x-expected":"a scope"}},"withoutToken":{"description":"What becomes of callers who have no token of the issuer, as with an API key: they are refused, or passed on without one.","enum":["refuse","pass"],"default":"refuse","x-expected":"`refuse` or `pass`"}}},"hosts":{"description":"In place of the hosts of the policy.","type":"array","minItems":1,"x-expected":"a list of hosts such as `[orders.shop.example]`","items":{"type":"string","pattern":"^(?:\\*\\.|\\{[A-Za-z_][A-Za-z0-9_]*\\}\\.)?(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$","x-expected":"a host such as `orders.shop.example`, of which the first label may be `*` or `{name}`"}},"identityHeaders":{"description":"Identity headers of other proxies that clients may send to the service. All others are removed.","type":"array","minItems":1,"x-expected":"a list of header names such as `[X-Auth-Request-User]`","items":{"$ref":"#/definitions/headerName"}},"origins":{"description":"Origins of pages, beside the service's own, that may open WebSockets to it.","type":"array","minItems":1,"x-expected":"a list of origins such as `[https://app.shop.example]`","items":{"$ref":"#/definitions/url"}},"cors":{"description":"What scripts of pages of other origins may do. Left out: what the service answers itself.","$ref":"#/definitions/cors"},"tls":{"description":"TLS towards its `https:` upstreams.","$ref":"#/definitions/serviceTls"},"timeout":{"description":"In which an answer must begin, and in which it must go on: at most 1h. Short for `timeouts.firstByte` and `timeouts.idle`.","default":"30s","$ref":"#/definitions/duration"},"timeouts":{"description":"How long each phase of a request may take.","type":"object","additionalProperties":false,"x-expected":"an object with any of `connect`, `firstByte`, `idle`, `whole`","properties":{"connect":{"description":"Until a connection is made, that of TLS included: at most 1m. Left out: 5s, or `firstByte` if that is shorter.","$ref":"#/definitions/duration"},"firstByte":{"description":"From the end of the request to the head of the answer: at most 1h. Left out: `timeout`.","$ref":"#/definitions/duration"},"idle":{"description":"Without a byte of the answer's body: at most 24h. Left out: `timeout`.","$ref":"#/definitions/duration"},"whole":{"description":"From forwarding to the end of the answer, retries included: at most 24h. Left out: no limit.","$ref":"#/definitions/duration"}}},"protocol":{"description":"What is spoken to the upstreams. http2: over https by ALPN, else by prior knowledge; gRPC needs it.","enum":["http1","http2"],"default":"http1","x-expected":"`http1` or `http2`"},"balance":{"description":"Which address gets a request: round-robin: each in turn. least-requests: the one with the fewest under way. subject: each caller the same one.","enum":["round-robin","least-requests","subject"],"default":"round-robin","x-expected":"`round-robin`, `least-requests` or `subject`"},"health":{"description":"Asks each address how it is. Left out: nobody asks.","type":"object","additionalProperties":false,"required":["path"],"x-expected":"an object such as `{ path: /healthz }`","properties":{"path":{"description":"Asked with GET. An answer with 2xx says that the address is well.","type":"string","pattern":"^/[!-\"$-~]*$","x-expected":"a path such as `/healthz`"},"interval":{"description":"From one probe to the next: from 100ms to 1h.","default":"10s","$ref":"#/definitions/duration"},"timeout":{"description":"In which a probe must have its answer: from 10ms to 1m.","default":"2s","$ref":"#/definitions/duration"},"healthy":{"description":"Good answers in a row after which an address is up again.","type":"integer","minimum":1,"maximum":100,"default":2,"x-expected":"a number of answers from 1 to 100"},"unhealthy":{"description":"Bad answers in a row after which an address is down.","type":"integer","minimum":1,"maximum":100,"default":3,"x-expected":"a number of answers from 1 to 100"}}},"eject":{"description":"When an address is passed over because requests fail there.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ failures: 5, time: 10s }`","properties":{"failures":{"description":"In a row; 0: never.","type":"integer","minimum":0,"maximum":1000,"default":5,"x-expected":"a number of failures from 0 (never) to 1000"},"time":{"description":"Until one request tries the address again: from 100ms to 1h. Each further time is longer, up to ten times.","default":"10s","$ref":"#/definitions/duration"}}},"panic":{"description":"When no address is up: true: all are tried nevertheless. false: requests are refused with 503.","type":"boolean","default":true,"x-expected":"`true` or `false`"},"retries":{"description":"When a request that may be carried out twice is sent again, because nothing was answered.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ attempts: 2, budget: 20% }`","properties":{"attempts":{"description":"How often a request is sent at most, the first time included; 1: never again.","type":"integer","minimum":1,"maximum":5,"default":2,"x-expected":"a number of attempts from 1 to 5"},"budget":{"description":"How many retries there may be for a hundred requests; but ten in ten seconds always.","type":"string","pattern":"^(?:100|[1-9][0-9]?)%$","default":"20%","x-expected":"a share from `1%` to `100%`"}}},"limits":{"description":"How much a service is given to do at once. Beyond: 503 with Retry-After.","type":"object","additionalProperties":false,"x-expected":"an object with any of `connections`, `requests`","properties":{"connections":{"description":"Requests under way at one address, each of which has a connection of its own. Left out: no limit.","type":"integer","minimum":1,"maximum":100000,"x-expected":"a number of connections from 1 to 100000"},"requests":{"description":"Requests under way at all addresses of the service. Left out: no limit.","type":"integer","minimum":1,"maximum":100000,"x-expected":"a number of requests from 1 to 100000"}}}}};
const pattern73 = new RegExp("^[a-z][a-z0-9+.-]*:[^\\s#]+$", "u");
const pattern76 = new RegExp("^(?:\\*\\.|\\{[A-Za-z_][A-Za-z0-9_]*\\}\\.)?(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$", "u");
const pattern93 = new RegExp("^/[!-\"$-~]*$", "u");
const pattern97 = new RegExp("^(?:100|[1-9][0-9]?)%$", "u");
const schema70 = {"type":"object","additionalProperties":false,"required":["origins"],"x-expected":"an object such as `{ origins: [https://app.shop.example] }`","properties":{"origins":{"description":"Whose pages; `*` alone: everybody's, without credentials.","type":"array","minItems":1,"x-expected":"a list of origins such as `[https://app.shop.example]`","items":{"type":"string","pattern":"^(?:https?://[^\\s]+|\\*)$","x-expected":"an origin such as `https://app.shop.example`"}},"methods":{"description":"Left out: those that the policy has routes for.","type":"array","minItems":1,"x-expected":"a list of methods such as `[GET, PUT]`","items":{"type":"string","pattern":"^[A-Z][A-Z-]*$","x-expected":"a method such as `GET`"}},"headers":{"description":"That scripts may send, beside those that every page may. Left out: Authorization and Content-Type.","$ref":"#/definitions/headerNames"},"expose":{"description":"Of answers, that scripts may read beside those that every page may.","$ref":"#/definitions/headerNames"},"credentials":{"description":"Whether browsers may send cookies and client certificates.","type":"boolean","default":false,"x-expected":"`true` or `false`"},"maxAge":{"description":"For which browsers keep the answer to a preflight: at most 24h.","default":"10m","$ref":"#/definitions/duration"}}};
const schema71 = {"type":"array","minItems":1,"x-expected":"a list of header names such as `[content-type]`","items":{"type":"string","pattern":"^[A-Za-z0-9!#$%&'+.^_`|~-]+$","x-expected":"a header name such as `content-type`"}};
const pattern79 = new RegExp("^(?:https?://[^\\s]+|\\*)$", "u");
const pattern80 = new RegExp("^[A-Z][A-Z-]*$", "u");
const pattern81 = new RegExp("^[A-Za-z0-9!#$%&'+.^_`|~-]+$", "u");

function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.origins === undefined) || (!(func0.call(data, "origins")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "origins"},message:"must have required property '"+"origins"+"'",schema:schema70.required,parentSchema:schema70,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((((((key0 === "origins") || (key0 === "methods")) || (key0 === "headers")) || (key0 === "expose")) || (key0 === "credentials")) || (key0 === "maxAge"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema70,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.origins !== undefined && func0.call(data, "origins")){
let data0 = data.origins;
if(Array.isArray(data0)){
if(data0.length < 1){
const err2 = {instancePath:instancePath+"/origins",schemaPath:"#/properties/origins/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema70.properties.origins,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(typeof data1 === "string"){
if(!pattern79.test(data1)){
const err3 = {instancePath:instancePath+"/origins/" + i0,schemaPath:"#/properties/origins/items/pattern",keyword:"pattern",params:{pattern: "^(?:https?://[^\\s]+|\\*)$"},message:"must match pattern \""+"^(?:https?://[^\\s]+|\\*)$"+"\"",schema:"^(?:https?://[^\\s]+|\\*)$",parentSchema:schema70.properties.origins.items,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/origins/" + i0,schemaPath:"#/properties/origins/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema70.properties.origins.items.type,parentSchema:schema70.properties.origins.items,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/origins",schemaPath:"#/properties/origins/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema70.properties.origins.type,parentSchema:schema70.properties.origins,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.methods !== undefined && func0.call(data, "methods")){
let data2 = data.methods;
if(Array.isArray(data2)){
if(data2.length < 1){
const err6 = {instancePath:instancePath+"/methods",schemaPath:"#/properties/methods/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema70.properties.methods,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
const len1 = data2.length;
for(let i1=0; i1<len1; i1++){
let data3 = data2[i1];
if(typeof data3 === "string"){
if(!pattern80.test(data3)){
const err7 = {instancePath:instancePath+"/methods/" + i1,schemaPath:"#/properties/methods/items/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Z-]*$"},message:"must match pattern \""+"^[A-Z][A-Z-]*$"+"\"",schema:"^[A-Z][A-Z-]*$",parentSchema:schema70.properties.methods.items,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/methods/" + i1,schemaPath:"#/properties/methods/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema70.properties.methods.items.type,parentSchema:schema70.properties.methods.items,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/methods",schemaPath:"#/properties/methods/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema70.properties.methods.type,parentSchema:schema70.properties.methods,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.headers !== undefined && func0.call(data, "headers")){
let data4 = data.headers;
if(Array.isArray(data4)){
if(data4.length < 1){
const err10 = {instancePath:instancePath+"/headers",schemaPath:"#/definitions/headerNames/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema71,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
const len2 = data4.length;
for(let i2=0; i2<len2; i2++){
let data5 = data4[i2];
if(typeof data5 === "string"){
if(!pattern81.test(data5)){
const err11 = {instancePath:instancePath+"/headers/" + i2,schemaPath:"#/definitions/headerNames/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9!#$%&'+.^_`|~-]+$"},message:"must match pattern \""+"^[A-Za-z0-9!#$%&'+.^_`|~-]+$"+"\"",schema:"^[A-Za-z0-9!#$%&'+.^_`|~-]+$",parentSchema:schema71.items,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/headers/" + i2,schemaPath:"#/definitions/headerNames/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema71.items.type,parentSchema:schema71.items,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/headers",schemaPath:"#/definitions/headerNames/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema71.type,parentSchema:schema71,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.expose !== undefined && func0.call(data, "expose")){
let data6 = data.expose;
if(Array.isArray(data6)){
if(data6.length < 1){
const err14 = {instancePath:instancePath+"/expose",schemaPath:"#/definitions/headerNames/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema71,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
const len3 = data6.length;
for(let i3=0; i3<len3; i3++){
let data7 = data6[i3];
if(typeof data7 === "string"){
if(!pattern81.test(data7)){
const err15 = {instancePath:instancePath+"/expose/" + i3,schemaPath:"#/definitions/headerNames/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9!#$%&'+.^_`|~-]+$"},message:"must match pattern \""+"^[A-Za-z0-9!#$%&'+.^_`|~-]+$"+"\"",schema:"^[A-Za-z0-9!#$%&'+.^_`|~-]+$",parentSchema:schema71.items,data:data7};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/expose/" + i3,schemaPath:"#/definitions/headerNames/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema71.items.type,parentSchema:schema71.items,data:data7};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/expose",schemaPath:"#/definitions/headerNames/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema71.type,parentSchema:schema71,data:data6};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.credentials !== undefined && func0.call(data, "credentials")){
let data8 = data.credentials;
if(typeof data8 !== "boolean"){
const err18 = {instancePath:instancePath+"/credentials",schemaPath:"#/properties/credentials/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema70.properties.credentials.type,parentSchema:schema70.properties.credentials,data:data8};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.maxAge !== undefined && func0.call(data, "maxAge")){
let data9 = data.maxAge;
if(typeof data9 === "string"){
if(!pattern10.test(data9)){
const err19 = {instancePath:instancePath+"/maxAge",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data9};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/maxAge",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data9};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema70.type,parentSchema:schema70,data};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
validate25.errors = vErrors;
return errors === 0;
}

const schema74 = {"description":"All files are PEM, and watched. The certificate of an upstream is always verified.","type":"object","additionalProperties":false,"minProperties":1,"x-expected":"an object with any of `ca`, `cert`, `key`, `serverName`","properties":{"ca":{"description":"A file: the authorities that may vouch for upstreams, in place of those that Node trusts.","$ref":"#/definitions/path"},"cert":{"description":"A file: the certificate that the proxy shows, and after it those that lead to its authority.","$ref":"#/definitions/path"},"key":{"description":"A file: the private key of the certificate.","$ref":"#/definitions/path"},"serverName":{"description":"The host that certificates of upstreams must be for, in place of the one in `upstreams`.","type":"string","pattern":"^(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$","x-expected":"a host such as `orders.internal`"}}};
const pattern87 = new RegExp("^(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$", "u");

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema74,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((((key0 === "ca") || (key0 === "cert")) || (key0 === "key")) || (key0 === "serverName"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema74,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.ca !== undefined && func0.call(data, "ca")){
let data0 = data.ca;
if(typeof data0 === "string"){
if(!pattern3.test(data0)){
const err2 = {instancePath:instancePath+"/ca",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/ca",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.cert !== undefined && func0.call(data, "cert")){
let data1 = data.cert;
if(typeof data1 === "string"){
if(!pattern3.test(data1)){
const err4 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.key !== undefined && func0.call(data, "key")){
let data2 = data.key;
if(typeof data2 === "string"){
if(!pattern3.test(data2)){
const err6 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.serverName !== undefined && func0.call(data, "serverName")){
let data3 = data.serverName;
if(typeof data3 === "string"){
if(!pattern87.test(data3)){
const err8 = {instancePath:instancePath+"/serverName",schemaPath:"#/properties/serverName/pattern",keyword:"pattern",params:{pattern: "^(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$"},message:"must match pattern \""+"^(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$"+"\"",schema:"^(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$",parentSchema:schema74.properties.serverName,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/serverName",schemaPath:"#/properties/serverName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema74.properties.serverName.type,parentSchema:schema74.properties.serverName,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema74.type,parentSchema:schema74,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
validate27.errors = vErrors;
return errors === 0;
}


function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.upstreams === undefined) || (!(func0.call(data, "upstreams")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "upstreams"},message:"must have required property '"+"upstreams"+"'",schema:schema64.required,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(func0.call(schema64.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.upstreams !== undefined && func0.call(data, "upstreams")){
let data0 = data.upstreams;
if(Array.isArray(data0)){
if(data0.length < 1){
const err2 = {instancePath:instancePath+"/upstreams",schemaPath:"#/properties/upstreams/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema64.properties.upstreams,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(typeof data1 === "string"){
if(!pattern31.test(data1)){
const err3 = {instancePath:instancePath+"/upstreams/" + i0,schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/upstreams/" + i0,schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/upstreams",schemaPath:"#/properties/upstreams/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.upstreams.type,parentSchema:schema64.properties.upstreams,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.exchange !== undefined && func0.call(data, "exchange")){
let data2 = data.exchange;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if((data2.issuer === undefined) || (!(func0.call(data2, "issuer")))){
const err6 = {instancePath:instancePath+"/exchange",schemaPath:"#/properties/exchange/required",keyword:"required",params:{missingProperty: "issuer"},message:"must have required property '"+"issuer"+"'",schema:schema64.properties.exchange.required,parentSchema:schema64.properties.exchange,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((data2.clientId === undefined) || (!(func0.call(data2, "clientId")))){
const err7 = {instancePath:instancePath+"/exchange",schemaPath:"#/properties/exchange/required",keyword:"required",params:{missingProperty: "clientId"},message:"must have required property '"+"clientId"+"'",schema:schema64.properties.exchange.required,parentSchema:schema64.properties.exchange,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
for(const key1 of Object.keys(data2)){
if(!((((((((key1 === "issuer") || (key1 === "clientId")) || (key1 === "clientSecret")) || (key1 === "clientKey")) || (key1 === "audience")) || (key1 === "resource")) || (key1 === "scopes")) || (key1 === "withoutToken"))){
const err8 = {instancePath:instancePath+"/exchange",schemaPath:"#/properties/exchange/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema64.properties.exchange,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data2.issuer !== undefined && func0.call(data2, "issuer")){
let data3 = data2.issuer;
if(typeof data3 === "string"){
if(!pattern31.test(data3)){
const err9 = {instancePath:instancePath+"/exchange/issuer",schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/exchange/issuer",schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data2.clientId !== undefined && func0.call(data2, "clientId")){
let data4 = data2.clientId;
if(typeof data4 === "string"){
if(!pattern46.test(data4)){
const err11 = {instancePath:instancePath+"/exchange/clientId",schemaPath:"#/properties/exchange/properties/clientId/pattern",keyword:"pattern",params:{pattern: "^[ -~]+$"},message:"must match pattern \""+"^[ -~]+$"+"\"",schema:"^[ -~]+$",parentSchema:schema64.properties.exchange.properties.clientId,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/exchange/clientId",schemaPath:"#/properties/exchange/properties/clientId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.exchange.properties.clientId.type,parentSchema:schema64.properties.exchange.properties.clientId,data:data4};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data2.clientSecret !== undefined && func0.call(data2, "clientSecret")){
if(!(validate15(data2.clientSecret, {instancePath:instancePath+"/exchange/clientSecret",parentData:data2,parentDataProperty:"clientSecret",rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
if(data2.clientKey !== undefined && func0.call(data2, "clientKey")){
let data6 = data2.clientKey;
if(typeof data6 === "string"){
if(!pattern3.test(data6)){
const err13 = {instancePath:instancePath+"/exchange/clientKey",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/exchange/clientKey",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data2.audience !== undefined && func0.call(data2, "audience")){
let data7 = data2.audience;
if((typeof data7 !== "string") && (!(Array.isArray(data7)))){
const err15 = {instancePath:instancePath+"/exchange/audience",schemaPath:"#/properties/exchange/properties/audience/type",keyword:"type",params:{type: schema64.properties.exchange.properties.audience.type},message:"must be string,array",schema:schema64.properties.exchange.properties.audience.type,parentSchema:schema64.properties.exchange.properties.audience,data:data7};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(typeof data7 === "string"){
if(!pattern3.test(data7)){
const err16 = {instancePath:instancePath+"/exchange/audience",schemaPath:"#/properties/exchange/properties/audience/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema64.properties.exchange.properties.audience,data:data7};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(Array.isArray(data7)){
if(data7.length < 1){
const err17 = {instancePath:instancePath+"/exchange/audience",schemaPath:"#/properties/exchange/properties/audience/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema64.properties.exchange.properties.audience,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
let data8 = data7[i1];
if(typeof data8 === "string"){
if(!pattern3.test(data8)){
const err18 = {instancePath:instancePath+"/exchange/audience/" + i1,schemaPath:"#/properties/exchange/properties/audience/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema64.properties.exchange.properties.audience.items,data:data8};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/exchange/audience/" + i1,schemaPath:"#/properties/exchange/properties/audience/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.exchange.properties.audience.items.type,parentSchema:schema64.properties.exchange.properties.audience.items,data:data8};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
}
if(data2.resource !== undefined && func0.call(data2, "resource")){
let data9 = data2.resource;
if((typeof data9 !== "string") && (!(Array.isArray(data9)))){
const err20 = {instancePath:instancePath+"/exchange/resource",schemaPath:"#/properties/exchange/properties/resource/type",keyword:"type",params:{type: schema64.properties.exchange.properties.resource.type},message:"must be string,array",schema:schema64.properties.exchange.properties.resource.type,parentSchema:schema64.properties.exchange.properties.resource,data:data9};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(typeof data9 === "string"){
if(!pattern73.test(data9)){
const err21 = {instancePath:instancePath+"/exchange/resource",schemaPath:"#/properties/exchange/properties/resource/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9+.-]*:[^\\s#]+$"},message:"must match pattern \""+"^[a-z][a-z0-9+.-]*:[^\\s#]+$"+"\"",schema:"^[a-z][a-z0-9+.-]*:[^\\s#]+$",parentSchema:schema64.properties.exchange.properties.resource,data:data9};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(Array.isArray(data9)){
if(data9.length < 1){
const err22 = {instancePath:instancePath+"/exchange/resource",schemaPath:"#/properties/exchange/properties/resource/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema64.properties.exchange.properties.resource,data:data9};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
const len2 = data9.length;
for(let i2=0; i2<len2; i2++){
let data10 = data9[i2];
if(typeof data10 === "string"){
if(!pattern73.test(data10)){
const err23 = {instancePath:instancePath+"/exchange/resource/" + i2,schemaPath:"#/properties/exchange/properties/resource/items/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9+.-]*:[^\\s#]+$"},message:"must match pattern \""+"^[a-z][a-z0-9+.-]*:[^\\s#]+$"+"\"",schema:"^[a-z][a-z0-9+.-]*:[^\\s#]+$",parentSchema:schema64.properties.exchange.properties.resource.items,data:data10};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/exchange/resource/" + i2,schemaPath:"#/properties/exchange/properties/resource/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.exchange.properties.resource.items.type,parentSchema:schema64.properties.exchange.properties.resource.items,data:data10};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
}
if(data2.scopes !== undefined && func0.call(data2, "scopes")){
let data11 = data2.scopes;
if(Array.isArray(data11)){
if(data11.length < 1){
const err25 = {instancePath:instancePath+"/exchange/scopes",schemaPath:"#/properties/exchange/properties/scopes/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema64.properties.exchange.properties.scopes,data:data11};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
const len3 = data11.length;
for(let i3=0; i3<len3; i3++){
let data12 = data11[i3];
if(typeof data12 === "string"){
if(!pattern45.test(data12)){
const err26 = {instancePath:instancePath+"/exchange/scopes/" + i3,schemaPath:"#/properties/exchange/properties/scopes/items/pattern",keyword:"pattern",params:{pattern: "^[!#-\\[\\]-~]+$"},message:"must match pattern \""+"^[!#-\\[\\]-~]+$"+"\"",schema:"^[!#-\\[\\]-~]+$",parentSchema:schema64.properties.exchange.properties.scopes.items,data:data12};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/exchange/scopes/" + i3,schemaPath:"#/properties/exchange/properties/scopes/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.exchange.properties.scopes.items.type,parentSchema:schema64.properties.exchange.properties.scopes.items,data:data12};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath:instancePath+"/exchange/scopes",schemaPath:"#/properties/exchange/properties/scopes/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.exchange.properties.scopes.type,parentSchema:schema64.properties.exchange.properties.scopes,data:data11};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data2.withoutToken !== undefined && func0.call(data2, "withoutToken")){
let data13 = data2.withoutToken;
if(!((data13 === "refuse") || (data13 === "pass"))){
const err29 = {instancePath:instancePath+"/exchange/withoutToken",schemaPath:"#/properties/exchange/properties/withoutToken/enum",keyword:"enum",params:{allowedValues: schema64.properties.exchange.properties.withoutToken.enum},message:"must be equal to one of the allowed values",schema:schema64.properties.exchange.properties.withoutToken.enum,parentSchema:schema64.properties.exchange.properties.withoutToken,data:data13};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/exchange",schemaPath:"#/properties/exchange/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.properties.exchange.type,parentSchema:schema64.properties.exchange,data:data2};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.hosts !== undefined && func0.call(data, "hosts")){
let data14 = data.hosts;
if(Array.isArray(data14)){
if(data14.length < 1){
const err31 = {instancePath:instancePath+"/hosts",schemaPath:"#/properties/hosts/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema64.properties.hosts,data:data14};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
const len4 = data14.length;
for(let i4=0; i4<len4; i4++){
let data15 = data14[i4];
if(typeof data15 === "string"){
if(!pattern76.test(data15)){
const err32 = {instancePath:instancePath+"/hosts/" + i4,schemaPath:"#/properties/hosts/items/pattern",keyword:"pattern",params:{pattern: "^(?:\\*\\.|\\{[A-Za-z_][A-Za-z0-9_]*\\}\\.)?(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$"},message:"must match pattern \""+"^(?:\\*\\.|\\{[A-Za-z_][A-Za-z0-9_]*\\}\\.)?(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$"+"\"",schema:"^(?:\\*\\.|\\{[A-Za-z_][A-Za-z0-9_]*\\}\\.)?(?!-)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*$",parentSchema:schema64.properties.hosts.items,data:data15};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/hosts/" + i4,schemaPath:"#/properties/hosts/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.hosts.items.type,parentSchema:schema64.properties.hosts.items,data:data15};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
}
else {
const err34 = {instancePath:instancePath+"/hosts",schemaPath:"#/properties/hosts/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.hosts.type,parentSchema:schema64.properties.hosts,data:data14};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data.identityHeaders !== undefined && func0.call(data, "identityHeaders")){
let data16 = data.identityHeaders;
if(Array.isArray(data16)){
if(data16.length < 1){
const err35 = {instancePath:instancePath+"/identityHeaders",schemaPath:"#/properties/identityHeaders/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema64.properties.identityHeaders,data:data16};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
const len5 = data16.length;
for(let i5=0; i5<len5; i5++){
let data17 = data16[i5];
if(typeof data17 === "string"){
if(!pattern65.test(data17)){
const err36 = {instancePath:instancePath+"/identityHeaders/" + i5,schemaPath:"#/definitions/headerName/pattern",keyword:"pattern",params:{pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"},message:"must match pattern \""+"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"+"\"",schema:"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",parentSchema:schema62,data:data17};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/identityHeaders/" + i5,schemaPath:"#/definitions/headerName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema62.type,parentSchema:schema62,data:data17};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/identityHeaders",schemaPath:"#/properties/identityHeaders/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.identityHeaders.type,parentSchema:schema64.properties.identityHeaders,data:data16};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.origins !== undefined && func0.call(data, "origins")){
let data18 = data.origins;
if(Array.isArray(data18)){
if(data18.length < 1){
const err39 = {instancePath:instancePath+"/origins",schemaPath:"#/properties/origins/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema64.properties.origins,data:data18};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
const len6 = data18.length;
for(let i6=0; i6<len6; i6++){
let data19 = data18[i6];
if(typeof data19 === "string"){
if(!pattern31.test(data19)){
const err40 = {instancePath:instancePath+"/origins/" + i6,schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data19};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/origins/" + i6,schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data19};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/origins",schemaPath:"#/properties/origins/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.origins.type,parentSchema:schema64.properties.origins,data:data18};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data.cors !== undefined && func0.call(data, "cors")){
if(!(validate25(data.cors, {instancePath:instancePath+"/cors",parentData:data,parentDataProperty:"cors",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.tls !== undefined && func0.call(data, "tls")){
if(!(validate27(data.tls, {instancePath:instancePath+"/tls",parentData:data,parentDataProperty:"tls",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.timeout !== undefined && func0.call(data, "timeout")){
let data22 = data.timeout;
if(typeof data22 === "string"){
if(!pattern10.test(data22)){
const err43 = {instancePath:instancePath+"/timeout",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data22};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/timeout",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data22};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data.timeouts !== undefined && func0.call(data, "timeouts")){
let data23 = data.timeouts;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
for(const key2 of Object.keys(data23)){
if(!((((key2 === "connect") || (key2 === "firstByte")) || (key2 === "idle")) || (key2 === "whole"))){
const err45 = {instancePath:instancePath+"/timeouts",schemaPath:"#/properties/timeouts/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema64.properties.timeouts,data:data23};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data23.connect !== undefined && func0.call(data23, "connect")){
let data24 = data23.connect;
if(typeof data24 === "string"){
if(!pattern10.test(data24)){
const err46 = {instancePath:instancePath+"/timeouts/connect",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data24};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
else {
const err47 = {instancePath:instancePath+"/timeouts/connect",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data24};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data23.firstByte !== undefined && func0.call(data23, "firstByte")){
let data25 = data23.firstByte;
if(typeof data25 === "string"){
if(!pattern10.test(data25)){
const err48 = {instancePath:instancePath+"/timeouts/firstByte",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data25};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/timeouts/firstByte",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data25};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data23.idle !== undefined && func0.call(data23, "idle")){
let data26 = data23.idle;
if(typeof data26 === "string"){
if(!pattern10.test(data26)){
const err50 = {instancePath:instancePath+"/timeouts/idle",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data26};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/timeouts/idle",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data26};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data23.whole !== undefined && func0.call(data23, "whole")){
let data27 = data23.whole;
if(typeof data27 === "string"){
if(!pattern10.test(data27)){
const err52 = {instancePath:instancePath+"/timeouts/whole",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data27};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/timeouts/whole",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data27};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
}
else {
const err54 = {instancePath:instancePath+"/timeouts",schemaPath:"#/properties/timeouts/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.properties.timeouts.type,parentSchema:schema64.properties.timeouts,data:data23};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data.protocol !== undefined && func0.call(data, "protocol")){
let data28 = data.protocol;
if(!((data28 === "http1") || (data28 === "http2"))){
const err55 = {instancePath:instancePath+"/protocol",schemaPath:"#/properties/protocol/enum",keyword:"enum",params:{allowedValues: schema64.properties.protocol.enum},message:"must be equal to one of the allowed values",schema:schema64.properties.protocol.enum,parentSchema:schema64.properties.protocol,data:data28};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data.balance !== undefined && func0.call(data, "balance")){
let data29 = data.balance;
if(!(((data29 === "round-robin") || (data29 === "least-requests")) || (data29 === "subject"))){
const err56 = {instancePath:instancePath+"/balance",schemaPath:"#/properties/balance/enum",keyword:"enum",params:{allowedValues: schema64.properties.balance.enum},message:"must be equal to one of the allowed values",schema:schema64.properties.balance.enum,parentSchema:schema64.properties.balance,data:data29};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data.health !== undefined && func0.call(data, "health")){
let data30 = data.health;
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
if((data30.path === undefined) || (!(func0.call(data30, "path")))){
const err57 = {instancePath:instancePath+"/health",schemaPath:"#/properties/health/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'",schema:schema64.properties.health.required,parentSchema:schema64.properties.health,data:data30};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
for(const key3 of Object.keys(data30)){
if(!(((((key3 === "path") || (key3 === "interval")) || (key3 === "timeout")) || (key3 === "healthy")) || (key3 === "unhealthy"))){
const err58 = {instancePath:instancePath+"/health",schemaPath:"#/properties/health/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema64.properties.health,data:data30};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data30.path !== undefined && func0.call(data30, "path")){
let data31 = data30.path;
if(typeof data31 === "string"){
if(!pattern93.test(data31)){
const err59 = {instancePath:instancePath+"/health/path",schemaPath:"#/properties/health/properties/path/pattern",keyword:"pattern",params:{pattern: "^/[!-\"$-~]*$"},message:"must match pattern \""+"^/[!-\"$-~]*$"+"\"",schema:"^/[!-\"$-~]*$",parentSchema:schema64.properties.health.properties.path,data:data31};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
else {
const err60 = {instancePath:instancePath+"/health/path",schemaPath:"#/properties/health/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.health.properties.path.type,parentSchema:schema64.properties.health.properties.path,data:data31};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data30.interval !== undefined && func0.call(data30, "interval")){
let data32 = data30.interval;
if(typeof data32 === "string"){
if(!pattern10.test(data32)){
const err61 = {instancePath:instancePath+"/health/interval",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data32};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/health/interval",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data32};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data30.timeout !== undefined && func0.call(data30, "timeout")){
let data33 = data30.timeout;
if(typeof data33 === "string"){
if(!pattern10.test(data33)){
const err63 = {instancePath:instancePath+"/health/timeout",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data33};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
else {
const err64 = {instancePath:instancePath+"/health/timeout",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data33};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data30.healthy !== undefined && func0.call(data30, "healthy")){
let data34 = data30.healthy;
if(!(((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34))) && (isFinite(data34)))){
const err65 = {instancePath:instancePath+"/health/healthy",schemaPath:"#/properties/health/properties/healthy/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema64.properties.health.properties.healthy.type,parentSchema:schema64.properties.health.properties.healthy,data:data34};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 > 100 || isNaN(data34)){
const err66 = {instancePath:instancePath+"/health/healthy",schemaPath:"#/properties/health/properties/healthy/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema64.properties.health.properties.healthy,data:data34};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if(data34 < 1 || isNaN(data34)){
const err67 = {instancePath:instancePath+"/health/healthy",schemaPath:"#/properties/health/properties/healthy/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema64.properties.health.properties.healthy,data:data34};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
}
if(data30.unhealthy !== undefined && func0.call(data30, "unhealthy")){
let data35 = data30.unhealthy;
if(!(((typeof data35 == "number") && (!(data35 % 1) && !isNaN(data35))) && (isFinite(data35)))){
const err68 = {instancePath:instancePath+"/health/unhealthy",schemaPath:"#/properties/health/properties/unhealthy/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema64.properties.health.properties.unhealthy.type,parentSchema:schema64.properties.health.properties.unhealthy,data:data35};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 > 100 || isNaN(data35)){
const err69 = {instancePath:instancePath+"/health/unhealthy",schemaPath:"#/properties/health/properties/unhealthy/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema64.properties.health.properties.unhealthy,data:data35};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
if(data35 < 1 || isNaN(data35)){
const err70 = {instancePath:instancePath+"/health/unhealthy",schemaPath:"#/properties/health/properties/unhealthy/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema64.properties.health.properties.unhealthy,data:data35};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
}
}
else {
const err71 = {instancePath:instancePath+"/health",schemaPath:"#/properties/health/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.properties.health.type,parentSchema:schema64.properties.health,data:data30};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(data.eject !== undefined && func0.call(data, "eject")){
let data36 = data.eject;
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
for(const key4 of Object.keys(data36)){
if(!((key4 === "failures") || (key4 === "time"))){
const err72 = {instancePath:instancePath+"/eject",schemaPath:"#/properties/eject/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema64.properties.eject,data:data36};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
if(data36.failures !== undefined && func0.call(data36, "failures")){
let data37 = data36.failures;
if(!(((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37))) && (isFinite(data37)))){
const err73 = {instancePath:instancePath+"/eject/failures",schemaPath:"#/properties/eject/properties/failures/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema64.properties.eject.properties.failures.type,parentSchema:schema64.properties.eject.properties.failures,data:data37};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 > 1000 || isNaN(data37)){
const err74 = {instancePath:instancePath+"/eject/failures",schemaPath:"#/properties/eject/properties/failures/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema64.properties.eject.properties.failures,data:data37};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
if(data37 < 0 || isNaN(data37)){
const err75 = {instancePath:instancePath+"/eject/failures",schemaPath:"#/properties/eject/properties/failures/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema64.properties.eject.properties.failures,data:data37};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
}
if(data36.time !== undefined && func0.call(data36, "time")){
let data38 = data36.time;
if(typeof data38 === "string"){
if(!pattern10.test(data38)){
const err76 = {instancePath:instancePath+"/eject/time",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data38};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/eject/time",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data38};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
}
else {
const err78 = {instancePath:instancePath+"/eject",schemaPath:"#/properties/eject/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.properties.eject.type,parentSchema:schema64.properties.eject,data:data36};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data.panic !== undefined && func0.call(data, "panic")){
let data39 = data.panic;
if(typeof data39 !== "boolean"){
const err79 = {instancePath:instancePath+"/panic",schemaPath:"#/properties/panic/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema64.properties.panic.type,parentSchema:schema64.properties.panic,data:data39};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data.retries !== undefined && func0.call(data, "retries")){
let data40 = data.retries;
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
for(const key5 of Object.keys(data40)){
if(!((key5 === "attempts") || (key5 === "budget"))){
const err80 = {instancePath:instancePath+"/retries",schemaPath:"#/properties/retries/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema64.properties.retries,data:data40};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data40.attempts !== undefined && func0.call(data40, "attempts")){
let data41 = data40.attempts;
if(!(((typeof data41 == "number") && (!(data41 % 1) && !isNaN(data41))) && (isFinite(data41)))){
const err81 = {instancePath:instancePath+"/retries/attempts",schemaPath:"#/properties/retries/properties/attempts/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema64.properties.retries.properties.attempts.type,parentSchema:schema64.properties.retries.properties.attempts,data:data41};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if((typeof data41 == "number") && (isFinite(data41))){
if(data41 > 5 || isNaN(data41)){
const err82 = {instancePath:instancePath+"/retries/attempts",schemaPath:"#/properties/retries/properties/attempts/maximum",keyword:"maximum",params:{comparison: "<=", limit: 5},message:"must be <= 5",schema:5,parentSchema:schema64.properties.retries.properties.attempts,data:data41};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
if(data41 < 1 || isNaN(data41)){
const err83 = {instancePath:instancePath+"/retries/attempts",schemaPath:"#/properties/retries/properties/attempts/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema64.properties.retries.properties.attempts,data:data41};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
}
if(data40.budget !== undefined && func0.call(data40, "budget")){
let data42 = data40.budget;
if(typeof data42 === "string"){
if(!pattern97.test(data42)){
const err84 = {instancePath:instancePath+"/retries/budget",schemaPath:"#/properties/retries/properties/budget/pattern",keyword:"pattern",params:{pattern: "^(?:100|[1-9][0-9]?)%$"},message:"must match pattern \""+"^(?:100|[1-9][0-9]?)%$"+"\"",schema:"^(?:100|[1-9][0-9]?)%$",parentSchema:schema64.properties.retries.properties.budget,data:data42};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
else {
const err85 = {instancePath:instancePath+"/retries/budget",schemaPath:"#/properties/retries/properties/budget/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.retries.properties.budget.type,parentSchema:schema64.properties.retries.properties.budget,data:data42};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
else {
const err86 = {instancePath:instancePath+"/retries",schemaPath:"#/properties/retries/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.properties.retries.type,parentSchema:schema64.properties.retries,data:data40};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data.limits !== undefined && func0.call(data, "limits")){
let data43 = data.limits;
if(data43 && typeof data43 == "object" && !Array.isArray(data43)){
for(const key6 of Object.keys(data43)){
if(!((key6 === "connections") || (key6 === "requests"))){
const err87 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema64.properties.limits,data:data43};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
if(data43.connections !== undefined && func0.call(data43, "connections")){
let data44 = data43.connections;
if(!(((typeof data44 == "number") && (!(data44 % 1) && !isNaN(data44))) && (isFinite(data44)))){
const err88 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema64.properties.limits.properties.connections.type,parentSchema:schema64.properties.limits.properties.connections,data:data44};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 > 100000 || isNaN(data44)){
const err89 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000",schema:100000,parentSchema:schema64.properties.limits.properties.connections,data:data44};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if(data44 < 1 || isNaN(data44)){
const err90 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema64.properties.limits.properties.connections,data:data44};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
}
if(data43.requests !== undefined && func0.call(data43, "requests")){
let data45 = data43.requests;
if(!(((typeof data45 == "number") && (!(data45 % 1) && !isNaN(data45))) && (isFinite(data45)))){
const err91 = {instancePath:instancePath+"/limits/requests",schemaPath:"#/properties/limits/properties/requests/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema64.properties.limits.properties.requests.type,parentSchema:schema64.properties.limits.properties.requests,data:data45};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
if((typeof data45 == "number") && (isFinite(data45))){
if(data45 > 100000 || isNaN(data45)){
const err92 = {instancePath:instancePath+"/limits/requests",schemaPath:"#/properties/limits/properties/requests/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000",schema:100000,parentSchema:schema64.properties.limits.properties.requests,data:data45};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
if(data45 < 1 || isNaN(data45)){
const err93 = {instancePath:instancePath+"/limits/requests",schemaPath:"#/properties/limits/properties/requests/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema64.properties.limits.properties.requests,data:data45};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
}
}
else {
const err94 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.properties.limits.type,parentSchema:schema64.properties.limits,data:data43};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
}
else {
const err95 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.type,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
validate23.errors = vErrors;
return errors === 0;
}

const schema88 = {"type":"object","minProperties":1,"maxProperties":16,"propertyNames":{"pattern":"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$","x-expected":"a header name such as `x-api-key`"},"additionalProperties":{"$ref":"#/definitions/secret"},"x-expected":"an object such as `{ authorization: { env: OTLP_AUTHORIZATION } }`"};
const pattern100 = new RegExp("^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$", "u");

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length > 16){
const err0 = {instancePath,schemaPath:"#/maxProperties",keyword:"maxProperties",params:{limit: 16},message:"must NOT have more than 16 properties",schema:16,parentSchema:schema88,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(Object.keys(data).length < 1){
const err1 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema88,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 of Object.keys(data)){
const _errs1 = errors;
if(typeof key0 === "string"){
if(!pattern100.test(key0)){
const err2 = {instancePath,schemaPath:"#/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$"},message:"must match pattern \""+"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$"+"\"",schema:"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$",parentSchema:schema88.propertyNames,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var valid0 = _errs1 === errors;
if(!valid0){
const err3 = {instancePath,schemaPath:"#/propertyNames",keyword:"propertyNames",params:{propertyName: key0},message:"property name must be valid",schema:schema88.propertyNames,parentSchema:schema88,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
for(const key1 of Object.keys(data)){
if(!(validate15(data[key1], {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key1,rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema88.type,parentSchema:schema88,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate30.errors = vErrors;
return errors === 0;
}

const schema98 = {"description":"TLS of the admin address.","type":"object","additionalProperties":false,"x-expected":"an object such as `{ cert: ./tls/admin.pem, key: ./tls/admin.key }`","properties":{"cert":{"description":"A file: the certificate, and after it those that lead to its authority.","$ref":"#/definitions/path"},"key":{"description":"A file: the private key of the certificate.","$ref":"#/definitions/path"},"clientCa":{"description":"A file of authorities: who shows a certificate of theirs may use the API.","$ref":"#/definitions/path"}}};

function validate36(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 of Object.keys(data)){
if(!(((key0 === "cert") || (key0 === "key")) || (key0 === "clientCa"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema98,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.cert !== undefined && func0.call(data, "cert")){
let data0 = data.cert;
if(typeof data0 === "string"){
if(!pattern3.test(data0)){
const err1 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/cert",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.key !== undefined && func0.call(data, "key")){
let data1 = data.key;
if(typeof data1 === "string"){
if(!pattern3.test(data1)){
const err3 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.clientCa !== undefined && func0.call(data, "clientCa")){
let data2 = data.clientCa;
if(typeof data2 === "string"){
if(!pattern3.test(data2)){
const err5 = {instancePath:instancePath+"/clientCa",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/clientCa",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema98.type,parentSchema:schema98,data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate36.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="urn:iap-proxy:config:1" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.listeners === undefined) || (!(func0.call(data, "listeners")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "listeners"},message:"must have required property '"+"listeners"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(func0.call(schema11.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.$schema !== undefined && func0.call(data, "$schema")){
let data0 = data.$schema;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.$schema.type,parentSchema:schema11.properties.$schema,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.listeners !== undefined && func0.call(data, "listeners")){
let data1 = data.listeners;
if(Array.isArray(data1)){
if(data1.length < 1){
const err3 = {instancePath:instancePath+"/listeners",schemaPath:"#/properties/listeners/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.listeners,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if((data2.address === undefined) || (!(func0.call(data2, "address")))){
const err4 = {instancePath:instancePath+"/listeners/" + i0,schemaPath:"#/properties/listeners/items/required",keyword:"required",params:{missingProperty: "address"},message:"must have required property '"+"address"+"'",schema:schema11.properties.listeners.items.required,parentSchema:schema11.properties.listeners.items,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key1 of Object.keys(data2)){
if(!(((((key1 === "address") || (key1 === "fd")) || (key1 === "http2")) || (key1 === "trust")) || (key1 === "tls"))){
const err5 = {instancePath:instancePath+"/listeners/" + i0,schemaPath:"#/properties/listeners/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.listeners.items,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data2.address !== undefined && func0.call(data2, "address")){
let data3 = data2.address;
if(typeof data3 === "string"){
if(!pattern0.test(data3)){
const err6 = {instancePath:instancePath+"/listeners/" + i0+"/address",schemaPath:"#/definitions/address/pattern",keyword:"pattern",params:{pattern: "^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$"},message:"must match pattern \""+"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$"+"\"",schema:"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$",parentSchema:schema12,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/listeners/" + i0+"/address",schemaPath:"#/definitions/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data2.fd !== undefined && func0.call(data2, "fd")){
let data4 = data2.fd;
if(typeof data4 === "string"){
if(!pattern1.test(data4)){
const err8 = {instancePath:instancePath+"/listeners/" + i0+"/fd",schemaPath:"#/properties/listeners/items/properties/fd/pattern",keyword:"pattern",params:{pattern: "^[\\x21-\\x39\\x3b-\\x7e]{1,255}$"},message:"must match pattern \""+"^[\\x21-\\x39\\x3b-\\x7e]{1,255}$"+"\"",schema:"^[\\x21-\\x39\\x3b-\\x7e]{1,255}$",parentSchema:schema11.properties.listeners.items.properties.fd,data:data4};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/listeners/" + i0+"/fd",schemaPath:"#/properties/listeners/items/properties/fd/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.listeners.items.properties.fd.type,parentSchema:schema11.properties.listeners.items.properties.fd,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data2.http2 !== undefined && func0.call(data2, "http2")){
let data5 = data2.http2;
if(typeof data5 !== "boolean"){
const err10 = {instancePath:instancePath+"/listeners/" + i0+"/http2",schemaPath:"#/properties/listeners/items/properties/http2/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.listeners.items.properties.http2.type,parentSchema:schema11.properties.listeners.items.properties.http2,data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data2.trust !== undefined && func0.call(data2, "trust")){
let data6 = data2.trust;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if((data6.proxies === undefined) || (!(func0.call(data6, "proxies")))){
const err11 = {instancePath:instancePath+"/listeners/" + i0+"/trust",schemaPath:"#/properties/listeners/items/properties/trust/required",keyword:"required",params:{missingProperty: "proxies"},message:"must have required property '"+"proxies"+"'",schema:schema11.properties.listeners.items.properties.trust.required,parentSchema:schema11.properties.listeners.items.properties.trust,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
for(const key2 of Object.keys(data6)){
if(!(((key2 === "proxies") || (key2 === "header")) || (key2 === "certificate"))){
const err12 = {instancePath:instancePath+"/listeners/" + i0+"/trust",schemaPath:"#/properties/listeners/items/properties/trust/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.listeners.items.properties.trust,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data6.proxies !== undefined && func0.call(data6, "proxies")){
let data7 = data6.proxies;
if(Array.isArray(data7)){
if(data7.length < 1){
const err13 = {instancePath:instancePath+"/listeners/" + i0+"/trust/proxies",schemaPath:"#/properties/listeners/items/properties/trust/properties/proxies/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.listeners.items.properties.trust.properties.proxies,data:data7};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
let data8 = data7[i1];
if(typeof data8 === "string"){
if(!pattern2.test(data8)){
const err14 = {instancePath:instancePath+"/listeners/" + i0+"/trust/proxies/" + i1,schemaPath:"#/properties/listeners/items/properties/trust/properties/proxies/items/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Fa-f:./]+$"},message:"must match pattern \""+"^[0-9A-Fa-f:./]+$"+"\"",schema:"^[0-9A-Fa-f:./]+$",parentSchema:schema11.properties.listeners.items.properties.trust.properties.proxies.items,data:data8};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/listeners/" + i0+"/trust/proxies/" + i1,schemaPath:"#/properties/listeners/items/properties/trust/properties/proxies/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.listeners.items.properties.trust.properties.proxies.items.type,parentSchema:schema11.properties.listeners.items.properties.trust.properties.proxies.items,data:data8};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/listeners/" + i0+"/trust/proxies",schemaPath:"#/properties/listeners/items/properties/trust/properties/proxies/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.listeners.items.properties.trust.properties.proxies.type,parentSchema:schema11.properties.listeners.items.properties.trust.properties.proxies,data:data7};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data6.header !== undefined && func0.call(data6, "header")){
let data9 = data6.header;
if(!(((data9 === "x-forwarded-for") || (data9 === "forwarded")) || (data9 === "proxy-protocol"))){
const err17 = {instancePath:instancePath+"/listeners/" + i0+"/trust/header",schemaPath:"#/properties/listeners/items/properties/trust/properties/header/enum",keyword:"enum",params:{allowedValues: schema11.properties.listeners.items.properties.trust.properties.header.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.listeners.items.properties.trust.properties.header.enum,parentSchema:schema11.properties.listeners.items.properties.trust.properties.header,data:data9};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data6.certificate !== undefined && func0.call(data6, "certificate")){
let data10 = data6.certificate;
if(!((data10 === "x-forwarded-client-cert") || (data10 === "client-cert"))){
const err18 = {instancePath:instancePath+"/listeners/" + i0+"/trust/certificate",schemaPath:"#/properties/listeners/items/properties/trust/properties/certificate/enum",keyword:"enum",params:{allowedValues: schema11.properties.listeners.items.properties.trust.properties.certificate.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.listeners.items.properties.trust.properties.certificate.enum,parentSchema:schema11.properties.listeners.items.properties.trust.properties.certificate,data:data10};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/listeners/" + i0+"/trust",schemaPath:"#/properties/listeners/items/properties/trust/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.listeners.items.properties.trust.type,parentSchema:schema11.properties.listeners.items.properties.trust,data:data6};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data2.tls !== undefined && func0.call(data2, "tls")){
if(!(validate11(data2.tls, {instancePath:instancePath+"/listeners/" + i0+"/tls",parentData:data2,parentDataProperty:"tls",rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
}
}
else {
const err20 = {instancePath:instancePath+"/listeners/" + i0,schemaPath:"#/properties/listeners/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.listeners.items.type,parentSchema:schema11.properties.listeners.items,data:data2};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/listeners",schemaPath:"#/properties/listeners/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.listeners.type,parentSchema:schema11.properties.listeners,data:data1};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.bundle !== undefined && func0.call(data, "bundle")){
let data12 = data.bundle;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if((data12.source === undefined) || (!(func0.call(data12, "source")))){
const err22 = {instancePath:instancePath+"/bundle",schemaPath:"#/properties/bundle/required",keyword:"required",params:{missingProperty: "source"},message:"must have required property '"+"source"+"'",schema:schema11.properties.bundle.required,parentSchema:schema11.properties.bundle,data:data12};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
for(const key3 of Object.keys(data12)){
if(!(func0.call(schema11.properties.bundle.properties, key3))){
const err23 = {instancePath:instancePath+"/bundle",schemaPath:"#/properties/bundle/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.bundle,data:data12};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data12.source !== undefined && func0.call(data12, "source")){
let data13 = data12.source;
if(typeof data13 === "string"){
if(!pattern3.test(data13)){
const err24 = {instancePath:instancePath+"/bundle/source",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data13};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/bundle/source",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data13};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data12.poll !== undefined && func0.call(data12, "poll")){
let data14 = data12.poll;
if(typeof data14 === "string"){
if(!pattern10.test(data14)){
const err26 = {instancePath:instancePath+"/bundle/poll",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data14};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/bundle/poll",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data14};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data12.longPoll !== undefined && func0.call(data12, "longPoll")){
let data15 = data12.longPoll;
if(typeof data15 === "string"){
if(!pattern10.test(data15)){
const err28 = {instancePath:instancePath+"/bundle/longPoll",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data15};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/bundle/longPoll",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data15};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data12.token !== undefined && func0.call(data12, "token")){
if(!(validate15(data12.token, {instancePath:instancePath+"/bundle/token",parentData:data12,parentDataProperty:"token",rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
if(data12.username !== undefined && func0.call(data12, "username")){
let data17 = data12.username;
if(typeof data17 === "string"){
if(!pattern14.test(data17)){
const err30 = {instancePath:instancePath+"/bundle/username",schemaPath:"#/properties/bundle/properties/username/pattern",keyword:"pattern",params:{pattern: "^[^:\\u0000-\\u001f]{1,200}$"},message:"must match pattern \""+"^[^:\\u0000-\\u001f]{1,200}$"+"\"",schema:"^[^:\\u0000-\\u001f]{1,200}$",parentSchema:schema11.properties.bundle.properties.username,data:data17};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/bundle/username",schemaPath:"#/properties/bundle/properties/username/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.bundle.properties.username.type,parentSchema:schema11.properties.bundle.properties.username,data:data17};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data12.password !== undefined && func0.call(data12, "password")){
if(!(validate15(data12.password, {instancePath:instancePath+"/bundle/password",parentData:data12,parentDataProperty:"password",rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
if(data12.notice !== undefined && func0.call(data12, "notice")){
let data19 = data12.notice;
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if((data19.redis === undefined) || (!(func0.call(data19, "redis")))){
const err32 = {instancePath:instancePath+"/bundle/notice",schemaPath:"#/properties/bundle/properties/notice/required",keyword:"required",params:{missingProperty: "redis"},message:"must have required property '"+"redis"+"'",schema:schema11.properties.bundle.properties.notice.required,parentSchema:schema11.properties.bundle.properties.notice,data:data19};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
for(const key4 of Object.keys(data19)){
if(!((key4 === "redis") || (key4 === "channel"))){
const err33 = {instancePath:instancePath+"/bundle/notice",schemaPath:"#/properties/bundle/properties/notice/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.bundle.properties.notice,data:data19};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data19.redis !== undefined && func0.call(data19, "redis")){
let data20 = data19.redis;
if(typeof data20 === "string"){
if(!pattern15.test(data20)){
const err34 = {instancePath:instancePath+"/bundle/notice/redis",schemaPath:"#/properties/bundle/properties/notice/properties/redis/pattern",keyword:"pattern",params:{pattern: "^rediss?://"},message:"must match pattern \""+"^rediss?://"+"\"",schema:"^rediss?://",parentSchema:schema11.properties.bundle.properties.notice.properties.redis,data:data20};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
else {
const err35 = {instancePath:instancePath+"/bundle/notice/redis",schemaPath:"#/properties/bundle/properties/notice/properties/redis/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.bundle.properties.notice.properties.redis.type,parentSchema:schema11.properties.bundle.properties.notice.properties.redis,data:data20};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data19.channel !== undefined && func0.call(data19, "channel")){
let data21 = data19.channel;
if(typeof data21 === "string"){
if(!pattern16.test(data21)){
const err36 = {instancePath:instancePath+"/bundle/notice/channel",schemaPath:"#/properties/bundle/properties/notice/properties/channel/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f]{1,200}$"},message:"must match pattern \""+"^[^\\u0000-\\u001f]{1,200}$"+"\"",schema:"^[^\\u0000-\\u001f]{1,200}$",parentSchema:schema11.properties.bundle.properties.notice.properties.channel,data:data21};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/bundle/notice/channel",schemaPath:"#/properties/bundle/properties/notice/properties/channel/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.bundle.properties.notice.properties.channel.type,parentSchema:schema11.properties.bundle.properties.notice.properties.channel,data:data21};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/bundle/notice",schemaPath:"#/properties/bundle/properties/notice/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.bundle.properties.notice.type,parentSchema:schema11.properties.bundle.properties.notice,data:data19};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data12.maxStaleness !== undefined && func0.call(data12, "maxStaleness")){
let data22 = data12.maxStaleness;
if(typeof data22 === "string"){
if(!pattern10.test(data22)){
const err39 = {instancePath:instancePath+"/bundle/maxStaleness",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data22};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
else {
const err40 = {instancePath:instancePath+"/bundle/maxStaleness",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data22};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data12.whenStale !== undefined && func0.call(data12, "whenStale")){
let data23 = data12.whenStale;
if(!((data23 === "warn") || (data23 === "close"))){
const err41 = {instancePath:instancePath+"/bundle/whenStale",schemaPath:"#/properties/bundle/properties/whenStale/enum",keyword:"enum",params:{allowedValues: schema11.properties.bundle.properties.whenStale.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.bundle.properties.whenStale.enum,parentSchema:schema11.properties.bundle.properties.whenStale,data:data23};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data12.whenExpired !== undefined && func0.call(data12, "whenExpired")){
let data24 = data12.whenExpired;
if(!((data24 === "close") || (data24 === "warn"))){
const err42 = {instancePath:instancePath+"/bundle/whenExpired",schemaPath:"#/properties/bundle/properties/whenExpired/enum",keyword:"enum",params:{allowedValues: schema11.properties.bundle.properties.whenExpired.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.bundle.properties.whenExpired.enum,parentSchema:schema11.properties.bundle.properties.whenExpired,data:data24};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data12.keys !== undefined && func0.call(data12, "keys")){
let data25 = data12.keys;
if(Array.isArray(data25)){
if(data25.length < 1){
const err43 = {instancePath:instancePath+"/bundle/keys",schemaPath:"#/properties/bundle/properties/keys/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.bundle.properties.keys,data:data25};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
const len2 = data25.length;
for(let i2=0; i2<len2; i2++){
let data26 = data25[i2];
if(typeof data26 === "string"){
if(!pattern3.test(data26)){
const err44 = {instancePath:instancePath+"/bundle/keys/" + i2,schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data26};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
else {
const err45 = {instancePath:instancePath+"/bundle/keys/" + i2,schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data26};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
else {
const err46 = {instancePath:instancePath+"/bundle/keys",schemaPath:"#/properties/bundle/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.bundle.properties.keys.type,parentSchema:schema11.properties.bundle.properties.keys,data:data25};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data12.signatures !== undefined && func0.call(data12, "signatures")){
let data27 = data12.signatures;
if(!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))){
const err47 = {instancePath:instancePath+"/bundle/signatures",schemaPath:"#/properties/bundle/properties/signatures/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.bundle.properties.signatures.type,parentSchema:schema11.properties.bundle.properties.signatures,data:data27};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 > 100 || isNaN(data27)){
const err48 = {instancePath:instancePath+"/bundle/signatures",schemaPath:"#/properties/bundle/properties/signatures/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema11.properties.bundle.properties.signatures,data:data27};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(data27 < 1 || isNaN(data27)){
const err49 = {instancePath:instancePath+"/bundle/signatures",schemaPath:"#/properties/bundle/properties/signatures/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.bundle.properties.signatures,data:data27};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
if(data12.state !== undefined && func0.call(data12, "state")){
let data28 = data12.state;
if(typeof data28 === "string"){
if(!pattern3.test(data28)){
const err50 = {instancePath:instancePath+"/bundle/state",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data28};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/bundle/state",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data28};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
}
else {
const err52 = {instancePath:instancePath+"/bundle",schemaPath:"#/properties/bundle/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.bundle.type,parentSchema:schema11.properties.bundle,data:data12};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data.rollout !== undefined && func0.call(data, "rollout")){
let data29 = data.rollout;
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
for(const key5 of Object.keys(data29)){
if(!(((((key5 === "steps") || (key5 === "order")) || (key5 === "promote")) || (key5 === "requests")) || (key5 === "goBack"))){
const err53 = {instancePath:instancePath+"/rollout",schemaPath:"#/properties/rollout/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.rollout,data:data29};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data29.steps !== undefined && func0.call(data29, "steps")){
let data30 = data29.steps;
if(Array.isArray(data30)){
if(data30.length > 50){
const err54 = {instancePath:instancePath+"/rollout/steps",schemaPath:"#/properties/rollout/properties/steps/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items",schema:50,parentSchema:schema11.properties.rollout.properties.steps,data:data30};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(data30.length < 1){
const err55 = {instancePath:instancePath+"/rollout/steps",schemaPath:"#/properties/rollout/properties/steps/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.rollout.properties.steps,data:data30};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
const len3 = data30.length;
for(let i3=0; i3<len3; i3++){
let data31 = data30[i3];
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
if(Object.keys(data31).length < 1){
const err56 = {instancePath:instancePath+"/rollout/steps/" + i3,schemaPath:"#/properties/rollout/properties/steps/items/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.rollout.properties.steps.items,data:data31};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
for(const key6 of Object.keys(data31)){
if(!(((key6 === "shadow") || (key6 === "percent")) || (key6 === "for"))){
const err57 = {instancePath:instancePath+"/rollout/steps/" + i3,schemaPath:"#/properties/rollout/properties/steps/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.rollout.properties.steps.items,data:data31};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data31.shadow !== undefined && func0.call(data31, "shadow")){
let data32 = data31.shadow;
if(typeof data32 === "string"){
if(!pattern10.test(data32)){
const err58 = {instancePath:instancePath+"/rollout/steps/" + i3+"/shadow",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data32};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
else {
const err59 = {instancePath:instancePath+"/rollout/steps/" + i3+"/shadow",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data32};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data31.percent !== undefined && func0.call(data31, "percent")){
let data33 = data31.percent;
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 100 || isNaN(data33)){
const err60 = {instancePath:instancePath+"/rollout/steps/" + i3+"/percent",schemaPath:"#/properties/rollout/properties/steps/items/properties/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema11.properties.rollout.properties.steps.items.properties.percent,data:data33};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if(data33 < 0.01 || isNaN(data33)){
const err61 = {instancePath:instancePath+"/rollout/steps/" + i3+"/percent",schemaPath:"#/properties/rollout/properties/steps/items/properties/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0.01},message:"must be >= 0.01",schema:0.01,parentSchema:schema11.properties.rollout.properties.steps.items.properties.percent,data:data33};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/rollout/steps/" + i3+"/percent",schemaPath:"#/properties/rollout/properties/steps/items/properties/percent/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.rollout.properties.steps.items.properties.percent.type,parentSchema:schema11.properties.rollout.properties.steps.items.properties.percent,data:data33};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data31.for !== undefined && func0.call(data31, "for")){
let data34 = data31.for;
if(typeof data34 === "string"){
if(!pattern10.test(data34)){
const err63 = {instancePath:instancePath+"/rollout/steps/" + i3+"/for",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data34};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
else {
const err64 = {instancePath:instancePath+"/rollout/steps/" + i3+"/for",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data34};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
}
else {
const err65 = {instancePath:instancePath+"/rollout/steps/" + i3,schemaPath:"#/properties/rollout/properties/steps/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.rollout.properties.steps.items.type,parentSchema:schema11.properties.rollout.properties.steps.items,data:data31};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
}
else {
const err66 = {instancePath:instancePath+"/rollout/steps",schemaPath:"#/properties/rollout/properties/steps/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.rollout.properties.steps.type,parentSchema:schema11.properties.rollout.properties.steps,data:data30};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data29.order !== undefined && func0.call(data29, "order")){
let data35 = data29.order;
if(Array.isArray(data35)){
if(data35.length > 50){
const err67 = {instancePath:instancePath+"/rollout/order",schemaPath:"#/properties/rollout/properties/order/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items",schema:50,parentSchema:schema11.properties.rollout.properties.order,data:data35};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if(data35.length < 1){
const err68 = {instancePath:instancePath+"/rollout/order",schemaPath:"#/properties/rollout/properties/order/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.rollout.properties.order,data:data35};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
const len4 = data35.length;
for(let i4=0; i4<len4; i4++){
let data36 = data35[i4];
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(Object.keys(data36).length < 1){
const err69 = {instancePath:instancePath+"/rollout/order/" + i4,schemaPath:"#/properties/rollout/properties/order/items/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.rollout.properties.order.items,data:data36};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
for(const key7 of Object.keys(data36)){
if(!((key7 === "labels") || (key7 === "services"))){
const err70 = {instancePath:instancePath+"/rollout/order/" + i4,schemaPath:"#/properties/rollout/properties/order/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.rollout.properties.order.items,data:data36};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data36.labels !== undefined && func0.call(data36, "labels")){
let data37 = data36.labels;
if(Array.isArray(data37)){
if(data37.length < 1){
const err71 = {instancePath:instancePath+"/rollout/order/" + i4+"/labels",schemaPath:"#/properties/rollout/properties/order/items/properties/labels/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.rollout.properties.order.items.properties.labels,data:data37};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
const len5 = data37.length;
for(let i5=0; i5<len5; i5++){
let data38 = data37[i5];
if(typeof data38 === "string"){
if(!pattern12.test(data38)){
const err72 = {instancePath:instancePath+"/rollout/order/" + i4+"/labels/" + i5,schemaPath:"#/definitions/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema31,data:data38};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
else {
const err73 = {instancePath:instancePath+"/rollout/order/" + i4+"/labels/" + i5,schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.type,parentSchema:schema31,data:data38};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/rollout/order/" + i4+"/labels",schemaPath:"#/properties/rollout/properties/order/items/properties/labels/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.rollout.properties.order.items.properties.labels.type,parentSchema:schema11.properties.rollout.properties.order.items.properties.labels,data:data37};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data36.services !== undefined && func0.call(data36, "services")){
let data39 = data36.services;
if(Array.isArray(data39)){
if(data39.length < 1){
const err75 = {instancePath:instancePath+"/rollout/order/" + i4+"/services",schemaPath:"#/properties/rollout/properties/order/items/properties/services/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.rollout.properties.order.items.properties.services,data:data39};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
const len6 = data39.length;
for(let i6=0; i6<len6; i6++){
let data40 = data39[i6];
if(typeof data40 === "string"){
if(!pattern12.test(data40)){
const err76 = {instancePath:instancePath+"/rollout/order/" + i4+"/services/" + i6,schemaPath:"#/definitions/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema31,data:data40};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/rollout/order/" + i4+"/services/" + i6,schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.type,parentSchema:schema31,data:data40};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
}
else {
const err78 = {instancePath:instancePath+"/rollout/order/" + i4+"/services",schemaPath:"#/properties/rollout/properties/order/items/properties/services/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.rollout.properties.order.items.properties.services.type,parentSchema:schema11.properties.rollout.properties.order.items.properties.services,data:data39};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
}
else {
const err79 = {instancePath:instancePath+"/rollout/order/" + i4,schemaPath:"#/properties/rollout/properties/order/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.rollout.properties.order.items.type,parentSchema:schema11.properties.rollout.properties.order.items,data:data36};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
}
else {
const err80 = {instancePath:instancePath+"/rollout/order",schemaPath:"#/properties/rollout/properties/order/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.rollout.properties.order.type,parentSchema:schema11.properties.rollout.properties.order,data:data35};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data29.promote !== undefined && func0.call(data29, "promote")){
let data41 = data29.promote;
if(!((data41 === "by-itself") || (data41 === "asked"))){
const err81 = {instancePath:instancePath+"/rollout/promote",schemaPath:"#/properties/rollout/properties/promote/enum",keyword:"enum",params:{allowedValues: schema11.properties.rollout.properties.promote.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.rollout.properties.promote.enum,parentSchema:schema11.properties.rollout.properties.promote,data:data41};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data29.requests !== undefined && func0.call(data29, "requests")){
let data42 = data29.requests;
if(!(((typeof data42 == "number") && (!(data42 % 1) && !isNaN(data42))) && (isFinite(data42)))){
const err82 = {instancePath:instancePath+"/rollout/requests",schemaPath:"#/properties/rollout/properties/requests/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.rollout.properties.requests.type,parentSchema:schema11.properties.rollout.properties.requests,data:data42};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 > 1000000000 || isNaN(data42)){
const err83 = {instancePath:instancePath+"/rollout/requests",schemaPath:"#/properties/rollout/properties/requests/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},message:"must be <= 1000000000",schema:1000000000,parentSchema:schema11.properties.rollout.properties.requests,data:data42};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
if(data42 < 1 || isNaN(data42)){
const err84 = {instancePath:instancePath+"/rollout/requests",schemaPath:"#/properties/rollout/properties/requests/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.rollout.properties.requests,data:data42};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
}
if(data29.goBack !== undefined && func0.call(data29, "goBack")){
let data43 = data29.goBack;
if(data43 && typeof data43 == "object" && !Array.isArray(data43)){
for(const key8 of Object.keys(data43)){
if(!((((((key8 === "gains") || (key8 === "loses")) || (key8 === "other")) || (key8 === "refusals")) || (key8 === "failed")) || (key8 === "after"))){
const err85 = {instancePath:instancePath+"/rollout/goBack",schemaPath:"#/properties/rollout/properties/goBack/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.rollout.properties.goBack,data:data43};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
if(data43.gains !== undefined && func0.call(data43, "gains")){
let data44 = data43.gains;
if(typeof data44 === "string"){
if(!pattern24.test(data44)){
const err86 = {instancePath:instancePath+"/rollout/goBack/gains",schemaPath:"#/definitions/percentage/pattern",keyword:"pattern",params:{pattern: "^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$"},message:"must match pattern \""+"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$"+"\"",schema:"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$",parentSchema:schema33,data:data44};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
else {
const err87 = {instancePath:instancePath+"/rollout/goBack/gains",schemaPath:"#/definitions/percentage/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.type,parentSchema:schema33,data:data44};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
if(data43.loses !== undefined && func0.call(data43, "loses")){
let data45 = data43.loses;
if(typeof data45 === "string"){
if(!pattern24.test(data45)){
const err88 = {instancePath:instancePath+"/rollout/goBack/loses",schemaPath:"#/definitions/percentage/pattern",keyword:"pattern",params:{pattern: "^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$"},message:"must match pattern \""+"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$"+"\"",schema:"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$",parentSchema:schema33,data:data45};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
else {
const err89 = {instancePath:instancePath+"/rollout/goBack/loses",schemaPath:"#/definitions/percentage/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.type,parentSchema:schema33,data:data45};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
if(data43.other !== undefined && func0.call(data43, "other")){
let data46 = data43.other;
if(typeof data46 === "string"){
if(!pattern24.test(data46)){
const err90 = {instancePath:instancePath+"/rollout/goBack/other",schemaPath:"#/definitions/percentage/pattern",keyword:"pattern",params:{pattern: "^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$"},message:"must match pattern \""+"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$"+"\"",schema:"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$",parentSchema:schema33,data:data46};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
else {
const err91 = {instancePath:instancePath+"/rollout/goBack/other",schemaPath:"#/definitions/percentage/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.type,parentSchema:schema33,data:data46};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data43.refusals !== undefined && func0.call(data43, "refusals")){
let data47 = data43.refusals;
if(typeof data47 === "string"){
if(!pattern24.test(data47)){
const err92 = {instancePath:instancePath+"/rollout/goBack/refusals",schemaPath:"#/definitions/percentage/pattern",keyword:"pattern",params:{pattern: "^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$"},message:"must match pattern \""+"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$"+"\"",schema:"^(?:100|[0-9]{1,2}(?:\\.[0-9]{1,2})?)%$",parentSchema:schema33,data:data47};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
else {
const err93 = {instancePath:instancePath+"/rollout/goBack/refusals",schemaPath:"#/definitions/percentage/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.type,parentSchema:schema33,data:data47};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data43.failed !== undefined && func0.call(data43, "failed")){
let data48 = data43.failed;
if(!(((typeof data48 == "number") && (!(data48 % 1) && !isNaN(data48))) && (isFinite(data48)))){
const err94 = {instancePath:instancePath+"/rollout/goBack/failed",schemaPath:"#/properties/rollout/properties/goBack/properties/failed/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.rollout.properties.goBack.properties.failed.type,parentSchema:schema11.properties.rollout.properties.goBack.properties.failed,data:data48};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
if((typeof data48 == "number") && (isFinite(data48))){
if(data48 > 1000000000 || isNaN(data48)){
const err95 = {instancePath:instancePath+"/rollout/goBack/failed",schemaPath:"#/properties/rollout/properties/goBack/properties/failed/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},message:"must be <= 1000000000",schema:1000000000,parentSchema:schema11.properties.rollout.properties.goBack.properties.failed,data:data48};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
if(data48 < 0 || isNaN(data48)){
const err96 = {instancePath:instancePath+"/rollout/goBack/failed",schemaPath:"#/properties/rollout/properties/goBack/properties/failed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.rollout.properties.goBack.properties.failed,data:data48};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
}
if(data43.after !== undefined && func0.call(data43, "after")){
let data49 = data43.after;
if(!(((typeof data49 == "number") && (!(data49 % 1) && !isNaN(data49))) && (isFinite(data49)))){
const err97 = {instancePath:instancePath+"/rollout/goBack/after",schemaPath:"#/properties/rollout/properties/goBack/properties/after/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.rollout.properties.goBack.properties.after.type,parentSchema:schema11.properties.rollout.properties.goBack.properties.after,data:data49};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if((typeof data49 == "number") && (isFinite(data49))){
if(data49 > 1000000000 || isNaN(data49)){
const err98 = {instancePath:instancePath+"/rollout/goBack/after",schemaPath:"#/properties/rollout/properties/goBack/properties/after/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},message:"must be <= 1000000000",schema:1000000000,parentSchema:schema11.properties.rollout.properties.goBack.properties.after,data:data49};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
if(data49 < 1 || isNaN(data49)){
const err99 = {instancePath:instancePath+"/rollout/goBack/after",schemaPath:"#/properties/rollout/properties/goBack/properties/after/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.rollout.properties.goBack.properties.after,data:data49};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
}
}
else {
const err100 = {instancePath:instancePath+"/rollout/goBack",schemaPath:"#/properties/rollout/properties/goBack/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.rollout.properties.goBack.type,parentSchema:schema11.properties.rollout.properties.goBack,data:data43};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
}
else {
const err101 = {instancePath:instancePath+"/rollout",schemaPath:"#/properties/rollout/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.rollout.type,parentSchema:schema11.properties.rollout,data:data29};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
if(data.data !== undefined && func0.call(data, "data")){
let data50 = data.data;
if(data50 && typeof data50 == "object" && !Array.isArray(data50)){
for(const key9 of Object.keys(data50)){
const _errs119 = errors;
if(typeof key9 === "string"){
if(!pattern12.test(key9)){
const err102 = {instancePath:instancePath+"/data",schemaPath:"#/definitions/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema31,data:key9,propertyName:key9};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
else {
const err103 = {instancePath:instancePath+"/data",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.type,parentSchema:schema31,data:key9,propertyName:key9};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
var valid38 = _errs119 === errors;
if(!valid38){
const err104 = {instancePath:instancePath+"/data",schemaPath:"#/properties/data/propertyNames",keyword:"propertyNames",params:{propertyName: key9},message:"property name must be valid",schema:schema11.properties.data.propertyNames,parentSchema:schema11.properties.data,data:data50};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
for(const key10 of Object.keys(data50)){
let data51 = data50[key10];
if(data51 && typeof data51 == "object" && !Array.isArray(data51)){
if(Object.keys(data51).length > 1){
const err105 = {instancePath:instancePath+"/data/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/data/additionalProperties/maxProperties",keyword:"maxProperties",params:{limit: 1},message:"must NOT have more than 1 properties",schema:1,parentSchema:schema11.properties.data.additionalProperties,data:data51};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
if(Object.keys(data51).length < 1){
const err106 = {instancePath:instancePath+"/data/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/data/additionalProperties/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.data.additionalProperties,data:data51};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
for(const key11 of Object.keys(data51)){
if(!((key11 === "file") || (key11 === "push"))){
const err107 = {instancePath:instancePath+"/data/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/data/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.data.additionalProperties,data:data51};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data51.file !== undefined && func0.call(data51, "file")){
let data52 = data51.file;
if(typeof data52 === "string"){
if(!pattern3.test(data52)){
const err108 = {instancePath:instancePath+"/data/" + key10.replace(/~/g, "~0").replace(/\//g, "~1")+"/file",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data52};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
else {
const err109 = {instancePath:instancePath+"/data/" + key10.replace(/~/g, "~0").replace(/\//g, "~1")+"/file",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data52};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
if(data51.push !== undefined && func0.call(data51, "push")){
let data53 = data51.push;
if(true !== data53){
const err110 = {instancePath:instancePath+"/data/" + key10.replace(/~/g, "~0").replace(/\//g, "~1")+"/push",schemaPath:"#/properties/data/additionalProperties/properties/push/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema11.properties.data.additionalProperties.properties.push,data:data53};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
}
else {
const err111 = {instancePath:instancePath+"/data/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/data/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.data.additionalProperties.type,parentSchema:schema11.properties.data.additionalProperties,data:data51};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
}
else {
const err112 = {instancePath:instancePath+"/data",schemaPath:"#/properties/data/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.data.type,parentSchema:schema11.properties.data,data:data50};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data.identities !== undefined && func0.call(data, "identities")){
let data54 = data.identities;
if(data54 && typeof data54 == "object" && !Array.isArray(data54)){
for(const key12 of Object.keys(data54)){
const _errs132 = errors;
if(typeof key12 === "string"){
if(!pattern12.test(key12)){
const err113 = {instancePath:instancePath+"/identities",schemaPath:"#/definitions/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema31,data:key12,propertyName:key12};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
else {
const err114 = {instancePath:instancePath+"/identities",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.type,parentSchema:schema31,data:key12,propertyName:key12};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
var valid43 = _errs132 === errors;
if(!valid43){
const err115 = {instancePath:instancePath+"/identities",schemaPath:"#/properties/identities/propertyNames",keyword:"propertyNames",params:{propertyName: key12},message:"property name must be valid",schema:schema11.properties.identities.propertyNames,parentSchema:schema11.properties.identities,data:data54};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
for(const key13 of Object.keys(data54)){
if(!(validate18(data54[key13], {instancePath:instancePath+"/identities/" + key13.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data54,parentDataProperty:key13,rootData}))){
vErrors = vErrors === null ? validate18.errors : vErrors.concat(validate18.errors);
errors = vErrors.length;
}
}
}
else {
const err116 = {instancePath:instancePath+"/identities",schemaPath:"#/properties/identities/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.identities.type,parentSchema:schema11.properties.identities,data:data54};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
if(data.identityHeaders !== undefined && func0.call(data, "identityHeaders")){
let data56 = data.identityHeaders;
if(Array.isArray(data56)){
if(data56.length < 1){
const err117 = {instancePath:instancePath+"/identityHeaders",schemaPath:"#/properties/identityHeaders/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.identityHeaders,data:data56};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
const len7 = data56.length;
for(let i7=0; i7<len7; i7++){
let data57 = data56[i7];
if(typeof data57 === "string"){
if(!pattern65.test(data57)){
const err118 = {instancePath:instancePath+"/identityHeaders/" + i7,schemaPath:"#/definitions/headerName/pattern",keyword:"pattern",params:{pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"},message:"must match pattern \""+"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"+"\"",schema:"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",parentSchema:schema62,data:data57};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
else {
const err119 = {instancePath:instancePath+"/identityHeaders/" + i7,schemaPath:"#/definitions/headerName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema62.type,parentSchema:schema62,data:data57};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
}
else {
const err120 = {instancePath:instancePath+"/identityHeaders",schemaPath:"#/properties/identityHeaders/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.identityHeaders.type,parentSchema:schema11.properties.identityHeaders,data:data56};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data.services !== undefined && func0.call(data, "services")){
let data58 = data.services;
if(data58 && typeof data58 == "object" && !Array.isArray(data58)){
for(const key14 of Object.keys(data58)){
const _errs144 = errors;
if(typeof key14 === "string"){
if(!pattern12.test(key14)){
const err121 = {instancePath:instancePath+"/services",schemaPath:"#/definitions/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema31,data:key14,propertyName:key14};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
else {
const err122 = {instancePath:instancePath+"/services",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.type,parentSchema:schema31,data:key14,propertyName:key14};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
var valid49 = _errs144 === errors;
if(!valid49){
const err123 = {instancePath:instancePath+"/services",schemaPath:"#/properties/services/propertyNames",keyword:"propertyNames",params:{propertyName: key14},message:"property name must be valid",schema:schema11.properties.services.propertyNames,parentSchema:schema11.properties.services,data:data58};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
for(const key15 of Object.keys(data58)){
if(!(validate23(data58[key15], {instancePath:instancePath+"/services/" + key15.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data58,parentDataProperty:key15,rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
}
else {
const err124 = {instancePath:instancePath+"/services",schemaPath:"#/properties/services/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.services.type,parentSchema:schema11.properties.services,data:data58};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
if(data.audit !== undefined && func0.call(data, "audit")){
let data60 = data.audit;
if(Array.isArray(data60)){
const len8 = data60.length;
for(let i8=0; i8<len8; i8++){
let data61 = data60[i8];
if(data61 && typeof data61 == "object" && !Array.isArray(data61)){
if(Object.keys(data61).length < 1){
const err125 = {instancePath:instancePath+"/audit/" + i8,schemaPath:"#/properties/audit/items/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.audit.items,data:data61};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
for(const key16 of Object.keys(data61)){
if(!(func0.call(schema11.properties.audit.items.properties, key16))){
const err126 = {instancePath:instancePath+"/audit/" + i8,schemaPath:"#/properties/audit/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key16},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.audit.items,data:data61};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
if(data61.file !== undefined && func0.call(data61, "file")){
let data62 = data61.file;
if(typeof data62 === "string"){
if(!pattern3.test(data62)){
const err127 = {instancePath:instancePath+"/audit/" + i8+"/file",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data62};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
else {
const err128 = {instancePath:instancePath+"/audit/" + i8+"/file",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data62};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
if(data61.stdout !== undefined && func0.call(data61, "stdout")){
let data63 = data61.stdout;
if(true !== data63){
const err129 = {instancePath:instancePath+"/audit/" + i8+"/stdout",schemaPath:"#/properties/audit/items/properties/stdout/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema11.properties.audit.items.properties.stdout,data:data63};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
if(data61.otlp !== undefined && func0.call(data61, "otlp")){
let data64 = data61.otlp;
if(typeof data64 === "string"){
if(!pattern31.test(data64)){
const err130 = {instancePath:instancePath+"/audit/" + i8+"/otlp",schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data64};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
else {
const err131 = {instancePath:instancePath+"/audit/" + i8+"/otlp",schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data64};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
if(data61.headers !== undefined && func0.call(data61, "headers")){
if(!(validate30(data61.headers, {instancePath:instancePath+"/audit/" + i8+"/headers",parentData:data61,parentDataProperty:"headers",rootData}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data61.encoding !== undefined && func0.call(data61, "encoding")){
let data66 = data61.encoding;
if(!((data66 === "protobuf") || (data66 === "json"))){
const err132 = {instancePath:instancePath+"/audit/" + i8+"/encoding",schemaPath:"#/properties/audit/items/properties/encoding/enum",keyword:"enum",params:{allowedValues: schema11.properties.audit.items.properties.encoding.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.audit.items.properties.encoding.enum,parentSchema:schema11.properties.audit.items.properties.encoding,data:data66};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
if(data61.redis !== undefined && func0.call(data61, "redis")){
let data67 = data61.redis;
if(typeof data67 === "string"){
if(!pattern101.test(data67)){
const err133 = {instancePath:instancePath+"/audit/" + i8+"/redis",schemaPath:"#/properties/audit/items/properties/redis/pattern",keyword:"pattern",params:{pattern: "^rediss?://[^\\s]+$"},message:"must match pattern \""+"^rediss?://[^\\s]+$"+"\"",schema:"^rediss?://[^\\s]+$",parentSchema:schema11.properties.audit.items.properties.redis,data:data67};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
else {
const err134 = {instancePath:instancePath+"/audit/" + i8+"/redis",schemaPath:"#/properties/audit/items/properties/redis/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.audit.items.properties.redis.type,parentSchema:schema11.properties.audit.items.properties.redis,data:data67};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
if(data61.stream !== undefined && func0.call(data61, "stream")){
let data68 = data61.stream;
if(typeof data68 === "string"){
if(!pattern3.test(data68)){
const err135 = {instancePath:instancePath+"/audit/" + i8+"/stream",schemaPath:"#/properties/audit/items/properties/stream/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema11.properties.audit.items.properties.stream,data:data68};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
else {
const err136 = {instancePath:instancePath+"/audit/" + i8+"/stream",schemaPath:"#/properties/audit/items/properties/stream/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.audit.items.properties.stream.type,parentSchema:schema11.properties.audit.items.properties.stream,data:data68};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
if(data61.maxLength !== undefined && func0.call(data61, "maxLength")){
let data69 = data61.maxLength;
if(!(((typeof data69 == "number") && (!(data69 % 1) && !isNaN(data69))) && (isFinite(data69)))){
const err137 = {instancePath:instancePath+"/audit/" + i8+"/maxLength",schemaPath:"#/properties/audit/items/properties/maxLength/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.audit.items.properties.maxLength.type,parentSchema:schema11.properties.audit.items.properties.maxLength,data:data69};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
if((typeof data69 == "number") && (isFinite(data69))){
if(data69 > 1000000000 || isNaN(data69)){
const err138 = {instancePath:instancePath+"/audit/" + i8+"/maxLength",schemaPath:"#/properties/audit/items/properties/maxLength/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},message:"must be <= 1000000000",schema:1000000000,parentSchema:schema11.properties.audit.items.properties.maxLength,data:data69};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
if(data69 < 1000 || isNaN(data69)){
const err139 = {instancePath:instancePath+"/audit/" + i8+"/maxLength",schemaPath:"#/properties/audit/items/properties/maxLength/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1000},message:"must be >= 1000",schema:1000,parentSchema:schema11.properties.audit.items.properties.maxLength,data:data69};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
}
if(data61.module !== undefined && func0.call(data61, "module")){
let data70 = data61.module;
if(typeof data70 === "string"){
if(!pattern3.test(data70)){
const err140 = {instancePath:instancePath+"/audit/" + i8+"/module",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data70};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
else {
const err141 = {instancePath:instancePath+"/audit/" + i8+"/module",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data70};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
if(data61.format !== undefined && func0.call(data61, "format")){
let data71 = data61.format;
if(!((data71 === "iap") || (data71 === "ocsf"))){
const err142 = {instancePath:instancePath+"/audit/" + i8+"/format",schemaPath:"#/properties/audit/items/properties/format/enum",keyword:"enum",params:{allowedValues: schema11.properties.audit.items.properties.format.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.audit.items.properties.format.enum,parentSchema:schema11.properties.audit.items.properties.format,data:data71};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
if(data61.chain !== undefined && func0.call(data61, "chain")){
let data72 = data61.chain;
if(typeof data72 !== "boolean"){
const err143 = {instancePath:instancePath+"/audit/" + i8+"/chain",schemaPath:"#/properties/audit/items/properties/chain/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.audit.items.properties.chain.type,parentSchema:schema11.properties.audit.items.properties.chain,data:data72};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
if(data61.key !== undefined && func0.call(data61, "key")){
let data73 = data61.key;
if(typeof data73 === "string"){
if(!pattern3.test(data73)){
const err144 = {instancePath:instancePath+"/audit/" + i8+"/key",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data73};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
else {
const err145 = {instancePath:instancePath+"/audit/" + i8+"/key",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data73};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
}
if(data61.rotate !== undefined && func0.call(data61, "rotate")){
let data74 = data61.rotate;
if(data74 && typeof data74 == "object" && !Array.isArray(data74)){
if(Object.keys(data74).length < 1){
const err146 = {instancePath:instancePath+"/audit/" + i8+"/rotate",schemaPath:"#/properties/audit/items/properties/rotate/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.audit.items.properties.rotate,data:data74};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
for(const key17 of Object.keys(data74)){
if(!(((key17 === "size") || (key17 === "age")) || (key17 === "keep"))){
const err147 = {instancePath:instancePath+"/audit/" + i8+"/rotate",schemaPath:"#/properties/audit/items/properties/rotate/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key17},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.audit.items.properties.rotate,data:data74};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
if(data74.size !== undefined && func0.call(data74, "size")){
let data75 = data74.size;
if(typeof data75 === "string"){
if(!pattern105.test(data75)){
const err148 = {instancePath:instancePath+"/audit/" + i8+"/rotate/size",schemaPath:"#/definitions/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:B|KiB|MiB)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:B|KiB|MiB)$"+"\"",schema:"^[0-9]{1,9}(?:B|KiB|MiB)$",parentSchema:schema91,data:data75};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
else {
const err149 = {instancePath:instancePath+"/audit/" + i8+"/rotate/size",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema91.type,parentSchema:schema91,data:data75};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
if(data74.age !== undefined && func0.call(data74, "age")){
let data76 = data74.age;
if(typeof data76 === "string"){
if(!pattern10.test(data76)){
const err150 = {instancePath:instancePath+"/audit/" + i8+"/rotate/age",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data76};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
else {
const err151 = {instancePath:instancePath+"/audit/" + i8+"/rotate/age",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data76};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
if(data74.keep !== undefined && func0.call(data74, "keep")){
let data77 = data74.keep;
if(!(((typeof data77 == "number") && (!(data77 % 1) && !isNaN(data77))) && (isFinite(data77)))){
const err152 = {instancePath:instancePath+"/audit/" + i8+"/rotate/keep",schemaPath:"#/properties/audit/items/properties/rotate/properties/keep/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.audit.items.properties.rotate.properties.keep.type,parentSchema:schema11.properties.audit.items.properties.rotate.properties.keep,data:data77};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
if((typeof data77 == "number") && (isFinite(data77))){
if(data77 > 100000 || isNaN(data77)){
const err153 = {instancePath:instancePath+"/audit/" + i8+"/rotate/keep",schemaPath:"#/properties/audit/items/properties/rotate/properties/keep/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000",schema:100000,parentSchema:schema11.properties.audit.items.properties.rotate.properties.keep,data:data77};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
if(data77 < 1 || isNaN(data77)){
const err154 = {instancePath:instancePath+"/audit/" + i8+"/rotate/keep",schemaPath:"#/properties/audit/items/properties/rotate/properties/keep/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.audit.items.properties.rotate.properties.keep,data:data77};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
}
}
else {
const err155 = {instancePath:instancePath+"/audit/" + i8+"/rotate",schemaPath:"#/properties/audit/items/properties/rotate/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.audit.items.properties.rotate.type,parentSchema:schema11.properties.audit.items.properties.rotate,data:data74};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
if(data61.fsync !== undefined && func0.call(data61, "fsync")){
let data78 = data61.fsync;
if(!(((data78 === "always") || (data78 === "interval")) || (data78 === "never"))){
const err156 = {instancePath:instancePath+"/audit/" + i8+"/fsync",schemaPath:"#/properties/audit/items/properties/fsync/enum",keyword:"enum",params:{allowedValues: schema11.properties.audit.items.properties.fsync.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.audit.items.properties.fsync.enum,parentSchema:schema11.properties.audit.items.properties.fsync,data:data78};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
if(data61.whenFull !== undefined && func0.call(data61, "whenFull")){
let data79 = data61.whenFull;
if(!((data79 === "block") || (data79 === "drop"))){
const err157 = {instancePath:instancePath+"/audit/" + i8+"/whenFull",schemaPath:"#/properties/audit/items/properties/whenFull/enum",keyword:"enum",params:{allowedValues: schema11.properties.audit.items.properties.whenFull.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.audit.items.properties.whenFull.enum,parentSchema:schema11.properties.audit.items.properties.whenFull,data:data79};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
}
if(data61.sample !== undefined && func0.call(data61, "sample")){
let data80 = data61.sample;
if(Array.isArray(data80)){
if(data80.length < 1){
const err158 = {instancePath:instancePath+"/audit/" + i8+"/sample",schemaPath:"#/properties/audit/items/properties/sample/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.audit.items.properties.sample,data:data80};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
const len9 = data80.length;
for(let i9=0; i9<len9; i9++){
let data81 = data80[i9];
if(data81 && typeof data81 == "object" && !Array.isArray(data81)){
if((data81.keep === undefined) || (!(func0.call(data81, "keep")))){
const err159 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9,schemaPath:"#/properties/audit/items/properties/sample/items/required",keyword:"required",params:{missingProperty: "keep"},message:"must have required property '"+"keep"+"'",schema:schema11.properties.audit.items.properties.sample.items.required,parentSchema:schema11.properties.audit.items.properties.sample.items,data:data81};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
for(const key18 of Object.keys(data81)){
if(!(((key18 === "effect") || (key18 === "labels")) || (key18 === "keep"))){
const err160 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9,schemaPath:"#/properties/audit/items/properties/sample/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key18},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.audit.items.properties.sample.items,data:data81};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
}
if(data81.effect !== undefined && func0.call(data81, "effect")){
let data82 = data81.effect;
if(!(((((data82 === "permit") || (data82 === "deny")) || (data82 === "challenge")) || (data82 === "unauthenticated")) || (data82 === "reject"))){
const err161 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9+"/effect",schemaPath:"#/properties/audit/items/properties/sample/items/properties/effect/enum",keyword:"enum",params:{allowedValues: schema11.properties.audit.items.properties.sample.items.properties.effect.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.audit.items.properties.sample.items.properties.effect.enum,parentSchema:schema11.properties.audit.items.properties.sample.items.properties.effect,data:data82};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
}
if(data81.labels !== undefined && func0.call(data81, "labels")){
let data83 = data81.labels;
if(Array.isArray(data83)){
if(data83.length < 1){
const err162 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9+"/labels",schemaPath:"#/properties/audit/items/properties/sample/items/properties/labels/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.audit.items.properties.sample.items.properties.labels,data:data83};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
const len10 = data83.length;
for(let i10=0; i10<len10; i10++){
let data84 = data83[i10];
if(typeof data84 === "string"){
if(!pattern12.test(data84)){
const err163 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9+"/labels/" + i10,schemaPath:"#/definitions/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema31,data:data84};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
}
else {
const err164 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9+"/labels/" + i10,schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.type,parentSchema:schema31,data:data84};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
}
}
else {
const err165 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9+"/labels",schemaPath:"#/properties/audit/items/properties/sample/items/properties/labels/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.audit.items.properties.sample.items.properties.labels.type,parentSchema:schema11.properties.audit.items.properties.sample.items.properties.labels,data:data83};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
}
if(data81.keep !== undefined && func0.call(data81, "keep")){
let data85 = data81.keep;
if((typeof data85 == "number") && (isFinite(data85))){
if(data85 > 1 || isNaN(data85)){
const err166 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9+"/keep",schemaPath:"#/properties/audit/items/properties/sample/items/properties/keep/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1",schema:1,parentSchema:schema11.properties.audit.items.properties.sample.items.properties.keep,data:data85};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
if(data85 < 0 || isNaN(data85)){
const err167 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9+"/keep",schemaPath:"#/properties/audit/items/properties/sample/items/properties/keep/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.audit.items.properties.sample.items.properties.keep,data:data85};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
}
else {
const err168 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9+"/keep",schemaPath:"#/properties/audit/items/properties/sample/items/properties/keep/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.audit.items.properties.sample.items.properties.keep.type,parentSchema:schema11.properties.audit.items.properties.sample.items.properties.keep,data:data85};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
}
else {
const err169 = {instancePath:instancePath+"/audit/" + i8+"/sample/" + i9,schemaPath:"#/properties/audit/items/properties/sample/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.audit.items.properties.sample.items.type,parentSchema:schema11.properties.audit.items.properties.sample.items,data:data81};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
}
else {
const err170 = {instancePath:instancePath+"/audit/" + i8+"/sample",schemaPath:"#/properties/audit/items/properties/sample/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.audit.items.properties.sample.type,parentSchema:schema11.properties.audit.items.properties.sample,data:data80};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
if(data61.values !== undefined && func0.call(data61, "values")){
let data86 = data61.values;
if(!((data86 === "conditions") || (data86 === "none"))){
const err171 = {instancePath:instancePath+"/audit/" + i8+"/values",schemaPath:"#/properties/audit/items/properties/values/enum",keyword:"enum",params:{allowedValues: schema11.properties.audit.items.properties.values.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.audit.items.properties.values.enum,parentSchema:schema11.properties.audit.items.properties.values,data:data86};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
}
if(data61.redact !== undefined && func0.call(data61, "redact")){
let data87 = data61.redact;
if(data87 && typeof data87 == "object" && !Array.isArray(data87)){
if(Object.keys(data87).length < 1){
const err172 = {instancePath:instancePath+"/audit/" + i8+"/redact",schemaPath:"#/properties/audit/items/properties/redact/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.audit.items.properties.redact,data:data87};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
for(const key19 of Object.keys(data87)){
if(!(((key19 === "omit") || (key19 === "hash")) || (key19 === "key"))){
const err173 = {instancePath:instancePath+"/audit/" + i8+"/redact",schemaPath:"#/properties/audit/items/properties/redact/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key19},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.audit.items.properties.redact,data:data87};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
if(data87.omit !== undefined && func0.call(data87, "omit")){
let data88 = data87.omit;
if(Array.isArray(data88)){
if(data88.length < 1){
const err174 = {instancePath:instancePath+"/audit/" + i8+"/redact/omit",schemaPath:"#/definitions/redactable/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema94,data:data88};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
const len11 = data88.length;
for(let i11=0; i11<len11; i11++){
let data89 = data88[i11];
if(typeof data89 === "string"){
if(!pattern108.test(data89)){
const err175 = {instancePath:instancePath+"/audit/" + i8+"/redact/omit/" + i11,schemaPath:"#/definitions/redactable/items/pattern",keyword:"pattern",params:{pattern: "^(?:source|host|path|traceId|detail|(?:caller|query|body|auth|connection[.]mtls)(?:[.][^.\\[\\]\"]+)*|request[.]headers(?:\\[\"[!#-Z^-~]+\"\\])?)$"},message:"must match pattern \""+"^(?:source|host|path|traceId|detail|(?:caller|query|body|auth|connection[.]mtls)(?:[.][^.\\[\\]\"]+)*|request[.]headers(?:\\[\"[!#-Z^-~]+\"\\])?)$"+"\"",schema:"^(?:source|host|path|traceId|detail|(?:caller|query|body|auth|connection[.]mtls)(?:[.][^.\\[\\]\"]+)*|request[.]headers(?:\\[\"[!#-Z^-~]+\"\\])?)$",parentSchema:schema94.items,data:data89};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
}
else {
const err176 = {instancePath:instancePath+"/audit/" + i8+"/redact/omit/" + i11,schemaPath:"#/definitions/redactable/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema94.items.type,parentSchema:schema94.items,data:data89};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
}
}
else {
const err177 = {instancePath:instancePath+"/audit/" + i8+"/redact/omit",schemaPath:"#/definitions/redactable/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema94.type,parentSchema:schema94,data:data88};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
if(data87.hash !== undefined && func0.call(data87, "hash")){
let data90 = data87.hash;
if(Array.isArray(data90)){
if(data90.length < 1){
const err178 = {instancePath:instancePath+"/audit/" + i8+"/redact/hash",schemaPath:"#/definitions/redactable/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema94,data:data90};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
const len12 = data90.length;
for(let i12=0; i12<len12; i12++){
let data91 = data90[i12];
if(typeof data91 === "string"){
if(!pattern108.test(data91)){
const err179 = {instancePath:instancePath+"/audit/" + i8+"/redact/hash/" + i12,schemaPath:"#/definitions/redactable/items/pattern",keyword:"pattern",params:{pattern: "^(?:source|host|path|traceId|detail|(?:caller|query|body|auth|connection[.]mtls)(?:[.][^.\\[\\]\"]+)*|request[.]headers(?:\\[\"[!#-Z^-~]+\"\\])?)$"},message:"must match pattern \""+"^(?:source|host|path|traceId|detail|(?:caller|query|body|auth|connection[.]mtls)(?:[.][^.\\[\\]\"]+)*|request[.]headers(?:\\[\"[!#-Z^-~]+\"\\])?)$"+"\"",schema:"^(?:source|host|path|traceId|detail|(?:caller|query|body|auth|connection[.]mtls)(?:[.][^.\\[\\]\"]+)*|request[.]headers(?:\\[\"[!#-Z^-~]+\"\\])?)$",parentSchema:schema94.items,data:data91};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
else {
const err180 = {instancePath:instancePath+"/audit/" + i8+"/redact/hash/" + i12,schemaPath:"#/definitions/redactable/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema94.items.type,parentSchema:schema94.items,data:data91};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
}
else {
const err181 = {instancePath:instancePath+"/audit/" + i8+"/redact/hash",schemaPath:"#/definitions/redactable/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema94.type,parentSchema:schema94,data:data90};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
}
if(data87.key !== undefined && func0.call(data87, "key")){
if(!(validate15(data87.key, {instancePath:instancePath+"/audit/" + i8+"/redact/key",parentData:data87,parentDataProperty:"key",rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
}
else {
const err182 = {instancePath:instancePath+"/audit/" + i8+"/redact",schemaPath:"#/properties/audit/items/properties/redact/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.audit.items.properties.redact.type,parentSchema:schema11.properties.audit.items.properties.redact,data:data87};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
}
else {
const err183 = {instancePath:instancePath+"/audit/" + i8,schemaPath:"#/properties/audit/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.audit.items.type,parentSchema:schema11.properties.audit.items,data:data61};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
}
}
else {
const err184 = {instancePath:instancePath+"/audit",schemaPath:"#/properties/audit/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.audit.type,parentSchema:schema11.properties.audit,data:data60};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
}
if(data.traces !== undefined && func0.call(data, "traces")){
let data93 = data.traces;
if(data93 && typeof data93 == "object" && !Array.isArray(data93)){
if((data93.otlp === undefined) || (!(func0.call(data93, "otlp")))){
const err185 = {instancePath:instancePath+"/traces",schemaPath:"#/properties/traces/required",keyword:"required",params:{missingProperty: "otlp"},message:"must have required property '"+"otlp"+"'",schema:schema11.properties.traces.required,parentSchema:schema11.properties.traces,data:data93};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
for(const key20 of Object.keys(data93)){
if(!((((key20 === "otlp") || (key20 === "headers")) || (key20 === "encoding")) || (key20 === "sample"))){
const err186 = {instancePath:instancePath+"/traces",schemaPath:"#/properties/traces/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key20},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.traces,data:data93};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
}
if(data93.otlp !== undefined && func0.call(data93, "otlp")){
let data94 = data93.otlp;
if(typeof data94 === "string"){
if(!pattern31.test(data94)){
const err187 = {instancePath:instancePath+"/traces/otlp",schemaPath:"#/definitions/url/pattern",keyword:"pattern",params:{pattern: "^https?://[^\\s]+$"},message:"must match pattern \""+"^https?://[^\\s]+$"+"\"",schema:"^https?://[^\\s]+$",parentSchema:schema41,data:data94};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
}
else {
const err188 = {instancePath:instancePath+"/traces/otlp",schemaPath:"#/definitions/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.type,parentSchema:schema41,data:data94};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
}
if(data93.headers !== undefined && func0.call(data93, "headers")){
if(!(validate30(data93.headers, {instancePath:instancePath+"/traces/headers",parentData:data93,parentDataProperty:"headers",rootData}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data93.encoding !== undefined && func0.call(data93, "encoding")){
let data96 = data93.encoding;
if(!((data96 === "protobuf") || (data96 === "json"))){
const err189 = {instancePath:instancePath+"/traces/encoding",schemaPath:"#/properties/traces/properties/encoding/enum",keyword:"enum",params:{allowedValues: schema11.properties.traces.properties.encoding.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.traces.properties.encoding.enum,parentSchema:schema11.properties.traces.properties.encoding,data:data96};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
}
if(data93.sample !== undefined && func0.call(data93, "sample")){
let data97 = data93.sample;
if((!((typeof data97 == "number") && (isFinite(data97)))) && (typeof data97 !== "string")){
const err190 = {instancePath:instancePath+"/traces/sample",schemaPath:"#/properties/traces/properties/sample/type",keyword:"type",params:{type: schema11.properties.traces.properties.sample.type},message:"must be number,string",schema:schema11.properties.traces.properties.sample.type,parentSchema:schema11.properties.traces.properties.sample,data:data97};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
if((typeof data97 == "number") && (isFinite(data97))){
if(data97 > 1 || isNaN(data97)){
const err191 = {instancePath:instancePath+"/traces/sample",schemaPath:"#/properties/traces/properties/sample/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1",schema:1,parentSchema:schema11.properties.traces.properties.sample,data:data97};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
if(data97 < 0 || isNaN(data97)){
const err192 = {instancePath:instancePath+"/traces/sample",schemaPath:"#/properties/traces/properties/sample/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.traces.properties.sample,data:data97};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
}
if(typeof data97 === "string"){
if(!pattern111.test(data97)){
const err193 = {instancePath:instancePath+"/traces/sample",schemaPath:"#/properties/traces/properties/sample/pattern",keyword:"pattern",params:{pattern: "^parent$"},message:"must match pattern \""+"^parent$"+"\"",schema:"^parent$",parentSchema:schema11.properties.traces.properties.sample,data:data97};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
}
}
}
else {
const err194 = {instancePath:instancePath+"/traces",schemaPath:"#/properties/traces/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.traces.type,parentSchema:schema11.properties.traces,data:data93};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
}
if(data.admin !== undefined && func0.call(data, "admin")){
let data98 = data.admin;
if(data98 && typeof data98 == "object" && !Array.isArray(data98)){
if((data98.address === undefined) || (!(func0.call(data98, "address")))){
const err195 = {instancePath:instancePath+"/admin",schemaPath:"#/properties/admin/required",keyword:"required",params:{missingProperty: "address"},message:"must have required property '"+"address"+"'",schema:schema11.properties.admin.required,parentSchema:schema11.properties.admin,data:data98};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
for(const key21 of Object.keys(data98)){
if(!((((key21 === "address") || (key21 === "hosts")) || (key21 === "tokens")) || (key21 === "tls"))){
const err196 = {instancePath:instancePath+"/admin",schemaPath:"#/properties/admin/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key21},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.admin,data:data98};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
}
if(data98.address !== undefined && func0.call(data98, "address")){
let data99 = data98.address;
if(typeof data99 === "string"){
if(!pattern0.test(data99)){
const err197 = {instancePath:instancePath+"/admin/address",schemaPath:"#/definitions/address/pattern",keyword:"pattern",params:{pattern: "^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$"},message:"must match pattern \""+"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$"+"\"",schema:"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$",parentSchema:schema12,data:data99};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
}
else {
const err198 = {instancePath:instancePath+"/admin/address",schemaPath:"#/definitions/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data99};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
}
if(data98.hosts !== undefined && func0.call(data98, "hosts")){
let data100 = data98.hosts;
if(Array.isArray(data100)){
if(data100.length < 1){
const err199 = {instancePath:instancePath+"/admin/hosts",schemaPath:"#/properties/admin/properties/hosts/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.admin.properties.hosts,data:data100};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
const len13 = data100.length;
for(let i13=0; i13<len13; i13++){
let data101 = data100[i13];
if(typeof data101 === "string"){
if(!pattern113.test(data101)){
const err200 = {instancePath:instancePath+"/admin/hosts/" + i13,schemaPath:"#/properties/admin/properties/hosts/items/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$"},message:"must match pattern \""+"^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$"+"\"",schema:"^[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?$",parentSchema:schema11.properties.admin.properties.hosts.items,data:data101};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
}
else {
const err201 = {instancePath:instancePath+"/admin/hosts/" + i13,schemaPath:"#/properties/admin/properties/hosts/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.admin.properties.hosts.items.type,parentSchema:schema11.properties.admin.properties.hosts.items,data:data101};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
}
}
else {
const err202 = {instancePath:instancePath+"/admin/hosts",schemaPath:"#/properties/admin/properties/hosts/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.admin.properties.hosts.type,parentSchema:schema11.properties.admin.properties.hosts,data:data100};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
}
if(data98.tokens !== undefined && func0.call(data98, "tokens")){
let data102 = data98.tokens;
if(Array.isArray(data102)){
if(data102.length > 16){
const err203 = {instancePath:instancePath+"/admin/tokens",schemaPath:"#/properties/admin/properties/tokens/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items",schema:16,parentSchema:schema11.properties.admin.properties.tokens,data:data102};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
if(data102.length < 1){
const err204 = {instancePath:instancePath+"/admin/tokens",schemaPath:"#/properties/admin/properties/tokens/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.admin.properties.tokens,data:data102};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
const len14 = data102.length;
for(let i14=0; i14<len14; i14++){
if(!(validate15(data102[i14], {instancePath:instancePath+"/admin/tokens/" + i14,parentData:data102,parentDataProperty:i14,rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
}
else {
const err205 = {instancePath:instancePath+"/admin/tokens",schemaPath:"#/properties/admin/properties/tokens/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.admin.properties.tokens.type,parentSchema:schema11.properties.admin.properties.tokens,data:data102};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
}
if(data98.tls !== undefined && func0.call(data98, "tls")){
if(!(validate36(data98.tls, {instancePath:instancePath+"/admin/tls",parentData:data98,parentDataProperty:"tls",rootData}))){
vErrors = vErrors === null ? validate36.errors : vErrors.concat(validate36.errors);
errors = vErrors.length;
}
}
}
else {
const err206 = {instancePath:instancePath+"/admin",schemaPath:"#/properties/admin/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.admin.type,parentSchema:schema11.properties.admin,data:data98};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
}
if(data.learn !== undefined && func0.call(data, "learn")){
let data105 = data.learn;
if(typeof data105 === "string"){
if(!pattern3.test(data105)){
const err207 = {instancePath:instancePath+"/learn",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data105};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
}
else {
const err208 = {instancePath:instancePath+"/learn",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data105};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
}
if(data.probes !== undefined && func0.call(data, "probes")){
let data106 = data.probes;
if(data106 && typeof data106 == "object" && !Array.isArray(data106)){
if((data106.address === undefined) || (!(func0.call(data106, "address")))){
const err209 = {instancePath:instancePath+"/probes",schemaPath:"#/properties/probes/required",keyword:"required",params:{missingProperty: "address"},message:"must have required property '"+"address"+"'",schema:schema11.properties.probes.required,parentSchema:schema11.properties.probes,data:data106};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
for(const key22 of Object.keys(data106)){
if(!(key22 === "address")){
const err210 = {instancePath:instancePath+"/probes",schemaPath:"#/properties/probes/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key22},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.probes,data:data106};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
}
if(data106.address !== undefined && func0.call(data106, "address")){
let data107 = data106.address;
if(typeof data107 === "string"){
if(!pattern0.test(data107)){
const err211 = {instancePath:instancePath+"/probes/address",schemaPath:"#/definitions/address/pattern",keyword:"pattern",params:{pattern: "^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$"},message:"must match pattern \""+"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$"+"\"",schema:"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$",parentSchema:schema12,data:data107};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
}
else {
const err212 = {instancePath:instancePath+"/probes/address",schemaPath:"#/definitions/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data107};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
}
}
else {
const err213 = {instancePath:instancePath+"/probes",schemaPath:"#/properties/probes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.probes.type,parentSchema:schema11.properties.probes,data:data106};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
}
if(data.drain !== undefined && func0.call(data, "drain")){
let data108 = data.drain;
if(data108 && typeof data108 == "object" && !Array.isArray(data108)){
for(const key23 of Object.keys(data108)){
if(!(key23 === "delay")){
const err214 = {instancePath:instancePath+"/drain",schemaPath:"#/properties/drain/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key23},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.drain,data:data108};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
}
if(data108.delay !== undefined && func0.call(data108, "delay")){
let data109 = data108.delay;
if(typeof data109 === "string"){
if(!pattern10.test(data109)){
const err215 = {instancePath:instancePath+"/drain/delay",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data109};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
}
else {
const err216 = {instancePath:instancePath+"/drain/delay",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data109};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
}
}
else {
const err217 = {instancePath:instancePath+"/drain",schemaPath:"#/properties/drain/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.drain.type,parentSchema:schema11.properties.drain,data:data108};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
}
if(data.watchdog !== undefined && func0.call(data, "watchdog")){
let data110 = data.watchdog;
if(data110 && typeof data110 == "object" && !Array.isArray(data110)){
for(const key24 of Object.keys(data110)){
if(!(((key24 === "missTimeout") || (key24 === "killTimeout")) || (key24 === "rollback"))){
const err218 = {instancePath:instancePath+"/watchdog",schemaPath:"#/properties/watchdog/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key24},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.watchdog,data:data110};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
}
if(data110.missTimeout !== undefined && func0.call(data110, "missTimeout")){
let data111 = data110.missTimeout;
if(typeof data111 === "string"){
if(!pattern10.test(data111)){
const err219 = {instancePath:instancePath+"/watchdog/missTimeout",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data111};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
}
else {
const err220 = {instancePath:instancePath+"/watchdog/missTimeout",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data111};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
}
if(data110.killTimeout !== undefined && func0.call(data110, "killTimeout")){
let data112 = data110.killTimeout;
if(typeof data112 === "string"){
if(!pattern10.test(data112)){
const err221 = {instancePath:instancePath+"/watchdog/killTimeout",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data112};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
}
else {
const err222 = {instancePath:instancePath+"/watchdog/killTimeout",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data112};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
}
if(data110.rollback !== undefined && func0.call(data110, "rollback")){
let data113 = data110.rollback;
if(typeof data113 !== "boolean"){
const err223 = {instancePath:instancePath+"/watchdog/rollback",schemaPath:"#/properties/watchdog/properties/rollback/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.watchdog.properties.rollback.type,parentSchema:schema11.properties.watchdog.properties.rollback,data:data113};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
}
}
else {
const err224 = {instancePath:instancePath+"/watchdog",schemaPath:"#/properties/watchdog/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.watchdog.type,parentSchema:schema11.properties.watchdog,data:data110};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
}
if(data.workers !== undefined && func0.call(data, "workers")){
let data114 = data.workers;
if((!(((typeof data114 == "number") && (!(data114 % 1) && !isNaN(data114))) && (isFinite(data114)))) && (typeof data114 !== "string")){
const err225 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/type",keyword:"type",params:{type: schema11.properties.workers.type},message:"must be integer,string",schema:schema11.properties.workers.type,parentSchema:schema11.properties.workers,data:data114};
if(vErrors === null){
vErrors = [err225];
}
else {
vErrors.push(err225);
}
errors++;
}
if((typeof data114 == "number") && (isFinite(data114))){
if(data114 > 256 || isNaN(data114)){
const err226 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/maximum",keyword:"maximum",params:{comparison: "<=", limit: 256},message:"must be <= 256",schema:256,parentSchema:schema11.properties.workers,data:data114};
if(vErrors === null){
vErrors = [err226];
}
else {
vErrors.push(err226);
}
errors++;
}
if(data114 < 1 || isNaN(data114)){
const err227 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.workers,data:data114};
if(vErrors === null){
vErrors = [err227];
}
else {
vErrors.push(err227);
}
errors++;
}
}
if(typeof data114 === "string"){
if(!pattern122.test(data114)){
const err228 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/pattern",keyword:"pattern",params:{pattern: "^auto$"},message:"must match pattern \""+"^auto$"+"\"",schema:"^auto$",parentSchema:schema11.properties.workers,data:data114};
if(vErrors === null){
vErrors = [err228];
}
else {
vErrors.push(err228);
}
errors++;
}
}
}
if(data.limits !== undefined && func0.call(data, "limits")){
let data115 = data.limits;
if(data115 && typeof data115 == "object" && !Array.isArray(data115)){
for(const key25 of Object.keys(data115)){
if(!(func0.call(schema11.properties.limits.properties, key25))){
const err229 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key25},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.limits,data:data115};
if(vErrors === null){
vErrors = [err229];
}
else {
vErrors.push(err229);
}
errors++;
}
}
if(data115.body !== undefined && func0.call(data115, "body")){
let data116 = data115.body;
if(typeof data116 === "string"){
if(!pattern105.test(data116)){
const err230 = {instancePath:instancePath+"/limits/body",schemaPath:"#/definitions/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:B|KiB|MiB)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:B|KiB|MiB)$"+"\"",schema:"^[0-9]{1,9}(?:B|KiB|MiB)$",parentSchema:schema91,data:data116};
if(vErrors === null){
vErrors = [err230];
}
else {
vErrors.push(err230);
}
errors++;
}
}
else {
const err231 = {instancePath:instancePath+"/limits/body",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema91.type,parentSchema:schema91,data:data116};
if(vErrors === null){
vErrors = [err231];
}
else {
vErrors.push(err231);
}
errors++;
}
}
if(data115.connections !== undefined && func0.call(data115, "connections")){
let data117 = data115.connections;
if(!(((typeof data117 == "number") && (!(data117 % 1) && !isNaN(data117))) && (isFinite(data117)))){
const err232 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.limits.properties.connections.type,parentSchema:schema11.properties.limits.properties.connections,data:data117};
if(vErrors === null){
vErrors = [err232];
}
else {
vErrors.push(err232);
}
errors++;
}
if((typeof data117 == "number") && (isFinite(data117))){
if(data117 > 1000000 || isNaN(data117)){
const err233 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000",schema:1000000,parentSchema:schema11.properties.limits.properties.connections,data:data117};
if(vErrors === null){
vErrors = [err233];
}
else {
vErrors.push(err233);
}
errors++;
}
if(data117 < 1 || isNaN(data117)){
const err234 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.limits.properties.connections,data:data117};
if(vErrors === null){
vErrors = [err234];
}
else {
vErrors.push(err234);
}
errors++;
}
}
}
if(data115.stalled !== undefined && func0.call(data115, "stalled")){
let data118 = data115.stalled;
if(typeof data118 === "string"){
if(!pattern10.test(data118)){
const err235 = {instancePath:instancePath+"/limits/stalled",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data118};
if(vErrors === null){
vErrors = [err235];
}
else {
vErrors.push(err235);
}
errors++;
}
}
else {
const err236 = {instancePath:instancePath+"/limits/stalled",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data118};
if(vErrors === null){
vErrors = [err236];
}
else {
vErrors.push(err236);
}
errors++;
}
}
if(data115.streamGrace !== undefined && func0.call(data115, "streamGrace")){
let data119 = data115.streamGrace;
if(typeof data119 === "string"){
if(!pattern10.test(data119)){
const err237 = {instancePath:instancePath+"/limits/streamGrace",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data119};
if(vErrors === null){
vErrors = [err237];
}
else {
vErrors.push(err237);
}
errors++;
}
}
else {
const err238 = {instancePath:instancePath+"/limits/streamGrace",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data119};
if(vErrors === null){
vErrors = [err238];
}
else {
vErrors.push(err238);
}
errors++;
}
}
if(data115.lag !== undefined && func0.call(data115, "lag")){
let data120 = data115.lag;
if(typeof data120 === "string"){
if(!pattern10.test(data120)){
const err239 = {instancePath:instancePath+"/limits/lag",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data120};
if(vErrors === null){
vErrors = [err239];
}
else {
vErrors.push(err239);
}
errors++;
}
}
else {
const err240 = {instancePath:instancePath+"/limits/lag",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data120};
if(vErrors === null){
vErrors = [err240];
}
else {
vErrors.push(err240);
}
errors++;
}
}
if(data115.memory !== undefined && func0.call(data115, "memory")){
let data121 = data115.memory;
if(typeof data121 === "string"){
if(!pattern105.test(data121)){
const err241 = {instancePath:instancePath+"/limits/memory",schemaPath:"#/definitions/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:B|KiB|MiB)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:B|KiB|MiB)$"+"\"",schema:"^[0-9]{1,9}(?:B|KiB|MiB)$",parentSchema:schema91,data:data121};
if(vErrors === null){
vErrors = [err241];
}
else {
vErrors.push(err241);
}
errors++;
}
}
else {
const err242 = {instancePath:instancePath+"/limits/memory",schemaPath:"#/definitions/size/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema91.type,parentSchema:schema91,data:data121};
if(vErrors === null){
vErrors = [err242];
}
else {
vErrors.push(err242);
}
errors++;
}
}
if(data115.store !== undefined && func0.call(data115, "store")){
let data122 = data115.store;
if(typeof data122 === "string"){
if(!pattern128.test(data122)){
const err243 = {instancePath:instancePath+"/limits/store",schemaPath:"#/properties/limits/properties/store/pattern",keyword:"pattern",params:{pattern: "^(?:memory|rediss?://[^\\s]+)$"},message:"must match pattern \""+"^(?:memory|rediss?://[^\\s]+)$"+"\"",schema:"^(?:memory|rediss?://[^\\s]+)$",parentSchema:schema11.properties.limits.properties.store,data:data122};
if(vErrors === null){
vErrors = [err243];
}
else {
vErrors.push(err243);
}
errors++;
}
}
else {
const err244 = {instancePath:instancePath+"/limits/store",schemaPath:"#/properties/limits/properties/store/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.limits.properties.store.type,parentSchema:schema11.properties.limits.properties.store,data:data122};
if(vErrors === null){
vErrors = [err244];
}
else {
vErrors.push(err244);
}
errors++;
}
}
if(data115.prefix !== undefined && func0.call(data115, "prefix")){
let data123 = data115.prefix;
if(typeof data123 === "string"){
if(!pattern129.test(data123)){
const err245 = {instancePath:instancePath+"/limits/prefix",schemaPath:"#/properties/limits/properties/prefix/pattern",keyword:"pattern",params:{pattern: "^[!-~]{1,100}$"},message:"must match pattern \""+"^[!-~]{1,100}$"+"\"",schema:"^[!-~]{1,100}$",parentSchema:schema11.properties.limits.properties.prefix,data:data123};
if(vErrors === null){
vErrors = [err245];
}
else {
vErrors.push(err245);
}
errors++;
}
}
else {
const err246 = {instancePath:instancePath+"/limits/prefix",schemaPath:"#/properties/limits/properties/prefix/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.limits.properties.prefix.type,parentSchema:schema11.properties.limits.properties.prefix,data:data123};
if(vErrors === null){
vErrors = [err246];
}
else {
vErrors.push(err246);
}
errors++;
}
}
if(data115.whenUnavailable !== undefined && func0.call(data115, "whenUnavailable")){
let data124 = data115.whenUnavailable;
if(!((data124 === "refuse") || (data124 === "pass"))){
const err247 = {instancePath:instancePath+"/limits/whenUnavailable",schemaPath:"#/properties/limits/properties/whenUnavailable/enum",keyword:"enum",params:{allowedValues: schema11.properties.limits.properties.whenUnavailable.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.limits.properties.whenUnavailable.enum,parentSchema:schema11.properties.limits.properties.whenUnavailable,data:data124};
if(vErrors === null){
vErrors = [err247];
}
else {
vErrors.push(err247);
}
errors++;
}
}
}
else {
const err248 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.limits.type,parentSchema:schema11.properties.limits,data:data115};
if(vErrors === null){
vErrors = [err248];
}
else {
vErrors.push(err248);
}
errors++;
}
}
if(data.assertion !== undefined && func0.call(data, "assertion")){
let data125 = data.assertion;
if(data125 && typeof data125 == "object" && !Array.isArray(data125)){
for(const key26 of Object.keys(data125)){
if(!((((key26 === "issuer") || (key26 === "lifetime")) || (key26 === "state")) || (key26 === "rotation"))){
const err249 = {instancePath:instancePath+"/assertion",schemaPath:"#/properties/assertion/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key26},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.assertion,data:data125};
if(vErrors === null){
vErrors = [err249];
}
else {
vErrors.push(err249);
}
errors++;
}
}
if(data125.issuer !== undefined && func0.call(data125, "issuer")){
let data126 = data125.issuer;
if(typeof data126 === "string"){
if(!pattern3.test(data126)){
const err250 = {instancePath:instancePath+"/assertion/issuer",schemaPath:"#/properties/assertion/properties/issuer/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema11.properties.assertion.properties.issuer,data:data126};
if(vErrors === null){
vErrors = [err250];
}
else {
vErrors.push(err250);
}
errors++;
}
}
else {
const err251 = {instancePath:instancePath+"/assertion/issuer",schemaPath:"#/properties/assertion/properties/issuer/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.assertion.properties.issuer.type,parentSchema:schema11.properties.assertion.properties.issuer,data:data126};
if(vErrors === null){
vErrors = [err251];
}
else {
vErrors.push(err251);
}
errors++;
}
}
if(data125.lifetime !== undefined && func0.call(data125, "lifetime")){
let data127 = data125.lifetime;
if(typeof data127 === "string"){
if(!pattern10.test(data127)){
const err252 = {instancePath:instancePath+"/assertion/lifetime",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data127};
if(vErrors === null){
vErrors = [err252];
}
else {
vErrors.push(err252);
}
errors++;
}
}
else {
const err253 = {instancePath:instancePath+"/assertion/lifetime",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data127};
if(vErrors === null){
vErrors = [err253];
}
else {
vErrors.push(err253);
}
errors++;
}
}
if(data125.state !== undefined && func0.call(data125, "state")){
let data128 = data125.state;
if(typeof data128 === "string"){
if(!pattern3.test(data128)){
const err254 = {instancePath:instancePath+"/assertion/state",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data128};
if(vErrors === null){
vErrors = [err254];
}
else {
vErrors.push(err254);
}
errors++;
}
}
else {
const err255 = {instancePath:instancePath+"/assertion/state",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data128};
if(vErrors === null){
vErrors = [err255];
}
else {
vErrors.push(err255);
}
errors++;
}
}
if(data125.rotation !== undefined && func0.call(data125, "rotation")){
let data129 = data125.rotation;
if(typeof data129 === "string"){
if(!pattern10.test(data129)){
const err256 = {instancePath:instancePath+"/assertion/rotation",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data129};
if(vErrors === null){
vErrors = [err256];
}
else {
vErrors.push(err256);
}
errors++;
}
}
else {
const err257 = {instancePath:instancePath+"/assertion/rotation",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data129};
if(vErrors === null){
vErrors = [err257];
}
else {
vErrors.push(err257);
}
errors++;
}
}
}
else {
const err258 = {instancePath:instancePath+"/assertion",schemaPath:"#/properties/assertion/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.assertion.type,parentSchema:schema11.properties.assertion,data:data125};
if(vErrors === null){
vErrors = [err258];
}
else {
vErrors.push(err258);
}
errors++;
}
}
if(data.pages !== undefined && func0.call(data, "pages")){
let data130 = data.pages;
if(data130 && typeof data130 == "object" && !Array.isArray(data130)){
if(Object.keys(data130).length < 1){
const err259 = {instancePath:instancePath+"/pages",schemaPath:"#/properties/pages/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.pages,data:data130};
if(vErrors === null){
vErrors = [err259];
}
else {
vErrors.push(err259);
}
errors++;
}
for(const key27 of Object.keys(data130)){
if(!((key27 === "style") || (key27 === "texts"))){
const err260 = {instancePath:instancePath+"/pages",schemaPath:"#/properties/pages/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key27},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.pages,data:data130};
if(vErrors === null){
vErrors = [err260];
}
else {
vErrors.push(err260);
}
errors++;
}
}
if(data130.style !== undefined && func0.call(data130, "style")){
let data131 = data130.style;
if(typeof data131 === "string"){
if(!pattern3.test(data131)){
const err261 = {instancePath:instancePath+"/pages/style",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data131};
if(vErrors === null){
vErrors = [err261];
}
else {
vErrors.push(err261);
}
errors++;
}
}
else {
const err262 = {instancePath:instancePath+"/pages/style",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data131};
if(vErrors === null){
vErrors = [err262];
}
else {
vErrors.push(err262);
}
errors++;
}
}
if(data130.texts !== undefined && func0.call(data130, "texts")){
let data132 = data130.texts;
if(typeof data132 === "string"){
if(!pattern3.test(data132)){
const err263 = {instancePath:instancePath+"/pages/texts",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data132};
if(vErrors === null){
vErrors = [err263];
}
else {
vErrors.push(err263);
}
errors++;
}
}
else {
const err264 = {instancePath:instancePath+"/pages/texts",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data132};
if(vErrors === null){
vErrors = [err264];
}
else {
vErrors.push(err264);
}
errors++;
}
}
}
else {
const err265 = {instancePath:instancePath+"/pages",schemaPath:"#/properties/pages/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.pages.type,parentSchema:schema11.properties.pages,data:data130};
if(vErrors === null){
vErrors = [err265];
}
else {
vErrors.push(err265);
}
errors++;
}
}
if(data.sessions !== undefined && func0.call(data, "sessions")){
let data133 = data.sessions;
if(data133 && typeof data133 == "object" && !Array.isArray(data133)){
for(const key28 of Object.keys(data133)){
if(!(((((key28 === "store") || (key28 === "idle")) || (key28 === "lifetime")) || (key28 === "perSubject")) || (key28 === "keys"))){
const err266 = {instancePath:instancePath+"/sessions",schemaPath:"#/properties/sessions/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key28},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.sessions,data:data133};
if(vErrors === null){
vErrors = [err266];
}
else {
vErrors.push(err266);
}
errors++;
}
}
if(data133.store !== undefined && func0.call(data133, "store")){
let data134 = data133.store;
if(typeof data134 === "string"){
if(!pattern128.test(data134)){
const err267 = {instancePath:instancePath+"/sessions/store",schemaPath:"#/properties/sessions/properties/store/pattern",keyword:"pattern",params:{pattern: "^(?:memory|rediss?://[^\\s]+)$"},message:"must match pattern \""+"^(?:memory|rediss?://[^\\s]+)$"+"\"",schema:"^(?:memory|rediss?://[^\\s]+)$",parentSchema:schema11.properties.sessions.properties.store,data:data134};
if(vErrors === null){
vErrors = [err267];
}
else {
vErrors.push(err267);
}
errors++;
}
}
else {
const err268 = {instancePath:instancePath+"/sessions/store",schemaPath:"#/properties/sessions/properties/store/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.sessions.properties.store.type,parentSchema:schema11.properties.sessions.properties.store,data:data134};
if(vErrors === null){
vErrors = [err268];
}
else {
vErrors.push(err268);
}
errors++;
}
}
if(data133.idle !== undefined && func0.call(data133, "idle")){
let data135 = data133.idle;
if(typeof data135 === "string"){
if(!pattern10.test(data135)){
const err269 = {instancePath:instancePath+"/sessions/idle",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data135};
if(vErrors === null){
vErrors = [err269];
}
else {
vErrors.push(err269);
}
errors++;
}
}
else {
const err270 = {instancePath:instancePath+"/sessions/idle",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data135};
if(vErrors === null){
vErrors = [err270];
}
else {
vErrors.push(err270);
}
errors++;
}
}
if(data133.lifetime !== undefined && func0.call(data133, "lifetime")){
let data136 = data133.lifetime;
if(typeof data136 === "string"){
if(!pattern10.test(data136)){
const err271 = {instancePath:instancePath+"/sessions/lifetime",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,9}(?:ms|s|m|h|d)$"},message:"must match pattern \""+"^[0-9]{1,9}(?:ms|s|m|h|d)$"+"\"",schema:"^[0-9]{1,9}(?:ms|s|m|h|d)$",parentSchema:schema22,data:data136};
if(vErrors === null){
vErrors = [err271];
}
else {
vErrors.push(err271);
}
errors++;
}
}
else {
const err272 = {instancePath:instancePath+"/sessions/lifetime",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data136};
if(vErrors === null){
vErrors = [err272];
}
else {
vErrors.push(err272);
}
errors++;
}
}
if(data133.perSubject !== undefined && func0.call(data133, "perSubject")){
let data137 = data133.perSubject;
if(!(((typeof data137 == "number") && (!(data137 % 1) && !isNaN(data137))) && (isFinite(data137)))){
const err273 = {instancePath:instancePath+"/sessions/perSubject",schemaPath:"#/properties/sessions/properties/perSubject/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.sessions.properties.perSubject.type,parentSchema:schema11.properties.sessions.properties.perSubject,data:data137};
if(vErrors === null){
vErrors = [err273];
}
else {
vErrors.push(err273);
}
errors++;
}
if((typeof data137 == "number") && (isFinite(data137))){
if(data137 > 10000 || isNaN(data137)){
const err274 = {instancePath:instancePath+"/sessions/perSubject",schemaPath:"#/properties/sessions/properties/perSubject/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema11.properties.sessions.properties.perSubject,data:data137};
if(vErrors === null){
vErrors = [err274];
}
else {
vErrors.push(err274);
}
errors++;
}
if(data137 < 1 || isNaN(data137)){
const err275 = {instancePath:instancePath+"/sessions/perSubject",schemaPath:"#/properties/sessions/properties/perSubject/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.sessions.properties.perSubject,data:data137};
if(vErrors === null){
vErrors = [err275];
}
else {
vErrors.push(err275);
}
errors++;
}
}
}
if(data133.keys !== undefined && func0.call(data133, "keys")){
let data138 = data133.keys;
if(Array.isArray(data138)){
if(data138.length < 1){
const err276 = {instancePath:instancePath+"/sessions/keys",schemaPath:"#/properties/sessions/properties/keys/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.sessions.properties.keys,data:data138};
if(vErrors === null){
vErrors = [err276];
}
else {
vErrors.push(err276);
}
errors++;
}
const len15 = data138.length;
for(let i15=0; i15<len15; i15++){
if(!(validate15(data138[i15], {instancePath:instancePath+"/sessions/keys/" + i15,parentData:data138,parentDataProperty:i15,rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
errors = vErrors.length;
}
}
}
else {
const err277 = {instancePath:instancePath+"/sessions/keys",schemaPath:"#/properties/sessions/properties/keys/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.sessions.properties.keys.type,parentSchema:schema11.properties.sessions.properties.keys,data:data138};
if(vErrors === null){
vErrors = [err277];
}
else {
vErrors.push(err277);
}
errors++;
}
}
}
else {
const err278 = {instancePath:instancePath+"/sessions",schemaPath:"#/properties/sessions/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.sessions.type,parentSchema:schema11.properties.sessions,data:data133};
if(vErrors === null){
vErrors = [err278];
}
else {
vErrors.push(err278);
}
errors++;
}
}
if(data.dev !== undefined && func0.call(data, "dev")){
let data140 = data.dev;
if(data140 && typeof data140 == "object" && !Array.isArray(data140)){
for(const key29 of Object.keys(data140)){
if(!((((key29 === "sources") || (key29 === "callers")) || (key29 === "echo")) || (key29 === "issuer"))){
const err279 = {instancePath:instancePath+"/dev",schemaPath:"#/properties/dev/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key29},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.dev,data:data140};
if(vErrors === null){
vErrors = [err279];
}
else {
vErrors.push(err279);
}
errors++;
}
}
if(data140.sources !== undefined && func0.call(data140, "sources")){
let data141 = data140.sources;
if((typeof data141 !== "string") && (!(Array.isArray(data141)))){
const err280 = {instancePath:instancePath+"/dev/sources",schemaPath:"#/properties/dev/properties/sources/type",keyword:"type",params:{type: schema11.properties.dev.properties.sources.type},message:"must be string,array",schema:schema11.properties.dev.properties.sources.type,parentSchema:schema11.properties.dev.properties.sources,data:data141};
if(vErrors === null){
vErrors = [err280];
}
else {
vErrors.push(err280);
}
errors++;
}
if(typeof data141 === "string"){
if(!pattern3.test(data141)){
const err281 = {instancePath:instancePath+"/dev/sources",schemaPath:"#/properties/dev/properties/sources/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema11.properties.dev.properties.sources,data:data141};
if(vErrors === null){
vErrors = [err281];
}
else {
vErrors.push(err281);
}
errors++;
}
}
if(Array.isArray(data141)){
if(data141.length < 1){
const err282 = {instancePath:instancePath+"/dev/sources",schemaPath:"#/properties/dev/properties/sources/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.dev.properties.sources,data:data141};
if(vErrors === null){
vErrors = [err282];
}
else {
vErrors.push(err282);
}
errors++;
}
const len16 = data141.length;
for(let i16=0; i16<len16; i16++){
let data142 = data141[i16];
if(typeof data142 === "string"){
if(!pattern3.test(data142)){
const err283 = {instancePath:instancePath+"/dev/sources/" + i16,schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data142};
if(vErrors === null){
vErrors = [err283];
}
else {
vErrors.push(err283);
}
errors++;
}
}
else {
const err284 = {instancePath:instancePath+"/dev/sources/" + i16,schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data142};
if(vErrors === null){
vErrors = [err284];
}
else {
vErrors.push(err284);
}
errors++;
}
}
}
}
if(data140.callers !== undefined && func0.call(data140, "callers")){
let data143 = data140.callers;
if(typeof data143 === "string"){
if(!pattern3.test(data143)){
const err285 = {instancePath:instancePath+"/dev/callers",schemaPath:"#/definitions/path/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14,data:data143};
if(vErrors === null){
vErrors = [err285];
}
else {
vErrors.push(err285);
}
errors++;
}
}
else {
const err286 = {instancePath:instancePath+"/dev/callers",schemaPath:"#/definitions/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.type,parentSchema:schema14,data:data143};
if(vErrors === null){
vErrors = [err286];
}
else {
vErrors.push(err286);
}
errors++;
}
}
if(data140.echo !== undefined && func0.call(data140, "echo")){
let data144 = data140.echo;
if((typeof data144 !== "boolean") && (!(Array.isArray(data144)))){
const err287 = {instancePath:instancePath+"/dev/echo",schemaPath:"#/properties/dev/properties/echo/type",keyword:"type",params:{type: schema11.properties.dev.properties.echo.type},message:"must be boolean,array",schema:schema11.properties.dev.properties.echo.type,parentSchema:schema11.properties.dev.properties.echo,data:data144};
if(vErrors === null){
vErrors = [err287];
}
else {
vErrors.push(err287);
}
errors++;
}
if(Array.isArray(data144)){
const len17 = data144.length;
for(let i17=0; i17<len17; i17++){
let data145 = data144[i17];
if(typeof data145 === "string"){
if(!pattern12.test(data145)){
const err288 = {instancePath:instancePath+"/dev/echo/" + i17,schemaPath:"#/definitions/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema31,data:data145};
if(vErrors === null){
vErrors = [err288];
}
else {
vErrors.push(err288);
}
errors++;
}
}
else {
const err289 = {instancePath:instancePath+"/dev/echo/" + i17,schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.type,parentSchema:schema31,data:data145};
if(vErrors === null){
vErrors = [err289];
}
else {
vErrors.push(err289);
}
errors++;
}
}
}
}
if(data140.issuer !== undefined && func0.call(data140, "issuer")){
let data146 = data140.issuer;
if(typeof data146 === "string"){
if(!pattern0.test(data146)){
const err290 = {instancePath:instancePath+"/dev/issuer",schemaPath:"#/definitions/address/pattern",keyword:"pattern",params:{pattern: "^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$"},message:"must match pattern \""+"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$"+"\"",schema:"^(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$",parentSchema:schema12,data:data146};
if(vErrors === null){
vErrors = [err290];
}
else {
vErrors.push(err290);
}
errors++;
}
}
else {
const err291 = {instancePath:instancePath+"/dev/issuer",schemaPath:"#/definitions/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data146};
if(vErrors === null){
vErrors = [err291];
}
else {
vErrors.push(err291);
}
errors++;
}
}
}
else {
const err292 = {instancePath:instancePath+"/dev",schemaPath:"#/properties/dev/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.dev.type,parentSchema:schema11.properties.dev,data:data140};
if(vErrors === null){
vErrors = [err292];
}
else {
vErrors.push(err292);
}
errors++;
}
}
}
else {
const err293 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err293];
}
else {
vErrors.push(err293);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}
