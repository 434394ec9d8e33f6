"""Word files: text, tables and their order through `unstructured`; legal structure is found later, from the text."""

from __future__ import annotations

import io
import warnings

from ingest.readers.partition import lines_of, prepare
from ingest.readers.raw import RawText, tidy
from kb.errors import UnreadableFile


def read_docx(name: str, data: bytes) -> RawText:
    prepare()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from unstructured.partition.docx import partition_docx

        try:
            elements = partition_docx(file=io.BytesIO(data), languages=["zho"])
        except Exception as error:  # the parser stack has no common error; whatever fails, it is this file's fault
            raise UnreadableFile(f"“{name}”不是完整的 Word 文件，可能已损坏或被加密。") from error
    return RawText(tidy("\n".join(lines_of(elements))), "docx")
