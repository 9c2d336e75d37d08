// Writes a comment on a pull request of GitHub or a merge request of GitLab, or updates the one of an earlier run: comments of
// this program begin with a marker, one for each path of policies. A comment with the marker by anybody else is left alone.
//
//   node comment.mjs MARKDOWN [JSON]
//
// JSON is what `iap diff --format json` writes: if nothing changed, an earlier comment is updated, and no new one is written.
// Settings, all from the environment:
//
//   IAP_GITHUB_TOKEN      with the permission `pull-requests: write`; GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_REF are the runner's
//   IAP_COMMENT_AUTHOR    login of that token (default: github-actions[bot])
//   IAP_GITLAB_TOKEN      of the scope `api`; CI_API_V4_URL, CI_PROJECT_ID and CI_MERGE_REQUEST_IID are the runner's
//
// Exit code 0: the comment is written, or there is nowhere to write it. 1: the host refused it.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

/** The longest comment that GitHub takes, in characters. */
const MOST = 65_536
/** The most pages of 100 comments that are searched for the marker. */
const PAGES = 30
/** Milliseconds for a request. */
const PATIENCE = 30_000

const { env } = process

/** What the two hosts do differently. `own` is whether a comment is by the user of the token. */
function hostOf() {
  const pull = /^refs\/pull\/(\d+)\/(?:merge|head)$/.exec(env.GITHUB_REF ?? '')?.[1]
  if (env.IAP_GITHUB_TOKEN && pull !== undefined && /^[\w.-]+\/[\w.-]+$/.test(env.GITHUB_REPOSITORY ?? '')) {
    const api = `${env.GITHUB_API_URL || 'https://api.github.com'}/repos/${env.GITHUB_REPOSITORY}/issues`
    const author = env.IAP_COMMENT_AUTHOR || 'github-actions[bot]'
    return {
      headers: { authorization: `Bearer ${env.IAP_GITHUB_TOKEN}`, accept: 'application/vnd.github+json' },
      comments: `${api}/${pull}/comments`,
      comment: (id) => `${api}/comments/${id}`,
      update: 'PATCH',
      own: async () => (comment) => comment.user?.login === author,
    }
  }
  const numbers = [env.CI_PROJECT_ID, env.CI_MERGE_REQUEST_IID]
  if (env.IAP_GITLAB_TOKEN && numbers.every((number) => /^\d+$/.test(number ?? ''))) {
    const notes = `${env.CI_API_V4_URL}/projects/${numbers[0]}/merge_requests/${numbers[1]}/notes`
    const headers = { 'private-token': env.IAP_GITLAB_TOKEN }
    return {
      headers,
      comments: notes,
      comment: (id) => `${notes}/${id}`,
      update: 'PUT',
      async own() {
        const { id } = await ask(`${env.CI_API_V4_URL}/user`, { headers })
        return (note) => note.author?.id === id
      },
    }
  }
  return null
}

/** @throws Error if the status is not 2xx */
async function ask(url, { method = 'GET', headers, body }) {
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && !['127.0.0.1', 'localhost'].includes(hostname)) throw new Error(`${url} is not https`)
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE),
    headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'iap' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url} answers ${response.status}`)
  return JSON.parse(text)
}

async function findOwn(host, marker) {
  const isOwn = await host.own()
  for (let page = 1; page <= PAGES; page++) {
    const comments = await ask(`${host.comments}?per_page=100&page=${page}`, { headers: host.headers })
    const found = comments.find((comment) => comment.body?.startsWith(marker) && isOwn(comment))
    if (found !== undefined) return found
    if (comments.length < 100) return null
  }
  return null
}

function isUnchanged(file) {
  if (file === undefined || !existsSync(file)) return false
  const { changes, declarations, diagnostics } = JSON.parse(readFileSync(file, 'utf8'))
  return [changes, diagnostics, ...Object.values(declarations)].every((list) => list.length === 0)
}

async function main([markdown, json]) {
  const host = hostOf()
  if (host === null) return 'no comment: this is no pull or merge request, or there is no token'
  const name = createHash('sha256')
    .update(env.IAP_POLICIES || 'policies')
    .digest('hex')
    .slice(0, 16)
  const marker = `<!-- iap-diff ${name} -->`
  const text = `${marker}\n${readFileSync(markdown, 'utf8')}`
  const body =
    text.length <= MOST ? text : `${marker}\n### Policy change\n\nThe comparison is too long for a comment. Run \`iap diff\`.\n`
  const found = await findOwn(host, marker)
  if (found === null && isUnchanged(json)) return 'no comment: nothing changed'
  const [url, method] = found === null ? [host.comments, 'POST'] : [host.comment(found.id), host.update]
  await ask(url, { method, headers: host.headers, body: { body } })
  return found === null ? 'the comment is written' : 'the comment is updated'
}

main(process.argv.slice(2)).then(
  (done) => console.error(done),
  (error) => {
    console.error(`the comment cannot be written: ${error.message}`)
    process.exitCode = 1
  },
)
