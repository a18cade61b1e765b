"""Reads files of rows with the code that a trainer reads its data with. Usage: train_rows.py PROGRAM FILE…

A row counts if the program makes tokens of it and the row's last answer is among those to be learnt. Prints a line of JSON a file.
No model is fetched: the tokenizer has one token a byte, and where a trainer wants a model, it is one of two tiny layers.
"""
import json
import logging
import os
import pathlib
import sys
import tempfile
import warnings

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error", CUDA_VISIBLE_DEVICES="", TOKENIZERS_PARALLELISM="false")
os.environ.setdefault("WANDB_MODE", "disabled")
warnings.simplefilter("ignore")

# ChatML with tools and calls; what the assistant says is marked for losses on it alone.
TEMPLATE = (
    "{% if tools %}<|im_start|>tools\n{{ tools | tojson }}<|im_end|>\n{% endif %}"
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.role == 'assistant' %}{% generation %}{% if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}"
    "{{ m.content or '' }}{% if m.tool_calls %}{{ m.tool_calls | tojson }}{% endif %}<|im_end|>\n{% endgeneration %}"
    "{% else %}{{ m.content or '' }}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def byte_tokenizer():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(letters)}, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    special = {"bos_token": "<|bos|>", "eos_token": "<|im_end|>", "pad_token": "<|pad|>", "unk_token": "<|unk|>"}
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, additional_special_tokens=["<|im_start|>"], chat_template=TEMPLATE, model_max_length=4096, **special
    )


def tiny_model(tokenizer, classifier=False):
    from transformers import LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification

    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=4096, pad_token_id=tokenizer.pad_token_id, num_labels=1,
    )  # fmt: skip
    # Trainers that compare with the model as it was load it again: by a path.
    folder = tempfile.mkdtemp()
    (LlamaForSequenceClassification if classifier else LlamaForCausalLM)(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def last_answer(row):
    """The text that a row of any form teaches last."""
    turns = row.get("messages") or row.get("conversations") or row.get("chosen") or row.get("completion")
    if isinstance(turns, list):
        return turns[-1].get("content") or turns[-1].get("value")
    if row.get("text"):
        return row["text"].split("<|im_start|>assistant\n")[-1].split("<|im_end|>")[0].split("</think>")[-1].strip()
    return turns if isinstance(turns, str) else row["output"]


def rows_of(path):
    import datasets

    datasets.disable_progress_bars()
    return datasets.load_dataset("parquet" if path.endswith(".parquet") else "json", data_files=path, split="train")


def taught(tokenizer, examples, answers):
    """How many examples have their answer among the tokens to be learnt."""
    count = 0
    for example, answer in zip(examples, answers, strict=True):
        labels = example["labels"]
        learnt = tokenizer.decode([token for token in labels if token >= 0])
        count += answer.split("</think>")[-1].strip() in learnt
    return count


def trl(path, tokenizer):
    import trl as lib

    rows = rows_of(path)
    answers = [last_answer(row) for row in rows]
    common = {"output_dir": tempfile.mkdtemp(), "use_cpu": True, "report_to": [], "bf16": False, "max_steps": 1, "disable_tqdm": True}
    if "rejected" in rows.column_names:
        for name in ("DPO", "Reward"):
            trainer = getattr(lib, f"{name}Trainer")(
                model=tiny_model(tokenizer, name == "Reward"), args=getattr(lib, f"{name}Config")(**common),
                processing_class=tokenizer, train_dataset=rows,
            )  # fmt: skip
            trainer.train()
        return len(trainer.train_dataset)
    if "label" in rows.column_names:
        kto = lib if hasattr(lib, "KTOTrainer") else __import__("trl.experimental.kto", fromlist=["KTOTrainer"])
        trainer = kto.KTOTrainer(
            model=tiny_model(tokenizer), args=kto.KTOConfig(**common, per_device_train_batch_size=4), processing_class=tokenizer, train_dataset=rows
        )
        trainer.train()
        return len(trainer.train_dataset)
    only = {"assistant_only_loss": True} if "messages" in rows.column_names else {}
    trainer = lib.SFTTrainer(
        model=tiny_model(tokenizer), args=lib.SFTConfig(**common, **only, max_length=None, per_device_train_batch_size=4),
        processing_class=tokenizer, train_dataset=rows,
    )  # fmt: skip
    trainer.train()
    found = trainer.train_dataset
    count = 0
    for example, answer in zip(found, answers, strict=True):
        batch = trainer.data_collator([example])
        count += taught(tokenizer, [{"labels": batch["labels"][0].tolist()}], [answer])
    return count


def axolotl(path, tokenizer):
    import yaml
    from axolotl.utils.data.wrappers import get_dataset_wrapper
    from axolotl.utils.dict import DictDefault

    (own,) = yaml.safe_load(pathlib.Path(f"{path}.axolotl.yaml").read_text())["datasets"]
    cfg = DictDefault({"sequence_len": 4096, "train_on_inputs": False, "chat_template": "tokenizer_default"})
    rows = rows_of(own["path"])
    made, _ = get_dataset_wrapper(
        dataset_config=DictDefault(own), tokenizer=tokenizer, cfg=cfg, dataset_base_type=own["type"], dataset=rows, dataset_prompt_style=None
    )
    return taught(tokenizer, made, [last_answer(row) for row in rows])


def llama_factory(path, tokenizer):
    import torch

    # The registry's torchaudio may be made for another CUDA than its torch, which it checks; none is used here.
    torch.version.cuda = None
    from llamafactory.data.loader import get_dataset
    from llamafactory.data.template import get_template_and_fix_tokenizer
    from llamafactory.hparams import DataArguments, ModelArguments
    from transformers import Seq2SeqTrainingArguments

    name = pathlib.Path(path).name.split(".")[0]
    model_args = ModelArguments(model_name_or_path="none")
    data_args = DataArguments(template="qwen", dataset=name, dataset_dir=str(pathlib.Path(path).parent), cutoff_len=4096, overwrite_cache=True)
    training_args = Seq2SeqTrainingArguments(output_dir=tempfile.mkdtemp(), use_cpu=True, report_to=[])
    template = get_template_and_fix_tokenizer(tokenizer, data_args)
    found = get_dataset(template, model_args, data_args, training_args, stage="sft", tokenizer=tokenizer)["train_dataset"]
    return taught(tokenizer, found, [last_answer(row) for row in rows_of(path)])


def instructlab_training(path, tokenizer):
    from instructlab.training.data_process import process_messages_into_input_ids

    out = tempfile.mkdtemp()
    process_messages_into_input_ids(path, out, 4096, tiny_model(tokenizer), 1)
    found = rows_of(f"{out}/data.jsonl")
    return taught(tokenizer, found, [last_answer(row) for row in rows_of(path)])


def lm_eval(path, _):
    """A file of multiple-choice questions with the task file beside it, answered by a model that guesses."""
    import lm_eval as lib
    from lm_eval.tasks import TaskManager

    name = pathlib.Path(path).stem
    manager = TaskManager(include_path=str(pathlib.Path(path).parent), include_defaults=False)
    found = lib.simple_evaluate(model="dummy", tasks=[f"mmlu_pr_{name}"], task_manager=manager, bootstrap_iters=0)
    return found["n-samples"][f"mmlu_pr_{name}"]["effective"]


PROGRAMS = {"lm-eval": lm_eval, "trl": trl, "axolotl": axolotl, "llama-factory": llama_factory, "instructlab-training": instructlab_training}

if __name__ == "__main__":
    program, *paths = sys.argv[1:]
    logging.disable(logging.WARNING)
    # What libraries print is no result.
    results, sys.stdout = sys.stdout, sys.stderr
    for file in paths:
        try:
            result = {"path": file, "rows": PROGRAMS[program](file, byte_tokenizer())}
        except Exception as error:  # noqa: BLE001: whatever a program says is the result
            result = {"path": file, "error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(result), file=results, flush=True)
