import { StreamLanguage, type StreamParser } from '@codemirror/language'

interface Within {
  comment: boolean
}

/**
 * Comments, texts and numbers, for colors before the language server is there. Keywords and names are colored by its semantic
 * tokens, as only the parser knows which words are keywords.
 */
function parserOf(name: string, line: RegExp, hasBlocks: boolean): StreamParser<Within> {
  return {
    name,
    startState: () => ({ comment: false }),
    token(stream, state) {
      if (state.comment) {
        if (stream.skipTo('*/')) {
          stream.match('*/')
          state.comment = false
        } else stream.skipToEnd()
        return 'comment'
      }
      if (stream.eatSpace()) return null
      if (stream.match(line)) return 'comment'
      if (hasBlocks && stream.match('/*')) {
        state.comment = true
        return 'comment'
      }
      if (stream.match(/"(?:[^"\\]|\\.)*"?/)) return 'string'
      if (stream.match(/\d[\w.]*/)) return 'number'
      if (!stream.match(/[\w$-]+/)) stream.next()
      return null
    },
    languageData: { commentTokens: hasBlocks ? { line: '//', block: { open: '/*', close: '*/' } } : { line: '#' } },
  }
}

export const policyLanguage = StreamLanguage.define(parserOf('iap', /\/\/.*/, true))
export const dataLanguage = StreamLanguage.define(parserOf('yaml', /#.*/, false))
