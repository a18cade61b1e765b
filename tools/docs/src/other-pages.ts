import { commands } from '@sdg/cli';
import { errorCodes } from '@sdg/core';
import { documentTypes } from '@sdg/documents';
import { OUTPUT_FORMATS, parseFormats } from '@sdg/mixer';
import { messagesIn, reasonsIn } from './messages.js';
import { code, page, prose, table } from './text.js';

/** What is not at a flag of a command: name of the variable, and what it is for. */
export const furtherVariables: Readonly<Record<string, string>> = {
  SDG_API_KEY: 'key of the teacher; `OPENAI_API_KEY` is taken where it is not set',
  SDG_EMBEDDER_API_KEY: 'key of the embedder; the key of the teacher is taken where it is not set and both are one server',
  OPENAI_API_KEY: 'key of the teacher',
  HTTP_PROXY: 'proxy for http addresses',
  HTTPS_PROXY: 'proxy for https addresses',
  NO_PROXY: 'hosts that are asked without a proxy',
  SSL_CERT_FILE: 'certificate authorities to trust, PEM',
  HF_TOKEN: 'token for the Hugging Face Hub: gated sets, `--push`',
  HF_ENDPOINT: 'another server than the Hugging Face Hub',
  HF_HOME: 'where the token of the Hub is looked for, as its own tools leave it',
  DOCLING_SERVE_API_KEY: 'key of the server of `--docling`',
  XDG_CACHE_HOME: 'cache folder: `sdg/calls`, `sdg/repositories`, `sdg/datasets` (default `~/.cache`)',
  XDG_RUNTIME_DIR: 'where the programs at one terminal meet to draw one view, in `sdg-UID` (default the folder for temporary files)',
  XDG_CONFIG_HOME: 'config folder: `sdg/config.yaml`, settings for all folders (default `~/.config`)',
  XDG_DATA_HOME: 'data folder: pipelines, default recipes, datasets under `instructlab` (default `~/.local/share`)',
  XDG_DATA_DIRS: 'further data folders',
  HOME: 'where the folders above are by default',
  TMPDIR: 'where datasets that come through a pipe are kept meanwhile',
  SLURM_ARRAY_TASK_ID: 'for `--shard auto`, with its kin: the place in an array of jobs',
  JOB_COMPLETION_INDEX: 'for `--shard auto/N`: the place in an indexed job of Kubernetes',
  GITHUB_ACTIONS: 'findings are written as annotations where it is `true`',
  GIT_SSH_COMMAND: 'how document repositories are fetched by ssh',
  TERM: 'no live view where it is `dumb`',
  NO_COLOR: 'no colours',
  USER: 'who `sdg init` says has created a file; else `LOGNAME`',
  LOGNAME: 'see `USER`',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'where metrics and traces go, and that they are wanted; the other variables of OpenTelemetry hold too',
  OTEL_SERVICE_NAME: 'what telemetry calls the program; else `sdg`',
  OTEL_RESOURCE_ATTRIBUTES: 'what telemetry says of the machine and the program',
  OTEL_TRACES_SAMPLER: 'which seeds are traced; else the first hundred, and one in a hundred',
  OTEL_TRACES_SAMPLER_ARG: 'the share of seeds that a sampler by ratio traces',
};

export async function environmentPage(): Promise<string> {
  const flags = new Map<string, { readonly options: Set<string>; readonly help: string }>();
  for (const load of Object.values(commands)) {
    for (const flag of (await load()).default.flags) {
      for (const name of flag.env ?? []) {
        const known = flags.get(name) ?? { options: new Set<string>(), help: flag.help };
        flags.set(name, known);
        known.options.add(`--${flag.name}`);
      }
    }
  }
  const rows = [...flags].sort(([a], [b]) => (a < b ? -1 : 1));
  return page(
    'Environment variables',
    'An option on the command line wins. Keys have no option: they are taken from the environment or from `--api-key-file`.',
    table(
      ['variable', 'in place of', ''],
      rows.map(([name, { options, help }]) => [code(name), [...options].map(code).join(', '), prose(help)]),
    ),
    '## Without an option',
    table(
      ['variable', ''],
      Object.entries(furtherVariables)
        .filter(([name]) => !flags.has(name))
        .map(([name, what]) => [code(name), what]),
    ),
  );
}

/** `formats` is the text of the shipped file of dataset formats. */
export function formatsPage(formats: string): string {
  const known = parseFormats(formats, 'formats.yaml').formats.map(({ name }) => name);
  return page(
    'File formats',
    '## Documents',
    'Read by `sdg-read` and for leaves of knowledge, by the ends of their names:',
    documentTypes.map(code).join(', '),
    'Files without such an end that are text by name (`README`, `LICENSE`) are read as text. Archives (`.zip`, `.tar`, `.tar.gz`) ' +
      'are opened. Pages without text need `--ocr` or `--docling`.',
    '## Samples',
    'NDJSON: one JSON object a line, UTF-8. `sdg-run` and `sdg-mix` read nothing else from stdin. [Columns](columns.md).',
    '## Datasets',
    'Read by `sdg-mix` and `sdg stats`: `.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`, `.txt`, `.parquet`, `.arrow`, `.tar` (the JSON ' +
      'files in it), each with `.gz` or `.zst`; folders; patterns; `hf://datasets/owner/name`; addresses of the web. How their ' +
      'columns are named is found out, or named with `format`:',
    known.map(code).join(', '),
    '[Formats of your own](../../recipes/README.md#formats).',
    '## Training rows',
    `Written by \`--format\`: ${OUTPUT_FORMATS.map(code).join(', ')}, into \`.jsonl\`, \`.json\`, \`.csv\` or \`.parquet\`, with ` +
      '`.gz` or `.zst`. [Which program reads which](../../packages/mixer/README.md).',
  );
}

const EXITS: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done; a closed pipe (`\\| head`) is no error'],
  [1, 'the input was judged bad or was empty, or nothing at all came out of it'],
  [2, 'wrong usage or configuration'],
  [3, 'the teacher could not be reached or refused everything, or a budget ran out; output so far is good, the same command goes on'],
  [130, 'interrupted; what was under way was finished'],
];

/** `packages`: name and folder of the sources of each. */
export function messagesPage(packages: readonly (readonly [name: string, folder: string])[]): string {
  const verdicts = Object.entries(errorCodes);
  return page(
    'Exit codes and messages',
    'Errors and notes go to stderr: `program: what is wrong; what to do`, findings in files as `file:line:column: …`. All findings ' +
      'of a file are told at once.',
    '## Exit codes',
    table(
      ['code', 'meaning', 'errors'],
      EXITS.map(([exit, meaning]) => [
        String(exit),
        meaning,
        verdicts
          .filter(([, { exitCode }]) => exitCode === exit)
          .map(([name]) => code(name))
          .join(', '),
      ]),
    ),
    'In code an `SdgError` has `code`, `what`, `remedy`, `exitCode`, `isRetryable`.',
    '## Why samples are rejected',
    'The reasons in ledgers, reports and `--rejects` files, where each is with a sentence, the sample and the raw reply: ' +
      `${[...new Set(packages.flatMap(([, folder]) => reasonsIn(folder)))].sort().map(code).join(', ')}.`,
    '## Messages with what to do',
    'Those that come with a remedy. `…` stands for what is filled in.',
    ...packages.flatMap(([name, folder]) => {
      const messages = messagesIn(folder);
      return messages.length === 0
        ? []
        : [
            `### ${name}`,
            table(
              ['message', 'what to do'],
              messages.map(({ text, remedy }) => [code(text), prose(remedy)]),
            ),
          ];
    }),
  );
}
