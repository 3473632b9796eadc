"""Pages from files and pages into files; numpy and Pillow, so for workers only.

`estimate` and `errors` alone are light enough for everybody.
"""
