"""Evidence in one file: written, signed, verified, judged anew and repeated.

`file.py` writes and reads a bundle: an ordinary zip (`archive.py`) of fixed members
(`contents.py`), with a signature in its comment (`seal.py`). `again.py` judges what is
in it once more; `replay.py` repeats it. EVIDENCE.md describes the form.
"""
