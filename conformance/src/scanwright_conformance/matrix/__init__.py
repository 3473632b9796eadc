"""The matrix: many certifications at once, on this machine or on a cluster of others.

`reading` makes cells of a file, `process` carries one out in a process of its own,
`running` carries out all of them, here or where `cluster` has them done, and `reports`
says what came of it: the same in both cases.
"""

from scanwright_conformance.matrix.cells import Cell, Matrix
from scanwright_conformance.matrix.cluster import ClusterError
from scanwright_conformance.matrix.reading import MatrixError, read_matrix

__all__ = ["Cell", "ClusterError", "Matrix", "MatrixError", "read_matrix"]
