/**
 * `import` and `async` lead to promises, and both the rejection of a promise and `import()` call the host with objects of its
 * own. Both are words that the engine reads only as they are written, so that no parser is needed to see that they are not there.
 * They may be names of members and keys; in texts the compiler writes them with an escape (`compiler/codegen/code.ts`).
 */
export function forbiddenWord(code: string): string | null {
  // Mostly neither is there, which is found ten times as fast.
  return hasWord(code) ? (WORD.exec(code)?.[0] ?? null) : null
}

/**
 * Behind a single `.` it is a member, with a letter, digit or `$` beside it another word, and before `:`, `,`, `;`, `=` or a
 * closing bracket nothing that makes a promise.
 */
const WORD = /(?<![\w$]|(?<!\.)\.)(?:import|async)(?![\w$:,;=)\]}])/

const EVERY_WORD = new RegExp(WORD, 'g')

/** The code with these words escaped. For code that has them in texts alone. */
export function withoutForbiddenWords(code: string): string {
  return hasWord(code) ? code.replace(EVERY_WORD, escapeWord) : code
}

function hasWord(code: string): boolean {
  return code.includes('import') || code.includes('async')
}

function escapeWord(word: string): string {
  return `\\x${word.charCodeAt(0).toString(16)}${word.slice(1)}`
}
