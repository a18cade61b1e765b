import { defined, SdgError, type Teacher, type TeacherRequest } from '@sdg/core';
import { bound, type Allowance } from '@sdg/teacher';
import type { Overrides, Pipeline, TeacherDefinition } from '@sdg/pipeline';
import { openTeacher, type Environment, type TeacherSurroundings } from './open-teacher.js';
import type { TeacherSpec } from './run-spec.js';

/** Teachers that single blocks ask in place of the run's. */
export interface OwnTeachers {
  /** By the name of a block's account: `chain/block`, or `block` where the pipeline has one chain. */
  teacherOf(block: string): Teacher | undefined;
  /** Each once. */
  readonly teachers: readonly Teacher[];
}

/** The run's spec with that of a definition in their place; what belongs to the run's own server is left out. */
function specOf(name: string, definition: TeacherDefinition, spec: TeacherSpec): TeacherSpec {
  const {
    model: _model,
    modelFamily: _family,
    api: _api,
    apiKeyFile: _key,
    header: _header,
    concurrency,
    rpm: _rpm,
    tpm: _tpm,
    chatTemplate: _template,
    ...rest
  } = spec;
  const { url, model, model_family, api, api_key_file, headers, rpm, tpm } = definition;
  if (definition.api_key_env !== undefined && api_key_file !== undefined) {
    throw new SdgError('config', `teacher ${name} has both api_key_env and api_key_file`, { remedy: 'keep one of them' });
  }
  const slots = definition.concurrency ?? concurrency;
  return {
    ...rest,
    teacher: url,
    ...defined({ model, modelFamily: model_family, api, apiKeyFile: api_key_file }),
    ...(headers !== undefined && { header: Object.entries(headers).map(([header, value]) => `${header}: ${value}`) }),
    ...defined({ concurrency: slots, rpm, tpm }),
  };
}

/** The key comes from the variable that the definition names, and from no other: a key is not for all servers. */
function environmentOf(name: string, { api_key_env }: TeacherDefinition, env: Environment): Environment {
  const { SDG_API_KEY: _own, OPENAI_API_KEY: _other, ...rest } = env;
  if (api_key_env === undefined) return rest;
  const key = env[api_key_env];
  if (!key) {
    throw new SdgError('config', `teacher ${name}: the environment has no variable ${api_key_env}`, {
      remedy: 'set it to the key, or leave api_key_env out',
    });
  }
  return { ...rest, SDG_API_KEY: key };
}

/** Its own model is asked for whatever the run says, as the run's is for another server. */
function withModel(teacher: Teacher, { model, model_family: family }: TeacherDefinition, spec: TeacherSpec): Teacher {
  return {
    ...bound(teacher),
    complete(request: TeacherRequest, options) {
      const { model: asked, family: askedFamily, ...rest } = request;
      const wanted = model ?? (asked === spec.model ? undefined : asked);
      const speaks = family ?? (askedFamily === spec.modelFamily ? undefined : askedFamily);
      return teacher.complete({ ...rest, ...defined({ model: wanted, family: speaks }) }, options);
    },
  };
}

/** Which blocks ask a teacher of their own, and what those are: plain data, keys are named in it and not held. */
export interface OwnTeacherSpecs {
  /** Name of the definition, by the name of the block's account. */
  readonly names: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, TeacherDefinition>>;
}

/** What the overrides give to blocks of the pipeline. */
export function ownTeachersOf(overrides: Overrides | undefined, { chains }: Pipeline): OwnTeacherSpecs {
  const names = chains.flatMap((chain) =>
    chain.blocks.flatMap(({ name }) => {
      const teacher = overrides?.teacherOf(chain.name, name);
      return teacher === undefined ? [] : [[chains.length > 1 ? `${chain.name}/${name}` : name, teacher] as const];
    }),
  );
  const asked = new Set(names.map(([, teacher]) => teacher));
  return {
    names: Object.fromEntries(names),
    definitions: Object.fromEntries([...asked].map((name) => [name, overrides!.teachers[name]!])),
  };
}

/** Opens the teachers of single blocks, each once. `furtherOf`: what else a call of the one of that name needs before it may start. */
export async function openOwnTeachers(
  { names, definitions }: OwnTeacherSpecs,
  spec: TeacherSpec,
  surroundings: TeacherSurroundings,
  furtherOf: (name: string) => readonly Allowance[] = () => [],
): Promise<OwnTeachers> {
  const teachers = new Map<string, Teacher>();
  for (const [name, definition] of Object.entries(definitions)) {
    try {
      const opened = await openTeacher(specOf(name, definition, spec), {
        ...surroundings,
        allowances: [...(surroundings.allowances ?? []), ...furtherOf(name)],
        env: environmentOf(name, definition, surroundings.env),
      });
      teachers.set(name, withModel(opened, definition, spec));
    } catch (error) {
      await Promise.allSettled([...teachers.values()].map((one) => one.close?.()));
      throw error;
    }
  }
  return {
    teacherOf: (block) => (Object.hasOwn(names, block) ? teachers.get(names[block]!) : undefined),
    teachers: [...teachers.values()],
  };
}
