"""The control of running virtual scanners: an interface, a command, a front panel.

api        what programs ask, over HTTP on this machine
client     how Python asks it
registry   how a command finds what is running
cli        `scanwright device`
web        the front panel in a browser
"""
