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
  set -l names (leasehold complete -- $words[2..-1] 2>/dev/null | string match -v '')
  if test (count $names) -gt 0; printf '%s\\n' $names; else; __fish_complete_path (commandline -ct); end
end
complete -c leasehold -f -a '(__leasehold_complete)'
`,
} as const;

export type Shell = keyof typeof completionScripts;

/** How a person switches it on. */
export const howTo: Readonly<Record<Shell, string>> = {
  bash: 'source <(leasehold completion bash)   # in ~/.bashrc',
  zsh: 'source <(leasehold completion zsh)    # in ~/.zshrc, after compinit',
  fish: 'leasehold completion fish > ~/.config/fish/completions/leasehold.fish',
};
