import { stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { attempt, makeFolder } from '@sdg/values';
import { fileError, SdgError, suggest } from '@sdg/core';
import type { InitInvocation } from '../commands/init.js';
import { modeline } from './modeline.js';
import { knowledgeFiles, knowledgeLeaf, pipelineFiles, recipeFiles, skillFiles, taskFiles, type Files } from './templates.js';

const KINDS = ['skill', 'knowledge', 'pipeline', 'recipe', 'task'] as const;
type Kind = (typeof KINDS)[number];

/** What to do next, by kind. */
const next: Readonly<Record<Kind, (path: string) => string>> = {
  skill: (path) => `change it, then: sdg-read --check ${path}`,
  knowledge: (path) => `change it, then: sdg-read --check ${path}`,
  pipeline: (path) => `change it, then: sdg lint ${path}`,
  recipe: (path) => `change it, then: sdg lint ${path}`,
  task: (path) => `change it, then: sdg lint ${path}`,
};

function kindOf(word: string | undefined): Kind {
  const kind = KINDS.find((known) => known === word);
  if (kind) return kind;
  const near = word === undefined ? undefined : suggest(word, KINDS);
  throw new SdgError('usage', `"${word ?? ''}" is nothing to begin`, {
    remedy: `${near ? `did you mean "${near}"? ` : ''}name one of ${KINDS.join(', ')}, and a path`,
  });
}

const nameOfUser = (env: Readonly<Record<string, string | undefined>>): string => {
  return attempt(() => env['USER'] || env['LOGNAME'] || userInfo().username, 'me');
};

/** Where the one file of a kind goes: the path itself where it names a file, else in the folder of that name. */
function placed(path: string, files: Files): Files {
  const [main] = Object.keys(files);
  if (!/\.ya?ml$/i.test(path) || !main) return Object.fromEntries(Object.entries(files).map(([name, text]) => [join(path, name), text]));
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name === main ? path : join(dirname(path), name), text]));
}

async function filesFor(kind: Kind, path: string, invocation: InitInvocation): Promise<Files> {
  const { flags, env } = invocation;
  const createdBy = nameOfUser(env);
  const folder = /\.ya?ml$/i.test(path) ? dirname(path) : path;
  if (flags.from && kind !== 'knowledge') {
    throw new SdgError('usage', '--from drafts knowledge', { remedy: `leave it out, or write sdg init knowledge ${path}` });
  }
  if (flags.from) {
    const { repo, patterns } = await sourceOf(flags.from, folder);
    const { draftKnowledge } = await import('./draft-knowledge.js');
    return { 'qna.yaml': knowledgeLeaf(await draftKnowledge(flags.from, repo, patterns, invocation), createdBy) };
  }
  if (kind === 'skill') return skillFiles(createdBy);
  if (kind === 'knowledge') return knowledgeFiles(createdBy);
  if (kind === 'pipeline') return pipelineFiles();
  return kind === 'recipe' ? recipeFiles() : taskFiles(createdBy, basename(resolve(folder)));
}

/** The folder of the documents as the leaf names it, and what of it. Several paths must be in one folder. */
async function sourceOf(paths: readonly string[], leaf: string): Promise<{ repo: string; patterns: string[] }> {
  const found = await Promise.all(
    paths.map(async (path) => ({ path: resolve(path), isFolder: (await stat(path).catch(() => undefined))?.isDirectory() === true })),
  );
  const folders = [...new Set(found.map(({ path, isFolder }) => (isFolder ? path : dirname(path))))];
  const [folder, ...others] = folders;
  if (folder === undefined || others.length > 0) {
    throw new SdgError('usage', 'a leaf has its documents in one folder', {
      remedy: 'name one folder, or files of one folder, with --from',
    });
  }
  const way = relative(resolve(leaf), folder).split(sep).join('/');
  const repo = way === '' ? '.' : way.startsWith('..') ? way : `./${way}`;
  const patterns = found.some(({ isFolder }) => isFolder) ? ['**/*'] : found.map(({ path }) => basename(path));
  return { repo, patterns: [...new Set(patterns)] };
}

/** The work of `sdg init`: first files, none of which writes over another. */
export async function runInit(invocation: InitInvocation): Promise<number> {
  const { positionals, flags, stdout, say } = invocation;
  const kind = kindOf(positionals[0]);
  const path = positionals[1];
  if (!path) throw new SdgError('usage', `where to is missing`, { remedy: `write sdg init ${kind} PATH` });
  const first = kind === 'recipe' && !/\.ya?ml$/i.test(path) ? `${path}/recipe.yaml` : path;
  const there = async (files: Iterable<string>): Promise<void> => {
    for (const file of files) {
      const isThere = await stat(file).then(
        () => true,
        () => false,
      );
      if (isThere && !flags.force) {
        throw new SdgError('usage', `${file} is there already`, { remedy: 'name another path, or pass --force' });
      }
    }
  };
  // Before a teacher is asked for what could then not be written.
  if (flags.from) await there(Object.keys(placed(first, { 'qna.yaml': '' })));
  const files = placed(first, await filesFor(kind, path, invocation));
  await there(Object.keys(files));
  const [main] = Object.keys(files);
  for (const [file, text] of Object.entries(files)) {
    try {
      makeFolder(dirname(file));
      // Kinds and schemas have the same names; what stands beside the main file, a prompt or a document, has no schema.
      await writeFile(file, file === main ? modeline(kind, file) + text : text);
    } catch (error) {
      throw fileError('write', file, error);
    }
    stdout.write(`${file}\n`);
  }
  say(
    flags.from
      ? `read every pair and delete its line "draft: true", then: sdg-read --check ${path}`
      : next[kind](kind === 'recipe' || kind === 'task' ? Object.keys(files)[0]! : path),
  );
  return 0;
}
