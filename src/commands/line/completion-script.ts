import { listPresets } from '../../experiment/index.js';
import { alternatives, shown, UserError } from '../../input/index.js';
import { listSweeps } from '../../sweep/index.js';
import type { CommandRow, Operand } from '../command-row.js';
import { type OptionRow, optionsOf, optionTable } from './option-table.js';
import { schemaNames } from './schema-names.js';

const namesOf = (commands: readonly CommandRow[]): string[] =>
  commands.map(({ name }) => name).filter((name) => name !== '');

/** Words that an operand may be, beside paths. */
const wordsOf = (operand: Operand): readonly string[] => {
  if (operand === 'preset') return listPresets().map(({ name }) => name);
  if (operand === 'sweep') return listSweeps().map(({ name }) => name);
  if (operand === 'schema') return schemaNames;
  if (operand === 'listed-run') return ['delete'];
  return operand === 'shell' ? Object.keys(scripts) : [];
};

const takesPath = (operand: Operand): boolean => !['none', 'listed-run', 'shell', 'schema'].includes(operand);

/** Prints the names of what there is now, of runs or of presets of the user's own. */
const listing = (noun: 'run' | 'preset'): string => `teachtop ${noun}-names 2>/dev/null`;

/** Whether a run's name follows an option of a command; a sweep's --resume goes without. */
const namesRun = ({ name }: CommandRow, { argument }: OptionRow): boolean =>
  argument === 'RUN' && name === '';

/** What an operand may be that changes; null where it is none of these. */
const changingNoun = (operand: Operand): 'run' | 'preset' | null =>
  operand === 'preset' ? 'preset' : operand === 'run' || operand === 'listed-run' ? 'run' : null;

/** Text in single quotes, for each of the three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const bash = (table: readonly CommandRow[]): string => {
  const values = optionTable
    .filter(({ choices }) => choices !== undefined)
    .map(
      ({ flag, choices = [] }) =>
        `    --${flag}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$current")); return ;;`,
    );
  const folders = optionTable.filter(({ argument }) => argument === 'DIR').map(({ flag }) => `--${flag}`);
  const commands = table.map((row) => {
    const flags = optionsOf(row.name).map(({ flag }) => `--${flag}`);
    const ofRuns = optionsOf(row.name).filter((option) => namesRun(row, option));
    const runs = ofRuns.map(({ flag }) => `[[ $previous == --${flag} ]] && words= nouns=run`);
    return `    ${row.name || '*'}) flags="${flags.join(' ')}" words="${wordsOf(row.operand).join(' ')}" nouns=${changingNoun(row.operand) ?? ''} paths=${takesPath(row.operand) ? 1 : ''}${runs.map((line) => `; ${line}`).join('')} ;;`;
  });
  return `# What others have named is never expanded, as compgen -W would do: a name may hold a command.
_teachtop_lines() {
  local line
  while IFS= read -r line; do [[ $line && $line == "$1"* ]] && COMPREPLY+=("$line"); done
}
_teachtop() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} flags words nouns paths
  case $previous in
${values.join('\n')}
    ${folders.join('|')}) _teachtop_lines "" < <(compgen -d -- "$current"); return ;;
  esac
  case \${COMP_WORDS[1]} in
${[...commands.slice(1), commands[0]].join('\n')}
  esac
  if ((COMP_CWORD == 1)); then words="$words ${namesOf(table).join(' ')}"; fi
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$current")); return; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $nouns ]]; then _teachtop_lines "$current" < <(teachtop $nouns-names 2>/dev/null); fi
  if [[ $paths ]]; then _teachtop_lines "" < <(compgen -f -- "$current"); fi
}
complete -o filenames -F _teachtop teachtop`;
};

/** One argument of zsh's _arguments. */
const zshOption = (row: CommandRow, option: OptionRow): string => {
  const { flag, argument, text, choices } = option;
  const about = text.replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', '\\:');
  if (argument === null) return quoted(`--${flag}[${about}]`);
  const others = namesRun(row, option) ? '_teachtop_runs' : argument === 'DIR' ? '_files -/' : ' ';
  const values = choices ? `(${choices.join(' ')})` : others;
  return quoted(`--${flag}=[${about}]:${argument.replace('=', '')}:${values}`);
};

const zsh = (table: readonly CommandRow[]): string => {
  const described = table.slice(1).map(({ name, text }) => quoted(`${name}:${text}`));
  const cases = table.map((row) => {
    const words = wordsOf(row.operand);
    const noun = changingNoun(row.operand);
    const alternatives = [
      ...(words.length > 0 ? [quoted(`words:word:(${words.join(' ')})`)] : []),
      ...(noun ? [quoted(`${noun}s:${noun}:_teachtop_${noun}s`)] : []),
      ...(takesPath(row.operand) ? [quoted('files:file:_files')] : []),
    ];
    const rest =
      alternatives.length > 0
        ? [`'*: :{_alternative ${alternatives.map((each) => `"${each.slice(1, -1)}"`).join(' ')}}'`]
        : [];
    return `    ${row.name || '*'}) _arguments -s ${[...optionsOf(row.name).map((option) => zshOption(row, option)), ...rest].join(' \\\n      ')} ;;`;
  });
  return `#compdef teachtop
# What others have named is never evaluated, as the words of an action are: a name may hold a command.
_teachtop_runs() { local -a names=(\${(f)"$(${listing('run')})"}); compadd "$@" -a names }
_teachtop_presets() { local -a names=(\${(f)"$(${listing('preset')})"}); compadd "$@" -a names }
_teachtop() {
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    local -a commands=(${described.join(' ')})
    _describe command commands
    _alternative 'words:word:(${wordsOf('preset').join(' ')})' 'presets:preset:_teachtop_presets' 'files:file:_files'
    return
  fi
  local command=$words[2]
  if [[ -n $command && $command != -* ]]; then shift words; (( CURRENT-- )); fi
  case $command in
${[...cases.slice(1), cases[0]].join('\n')}
  esac
}
if [[ $funcstack[1] == _teachtop ]]; then _teachtop "$@"; else compdef _teachtop teachtop; fi`;
};

const fish = (table: readonly CommandRow[]): string => {
  const none = `not __fish_seen_subcommand_from ${namesOf(table).join(' ')}`;
  const conditionOf = ({ name }: CommandRow): string =>
    quoted(name === '' ? none : `__fish_seen_subcommand_from ${name}`);
  const lines = table.flatMap((row) => {
    const condition = conditionOf(row);
    const words = wordsOf(row.operand);
    const options = optionsOf(row.name).map((option) => {
      const { flag, argument, text, choices } = option;
      const runs = namesRun(row, option) ? ` -a ${quoted(`(${listing('run')})`)}` : '';
      const values = choices ? ` -x -a ${quoted(choices.join(' '))}` : argument === null ? '' : ` -r${runs}`;
      return `complete -c teachtop -n ${condition} -l ${flag}${values} -d ${quoted(text)}`;
    });
    const named =
      row.name === ''
        ? []
        : [`complete -c teachtop -n ${quoted(none)} -a ${row.name} -d ${quoted(row.text)}`];
    const operands =
      words.length > 0 ? [`complete -c teachtop -n ${condition} -a ${quoted(words.join(' '))}`] : [];
    const noun = changingNoun(row.operand);
    const changing = noun ? [`complete -c teachtop -n ${condition} -a ${quoted(`(${listing(noun)})`)}`] : [];
    const paths = takesPath(row.operand) ? [] : [`complete -c teachtop -n ${condition} -f`];
    return [...named, ...paths, ...operands, ...changing, ...options];
  });
  return lines.join('\n');
};

const scripts: Readonly<Record<string, (table: readonly CommandRow[]) => string>> = { bash, zsh, fish };

/** What a shell reads to complete the command line. Errors: UserError for another shell than these. */
export const completionScript = (words: readonly string[], commands: readonly CommandRow[]): string => {
  const [shell] = words;
  if (words.length !== 1 || !Object.hasOwn(scripts, shell))
    throw new UserError(
      `completion: got ${words.length === 0 ? 'nothing' : shown(words.join(' '))}, allowed: ${alternatives(Object.keys(scripts))}`,
    );
  return scripts[shell](commands);
};
