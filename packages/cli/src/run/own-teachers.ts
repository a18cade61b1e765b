import { SdgError, type Teacher, type TeacherRequest } from '@sdg/core';
import type { Overrides, Pipeline, TeacherDefinition } from '@sdg/pipeline';
import { openTeacher, type TeacherEvents, type TeacherFlags } from './open-teacher.js';

/** Teachers that single blocks ask in place of the run's. */
export interface OwnTeachers {
  /** By the name of a block's account: `chain/block`, or `block` where the pipeline has one chain. */
  teacherOf(block: string): Teacher | undefined;
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The run's flags with those of a definition in their place; what belongs to the run's own server is left out. */
function flagsOf(name: string, definition: TeacherDefinition, flags: TeacherFlags): TeacherFlags {
  const { model: _model, 'model-family': _family, api: _api, 'api-key-file': _key, concurrency, rpm: _rpm, tpm: _tpm, 'chat-template': _template, ...rest } = flags;
  const { url, model, model_family, api, api_key_file, rpm, tpm } = definition;
  if (definition.api_key_env !== undefined && api_key_file !== undefined) {
    throw new SdgError('config', `teacher ${name} has both api_key_env and api_key_file`, { remedy: 'keep one of them' });
  }
  const slots = definition.concurrency ?? concurrency;
  return {
    ...rest,
    teacher: url,
    ...(model !== undefined && { model }),
    ...(model_family !== undefined && { 'model-family': model_family }),
    ...(api !== undefined && { api }),
    ...(api_key_file !== undefined && { 'api-key-file': api_key_file }),
    ...(slots !== undefined && { concurrency: String(slots) }),
    ...(rpm !== undefined && { rpm }),
    ...(tpm !== undefined && { tpm }),
  };
}

/** The key comes from the variable that the definition names, and from no other: a key is not for all servers. */
function environmentOf(name: string, { api_key_env }: TeacherDefinition, env: Environment): Environment {
  const { SDG_API_KEY: _own, OPENAI_API_KEY: _other, ...rest } = env;
  if (api_key_env === undefined) return rest;
  const key = env[api_key_env];
  if (!key) throw new SdgError('config', `teacher ${name}: the environment has no variable ${api_key_env}`, { remedy: 'set it to the key, or leave api_key_env out' });
  return { ...rest, SDG_API_KEY: key };
}

/** Its own model is asked for whatever the run says, as the run's is for another server. */
function withModel(teacher: Teacher, { model, model_family: family }: TeacherDefinition, flags: TeacherFlags): Teacher {
  return {
    ...teacher,
    complete(request: TeacherRequest, options) {
      const { model: asked, family: askedFamily, ...rest } = request;
      const wanted = model ?? (asked === flags.model ? undefined : asked);
      const speaks = family ?? (askedFamily === flags['model-family'] ? undefined : askedFamily);
      return teacher.complete({ ...rest, ...(wanted !== undefined && { model: wanted }), ...(speaks !== undefined && { family: speaks }) }, options);
    },
  };
}

/** Opens the teachers that the overrides give to blocks of the pipeline, each once. */
export async function openOwnTeachers(overrides: Overrides | undefined, pipeline: Pipeline, flags: TeacherFlags, env: Environment, events: TeacherEvents): Promise<OwnTeachers> {
  const several = pipeline.chains.length > 1;
  const names = new Map<string, string>();
  for (const chain of pipeline.chains) {
    for (const { name } of chain.blocks) {
      const teacher = overrides?.teacherOf(chain.name, name);
      if (teacher !== undefined) names.set(several ? `${chain.name}/${name}` : name, teacher);
    }
  }
  const teachers = new Map<string, Teacher>();
  for (const name of new Set(names.values())) {
    const definition = overrides!.teachers[name]!;
    const opened = await openTeacher(flagsOf(name, definition, flags), environmentOf(name, definition, env), events);
    teachers.set(name, withModel(opened, definition, flags));
  }
  return {
    teacherOf(block) {
      const name = names.get(block);
      return name === undefined ? undefined : teachers.get(name);
    },
    async close() {
      await Promise.all([...teachers.values()].map((teacher) => teacher.close?.()));
    },
  };
}
