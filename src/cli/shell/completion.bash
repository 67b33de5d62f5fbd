# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of strandline for bash: what may follow is asked of the tool, with
# the options that stand before the command, since they say where the domains
# are.

# The word as the shell would pass it on, but for what it would expand.
_strandline_plain() {
  local word=$1
  case $word in
  \'* | \"*) word=${word:1} word=${word%[\'\"]} ;;
  *) word=${word//\\/} ;;
  esac
  printf '%s' "$word"
}

_strandline() {
  local words=() before=() at=1 word current found
  # COMP_WORDS has "=" and ":" as words of their own: the line is the truth.
  local line=${COMP_LINE:0:COMP_POINT}
  while [[ $line =~ ^[[:space:]]*((\\.|\'[^\']*\'?|\"[^\"]*\"?|[^[:space:]\'\"\\])+)(.*)$ ]]; do
    words+=("${BASH_REMATCH[1]}")
    line=${BASH_REMATCH[3]}
  done
  [[ -n $line || ${#words[@]} -lt 2 ]] && words+=('')
  current=${words[-1]}

  while [ $at -lt $((${#words[@]} - 1)) ]; do
    word=${words[at]}
    case $word in
    -c | --connect)
      before+=("$word" "$(_strandline_plain "${words[at + 1]}")")
      at=$((at + 2))
      ;;
    -*) before+=("$word") at=$((at + 1)) ;;
    *) break ;;
    esac
  done
  COMPREPLY=()
  [ $at -lt ${#words[@]} ] || return 0
  if [ $at -eq $((${#words[@]} - 1)) ] && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--connect --help --quiet --readonly
      --version' -- "$current")
    return 0
  fi

  words=("${words[@]:at}")
  for at in "${!words[@]}"; do
    words[at]=$(_strandline_plain "${words[at]}")
  done
  if ! found=$("${COMP_WORDS[0]}" "${before[@]}" complete -- "${words[@]}" \
    2>/dev/null); then
    compopt -o default 2>/dev/null || : # a file's name
    return 0
  fi
  # Readline replaces no more than what stands behind the last "=" or ":".
  local head=${current%"${current##*[=:]}"}
  while IFS= read -r word; do
    [ -n "$word" ] || continue
    word=$(printf '%q' "$word")
    COMPREPLY+=("${word#"$head"}")
  done <<<"$found"
}

complete -F _strandline strandline
