import { stringify } from 'yaml';

/** The lm-evaluation-harness task of a leaf's multiple-choice file, as YAML. */
export function mmluTask(name: string, file: string): string {
  return stringify({
    task: `mmlu_pr_${name}`,
    dataset_path: 'json',
    dataset_name: null,
    dataset_kwargs: { data_files: { test: file } },
    test_split: 'test',
    doc_to_text: '{{question.strip()}}\nA. {{choices[0]}}\nB. {{choices[1]}}\nC. {{choices[2]}}\nD. {{choices[3]}}\nAnswer:',
    doc_to_choice: ['A', 'B', 'C', 'D'],
    doc_to_target: '{{answer}}',
    output_type: 'multiple_choice',
    metric_list: [{ metric: 'acc', aggregation: 'mean', higher_is_better: true }],
    tag: 'mmlu_pr',
  });
}
