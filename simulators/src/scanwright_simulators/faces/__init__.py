"""Faces: thin translations between the engine and the interfaces that hosts use."""
