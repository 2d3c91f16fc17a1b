import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';

/** One stage of a Dockerfile: what it begins with, and its instructions. */
interface Stage {
  readonly name: string;
  /** The image or the earlier stage, with the file's own arguments put in. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/**
 * What is wrong with a Dockerfile by this house's rules, a sentence each; none when all is well. No Docker engine is
 * needed: the syntax is checked by dockerfile-utils, the rules over the parser of dockerfile-ast.
 */
export function dockerfileFaults(text: string): string[] {
  const syntax = validate(text).map(
    ({ range, message }) =>
      `line ${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  );
  const stages = stagesOf(text);
  return [
    ...syntax,
    ...(/^# syntax=docker\/dockerfile:\S+@sha256:[0-9a-f]{64}\n/.test(text)
      ? []
      : ['the first line must pin the syntax by digest']),
    ...stages.flatMap((stage, index) => stageFaults(stage, stages.slice(0, index))),
    ...stages.filter((stage) => isImage(stage, stages)).flatMap(imageFaults),
  ];
}

function stagesOf(text: string): Stage[] {
  const dockerfile = DockerfileParser.parse(text);
  const given = new Map(
    dockerfile.getInitialARGs().flatMap((arg) => {
      const property = arg.getProperty();
      return property === null ? [] : [[property.getName(), property.getValue() ?? ''] as const];
    }),
  );
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const instruction of dockerfile.getInstructions()) {
    const words = wordsOf(instruction);
    if (instruction.getKeyword() === 'FROM') {
      const base = (words[0] ?? '').replace(/\$\{(\w+)\}/g, (_, name: string) => given.get(name) ?? '');
      stages.push({ name: words[2] ?? '', base, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function wordsOf(instruction: Instruction): string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

/** A stage on which no other builds and from which none copies is an image that is shipped. */
function isImage({ name }: Stage, stages: readonly Stage[]): boolean {
  return !stages.some(
    ({ base, instructions }) => base === name || instructions.some((each) => copiesFrom(each) === name),
  );
}

function copiesFrom(instruction: Instruction): string | undefined {
  return /--from=(\S+)/.exec(instruction.getTextContent())?.[1];
}

function stageFaults(stage: Stage, earlier: readonly Stage[]): string[] {
  const { name, base, instructions } = stage;
  const known = earlier.map((each) => each.name);
  const at = `stage ${name === '' ? base : name}`;
  const faults: string[] = [];
  if (name === '') faults.push(`${at} must have a name`);
  if (!known.includes(base) && !/@sha256:[0-9a-f]{64}$/.test(base))
    faults.push(`${at} must begin with an image by digest or an earlier stage; it is ${base}`);
  for (const instruction of instructions) {
    const from = copiesFrom(instruction);
    if (from !== undefined && !known.includes(from))
      faults.push(`${at} copies from ${from}, which is no earlier stage`);
    faults.push(...instructionFaults(instruction).map((fault) => `${at} ${fault}`));
  }
  const runs = instructions.some((each) => each.getKeyword() === 'RUN');
  const epoch = instructions.some((each) => each.getTextContent().trim() === 'ARG SOURCE_DATE_EPOCH');
  if (runs && !epoch) faults.push(`${at} runs something and must take SOURCE_DATE_EPOCH`);
  return faults;
}

/** What makes a build differ from one day to the next, or puts a secret into a layer. */
const refused: readonly (readonly [keyword: string, pattern: RegExp, why: string])[] = [
  ['ADD', /./, 'must COPY, not ADD'],
  [
    'RUN',
    /\b(apt|apt-get|apk|yum|dnf)\b/,
    'must not install packages of the system, which are pinned by nothing',
  ],
  ['RUN', /\b(curl|wget)\b/, 'must not download'],
  ['RUN', /\bnpm\s+(?!ci\b)/, 'must install by the lockfile alone: npm ci'],
  ['RUN', /\bnpm ci\b(?!.*--ignore-scripts)/, 'must not run install scripts: npm ci --ignore-scripts'],
  ['RUN', /\bgo (install|get|mod)\b/, 'must build pinned modules alone: go build'],
  ['RUN', /\bsudo\b/, 'must not use sudo'],
  ['ENV', /\b\w*(PASSWORD|SECRET|TOKEN|API_KEY)\w*\s*=/, 'must hold no secret in its environment'],
  [
    'ARG',
    /\b\w*(PASSWORD|SECRET|TOKEN|API_KEY)\w*/,
    'must take no secret as an argument: they stay in the history',
  ],
];

function instructionFaults(instruction: Instruction): string[] {
  const keyword = instruction.getKeyword();
  const text = instruction.getTextContent();
  return refused
    .filter(([of, pattern]) => of === keyword && pattern.test(text.slice(keyword.length)))
    .map(([, , why]) => why);
}

function imageFaults({ name, base, instructions }: Stage): string[] {
  const last = (keyword: string): Instruction | undefined =>
    instructions.filter((each) => each.getKeyword() === keyword).at(-1);
  const faults: string[] = [];
  if (!/distroless\/nodejs24-\w+:nonroot@/.test(base))
    faults.push('must be made on distroless Node 24, nonroot');
  if (instructions.some((each) => each.getKeyword() === 'RUN'))
    faults.push('must run nothing: it has no shell');
  if (!/^USER [1-9]\d*:[1-9]\d*$/.test(last('USER')?.getTextContent().trim() ?? ''))
    faults.push('must name a user and group by number, for runAsNonRoot');
  for (const keyword of ['CMD', 'ENTRYPOINT']) {
    const command = last(keyword)?.getTextContent().slice(keyword.length).trim();
    if (command !== undefined && !command.startsWith('['))
      faults.push(`must have its ${keyword} as a list: it has no shell`);
  }
  return faults.map((fault) => `image ${name} ${fault}`);
}
