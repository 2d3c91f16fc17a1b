/** Each asks the command itself (`leasehold complete -- <words>`), so they never grow old. */
export const completionScripts = {
  bash: `_leasehold() {
  local IFS=$'\\n'
  COMPREPLY=($(leasehold complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _leasehold leasehold
`,
  zsh: `#compdef leasehold
_leasehold() {
  local -a names
  names=("\${(@f)$(leasehold complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  names=(\${names:#})
  if (( \${#names} )); then compadd -a names; else _files; fi
}
if [ "\${funcstack[1]}" = _leasehold ]; then _leasehold "$@"; else compdef _leasehold leasehold; fi
`,
  fish: `function __leasehold_complete
  set -l words (commandline -opc) (commandline -ct)
  leasehold complete -- $words[2..-1] 2>/dev/null
end
complete -c leasehold -a '(__leasehold_complete)'
`,
} as const;

export type Shell = keyof typeof completionScripts;

/** How a person switches it on. */
export const howTo: Readonly<Record<Shell, string>> = {
  bash: 'source <(leasehold completion bash)   # in ~/.bashrc',
  zsh: 'source <(leasehold completion zsh)    # in ~/.zshrc, after compinit',
  fish: 'leasehold completion fish > ~/.config/fish/completions/leasehold.fish',
};
