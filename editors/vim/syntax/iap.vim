" Colors for policies of iap. A keyword is also a name in many places, so most keywords are colored at the start of a line or before what follows
" them. Semantic tokens of `iap lsp` are exact, in editors that have them.
if exists('b:current_syntax')
  finish
endif

syntax match iapDeclaration /^\s*\zs\(shadow\s\+\)\?\(permit\|forbid\)\ze\s\+\h/
syntax match iapDeclaration /^\s*\zs\(import\|type\|identity\|role\|label\|data\|def\|service\|invariant\|test\|fixture\|route\|rpc\)\ze\s\+[[:alnum:]_{"]/
syntax match iapClause /^\s*\zs\(on\|except\|to\|when\|unless\|require\|limit\|header\|because\|given\|as\|authenticated\|mtls\|expect\|cases\|for\)\>\ze\s*\S/
syntax match iapClause /^\s*\zs\(permitted\|denied\)\>\ze\s/
syntax match iapClause /\<\(from\|via\|of\|at\|openapi\|query\|body\|schema\|any\|request\|only\|always\|allow\|unknown\|within\|per\|by\|ago\|missing\|except\|unless\|on\|to\|as\|when\)\>\ze\s\+[[:alnum:]_"'({$*]/
syntax match iapClause /\<by\s\+\zs\(no\)\ze-/
syntax match iapClause /\<\(always\|unknown\|missing\|ago\)\>\ze\s*$/
syntax keyword iapOperator in is
syntax keyword iapConstant true false null anonymous authenticated anyone
syntax keyword iapConstant mfa acr auth
syntax keyword iapRoot caller params request query body
syntax keyword iapType bool int double string bytes timestamp duration list set map hierarchy
syntax match iapMethod /\<\(GET\|HEAD\|POST\|PUT\|PATCH\|DELETE\|OPTIONS\)\>\ze\s\+["$]/
syntax match iapEffect /\<expect\s\+\zs\(permit\|deny\|unauthenticated\|challenge\|reject\)\>/
syntax match iapNumber /\<\d\+\(\.\d\+\)\?\(ms\|[smhd]\)\?\>/
syntax match iapAnnotation /@\h\w*/
syntax match iapVariable /\$\h\w*/

syntax match iapEscape /\\./ contained
syntax region iapString start=/"/ skip=/\\./ end=/"\|$/ contains=iapEscape
syntax region iapString start=/'/ skip=/\\./ end=/'\|$/ contains=iapEscape
syntax region iapString start=/"""/ skip=/\\./ end=/"""/ contains=iapEscape
syntax region iapString start=/'''/ skip=/\\./ end=/'''/ contains=iapEscape
syntax region iapString start=/\<[rR]"/ end=/"\|$/
syntax region iapString start=/\<[rR]'/ end=/'\|$/
syntax match iapComment /\/\/.*$/ contains=@Spell
syntax match iapDocComment /\/\/\/\(\/\)\@!.*$/ contains=@Spell
syntax region iapComment start=/\/\*/ end=/\*\// contains=@Spell

highlight default link iapDeclaration Keyword
highlight default link iapClause Statement
highlight default link iapOperator Operator
highlight default link iapConstant Constant
highlight default link iapRoot Identifier
highlight default link iapType Type
highlight default link iapMethod Function
highlight default link iapEffect Constant
highlight default link iapNumber Number
highlight default link iapAnnotation PreProc
highlight default link iapVariable Identifier
highlight default link iapEscape SpecialChar
highlight default link iapString String
highlight default link iapComment Comment
highlight default link iapDocComment SpecialComment

let b:current_syntax = 'iap'
