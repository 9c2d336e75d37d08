/** Answers each check with the same headers, by the HTTP server of Node: what no listener on that server can do without. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [port, file = ''] = process.argv.slice(2)
const headers = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>).flat()

createServer({ keepAliveTimeout: 600_000 }, (_, answer) => answer.writeHead(200, headers).end()).listen(Number(port), '127.0.0.1')
