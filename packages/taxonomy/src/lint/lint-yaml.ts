import { compareFindings, type Finding } from '@sdg/core';
import type { YamlSource } from '@sdg/config';
import { silencesOf } from './directives.js';
import type { LintConfig } from './lint-config.js';
import { lintFile } from './lint-file.js';
import { lintRules } from './rules.js';

/**
 * What yamllint, strict, finds in a YAML text that loads: every finding is an error, whatever its level in the
 * configuration.
 */
export function lintYaml(source: YamlSource, config: LintConfig): Finding[] {
  const file = lintFile(source.text, source.tokens);
  const isSilent = silencesOf(file, [...config.keys()]);
  const findings: Finding[] = [];
  for (const [name, options] of config) {
    for (const { offset, seenAt, message, remedy } of lintRules.get(name)?.check(file, options) ?? []) {
      if (isSilent(name, seenAt)) continue;
      findings.push({ severity: 'error', rule: `lint/${name}`, message, remedy, ...source.placeAt(offset) });
    }
  }
  return findings.sort(compareFindings);
}
