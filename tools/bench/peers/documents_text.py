"""Reads documents with another program's library. usage: documents_text.py pymupdf4llm|markitdown|pypdf OUTPUT FILE…

Writes a line of JSON for every file, with its text or what went wrong, and last the CPU seconds and peak megabytes.
"""

import json
import resource
import sys

tool, output, *files = sys.argv[1:]


def reader():
    if tool == "pymupdf4llm":
        import pymupdf4llm

        return lambda file: pymupdf4llm.to_markdown(file, show_progress=False)
    if tool == "markitdown":
        from markitdown import MarkItDown

        convert = MarkItDown(enable_plugins=False).convert
        return lambda file: convert(file).text_content
    from pypdf import PdfReader

    return lambda file: "\n".join(page.extract_text() or "" for page in PdfReader(file).pages)


read = reader()
with open(output, "w", encoding="utf-8") as out:
    for file in files:
        try:
            row = {"file": file, "text": read(file)}
        except Exception as error:  # whatever a library throws at a damaged file
            row = {"file": file, "error": str(error)[:200]}
        out.write(json.dumps(row) + "\n")
    used = resource.getrusage(resource.RUSAGE_SELF)
    out.write(json.dumps({"seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}) + "\n")
